"""The publications of a file: found here by code or title, or planned as new with a code that is chosen or proposed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from store.commands.base import past_date
from store.commands.publications import AddPublication, propose_code, publication_id
from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.domain.vocabulary import Basis, PublicationKind
from store.exchange.importing.cells import clean_text, is_blank
from store.exchange.importing.mapping import ImportMapping
from store.exchange.importing.tables import Table
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
    found: dict[str, PlannedPublication] = {}
    by_row: dict[int, PlannedPublication] = {}
    codes = {fold_name(named): code for named, code in mapping.codes.items()}
    taken = {str(row[1]).upper() for row in here if row[1]} | {code.upper() for code in codes.values()}
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
        folded = fold_name(named)
        if folded not in found:
            values = _values(row.cells, columns, today) | kind
            found[folded] = _named(here, named, codes.get(folded), taken, values, today)
            taken.add(found[folded].code.upper())
        found[folded].rows += 1
        by_row[row.number] = found[folded]
    return by_row


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


def _values(cells: tuple[str, ...], columns: Mapping[str, tuple[int, ...]], today: date) -> dict[str, str]:
    """The publisher and month of a publication, as its first row has them; a month that is not understood is left out."""
    found: dict[str, str] = {}
    for name in ("publisher", "published"):
        text = " ".join(clean_text(cells[columns[name][0]]).split()) if columns.get(name) else ""
        if is_blank(text):
            continue
        text = (serial_date(text) or text) if name == "published" else text
        try:
            found |= {name: text} if name == "publisher" or past_date(text, name, today) else {}
        except BadInput:
            continue
    return found
