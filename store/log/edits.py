"""What people did, counted as they would: an action is one edit, however many changes it wrote; that nothing is new is none."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from store.domain.fields import label_of_kind
from store.domain.text import one_line
from store.log.describe import count_of

UNLISTED = ("note_on", "evidence", "fixed_item")
"""Kinds whose changes are not listed: each belongs to a note, a submission or a fixing that is listed."""

_IS_NAME = "(c.kind = 'party' AND c.parents = '[]')"
"""SQL for a change that only brings a name in: of whoever writes, leads, or is written about."""

_FEW = 3


@dataclass(frozen=True, slots=True)
class Edits:
    """What one person did: how many edits, of how many items they recorded that nothing is new, and names that came in."""

    name: str
    edits: int
    nothing_new: int
    names: int = 0


def edits_between(conn: sqlite3.Connection, first: int, last: int, device: str | None = None) -> tuple[Edits, ...]:
    """What each author did in the changes of these numbers, those with most edits first; of one device, where it is given."""
    rows = conn.execute(
        "SELECT COALESCE(p.name, 'somebody'), "
        f"count(DISTINCT CASE WHEN c.kind <> 'nothing_new' AND NOT {_IS_NAME} THEN c.action END) AS edits, "
        "count(DISTINCT CASE WHEN c.kind = 'nothing_new' THEN c.entity END), "
        f"count(DISTINCT CASE WHEN {_IS_NAME} THEN c.entity END) FROM change c LEFT JOIN party p ON p.id = c.author "
        "WHERE c.n BETWEEN ?1 AND ?2 AND (?3 IS NULL OR c.device = ?3) GROUP BY c.author ORDER BY edits DESC, 3 DESC, 1",
        (first, last, device),
    )
    return tuple(Edits(str(name), int(edits), int(same), int(names)) for name, edits, same, names in rows)


def kinds_between(conn: sqlite3.Connection, first: int, last: int) -> tuple[tuple[str, int], ...]:
    """What was added and what was changed in the changes of these numbers: of each kind, how many entities."""
    found: Counter[str] = Counter()
    for kind, is_new, number in conn.execute(
        "SELECT kind, is_new, count(*) FROM (SELECT kind, max(parents = '[]') AS is_new FROM change "
        f"WHERE n BETWEEN ? AND ? AND kind NOT IN {(*UNLISTED, 'nothing_new')} GROUP BY kind, entity) GROUP BY 1, 2",
        (first, last),
    ):
        if (kind, is_new) != ("party", 1):
            found[f"{label_of_kind(kind)} {'added' if is_new else 'changed'}"] += number
    return tuple(found.most_common())


def count_edits(people: Iterable[Edits]) -> str:
    """How much people did: "4 edits, nothing new on 2 items"; "" where they did nothing."""
    people = tuple(people)
    edits, same, names = (sum(getattr(one, name) for one in people) for name in ("edits", "nothing_new", "names"))
    parts = [count_of(edits, "edit")] if edits else []
    parts += [f"nothing new on {count_of(same, 'item')}"] if same else []
    if not parts and names:
        parts = [f"{names:,} new name{'' if names == 1 else 's'}"]
    return ", ".join(parts)


def name_people(people: Iterable[Edits]) -> str:
    """Who did it: the first few by name, and how many more."""
    names = [one_line(one.name, most=40) for one in people]
    return ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW:,} more" if len(names) > _FEW else "")


def describe_edits(people: Iterable[Edits]) -> str:
    """Who did how much, in one line: "C3 lead: 4 edits, nothing new on 2 items"."""
    people = tuple(people)
    return f"{name_people(people)}: {count_edits(people)}" if people else ""
