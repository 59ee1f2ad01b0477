"""Columns of spreadsheets: the SQL each selects and how its cells are formatted; fields declare their own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from store.domain.field_types import FieldType
from store.domain.fields import KINDS, label_of_kind
from store.domain.vocabulary import label_of
from store.queries.describe import BELONGS, format_bases, format_next_move, parse_bases

Cell = str | int | None


class DateText(str):
    """The text of a cell that is a date, with its bounds as ISO days; a workbook makes a real date of it.

    `latest` is None where no last day is known, `earliest` where no first.
    """

    __slots__ = ("earliest", "latest")
    earliest: str | None
    latest: str | None

    def __new__(cls, text: str, earliest: str | None, latest: str | None) -> DateText:
        made = super().__new__(cls, text)
        made.earliest, made.latest = earliest, latest
        return made


def format_date_text(text: Cell, earliest: Cell = None, latest: Cell = None) -> Cell:
    """Format a partial date by its text; None where there is none."""
    if text is None:
        return None
    return DateText(str(text), None if earliest is None else str(earliest), None if latest is None else str(latest))


def format_day(day: Cell) -> Cell:
    """Format an ISO day, or the day of a timestamp; None for none."""
    return format_date_text(str(day)[:10], str(day)[:10], str(day)[:10]) if day else None


def _plain(value: Cell) -> Cell:
    return value


def format_word(value: Cell) -> Cell:
    """Format a stored word by its label; None for None."""
    return None if value is None else label_of(str(value))


def format_believed(believed: Cell, by: Cell) -> Cell:
    """Format whether an item is believed done, and by whom; None where it is not."""
    if believed is None:
        return None
    return f"yes, by {by}" if by else "yes"


def format_latest(latest: Cell, earliest: Cell) -> Cell:
    """Format the last day of a partial date as an ISO day; None for none."""
    return format_date_text(latest, earliest, latest)


_DATES = (FieldType.PAST_DATE, FieldType.COMING_DATE)
_OF_PARTS: dict[tuple[str, ...], Callable[..., Cell]] = {
    ("until",): lambda move, until: format_next_move(move, until) or None,
    ("by",): format_believed,
}
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
            if field.type in _DATES:
                bounds = (f"{table}.{name}_earliest", f"{table}.{name}_latest")
                found[heading] = Column(width, (*sql, *bounds), format_date_text)
            elif formatter := _OF_PARTS.get(field.parts):
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
        texts = []
        for n, (kind, bases) in enumerate(zip(kinds, stored, strict=True)):
            belongs = f"that the {label_of_kind(kind)} belongs to it" if n else BELONGS
            texts.append(format_bases(kind, parse_bases(bases), belongs))
        return join_bases(*texts)

    return Column(30, tuple(f"{table}.basis" for _, table in tables), formatter)


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
