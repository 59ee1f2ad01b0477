"""A paper as a file: write it out, and bring its texts home from Word."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.errors import BadInput
from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS
from store.file.atomic import check_destination
from store.file.typed import free_path, typed_path
from store.papers.forms import DEFAULT_FORM, load_form
from store.register import Register
from tui.desk.settings import folders, keep_fonts
from tui.dialogs.checking import wait_for
from tui.dialogs.files import list_folder
from tui.dialogs.paper import form_choices
from tui.tables.paper import PaperPage
from widgets.ask import Answer, Ask
from widgets.file_form import PATH, FileForm
from widgets.form import Form, FormField
from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine

if TYPE_CHECKING:
    from store.papers.docx_read import Reading
    from store.papers.write import WrittenPaper
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


def write_out(app: RegisterApp, page: PaperPage, missing: tuple[str, ...]) -> None:
    """Ask in which form, and where to, a paper is written; what is missing is shown first."""
    if missing:
        lines = "\n".join(f"· {sentence}" for sentence in missing)
        answers = (Answer("w", "write it all the same", "write"),)
        app.push_screen(
            Ask("Missing in the paper", lines, answers, leave="back to the paper"),
            lambda answer: _ask_where(app, page) if answer else None,
        )
    else:
        _ask_where(app, page)


def _ask_where(app: RegisterApp, page: PaperPage) -> None:
    row = page.row
    day = row.date_latest or app.register.today().isoformat()
    form = row.form or DEFAULT_FORM
    marking = max(row.marking or MARKINGS[-1], page.register_marking, key=MARKINGS.index)
    fields = (
        FormField("path", "File", value=str(free_path(Path.home() / f"paper-{day}.docx")), required=True,
                  hint=".docx, .html or .md"),
        FormField("form", "Form", "choice", value=form, choices=form_choices(form), required=True),
        FormField("marking", "At most", "choice", value=marking, choices=tuple((m, m) for m in MARKINGS), required=True,
                  hint="nothing marked higher is in it"),
        FormField("template", "House template", hint="a .docx whose styles, head and foot it takes; Word only"),
        FormField("lead", "Lead", hint="whose page it is, where the form is of one lead"),
    )  # fmt: skip

    def check(values: Values) -> str | None:
        check_destination(_path_of(values), force=False)
        if values["template"] and not typed_path(values["template"], "template").is_file():
            raise BadInput("template", f"There is no file {one_line(values['template'], most=80)}.")
        return None

    def go_on(values: Values | None) -> None:
        if values is not None:
            path = _path_of(values)
            wait_for(app, f"Writing {path.name}", lambda _: _write(app, page, values), lambda done: _written(app, done))

    app.push_screen(Form(f"Write the paper of {row.date}", fields, submit=check, main_field="path"), go_on)


def _path_of(values: Values) -> Path:
    path = typed_path(values["path"] or "")
    if not path.suffix:
        return path.with_name(f"{path.name}.docx")
    from store.papers.write import SUFFIXES

    if path.suffix.casefold() not in SUFFIXES:
        raise BadInput("path", f"A paper is written as {', '.join(SUFFIXES)}: end the name in one of them.")
    return path


def _write(app: RegisterApp, page: PaperPage, values: Values) -> WrittenPaper:
    """In a thread, with a register of its own."""
    from store.papers.write import write_paper

    path = _path_of(values)
    own = Register.open(app.register.path, app.register.author, read_only_reason="writing a paper")
    try:
        keep_fonts()
        return write_paper(
            own,
            page.row.id,
            load_form(values["form"] or DEFAULT_FORM, folders().forms),
            path,
            max_marking=values["marking"] or MARKINGS[-1],
            lead=values["lead"],
            template=typed_path(values["template"], "template") if values["template"] else None,
        )
    finally:
        own.close()


def _written(app: RegisterApp, done: WrittenPaper) -> None:
    app.copy_to_clipboard(str(done.path))
    app.show_toast(f"{done.message} Its path is copied, if this terminal lets programs do so: {done.path}")


# -- texts from Word


def receive_texts(app: RegisterApp, page: PaperPage) -> None:
    """Ask for a Word file of the paper; show what of its texts was edited, and take what is not left out."""
    if app.refuse_read_only():
        return
    if page.document is None:
        app.show_toast(page.problem)
        return
    document = page.document

    def read(path: Path) -> None:
        from store.papers.docx_read import read_docx

        wait_for(
            app, f"Reading {path.name}", lambda _: read_docx(path, document), lambda found: _preview(app, page, found)
        )

    def open_it(values: Values) -> str | None:
        app.call_later(read, typed_path(values[PATH] or ""))
        return None

    field = FormField(PATH, "File", required=True, hint="a .docx that Fairlead wrote of this paper")
    intro = "Only the texts are read, never the numbers; nothing is taken before you have seen it."

    def listed(folder: Path) -> list[object]:
        return [*list_folder(folder, frozenset({".docx"}), "Word")]

    app.push_screen(
        FileForm("Texts from Word", field, Path.home(), [], listed, intro=intro, submit=open_it)  # type: ignore[arg-type]
    )


def _preview(app: RegisterApp, page: PaperPage, found: Reading) -> None:
    """Show the texts that were edited, old and new, and what else is another in the file and is not taken."""
    notes = [*(f"Not taken: {altered}" for altered in found.altered), *found.ignored]
    if not found.taken:
        sentences = ["No text was edited in it.", *notes]
        app.push_screen(Ask("Nothing to take", "\n".join(sentences), (), leave="back"))
        return
    names = {place.section: place.heading for place in page.places}
    lines = tuple(
        PreviewLine(
            str(n), text.publication or "paper", names.get(text.section, text.section), text.before, text.text, "",
            "written here since too" if text.overtaken else "", "",
        )
        for n, text in enumerate(found.taken)
    )  # fmt: skip

    def choose() -> None:
        app.push_screen(Preview("Texts from Word", lines, reason="optional"), on_choice)

    def on_choice(answer: PreviewAccepted | None) -> None:
        if answer is None:
            return
        from store.commands import WriteText

        ids = {code: entity for entity, code in page.codes.items()}
        commands = [
            WriteText(
                paper=page.row.id,
                section=text.section,
                publication=ids.get(text.publication),
                text=text.text,
                reason=answer.reason or None,
            )
            for n, text in enumerate(found.taken)
            if str(n) not in answer.left_out
        ]
        if commands:
            app.do(commands)

    if notes:
        numbers = sum(altered.is_number for altered in found.altered)
        title = f"{numbers} number{'' if numbers == 1 else 's'} altered: not taken" if numbers else "Not taken"
        go_on = Answer("g", "go on to the texts", "go")
        app.push_screen(Ask(title, "\n".join(notes), (go_on,), leave="take nothing"), lambda a: choose() if a else None)
    else:
        choose()
