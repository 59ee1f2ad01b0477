"""Sections of a paper about what is open: how much, how old, why late, and the position and targets of each."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.dates import format_date, years_before
from store.domain.vocabulary import Status
from store.papers.document import Cell, Span
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.item_names import join_and, ranges
from store.papers.publication_section import news_of, print_notes
from store.papers.summary_sections import count, note_guesses, total_of, used_statuses
from store.queries.describe import basis_of, format_times_moved, parse_bases
from store.queries.papers import ItemState
from store.queries.rows import EntityRow, ItemDetail, ItemRow, PublicationRow

_MOST = 12
"""The references that are named on a page where there is no room for all."""

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
    if late and not section.flag("table"):
        named = [f"{_some(frame, of)} ({one.display_title}, {frame.published(one)})" for one, of in late]
        frame.paragraph(f"They are {'; '.join(named)}.", numbered=False, items=[item.id for item in items])
    elif late:
        rows: list[list[Cell | str]] = [
            [one.display_title, frame.published(one), count(of), frame.references(of, runs=True)] for one, of in late
        ]
        header = ("Publication", "Date", "Open", "Recommendations")
        frame.table(f"Open for more than {word}", header, rows, numeric=[2], widths=(26, 12, 7, 55))


def _some(frame: Frame, items: Sequence[ItemState]) -> str:
    """The references of items, the first alone where there are many."""
    if len(items) <= _MOST + 1:
        return frame.references(items, runs=True)
    return f"{frame.references(items[:_MOST], runs=True)} and {len(items) - _MOST} more"


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
        rows: list[list[Cell | str]] = [
            [kind, count(by_kind[kind]), frame.references(by_kind[kind], runs=True)] for kind in order
        ]
        frame.table(
            "Delays by kind", ("Kind of delay", "Number", "Recommendations"), rows, numeric=[1], widths=(34, 10, 56)
        )


def positions(frame: Frame, section: FormSection) -> None:
    """A table for each publication: each open item, its position, its target and how often that moved, from which first
    one. What several share is printed before the table; those that are alike have one row."""
    found = False
    for one in frame.publications:
        items = frame.items_of(one.id, *_OPEN)
        if not items:
            continue
        found = True
        frame.heading(one.display_title, 2)
        details = [detail for item in items if (detail := frame.detail(item.id))]
        frame.explain_whose_words(note for detail in details for note in detail.notes)
        frame.written("introduction", f"Introduction to {one.display_title}", one)
        rows = {detail.row.id: _position(frame, one, detail) for detail in details}
        _print_shared(frame, rows, frame.since_day(one.id))
        header = ("Recommendation", "On time?", "Position", "Target")
        frame.table(f"{one.display_title}: open recommendations", header, _joined(frame, rows), widths=(22, 10, 53, 15))
        frame.ours_unmarked = False
    if not found:
        frame.paragraph("Nothing is open.")


def _position(frame: Frame, one: PublicationRow, detail: ItemDetail) -> list[Cell | str]:
    row = detail.row
    bases = parse_bases(row.basis)
    state = frame.states[row.id]
    label = dict(used_statuses([state]))[Status(state.status)].removeprefix("Ongoing – ")
    return [
        Cell(frame.titled(row), (row.id,)),
        frame.marked(label.capitalize(), bases.get("track") if state.status == row.status else ""),
        newest_position(frame, detail, frame.since_day(one.id)),
        frame.marked(state.target or "none", bases.get("target")) + _moves(row),
    ]


def _moves(row: ItemRow) -> str:
    """From which first target an item's was moved later, and how often; "" where it was not."""
    if not row.moved_later:
        return ""
    first = f"first {row.first_target}, " if row.first_target else ""
    return f" ({first}moved later {format_times_moved(row)})"


def _print_shared(frame: Frame, rows: dict[str, list[Cell | str]], since: str) -> None:
    """Print the positions that several items have before the table, and name that place in their rows."""
    shared: dict[tuple[str, ...], list[str]] = {}
    notes = {item: _positions_of(frame, detail, since) for item in rows if (detail := frame.detail(item))}
    for item, own in notes.items():
        shared.setdefault(tuple(note.id for note in own), []).append(item)
    for key, items in shared.items():
        if len(items) < 2 or not key:
            continue
        names = frame.name([frame.states[item] for item in items])
        frame.paragraph(Span(names, strong=True), items=items, numbered=False)
        print_notes(frame, notes[items[0]], since)
        for item in items:
            rows[item][2] = f"Reported above: {names[:1].lower()}{names[1:]}."


def _joined(frame: Frame, rows: dict[str, list[Cell | str]]) -> list[list[Cell | str]]:
    """The rows, those that are alike in all but their name as one, by their references."""
    alike: dict[tuple[str, ...], list[str]] = {}
    for item, (_, *rest) in rows.items():
        alike.setdefault(tuple(str(each) for each in rest), []).append(item)
    found = []
    for items in alike.values():
        first, *rest = rows[items[0]]
        if len(items) > 1:
            details = [detail.row for item in items if (detail := frame.detail(item))]
            titles = {row.title or "" for row in details}
            names = join_and(ranges([row.ref for row in details]))
            first = Cell(" ".join(filter(None, (names, titles.pop() if len(titles) == 1 else ""))), tuple(items))
        found.append([first, *rest])
    return found


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
    own = _positions_of(frame, detail, since)
    if not own:
        return NO_POSITION
    frame.include_all(own)
    own = own[-1:] if only_newest else own
    texts = [str(note.fields["text"]) for note in own]
    bases = {basis_of(note, "text") for note in own}
    text = frame.with_basis(" ".join(texts), next(iter(bases)) if len(bases) == 1 else "")
    newest = max(str(note.fields["dated_latest"] or "") for note in own)
    return text if newest > since else f"{text} (of {own[-1].fields['dated'] or 'a day not recorded'})"


def _positions_of(frame: Frame, detail: ItemDetail, since: str) -> list[EntityRow]:
    """The positions on an item that are printed of it: those on it alone where there are any."""
    notes = [note for note in news_of(detail, ("position",), since) if note.fields["kind"] == "position"]
    return [note for note in notes if _on_alone(frame, note.id)] or notes


def _on_alone(frame: Frame, note: str) -> bool:
    """Whether a note is on one item alone."""
    sql = "SELECT count(*) FROM note_on WHERE note = ? AND withdrawn = 0"
    return int(frame.conn.execute(sql, (note,)).fetchone()[0]) == 1


def target_rows(items: Sequence[ItemState]) -> list[ItemState]:
    """Items in the order of their targets, those without one last."""
    return sorted(items, key=lambda item: item.target_latest or "9999")
