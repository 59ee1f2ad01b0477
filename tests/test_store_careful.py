"""What a file from elsewhere is read with: a connection that reads the log and nothing else, and what is looked at
before."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tampering import alter, small_register

import store.exchange.reading
import store.exchange.untrusted
from store.domain.errors import Cancelled, FairleadError, NewerVersion, NotARegister, Refused
from store.exchange.foreign import check_foreign, open_as_it_is
from store.exchange.integrity import check
from store.exchange.untrusted import open_untrusted
from store.file.header import check_header, check_journals
from store.file.schema import VERSION
from store.register import Register


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register's file, to be copied."""
    return small_register(tmp_path_factory.mktemp("small") / "small.fairlead")


@pytest.fixture
def theirs(built: Path, tmp_path: Path) -> Path:
    """A file from elsewhere."""
    return Path(shutil.copyfile(built, tmp_path / "theirs.fairlead"))


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


@pytest.fixture
def reading(theirs: Path, scratch: Path) -> Iterator[sqlite3.Connection]:
    """The connection that it is read with, live."""
    with open_untrusted(theirs, scratch) as log:
        yield log._conn


# What may be asked


@pytest.mark.parametrize("sql", ["SELECT count(*) FROM change", "SELECT * FROM this_file", "SELECT name FROM sqlar"])
def test_the_log_and_what_belongs_to_it_is_read(reading: sqlite3.Connection, sql: str) -> None:
    assert reading.execute(sql).fetchall() is not None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT text FROM note",
        "SELECT title FROM recommendation",
        "SELECT * FROM recommendations_as_they_stand",
        "SELECT * FROM pragma_table_info('note')",
        "SELECT randomblob(9)",
        "SELECT abs(n) FROM change",
        "SELECT id FROM change WHERE id LIKE 'a%'",
        "DELETE FROM change",
        "INSERT INTO this_file VALUES ('a', 'b')",
        "UPDATE change SET body = ''",
        "CREATE TEMP TABLE sly (x)",
        "CREATE TEMP TRIGGER sly AFTER INSERT ON change BEGIN SELECT 1; END",
        "DROP TABLE note",
        "ATTACH ':memory:' AS sly",
        "PRAGMA journal_mode=WAL",
        "PRAGMA writable_schema=ON",
        "BEGIN IMMEDIATE",
        "VACUUM",
    ],
)
def test_anything_else_is_refused_before_it_runs(reading: sqlite3.Connection, sql: str) -> None:
    with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|authorization denied|is prohibited"):
        reading.execute(sql)


def test_the_search_index_is_not_even_set_up(reading: sqlite3.Connection) -> None:
    with pytest.raises(sqlite3.DatabaseError, match="vtable constructor failed"):
        reading.execute("SELECT count(*) FROM search")


def test_it_is_read_only_and_trusts_no_schema_and_no_page(reading: sqlite3.Connection) -> None:
    names = ("query_only", "trusted_schema", "cell_size_check")
    assert [reading.execute(f"PRAGMA {name}").fetchone() for name in names] == [(1,), (0,), (1,)]
    # A system without memory-mapped files answers nothing.
    assert reading.execute("PRAGMA mmap_size").fetchone() in (None, (0,))


def test_no_limit_is_left_as_wide_as_sqlites_own(reading: sqlite3.Connection) -> None:
    limits = store.exchange.untrusted._LIMITS
    with sqlite3.connect(":memory:") as usual:
        assert all(most < usual.getlimit(limit) or most == 0 for limit, most in limits.items())
    assert {limit: reading.getlimit(limit) for limit in limits} == limits


def test_what_is_read_after_its_time_is_broken_off(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_untrusted(theirs, scratch) as log:
        monkeypatch.setattr(store.exchange.reading, "_STEP_SECONDS", -1)
        log.reading.begin_step()
        with pytest.raises(sqlite3.OperationalError, match="interrupted"):
            log._conn.execute("SELECT count(*) FROM change a, change b, change c").fetchone()


def test_every_row_is_checked_before_anything_comes_out_unless_as_it_comes(theirs: Path, scratch: Path) -> None:
    alter(theirs, f"UPDATE change SET author = '{'a' * 32}' WHERE n = (SELECT max(n) FROM change)")
    reached = []
    with pytest.raises(Refused, match="not what its id says"), open_untrusted(theirs, scratch):
        reached.append("checked")
    with open_untrusted(theirs, scratch, lazy=True):
        reached.append("as it comes")
    assert reached == ["as it comes"] and not list(scratch.iterdir())


def test_it_is_read_alike_however_small_the_pieces(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_untrusted(theirs, scratch) as log:
        (whole,) = log.pieces()
        monkeypatch.setattr(store.exchange.untrusted, "PIECE", 1)
        monkeypatch.setattr(store.exchange.untrusted, "_BATCH", 1)
        assert [change for (change,) in log.pieces()] == whole and len(whole) == log.count == log.last


ALTERED = {
    "a table that is not strict": ("table note", ") STRICT", ")"),
    "a default that asks something": (
        "table note",
        "left_out INTEGER NOT NULL DEFAULT 0",
        "left_out INTEGER NOT NULL DEFAULT (abs(1))",
    ),
    "a check that asks something": ("table note", "basis TEXT,", "basis TEXT CHECK (abs(1)),"),
    "a view of ours that asks something else": ("view notes_as_they_stand", "n.withdrawn = 0", "n.withdrawn = 1"),
    "an index of ours over something else": ("index party_by_name", "party (name)", "party (kind)"),
}


@pytest.mark.parametrize("how", ALTERED)
def test_a_table_of_ours_with_the_same_columns_and_another_text_is_refused(
    theirs: Path, scratch: Path, how: str
) -> None:
    entity, before, after = ALTERED[how]
    kind, name = entity.split()
    with closing(sqlite3.connect(theirs, isolation_level=None)) as conn:
        conn.execute("PRAGMA writable_schema=ON")
        changed = conn.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE type = ? AND name = ? AND sql LIKE '%' || ? || '%'",
            (before, after, kind, name, before),
        )
        assert changed.rowcount == 1
    with pytest.raises(Refused, match=f"it alters {kind} {name}"), open_untrusted(theirs, scratch):
        pass
    with pytest.raises(NotARegister, match=f"it alters {kind} {name}"):
        Register.open(theirs)


# What is looked at before SQLite has it


def test_a_file_that_is_written_to_while_it_is_copied_is_refused(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private = store.exchange.untrusted._private

    def meanwhile(change: Callable[[], object]) -> None:
        def opened(path: Path) -> object:
            change()
            return private(path)

        monkeypatch.setattr(store.exchange.untrusted, "_private", opened)
        with pytest.raises(Refused, match="another program wrote to it"), open_untrusted(theirs, scratch):
            pass

    whole = theirs.read_bytes()

    def grown() -> None:
        theirs.write_bytes(whole + b"\0" * 4096)

    def touched() -> None:
        os.utime(theirs, ns=(1, 1))

    def replaced() -> None:
        when = theirs.stat().st_mtime_ns
        other = theirs.with_name("other")
        other.write_bytes(whole)
        os.utime(other, ns=(when, when))
        os.replace(other, theirs)

    for change in (grown, touched, replaced):
        theirs.write_bytes(whole)
        meanwhile(change)
    assert not list(scratch.iterdir())


@pytest.mark.parametrize("cut", [1, 4096])
def test_a_file_that_lacks_its_last_byte_or_page_is_cut_short(theirs: Path, scratch: Path, cut: int) -> None:
    whole = theirs.read_bytes()
    theirs.write_bytes(whole[:-cut])
    with pytest.raises(Refused, match="cut short"), open_untrusted(theirs, scratch):
        pass


def test_a_file_of_the_greatest_size_is_taken_and_one_of_a_byte_more_is_not(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "MOST_BYTES", theirs.stat().st_size)
    with open_untrusted(theirs, scratch) as log:
        assert log.count
    monkeypatch.setattr(store.exchange.untrusted, "MOST_BYTES", theirs.stat().st_size - 1)
    with pytest.raises(Refused, match="is the most"), open_untrusted(theirs, scratch):
        pass


HEADERS: dict[str, tuple[int, bytes, type[FairleadError], str]] = {
    "not SQLite's": (0, b"sqlite", NotARegister, "not a SQLite file"),
    "write-ahead to write": (18, b"\x02", NotARegister, "write-ahead"),
    "write-ahead to read": (19, b"\x02", NotARegister, "write-ahead"),
    "of another program": (68, b"FLDS", NotARegister, "another program"),
    "UTF-16": (56, (2).to_bytes(4, "big"), NotARegister, "not UTF-8"),
    "of the next version": (60, (VERSION + 1).to_bytes(4, "big"), NewerVersion, "newer"),
    "without a version": (60, (0).to_bytes(4, "big"), NotARegister, "no tables of a version"),
}


@pytest.mark.parametrize("what", HEADERS)
def test_a_header_that_is_not_a_registers_is_refused(built: Path, what: str) -> None:
    place, put, error, words = HEADERS[what]
    whole = built.read_bytes()[:100]
    with pytest.raises(error, match=words):
        check_header(built, whole[:place] + put + whole[place + len(put) :])


def test_a_header_of_every_version_there_was_is_taken(built: Path) -> None:
    whole = built.read_bytes()[:100]
    for version in range(1, VERSION + 1):
        assert check_header(built, whole[:60] + version.to_bytes(4, "big") + whole[64:]) == version
    for short, words in ((b"", "empty"), (whole[:99], "not a SQLite file")):
        with pytest.raises(NotARegister, match=words):
            check_header(built, short)


@pytest.mark.parametrize(
    ("end", "left", "refused"),
    [
        ("-wal", b"x", True),
        ("-wal", b"", False),
        ("-journal", bytes.fromhex("d9d505f920a163d7"), True),
        ("-journal", b"x" * 512 + bytes.fromhex("d9d505f920a163d7"), True),
        ("-journal", bytes.fromhex("d9d505f920a163d7") + b"x", False),
        ("-journal", b"x" * 7, False),
        ("-journal", b"", False),
    ],
)
def test_only_what_another_program_left_beside_a_register_is_refused(
    theirs: Path, end: str, left: bytes, refused: bool
) -> None:
    Path(f"{theirs}{end}").write_bytes(left)
    if refused:
        with pytest.raises(NotARegister, match=f"left {theirs.name}{end} beside it"):
            check_journals(theirs)
    else:
        check_journals(theirs)


@pytest.mark.parametrize(
    ("more", "words"), [(1, "1 byte longer"), (4096, "4 kB longer"), (-1, "cut short"), (-4096, "cut")]
)
def test_a_size_that_its_pages_do_not_explain_is_refused_before_anything_is_copied(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch, more: int, words: str
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "_private", lambda path: pytest.fail("it is copied"))
    whole = theirs.read_bytes()
    theirs.write_bytes(whole[:more] if more < 0 else whole + b"\0" * more)
    with pytest.raises(Refused, match=words), open_untrusted(theirs, scratch):
        pass


def test_it_can_be_stopped_at_every_step_and_nothing_is_left(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.exchange.untrusted, "PIECE", 4)
    monkeypatch.setattr(store.exchange.reading, "_ASK_SECONDS", 0)
    reports: list[int] = []

    def read(most: int) -> None:
        reports.clear()

        def go_on(done: int, of: int) -> bool:
            reports.append(done)
            assert 0 < done <= of
            return len(reports) <= most

        check_foreign(theirs, scratch, go_on).unlink()

    read(10**9)
    whole = list(reports)
    assert len(whole) > 3 and whole == sorted(whole)
    for most in range(len(whole)):
        with pytest.raises(Cancelled, match="was stopped"):
            read(most)
        assert not list(scratch.iterdir()), most


def test_what_is_checked_with_its_tables_is_the_very_copy_that_was_read(
    theirs: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = store.exchange.untrusted.read_bytes
    times = []

    def once(*given: Any) -> Any:
        times.append(theirs)
        return read(*given)

    monkeypatch.setattr(store.exchange.untrusted, "read_bytes", once)
    with open_as_it_is(theirs, scratch) as register:
        theirs.write_bytes(b"Something else")
        assert check(register).sound and register.path.parent == scratch
    assert times == [theirs] and not list(scratch.iterdir())
