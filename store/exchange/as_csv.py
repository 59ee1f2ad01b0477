"""Export to CSV: the list of items, in UTF-8 with a byte order mark for Excel, every cell quoted and no formulas."""

from __future__ import annotations

import csv
from pathlib import Path

from store.exchange.columns import Cell
from store.exchange.extract import Extract
from store.exchange.spreadsheet_rows import COLUMNS, pages, plain, total_rows

# The full-width forms begin a formula too in a Japanese or Chinese spreadsheet.
_LIVE = tuple("=+-@\t＝＋－＠")


def write_csv(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the list of items, a row each; only one page of rows is in memory at a time."""
    total, done = total_rows(extract), 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
            extract.report_progress(done, total)
            writer.writerows([escape_formula(cell) for cell in cells] for _, cells in page)
            done += len(page)
    extract.report_progress(done, total)
    return ()


def escape_formula(cell: Cell) -> str:
    """Escape a cell against formula injection: ' is put before what would begin a formula."""
    written = "" if cell is None else str(cell)
    live = written.startswith("\t") or written.lstrip()[:1] in _LIVE
    return f"'{plain(cell)}" if live else plain(cell)
