"""What two people wrote differently: both values with who, when and why, and one key each to settle which holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.commands.conflicts import SettleConflict, is_settled_alone
from store.domain.dates import format_short_date, local_date
from store.domain.errors import FairleadError
from store.domain.references import find_item
from store.domain.text import one_line
from store.queries.conflicts import Conflict, ConflictSide, conflicts
from tui.keys import CONFLICTS, ROWS, bindings
from tui.messages import ItemRequested
from tui.screens.list_screen import ListScreen
from tui.tables.conflicts import CONFLICT_COLUMNS, ConflictRows, key_of, sides_of
from widgets.ask import Answer, Ask
from widgets.pane import Pane, Paragraph
from widgets.picker import Picker, PickOption
from widgets.preview import Preview, PreviewAccepted
from widgets.preview_table import PreviewLine
from widgets.windowed_table import WindowedTable

_MARGIN = 10


def conflict_lines(conflict: Conflict) -> list[Paragraph]:
    """Both values of a field in conflict, each with who wrote it, when and why; the one that is shown until then first."""
    lines: list[Paragraph] = []
    for side in reversed(conflict.sides):
        who = f"{one_line(side.author)}, {day_of_change(side.time)}"
        until = ("   shown until it is settled", "quiet") if side is conflict.sides[-1] else ("", "")
        lines.append(Paragraph(((side.value or "—", "strong"), until), _MARGIN, "Mine" if side.is_ours else "Theirs"))
        lines.append(Paragraph(((who, "quiet"), *([(f": {side.reason}", "")] if side.reason else [])), _MARGIN))
    return lines


def day_of_change(time: str) -> str:
    """The day of a change, where the person is, as the screens write it."""
    return format_short_date(date.fromisoformat(local_date(time)))


class ConflictsScreen(ListScreen):
    """The fields in conflict, over any screen: a key settles the one under the cursor."""

    PLACES = (CONFLICTS, ROWS)
    NAME = "attention"
    PANE_FROM = 16
    BINDINGS: ClassVar[list[BindingType]] = bindings(CONFLICTS)

    def __init__(self, item: str | None = None) -> None:
        """`item` is where the cursor is to be at first, where something of it is in conflict."""
        super().__init__()
        self.found: list[Conflict] = []
        self._item = item

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield self.list_and_pane(WindowedTable(CONFLICT_COLUMNS, empty="Nobody wrote anything differently."), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        key = self.table.cursor_key
        self.found = conflicts(self.register.conn, self.register.id)
        self.show_rows(ConflictRows(self.found), key)
        if self._item is not None:
            item, self._item = self._item, None
            first = next((n for n, one in enumerate(self.found) if self._item_of(one) == item), None)
            if first is not None:
                self.table.move_to(first)
        alone = sum(1 for one in self.found if is_settled_alone(one.kind, one.field))
        counts = f"{len(self.found):,} with two values" + (f" · {alone:,} settled one by one" if alone else "")
        self.show_title("Written differently", counts)
        self.call_after_refresh(self.fill_pane)

    def _current(self) -> Conflict | None:
        index = self.table.cursor_index
        return self.found[index] if index is not None and index < len(self.found) else None

    def _item_of(self, conflict: Conflict) -> str | None:
        if conflict.kind == "recommendation":
            return conflict.entity
        try:
            return find_item(self.register.conn, conflict.about.partition(",")[0])[0]
        except FairleadError:
            return None

    def fill_pane(self, *, top: bool = True) -> None:
        """Show both values of the field under the cursor."""
        pane, conflict = self.query_one(Pane), self._current()
        if conflict is None:
            pane.show((("Nothing to settle.", "quiet"),), (), "", (), top=top)
            return
        head = (
            (f"{conflict.about}, {conflict.label}", "strong"),
            ("   m mine · t theirs · enter another value", "quiet"),
        )
        pane.show(head, (), "", conflict_lines(conflict), top=top)

    # -- settling

    def _settle(self, chosen: Sequence[tuple[Conflict, ConflictSide]]) -> None:
        commands = [
            SettleConflict(kind=one.kind, entity=one.entity, field=one.field, change=side.change)
            for one, side in chosen
        ]
        self.register_app.do(commands, resolving=True)

    def _conflict_to_settle(self) -> Conflict | None:
        conflict = self._current()
        if conflict is None:
            self.register_app.show_toast("There is nothing to settle.")
            return None
        return None if self.register_app.refuse_read_only() else conflict

    def action_settle_mine(self) -> None:
        """Settle the field under the cursor with what was written here."""
        if conflict := self._conflict_to_settle():
            self._settle_with(
                conflict, sides_of(conflict, ours=True), "Nothing of it was written here. t lists the others."
            )

    def action_settle_theirs(self) -> None:
        """Settle the field under the cursor with what came from elsewhere; asks where that is more than one value."""
        if conflict := self._conflict_to_settle():
            self._settle_with(conflict, sides_of(conflict, ours=False), "All of it was written here. m lists it.")

    def _settle_with(self, conflict: Conflict, sides: Sequence[ConflictSide], none: str) -> None:
        if not sides:
            self.register_app.show_toast(none)
        elif len(sides) == 1:
            self._settle([(conflict, sides[0])])
        else:
            answers = tuple(
                Answer(
                    str(n),
                    f"{one_line(side.value, most=80)} ({one_line(side.author, most=40)}, {day_of_change(side.time)}"
                    f"{f': {one_line(side.reason, most=80)}' if side.reason else ''})",
                    str(n),
                )
                for n, side in enumerate(sides[:9], 1)
            )

            def answered(answer: str | None) -> None:
                if answer:
                    self._settle([(conflict, sides[int(answer) - 1])])

            question = f"{conflict.about}, {conflict.label}: {len(sides)} values."
            self.app.push_screen(Ask("Which holds?", question, answers, leave="settle nothing"), answered)

    def action_settle_all(self) -> None:
        """Settle all fields with what one person wrote of them, previewed; those that are settled alone are left."""
        if self._conflict_to_settle() is None:
            return
        # Those who wrote elsewhere come first.
        of_each = Counter(name for one in self.found for name in {s.author for s in one.sides if not s.is_ours})
        of_each += Counter(name for one in self.found for name in {s.author for s in one.sides} if name not in of_each)
        options = tuple(PickOption(name, one_line(name, most=60), number) for name, number in of_each.items())

        def chosen(name: str | None) -> None:
            if name is not None:
                self._preview_all(name)

        self.app.push_screen(Picker("Whose values hold?", options), chosen)

    def _preview_all(self, name: str) -> None:
        lines: list[PreviewLine] = []
        wanted: dict[str, tuple[Conflict, ConflictSide]] = {}
        for conflict in self.found:
            values = {side.value: side for side in conflict.sides if side.author == name}
            if not values:
                continue
            key, theirs = key_of(conflict), list(values.values())
            refused = ""
            if is_settled_alone(conflict.kind, conflict.field):
                refused = "a reply, stage, marking or withdrawal is settled by itself"
            elif len(theirs) > 1:
                refused = f"{name} wrote two values"
            other = next((side for side in reversed(conflict.sides) if side.value not in values), theirs[0])
            note = f"{other.author}, {day_of_change(other.time)}"
            lines.append(PreviewLine(key, conflict.about, conflict.label, other.value, theirs[0].value, refused, note))
            wanted[key] = conflict, theirs[0]

        def answered(answer: PreviewAccepted | None) -> None:
            if answer is not None:
                refused = {line.key for line in lines if line.refused}
                self._settle([pair for key, pair in wanted.items() if key not in answer.left_out | refused])

        summary = (
            f"Where two people wrote differently, what {one_line(name, most=60)} wrote holds; one undo takes it back."
        )
        self.app.push_screen(
            Preview("Settle", lines, summary=summary, verb="settle them", outcome="will be settled"), answered
        )

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        """Open the item, where another value is given: the edit asks which holds."""
        event.stop()
        conflict = self._current()
        item = self._item_of(conflict) if conflict else None
        if item is not None:
            self.post_message(ItemRequested(item))
        elif conflict is not None:
            self.register_app.show_toast(f"{conflict.about} is no item: correct it where it is shown.")
