"""The tables of a file to import: headings, and rows of text with their addresses in the file."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from store.domain.names import fold_name

MOST_ROWS = 200_000
"""The maximum number of rows of a table, empty ones included."""

MOST_COLUMNS = 500

MOST_CELLS = 5_000_000
"""The maximum number of cells of a table, rows times columns."""

_FIRST_ROWS = 30
_TOTALS = ("total", "totals", "grand total", "sub total", "subtotal", "overall total")


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the headings: its number in the file, from 1, and its cells as text, one for each column."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its position from 0, its heading, and whether it is hidden in the file."""

    position: int
    heading: str
    hidden: bool = False

    @property
    def letter(self) -> str:
        """The letters of the column in a spreadsheet: A, B, … AA."""
        return column_letter(self.position)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that holds no item: its number and why it is skipped."""

    number: int
    why: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet of a workbook, or the one table of a text file, from its headings on."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heading_row: int
    skipped: tuple[Skipped, ...] = ()
    notices: tuple[str, ...] = ()
    """What was found and is not taken, or was read in a way that should be known: a sentence each."""
    hidden: bool = False
    comments: tuple[tuple[str, str], ...] = ()
    """The comments on its cells: address and text."""

    def heading(self, position: int) -> str:
        """The heading of a column, else its letter."""
        return self.columns[position].heading or f"column {self.columns[position].letter}"

    def address(self, row: int, position: int) -> str:
        """The address of a cell, as a person finds it in the file."""
        return f"{self.columns[position].letter}{row}"


@dataclass(frozen=True, slots=True)
class Source:
    """A file to import: its name without its folder, its SHA-256, how it was read, and its tables."""

    name: str
    sha256: str
    reading: str
    tables: tuple[Table, ...]

    def table(self, name: str | None = None) -> Table | None:
        """The table of this name, else the visible one with the most rows; None where there is none."""
        if name is not None:
            return next((table for table in self.tables if fold_name(table.name) == fold_name(name)), None)
        visible = [table for table in self.tables if not table.hidden]
        return max(visible, key=lambda table: len(table.rows), default=None)


class TableTooLarge(ValueError):
    """A table with more cells than are read, with the reason as its message."""


@dataclass(slots=True)
class RawTable:
    """A table as a format's reader found it: every row with its number, before the headings are known."""

    name: str
    rows: list[Row] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    hidden: bool = False
    hidden_columns: frozenset[int] = frozenset()
    comments: list[tuple[str, str]] = field(default_factory=list)
    is_separated: bool = False
    """Whether its cells are what is between separators: a row with more of them than the headings has one too many."""


def column_letter(position: int) -> str:
    """The letters of a column in a spreadsheet, by its position from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    return hashlib.sha256(data).hexdigest()


def find_headings(raw: RawTable, likeness: Callable[[Sequence[str]], int]) -> Table:
    """The table of a raw one: its headings are the first row that is most like some, and what is above is skipped.

    `likeness` is how many of some headings are names that are known. Rows without text, that repeat the headings, or
    that only have totals are skipped, and named.
    """
    raw.rows = [_readable(row) for row in raw.rows]
    at = _heading_position(raw.rows, likeness)
    width = max((len(_trimmed(row.cells)) for row in raw.rows), default=0)
    if at is None:
        columns = tuple(Column(position, "") for position in range(width))
        return Table(raw.name, columns, (), 0, _all_skipped(raw.rows), tuple(raw.notices), raw.hidden)
    heading, taken = raw.rows[at], raw.rows[at + 1 :]
    width = max(len(_trimmed(row.cells)) for row in (heading, *taken))
    if width * len(taken) > MOST_CELLS:
        raise TableTooLarge(f"a table of {len(taken):,} rows and {width:,} columns is too large: split it")
    cells = _padded(heading.cells, width)
    above = raw.rows[at - 1] if at and raw.rows[at - 1].number == heading.number - 1 else None
    columns = tuple(
        Column(position, text, position in raw.hidden_columns)
        for position, text in enumerate(_with_groups([" ".join(text.split()) for text in cells], above))
    )
    skipped = [Skipped(row.number, "it is above the headings", _shown(row)) for row in raw.rows[:at] if any(row.cells)]
    rows: list[Row] = []
    folded = [fold_name(text) for text in cells]
    last = max((number for number, row in enumerate(taken) if any(row.cells)), default=-1)
    for number, row in enumerate(taken[: last + 1]):
        padded = replace(row, cells=_padded(row.cells, width))
        if not any(padded.cells):
            skipped.append(Skipped(row.number, "it is empty"))
        elif [fold_name(text) for text in padded.cells] == folded:
            skipped.append(Skipped(row.number, "it repeats the headings"))
        elif _is_total(padded.cells):
            skipped.append(Skipped(row.number, "it is a row of totals", _shown(row)))
        elif number == last and _is_footer(padded.cells, rows):
            skipped.append(Skipped(row.number, "it is a remark under the table", _shown(row)))
        else:
            rows.append(padded)
    notices = (*raw.notices, *(_too_many_cells(heading, rows, taken) if raw.is_separated else ()))
    return Table(
        raw.name, columns, tuple(rows), heading.number, tuple(skipped), notices, raw.hidden,
        tuple(raw.comments),
    )  # fmt: skip


def _with_groups(headings: list[str], above: Row | None) -> list[str]:
    """The headings; those that are there twice with the heading of their group before them, from the row above."""
    if above is None or sum(1 for text in above.cells if text) < 2:
        return headings
    folded = [fold_name(text) for text in headings]
    found, group = [], ""
    for position, text in enumerate(headings):
        over = " ".join(above.cells[position].split()) if position < len(above.cells) else ""
        group = over or group
        is_twice = text and folded.count(folded[position]) > 1 and group and fold_name(group) != folded[position]
        found.append(f"{group}: {text}" if is_twice else text)
    return found


def _too_many_cells(heading: Row, rows: Sequence[Row], raw: Sequence[Row]) -> list[str]:
    """A notice of rows with more cells than the headings: a separator in a text without quotation marks moves the rest."""
    numbers = {row.number for row in rows}
    most = max(len(heading.cells), len(_trimmed(heading.cells)))
    wide = [str(row.number) for row in raw if row.number in numbers and len(row.cells) > most]
    if not wide or len(wide) > len(rows) // 2:
        return []
    shown = ", ".join(wide[:10]) + (" …" if len(wide) > 10 else "")
    return [
        f"{'Row' if len(wide) == 1 else 'Rows'} {shown}: more cells than headings. Is there a separator in a text without "
        "quotation marks? What is after it stands in the wrong column."
    ]


def _heading_position(rows: Sequence[Row], likeness: Callable[[Sequence[str]], int]) -> int | None:
    """The position of the row with the headings among the first; None where there is none."""
    first = [(number, row) for number, row in enumerate(rows[: _FIRST_ROWS * 4]) if any(row.cells)][:_FIRST_ROWS]
    widths = Counter(len([text for text in row.cells if text]) for row in rows[:500] if any(row.cells))
    usual = max(widths.items(), key=lambda found: (found[1] * min(found[0], 6), found[0]), default=(0, 0))[0]
    best: tuple[int, int, int] | None = None
    for number, row in first:
        filled = [text for text in row.cells if text]
        if len(filled) < 2 and usual > 1:
            continue
        short = all(len(text) <= 80 for text in filled)
        likely = likeness(row.cells)
        wide = 2 if len(filled) >= max(2, usual * 2 // 3) else 0
        points = likely * 3 + wide + (1 if short else -3) + (1 if len(set(filled)) == len(filled) else 0)
        if best is None or points > best[0]:
            best = (points, number, likely)
    return best[1] if best and (best[2] or best[0] >= 3) else None


_LOST = re.compile("[\ud800-\udfff]")
"""Half a character: what cannot be stored, since a program lost the other half."""


def _readable(row: Row) -> Row:
    if any(_LOST.search(text) for text in row.cells if not text.isascii()):
        return replace(row, cells=tuple(_LOST.sub("\ufffd", text) for text in row.cells))
    return row


def _is_total(cells: Sequence[str]) -> bool:
    filled = [text for text in cells if text]
    labels = [text for text in filled if not _is_number(text)]
    return bool(labels) and len(labels) <= 1 and fold_name(labels[0]).rstrip(" :") in _TOTALS


def _is_footer(cells: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether a last row has one cell in the first column only, where the rows above have several."""
    filled = [position for position, text in enumerate(cells) if text]
    usual = [sum(1 for text in row.cells if text) for row in rows]
    return filled == [0] and len(cells) > 2 and bool(usual) and min(usual) > 1 and not _is_number(cells[0])


def _is_number(text: str) -> bool:
    return text.replace(",", "").replace(".", "", 1).rstrip("%").strip().isdigit()


def _trimmed(cells: Sequence[str]) -> Sequence[str]:
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *("" for _ in range(width - len(cells))))


def _shown(row: Row) -> str:
    return " · ".join(" ".join(text.split()) for text in row.cells if text)[:120]


def _all_skipped(rows: Sequence[Row]) -> tuple[Skipped, ...]:
    return tuple(Skipped(row.number, "no headings were found", _shown(row)) for row in rows if any(row.cells))
