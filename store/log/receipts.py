"""Receipts: which file brought which changes into this register, when, and who took it.

They are local to a file: never hashed, and in no share.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_right
from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class Receipt:
    """One file that was received: its changes are those numbered `first_n` to `last_n` here.

    `filled` is how many bodies it filled in that were left out here, `left_out` how many came without a value of theirs.
    """

    id: str
    file: str
    sha256: str
    made_by: str | None
    """The id of the register that it was made in, where it states that."""
    taken: str
    """The time stamp, UTC."""
    taken_by: str
    first_n: int
    last_n: int
    changes: int
    filled: int
    left_out: int
    taken_back: str | None = None
    """The action that took it back; None where none did."""


_COLUMNS = "id, file, sha256, made_by, taken, taken_by, first_n, last_n, changes, filled, left_out, taken_back"


def write_receipt(conn: sqlite3.Connection, receipt: Receipt) -> None:
    """Store a receipt; call it inside the transaction that brings its changes."""
    conn.execute(f"INSERT INTO receipt ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", astuple(receipt))


def receipts(conn: sqlite3.Connection) -> list[Receipt]:
    """Every receipt, the newest first."""
    rows = conn.execute(f"SELECT {_COLUMNS} FROM receipt ORDER BY last_n DESC, taken DESC").fetchall()
    return [Receipt(*row) for row in rows]


def stamp_receipt(conn: sqlite3.Connection, receipt: Receipt) -> None:
    """Set when a receipt's file was taken, which was written by a preview before."""
    conn.execute("UPDATE receipt SET taken = ? WHERE id = ?", (receipt.taken, receipt.id))


def mark_taken_back(conn: sqlite3.Connection, receipt: str, action: str) -> None:
    """Note which action took a receipt back; call it inside the transaction of that action."""
    conn.execute("UPDATE receipt SET taken_back = ? WHERE id = ?", (action, receipt))


class Origins:
    """Which file brought a change: the receipts, which are few, by the numbers of their changes."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        rows = conn.execute("SELECT first_n, last_n, file FROM receipt WHERE changes > 0 ORDER BY first_n").fetchall()
        self._rows: list[tuple[int, int, str]] = rows
        self._firsts = [row[0] for row in rows]

    def file_of(self, n: int) -> str | None:
        """The name of the file that brought the change of this number; None where none did."""
        place = bisect_right(self._firsts, n) - 1
        if place < 0 or n > self._rows[place][1]:
            return None
        return self._rows[place][2]
