"""The app with one register open: runs commands on the register, and shows what was done."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from store.domain.dates import format_short_date, local_day
from store.domain.errors import (
    BadInput,
    Busy,
    Damaged,
    FairleadError,
    PartyKindRequired,
    ReasonRequired,
    StaleEdit,
    UnresolvedConflict,
)
from store.domain.text import shorten_middle
from store.file.sqlite_errors import expected_error, translating_errors
from store.queries.leads import open_items_of, split_leads, unmatched_names
from store.register import ActionResult, AuthorRequired, Register
from tui.desk.author import save_author, save_author_id
from tui.desk.drafts import DraftArguments, Drafts, Values
from tui.desk.maintenance import describe_newest_backup
from tui.desk.settings import Settings, folders, log_unexpected
from tui.messages import RegisterChanged
from tui.typed_ahead import TypedAheadApp

if TYPE_CHECKING:
    from store.commands.base import Command
    from widgets.form import FormField

Then = Callable[[ActionResult], None]

BUSY_POLLS = 3
"""Failed polls in a row after which it is shown that another program keeps the register busy."""


class RegisterApp(TypedAheadApp):
    """An app with one register open. Dialogs return commands; this runs them, and refreshes the screens."""

    def __init__(self, register: Register, settings: Settings, *, notice: str = "") -> None:
        """`notice` is a sentence to show under the top line for as long as the register is open; "" for none."""
        super().__init__()
        self.register = register
        self.settings = settings
        self.notice = notice
        self.revision = 0
        """Goes up whenever the register changes: a screen that read at another revision reads again."""
        self.touched: tuple[str, ...] = ()
        """The items that the newest change here touched."""
        self._version = 0
        self._failed_polls = 0
        self._reread_due = False
        """Whether a read failed because another program was writing, and is to be repeated."""
        self.last_summary = ""
        """The latest summary line of a large register, shown until a worker has computed the next one."""
        self.last_check: Any = None
        """The check of a paper that was shown last, shown again until the file or the register changes."""
        self.present: Register | None = None
        """The present register, still open, while a snapshot of it is shown; else None."""

    @property
    def drafts(self) -> Drafts:
        """The drafts of the open register."""
        return Drafts(folders().drafts, self.register.id)

    def switch_register(self, register: Register, notice: str = "", *, is_copy: bool = False) -> None:
        """Switch to another register; the one before is closed."""
        before = self.register
        self.show_register(register, notice)
        before.close()

    def show_register(self, register: Register, notice: str) -> None:
        """Show another register; the one before stays open."""
        self.register, self.notice = register, notice
        self._failed_polls = 0
        self.last_summary = ""
        self.note_version()
        self.revision += 1

    def action_as_at(self, offered: str | None = None) -> None:
        """Open a snapshot as at a day, or go back from one; `offered` is an ISO day."""
        raise NotImplementedError

    def action_differences(self, offered: str | None = None) -> None:
        """Show what differs in the register between two days, or from one's own; `offered` is an ISO day."""
        raise NotImplementedError

    def go_back(self) -> None:
        """Go back from a list to where it was asked for; else from a snapshot to the present register."""
        raise NotImplementedError

    def back_to_present(self) -> None:
        """Go back from a snapshot to the present register; does nothing in the present."""
        raise NotImplementedError

    def top_line(self) -> tuple[tuple[str, ...], str]:
        """The parts of the top line: on the left, and on the right."""
        about = self.register.own_fields()
        left = ["Fairlead", about["title"] or self.register.origin.name, about["marking"] or "OFFICIAL"]
        today = self.register.today()
        if self.present:
            left[1:1] = [f"AS AT {format_short_date(today)}", "read-only"]
        elif self.register.read_only_reason:
            left.append("read-only")
        author = self.register.author.name if self.register.author else ""
        right = [f"day {format_short_date(today)}"] if today != local_day() and not self.present else []
        right += [f"as {author}"] if author else []
        return tuple(left), " · ".join(right)

    def show_toast(
        self, sentence: str, *, seconds: float = 5, severity: Literal["information", "error"] = "information"
    ) -> None:
        """Show a toast, in place of the one before. Nothing in it is markup."""
        self.clear_notifications()
        self.notify(shorten_middle(sentence, most=400), severity=severity, markup=False, timeout=seconds)

    @contextmanager
    def showing_errors(self) -> Iterator[None]:
        """A context to read from the register in: an error is shown as a sentence."""
        try:
            with translating_errors(self.register.path):
                yield
        except FairleadError as error:
            self.show_error(error)

    def expected_error(self, error: Exception) -> FairleadError | None:
        """Translate an error into one that has a sentence; None for an unexpected one."""
        return expected_error(self.register.path, error)

    def show_error(self, error: Exception) -> None:
        """Show an error as a sentence; an unexpected one is logged without values."""
        expected = self.expected_error(error)
        if expected is None:
            log_unexpected(error)
            sentence = "Something went wrong that Fairlead did not expect. Your saved work is safe; go on, or quit."
        else:
            sentence = str(expected)
        if isinstance(expected, Busy):
            # The next read does not wait as long again: the check finds when the register is free.
            self._reread_due = True
            self.register.file.wait_for_others(False)
        elif isinstance(expected, Damaged):
            sentence = self._become_read_only(expected)
        self.show_toast(sentence, seconds=10, severity="error")

    def _become_read_only(self, error: Damaged) -> str:
        """Make a damaged register read-only, with a notice that names its newest backup; return what to show."""
        for register in filter(None, (self.register, self.present)):
            if register.path != error.path:
                continue
            if not register.read_only_reason:
                register.file.read_only_reason = f"{error} {describe_newest_backup(register)}"
                if register is self.register:
                    self.notice = register.file.read_only_reason
                    self.refresh_screens()
            reason = register.read_only_reason or ""
            return reason if reason.startswith(str(error)) else str(error)
        return str(error)

    def refresh_screens(self, action: str | None = None, items: tuple[str, ...] = ()) -> None:
        """Have the current screen read the register again, and the others when they are next shown."""
        self.revision += 1
        self.touched = items
        self.screen.post_message(RegisterChanged(action, items))

    def note_version(self) -> None:
        """Record the data version of the register as read; where it is locked, the next poll refreshes the screens."""
        try:
            self._version = self.register.data_version()
        except FairleadError:
            self._version = -1

    def do(
        self, commands: Sequence[Command], *, seen: int | None = None, resolving: bool = False, then: Then | None = None
    ) -> None:
        """Run commands as one action, and show what was done; asks for author, reason or decision where required."""
        try:
            done = self.register.do_all(commands, seen=seen, resolving=resolving)
        except AuthorRequired:
            self.ask_author(lambda: self.do(commands, seen=seen, resolving=resolving, then=then))
        except (PartyKindRequired, ReasonRequired, StaleEdit, UnresolvedConflict) as error:
            self._ask(error, commands, seen, resolving, then)
        except FairleadError as error:
            self.show_error(error)
        else:
            self.changed(done)
            if then:
                then(done)

    def _ask(
        self, error: FairleadError, commands: Sequence[Command], seen: int | None, resolving: bool, then: Then | None
    ) -> None:
        """Ask what these commands were refused for, and run them again with the answer; without one nothing is saved."""
        from tui.questions import MINE, ask_party_kind, question_about

        if isinstance(error, PartyKindRequired):
            again = partial(self.do, commands, seen=seen, resolving=resolving, then=then)
            ask_party_kind(self, self.register, error, again)
            return

        def answered(answer: str | None) -> None:
            if answer is None:
                return
            if isinstance(error, ReasonRequired):
                given = [command.model_copy(update={"reason": answer}) for command in commands]
                self.do(given, seen=seen, resolving=resolving, then=then)
            elif answer == MINE:
                self.do(commands, resolving=True, then=then)

        self.push_screen(question_about(error), answered)

    def changed(self, done: ActionResult, sentence: str = "") -> None:
        """Refresh the screens after a change, and show what was done, or this sentence."""
        self.note_version()
        if self.register.author:
            # An id that cannot be saved is found again by the name.
            with suppress(FairleadError):
                self.settings = save_author_id(self.settings, self.register.author, done)
        self.refresh_screens(done.action, done.items)
        self.show_toast(
            f"{sentence or done.summary.rstrip('.') + '.'} u takes it back." if done.action else done.summary
        )

    def check_for_changes(self) -> None:
        """Check whether another program has written to the register, keeps it busy, or has moved its file away.

        While the app closes there is no screen left to show that.
        """
        if not self.screen_stack:
            return
        try:
            version = self.register.data_version()
        except FairleadError as error:
            self._failed_polls += 1
            if self._failed_polls == (BUSY_POLLS if isinstance(error, Busy) else 1):
                self.show_error(error)
            return
        self._failed_polls = 0
        if version != self._version or self._reread_due:
            self._version, self._reread_due = version, False
            self.register.file.wait_for_others(True)
            self.refresh_screens()

    def ask_author(self, then: Callable[[], None], *, is_asked_for: bool = False, asks_leads: bool = False) -> None:
        """Ask for the author, and with `asks_leads` for the leads that they act for; then go on."""
        from tui.questions import nobody_called, unknown_leads, who_is_writing

        if not is_asked_for:
            self.drop_typed_ahead()

        asked_about: list[str] = []

        def save(values: Values) -> str | None:
            conn, name = self.register.conn, values["name"] or ""
            acted_for = self.settings.acts_for
            if asks_leads:
                acted_for = split_leads(conn, [values["acts_for"] or ""], *acted_for)
                unknown = [lead for lead in unmatched_names(conn, acted_for) if lead not in self.settings.acts_for]
                if unknown and unknown != asked_about:
                    asked_about[:] = unknown
                    raise BadInput("acts_for", unknown_leads(conn, unknown))
            if not acted_for and open_items_of(conn, name):
                acted_for = (name,)
            self.settings, self.register.author = save_author(self.settings, name, acted_for)
            return None

        def go_on(values: Values | None) -> None:
            if values is None:
                if not is_asked_for:
                    self.show_toast("Nothing was changed: who is writing was not said.")
                return
            self.refresh_screens()
            then()
            if not asks_leads and (unknown := unmatched_names(self.register.conn, self.settings.acts_for)):
                self.call_later(self.show_toast, f"{nobody_called(unknown)}: ctrl+w puts it right.")

        # Whom they act for is what is not there yet.
        is_missing = not (is_asked_for and self.settings.acts_for)
        first = "acts_for" if asks_leads and is_missing and self.settings.name else None
        form = who_is_writing(self.register, self.settings, save, asks_leads=asks_leads, first_focus=first)
        self.push_screen(form, go_on)

    def open_form(
        self,
        key: str,
        title: str,
        fields: tuple[FormField, ...],
        build: Callable[[Values], Sequence[Command]],
        *,
        first_focus: str | None = None,
        intro: str | None = None,
        then: Then | None = None,
        describe_saved: Callable[[Values], str] | None = None,
        another: Callable[[Values], None] | None = None,
        question: Callable[[Values], str] | None = None,
    ) -> None:
        """Open a form whose values become commands. It stays open, with a sentence, while they cannot be saved.

        Its draft is saved under `key`. `describe_saved` returns the sentence shown after saving, "" for the summary of
        the action. `another` offers to save and add another, and is called then with the values. After a stale edit or
        a conflict the error is shown, and saving again overwrites. `question` returns what is asked before the values are
        saved, "" for nothing.
        """
        if self.refuse_read_only():
            return
        from tui.questions import ask_before_saving, ask_party_kind
        from tui.recorded_names import with_names
        from widgets.form import Form

        self.prepare_to_write()
        seen = self.register.newest()
        overwrite = False
        agreed = ""
        result: list[ActionResult] = []

        def agree(asked: str) -> None:
            nonlocal agreed
            agreed = asked
            form.action_save()

        def save(values: Values) -> str | None:
            nonlocal overwrite, seen
            if question and (asked := question(values)) not in ("", agreed):
                return ask_before_saving(self, title, asked, partial(agree, asked))
            try:
                result.append(self.register.do_all(build(values), seen=seen, resolving=overwrite))
            except AuthorRequired:
                # Asked after what was typed, or that would be typed for the name.
                self.ask_author(form.action_save)
                return "Nothing is saved yet: who is writing is asked once."
            except PartyKindRequired as error:
                instead = partial(form.replace_name, error.name)
                return ask_party_kind(self, self.register, error, form.action_save, instead=instead)
            except (StaleEdit, UnresolvedConflict) as error:
                overwrite, seen = True, self.register.newest()
                return f"{error} Press ctrl+s again to write yours over it, or esc to leave it."
            return None

        def finish(values: Values | None) -> None:
            if values is not None and result:
                self.drafts.delete(key)
                self.changed(result[0], describe_saved(values) if describe_saved else "")
                if then:
                    then(result[0])
                if another and form.wants_another:
                    another(values)

        form = Form(
            title,
            with_names(self.register, fields),
            first_focus=first_focus,
            intro=intro,
            **self.draft_arguments(key, title),
            submit=save,
            offers_another=another is not None,
            today=self.register.today(),
        )
        self.push_screen(form, finish)

    def draft_arguments(self, key: str, title: str) -> DraftArguments:
        """The arguments of a Form whose draft is saved under `key`; `title` names it among the drafts."""
        return self.drafts.arguments(key, title, lambda: self.show_toast("Thrown away."))

    def prepare_to_write(self) -> None:
        """Import in a thread what commands need, while the person still chooses; not at the start, to save memory."""
        self.run_worker(_load_commands, thread=True, exit_on_error=False, group="load")

    def refuse_read_only(self) -> bool:
        """Whether the register is read-only; shows why."""
        if self.register.read_only_reason:
            self.show_toast(self.register.read_only_reason)
            return True
        return False

    def save_drafts(self) -> None:
        """Save what is typed in any open dialog as a draft."""
        for screen in self._screen_stack:
            if save := getattr(screen, "save_draft_now", None):
                with suppress(Exception):
                    save()


def _load_commands() -> None:
    import store.commands
    import store.log.describe_action
    import store.log.writer  # noqa: F401
    import widgets.text_box  # noqa: F401
