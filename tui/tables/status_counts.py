"""Counts of items by status: the cells of a table, and the parts of its bar."""

from __future__ import annotations

from typing import Protocol

from widgets.windowed_table import Cell


class StatusCounts(Protocol):
    """A row that counts items by status."""

    @property
    def closed(self) -> int: ...
    @property
    def on_track(self) -> int: ...
    @property
    def delayed(self) -> int: ...
    @property
    def not_stated(self) -> int: ...


def bar_parts(row: StatusCounts) -> list[tuple[int, str]]:
    """The parts of a bar, or of its legend: each count with its status."""
    counts = (row.closed, row.on_track, row.delayed, row.not_stated)
    return list(zip(counts, ("closed", "on-track", "delayed", "not-stated"), strict=True))


def count_cell(count: int, style: str = "") -> Cell:
    """The cell of a count, muted where it is 0."""
    return (f"{count:,}", style) if count else ("0", "windowed-table--muted")
