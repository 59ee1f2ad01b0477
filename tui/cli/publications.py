"""`fairlead publications`: print every publication with its counts by status, and the totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from store.queries.publications import publications, totals
from store.queries.rows import PublicationRow
from tui.cli import printing
from tui.cli.base import as_at_option, example, format_option, open_for_reading, register_option

_HEADINGS = (
    "Code", "Publication", "Published", "As printed", "Total", "Closed", "Of these with the inspectorate", "On track",
    "Delayed", "Not stated", "Updated", "Next target, as read",
)  # fmt: skip
_FIRST_OUT = ("Updated", "Next target, as read", "Of these with the inspectorate", "As printed", "Published")
_MOST = 100_000


def _cells(row: PublicationRow) -> tuple[str, ...]:
    counts = (row.total, row.closed, row.with_inspectorate, row.on_track, row.delayed, row.not_stated)
    return (
        row.display_code,
        row.display_title,
        row.published or "",
        row.stated_total or "",
        *(f"{count:,}" for count in counts),
        row.last_update or "",
        row.next_target or "",
    )


@click.command("publications", epilog=example("publications", "publications --as-at 2024-09-18 --format csv"))
@format_option("table", "json", "csv")
@as_at_option
@register_option
def publications_list(register: Path | None, form: str, as_at: str | None) -> None:
    """Print every publication, oldest first, with the counts of its items by status.

    The table ends with the totals, of recommendations and of commitments; JSON and CSV are of publications alone. What a
    publication prints of itself is under *As printed* (stated_total); its figures and notes are in: fairlead show CODE
    """
    from store.exchange.json_rows import publication_row_json, publication_row_names

    with open_for_reading(register, as_at) as opened:
        rows = publications(opened.conn, count=_MOST)
        if form == "json":
            printing.as_json_list(map(publication_row_json, rows))
        elif form == "csv":
            printing.as_csv(publication_row_names(), (list(publication_row_json(row).values()) for row in rows))
        else:
            sums = [
                replace(each, title=f"All {each.display_title.lower()}") for each in totals(opened.conn) if each.total
            ]
            printing.table(
                _HEADINGS,
                map(_cells, (*rows, *sums)),
                wide=("Publication",),
                first_out=_FIRST_OUT,
                nothing="No publication is recorded here yet.",
            )
