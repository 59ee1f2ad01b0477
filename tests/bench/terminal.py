"""A program in a pseudo-terminal: keys go in, and it is noted when which bytes came out and what they left to see."""

from __future__ import annotations

import codecs
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

COLUMNS, LINES = 120, 36

BURST = 0.003
"""Bytes that follow each other within so many seconds are one frame."""

QUIET = 0.06
"""After so many seconds without a byte the program has written all that the key made it write."""

_PART = re.compile(
    r"\x1b\[([?>=<]?[\d;:]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[P_^].*?\x1b\\|\x1b[ -/]*[0-~]"
)

KEYS = {
    "up": "\x1b[A", "down": "\x1b[B", "home": "\x1b[H", "end": "\x1b[F", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "enter": "\r", "escape": "\x1b", "space": " ", "ctrl+d": "\x04", "ctrl+s": "\x13",
}  # fmt: skip


class Picture:
    """What a terminal would show: text alone, one cell a character, which is enough to read a screen by."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._left = ""
        self._cells = [[" "] * COLUMNS for _ in range(LINES)]
        self._x = self._y = 0

    def feed(self, data: bytes) -> None:
        """Take in what the program wrote."""
        text = self._left + self._decoder.decode(data)
        self._left = ""
        at = 0
        while at < len(text):
            if text[at] == "\x1b":
                found = _PART.match(text, at)
                if found is None:
                    self._left = text[at:]
                    return
                if found[2]:
                    self._control(found[1], found[2])
                at = found.end()
            else:
                end = text.find("\x1b", at)
                end = len(text) if end < 0 else end
                self._write(text[at:end])
                at = end

    def _control(self, given: str, final: str) -> None:
        numbers = [int(n) if n else 1 for n in given.split(";")] if re.fullmatch(r"[\d;]*", given) else []
        if final in "Hf" and numbers:
            self._y, self._x = numbers[0] - 1, (numbers[1] if len(numbers) > 1 else 1) - 1
        elif final == "J":
            self._cells = [[" "] * COLUMNS for _ in range(LINES)]
        elif final == "K" and 0 <= self._y < LINES:
            self._cells[self._y][self._x :] = [" "] * (COLUMNS - self._x)

    def _write(self, text: str) -> None:
        for character in text:
            if character == "\n":
                self._y, self._x = self._y + 1, 0
            elif character == "\r":
                self._x = 0
            elif character >= " ":
                if 0 <= self._y < LINES and 0 <= self._x < COLUMNS:
                    self._cells[self._y][self._x] = character
                self._x += 1

    @property
    def lines(self) -> list[str]:
        """The screen, line by line."""
        return ["".join(cells).rstrip() for cells in self._cells]

    def line_after(self, *words: str) -> str:
        """The line under the first one that has all these words: the first row of a table, given its labels."""
        lines = self.lines
        for n, line in enumerate(lines[:-1]):
            if all(word in line for word in words):
                return lines[n + 1]
        return ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a key, in milliseconds from the key to the last byte: of the first frame, and of the last."""

    first: float
    last: float


class Overdue(Exception):
    """The program did not show in time what was waited for."""


class Terminal:
    """A program that runs in a terminal of its own."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        """Start it. Raises OSError where it cannot be started."""
        self.picture = Picture()
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execvpe(command[0], list(command), dict(environment))
        self._last = self.started

    def _read(self, seconds: float) -> bytes:
        """What is written within so many seconds; b"" where nothing is. Raises Overdue where the program has ended."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            raise Overdue("the program has ended\n" + "\n".join(self.picture.lines)) from None
        self._last = time.perf_counter()
        return data

    def burst(self, seconds: float) -> bool:
        """Take in one frame, waiting so many seconds for it to begin; False where none did.

        Nothing is worked out before the frame is over: a reader that is slow would hold the program up.
        """
        data = self._read(seconds)
        if not data:
            return False
        pieces = [data]
        while data := self._read(BURST):
            pieces.append(data)
        self.picture.feed(b"".join(pieces))
        return True

    def settle(self, seconds: float = QUIET) -> None:
        """Take in all that is written until there has been silence for so long."""
        while self.burst(seconds):
            pass

    def send(self, *keys: str) -> float:
        """Press keys, all in one breath; returns when."""
        data = "".join(KEYS.get(key, key) for key in keys).encode()
        now = time.perf_counter()
        os.write(self._fd, data)
        return now

    def press(self, *keys: str, wait: float = 20.0) -> Answer:
        """Press keys and take in all that they make the program write. Raises Overdue where that is nothing."""
        self.settle(0.005)
        now = self.send(*keys)
        if not self.burst(wait):
            raise Overdue(f"nothing came of {keys}\n" + "\n".join(self.picture.lines))
        first = self._last
        self.settle()
        return Answer((first - now) * 1000, (self._last - now) * 1000)

    def until(self, seen: Callable[[Picture], bool], since: float, wait: float = 60.0) -> float:
        """Milliseconds from `since` until the screen shows something. Raises Overdue."""
        while not seen(self.picture):
            if not self.burst(max(0.0, since + wait - time.perf_counter())):
                raise Overdue("waited in vain\n" + "\n".join(self.picture.lines))
        return (self._last - since) * 1000

    def resident(self) -> float:
        """Memory that the program holds, in megabytes: VmRSS."""
        status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii", errors="replace")
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

    def close(self) -> None:
        """End it, and wait until it is gone."""
        os.kill(self.pid, signal.SIGTERM)
        until = time.perf_counter() + 3
        while not os.waitpid(self.pid, os.WNOHANG)[0]:
            with suppress(Overdue):
                self._read(0.02)
            if time.perf_counter() > until:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                break
        os.close(self._fd)
