"""`fairlead view`: list, save and delete saved views."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.queries.filter import SORTS
from store.queries.saved_views import COLUMNS, find_view, saved_views
from tui.cli import printing
from tui.cli.base import (
    CommandMisused,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    register_option,
    writing_options,
)
from tui.cli.list_items import parse_query, query_option
from tui.cli.typed_choices import OneOf
from tui.cli.typed_text import WORDS

if TYPE_CHECKING:
    from store.commands import Command

_SHOWN = ("name", "query", "sort", "columns")


@click.group(
    "view",
    epilog=example(
        "view save 'Late and old' --filter 'target:past age>2y' --author 'C3 lead'",
        "view list",
    ),
)
def view() -> None:
    """Keep a list under a name, for everybody who has the file. `fairlead list --view NAME` prints it."""


@view.command("list", epilog=example("view list --format json"))
@format_option("table", "json", "csv")
@register_option
def list_views(register: Path | None, form: str) -> None:
    """Print the views that are kept."""
    with open_for_reading(register) as opened:
        rows = [(one.name, one.query, one.sort, one.columns) for one in saved_views(opened.conn)]
        if form == "json":
            printing.as_json_list(dict(zip(_SHOWN, row, strict=True)) for row in rows)
        elif form == "csv":
            printing.as_csv(_SHOWN, (list(row) for row in rows))
        else:
            printing.table(
                ("Name", "Query", "Sort", "Columns"),
                ([c or "" for c in row] for row in rows),
                wide=("Query",),
                nothing="No view is kept here yet.",
            )


@view.command("save", epilog=example("view save 'Waiting on us' --filter 'next:us' --sort target --author 'C3 lead'"))
@click.argument("name", type=WORDS)
@query_option
@click.option(
    "--sort",
    type=OneOf([*SORTS, *(f"-{sort}" for sort in SORTS)]),
    default="ref",
    metavar="NAME",
    help="Sorted by this.",
)
@click.option("--columns", type=WORDS, metavar="NAMES", help=f"Its columns, in order: {' '.join(COLUMNS)}.")
@writing_options
def save_view(name: str, query: tuple[str, ...], sort: str, columns: str | None, **given: Any) -> None:
    """Keep a query under a name; a view of that name is replaced."""
    chosen = (columns or "").replace(",", " ").casefold().split()
    if unknown := [column for column in chosen if column not in COLUMNS]:
        raise CommandMisused(f"There is no column called {unknown[0]}. The columns are: {', '.join(COLUMNS)}.")
    with open_for_writing(given) as session:
        parse_query(session.register, session.settings, query)

        def build(reason: str | None) -> list[Command]:
            from store.commands import SaveView

            return [
                SaveView(name=name, query=" ".join(query), sort=sort, columns=" ".join(chosen) or None, reason=reason)
            ]

        session.do(build)


@view.command("forget", epilog=example("view list"))
@click.argument("name", type=WORDS)
@writing_options
def forget_view(name: str, **given: Any) -> None:
    """Forget a view. It stays in the history."""
    with open_for_writing(given) as session:
        found = find_view(session.register.conn, name)

        def build(reason: str | None) -> list[Command]:
            from store.commands import Withdraw

            return [Withdraw(kind="view", entity=found.id, reason=reason)]

        session.do(build)
        print_notice(f"{found.name} is forgotten.")
