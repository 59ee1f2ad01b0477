"""Describe changes as text, for history, toasts and conflicts."""

from __future__ import annotations

import sqlite3

from store.domain.fields import KINDS, REGISTER, label_of_field, label_of_kind
from store.domain.text import NONE, one_line
from store.domain.vocabulary import (
    LABELS,
    LEFT_OUT,
    RELATIONS,
    ActionKind,
    Basis,
    NoteKind,
    label_of,
    weakest_basis,
)
from store.log.change import WITHDRAWN, Change

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
        return NONE
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


NEW_NAME = "new name"
"""What is described of a party that is new."""

_ADDED_AS = {
    "register": "register begun",
    "party": NEW_NAME,
    "note": "{} added",
    "note_on": "note added",
    "action": "{} added",
    "recommendation": "{} added",
    "same_party": "two names for one",
    "submission": "evidence sent",
    "evidence": "note sent as evidence",
    "reply": "reply recorded",
    "reason_marking": "reason marked",
    "nothing_new": "nothing new",
    "view": "view saved",
    "figure": "published figure",
    "fixing": "figures fixed",
    "fixed_item": "status fixed in a paper",
    "accepted_finding": "finding accepted as no fault",
    "paper_publication": "publication reported",
    "paper_text": "text written",
    "expunge": "taken out for good",
}
"""What became of an entity that is new, in a sentence, where it is not just added; {} is what it is called."""


def _called(conn: sqlite3.Connection, change: Change) -> str:
    """What the entity of a change is called in a sentence: a note, an action and an item by their own kind."""
    called = label_of_kind(change.kind)
    if change.kind not in ("note", "action", "recommendation"):
        return called
    own = change.value("kind").value if change.creates else None
    if own is None and (
        row := conn.execute(f"SELECT kind FROM {change.kind} WHERE id = ?", (change.entity,)).fetchone()
    ):
        own = row[0]
    if change.kind == "note":
        return called if own in (None, NoteKind.POSITION) else f"{label_of(str(own)).lower()} note"
    default = ActionKind.PROMISE if change.kind == "action" else called
    return label_of(str(own)).lower() if own else default


def describe_change(conn: sqlite3.Connection, change: Change, before: object) -> tuple[str, str, str]:
    """Describe a change as (field, before, after). A creation's field is "note added" or the like, with its label.

    `before` is the value of its field before it, or a tuple of more than one, which it then settles.
    """
    if change.creates:
        added_as = _ADDED_AS.get(change.kind, "{} added")
        return added_as.format(_called(conn, change)), "", label_of_change(conn, change)
    field = change.fields[0]
    after = change.value(field).value
    if field == WITHDRAWN:
        return f"{_called(conn, change)} {'withdrawn' if after else 'brought back'}", "", label_of_change(conn, change)
    if change.body is None:
        return label_of_field(change.kind, field), "", LEFT_OUT
    new = format_field(conn, change.kind, field, after)
    befores = before if isinstance(before, tuple) else (before,)
    old = " ≠ ".join(dict.fromkeys(format_field(conn, change.kind, field, value) for value in befores))
    if is_yes_or_no(change):
        old, new = "", new if after else "no"
    if (change.kind, field) == ("lead", "state"):
        # The field's name would not show whose state it is.
        old, new = (label_of("not-stated").lower() if state == NONE else state for state in (old, new))
        return label_of_change(conn, change), old, new
    return _named_field(conn, change, field), old, new


def is_yes_or_no(change: Change) -> bool:
    """Whether the value that a change sets is only ever yes or no."""
    value = change.value(change.fields[0]).value
    return isinstance(value, bool) or (change.kind, change.fields[0]) == ("recommendation", "believed_done")


_NAMED_BY_OWNER = ("recommendation", "publication", "register", "paper", "submission", "reply", "nothing_new")
"""Kinds whose changes need no name of their own beside their owner's: an item has few of them, or is one."""


def _named_field(conn: sqlite3.Connection, change: Change, field: str) -> str:
    """The label of a field, with the name of what it is a field of where the owner alone would not show it."""
    label, named_by = label_of_field(change.kind, field), KINDS[change.kind].label
    if change.kind in _NAMED_BY_OWNER or not owner_references(conn, change.kind, change.entity):
        # One without an owner is what the change is about: see `subject_of`.
        return label
    called = _called(conn, change)
    if field == named_by:
        return f"{label} of a {called}"
    name = one_line(label_of_change(conn, change), most=40)
    if not name:
        return f"{label} of a {called}"
    return f"{called} “{name}”, {label}" if change.kind in ("action", "note") else f"{name}: {label}"


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


def label_of_change(conn: sqlite3.Connection, change: Change) -> str:
    """What the entity of a change is known by; of a creation, in what words it was made."""
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
        if not change.creates:
            return name_of(conn, "submission", change.entity)
        asking = {"view": ", asking for a view", "closure": ", asking for closure"}.get(str(asks), "")
        return (format_value(sent) if sent else "day not known") + asking
    if change.kind == "fixing":
        query = "SELECT count(*) FROM fixed_item WHERE fixing = ?"
        return count_of(conn.execute(query, (change.entity,)).fetchone()[0], "item")
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
    if change.creates and change.kind == "action":
        due, whose = change.value("due").value, change.value("whose").value
        by = "waiting for" if change.value("kind").value == ActionKind.DEPENDENCY else "by"
        parts = (
            format_value(change.value("text").value),
            due and f"due {format_value(due)}",
            whose and f"{by} {whose}",
        )
        return ", ".join(one_line(part, most=200).rstrip(".") for part in parts if part)
    if change.creates and (label := "title" if change.kind == "publication" else KINDS[change.kind].label):
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


def count_of(number: int, what: str) -> str:
    """A number of what: "2 items changed"."""
    noun, _, rest = what.partition(" ")
    return f"{number:,} {noun}{'' if number == 1 else 's'} {rest}".rstrip()
