"""How fast Fairlead is, against the budgets of its design: python tests/bench/bench.py [--sizes N,N] [--keep FOLDER]

Every figure is taken from outside, in a terminal of 120 by 36: keys go in, and the clock stops at the last byte that
comes out. The start and the memory are told as ratios to a bare Textual app, started in the same run.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from terminal import Answer, Overdue, Picture, Terminal  # noqa: E402

SAMPLE = 70
"""The size that stands for the sample."""

RUNS = 7
"""Starts that a median is taken of."""

FRAME, SAVE = 16.0, 50.0
START, MEMORY = 1.15, 1.3


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, its unit, and what the design allows; no budget means none is set."""

    what: str
    median: float
    worst: float
    unit: str
    budget: float | None
    judged: float
    """What is held against the budget: the 95th percentile of many, the median of a few starts."""

    def line(self) -> str:
        """It as a line of text."""
        verdict = "" if self.budget is None else "PASS" if self.judged <= self.budget else "over"
        allowed = "" if self.budget is None else f"{self.budget:,.2f}".rstrip("0").rstrip(".")
        return f"{self.what:<58}{self.median:>9,.2f}{self.worst:>9,.2f} {self.unit:<3}{allowed:>7}  {verdict}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(what: str, values: Sequence[float], budget: float | None) -> Figure:
    """A figure of many times, held to its 95th percentile; of fewer than ten, to the median."""
    median, high = statistics.median(values), percentile(values, 0.95)
    return Figure(what, median, high, "ms", budget, high if len(values) >= 10 else median)


# -- registers


def build(path: Path, size: int) -> None:
    """Make the register of a size where there is none that this version can open."""
    from store.errors import FairleadError
    from store.register import Register

    if path.exists():
        try:
            Register.open(path).close()
            return
        except FairleadError as error:
            print(f"{path} is made anew: {error}", flush=True)
            path.unlink()
    print(f"Making a register of {size:,} …", flush=True)
    register = Register.create(path)
    if size == SAMPLE:
        from seed import load_sample

        load_sample(register)
    else:
        from seed.large import load_large

        for _ in load_large(register, size):
            pass
    register.close()


def desk(home: Path, register: Path, acts_for: tuple[str, ...] = ()) -> dict[str, str]:
    """The environment of a person at a desk whose own this register is.

    The day's backup counts as made: it would fall on whichever session is the first.
    """
    from store.register import Register
    from tui.settings import folders, made, remember

    os.environ["FAIRLEAD_HOME"] = str(home)
    opened = Register.open(register)
    remember(mine=(register, opened.id), name="Bench", acts_for=acts_for)
    (made(folders().backups) / f"{opened.id}.{date.today().isoformat()}.000001.fairlead").touch()
    opened.close()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FAIRLEAD", "PYTHON"))}
    return kept | {"FAIRLEAD_HOME": str(home), "FAIRLEAD_TODAY": "2024-09-18", "TERM": "xterm-256color"} | {
        "COLORTERM": "truecolor", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


# -- what is on the screen


def has_rows(picture: Picture) -> bool:
    """Whether rows are to be seen, in whichever table is shown."""
    row = (
        picture.line_after("Ref", "Recommendation")
        or picture.line_after("Code", "Publication")
    ).strip()  # fmt: skip
    return bool(row) and not row.startswith("…")


def title(picture: Picture) -> str:
    """The line that says what is shown and how many."""
    lines = picture.lines
    return next((lines[n - 1] for n, line in enumerate(lines) if "Ref" in line and "Recommendation" in line), "")


def shows(*words: str) -> Callable[[Picture], bool]:
    """Whether the list is narrowed to what these words say, and the first hits are there."""
    return lambda picture: all(word in title(picture) for word in words) and has_rows(picture)


def cursor_line(picture: Picture) -> str:
    """The row that the cursor is on; "" under a dialog."""
    return next((line for line in picture.lines if line.startswith("▌")), "")


def counted(picture: Picture) -> bool:
    """Whether the counts have come."""
    return bool(title(picture)) and not re.search(r"… (of|recomm|commit)", title(picture))


# -- measuring


@dataclass
class Case:
    """A register to measure, and what the bare app needs beside it."""

    size: int
    register: Path
    home: Path
    folder: Path

    def start(self, acts_for: tuple[str, ...] = ()) -> Terminal:
        """Start Fairlead on it."""
        environment = desk(self.home, self.register, acts_for)
        return Terminal([sys.executable, "-m", "tui", str(self.register)], environment, self.folder)

    def start_bare(self) -> Terminal:
        """Start the bare app."""
        environment = desk(self.home, self.register)
        return Terminal([sys.executable, str(ROOT / "tests/bench/bare.py")], environment, self.folder)

    def named(self, what: str) -> str:
        """What a line of the table says it is about."""
        return f"{self.size:>9,}  {what}"


def bare_rows(picture: Picture) -> bool:
    """Whether the bare app shows its rows."""
    return any("Row 1 of" in line for line in picture.lines)


def starts(cases: Sequence[Case]) -> Iterator[Figure]:
    """How long until rows are to be seen, in turns, so that what else the machine does falls on all alike."""
    runs: dict[str, list[float]] = {}
    for turn in range(RUNS + 1):
        for name, start, seen in [
            ("bare", cases[0].start_bare, bare_rows),
            *[(str(case.size), case.start, has_rows) for case in cases],
        ]:
            terminal = start()
            took = terminal.until(seen, terminal.started)
            key = terminal.send("down")
            answered = terminal.burst(5)
            if turn:
                runs.setdefault(name, []).append(took)
                if answered:
                    runs.setdefault(f"key {name}", []).append((terminal._last - key) * 1000)
            terminal.settle(0.2)
            terminal.close()
    bare = statistics.median(runs["bare"])
    spread = percentile(runs["bare"], 1) / bare
    yield Figure("           the bare app's start", bare, percentile(runs["bare"], 1), "ms", None, bare)
    for case in cases:
        median, worst = statistics.median(runs[str(case.size)]), percentile(runs[str(case.size)], 1)
        yield Figure(
            case.named("first useful screen, against the bare app"),
            median / bare,
            worst / bare,
            "×",
            START,
            median / bare,
        )
    for name in ["bare", *[str(case.size) for case in cases]]:
        yield timed(f"{name:>9}  a key pressed at the first sight of rows", runs[f"key {name}"], None)
    print(f"(noise: the slowest of {RUNS} bare starts took {spread:.2f} × their median)", flush=True)


def moving(terminal: Terminal, what: Callable[[str], str], short: bool = False) -> Iterator[Figure]:
    """Move by a row and by a page, and jump to either end, in the list that is shown."""
    keys = {
        "move": ["down"] * 45 + ["up"] * 15,
        "page": ["pagedown", "pageup"] * 20 if short else ["pagedown"] * 25 + ["pageup"] * 15,
        "jump to the end and back": ["end", "home"] * 10,
    }
    for name, pressed in keys.items():
        answers: list[Answer] = []
        for key in pressed:
            try:
                answers.append(terminal.press(key, wait=5))
            except Overdue:
                continue
        if not answers:
            continue
        yield timed(what(f"{name}: the row"), [a.first for a in answers], FRAME)
        yield timed(what(f"{name}: the row and the pane"), [a.last for a in answers], None)


def says(words: str) -> Callable[[Picture], bool]:
    """Whether these words are on the screen."""
    return lambda picture: any(words in line for line in picture.lines)


def has_options(picture: Picture) -> bool:
    """Whether a facet's values are there, with their counts."""
    return any(re.search(r"\[[ x]\] .*\d", line) for line in picture.lines)


def type_to_narrow(terminal: Terminal, word: str) -> None:
    """Narrow what a dialog offers."""
    terminal.settle(0.2)
    for letter in word:
        terminal.send(letter)
        terminal.settle()
    terminal.settle(0.2)


def open_sort(terminal: Terminal, word: str) -> None:
    """Open the dialog that sorts, narrowed to a word; the next enter takes it."""
    terminal.until(says("type to narrow"), terminal.send("o"))
    type_to_narrow(terminal, word)


def open_narrow(terminal: Terminal) -> None:
    """Open the dialog that filters; the next key takes a status, or opens a facet."""
    terminal.until(says("Or choose from"), terminal.send("f"))
    terminal.settle(0.3)


def open_facet(terminal: Terminal, key: str, value: str) -> tuple[float, float]:
    """Open a facet, narrowed to a value; returns the milliseconds to its dialog and to its counts."""
    open_narrow(terminal)
    now = terminal.send(key)
    opened = terminal.until(says("type to narrow"), now)
    counted_after = terminal.until(has_options, now)
    type_to_narrow(terminal, value)
    return opened, counted_after


def narrowing(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """Filters, facets, sorts and searches: to the first hits, and to the counts."""
    hits = 50.0 if case.size <= 100_000 else 200.0
    for name, key, value in FACETS:
        opened, took = open_facet(terminal, key, value)
        yield timed(case.named(f"facet {name}: the dialog"), [opened], hits)
        yield timed(case.named(f"facet {name}: its counts"), [took], 1000)
        yield from filtered(case, terminal, f"filter by {name}", "enter")
    open_narrow(terminal)
    yield from filtered(case, terminal, "filter by status, one key", "d")
    yield from searching(case, terminal, hits)


FACETS = (
    ("how far", "h", "submitted"),
    ("theme", "t", "guidelines"),
    ("publication", "p", ""),
    ("kind", "k", "recommendation"),
    ("lead", "l", ""),
    ("target", "g", "due"),
)
"""Facets that are opened: how each is called, its key, and what is typed to choose a value."""


def filtered(case: Case, terminal: Terminal, what: str, key: str) -> Iterator[Figure]:
    """Press the key that narrows the list: to the first hits, and to the counts. The list is whole again afterwards."""
    hits = 50.0 if case.size <= 100_000 else 200.0
    now = terminal.send(key)
    took = terminal.until(lambda picture: title(picture)[1:11] not in ("", "Everything") and has_rows(picture), now)
    yield timed(case.named(f"{what}: first hits"), [took], hits)
    yield timed(case.named(f"{what}: counts"), [terminal.until(counted, now)], 1000)
    terminal.settle(0.3)
    terminal.until(shows("Everything"), terminal.send("x"))
    terminal.settle(0.3)


def searching(case: Case, terminal: Terminal, hits: float) -> Iterator[Figure]:
    """A search, letter by letter: each letter to its first hits, and the last one to its counts."""
    typed: dict[str, list[float]] = {}
    counts: dict[str, list[float]] = {}
    for word in ("third", "the", "training", "x12"):
        terminal.press("/")
        for n, letter in enumerate(word, 1):
            part = word[:n]
            now = terminal.send(letter)
            quoted = f'"{part}"'
            try:
                took = terminal.until(
                    lambda picture, quoted=quoted: (
                        quoted in title(picture)
                        and (has_rows(picture) or any("Nothing fits" in line for line in picture.lines))
                    ),
                    now,
                )
            except Overdue as error:
                print(f"({case.size:,}: {quoted}: {error})")
                break
            typed.setdefault(f"letter {min(n, 2)}", []).append(took)
            counts.setdefault("counts", []).append(terminal.until(counted, now))
            terminal.settle(0.1)
        terminal.press("escape")
        terminal.press("escape")
        terminal.settle(0.3)
        if title(terminal.picture).strip().startswith('"'):
            terminal.press("x")
    yield timed(case.named("search, the first letter: first hits"), typed["letter 1"], None)
    worst = max(typed["letter 2"])
    yield Figure(
        case.named("search, every later letter: first hits"),
        statistics.median(typed["letter 2"]),
        worst,
        "ms",
        hits,
        worst,
    )
    yield Figure(
        case.named("search: counts"),
        statistics.median(counts["counts"]),
        max(counts["counts"]),
        "ms",
        1000,
        max(counts["counts"]),
    )


def saving(case: Case, terminal: Terminal, what: str) -> Iterator[Figure]:
    """Change how far an open item is: from the key that says it to both the row and the word that it is saved."""
    for _ in range(60):
        here = cursor_line(terminal.picture)
        if "On track" in here or "Delayed" in here:
            break
        terminal.press("down")
    times = []
    for turn in range(12):
        key, word = (("p", "In progress"), ("c", "Collating evidence"))[turn % 2]
        terminal.press("s")
        now = terminal.send(key)
        if turn < 2:
            terminal.settle(0.5)
            continue
        times.append(terminal.until(lambda picture, word=word: word in cursor_line(picture), now))
        terminal.settle(0.3)
    yield timed(case.named(f"a status change, {what}"), times, SAVE)


def to_list(terminal: Terminal) -> float:
    """Go to the whole list; milliseconds until its first rows."""
    now = terminal.send("2")
    return terminal.until(lambda picture: bool(title(picture)) and has_rows(picture), now)


def memory(case: Case, bare: float, bare_paged: float) -> Iterator[Figure]:
    """Memory held: when the first screen is there, after paging, and while a filter of everything is held."""
    terminal = case.start()
    terminal.until(has_rows, terminal.started)
    terminal.settle(2.0)
    first = terminal.resident()
    yield Figure(
        case.named(f"memory after the first screen ({first:.0f} MB)"),
        first / bare,
        first / bare,
        "×",
        MEMORY,
        first / bare,
    )
    to_list(terminal)
    terminal.settle(0.5)
    for _ in range(60):
        terminal.press("pagedown")
    paged = terminal.resident()
    yield Figure(
        case.named(f"memory after paging ({paged:.0f} MB)"),
        paged / bare_paged,
        paged / bare_paged,
        "×",
        MEMORY,
        paged / bare_paged,
    )
    open_facet(terminal, "s", "")
    for _ in range(4):
        terminal.press("space")
        terminal.press("down")
    now = terminal.send("enter")
    terminal.until(lambda picture: " or " in title(picture) and counted(picture) and has_rows(picture), now)
    terminal.settle(1.0)
    for _ in range(10):
        terminal.press("pagedown")
    held = terminal.resident()
    more = 8 * case.size / 1024 / 1024
    yield Figure(
        case.named(f"memory, a filter of everything held ({held:.0f} MB)"),
        held / bare_paged, held / bare_paged, "×", MEMORY + more / bare_paged, held / bare_paged,
    )  # fmt: skip
    terminal.close()


def bare_memory(case: Case) -> tuple[float, float]:
    """What the bare app holds, at first and after paging."""
    terminal = case.start_bare()
    terminal.until(bare_rows, terminal.started)
    terminal.settle(2.0)
    first = terminal.resident()
    for _ in range(30):
        terminal.send("pagedown")
        terminal.send("home")
        terminal.settle(0.1)
    paged = terminal.resident()
    terminal.close()
    return first, paged


def one_size(case: Case) -> Iterator[Figure]:
    """All that is measured in one session at one size."""
    terminal = case.start()
    terminal.until(has_rows, terminal.started)
    terminal.settle(1.0)
    yield from moving(terminal, lambda what: case.named(f"publications, {what}"), case.size == SAMPLE)
    yield timed(case.named("to the whole list: first rows"), [to_list(terminal)], None)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.named(f"the whole list, {what}"), case.size == SAMPLE)
    yield from saving(case, terminal, "whole list")
    open_sort(terminal, "target")
    now = terminal.send("enter")
    yield timed(
        case.named("sort by target: first rows"),
        [
            terminal.until(
                lambda picture: says("Target ↑")(picture) and has_rows(picture) and not says("type to narrow")(picture),
                now,
            )
        ],
        50 if case.size <= 100_000 else 200,
    )
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.named(f"whole, by target, {what}"), case.size == SAMPLE)
    open_narrow(terminal)
    now = terminal.send("o")
    yield timed(
        case.named("filter under a sort: first hits"),
        [terminal.until(shows("On track"), now)],
        50 if case.size <= 100_000 else 200,
    )
    yield timed(case.named("filter under a sort: counts"), [terminal.until(counted, now)], 1000)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.named(f"on track, by target, {what}"), case.size == SAMPLE)
    yield from saving(case, terminal, "filtered and sorted")
    terminal.until(shows("Everything"), terminal.send("x"))
    open_sort(terminal, "reference")
    terminal.press("enter")
    terminal.settle(0.5)
    yield from narrowing(case, terminal)
    terminal.close()


PARTS = ("start", "keys", "memory")


def main() -> int:
    """Measure, print the table, and say how many figures are over their budgets."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="70,100000,1000000", help="how many recommendations; 70 is the sample")
    parser.add_argument("--keep", type=Path, help="where the registers are kept, to be used again")
    parser.add_argument("--only", default=",".join(PARTS), help="which parts: start, keys, memory")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fairlead-bench-"))
    kept = (options.keep or folder).absolute()
    kept.mkdir(parents=True, exist_ok=True)
    try:
        cases = []
        for size in (int(size) for size in options.sizes.split(",")):
            register = kept / f"r{size}.fairlead"
            build(register, size)
            cases.append(Case(size, register, folder / f"home{size}", folder))
        over = 0
        print(f"\n{'what':<58}{'median':>9}{'worst':>9}    {'budget':>7}")
        for figure in measured(cases, options.only.split(",")):
            print(figure.line(), flush=True)
            over += figure.budget is not None and figure.judged > figure.budget
        print(f"\n{over} over budget. Worst: the 95th percentile of keys, the slowest of {RUNS} starts.")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def measured(cases: Sequence[Case], parts: Sequence[str]) -> Iterator[Figure]:
    """Every figure, in the order of the table."""
    began = time.monotonic()
    if "start" in parts:
        yield from starts(cases)
    if "keys" in parts:
        terminal = cases[0].start_bare()
        terminal.until(bare_rows, terminal.started)
        terminal.settle(1.0)
        yield from moving(terminal, lambda what: f"     bare  {what}", True)
        terminal.close()
        for case in cases:
            yield from one_size(case)
    if "memory" in parts:
        bare, paged = bare_memory(cases[0])
        for case in cases:
            yield from memory(case, bare, paged)
    print(f"(took {time.monotonic() - began:.0f} s)")


if __name__ == "__main__":
    sys.exit(main())
