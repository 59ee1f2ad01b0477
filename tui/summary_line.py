"""The line under the header: what is open, late, promised, stale and waiting of the leads that the person acts for."""

from __future__ import annotations

from store.file.database import Connection
from store.queries.item_list import everything_count
from store.register import day_of

FEW_ITEMS = 5_000
"""Up to so many items the line is computed between two frames."""

SUMMARY_DELAY_SECONDS = 0.3
"""Of more it is computed in a thread, so long after a change."""


def is_quick(conn: Connection) -> bool:
    """Whether the line may be computed between two frames."""
    return everything_count(conn, parts=False) <= FEW_ITEMS


def summary_of(conn: Connection, names: tuple[str, ...]) -> str:
    """The line for these leads, of the whole register where there are none; "" where there is nothing to show."""
    from store.queries.attention import own_summary, rules_of

    today = day_of(conn)
    found = own_summary(conn, names, rules_of(conn, today))
    return found.describe(today, "Yours" if names else "Everybody's") if found else ""
