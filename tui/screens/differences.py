"""What differs between two registers, or in one between two days: item by item in words, with both values."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.exchange.differences import Difference
from tui.dialogs.differences import Compared
from tui.keys import DIFFERENCES, ROWS, bindings
from tui.messages import ItemRequested
from tui.screens.list_screen import ListScreen
from tui.tables.differences import DifferenceRows, about, difference_columns
from widgets.frame import Notice
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import WindowedTable

_MARGIN = 20


class DifferencesScreen(ListScreen):
    """The differences, over any screen, as they were when it was asked; enter opens the item."""

    PLACES = (DIFFERENCES, ROWS)
    NAME = "history"
    PANE_FROM = 16
    BINDINGS: ClassVar[list[BindingType]] = bindings(DIFFERENCES)

    def __init__(self, compared: Compared) -> None:
        super().__init__()
        self.compared = compared

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield Notice(id="parts")
        yield self.list_and_pane(
            WindowedTable(difference_columns(*self.compared.names), empty="Nothing differs."), Pane()
        )

    def on_mount(self) -> None:
        found = self.compared.found
        self.show_rows(DifferenceRows(found))
        number = f"{len(found):,} difference{'' if len(found) == 1 else 's'}" if found else "nothing differs"
        self.show_title(f"What differs: {self.compared.what}", number)
        self.query_one("#parts", Notice).show(" ".join(self.compared.notices))

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Fill the pane alone: what was compared stays as it was."""
        self.call_after_refresh(self.fill_pane, top=not items)

    def _current(self) -> Difference | None:
        index = self.table.cursor_index
        found = self.compared.found
        return found[index] if index is not None and index < len(found) else None

    def _item(self) -> str | None:
        """The id of the item that the difference under the cursor is about; None where it is of none, or not here."""
        one = self._current()
        if one is None:
            return None
        row = self.register.conn.execute(
            "SELECT id FROM recommendation WHERE withdrawn = 0 AND (id = ? OR reference = ?)",
            (one.entity, one.about.partition(",")[0]),
        ).fetchone()
        return str(row[0]) if row else None

    def fill_pane(self, *, top: bool = True) -> None:
        """Show both values of the difference under the cursor in full."""
        pane, one = self.query_one(Pane), self._current()
        if one is None:
            pane.show((("Nothing differs.", "quiet"),), (), "", (), top=top)
            return
        hint = "   enter opens the item" if self._item() else ""
        values = zip(self.compared.names, (one.before, one.after), strict=True)
        lines = [Paragraph(((value or "—", ""),), _MARGIN, name) for name, value in values]
        pane.show(((f"{about(one)}, {one.field}", "strong"), (hint, "quiet")), (), "", lines, top=top)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if item := self._item():
            self.post_message(ItemRequested(item))
        elif one := self._current():
            self.register_app.show_toast(f"{about(one)} is no item of this register: it is shown whole below.")
