"""The command palette: the actions of the table of keys that act here, by name."""

from __future__ import annotations

from tui.keys import EVERYWHERE, Key, format_keys, keys_for
from widgets.picker import Picker, PickOption


class Palette(Picker):
    """Every command by name, as the bottom line and the help name it; ends with the action of one."""

    def __init__(self, places: tuple[str, ...]) -> None:
        """`places` are those that the screen beneath is."""
        # What has a key here alone is listed once, with that.
        here = {key.action for key in keys_for(*places)}
        acting = [*keys_for(*places), *(key for key in keys_for(EVERYWHERE) if key.keys or key.action not in here)]
        options = tuple(_option(key) for key in acting if key.action != "command_palette")
        super().__init__("Every command by name", options)


def _option(key: Key) -> PickOption:
    name = key.label[:1].upper() + key.label[1:]
    return PickOption(key.action, name, note=key.tip, right=format_keys(key) if key.keys else "")
