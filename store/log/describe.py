"""Describe changes as text, for history, toasts and conflicts."""

from __future__ import annotations

import json
import sqlite3

from store.domain.fields import KINDS, REGISTER, label_of_field, label_of_kind
from store.domain.text import format_step, one_line
from store.domain.vocabulary import IMPORTED, LABELS, LEFT_OUT, RELATIONS, Basis, label_of, weakest_basis
from store.log.change import WITHDRAWN, Change

_UNMENTIONED_KINDS = ("note_on", "party", "fixed_item")
"""Kinds whose creation is not mentioned beside others of the same action."""


def _is_mentioned(change: Change) -> bool:
    """Whether a change is mentioned beside others of the same action."""
    return change.kind not in _UNMENTIONED_KINDS and (change.kind, change.fields) != ("paper_text", ("context",))


_EXTENSION = {
    "decision": "extension",
    "asked_by": "asked for by",
    "asked_for": "to",
    "decided_by": "decided by",
    "decided": "on",
}
"""The parts of a target about an extension, with the words before each."""


def format_value(value: object) -> str:
    """Format a field's value for display."""
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        text = str(value.get("text") or "blank")
        more = [str(value[k]) for k in ("day", "by", "until", "unit", "period", "condition", "delay") if value.get(k)]
        more += [
            f"{words} {format_value(value[k]).lower() if k == 'decision' else value[k]}"
            for k, words in _EXTENSION.items()
            if value.get(k)
        ]
        return format_value(text) + (f" ({', '.join(more)})" if more else "")
    text = str(value)
    return label_of(text) if text in LABELS else text


def format_field(conn: sqlite3.Connection, kind: str, field: str, value: object) -> str:
    """Format a field's value for display; a reference to an entity by that entity's name."""
    other = KINDS[kind].names.get(field)
    if other and isinstance(value, str):
        return name_of(conn, other, value)
    return format_value(value)


def name_of(conn: sqlite3.Connection, kind: str, entity: str) -> str:
    """The name of an entity: an item's reference, a publication's code, a name; else its kind."""
    column = "reference" if kind == "recommendation" else KINDS[kind].label
    if column:
        row = conn.execute(f"SELECT {column} FROM {kind} WHERE id = ?", (entity,)).fetchone()
        if row and row[0]:
            return one_line(row[0], most=200)
    return f"a {label_of_kind(kind)}"


_PAPER = "COALESCE('Paper of ' || v.date, 'A paper')"
_OF_NOTE = (
    f"SELECT COALESCE(r.reference, p.code, t.name, {_PAPER}) FROM note_on o LEFT JOIN recommendation r "
    "ON r.id = o.recommendation LEFT JOIN publication p ON p.id = o.publication LEFT JOIN theme t ON t.id = o.theme "
    "LEFT JOIN paper v ON v.id = o.paper"
)
_IN_ORDER = "ORDER BY r.sort_key, p.code, o.id"
_OWNERS = {
    "note": f"{_OF_NOTE} WHERE o.note = ? {_IN_ORDER}",
    "note_on": f"{_OF_NOTE} WHERE o.id = ?",
    "recommendation": "SELECT reference FROM recommendation WHERE id = ?",
    "publication": "SELECT code FROM publication WHERE id = ?",
    **{
        kind: f"SELECT r.reference FROM {kind} t JOIN recommendation r ON r.id = t.recommendation WHERE t.id = ?"
        for kind in ("submission", "reply", "action", "nothing_new", "lead", "contribution", "link")
    },
    "paper": f"SELECT {_PAPER} FROM paper v WHERE v.id = ?",
    **{
        kind: f"SELECT {_PAPER} FROM {kind} t JOIN paper v ON v.id = t.paper WHERE t.id = ?"
        for kind in ("paper_publication", "paper_text", "accepted_finding", "fixing")
    },
    "figure": f"SELECT COALESCE(p.code, {_PAPER}) FROM figure t LEFT JOIN publication p ON p.id = t.publication "
    "LEFT JOIN paper v ON v.id = t.paper WHERE t.id = ?",
    "fixed_item": "SELECT r.reference FROM fixed_item t JOIN recommendation r ON r.id = t.recommendation WHERE t.id = ?",
    "measure": "SELECT COALESCE(r.reference, p.code) FROM measure t LEFT JOIN recommendation r "
    "ON r.id = t.recommendation LEFT JOIN publication p ON p.id = t.publication WHERE t.id = ?",
    "evidence": "SELECT r.reference FROM evidence e JOIN submission s ON s.id = e.submission "
    "JOIN recommendation r ON r.id = s.recommendation WHERE e.id = ?",
    "citation": f"{_OF_NOTE} WHERE o.note = (SELECT note FROM citation WHERE id = ?) {_IN_ORDER}",
    "location": f"SELECT * FROM ({_OF_NOTE} WHERE o.note = (SELECT c.note FROM location l JOIN citation c "
    f"ON c.id = l.citation WHERE l.id = ?1) {_IN_ORDER}) UNION ALL "
    "SELECT p.code FROM location l JOIN publication p ON p.id = l.publication WHERE l.id = ?1",
}


def owner_references(conn: sqlite3.Connection, kind: str, entity: str) -> str:
    """The references or code of an entity's owners; empty where it has none."""
    if kind not in _OWNERS:
        return ""
    names = [str(row[0]) for row in conn.execute(_OWNERS[kind], (entity,)) if row[0]]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def subject_of(conn: sqlite3.Connection, change: Change) -> str:
    """What a change is about: the owners of its entity, or the name of a theme, an outcome or a view that it corrects.

    "" where the change itself names that.
    """
    owners = owner_references(conn, change.kind, change.entity)
    names_itself = change.creates or change.fields[0] == WITHDRAWN or change.kind == REGISTER
    return (
        owners if owners or names_itself or not KINDS[change.kind].label else name_of(conn, change.kind, change.entity)
    )


_ADDED_AS = {
    "nothing_new": "nothing new",
    "figure": "published figure",
    "fixing": "figures fixed",
    "accepted_finding": "finding accepted as no fault",
    "paper_publication": "publication reported",
    "paper_text": "text written",
}
"""What is stated, not added."""


def describe_change(conn: sqlite3.Connection, change: Change, before: object) -> tuple[str, str, str]:
    """Describe a change as (field, before, after). A creation's field is "added", with its label."""
    kind = label_of_kind(change.kind)
    if change.creates:
        added_as = _ADDED_AS.get(change.kind, f"{kind} added")
        return added_as, "", _label(conn, change)
    field = change.fields[0]
    after = change.value(field).value
    if field == WITHDRAWN:
        return (f"{kind} withdrawn" if after else f"{kind} brought back"), "", _label(conn, change)
    if change.body is None:
        return label_of_field(change.kind, field), "", LEFT_OUT
    old, new = (format_field(conn, change.kind, field, value) for value in (before, after))
    if (change.kind, field) == ("lead", "state"):
        # The field's name would not show whose state it is.
        old, new = (label_of("not-stated").lower() if state == "none" else state for state in (old, new))
        return _label(conn, change), old, new
    return _named_field(conn, change, field), old, new


_NAMED_BY_OWNER = ("recommendation", "publication", "register", "paper", "submission", "reply", "nothing_new")
"""Kinds whose changes need no name of their own beside their owner's: an item has few of them, or is one."""


def _named_field(conn: sqlite3.Connection, change: Change, field: str) -> str:
    """The label of a field, with the name of what it is a field of where the owner alone would not show it."""
    label, named_by = label_of_field(change.kind, field), KINDS[change.kind].label
    if change.kind in _NAMED_BY_OWNER or not owner_references(conn, change.kind, change.entity):
        # One without an owner is what the change is about: see `subject_of`.
        return label
    if field == named_by:
        return f"{label} of a {label_of_kind(change.kind)}"
    name = one_line(_label(conn, change), most=40)
    return f"{name}: {label}" if name else f"{label} of a {label_of_kind(change.kind)}"


_SHOWN = {
    "contribution": ("outcome",),
    "evidence": ("note",),
    "lead": ("party",),
    "link": ("relation",),
    "paper_publication": ("publication",),
    "recommendation": ("title",),
    "reply": ("verdict",),
    "submission": ("asks", "sent"),
}
"""The fields that the label of a creation shows, of kinds that are not called by one field of theirs."""


def basis_of_change(change: Change) -> str:
    """The weakest basis of what `describe_change` shows of a change; "" for what was typed in, or cannot be read."""
    names = change.fields
    if change.creates:
        names = _SHOWN.get(change.kind) or tuple(filter(None, (KINDS[change.kind].label,)))
    basis = weakest_basis(value.basis for value in map(change.value, names) if value.value is not None)
    return "" if basis == Basis.ENTERED else basis


_LABELLED_BY = {"lead": "party", "contribution": "outcome", "paper_publication": "publication"}
"""The end that an association is called by."""


def _label(conn: sqlite3.Connection, change: Change) -> str:
    if change.creates and change.body is None and not KINDS[change.kind].ends:
        return LEFT_OUT
    if end := _LABELLED_BY.get(change.kind):
        row = conn.execute(f"SELECT {end} FROM {change.kind} WHERE id = ?", (change.entity,)).fetchone()
        named = row[0] if row else change.clear_values.get(end)
        return name_of(conn, end, named) if named else ""
    if change.kind == "link":
        row = conn.execute(
            "SELECT l.relation, q.reference, r.reference FROM link l JOIN recommendation r ON r.id = l.other "
            "JOIN recommendation q ON q.id = l.recommendation WHERE l.id = ?",
            (change.entity,),
        ).fetchone()
        if row is None:
            return ""
        relation, one, other = row
        if relation == "supersedes":
            return f"{other} {RELATIONS[relation, 'in']} {one}"
        return f"{one} {RELATIONS.get((relation, 'out'), 'tied to')} {other}"
    if change.kind == "submission":
        sent, asks = change.value("sent").value, change.value("asks").value
        return (
            f"{asks} asked for, sent {format_value(sent)}"
            if change.creates
            else name_of(conn, "submission", change.entity)
        )
    if change.kind == "fixing":
        query = "SELECT count(*) FROM fixed_item WHERE fixing = ?"
        return _count(conn.execute(query, (change.entity,)).fetchone()[0], "item")
    if change.kind == "paper_text":
        return _label_of_text(conn, change.entity)
    if change.kind == "reply" and change.creates:
        return format_value(change.value("verdict").value)
    if change.kind in ("evidence", "note_on"):
        return name_of(conn, "note", str(change.clear_values.get("note", "")))
    if change.kind in ("figure", "measure"):
        return _label_of_figure(conn, change)
    if change.kind == "recommendation":
        title = change.value("title").value
        if not change.creates:
            (title,) = conn.execute("SELECT title FROM recommendation WHERE id = ?", (change.entity,)).fetchone()
        return " ".join(str(title or "").split())
    if change.creates and (label := KINDS[change.kind].label):
        return one_line(format_value(change.value(label).value or ""), most=200)
    return name_of(conn, change.kind, change.entity) if KINDS[change.kind].label else ""


def _label_of_text(conn: sqlite3.Connection, entity: str) -> str:
    """The section of a text of a paper, and the code of the publication that it is about."""
    row = conn.execute(
        "SELECT t.section, p.code FROM paper_text t LEFT JOIN publication p ON p.id = t.publication WHERE t.id = ?",
        (entity,),
    ).fetchone()
    section, code = row or (None, None)
    return ", ".join(one_line(part, most=100) for part in (section, code) if part) or LEFT_OUT


def _label_of_figure(conn: sqlite3.Connection, change: Change) -> str:
    """The name of a figure; where it is added, what it is set to too: "Delayed set to 12"."""
    row = conn.execute(f"SELECT name FROM {change.kind} WHERE id = ?", (change.entity,)).fetchone()
    named = (row and row[0]) or change.clear_values.get("name") or LEFT_OUT
    name = label_of(named) if named in LABELS else one_line(str(named).replace("-", " "), most=200)
    figure = change.value("figure").value if change.creates and "figure" in change.fields else None
    return f"{name} set to {format_value(figure)}" if figure is not None else name


def describe_action(conn: sqlite3.Connection, changes: list[Change]) -> str:
    """Describe a whole action in one line: its first significant change, with its other changes to the same
    entity, and how many more. An import is described by its file and by how many items it adds and changes."""
    if described := _describe_import(changes) or _describe_handover(conn, changes):
        return described
    significant = [c for c in changes if _is_mentioned(c)] or changes
    # Reverting goes from the last to the first: an action is described by its first change either way.
    in_order = significant[::-1] if significant[0].undoes else significant
    first = next((c for c in in_order if c.kind in ("submission", "reply")), None)
    first = first or next((c for c in in_order if c.creates), in_order[0])
    where = subject_of(conn, first)
    of_item = ("recommendation", "lead", "contribution")
    beside = [
        c
        for c in in_order
        if c is not first
        and (not first.creates or first.kind in of_item[1:])
        and (c.entity == first.entity or (first.kind in of_item and where and _is_beside(conn, c, of_item, where)))
    ]
    described = "; ".join(_with_value_before(conn, change) for change in (first, *beside))
    line = f"{where}: {described}" if where else described
    others = {subject_of(conn, c) for c in significant} - {where}
    more = len(significant) - 1 - len(beside)
    if more and others - {""}:
        line += f" and {more:,} more change{'' if more == 1 else 's'}"
    return line


def _describe_handover(conn: sqlite3.Connection, changes: list[Change]) -> str:
    """Describe an action that hands items over from one lead to another; "" for any other, and where it is reverted."""
    leads = [c for c in changes if c.kind == "lead"]
    given = [c for c in leads if not c.creates and c.fields[0] == WITHDRAWN and c.value(WITHDRAWN).value]
    taken = [c for c in leads if c.creates or c.restores]
    others = [c for c in changes if c.kind not in ("lead", "party") and (c.kind, c.fields) != ("action", ("whose",))]
    froms, to = ({_label(conn, c) for c in found} for found in (given, taken))
    items = {owner_references(conn, "lead", c.entity) for c in given}
    is_one = len(froms) == len(to) == 1 and len(given) == len(items) and len(taken) <= len(given)
    if others or not is_one or any(c.undoes for c in changes) or len(leads) != len(given) + len(taken):
        return ""
    what = items.pop() if len(items) == 1 else _count(len(items), "item")
    return f"{what} handed over from {froms.pop()} to {to.pop()}"


def _describe_import(changes: list[Change]) -> str:
    """Describe the action of an import; "" for any other. The values that an import writes name the file they are of."""
    places = (change.value(name).place or "" for change in changes[:3] for name in change.fields)
    place = next((place for place in places if place.startswith(IMPORTED)), "")
    if not place:
        return ""
    file = place.removeprefix(IMPORTED).rpartition(", row ")[0].partition(", sheet “")[0]
    added = {
        kind: sum(1 for c in changes if c.creates and c.kind == kind)
        for kind in ("publication", "recommendation", "note")
    }
    new = {c.entity for c in changes if c.creates}
    changed = len({c.entity for c in changes if c.kind == "recommendation"} - new)
    parts = [_count(number, f"{label_of_kind(kind)} added") for kind, number in added.items() if number]
    parts += [_count(changed, "item changed")] if changed else []
    return f"{IMPORTED}{file}: {', '.join(parts) or _count(len(changes), 'change')}"


def _count(number: int, what: str) -> str:
    noun, _, rest = what.partition(" ")
    return f"{number:,} {noun}{'' if number == 1 else 's'} {rest}".rstrip()


def _is_beside(conn: sqlite3.Connection, change: Change, kinds: tuple[str, ...], where: str) -> bool:
    return change.kind in kinds and owner_references(conn, change.kind, change.entity) == where


def _with_value_before(conn: sqlite3.Connection, change: Change) -> str:
    before = None
    for parent in change.parents:
        row = conn.execute("SELECT clear, body FROM change WHERE id = ?", (parent,)).fetchone()
        if row:
            created_values = json.loads(row[0]) | (json.loads(row[1])["values"] if row[1] else {})
            before = created_values.get(change.fields[0], before)
    field, old, new = describe_change(conn, change, before)
    colon = ":" if (change.kind, change.fields[0]) == ("lead", "state") and not change.creates else ""
    colon = "," if change.kind == "fixing" else colon
    return f"{field}{colon} {format_step(old, new, change.reason)}".rstrip()
