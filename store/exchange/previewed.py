"""The copy on which a preview took a file, put in the place of the register's contents where the file is then taken: what
was applied once is not applied once more.

It is so only while the register holds what it held when it was copied, and where there is so much to apply that copying
every page takes less time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from store.domain.errors import DiskFull
from store.file.bulk_load import beside
from store.file.database import PAGES_AT_ONCE, STEPS
from store.file.sqlite_errors import translating_errors
from store.log.receipts import Receipt, stamp_receipt
from store.register import Author, Register

FEWEST = 5_000
"""The fewest new changes of a file for which its copy is kept: fewer are applied at once, and lock nobody out."""

_PAGES_A_CHANGE = 10
"""As many pages are copied while one change is applied, with room to spare."""

State = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Previewed:
    """A copy of a register into which a file was taken."""

    copy: Path
    of: State
    """What the register held when it was copied."""
    author: Author
    receipt: Receipt
    items: tuple[str, ...]
    """The items that the file touched."""


def state_of(conn: sqlite3.Connection) -> State:
    """What a register holds: all else in it, its tables among them, is worked out from this.

    Its log by the digest of its ids, how many bodies are absent, what was received, the attachments by their hashes, and
    what it states of itself.
    """
    return tuple(
        tuple(conn.execute(sql).fetchall())
        for sql in (
            "SELECT name, value FROM this_file ORDER BY name",
            "SELECT * FROM receipt ORDER BY id",
            "SELECT name FROM sqlar ORDER BY name",
            "SELECT count(*) FROM change WHERE body IS NULL",
            "SELECT COALESCE(max(n), 0) FROM change",
            "PRAGMA user_version",
        )
    )


def is_worth_keeping(conn: sqlite3.Connection, new: int) -> bool:
    """Whether to copy what a preview made is faster than to apply so many changes again."""
    return new >= FEWEST and new * _PAGES_A_CHANGE > conn.execute("PRAGMA page_count").fetchone()[0]


def put_in_place(
    previewed: Previewed, register: Register, step: Callable[[int, int], None]
) -> tuple[Receipt, tuple[str, ...]] | None:
    """Make what the preview made the contents of the register, as one transaction; the copy is removed.

    None, with nothing done, where the register has changed since, there is no room for it or it does not check: the file is
    then applied.
    Raises FairleadError, and what `step` raises.
    """
    try:
        if previewed.author != register.author or not previewed.copy.exists():
            return None
        receipt = replace(previewed.receipt, taken=register.stamp())
        with translating_errors(previewed.copy), closing(sqlite3.connect(previewed.copy)) as conn, conn:
            stamp_receipt(conn, receipt)
            pages = conn.execute("PRAGMA page_count").fetchone()[0]
        at = (0, 1)

        def copied(done: int, of: int) -> None:
            nonlocal at
            at = (done, of)
            step(done, of)
            check(of - done <= PAGES_AT_ONCE)

        # Copied while it is checked, and to the end only once it is.
        with beside(lambda stops: _check(previewed.copy, stops), lambda: step(*at)) as check:
            check(pages <= PAGES_AT_ONCE)
            if not register.file.replace_contents(previewed.copy, lambda conn: state_of(conn) == previewed.of, copied):
                return None
    except (DiskFull, _Unsound):
        # Every page has to fit twice: there may be room for those that differ.
        return None
    finally:
        remove(previewed.copy)
    return receipt, previewed.items


class _Unsound(Exception):
    """A copy that does not check."""


def _check(copy: Path, stops: Callable[[], bool]) -> None:
    """Check a copy on a connection of its own; ends early where `stops` returns True. Raises _Unsound, or FairleadError."""
    with translating_errors(copy), closing(sqlite3.connect(copy)) as conn:
        conn.set_progress_handler(stops, STEPS)
        if conn.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise _Unsound


def remove(copy: Path) -> None:
    """Remove a copy of a register and its journal; where it cannot be removed nothing is reported."""
    for left in (copy, Path(f"{copy}-journal")):
        with suppress(OSError):
            left.unlink(missing_ok=True)
