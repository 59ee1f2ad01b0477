"""A short list for dialogs: headings, rows that can be chosen, and a text at the right edge. Rendered line by line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from store.domain.text import one_line
from widgets.dialog import KEY_MARK
from widgets.table_line import truncate


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a mark in front (a key, a tick), the text, a muted note after it, a text at the right edge."""

    text: str
    mark: str = ""
    note: str = ""
    right: str = ""
    heading: bool = False
    quiet: bool = False


class Rows(ScrollView, can_focus=False):
    """Rows with a cursor, which the dialog that has them moves.

    Pressed  posted when a row that is no heading was clicked.
    """

    DEFAULT_CSS = """
    Rows { height: auto; overflow-x: hidden; scrollbar-size-vertical: 1; }
    Rows > .rows--cursor { background: $accent-muted; text-style: bold; }
    Rows > .rows--mark { color: $accent; }
    Rows > .rows--quiet { color: $foreground-muted; text-style: not bold; }
    Rows > .rows--hint { color: $text-muted; text-style: not bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--mark", "rows--quiet", "rows--hint"}

    class Pressed(Message):
        """A row was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self, rows: tuple[Row, ...] = (), cursor: int = 0, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.rows = rows
        self.cursor = cursor
        self.virtual_size = Size(1, len(rows))

    def show(self, rows: tuple[Row, ...], cursor: int = 0) -> None:
        """Show other rows, with the cursor on the one of that index."""
        self.rows = rows
        self.cursor = cursor
        self.virtual_size = Size(1, len(rows))
        self.refresh(layout=True)
        self._follow()

    def move(self, by: int) -> None:
        """Move the cursor by so many lines, past headings, and stop at the ends."""
        stops = [index for index, row in enumerate(self.rows) if not row.heading]
        if not stops:
            return
        here = stops.index(self.cursor) if self.cursor in stops else 0
        self.cursor = stops[max(0, min(len(stops) - 1, here + by))]
        self.refresh()
        self._follow()

    def _follow(self) -> None:
        height, top = self.size.height, self.scroll_offset.y
        first = self.cursor
        while first > 0 and self.rows[first - 1].heading:
            first -= 1
        if height:
            self.scroll_to(y=max(min(top, first), self.cursor - height + 1), animate=False, immediate=True)

    def on_resize(self) -> None:
        self._follow()

    def on_click(self, event: events.Click) -> None:
        at = event.get_content_offset(self)
        if at is None:
            return
        index = at.y + self.scroll_offset.y
        if index < len(self.rows) and not self.rows[index].heading:
            event.stop()
            self.post_message(self.Pressed(index))

    def render_line(self, y: int) -> Strip:
        index, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if index >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row = self.rows[index]
        on = ("rows--cursor",) if index == self.cursor and not row.heading else ()
        style = self.get_visual_style(*on)
        quiet = self.get_visual_style(*on, "rows--hint" if on else "rows--quiet")
        left = Content("" if row.heading else f"{KEY_MARK} " if on else "  ")
        if row.mark:
            left += Content.styled(f"{one_line(row.mark)}  ", self.get_visual_style(*on, "rows--mark"))
        text, note = one_line(row.text), f"  {one_line(row.note)}" if row.note else ""
        right = Content.styled(f" {one_line(row.right)}" if row.right else "", quiet)
        room = width - right.cell_length
        if room < 8:
            right, room = Content(""), width
        shown = truncate(text + note, max(0, room - left.cell_length))
        text = text if shown.startswith(text) else shown
        left += Content.styled(text, quiet if row.quiet or row.heading else style)
        left += Content.styled(shown.removeprefix(text), quiet)
        line = left.truncate(room, ellipsis=True, pad=True) + right
        return Strip(line.render_segments(style)).adjust_cell_length(width, style.rich_style)
