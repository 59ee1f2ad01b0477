"""Private folders for what a process needs for a while, and their removal when it has ended, however it ended.

Each process has one folder, which holds a file that it keeps locked: a folder whose lock is free was left by a process
that was killed. Beside the lock it notes the folders in which it writes files that are not yet whole.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from store.domain.errors import CannotWrite
from store.file.lock import locked, try_lock

_DAY = 24 * 3600
_PARTIAL = re.compile(r"\.fairlead-(?:([0-9a-f]{16})-)?[0-9a-f]{12}\.part(?:-journal)?", re.ASCII)
_OWNER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_LOCK = "lock"
_WRITTEN_IN = "written-in.txt"


class ProcessFolder:
    """The private folder of this process under a root; another of the same root has a lock and a name of its own."""

    def __init__(self, root: Path) -> None:
        """Create it, after the removal of what ended processes left there. Raises CannotWrite."""
        self.root = root
        self.name = os.urandom(8).hex()
        self.path = root / self.name
        self._handle: int | None = None
        self._written_in: set[Path] = set()
        try:
            root.mkdir(mode=0o700, parents=True, exist_ok=True)
            with locked(root / _LOCK):
                _sweep(root)
                self.path.mkdir(mode=0o700)
                self._handle = _lock_own(self.path / _LOCK)
        except OSError as error:
            raise CannotWrite(root, (error.strerror or "it cannot be made").lower()) from None
        atexit.register(self.close)

    def new_folder(self) -> Path:
        """A new folder in it."""
        try:
            return Path(tempfile.mkdtemp(dir=self.path))
        except OSError as error:
            raise CannotWrite(self.path, (error.strerror or "it cannot be made").lower()) from None

    def note_partial(self, folder: Path) -> None:
        """Note that partial files of this process lie in a folder; those that ended processes left there are removed."""
        folder = folder.absolute()
        if folder in self._written_in:
            return
        self._written_in.add(folder)
        with suppress(OSError):
            with (self.path / _WRITTEN_IN).open("a", encoding="utf-8", errors="surrogateescape") as file:
                file.write(f"{folder}\n")
            for left in folder.glob(".fairlead-*.part*"):
                name = _PARTIAL.fullmatch(left.name)
                if name and not (is_running(self.root, name[1]) if _is_of(self.root, name[1]) else _is_recent(left)):
                    _remove(left)

    def close(self) -> None:
        """Remove it with all that is in it, and release its lock; idempotent."""
        atexit.unregister(self.close)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
        shutil.rmtree(self.path, ignore_errors=True)


def _lock_own(lock: Path) -> int | None:
    """Lock the file of a folder of one's own; None where the file system has no locks."""
    with suppress(OSError):
        while (handle := try_lock(lock)) is None:
            # Another process has just asked whether this one is running.
            time.sleep(0.001)
        return handle
    return None


def _is_of(root: Path, owner: str | None) -> bool:
    """Whether a process had its folder under this root: of any other nothing is known here."""
    return owner is not None and (root / owner).is_dir()


def is_running(root: Path, owner: str | None) -> bool:
    """Whether the process whose folder has this name under the root is still running; False where there is none."""
    if owner is None or not _OWNER.fullmatch(owner):
        return False
    lock = root / owner / _LOCK
    try:
        if not lock.exists():
            return False
        handle = try_lock(lock)
    except OSError:
        # Not to be found out: it may be.
        return True
    if handle is None:
        return True
    os.close(handle)
    return False


def sweep(root: Path) -> None:
    """Remove what ended processes left: their folders, and the files that they had not finished. Raises nothing."""
    with suppress(OSError, CannotWrite):
        if root.is_dir():
            with locked(root / _LOCK):
                _sweep(root)


def _sweep(root: Path) -> None:
    for folder in root.iterdir():
        if not folder.is_dir():
            continue
        if _OWNER.fullmatch(folder.name):
            if not is_running(root, folder.name):
                _remove_partial(folder)
                shutil.rmtree(folder, ignore_errors=True)
        elif folder.name.startswith("tmp") and not _is_recent(folder):
            # Of a version that held no lock, which may still run.
            shutil.rmtree(folder, ignore_errors=True)


def _remove_partial(of: Path) -> None:
    """Remove the partial files of an ended process in every folder that it noted."""
    with suppress(OSError):
        noted = (of / _WRITTEN_IN).read_text(encoding="utf-8", errors="surrogateescape")
        for folder in noted.splitlines():
            with suppress(OSError, ValueError):
                for left in Path(folder).glob(f".fairlead-{of.name}-*.part*"):
                    _remove(left)


def _is_recent(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime < _DAY
    except OSError:
        return True


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


_root: Callable[[], Path] | None = None
_folders: dict[Path, ProcessFolder] = {}
_folders_lock = threading.Lock()


def use_root(root: Callable[[], Path]) -> None:
    """Set where the private folders of this process are; until then they are in the system's temporary folder."""
    global _root
    _root = root


def process_folder(root: Path) -> ProcessFolder:
    """The folder of this process under a root, created when it is first asked for.

    Where nothing can be written there it is in the system's temporary folder, so that a register can be read all the
    same. Raises CannotWrite where that cannot be written either.
    """
    with _folders_lock:
        if root not in _folders or not _folders[root].path.is_dir():
            _folders[root] = _create(root)
        return _folders[root]


def _create(root: Path) -> ProcessFolder:
    try:
        return ProcessFolder(root)
    except CannotWrite:
        try:
            own = Path(tempfile.mkdtemp(prefix="fairlead-"))
        except OSError:
            own = None
        if own is None:
            raise
    # Before the folder in it: what is registered first at exit is done last.
    atexit.register(shutil.rmtree, own, ignore_errors=True)
    return ProcessFolder(own)


@contextmanager
def private_folder() -> Iterator[Path]:
    """A private folder for the block, removed at its end, or by the next start where the process is killed."""
    within = None if _root is None else process_folder(_root()).path
    with tempfile.TemporaryDirectory(prefix="fairlead-", dir=within, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def partial_name(folder: Path) -> str:
    """A name for a file that is being written in a folder: hidden, and noted as one of this process."""
    unique = os.urandom(6).hex()
    if _root is not None:
        with suppress(CannotWrite):
            own = process_folder(_root())
            own.note_partial(folder)
            return f".fairlead-{own.name}-{unique}.part"
    return f".fairlead-{unique}.part"
