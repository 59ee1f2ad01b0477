"""Export to an Excel workbook: items, publications, notes, submissions, targets and actions.

Text is written as text, so that nothing in it becomes a formula, a link or a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from store.exchange.columns import Cell, Column, cells, field_columns, sql_of, widths
from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.scope import format_counts
from store.exchange.spreadsheet_rows import COLUMNS, pages, plain, total_rows
from store.log.change_log import ChangeLog
from store.queries.item_detail import target_steps

CELL = 32_767
"""The maximum length of a cell, in UTF-16 code units."""

ROWS = 1_048_576
"""The maximum number of rows of a sheet, including its header."""

_PUBLICATIONS = {
    "Code": (10, "code"),
    "Publication": (45, "title"),
    "Publisher": (18, "publisher"),
    "Published": (14, "published"),
    "Items": (8, "total"),
    "Closed": (8, "closed"),
    "With the inspectorate": (20, "with_inspectorate"),
    "Discharged": (11, "discharged"),
    "Closed otherwise": (16, "closed_otherwise"),
    "On track": (9, "on_track"),
    "Delayed": (9, "delayed"),
    "Not stated": (10, "not_stated"),
    "Total, as printed": (16, "stated_total"),
    "Last update": (14, "last_update"),
    "Updates, as printed": (18, "stated_updates"),
    "Next target": (12, "next_target"),
    "Marking": (20, "marking"),
}
"""The columns of the sheet of publications: heading to width and attribute of a PublicationRow."""

_REFERENCE = Column(12, ("r.reference",))
_RECORDED = {"Recorded": Column(12, ("substr(t.recorded, 1, 10)",)), "Recorded by": Column(20, ("a.name",))}

_NOTES = {
    "Reference": _REFERENCE,
    "Publication": Column(12, ("p.code",)),
    **field_columns("note", "t", "kind", "dated", "said_by"),
    **_RECORDED,
}
_SUBMISSIONS = {
    "Reference": _REFERENCE,
    **field_columns("submission", "s"),
    **field_columns("reply", "y", "dated", "who"),
    "Marking": Column(20, ("COALESCE(max(s.marking, y.marking), s.marking, y.marking)",)),
}
_ACTION = field_columns("action", "t", "kind", "text")
_TARGETS = {
    "Reference": _REFERENCE,
    "What": _ACTION["What"],
    "Text": _ACTION["Text"],
    "Date": Column(24, ("t.due",)),
    "Latest day": Column(12, ("t.due_latest",)),
    "Said": Column(16, ("t.due_said",)),
    "Where": Column(24, ("t.due_where",)),
    "On condition": Column(30, ("t.due_condition",)),
    **_ACTION,
    "Moved later": Column(12, ("NULL",)),
    "Reason": Column(40, ("NULL",)),
    **_RECORDED,
}
"""The columns of the sheet of targets and actions; a target fills some of them."""


class _Sheet:
    """A worksheet that is written row by row; counts the texts cut off (`cut`) and the rows left off (`left_off`)."""

    def __init__(self, book: Any, name: str, columns: dict[str, int]) -> None:
        self.name, self.columns, self.next, self.cut, self.left_off = name, columns, 1, 0, 0
        self._sheet = book.add_worksheet(name)
        self._wrap = book.add_format({"text_wrap": True, "valign": "top"})
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for column, (title, width) in enumerate(columns.items()):
            self._sheet.set_column(column, column, width, self._wrap)
            self._sheet.write_string(0, column, title, bold)
        self._sheet.freeze_panes(1, 1)

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
    items = _Sheet(book, "Recommendations", COLUMNS)
    printed = _Sheet(book, "Publications", {heading: width for heading, (width, _) in _PUBLICATIONS.items()})
    notes = _Sheet(book, "Notes", widths(_NOTES))
    submissions = _Sheet(book, "Submissions", widths(_SUBMISSIONS))
    targets = _Sheet(book, "Targets and actions", widths(_TARGETS))
    about = _Sheet(book, "About", {"About this file": 24, " ": 90})
    publications, totals = shown_publications(extract)
    for publication in (*publications, *totals):
        printed.add(getattr(publication, name) for _, name in _PUBLICATIONS.values())
    for row in extract.conn.execute(_PUBLICATION_NOTES_SQL):
        notes.add(cells(tuple(_NOTES.values()), row))
    total_items, done = total_rows(extract), 0
    for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
        extract.report_progress(done, total_items)
        ids = [item for item, _ in page]
        for _, row in page:
            items.add(row)
        for _, row in _of_items(extract, _NOTES_SQL, _NOTES, ids):
            notes.add(row)
        for _, row in _of_items(extract, _SUBMISSIONS_SQL, _SUBMISSIONS, ids):
            submissions.add(row)
        _add_targets(extract, targets, ids)
        done += len(page)
    remarks = [remark for sheet in (items, printed, notes, submissions, targets) for remark in sheet.finish()]
    for name, value in _about(extract, title, remarks):
        about.add((name, value))
    about.finish()
    return remarks


_NOTES_SQL = f"""
SELECT r.id, {sql_of(_NOTES.values())}
  FROM note_on o JOIN note t ON t.id = o.note JOIN recommendation r ON r.id = o.recommendation
  JOIN publication p ON p.id = r.publication LEFT JOIN party a ON a.id = t.recorded_by
 WHERE o.recommendation IN (SELECT value FROM json_each(?1)) AND o.withdrawn = 0 AND t.withdrawn = 0
 ORDER BY COALESCE(t.dated_latest, '') DESC, t.recorded DESC, t.id
"""

_PUBLICATION_NOTES_SQL = f"""
SELECT {sql_of(_NOTES.values())}
  FROM note_on o JOIN scope s ON s.entity = o.id JOIN note t ON t.id = o.note JOIN publication p ON p.id = o.publication
  LEFT JOIN recommendation r ON r.id = o.recommendation LEFT JOIN party a ON a.id = t.recorded_by
 WHERE o.withdrawn = 0 AND t.withdrawn = 0
 ORDER BY p.code, COALESCE(t.dated_latest, '') DESC, t.recorded DESC, t.id
"""

_SUBMISSIONS_SQL = f"""
SELECT r.id, {sql_of(_SUBMISSIONS.values())}
  FROM recommendation r
  JOIN (SELECT id AS sent_id, NULL AS reply_id, recommendation FROM submission t
         WHERE withdrawn = 0 AND recommendation IN (SELECT value FROM json_each(?1))
           AND NOT EXISTS (SELECT 1 FROM reply z WHERE z.submission = t.id AND z.withdrawn = 0)
        UNION ALL SELECT submission, id, recommendation FROM reply
         WHERE withdrawn = 0 AND recommendation IN (SELECT value FROM json_each(?1))) b ON b.recommendation = r.id
  LEFT JOIN submission s ON s.id = b.sent_id AND s.withdrawn = 0 LEFT JOIN reply y ON y.id = b.reply_id
 WHERE r.id IN (SELECT value FROM json_each(?1))
 ORDER BY COALESCE(s.sent_latest, ''), COALESCE(y.dated_latest, ''), s.id, y.id
"""

_ACTIONS_SQL = f"""
SELECT r.id, {sql_of(_TARGETS.values())}
  FROM action t JOIN recommendation r ON r.id = t.recommendation LEFT JOIN party a ON a.id = t.recorded_by
 WHERE r.id IN (SELECT value FROM json_each(?1)) AND t.withdrawn = 0
 ORDER BY t.done IS NOT NULL, COALESCE(t.due_latest, '9999'), t.recorded, t.id
"""


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
    for item, row in _of_items(extract, _ACTIONS_SQL, _TARGETS, ids):
        actions.setdefault(item, []).append(row)
    dated = dict(
        extract.conn.execute(
            "SELECT id, reference FROM recommendation WHERE id IN (SELECT value FROM json_each(?)) "
            "AND first_target IS NOT NULL",
            (json.dumps(ids),),
        ).fetchall()
    )
    for item in ids:
        if item in dated:
            for step in _steps(log, item, dated[item]):
                sheet.add(step.get(heading) for heading in _TARGETS)
        for row in actions.get(item, ()):
            sheet.add(row)


def _steps(log: ChangeLog, item: str, reference: str) -> Iterable[dict[str, Cell]]:
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
        ("Not in it", "Links, outcomes and history. Recommendations and commitments are counted apart; parts never."),
        *(("What did not fit", remark) for remark in remarks),
    ]
