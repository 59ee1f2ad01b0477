"""Checking a paper: asks which, reads and checks it in a thread, and keeps why a finding is no fault."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import FairleadError
from store.domain.text import one_line
from store.file.typed import typed_path
from store.papers.checking.check import SUFFIXES, accepted_findings, check_page, paper_of, read_paper_file
from store.papers.checking.register_check import check_register
from store.papers.forms import readable_forms
from store.queries.papers import PaperRow, paper, papers
from store.register import Register
from tui.check_words import PAPERS
from tui.desk.settings import folders, load, update_settings
from tui.dialogs.checking import Progress, wait_for
from tui.dialogs.files import list_folder, start_folder
from widgets.file_form import PATH, FileEntry, FileForm
from widgets.form import FormField

if TYPE_CHECKING:
    from store.commands.base import Command
    from store.papers.checking.check import Checked
    from store.papers.checking.findings import Finding
    from store.papers.checking.pages import Page
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

NO_FILE = "*"
"""The name that is the register itself, and no file."""


@dataclass(frozen=True, slots=True)
class CheckedPaper:
    """What was checked: a file as read, or with no page the register itself; which paper that is, and what was found."""

    name: str
    page: Page | None
    paper: PaperRow | None
    found: Checked
    path: Path | None = None
    """The file; None for the register itself."""
    stamp: tuple[int, int] | None = None
    """When the file was last written, and its size, as it was read."""
    against: tuple[object, ...] = ()
    """The register that it was checked against, as it was then."""
    cursor: str = ""
    """The row that the cursor was on when the findings were left."""


def as_it_is(app: RegisterApp) -> tuple[object, ...]:
    """The register, its newest change and its day: by this it is known whether a check is still of it."""
    return app.register.path, app.register.newest(), app.register.today()


def stamp_of(path: Path) -> tuple[int, int] | None:
    """When a file was last written, and its size; None where that cannot be read."""
    with suppress(OSError):
        found = path.stat()
        return found.st_mtime_ns, found.st_size
    return None


def left_last(app: RegisterApp, path: Path | None, shown: str | None) -> CheckedPaper | None:
    """The check that was left last, where it is of this file (None for the register itself) and of the paper `shown`, and
    neither the file nor the register changed since."""
    last: CheckedPaper | None = app.last_check
    if last is None or last.path != path or last.against != as_it_is(app):
        return None
    is_other = shown is not None and last.paper is not None and last.paper.id != shown
    is_same = path is None or stamp_of(path) == last.stamp
    return last if is_same and not is_other else None


def choose_paper(app: RegisterApp, shown: str | None, show: Callable[[CheckedPaper], object]) -> None:
    """Ask for a paper to check, the one checked last first, and show what is found: as it was left, if nothing changed.

    `shown` is the id of the paper that it is unless its date names another, None for the newest."""

    def open_it(values: Values) -> str | None:
        path = typed_path(values[PATH] or "")
        is_register = path.name == NO_FILE
        if not is_register and path.suffix.casefold() not in SUFFIXES:
            # It is refused, in the words of the command line.
            read_paper_file(path)
        if left := left_last(app, None if is_register else path.absolute(), shown):
            app.call_later(show, left)
        elif is_register:
            app.call_later(
                wait_for, app, "Checking the register", lambda go_on: _check(app, None, "", shown, go_on), show
            )
        else:
            app.call_later(check_file, app, path, shown, show)
        return None

    def listing(folder: Path) -> list[FileEntry]:
        above, *entries = list_folder(folder, frozenset(SUFFIXES), "to check")
        papers = [entry for entry in entries if entry.what == "to check"]
        return [above, *papers, _no_file(folder, "register"), *(entry for entry in entries if entry.what != "to check")]

    field = FormField(PATH, "File", required=True, hint=f"{PAPERS}, or its folder")
    intro = "It is checked line by line, against the register and against itself; nothing is altered by that."
    folder, recent = start_folder(), list[FileEntry]()
    last: CheckedPaper | None = app.last_check
    is_here = last is not None and last.against[0] == app.register.path
    if last is not None and is_here and last.path is None:
        recent = [_no_file(folder, _what(app, None, shown))]
    elif path := load()[0].checked_last(app.register.origin):
        folder = path.parent
        recent = [FileEntry(str(path), path.name, str(path.parent), _what(app, path, shown))]
    app.push_screen(FileForm("Check a paper", field, folder, recent, listing, intro=intro, submit=open_it))


def _no_file(folder: Path, what: str) -> FileEntry:
    return FileEntry(str(folder / NO_FILE), "no file: the register against itself and its papers", what=what)


def _what(app: RegisterApp, path: Path | None, shown: str | None) -> str:
    """What the entry of what was checked last leads to."""
    return "as you left it" if left_last(app, path, shown) else "checked last"


def check_file(app: RegisterApp, path: Path, shown: str | None, show: Callable[[CheckedPaper], object]) -> None:
    """Read and check a file in a thread, behind how far that is; then show what was found."""
    name = one_line(path.name, most=60)

    def work(go_on: Progress) -> CheckedPaper:
        stamp = stamp_of(path)
        found = _check(app, read_paper_file(path), name, shown, go_on)
        # Where the settings cannot be written, the paper was checked all the same.
        with suppress(FairleadError):
            update_settings(checked=(app.register.origin, path))
        return replace(found, path=path.absolute(), stamp=stamp)

    wait_for(app, f"Checking {name}", work, show)


def check_again(app: RegisterApp, checked: CheckedPaper, go_on: Progress) -> CheckedPaper:
    """Check what was read against the register as it is now; for a thread."""
    again = _check(app, checked.page, checked.name, checked.paper.id if checked.paper else None, go_on)
    return replace(again, path=checked.path, stamp=checked.stamp)


def _check(
    app: RegisterApp, page: Page | None, name: str, shown: str | None, go_on: Progress | None = None
) -> CheckedPaper:
    """Check in a thread, with a register of its own."""
    own = Register.open(app.register.path, app.register.author, read_only_reason="checking a paper")
    try:
        against = (app.register.path, own.newest(), own.today())
        entity = paper_of(own, page, shown)
        found = (
            check_register(own, go_on)
            if page is None
            else check_page(own, page, entity, readable_forms(folders().forms), go_on)
        )
        row = paper(own.conn, entity) if entity else None
        return CheckedPaper(name or "the register", page, row, found, against=against)
    finally:
        own.close()


# -- what is no fault


def accept(app: RegisterApp, checked: CheckedPaper, finding: Finding) -> None:
    """Ask why a finding is no fault, and keep that with the paper; one that was accepted is a fault again."""
    if app.refuse_read_only():
        return
    if checked.paper is None:
        app.show_toast("There is no paper in this register to keep that with: a on screen 5 adds one.")
        return
    entity = checked.paper.id

    def commands(why: str) -> Sequence[Command]:
        from store.commands import AcceptFinding

        return [AcceptFinding(paper=entity, finding=finding.key, why=why)]

    if finding.key in checked.found.accepted:
        app.do(commands(""), then=lambda _: app.show_toast("It is a fault again. u takes that back."))
        return
    field = FormField("why", "Because", required=True, hint="one line; whoever checks it next reads it")
    app.open_form(
        f"not a fault {finding.key}",
        "Not a fault",
        (field,),
        lambda values: commands(values["why"] or ""),
        first_focus="why",
        intro=one_line(finding.message, most=300),
        describe_saved=lambda _: "Kept as no fault with the paper.",
    )


def with_accepted(register: Register, checked: CheckedPaper) -> CheckedPaper:
    """What was checked, with what the register has now as no fault."""
    of = (
        [row.id for row in papers(register.conn)]
        if checked.page is None
        else [checked.paper.id]
        if checked.paper
        else []
    )
    accepted: dict[str, str] = {}
    for entity in of:
        accepted |= accepted_findings(register, entity)
    return replace(checked, found=replace(checked.found, accepted=accepted))
