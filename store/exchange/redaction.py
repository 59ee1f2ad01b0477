"""Redaction: which bodies of changes do not leave with an export, and their removal from a private copy of the register.

Every kind of file is written from the redacted copy, so that what is left out is in no byte of any of them. Envelopes stay.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from store.domain.errors import NotAllowed
from store.domain.fields import KINDS, REGISTER
from store.domain.vocabulary import MARKINGS
from store.exchange.persons import Found, find_named, higher_markings
from store.log.change import BUILT_IN, Change, heads, is_clear_field, undone
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
    """Whether it goes along where the evidence files lie on somebody's disk; `with_files`: whether the attached ones do."""
    with_files: bool = False
    without_names: bool = False
    """Whether the names of persons stay behind and, whole, every change that holds one."""
    flattened: bool = False
    """Whether a register leaves without its history: one creation for each entity, which cannot be merged."""
    back_by: str | None = None
    """The day by which it is to be sent back, as ISO, which it states."""


DEFAULT_TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Redacted:
    """The ids of the changes whose bodies are left out, by why."""

    marked: frozenset[str] = frozenset()
    """Of entities that ever bore a marking above the highest allowed, and reasons that did; and what goes with them."""
    withdrawn: frozenset[str] = frozenset()
    """Of entities that are withdrawn, and changes that are undone; and what goes with them."""
    names: frozenset[str] = frozenset()
    """Of persons' parties, and what holds the name of a person; none of the others."""
    markings: dict[str, str] = field(default_factory=dict)
    """What bears a higher marking that stays behind with a name: id to that marking."""
    entities: dict[str, str] = field(default_factory=dict)
    """The entities that they are of: id to kind."""
    files: frozenset[str] = frozenset()
    """The SHA-256 of the attachments that a marked citation is of, whoever else cites the same bytes."""

    @property
    def changes(self) -> frozenset[str]:
        """All of them."""
        return self.marked | self.withdrawn | self.names


def find_redacted(conn: sqlite3.Connection, terms: Terms) -> Redacted:
    """Find the bodies that these terms leave out. Raises NotAllowed where the whole register is marked higher."""
    if terms.max_marking != MARKINGS[-1] and conn.execute("SELECT 1 FROM this_file WHERE name = 'as at'").fetchone():
        raise NotAllowed("A past day does not know what was marked since. Write a file of today, or without a marking.")
    marked = _marked(conn, terms.max_marking) if terms.max_marking != MARKINGS[-1] else {}
    if marked:
        # Neither bears a marking, and its words may be those of anything in the register.
        marked |= _changes_of_kind(conn, "view") | _changes_of_kind(conn, "accepted_finding")
    withdrawn = {} if terms.with_withdrawn else _withdrawn(conn)
    names = _Names(conn, marked.keys() | withdrawn.keys(), with_withdrawn=terms.with_withdrawn)
    marked |= names.named_only_in(marked, "theme", "outcome", "party")
    withdrawn |= names.named_only_in(withdrawn, "party")
    named = find_named(conn) if terms.without_names else {}
    with_name = frozenset(named.keys() - marked.keys() - withdrawn.keys())
    ended = frozenset(withdrawn.keys() - marked.keys())
    entities = dict((marked | withdrawn | named).values())
    return Redacted(
        frozenset(marked), ended, with_name, higher_markings(conn, with_name), entities, _files(conn, marked)
    )


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


_WITH_BODY = "SELECT id, entity, kind FROM change WHERE body IS NOT NULL AND"


def _changes_of(conn: sqlite3.Connection, entity: str) -> Found:
    return {row[0]: (row[1], row[2]) for row in conn.execute(f"{_WITH_BODY} entity = ?", (entity,))}


def _changes_of_kind(conn: sqlite3.Connection, kind: str) -> Found:
    return {row[0]: (row[1], row[2]) for row in conn.execute(f"{_WITH_BODY} kind = ?", (kind,))}


_USES = {
    "theme": (
        "SELECT theme FROM recommendation WHERE id = ?",
        "SELECT id, withdrawn FROM recommendation WHERE theme = ?",
    ),
    "outcome": (
        "SELECT outcome FROM contribution WHERE id = ?",
        "SELECT recommendation, withdrawn FROM contribution WHERE outcome = ?",
    ),
    "party": ("SELECT party FROM lead WHERE id = ?", "SELECT recommendation, withdrawn FROM lead WHERE party = ?"),
}
"""What names an entity that bears no marking: SQL for what an item, contribution or lead names, and for who names it."""

_USED_BY = {"theme": "recommendation", "outcome": "contribution", "party": "lead"}


class _Names:
    """Finds the parties, themes and outcomes, which bear no marking, that only what is left out names.

    A party stays that wrote a change here, and a theme that comes with the program.
    """

    def __init__(self, conn: sqlite3.Connection, changes: Iterable[str], *, with_withdrawn: bool) -> None:
        self._conn, self._log, self._changes = conn, ChangeLog(conn), set(changes)
        self._with_withdrawn = with_withdrawn
        self._items: dict[str, bool] = {}

    def named_only_in(self, found: Found, *kinds: str) -> Found:
        """The changes of such entities of these kinds that the changes found name; for a party its joins as well."""
        gone: Found = {}
        for kind in kinds:
            of_item, _ = _USES[kind]
            users = {entity for entity, user in found.values() if user == _USED_BY[kind]}
            ahead = [row[0] for user in users for row in self._conn.execute(of_item, (user,)) if row[0]]
            left: set[str] = set()
            while ahead:
                entity = ahead.pop()
                if entity in left or self._stays(kind, entity, left):
                    continue
                left.add(entity)
                gone |= _changes_of(self._conn, entity)
                if kind == "party":
                    joins = "SELECT id, party, other FROM same_party WHERE party = ?1 OR other = ?1"
                    for join, party, other in self._conn.execute(joins, (entity,)).fetchall():
                        gone |= _changes_of(self._conn, join)
                        ahead += [party, other]
        return gone

    def _stays(self, kind: str, entity: str, left: set[str]) -> bool:
        if any(
            self._is_here(item)
            for item, withdrawn in self._conn.execute(_USES[kind][1], (entity,)).fetchall()
            if item and (self._with_withdrawn or not withdrawn)
        ):
            return True
        if kind == "theme":
            devices = self._conn.execute("SELECT DISTINCT device FROM change WHERE entity = ?", (entity,)).fetchall()
            return devices == [(BUILT_IN,)]
        if kind == "party":
            if self._conn.execute("SELECT 1 FROM change WHERE author = ? LIMIT 1", (entity,)).fetchone():
                return True
            joined = "SELECT party FROM same_party WHERE other = ? AND withdrawn = 0"
            return any(
                party not in left and self._stays(kind, party, left | {entity})
                for (party,) in self._conn.execute(joined, (entity,)).fetchall()
            )
        return False

    def _is_here(self, item: str) -> bool:
        """Whether an item is none that is left out of the copy."""
        if item not in self._items:
            changes = self._log.of_entity(item)
            self._items[item] = all(
                head.id not in self._changes and head.is_readable(name)
                for name in KINDS["recommendation"].fields
                if not is_clear_field("recommendation", name)
                for head in heads(changes, name)
            )
        return self._items[item]


def _files(conn: sqlite3.Connection, marked: Found) -> frozenset[str]:
    """The files that a marked citation, not withdrawn, is of: where the same bytes bear two markings the higher holds."""
    cited = {entity for entity, kind in marked.values() if kind == "citation"}
    current = (
        "SELECT c.sha256 FROM citation c JOIN note n ON n.id = c.note "
        "WHERE c.id = ? AND c.withdrawn = 0 AND n.withdrawn = 0 AND c.sha256 IS NOT NULL"
    )
    return frozenset(row[0] for entity in cited for row in conn.execute(current, (entity,)))


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
    freed_after = {entity: _freed_after(log, entity, higher) for entity in ever_marked(conn, higher)}
    # One that is not in this copy was withdrawn, or lowered since: nothing left while it was higher.
    if REGISTER in freed_after and _is_higher(log.of_entity(REGISTER), higher):
        raise NotAllowed(f"The whole register is marked above {most}: nothing of it leaves under that marking.")
    found: Found = {}
    once_on = _citations_once_on(conn) if freed_after else {}
    ahead = list(freed_after)
    while ahead:
        entity = ahead.pop()
        found |= _changes_before(conn, entity, freed_after[entity])
        kind = _kind_of(conn, entity) or ""
        owned_before = [("citation", citation) for citation in once_on.get(entity, ())]
        for _, owned in (*_owned(conn, kind, entity), *_corrected_notes(conn, kind, entity), *owned_before):
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


def ever_marked(conn: sqlite3.Connection, higher: Sequence[str]) -> set[str]:
    """The entities of which some change here ever set one of these markings, or one that is not in this copy."""
    absent = """SELECT DISTINCT entity FROM change WHERE body IS NULL AND fields LIKE '%"marking"%'"""
    found = {str(row[0]) for row in conn.execute(absent)}
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
    if _is_higher(changes, higher):
        return None
    lowered = [c for c in heads(changes, "marking") if c.is_readable("marking")]
    if not lowered:
        return None
    last = max(lowered, key=lambda c: log.number_of(c.id) or 0)
    return log.number_of(last.id) or 0, max(c.time for c in lowered), last.action


def _is_higher(changes: Sequence[Change], higher: Sequence[str]) -> bool:
    """Whether a current marking, of those that are in this copy, is one of these."""
    return any(str(head.value("marking").value) in higher for head in heads(changes, "marking"))


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
        for name in (name for name in _OWNERS if declared.names.get(name) == kind):
            found += [(owned, row[0]) for row in conn.execute(f"SELECT id FROM {owned} WHERE {name} = ?", (entity,))]
    if kind in KINDS["note_on"].names.values() and kind != "note":
        found += [("note", row[0]) for row in conn.execute(f"SELECT note FROM note_on WHERE {kind} = ?", (entity,))]
    if kind == "recommendation":
        # What a text of a paper was written of has the status and target of the items that it names.
        texts = "SELECT DISTINCT entity FROM change WHERE kind = 'paper_text' AND body LIKE '%' || ? || '%'"
        found += [("paper_text", row[0]) for row in conn.execute(texts, (entity,))]
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


def _citations_once_on(conn: sqlite3.Connection) -> dict[str, set[str]]:
    """The citations that were ever on a note, by note: a correction moves them to the note that takes its place."""
    found: dict[str, set[str]] = {}
    rows = conn.execute("SELECT entity, json_extract(clear, '$.note') FROM change WHERE kind = 'citation'")
    for citation, note in rows:
        if note:
            found.setdefault(str(note), set()).add(str(citation))
    return found


def _written_beside(conn: sqlite3.Connection, kind: str, entity: str) -> Found:
    """What the actions on a submission or reply wrote into its item in words: the same reason, until when.

    A redo states it again.
    """
    if kind not in ("submission", "reply"):
        return {}
    rows = conn.execute(
        "SELECT w.id, w.entity, w.kind FROM change c JOIN change w ON w.action = c.action AND w.entity <> c.entity "
        "WHERE c.entity = ? AND w.body IS NOT NULL AND (json_extract(w.body, '$.reason') <> '' "
        "AND (c.parents = '[]' OR c.body IS NULL OR json_extract(w.body, '$.reason') = json_extract(c.body, '$.reason')) "
        "OR c.parents = '[]' AND json_extract(w.body, '$.values.next_move.until') IS NOT NULL)",
        (entity,),
    ).fetchall()
    redone = "SELECT r.id, r.entity, r.kind FROM change u JOIN change r ON r.undoes = u.id WHERE u.undoes = ?"
    found: Found = {}
    while rows:
        change, of, of_kind = rows.pop()
        if change not in found:
            found[change] = of, of_kind
            rows += conn.execute(redone, (change,)).fetchall()
    return found


def _kind_of(conn: sqlite3.Connection, entity: str) -> str | None:
    row = conn.execute("SELECT kind FROM change WHERE entity = ? LIMIT 1", (entity,)).fetchone()
    return str(row[0]) if row else None
