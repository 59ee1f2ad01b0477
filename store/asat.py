"""The register as at a day: a scratch copy in which what changed since is folded anew from the changes known by then."""

from __future__ import annotations

import os
import sqlite3
from datetime import date
from pathlib import Path

from store.changes import Change
from store.errors import AlreadyThere
from store.file import File
from store.kinds import KINDS
from store.log import Log
from store.tables import refold, stand


def write_as_at(file: File, day: date, until: date | None, scratch: Path) -> None:
    """Write to a new file the register as it was known on a day; all of it where `until` is None."""
    if scratch.exists():
        raise AlreadyThere(scratch)
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    conn = sqlite3.connect(scratch, isolation_level=None)
    try:
        with file.reading() as source:
            source.backup(conn, pages=2000)
        conn.execute("PRAGMA foreign_keys=ON")
        conn.execute("BEGIN IMMEDIATE")
        if until is not None:
            _go_back(conn, until.isoformat())
        conn.execute(
            "INSERT INTO this_file VALUES ('as at', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (day.isoformat(),),
        )
        conn.execute("COMMIT")
    finally:
        conn.close()


def _go_back(conn: sqlite3.Connection, until: str) -> None:
    log = Log(conn)
    # Withdrawn, not deleted, so that whatever names them still finds them; the log below decides what was there.
    touched = dict(
        conn.execute("SELECT DISTINCT thing, kind FROM change WHERE time > ?", (until + "T23:59:59.999Z",)).fetchall()
    )
    then = {thing: log.of_thing(thing, until=until) for thing in touched}

    def known(thing: str) -> list[Change]:
        return then[thing]

    unborn = {thing: kind for thing, kind in touched.items() if not any(c.creates for c in then[thing])}
    refold(conn, {thing: kind for thing, kind in touched.items() if thing not in unborn}, known)
    for thing, kind in unborn.items():
        conn.execute(f"UPDATE {kind} SET withdrawn = 1 WHERE id = ?", (thing,))
    stand(conn, touched)
    conn.execute("PRAGMA defer_foreign_keys=ON")
    for kind in reversed(list(KINDS)):
        conn.executemany(f"DELETE FROM {kind} WHERE id = ?", [(t,) for t, k in unborn.items() if k == kind])
    gone = [c for (c, t) in conn.execute("SELECT id, time FROM change WHERE time > ?", (until + "T23:59:59.999Z",))]
    kept = {c.id for changes in then.values() for c in changes}
    conn.executemany("DELETE FROM change WHERE id = ?", [(c,) for c in gone if c not in kept])
