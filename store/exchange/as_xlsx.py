"""An Excel workbook of what is shown. Text is written as text: nothing in it is a formula, a link or a number by accident."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.scope import held
from store.exchange.spreadsheet_rows import COLUMNS, Cell, pages, plain, say_move, total_rows, words
from store.log.change import target_moves
from store.log.change_log import Log
from store.queries.rows import PublicationRow

CELL = 32_767
"""UTF-16 units that one cell holds."""

ROWS = 1_048_576
"""Rows that one sheet holds, its header among them."""

_PUBLICATIONS = {
    "Code": 10,
    "Publication": 45,
    "Publisher": 18,
    "Published": 14,
    "Items": 8,
    "Closed": 8,
    "With the inspectorate": 20,
    "Discharged": 11,
    "Closed otherwise": 16,
    "On track": 9,
    "Delayed": 9,
    "Not stated": 10,
    "Total, as printed": 16,
    "Last update": 14,
    "Updates, as printed": 18,
    "Next target": 12,
    "Marking": 20,
}
_NOTES = {
    "Reference": 12,
    "Publication": 12,
    "Kind": 12,
    "Date": 16,
    "Said by": 20,
    "Note": 80,
    "Marking": 20,
    "Recorded": 12,
    "Recorded by": 20,
}
_SUBMISSIONS = {
    "Reference": 12,
    "Sent": 16,
    "Asks for": 10,
    "Their reference": 16,
    "Evidence": 60,
    "Reply": 16,
    "Who replied": 20,
    "Verdict": 20,
    "Words": 60,
    "What would satisfy": 40,
    "Discharged part": 30,
    "Next move": 20,
    "Marking": 20,
}
_TARGETS = {
    "Reference": 12,
    "What": 12,
    "Text": 60,
    "Date": 24,
    "Latest day": 12,
    "Said": 16,
    "Where": 24,
    "On condition": 30,
    "Whose": 20,
    "Waits since": 16,
    "Done": 16,
    "Moved later": 12,
    "Reason": 40,
    "Recorded": 12,
    "Recorded by": 20,
}


class _Sheet:
    """A sheet that is filled from the top."""

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
        """Put the filter on the header; returns what did not fit, in words."""
        self._sheet.autofilter(0, 0, max(self.next - 1, 1), len(self.columns) - 1)
        said = []
        if self.cut:
            texts = "1 text was" if self.cut == 1 else f"{self.cut:,} texts were"
            said.append(f"{self.name}: {texts} longer than the {CELL:,} characters of a cell; the rest is cut off at …")
        if self.left_off:
            said.append(f"{self.name}: {self.left_off:,} rows past the {ROWS:,} of a sheet were left off.")
        return said


def cut(text: str) -> str:
    """A text that fits a cell, cut with … where it was longer."""
    if len(text) * 2 <= CELL or len(units := text.encode("utf-16-le", "replace")) <= 2 * CELL:
        return text
    return units[: 2 * (CELL - 1)].decode("utf-16-le", "ignore") + "…"


def write_xlsx(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the workbook, a page of items at a time. Returns what did not fit its cells and sheets."""
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
    title = extract.register.described()["title"] or "Improvement register"
    book.set_properties({"title": plain(title), "created": datetime.combine(extract.today, time())})
    try:
        remarks = _fill(book, extract, title)
        book.close()
    except FileCreateError as error:
        raise (error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error))) from None
    return tuple(remarks)


def _fill(book: Any, extract: Extract, title: str) -> list[str]:
    items = _Sheet(book, "Recommendations", COLUMNS)
    printed = _Sheet(book, "Publications", _PUBLICATIONS)
    notes = _Sheet(book, "Notes", _NOTES)
    submissions = _Sheet(book, "Submissions", _SUBMISSIONS)
    targets = _Sheet(book, "Targets and actions", _TARGETS)
    about = _Sheet(book, "About", {"About this file": 24, " ": 90})
    publications, totals = shown_publications(extract)
    for publication in publications:
        printed.add(_publication(publication))
    for total in totals:
        printed.add(_publication(total))
    for row in extract.conn.execute(_PUBLICATION_NOTES_SQL):
        notes.add(_note(list(row)))
    total_items, done = total_rows(extract), 0
    for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
        extract.step(done, total_items)
        ids = [item for item, _ in page]
        for _, cells in page:
            items.add(cells)
        for _, cells in _of_items(extract, _NOTES_SQL, ids):
            notes.add(_note(cells))
        for _, cells in _of_items(extract, _SUBMISSIONS_SQL, ids):
            submissions.add(_submission(cells))
        _add_targets(extract, targets, ids)
        done += len(page)
    remarks = [said for sheet in (items, printed, notes, submissions, targets) for said in sheet.finish()]
    for name, value in _about(extract, title, remarks):
        about.add((name, value))
    about.finish()
    return remarks


def _publication(row: PublicationRow) -> list[Cell]:
    return [
        row.code,
        row.title,
        row.publisher,
        row.published,
        row.total,
        row.closed,
        row.with_inspectorate,
        row.discharged,
        row.closed_otherwise,
        row.on_track,
        row.delayed,
        row.not_stated,
        row.stated_total,
        row.last_update,
        row.stated_updates,
        row.next_target,
        row.marking,
    ]


_NOTES_SQL = """
SELECT r.id, r.reference, p.code, n.kind, n.dated, n.said_by, n.text, n.marking, substr(n.recorded, 1, 10), a.name
  FROM note_on o JOIN note n ON n.id = o.note JOIN recommendation r ON r.id = o.recommendation
  JOIN publication p ON p.id = r.publication LEFT JOIN party a ON a.id = n.recorded_by
 WHERE o.recommendation IN (SELECT value FROM json_each(?1)) AND o.withdrawn = 0 AND n.withdrawn = 0
 ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, n.id
"""

_PUBLICATION_NOTES_SQL = """
SELECT NULL, p.code, n.kind, n.dated, n.said_by, n.text, n.marking, substr(n.recorded, 1, 10), a.name
  FROM note_on o JOIN scope s ON s.thing = o.id JOIN note n ON n.id = o.note JOIN publication p ON p.id = o.publication
  LEFT JOIN party a ON a.id = n.recorded_by
 WHERE o.withdrawn = 0 AND n.withdrawn = 0
 ORDER BY p.code, COALESCE(n.dated_latest, '') DESC, n.recorded DESC, n.id
"""

_SUBMISSIONS_SQL = """
SELECT r.id, r.reference, s.sent, s.asks, s.reference, s.text, y.dated, y.who, y.verdict, y.words, y.would_satisfy,
       y.discharges, y.next_move, y.next_move_until, COALESCE(max(s.marking, y.marking), s.marking, y.marking)
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

_ACTIONS_SQL = """
SELECT r.id, r.reference, t.kind, t.text, t.due, t.due_latest, t.due_said, t.due_where, t.due_condition, t.whose, t.since, t.done,
       NULL, NULL, substr(t.recorded, 1, 10), a.name
  FROM action t JOIN recommendation r ON r.id = t.recommendation LEFT JOIN party a ON a.id = t.recorded_by
 WHERE r.id IN (SELECT value FROM json_each(?1)) AND t.withdrawn = 0
 ORDER BY t.done IS NOT NULL, COALESCE(t.due_latest, '9999'), t.recorded, t.id
"""


def _of_items(extract: Extract, sql: str, ids: Sequence[str]) -> list[tuple[str, list[Cell]]]:
    """The rows of a query that begins with the item's id, in the order of the items: that id, and the other cells."""
    place = {item: at for at, item in enumerate(ids)}
    rows = extract.conn.execute(sql, (json.dumps(ids),)).fetchall()
    rows.sort(key=lambda row: place[row[0]])
    return [(str(row[0]), list(row[1:])) for row in rows]


def _note(cells: list[Cell]) -> list[Cell]:
    cells[2] = _said(cells[2])
    return cells


def _submission(cells: list[Cell]) -> list[Cell]:
    cells[2], cells[7] = _said(cells[2]), _said(cells[7])
    cells[11:13] = [say_move(_or_none(cells[11]), _or_none(cells[12]))]
    return cells


def _action(cells: list[Cell]) -> list[Cell]:
    cells[1] = _said(cells[1])
    return cells


def _said(cell: Cell) -> str | None:
    return words(_or_none(cell))


def _or_none(cell: Cell) -> str | None:
    return None if cell is None else str(cell)


def _add_targets(extract: Extract, sheet: _Sheet, ids: Sequence[str]) -> None:
    """Each item's targets from the first on, then its actions."""
    log = Log(extract.conn)
    actions: dict[str, list[list[Cell]]] = {}
    for item, cells in _of_items(extract, _ACTIONS_SQL, ids):
        actions.setdefault(item, []).append(_action(cells))
    dated = dict(
        extract.conn.execute(
            "SELECT id, reference FROM recommendation WHERE id IN (SELECT value FROM json_each(?)) "
            "AND first_target IS NOT NULL",
            (json.dumps(ids),),
        ).fetchall()
    )
    for item in ids:
        if item in dated:
            for row in _steps(log, item, dated[item]):
                sheet.add(row)
        for row in actions.get(item, ()):
            sheet.add(row)


def _steps(log: Log, item: str, reference: str) -> Iterable[list[Cell]]:
    latest: str | None = None
    for at, change in enumerate(target_moves(log.of_thing(item)).path):
        target: Any = change.value("target").value
        day = target.get("latest")
        later = at > 0 and day is not None and (latest is None or day > latest)
        latest = day or latest
        yield [
            reference,
            "Target" if at else "First target",
            None,
            target.get("text"),
            day,
            target.get("said"),
            target.get("where"),
            target.get("condition"),
            None,
            None,
            None,
            "yes" if later else None,
            change.reason or None,
            change.time[:10],
            log.author_name(change.author),
        ]


def _about(extract: Extract, title: str, remarks: Sequence[str]) -> list[tuple[str, Cell]]:
    scope = extract.scope
    known = extract.register.described()
    return [
        ("Register", title),
        ("Marking", scope.marking),
        ("As it stood on", extract.today.isoformat()),
        ("What is shown", extract.shown.describe()),
        ("It holds", held(scope.recommendations, scope.commitments)),
        ("Next committee", known["next_committee"]),
        ("Not in it", "Links, outcomes and history. Recommendations and commitments are counted apart; parts never."),
        *(("What did not fit", remark) for remark in remarks),
    ]
