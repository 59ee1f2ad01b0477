"""The lines of Attention: a heading for whose move is next, the items under it, and housekeeping in a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.domain.errors import FairleadError
from store.queries.attention import HOUSEKEEPING, Attention, Group, Reason, Rules
from store.queries.attention_text import attention_rows
from store.queries.describe import format_status
from store.queries.item_list import number_of
from store.register import Register
from tui.tables.row_source import RowSource
from widgets.windowed_table import Column, Row

ATTENTION_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("status", "Status", 13, priority=7),
    Column("title", "Recommendation", 30, priority=5),
    Column("why", "Why", None, min_width=30, priority=9),
)

HEADINGS = {
    Group.US: "Ours to move",
    Group.INSPECTORATE: "Waiting on the inspectorate",
    Group.OTHER: "Waiting on another body",
}

_FOLDED = {
    Reason.NO_LEAD: "{} with no lead ▸",
    Reason.NO_THEME: "{} with no theme ▸",
    Reason.NO_REASON: "{} with no reason given ▸",
}


class AttentionRows(RowSource):
    """What needs attention, as the source of a table."""

    def __init__(
        self, register: Register, problem: Callable[[FairleadError], None], found: Attention, rules: Rules
    ) -> None:
        super().__init__(register, problem)
        self.found = found
        self.rules = rules
        self._starts: list[tuple[int, int, Group]] = []
        """Of each group that has items: the line of its heading, the place of its first item, the group."""
        self._items: set[str] = set()
        line = place = 0
        for group in HEADINGS:
            if many := found.groups[group]:
                self._starts.append((line, place, group))
                line += many + 1
                place += many
        self._folded = [reason for reason in HOUSEKEEPING if found.reasons[reason]]
        self._fold_at = line
        self.count = line + (len(self._folded) + 1 if self._folded else 0)

    def first_item(self) -> int | None:
        """The line of the first item, or None where there is none."""
        return 1 if self._starts else None

    def is_item(self, key: str) -> bool:
        """Whether a line is an item."""
        return not key.startswith(("group ", "fold "))

    def housekeeping(self, key: str) -> Reason | None:
        """The reason that a folded line is for, or None."""
        return Reason(key.removeprefix("fold ")) if key.startswith("fold ") and key != "fold " else None

    def place_of(self, item: str) -> int | None:
        """The line of an item, or None where it is not there any more."""
        number = number_of(self.register.conn, item) if self.is_item(item) else None
        if number is None or number not in self.found.numbers:
            return None
        place = self.found.numbers.index(number)
        line, first, _ = next(start for start in reversed(self._starts) if start[1] <= place)
        return line + 1 + place - first

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        rows: list[Row] = []
        end = min(start + count, self.count)
        for heading, first, group in self._starts:
            many = self.found.groups[group]
            if start <= heading < end:
                rows.append(Row(f"group {group}", (f"{HEADINGS[group]} · {many:,}",)))
            low, high = max(start, heading + 1), min(end, heading + 1 + many)
            if low < high:
                rows += self._item_rows(first + low - heading - 1, first + high - heading - 1)
        if self._folded and start <= self._fold_at < end:
            rows.append(Row("fold ", ("Housekeeping",)))
        for n, reason in enumerate(self._folded):
            if start <= self._fold_at + 1 + n < end:
                text = _FOLDED[reason].format(f"{self.found.reasons[reason]:,}")
                rows.append(Row(f"fold {reason}", ("", "", "", (text, "windowed-table--muted"))))
        return rows

    def _item_rows(self, start: int, end: int) -> list[Row]:
        found = attention_rows(
            self.register.conn, self.rules, self.found.numbers[start:end], self.found.flags[start:end]
        )
        rows = []
        for told in found:
            item = told.item
            word, style = format_status(item.status, item.closed_as)
            why = " · ".join(because.brief for because in told.because if because.reason not in HOUSEKEEPING)
            urgent = told.because[0].reason in (Reason.CONFLICT, Reason.LATE)
            mark = " ≠" if item.conflict else ""
            rows.append(
                Row(
                    item.id,
                    (item.ref, (word, style), item.said_title, (why, "status--delayed") if urgent else why),
                    marks=mark,
                )
            )
        return rows
