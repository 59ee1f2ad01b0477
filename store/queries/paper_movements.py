"""What has changed between two papers, or since a day; and what has come in since a paper's figures were fixed."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from store.domain.date_reading import read_date
from store.domain.dates import format_date
from store.domain.fields import UNKNOWN
from store.domain.vocabulary import Status, label_of
from store.log.change import target_moves
from store.log.change_log import ChangeLog
from store.queries.paper_rows import ItemState, Movement, Movements, PaperRow, paper_before
from store.queries.paper_states import (
    Moment,
    changes_at,
    end_of,
    fixed_states,
    fixing_moment,
    states_at,
    states_now,
    value_of,
)

_REFUSED = ("remain-open", "more-evidence", "partly-discharged")
"""The verdicts of a reply that does not discharge the whole of an item."""

MOVEMENTS = {
    "closed": "Closed",
    "reopened": "Reopened",
    "delayed": "Newly delayed",
    "added": "New",
    "moved_later": "Target moved later",
    "sent": "Evidence sent",
    "came_back": "Came back, not discharged",
}
"""The lists of changes, each with its heading."""

AFTER, BEFORE, UNDATED = "after", "before", ""


@dataclass(frozen=True, slots=True)
class Since:
    """What changes are counted from, for one publication: the first and last day that it may mean, and what the register
    knew then."""

    earliest: str
    latest: str
    moment: Moment

    def places(self, earliest: str | None, latest: str | None) -> str:
        """Whether an event between two days was after or before it; UNDATED where it may have been either.

        An event that is known no better than as since the same month ("since the March 2024 update") was after it.
        """
        if latest and latest <= self.earliest:
            return BEFORE
        if earliest and (earliest > self.latest or (earliest >= self.earliest and (latest or "") > self.latest)):
            return AFTER
        return UNDATED


@dataclass(frozen=True, slots=True)
class Start:
    """What changes are counted from: in words, by publication, and the items as they were, where the register knew them."""

    words: str
    of: dict[str, Since]
    was: dict[str, ItemState]


def _since(earliest: str | None, latest: str) -> Since:
    return Since(earliest or latest, latest, end_of(latest))


def _format_day(day: str) -> str:
    return format_date(date.fromisoformat(day))


def start_of(conn: sqlite3.Connection, row: PaperRow, publications: Sequence[str]) -> Start:
    """What its changes are counted from: the day that it names, else the fixing or the day of the paper before, else each
    publication's last update, as printed."""
    own = conn.execute("SELECT since, since_earliest, since_latest FROM paper WHERE id = ?", (row.id,)).fetchone()
    before = paper_before(conn, row)
    if own and own[2]:
        words, of = str(own[0]), dict.fromkeys(publications, _since(own[1], own[2]))
    elif before and before.fixings:
        fixing = before.fixings[0]
        since = Since(fixing.day, fixing.day, fixing_moment(conn, fixing))
        words = f"{_format_day(fixing.day)}, when the figures of the paper before were fixed"
        was = fixed_states(conn, fixing.id, publications)
        # On what it did not report the register knew more than it did.
        fixed = {item.publication for item in was.values()}
        was |= states_at(conn, [one for one in publications if one not in fixed], since.moment)
        return Start(words, dict.fromkeys(publications, since), was)
    elif before and before.date_latest:
        words = f"{before.date}, the day of the paper before"
        of = dict.fromkeys(publications, _since(None, before.date_latest))
    else:
        marks = json.dumps([*publications])
        rows = conn.execute(
            "SELECT id, last_update, last_update_earliest, last_update_latest FROM publication "
            "WHERE last_update_latest IS NOT NULL AND id IN (SELECT value FROM json_each(?))",
            (marks,),
        ).fetchall()
        of = {found[0]: _since(found[2], found[3]) for found in rows}
        named = {found[1] for found in rows}
        words = "the last update of each publication" if named else ""
        words = f"{named.pop()}, the last update" if len(named) == 1 else words
    by_moment: dict[Moment, list[str]] = defaultdict(list)
    for publication, since in of.items():
        by_moment[since.moment].append(publication)
    was = {}
    for moment, some in by_moment.items():
        was |= states_at(conn, some, moment)
    return Start(words, of, was)


def movements(
    conn: sqlite3.Connection, row: PaperRow, now: dict[str, ItemState], start: Start | None = None
) -> Movements:
    """What has changed since the paper before it was fixed, or since the day that the paper names.

    An item that the register had at that time is compared with what it was. Of any other the days of what happened decide
    (when it was closed, sent or replied to, and a target stated); where there is none the change is undated, unless the item
    was closed nobody knows how. A target moved later as everywhere: its last day is later, or a first that is lost is
    followed by a day. `start` is what `start_of` gave for their publications, where that was read already.
    """
    start = start or start_of(conn, row, [*dict.fromkeys(item.publication for item in now.values())])
    until = fixing_moment(conn, row.fixings[0]) if row.fixings else None
    found: dict[str, list[Movement]] = defaultdict(list)
    events = _Events(conn, start, until)
    events.read([item for item in now.values() if item.publication in start.of])
    for item in now.values():
        if item.publication in start.of:
            for name, movement in events.of(item):
                found[name].append(movement)
    return Movements(start.words, **{name: tuple(listed) for name, listed in found.items()})


class _Events:
    """What is dated of some items: their stages, submissions and replies, and the publications that they are of."""

    def __init__(self, conn: sqlite3.Connection, start: Start, until: Moment | None) -> None:
        self.conn, self.start, self.until = conn, start, until
        self.published: dict[str, str | None] = {}
        self.dated: dict[str, Sequence[Any]] = {}
        self.sent: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self.replies: dict[str, list[Sequence[Any]]] = defaultdict(list)
        self.begun: set[str] = set()

    def read(self, items: Sequence[ItemState]) -> None:
        """Read what is dated of these items."""
        ids = (json.dumps([item.id for item in items]),)
        self.published = dict(self.conn.execute("SELECT id, published_earliest FROM publication").fetchall())
        self.begun = {item.publication for item in self.start.was.values()}
        new = (json.dumps([item.id for item in items if item.id not in self.start.was]),)
        for found in self.conn.execute(
            "SELECT id, stage_earliest, stage_latest, moved_later, target_said FROM recommendation "
            "WHERE id IN (SELECT value FROM json_each(?))",
            new,
        ):
            self.dated[found[0]] = found[1:]
        if self.until is not None:
            self.dated |= self._dated_then(new[0], self.until)
        for found in self.conn.execute(
            "SELECT s.recommendation, s.sent_earliest, s.sent_latest, s.sent, s.asks, c.n, c.time FROM submission s "
            "JOIN change c ON c.entity = s.id AND c.parents = '[]' WHERE s.withdrawn = 0 "
            "AND s.recommendation IN (SELECT value FROM json_each(?)) "
            "ORDER BY COALESCE(s.sent_latest, substr(s.recorded, 1, 10)), s.recorded, s.id",
            ids,
        ):
            self.sent[found[0]].append(found[1:])
        for found in self.conn.execute(
            "SELECT y.recommendation, y.dated_earliest, y.dated_latest, y.dated, y.verdict, c.n, c.time, s.sent_earliest, "
            "s.sent_latest FROM reply y JOIN change c ON c.entity = y.id AND c.parents = '[]' "
            "LEFT JOIN submission s ON s.id = y.submission AND s.withdrawn = 0 "
            f"WHERE y.withdrawn = 0 AND y.verdict IN {_REFUSED} AND y.recommendation IN (SELECT value FROM json_each(?)) "
            "ORDER BY COALESCE(y.dated_latest, substr(y.recorded, 1, 10)), y.recorded, y.id",
            ids,
        ):
            self.replies[found[0]].append(found[1:])

    def _dated_then(self, items: str, until: Moment) -> dict[str, Sequence[Any]]:
        """The same of those items (ids as JSON) that are others since the figures were fixed: as they were then."""
        log = ChangeLog(self.conn)
        found: dict[str, Sequence[Any]] = {}
        rows = self.conn.execute(
            "SELECT DISTINCT entity FROM change WHERE kind = 'recommendation' AND (time >= ? OR n > ?) "
            "AND entity IN (SELECT value FROM json_each(?))",
            (until.before, 2**62 if until.last is None else until.last, items),
        ).fetchall()
        for (item,) in rows:
            changes = changes_at(log, item, until)
            stage, target = (value_of(changes, name) or {} for name in ("stage", "target"))
            later = target_moves(changes).later if changes else 0
            found[item] = (stage.get("earliest"), stage.get("latest"), later, target.get("said"))
        return found

    def of(self, item: ItemState) -> Iterable[tuple[str, Movement]]:
        """What has changed of an item, each under the name of its list."""
        was, since = self.start.was.get(item.id), self.start.of[item.publication]
        if was is None:
            yield from self._of_new(item, since)
        else:
            yield from _compare(item, was)
        yield from self._sent(item, was, since)
        yield from self._came_back(item, was, since)

    def _of_new(self, item: ItemState, since: Since) -> Iterable[tuple[str, Movement]]:
        earliest, latest, moved_later, said = self.dated.get(item.id, (None, None, 0, None))
        if item.publication in self.begun or (self.published.get(item.publication) or "") > since.latest:
            yield "added", Movement(item.id, item.reference, "", describe_status(item))
        placed = since.places(earliest, latest)
        may_be_since = placed or latest or item.closed_as != "closed-not-known-how"
        if item.status == Status.CLOSED and placed != BEFORE and may_be_since:
            day = f", {item.stage_day}" if item.stage_day else ""
            yield "closed", Movement(item.id, item.reference, "", f"{describe_status(item)}{day}", placed == UNDATED)
        if moved_later and item.status != Status.CLOSED and since.places(*_bounds(said)) == AFTER:
            yield from self._moved(item, since)

    def _moved(self, item: ItemState, since: Since) -> Iterable[tuple[str, Movement]]:
        """A target that was moved later since, as it was known when the figures were fixed."""
        log = ChangeLog(self.conn)
        moves = target_moves(changes_at(log, item.id, self.until) if self.until else log.of_entity(item.id))
        targets: list[Any] = [change.value("target").value for change in moves.path]
        if moves.later and since.places(*_bounds(targets[-1].get("said"))) == AFTER:
            before = targets[-2]["text"] if len(targets) > 1 else UNKNOWN
            yield "moved_later", Movement(item.id, item.reference, before, item.target or UNKNOWN)

    def _is_news(
        self, item: ItemState, was: ItemState | None, since: Since, placed: str, number: int, time: str
    ) -> bool:
        """Whether what was sent or came back is news since then: not what was long past and is recorded only now, unless
        the item is another by it."""
        if self.until is not None and not self.until.knew(number, time):
            return False
        if was is None:
            return placed != BEFORE
        if since.moment.knew(number, time):
            return False
        return placed != BEFORE or (was.status, was.stage) != (item.status, item.stage)

    def _sent(self, item: ItemState, was: ItemState | None, since: Since) -> Iterable[tuple[str, Movement]]:
        for earliest, latest, sent, asks, number, time in reversed(self.sent.get(item.id, ())):
            placed = since.places(earliest, latest)
            if self._is_news(item, was, since, placed, number, time):
                what = {"closure": "closure asked for", "view": "a view asked for"}.get(asks, "sent")
                after = f"{what}, sent {sent}" if sent else what
                before = label_of(was.stage) if was else ""
                yield "sent", Movement(item.id, item.reference, before, after, not was and placed == UNDATED)
                return
        if was and item.stage == "submitted" != was.stage:
            yield "sent", Movement(item.id, item.reference, label_of(was.stage), label_of(item.stage))

    def _came_back(self, item: ItemState, was: ItemState | None, since: Since) -> Iterable[tuple[str, Movement]]:
        for earliest, latest, dated, verdict, number, time, *answered in reversed(self.replies.get(item.id, ())):
            # A reply has no day more often than what it answers, and is later.
            placed = since.places(earliest, latest)
            placed = AFTER if placed == UNDATED and since.places(*answered) == AFTER else placed
            if self._is_news(item, was, since, placed, number, time):
                after = f"{label_of(verdict)}, {dated}" if dated else label_of(verdict)
                before = label_of(was.stage) if was else ""
                yield "came_back", Movement(item.id, item.reference, before, after, not was and placed == UNDATED)
                return
        if was and item.stage == "remain-open" != was.stage:
            yield "came_back", Movement(item.id, item.reference, label_of(was.stage), label_of(item.stage))


def _bounds(said: str | None) -> tuple[str | None, str | None]:
    """The first and the last day of when a target was stated."""
    try:
        read = read_date(said or "")
    except ValueError:
        return None, None
    return (
        read.earliest.isoformat() if read.earliest else None,
        read.latest.isoformat() if read.latest else None,
    )


def _compare(item: ItemState, was: ItemState) -> Iterable[tuple[str, Movement]]:
    status = Movement(item.id, item.reference, describe_status(was), describe_status(item))
    is_closed, was_closed = (state.status == Status.CLOSED for state in (item, was))
    if is_closed and not was_closed:
        yield "closed", status
    if was_closed and not is_closed:
        yield "reopened", status
    if item.status == Status.DELAYED != was.status:
        yield "delayed", status
    later = item.target_latest and (
        was.target_latest < item.target_latest if was.target_latest else was.target == UNKNOWN
    )
    if later and not is_closed:
        yield "moved_later", Movement(item.id, item.reference, was.target or UNKNOWN, item.target or UNKNOWN)


def describe_status(item: ItemState) -> str:
    """The status of an item in words, of a closed one how it was closed."""
    if item.closed_as == "with-inspectorate":
        return "Closed: with the inspectorate"
    if item.closed_as and item.closed_as.startswith("closed"):
        return label_of(item.closed_as)
    return f"Closed: {label_of(item.closed_as).lower()}" if item.closed_as else label_of(item.status)


def _differing(item: ItemState, was: ItemState) -> tuple[str, str]:
    """What differs between two states of an item, each side in words."""
    pairs = [
        (describe_status(was), describe_status(item)),
        (f"stage {label_of(was.stage).lower()}", f"stage {label_of(item.stage).lower()}"),
        (f"target {was.target or 'none'}", f"target {item.target or 'none'}"),
    ]
    if pairs[0][0] != pairs[0][1] and was.stage != item.stage and item.closed_as:
        # How it was closed gives its stage.
        del pairs[1]
    differing = [(old, new) for old, new in pairs if old != new]
    return "; ".join(old for old, _ in differing), "; ".join(new for _, new in differing)


_NEWS = """
SELECT f.recommendation FROM fixed_item f WHERE f.fixing = ? AND f.withdrawn = 0 AND EXISTS (
  SELECT 1 FROM change c WHERE c.entity = f.recommendation
     AND c.id NOT IN (SELECT value FROM json_each(COALESCE(f.heads, '[]')))
     AND NOT EXISTS (SELECT 1 FROM change d, json_each(d.parents) p WHERE d.entity = c.entity AND p.value = c.id)
     AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id))
"""
"""SQL for the fixed items with a change that no other follows, and which was not there when they were fixed."""


def since_fixing(conn: sqlite3.Connection, row: PaperRow) -> list[Movement]:
    """What has come in since its figures were fixed: items whose status, stage or target is another now, and those that
    were added or withdrawn."""
    if not row.fixings:
        return []
    fixing = row.fixings[0]
    publications = _fixed_publications(conn, row, fixing.id)
    was, now = fixed_states(conn, fixing.id, publications), states_now(conn, publications)
    news = {found[0] for found in conn.execute(_NEWS, (fixing.id,))}
    found = []
    for item in now.values():
        if item.id not in was:
            found.append(Movement(item.id, item.reference, "", f"added, {describe_status(item).lower()}"))
        elif item.id in news:
            before, after = _differing(item, was[item.id])
            if before or after:
                found.append(Movement(item.id, item.reference, before, after))
    gone = [item for item in was.values() if item.id not in now and item.id in news]
    return found + [Movement(item.id, item.reference, describe_status(item), "withdrawn") for item in gone]


def between_fixings(conn: sqlite3.Connection, row: PaperRow) -> list[Movement]:
    """What changed between the last two fixings of its figures; none where it was fixed once, or never."""
    if len(row.fixings) < 2:
        return []
    now, was = (fixed_states(conn, fixing.id, _fixed_publications(conn, row, fixing.id)) for fixing in row.fixings[:2])
    found = []
    for item in now.values():
        before, after = _differing(item, was[item.id]) if item.id in was else ("", describe_status(item))
        if before or after:
            found.append(Movement(item.id, item.reference, before, after))
    return found


def _fixed_publications(conn: sqlite3.Connection, row: PaperRow, fixing: str) -> list[str]:
    """The publications that it reports on, else those of the items that were fixed, oldest first."""
    if row.publications:
        return [*row.publications]
    rows = conn.execute(
        "SELECT DISTINCT p.id, COALESCE(p.published_latest, '9999'), p.code FROM fixed_item f "
        "JOIN recommendation r ON r.id = f.recommendation JOIN publication p ON p.id = r.publication "
        "WHERE f.fixing = ? ORDER BY 2, 3",
        (fixing,),
    )
    return [found[0] for found in rows]
