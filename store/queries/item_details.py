"""Many items in full at once, for a paper: as item_detail has one, in a query a kind and not in a dozen an item.

Values come from the tables, so they have their basis and no place in the source; former targets are not read.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from store.domain.fields import KINDS
from store.domain.names import sort_key
from store.domain.vocabulary import Basis, Value
from store.log.change_log import ChangeLog
from store.queries.describe import parse_bases
from store.queries.item_detail import entity_rows, reason_of
from store.queries.item_list import rows_at
from store.queries.leads import VALID_LEADS
from store.queries.publications import publication as publication_row
from store.queries.rows import EntityRow, ItemDetail, ItemRow, PublicationRow

_PIECE = 400
"""Items read at once: as many as a statement's parameters allow with room to spare."""

_NOTES = (
    "SELECT n.*, a.name AS author, o.id AS note_on, o.basis AS on_basis, o.recommendation AS item FROM note_on o "
    "JOIN note n ON n.id = o.note LEFT JOIN party a ON a.id = n.recorded_by WHERE o.recommendation IN "
    "(SELECT value FROM json_each(?)) AND o.withdrawn = 0 AND n.withdrawn = 0 "
    "ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, n.id DESC"
)
_EVIDENCE = (
    "SELECT n.*, e.submission, s.recommendation AS item FROM evidence e JOIN submission s ON s.id = e.submission "
    "JOIN note n ON n.id = e.note WHERE s.recommendation IN (SELECT value FROM json_each(?)) AND s.withdrawn = 0 "
    "AND e.withdrawn = 0 ORDER BY COALESCE(n.dated_latest, ''), n.recorded, n.id"
)
_OUTCOMES = (
    "SELECT o.id, o.number, o.text, o.left_out, o.basis, c.id AS contribution, c.basis AS contribution_basis, "
    "c.recommendation AS item FROM contribution c JOIN outcome o ON o.id = c.outcome WHERE c.recommendation IN "
    "(SELECT value FROM json_each(?)) AND c.withdrawn = 0 AND o.withdrawn = 0"
)
_LEADS = (
    "SELECT l.id, l.party, y.shown_name AS name, l.role, l.state, l.left_out, l.basis, r.reference AS part, "
    "COALESCE(r.part_of, r.id) AS item, r.part_of FROM lead l JOIN party y ON y.id = l.party "
    "JOIN recommendation r ON r.id = l.recommendation WHERE "
    f"{VALID_LEADS} AND r.withdrawn = 0 AND (r.id IN (SELECT value FROM json_each(?1)) "
    "OR r.part_of IN (SELECT value FROM json_each(?1)))"
)
_OTHER = (
    "r.reference, r.title, r.id AS other, r.status, r.closed_as, r.stage, p.publisher, r.withdrawn AS gone, "
    "r.basis AS item_basis FROM link l JOIN recommendation r ON r.id = l.{there} LEFT JOIN publication p "
    "ON p.id = r.publication WHERE l.{here} IN (SELECT value FROM json_each(?1)) AND l.withdrawn = 0"
)
_LINKS = (
    "SELECT l.id, l.relation, l.why, l.basis, 'out' AS direction, l.recommendation AS item, "
    f"{_OTHER.format(there='other', here='recommendation')} UNION ALL "
    f"SELECT l.id, l.relation, l.why, l.basis, 'in', l.other, {_OTHER.format(there='recommendation', here='other')} "
    "ORDER BY 2, 7"
)
_OWNED = {
    "submission": "COALESCE(t.sent_latest, ''), t.recorded, t.id",
    "reply": "COALESCE(t.dated_latest, ''), t.recorded, t.id",
    "action": "t.done IS NOT NULL, COALESCE(t.due_latest, '9999'), t.recorded, t.id",
    "measure": "t.name",
}

_Groups = defaultdict[str, list[EntityRow]]


def item_details(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, ItemDetail]:
    """The items with these ids that there are, with all that belongs to them, by id in the order given."""
    found: dict[str, ItemDetail] = {}
    publications: dict[str, PublicationRow | None] = {}
    for start in range(0, len(items), _PIECE):
        found |= _piece(conn, items[start : start + _PIECE], publications)
    return found


def _piece(
    conn: sqlite3.Connection, items: Sequence[str], publications: dict[str, PublicationRow | None]
) -> dict[str, ItemDetail]:
    wanted = json.dumps([*items])
    stored = entity_rows(
        conn,
        "recommendation",
        "SELECT r.*, w.reference AS whole FROM recommendation r LEFT JOIN recommendation w ON w.id = r.part_of "
        "WHERE r.id IN (SELECT value FROM json_each(?))",
        (wanted,),
    )
    of_item = {row.id: row.fields for row in stored}
    rows = {row.id: row for row in rows_at(conn, [int(str(row.fields["seq"])) for row in stored])}

    def grouped(kind: str, sql: str) -> _Groups:
        groups: _Groups = defaultdict(list)
        for row in entity_rows(conn, kind, sql, (wanted,)):
            groups[str(row.fields["item"])].append(row)
        return groups

    owned = {
        kind: grouped(
            kind,
            f"SELECT t.*, a.name AS author, t.recommendation AS item FROM {kind} t LEFT JOIN party a "
            "ON a.id = t.recorded_by WHERE t.recommendation IN (SELECT value FROM json_each(?)) AND t.withdrawn = 0 "
            f"ORDER BY {order}",
        )
        for kind, order in _OWNED.items()
    }
    notes, evidence, links = grouped("note", _NOTES), grouped("note", _EVIDENCE), grouped("link", _LINKS)
    outcomes, leads = grouped("outcome", _OUTCOMES), grouped("lead", _LEADS)
    parts, reasons = _parts(conn, wanted), _reasons(conn, wanted)
    found: dict[str, ItemDetail] = {}
    for item in items:
        fields = of_item.get(item)
        if fields is None or item not in rows:
            continue
        key = str(fields["publication"])
        if key not in publications:
            publications[key] = publication_row(conn, key)
        publication = publications[key]
        if publication is None:
            continue
        found[item] = ItemDetail(
            row=rows[item],
            publication=publication,
            fields=_values(fields),
            parts=tuple(parts.get(item, ())),
            part_of=None if fields["whole"] is None else str(fields["whole"]),
            notes=tuple(notes[item]),
            citations=(),
            submissions=tuple(owned["submission"][item]),
            evidence=tuple(evidence[item]),
            replies=tuple(owned["reply"][item]),
            targets=(),
            actions=tuple(owned["action"][item]),
            leads=_by([row for row in leads[item] if not row.fields["part_of"]], "name"),
            part_leads=_by([row for row in leads[item] if row.fields["part_of"]], "part", "name"),
            outcomes=_by(outcomes[item], "number", "text"),
            links=tuple(links[item]),
            measures=tuple(owned["measure"][item]),
            nothing_new=(),
            conflicts={},
            reasons=reasons.get(item, {}),
        )
    return found


def _by(rows: list[EntityRow], *names: str) -> tuple[EntityRow, ...]:
    if len(rows) < 2:
        return tuple(rows)
    return tuple(sorted(rows, key=lambda row: [sort_key(str(row.fields[name] or "")) for name in names]))


_FIELDS = tuple((name, declared.parts) for name, declared in KINDS["recommendation"].fields.items())


def _values(stored: dict[str, object]) -> dict[str, Value]:
    """The fields of an item from the columns of its table."""
    bases = parse_bases(stored["basis"])
    found: dict[str, Value] = {}
    for name, parts in _FIELDS:
        value = stored[name]
        if value is not None and parts:
            value = {"text": value, **{part: stored[f"{name}_{part}"] for part in parts}}
        found[name] = Value(value, bases.get(name, Basis.ENTERED) if value is not None else Basis.ENTERED)
    return found


def _parts(conn: sqlite3.Connection, wanted: str) -> dict[str, list[ItemRow]]:
    owners = dict(
        conn.execute(
            "SELECT seq, part_of FROM recommendation WHERE part_of IN (SELECT value FROM json_each(?)) "
            "AND withdrawn = 0 ORDER BY sort_key",
            (wanted,),
        ).fetchall()
    )
    found: dict[str, list[ItemRow]] = {}
    for seq, row in zip(owners, rows_at(conn, list(owners)), strict=True):
        found.setdefault(owners[seq], []).append(row)
    return found


def _reasons(conn: sqlite3.Connection, wanted: str) -> dict[str, dict[str, str]]:
    """The reasons for a stage, a track and a target, of the items of which any change has a reason."""
    with_reason = conn.execute(
        "SELECT DISTINCT entity FROM change WHERE entity IN (SELECT value FROM json_each(?)) "
        """AND body LIKE '%"reason":"%'""",
        (wanted,),
    ).fetchall()
    log = ChangeLog(conn)
    found: dict[str, dict[str, str]] = {}
    for (item,) in with_reason:
        changes = log.of_entity(item)
        found[item] = {
            name: why for name in ("stage", "track", "target") if (why := reason_of(changes, name)) is not None
        }
    return found
