"""The whole app in tests: run on a register, sent keys, and read as the person at the terminal reads it."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from hostile import UNSAFE
from rest import come_to_rest, draw
from textual import events
from textual._context import visible_screen_stack
from textual.geometry import Size
from textual.keys import _character_to_key
from textual.pilot import Pilot

from store.domain.references import find_item
from store.queries.history import history
from store.queries.item_detail import item_detail
from store.queries.rows import HistoryRow, ItemDetail
from store.register import Register
from tui.app import FairleadApp
from tui.desk.author import configured_author
from tui.desk.settings import load, update_settings
from widgets.form import Form
from widgets.line import LineInput
from widgets.text_box import TextBox

WIDE, NARROW = (120, 36), (80, 24)
"""The two sizes at which every screen has to be good, and whole."""

PATIENCE = 60.0
"""Seconds that a condition may take to come true: far more than it ever takes, since a machine may have other work."""


class Seat:
    """Somebody sitting at the app: presses keys, and reads the screen."""

    def __init__(self, pilot: Pilot[None], app: FairleadApp) -> None:
        self.pilot = pilot
        self.app = app

    @property
    def register(self) -> Register:
        """The register that the app has open."""
        return self.app.register

    async def press(self, *keys: str) -> None:
        """Press keys, each one answered before the next."""
        for key in keys:
            self.app.post_message(events.Key(*_key(key)))
            await self.settle()

    async def write(self, text: str) -> None:
        """Type a text in one burst; a newline is enter."""
        await self.hurry(*text)

    async def hurry(self, *keys: str) -> None:
        """Press keys in one burst, none of them waiting for an answer; then wait."""
        for key in keys:
            self.app.post_message(events.Key(*_key(key)))
        if keys:
            await self.settle()

    async def settle(self) -> None:
        """Wait until what was asked is done and drawn: no message waits anywhere, several turns running."""
        if not await come_to_rest(self.app):
            raise AssertionError(f"it does not come to rest; the screen says:\n{self.shown()}")

    async def answer(self, **answers: str) -> None:
        """Fill in fields of the open form by their names, each reached with tab, and save with ctrl+s.

        A text takes the place of what is there; of a choice it is the letter that goes to it.
        """
        form = self.app.screen
        assert isinstance(form, Form), f"there is no form on the screen:\n{self.shown()}"
        entries = {name: field.entry for name, field in form._entries.items()}
        for name, text in answers.items():
            entry, order = entries[name], list(entries)
            here = next((n for n, other in enumerate(entries.values()) if other.has_focus), 0)
            await self.hurry(*["tab"] * ((order.index(name) - here) % len(order)))
            for _ in order:
                if entry.has_focus:
                    break
                await self.press("tab")
            if isinstance(entry, TextBox):
                await self.press("f7", "delete")
            elif isinstance(entry, LineInput):
                await self.press("ctrl+u")
            await self.write(text)
        await self.press("ctrl+s")

    async def choose(self, words: str) -> None:
        """In a list that narrows as one types: type this, take what is left first."""
        await self.write(words)
        await self.press("enter")

    async def open(self, reference: str) -> None:
        """Open an item from any numbered screen: search for it, go to the list, open it."""
        await self.press("2", "x", "slash")
        await self.write(reference)
        await self.press("enter", "enter")

    async def until(self, come_true: Callable[[], object], why: str) -> str:
        """Wait until a condition holds, threads having their time too; then read the screen."""
        latest = time.monotonic() + PATIENCE
        while time.monotonic() < latest:
            if come_true():
                await self.settle()
                return self.shown()
            await self.pilot.pause(0.005)
            draw(self.app.screen)
        raise AssertionError(f"{why}; the screen says:\n{self.shown()}")

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        size = Size(width, height)
        assert self.app._driver is not None
        self.app._driver._size = (width, height)
        self.app.post_message(events.Resize(size, size))
        await self.settle()

    def lines(self) -> list[str]:
        """The screen as lines of plain text, what shines through a dialog with it; spaces at their ends are cut."""
        token = visible_screen_stack.set(self.app._background_screens)
        try:
            strips = self.app.screen._compositor.render_strips()
        finally:
            visible_screen_stack.reset(token)
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    def shown(self) -> str:
        """The screen as plain text."""
        return "\n".join(self.lines())

    def line(self, part: str) -> str:
        """The first line of the screen that has this in it; "" where none has."""
        return next((line for line in self.lines() if part in line), "")

    def sees(self, *parts: str) -> str:
        """Assert that all of these are on the screen, on one line or wrapped in a dialog, and read it."""
        shown = self.shown()
        boxed = " ".join(" ".join(line.split("│")[1:-1]) for line in self.lines() if line.count("│") > 1)
        missing = [part for part in parts if part not in shown and part not in " ".join(boxed.split())]
        assert not missing, f"{missing} is not on the screen:\n{shown}"
        return shown

    def lacks(self, *parts: str) -> None:
        """Assert that none of these is on the screen."""
        shown = self.shown()
        found = [part for part in parts if part in shown]
        assert not found, f"{found} is on the screen:\n{shown}"

    def unsafe(self) -> list[str]:
        """Lines of the screen that hold what no terminal may get."""
        return [line for line in self.lines() if UNSAFE.search(line)]

    def unforeseen(self) -> Exception | None:
        """The first error that nobody foresaw, which a test otherwise fails with at its end."""
        error, self.app._exception = self.app._exception, None
        return error

    @property
    def toasts(self) -> str:
        """The text of the toasts that are up."""
        return "\n".join(toast.message for toast in self.app._notifications)


def _key(key: str) -> tuple[str, str | None]:
    """A key's name and character, as a terminal sends them."""
    if key == "\n":
        return "enter", None
    return (_character_to_key(key), key) if len(key) == 1 else (key, None)


def recorded(path: Path, reference: str) -> ItemDetail:
    """What is on the disk of an item, read by a connection of its own."""
    register = Register.open(path)
    try:
        found = item_detail(register.conn, find_item(register.conn, reference)[0])
    finally:
        register.close()
    assert found is not None
    return found


def history_of(path: Path, reference: str | None = None) -> list[HistoryRow]:
    """The changes on the disk, newest first: those of an item, or all."""
    register = Register.open(path)
    try:
        item = find_item(register.conn, reference)[0] if reference else None
        return history(register.conn, item=item)
    finally:
        register.close()


@asynccontextmanager
async def sitting(
    path: Path,
    size: tuple[int, int] = WIDE,
    *,
    author: str | None = "Test Lead",
    at: str = "",
    toasts: bool = False,
) -> AsyncIterator[Seat]:
    """Sit at the app on a register of one's own, as the settings' person, else as `writer`; `at` is pressed first.

    Closes what the app has open.
    """
    settings, _ = load()
    if settings.name is None and author:
        settings = update_settings(name=author)
    register = Register.open(path, configured_author(settings))
    async with sitting_with(FairleadApp(register, settings), size, toasts=toasts) as seat:
        if at:
            await seat.press(*at.split())
        yield seat


@asynccontextmanager
async def sitting_with(app: FairleadApp, size: tuple[int, int] = WIDE, *, toasts: bool = False) -> AsyncIterator[Seat]:
    """Sit at an app that is made already. With `toasts` they are drawn over the screen; otherwise see `Seat.toasts`."""
    try:
        async with app.run_test(size=size, notifications=toasts) as pilot:
            seat = Seat(pilot, app)
            await seat.settle()
            yield seat
    finally:
        app.register.close()


def masked(text: str) -> str:
    """A screen without what differs from run to run: the hours of changes."""
    return re.sub(r"\b\d\d:\d\d\b", "hh:mm", text)
