"""Every change, newest first, grouped by the action that made it."""

from __future__ import annotations

from array import array
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from store.history import authors, history_numbers
from store.references import find_item
from store.text import one_line
from tui.keys import HISTORY, bindings
from tui.listing import HISTORY_COLUMNS, HistoryRows
from tui.messages import ItemAsked, TakeBackAsked
from tui.screens.base import DeskScreen
from widgets.windowed_table import WindowedTable


class HistoryScreen(DeskScreen):
    """The log in words; narrowed by person, item or day; an action can be taken back from here."""

    PLACES = (HISTORY,)
    NAME = "history"
    BINDINGS: ClassVar[list[BindingType]] = bindings(HISTORY)

    def __init__(self) -> None:
        super().__init__()
        self.item: tuple[str, str] | None = None
        self.author: tuple[str, str] | None = None
        self.day: str | None = None
        self.rows: HistoryRows | None = None

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield WindowedTable(HISTORY_COLUMNS, empty="No changes fit. Press x to see them all.")

    @property
    def table(self) -> WindowedTable:
        """The table."""
        return self.query_one(WindowedTable)

    def reread(self, items: tuple[str, ...] = ()) -> None:
        at_top = not self.table.cursor_index
        key = self.table.cursor_key
        self.rows = HistoryRows(
            self.register,
            self.desk.say_error,
            item=self.item[0] if self.item else None,
            author=self.author[0] if self.author else None,
            day=self.day,
        )
        # On the newest change one stays on the newest.
        self.table.set_source(self.rows, cursor_key=None if at_top else key)
        self._show_title()
        if not self.rows.is_whole:
            rows = self.rows
            self.run_worker(
                lambda: self._read_whole(rows), thread=True, exclusive=True, exit_on_error=False, group="list"
            )

    def _read_whole(self, rows: HistoryRows) -> None:
        """In a thread: the whole of a long history."""
        worker = get_current_worker()
        numbers = rows.read_whole(lambda: worker.is_cancelled)
        if numbers is not None and not worker.is_cancelled:
            self.app.call_from_thread(self._take, rows, numbers)

    def _take(self, rows: HistoryRows, numbers: array[int]) -> None:
        if rows is self.rows:
            rows.take_numbers(numbers)
            self.table.refresh_rows()
            self._show_title()

    def _show_title(self) -> None:
        parts = [name for _, name in filter(None, (self.item, self.author))] + ([self.day] if self.day else [])
        said = " · ".join(one_line(part) for part in parts) or "Every change"
        known = self.rows is not None and self.rows.is_whole
        count = f"{self.table.count:,} change{'' if self.table.count == 1 else 's'}" if known else "… changes"
        self.query_one("#title", Static).update(Content.assemble((said, "bold"), "   ", (count, "$foreground 70%")))

    def action_narrow(self) -> None:
        """Choose a person, or type an item's reference or a day."""
        from widgets.form import Form, FormField

        people = authors(self.register.conn)
        fields = (
            FormField("item", "Item", value=self.item[1] if self.item else None, hint="a reference: HC-6"),
            FormField(
                "author", "Person", "choice", value=self.author[0] if self.author else None, choices=tuple(people)
            ),
            FormField("day", "Day", value=self.day, hint="2024-09-18"),
        )

        def save(values: dict[str, str | None]) -> str | None:
            from datetime import date

            from store.errors import FairleadError

            try:
                found = find_item(self.register.conn, values["item"]) if values["item"] else None
                day = date.fromisoformat(values["day"]).isoformat() if values["day"] else None
            except FairleadError as error:
                return str(error)
            except ValueError:
                return "Write the day as 2024-09-18."
            self.item = (found[0], found[1]) if found else None
            self.author = next((pair for pair in people if pair[0] == values["author"]), None)
            self.day = day
            return None

        self.app.push_screen(
            Form("Narrow the history", fields, submit=save), lambda done: self.reread() if done else None
        )

    def action_clear(self) -> None:
        """Show the whole history."""
        self.item = self.author = self.day = None
        self.reread()

    def action_undo_this(self) -> None:
        """Take back the action under the cursor, after asking."""
        from widgets.ask import Answer, Ask

        index = self.table.cursor_index
        if self.rows is None or index is None:
            self.desk.say("There is no change under the cursor.")
            return
        if self.desk.refuse_looking():
            return
        row = self.rows.changes(index, 1)[0]
        change = f"{row.before} → {row.after}" if row.before else row.after
        together = len(history_numbers(self.register.conn, action=row.action))
        more = f" It was done together with {together - 1} more changes: all are taken back." if together > 1 else ""
        sentence = f"{row.about} {row.field}: {change}.{more}"

        def go_on(answer: str | None) -> None:
            if answer:
                self.post_message(TakeBackAsked(row.action))

        self.app.push_screen(Ask("Take this back?", sentence, (Answer("t", "take it back", "yes"),)), go_on)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if self.rows is None:
            return
        row = self.rows.changes(event.index, 1)[0]
        item = self.rows.item_of(row)
        if item is None:
            self.desk.say("This change is not of a single item.")
        else:
            self.post_message(ItemAsked(item))
