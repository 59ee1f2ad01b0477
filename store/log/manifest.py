"""The manifest of a register's file: how many changes it holds, the digest of their ids, and what a share states of
itself. It is local to the file and in no change.

A reader compares it with what the file holds: rows of the log that another tool deleted are found by it.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from store.domain.dates import format_short_date

_ID = re.compile(r"[0-9a-f]{32}")

NO_IDS = "0" * 32
"""The digest of no changes."""

SHARE = "share"
"""The row of this_file with what a share states of itself, as JSON."""

FROM_SHARE = "from a share"
"""The same row in a register that was made from a share."""

PASSED_ON = "passed_on"
"""A key of that row where the register was made from one which was made from the share: it states who made the share, and
not who made the register."""

INCOMPLETE = "incomplete"
"""The row of this_file with a sentence on what was missing from the file that a register was made from."""

LEFT_OUT_OF_RECEIVED = "left out of received"
"""The row of this_file with how many bodies the files that were received here were left without, by what they stated."""


def digest_of(ids: Iterable[str], start: str = NO_IDS) -> str:
    """The digest of a set of changes: their ids as 128-bit numbers, added up modulo 2^128, in hex.

    A sum depends on no order, and each change is added to it as it is appended.
    """
    return f"{(int(start, 16) + sum(int(change_id, 16) for change_id in ids)) % 2**128:032x}"


def read_manifest(conn: sqlite3.Connection) -> tuple[int, str] | None:
    """How many changes a file is stated to hold, and the digest of their ids; None where that cannot be read."""
    held = dict(conn.execute("SELECT name, value FROM this_file WHERE name IN ('changes', 'digest')").fetchall())
    try:
        return (int(held["changes"]), str(held["digest"])) if _ID.fullmatch(held["digest"]) else None
    except (KeyError, ValueError):
        return None


def write_manifest(conn: sqlite3.Connection, changes: int, digest: str) -> None:
    """State how many changes a file holds, and the digest of their ids; call it inside a transaction."""
    write_row(conn, "changes", str(changes))
    write_row(conn, "digest", digest)


def write_row(conn: sqlite3.Connection, name: str, value: str) -> None:
    """Set a row of this_file; call it inside a transaction."""
    conn.execute(
        "INSERT INTO this_file VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", (name, value)
    )


def id_of(conn: sqlite3.Connection) -> str:
    """The id of a register's file."""
    row = conn.execute("SELECT value FROM this_file WHERE name = 'id'").fetchone()
    return str(row[0]) if row else ""


def log_digest(conn: sqlite3.Connection) -> tuple[int, str]:
    """How many changes are in a log, and the digest of their ids; one that is damaged adds nothing to it."""
    ids = [str(row[0]) for row in conn.execute("SELECT id FROM change")]
    return len(ids), digest_of(filter(_ID.fullmatch, ids))


def back_by_of(manifest: Mapping[str, object] | None) -> str | None:
    """The day by which a share states that it is to be back, as 2 Oct 2024; None where it states none."""
    stated = (manifest or {}).get("back_by")
    try:
        return format_short_date(date.fromisoformat(stated)) if isinstance(stated, str) else None
    except ValueError:
        return None


def describe_mismatch(stated: tuple[int, str] | None, held: tuple[int, str]) -> str | None:
    """Describe how a log differs from its manifest; None where it does not."""
    if stated is None:
        return "it does not say how many changes it holds"
    if stated[0] != held[0]:
        return f"it says that it holds {stated[0]:,} changes, and it holds {held[0]:,}"
    return None if stated[1] == held[1] else "it does not hold the changes that it says it holds"


def share_manifest(conn: sqlite3.Connection) -> dict[str, Any] | None:
    """What a share states of itself, also in a register made from one; None for a register that is neither."""
    row = conn.execute("SELECT value FROM this_file WHERE name IN (?, ?)", (SHARE, FROM_SHARE)).fetchone()
    found = json.loads(row[0]) if row else None
    return found if isinstance(found, dict) else None


def is_part(conn: sqlite3.Connection) -> bool:
    """Whether a register is a share of a part of another, or was made from one."""
    manifest = share_manifest(conn) or {}
    return manifest.get("whole") is False or manifest.get("part") is True


def incompleteness(conn: sqlite3.Connection) -> tuple[str, ...]:
    """What is missing from an open register, a sentence each, quickly: for every opening.

    Rows deleted from the end of the log, changes that wait, bodies that nobody accounts for. Rows deleted from its
    middle are found by `log_digest` alone, which a check of the file computes.
    """
    found = [str(row[0]) for row in conn.execute("SELECT value FROM this_file WHERE name = ?", (INCOMPLETE,))]
    stated, last = read_manifest(conn), conn.execute("SELECT COALESCE(max(n), 0) FROM change").fetchone()[0]
    if stated is None or stated[0] != last:
        found.append(f"The log of this register is not whole: {describe_mismatch(stated, (last, ''))}.")
    waiting = conn.execute("SELECT count(DISTINCT change) FROM waiting").fetchone()[0]
    if waiting:
        are = "1 change is" if waiting == 1 else f"{waiting:,} changes are"
        found.append(f"{are} kept waiting for something that has not come, and not applied.")
    if unaccounted := unaccounted_bodies(conn):
        are = "1 change is" if unaccounted == 1 else f"{unaccounted:,} changes are"
        found.append(f"{are} here without what they say, and nothing here says who left it out.")
    return tuple(found)


def unaccounted_bodies(conn: sqlite3.Connection) -> int:
    """How many bodies are absent that neither a share's manifest nor an expunge accounts for."""
    absent = conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0]
    if not absent:
        return 0
    left_out = (share_manifest(conn) or {}).get("left_out")
    counts = left_out.values() if isinstance(left_out, dict) else ()
    accounted = sum(count for count in counts if isinstance(count, int) and count > 0)
    expunged = conn.execute(
        "SELECT count(DISTINCT c.id) FROM expunge e, json_each(e.changes) x JOIN change c ON c.id = x.value "
        "WHERE c.body IS NULL"
    ).fetchone()[0]
    return max(0, int(absent) - accounted - int(expunged) - left_out_of_received(conn))


def left_out_of_received(conn: sqlite3.Connection) -> int:
    """How many bodies the files that were received were left without; what cannot be read is none."""
    row = conn.execute("SELECT value FROM this_file WHERE name = ?", (LEFT_OUT_OF_RECEIVED,)).fetchone()
    return int(row[0]) if row and re.fullmatch("[0-9]{1,9}", row[0]) else 0


def count_left_out_of_received(conn: sqlite3.Connection, bodies: int) -> None:
    """Add to how many bodies the files that were received were left without; call it inside a transaction."""
    if bodies:
        write_row(conn, LEFT_OUT_OF_RECEIVED, str(left_out_of_received(conn) + bodies))
