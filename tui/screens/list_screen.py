"""The base class of screens with a table and, on most, a pane for the row under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from tui.screens.base import LOW, RegisterScreen
from widgets.pane import Pane
from widgets.windowed_table import RowProvider, WindowedTable


class ListScreen(RegisterScreen):
    """A screen with a table. A subclass implements `body`, `reread`, and `fill_pane` where it has a pane."""

    PANE_FROM: ClassVar[int | None] = None
    """The least lines of terminal for the pane to be shown; None where the style sheet alone lays out the screen."""

    @property
    def table(self) -> WindowedTable:
        """The table."""
        return self.query_one(WindowedTable)

    def fill_pane(self, *, top: bool = True) -> None:
        """Show in the pane what the cursor is on, from its first line where `top`."""

    def show_rows(self, rows: RowProvider, cursor_key: str | None = None, position: int | None = None) -> None:
        """Show rows in the table; `cursor_key` and `position` are as in WindowedTable.set_source."""
        self.fit_list(rows.count)
        self.table.set_source(rows, cursor_key=cursor_key, position=position)

    def show_title(self, name: str, counts: str) -> None:
        """Show the name and the counts of the list in the title line."""
        title = Content.assemble((name, "bold"), "   ", (counts, "$foreground-muted"))
        self.query_one("#title", Static).update(title)

    def fit_list(self, rows: int) -> None:
        """Limit the table to the height of so many rows, and leave the rest to the pane, where one is shown."""
        if self.PANE_FROM is not None:
            self.table.styles.height = "1fr" if self.has_class("-no-pane") else min(max(rows, 3), 200) + 1

    def on_resize(self) -> None:
        """Hide the pane and the title where the terminal has few lines."""
        if self.PANE_FROM is not None:
            pane = self.query_one(Pane)
            pane.display = self.size.height >= self.PANE_FROM
            self.set_class(not pane.display, "-no-pane")
            self.fit_list(self.table.count)
            for title in self.query("#title, Title"):
                title.display = self.size.height >= LOW
        self.call_after_refresh(self.fill_pane, top=False)

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        event.stop()
        self.call_after_refresh(self._fill_for, event.key)

    def _fill_for(self, key: str) -> None:
        if key == self.table.cursor_key:
            self.fill_pane()
