"""What is received: what each file would change here, what conflicts, what is refused; and taking it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.domain.text import count_of
from store.queries.conflicts import Conflict, conflicts
from store.queries.rows import HistoryRow
from tui.dialogs.differences import compare_with_file
from tui.dialogs.receive import note_same, preview_again, take_files
from tui.keys import RECEIVE, bindings
from tui.screens.conflicts import conflict_lines, day_of_change
from tui.screens.differences import DifferencesScreen
from tui.screens.list_screen import ListScreen
from tui.tables.receive import RECEIVE_COLUMNS, Line, Received, ReceivedRows
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import WindowedTable

_MARGIN = 12


class ReceiveScreen(ListScreen):
    """A preview of files that come back, over the Share screen: nothing is taken before enter."""

    PLACES = (RECEIVE,)
    NAME = "share"
    PANE_FROM = 20
    BINDINGS: ClassVar[list[BindingType]] = bindings(RECEIVE)

    def __init__(self, files: Sequence[Received]) -> None:
        super().__init__()
        self.files = files
        self.rows: ReceivedRows | None = None

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield self.list_and_pane(WindowedTable(RECEIVE_COLUMNS), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        if self.rows is None:
            self.rows = ReceivedRows(self.register, self.register_app.show_error, self.files)
            self.show_rows(self.rows)
            self._show_title()
            self.call_after_refresh(self.fill_pane)

    def _taken(self) -> list[Received]:
        rows = self.rows
        return [file for n, file in enumerate(self.files) if rows is not None and rows.is_taken(n)]

    def _show_title(self) -> None:
        taken = self._taken()
        edits = sum(one.edits for file in taken if file.preview for one in file.preview.people)
        both = sum(len(file.preview.conflicts) for file in taken if file.preview)
        refused = sum(1 for file in self.files if file.preview is None)
        parts = [f"{len(taken):,} of {count_of(len(self.files), 'file')} to take"]
        # What decides comes first: a narrow line is cut at its end.
        parts += [f"{refused:,} refused"] if refused else []
        parts += [f"≠ {both:,} with two values"] if both else []
        parts += [count_of(edits, "edit")] if edits else []
        self.show_title("Received", " · ".join(parts))

    def _what_enter_does(self) -> str:
        taken = len(self._taken())
        if not taken or self.rows is None:
            return ""
        return (
            "   enter shows what the others bring"
            if self.rows.left_out
            else f"   enter takes {count_of(taken, 'file')}"
        )

    def fill_pane(self, *, top: bool = True) -> None:
        """Show the line under the cursor in full: of a file what it is and does, of a change its values and why."""
        index = self.table.cursor_index
        if self.rows is None or index is None:
            return
        number, line = self.rows.entry(index)
        file = self.files[number]
        if isinstance(line, Conflict):
            head = (
                (f"≠ {line.about}, {line.label}", "strong"),
                (f"   nobody is overwritten: settle it now or later{self._what_enter_does()}", "quiet"),
            )
            lines = conflict_lines(line)
        elif isinstance(line, HistoryRow):
            head = (
                (f"{line.about}, {line.field}", "strong"),
                (f"   {line.author}, {day_of_change(line.time)}{self._what_enter_does()}", "quiet"),
            )
            lines = [
                Paragraph(((line.before or "—", ""),), _MARGIN, "Now"),
                Paragraph(((line.after or "—", ""),), _MARGIN, "Will be"),
                *([Paragraph(((line.reason, ""),), _MARGIN, "Why")] if line.reason else []),
            ]
        else:
            head = ((file.describe(), "strong"), (self._what_enter_does(), "quiet"))
            lines = [Paragraph(((sentence, ""),), 2, "·") for sentence in _sentences(file, line)]
        self.query_one(Pane).show(head, (), "", lines, top=top)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        self.action_take()

    def action_leave_out(self) -> None:
        """Leave out the file under the cursor, or take it again."""
        index = self.table.cursor_index
        if self.rows is None or index is None:
            return
        number, _ = self.rows.entry(index)
        if not self.files[number].has_news:
            self.register_app.show_toast(f"There is nothing to take: {self.files[number].describe()}.")
            return
        self.rows.left_out ^= {number}
        self.table.refresh_rows()
        self._show_title()
        self.fill_pane(top=False)

    def action_differences(self) -> None:
        """Show what differs between the file under the cursor and the register that is open."""
        index = self.table.cursor_index
        if self.rows is not None and index is not None:
            number, _ = self.rows.entry(index)
            path = self.files[number].path
            compare_with_file(
                self.register_app, path, lambda compared: self.app.push_screen(DifferencesScreen(compared))
            )

    def action_take(self) -> None:
        """Take what is shown; where a file is left out, what the others bring is shown again first."""
        taken = [file.preview.file for file in self._taken() if file.preview]
        same = [file.preview.file for file in self.files if file.preview and not file.has_news]
        if not taken:
            with self.register_app.showing_errors():
                note_same(self.register_app, same)
        elif self.rows is not None and self.rows.left_out:
            preview_again(self.register_app, taken, self._show_again)
        else:
            take_files(self.register_app, taken, same, self._after)

    def _show_again(self, files: list[Received]) -> None:
        self.files, self.rows = files, None
        self.reread()
        self.register_app.show_toast("This is what the others bring by themselves. enter takes them.")

    def _after(self) -> None:
        """Leave, and show what two people wrote differently where there is anything."""
        if self.is_attached:
            self.dismiss()
        if conflicts(self.register.conn, self.register.id):
            self.app.call_later(self.app.run_action, "conflicts")


def _sentences(file: Received, line: Line | None) -> list[str]:
    from store.exchange.describe_merge import describe_preview

    if file.preview is None:
        return [file.refused]
    return [line] if isinstance(line, str) else describe_preview(file.preview)
