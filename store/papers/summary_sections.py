"""Sections of a paper about all of its publications: purpose, background, status, what closed and what else changed."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.vocabulary import Status
from store.papers.document import Bar, Cell, Figure, Span
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.item_names import join_and, lowered
from store.queries.describe import GUESS, GUESS_LEGEND, GUESSED, parse_bases
from store.queries.describe_status import status_basis
from store.queries.paper_movements import MOVEMENTS
from store.queries.papers import ItemState, Movement
from store.queries.rows import PublicationRow

STATUSES = (
    (Status.CLOSED, "Closed"),
    (Status.ON_TRACK, "Ongoing – on track"),
    (Status.DELAYED, "Ongoing – delayed"),
    (Status.NOT_STATED, "Ongoing – not stated"),
)
"""The columns of a table of counts, as a committee reads them; the last only where it is used."""

_SHORT = {
    Status.CLOSED: "Closed",
    Status.ON_TRACK: "On track",
    Status.DELAYED: "Delayed",
    Status.NOT_STATED: "Not stated",
}

AWAITING, DISCHARGED = "with-inspectorate", "discharged"
_WAYS = {DISCHARGED: "discharged", AWAITING: "awaiting review", "": "otherwise"}
"""The ways in which items closed, as they are counted apart."""


def purpose(frame: Frame, section: FormSection) -> None:
    """What the paper is for."""
    if frame.row.purpose:
        basis = parse_bases(frame.row.basis).get("purpose")
        frame.paragraph(frame.with_basis(frame.row.purpose, basis), numbered=False)
    else:
        frame.written("purpose", "Purpose", prompt="What the paper is for, in the field Purpose of the paper.")


def text(frame: Frame, section: FormSection) -> None:
    """A text of its own."""
    frame.written(
        section.text("section"), section.heading, None, section.text("default"), section.text("prompt"),
    )  # fmt: skip


def used_statuses(items: Sequence[ItemState]) -> list[tuple[Status, str]]:
    """The columns of a table of these items: *not stated* only where some item is."""
    used = {item.status for item in items}
    return [(status, label) for status, label in STATUSES if status != Status.NOT_STATED or status in used]


def count(items: Sequence[ItemState], status: str = "", *, strong: bool = False) -> Cell:
    """A cell that counts the items of a status, or all."""
    ids = tuple(item.id for item in items if not status or item.status == status)
    return Cell(str(len(ids)), ids, strong)


def note_guesses(frame: Frame, items: Sequence[ItemState], used: Sequence[tuple[Status, str]]) -> None:
    """Under a table of counts, which bear no †: how many of each status follow from a guess."""
    stored = frame.bases_of(items)
    guessed = []
    for status, label in used:
        of = [item for item in items if item.status == status]
        n = sum(1 for item in of if status_basis(item.status, stored.get(item.id)) in GUESSED)
        if n:
            guessed.append(f"{n} of the {len(of)} under {label}" if n < len(of) else f"each under {label}")
    if guessed:
        frame.explain(f"{GUESS_LEGEND}.")
        text = f"{GUESS} By how the status is known, worked out or inferred: {join_and(guessed)}."
        frame.paragraph(Span(text, emphasis=True), numbered=False)


# -- background


def background(frame: Frame, section: FormSection) -> None:
    """A table of the publications, and the totals of this register."""
    if not frame.publications:
        frame.paragraph("No publication is reported on.")
        return
    opening = section.text("opening") or "This report is on the publications in {table}."
    before, _, after = opening.partition("{table}")
    frame.paragraph(before, *([frame.next_caption("table")] if "{table}" in opening else []), after)
    header = ["Publication", "Date", "Total Recs", "Last Update"]
    if section.flag("updates"):
        header.append("No. of updates")
    rows: list[list[Cell | str]] = []
    for one in frame.publications:
        bases = parse_bases(one.basis)
        row: list[Cell | str] = [
            frame.marked(one.display_title, _title_basis(bases)),
            frame.published(one),
            _total(frame, one),
            frame.marked(one.last_update or "not recorded", bases.get("last_update")),
        ]
        if section.flag("updates"):
            row.append(one.stated_updates or "")
        rows.append(row)
    frame.table("Publications reported on", header, rows, widths=(34, 13, 14, 15, 15)[: len(header)])
    for one in frame.publications:
        counted = len(frame.items_of(one.id))
        if one.stated_total and _number(one.stated_total) not in (None, counted):
            frame.paragraph(f"{one.display_title} has {one.stated_total} as it states; this register has {counted}.")
    if section.flag("totals"):
        _totals(frame)


def _title_basis(bases: dict[str, str]) -> str:
    return bases.get("title", "")


def _number(text: str) -> int | None:
    first = text.split()[0] if text.split() else ""
    return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else None


def _total(frame: Frame, one: PublicationRow) -> Cell:
    items = tuple(item.id for item in frame.items_of(one.id))
    return Cell(one.stated_total or str(len(items)), items)


def noun(frame: Frame, count_of: int) -> str:
    """What is counted: "1 recommendation", "5 commitments"."""
    word = "commitment" if frame.form.apart else "recommendation"
    return f"{count_of:,} {word}{'' if count_of == 1 else 's'}"


def total_of(frame: Frame, items: Sequence[ItemState], verb: str) -> str:
    """How many of something there are, as a sentence begins: "A total of 5 recommendations are", "No commitment is"."""
    one, _, more = verb.partition("/")
    if not items:
        return f"No {noun(frame, 1).removeprefix('1 ')} {one}"
    return f"A total of {noun(frame, len(items))} {one if len(items) == 1 else more}"


def _totals(frame: Frame) -> None:
    items = list(frame.states.values())
    opened = [item for item in items if item.status != Status.CLOSED]
    parts = [
        f"{len([item for item in opened if item.status == status]):,} {_SHORT[status].lower()}"
        for status, _ in used_statuses(items)
        if status != Status.CLOSED
    ]
    many = len(frame.publications)
    frame.paragraph(
        f"Totals of this register, for {'this publication' if many == 1 else f'these {many} publications'}: "
        f"{noun(frame, len(items))}, {len(items) - len(opened):,} of them closed and {len(opened):,} open "
        f"({', '.join(parts)}).",
        items=[item.id for item in items],
    )
    force, held = frame.figure("open-recommendations"), frame.figure("publications-with-open")
    if force and force.published:
        where = f" across {held.published} publications" if held and held.published else ""
        frame.paragraph(
            f"For the whole force, as published with this paper and not from this register: {force.published} "
            f"open recommendations{where}."
        )
    if gone := frame.left_out():
        frame.paragraph(
            f"{noun(frame, gone).capitalize()} of these publications {'has' if gone == 1 else 'have'} a higher marking "
            "than this paper and are in none of its figures."
        )


# -- status


def status(frame: Frame, section: FormSection) -> None:
    """The figure and the table of status by publication."""
    items = list(frame.states.values())
    if not items:
        frame.paragraph(
            f"There are no {noun(frame, 0).removeprefix('0 ')} to report in the publications of this paper."
        )
        return
    used = used_statuses(items)
    shown = [one for one in frame.publications if frame.items_of(one.id)]
    if section.flag("figure"):
        numbers: list[str | Span] = [", its numbers in ", frame.next_caption("table")] if section.flag("table") else []
        frame.paragraph("Progress against each publication is shown in ", frame.next_caption("figure"), *numbers, ".")
        bars = tuple(
            Bar(one.display_title, tuple(len(frame.items_of(one.id, status)) for status, _ in used)) for one in shown
        )
        series = tuple(_SHORT[status] for status, _ in used)
        frame.picture(
            Figure(f"Status of all {noun(frame, 2)[2:]} of each publication reported", series, bars, _alt(bars, series))
        )
    if section.flag("table"):
        split = section.flag("closed_as")
        if not split:
            frame.paragraph(f"{noun(frame, len(items))}: {_parts(items)}.", items=[item.id for item in items])
        _status_table(frame, shown, items, used, split=split)


def _alt(bars: Sequence[Bar], series: Sequence[str]) -> str:
    lines = [
        f"{bar.label}: {', '.join(f'{n} {name.lower()}' for n, name in zip(bar.counts, series, strict=True))}"
        for bar in bars
    ]
    return f"Stacked bars, one for each publication. {'; '.join(lines)}."


def _parts(items: Sequence[ItemState]) -> str:
    """What some items are made of: "28 closed (3 discharged, 3 awaiting review, 22 otherwise) and 38 open (…)"."""
    ended = [item for item in items if item.status == Status.CLOSED]
    ways = [item.closed_as if item.closed_as in _WAYS else "" for item in ended]
    how = ", ".join(f"{n:,} {word}" for way, word in _WAYS.items() if (n := ways.count(way)))
    opened = [
        f"{n:,} {_SHORT[status].lower()}"
        for status, _ in used_statuses(items)
        if status != Status.CLOSED and (n := sum(item.status == status for item in items))
    ]
    closed_part = f"{len(ended):,} closed" + (f" ({how})" if ended else "")
    open_part = f"{len(items) - len(ended):,} open" + (f" ({', '.join(opened)})" if opened else "")
    return f"{closed_part} and {open_part}"


def _status_table(
    frame: Frame,
    shown: Sequence[PublicationRow],
    items: Sequence[ItemState],
    used: Sequence[tuple[Status, str]],
    *,
    split: bool,
) -> None:
    ended = [item for item in items if item.status == Status.CLOSED]
    differs = split and len({item.closed_as for item in ended}) > 1
    header = ["Publication", "Total", "Closed"]
    header += ["of these discharged", "awaiting review", "otherwise"] if differs else []
    header += [_SHORT[status] for status, _ in used if status != Status.CLOSED]

    def cells(of: Sequence[ItemState], strong: bool = False) -> list[Cell]:
        row = [count(of, strong=strong), count(of, Status.CLOSED, strong=strong)]
        if differs:
            for how in (DISCHARGED, AWAITING, ""):
                row.append(_closed_cell(of, how, strong))
        return row + [count(of, status, strong=strong) for status, _ in used if status != Status.CLOSED]

    rows: list[list[Cell | str]] = [[one.display_title, *cells(frame.items_of(one.id))] for one in shown]
    if len(shown) > 1:
        rows.append([Cell("Total of this register", strong=True), *cells(items, True)])
    frame.table(
        "Status by publication", header, rows, numeric=range(1, len(header)), widths=(30, *(10,) * (len(header) - 1))
    )
    note_guesses(frame, items, [(status, _SHORT[status]) for status, _ in used])


def _closed_cell(items: Sequence[ItemState], how: str, strong: bool) -> Cell:
    ids = tuple(
        item.id
        for item in items
        if item.status == Status.CLOSED
        and (item.closed_as == how if how else item.closed_as not in (DISCHARGED, AWAITING))
    )
    return Cell(str(len(ids)), ids, strong)


# -- what closed, and what else changed


def closed(frame: Frame, section: FormSection) -> None:
    """What closed since the last paper, discharged and awaiting apart, each by reference; the undated beside them."""
    moves = [move for move in frame.moved.closed if move.item in frame.states]
    dated = [frame.states[move.item] for move in moves if not move.undated]
    undated = [frame.states[move.item] for move in moves if move.undated]
    since = frame.moved.since or "the last update"
    frame.paragraph(
        f"{total_of(frame, dated, 'has been/have been')} closed since {since}.", items=[item.id for item in dated]
    )
    for label, items in closings(frame, dated):
        frame.bullet(f"{label}: {len(items)} ({frame.references(items)}).", items=[item.id for item in items])
    if undated:
        frame.bullet(
            f"Not counted above, since no day is recorded and it may be earlier: {frame.references(undated)}.",
            items=[item.id for item in undated],
        )
    if later := frame.discharged_later():
        frame.bullet(
            f"Discharged since, and counted as closed before: {len(later)} ({frame.references(later)}).",
            items=[item.id for item in later],
        )
    line = frame.figure("closed-since-last-update")
    if line and line.published and line.number != len(dated):
        frame.paragraph(f"As published: {line.published}; by the register: {len(dated)}.")


def closings(frame: Frame, items: Sequence[ItemState]) -> list[tuple[str, list[ItemState]]]:
    """Closed items by how they ended, each with what is printed of that; those without any are left out."""
    who = frame.publisher()
    words = {
        DISCHARGED: f"Discharged by {who}",
        AWAITING: f"Submitted and awaiting review by {who}",
        "delivered": "Delivered",
        "superseded": "Superseded",
        "closed-not-adopted": "Closed, not adopted",
        "risk-accepted": "Closed, the risk accepted",
        "closed-not-known-how": "Closed, how is not recorded",
    }
    found = [(label, [item for item in items if item.closed_as == how]) for how, label in words.items()]
    rest = [item for item in items if item.closed_as not in words]
    return [(label, of) for label, of in (*found, ("Closed", rest)) if of]


_MOVED = {"moved": "moved_later", "replied": "came_back"}
"""The movements that a form has another word for."""
_MOST_ON_A_PAGE = 6
"""Changes that a bullet lists in a paper that is to fit on a page; of more, how many items have them is stated."""


def changes(frame: Frame, section: FormSection) -> None:
    """What else changed since the last paper: a list by kind, each item with what it was and what it is."""
    found = False
    for word in section.words("of"):
        name = _MOVED.get(word, word)
        moves: tuple[Movement, ...] = getattr(frame.moved, name)
        moves = tuple(move for move in moves if move.item in frame.states)
        if not moves:
            continue
        if not found:
            since = frame.moved.since or "the last update"
            frame.paragraph(f"Other changes since {since}:", numbered=bool(section.heading))
        found = True
        dated, undated = ([move for move in moves if move.undated is n] for n in (False, True))
        text = (
            _change(frame, dated, short=word in ("added", "sent"), labels=word != "moved")
            if dated
            else "none with a day"
        )
        if undated:
            text += f"; with no day recorded: {frame.references([frame.states[m.item] for m in undated], runs=True)}"
        items = [move.item for move in dated]
        frame.bullet(Span(f"{MOVEMENTS[name]}: {len(dated)}", strong=True), f" ({text}).", items=items)
    if not found and section.heading:
        frame.paragraph(f"Nothing of this kind since {frame.moved.since or 'the last update'}.")


def _change(frame: Frame, moves: Sequence[Movement], *, short: bool, labels: bool) -> str:
    """Movements in words, those that are alike at once: "CA-2 to CA-6: not known → June 2025"."""
    alike: dict[str, list[ItemState]] = {}
    for move in moves:
        steps = [lowered(text) if labels else text for text in (move.before, move.after) if text]
        how = "" if short else " → ".join(steps)
        alike.setdefault(how, []).append(frame.states[move.item])
    pieces = []
    is_long = frame.form.short and len(alike) > _MOST_ON_A_PAGE + 1
    most = _MOST_ON_A_PAGE if is_long else len(alike)
    for how, items in list(alike.items())[:most]:
        names = frame.references(items, runs=True)
        pieces.append(f"{names}: {how}" if how else names)
    rest = sum(map(len, list(alike.values())[most:]))
    return "; ".join(pieces) + (f"; and {rest} more" if rest else "")


def references(frame: Frame, section: FormSection) -> None:
    """The references behind the counts, by publication and status."""
    rows: list[list[Cell | str]] = []
    for one in frame.publications:
        for status, label in used_statuses(frame.items_of(one.id)):
            items = frame.items_of(one.id, status)
            if items:
                cell = Cell(frame.references(items), tuple(item.id for item in items))
                rows.append([one.display_title, label, str(len(items)), cell])
    if not rows:
        frame.paragraph("There is nothing to list.")
        return
    header = ("Publication", "Status", "Number", "References")
    frame.table("References behind the figures", header, rows, numeric=[2], widths=(24, 16, 8, 52))
