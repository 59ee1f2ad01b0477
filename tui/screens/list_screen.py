"""A screen with a list: a table of rows and, on most, a pane under it for the row under the cursor."""

from __future__ import annotations

from typing import ClassVar

from textual.content import Content
from textual.widgets import Static

from tui.screens.base import LOW, RegisterScreen
from widgets.pane import Pane
from widgets.windowed_table import Rows, WindowedTable


class ListScreen(RegisterScreen):
    """A screen with a table. A subclass gives `body`, `reread`, and `fill_pane` where it has a pane."""

    PANE_FROM: ClassVar[int | None] = None
    """From so many lines of terminal on the pane is shown; None where the style sheet alone divides the screen."""

    @property
    def table(self) -> WindowedTable:
        """The table."""
        return self.query_one(WindowedTable)

    def fill_pane(self, *, top: bool = True) -> None:
        """Show in the pane what the cursor is on, from its first line where `top`."""

    def show_rows(self, rows: Rows, cursor_key: str | None = None, position: int | None = None) -> None:
        """Show rows in the table; the cursor goes where WindowedTable.set_source states."""
        self.fit_list(rows.count)
        self.table.set_source(rows, cursor_key=cursor_key, position=position)

    def show_title(self, name: str, counts: str) -> None:
        """Show the name and the counts of the list in the title line."""
        title = Content.assemble((name, "bold"), "   ", (counts, "$foreground 70%"))
        self.query_one("#title", Static).update(title)

    def fit_list(self, rows: int) -> None:
        """Leave the pane the lines that a short list does not need; where no pane is shown, the list has them all."""
        if self.PANE_FROM is not None:
            self.table.styles.height = "1fr" if self.has_class("-no-pane") else min(max(rows, 3), 200) + 1

    def on_resize(self) -> None:
        """Leave the title and the pane out where there are few lines."""
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
