"""The rows of the remain-open ledger, with a heading for each party that they wait on."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.domain.errors import FairleadError
from store.domain.vocabulary import NextMove
from store.queries.describe import mark_guessed
from store.queries.reply_ledger import MOVES, Ledger, LedgerRow, ledger_rows
from store.register import Register
from tui.tables.grouped import GroupedRows
from tui.tables.row_source import SHORT
from widgets.windowed_table import Column, Row

LEDGER_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("title", "Recommendation", None, min_width=24, priority=8, most=36),
    Column("sent", "Sent", 14, priority=5, most=28),
    Column("asks", "Asked for", 9, priority=4),
    Column("waiting", "Waiting", 20, priority=7, most=40),
    Column("verdict", "Verdict", 20, priority=6),
    Column("satisfy", "Evidence still required", 24, priority=2, most=60),
)


class LedgerRows(GroupedRows[NextMove]):
    """A ledger as the source of a table, grouped by who has to act next."""

    def __init__(self, register: Register, on_error: Callable[[FairleadError], None], ledger: Ledger) -> None:
        super().__init__(register, on_error, {move: ledger.waiting[move] for move in MOVES})
        self.today = register.today()
        self.ledger = ledger

    def entry(self, line: int) -> LedgerRow | None:
        """The row on a line; None at a heading."""
        place = self.place_at(line)
        found = [] if place is None else self._read(place, place + 1)
        return found[0] if found else None

    def first_line_of(self, item: str) -> int | None:
        """The first line of an item, where it is among the first of the ledger."""
        for place, row in enumerate(self._read(0, SHORT)):
            if row.item == item:
                return self.line_of(place)
        return None

    def heading(self, group: NextMove) -> Row:
        return Row(f"waiting-{group}", ((self.ledger.heading(group), "windowed-table--strong"),))

    def rows_between(self, start: int, end: int) -> Sequence[Row]:
        return [_line(row) for row in self._read(start, end)]

    def _read(self, start: int, end: int) -> Sequence[LedgerRow]:
        return ledger_rows(self.register.conn, self.today, self.ledger.row_numbers[start:end])


def _line(row: LedgerRow) -> Row:
    def with_mark(text: str | None, name: str) -> str:
        return mark_guessed(text or "—", row.bases.get(name))

    quiet = "" if row.verdict else "windowed-table--muted"
    cells = (
        row.ref,
        row.display_title,
        with_mark(row.display_sent, "sent"),
        with_mark(row.display_asks, "asks"),
        mark_guessed(row.waiting, row.waiting_basis),
        (mark_guessed(row.display_verdict, row.bases.get("verdict"), row.bases.get("submission")), quiet),
        with_mark(row.would_satisfy, "would_satisfy"),
    )
    return Row(row.id, cells)
