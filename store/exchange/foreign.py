"""Open or import an untrusted file: a fresh register is rebuilt from its validated log.

The derived tables of the untrusted file are never used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.domain.errors import CannotWrite, FairleadError, OlderVersion, Refused
from store.exchange.checked_registers import CheckedRegisters
from store.exchange.encrypted import is_encrypted, note_encrypted
from store.exchange.reading import OF, Progress, Reading
from store.exchange.untrusted import ForeignLog, open_untrusted, refusing_errors
from store.file.atomic import atomic_write, check_destination
from store.file.backups import copy_register
from store.file.bulk_load import beside, bulk_load
from store.file.database import STEPS, File, is_open, read_only
from store.file.sqlite_errors import identity, translating_errors
from store.log.author_context import random_token
from store.log.change import Change
from store.log.change_log import ChangeLog, rest_on_others
from store.log.manifest import (
    FROM_SHARE,
    INCOMPLETE,
    NO_IDS,
    PASSED_ON,
    back_by_of,
    count_left_out_of_received,
    read_manifest,
    share_manifest,
    write_row,
)
from store.log.projection import project
from store.log.validate import text_of
from store.queries.leads import anybody_leads
from store.register import Author, Register

_NOTHING_TO_TAKE_OVER = "Read-only, from elsewhere: ctrl+k saves it as your own; theirs stays as it is."
_SOMEBODY_LEADS = "Read-only: ctrl+k saves it as your own, to work in it or to take items over."
_TO_BE_BACK = "To be back by {}. Read-only: ctrl+k saves it as your own, to work in."
"""Why a file from elsewhere is read-only, and what one does: each fits a line of 80 columns."""


def read_log(path: Path, scratch_folder: Path) -> list[Change]:
    """Read the whole validated log of an untrusted file; for a large one use `open_untrusted` and its batches."""
    with open_untrusted(path, scratch_folder, lazy=True) as log:
        return [change for piece in log.pieces() for change in piece]


def check_foreign(
    path: Path, scratch_folder: Path, go_on: Progress | None = None, cache: CheckedRegisters | None = None
) -> Path:
    """Check an untrusted file; returns the path of a fresh register rebuilt from its validated log in `scratch_folder`.

    Where `cache` has one that was made of the same bytes it is that, and nothing is checked again. From any thread.
    Raises only FairleadError, whatever the file holds.
    """
    return _check(path, scratch_folder, go_on, cache)[0]


def check_log(
    path: Path,
    scratch_folder: Path,
    ours: Register,
    go_on: Progress | None = None,
    cache: CheckedRegisters | None = None,
) -> tuple[Path, str]:
    """As `check_foreign`, to receive a file in one's own register: what is made has a log, and no tables of it.

    With it comes the hash of the file's bytes. What `ours` has to the letter, most of what comes back, is not validated once more.
    """
    return _check(path, scratch_folder, go_on, cache, ours)


def _check(
    path: Path,
    scratch_folder: Path,
    go_on: Progress | None,
    cache: CheckedRegisters | None,
    ours: Register | None = None,
) -> tuple[Path, str]:
    # What was compared with one register was checked for that one alone.
    whose = ours.id if ours else ""
    shown = scratch_folder / f"{random_token()}.fairlead"
    if is_encrypted(path):
        # What was decrypted is nowhere but in the private folder.
        cache = None
    if cache is not None and (found := cache.take(shown, Reading(path, go_on), whose)):
        try:
            show_checked(shown, path).close()
        except FairleadError:
            # Spoilt on the disk: it is made again.
            for spoilt in (found[0], shown):
                with suppress(OSError):
                    spoilt.unlink(missing_ok=True)
        else:
            return shown, found[1]
    with open_untrusted(path, scratch_folder, go_on, lazy=True, ours=ours) as log:
        _write_fresh(log, shown, tables=ours is None)
        source = log.source
    if cache is not None and source is not None:
        cache.add(shown, source, whose)
    return shown, source.sha256 if source else ""


def show_checked(shown: Path, path: Path, author: Author | None = None) -> Register:
    """Open what `check_foreign` made of a file, read-only."""
    register = Register.open(shown, author, read_only_reason=_NOTHING_TO_TAKE_OVER)
    try:
        with translating_errors(path):
            if day := back_by_of(share_manifest(register.conn)):
                register.file.read_only_reason = _TO_BE_BACK.format(day)
            elif anybody_leads(register.conn):
                register.file.read_only_reason = _SOMEBODY_LEADS
    except FairleadError:
        register.close()
        raise
    register.origin = path
    return register


def open_foreign(
    path: Path,
    scratch_folder: Path,
    author: Author | None = None,
    go_on: Progress | None = None,
    cache: CheckedRegisters | None = None,
) -> Register:
    """Open an untrusted file read-only, as a fresh register; see `check_foreign`.

    The caller closes it and removes the folder.
    """
    return show_checked(check_foreign(path, scratch_folder, go_on, cache), path, author)


@contextmanager
def open_as_it_is(path: Path, scratch_folder: Path, go_on: Progress | None = None) -> Iterator[Register]:
    """Open the private copy of an untrusted file, whose log was validated, with its own tables, for the block.

    For the integrity check alone, which is of the tables that `check_foreign` would rebuild; those of an older version
    are rebuilt, too.
    """
    reason = f"This is a private copy of {path}, to be checked."
    with open_untrusted(path, scratch_folder, go_on) as log:
        try:
            register = Register.open(log.copy, read_only_reason=reason)
        except OlderVersion:
            fresh = scratch_folder / f"{random_token()}.fairlead"
            _write_fresh(log, fresh)
            register = Register.open(fresh, read_only_reason=reason)
        try:
            yield register
        finally:
            register.close()


def save_as_own(
    path: Path,
    out: Path,
    author: Author | None,
    scratch_folder: Path,
    *,
    force: bool = False,
    go_on: Progress | None = None,
    cache: CheckedRegisters | None = None,
) -> Register:
    """Import a file as a writable register with a new id, rebuilt from its validated log, and open that.

    The file may be untrusted, or a register that is open in this process. `force` allows another file at `out` to be
    replaced. Raises FileAlreadyExists, FolderMissing, SameFile, CannotWrite and what `open_untrusted` raises; no file
    is left then.
    """
    check_destination(out, force=force)
    here = identity(path)
    if out.exists() and identity(out) == here:
        raise CannotWrite(out, "it is the file to be copied, which stays as it is. Choose another name")
    if is_open(path):
        with atomic_write(out, force=force) as made, _own(path, go_on) as log:
            _write_fresh(log, made)
    else:
        shown = show_checked(check_foreign(path, scratch_folder, go_on, cache), path)
        try:
            write_own(shown, out, force=force, go_on=go_on)
        finally:
            shown.close()
            with suppress(OSError):
                shown.path.unlink()
    return Register.open(out, author)


def write_own(shown: Register, out: Path, *, force: bool = False, go_on: Progress | None = None) -> str:
    """Write what `check_foreign` made as a register of one's own, under a new id, which it returns. From any thread."""
    with atomic_write(out, force=force) as made:
        copy_register(shown.file, made, go_on)
        new_id = random_token()
        own = Register.open(made)
        try:
            with own.file.transaction() as conn:
                write_row(conn, "id", new_id)
        finally:
            own.close()
    return new_id


@contextmanager
def _own(path: Path, go_on: Progress | None) -> Iterator[ForeignLog]:
    """The validated log of a register that is open in this process, read in batches so that no save waits."""
    with read_only(path) as conn:
        conn.text_factory = text_of
        with refusing_errors(path):
            log = ForeignLog(path, conn, Reading(path, go_on), None, path)
        yield log


def _write_fresh(log: ForeignLog, to: Path, *, tables: bool = True) -> None:
    """Write a new register from the changes and attachments of a log; where it fails `to` is removed.

    Without `tables` only those are derived that show which bodies and attachments it lacks.
    """
    register = Register.create(to)
    try:
        with refusing_errors(log.path, to.parent):
            # The whole file is synced when it is moved into place; until then a crash costs nothing.
            register.conn.execute("PRAGMA synchronous=OFF")
            if tables:
                for piece in log.pieces():
                    _apply(register, piece, log.path)
            else:
                _append_all(register, log)
            if register.newest() != log.count:
                raise Refused(log.path, "it holds one change more than once")
            missing = log.check_whole(read_manifest(register.conn) or (0, NO_IDS))
            log.copy_attachments(register)
            with register.file.transaction() as conn:
                if missing:
                    write_row(conn, INCOMPLETE, missing)
                is_share, without = log.origin()
                if manifest := log.manifest():
                    stated = manifest if is_share else manifest | {PASSED_ON: True}
                    write_row(conn, FROM_SHARE, json.dumps(stated))
                count_left_out_of_received(conn, without)
                if log.came_encrypted:
                    note_encrypted(conn)
        register.close()
    except BaseException:
        register.close()
        with suppress(OSError):
            Path(f"{to}-journal").unlink(missing_ok=True)
            to.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        Path(f"{to}-journal").unlink(missing_ok=True)


def _append_all(register: Register, log: ForeignLog) -> None:
    """Write the log alone, and derive what was taken out for good and which attachments are cited, without the notes
    that cite them.

    The rows are copied while they are validated: what is not valid raises, and the caller removes what was made."""

    def copy(stops: Callable[[], bool]) -> None:
        file = File(register.path)
        try:
            file.conn.set_progress_handler(stops, STEPS)
            with bulk_load(file):
                log.attach_to(file.conn)
                with file.transaction() as conn:
                    ChangeLog(conn).copy_from("theirs", log.last)
                file.conn.execute("DETACH theirs")
        finally:
            file.close()

    arrived: set[str] = set()
    others: list[Change] = []
    with beside(copy, lambda: log.reading.report(0, OF, 0, 1)) as check:
        for piece in log.pieces():
            others += rest_on_others(piece, arrived)
            check(False)
    if register.newest() != log.checked:
        raise Refused(log.path, "it holds one change more than once")
    register.conn.execute("PRAGMA foreign_keys=OFF")
    with register.file.transaction() as conn:
        register.log.count_copied(others, arrived)
        wanted = "SELECT DISTINCT entity, kind FROM change WHERE kind IN ('citation', 'expunge')"
        project(conn, dict(conn.execute(wanted).fetchall()), register.log.of_entity)


def _apply(register: Register, piece: list[Change], path: Path) -> None:
    try:
        register.apply(piece)
    except CannotWrite:
        # Its foreign keys reject a reference to an entity of another kind: nothing else here fails this way.
        raise Refused(path, "its changes do not fit together") from None
