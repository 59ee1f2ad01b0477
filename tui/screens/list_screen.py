"""The base class of screens with a table and, on most, a pane for the row under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from tui.keys import ROWS, bindings
from tui.screens.base import LOW, RegisterScreen, set_display
from widgets.pane import Pane
from widgets.windowed_table import RowProvider, WindowedTable

BESIDE_FROM = 160
"""Columns of terminal from which the pane is beside the table, and not below it."""

FRAME = 8
"""The most lines of terminal around the rows of a table and its pane."""

LEAST_PANE = 8
"""Lines that few rows leave for a pane to be shown in a low terminal."""


class ListScreen(RegisterScreen):
    """A screen with a table. A subclass implements `body`, `reread`, and `fill_pane` where it has a pane."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(ROWS)
    PANE_FROM: ClassVar[int | None] = None
    """The least lines of terminal for the pane to be shown; None where the style sheet alone lays out the screen."""

    def list_and_pane(self, *widgets: Widget) -> Container:
        """The table and its pane, one below the other or side by side, by the width of the terminal."""
        return Container(*widgets, id="split")

    @property
    def table(self) -> WindowedTable:
        """The table."""
        return self.query_one(WindowedTable)

    def action_open(self) -> None:
        """Open what the cursor is on."""
        self.table.action_select()

    def fill_pane(self, *, top: bool = True) -> None:
        """Show in the pane what the cursor is on, from its first line where `top`."""

    def show_rows(
        self, rows: RowProvider, cursor_key: str | None = None, position: int | None = None, *, is_other: bool = False
    ) -> None:
        """Show rows in the table; what goes with them is as in WindowedTable.set_source."""
        self.fit_list(rows.count)
        self.table.set_source(rows, cursor_key=cursor_key, position=position, is_other=is_other)
        self.show_keys()

    def show_title(self, name: str, counts: str) -> None:
        """Show the name and the counts of the list in the title line."""
        title = Content.assemble((name, "bold"), "   ", (counts, "$foreground-muted"))
        self.query_one("#title", Static).update(title, layout=False)

    def fit_list(self, rows: int) -> None:
        """Limit the table to the height of so many rows, and leave the rest to the pane.

        In a low terminal there is a pane only where it is beside the table, or where few rows leave it the lines.
        """
        if self.PANE_FROM is None:
            return
        width, height = self.app.size
        is_beside = width >= BESIDE_FROM
        has_room = height >= (LOW if is_beside else self.PANE_FROM) or 0 < rows <= height - FRAME - LEAST_PANE
        set_display(self.query_one(Pane), has_room)
        self.set_class(is_beside, "-beside")
        self.set_class(not has_room, "-no-pane")
        # No higher than the terminal: the screen is laid out again only where the height is seen to differ.
        self.table.styles.height = "1fr" if is_beside or not has_room else min(max(rows, 3), height) + 1

    def on_resize(self) -> None:
        """Place the pane below or beside the table; hide it, and the title, where the terminal has few lines."""
        if self.PANE_FROM is not None:
            self.fit_list(self.table.count)
            for title in self.query("#title, Title"):
                set_display(title, self.size.height >= LOW)
        self.call_after_refresh(self.fill_pane, top=False)

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        event.stop()
        self.call_after_refresh(self._fill_for, event.key)

    def _fill_for(self, key: str) -> None:
        if key == self.table.cursor_key:
            self.fill_pane()
