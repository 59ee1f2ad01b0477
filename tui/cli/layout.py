"""Lay a table or a message out for a terminal of some width: which columns there is room for, and where lines end.

Texts are wrapped, never cut. Where not all columns fit, the less useful ones go; the first always stays.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from typing import IO, Any

from store.domain.text import cell_width

GAP = 2
"""Cells between two columns."""

LEAST_WIDE = 20
"""Cells that a title, or another text that a table is read for, has at the least."""

_SHORT = 14
"""A column whose texts have no more cells than this is not wrapped."""

_LONGEST_WORD = 24
"""A longer word than this may be cut over two lines, except in the first column."""


def terminal_width(stream: IO[Any] | None = None) -> int:
    """The width in cells of the terminal that a stream prints to; COLUMNS overrules it."""
    if stream and not os.environ.get("COLUMNS"):
        with suppress(OSError, ValueError):
            if width := os.get_terminal_size(stream.fileno()).columns:
                return width
    return shutil.get_terminal_size().columns


def lay_out(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    width: int,
    *,
    wide: Collection[str] = (),
    first_out: Sequence[str] = (),
) -> dict[int, int]:
    """The columns that there is room for, by number, with the width of each.

    `wide` are the headings of texts that are wrapped, and get at least twenty cells; `first_out` those of the columns
    that go first where there is no room, before the others from the right.
    """
    columns = [(heading, *texts) for heading, *texts in zip(headings, *rows, strict=True)]
    least = [_least(n, column, column[0] in wide, width) for n, column in enumerate(columns)]
    shown = list(range(len(columns)))
    droppable = [headings.index(name) for name in first_out]
    droppable += [n for n in reversed(shown[1:]) if n not in droppable and headings[n] not in wide]
    for n in droppable:
        if _total(least[n] for n in shown) <= width:
            break
        shown.remove(n)
    room = width - _total(least[n] for n in shown)
    if room < 0:
        # Narrower than a reference and a title: the first text gives way, and no reference is cut.
        first = next((n for n in shown if headings[n] in wide), shown[-1])
        return {n: max(1, least[n] + room) if n == first else least[n] for n in shown}
    widths = {n: least[n] for n in shown}
    # What is left goes to the texts, and then to the headings.
    for start in (1, 0):
        needed = {n: max(map(cell_width, columns[n][start:]), default=0) - widths[n] for n in shown}
        wanted = {n: cells for n, cells in needed.items() if cells > 0}
        room = width - _total(widths.values())
        for n, cells in wanted.items():
            widths[n] += cells * room // max(room, sum(wanted.values()))
    return widths


def _total(widths: Iterable[int]) -> int:
    """The cells of a line with columns of these widths."""
    cells = list(widths)
    return sum(cells) + GAP * (len(cells) - 1)


def _least(n: int, column: Sequence[str], is_wide: bool, width: int) -> int:
    """The cells without which a column, with its heading first, is not shown."""
    heading = max(map(cell_width, column[0].split()), default=0)
    texts = column[1:]
    longest = max(map(cell_width, texts), default=0)
    if is_wide:
        return max(heading, min(longest, LEAST_WIDE))
    if n == 0:
        return max(heading, min(longest, width // 2))
    if longest > _SHORT:
        word = max((cell_width(word) for text in texts for word in text.split()), default=0)
        longest = min(max(word, _SHORT), _LONGEST_WORD)
    return max(heading, longest)


def wrap(text: str, width: int) -> list[str]:
    """The lines of a text of one line, broken between words; a word that is too long is cut."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_width(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while cell_width(word) > width:
            cut = _fits(word, width)
            lines[-1] = word[:cut]
            lines.append("")
            word = word[cut:]
        lines[-1] = word
    return lines


def wrap_message(text: str, width: int) -> str:
    """A message with its lines broken between words; a command at the end of one is left whole, for pasting."""
    lines: list[str] = []
    for line in text.split("\n"):
        command = re.search(r"(?<=: )(?:fairlead |-- ).*|$", line)
        before, whole = (line[: command.start()], command[0]) if command else (line, "")
        if cell_width(line) <= width or not before.strip():
            lines.append(line)
            continue
        lines += wrap(before.rstrip(), width)
        if whole and cell_width(f"{lines[-1]} {whole}") <= width:
            lines[-1] += f" {whole}"
        elif whole:
            lines.append(f"  {whole}")
    return "\n".join(lines)


def _fits(word: str, width: int) -> int:
    """How many characters of a word fit, one at the least; a mark stays with the letter that it is on."""
    cells = 0
    for n, char in enumerate(word):
        cells += cell_width(char)
        if cells > width:
            return n or 1
    return len(word)


def pad(text: str, width: int) -> str:
    """The text with spaces after it up to this width in cells."""
    return text + " " * (width - cell_width(text))
