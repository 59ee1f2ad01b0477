"""Every command by name: Textual's palette, where it fails mended."""

from __future__ import annotations

from contextlib import suppress

from textual.command import CommandPalette


class Palette(CommandPalette):
    """Textual's palette."""

    def _action_command_list(self, action: str) -> None:
        """Move in the list; one that is not laid out yet, or has no room, has no pages to move by."""
        with suppress(KeyError, IndexError):
            super()._action_command_list(action)
