"""The messages between the app and its screens."""

from __future__ import annotations

from collections.abc import Callable

from textual.message import Message

from store.queries.filter import Filter


class RegisterChanged(Message):
    """Posted after the register has changed, by an action here (its id) or elsewhere (None): screens read it again."""

    def __init__(self, action: str | None = None, items: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.action = action
        self.items = items


class ActsForChanged(Message):
    """Posted after the person has changed for whom they act: lists show mine."""


class LeadHandedOver(Message):
    """Posted after the open items of a lead went over to another, none left out: a list of the one shows the other's."""

    def __init__(self, lead: str, to: str) -> None:
        super().__init__()
        self.lead = lead
        self.to = to


class ItemRequested(Message):
    """Asks to open an item on a page of its own, with these words highlighted."""

    def __init__(self, item: str, hits: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.item = item
        self.hits = hits


class ListRequested(Message):
    """Asks to show the recommendations under this filter; esc there goes back to where it was asked.

    `reopen` opens once more a screen that is over a numbered one; None where a numbered one asks.
    """

    def __init__(self, shown: Filter, reopen: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.shown = shown
        self.reopen = reopen


class RevertRequested(Message):
    """Asks to revert an action, whoever made it."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action = action


class ReceiveRequested(Message):
    """Asks for files that come back, to be previewed and taken in."""
