"""Export: write a register, or what a filter shows of it, to one file, atomically.

It is written from a private copy of the register, so that a long export blocks no save and reads one consistent state.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from store.domain.errors import BadInput
from store.domain.text import format_size
from store.exchange.extract import Extract, Progress, translating_write_errors
from store.exchange.scope import format_counts, select_scope
from store.file.atomic import atomic_write, check_destination
from store.queries.filter import SORTS, Filter
from store.register import Register, day_of

SHARES = (".sqlite", ".db", ".fairlead")
SUFFIXES = (*SHARES, ".csv", ".xlsx", ".json", ".md")
"""The suffixes of every kind of export."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The result of an export: path, size in bytes, SHA-256 in hex, the counts of its items, and messages."""

    path: Path
    size: int
    sha256: str
    recommendations: int
    commitments: int
    messages: tuple[str, ...]


def export(
    register: Register,
    out: Path,
    shown: Filter,
    sort: str = "ref",
    *,
    force: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Export what a filter shows to a file of the kind that its suffix names; callable from any thread.

    A share (.sqlite, .db, .fairlead) is a register of its own with the history; the others are for reading. `force`
    allows an existing file to be replaced. `progress` is called with the items done and their total, and cancels by
    returning False. Raises FairleadError, Cancelled among them; no file is left then.
    """
    suffix = export_kind(out.suffix)
    _check_sort(sort)
    check_destination(out, force=force)
    with tempfile.TemporaryDirectory(prefix="fairlead-", ignore_cleanup_errors=True) as folder:
        scratch = Path(folder)
        with translating_write_errors(scratch, register.path):
            copy = _copy(register, scratch / "copy.sqlite")
        try:
            with translating_write_errors(scratch, register.path):
                today = day_of(copy.conn)
                scope = select_scope(copy.conn, shown, today)
            extract = Extract(copy, shown, sort, today, scope, register.id, out, scratch, progress)
            return _write(extract, suffix, force)
        finally:
            copy.close()


def describe_export(conn: sqlite3.Connection, out_suffix: str, shown: Filter) -> tuple[str, ...]:
    """Describe exactly what an export of this kind will and will not contain. Raises BadInput.

    `conn` must be a connection of its own: a temporary table is created on it.
    """
    from store.exchange.export_preview import describe_contents

    suffix = export_kind(out_suffix)
    # Needed for the temporary table alone: the file itself is open read-only.
    conn.execute("PRAGMA query_only=OFF")
    return describe_contents(conn, suffix, shown, select_scope(conn, shown, day_of(conn)))


def export_kind(suffix: str) -> str:
    """The kind of export that a suffix names: the suffix in lower case, or ".sqlite" for any share. Raises BadInput."""
    wanted = suffix.casefold()
    if wanted not in SUFFIXES:
        what = f'"{suffix}" is not a kind of file' if suffix else "The name has no ending"
        raise BadInput(
            "out", f"{what} that Fairlead writes. End the name in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
        )
    return ".sqlite" if wanted in SHARES else wanted


def _check_sort(sort: str) -> None:
    if sort.removeprefix("-") not in SORTS:
        raise BadInput("sort", f'There is no sort "{sort}". Choose one of {", ".join(SORTS)}.')


def _copy(register: Register, path: Path) -> Register:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    conn = sqlite3.connect(path)
    try:
        with register.file.reading() as source:
            source.backup(conn, pages=2000)
    finally:
        conn.close()
    return Register.open(path)


def _write(extract: Extract, suffix: str, force: bool) -> Exported:
    out = extract.out
    with atomic_write(out, force=force) as temporary, translating_write_errors(out, extract.register.path):
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        remarks = _writer(suffix)(extract, temporary)
        size, digest = _measure(temporary)
    scope = extract.scope
    wrote = f"Wrote {out.name}: {format_counts(scope.recommendations, scope.commitments)}, {format_size(size)}, {scope.marking}."
    return Exported(out, size, digest, scope.recommendations, scope.commitments, (wrote, *remarks))


def _writer(suffix: str) -> Callable[[Extract, Path], tuple[str, ...]]:
    """The writer of a kind of export, imported on use; it writes to the path and returns messages for the person."""
    if suffix == ".csv":
        from store.exchange.as_csv import write_csv

        return write_csv
    if suffix == ".xlsx":
        from store.exchange.as_xlsx import write_xlsx

        return write_xlsx
    if suffix == ".json":
        from store.exchange.as_json import write_json

        return write_json
    if suffix == ".md":
        from store.exchange.as_markdown import write_markdown

        return write_markdown
    if suffix == ".sqlite":
        from store.exchange.share import write_share

        return write_share
    raise ValueError(suffix)


def _measure(path: Path) -> tuple[int, str]:
    """The size of a file, and its SHA-256 in hex."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
