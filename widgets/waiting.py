"""A dialog over long work: how far it is, and a way out."""

from __future__ import annotations

from widgets.ask import Ask
from widgets.dialog import SafeText

_EVERY_SECONDS = 0.1


class Waiting(Ask):
    """Shows how far work in a thread is; ends with what it is finished with, or None when left with esc."""

    def __init__(self, title: str, what: str, *, leave: str = "stop") -> None:
        """`what` is what is being done, without a full stop; `leave` is the label of esc."""
        super().__init__(title, f"{what} …", (), leave=leave)
        self._what = what
        self._shown = 0
        self.percent = 0
        """How far the work is; set by its thread."""

    def on_mount(self) -> None:
        self.set_interval(_EVERY_SECONDS, self._show_percent)

    def report(self, done: int, of: int) -> None:
        """Take how far the work is, from any thread."""
        self.percent = 100 * done // max(of, 1)

    def _show_percent(self) -> None:
        if self.percent != self._shown:
            self._shown = self.percent
            self.query_one("#body SafeText", SafeText).show(f"{self._what} … {self.percent} %")
