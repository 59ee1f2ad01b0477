"""The share screen shows what comes home, what of today is not in a file, and where a file is; whole on 80 columns."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from screen import NARROW, Seat, sitting
from secret_words import item_of

from store.commands import AddNote
from store.register import Author, Register
from tui.desk.settings import update_settings
from tui.screens.share import KINDS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's folder."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    return tmp_path


async def described(seat: Seat) -> str:
    return await seat.until(lambda: "It holds" in seat.shown(), "it is not described")


async def test_each_row_says_what_it_is_for_uncut_on_80_columns(sample_path: Path) -> None:
    async with sitting(sample_path, NARROW, at="2 f d 6") as seat:
        seat.sees("Shown: Delayed", *(tip for _, _, tip in KINDS))
        assert seat.line(".sqlite").endswith("comes home: they take it into their register")
        await described(seat)
        seat.sees("A register: whoever gets it takes it into their own, or opens it, to be")


async def test_what_was_changed_today_and_is_not_in_the_file_is_named_before_and_after(
    sample_path: Path, home: Path
) -> None:
    update_settings(acts_for=("C3",))
    with closing(Register.open(sample_path, Author("Test Lead"))) as register:
        for reference in ("CAM-2", "CAM-3", "CAM-5"):
            register.do(AddNote(items=(item_of(register, reference),), text="A form is being tried."))
    expected = "Not in it: 3 items changed here today: CAM-2, CAM-3, CAM-5."
    async with sitting(sample_path, NARROW, at="6") as seat:
        await described(seat)
        seat.sees("Shown: Mine", expected)
        await seat.press("enter", "ctrl+s")
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
        await seat.until(lambda: expected in seat.shown(), "it is not said afterwards")
        await seat.press(*"jjjjj")
        await described(seat)
        seat.lacks("changed here today")


async def test_where_a_file_is_stays_with_its_row_until_the_register_is_another(sample_path: Path, home: Path) -> None:
    path = home / "whole.sqlite"
    async with sitting(sample_path, at="6") as seat:
        await described(seat)
        await seat.press("enter")
        await seat.answer(path=str(path))
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
        assert seat.line(str(path)).strip() == str(path) and not seat.toasts
        seat.sees("Send it: they press 6, then i, to take it into their register.")
        await seat.press("j")
        seat.lacks("Written at")
        await seat.press("k", "2", "6")
        seat.sees("Written at", str(path))
        await seat.press("2", "n")
        await seat.write("A form is being tried.")
        await seat.press("ctrl+s", "6")
        seat.lacks("Written at")


async def test_three_keys_in_one_burst_write_a_file(sample_path: Path, home: Path) -> None:
    async with sitting(sample_path, NARROW) as seat:
        await seat.hurry("6", "enter", "ctrl+s")
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
    assert [file.name for file in home.glob("*.sqlite")] == ["sample-2024-09-18.sqlite"]


async def test_what_would_alter_the_file_is_asked_and_nothing_else(sample_path: Path) -> None:
    with closing(Register.open(sample_path, Author("Test Lead"))) as register:
        item = item_of(register, "HC-6")
        register.do(AddNote(items=(item,), text="A form.", marking="OFFICIAL-SENSITIVE"))
        register.do(AddNote(items=(item,), text="Another form."))
        register.undo()
    async with sitting(sample_path, NARROW, at="6") as seat:
        await described(seat)
        await seat.press("enter")
        seat.sees("As it is set, all that was listed goes, and no names are left out.")
        seat.sees("Marking", "▸ up to OFFICIAL-SENSITIVE", "What was withdrawn     in it  ▸ left out", "History")
        seat.lacks("Where files lie", "Evidence files", "Marked at most")
        await seat.press("escape", "j", "j")
        await described(seat)
        await seat.press("enter")
        seat.sees("Write .csv", "Names of persons")
        seat.lacks("History   ", "What was withdrawn")
