"""Tables of publications with the items of each in one cell, under a heading on what these are: late, open, closed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section
from store.papers.checking.pages import PageRow, PageTable
from store.papers.checking.rules.statuses import contradicts, describe
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import fold, numbers_of
from store.queries.papers import ItemState

_ITEMS = re.compile(
    r"which(?: ones)?|(?:open |late |closed )?(?:recs?|recommendations|actions)(?: (?:no|number)s?)?|numbers?|nos|refs?",
    re.I,
)
_LIST = re.compile(
    r"(?:(?:recs?|recommendations?|r)\.?\s*)?x?\d{1,3}[a-z]?(?:\s*(?:,|;|&|\band\b|\bto\b|[-–])\s*(?:and\s+)?(?:R)?x?\d{1,3}[a-z]?)*\.?",
    re.I,
)


def lists_in_tables(check: Check) -> None:
    """The items of each publication in a table, against the status that its heading or caption gives them all."""
    for table, section in check.outline.tables:
        column = _column_of_items(table)
        status = status_in(f"are {fold(table.caption or section.title).strip(' *')}")
        if column is None:
            continue
        for row, of in _rows(check, table):
            numbers = (
                numbers_of(row.cells[column]) if column < len(row.cells) and _LIST.fullmatch(row.cells[column]) else ()
            )
            gone = [number for number in numbers if of.item(number) is None and (of.is_whole or of.is_beyond(number))]
            wrong = [item for item in check.named_items(numbers, of) if status and contradicts(status, item)]
            for number in gone:
                _add(
                    check,
                    "number-not-there",
                    row,
                    section,
                    f"{of.title}: recommendation {number} does not exist.",
                    f"1 to {of.total}",
                    number,
                    [],
                )
            for item in wrong:
                check.items_reported.add((item.id, "status"))
                reported = status.replace("-", " ")
                message = f"{item.reference}: {reported} by this table; the register has {describe(item)}."
                _add(check, "status", row, section, message, describe(item), reported, [item])
            lacking = [item for item in of.counted(status) if of.rows[item.id].number not in numbers] if status else []
            if numbers and not wrong and not gone and len(lacking) == 1 and of.is_whole:
                _lacks(check, row, section, lacking[0], status)


def _column_of_items(table: PageTable) -> int | None:
    heads = [fold(text).strip(" *:?") for text in table.header]
    return next((n for n, head in enumerate(heads) if n and _ITEMS.fullmatch(head)), None)


def _rows(check: Check, table: PageTable) -> Iterator[tuple[PageRow, PublicationFacts]]:
    for row in table.body:
        of = check.facts.named(row.cells[0]) if row.cells else None
        if of is not None:
            yield row, of


def _lacks(check: Check, row: PageRow, section: Section, item: ItemState, status: str) -> None:
    message = f"{item.reference} is not in this row; the register has it {status.replace('-', ' ')} too."
    _add(check, "row-missing", row, section, message, item.reference, "", [item], Certainty.POSSIBLE)


def _add(
    check: Check, rule: str, row: PageRow, section: Section, message: str, expected: str, found: str,
    items: list[ItemState], certainty: Certainty = Certainty.CERTAIN,
) -> None:  # fmt: skip
    check.add(
        rule, certainty, message, line=row.line, section=section, words=" | ".join(row.cells), expected=expected,
        found=found, items=tuple(item.id for item in items), about=(rule, expected, found),
    )  # fmt: skip


RULES = (lists_in_tables,)
