"""Sections of a paper about a plan: its commitments by theme, its figures, and the recommendations they are linked to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from store.domain.vocabulary import Basis, Stage, label_of
from store.papers.document import Cell, Span
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.item_names import lowered
from store.papers.publication_section import is_printed
from store.papers.summary_sections import noun
from store.papers.theme_sections import NO_THEME
from store.queries.describe import basis_of, describe_measure, describe_notes, format_relation, parse_bases
from store.queries.describe_item import describe_item
from store.queries.describe_status import format_status, status_basis
from store.queries.item_detail import measures_of
from store.queries.rows import EntityRow, ItemDetail, ItemRow


def commitments(frame: Frame, section: FormSection) -> None:
    """The commitments by theme, under the headings of a plan."""
    details = _details(frame)
    if not details:
        frame.paragraph(f"There are no {noun(frame, 0).removeprefix('0 ')} to report.")
        return
    by_theme: dict[str, list[ItemDetail]] = {}
    for detail in details:
        by_theme.setdefault(detail.row.theme or NO_THEME, []).append(detail)
    frame.explain_whose_words(_texts_of(details))
    for name, of in by_theme.items():
        frame.heading(name, 2)
        for detail in of:
            _commitment(frame, section, detail)


def _details(frame: Frame) -> list[ItemDetail]:
    return [detail for item in frame.states if (detail := frame.detail(item))]


def _texts_of(details: Sequence[ItemDetail]) -> Iterator[EntityRow | ItemRow]:
    """What has the texts that are printed of commitments."""
    for detail in details:
        yield from (row for row in (detail.row, *detail.parts) if row.text)
        yield from (note for note in detail.notes if is_printed(note))


def _commitment(frame: Frame, section: FormSection, detail: ItemDetail) -> None:
    row = detail.row
    frame.heading(frame.titled(row), 3)
    for rows in (detail.notes, detail.links, detail.leads, detail.actions, detail.measures):
        frame.include_all(rows)
    if row.text:
        frame.paragraph(frame.with_basis(row.text, parse_bases(row.basis).get("text")), items=[row.id])
    for part in detail.parts:
        frame.include("recommendation", part.id)
        text = frame.with_basis(part.text or part.display_title, parse_bases(part.basis).get("text"))
        frame.bullet(Span(f"{part.number or part.ref}) ", strong=True), text, items=[part.id])
    heading = ""
    left = {
        name
        for name, flag in (("Who will lead?", "leads"), ("What will this do?", "benefits"))
        if not section.flag(flag)
    }
    lines = describe_item(detail, "overview")[0].lines
    for line in lines:
        if not line.pieces:
            heading = line.label
            if heading not in (*left, "Recorded here"):
                frame.paragraph(Span(heading, strong=True))
        elif heading and heading not in (*left, "Recorded here"):
            text = frame.described(line)
            ours = frame.ours_unmarked and label_of(Basis.OURS) in (line.mark or "")
            if line.mark and line.mark not in text and not ours:
                text = f"{text} ({line.mark})"
            label = "" if line.key in ("benefit", "lead", "leads-done", "target") else f"{line.label}: "
            frame.bullet(f"{label}{text}", items=[row.id])
    glyph_and_status, _ = format_status(row.status, row.closed_as, frame.publisher())
    status = glyph_and_status.partition(" ")[2]
    stage = next((line for line in lines if line.key == "stage"), None)
    is_stated = stage is not None and row.stage != Stage.NOT_STATED
    how_far = f"; stage: {lowered(frame.described(stage))}" if stage is not None and is_stated else ""
    frame.paragraph(Span("How far it is: ", strong=True), f"{lowered(status)}{how_far}.", items=[row.id])
    news = [note for note in reversed(detail.notes) if note.fields["kind"] == "position" and is_printed(note)]
    for line in describe_notes(news):
        frame.bullet(frame.with_basis(line.text, line.basis))


def measures(frame: Frame, section: FormSection) -> None:
    """The figures of the plan and of its commitments."""
    found: list[list[Cell | str]] = []
    for one in frame.publications:
        for measure in measures_of(frame.conn, one.id):
            frame.include("measure", measure.id)
            found.append([one.display_title, frame.described(describe_measure(measure))])
    for detail in _details(frame):
        for measure in detail.measures:
            frame.include("measure", measure.id)
            found.append([detail.row.ref, frame.described(describe_measure(measure))])
    if found:
        frame.table("Measures", ("Of", "Measure"), found, widths=(30, 70))
    else:
        frame.paragraph("No figure is recorded of it.")


def links(frame: Frame, section: FormSection) -> None:
    """What the commitments are linked to."""
    found: dict[tuple[str, str], list[str]] = {}
    for detail in _details(frame):
        for link in sorted(detail.links, key=lambda link: _in_order(str(link.fields["reference"]))):
            if not link.fields["gone"]:
                frame.include("link", link.id)
                frame.include("recommendation", str(link.fields["other"]))
                found.setdefault((detail.row.ref, format_relation(link)), []).append(_linked(frame, link))
    rows = [[commitment, relation, "; ".join(linked)] for (commitment, relation), linked in found.items()]
    if rows:
        frame.table("Links", ("Commitment", "Is", "What it is linked to"), rows, widths=(14, 20, 66))
    else:
        frame.paragraph("No link is recorded.")


def _in_order(reference: str) -> tuple[int, str]:
    return len(reference), reference


def _linked(frame: Frame, link: EntityRow) -> str:
    """What a commitment is linked to, with its status: "HC-6 Third-party reporting (delayed)"."""
    fields = link.fields
    name = frame.marked(str(fields["reference"]), basis_of(link, "relation"))
    named = " ".join(filter(None, (name, str(fields["title"] or ""))))
    status = label_of(str(fields["status"])).lower() if fields["status"] else ""
    marked = frame.marked(status, status_basis(fields["status"], fields["item_basis"]))
    return f"{named}{f' ({marked})' if status else ''}"
