"""The options of commands that take fields of an entity, made from the declaration of the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from store.domain.field_types import Field, FieldType
from store.domain.fields import KINDS
from tui.cli.base import WORDS, F, OneOf

_METAVARS = {FieldType.DATE: "DATE", FieldType.PAST_DATE: "DATE", FieldType.COMING_DATE: "DATE"}


def field_options(
    kind: str, /, *names: str, also: Sequence[str] = (), without: Sequence[str] = (), **otherwise: Mapping[str, Any]
) -> Callable[[F], F]:
    """Give a command the options of these fields of a kind.

    Without names: of each editable one that states what its option is for, in the order of the declaration, and
    `also` of these. `otherwise` gives by name what this command states differently.
    """
    fields = KINDS[kind].fields
    usual = (name for name, field in fields.items() if field.help and (field.editable or name in also))
    wanted = [name for name in names or usual if name not in without]

    def give(command: F) -> F:
        for name in reversed(wanted):
            command = _option(name, fields[name], **otherwise.get(name, {}))(command)
        return command

    return give


def _option(name: str, field: Field, **otherwise: Any) -> Callable[[F], F]:
    option = otherwise.pop("option", field.option or name)
    how: dict[str, Any] = {"type": WORDS, "metavar": field.metavar or _METAVARS.get(field.type), "help": field.help}
    if field.choices:
        how["type"] = OneOf(field.choices, optional=field.editable and not field.required)
    elif field.bounds:
        how["type"] = click.IntRange(*field.bounds)
    return click.option(f"--{option.replace('_', '-')}", name, **how | otherwise)


def field_values(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Of the options that were given, those that are editable fields of a kind."""
    return {name: given[name] for name in KINDS[kind].editable if given.get(name) is not None}
