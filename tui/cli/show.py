"""`fairlead show`: print everything of an item or a publication."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

from store.domain.dates import format_duration
from store.domain.errors import NotFound
from store.domain.references import find_item, find_publication
from store.domain.vocabulary import GLYPHS, label_of
from store.queries.describe import (
    GUESS_LEGEND,
    LabelledLine,
    Section,
    describe_measure,
    describe_notes,
    describe_publication,
    format_details,
    format_line,
    mark_guessed,
    share_basis,
)
from store.queries.describe_item import describe_head, describe_item, format_publication
from store.queries.describe_status import format_how_far, format_status_word
from store.queries.evidence import citations_on
from store.queries.filter import NO_CODE, Filter
from store.queries.item_detail import item_detail, measures_of, notes_on, publication_fields, publication_file
from store.queries.item_list import shown_bases
from store.queries.publications import closed_on_guesses, format_closed
from store.queries.publications import publication as publication_row
from store.queries.rows import ItemDetail, PublicationRow
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    as_at_option,
    complete_reference,
    example,
    format_option,
    open_for_reading,
    register_option,
    short_id,
)
from tui.cli.list_items import in_hyphens, items
from tui.cli.printing import heading, line, paragraph
from tui.cli.typed_text import WORDS

_ELSEWHERE = ("title", "benefit", "dependency", "link")
"""Keys of the lines of the overview that `show` prints elsewhere: at the top, or under notes, actions and links."""

_BY_ID = ("note", "action")
"""Keys of the lines printed with a short id, by which `fairlead edit` finds the entity."""


def find_either(register: Register, what: str) -> tuple[str, str]:
    """Resolve a code or a reference to the kind (publication or recommendation) and the id.

    Raises NotFound or AmbiguousReference.
    """
    try:
        return "publication", find_publication(register.conn, what)[0]
    except NotFound:
        return "recommendation", find_item(register.conn, what)[0]


@click.command("show", epilog=example("show HC-6", "show HC-6 --format json", "show HC --as-at 2024-09-18"))
@click.argument("what", metavar="REF|CODE", type=WORDS, shell_complete=complete_reference)
@format_option("table", "json")
@as_at_option
@register_option
def show(register: Path | None, what: str, form: str, as_at: str | None) -> None:
    """Show an item, or a publication, whole.

    An item comes with its notes, submissions, targets and, as JSON, its whole history. Notes and actions carry the
    beginning of their id, by which `fairlead edit` takes them.
    """
    with open_for_reading(register, as_at) as opened:
        kind, entity = find_either(opened, what)
        if form == "json":
            printing.as_json(_json(opened, kind, entity))
        elif kind == "publication":
            _publication(opened, entity)
        else:
            detail = item_detail(opened.conn, entity)
            if detail is None:
                raise NotFound(what)
            _item(opened, detail)


def _json(register: Register, kind: str, entity: str) -> dict[str, Any]:
    from store.exchange.json_rows import item_json, item_row_json, publication_json

    if kind == "recommendation":
        found = item_json(register.conn, entity)
        if found is None:
            raise NotFound(entity)
        whole = in_hyphens(found)
        return whole | {"parts": [in_hyphens(part) for part in whole["parts"]]}
    row = publication_row(register.conn, entity)
    if row is None:
        raise NotFound(entity)
    listed = items(register, Filter(publication=(row.code or NO_CODE,)), "ref")
    return publication_json(register.conn, row) | {"items": [in_hyphens(item_row_json(item)) for item in listed]}


def _item(register: Register, detail: ItemDetail) -> None:
    row = detail.row
    heading(f"{row.ref} · {row.display_title}")
    head = {described.key: described for described in describe_head(detail, register.today())}
    line("Publication", format_publication(head["publication"]))
    _line(head["status"])
    line("Kind", label_of(row.kind))
    overview, *sections = describe_item(detail, "overview", "notes", "submissions", "targets", "actions", "links")
    for described in overview.lines:
        if described.pieces and described.key not in _ELSEWHERE:
            _line(_with_id(described) if described.key == "measure" else described)
    line("Marking", detail.fields["marking"].value)
    line("Changed here", row.updated)
    for section in sections:
        _section(section)


def _section(section: Section) -> None:
    if section.lines:
        heading(f"{section.title} ({section.basis})" if section.basis else section.title)
    for described in section.lines:
        _entry(described)


def _entry(described: LabelledLine, indent: str = "  ") -> None:
    """Print a line of an entity that an item owns, under its label; of notes and actions with the short id."""
    shown = _as_printed(described)
    if shown.key in _BY_ID:
        label = " · ".join(filter(None, (short_id(shown.id), shown.label, format_details(shown))))
        text = format_line(replace(shown, details={}))
    else:
        label, text = shown.label, format_line(shown)
    paragraph(f"{label}: {text}" if label else text, indent)
    for under in shown.under:
        _entry(under, indent + "  ")


def _line(described: LabelledLine) -> None:
    text = format_line(_as_printed(described))
    line(described.label, text) if described.label else paragraph(text)


def _with_id(described: LabelledLine) -> LabelledLine:
    """A figure with the beginning of its id, by which it is corrected."""
    return replace(described, label=f"{described.label} {short_id(described.id)}")


def _as_printed(described: LabelledLine) -> LabelledLine:
    """The line to print: in a pipe without the glyphs of statuses."""
    if printing.to_terminal():
        return described
    return replace(described, pieces=tuple((_without_glyph(text, style), style) for text, style in described.pieces))


def _without_glyph(text: str, style: str) -> str:
    return text[2:] if style.startswith("status--") and text[:1] in GLYPHS.values() else text


def _publication(register: Register, entity: str) -> None:
    row = publication_row(register.conn, entity)
    if row is None:
        raise NotFound(entity)
    heading(f"{row.display_code} · {row.display_title}")
    since = format_duration(date.fromisoformat(row.published_latest), register.today()) if row.published_latest else ""
    for described in describe_publication(publication_fields(register.conn, entity), since).values():
        _line(described)
    line("File", publication_file(register.conn, entity))
    line("Items here", _describe_counts(row, {how for _, how in closed_on_guesses(register.conn, entity)}))
    for measure in measures_of(register.conn, entity):
        _line(_with_id(describe_measure(measure)))
    basis, notes = share_basis(
        describe_notes(
            notes_on(register.conn, "publication", entity), citations_on(register.conn, "publication", entity)
        )
    )
    _section(Section("notes", "Notes", notes, basis))
    heading("Items")
    listed = items(register, Filter(publication=(row.code or NO_CODE,), parts=True), "ref")
    cells = (
        (
            item.ref,
            item.display_title,
            format_status_word(item, register.today()),
            format_how_far(item),
            mark_guessed(item.target_text, bases.get("target")) if item.target_text else "",
        )
        for item in listed
        for bases in (shown_bases(item),)
    )
    headings = ("Ref", "Recommendation", "Status", "Stage", "Target")
    first_out = ("Stage", "Target")
    if printing.table(headings, cells, wide=("Recommendation",), first_out=first_out, status="Status"):
        click.echo(f"\n{GUESS_LEGEND}")


def _describe_counts(row: PublicationRow, guessed: Collection[str]) -> str:
    closed = f"{row.closed} closed" + (f" ({format_closed(row, guessed)})" if row.closed else "")
    return f"{row.total}: {closed}, {row.on_track} on track, {row.delayed} delayed, {row.not_stated} not stated"
