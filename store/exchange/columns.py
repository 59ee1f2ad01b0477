"""Columns of spreadsheets: the SQL each selects and how its cells are formatted; fields declare their own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.fields import KINDS
from store.domain.vocabulary import label_of

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
            if field.parts == ("until",):
                found[heading] = Column(width, (*sql, f"{table}.{name}_until"), format_next_move)
            else:
                found[heading] = Column(width, sql, format_word if field.choices else _plain)
    return found


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
