"""The form dialog for edits: given its fields, it returns their values, and saves nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.timer import Timer
from textual.widget import Widget

from store.domain.dates import local_day
from store.domain.errors import FairleadError
from store.domain.text import TextError
from widgets.choices import Choices
from widgets.dialog import Dialog, DialogKeys, SafeText
from widgets.form_field import Entry, FormField, Values, interpret_date
from widgets.line import InputNotice, LineInput, with_name
from widgets.picker import Picker, PickOption

if TYPE_CHECKING:
    from textual.widgets import TextArea

    from widgets.text_box import TextBox

__all__ = ["Form", "FormField", "Values", "interpret_date"]


class Form(Dialog[Values]):
    """A dialog of fields: ends with their values by name (None for an empty one), or None when left.

    | key | does |
    |---|---|
    | enter | next field; in the last one, save |
    | ctrl+j | in a text, a new line; alt+enter and shift+enter too, where the terminal has them |
    | ctrl+s | save, from anywhere |
    | ctrl+g | save, and another of the same, where that is offered |
    | tab, shift+tab | next, previous field |
    | down | list the recorded names, to choose from; right completes the one that is proposed while typing |
    | ctrl+t | throw away what was typed, and its draft |
    | esc | leave; what was typed is kept as a draft |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "save(False)", show=False),
        Binding("ctrl+g", "save_and_another", show=False),
        Binding("ctrl+t", "discard", show=False),
        Binding("down", "list_names", show=False),
        Binding("escape", "leave", show=False),
        # With priority, so that what is typed right after it goes to the next field.
        Binding("tab", "app.focus_next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    ]
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
        discard_draft: Callable[[], None] | None = None,
        submit: Callable[[Values], str | None] | None = None,
        offers_another: bool = False,
        main_field: str = "",
        today: date | None = None,
    ) -> None:
        """`first_focus` names the field that gets the focus (else the first).

        `draft` has values typed before, which replace those of the fields; that it is here again is shown in place of
        `intro`. `save_draft` is called with the values,
        not validated, at most once a second and on leaving; `discard_draft` when it is thrown away. `submit` is called
        with the validated values on saving, and returns None when they are saved, or a sentence to show while the form
        stays open; so does an error that it raises, at its field, or at `main_field` where it names none. Without
        `submit` the form ends with the values. With `offers_another`, `wants_another` may be set at the end. Relative dates are relative to `today`, by default the computer's.
        """
        super().__init__(title, "Your draft from before is here again." if draft else intro)
        draft_values = draft or {}
        self._entries = {
            field.name: Entry(field, draft_values.get(field.name, field.value), f"field-{n}", today or local_day())
            for n, field in enumerate(fields)
        }
        for entry in self._entries.values():
            if isinstance(entry.entry, Choices):
                entry.entry.on_enter = self.go_on
        self._save_draft = save_draft
        self._discard_draft = discard_draft
        self._submit = submit
        self._offers_another = offers_another
        self.wants_another = False
        """Whether it was saved with the key that asks for another one."""
        self._main_field = main_field
        self._proposals = {name: entry.value for name, entry in self._entries.items() if entry.field.propose}
        self._last_draft = self.values()
        self._timer: Timer | None = None
        names = list(self._entries)
        self._start = first_focus if first_focus in self._entries else names[0] if names else None
        self.KEYS = self._keys_in(self._start)

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

    def show_error(self, error: Exception) -> None:
        """Show an error at the field that it names, or at the main one, and put the focus there; else above them all."""
        name = getattr(error, "field", "")
        entry = self._entries.get(name if name in self._entries else self._main_field)
        self.show_problem("" if entry else str(error))
        if entry:
            entry.show_hint(f"{entry.name_shown}: {error}", wrong=True)
            entry.entry.focus()

    def _keys_in(self, name: str | None) -> tuple[tuple[str, str], ...]:
        """The keys of the bottom line while this field has the focus."""
        entry, is_last = self._entries.get(name or ""), name == next(reversed(self._entries), None)
        keys = [("ctrl+s", "save"), ("enter", "save" if is_last else "next")]
        keys += [("ctrl+j", "new line")] if entry and entry.field.kind == "text" else []
        keys += [("← →", "choose")] if entry and isinstance(entry.entry, Choices) else []
        keys += [("↓", "names"), ("→", "complete")] if entry and entry.field.names else []
        keys += [("ctrl+g", "save, add another")] if self._offers_another else []
        keys += [("ctrl+t", "throw away")] if self._discard_draft else []
        keys += [("esc", "leave, kept as a draft" if self._save_draft else "leave")]
        needed = any(entry.is_needed for entry in self._entries.values())
        return (*keys, *([("*", "needed")] if needed else []))

    def go_on(self, widget: Widget) -> None:
        """Go to the field after this one; after the last, save."""
        if widget is list(self._entries.values())[-1].entry:
            self.action_save(False)
        else:
            self.focus_next()

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
        self._propose_again(entry)
        if self._timer is None and self._save_draft and self.values() != self._last_draft:
            self._timer = self.set_timer(self.DRAFT_EVERY, self.save_draft_now)

    def _propose_again(self, changed: Entry) -> None:
        """Compute the proposed values again after a change of another field; one that was typed over stays."""
        for name, before in self._proposals.items():
            entry = self._entries[name]
            if entry is not changed and entry.value == before and entry.field.propose:
                proposal = entry.field.propose(self.values())
                if proposal != before and isinstance(entry.entry, LineInput):
                    self._proposals[name] = proposal
                    entry.entry.value = proposal or ""

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
        self.go_on(event.input)

    def on_text_box_submitted(self, event: TextBox.Submitted) -> None:
        event.stop()
        self.go_on(event.text_box)

    def on_input_notice(self, event: InputNotice) -> None:
        for entry in self._entries.values():
            if entry.entry is event.sender:
                entry.show_hint(event.sentence)
                entry.holds_hint = True

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        for name, entry in self._entries.items():
            if entry.entry is event.widget:
                entry.scroll_visible(animate=False)
                if (keys := self._keys_in(name)) != self.KEYS:
                    self.KEYS = keys
                    self.query_one("#keys", DialogKeys).show(keys)

    def on_key(self, event: events.Key) -> None:
        # A key typed while the form was opening comes here, since nothing had the focus yet.
        entry = self._entries[self._start].entry if self._start else None
        if entry is not None and not isinstance(entry, Choices) and self.focused in (None, entry):
            entry.receive_key(event)

    def press(self, key: str) -> None:
        acts: dict[str, Callable[[], object]] = {
            "ctrl+s": partial(self.action_save, False),
            "ctrl+g": self.action_save_and_another,
            "ctrl+t": self.action_discard,
            "tab": self.focus_next,
            "↓": self.action_list_names,
        }
        if key in acts:
            acts[key]()
        elif key == "enter" and self.focused:
            self.go_on(self.focused)
        elif key == "ctrl+j":
            self.app.simulate_key(key)
        super().press(key)

    def action_leave(self) -> None:
        """Save what was typed as a draft, and leave."""
        self.save_draft_now()
        super().action_leave()

    def action_discard(self) -> None:
        """Throw away what was typed and its draft, and leave; nothing where no draft is saved."""
        if self._discard_draft and not self._finished:
            if self._timer:
                self._timer.stop()
            self._discard_draft()
            self.finish(None)

    def action_list_names(self) -> None:
        """List the recorded names of the field that has the focus; the one chosen goes into it."""
        entry = next((entry for entry in self._entries.values() if entry.entry is self.focused), None)
        if entry is None or entry.field.names is None or not isinstance(entry.entry, LineInput):
            return
        line, many, names = entry.entry, entry.field.many, entry.field.names

        def chosen(name: str | None) -> None:
            if name is not None:
                line.value = with_name(line.value, name, names) if many else name
                line.cursor_position = len(line.value)

        options = tuple(PickOption(name, name) for name in entry.field.names(""))
        self.app.push_screen(Picker(entry.field.label, options, empty="None is recorded yet."), chosen)

    def replace_name(self, name: str, by: str) -> None:
        """Replace a name in the first field of names that has it, and put the cursor there, behind it."""
        for entry in self._entries.values():
            line, (before, found, after) = entry.entry, (entry.value or "").rpartition(name)
            if found and entry.field.names and isinstance(line, LineInput):
                line.value = before + by + after
                self.set_focus(line)
                # After it has got the focus, by which all of it is selected.
                line.call_later(setattr, line, "cursor_position", len(before + by))
                return

    def action_save_and_another(self) -> None:
        """Save, and ask for another of the same, where that is offered."""
        if self._offers_another:
            self.action_save(True)

    def action_save(self, another: bool | None = None) -> None:
        """Validate every field, then submit the values; where either fails, stay open and show why.

        `another` is whether another one is wanted then; None leaves that as it was asked.
        """
        if self._finished:
            return
        if another is not None:
            self.wants_another = another
        values: Values = {}
        wrong: list[Entry] = []
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
        try:
            problem = self._submit(values) if self._submit else None
        except (FairleadError, ValueError) as error:
            self.show_error(error)
            return
        if problem:
            self.show_problem(problem)
            return
        if self._timer:
            self._timer.stop()
        self.finish(values)
