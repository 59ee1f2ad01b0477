"""The form fields of dialogs, built from the declared fields of entities, and the values of forms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from store.domain.errors import FairleadError
from store.domain.field_types import FieldType, as_typed
from store.domain.fields import KINDS
from store.domain.lists import register_lists
from store.domain.references import find_item
from store.domain.vocabulary import MARKINGS, Extension, ItemKind, label_of
from widgets.form import FormField

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_FORM_KINDS = {
    FieldType.TEXT: "text",
    FieldType.CHOICE: "choice",
    FieldType.ENTITY: "choice",
    FieldType.PAST_DATE: "date",
    FieldType.COMING_DATE: "date",
    FieldType.TARGET: "date",
}
"""The kind of form field for each field type; "line" for any other."""


def form_field(kind: str, field_name: str, value: object = None, /, **overrides: Any) -> FormField:
    """The form field for a declared field of an entity, with its value; `overrides` replace settings of FormField."""
    field = KINDS[kind].fields[field_name]
    settings: dict[str, Any] = {
        "name": field_name,
        "label": field.label,
        "kind": _FORM_KINDS.get(field.type, "line"),
        "value": as_typed(value) or field.default or None,
        "choices": tuple(
            (str(choice), str(choice) if field.as_stored else label_of(choice)) for choice in field.choices
        ),
        "required": field.required,
        "hint": field.hint,
        "limit": field.limit,
        "free": field.type == FieldType.TARGET,
        "past": field.type == FieldType.PAST_DATE,
    }
    return FormField(**settings | overrides)


def form_fields(
    kind: str,
    values: Mapping[str, object] | None = None,
    /,
    *,
    also: Sequence[str] = (),
    without: Sequence[str] = (),
    **overrides: Mapping[str, Any],
) -> tuple[FormField, ...]:
    """The form fields for an entity of a kind: its editable fields in the order declared, and those named in `also`.

    `overrides` replace settings of FormField, by the name of the field.
    """
    current = values or {}
    return tuple(
        form_field(kind, name, current.get(name), **overrides.get(name, {}))
        for name, field in KINDS[kind].fields.items()
        if (field.editable or name in also) and name not in without
    )


def listed_choices(app: RegisterApp, values: Mapping[str, object]) -> dict[str, Mapping[str, Any]]:
    """The choices of an item's kind and priority, with those that the register lists and the one that it has."""
    lists = register_lists(app.register.conn)
    words = {"kind": (*ItemKind, *lists.kinds, *lists.kinds_apart), "priority": tuple(lists.priorities)}
    found: dict[str, Mapping[str, Any]] = {}
    for name, listed in words.items():
        held = [str(values[name])] if values.get(name) else []
        found[name] = {"choices": tuple((word, label_of(word)) for word in dict.fromkeys((*map(str, listed), *held)))}
    return found


def other_item(app: RegisterApp, values: Values) -> str:
    """The id of the item whose reference is typed in the field `other`. Raises FairleadError, at that field."""
    try:
        return find_item(app.register.conn, values["other"] or "")[0]
    except FairleadError as error:
        raise error.at("other") from None


def non_empty(values: Values) -> Values:
    """The values of a form that are not empty."""
    return {name: value for name, value in values.items() if value is not None}


def changed_values(values: Values, current: Mapping[str, object]) -> dict[str, str]:
    """The values of a form that differ from the current ones, "" for one that was cleared."""
    return {name: value or "" for name, value in values.items() if (value or "") != (as_typed(current.get(name)) or "")}


def correct_fields(
    app: RegisterApp,
    kind: str,
    entity: str,
    title: str,
    current: Mapping[str, object],
    fields: tuple[FormField, ...],
    intro: str | None = None,
) -> None:
    """Open a form to correct fields of an entity; `current` has the recorded values, by field."""
    from store.commands import Correct

    def build(values: Values) -> Sequence[Command]:
        given = {name: value for name, value in values.items() if name != "restate"}
        restate = values.get("restate") == "yes" and values["marking"] == MARKINGS[0]
        changed = changed_values(given, current)
        return [Correct(kind=kind, entity=entity, values=changed, restate=restate, as_words=True)]

    app.open_form(f"correct {entity}", title, (*fields, *restate_fields(current)), build, intro=intro)


def restate_fields(current: Mapping[str, object]) -> tuple[FormField, ...]:
    """What to do with the text where a higher marking is lowered; no field where there is none to lower."""
    if current.get("marking") != MARKINGS[-1]:
        return ()
    choices = (("no", f"No: it stays out of {MARKINGS[0]} copies"), ("yes", "Yes: it is written again, and leaves"))
    return (FormField("restate", "Free it if lowered", "choice", value="no", choices=choices, required=True),)


def action_fields(text: str = "") -> tuple[FormField, ...]:
    """The fields of a new action under an item."""
    *fields, since, marking = form_fields("action", {"text": text} if text else None)
    return (*fields, *stated_fields("today, if left empty"), since, marking)


def target_fields(text: str | None = None, condition: str | None = None, more: str = "") -> tuple[FormField, ...]:
    """The fields of a target that is set or moved; `more` goes after its hint."""
    hint = f"June 2025, +3 months, or as it was said{more}"
    target = form_field("recommendation", "target", text, name="text", hint=hint)
    return (target, *stated_fields("when it was said"), FormField("condition", "Depends on", value=condition))


def stated_fields(hint: str) -> tuple[FormField, FormField]:
    """When and where a target or a due date was stated."""
    return (
        FormField("said", "Said on", "date", hint=hint, past=True),
        FormField("where", "Said in", hint="a meeting, a paper"),
    )


def next_move_fields(held: Mapping[str, str | None]) -> tuple[FormField, FormField]:
    """The fields of who has to act next."""
    return form_field("recommendation", "next_move", held.get("text"), name="who"), until_field(held.get("until"))


def until_field(value: str | None = None) -> FormField:
    """Until when or what it is somebody's move."""
    return FormField("until", "Until", value=value, hint="a date, or what is waited for")


def extension_fields(app: RegisterApp, held: Mapping[str, str]) -> tuple[FormField, ...]:
    """The kind of delay of a move, and the fields of an extension that is asked for, granted or refused."""
    kinds = tuple((kind, kind) for kind in register_lists(app.register.conn).delay_kinds)
    decisions = tuple((str(decision), label_of(decision)) for decision in Extension)
    is_asked = held.get("decision") == Extension.ASKED
    asked = held if is_asked else {}
    return (
        FormField("delay", "Kind of delay", "choice", choices=kinds, hint="where it moves later"),
        FormField("extension", "Extension", "choice", choices=decisions, hint="where one has to be asked for"),
        FormField("asked_by", "Asked for by", value=asked.get("asked_by"), hint="who asks for more time"),
        FormField("asked_for", "Until", "date", value=asked.get("asked_for"), free=True, hint="what is asked for"),
        FormField("decided_by", "Decided by", hint="who grants or refuses it"),
        FormField("decided", "Decided on", "date", past=True, hint="today, if left empty"),
    )
