"""The terms on which a file leaves, on the share screen, and opening what came under a passphrase."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from exported import bytes_of
from screen import sitting

from store.exchange.encrypted import is_encrypted

GOOD = "ladder otter chalk violet"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's folder."""
    monkeypatch.setattr(Path, "home", lambda: tmp_path)


@pytest.mark.slow
async def test_other_terms_are_shown_whole_before_the_file_is_written(sample_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "flat.sqlite"
    async with sitting(sample_path, at="6") as seat:
        await seat.until(lambda: "It holds" in seat.shown(), "it is not described")
        await seat.press("w")
        seat.sees("As it is set, all that was listed goes, and no names are left out.", "Names of persons     ▸ in it")
        seat.lacks("Marking ", "What was withdrawn", "Where files lie", "Evidence files")
        await seat.answer(path=str(out), names="l", history="l")
        await seat.until(lambda: "will hold" in seat.shown(), "it does not show what the file will hold")
        seat.sees("flat.sqlite will hold", "without history", "w  write it")
        assert not out.exists()
        await seat.press("w")
        await seat.until(lambda: "Written at" in seat.shown(), "it was not written")
    assert b"Speirs" not in bytes_of(out) and b"Local Policing" in bytes_of(out)


@pytest.mark.slow
async def test_nothing_is_written_where_the_preview_is_left(sample_path: Path, tmp_path: Path) -> None:
    async with sitting(sample_path, at="6") as seat:
        await seat.press("w")
        await seat.answer(path=str(tmp_path / "out.sqlite"), names="l")
        await seat.until(lambda: "will hold" in seat.shown(), "it does not show what the file will hold")
        await seat.press("escape")
    assert not (tmp_path / "out.sqlite").exists()


@pytest.mark.parametrize("name", ["out.sqlite.age", "out.AGE", "out.sqlite.age "])
async def test_a_name_of_an_encrypted_file_without_a_passphrase_writes_nothing(
    sample_path: Path, tmp_path: Path, name: str
) -> None:
    async with sitting(sample_path, at="6") as seat:
        await seat.press("w")
        await seat.answer(path=f"{tmp_path}/{name}")
        seat.sees("A file whose name ends in .age is written under a passphrase: type one.")
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("out")]


@pytest.mark.slow
async def test_a_passphrase_is_not_shown_and_a_short_one_is_refused(sample_path: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.sqlite.age"
    async with sitting(sample_path, at="6") as seat:
        await seat.press("w")
        await seat.answer(path=str(tmp_path / "out.sqlite"), passphrase="hunter2", again="hunter2")
        seat.sees("Four words")
        seat.lacks("hunter2")
        await seat.answer(passphrase=GOOD, again="another one of these")
        seat.sees("are not the same")
        await seat.answer(again=GOOD)
        await seat.until(lambda: "Written at" in seat.shown(), "it was not written")
    assert is_encrypted(out)
    assert pyrage.passphrase.decrypt(out.read_bytes(), GOOD).startswith(b"SQLite format 3")
    assert not (tmp_path / "out.sqlite").exists()
    async with sitting(sample_path, at="ctrl+o") as seat:
        await seat.press("ctrl+u")
        await seat.write(str(out))
        await seat.press("enter")
        await seat.until(lambda: "is encrypted" in seat.shown(), "it does not ask")
        await seat.answer(passphrase="not that one, surely")
        await seat.until(lambda: "does not open" in seat.shown(), "it does not say so")
        await seat.press("escape", "ctrl+o", "ctrl+u")
        await seat.write(str(out))
        await seat.press("enter")
        await seat.until(lambda: "is encrypted" in seat.shown(), "it does not ask")
        await seat.answer(passphrase=GOOD)
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        await seat.press("6", "w")
        await seat.answer(path=str(tmp_path / "clear.sqlite"))
        seat.sees("It came encrypted")
    assert not (tmp_path / "clear.sqlite").exists()


@pytest.mark.slow
async def test_a_second_file_of_the_same_day_gets_a_free_name_encrypted_or_not(
    sample_path: Path, tmp_path: Path
) -> None:
    async with sitting(sample_path, at="6") as seat:
        for number in (1, 2, 3):

            def is_written(number: int = number) -> bool:
                return len(list(tmp_path.glob("*.age"))) == number

            await seat.press("w")
            await seat.answer(passphrase=GOOD, again=GOOD)
            await seat.until(is_written, "it was not written")
            await seat.press("escape")
    assert sorted(file.name.partition("2024-09-18")[2] for file in tmp_path.glob("*.age")) == [
        "-2.sqlite.age",
        "-3.sqlite.age",
        ".sqlite.age",
    ]
