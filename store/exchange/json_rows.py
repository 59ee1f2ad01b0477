"""Items and publications as JSON, the same in the export and on the command line. See docs/export.md."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import MISSING, asdict, fields
from functools import cache
from typing import Any

from store.domain.field_types import TARGET_PARTS, as_typed
from store.domain.fields import KINDS
from store.domain.names import split_cell
from store.domain.vocabulary import Value
from store.log.change import WITHDRAWN
from store.queries.basis import basis_of_entity, basis_of_values
from store.queries.describe import parse_bases
from store.queries.evidence import citations_on
from store.queries.history import history
from store.queries.item_detail import item_detail, measures_of, notes_on
from store.queries.rows import OTHER_FIELDS, EntityRow, HistoryRow, ItemRow, PublicationRow, TargetStep, leads_done

Row = dict[str, Any]


def item_row_json(item: ItemRow, leads: Sequence[str] | None = None) -> Row:
    """An item as JSON with the fields of a row of the list.

    `leads` are the names of its leads where they have been read; else they are split from the row.
    """
    return {
        "id": item.id,
        "ref": item.ref,
        "publication": item.code,
        "kind": item.kind,
        "number": item.number,
        "title": item.title,
        "status": item.status,
        "stage": item.stage,
        "track": item.track,
        "closed_as": item.closed_as,
        "believed_done": item.believed_done,
        "theme": item.theme,
        "theme_basis": item.theme_basis,
        "leads": split_cell(item.leads) if leads is None else list(leads),
        "next_move": item.next_move,
        "next_move_until": item.next_move_until,
        "target_text": item.target_text,
        "target_latest": item.target_latest,
        "first_target": item.first_target,
        "moved_later": item.moved_later,
        "moved_at_least": item.moved_at_least,
        "updated": item.updated,
        "marking": item.marking,
        "part": item.part,
        "conflict": item.conflict,
        "text": item.text,
        "response": item.response,
        "priority": item.priority,
        "delay": item.delay,
        "extension": item.extension,
        "percent_done": item.percent_done,
        "weaker_bases": parse_bases(item.basis) | ({"leads": item.leads_basis} if item.leads_basis else {}),
    }


def item_row_names() -> list[str]:
    """The names of the fields of a row of the list, in order."""
    return list(item_row_json(ItemRow(**_blank(ItemRow))))


def publication_row_json(publication: PublicationRow) -> Row:
    """A publication as JSON, with the counts of its items."""
    row = asdict(publication)
    # In JSON a value that was left out is null, the basis comes with its place, and a date is as written.
    for name in ("left_out", "basis", "published_earliest", "last_update_earliest", "last_update_latest"):
        del row[name]
    return row | {"weaker_bases": parse_bases(publication.basis)}


def publication_row_names() -> list[str]:
    """The names of the fields of a publication as `publication_row_json` gives them, in order."""
    return list(publication_row_json(PublicationRow(**_blank(PublicationRow))))


def _blank(row: type[ItemRow | PublicationRow]) -> Row:
    return {field.name: "" for field in fields(row) if field.default_factory is MISSING}


def item_json(conn: sqlite3.Connection, item_id: str) -> Row | None:
    """Everything of an item as JSON, with its parts nested; None where there is no such item."""
    detail = item_detail(conn, item_id)
    if detail is None:
        return None
    fields = detail.fields
    stage: Any = fields["stage"].value or {}
    replies = [_reply(conn, reply) for reply in detail.replies]
    done, count = leads_done(detail)
    ends = ("relation", "direction", "reference", "title", "status", "closed_as", "stage", "why")
    return item_row_json(detail.row, [str(lead.fields["name"]) for lead in detail.leads if lead.fields["name"]]) | {
        "publication_title": detail.publication.title,
        "part_of": detail.part_of,
        **_others(fields),
        "stage_day": stage.get("day"),
        "stage_by": stage.get("by"),
        "review": _part(fields["review"].value, "text"),
        "review_latest": _part(fields["review"].value, "latest"),
        "believed_done_by": _part(fields["believed_done"].value, "by"),
        "target": _target(fields["target"].value),
        "basis": basis_of_values(fields),
        "lead_states": [_pick(lead, "name", "role", "state") | _basis(conn, lead) for lead in detail.leads],
        "leads_done": done,
        "leads_count": count,
        "notes": [note_json(conn, note, detail.citations) for note in detail.notes],
        "submissions": [
            _recorded(sent)
            | _basis(conn, sent)
            | {
                "replies": [reply for about, reply in replies if about == sent.id],
                "evidence": _evidence(conn, sent.id),
            }
            for sent in detail.submissions
        ],
        "replies_unasked": [
            reply for about, reply in replies if about is None or about not in {sent.id for sent in detail.submissions}
        ],
        "targets": [_step(step) for step in detail.targets],
        "actions": [_action(conn, action) for action in detail.actions],
        "nothing_new": [
            {name: still.fields[name] for name in ("dated", "dated_latest")} | {"recorded_by": still.fields["author"]}
            for still in detail.nothing_new
        ],
        "links": [_pick(link, *ends) | _basis(conn, link) for link in detail.links],
        "outcomes": [_outcome(conn, outcome) for outcome in detail.outcomes],
        "measures": [measure_json(conn, measure) for measure in detail.measures],
        "conflicts": {name: list(values) for name, values in sorted(detail.conflicts.items())},
        # The location of an evidence file is private to its register.
        "history": [_history(row) for row in history(conn, item=item_id, limit=None) if row.kind != "location"],
        "parts": [whole for part in detail.parts if (whole := item_json(conn, part.id)) is not None],
    }


def publication_json(conn: sqlite3.Connection, publication: PublicationRow) -> Row:
    """A publication as JSON with its own notes and measures."""
    return publication_row_json(publication) | {
        "basis": basis_of_entity(conn, "publication", publication.id),
        "notes": notes_json(conn, "publication", publication.id),
        "measures": [measure_json(conn, measure) for measure in measures_of(conn, publication.id)],
    }


def paper_json(conn: sqlite3.Connection, entity: str) -> Row:
    """A paper as JSON, with what it printed, its texts, and every fixing of its figures, the newest first."""
    declared = KINDS["paper"].fields
    names = [column for name in declared if name != WITHDRAWN for column in declared[name].columns(name)]
    row = conn.execute(f"SELECT {', '.join(names)} FROM paper WHERE id = ?", (entity,)).fetchone()
    found = dict(zip(names, row, strict=True)) | {"basis": basis_of_entity(conn, "paper", entity)}
    found["publications"] = [
        code
        for (code,) in conn.execute(
            "SELECT p.code FROM paper_publication o JOIN publication p ON p.id = o.publication WHERE o.paper = ? "
            "AND o.withdrawn = 0 AND p.withdrawn = 0 ORDER BY COALESCE(p.published_latest, '9999'), p.code",
            (entity,),
        )
    ]
    found["figures"] = _rows_of_paper(
        conn,
        "figure",
        ("publication", "name", "figure", "number"),
        "SELECT f.id, p.code, f.name, f.figure, f.figure_number FROM figure f LEFT JOIN publication p ON p.id = f.publication "
        "WHERE f.paper = ? AND f.withdrawn = 0 ORDER BY p.code, f.name, f.id",
        entity,
    )
    found["texts"] = _rows_of_paper(
        conn,
        "paper_text",
        ("section", "publication", "text", "marking", "changed"),
        "SELECT t.id, t.section, p.code, t.text, t.marking, substr(t.changed, 1, 10) FROM paper_text t "
        "LEFT JOIN publication p ON p.id = t.publication WHERE t.paper = ? AND t.withdrawn = 0 "
        "ORDER BY t.section, p.code, t.id",
        entity,
    )
    found["no_faults"] = _rows_of_paper(
        conn,
        "accepted_finding",
        ("finding", "reason"),
        "SELECT id, finding, reason FROM accepted_finding WHERE paper = ? AND withdrawn = 0 ORDER BY finding, id",
        entity,
    )
    found["fixings"] = [_fixing(conn, *fixing) for fixing in conn.execute(_FIXINGS, (entity,)).fetchall()]
    return found | {"notes": notes_json(conn, "paper", entity)}


_FIXINGS = """
SELECT f.id, f.day, f.recorded, y.name FROM fixing f LEFT JOIN party y ON y.id = f.recorded_by
 WHERE f.paper = ? AND f.withdrawn = 0 ORDER BY f.recorded DESC, f.id
"""


def _rows_of_paper(conn: sqlite3.Connection, kind: str, names: Sequence[str], sql: str, entity: str) -> list[Row]:
    """The rows of a query that begins with the id, as objects with their bases."""
    return [
        dict(zip(names, row[1:], strict=True)) | {"basis": basis_of_entity(conn, kind, row[0])}
        for row in conn.execute(sql, (entity,)).fetchall()
    ]


def _fixing(conn: sqlite3.Connection, entity: str, day: str | None, recorded: str, author: str | None) -> Row:
    names = ("reference", "status", "closed_as", "stage", "stage_day", "target", "target_latest")
    rows = conn.execute(
        "SELECT r.reference, i.status, i.closed_as, i.stage, i.stage_day, i.target, i.target_latest FROM fixed_item i "
        "JOIN recommendation r ON r.id = i.recommendation WHERE i.fixing = ? AND i.withdrawn = 0 ORDER BY r.sort_key",
        (entity,),
    )
    items = [dict(zip(names, row, strict=True)) for row in rows]
    return {"day": day, "recorded": recorded[:10], "recorded_by": author, "items": items}


def notes_json(conn: sqlite3.Connection, end: str, entity: str) -> list[Row]:
    """The notes on an entity as JSON, with their citations; `end` is as in `notes_on`."""
    cited = citations_on(conn, end, entity)
    return [note_json(conn, note, cited) for note in notes_on(conn, end, entity)]


def note_json(conn: sqlite3.Connection, note: EntityRow, cited: Sequence[EntityRow]) -> Row:
    """A note as JSON, with its author, its day, and those of `cited` that are its citations; never their locations."""
    evidence = [citation_json(conn, citation) for citation in cited if citation.fields["note"] == note.id]
    on = list(basis_of_entity(conn, "note_on", str(note.fields["note_on"])).values())
    basis = basis_of_entity(conn, "note", note.id) | ({"on": on[0]} if on else {})
    return _recorded(note, "kind") | _by(note) | {"basis": basis, "citations": evidence}


def citation_json(conn: sqlite3.Connection, citation: EntityRow) -> Row:
    """A citation as JSON; `kept` is whether the file is an attachment of this register."""
    row = _pick(citation, "id", "name", "reference", "sha256", "size", "marking")
    return row | {"kept": bool(citation.fields["embedded"] and citation.fields["kept"])} | _basis(conn, citation)


def measure_json(conn: sqlite3.Connection, measure: EntityRow) -> Row:
    """A measure as JSON."""
    recorded = measure.fields
    return {
        "name": recorded["name"],
        "figure": recorded["figure"],
        "number": recorded["figure_number"],
        "unit": recorded["figure_unit"],
        "period": recorded["figure_period"],
        **_basis(conn, measure),
    }


def _recorded(entity: EntityRow, *first: str) -> Row:
    """An entity as JSON without owners and ends: its id, the fields of `first`, then the others as declared."""
    return _pick(entity, *_columns(entity.kind, *first))


@cache
def _columns(kind: str, *first: str) -> tuple[str, ...]:
    fields = KINDS[kind].fields
    names = (name for name in dict.fromkeys((*first, *fields)) if name != WITHDRAWN and not fields[name].names)
    return ("id", *(column for name in names for column in fields[name].columns(name)))


def _others(fields: dict[str, Value]) -> Row:
    """The fields of an item that have no place of their own in its JSON, each with its parts."""
    found: Row = {}
    for name, field in OTHER_FIELDS.items():
        value = fields[name].value
        found |= {name: value if isinstance(value, int) else as_typed(value)} | {
            f"{name}_{part}": _part(value, part) for part in field.parts
        }
    return found


def _pick(entity: EntityRow, *names: str) -> Row:
    return {name: entity.fields[name] for name in names}


def _by(entity: EntityRow) -> Row:
    return {"recorded": str(entity.fields["recorded"])[:10], "recorded_by": entity.fields["author"]}


def _part(value: Any, name: str) -> str | None:
    return value.get(name) if isinstance(value, dict) else None


def _basis(conn: sqlite3.Connection, entity: EntityRow) -> Row:
    return {"basis": basis_of_entity(conn, entity.kind, entity.id)}


def _outcome(conn: sqlite3.Connection, outcome: EntityRow) -> Row:
    """An outcome that an item contributes to; under `outcome` the basis on which it does."""
    contributes = basis_of_entity(conn, "contribution", str(outcome.fields["contribution"]))
    own = basis_of_entity(conn, "outcome", outcome.id)
    return _pick(outcome, "number", "text") | {
        "basis": own | {n: contributes[n] for n in ("outcome",) if n in contributes}
    }


def _reply(conn: sqlite3.Connection, reply: EntityRow) -> tuple[str | None, Row]:
    about: Any = reply.fields["submission"]
    return about, _recorded(reply, "dated", "who") | _basis(conn, reply)


def _evidence(conn: sqlite3.Connection, submission: str) -> list[str]:
    rows = conn.execute(
        "SELECT e.note FROM evidence e JOIN note n ON n.id = e.note WHERE e.submission = ? AND e.withdrawn = 0 "
        "AND n.withdrawn = 0 ORDER BY n.recorded, n.id",
        (submission,),
    )
    return [str(row[0]) for row in rows]


def _target(value: Any) -> Row | None:
    names = ("text", *TARGET_PARTS)
    return {name: value.get(name) for name in names} if isinstance(value, dict) else None


def _step(step: TargetStep) -> Row:
    target = _target(step.target) or {}
    return target | {
        "reason": step.reason,
        "later": step.later,
        "recorded": step.recorded[:10],
        "recorded_by": step.author,
        "basis": str(step.basis),
        "place": step.place,
    }


def _action(conn: sqlite3.Connection, action: EntityRow) -> Row:
    return _recorded(action, "kind") | _by(action) | _basis(conn, action)


def _history(row: HistoryRow) -> Row:
    return {
        "time": row.time,
        "author": row.author,
        "action": row.action,
        "kind": row.kind,
        "about": row.about,
        "field": row.field,
        "before": row.before,
        "after": row.after,
        "basis": row.basis or None,
        "reason": row.reason,
        "undone": row.undone,
        "undoes": row.undoes,
    }
