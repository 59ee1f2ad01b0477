"""Print tables, CSV and JSON to stdout: plain in a pipe, with colour and glyphs only at a terminal."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice, zip_longest
from typing import Any

import click

from store.domain.text import cell_width, one_line, sanitise
from store.domain.vocabulary import GLYPHS
from store.queries.describe import GUESS
from tui.cli.base import at_terminal, print_notice
from tui.cli.layout import lay_out, pad, terminal_width, wrap

_PIECE = 1000
_STYLES = {"Closed": "green", "With": "green", "On track": "cyan", "Delayed": "red"}
_GLYPHS = {
    "Closed": "closed",
    "With": "with-inspectorate",
    "On track": "on-track",
    "Delayed": "delayed",
    "Not stated": "not-stated",
    "Left out": "left-out",
}


def to_terminal() -> bool:
    """Whether stdout is a terminal."""
    return bool(sys.stdout and sys.stdout.isatty())


def _styled(text: str, **how: Any) -> str:
    """The text in a style, at a terminal that has any and where nobody asked for none."""
    is_plain = not (text and how and to_terminal()) or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return text if is_plain else click.style(text, **how)


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    wide: Sequence[str] = (),
    first_out: Sequence[str] = (),
    status: str = "",
    nothing: str = "Nothing here fits.",
) -> bool:
    """Print a table, of whole lines in a pipe, and as wide as the terminal elsewhere (see `lay_out`).

    There the column `status` has glyphs and colours, the columns that there is no room for are named on stderr, and
    where there are no rows the sentence `nothing` takes the place of the headings. Returns whether † marks a cell, which needs a legend.
    """
    marked: list[bool] = []
    cells = ([_cell_text(cell, marked) for cell in row] for row in rows)
    piece = list(islice(cells, _PIECE))
    if not piece and nothing:
        remark(nothing)
    if to_terminal():
        _terminal_table(headings, piece, cells, wide, first_out, status)
    else:
        _plain_table(headings, piece, cells)
    return bool(marked)


def remark(sentence: str) -> None:
    """Print a sentence about what is printed, on stderr, for a person at a terminal."""
    if at_terminal() or to_terminal():
        print_notice(sentence)


def _cell_text(cell: str, marked: list[bool]) -> str:
    """A cell on one line, never without the † that it ends in; where it has one, `marked` gets an entry more."""
    if GUESS in cell:
        marked.append(True)
    if cell.endswith(GUESS):
        return one_line(cell.removesuffix(GUESS), most=2000) + GUESS
    return one_line(cell, most=2000)


def _plain_table(headings: Sequence[str], piece: list[list[str]], cells: Iterator[list[str]]) -> None:
    piece.insert(0, list(headings))
    widths = [max(map(cell_width, column)) for column in zip(*piece, strict=True)]
    while piece:
        for row in piece:
            click.echo("  ".join(map(pad, row, widths)).rstrip())
        piece = list(islice(cells, _PIECE))


def _terminal_table(
    headings: Sequence[str],
    piece: list[list[str]],
    cells: Iterator[list[str]],
    wide: Sequence[str],
    first_out: Sequence[str],
    status: str,
) -> None:
    place = headings.index(status) if status else -1
    heads = True
    while piece:
        if place >= 0:
            for row in piece:
                if glyph := _GLYPHS.get(_word(row[place])):
                    row[place] = f"{GLYPHS[glyph]} {row[place]}"
        widths = lay_out(headings, piece, terminal_width(), wide=wide, first_out=first_out)
        if heads:
            _print_row(headings, widths, {n: {"bold": True} for n in widths})
        for row in piece:
            colour = _STYLES.get(_word(row[place][2:])) if place in widths else None
            _print_row(row, widths, {place: {"fg": colour}} if colour else {})
        if heads and (hidden := [heading for n, heading in enumerate(headings) if n not in widths]):
            print_notice(f"No room here for: {', '.join(hidden)}. A wider window has them.")
        heads = False
        piece = list(islice(cells, _PIECE))


def _word(status: str) -> str:
    """The word of a status, without what it is marked with; of one with the inspectorate, whichever that is, "With"."""
    word = status.partition(",")[0].removesuffix(GUESS)
    return "With" if word.startswith("With ") else word


def _print_row(row: Sequence[str], widths: dict[int, int], styles: dict[int, dict[str, Any]]) -> None:
    """Print the lines of one row, its texts wrapped to the widths of their columns."""
    last = max(widths)
    for line in zip_longest(*(wrap(row[n], width) for n, width in widths.items()), fillvalue=""):
        pieces = zip(widths.items(), line, strict=True)
        padded = (
            _styled(text, **styles.get(n, {})) + " " * (0 if n == last else width - cell_width(text))
            for (n, width), text in pieces
        )
        click.echo("  ".join(padded).rstrip())


def as_csv(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print CSV, every cell quoted and escaped against formula injection."""
    from store.exchange.as_csv import escape_formula

    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for cells in chain([headings], rows):
        writer.writerow([escape_formula(_cell(cell)) for cell in cells])
        click.echo(_safe(written.getvalue()), nl=False)
        written.seek(0)
        written.truncate()


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{name}: {part}" for name, part in value.items()]
    if value is None or isinstance(value, bool):
        return "yes" if value else "" if value is None else "no"
    return "; ".join(str(part) for part in value) if isinstance(value, list | tuple) else str(value)


def as_json(value: Any) -> None:
    """Print one value as JSON."""
    click.echo(_safe(json.dumps(value, ensure_ascii=False, indent=2)))


def as_json_list(rows: Iterable[Any]) -> None:
    """Print a JSON array, a row a line, without holding all of it in memory."""
    before = "["
    for row in rows:
        click.echo(f"{before}\n  {_safe(json.dumps(row, ensure_ascii=False))}", nl=False)
        before = ","
    click.echo("[]" if before == "[" else "\n]")


def _safe(text: str) -> str:
    """Sanitise data at a terminal, where it may hold control characters; in a pipe it is unchanged."""
    return sanitise(text, most=len(text) + 1) if to_terminal() else text


def heading(text: str) -> None:
    """Print a heading."""
    for part in _wrapped(one_line(text), ""):
        click.echo(_styled(part, bold=True))


def line(label: str, value: object) -> None:
    """Print a labelled value, unless it is empty."""
    if value not in (None, "", ()):
        paragraph(f"{label}: {value}")


def paragraph(text: object, indent: str = "  ") -> None:
    """Print a text, indented; wrapped at a terminal only."""
    for own in sanitise(text, most=250_000).split("\n"):
        for part in _wrapped(own, indent):
            click.echo(part)


def _wrapped(text: str, indent: str) -> list[str]:
    """The lines of a text, as wide as the terminal, or the whole text in a pipe."""
    if not to_terminal():
        return [f"{indent}{text}".rstrip()]
    return [f"{indent}{part}".rstrip() for part in wrap(text, max(terminal_width() - len(indent), 20))]
