"""Map errors of SQLite and of the system, in using a register's file, to errors with a message for a person."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.domain.errors import (
    Busy,
    CannotWrite,
    Damaged,
    DiskFull,
    FairleadError,
    FileMissing,
    FileMoved,
    ReadOnly,
)


def identity(path: Path) -> tuple[int, int]:
    """The device and inode of a file. Raises FileMissing."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise FileMissing(path) from None
    except (OSError, ValueError) as error:
        raise CannotWrite(path, getattr(error, "strerror", None) or "it cannot be reached") from None
    return found.st_dev, found.st_ino


def is_there(path: Path) -> bool:
    """Whether a path exists and is reachable."""
    try:
        identity(path)
    except FairleadError:
        return False
    return True


_WRITE_FAILS = frozenset(
    {
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_DELETE,
        sqlite3.SQLITE_IOERR_LOCK,
        sqlite3.SQLITE_IOERR_NOMEM,
    }
)


def error_for(path: Path, error: sqlite3.Error, *, reading: bool = False, out: Path | None = None) -> FairleadError:
    """Map an SQLite error to an error with a message for a person; `reading` where nothing was to be saved.

    `out` is the file that was being written from the register at `path`, where there is one.
    """
    code = getattr(error, "sqlite_errorcode", 0)
    primary = code & 0xFF
    read_failed = primary == sqlite3.SQLITE_IOERR and code not in _WRITE_FAILS
    if code == sqlite3.SQLITE_READONLY_DBMOVED:
        return FileMoved(path)
    if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return Busy(path, reading=reading)
    if primary == sqlite3.SQLITE_FULL:
        return DiskFull(out or path)
    if primary in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return Damaged(path)
    if out and not read_failed:
        return CannotWrite(out, f"SQLite says {error}")
    if primary in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return ReadOnly(path)
    if primary == sqlite3.SQLITE_ERROR and str(error).startswith("no such table"):
        # The tables were there when it was opened: the file has been replaced by an empty one.
        return Damaged(path, "its tables are gone")
    if primary in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        if not is_there(path):
            return FileMoved(path)
        if not is_writable(path):
            return ReadOnly(path)
        if read_failed:
            return Damaged(path)
        return CannotWrite(path, f"the disk or the network says no (SQLite: {error}). Nothing was saved just now")
    if code == 0 and type(error) is sqlite3.OperationalError:
        return Damaged(path, "a text in it cannot be read")
    return CannotWrite(path, f"SQLite says {error}")


def expected_error(path: Path, error: Exception) -> FairleadError | None:
    """The error to show for one met in reading a register; None for an unexpected one."""
    if isinstance(error, sqlite3.Error) and not isinstance(error, sqlite3.ProgrammingError):
        return error_for(path, error, reading=True)
    return error if isinstance(error, FairleadError) else None


def is_database_error(error: Exception) -> bool:
    """Whether an error is one of SQLite about a database file, which may be damaged."""
    return isinstance(error, sqlite3.DatabaseError)


def is_writable(path: Path) -> bool:
    """Whether this account may write to a file and to its folder, where a journal comes."""
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


@contextmanager
def translating_errors(path: Path) -> Iterator[None]:
    """Translate SQLite errors of the block, in reading a register, to FairleadErrors."""
    try:
        yield
    except sqlite3.Error as error:
        raise error_for(path, error, reading=True) from None
