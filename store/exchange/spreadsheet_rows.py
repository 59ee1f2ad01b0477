"""What a spreadsheet of items says: its columns, its cells, and the rows in pages. CSV and Excel both stand on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import date

from store.domain.text import clean
from store.domain.vocabulary import said
from store.exchange.extract import Extract
from store.queries.filter import WITH_INSPECTORATE, Filter, say_facet
from store.queries.item_list import seqs

PAGE = 500

COLUMNS = {
    "Reference": 12,
    "Publication": 30,
    "Kind": 16,
    "Number": 9,
    "Title": 50,
    "Status": 12,
    "How far": 18,
    "On time?": 12,
    "Closed as": 20,
    "Theme": 18,
    "Leads": 24,
    "Next move": 20,
    "Target": 22,
    "Target, latest day": 17,
    "First target": 18,
    "Moved later": 12,
    "Updated": 12,
    "Newest position": 60,
    "Marking": 20,
    "Text": 60,
    "Part of": 12,
}
"""The columns of the list, with their widths in characters."""

Cell = str | int | None

_ITEMS = """
SELECT r.seq, r.id, r.reference, p.title, r.kind, r.number, r.title, r.status, r.stage, r.track, r.closed_as,
       r.theme_name, r.leads, r.next_move, r.next_move_until, r.target, r.target_latest, r.first_target, r.moved_later,
       r.moved_at_least, substr(r.updated, 1, 10),
       (SELECT n.text FROM note_on o JOIN note n ON n.id = o.note
         WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.kind = 'position'
         ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, o.rowid LIMIT 1),
       r.marking, r.text, w.reference
  FROM recommendation r JOIN publication p ON p.id = r.publication LEFT JOIN recommendation w ON w.id = r.part_of
 WHERE r.seq IN (%s)
"""


def pages(conn: sqlite3.Connection, shown: Filter, sort: str, today: date) -> Iterator[list[tuple[str, list[Cell]]]]:
    """The rows of a list in its order, a page at a time: each item's id, and its cells in the order of COLUMNS."""
    for piece in seqs(conn, shown, sort, today):
        for start in range(0, len(piece), PAGE):
            yield cells_of(conn, piece[start : start + PAGE].tolist())


def cells_of(conn: sqlite3.Connection, wanted: Sequence[int]) -> list[tuple[str, list[Cell]]]:
    """The items of these seqs in their order, PAGE at the most: each one's id, and its cells in the order of COLUMNS."""
    sql = _ITEMS % ",".join("?" * len(wanted))
    found = {row[0]: (str(row[1]), _cells(row[2:])) for row in conn.execute(sql, list(wanted))}
    return [found[seq] for seq in wanted]


def total_rows(extract: Extract) -> int:
    """How many rows the list has, its parts among them where they are shown."""
    where, values = extract.shown.where(extract.today)
    return int(extract.conn.execute(f"SELECT count(*) FROM recommendation r WHERE {where}", values).fetchone()[0])


def words(value: str | None) -> str | None:
    """A stored word as a person says it; nothing for None."""
    return None if value is None else said(value)


def _cells(row: Sequence[object]) -> list[Cell]:
    (ref, publication, kind, number, title, status, stage, track, closed_as, theme, leads, move, until) = row[:13]
    (target, latest, first, later, at_least, updated, position, marking, text, part_of) = row[13:]
    cells = [
        ref,
        publication,
        words(_text(kind)),
        number,
        title,
        words(_text(status)),
        words(_text(stage)),
        words(_text(track)),
        say_facet("status", WITH_INSPECTORATE) if closed_as == WITH_INSPECTORATE else words(_text(closed_as)),
        theme,
        leads or None,
        say_move(_text(move), _text(until)),
        target,
        latest,
        first,
        f"at least {later}" if at_least else later,
        updated,
        position,
        marking,
        text,
        part_of,
    ]
    return [cell if isinstance(cell, int) else _text(cell) for cell in cells]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def say_move(move: str | None, until: str | None) -> str | None:
    """Whose move is next, and until when or what."""
    if move is None:
        return None
    return f"{said(move)} ({until})" if until else said(move)


def plain(cell: Cell) -> str:
    """A cell as text without anything that commands or hides; line ends are newlines."""
    return "" if cell is None else clean(cell, most=1_000_000)
