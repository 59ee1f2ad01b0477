"""Rows in groups: whatever part of the lines is asked for is that part of headings and rows, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import pytest

from store.domain.errors import FairleadError
from store.register import Register
from tui.tables.grouped import GroupedRows
from widgets.windowed_table import Row


class Numbered(GroupedRows[str]):
    """Rows that show their place."""

    def heading(self, group: str) -> Row:
        return Row(group, (group,))

    def rows_between(self, start: int, end: int) -> Sequence[Row]:
        return [Row(str(place), (str(place),)) for place in range(start, end)]


def refuse(error: FairleadError) -> None:
    raise AssertionError from error


@pytest.mark.parametrize("sizes", list(product(range(3), repeat=4)))
def test_any_part_of_the_lines_is_that_part_of_the_headings_and_their_rows(
    empty: Register, sizes: tuple[int, ...]
) -> None:
    rows = Numbered(empty, refuse, {f"group {n}": size for n, size in enumerate(sizes)})
    whole, place = list[str](), 0
    for n, size in enumerate(sizes):
        whole += [f"group {n}"] if size else []
        whole += [str(place + offset) for offset in range(size)]
        place += size
    assert rows.count == len(whole)
    for start, count in product(range(len(whole) + 2), repeat=2):
        assert [row.key for row in rows.lines(start, count)] == whole[start : start + count]
    for line, key in enumerate(whole):
        is_heading = key.startswith("group")
        assert rows.heading_at(line) == (key if is_heading else None)
        assert rows.place_at(line) == (None if is_heading else int(key))
        assert is_heading or rows.line_of(int(key)) == line
