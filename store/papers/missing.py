"""What is missing in a paper before it goes out, in sentences: each names the items or sections that it is of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from store.domain.vocabulary import MARKINGS, Status
from store.papers.frame import Frame
from store.papers.item_names import join_and, ranges
from store.papers.publication_section import is_printed
from store.queries.papers import ItemState
from store.queries.rows import ItemDetail

MOST = 12
"""References in one sentence; of more, how many more there are."""


def missing(frame: Frame, marking: str) -> tuple[str, ...]:
    """What is missing, in the order in which it matters."""
    opened = frame.open_items()
    if frame.lead is not None:
        opened = [item for item in opened if item.id in frame.lead_items]
    details = [(item, detail) for item in opened if (detail := frame.detail(item.id))]
    day = frame.today.isoformat()
    found = [
        _of(
            "No position since the last paper",
            [item for item, detail in details if not _has_position(frame, item, detail)],
        ),
        _of("The newest position is not agreed", _not_agreed(frame, details)),
        _of("Delayed, and no reason is recorded", _no_reason(frame, opened)),
        _of(
            "On track, though the target has passed",
            [
                item
                for item in opened
                if item.status == Status.ON_TRACK and item.target_latest and item.target_latest < day
            ],
        ),
        _of("A promise has gone by", [item for item, detail in details if _promise_gone_by(detail, day)]),
        _of(
            "Closed, and no day is recorded",
            [frame.states[move.item] for move in frame.moved.closed if move.undated and move.item in frame.states],
        ),
    ]
    if frame.unconfirmed:
        found.append(f"Not confirmed by anybody: {join_and([name.lower() for name in frame.unconfirmed])}.")
    unstated = [label for name, label in _HEAD if not getattr(frame.row, name)]
    if unstated:
        found.append(f"Not recorded of the paper: {join_and(unstated)}.")
    own = frame.row.marking or MARKINGS[0]
    if own in MARKINGS and MARKINGS.index(marking) > MARKINGS.index(own):
        found.append(f"What is printed bears {marking}, and the paper {own}: mark the paper higher, or leave that out.")
    return tuple(filter(None, found))


_HEAD = (
    ("meeting", "the committee"),
    ("date", "the date"),
    ("presenter", "who presents it"),
    ("purpose", "its purpose"),
    ("asked", "what members are asked"),
)


def _of(what: str, items: Sequence[ItemState]) -> str:
    if not items:
        return ""
    names = ranges([item.reference for item in items])
    more = f" and {len(names) - MOST} more" if len(names) > MOST else ""
    listed = ", ".join(names[:MOST]) + more if more else join_and(names)
    return f"{what} ({len(items)}): {listed}."


def _has_position(frame: Frame, item: ItemState, detail: ItemDetail) -> bool:
    since = frame.since_day(item.publication)
    return any(
        note.fields["kind"] == "position" and is_printed(note) and str(note.fields["dated_latest"] or "") > since
        for note in detail.notes
    )


def _not_agreed(frame: Frame, details: Iterable[tuple[ItemState, ItemDetail]]) -> list[ItemState]:
    found = []
    for item, detail in details:
        newest = next((note for note in detail.notes if note.fields["kind"] == "position" and is_printed(note)), None)
        if newest is not None and not newest.fields["agreed_by"]:
            found.append(item)
    return found


def _no_reason(frame: Frame, opened: Sequence[ItemState]) -> list[ItemState]:
    delayed = [item for item in opened if item.status == Status.DELAYED]
    rows = frame.conn.execute(
        "SELECT id FROM recommendation WHERE no_reason = 1 AND id IN (SELECT value FROM json_each(?))",
        (json.dumps([item.id for item in delayed]),),
    )
    silent = {row[0] for row in rows}
    return [item for item in delayed if item.id in silent]


def _promise_gone_by(detail: ItemDetail, day: str) -> bool:
    return any(
        not action.fields["done"]
        and action.fields["kind"] != "dependency"
        and str(action.fields["due_latest"] or day) < day
        for action in detail.actions
    )
