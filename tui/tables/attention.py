"""The rows of Attention: items under headings for who has to act next, and a line for each kind of housekeeping."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.domain.errors import FairleadError
from store.queries.attention import HOUSEKEEPING, MAIN_GROUPS, Attention, Group, Reason, Rules
from store.queries.attention_text import attention_rows
from store.queries.describe_status import format_item_status
from store.queries.item_list import seq_of
from store.register import Register
from tui.tables.grouped import GroupedRows
from tui.tables.items import item_marks
from widgets.windowed_table import Column, Row

ATTENTION_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("status", "Status", 13, priority=1),
    Column("title", "Recommendation", 30, priority=2, most=60, least=20),
    Column("why", "Why", None, min_width=44, priority=20, most=80),
)

_FOLDED = {
    Reason.NO_LEAD: "{} with no lead ▸",
    Reason.NO_THEME: "{} with no theme ▸",
    Reason.NO_REASON: "{} with no reason given ▸",
    Reason.NOT_AGREED: "{} with a position that is not agreed ▸",
    Reason.NO_EVIDENCE: "{} closed without evidence, words or a reply ▸",
}


class AttentionRows(GroupedRows[Group]):
    """The source of rows of Attention: items by who has to act next, then a line for each folded reason."""

    def __init__(
        self, register: Register, on_error: Callable[[FairleadError], None], found: Attention, rules: Rules
    ) -> None:
        self._folded = [reason for reason in HOUSEKEEPING if found.reasons[reason]]
        sizes = {group: found.rows(group) for group in MAIN_GROUPS} | {Group.HOUSEKEEPING: len(self._folded)}
        super().__init__(register, on_error, sizes)
        self.found = found
        self.rules = rules

    def is_item(self, key: str) -> bool:
        """Whether a line is an item."""
        return not key.startswith(("group ", "fold "))

    def housekeeping(self, key: str) -> Reason | None:
        """The reason that a folded line is for, or None."""
        return Reason(key.removeprefix("fold ")) if key.startswith("fold ") and key != "fold " else None

    def line_of_item(self, item: str) -> int | None:
        """The line of an item, or None where it is not in the list any more."""
        number = seq_of(self.register.conn, item) if self.is_item(item) else None
        if number is None or number not in self.found.seqs:
            return None
        return self.line_of(self.found.seqs.index(number))

    def heading(self, group: Group) -> Row:
        if group == Group.HOUSEKEEPING:
            more = self.found.rows(group)
            return Row("fold ", (f"Housekeeping{f', and nothing else: {self.found.counts(group)}' if more else ''}",))
        return Row(f"group {group}", (self.found.heading(group),))

    def rows_between(self, start: int, end: int) -> Sequence[Row]:
        items = len(self.found.seqs)
        rows = self._item_rows(start, min(end, items)) if start < items else []
        return rows + [self._folded_row(reason) for reason in self._folded[max(0, start - items) : max(0, end - items)]]

    def _folded_row(self, reason: Reason) -> Row:
        text = _FOLDED[reason].format(f"{self.found.reasons[reason]:,}")
        return Row(f"fold {reason}", ("", "", "", (text, "windowed-table--muted")))

    def _item_rows(self, start: int, end: int) -> list[Row]:
        found = attention_rows(self.register.conn, self.rules, self.found.seqs[start:end], self.found.flags[start:end])
        rows = []
        for row in found:
            item = row.item
            why = " · ".join(because.brief for because in row.because if because.reason not in HOUSEKEEPING)
            urgent = row.because[0].reason in (Reason.CONFLICT, Reason.LATE)
            rows.append(
                Row(
                    item.id,
                    (
                        item.ref,
                        format_item_status(item),
                        item.display_title,
                        (why, "status--delayed") if urgent else why,
                    ),
                    marks=item_marks(item),
                )
            )
        return rows
