"""Tables: their cells against the register, their sums, one table against another."""

from __future__ import annotations

import re

from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import CountTable, Section, column_of
from store.papers.checking.pages import PageRow, PageTable
from store.papers.checking.wording import fold, number_in_cell, number_of, read_written, same_days

_NAMES = {
    "total": "in total", "closed": "closed", "on-track": "on track", "delayed": "delayed", "not-stated": "not stated",
    "discharged": "discharged", "with-inspectorate": "with the inspectorate", "otherwise": "closed otherwise", "open": "open",
}  # fmt: skip


def is_total(row: PageRow) -> bool:
    """Whether a row adds up those above it."""
    return bool(row.cells) and fold(row.cells[0]).strip(" *:").split(" ")[0] in (
        "total",
        "totals",
        "all",
        "sum",
        "overall",
    )


def publication_of_row(check: Check, table: CountTable, row: PageRow) -> PublicationFacts | None:
    """The publication that a row counts: named in it, else that of the section."""
    if table.columns[:1] and not table.columns[0]:
        return check.facts.named(row.cells[0]) if row.cells and not is_total(row) else None
    return table.section.publication


def cells_against_register(check: Check) -> None:
    """Each cell of a table of counts against the count of the register; a blank one beside others is named."""
    for table in check.outline.counts:
        if check.is_found(table.table.line):
            continue
        body = table.table.body
        for n, row in enumerate(body, 1):
            of = publication_of_row(check, table, row)
            filled = [bool(number_in_cell(cell) is not None) for cell in row.cells]
            for column, name in enumerate(table.columns):
                if not name or (column >= len(row.cells) and not any(filled)):
                    continue
                cell = row.cells[column] if column < len(row.cells) else ""
                words = " | ".join(row.cells)
                if not cell.strip() and any(filled):
                    _blank(check, table, row, name, of)
                    continue
                number = check.number(table.table, n, column)
                if number is None and re.fullmatch(r"[^\W\d_]+", cell.strip()):
                    number = number_of(cell)
                    if number is None and any(filled) and cell.casefold() not in _NIL:
                        _no_number(check, table, row, (cell, name, of))
                        continue
                if number is None or of is None:
                    continue
                right = of.count(name)
                if right is None or (name == "total" and of.total != right and number == of.total):
                    continue
                if number != right:
                    check.right[row.line, column] = right
                    _cell(check, table.section, row, (of, name), number, right, words)


def _cell(
    check: Check,
    section: Section,
    row: PageRow,
    named: tuple[PublicationFacts, str],
    number: int,
    right: int,
    words: str,
) -> None:
    of, name = named
    message = f"{of.title}: {number} {_NAMES[name]} in the table; the register has {right}."
    check.add(
        "count-in-table", Certainty.CERTAIN, message, line=row.line, section=section, words=words,
        expected=str(right), found=str(number), items=tuple(item.id for item in of.counted(name)),
    )  # fmt: skip


_NIL = ("nil", "none", "na", "tbc")


def _no_number(check: Check, table: CountTable, row: PageRow, what: tuple[str, str, PublicationFacts | None]) -> None:
    cell, name, of = what
    right = of.count(name) if of else None
    check.add(
        "count-in-table", Certainty.CERTAIN,
        f"{of.title + ': ' if of else ''}“{cell}” is no number of what is {_NAMES[name]}"
        f"{'' if right is None else f'; the register has {right}'}.",
        line=row.line, section=table.section, words=" | ".join(row.cells), expected="" if right is None else str(right), found=cell,
    )  # fmt: skip


def _blank(check: Check, table: CountTable, row: PageRow, name: str, of: PublicationFacts | None) -> None:
    title = f"{of.title}: " if of else ""
    right = of.count(name) if of else None
    has = "a blank is not zero" if right is None else f"the register has {right}"
    check.weak(
        "blank-cell", f"{title}the cell of what is {_NAMES[name]} is blank; {has}.",
        line=row.line, section=table.section, words=" | ".join(row.cells), expected="0" if right is None else str(right),
        items=tuple(item.id for item in of.counted(name)) if of else (), about=(name,),
    )  # fmt: skip


_CLOSED_PARTS = ("discharged", "with-inspectorate", "otherwise")
_TOTAL_PARTS = ("closed", "open")
_OPEN_PARTS = ("on-track", "delayed", "not-stated")


def rows_add_up(check: Check) -> None:
    """In each row of a table of counts, the parts against their whole."""
    for table in check.outline.counts:
        if check.is_found(table.table.line):
            continue
        for n, _row in enumerate(table.table.body, 1):
            values = {
                name: (column, check.number(table.table, n, column))
                for column, name in enumerate(table.columns)
                if name
            }
            numbers = {name: value for name, (_, value) in values.items() if value is not None}
            if not numbers or any(value is None for name, (_, value) in values.items() if name != "not-stated"):
                continue
            parts = [name for name in _OPEN_PARTS if name in numbers]
            _adds(check, table, n, "closed", [name for name in _CLOSED_PARTS if name in numbers], numbers, 3)
            if len(parts) >= 2:
                whole = ["closed", *parts] if "closed" in numbers else parts
                top = "total" if "closed" in numbers or "open" not in numbers else "open"
                _adds(check, table, n, top, whole, numbers, 2)
            elif "open" in numbers and "closed" in numbers:
                _adds(check, table, n, "total", ["closed", "open"], numbers, 2)


def _adds(
    check: Check, table: CountTable, n: int, whole: str, parts: list[str], numbers: dict[str, int], least: int
) -> None:
    row = table.table.body[n - 1]
    if whole not in numbers or len(parts) < least or sum(numbers[part] for part in parts) == numbers[whole]:
        return
    if check.is_found(row.line) and any(line == row.line for line, _ in check.right):
        return
    total = sum(numbers[part] for part in parts)
    named = " + ".join(str(numbers[part]) for part in parts)
    label = f"{row.cells[0]}: " if not table.columns[0] else ""
    certainty = Certainty.CERTAIN
    check.add(
        "row-sum", certainty, f"{label}{named} is {total}, not {numbers[whole]} {_NAMES[whole]}.", line=row.line,
        section=table.section, words=" | ".join(row.cells), expected=str(total), found=str(numbers[whole]),
    )  # fmt: skip


def columns_add_up(check: Check) -> None:
    """In each table with a row of totals, the columns against it; one cell that breaks its row too is named itself."""
    for table, section in check.outline.tables:
        totals = [n for n, row in enumerate(table.rows) if n and is_total(row)]
        if not totals or totals[0] < 3:
            continue
        end = totals[0]
        total = table.rows[end]
        for column in range(1, len(total.cells)):
            numbers = [check.number(table, n, column) for n in range(1, end)]
            stated = check.number(table, end, column)
            if stated is None or any(number is None for number in numbers):
                continue
            added = sum(number for number in numbers if number is not None)
            if added == stated:
                continue
            _column(check, table, section, column, added, stated)


def _column(check: Check, table: PageTable, section: Section, column: int, added: int, stated: int) -> None:
    end = next(n for n, row in enumerate(table.rows) if n and is_total(row))
    off = stated - added
    header = table.header[column] if column < len(table.header) else f"column {column + 1}"
    for one in check.findings:
        row = next((row for row in table.rows[1:end] if row.line == one.line and one.rule == "row-sum"), None)
        if row is not None:
            # The cell at the crossing of a row and a column that are both off by as much is the fault itself.
            number = number_in_cell(row.cells[column]) or 0
            right = number + off
            check.findings.remove(one)
            check.faulty.discard((one.line, one.words))
            check.right[row.line, column] = right
            check.add(
                "count-in-table", Certainty.CERTAIN,
                f"{row.cells[0]}: {number} under {header}; its row and the total of its column come to {right}.",
                line=row.line, section=section, words=" | ".join(row.cells), expected=str(right), found=str(number),
            )  # fmt: skip
            return
    check.right[table.rows[end].line, column] = added
    check.add(
        "column-sum", Certainty.CERTAIN, f"The total under {header} is {stated}; the rows above it come to {added}.",
        line=table.rows[end].line, section=section, words=" | ".join(table.rows[end].cells),
        expected=str(added), found=str(stated),
    )  # fmt: skip


_BACKGROUND = {
    "date": ("date", "published"),
    "last update": ("last update", "last-update"),
    "no. of updates": ("number of updates", "updates"),
}


def background_table(check: Check) -> None:
    """The table of the publications: its dates, totals and updates against the register."""
    for table, section in check.outline.tables:
        headings = [fold(text).strip(" *:") for text in table.header]
        if headings[:1] not in (["publication"], ["report"], ["inspection"]) or "date" not in headings:
            continue
        for row in table.body:
            of = check.facts.named(row.cells[0]) if row.cells and not is_total(row) else None
            for column, heading in enumerate(headings):
                if of is None or column >= len(row.cells):
                    continue
                if column_of(heading) == "total" and len([h for h in headings if column_of(h)]) < 2:
                    _background_total(check, section, row, column, of)
                elif heading in _BACKGROUND:
                    _background_fact(check, section, row, row.cells[column], heading, of)


def _background_total(check: Check, section: Section, row: PageRow, column: int, of: PublicationFacts) -> None:
    number = number_in_cell(row.cells[column])
    if not row.cells[column].strip():
        check.weak(
            "blank-cell", f"{of.title}: its total is blank{'' if of.total is None else f'; the register has {of.total}'}.",
            line=row.line, section=section, words=" | ".join(row.cells), expected=str(of.total or ""), about=("total",),
        )  # fmt: skip
    elif number is not None and of.total is not None and number not in (of.total, of.count("total")):
        _cell(check, section, row, (of, "total"), number, of.total, " | ".join(row.cells))


def _background_fact(
    check: Check, section: Section, row: PageRow, cell: str, heading: str, of: PublicationFacts
) -> None:
    name, what = _BACKGROUND[heading]
    recorded = {"published": of.row.published, "last-update": of.row.last_update, "updates": of.row.stated_updates}[
        what
    ]
    if not cell.strip() or not recorded or fold(cell).strip("* ") == fold(recorded).strip("* "):
        return
    if what != "updates" and same_days(read_written(cell), read_written(recorded)):
        return
    if what == "updates" and not number_in_cell(cell) and not number_in_cell(recorded):
        # None yet, in whatever words: "New Plan" is 0.
        return
    check.add(
        f"background-{what}", Certainty.CERTAIN, f"{of.title}: {name} {cell} in the table; the register has {recorded}.",
        line=row.line, section=section, words=" | ".join(row.cells), expected=recorded, found=cell,
    )  # fmt: skip


def tables_agree(check: Check) -> None:
    """A publication that the register does not have: its total in one table against that in another."""
    seen: dict[str, tuple[int, int]] = {}
    for table, section in check.outline.tables:
        columns = [column_of(text) for text in table.header]
        if "total" not in columns:
            continue
        at = columns.index("total")
        for n, row in enumerate(table.body, 1):
            name = fold(row.cells[0]) if not columns[0] and row.cells else fold(section.title)
            of = check.facts.named(name)
            number = check.number(table, n, at)
            if of is not None or number is None or is_total(row) or not name:
                continue
            if name in seen and seen[name][0] != number:
                check.add(
                    "table-against-table", Certainty.CERTAIN,
                    f"{row.cells[0] if not columns[0] else section.title}: {number} in total here, {seen[name][0]} in the "
                    f"table at line {seen[name][1]}.",
                    line=row.line, section=section, words=" | ".join(row.cells), expected=str(seen[name][0]), found=str(number),
                )  # fmt: skip
            seen.setdefault(name, (number, row.line))


RULES = (cells_against_register, background_table, rows_add_up, columns_add_up, tables_agree)
