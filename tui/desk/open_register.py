"""Choose, open and create registers; decides which files are one's own and which are untrusted.

A register created or imported here is one's own and opens for writing. Any other file is untrusted, whatever it holds:
it opens read-only, as a validated private copy. Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import Damaged, FairleadError, FileMissing, OpenedReadOnly
from store.domain.text import one_line, quote_for_shell
from store.file.atomic import atomic_write
from store.file.database import File, read_only
from store.file.scratch import process_folder, sweep, use_root
from store.file.sqlite_errors import translating_errors
from store.log.manifest import incompleteness, share_manifest
from store.register import Author, Register
from tui.desk.at_risk import at_risk
from tui.desk.author import configured_author
from tui.desk.settings import Settings, ensure_folder, folders, is_there, load, update_settings

if TYPE_CHECKING:
    from store.exchange.checked_registers import CheckedRegisters


Progress = Callable[[int, int], bool]
"""Called with the work done and its total; returns whether to go on."""

Work = Callable[[Progress], Path | None]
"""Work that reports its progress."""


class NoRegister(FairleadError):
    """No register named, and none in the data folder; `last` is the one used last, which is elsewhere."""

    def __init__(self, folder: Path, last: Path | None = None) -> None:
        if last is not None:
            super().__init__(
                f"No register is named, and the one used last is not in {folder}. "
                f"Name it with: --register {quote_for_shell(last)}"
            )
            return
        way = "Make one with: fairlead new FILE --sample, or name one with --register."
        super().__init__(f"There is no register in {folder} yet. {way}")


class FromElsewhere(OpenedReadOnly):
    """A change requested of an untrusted file."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is from elsewhere and open read-only. To save it as your own register: "
            f"fairlead keep {quote_for_shell(path)}"
        )


class DamagedHere(FairleadError):
    """A register of one's own that is damaged; the message names its newest backup."""

    def __init__(self, error: Damaged, backup: Path | None) -> None:
        way = f" Its newest backup: fairlead keep {quote_for_shell(backup)} --as OUT" if backup else ""
        super().__init__(f"{error}{way}")


def _newest_backup(path: Path, settings: Settings) -> Path | None:
    from store.file.backups import newest_backup

    ids = [register_id for own, register_id in settings.mine if Path(own) == Path(os.path.normcase(path.resolve()))]
    return newest_backup(folders().backups, ids[0]) if ids else None


def from_environment() -> Path | None:
    """The register that FAIRLEAD_REGISTER names, or None."""
    named = os.environ.get("FAIRLEAD_REGISTER", "").strip()
    return Path(named).expanduser() if named else None


def last_used(settings: Settings) -> Path | None:
    """The register of one's own that was used last, if it is still there."""
    path = Path(settings.last_register) if settings.last_register else None
    return path if path and is_there(path) else None


def in_data_folder(settings: Settings) -> Path | None:
    """The register in the data folder: the one used last where that is in it, else the user's own, else the sample, else
    None."""
    places, last = folders(), last_used(settings)
    if last and last.parent.resolve() == places.data.resolve():
        return last
    return next((path for path in (places.own_register, places.sample) if path.exists()), None)


def named_register(option: Path | None) -> Path:
    """The register that a command uses: `option`, else FAIRLEAD_REGISTER, else the data folder's.

    Raises NoRegister.
    """
    if path := option or from_environment():
        return path
    settings, _ = load()
    if path := in_data_folder(settings):
        return path
    raise NoRegister(folders().data, last_used(settings))


def open_register(
    path: Path,
    settings: Settings,
    author: Author | None = None,
    *,
    to_write: bool = False,
    go_on: Progress | None = None,
    checked: Path | None = None,
) -> Register:
    """Open a register: one's own for writing, an untrusted file read-only, as a validated private copy.

    With `to_write` an untrusted file raises FromElsewhere instead. `checked` is what `check_first` returned; without it
    an untrusted file is checked here. Raises FairleadError.
    """
    if not path.exists():
        raise FileMissing(path, to_start=True)
    if settings.is_mine(path) and (register := _open_own(path, settings, author)):
        return register
    if to_write:
        raise FromElsewhere(path)
    from store.exchange.foreign import show_checked

    return show_checked(checked or _check(path, go_on), path, author)


def check_first(path: Path, settings: Settings, go_on: Progress | None = None) -> Path | None:
    """Check an untrusted file, from any thread, and return what `open_register` is to open; None for one's own.

    Raises FairleadError.
    """
    if not path.exists():
        raise FileMissing(path, to_start=True)
    return None if settings.is_mine(path) else _check(path, go_on)


def _check(path: Path, go_on: Progress | None) -> Path:
    from store.exchange.foreign import check_foreign

    return check_foreign(path, scratch_folder(), go_on, checked_registers())


def checked_registers() -> CheckedRegisters:
    """What was made of files that were checked before: the same bytes are not checked again."""
    from store.exchange.checked_registers import CheckedRegisters

    return CheckedRegisters(folders().looked_at / "checked")


class _NotOwn(Exception):
    """A file of an older version at the path of one's own register, which is another."""


def _open_own(path: Path, settings: Settings, author: Author | None) -> Register | None:
    """Open a register at the path of one's own; None where it is another, which is neither migrated nor changed."""

    def before_migration(file: File) -> None:
        row = file.conn.execute("SELECT value FROM this_file WHERE name = 'id'").fetchone()
        if row is None or not settings.is_mine(path, str(row[0])):
            raise _NotOwn
        _back_up(file)

    try:
        register = Register.open(path, author, before_migration=before_migration)
    except _NotOwn:
        return None
    except Damaged as error:
        raise DamagedHere(error, _newest_backup(path, settings)) from None
    if settings.is_mine(path, register.id):
        return register
    register.close()
    return None


def _back_up(file: File) -> None:
    """Back up a register of an older version before it is migrated."""
    from store.domain.dates import local_day
    from store.file.backups import back_up

    back_up(file, ensure_folder(folders().backups), local_day())


@contextmanager
def open_to_check(path: Path, settings: Settings, go_on: Progress | None = None) -> Iterator[Register]:
    """Open a register for an integrity check, for the block: one's own in place, an untrusted file as a private copy.

    That has the tables of the file itself, which `open_register` would rebuild, and they are to be checked too. Raises
    FairleadError, for an untrusted file whose schema or log is not valid before the copy is opened.
    """
    if not path.exists():
        raise FileMissing(path)
    if settings.is_mine(path) and (register := _open_own(path, settings, None)):
        with closing(register):
            yield register
        return
    from store.exchange.foreign import open_as_it_is

    with open_as_it_is(path, scratch_folder(), go_on) as register:
        yield register


def open_for_app(
    named: Path | None, settings: Settings, check: Callable[[Path, Work], Path | None] | None = None
) -> tuple[Register, str]:
    """Open the register of the app; returns it with a notice to show, or "".

    It is the one named, else the last used, else the data folder's, else the sample, which is created. `check` does the
    work of checking a file from elsewhere, behind a screen. Raises FairleadError.
    """
    path, notice = named or from_environment(), ""
    if path is None and settings.last_register:
        path = last_used(settings)
        if path is None:
            notice = f"{settings.last_register}, the register used last, is not there any more, so this is another."
    path = path or in_data_folder(settings)
    if path is None:
        path = folders().sample
        ensure_folder(path.parent)
        settings = new_register(path, fill_with_sample)
    checked = None
    if check and not settings.is_mine(path):
        checked = check(path, partial(check_first, path, settings))
    register = open_register(path, settings, configured_author(settings), checked=checked)
    own = {"last_register": str(path.absolute())} if settings.is_mine(path) else {}
    update_settings(opened=path, **own)
    return register, notice or notice_of(path, register)


def notice_of(path: Path, register: Register) -> str:
    """The notice that the app shows while a register is open, in a sentence or two, or ""."""
    if missing := describe_incompleteness(register):
        return " ".join((missing, register.read_only_reason or "")).rstrip()
    if register.read_only_reason:
        own = own_of_same_share(register, load()[0])
        name = one_line(own.name, most=30) if own else ""
        return f"Read-only: you have made {name} from it, ctrl+o opens that." if own else register.read_only_reason
    if path == folders().sample:
        return "Sample: what you try is kept here · ctrl+o open a file · ctrl+n start your own"
    return at_risk(path) or ""


def describe_incompleteness(register: Register) -> str:
    """What is missing from a register, in sentences; "" where nothing is."""
    with translating_errors(register.path):
        return " ".join(incompleteness(register.conn))


def not_sent_back(register: Register) -> str:
    """What was changed in one's own register and is in no file for whoever gave it, in a sentence; or ""."""
    if register.read_only_reason:
        return ""
    with suppress(FairleadError), translating_errors(register.path):
        if share_manifest(register.conn) is not None:
            from store.exchange.send_back import describe_unsent

            return describe_unsent(register.conn, register.origin.name)
    return ""


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


def keep_register(
    path: Path, out: Path | None, settings: Settings, *, force: bool = False, go_on: Progress | None = None
) -> Path:
    """Import a file as a register of one's own; returns the path of that. The file itself is not changed.

    Without `out` it is written to the data folder, under the file's own name. Raises FairleadError.
    """
    if not path.exists():
        raise FileMissing(path)
    if out is None:
        stem = path.stem if path.suffix.casefold() != ".age" else Path(path.stem).stem
        out = ensure_folder(folders().data) / f"{stem}.fairlead"
    from store.exchange.foreign import save_as_own

    author = configured_author(settings)
    copy = save_as_own(path, out, author, scratch_folder(), force=force, go_on=go_on, cache=checked_registers())
    copy.close()
    update_settings(mine=(out, copy.id), last_register=str(out.absolute()))
    return out


def keep_shown(register: Register, out: Path, settings: Settings, go_on: Progress | None = None) -> Path:
    """Write the register that is open read-only as one of one's own, from any thread; returns the path of that.

    What was checked to be shown is not checked again. Raises FairleadError.
    """
    if register.origin == register.path:
        return keep_register(register.path, out, settings, go_on=go_on)
    from store.exchange.foreign import write_own

    own = write_own(register, out, go_on=go_on)
    update_settings(mine=(out, own), last_register=str(out.absolute()))
    return out


def own_of_same_share(register: Register, settings: Settings) -> Path | None:
    """The register of one's own that was made from the share that is shown, the newest; None where there is none."""
    share = (share_manifest(register.conn) or {}).get("id")
    for place, _ in reversed(settings.mine if share else ()):
        path = Path(place)
        with suppress(FairleadError, OSError, ValueError), translating_errors(path), read_only(path) as conn:
            if (share_manifest(conn) or {}).get("id") == share:
                return path
    return None


def scratch_folder() -> Path:
    """Create a private folder, removed at exit, or by the next start where this process is killed."""
    return process_folder(folders().looked_at).new_folder()


def previews_folder() -> Path:
    """The private folder of this process for previews, each of which removes the copy that the one before it left."""
    folder = process_folder(folders().looked_at).path / "previews"
    with suppress(OSError):
        # Where there is no room for it, copying into it reports that.
        folder.mkdir(exist_ok=True)
    return folder


def use_own_folders() -> None:
    """Have all private copies of this process made in Fairlead's own folder, where the next start finds them."""
    use_root(lambda: folders().looked_at)


def sweep_left_behind() -> None:
    """Remove the private copies and unfinished files that killed processes left, never those of a running one."""
    sweep(folders().looked_at)
