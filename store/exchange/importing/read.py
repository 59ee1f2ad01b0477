"""Read a file to import, whatever its format."""

from __future__ import annotations

from pathlib import Path

from store.domain.errors import Refused
from store.domain.text import one_line
from store.exchange.importing.columns import likeness_of_headings
from store.exchange.importing.csv_json import read_csv, read_json
from store.exchange.importing.tables import (
    RawTable,
    Source,
    TableTooLarge,
    digest_of,
    find_headings,
)
from store.exchange.importing.workbook import read_workbook
from store.file.office_parts import Progress, read_regular_file


def read_source(path: Path, progress: Progress | None = None) -> Source:
    """The tables of a CSV, Excel or JSON file, by its contents and its suffix. Raises FairleadError."""
    data = read_regular_file(path)
    suffix = path.suffix.lower()
    tables: list[RawTable]
    if data.startswith(b"SQLite format 3"):
        raise Refused(path, "it is an SQLite file: open a register with fairlead --file, or with ctrl+o")
    if data.startswith(b"%PDF"):
        raise Refused(path, "it is a PDF: save its table as CSV or Excel")
    if data.startswith((b"PK", b"\xd0\xcf\x11\xe0")) or suffix in (".xlsx", ".xlsm", ".xls"):
        tables, reading = read_workbook(path, data, progress)
    elif suffix == ".json" or data.lstrip()[:1] in (b"{", b"["):
        tables, reading = read_json(path, data)
    else:
        table, reading = read_csv(path, data)
        tables = [table]
    try:
        found = tuple(find_headings(table, likeness_of_headings) for table in tables)
    except TableTooLarge as error:
        raise Refused(path, str(error)) from None
    return Source(one_line(path.name, most=255), digest_of(data), reading, found)
