"""Questions: one with a few lettered answers (Ask), and one for a line of text (AskReason)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widget import Widget

from store.domain.text import LINE_LIMIT, TextError, validate_typed
from widgets.dialog import Dialog, SafeText, letter
from widgets.line import InputNotice, LineInput
from widgets.rows import Row, Rows


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: its key, its label, and the value that the question ends with."""

    key: str
    label: str
    value: str


class _Question(Dialog[str]):
    """Base class of both questions: a sentence that the arrow keys scroll when it is long."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "scroll(-1)", show=False),
        Binding("down", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    DEFAULT_CSS = """
    _Question #answers, _Question #answer { margin: 0 0 1 0; }
    _Question.-low #answers, _Question.-low #answer { margin: 0; }
    """

    def __init__(self, title: str, sentence: str) -> None:
        super().__init__(title)
        self._sentence = sentence

    def body(self) -> Widget:
        return VerticalScroll(SafeText(self._sentence), id="body", can_focus=False)

    def action_scroll(self, by: int) -> None:
        """Scroll the sentence by so many lines."""
        self.query_one("#body").scroll_relative(y=by, animate=False)


class Ask(_Question):
    """A question that a letter answers: ends with that answer's value, or None when left. Enter answers nothing."""

    def __init__(self, title: str, sentence: str, answers: tuple[Answer, ...], *, leave: str = "leave") -> None:
        """`leave` is the label of esc."""
        super().__init__(title, sentence)
        self._answers = answers
        self.KEYS = (("esc", leave),)

    def foot(self) -> list[Widget]:
        rows = tuple(Row(answer.label, mark=answer.key.lower()) for answer in self._answers)
        return [Rows(rows, cursor=-1, id="answers")]

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        self.finish(self._answers[event.index].value)

    def on_key(self, event: events.Key) -> None:
        pressed = letter(event)
        for answer in self._answers:
            if pressed and answer.key.lower() == pressed:
                event.stop()
                self.finish(answer.value)


class AskReason(_Question):
    """A question answered by a line of text: ends with the text, "" when left empty, or None when left with esc."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "accept", show=False)]
    KEYS = (("enter", "go on"), ("esc", "leave"))
    AUTO_FOCUS = "#answer"

    def __init__(
        self, title: str, sentence: str, *, value: str = "", hint: str = "a few words", limit: int = LINE_LIMIT
    ) -> None:
        """`limit` is in characters."""
        super().__init__(title, sentence)
        self._value = value
        self._hint = hint
        self._limit = limit

    def foot(self) -> list[Widget]:
        return [LineInput(self._value, placeholder=self._hint, limit=self._limit, id="answer"), SafeText(id="said")]

    def on_input_notice(self, event: InputNotice) -> None:
        self.query_one("#said", SafeText).show(event.sentence)

    def on_input_submitted(self, event: LineInput.Submitted) -> None:
        event.stop()
        self.action_accept()

    def on_key(self, event: events.Key) -> None:
        self.query_one("#answer", LineInput).receive_key(event)

    def press(self, key: str) -> None:
        if key == "enter":
            self.action_accept()
        super().press(key)

    def action_accept(self) -> None:
        """End with the text of the input; where it is invalid, show why."""
        try:
            self.finish(validate_typed(self.query_one("#answer", LineInput).value, limit=self._limit))
        except TextError as error:
            self.query_one("#said", SafeText).show(str(error))
