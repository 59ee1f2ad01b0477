"""Import a tracker: choose its file, read it in a thread, and take what its preview shows as one action."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import FairleadError
from store.domain.text import count_of, one_line
from store.domain.vocabulary import PartyKind
from store.file.typed import typed_path
from store.register import ActionResult, Register
from tui.dialogs.checking import wait_for
from tui.dialogs.files import list_folder, start_folder
from widgets.ask import Answer, Ask
from widgets.file_form import PATH, FileForm
from widgets.form import FormField
from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine

if TYPE_CHECKING:
    from store.exchange.importing.plan import ImportPlan
    from store.exchange.importing.tables import Source
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

Progress = Callable[[int, int], bool]

TRACKERS = frozenset({".csv", ".tsv", ".txt", ".xlsx", ".json"})
"""The endings of the names of trackers."""


def choose_tracker(app: RegisterApp, show: Callable[[Source], object]) -> None:
    """Ask for a file to import, read it, and show what it holds."""
    if app.refuse_read_only():
        return
    if app.register.author is None:
        app.ask_author(lambda: choose_tracker(app, show))
        return
    field = FormField(PATH, "File", required=True, hint="a spreadsheet, CSV or JSON file")
    intro = "Nothing is taken before you have seen what each row will become."

    def open_it(values: Values) -> str | None:
        path = typed_path(values[PATH] or "")
        app.call_later(read_tracker, app, path, show)
        return None

    listing = partial(list_folder, suffixes=TRACKERS, what="tracker")
    app.push_screen(FileForm("Import a tracker", field, start_folder(), (), listing, intro=intro, submit=open_it))


def read_tracker(app: RegisterApp, path: Path, show: Callable[[Source], object]) -> None:
    """Read a file in a thread, behind a dialog with its progress, and show what it holds."""

    def read(go_on: Progress) -> Source:
        from store.exchange.importing.read import read_source

        return read_source(path, go_on)

    wait_for(app, f"Reading {one_line(path.name, most=60)}", read, show)


def preview_import(app: RegisterApp, plan: ImportPlan, then: Callable[[ActionResult], None]) -> None:
    """Preview a plan whose rows were checked, and take those that are not left out as one action."""
    lines = _lines(plan)
    rows = count_of(len(plan.rows), "row")
    summary = f"{rows} in {one_line(plan.source.name, most=60)}; one undo takes all of it back."

    def on_choice(answer: PreviewAccepted | None) -> None:
        if answer is None:
            return
        plan.rows = [row for row in plan.rows if str(row.number) not in answer.left_out]
        if plan.new_names:
            _ask_kinds(app, plan, lambda: _take(app, plan, then))
        else:
            _take(app, plan, then)

    app.push_screen(Preview("Import", lines, summary=summary, verb="take them"), on_choice)


def _lines(plan: ImportPlan) -> tuple[PreviewLine, ...]:
    """A line for each row that changes something or is refused; what is here already has none."""
    lines = []
    for row in plan.rows:
        note = "; ".join(f"{p.address}: {p.sentence}" if p.address else p.sentence for p in row.problems)
        if row.matched and "alike" in row.matched:
            note = "; ".join(filter(None, (f"matched {row.matched}", note)))
        if row.outcome == "new":
            lines.append(PreviewLine(str(row.number), row.reference, "new", "", row.title, "", note))
        elif row.outcome == "refused":
            lines.append(
                PreviewLine(str(row.number), row.reference, f"row {row.number}", "", "", row.refused, "", row.title)
            )
        elif row.changes:
            what, now, new = (
                "; ".join(dict.fromkeys(filter(None, (getattr(change, name) for change in row.changes))))
                for name in ("what", "now", "new")
            )
            lines.append(PreviewLine(str(row.number), row.reference, what, now, new, "", note, row.title))
    return tuple(lines)


def _ask_kinds(app: RegisterApp, plan: ImportPlan, then: Callable[[], None]) -> None:
    """Ask once what the new names among the leads are."""
    names = "; ".join(one_line(name, most=40) for name in plan.new_names[:8])
    more = f" and {len(plan.new_names) - 8} more" if len(plan.new_names) > 8 else ""
    sentence = f"{count_of(len(plan.new_names), 'name')} new here as leads: {names}{more}."
    answers = (Answer("u", "units", "unit"), Answer("p", "persons", "person"), Answer("b", "bodies", "body"))

    def answered(kind: str | None) -> None:
        if kind is not None:
            app.register.party_kinds = {**app.register.party_kinds, "": PartyKind(kind)}
            then()

    app.push_screen(Ask("What are they?", sentence, answers, leave="take nothing"), answered)


def _take(app: RegisterApp, plan: ImportPlan, then: Callable[[ActionResult], None]) -> None:
    """Take a plan in a thread, with a connection of its own and its progress shown."""
    register, commands, seen = app.register, plan.commands(), app.register.newest()

    def work(go_on: Progress) -> ActionResult:
        own = Register.open(register.path, register.author)
        own.party_kinds = register.party_kinds
        try:
            return own.do_all(commands, seen=seen, go_on=go_on)
        finally:
            own.close()

    def done(result: ActionResult) -> None:
        register.party_kinds = {name: kind for name, kind in register.party_kinds.items() if name}
        # First away from the screen of the import, which would compare every row with what is here now.
        then(result)
        app.changed(result)

    wait_for(app, f"Taking {one_line(plan.source.name, most=60)}", work, done)


def keep_choices(app: RegisterApp, text: str, proposed: Path) -> None:
    """Ask for a file, and keep the choices of an import in it."""
    from store.file.atomic import write_whole
    from widgets.form import Form

    fields = (FormField(PATH, "File", value=str(proposed), required=True),)

    def save(values: Values) -> str | None:
        path = typed_path(values[PATH] or "")
        try:
            write_whole(path, [text.encode()], force=False)
        except FairleadError as error:
            raise error.at(PATH) from None
        return None

    intro = "Which column is what, and what each word is here: for the next edition of the file."
    app.push_screen(
        Form("Keep these choices", fields, intro=intro, submit=save, main_field=PATH),
        lambda values: app.show_toast(f"Kept: {values[PATH]}") if values is not None else None,
    )
