"""Paragraphs of styled text, wrapped lazily to rows of a width."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from textual.content import Content

from store.domain.text import NOTE_LIMIT, one_line, sanitise


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: pieces of (text, style name), after a hanging margin of `indent` cells; "" styles are plain.

    Styles: strong, quiet, accent, status--… . Text is as recorded: the pane sanitises it.
    """

    pieces: tuple[tuple[str, str], ...]
    indent: int = 0
    label: str = ""
    """The text in the margin of its first row; above it where it is longer."""


STYLES = {
    "": "",
    "strong": "bold",
    "quiet": "$foreground-muted",
    "accent": "$accent",
    "hit": "bold underline",
    "status--closed": "$text-success",
    "status--with-inspectorate": "$text-success",
    "status--on-track": "$text-primary",
    "status--delayed": "$text-error",
    "status--not-stated": "$foreground-muted",
    "status--left-out": "$foreground-muted",
}
"""The styles of pieces, by name."""

MOST_ROWS = 10_000
"""The most rows of a text; where it has more, the last of them is a remark."""

CHUNK = 4_000
"""Characters of a paragraph that are wrapped at a time."""


class WrappedText:
    """Paragraphs wrapped lazily to rows of a width, hits highlighted."""

    def __init__(self, lines: Sequence[Paragraph], width: int, hits: re.Pattern[str] | None) -> None:
        self.rows: list[Content] = []
        self._starts: list[int] = []
        self._lines = lines
        self._width = max(1, width)
        self._coming = self._wrap(hits)
        self._is_whole = False

    def reach(self, count: int | None) -> list[Content]:
        """Wrap until there are so many rows, or all with None; return what there is."""
        wanted = MOST_ROWS if count is None else min(count, MOST_ROWS)
        if not self._is_whole and wanted > len(self.rows):
            self.rows.extend(islice(self._coming, wanted - len(self.rows)))
            self._is_whole = len(self.rows) < wanted or wanted == MOST_ROWS
            if len(self.rows) == MOST_ROWS and next(self._coming, None) is not None:
                self.rows[-1] = Content.styled("… more follows; it is too long to be shown here.", STYLES["quiet"])
        return self.rows

    def paragraph_at(self, row: int) -> int:
        """The number of the paragraph that a row is of, from 0."""
        return max(0, bisect_right(self._starts, row) - 1)

    def row_of(self, paragraph: int) -> int:
        """The first row of a paragraph, wrapped as far as that."""
        while len(self._starts) <= paragraph and not self._is_whole:
            self.reach(len(self.rows) + CHUNK)
        return self._starts[min(paragraph, len(self._starts) - 1)] if self._starts else 0

    @property
    def length(self) -> int:
        """The number of rows; estimated from the characters where not all are wrapped."""
        return len(self.rows) if self._is_whole else min(MOST_ROWS, max(len(self.rows), self._guess))

    @cached_property
    def _guess(self) -> int:
        lengths = (sum(min(len(text), NOTE_LIMIT) for text, _ in line.pieces) for line in self._lines)
        return sum(1 + length // self._width for length in lengths)

    def _wrap(self, hits: re.Pattern[str] | None) -> Iterator[Content]:
        """Wrap each paragraph after its margin, hits highlighted; the label is in the margin of its first row, or
        above it where it is too long for that."""
        width = self._width
        row = 0
        for line in self._lines:
            self._starts.append(row)
            indent = line.indent if line.indent < width // 2 else 0
            label = one_line(line.label)
            if label and len(label) >= indent:
                for piece in Content.styled(label, STYLES["quiet" if indent else "strong"]).wrap(width):
                    row += 1
                    yield piece
                label = ""
            margin = label.ljust(indent)
            for part in _parts(line.pieces):
                for piece in _wrapped(part, width - indent, hits):
                    row += 1
                    yield Content.assemble((margin, STYLES["quiet"]), piece.rstrip())
                    margin = " " * indent


def _parts(pieces: Sequence[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Sanitise a paragraph, and split it at the line ends of its text."""
    part: list[tuple[str, str]] = []
    for text, style in pieces:
        first, *more = sanitise(text, most=NOTE_LIMIT).split("\n")
        part.append((first, style))
        for rest in more:
            yield part
            part = [(rest, style)]
    yield part


def _chunks(part: Sequence[tuple[str, str]]) -> Iterator[Content]:
    """Split a text without line ends into chunks of at most CHUNK characters, before a space where there is one."""
    held: list[Content | str | tuple[str, str]] = []
    for text, name in part:
        style = STYLES.get(name, "")
        while len(text) > CHUNK:
            cut = len(text[: max(0, text.rfind(" ", 0, CHUNK))].rstrip()) or CHUNK
            held.append((text[:cut], style))
            yield Content.assemble(*held)
            held, text = [], text[cut:]
        held.append((text, style))
    yield Content.assemble(*held)


def _wrapped(part: Sequence[tuple[str, str]], width: int, hits: re.Pattern[str] | None) -> Iterator[Content]:
    """Wrap a text without line ends to rows, at least one."""
    rows: list[Content] = []
    for chunk in _chunks(part):
        yield from rows[:-1]
        # The last row may have room for the beginning of the next chunk.
        content = rows[-1] + chunk if rows else chunk
        if hits:
            content = content.highlight_regex(hits, style=STYLES["hit"])
        rows = content.wrap(width) or [content]
    yield from rows
