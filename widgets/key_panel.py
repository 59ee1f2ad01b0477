"""A panel of keys: one key for each choice, and a line for the reason where one is required."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from store.domain.text import TextError, validate_typed
from widgets.dialog import Dialog, DialogKeys, SafeText, letter
from widgets.line import InputNotice, LineInput
from widgets.rows import Row, Rows

MORE = "More"
"""The group that stays folded until `m` is pressed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its key, its label, its heading, and the value that the panel ends with.

    `disabled_because` is the sentence shown where it cannot be chosen; `current` marks the current value; with a
    `reason` "asked" (it may be left empty) or "needed", the panel asks `ask` before it closes; `note` is shown beside.
    """

    key: str
    label: str
    group: str
    value: str
    disabled_because: str | None = None
    reason: Literal["none", "asked", "needed"] = "none"
    ask: str = "Why?"
    current: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """The result of a key panel: the value chosen; `reason` is None where none was asked, "" where none was given."""

    value: str
    reason: str | None


class KeyPanel(Dialog[Chosen]):
    """A dialog with a key for each choice: ends with a Chosen, or None when left.

    | key | does |
    |---|---|
    | a choice's key | choose it, or show why it cannot be chosen |
    | up, down, j, k | move |
    | enter | choose the line under the cursor |
    | m | show the choices of the group MORE |
    | esc | leave |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup,home", "move(-99)", show=False),
        Binding("pagedown,end", "move(99)", show=False),
        Binding("enter", "accept", show=False),
    ]
    DEFAULT_CSS = """
    KeyPanel > #box { max-width: 76; }
    KeyPanel #reason { display: none; margin: 0 0 1 0; }
    KeyPanel.-low #reason { margin: 0; }
    """
    KEYS = (("one key", "takes it"), ("enter", "takes this line"), ("esc", "leave it as it was"))
    NEEDED_KEYS = (("enter", "save"), ("esc", "leave it as it was"))
    REASON_KEYS = (("enter", "save; empty counts as no reason given"), ("esc", "leave it as it was"))

    def __init__(self, ref: str, title: str, now: str, kind: str, choices: tuple[Choice, ...]) -> None:
        """`now` is the current status ("▲ Delayed, remain open"), `kind` that of the item ("Recommendation")."""
        super().__init__(f"{ref} · {title}" if title else ref, f"{kind}, now {now}")
        self._choices = choices
        self._lines: list[Choice | None] = []
        self._unfolded = False
        self._asking: Choice | None = None

    def body(self) -> Widget:
        return Rows(id="body")

    def foot(self) -> list[Widget]:
        return [SafeText(id="said"), LineInput(placeholder="one line", id="reason")]

    def on_mount(self) -> None:
        offered = [choice for choice in self._choices if choice.group != MORE]
        self._refill(next((choice for choice in offered if choice.current), offered[0] if offered else None))

    def _refill(self, at: Choice | None) -> None:
        rows: list[Row] = []
        self._lines = []
        group = ""
        folded = [choice for choice in self._choices if choice.group == MORE and not self._unfolded]
        for choice in self._choices:
            if choice in folded:
                continue
            if choice.group != group:
                group = choice.group
                rows.append(Row(group, heading=True))
                self._lines.append(None)
            note = "not possible now" if choice.disabled_because and not choice.current else choice.note or ""
            held = "now" if choice.current else ""
            quiet = choice.disabled_because is not None
            rows.append(Row(choice.label, mark=choice.key.lower(), note=note, right=held, quiet=quiet))
            self._lines.append(choice)
        if folded:
            rows.append(Row("More…", mark="m"))
            self._lines.append(None)
        self.query_one("#body", Rows).show(tuple(rows), self._lines.index(at) if at in self._lines else 0)

    def _show_problem(self, sentence: str, *, wrong: bool = False) -> None:
        problem = self.query_one("#said", SafeText)
        problem.show(sentence)
        problem.set_class(wrong, "-wrong")

    def _act(self, choice: Choice) -> None:
        if not choice.disabled_because and choice.reason == "none":
            self.finish(Chosen(choice.value, None))
            return
        rows = self.query_one("#body", Rows)
        rows.show(rows.rows, self._lines.index(choice))
        if choice.disabled_because:
            self._show_problem(choice.disabled_because, wrong=True)
        else:
            self._asking = choice
            self._show_problem(choice.ask)
            self.query_one("#keys", DialogKeys).show(self.REASON_KEYS if choice.reason == "asked" else self.NEEDED_KEYS)
            line = self.query_one("#reason", LineInput)
            line.display = True
            line.focus()

    def _unfold(self) -> None:
        self._unfolded = True
        self._show_problem("")
        self._refill(next((choice for choice in self._choices if choice.group == MORE), None))

    def on_key(self, event: events.Key) -> None:
        if self._asking:
            self.query_one("#reason", LineInput).receive_key(event)
            return
        pressed = letter(event)
        choice = next((line for line in self._lines if line and pressed and line.key.lower() == pressed), None)
        if choice:
            self._act(choice)
        elif pressed == "m" and not self._unfolded:
            self._unfold()
        elif pressed in ("j", "k"):
            self.action_move(1 if pressed == "j" else -1)
        else:
            return
        event.stop()

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        if not self._asking:
            self.query_one("#body", Rows).cursor = event.index
            self.action_accept()

    def on_input_notice(self, event: InputNotice) -> None:
        self._show_problem(event.sentence)

    def on_input_submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        self.action_accept()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        if not self._asking:
            self._show_problem("")
            self.query_one("#body", Rows).move(by)

    def action_accept(self) -> None:
        """Accept the reason where one was asked, else choose the line under the cursor; More… unfolds the rest."""
        if self._asking:
            try:
                reason = validate_typed(self.query_one("#reason", LineInput).value)
                if self._asking.reason == "needed" and not reason.strip():
                    self._show_problem("This one cannot be left empty.", wrong=True)
                    return
                self.finish(Chosen(self._asking.value, reason))
            except TextError as error:
                self._show_problem(str(error), wrong=True)
            return
        at = self.query_one("#body", Rows).cursor
        choice = self._lines[at] if at < len(self._lines) else None
        if choice:
            self._act(choice)
        elif not self._unfolded:
            self._unfold()

    def press(self, key: str) -> None:
        if key == "enter":
            self.action_accept()
        super().press(key)
