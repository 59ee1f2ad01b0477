"""Undo and redo in the app: what has many changes in a thread, with its progress shown and a way out."""

from __future__ import annotations

from collections.abc import Callable

from store.domain.errors import Cancelled, FairleadError, LaterEdits
from store.register import ActionResult, AuthorRequired, GoOn, Register
from tui.dialogs.checking import wait_for
from tui.register_app import RegisterApp
from widgets.ask import Answer, Ask

Act = Callable[[Register, bool, GoOn], ActionResult]
"""Reverts something in a register, by force or not, and reports its progress."""

AT_ONCE = 1000
"""The most that is reverted in the app's thread: two for each change, which takes a moment."""


def revert(
    app: RegisterApp, act: Act, force: bool = False, sentence: str = "Taken back: {}. ctrl+r does it again."
) -> None:
    """Revert an action, and show what was done; asks for the author, or whether later edits are overruled."""

    def again(by_force: bool) -> None:
        revert(app, act, by_force, sentence)

    def work(register: Register, go_on: GoOn) -> ActionResult | FairleadError:
        try:
            return act(register, force, go_on)
        except FairleadError as error:
            return error

    def finish(found: ActionResult | FairleadError) -> None:
        if isinstance(found, AuthorRequired):
            app.ask_author(lambda: again(force))
        elif isinstance(found, LaterEdits):
            _ask_to_overrule(app, found, again)
        elif isinstance(found, FairleadError):
            app.show_error(found)
        else:
            app.note_version()
            app.refresh_screens(found.action, found.items)
            app.show_toast(sentence.format(found.summary))

    found = work(app.register, lambda _, of: of <= AT_ONCE)
    if isinstance(found, Cancelled):
        _work_in_thread(app, work, finish)
    else:
        finish(found)


def _work_in_thread(
    app: RegisterApp,
    work: Callable[[Register, GoOn], ActionResult | FairleadError],
    finish: Callable[[ActionResult | FairleadError], None],
) -> None:
    path, author = app.register.path, app.register.author

    def in_thread(go_on: GoOn) -> ActionResult | FairleadError:
        own = Register.open(path, author)
        try:
            return work(own, go_on)
        finally:
            own.close()

    wait_for(app, "Reverting it", in_thread, finish)


def _ask_to_overrule(app: RegisterApp, error: LaterEdits, again: Callable[[bool], None]) -> None:
    def go_on(answer: str | None) -> None:
        if answer == "over":
            again(True)

    question = Ask("Changed again since", str(error), (Answer("o", "overrule it", "over"),), leave="leave it")
    app.push_screen(question, go_on)
