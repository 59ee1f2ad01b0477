"""Describe an action in one sentence, in a lead's words: the toast, and what an undo takes back."""

from __future__ import annotations

import json
import sqlite3

from store.domain.fields import REGISTER, label_of_kind
from store.domain.text import NONE, format_step
from store.domain.vocabulary import IMPORTED
from store.log.change import WITHDRAWN, Change
from store.log.describe import (
    count_of,
    describe_change,
    is_yes_or_no,
    label_of_change,
    owner_references,
    subject_of,
)

_UNMENTIONED_KINDS = ("note_on", "party", "fixed_item")
"""Kinds whose creation is not mentioned beside others of the same action."""


def _is_mentioned(change: Change) -> bool:
    """Whether a change is mentioned beside others of the same action."""
    return change.kind not in _UNMENTIONED_KINDS and (change.kind, change.fields) != ("paper_text", ("context",))


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
    by_field: dict[tuple[str, tuple[str, ...]], list[Change]] = {}
    for change in (first, *beside):
        by_field.setdefault((change.entity, change.fields), []).append(change)
    described = "; ".join(_with_value_before(conn, of_field) for of_field in by_field.values())
    before = (
        ""
        if first.kind == "link" and first.creates
        else "register"
        if first.kind == REGISTER and not first.creates
        else where
    )
    line = f"{before}: {described}" if before else described
    others = {subject_of(conn, c) for c in significant} - {where}
    more = len(significant) - 1 - len(beside)
    if more and others - {""}:
        line += f" and {more:,} more change{'' if more == 1 else 's'}"
    return line


def _describe_handover(conn: sqlite3.Connection, changes: list[Change]) -> str:
    """Describe an action that hands items over from one lead to another; "" for any other, and where it is reverted."""
    leads = [c for c in changes if c.kind == "lead"]
    given = [c for c in leads if not c.creates and c.fields[0] == WITHDRAWN and c.value(WITHDRAWN).value]
    taken = [c for c in leads if c.creates or c.restores or c.fields in (("role",), ("state",))]
    others = [c for c in changes if c.kind not in ("lead", "party") and (c.kind, c.fields) != ("action", ("whose",))]
    froms, to = ({label_of_change(conn, c) for c in found} for found in (given, taken))
    items = {owner_references(conn, "lead", c.entity) for c in given}
    is_one = len(froms) == len(to) == 1 and len({c.entity for c in taken}) <= len(given) == len(items)
    if others or not is_one or any(c.undoes for c in changes) or len(leads) != len(given) + len(taken):
        return ""
    what = items.pop() if len(items) == 1 else count_of(len(items), "item")
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
    parts = [count_of(number, f"{label_of_kind(kind)} added") for kind, number in added.items() if number]
    parts += [count_of(changed, "item changed")] if changed else []
    return f"{IMPORTED}{file}: {', '.join(parts) or count_of(len(changes), 'change')}"


def _is_beside(conn: sqlite3.Connection, change: Change, kinds: tuple[str, ...], where: str) -> bool:
    return change.kind in kinds and owner_references(conn, change.kind, change.entity) == where


def _with_value_before(conn: sqlite3.Connection, of_field: list[Change]) -> str:
    """What the changes of one field did: more than one brings back as many values, where settling them is taken back."""
    change, *others = of_field
    found: list[object] = []
    for parent in change.parents:
        row = conn.execute("SELECT clear, body FROM change WHERE id = ?", (parent,)).fetchone()
        if row:
            values = json.loads(row[0]) | (json.loads(row[1])["values"] if row[1] else {})
            found += [values[change.fields[0]]] if change.fields[0] in values else []
    before = tuple(found) if len(found) > 1 else found[0] if found else None
    what, old, new = describe_change(conn, change, before)
    news = [new, *(describe_change(conn, other, before)[2] for other in others)]
    return _sentence(change, what, old, " ≠ ".join(dict.fromkeys(news)))


_BY_COMMA = ("fixing", "nothing_new", "submission", "link", "same_party")
"""Kinds whose creation goes on after a comma, not a colon."""


def _sentence(change: Change, what: str, old: str, new: str) -> str:
    """What a change did, in a lead's words: "promise added: a response, due in May", "believed done"."""
    field = change.fields[0]
    if change.creates or field == WITHDRAWN:
        if change.kind == "link" and change.creates:
            return new
        return f"{what}{',' if change.kind in _BY_COMMA else ':'} {new}" if new else what
    if change.body is not None and is_yes_or_no(change):
        return f"no longer {what}" if new == "no" else f"{what}{new.removeprefix('yes')}"
    step = format_step(old, new, change.reason)
    match change.kind, field:
        case "recommendation", "track" if old != NONE:
            return step
        case _, "next_move" if new != NONE:
            return f"{what} {new[:1].lower()}{new[1:]}" + (f", was {old[:1].lower()}{old[1:]}" if old != NONE else "")
        case "action", "done" if old == NONE != new:
            return f"{what}, {new}"
        case "lead", "state":
            return f"{what}: {step}"
    return f"{what} {step}".rstrip()
