"""Edit fields of an entity: one command for every kind, and the rules of single fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import model_validator

from store.commands.base import Command, item_status
from store.commands.items import check_whole, listed_word, recorded_number
from store.commands.publications import free_code
from store.commands.stage_rules import STAGE_OF, move_stage_day
from store.commands.themes import check_theme_is_free
from store.commands.values import check_names, read_value
from store.domain.errors import BadInput
from store.domain.fields import KINDS
from store.domain.names import fold_name, number_key, unquote
from store.domain.vocabulary import Basis, Stage, Verdict
from store.log.writer import ChangeWriter


class Correct(Command):
    """Edit fields of an entity, by name and as typed; fields not given are unchanged, "" clears one.

    For notes there is CorrectNote. With `restate` all that is current is written again, so that it leaves although its
    marking was higher before; with what belongs to it and bears no marking of its own.
    """

    kind: str
    entity: str
    values: dict[str, Any] = {}
    restate: bool = False

    @model_validator(mode="after")
    def _check_names(self) -> Correct:
        if self.kind not in _CORRECTED:
            raise ValueError(f"a {self.kind} is not corrected")
        check_names(self.kind, self.values)
        return self

    def write(self, writer: ChangeWriter) -> None:
        if self.kind == "recommendation":
            item_status(writer, self.entity)
        for name in (name for name in KINDS[self.kind].editable if name in self.values):
            key, old = (self.kind, name), writer.current(self.entity, name).value
            value = read_value(self.kind, name, self.values[name], writer.today, as_words=self.as_words)
            if rule := _RULES.get(key):
                value = rule(writer, self, value)
            basis = _BASES.get(key, self.basis) if self.basis == Basis.ENTERED else self.basis
            writer.set(self.kind, self.entity, name, value, basis=basis, place=self.place, reason=self.reason)
            if stage := _LEADS_TO.get(key):
                move_stage_day(writer, self, self.entity, stage(writer, self.entity), old)
        if self.restate:
            writer.restate(self.kind, self.entity)
            for owned in _WITHOUT_MARKING.get(self.kind, ()):
                rows = f"SELECT id FROM {owned} WHERE {self.kind} = ? AND withdrawn = 0 AND left_out = 0 ORDER BY id"
                for (entity,) in writer.conn.execute(rows, (self.entity,)).fetchall():
                    writer.restate(owned, entity)


def correct(
    kind: str,
    entity: str,
    /,
    *,
    basis: Basis = Basis.ENTERED,
    place: str | None = None,
    reason: str | None = None,
    **values: Any,
) -> Correct:
    """Make a Correct command from keyword arguments: `correct("recommendation", item, title="Other words")`."""
    return Correct(kind=kind, entity=entity, values=values, basis=basis, place=place, reason=reason)


_WITHOUT_MARKING = {
    "recommendation": ("lead", "measure", "nothing_new"),
    "publication": ("measure", "theme"),
    "paper": ("figure", "fixing", "paper_publication"),
}
"""What belongs to an entity and can be marked only as that is."""

_CORRECTED = frozenset(
    {"register", "publication", "recommendation", "submission", "reply", "action", "theme", "paper", "paper_text"}
)


def _number(writer: ChangeWriter, command: Correct, number: Any) -> Any:
    item = command.entity
    kind = command.values.get("kind") or writer.current(item, "kind").value
    number = recorded_number(number, listed_word(writer, "kind", str(kind)) or "")
    if number is None:
        if writer.current(item, "label").value is None:
            writer.set("recommendation", item, "label", f"x{item[:4]}")
        return None
    _check_number_is_free(writer, item, number, command.values.get("scope", writer.current(item, "scope").value))
    return number


def _scope(writer: ChangeWriter, command: Correct, scope: Any) -> Any:
    number = command.values.get("number", writer.current(command.entity, "number").value)
    if number:
        _check_number_is_free(writer, command.entity, number, scope)
    return scope


def _check_number_is_free(writer: ChangeWriter, item: str, number: Any, scope: Any) -> None:
    rows = writer.conn.execute(
        "SELECT number, scope, reference FROM recommendation WHERE id <> ? AND withdrawn = 0 AND number IS NOT NULL "
        "AND publication = (SELECT publication FROM recommendation WHERE id = ?)",
        (item, item),
    ).fetchall()
    for other, other_scope, reference in rows:
        if number_key(other, other_scope) == number_key(number, scope):
            raise BadInput("number", f"{reference} has that number already.")


def _part_of(writer: ChangeWriter, command: Correct, whole: Any) -> Any:
    item = command.entity
    if whole is None:
        return None
    has_parts = "SELECT 1 FROM recommendation WHERE part_of = ? AND withdrawn = 0"
    if whole == item or writer.conn.execute(has_parts, (item,)).fetchone():
        name = writer.name_of("recommendation", item)
        raise BadInput("part_of", f"{name} cannot be a part: of itself, or with parts of its own.")
    check_whole(writer, whole, writer.current(item, "publication").value)
    return whole


def _code(writer: ChangeWriter, command: Correct, code: Any) -> str:
    return free_code(writer, code, command.entity)


def _theme_name(writer: ChangeWriter, command: Correct, name: Any) -> str:
    plain = unquote(str(name).strip())
    if not fold_name(plain):
        raise BadInput("name", "A theme needs a name.")
    check_theme_is_free(writer, plain, writer.current(command.entity, "publication").value, command.entity)
    return plain


def _due(writer: ChangeWriter, command: Correct, due: Any) -> Any:
    """The due date: unchanged text keeps its stored value; a new one inherits `said` and `where` from the old."""
    now = writer.current(command.entity, "due").value
    if not (due and isinstance(now, dict)):
        return due
    return now if now["text"] == due["text"] else due | {part: now.get(part) for part in ("said", "where")}


_RULES: dict[tuple[str, str], Callable[[ChangeWriter, Correct, Any], Any]] = {
    ("recommendation", "number"): _number,
    ("recommendation", "scope"): _scope,
    ("recommendation", "part_of"): _part_of,
    ("recommendation", "kind"): lambda writer, command, kind: listed_word(writer, "kind", kind),
    ("recommendation", "priority"): lambda writer, command, priority: listed_word(writer, "priority", priority),
    ("publication", "code"): _code,
    ("theme", "name"): _theme_name,
    ("action", "due"): _due,
}
"""Validation of a new field value (None for none) beyond its type: returns the value to write, or raises BadInput."""

_BASES = {("recommendation", "theme"): Basis.ASSIGNED}
"""The basis of a field that was typed in, where it is not the command's."""

_LEADS_TO: dict[tuple[str, str], Callable[[ChangeWriter, str], Stage]] = {
    ("submission", "sent"): lambda writer, submission: Stage.SUBMITTED,
    ("reply", "dated"): lambda writer, reply: STAGE_OF[Verdict(str(writer.current(reply, "verdict").value))],
}
"""The stage that an item reached on the date in this field."""
