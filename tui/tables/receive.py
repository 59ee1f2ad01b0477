"""The rows of what is received: a heading a file, under it what there is to mind, its conflicts, and its changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import FairleadError
from store.domain.text import format_step, one_line
from store.queries.conflicts import Conflict
from store.queries.rows import HistoryRow
from store.register import Register
from tui.tables.grouped import GroupedRows
from widgets.windowed_table import Column, Row

if TYPE_CHECKING:
    from store.exchange.merge import MergePreview

RECEIVE_COLUMNS = (
    Column("about", "About", 12, priority=9, most=24),
    Column("author", "Who", 12, priority=7, most=24),
    Column("field", "What", 18, priority=8, most=26),
    Column("change", "Change", None, min_width=20, priority=9),
)

_QUIET = "windowed-table--muted"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was chosen: its preview, or why it is refused."""

    path: Path
    preview: MergePreview | None
    refused: str = ""

    @property
    def has_news(self) -> bool:
        """Whether taking it would change anything."""
        return self.preview is not None and self.preview.is_worth_taking

    @property
    def to_mind(self) -> tuple[str, ...]:
        """What a person has to look at before it is taken."""
        return self.preview.to_mind if self.preview else ()

    def describe(self) -> str:
        """The file in one line, what decides first: whether it is refused, what conflicts, who did how much."""
        from store.exchange.describe_merge import describe_in_one_line

        name = one_line(self.path.name, most=60)
        if self.preview is None:
            return f"Refused · {name}"
        if not self.has_news:
            return f"Nothing new · {name}"
        return f"{describe_in_one_line(self.preview)} · {name}"


Line = str | Conflict | HistoryRow
"""A line under a file: a sentence, two values, or a change."""


def lines_of(received: Received) -> list[Line]:
    """The lines under a file: what there is to mind, its conflicts, then its changes by person and item."""
    from store.exchange.describe_merge import listed_rows

    preview = received.preview
    if preview is None:
        # The heading has the name of the file.
        why = received.refused.removeprefix(f"{received.path} is ").removeprefix("refused: ")
        return [f"{why[:1].upper()}{why[1:]}"]
    if not received.has_news:
        return [*(preview.to_mind or ("Nothing in it is new here.",))]
    shown = {side.change for conflict in preview.conflicts for side in conflict.sides}
    changes = [row for row in listed_rows(preview) if row.change not in shown]
    lines: list[Line] = [*preview.to_mind, *preview.conflicts, *changes]
    if not lines and preview.filled:
        lines.append("It fills in what had been left out of this copy.")
    return lines


def format_change(row: HistoryRow) -> str:
    """A change in one line: the value before and after it, and why."""
    change = one_line(format_step(row.before, row.after, None))
    return f"{change} · {one_line(row.reason)}" if row.reason else change


class ReceivedRows(GroupedRows[int]):
    """The source of rows of what is received; the group of a file is its index."""

    def __init__(
        self, register: Register, on_error: Callable[[FairleadError], None], files: Sequence[Received]
    ) -> None:
        self.files = files
        self.left_out: set[int] = set()
        """The files that are left out."""
        under = [lines_of(received) for received in files]
        self._new = [{row.change for row in one.preview.rows} if one.preview else set[str]() for one in files]
        super().__init__(register, on_error, {n: len(lines) for n, lines in enumerate(under)})
        self._lines = [(n, line) for n, lines in enumerate(under) for line in lines]

    def is_taken(self, file: int) -> bool:
        """Whether a file is to be taken."""
        return self.files[file].has_news and file not in self.left_out

    def entry(self, line: int) -> tuple[int, Line | None]:
        """The file that a line of the table is of, and what the line shows; None at the file's heading."""
        if (file := self.heading_at(line)) is not None:
            return file, None
        return self._lines[self.place_at(line) or 0]

    def heading(self, group: int) -> Row:
        text = self.files[group].describe()
        if group in self.left_out:
            return Row(f"file {group}", ((f"Left out · {text}", _QUIET),))
        return Row(f"file {group}", (text,))

    def rows_between(self, start: int, end: int) -> Sequence[Row]:
        return [self._row(place, *self._lines[place]) for place in range(start, end)]

    def _row(self, place: int, file: int, line: Line) -> Row:
        style = "" if self.is_taken(file) else _QUIET
        key = f"line {place}"
        match line:
            case Conflict():
                # What the file has comes last, as of any other change of it.
                ordered = sorted(line.sides, key=lambda side: side.change in self._new[file])
                sides = " ≠ ".join(one_line(side.value, most=80) for side in ordered)
                who = ordered[-1].author
                texts = (line.about, who, f"≠ {line.label}", sides)
                style = style or "status--delayed"
            case HistoryRow():
                texts = (line.about, line.author, line.field, format_change(line))
            case _:
                # A sentence has the whole line: it is not cut where a column ends.
                mind = "To mind: " if self.files[file].has_news and line in self.files[file].to_mind else ""
                return Row(key, ((f"{mind}{line}", style),))
        return Row(key, tuple((text, style) for text in texts))
