"""The section of a paper about one publication: its table, its closures, progress on what is open, and its risks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from store.domain.vocabulary import Basis, NoteKind, Status
from store.papers.basis_marks import TITLES
from store.papers.document import Cell, Span
from store.papers.forms import INTRODUCTION, RISKS, FormSection
from store.papers.frame import Frame
from store.papers.item_facts import facts_of, lines_of, submissions_of
from store.papers.item_names import join_and, lowered, name_numbers, ranges
from store.papers.summary_sections import closings, count, note_guesses, noun, used_statuses
from store.queries.describe import (
    basis_of,
    describe_measure,
    describe_notes,
    parse_bases,
)
from store.queries.item_detail import measures_of
from store.queries.papers import ItemState
from store.queries.rows import EntityRow, ItemDetail, ItemRow, PublicationRow

_FIGURES = {
    Status.CLOSED: "closed",
    Status.ON_TRACK: "on-track",
    Status.DELAYED: "delayed",
    Status.NOT_STATED: "not-stated",
}
"""The names of the figures of a publication, by status."""

_CLOSURE_NOTES = ("closure", "decision", "evidence", "benefit")


def publications(frame: Frame, section: FormSection) -> None:
    """Every publication that the paper reports on, each under a heading of its own."""
    for one in frame.publications:
        publication(frame, section, one)


def publication(frame: Frame, section: FormSection, one: PublicationRow) -> None:
    """One publication."""
    parts = section.words("parts")
    frame.heading(one.display_title, 2)
    items = frame.items_of(one.id)
    frame.ours_unmarked = False
    if items:
        _table(frame, one, items)
    else:
        apart = frame.apart[one.id]
        other = f" What it has, {apart} of another kind, is counted apart from them." if apart else ""
        frame.paragraph(f"This register has no {noun(frame, 2)[2:]} of this publication.{other}")
    frame.explain_whose_words(_texts_of(frame, one, items))
    frame.written(INTRODUCTION, f"Introduction to {one.display_title}", one)
    if "closures" in parts:
        _closures(frame, section, one)
    if "progress" in parts and items:
        _progress(frame, section, one)
    if "risks" in parts:
        _risks(frame, section, one, items)


def _texts_of(frame: Frame, one: PublicationRow, items: Sequence[ItemState]) -> Iterator[EntityRow | ItemRow]:
    """What has the texts that may be printed of a publication: its items that are open or moved, notes and outcomes."""
    details = [detail for item in items if (detail := frame.read_detail(item.id))]
    yield from (detail.row for detail in details if detail.row.text)
    outcomes = {outcome.id: outcome for detail in details for outcome in detail.outcomes}
    yield from outcomes.values()
    yield from (note for note in frame.notes_of(one.id) if is_printed(note))
    yield from (note for detail in details for note in detail.notes if is_printed(note))


# -- its table


def _table(frame: Frame, one: PublicationRow, items: Sequence[ItemState]) -> None:
    """Its counts; where what was published is another number, or a blank, both rows."""
    used = used_statuses(items)
    header = ["Total", *(label for _, label in used)]
    cells = [count(items), *(count(items, status) for status, _ in used)]
    lines = [frame.figure("total", one.id), *(frame.figure(_FIGURES[status], one.id) for status, _ in used)]
    printed = [line for line in lines if line is not None and line.published is not None]
    if not printed or not any(line.differs for line in printed):
        frame.table(
            f"{one.display_title}: status", header, [cells], numeric=range(len(header)), widths=(1,) * len(header)
        )
    else:
        rows: list[list[Cell | str]] = [
            [
                "As published",
                *(line.published if line and line.published is not None else "not published" for line in lines),
            ],
            ["By the register", *cells],
        ]
        frame.table(
            f"{one.display_title}: status, as published and by the register", ["", *header], rows,
            numeric=range(1, len(header) + 1), widths=(24, *(16,) * len(header)),
        )  # fmt: skip
        for line, label in zip(lines, header, strict=True):
            if line and line.differs:
                was = f"has {line.published}" if line.published else "leaves the cell blank"
                frame.paragraph(
                    f"{label}: what was published {was}; the register counts {line.derived}.", items=line.items
                )
    note_guesses(frame, items, used)


# -- closures


def _closures(frame: Frame, section: FormSection, one: PublicationRow) -> None:
    moves = [move for move in frame.moved.closed if move.item in frame.states]
    here = [move for move in moves if frame.states[move.item].publication == one.id]
    later = [item for item in frame.discharged_later() if item.publication == one.id]
    if not here and not later:
        return
    frame.heading(section.text("closures"), 3)
    dated = [frame.states[move.item] for move in here if not move.undated]
    for label, items in closings(frame, dated):
        frame.paragraph(
            f"Closed since the last update, {_how(label)}: {frame.name(items)}.", items=[item.id for item in items]
        )
    undated = [frame.states[move.item] for move in here if move.undated]
    for label, items in closings(frame, undated):
        day = "on a day that is not recorded, so that it may have been before the last update"
        frame.paragraph(f"Closed {day}, {_how(label)}: {frame.name(items)}.", items=[item.id for item in items])
    if later:
        ids = [item.id for item in later]
        frame.paragraph(
            f"Discharged by {frame.publisher()} since the last update, counted as closed before: {frame.name(later)}.",
            items=ids,
        )
    for item in (*dated, *undated, *later):
        detail = frame.detail(item.id)
        if detail is None:
            continue
        frame.paragraph(*_opening(frame, [detail]), items=[item.id])
        print_notes(frame, [note for note in reversed(detail.notes) if note.fields["kind"] in _CLOSURE_NOTES])
        for text in submissions_of(frame, detail):
            frame.bullet(text)
    _outcomes(frame, [*dated, *undated, *later])


def _how(label: str) -> str:
    """How items ended, after the word closed."""
    return lowered(label.removeprefix("Closed, "))


def _outcomes(frame: Frame, items: Sequence[ItemState]) -> None:
    """The outcomes that closed items contribute to, each once with the items that do where not all of them do."""
    found: dict[str, list[ItemDetail]] = {}
    details = [detail for item in items if (detail := frame.detail(item.id))]
    for detail in details:
        for line in lines_of(frame, detail, "overview"):
            if line.key == "outcome":
                found.setdefault(frame.described(line), []).append(detail)
    for text, of in found.items():
        whose = "" if len(of) == len(details) else f" ({name_numbers([detail.row for detail in of])})"
        frame.bullet(Span(f"Contributing to outcome{whose} ", strong=True), text, items=[one.row.id for one in of])


# -- progress


@dataclass(slots=True)
class _Group:
    """Open items that share a paragraph: the notes that all of them have, and what else is printed of each."""

    items: list[ItemDetail]
    notes: list[EntityRow] = field(default_factory=list)
    facts: list[ItemDetail] = field(default_factory=list)
    """The items whose facts are printed here."""
    shared: list[str] = field(default_factory=list)
    """The facts that every item of it has: printed here once, and nowhere else."""

    def share(self, facts: dict[str, list[str]]) -> None:
        """Take what all of its items have out of the facts of each."""
        own = [facts[detail.row.id] for detail in self.items]
        if len(own) > 1:
            self.shared = [text for text in own[0] if all(text in each for each in own)]
            for detail in self.items:
                facts[detail.row.id] = [text for text in facts[detail.row.id] if text not in self.shared]


def _progress(frame: Frame, section: FormSection, one: PublicationRow) -> None:
    opened = [item for item in frame.items_of(one.id) if item.status != Status.CLOSED]
    frame.heading(section.text("progress"), 3)
    if not opened:
        frame.paragraph("Nothing of this publication is open.")
        return
    verb = "is" if len(opened) == 1 else "are"
    frame.paragraph(f"{noun(frame, len(opened))} {verb} ongoing.", items=[item.id for item in opened])
    since, kinds = frame.since_day(one.id), section.words("notes")
    own = [note for note in frame.notes_of(one.id) if note.fields["kind"] in kinds and is_printed(note)]
    newest = max((_day(note) for note in own), default="")
    print_notes(frame, [note for note in own if (_day(note) > since if since else _day(note) == newest)])
    for measure in measures_of(frame.conn, one.id):
        frame.include("measure", measure.id)
        frame.bullet(frame.described(describe_measure(measure)))
    details = [detail for item in opened if (detail := frame.detail(item.id))]
    facts = {detail.row.id: list(facts_of(frame, detail)) for detail in details}
    groups = _groups(details, kinds, since)
    for group in sorted(groups, key=lambda group: -len(group.items)):
        group.share(facts)
    for group in groups:
        _group(frame, group, facts, since)


def _day(note: EntityRow) -> str:
    """The last day that a note may be of, ISO; "" where none is known."""
    return str(note.fields["dated_latest"] or "")


def is_printed(note: EntityRow) -> bool:
    """Whether a note is for a reader of papers: what is our own remark on the record, or was left out, is not."""
    return basis_of(note, "text") != Basis.ASSIGNED and not note.fields["left_out"] and bool(note.fields["text"])


def news_of(detail: ItemDetail, kinds: Sequence[str], since: str) -> list[EntityRow]:
    """The notes on an item that are printed, oldest first: those since the last paper, else its newest position; that
    alone where there is no day to count from."""
    notes = [note for note in detail.notes if note.fields["kind"] in kinds and is_printed(note)]
    news = [note for note in notes if since and _day(note) > since]
    if not any(note.fields["kind"] == "position" for note in news):
        news += [note for note in notes if note.fields["kind"] == "position" and note not in news][:1]
    return news[::-1]


def _groups(details: Sequence[ItemDetail], kinds: Sequence[str], since: str) -> list[_Group]:
    """Items by the notes that they share: a group for each set of several, then one for each item with notes of its own,
    and one for those of which nothing is reported."""
    place = {detail.row.id: n for n, detail in enumerate(details)}
    by_id = {detail.row.id: detail for detail in details}
    notes: dict[str, EntityRow] = {}
    on: dict[str, list[str]] = {}
    for detail in details:
        for note in news_of(detail, kinds, since):
            notes[note.id] = note
            on.setdefault(note.id, []).append(detail.row.id)
    groups: dict[tuple[str, ...], _Group] = {}
    for note in sorted(notes.values(), key=lambda note: (_day(note), str(note.fields["recorded"]))):
        key = tuple(on[note.id])
        groups.setdefault(key, _Group([by_id[item] for item in key])).notes.append(note)
    home: dict[str, tuple[str, ...]] = {}
    for key in groups:
        for item in key:
            home[item] = min(home.get(item, key), key, key=len)
    silent: list[ItemDetail] = []
    for item, detail in by_id.items():
        if item not in home and not detail.row.text:
            silent.append(detail)
            continue
        # A text is printed whether anything is reported of its item or not.
        groups.setdefault(home.get(item, (item,)), _Group([detail])).facts.append(detail)
    found = sorted(groups.values(), key=lambda group: (place[group.items[0].row.id], -len(group.items)))
    return [*found, *([_Group(silent, facts=silent)] if silent else [])]


def _group(frame: Frame, group: _Group, facts: dict[str, list[str]], since: str) -> None:
    ids = [detail.row.id for detail in group.items]
    frame.paragraph(*_opening(frame, group.items), items=ids)
    for detail in group.facts if len(group.items) > 1 else ():
        if detail.row.text:
            text = frame.with_basis(detail.row.text, parse_bases(detail.row.basis).get("text"))
            frame.bullet(Span(f"{detail.row.number or detail.row.ref}: ", strong=True), text, items=[detail.row.id])
    if group.notes:
        print_notes(frame, group.notes, since)
    elif len(group.items) == 1:
        each = group.items[0].row.id
        sentences = ["No position is reported", *(text.removesuffix(".") for text in facts[each])]
        frame.paragraph(f"{'. '.join(sentences)}.", items=[each])
        return
    else:
        frame.paragraph("No position is reported.")
    found: dict[str, list[ItemDetail]] = dict.fromkeys(group.shared, group.items)
    for detail in group.facts:
        for text in facts[detail.row.id]:
            found.setdefault(text, []).append(detail)
    for text, of in found.items():
        whose = (
            ""
            if len(of) == len(group.items)
            else f"{join_and(ranges([one.row.number or one.row.ref for one in of]))}: "
        )
        frame.bullet(*([Span(whose, strong=True)] if whose else []), text, items=[one.row.id for one in of])


def _opening(frame: Frame, details: Sequence[ItemDetail]) -> list[str | Span]:
    """How a paragraph on items begins: their name, and of one its text."""
    name = frame.name([frame.states[detail.row.id] for detail in details])
    if len(details) > 1:
        return [Span(name, strong=True)]
    row = details[0].row
    basis = parse_bases(row.basis)
    if row.text:
        return [Span(f"{name}: ", strong=True), frame.with_basis(row.text, basis.get("text"))]
    title = row.title if row.title and not (row.number and row.title.startswith(name)) else ""
    if title:
        frame.explain(TITLES)
    return [Span(f"{name}: " if title else name, strong=True), title or " (its text is not in this register)"]


def print_notes(frame: Frame, notes: Sequence[EntityRow], since: str = "") -> None:
    """Notes, a paragraph each; the basis that all of them have once, after the last."""
    printed = [note for note in notes if is_printed(note)]
    bases = {basis_of(note, "text") for note in printed}
    for n, note in enumerate(printed):
        frame.include("note", note.id)
        line = describe_notes([note])[0]
        shared = len(bases) == 1 and n < len(printed) - 1 and not frame.ours_unmarked
        text = line.text if shared else frame.with_basis(line.text, line.basis)
        about = [line.details.get(name, "") for name in ("said_by", "agreed")]
        if since and _day(note) <= since:
            is_risk = note.fields["kind"] == NoteKind.RISK
            about.append(f"of {line.label}{'' if is_risk else '; nothing newer is recorded'}")
        more = "; ".join(filter(None, about))
        frame.paragraph(text, *([Span(f" ({more})", emphasis=True)] if more else []), numbered=False)


# -- risks


def _risks(frame: Frame, section: FormSection, one: PublicationRow, items: Sequence[ItemState]) -> None:
    notes = [note for note in frame.notes_of(one.id) if note.fields["kind"] == "risk"]
    for item in items:
        if item.status != Status.CLOSED and (detail := frame.detail(item.id)):
            notes += [note for note in reversed(detail.notes) if note.fields["kind"] == "risk"]
    printed = list({note.id: note for note in notes if is_printed(note)}.values())
    if printed or not frame.row.fixings or frame.has_text(RISKS, one.id):
        frame.heading(section.text("risks"), 3)
    print_notes(frame, printed, frame.since_day(one.id))
    frame.written(RISKS, f"Challenges and risks of {one.display_title}", one)
