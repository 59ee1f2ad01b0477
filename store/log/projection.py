"""The projection: tables derived from the log, updated in the same transaction.

Two steps: `project` writes the row of each entity that a change touched, and `derive_dependents` recomputes the items
and publications that depend on it (status, reference, leads, counts, the search index).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from store.domain.fields import KINDS, REGISTER
from store.domain.lists import register_lists
from store.domain.names import fold_indexed, fold_name, fold_number, sort_key
from store.domain.references import joined_to
from store.domain.vocabulary import Stage, Status
from store.log.change import WITHDRAWN, Change, FoldedEntity, canonical, fold, heads, target_moves, undone
from store.log.change_log import ChangeLog
from store.log.derived import DERIVED, DERIVED_COLUMNS, OF_MANY_ITEMS, TALLY
from store.log.table_rows import write_columns, write_rows

_WITH_REASON = frozenset({"stage", "track", "target"})
_STATUS_FIELDS = frozenset({"stage", "track", "believed_done", "next_move", "target"})

_LISTED_ONLY = 2
"""`counted` of an item that was left out of this copy: it is 1 for one that is counted, 0 for one that is not listed by
itself."""

Step = Callable[[int, int], None]
"""Called with the work done and its total; what it raises ends the work."""
_STEP = 500

_STATUS_RANK = {status: rank for rank, status in enumerate(Status)}
_STAGE_RANK = {stage: rank for rank, stage in enumerate(Stage)}


@cache
def _parts_of(kind: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((name, declared.parts) for name, declared in KINDS[kind].fields.items() if name != WITHDRAWN)


_encode_bases = json.JSONEncoder(sort_keys=True).encode


def _row(kind: str, entity: str, folded: FoldedEntity, changes: Sequence[Change]) -> tuple[object, ...]:
    row: list[object] = [entity]
    values = folded.values
    for field, parts in _parts_of(kind):
        value: Any = values[field].value
        if not parts:
            row.append(canonical(value) if isinstance(value, list) else value)
        elif value is None:
            row.extend([None] * (1 + len(parts)))
        else:
            row.append(value.get("text"))
            row.extend(value.get(part) for part in parts)
    moves = target_moves(changes) if kind == "recommendation" else None
    recorded = values | ({"first_target": moves.path[0].value("target")} if moves and moves.path else {})
    bases = {n: v.basis for n, v in recorded.items() if v.basis not in ("entered", "stated")}
    row += [
        int(bool(values[WITHDRAWN].value)),
        _encode_bases(bases) if bases else None,
        int(folded.left_out),
        folded.recorded.time,
        folded.recorded.author,
        folded.changed.time,
        folded.changed.author,
    ]
    if moves:
        first = moves.first or {}
        row += [first.get("text"), first.get("latest"), moves.later, int(moves.at_least), int(bool(folded.conflicts))]
        row += _declined_and_last_stated(changes)
    return tuple(row)


def _declined_and_last_stated(changes: Sequence[Change]) -> tuple[int, str]:
    """Whether a required reason was declined, and the day on which a status was last stated.

    What was reverted, and reverting it, does not count.
    """
    if len(changes) == 1:
        stating = changes
        declined = changes[0].reason == "" and not _WITH_REASON.isdisjoint(changes[0].fields)
    else:
        gone = undone(changes)
        stating = [
            c for c in changes if c.creates or (not c.undoes and c.id not in gone and _STATUS_FIELDS & {*c.fields})
        ]
        declined = any(top and top[-1].reason == "" for top in (heads(stating, name) for name in _WITH_REASON))
    # By UTC, for what is derived is the same in every zone.
    return int(declined), max(c.time for c in stating)[:10]


def project(
    conn: sqlite3.Connection,
    touched: dict[str, str],
    changes_of: Callable[[str], Sequence[Change]],
    step: Step | None = None,
) -> None:
    """Write the row of each entity (id to kind) from its changes; one with no ready creation has no row."""
    rows: dict[str, list[tuple[object, ...]]] = {}
    conflicts: list[tuple[str, str, str, str]] = []
    for done, (entity, kind) in enumerate(touched.items()):
        if step and done % _STEP == 0:
            step(done, 2 * len(touched))
        changes = changes_of(entity)
        if not any(c.creates for c in changes):
            continue
        folded = fold(kind, changes)
        rows.setdefault(kind, []).append(_row(kind, entity, folded, changes))
        conflicts += [(entity, f, kind, json.dumps([c.id for c in top])) for f, top in folded.conflicts.items()]
    for kind in KINDS:
        if kind in rows:
            write_rows(conn, kind, rows[kind])
    _derive_parties(conn, _joined_parties(conn, touched))
    conn.executemany("DELETE FROM conflict WHERE entity = ?", [(entity,) for entity in touched])
    conn.executemany("INSERT INTO conflict VALUES (?, ?, ?, ?)", conflicts)


_THESE = "IN (SELECT value FROM json_each(?1))"
_DEPENDENT_ITEMS = {
    "publication": f"SELECT id FROM recommendation WHERE publication {_THESE}",
    "theme": f"SELECT id FROM recommendation WHERE theme {_THESE}",
    "party": f"SELECT recommendation FROM lead WHERE party {_THESE}",
    **{
        kind: f"SELECT recommendation FROM {kind} WHERE id {_THESE}"
        for kind in ("lead", "contribution", "note_on", "submission", "reply", "action", "nothing_new", "measure")
    },
    "link": f"SELECT recommendation FROM link WHERE id {_THESE} UNION ALL SELECT other FROM link WHERE id {_THESE}",
    "note": f"SELECT recommendation FROM note_on WHERE note {_THESE}",
    "citation": f"SELECT o.recommendation FROM citation c JOIN note_on o ON o.note = c.note WHERE c.id {_THESE}",
    "evidence": f"SELECT s.recommendation FROM evidence e JOIN submission s ON s.id = e.submission WHERE e.id {_THESE}",
    "reason_marking": "SELECT c.entity FROM reason_marking m JOIN change c ON c.id = m.change "
    f"WHERE m.id {_THESE} AND c.kind = 'recommendation'",
    "recommendation": f"SELECT value FROM json_each(?1) UNION ALL SELECT id FROM recommendation WHERE part_of {_THESE}",
}
"""SQL for the ids of the items that depend on entities of a kind, by a JSON list of their ids."""

_JOINED_ITEMS = f"SELECT recommendation FROM link WHERE other {_THESE} AND relation = 'same-as'"
"""SQL for the ids of the items joined to items: whether they are listed depends on it."""


_WORDS = "SELECT rowid, reference, title, text, notes, people FROM search WHERE rowid = ?"
"""SQL for the words of an item: they are written again, which is slow, only where they differ."""


def reference_of(code: str | None, number: str | None, label: str | None, scope: str | None = None) -> str:
    """The reference of an item: HC-6, CCP-10a, DA-x1, and CUS-3 (Tayside) where a body has numbers of its own."""
    return f"{code or '?'}-{number or label or '?'}" + (f" ({scope})" if scope else "")


@dataclass(frozen=True, slots=True)
class Dependents:
    """The items and publications that depend on some entities."""

    items: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()


def find_dependents(conn: sqlite3.Connection, touched: dict[str, str]) -> Dependents:
    """The items that depend on these entities (id to kind) as the tables are now, and their publications."""
    items = [*_dependent_items(conn, touched | _joined_parties(conn, touched))]
    rows = conn.execute(f"SELECT DISTINCT publication FROM recommendation WHERE id {_THESE}", (json.dumps(items),))
    return Dependents(tuple(items), tuple(row[0] for row in rows if row[0]))


def _joined_parties(conn: sqlite3.Connection, touched: dict[str, str]) -> dict[str, str]:
    """The parties (id to kind) that are shown by another name where these entities are touched."""
    ahead = [entity for entity, kind in touched.items() if kind == "party"]
    for entity in (entity for entity, kind in touched.items() if kind == "same_party"):
        ahead += conn.execute("SELECT party, other FROM same_party WHERE id = ?", (entity,)).fetchone() or ()
    found: dict[str, str] = {}
    while ahead:
        party = ahead.pop()
        if party not in found:
            found[party] = "party"
            ahead += [row[0] for row in conn.execute("SELECT party FROM same_party WHERE other = ?", (party,))]
    return found


def _derive_parties(conn: sqlite3.Connection, parties: Iterable[str]) -> None:
    """Set under which name each of these parties is shown: that of the one party that it is joined to, else its own."""
    for party in parties:
        to = joined_to(conn, party, "party")
        conn.execute(
            "UPDATE party SET (shown_id, shown_name) = (SELECT id, name FROM party WHERE id = ?) WHERE id = ?",
            (to[0] if len(to) == 1 else party, party),
        )


def _items_by_lists(conn: sqlite3.Connection) -> Iterable[str]:
    """The ids of the items that the register's lists rank or count otherwise than their rows do."""
    lists = register_lists(conn)
    for kind, apart, priority, rank in conn.execute(
        "SELECT DISTINCT kind, apart, priority, priority_rank FROM recommendation"
    ).fetchall():
        if (apart, rank) != (lists.is_apart(kind), lists.rank(priority)):
            same = "kind IS ? AND apart IS ? AND priority IS ? AND priority_rank IS ?"
            found = conn.execute(f"SELECT id FROM recommendation WHERE {same}", (kind, apart, priority, rank))
            yield from (row[0] for row in found.fetchall())


def _dependent_items(conn: sqlite3.Connection, touched: dict[str, str]) -> dict[str, None]:
    by_kind: dict[str, list[str]] = {}
    for entity, kind in touched.items():
        by_kind.setdefault(kind, []).append(entity)
    items: dict[str, None] = dict.fromkeys(_items_by_lists(conn) if REGISTER in by_kind else ())
    for kind in (kind for kind in by_kind if kind in _DEPENDENT_ITEMS):
        found = conn.execute(_DEPENDENT_ITEMS[kind], (json.dumps(by_kind[kind]),))
        items.update((row[0], None) for row in found if row[0])
    ahead = [*items]
    while ahead:
        joined = conn.execute(_JOINED_ITEMS, (json.dumps(ahead),)).fetchall()
        ahead = [item for (item,) in joined if item and item not in items]
        items |= dict.fromkeys(ahead)
    return items


def _derived_rows(conn: sqlite3.Connection, items: Sequence[str], step: Step | None) -> Iterator[tuple[Any, ...]]:
    for done in range(0, len(items), _STEP):
        if step:
            step(len(items) + done, 2 * len(items))
        yield from conn.execute(DERIVED, (json.dumps(items[done : done + _STEP]),)).fetchall()


def derive_dependents(
    conn: sqlite3.Connection,
    touched: dict[str, str],
    new: Iterable[str] = (),
    before: Dependents | None = None,
    step: Step | None = None,
) -> tuple[str, ...]:
    """Recompute the items and publications that depend on the entities touched.

    Entities in `new` have no words in the index yet. `before` are their dependents before `project`: an item that moves
    leaves a publication behind. Returns the items' ids.
    """
    before = before or Dependents()
    touched = touched | _joined_parties(conn, touched)
    items = dict.fromkeys((*_dependent_items(conn, touched), *before.items))
    publications = dict.fromkeys(before.publications)
    publications.update((entity, None) for entity, kind in touched.items() if kind == "publication")
    fresh, lists = set(new), register_lists(conn)
    is_apart, rank = cache(lists.is_apart), cache(lists.rank)
    words: list[tuple[Any, ...]] = []
    old_words: list[tuple[int]] = []
    for row in _derived_rows(conn, [*items], step):
        (entity, seq, code, pub_gone, number, label, title, text, stage, track, part_of) = row[:11]
        (closed_as, may_be_joined, theme, leads, updated, gone, pub_title, notes, publication) = row[11:20]
        whole_gone, scope, left_out, kind, priority = row[20:25]
        if publication:
            publications[publication] = None
        closed_as = None if left_out else closed_as
        leads = "\n".join(sorted(set((leads or "").split("\n")), key=lambda name: (sort_key(name), name)))
        status = "left-out" if left_out else "closed" if closed_as else track or "not-stated"
        joined = bool(may_be_joined) and bool(joined_to(conn, entity))
        listed = publication is not None and not (gone or whole_gone or pub_gone or joined)
        reference = reference_of(code, number, label, scope)
        key = sort_key_of(code, number, label, scope)
        derived = (
            code,
            reference,
            key,
            status,
            _STATUS_RANK[Status(status)],
            _STAGE_RANK[Stage(stage or "not-stated")],
            closed_as,
            theme,
            leads,
            *(sort_key(name or "") or None for name in (title, theme, leads)),
            updated,
            int(listed),
            _LISTED_ONLY if listed and part_of is None and left_out else int(listed and part_of is None),
            int(is_apart(kind)),
            rank(priority),
            *row[25 : -len(DERIVED_COLUMNS)],
        )
        write_columns(conn, DERIVED_COLUMNS, derived, row[-len(DERIVED_COLUMNS) :], entity)
        found: tuple[object, ...] | None = None
        if listed:
            # With its number as it is folded, too: HC-6 for what is printed as HC-06.
            numbered = f"{reference} {code or ''}-{fold_number(number or '')}"
            people = f"{leads}\n{pub_title or ''}"
            found = (seq, *(fold_indexed(part or "") for part in (numbered, title, text, notes, people)))
        before_words = None if entity in fresh else conn.execute(_WORDS, (seq,)).fetchone()
        if before_words != found:
            if before_words:
                old_words.append((seq,))
            if found:
                words.append(found)
    # In the order of their rows: at one that is out of it the search index writes all that it has gathered by then.
    conn.executemany("DELETE FROM search WHERE rowid = ?", sorted(old_words))
    conn.executemany(
        "INSERT INTO search (rowid, reference, title, text, notes, people) VALUES (?,?,?,?,?,?)", sorted(words)
    )
    conn.executemany("DELETE FROM tally WHERE publication = ?", [(p,) for p in publications])
    conn.executemany(TALLY, [(p,) for p in publications])
    return tuple(items)


def sort_key_of(code: str | None, number: str | None, label: str | None, scope: str | None = None) -> str:
    """The sort key of an item: 2 before 10, numbered before unnumbered, each body's own numbers together."""
    within = f"{sort_key(fold_name(scope))} " if scope else ""
    return (
        f"{sort_key(code or '~')} {within}{sort_key(fold_number(number)) if number else '~' + sort_key(label or '~')}"
    )


def apply_changes(
    log: ChangeLog, changes: Sequence[Change], filled: Mapping[str, str] | None = None, step: Step | None = None
) -> tuple[str, ...]:
    """Append changes and update the tables; call it inside a transaction. Returns the items that they touched.

    `filled` are further entities (id to kind) whose tables must be recomputed.
    """
    conn = log.conn
    touched, new = log.append(changes)
    touched |= filled or {}
    of_many = {entity: kind for entity, kind in touched.items() if kind in OF_MANY_ITEMS and entity not in new}

    def derived_from() -> dict[str, object]:
        return {entity: conn.execute(OF_MANY_ITEMS[kind], (entity,)).fetchone() for entity, kind in of_many.items()}

    then = derived_from()
    # Of these those of now are enough: what moves from one to another is touched itself.
    before = find_dependents(conn, {e: kind for e, kind in touched.items() if e not in new and e not in of_many})
    by_entity: dict[str, list[Change]] = {entity: [] for entity in new}
    waiting = {row[0] for row in conn.execute("SELECT change FROM waiting")} if new else set()
    for change in changes:
        if change.entity in by_entity and change.id not in waiting:
            by_entity[change.entity].append(change)
    project(conn, touched, lambda entity: by_entity[entity] if entity in by_entity else log.of_entity(entity), step)
    now = derived_from()
    same = {entity for entity, row in then.items() if row is not None and row == now[entity]}
    return derive_dependents(conn, {e: kind for e, kind in touched.items() if e not in same}, new, before, step)


def rebuild(conn: sqlite3.Connection) -> None:
    """Rebuild every table from the log; call it inside a transaction."""
    clear(conn)
    log = ChangeLog(conn)
    touched = dict(conn.execute("SELECT entity, min(kind) FROM change GROUP BY entity ORDER BY min(n)").fetchall())
    project(conn, touched, log.of_entity)
    derive_dependents(conn, touched)


def clear(conn: sqlite3.Connection) -> None:
    """Empty every table that is derived from the log; call it inside a transaction, before a rebuild."""
    for table in ("tally", "search", "conflict", *reversed(list(KINDS))):
        conn.execute(f"DELETE FROM {table}")
