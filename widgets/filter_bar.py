"""The filter bar of a list: chips for its facets, and the search input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from store.domain.text import one_line
from widgets.line import LineInput

SEARCH = "search"
"""The key of the chip that holds the text searched for."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the filter: its key for the caller, its label, and its value (None where it does not filter)."""

    key: str
    label: str
    value: str | None = None


class FilterBar(Widget):
    """Chips side by side, wrapped between chips where they do not fit, the text searched for and a remark last.

    ChipPressed  posted when a chip was clicked.
    """

    DEFAULT_CSS = """
    FilterBar { height: auto; max-height: 3; padding: 0 1; }
    """

    class ChipPressed(Message):
        """A chip was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, chips: tuple[Chip, ...] = (), search: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._chips = chips
        self._search = search
        self._remark = ""

    def show(self, chips: tuple[Chip, ...], search: str = "", remark: str = "") -> None:
        """Show these chips and this text searched for ("" shows how to search), and a remark on it."""
        if (chips, search, remark) == (self._chips, self._search, self._remark):
            return
        before = len(self._lines(self.content_size.width))
        self._chips = chips
        self._search = search
        self._remark = remark
        # With most letters of a search it is as high as before.
        self.refresh(layout=len(self._lines(self.content_size.width)) != before)

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("chip")
        if isinstance(key, str):
            event.stop()
            self.post_message(self.ChipPressed(key))

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        line = Content("")
        quiet = "$foreground-muted"
        for chip in (*self._chips, Chip(SEARCH, "/", f"“{self._search}”" if self._search else None)):
            words = one_line(chip.label, most=60)
            if chip.key == SEARCH and not chip.value:
                words = "/ search"
            part = Content.styled(words, quiet)
            if chip.value is not None:
                part += Content.assemble(" ", (one_line(chip.value, most=60), "bold $accent"))
            part = part.truncate(max(1, width), ellipsis=True).stylize(Style.from_meta({"chip": chip.key}))
            if line and line.cell_length + 3 + part.cell_length > width:
                lines.append(line)
                line = Content("")
            line = line + (Content.styled(" · ", quiet) if line else "") + part
        lines.append(line)
        return [*lines, Content(one_line(self._remark)).truncate(width, ellipsis=True)] if self._remark else lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        return Content("\n").join(self._lines(self.content_size.width))


class SearchInput(LineInput):
    """The search input. Textual's `Changed` is posted at every edit of its text.

    | key | does |
    |---|---|
    | esc | clear the text and leave |
    | enter, down | go to the list |

    ToList  posted on enter and down.
    Left    posted on esc.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear_or_leave", show=False),
        Binding("enter,down", "to_list", show=False),
    ]

    class ToList(Message):
        """The focus is to go to the list; the text stays."""

    class Left(Message):
        """The search was left with esc."""

    def __init__(
        self, value: str = "", *, placeholder: str = "search references, texts and notes", id: str | None = None
    ) -> None:
        super().__init__(value, placeholder=placeholder, id=id)

    def action_clear_or_leave(self) -> None:
        """Clear the text, and leave."""
        self.clear()
        self.post_message(self.Left())

    def action_to_list(self) -> None:
        """Ask for the focus to go to the list; the text stays."""
        self.post_message(self.ToList())
