"""A snapshot: the register as known on a past day, in a scratch copy where later changes are rewound."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from store.domain.date_reading import read_date
from store.domain.dates import day_ends, format_date, local_date
from store.domain.errors import BadInput, Cancelled, FairleadError, FileAlreadyExists
from store.domain.fields import KINDS
from store.file.database import STEPS, File
from store.file.sqlite_errors import error_for
from store.log.change import Change
from store.log.change_log import ChangeLog
from store.log.projection import derive_dependents, find_dependents, project

LATE_NEWS = "late news"
"""The row of this_file with the number of changes dated by the day that reached the register only after it."""


def parse_past_day(text: str, today: date) -> date:
    """Parse one day, not after `today`. Raises BadInput."""
    try:
        parsed = read_date(text, today, prefer_past=True)
    except ValueError as error:
        raise BadInput("day", str(error)) from None
    if parsed.latest is None or parsed.earliest != parsed.latest:
        which = (
            f": {format_date(parsed.latest)}?"
            if parsed.latest and parsed.latest <= today
            else ", as 18 September 2024."
        )
        raise BadInput("day", f'"{text[:40]}" is more than one day. Name one{which}')
    if parsed.latest > today:
        raise BadInput("day", f"{format_date(parsed.latest)} has not come yet: today is {format_date(today)}.")
    return parsed.latest


def describe_news(conn: sqlite3.Connection, changes: int, day: date) -> str:
    """Describe what a snapshot of the register on a connection lacks: that nothing was recorded by the day, and since when
    anything is; else late news; "" for none."""
    begun = conn.execute("SELECT min(time) FROM change").fetchone()[0]
    if begun and begun >= day_ends(day):
        begins = date.fromisoformat(local_date(begun))
        return f"Nothing was recorded by then: the record of this register begins on {format_date(begins)}."
    return describe_late_news(changes, day)


def describe_late_news(changes: int, day: date) -> str:
    """Describe late news: how many changes dated by a day came here after it; "" for none."""
    if not changes:
        return ""
    counted = "1 change" if changes == 1 else f"{changes:,} changes"
    return f"{counted} made elsewhere by then came here after {format_date(day)}; what they say is counted."


def write_as_at(
    file: File, own: str, day: date, until: date | None, scratch: Path, cancelled: Callable[[], bool] | None = None
) -> None:
    """Write a snapshot to a new file: the register as known at the end of a day of the person's; all of it where `until`
    is None.

    `own` is the register's id, by which late news is counted. Raises FileAlreadyExists, Cancelled where `cancelled`
    returns True, or a FairleadError for SQLite's; no file is left then.
    """
    if scratch.exists():
        raise FileAlreadyExists(scratch)
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    conn = sqlite3.connect(scratch, isolation_level=None)
    stopped = Cancelled(f"Working out {format_date(day)}")

    def go_on(*_: int) -> None:
        if cancelled and cancelled():
            raise stopped

    try:
        # This file is temporary: where it fails it is written again.
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF"):
            conn.execute(f"PRAGMA {pragma}").fetchone()
        with file.reading() as source:
            source.backup(conn, pages=2000, progress=go_on)
        conn.set_progress_handler(cancelled, STEPS)
        conn.execute("PRAGMA cache_size=-200000").fetchone()
        conn.execute("BEGIN IMMEDIATE")
        facts = {"as at": day.isoformat()}
        if until is not None and until < date.max:
            after = day_ends(until)
            facts[LATE_NEWS] = str(_late(conn, own, after))
            _rewind(conn, after, go_on)
        conn.executemany(
            "INSERT INTO this_file VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", facts.items()
        )
        conn.execute("COMMIT")
        conn.close()
    except BaseException as error:
        conn.close()
        scratch.unlink(missing_ok=True)
        if isinstance(error, FairleadError):
            raise
        if cancelled and cancelled():
            raise stopped from None
        if isinstance(error, sqlite3.Error):
            raise error_for(scratch, error) from None
        raise


@contextmanager
def rewound(file: File, after: str) -> Iterator[sqlite3.Connection]:
    """A copy in memory of a register as it was before the time `after`, a stamp of its log, for as long as the block."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        with file.reading() as source:
            source.backup(conn)
        _rewind(conn, after, lambda: None)
        yield conn
    finally:
        conn.close()


def _late(conn: sqlite3.Connection, own: str, after: str) -> int:
    """Count late news: changes of other devices stamped before `after`, appended after one stamped later."""
    # Counted as the later ones less those stamped later, each from an index: the log itself is far longer.
    return int(
        conn.execute(
            "WITH first (n) AS (SELECT min(n) FROM change WHERE time >= ?2) SELECT "
            "(SELECT count(*) FROM change INDEXED BY change_by_author WHERE device <> ?1 AND n > (SELECT n FROM first)) - "
            "(SELECT count(*) FROM change INDEXED BY change_by_day "
            "WHERE time >= ?2 AND device <> ?1 AND n > (SELECT n FROM first))",
            (own, after),
        ).fetchone()[0]
    )


_READY = "NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = {}.id)"
_SHARED = frozenset({"publication", "theme", "party", "outcome"})
_MANY = 20_000
"""The number of entities above which it is quicker to rebuild the indexes of lists than to update them."""


def _row(conn: sqlite3.Connection, kind: str, entity: str) -> tuple[object, ...] | None:
    found = conn.execute(f"SELECT * FROM {kind} WHERE id = ?", (entity,)).fetchone()
    return tuple(found) if found else None


@contextmanager
def _without_list_indexes(conn: sqlite3.Connection, many: bool) -> Iterator[None]:
    """Drop the indexes of lists for the block, where `many` entities are written."""
    found = conn.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND name LIKE 'listed%'").fetchall()
    indexes = found if many else []
    for name, _ in indexes:
        conn.execute(f"DROP INDEX {name}")
    yield
    for _, sql in indexes:
        conn.execute(sql)


def _rewind(conn: sqlite3.Connection, after: str, go_on: Callable[[], None]) -> None:
    """Rewind the tables and the log to the state before the time `after`, as stamps are written.

    What was known by then is included, whatever its date: a change's ancestors, and the entities that a row refers to.
    """
    log = ChangeLog(conn)
    touched: dict[str, str] = dict(
        conn.execute(
            f"SELECT DISTINCT entity, kind FROM change c INDEXED BY change_by_day WHERE time >= ? AND {_READY.format('c')}",
            (after,),
        ).fetchall()
    )
    # A ready change has its entity's creation among its ancestors: an entity with none before that day did not exist.
    conn.execute("CREATE TEMP TABLE unborn (id TEXT PRIMARY KEY) WITHOUT ROWID")
    conn.execute(
        f"INSERT INTO unborn SELECT DISTINCT entity FROM change l INDEXED BY change_by_day WHERE time >= ?1 AND {_READY.format('l')} AND NOT EXISTS "
        f"(SELECT 1 FROM change c WHERE c.entity = l.entity AND c.time < ?1 AND {_READY.format('c')})",
        (after,),
    )
    # Many items depend on each of these: they are recomputed only where its row differs.
    shared = {entity: _row(conn, kind, entity) for entity, kind in touched.items() if kind in _SHARED}
    before = find_dependents(conn, {entity: kind for entity, kind in touched.items() if entity not in shared})
    retained: set[str] = set()

    def changes_until(entity: str) -> list[Change]:
        go_on()
        changes = log.of_entity(entity, before=after)
        if not changes:
            changes = [min((c for c in log.of_entity(entity) if c.creates), key=Change.rank)]
        retained.update(c.id for c in changes if c.time >= after)
        return changes

    uncreated = {row[0] for row in conn.execute("SELECT id FROM unborn")}
    with _without_list_indexes(conn, len(touched) > _MANY):
        project(conn, {entity: kind for entity, kind in touched.items() if entity not in uncreated}, changes_until)
        while named := _referenced_uncreated(conn):
            conn.executemany("DELETE FROM unborn WHERE id = ?", [(entity,) for entity in named])
            project(conn, named, changes_until)
        _delete_uncreated(conn)
        go_on()
        same = {entity for entity, row in shared.items() if row == _row(conn, touched[entity], entity)}
        derive_dependents(conn, {entity: kind for entity, kind in touched.items() if entity not in same}, before=before)
    later = conn.execute("SELECT id FROM change WHERE time >= ?", (after,)).fetchall()
    conn.executemany("DELETE FROM change WHERE id = ?", [row for row in later if row[0] not in retained])
    conn.execute("DELETE FROM waiting WHERE change NOT IN (SELECT id FROM change)")


def _referenced_uncreated(conn: sqlite3.Connection) -> dict[str, str]:
    """The entities (id to kind) that an included row refers to, and whose own dates are all later."""
    return {
        row[0]: other
        for kind, declared in KINDS.items()
        for field, other in declared.names.items()
        for row in conn.execute(
            f"SELECT DISTINCT {field} FROM {kind} WHERE {field} IN (SELECT id FROM unborn) "
            "AND id NOT IN (SELECT id FROM unborn)"
        )
    }


def _delete_uncreated(conn: sqlite3.Connection) -> None:
    conn.execute(
        "DELETE FROM search WHERE rowid IN (SELECT seq FROM recommendation WHERE id IN (SELECT id FROM unborn))"
    )
    conn.execute("DELETE FROM conflict WHERE entity IN (SELECT id FROM unborn)")
    for kind in KINDS:
        conn.execute(f"DELETE FROM {kind} WHERE id IN (SELECT id FROM unborn)")
