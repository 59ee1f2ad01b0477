"""The marking of the register, and the highest of what a page prints."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from store.domain.fields import KINDS, REGISTER
from store.domain.vocabulary import MARKINGS


def register_marking(conn: sqlite3.Connection) -> str:
    """The marking of the register itself; the lowest where none is recorded."""
    found = conn.execute("SELECT marking FROM register WHERE id = ?", (REGISTER,)).fetchone()
    return str((found and found[0]) or MARKINGS[0])


def highest_marking(conn: sqlite3.Connection, register: str, included: Mapping[str, Iterable[str]]) -> str:
    """The highest marking of the register and of the entities on a page, by kind, their reasons among them; of a
    marking in conflict, the higher."""
    top = MARKINGS[-1]
    for kind, ids in included.items():
        own = f"SELECT 1 FROM json_each(?1) t JOIN {kind} k ON k.id = t.value AND k.marking = ?2 UNION ALL "
        found = conn.execute(
            f"{own if 'marking' in KINDS[kind].fields else ''}"
            "SELECT 1 FROM json_each(?1) t JOIN conflict c ON c.entity = t.value AND c.field = 'marking' UNION ALL "
            "SELECT 1 FROM json_each(?1) t JOIN change c ON c.entity = t.value "
            "JOIN reason_marking m ON m.change = c.id AND m.withdrawn = 0 AND m.marking = ?2 LIMIT 1",
            (json.dumps(sorted(ids)), top),
        ).fetchone()
        if found:
            return top
    return register
