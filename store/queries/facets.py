"""The facets that a list can be filtered by: their values under the other facets, with counts."""

from __future__ import annotations

import sqlite3
from datetime import date

from store.domain.lists import register_lists
from store.domain.names import sort_key
from store.domain.vocabulary import Response, Stage, Status
from store.queries.filter import (
    COLUMNS,
    NO_CODE,
    NO_DELAY,
    NO_LEAD,
    NO_OUTCOME,
    NO_PRIORITY,
    NO_THEME,
    OUTCOME_NAME,
    OUTCOMES,
    TARGETS,
    WITH_INSPECTORATE,
    Filter,
    target_condition,
)
from store.queries.item_list import count_source


def facet(conn: sqlite3.Connection, shown: Filter, name: str, today: date) -> list[tuple[str, int]]:
    """The values of a facet that have items under the other facets, with counts, in the order of the facet."""
    source, values = count_source(conn, shown.without(name), today)
    if name == "target":
        return _targets(conn, source, values, today)
    if name == "lead":
        return _leads(conn, source, values)
    if name == "outcome":
        return _outcomes(conn, source, values)
    column = COLUMNS[name]
    rows = conn.execute(
        f"SELECT r.{column}, count(*), count(*) FILTER (WHERE r.closed_as = '{WITH_INSPECTORATE}') FROM {source} "
        f"GROUP BY r.{column}",
        values,
    ).fetchall()
    lists = register_lists(conn)
    numbers = {str(v): int(n) for v, n, _ in rows if v is not None}
    none = sum(int(n) for v, n, _ in rows if v is None)
    if name in _WITH_NONE and none:
        numbers[_WITH_NONE[name]] = numbers.get(_WITH_NONE[name], 0) + none
    found = sorted(numbers.items(), key=lambda pair: sort_key(pair[0]))
    if name == "priority":
        found.sort(key=lambda pair: lists.rank(pair[0]) or 0)
    elif usual := _USUAL.get(name):
        found.sort(key=lambda pair: usual.get(pair[0], len(usual)))
    if name in _NONE and none:
        found.append((_NONE[name], none))
    if name == "status" and (sent := sum(int(n) for *_, n in rows)):
        found.append((WITH_INSPECTORATE, sent))
    return found


_NONE = {"theme": NO_THEME, "publication": NO_CODE, "priority": NO_PRIORITY, "delay": NO_DELAY}
_WITH_NONE = {"response": str(Response.NOT_YET)}
"""The value that those without any are counted under."""

_USUAL = {
    "status": {str(status): place for place, status in enumerate(Status)},
    "stage": {str(stage): place for place, stage in enumerate(Stage)},
    "response": {str(response): place for place, response in enumerate(Response)},
}
"""The rank of each value, for facets that are not ordered alphabetically."""


def _targets(conn: sqlite3.Connection, source: str, values: list[object], today: date) -> list[tuple[str, int]]:
    asked: list[object] = []
    columns = [f"count(*) FILTER (WHERE {target_condition(bucket, today, asked)})" for bucket in TARGETS]
    row = conn.execute(f"SELECT {', '.join(columns)} FROM {source}", [*asked, *values]).fetchone()
    return [(bucket, int(n)) for bucket, n in zip(TARGETS, row, strict=True) if n]


def _leads(conn: sqlite3.Connection, source: str, values: list[object]) -> list[tuple[str, int]]:
    """Counts by lead, case-insensitive; grouped by the column of joined names, which has few distinct values."""
    found: dict[str, int] = {}
    called: dict[str, str] = {}
    for leads, n, item in conn.execute(f"SELECT r.leads, count(*), min(r.seq) FROM {source} GROUP BY r.leads", values):
        names = lead_names(conn, item) if leads else [NO_LEAD]
        for key, name in {caseless(name): name for name in names}.items():
            found[key] = found.get(key, 0) + int(n)
            called.setdefault(key, name)
    none = found.pop(NO_LEAD, 0)
    ordered = sorted(((called[key], n) for key, n in found.items()), key=lambda pair: sort_key(pair[0]))
    return [*ordered, (NO_LEAD, none)] if none else ordered


def _outcomes(conn: sqlite3.Connection, source: str, values: list[object]) -> list[tuple[str, int]]:
    """Counts by outcome in natural order (2 before 10), then of items that contribute to none."""
    shown = bytearray(int(conn.execute("SELECT COALESCE(max(seq), 0) + 1 FROM recommendation").fetchone()[0]))
    for (seq,) in conn.execute(f"SELECT r.seq FROM {source}", values):
        shown[seq] = 1
    # Filtered through an array: as a condition of the SQL it takes seconds in a large register.
    found: dict[str, int] = {}
    without = bytearray(shown)
    for name, seq in conn.execute(OUTCOMES.format(columns=f"DISTINCT {OUTCOME_NAME}, x.seq")):
        if shown[seq] and name:
            found[name] = found.get(name, 0) + 1
            without[seq] = 0
    ordered = sorted(found.items(), key=lambda pair: sort_key(pair[0]))
    none = without.count(1)
    return [*ordered, (NO_OUTCOME, none)] if none else ordered


def lead_names(conn: sqlite3.Connection, seq: int) -> list[str]:
    """The names of the leads of the item with this seq."""
    return [
        str(row[0])
        for row in conn.execute(
            "SELECT DISTINCT y.shown_name FROM recommendation r JOIN lead l ON l.recommendation = r.id AND l.withdrawn = 0 "
            "JOIN party y ON y.id = l.party WHERE r.seq = ? AND y.shown_name <> ''",
            (seq,),
        )
    ]


def caseless(name: str) -> str:
    """A name as SQLite's NOCASE compares it: only a to z have a case."""
    return "".join(c.lower() if c.isascii() else c for c in name)
