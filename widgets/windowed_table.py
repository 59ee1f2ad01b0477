"""A virtualised table: it reads only the rows around its viewport, so the cost of a key does not grow with the rows.

It is given columns and a source of rows, and posts messages about the cursor and the row chosen. Text is never parsed
as markup.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.geometry import Region, Size, clamp
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from store.domain.text import sanitise
from widgets.table_columns import Column, Place, Sizes, place_columns
from widgets.table_line import (
    Cell,
    NoRows,
    Row,
    RowProvider,
    Window,
    header_line,
    hit_pattern,
    row_pieces,
    truncate,
)
from widgets.table_style import COMPONENT_CLASSES, DEFAULT_CSS

__all__ = ["Cell", "Column", "Row", "RowProvider", "WindowedTable"]

GUTTER = 3
"""Cells before the first column: the cursor's bar, the tick, a space."""


class WindowedTable(ScrollView, can_focus=True, inherit_bindings=False):
    """A virtualised table with a cursor row, ticks, highlighted search hits and a fixed header."""

    ALLOW_SELECT = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k,K", "move(-1)", "Up", show=False),
        Binding("down,j,J", "move(1)", "Down", show=False),
        Binding("pageup", "page(-1)", "Page up", show=False),
        Binding("pagedown", "page(1)", "Page down", show=False),
        Binding("home", "first", "First", show=False),
        Binding("end", "last", "Last", show=False),
        Binding("enter", "select", "Open", show=False),
    ]
    """
    | Key(s) | Description |
    | :- | :- |
    | up, k | Move the cursor up a row. |
    | down, j | Move the cursor down a row. |
    | pageup | Move the cursor up a page. |
    | pagedown | Move the cursor down a page. |
    | home | Move the cursor to the first row. |
    | end | Move the cursor to the last row. |
    | enter | Choose the cursor's row. |
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = COMPONENT_CLASSES
    DEFAULT_CSS = DEFAULT_CSS

    columns: reactive[tuple[Column, ...]] = reactive[tuple[Column, ...]]((), init=False)
    """The columns, from left to right."""

    ticked: reactive[Container[str]] = reactive[Container[str]](frozenset[str](), init=False, always_update=True)
    """The keys of the rows that show a tick."""

    hits: reactive[tuple[str, ...]] = reactive[tuple[str, ...]]((), init=False)
    """Words to highlight in the cells, in any case."""

    sort: reactive[tuple[str, bool] | None] = reactive[tuple[str, bool] | None](None, init=False)
    """The key of the column sorted by, and whether descending; None shows no arrow."""

    empty_text: reactive[str] = reactive("", init=False)
    """The text instead of rows where there are none; may have several lines."""

    class TableMessage(Message):
        """Base of the table's messages."""

        def __init__(self, table: WindowedTable) -> None:
            super().__init__()
            self.table = table
            """The table that posted it."""

        @property
        def control(self) -> WindowedTable:
            """The table, for the `on` decorator."""
            return self.table

    class RowMessage(TableMessage):
        """Base of messages about a row: its key, and its index from 0."""

        def __init__(self, table: WindowedTable, key: str, index: int) -> None:
            super().__init__(table)
            self.key = key
            self.index = index

    class RowHighlighted(RowMessage):
        """The cursor is on another row, or its row is at another index. Not posted where there are no rows."""

    class RowSelected(RowMessage):
        """A row was chosen: enter, or a click on the cursor's row."""

    class HeaderClicked(TableMessage):
        """A column's label was clicked; `column` is the column's key."""

        def __init__(self, table: WindowedTable, column: str) -> None:
            super().__init__(table)
            self.column = column

    def __init__(
        self,
        columns: Sequence[Column] = (),
        source: RowProvider | None = None,
        *,
        empty: str = "",
        id: str | None = None,
    ) -> None:
        """Make a table of these columns; without a source it is empty until `set_source`."""
        super().__init__(id=id)
        self._window = Window(source or NoRows(), columns)
        self._cursor = 0
        self._cursor_key: str | None = None
        self._announced: tuple[str, int] | None = None
        self._strips: LRUCache[tuple[int, bool, bool], Strip] = LRUCache(512)
        self._styles_by_name: dict[str, Style] = {}
        self._places: tuple[int, list[Place]] = (-1, [])
        self._needs: tuple[Sizes, ...] = ()
        self._width = self._height = 0
        self.set_reactive(WindowedTable.columns, tuple(columns))
        self.set_reactive(WindowedTable.empty_text, empty)

    @property
    def count(self) -> int:
        """The number of rows, as last read from the source."""
        return self._window.count

    @property
    def cursor_index(self) -> int | None:
        """The index of the cursor's row, from 0; None where there are no rows."""
        return self._cursor if self.count else None

    @property
    def cursor_key(self) -> str | None:
        """The key of the cursor's row; None where there are no rows."""
        return self._cursor_key

    def set_source(
        self, source: RowProvider, *, cursor_key: str | None = None, position: int | None = None, is_other: bool = False
    ) -> None:
        """Show the rows of another source.

        With `position` the cursor goes there and stays on its line of the screen where it can. With `cursor_key` alone
        it stays where it is, or follows that row if it is near. With neither it goes to the first row.
        The columns stay where they are, but for the first row or a list that `is_other`.
        """
        self._window = Window(source, self.columns, () if is_other or cursor_key is None else self._needs)
        self._strips.clear()
        if not self.is_attached:
            self._cursor = position or 0
            return
        line = self._cursor - self.scroll_offset.y
        self.refresh()
        self._fit_extent()
        if position is None and cursor_key is None:
            self._place_cursor(0, 0)
            return
        index = self._within(self._cursor if position is None else position)
        if position is None and cursor_key is not None:
            index = self._find_near(cursor_key, index)
        is_scrolled_away = position is None and not 0 <= line < self._page
        self._place_cursor(index, self.scroll_offset.y if is_scrolled_away else self._top_for(index, index - line))

    def refresh_rows(self) -> None:
        """Read the source again, its count too; the cursor stays with its row, or at its index if that is gone."""
        self.set_source(self._window.source, cursor_key=self._cursor_key or "")

    def move_to(self, index: int) -> None:
        """Move the cursor to the row at an index, or the nearest one."""
        index = self._within(index)
        self._place_cursor(index, self._top_for(index, self.scroll_offset.y))

    def move_to_key(self, key: str, index: int | None = None) -> bool:
        """Move the cursor to the row with this key, which the caller knows to be at `index`.

        With an index of None the row is looked for near the cursor only. Returns whether the cursor's row has the key.
        """
        found = self._find_near(key, self._within(self._cursor if index is None else index))
        self.move_to(found)
        return self._cursor_key == key

    def action_move(self, step: int) -> None:
        """Move the cursor by so many rows."""
        self.move_to(self._cursor + step)

    def action_page(self, step: int) -> None:
        """Move the cursor by so many pages; it stays on its line of the screen where it can."""
        index = self._within(self._cursor + step * self._page)
        self._place_cursor(index, self._top_for(index, self.scroll_offset.y + step * self._page))

    def action_first(self) -> None:
        """Move the cursor to the first row."""
        self.move_to(0)

    def action_last(self) -> None:
        """Move the cursor to the last row."""
        self.move_to(self.count - 1)

    def action_select(self) -> None:
        """Choose the cursor's row."""
        if self._cursor_key is not None:
            self.post_message(self.RowSelected(self, self._cursor_key, self._cursor))

    def on_mount(self) -> None:
        self.refresh_rows()

    def on_resize(self) -> None:
        self._measure()
        self._strips.clear()
        self._fit_extent()
        self._place_cursor(self._cursor, self._top_for(self._cursor, self.scroll_offset.y))
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None or event.button != 1:
            return
        event.stop()
        if offset.y < self._header:
            x = offset.x - self._gutter
            for place in self._placed():
                if place.x <= x < place.x + place.width:
                    self.post_message(self.HeaderClicked(self, self.columns[place.number].key))
            return
        index = self.scroll_offset.y + offset.y - self._header
        if index >= self.count:
            return
        if index == self._cursor:
            self.action_select()
        else:
            self.move_to(index)

    def notify_style_update(self) -> None:
        """Clear the line cache, which has the old styles."""
        super().notify_style_update()
        self._styles_by_name.clear()
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Draw the rows again, and the scrollbar only where its thumb moves: among many rows it seldom does."""
        if self.show_vertical_scrollbar:
            bar = self.vertical_scrollbar
            scale = 8 * self._height / max(1, self.virtual_size.height)
            if int(bar.position * scale) != int(new_value * scale):
                bar.position = new_value
        if round(old_value) != round(new_value):
            self.refresh(Region(0, self._header, self._width, max(0, self._height - self._header)))

    def watch_columns(self) -> None:
        self._places, self._needs = (-1, []), ()
        self._strips.clear()

    def watch_hits(self) -> None:
        self._strips.clear()

    def _measure(self) -> None:
        """Cache the size of the viewport: to compute it for every line costs more than to draw some."""
        self._width, self._height = self.scrollable_content_region.size

    @property
    def _header(self) -> int:
        """The number of header lines: 0 where no line would be left for a row."""
        return 1 if self._height > 1 else 0

    @property
    def _gutter(self) -> int:
        return max(0, min(GUTTER, self._width - 1))

    @property
    def _page(self) -> int:
        return max(1, (self._height or self.app.size.height) - self._header)

    def _within(self, index: int) -> int:
        return clamp(index, 0, max(0, self.count - 1))

    def _top_for(self, index: int, top: int) -> int:
        """The first row of the viewport: `top`, or the nearest one that leaves the row at `index` in sight."""
        top = clamp(top, index - self._page + 1, index)
        return clamp(top, 0, max(0, self.count - self._page))

    def _fit_extent(self) -> None:
        self.virtual_size = Size(0, self.count + self._header)

    def _row(self, index: int) -> Row | None:
        row = self._window.row(index, self.scroll_offset.y, self._page)
        if self._window.needs is not self._needs:
            self._needs = self._window.needs
            self._places = (-1, [])
            self._strips.clear()
            self.refresh()
        return row

    def _find_near(self, key: str, index: int) -> int:
        """The index of the row with this key, if it is cached near an index; else that index."""
        if (row := self._row(index)) is None or row.key == key:
            return index
        found = self._window.place_of(key)
        return index if found is None else found

    def _place_cursor(self, index: int, top: int) -> None:
        """Move the cursor to a row, with `top` as the first row shown; post RowHighlighted if key or index changed."""
        before, self._cursor = self._cursor, index
        self.scroll_to(y=top, animate=False, force=True)
        row = self._row(index) if self.count else None
        self._cursor_key = row.key if row else None
        for place in {before, index}:
            if top <= place < top + self._page:
                self.refresh_line(place + self._header)
        announced = (row.key, index) if row else None
        if announced != self._announced and self.is_running:
            self._announced = announced
            if row:
                self.post_message(self.RowHighlighted(self, row.key, index))

    def _style(self, name: str) -> Style:
        """The cached style of a component class; the table's own for "" or an unknown name."""
        if (style := self._styles_by_name.get(name)) is None:
            own = self.rich_style
            style = self.get_component_rich_style(name, default=own) if name else own
            self._styles_by_name[name] = style
        return style

    def _placed(self) -> list[Place]:
        width = self._width
        if self._places[0] != width:
            self._places = (width, place_columns(self.columns, width - self._gutter, self._needs))
        return self._places[1]

    def render_lines(self, crop: Region) -> list[Strip]:
        """Draw some lines of the screen."""
        self._measure()
        return super().render_lines(crop)

    def render_line(self, y: int) -> Strip:
        """Draw one line of the screen."""
        if y < self._header:
            return self._draw_header()
        y -= self._header
        if not self.count:
            return self._draw_empty(y)
        index = self.scroll_offset.y + y
        row = self._row(index)
        if row is None:
            return Strip.blank(self._width, self._style(""))
        is_ticked = row.key in self.ticked
        key = (index, index == self._cursor, is_ticked)
        if (strip := self._strips.get(key)) is None:
            strip = self._strips[key] = self._draw_row(row, index == self._cursor, is_ticked)
        return strip

    def _draw_header(self) -> Strip:
        style = self._style("windowed-table--header")
        line = " " * self._gutter + header_line(self.columns, self._placed(), self.sort)
        return Strip([Segment(line, style)]).adjust_cell_length(self._width, style)

    def _draw_empty(self, y: int) -> Strip:
        style = self._style("windowed-table--empty")
        width = self._width - self._gutter
        lines = Text(sanitise(self.empty_text, most=2_000)).wrap(self.app.console, max(1, width))
        text = lines[y].plain if y < len(lines) else ""
        return Strip([Segment(" " * self._gutter + truncate(text, width), style)]).adjust_cell_length(
            self._width, style
        )

    def _draw_row(self, row: Row, is_cursor: bool, is_ticked: bool) -> Strip:
        over = self._style("windowed-table--cursor") if is_cursor else Style.null()
        hit = self.get_component_rich_style("windowed-table--hit", partial=True)
        plain = self._style("") + over
        bar = ("▌" if is_cursor else " ") + ("✓" if is_ticked else " ") + " "
        is_marked = is_cursor or is_ticked
        segments = [Segment(bar[: self._gutter], self._style("windowed-table--gutter") + over if is_marked else plain)]
        room = max(0, self._width - self._gutter)
        for text, name, is_hit in row_pieces(row, self.columns, self._placed(), room, hit_pattern(self.hits)):
            style = self._style(name) + over if name else plain
            segments.append(Segment(text, style + hit if is_hit else style))
        return Strip(segments).adjust_cell_length(self._width, plain)
