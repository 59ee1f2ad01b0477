"""Click options for the fields of an entity, generated from the declaration of the fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import click

from store.domain.field_types import Field, FieldType
from store.domain.fields import KINDS
from store.domain.vocabulary import LeadState
from tui.cli.base import CommandMisused, F
from tui.cli.typed_choices import OneOf, WholeNumber, hyphenate
from tui.cli.typed_dates import COMING_DATE, PAST_DATE, TARGET
from tui.cli.typed_text import WORDS

_DATES = {FieldType.PAST_DATE: PAST_DATE, FieldType.COMING_DATE: COMING_DATE, FieldType.TARGET: TARGET}


def field_options(
    kind: str, /, *names: str, also: Sequence[str] = (), without: Sequence[str] = (), **otherwise: Mapping[str, Any]
) -> Callable[[F], F]:
    """Decorate a command with the options of some fields of a kind.

    Without `names` these are the editable fields that declare a help text, in the order of declaration, and `also`.
    `otherwise` overrides attributes of an option, by the name of its field.
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
    metavar = field.metavar or ("DATE" if field.type in (FieldType.PAST_DATE, FieldType.COMING_DATE) else None)
    how: dict[str, Any] = {"type": _DATES.get(field.type, WORDS), "metavar": metavar, "help": field.help}
    if field.choices and not field.lists:
        how["type"] = OneOf(field.choices, optional=field.editable and not field.required)
    elif field.bounds:
        how["type"] = WholeNumber(*field.bounds)
    return click.option(f"--{option.replace('_', '-')}", name, **how | otherwise)


as_words_option = click.option(
    "--as-words",
    is_flag=True,
    help="Take a date that is asked about: as words, without a day; in an unlikely year, as it is.",
)
"""The option of commands that accept a target or a due date."""


def field_values(kind: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options given that are editable fields of a kind, by name."""
    return {name: given[name] for name in KINDS[kind].editable if given.get(name) is not None}


NOT_STATED = "not-stated"


def lead_fields(given: dict[str, Any]) -> list[dict[str, Any]]:
    """Parse --lead-state and --lead-role, each NAME=WHAT, to the arguments of a command for each.

    Raises CommandMisused.
    """
    found: list[dict[str, Any]] = []
    for field, option in (("state", "--lead-state"), ("role", "--lead-role")):
        for pair in given[f"lead_{field}s"]:
            name, equals, what = pair.partition("=")
            if not (equals and name.strip()):
                raise CommandMisused(f"{option} takes a lead's name, = and what is said of them: {option} C3=…")
            if field == "state":
                what = hyphenate(what)
                if what and what not in (*LeadState, NOT_STATED):
                    raise CommandMisused(f"{option}: {what} is none of {', '.join(LeadState)}, {NOT_STATED}.")
                what = "" if what == NOT_STATED else what
            found.append({"lead": name.strip(), field: what.strip() or None})
    return found
