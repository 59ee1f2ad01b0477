"""What a check of a paper found: a line each, with its place in the paper and what is behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from store.domain.dates import format_short_date
from store.domain.text import one_line
from store.papers.checking.findings import Finding, Kind
from store.queries.item_list import listed_seqs, rows_at
from store.queries.papers import PaperRow
from tui.background import work_in_background
from tui.check_words import caption_of, counts
from tui.dialogs.check import CheckedPaper, accept, check_again, choose_paper, with_accepted
from tui.keys import CHECK, bindings
from tui.messages import ItemRequested
from tui.register_app import RegisterApp
from tui.screens.list_screen import ListScreen
from tui.screens.paper_items import PaperItemsScreen
from tui.tables.check import NOT_READ, CheckRows, columns_of, item_lines, place_lines, value_lines
from tui.toast import Toast
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import WindowedTable

TWO_PANES_FROM = 100
"""Columns of terminal from which the place and what is behind a finding are side by side."""

SHORTEST_NAME = 16
"""Characters of a longer file's name that are shown at least: what the list has too is left out first."""


def check_paper(app: RegisterApp, shown: str | None = None) -> None:
    """Ask for a paper, check it, and show what was found. `shown` is the id of the paper that it is, if that is known."""
    with app.showing_errors():
        choose_paper(app, shown, lambda checked: app.push_screen(CheckScreen(checked)))


def _short_date(row: PaperRow) -> str:
    day = row.date_latest
    return format_short_date(date.fromisoformat(day)) if day else row.date or "no date"


class CheckScreen(ListScreen):
    """The findings of a check, over the screen that it was asked for on; what changes is checked again."""

    PLACES = (CHECK,)
    NAME = "paper"
    PANE_FROM = 16
    BINDINGS: ClassVar[list[BindingType]] = bindings(CHECK)

    def __init__(self, checked: CheckedPaper) -> None:
        super().__init__()
        self.checked = checked
        self.rows: CheckRows | None = None
        self._with_accepted = False
        self._is_unfolded = False
        self._is_first = True
        self._newest = 0

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        panes = Container(Pane(id="place"), Pane(id="behind"), id="finding")
        yield self.list_and_pane(WindowedTable(columns_of(self.checked.page), empty="Nothing was found."), panes)

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Show what is accepted now; where anything else changed since, check again in a thread."""
        newest, is_first = self.register.newest(), self._is_first
        self._is_first = False
        before = self.checked.found.accepted
        self.checked = with_accepted(self.register, self.checked)
        again = next((key for key in before if key not in self.checked.found.accepted), None)
        self._show(again)
        if not is_first and newest != self._newest:
            app, checked = self.register_app, self.checked
            work_in_background(
                self,
                lambda cancelled: check_again(app, checked, lambda done, of: not cancelled()),
                self._show_again,
                group="check",
            )
        self._newest = newest

    def _show_again(self, checked: CheckedPaper) -> None:
        self.checked = checked
        with self.register_app.showing_errors():
            self._show()

    def _show(self, key: str | None = None) -> None:
        """Show the findings; the cursor stays on its own, or on the next where that is gone; `key` is what it moves to."""
        before, index = key or self.table.cursor_key, self.table.cursor_index
        is_first = self.rows is None
        self.rows = CheckRows(self.checked.found, with_accepted=self._with_accepted, unfolded=self._is_unfolded)
        if is_first:
            self.show_rows(self.rows)
            at = self.rows.place_of(self.checked.cursor)
            self.table.move_to(self.rows.first if at is None else at)
        else:
            at = self.rows.place_of(before)
            at = self.rows.place_of(self.table.cursor_key) if at is None else at
            last = min(index or 0, self.rows.count - 1)
            self.show_rows(self.rows, self.rows.key_at(last), last if at is None else at)
        self._show_title()
        self.call_after_refresh(self.fill_pane)

    def _show_title(self) -> None:
        """Show of what it is a check, and the counts: of these as many as there is room for."""
        found, row = self.checked.found, self.checked.paper
        wrong, weak = counts(found)
        accepted = len(found.findings) - len(found.shown)
        parts = [wrong, weak, *([f"{accepted:,} accepted"] if accepted else [])]
        # What goes first where there is no room; the headings of the list have these numbers too.
        droppable = [weak, *parts[2:]]
        if self.checked.page is not None:
            compared, read = found.count_compared()
            of = f"paper of {_short_date(row)}" if row else "of no paper in this register"
            parts += [of, f"{compared:,} of {read:,} lines compared"]
            droppable.insert(0, of)
        name = one_line(self.checked.name)
        least = min(SHORTEST_NAME, len(name))

        def room() -> int:
            return self.size.width - len(" · ".join(parts)) - len("Check of ") - 6

        while droppable and room() < least:
            parts.remove(droppable.pop(0))
        self.show_title(f"Check of {one_line(name, most=max(least, room()))}", " · ".join(parts))

    def on_resize(self) -> None:
        """Place the two panes side by side, or one below the other in one; the title as wide as the terminal."""
        self.set_class(self.size.width < TWO_PANES_FROM, "-one-pane")
        self._show_title()

    # -- the panes

    def current(self) -> Finding | None:
        """The finding under the cursor."""
        key = self.table.cursor_key
        return self.rows.findings.get(key) if self.rows and key else None

    def fill_pane(self, *, top: bool = True) -> None:
        """Show the place of the finding under the cursor, and both values and the items behind it."""
        place, behind = self.query_one("#place", Pane), self.query_one("#behind", Pane)
        finding, page, rows = self.current(), self.checked.page, self.rows
        # For whoever leaves this and comes back.
        self.register_app.last_check = replace(self.checked, cursor=self.table.cursor_key or "")
        self._lift_toast()
        self.show_keys()
        if finding is None or rows is None:
            key = self.table.cursor_key or ""
            line = int(key.removeprefix("line ")) if key.startswith("line ") else 0
            head = f"Line {line:,}: not read" if line else "enter shows or hides them" if key == NOT_READ else ""
            place.show(
                ((head, "strong"),), (), "", place_lines(page, line, "", "", in_one=False) if line else (), top=top
            )
            behind.show((), (), "", (), top=top)
            return
        with self.register_app.showing_errors():
            found = self.checked.found
            is_one = self.has_class("-one-pane")
            values = value_lines(finding, found.accepted.get(finding.key), in_one=is_one)
            where = place_lines(page, finding.line, finding.words, finding.found, in_one=is_one)
            items = item_lines(rows_at(self.register.conn, self._seqs(finding)))
            kind = "Disagreement" if finding.kind == Kind.DISAGREEMENT else "Weakness"
            sure = ((kind, "strong"), (f" · {finding.certainty}", "quiet"))
            whole = "The register" if page is None else "The paper"
            of = " · ".join(filter(None, (finding.section, caption_of(page, finding.line))))
            about = of or (f"Line {finding.line:,}" if finding.line else whole)
            message = Paragraph(((finding.message, ""),))
            if is_one:
                place.show((*sure, (f" · {about}", "quiet")), (), "", [message, *values, *where, *items], top=top)
                return
            place.show(((about, "strong"),), (), "", where, top=top)
            behind.show(sure, (), "", [message, Paragraph(()), *values, Paragraph(()), *items], top=top)

    def _lift_toast(self) -> None:
        """Have what was done shown over the list, where the place in the paper is below it."""
        place = self.query_one("#place", Pane)
        is_below = place.region.height > 0 and not self.has_class("-beside")
        bottom = max(1, self.size.height - place.region.y) if is_below else 1
        for toast in self.query(Toast):
            if toast.styles.margin.bottom != bottom:
                toast.styles.margin = (0, 0, bottom, 0)

    def _seqs(self, finding: Finding) -> list[int]:
        here = listed_seqs(self.register.conn, finding.items)
        return [here[item] for item in finding.items if item in here]

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        """Open the items behind a finding, or the one that it is about; fold or unfold what was not read."""
        event.stop()
        finding = self.current()
        if event.key == NOT_READ:
            self._is_unfolded = not self._is_unfolded
            self._show()
        elif finding is not None:
            items = tuple(listed_seqs(self.register.conn, finding.items))
            if len(items) == 1:
                self.post_message(ItemRequested(items[0]))
            elif items:
                ordered = tuple(item for item in finding.items if item in items)
                self.app.push_screen(PaperItemsScreen(finding.message, ordered))
            else:
                self.register_app.show_toast("No item is behind this one: its place and both values are shown.")

    # -- keys

    def footer_keys(self) -> list[tuple[str, str, str]]:
        """The keys of the bottom line; of what was accepted as no fault the same key takes that back."""
        finding = self.current()
        is_accepted = finding is not None and finding.key in self.checked.found.accepted
        return [
            (key, "a fault after all" if action == "accept" and is_accepted else label, action)
            for key, label, action in super().footer_keys()
        ]

    def action_accept(self) -> None:
        """Ask why the finding under the cursor is no fault, and take it off; of an accepted one, put it back."""
        finding = self.current()
        if finding is None:
            self.register_app.show_toast("There is no finding under the cursor.")
        else:
            accept(self.register_app, self.checked, finding)

    def action_accepted(self) -> None:
        """Show what was accepted as no fault, with the reasons, or hide it."""
        if not self.checked.found.accepted and not self._with_accepted:
            self.register_app.show_toast("Nothing was accepted as no fault.")
            return
        self._with_accepted = not self._with_accepted
        self._show()

    def action_check_paper(self) -> None:
        """Check another paper, in place of this one."""
        app = self.register_app

        def show(checked: CheckedPaper) -> None:
            app.pop_screen()
            app.push_screen(CheckScreen(checked))

        choose_paper(app, self.checked.paper.id if self.checked.paper else None, show)
