"""The screens as text, line by line, at both sizes that have to be good.

A change of the screens is looked at in the difference of the files under golden/. `UPDATE_GOLDEN=1 pytest
tests/test_tui_golden.py` writes them again. The hours of changes are masked; nothing else in them differs by run.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, masked, sitting

from store.register import Register
from widgets.item_pane import TABS

GOLDEN = Path(__file__).parent / "golden"
SIZES = [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")]


class Album:
    """Compares screens with their files, all of one test before it fails; or writes them."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.wrong: list[str] = []

    def compare(self, seat: Seat, name: str) -> None:
        """Compare the screen with its file."""
        path = GOLDEN / f"{name}-{self.size[0]}x{self.size[1]}.txt"
        shown = masked(seat.shown()).rstrip() + "\n"
        if os.environ.get("UPDATE_GOLDEN"):
            GOLDEN.mkdir(exist_ok=True)
            path.write_text(shown, encoding="utf-8", newline="\n")
        elif not path.exists():
            self.wrong.append(f"{path.name} is missing")
        elif path.read_text(encoding="utf-8") != shown:
            self.wrong.append(f"{path.name} is another; now:\n{shown}")

    def close(self) -> None:
        """Fail if a screen was not as in its file."""
        assert not self.wrong, "\n".join(self.wrong) + "\nUPDATE_GOLDEN=1 writes them anew."


@pytest.mark.parametrize("size", SIZES)
async def test_the_numbered_screens_look_as_kept(sample_path: Path, size: tuple[int, int]) -> None:
    album = Album(size)
    async with sitting(sample_path, size) as seat:
        album.compare(seat, "publications")
        await seat.press("end")
        album.compare(seat, "publications-totals")
        await seat.press("2")
        album.compare(seat, "recommendations")
        await seat.press("f")
        album.compare(seat, "narrow")
        await seat.press("d")
        album.compare(seat, "delayed")
        await seat.press("3")
        album.compare(seat, "attention")
        await seat.press("l")
        album.compare(seat, "ledger")
        await seat.press("escape", "4")
        album.compare(seat, "themes")
        await seat.press("t")
        album.compare(seat, "themes-outcomes")
        await seat.press("t", "f")
        album.compare(seat, "themes-narrow")
        await seat.press("escape", "6")
        await seat.until(lambda: "21 recommendations" in seat.shown(), "the share screen does not say what it holds")
        album.compare(seat, "share")
        await seat.press("7")
        await seat.until(lambda: "note added" in seat.shown(), "the history is not shown")
        album.compare(seat, "history")
        await seat.press("question_mark")
        album.compare(seat, "help")
    album.close()


@pytest.mark.parametrize("size", SIZES)
async def test_an_item_and_its_dialogs_look_as_kept(sample_path: Path, size: tuple[int, int]) -> None:
    album = Album(size)
    async with sitting(sample_path, size, at="2 slash") as seat:
        await seat.write("third")
        album.compare(seat, "search")
        await seat.press("escape", "escape")
        await seat.open("HC-6")
        for tab in TABS:
            album.compare(seat, f"item-{tab}")
            await seat.press("right")
        await seat.press("s")
        album.compare(seat, "status")
        await seat.press("o", "s", "d")
        album.compare(seat, "status-reason")
        await seat.press("escape", "n")
        album.compare(seat, "note")
        await seat.press("escape", "c")
        album.compare(seat, "correct")
    album.close()


@pytest.mark.parametrize("size", SIZES)
async def test_an_empty_register_looks_as_kept(empty: Register, size: tuple[int, int]) -> None:
    empty.close()
    album = Album(size)
    async with sitting(empty.path, size) as seat:
        album.compare(seat, "empty-publications")
        await seat.press("2")
        album.compare(seat, "empty-recommendations")
        await seat.press("1", "a")
        album.compare(seat, "add-publication")
    album.close()
