"""Saved views: the query, sort and columns of a list, under a name."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from store.domain.errors import NotFound
from store.domain.names import fold_name, sort_key

COLUMNS = (
    "ref", "title", "status", "stage", "target", "moved", "theme", "leads", "next", "first", "updated", "said",
)  # fmt: skip
"""The columns that a list can have, by name."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A saved view: its query as typed, its sort, and its columns by name (None for the default columns)."""

    id: str
    name: str
    query: str
    sort: str
    columns: str | None


def saved_views(conn: sqlite3.Connection) -> list[SavedView]:
    """The views of a register, by name."""
    rows = conn.execute(
        "SELECT id, name, COALESCE(query, ''), COALESCE(sort, 'ref'), columns FROM view "
        "WHERE withdrawn = 0 AND name IS NOT NULL ORDER BY id"
    )
    return sorted((SavedView(*row) for row in rows), key=lambda view: sort_key(view.name))


def find_view(conn: sqlite3.Connection, name: str) -> SavedView:
    """The view of a name, case and punctuation aside. Raises NotFound."""
    views = saved_views(conn)
    for view in views:
        if fold_name(view.name) == fold_name(name):
            return view
    raise NotFound(f"view {name.strip()[:40]}", tuple(view.name for view in views)[:5], see="view list")
