"""The form dialog for edits: given its fields, it returns their values, and saves nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import TextArea

from store.domain.date_reading import NotADay, NotUnderstood, read_date
from store.domain.dates import format_date
from store.domain.text import LINE_LIMIT, NOTE_LIMIT, TextError, one_line, validate_text
from widgets.choices import Choices
from widgets.dialog import Dialog, SafeText
from widgets.line import MADE_VISIBLE, InputNotice, LineInput, has_hidden
from widgets.picker import Picker, PickOption
from widgets.text_box import TextBox

Values = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form: its name for the caller, its label, and the values that it accepts.

    `choices` are (stored, shown) pairs; a yes-no field stores "yes" or "no". `limit` is in bytes for a text and
    in characters for a line. A `free` date accepts any text ("in the coming weeks"), and the form shows whether a
    day can be parsed; with `prefer_past`, "30 June" is the last one and not the next. A relative date ("+3 months") is
    returned as the date that it means; an unedited value, unchanged.
    """

    name: str
    label: str
    kind: Literal["line", "text", "choice", "date", "yes-no"] = "line"
    value: str | None = None
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hint: str = ""
    limit: int | None = None
    free: bool = False
    prefer_past: bool = False


def interpret_date(
    text: str, *, free: bool = False, today: date | None = None, prefer_past: bool = False
) -> tuple[str, bool]:
    """Parse a typed date to the days that it means, as text, and whether it may be saved; an empty one may.

    Without `today`, a relative date ("+3 months", "30 June") is not understood.
    """
    if not text.strip():
        return "", True
    try:
        read = read_date(text, today, prefer_past=prefer_past)
    except NotUnderstood as error:
        if not free:
            return str(error), False
        meant = f" Did you mean {error.meant}?" if error.meant else ""
        return f"No day can be read from this: it is kept as written.{meant}", True
    except NotADay as error:
        return str(error), False
    first, last = read.earliest, read.latest
    if first and last:
        return (format_date(first) if first == last else f"{format_date(first)} to {format_date(last)}"), True
    return (f"{format_date(last)} at the latest" if last else ""), True


class _Entry(Vertical):
    """The widget of a field: its label, its input, and a line under it for hints and errors."""

    def __init__(self, field: FormField, value: str | None, id: str, today: date) -> None:
        self.field = field
        self._today = today
        entry: LineInput | TextBox | Choices
        if field.kind == "text":
            entry = TextBox(value or "", placeholder=field.hint, limit=field.limit or NOTE_LIMIT)
        elif field.kind in ("choice", "yes-no"):
            choices = field.choices if field.kind == "choice" else (("yes", "Yes"), ("no", "No"))
            entry = Choices(choices, value, optional=not field.required)
        else:
            entry = LineInput(value or "", placeholder=field.hint, limit=field.limit or LINE_LIMIT)
        self.entry = entry
        label = SafeText(f"{one_line(field.label)} *" if field.required else one_line(field.label), classes="label")
        self.hint_line = SafeText(classes="said")
        super().__init__(label, Vertical(entry, self.hint_line, classes="entry"), id=id, classes=f"field -{field.kind}")
        self.holds_hint = bool(value) and not isinstance(entry, Choices) and has_hidden(value or "")
        """Whether the hint is about a change whose message is still to come, which must not replace it."""
        if self.holds_hint:
            self.show_hint(MADE_VISIBLE)
        else:
            self.show_meaning()

    @property
    def value(self) -> str | None:
        """The value of the input, as typed; None when empty."""
        entry = self.entry
        return (entry.text if isinstance(entry, TextBox) else entry.value) or None

    def show_hint(self, sentence: str, *, wrong: bool = False) -> None:
        """Show a hint or, with `wrong`, an error under the input."""
        self.hint_line.show(sentence)
        self.hint_line.set_class(wrong, "-wrong")

    def show_meaning(self) -> None:
        """Show under the input the days that a date means, or the hint of a choice."""
        if self.field.kind == "date":
            self.show_hint(self._interpret_date(self.value or "")[0])
        else:
            self.show_hint(self.field.hint if isinstance(self.entry, Choices) else "")

    def _interpret_date(self, typed: str) -> tuple[str, bool]:
        """As `interpret_date`, for this field.

        One that nobody touched stays as it is: a relative date gets no new meaning today.
        """
        field, here = self.field, typed == self.field.value
        return interpret_date(
            typed, free=field.free or here, today=None if here else self._today, prefer_past=field.prefer_past
        )

    def checked(self) -> str | None:
        """The validated value, to be stored. Raises ValueError with the sentence to show."""
        field, typed = self.field, self.value
        if typed is not None and not isinstance(self.entry, Choices):
            typed = validate_text(typed, lines=field.kind == "text", limit=field.limit) or None
        if typed is None and field.required:
            choose = isinstance(self.entry, Choices)
            raise ValueError("One of these has to be chosen." if choose else f"{one_line(field.label)} is needed.")
        if field.kind == "date" and typed and typed != field.value:
            sentence, is_valid = self._interpret_date(typed)
            if not is_valid:
                raise ValueError(sentence)
            with suppress(NotUnderstood):
                typed = read_date(typed, self._today, prefer_past=field.prefer_past).text
        return typed


class Form(Dialog[Values]):
    """A dialog of fields: ends with their values by name (None for an empty one), or None when left.

    | key | does |
    |---|---|
    | ctrl+s | save |
    | tab, shift+tab | next, previous field; enter in a line moves on too |
    | esc | leave; what was typed is kept as a draft |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save", show=False),
        Binding("escape", "leave", show=False),
        # With priority, so that what is typed right after it goes to the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
    KEYS = (("ctrl+s", "save"), ("tab", "next"), ("esc", "leave, kept as a draft"))
    DEFAULT_CSS = """
    Form .field { layout: horizontal; height: auto; margin: 0 0 1 0; }
    Form .label { width: 20; padding: 0 1 0 0; color: $foreground-muted; }
    Form .field:focus-within .label { color: $accent; text-style: bold; }
    Form .entry { width: 1fr; height: auto; }
    Form .said { color: $foreground-muted; padding: 0 1; }
    Form .said.-wrong, Form #problem { color: $text-error; text-style: bold; }
    Form .field.-text, Form.-tiny .field { layout: vertical; }
    Form .field.-text .label, Form.-tiny .label { width: 100%; }
    Form.-low .field, Form.-middling .field { margin: 0; }
    Form.-low TextBox { min-height: 1; max-height: 3; }
    Form.-middling TextBox { max-height: 5; }
    Form #problem { max-height: 4; }
    """
    DRAFT_EVERY = 1.0
    """Seconds between two saves of the draft."""

    def __init__(
        self,
        title: str,
        fields: tuple[FormField, ...],
        *,
        first_focus: str | None = None,
        intro: str | None = None,
        draft: Values | None = None,
        save_draft: Callable[[Values], None] | None = None,
        submit: Callable[[Values], str | None] | None = None,
        today: date | None = None,
    ) -> None:
        """`first_focus` names the field that gets the focus (else the first).

        `draft` has values typed before, which replace those of the fields. `save_draft` is called with the values,
        not validated, at most once a second and on leaving. `submit` is called with the validated values on saving,
        and returns None when they are saved, or a sentence to show while the form stays open; without it the form
        ends with them. Relative dates are relative to `today`, by default the computer's.
        """
        super().__init__(title, intro)
        draft_values = draft or {}
        self._entries = {
            field.name: _Entry(field, draft_values.get(field.name, field.value), f"field-{n}", today or date.today())
            for n, field in enumerate(fields)
        }
        self._save_draft = save_draft
        if save_draft is None:
            self.KEYS = (("ctrl+s", "save"), ("tab", "next"), ("esc", "leave"))
        self._submit = submit
        self._last_draft = self.values()
        self._timer: Timer | None = None
        names = list(self._entries)
        self._start = first_focus if first_focus in self._entries else names[0] if names else None

    def head(self) -> list[Widget]:
        return [SafeText(id="problem")]

    def body(self) -> Widget:
        return VerticalScroll(*self._entries.values(), id="body", can_focus=False)

    def on_mount(self) -> None:
        if self._start:
            self._entries[self._start].entry.focus()

    def values(self) -> Values:
        """The values of the fields as typed, not validated."""
        return {name: entry.value for name, entry in self._entries.items()}

    def show_problem(self, text: str) -> None:
        """Show above the fields why they could not be saved; "" hides the sentence."""
        self.query_one("#problem", SafeText).show(text)

    def go_to(self, name: str) -> None:
        """Put the focus in a field, if there is one of that name."""
        if name in self._entries:
            self._entries[name].entry.focus()

    def save_draft_now(self) -> None:
        """Save the draft at once, if it has changed since it was last saved."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        values = self.values()
        if self._save_draft and not self._finished and values != self._last_draft:
            self._last_draft = values
            self._save_draft(values)

    def _changed(self, widget: Widget) -> None:
        entry = next((entry for entry in self._entries.values() if entry.entry is widget), None)
        if entry is None or self._finished:
            return
        if entry.holds_hint:
            entry.holds_hint = False
        else:
            entry.show_meaning()
        if self._timer is None and self._save_draft and self.values() != self._last_draft:
            self._timer = self.set_timer(self.DRAFT_EVERY, self.save_draft_now)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        event.stop()
        self._changed(event.input)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._changed(event.text_area)

    def on_choices_changed(self, event: Choices.Changed) -> None:
        event.stop()
        self._changed(event.choices)

    def on_choices_list_requested(self, event: Choices.ListRequested) -> None:
        event.stop()
        choices = event.choices
        entry = next(entry for entry in self._entries.values() if entry.entry is choices)
        options = tuple(PickOption(str(n), shown) for n, (_, shown) in enumerate(choices.options))

        def chosen(key: str | None) -> None:
            if key is not None:
                choices.choose(choices.options[int(key)][0])

        self.app.push_screen(Picker(entry.field.label, options, current=str(choices.chosen)), chosen)

    def on_input_submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        if len(self._entries) == 1:
            self.action_save()
        else:
            self.focus_next()

    def on_input_notice(self, event: InputNotice) -> None:
        for entry in self._entries.values():
            if entry.entry is event.sender:
                entry.show_hint(event.sentence)
                entry.holds_hint = True

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for entry in self._entries.values():
            if entry.entry is event.widget:
                entry.scroll_visible(animate=False)

    def on_key(self, event: events.Key) -> None:
        # A key typed while the form was opening comes here, since nothing had the focus yet.
        entry = self._entries[self._start].entry if self._start else None
        if entry is not None and not isinstance(entry, Choices) and self.focused in (None, entry):
            entry.receive_key(event)

    def press(self, key: str) -> None:
        if key == "ctrl+s":
            self.action_save()
        elif key == "tab":
            self.focus_next()
        super().press(key)

    def action_leave(self) -> None:
        """Save what was typed as a draft, and leave."""
        self.save_draft_now()
        super().action_leave()

    def action_save(self) -> None:
        """Validate every field, then submit the values; where either fails, stay open and show why."""
        if self._finished:
            return
        values: Values = {}
        wrong: list[_Entry] = []
        for name, entry in self._entries.items():
            try:
                values[name] = entry.checked()
            except (ValueError, TextError) as error:
                entry.show_hint(str(error), wrong=True)
                wrong.append(entry)
        if wrong:
            wrong[0].entry.focus()
            wrong[0].scroll_visible(animate=False)
            return
        problem = self._submit(values) if self._submit else None
        if problem:
            self.show_problem(problem)
            return
        if self._timer:
            self._timer.stop()
        self.finish(values)
