"""Attachments: files embedded in a register, stored in the table `sqlar` under the SHA-256 that a citation names.

The table is an SQLite archive (`sqlite3 FILE -A -x` extracts the files): data of `sz` bytes is stored as it is, shorter
data is deflated. What is read back is never more than `sz` and is verified by its hash, chunk by chunk.

The bytes stay when a citation is withdrawn or its action undone, so that redoing it finds them; a share omits them.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from store.domain.errors import FairleadError

MAX_SIZE = 1_000_000_000
"""The maximum size of one attachment, in bytes."""

MAX_TOTAL_SIZE = 8 * 2**30
"""The maximum size of all attachments of one untrusted register, inflated, in bytes."""

CHUNK_SIZE = 1 << 20
_MODE = 0o100600
_LATEST = 2**32

GoOn = Callable[[], bool]
"""Called between chunks; returns whether to go on."""


class AttachmentMissing(FairleadError):
    """An attachment that is cited, and is missing from this copy or does not match its citation."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The file is not in this copy of the register: {why}.")


@dataclass(frozen=True, slots=True)
class Content:
    """An attachment as stored: its SHA-256 in hex, its size, and the data, deflated where that is shorter."""

    sha256: str
    size: int
    data: bytes


def pack(content: bytes) -> Content:
    """Prepare a file's bytes for storing."""
    deflated = zlib.compress(content)
    return Content(sha256(content).hexdigest(), len(content), min(deflated, content, key=len))


def save_attachment(conn: sqlite3.Connection, content: Content, seconds: int) -> None:
    """Store an attachment, unless it is here already; inside a transaction. `seconds` since 1970 is its time."""
    if not _is_intact(conn, content.sha256):
        conn.execute("DELETE FROM sqlar WHERE name = ?", (content.sha256,))
        row = (content.sha256, _MODE, seconds, content.size, content.data)
        conn.execute("INSERT INTO sqlar VALUES (?, ?, ?, ?, ?)", row)


def read_chunks(conn: sqlite3.Connection, name: str) -> Iterator[bytes]:
    """Read the attachment of that SHA-256, chunk by chunk.

    Raises AttachmentMissing, at the latest after the last chunk: the output made of them is then to be discarded.
    """
    row = conn.execute("SELECT rowid, sz FROM sqlar WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise AttachmentMissing("it was left out, or never came")
    rowid, size = row
    if not isinstance(size, int) or not 0 <= size <= MAX_SIZE:
        raise AttachmentMissing("its size is not one that a file may have")
    digest, total = sha256(), 0
    try:
        with _blob(conn, rowid) as blob:
            if len(blob) > size:
                raise AttachmentMissing("it is longer than it says")
            parts = _parts(blob)
            for part in parts if len(blob) == size else _inflated(parts):
                total += len(part)
                if total > size:
                    break
                digest.update(part)
                yield part
    except zlib.error:
        raise AttachmentMissing("its bytes are damaged") from None
    if total != size or digest.hexdigest() != name:
        raise AttachmentMissing("its bytes are not those that were cited")


def _blob(conn: sqlite3.Connection, rowid: int) -> sqlite3.Blob:
    try:
        return conn.blobopen("sqlar", "data", rowid, readonly=True)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise AttachmentMissing("it has no bytes") from None


def _parts(blob: sqlite3.Blob) -> Iterator[bytes]:
    while part := blob.read(CHUNK_SIZE):
        yield part


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate deflated chunks, never more than a chunk at a time, whatever their ratio."""
    inflate = zlib.decompressobj()
    for part in parts:
        left = part
        while left:
            if inflate.eof:
                raise zlib.error("there is more after its end")
            yield inflate.decompress(left, CHUNK_SIZE)
            left = inflate.unconsumed_tail or inflate.unused_data
    while not inflate.eof:
        more = inflate.decompress(b"", CHUNK_SIZE)
        if not more and not inflate.eof:
            raise zlib.error("it is cut short")
        yield more


def attachment_state(
    conn: sqlite3.Connection, name: str, go_on: GoOn | None = None
) -> Literal["kept", "missing", "spoilt"]:
    """Verify an attachment by its SHA-256; "missing" too where `go_on` returned False."""
    if conn.execute("SELECT 1 FROM sqlar WHERE name = ?", (name,)).fetchone() is None:
        return "missing"
    try:
        for _ in read_chunks(conn, name):
            if go_on and not go_on():
                return "missing"
    except AttachmentMissing:
        return "spoilt"
    return "kept"


def _is_intact(conn: sqlite3.Connection, name: str) -> bool:
    return attachment_state(conn, name) == "kept"


def cited_attachments(conn: sqlite3.Connection, *, withdrawn: bool) -> list[str]:
    """The SHA-256 of every attachment that is cited; `withdrawn` adds those of withdrawn citations and notes."""
    only_current = "" if withdrawn else "AND c.withdrawn = 0 AND n.withdrawn = 0"
    rows = conn.execute(
        "SELECT DISTINCT c.sha256 FROM citation c LEFT JOIN note n ON n.id = c.note "
        f"WHERE c.embedded = 1 AND c.sha256 IS NOT NULL {only_current} ORDER BY c.sha256"
    )
    return [str(row[0]) for row in rows]


def supports_attachments(conn: sqlite3.Connection) -> bool:
    """Whether a register's version supports attachments."""
    return conn.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlar'").fetchone() is not None


def copy_attachments(
    source: sqlite3.Connection, to: sqlite3.Connection, names: Iterable[str], go_on: GoOn | None = None
) -> list[str]:
    """Copy attachments (by SHA-256) between registers, each verified first; inside a transaction of the target.

    Returns those that are missing or invalid, or exceed the total limit: nothing of them is copied. Stops early where
    `go_on` returns False.
    """
    missing: list[str] = []
    room = MAX_TOTAL_SIZE
    for name in names:
        try:
            for part in read_chunks(source, name):
                room -= len(part)
                if room < 0:
                    raise AttachmentMissing("the files together are too large")
                if go_on and not go_on():
                    return missing
        except AttachmentMissing:
            missing.append(name)
            continue
        _copy_row(source, to, name)
    return missing


def _copy_row(source: sqlite3.Connection, to: sqlite3.Connection, name: str) -> None:
    """Copy a row as it is stored; only the hash, the size and a plausible time are copied with the data."""
    rowid, size, seconds = source.execute("SELECT rowid, sz, mtime FROM sqlar WHERE name = ?", (name,)).fetchone()
    if not isinstance(seconds, int) or not 0 <= seconds < _LATEST:
        seconds = 0
    with _blob(source, rowid) as blob:
        to.execute("DELETE FROM sqlar WHERE name = ?", (name,))
        new_rowid = to.execute(
            "INSERT INTO sqlar VALUES (?, ?, ?, ?, zeroblob(?))", (name, _MODE, seconds, size, len(blob))
        ).lastrowid
        assert new_rowid is not None
        with to.blobopen("sqlar", "data", new_rowid) as copy:
            for part in _parts(blob):
                copy.write(part)
