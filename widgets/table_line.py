"""The data of a table (columns, rows and their source), and one line of it as styled pieces of text.

No widget, only functions: fit columns to a width, truncate cells, mark search hits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple, Protocol

from rich.cells import get_character_cell_size, set_cell_size

from store.domain.names import fold_letters
from store.domain.text import one_line, sanitise
from store.domain.vocabulary import MARKINGS
from store.queries.describe import GUESS
from widgets.table_columns import Column, Place, Sizes, largest, width_of

Cell = str | tuple[str, str] | list[tuple[str, str]]
"""The content of a cell: a text, a text with the name of a style, or several of those (a stacked bar)."""


OVERSCAN = 10
"""Rows read above and below the viewport, so that a few steps need no new read."""

READABLE_TEXT = 14
"""So many cells of a text stay beside its marks, where there is room for any of both."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its key and its cells, in the order of the columns; a row of one cell is a heading across the line.

    `indent` (in steps of two cells) and `marks` (a few glyphs that a cut never removes) go to the flexible column, or
    to the first where none is flexible.
    """

    key: str
    cells: tuple[Cell, ...]
    indent: int = 0
    marks: str = ""


class RowProvider(Protocol):
    """The interface of a source of rows. Both members are called in the app's thread, between frames: must be fast."""

    @property
    def count(self) -> int:
        """How many rows there are; read once for each `set_source` or `refresh_rows`."""

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """The rows from `start`, at most `count`; fewer where the source has shrunk since it was counted."""


class NoRows:
    """The source of a table that has been given none."""

    count = 0

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """No rows."""
        return ()


class Window:
    """The cached window of a source: its count, and the rows last read."""

    def __init__(self, source: RowProvider, columns: Sequence[Column] = (), needs: tuple[Sizes, ...] = ()) -> None:
        self.source = source
        self._columns = columns
        self.count = max(0, source.count)
        self._span = range(0)
        self._rows: Sequence[Row] = ()
        self.needs = needs
        """The widths that the cells of each column need, of the rows read; none before the first is read."""

    def row(self, index: int, top: int, page: int) -> Row | None:
        """The row at an index, read together with its neighbours; None where the source has no such row.

        `top` is the first index in the viewport, and `page` the number of rows there.
        """
        if index not in self._span:
            if not top <= index < top + page:
                top = index - page // 2
            start = max(0, top - OVERSCAN)
            end = min(self.count, top + page + OVERSCAN)
            if not start <= index < end:
                return None
            self._rows = self.source.rows(start, end - start)
            self._span = range(start, end)
            self.needs = needed_widths(self._rows, self._columns, self.needs)
        at = index - self._span.start
        return self._rows[at] if at < len(self._rows) else None

    def place_of(self, key: str) -> int | None:
        """The index of the row with this key, or None where it is not cached."""
        return next((self._span.start + n for n, row in enumerate(self._rows) if row.key == key), None)


class Piece(NamedTuple):
    """A run of text with one style's name ("" for none), and whether it is a hit."""

    text: str
    style: str = ""
    hit: bool = False


def needed_widths(rows: Sequence[Row], columns: Sequence[Column], needs: tuple[Sizes, ...]) -> tuple[Sizes, ...]:
    """The widths that the cells of each column need, added to those of `needs`; a heading needs none.

    `needs` itself where no cell is wider than those before: columns stay where they are until one needs more.
    """
    found = tuple(dict(needs[n]) if n < len(needs) else {} for n in range(len(columns)))
    home = next((n for n, column in enumerate(columns) if column.width is None), 0)
    for row in rows:
        for n, cell in enumerate(row.cells[: len(found)] if len(row.cells) > 1 else ()):
            texts = [cell] if isinstance(cell, str) else [cell[0]] if isinstance(cell, tuple) else [t for t, _ in cell]
            size = sum(map(width_of, texts))
            if n == home:
                size += 2 * row.indent + (width_of(row.marks) + 1 if row.marks else 0)
            found[n][size] = found[n].get(size, 0) + 1
    return needs if list(map(largest, needs)) == list(map(largest, found)) else found


_MARKING = re.compile(rf"[ ·,(]*\b(?:{'|'.join(reversed(MARKINGS))})\b")
"""A marking in a text, with what parts it from the text before."""


def truncate(text: str, width: int) -> str:
    """Truncate a text to so many cells; it ends in … where something was cut, and keeps the † that it ends in.

    A marking is kept whole: the text before it gives way, and what comes after it.
    """
    if width_of(text) <= width:
        return text
    if text.endswith(GUESS) and width > 1:
        return truncate(text.removesuffix(GUESS), width - 1) + GUESS
    cut = set_cell_size(text, width - 1).rstrip() if width > 0 else ""
    for marking in _MARKING.finditer(text) if MARKINGS[0] in text else ():
        if marking.end() > len(cut) and width_of(marking[0]) < width:
            return truncate(text[: marking.start()], width - width_of(marking[0])) + marking[0]
    return f"{cut}…" if width > 0 else ""


def truncate_pieces(pieces: list[Piece], width: int) -> list[Piece]:
    """Truncate pieces to so many cells in all; see `truncate`."""
    sizes = [width_of(piece.text) for piece in pieces]
    if sum(sizes) <= width:
        return pieces
    if pieces[-1].text.endswith(GUESS) and width > 1:
        *others, last = pieces
        bare = Piece(last.text.removesuffix(GUESS), last.style, last.hit)
        return [*truncate_pieces([*others, bare], width - 1), Piece(GUESS, last.style)]
    fitting: list[Piece] = []
    for piece, size in zip(pieces, sizes, strict=True):
        if size >= width:
            fitting.append(Piece(truncate(piece.text + " …", width), piece.style, piece.hit))
            break
        fitting.append(piece)
        width -= size
    return fitting


@lru_cache(64)
def hit_pattern(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """The pattern that matches any of the words, as the search compares them; None where there is no word."""
    search_words = sorted({plain for word in words if (plain := fold_letters(one_line(word)))}, key=len, reverse=True)
    return re.compile("|".join(map(_as_printed, search_words)), re.IGNORECASE) if search_words else None


_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}


def _as_printed(word: str) -> str:
    """The pattern of a folded word in whatever letters it is printed: é for e, ﬁ for fi, a space for a hyphen inside."""
    letters = _letters()
    return re.sub(
        r"ffi|ffl|ff|fi|fl|[\W_]+|\w",
        lambda part: (
            f"(?:{part[0]}|{_LIGATURES[part[0]]})"
            if part[0] in _LIGATURES
            else f"[{letters.get(part[0], re.escape(part[0]))}][\u0300-\u036f]*"
            if part[0].isalnum()
            else r"[\W_]+"
            if part.start() > 0 and part.end() < len(word)
            else re.escape(part[0])
        ),
        word,
    )


@cache
def _letters() -> dict[str, str]:
    """The Latin letters, with accents or full width, that fold to each letter; and that letter."""
    found: dict[str, str] = {}
    for code in (
        *range(0x30, 0x3A),
        *range(0x61, 0x7B),
        *range(0xC0, 0x250),
        *range(0x1E00, 0x1F00),
        *range(0xFF10, 0xFF5B),
    ):
        if (letter := chr(code)).isalnum():
            found[fold_letters(letter)] = found.get(fold_letters(letter), "") + letter
    return found


def cell_pieces(cell: Cell, pattern: re.Pattern[str] | None) -> list[Piece]:
    """Sanitise the text of a cell, and split it into pieces, search hits apart."""
    if isinstance(cell, str):
        given = [(one_line(cell), "")]
    elif isinstance(cell, tuple):
        given = [(one_line(cell[0]), cell[1])]
    else:
        given = [(sanitise(text, most=500).replace("\n", " "), style) for text, style in cell]
    pieces: list[Piece] = []
    for text, style in given:
        text = text.lstrip("\u200d\ufe0f")  # a joiner with nothing before it is measured in two ways
        pieces.extend(_mark(text, style, pattern) if pattern else [Piece(text, style)])
    return pieces


def _mark(text: str, style: str, pattern: re.Pattern[str]) -> Iterable[Piece]:
    done = 0
    for found in pattern.finditer(text):
        start, end = max(done, found.start()), found.end()
        while done < start < len(text) and _joined(text, start):
            start -= 1
        while end < len(text) and _joined(text, end):
            end += 1
        if start >= end:
            continue
        if done < start:
            yield Piece(text[done:start], style)
        yield Piece(text[start:end], style, hit=True)
        done = end
    if done < len(text):
        yield Piece(text[done:], style)


def _joined(text: str, at: int) -> bool:
    """Whether a character combines with the one before it (an accent, a joined emoji): the two are never split."""
    return text[at - 1] == "\u200d" or text[at] in "\u200d\ufe0f" or not get_character_cell_size(text[at])


def header_line(columns: Sequence[Column], places: Sequence[Place], sort: tuple[str, bool] | None) -> str:
    """The labels of the columns on one line, with an arrow after the one that is sorted by."""
    line = ""
    for place in places:
        column = columns[place.number]
        arrow = ""
        if sort and sort[0] == column.key and place.width > 2:
            arrow = " ↓" if sort[1] else " ↑"
        label = truncate(one_line(column.label), place.width - len(arrow)) + arrow
        space = " " * (place.width - width_of(label))
        line += " " * (place.x - width_of(line)) + (space + label if column.align == "right" else label + space)
    return line


def _marks_beside(size: int, marks: str, room: int) -> str:
    """The marks of a row beside its text, of so many cells: fewer, the first ones left out, where it could not be read."""
    sign = " ≠" if marks.endswith("≠") else ""
    parts = [
        part.strip() for part in one_line(marks.removesuffix("≠")).removeprefix("· ").split(" · ") if part.strip(" ·")
    ]
    left = max(room - min(size, READABLE_TEXT) - width_of(sign), min(room, 16))
    dot = "· " if marks.lstrip().startswith("·") else ""
    while len(parts) > 1 and width_of(" · ".join(parts)) + 1 + len(dot) > left:
        parts.pop(0)
    shown = truncate(f" {dot}{' · '.join(parts)}" if parts else "", left)
    return truncate(shown + sign, room)


def row_pieces(
    row: Row, columns: Sequence[Column], places: Sequence[Place], width: int, pattern: re.Pattern[str] | None
) -> list[Piece]:
    """Lay out a row as pieces on one line of so many cells; a heading spans the columns."""
    cells = row.cells
    if len(cells) == 1:
        return truncate_pieces(cell_pieces(cells[0], pattern), width)
    home = -1
    if row.indent or row.marks:
        flexible = (place.number for place in places if columns[place.number].width is None)
        home = next(flexible, places[0].number if places else 0)
    line: list[Piece] = []
    done = 0
    for number, x, room in places:
        if number >= len(cells):
            continue
        pieces = cell_pieces(cells[number], pattern)
        if number == home:
            marks = _marks_beside(sum(width_of(piece.text) for piece in pieces), row.marks, room)
            if columns[number].width is not None and width_of(marks) + sum(width_of(p.text) for p in pieces) > room:
                marks = ""
            pieces = [*truncate_pieces([Piece("  " * row.indent), *pieces], room - width_of(marks)), Piece(marks)]
        else:
            pieces = truncate_pieces(pieces, room)
        size = sum([width_of(piece.text) for piece in pieces])
        start = x + room - size if columns[number].align == "right" else x
        line += [Piece(" " * (start - done)), *pieces]
        done = start + size
    return _merge_pieces(line)


def _merge_pieces(pieces: Iterable[Piece]) -> list[Piece]:
    """Merge adjacent pieces of the same style: each piece costs time to draw."""
    joined: list[Piece] = []
    for piece in pieces:
        text, style, hit = piece
        if joined and joined[-1].style == style and joined[-1].hit == hit:
            joined[-1] = Piece(joined[-1].text + text, style, hit)
        elif text:
            joined.append(piece)
    return joined
