"""The messages between the app and its screens."""

from __future__ import annotations

from textual.message import Message

from store.queries.filter import Filter


class RegisterChanged(Message):
    """The register has changed: here (`action`, an action's id) or elsewhere (None). Screens read it again."""

    def __init__(self, action: str | None = None, items: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.action = action
        self.items = items


class ItemRequested(Message):
    """An item is to be opened whole, with these words marked."""

    def __init__(self, item: str, hits: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.item = item
        self.hits = hits


class ListRequested(Message):
    """The recommendations are to be shown under this filter."""

    def __init__(self, shown: Filter) -> None:
        super().__init__()
        self.shown = shown


class RevertRequested(Message):
    """An action is to be reverted, whoever made it."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action
