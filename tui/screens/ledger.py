"""The remain-open ledger: what waits for a reply, or was not discharged, by who has to act next."""

from __future__ import annotations

from textual.app import ComposeResult

from store.domain.vocabulary import NextMove, label_of
from store.queries.describe import GUESS_LEGENDS, mark_guessed
from store.queries.filter import Filter
from store.queries.history import history_seqs
from store.queries.item_detail import item_detail
from store.queries.item_list import everything_count
from store.queries.reply_ledger import HEADINGS, MOVES, NOTHING_WAITS, Ledger, LedgerRow, ledger
from store.register import day_of
from tui.keys import ITEM, ROWS
from tui.messages import ItemRequested
from tui.screens.item_keys import ItemScreenKeys
from tui.screens.list_screen import ListScreen
from tui.tables.ledger import LEDGER_COLUMNS, LedgerRows
from tui.tables.row_source import SHORT
from widgets.frame import Title
from widgets.item_pane import MARGIN, ItemPane, item_head, item_tabs, submissions
from widgets.pane import Paragraph
from widgets.windowed_table import WindowedTable

_TITLE = "Remain open"


def row_lines(row: LedgerRow) -> list[Paragraph]:
    """Who has to act next and until what, and how long that has been waited for."""

    def with_mark(text: str, name: str) -> str:
        return mark_guessed(text, row.bases.get(name))

    waited = mark_guessed(row.waiting, row.waiting_basis)
    until = f", until {row.until}" if row.until else ""
    if row.verdict:
        # The wait for the inspectorate is as old as the evidence, whose day is shown.
        sent = (
            f"; evidence sent {with_mark(row.sent or '', 'sent')}"
            if row.move == NextMove.INSPECTORATE and row.sent_latest
            else ""
        )
        verdict = with_mark(row.display_verdict.lower(), "verdict")
        said = with_mark(row.dated or "on a day not known", "dated")
        waiting = f"{verdict}, said {said}{sent}, {waited}"
    else:
        asks = f"{with_mark(row.display_asks, 'asks')} asked for, " if row.asks else ""
        sent = with_mark(row.sent or "on a day not known", "sent")
        waiting = f"{asks}sent {sent}, {waited}; no reply"
    return [
        Paragraph(((with_mark(label_of(row.move) + until, "move"), "strong"),), MARGIN, "Action with"),
        Paragraph(((waiting, ""),), MARGIN, "Waiting"),
    ]


class LedgerScreen(ItemScreenKeys, ListScreen):
    """The ledger, opened over the numbered screens; the keys of an item act on the row under the cursor."""

    PLACES = (ITEM, ROWS)
    NAME = "recommendations"
    PANE_FROM = 20

    def __init__(self, item: str | None = None) -> None:
        """`item` is where the cursor is to be at first, where it has a row."""
        super().__init__()
        self.tab = "submissions"
        self.rows: LedgerRows | None = None
        self._item = item

    def body(self) -> ComposeResult:
        yield Title()
        yield self.list_and_pane(WindowedTable(LEDGER_COLUMNS, empty="…"), ItemPane())

    def entry(self) -> LedgerRow | None:
        """The row under the cursor; None on a heading."""
        index = self.table.cursor_index
        return self.rows.entry(index) if self.rows is not None and index is not None else None

    def current_item(self) -> str | None:
        row = self.entry()
        return row.item if row else None

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Read the ledger again; the cursor stays with its row."""
        self.query_one(Title).show(_TITLE, "…")
        self.read_and_show(
            lambda conn: ledger(conn, Filter(), day_of(conn)),
            self._set_ledger,
            group="list",
            at_once=everything_count(self.register.conn, parts=True) <= SHORT,
        )

    def _set_ledger(self, entries: Ledger) -> None:
        is_first, self.rows = self.rows is None, LedgerRows(self.register, self.register_app.show_error, entries)
        item, cursor_key = self._item, self.table.cursor_key
        self.table.empty_text = NOTHING_WAITS
        self.show_rows(self.rows, None if is_first else cursor_key)
        if is_first or self.table.cursor_key != cursor_key:
            # A submission that was replied to has no row any more: the cursor stays with its item.
            line = self.rows.first_line_of(item) if item else None
            if line is not None or is_first:
                # The first line is a heading, which no key acts on.
                self.table.move_to(1 if line is None else line)
        counts = [f"{entries.waiting[move]:,} with {_short(HEADINGS[move])}" for move in MOVES if entries.waiting[move]]
        legends = GUESS_LEGENDS if counts else ()
        self.query_one(Title).show(_TITLE, f"action: {' · '.join(counts)}" if counts else "", legends)
        self.call_after_refresh(self.fill_pane)

    def _fill(self, pane: ItemPane, top: bool) -> None:
        """Show the row in detail: how long it waits, then every submission of its item, with notes and replies."""
        index = self.table.cursor_index
        if self.rows is not None and index is not None and (move := self.rows.heading_at(index)) is not None:
            pane.show_nothing(f"{HEADINGS[move]}: {self.rows.ledger.waiting[move]:,}, the longest waited on first.")
            return
        row = self.entry() if self.tab == "submissions" else None
        detail = item_detail(self.register.conn, row.item) if row else None
        if row is None or detail is None:
            super()._fill(pane, top)
            return
        changes = len(history_seqs(self.register.conn, item=row.item))
        lines = [*row_lines(row), Paragraph(()), *submissions(detail, bool(self.register.read_only_reason))]
        pane.show(item_head(detail, self.register.today()), item_tabs(detail, changes), self.tab, lines, top=top)

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        self._item = self.current_item()

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if item := self.current_item():
            self.post_message(ItemRequested(item))


def _short(heading: str) -> str:
    """A heading for the title line: with whom the action is, and nothing else."""
    return heading.removeprefix("Action with ").partition(",")[0]
