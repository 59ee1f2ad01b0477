"""The themes screen: each theme by status, and the same table by outcome or by lead."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from store.domain.references import find_theme
from store.domain.vocabulary import NoteKind, Status
from store.file.database import Connection
from store.queries import item_list
from store.queries.filter import NO_THEME, WITH_INSPECTORATE, Filter, format_facet_value
from store.queries.rows import ItemRow
from store.queries.themes import (
    NONE_OF,
    Block,
    StatusTally,
    closed_on_guess,
    count_weaker,
    filter_of,
    learning_notes,
    line_name,
    status_tallies,
)
from tui.desk.drafts import Values
from tui.dialogs.fields import form_fields, non_empty
from tui.keys import ROWS, THEMES, bindings
from tui.messages import ListRequested
from tui.screens.base import LOW
from tui.screens.list_screen import ListScreen
from tui.tables.row_source import SHORT
from tui.tables.themes import MOST_SHOWN, NAMES, LineDetails, ThemeRows, pane_head, pane_lines, theme_columns
from widgets.key_panel import Choice, Chosen, KeyPanel
from widgets.pane import Pane
from widgets.windowed_table import WindowedTable

EMPTY = "This register is empty."
_HOW = "Press 1 and a to add a publication, then 2 and a to add its recommendations."


class ThemesScreen(ListScreen):
    """Counts by status for each theme, outcome or lead, with the notes of learning of a line in the pane."""

    PLACES = (THEMES, ROWS)
    NAME = "themes"
    PANE_FROM = 22
    BINDINGS: ClassVar[list[BindingType]] = bindings(THEMES)

    def __init__(self) -> None:
        super().__init__()
        self.by = "theme"
        self.blocks: tuple[Block, ...] = ()
        self.lines = ThemeRows(self.by, ())

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        foot = Static(id="foot", markup=False)
        yield self.list_and_pane(WindowedTable(theme_columns(self.by), empty=EMPTY), foot, Pane())

    @property
    def _is_short(self) -> bool:
        return item_list.everything_count(self.register.conn, parts=False) <= SHORT

    # -- reading

    def reread(self, items: tuple[str, ...] = ()) -> None:
        by, today = self.by, self.register.today()
        if not self._is_short:
            self._show()
        self.read_and_show(
            lambda conn: status_tallies(conn, by, Filter(), today),
            lambda blocks: self._set_blocks(by, blocks),
            group="table",
            at_once=self._is_short,
        )

    def _set_blocks(self, by: str, blocks: tuple[Block, ...]) -> None:
        if by == self.by:
            self.blocks = blocks
            self._show(is_current=True)

    def _show(self, *, is_current: bool = False) -> None:
        """Show the table; unless `is_current`, with the counts before, until a worker has counted again."""
        key = self.table.cursor_key
        self.lines = ThemeRows(self.by, self.blocks)
        self.table.columns = theme_columns(self.by)
        self.table.empty_text = self.with_hint(EMPTY, _HOW) if is_current else "…"
        self.show_rows(self.lines, key)
        self._show_title()
        self.call_after_refresh(self.fill_pane)

    def _show_title(self) -> None:
        pieces: list[Content | str | tuple[str, str]] = []
        for by, name in NAMES.items():
            pieces += [(name, "bold underline $accent" if by == self.by else "$foreground-muted"), "   "]
        counts = []
        for block in self.blocks:
            counts.append(f"{block.total.total:,} {block.total.noun}{'' if block.total.total == 1 else 's'}")
        right = " · ".join(counts)
        left = sum(len(name) + 3 for name in NAMES.values())
        pieces += [" " * max(0, self.size.width - 2 - left - len(right)), (right, "$foreground-muted")]
        self.query_one("#title", Static).update(Content.assemble(*pieces))
        foot = self.query_one("#foot", Static)
        overlaps = any(block.overlaps for block in self.blocks)
        foot.display = overlaps and self.size.height >= LOW
        what = NAMES[self.by].lower()
        foot.update(Content(f"An item may have several {what}s: the lines add up to more than the total."))

    # -- the pane

    def current(self) -> StatusTally | None:
        """The line under the cursor; for a heading the total under it."""
        return self.lines.tally.get(self.table.cursor_key or "")

    def fill_pane(self, *, top: bool = True) -> None:
        """Show the definition of the line under the cursor, and its notes of learning."""
        pane = self.query_one(Pane)
        row = self.current()
        self.workers.cancel_group(self, "pane")
        if not pane.display:
            return
        if row is None:
            pane.show((), (), "", ())
            return
        shown, by, today = self.filter_of(row), self.by, self.register.today()

        def read(conn: Connection) -> LineDetails:
            # On a line of totals it would be every note of learning: those are found by a search.
            notes = learning_notes(conn, by, shown, today, MOST_SHOWN) if row.name is not None else ()
            items = tuple(_first_items(conn, shown, today)) if row.name == NONE_OF[by] else ()
            weaker = count_weaker(conn, by, row.name, shown, today)
            return LineDetails(notes, items, weaker, closed_on_guess(conn, shown, today, row.commitments))

        if not self._is_short:
            self._fill(row, None, top)
        with self.register_app.showing_errors():
            self.read_and_show(
                read, lambda details: self._fill(row, details, top), group="pane", at_once=self._is_short
            )

    def _fill(self, row: StatusTally, details: LineDetails | None, top: bool) -> None:
        """Fill the pane for a line; `details` is None until it has been read."""
        if row is not self.current():
            return
        lines = pane_lines(self.by, row, details, read_only=bool(self.register.read_only_reason))
        self.query_one(Pane).show(pane_head(self.by, row), (), "", lines, top=top)

    # -- messages from widgets

    def on_resize(self) -> None:
        self.call_after_refresh(self._show_title)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        if row := self.current():
            self.post_message(ListRequested(self.filter_of(row)))

    # -- keys

    def filter_of(self, row: StatusTally) -> Filter:
        """The filter that lists a line's items."""
        return filter_of(self.by, row, self.blocks)

    def action_turn(self) -> None:
        """Count by the next facet: theme, outcome, lead."""
        order = list(NAMES)
        self.by = order[(order.index(self.by) + 1) % len(order)]
        self.blocks = ()
        self.table.set_source(ThemeRows(self.by, ()))
        with self.register_app.showing_errors():
            self.reread()

    def action_filter(self) -> None:
        """Open the line's items of one status."""
        row = self.current()
        if row is None:
            self.register_app.show_toast("There is nothing here to filter.")
            return
        counts = {
            "on-track": row.on_track,
            "delayed": row.delayed,
            "not-stated": row.not_stated,
            "closed": row.closed,
            WITH_INSPECTORATE: row.with_inspectorate,
        }
        name = line_name(self.by, row)
        choices = tuple(
            Choice(
                key,
                format_facet_value("status", status),
                "Open in the list",
                status,
                disabled_because=None if count else f"{name} has none of these.",
                note=f"{count:,}",
            )
            for key, (status, count) in zip("odncw", counts.items(), strict=True)
        )

        def on_choice(chosen: Chosen | None) -> None:
            if chosen:
                self.post_message(ListRequested(self.filter_of(row).replace(status=(chosen.value,))))

        kind = f"{row.noun.capitalize()}s"
        self.app.push_screen(KeyPanel(name, "", f"{row.total:,}", kind, choices), on_choice)

    def action_note(self) -> None:
        """Add a note to the theme under the cursor, by default of the kind learning."""
        from store.commands import AddNote

        row = self.current()
        if self.by != "theme" or row is None or row.name in (None, NO_THEME):
            self.register_app.show_toast(
                "A note can be added to a theme, a publication or an item: there is no theme under the cursor."
            )
            return
        with self.register_app.showing_errors():
            theme, name = find_theme(self.register.conn, str(row.name))

            def build(values: Values) -> Sequence[AddNote]:
                return [AddNote.model_validate({"theme": theme} | non_empty(values))]

            fields = form_fields("note", {"kind": NoteKind.LEARNING})
            self.register_app.open_form(f"note {theme}", f"Add a note to {name}", fields, build, first_focus="text")


def _first_items(conn: Connection, shown: Filter, today: date) -> list[ItemRow]:
    """The first items of a filter, open ones before closed ones: at most MOST_SHOWN."""
    still = shown.replace(status=(Status.ON_TRACK, Status.DELAYED, Status.NOT_STATED))
    found = item_list.window(conn, still, "ref", today, 0, MOST_SHOWN)
    if left := MOST_SHOWN - len(found):
        found += item_list.window(conn, shown.replace(status=(Status.CLOSED,)), "ref", today, 0, left)
    return found
