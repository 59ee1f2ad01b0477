"""The rows of what two people wrote differently: one line a field, with what was written here and elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from store.commands.conflicts import is_settled_alone
from store.domain.text import one_line
from store.queries.conflicts import Conflict, ConflictSide
from widgets.windowed_table import Column, Row

CONFLICT_COLUMNS = (
    Column("about", "About", 14, priority=9, most=28),
    Column("field", "What", 12, priority=8, most=24),
    Column("mine", "Mine", None, min_width=16, priority=9, most=60),
    Column("theirs", "Theirs", 30, priority=9, most=60),
    Column("who", "Who", 12, priority=6, most=24),
)


def sides_of(conflict: Conflict, *, ours: bool) -> list[ConflictSide]:
    """The sides that were written in this register, or those that were not; one for each value, the newest."""
    return list({side.value: side for side in conflict.sides if side.is_ours == ours}.values())


def _values(sides: Sequence[ConflictSide]) -> str:
    return " ≠ ".join(one_line(side.value, most=80) for side in sides) or "—"


class ConflictRows:
    """The rows of the fields in conflict, as the source of the table."""

    def __init__(self, found: Sequence[Conflict]) -> None:
        self.found = found
        self.count = len(found)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some rows from `start` on."""
        return [self._row(conflict) for conflict in self.found[start : start + count]]

    def _row(self, conflict: Conflict) -> Row:
        theirs = sides_of(conflict, ours=False)
        who = ", ".join(dict.fromkeys(side.author for side in theirs))
        label = f"{conflict.label}{' (alone)' if is_settled_alone(conflict.kind, conflict.field) else ''}"
        return Row(
            key_of(conflict),
            (conflict.about, label, _values(sides_of(conflict, ours=True)), _values(theirs), one_line(who)),
        )


def key_of(conflict: Conflict) -> str:
    """The key of a conflict's row."""
    return " ".join(conflict.key)
