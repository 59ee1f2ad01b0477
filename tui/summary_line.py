"""The summary line under the header: counts of the items of the leads that the person acts for."""

from __future__ import annotations

from store.file.database import Connection
from store.queries.item_list import everything_count
from store.register import day_of

FEW_ITEMS = 5_000
"""Up to so many items the summary is computed between two frames."""

SUMMARY_DELAY_SECONDS = 0.3
"""Delay after a change before a thread computes the summary of a larger register."""


def is_quick(conn: Connection) -> bool:
    """Whether the summary can be computed between two frames."""
    return everything_count(conn, parts=False) <= FEW_ITEMS


def summary_of(conn: Connection, names: tuple[str, ...]) -> str:
    """The summary of these leads, or of the whole register where none is given; "" where there is nothing to show."""
    from store.queries.attention import rules_of
    from store.queries.own_summary import own_summary

    today = day_of(conn)
    found = own_summary(conn, names, rules_of(conn, today))
    return found.describe(today, "Mine" if names else "All leads") if found else ""
