"""The history screen: every change and file received, newest first, grouped by the action that made it."""

from __future__ import annotations

from array import array
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.domain.date_reading import read_date
from store.domain.dates import local_date
from store.domain.errors import FairleadError
from store.domain.references import find_item
from store.domain.text import count_of, one_line
from store.domain.vocabulary import MARKINGS
from store.queries.describe import GUESS_IN_SHORT, format_change
from store.queries.history import GROUPS, authors, history
from store.queries.rows import HistoryRow
from tui.background import read_in_background
from tui.keys import HISTORY, ROWS, bindings
from tui.messages import ItemRequested, RevertRequested
from tui.screens.list_screen import ListScreen
from tui.tables.history import HISTORY_COLUMNS, HistoryRows
from widgets.ask import Answer, Ask
from widgets.form import Form, FormField
from widgets.windowed_table import WindowedTable

_MOST_SHOWN = 40
"""The most of an action's other changes that are listed before it is reverted."""


def _describe_change(row: HistoryRow) -> str:
    return one_line(f"{row.about} {row.field}: {format_change(row)}".strip())


class HistoryScreen(ListScreen):
    """The change log; filtered by person, item, kind or day; an action can be reverted from here."""

    PLACES = (HISTORY, ROWS)
    NAME = "history"
    BINDINGS: ClassVar[list[BindingType]] = bindings(HISTORY)

    def __init__(self) -> None:
        super().__init__()
        self.item: tuple[str, str] | None = None
        self.author: tuple[str, str] | None = None
        self.kind: str | None = None
        self.day: str | None = None
        self.until: str | None = None
        self.rows: HistoryRows | None = None

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield WindowedTable(HISTORY_COLUMNS, empty="No changes fit. Press x to see them all.")

    def reread(self, items: tuple[str, ...] = ()) -> None:
        at_top = not self.table.cursor_index
        key = self.table.cursor_key
        self.rows = HistoryRows(
            self.register,
            self.register_app.show_error,
            item=self.item[0] if self.item else None,
            author=self.author[0] if self.author else None,
            kind=self.kind,
            since=self.day,
            until=self.until,
        )
        # A cursor on the newest change stays on the newest.
        self.show_rows(self.rows, None if at_top else key)
        self._show_title()
        if not self.rows.is_whole:
            rows = self.rows
            read_in_background(self, rows.read_whole, lambda seqs: self._set_seqs(rows, seqs), group="list")

    def _set_seqs(self, rows: HistoryRows, seqs: array[int]) -> None:
        if rows is self.rows:
            rows.set_seqs(seqs)
            self.table.refresh_rows()
            self._show_title()

    def _show_title(self) -> None:
        parts = [name for _, name in filter(None, (self.item, self.author))]
        parts += [GROUPS[self.kind].label] if self.kind else []
        if self.day and self.until:
            parts.append(self.day if self.day == self.until else f"{self.day} to {self.until}")
        heading = " · ".join(one_line(part) for part in parts) or "Every change"
        count = self.rows.describe() if self.rows is not None and self.rows.is_whole else "… changes"
        self.show_title(heading, f"{count} · {GUESS_IN_SHORT}")

    def action_filter(self) -> None:
        """Filter by a person, a kind of change, an item's reference or days."""
        people = authors(self.register.conn)
        last = None if self.until == self.day else self.until
        fields = (
            FormField("item", "Item", value=self.item[1] if self.item else None, hint="a reference: HC-6"),
            FormField(
                "author", "Person", "choice", value=self.author[0] if self.author else None, choices=tuple(people)
            ),
            FormField(
                "kind", "Kind", "choice", value=self.kind, choices=tuple((name, g.label) for name, g in GROUPS.items())
            ),
            FormField("day", "Day", "date", value=self.day, past=True, hint="18 September 2024, or a month"),
            FormField("until", "Up to", "date", value=last, past=True, hint="where more than the one day is meant"),
        )

        def save(values: dict[str, str | None]) -> str | None:
            try:
                found = find_item(self.register.conn, values["item"]) if values["item"] else None
                days = self._days(values["day"], values["until"])
            except (FairleadError, ValueError) as error:
                return str(error)
            self.item = (found[0], found[1]) if found else None
            self.author = next((pair for pair in people if pair[0] == values["author"]), None)
            self.kind = values["kind"]
            self.day, self.until = days
            return None

        self.app.push_screen(
            Form("Filter the history", fields, submit=save, today=self.register.today()),
            lambda done: self.reread() if done else None,
        )

    def _days(self, day: str | None, until: str | None) -> tuple[str | None, str | None]:
        """The first and last ISO days that are meant. Raises ValueError for what is no day."""
        today = self.register.today()
        if not day and not until:
            return None, None
        first = read_date(day, today, prefer_past=True) if day else None
        last = read_date(until, today, prefer_past=True) if until else first
        begin = first.earliest if first else date.min
        end = last.latest if last else None
        if begin is None or end is None or end < begin:
            raise ValueError("Name a day, and one that is not before it.")
        return begin.isoformat(), end.isoformat()

    def action_clear(self) -> None:
        """Show the whole history."""
        self.item = self.author = self.kind = self.day = self.until = None
        self.reread()

    def action_as_at(self) -> None:
        """Open a snapshot as at the day of the change under the cursor, or go back from one."""
        self.register_app.action_as_at(self._day_here())

    def _day_here(self) -> str | None:
        """The ISO day of the change under the cursor; None where there is none."""
        index = self.table.cursor_index
        there = self.rows is not None and index is not None and self.rows.count
        stamp = self.rows.changes(index, 1)[0].time if self.rows and index is not None and there else None
        return local_date(stamp) if stamp else None

    def action_differences(self) -> None:
        """See what changed since the day of the change under the cursor, or between two other days."""
        self.register_app.action_differences(self._day_here())

    def _row_to_edit(self) -> HistoryRow | None:
        """The row under the cursor; None, and why, where there is none or nothing can be changed."""
        index = self.table.cursor_index
        if self.rows is None or index is None:
            self.register_app.show_toast("There is no change under the cursor.")
            return None
        return None if self.register_app.refuse_read_only() else self.rows.changes(index, 1)[0]

    def action_undo_this(self) -> None:
        """Revert the action under the cursor, after asking."""
        row = self._row_to_edit()
        if row is None:
            return
        changes = history(self.register.conn, action=row.action, limit=None)
        # The change under the cursor first, and the rest in the order in which they were made.
        rest = [other for other in reversed(changes) if other.change != row.change]
        lines = [_describe_change(other) for other in (row, *rest[:_MOST_SHOWN])]
        if rest:
            lines.insert(1, f"It was done together with {count_of(len(rest), 'more change')}; all are taken back:")
        if len(rest) > _MOST_SHOWN:
            lines.append(f"and {len(rest) - _MOST_SHOWN:,} more.")
        sentence = "\n".join(lines)

        def go_on(answer: str | None) -> None:
            if answer:
                self.post_message(RevertRequested(row.action))

        self.app.push_screen(Ask("Take this back?", sentence, (Answer("t", "take it back", "yes"),)), go_on)

    def action_mark_reason(self) -> None:
        """Ask how the reason that the action under the cursor gives is marked."""
        row = self._row_to_edit()
        if row is None:
            return
        action, reason = row.action, self._reason_of(row.action)
        if not reason:
            self.register_app.show_toast(
                "This action gives no reason: m sets how one is marked, OFFICIAL or OFFICIAL-SENSITIVE."
            )
            return

        def go_on(marking: str | None) -> None:
            from store.commands import MarkReason

            if marking:
                self.register_app.do([MarkReason(action=action, marking=marking)])

        answers = tuple(Answer(key, marking, marking) for key, marking in zip("os", MARKINGS, strict=True))
        self.app.push_screen(Ask("How is the reason marked?", reason, answers), go_on)

    def _reason_of(self, action: str) -> str:
        reasons = dict.fromkeys(change.reason for change in self.register.log.of_action(action) if change.reason)
        return one_line("; ".join(reasons))

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if self.rows is None:
            return
        row = self.rows.changes(event.index, 1)[0]
        item = self.rows.item_of(row)
        if row.kind == "receipt":
            self.register_app.show_toast(
                "This is a file that was received. t takes it back; f shows files received only."
            )
        elif item is None:
            self.register_app.show_toast("This change is not of a single item.")
        else:
            self.post_message(ItemRequested(item))
