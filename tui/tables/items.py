"""The rows of a list of items, read a window at a time.

A short list is read whole at once. A long one is shown from the index that serves its sort while a worker turns the
filter into an array of seqs, eight bytes a hit; from then on, moving is indexing into that array.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from datetime import date

from store.domain.dates import format_short_date
from store.domain.errors import FairleadError
from store.domain.vocabulary import Status, label_of
from store.file.database import Connection
from store.queries import item_list
from store.queries.describe import mark_guessed, parse_bases
from store.queries.describe_status import PAST_TARGET, format_item_status, format_leads, is_past_target
from store.queries.filter import Filter
from store.queries.rows import ItemRow
from store.register import Register, day_of
from tui.tables.row_source import SHORT, RowSource
from widgets.windowed_table import Cell, Column, Row

FIRST_HITS = 50
"""Rows that are read first, to fill the screen until the whole list is read."""

HELD_MOST = 20_000_000
"""How many edited items, times rows of their list, may be looked through to leave each where it was."""

LOOKED = 200
"""Rows among which the one that a first look falls on is looked for."""

FIRST_HITS_SECONDS = 0.02
LONGEST_SECONDS = 0.06
"""How long the app's thread may read first hits: longer in a large register, where a worker takes longer."""

ITEM_COLUMNS = (
    Column("ref", "Ref", 8, priority=9),
    Column("title", "Recommendation", None, min_width=28, priority=9),
    Column("status", "Status", 13, priority=8),
    Column("stage", "Stage", 18, priority=6, most=22),
    Column("target", "Target", 14, priority=5, most=24),
    Column("moved", "Moved", 5, priority=4, align="right"),
    Column("theme", "Theme", 14, priority=3, most=34),
    Column("leads", "Leads", 14, priority=1, most=40),
)

OPTIONAL_COLUMNS = (
    Column("next", "Action with", 16, priority=2, most=20),
    Column("first", "First recorded", 14, priority=2),
    Column("updated", "Changed here", 12, priority=2),
    Column("said", "Last word", 11, priority=2),
    Column("response", "Response", 15, priority=2),
    Column("delay", "Kind of delay", 18, priority=2, most=28),
    Column("extension", "Extension", 9, priority=2),
    Column("review", "Looked at again", 15, priority=2, most=20),
    Column("priority", "Priority", 11, priority=2, most=16),
    Column("percent", "Done %", 6, priority=2, align="right"),
)
"""Columns that a person may add to the list, or a view have."""

ALL_COLUMNS = {column.key: column for column in (*ITEM_COLUMNS, *OPTIONAL_COLUMNS)}
DEFAULT_COLUMNS = " ".join(column.key for column in ITEM_COLUMNS)
"""The names of the default columns, between spaces."""


def columns_named(names: str | None) -> tuple[Column, ...]:
    """The columns of these names, between spaces, in order, and ref and title; the usual ones where none is valid."""
    keys = [name for name in (names or DEFAULT_COLUMNS).split() if name in ALL_COLUMNS]
    for place, required in enumerate(("ref", "title")):
        if required not in keys:
            keys.insert(place, required)
    return tuple(ALL_COLUMNS[key] for key in dict.fromkeys(keys))


def item_row(item: ItemRow, today: date, columns: Sequence[Column] = ITEM_COLUMNS) -> Row:
    """A line of the recommendations table on a day, with these columns."""
    moved = f"{'≥ ' if item.moved_at_least else ''}{item.moved_later}" if item.moved_later else "—"
    bases = item_list.shown_bases(item)

    def with_mark(text: str | None, name: str) -> str:
        return mark_guessed(text, bases.get(name)) if text else "—"

    theme = with_mark(item.theme, "theme")
    cells: dict[str, Cell] = {
        "ref": item.ref,
        "title": item.display_title,
        "status": format_item_status(item),
        "stage": with_mark(label_of(item.stage), "stage"),
        "target": with_mark(item.target_text, "target"),
        "moved": (moved, "windowed-table--muted") if moved == "—" else moved,
        "theme": (theme, "windowed-table--muted") if theme == "—" else theme,
        "leads": format_leads(item) or "—",
        "next": with_mark(label_of(item.next_move), "next_move"),
        "first": with_mark(item.first_target, "first_target"),
        "updated": format_short_date(date.fromisoformat(item.updated)) if item.updated else "—",
        "said": format_short_date(date.fromisoformat(item.said_on)) if item.said_on else "—",
        "response": with_mark(label_of(item.response), "response"),
        "delay": with_mark(item.delay, "target"),
        "extension": with_mark(label_of(item.extension), "target"),
        "review": with_mark(item.review, "review"),
        "priority": with_mark(item.priority, "priority"),
        "percent": "—" if item.percent_done is None else with_mark(str(item.percent_done), "percent_done"),
    }
    marks = item_marks(item) + (f" · {PAST_TARGET}" if is_past_target(item, today) else "")
    return Row(item.id, tuple(cells[column.key] for column in columns), indent=2 if item.part else 0, marks=marks)


def item_marks(item: ItemRow) -> str:
    """What stays beside an item's title in a narrow list: how far its leads have got, that it is believed done, and that
    values differ."""
    believed = mark_guessed(" · believed done", parse_bases(item.basis).get("believed_done"))
    leads = f" · {item.leads_progress}" if item.leads_progress and item.status != Status.CLOSED else ""
    return leads + (believed if item.believed_done else "") + (" ≠" if item.conflict else "")


class ItemRows(RowSource):
    """A list of items under a filter and a sort, as the source of a table."""

    def __init__(
        self,
        register: Register,
        on_error: Callable[[FairleadError], None],
        shown: Filter,
        sort: str,
        columns: Sequence[Column] = ITEM_COLUMNS,
    ) -> None:
        super().__init__(register, on_error)
        self.shown = shown
        self.sort = sort
        self.columns = columns
        self.today = register.today()
        self.seqs: array[int] | None = None
        self.total: int | None = None
        self.is_short = False
        self._first: list[ItemRow] | None = None

    def read_short(self, before: ItemRows | None = None) -> bool:
        """Read the whole list if it is short, or only its length if it is unfiltered; False if a worker has to read it.

        Until then the seqs of `before` are shown, if it was the same list, else the first hits.
        """
        conn = self.register.conn
        whole = item_list.everything_count(conn, parts=self.shown.parts)
        self.is_short = whole <= SHORT
        if self.is_short or item_list.is_few(conn, self.shown, self.today):
            seqs: array[int] = array("q")
            for piece in item_list.seqs(conn, self.shown, self.sort, self.today):
                seqs.extend(piece)
            self.seqs, self.total = seqs, len(seqs)
            return True
        if not self.shown.is_active:
            self.total = whole
            return True
        if before and before.seqs is not None and (before.shown, before.sort) == (self.shown, self.sort):
            self.seqs, self.total = before.seqs, before.total
            return False
        seconds = min(LONGEST_SECONDS, FIRST_HITS_SECONDS * max(1, whole / 300_000))
        self._first = item_list.window_within(conn, self.shown, self.sort, self.today, seconds, FIRST_HITS)
        return False

    def hold(self, before: ItemRows, items: Sequence[str]) -> tuple[str, ...]:
        """Leave items where they were in the list before, though the filter fits them no longer.

        Returns those that it fits no longer; none where finding their places would take too long.
        """
        if self.seqs is None or before.seqs is None or len(items) * len(before.seqs) > HELD_MOST:
            return ()
        old, new, fits = before.seqs, array("q", self.seqs), set(self.seqs)
        missing = {n: item for item, n in item_list.listed_seqs(self.register.conn, items).items() if n not in fits}
        places = sorted((old.index(number), number) for number in missing if number in old)
        for place, number in places:
            after = next((old[n] for n in range(place - 1, -1, -1) if old[n] in fits), None)
            new.insert(new.index(after) + 1 if after is not None else 0, number)
            fits.add(number)
        self.seqs, self.total = new, len(new)
        return tuple(missing[number] for _, number in places)

    def first_with_a_story(self) -> int:
        """The index of the first open item with a note, else with a text, among the first rows; 0 where none is open."""
        looked = self.items(0, LOOKED)
        is_open = [item.status != Status.CLOSED for item in looked]
        for has_story in (lambda item: item.said_on, lambda item: item.text, lambda item: True):
            for n, item in enumerate(looked):
                if is_open[n] and has_story(item):
                    return n
        return 0

    @property
    def has_first(self) -> bool:
        """Whether the first hits have been read already."""
        return len(self._first or ()) == FIRST_HITS

    def set_first(self, seqs: array[int]) -> None:
        """Set the first hits while a worker reads the whole list."""
        self._first = item_list.rows_at(self.register.conn, seqs)

    def set_seqs(self, seqs: array[int]) -> None:
        """Set the whole list that a worker has read."""
        self.seqs, self.total, self._first = seqs, len(seqs), None

    @property
    def count(self) -> int:
        """The number of rows; until the list has been counted, of those that are read."""
        if self.total is not None:
            return self.total
        return len(self._first or ())

    def items(self, start: int, count: int) -> list[ItemRow]:
        """Some items from `start` on."""
        conn = self.register.conn
        if self.seqs is not None:
            return item_list.rows_at(conn, self.seqs[start : start + count])
        if self._first is not None:
            return self._first[start : start + count]
        if self.total is None:
            return []
        return item_list.window(conn, self.shown, self.sort, self.today, start, count, total=self.total)

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Some lines of the table from `start` on."""
        return [item_row(item, self.today, self.columns) for item in self.items(start, count)]

    def place_of(self, item: str) -> int | None:
        """The position of an item in the list; None where it is not in it, or the list is not read yet."""
        if self.seqs is None:
            return None
        number = item_list.seq_of(self.register.conn, item)
        try:
            return self.seqs.index(number) if number is not None else None
        except ValueError:
            return None


def read_seqs(
    conn: Connection,
    shown: Filter,
    sort: str,
    on_counts: Callable[[tuple[int, int]], object],
    on_first: Callable[[array[int]], object],
) -> array[int]:
    """Read every seq of a list in order, in a worker.

    On the way `on_counts` receives the counts and `on_first` the first seqs. Neither may wait for the app's thread,
    where a save waits for this one.
    """
    seqs: array[int] = array("q")
    is_first = True
    for piece in item_list.seqs(conn, shown, sort, day_of(conn), on_counts):
        seqs.extend(piece)
        if is_first and len(seqs) >= FIRST_HITS:
            is_first = False
            on_first(seqs[:FIRST_HITS])
    return seqs
