"""The remain-open ledger: what waits for a reply, and what the inspectorate would not discharge, by whose move is next."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from store.domain.errors import FairleadError
from store.domain.vocabulary import NextMove
from store.file.database import told_in_words
from store.queries.filter import Filter
from store.queries.history import history_numbers
from store.queries.item_detail import item_detail
from store.queries.item_list import everything_count
from store.queries.reply_ledger import MOVES, NOTHING_WAITS, WAITING_ON, Ledger, LedgerRow, ledger, ledger_rows
from store.register import Register, day_of
from tui.keys import ITEM
from tui.messages import ItemAsked
from tui.screens.base import LOW
from tui.screens.item_keys import ItemScreenKeys
from tui.tables.row_source import SHORT
from widgets.item_pane import MARGIN, ItemPane, item_head, item_tabs, submissions
from widgets.pane import Line
from widgets.windowed_table import Column, Row, WindowedTable

LEDGER_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("title", "Recommendation", None, min_width=16, priority=8),
    Column("sent", "Sent", 14, priority=5),
    Column("asks", "Asked for", 9, priority=4),
    Column("waiting", "Waiting", 20, priority=7),
    Column("verdict", "Verdict", 20, priority=6),
    Column("satisfy", "Would satisfy", 24, priority=2),
)


class LedgerRows:
    """The rows of a ledger, those that wait on each under a heading of their own."""

    def __init__(self, register: Register, problem: Callable[[FairleadError], None], told: Ledger) -> None:
        self.register = register
        self._problem = problem
        self.today = register.today()
        self.told = told
        self.moves: list[NextMove] = [move for move in MOVES if told.waiting[move]]
        sizes = [told.waiting[move] + 1 for move in self.moves]
        self._starts = [0, *accumulate(sizes)][:-1]

    @property
    def count(self) -> int:
        """How many lines there are, the headings among them."""
        return len(self.told.numbers) + len(self.moves)

    def heading_at(self, index: int) -> NextMove | None:
        """Whose heading stands at a place, or None where a row does."""
        return self.moves[self._starts.index(index)] if index in self._starts else None

    def entry(self, index: int) -> LedgerRow | None:
        """The row at a place; None at a heading."""
        if self.heading_at(index) is not None:
            return None
        place = index - bisect_right(self._starts, index)
        found = ledger_rows(self.register.conn, self.today, self.told.numbers[place : place + 1])
        return found[0] if found else None

    def place_of(self, item: str) -> int | None:
        """The place of the first row of an item, where it is among the first of the ledger."""
        for n, row in enumerate(ledger_rows(self.register.conn, self.today, self.told.numbers[:SHORT])):
            if row.item == item:
                return n + self.moves.index(row.move) + 1
        return None

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on; what goes wrong is said, and the lines stay blank."""
        try:
            with told_in_words(self.register.path):
                return self.lines(start, count)
        except FairleadError as error:
            self._problem(error)
            return []

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        end = min(start + count, self.count)
        places = [index - bisect_right(self._starts, index) for index in range(start, end) if index not in self._starts]
        wanted = self.told.numbers[places[0] : places[-1] + 1] if places else ()
        rows = iter(ledger_rows(self.register.conn, self.today, wanted))
        lines: list[Row] = []
        for index in range(start, end):
            if (move := self.heading_at(index)) is not None:
                told = f"{WAITING_ON[move]}: {self.told.waiting[move]:,}"
                lines.append(Row(f"waiting-{move}", ((told, "windowed-table--strong"),)))
            elif row := next(rows, None):
                lines.append(_line(row))
        return lines


def _line(row: LedgerRow) -> Row:
    quiet = "" if row.verdict else "windowed-table--muted"
    cells = (
        row.ref,
        row.said_title,
        row.said_sent,
        row.said_asks or "—",
        row.waiting,
        (row.said_verdict, quiet),
        row.would_satisfy or "—",
    )
    return Row(row.id, cells)


def row_lines(row: LedgerRow) -> list[Line]:
    """Whose move is next and until what, and how long that has been waited for."""
    until = f", until {row.until}" if row.until else ""
    if row.verdict:
        # The wait for the inspectorate is as old as the evidence, and says so.
        sent = f"; evidence sent {row.sent}" if row.move == NextMove.INSPECTORATE and row.sent_latest else ""
        waiting = f"{row.said_verdict.lower()}, said {row.dated or 'on a day not known'}{sent}, {row.waiting}"
    else:
        asks = f"{row.said_asks} asked for, " if row.asks else ""
        waiting = f"{asks}sent {row.sent or 'on a day not known'}, {row.waiting}; no reply"
    return [
        Line(((WAITING_ON[row.move] + until, "strong"),), MARGIN, "Next move"),
        Line(((waiting, ""),), MARGIN, "Waiting"),
    ]


class LedgerScreen(ItemScreenKeys):
    """Lies over the numbered screens; every key of an item acts on the row under the cursor."""

    PLACES = (ITEM,)
    NAME = "recommendations"

    def __init__(self, item: str | None = None) -> None:
        """`item` is where the cursor is to be at first, where it has a row."""
        super().__init__()
        self.tab = "submissions"
        self.rows: LedgerRows | None = None
        self._item = item

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield WindowedTable(LEDGER_COLUMNS, empty="…")
        yield ItemPane()

    @property
    def table(self) -> WindowedTable:
        """The table."""
        return self.query_one(WindowedTable)

    def entry(self) -> LedgerRow | None:
        """The row under the cursor; None on a heading."""
        index = self.table.cursor_index
        return self.rows.entry(index) if self.rows is not None and index is not None else None

    def current_item(self) -> str | None:
        row = self.entry()
        return row.item if row else None

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Read the ledger again; the cursor stays with its row."""
        self._show_title("…")
        self.read_and_show(
            lambda conn: ledger(conn, Filter(), day_of(conn)),
            self._take,
            group="list",
            at_once=everything_count(self.register.conn, parts=True) <= SHORT,
        )

    def _take(self, told: Ledger) -> None:
        begun, self.rows = self.rows is None, LedgerRows(self.register, self.register_app.say_error, told)
        item, keep = self._item, self.table.cursor_key
        self.table.empty_text = NOTHING_WAITS
        self.fit_list(self.rows.count)
        self.table.set_source(self.rows, cursor_key=None if begun else keep)
        if begun or self.table.cursor_key != keep:
            # A round that is answered has no row any more: the next key is for the same item still.
            place = self.rows.place_of(item) if item else None
            if place is not None or begun:
                # The first line is a heading, which no key acts on.
                self.table.move_to(1 if place is None else place)
        said = (f"{told.waiting[move]:,} on {WAITING_ON[move].removeprefix('Waiting on ')}" for move in MOVES)
        self._show_title("waiting: " + " · ".join(said))
        self.call_after_refresh(self.fill_pane)

    def _show_title(self, numbers: str) -> None:
        title = Content.assemble(("Remain open", "bold"), "   ", (numbers, "$foreground 70%"))
        self.query_one("#title", Static).update(title)

    def _fill(self, pane: ItemPane, top: bool) -> None:
        """Show the row whole: how long it waits, then every round of its item, with the evidence and the words."""
        index = self.table.cursor_index
        if self.rows is not None and index is not None and (move := self.rows.heading_at(index)) is not None:
            pane.show_nothing(f"{WAITING_ON[move]}: {self.rows.told.waiting[move]:,}, the longest waited on first.")
            return
        row = self.entry() if self.tab == "submissions" else None
        detail = item_detail(self.register.conn, row.item) if row else None
        if row is None or detail is None:
            super()._fill(pane, top)
            return
        changes = len(history_numbers(self.register.conn, item=row.item))
        lines = [*row_lines(row), Line(()), *submissions(detail)]
        pane.show(item_head(detail, self.register.today()), item_tabs(detail, changes), self.tab, lines, top=top)

    def on_resize(self) -> None:
        self.show_pane(self.query_one(ItemPane), room=20)
        self.fit_list(self.table.count)
        self.query_one("#title").display = self.size.height >= LOW
        self.call_after_refresh(self.fill_pane)

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        event.stop()
        self._item = self.current_item()
        self.call_after_refresh(self.fill_pane)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if item := self.current_item():
            self.post_message(ItemAsked(item))
