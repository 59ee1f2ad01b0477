"""`fairlead alike`: items of different publications that may be the same work."""

from __future__ import annotations

from pathlib import Path

import click

from store.queries.similar import find_similar
from tui.cli import printing
from tui.cli.base import example, format_option, load_settings, open_for_reading, print_notice, register_option
from tui.cli.list_items import parse_query, query_option
from tui.cli.typed_choices import WholeNumber
from tui.desk.not_alike import not_alike


@click.command("alike", epilog=example("alike", "alike --filter 'status:open' --limit 10 --format json"))
@query_option
@click.option("--limit", type=WholeNumber(1, 1_000), default=50, metavar="N", help="Pairs at most; 50 unless said.")
@click.option("--all", "everything", is_flag=True, help="Also those that were said at this desk not to be alike.")
@format_option("table", "json")
@register_option
def alike_items(query: tuple[str, ...], limit: int, everything: bool, form: str, register: Path | None) -> None:
    """Propose items of different publications that may be the same work, by the uncommon words that they share.

    Those that are tied already are left out. `fairlead add link` ties two.
    """
    with open_for_reading(register) as opened:
        shown = parse_query(opened, load_settings(), query)
        excluded_pairs = set() if everything else not_alike(opened)
        pairs = find_similar(opened.conn, shown, opened.today(), limit, excluded_pairs=excluded_pairs)
    if form == "json":
        printing.as_json_list(
            {
                "ref": pair.one.ref,
                "title": pair.one.title,
                "other": pair.other.ref,
                "other_title": pair.other.title,
                "score": round(pair.score, 3),
            }
            for pair in pairs
        )
    elif pairs:
        cells = [(p.one.ref, p.one.display_title, p.other.ref, p.other.display_title, f"{p.score:.2f}") for p in pairs]
        headings = ("Ref", "Recommendation", "Other", "Its title", "Alike")
        printing.table(headings, cells, wide=headings[1:4])
    else:
        print_notice("No two items of different publications are alike that are not tied already.")
