"""The recommendations, under a filter, with the one under the cursor in the pane."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.domain.lists import register_lists
from store.queries import item_list, publications
from store.queries.describe import GUESS_LEGENDS
from store.queries.filter import FACETS, NO_CODE, RARE, Filter, format_facet_value
from store.queries.note_hits import describe_note_hits
from store.queries.search import search_words
from tui.background import read_in_background
from tui.keys import ITEM, LIST, ROWS, TICKS, bindings
from tui.messages import ItemRequested
from tui.screens.base import LOW, set_display
from tui.screens.item_list import ItemListScreen, ListView
from tui.tables.items import ItemRows, columns_named, read_seqs
from widgets.filter_bar import SEARCH, Chip, FilterBar, SearchInput
from widgets.frame import Title
from widgets.item_pane import ItemPane
from widgets.windowed_table import WindowedTable

PAINT_SECONDS = 0.25
"""The delay after a change before a long list is read again, in which the change is drawn or the next one made."""

_NOTE_PLACES = {"publication": "press 1 (Publications)", "theme": "press 4 (Themes)"}
"""Where the notes on each kind are read, in a sentence."""


class RecommendationsScreen(ItemListScreen):
    """The list, its filter bar and search, and the pane."""

    PLACES = (ITEM, ROWS, TICKS, LIST)
    NAME = "recommendations"
    BINDINGS: ClassVar[list[BindingType]] = bindings(TICKS, LIST)

    def __init__(self) -> None:
        super().__init__()
        self.shown = Filter(parts=True)
        self.sort = "ref"
        self.columns: str | None = None
        """The names of the columns that are shown, in their order; None for the usual ones."""
        self.view = ""
        """The name of the view that is shown, until something else is."""
        self.rows: ItemRows | None = None
        self._edited: tuple[str, ...] = ()
        """Items that were edited and that the filter fits no longer: in sight until the cursor moves."""
        self._cursor_then: str | None = None
        self._added: str | None = None
        """The item that was added here, which the cursor goes to when the list is read again."""
        self._counts: tuple[int, int] | None = None
        self._note_hits = ""

    def body(self) -> ComposeResult:
        yield FilterBar()
        yield SearchInput(id="search")
        yield Title()
        yield self.list_and_pane(WindowedTable(columns_named(self.columns)), ItemPane())

    def on_mount(self) -> None:
        self.query_one("#search").display = False
        self.show_columns(self.register_app.settings.columns)
        self._start()

    def _start(self) -> None:
        """Begin with the start view, else with mine, unless a filter is asked for."""
        if self._added is None and self._start_view():
            return
        mine = self.shown.replace(mine=self.register_app.settings.acts_for)
        # A register from elsewhere may have no lead of those names: everything is shown then.
        has_own_items = mine.mine and item_list.window(self.register.conn, mine, "ref", self.register.today(), 0, 1)
        if has_own_items and self._added is None and not self.shown.is_active:
            self.shown = mine

    def _start_view(self) -> bool:
        """Show the start view of the settings; returns whether the register has a view of that name."""
        name = self.register_app.settings.start_view
        if not name:
            return False
        from store.queries.saved_views import saved_views
        from tui.dialogs.filter_and_views import show_view

        wanted = next((view for view in saved_views(self.register.conn) if view.name == name), None)
        if wanted is not None and not self.shown.is_active:
            show_view(self, wanted)
        return wanted is not None

    @property
    def is_short(self) -> bool:
        """Whether the whole list can be read between two frames."""
        return self.rows is not None and self.rows.is_short

    def shown_seqs(self) -> Sequence[int] | None:
        return self.rows.seqs if self.rows else None

    def show_ticks(self) -> None:
        self._show_title()

    # -- reading

    def reread(self, items: tuple[str, ...] = ()) -> None:
        """Read the list again; the cursor stays with its item."""
        self.drop_stale_ticks()
        added, self._added = self._added, None
        here = added or self.table.cursor_key
        self._read(here, is_first_look=here is None, edited=(*self._edited, *items))
        if added and self.rows and self.rows.seqs is not None and self.rows.place_of(added) is None:
            self.register_app.show_toast("It is added, and the filter hides it. x clears the filter, u takes it back.")

    def open_on(self, shown: Filter, item: str | None) -> None:
        """Begin, once it is shown, with a filter and the cursor on an item."""
        self.shown, self._added = shown, item

    def apply_filter(
        self, shown: Filter, cursor_item: str | None = None, *, view: str = "", is_first_look: bool = False
    ) -> None:
        """Apply a filter; the cursor goes to `cursor_item`; else to the first row, on a first look to one with a story.

        `view` is the name of its view.
        """
        self.shown, self.view = shown, view
        if not (self.is_mounted and self.is_attached):
            return
        search = self.query_one("#search", SearchInput)
        if search.value != shown.search:
            with search.prevent(SearchInput.Changed):
                search.value = shown.search
        self._read(cursor_item, is_first_look=is_first_look)

    def view_now(self) -> ListView | None:
        """What is shown now, to be shown again; None where nothing was yet."""
        return ListView(self.shown, self.current_item(), self.view) if self.is_mounted else None

    def show_again(self, before: ListView | None) -> None:
        """Show what was shown before; None begins as at the first look."""
        if before is None:
            self.shown, self.view = Filter(parts=True), ""
            self._start()
            before = ListView(self.shown, None, self.view)
        self.apply_filter(before.shown, before.item, view=before.view, is_first_look=before.item is None)

    def show_columns(self, names: str | None) -> None:
        """Show these columns from now on, by name; None for the usual ones. The caller has the list read again."""
        self.columns = names
        self.table.columns = columns_named(names)

    def _read(self, cursor_item: str | None, *, is_first_look: bool = False, edited: tuple[str, ...] = ()) -> None:
        before = self.rows if cursor_item and self.rows and self.rows.register is self.register else None
        self.rows = rows = ItemRows(
            self.register, self.register_app.show_error, self.shown, self.sort, self.table.columns
        )
        self.workers.cancel_group(self, "list")
        whole = rows.read_short(before)
        held = (before, edited) if before and edited and self.shown.is_active else None
        self._edited = rows.hold(*held) if held and whole else ()
        place = rows.place_of(cursor_item) if cursor_item and whole else None
        self.table.hits = self.query_one(ItemPane).hits = tuple(search_words(self.shown.search))
        self._note_hits = describe_note_hits(self.register.conn, self.shown, _NOTE_PLACES)
        self.table.sort = (self.sort.removeprefix("-"), self.sort.startswith("-"))
        self.table.empty_text = self._empty_text() if whole else "…"
        is_other = before is None or before.shown != self.shown
        self.show_rows(rows, cursor_item, place, is_other=is_other)
        if is_first_look and place is None:
            self.table.move_to(rows.first_with_a_story())
        self._cursor_then = self.table.cursor_key
        self._counts = item_list.counts(self.register.conn, self.shown, rows.today) if whole else None
        self._show_title()
        self.call_after_refresh(self.fill_pane, top=place is None)
        if not whole and rows.seqs is None:
            self._begin_reading(rows, held)
        elif not whole:
            self.set_timer(PAINT_SECONDS, lambda: self._begin_reading(rows, held))

    def _begin_reading(self, rows: ItemRows, held: tuple[ItemRows, tuple[str, ...]] | None) -> None:
        """Read the counts, the first hits and the seqs of a long list in a worker; each is shown when it is read."""
        if rows is not self.rows:
            return

        def counted(counts: tuple[int, int]) -> None:
            self.call_later(self._set_counts, rows, counts)

        def first(seqs: array[int]) -> None:
            self.call_later(self._set_first, rows, seqs)

        read_in_background(
            self,
            lambda conn: read_seqs(conn, rows.shown, rows.sort, counted, first),
            lambda seqs: self._set_seqs(rows, seqs, held),
            group="list",
        )

    def _set_counts(self, rows: ItemRows, counts: tuple[int, int]) -> None:
        if rows is self.rows:
            self._counts = counts
            self._show_title()

    def _set_first(self, rows: ItemRows, seqs: array[int]) -> None:
        if rows is self.rows and not rows.has_first and rows.seqs is None:
            rows.set_first(seqs)
            self._show_rows()

    def _set_seqs(self, rows: ItemRows, seqs: array[int], held: tuple[ItemRows, tuple[str, ...]] | None) -> None:
        if rows is self.rows:
            rows.set_seqs(seqs)
            self._edited = rows.hold(*held) if held else ()
            self._show_title()
            self._show_rows()

    def _show_rows(self) -> None:
        """Show the rows that a worker found; the cursor stays with its item."""
        self.table.empty_text = self._empty_text()
        if self.rows is not None:
            self.fit_list(self.rows.count)
        self.table.refresh_rows()
        self.call_after_refresh(self.fill_pane, top=False)

    def _empty_text(self) -> str:
        if self.shown.mine:
            return f"Nothing fits: {self.shown.describe()}. Press m for all leads, x to clear the filter."
        if len(self.shown.publication) == 1 and self.shown == Filter(parts=True, publication=self.shown.publication):
            code = format_facet_value("publication", self.shown.publication[0])
            add = "" if self.register.read_only_reason else "a to add the first one, "
            return f"{code} has no recommendations yet. Press {add}1 to go back to the publications."
        if self.shown.is_active:
            return f"Nothing fits: {self.shown.describe()}. Press x to clear the filter."
        return self.with_hint(
            "There is nothing here yet.", "Press a to add a recommendation, 1 and a to add a publication."
        )

    def _show_title(self) -> None:
        chips = [self._chip(facet) for facet in FACETS if facet not in RARE or getattr(self.shown, facet)]
        if self.shown.mine:
            chips.insert(0, Chip("mine", "Mine", ", ".join(self.shown.mine)))
        self.query_one(FilterBar).show(tuple(chips), self.shown.search, self._note_hits)
        whole = item_list.counts(self.register.conn, Filter(), self.register.today())
        counts = []
        nouns = ("recommendation", register_lists(self.register.conn).apart_noun)
        for n, noun in enumerate(nouns):
            if whole[n] or not n:
                here = "…" if self._counts is None else f"{self._counts[n]:,}"
                of = f" of {whole[n]:,}" if self.shown.is_active else ""
                counts.append(f"{here}{of} {noun}{'' if whole[n] == 1 else 's'}")
        if self._edited:
            n = len(self._edited)
            counts.insert(0, f"{n:,} edited {'fits' if n == 1 else 'fit'} no longer, in sight until you move")
        if self.ticks:
            counts.insert(0, f"{len(self.ticks):,} ticked")
        view_prefix = f"{self.view}: " if self.view else ""
        left, legends = view_prefix + self.shown.describe(), GUESS_LEGENDS if any(whole) else ()
        self.query_one(Title).show(left, " · ".join(counts), legends)

    def _chip(self, facet: str) -> Chip:
        values: tuple[str, ...] = getattr(self.shown, facet)
        return Chip(facet, FACETS[facet], ", ".join(format_facet_value(facet, v) for v in values) or None)

    # -- messages from widgets

    def on_resize(self) -> None:
        set_display(self.query_one(FilterBar), self.size.height >= LOW)
        self.call_after_refresh(self._show_title)

    def on_windowed_table_row_highlighted(self, event: WindowedTable.RowHighlighted) -> None:
        if self._edited and event.key != self._cursor_then:
            self._read(event.key)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        self.post_message(ItemRequested(event.key, self.table.hits))

    def on_windowed_table_header_clicked(self, event: WindowedTable.HeaderClicked) -> None:
        event.stop()
        self.sort_by(event.column)

    def sort_by(self, name: str) -> None:
        """Sort by a column; by the same again, reversed."""
        self.sort = f"-{name}" if self.sort == name else name
        self._read(cursor_item=None)

    def on_filter_bar_chip_pressed(self, event: FilterBar.ChipPressed) -> None:
        from tui.dialogs.filter_and_views import choose_facet

        event.stop()
        if event.key == SEARCH:
            self.action_search()
        elif event.key == "mine":
            self.action_mine()
        else:
            choose_facet(self, event.key)

    def on_input_changed(self, event: SearchInput.Changed) -> None:
        event.stop()
        if event.value != self.shown.search:
            self.shown, self.view = self.shown.replace(search=event.value), ""
            self._read(cursor_item=None)

    def on_search_input_to_list(self) -> None:
        self._close_search()

    def on_search_input_left(self) -> None:
        self._close_search()

    def _close_search(self) -> None:
        self.query_one("#search").display = False
        # Not table.focus(), which is queued: the next key typed would still go to the search input.
        self.set_focus(self.table)

    # -- keys

    def action_search(self) -> None:
        """Open the search input, and focus it."""
        line = self.query_one("#search", SearchInput)
        line.display = True
        # Not line.focus(), which is queued: the next key typed would still go to the list.
        self.set_focus(line)

    def action_clear(self) -> None:
        """Clear the filter."""
        self._close_search()
        self.apply_filter(Filter(parts=True), cursor_item=self.table.cursor_key)

    def action_back(self) -> None:
        """On esc clear the ticks, then the search."""
        if self.shown.search and not self.ticks:
            self.apply_filter(self.shown.replace(search=""), cursor_item=self.table.cursor_key)
        else:
            super().action_back()

    def action_mine(self) -> None:
        """Show mine, or all."""
        acts_for = self.register_app.settings.acts_for
        if self.shown.mine or acts_for:
            mine = () if self.shown.mine else acts_for
            self.apply_filter(self.shown.replace(mine=mine), self.table.cursor_key, is_first_look=True)
        else:
            app = self.register_app
            app.ask_author(lambda: self.action_mine() if app.settings.acts_for else None, asks_leads=True)

    def action_filter(self) -> None:
        """Choose a filter."""
        from tui.dialogs.filter_and_views import choose_filter

        choose_filter(self)

    def action_query(self) -> None:
        """Type a query to filter by."""
        from tui.dialogs.filter_and_views import type_query

        type_query(self)

    def action_sort(self) -> None:
        """Choose what to sort by; the current one again reverses it."""
        from tui.dialogs.filter_and_views import choose_sort

        choose_sort(self)

    def action_views(self) -> None:
        """Pick a view, or save this list as one."""
        from tui.dialogs.filter_and_views import choose_view

        choose_view(self)

    def _show_added(self, item: str) -> None:
        self._added = item

    def action_add(self) -> None:
        """Add a recommendation to the publication shown, or to one that is chosen."""
        from tui.dialogs.corrections import add_item
        from widgets.picker import Picker, PickOption

        conn = self.register.conn
        here = publications.publications(conn, 0, 500)
        if not here:
            self.register_app.show_toast("There is no publication yet. Press 1, then a, to add one first.")
            return
        wanted = [row for row in here if (row.code or NO_CODE) in self.shown.publication] or here
        if len(wanted) == 1:
            add_item(self.register_app, wanted[0], self._show_added)
            return
        item = self.current_item()
        options = tuple(PickOption(row.id, f"{row.display_code}  {row.display_title}") for row in here)
        current = item_list.publication_of(conn, item) if item else None

        def on_choice(key: str | None) -> None:
            if key is not None:
                add_item(self.register_app, next(row for row in here if row.id == key), self._show_added)

        self.app.push_screen(Picker("Add to which publication?", options, current=current), on_choice)
