"""A random walk over the program in a terminal, while another program writes to its register, locks, moves and spoils
it.

    python tests/terminal/walk.py --seconds 1200 --seed 7

The same seed presses the same keys; when what is shown is as chance has it.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

from textual.keys import key_to_character
from window import HOUSE, Ended, Window, key_bytes
from window import KEYS as SENT

if __name__ == "__main__":
    sys.path.insert(0, str(HOUSE))

from tui.keys import KEYS

SIZES = ((120, 36), (80, 24), (40, 12))
NARROW = ((20, 5), (7, 2), (1, 1), (250, 70))
"""Sizes now and then."""

DEADLINE = 20.0
"""Seconds within which the program answers a key, whatever goes on: it waits five for a register that is busy."""

# A key that types a character is known to Textual by the character's name: it would be typed letter by letter.
ALL_KEYS = tuple(
    key if key in SENT else key_to_character(key) or ("/" if key == "slash" else key)
    for row in KEYS
    for key in row.keys
    if key not in ("q", "ctrl+q")
)
MOVING = (
    "j",
    "k",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "tab",
    "shift+tab",
    "enter",
    "escape",
)
EDITING = ("ctrl+s", "ctrl+u", "ctrl+a", "ctrl+e", "f7", "backspace", "delete", "ctrl+c", "ctrl+v", "ctrl+x", "\t", " ")

WAYS = (
    "2 enter", "2 s d", "2 s o", "2 n", "2 e", "2 r", "2 t", "2 p", "2 c enter", "2 c down enter", "2 c end enter", "2 f t",
    "2 f l enter", "2 v", "2 : x ctrl+s", "2 o enter", "2 a", "2 space space t", "2 * c", "2 * . enter", "2 / h c", "1 c enter",
    "1 n", "1 a", "3 enter", "3 * n", "4 t", "4 f", "4 n", "4 enter", "6 enter", "7 f", "7 t", "7 d", "7 end enter", "l enter",
    "l s", "l r", "l ctrl+o", "ctrl+d", "ctrl+e", "ctrl+w", "ctrl+n", "ctrl+p", "ctrl+p h a n d enter", "ctrl+p a l i k enter",
    "? f1", "2 enter right right n", "2 enter c", "u u ctrl+r", "1 enter s",
)  # fmt: skip
"""Ways to a screen or a dialog, which chance alone takes long to find."""

WORDS = (
    "Half a thought", "30/6/25", "June 2025", "+3 months", "end of year", "yesterday", "C3", "HC-6", "status:delayed age>2y",
    "theme:governance", "((", "[/]", "[@click=app.quit]x[/]", "£ é 漢字 👩‍👩‍👧‍👦", "e\u0301\u0301\u0301", "x" * 300, "\u202egnp.exe",
    "../../..", "~", "/dev/null", "/proc/self/mem", "\\\\server\\share", "0", "-1", "99999999999999999999",
)  # fmt: skip


class Found(AssertionError):
    """Something that the walk found."""


class Walk:
    """One walk: a home of its own, the program in a window, and another program beside it."""

    def __init__(self, folder: Path, seed: int, seconds: float) -> None:
        self.folder = folder
        self.seed = seed
        self.until = time.monotonic() + seconds
        self.chance = random.Random(seed)
        self.acts = 0
        self.starts = 0
        self._paste_ends = 0
        self.last_acts: deque[str] = deque(maxlen=40)
        self.register = folder / "own.fairlead"
        self.given = folder / "given.fairlead"
        self.home = folder / "home"
        self.environment = {
            "FAIRLEAD_HOME": str(self.home), "FAIRLEAD_TODAY": "2024-09-18", "FAIRLEAD_AUTHOR": "Ann Lead", "HOME": str(folder),
            "PATH": str(folder), "FAIRLEAD_REGISTER": "",
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        self.fairlead("new", str(self.register), "--sample")
        shutil.copyfile(self.register, folder / "whole")
        shutil.copyfile(self.register, self.given)
        self.beside = Beside(self, random.Random(seed + 1))
        self.window = self.start()

    def fairlead(self, *arguments: str, expected: tuple[int, ...] = (0,)) -> str:
        """Run a command of Fairlead's; returns what it wrote."""
        ran = subprocess.run(
            [sys.executable, "-m", "tui", *arguments],
            env=os.environ | self.environment | {"PYTHONPATH": str(HOUSE)},
            cwd=self.folder, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        if ran.returncode not in expected or "did not expect" in ran.stderr:
            raise Found(
                f"fairlead {' '.join(arguments)} ended with {ran.returncode}: {ran.stdout[-500:]} {ran.stderr[-1000:]}"
            )
        return ran.stdout + ran.stderr

    def start(self) -> Window:
        """Open a window with the program in it."""
        self.starts += 1
        self.size = SIZES[0]
        with self.beside.held_off():
            window = Window(str(self.register), size=self.size, folder=self.folder, **self.environment)
            try:
                window.wait(lambda shown: "Publications" in shown, "the first screen", DEADLINE)
            except Ended as error:
                raise Found(str(error)) from error
        return window

    def walk(self) -> None:
        """Walk until the time is over, then see that all is well. Raises Found."""
        try:
            self.beside.start()
            while time.monotonic() < self.until:
                self.beside.check()
                self._unless_quit(self.act)
                self.acts += 1
                if self.acts % 20 == 0:
                    self.check_log()
                if self.acts % 100 == 0:
                    self._unless_quit(self.check_answers)
            self.beside.stop()
            self._unless_quit(self.check_answers)
            self.check_home()
            self.quit()
            self.check_files()
        except Exception as error:
            raise Found(self.report(error)) from error
        finally:
            self.beside.stop()
            self.window.shut()

    def report(self, error: Exception) -> str:
        """Everything that is known of a find."""
        log = self.home / "state" / "errors.log"
        return "\n".join(
            (
                f"seed {self.seed}, after {self.acts} acts and {self.starts} starts, in {self.folder}: {type(error).__name__}",
                str(error), "-- the last acts:", *self.last_acts, "-- the screen:", self.window.shown, "-- the error log:",
                log.read_text(encoding="utf-8") if log.exists() else "empty",
            )
        )  # fmt: skip

    # -- what is done

    def act(self) -> None:
        """Act once, and take in what comes of it."""
        acts: tuple[tuple[int, Callable[[], bytes]], ...] = (
            (30, lambda: b"".join(key_bytes(self.chance.choice(ALL_KEYS)) for _ in range(self.chance.randint(1, 3)))),
            (20, lambda: b"".join(key_bytes(self.chance.choice(MOVING)) for _ in range(self.chance.randint(1, 6)))),
            (15, self._way), (6, lambda: key_bytes(self.chance.choice(EDITING))),
            (10, lambda: self.chance.choice(WORDS).encode()), (5, self._path), (6, self._mouse), (3, self._sequence),
            (3, self._paste), (4, lambda: bytes(self.chance.randrange(0x80, 0x100) for _ in range(self.chance.randint(1, 5)))),
            (4, lambda: b"\x1b\x1b\x1b"), (2, lambda: self.chance.choice((b"\x1b[I", b"\x1b[O"))),
        )  # fmt: skip
        if self._paste_ends and self.acts > self._paste_ends:
            self._end_paste()
        if self.chance.random() < 0.03:
            self._resize()
        if self.chance.random() < 0.004:
            self._end()
        if self.chance.random() < 0.002:
            self._cut_short()
        make = self.chance.choices([make for _, make in acts], [weight for weight, _ in acts])[0]
        data = make()
        self.last_acts.append(f"{time.monotonic():.2f} {data[:80]!r}")
        self.window.send(data)
        self.window.settle(self.chance.choice((0.0, 0.01, 0.03, 0.1)))

    def _unless_quit(self, act: Callable[[], None]) -> None:
        """Act; start it again where it was quit, as a word does that is typed where a screen takes it for keys."""
        try:
            act()
        except Ended:
            if self.window.end() != 0:
                raise Found(f"it ended with exit code {self.window.code}") from None
            self.window.shut()
            self.window = self.start()

    def _way(self) -> bytes:
        self._pop_broken()
        return b"".join(key_bytes(key) for key in self.chance.choice(WAYS).split())

    def _pop_broken(self) -> None:
        """Leave up to three screens that are open; a key right behind an escape would be another key."""
        for _ in range(3):
            self.window.send(b"\x1b")
            self.window.settle(0.12)

    def _path(self) -> bytes:
        """Open a file, keep it, write one, start one."""
        new = str(self.folder / f"made-{self.chance.randrange(10**6)}")
        end = self.chance.choice((b"\r", b"\x13"))
        self._pop_broken()
        return self.chance.choice(
            (
                b"\x0f" + str(self.given).encode() + end, b"\x0f" + str(self.register).encode() + end,
                b"\x0f" + self.chance.choice(WORDS).encode() + end,
                b"\x0b" + f"{new}.fairlead".encode() + end, b"6w" + new.encode() + end,
                b"\x0e\t" + f"{new}.fairlead".encode() + b"\x13",
            )
        )  # fmt: skip

    def _mouse(self) -> bytes:
        columns, lines = self.size
        data = b""
        for _ in range(self.chance.randint(1, 3)):
            x, y = self.chance.randint(1, columns + 2), self.chance.randint(1, lines + 2)
            button = self.chance.choice((0, 0, 0, 1, 2, 32, 35, 64, 65))
            data += f"\x1b[<{button};{x};{y}M".encode()
            if button < 3:
                data += f"\x1b[<{button};{x};{y}m".encode() * self.chance.choice((1, 1, 2))
        return data

    def _sequence(self) -> bytes:
        numbers = ";".join(
            str(self.chance.choice((0, 1, 2, 27, 97, 1114112))) for _ in range(self.chance.randint(0, 4))
        )
        return self.chance.choice(
            (
                f"\x1b[{numbers}{self.chance.choice('ABCDFHPQRSZu~mR')}", f"\x1b[?{numbers}$y", f"\x1bO{self.chance.choice('PQRSABCD')}",
                "\x1b[97;1:1u", "\x1b]11;rgb:0000/0000/0000\x07", "\x1bP1$r0m\x1b\\", f"\x1b[<{numbers}", "\x1b[M !!", "\x1b",
            )
        ).encode()  # fmt: skip

    def _paste(self) -> bytes:
        text = "\n".join(self.chance.choice((*WORDS, "a" * 5000)) for _ in range(self.chance.randint(1, 20)))
        if self.chance.random() < 0.7:
            return b"\x1b[200~" + text.encode() + b"\x1b[201~"
        self._paste_ends = self.acts + self.chance.randrange(4)
        return b"\x1b[200~" + text.encode()

    def _end_paste(self) -> None:
        """End a paste that was begun, or be silent until the program ends it."""
        self._paste_ends = 0
        if self.chance.random() < 0.5:
            self.window.send(b"\x1b[201~")
        else:
            self.window.watch(1.3)

    def _resize(self) -> None:
        self.size = self.chance.choice(SIZES if self.chance.random() < 0.8 else NARROW)
        self.last_acts.append(f"{time.monotonic():.2f} resized to {self.size}")
        self.window.resize(*self.size)

    def _end(self) -> None:
        """Close the window, or have the program asked to end; then start again."""
        how = self.chance.choice(("closed", "SIGHUP", "SIGTERM", "killed", "q"))
        self.last_acts.append(f"{time.monotonic():.2f} {how}")
        if how == "closed":
            self.window.close_window()
        elif how == "q":
            self.window.press("escape", "escape", "escape")
            self.window.settle(0.2)
            self.window.shut()
        elif how == "killed":
            self.window.shut()
        else:
            self.window.signal(getattr(signal, how))
        code = self.window.end(DEADLINE)
        if code not in (0, -signal.SIGKILL):
            raise Found(f"{how}: it ended with exit code {code}")
        self.window = self.start()

    def _cut_short(self) -> None:
        """Cut the register short under the program, which reports that it is damaged; then put it back, and start
        again."""
        with self.beside.held_off():
            # Whatever was opened since, it is the register itself that is cut.
            self._out_of_everything()
            self.quit()
            self.window.shut()
            self.window = self.start()
            shutil.copyfile(self.register, self.folder / "before")
            size = self.chance.choice((0, 100, 4096, 20_000, self.register.stat().st_size - 4096))
            self.last_acts.append(f"{time.monotonic():.2f} cut short to {size} bytes")
            os.truncate(self.register, size)
            for key in ("1", "7", "2", "3", "4", "l", "1", "n", "u"):
                self.window.press(key)
                self.window.settle(0.2)
            # A small cut is found when what is missing is read, and the history reads it all.
            shown = self.window.shown
            if "is damaged" not in shown or "safe" in shown:
                raise Found("it does not say that the register is damaged, or says that it is safe")
            self._out_of_everything()
            self.quit()
            self.window.shut()
            os.replace(self.folder / "before", self.register)
        self.window = self.start()

    def _out_of_everything(self) -> None:
        """Leave whatever is open, in a window of the usual size."""
        self.window.send(b"\x1b[201~")
        self.size = SIZES[0]
        self.window.resize(*self.size)
        for _ in range(12):
            self.window.send(b"\x1b")
            self.window.settle(0.15)

    # -- what has to hold

    def check_log(self) -> None:
        """Nothing that nobody foresaw has happened."""
        if (self.home / "state" / "errors.log").exists():
            raise Found("there is something in the error log")

    def check_answers(self) -> None:
        """The program does something when it is made another size, and when a key is pressed."""
        with self.beside.held_off():
            self.window.send(b"\x1b[201~")
            self.window.settle(0.3)
            for size in ((81, 25), SIZES[0]):
                self.window.resize(*size)
                answered = self.window.take_in(DEADLINE)
                self.window.settle(0.1)
                if not answered:
                    raise Found("it does not answer when the window is made another size")
            self.size = SIZES[0]

    def check_home(self) -> None:
        """Out of whatever is open, keys lead to the first screen and to the history."""
        self._out_of_everything()
        for key, seen in (("1", "Publication "), ("7", "change"), ("1", "Publication ")):
            self.window.press(key)
            self.window.wait(lambda shown, seen=seen: seen in shown, f"an answer to {key}", DEADLINE)  # type: ignore[misc]

    def quit(self) -> None:
        """q ends it."""
        self.window.press("q")
        if (code := self.window.end(DEADLINE)) != 0:
            raise Found(f"q ended it with exit code {code}")

    def check_files(self) -> None:
        """The log is empty, and every register checks."""
        self.check_log()
        mine = {self.register, *self.folder.glob("made-*.fairlead"), *(self.home / "data").glob("*.fairlead")}
        for path in sorted(mine):
            self.fairlead("check-file", str(path))


class Beside:
    """The other program: it writes to the register, locks it, moves it away and back, and now and then cuts it
    short."""

    def __init__(self, walk: Walk, chance: random.Random) -> None:
        self.walk = walk
        self.chance = chance
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._ended = threading.Event()
        self._turn = threading.RLock()
        self._error: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; the register is free and in its place then."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(60)
        self.check()

    def check(self) -> None:
        """Raise what went wrong in it."""
        if self._error is not None:
            error, self._error = self._error, None
            raise error

    def held_off(self) -> AbstractContextManager[bool]:
        """While this is held nothing is done to the register."""
        return self._turn

    def _run(self) -> None:
        try:
            while not self._ended.wait(self.chance.uniform(0.2, 3.0)):
                with self._turn:
                    self.chance.choices((self._write, self._lock, self._read, self._move), (4, 3, 1, 2))[0]()
        except Exception as error:
            self._error = error

    def _note_act(self, what: str) -> None:
        self.walk.last_acts.append(f"{time.monotonic():.2f} beside: {what}")

    def _write(self) -> None:
        item = self.chance.choice(("HC-6", "HC-2", "CA-2", "OCSA-x1", "CAM-1"))
        what = self.chance.choice(
            (("note", item, "Written beside it"), ("set", item, "--track", "on-track", "--reason", "beside"), ("undo",),
             ("set", "--filter", "publication:HC", "--next-move", "us", "--apply"))
        )  # fmt: skip
        self._note_act(" ".join(what))
        # Refused is as good as done: somebody may have locked it, or set something else.
        self.walk.fairlead(*what, "--register", str(self.walk.register), "--author", "Bea", expected=(0, 1, 2))

    def _lock(self) -> None:
        seconds = self.chance.choice((0.1, 0.5, 1.5, 6.0))
        how = self.chance.choice(("EXCLUSIVE", "IMMEDIATE"))
        self._note_act(f"locks it {how} for {seconds} s")
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(self.walk.register, isolation_level=None)) as conn,
        ):
            conn.execute(f"BEGIN {how}")
            self._ended.wait(seconds)
            conn.execute("ROLLBACK")

    def _read(self) -> None:
        """Hold it as a reader does: nobody can commit meanwhile."""
        self._note_act("reads for 2 s")
        with (
            suppress(sqlite3.OperationalError),
            closing(sqlite3.connect(self.walk.register, isolation_level=None)) as conn,
        ):
            conn.execute("BEGIN")
            conn.execute("SELECT count(*) FROM change").fetchone()
            self._ended.wait(2)
            conn.execute("ROLLBACK")

    def _move(self) -> None:
        seconds = self.chance.uniform(0.05, 3.0)
        self._note_act(f"moves it away for {seconds:.1f} s")
        away = self.walk.folder / "moved.fairlead"
        os.replace(self.walk.register, away)
        try:
            self._ended.wait(seconds)
        finally:
            os.replace(away, self.walk.register)


def main() -> None:
    """Walk, and report what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    walk = Walk(Path(tempfile.mkdtemp(prefix="fairlead-walk-")), given.seed, given.seconds)
    try:
        walk.walk()
    except Found as found:
        sys.exit(str(found))
    print(f"seed {given.seed}: {walk.acts:,} acts and {walk.starts} starts in {given.seconds:.0f} s; nothing was found")
    shutil.rmtree(walk.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
