"""Parse a query with the names and the newest committee paper of a register."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date

from store.domain.lists import register_lists
from store.domain.names import sort_key, split_names
from store.domain.references import find_outcome
from store.queries.filter import COLUMNS, NO_OUTCOME, OUTCOME_NAME, Filter
from store.queries.query_language import QueryContext, parse

_NAMED = {
    "theme": "SELECT name FROM theme WHERE withdrawn = 0 GROUP BY name ORDER BY min(position), name",
    "publication": "SELECT code FROM publication WHERE withdrawn = 0 ORDER BY code",
    "lead": "SELECT DISTINCT shown_name FROM party WHERE EXISTS "
    "(SELECT 1 FROM lead WHERE lead.party = party.id AND lead.withdrawn = 0) ORDER BY 1",
    "outcome": f"SELECT DISTINCT {OUTCOME_NAME} FROM outcome o WHERE o.withdrawn = 0 ORDER BY 1",
}


def filter_for(conn: sqlite3.Connection, text: str, today: date, acts_for: tuple[str, ...] = ()) -> Filter:
    """Parse a query to a filter, with the names of this register. Raises QueryError, which `point_at_error` shows."""

    context = QueryContext(lambda field: names_of(conn, field), acts_for, lambda: newest_paper(conn, today))
    return parse(text, today, context=context)


def names_of(conn: sqlite3.Connection, field: str) -> Sequence[str]:
    """The names that a query can use of a field: theme, publication (codes), lead, outcome, priority, delay, or kind
    (those of the register's own)."""
    if field in ("kind", "priority", "delay"):
        lists = register_lists(conn)
        words = {"priority": lists.priorities, "delay": lists.delay_kinds}.get(field, lists.kinds | lists.kinds_apart)
        column = COLUMNS[field]
        used = conn.execute(f"SELECT DISTINCT {column} FROM recommendation WHERE {column} IS NOT NULL ORDER BY 1")
        return list(dict.fromkeys((*words, *(str(row[0]) for row in used))))
    names = [str(row[0]) for row in conn.execute(_NAMED[field]) if row[0]]
    return names if field == "theme" else sorted(names, key=sort_key)


def newest_paper(conn: sqlite3.Connection, today: date) -> date | None:
    """The day of the newest committee paper of before a day, or None where none is recorded."""
    sql = "SELECT max(date_latest) FROM paper WHERE withdrawn = 0 AND date_latest <= ?"
    day = conn.execute(sql, (today.isoformat(),)).fetchone()[0]
    return date.fromisoformat(day) if day else None


def split_outcomes(conn: sqlite3.Connection, typed: Sequence[str]) -> tuple[str, ...]:
    """The ids of the outcomes that were typed (see `split_names`), none for the word for none.

    Raises BadInput, NotFound or AmbiguousReference.
    """
    existing = (NO_OUTCOME, *names_of(conn, "outcome"))
    names = [name for value in typed for name in split_names(value, existing, "outcome")]
    return () if names == [NO_OUTCOME] else tuple(dict.fromkeys(find_outcome(conn, name) for name in names))
