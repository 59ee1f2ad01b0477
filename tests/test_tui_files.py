"""Opening a file: the recent ones, a folder to look through, a path typed; and names that are free."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import sitting

from store.file.typed import free_path
from store.register import Author, Register
from tui.desk.open_register import fill_with_themes, new_register
from tui.desk.settings import load, update_settings
from widgets.line import LineInput


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a register from elsewhere, a folder with another in it, and a letter."""
    folder = tmp_path / "here"
    (folder / "round").mkdir(parents=True)
    for path in (folder / "theirs.fairlead", folder / "round" / "lead.fairlead"):
        Register.create(path, Author("Somebody")).close()
    (folder / "a letter.txt").write_text("Dear all")
    (folder / ".hidden").write_text("")
    monkeypatch.chdir(folder)
    return folder


async def test_the_files_of_the_folder_are_listed_registers_first(sample_path: Path, folder: Path) -> None:
    async with sitting(sample_path, at="ctrl+o") as seat:
        seat.sees("Open a file", "theirs.fairlead", "round", "a letter.txt", "enter open")
        seat.lacks(".hidden")
        box = "\n".join(line.partition("│")[2].partition("│")[0] for line in seat.lines())
        assert box.index("theirs.fairlead") < box.index("round ") < box.index("a letter.txt")


async def test_enter_opens_a_folder_and_then_the_file_in_it_which_is_checked_first(
    sample_path: Path, folder: Path
) -> None:
    async with sitting(sample_path, at="ctrl+o") as seat:
        await seat.write("rou")
        await seat.press("enter")
        seat.sees("lead.fairlead", "the folder above")
        await seat.press("enter")
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        await seat.press("ctrl+o")
        seat.lacks("▸ lead.fairlead")
    assert load()[0].recent[0] == str(folder / "round" / "lead.fairlead")


async def test_the_arrows_choose_and_enter_opens_what_is_no_register_with_a_sentence(
    sample_path: Path, folder: Path
) -> None:
    async with sitting(sample_path, at="ctrl+o") as seat:
        await seat.press("down", "down", "enter")
        seat.sees("File:", "is not a Fairlead register")
        await seat.press("ctrl+u")
        await seat.write("theirs")
        seat.lacks("is not a Fairlead register")
        await seat.press("enter")
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")


async def test_a_recent_file_is_opened_with_two_keys(sample_path: Path, tmp_path: Path, folder: Path) -> None:
    other = tmp_path / "other.fairlead"
    new_register(other, fill_with_themes)
    update_settings(opened=other)
    async with sitting(sample_path, at="ctrl+o") as seat:
        assert "▸ other.fairlead" in seat.shown()
        await seat.press("enter")
        assert seat.register.path == other


async def test_a_register_of_ones_own_is_offered_a_name_that_is_free(sample_path: Path, tmp_path: Path) -> None:
    from tui.desk.settings import folders

    own = folders().own_register
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_bytes(b"")
    async with sitting(sample_path, at="ctrl+n") as seat:
        assert seat.app.screen.query(LineInput).last().value == str(own.with_name("register-2.fairlead"))
    assert free_path(own) == own.with_name("register-2.fairlead")
