"""Writing much at once: a cache for it, and the bulk load of a new register before anybody uses it, which is faster than
transactions of ordinary writing and not crash-safe."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Connection

from store.file.database import File

_CACHE_KB = 400_000
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
def bulk_load(file: File) -> Iterator[None]:
    """Write to a new file without syncing, and create the indexes of lists at the end.

    On return all of it is on disk, and the file is like any other. Where it raises the file is of no use, and the
    caller removes it.
    """
    conn = file.conn
    deferred = [
        (name, sql)
        for name, sql in conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index'").fetchall()
        if name.startswith("listed_") or name in _DEFERRED_INDEXES
    ]
    with large_cache(conn):
        for pragma in ("journal_mode=MEMORY", "synchronous=OFF", "secure_delete=OFF"):
            conn.execute(f"PRAGMA {pragma}").fetchone()
        with file.transaction():
            for name, _ in deferred:
                conn.execute(f"DROP INDEX {name}")
        yield
        for pragma in ("journal_mode=TRUNCATE", "synchronous=FULL"):
            conn.execute(f"PRAGMA {pragma}").fetchone()
        with file.transaction():
            for _, sql in deferred:
                conn.execute(sql)
        conn.execute("PRAGMA secure_delete=ON").fetchone()
