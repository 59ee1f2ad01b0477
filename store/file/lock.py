"""Locks between programs, each on an open file: the system releases one when its process ends, however it ends.

A process id would not do: to ask after one ends that process on Windows, and ids are used again.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.domain.errors import CannotWrite

_WAIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.005

if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        """Lock an open file; False where another has it."""
        os.lseek(handle, 0, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _lock(handle: int) -> bool:
        """Lock an open file; False where another has it. Raises OSError where the file system has no locks."""
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                return False
            raise
        return True


def try_lock(path: Path) -> int | None:
    """Lock a file, which is created where it is missing; returns a handle to close, or None where another has it.

    Raises OSError, also where the file system has no locks.
    """
    handle = _open(path)
    try:
        if _lock(handle):
            return handle
    except OSError:
        os.close(handle)
        raise
    os.close(handle)
    return None


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file for the block, after waiting for it. Raises CannotWrite after ten seconds.

    Where the file system has no locks, each goes on as if it were alone.
    """
    until = time.monotonic() + _WAIT_SECONDS
    try:
        handle = _open(path)
    except OSError as error:
        raise CannotWrite(path, (error.strerror or "it cannot be locked").lower()) from None
    try:
        with suppress(OSError):
            while not _lock(handle):
                if time.monotonic() > until:
                    raise CannotWrite(path, "another Fairlead has had it locked for ten seconds")
                time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(handle)


def _open(path: Path) -> int:
    return os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
