"""One item or publication in full: all its records, each value with its basis."""

from __future__ import annotations

import json
import sqlite3

from store.domain.dates import local_date
from store.domain.fields import KINDS, UNKNOWN
from store.domain.names import sort_key
from store.domain.vocabulary import Value
from store.log.change import Change, canonical, fold, heads, target_moves
from store.log.change_log import ChangeLog
from store.log.describe import format_value
from store.queries.evidence import citations_on
from store.queries.item_list import rows_at
from store.queries.leads import VALID_LEADS
from store.queries.publications import publication as publication_row
from store.queries.rows import EntityRow, ItemDetail, TargetStep


def entity_rows(conn: sqlite3.Connection, kind: str, sql: str, values: tuple[object, ...]) -> tuple[EntityRow, ...]:
    """Rows of a query as entities; its first column is the id."""
    cursor = conn.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return tuple(EntityRow(kind, row[0], dict(zip(names, row, strict=True))) for row in cursor)


def _by(rows: tuple[EntityRow, ...], *names: str) -> tuple[EntityRow, ...]:
    """Rows in the natural order of some of their fields: 2 before 10, é as e."""
    return tuple(sorted(rows, key=lambda row: [sort_key(str(row.fields[name] or "")) for name in names]))


def notes_on(conn: sqlite3.Connection, end: str, entity: str) -> tuple[EntityRow, ...]:
    """The notes on an entity, newest first. `end` is recommendation, publication, theme or paper."""
    if end not in KINDS["note_on"].names:
        raise ValueError(end)
    return entity_rows(
        conn,
        "note",
        "SELECT n.*, a.name AS author, o.id AS note_on, o.basis AS on_basis FROM note_on o JOIN note n ON n.id = o.note "
        f"LEFT JOIN party a ON a.id = n.recorded_by WHERE o.{end} = ? AND o.withdrawn = 0 AND n.withdrawn = 0 "
        "ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, n.id DESC",
        (entity,),
    )


_OTHER_END = "r.reference, r.title, r.id AS item, r.status, r.closed_as, r.stage, p.publisher, r.withdrawn AS gone, r.basis AS item_basis"

_LINKS = f"""
SELECT l.id, l.relation, l.why, l.basis, 'out' AS direction, {_OTHER_END} FROM link l
  JOIN recommendation r ON r.id = l.other LEFT JOIN publication p ON p.id = r.publication
 WHERE l.recommendation = ?1 AND l.withdrawn = 0
UNION ALL
SELECT l.id, l.relation, l.why, l.basis, 'in', {_OTHER_END} FROM link l
  JOIN recommendation r ON r.id = l.recommendation LEFT JOIN publication p ON p.id = r.publication
 WHERE l.other = ?1 AND l.withdrawn = 0
 ORDER BY 2, 6
"""

_OUTCOMES = """
SELECT o.id, o.number, o.text, o.left_out, o.basis, c.id AS contribution, c.basis AS contribution_basis
  FROM contribution c JOIN outcome o ON o.id = c.outcome
 WHERE c.recommendation = ? AND c.withdrawn = 0 AND o.withdrawn = 0
"""

_LEADS = f"""
SELECT l.id, l.party, y.shown_name AS name, l.role, l.state, l.left_out, l.basis, r.reference AS part FROM lead l
  JOIN party y ON y.id = l.party JOIN recommendation r ON r.id = l.recommendation
 WHERE {VALID_LEADS} AND
"""


def item_detail(conn: sqlite3.Connection, item: str) -> ItemDetail | None:
    """Load an item with all its records, or None where there is no such item."""
    found = conn.execute(
        "SELECT r.seq, r.publication, p.reference FROM recommendation r "
        "LEFT JOIN recommendation p ON p.id = r.part_of WHERE r.id = ?",
        (item,),
    ).fetchone()
    if found is None:
        return None
    publication = publication_row(conn, found[1])
    rows = rows_at(conn, [found[0]])
    if publication is None or not rows:
        return None
    log = ChangeLog(conn)
    changes = log.of_entity(item)
    part_seqs = [
        r[0]
        for r in conn.execute(
            "SELECT seq FROM recommendation WHERE part_of = ? AND withdrawn = 0 ORDER BY sort_key", (item,)
        )
    ]

    def owned(kind: str, order: str) -> tuple[EntityRow, ...]:
        return entity_rows(
            conn,
            kind,
            f"SELECT t.*, a.name AS author FROM {kind} t LEFT JOIN party a ON a.id = t.recorded_by "
            f"WHERE t.recommendation = ? AND t.withdrawn = 0 ORDER BY {order}",
            (item,),
        )

    return ItemDetail(
        row=rows[0],
        publication=publication,
        fields=fold("recommendation", changes).values if changes else {},
        parts=tuple(row for row in rows_at(conn, part_seqs)),
        part_of=found[2],
        notes=notes_on(conn, "recommendation", item),
        citations=citations_on(conn, "recommendation", item),
        evidence=entity_rows(
            conn,
            "note",
            "SELECT n.*, e.submission FROM evidence e JOIN submission s ON s.id = e.submission "
            "JOIN note n ON n.id = e.note WHERE s.recommendation = ? AND s.withdrawn = 0 AND e.withdrawn = 0 "
            "ORDER BY COALESCE(n.dated_latest, ''), n.recorded, n.id",
            (item,),
        ),
        submissions=owned("submission", "COALESCE(t.sent_latest, ''), t.recorded, t.id"),
        replies=owned("reply", "COALESCE(t.dated_latest, ''), t.recorded, t.id"),
        targets=target_steps(log, changes),
        actions=owned("action", "t.done IS NOT NULL, COALESCE(t.due_latest, '9999'), t.recorded, t.id"),
        leads=_by(entity_rows(conn, "lead", f"{_LEADS} l.recommendation = ?", (item,)), "name"),
        part_leads=_by(
            entity_rows(conn, "lead", f"{_LEADS} r.part_of = ? AND r.withdrawn = 0", (item,)), "part", "name"
        ),
        outcomes=_by(entity_rows(conn, "outcome", _OUTCOMES, (item,)), "number", "text"),
        links=entity_rows(conn, "link", _LINKS, (item,)),
        measures=owned("measure", "t.name"),
        nothing_new=owned("nothing_new", "COALESCE(t.dated_latest, ''), t.recorded, t.id"),
        conflicts=conflicts_of(conn, log, item),
        reasons={name: why for name in ("stage", "track", "target") if (why := reason_of(changes, name)) is not None},
    )


def reason_of(changes: list[Change], name: str) -> str | None:
    """The reason for a field's current value; where it was only written again, that of the change before."""
    by_id = {change.id: change for change in changes if name in change.fields}
    top = heads(changes, name)
    here = top[-1] if top else None
    while here and here.reason is None and len(here.parents) == 1 and (before := by_id.get(here.parents[0])):
        if canonical(before.value(name).value) != canonical(here.value(name).value):
            break
        here = before
    return here.reason if here else None


def fields_of(log: ChangeLog, kind: str, entity: str) -> dict[str, Value]:
    """Every field of an entity with its current value, basis and place in the source."""
    changes = log.of_entity(entity)
    return fold(kind, changes).values if changes else {}


def conflicts_of(conn: sqlite3.Connection, log: ChangeLog, entity: str) -> dict[str, tuple[str, ...]]:
    """The fields of an entity in conflict: their values, each formatted with its author."""
    found: dict[str, tuple[str, ...]] = {}
    for field, sides_here in conn.execute("SELECT field, changes FROM conflict WHERE entity = ?", (entity,)):
        sides = [log.get(change_id) for change_id in json.loads(sides_here)]
        found[field] = tuple(
            f"{format_value(side.value(field).value)} ({log.author_name(side.author)}, {local_date(side.time)})"
            for side in sides
            if side is not None
        )
    return found


def target_steps(log: ChangeLog, changes: list[Change]) -> tuple[TargetStep, ...]:
    """The targets that an item has had, from the first to the current one; `changes` are all of the item's."""
    steps: list[TargetStep] = []
    latest: str | None = None
    for change in target_moves(changes).path:
        value = change.value("target")
        target = value.value
        assert isinstance(target, dict)
        if steps and target == steps[-1].target and change.reason is None:
            # Written again: nothing has moved.
            continue
        day = target.get("latest")
        before = steps[-1].target["text"] if steps else None
        later = bool(day) and (str(day) > latest if latest else before == UNKNOWN)
        author = log.author_name(change.author)
        steps.append(TargetStep(target, change.reason, change.time, author, later, value.basis, value.place))
        latest = day or latest
    return tuple(steps)


def evidence_notes(conn: sqlite3.Connection, item: str) -> dict[str, bool]:
    """The evidence notes on an item, oldest first, each with whether it has gone with a submission."""
    rows = conn.execute(
        "SELECT n.id, EXISTS (SELECT 1 FROM evidence e JOIN submission s ON s.id = e.submission "
        "WHERE e.note = n.id AND e.withdrawn = 0 AND s.withdrawn = 0) FROM note_on o JOIN note n ON n.id = o.note "
        "WHERE o.recommendation = ? AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.kind = 'evidence' "
        "ORDER BY n.recorded, n.id",
        (item,),
    )
    return {str(note): bool(gone) for note, gone in rows}


def themes(conn: sqlite3.Connection, publication: str) -> list[tuple[str, str]]:
    """The themes that an item of a publication may have, ids and names: its plan's own first, then the register's."""
    rows = conn.execute(
        "SELECT id, name FROM theme WHERE withdrawn = 0 AND (publication IS NULL OR publication = ?) "
        "ORDER BY publication IS NULL, position, name",
        (publication,),
    )
    return [(str(row[0]), str(row[1])) for row in rows]


def outcomes(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """The outcomes of the register, ids and names."""
    rows = conn.execute("SELECT id, number, text FROM outcome WHERE withdrawn = 0")
    named = [(str(row[0]), f"{row[1]}: {row[2]}" if row[1] else str(row[2])) for row in rows]
    return sorted(named, key=lambda outcome: sort_key(outcome[1]))


def publication_fields(conn: sqlite3.Connection, entity: str) -> dict[str, str | None]:
    """The recorded fields of a publication, as text; under `basis` how the weaker ones came to be recorded."""
    row = entity_rows(conn, "publication", "SELECT * FROM publication WHERE id = ?", (entity,))[0].fields
    return {name: None if row[name] is None else str(row[name]) for name in (*KINDS["publication"].fields, "basis")}


def publication_file(conn: sqlite3.Connection, publication: str) -> str | None:
    """Where a publication lies on the machine of whoever recorded it, or None."""
    sql = "SELECT place FROM location WHERE publication = ? AND withdrawn = 0 ORDER BY recorded DESC, id LIMIT 1"
    row = conn.execute(sql, (publication,)).fetchone()
    return str(row[0]) if row and row[0] else None


def measures_of(conn: sqlite3.Connection, publication: str) -> tuple[EntityRow, ...]:
    """The figures recorded of a publication as a whole."""
    return entity_rows(
        conn, "measure", "SELECT * FROM measure WHERE publication = ? AND withdrawn = 0 ORDER BY name", (publication,)
    )
