"""The base class of lists of items with ticks, and a pane for the item under the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.domain import references
from store.queries import item_list
from store.queries.filter import Filter
from store.register import ActionResult
from tui.keys import EVERYWHERE, ITEM, ROWS, TICKS, footer_for, footer_while_ticked
from tui.screens.base import named_keys
from tui.screens.item_keys import ItemScreenKeys
from tui.screens.list_screen import ListScreen


@dataclass(frozen=True, slots=True)
class ListView:
    """What a list shows: its filter, the item under the cursor, and the name of the view, "" for none."""

    shown: Filter
    item: str | None
    view: str


class ItemListScreen(ItemScreenKeys, ListScreen):
    """A screen with a table of items, which can be ticked: the next edit is of all ticked items."""

    PANE_FROM = 28

    def __init__(self) -> None:
        super().__init__()
        self.ticks: dict[str, None] = {}
        """The ids of the ticked items, in the order in which they were ticked."""

    def current_item(self) -> str | None:
        return self.table.cursor_key

    def ticked(self) -> tuple[str, ...]:
        return tuple(self.ticks)

    def shown_seqs(self) -> Sequence[int] | None:
        """The seqs of all items that are shown, in order; None while they are still being read."""
        raise NotImplementedError

    def show_ticks(self) -> None:
        """Show how many are ticked, in the title of a subclass."""

    def _ticks_changed(self) -> None:
        self.table.ticked = frozenset(self.ticks)
        self.table.refresh()
        self.show_ticks()
        self.show_keys()

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """While items are ticked, the keys that act on them all; where there are none, those of the list alone."""
        read_only = bool(self.register.read_only_reason)
        if self.ticks:
            keys = named_keys(footer_while_ticked(read_only=read_only))
            return [*keys, ("esc", f"clear {len(self.ticks):,} ticked", "back")]
        if not self.table.count:
            places = [place for place in (*self.PLACES, EVERYWHERE) if place not in (ITEM, ROWS, TICKS)]
            return named_keys(footer_for(*places, read_only=read_only))
        return super().footer_keys()

    def action_tick(self) -> None:
        """Tick or untick the item under the cursor, and go on to the next."""
        item = self.current_item()
        if item is None:
            self.register_app.show_toast("There is no item under the cursor.")
            return
        if item in self.ticks:
            del self.ticks[item]
        else:
            self.ticks[item] = None
        self._ticks_changed()
        self.table.action_move(1)

    def action_tick_all(self) -> None:
        """Tick all that are shown; where all are ticked already, clear the ticks."""
        from tui.dialogs.selection import MAX_ITEMS

        seqs = self.shown_seqs()
        if seqs is None:
            self.register_app.show_toast("The list is still being read. Press * again in a moment.")
            return
        if len(seqs) > MAX_ITEMS:
            self.register_app.show_toast(
                f"{len(seqs):,} are shown; at most {MAX_ITEMS:,} are edited together. Filter the list first."
            )
            return
        items = dict.fromkeys(item_list.items_at(self.register.conn, seqs))
        if not items:
            self.register_app.show_toast("There is nothing here to tick.")
            return
        if items.keys() <= self.ticks.keys():
            self.ticks.clear()
        else:
            self.ticks |= items
        self._ticks_changed()

    def clear_ticks(self, done: ActionResult | None = None) -> None:
        """Clear the ticks: the edit that they were for is done."""
        if self.ticks:
            self.ticks.clear()
            self._ticks_changed()

    def action_back(self) -> None:
        """On esc clear the ticks first."""
        if self.ticks:
            self.clear_ticks()
        else:
            super().action_back()

    def register_changed(self, items: tuple[str, ...] = ()) -> None:
        """Read again; a single ticked item that was edited is ticked no longer, whichever dialog the edit went through."""
        if [*self.ticks] == [self.edited_tick] and self.edited_tick in items:
            self.clear_ticks()
        super().register_changed(items)

    def drop_stale_ticks(self) -> None:
        """Untick items that no longer exist: another window may have withdrawn one, or another file is open."""
        names = references.references_of(self.register.conn, tuple(self.ticks)) if self.ticks else {}
        if gone := [item for item in self.ticks if item not in names]:
            for item in gone:
                del self.ticks[item]
            self._ticks_changed()
