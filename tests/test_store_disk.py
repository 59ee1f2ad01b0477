"""What a register leaves on the disk, and for whom: begun at once, forced out, overwritten when deleted, its owner's
alone."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tampering import small_register

import store.file.database
from store.commands import DescribeRegister
from store.domain.errors import Busy
from store.exchange.export import export
from store.exchange.foreign import open_foreign, save_as_own
from store.exchange.handover import hand_over, save
from store.exchange.untrusted import open_untrusted
from store.file.backups import back_up
from store.file.database import File, make_new_files_private, read_only
from store.file.schema import migrate
from store.queries.filter import Filter
from store.register import Author, Register
from tui import __main__ as start
from tui.desk.drafts import Drafts
from tui.desk.settings import ensure_folder, folders, update_settings

WRITER = Author("Test Lead")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register's file, to be copied."""
    return small_register(tmp_path_factory.mktemp("small") / "small.fairlead")


@pytest.fixture
def small(built: Path, tmp_path: Path) -> Path:
    """A small register, closed."""
    return Path(shutil.copyfile(built, tmp_path / "small.fairlead"))


@pytest.fixture
def register(small: Path) -> Iterator[Register]:
    """A small register, open."""
    found = Register.open(small, WRITER)
    yield found
    found.close()


# A write begins at once


def test_from_its_first_moment_a_write_keeps_other_writers_out(register: Register) -> None:
    with (
        closing(sqlite3.connect(register.path, isolation_level=None, timeout=0)) as other,
        register.file.transaction(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


@pytest.mark.slow
def test_a_write_that_finds_another_under_way_is_refused_before_it_reads_anything(register: Register) -> None:
    register.conn.execute("PRAGMA busy_timeout=0")
    reached = False
    with closing(sqlite3.connect(register.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Busy), register.file.transaction():
            reached = True
        other.execute("ROLLBACK")
    assert not reached


def test_after_a_save_another_program_is_waited_for_as_long_as_before_it(register: Register) -> None:
    register.do(DescribeRegister(title="Ours"))
    assert register.conn.execute("PRAGMA busy_timeout").fetchone() == (store.file.database.BUSY_MS,)


# Forced to the disk

ALWAYS = {"trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0, "foreign_keys": 1, "busy_timeout": 5000}
TO_WRITE = {"journal_mode": "truncate", "synchronous": 2, "secure_delete": 1, "query_only": 0}
TO_READ = {"query_only": 1}


def settings_of(conn: sqlite3.Connection, names: Iterable[str]) -> dict[str, object]:
    found = {name: conn.execute(f"PRAGMA {name}").fetchone() for name in names}
    # A system without memory-mapped files answers nothing.
    return {name: row[0] if row else 0 for name, row in found.items()}


@pytest.mark.parametrize("how", ["opened", "made"])
def test_what_is_saved_is_forced_to_the_disk_and_what_is_deleted_overwritten(how: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.fairlead"
    register = Register.create(path)
    if how == "opened":
        register.close()
        register = Register.open(path)
    assert settings_of(register.conn, ALWAYS | TO_WRITE) == ALWAYS | TO_WRITE
    register.close()


def test_while_a_register_is_made_it_is_already_forced_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[str, object]] = []

    def watched(conn: sqlite3.Connection) -> None:
        seen.append(settings_of(conn, ALWAYS | TO_WRITE))
        migrate(conn)

    monkeypatch.setattr("store.file.database.migrate", watched)
    Register.create(tmp_path / "mine.fairlead").close()
    assert seen == [ALWAYS | TO_WRITE]


def test_what_only_reads_cannot_write(register: Register, small: Path) -> None:
    looked = File(small, read_only_reason="It is only looked at.")
    with register.file.reading() as reading, read_only(small) as short:
        for conn in (reading, short, looked.conn):
            assert settings_of(conn, ALWAYS | TO_READ) == ALWAYS | TO_READ
            for sql in ("DELETE FROM note", "CREATE TEMP TABLE sly (x)"):
                with pytest.raises(sqlite3.OperationalError, match="readonly"):
                    conn.execute(sql)
    looked.close()


def test_the_journal_is_on_the_disk_during_a_write_and_stays_empty_after_it(register: Register) -> None:
    journal = Path(f"{register.path}-journal")
    with register.file.transaction() as conn:
        conn.execute("UPDATE note SET text = 'changed'")
        assert journal.stat().st_size > 0
    assert journal.stat().st_size == 0


# Overwritten when deleted


@pytest.mark.parametrize("length", [40, 20_000], ids=["within a page", "over many"])
@pytest.mark.parametrize("how", ["deleted", "changed"])
def test_a_text_that_is_no_longer_in_a_table_is_not_in_the_file(small: Path, how: str, length: int) -> None:
    secret = ("Okapi " * length)[:length]
    register = Register.open(small)
    with register.file.transaction() as conn:
        conn.execute("INSERT INTO this_file VALUES ('secret', ?)", (secret,))
    register.close()
    # Not sooner: whoever closes a file that SQLite has open drops its locks.
    assert b"Okapi" in small.read_bytes()
    register = Register.open(small)
    with register.file.transaction() as conn:
        if how == "deleted":
            conn.execute("DELETE FROM this_file WHERE name = 'secret'")
        else:
            conn.execute("UPDATE this_file SET value = '' WHERE name = 'secret'")
    register.close()
    assert b"Okapi" not in small.read_bytes()


# Its owner's alone


@pytest.fixture
def open_umask() -> Iterator[None]:
    """An account that lets everybody read what it makes: whatever is private then was made so."""
    if sys.platform == "win32":
        pytest.skip("Windows has no such modes")
    before = os.umask(0)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _own_copy(register: Register, folder: Path) -> Path:
    own = save_as_own(register.path, folder / "kept.fairlead", WRITER, folder)
    own.close()
    return own.path


def _as_at(register: Register, folder: Path) -> Path:
    register.write_as_at(date(2024, 9, 17), folder / "past.fairlead")
    return folder / "past.fairlead"


def _looked_at(register: Register, folder: Path) -> Path:
    theirs = register.path.with_name("theirs.fairlead")
    theirs.write_bytes(back_up(register.file, folder, date(2024, 9, 18)).read_bytes())
    shown = open_foreign(theirs, folder)
    shown.close()
    return shown.path


def _page(register: Register, folder: Path) -> Path:
    return save(hand_over(register.conn, "ACC", register.today()), folder / "page.md").path


MADE: dict[str, Callable[[Register, Path], Path]] = {
    "a backup": lambda register, folder: back_up(register.file, folder, date(2024, 9, 18)),
    "a past day": _as_at,
    "a kept file": _own_copy,
    "a file that is looked at": _looked_at,
    "a page": _page,
    "a table": lambda register, folder: export(register, folder / "out.csv", Filter()).path,
    "a share": lambda register, folder: export(register, folder / "out.sqlite", Filter()).path,
}


@pytest.mark.parametrize("what", MADE)
def test_every_file_that_the_store_makes_is_its_owners_alone(
    what: str, register: Register, tmp_path: Path, open_umask: None
) -> None:
    assert register.path.name == "small.fairlead"
    folder = tmp_path / "made"
    folder.mkdir()
    made_here = MADE[what](register, folder)
    assert made_here.parent == folder
    assert {path.name: oct(mode(path)) for path in folder.iterdir()} == {
        path.name: oct(0o600) for path in folder.iterdir()
    }


def test_a_register_and_its_journal_are_their_owners_alone(tmp_path: Path, open_umask: None) -> None:
    register = Register.create(tmp_path / "mine.fairlead", WRITER)
    register.do(DescribeRegister(title="Ours"))
    assert (mode(register.path), mode(Path(f"{register.path}-journal"))) == (0o600, 0o600)
    register.close()


def test_the_copies_that_are_worked_from_are_their_owners_alone(
    register: Register, tmp_path: Path, open_umask: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen = tmp_path / "temporary", dict[str, int]()
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))

    def watched(_done: int, _of: int) -> bool:
        seen.update({path.name: mode(path) for path in folder.rglob("*.sqlite")})
        return True

    export(register, tmp_path / "out.sqlite", Filter(), progress=watched)
    assert seen == {"copy.sqlite": 0o600, "share.sqlite": 0o600}
    with open_untrusted(tmp_path / "out.sqlite", folder):
        assert [mode(path) for path in folder.iterdir()] == [0o600]


def test_the_folders_of_this_desk_are_its_owners_alone(open_umask: None) -> None:
    update_settings(name="Test Lead")
    Drafts(folders().drafts, "a" * 32).save("a note", "A note", {"text": "Half a sentence"})
    here = (folders().config, folders().drafts, ensure_folder(folders().backups))
    assert [mode(folder) for folder in here] == [0o700] * 3


def test_the_program_lets_nobody_else_read_what_it_makes(open_umask: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make_new_files_private()
    assert os.umask(0) == 0o077
    monkeypatch.setattr(sys, "argv", ["fairlead", "log", "--help"])
    with pytest.raises(SystemExit):
        start.main()
    assert os.umask(0) == 0o077
