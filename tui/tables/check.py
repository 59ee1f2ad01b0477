"""What was found in a paper, as the rows of a table and the lines of a pane: the place, both values, the items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from store.domain.text import one_line
from store.papers.checking.check import Checked
from store.papers.checking.findings import Finding, Kind
from store.papers.checking.pages import Page
from store.queries.describe_status import format_item_status
from store.queries.rows import ItemRow
from tui.check_words import name_little_compared
from widgets.pane import Paragraph
from widgets.windowed_table import Cell, Column, Row

COLUMNS = (
    Column("sure", "Sure", 9, priority=8),
    Column("line", "Line", 5, priority=9, align="right"),
    Column("section", "Section", 16, priority=5, most=22),
    # Where there is no room for the section and for both values, the values are shown: the pane has the section.
    Column("message", "Finding", None, min_width=58, priority=9),
)

COLUMNS_OF_WORD = (
    COLUMNS[0],
    Column("section", "Section", 16, priority=7, most=22),
    Column("message", "Finding", None, 40),
)
"""Word shows no numbers of lines: a place in it is found by its section and its words."""


def columns_of(page: Page | None) -> tuple[Column, ...]:
    """The columns for what was found in a paper, or with None in the register."""
    return COLUMNS_OF_WORD if page is not None and page.is_of_pages else COLUMNS


TITLES = {Kind.DISAGREEMENT: "Disagreements", Kind.WEAKNESS: "Weaknesses: true, but members will ask"}

NOT_READ = "heading not read"
"""The key of the heading of what was not read."""

_QUIET = "windowed-table--muted"
_STYLES = {"certain": "status--delayed", "likely": "", "possible": _QUIET}

EITHER_SIDE = 2
"""Lines of the paper that are shown before and after the one of a finding."""

BEFORE_WORDS = 200
"""Characters of a line that are shown before its marked words, where it is long."""


class CheckRows:
    """What was found as the source of a table: the disagreements, the weaknesses, and what was not read, folded."""

    def __init__(self, found: Checked, *, with_accepted: bool, unfolded: bool) -> None:
        self.findings: dict[str, Finding] = {}
        """Each finding by the key of its row."""
        self.not_read = dict(found.page.not_read())
        self._rows: list[Row] = []
        self._has_lines = not found.page.is_of_pages
        if little := name_little_compared(found):
            self._rows.append(Row("heading little", (little,)))
        for kind, title in TITLES.items():
            of = [
                one for one in found.findings if one.kind == kind and (with_accepted or one.key not in found.accepted)
            ]
            if of:
                self._rows.append(
                    Row(f"heading {kind}", (f"{title} {sum(one.key not in found.accepted for one in of):,}",))
                )
            self._rows += [self._row(one, found.accepted) for one in of]
        if self.not_read:
            what = "1 line" if len(self.not_read) == 1 else f"{len(self.not_read):,} lines"
            fold = "▾" if unfolded else "▸"
            self._rows.append(Row(NOT_READ, (f"Not read: {what} {fold}",)))
            if unfolded:
                lines = self.not_read.items()
                self._rows += [
                    self._row_of(f"line {n}", "", f"{n:,}", "", (one_line(words) or "nothing that is text", _QUIET))
                    for n, words in lines
                ]

    def _row(self, one: Finding, accepted: dict[str, str]) -> Row:
        self.findings[one.key] = one
        style = _STYLES[one.certainty]
        line = f"{one.line:,}" if one.line else "—"
        message = one_line(one.message)
        if one.key in accepted:
            why = f"{one_line(accepted[one.key])} ← {message}"
            return self._row_of(one.key, ("no fault", _QUIET), (line, _QUIET), (one.section, _QUIET), (why, _QUIET))
        return self._row_of(one.key, (str(one.certainty), style), line, one.section, message)

    def _row_of(self, key: str, sure: Cell, line: Cell, section: Cell, words: Cell) -> Row:
        return Row(key, (sure, line, section, words) if self._has_lines else (sure, section, words))

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self._rows)

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some rows from `start` on."""
        return self._rows[start : start + count]

    def place_of(self, key: str | None) -> int | None:
        """The index of the row with this key; None where it is gone."""
        return next((n for n, row in enumerate(self._rows) if row.key == key), None)

    @property
    def first(self) -> int:
        """The index of the first row that is no heading."""
        return next((n for n, row in enumerate(self._rows) if not row.key.startswith("heading")), 0)

    def key_at(self, index: int) -> str:
        """The key of the row at an index, the last where there are fewer."""
        return self._rows[min(index, len(self._rows) - 1)].key if self._rows else ""


def place_lines(page: Page | None, line: int, words: str, found: str, *, in_one: bool) -> list[Paragraph]:
    """The lines of a paper around one of them, its words marked; fewer and shorter in the one pane of a low terminal.

    They are numbered, but in Word, which shows no numbers of lines."""
    if page is None or not line:
        whole = "the register, and of no file" if page is None else "the whole of the paper, and of no line"
        return [Paragraph(((f"It is of {whole}.", "quiet"),))]
    every = list(page.lines())
    if all(number != line for number, _ in every):
        # One that was not read is in no block.
        every = sorted([*every, (line, _words_of(page, line))])
    at = next(n for n, (number, _) in enumerate(every) if number == line)
    side, most = (1, 64) if in_one else (EITHER_SIDE, 120)
    indent = 2 if page.is_of_pages else 7
    shown = []
    for number, text in every[max(0, at - side) : at + side + 1]:
        label = "" if page.is_of_pages else f"{number} "
        if number == line:
            shown.append(Paragraph(marked(text, words, found), indent, f"{label}▸"))
        else:
            shown.append(Paragraph(((one_line(text, most=most), "quiet"),), indent, label.rstrip()))
    return shown


def _words_of(page: Page, line: int) -> str:
    return page.accounts[line - 1][1] if 0 < line <= len(page.accounts) else ""


def marked(text: str, words: str, found: str) -> tuple[tuple[str, str], ...]:
    """A text with some of its words marked; where the words are all of it, what was found at fault in them."""
    wanted = words.rstrip("… ")
    start = text.find(wanted) if wanted else -1
    end = start + len(wanted)
    if start <= 0 and end >= len(text) - 1 and found and (at := _alone(text, found)) is not None:
        start, end = at, at + len(found)
    if start < 0:
        return ((text, "strong"),)
    before = text[:start] if start <= 2 * BEFORE_WORDS else f"… {text[start - BEFORE_WORDS : start]}"
    pieces = ((before, ""), (text[start:end], "hit"), (text[end:], ""))
    return tuple(piece for piece in pieces if piece[0])


def _alone(text: str, found: str) -> int | None:
    """Where a word is in a text, where it is there once and no part of another."""
    places = [
        n
        for n in range(len(text) - len(found) + 1)
        if text.startswith(found, n)
        and not (text[n - 1 : n].isalnum() and found[:1].isalnum())
        and not (text[n + len(found) : n + len(found) + 1].isalnum() and found[-1:].isalnum())
    ]
    return places[0] if len(places) == 1 else None


def value_lines(one: Finding, accepted: str | None, *, in_one: bool) -> list[Paragraph]:
    """Both values of a finding, and why it is no fault where that was accepted; `in_one` line for both."""
    values = [("In the paper", one.found), ("Expected", one.expected)]
    shown = [(label, value) for label, value in values if value]
    lines = [Paragraph(((value, "strong"),), 14, label) for label, value in shown]
    if in_one:
        pieces = [piece for label, value in shown for piece in ((f"{label} ", "quiet"), (value, "strong"), ("   ", ""))]
        lines = [Paragraph(tuple(pieces[:-1]))] if shown else []
    if accepted is not None:
        lines.append(Paragraph(((accepted or "no reason given", ""),), 14, "No fault"))
    return lines


MOST_ITEMS = 40
"""The most items that are named beside a finding."""


def item_lines(items: Iterable[ItemRow]) -> list[Paragraph]:
    """The items behind a finding, a line each."""
    every = list(items)
    if not every:
        return []
    opens = "enter opens it" if len(every) == 1 else f"{len(every):,} items: enter lists them"
    lines = [Paragraph(((opens, "quiet"),))] + [
        Paragraph((format_item_status(item), ("  ", ""), (one_line(item.display_title, most=90), "")), 10, item.ref)
        for item in every[:MOST_ITEMS]
    ]
    if len(every) > MOST_ITEMS:
        lines.append(Paragraph(((f"and {len(every) - MOST_ITEMS:,} more", "quiet"),), 10))
    return lines
