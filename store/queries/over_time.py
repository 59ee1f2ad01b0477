"""Recommendations over time: how many were open, closed and delayed at the end of each month, and how old the open ones are.

A month is counted by the days of events, as far as they are recorded: of an item that was recorded as closed with no day
it is not known when that was, and of a delay that was recorded with an item not since when. Commitments and parts are
not counted.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from store.domain.dates import local_date, years_before
from store.domain.vocabulary import CLOSING_STAGES, Stage, Track

MONTHS = 36
"""The most months that are counted."""


@dataclass(frozen=True, slots=True)
class MonthCount:
    """What was open and closed at the end of a month, or today in the last one; `delayed` is None where nothing states
    it yet, `unknown` counts those of which nothing states whether they were open."""

    last_day: str
    open: int
    closed: int
    delayed: int | None
    unknown: int


@dataclass(frozen=True, slots=True)
class AgeBand:
    """How many open items were published so long ago, and how many of them are delayed."""

    name: str
    open: int
    delayed: int


@dataclass(slots=True)
class _Course:
    """What is known of an item's past: from when it was there, since when it was open or closed, delayed or not."""

    begins: str
    closed: list[tuple[str, bool]] = field(default_factory=list)
    """The days from which it was closed, or open again, in order."""
    late: list[tuple[str, bool]] = field(default_factory=list)
    """The days from which it was delayed, or not."""
    closed_unknown_until: str = ""
    """The day on which it was recorded as closed with no day, "" for none."""


def _note(steps: list[tuple[str, bool]], day: str, value: bool) -> None:
    """Note what holds from a day on; what was recorded before it of a later day is overtaken by it."""
    while steps and steps[-1][0] > day:
        steps.pop()
    steps.append((day, value))


def _at(steps: list[tuple[str, bool]], day: str) -> bool:
    """What held at the end of a day."""
    return next((value for when, value in reversed(steps) if when <= day), False)


_CHANGES = """
SELECT c.entity, c.id, c.undoes, c.time, c.parents = '[]',
       json_extract(c.body, '$.values.stage.text'), json_extract(c.body, '$.values.stage.latest'),
       json_extract(c.body, '$.values.stage.asks'), json_extract(c.body, '$.values.track'),
       instr(c.fields, '"track"') > 0, p.published_latest
  FROM change c JOIN recommendation r ON r.id = c.entity LEFT JOIN publication p ON p.id = r.publication
 WHERE c.kind = 'recommendation' AND r.counted = 1 AND r.apart = 0 AND c.body IS NOT NULL
   AND (c.parents = '[]' OR c.fields IN ('["stage"]', '["track"]'))
 ORDER BY c.n
"""


def month_counts(conn: sqlite3.Connection, today: date, months: int = MONTHS) -> list[MonthCount]:
    """What was open, closed and delayed at the end of each month up to today: the newest months, at most so many.

    The first is the month in which the oldest publication came out, where that is later.
    """
    courses = _courses(conn)
    if not courses:
        return []
    first = min(course.begins for course in courses)
    delays_from = min((course.late[0][0] for course in courses if course.late), default="9999")
    days = [day for day in _month_ends(today, months) if day >= first] or [today.isoformat()]
    return [_count(courses, day, day >= delays_from) for day in days]


def age_bands(conn: sqlite3.Connection, today: date) -> list[AgeBand]:
    """How old the open recommendations are, by the last day that their publications may be of."""
    names = ("under 1 year", "1 to 2 years", "2 to 3 years", "3 to 5 years", "over 5 years", "date not known")
    limits = [years_before(today, years).isoformat() for years in (1, 2, 3, 5)]
    counts = {name: [0, 0] for name in names}
    rows = conn.execute(
        "SELECT p.published_latest, r.status = 'delayed' FROM recommendation r LEFT JOIN publication p "
        "ON p.id = r.publication WHERE r.counted = 1 AND r.apart = 0 AND r.status NOT IN ('closed', 'left-out')"
    )
    for published, is_delayed in rows:
        name = names[-1] if published is None else names[sum(published < limit for limit in limits)]
        counts[name][0] += 1
        counts[name][1] += is_delayed
    return [AgeBand(name, *pair) for name, pair in counts.items() if name != names[-1] or pair[0]]


def _courses(conn: sqlite3.Connection) -> list[_Course]:
    rows = conn.execute(_CHANGES).fetchall()
    undone = _undone((str(row[1]), row[2]) for row in rows)
    found: dict[str, _Course] = {}
    for entity, change, undoes, time, creates, stage, day, asks, track, has_track, published in rows:
        if undoes is not None or change in undone:
            continue
        recorded = local_date(time)
        course = found.setdefault(entity, _Course(published or recorded))
        closes = None if stage is None else _closes(stage, asks)
        late = track == Track.DELAYED if has_track else None
        if closes and creates and not day:
            course.closed_unknown_until = recorded
        if closes is not None:
            # What an item is recorded with, and has no day, it was from its beginning.
            undated = course.begins if creates and not closes else recorded
            _note(course.closed, min(day or undated, recorded), closes)
        if late is not None or creates:
            _note(course.late, recorded, bool(late))
    return list(found.values())


def _undone(changes: Iterable[tuple[str, str | None]]) -> set[str]:
    """The changes that are undone and not done again; an undo comes after what it undoes."""
    undone: set[str] = set()
    for change, undoes in reversed(list(changes)):
        if undoes is not None and change not in undone:
            undone.add(undoes)
    return undone


def _closes(stage: str, asks: str | None) -> bool:
    return stage in CLOSING_STAGES or (stage == Stage.SUBMITTED and asks != "view")


def _month_ends(today: date, months: int) -> list[str]:
    """The last days of the newest months, the oldest first; today in place of the last."""
    days = [today]
    while len(days) < months:
        days.append(days[-1].replace(day=1) - timedelta(days=1))
    return [day.isoformat() for day in reversed(days)]


def _count(courses: Iterable[_Course], day: str, has_delays: bool) -> MonthCount:
    opened = closed = delayed = unknown = 0
    for course in courses:
        if course.begins > day:
            continue
        if day < course.closed_unknown_until:
            unknown += 1
            continue
        is_closed = _at(course.closed, day)
        is_late = _at(course.late, day)
        opened, closed = opened + (not is_closed), closed + is_closed
        delayed += is_late and not is_closed
    return MonthCount(day, opened, closed, delayed if has_delays else None, unknown)
