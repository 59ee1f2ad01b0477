"""A pane with a head, tabs, and a text that scrolls.

It renders line by line and wraps as far as is read; to show another text needs no new layout.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.content import Content
from textual.geometry import Region, clamp
from textual.message import Message
from textual.scrollbar import ScrollBarRender
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget

from store.domain.text import one_line
from widgets.table_line import hit_pattern
from widgets.wrapped_text import STYLES, Paragraph, WrappedText

__all__ = ["Pane", "Paragraph", "Tab"]


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its key, its name, and how many entries are in it (None shows no number)."""

    key: str
    name: str
    count: int | None = None


HEAD_LINES = 2
"""The most lines of the head; the rest is cut."""

AHEAD = 100
"""Rows wrapped beyond the viewport, so that the scrollbar is exact for all but long texts."""


class Pane(Widget):
    """A head line, tabs, and a text that scrolls. `TabRequested` is posted when a tab is clicked."""

    hits: tuple[str, ...] = ()
    """Words to highlight in the text that is shown next."""

    class TabRequested(Message):
        """A tab was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._head: Content = Content("")
        self._tabs: tuple[Tab, ...] = ()
        self._current = ""
        self._lines: tuple[Paragraph, ...] = ()
        self._pattern: re.Pattern[str] | None = None
        self._top = 0
        self._wrapped_for: int | None = None
        self._fixed: list[Content] = []
        self._text = WrappedText((), 1, None)
        self._width = self._room = 0
        self._bar: list[Segment] = []
        self._is_dragged = False

    def show(
        self,
        head: Sequence[tuple[str, str]],
        tabs: Sequence[Tab],
        current: str,
        lines: Sequence[Paragraph],
        *,
        top: bool = True,
    ) -> None:
        """Show a head (pieces of text with style names), the tabs, and the lines of the current one.

        `top` scrolls back to the first line.
        """
        self._head = _one_line(head)
        self._tabs, self._current = tuple(tabs), current
        self._lines, self._pattern = tuple(lines), hit_pattern(self.hits)
        self._wrapped_for = None
        if top:
            self._top = 0
            if self.text_selection:
                self.screen.clear_selection()
        self.refresh()

    def scroll(self, by: int) -> None:
        """Scroll by so many lines."""
        self._update_viewport()
        self._scroll_to_row(self._top + by)

    def _scroll_to_row(self, row: int) -> None:
        before, self._top = self._top, max(0, row)
        self._update_viewport()
        if self._top != before:
            self.refresh()

    def _update_viewport(self) -> None:
        """Wrap for the current width, as far as is read, and clamp the scroll position to the text."""
        self._width, height = self.size
        paragraph = None
        if self._wrapped_for != self._width:
            if self._wrapped_for is not None:
                paragraph = self._text.paragraph_at(self._top)
            self._wrapped_for = self._width
            room = max(1, self._width - 2)
            self._fixed = self._head.wrap(room)[:HEAD_LINES] or [Content("")]
            self._fixed += self._tab_bar().wrap(room)[:1] if self._tabs else []
            # The cell of the scrollbar is always reserved, so that wrapping does not depend on the number of rows.
            self._text = WrappedText(self._lines, max(10, self._width - 3), self._pattern)
        if paragraph is not None:
            # At another width the paragraph that was on top stays there.
            self._top = self._text.row_of(paragraph)
        self._room = max(0, height - len(self._fixed))
        wrapped = len(self._text.reach(self._top + self._room + AHEAD))
        self._top = clamp(self._top, 0, max(0, wrapped - self._room))

    # -- drawing

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines of the screen."""
        self._update_viewport()
        self._bar = self._draw_bar()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        base = self.visual_style
        plain = base.rich_style
        number = y if y < len(self._fixed) else y + self._top
        row = self._row(number)
        # Every line has its offset in the text as metadata, an empty one too: a selection may begin there.
        segments = [Segment(" ", base.rich_style_with_offset(0, number))]
        if row is not None:
            x = 0
            for text, style in self._selected(row, number).render(base, end=""):
                segments.append(Segment(text, (base + style).rich_style_with_offset(x, number)))
                x += len(text)
        at = y - len(self._fixed)
        bar = self._bar[at : at + 1] if at >= 0 else []
        strip = Strip(segments)
        if bar:
            strip = Strip([*strip.adjust_cell_length(self._width - 2, plain), *bar])
        return strip.adjust_cell_length(self._width, plain)

    def _row(self, number: int) -> Content | None:
        """The row with this number, those of the head first; None past the end."""
        if number < len(self._fixed):
            return self._fixed[number]
        number -= len(self._fixed)
        return self._text.rows[number] if number < len(self._text.rows) else None

    def _selected(self, row: Content, number: int) -> Content:
        """The row, with the text that the mouse selected highlighted."""
        span = self.text_selection.get_span(number) if self.text_selection else None
        if span is None:
            return row
        end = len(row.plain) if span[1] == -1 else span[1]
        return row.stylize(Style.from_styles(self.screen.get_component_styles("screen--selection")), span[0], end)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The text that the mouse selected."""
        text = "\n".join(row.plain for row in (*self._fixed, *self._text.reach(None)))
        # Textual misreads a selection that begins or ends past the last line that is not empty.
        (start, end), row_count = selection, len(text.splitlines())
        if start is not None and start.y >= row_count:
            return None
        return Selection(start, end if end is not None and end.y < row_count else None).extract(text), "\n"

    def _draw_bar(self) -> list[Segment]:
        """The scrollbar, one segment for each line; empty where all of the text is in sight."""
        length = max(self._text.length, self._top + self._room)
        if length <= self._room or not self._room or self._width < 3:
            return []
        styles = self.styles
        back = styles.scrollbar_background_active if self._is_dragged else styles.scrollbar_background
        thumb = styles.scrollbar_color_active if self._is_dragged else styles.scrollbar_color
        back = self.background_colors[0] + back
        bar = ScrollBarRender.render_bar(
            size=self._room,
            virtual_size=length,
            window_size=self._room,
            position=self._top,
            back_color=back.rich_color,
            bar_color=(back + thumb).rich_color,
        )
        # The segments carry the click actions of Textual's own scrollbar, which this widget does not have.
        return [Segment(s.text, s.style.clear_meta_and_links() if s.style else RichStyle()) for s in bar.segments]

    # -- tabs

    def _placed(self) -> list[tuple[int, int, Tab, str]]:
        """Start, end, tab and text of the tabs that fit: where not all do, closer to each other, then without counts;
        the current one always."""
        room = max(1, self._width - 2)
        for gap in (3, 2, 1):
            placed = self._side_by_side(self._tabs, gap, counts=True)
            if not placed or placed[-1][1] <= room:
                break
        else:
            placed = self._side_by_side(self._tabs, 2, counts=False)
        shown = self._tabs
        while len(shown) > 1 and any(end > room for _, end, tab, _ in placed if tab.key == self._current):
            shown = shown[1:]
            placed = self._side_by_side(shown, 2, counts=False)
        return placed

    def _side_by_side(self, tabs: Sequence[Tab], gap: int, *, counts: bool) -> list[tuple[int, int, Tab, str]]:
        placed, x = [], 0
        for tab in tabs:
            joined = one_line(tab.name) + (f" {tab.count}" if counts and tab.count is not None else "")
            placed.append((x, x + cell_len(joined), tab, joined))
            x += cell_len(joined) + gap
        return placed

    def _tab_bar(self) -> Content:
        pieces: list[Content | str | tuple[str, str]] = []
        x = 0
        for start, end, tab, joined in self._placed():
            pieces.append(" " * (start - x))
            x = end
            is_current = tab.key == self._current
            pieces.append(
                (joined, "bold underline $accent" if is_current else STYLES["quiet"] if tab.count == 0 else "")
            )
        return Content.assemble(*pieces)

    # -- the mouse

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or not self._tabs or offset.y != len(self._fixed) - 1:
            return
        for start, end, tab, _ in self._placed():
            if start <= offset.x - 1 < end:
                event.stop()
                self.post_message(Pane.TabRequested(tab.key))
                return

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll(round(self.app.scroll_sensitivity_y))

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll(-round(self.app.scroll_sensitivity_y))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        offset = event.get_content_offset(self)
        if offset and self._bar and offset.x >= self._width - 2 and offset.y >= len(self._fixed):
            event.stop()
            self._is_dragged = True
            self.capture_mouse()
            self.screen.clear_selection()
            self._drag_to(offset.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._is_dragged:
            event.stop()
            self._drag_to(event.get_content_offset_capture(self).y)

    def on_mouse_up(self, event: events.MouseUp) -> None:
        if self._is_dragged:
            event.stop()
            self.release_mouse()

    def on_mouse_release(self) -> None:
        self._is_dragged = False
        self.refresh()

    def _drag_to(self, y: int) -> None:
        """Scroll to the part of the text at a position on the scrollbar."""
        share = (y - len(self._fixed)) / max(1, self._room - 1)
        self._scroll_to_row(round(share * (self._text.length - self._room)))


def _one_line(pieces: Sequence[tuple[str, str]]) -> Content:
    """Join pieces on one line, with the spaces between them."""
    parts: list[Content | str | tuple[str, str]] = []
    for text, style in pieces:
        joined = one_line(text)
        if text[:1].isspace() and joined:
            joined = " " * (len(text) - len(text.lstrip())) + joined
        if text[-1:].isspace() and text.strip():
            joined += " "
        parts.append((joined, STYLES.get(style, "")))
    return Content.assemble(*parts)
