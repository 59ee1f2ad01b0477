"""The columns of sheets: what each is made of in SQL, and how it is formatted; those of fields come from their
declaration."""

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
    """A stored word as a person reads it; nothing for None."""
    return None if value is None else label_of(str(value))


def format_next_move(move: Cell, until: Cell) -> Cell:
    """Whose move is next, and until when or what."""
    if move is None:
        return None
    return f"{label_of(str(move))} ({until})" if until else label_of(str(move))


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: its width in characters, the SQL of what it is made of, and how that is formatted."""

    width: int
    sql: tuple[str, ...]
    show_toast: Callable[..., Cell] = _plain


def field_columns(kind: str, table: str, *first: str) -> dict[str, Column]:
    """The columns of the fields of a kind by their headings: `first` these, the others as they are declared.

    `table` is what the kind's table is called in the SQL. A field without a column in its declaration has none.
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
    """A row of the SQL of some columns, formatted column by column."""
    formatted, at = [], 0
    for column in columns:
        formatted.append(column.show_toast(*row[at : at + len(column.sql)]))
        at += len(column.sql)
    return formatted


def sql_of(columns: Iterable[Column]) -> str:
    """What to select for some columns."""
    return ", ".join(sql for column in columns for sql in column.sql)


def widths(columns: dict[str, Column]) -> dict[str, int]:
    """The headings of some columns with their widths."""
    return {heading: column.width for heading, column in columns.items()}
