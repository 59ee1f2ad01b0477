"""Papers: add one, correct it, fix its figures, and edit or confirm its texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from store.domain.dates import format_date
from store.domain.errors import FairleadError
from store.papers.forms import DEFAULT_FORM, form_names, read_form
from store.queries.item_detail import entity_rows
from store.queries.papers import figure_lines, reported_publications, states
from store.queries.publications import publications
from tui.desk.settings import folders
from tui.dialogs.corrections import withdraw
from tui.dialogs.fields import correct_fields, form_field, form_fields, non_empty
from tui.tables.paper import PaperPage, WrittenPlace
from widgets.ask import Answer, Ask
from widgets.form import FormField
from widgets.picker import MultiPicker, Picker, PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


def form_choices(held: str | None = None) -> tuple[tuple[str, str], ...]:
    """The forms that papers may be written in, each with its title, and the one that a paper has already."""
    choices: list[tuple[str, str]] = []
    for name, path in form_names(folders().forms).items():
        try:
            choices.append((name, read_form(path).title))
        except FairleadError:
            # One of the person's own that has a fault: choosing it shows which.
            choices.append((name, name))
    return (*choices, *([(held, held)] if held and held not in dict(choices) else []))


def _paper_fields(values: dict[str, object]) -> tuple[FormField, ...]:
    held = str(values.get("form") or DEFAULT_FORM)
    return form_fields("paper", values | {"form": held}, form={"kind": "choice", "choices": form_choices(held)})


def add_paper(app: RegisterApp, then: Callable[[str], None]) -> None:
    """Add a paper: which publications it reports on is asked first; `then` is called with its id."""
    if app.refuse_read_only():
        return

    def fields_for(chosen: tuple[str, ...]) -> None:
        def build(values: Values) -> Sequence[Command]:
            from store.commands import AddPaper

            return [AddPaper.model_validate(non_empty(values) | {"publications": chosen})]

        app.open_form(
            "add paper",
            "Add a paper",
            _paper_fields({"meeting": _last_committee(app)}),
            build,
            then=lambda done: then(done.created or ""),
        )

    _ask_publications(app, (), fields_for)


def _last_committee(app: RegisterApp) -> str | None:
    """The committee of the newest paper, which the next one most likely goes to."""
    row = app.register.conn.execute(
        "SELECT meeting FROM paper WHERE withdrawn = 0 AND meeting IS NOT NULL ORDER BY date_latest DESC LIMIT 1"
    ).fetchone()
    return str(row[0]) if row else None


def _ask_publications(app: RegisterApp, held: tuple[str, ...], then: Callable[[tuple[str, ...]], None]) -> None:
    listed = publications(app.register.conn)
    options = tuple(PickOption(one.id, f"{one.display_code}  {one.display_title}", one.total) for one in listed)
    every = tuple(one.id for one in listed)

    def chosen(ids: tuple[str, ...] | None) -> None:
        if ids is not None:
            # All of them is what a form counts, those that come later among them.
            then(() if set(ids) == set(every) else ids)

    intro = "All that are ticked. With all of them, whatever its form counts, later publications too."
    app.push_screen(MultiPicker("Which publications?", options, ticked=held or every, intro=intro), chosen)


def correct_paper(app: RegisterApp, page: PaperPage, place: WrittenPlace | None) -> None:
    """Correct a paper: its head, its publications; take away the text under the cursor; withdraw the paper."""
    if app.refuse_read_only():
        return
    row = page.row
    options = [
        PickOption("head", "Its head, form, marking, and from when changes are counted"),
        PickOption("publications", "Which publications it reports on"),
    ]
    if place is not None and place.block.written:
        options.insert(
            0, PickOption("text", f"Take away what was written: {place.heading} {place.publication}".rstrip())
        )
    options.append(PickOption("withdraw", "Withdraw the paper"))

    def on_choice(key: str | None) -> None:
        if key == "head":
            (entity,) = entity_rows(app.register.conn, "paper", "SELECT * FROM paper WHERE id = ?", (row.id,))
            fields = _paper_fields(entity.fields)
            correct_fields(app, "paper", row.id, f"Correct the paper of {row.date}", entity.fields, fields)
        elif key == "publications":
            _ask_publications(app, row.publications, partial(_set_publications, app, row.id))
        elif key == "text" and place is not None:
            from store.commands import WithdrawText

            app.do([WithdrawText(paper=row.id, section=place.section, publication=_publication_id(page, place))])
        elif key == "withdraw":
            withdraw(app, "paper", row.id, f"the paper of {row.date}")

    app.push_screen(Picker(f"Correct the paper of {row.date}", tuple(options)), on_choice)


def _set_publications(app: RegisterApp, paper: str, chosen: tuple[str, ...]) -> None:
    from store.commands import SetPaperPublications

    app.do([SetPaperPublications(paper=paper, publications=chosen)])


def _publication_id(page: PaperPage, place: WrittenPlace) -> str | None:
    ids = {code: entity for entity, code in page.codes.items()}
    return ids.get(place.publication)


def edit_text(app: RegisterApp, page: PaperPage, place: WrittenPlace) -> None:
    """Edit a text of a paper: what was written, else the form's default."""
    from store.commands import WriteText

    publication = _publication_id(page, place)
    stored = next((t for t in page.texts if (t.section, t.publication) == (place.section, publication)), None)
    title = f"{place.heading} {place.publication}".rstrip()
    changed = "; ".join(place.block.warnings)
    hint = f"changed since it was written: {changed}" if changed else place.block.prompt or "as it is to be printed"
    fields = (
        FormField("text", title, "text", value=place.block.text or place.default, hint=hint, required=True),
        form_field("paper_text", "marking", stored.marking if stored else None),
    )

    def build(values: Values) -> Sequence[Command]:
        given = {"paper": page.row.id, "section": place.section, "publication": publication}
        return [WriteText.model_validate(given | non_empty(values))]

    key = f"paper text {page.row.id} {place.section} {publication or ''}"
    app.open_form(key, f"{title}, in the paper of {page.row.date}", fields, build, first_focus="text")


def confirm_text(app: RegisterApp, page: PaperPage, place: WrittenPlace, then: Callable[[], None]) -> None:
    """Confirm a text as it is: the form's default is written as the paper's own; what is written is written again."""
    if app.refuse_read_only():
        return
    if not place.block.text:
        app.show_toast("Nothing is written there to be confirmed: enter writes it.")
        return
    if place.block.written and not place.block.warnings:
        app.show_toast(f"{place.heading} is {place.state[0]} already.")
        then()
        return
    from store.commands import WriteText

    command = WriteText(
        paper=page.row.id, section=place.section, publication=_publication_id(page, place), text=place.block.text
    )
    app.do([command], then=lambda _: then())


def fix_figures(app: RegisterApp, page: PaperPage) -> None:
    """Ask whether the figures are to be fixed, with what that stores; then fix them as they are today."""
    if app.refuse_read_only():
        return
    conn, row = app.register.conn, page.row
    items = states(conn, row, reported_publications(conn, row, page.apart)) if not row.fixings else {}
    count = f"each of {len(items):,} items" if items else "each item as it is now"
    differing = sum(line.differs for line in figure_lines(conn, row))
    sentences = [
        f"The status, stage and target of {count} are stored with the paper, as they are on "
        f"{format_date(app.register.today())}. What changes later leaves the figures of this paper as they are."
    ]
    if row.fixings:
        sentences.append(f"They are {page.state()} already: that fixing is kept, and the paper takes the new one.")
    else:
        sentences.append(
            "The paper is no draft any more. They can be fixed again before the meeting; each fixing is kept."
        )
    if page.late:
        names = ", ".join(move.reference for move in page.late[:8]) + (" …" if len(page.late) > 8 else "")
        sentences.append(f"Come in since: {names}.")
    if differing:
        differ = "1 figure as published differs" if differing == 1 else f"{differing} figures as published differ"
        sentences.append(f"{differ}: see Figures.")

    def answered(answer: str | None) -> None:
        if answer:
            from store.commands import FixFigures

            app.do([FixFigures(paper=row.id)])

    answers = (Answer("x", "fix the figures", "fix"),)
    app.push_screen(Ask("Fix the figures?", "\n\n".join(sentences), answers, leave="fix nothing"), answered)
