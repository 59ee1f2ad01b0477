"""Export to an Excel workbook: items, publications, notes, submissions, targets and actions, figures.

Text is written as text, so that nothing in it becomes a formula, a link or a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from store.exchange.columns import BASES, Cell, Column, cells, widths
from store.exchange.export_preview import BASES_TEXT, not_held
from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.sheets import (
    ACTIONS_SQL,
    DATED_SQL,
    FIGURES,
    FIGURES_SQL,
    NOTES,
    NOTES_SQL,
    OTHER_NOTES_SQL,
    PUBLICATION_FIELDS,
    PUBLICATIONS,
    SUBMISSIONS,
    SUBMISSIONS_SQL,
    TARGETS,
)
from store.exchange.spreadsheet_rows import COLUMNS, pages, plain, total_rows
from store.log.change_log import ChangeLog
from store.queries.describe import WEAKER, format_bases, format_counts, parse_bases
from store.queries.item_detail import target_steps
from store.queries.rows import PublicationRow

CELL = 32_767
"""The maximum length of a cell, in UTF-16 code units."""

ROWS = 1_048_576
"""The maximum number of rows of a sheet, including its header."""


class _Sheet:
    """A worksheet that is written row by row; counts the texts cut off (`cut`) and the rows left off (`left_off`)."""

    def __init__(self, book: Any, marking: str, name: str, columns: dict[str, int]) -> None:
        self.name, self.columns, self.next, self.cut, self.left_off = name, columns, 1, 0, 0
        self._sheet = book.add_worksheet(name)
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, (title, width) in enumerate(columns.items()):
            self._sheet.set_column(column, column, width, self._wrap)
            self._sheet.write_string(0, column, title, bold)
        self._sheet.freeze_panes(1, 1)
        # On paper each page bears the marking.
        self._sheet.set_header(f"&C{marking}")
        self._sheet.repeat_rows(0)

    def add(self, cells: Iterable[Cell]) -> None:
        """Write one row below the last."""
        if self.next >= ROWS:
            self.left_off += 1
            return
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self._sheet.write_number(self.next, column, cell, self._wrap)
            elif cell:
                text = plain(cell)
                fits = cut(text)
                self.cut += fits != text
                self._sheet.write_string(self.next, column, fits, self._wrap)
        self.next += 1

    def finish(self) -> list[str]:
        """Add a filter to the header; returns sentences about what did not fit."""
        self._sheet.autofilter(0, 0, max(self.next - 1, 1), len(self.columns) - 1)
        remark = []
        if self.cut:
            texts = "1 text was" if self.cut == 1 else f"{self.cut:,} texts were"
            remark.append(
                f"{self.name}: {texts} longer than the {CELL:,} characters of a cell; the rest is cut off at …"
            )
        if self.left_off:
            remark.append(f"{self.name}: {self.left_off:,} rows past the {ROWS:,} of a sheet were left off.")
        return remark


def cut(text: str) -> str:
    """Truncate a text with … to the maximum length of a cell."""
    if len(text) * 2 <= CELL or len(units := text.encode("utf-16-le", "replace")) <= 2 * CELL:
        return text
    return units[: 2 * (CELL - 1)].decode("utf-16-le", "ignore") + "…"


def write_xlsx(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the workbook, a page of items at a time. Returns sentences about what did not fit its cells and sheets."""
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "tmpdir": str(extract.scratch),
    }
    book = xlsxwriter.Workbook(str(path), options)
    book.use_zip64()
    title = extract.register.own_fields()["title"] or "Improvement register"
    book.set_properties({"title": plain(title), "created": datetime.combine(extract.today, time())})
    try:
        remarks = _fill(book, extract, title)
        book.close()
    except FileCreateError as error:
        raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))) from None
    return tuple(remarks)


def _fill(book: Any, extract: Extract, title: str) -> list[str]:
    sheet = partial(_Sheet, book, extract.scope.marking)
    items = sheet("Recommendations", COLUMNS)
    printed = sheet("Publications", {heading: width for heading, (width, _) in PUBLICATIONS.items()} | {BASES: 40})
    notes = sheet("Notes", widths(NOTES))
    submissions = sheet("Submissions", widths(SUBMISSIONS))
    targets = sheet("Targets and actions", widths(TARGETS))
    figures = sheet("Figures", widths(FIGURES))
    about = sheet("About", {"About this file": 24, " ": 90})
    publications, totals = shown_publications(extract)
    for publication in (*publications, *totals):
        printed.add(_publication_cells(publication))
    for others, columns, sql in ((notes, NOTES, OTHER_NOTES_SQL), (figures, FIGURES, FIGURES_SQL)):
        for row in extract.conn.execute(sql):
            others.add(cells(tuple(columns.values()), row))
    total_items, done = total_rows(extract), 0
    for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
        extract.report_progress(done, total_items)
        ids = [item for item, _ in page]
        for _, row in page:
            items.add(row)
        for _, row in _of_items(extract, NOTES_SQL, NOTES, ids):
            notes.add(row)
        for _, row in _of_items(extract, SUBMISSIONS_SQL, SUBMISSIONS, ids):
            submissions.add(row)
        _add_targets(extract, targets, ids)
        done += len(page)
    remarks = [remark for sheet in (items, printed, notes, submissions, targets, figures) for remark in sheet.finish()]
    for name, value in _about(extract, title, remarks):
        about.add((name, value))
    about.finish()
    return remarks


def _publication_cells(row: PublicationRow) -> list[Cell]:
    bases = parse_bases(row.basis)
    shown = format_bases("publication", {name: bases[name] for name in PUBLICATION_FIELDS if name in bases})
    return [*(getattr(row, name) for _, name in PUBLICATIONS.values()), shown or None]


def _of_items(
    extract: Extract, sql: str, columns: dict[str, Column], ids: Sequence[str]
) -> list[tuple[str, list[Cell]]]:
    """Run a query that selects an item's id and then `columns`; returns (id, cells) in the order of `ids`."""
    place = {item: at for at, item in enumerate(ids)}
    rows = extract.conn.execute(sql, (json.dumps(ids),)).fetchall()
    rows.sort(key=lambda row: place[row[0]])
    made_of = tuple(columns.values())
    return [(str(row[0]), cells(made_of, row[1:])) for row in rows]


def _add_targets(extract: Extract, sheet: _Sheet, ids: Sequence[str]) -> None:
    """Add the rows of each item: its targets, oldest first, then its actions."""
    log = ChangeLog(extract.conn)
    actions: dict[str, list[list[Cell]]] = {}
    for item, row in _of_items(extract, ACTIONS_SQL, TARGETS, ids):
        actions.setdefault(item, []).append(row)
    dated = {item: about for item, *about in extract.conn.execute(DATED_SQL, (json.dumps(ids),))}
    for item in ids:
        if item in dated:
            for step in _steps(log, item, *dated[item]):
                sheet.add(step.get(heading) for heading in TARGETS)
        for row in actions.get(item, ()):
            sheet.add(row)


def _steps(log: ChangeLog, item: str, reference: str, marking: str) -> Iterable[dict[str, Cell]]:
    for n, step in enumerate(target_steps(log, log.of_entity(item))):
        target: Any = step.target
        yield {
            "Reference": reference,
            "What": "Target" if n else "First target",
            "Date": target.get("text"),
            "Latest day": target.get("latest"),
            "Said": target.get("said"),
            "Where": target.get("where"),
            "On condition": target.get("condition"),
            "Moved later": "yes" if step.later else None,
            "Reason": step.reason or None,
            "Recorded": step.recorded[:10],
            "Recorded by": step.author,
            "Marking": marking,
            BASES: format_bases("recommendation", {"target": step.basis} if step.basis in WEAKER else {}) or None,
        }


def _about(extract: Extract, title: str, remarks: Sequence[str]) -> list[tuple[str, Cell]]:
    scope = extract.scope
    description = extract.register.own_fields()
    return [
        ("Register", title),
        ("Marking", scope.marking),
        ("As it stood on", extract.today.isoformat()),
        ("What is shown", extract.shown.describe()),
        ("It holds", format_counts(scope.recommendations, scope.commitments)),
        ("Next committee", description["next_committee"]),
        ("How it is counted", "Recommendations and commitments apart; parts never."),
        (BASES, BASES_TEXT),
        ("Not in it", f"{not_held('.xlsx').capitalize()}."),
        *(("What did not fit", remark) for remark in remarks),
    ]
