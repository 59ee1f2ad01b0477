"""A one-line input that shows hidden characters, typed or pasted, as visible ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input

from store.domain.text import LINE_LIMIT, drop_layout_marks, one_line, sanitise

MADE_VISIBLE = "Characters that cannot be seen were made visible."


class InputNotice(Message):
    """Posted by an input with a sentence about what was typed or pasted, to be shown beside it."""

    def __init__(self, sender: Widget, sentence: str) -> None:
        super().__init__()
        self.sender = sender
        self.sentence = sentence


def make_visible(text: str) -> str:
    """Sanitise a text that is being edited: nothing is cut but marks of layout, and tabs stay tabs."""
    return "\t".join(sanitise(part, most=len(part) + 1) for part in drop_layout_marks(text).split("\t"))


def has_hidden(text: str) -> bool:
    """Whether sanitising a text changes more than spaces, line ends and marks of layout."""
    return "".join(make_visible(text).split()) != "".join(drop_layout_marks(text).split())


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


def last_name(line: str) -> str:
    """The name that is being typed at the end of a line of names: by semicolons where it has any, else by commas."""
    return line.rpartition(";" if ";" in line else ",")[2].lstrip()


def with_name(line: str, name: str, names: Callable[[str], Sequence[str]]) -> str:
    """A line of names with one more: in place of what is being typed at its end, behind a name that is recorded already."""
    typed = last_name(line)
    whole = typed.strip().casefold()
    if whole and any(recorded.casefold() == whole for recorded in names(typed.strip())):
        by_commas = "," in line and ";" not in line
        return f"{line.rstrip()}{',' if by_commas else ';'} {name}"
    return line[: len(line) - len(typed)] + name


class NameSuggester(Suggester):
    """Completes a name while it is typed, from the recorded names that begin with it; with `many`, the last name."""

    def __init__(self, names: Callable[[str], Sequence[str]], *, many: bool = False) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._names = names
        self._many = many

    async def get_suggestion(self, value: str) -> str | None:
        typed = last_name(value) if self._many else value
        longer = (name for name in self._names(typed) if len(name) > len(typed)) if typed.strip() else iter(())
        name = next((name for name in longer if name.casefold().startswith(typed.casefold())), None)
        return value + one_line(name)[len(typed) :] if name else None


class LineInput(Input):
    """Textual's Input, one row high, with its text sanitised.

    InputNotice  posted when a paste was altered, or was too long and left out.
    """

    DEFAULT_CSS = """
    LineInput, LineInput:focus { border: none; height: 1; padding: 0 1; background: $panel; background-tint: transparent; }
    LineInput:focus { background: $accent-muted; }
    LineInput > .input--placeholder, LineInput > .input--suggestion { color: $text-muted; text-style: italic; }
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        limit: int = LINE_LIMIT,
        adds_to: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """`adds_to` is for a list of names, and has those that are recorded: nothing is selected at the focus, and what
        is typed behind them is one more. None for a single value."""
        super().__init__(
            self._make_visible(value),
            placeholder=one_line(placeholder),
            id=id,
            classes=classes,
            select_on_focus=adds_to is None,
        )
        self.limit = limit
        self._adds_to = adds_to

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
        if self._adds_to and self.value == self._adds_to and start == end == len(self.value) and text[:1] not in " ;,":
            text = f"; {text}"
        shown = self._make_visible(text)
        if has_hidden(text):
            self.post_message(InputNotice(self, MADE_VISIBLE))
        super().replace(shown, start, end)

    def receive_key(self, event: events.Key) -> None:
        """Insert a character that was typed before the input had the focus."""
        if event.is_printable and event.character:
            event.stop()
            self.insert_text_at_cursor(event.character)
