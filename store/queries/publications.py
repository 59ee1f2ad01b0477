"""Publications: their rows with counts by status, and the totals of all."""

from __future__ import annotations

import sqlite3

from store.queries.filter import WITH_INSPECTORATE
from store.queries.rows import PublicationRow

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
        f"{_PUBLICATIONS.format(columns=columns)}, p.marking, p.left_out, p.basis FROM publication p "
        f"LEFT JOIN tally t ON t.publication = p.id WHERE {where} GROUP BY p.id "
        "ORDER BY COALESCE(p.published_latest, '9999'), p.code",
        values,
    )
    return [PublicationRow(*row) for row in rows]


def publications(conn: sqlite3.Connection, start: int = 0, count: int = 1000) -> list[PublicationRow]:
    """A window of the publications, oldest first; those without a month come last."""
    page = (
        "p.id IN (SELECT id FROM publication WHERE withdrawn = 0 "
        "ORDER BY COALESCE(published_latest, '9999'), code LIMIT ? OFFSET ?)"
    )
    return _publication_rows(conn, page, [count, start])


def publication(conn: sqlite3.Connection, entity: str) -> PublicationRow | None:
    """One publication with its counts, or None."""
    rows = _publication_rows(conn, "p.id = ? AND p.withdrawn = 0", [entity])
    return rows[0] if rows else None


def closed_as(conn: sqlite3.Connection, entity: str) -> list[tuple[str, int]]:
    """The closed items of a publication by how they ended, with counts, the most first."""
    rows = conn.execute(
        "SELECT closed_as, sum(items) FROM tally WHERE publication = ? AND closed_as <> '' GROUP BY 1 ORDER BY 2 DESC, 1",
        (entity,),
    )
    return [(str(how), int(items)) for how, items in rows]


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
