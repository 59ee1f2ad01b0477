"""Composes a paper: from the register and a form, a document that a writer writes as Word, HTML or Markdown."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date

from store.domain.errors import BadInput, NotAllowed
from store.domain.vocabulary import MARKINGS
from store.papers.audit_sections import extensions, overdue, priorities, rag
from store.papers.document import Cell, Document, Table
from store.papers.forms import Form, FormSection
from store.papers.frame import Frame, format_iso
from store.papers.item_names import join_and
from store.papers.lead_section import lead as lead_page
from store.papers.missing import Missing
from store.papers.open_sections import delays, old, opened, positions
from store.papers.plan_sections import commitments, links, measures
from store.papers.publication_section import publications
from store.papers.summary_sections import background, changes, closed, purpose, references, status, text
from store.papers.theme_sections import recurring, themes
from store.queries.describe import parse_bases
from store.queries.leads import one_lead, open_items_of
from store.queries.paper_context import changed_since_written
from store.queries.papers import Movement, PaperRow

SECTIONS: dict[str, Callable[[Frame, FormSection], None]] = {
    "purpose": purpose,
    "text": text,
    "background": background,
    "status": status,
    "closed": closed,
    "changes": changes,
    "publications": publications,
    "themes": themes,
    "open": opened,
    "old": old,
    "delays": delays,
    "positions": positions,
    "recurring": recurring,
    "commitments": commitments,
    "measures": measures,
    "links": links,
    "priorities": priorities,
    "extensions": extensions,
    "overdue": overdue,
    "rag": rag,
    "lead": lead_page,
    "references": references,
}
"""What composes each kind of section that a form may have."""


def compose(
    conn: sqlite3.Connection, row: PaperRow, form: Form, *, max_marking: str, today: date, lead: str | None = None
) -> Document:
    """Compose a paper in a form, on a connection to a register from which all above `max_marking` was left out.

    A register that may leave whole is given with the highest marking. `lead` is whom a page is for, in any case. Raises
    BadInput, and NotAllowed where something printed bears a higher marking all the same.
    """
    frame = read_frame(conn, row, form, today=today, lead=lead)
    return compose_read(frame, max_marking=max_marking)


def read_frame(conn: sqlite3.Connection, row: PaperRow, form: Form, *, today: date, lead: str | None = None) -> Frame:
    """Read what a paper is composed of: its figures, what moved, what is missing. Raises BadInput."""
    frame = Frame(conn, row, form, today, one_lead(conn, lead) if lead is not None else None)
    if frame.lead is not None:
        frame.lead_items = tuple(open_items_of(conn, frame.lead))
    frame.warn = lambda text: changed_since_written(conn, row, text)
    frame.load()
    return frame


def compose_read(frame: Frame, *, max_marking: str) -> Document:
    """Compose a paper from what was read. Raises what `compose` does."""
    row, form = frame.row, frame.form
    if form.lead and frame.lead is None:
        raise BadInput(
            "lead", f'The form "{form.name}" is a page for one lead: name whose. On the command line: --lead NAME'
        )
    for section in form.sections:
        if section.heading and not _is_empty(frame, section):
            frame.heading(section.heading, section.level, numbered=section.numbered)
        SECTIONS[section.kind](frame, section)
        frame.ours_unmarked = False
    marking = frame.marking()
    if MARKINGS.index(marking) > MARKINGS.index(max_marking):
        raise NotAllowed(f"The paper prints what is marked {marking}: it cannot be written as {max_marking}.")
    return Document(
        title=row.title or "Paper",
        paper=row.id,
        form=form.name,
        lead=frame.lead or "",
        short=form.short,
        marking=marking,
        head=_head(frame),
        foot=f"Figures fixed on {format_iso(row.fixings[0].day)}" if row.fixings else "DRAFT",
        draft=not row.fixings,
        missing=() if row.fixings else tuple(one.sentence for one in missing_of(frame)),
        blocks=tuple(frame.blocks),
        legend=(*_late(frame.late), *frame.legend, *([form.closing] if form.closing else [])),
    )


def _is_empty(frame: Frame, section: FormSection) -> bool:
    """Whether a section would be a heading alone: of a text that nobody wrote, in a paper that is no draft."""
    name = section.text("section") if section.kind == "text" else ""
    return bool(name and frame.row.fixings and not section.text("default") and not frame.has_text(name))


_HEAD = {
    "meeting": "the committee",
    "date": "the date",
    "presenter": "who presents it",
    "purpose": "its purpose",
    "asked": "what members are asked",
}


def missing_of(frame: Frame) -> list[Missing]:
    """What is missing before the paper goes out, its head among it."""
    only = frame.lead_items if frame.lead is not None else None
    found = [*frame.lacking]
    undated = [
        move
        for move in frame.moved.closed
        if move.undated and move.item in frame.states and (only is None or move.item in only)
    ]
    if undated:
        verb = "is" if len(undated) == 1 else "are"
        names = join_and([move.reference for move in undated])
        sentence = f"{names} {verb} closed on a day that is not recorded, and not counted as closed since."
        found.append(Missing("closed-undated", sentence, tuple(move.item for move in undated)))
    unstated = {name: label for name, label in _HEAD.items() if not getattr(frame.row, name)}
    if unstated:
        found.append(
            Missing(f"head {' '.join(unstated)}", f"Not recorded of the paper: {join_and([*unstated.values()])}.")
        )
    return found


def _late(late: list[Movement]) -> list[str]:
    """What has come in since the figures were fixed, in one line."""
    if not late:
        return []
    names = ", ".join(move.reference for move in late[:12]) + (f" and {len(late) - 12} more" if len(late) > 12 else "")
    return [f"Since the figures were fixed, news has come in of {names}; the figures are as they were fixed."]


_HEAD_OF_A_PAGE = ("meeting", "date", "title")


def _head(frame: Frame) -> Table:
    """The table at the paper's head."""
    row = frame.row
    bases = parse_bases(row.basis)
    lines = [
        ("Meeting", row.meeting, "meeting"),
        ("Date", row.date, "date"),
        ("Place", row.location, "location"),
        ("Title", row.title, "title"),
        ("Presenter", row.presenter, "presenter"),
        ("Recommendation to Members", row.asked, "asked"),
        ("Appendix", row.appendix, "appendix"),
    ]
    if frame.form.short:
        lines = [line for line in lines if line[2] in _HEAD_OF_A_PAGE]
    if frame.lead is not None:
        lines.append(("For", frame.lead, ""))
    cells = tuple(
        (Cell(label, strong=True), Cell(frame.marked(value or "", bases.get(name)))) for label, value, name in lines
    )
    return Table((), cells, widths=(32, 68))
