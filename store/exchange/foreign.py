"""Open or import an untrusted file: a fresh register is rebuilt from its validated log.

The derived tables of the untrusted file are never used.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.domain.errors import (
    CannotWrite,
    Refused,
)
from store.exchange.untrusted import ForeignLog, Progress, open_untrusted, refusing_errors, report_progress
from store.file.atomic import atomic_write, check_destination
from store.file.database import is_open, read_only
from store.file.sqlite_errors import identity
from store.log.change import Change
from store.log.manifest import FROM_SHARE, INCOMPLETE, NO_IDS, read_manifest, write_row
from store.log.validate import text_of
from store.log.writer import random_token
from store.register import Author, Register


def read_log(path: Path, scratch_folder: Path) -> list[Change]:
    """Read the whole validated log of an untrusted file; for a large one use `open_untrusted` and its batches."""
    with open_untrusted(path, scratch_folder, lazy=True) as log:
        return [change for piece in log.pieces() for change in piece]


def open_foreign(
    path: Path, scratch_folder: Path, author: Author | None = None, go_on: Progress | None = None
) -> Register:
    """Open an untrusted file read-only, as a fresh register rebuilt from its validated log in `scratch_folder`.

    The caller closes it and removes the folder. Raises only FairleadError, whatever the file holds.
    """
    shown = scratch_folder / f"{random_token()}.fairlead"
    with open_untrusted(path, scratch_folder, lazy=True) as log:
        _write_fresh(log, shown, go_on)
    register = Register.open(
        shown,
        author,
        read_only_reason=f"This is {path.name}, a file from elsewhere: you are looking at it. Press ctrl+k to keep a copy of "
        "your own and work in it; theirs stays as it is.",
    )
    register.origin = path
    return register


def save_as_own(
    path: Path,
    out: Path,
    author: Author | None,
    scratch_folder: Path,
    *,
    force: bool = False,
    go_on: Progress | None = None,
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
    with (
        atomic_write(out, force=force) as made,
        _own(path) if is_open(path) else open_untrusted(path, scratch_folder, lazy=True) as log,
    ):
        _write_fresh(log, made, go_on)
    return Register.open(out, author)


@contextmanager
def _own(path: Path) -> Iterator[ForeignLog]:
    """The validated log of a register that is open in this process, read in batches so that no save waits."""
    with read_only(path) as conn:
        conn.text_factory = text_of
        with refusing_errors(path):
            log = ForeignLog(path, conn, None, lambda: None)
        yield log


def _write_fresh(log: ForeignLog, to: Path, go_on: Progress | None) -> None:
    """Write a new register from the changes and attachments of a log; where it fails `to` is removed."""
    register = Register.create(to)
    try:
        with refusing_errors(log.path, to.parent):
            # The whole file is synced when it is moved into place; until then a crash costs nothing.
            register.conn.execute("PRAGMA synchronous=OFF")
            done = 0
            for piece in log.pieces():
                _apply(register, piece, log.path)
                done += len(piece)
                report_progress(log, go_on, done)
            if register.newest() != log.count:
                raise Refused(log.path, "it holds one change more than once")
            missing = log.check_whole(read_manifest(register.conn) or (0, NO_IDS))
            log.copy_attachments(register, go_on)
            with register.file.transaction() as conn:
                if missing:
                    write_row(conn, INCOMPLETE, missing)
                if manifest := log.manifest():
                    write_row(conn, FROM_SHARE, json.dumps(manifest))
        register.close()
    except BaseException:
        register.close()
        with suppress(OSError):
            Path(f"{to}-journal").unlink(missing_ok=True)
            to.unlink(missing_ok=True)
        raise
    with suppress(OSError):
        Path(f"{to}-journal").unlink(missing_ok=True)


def _apply(register: Register, piece: list[Change], path: Path) -> None:
    try:
        register.apply(piece)
    except CannotWrite:
        # Its foreign keys reject a reference to an entity of another kind: nothing else here fails this way.
        raise Refused(path, "its changes do not fit together") from None
