"""Receiving cut off: by kill -9, a full disk or a person, at any moment; what is there is what was before or after."""

from __future__ import annotations

import random
import shutil
import sys
import time
from pathlib import Path

import pytest
from oracle import differences, tables
from tampering import another_register, python, small_register

from store.commands import AddNote
from store.domain.errors import Busy, Cancelled, DiskFull
from store.exchange import merge
from store.exchange.integrity import check
from store.exchange.merge import IncomingFile, open_incoming, preview_merge, take
from store.file import bulk_load, database
from store.log.receipts import receipts
from store.register import Author, Register

TAKES = """
import sys
from pathlib import Path
from store.exchange import merge
from store.register import Author, Register
merge.is_worth_keeping = lambda conn, new: True
register = Register.open(Path(sys.argv[1]), Author("Test Lead"))
file = merge.IncomingFile(Path("back.sqlite"), "0" * 64, None, (), Path(sys.argv[2]))
if sys.argv[3:]:
    file = merge.preview_merge(register, [file], Path(sys.argv[3]))[0].file
    assert file.previewed
sys.stdout.write("ready\\n")
sys.stdout.flush()
sys.stdin.readline()
merge.take(register, file)
sys.stdout.write("taken\\n")
sys.stdout.flush()
"""


@pytest.fixture(scope="module")
def returned(tmp_path_factory: pytest.TempPathFactory) -> IncomingFile:
    """A checked file with as much in it as makes its taking last."""
    folder = tmp_path_factory.mktemp("returned")
    path = another_register(folder / "back.sqlite")
    register = Register.open(path, Author("C3 lead"))
    items = [row[0] for row in register.conn.execute("SELECT id FROM recommendation")]
    register.do_all(AddNote(items=(items[n % 2],), text=f"note {n} " + "long " * (n % 90)) for n in range(300))
    register.close()
    small_register(folder / "mine.fairlead")
    mine = Register.open(folder / "mine.fairlead")
    try:
        return open_incoming(mine, path, folder)
    finally:
        mine.close()


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A small register, closed."""
    return small_register(tmp_path / "mine.fairlead")


def is_before_or_after(path: Path, before: int, returned: IncomingFile) -> bool:
    """Whether all of the file is in a register, else none; it is sound either way."""
    register = Register.open(path, Author("Test Lead"))
    try:
        there = Register.open(returned.log, read_only_reason="It is compared.")
        wanted = {row[0] for row in there.conn.execute("SELECT id FROM change")}
        there.close()
        here = {row[0] for row in register.conn.execute("SELECT id FROM change")}
        taken = wanted <= here
        assert len(receipts(register.conn)) == taken
        assert taken or register.newest() == before
        report = check(register)
        assert report.sound, report.faults
        return taken
    finally:
        register.close()


def newest(path: Path) -> int:
    """How many changes a closed register has."""
    register = Register.open(path)
    try:
        return register.newest()
    finally:
        register.close()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9 on Windows")
@pytest.mark.parametrize("previewed", [False, True])
def test_a_taking_that_is_killed_is_there_whole_or_not_at_all(
    previewed: bool, mine: Path, returned: IncomingFile, tmp_path: Path
) -> None:
    dice, before = random.Random(20240918), newest(mine)
    more = (str(returned.log), *([str(tmp_path)] if previewed else []))
    with python(TAKES, str(shutil.copyfile(mine, tmp_path / "timed.fairlead")), *more) as program:
        assert program.stdin and program.stdout
        assert program.stdout.readline() == "ready\n"
        program.stdin.write("go\n")
        begun = time.monotonic()
        program.stdin.flush()
        assert program.stdout.readline() == "taken\n"
        lasts = time.monotonic() - begun
    found = set()
    for n in range(12):
        path = Path(shutil.copyfile(mine, tmp_path / f"killed{n}.fairlead"))
        with python(TAKES, str(path), *more) as program:
            assert program.stdin and program.stdout
            assert program.stdout.readline() == "ready\n"
            program.stdin.write("go\n")
            program.stdin.flush()
            time.sleep(lasts * dice.random() * 1.1)
            program.kill()
            printed = program.stdout.read()
        taken = is_before_or_after(path, before, returned)
        assert taken or not printed
        found.add(taken)
    assert False in found


@pytest.mark.parametrize("room", [0, 1, 5, 20, 50])
def test_a_full_disk_takes_nothing(room: int, mine: Path, returned: IncomingFile) -> None:
    register = Register.open(mine, Author("Test Lead"))
    before, number = tables(register), register.newest()
    pages = register.conn.execute("PRAGMA page_count").fetchone()[0]
    register.conn.execute(f"PRAGMA max_page_count={pages + room}")
    with pytest.raises(DiskFull):
        take(register, returned)
    assert (tables(register), register.newest()) == (before, number)
    register.conn.execute(f"PRAGMA max_page_count={pages * 100}")
    receipt, _ = take(register, returned)
    assert receipt is not None
    register.close()
    assert is_before_or_after(mine, number, returned)


@pytest.mark.parametrize("after", [1, 2, 3, 4, 20, 100, 500])
def test_a_taking_that_is_cancelled_takes_nothing(
    after: int, mine: Path, returned: IncomingFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    if after > 4:
        # Within a statement, as where that takes long.
        monkeypatch.setattr(bulk_load, "_STEP_SECONDS", 0)
        monkeypatch.setattr(bulk_load, "_STEP_OPERATIONS", 20)
    register = Register.open(mine, Author("Test Lead"))
    before, asked = tables(register), 0

    def go_on(done: int, of: int) -> bool:
        nonlocal asked
        asked += 1
        assert 0 <= done <= of
        return asked < after

    with pytest.raises(Cancelled):
        take(register, returned, go_on)
    assert differences(before, tables(register)) == []
    assert receipts(register.conn) == []
    assert take(register, returned)[0] is not None
    register.close()


def preview(
    register: Register, returned: IncomingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> IncomingFile:
    """The file with what its preview made, whatever its size."""
    monkeypatch.setattr(merge, "is_worth_keeping", lambda conn, new: True)
    (found,) = preview_merge(register, [returned], tmp_path)
    assert found.file.previewed and found.file.previewed.copy.exists()
    return found.file


def test_what_a_preview_made_is_put_in_place_as_it_would_have_been_applied(
    mine: Path, returned: IncomingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = Register.open(Path(shutil.copyfile(mine, tmp_path / "applied.fairlead")), Author("Test Lead"))
    take(applied, returned)
    register, beside = (Register.open(mine, Author("Test Lead")) for _ in range(2))
    before = newest_n = register.newest()
    number = register.data_version()
    file = preview(register, returned, tmp_path, monkeypatch)
    assert register.newest() == newest_n
    receipt, items = take(register, file)
    assert receipt is not None and receipt == receipts(register.conn)[0] and items
    assert differences(tables(register), tables(applied)) == []
    assert differences(tables(beside), tables(applied)) == [] and beside.data_version() != number
    assert not list(tmp_path.glob("*previewed*"))
    # Both write on, and it is taken back as any other.
    register.do(AddNote(items=items[:1], text="afterwards"))
    beside.do(AddNote(items=items[:1], text="and beside"))
    beside.undo(receipt.id)
    assert is_before_or_after(mine, before, returned)
    for opened in (register, beside, applied):
        opened.close()


@pytest.mark.parametrize("prevented", ["changed", "full", "locked", "cancelled", "damaged"])
def test_what_a_preview_made_is_not_put_in_place_of_what_it_does_not_hold(
    prevented: str, mine: Path, returned: IncomingFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register.open(mine, Author("Test Lead"))
    file = preview(register, returned, tmp_path, monkeypatch)
    before, number = tables(register), register.newest()
    if prevented == "changed":
        beside = Register.open(mine, Author("Test Lead"))
        item = beside.conn.execute("SELECT id FROM recommendation").fetchone()[0]
        beside.do(AddNote(items=(item,), text="written meanwhile"))
        beside.close()
    elif prevented == "full":
        pages = register.conn.execute("PRAGMA page_count").fetchone()[0]
        connect = database._connect

        def small(path: Path, mode: str) -> database.Connection:
            conn = connect(path, mode)
            conn.execute(f"PRAGMA max_page_count={pages + 5}")
            return conn

        monkeypatch.setattr(database, "_connect", small)
    elif prevented == "damaged":
        root = register.conn.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'listed_by_title'").fetchone()[0]
        assert file.previewed
        with file.previewed.copy.open("r+b") as copy:
            copy.seek((root - 1) * register.conn.execute("PRAGMA page_size").fetchone()[0] + 8)
            copy.write(b"\xff" * 8)
    elif prevented == "locked":
        monkeypatch.setattr(database, "BUSY_MS", 100)
        register.conn.execute("BEGIN").execute("SELECT 1 FROM change").fetchone()
        with pytest.raises(Busy):
            take(register, file)
        register.conn.execute("ROLLBACK")
    else:
        monkeypatch.setattr(database, "PAGES_AT_ONCE", 20)
        with pytest.raises(Cancelled):
            take(register, file, lambda done, of: False)
    if prevented in ("locked", "cancelled"):
        assert (differences(before, tables(register)), register.newest()) == ([], number)
    receipt, _ = take(register, file)
    assert receipt is not None and not list(tmp_path.glob("*previewed*"))
    notes = {row[0] for row in register.conn.execute("SELECT text FROM note")}
    assert ("written meanwhile" in notes) == (prevented == "changed")
    register.close()
    monkeypatch.undo()
    assert is_before_or_after(mine, number, returned)


def test_a_preview_that_is_cancelled_leaves_nothing(mine: Path, returned: IncomingFile, tmp_path: Path) -> None:
    register = Register.open(mine, Author("Test Lead"))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    for after in range(1, 5):
        asked = 0

        def go_on(done: int, of: int, after: int = after) -> bool:
            nonlocal asked
            asked += 1
            return asked < after

        with pytest.raises(Cancelled):
            preview_merge(register, [returned], scratch, go_on)
        assert list(scratch.iterdir()) == []
    register.close()
