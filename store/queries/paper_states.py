"""The items of a paper as they are now, as they were fixed, and as the register had them at an earlier moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from store.domain.dates import day_ends
from store.domain.vocabulary import CLOSING_STAGES, Stage, Status
from store.log.change import Change, ancestors, heads
from store.log.change_log import ChangeLog
from store.queries.paper_rows import ItemState, PaperFixing


@dataclass(frozen=True, slots=True)
class Moment:
    """What the register knew at a time: the changes of this file up to a number, and stamped before a time.

    The number is of use where a fixing is in the log, since what another desk wrote may have come in only after it.
    """

    before: str
    last: int | None = None

    def knew(self, number: int, time: str) -> bool:
        """Whether it knew a change with this number and time stamp."""
        return time < self.before and (self.last is None or number <= self.last)


def end_of(day: str) -> Moment:
    """The end of a day of the person's, an ISO day."""
    return Moment(day_ends(date.fromisoformat(day)))


def fixing_moment(conn: sqlite3.Connection, fixing: PaperFixing) -> Moment:
    """What the register knew when a paper's figures were fixed."""
    number = conn.execute("SELECT min(n) FROM change WHERE entity = ?", (fixing.id,)).fetchone()[0]
    return replace(end_of(fixing.day), last=number)


_STATE = "r.id, r.publication, r.reference"
_NOW = "r.status, COALESCE(r.closed_as, ''), COALESCE(r.stage, 'not-stated'), r.stage_day, r.target, r.target_latest"


def _in_order(rows: Iterable[Sequence[Any]], publications: Sequence[str]) -> dict[str, ItemState]:
    """Items by their ids: the publications in their order, the items in that of the rows."""
    place = {publication: n for n, publication in enumerate(publications)}
    found = [ItemState(*row) for row in rows]
    return {item.id: item for item in sorted(found, key=lambda item: place[item.publication])}


def states_now(conn: sqlite3.Connection, publications: Sequence[str]) -> dict[str, ItemState]:
    """Every item of some publications as it is now, parts aside."""
    rows = conn.execute(
        f"SELECT {_STATE}, {_NOW}, r.apart FROM recommendation r WHERE r.publication IN (SELECT value FROM json_each(?)) "
        "AND r.counted = 1 ORDER BY r.sort_key",
        (json.dumps([*publications]),),
    )
    return _in_order(rows, publications)


def fixed_states(conn: sqlite3.Connection, fixing: str, publications: Sequence[str]) -> dict[str, ItemState]:
    """Every item of some publications as it was fixed. One that was left out of this copy is not among them."""
    rows = conn.execute(
        f"SELECT {_STATE}, f.status, COALESCE(f.closed_as, ''), COALESCE(f.stage, 'not-stated'), f.stage_day, f.target, "
        "f.target_latest, r.apart FROM fixed_item f JOIN recommendation r ON r.id = f.recommendation WHERE f.fixing = ? "
        "AND f.withdrawn = 0 AND f.status IS NOT NULL AND r.publication IN (SELECT value FROM json_each(?)) "
        "ORDER BY r.sort_key",
        (fixing, json.dumps([*publications])),
    )
    return _in_order(rows, publications)


def states_at(conn: sqlite3.Connection, publications: Sequence[str], moment: Moment) -> dict[str, ItemState]:
    """Every item of some publications as the register had it at a moment; what was recorded only later is not there.

    Whether an item was counted is taken from today, but for its own withdrawal.
    """
    now = states_now(conn, publications)
    log = ChangeLog(conn)
    wanted = json.dumps([*publications])
    rows = conn.execute(
        f"SELECT {_STATE}, {_NOW}, r.apart, r.counted FROM recommendation r WHERE r.publication IN "
        "(SELECT value FROM json_each(?)) AND r.part_of IS NULL AND r.left_out = 0 AND r.id IN "
        "(SELECT entity FROM change WHERE kind = 'recommendation' AND (time >= ? OR n > ?)) ORDER BY r.sort_key",
        (wanted, moment.before, 2**62 if moment.last is None else moment.last),
    ).fetchall()
    rewound: dict[str, ItemState | None] = {}
    for row in rows:
        changes = changes_at(log, row[0], moment)
        withdrawn = bool(value_of(changes, "withdrawn"))
        is_there = changes and not withdrawn and (row[10] or _was_withdrawn_since(log, row[0]))
        rewound[row[0]] = _rewound(conn, row, changes) if is_there else None
    back = {entity: item for entity, item in rewound.items() if item and entity not in now}
    found = [rewound.get(entity, item) for entity, item in now.items()]
    place = {publication: n for n, publication in enumerate(publications)}
    every = [item for item in (*found, *back.values()) if item]
    return {item.id: item for item in sorted(every, key=lambda item: place[item.publication])}


def changes_at(log: ChangeLog, entity: str, moment: Moment) -> list[Change]:
    """The changes of an entity that the register knew at a moment, and their ancestors; none where it did not know it."""
    changes = log.of_entity(entity)
    numbers = dict(log.conn.execute("SELECT id, n FROM change WHERE entity = ?", (entity,)).fetchall())
    wanted = ancestors({c.id: c for c in changes}, [c.id for c in changes if moment.knew(numbers[c.id], c.time)])
    return [c for c in changes if c.id in wanted]


def _was_withdrawn_since(log: ChangeLog, entity: str) -> bool:
    return bool(value_of(log.of_entity(entity), "withdrawn"))


def value_of(changes: Sequence[Change], name: str) -> Any:
    """The value of a field by some changes of its entity; None where they have none."""
    top = heads(changes, name)
    return top[-1].value(name).value if top else None


def _rewound(conn: sqlite3.Connection, row: Sequence[Any], changes: Sequence[Change]) -> ItemState:
    stage = value_of(changes, "stage") or {"text": str(Stage.NOT_STATED)}
    target = value_of(changes, "target") or {}
    closed_as = stage["text"] if stage["text"] in CLOSING_STAGES else ""
    if stage["text"] == Stage.SUBMITTED and (stage.get("asks") or _asks(conn, row[0])) == "closure":
        closed_as = "with-inspectorate"
    return ItemState(
        row[0],
        row[1],
        row[2],
        str(Status.CLOSED) if closed_as else value_of(changes, "track") or str(Status.NOT_STATED),
        closed_as,
        stage["text"],
        stage.get("day"),
        target.get("text"),
        target.get("latest"),
        bool(row[9]),
    )


def _asks(conn: sqlite3.Connection, item: str) -> str | None:
    """What the newest submission of an item asks for."""
    row = conn.execute(
        "SELECT asks FROM submission WHERE recommendation = ? AND withdrawn = 0 "
        "ORDER BY COALESCE(sent_latest, substr(recorded, 1, 10)) DESC, recorded DESC, id DESC LIMIT 1",
        (item,),
    ).fetchone()
    return row[0] if row else None
