"""Types of field declarations: label, input type, storage and where a field is shown. fields.py has them all.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from store.domain.vocabulary import MARKINGS, NextMove

BOUNDS = ("earliest", "latest")
"""The parts of a partial date, beside its text."""

EXTENSION_PARTS = ("delay", "decision", "asked_by", "asked_for", "decided_by", "decided")
"""The parts of a target that are about its move: the kind of delay, and whether an extension was asked for and granted."""

TARGET_PARTS = (*BOUNDS, "said", "where", "condition", *EXTENSION_PARTS)


class FieldType(StrEnum):
    """The type of a field: how it is typed in, parsed and stored."""

    LINE = "line"
    """One line of text."""
    TEXT = "text"
    """Multi-line text."""
    CHOICE = "choice"
    """One of a fixed set of stored words."""
    PAST_DATE = "past-date"
    """A partial date of something that has happened: "30 June" is the last one; one to come, or long ago, is rejected."""
    COMING_DATE = "coming-date"
    """A partial date, read as future where it has no year: "30 June" is the next one."""
    TARGET = "target"
    """A target date in free text, with when and where it was stated, and its condition."""
    PRINTED = "printed"
    """A number as printed in a source: "8 recs", or blank."""
    WHOLE = "whole"
    """An integer."""
    ENTITY = "entity"
    """The id of another entity."""
    CHANGES = "changes"
    """The ids of changes in the log, or the id of one: they may be missing here."""
    OTHER = "other"
    """A value that only the program computes."""


_PARTS = {
    FieldType.PAST_DATE: BOUNDS,
    FieldType.COMING_DATE: BOUNDS,
    FieldType.TARGET: TARGET_PARTS,
    FieldType.PRINTED: ("number",),
}


@dataclass(slots=True, eq=False, repr=False)
class Field:
    """One field of an entity.

    A field is one value. Where its parts only make sense together the value is an object: its "text" is the column
    named after the field, and each other part is a column `field_part`.
    """

    label: str
    """Its label in a dialog and on a page."""
    type: FieldType = FieldType.LINE
    hint: str = ""
    """The placeholder in a dialog."""
    help: str = ""
    """The help text of its option on the command line."""
    option: str = ""
    """The name of that option where it differs from the field's."""
    metavar: str = ""
    """The placeholder of the option's value in the help, where it does not follow from the type."""
    words: str = ""
    """Its name in a sentence and in the history, where that differs from the field's."""
    choices: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    """The fields of the register that list words for it, after its choices: see store/domain/lists.py."""
    as_stored: bool = False
    """Whether a dialog shows the choices as they are stored, and not by their labels."""
    default: str = ""
    """The default choice."""
    parts: tuple[str, ...] = ()
    names: str = ""
    """The kind of entity that its id refers to: an owner, or an end of an association."""
    required: bool = False
    if_empty: str = ""
    """The error where it is left empty, if not "An item needs its title."."""
    limit: int | None = None
    """The maximum length of a line, in characters."""
    bounds: tuple[int, int] | None = None
    """The minimum and the maximum of an integer."""
    editable: bool = True
    """Whether it is recorded with its entity and edited like any other; else a command of its own writes it."""
    column: tuple[str, int] | None = None
    """The heading of its column in a spreadsheet and the width in characters; None where it has none."""

    def __post_init__(self) -> None:
        self.parts = self.parts or _PARTS.get(self.type, ())

    def columns(self, name: str) -> tuple[str, ...]:
        """The columns of its table, where the field is called `name`: its own, then those of its parts."""
        return (name, *(f"{name}_{part}" for part in self.parts))


@dataclass(slots=True, eq=False, repr=False)
class EntityKind:
    """A kind of entity: its fields by name, in the order in which dialogs ask for them."""

    fields: dict[str, Field]
    ends: tuple[str, ...] = ()
    """For an association: the fields that identify it; empty for an entity with an id of its own."""
    label: str = ""
    """The field that labels an entity in history and toasts."""
    words: str = ""
    """Its name in a sentence, where that differs from the kind's."""
    names: dict[str, str] = field(init=False)
    """Field to the kind of entity that it refers to."""
    clear: frozenset[str] = field(init=False)
    """The fields that stay readable where a body is left out: ids, and whether it is withdrawn."""
    editable: dict[str, Field] = field(init=False)
    """The fields that are recorded with the entity and edited like any other."""

    def __post_init__(self) -> None:
        self.fields["withdrawn"] = Field("Withdrawn", FieldType.OTHER, editable=False)
        self.names = {name: declared.names for name, declared in self.fields.items() if declared.names}
        named = (name for name, declared in self.fields.items() if declared.type == FieldType.CHANGES)
        self.clear = frozenset({"withdrawn", *self.names, *named})
        self.editable = {name: declared for name, declared in self.fields.items() if declared.editable}


def end_field(kind: str, label: str = "") -> Field:
    """An owner, or an end of an association: immutable."""
    return Field(label or kind.capitalize(), FieldType.ENTITY, names=kind, editable=False)


def item_field() -> Field:
    return end_field("recommendation", "Item")


def own_field(
    label: str,
    type: FieldType = FieldType.LINE,
    words: str = "",
    parts: tuple[str, ...] = (),
    column: tuple[str, int] | None = None,
) -> Field:
    """A field that its own commands write, and not the generic ones that add and correct."""
    return Field(label, type, words=words, parts=parts, editable=False, column=column)


def marking_field(column: tuple[str, int] | None = None) -> Field:
    return Field(
        "Marking", FieldType.CHOICE, help="How it is marked.", choices=MARKINGS, default=MARKINGS[0], required=True,
        column=column,
    )  # fmt: skip


def next_move_field(hint: str = "", help: str = "Who has to act next.") -> Field:
    return Field(
        "Action with", FieldType.CHOICE, hint, help, words="action with", choices=tuple(NextMove), parts=("until",), editable=False,
        column=("Action with", 20),
    )  # fmt: skip


def as_typed(value: object) -> str | None:
    """A stored value as editable text; None for none."""
    text = value.get("text") if isinstance(value, dict) else value
    return None if text is None else str(text)
