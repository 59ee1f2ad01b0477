"""What a field of an entity is: its label, how it is typed, read and stored, and where it shows. fields.py declares them all.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

BOUNDS = ("earliest", "latest")
"""The parts of a part-known date, beside its text."""

TARGET_PARTS = (*BOUNDS, "said", "where", "condition")


class FieldType(StrEnum):
    """How a field is typed, read and stored."""

    LINE = "line"
    """One line of text."""
    TEXT = "text"
    """Text of several lines."""
    CHOICE = "choice"
    """One of a few stored words."""
    DATE = "date"
    """A part-known date that is read as past: "30 June" is the last one."""
    PAST_DATE = "past-date"
    """A part-known date of something that has happened: one to come, or of long ago, is refused."""
    COMING_DATE = "coming-date"
    """A part-known date that is read as to come: "30 June" is the next one."""
    TARGET = "target"
    """A date to come in any words, with when and where it was said, and on what it depends."""
    PRINTED = "printed"
    """A number as a source prints it: "8 recs", or blank."""
    WHOLE = "whole"
    """A whole number."""
    ENTITY = "entity"
    """The id of another entity."""
    OTHER = "other"
    """What only the program works out."""


_PARTS = {
    FieldType.DATE: BOUNDS,
    FieldType.PAST_DATE: BOUNDS,
    FieldType.COMING_DATE: BOUNDS,
    FieldType.TARGET: TARGET_PARTS,
    FieldType.PRINTED: ("number",),
}


@dataclass(slots=True, eq=False, repr=False)
class Field:
    """One field of an entity.

    A field is one value. Where its parts only make sense together the value is an object: its "text" is the column named
    after the field, and each other part is a column `field_part`.
    """

    label: str
    """In a dialog and on a page."""
    type: FieldType = FieldType.LINE
    hint: str = ""
    """What stands in an empty field of a dialog."""
    help: str = ""
    """The sentence of its option on the command line."""
    option: str = ""
    """The name of that option where it is not the field's own."""
    metavar: str = ""
    """What the option takes, in the help, where its type does not say it."""
    words: str = ""
    """What it is called in a sentence and in the history, where its own name will not do."""
    choices: tuple[str, ...] = ()
    as_stored: bool = False
    """Whether a dialog shows the choices as they are stored, and not as `said` has them."""
    default: str = ""
    """The choice that is taken unless another is made."""
    parts: tuple[str, ...] = ()
    names: str = ""
    """The kind of entity whose id it holds: an owner, or an end of an association."""
    required: bool = False
    if_empty: str = ""
    """The sentence for one who leaves it empty, where "An item needs its title." will not do."""
    limit: int | None = None
    """The most characters of a line."""
    bounds: tuple[int, int] | None = None
    """The least and the most of a whole number."""
    editable: bool = True
    """Whether it is recorded with its entity and corrected like any other; else a command of its own writes it."""
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
    """For an association: the fields that it is known by; empty for an entity with an id of its own."""
    label: str = ""
    """The field that says which one it is, in history and toasts."""
    words: str = ""
    """What it is called in a sentence, where its own name will not do."""
    names: dict[str, str] = field(init=False)
    """Field to the kind of entity that it names."""
    editable: dict[str, Field] = field(init=False)
    """The fields that are recorded with the entity and corrected like any other."""

    def __post_init__(self) -> None:
        self.fields["withdrawn"] = Field("Withdrawn", FieldType.OTHER, editable=False)
        self.names = {name: declared.names for name, declared in self.fields.items() if declared.names}
        self.editable = {name: declared for name, declared in self.fields.items() if declared.editable}


def as_typed(value: object) -> str | None:
    """A stored value as a person types it: its text; None for none."""
    text = value.get("text") if isinstance(value, dict) else value
    return None if text is None else str(text)
