"""The numbers that matter to the person, in the line under the header."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.worker import get_current_worker

from store.queries.item_list import everything_count
from store.register import Register

if TYPE_CHECKING:
    from tui.register_app import RegisterApp
    from widgets.frame import Notice

FEW_ITEMS = 5_000
"""Of a register of so many items the numbers are worked out between two frames."""

BEHIND_SECONDS = 0.3
"""Of a larger one they are worked out when a change has had this long to be seen."""


class Numbers:
    """Says in one line what is open, late, promised, stale and waiting, of the leads that the person acts for."""

    def __init__(self, app: RegisterApp) -> None:
        self.app = app
        self._last = ""

    def forget(self) -> None:
        """Another register is shown."""
        self._last = ""

    def line(self, everybody: bool = False) -> str:
        """The line; "" where there is nothing to tell, or too much to count each time.

        Where nobody is acted for, `everybody` says whether those of the whole register are told.
        """
        app, names = self.app, self.app.settings.acts_for
        register = app.register
        if not (names or everybody):
            return ""
        if everything_count(register.conn, parts=False) > FEW_ITEMS:
            if names:
                app.set_timer(BEHIND_SECONDS, lambda: self._count(register, names))
            return self._last
        from store.queries.attention import rules_of, yours

        today = register.today()
        found = yours(register.conn, names, rules_of(register.conn, today))
        return found.say(today, "Yours" if names else "Everybody's") if found else ""

    def _count(self, register: Register, names: tuple[str, ...]) -> None:
        """Work them out in a thread, and show them on whichever screen is there then."""
        from store.queries.attention import rules_of, yours

        app = self.app
        if register is not app.register:
            return
        today = register.today()

        def count() -> None:
            worker = get_current_worker()
            found = register.file.read_long(
                lambda conn: yours(conn, names, rules_of(conn, today)), lambda: worker.is_cancelled
            )
            if not worker.is_cancelled:
                app.call_from_thread(tell, found.say(today) if found else "")

        def tell(sentence: str) -> None:
            if register is app.register:
                self._last = sentence
                for notice in app.screen.query("#yours"):
                    cast("Notice", notice).say(sentence)

        app.run_worker(count, thread=True, exit_on_error=False, group="yours", exclusive=True)
