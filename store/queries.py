"""Plain SQL in, rows out: windows of the list, counts and facets. Nothing here depends on how many rows there are.

Every function takes the connection of the thread that calls it.
"""

from __future__ import annotations

import sqlite3
import time
from array import array
from collections.abc import Iterator, Sequence
from datetime import date

from store.filter import NO_LEAD, NO_THEME, SORTS, TARGETS, WITH_INSPECTORATE, Filter, search_query, search_words
from store.words import ItemRow, PublicationRow

FEW_HITS = 20_000
"""Up to so many hits of a search are sorted; with more, the list is walked in order and each row asked about."""

_ITEM_COLUMNS = (
    "id, reference, title, kind, status, stage, track, closed_as, believed_done IS NOT NULL, theme_name, "
    "json_extract(basis, '$.theme'), leads, next_move, target, target_latest, moved_later, moved_at_least, "
    "substr(updated, 1, 10), part_of IS NOT NULL, in_conflict, text, code, number, next_move_until, first_target, "
    "marking"
)


def _item_row(row: Sequence[object]) -> ItemRow:
    values = list(row)
    for flag in (8, 16, 18, 19):
        values[flag] = bool(values[flag])
    return ItemRow(*values)  # type: ignore[arg-type]


def _order(sort: str) -> tuple[str, str]:
    """The ORDER BY of a sort, and the index that serves it."""
    down = sort.startswith("-")
    column, index = SORTS[sort.removeprefix("-")]
    columns = [column] if column == "sort_key" else [column, "sort_key"]
    columns.append("seq")
    return ", ".join(f"r.{c}{' DESC' if down else ''}" for c in columns), index


def _listing(conn: sqlite3.Connection, shown: Filter, sort: str, today: date) -> tuple[str, list[object]]:
    """SQL for the seqs of a list in order. A search with few hits is sorted; else the sort's index is walked."""
    order, index = _order(sort)
    if not search_words(shown.search):
        where, values = shown.where(today)
        led = shown.lead or shown.mine
        source = "recommendation r" if led and NO_LEAD not in led else f"recommendation r INDEXED BY {index}"
        return f"SELECT r.seq FROM {source} WHERE {where} ORDER BY {order}", values
    query = search_query(shown.search)
    probe = f"SELECT count(*) FROM (SELECT 1 FROM search WHERE search MATCH ? LIMIT {FEW_HITS + 1})"
    if conn.execute(probe, (query,)).fetchone()[0] <= FEW_HITS:
        where, values = shown.where(today)
        return f"SELECT r.seq FROM recommendation r WHERE {where} ORDER BY {order}", values
    where, values = shown.where(today, searching=False)
    asked = "EXISTS (SELECT 1 FROM search WHERE search MATCH ? AND search.rowid = r.seq)"
    return (
        f"SELECT r.seq FROM recommendation r INDEXED BY {index} WHERE {where} AND {asked} ORDER BY {order}",
        [*values, query],
    )


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
    """Some rows of a list, from `start` on. With `total`, its length, the far half is read from its end: it is nearer."""
    if total is not None and start > total // 2:
        left = total - start
        take = max(min(count, left), 0)
        turned = sort.removeprefix("-") if sort.startswith("-") else f"-{sort}"
        return window(conn, shown, turned, today, left - take, take)[::-1]
    sql, values = _listing(conn, shown, sort, today)
    seqs = [row[0] for row in conn.execute(f"{sql} LIMIT ? OFFSET ?", [*values, count, start])]
    return rows_at(conn, seqs)


def window_within(
    conn: sqlite3.Connection, shown: Filter, sort: str, today: date, seconds: float, count: int = 50
) -> list[ItemRow] | None:
    """The first rows of a list if they are found within so many seconds, else None."""
    until = time.monotonic() + seconds
    conn.set_progress_handler(lambda: time.monotonic() > until, 2_000)
    try:
        return window(conn, shown, sort, today, 0, count)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return None
    finally:
        conn.set_progress_handler(None, 0)


def everything_count(conn: sqlite3.Connection, *, parts: bool) -> int:
    """How many rows the whole list has, from the tally: it costs the same at any size."""
    items = int(conn.execute("SELECT COALESCE(sum(items), 0) FROM tally").fetchone()[0])
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
    return [found[seq] for seq in seqs if seq in found]


def seqs(conn: sqlite3.Connection, shown: Filter, sort: str, today: date) -> Iterator[array[int]]:
    """Every seq of a list in order, in pieces; 8 bytes a hit."""
    where, values = shown.where(today)
    order, index = _order(sort)
    hinted = "" if search_words(shown.search) or shown.lead or shown.mine else f" INDEXED BY {index}"
    cursor = conn.execute(f"SELECT r.seq FROM recommendation r{hinted} WHERE {where} ORDER BY {order}", values)
    while piece := cursor.fetchmany(5000):
        yield array("q", [row[0] for row in piece])


def number_of(conn: sqlite3.Connection, item: str) -> int | None:
    """An item's seq, the number it has in this file's lists, or None."""
    row = conn.execute("SELECT seq FROM recommendation WHERE id = ?", (item,)).fetchone()
    return int(row[0]) if row else None


def publication_of(conn: sqlite3.Connection, item: str) -> str | None:
    """The id of the publication that an item belongs to, or None."""
    row = conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()
    return str(row[0]) if row else None


def counts(conn: sqlite3.Connection, shown: Filter, today: date) -> tuple[int, int]:
    """How many recommendations, and how many commitments, a filter leaves; parts are not counted."""
    if not shown.narrows:
        row = conn.execute(
            "SELECT COALESCE(sum(items) FILTER (WHERE commitments = 0), 0), "
            "COALESCE(sum(items) FILTER (WHERE commitments = 1), 0) FROM tally"
        ).fetchone()
    else:
        where, values = shown.having(parts=False).where(today)
        row = conn.execute(
            "SELECT count(*) FILTER (WHERE r.kind IS NOT 'commitment'), count(*) FILTER (WHERE r.kind = 'commitment') "
            f"FROM recommendation r WHERE {where}",
            values,
        ).fetchone()
    return int(row[0]), int(row[1])


def facet(conn: sqlite3.Connection, shown: Filter, name: str, today: date) -> list[tuple[str, int]]:
    """The values of a facet that have something in them under the other facets, with how many; the usual order."""
    where, values = shown.without(name).having(parts=False).where(today)
    if name == "target":
        return [(bucket, n) for bucket in TARGETS if (n := _bucket(conn, shown, bucket, today))]
    if name == "lead":
        rows = conn.execute(
            "SELECT y.name, count(DISTINCT r.id) FROM recommendation r JOIN lead l ON l.recommendation = r.id "
            f"AND l.withdrawn = 0 JOIN party y ON y.id = l.party WHERE {where} "
            "GROUP BY y.name COLLATE NOCASE ORDER BY y.name COLLATE NOCASE",
            values,
        ).fetchall()
        none = conn.execute(f"SELECT count(*) FROM recommendation r WHERE {where} AND r.leads = ''", values).fetchone()
        return [(str(v), int(n)) for v, n in rows] + ([(NO_LEAD, int(none[0]))] if none[0] else [])
    column = {"publication": "code", "theme": "theme_name"}.get(name, name)
    rows = conn.execute(
        f"SELECT r.{column}, count(*), max(r.status_rank), max(r.stage_rank) FROM recommendation r WHERE {where} "
        f"GROUP BY r.{column} ORDER BY {'3' if name == 'status' else '4' if name == 'stage' else f'r.{column}'}",
        values,
    ).fetchall()
    found = [(str(v), int(n)) for v, n, *_ in rows if v is not None]
    if name == "theme" and (none_allocated := sum(int(n) for v, n, *_ in rows if v is None)):
        found.append((NO_THEME, none_allocated))
    if name == "status":
        sent = conn.execute(
            f"SELECT count(*) FROM recommendation r WHERE {where} AND r.closed_as = ?", [*values, WITH_INSPECTORATE]
        ).fetchone()[0]
        if sent:
            found.insert([value for value, _ in found].index("closed") + 1, (WITH_INSPECTORATE, int(sent)))
    return found


def _bucket(conn: sqlite3.Connection, shown: Filter, bucket: str, today: date) -> int:
    where, values = shown.having(target=(bucket,), parts=False).where(today)
    return int(conn.execute(f"SELECT count(*) FROM recommendation r WHERE {where}", values).fetchone()[0])


_PUBLICATIONS = f"""
SELECT {{columns}},
       COALESCE(sum(t.items), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'closed'), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.closed_as = '{WITH_INSPECTORATE}'), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.closed_as = 'discharged'), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.closed_as NOT IN ('', 'discharged', '{WITH_INSPECTORATE}')), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'on-track'), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'delayed'), 0),
       COALESCE(sum(t.items) FILTER (WHERE t.status = 'not-stated'), 0),
       min(t.next_target)
"""


def _publication_rows(conn: sqlite3.Connection, where: str, values: list[object]) -> list[PublicationRow]:
    columns = (
        "p.id, p.code, p.title, p.publisher, p.kind, p.closed_by, p.published, p.published_latest, p.stated_total, "
        "p.last_update, p.stated_updates"
    )
    rows = conn.execute(
        f"{_PUBLICATIONS.format(columns=columns)}, p.marking FROM publication p "
        f"LEFT JOIN tally t ON t.publication = p.id WHERE {where} GROUP BY p.id "
        "ORDER BY COALESCE(p.published_latest, '9999'), p.code",
        values,
    )
    return [PublicationRow(*row) for row in rows]


def publications(conn: sqlite3.Connection, start: int = 0, count: int = 1000) -> list[PublicationRow]:
    """Some publications as they stand, oldest first; one whose month is not known comes last."""
    page = (
        "p.id IN (SELECT id FROM publication WHERE withdrawn = 0 "
        "ORDER BY COALESCE(published_latest, '9999'), code LIMIT ? OFFSET ?)"
    )
    return _publication_rows(conn, page, [count, start])


def publication(conn: sqlite3.Connection, thing: str) -> PublicationRow | None:
    """One publication as it stands, or None."""
    rows = _publication_rows(conn, "p.id = ? AND p.withdrawn = 0", [thing])
    return rows[0] if rows else None


def publications_count(conn: sqlite3.Connection) -> int:
    """How many publications there are."""
    return int(conn.execute("SELECT count(*) FROM publication WHERE withdrawn = 0").fetchone()[0])


def totals(conn: sqlite3.Connection) -> tuple[PublicationRow, PublicationRow]:
    """The totals of all publications: of recommendations, and, apart from them, of commitments."""
    both = []
    for commitments, title in ((0, "Recommendations"), (1, "Commitments")):
        columns = "'', '', ?, NULL, '', '', NULL, NULL, NULL, NULL, NULL"
        row = conn.execute(
            f"{_PUBLICATIONS.format(columns=columns)}, '' FROM tally t WHERE t.commitments = ?",
            [title, commitments],
        ).fetchone()
        both.append(PublicationRow(*row))
    return both[0], both[1]
