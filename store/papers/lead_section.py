"""The section of a page for one lead: what is theirs, by when, what is promised, and what waits for a reply."""

from __future__ import annotations

from store.domain.vocabulary import Status, label_of
from store.papers.document import Cell
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.open_sections import newest_position, shorten, target_rows
from store.papers.summary_sections import STATUSES, noun
from store.queries.describe import basis_of, format_next_move, parse_bases
from store.queries.papers import ItemState
from store.queries.rows import ItemDetail, format_text

MOST = 25
"""Items in the table of one page; of more, how many there are is stated."""


def lead(frame: Frame, section: FormSection) -> None:
    """What a lead has open, the earliest target first."""
    who = frame.lead or "whoever leads"
    items = [frame.states[item] for item in frame.lead_items if item in frame.states]
    details = {item.id: detail for item in items if (detail := frame.detail(item.id))}
    counts = [
        f"{n} {label.removeprefix('Ongoing – ')}"
        for status, label in STATUSES
        if status != Status.CLOSED and (n := sum(item.status == status for item in items))
    ]
    held = f" ({', '.join(counts)})" if counts else ""
    frame.paragraph(
        f"{who} leads on {noun(frame, len(items))} of this paper that {'is' if len(items) == 1 else 'are'} open{held}.",
        items=[item.id for item in items],
    )
    past = [item for item in items if item.target_latest and item.target_latest < frame.today.isoformat()]
    if past:
        frame.paragraph(f"Past the target: {frame.references(past)}.", items=[item.id for item in past])
    moved = [
        move
        for move in (*frame.moved.delayed, *frame.moved.moved_later, *frame.moved.came_back)
        if move.item in details
    ]
    if moved:
        names = list(dict.fromkeys(move.item for move in moved))
        frame.paragraph(
            f"Newly delayed, moved later or come back since {frame.moved.since or 'the last update'}: {frame.references([frame.states[item] for item in names])}.",
            items=names,
        )
    if not items:
        return
    frame.explain_whose_words(note for detail in details.values() for note in detail.notes)
    rows = [_row(frame, item, details[item.id]) for item in target_rows(items)[:MOST] if item.id in details]
    shorten(rows, 3)
    header = ("Recommendation", "On time?", "Target", "Position", "Promised, or waiting for")
    frame.table(f"Open recommendations of {who}", header, rows, widths=(20, 10, 13, 38, 19))
    if len(items) > MOST:
        frame.paragraph(f"{len(items) - MOST} more are open; the register lists them.")


def _row(frame: Frame, item: ItemState, detail: ItemDetail) -> list[Cell | str]:
    row = detail.row
    bases = parse_bases(row.basis)
    label = label_of(item.status)
    since = frame.since_day(item.publication)
    track = bases.get("track") if item.status == row.status else ""
    return [
        Cell(frame.titled(row), (item.id,)),
        frame.marked(label, track),
        frame.marked(item.target or "none", bases.get("target")),
        newest_position(frame, detail, since, only_newest=True),
        _next(frame, detail),
    ]


def _next(frame: Frame, detail: ItemDetail) -> str:
    parts = []
    for action in detail.actions:
        if not action.fields["done"]:
            frame.include("action", action.id)
            due = str(action.fields["due"] or "no date")
            parts.append(frame.with_basis(f"{format_text(action)} ({due})", basis_of(action, "text")))
    if detail.row.next_move:
        move = format_next_move(detail.row.next_move, detail.row.next_move_until)
        parts.append(f"Action with {move[:1].lower()}{move[1:]}")
    return "; ".join(parts) or "nothing recorded"
