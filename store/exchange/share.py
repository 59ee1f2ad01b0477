"""A share: a register of its own with the history of what is in scope, checked as whoever gets it will check it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

from store.domain.errors import Cancelled, CannotWrite, DiskFull, FairleadError
from store.domain.fields import KINDS
from store.exchange.extract import Extract, translating_write_errors
from store.exchange.flatten import flatten
from store.exchange.redaction import Redacted
from store.exchange.untrusted import open_untrusted
from store.file.attachments import cited_attachments, copy_attachments
from store.log.change_log import COLUMNS, ChangeLog
from store.log.manifest import (
    SHARE,
    id_of,
    is_part,
    log_digest,
    read_manifest,
    share_manifest,
    write_manifest,
    write_row,
)
from store.log.projection import derive_dependents, project
from store.queries.item_list import counts
from store.register import Register

FORMAT = 1
_TABLES = ("this_file", "waiting", "conflict", "tally")
_PIECE = 2000
Step = Callable[[int, int], None]


def write_share(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write a share to an empty file at this path. Raises CannotWrite where what was written does not check."""
    reduced = create_reduced_register(extract, extract.scratch / "share.sqlite")
    try:
        manifest = manifest_of(extract, reduced.conn)
        if extract.terms.flattened:
            with_history, reduced = reduced, flatten(reduced, extract.scratch / "flat.sqlite")
            with_history.close()
        with reduced.file.transaction() as conn:
            write_row(conn, SHARE, json.dumps(manifest, ensure_ascii=False))
        reduced.conn.execute("VACUUM INTO ?", (str(path.absolute()),))
        _check(reduced.conn, path, extract, manifest)
        changes, _ = read_manifest(reduced.conn) or (0, "")
    finally:
        reduced.close()
    if manifest["flattened"]:
        return ("It opens in Fairlead, to be read. It has no history, so it cannot be merged.",)
    return (
        "Send it: they press 6, then i, to take it into their register.",
        f"It can be opened too, to be read, or saved as one's own; it has its history: {changes:,} changes.",
    )


def create_reduced_register(extract: Extract, path: Path) -> Register:
    """A new register holding the changes in scope and the tables made from them, open for the caller to close."""
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
                "AND entity IN (SELECT entity FROM temp.scope) ORDER BY n",
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
            if extract.terms.with_files:
                cited = cited_attachments(fresh, withdrawn=extract.terms.with_withdrawn)
                copy_attachments(conn, fresh, [name for name in cited if name not in extract.redacted.files])
            write_manifest(fresh, *log_digest(fresh))
    except BaseException:
        reduced.close()
        raise
    return reduced


def _derive_tables(conn: sqlite3.Connection, step: Step) -> None:
    """Make every table from the log, in the order in which the entities became known."""
    log = ChangeLog(conn)
    entities = conn.execute("SELECT entity, min(kind) FROM change GROUP BY entity ORDER BY min(n)").fetchall()
    # By publication, since each piece recomputes the figures of every publication that it touches.
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
    """Open what was written as whoever gets it will, and compare it with what it was written from."""

    def go_on(done: int, of: int) -> bool:
        extract.report_progress(2 * of + done, 3 * of)
        return True

    try:
        with open_untrusted(path, extract.scratch, go_on) as log:
            same = log.manifest() == manifest
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
    # What a filter goes by may be history.
    counted = shown if extract.terms.flattened else counts(reduced, extract.shown, extract.today)
    if not same or counted != shown:
        raise CannotWrite(extract.out, "what was written is not what was to be written")


def _fingerprint(conn: sqlite3.Connection, table: str) -> tuple[object, ...]:
    """What two copies of a table must agree on: how many rows, and how much they hold."""
    columns = [row[1] for row in conn.execute(f"PRAGMA table_info({table})")]
    sizes = " + ".join(f"COALESCE(length({column}), 0)" for column in columns)
    row = conn.execute(f"SELECT count(*), COALESCE(sum({sizes}), 0) FROM {table}").fetchone()
    return tuple(row)


def manifest_of(extract: Extract, conn: sqlite3.Connection) -> dict[str, object]:
    """What a share states of itself: who made it, on what day, what it was asked to hold, and how much that is.

    One of a register that was itself made from a share names the id of that, which it answers, and whether that was of a
    part.
    """
    answers = (share_manifest(extract.conn) or {}).get("id")
    return {
        "format": FORMAT,
        "id": id_of(conn),
        **({"answers": answers} if answers else {}),
        "made_by": extract.made_by,
        "day": extract.today.isoformat(),
        **({"back_by": extract.terms.back_by} if extract.terms.back_by else {}),
        "scope": extract.shown.describe(),
        "whole": not extract.shown.is_active,
        **({"part": True} if is_part(extract.conn) else {}),
        "marking": extract.scope.marking,
        "recommendations": extract.scope.recommendations,
        "commitments": extract.scope.commitments,
        "flattened": extract.terms.flattened or (share_manifest(extract.conn) or {}).get("flattened") is True,
        "left_out": left_out(conn, extract.redacted),
    }


def left_out(conn: sqlite3.Connection, redacted: Redacted) -> dict[str, int]:
    """How many bodies a share is without, by why; those that its register had been given without count as earlier."""
    absent = {row[0] for row in conn.execute("SELECT id FROM change WHERE body IS NULL")}
    return {
        "marked": len(absent & redacted.marked),
        "withdrawn": len(absent & redacted.withdrawn),
        "names": len(absent & redacted.names),
        "earlier": len(absent - redacted.changes),
    }
