"""The list as CSV: UTF-8 with a byte order mark so that Excel reads it as such, every cell quoted, no cell a
formula."""

from __future__ import annotations

import csv
from pathlib import Path

from store.exchange.columns import Cell
from store.exchange.extract import Extract
from store.exchange.spreadsheet_rows import COLUMNS, pages, plain, total_rows

# The full-width forms are formulas too where a spreadsheet is set to Japanese or Chinese.
_LIVE = tuple("=+-@\t＝＋－＠")


def write_csv(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the list, a row an item, a page at a time: it never holds more than one."""
    total, done = total_rows(extract), 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
            extract.step(done, total)
            writer.writerows([neutral(cell) for cell in cells] for _, cells in page)
            done += len(page)
    extract.step(done, total)
    return ()


def neutral(cell: Cell) -> str:
    """A cell that no spreadsheet runs: ' goes before what would begin a formula."""
    written = "" if cell is None else str(cell)
    live = written.startswith("\t") or written.lstrip()[:1] in _LIVE
    return f"'{plain(cell)}" if live else plain(cell)
