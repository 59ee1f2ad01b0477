"""The fields of dialogs that more than one edit asks for, and their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from store.domain.vocabulary import MARKINGS, MOVE_REASONS, ActionKind, NextMove, NoteKind, said
from store.queries.rows import Thing

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp
    from widgets.form import FormField

MARKING_CHOICES = tuple((marking, marking) for marking in MARKINGS)


def given(values: Values) -> Values:
    """The answers of a form that are not empty."""
    return {name: value for name, value in values.items() if value is not None}


def note_fields(note: Thing | None = None) -> tuple[FormField, ...]:
    """The fields of a note: the text first, then kind, date, who said it, marking."""
    from widgets.form import FormField

    known = note.fields if note else {}
    kinds = tuple((str(kind), str(kind)) for kind in NoteKind)

    def value(name: str) -> str | None:
        return None if known.get(name) is None else str(known[name])

    return (
        FormField("text", "Note", "text", value=value("text"), required=True),
        FormField("kind", "Kind", "choice", value=value("kind") or NoteKind.POSITION, choices=kinds, required=True),
        FormField("dated", "Dated", "date", value=value("dated"), hint="today, if left empty", past=True),
        FormField("said_by", "Said by", value=value("said_by"), hint="if not by whoever records it"),
        FormField(
            "marking",
            "Marking",
            "choice",
            value=value("marking") or MARKINGS[0],
            choices=MARKING_CHOICES,
            required=True,
        ),
    )


def action_fields(action: Thing | None = None) -> tuple[FormField, ...]:
    """The fields of an action under an item."""
    from widgets.form import FormField

    known = action.fields if action else {}
    kinds = tuple((str(kind), str(kind)) for kind in ActionKind)

    def value(name: str) -> str | None:
        return None if known.get(name) is None else str(known[name])

    said_where = (
        FormField("said", "Said on", "date", hint="today, if left empty", past=True),
        FormField("where", "Said in", hint="a paper, a meeting"),
    )
    return (
        FormField("text", "What", "text", value=value("text"), required=True, hint="what is promised or has to happen"),
        FormField("due", "By when", "date", value=value("due"), free=True, hint="as it was said"),
        FormField("whose", "Whose", value=value("whose"), hint="who has to do it; of a dependency, who is waited for"),
        FormField("kind", "Kind", "choice", value=value("kind") or ActionKind.PROMISE, choices=kinds, required=True),
        *(() if action else said_where),
        FormField("since", "Waits since", "date", value=value("since"), hint="of a dependency", past=True),
    )


def next_move_fields(held: Mapping[str, str | None]) -> tuple[FormField, ...]:
    """The fields of whose move is next."""
    from widgets.form import FormField

    choices = tuple((str(m), said(m)) for m in NextMove)
    return (
        FormField("who", "Next move", "choice", value=held.get("text"), choices=choices),
        FormField("until", "Until", value=held.get("until"), hint="a date, or what is waited for"),
    )


def move_reasons(app: RegisterApp) -> tuple[str, ...]:
    """The usual reasons to move a target: the register's own list, or ours."""
    own = app.register.described()["move_reasons"]
    return tuple(line.strip() for line in own.splitlines() if line.strip()) if own else MOVE_REASONS
