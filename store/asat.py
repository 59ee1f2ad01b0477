"""The register as at a day: a scratch copy in which what changed since is folded anew from the changes known by then."""

from __future__ import annotations

import os
import sqlite3
from datetime import date, timedelta
from pathlib import Path

from store.changes import Change
from store.errors import AlreadyThere
from store.file import File, in_words
from store.kinds import KINDS
from store.log import Log
from store.tables import around, refold, stand


def write_as_at(file: File, day: date, until: date | None, scratch: Path) -> None:
    """Write to a new file the register as it was known on a day; all of it where `until` is None.

    Raises AlreadyThere, or what SQLite could not do, in words; no file is left then.
    """
    if scratch.exists():
        raise AlreadyThere(scratch)
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    conn = sqlite3.connect(scratch, isolation_level=None)
    try:
        with file.reading() as source:
            source.backup(conn, pages=2000)
        # Nobody keeps this file: what goes wrong in it is put right by making it again.
        conn.execute("PRAGMA journal_mode=OFF").fetchone()
        conn.execute("PRAGMA synchronous=OFF")
        conn.execute("BEGIN IMMEDIATE")
        if until is not None and until < date.max:
            _go_back(conn, (until + timedelta(days=1)).isoformat())
        conn.execute(
            "INSERT INTO this_file VALUES ('as at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (day.isoformat(),),
        )
        conn.execute("COMMIT")
        conn.close()
    except BaseException as error:
        conn.close()
        scratch.unlink(missing_ok=True)
        if isinstance(error, sqlite3.Error):
            raise in_words(scratch, error) from None
        raise


_READY = "NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id)"


def _go_back(conn: sqlite3.Connection, after: str) -> None:
    """Make the tables and the log say what they said before the day `after` (ISO).

    What somebody knew by then was there, whatever the date on it: a change's ancestors, and the things that a row names.
    """
    log = Log(conn)
    touched: dict[str, str] = dict(
        conn.execute(f"SELECT DISTINCT thing, kind FROM change c WHERE time >= ? AND {_READY}", (after,)).fetchall()
    )
    # A ready change has its thing's creation among its ancestors: a thing with none before that day was not there.
    conn.execute("CREATE TEMP TABLE unborn (id TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.execute(
        f"INSERT INTO unborn SELECT DISTINCT thing FROM change c WHERE time >= ? AND {_READY} EXCEPT "
        f"SELECT thing FROM change c WHERE time < ? AND {_READY}",
        (after, after),
    )
    before = around(conn, touched)
    kept: set[str] = set()

    def known(thing: str) -> list[Change]:
        changes = log.of_thing(thing, before=after)
        if not changes:
            changes = [min((c for c in log.of_thing(thing) if c.creates), key=Change.rank)]
        kept.update(c.id for c in changes if c.time >= after)
        return changes

    unborn = {row[0] for row in conn.execute("SELECT id FROM unborn")}
    refold(conn, {thing: kind for thing, kind in touched.items() if thing not in unborn}, known)
    while named := _named_though_unborn(conn):
        conn.executemany("DELETE FROM unborn WHERE id = ?", [(thing,) for thing in named])
        refold(conn, named, known)
    _forget_unborn(conn)
    stand(conn, touched, before=before)
    later = conn.execute("SELECT id FROM change WHERE time >= ?", (after,)).fetchall()
    conn.executemany("DELETE FROM change WHERE id = ?", [row for row in later if row[0] not in kept])
    conn.execute("DELETE FROM waiting WHERE change NOT IN (SELECT id FROM change)")


def _named_though_unborn(conn: sqlite3.Connection) -> dict[str, str]:
    """The things (id to kind) that are named by a row which was there, and whose own dates are all later."""
    return {
        row[0]: other
        for kind, known in KINDS.items()
        for field, other in known.names.items()
        for row in conn.execute(
            f"SELECT DISTINCT {field} FROM {kind} WHERE {field} IN (SELECT id FROM unborn) "
            "AND id NOT IN (SELECT id FROM unborn)"
        )
    }


def _forget_unborn(conn: sqlite3.Connection) -> None:
    conn.execute(
        "DELETE FROM search WHERE rowid IN (SELECT seq FROM recommendation WHERE id IN (SELECT id FROM unborn))"
    )
    conn.execute("DELETE FROM tally WHERE publication IN (SELECT id FROM unborn)")
    conn.execute("DELETE FROM conflict WHERE thing IN (SELECT id FROM unborn)")
    for kind in KINDS:
        conn.execute(f"DELETE FROM {kind} WHERE id IN (SELECT id FROM unborn)")
