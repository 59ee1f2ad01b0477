"""A one-line input that shows hidden characters, typed or pasted, as visible ones."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from store.domain.text import LINE_LIMIT, one_line, sanitise

MADE_VISIBLE = "Characters that cannot be seen were made visible."


class InputNotice(Message):
    """Posted by an input with a sentence about what was typed or pasted, to be shown beside it."""

    def __init__(self, sender: Widget, sentence: str) -> None:
        super().__init__()
        self.sender = sender
        self.sentence = sentence


def make_visible(text: str) -> str:
    """Sanitise a text that is being edited: nothing is cut, and tabs stay tabs."""
    return "\t".join(sanitise(part, most=len(part) + 1) for part in text.split("\t"))


def has_hidden(text: str) -> bool:
    """Whether sanitising a text changes more than spaces and line ends."""
    return "".join(make_visible(text).split()) != "".join(text.split())


def too_long(text: str, limit: int) -> str:
    """The sentence for a paste that is longer than the limit of the input."""
    return f"Nothing was pasted: it has {len(text):,} characters, and {limit:,} is the most."


async def act_on_own_key(widget: Widget, event: events.Key) -> None:
    """Run the binding of a key in an input at once, before the next character is inserted.

    Textual runs bindings only after the event has bubbled to the app: a backspace typed while the program was busy
    would come after the characters that follow it.
    """
    for binding in widget._bindings.key_to_bindings.get(event.key, ()):
        if not binding.priority and await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return


class LineInput(Input):
    """Textual's Input, one row high, with its text sanitised.

    InputNotice  posted when a paste was altered, or was too long and left out.
    """

    DEFAULT_CSS = """
    LineInput, LineInput:focus { border: none; height: 1; padding: 0 1; background: $panel; background-tint: transparent; }
    LineInput:focus { background: $accent-muted; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        limit: int = LINE_LIMIT,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(
            self._make_visible(value), placeholder=one_line(placeholder), id=id, classes=classes, select_on_focus=True
        )
        self.limit = limit

    @staticmethod
    def _make_visible(text: str) -> str:
        return make_visible(text).replace("\n", " ").replace("\t", " ")

    async def _on_key(self, event: events.Key) -> None:
        await act_on_own_key(self, event)

    def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(event.text.strip("\r\n"), *self.selection)

    def replace(self, text: str, start: int, end: int) -> None:
        if len(text) > self.limit:
            self.post_message(InputNotice(self, too_long(text, self.limit)))
            return
        shown = self._make_visible(text)
        if has_hidden(text):
            self.post_message(InputNotice(self, MADE_VISIBLE))
        super().replace(shown, start, end)

    def receive_key(self, event: events.Key) -> None:
        """Insert a character that was typed before the input had the focus."""
        if event.is_printable and event.character:
            event.stop()
            self.insert_text_at_cursor(event.character)
