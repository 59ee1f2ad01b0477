"""Read an Excel workbook into raw tables; what could harm is refused before it is unpacked."""

from __future__ import annotations

import io
import re
import warnings
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.domain.dates import format_date
from store.domain.errors import Cancelled, Refused
from store.domain.text import count_of
from store.exchange.importing.csv_json import left_columns
from store.exchange.importing.tables import MOST_COLUMNS, MOST_ROWS, RawTable, Row, column_letter
from store.exchange.importing.workbook_parts import WorkbookCheck
from store.file.office_parts import Progress

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet


def read_workbook(path: Path, data: bytes, progress: Progress | None = None) -> tuple[list[RawTable], str]:
    """The sheets of a workbook, hidden ones too, and how it was read. Raises Refused or Cancelled."""
    uncomputed = _check_parts(path, data, progress)
    from openpyxl.reader.excel import ExcelReader

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = ExcelReader(io.BytesIO(data), data_only=True, keep_links=False)
            reader.read()
        parts = {sheet.name: part.target for sheet, part in reader.parser.find_sheets()}
        sheets = [sheet for sheet in reader.wb.worksheets if sheet.max_row and sheet.max_column]
        total = sum(sheet.max_row for sheet in sheets)
        tables, done = [], 0
        for sheet in sheets:
            tables.append(_read_sheet(path, sheet, progress, done, total))
            tables[-1].notices += _formulas(uncomputed.get(parts.get(sheet.title, ""), []))
            done += sheet.max_row
    except (Refused, Cancelled):
        raise
    except Exception:
        # openpyxl raises whatever the bytes lead it to: KeyError, ValueError, BadZipFile, ParseError …
        raise Refused(path, "it is damaged, or no workbook") from None
    if not tables:
        raise Refused(path, "it has no sheet with cells")
    return tables, "Excel workbook"


def _formulas(addresses: list[str]) -> list[str]:
    """A notice of the formulas of a sheet that have no stored value."""
    if not addresses:
        return []
    shown = ", ".join(addresses[:5]) + (" …" if len(addresses) > 5 else "")
    return [
        f"{count_of(len(addresses), 'formula')} without a stored value read as empty: {shown}. "
        "Open the file in Excel and save it to have them."
    ]


def _check_parts(path: Path, data: bytes, progress: Progress | None) -> dict[str, list[str]]:
    """Check the parts of a workbook before they are read; the addresses of formulas without a value, by part.

    Raises Refused and Cancelled.
    """
    check = WorkbookCheck(path)
    found: dict[str, list[str]] = {}
    for name, _ in check.parts(data, progress):
        if check.uncomputed:
            found[name], check.uncomputed = check.uncomputed, []
    return found


def _read_sheet(path: Path, sheet: Worksheet, progress: Progress | None, done: int, total: int) -> RawTable:
    if sheet.max_row > MOST_ROWS * 6:
        raise Refused(path, f"the sheet {sheet.title} goes to row {sheet.max_row:,}: delete the empty rows")
    raw = RawTable(sheet.title, hidden=sheet.sheet_state != "visible", hidden_columns=_hidden_columns(sheet))
    merged = _merged_values(sheet)
    cells = sheet._cells
    by_row: dict[int, dict[int, Any]] = {}
    widest = 0
    for (number, column), cell in cells.items():
        widest = max(widest, column if cell.value is not None else 0)
        if column <= MOST_COLUMNS and (cell.value is not None or (number, column) in merged):
            by_row.setdefault(number, {})[column] = cell
        if comment := getattr(cell, "comment", None):
            raw.comments.append((f"{column_letter(column - 1)}{number}", str(comment.text or "").strip()))
    for count, number in enumerate(sorted(by_row), 1):
        if count % 500 == 0 and progress is not None and not progress(done + number, total):
            raise Cancelled("The import")
        found = by_row[number]
        values = []
        for column in range(1, max(found) + 1):
            origin = merged.get((number, column)) or found.get(column)
            values.append("" if origin is None else cell_text(origin.value, origin.number_format or ""))
        raw.rows.append(Row(number, tuple(values)))
    raw.notices += [*left_columns(widest), *_notices(sheet, raw, merged)]
    return raw


def _merged_values(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """The first cell of each merged range, by the other positions in it, downwards only: a title across is one cell."""
    found: dict[tuple[int, int], Any] = {}
    for area in list(sheet.merged_cells.ranges)[:20_000]:
        if area.max_row - area.min_row > 10_000:
            continue
        origin = sheet.cell(area.min_row, area.min_col)
        for number in range(area.min_row + 1, area.max_row + 1):
            found[number, area.min_col] = origin
    return found


def _hidden_columns(sheet: Worksheet) -> frozenset[int]:
    return frozenset(
        position - 1
        for dimension in sheet.column_dimensions.values()
        if dimension.hidden
        for position in range(dimension.min or 0, min(dimension.max or 0, MOST_COLUMNS) + 1)
    )


def _notices(sheet: Worksheet, raw: RawTable, merged: dict[tuple[int, int], Any]) -> list[str]:
    numbers = {row.number for row in raw.rows}
    hidden = sum(1 for number, row in sheet.row_dimensions.items() if row.hidden and number in numbers)
    found = []
    if hidden:
        found.append(f"{count_of(hidden, 'row')} hidden in the file taken like the others.")
    if merged:
        found.append(f"{count_of(len(merged), 'merged cell')} filled with the value above.")
    return found


def cell_text(value: Any, shown_as: str = "") -> str:
    """A cell's value as the workbook shows it: a whole number without a point, a date no more precise than its format."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (datetime, date)):
        return _date_text(value, shown_as.lower())
    if isinstance(value, (time, timedelta)):
        return str(value)
    if isinstance(value, (int, float)) and "%" in shown_as:
        return f"{round(value * 100, 2):g}%"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()


def _date_text(value: date, shown_as: str) -> str:
    day = value.date() if isinstance(value, datetime) else value
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", shown_as)
    if "d" in plain or not plain or "y" not in plain:
        return format_date(day)
    return format_date(day).split(" ", 1)[1] if "m" in plain else str(day.year)


def serial_date(text: str) -> str | None:
    """The date that a number in a date column is to Excel, as text; None where it is no such number."""
    if not re.fullmatch(r"[2-6]\d{4}(?:\.\d+)?", text):
        return None
    return format_date(date(1899, 12, 30) + timedelta(days=int(float(text))))
