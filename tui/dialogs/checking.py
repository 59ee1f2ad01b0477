"""Waiting for a file from elsewhere to be checked: in the app, and before it has a register to show."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from textual.binding import Binding, BindingType

from store.domain.errors import Cancelled, FairleadError
from store.domain.text import one_line
from tui.background import Cancelled as IsCancelled
from tui.background import work_in_background
from tui.boundary import BoundedApp
from tui.colours import set_colours
from tui.desk.settings import load
from tui.register_app import RegisterApp
from widgets.ask import Ask
from widgets.waiting import Waiting

T = TypeVar("T")

Progress = Callable[[int, int], bool]
Work = Callable[[Progress], T]
"""Work in a thread; it is called with what it reports its progress to, which returns whether to go on."""

AT_ONCE_SECONDS = 0.4
"""A check that takes no longer than this at the start has no screen of its own."""


def wait_for(app: RegisterApp, what: str, work: Work[T], then: Callable[[T], object]) -> None:
    """Do work in a thread, behind a dialog that shows how far it is and that esc leaves; then go on with its result.

    Where it fails the reason is shown until it is read. `what` is what is being done: "Checking theirs.fairlead".
    """
    waiting = Waiting("A moment", what, leave="stop, and back to what was open")

    def run(cancelled: IsCancelled) -> tuple[T]:
        def go_on(done: int, of: int) -> bool:
            waiting.report(done, of)
            return not cancelled()

        return (work(go_on),)

    def finished(found: tuple[T]) -> None:
        waiting.finish("done")
        app.call_later(then, *found)

    def failed(error: Exception) -> None:
        waiting.finish("failed")
        if isinstance(error, FairleadError):
            app.push_screen(Ask("It could not be done", str(error), (), leave="back"))
        else:
            app.show_error(error)

    worker = work_in_background(app, run, finished, group="waiting", failed=failed)
    app.push_screen(waiting, lambda ended: worker.cancel() if ended is None else None)


def wait_at_start(path: Path, work: Work[T]) -> T:
    """Do work on a file in a thread before the app is there, behind a screen where it takes longer than a moment.

    Raises Cancelled where the person leaves the screen, and what the work raises.
    """
    waiting = Waiting("Fairlead", f"Checking {one_line(path.name, most=60)}", leave="quit")
    ended, left = threading.Event(), threading.Event()
    found: list[T] = []
    errors: list[BaseException] = []

    def go_on(done: int, of: int) -> bool:
        waiting.report(done, of)
        return not left.is_set()

    def run() -> None:
        try:
            found.append(work(go_on))
        except BaseException as error:
            errors.append(error)
        ended.set()

    thread = threading.Thread(target=run, name="check")
    thread.start()
    try:
        if not ended.wait(AT_ONCE_SECONDS):
            _StartApp(waiting, ended).run()
    finally:
        if not ended.is_set():
            left.set()
        thread.join()
    if errors:
        raise errors[0]
    if left.is_set():
        raise Cancelled(f"Reading {path}")
    return found[0]


class _StartApp(BoundedApp):
    """The screen of a check at the start: it ends with the check, or when it is left."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+q", "quit", show=False)]

    def __init__(self, waiting: Waiting, ended: threading.Event) -> None:
        super().__init__()
        set_colours(self, load()[0].colours)
        self._waiting = waiting
        self._ended = ended

    def on_mount(self) -> None:
        self.push_screen(self._waiting, lambda _: self.exit())
        self.set_interval(0.05, self._look)
        self.watch_loop()

    def _look(self) -> None:
        if self._ended.is_set():
            self.exit()

    def show_error(self, error: Exception) -> None:
        self.exit()

    def expected_error(self, error: Exception) -> Exception | None:
        return error if isinstance(error, FairleadError) else None

    def save_drafts(self) -> None:
        """Nothing is typed here."""
