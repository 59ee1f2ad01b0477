"""Sections of a paper to an audit committee: live ones by priority, extensions, what is past its date, and a RAG."""

from __future__ import annotations

from datetime import date, timedelta

from store.domain.dates import format_duration
from store.domain.lists import register_lists
from store.domain.vocabulary import Status, label_of
from store.papers.document import Cell
from store.papers.forms import FormSection
from store.papers.frame import Frame
from store.papers.open_sections import target_rows
from store.papers.summary_sections import count, total_of
from store.queries.papers import ItemState
from store.queries.rows import ItemDetail

NO_PRIORITY = "No priority"


def priorities(frame: Frame, section: FormSection) -> None:
    """The live ones by report and priority."""
    items = frame.open_items()
    frame.paragraph(f"{total_of(frame, items, 'is/are')} live.", items=[item.id for item in items])
    if not items:
        return
    of_item = {item.id: detail.row.priority for item in items if (detail := frame.detail(item.id))}
    lists = register_lists(frame.conn)
    used = {priority or NO_PRIORITY for priority in of_item.values()}
    order = sorted(used, key=lambda word: (word == NO_PRIORITY, lists.rank(word) or 0, word))
    rows: list[list[Cell | str]] = []
    for one in frame.publications:
        of = [item for item in items if item.publication == one.id]
        if of:
            cells = [count([item for item in of if (of_item.get(item.id) or NO_PRIORITY) == word]) for word in order]
            rows.append([one.display_title, *cells, count(of, strong=True)])
    if len(rows) > 1:
        cells = [
            count([item for item in items if (of_item.get(item.id) or NO_PRIORITY) == word], strong=True)
            for word in order
        ]
        rows.append([Cell("Total of this register", strong=True), *cells, count(items, strong=True)])
    header = ("Report", *order, "Live")
    frame.table(
        "Live recommendations by report and priority",
        header,
        rows,
        numeric=range(1, len(header)),
        widths=(34, *(12,) * (len(header) - 1)),
    )


def extensions(frame: Frame, section: FormSection) -> None:
    """Extensions that were asked for or decided, each with its reason."""
    found: list[tuple[ItemState, ItemDetail, dict[str, object]]] = []
    for item in frame.open_items():
        detail = frame.detail(item.id)
        target = detail.fields["target"].value if detail else None
        if detail and isinstance(target, dict) and target.get("decision"):
            found.append((item, detail, target))
    if not found:
        frame.paragraph("No extension is asked for.")
        return
    frame.paragraph(
        f"{total_of(frame, [item for item, *_ in found], 'has/have')} an extension asked for or decided.",
        items=[item.id for item, *_ in found],
    )
    rows: list[list[Cell | str]] = []
    for item, detail, target in found:
        reason = ": ".join(filter(None, (str(target.get("delay") or ""), detail.reasons.get("target") or "")))
        asked = str(target.get("asked_for") or "not recorded")
        rows.append(
            [
                Cell(frame.titled(detail.row), (item.id,)),
                item.target or "none",
                asked,
                label_of(str(target["decision"])),
                reason or "no reason recorded",
            ]
        )
    header = ("Recommendation", "Target", "Asked for", "Decision", "Reason")
    frame.table("Extensions", header, rows, widths=(30, 14, 14, 14, 28))


def overdue(frame: Frame, section: FormSection) -> None:
    """What is open past its target, the oldest first."""
    day = frame.today.isoformat()
    items = target_rows([item for item in frame.open_items() if item.target_latest and item.target_latest < day])
    frame.paragraph(f"{total_of(frame, items, 'is/are')} past the target.", items=[item.id for item in items])
    none = [item for item in frame.open_items() if not item.target_latest]
    if none:
        frame.paragraph(
            f"{len(none)} of the open ones {'has' if len(none) == 1 else 'have'} no target, and cannot be past one.",
            items=[item.id for item in none],
        )
    rows: list[list[Cell | str]] = []
    for item in items:
        detail = frame.detail(item.id)
        if detail is None:
            continue
        late = format_duration(date.fromisoformat(item.target_latest or day), frame.today)
        reason = detail.reasons.get("target") or detail.reasons.get("track") or "no reason recorded"
        rows.append(
            [
                Cell(frame.titled(detail.row), (item.id,)),
                item.target or "",
                late,
                detail.row.first_target or "none",
                reason,
            ]
        )
    if rows:
        header = ("Recommendation", "Target", "Late by", "First target", "Reason")
        frame.table("Outstanding past their date", header, rows, widths=(32, 14, 12, 14, 28))


def rag(frame: Frame, section: FormSection) -> None:
    """Red, amber or green by the rule that it prints first."""
    days = section.number("amber_within_days")
    items = frame.open_items()
    frame.paragraph(
        f"The rule: red is past its target, or delayed with no target. Amber is delayed with a target still to come, or on "
        f"track with a target within {days} days. Green is on track otherwise. Not rated is neither on track nor delayed."
    )
    if not items:
        frame.paragraph("Nothing is open.")
        return
    rated: dict[str, list[ItemState]] = {"Red": [], "Amber": [], "Green": [], "Not rated": []}
    for item in items:
        rated[rate(item, frame.today, days)].append(item)
    rows: list[list[Cell | str]] = []
    for one in frame.publications:
        of = frame.items_of(one.id)
        mine = {colour: [item for item in group if item.publication == one.id] for colour, group in rated.items()}
        if any(mine.values()) and of:
            rows.append([one.display_title, *(count(group) for group in mine.values())])
    rows.append([Cell("Total of this register", strong=True), *(count(group, strong=True) for group in rated.values())])
    frame.table("Red, amber, green", ("Report", *rated), rows, numeric=range(1, 5), widths=(40, 15, 15, 15, 15))
    for colour in ("Red", "Amber"):
        if rated[colour]:
            frame.bullet(
                f"{colour}: {frame.references(rated[colour], runs=True)}.", items=[item.id for item in rated[colour]]
            )


def rate(item: ItemState, today: date, days: int) -> str:
    """The colour of an open item by the rule."""
    target = item.target_latest
    if target and target < today.isoformat():
        return "Red"
    if item.status == Status.DELAYED:
        return "Amber" if target else "Red"
    if item.status != Status.ON_TRACK:
        return "Not rated"
    return "Amber" if target and target <= (today + timedelta(days)).isoformat() else "Green"
