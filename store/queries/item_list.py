"""The list of items: windows of rows, and counts. The cost of a window does not depend on the number of rows.

Every function takes the connection of the thread that calls it.
"""

from __future__ import annotations

import json
import sqlite3
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from operator import and_

from store.domain.dates import local_date
from store.domain.names import join_names
from store.queries.describe import parse_bases
from store.queries.describe_status import status_basis
from store.queries.filter import BLANK_LAST, NO_CODE, NUMBERS, SORTS, Filter
from store.queries.leads import lead_bases, leads_progress
from store.queries.rows import ItemRow
from store.queries.search import search_query, search_words

FEW = 300
"""Up to so many hits of a search are read and sorted between two frames."""

SORTED = 3_000
"""Up to so many rows are sorted; for more, the index of the sort is scanned and filtered."""

INDEXED_LETTERS = 3
"""The longest prefix of a word that the search has an index for; a longer one takes milliseconds a row."""

_PIECE = 5_000

_ITEM_COLUMNS = (
    "id, reference, title, kind, status, stage, track, closed_as, believed_done IS NOT NULL, theme_name, "
    "json_extract(basis, '$.theme'), leads, next_move, target, target_latest, moved_later, moved_at_least, "
    "updated, part_of IS NOT NULL, in_conflict, text, code, number, next_move_until, first_target, "
    "marking, said_on, left_out, basis, response, percent_done, priority, apart, review, target_delay, target_decision"
)


_LEADS, _UPDATED = 11, 17


def _item_row(row: Sequence[object]) -> ItemRow:
    values = list(row)
    values[_LEADS] = join_names(filter(None, str(values[_LEADS] or "").split("\n")))
    values[_UPDATED] = local_date(str(values[_UPDATED])) if values[_UPDATED] else values[_UPDATED]
    for flag in (8, 16, 18, 19, 27, 32):
        values[flag] = bool(values[flag])
    return ItemRow(*values)  # type: ignore[arg-type]


def _order(sort: str, *, backwards: bool = False) -> str:
    """The ORDER BY of a sort, rows without a value last; or of the same list from its end."""
    down = sort.startswith("-") != backwards
    column, _ = SORTS[sort.removeprefix("-")]
    columns = ["r.sort_key", "r.seq"] if column == "sort_key" else [f"r.{column}", "r.sort_key", "r.seq"]
    order = [f"{each}{' DESC' if down else ''}" for each in columns]
    if _may_be_blank(sort):
        order.insert(0, f"r.{column} IS NULL{' DESC' if backwards else ''}")
    return ", ".join(order)


def _may_be_blank(sort: str) -> bool:
    return sort.removeprefix("-") in BLANK_LAST


def _scan(where: str, values: list[object], sort: str, *, backwards: bool = False) -> tuple[str, list[object]]:
    """SQL for the seqs of a list in order, by the index of its sort alone.

    Where a column may be blank, the index is read in two pieces, since it has those rows first.
    """
    column, index = SORTS[sort.removeprefix("-")]
    scan = f"SELECT r.seq FROM recommendation r INDEXED BY {index} WHERE {{}}{where} ORDER BY {{}}"
    if not _may_be_blank(sort):
        return scan.format("", _order(sort, backwards=backwards)), values
    lowest = "-1" if sort.removeprefix("-") in NUMBERS else "''"
    given, blank = f"r.{column} > {lowest} AND ", f"r.{column} IS NULL AND "
    order = _order(sort, backwards=backwards).partition(", ")[2]
    pieces = [scan.format(which, order) + " LIMIT -1" for which in (given, blank)]
    return " UNION ALL ".join(f"SELECT * FROM ({piece})" for piece in pieces[:: -1 if backwards else 1]), values * 2


def _few(conn: sqlite3.Connection, shown: Filter, today: date, most: int) -> tuple[str, list[object]] | None:
    """FROM and WHERE, with parameters, of a list that an index finds without a full scan; None for any other.

    Such a list is filtered by publication, or by a search with at most `most` hits.
    """
    if search_words(shown.search):
        probe = f"SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT {most + 1})"
        if conn.execute(probe, (search_query(shown.search),)).fetchone()[0] <= most:
            where, values = shown.where(today)
            return f"recommendation r WHERE {where}", values
    if shown.publication and NO_CODE not in shown.publication:
        where, values = shown.where(today)
        marks = ",".join("?" * len(shown.publication))
        return (
            f"recommendation r INDEXED BY recommendation_of_publication WHERE {where} "
            f"AND r.publication IN (SELECT id FROM publication WHERE code IN ({marks}))",
            [*values, *shown.publication],
        )
    return None


def is_few(conn: sqlite3.Connection, shown: Filter, today: date) -> bool:
    """Whether a list can be read whole between two frames, however large the register."""
    return _few(conn, shown, today, FEW) is not None


def _listing(
    conn: sqlite3.Connection, shown: Filter, sort: str, today: date, most: int, *, backwards: bool = False
) -> tuple[str, list[object]]:
    """SQL for the seqs of a list in order: a short list (see `_few`) is sorted, of a long one an index is scanned."""
    if few := _few(conn, shown, today, most):
        return f"SELECT r.seq FROM {few[0]} ORDER BY {_order(sort, backwards=backwards)}", few[1]
    where, values = shown.where(today, searching=False)
    if search_words(shown.search):
        where += " AND EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND search.rowid = r.seq)"
        values.append(search_query(shown.search))
    return _scan(where, values, sort, backwards=backwards)


def window(
    conn: sqlite3.Connection,
    shown: Filter,
    sort: str,
    today: date,
    start: int = 0,
    count: int = 50,
    *,
    total: int | None = None,
) -> list[ItemRow]:
    """Some rows of a list, from `start` on.

    With `total`, the length of the list, a window in its second half is read backwards from the end.
    """
    backwards = total is not None and start > total // 2
    if total is not None and backwards:
        left = total - start
        count = max(min(count, left), 0)
        start = left - count
    sql, values = _listing(conn, shown, sort, today, SORTED, backwards=backwards)
    seqs = [row[0] for row in conn.execute(f"{sql} LIMIT ? OFFSET ?", [*values, count, start])]
    return rows_at(conn, seqs[::-1] if backwards else seqs)


def window_within(
    conn: sqlite3.Connection, shown: Filter, sort: str, today: date, seconds: float, count: int = 50
) -> list[ItemRow]:
    """The first rows of a list, at most `count`: as many as are found within so many seconds, maybe none."""
    if any(len(word) > INDEXED_LETTERS for word in search_words(shown.search)) and not is_few(conn, shown, today):
        return []
    until = time.monotonic() + seconds
    seqs: list[int] = []
    conn.set_progress_handler(lambda: time.monotonic() > until, 1_000)
    try:
        sql, values = _listing(conn, shown, sort, today, FEW)
        for row in conn.execute(f"{sql} LIMIT ?", [*values, count]):
            seqs.append(row[0])
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
    finally:
        conn.set_progress_handler(None, 0)
    return rows_at(conn, seqs)


def titles_of(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, str]:
    """The title of each of these items, as lists show it."""
    sql = "SELECT seq FROM recommendation WHERE id IN (SELECT value FROM json_each(?))"
    seqs = [row[0] for row in conn.execute(sql, (json.dumps(list(items)),))]
    return {row.id: row.display_title for row in rows_at(conn, seqs)}


def everything_count(conn: sqlite3.Connection, *, parts: bool) -> int:
    """How many rows the unfiltered list has, from the table `tally`: the cost does not grow with the register."""
    items = int(conn.execute("SELECT COALESCE(sum(items), 0) FROM tally").fetchone()[0])
    items += int(conn.execute("SELECT count(*) FROM recommendation WHERE left_out = 1 AND counted = 2").fetchone()[0])
    if not parts:
        return items
    return items + int(
        conn.execute("SELECT count(*) FROM recommendation WHERE part_of IS NOT NULL AND listed = 1").fetchone()[0]
    )


def rows_at(conn: sqlite3.Connection, seqs: Sequence[int]) -> list[ItemRow]:
    """The rows of these seqs, in their order; one that is gone is left out."""
    if not seqs:
        return []
    marks = ",".join("?" * len(seqs))
    found = {
        row[0]: _item_row(row[1:])
        for row in conn.execute(f"SELECT seq, {_ITEM_COLUMNS} FROM recommendation WHERE seq IN ({marks})", list(seqs))
    }
    ids = [item.id for item in found.values()]
    bases, progress = lead_bases(conn, ids), leads_progress(conn, ids)
    for seq, item in found.items():
        if item.id in bases or item.id in progress:
            found[seq] = replace(item, lead_bases=bases.get(item.id, {}), leads_progress=progress.get(item.id, ""))
    return [found[seq] for seq in seqs if seq in found]


def shown_bases(item: ItemRow) -> dict[str, str | None]:
    """The bases of what a list shows of an item, by field; a status has that of the stage or track it follows from."""
    return {**parse_bases(item.basis), "status": status_basis(item.status, item.basis), "theme": item.theme_basis}


def seqs(
    conn: sqlite3.Connection,
    shown: Filter,
    sort: str,
    today: date,
    counted: Callable[[tuple[int, int]], object] | None = None,
) -> Iterator[array[int]]:
    """Every seq of a list in order, in chunks; 8 bytes a hit.

    `counted` is called with its counts as soon as they are computed.
    """
    few = _few(conn, shown, today, SORTED)
    if few or (shown.parts and not shown.is_active):
        if counted:
            counted(counts(conn, shown, today))
        sql, values = _listing(conn, shown, sort, today, SORTED)
        cursor = conn.execute(sql, values)
        while piece := cursor.fetchmany(_PIECE):
            yield array("q", [row[0] for row in piece])
        return
    searching = bool(search_words(shown.search))
    if counted and not searching:
        counted(counts(conn, shown, today))
    marks = _marked(conn, shown, today)
    if marks.count(1) <= SORTED:
        wanted = json.dumps([seq for seq, mark in enumerate(marks) if mark])
        cursor = conn.execute(
            f"SELECT r.seq FROM recommendation r WHERE r.seq IN (SELECT value FROM json_each(?)) "
            f"ORDER BY {_order(sort)}",
            (wanted,),
        )
    else:
        cursor = conn.execute(*_scan("r.listed = 1 AND r.seq < ?", [len(marks)], sort))
    to_count = counted if searching else None
    while piece := cursor.fetchmany(_PIECE):
        yield array("q", [row[0] for row in piece if marks[row[0]]])
        if to_count:
            to_count(_counts_of(conn, marks))
            to_count = None


def _marked(conn: sqlite3.Connection, shown: Filter, today: date) -> bytearray:
    """A byte for each seq: 1 where the filter matches, else 0; read from covering indexes."""
    end = int(conn.execute("SELECT COALESCE(max(seq), 0) + 1 FROM recommendation").fetchone()[0])
    found = None
    if search_words(shown.search):
        query = search_query(shown.search)
        found = _mark(conn.execute("SELECT rowid FROM search WHERE search MATCH ? AND rowid < ?", (query, end)), end)
        if shown.parts and not shown.replace(search="").is_active:
            return found
    where, values = shown.where(today, searching=False)
    marks = _mark(
        conn.execute(
            f"SELECT r.seq FROM recommendation r INDEXED BY listed_facets WHERE {where} AND r.seq < ?", [*values, end]
        ),
        end,
    )
    return marks if found is None else bytearray(map(and_, marks, found))


def _mark(cursor: sqlite3.Cursor, end: int) -> bytearray:
    marks = bytearray(end)
    while piece := cursor.fetchmany(_PIECE):
        for (seq,) in piece:
            marks[seq] = 1
    return marks


def _counts_of(conn: sqlite3.Connection, marks: bytearray) -> tuple[int, int]:
    """How many recommendations are marked, and how many of what is counted apart; parts are not counted."""
    apart = conn.execute(
        "SELECT r.seq, r.counted FROM recommendation r INDEXED BY listed_facets "
        "WHERE r.listed = 1 AND (r.counted <> 1 OR r.apart = 1) AND r.seq < ?",
        (len(marks),),
    )
    others = commitments = 0
    for seq, is_counted in apart:
        if marks[seq]:
            commitments += is_counted == 1
            others += is_counted != 1
    return marks.count(1) - commitments - others, commitments


def seq_of(conn: sqlite3.Connection, item: str) -> int | None:
    """The seq of an item, the integer that lists of this file have for it, or None."""
    row = conn.execute("SELECT seq FROM recommendation WHERE id = ?", (item,)).fetchone()
    return int(row[0]) if row else None


def listed_seqs(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, int]:
    """The seqs of those of these items that lists show, by id."""
    sql = "SELECT id, seq FROM recommendation WHERE id IN (SELECT value FROM json_each(?)) AND listed = 1"
    return dict(conn.execute(sql, (json.dumps(list(items)),)).fetchall())


def items_at(conn: sqlite3.Connection, seqs: Sequence[int]) -> list[str]:
    """The ids of the items with these seqs, in their order."""
    rows = conn.execute(
        "SELECT seq, id FROM recommendation WHERE seq IN (SELECT value FROM json_each(?))", (json.dumps(list(seqs)),)
    )
    rows_by_seq = dict(rows.fetchall())
    return [rows_by_seq[seq] for seq in seqs if seq in rows_by_seq]


def publication_of(conn: sqlite3.Connection, item: str) -> str | None:
    """The id of the publication that an item belongs to, or None."""
    row = conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()
    return str(row[0]) if row else None


def counts(conn: sqlite3.Connection, shown: Filter, today: date) -> tuple[int, int]:
    """How many recommendations, and how many commitments and items counted as they are; parts are not counted."""
    if not shown.is_active:
        row = conn.execute(
            "SELECT COALESCE(sum(items) FILTER (WHERE apart = 0), 0), "
            "COALESCE(sum(items) FILTER (WHERE apart = 1), 0) FROM tally"
        ).fetchone()
    else:
        source, values = count_source(conn, shown, today)
        row = conn.execute(
            f"SELECT count(*) FILTER (WHERE r.apart = 0), count(*) FILTER (WHERE r.apart = 1) FROM {source}",
            values,
        ).fetchone()
    return int(row[0]), int(row[1])


def count_source(conn: sqlite3.Connection, shown: Filter, today: date) -> tuple[str, list[object]]:
    """FROM and WHERE, with parameters, to count a list; parts are not counted."""
    shown = shown.replace(parts=False)
    if few := _few(conn, shown, today, SORTED):
        return f"{few[0]} AND r.counted = 1", few[1]
    where, values = shown.where_counted(today)
    return f"recommendation r INDEXED BY listed_facets WHERE {where}", values
