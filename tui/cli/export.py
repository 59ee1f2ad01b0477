"""`fairlead export`: items in a file to hand on, and the terms on which they leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.vocabulary import MARKINGS
from tui.cli.base import (
    FILE,
    F,
    OneOf,
    as_at_option,
    example,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
)
from tui.cli.list_items import filter_from, filter_options, query_option
from tui.cli.progress import showing_progress

if TYPE_CHECKING:
    from store.exchange.redaction import Terms


def terms_options(command: F) -> F:
    """Decorate a command with the options of what leaves with a file."""
    for name, help_text in (
        ("--with-files", "With the evidence files that are kept inside."),
        ("--with-locations", "With where evidence files lie."),
        ("--with-withdrawn", "With what was withdrawn or taken back."),
    ):
        command = click.option(name, is_flag=True, help=help_text)(command)
    return max_marking_option(command)


def max_marking_option(command: F) -> F:
    """Decorate a command with the highest marking that may leave."""
    help_text = "Leave out what ever bore a higher marking than this."
    return click.option("--max-marking", type=OneOf(MARKINGS), help=help_text)(command)


def terms_from(given: dict[str, Any]) -> Terms:
    """Take the terms of an export out of the options given."""
    from store.exchange.redaction import Terms

    more = {name: given.pop(name) for name in ("with_withdrawn", "with_locations", "with_files") if name in given}
    return Terms(max_marking=given.pop("max_marking", None) or MARKINGS[-1], **more)


@click.command(
    "export",
    epilog=example(
        "export delayed.csv --status delayed",
        "export everything.xlsx --force",
        "export clean.sqlite --max-marking OFFICIAL",
        "export old.json --filter 'status:open age>2y'",
    ),
)
@click.argument("out", type=FILE)
@query_option
@filter_options
@terms_options
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@as_at_option
@register_option
def export(register: Path | None, out: Path, force: bool, as_at: str | None, **given: Any) -> None:
    """Write items to a file; its name's ending says of what kind: .sqlite, .csv, .xlsx, .json or .md.

    What was withdrawn or taken back stays behind unless asked for, and so do evidence files and where they lie. Prints
    the file's SHA-256 and its name.
    """
    terms = terms_from(given)
    with open_for_reading(register, as_at) as opened:
        shown, sort = filter_from(opened, load_settings(), given)
        from store.exchange.export import export as write_out

        with showing_progress(f"Writing {out.name}") as go_on:
            done = write_out(opened, out, shown, sort, terms=terms, force=force, progress=go_on)
        for sentence in done.messages:
            print_notice(sentence)
        click.echo(f"{done.sha256}  {done.path}")
