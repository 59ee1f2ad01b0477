"""Keys in the lists: moving, sorting, narrowing, searching, and a status change."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from functools import partial

from figures import COUNTS, FRAME, SAVE, Figure, first_hits, timed
from registers import SAMPLE, Case
from seen import counted, cursor_line, has_options, has_rows, has_text, shows, title
from terminal import Answer, Overdue, Picture, Terminal


def moving(terminal: Terminal, what: Callable[[str], str], short: bool = False) -> Iterator[Figure]:
    """Move by a row and by a page, and jump to either end, in the list that is shown."""
    keys = {
        "move": ["down", "up"] * 20 if short else ["down"] * 45 + ["up"] * 15,
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


def type_to_narrow(terminal: Terminal, word: str) -> None:
    """Narrow what a dialog offers."""
    terminal.settle(0.2)
    for letter in word:
        terminal.send(letter)
        terminal.settle()
    terminal.settle(0.2)


def open_sort(terminal: Terminal, word: str) -> None:
    """Open the dialog that sorts, narrowed to a word; the next enter takes it."""
    terminal.until(has_text("type to filter"), terminal.send("o"))
    type_to_narrow(terminal, word)


def open_narrow(terminal: Terminal) -> None:
    """Open the dialog that filters; the next key takes a status, or opens a facet."""
    terminal.until(has_text("Or choose from"), terminal.send("f"))
    terminal.settle(0.3)


def open_facet(terminal: Terminal, key: str, value: str) -> tuple[float, float]:
    """Open a facet, narrowed to a value; returns the milliseconds to its dialog and to its counts."""
    open_narrow(terminal)
    now = terminal.send(key)
    opened = terminal.until(has_text("type to filter"), now)
    counted_after = terminal.until(has_options, now)
    type_to_narrow(terminal, value)
    return opened, counted_after


def narrowing(case: Case, terminal: Terminal) -> Iterator[Figure]:
    """Filters, facets, sorts and searches: to the first hits, and to the counts."""
    hits = first_hits(case.size)
    for name, key, value in FACETS:
        opened, took = open_facet(terminal, key, value)
        yield timed(case.clear_values(f"facet {name}: the dialog"), [opened], hits)
        yield timed(case.clear_values(f"facet {name}: its counts"), [took], COUNTS)
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
    hits = first_hits(case.size)
    now = terminal.send(key)
    took = terminal.until(lambda picture: title(picture)[1:11] not in ("", "Everything") and has_rows(picture), now)
    yield timed(case.clear_values(f"{what}: first hits"), [took], hits)
    yield timed(case.clear_values(f"{what}: counts"), [terminal.until(counted, now)], COUNTS)
    terminal.settle(0.3)
    terminal.until(shows("Everything"), terminal.send("x"))
    terminal.settle(0.3)


def _found_for(quoted: str, picture: Picture) -> bool:
    return quoted in title(picture) and (has_rows(picture) or any("Nothing fits" in line for line in picture.lines))


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
                took = terminal.until(partial(_found_for, quoted), now)
            except Overdue as error:
                print(f"({case.size:,}: {quoted}: {error})")
                break
            typed.setdefault(f"letter {min(n, 2)}", []).append(took)
            counts.setdefault("counts", []).append(terminal.until(counted, now))
            terminal.settle(0.1)
        terminal.press("escape")
        terminal.settle(0.3)
        if title(terminal.picture).strip().startswith('"'):
            terminal.press("x")
    yield timed(case.clear_values("search, the first letter: first hits"), typed["letter 1"], None)
    worst = max(typed["letter 2"])
    yield Figure(
        case.clear_values("search, every later letter: first hits"),
        statistics.median(typed["letter 2"]),
        worst,
        "ms",
        hits,
        worst,
    )
    yield Figure(
        case.clear_values("search: counts"),
        statistics.median(counts["counts"]),
        max(counts["counts"]),
        "ms",
        COUNTS,
        max(counts["counts"]),
    )


def _is_in_cursor_line(word: str, picture: Picture) -> bool:
    return word in cursor_line(picture)


def saving(case: Case, terminal: Terminal, what: str) -> Iterator[Figure]:
    """Change how far an open item is: from the key that sets it to both the row and the word that it is saved."""
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
        times.append(terminal.until(partial(_is_in_cursor_line, word), now))
        terminal.settle(0.3)
    yield timed(case.clear_values(f"a status change, {what}"), times, SAVE)


def to_list(terminal: Terminal) -> float:
    """Go to the whole list; milliseconds until its first rows."""
    now = terminal.send("2")
    return terminal.until(lambda picture: bool(title(picture)) and has_rows(picture), now)


def one_size(case: Case) -> Iterator[Figure]:
    """All that is measured in one session at one size."""
    terminal = case.start()
    terminal.until(has_rows, terminal.started)
    terminal.settle(1.0)
    yield from moving(terminal, lambda what: case.clear_values(f"publications, {what}"), case.size == SAMPLE)
    yield timed(case.clear_values("to the whole list: first rows"), [to_list(terminal)], None)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.clear_values(f"the whole list, {what}"), case.size == SAMPLE)
    yield from saving(case, terminal, "whole list")
    open_sort(terminal, "target")
    now = terminal.send("enter")
    yield timed(
        case.clear_values("sort by target: first rows"),
        [
            terminal.until(
                lambda picture: (
                    has_text("Target ↑")(picture) and has_rows(picture) and not has_text("type to filter")(picture)
                ),
                now,
            )
        ],
        first_hits(case.size),
    )
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.clear_values(f"whole, by target, {what}"), case.size == SAMPLE)
    open_narrow(terminal)
    now = terminal.send("o")
    yield timed(
        case.clear_values("filter under a sort: first hits"),
        [terminal.until(shows("On track"), now)],
        first_hits(case.size),
    )
    yield timed(case.clear_values("filter under a sort: counts"), [terminal.until(counted, now)], COUNTS)
    terminal.settle(0.5)
    yield from moving(terminal, lambda what: case.clear_values(f"on track, by target, {what}"), case.size == SAMPLE)
    yield from saving(case, terminal, "filtered and sorted")
    terminal.until(shows("Everything"), terminal.send("x"))
    open_sort(terminal, "reference")
    terminal.press("enter")
    terminal.settle(0.5)
    yield from narrowing(case, terminal)
    terminal.close()
