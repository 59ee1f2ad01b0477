"""The command palette: Textual's, with two of its errors fixed."""

from __future__ import annotations

from contextlib import suppress

from textual import command, events
from textual.command import CommandList, CommandPalette


class PaletteList(CommandList):
    """Textual's list of the palette, without an error on a late click."""

    async def _on_click(self, event: events.Click) -> None:
        """Ignore a click on a line that was there before the list was filtered."""
        line = event.style.meta.get("option")
        if isinstance(line, int) and line >= self.option_count:
            event.prevent_default()


class Palette(CommandPalette):
    """Textual's palette, without an error on page keys in an empty list."""

    def _action_command_list(self, action: str) -> None:
        """Move in the list; one that is not laid out yet, or has no room, has no pages to move by."""
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)


# Textual's palette instantiates its list by this name.
command.CommandList = PaletteList  # type: ignore[misc]
