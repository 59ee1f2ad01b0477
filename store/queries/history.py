"""The change log as text: described changes and files received, newest first, filtered by item, person, day or kind."""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from store.domain.dates import day_begins, day_ends
from store.domain.names import sort_key
from store.domain.text import one_line
from store.log.change import Change, undone
from store.log.change_log import ChangeLog
from store.log.describe import basis_of_change, describe_change, subject_of
from store.log.edits import count_edits, describe_edits, edits_between
from store.log.receipts import Origins, Receipt, receipts
from store.log.undo_order import is_taken_back
from store.queries.rows import HistoryRow

_ENTITIES = """
SELECT ?1 UNION SELECT note FROM note_on WHERE recommendation = ?1
UNION SELECT id FROM note_on WHERE recommendation = ?1
UNION SELECT id FROM submission WHERE recommendation = ?1 UNION SELECT id FROM reply WHERE recommendation = ?1
UNION SELECT id FROM action WHERE recommendation = ?1 UNION SELECT id FROM lead WHERE recommendation = ?1
UNION SELECT id FROM contribution WHERE recommendation = ?1 UNION SELECT id FROM measure WHERE recommendation = ?1
UNION SELECT id FROM link WHERE recommendation = ?1 UNION SELECT id FROM link WHERE other = ?1
UNION SELECT id FROM nothing_new WHERE recommendation = ?1
UNION SELECT c.id FROM note_on o JOIN citation c ON c.note = o.note WHERE o.recommendation = ?1
UNION SELECT l.id FROM note_on o JOIN citation c ON c.note = o.note JOIN location l ON l.citation = c.id
 WHERE o.recommendation = ?1
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that are filtered as one group: of these kinds of entity and, where fields are named, of those alone.

    An item's creation sets every field and is of the group without fields.
    """

    label: str
    kinds: tuple[str, ...]
    fields: tuple[str, ...] = ()


GROUPS: dict[str, Group] = {
    "notes": Group("Notes", ("note", "citation", "location")),
    "status": Group("Status", ("recommendation",), ("stage", "track", "believed_done", "next_move")),
    "targets": Group("Targets", ("recommendation",), ("target",)),
    "submissions": Group("Submissions and replies", ("submission", "evidence", "reply")),
    "actions": Group("Actions and promises", ("action", "nothing_new")),
    "leads": Group("Leads and people", ("lead", "party", "same_party")),
    "items": Group("Items, as recorded and corrected", ("recommendation", "contribution", "link", "measure")),
    "publications": Group("Publications", ("publication",)),
    "papers": Group(
        "Papers",
        ("paper", "paper_publication", "paper_text", "accepted_finding", "figure", "fixing", "fixed_item"),
    ),
    "received": Group("Files received", ()),
    "register": Group(
        "The register, themes, outcomes, views", ("register", "theme", "outcome", "view", "reason_marking", "expunge")
    ),
}
"""The groups that the history can be filtered by; the keys are values of an option of the command line."""

RECEIVED = "received"
"""The group of the files received, which are no changes."""

_ELSEWHERE = tuple(field for group in GROUPS.values() for field in group.fields)


def _of_group(name: str) -> tuple[str, list[object]]:
    group = GROUPS[name]
    clause, values = f"c.kind IN ({','.join('?' * len(group.kinds))})", list[object](group.kinds)
    if "recommendation" in group.kinds:
        fields = [f'["{field}"]' for field in group.fields or _ELSEWHERE]
        clause += f" AND c.fields {'' if group.fields else 'NOT '}IN ({','.join('?' * len(fields))})"
        values += fields
    return clause, values


def history(
    conn: sqlite3.Connection,
    *,
    item: str | None = None,
    author: str | None = None,
    since: str | None = None,
    until: str | None = None,
    kind: str | None = None,
    action: str | None = None,
    limit: int | None = 200,
) -> list[HistoryRow]:
    """Described changes, newest first, at most `limit` (None: all).

    `author` is a party's id, `since` and `until` ISO days of the person's, both of them counted, `kind` a name of GROUPS. Notes are
    listed once, their associations are left out, and a fixing of figures is listed without its items.
    """
    seqs = history_seqs(conn, item=item, author=author, since=since, until=until, kind=kind, action=action, limit=limit)
    return history_at(conn, seqs)


_LISTED = """c.kind NOT IN ('note_on', 'fixed_item') AND (c.kind <> 'paper_text' OR c.fields <> '["context"]')"""
"""SQL for what is listed: not what a note is on beside the note, nor each item of a fixing, nor what a text was written of."""


def history_seqs(
    conn: sqlite3.Connection,
    *,
    item: str | None = None,
    author: str | None = None,
    since: str | None = None,
    until: str | None = None,
    kind: str | None = None,
    action: str | None = None,
    limit: int | None = None,
) -> array[int]:
    """The row ids of the changes that `history` returns, newest first, eight bytes each; of a file received, which
    comes after what it brought, the negative of its own."""
    clauses, values = [_LISTED], list[object]()
    if item is not None:
        clauses.append(f"c.entity IN ({_ENTITIES.replace('?1', '?')})")
        values += [item] * _ENTITIES.count("?1")
    for column, wanted in (("c.author", author), ("c.action", action)):
        if wanted is not None:
            clauses.append(f"{column} = ?")
            values.append(wanted)
    if kind is not None:
        clause, wanted_kinds = _of_group(kind)
        clauses.append(clause)
        values += wanted_kinds
    if since is not None:
        clauses.append("c.time >= ?")
        values.append(day_begins(date.fromisoformat(since)))
    if until is not None:
        clauses.append("c.time < ?")
        values.append(day_ends(date.fromisoformat(until)))
    sql = f"SELECT c.n FROM change c WHERE {' AND '.join(clauses)} ORDER BY c.n DESC LIMIT ?"
    found = array("q", [row[0] for row in conn.execute(sql, [*values, -1 if limit is None else limit])])
    if item is None and kind in (None, RECEIVED):
        is_whole = limit is None or len(found) < limit
        places = _received(conn, author=author, since=since, until=until, action=action)
        for row, place in places.items():
            at = bisect_left(found, -place, key=lambda n: -n if n > 0 else -places[-n])
            if is_whole or at < len(found):
                found.insert(at, -row)
        del found[limit if limit is not None else len(found) :]
    return found


def _received(
    conn: sqlite3.Connection, *, author: str | None, since: str | None, until: str | None, action: str | None
) -> dict[int, int]:
    """The files received, oldest first: the row id of the receipt, and the number of the newest change then."""
    rows = conn.execute(
        "SELECT rowid, last_n FROM receipt WHERE (?1 IS NULL OR taken_by = ?1) AND (?2 IS NULL OR taken >= ?2) "
        "AND (?3 IS NULL OR taken < ?3) AND (?4 IS NULL OR id = ?4) ORDER BY last_n, rowid",
        (
            author,
            day_begins(date.fromisoformat(since)) if since else None,
            day_ends(date.fromisoformat(until)) if until else None,
            action,
        ),
    )
    return {int(row): int(last) for row, last in rows}


def history_at(conn: sqlite3.Connection, seqs: Sequence[int]) -> list[HistoryRow]:
    """The described changes, and files received, with these row ids, in their order."""
    log, origins = ChangeLog(conn), Origins(conn)
    marks = ",".join("?" * len(seqs))
    taken = (
        {row[0]: row[1] for row in conn.execute("SELECT -rowid, id FROM receipt")} if min(seqs, default=0) < 0 else {}
    )
    files = {receipt.id: receipt for receipt in receipts(conn)} if taken else {}
    rows = conn.execute(f"SELECT n, id, entity FROM change WHERE n IN ({marks})", list(seqs))
    by_seq = {n: (change_id, entity) for n, change_id, entity in rows}
    by_entity: dict[str, tuple[dict[str, Change], set[str]]] = {}
    found = []
    for n in seqs:
        if n < 0:
            found.append(_row_of_file(conn, log, n, files[taken[n]]))
            continue
        change_id, entity = by_seq[n]
        if entity not in by_entity:
            changes = log.of_entity(entity)
            by_entity[entity] = {c.id: c for c in changes}, undone(changes)
        changes_by_id, gone = by_entity[entity]
        change = changes_by_id.get(change_id)
        if change is not None:
            row = _row(conn, log, n, change, changes_by_id, change_id in gone)
            found.append(replace(row, received_from=origins.file_of(n)))
    return found


def value_before(change: Change, changes_by_id: dict[str, Change]) -> object:
    """The value of a change's field before it, None where it had none, a tuple where it had more than one."""
    above = [
        changes_by_id[p] for p in change.parents if p in changes_by_id and change.fields[0] in changes_by_id[p].fields
    ]
    values = tuple(parent.value(change.fields[0]).value for parent in above)
    return values if len(values) > 1 else values[0] if values else None


def _row(
    conn: sqlite3.Connection, log: ChangeLog, n: int, change: Change, changes_by_id: dict[str, Change], gone: bool
) -> HistoryRow:
    before = None if change.creates else value_before(change, changes_by_id)
    field, old, new = describe_change(conn, change, before)
    return HistoryRow(
        n=n,
        change=change.id,
        action=change.action,
        time=change.time,
        author=log.author_name(change.author),
        kind=change.kind,
        entity=change.entity,
        about=subject_of(conn, change),
        field=field,
        before=old,
        after=new,
        reason=change.reason,
        undone=gone,
        undoes=change.undoes is not None,
        basis=basis_of_change(change),
    )


def _row_of_file(conn: sqlite3.Connection, log: ChangeLog, n: int, receipt: Receipt) -> HistoryRow:
    return HistoryRow(
        n=n,
        change=receipt.id,
        action=receipt.id,
        time=receipt.taken,
        author=log.author_name(receipt.taken_by),
        kind="receipt",
        entity=receipt.id,
        about="",
        field="received",
        before="",
        after=describe_receipt(conn, receipt),
        reason=None,
        undone=is_taken_back(log, receipt),
        undoes=False,
    )


def describe_receipt(conn: sqlite3.Connection, receipt: Receipt) -> str:
    """A file that was received: who wrote what was new in it, how much that was, and the file's name."""
    people = describe_edits(edits_between(conn, receipt.first_n, receipt.last_n))
    parts = [f"from {people}" if people else ""]
    parts += [f"{receipt.filled:,} filled in" if receipt.filled else ""]
    parts += [f"{receipt.left_out:,} left out" if receipt.left_out else ""]
    what = ", ".join(filter(None, parts))
    return f"{what} · {one_line(receipt.file, most=60)}" if what else f"from {one_line(receipt.file, most=60)}"


def describe_received(conn: sqlite3.Connection, taken: Sequence[Receipt]) -> str:
    """What was received, in one line, as a message has it."""
    if len(taken) == 1:
        return f"Received {describe_receipt(conn, taken[0])}"
    people = [one for receipt in taken for one in edits_between(conn, receipt.first_n, receipt.last_n)]
    filled = sum(receipt.filled for receipt in taken)
    parts = [count_edits(people), f"{filled:,} filled in" if filled else ""]
    what = ", ".join(filter(None, parts))
    return f"Received from {len(taken):,} files{': ' if what else ''}{what}"


def item_of(conn: sqlite3.Connection, row: HistoryRow) -> str | None:
    """The id of the one item that a change is about, or None."""
    if row.kind == "recommendation":
        return row.entity
    found = conn.execute("SELECT id FROM recommendation WHERE reference = ? AND withdrawn = 0", (row.about,)).fetchall()
    return str(found[0][0]) if len(found) == 1 else None


def authors(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """The authors of the change log, as (id, name), by name; steps through the index from author to author."""
    rows = conn.execute(
        "WITH RECURSIVE writer (id) AS (SELECT min(author) FROM change UNION ALL "
        "SELECT (SELECT min(author) FROM change WHERE author > writer.id) FROM writer WHERE writer.id IS NOT NULL) "
        "SELECT p.id, p.name FROM writer JOIN party p ON p.id = writer.id"
    )
    return sorted(
        ((str(row[0]), str(row[1] or "somebody")) for row in rows), key=lambda author: (sort_key(author[1]), author[0])
    )
