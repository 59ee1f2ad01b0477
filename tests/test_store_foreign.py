"""A file from elsewhere: it is shown, kept as a copy of one's own, or refused in words; it can do nothing else."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tampering import alter, python, rows, small_disk, small_register, super_journal

import store.exchange.reading
import store.exchange.untrusted
from store.commands import AddNote
from store.domain.errors import (
    Cancelled,
    CannotWrite,
    DiskFull,
    FairleadError,
    FileAlreadyExists,
    FileMissing,
    FolderMissing,
    NewerVersion,
    NotARegister,
    OpenedReadOnly,
    Refused,
    SameFile,
)
from store.exchange.foreign import open_foreign, read_log, save_as_own
from store.exchange.integrity import check
from store.log.change import Change
from store.queries.filter import Filter
from store.queries.item_list import counts
from store.register import Author, Register

WRITER = Author("Test Lead")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    folder = tmp_path / "from elsewhere"
    folder.mkdir()
    return small_register(folder / "small.fairlead")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


def log_of(register: Register) -> list[Change]:
    return list(register.log.all())


def test_a_file_from_elsewhere_is_shown_as_it_is(sample: Register, tmp_path: Path, scratch: Path) -> None:
    theirs = tmp_path / "theirs.fairlead"
    with closing(sqlite3.connect(theirs)) as conn, sample.file.reading() as source:
        source.backup(conn)
    shown = open_foreign(theirs, scratch)
    today = sample.today()
    assert counts(shown.conn, Filter(), today) == counts(sample.conn, Filter(), today)
    assert log_of(shown) == log_of(sample)
    reason = shown.read_only_reason or ""
    assert reason == "Read-only: ctrl+k saves it as your own, to work in it or to take items over."
    shown.close()
    # Of a register without a lead there is nothing to take over.
    empty = tmp_path / "empty.fairlead"
    Register.create(empty, WRITER).close()
    shown = open_foreign(empty, scratch)
    assert shown.read_only_reason == "Read-only, from elsewhere: ctrl+k saves it as your own; theirs stays as it is."
    shown.close()


def test_a_file_that_was_looked_at_is_the_same_to_the_byte_and_has_no_side_files(small: Path, scratch: Path) -> None:
    before, when = small.read_bytes(), small.stat().st_mtime_ns
    beside = sorted(small.parent.iterdir())
    open_foreign(small, scratch).close()
    assert small.read_bytes() == before and small.stat().st_mtime_ns == when
    assert sorted(small.parent.iterdir()) == beside
    assert [path.suffix for path in scratch.iterdir()] == [".fairlead"]
    assert read_log(small, scratch)
    assert len(list(scratch.iterdir())) == 1


def test_nothing_can_be_written_to_a_file_that_is_looked_at(small: Path, scratch: Path) -> None:
    shown = open_foreign(small, scratch, WRITER)
    item = shown.conn.execute("SELECT id FROM recommendation").fetchone()[0]
    with pytest.raises(OpenedReadOnly, match="saves it as your own"):
        shown.do(AddNote(items=(item,), text="mine"))
    with pytest.raises(sqlite3.OperationalError):
        shown.conn.execute("DELETE FROM note")
    shown.close()


def test_nothing_of_a_foreign_files_tables_is_believed(small: Path, scratch: Path) -> None:
    alter(
        small,
        "UPDATE recommendation SET status = 'closed', title = 'not in the log'",
        "DELETE FROM note",
        "UPDATE tally SET items = 99",
        "INSERT INTO this_file VALUES ('as at', '1999-01-01')",
    )
    shown = open_foreign(small, scratch)
    assert shown.conn.execute("SELECT DISTINCT status FROM recommendation").fetchall() == [("on-track",)]
    assert shown.conn.execute("SELECT count(*) FROM note").fetchone() == (2,)
    assert shown.conn.execute("SELECT name FROM this_file").fetchall() == [("changes",), ("digest",), ("id",)]
    assert check(shown).sound
    shown.close()


def test_keeping_makes_a_register_of_ones_own_and_leaves_theirs(small: Path, tmp_path: Path, scratch: Path) -> None:
    before = small.read_bytes()
    own = save_as_own(small, tmp_path / "mine.fairlead", WRITER, scratch)
    assert own.id not in ("", rows(small, "SELECT value FROM this_file")[0][0])
    assert log_of(own) == read_log(small, scratch)
    item = own.conn.execute("SELECT id FROM recommendation").fetchone()[0]
    own.do(AddNote(items=(item,), text="mine"))
    assert check(own).sound
    own.close()
    assert small.read_bytes() == before
    assert not list(scratch.iterdir())
    assert {p.name for p in tmp_path.iterdir() if p.is_file()} <= {"mine.fairlead", "mine.fairlead-journal"}


def test_keeping_writes_over_nothing_unasked(small: Path, tmp_path: Path, scratch: Path) -> None:
    out = tmp_path / "mine.fairlead"
    out.write_text("something else")
    with pytest.raises(FileAlreadyExists):
        save_as_own(small, out, WRITER, scratch)
    assert out.read_text() == "something else"
    save_as_own(small, out, WRITER, scratch, force=True).close()
    assert rows(out, "SELECT count(*) FROM note") == [(2,)]


def test_a_place_that_cannot_be_kept_to_is_refused_in_words(small: Path, tmp_path: Path, scratch: Path) -> None:
    with pytest.raises(FolderMissing):
        save_as_own(small, tmp_path / "nowhere" / "mine.fairlead", WRITER, scratch)
    with pytest.raises(CannotWrite, match="it is the file to be copied"):
        save_as_own(small, small, WRITER, scratch, force=True)
    with pytest.raises(CannotWrite, match="folder"):
        save_as_own(small, tmp_path, WRITER, scratch, force=True)
    mine = save_as_own(small, tmp_path / "mine.fairlead", WRITER, scratch)
    with pytest.raises(SameFile):
        save_as_own(small, mine.path, WRITER, scratch, force=True)
    mine.close()


def test_a_journal_in_wait_for_a_kept_file_is_not_played_back_into_it(
    small: Path, tmp_path: Path, scratch: Path
) -> None:
    out = tmp_path / "mine.fairlead"
    Path(f"{out}-journal").write_bytes(b"crafted")
    with pytest.raises(CannotWrite, match=r"mine\.fairlead-journal lies beside it"):
        save_as_own(small, out, WRITER, scratch)
    out.write_text("old")
    save_as_own(small, out, WRITER, scratch, force=True).close()
    assert rows(out, "SELECT count(*) FROM note") == [(2,)]


def test_a_register_that_is_open_here_can_be_kept_and_is_not_looked_at(
    sample: Register, tmp_path: Path, scratch: Path
) -> None:
    with pytest.raises(SameFile, match="open already"):
        open_foreign(sample.path, scratch)
    own = save_as_own(sample.path, tmp_path / "mine.fairlead", WRITER, scratch)
    assert log_of(own) == log_of(sample) and own.id != sample.id
    own.close()


@pytest.mark.skipif(sys.platform == "win32", reason="locks are dropped this way only under POSIX")
def test_asking_for_the_open_register_drops_none_of_its_locks(sample: Register, tmp_path: Path, scratch: Path) -> None:
    os.link(sample.path, tmp_path / "another name.fairlead")
    tries = (
        "import sqlite3, sys\nconn = sqlite3.connect(sys.argv[1], timeout=0, isolation_level=None)\n"
        "try: conn.execute('BEGIN IMMEDIATE'); print('taken')\nexcept sqlite3.OperationalError as e: print(e)"
    )
    with sample.file.transaction():
        for path in (sample.path, tmp_path / "another name.fairlead"):
            with pytest.raises(SameFile):
                open_foreign(path, scratch)
        with python(tries, str(sample.path)) as other:
            assert other.communicate()[0] == "database is locked\n"


def test_a_crafted_journal_beside_a_file_deletes_nothing(small: Path, tmp_path: Path, scratch: Path) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("mine")
    journal = super_journal(small, victim)
    crafted = journal.read_bytes()
    open_foreign(small, scratch).close()
    save_as_own(small, tmp_path / "mine.fairlead", WRITER, scratch).close()
    assert victim.read_text() == "mine"
    assert journal.read_bytes() == crafted


@pytest.mark.skipif(sqlite3.sqlite_version_info >= (3, 53, 3), reason="this SQLite no longer deletes it")
def test_that_crafted_journal_is_a_real_one(small: Path, tmp_path: Path) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("mine")
    super_journal(small, victim)
    rows(small, "SELECT count(*) FROM note")
    assert not victim.exists()


def _cut(path: Path) -> None:
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size // 2)


def _as_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _index_of_another(path: Path, table: str, other: str) -> None:
    """Let a table's index lie where another's lies: every statement of the schema is as it should be."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        sql = "SELECT name, rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? ORDER BY name"
        (name, _), (_, page) = (conn.execute(sql, (of,)).fetchone() for of in (table, other))
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = ?", (page, name))


REFUSED: dict[str, tuple[Callable[[Path], object], type[FairleadError], str]] = {
    "missing": (Path.unlink, FileMissing, "no file"),
    "folder": (_as_folder, NotARegister, "not a file"),
    "empty": (lambda p: p.write_bytes(b""), NotARegister, "empty"),
    "not SQLite": (lambda p: p.write_bytes(b"PK\3\4" * 100), NotARegister, "not a SQLite file"),
    "another program's": (lambda p: alter(p, "PRAGMA application_id=7"), NotARegister, "another program"),
    "write-ahead": (lambda p: alter(p, "PRAGMA journal_mode=WAL"), NotARegister, "write-ahead"),
    "newer": (lambda p: alter(p, "PRAGMA user_version=99"), NewerVersion, "newer"),
    "cut short": (_cut, Refused, "cut short"),
    "a trigger": (
        lambda p: alter(p, "CREATE TRIGGER sly AFTER INSERT ON note BEGIN SELECT 1; END"),
        Refused,
        "it adds trigger sly",
    ),
    "a view": (lambda p: alter(p, "CREATE VIEW sly AS SELECT 1"), Refused, "it adds view sly"),
    "a view over the log": (
        lambda p: alter(
            p, "ALTER TABLE change RENAME TO real_change", "CREATE VIEW change AS SELECT * FROM real_change"
        ),
        Refused,
        "view change",
    ),
    "a table": (lambda p: alter(p, "CREATE TABLE sly (x)"), Refused, "it adds table sly"),
    "a table written closely": (lambda p: alter(p, "CREATE TABLE sly(x)"), Refused, "it adds table sly"),
    "a virtual table": (lambda p: alter(p, "CREATE VIRTUAL TABLE sly USING fts5 (x)"), Refused, "sly"),
    "an index": (lambda p: alter(p, "CREATE INDEX sly ON note (abs(id))"), Refused, "it adds index sly"),
    "a column": (lambda p: alter(p, "ALTER TABLE party ADD COLUMN sly TEXT"), Refused, "it alters table party"),
    "a table less": (lambda p: alter(p, "DROP TABLE figure"), Refused, "it lacks"),
    "an index of the log that is damaged": (lambda p: _index_of_another(p, "change", "note"), Refused, "it is damaged"),
    "an index of what is local that is damaged": (
        lambda p: _index_of_another(p, "this_file", "note"),
        Refused,
        "it is damaged",
    ),
    "an index of the files kept that is damaged": (
        lambda p: _index_of_another(p, "sqlar", "change"),
        Refused,
        "it is damaged",
    ),
    "an altered change": (
        lambda p: alter(p, "UPDATE change SET body = replace(body, 'Item 1', 'Item 7')"),
        Refused,
        r"change \d+: it is not what its id says",
    ),
    "an altered author": (
        lambda p: alter(p, f"UPDATE change SET author = '{'a' * 32}' WHERE n = 3"),
        Refused,
        "change 3: it is not what its id says",
    ),
    "half a body": (lambda p: alter(p, "UPDATE change SET salt = NULL WHERE n = 3"), Refused, "half of its body"),
    "a bad manifest": (
        lambda p: alter(p, "INSERT INTO this_file VALUES ('share', '[[[[')"),
        Refused,
        "cannot be understood",
    ),
    "a manifest that is none": (
        lambda p: alter(p, "INSERT INTO this_file VALUES ('share', '3')"),
        Refused,
        "what it says of itself",
    ),
}


@pytest.mark.parametrize("how", REFUSED)
def test_a_file_that_is_not_to_be_trusted_is_refused_in_words(how: str, small: Path, scratch: Path) -> None:
    spoil, error, words = REFUSED[how]
    spoil(small)
    with pytest.raises(error, match=words):
        open_foreign(small, scratch)
    assert not list(scratch.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes here")
def test_a_named_pipe_is_refused_and_not_waited_for(tmp_path: Path, scratch: Path) -> None:
    if sys.platform != "win32":
        os.mkfifo(tmp_path / "pipe.fairlead")
    with pytest.raises(NotARegister, match="not a file"):
        open_foreign(tmp_path / "pipe.fairlead", scratch)


def test_a_file_that_is_too_big_is_refused_before_it_is_copied(
    small: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "MOST_BYTES", 1000)
    with pytest.raises(Refused, match="is the most"):
        open_foreign(small, scratch)


def test_a_file_that_takes_too_long_is_refused(
    sample_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "_SCHEMA_SECONDS", -1)
    monkeypatch.setattr(store.exchange.reading, "_STEP_SECONDS", -1)
    with pytest.raises(Refused, match="took too long"):
        open_foreign(sample_path, scratch)


def test_a_disk_too_small_for_the_copy_is_said(small: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        with pytest.raises(DiskFull):
            open_foreign(small, disk)
        assert not list(disk.iterdir())
    with small_disk(tmp_path / "disk 2", small.stat().st_size // 1024 + 40) as disk:
        with pytest.raises(DiskFull):
            open_foreign(small, disk)
        assert not list(disk.iterdir())


def test_a_person_may_stop_it_and_nothing_is_left(
    small: Path, tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "PIECE", 4)
    for most in (0, 1):
        steps: list[tuple[int, int]] = []

        def go_on(done: int, of: int, steps: list[tuple[int, int]] = steps, most: int = most) -> bool:
            steps.append((done, of))
            return len(steps) <= most

        with pytest.raises(Cancelled):
            save_as_own(small, tmp_path / "mine.fairlead", WRITER, scratch, go_on=go_on)
        assert steps and all(0 < done <= of for done, of in steps)
    assert not list(scratch.iterdir())
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
