"""What a file that was handed on holds, to the byte, and what people read of the items in it."""

from __future__ import annotations

import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

from store.register import Register


def bytes_of(path: Path) -> bytes:
    """All that a file holds: its bytes, what is packed inside, every cell of every table."""
    found = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            found += b"".join(packed.read(name) for name in packed.namelist())
    if found.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(path)) as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            cells = [str(cell) for table in tables for row in conn.execute(f"SELECT * FROM {table}") for cell in row]
        found += "\n".join(cells).encode("utf-8", "replace")
    return found


def statuses(register: Register) -> dict[str, tuple[str, str, str | None, int, int]]:
    """What people read of each item that is listed: where it is, and how often its target moved later."""
    columns = "id, status, closed_as, moved_later, moved_at_least"
    return {row[0]: row for row in register.conn.execute(f"SELECT {columns} FROM recommendation WHERE listed = 1")}
