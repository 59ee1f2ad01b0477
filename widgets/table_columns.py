"""The columns of a table, and how they share a line of so many cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from rich.cells import cell_len

AMPLE = 48
"""Cells that are enough for most titles: what a long line has beyond them goes to cells that are cut elsewhere first."""

LONG = 110
"""Cells from which a line has ENOUGH for the column without a width before another column comes in."""

ENOUGH = 40
"""Cells in which most titles are whole."""

ANY = 1_000
"""More cells than a line has."""

ARROW = 2
"""Cells of the arrow of a sort, after a label."""

READABLE = 12
"""Cells in which the start of a text can be read: with fewer its column is left out."""

WORTH = 4
"""Cells that a column gives away at the least: fewer would move the columns for little."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: widths are in cells of the terminal, a width of None takes what the others leave (one column only).

    `min_width` is the least that such a column may have. Where the line is too short for all of them, those with a
    `least` begin with that; where it still is, the column with the lowest priority is left out first; of equals, the one
    furthest right. What a line has beyond that goes where it makes most cells whole, those of a high priority above others:
    to the `most` of each (AMPLE for the column without a width), then to that column, and then beyond the `most`; what
    makes none whole goes to those that are cut, on a line of LONG cells only where it makes no cell of another column
    whole. A column with a width and no `most` never grows. While a cell is cut, a column gives away what its cells have no need of.
    """

    key: str
    label: str
    width: int | None = None
    min_width: int = 12
    priority: int = 0
    align: Literal["left", "right"] = "left"
    most: int = 0
    least: int = 0


class Place(NamedTuple):
    """The position of a column on the line: its index, and its first cell and width, without the gutter."""

    number: int
    x: int
    width: int


Sizes = dict[int, int]
"""The widths that the cells of a column need, and how many need each."""


def largest(sizes: Sizes) -> int:
    """The width in which all cells of a column are whole."""
    return max(sizes, default=0)


def _usual(sizes: Sizes, most: int) -> int:
    """What a column does not give away: what its cells need, or READABLE where most of them are all but empty."""
    few = sum(count for size, count in sizes.items() if size <= WORTH)
    needed = largest(sizes)
    return min(READABLE, needed) if most and 2 * few > sum(sizes.values()) else needed


def place_columns(columns: Sequence[Column], width: int, needs: Sequence[Sizes] = ()) -> list[Place]:
    """Choose the columns that fit a line of so many cells, at least one, and position them.

    `needs` has the widths that each needs for the cells that have been read; without it none grows but the one that
    takes what the others leave.
    """
    sizes = [needs[n] if n < len(needs) else {} for n in range(len(columns))]
    gap = 2 if width >= 100 else 1
    shown = list(range(len(columns)))

    is_tight = False

    def least(n: int) -> int:
        own, least_of_rest = columns[n].width, columns[n].min_width
        if own is None and width >= LONG:
            least_of_rest = max(least_of_rest, min(ENOUGH, largest(sizes[n])))
        return least_of_rest if own is None else (is_tight and columns[n].least) or own

    def needed() -> int:
        return sum(map(least, shown)) + gap * (len(shown) - 1)

    def can_shrink() -> bool:
        """Whether the last two fit where the one without a width has less than it should."""
        short = sum(columns[n].min_width - READABLE for n in shown if columns[n].width is None)
        return len(shown) == 2 and short > 0 and needed() - short <= width

    is_tight = needed() > width
    while len(shown) > 1 and needed() > width and not can_shrink():
        shown.remove(min(shown, key=lambda n: (columns[n].priority, -n)))
    spare = width - needed() if len(shown) > 1 else max(0, width - needed())
    widths = {n: least(n) for n in shown}
    flexible = next((n for n in shown if columns[n].width is None), None)
    if sum(max(0, largest(sizes[n]) - widths[n]) for n in shown) > spare:
        for n in shown:
            slack = widths[n] - max(_usual(sizes[n], columns[n].most), width_of(columns[n].label) + ARROW)
            if needs and n != flexible and slack >= (1 if columns[n].most else WORTH):
                widths[n] -= slack
                spare += slack
    for is_wide in (False, True):
        most = {n: columns[n].most or (AMPLE if n == flexible else 0) for n in shown}
        most = {n: ANY for n in shown if most[n]} if is_wide else most
        while steps := [
            (step[0] * (1 + columns[n].priority), step[1], n)
            for n in most
            if (step := _next_step(sizes[n], widths[n], most[n], spare))
        ]:
            _, size, n = max(steps)
            spare -= size - widths[n]
            widths[n] = size
        if flexible is not None:
            grown = max(0, min(spare, largest(sizes[flexible]) - widths[flexible]))
            widths[flexible] += grown
            spare -= grown
    if width >= LONG:
        spare = _trade(columns, sizes, widths, spare)
    # What is left makes no cell whole, but shows more of those that are cut.
    cut = {n: sum(c for size, c in sizes[n].items() if size > widths[n]) * (1 + columns[n].priority) for n in shown}
    for n in sorted((n for n in shown if columns[n].most and cut[n]), key=lambda n: -cut[n]):
        grown = min(spare, largest(sizes[n]) - widths[n])
        widths[n] += grown
        spare -= grown
    if flexible is not None:
        widths[flexible] += spare
    places: list[Place] = []
    x = 0
    for n in shown:
        places.append(Place(n, x, min(widths[n], max(0, width - x))))
        x += widths[n] + gap
    return places


def _trade(columns: Sequence[Column], sizes: Sequence[Sizes], widths: dict[int, int], spare: int) -> int:
    """Give a column what makes its cells whole out of what makes none whole in others; returns what is left of `spare`.

    What shows only more of cells that are cut anyhow goes, down to READABLE cells and to the label; but never of the column
    without a width, whose texts are read for their own sake.
    """
    unneeded = {}
    for n, width in widths.items():
        column, whole = columns[n], max((size for size in sizes[n] if size <= width), default=0)
        least = max(whole, READABLE, width_of(column.label) + ARROW)
        can_give = column.most and column.width is not None and largest(sizes[n]) > width
        unneeded[n] = max(0, width - least) if can_give else 0
    steps = []
    for n in widths:
        limit = ANY if columns[n].most or columns[n].width is None else 0
        room = spare + sum(unneeded.values()) - unneeded[n]
        if room > 0 and (step := _next_step(sizes[n], widths[n], limit, room)):
            steps.append((step[0] * (1 + columns[n].priority), step[1], n))
    if not steps:
        return spare
    _, size, taker = max(steps)
    needed = size - widths[taker]
    widths[taker] = size
    spare, needed = max(0, spare - needed), max(0, needed - spare)
    for n in sorted((n for n in unneeded if n != taker), key=lambda n: -unneeded[n]):
        given = min(unneeded[n], needed)
        widths[n] -= given
        needed -= given
    return spare


def _next_step(sizes: Sizes, width: int, most: int, spare: int) -> tuple[float, int] | None:
    """The width that makes most cells of a column whole for each cell that it grows, and how many; None for none."""
    best, whole = None, 0
    for size in sorted(size for size in sizes if width < size <= min(most, width + spare)):
        whole += sizes[size]
        step = (whole / (size - width), size)
        best = max(best or step, step)
    return best


def width_of(text: str) -> int:
    """The width in cells of a text without control characters."""
    return len(text) if text.isascii() else cell_len(text)
