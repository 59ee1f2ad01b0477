"""One item on a page of its own."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tui.keys import ITEM
from tui.screens.base import PageScreen
from tui.screens.item_keys import ItemScreenKeys
from widgets.item_pane import ItemPane


class ItemScreen(PageScreen, ItemScreenKeys):
    """The page of one item; esc goes back to the list."""

    PLACES = (ITEM,)
    NAME = "recommendations"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "tab(-1)", show=False),
        Binding("right", "tab(1)", show=False),
    ]

    def __init__(self, item: str, hits: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.item = item
        self.hits = hits

    def body(self) -> ComposeResult:
        pane = ItemPane()
        pane.hits = self.hits
        yield pane

    def current_item(self) -> str | None:
        return self.item

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.call_after_refresh(self.fill_pane, top=not items)

    def on_resize(self) -> None:
        self.call_after_refresh(self.fill_pane, top=False)
