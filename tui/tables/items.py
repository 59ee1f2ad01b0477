"""The rows that the tables show, read a window at a time.

A short list is read whole at once. A long one is shown from the index that serves its sort while a worker turns the
filter into an array of numbers, eight bytes a hit; from then on, moving is indexing into that array.
"""

from __future__ import annotations

import calendar
from array import array
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from store.domain.dates import age, short_day
from store.domain.errors import FairleadError
from store.domain.vocabulary import said
from store.file.database import Connection, told_in_words
from store.queries import item_list
from store.queries.filter import Filter
from store.queries.history import history_at, history_numbers, item_of
from store.queries.rows import HistoryRow, ItemRow, PublicationRow
from store.register import Register, day_of
from widgets.bars import stacked_bar
from widgets.item_pane import status_words
from widgets.windowed_table import Cell, Column, Row

SHORT = 5_000
"""Up to so many rows are read whole at once: it takes a few milliseconds."""

FIRST_HITS = 50
"""So many rows fill a screen until the whole list is there."""

FIRST_HITS_SECONDS = 0.02
LONGEST_SECONDS = 0.06
"""How long the screen's own thread may look for the first hits: longer in a large register, where a worker takes longer."""

ITEM_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("title", "Recommendation", None, min_width=28, priority=9),
    Column("status", "Status", 13, priority=8),
    Column("stage", "How far", 18, priority=6),
    Column("target", "Target", 14, priority=5),
    Column("moved", "Later", 5, priority=4, align="right"),
    Column("theme", "Theme", 14, priority=3),
    Column("leads", "Leads", 14, priority=1),
)

MORE_COLUMNS = (
    Column("next", "Next move", 16, priority=2),
    Column("first", "First target", 14, priority=2),
    Column("updated", "Last change", 11, priority=2),
    Column("said", "Last word", 11, priority=2),
)
"""Columns that a person may add to the list, or a view have."""

ALL_COLUMNS = {column.key: column for column in (*ITEM_COLUMNS, *MORE_COLUMNS)}
USUAL = " ".join(column.key for column in ITEM_COLUMNS)
"""The columns of the list unless somebody chose others, by name."""


def columns_named(names: str | None) -> tuple[Column, ...]:
    """The columns of these names, between spaces, in their order; the usual ones where none is known. Ref and title stay."""
    keys = [name for name in (names or USUAL).split() if name in ALL_COLUMNS]
    for place, needed in enumerate(("ref", "title")):
        if needed not in keys:
            keys.insert(place, needed)
    return tuple(ALL_COLUMNS[key] for key in dict.fromkeys(keys))


PUBLICATION_COLUMNS = (
    Column("code", "Code", 6, priority=9),
    Column("title", "Publication", None, min_width=16, priority=9),
    Column("published", "Published", 9, priority=5),
    Column("age", "Age", 10, priority=3),
    Column("total", "Total", 5, priority=9, align="right"),
    Column("closed", "Closed", 6, priority=9, align="right"),
    Column("on_track", "On track", 8, priority=9, align="right"),
    Column("delayed", "Delayed", 7, priority=9, align="right"),
    Column("not_stated", "Not stated", 10, priority=7, align="right"),
    Column("bar", "", 12, priority=4),
    Column("last_update", "Updated", 9, priority=2),
    Column("next_target", "Next target", 11, priority=1),
)

HISTORY_COLUMNS = (
    Column("time", "When", 16, priority=8),
    Column("author", "Who", 14, priority=5),
    Column("about", "About", 12, priority=9),
    Column("field", "What", 18, priority=9),
    Column("change", "Change", None, min_width=16, priority=9),
)


def item_row(item: ItemRow, columns: Sequence[Column] = ITEM_COLUMNS) -> Row:
    """A line of the recommendations table, with these columns."""
    word, style = status_words(item.status, item.closed_as)
    stage = how_far(item)
    moved = f"{'≥ ' if item.moved_at_least else ''}{item.moved_later}" if item.moved_later else "—"
    mark = " ≠" if item.conflict else ""
    theme = (item.theme or "—") + (" †" if item.theme_basis else "")
    cells: dict[str, Cell] = {
        "ref": item.ref,
        "title": item.title or "—",
        "status": (word, style),
        "stage": stage,
        "target": item.target_text or "—",
        "moved": (moved, "windowed-table--muted") if moved == "—" else moved,
        "theme": (theme, "windowed-table--muted") if theme == "—" else theme,
        "leads": item.leads or "—",
        "next": said(item.next_move),
        "first": item.first_target or "—",
        "updated": short_day(date.fromisoformat(item.updated)) if item.updated else "—",
        "said": short_day(date.fromisoformat(item.said_on)) if item.said_on else "—",
    }
    return Row(item.id, tuple(cells[column.key] for column in columns), indent=2 if item.part else 0, marks=mark)


def how_far(item: ItemRow) -> str:
    """How far an item has got, in words; *believed done* goes before the stage, which the overview says."""
    return "Believed done" if item.believed_done else said(item.stage)


class RowSource:
    """What the sources share: what goes wrong while a table draws is said, and the lines stay blank."""

    def __init__(self, register: Register, problem: Callable[[FairleadError], None]) -> None:
        self.register = register
        self._problem = problem

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some lines of the table from `start` on."""
        try:
            with told_in_words(self.register.path):
                return self.lines(start, count)
        except FairleadError as error:
            self._problem(error)
            return []

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Read some lines."""
        raise NotImplementedError


class ItemRows(RowSource):
    """A list of items under a filter and a sort: the source that the table is given."""

    def __init__(
        self,
        register: Register,
        problem: Callable[[FairleadError], None],
        shown: Filter,
        sort: str,
        columns: Sequence[Column] = ITEM_COLUMNS,
    ) -> None:
        super().__init__(register, problem)
        self.shown = shown
        self.sort = sort
        self.columns = columns
        self.today = register.today()
        self.numbers: array[int] | None = None
        self.known_count: int | None = None
        self.is_short = False
        self._first: list[ItemRow] | None = None

    def read_short(self, before: ItemRows | None = None) -> bool:
        """Read the whole list if it is short, or only its length if it is the whole register; False if there is more to do.

        Until then the numbers of the list `before` are shown where it was the same list: what is in it has changed little.
        """
        conn = self.register.conn
        whole = item_list.everything_count(conn, parts=self.shown.parts)
        self.is_short = whole <= SHORT
        if self.is_short or item_list.is_few(conn, self.shown, self.today):
            numbers: array[int] = array("q")
            for piece in item_list.seqs(conn, self.shown, self.sort, self.today):
                numbers.extend(piece)
            self.numbers, self.known_count = numbers, len(numbers)
            return True
        if not self.shown.narrows:
            self.known_count = whole
            return True
        if before and before.numbers is not None and (before.shown, before.sort) == (self.shown, self.sort):
            self.numbers, self.known_count = before.numbers, before.known_count
            return False
        seconds = min(LONGEST_SECONDS, FIRST_HITS_SECONDS * max(1, whole / 300_000))
        self._first = item_list.window_within(conn, self.shown, self.sort, self.today, seconds, FIRST_HITS)
        return False

    @property
    def has_first(self) -> bool:
        """Whether a screenful is there to show already."""
        return len(self._first or ()) == FIRST_HITS

    def take_first(self, numbers: array[int]) -> None:
        """Take the first hits from the worker that goes on to make the whole list."""
        self._first = item_list.rows_at(self.register.conn, numbers)

    def take_numbers(self, numbers: array[int]) -> None:
        """Take the whole list from the worker that made it."""
        self.numbers, self.known_count, self._first = numbers, len(numbers), None

    @property
    def count(self) -> int:
        """How many rows there are; while that is not known, as many as are read."""
        if self.known_count is not None:
            return self.known_count
        return len(self._first or ())

    def items(self, start: int, count: int) -> list[ItemRow]:
        """Some items from `start` on."""
        conn = self.register.conn
        if self.numbers is not None:
            return item_list.rows_at(conn, self.numbers[start : start + count])
        if self._first is not None:
            return self._first[start : start + count]
        if self.known_count is None:
            return []
        return item_list.window(conn, self.shown, self.sort, self.today, start, count, total=self.known_count)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines of the table from `start` on."""
        return [item_row(item, self.columns) for item in self.items(start, count)]

    def place_of(self, item: str) -> int | None:
        """Where an item stands in the list, where that is known cheaply."""
        if self.numbers is None:
            return None
        number = item_list.number_of(self.register.conn, item)
        try:
            return self.numbers.index(number) if number is not None else None
        except ValueError:
            return None


def list_whole(
    register: Register,
    shown: Filter,
    sort: str,
    cancelled: Callable[[], bool],
    counted: Callable[[tuple[int, int]], object],
    first: Callable[[array[int]], object],
) -> array[int] | None:
    """In a thread: every number of a list in order; None when cancelled. Gives way to a save, and then begins again.

    On the way `counted` is told the counts and `first` the first numbers. Neither may wait for the screen: a save there
    waits for this.
    """

    def read(conn: Connection) -> array[int]:
        numbers: array[int] = array("q")
        is_first = True
        for piece in item_list.seqs(conn, shown, sort, day_of(conn), counted):
            numbers.extend(piece)
            if is_first and len(numbers) >= FIRST_HITS:
                is_first = False
                first(numbers[:FIRST_HITS])
        return numbers

    return register.file.read_long(read, cancelled)


def publication_cells(row: PublicationRow, today: date) -> tuple[Cell, ...]:
    """The cells of a publication, or of a line of totals."""
    since = age(date.fromisoformat(row.published_latest), today) if row.published_latest else "—"
    parts = [
        (row.closed, "closed"),
        (row.on_track, "on-track"),
        (row.delayed, "delayed"),
        (row.not_stated, "not-stated"),
    ]
    style = {status: f"status--{status}" for _, status in parts}

    def number(count: int, status: str) -> Cell:
        return (f"{count:,}", style[status]) if count else ("0", "windowed-table--muted")

    return (
        row.code,
        row.title,
        short_month(row.published),
        since,
        f"{row.total:,}",
        number(row.closed, "closed"),
        number(row.on_track, "on-track"),
        number(row.delayed, "delayed"),
        number(row.not_stated, "not-stated"),
        stacked_bar(parts, 12),
        short_month(row.last_update),
        short_day(date.fromisoformat(row.next_target)) if row.next_target else "—",
    )


def short_month(text: str | None) -> str:
    """A date with its month cut to three letters, for a narrow column."""
    words = (text or "—").split(" ")
    return " ".join(word[:3] if word in calendar.month_name else word for word in words)


class PublicationRows(RowSource):
    """The publications, oldest first, and the two lines of totals under them."""

    def __init__(self, register: Register, problem: Callable[[FairleadError], None]) -> None:
        super().__init__(register, problem)
        self.today = register.today()
        self.publications = item_list.publications_count(register.conn)
        recommendations, commitments = item_list.totals(register.conn)
        self.totals = [replace(t, title=f"All {t.title.lower()}") for t in (recommendations, commitments) if t.total]

    @property
    def count(self) -> int:
        """How many lines there are, the totals among them."""
        return self.publications + len(self.totals)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        here = item_list.publications(self.register.conn, start, count) if start < self.publications else []
        lines = [Row(row.id, publication_cells(row, self.today)) for row in here]
        for n, total in enumerate(self.totals):
            if start <= self.publications + n < start + count:
                cells = publication_cells(total, self.today)
                lines.append(Row(f"total-{n}", (cells[0], (total.title, "windowed-table--strong"), *cells[2:])))
        return lines


class HistoryRows(RowSource):
    """Changes, newest first, grouped by the action that made them: an action's first line says when and who."""

    def __init__(
        self,
        register: Register,
        problem: Callable[[FairleadError], None],
        **narrowed: str | None,
    ) -> None:
        """`narrowed` is what `history_numbers` takes."""
        super().__init__(register, problem)
        self._narrowed: dict[str, Any] = narrowed
        self.numbers = history_numbers(register.conn, **self._narrowed, limit=SHORT)
        self.is_whole = len(self.numbers) < SHORT

    @property
    def count(self) -> int:
        """How many changes there are; while the list is not whole, as many as are read."""
        return len(self.numbers)

    def read_whole(self, cancelled: Callable[[], bool]) -> array[int] | None:
        """In a thread: the number of every change; None when cancelled."""
        return self.register.file.read_long(lambda conn: history_numbers(conn, **self._narrowed), cancelled)

    def take_numbers(self, numbers: array[int]) -> None:
        """Take the whole list."""
        self.numbers, self.is_whole = numbers, True

    def changes(self, start: int, count: int) -> list[HistoryRow]:
        """Some changes from `start` on."""
        return history_at(self.register.conn, self.numbers[start : start + count])

    def item_of(self, row: HistoryRow) -> str | None:
        """The id of the item that a change is about, or None where it is about several or none."""
        return item_of(self.register.conn, row)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines from `start` on."""
        before = self.changes(start - 1, 1)[0].action if start else None
        lines = []
        for row in self.changes(start, count):
            first = row.action != before
            before = row.action
            when = row.time[:16].replace("T", " ") if first else ""
            change = f"{row.before} → {row.after}" if row.before else row.after
            change += f"   {row.reason}" if row.reason else "   no reason given" if row.reason == "" else ""
            if row.undone:
                change += "   (taken back)"
            quiet = "windowed-table--muted" if row.undone else ""
            cells: tuple[Cell, ...] = (when, row.author if first else "", row.about, row.field, (change, quiet))
            lines.append(Row(row.change, cells))
        return lines
