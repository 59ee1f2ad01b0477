"""Backups: whole, checked before they count, never in the way of a save, and pruned by one rule."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest
from tampering import rows, small_disk, small_register

import store.file.backups
from store.commands import AddNote
from store.domain.errors import Cancelled, Damaged, DiskFull, FolderMissing
from store.exchange.integrity import check
from store.file.backups import back_up, list_backups, newest_backup, prune
from store.register import Author, Register

WRITER = Author("Test Lead")
DAY = date(2024, 9, 18)
ID = "a" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


def test_a_backup_is_the_whole_register_under_a_name_that_says_whose(sample: Register, folder: Path) -> None:
    path = back_up(sample.file, folder, DAY)
    assert path.name == f"{sample.id}.2024-09-18.000001.fairlead"
    assert [p.name for p in folder.iterdir()] == [path.name]
    copy = Register.open(path, WRITER)
    assert copy.id == sample.id
    assert list(copy.log.all()) == list(sample.log.all())
    assert check(copy).sound
    copy.close()
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_newest_is_the_last_made_whatever_the_day_says(sample: Register, folder: Path) -> None:
    made = [back_up(sample.file, folder, DAY + timedelta(days=days)) for days in (0, 5, -30, 0)]
    assert [b.path for b in list_backups(folder, sample.id)] == made[::-1]
    assert newest_backup(folder, sample.id) == made[-1]
    assert newest_backup(folder, ID) is None
    assert list_backups(folder / "nowhere", sample.id) == []


def test_a_save_in_the_middle_of_a_backup_goes_through(
    sample: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.file.backups, "_PAGES", 20)
    item = sample.conn.execute("SELECT id FROM recommendation").fetchone()[0]
    steps: list[int] = []

    def save_now_and_then(_done: int, _of: int) -> bool:
        steps.append(1)
        if len(steps) in (2, 4):
            sample.do(AddNote(items=(item,), text=f"saved at step {len(steps)}"))
        return True

    path = back_up(sample.file, folder, DAY, save_now_and_then)
    assert len(steps) > 5
    copy = Register.open(path)
    assert list(copy.log.all()) == list(sample.log.all())
    assert check(copy).sound
    copy.close()


def test_a_backup_that_is_stopped_leaves_nothing(sample: Register, folder: Path) -> None:
    with pytest.raises(Cancelled):
        back_up(sample.file, folder, DAY, lambda done, of: False)
    assert not list(folder.iterdir())


def test_no_backup_is_made_of_a_damaged_register(tmp_path: Path, folder: Path) -> None:
    path = small_register(tmp_path / "small.fairlead")
    page = rows(path, "SELECT rootpage FROM sqlite_schema WHERE name = 'note'")[0][0]
    with path.open("rb+") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    register = Register.open(path)
    with pytest.raises(Damaged, match="no backup was made"):
        back_up(register.file, folder, DAY)
    register.close()
    assert not list(folder.iterdir())


def test_a_backup_needs_its_folder_and_room(sample: Register, tmp_path: Path) -> None:
    with pytest.raises(FolderMissing):
        back_up(sample.file, tmp_path / "nowhere", DAY)
    with small_disk(tmp_path / "disk", 200) as disk:
        with pytest.raises(DiskFull):
            back_up(sample.file, disk, DAY)
        assert not list(disk.iterdir())


def place(folder: Path, day: date, number: int, size: int = 10) -> Path:
    path = folder / f"{ID}.{day.isoformat()}.{number:06}.fairlead"
    with path.open("wb") as file:
        file.truncate(size)
    return path


def numbers(folder: Path) -> list[int]:
    return [backup.number for backup in list_backups(folder, ID)]


def test_the_newest_ten_and_one_a_day_are_kept(folder: Path) -> None:
    for number in range(1, 31):
        place(folder, DAY + timedelta(days=number // 6), number)
    gone = prune(folder, ID)
    assert numbers(folder) == [*range(30, 20, -1), 17, 11, 5]
    assert len(gone) == 17
    assert prune(folder, ID) == []


def test_no_more_than_a_gigabyte_is_kept_and_never_fewer_than_three(folder: Path) -> None:
    for number in range(1, 9):
        place(folder, DAY, number, 300_000_000)
    prune(folder, ID)
    assert numbers(folder) == [8, 7, 6]
    for number in range(9, 12):
        place(folder, DAY, number, 2**30)
    prune(folder, ID)
    assert numbers(folder) == [11, 10, 9]


def test_a_gigabyte_to_the_byte_is_kept_and_a_byte_more_is_not(folder: Path) -> None:
    for number in range(1, 6):
        place(folder, DAY, number, 2**28)
    assert prune(folder, ID) and numbers(folder) == [5, 4, 3, 2]
    place(folder, DAY, 2, 2**28 + 1)
    prune(folder, ID)
    assert numbers(folder) == [5, 4, 3]


def test_the_newest_of_a_day_is_kept_beside_the_newest_ten_and_no_other_of_it(folder: Path) -> None:
    for number in range(1, 13):
        place(folder, DAY + timedelta(days=number >= 3), number)
    prune(folder, ID)
    assert numbers(folder) == [*range(12, 2, -1), 2]


def test_pruning_touches_no_other_file(folder: Path) -> None:
    for number in range(1, 15):
        place(folder, DAY, number)
    others = [
        folder / "notes.txt",
        folder / f"{'b' * 32}.2024-09-18.000001.fairlead",
        folder / f"{ID}.2024-13-45.000001.fairlead",
        folder / f"{ID}.2024-09-18.000001.fairlead.old",
    ]
    for other in others:
        other.write_text("mine")
    prune(folder, ID)
    assert all(other.exists() for other in others)
    assert len(numbers(folder)) == 10
