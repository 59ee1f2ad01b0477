"""Checks of a file before SQLite opens it: its header, and the journals beside it."""

from __future__ import annotations

import os
from pathlib import Path

from store.domain.errors import FileMissing, NewerVersion, NotARegister, NotASqliteFile, Refused
from store.domain.text import format_size
from store.file.schema import APPLICATION_ID, VERSION

_MAGIC = b"SQLite format 3\x00"
_JOURNAL_MAGIC = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"


def read_header(path: Path) -> bytes:
    """Read the first 100 bytes of a file that is not open in this process. Raises FairleadError."""
    try:
        if not path.is_file():
            raise FileMissing(path) if not path.exists() else NotARegister(path, "it is not a file")
        with path.open("rb") as file:
            return file.read(100)
    except PermissionError:
        raise NotARegister(path, "this account may not read it") from None
    except OSError as error:
        raise NotARegister(path, (error.strerror or "it cannot be read").lower()) from None


def check_header(path: Path, header: bytes) -> int:
    """Check that a header is a register's; returns its version. Raises NotARegister or NewerVersion."""
    if not header:
        raise NotARegister(path, "it is empty")
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise NotASqliteFile(path)
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise NotARegister(path, "it is a SQLite file, but of another program")
    if int.from_bytes(header[56:60], "big") != 1:
        raise NotARegister(path, "its text is not UTF-8")
    if header[18] != 1 or header[19] != 1:
        raise NotARegister(path, "another program has put it in write-ahead mode; set journal_mode back to DELETE")
    version = int.from_bytes(header[60:64], "big")
    if version > VERSION:
        raise NewerVersion(path)
    if version < 1:
        raise NotARegister(path, "it has no tables of a version that Fairlead ever made")
    return version


def check_size(path: Path, header: bytes, size: int) -> None:
    """Check that a file from elsewhere has as many bytes as the pages that its header states. Raises Refused.

    Of one's own register this is not asked: after a crash its size is put right from its journal.
    """
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    stated = page * int.from_bytes(header[28:32], "big")
    if size < stated:
        raise Refused(path, "it is cut short: the end of the file is missing")
    if size > stated:
        raise Refused(
            path, f"it is {format_size(size - stated)} longer than its header states: something was added to it"
        )


def check_journals(path: Path) -> None:
    """Reject a journal beside a register that Fairlead did not write. Raises NotARegister.

    SQLite deletes the file that a journal names as its super-journal, and replays a write-ahead log whatever the header
    states; a register never has either.
    """
    journal, ahead = Path(f"{path}-journal"), Path(f"{path}-wal")
    why = "another program left {} beside it. Move that away, or open a backup"
    try:
        if ahead.is_file() and ahead.stat().st_size:
            raise NotARegister(path, why.format(ahead.name))
        if journal.is_file() and journal.stat().st_size >= len(_JOURNAL_MAGIC):
            with journal.open("rb") as file:
                file.seek(-len(_JOURNAL_MAGIC), os.SEEK_END)
                if file.read() == _JOURNAL_MAGIC:
                    raise NotARegister(path, why.format(journal.name))
    except OSError:
        return
