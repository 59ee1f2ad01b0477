"""The file of a register: what is opened, and what is refused in words."""

from __future__ import annotations

import gc
import os
import random
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from oracle import differences, tables
from tampering import alter, rows, small_register, super_journal
from wide import widely

from store.commands import AddNote
from store.domain.errors import (
    DiskFull,
    FairleadError,
    FileAlreadyExists,
    FileMissing,
    FolderMissing,
    NewerVersion,
    NotARegister,
    OlderVersion,
)
from store.exchange import integrity
from store.exchange.foreign import open_foreign
from store.file import database, header, schema
from store.file.database import File, check_sqlite, is_open, read_only
from store.file.schema import DIGESTS, VERSION, expected_schema, schema_digest
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


def test_this_sqlite_will_do() -> None:
    assert check_sqlite() is None


def test_the_digest_in_the_code_is_the_one_that_the_migrations_make() -> None:
    assert schema_digest(expected_schema(1)) == DIGESTS[1]


def test_a_missing_file_is_not_made_by_opening_it(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match="no file"):
        Register.open(tmp_path / "typo.fairlead")
    assert not list(tmp_path.glob("typo*"))


def test_creating_does_not_write_over_a_file_and_needs_a_folder(tmp_path: Path, small: Path) -> None:
    before = small.read_bytes()
    with pytest.raises(FileAlreadyExists):
        Register.create(small)
    assert small.read_bytes() == before
    with pytest.raises(FolderMissing):
        Register.create(tmp_path / "nowhere" / "x.fairlead")


def _wal(path: Path) -> None:
    alter(path, "PRAGMA journal_mode=WAL")


SPOILED: dict[str, tuple[Callable[[Path], object], type[FairleadError], str]] = {
    "empty": (lambda p: p.write_bytes(b""), NotARegister, "empty"),
    "not SQLite": (lambda p: p.write_bytes(b"%PDF-1.7" * 100), NotARegister, "not a SQLite file"),
    "short": (lambda p: p.write_bytes(p.read_bytes()[:60]), NotARegister, "not a SQLite file"),
    "another program's": (lambda p: alter(p, "PRAGMA application_id=7"), NotARegister, "another program"),
    "write-ahead": (_wal, NotARegister, "write-ahead"),
    "newer": (lambda p: alter(p, "PRAGMA user_version=99"), NewerVersion, "newer"),
    "without a version": (lambda p: alter(p, "PRAGMA user_version=0"), NotARegister, "version"),
    "with a trigger": (
        lambda p: alter(p, "CREATE TRIGGER sly AFTER INSERT ON note BEGIN DELETE FROM note; END"),
        NotARegister,
        "trigger sly",
    ),
    "with a view": (lambda p: alter(p, "CREATE VIEW sly AS SELECT 1"), NotARegister, "view sly"),
    "with a table": (lambda p: alter(p, "CREATE TABLE sly (x)"), NotARegister, "table sly"),
    "with a table written closely": (lambda p: alter(p, "CREATE TABLE sly(x)"), NotARegister, "table sly"),
    "with a shadow table": (lambda p: alter(p, "CREATE TABLE search_sly (x)"), NotARegister, "search_sly"),
    "with a column": (lambda p: alter(p, "ALTER TABLE note ADD COLUMN sly TEXT"), NotARegister, "alters table note"),
    "without an index": (lambda p: alter(p, "DROP INDEX party_by_name"), NotARegister, "lacks index party_by_name"),
}


@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_file_is_refused_in_words_and_left_as_it_is(how: str, small: Path) -> None:
    spoil, error, words = SPOILED[how]
    spoil(small)
    before = small.read_bytes()
    with pytest.raises(error, match=words):
        Register.open(small)
    assert small.read_bytes() == before
    assert not is_open(small)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotARegister, match="not a file"):
        Register.open(tmp_path)


def test_a_table_hidden_under_a_name_of_sqlites_own_is_found(small: Path) -> None:
    with closing(sqlite3.connect(small, isolation_level=None)) as conn:
        conn.execute("CREATE TRIGGER sly AFTER INSERT ON note BEGIN SELECT 1; END")
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute("UPDATE sqlite_schema SET type = 'table', name = 'sqlite_stat1' WHERE name = 'sly'")
    with pytest.raises(FairleadError):
        Register.open(small)


@pytest.mark.parametrize("seed", widely(range(4), 1))
def test_flipped_bits_let_nothing_out_but_words(seed: int, small: Path, tmp_path: Path) -> None:
    whole, dice = small.read_bytes(), random.Random(seed)
    spoiled = tmp_path / "spoiled.fairlead"
    for _ in range(25):
        raw = bytearray(whole)
        for _ in range(dice.choice((1, 1, 8))):
            raw[dice.choice((dice.randrange(len(raw)), dice.randrange(4096)))] ^= 1 << dice.randrange(8)
        spoiled.write_bytes(raw)
        try:
            register = Register.open(spoiled, WRITER)
        except FairleadError:
            continue
        try:
            item = next(iter(register.conn.execute("SELECT id FROM recommendation ORDER BY id")), ("0" * 32,))[0]
        except sqlite3.DatabaseError:
            item = "0" * 32
        try:
            register.do(AddNote(items=(item,), text="x"))
        except FairleadError:
            pass
        finally:
            register.close()


@pytest.mark.parametrize("keep", [100, 4096, 8192, 0.3, 0.5, 0.9])
def test_a_file_cut_short_lets_nothing_out_but_words(keep: float, small: Path) -> None:
    whole = small.read_bytes()
    small.write_bytes(whole[: int(keep if keep > 1 else keep * len(whole))])
    with pytest.raises(FairleadError):
        register = Register.open(small, WRITER)
        try:
            with register.file.transaction() as conn:
                conn.execute("SELECT count(*) FROM change, note").fetchone()
        finally:
            register.close()


def test_a_crafted_journal_beside_a_register_deletes_nothing(small: Path, tmp_path: Path) -> None:
    victim = tmp_path / "thesis.txt"
    victim.write_text("mine")
    super_journal(small, victim)
    with pytest.raises(NotARegister, match=r"small\.fairlead-journal"):
        Register.open(small)
    with pytest.raises(NotARegister), read_only(small):
        pass
    assert victim.read_text() == "mine"


def test_a_write_ahead_log_beside_a_register_is_not_played_back(small: Path) -> None:
    Path(f"{small}-wal").write_bytes(b"x" * 64)
    with pytest.raises(NotARegister, match="-wal"):
        Register.open(small)


@pytest.mark.parametrize(
    "name", ["a b.fairlead", "50% of what?.fairlead", "a#b&mode=memory.fairlead", "naïve–.fairlead"]
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not allow such names")
def test_an_odd_name_is_opened_as_it_is(name: str, small: Path, tmp_path: Path) -> None:
    odd = tmp_path / name
    small.rename(odd)
    register = Register.open(odd, WRITER)
    register.do(a_note(register))
    assert notes(register) == 3
    register.close()
    assert rows(odd, "SELECT count(*) FROM note") == [(3,)]


@pytest.mark.skipif(sys.platform != "linux", reason="only some systems allow names that are not UTF-8")
def test_a_name_that_is_not_utf8_is_opened_as_it_is(small: Path, tmp_path: Path) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.fairlead"))
    small.rename(odd)
    register = Register.open(odd)
    assert notes(register) == 2
    register.close()


def test_a_name_that_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(FairleadError):
        Register.open(Path("a\0b.fairlead"))


def a_copy(path: Path, folder: Path) -> Register:
    """A copy of a register, opened."""
    return Register.open(Path(shutil.copy(path, folder / "copy.fairlead")))


@pytest.fixture
def second_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Fairlead with one migration more than there is: what was written so far is of an older version to it."""
    file = tmp_path / f"{VERSION + 1:04}_more.sql"
    statement = "ALTER TABLE note ADD COLUMN more TEXT;\n"
    file.write_text(f"-- digest: \n{statement}", encoding="utf-8")
    monkeypatch.setattr(schema, "_MIGRATIONS", [*schema._MIGRATIONS, file])
    for module in (schema, database, header, integrity):
        monkeypatch.setattr(module, "VERSION", VERSION + 1)
    monkeypatch.setitem(schema.DIGESTS, VERSION + 1, schema.schema_digest(schema.expected_schema(VERSION + 1)))
    schema.expected_schema.cache_clear()
    yield
    schema.expected_schema.cache_clear()


def test_an_older_register_is_backed_up_then_brought_up_to_date_and_says_what_it_said(
    sample_path: Path, tmp_path: Path, second_version: None
) -> None:
    older = Path(shutil.copy(sample_path, tmp_path / "older.fairlead"))
    versions: list[int] = []

    def keep_first(file: File) -> None:
        with file.reading() as conn:
            versions.append(conn.execute("PRAGMA user_version").fetchone()[0])

    register, newer = Register.open(older, before_migration=keep_first), a_copy(sample_path, tmp_path)
    assert versions == [VERSION]
    assert rows(older, "PRAGMA user_version") == [(VERSION + 1,)]
    assert differences(tables(register), tables(newer)) == []
    register.close()
    newer.close()


def test_a_register_whose_backup_fails_is_not_migrated(small: Path, tmp_path: Path, second_version: None) -> None:
    older = Path(shutil.copy(small, tmp_path / "older.fairlead"))

    def fails(file: File) -> None:
        raise DiskFull(file.path)

    with pytest.raises(DiskFull):
        File(older, before_migration=fails)
    assert rows(older, "PRAGMA user_version") == [(VERSION,)]


def test_an_older_register_that_can_only_be_read_is_told_so(small: Path, tmp_path: Path, second_version: None) -> None:
    older = Path(shutil.copy(small, tmp_path / "older.fairlead"))
    with pytest.raises(OlderVersion, match="Copy it to a folder of your own"):
        Register.open(older, read_only_reason="It is read-only.")


def test_an_older_file_from_elsewhere_is_looked_at(sample_path: Path, tmp_path: Path, second_version: None) -> None:
    older = Path(shutil.copy(sample_path, tmp_path / "older.fairlead"))
    register, newer = open_foreign(older, tmp_path), a_copy(sample_path, tmp_path)
    assert differences(tables(register), tables(newer)) == []
    register.close()
    newer.close()


def test_a_file_collected_unclosed_does_not_make_another_seem_open(small: Path, tmp_path: Path) -> None:
    """A new file may get the inode of one that was removed; here the same file is asked about, which is as strict."""
    file = File(small)
    assert is_open(small)
    del file
    gc.collect()
    assert not is_open(small)
