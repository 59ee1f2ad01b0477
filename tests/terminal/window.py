"""Fairlead as a person starts it, in a terminal window that nobody sees: keys go in as bytes, and the screen is
read."""

# ruff: noqa: E402

from __future__ import annotations

import sys

assert sys.platform != "win32", "Windows has no pseudo-terminals of this kind"

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyte

HOUSE = Path(__file__).resolve().parents[2]

PATIENCE = 15.0
"""Seconds that the screen has to show what is waited for, on a machine that has other work to do."""

KEYS = {
    "up": b"\x1b[A", "down": b"\x1b[B", "right": b"\x1b[C", "left": b"\x1b[D", "home": b"\x1b[H", "end": b"\x1b[F",
    "pageup": b"\x1b[5~", "pagedown": b"\x1b[6~", "enter": b"\r", "escape": b"\x1b", "space": b" ", "tab": b"\t",
    "shift+tab": b"\x1b[Z", "backspace": b"\x7f", "delete": b"\x1b[3~", "f1": b"\x1bOP", "f7": b"\x1b[18~",
    "shift+up": b"\x1b[1;2A", "shift+down": b"\x1b[1;2B", "ctrl+up": b"\x1b[1;5A", "ctrl+down": b"\x1b[1;5B",
}  # fmt: skip

_UNSUPPORTED = re.compile(rb"\x1b\[[<>=]\d*u")
"""What pyte takes for text: the switches of a keyboard protocol that it does not know."""


def key_bytes(key: str) -> bytes:
    """What a terminal sends for a key of this name; of a text, the text."""
    if key in KEYS:
        return KEYS[key]
    if re.fullmatch(r"ctrl\+[a-z]", key):
        return bytes([ord(key[-1]) & 0x1F])
    return key.encode()


OpenWindow = Callable[..., "Window"]
"""What the fixture `open_window` is: it takes what `Window` does."""


class Ended(AssertionError):
    """The program ended where it should not have."""


class Window:
    """A terminal window with Fairlead in it."""

    def __init__(
        self, *arguments: str, size: tuple[int, int] = (120, 36), folder: Path | None = None, **environment: str
    ) -> None:
        """Start `fairlead` with these arguments, in this environment and what is added to it."""
        columns, lines = size
        self._screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self._screen)
        self.code: int | None = None
        """The exit code, once it has ended."""
        whole = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        whole |= {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(HOUSE)} | environment
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.chdir(folder or Path.cwd())
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.execvpe(sys.executable, [sys.executable, "-m", "tui", *arguments], whole)
        self._open = True

    def take_in(self, seconds: float) -> bool:
        """Take in what the program shows next, waiting so many seconds for it; whether there was something."""
        if not self._open or not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:
            data = b""
        if not data:
            self._open = False
            return False
        self._stream.feed(_UNSUPPORTED.sub(b"", data))
        return True

    def settle(self, seconds: float) -> None:
        """Take in what is shown until nothing more came for so long (less than the half second in which a cursor
        blinks), or the program has shown a lot."""
        for _ in range(200):
            if not self.take_in(seconds):
                break
        if not self._open:
            raise Ended(f"the program ended ({self.end()}); its screen was:\n{self.shown}")

    def watch(self, seconds: float) -> None:
        """Take in what is shown for so many seconds. A cursor that blinks never settles."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and self._open:
            self.take_in(left)
        if not self._open:
            raise Ended(f"the program ended ({self.end()}); its screen was:\n{self.shown}")

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return [line.rstrip() for line in self._screen.display]

    @property
    def shown(self) -> str:
        """The screen as text."""
        return "\n".join(self.lines)

    def wait(self, come_true: Callable[[str], object], why: str, seconds: float = PATIENCE) -> str:
        """Read on until the screen satisfies a condition; returns the screen. Raises AssertionError, or Ended."""
        until = time.monotonic() + seconds
        while not come_true(shown := self.shown):
            if not self._open:
                raise Ended(f"the program ended ({self.end()}) while {why} was waited for:\n{shown}")
            if time.monotonic() > until:
                raise AssertionError(f"waited in vain for {why}; the screen says:\n{shown}")
            self.take_in(0.1)
        return shown

    def sees(self, *parts: str, seconds: float = PATIENCE) -> str:
        """Wait until all of these are on the screen, on one line or wrapped in a box."""
        return self.wait(
            lambda shown: all(part in shown or part in _boxed(shown) for part in parts), str(parts), seconds
        )

    def lacks(self, *parts: str, seconds: float = PATIENCE) -> str:
        """Wait until none of these is on the screen."""
        return self.wait(lambda shown: not any(part in shown for part in parts), f"no {parts}", seconds)

    def press(self, *keys: str) -> None:
        """Press keys, by name, in one breath."""
        self.send(b"".join(map(key_bytes, keys)))

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        while data:
            # A program that is slow to read must not keep us from reading what it writes.
            ready, free, _ = select.select([self._terminal], [self._terminal], [], PATIENCE)
            if ready and not self.take_in(0):
                raise Ended(f"the program ended ({self.end()}); its screen was:\n{self.shown}")
            if free:
                data = data[os.write(self._terminal, data[:512]) :]

    def resize(self, columns: int, lines: int) -> None:
        """Make the window another size."""
        self._screen.resize(lines, columns)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        os.kill(self.pid, number)

    def close_window(self) -> None:
        """Close the window, as somebody does who has enough; the program is sent SIGHUP."""
        os.close(self._terminal)
        self._open = False

    def end(self, seconds: float = PATIENCE) -> int:
        """Wait until the program has ended; returns its exit code. Raises AssertionError where it does not end."""
        until = time.monotonic() + seconds
        while self.code is None:
            done, status = os.waitpid(self.pid, os.WNOHANG)
            if done:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > until:
                raise AssertionError(f"it does not end; the screen says:\n{self.shown}")
            elif not self.take_in(0.05):
                time.sleep(0.01)
        while self.take_in(0):
            pass
        return self.code

    def shut(self) -> None:
        """Be rid of it, whatever state it is in."""
        if self.code is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.code = -signal.SIGKILL
        with suppress(OSError):
            os.close(self._terminal)
        self._open = False


def _boxed(shown: str) -> str:
    """What is within boxes, and in toasts, their lines joined: a sentence that was wrapped is whole again."""
    lines = shown.splitlines()
    inside = [" ".join(line.split("│")[1:-1]) for line in lines if line.count("│") > 1]
    toasts = [line.partition("▌")[2] for line in lines if line.startswith(" ") and "▌" in line]
    return " ".join(" ".join([*inside, *toasts]).split())
