"""A field of a form: what it accepts, and its widget with its label, its input and a line for hints and errors."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from textual.containers import Vertical

from store.domain.date_reading import (
    NotUnderstood,
    describe_days,
    read_coming_date,
    read_date,
    read_past_date,
)
from store.domain.dates import PartDate
from store.domain.text import LINE_LIMIT, NOTE_LIMIT, one_line, validate_typed
from widgets.choices import Choices
from widgets.dialog import SafeText
from widgets.line import MADE_VISIBLE, LineInput, NameSuggester, has_hidden

if TYPE_CHECKING:
    from widgets.text_box import TextBox

Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form: its name for the caller, its label, and the values that it accepts.

    `choices` are (stored, shown) pairs; a yes-no field stores "yes" or "no", and a secret one is not shown as typed. `limit` is in bytes for a text and
    in characters for a line. A `free` date accepts words without a day ("in the coming weeks"), and the form shows that
    they have none; what is asked about is accepted when it is saved twice: what seems to have a day and is not
    understood ("31 June 2025") as words, an unlikely year as it is. A
    `past` date is one of what has happened: "30 June" is the last one and not the next, and one to come is refused. A
    relative date ("+3 months") is returned as the date that it means; an unedited value, unchanged. `names` returns the recorded names that begin with
    a text: they complete what is typed, and can be listed; with `many`, the line has several names. `propose`
    computes the value from those of the form, for as long as nobody changed it.
    """

    name: str
    label: str
    kind: Literal["line", "text", "choice", "date", "yes-no", "secret"] = "line"
    value: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hint: str = ""
    limit: int | None = None
    free: bool = False
    past: bool = False
    names: Callable[[str], Sequence[str]] | None = None
    many: bool = False
    propose: Callable[[Values], str | None] | None = None


def _read(text: str, today: date | None, past: bool) -> PartDate:
    if today is None:
        return read_date(text, prefer_past=past)
    return read_past_date(text, today) if past else read_coming_date(text, today)


_IN_FULL = re.compile(rf"(\d{{1,2}} )?({'|'.join(calendar.month_name[1:])}) \d{{4}}", re.IGNORECASE)
"""A day or a month in full: repeated it would be nothing new."""

NO_DAY = "This has no day: it is kept as words, and is never late."


def interpret_date(text: str, *, free: bool = False, today: date | None = None, past: bool = False) -> tuple[str, bool]:
    """Parse a typed date to the days that it means, as text, and whether it may be saved; an empty one may.

    Without `today`, a relative date ("+3 months", "30 June") is not understood.
    """
    if not text.strip():
        return "", True
    try:
        return describe_days(_read(text, today, past), text, past=past), True
    except ValueError as error:
        if free and isinstance(error, NotUnderstood) and not error.hints_at_day:
            return NO_DAY, True
        return str(error), False


class Entry(Vertical):
    """The widget of a field: its label, its input, and a line under it for hints and errors."""

    def __init__(self, field: FormField, value: str | None, id: str, today: date) -> None:
        self.field = field
        self._today = today
        self._asked: str | None = None
        """The date that was asked about, which is accepted when it is saved again."""
        entry: LineInput | TextBox | Choices
        # Between brackets, so that it is not mistaken for a value where there are no colours.
        placeholder = f"({field.hint})" if field.hint else ""
        if field.kind == "text":
            from widgets.text_box import TextBox

            entry = TextBox(value or "", placeholder=placeholder, limit=field.limit or NOTE_LIMIT)
        elif field.kind in ("choice", "yes-no"):
            choices = field.choices if field.kind == "choice" else (("yes", "Yes"), ("no", "No"))
            entry = Choices(choices, value, optional=not field.required)
        else:
            adds_to = (field.value or "") if field.many else None
            entry = LineInput(value or "", placeholder=placeholder, limit=field.limit or LINE_LIMIT, adds_to=adds_to)
            entry.suggester = NameSuggester(field.names, many=field.many) if field.names else None
            entry.password = field.kind == "secret"
        self.entry = entry
        self.is_needed = field.required and not (isinstance(entry, Choices) and value)
        """Whether it may be left empty at save by mistake: a choice that is made already cannot."""
        label = SafeText(f"{one_line(field.label)} *" if self.is_needed else one_line(field.label), classes="label")
        self.hint_line = SafeText(classes="said")
        super().__init__(label, Vertical(entry, self.hint_line, classes="entry"), id=id, classes=f"field -{field.kind}")
        self.holds_hint = bool(value) and not isinstance(entry, Choices) and has_hidden(value or "")
        """Whether the hint is about a change whose message is still to come, which must not replace it."""
        if self.holds_hint:
            self.show_hint(MADE_VISIBLE)
        else:
            self.show_meaning()

    @property
    def name_shown(self) -> str:
        """The label, as sentences name the field."""
        return one_line(self.field.label)

    @property
    def value(self) -> str | None:
        """The value of the input, as typed; None when empty."""
        entry = self.entry
        return (entry.value if isinstance(entry, LineInput | Choices) else entry.text) or None

    def show_hint(self, sentence: str, *, wrong: bool = False) -> None:
        """Show a hint or, with `wrong`, an error under the input."""
        self.hint_line.show(sentence)
        self.hint_line.set_class(wrong, "-wrong")

    def show_meaning(self) -> None:
        """Show under the input the days that a date means, of one in full what else it is, or the hint of a choice."""
        if self.field.kind == "date":
            typed = self.value or ""
            meaning, is_valid = self._interpret_date(typed)
            in_full = _IN_FULL.fullmatch(" ".join(typed.split())) if is_valid else None
            if in_full:
                latest = read_date(typed).latest
                meaning = f"a {latest:%A}" if in_full[1] and latest else "the whole month"
            self.show_hint(meaning)
        else:
            self.show_hint(self.field.hint if isinstance(self.entry, Choices) else "")

    def _interpret_date(self, typed: str) -> tuple[str, bool]:
        """As `interpret_date`, for this field.

        One that nobody touched stays as it is: a relative date gets no new meaning today.
        """
        field, here = self.field, typed == self.field.value
        if here and typed:
            with suppress(ValueError):
                return describe_days(read_date(typed, prefer_past=field.past), typed, past=field.past), True
            return "", True
        return interpret_date(typed, free=field.free, today=self._today, past=field.past)

    def _if_saved_again(self, typed: str) -> str:
        """What becomes of a date that is asked about when it is saved again."""
        with suppress(ValueError):
            read_date(typed, self._today)
            return " Saved again, it is taken as it is."
        return " Saved again, it is kept as words, without a day."

    def checked(self) -> str | None:
        """The validated value, to be stored. Raises ValueError with the sentence to show."""
        field, typed = self.field, self.value
        if typed is not None and not isinstance(self.entry, Choices) and field.kind != "secret":
            typed = validate_typed(typed, lines=field.kind == "text", limit=field.limit) or None
        if typed is None and field.required:
            is_choice = isinstance(self.entry, Choices)
            raise ValueError(
                f"{self.name_shown}: one has to be chosen." if is_choice else f"{self.name_shown} is needed."
            )
        if field.kind == "date" and typed and typed != field.value:
            sentence, is_valid = self._interpret_date(typed)
            if not is_valid and not (field.free and typed == self._asked):
                self._asked = typed
                raise ValueError(f"{self.name_shown}: {sentence}{self._if_saved_again(typed) if field.free else ''}")
            with suppress(ValueError):
                typed = _read(typed, self._today, field.past).text
        return typed
