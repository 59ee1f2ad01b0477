"""The progress of reading one untrusted file, and what that file was."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from store.domain.errors import (
    Cancelled,
)

_STEP_SECONDS = 600
_ASK_SECONDS = 0.05

OF = 1000
"""What the whole of the work is, where its progress is reported."""

Progress = Callable[[int, int], bool]
"""Called with the work done and its total; returns whether to go on."""


class Reading:
    """The progress of reading one untrusted file, and the time that each step of it may take."""

    def __init__(self, path: Path, go_on: Progress | None = None) -> None:
        self.path = path
        self.cancelled = False
        self._go_on = go_on
        self._done = 1
        self._until = self._asked = 0.0
        self.begin_step(_STEP_SECONDS)

    def begin_step(self, seconds: float | None = None) -> None:
        """Begin a step, which may take so many seconds."""
        self._until = time.monotonic() + (_STEP_SECONDS if seconds is None else seconds)

    def report(self, start: int, end: int, done: int, of: int) -> None:
        """Report how much is done, of the part between two thousandths of it all. Raises Cancelled."""
        self._done = max(self._done, start + (end - start) * done // max(of, 1))
        if self._is_stopped():
            raise Cancelled(f"Reading {self.path}")

    def interrupts(self) -> bool:
        """The progress handler of SQLite: whether to interrupt it, since it takes too long or a person cancelled."""
        now = time.monotonic()
        if now - self._asked > _ASK_SECONDS:
            self._asked = now
            self._is_stopped()
        return self.cancelled or now > self._until

    def _is_stopped(self) -> bool:
        if self._go_on and not self._go_on(self._done, OF):
            self.cancelled = True
        return self.cancelled


@dataclass(frozen=True, slots=True)
class Source:
    """What a file was when its bytes were read: their hash, and what changes when they do."""

    path: Path
    sha256: str
    signature: tuple[int, ...]
    """Size first, then times of change, device and inode."""

    @property
    def size(self) -> int:
        """The size in bytes."""
        return self.signature[0]
