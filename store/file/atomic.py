"""Putting a finished file where it belongs: under a temporary name first, then in one step, and forced to the disk."""

from __future__ import annotations

import errno
import os
import secrets
import sys
from contextlib import suppress
from pathlib import Path

from store.domain.errors import AlreadyThere, CannotWrite, DiskFull, FairleadError, NoFolder, SameFile
from store.file.database import is_open

_BESIDE = ("-journal", "-wal", "-shm")


def temporary_beside(out: Path) -> Path:
    """A name in the same folder that nobody has; one that a crash leaves there is hidden and ends in .part."""
    return out.with_name(f".fairlead-{secrets.token_hex(6)}.part")


def check_place(out: Path, *, force: bool) -> None:
    """Check that a register may be put at a path. Raises SameFile, NoFolder, AlreadyThere (unless `force`) or CannotWrite."""
    if is_open(out):
        raise SameFile(out)
    try:
        if not out.parent.is_dir():
            raise NoFolder(out.parent)
        if out.is_dir():
            raise CannotWrite(out, "it is a folder")
        if not force:
            if os.path.lexists(out):
                raise AlreadyThere(out)
            for left in (Path(f"{out}{end}") for end in _BESIDE):
                if left.exists():
                    raise CannotWrite(out, f"{left.name} lies beside it, left by another program. Move that away first")
    except (OSError, ValueError) as error:
        raise os_words(error, out) from None


def put(temporary: Path, out: Path, *, force: bool) -> None:
    """Move a finished and closed file into place, on the disk when this ends.

    Raises what check_place raises; the temporary file is left then.
    """
    check_place(out, force=force)
    try:
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if force:
            # A journal left by the file that was here would be played back into the new one.
            for end in _BESIDE:
                Path(f"{out}{end}").unlink(missing_ok=True)
        else:
            # Taken first, so that a file which appears in this moment is not written over.
            os.close(os.open(out, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        os.replace(temporary, out)
        seal_folder(out.parent)
    except FileExistsError:
        raise AlreadyThere(out) from None
    except OSError as error:
        raise os_words(error, out) from None


def seal_folder(folder: Path) -> None:
    """Force a folder's new entries to the disk, where the platform can."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def os_words(error: OSError | ValueError, place: Path) -> FairleadError:
    """The sentence that the system's error stands for, when writing at a place."""
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return DiskFull(place)
    if isinstance(error, PermissionError):
        return CannotWrite(place, "this account may not write there, or another program has it open")
    return CannotWrite(place, (getattr(error, "strerror", None) or "the name cannot be used").lower())
