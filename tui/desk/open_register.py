"""Choose, open and create registers; decides which files are one's own and which are untrusted.

A register created or imported here is one's own and opens for writing. Any other file is untrusted, whatever it holds:
it opens read-only, as a validated private copy. Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from store.domain.errors import BadInput, CannotWrite, Damaged, FairleadError, FileMissing, OpenedReadOnly
from store.domain.text import TextError, validate_text
from store.file.atomic import atomic_write
from store.file.database import File
from store.file.sqlite_errors import translating_errors
from store.log.manifest import incompleteness
from store.register import ActionResult, Author, Register
from tui.desk.settings import Settings, ensure_folder, folders, update_settings


class NoRegister(FairleadError):
    """No register named, and none in the data folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"There is no register in {folder} yet. Make one with: fairlead new FILE --sample, "
            "or name one with --register."
        )


class FromElsewhere(OpenedReadOnly):
    """A change requested of an untrusted file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is from elsewhere and is only looked at. To work in a copy of your own: fairlead keep {path}"
        )


class DamagedHere(FairleadError):
    """A register of one's own that is damaged; the message names its newest backup."""

    def __init__(self, error: Damaged, backup: Path | None) -> None:
        way = f" Its newest backup: fairlead keep {backup} --as OUT" if backup else ""
        super().__init__(f"{error}{way}")


def _newest_backup(path: Path, settings: Settings) -> Path | None:
    from store.file.backups import newest_backup

    ids = [register_id for own, register_id in settings.mine if Path(own) == Path(os.path.normcase(path.resolve()))]
    return newest_backup(folders().backups, ids[0]) if ids else None


def from_environment() -> Path | None:
    """The register that FAIRLEAD_REGISTER names, or None."""
    named = os.environ.get("FAIRLEAD_REGISTER", "").strip()
    return Path(named).expanduser() if named else None


def in_data_folder() -> Path | None:
    """The register in the data folder: the user's own, else the sample, else None."""
    places = folders()
    return next((path for path in (places.own_register, places.sample) if path.exists()), None)


def named_register(option: Path | None) -> Path:
    """The register that a command uses: `option`, else FAIRLEAD_REGISTER, else the data folder's.

    Raises NoRegister.
    """
    path = option or from_environment() or in_data_folder()
    if path is None:
        raise NoRegister(folders().data)
    return path


def configured_author(settings: Settings, named: str | None = None) -> Author | None:
    """The author: of the name given, else FAIRLEAD_AUTHOR, else the settings. None where none is configured.

    Raises BadInput where the name is too long.
    """
    name = _name(named or os.environ.get("FAIRLEAD_AUTHOR", "") or settings.name or "")
    return Author(name, settings.author_id if name == settings.name else None) if name else None


def save_author(settings: Settings, name: str, acts_for: Iterable[str] = ()) -> tuple[Settings, Author]:
    """Save the author and the leads they act for in the settings. Raises BadInput or CannotWrite."""
    name = _name(name)
    if not name:
        raise BadInput("name", "Say who is writing: the name that others will see.")
    leads = tuple(lead for lead in map(_name, acts_for) if lead)
    same = name == settings.name
    settings = update_settings(name=name, acts_for=leads, author_id=settings.author_id if same else None)
    return settings, Author(name, settings.author_id)


def save_author_id(settings: Settings, author: Author, done: ActionResult) -> Settings:
    """Save the party id of an author who wrote for the first time, so that every register gets the same id."""
    if done.author and author.name == settings.name and settings.author_id is None:
        return update_settings(author_id=done.author)
    return settings


def _name(text: str) -> str:
    try:
        return validate_text(text, limit=200)
    except TextError as error:
        raise BadInput("name", str(error)) from None


def open_register(path: Path, settings: Settings, author: Author | None = None, *, to_write: bool = False) -> Register:
    """Open a register: one's own for writing, an untrusted file read-only, as a validated private copy.

    With `to_write` an untrusted file raises FromElsewhere instead. Raises FairleadError.
    """
    if not path.exists():
        raise FileMissing(path)
    if settings.is_mine(path):
        try:
            register = Register.open(path, author, before_migration=_back_up)
        except Damaged as error:
            raise DamagedHere(error, _newest_backup(path, settings)) from None
        if settings.is_mine(path, register.id):
            return register
        register.close()
    if to_write:
        raise FromElsewhere(path)
    from store.exchange.foreign import open_foreign

    return open_foreign(path, scratch_folder(), author)


def _back_up(file: File) -> None:
    """Back up a register of an older version before it is migrated."""
    from datetime import date

    from store.file.backups import back_up

    back_up(file, ensure_folder(folders().backups), date.today())


def open_to_check(path: Path, settings: Settings) -> Register:
    """Open a register for an integrity check: one's own in place, an untrusted file as a plain copy of its bytes.

    `open_register` would rebuild the tables of an untrusted file from its log, and they are to be checked too. Raises
    FairleadError, for an untrusted file whose schema or log is not valid before the copy is opened.
    """
    register = open_register(path, settings)
    if register.path == path:
        return register
    register.close()
    copy = scratch_folder() / "copy.fairlead"
    try:
        shutil.copyfile(path, copy)
    except OSError as error:
        raise CannotWrite(copy, (error.strerror or "no reason was given").lower()) from None
    return Register.open(copy, read_only_reason=f"This is a private copy of {path}, to be checked.")


def open_for_app(named: Path | None, settings: Settings) -> tuple[Register, str]:
    """Open the register of the app; returns it with a notice to show, or "".

    It is the one named, else the last used, else the data folder's, else the sample, which is created. Raises
    FairleadError.
    """
    path, notice = named or from_environment(), ""
    if path is None and settings.last_register:
        path = Path(settings.last_register)
        if not path.exists():
            notice = f"{path}, the register used last, is not there any more, so this is another."
            path = None
    path = path or in_data_folder()
    if path is None:
        path = folders().sample
        ensure_folder(path.parent)
        settings = new_register(path, fill_with_sample)
    register = open_register(path, settings, configured_author(settings))
    if settings.is_mine(path):
        update_settings(last_register=str(path.absolute()))
    return register, notice or notice_of(path, register)


def notice_of(path: Path, register: Register) -> str:
    """The notice that the app shows while a register is open, in a sentence or two, or ""."""
    if missing := describe_incompleteness(register):
        return " ".join((missing, register.read_only_reason or "")).rstrip()
    if register.read_only_reason:
        return register.read_only_reason
    if path == folders().sample:
        return "Sample register, September 2024 · ctrl+o open a file · ctrl+n start your own"
    return at_risk(path) or ""


def describe_incompleteness(register: Register) -> str:
    """What is missing from a register, in sentences; "" where nothing is."""
    with translating_errors(register.path):
        return " ".join(incompleteness(register.conn))


def fill_with_sample(register: Register) -> None:
    """Fill a new register with the sample."""
    from seed import load_sample

    load_sample(register)


def fill_with_themes(register: Register) -> None:
    """Fill a new register with the six standard themes alone."""
    from seed import load_themes

    load_themes(register)


def new_register(path: Path, fill: Callable[[Register], None], *, force: bool = False) -> Settings:
    """Create a register of one's own, filled by `fill`, atomically. Returns the settings with it among `mine`.

    Raises FileAlreadyExists (unless `force`), FolderMissing, SameFile or CannotWrite.
    """
    with atomic_write(path, force=force) as temporary:
        register = Register.create(temporary)
        try:
            fill(register)
        finally:
            register.close()
        return update_settings(mine=(path, register.id), last_register=str(path.absolute()))


def keep_register(path: Path, out: Path | None, settings: Settings, *, force: bool = False) -> Path:
    """Import a file as a register of one's own; returns the path of that. The file itself is not changed.

    Without `out` it is written to the data folder, under the file's own name. Raises FairleadError.
    """
    if not path.exists():
        raise FileMissing(path)
    if out is None:
        out = ensure_folder(folders().data) / f"{path.stem}.fairlead"
    from store.exchange.foreign import save_as_own

    copy = save_as_own(path, out, configured_author(settings), scratch_folder(), force=force)
    update_settings(mine=(out, copy.id), last_register=str(out.absolute()))
    copy.close()
    return out


_DAY = 24 * 3600


def scratch_folder() -> Path:
    """Create a private temporary folder, removed at exit; folders left by a killed process are removed after a day."""
    root = ensure_folder(folders().state / "looked-at")
    for left in root.iterdir():
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY:
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(dir=root))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


_SYNCHRONISED = (
    "onedrive",
    "dropbox",
    "google drive",
    "googledrive",
    "my drive",
    "mobile documents",
    "nextcloud",
    "box",
)
_NETWORK_KINDS = {"nfs", "nfs4", "cifs", "smb", "smb3", "smbfs", "afpfs", "fuse.sshfs", "davfs", "ncpfs"}


def at_risk(path: Path) -> str | None:
    """A warning where a register is detected to be on a network drive or in a synchronised folder, else None."""
    whole = path.absolute()
    where = None
    for part in (part.casefold() for part in whole.parent.parts):
        if any(part == name or part.startswith((f"{name} ", f"{name}-")) for name in _SYNCHRONISED):
            where = "in a synchronised folder"
    if is_network(whole):
        where = "on a network drive"
    if where is None:
        return None
    return (
        f"{path} is {where}: two people writing to one such file is how work is lost. "
        f"Keep a copy on this machine and work in that: fairlead keep {path} --as OUT"
    )


def is_network(path: Path) -> bool:
    """Whether a path is on a network drive; False where that cannot be detected."""
    if str(path).startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        remote = 4
        return bool(ctypes.windll.kernel32.GetDriveTypeW(path.anchor) == remote)
    with suppress(OSError, IndexError):
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
        mounts = [(line.split()[1].replace("\\040", " "), line.split()[2]) for line in lines]
        above = [(len(place), kind) for place, kind in mounts if path.is_relative_to(place)]
        return bool(above) and max(above)[1] in _NETWORK_KINDS
    return False
