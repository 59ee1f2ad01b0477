"""Writing rows of the derived tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from functools import cache

from store.domain.fields import KINDS
from store.log.change import WITHDRAWN

_BATCH = 500
_COMMON_COLUMNS = ("withdrawn", "basis", "left_out", "recorded", "recorded_by", "changed", "changed_by")
_MOVES = (
    "first_target", "first_target_latest", "moved_later", "moved_at_least", "in_conflict", "no_reason", "status_said",
)  # fmt: skip


@cache
def columns_of(kind: str) -> tuple[str, ...]:
    """The columns of a kind's table that changes write, id first."""
    names = ["id"]
    for name, field in KINDS[kind].fields.items():
        if name != WITHDRAWN:
            names += field.columns(name)
    return (*names, *_COMMON_COLUMNS, *(_MOVES if kind == "recommendation" else ()))


@cache
def _insert(kind: str) -> str:
    columns = columns_of(kind)
    named, marks = ",".join(columns), ",".join("?" * len(columns))
    if kind == "recommendation":
        return (
            f"INSERT INTO recommendation ({named}, seq) VALUES ({marks}, "
            "(SELECT COALESCE(max(seq), 0) + 1 FROM recommendation))"
        )
    updates = ", ".join(f"{c} = excluded.{c}" for c in columns[1:])
    return f"INSERT INTO {kind} ({named}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {updates}"


def write_rows(conn: sqlite3.Connection, kind: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Write rows of a kind's table, whether they are new or not; their columns are those of `columns_of`."""
    if kind != "recommendation":
        conn.executemany(_insert(kind), rows)
        return
    columns = columns_of(kind)
    sql = f"SELECT {','.join(columns)} FROM recommendation WHERE id IN (SELECT value FROM json_each(?))"
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        here = {row[0]: row for row in conn.execute(sql, (json.dumps([row[0] for row in part]),))}
        conn.executemany(_insert(kind), [row for row in part if row[0] not in here])
        for row in part:
            if before := here.get(row[0]):
                write_columns(conn, columns, row, before, row[0])


def write_columns(
    conn: sqlite3.Connection, columns: Sequence[str], row: Sequence[object], before: Sequence[object], item: object
) -> None:
    """Write columns of an item, those alone that are not as before: each has indexes, which are written with it."""
    changed = [n for n, value in enumerate(row) if value != before[n]]
    if changed:
        names = ", ".join(f"{columns[n]} = ?" for n in changed)
        conn.execute(f"UPDATE recommendation SET {names} WHERE id = ?", (*[row[n] for n in changed], item))
