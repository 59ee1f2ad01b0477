"""A source of rows in groups, each under a heading of its own."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

from store.domain.errors import FairleadError
from store.register import Register
from tui.tables.row_source import RowSource
from widgets.windowed_table import Row

G = TypeVar("G")


class GroupedRows(RowSource, Generic[G]):
    """Rows in groups: a line is a heading, or a row. A subclass implements `heading` and `rows_between`."""

    def __init__(self, register: Register, on_error: Callable[[FairleadError], None], sizes: Mapping[G, int]) -> None:
        """`sizes` is how many rows each group has, in the order of the groups; one without rows has no heading."""
        super().__init__(register, on_error)
        self.groups = [group for group, size in sizes.items() if size]
        ends = [0, *accumulate(sizes[group] for group in self.groups)]
        self._first_places = ends[:-1]
        self._headings = [place + n for n, place in enumerate(self._first_places)]
        self.count = ends[-1] + len(self.groups)
        """How many lines there are, the headings among them."""

    def heading_at(self, line: int) -> G | None:
        """The group whose heading is on a line; None where a row is."""
        n = bisect_left(self._headings, line)
        return self.groups[n] if self._headings[n : n + 1] == [line] else None

    def place_at(self, line: int) -> int | None:
        """The index among all rows, headings not counted, of the row on a line; None at a heading."""
        return None if self.heading_at(line) is not None else line - bisect_right(self._headings, line)

    def line_of(self, place: int) -> int:
        """The line of the row at an index among all rows."""
        return place + bisect_right(self._first_places, place)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        here = range(start, min(start + count, self.count))
        places = [place for line in here if (place := self.place_at(line)) is not None]
        rows = iter(self.rows_between(places[0], places[-1] + 1) if places else ())
        lines: list[Row] = []
        for line in here:
            if (group := self.heading_at(line)) is not None:
                lines.append(self.heading(group))
            elif row := next(rows, None):
                lines.append(row)
        return lines

    def heading(self, group: G) -> Row:
        """The heading of a group."""
        raise NotImplementedError

    def rows_between(self, start: int, end: int) -> Sequence[Row]:
        """Read the rows from one index to before another."""
        raise NotImplementedError
