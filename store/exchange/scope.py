"""The scope of an export: the items shown, what they own, and the entities that these refer to; nothing else.

`select_scope` lists the entities in a temporary table of the connection, `scope`, which the writers join to. Every
entity that one in scope refers to (owner, party, theme, outcome) is in scope too: no change depends on one outside.
Locations of evidence files are in no scope.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from store.domain.fields import KINDS
from store.domain.vocabulary import MARKINGS
from store.queries.filter import Filter
from store.queries.item_list import counts

_OWNED = ("submission", "reply", "action", "lead", "contribution", "measure")


@dataclass(frozen=True, slots=True)
class Scope:
    """The size of an export: counts, marking, `entities` by kind, and codes of publications, `whole` or `in_part`."""

    recommendations: int
    commitments: int
    marking: str
    entities: dict[str, int]
    whole: tuple[str, ...]
    in_part: tuple[str, ...]


def select_scope(conn: sqlite3.Connection, shown: Filter, today: date) -> Scope:
    """Select the scope of an export under a filter into the connection's temporary table `scope`: id and kind."""
    conn.execute("DROP TABLE IF EXISTS temp.scope")
    conn.execute("CREATE TEMP TABLE scope (thing TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID")
    conn.execute("CREATE INDEX temp.scope_of_kind ON scope (kind)")
    if shown.is_active:
        whole = _narrowed(conn, shown, today)
    else:
        conn.execute("INSERT OR IGNORE INTO scope SELECT thing, kind FROM change WHERE kind <> 'location'")
        whole = {row[0] for row in conn.execute("SELECT id FROM publication")}
    codes: dict[bool, list[str]] = {True: [], False: []}
    for entity, code in conn.execute(
        "SELECT p.id, p.code FROM publication p JOIN scope s ON s.thing = p.id WHERE p.withdrawn = 0 ORDER BY p.code"
    ):
        codes[entity in whole].append(code or "?")
    recommendations, commitments = counts(conn, shown, today)
    return Scope(
        recommendations,
        commitments,
        _marking(conn),
        dict(conn.execute("SELECT kind, count(*) FROM scope GROUP BY kind").fetchall()),
        tuple(codes[True]),
        tuple(codes[False]),
    )


def _add_to_scope(conn: sqlite3.Connection, kind: str, select: str, values: list[object] | None = None) -> int:
    """Add the entities of a kind that a query selects to the scope; returns how many of them are new."""
    sql = f"INSERT OR IGNORE INTO scope SELECT thing, '{kind}' FROM ({select}) WHERE thing IS NOT NULL"
    return conn.execute(sql, values or []).rowcount


def _narrowed(conn: sqlite3.Connection, shown: Filter, today: date) -> set[str]:
    where, values = shown.where(today)
    _add_to_scope(conn, "recommendation", f"SELECT r.id AS thing FROM recommendation r WHERE {where}", values)
    if shown == Filter(publication=shown.publication, parts=shown.parts):
        # A publication filtered by code is exported whole: a merge needs its withdrawn and joined items too.
        marks = ",".join("?" * len(shown.publication))
        named = f"SELECT id AS thing FROM publication WHERE code IN ({marks}) AND withdrawn = 0"
        _add_to_scope(conn, "publication", named, list(shown.publication))
        _add_to_scope(conn, "recommendation", _of("recommendation", "publication"))
    _whole_items(conn)
    _add_to_scope(conn, "publication", "SELECT publication AS thing FROM recommendation JOIN scope ON thing = id")
    for kind in _OWNED:
        _add_to_scope(conn, kind, _of(kind, "recommendation"))
    whole = _whole_publications(conn)
    _add_to_scope(conn, "measure", f"SELECT id AS thing FROM measure WHERE publication IN ({_quoted(whole)})")
    _notes(conn, whole)
    _add_to_scope(
        conn,
        "link",
        "SELECT id AS thing FROM link WHERE recommendation IN (SELECT thing FROM scope) "
        "AND other IN (SELECT thing FROM scope)",
    )
    while sum(_add_referenced(conn)):
        pass
    return whole


def _of(kind: str, owner: str) -> str:
    return f"SELECT id AS thing FROM {kind} WHERE {owner} IN (SELECT thing FROM scope)"


def _quoted(ids: set[str]) -> str:
    return ",".join(f"'{entity}'" for entity in sorted(ids))


def _whole_items(conn: sqlite3.Connection) -> None:
    """Add the items of parts and the parts of items."""
    above = "SELECT part_of AS thing FROM recommendation JOIN scope ON thing = id"
    while _add_to_scope(conn, "recommendation", above) + _add_to_scope(
        conn, "recommendation", _of("recommendation", "part_of")
    ):
        pass


def _whole_publications(conn: sqlite3.Connection) -> set[str]:
    rows = conn.execute(
        "SELECT p.id FROM publication p JOIN scope s ON s.thing = p.id WHERE NOT EXISTS (SELECT 1 FROM recommendation r "
        "WHERE r.publication = p.id AND r.listed = 1 AND r.id NOT IN (SELECT thing FROM scope))"
    )
    return {str(row[0]) for row in rows}


def _notes(conn: sqlite3.Connection, whole: set[str]) -> None:
    """Add the notes on entities in scope, with those of their associations whose ends are all in scope."""
    about = f"(recommendation IN (SELECT thing FROM scope) OR publication IN ({_quoted(whole)}))"
    _add_to_scope(conn, "note", f"SELECT note AS thing FROM note_on WHERE withdrawn = 0 AND {about}")
    sent = "SELECT note AS thing FROM evidence WHERE withdrawn = 0 AND submission IN (SELECT thing FROM scope)"
    _add_to_scope(conn, "note", sent)
    inside = "note IN (SELECT thing FROM scope)"
    _add_to_scope(conn, "note_on", f"SELECT id AS thing FROM note_on WHERE {inside} AND {about}")
    _add_to_scope(conn, "citation", _of("citation", "note"))
    _add_to_scope(
        conn,
        "evidence",
        f"SELECT id AS thing FROM evidence WHERE {inside} AND submission IN (SELECT thing FROM scope)",
    )


def _add_referenced(conn: sqlite3.Connection) -> list[int]:
    """Add the entities that changes in scope refer to, now or in the past, and their authors; returns how many are new.

    CROSS JOIN makes SQLite begin with the scope instead of scanning the log.
    """
    taken = []
    for kind, declared in KINDS.items():
        for field, other in declared.names.items():
            value = f"json_extract(c.clear, '$.{field}')"
            changes = f"FROM scope s CROSS JOIN change c ON c.thing = s.thing WHERE s.kind = '{kind}'"
            taken.append(_add_to_scope(conn, other, _in_tables(f"SELECT DISTINCT {value} AS thing {changes}")))
    authors = "SELECT DISTINCT c.author AS thing FROM scope s CROSS JOIN change c ON c.thing = s.thing"
    taken.append(_add_to_scope(conn, "party", _in_tables(authors)))
    return taken


def _in_tables(select: str) -> str:
    return f"SELECT thing FROM ({select}) q WHERE EXISTS (SELECT 1 FROM change k WHERE k.thing = q.thing)"


def _marking(conn: sqlite3.Connection) -> str:
    """The highest marking in scope; of a marking in conflict, the higher."""
    highest = MARKINGS[0]
    for kind, declared in KINDS.items():
        if "marking" in declared.fields:
            found = conn.execute(
                f"SELECT 1 FROM {kind} t JOIN scope s ON s.thing = t.id WHERE t.marking = ?1 "
                "UNION ALL SELECT 1 FROM conflict k JOIN scope s ON s.thing = k.thing WHERE k.field = 'marking' LIMIT 1",
                (MARKINGS[-1],),
            ).fetchone()
            highest = MARKINGS[-1] if found else highest
    return highest


def format_counts(recommendations: int, commitments: int) -> str:
    """Format two counts, which are never added: 66 recommendations · 5 commitments."""
    return f"{recommendations:,} recommendation{'s' * (recommendations != 1)} · {commitments:,} commitment{'s' * (commitments != 1)}"
