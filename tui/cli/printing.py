"""Print tables, CSV and JSON to stdout: plain in a pipe, with colour and glyphs only at a terminal."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

import click

from store.domain.text import one_line, sanitise
from store.domain.vocabulary import GLYPHS

_PIECE = 1000
_STYLES = {"Closed": "green", "On track": "cyan", "Delayed": "red"}
_GLYPHS = {
    "Closed": "closed",
    "On track": "on-track",
    "Delayed": "delayed",
    "Not stated": "not-stated",
    "Left out": "left-out",
}


def to_terminal() -> bool:
    """Whether stdout is a terminal."""
    return bool(sys.stdout and sys.stdout.isatty())


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, wide: str = "", status: str = "") -> None:
    """Print a table; at a terminal the column `wide` shrinks to fit, and `status` has glyphs and colours."""
    cells = ([one_line(cell, most=2000) for cell in row] for row in rows)
    if to_terminal():
        _rich_table(headings, cells, wide, status)
        return
    piece = [list(headings), *islice(cells, _PIECE)]
    widths = [max(len(row[n]) for row in piece) for n in range(len(headings))]
    while piece:
        for row in piece:
            padded = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
            click.echo("  ".join(padded).rstrip())
        piece = list(islice(cells, _PIECE))


def _rich_table(headings: Sequence[str], rows: Iterator[list[str]], wide: str, status: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        grid.add_column(Text(heading), no_wrap=heading != wide, overflow="ellipsis" if heading != wide else "fold")
    place = headings.index(status) if status else None
    for row in rows:
        texts = [Text(cell) for cell in row]
        if place is not None and row[place] in _GLYPHS:
            text = f"{GLYPHS[_GLYPHS[row[place]]]} {row[place]}"
            texts[place] = Text(text, style=_STYLES.get(row[place], ""))
        grid.add_row(*texts)
    Console(markup=False, emoji=False, highlight=False).print(grid)


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
    click.echo(click.style(one_line(text), bold=True))


def line(label: str, value: object) -> None:
    """Print a labelled value, unless it is empty."""
    if value not in (None, "", ()):
        paragraph(f"{label}: {value}")


def paragraph(text: object, indent: str = "  ") -> None:
    """Print a text, indented; wrapped at a terminal only."""
    width = shutil.get_terminal_size().columns if to_terminal() else 0
    for own in sanitise(text, most=250_000).split("\n"):
        wrapped = (
            textwrap.wrap(own, max(width - 1, 20), initial_indent=indent, subsequent_indent=indent) if width else []
        )
        click.echo("\n".join(wrapped) if wrapped else f"{indent}{own}".rstrip())
