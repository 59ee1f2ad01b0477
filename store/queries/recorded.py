"""Names that are recorded already, to complete one that is typed: of parties, publishers and items.

Each is found from an index or among few rows: the cost of a key does not grow with the register.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

MOST = 500
"""The most names that are listed."""


def _beginnings(typed: str) -> tuple[str, ...]:
    """The ways to write what was typed that the index is asked for: to it, a capital is another letter."""
    return tuple(dict.fromkeys((typed, typed[:1].upper() + typed[1:], typed.title(), typed.upper())))


def _beginning_with(conn: sqlite3.Connection, column: str, source: str, typed: str) -> list[str]:
    found: dict[str, None] = {}
    for text in _beginnings(typed):
        rows = conn.execute(
            f"SELECT {column} FROM {source} AND {column} >= ? AND {column} < ? ORDER BY {column} LIMIT {MOST}",
            (text or " ", f"{text}\U0010ffff"),
        )
        found |= dict.fromkeys(str(row[0]) for row in rows)
    return sorted(found, key=str.casefold) if not typed else list(found)


def party_names(conn: sqlite3.Connection, typed: str = "") -> Sequence[str]:
    """The names of parties that begin with what is typed; with "" all, at most MOST."""
    return _beginning_with(conn, "name", "party INDEXED BY party_by_name WHERE withdrawn = 0", typed)


def item_references(conn: sqlite3.Connection, typed: str = "") -> Sequence[str]:
    """The references of items that begin with what is typed; with "" all, at most MOST."""
    source = "recommendation INDEXED BY recommendation_by_reference WHERE withdrawn = 0"
    return _beginning_with(conn, "reference", source, typed)


def publishers(conn: sqlite3.Connection, typed: str = "") -> Sequence[str]:
    """The publishers of the newest publications, at most MOST, that begin with what is typed."""
    newest = "SELECT publisher FROM publication WHERE withdrawn = 0 ORDER BY COALESCE(published_latest, '9999') DESC"
    rows = conn.execute(
        f"SELECT DISTINCT publisher FROM ({newest} LIMIT {MOST}) WHERE publisher IS NOT NULL ORDER BY 1"
    )
    return [str(row[0]) for row in rows if str(row[0]).casefold().startswith(typed.casefold())]
