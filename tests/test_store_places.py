"""A finished file is put in its place: over nothing that is there, whenever that came, and forced to the disk on the
way."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from tampering import small_register

import store.file.atomic
from store.domain.errors import CannotWrite, FileAlreadyExists
from store.exchange.export import export
from store.exchange.foreign import save_as_own
from store.exchange.handover import hand_over, save
from store.file.atomic import write_whole
from store.file.backups import back_up
from store.queries.filter import Filter
from store.register import Author, Register
from tui.desk.open_register import fill_with_themes, new_register
from tui.desk.settings import folders, update_settings

Write = Callable[[Register, Path], object]
WRITES: dict[str, tuple[str, Write]] = {
    "an export": ("out.csv", lambda register, out: export(register, out, Filter())),
    "a share": ("out.sqlite", lambda register, out: export(register, out, Filter())),
    "a page": (
        "out.md",
        lambda register, out: save(hand_over(register.conn, "ACC", register.today()), out),
    ),
    "a kept file": (
        "out.fairlead",
        lambda register, out: save_as_own(register.path, out, Author("Test Lead"), out.parent).close(),
    ),
    "a new register": ("out.fairlead", lambda register, out: new_register(out, fill_with_themes)),
}
EVERY = pytest.mark.parametrize("what", WRITES)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register's file, to be copied."""
    return small_register(tmp_path_factory.mktemp("small") / "small.fairlead")


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Iterator[Register]:
    """A small register, open."""
    folder = tmp_path / "here"
    folder.mkdir()
    register = Register.open(Path(shutil.copyfile(built, folder / "small.fairlead")), Author("Test Lead"))
    yield register
    register.close()


@EVERY
def test_a_file_that_is_there_is_refused_before_any_work_is_done(
    what: str, small: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, write = WRITES[what]
    out = tmp_path / name
    out.write_text("mine")

    def no_work(*_: object, **__: object) -> None:
        raise AssertionError

    for place in ("exchange.export._copy", "exchange.foreign._write_fresh", "file.atomic.replace_file"):
        monkeypatch.setattr(f"store.{place}", no_work)
    monkeypatch.setattr(Register, "create", no_work)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(FileAlreadyExists):
        write(small, out)
    assert out.read_text() == "mine" and sorted(tmp_path.iterdir()) == before


@EVERY
@pytest.mark.parametrize("when", ["while it was written", "while it was put in place"])
def test_a_file_that_appears_meanwhile_is_not_written_over(
    what: str, when: str, small: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, write = WRITES[what]
    out = tmp_path / name
    check, checks = store.file.atomic.check_destination, list[Path]()

    def appears(place: Path, *, force: bool) -> None:
        # The first check of it is made before anything is written, the last when it is put in place.
        checks.extend([place] if place == out else [])
        is_last = place == out and len(checks) == 2
        if is_last and when == "while it was written":
            out.write_text("somebody else's")
        check(place, force=force)
        if is_last:
            out.write_text("somebody else's")

    monkeypatch.setattr(store.file.atomic, "check_destination", appears)
    with pytest.raises(FileAlreadyExists):
        write(small, out)
    assert out.read_text() == "somebody else's"
    assert checks == [out, out]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


@EVERY
def test_a_journal_that_another_program_left_is_not_given_a_file_to_be_played_into(
    what: str, small: Register, tmp_path: Path
) -> None:
    name, write = WRITES[what]
    for end in ("-journal", "-wal", "-shm"):
        left = tmp_path / f"{name}{end}"
        left.write_bytes(b"crafted")
        with pytest.raises(CannotWrite, match=f"{name}{end} lies beside it"):
            write(small, tmp_path / name)
        assert left.read_bytes() == b"crafted" and not (tmp_path / name).exists()
        left.unlink()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is forced to the disk, and what is moved where, in order, by name."""
    made: list[tuple[str, str]] = []
    force, move = os.fsync, os.replace

    def forced(handle: int) -> None:
        name = Path(f"/proc/self/fd/{handle}").readlink().name
        if name not in ("backups", "made") and not name.startswith("test_"):
            assert os.fstat(handle).st_size > 0, "what is forced to the disk has not been written yet"
        made.append(("forced", "temporary" if name.endswith((".part", f".{os.getpid()}")) else name))
        force(handle)

    def moved(before: Path, after: Path) -> None:
        made.append(("moved to", Path(after).name))
        move(before, after)

    monkeypatch.setattr(os, "fsync", forced)
    monkeypatch.setattr(os, "replace", moved)
    return made


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a handle does not tell its name")


@ON_LINUX
@pytest.mark.parametrize("force", [True, False])
def test_a_file_is_on_the_disk_before_it_takes_its_name_and_its_name_before_it_is_acknowledged(
    force: bool, tmp_path: Path, calls: list[tuple[str, str]]
) -> None:
    write_whole(tmp_path / "out.csv", [b"who", b"le"], force=force)
    assert calls == [("forced", "temporary"), ("moved to", "out.csv"), ("forced", tmp_path.name)]
    assert (tmp_path / "out.csv").read_text() == "whole"


@ON_LINUX
def test_a_backup_has_its_name_on_the_disk_before_it_counts(
    small: Register, tmp_path: Path, calls: list[tuple[str, str]]
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    path = back_up(small.file, folder, date(2024, 9, 18))
    assert calls == [("forced", "temporary"), ("moved to", path.name), ("forced", "backups")]


@ON_LINUX
def test_the_settings_are_on_the_disk_before_they_take_the_place_of_the_old_ones(calls: list[tuple[str, str]]) -> None:
    update_settings(name="Test Lead")
    assert calls == [("forced", "temporary"), ("moved to", "settings.json"), ("forced", folders().config.name)]


def test_what_replaces_a_register_leaves_nothing_beside_it_that_could_be_played_into_it(tmp_path: Path) -> None:
    out = small_register(tmp_path / "mine.fairlead")
    beside = [Path(f"{out}{end}") for end in ("-journal", "-wal", "-shm")]
    for left in beside:
        left.write_bytes(b"crafted")
    write_whole(out, [b"whole"], force=True)
    assert out.read_text() == "whole" and not any(left.exists() for left in beside)
