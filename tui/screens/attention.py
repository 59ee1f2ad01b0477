"""What needs attention: one line an item with its reasons, grouped by who has to act next, housekeeping folded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.queries.attention import Attention, Reason, Rules, attention, rules_of
from store.queries.describe import GUESS_LEGENDS
from store.queries.filter import NO_LEAD, NO_THEME, Filter
from store.queries.item_list import everything_count
from tui.keys import ATTENTION, ITEM, ROWS, TICKS, bindings
from tui.messages import ItemRequested, ListRequested
from tui.screens.item_list import ItemListScreen
from tui.tables.attention import ATTENTION_COLUMNS, AttentionRows
from tui.tables.row_source import SHORT
from widgets.frame import Title
from widgets.item_pane import ItemPane
from widgets.windowed_table import WindowedTable


class AttentionScreen(ItemListScreen):
    """The items that need attention; the keys of an item act on the one under the cursor."""

    PLACES = (ITEM, ROWS, TICKS, ATTENTION)
    NAME = "attention"
    BINDINGS: ClassVar[list[BindingType]] = bindings(TICKS, ATTENTION)

    def __init__(self) -> None:
        super().__init__()
        self.shown = Filter(parts=True)
        self.rows: AttentionRows | None = None

    def body(self) -> ComposeResult:
        yield Title()
        yield self.list_and_pane(WindowedTable(ATTENTION_COLUMNS, empty="…"), ItemPane())

    def on_mount(self) -> None:
        self.shown = self.shown.replace(mine=self.register_app.settings.acts_for)

    def shown_seqs(self) -> Sequence[int] | None:
        return self.rows.found.seqs if self.rows else None

    def current_item(self) -> str | None:
        key = self.table.cursor_key
        return key if key and self.rows and self.rows.is_item(key) else None

    def show_ticks(self) -> None:
        self._show_title()

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """First the key to what is in conflict, where anything is."""
        return [*self.keys_to_conflicts(), *super().footer_keys()]

    def _fill(self, pane: ItemPane, top: bool) -> None:
        key = self.table.cursor_key
        if key and self.rows and not self.rows.is_item(key):
            folded = self.rows.housekeeping(key)
            pane.show_nothing("Enter lists them." if folded else "A heading: the keys act on the items under it.")
            return
        super()._fill(pane, top)

    def reread(self, items: tuple[str, ...] = ()) -> None:
        self.drop_stale_ticks()
        rules, shown = rules_of(self.register.conn, self.register.today()), self.shown
        self._show_title()
        self.read_and_show(
            lambda conn: attention(conn, shown, rules),
            lambda found: self._set_found(found, rules),
            group="list",
            at_once=everything_count(self.register.conn, parts=False) <= SHORT,
        )

    def _set_found(self, found: Attention, rules: Rules) -> None:
        cursor_key = self.table.cursor_key
        is_first = self.rows is None
        self.rows = AttentionRows(self.register, self.register_app.show_error, found, rules)
        self.table.empty_text = self._empty_text()
        line = self.rows.line_of_item(cursor_key) if cursor_key else None
        self.show_rows(self.rows, cursor_key, 0 if is_first else line)
        if is_first and found.seqs:
            # Moved from the first line, so that the heading above stays in sight.
            self.table.action_move(1)
        self._show_title()
        self.call_after_refresh(self.fill_pane, top=line is None)

    def _empty_text(self) -> str:
        if self.shown.mine:
            return f"Nothing of {', '.join(self.shown.mine)} needs attention. Press m to see all leads."
        return "Nothing needs attention."

    def _show_title(self) -> None:
        owner = ", ".join(self.shown.mine) if self.shown.mine else "All leads"
        counts = ["…"] if self.rows is None else [self.rows.rules.horizon_text]
        if self.rows is not None:
            # The headings have the counts again: they are cut first.
            counts.append(self.rows.found.describe())
        if self.ticks:
            counts.insert(0, f"{len(self.ticks):,} ticked")
        legends = GUESS_LEGENDS if self.rows is not None and self.rows.found.seqs else ()
        self.query_one(Title).show(owner, " · ".join(counts), legends)

    # -- messages from widgets

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if self.rows and (reason := self.rows.housekeeping(event.key)):
            self.post_message(ListRequested(self._folded(reason)))
        elif self.current_item():
            self.post_message(ItemRequested(event.key))

    def _folded(self, reason: Reason) -> Filter:
        shown = Filter(not_waiting=True, mine=self.shown.mine)
        if reason == Reason.NO_LEAD:
            return shown.replace(lead=(NO_LEAD,))
        if reason == Reason.NO_THEME:
            return shown.replace(theme=(NO_THEME,))
        if reason == Reason.NOT_AGREED:
            return shown.replace(not_agreed=True)
        if reason == Reason.NO_EVIDENCE:
            return Filter(no_evidence=True, mine=self.shown.mine, parts=True)
        return shown.replace(no_reason=True, parts=True)

    # -- keys

    def action_mine(self) -> None:
        """Show mine, or those of all leads."""
        acts_for = self.register_app.settings.acts_for
        if self.shown.mine:
            self.shown = self.shown.replace(mine=())
        elif acts_for:
            self.shown = self.shown.replace(mine=acts_for)
        else:
            app = self.register_app
            app.ask_author(lambda: self.action_mine() if app.settings.acts_for else None, asks_leads=True)
            return
        self.reread()
