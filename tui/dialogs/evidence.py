"""Evidence files in the app: cite one on a note, list citations, attach and open files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from store.domain.errors import BadInput, FairleadError
from store.domain.text import format_size, one_line
from store.domain.vocabulary import NoteKind
from store.queries.describe import describe_citation, format_line
from store.queries.evidence import CitedFile, check_limit, extract_attachment, find_file, limit_of, read_file, safe_name
from store.queries.item_detail import item_detail
from store.queries.rows import EntityRow, ItemDetail, format_text
from store.register import ActionResult
from tui.background import Cancelled, read_in_background, work_in_background
from tui.desk.open_register import scratch_folder
from tui.dialogs.fields import form_field, form_fields
from widgets.ask import Answer, Ask
from widgets.form import Form, FormField
from widgets.picker import Picker, PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

OPENED = (
    *(".pdf", ".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".rtf", ".txt", ".csv", ".md", ".eml", ".msg"),
    *(".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp"),
)
"""Suffixes of files that may be opened with the system's program: documents that execute nothing."""

_LONG = 50_000_000
"""Bytes of a file from which on a toast announces that it is being read."""

_started: list[subprocess.Popen[bytes]] = []


def cite_evidence(app: RegisterApp, ref: str, note: EntityRow) -> None:
    """Cite a file on a note of the item (or publication) `ref`; attached only on request, after its size is shown."""
    if app.refuse_read_only():
        return
    if app.register.author is None:
        app.ask_author(lambda: cite_evidence(app, ref, note))
        return

    app.prepare_to_write()
    key = f"cite {note.id}"
    limit = format_size(limit_of(app.register.conn))
    fields = (
        FormField("file", "File", required=True, hint="its path on this machine, or only its name"),
        form_field("citation", "reference"),
        form_field("citation", "marking", note.fields["marking"]),
        FormField("keep", "Keep it inside", "yes-no", "no", required=True, hint=f"{limit} at the most"),
    )
    found: list[CitedFile] = []

    def check(values: Values) -> str | None:
        found[:] = _find_cited(app, values)
        return None

    def go_on(values: Values | None) -> None:
        if values is not None:
            about: dict[str, Any] = {name: values[name] for name in ("reference", "marking")}
            _ask_to_embed(app, key, {"note": note.id} | about, found[0], values["keep"] == "yes")

    title, text = f"Cite evidence on {ref}", one_line(format_text(note), most=100)
    form = Form(
        title,
        fields,
        intro=f"On the note: {text}",
        **app.draft_arguments(key, title),
        submit=check,
        main_field="file",
    )
    app.push_screen(form, go_on)


def _find_cited(app: RegisterApp, values: Values) -> list[CitedFile]:
    """Find the file that was named, without reading it; for a name alone size is 0 and path "". Raises BadInput."""
    text = (values["file"] or "").strip().strip('"')
    path = find_file(text)
    if path is None:
        if values["keep"] == "yes":
            raise BadInput("file", f"There is no file {text} here to be kept inside. Give its path.")
        return [CitedFile(text, "", 0)]
    cited = read_file(path, hashed=False)
    if values["keep"] == "yes":
        check_limit(app.register.conn, cited.name, cited.size)
    return [cited]


def _ask_to_embed(app: RegisterApp, key: str, about: dict[str, Any], cited: CitedFile, embed: bool) -> None:
    """Show the size of a file before it is attached; then read it in a worker, and cite it."""
    if not embed:
        _read_and_cite(app, key, about, cited, embed=False)
        return

    def on_choice(answer: str | None) -> None:
        if answer:
            _read_and_cite(app, key, about, cited, embed=answer == "keep")

    sentence = (
        f"{cited.name} has {format_size(cited.size)}. The register, its backups and every share of this item grow by as much, "
        "and whoever gets one can read it. Taking it back later leaves the bytes in this file."
    )
    answers = (Answer("k", "keep it inside", "keep"), Answer("c", "only cite it", "cite"))
    app.push_screen(Ask("Keep the file inside?", sentence, answers), on_choice)


def _read_and_cite(app: RegisterApp, key: str, about: dict[str, Any], cited: CitedFile, *, embed: bool) -> None:
    def cite(read: CitedFile) -> None:
        from store.commands import CiteEvidence

        facts: dict[str, Any] = {"name": read.name, "where": read.where or None}
        if read.where:
            facts |= {"size": read.size, "sha256": read.sha256, "content": read.content}
        app.do([CiteEvidence.model_validate(about | facts)], then=lambda _: app.drafts.delete(key))

    if cited.where:
        _read(app, cited, embed, cite)
    else:
        cite(cited)


def _read(app: RegisterApp, cited: CitedFile, embed: bool, then: Callable[[CitedFile], None]) -> None:
    """Read a file in a worker, and pass it to `then`."""
    path = Path(cited.where)

    def work(cancelled: Cancelled) -> CitedFile:
        return read_file(path, keep=embed, go_on=lambda: not cancelled())

    if cited.size > _LONG:
        app.show_toast(f"Reading {cited.name} …")
    work_in_background(app, work, then, group="evidence", exclusive=False)


def add_evidence(app: RegisterApp, detail: ItemDetail) -> None:
    """Cite a file on a note of the item that is chosen, or on a new one."""
    if app.refuse_read_only():
        return
    ref = detail.row.ref

    def note_first() -> None:
        from store.commands import AddNote

        def build(values: Values) -> list[Command]:
            given = {name: value for name, value in values.items() if value is not None}
            return [AddNote.model_validate(given | {"items": (detail.row.id,)})]

        def cite(done: ActionResult) -> None:
            added = item_detail(app.register.conn, detail.row.id)
            if added and (note := next((note for note in added.notes if note.id == done.created), None)):
                cite_evidence(app, ref, note)

        fields = form_fields("note", {"kind": NoteKind.EVIDENCE})
        title = f"An evidence note on {ref}; its file is asked for next"
        app.open_form(f"evidence {detail.row.id}", title, fields, build, first_focus="text", then=cite)

    if not detail.notes:
        note_first()
        return
    options = [PickOption("new", "On a new note")]
    options += [
        PickOption(n.id, f"{n.fields['dated'] or ''}  {one_line(format_text(n), most=70)}") for n in detail.notes
    ]

    def on_choice(key: str | None) -> None:
        if key == "new":
            note_first()
        elif key is not None:
            cite_evidence(app, ref, next(note for note in detail.notes if note.id == key))

    app.push_screen(Picker(f"Cite a file on which note of {ref}?", tuple(options)), on_choice)


def show_evidence(app: RegisterApp, detail: ItemDetail) -> None:
    """List the evidence files that an item's notes cite, and offer to add one; the one chosen can be opened, attached or
    withdrawn."""

    def line(citation: EntityRow) -> str:
        return format_line(describe_citation(citation))

    add = () if app.register.read_only_reason else (PickOption("add", "Add an evidence file…"),)
    cited = tuple(PickOption(citation.id, one_line(line(citation), most=200)) for citation in detail.citations)

    def on_choice(chosen: str | None) -> None:
        if chosen == "add":
            add_evidence(app, detail)
        elif chosen is not None:
            _ask_about_citation(app, detail.row.ref, next(c for c in detail.citations if c.id == chosen), line)

    none = None if cited else "No note of this item cites a file."
    app.push_screen(Picker(f"Evidence files of {detail.row.ref}", (*cited, *add), intro=none, empty=""), on_choice)


def _ask_about_citation(app: RegisterApp, ref: str, citation: EntityRow, line: Callable[[EntityRow], str]) -> None:
    fields = citation.fields
    answers = [Answer("o", "open it", "open")] if fields["embedded"] and fields["kept"] else []
    if not app.register.read_only_reason and not fields["left_out"]:
        if fields["place"] and not (fields["embedded"] and fields["kept"]):
            answers.append(Answer("k", "keep it inside", "keep"))
        answers.append(Answer("w", "withdraw it", "withdraw"))
    digest = f" SHA-256 {fields['sha256']}." if fields["sha256"] else ""

    def on_choice(answer: str | None) -> None:
        if answer == "open":
            open_attachment(app, citation)
        elif answer == "keep":
            _embed(app, citation)
        elif answer == "withdraw":
            from store.commands import Withdraw

            app.do([Withdraw(kind="citation", entity=citation.id)])

    app.push_screen(Ask(f"An evidence file of {ref}", f"{line(citation)}.{digest}", tuple(answers)), on_choice)


def _embed(app: RegisterApp, citation: EntityRow) -> None:
    """Attach a file that is cited already, from its location."""
    try:
        cited = read_file(Path(str(citation.fields["place"])), hashed=False)
        check_limit(app.register.conn, cited.name, cited.size)
    except FairleadError as error:
        app.show_error(error)
        return

    def embed(read: CitedFile) -> None:
        from store.commands import EmbedEvidence

        commands: list[Command] = [EmbedEvidence.model_validate({"citation": citation.id, "content": read.content})]
        app.do(commands)

    def on_choice(answer: str | None) -> None:
        if answer:
            _read(app, cited, True, embed)

    sentence = f"{cited.name} has {format_size(cited.size)}. The register, its backups and its shares grow by as much."
    app.push_screen(Ask("Keep the file inside?", sentence, (Answer("k", "keep it inside", "keep"),)), on_choice)


def open_attachment(app: RegisterApp, citation: EntityRow) -> None:
    """Write an attachment to a private folder, removed at exit, and open it with the system's program."""
    name = safe_name(str(citation.fields["name"] or ""))
    if PurePath(name).suffix.casefold() not in OPENED:
        app.show_toast(
            f"{name} is not opened from here: what it would do is not known. Take it out with: fairlead evidence"
        )
        return
    read_in_background(
        app,
        lambda conn: extract_attachment(conn, citation, scratch_folder()),
        lambda out: _opened(app, out),
        group="evidence",
        exclusive=False,
    )


def _opened(app: RegisterApp, path: Path) -> None:
    if open_with_system(path):
        app.show_toast(
            f"{path.name} is open as a private copy, gone when Fairlead ends: what you change in it is not kept."
        )
    else:
        app.show_toast(f"This system names no program to open it. Until Fairlead ends it lies at {path}")


def open_with_system(path: Path) -> bool:
    """Open a file with the program that the system has for it; False where there is none."""
    if sys.platform == "win32":
        try:
            os.startfile(path)
        except OSError:
            return False
        return True
    opener = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if opener is None:
        return False
    _started[:] = [process for process in _started if process.poll() is None]
    quiet = subprocess.DEVNULL
    _started.append(subprocess.Popen([opener, str(path)], stdin=quiet, stdout=quiet, stderr=quiet))
    return True
