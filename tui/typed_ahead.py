"""Keys typed ahead: each is handled whole, and what it opens is there, before the next one is looked at."""

from __future__ import annotations

from collections import deque
from functools import partial
from typing import Any

from textual import events
from textual.app import ScreenStackError
from textual.dom import DOMNode

from tui.boundary import BoundedApp

ROUNDS = 4
"""How often what a key opened may open something else, or move the focus, before the next key is handled."""

LONGEST_SECONDS = 1.0
"""The longest that a key waits for the one before: what that one was in may be gone."""

Typed = events.Key | events.Paste


class TypedAheadApp(BoundedApp):
    """An app in which a burst of keys does what the same keys do one by one.

    Textual gives a key to what has the focus when it arrives; of a burst, that is what the keys before have left since.
    """

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[Typed] = deque()
        self._key_number = 0
        self._is_busy = False
        self._is_unasked = False

    @property
    def has_text_waiting(self) -> bool:
        """Whether text was typed behind the key that is handled, as where a paste comes as keys."""
        return any(isinstance(event, events.Key) and event.is_printable for event in self._waiting)

    def drop_typed_ahead(self) -> None:
        """Drop what was typed ahead of a dialog that nobody asked for: it was meant for something else."""
        self._is_unasked = True

    async def on_event(self, event: events.Event) -> None:
        """Handle a key, or let it wait for the one before."""
        if not isinstance(event, Typed) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_busy:
            self._waiting.append(event)
            if len(self._waiting) == 1:
                self._limit_wait()
        else:
            self._is_busy, self._is_unasked = True, False
            self._key_number += 1
            goes_to = (self.focused or self.screen) if self.screen_stack else None
            try:
                await super().on_event(event)
            finally:
                self._follow(goes_to, self._key_number)

    def _limit_wait(self) -> None:
        """Have the next key handled after a while, whatever becomes of the one that it waits for."""
        self.set_timer(LONGEST_SECONDS, partial(self._handle_next, self._key_number))

    def _follow(self, pump: DOMNode | None, number: int) -> None:
        """Go the way of the key, behind it: from what had the focus up to the app."""
        while pump is not None and pump is not self:
            if pump.call_later(self._follow, pump.parent, number):
                return
            pump = pump.parent
        self.call_later(self._settle, number, None, ROUNDS)

    async def _settle(self, number: int, before: Any, left: int) -> None:
        """Wait until the screen that is current now is there, and has its focus."""
        try:
            here = self.screen, self.focused
        except ScreenStackError:
            here = before
        if here == before or not left:
            await self._handle_next(number)
        elif not here[0].call_later(self.call_later, self._settle, number, here, left - 1):
            self.call_later(self._settle, number, here, left - 1)

    async def _handle_next(self, number: int) -> None:
        if number != self._key_number or not self._is_busy:
            return
        if self._is_unasked:
            self._waiting.clear()
        self._is_busy = False
        if self._waiting:
            await self.on_event(self._waiting.popleft())
            if self._waiting:
                self._limit_wait()
