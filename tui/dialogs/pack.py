"""The pack of evidence in the app: write it, and record it as sent."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.vocabulary import MARKINGS
from store.file.atomic import check_destination
from store.file.typed import free_path, typed_path
from store.queries.rows import ItemDetail
from store.register import Register
from tui.dialogs.checking import wait_for
from tui.dialogs.replies import send
from tui.dialogs.selection import Selection
from widgets.ask import Answer, Ask
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from store.exchange.export import Exported
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_ASKS = (("closure", "Closure"), ("view", "A view"))


def ask_for_pack(app: RegisterApp, detail: ItemDetail) -> None:
    """Ask where the pack of an item goes and how high it may be marked; then show what it holds, and write it."""
    ref = detail.row.ref
    proposed = free_path(Path.home() / f"{ref} evidence.zip")
    fields = (
        FormField("path", "File", value=str(proposed), required=True, hint="a zip"),
        FormField("asks", "Asking for", "choice", value="closure", choices=_ASKS, required=True),
        FormField(
            "marking", "At most", "choice", value=MARKINGS[-1], choices=tuple((m, m) for m in MARKINGS), required=True,
            hint="nothing marked higher goes in",
        ),
    )  # fmt: skip

    def check(values: Values) -> str | None:
        check_destination(_path_of(values), force=False)
        return None

    def go_on(values: Values | None) -> None:
        if values is not None:
            _preview(app, detail, values)

    intro = "A cover sheet in Word, an index of what is cited, and the files that are kept inside."
    app.push_screen(Form(f"The pack of evidence on {ref}", fields, intro=intro, submit=check, main_field="path"), go_on)


def _path_of(values: Values) -> Path:
    path = typed_path(values["path"] or "")
    return path if path.suffix.casefold() == ".zip" else path.with_name(f"{path.name}.zip")


def _preview(app: RegisterApp, detail: ItemDetail, values: Values) -> None:
    """Show what the pack will hold, and what not; then write it where that is meant."""
    from store.papers.pack import Pack, preview_pack, write_pack

    terms = {"asks": values["asks"] or "closure", "max_marking": values["marking"] or MARKINGS[-1]}
    path, item = _path_of(values), detail.row.id

    def ask(pack: Pack) -> None:
        lines = [f"{pack.describe()[:1].upper()}{pack.describe()[1:]}.", *pack.messages]
        question = Ask(
            f"{path.name} will hold", "\n".join(lines), (Answer("w", "write it", "write"),), leave="write nothing"
        )
        app.push_screen(question, lambda answer: begin() if answer else None)

    def begin() -> None:
        wait_for(app, f"Writing {path.name}", write, lambda done: _ask_sent(app, detail, done, terms["asks"]))

    def write(go_on: object) -> Exported:
        own = _own(app)
        try:
            return write_pack(own, item, path, progress=go_on, **terms)  # type: ignore[arg-type]
        finally:
            own.close()

    def read(_go_on: object) -> Pack:
        own = _own(app)
        try:
            return preview_pack(own, item, **terms)
        finally:
            own.close()

    wait_for(app, "Reading what goes into the pack", read, ask)


def _own(app: RegisterApp) -> Register:
    """The register once more, for a thread."""
    return Register.open(app.register.path, app.register.author, read_only_reason="writing a pack")


def _ask_sent(app: RegisterApp, detail: ItemDetail, done: Exported, asks: str) -> None:
    """Show where the pack is; where it is sent now, record that."""
    app.copy_to_clipboard(str(done.path))
    lines = [*done.messages, f"{done.path}", f"SHA-256 {done.sha256}"]
    if app.register.read_only_reason:
        app.push_screen(Ask("Written", "\n".join(lines), (), leave="back"))
        return

    def answered(answer: str | None) -> None:
        if answer:
            send(app, Selection((detail.row.id,), detail), f"{done.path.name}, SHA-256 {done.sha256}", asks)

    lines.append("Nothing is recorded yet: it counts as sent when you record that.")
    answers = (Answer("s", "it is sent: record that", "sent"),)
    app.call_later(partial(app.push_screen, Ask("Written", "\n".join(lines), answers, leave="not sent yet"), answered))
