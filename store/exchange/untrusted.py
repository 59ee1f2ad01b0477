"""Read an untrusted file: validated changes come out of it, or a FairleadError.

The file is never opened in place: it is copied to a private file, whose schema must be exactly that of its version.
Only its log is read, every row validated, and the attachments that citations name, verified by their hash.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from store.domain.errors import (
    Busy,
    Cancelled,
    DiskFull,
    FairleadError,
    FileMissing,
    NotARegister,
    Refused,
    SameFile,
)
from store.domain.text import format_size
from store.exchange.encrypted import came_encrypted, is_encrypted, plain_of
from store.exchange.reading import OF, Progress, Reading, Source
from store.file.attachments import cited_attachments, copy_attachments, supports_attachments
from store.file.database import is_open, uri_of
from store.file.header import check_header, check_size, read_header
from store.file.schema import describe_differences, expected_schema, schema_of
from store.file.sqlite_errors import error_for, identity
from store.log.author_context import random_token
from store.log.change import Change
from store.log.change_log import ChangeLog
from store.log.manifest import FROM_SHARE, SHARE, describe_mismatch, left_out_of_received, read_manifest
from store.log.validate import COLUMNS, InvalidRow, read_row, text_of
from store.register import Register

MOST_BYTES = 4 * 2**30
"""The maximum size of an untrusted file, in bytes."""

PIECE = 4000
"""The number of changes in a batch."""

_SCHEMA_SECONDS = 5
_REASONS = 3
_BATCH = 500
_MANIFEST_MOST = 100_000

_COPIED, _CHECKED, _READ = 150, 300, 970
"""The thousandths of the work after which the file is copied, its pages are checked, and its changes are read."""

_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 16_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 50,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 10,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 100_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 10,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 100,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 1000,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

_READABLE = frozenset({"change", "this_file", "sqlar", "sqlite_master", "sqlite_schema"})
_SETTINGS = {"query_only": "ON", "trusted_schema": "OFF", "cell_size_check": "ON", "mmap_size": "0"}
_PRAGMAS = frozenset({"user_version", "integrity_check", "quick_check", "table_xinfo", *_SETTINGS})
_FUNCTIONS = frozenset({"coalesce", "count", "max", "min"})

_END = "SELECT max(n) FROM (SELECT n FROM change NOT INDEXED WHERE n > ? AND n <= ? ORDER BY n LIMIT ?)"
"""SQL for the number of the last row of a batch after a row; NULL where there is none."""


class ForeignLog:
    """The log of an untrusted file; its rows are validated as they are read."""

    def __init__(
        self,
        path: Path,
        conn: sqlite3.Connection,
        reading: Reading,
        source: Source | None,
        copy: Path,
        ours: Register | None = None,
    ) -> None:
        self.path = path
        self.source = source
        """The file as it was read; None for a register that is open in this process."""
        self.copy = copy
        """The private copy that is read, there for as long as this is open."""
        self.reading = reading
        self._conn = conn
        self._ours = ours
        self.came_encrypted = is_encrypted(path) or came_encrypted(conn)
        """Whether it is encrypted, or was made from a file that was."""
        self.checked = 0
        """How many changes were read, or compared with those of `ours`, by now."""
        self.count, self.last = conn.execute("SELECT count(*), COALESCE(max(n), 0) FROM change").fetchone()

    def pieces(self) -> Iterator[list[Change]]:
        """The changes in the order in which they were appended there, in batches. Raises Refused.

        Without those that `ours` has to the letter, which came through a validation. At the end `checked` is how many
        there were in all.
        """
        last = done = 0
        kinds: dict[str, str] = {}
        while True:
            self.reading.begin_step()
            with refusing_errors(self.path):
                end = self._conn.execute(_END, (last, self.last, PIECE)).fetchone()[0]
                if end is None:
                    return
                here = self._numbers_here(last, end)
                piece: list[Change] = []
                reasons: list[str] = []
                for row in self._rows(last, end) if len(here) < PIECE else ():
                    if row[0] in here:
                        continue
                    try:
                        piece.append(read_row(row))
                    except InvalidRow as error:
                        reasons.append(f"change {row[0]}: {error}")
                        if len(reasons) == _REASONS:
                            break
            if reasons:
                raise Refused(self.path, "; ".join(reasons))
            # Every entity is of one kind.
            if any(kinds.setdefault(change.entity, change.kind) != change.kind for change in piece):
                raise Refused(self.path, "its changes make one thing two kinds of thing")
            self._check_parents(piece)
            last, done = end, done + len(here) + len(piece)
            self.reading.report(_CHECKED, _READ, done, self.count)
            self.checked = done
            yield piece

    def manifest(self) -> dict[str, Any] | None:
        """The manifest of a share, or None for another register; its content is not validated. Raises Refused."""
        with refusing_errors(self.path):
            row = self._conn.execute("SELECT value FROM this_file WHERE name IN (?, ?)", (SHARE, FROM_SHARE)).fetchone()
            if row is None:
                return None
            found = json.loads(row[0]) if len(row[0]) <= _MANIFEST_MOST else None
        if not isinstance(found, dict):
            raise Refused(self.path, "what it says of itself cannot be understood")
        return found

    def origin(self) -> tuple[bool, int]:
        """Whether it is a share itself, and how many bodies it states that what it received was without."""
        with refusing_errors(self.path):
            found = self._conn.execute("SELECT 1 FROM this_file WHERE name = ?", (SHARE,)).fetchone()
            return found is not None, left_out_of_received(self._conn)

    def check_whole(self, held: tuple[int, str]) -> str | None:
        """Compare what was read with what the file is stated to hold: changes and the digest of their ids.

        Returns what is missing from a share of a part, or None. Raises Refused where a file that claims to be whole is not.
        """
        with refusing_errors(self.path):
            stated = read_manifest(self._conn)
        mismatch = describe_mismatch(stated, held)
        if mismatch is None:
            return None
        share = self.manifest()
        if stated is None or share is None or share.get("whole") is not False:
            raise Refused(self.path, f"{mismatch}: something was taken out of it. Ask for it again")
        return f"Something was taken out of {self.path.name} after it was written: {mismatch}."

    def copy_attachments(self, to: Register) -> None:
        """Copy the attachments that are cited in `to`, a register made from this log, each verified by its hash.

        One that does not match its citation is not copied: it is then missing. Raises Cancelled, or Refused.
        """

        def goes_on() -> bool:
            self.reading.begin_step()
            self.reading.report(_READ, OF, 1, 1)
            return True

        with refusing_errors(self.path), to.file.transaction() as conn:
            if supports_attachments(self._conn):
                copy_attachments(self._conn, conn, cited_attachments(conn, withdrawn=True), goes_on)

    def _rows(self, after: int, end: int) -> list[tuple[Any, ...]]:
        """The rows of a batch. Most hold nothing but UTF-8, which SQLite's own decoder reads many times faster."""
        sql = f"SELECT {COLUMNS} FROM change WHERE n > ? AND n <= ? ORDER BY n"
        self._conn.text_factory = str
        try:
            return self._conn.execute(sql, (after, end)).fetchall()
        except (sqlite3.OperationalError, UnicodeDecodeError):
            self._conn.text_factory = text_of
            return self._conn.execute(sql, (after, end)).fetchall()
        finally:
            self._conn.text_factory = text_of

    def _numbers_here(self, after: int, end: int) -> set[int]:
        """The numbers of the rows of a batch that `ours` has; none where that cannot be read: each is then validated."""

        def read(conn: sqlite3.Connection) -> set[int]:
            try:
                self.attach_to(conn)
                return ChangeLog(conn).numbers_here("theirs", after, end)
            except sqlite3.Error as error:
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                    raise
                return set()

        return (self._ours and self._ours.file.read_interruptible(read, lambda: self.reading.cancelled)) or set()

    def attach_to(self, conn: sqlite3.Connection) -> None:
        """Attach the private copy to another connection as `theirs`; of it only the rows of `change` are read, in order."""
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LIMITS[sqlite3.SQLITE_LIMIT_LENGTH])
        conn.execute("ATTACH ? AS theirs", (uri_of(self.copy, "ro", "&immutable=1"),))

    def _check_parents(self, piece: list[Change]) -> None:
        entity_of: dict[str, str] = {}
        wanted = list({parent for change in piece for parent in change.parents})
        with refusing_errors(self.path):
            for start in range(0, len(wanted), _BATCH):
                part = wanted[start : start + _BATCH]
                marks = ",".join("?" * len(part))
                entity_of.update(self._conn.execute(f"SELECT id, entity FROM change WHERE id IN ({marks})", part))
        for change in piece:
            if any(entity_of.get(parent, change.entity) != change.entity for parent in change.parents):
                raise Refused(self.path, f"change {change.id[:8]}: it rests on a change of another thing")


@contextmanager
def open_untrusted(
    path: Path,
    scratch_folder: Path,
    go_on: Progress | None = None,
    *,
    lazy: bool = False,
    ours: Register | None = None,
) -> Iterator[ForeignLog]:
    """Open the log of an untrusted file for the block, after every row of it was validated.

    With `lazy` rows are validated only as `pieces` reads them: the caller discards what it made of earlier batches where
    a later one is refused. A row that `ours` has to the letter is not validated once more. `scratch_folder` is private;
    nothing is left in it. Raises Refused, NotARegister, NewerVersion, FileMissing, SameFile, Cancelled or DiskFull: no
    error but a FairleadError.
    """
    copy = scratch_folder / f"{random_token()}.copy"
    reading = Reading(path, go_on)
    try:
        with refusing_errors(path, scratch_folder):
            source = read_bytes(reading, copy)
            reading.begin_step(_SCHEMA_SECONDS)
            conn = _open_copy(copy, reading.interrupts)
        with closing(conn):
            with refusing_errors(path, scratch_folder):
                _check_schema(path, conn)
                reading.begin_step()
                # Only the tables that are read: newer versions of SQLite would run FTS5 code on a crafted search index.
                for table in ("change", "this_file", *(("sqlar",) if supports_attachments(conn) else ())):
                    # Of what `ours` takes in nothing rests on the indexes of its log: it is compared with ours once more.
                    pragma = "quick_check" if ours and table == "change" else "integrity_check"
                    if conn.execute(f"PRAGMA {pragma}({table})").fetchall() != [("ok",)]:
                        raise Refused(path, _damage(path))
                log = ForeignLog(path, conn, reading, source, copy, ours)
            if not lazy:
                for _ in log.pieces():
                    pass
            yield log
    except Refused:
        # SQLite was interrupted because a person cancelled, which is no fault of the file.
        if reading.cancelled:
            raise Cancelled(f"Reading {path}") from None
        raise
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def read_bytes(reading: Reading, to: Path | None = None) -> Source:
    """Read a file, or what is in an encrypted one, and copy it to a private file if given. Raises FairleadError."""
    path = reading.path
    before = signature_of(path)
    if is_open(path):
        raise SameFile(path)
    plain = plain_of(path)
    header = read_header(plain)
    check_header(path, header)
    size, digest = plain.stat().st_size, sha256()
    if size > MOST_BYTES:
        raise Refused(path, f"it has {format_size(size)}, and {format_size(MOST_BYTES)} is the most")
    check_size(path, header, size)
    done = 0
    with plain.open("rb") as source, _private(to) if to else nullcontext() as copy:
        while done <= size and (part := source.read(1 << 20)):
            digest.update(part)
            if copy is not None:
                copy.write(part)
            done += len(part)
            reading.report(0, _COPIED, done, size)
    if (done, signature_of(path)) != (size, before):
        raise Refused(path, "another program wrote to it while it was copied. Close what has it open and try again")
    return Source(path, digest.hexdigest(), before)


def signature_of(path: Path) -> tuple[int, ...]:
    """What changes when the bytes of a file do. Raises FileMissing."""
    identity(path)
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_dev, found.st_ino


def _private(path: Path) -> BinaryIO:
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o600), "wb")


def _open_copy(copy: Path, late: Callable[[], bool]) -> sqlite3.Connection:
    conn = sqlite3.connect(uri_of(copy, "ro", "&immutable=1"), uri=True, isolation_level=None)
    try:
        conn.text_factory = text_of
        for limit, most in _LIMITS.items():
            conn.setlimit(limit, most)
        conn.set_authorizer(_only_reading)
        conn.set_progress_handler(late, 1000)
        for pragma, value in _SETTINGS.items():
            conn.execute(f"PRAGMA {pragma}={value}")
    except BaseException:
        conn.close()
        raise
    return conn


def _only_reading(action: int, first: str | None, second: str | None, _db: str | None, inside: str | None) -> int:
    """The authorizer of the connection: allows reads of the known tables, but not from within a view or trigger."""
    allowed = (
        action == sqlite3.SQLITE_SELECT
        or (action == sqlite3.SQLITE_READ and inside is None and first in _READABLE)
        or (action == sqlite3.SQLITE_PRAGMA and first in _PRAGMAS)
        or (action == sqlite3.SQLITE_FUNCTION and second in _FUNCTIONS)
    )
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _check_schema(path: Path, conn: sqlite3.Connection) -> None:
    found = schema_of(conn)
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    if found != expected_schema(version):
        raise Refused(
            path, f"its tables are not as Fairlead made them ({describe_differences(found, version) or 'their text'})"
        )


def _damage(path: Path) -> str:
    journal = Path(f"{path}-journal")
    if journal.is_file() and journal.stat().st_size:
        return "it was copied while another program was writing to it. Ask for it again, closed"
    return "it is damaged: its contents do not check"


@contextmanager
def refusing_errors(path: Path, scratch: Path | None = None) -> Iterator[None]:
    """Translate every exception of the block to a FairleadError: a crafted file may cause any failure."""
    try:
        yield
    except FairleadError:
        raise
    except FileNotFoundError:
        raise FileMissing(path) from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise DiskFull(scratch or path) from None
        raise NotARegister(path, (error.strerror or "it cannot be read").lower()) from None
    except sqlite3.Error as error:
        raise _refused(path, error, scratch) from None
    except UnicodeDecodeError:
        # SQLite's message about a damaged schema may hold bytes that are not UTF-8.
        raise Refused(path, _damage(path)) from None
    except Exception as error:
        raise Refused(path, "it cannot be understood") from error


_REFUSALS = {
    sqlite3.SQLITE_INTERRUPT: "it took too long to read",
    sqlite3.SQLITE_TOOBIG: "a text in it is too long",
    sqlite3.SQLITE_AUTH: "it asks for more than to be read",
}
"""The reason for a refusal by the primary code of SQLite's error; for any other the file is damaged."""


def _refused(path: Path, error: sqlite3.Error, scratch: Path | None) -> FairleadError:
    found = error_for(path, error, out=scratch)
    if isinstance(found, Busy | DiskFull):
        return found
    return Refused(path, _REFUSALS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF) or _damage(path))
