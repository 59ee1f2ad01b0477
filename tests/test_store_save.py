"""Saving when the world goes wrong: the file gone, locked or full, two programs, a long read in the way."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tampering import another_register, python, rows, small_disk, small_register

import store.file.database
from store.commands import AddNote, NothingNew
from store.domain.errors import (
    Busy,
    CannotWrite,
    DiskFull,
    FairleadError,
    FileMoved,
    OpenedReadOnly,
)
from store.register import Author, Register

WRITER = Author("Test Lead")


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return small_register(tmp_path / "small.fairlead")


def a_note(register: Register, text: str = "A note.") -> AddNote:
    item = register.conn.execute("SELECT id FROM recommendation ORDER BY seq LIMIT 1").fetchone()[0]
    return AddNote(items=(item,), text=text)


def notes(register: Register) -> int:
    return int(register.conn.execute("SELECT count(*) FROM note").fetchone()[0])


@pytest.mark.parametrize("gone", ["deleted", "moved", "replaced", "folder"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody move an open file")
def test_a_file_gone_from_under_us_is_said_and_nothing_is_acknowledged(gone: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    path = small_register(folder / "small.fairlead")
    other = another_register(tmp_path / "other.fairlead")
    register = Register.open(path, WRITER)
    if gone == "deleted":
        path.unlink()
    elif gone == "moved":
        path.rename(tmp_path / "elsewhere.fairlead")
    elif gone == "replaced":
        shutil.copyfile(other, tmp_path / "copy")
        os.replace(tmp_path / "copy", path)
    else:
        folder.rename(tmp_path / "there")
    with pytest.raises(FileMoved, match="moved, replaced or deleted"):
        register.do(a_note(register))
    register.close()
    if gone == "replaced":
        assert path.read_bytes() == other.read_bytes()


LOCK = """
import sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.readline()
conn.execute("COMMIT")
print("let go", flush=True)
"""


def test_a_register_locked_by_another_program_is_said_to_be_busy(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.file.database, "BUSY_MS", 50)
    register = Register.open(small, WRITER)
    command = a_note(register)
    with python(LOCK, str(small)) as other:
        assert other.stdout and other.stdin
        assert other.stdout.readline() == "locked\n"
        with pytest.raises(Busy, match="busy"):
            register.do(command)
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == "let go\n"
    register.do(command)
    assert notes(register) == 3
    register.close()


def test_a_register_on_a_disk_that_can_only_be_read_opens_and_says_so(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4000) as disk:
        path = small_register(disk / "small.fairlead")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        register = Register.open(path, WRITER)
        try:
            assert register.read_only_reason and "can only be read" in register.read_only_reason
            assert notes(register) == 2
            with pytest.raises(OpenedReadOnly, match="can only be read"):
                register.do(a_note(register))
        finally:
            register.close()


def test_a_register_made_read_only_while_open_is_said(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4000) as disk:
        register = Register.open(small_register(disk / "small.fairlead"), WRITER)
        try:
            if subprocess.run(["mount", "-o", "remount,ro", str(disk)], capture_output=True, check=False).returncode:
                # What is open for writing cannot be made read-only here, so nothing is lost either.
                register.do(a_note(register))
                assert notes(register) == 3
            else:
                with pytest.raises(FairleadError, match="can only be read"):
                    register.do(a_note(register))
        finally:
            register.close()


@pytest.mark.parametrize("room", range(0, 12, 2))
def test_a_full_disk_is_said_and_nothing_is_lost(room: int, small: Path) -> None:
    register = Register.open(small, WRITER)
    pages = register.conn.execute("PRAGMA page_count").fetchone()[0]
    register.conn.execute(f"PRAGMA max_page_count={pages + room}")
    saved = 0
    with pytest.raises(DiskFull, match="disk that holds"):
        while True:
            register.do(a_note(register, "long " * 4000))
            saved += 1
    assert notes(register) == 2 + saved
    register.conn.execute(f"PRAGMA max_page_count={pages * 2 + 100}")
    register.do(a_note(register))
    register.close()
    assert rows(small, "SELECT count(*) FROM note") == [(3 + saved,)]
    assert rows(small, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("room", [0, 4, 12, 40, 80])
def test_a_disk_that_is_really_full_loses_nothing(room: int, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4000) as disk:
        path = small_register(disk / "small.fairlead")
        register = Register.open(path, WRITER)
        filler = disk / "filler"
        free = shutil.disk_usage(disk).free
        filler.write_bytes(bytes(max(free - room * 1024, 0)))
        saved = 0
        try:
            with pytest.raises(DiskFull):
                while True:
                    register.do(a_note(register, "long " * 1000))
                    saved += 1
            filler.unlink()
            register.do(a_note(register))
            assert notes(register) == 3 + saved
        finally:
            register.close()
        assert rows(path, "PRAGMA integrity_check") == [("ok",)]


FULL = """
import resource, sys
from pathlib import Path
from store.commands import AddNote, NothingNew
from store.domain.errors import FairleadError
from store.register import Author, Register
register = Register.open(Path(sys.argv[1]), Author("Test Lead"))
item = register.conn.execute("SELECT id FROM recommendation LIMIT 1").fetchone()[0]
most = Path(sys.argv[1]).stat().st_size + 8192
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
while True:
    try:
        register.do(AddNote(items=(item,), text="long " * 4000))
        print("saved", flush=True)
    except FairleadError as error:
        print(type(error).__name__, flush=True)
        break
register.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no such limit")
def test_a_limit_on_the_size_of_files_is_said_in_words_and_loses_nothing(small: Path) -> None:
    with python(FULL, str(small)) as other:
        printed = other.communicate()[0].split()
    assert printed[-1] == CannotWrite.__name__
    assert rows(small, "SELECT count(*) FROM note") == [(2 + len(printed) - 1,)]
    assert rows(small, "PRAGMA integrity_check") == [("ok",)]


WRITES = """
import sys
from pathlib import Path
from store.commands import AddNote, NothingNew
from store.domain.errors import Busy
from store.register import Author, Register
register = Register.open(Path(sys.argv[1]), Author(sys.argv[2]))
item = register.conn.execute("SELECT id FROM recommendation LIMIT 1").fetchone()[0]
for number in range(int(sys.argv[3])):
    while True:
        try:
            register.do(AddNote(items=(item,), text=f"{sys.argv[2]} {number}"))
            break
        except Busy:
            pass
    print(number, flush=True)
register.close()
"""


@pytest.mark.slow
def test_two_programs_writing_to_one_register_lose_nothing(small: Path) -> None:
    each = 25
    with python(WRITES, str(small), "Ann", str(each)) as one, python(WRITES, str(small), "Bob", str(each)) as other:
        printed = [program.communicate()[0].split() for program in (one, other)]
    assert printed == [[str(n) for n in range(each)]] * 2
    texts = {text for (text,) in rows(small, "SELECT text FROM note")}
    assert {f"{who} {n}" for who in ("Ann", "Bob") for n in range(each)} <= texts
    register = Register.open(small)
    from store.exchange.integrity import check

    assert check(register).sound
    register.close()


ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT began() FROM c) SELECT count(*) FROM c, change WHERE x < 0"


def read_for_ever(register: Register, began: threading.Event, ended: list[str]) -> None:
    """A read that ends only when something makes it."""

    def announce() -> int:
        began.set()
        return 1

    with register.file.reading() as conn:
        conn.create_function("began", 0, announce)
        try:
            conn.execute(ENDLESS).fetchone()
        except sqlite3.OperationalError as error:
            ended.append(str(error))


def test_a_long_read_gives_way_to_a_save(small: Path) -> None:
    register = Register.open(small, WRITER)
    began, ended = threading.Event(), list[str]()
    reader = threading.Thread(target=read_for_ever, args=(register, began, ended))
    reader.start()
    assert began.wait(60)
    register.do(a_note(register))
    reader.join(60)
    assert ended == ["interrupted"]
    assert notes(register) == 3
    register.close()


def test_a_read_that_began_in_the_middle_of_a_save_gives_way_too(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.file.database, "BUSY_MS", 60_000)
    register = Register.open(small, WRITER)
    began, ended = threading.Event(), list[str]()
    reader = threading.Thread(target=read_for_ever, args=(register, began, ended))
    with register.file.transaction() as conn:
        conn.execute("UPDATE note SET text = 'changed'")
        reader.start()
        assert began.wait(60)
        waited = time.monotonic()
    assert time.monotonic() - waited < store.file.database.BUSY_MS / 1000 / 2
    reader.join(60)
    assert ended == ["interrupted"]
    register.close()


def test_a_save_that_fails_leaves_nothing_of_itself(small: Path) -> None:
    register = Register.open(small, WRITER)
    with pytest.raises(KeyError), register.file.transaction() as conn:
        conn.execute("DELETE FROM note")
        raise KeyError
    assert notes(register) == 2
    with pytest.raises(CannotWrite, match="SQLite says"), register.file.transaction() as conn:
        conn.execute("DELETE FROM note")
        conn.execute("INSERT INTO note (id) VALUES ('x')")
    assert notes(register) == 2
    register.close()


def test_a_save_writes_no_derived_column_that_stays_as_it_is(sample_built: Path, tmp_path: Path) -> None:
    """Each has indexes, which are written to the disk with it."""
    register = Register.open(Path(shutil.copyfile(sample_built, tmp_path / "sample.fairlead")), WRITER)
    item = register.conn.execute("SELECT id FROM recommendation WHERE reference = 'CAM-1'").fetchone()[0]
    register.do(a_note(register))
    statements: list[str] = []
    register.conn.set_trace_callback(statements.append)
    register.do(NothingNew(items=(item,)))
    register.conn.set_trace_callback(None)
    (update,) = [sql for sql in statements if sql.startswith("UPDATE recommendation SET")]
    written = {part.split(" = ")[0].strip() for part in update.partition(" SET ")[2].partition(" WHERE ")[0].split(",")}
    assert "updated" in written and written <= {"updated", "said_on"}
    register.close()
