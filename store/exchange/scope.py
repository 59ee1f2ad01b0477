"""What belongs to an export: the items shown, what they own, and what these name; nothing else.

`select_scope` lists the entities in a temporary table of the connection, `scope`, which the writers join to. A value
names another entity only as its owner, party, theme or outcome, and every such entity is taken along: so no change in
scope rests on one that is not. What the list of a whole register goes by is taken along too, so that the same filter
leaves the same items of a share. Where an evidence file lies belongs to an export only where that is asked for.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

from store.domain.fields import KINDS
from store.domain.lists import register_lists
from store.domain.vocabulary import MARKINGS
from store.queries.describe import format_counts
from store.queries.filter import Filter
from store.queries.item_list import counts
from store.queries.markings import register_marking

_OWNED = ("submission", "reply", "action", "lead", "contribution", "measure", "nothing_new")


@dataclass(frozen=True, slots=True)
class Scope:
    """How much an export holds; `entities` by kind, `whole` and `in_part` the codes of its publications."""

    recommendations: int
    commitments: int
    marking: str
    entities: dict[str, int]
    whole: tuple[str, ...]
    in_part: tuple[str, ...]
    apart_noun: str
    """What is counted apart from recommendations is called, one of it."""

    def describe_counts(self) -> str:
        """How many items it holds, in words."""
        return format_counts(self.recommendations, self.commitments, noun=self.apart_noun)


def select_scope(conn: sqlite3.Connection, shown: Filter, today: date, *, with_locations: bool = False) -> Scope:
    """List what belongs to an export of what is shown, in the connection's temporary table `scope` (entity, kind)."""
    conn.execute("DROP TABLE IF EXISTS temp.scope")
    conn.execute("CREATE TEMP TABLE scope (entity TEXT PRIMARY KEY, kind TEXT NOT NULL) WITHOUT ROWID")
    conn.execute("CREATE INDEX temp.scope_of_kind ON scope (kind)")
    if shown.is_active:
        whole = _narrowed(conn, shown, today)
    else:
        conn.execute("INSERT OR IGNORE INTO scope SELECT entity, kind FROM change WHERE kind <> 'location'")
        whole = {row[0] for row in conn.execute("SELECT id FROM publication")}
    if with_locations:
        for owner in ("citation", "publication"):
            _add_to_scope(conn, "location", _of("location", owner))
    codes: dict[bool, list[str]] = {True: [], False: []}
    for entity, code in conn.execute(
        "SELECT p.id, p.code FROM publication p JOIN scope s ON s.entity = p.id WHERE p.withdrawn = 0 ORDER BY p.code"
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
        register_lists(conn).apart_noun,
    )


def _add_to_scope(conn: sqlite3.Connection, kind: str, select: str, values: list[object] | None = None) -> int:
    """Take along the entities that a query names; how many of them are new."""
    sql = f"INSERT OR IGNORE INTO scope SELECT entity, '{kind}' FROM ({select}) WHERE entity IS NOT NULL"
    return conn.execute(sql, values or []).rowcount


def _narrowed(conn: sqlite3.Connection, shown: Filter, today: date) -> set[str]:
    where, values = shown.where(today)
    _add_to_scope(conn, "recommendation", f"SELECT r.id AS entity FROM recommendation r WHERE {where}", values)
    if shown == Filter(publication=shown.publication, parts=shown.parts):
        # Asked for by name: all of it, what was withdrawn or joined to another too, so that a merge learns of it.
        marks = ",".join("?" * len(shown.publication))
        named = f"SELECT id AS entity FROM publication WHERE code IN ({marks}) AND withdrawn = 0"
        _add_to_scope(conn, "publication", named, list(shown.publication))
        _add_to_scope(conn, "recommendation", _of("recommendation", "publication"))
    _whole_items(conn)
    _add_to_scope(conn, "publication", "SELECT publication AS entity FROM recommendation JOIN scope ON entity = id")
    for kind in _OWNED:
        _add_to_scope(conn, kind, _of(kind, "recommendation"))
    whole = _whole_publications(conn)
    _add_to_scope(conn, "measure", f"SELECT id AS entity FROM measure WHERE publication IN ({_quoted(whole)})")
    _notes(conn, whole)
    _add_to_scope(
        conn,
        "link",
        "SELECT id AS entity FROM link WHERE recommendation IN (SELECT entity FROM scope) "
        "AND other IN (SELECT entity FROM scope)",
    )
    _add_to_scope(
        conn,
        "reason_marking",
        "SELECT m.id AS entity FROM scope s JOIN change c ON c.entity = s.entity JOIN reason_marking m ON m.change = c.id",
    )
    while sum(_add_referenced(conn)):
        pass
    return whole


def _of(kind: str, owner: str) -> str:
    return f"SELECT id AS entity FROM {kind} WHERE {owner} IN (SELECT entity FROM scope)"


def _quoted(ids: set[str]) -> str:
    return ",".join(f"'{entity}'" for entity in sorted(ids))


def _whole_items(conn: sqlite3.Connection) -> None:
    """A part comes with its item, one that it once was part of too; an item with its parts, and what it is joined to.

    Each of these comes with all that it owns, since its status, and whether it is listed, rest on that.
    """
    others = (
        "SELECT json_extract(c.clear, '$.part_of') AS entity FROM scope s CROSS JOIN change c ON c.entity = s.entity "
        "WHERE s.kind = 'recommendation'",
        _of("recommendation", "part_of"),
        "SELECT l.other AS entity FROM link l JOIN scope s ON s.entity = l.recommendation "
        "WHERE l.relation = 'same-as' AND l.withdrawn = 0",
    )
    while sum(_add_to_scope(conn, "recommendation", select) for select in others):
        pass


def _whole_publications(conn: sqlite3.Connection) -> set[str]:
    rows = conn.execute(
        "SELECT p.id FROM publication p JOIN scope s ON s.entity = p.id WHERE NOT EXISTS (SELECT 1 FROM recommendation r "
        "WHERE r.publication = p.id AND r.listed = 1 AND r.id NOT IN (SELECT entity FROM scope))"
    )
    return {str(row[0]) for row in rows}


def _notes(conn: sqlite3.Connection, whole: set[str]) -> None:
    """Notes on what is in scope, and the associations that record it; a note's other associations stay behind."""
    about = f"(recommendation IN (SELECT entity FROM scope) OR publication IN ({_quoted(whole)}))"
    _add_to_scope(conn, "note", f"SELECT note AS entity FROM note_on WHERE withdrawn = 0 AND {about}")
    sent = "SELECT note AS entity FROM evidence WHERE withdrawn = 0 AND submission IN (SELECT entity FROM scope)"
    _add_to_scope(conn, "note", sent)
    inside = "note IN (SELECT entity FROM scope)"
    _add_to_scope(conn, "note_on", f"SELECT id AS entity FROM note_on WHERE {inside} AND {about}")
    _add_to_scope(conn, "citation", _of("citation", "note"))
    _add_to_scope(
        conn,
        "evidence",
        f"SELECT id AS entity FROM evidence WHERE {inside} AND submission IN (SELECT entity FROM scope)",
    )


def _add_referenced(conn: sqlite3.Connection) -> list[int]:
    """Take along what the changes in scope name, now or in the past, and who wrote them; how many are new.

    CROSS JOIN keeps SQLite from reading the whole log for each: it starts from what is in scope.
    """
    taken = []
    for kind, declared in KINDS.items():
        for field, other in declared.names.items():
            value = f"json_extract(c.clear, '$.{field}')"
            changes = f"FROM scope s CROSS JOIN change c ON c.entity = s.entity WHERE s.kind = '{kind}'"
            taken.append(_add_to_scope(conn, other, _in_tables(f"SELECT DISTINCT {value} AS entity {changes}")))
    # Under which name a party is shown rests on what it is joined to.
    joined = "SELECT j.id AS entity FROM same_party j JOIN scope s ON s.entity = j.party WHERE j.withdrawn = 0"
    taken.append(_add_to_scope(conn, "same_party", joined))
    authors = "SELECT DISTINCT c.author AS entity FROM scope s CROSS JOIN change c ON c.entity = s.entity"
    taken.append(_add_to_scope(conn, "party", _in_tables(authors)))
    return taken


def _in_tables(select: str) -> str:
    return f"SELECT entity FROM ({select}) q WHERE EXISTS (SELECT 1 FROM change k WHERE k.entity = q.entity)"


def marking_in_history(conn: sqlite3.Connection) -> str:
    """The highest marking that anything in scope ever bore: that of a file that holds its history."""
    rows = conn.execute(
        "SELECT DISTINCT json_extract(c.body, '$.values.marking') FROM change c JOIN scope s ON s.entity = c.entity "
        f"WHERE c.body LIKE '%{MARKINGS[-1]}%'"
    )
    return max((row[0] for row in rows if row[0] in MARKINGS), key=MARKINGS.index, default=MARKINGS[0])


def _marking(conn: sqlite3.Connection) -> str:
    """The highest marking of what is in scope, and of the register as a whole; where two conflict, the higher."""
    highest = register_marking(conn)
    for kind, declared in KINDS.items():
        if "marking" in declared.fields:
            found = conn.execute(
                f"SELECT 1 FROM {kind} t JOIN scope s ON s.entity = t.id WHERE t.marking = ?1 "
                "UNION ALL SELECT 1 FROM conflict k JOIN scope s ON s.entity = k.entity WHERE k.field = 'marking' LIMIT 1",
                (MARKINGS[-1],),
            ).fetchone()
            highest = MARKINGS[-1] if found else highest
    return highest
