"""Where a register is open read-only, no screen names a key that would change it, and one line shows how to work in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, sitting_with
from wide import widely

from store.exchange.foreign import open_foreign
from store.register import Author, Register
from tui.app import FairleadApp
from tui.desk.open_register import notice_of
from tui.desk.settings import load
from tui.keys import EDITS, EVERYWHERE, format_key, keys_for
from tui.screens.base import RegisterScreen
from widgets.item_pane import TABS

HINT = re.compile(r"[Pp]ress (\S+?)[ ,.]|, then (\w)\b")


def promised_keys(seat: Seat) -> set[str]:
    """The keys that change the register among those that the screen asks to press."""
    screen = seat.app.screen
    assert isinstance(screen, RegisterScreen)
    edits = {format_key(k) for key in keys_for(*screen.PLACES, EVERYWHERE) if key.action in EDITS for k in key.keys}
    named = {key for found in HINT.findall(seat.shown()) for key in found if key}
    return named & (edits | {"a", "n"})


async def walk(seat: Seat) -> None:
    """Look at every screen, and at every tab of items with and without entries."""
    for place in ("1", "4", "6", "7", "3", "l", "b"):
        await seat.press(place)
        assert not promised_keys(seat), seat.shown()
    await seat.press("escape")
    for reference in ("HC-6", "OCSA-11", "CCP-11"):
        if not seat.app.register.conn.execute("SELECT 1 FROM recommendation LIMIT 1").fetchone():
            await seat.press("2")
            assert not promised_keys(seat), seat.shown()
            return
        await seat.open(reference)
        for _ in TABS:
            assert not promised_keys(seat), seat.shown()
            await seat.press("right_square_bracket")


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
@pytest.mark.parametrize("is_empty", [False, True])
async def test_no_screen_promises_a_key_that_a_read_only_register_refuses(
    sample_built: Path, tmp_path: Path, size: tuple[int, int], is_empty: bool
) -> None:
    theirs = sample_built
    if is_empty:
        theirs = tmp_path / "theirs.fairlead"
        Register.create(theirs, Author("Somebody")).close()
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    register = open_foreign(theirs, scratch)
    async with sitting_with(FairleadApp(register, load()[0], notice=notice_of(theirs, register)), size) as seat:
        lines = seat.lines()
        (line,) = (line for line in lines if "ctrl+k saves it as your own" in line)
        assert ("theirs stays as it is." if is_empty else "to work in it or to take items over.") in line
        await walk(seat)
