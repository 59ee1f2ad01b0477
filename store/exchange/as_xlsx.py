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

from store.domain.vocabulary import Status, label_of
from store.exchange.columns import (
    BASES,
    Cell,
    Column,
    cells,
    format_date_text,
    format_day,
    format_latest,
    format_word,
    join_bases,
    widths,
)
from store.exchange.export_preview import BASES_TEXT, not_held
from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.sheets import (
    ACTIONS_SQL,
    ATTENTION,
    ATTENTION_FIELDS,
    ATTENTION_SQL,
    CLOSED_OTHERWISE,
    DATED_SQL,
    DISCHARGED,
    FIGURES,
    FIGURES_SQL,
    MARKING,
    NOTES,
    NOTES_SQL,
    OTHER_NOTES_SQL,
    PUBLICATION_FIELDS,
    PUBLICATIONS,
    SUBMISSIONS,
    SUBMISSIONS_SQL,
    TARGETS,
    WITH_INSPECTORATE,
)
from store.exchange.spreadsheet_rows import COLUMNS, DETAILS, PAGE, pages, plain, row_status, total_rows
from store.exchange.worksheet import FONT, Formats, Sheet, set_page
from store.log.change_log import ChangeLog
from store.queries.attention import HOUSEKEEPING, attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.describe import WEAKER, format_bases, parse_bases
from store.queries.item_detail import target_steps
from store.queries.rows import PublicationRow

_SHARES = {
    DISCHARGED: "#5B6B7D",
    CLOSED_OTHERWISE: "#9AA7B5",
    WITH_INSPECTORATE: "#4A86C5",
    label_of(Status.ON_TRACK): "#3E8E4B",
    label_of(Status.DELAYED): "#C2473B",
    label_of(Status.NOT_STATED): "#D9A520",
}
"""The shares of a bar, whose sum is all items, by their headings, and their colours."""

_BARS = 60
"""The most publications for which a chart is drawn: more bars are not read."""

_TITLES = 20
"""The most publications whose titles a chart has room for; of more it has the codes."""


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
        "default_format_properties": FONT,
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
    sheet = partial(Sheet, book, Formats(book), extract.scope.marking)
    about = sheet("About", {"About this file": 24, " ": 90})
    printed = sheet("Publications", {heading: width for heading, (width, _) in PUBLICATIONS.items()}, "Publisher")
    publications, totals = shown_publications(extract)
    _fill_publications(extract, printed, publications, totals)
    if 0 < len(publications) <= _BARS:
        _add_chart(book, extract.scope.marking, printed, len(publications))
    needing = sheet("Attention", ATTENTION, MARKING)
    needing.colour_statuses("Status")
    _fill_attention(extract, needing)
    items = sheet("Recommendations", COLUMNS, DETAILS)
    submissions = sheet("Submissions", widths(SUBMISSIONS), MARKING)
    targets = sheet("Targets and actions", widths(TARGETS), MARKING)
    figures = sheet("Figures", widths(FIGURES), MARKING)
    notes = sheet("Notes", widths(NOTES), MARKING)
    items.colour_statuses("Status")
    for row in extract.conn.execute(FIGURES_SQL):
        figures.add(cells(tuple(FIGURES.values()), row))
    total_items, done = total_rows(extract), 0
    of_publication, by_publication = list(COLUMNS).index(DETAILS), extract.sort == "ref"
    for page in pages(extract.conn, extract.shown, extract.sort, extract.today):
        extract.report_progress(done, total_items)
        ids = [item for item, _ in page]
        for _, row in page:
            items.add(row, section=str(row[of_publication]) if by_publication else "")
        for _, row in _of_items(extract, NOTES_SQL, NOTES, ids):
            notes.add(row)
        for _, row in _of_items(extract, SUBMISSIONS_SQL, SUBMISSIONS, ids):
            submissions.add(row)
        _add_targets(extract, targets, ids)
        done += len(page)
    for row in extract.conn.execute(OTHER_NOTES_SQL):
        notes.add(cells(tuple(NOTES.values()), row))
    remarks = [
        remark for sheet in (printed, needing, items, submissions, targets, figures, notes) for remark in sheet.finish()
    ]
    for name, value in _about(extract, title, totals, remarks):
        if value:
            about.add((name, value))
    about.finish()
    return remarks


def _fill_publications(
    extract: Extract, sheet: Sheet, publications: Iterable[PublicationRow], totals: Iterable[PublicationRow]
) -> None:
    """Add the publications, and their totals apart."""
    bounds = {
        row[0]: row[1:]
        for row in extract.conn.execute(
            "SELECT id, published_earliest, published_latest, last_update_earliest, last_update_latest FROM publication"
        )
    }
    for publication in publications:
        sheet.add(_publication_cells(publication, bounds[publication.id]))
    sheet.add_totals(_publication_cells(total, (None,) * 4) for total in totals)


def _fill_attention(extract: Extract, sheet: Sheet) -> None:
    """Add what needs attention, housekeeping apart: by who has to act, the most urgent first."""
    rules = rules_of(extract.conn, extract.today)
    found = attention(extract.conn, extract.shown, rules)
    for start in range(0, len(found.seqs), PAGE):
        span = slice(start, start + PAGE)
        rows = attention_rows(extract.conn, rules, found.seqs[span], found.flags[span])
        marked = dict(extract.conn.execute(ATTENTION_SQL, (json.dumps([row.item.id for row in rows]),)).fetchall())
        for row in rows:
            item, bases = row.item, parse_bases(row.item.basis)
            basis = format_bases("recommendation", {name: bases[name] for name in ATTENTION_FIELDS if name in bases})
            leads = f"leads: {label_of(item.leads_basis)}" if item.leads_basis else ""
            why = "; ".join(because.detail for because in row.because if because.reason not in HOUSEKEEPING)
            status, action_with = row_status(item.status, item.closed_as), format_word(item.next_move)
            shown = (item.ref, item.display_title, status, why, action_with, item.target_text, item.leads)
            sheet.add((*shown, marked[item.id], join_bases(basis, leads)))


def _add_chart(book: Any, marking: str, sheet: Sheet, publications: int) -> None:
    """Add a sheet with a chart of the publications' statuses, which the spreadsheet program draws."""
    chart = book.add_chart({"type": "bar", "subtype": "stacked"})
    headings = list(sheet.columns)
    named = headings.index("Publication" if publications <= _TITLES else "Code")
    for heading, colour in _SHARES.items():
        column = headings.index(heading)
        chart.add_series({
            "name": [sheet.name, 0, column],
            "categories": [sheet.name, 1, named, publications, named],
            "values": [sheet.name, 1, column, publications, column],
            "fill": {"color": colour},
            "gap": 40,
        })  # fmt: skip
    chart.set_title({"name": "Items of each publication by status", "name_font": {"size": 14}})
    chart.set_y_axis({"reverse": True, "num_font": {"size": 9}})
    chart.set_x_axis({"major_gridlines": {"visible": True, "line": {"color": "#D0D7DE"}}, "num_format": "0"})
    chart.set_legend({"position": "bottom"})
    page = book.add_chartsheet("Chart")
    set_page(page, "Chart", marking)
    page.set_chart(chart)


def _publication_cells(row: PublicationRow, bounds: Sequence[str | None]) -> list[Cell]:
    bases = parse_bases(row.basis)
    shown = format_bases("publication", {name: bases[name] for name in PUBLICATION_FIELDS if name in bases})
    made: dict[str, Cell] = {
        "published": format_date_text(row.published, *bounds[:2]),
        "last_update": format_date_text(row.last_update, *bounds[2:]),
        "next_target": format_day(row.next_target),
        "basis": shown or None,
    }
    return [made[name] if name in made else getattr(row, name) for _, name in PUBLICATIONS.values()]


def _of_items(
    extract: Extract, sql: str, columns: dict[str, Column], ids: Sequence[str]
) -> list[tuple[str, list[Cell]]]:
    """Run a query that selects an item's id and then `columns`; returns (id, cells) in the order of `ids`."""
    place = {item: at for at, item in enumerate(ids)}
    rows = extract.conn.execute(sql, (json.dumps(ids),)).fetchall()
    rows.sort(key=lambda row: place[row[0]])
    made_of = tuple(columns.values())
    return [(str(row[0]), cells(made_of, row[1:])) for row in rows]


def _add_targets(extract: Extract, sheet: Sheet, ids: Sequence[str]) -> None:
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
            "Latest day as read": format_latest(target.get("latest"), target.get("earliest")),
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


def _closed(total: PublicationRow) -> str:
    return f"{total.closed} of {total.total}, of which with the inspectorate {total.with_inspectorate}"


def _about(
    extract: Extract, title: str, totals: Sequence[PublicationRow], remarks: Sequence[str]
) -> list[tuple[str, Cell]]:
    scope = extract.scope
    description = extract.register.own_fields()
    return [
        ("Register", title),
        ("Marking", scope.marking),
        ("As it stood on", extract.today.isoformat()),
        ("What is shown", extract.shown.describe()),
        ("It holds", scope.describe_counts()),
        *((f"{total.title}: closed", _closed(total)) for total in totals if total.total),
        ("Next committee", description["next_committee"]),
        ("How it is counted", f"Recommendations and {scope.apart_noun}s apart; parts never."),
        (
            "For a committee",
            "Publications, Chart, Attention and Recommendations; the sheets after them have what these rest on.",
        ),
        (
            "Further columns",
            "A sheet folds away what a page has no room for, and columns that are empty: + above unfolds them.",
        ),
        ("Dates", "A date shows what is known of it: a day, a month or a year. It sorts by its last day."),
        (BASES, BASES_TEXT),
        ("Not in it", f"{not_held('.xlsx').capitalize()}."),
        *(("What did not fit", remark) for remark in remarks),
    ]
