"""Add publications, correct them, and the notes on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.date_reading import read_past_date
from store.domain.vocabulary import ClosedBy
from store.queries.item_detail import measures_of, notes_on, publication_fields, publication_file
from store.queries.publications import codes_taken
from store.queries.rows import PublicationRow
from tui.dialogs.corrections import ask_about_note, note_options, withdraw
from tui.dialogs.fields import (
    correct_fields,
    form_fields,
    non_empty,
)
from tui.dialogs.measures import edit_measure, measure_options
from widgets.form import FormField
from widgets.picker import Picker, PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


def _publication_fields(values: Mapping[str, object]) -> tuple[FormField, ...]:
    """The fields of a publication; code and closer can be left empty, and get a default."""
    return form_fields("publication", values, code={"required": False}, closed_by={"required": False})


def _propose_code(app: RegisterApp) -> Callable[[Values], str | None]:
    """What proposes a code for the title that is being typed, as the command does for one without a code."""
    from store.commands.publications import propose_code

    taken = codes_taken(app.register.conn)

    def propose(values: Values) -> str | None:
        title, published = values["title"] or "", None
        with suppress(ValueError):
            published = read_past_date(values["published"] or "", app.register.today()).earliest
        return propose_code(title, published.year if published else None, taken) if title.strip() else None

    return propose


def add_publication(app: RegisterApp, then: Callable[[str], None]) -> None:
    """Add a publication; `then` is called with its id."""
    from store.commands import AddPublication

    def build(values: Values) -> Sequence[Command]:
        return [AddPublication.model_validate(non_empty(values))]

    app.open_form(
        "add publication",
        "Add a publication",
        tuple(
            replace(field, propose=_propose_code(app)) if field.name == "code" else field
            for field in _publication_fields({"closed_by": ClosedBy.INSPECTORATE})
        ),
        build,
        then=lambda done: then(done.created or ""),
        another=lambda _: add_publication(app, then),
    )


def correct_publication(app: RegisterApp, row: PublicationRow) -> None:
    """Correct a publication, or one of the notes on it."""
    if app.refuse_read_only():
        return
    notes = notes_on(app.register.conn, "publication", row.id)
    options = [PickOption("itself", f"{row.display_code}: title, code, dates, totals, marking")]
    options.append(PickOption("file", "Where its file lies, for this desk"))
    options += note_options(notes)
    figures = measures_of(app.register.conn, row.id)
    options += measure_options(figures)
    options.append(PickOption("withdraw", f"Withdraw {row.display_code}, if it has no items"))

    def on_choice(key: str | None) -> None:
        if key == "itself":
            _correct_publication(app, row)
        elif key == "file":
            _set_file(app, row)
        elif key == "withdraw":
            withdraw(app, "publication", row.id, row.display_code)
        elif key is not None and key.startswith("measure"):
            edit_measure(app, row.display_code, figures, key, publication=row.id)
        elif key is not None:
            ask_about_note(app, row.display_code, next(note for note in notes if note.id == key))

    app.push_screen(Picker(f"Correct {row.display_code}", tuple(options)), on_choice)


def _correct_publication(app: RegisterApp, row: PublicationRow) -> None:
    values = publication_fields(app.register.conn, row.id)
    correct_fields(app, "publication", row.id, f"Correct {row.display_code}", values, _publication_fields(values))


def _set_file(app: RegisterApp, row: PublicationRow) -> None:
    from store.commands import SetPublicationFile

    def build(values: Values) -> Sequence[Command]:
        return [SetPublicationFile(publication=row.id, place_of_file=values["place_of_file"] or "")]

    held = publication_file(app.register.conn, row.id)
    fields = (
        FormField("place_of_file", "File", value=held, hint="where it lies on this machine or drive; empty for none"),
    )
    intro = "It is for this desk: it leaves in a copy only where the places of files are asked for."
    app.open_form(f"file {row.id}", f"Where {row.display_code} lies", fields, build, intro=intro)
