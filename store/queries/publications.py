"""Publications: their rows with counts by status, and the totals of all."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Sequence

from store.domain.lists import register_lists
from store.domain.names import fold_name, number_key
from store.domain.vocabulary import NUMBER_PREFIX
from store.queries.describe import GUESS, SQL_GUESSED
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
        f"{_PUBLICATIONS.format(columns=columns)}, p.marking, p.left_out, p.basis, p.link, "
        "p.published_earliest, p.last_update_earliest, p.last_update_latest FROM publication p "
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


def place_of(conn: sqlite3.Connection, entity: str) -> int | None:
    """The position of a publication in the list, from 0, or None."""
    row = conn.execute(
        "SELECT (SELECT count(*) FROM publication p WHERE p.withdrawn = 0 AND (COALESCE(p.published_latest, '9999'), p.code) "
        "< (COALESCE(one.published_latest, '9999'), one.code)) FROM publication one WHERE one.id = ? AND one.withdrawn = 0",
        (entity,),
    ).fetchone()
    return int(row[0]) if row else None


def closed_as(conn: sqlite3.Connection, entity: str) -> list[tuple[str, int]]:
    """The closed items of a publication by how they ended, with counts, the most first."""
    rows = conn.execute(
        "SELECT closed_as, sum(items) FROM tally WHERE publication = ? AND closed_as <> '' GROUP BY 1 ORDER BY 2 DESC, 1",
        (entity,),
    )
    return [(str(how), int(items)) for how, items in rows]


def closed_on_guesses(
    conn: sqlite3.Connection, entity: str | None = None, among: tuple[str, Sequence[object]] = ("", ())
) -> frozenset[tuple[bool, str]]:
    """How items ended whose stage is a guess, as † marks it, each with whether they are counted apart.

    Of one publication, or of all; `among` is SQL for the seqs of a list, with its parameters, to look at those alone.
    """
    where = " AND publication = ?" if entity else ""
    where += f" AND seq IN ({among[0]})" if among[0] else ""
    values = [*([entity] if entity else []), *among[1]]
    rows = conn.execute(
        "SELECT DISTINCT apart, closed_as FROM recommendation WHERE status = 'closed' AND counted = 1 "
        f"AND basis IS NOT NULL AND json_extract(basis, '$.stage') IN ({SQL_GUESSED}){where}",
        values,
    )
    return frozenset((bool(apart), str(how)) for apart, how in rows)


def format_closed(row: PublicationRow, guessed: Collection[str]) -> str:
    """What the Closed of a row is made of, each part with † where one of its items ended in a way that is `guessed`."""
    named = (WITH_INSPECTORATE, "discharged")
    parts = (
        (row.with_inspectorate, "with the inspectorate", named[0] in guessed),
        (row.discharged, "discharged", named[1] in guessed),
        (row.closed_otherwise, "closed otherwise", not set(guessed) <= set(named)),
    )
    return ", ".join(f"{count:,} {how}{GUESS if is_guess else ''}" for count, how, is_guess in parts if count)


def publications_count(conn: sqlite3.Connection) -> int:
    """How many publications there are."""
    return int(conn.execute("SELECT count(*) FROM publication WHERE withdrawn = 0").fetchone()[0])


def codes_taken(conn: sqlite3.Connection, other_than: str = "") -> set[str]:
    """The codes that publications have, withdrawn ones too, but for that of one of them."""
    rows = conn.execute("SELECT code FROM publication WHERE code IS NOT NULL AND id <> ?", (other_than,))
    return {str(row[0]) for row in rows}


def numbers_in(conn: sqlite3.Connection, entity: str) -> list[tuple[str, str]]:
    """The number of each item of a publication that has one, and what it is numbered within, folded to be compared."""
    rows = conn.execute(
        "SELECT number, scope FROM recommendation WHERE publication = ? AND withdrawn = 0 AND number IS NOT NULL",
        (entity,),
    )
    return [number_key(number, scope) for number, scope in rows]


def next_number(numbers: list[tuple[str, str]], scope: str, kind: str) -> str:
    """The number after the highest of those within a scope, of a kind that may have numbers of its own."""
    within, prefix = fold_name(scope), NUMBER_PREFIX.get(kind, "").lower()
    found = (re.match(rf"{prefix}(\d{{1,9}})", number) for number, its in numbers if its == within)
    return str(max((int(match[1]) for match in found if match), default=0) + 1)


def kinds_by_half(conn: sqlite3.Connection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The kinds of items that the register has: those counted with recommendations, and those counted apart."""
    lists = register_lists(conn)
    used = "SELECT DISTINCT kind FROM recommendation r INDEXED BY listed_facets WHERE listed = 1 AND kind IS NOT NULL"
    kinds = sorted(str(row[0]) for row in conn.execute(used))
    ordinary, apart = (tuple(kind for kind in kinds if lists.is_apart(kind) is n) for n in (False, True))
    return ordinary, apart


def kinds_of_total(conn: sqlite3.Connection, *, is_apart: bool) -> tuple[str, ...]:
    """The kinds of items in one of the totals, to filter a list by; none where there is no other total."""
    halves = kinds_by_half(conn)
    return halves[is_apart] if all(halves) else ()


def totals(conn: sqlite3.Connection) -> tuple[PublicationRow, PublicationRow]:
    """The totals of all publications: of recommendations, and, apart from them, of commitments and the like."""
    both = []
    for apart, title in ((0, "Recommendations"), (1, f"{register_lists(conn).apart_noun.capitalize()}s")):
        columns = "'', '', ?, NULL, '', '', NULL, NULL, NULL, NULL, NULL"
        row = conn.execute(
            f"{_PUBLICATIONS.format(columns=columns)}, '' FROM tally t WHERE t.apart = ?",
            [title, apart],
        ).fetchone()
        both.append(PublicationRow(*row))
    return both[0], both[1]
