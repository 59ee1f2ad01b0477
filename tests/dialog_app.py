"""A small app for the tests of dialogs and bars: it shows one, and keeps what comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hostile import UNSAFE
from textual import events
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen


class DialogApp(App[None]):
    """Opens a dialog over an empty screen; `results` holds what it ended with."""

    def __init__(self, build: Callable[[], Screen[Any]] | None = None) -> None:
        super().__init__()
        self.build = build
        self.results: list[Any] = []

    def on_mount(self) -> None:
        if self.build:
            self.open(self.build())

    def open(self, dialog: Screen[Any]) -> None:
        """Open a dialog and keep its result."""
        self.push_screen(dialog, self.results.append)

    def shown(self) -> str:
        """What a person sees, line by line."""
        strips = self.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    def unsafe(self) -> list[str]:
        """Lines of the screen that hold what no terminal may get."""
        return [line for line in self.shown().split("\n") if UNSAFE.search(line)]


async def paste(pilot: Pilot[None], text: str) -> None:
    """Paste as a terminal does."""
    pilot.app.post_message(events.Paste(text))
    await pilot.pause()


async def hurry(pilot: Pilot[None], text: str) -> None:
    """Type these letters and then enter, without waiting for any of them to be answered."""
    for character in text:
        pilot.app.post_message(events.Key(character, character))
    pilot.app.post_message(events.Key("enter", None))
    for _ in range(3):
        await pilot.pause()
