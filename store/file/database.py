"""The connection to a register's file, and its transactions: only this file connects to a register.

Two rules that measurements showed: the header is read before SQLite opens the file, and nothing else in this process
opens the live file (either would drop every lock that SQLite holds on it). The journal mode is TRUNCATE.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from json import JSONDecodeError
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from store.domain.errors import (
    CannotWrite,
    Damaged,
    FairleadError,
    FileAlreadyExists,
    FileMissing,
    FileMoved,
    FolderMissing,
    NotARegister,
    OlderVersion,
    ReadOnly,
)
from store.file.header import check_header, check_journals, read_header
from store.file.schema import DIGESTS, VERSION, migrate, schema_digest, schema_of
from store.file.sqlite_errors import error_for, identity, is_writable, translating_errors

Connection = sqlite3.Connection
"""A connection, for modules outside store/file that only pass one on."""

T = TypeVar("T")

BUSY_MS = 5000
STEPS = 1_000_000
"""SQLite's steps between two looks at whether a long read or write is cancelled: some ten milliseconds. Each look waits
for the interpreter, up to five milliseconds while another thread draws."""
_COMMIT_MS = 50
PAGES_AT_ONCE = 500
_open_files: weakref.WeakSet[File] = weakref.WeakSet()
"""Files open in this process. Weakly, because the inode of one that was collected unclosed may be another file's."""
_lock = threading.Lock()


def check_sqlite() -> str | None:
    """An error message if this Python's SQLite cannot hold a register, else None."""
    if sqlite3.sqlite_version_info < (3, 37, 0):
        return f"Fairlead needs SQLite 3.37 or newer; this Python has {sqlite3.sqlite_version}. Use a newer Python."
    conn = sqlite3.connect(":memory:")
    try:
        conn.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
    except sqlite3.OperationalError:
        return "Fairlead needs SQLite with full-text search (FTS5), and this Python's has none. Use another Python."
    finally:
        conn.close()
    return None


def is_open(path: Path) -> bool:
    """Whether this process has the file open as a register, under any name."""
    try:
        wanted = identity(path)
    except FairleadError:
        return False
    with _lock:
        return any(file.identity == wanted for file in _open_files)


def uri_of(path: Path, mode: str, more: str = "") -> str:
    """The SQLite URI of a path, whatever bytes its name has."""
    return f"file:{quote(os.fsencode(str(path.absolute()).replace(os.sep, '/')))}?mode={mode}{more}"


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    conn = sqlite3.connect(uri_of(path, mode), uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    try:
        for pragma in (
            "trusted_schema=OFF",
            "cell_size_check=ON",
            "mmap_size=0",
            "foreign_keys=ON",
            *(("query_only=ON",) if mode == "ro" else ("synchronous=FULL", "secure_delete=ON")),
        ):
            conn.execute(f"PRAGMA {pragma}")
    except BaseException:
        conn.close()
        raise
    return conn


@contextmanager
def _translating_open_errors(path: Path) -> Iterator[None]:
    """Translate errors in opening a file."""
    try:
        yield
    except UnicodeDecodeError:
        # SQLite reports a damaged schema in bytes that are not UTF-8, which Python cannot decode.
        raise Damaged(path) from None
    except sqlite3.Error as error:
        translated = error_for(path, error, reading=True)
        raise (Damaged(path, f"SQLite says {error}") if isinstance(translated, CannotWrite) else translated) from None


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A read-only connection to a register by its path, open in this process or not; for short reads.

    Raises FairleadError; the register is not checked beyond its header.
    """
    if not is_open(path):
        check_header(path, read_header(path))
        check_journals(path)
    with _translating_open_errors(path):
        conn = _connect(path, "ro")
    try:
        yield conn
    finally:
        conn.close()


class File:
    """One register's open file. Its connection belongs to the thread that opened it."""

    def __init__(
        self,
        path: Path,
        *,
        read_only_reason: str | None = None,
        before_migration: Callable[[File], object] | None = None,
    ) -> None:
        """Open an existing register. `read_only_reason`, a sentence, makes it read-only and is the error of a write.

        `before_migration` is called with this file, still unchanged, before a migration from an older version: a backup
        belongs there, and where it raises the file is unchanged.
        """
        self.path = path
        self.read_only_reason = read_only_reason
        self._busy_timeout_ms = BUSY_MS
        self._readers: set[sqlite3.Connection] = set()
        self._readers_lock = threading.Lock()
        if path.exists() and not is_open(path):
            check_header(path, read_header(path))
            check_journals(path)
        self.identity = identity(path)
        if read_only_reason is None and not is_writable(path):
            self.read_only_reason = str(ReadOnly(path))
        with _translating_open_errors(path):
            self.conn = _connect(path, "ro" if self.read_only_reason else "rw")
        try:
            with _translating_open_errors(path):
                self._prepare(before_migration)
        except BaseException:
            self.conn.close()
            raise
        with _lock:
            _open_files.add(self)
        self._closed = False

    def _prepare(self, before_migration: Callable[[File], object] | None) -> None:
        if not self.read_only_reason:
            # A write must not find a journal of another mode; the pragma also proves that the file is SQLite's.
            self.conn.execute("PRAGMA journal_mode=TRUNCATE").fetchone()
            version = self.conn.execute("PRAGMA user_version").fetchone()[0]
            if version < VERSION:
                self._check_schema(version)
                if before_migration:
                    before_migration(self)
                migrate(self.conn, then=self._rebuild_tables)
        elif self.conn.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            raise OlderVersion(self.path)
        self._check_schema(VERSION)

    def _check_schema(self, version: int) -> None:
        """Raise NotARegister where the schema is not that of its version."""
        if schema_digest(found := schema_of(self.conn)) != DIGESTS[version]:
            from store.file.schema import describe_differences

            differences = describe_differences(found, version)
            raise NotARegister(self.path, f"its tables are not as Fairlead made them ({differences})")

    def _rebuild_tables(self) -> None:
        from store.log.projection import rebuild

        rebuild(self.conn)

    @classmethod
    def create(cls, path: Path) -> File:
        """Create a new, empty register. Raises FileAlreadyExists, FolderMissing or CannotWrite."""
        if path.exists():
            raise FileAlreadyExists(path)
        if not path.parent.is_dir():
            raise FolderMissing(path.parent)
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        except OSError as error:
            raise CannotWrite(path, (error.strerror or "the folder cannot be written to").lower()) from None
        try:
            with closing(_connect(path, "rw")) as conn:
                conn.execute("PRAGMA journal_mode=TRUNCATE").fetchone()
                migrate(conn)
        except BaseException as error:
            for left in (path, Path(f"{path}-journal")):
                with suppress(OSError):
                    left.unlink(missing_ok=True)
            if isinstance(error, sqlite3.Error):
                raise error_for(path, error) from None
            raise
        return cls(path)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection for the calling thread, for a long read; a save in this process interrupts it.

        Raises sqlite3.OperationalError ("interrupted") in the reader, which then starts again, and FileMoved.
        """
        self.check_in_place()
        conn = _connect(self.path, "ro")
        with self._readers_lock:
            self._readers.add(conn)
        try:
            yield conn
        finally:
            with self._readers_lock:
                self._readers.discard(conn)
            conn.close()

    def read_interruptible(self, read: Callable[[Connection], T], cancelled: Callable[[], bool]) -> T | None:
        """Run a long read on its own connection, in a thread; it restarts when a save interrupted it.

        None when cancelled, which is checked before each start and about every ten milliseconds.
        """
        while not cancelled():
            try:
                with self.reading() as conn:
                    conn.set_progress_handler(cancelled, STEPS)
                    return read(conn)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                    raise error_for(self.path, error, reading=True) from None
        return None

    def interrupt_readers(self) -> None:
        """Interrupt this process's own long reads: a commit waits for every reader."""
        with self._readers_lock:
            for conn in self._readers:
                conn.interrupt()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all of it is on disk when the block ends, or none of it.

        Raises FairleadError.
        """
        if self.read_only_reason:
            from store.domain.errors import OpenedReadOnly

            raise OpenedReadOnly(self.read_only_reason)
        self.check_in_place()
        self.interrupt_readers()
        try:
            with self._busy_timeout(BUSY_MS):
                self.conn.execute("BEGIN IMMEDIATE")
            yield self.conn
            self._commit()
        except sqlite3.Error as error:
            self._roll_back()
            raise error_for(self.path, error) from None
        except (UnicodeDecodeError, JSONDecodeError):
            self._roll_back()
            raise Damaged(self.path, "a change in its log cannot be read") from None
        except BaseException:
            self._roll_back()
            raise

    def replace_contents(
        self, by: Path, may: Callable[[sqlite3.Connection], bool], step: Callable[[int, int], None]
    ) -> bool:
        """Replace all that is in the file by what is in another, whole or not at all, as one transaction of SQLite's own.

        `may` is asked while no other program can read or write: where it returns False nothing is done, and False returned.
        Raises FairleadError, and what `step`, called with the pages done and their total but for the last PAGES_AT_ONCE,
        raises; nothing is changed then.
        """
        if self.read_only_reason:
            return False
        self.check_in_place()

        def progress(_status: int, left: int, of: int) -> None:
            # After the last pages all is on disk already.
            if left:
                step(of - left, of)

        # A connection of its own, which keeps its lock between what it asks and the copying until it is closed.
        try:
            with closing(_connect(self.path, "rw")) as conn:
                conn.execute("PRAGMA journal_mode=TRUNCATE").fetchone()
                conn.execute("PRAGMA locking_mode=EXCLUSIVE").fetchone()
                self._begin_exclusive(conn)
                allowed = may(conn)
                conn.execute("COMMIT")
                if allowed:
                    with closing(_connect(by, "ro")) as source:
                        source.backup(conn, pages=PAGES_AT_ONCE, progress=progress)
                return allowed
        except sqlite3.Error as error:
            raise error_for(self.path, error) from None

    def _begin_exclusive(self, conn: sqlite3.Connection) -> None:
        """Begin a transaction that lets nobody else read; readers of ours are interrupted until they have let go."""
        until = time.monotonic() + BUSY_MS / 1000
        conn.execute(f"PRAGMA busy_timeout={_COMMIT_MS}")
        while True:
            self.interrupt_readers()
            try:
                conn.execute("BEGIN EXCLUSIVE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                    raise

    def check_in_place(self) -> None:
        """Raise FileMoved where the path no longer leads to the file that was opened."""
        try:
            if identity(self.path) != self.identity:
                raise FileMoved(self.path)
        except FileMissing:
            raise FileMoved(self.path) from None

    def _commit(self) -> None:
        """Commit; while another program's reader holds the lock, retry for as long as a person would wait."""
        until = time.monotonic() + BUSY_MS / 1000
        # Waits in short steps: a reader of ours that restarted since the last step is interrupted again.
        with self._busy_timeout(_COMMIT_MS):
            while True:
                try:
                    self.conn.execute("COMMIT")
                    return
                except sqlite3.OperationalError as error:
                    if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                        raise
                    self.interrupt_readers()

    def wait_for_others(self, wait: bool) -> None:
        """Set whether reads wait for another program's lock, or raise "busy" at once; writes always wait."""
        self._busy_timeout_ms = BUSY_MS if wait else 0
        self.conn.execute(f"PRAGMA busy_timeout={self._busy_timeout_ms}")

    @contextmanager
    def _busy_timeout(self, milliseconds: int) -> Iterator[None]:
        """Wait so long for locks of other programs within the block."""
        self.conn.execute(f"PRAGMA busy_timeout={milliseconds}")
        try:
            yield
        finally:
            self.conn.execute(f"PRAGMA busy_timeout={self._busy_timeout_ms}")

    def _roll_back(self) -> None:
        """Roll back; where that fails too, SQLite does it from the journal before the file is read again."""
        if self.conn.in_transaction:
            with suppress(sqlite3.Error):
                self.conn.execute("ROLLBACK")

    def data_version(self) -> int:
        """A number that changes with any commit by another connection or program; costs microseconds.

        Does not wait. Raises Busy where another program has the file locked, and Damaged.
        """
        with translating_errors(self.path), self._busy_timeout(0):
            return int(self.conn.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Close the file; idempotent."""
        if self._closed:
            return
        self._closed = True
        self.interrupt_readers()
        with _lock:
            _open_files.discard(self)
        self.conn.close()


def make_new_files_private() -> None:
    """Make files that this process creates readable by their owner alone, where the platform has such permissions."""
    if sys.platform != "win32":
        os.umask(0o077)
