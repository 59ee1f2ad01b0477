"""Atomic file writes: to a temporary file first, which is renamed into place and synced to disk."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.domain.errors import CannotWrite, DiskFull, FairleadError, FileAlreadyExists, FolderMissing, SameFile
from store.file.database import is_open
from store.file.scratch import partial_name

_TRIES, _PAUSE_SECONDS = 50, 0.02
_JOURNALS = ("-journal", "-wal", "-shm")


@contextmanager
def temporary_beside(out: Path) -> Iterator[Path]:
    """A temporary path in the same folder, for the duration of the block; a file left there is removed.

    After a crash the file that is left is hidden and ends in .part; the next start removes it.
    """
    temporary = out.with_name(partial_name(out.parent))
    try:
        yield temporary
    finally:
        # Gone already on success; a folder that has become unreachable must not hide the reason.
        for left in (temporary, Path(f"{temporary}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


@contextmanager
def atomic_write(out: Path, *, force: bool, sync: bool = True) -> Iterator[Path]:
    """Write a whole file atomically: yields a temporary path, which is moved into place when the block ends.

    Where the block or this raises, the file at `out` is unchanged. Without `sync` a power cut may cost the file. Raises
    what check_destination raises, and DiskFull.
    """
    check_destination(out, force=force)
    with temporary_beside(out) as temporary:
        try:
            yield temporary
        except OSError as error:
            raise error_for_os(error, out) from None
        replace_file(temporary, out, force=force, sync=sync)


def write_whole(out: Path, content: Iterable[bytes], *, force: bool, sync: bool = True) -> None:
    """Write a file from its bytes, private to its owner; `force`, `sync` and errors are those of atomic_write."""
    with atomic_write(out, force=force, sync=sync) as temporary:
        handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            file.writelines(content)


def check_destination(out: Path, *, force: bool) -> None:
    """Check that a file may be written to a path.

    Raises SameFile, FolderMissing, FileAlreadyExists (unless `force`) or CannotWrite.
    """
    if is_open(out):
        raise SameFile(out)
    try:
        if not out.parent.is_dir():
            raise FolderMissing(out.parent)
        if out.is_dir():
            raise CannotWrite(out, "it is a folder")
        if not force:
            if os.path.lexists(out):
                raise FileAlreadyExists(out)
            for left in (Path(f"{out}{end}") for end in _JOURNALS):
                if left.exists():
                    raise CannotWrite(out, f"{left.name} lies beside it, left by another program. Move that away first")
    except (OSError, ValueError) as error:
        raise error_for_os(error, out) from None


def replace_file(temporary: Path, out: Path, *, force: bool, sync: bool = True) -> None:
    """Move a finished and closed file into place; with `sync` it is on disk on return.

    Raises what check_destination raises; the temporary file is left then.
    """
    check_destination(out, force=force)
    try:
        if sync:
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
        if force:
            # A journal left by the file that was here would be played back into the new one.
            for end in _JOURNALS:
                Path(f"{out}{end}").unlink(missing_ok=True)
        else:
            # Created first, so that a file which appears in this moment is not written over.
            os.close(os.open(out, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _move(temporary, out)
        if sync:
            _sync_folder(out.parent)
    except FileExistsError:
        raise FileAlreadyExists(out) from None
    except OSError as error:
        raise error_for_os(error, out) from None


def _move(temporary: Path, out: Path) -> None:
    """Move a file over another. On Windows that fails while any program reads the other, so it is tried for a while."""
    for _ in range(_TRIES if sys.platform == "win32" else 0):
        try:
            os.replace(temporary, out)
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    os.replace(temporary, out)


def _sync_folder(folder: Path) -> None:
    """Sync a folder's entries to disk, where the platform can."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def error_for_os(error: OSError | ValueError, place: Path) -> FairleadError:
    """Map an error of the operating system, in writing to a path, to an error with a message for a person."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return DiskFull(place)
    if isinstance(error, PermissionError):
        return CannotWrite(place, "this account may not write there, or another program has it open")
    return CannotWrite(place, (getattr(error, "strerror", None) or "the name cannot be used").lower())
