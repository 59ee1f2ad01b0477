"""Sections of a paper about what is open: how much, how old, why late, and the position and targets of each."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.dates import format_date, years_before
from store.domain.vocabulary import Status
from store.papers.document import Cell
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.publication_section import news_of
from store.papers.summary_sections import count, note_guesses, total_of, used_statuses
from store.queries.describe import basis_of, format_times_moved, parse_bases
from store.queries.papers import ItemState
from store.queries.rows import ItemDetail, PublicationRow

NO_KIND = "No kind of delay recorded"
NO_POSITION = "no position recorded"


def opened(frame: Frame, section: FormSection) -> None:
    """How many are open, in how many publications, and how many came in the last years."""
    items = frame.open_items()
    years = section.number("years")
    with_open = [one for one in frame.publications if frame.items_of(one.id, *_OPEN)]
    many = f"{len(with_open)} publication{'' if len(with_open) == 1 else 's'}"
    frame.paragraph(
        f"{total_of(frame, items, 'is/are')} open in {many} of this register.",
        items=[item.id for item in items],
    )
    force = frame.figure("open-recommendations")
    if force and force.published:
        held = frame.figure("publications-with-open")
        where = f" across {held.published} publications" if held and held.published else ""
        frame.paragraph(f"For the whole force, as published with this paper: {force.published} open{where}.")
    start = years_before(frame.today, years).isoformat()
    recent = [one for one in with_open if one.published_latest and one.published_latest >= start]
    newer = [item for one in recent for item in frame.items_of(one.id, *_OPEN)]
    names = f": {', '.join(one.display_title for one in recent)}" if recent else ""
    frame.paragraph(
        f"{len(newer)} of them came with {len(recent)} publication{'' if len(recent) == 1 else 's'} of the last {years} "
        f"years, since {format_date(years_before(frame.today, years))}{names}.",
        items=[item.id for item in newer],
    )
    undated = [one for one in with_open if not one.published_latest]
    if undated:
        frame.paragraph(f"Of {', '.join(one.display_title for one in undated)} the date is not recorded.")
    if not items:
        return
    used = [(status, label) for status, label in used_statuses(items) if status != Status.CLOSED]
    rows: list[list[Cell | str]] = [
        [one.display_title, frame.published(one), count(of), *(count(of, status) for status, _ in used)]
        for one in with_open
        for of in [frame.items_of(one.id, *_OPEN)]
    ]
    if len(rows) > 1:
        total = [count(items, strong=True), *(count(items, status, strong=True) for status, _ in used)]
        rows.append([Cell("Total of this register", strong=True), "", *total])
    header = ("Publication", "Date", "Open", *(label for _, label in used))
    frame.table(
        "Open recommendations by publication",
        header,
        rows,
        numeric=range(2, len(header)),
        widths=(34, 14, *(14,) * (len(header) - 2)),
    )
    note_guesses(frame, items, used)


_OPEN = (Status.ON_TRACK, Status.DELAYED, Status.NOT_STATED)


def old(frame: Frame, section: FormSection) -> None:
    """What has been open for longer than so many years since its publication."""
    years = section.number("years")
    limit = years_before(frame.today, years)
    late = [
        (one, of)
        for one in frame.publications
        if one.published_latest and one.published_latest < limit.isoformat() and (of := frame.items_of(one.id, *_OPEN))
    ]
    items = [item for _, of in late for item in of]
    word = f"{years} year{'' if years == 1 else 's'}"
    frame.paragraph(
        f"{total_of(frame, items, 'has/have')} been open for more than {word} since publication, that is since before {format_date(limit)}.",
        items=[item.id for item in items],
    )
    if late:
        rows: list[list[Cell | str]] = [
            [one.display_title, frame.published(one), count(of), frame.references(of)] for one, of in late
        ]
        header = ("Publication", "Date", "Open", "Recommendations")
        frame.table(f"Open for more than {word}", header, rows, numeric=[2], widths=(28, 14, 8, 50))


def delays(frame: Frame, section: FormSection) -> None:
    """The delayed ones by kind of delay."""
    items = [item for item in frame.open_items() if item.status == Status.DELAYED]
    frame.paragraph(f"{total_of(frame, items, 'is/are')} delayed.", items=[item.id for item in items])
    by_kind: dict[str, list[ItemState]] = {}
    for item in items:
        detail = frame.detail(item.id)
        by_kind.setdefault((detail and detail.row.delay) or NO_KIND, []).append(item)
    if items:
        order = sorted(by_kind, key=lambda kind: (kind == NO_KIND, -len(by_kind[kind]), kind))
        rows: list[list[Cell | str]] = [[kind, count(by_kind[kind]), frame.references(by_kind[kind])] for kind in order]
        frame.table(
            "Delays by kind", ("Kind of delay", "Number", "Recommendations"), rows, numeric=[1], widths=(34, 10, 56)
        )


def positions(frame: Frame, section: FormSection) -> None:
    """A table for each publication: each open item, its position, its first and present target, how often it moved."""
    found = False
    for one in frame.publications:
        items = frame.items_of(one.id, *_OPEN)
        if not items:
            continue
        found = True
        frame.heading(one.display_title, 2)
        frame.written("introduction", f"Introduction to {one.display_title}", one)
        details = [detail for item in items if (detail := frame.detail(item.id))]
        header = ("Recommendation", "On time?", "Position", "First target", "Present target", "Times moved later")
        rows = [_position(frame, one, detail) for detail in details]
        shorten(rows, 2)
        frame.table(f"{one.display_title}: open recommendations", header, rows, widths=(22, 10, 36, 11, 11, 10))
    if not found:
        frame.paragraph("Nothing is open.")


def _position(frame: Frame, one: PublicationRow, detail: ItemDetail) -> list[Cell | str]:
    row = detail.row
    bases = parse_bases(row.basis)
    state = frame.states[row.id]
    name = f"{row.ref} {row.title}" if row.title else row.ref
    label = dict(used_statuses([state]))[Status(state.status)].removeprefix("Ongoing – ")
    return [
        Cell(name, (row.id,)),
        frame.marked(label.capitalize(), bases.get("track") if state.status == row.status else ""),
        newest_position(frame, detail, frame.since_day(one.id)),
        row.first_target or "none",
        frame.marked(state.target or "none", bases.get("target")),
        format_times_moved(row) if row.moved_later else "0",
    ]


def shorten(rows: list[list[Cell | str]], column: int) -> None:
    """Name the row that a position was printed in already, in place of printing it again."""
    first: dict[str, str] = {}
    for row in rows:
        name, text = row[0], row[column]
        if not isinstance(name, Cell) or not isinstance(text, str) or text == NO_POSITION:
            continue
        if text in first:
            row[column] = f"As {first[text]}."
        else:
            first[text] = name.text.split(" ")[0]


def newest_position(frame: Frame, detail: ItemDetail, since: str, *, only_newest: bool = False) -> str:
    """The position on an item for a cell of a table: what is new, else the newest with its day; else that there is none."""
    notes = [note for note in news_of(detail, ("position",), since) if note.fields["kind"] == "position"]
    if not notes:
        return NO_POSITION
    frame.include_all(notes)
    own = [note for note in notes if _on_alone(frame, note.id)] or notes
    own = own[-1:] if only_newest else own
    texts = [str(note.fields["text"]) for note in own]
    bases = {basis_of(note, "text") for note in own}
    text = frame.with_basis(" ".join(texts), next(iter(bases)) if len(bases) == 1 else "")
    newest = max(str(note.fields["dated_latest"] or "") for note in own)
    return text if newest > since else f"{text} (of {own[-1].fields['dated'] or 'a day not recorded'})"


def _on_alone(frame: Frame, note: str) -> bool:
    """Whether a note is on one item alone."""
    sql = "SELECT count(*) FROM note_on WHERE note = ? AND withdrawn = 0"
    return int(frame.conn.execute(sql, (note,)).fetchone()[0]) == 1


def target_rows(items: Sequence[ItemState]) -> list[ItemState]:
    """Items in the order of their targets, those without one last."""
    return sorted(items, key=lambda item: item.target_latest or "9999")
