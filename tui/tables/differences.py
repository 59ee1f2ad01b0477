"""The rows of what differs: one line a difference, with both values."""

from __future__ import annotations

from collections.abc import Sequence

from store.domain.text import one_line
from store.exchange.differences import Difference
from widgets.windowed_table import Column, Row

_MOST = 300


def difference_columns(before: str, after: str) -> tuple[Column, ...]:
    """The columns; `before` and `after` head the two values."""
    return (
        Column("about", "About", 12, priority=9, most=28),
        Column("field", "What", 18, priority=8, most=30),
        Column("before", before, 24, priority=9, most=60),
        Column("after", after, None, min_width=16, priority=9),
    )


def about(difference: Difference) -> str:
    """What a difference is about, in words."""
    return one_line(difference.about) or "the register"


class DifferenceRows:
    """The rows of what differs, as the source of the table."""

    def __init__(self, found: Sequence[Difference]) -> None:
        self.found = found
        self.count = len(found)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some rows from `start` on."""
        return [
            Row(
                f"difference {place}",
                (
                    about(one),
                    one_line(one.field),
                    one_line(one.before, most=_MOST) or "—",
                    one_line(one.after, most=_MOST) or "—",
                ),
            )
            for place, one in enumerate(self.found[start : start + count], start)
        ]
