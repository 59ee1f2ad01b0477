"""Send a round: a folder and a day, then the leads with their files, previewed; and the files are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.dates import format_date, format_short_date
from store.domain.errors import FolderMissing
from store.domain.text import count_of, one_line
from store.domain.vocabulary import MARKINGS
from store.exchange.encrypted import came_encrypted
from store.exchange.redaction import Terms
from store.exchange.round import Round, due_day, file_name, leads_to_send, make_folder, running_round, send_round
from store.file.typed import typed_path
from store.register import Register
from tui.dialogs.checking import wait_for
from tui.dialogs.export_terms import check_clear, clear_field, marking_field, passphrase_fields, passphrase_from
from widgets.form import Form, FormField
from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

Progress = Callable[[int, int], bool]

DUE_AFTER = timedelta(days=14)
"""After how many days a file is due back, unless another day is given."""


@dataclass(frozen=True, slots=True)
class _Sending:
    """What was chosen of a round: where to, by when, and on what terms."""

    folder: Path
    due: date
    terms: Terms
    passphrase: str | None


def ask_for_round(app: RegisterApp, then: Callable[[Round], object]) -> None:
    """Ask for a folder, a day and a marking; preview the leads with their files, and write those not left out."""
    if app.refuse_read_only():
        return
    register = app.register
    leads = leads_to_send(register.conn)
    if not leads:
        app.show_toast("Nobody leads on anything that is open: there is nobody to send to.")
        return
    today = register.today()
    fields = (
        FormField("folder", "Folder", value=str(Path.home() / f"round-{today.isoformat()}"), required=True),
        FormField("due", "Back by", "date", value=format_date(today + DUE_AFTER), required=True),
        marking_field(),
        *passphrase_fields("one for all; none, and they can be read by anybody"),
        *clear_field(came_encrypted=came_encrypted(register.conn)),
    )
    chosen: list[_Sending] = []

    def save(values: Values) -> str | None:
        folder = typed_path(values["folder"] or "", "folder")
        if not folder.parent.is_dir():
            raise FolderMissing(folder.parent)
        passphrase = passphrase_from(values)
        check_clear(values, passphrase)
        due, terms = due_day(values["due"] or "", today), Terms(values["marking"] or MARKINGS[-1])
        chosen[:] = [_Sending(folder, due, terms, passphrase)]
        return None

    def preview(values: Values | None) -> None:
        if values is None:
            return
        sending = chosen[0]
        encrypted, most = sending.passphrase is not None, sending.terms.max_marking
        note = "" if most == MARKINGS[-1] else f"{most} at most"
        lines = [
            PreviewLine(lead, lead, count_of(number, "item"), "", file_name(lead, today, encrypted=encrypted), "", note)
            for lead, number in leads
        ]
        due = f"due back on {format_short_date(sending.due)}"
        summary = f"A file and a text to mail for each, in {sending.folder}; {due}."
        dialog = Preview(
            "Send each lead their items",
            lines,
            summary=summary,
            verb="write them",
            outcome="will be written",
            labels=("Lead", "File"),
        )
        app.push_screen(dialog, lambda answer: _send(app, sending, leads, answer, then))

    intro = "Each lead gets a file of their items, parts and history with them."
    if (running := running_round(register)) is not None:
        intro += f" It takes the place of another round. {running.describe(0)}."
    app.push_screen(Form("Send each lead their items", fields, intro=intro, submit=save, today=today), preview)


def _send(
    app: RegisterApp,
    sending: _Sending,
    leads: list[tuple[str, int]],
    answer: PreviewAccepted | None,
    then: Callable[[Round], object],
) -> None:
    if answer is None:
        return
    register, wanted = app.register, [lead for lead, _ in leads if lead not in answer.left_out]

    def work(go_on: Progress) -> Round:
        make_folder(sending.folder)
        own = Register.open(register.path, register.author)
        try:
            return send_round(
                own,
                sending.folder,
                wanted,
                sending.due,
                terms=sending.terms,
                passphrase=sending.passphrase,
                # The form asked for it.
                in_the_clear=True,
                progress=go_on,
            )
        finally:
            own.close()

    def done(made: Round) -> None:
        app.copy_to_clipboard(str(sending.folder))
        app.note_version()
        app.refresh_screens()
        app.show_toast(
            f"{count_of(len(made.files), 'file')} written to {one_line(str(sending.folder))}, a text to mail beside each."
        )
        then(made)

    wait_for(app, f"Writing {count_of(len(wanted), 'file')}", work, done)
