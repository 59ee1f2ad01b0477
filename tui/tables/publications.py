"""The rows of the publications and of their totals."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from store.domain.dates import format_duration, format_short_date, month_end
from store.domain.errors import FairleadError
from store.queries import publications
from store.queries.rows import PublicationRow
from store.register import Register
from tui.tables.row_source import RowSource
from tui.tables.status_counts import bar_parts, count_cell
from widgets.bars import stacked_bar
from widgets.windowed_table import Cell, Column, Row

PUBLICATION_COLUMNS = (
    Column("code", "Code", 6, priority=9),
    Column("title", "Publication", None, min_width=26, priority=9),
    Column("published", "Published", 9, priority=5),
    Column("age", "Age", 10, priority=3),
    Column("total", "Total", 5, priority=9, align="right"),
    Column("closed", "Closed", 6, priority=9, align="right"),
    Column("on_track", "On track", 8, priority=9, align="right"),
    Column("delayed", "Delayed", 7, priority=9, align="right"),
    Column("not_stated", "Not stated", 10, priority=7, align="right"),
    Column("bar", "", 12, priority=6),
    Column("last_update", "Updated", 9, priority=2),
    Column("next_target", "Next, as read", 13, priority=1),
)


def publication_cells(row: PublicationRow, today: date) -> tuple[Cell, ...]:
    """The cells of a publication, or of a line of totals."""
    since = format_duration(date.fromisoformat(row.published_latest), today) if row.published_latest else "—"
    parts = bar_parts(row)
    return (
        row.display_code,
        row.display_title,
        short_day(row.published, row.published_earliest, row.published_latest),
        since,
        f"{row.total:,}",
        *(count_cell(count, f"status--{status}") for count, status in parts),
        stacked_bar(parts, 12),
        short_day(row.last_update, row.last_update_earliest, row.last_update_latest),
        format_short_date(date.fromisoformat(row.next_target)) if row.next_target else "—",
    )


def short_day(text: str | None, earliest: str | None, latest: str | None) -> str:
    """A date in the one form of a narrow column: "Aug 2024" for "aug 2024", "8/2024" and "August 2024".

    A day and a year have forms of their own; any other date is as written, and what is no date is, too.
    """
    if earliest and latest:
        first, last = date.fromisoformat(earliest), date.fromisoformat(latest)
        if first == last:
            return format_short_date(first)
        if last == month_end(first):
            return f"{calendar.month_abbr[first.month]} {first.year}"
    return text or "—"


class PublicationRows(RowSource):
    """The publications, oldest first, and the two lines of totals under them."""

    def __init__(self, register: Register, on_error: Callable[[FairleadError], None]) -> None:
        super().__init__(register, on_error)
        self.today = register.today()
        self.publications = publications.publications_count(register.conn)
        recommendations, commitments = publications.totals(register.conn)
        self.totals = [
            replace(t, title=f"All {t.display_title.lower()}") for t in (recommendations, commitments) if t.total
        ]

    @property
    def count(self) -> int:
        """How many lines there are, the totals among them."""
        return self.publications + len(self.totals)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        here = publications.publications(self.register.conn, start, count) if start < self.publications else []
        lines = [Row(row.id, publication_cells(row, self.today)) for row in here]
        for n, total in enumerate(self.totals):
            if start <= self.publications + n < start + count:
                cells = publication_cells(total, self.today)
                lines.append(Row(f"total-{n}", (cells[0], (total.display_title, "windowed-table--strong"), *cells[2:])))
        return lines
