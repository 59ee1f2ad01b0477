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

_OWNERS = ("part_of", "publication", "recommendation", "other", "submission", "note", "citation", "paper", "fixing")
"""The fields that name what an entity belongs to: whatever an owner ever bore covers what belongs to it."""


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
    if terms.max_marking != MARKINGS[-1] and conn.execute("SELECT 1 FROM this_file WHERE name = 'as at'").fetchone():
        raise NotAllowed("A past day does not know what was marked since. Write a file of today, or without a marking.")
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
    """The changes of what is withdrawn or belongs to it, and those that an undo reverted which is not undone itself.

    What a marking was is never left out: a later export goes by it.
    """
    found: Found = {}
    log = ChangeLog(conn)
    ahead = [(kind, row[0]) for kind in KINDS for row in conn.execute(f"SELECT id FROM {kind} WHERE withdrawn = 1")]
    seen = set(ahead)
    while ahead:
        kind, entity = ahead.pop()
        rows = conn.execute(
            "SELECT id, entity, kind FROM change WHERE entity = ? AND body IS NOT NULL AND kind <> 'reason_marking' "
            """AND fields <> '["marking"]'""",
            (entity,),
        )
        found |= {row[0]: (row[1], row[2]) for row in rows}
        for owned in _owned(conn, kind, entity):
            if owned not in seen and not (owned[0] == "note" and _is_on_something(conn, owned[1], seen)):
                seen.add(owned)
                ahead.append(owned)
    reverted = conn.execute("SELECT DISTINCT entity, kind FROM change WHERE undoes IS NOT NULL").fetchall()
    for entity, kind in reverted:
        if kind == "reason_marking":
            continue
        changes = log.of_entity(entity)
        gone = undone(changes)
        current = {head.id for name in KINDS[kind].fields for head in heads(changes, name)}
        found |= {
            c.id: (entity, kind)
            for c in changes
            if c.id in gone - current and c.body is not None and c.fields != ("marking",)
        }
    return found


def _is_on_something(conn: sqlite3.Connection, note: str, gone: set[tuple[str, str]]) -> bool:
    """Whether a note is still on an entity that is not gone."""
    ends = ("recommendation", "publication", "theme", "paper")
    rows = conn.execute(f"SELECT {', '.join(ends)} FROM note_on WHERE note = ? AND withdrawn = 0", (note,))
    return any(entity and (kind, entity) not in gone for row in rows for kind, entity in zip(ends, row, strict=True))


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
        kind = _kind_of(conn, entity) or ""
        for _, owned in (*_owned(conn, kind, entity), *_corrected_notes(conn, kind, entity)):
            if owned not in freed_after or (freed_after[owned] is not None and freed_after[entity] is None):
                freed_after[owned] = freed_after[entity]
                ahead.append(owned)
        found |= _written_beside(conn, kind, entity)
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
        "SELECT id, entity, kind, n, time, action, undoes FROM change WHERE entity = ? AND body IS NOT NULL", (entity,)
    ).fetchall()
    if freed_after is None:
        return {row[0]: (row[1], row[2]) for row in rows}
    n, time, action = freed_after
    # An undo states again what was written before.
    return {
        row[0]: (row[1], row[2]) for row in rows if row[6] or (row[5] != action and not (row[3] > n and row[4] > time))
    }


def _owned(conn: sqlite3.Connection, kind: str, entity: str) -> list[tuple[str, str]]:
    """What belongs to an entity, as kind and id, withdrawn or not; the notes on it, and those sent with a submission."""
    found: list[tuple[str, str]] = []
    for owned, declared in KINDS.items():
        for name in _OWNERS:
            if declared.names.get(name) == kind:
                found += [
                    (owned, row[0]) for row in conn.execute(f"SELECT id FROM {owned} WHERE {name} = ?", (entity,))
                ]
    if kind in KINDS["note_on"].names.values() and kind != "note":
        found += [("note", row[0]) for row in conn.execute(f"SELECT note FROM note_on WHERE {kind} = ?", (entity,))]
    if kind == "submission":
        found += [("note", row[0]) for row in conn.execute("SELECT note FROM evidence WHERE submission = ?", (entity,))]
    return found


def _corrected_notes(conn: sqlite3.Connection, kind: str, entity: str) -> list[tuple[str, str]]:
    """The notes that one took the place of: its correction may be of the marking alone."""
    if kind != "note":
        return []
    rows = conn.execute(
        "SELECT DISTINCT w.entity FROM change c JOIN change w ON w.action = c.action AND w.kind = 'note' "
        """AND w.fields = '["withdrawn"]' WHERE c.entity = ? AND c.parents = '[]'""",
        (entity,),
    )
    return [("note", row[0]) for row in rows]


def _written_beside(conn: sqlite3.Connection, kind: str, entity: str) -> Found:
    """What an action that recorded a submission or reply wrote into its item in words: a reason, until when."""
    if kind not in ("submission", "reply"):
        return {}
    rows = conn.execute(
        "SELECT w.id, w.entity, w.kind FROM change c JOIN change w ON w.action = c.action AND w.entity <> c.entity "
        "WHERE c.entity = ? AND c.parents = '[]' AND w.body IS NOT NULL AND (json_extract(w.body, '$.reason') <> '' "
        "OR json_extract(w.body, '$.values.next_move.until') IS NOT NULL)",
        (entity,),
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def _kind_of(conn: sqlite3.Connection, entity: str) -> str | None:
    row = conn.execute("SELECT kind FROM change WHERE entity = ? LIMIT 1", (entity,)).fetchone()
    return str(row[0]) if row else None
