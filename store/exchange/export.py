"""The way out: one file for elsewhere, whole or not at all.

Everything is written from a private copy of the register, so that a long export holds up nobody's save and sees no half
of one; and to a temporary name beside the place asked for, so that what is there is never half a file.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from store.domain.errors import BadInput, NotAllowed
from store.domain.fields import REGISTER
from store.domain.text import format_size
from store.domain.vocabulary import MARKINGS
from store.exchange.changed_today import changed_today, describe_missing
from store.exchange.encrypted import SUFFIX as ENCRYPTED
from store.exchange.encrypted import came_encrypted, encrypt
from store.exchange.extract import Extract, Progress, translating_write_errors
from store.exchange.persons import check_filter
from store.exchange.redaction import DEFAULT_TERMS, Redacted, Terms, find_redacted, redact
from store.exchange.scope import Scope, marking_in_history, select_scope
from store.exchange.spreadsheet_rows import rows_marking
from store.file.atomic import atomic_write, check_destination
from store.file.scratch import private_folder
from store.queries.filter import SORTS, Filter
from store.register import Register, day_of

SHARES = (".sqlite", ".db", ".fairlead")
SUFFIXES = (*SHARES, ".csv", ".xlsx", ".json", ".md")
"""The kinds of file there are, by the end of the name."""


@dataclass(frozen=True, slots=True)
class Exported:
    """A file as it was written: where, its size in bytes, its SHA-256 in hex, what it holds, and what there is to
    report."""

    path: Path
    size: int
    sha256: str
    recommendations: int
    commitments: int
    messages: tuple[str, ...]
    share: str = ""
    """The id of a register that was written."""


def export(
    register: Register,
    out: Path,
    shown: Filter,
    sort: str = "ref",
    *,
    terms: Terms = DEFAULT_TERMS,
    passphrase: str | None = None,
    in_the_clear: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write what is shown to a file, its kind by the end of its name; may be called from any thread.

    A share (.sqlite, .db, .fairlead) is a register of its own with the history; the others are for reading. `force`
    allows an existing file to be replaced; `terms` are those on which it leaves. A name that ends in .age is written under
    the passphrase; `in_the_clear` lets what came encrypted leave without one. `progress` is called with the items
    done and their total, and cancels by returning False. Raises FairleadError, Cancelled among them; no file is left.
    """
    suffix = export_kind(plain_suffix(out))
    _check_flattened(suffix, terms)
    _check_passphrase(register, out, passphrase, in_the_clear=in_the_clear)
    _check_sort(sort)
    check_destination(out, force=force)
    with register.file.reading() as conn:
        if terms.without_names:
            check_filter(conn, shown)
        changed = changed_today(conn) if shown.is_active else ()
    with redacted_copy(register, terms) as (copy, redacted, scratch):
        with translating_write_errors(scratch, register.path):
            today = day_of(copy.conn)
            scope = _scope(copy.conn, suffix, shown, today, terms, redacted)
            missing = describe_missing(copy.conn, changed)
        extract = Extract(copy, shown, sort, today, scope, terms, redacted, register.id, out, scratch, progress)
        return _write(extract, suffix, passphrase, force, missing)


@contextmanager
def redacted_copy(register: Register, terms: Terms) -> Iterator[tuple[Register, Redacted, Path]]:
    """A private copy of a register from which all is removed that does not leave on these terms.

    With what was removed, and the private folder of the copy, which is gone afterwards. Raises NotAllowed, DiskFull and
    the errors of reading a register.
    """
    with private_folder() as scratch:
        with translating_write_errors(scratch, register.path), register.file.reading() as source:
            copy = _copy(source, scratch / "copy.sqlite")
        try:
            with translating_write_errors(scratch, register.path):
                redacted = find_redacted(copy.conn, terms)
                _redact(copy, redacted)
            yield copy, redacted, scratch
        finally:
            copy.close()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would hold, in sentences, and which fields of `Terms` could make it hold more or less than that."""

    sentences: tuple[str, ...]
    has_effect: frozenset[str]


def describe_export(
    conn: sqlite3.Connection, out_suffix: str, shown: Filter, terms: Terms = DEFAULT_TERMS
) -> tuple[str, ...]:
    """The sentences of `preview_export`."""
    return preview_export(conn, out_suffix, shown, terms).sentences


def preview_export(conn: sqlite3.Connection, out_suffix: str, shown: Filter, terms: Terms = DEFAULT_TERMS) -> Preview:
    """Describe exactly what a file of this kind will and will not contain; for a connection of its own.

    Where something stays behind, it is read from a copy without that, as the file will be written. Raises BadInput, and
    NotAllowed where nothing may leave on these terms.
    """
    from store.exchange.export_preview import describe_contents, terms_with_effect, terms_with_effect_anywhere

    suffix = export_kind(out_suffix)
    _check_flattened(suffix, terms)
    # Only the temporary table is written; the file itself is open for reading alone.
    conn.execute("PRAGMA query_only=OFF")
    if terms.without_names:
        check_filter(conn, shown)
    redacted = find_redacted(conn, terms)
    changed = changed_today(conn) if shown.is_active else ()
    anywhere = terms_with_effect_anywhere(conn)

    def describe(reduced: sqlite3.Connection) -> Preview:
        scope = _scope(reduced, suffix, shown, day_of(reduced), terms, redacted)
        missing = describe_missing(reduced, changed)
        sentences = describe_contents(reduced, suffix, shown, scope, terms, redacted, missing, conn)
        return Preview(sentences, anywhere | terms_with_effect(reduced, suffix, redacted))

    if not redacted.changes:
        return describe(conn)
    with private_folder() as scratch:
        copy = _copy(conn, scratch / "copy.sqlite")
        try:
            _redact(copy, redacted)
            return describe(copy.conn)
        finally:
            copy.close()


def _scope(
    conn: sqlite3.Connection, suffix: str, shown: Filter, today: date, terms: Terms, redacted: Redacted
) -> Scope:
    """The scope of an export, with the highest marking of what a file of this kind prints of it."""
    scope = select_scope(conn, shown, today, with_locations=terms.with_locations)
    marking = scope.marking
    if suffix in (".sqlite", ".json"):
        marking = max(marking, marking_in_history(conn), key=MARKINGS.index)
    elif suffix == ".csv":
        marking = rows_marking(conn, shown, today)
    # A marking that stays behind with a name holds all the same.
    inside = "SELECT value FROM json_each(?) WHERE value = ? OR value IN (SELECT entity FROM scope)"
    for (entity,) in conn.execute(inside, (json.dumps(sorted(redacted.markings)), REGISTER)).fetchall():
        marking = max(marking, redacted.markings[entity], key=MARKINGS.index)
    return replace(scope, marking=marking)


def export_kind(suffix: str) -> str:
    """The kind of file that a suffix asks for: itself, or ".sqlite" for any share.

    Raises BadInput naming those there are.
    """
    wanted = suffix.casefold()
    if wanted not in SUFFIXES:
        what = f'"{suffix}" is not a kind of file' if suffix else "The name has no ending"
        raise BadInput(
            "out", f"{what} that Fairlead writes. End the name in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
        )
    return ".sqlite" if wanted in SHARES else wanted


def _check_flattened(suffix: str, terms: Terms) -> None:
    if terms.flattened and suffix != ".sqlite":
        raise BadInput(
            "flatten", "Only a register (.sqlite) can be written without its history; the others are to read."
        )
    if terms.flattened and terms.with_withdrawn:
        raise BadInput("flatten", "What was withdrawn is history: a file without history cannot have it.")


def plain_suffix(out: Path) -> str:
    """The end of a name by which it shows of what kind the file is, whether it is encrypted or not."""
    if out.suffix.casefold() != ENCRYPTED:
        return out.suffix
    return Path(out.stem).suffix or SHARES[0]


def _check_passphrase(register: Register, out: Path, passphrase: str | None, *, in_the_clear: bool) -> None:
    by_name = out.suffix.casefold() == ENCRYPTED
    if passphrase is not None and not by_name:
        raise BadInput("out", f"End the name of an encrypted file in {ENCRYPTED}: {out.name}{ENCRYPTED}")
    if passphrase is None and by_name:
        raise BadInput("passphrase", f"A name that ends in {ENCRYPTED} is of an encrypted file: it takes a passphrase.")
    if passphrase is None and not in_the_clear and _came_encrypted(register):
        raise NotAllowed(
            "This register came encrypted, and what is written of it does not leave in the clear unasked. End the name in "
            f"{ENCRYPTED}, or ask for it: --in-the-clear"
        )


def _came_encrypted(register: Register) -> bool:
    with register.file.reading() as conn:
        return came_encrypted(conn)


def _check_sort(sort: str) -> None:
    if sort.removeprefix("-") not in SORTS:
        raise BadInput("sort", f'There is no sort "{sort}". Choose one of {", ".join(SORTS)}.')


def _copy(source: sqlite3.Connection, path: Path) -> Register:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    conn = sqlite3.connect(path)
    try:
        source.backup(conn, pages=2000)
    finally:
        conn.close()
    return Register.open(path)


def _redact(copy: Register, redacted: Redacted) -> None:
    if redacted.changes:
        with copy.file.transaction() as conn:
            redact(conn, redacted)


def _write(extract: Extract, suffix: str, passphrase: str | None, force: bool, missing: str) -> Exported:
    out = extract.out
    with atomic_write(out, force=force) as temporary, translating_write_errors(out, extract.register.path):
        os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        plain = temporary
        if passphrase is not None:
            # What is not yet encrypted is written to the private folder, never beside the place asked for.
            plain = extract.scratch / f"plain{suffix}"
            os.close(os.open(plain, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        remarks = _writer(suffix)(extract, plain)
        share = _id_of(plain) if suffix == ".sqlite" else ""
        if passphrase is not None:
            remarks = (*remarks, "It is encrypted: send the passphrase by another way.")
            encrypt(plain, temporary, passphrase)
        size, digest = measure(temporary)
    scope = extract.scope
    wrote = f"Wrote {out.name}: {scope.describe_counts()}, {format_size(size)}, {scope.marking}."
    messages = (wrote, *filter(None, (missing,)), *remarks)
    return Exported(out, size, digest, scope.recommendations, scope.commitments, messages, share)


def _writer(suffix: str) -> Callable[[Extract, Path], tuple[str, ...]]:
    """The writer of a kind of file, loaded only now: it fills the path and returns what a person should be shown."""
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


def _id_of(share: Path) -> str:
    opened = Register.open(share, read_only_reason="It is handed on.")
    try:
        return opened.id
    finally:
        opened.close()


def measure(path: Path) -> tuple[int, str]:
    """The size of a file, and its SHA-256 in hex."""
    digest, size = sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()
