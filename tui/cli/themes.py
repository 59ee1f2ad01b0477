"""`fairlead themes`: print counts of items by status for each theme, outcome or lead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from store.domain.references import find_publication
from store.queries.describe import GUESS, GUESS_LEGEND, describe_notes, format_basis, format_details, parse_bases
from store.queries.filter import Filter
from store.queries.rows import EntityRow
from store.queries.themes import (
    NONE_OF,
    Block,
    StatusTally,
    filter_of,
    learned_title,
    learning_notes,
    line_name,
    status_tallies,
)
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    CommandMisused,
    complete_reference,
    example,
    format_option,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
)
from tui.cli.list_items import parse_query, query_option
from tui.cli.typed_choices import OneOf, flatten_values, hyphenate
from tui.cli.typed_text import FILLED_WORDS

_MOST_NOTES = 1000
_NAMES = {"theme": "Theme", "outcome": "Outcome", "lead": "Lead"}
_COUNTS = ("total", "closed", "with_inspectorate", "on_track", "delayed", "not_stated", "weaker_basis")
_ABOUT = ("about", "about_basis", "name_basis", "plans")
_HEADINGS = (
    "Total",
    "Closed",
    "Of these with the inspectorate",
    "On track",
    "Delayed",
    "Not stated",
    f"Of all {GUESS}",
)


def _counts(row: StatusTally) -> dict[str, int]:
    return {name: getattr(row, name) for name in _COUNTS}


def _learning(
    register: Register, by: str, shown: Filter, blocks: tuple[Block, ...]
) -> dict[StatusTally, tuple[EntityRow, ...]]:
    """The notes of learning of every line that has a name, newest first."""
    return {
        row: learning_notes(register.conn, by, shown.joined(filter_of(by, row, blocks)), register.today(), _MOST_NOTES)
        for block in blocks
        for row in block.rows
        if row.name is not None
    }


def _json_rows(
    by: str, blocks: tuple[Block, ...], notes: Mapping[StatusTally, tuple[EntityRow, ...]] | None = None
) -> Iterator[dict[str, Any]]:
    """Every line for a program, with its notes of learning where these were asked for."""
    for block in blocks:
        kind = block.total.noun
        for row in (*block.rows, block.total):
            name = hyphenate(row.name) if by == "theme" and row.name else row.name
            learned = {} if notes is None else {"learning": [_note(note) for note in notes.get(row, ())]}
            yield {
                by: name,
                "kind": kind,
                **_counts(row),
                **dict(zip(_ABOUT, (row.about, row.about_basis, row.name_basis, list(row.plans)), strict=True)),
                **learned,
            }


def _note(note: EntityRow) -> dict[str, Any]:
    about = str(note.fields["about"] or "")
    return {
        "about": about.split(", ") if about else [],
        **{name: note.fields[name] for name in ("dated", "kind", "text", "marking")},
        "weaker_bases": parse_bases(note.fields.get("basis")),
    }


def _table(by: str, block: Block) -> bool:
    """Print the lines of a block; returns whether † marks something in it."""
    what = f"{block.total.noun}s"
    lines = []
    for row in (*block.rows, block.total):
        name = line_name(by, row) + (f" ({', '.join(row.plans)})" if row.plans else "")
        lines.append((name, *(f"{count:,}" for count in _counts(row).values())))
    label = f"{_NAMES[by]}, {what}"
    first_out = ("Of all †", "Of these with the inspectorate")
    is_marked = printing.table((label, *_HEADINGS), lines, wide=(label,), first_out=first_out)
    return is_marked or bool(block.total.weaker_basis)


@click.command(
    "themes",
    epilog=example(
        "themes",
        "themes --by lead --format json",
        "themes --by outcome --publication HC,CAM --format csv",
        "themes --filter 'status:open age>2y'",
        "themes --learning",
    ),
)
@query_option
@click.option("--by", type=OneOf(list(NONE_OF)), default="theme", help="What a line is of; theme unless said.")
@click.option(
    "--publication",
    multiple=True,
    type=FILLED_WORDS,
    metavar="CODE",
    shell_complete=complete_reference,
    help="A publication, by code. Repeat it, or put commas between.",
)
@click.option("--learning", is_flag=True, help="With the notes of what has been learned, under each line.")
@format_option("table", "json", "csv")
@register_option
def themes(
    query: tuple[str, ...], by: str, publication: tuple[str, ...], learning: bool, form: str, register: Path | None
) -> None:
    """Count items by theme and status: recommendations, then commitments, each with its total.

    Under † (weaker_basis) are those of the total of which it is inferred, worked out from the source, or our own label
    that they are in the row. The row of a total has no name in JSON and CSV. An item with several leads or outcomes is in the row of each, so
    rows may add up to more than their total, which is of items.
    """
    if learning and form == "csv":
        raise CommandMisused("CSV has no place for notes: give --learning with a table, or with --format json.")
    with open_for_reading(register) as opened:
        asked = parse_query(opened, load_settings(), query)
        codes = tuple(find_publication(opened.conn, code)[1] for code in flatten_values(publication))
        shown = asked.joined(Filter(publication=codes))
        blocks = status_tallies(opened.conn, by, shown, opened.today(), with_bases=True)
        notes = _learning(opened, by, shown, blocks) if learning else {}
    if form == "table":
        is_marked = False
        for n, block in enumerate(blocks):
            if n:
                click.echo()
            is_marked = _table(by, block) or is_marked
        if not blocks:
            printing.remark(f"Nothing fits: {shown.describe()}.")
        if is_marked:
            click.echo(f"\n{GUESS_LEGEND}")
        for row, learned in notes.items():
            if learned:
                click.echo()
                printing.heading(f"{line_name(by, row)}: {learned_title(by).lower()}")
                for note, described in zip(learned, describe_notes(learned), strict=True):
                    about = str(note.fields["about"] or "")
                    label = " · ".join(filter(None, (described.label, about, format_details(described))))
                    basis = format_basis(described.basis)
                    printing.line(label, f"{described.text}{f' ({basis})' if basis else ''}")
        if blocks and learning and not any(notes.values()):
            print_notice("Nothing is recorded as learned.")
        if any(block.overlaps for block in blocks):
            print_notice(f"An item with several {by}s is in the row of each: the rows add up to more than the total.")
        return
    rows = _json_rows(by, blocks, notes if learning else None)
    if form == "json":
        printing.as_json_list(rows)
    else:
        printing.as_csv((by, "kind", *_COUNTS, *_ABOUT), (list(row.values()) for row in rows))
