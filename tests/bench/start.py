"""How long the start takes and how much memory is held, as ratios to the bare app in the same run."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence

from figures import MEMORY, RUNS, START, Figure, percentile, timed
from keys import open_facet, to_list
from registers import Case
from seen import counted, has_rows, title
from terminal import Picture


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
            case.clear_values("first useful screen, against the bare app"),
            median / bare,
            worst / bare,
            "×",
            START,
            median / bare,
        )
    for name in ["bare", *[str(case.size) for case in cases]]:
        yield timed(f"{name:>9}  a key pressed at the first sight of rows", runs[f"key {name}"], None)
    print(f"(noise: the slowest of {RUNS} bare starts took {spread:.2f} × their median)", flush=True)


def memory(case: Case, bare: float, bare_paged: float) -> Iterator[Figure]:
    """Memory held: when the first screen is there, after paging, and while a filter of everything is held."""
    terminal = case.start()
    terminal.until(has_rows, terminal.started)
    terminal.settle(2.0)
    first = terminal.resident()
    yield Figure(
        case.clear_values(f"memory after the first screen ({first:.0f} MB)"),
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
        case.clear_values(f"memory after paging ({paged:.0f} MB)"),
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
        case.clear_values(f"memory, a filter of everything held ({held:.0f} MB)"),
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
