"""Writing much at once: a cache for it, and the bulk load of a new register before anybody uses it, which is faster than
transactions of ordinary writing and not crash-safe."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from sqlite3 import Connection, OperationalError
from threading import Event

from store.file.database import File

_CACHE_KB = 400_000
_STEP_SECONDS, _STEP_OPERATIONS = 0.1, 100_000
_DEFERRED_INDEXES = frozenset(
    {
        "change_of_action",
        "change_by_day",
        "change_by_author",
        "lead_by_party",
        "recommendation_by_reference",
        "recommendation_of_theme",
    }
)
"""Indexes that appending changes never uses, beside those of the lists."""
_OF_LISTS = ("listed_", "needing_")
"""How the names of the indexes of lists begin."""


@contextmanager
def large_cache(conn: Connection) -> Iterator[None]:
    """Hold more pages in memory for the block: the indexes of a large register do not fit into the usual ones."""
    usual = conn.execute("PRAGMA cache_size").fetchone()[0]
    conn.execute(f"PRAGMA cache_size=-{_CACHE_KB}")
    try:
        yield
    finally:
        conn.execute(f"PRAGMA cache_size={usual}")


@contextmanager
def paused_collection() -> Iterator[None]:
    """Collect no garbage in the block, which makes hundreds of thousands of objects that are in use to its end."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def stepping(conn: Connection, step: Callable[[int, int], None] | None) -> Iterator[Callable[[int, int], None]]:
    """A step for the block that is called within long statements too, with what it was called with last.

    What it raises there interrupts the statement, and is raised by the block.
    """
    last, at = (0, 1), 0.0
    raised: list[BaseException] = []

    def call(done: int, of: int) -> None:
        nonlocal last, at
        last, at = (done, of), time.monotonic()
        if step:
            step(done, of)

    def within() -> bool:
        try:
            if time.monotonic() - at > _STEP_SECONDS:
                call(*last)
        except BaseException as error:
            raised.append(error)
        return bool(raised)

    conn.set_progress_handler(within, _STEP_OPERATIONS)
    try:
        yield call
    except OperationalError:
        if raised:
            raise raised[0] from None
        raise
    finally:
        conn.set_progress_handler(None, 0)


@contextmanager
def beside(work: Callable[[Callable[[], bool]], None], tick: Callable[[], None]) -> Iterator[Callable[[bool], None]]:
    """Do work in a thread while the block runs; the work is given what returns whether to stop, and has ended after the block.

    It should be few long statements of SQLite, on a connection of its own: each call waits for the interpreter. What it
    raised is raised by what the block is given, which waits for its end if asked to, and at the end; meanwhile `tick` is called,
    which may raise, too.
    """
    stopped = Event()
    with ThreadPoolExecutor(1) as thread:
        working = thread.submit(work, stopped.is_set)

        def check(to_end: bool) -> None:
            while to_end and not wait([working], _STEP_SECONDS).done:
                tick()
            if working.done():
                working.result()

        try:
            yield check
            check(True)
        except BaseException:
            stopped.set()
            raise


@contextmanager
def deferred_list_indexes(conn: Connection) -> Iterator[None]:
    """Create the indexes of lists at the end of the block, in the caller's transaction: written item by item they take longer.

    Worthwhile only where much of what is listed is new. Where the block raises the caller rolls back.
    """
    deferred = _drop_indexes(conn, frozenset())
    yield
    for sql in deferred:
        conn.execute(sql)


def _drop_indexes(conn: Connection, names: frozenset[str]) -> list[str]:
    """Drop the indexes of lists, and those named; returns the SQL that creates them."""
    found = conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index'").fetchall()
    dropped = [(name, sql) for name, sql in found if name.startswith(_OF_LISTS) or name in names]
    for name, _ in dropped:
        conn.execute(f"DROP INDEX {name}")
    return [sql for _, sql in dropped]


@contextmanager
def bulk_load(file: File) -> Iterator[None]:
    """Write to a new file without syncing, and create the indexes of lists at the end.

    On return all of it is on disk, and the file is like any other. Where it raises the file is of no use, and the
    caller removes it.
    """
    conn = file.conn
    with large_cache(conn):
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "secure_delete=OFF"):
            conn.execute(f"PRAGMA {pragma}").fetchone()
        with file.transaction():
            deferred = _drop_indexes(conn, _DEFERRED_INDEXES)
        yield
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL"):
            conn.execute(f"PRAGMA {pragma}").fetchone()
        with file.transaction():
            for sql in deferred:
                conn.execute(sql)
        conn.execute("PRAGMA secure_delete=ON").fetchone()
