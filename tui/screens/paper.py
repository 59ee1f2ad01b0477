"""The paper to a committee as it would be today: its figures, what changed, what is missing, its texts, and the whole of it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Static

from store.queries.item_detail import item_detail
from store.queries.item_list import everything_count
from store.queries.papers import figure_label
from tui.keys import PAPER, bindings
from tui.messages import ItemRequested
from tui.screens.list_screen import ListScreen
from tui.screens.paper_items import PaperItemsScreen
from tui.screens.paper_text import PaperTextScreen
from tui.tables.paper import COLUMNS, TABS, PaperPage, PaperRows, WrittenPlace, change_groups, missing_lines, read_page
from tui.tables.paper_pane import figure_pane, head_lines, lines_of, outline_pane, text_pane
from tui.tables.row_source import SHORT
from widgets.item_pane import item_head, overview
from widgets.key_panel import Choice, Chosen, KeyPanel
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import WindowedTable

EMPTY = "There is no paper in this register. Press a to add one."

_KEYS = {"total": "t", "closed": "c", "on-track": "o", "delayed": "d", "not-stated": "n"}
"""The letter of each figure that every publication has."""

_NOTHING = {
    "changes": "Nothing has changed since.",
    "missing": "Nothing is missing.",
    "texts": "The form has no place for text, or cannot be read: see Missing.",
    "outline": "It cannot be composed: see Missing.",
}


class PaperScreen(ListScreen):
    """One paper, a tab for each side of it; the pane has the row under the cursor."""

    PLACES = (PAPER,)
    NAME = "paper"
    PANE_FROM = 20
    BINDINGS: ClassVar[list[BindingType]] = bindings(PAPER)

    def __init__(self) -> None:
        super().__init__()
        self.wanted: str | None = None
        """The id of the paper that was chosen; None for the newest."""
        self.tab = next(iter(TABS))
        self.page: PaperPage | None = None
        self.rows: PaperRows | None = None

    def body(self) -> ComposeResult:
        yield Static(id="title", markup=False)
        yield Static(id="tabs", markup=False)
        yield self.list_and_pane(WindowedTable(COLUMNS[self.tab], empty="…"), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        wanted, today = self.wanted, self.register.today()
        self.read_and_show(
            lambda conn: (read_page(conn, wanted, today),),
            lambda found: self._set_page(*found),
            group="paper",
            at_once=everything_count(self.register.conn, parts=False) <= SHORT // 10,
        )

    def _set_page(self, page: PaperPage | None) -> None:
        self.page = page
        self._show(keep_cursor=True)

    def _show(self, *, keep_cursor: bool = False) -> None:
        """Show the tab."""
        table, page = self.table, self.page
        if page is None:
            self.rows = None
            table.empty_text = EMPTY
            self.query_one("#title", Static).update("")
            self.query_one("#tabs", Static).update("")
            self.show_keys()
            self.query_one(Pane).show((), (), "", ())
            return
        key = table.cursor_key if keep_cursor else None
        self.rows = PaperRows(self.tab, page)
        table.columns = COLUMNS[self.tab]
        table.empty_text = _NOTHING.get(self.tab, "")
        at = self.rows.place_of(key) if key else None
        self.show_rows(self.rows, key, at)
        if at is None:
            table.move_to(self.rows.first([place.key for place in page.due]))
        self._show_title(page)
        self.call_after_refresh(self.fill_pane)

    def _show_title(self, page: PaperPage) -> None:
        row = page.row
        named = f"Paper of {row.date}" if row.date else row.title or "Paper"
        style = "bold $warning" if not row.fixings else "$foreground-muted"
        self.query_one("#title", Static).update(
            Content.assemble(
                (named, "bold"), "   ", (page.state(), style), "   ", (row.meeting or "", "$foreground-muted")
            ),
            layout=False,
        )
        pieces: list[tuple[str, str]] = []
        for tab, name in TABS.items():
            shown = f"{name}{self._count(page, tab)}"
            pieces += [(shown, "bold underline $accent" if tab == self.tab else "$foreground-muted"), ("  ", "")]
        self.query_one("#tabs", Static).update(Content.assemble(*pieces), layout=False)

    def _count(self, page: PaperPage, tab: str) -> str:
        """What is after the name of a tab: how much there is to look at."""
        counts = {
            "figures": (page.differing, "≠"),
            "changes": (sum(len(moved) for _, moved in change_groups(page)), ""),
            "missing": (len(missing_lines(page)), ""),
            "texts": (len(page.due), "to confirm"),
        }
        count, what = counts.get(tab, (0, ""))
        return f" {count:,}{f' {what}' if what else ''}" if count else ""

    # -- the pane

    def fill_pane(self, *, top: bool = True) -> None:
        """Show what the row under the cursor is of."""
        pane, page, key = self.query_one(Pane), self.page, self.table.cursor_key
        if page is None or not pane.display:
            return
        with self.register_app.showing_errors():
            head, lines = self._pane(page, key)
            pane.show(head, (), "", lines, top=top)

    def _pane(self, page: PaperPage, key: str | None) -> tuple[tuple[tuple[str, str], ...], list[Paragraph]]:
        title = ((page.row.title or "Paper", "strong"),)
        if key is None or self.rows is None:
            return title, head_lines(page)
        if self.tab == "figures":
            return title, [*figure_pane(page, key), Paragraph(()), *head_lines(page)]
        if self.tab == "changes" and (item := self.rows.items.get(key)):
            detail = item_detail(self.register.conn, item)
            return (item_head(detail, self.register.today()), overview(detail)) if detail else (title, [])
        if self.tab == "changes":
            return ((f"Counted since: {page.moved.since}" if page.moved.since else "", "quiet"),), []
        if self.tab == "texts" and (place := self.place()):
            about = "".join(f" · {each}" for each in (place.publication, place.state[0], "enter edits it") if each)
            head = ((place.heading, "strong"), (about, "quiet"))
            return head, text_pane(place)
        if self.tab == "outline":
            return ((("enter reads the whole of it", "quiet"),), outline_pane(page, key, self._pane_width()))
        if self.tab == "papers":
            return ((("enter shows the one under the cursor", "quiet"),), head_lines(page))
        lines = missing_lines(page)
        at = self.table.cursor_index or 0
        text = lines[at].text if at < len(lines) else ""
        return title, [Paragraph(((text, ""),)), Paragraph(()), *head_lines(page)]

    def _pane_width(self) -> int:
        return max(30, self.query_one(Pane).size.width - 4)

    def place(self) -> WrittenPlace | None:
        """The place for text under the cursor."""
        key = self.table.cursor_key
        return next((place for place in self.page.places if place.key == key), None) if self.page else None

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        """Open what the row is of: the items behind a figure, an item, a text to edit, another paper."""
        event.stop()
        page, key = self.page, event.key
        if page is None or self.rows is None:
            return
        if self.tab == "figures":
            self._open_figure(page, key)
        elif self.tab == "changes" and (item := self.rows.items.get(key)):
            self.post_message(ItemRequested(item))
        elif self.tab == "changes":
            name = key.removeprefix("heading ")
            moved = dict(change_groups(page)).get(name, ())
            self._list(name, tuple(dict.fromkeys(move.item for move in moved)))
        elif self.tab == "missing":
            line = missing_lines(page)[event.index]
            if line.items:
                self._list(line.text, line.items)
            else:
                self.register_app.show_toast("No item is behind this: it is put right by c, or under Texts.")
        elif self.tab == "texts" and (place := self.place()):
            from tui.dialogs.paper import edit_text

            edit_text(self.register_app, page, place)
        elif self.tab == "outline" and page.document:
            self.app.push_screen(PaperTextScreen(page.document))
        elif self.tab == "papers":
            self.wanted, self.tab = key, next(iter(TABS))
            self.reread()

    def _open_figure(self, page: PaperPage, key: str) -> None:
        """List the items behind a figure; of a publication, ask which of its figures."""
        lines = lines_of(page, key)
        if len(lines) == 1:
            self._list(figure_label(lines[0].name), lines[0].items)
            return
        by_name = {line.name: line for line in lines}
        choices = tuple(
            Choice(
                _KEYS[name],
                figure_label(name),
                "The items behind it",
                name,
                note=" · ".join(
                    filter(
                        None,
                        (
                            f"{line.derived or 0:,}",
                            f"published: {line.published.strip() or 'a blank'}" if line.published is not None else "",
                            "≠" if line.differs else "",
                        ),
                    )
                ),
            )
            for name in _KEYS
            if (line := by_name.get(name))
        )
        code = lines[0].code

        def on_choice(chosen: Chosen | None) -> None:
            if chosen:
                self._list(f"{code}: {figure_label(chosen.value)}", by_name[chosen.value].items)

        self.app.push_screen(KeyPanel(code, page.titles.get(code, ""), page.state(), "Figures", choices), on_choice)

    def _list(self, name: str, items: tuple[str, ...]) -> None:
        if items:
            self.app.push_screen(PaperItemsScreen(name, items))
        else:
            self.register_app.show_toast("No item is behind it.")

    # -- keys

    def action_tab(self, step: int) -> None:
        """Show the next tab (1), or the previous one (-1)."""
        order = list(TABS)
        self.tab = order[(order.index(self.tab) + step) % len(order)]
        self._show()

    def _page(self) -> PaperPage | None:
        """The paper; where there is none, a sentence."""
        if self.page is None:
            self.register_app.show_toast(EMPTY)
        return self.page

    def action_add(self) -> None:
        """Add a paper."""
        from tui.dialogs.paper import add_paper

        add_paper(self.register_app, self._show_added)

    def _show_added(self, entity: str) -> None:
        self.wanted, self.tab = entity, next(iter(TABS))
        self.reread()

    def action_correct_paper(self) -> None:
        """Correct the paper."""
        from tui.dialogs.paper import correct_paper

        if page := self._page():
            correct_paper(self.register_app, page, self.place() if self.tab == "texts" else None)

    def action_confirm(self) -> None:
        """Confirm the text under the cursor as it is, and go on to the next."""
        from tui.dialogs.paper import confirm_text

        place = self.place() if self.tab == "texts" else None
        if place is None or self.page is None:
            self.register_app.show_toast("There is no text under the cursor: ] leads to the texts.")
            return
        confirm_text(self.register_app, self.page, place, lambda: self.table.action_move(1))

    def action_fix(self) -> None:
        """Fix the figures, asked first."""
        from tui.dialogs.paper import fix_figures

        if page := self._page():
            fix_figures(self.register_app, page)

    def action_write_paper(self) -> None:
        """Write the paper out."""
        from tui.dialogs.paper_file import write_out

        if page := self._page():
            write_out(self.register_app, page, tuple(line.text for line in missing_lines(page)))

    def action_check_paper(self) -> None:
        """Check a file as this paper, or the register itself."""
        from tui.screens.check import check_paper

        check_paper(self.register_app, self.page.row.id if self.page else None)

    def action_receive_texts(self) -> None:
        """Bring texts home from a file of Word."""
        from tui.dialogs.paper_file import receive_texts

        if page := self._page():
            receive_texts(self.register_app, page)
