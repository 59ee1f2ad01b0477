"""The round: what each lead was sent, what came back, and who is overdue."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from store.domain.dates import format_short_date
from store.exchange.round import (
    RoundLine,
    describe_round,
    format_overdue,
    mail_text,
    read_round,
    round_lines,
    scope_of,
)
from tui.dialogs.round import ask_for_round
from tui.keys import ROUND, bindings
from tui.messages import ListRequested, ReceiveRequested
from tui.screens.list_screen import ListScreen
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import Column, Row, WindowedTable

ROUND_COLUMNS = (
    Column("lead", "Lead", None, min_width=14, priority=9, most=40),
    Column("sent", "Sent", 12, priority=5),
    Column("back", "Back", 11, priority=8),
    Column("changed", "Changed", 7, priority=8, align="right"),
    Column("same", "Nothing new", 11, priority=7, align="right"),
    Column("conflicts", "Conflicts", 9, priority=8, align="right"),
    Column("overdue", "Overdue", 8, priority=9, align="right"),
)


class RoundRows:
    """The source of rows of a round."""

    def __init__(self, lines: list[RoundLine]) -> None:
        self.lines = lines

    @property
    def count(self) -> int:
        """How many leads there are."""
        return len(self.lines)

    def rows(self, start: int, count: int) -> list[Row]:
        """Some lines from `start` on."""
        return [self._row(line) for line in self.lines[start : start + count]]

    def _row(self, line: RoundLine) -> Row:
        back = _day(line.back) if line.back else "taken back" if line.taken_back else "—"
        numbers = (line.changed, line.nothing_new, line.conflicts)
        cells = [f"{number:,}" if line.back else "" for number in numbers]
        overdue = (format_overdue(line), "status--delayed") if line.overdue else ""
        both = (f"≠ {cells[2]}", "status--delayed") if line.conflicts else cells[2]
        return Row(line.lead, (line.lead, _day(line.sent), back, cells[0], cells[1], both, overdue))


def _day(iso: str) -> str:
    return format_short_date(date.fromisoformat(iso))


class RoundScreen(ListScreen):
    """The table of a round, over the Share screen; the pane has the text to mail."""

    PLACES = (ROUND,)
    NAME = "share"
    PANE_FROM = 20
    BINDINGS: ClassVar[list[BindingType]] = bindings(ROUND)

    def __init__(self, lead: str | None = None) -> None:
        """`lead` is whom the cursor begins on; None for the first."""
        super().__init__()
        self.lines: list[RoundLine] = []
        self._first = lead

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield self.list_and_pane(WindowedTable(ROUND_COLUMNS), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.lines = round_lines(self.register)
        self.table.empty_text = self.with_hint("No round was sent.", "Press w to send each lead their items.")
        self.show_rows(RoundRows(self.lines), self.table.cursor_key or self._first)
        self.show_title("Round", describe_round(self.lines) if self.lines else "")
        self.call_after_refresh(self.fill_pane)

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """First the key to what is in conflict, where anything is."""
        return [*self.keys_to_conflicts(), *super().footer_keys()]

    def _mail_text(self) -> tuple[str, str] | None:
        """The lead under the cursor, and the text to mail to them."""
        made, index = read_round(self.register.conn), self.table.cursor_index
        if made is None or index is None or index >= len(made.files):
            return None
        sent = made.files[index]
        return sent.lead, mail_text(self.register, sent, made.sent, made.due)

    def fill_pane(self, *, top: bool = True) -> None:
        """Show where the file of the lead under the cursor is, and the text to mail with it."""
        pane, found, index = self.query_one(Pane), self._mail_text(), self.table.cursor_index
        if found is None or index is None:
            pane.show((("Nothing was sent.", "quiet"),), (), "", (), top=top)
            return
        lead, text = found
        line = self.lines[index]
        lines = [Paragraph(((f"Received {sentence}", ""),)) for sentence in line.received]
        if line.back and not line.received:
            lines.append(Paragraph(((f"Back on {_day(line.back)}, with nothing new.", ""),)))
        lines += [Paragraph(())] * bool(lines)
        lines += [Paragraph(((str(Path(line.file)), "quiet"),)), Paragraph(())]
        lines += [Paragraph(((line, ""),)) for line in text.splitlines()]
        pane.show(((lead, "strong"), ("   y copies the text to mail", "quiet")), (), "", lines, top=top)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        """Show the items of the lead; esc comes back to them."""
        event.stop()
        app, lead = self.register_app, event.key
        self.post_message(ListRequested(scope_of(lead), lambda: app.push_screen(RoundScreen(lead))))

    def action_copy_mail(self) -> None:
        """Copy the text to mail to the lead under the cursor."""
        if found := self._mail_text():
            self.app.copy_to_clipboard(found[1])
            self.register_app.show_toast(f"Copied the text to {found[0]}, if this terminal lets programs do so.")

    def action_receive(self) -> None:
        """Take in files that come back."""
        self.post_message(ReceiveRequested())

    def action_send_round(self) -> None:
        """Send each lead their items."""
        ask_for_round(self.register_app, lambda made: self.reread() if self.is_attached else None)
