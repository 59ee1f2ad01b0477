"""The progress of a long command at a terminal, on stderr, and ctrl+c while it runs."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from store.domain.text import one_line

Progress = Callable[[int, int], bool]

QUIET_SECONDS = 1.0
"""What takes no longer than this shows nothing."""


@contextmanager
def showing_progress(what: str) -> Iterator[Progress]:
    """What long work reports its progress to: it is shown at a terminal after a second, and ctrl+c stops the work.

    `what` is what is being done: "Checking theirs.fairlead". A second ctrl+c ends the program at once.
    """
    line = _Line(one_line(what, most=60))
    stopped = threading.Event()

    def go_on(done: int, of: int) -> bool:
        line.show(100 * done // max(of, 1))
        return not stopped.is_set()

    def on_interrupt(_number: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    here = threading.current_thread() is threading.main_thread()
    before = signal.signal(signal.SIGINT, on_interrupt) if here else None
    try:
        yield go_on
    finally:
        line.clear()
        if here:
            signal.signal(signal.SIGINT, before)


class _Line:
    """One line on stderr that is written over, where that is a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._from = time.monotonic() + QUIET_SECONDS
        self._shown = ""

    def show(self, percent: int) -> None:
        """Show how far it is."""
        text = f"{self._what} … {percent} %"
        if text != self._shown and time.monotonic() >= self._from and sys.stderr and sys.stderr.isatty():
            self._shown = text
            print(f"\r{text}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Leave an empty line for what comes next."""
        if self._shown:
            print(f"\r{' ' * len(self._shown)}\r", end="", file=sys.stderr, flush=True)
            self._shown = ""
