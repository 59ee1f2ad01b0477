"""A multi-line input that shows hidden characters, typed or pasted, as visible ones."""

from __future__ import annotations

from contextlib import suppress
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import EditResult, Location

from store.domain.text import NOTE_LIMIT, one_line
from widgets.line import MADE_VISIBLE, InputNotice, act_on_own_key, has_hidden, make_visible, too_long


class TextBox(TextArea):
    """Textual's TextArea, soft-wrapped, with its text sanitised; as in a line, enter submits it.

    Submitted    posted by enter; a new line is ctrl+j, and alt+enter or shift+enter where the terminal has them.
    InputNotice  posted when a paste was altered, or was too long and left out.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", show=False),
        Binding("ctrl+j,alt+enter,shift+enter", "insert_line_end", show=False),
    ]

    DEFAULT_CSS = """
    TextBox, TextBox:focus {
        border: none; padding: 0 1; height: auto; min-height: 3; max-height: 12; background: $panel;
        scrollbar-size-vertical: 1;
    }
    TextBox:focus { background: $accent-muted; }
    TextBox .text-area--placeholder { color: $text-muted; }
    TextBox:light .text-area--cursor { color: $input-cursor-foreground; background: $input-cursor-background; }
    """

    def __init__(
        self, value: str = "", *, placeholder: str = "", limit: int = NOTE_LIMIT, id: str | None = None
    ) -> None:
        super().__init__(
            make_visible(value),
            soft_wrap=True,
            tab_behavior="focus",
            show_line_numbers=False,
            highlight_cursor_line=False,
            placeholder=Content(one_line(placeholder)),
            id=id,
        )
        self.limit = limit

    class Submitted(Message):
        """Enter was pressed in a text box."""

        def __init__(self, text_box: TextBox) -> None:
            super().__init__()
            self.text_box = text_box

        @property
        def control(self) -> TextBox:
            return self.text_box

    def action_submit(self) -> None:
        """Post that enter was pressed; with text right behind it, it is of a paste that the terminal gives as keys: a new line."""
        if getattr(self.app, "has_text_waiting", False):
            self.action_insert_line_end()
            return
        self.post_message(self.Submitted(self))

    def action_insert_line_end(self) -> None:
        """Begin a new line at the cursor."""
        self.replace("\n", *self.selection, maintain_selection_offset=False)

    async def _on_key(self, event: events.Key) -> None:
        await act_on_own_key(self, event)

    def replace(
        self, insert: str, start: Location, end: Location, *, maintain_selection_offset: bool = True
    ) -> EditResult:
        if len(insert) > self.limit:
            self.post_message(InputNotice(self, too_long(insert, self.limit)))
            insert, end = "", start
        elif has_hidden(insert):
            self.post_message(InputNotice(self, MADE_VISIBLE))
        return super().replace(make_visible(insert), start, end, maintain_selection_offset=maintain_selection_offset)

    def _recompute_cursor_offset(self) -> None:
        """As Textual's, without its error during an undo, when the cursor is still on a line that is gone."""
        with suppress(ValueError, IndexError):
            super()._recompute_cursor_offset()  # type: ignore[no-untyped-call]

    def receive_key(self, event: events.Key) -> None:
        """Insert a character that was typed before the box had the focus."""
        if event.is_printable and event.character:
            event.stop()
            self.insert(event.character)
