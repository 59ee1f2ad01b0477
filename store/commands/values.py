"""Parse typed fields to stored values; and the base class of commands that accept such fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from pydantic import model_validator

from store.commands.base import Command, coming_date, past_date, target_value
from store.domain.errors import BadInput
from store.domain.field_types import FieldType
from store.domain.fields import KINDS, label_of_field, label_of_kind
from store.domain.text import one_line
from store.log.writer import ChangeWriter


def read_value(kind: str, name: str, typed: Any, today: date, *, as_words: bool = False) -> Any:
    """Parse what was typed in a field, a text or an integer, to its stored value; None where it is empty.

    Raises BadInput where it is invalid, or empty and required. `as_words` is that of `target_value`.
    """
    field = KINDS[kind].fields[name]
    if _is_empty(typed):
        if field.required:
            raise BadInput(name, field.if_empty or _needed(kind, name))
        return None
    match field.type:
        case FieldType.PAST_DATE:
            return past_date(typed, name, today)
        case FieldType.COMING_DATE:
            return coming_date(typed, name, today)
        case FieldType.TARGET:
            return target_value(typed, name, today=today, as_words=as_words)
        case FieldType.PRINTED:
            if re.match(r"\s*[-−]\s*\d", typed):
                raise BadInput(name, f"“{one_line(typed, most=20)}” is less than none: write the number as printed.")
            found = re.match(r"\s*(\d+)", typed)
            return {"text": typed.strip(), "number": int(found[1]) if found else None}
        case FieldType.WHOLE:
            return typed if isinstance(typed, int) else _whole(name, typed)
        case _:
            return typed


def read_values(kind: str, typed: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The values that these fields of a kind are given, by name. See `read_value`."""
    return {name: read_value(kind, name, text, today) for name, text in typed.items()}


def _is_empty(typed: Any) -> bool:
    return typed is None or (isinstance(typed, str) and not typed.strip())


def check_names(kind: str, names: Iterable[str]) -> None:
    """Raise ValueError where one of these is no editable field of a kind."""
    if strange := sorted(set(names) - KINDS[kind].editable.keys()):
        raise ValueError(f"not an editable field of a {kind}: {', '.join(strange)}")


def _needed(kind: str, name: str) -> str:
    what = label_of_kind(kind)
    return f"{'An' if what[0] in 'aeiou' else 'A'} {what} needs its {label_of_field(kind, name)}."


def _whole(name: str, text: str) -> int:
    if not (text.strip().isascii() and text.strip().isdigit()):
        raise BadInput(name, f"“{one_line(text, most=20)}” is not a whole number.")
    return int(text)


class FieldsCommand(Command):
    """Base class of commands that accept the fields of a kind of entity, as typed, by keyword or in `values`."""

    entity_kind: ClassVar[str]
    values: dict[str, Any] = {}

    @model_validator(mode="before")
    @classmethod
    def _collect_fields(cls, given: dict[str, Any]) -> dict[str, Any]:
        fields = KINDS[cls.entity_kind].editable
        values: Mapping[str, Any] = given.get("values", {})
        check_names(cls.entity_kind, values)
        named = {name: value for name, value in given.items() if name in fields}
        others = {name: value for name, value in given.items() if name not in fields}
        return others | {"values": {**values, **named}}

    def read(self, writer: ChangeWriter, *required: str) -> dict[str, Any]:
        """The values of a new entity's editable fields: what was typed, else the default, else None.

        Raises BadInput where one of `required` is empty.
        """
        values: dict[str, Any] = {}
        for name, field in KINDS[self.entity_kind].editable.items():
            typed = self.values.get(name)
            if _is_empty(typed):
                typed = field.default
            is_given = not _is_empty(typed) or name in required
            if is_given:
                values[name] = read_value(self.entity_kind, name, typed, writer.today, as_words=self.as_words)
            else:
                values[name] = None
        return values
