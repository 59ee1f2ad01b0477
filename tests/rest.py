"""When an app has come to rest: by what waits in its queues, not by a clock or by how busy the processor is."""

from __future__ import annotations

import asyncio
from typing import Any

from rich.console import RenderableType
from textual._compositor import Compositor
from textual._context import active_app
from textual.app import App, ScreenStackError
from textual.screen import Screen

QUIET_TURNS = 6
"""Turns of the event loop without a message anywhere after which an app has come to rest."""

MOST_TURNS = 40_000
"""Turns of the event loop after which an app that is still busy will never come to rest."""


async def come_to_rest(app: App[Any]) -> bool:
    """Wait until what was asked is done and drawn: no message waits anywhere, several turns running.

    False where it does not come to that. An app that has ended is at rest.
    """
    quiet = 0
    for _ in range(MOST_TURNS):
        await asyncio.sleep(0)
        try:
            screen = app.screen
        except ScreenStackError:
            return True
        # An app with a boundary goes on from an error, and shows in `failure` where it could not.
        if getattr(app, "failure", app._exception) is not None:
            return True
        pumps = (app, *app.screen_stack, *screen.walk_children())
        if any(not pump._message_queue.empty() or pump._next_callbacks for pump in pumps):
            quiet = 0
            continue
        app._check_resize()
        quiet = 0 if screen._callbacks else quiet + 1
        screen._on_timer_update()
        if quiet == QUIET_TURNS:
            if not draw(screen):
                return True
            quiet = 0
    return False


_render_update = Compositor.render_update
_drawing: list[Compositor] = []


def render_at_rest(compositor: Compositor, full: bool = False, **options: Any) -> RenderableType | None:
    """What replaces Textual's rendering: what has changed stays marked as such, and is rendered once the app rests; a
    whole screen, for a picture, at once.

    A key draws several frames in a test, where a terminal, at sixty a second, shows one or two.
    """
    if full or compositor in _drawing:
        return _render_update(compositor, full, **options)
    return None


def draw(screen: Screen[Any]) -> bool:
    """Have what has changed on a screen rendered next; whether anything has."""
    if screen._compositor._dirty_regions:
        screen.call_next(_draw, screen)
        return True
    return False


def _draw(screen: Screen[Any]) -> None:
    compositor = screen._compositor
    _drawing.append(compositor)
    try:
        screen._compositor_refresh()
    finally:
        _drawing.remove(compositor)
        compositor._dirty_regions.clear()


async def rest(min_sleep: float = 0, max_sleep: float = 0) -> None:
    """What replaces Textual's own wait in tests, which sleeps until the processor is idle."""
    assert await come_to_rest(active_app.get()), "the app does not come to rest"
