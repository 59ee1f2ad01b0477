"""The publications screen: each publication by status."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType

from store.domain.vocabulary import label_of
from store.queries import publications
from store.queries.describe import (
    GUESS,
    GUESS_MEANS,
    GUESSED,
    LabelledLine,
    describe_measure,
    describe_publication,
    format_marking,
    mark_guessed,
)
from store.queries.filter import NO_CODE, Filter
from store.queries.item_detail import measures_of, notes_on, publication_fields, publication_file
from store.queries.item_list import everything_count
from store.queries.rows import PublicationRow
from tui.keys import PUBLICATIONS, ROWS, bindings
from tui.messages import ListRequested
from tui.screens.list_screen import ListScreen
from tui.tables.publications import PUBLICATION_COLUMNS, PublicationRows
from tui.tables.row_source import SHORT
from tui.tables.status_counts import bar_parts
from widgets.bars import legend
from widgets.item_pane import MARGIN, notes, paragraph_of
from widgets.pane import Pane, Paragraph
from widgets.windowed_table import WindowedTable

EMPTY = "This register is empty."
_HOW = "Press a to add a publication, then enter and a to add its recommendations."

_LEGEND = Paragraph(((GUESS_MEANS, "quiet"),), MARGIN, GUESS)

_HEAD = ("publisher", "kind", "published", "closed_by")
_PRINTED = {"stated_total": "total", "stated_updates": "updates"}
"""Fields of a publication on the line of printed figures, with their labels there."""


class PublicationsScreen(ListScreen):
    """A row for each publication and a total row; the pane shows what belongs to no single item."""

    PLACES = (PUBLICATIONS, ROWS)
    NAME = "publications"
    SUMMARISES_ALL = True
    PANE_FROM = 20
    BINDINGS: ClassVar[list[BindingType]] = bindings(PUBLICATIONS)

    def __init__(self) -> None:
        super().__init__()
        self._added: str | None = None
        """The publication that was added here, which the cursor goes to when the list is read again."""

    def body(self) -> ComposeResult:
        yield self.list_and_pane(WindowedTable(PUBLICATION_COLUMNS, empty=EMPTY), Pane())

    def reread(self, items: tuple[str, ...] = ()) -> None:
        rows = PublicationRows(self.register, self.register_app.show_error)
        added, self._added = self._added, None
        position = publications.place_of(self.register.conn, added) if added else None
        self.table.empty_text = self.with_hint(EMPTY, _HOW)
        self.show_rows(rows, self.table.cursor_key, position)
        self.call_after_refresh(self.fill_pane)

    def current(self) -> PublicationRow | None:
        """The publication under the cursor; None on a line of totals."""
        key = self.table.cursor_key
        return publications.publication(self.register.conn, key) if key and not key.startswith("total-") else None

    def fill_pane(self, *, top: bool = True) -> None:
        """Show what is recorded of the publication itself."""
        pane = self.query_one(Pane)
        if pane.display:
            with self.register_app.showing_errors():
                self._fill(pane, top)

    def _fill(self, pane: Pane, top: bool) -> None:
        row = self.current()
        if row is None:
            self._fill_totals(frozenset(), top)
            self.read_and_show(
                publications.closed_on_guesses,
                lambda guessed: self._fill_totals(guessed, top),
                group="pane",
                at_once=everything_count(self.register.conn, parts=False) <= SHORT,
            )
            return
        is_short = row.total <= SHORT
        if not is_short:
            self._fill_publication(pane, row, frozenset(), top)
        self.read_and_show(
            lambda conn: publications.closed_on_guesses(conn, row.id),
            lambda guessed: self._fill_publication(pane, row, guessed, top),
            group="pane",
            at_once=is_short,
        )

    def _fill_publication(
        self, pane: Pane, row: PublicationRow, closed: Collection[tuple[bool, str]], top: bool
    ) -> None:
        """Show what is recorded of a publication; `closed` is as of closed_on_guesses."""
        if self.table.cursor_key != row.id:
            return
        conn, guessed = self.register.conn, {how for _, how in closed}
        parts = [
            f"{count:,} {label_of(how).lower()}{GUESS if how in guessed else ''}"
            for how, count in publications.closed_as(conn, row.id)
        ]
        fields = describe_publication(publication_fields(conn, row.id))
        marked = [fields[name] for name in (*_HEAD, *_PRINTED) if name in fields]
        head = {name: _marked(fields.pop(name)) for name in _HEAD if name in fields}
        if "closed_by" in head:
            head["closed_by"] = f"its items are closed by {head['closed_by'].lower()}"
        lines = [Paragraph(tuple(legend(bar_parts(row))), MARGIN, f"{row.total:,} in all")]
        lines += [Paragraph(((", ".join(parts), ""),), MARGIN, "Closed")] if parts else []
        if not row.total and not self.register.read_only_reason:
            lines.append(Paragraph((("Press enter, and a there, to add its recommendations.", "accent"),)))
        printed = [f"{label} {_marked(fields.pop(name))}" for name, label in _PRINTED.items() if name in fields]
        if printed:
            lines.append(Paragraph(((", ".join(printed), ""),), MARGIN, "As printed"))
        # The table has the last update; the lowest marking is left out.
        others = (line for name, line in fields.items() if name != "last_update")
        lines += [paragraph_of(line) for line in others if line.key != "marking" or format_marking(line.text)]
        lines += [paragraph_of(describe_measure(measure)) for measure in measures_of(conn, row.id)]
        if place := publication_file(conn, row.id):
            lines.append(Paragraph(((place, ""),), MARGIN, "File"))
        if guessed or any(line.basis in GUESSED for line in marked):
            lines.append(_LEGEND)
        on_it = notes_on(conn, "publication", row.id)
        if on_it:
            from store.queries.evidence import citations_on

            lines += [Paragraph(()), *notes(on_it, citations_on(conn, "publication", row.id))]
        title = (f"{row.display_code}  {row.display_title}", "strong")
        pane.show((title, (" · ".join(("", *head.values())), "quiet")), (), "", lines, top=top)

    def _fill_totals(self, guessed: Collection[tuple[bool, str]], top: bool) -> None:
        """Show what the totals are made of; `guessed` is as of closed_on_guesses."""
        if self.current() is not None:
            return
        lines = []
        for is_apart, total in enumerate(publications.totals(self.register.conn)):
            if total.total:
                label = f"{total.total:,} {total.display_title.lower()}"
                lines.append(Paragraph(tuple(legend(bar_parts(total))), MARGIN, label))
                if total.closed:
                    parts = publications.format_closed(total, {how for apart, how in guessed if apart == is_apart})
                    lines.append(Paragraph(((parts, "quiet"),), MARGIN, "  closed:"))
        if guessed:
            lines.append(_LEGEND)
        self.query_one(Pane).show((("All publications", "strong"),), (), "", lines, top=top)

    def on_windowed_table_row_selected(self, event: WindowedTable.RowSelected) -> None:
        event.stop()
        row = self.current()
        shown = Filter(parts=True, publication=(row.code or NO_CODE,) if row else ())
        if (key := event.key).startswith("total-"):
            shown = shown.replace(kind=publications.kinds_of_total(self.register.conn, is_apart=key == "total-1"))
        self.post_message(ListRequested(shown))

    def action_add(self) -> None:
        """Add a publication."""
        from tui.dialogs.publications import add_publication

        add_publication(self.register_app, self._show_added)

    def _show_added(self, entity: str) -> None:
        self._added = entity

    def _chosen(self) -> PublicationRow | None:
        row = self.current()
        if row is None:
            self.register_app.show_toast("There is no publication under the cursor.")
        return row

    def action_note(self) -> None:
        """Add a note to the publication."""
        from tui.dialogs.edits import add_publication_note

        if row := self._chosen():
            add_publication_note(self.register_app, row)

    def action_correct_publication(self) -> None:
        """Correct the publication, or a note on it."""
        from tui.dialogs.publications import correct_publication

        if row := self._chosen():
            correct_publication(self.register_app, row)


def _marked(line: LabelledLine) -> str:
    """The text of a line, with † where its basis is weaker than the source's words."""
    return mark_guessed(line.text, line.basis)
