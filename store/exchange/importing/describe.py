"""Describe a planned import in sentences, for the screen and the command line alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from store.domain.text import count_of, one_line
from store.exchange.importing.columns import DATE_FIELDS, column_name
from store.exchange.importing.mapping import ImportMapping

MOST_SHOWN = 200

if TYPE_CHECKING:
    from store.exchange.importing.plan import ImportPlan


def describe_plan(plan: ImportPlan, most: int | None = MOST_SHOWN) -> list[str]:
    """What has to be known about a plan beside its rows, in lines: what is not taken, what is asked, and the counts.

    Of lines that are one a row, at most so many of a kind; how many more there are has a line of its own.
    """
    lines = list(plan.table.notices)
    lines += _split_lines(plan)
    lines += _left_lines(plan, most)
    lines += _month_first_lines(plan)
    lines += [
        f"{one_line(one.title, most=60)}: {one_line(differing, most=200)}."
        for one in plan.publications
        for differing in one.differing
    ]
    problems = [
        f"Row {row.number}, {row.reference}: {problem.address + ': ' if problem.address else ''}{_ended(problem.sentence)}"
        for row in plan.rows
        for problem in row.problems
    ]
    refused = [f"Row {row.number} is not taken: {row.refused.rstrip('.')}." for row in plan.rows if row.refused]
    alike = [
        f"Row {row.number}, {row.reference}: matched {row.matched}." for row in plan.rows if "alike" in row.matched
    ]
    for found, what in (
        (problems, "remarks on rows"),
        (refused, "rows not taken"),
        (alike, "rows matched by their text"),
    ):
        lines += found[:most]
        if most is not None and len(found) > most:
            lines.append(f"{len(found) - most:,} more {what}.")
    if plan.vanished:
        shown = ", ".join(reference for reference, _ in plan.vanished[:20])
        lines.append(f"No longer in the file, and kept here: {shown}{' …' if len(plan.vanished) > 20 else ''}.")
    if plan.history:
        taken = "taken as published" if plan.as_published else "in here as open, unless taken as published"
        lines.append(f"{count_of(len(plan.history), 'row')} closed or sent in the file: {taken}.")
    if plan.new_names:
        lines.append(f"New here as leads: {'; '.join(plan.new_names[:20])}{' …' if len(plan.new_names) > 20 else ''}.")
    if plan.new_themes:
        lines.append(f"New themes: {'; '.join(plan.new_themes[:20])}.")
    counts = [f"{plan.count(outcome):,} {outcome}" for outcome in dict.fromkeys(row.outcome for row in plan.rows)]
    lines.append(f"{count_of(len(plan.rows), 'row')}: {', '.join(counts) or 'none'}; {len(plan.skipped):,} skipped.")
    return lines


def _split_lines(plan: ImportPlan) -> Iterable[str]:
    for name, found in plan.separators.items():
        used = plan.splits.get(name, ())
        shown = ", ".join(f"{sign_name(sign)} in {count_of(count, 'cell')}" for sign, count in found.items())
        at = " and ".join(sign_name(sign) for sign in used) or "nowhere"
        yield f"Several names in a cell of {name.replace('_', ' ')}: {shown}. Split at {at}."


def sign_name(sign: str) -> str:
    """A separator of names as people call it."""
    return "a line break" if sign == "\n" else f"“{sign}”"


def _left_lines(plan: ImportPlan, most: int | None) -> Iterable[str]:
    """The lines about what of the file is not taken."""
    if columns := plan.unmapped():
        yield (
            "Not taken: "
            + "; ".join(
                f"{one_line(column.heading, most=60)} ({count_of(column.filled, 'cell')})" for column in columns
            )
            + "."
        )
    hidden = [column for column in plan.columns if column.hidden and column.field is None and column.filled]
    if hidden:
        yield f"{count_of(len(hidden), 'hidden column')} not taken: {', '.join(c.heading for c in hidden)}."
    others = [table for table in plan.source.tables if table is not plan.table]
    if others:
        shown = ", ".join(
            f"{table.name} ({count_of(len(table.rows), 'row')}{', hidden' if table.hidden else ''})" for table in others
        )
        yield f"Other sheets not taken: {shown}."
    if plan.table.comments:
        taken = "taken as notes" if plan.comments else "not taken"
        yield f"{count_of(len(plan.table.comments), 'comment')} on cells: {taken}."
    for row in plan.skipped[:most]:
        yield f"Row {row.number} is skipped: {row.why}{f' ({one_line(row.text, most=60)})' if row.text else ''}."
    if most is not None and len(plan.skipped) > most:
        yield f"{len(plan.skipped) - most:,} more rows are skipped."


def saved_choices(mapping: ImportMapping, plan: ImportPlan) -> ImportMapping:
    """The choices of a plan as they are kept for the next edition of the file: guessed ones too."""
    columns = {column_name(plan.table, column.position): column.field or "nothing" for column in plan.columns}
    words = {
        name: {guess.word: guess.meaning for guess in found} for name, found in plan.words.items() if name != "theme"
    }
    saved = ImportMapping(columns, words, dict(mapping.codes), dict(plan.splits)).merged_with(mapping)
    saved.columns = columns
    return saved


def _month_first_lines(plan: ImportPlan) -> list[str]:
    """A line for each column with days whose month is plainly first, and others that were read with their day first."""
    lines = []
    for column in plan.columns:
        if column.field not in DATE_FIELDS:
            continue
        cells = [row.cells[column.position].strip() for row in plan.table.rows]
        days = [(int(found[1]), int(found[2])) for cell in cells if (found := re.match(_TWO_NUMBERS, cell))]
        first = sum(1 for one, other in days if one <= 12 < other)
        either = sum(1 for one, other in days if one <= 12 and other <= 12 and one != other)
        if first and either:
            lines.append(
                f"{one_line(column.heading, most=60)}: {count_of(first, 'cell')} with the month first, as 12/31/2024. "
                f"{count_of(either, 'cell')} that may be either taken with the day first: look at these."
            )
    return lines


_TWO_NUMBERS = r"(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d\d)(?!\d)"


def _ended(sentence: str) -> str:
    """A sentence with its full stop, where it does not end with a question."""
    return sentence if sentence.endswith("?") else f"{sentence.rstrip('.')}."
