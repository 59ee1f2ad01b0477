"""Export a share: a register with the history of the scope, validated as its recipient will validate it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from store.domain.errors import Cancelled, CannotWrite, DiskFull, FairleadError
from store.domain.fields import KINDS
from store.exchange.extract import Extract, translating_write_errors
from store.exchange.untrusted import open_untrusted
from store.file.attachments import cited_attachments, copy_attachments
from store.log.change_log import COLUMNS, ChangeLog
from store.log.projection import derive_dependents, project
from store.queries.item_list import counts
from store.register import Register

FORMAT = 1
_TABLES = ("this_file", "waiting", "conflict", "tally")
_PIECE = 2000
Step = Callable[[int, int], None]


def write_share(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write a share to an empty file at this path. Raises CannotWrite where it fails its own validation."""
    reduced = create_reduced_register(extract, extract.scratch / "share.sqlite")
    try:
        manifest = manifest_of(extract, reduced.conn)
        with reduced.file.transaction() as conn:
            conn.execute("INSERT INTO this_file VALUES ('share', ?)", (json.dumps(manifest, ensure_ascii=False),))
        reduced.conn.execute("VACUUM INTO ?", (str(path.absolute()),))
        _check(reduced.conn, path, extract, manifest)
    finally:
        reduced.close()
    return (f"It can be opened in Fairlead, looked at and merged: {manifest['changes']:,} changes.",)


def create_reduced_register(extract: Extract, path: Path) -> Register:
    """Create a reduced register with the changes in scope and the tables derived from them; the caller closes it."""
    with translating_write_errors(path, extract.register.path):
        return _reduced(extract, path)


def _reduced(extract: Extract, path: Path) -> Register:
    Register.create(path).close()
    conn, last = extract.conn, extract.register.newest()
    conn.execute("ATTACH ? AS fresh", (str(path.absolute()),))
    try:
        conn.execute("PRAGMA fresh.synchronous=OFF")
        conn.execute("PRAGMA fresh.journal_mode=MEMORY").fetchone()
        total = 3 * last
        for start in range(0, last, _PIECE):
            extract.report_progress(start, total)
            conn.execute(
                f"INSERT INTO fresh.change ({COLUMNS}) SELECT {COLUMNS} FROM main.change WHERE n > ? AND n <= ? "
                "AND thing IN (SELECT thing FROM temp.scope) ORDER BY n",
                (start, start + _PIECE),
            )
        conn.execute(
            "INSERT INTO fresh.waiting SELECT change, waits_for FROM main.waiting "
            "WHERE change IN (SELECT id FROM fresh.change)"
        )
    finally:
        conn.execute("DETACH fresh")
    reduced = Register.open(path)
    try:
        reduced.conn.execute("PRAGMA synchronous=OFF")
        with reduced.file.transaction() as fresh:
            _derive_tables(fresh, lambda done, of: extract.report_progress(last + last * done // max(of, 1), total))
            copy_attachments(conn, fresh, cited_attachments(fresh, withdrawn=False))
    except BaseException:
        reduced.close()
        raise
    return reduced


def _derive_tables(conn: sqlite3.Connection, step: Step) -> None:
    """Derive every table from the log, in batches, in the order in which entities were first changed."""
    log = ChangeLog(conn)
    entities = conn.execute("SELECT thing, min(kind) FROM change GROUP BY thing ORDER BY min(n)").fetchall()
    # By publication, since each batch recomputes the counts of every publication that it touches.
    items_of = "SELECT id, 'recommendation' FROM recommendation ORDER BY publication, seq"
    for done, piece in _pieces(entities):
        step(done, 2 * len(entities))
        project(conn, dict(piece), log.of_entity)
    items = conn.execute(items_of).fetchall()
    for done, piece in _pieces(items):
        step(len(entities) + len(entities) * done // len(items), 2 * len(entities))
        derive_dependents(conn, dict(piece))


def _pieces(rows: list[tuple[str, str]]) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    for start in range(0, len(rows), _PIECE):
        yield start, rows[start : start + _PIECE]


def _check(reduced: sqlite3.Connection, path: Path, extract: Extract, manifest: dict[str, object]) -> None:
    """Open the share as its recipient will, and compare it with the reduced register. Raises CannotWrite."""

    def go_on(done: int, of: int) -> bool:
        extract.report_progress(2 * of + done, 3 * of)
        return True

    try:
        with open_untrusted(path, extract.scratch, go_on) as log:
            same = (log.count, log.manifest()) == (manifest["changes"], manifest)
        looked = Register.open(path, read_only_reason="It is being checked.")
    except (Cancelled, DiskFull):
        raise
    except FairleadError as error:
        raise CannotWrite(extract.out, f"what was written does not check ({error})") from None
    try:
        tables = ("change", "sqlar", *_TABLES, *KINDS)
        same = same and all(_fingerprint(reduced, table) == _fingerprint(looked.conn, table) for table in tables)
    finally:
        looked.close()
    shown = (extract.scope.recommendations, extract.scope.commitments)
    if not same or counts(reduced, extract.shown, extract.today) != shown:
        raise CannotWrite(extract.out, "what was written is not what was to be written")


def _fingerprint(conn: sqlite3.Connection, table: str) -> tuple[object, ...]:
    """A fingerprint that two copies of a table share: the number of rows and the length of their values."""
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    sizes = " + ".join(f"COALESCE(length({column}), 0)" for column in columns)
    row = conn.execute(f"SELECT count(*), COALESCE(sum({sizes}), 0) FROM {table}").fetchone()
    return tuple(row)


def manifest_of(extract: Extract, conn: sqlite3.Connection) -> dict[str, object]:
    """The manifest of a share: the register it is from, its day, its scope and its counts."""
    return {
        "format": FORMAT,
        "made_by": extract.made_by,
        "day": extract.today.isoformat(),
        "scope": extract.shown.describe(),
        "whole": not extract.shown.is_active,
        "marking": extract.scope.marking,
        "changes": int(conn.execute("SELECT count(*) FROM change").fetchone()[0]),
        "recommendations": extract.scope.recommendations,
        "commitments": extract.scope.commitments,
    }
