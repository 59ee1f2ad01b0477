"""Redaction: which bodies of changes do not leave with an export, and their removal from a private copy of the register.

Every kind of file is written from the redacted copy, so that what is left out is in no byte of any of them. The
envelopes stay: ids, parents and hashes still check, and a later copy that has a body fills it in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from store.domain.errors import NotAllowed
from store.domain.fields import KINDS, REGISTER
from store.domain.vocabulary import MARKINGS
from store.log.change import heads, undone
from store.log.change_log import ChangeLog
from store.log.projection import derive_dependents, project

_PIECE = 500

_OWNERS = ("part_of", "recommendation", "submission", "note", "citation", "publication", "paper", "fixing")
"""The fields that name an entity's owner, the nearest first: what bears no marking of its own is marked as its owner."""


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms an export leaves: the highest marking, and what else of the log goes along."""

    max_marking: str = MARKINGS[-1]
    with_withdrawn: bool = False
    """Whether what was withdrawn or undone goes along."""
    with_locations: bool = False
    """Whether it goes along where the evidence files lie on somebody's disk."""
    with_files: bool = False
    """Whether the attached evidence files go along."""


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Redacted:
    """The ids of the changes whose bodies are left out, by why."""

    marked: frozenset[str] = frozenset()
    """Of entities that ever bore a marking above the highest allowed, and reasons that did."""
    withdrawn: frozenset[str] = frozenset()
    """Of entities that are withdrawn, and changes that are undone."""
    entities: dict[str, str] = field(default_factory=dict)
    """The entities that they are of: id to kind."""

    @property
    def changes(self) -> frozenset[str]:
        """All of them."""
        return self.marked | self.withdrawn


def find_redacted(conn: sqlite3.Connection, terms: Terms) -> Redacted:
    """Find the bodies that these terms leave out. Raises NotAllowed where the whole register is marked higher."""
    marked = _marked(conn, terms.max_marking) if terms.max_marking != MARKINGS[-1] else {}
    withdrawn = {} if terms.with_withdrawn else _withdrawn(conn)
    return Redacted(frozenset(marked), frozenset(withdrawn.keys() - marked.keys()), dict((marked | withdrawn).values()))


def redact(conn: sqlite3.Connection, redacted: Redacted) -> None:
    """Remove these bodies from a private copy, and derive its tables again; call it inside a transaction.

    This is no register of anybody's: of a log in use no row is ever altered.
    """
    conn.executemany(
        "UPDATE change SET body = NULL, salt = NULL WHERE id = ?", ((change,) for change in sorted(redacted.changes))
    )
    log = ChangeLog(conn)
    for piece in _pieces(list(redacted.entities.items())):
        project(conn, dict(piece), log.of_entity)
    for piece in _pieces(list(redacted.entities.items())):
        derive_dependents(conn, dict(piece))


def _pieces(entities: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    for start in range(0, len(entities), _PIECE):
        yield entities[start : start + _PIECE]


Found = dict[str, tuple[str, str]]
"""Changes by id, each with its entity and that entity's kind."""


def _withdrawn(conn: sqlite3.Connection) -> Found:
    """The changes of entities that are withdrawn, and those that an undo reverted which is not undone itself."""
    found: Found = {}
    log = ChangeLog(conn)
    for kind in KINDS:
        rows = conn.execute(
            f"SELECT c.id, c.entity, c.kind FROM {kind} t JOIN change c ON c.entity = t.id "
            "WHERE t.withdrawn = 1 AND c.body IS NOT NULL"
        )
        found |= {row[0]: (row[1], row[2]) for row in rows}
    reverted = conn.execute("SELECT DISTINCT entity, kind FROM change WHERE undoes IS NOT NULL").fetchall()
    for entity, kind in reverted:
        changes = log.of_entity(entity)
        gone = undone(changes)
        current = {head.id for name in KINDS[kind].fields for head in heads(changes, name)}
        found |= {c.id: (entity, kind) for c in changes if c.id in gone - current and c.body is not None}
    return found


def _marked(conn: sqlite3.Connection, most: str) -> Found:
    """The changes of what ever bore a marking above this one, and those whose reason did."""
    higher = MARKINGS[MARKINGS.index(most) + 1 :]
    log = ChangeLog(conn)
    freed_after = {entity: _freed_after(log, entity, higher) for entity in _ever_marked(conn, higher)}
    if freed_after.get(REGISTER, _NEVER) is None:
        raise NotAllowed(f"The whole register is marked above {most}: nothing of it leaves under that marking.")
    found: Found = {}
    ahead = list(freed_after)
    while ahead:
        entity = ahead.pop()
        found |= _changes_before(conn, entity, freed_after[entity])
        for owned in _owned_unmarked(conn, entity):
            if owned not in freed_after:
                freed_after[owned] = freed_after[entity]
                ahead.append(owned)
    for reason in [entity for entity in freed_after if _kind_of(conn, entity) == "reason_marking"]:
        rows = conn.execute(
            "SELECT c.id, c.entity, c.kind FROM reason_marking m JOIN change c ON c.id = m.change WHERE m.id = ? "
            "AND c.body IS NOT NULL",
            (reason,),
        )
        found |= {row[0]: (row[1], row[2]) for row in rows}
    return found


_NEVER = (0, "", "")


def _ever_marked(conn: sqlite3.Connection, higher: Sequence[str]) -> set[str]:
    """The entities of which some change here ever set one of these markings."""
    found: set[str] = set()
    for marking in higher:
        rows = conn.execute(
            "SELECT DISTINCT entity FROM change WHERE body LIKE '%' || ?1 || '%' "
            "AND json_extract(body, '$.values.marking') = ?1",
            (marking,),
        )
        found |= {row[0] for row in rows}
    return found


def _freed_after(log: ChangeLog, entity: str, higher: Sequence[str]) -> tuple[int, str, str] | None:
    """The number, the time and the action of the change that lowered a marking; None while it is higher still.

    Lowering a marking frees only what is written afterwards: in that action, or later by number and by clock.
    """
    changes = log.of_entity(entity)
    if any(str(head.value("marking").value) in higher for head in heads(changes, "marking")):
        return None
    lowered = [c for c in heads(changes, "marking") if c.is_readable("marking")]
    if not lowered:
        return None
    last = max(lowered, key=lambda c: log.number_of(c.id) or 0)
    return log.number_of(last.id) or 0, max(c.time for c in lowered), last.action


def _changes_before(conn: sqlite3.Connection, entity: str, freed_after: tuple[int, str, str] | None) -> Found:
    """The changes of an entity that were not written after its marking was lowered."""
    rows = conn.execute(
        "SELECT id, entity, kind, n, time, action FROM change WHERE entity = ? AND body IS NOT NULL", (entity,)
    ).fetchall()
    if freed_after is None:
        return {row[0]: (row[1], row[2]) for row in rows}
    n, time, action = freed_after
    return {row[0]: (row[1], row[2]) for row in rows if row[5] != action and not (row[3] > n and row[4] > time)}


def _owned_unmarked(conn: sqlite3.Connection, entity: str) -> list[str]:
    """What an entity owns that bears no marking of its own."""
    kind = _kind_of(conn, entity)
    found: list[str] = []
    for owned, declared in KINDS.items():
        owner = next((name for name in _OWNERS if name in declared.names), None)
        if owner is None or declared.names[owner] != kind or owned == "reason_marking":
            continue
        unmarked = "AND marking IS NULL AND left_out = 0" if "marking" in declared.fields else ""
        rows = conn.execute(f"SELECT id FROM {owned} WHERE {owner} = ? {unmarked}", (entity,))
        found += [row[0] for row in rows]
    return found


def _kind_of(conn: sqlite3.Connection, entity: str) -> str | None:
    row = conn.execute("SELECT kind FROM change WHERE entity = ? LIMIT 1", (entity,)).fetchone()
    return str(row[0]) if row else None
