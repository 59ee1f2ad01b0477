"""Export to an Excel workbook: items, publications, notes, submissions, targets and actions, figures.

Text is written as text, so that nothing in it becomes a formula, a link or a number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from store.domain.dates import month_end
from store.domain.vocabulary import Status, label_of
from store.exchange.columns import (
    BASES,
    Cell,
    Column,
    DateText,
    cells,
    format_date_text,
    format_day,
    format_latest,
    format_word,
    widths,
)
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
    RECORDED,
    SUBMISSIONS,
    SUBMISSIONS_SQL,
    TARGETS,
)
from store.exchange.spreadsheet_rows import COLUMNS, DETAILS, pages, plain, total_rows
from store.log.change_log import ChangeLog
from store.queries.describe import WEAKER, format_bases, parse_bases
from store.queries.item_detail import target_steps
from store.queries.rows import PublicationRow

CELL = 32_767
"""The maximum length of a cell, in UTF-16 code units."""

ROWS = 1_048_576
"""The maximum number of rows of a sheet, including its header."""

_A4 = 9
_LINE, _TALLEST = 15, 409
"""The height of a line, and the greatest height of a row, in points."""

_LOOSE = 1.1
"""How much of a line is lost where words are wrapped."""


_STATUS_COLOURS = {
    Status.CLOSED: ("#DDE3EA", "#5B6B7D"),
    Status.ON_TRACK: ("#D8EFD9", "#3E8E4B"),
    Status.DELAYED: ("#F9D9D6", "#C2473B"),
    Status.NOT_STATED: ("#FBEFC9", "#D9A520"),
}
"""For each status the background of its cells and the colour of its bars."""

_BARS = 60
"""The most publications for which a chart is drawn: more bars are not read."""


class _Formats:
    """The cell formats of a workbook: text, heading, and those of dates, which show no more than is known."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._dates: dict[str, Any] = {}
        self.wrap = book.add_format({"text_wrap": True, "valign": "top", "align": "left"})
        self.bold = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "align": "left", "bg_color": "#E8EDF2"}
        )
        self.total = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "left", "top": 1})
        self.statuses = {status: book.add_format({"bg_color": light}) for status, (light, _) in _STATUS_COLOURS.items()}

    def date(self, cell: DateText) -> tuple[date, Any] | None:
        """The last day that a date can be, and a format that shows what is known of it.

        None where it has no last day, one that a sheet cannot hold, or is neither a day, a month nor a year.
        """
        if cell.latest is None or cell.latest < "1900-03-01":
            return None
        last = date.fromisoformat(cell.latest)
        first = date.fromisoformat(cell.earliest) if cell.earliest else None
        if first == last:
            shown = "d mmm yyyy"
        elif first == last.replace(day=1) and last == month_end(last):
            shown = "mmm yyyy"
        elif first == date(last.year, 1, 1) and last == date(last.year, 12, 31):
            shown = "yyyy"
        elif cell == cell.latest:
            shown = "d mmm yyyy"
        else:
            return None
        if shown not in self._dates:
            self._dates[shown] = self._book.add_format({
                "num_format": shown, "align": "left", "valign": "top", "text_wrap": True,
            })  # fmt: skip
        return last, self._dates[shown]


class _Sheet:
    """A worksheet that is written row by row; counts the texts cut off (`cut`) and the rows left off (`left_off`).

    It prints in landscape, one page wide, up to the column `details`: from there on its columns are folded away.
    """

    def __init__(
        self, book: Any, formats: _Formats, marking: str, name: str, columns: dict[str, int], details: str = ""
    ) -> None:
        self.name, self.columns, self.next, self.cut, self.left_off = name, columns, 1, 0, 0
        self.sheet = book.add_worksheet(name)
        self._formats = formats
        headings = list(columns)
        self._widths = list(columns.values())[: headings.index(details) if details else None]
        folded = False
        for column, (title, width) in enumerate(columns.items()):
            folded = folded or title == details
            self.sheet.set_column(
                column, column, width, formats.wrap, {"level": 1, "hidden": True} if folded else {}
            )  # fmt: skip
            self.sheet.write_string(0, column, title, formats.bold)
        lines = max(_lines(title, width) for title, width in columns.items())
        self.sheet.set_row(0, _LINE * lines)
        self.sheet.freeze_panes(1, 1)
        self.sheet.hide_gridlines(0)
        _set_page(self.sheet, name, marking)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)

    def add(self, cells: Iterable[Cell], style: Any = None) -> None:
        """Write one row below the last, in a format of its own if `style` is one."""
        if self.next >= ROWS:
            self.left_off += 1
            return
        cells = list(cells)
        lines = max((_lines(cell, width) for cell, width in zip(cells, self._widths, strict=False)), default=1)
        self.sheet.set_row(self.next, min(_LINE * lines, _TALLEST))
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                self.sheet.write_number(self.next, column, cell, style or self._formats.wrap)
            elif isinstance(cell, DateText) and (dated := self._formats.date(cell)):
                self.sheet.write_datetime(self.next, column, *dated)
            elif cell:
                text = plain(cell)
                fits = cut(text)
                self.cut += fits != text
                self.sheet.write_string(self.next, column, fits, style or self._formats.wrap)
        self.next += 1

    def add_totals(self, rows: Iterable[Iterable[Cell]]) -> None:
        """Close the range that filters and pivots take, and write rows of totals below it, apart."""
        self._filter()
        self.next += 1
        for row in rows:
            self.add(row, self._formats.total)

    def _filter(self) -> None:
        self.sheet.autofilter(0, 0, max(self.next - 1, 1), len(self.columns) - 1)

    def colour_statuses(self, heading: str) -> None:
        """Colour a column of statuses by its words."""
        column = list(self.columns).index(heading)
        for status, style in self._formats.statuses.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{label_of(status)}"', "format": style}
            self.sheet.conditional_format(1, column, ROWS - 1, column, rule)

    def finish(self) -> list[str]:
        """Add a filter to the header; returns sentences about what did not fit."""
        if not self.sheet.autofilter_area:
            self._filter()
        remark = []
        if self.cut:
            texts = "1 text was" if self.cut == 1 else f"{self.cut:,} texts were"
            remark.append(
                f"{self.name}: {texts} longer than the {CELL:,} characters of a cell; the rest is cut off at …"
            )
        if self.left_off:
            remark.append(f"{self.name}: {self.left_off:,} rows past the {ROWS:,} of a sheet were left off.")
        return remark


def _set_page(sheet: Any, name: str, marking: str) -> None:
    """Set a page up: A4 in landscape, bearing the marking above and below."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(0.4, 0.4, 0.6, 0.6)
    sheet.set_header(f"&C{marking}")
    sheet.set_footer(f"&L{name}&C{marking}&R&P of &N")


def _lines(cell: Cell, width: int) -> int:
    """About how many lines a wrapped text takes in a column of so many characters: not every program works it out."""
    if not isinstance(cell, str):
        return 1
    return sum(1 + int(len(line) * _LOOSE / width) for line in cell.split("\n"))


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
    sheet = partial(_Sheet, book, _Formats(book), extract.scope.marking)
    items = sheet("Recommendations", COLUMNS, DETAILS)
    printed = sheet("Publications", {heading: width for heading, (width, _) in PUBLICATIONS.items()} | {BASES: 30})
    if 0 < (shown := _fill_publications(extract, printed)) <= _BARS:
        _add_chart(book, extract.scope.marking, printed, shown)
    notes = sheet("Notes", widths(NOTES), RECORDED)
    submissions = sheet("Submissions", widths(SUBMISSIONS))
    targets = sheet("Targets and actions", widths(TARGETS), RECORDED)
    figures = sheet("Figures", widths(FIGURES))
    about = sheet("About", {"About this file": 24, " ": 90})
    items.colour_statuses("Status")
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


def _fill_publications(extract: Extract, sheet: _Sheet) -> int:
    """Add the publications, and their totals apart; returns how many publications there are."""
    publications, totals = shown_publications(extract)
    bounds = {
        row[0]: row[1:]
        for row in extract.conn.execute(
            "SELECT id, published_earliest, published_latest, last_update_earliest, last_update_latest FROM publication"
        )
    }
    for publication in publications:
        sheet.add(_publication_cells(publication, bounds[publication.id]))
    sheet.add_totals(_publication_cells(total, (None,) * 4) for total in totals)
    return len(publications)


def _add_chart(book: Any, marking: str, sheet: _Sheet, publications: int) -> None:
    """Add a sheet with a chart of the publications' statuses, which the spreadsheet program draws."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    headings = list(sheet.columns)
    for status, (_, colour) in _STATUS_COLOURS.items():
        column = headings.index(label_of(status))
        chart.add_series({
            "name": [sheet.name, 0, column],
            "categories": [sheet.name, 1, 0, publications, 0],
            "values": [sheet.name, 1, column, publications, column],
            "fill": {"color": colour},
            "gap": 40,
        })  # fmt: skip
    chart.set_title({"name": "Items of each publication by status", "name_font": {"size": 14}})
    chart.set_y_axis({"reverse": True})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D0D7DE"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    page = book.add_chartsheet("Chart")
    _set_page(page, "Chart", marking)
    page.set_chart(chart)


def _publication_cells(row: PublicationRow, bounds: Sequence[str | None]) -> list[Cell]:
    bases = parse_bases(row.basis)
    shown = format_bases("publication", {name: bases[name] for name in PUBLICATION_FIELDS if name in bases})
    dates = {
        "published": format_date_text(row.published, *bounds[:2]),
        "last_update": format_date_text(row.last_update, *bounds[2:]),
        "next_target": format_day(row.next_target),
    }
    return [*(dates.get(name, getattr(row, name)) for _, name in PUBLICATIONS.values()), shown or None]


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
            "What": "Target" if n else "First target recorded",
            "Date": target.get("text"),
            "Latest day": format_latest(target.get("latest"), target.get("earliest")),
            "Said": target.get("said"),
            "Where": target.get("where"),
            "On condition": target.get("condition"),
            "Moved later": "yes" if step.later else None,
            "Kind of delay": target.get("delay"),
            "Reason": step.reason or None,
            "Extension": format_word(target.get("decision")),
            "Asked by": target.get("asked_by"),
            "Asked for": target.get("asked_for"),
            "Decided by": target.get("decided_by"),
            "Decided": target.get("decided"),
            "Recorded": format_day(step.recorded),
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
        ("It holds", scope.describe_counts()),
        ("Next committee", description["next_committee"]),
        ("How it is counted", f"Recommendations and {scope.apart_noun}s apart; parts never."),
        ("Further columns", f"Of Recommendations, from {DETAILS} on: + above the columns unfolds them."),
        ("Dates", "A date shows what is known of it: a day, a month or a year. It sorts by its last day."),
        (BASES, BASES_TEXT),
        ("Not in it", f"{not_held('.xlsx').capitalize()}."),
        *(("What did not fit", remark) for remark in remarks),
    ]
