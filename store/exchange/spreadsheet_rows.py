"""The rows of items in a spreadsheet, a page at a time, and their columns; for CSV, Excel and Markdown."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

from store.domain.text import sanitise
from store.domain.vocabulary import MARKINGS
from store.exchange.columns import Cell, Column, cells, field_columns, format_word, sql_of, widths
from store.exchange.extract import Extract
from store.queries.filter import WITH_INSPECTORATE, Filter, format_facet_value
from store.queries.item_list import seqs

PAGE = 500


def _closed_as(value: Cell) -> Cell:
    return format_facet_value("status", WITH_INSPECTORATE) if value == WITH_INSPECTORATE else format_word(value)


def _moved_later(later: Cell, at_least: Cell) -> Cell:
    return f"at least {later}" if at_least else later


def _marking(value: Cell) -> Cell:
    return value or MARKINGS[0]


_POSITION = """(SELECT n.text FROM note_on o JOIN note n ON n.id = o.note
  WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.kind = 'position'
  ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, o.rowid LIMIT 1)"""

_POSITION_MARKING = _POSITION.replace("SELECT n.text", "SELECT n.marking")

ROW_MARKING = f"max(COALESCE(r.marking, p.marking, ''), COALESCE({_POSITION_MARKING}, ''))"
"""The highest marking of what a row prints: the item, and its newest position."""

_FIELDS = field_columns("recommendation", "r")
_LIST = {
    "Reference": Column(12, ("r.reference",)),
    "Publication": Column(30, ("p.title",)),
    "Kind": _FIELDS["Kind"],
    "Number": _FIELDS["Number"],
    "Title": _FIELDS["Title"],
    "Status": Column(12, ("r.status",), format_word),
    "How far": _FIELDS["How far"],
    "On time?": _FIELDS["On time?"],
    "Closed as": Column(20, ("r.closed_as",), _closed_as),
    "Theme": Column(18, ("r.theme_name",)),
    "Leads": Column(24, ("nullif(r.leads, '')",)),
    "Next move": _FIELDS["Next move"],
    "Target": _FIELDS["Target"],
    "Target, latest day": Column(17, ("r.target_latest",)),
    "First target": Column(18, ("r.first_target",)),
    "Moved later": Column(12, ("r.moved_later", "r.moved_at_least"), _moved_later),
    "Updated": Column(12, ("substr(r.updated, 1, 10)",)),
    "Newest position": Column(60, (_POSITION,)),
    "Marking": Column(20, (ROW_MARKING,), _marking),
    "Text": _FIELDS["Text"],
    "Part of": Column(12, ("w.reference",)),
}
"""The columns of an item's row by heading, in order."""

# The fields that have no column above come after them.
_LIST |= {heading: column for heading, column in _FIELDS.items() if heading not in _LIST}
COLUMNS = widths(_LIST)
"""Every heading with the width of its column in characters."""

_ITEMS = f"""
SELECT r.seq, r.id, {sql_of(_LIST.values())}
  FROM recommendation r JOIN publication p ON p.id = r.publication LEFT JOIN recommendation w ON w.id = r.part_of
 WHERE r.seq IN (%s)
"""


def pages(conn: sqlite3.Connection, shown: Filter, sort: str, today: date) -> Iterator[list[tuple[str, list[Cell]]]]:
    """The rows under a filter and sort, a page at a time: (id, cells in the order of COLUMNS) of each item."""
    for piece in seqs(conn, shown, sort, today):
        for start in range(0, len(piece), PAGE):
            yield _cells_of(conn, piece[start : start + PAGE].tolist())


def _cells_of(conn: sqlite3.Connection, wanted: Sequence[int]) -> list[tuple[str, list[Cell]]]:
    """The rows of the items with these seqs, at most PAGE: (id, cells in the order of COLUMNS) of each."""
    sql = _ITEMS % ",".join("?" * len(wanted))
    columns = tuple(_LIST.values())
    found = {row[0]: (str(row[1]), cells(columns, row[2:])) for row in conn.execute(sql, list(wanted))}
    return [found[seq] for seq in wanted]


def total_rows(extract: Extract) -> int:
    """The number of items that the filter shows, parts included where it shows them."""
    where, values = extract.shown.where(extract.today)
    return int(extract.conn.execute(f"SELECT count(*) FROM recommendation r WHERE {where}", values).fetchone()[0])


def rows_marking(conn: sqlite3.Connection, shown: Filter, today: date) -> str:
    """The highest marking of the rows of a list."""
    where, values = shown.where(today)
    sql = f"SELECT max({ROW_MARKING}) FROM recommendation r JOIN publication p ON p.id = r.publication WHERE {where}"
    return str(conn.execute(sql, values).fetchone()[0] or MARKINGS[0])


def plain(cell: Cell) -> str:
    """A cell as sanitised text; line ends are newlines."""
    return "" if cell is None else sanitise(cell, most=1_000_000)
