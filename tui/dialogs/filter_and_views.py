"""Dialogs for the filter, sort and columns of a list, and for the views that save them under a name."""

from __future__ import annotations

from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, Protocol

from store.domain.date_reading import read_date
from store.domain.dates import format_date
from store.queries import facets
from store.queries.filter import FACETS, SORTS, Filter, format_facet_value
from store.queries.query_format import point_at_error, to_query
from store.queries.query_language import QueryError
from store.queries.query_names import filter_for, newest_paper
from store.queries.saved_views import SavedView, saved_views
from tui.background import read_in_background
from tui.desk.settings import update_settings
from tui.tables.items import ALL_COLUMNS, DEFAULT_COLUMNS
from widgets.form import Form, FormField, Values, interpret_date
from widgets.key_panel import Choice, Chosen, KeyPanel
from widgets.picker import MultiPicker, Picker, PickOption

if TYPE_CHECKING:
    from store.register import Register
    from tui.register_app import RegisterApp

SORT_NAMES = {
    "ref": "Reference",
    "title": "Title",
    "status": "Status",
    "stage": "Stage",
    "target": "Target",
    "moved": "Moved later",
    "updated": "Changed here",
    "theme": "Theme",
    "leads": "Leads",
    "next": "Action with",
    "first": "First target recorded",
    "said": "Last word",
    "response": "Response",
    "delay": "Kind of delay",
    "extension": "Extension",
    "review": "Looked at again",
    "priority": "Priority",
    "percent": "Done, in per cent",
}

STATUSES = ("on-track", "delayed", "not-stated", "closed", "with-inspectorate")

QUERY, CHANGED = "query", "changed"


class FilteredList(Protocol):
    """The interface of a filtered list that these dialogs use."""

    shown: Filter
    sort: str
    columns: str | None

    @property
    def register(self) -> Register:
        """The register that is open."""
        ...

    @property
    def register_app(self) -> RegisterApp:
        """The app."""
        ...

    @property
    def is_short(self) -> bool:
        """Whether the whole list can be read between two frames."""
        ...

    def apply_filter(self, shown: Filter, *, view: str = "") -> None:
        """Apply a filter; `view` is the name of its view, "" for none."""

    def sort_by(self, name: str) -> None:
        """Sort by a column; by the same again, reversed."""

    def show_columns(self, names: str | None) -> None:
        """Show these columns from now on, by name; None for the usual ones."""

    def reread(self) -> None:
        """Read the list again."""


_TITLES = "SELECT code, title FROM publication WHERE withdrawn = 0"
"""The titles by which a publication is found in the list of codes."""


def choose_filter(screen: FilteredList) -> None:
    """Choose a filter: a status by its letter, anything else from a list with counts, or by a typed query."""
    status, more = "Status", "Or choose from a list"
    shown = screen.shown
    choices = [
        Choice(key, format_facet_value("status", value), status, value, current=value in shown.status)
        for key, value in zip("odncw", STATUSES, strict=True)
    ]
    for key, facet in zip("shtpklvgmuriyx", FACETS, strict=True):
        held = ", ".join(format_facet_value(facet, v) for v in getattr(shown, facet))
        choices.append(Choice(key, f"{FACETS[facet]}…", more, facet, note=held or None))
    choices.append(Choice("a", "Changed since…", more, CHANGED, note="a day, or the last paper"))
    choices.append(Choice("q", "Type a query…", more, QUERY, note="status:delayed theme:governance age>2y"))

    def on_choice(chosen: Chosen | None) -> None:
        if chosen is None:
            return
        if chosen.value == QUERY:
            type_query(screen)
        elif chosen.value == CHANGED:
            changed_since(screen)
        elif chosen.value in FACETS:
            choose_facet(screen, chosen.value)
        else:
            only = (chosen.value,)
            screen.apply_filter(shown.replace(status=() if shown.status == only else only))

    screen.register_app.push_screen(KeyPanel("Filter", "", shown.describe(), "Shown", tuple(choices)), on_choice)


def choose_facet(screen: FilteredList, facet: str) -> None:
    """Choose the values of one facet, from those that have items, with counts."""
    register, shown = screen.register, screen.shown
    today = register.today()

    def options(values: list[tuple[str, int]]) -> tuple[PickOption, ...]:
        titles = dict(register.conn.execute(_TITLES)) if facet == "publication" else {}
        return tuple(PickOption(v, format_facet_value(facet, v), count=n, note=titles.get(v)) for v, n in values)

    def picker(values: list[tuple[str, int]] | None) -> MultiPicker:
        held = getattr(shown, facet)
        return MultiPicker(FACETS[facet], options(values or []), ticked=held, counting=values is None)

    def on_choice(chosen: tuple[str, ...] | None) -> None:
        if chosen is not None:
            screen.apply_filter(shown.replace(**{facet: chosen}))

    if screen.is_short:
        screen.register_app.push_screen(picker(facets.facet(register.conn, shown, facet, today)), on_choice)
        return
    dialog = picker(None)
    screen.register_app.push_screen(dialog, on_choice)
    read_in_background(
        screen.register_app,
        lambda conn: facets.facet(conn, shown, facet, today),
        lambda values: dialog.show_options(options(values)),
        group="facet",
    )


def type_query(screen: FilteredList) -> None:
    """Type a query to filter by; an error points at its word."""
    found: list[Filter] = []

    def on_choice(values: Values) -> str | None:
        text = values["query"] or ""
        try:
            shown = filter_for(
                screen.register.conn, text, screen.register.today(), screen.register_app.settings.acts_for
            )
        except QueryError as error:
            return f"{point_at_error(text, error)}\n{error}"
        found[:] = [shown.replace(parts=True)]
        return None

    fields = (
        FormField("query", "Query", value=to_query(screen.shown.replace(parts=False)), hint="status:delayed lead:C3"),
    )
    intro = (
        'Words and "phrases", and: status: stage: theme: publication: kind: lead: next: target: marking: outcome: response: priority: delay: extension: '
        "with values between commas (none where there is none); note:words; due< due> changed< changed> said< review< with a "
        "day, or changed>paper; age>2y quiet>90d moved>=1 percent>=50; mine; not-waiting; not-agreed."
    )
    screen.register_app.push_screen(
        Form("Show what fits a query", fields, intro=intro, submit=on_choice),
        lambda values: screen.apply_filter(found[0]) if values is not None else None,
    )


def changed_since(screen: FilteredList) -> None:
    """Filter by what changed since a day, inclusive, or since the newest paper."""
    today = screen.register.today()
    paper = newest_paper(screen.register.conn, today)
    found: list[str | None] = []

    def on_choice(values: Values) -> str | None:
        text = values["since"] or ""
        if not text.strip():
            found[:] = [None]
            return None
        if text.strip().casefold() == "paper":
            if paper is None:
                return "No paper of a committee is recorded in this register. Write a day."
            found[:] = [paper.isoformat()]
            return None
        meaning, is_date = interpret_date(text, today=today, past=True)
        day = read_date(text, today, prefer_past=True).earliest if is_date else None
        if day is None:
            return meaning or "Write a day, a month, or paper."
        found[:] = [(day - timedelta(days=1)).isoformat()]
        return None

    held = screen.shown.changed_after
    now = format_date(date.fromisoformat(held) + timedelta(days=1)) if held else None
    intro = (
        "A day or a month" + (f", or paper: that of {format_date(paper)}" if paper else "") + ". Empty shows all again."
    )
    fields = (FormField("since", "Changed since", value=now),)
    screen.register_app.push_screen(
        Form("Changed since", fields, intro=intro, submit=on_choice),
        lambda values: (
            screen.apply_filter(screen.shown.replace(changed_after=found[0])) if values is not None else None
        ),
    )


def choose_sort(screen: FilteredList) -> None:
    """Choose what to sort by; the current one again reverses it."""
    now = screen.sort.removeprefix("-")
    options = tuple(PickOption(name, SORT_NAMES[name], note="turn it round" if name == now else None) for name in SORTS)
    screen.register_app.push_screen(
        Picker("Sort by", options, current=now), lambda name: screen.sort_by(name) if name else None
    )


def choose_view(screen: FilteredList) -> None:
    """Pick a view, save this list as one, choose the one to start with, or choose the columns."""
    saved = saved_views(screen.register.conn)
    start = screen.register_app.settings.start_view
    options = [
        PickOption(
            f"view {view.id}",
            view.name,
            note=" · ".join(p for p in (view.query, "start view" if view.name == start else "") if p),
        )
        for view in saved
    ]
    options.append(PickOption("save", "Keep this list as a view…"))
    options.append(PickOption("columns", "Choose the columns, and their order…"))
    options.append(PickOption("start", "Choose the view to start with…", note=start or "none"))
    if saved:
        options.append(PickOption("forget", "Forget a view…"))

    def on_choice(key: str | None) -> None:
        if key == "save":
            _save(screen)
        elif key == "columns":
            choose_columns(screen)
        elif key == "start":
            _choose_start(screen, saved)
        elif key == "forget":
            _withdraw_view(screen, saved)
        elif key is not None:
            show_view(screen, next(view for view in saved if view.id == key.partition(" ")[2]))

    screen.register_app.push_screen(Picker("Views", tuple(options)), on_choice)


def show_view(screen: FilteredList, view: SavedView) -> None:
    """Show a saved view; a toast where its query cannot be parsed here."""
    try:
        shown = filter_for(
            screen.register.conn, view.query, screen.register.today(), screen.register_app.settings.acts_for
        )
    except QueryError as error:
        screen.register_app.show_toast(f"The view {view.name} cannot be shown: {error}")
        return
    screen.sort = view.sort if view.sort.removeprefix("-") in SORTS else "ref"
    screen.show_columns(view.columns or screen.register_app.settings.columns)
    screen.apply_filter(shown.replace(parts=True), view=view.name)


def _save(screen: FilteredList) -> None:
    from store.commands import SaveView

    query = to_query(screen.shown.replace(parts=False))
    fields = (
        FormField("name", "Name", required=True, limit=60, hint="a view of that name is replaced"),
        FormField("query", "Query", value=query, hint="empty shows everything"),
    )

    def build(values: Values) -> list[SaveView]:
        filter_for(
            screen.register.conn, values["query"] or "", screen.register.today(), screen.register_app.settings.acts_for
        )
        return [
            SaveView(name=values["name"] or "", query=values["query"] or "", sort=screen.sort, columns=screen.columns)
        ]

    intro = "It is kept in the register, with what it is sorted by and its columns, for everybody who has the file."
    screen.register_app.open_form("save view", "Keep this list as a view", fields, build, intro=intro)


def _choose_start(screen: FilteredList, saved: list[SavedView]) -> None:
    options = (PickOption("", "None: start as usual"), *(PickOption(view.name, view.name) for view in saved))

    def on_choice(name: str | None) -> None:
        if name is not None:
            screen.register_app.settings = update_settings(start_view=name or None)
            screen.register_app.show_toast(f"Fairlead starts with {name}." if name else "Fairlead starts as usual.")

    screen.register_app.push_screen(
        Picker("Start with which view?", options, current=screen.register_app.settings.start_view), on_choice
    )


def _withdraw_view(screen: FilteredList, saved: list[SavedView]) -> None:
    from store.commands import Withdraw

    options = tuple(PickOption(view.id, view.name, note=view.query) for view in saved)

    def on_choice(key: str | None) -> None:
        if key is not None:
            screen.register_app.do([Withdraw(kind="view", entity=key)])

    screen.register_app.push_screen(Picker("Forget which view?", options), on_choice)


def choose_columns(screen: FilteredList) -> None:
    """Type the columns in their order; saved in this person's settings."""
    columns = ", ".join(ALL_COLUMNS)

    headings = {column.label.casefold(): key for key, column in ALL_COLUMNS.items()}

    def on_choice(values: Values) -> str | None:
        parts = [part.strip().casefold() for part in (values["columns"] or "").split(",")]
        # A heading may be of two words.
        names = [name for part in parts for name in ([part] if part in headings else part.split())]
        keys = [headings.get(name, name) for name in names if name]
        for key in keys:
            if key not in ALL_COLUMNS:
                near = get_close_matches(key, [*ALL_COLUMNS, *headings], 2, 0.6)
                meant = f"Did you mean {' or '.join(near)}?" if near else f"The columns are: {columns}."
                return f"There is no column called {key}. {meant}"
        chosen = " ".join(keys)
        screen.show_columns(chosen or None)
        screen.register_app.settings = update_settings(columns=None if chosen in ("", DEFAULT_COLUMNS) else chosen)
        return None

    fields = (
        FormField("columns", "Columns", value=screen.columns or DEFAULT_COLUMNS, hint="empty for the usual ones"),
    )
    intro = (
        f"In the order in which they are to stand: {columns}. Where a line is too short, the least important give way."
    )
    screen.register_app.push_screen(
        Form("Columns of the list", fields, intro=intro, submit=on_choice), lambda values: screen.reread()
    )
