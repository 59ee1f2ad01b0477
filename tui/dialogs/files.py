"""Dialogs that open another register: open a file, start a register of one's own, save a copy."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import FairleadError, SameFile
from store.domain.text import format_size, one_line
from store.domain.vocabulary import MARKINGS
from store.exchange import handover
from store.exchange.encrypted import is_encrypted, unlock
from store.file.atomic import check_destination
from store.file.header import check_header, read_header
from store.file.sqlite_errors import identity
from store.file.typed import free_path, typed_path
from store.log.manifest import share_manifest
from store.queries.leads import anybody_leads
from tui.desk.author import configured_author
from tui.desk.open_register import (
    Progress,
    check_first,
    fill_with_themes,
    keep_shown,
    new_register,
    notice_of,
    open_register,
    own_of_same_share,
    scratch_folder,
)
from tui.desk.settings import Settings, ensure_folder, folders, is_there, load, update_settings
from tui.dialogs.checking import wait_for
from tui.dialogs.export_terms import marking_field
from tui.recorded_names import with_names
from widgets.ask import Ask
from widgets.file_form import PATH, FileEntry, FileForm
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


def open_file(app: RegisterApp) -> None:
    """Ask for a file and open it: one's own to work in, another's read-only."""
    field = FormField(PATH, "File", required=True, hint="its path, or a part of its name")
    intro = (
        "A register of your own opens to be worked in; any other file is opened read-only, and stays as it is. "
        f"Open now: {_shown(app.register.origin.absolute())}"
    )

    def open_it(values: Values) -> str | None:
        path = _path(values)
        settings, _ = load()
        if settings.is_mine(path):
            return _open_register(app, path)
        if identity(path) == app.register.file.identity:
            raise SameFile(path)
        if not is_encrypted(path):
            check_header(path, read_header(path))
        app.call_later(open_foreign_file, app, path, settings)
        return None

    settings, here = load()[0], app.register.origin.absolute()
    # First what was made of the file that is looked at.
    own = own_of_same_share(app.register, settings) if app.register.read_only_reason else None
    paths = dict.fromkeys(path.absolute() for path in (own, *map(Path, settings.recent)) if path)
    others = [path for path in paths if path != here and is_there(path)]
    recent = [FileEntry(str(path), path.name, str(path.parent)) for path in others]
    app.push_screen(FileForm("Open a file", field, start_folder(), recent, list_folder, intro=intro, submit=open_it))


REGISTERS = frozenset({".fairlead", ".sqlite", ".sqlite3", ".db", ".age"})
"""The endings of the names of registers."""

_MOST_FILES = 2_000


def start_folder() -> Path:
    """The folder that a form lists first: the current one, else the person's own."""
    try:
        return Path.cwd()
    except OSError:
        return Path.home()


def list_folder(folder: Path, suffixes: frozenset[str] = REGISTERS, what: str = "register") -> list[FileEntry]:
    """What is in a folder: the one above it, files of these suffixes, folders, other files; empty where it cannot be
    read. `what` is what such a file is."""
    found: list[tuple[int, str, FileEntry]] = []
    with suppress(OSError, ValueError), os.scandir(folder) as files:
        for file in islice(files, _MOST_FILES):
            with suppress(OSError):
                if file.name.startswith(".") or file.name.endswith("-journal"):
                    continue
                is_folder = file.is_dir()
                is_wanted = not is_folder and Path(file.name).suffix.casefold() in suffixes
                note = what if is_wanted else "folder" if is_folder else ""
                entry = FileEntry(file.path, file.name, what=note)
                found.append((1 if is_folder else 0 if is_wanted else 2, file.name.casefold(), entry))
    above = FileEntry(str(folder.absolute().parent), "..", what="the folder above")
    return [above, *(entry for *_, entry in sorted(found, key=lambda one: one[:2]))]


def open_foreign_file(app: RegisterApp, path: Path, settings: Settings) -> None:
    """Check a file from elsewhere in a thread, behind a dialog that shows how far that is, and show it."""

    def show(checked: Path | None) -> None:
        if problem := _open_register(app, path, checked):
            app.push_screen(Ask("It could not be opened", problem, (), leave="back"))

    def check() -> None:
        wait_for(app, f"Checking {path.name}", lambda go_on: check_first(path, settings, go_on), show)

    if is_encrypted(path):
        ask_passphrase(app, [path], check)
    else:
        check()


def ask_passphrase(
    app: RegisterApp, paths: Sequence[Path], then: Callable[[], object], leave: Callable[[], object] | None = None
) -> None:
    """Ask for the passphrase of the first of these encrypted files, decrypt those that it opens, and go on.

    `leave` is called where it is not given.
    """
    first = paths[0]

    def decrypt(passphrase: str, go_on: Progress) -> None:
        unlock(first, passphrase, scratch_folder())
        for n, path in enumerate(paths[1:], 1):
            if not go_on(n, len(paths)):
                return
            with suppress(FairleadError):
                unlock(path, passphrase, scratch_folder())

    def try_passphrase(values: Values) -> str | None:
        passphrase = values["passphrase"] or ""
        work = partial(decrypt, passphrase)
        app.call_later(wait_for, app, f"Decrypting {first.name}", work, lambda _: then())
        return None

    def answered(values: Values | None) -> None:
        if values is None and leave is not None:
            leave()

    field = FormField("passphrase", "Passphrase", "secret", required=True)
    form = Form(f"{first.name} is encrypted", (field,), submit=try_passphrase, main_field="passphrase")
    app.push_screen(form, answered)


def _open_register(app: RegisterApp, path: Path, checked: Path | None = None, *, is_copy: bool = False) -> str | None:
    settings, _ = load()
    try:
        if identity(path) == app.register.file.identity:
            raise SameFile(path)
        register = open_register(path, settings, configured_author(settings), checked=checked)
    except FairleadError as error:
        return str(error)
    own = {} if register.read_only_reason else {"last_register": str(path.absolute())}
    app.settings = update_settings(opened=path, **own)
    app.call_later(partial(app.switch_register, register, notice_of(path, register), is_copy=is_copy))
    return None


def new_file(app: RegisterApp) -> None:
    """Ask for a path, and start an empty register with the six themes."""
    from store.commands import DescribeRegister

    fields = (
        FormField("title", "Title", value="Improvement register", required=True),
        FormField("path", "File", value=str(free_path(folders().own_register)), required=True),
    )

    def save(values: Values) -> str | None:
        path = _path(values)
        if path.parent == folders().data:
            ensure_folder(path.parent)
        new_register(path, fill_with_themes)
        problem = _open_register(app, path)
        if problem is None:
            app.call_later(app.do, [DescribeRegister(values={"title": values["title"], "marking": "OFFICIAL"})])
        return problem

    intro = "It begins empty; a adds the first publication."
    app.push_screen(Form("Start a register of one's own", fields, intro=intro, submit=save, main_field=PATH))


def save_copy(app: RegisterApp) -> None:
    """Ask for a path, and save a copy of the register that is open read-only, to work in."""
    if not app.register.read_only_reason:
        app.show_toast("This register is yours: there is nothing to keep.")
        return

    register = app.register
    name = register.origin.stem
    fields = (FormField("path", "File", value=str(free_path(folders().data / f"{name}.fairlead")), required=True),)

    def save(values: Values) -> str | None:
        path = _path(values)
        ensure_folder(folders().data)
        check_destination(path, force=False)
        app.call_later(wait_for, app, f"Keeping a copy of {name}", partial(keep, path), opened)
        return None

    def keep(path: Path, go_on: Progress) -> Path:
        return keep_shown(register, path, load()[0], go_on)

    def opened(copy: Path) -> None:
        if problem := _open_register(app, copy, is_copy=True):
            app.push_screen(Ask("It could not be opened", problem, (), leave="back"))
        else:
            app.call_later(show_what_is_next, app)

    intro = "Theirs stays as it is; the copy is yours to work in."
    if there := own_of_same_share(register, load()[0]):
        intro = f"You have made one from this file already: {one_line(there.name, most=60)}. esc, then ctrl+o, opens it; this makes another."
    app.push_screen(Form("Save as my own register", fields, intro=intro, submit=save, main_field=PATH))


def show_what_is_next(app: RegisterApp) -> None:
    """Show whoever saved a copy as their own where what they do next is: it asks nothing, so no key typed ahead is lost."""
    conn = app.register.conn
    goes_back = "6 writes what you change to a file to send back. " if share_manifest(conn) is not None else ""
    takes_over = "To take items over from somebody: 6, then h." if anybody_leads(conn) else ""
    where = _shown(app.register.path)
    app.show_toast(f"This copy is yours to work in. {goes_back}{takes_over} It is {where}".replace("  ", " "))


def _shown(path: Path) -> str:
    """A path as a sentence has it: from the person's own folder, where it is in that."""
    home = Path.home()
    return one_line(str(Path("~") / path.relative_to(home) if path.is_relative_to(home) else path), most=200)


def _path(values: Values) -> Path:
    """The path that was typed. Raises BadInput."""
    return typed_path(values["path"] or "")


def write_handover_page(app: RegisterApp) -> None:
    """Ask for a lead and a path, and write the lead's hand-over page."""
    acts_for = app.settings.acts_for[0] if len(app.settings.acts_for) == 1 else None
    fields = (
        FormField("lead", "Lead", value=acts_for, required=True, hint="whose items: C3"),
        FormField("path", "File", value=str(free_path(folders().own_register.with_name("handover.md"))), required=True),
        marking_field(),
    )
    sentences: list[str] = []

    def save(values: Values) -> str | None:
        register = app.register
        page = handover.hand_over_at_most(register, values["lead"] or "", values["marking"] or MARKINGS[-1])
        done = handover.save(page, _path(values))
        sentences[:] = [
            f"{done.path} is written, {format_size(done.size)}. SHA-256 {done.sha256[:16]}…",
            *done.messages,
        ]
        return None

    intro = (
        "In Markdown: the open items with their newest notes, what was replied, promised and sent, and who else leads."
    )
    app.push_screen(
        Form("A lead's hand-over page", with_names(app.register, fields), intro=intro, submit=save, main_field=PATH),
        lambda values: app.show_toast(" ".join(sentences)) if values is not None else None,
    )
