"""The rows of the history, newest first."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from typing import Any

from store.domain.dates import local_time
from store.domain.errors import FairleadError
from store.domain.vocabulary import Basis, label_of
from store.file.database import Connection
from store.queries.describe import format_change, mark_guessed
from store.queries.history import history_at, history_seqs, item_of
from store.queries.rows import HistoryRow
from store.register import Register
from tui.tables.row_source import SHORT, RowSource
from widgets.windowed_table import Cell, Column, Row

HISTORY_COLUMNS = (
    Column("time", "When", 16, priority=7),
    Column("author", "Who", 14, priority=8, most=24, least=10),
    Column("about", "About", 12, priority=9, most=28, least=10),
    Column("field", "What", 18, priority=6, most=26, least=12),
    Column("change", "Change", None, min_width=16, priority=9),
)

OUR_WORDS = f"({label_of(Basis.OURS)})"
"""What stays beside a text of ours that is cut."""


class HistoryRows(RowSource):
    """Changes, newest first, grouped by the action that made them: an action's first line shows when and who."""

    def __init__(
        self,
        register: Register,
        on_error: Callable[[FairleadError], None],
        **filters: str | None,
    ) -> None:
        """`filters` are keyword arguments of the query of the history."""
        super().__init__(register, on_error)
        self._filters: dict[str, Any] = filters
        self.seqs = history_seqs(register.conn, **self._filters, limit=SHORT)
        self.is_whole = len(self.seqs) < SHORT

    @property
    def count(self) -> int:
        """How many lines there are, changes and files received; while the list is not whole, as many as are read."""
        return len(self.seqs)

    def describe(self) -> str:
        """How many changes and files received there are."""
        files = sum(1 for seq in self.seqs if seq < 0)
        changes = len(self.seqs) - files
        received = f" · {files:,} file{'' if files == 1 else 's'} received" if files else ""
        return f"{changes:,} change{'' if changes == 1 else 's'}{received}"

    def read_whole(self, conn: Connection) -> array[int]:
        """Read the seq of every change, in a worker with a connection of its own."""
        return history_seqs(conn, **self._filters)

    def set_seqs(self, seqs: array[int]) -> None:
        """Set the whole list."""
        self.seqs, self.is_whole = seqs, True

    def changes(self, start: int, count: int) -> list[HistoryRow]:
        """Some changes from `start` on."""
        return history_at(self.register.conn, self.seqs[start : start + count])

    def item_of(self, row: HistoryRow) -> str | None:
        """The id of the item that a change is about, or None where it is about several or none."""
        return item_of(self.register.conn, row)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        before = self.changes(start - 1, 1)[0].action if start else None
        lines = []
        for row in self.changes(start, count):
            first = row.action != before
            before = row.action
            when = local_time(row.time) if first else ""
            change = mark_guessed(format_change(row, with_its_basis=False), row.basis)
            change += f" · {row.reason}" if row.reason else " · no reason given" if row.reason == "" else ""
            marks = [OUR_WORDS] if row.basis == Basis.OURS else []
            marks += ["(taken back)"] if row.undone else []
            quiet = "windowed-table--muted" if row.undone else ""
            if row.kind == "receipt":
                # Across the line: a column would cut who did how much.
                text = f"{'(taken back) ' * row.undone}{row.field} {row.after}"
                lines.append(Row(row.change, ((f"{local_time(row.time)}  {row.by}  {text}", quiet),)))
                continue
            cells: tuple[Cell, ...] = (when, row.by if first else "", row.about, row.field, (change, quiet))
            lines.append(Row(row.change, cells, marks=" ".join(marks)))
        return lines
