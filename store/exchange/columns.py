"""Columns of spreadsheets: the SQL each selects and how its cells are formatted; fields declare their own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.fields import KINDS
from store.domain.vocabulary import label_of
from store.queries.describe import format_bases, parse_bases

Cell = str | int | None


def _plain(value: Cell) -> Cell:
    return value


def format_word(value: Cell) -> Cell:
    """Format a stored word by its label; None for None."""
    return None if value is None else label_of(str(value))


def format_next_move(move: Cell, until: Cell) -> Cell:
    """Format a next move: who makes it, and until when or what; None for none."""
    if move is None:
        return None
    return f"{label_of(str(move))} ({until})" if until else label_of(str(move))


def format_believed(believed: Cell, by: Cell) -> Cell:
    """Format whether an item is believed done, and by whom; None where it is not."""
    if believed is None:
        return None
    return f"yes, by {by}" if by else "yes"


_OF_PARTS: dict[tuple[str, ...], Callable[..., Cell]] = {("until",): format_next_move, ("by",): format_believed}
"""The formatter of a field's cell by the parts that it shows."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its width in characters, the SQL expressions it selects, and their formatter."""

    width: int
    sql: tuple[str, ...]
    formatter: Callable[..., Cell] = _plain


def field_columns(kind: str, table: str, *first: str) -> dict[str, Column]:
    """The columns of a kind's fields by heading: those of `first`, then the others in the order of declaration.

    `table` is the alias of the kind's table in the SQL. A field that declares no column has none.
    """
    fields = KINDS[kind].fields
    found: dict[str, Column] = {}
    for name in dict.fromkeys((*first, *fields)):
        field = fields[name]
        if field.column:
            heading, width = field.column
            sql = (f"{table}.{name}",)
            if formatter := _OF_PARTS.get(field.parts):
                found[heading] = Column(width, (*sql, *(f"{table}.{name}_{part}" for part in field.parts)), formatter)
            else:
                found[heading] = Column(width, sql, format_word if field.choices else _plain)
    return found


BASES = "How known"
"""The heading of the column with the bases of a row's fields that are neither typed in nor simply stated."""


def bases_column(*tables: tuple[str, str]) -> Column:
    """The column of bases of a row made of these kinds, each with the alias of its table in the SQL."""
    kinds = [kind for kind, _ in tables]

    def formatter(*stored: Cell) -> Cell:
        texts = (format_bases(kind, parse_bases(bases)) for kind, bases in zip(kinds, stored, strict=True))
        return join_bases(*texts)

    return Column(40, tuple(f"{table}.basis" for _, table in tables), formatter)


def join_bases(*texts: str) -> Cell:
    """Join texts of bases into one cell, each basis once; None for none."""
    return "; ".join(dict.fromkeys(basis for text in texts if text for basis in text.split("; "))) or None


def cells(columns: Sequence[Column], row: Sequence[Any]) -> list[Cell]:
    """Format a row selected by `sql_of` as one cell for each column."""
    formatted, at = [], 0
    for column in columns:
        formatted.append(column.formatter(*row[at : at + len(column.sql)]))
        at += len(column.sql)
    return formatted


def sql_of(columns: Iterable[Column]) -> str:
    """The select list of some columns, as SQL."""
    return ", ".join(sql for column in columns for sql in column.sql)


def widths(columns: dict[str, Column]) -> dict[str, int]:
    """The headings of some columns with their widths."""
    return {heading: column.width for heading, column in columns.items()}
