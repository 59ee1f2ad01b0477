"""Fields in conflict: their values, side by side, with who wrote each, when and why."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from store.domain.fields import label_of_field, label_of_kind
from store.domain.vocabulary import LEFT_OUT
from store.log.change import WITHDRAWN, Change
from store.log.change_log import ChangeLog
from store.log.describe import format_field, name_of, owner_references


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """One of the values of a field in conflict: the change that set it, and that change in words."""

    change: str
    value: str
    author: str
    time: str
    reason: str | None
    is_ours: bool
    """Whether it was written in this register."""
    first: str
    """The change that first set the value: another one where settling it was taken back."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field in conflict: of what, and its sides, the one that is shown last."""

    kind: str
    entity: str
    field: str
    about: str
    label: str
    sides: tuple[ConflictSide, ...]

    @property
    def key(self) -> tuple[str, str]:
        """What identifies it in one register."""
        return self.entity, self.field


def conflicts(conn: sqlite3.Connection, register_id: str) -> list[Conflict]:
    """Every field in conflict, by what it is of; `register_id` is that of the register whose changes are ours."""
    rows = conn.execute("SELECT kind, entity, field, changes FROM conflict").fetchall()
    log = ChangeLog(conn)
    found = []
    for kind, entity, field, ids in rows:
        changes = [change for change in (log.get(change_id) for change_id in json.loads(ids)) if change is not None]
        if field != WITHDRAWN:
            # Where it was withdrawn by one who had not seen the edit, that is the other side.
            gone = [c for c in log.of_entity(entity) if c.fields == (WITHDRAWN,) and c.value(WITHDRAWN).value]
            changes = [*gone[-1:], *changes] if len(changes) == 1 else changes
        sides = tuple(_side(conn, log, kind, field, change, register_id) for change in changes)
        owner = owner_references(conn, kind, entity)
        name = name_of(conn, kind, entity)
        about = name if kind == "recommendation" else f"{owner}, {label_of_kind(kind)}" if owner else name
        found.append(Conflict(kind, entity, field, about, label_of_field(kind, field), sides))
    return sorted(found, key=lambda conflict: (conflict.about, conflict.label, conflict.entity))


def _side(
    conn: sqlite3.Connection, log: ChangeLog, kind: str, field: str, change: Change, register_id: str
) -> ConflictSide:
    if field not in change.fields:
        value = "withdrawn"
    elif not change.is_readable(field):
        value = LEFT_OUT
    else:
        value = format_field(conn, kind, field, change.value(field).value)
    first = _first_with_value(log, field, change)
    author = log.author_name(first.author)
    return ConflictSide(change.id, value, author, first.time, first.reason, first.device == register_id, first.id)


def _first_with_value(log: ChangeLog, field: str, change: Change) -> Change:
    """The change whose value this one brings back, where it takes a settlement back; else this one."""
    while field in change.fields and change.undoes and (settled := log.get(change.undoes)):
        above = [log.get(parent) for parent in settled.parents]
        found = [one for one in above if one and field in one.fields and one.value(field) == change.value(field)]
        if len(settled.parents) < 2 or not found:
            break
        change = found[0]
    return change
