"""The items behind a figure of a paper, or behind what is missing in it; every key of an item acts on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.widgets import Static

from store.domain.errors import FairleadError
from store.queries.describe_status import format_how_far, format_item_status
from store.queries.item_list import listed_seqs, rows_at
from store.register import Register
from tui.keys import ITEM
from tui.messages import ItemRequested
from tui.screens.item_keys import ItemScreenKeys
from tui.screens.list_screen import ListScreen
from tui.tables.row_source import RowSource
from widgets.item_pane import ItemPane
from widgets.windowed_table import Column, Row, WindowedTable

_COLUMNS = (
    Column("ref", "Ref", 9, priority=9),
    Column("title", "Recommendation", None, min_width=20, priority=8),
    Column("status", "Status", 16, priority=9),
    Column("stage", "Stage", 20, priority=5),
    Column("target", "Target", 16, priority=6, most=30),
)


class _Rows(RowSource):
    """Items as the source of a table, read as they come in sight."""

    def __init__(self, register: Register, on_error: Callable[[FairleadError], None], items: Sequence[str]) -> None:
        super().__init__(register, on_error)
        here = listed_seqs(register.conn, items)
        self._seqs = [here[item] for item in items if item in here]

    @property
    def count(self) -> int:
        """How many items there are."""
        return len(self._seqs)

    def lines(self, start: int, count: int) -> list[Row]:
        """Some rows from `start` on."""
        return [
            Row(
                item.id,
                (item.ref, item.display_title, format_item_status(item), format_how_far(item), item.target_text or "—"),
            )
            for item in rows_at(self.register.conn, self._seqs[start : start + count])
        ]


class PaperItemsScreen(ItemScreenKeys, ListScreen):
    """A list of the items that are named, as they are now; esc goes back to the paper."""

    PLACES = (ITEM,)
    NAME = "paper"
    PANE_FROM = 20

    def __init__(self, name: str, items: tuple[str, ...]) -> None:
        super().__init__()
        self._title, self._items = name, items

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield self.list_and_pane(WindowedTable(_COLUMNS, empty="…"), ItemPane())

    def current_item(self) -> str | None:
        return self.table.cursor_key

    def reread(self, items: tuple[str, ...] = ()) -> None:
        found = _Rows(self.register, self.register_app.show_error, self._items)
        self.show_rows(found, self.table.cursor_key)
        self.show_title(self._title, f"{found.count:,} item{'' if found.count == 1 else 's'}")
        self.call_after_refresh(self.fill_pane)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        self.post_message(ItemRequested(event.key))
