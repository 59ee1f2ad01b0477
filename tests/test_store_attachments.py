"""The bytes of files kept inside: never other than what was cited, nothing hidden after them, and none that a share
leaves out."""

from __future__ import annotations

import shutil
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from tampering import small_register

import store.file.attachments
from store.commands import AddNote, CiteEvidence, Withdraw
from store.domain.vocabulary import NoteKind
from store.exchange.export import export
from store.exchange.integrity import check
from store.exchange.redaction import Terms
from store.file.attachments import (
    AttachmentMissing,
    Content,
    attachment_state,
    cited_attachments,
    copy_attachments,
    pack,
    read_chunks,
    save_attachment,
)
from store.queries.filter import Filter
from store.register import Author, Register

TEXT = b"Figures of the pilot.\n" * 500
NOISE = bytes(range(256)) * 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register's file, to be copied."""
    return small_register(tmp_path_factory.mktemp("small") / "small.fairlead")


@pytest.fixture
def register(built: Path, tmp_path: Path) -> Iterator[Register]:
    """A small register, open."""
    found = Register.open(Path(shutil.copyfile(built, tmp_path / "small.fairlead")), Author("Test Lead"))
    yield found
    found.close()


@pytest.fixture
def conn(register: Register) -> sqlite3.Connection:
    return register.conn


def put(conn: sqlite3.Connection, content: bytes, data: bytes | None = None, size: int | None = None) -> str:
    """Put a file in as any tool might: `data` in its place, `size` for its size."""
    name = sha256(content).hexdigest()
    conn.execute("DELETE FROM sqlar")
    row = (name, 0o100600, 0, len(content) if size is None else size, content if data is None else data)
    conn.execute("INSERT INTO sqlar VALUES (?, ?, ?, ?, ?)", row)
    return name


def read(conn: sqlite3.Connection, name: str) -> bytes:
    return b"".join(read_chunks(conn, name))


@pytest.mark.parametrize("content", [TEXT, NOISE, b"x", bytes(3_000_000)], ids=["text", "noise", "one byte", "long"])
def test_what_was_put_in_comes_out(conn: sqlite3.Connection, content: bytes) -> None:
    packed = pack(content)
    save_attachment(conn, packed, 1_000_000)
    assert read(conn, packed.sha256) == content and attachment_state(conn, packed.sha256) == "kept"
    assert conn.execute("SELECT mode, mtime, sz FROM sqlar").fetchall() == [(0o100600, 1_000_000, len(content))]
    save_attachment(conn, packed, 2_000_000)
    assert conn.execute("SELECT mtime FROM sqlar").fetchall() == [(1_000_000,)]


DEFLATED = zlib.compress(TEXT)
SPOILT: dict[str, tuple[bytes, int | None, str]] = {
    "bytes after its end": (DEFLATED + b"hidden", None, "its bytes are damaged"),
    "another file after its end": (DEFLATED + zlib.compress(b"hidden"), None, "its bytes are damaged"),
    "cut short": (DEFLATED[:-1], None, "its bytes are damaged"),
    "without its checksum": (DEFLATED[:-4], None, "its bytes are damaged"),
    "not deflated": (b"x" * 40, None, "its bytes are damaged"),
    "nothing at all": (b"", None, "its bytes are damaged"),
    "a byte more than it says": (DEFLATED, len(TEXT) - 1, "its bytes are not those that were cited"),
    "a byte less than it says": (DEFLATED, len(TEXT) + 1, "its bytes are not those that were cited"),
    "longer as it lies than it says": (TEXT, len(TEXT) - 1, "it is longer than it says"),
    "other bytes of its length": (TEXT.swapcase(), None, "its bytes are not those that were cited"),
    "a size below nothing": (DEFLATED, -1, "its size is not one that a file may have"),
    "a size that none may have": (DEFLATED, store.file.attachments.MAX_SIZE + 1, "its size is not one"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_bytes_that_are_not_those_that_were_cited_are_refused(conn: sqlite3.Connection, how: str) -> None:
    data, size, words = SPOILT[how]
    name = put(conn, TEXT, data, size)
    with pytest.raises(AttachmentMissing, match=words):
        read(conn, name)
    assert attachment_state(conn, name) == "spoilt"


def test_a_spoilt_file_is_put_in_again(conn: sqlite3.Connection) -> None:
    name = put(conn, TEXT, TEXT.swapcase())
    save_attachment(conn, pack(TEXT), 7)
    assert read(conn, name) == TEXT and conn.execute("SELECT count(*) FROM sqlar").fetchone() == (1,)


def test_the_greatest_file_is_taken_and_one_of_a_byte_more_is_not(
    conn: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = put(conn, TEXT)
    monkeypatch.setattr(store.file.attachments, "MAX_SIZE", len(TEXT))
    assert read(conn, name) == TEXT
    monkeypatch.setattr(store.file.attachments, "MAX_SIZE", len(TEXT) - 1)
    with pytest.raises(AttachmentMissing):
        read(conn, name)


def test_files_are_copied_up_to_all_that_there_is_room_for(
    register: Register, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [sha256(content).hexdigest() for content in (TEXT, NOISE)]
    for content in (TEXT, NOISE):
        save_attachment(register.conn, pack(content), 0)
    for room, missing in ((len(TEXT + NOISE), []), (len(TEXT + NOISE) - 1, [names[1]])):
        other = Register.open(Path(shutil.copyfile(built, tmp_path / f"{room}.fairlead")))
        monkeypatch.setattr(store.file.attachments, "MAX_TOTAL_SIZE", room)
        assert copy_attachments(register.conn, other.conn, names) == missing
        assert {name: attachment_state(other.conn, name) for name in names} == {
            name: "missing" if name in missing else "kept" for name in names
        }
        other.close()


@pytest.mark.parametrize(
    ("seconds", "taken"), [(0, 0), (2**32 - 1, 2**32 - 1), (2**32, 0), (-1, 0), ("x", 0), (None, 0)]
)
def test_only_a_plausible_time_is_taken_over(
    register: Register, built: Path, tmp_path: Path, seconds: object, taken: int
) -> None:
    name = put(register.conn, TEXT)
    register.conn.execute("UPDATE sqlar SET mtime = ?, mode = 0", (seconds,))
    other = Register.open(Path(shutil.copyfile(built, tmp_path / "other.fairlead")))
    assert copy_attachments(register.conn, other.conn, [name]) == []
    assert other.conn.execute("SELECT mode, mtime FROM sqlar").fetchall() == [(0o100600, taken)]
    other.close()


# What a share takes along


def cite(register: Register, text: str, content: bytes) -> tuple[str, str]:
    """A note and its citation of a file that is kept inside."""
    item = register.conn.execute("SELECT id FROM recommendation ORDER BY seq").fetchone()[0]
    note = register.do(AddNote(items=(item,), text=text, kind=NoteKind.EVIDENCE)).created or ""
    packed: Content = pack(content)
    citation = register.do(CiteEvidence(note=note, name=f"{text}.pdf", content=packed)).created or ""
    return note, citation


TAKEN_AWAY: dict[str, Callable[[str, str], Withdraw]] = {
    "its citation": lambda note, citation: Withdraw(kind="citation", entity=citation),
    "its note": lambda note, citation: Withdraw(kind="note", entity=note),
}


@pytest.mark.parametrize("what", TAKEN_AWAY)
def test_a_share_leaves_the_bytes_behind_of_what_is_no_longer_cited(
    what: str, register: Register, tmp_path: Path
) -> None:
    note, citation = cite(register, "Figures", NOISE)
    cite(register, "Minutes", TEXT)
    # When each was put in is the time that its citation is stamped with.
    assert register.conn.execute(
        "SELECT count(*) FROM sqlar WHERE date(mtime, 'unixepoch') = '2024-09-18'"
    ).fetchone() == (2,)
    register.do(TAKEN_AWAY[what](note, citation))
    gone, left = sha256(NOISE).hexdigest(), sha256(TEXT).hexdigest()
    assert (cited_attachments(register.conn, withdrawn=True), cited_attachments(register.conn, withdrawn=False)) == (
        sorted((gone, left)),
        [left],
    )
    out = export(register, tmp_path / "out.sqlite", Filter(), terms=Terms(with_files=True)).path
    with sqlite3.connect(out) as share:
        assert share.execute("SELECT name FROM sqlar").fetchall() == [(left,)]
    assert NOISE not in out.read_bytes()
    assert attachment_state(register.conn, gone) == "kept"


def test_a_place_that_was_withdrawn_is_not_looked_at_by_the_check(register: Register, tmp_path: Path) -> None:
    note, _ = cite(register, "Figures", NOISE)
    register.do(CiteEvidence(note=note, name="Minutes.pdf", where=str(tmp_path / "Minutes.pdf")))
    assert [remark for remark in check(register).remarks if "Minutes.pdf" in remark] != []
    (place,) = register.conn.execute("SELECT id FROM location").fetchone()
    register.do(Withdraw(kind="location", entity=place))
    assert check(register).remarks == ()
