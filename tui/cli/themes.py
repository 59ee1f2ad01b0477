"""`fairlead themes`: print counts of items by status for each theme, outcome or lead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from store.domain.references import find_publication
from store.queries.describe import GUESS, GUESS_LEGEND
from store.queries.filter import Filter
from store.queries.themes import NONE_OF, Block, StatusTally, line_name, status_tallies
from tui.cli import printing
from tui.cli.base import (
    WORDS,
    OneOf,
    complete_reference,
    example,
    flatten_values,
    format_option,
    hyphenate,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
)
from tui.cli.list_items import parse_query, query_option

_NAMES = {"theme": "Theme", "outcome": "Outcome", "lead": "Lead"}
_COUNTS = ("total", "closed", "with_inspectorate", "on_track", "delayed", "not_stated", "weaker_basis")
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


def _json_rows(by: str, blocks: tuple[Block, ...]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        kind = "commitment" if block.total.commitments else "recommendation"
        for row in (*block.rows, block.total):
            name = hyphenate(row.name) if by == "theme" and row.name else row.name
            yield {
                by: name,
                "kind": kind,
                **_counts(row),
                "about": row.about,
                "about_basis": row.about_basis,
                "plans": list(row.plans),
            }


def _table(by: str, block: Block) -> None:
    what = "commitments" if block.total.commitments else "recommendations"
    lines = []
    for row in (*block.rows, block.total):
        name = line_name(by, row) + (f" ({', '.join(row.plans)})" if row.plans else "")
        lines.append((name, *(f"{count:,}" for count in _counts(row).values())))
    label = f"{_NAMES[by]}, {what}"
    printing.table((label, *_HEADINGS), lines, wide=label)


@click.command(
    "themes",
    epilog=example(
        "themes",
        "themes --by lead --format json",
        "themes --by outcome --publication HC,CAM --format csv",
        "themes --filter 'status:open age>2y'",
    ),
)
@query_option
@click.option("--by", type=OneOf(list(NONE_OF)), default="theme", help="What a line is of; theme unless said.")
@click.option(
    "--publication",
    multiple=True,
    type=WORDS,
    metavar="CODE",
    shell_complete=complete_reference,
    help="A publication, by code. Repeat it, or put commas between.",
)
@format_option("table", "json", "csv")
@register_option
def themes(query: tuple[str, ...], by: str, publication: tuple[str, ...], form: str, register: Path | None) -> None:
    """Count items by theme and status: recommendations, then commitments, each with its total.

    Under † (weaker_basis) are those of the total of which it is inferred, worked out from the source, or our own label
    that they are in the row. The row of a total has no name in JSON and CSV. An item with several leads or outcomes is in the row of each, so
    rows may add up to more than their total, which is of items.
    """
    with open_for_reading(register) as opened:
        asked = parse_query(opened, load_settings(), query)
        codes = tuple(find_publication(opened.conn, code)[1] for code in flatten_values(publication))
        shown = asked.joined(Filter(publication=codes))
        blocks = status_tallies(opened.conn, by, shown, opened.today(), with_bases=True)
    if form == "table":
        for n, block in enumerate(blocks):
            if n:
                click.echo()
            _table(by, block)
        if any(block.total.weaker_basis for block in blocks):
            click.echo(f"\n{GUESS_LEGEND}")
        if any(block.overlaps for block in blocks):
            print_notice(f"An item with several {by}s is in the row of each: the rows add up to more than the total.")
        return
    rows = list(_json_rows(by, blocks))
    if form == "json":
        printing.as_json_list(rows)
    elif rows:
        printing.as_csv(list(rows[0]), (list(row.values()) for row in rows))
