"""A worksheet of a workbook that is made to be printed: its formats, page and folded columns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from store.domain.dates import month_end
from store.domain.vocabulary import Status, label_of
from store.exchange.columns import Cell, DateText
from store.exchange.spreadsheet_rows import WITH_THEM, plain

CELL = 32_767
"""The maximum length of a cell, in UTF-16 code units."""

ROWS = 1_048_576
"""The maximum number of rows of a sheet, including its header."""

_MOST_BREAKS = 1_000
_A4 = 9
FONT = {"font_name": "Arial", "font_size": 10}
"""A font that every desk has, or one of the same widths: a page breaks alike wherever it is printed."""

_LINE, _TALLEST = 13, 409
"""The height of a line, and the greatest height of a row, in points."""

_ROOM = (784, 509)
"""The width and height of what is printed on a page, in points."""

_DIGIT, _WIDEST, _MARGIN = 556, 1015, 200
"""The width of a digit of the font, by which columns are measured, of its widest letter, and of a cell's margins; in
thousandths of the size of the font, as below."""

_LETTERS = {
    letter: width
    for width, letters in {
        222: "ijl'’‘|",
        278: "ftI .,;:/!·",
        333: "r-()“”",
        500: "ckvsxyzJ",
        611: "FTZ",
        667: "ABEKPSVXY&",
        722: "CDHNRUw",
        778: "GOQ",
        833: "mM",
        944: "W",
        1015: "—…%@†",
    }.items()
    for letter in letters
}
"""The widths of letters, where it is not that of a digit."""

_STATUS_COLOURS = {
    label_of(Status.CLOSED): "#DDE3EA",
    WITH_THEM: "#D6E4F5",
    label_of(Status.ON_TRACK): "#D8EFD9",
    label_of(Status.DELAYED): "#F9D9D6",
    label_of(Status.NOT_STATED): "#FBEFC9",
}
"""For each status, as shown, the background of its cells."""


class Formats:
    """The cell formats of a workbook: text, heading, and those of dates, which show no more than is known."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._dates: dict[str, Any] = {}
        self.wrap = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        self.bold = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "align": "left", "bg_color": "#E8EDF2"}
        )
        self.total = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "left", "top": 1})
        self.statuses = {status: book.add_format({"bg_color": light}) for status, light in _STATUS_COLOURS.items()}

    def date(self, cell: DateText) -> tuple[date, Any] | None:
        """The last day that a date can be, and a format that shows what is known of it.

        None where it has no last day, one that a sheet cannot hold, or is neither a day, a month nor a year.
        """
        if cell.latest is None or cell.latest < "1900-03-01":
            return None
        last = date.fromisoformat(cell.latest)
        first = date.fromisoformat(cell.earliest) if cell.earliest else None
        if first == last:
            shown = "d mmm yyyy"
        elif first == last.replace(day=1) and last == month_end(last):
            shown = "mmm yyyy"
        elif first == date(last.year, 1, 1) and last == date(last.year, 12, 31):
            shown = "yyyy"
        elif cell == cell.latest:
            shown = "d mmm yyyy"
        else:
            return None
        if shown not in self._dates:
            self._dates[shown] = self._book.add_format({
                "num_format": shown, "align": "left", "valign": "top", "text_wrap": True,
            })  # fmt: skip
        return last, self._dates[shown]


class Sheet:
    """A worksheet that is written row by row; counts the texts cut off (`cut`) and the rows left off (`left_off`).

    It prints in landscape, one page wide, up to the column `details`: from there on its columns are folded away, and so
    are those that turn out to be empty. A section of rows begins a page where the one before has more than half of it.
    """

    def __init__(
        self, book: Any, formats: Formats, marking: str, name: str, columns: dict[str, int], details: str = ""
    ) -> None:
        self.name, self.columns, self.next, self.cut, self.left_off = name, columns, 1, 0, 0
        self.sheet = book.add_worksheet(name)
        self._formats = formats
        headings = list(columns)
        self._widths = list(columns.values())[: headings.index(details) if details else None]
        self._filled: set[int] = set()
        wide = sum(5.25 * width + 3.75 for width in self._widths)
        self._page = _ROOM[1] * max(1, wide / _ROOM[0])
        self._used, self._section, self._breaks = 0.0, "", list[int]()
        for column, title in enumerate(columns):
            self.sheet.write_string(0, column, title, formats.bold)
        lines = max(_lines(title, width - 1) for title, width in zip(columns, self._widths, strict=False))
        self.sheet.set_row(0, _LINE * lines)
        self._page -= _LINE * lines
        self.sheet.freeze_panes(1, 1)
        self.sheet.hide_gridlines(0)
        set_page(self.sheet, name, marking)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)

    def add(self, cells: Iterable[Cell], style: Any = None, section: str = "") -> None:
        """Write one row below the last, in a format of its own if `style` is one; `section` is what it belongs to."""
        if self.next >= ROWS:
            self.left_off += 1
            return
        cells = list(cells)
        dated = {
            n: shown
            for n, cell in enumerate(cells)
            if isinstance(cell, DateText) and (shown := self._formats.date(cell))
        }
        lines = max(
            (
                _lines(cell, width)
                for n, (cell, width) in enumerate(zip(cells, self._widths, strict=False))
                if n not in dated
            ),
            default=1,
        )
        height = min(_LINE * lines, _TALLEST)
        self.sheet.set_row(self.next, height)
        self._turn_page(height, section)
        self._filled.update(column for column, cell in enumerate(cells) if cell not in (None, ""))
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self.sheet.write_number(self.next, column, cell, style or self._formats.wrap)
            elif column in dated:
                self.sheet.write_datetime(self.next, column, *dated[column])
            elif cell:
                text = plain(cell)
                fits = cut(text)
                self.cut += fits != text
                self.sheet.write_string(self.next, column, fits, style or self._formats.wrap)
        self.next += 1

    def _turn_page(self, height: float, section: str) -> None:
        """Count what the pages hold, and begin a new one for a section; a sheet holds so many breaks."""
        if section != self._section and self._used > self._page / 2 and len(self._breaks) < _MOST_BREAKS:
            self._breaks.append(self.next)
            self._used = 0
        self._section = section
        self._used = height if self._used + height > self._page else self._used + height

    def add_totals(self, rows: Iterable[Iterable[Cell]]) -> None:
        """Close the range that filters and pivots take, and write rows of totals below it, apart."""
        self._filter()
        self.next += 1
        for row in rows:
            self.add(row, self._formats.total)

    def _filter(self) -> None:
        self.sheet.autofilter(0, 0, max(self.next - 1, 1), len(self.columns) - 1)

    def colour_statuses(self, heading: str) -> None:
        """Colour a column of statuses by its words."""
        column = list(self.columns).index(heading)
        for status, style in self._formats.statuses.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": style}
            self.sheet.conditional_format(1, column, ROWS - 1, column, rule)

    def finish(self) -> list[str]:
        """Add a filter to the header, and fold; returns sentences about what did not fit."""
        if not self.sheet.autofilter_area:
            self._filter()
        for column, width in enumerate(self.columns.values()):
            folded = column >= len(self._widths) or (self.next > 1 and column not in self._filled)
            options = {"level": 1, "hidden": True} if folded else {}
            self.sheet.set_column(column, column, width, self._formats.wrap, options)
        self.sheet.set_h_pagebreaks(self._breaks)
        remark = []
        if self.cut:
            texts = "1 text was" if self.cut == 1 else f"{self.cut:,} texts were"
            remark.append(
                f"{self.name}: {texts} longer than the {CELL:,} characters of a cell; the rest is cut off at …"
            )
        if self.left_off:
            remark.append(f"{self.name}: {self.left_off:,} rows past the {ROWS:,} of a sheet were left off.")
        return remark


def set_page(sheet: Any, name: str, marking: str) -> None:
    """Set a page up: A4 in landscape, bearing the marking above and below."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.set_header(f"&C{marking}")
    sheet.set_footer(f"&L{name}&C{marking}&R&P of &N")


def _lines(cell: Cell, width: int) -> int:
    """How many lines a wrapped text takes in a column of so many digits: not every program works it out."""
    if not isinstance(cell, str):
        return 1
    room, total = width * _DIGIT - _MARGIN, 0
    for line in cell.split("\n"):
        total += 1
        if len(line) * _WIDEST <= room:
            continue
        filled = 0
        for word in line.split(" "):
            wide = _width(word)
            if filled and filled + _LETTERS[" "] + wide > room:
                total, filled = total + 1, 0
            filled += wide + (_LETTERS[" "] if filled else 0)
            total, filled = total + max(0, filled - 1) // room, filled % room
    return total


@lru_cache(10_000)
def _width(word: str) -> int:
    """The width of a word, in thousandths of the size of the font; of a letter outside Latin the greatest is taken."""
    return sum(_LETTERS.get(letter, _DIGIT if letter < "\u0250" else _WIDEST) for letter in word)


def cut(text: str) -> str:
    """Truncate a text with … to the maximum length of a cell."""
    if len(text) * 2 <= CELL or len(units := text.encode("utf-16-le", "replace")) <= 2 * CELL:
        return text
    return units[: 2 * (CELL - 1)].decode("utf-16-le", "ignore") + "…"
