"""Receive: choose files that come back, check and preview them in a thread, and take them in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import BadInput, Cancelled, FairleadError
from store.domain.text import count_of, one_line
from store.exchange.encrypted import is_locked
from store.file.sqlite_errors import identity
from store.file.typed import typed_path
from store.queries.history import describe_received
from store.register import ActionResult, Register
from tui.desk.maintenance import back_up_now
from tui.desk.open_register import checked_registers, previews_folder, scratch_folder
from tui.dialogs.checking import wait_for
from tui.dialogs.files import REGISTERS, ask_passphrase, list_folder, start_folder
from tui.dialogs.import_file import TRACKERS, read_tracker
from tui.tables.receive import Received
from widgets.ask import Ask
from widgets.file_form import PATH, FileEntry, FileForm
from widgets.form import FormField

if TYPE_CHECKING:
    from store.exchange.importing.tables import Source
    from store.exchange.merge import IncomingFile
    from store.log.receipts import Receipt
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

Progress = Callable[[int, int], bool]
Show = Callable[[list[Received]], object]

ALL = "*"
"""The name that is all registers of a folder."""


def choose_files(app: RegisterApp, show: Show, show_tracker: Callable[[Source], object]) -> None:
    """Ask for what is received, and show it: a register that comes back, all those of a folder, or a tracker."""
    if app.refuse_read_only():
        return
    if app.register.author is None:
        app.ask_author(lambda: choose_files(app, show, show_tracker))
        return
    field = FormField(PATH, "File", required=True, hint="a register that comes back, or a tracker")
    intro = "Nothing is taken before you have seen what it would change."

    def open_it(values: Values) -> str | None:
        path = typed_path(values[PATH] or "")
        if path.suffix.casefold() in TRACKERS:
            app.call_later(read_tracker, app, path, show_tracker)
            return None
        app.call_later(check, app, files_of(app.register, path), show)
        return None

    def listing(folder: Path) -> list[FileEntry]:
        return list_with_all(app.register, folder)

    app.push_screen(FileForm("Receive", field, start_folder(), (), listing, intro=intro, submit=open_it))


def list_with_all(register: Register, folder: Path) -> list[FileEntry]:
    """What is in a folder, and first all its registers as one line, where there are two or more."""
    above, *entries = list_folder(folder, REGISTERS | TRACKERS, "to receive")
    if (number := len(_registers_in(register, folder))) > 1:
        entry = FileEntry(str(folder / ALL), f"all {number:,} registers in this folder", what="registers")
        return [above, entry, *entries]
    return [above, *entries]


def files_of(register: Register, path: Path) -> list[Path]:
    """The files that a path is of: itself, or all the registers of its folder. Raises BadInput."""
    if path.name != ALL:
        return [path]
    if found := _registers_in(register, path.parent):
        return found
    raise BadInput(PATH, f"There is no register in the folder {path.parent}.")


def _registers_in(register: Register, folder: Path) -> list[Path]:
    """The registers in a folder by their names' endings, without the one that is open."""
    return [
        path
        for path in (Path(entry.path) for entry in list_folder(folder))
        if path.suffix.casefold() in REGISTERS and path.is_file() and not _is_open_here(register, path)
    ]


def _is_open_here(register: Register, path: Path) -> bool:
    return path.exists() and identity(path) == register.file.identity


def check(app: RegisterApp, paths: Sequence[Path], show: Show, locked: frozenset[Path] = frozenset()) -> None:
    """Check files in a thread and preview what each would change, on a copy; then show it.

    For the passphrase of an encrypted one it asks first; `locked` are those of which none was given.
    """
    if closed := [path for path in paths if path not in locked and is_locked(path)]:
        again = partial(check, app, paths, show)
        ask_passphrase(app, closed, lambda: again(locked), lambda: again(locked | {closed[0]}))
        return
    register = app.register

    def work(go_on: Progress) -> list[Received]:
        from store.exchange.merge import open_incoming

        refused: dict[Path, str] = {}
        files: list[IncomingFile] = []
        scratch = scratch_folder()
        for n, path in enumerate(paths):

            def step(done: int, of: int, n: int = n) -> bool:
                return go_on(n * of + done, len(paths) * of)

            try:
                if _is_open_here(register, path):
                    refused[path] = "It is the register that is open here."
                else:
                    files.append(open_incoming(register, path, scratch, step, checked_registers()))
            except FairleadError as error:
                if not go_on(n, len(paths)):
                    raise
                refused[path] = str(error)
        return sorted(
            [*preview(register, files, go_on), *(Received(path, None, why) for path, why in refused.items())],
            key=lambda received: paths.index(received.path),
        )

    what = one_line(paths[0].name, most=60) if len(paths) == 1 else count_of(len(paths), "file")
    wait_for(app, f"Checking {what}", work, show)


def preview(register: Register, files: Sequence[IncomingFile], go_on: Progress) -> list[Received]:
    """Preview checked files on a copy of the register; one that cannot be taken holds up no other."""
    from store.exchange.merge import preview_merge

    refused: dict[Path, str] = {}
    previews = preview_merge(register, files, previews_folder(), go_on, refused)
    return [
        *(Received(one.file.path, one) for one in previews),
        *(Received(path, None, why) for path, why in refused.items()),
    ]


def preview_again(app: RegisterApp, files: Sequence[IncomingFile], then: Show) -> None:
    """Preview fewer of the files that were checked: what one brings may rest on what another brought."""
    wait_for(app, "Comparing", lambda go_on: preview(app.register, files, go_on), then)


def take_files(
    app: RegisterApp, files: Sequence[IncomingFile], same: Sequence[IncomingFile], then: Callable[[], object]
) -> None:
    """Back the register up and take files in, each as one transaction, in a thread with a connection of its own.

    `same` are files that had nothing new: of a round they are noted as back.
    """
    register = app.register
    taken: list[tuple[Receipt, tuple[str, ...]]] = []

    def work(go_on: Progress) -> FairleadError | None:
        from store.exchange.merge import take
        from store.exchange.round import note_return

        own = Register.open(register.path, register.author)
        try:
            back_up_now(own)
            for n, file in enumerate(files):

                def step(done: int, of: int, n: int = n) -> bool:
                    return go_on(n * of + done, len(files) * of)

                receipt, items = take(own, file, step)
                if receipt:
                    taken.append((receipt, items))
                note_return(own, file, receipt)
            for file in same:
                note_return(own, file, None)
        except Cancelled as error:
            # The result of what is stopped is dropped: what was taken before is shown all the same.
            if taken:
                app.call_later(done, error)
            return error
        except FairleadError as error:
            return error
        finally:
            own.close()
        return None

    def done(error: FairleadError | None) -> None:
        if taken:
            items = tuple(dict.fromkeys(item for _, touched in taken for item in touched))
            last = taken[-1][0]
            received = describe_received(app.register.conn, [receipt for receipt, _ in taken])
            app.changed(ActionResult(last.id, received, items, last.taken_by))
            if len(taken) > 1:
                app.show_toast(f"{received}. u takes back one file at a time.")
        if error is not None:
            before = f"{count_of(len(taken), 'file')} taken before: u takes back one at a time. " if taken else ""
            app.push_screen(Ask("It could not be taken", f"{before}{error}", (), leave="back"))
        else:
            then()

    what = one_line(files[0].path.name, most=60) if len(files) == 1 else count_of(len(files), "file")
    wait_for(app, f"Taking {what}", work, done)


def note_same(app: RegisterApp, same: Sequence[IncomingFile]) -> None:
    """Note files that had nothing new as back, where they are of the round."""
    from store.exchange.round import note_return

    leads = [lead for file in same if (lead := note_return(app.register, file, None))]
    back = f" {', '.join(map(one_line, leads))}: noted as back, with nothing new." if leads else ""
    app.show_toast(f"There is nothing to take.{back} esc goes back.")
