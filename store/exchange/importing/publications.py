"""The publications of a file: found here by code or title, or planned as new with a code that is chosen or proposed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from store.commands.base import past_date
from store.commands.publications import AddPublication, propose_code, publication_id
from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.domain.vocabulary import Basis, PublicationKind
from store.exchange.importing.cells import clean_text, is_blank
from store.exchange.importing.mapping import ImportMapping
from store.exchange.importing.tables import Row, Table
from store.exchange.importing.workbook import serial_date


@dataclass(slots=True, eq=False)
class PlannedPublication:
    """A publication of a file; `is_proposed` is whether its code is only proposed."""

    id: str
    code: str
    title: str
    is_new: bool
    is_proposed: bool = False
    values: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    differing: tuple[str, ...] = ()
    """Where its rows do not agree on its publisher or month: the end of a sentence each."""

    def command(self, place: str) -> AddPublication:
        """The command that adds it."""
        values = {"title": self.title, "code": self.code} | self.values
        return AddPublication(values=values, basis=Basis.STATED, place=place)


def plan_publications(
    conn: sqlite3.Connection,
    table: Table,
    columns: Mapping[str, tuple[int, ...]],
    mapping: ImportMapping,
    title: str | None,
    today: date,
) -> dict[int, PlannedPublication]:
    """The publication of each row, by the row's number. Raises BadInput where it cannot be known."""
    here = conn.execute("SELECT id, code, title FROM publication WHERE withdrawn = 0").fetchall()
    position = columns["publication"][0] if columns.get("publication") else None
    heading = fold_name(table.heading(columns["text"][0])) if columns.get("text") else ""
    is_plan = "commitment" in heading if mapping.plan is None else mapping.plan
    kind = {"kind": str(PublicationKind.PLAN)} if is_plan else {}
    if mapping.publication or position is None:
        one = _single(here, mapping.publication, title)
        one.values |= kind
        one.rows = len(table.rows)
        return {row.number: one for row in table.rows}
    named_in = _rows_by_name(table, position)
    codes = {fold_name(named): code for named, code in mapping.codes.items()}
    taken = {str(row[1]).upper() for row in here if row[1]} | {code.upper() for code in codes.values()}
    by_row: dict[int, PlannedPublication] = {}
    for folded, (named, rows) in named_in.items():
        values, differing = _values(rows, columns, today)
        one = _named(here, named, codes.get(folded), taken, values | kind, today)
        taken.add(one.code.upper())
        one.rows, one.differing = len(rows), differing if one.is_new else ()
        by_row |= {row.number: one for row in rows}
    return by_row


def _rows_by_name(table: Table, position: int) -> dict[str, tuple[str, list[Row]]]:
    """The rows of each publication, by its folded name, with its name. Raises BadInput where a row has none."""
    found: dict[str, tuple[str, list[Row]]] = {}
    last = ""
    for row in table.rows:
        named = " ".join(clean_text(row.cells[position]).split())
        # A publication that is only named in the first of its rows is meant in those under it.
        named = last = last if is_blank(named) else named
        if not named:
            address = table.address(row.number, position)
            raise BadInput(
                "publication", f"{address} names no publication: fill it, or choose one publication for all rows."
            )
        found.setdefault(fold_name(named), (named, []))[1].append(row)
    return found


def _single(here: list[tuple[str, str, str]], code: str | None, title: str | None) -> PlannedPublication:
    if not code:
        raise BadInput(
            "publication",
            "No column names the publication of these items.",
        )
    for entity, existing, existing_title in here:
        if (existing or "").upper() == code.strip().upper():
            return PlannedPublication(entity, existing, existing_title or "", is_new=False)
    if not (title and title.strip()):
        raise BadInput("title", f"There is no publication {code} in this register: a new one needs a title.")
    return PlannedPublication(publication_id(title, None), code.strip().upper(), title.strip(), is_new=True)


def _named(
    here: list[tuple[str, str, str]],
    named: str,
    code: str | None,
    taken: set[str],
    values: dict[str, str],
    today: date,
) -> PlannedPublication:
    wanted = fold_name(code or named)
    for entity, existing, title in here:
        if wanted == fold_name(existing or "") or (not code and wanted == fold_name(title or "")):
            return PlannedPublication(entity, existing, title or "", is_new=False)
    published = past_date(values["published"], "published", today) if "published" in values else None
    year = int(str(published["earliest"])[:4]) if published and published["earliest"] else None
    chosen = (code or propose_code(named, year, taken)).strip().upper()
    return PlannedPublication(
        publication_id(named, published), chosen, named, is_new=True, is_proposed=code is None, values=values
    )


def _values(
    rows: Sequence[Row], columns: Mapping[str, tuple[int, ...]], today: date
) -> tuple[dict[str, str], tuple[str, ...]]:
    """The publisher and month of a publication, the first that its rows have; and in sentences where others differ.

    A month that is not understood is left out.
    """
    found: dict[str, str] = {}
    differing = []
    for name in (name for name in ("publisher", "published") if columns.get(name)):
        texts = ((row.number, " ".join(clean_text(row.cells[columns[name][0]]).split())) for row in rows)
        filled = [(number, text) for number, text in texts if not is_blank(text)]
        if not filled:
            continue
        first = filled[0][1]
        others = [
            (number, text)
            for number, text in filled
            if fold_name(text) != fold_name(first) and not (name == "published" and _same_day(text, first, today))
        ]
        if others:
            number, text = others[0]
            more = f" ({len(others):,} rows differ)" if len(others) > 1 else ""
            differing.append(
                f"{name} is {first} in row {filled[0][0]} and {text} in row {number}{more}: the first is taken"
            )
        first = (serial_date(first) or first) if name == "published" else first
        try:
            found |= {name: first} if name == "publisher" or past_date(first, name, today) else {}
        except BadInput:
            continue
    return found, tuple(differing)


@lru_cache(maxsize=1000)
def _same_day(one: str, other: str, today: date) -> bool:
    """Whether two dates are the same in other words: "15 Feb 2023" and "15/02/2023"."""
    try:
        found = [past_date(serial_date(text) or text, "published", today) for text in (one, other)]
    except BadInput:
        return False
    return all(found) and len({(day["earliest"], day["latest"]) for day in found if day}) == 1
