"""What was changed in a register today, so that a file of a part of it can name what of that it is without."""

from __future__ import annotations

import sqlite3

from store.domain.dates import day_begins
from store.exchange.owners import Owned, list_names, owners_of
from store.log.change import undone
from store.log.change_log import ChangeLog
from store.log.manifest import id_of
from store.register import day_of


def changed_today(conn: sqlite3.Connection) -> tuple[Owned, ...]:
    """What was written in this register's own file on its current day and is not undone; of a past day nothing.

    What was received from others does not count: they have it.
    """
    if conn.execute("SELECT 1 FROM this_file WHERE name = 'as at'").fetchone():
        return ()
    rows = conn.execute(
        "SELECT id, kind, entity, undoes FROM change WHERE time >= ? AND device = ?",
        (day_begins(day_of(conn)), id_of(conn)),
    ).fetchall()
    log = ChangeLog(conn)
    touched = {entity for _, _, entity, undoes in rows if undoes}
    gone = {change for entity in touched for change in undone(log.of_entity(entity))}
    done = {(kind, entity) for change, kind, entity, undoes in rows if not undoes and change not in gone}
    return owners_of(conn, sorted(done)) if done else ()


def describe_missing(conn: sqlite3.Connection, changed: tuple[Owned, ...]) -> str:
    """A sentence on what was changed today and is not in the scope of an export; "" where all of it is.

    `conn` has the temporary table `scope` of that export, see store/exchange/scope.py.
    """
    inside = {row[0] for row in conn.execute("SELECT entity FROM scope")} if changed else set()
    items = [one for one in changed if one.is_item and one.owner not in inside and one.name]
    publications = [one for one in changed if not one.is_item and one.entity not in inside and one.name]
    parts = []
    if items:
        count = len({one.owner for one in items})
        parts.append(f"{count:,} item{'' if count == 1 else 's'} changed here today: {list_names(items)}")
    if publications:
        parts.append(f"what was changed here today of {list_names(publications)} as a whole")
    return f"Not in it: {'; '.join(parts)}." if parts else ""
