"""`fairlead export`: items in a file to hand on, and the terms on which they leave."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.text import sanitise
from store.domain.vocabulary import MARKINGS
from tui.cli.base import FILE, F, as_at_option, example, load_settings, open_for_reading, print_notice, register_option
from tui.cli.list_items import filter_from, filter_options, query_option
from tui.cli.progress import showing_progress
from tui.cli.terminal import ask_new_passphrase
from tui.cli.typed_choices import OneOf, SomeOf, flatten_values

if TYPE_CHECKING:
    from store.exchange.redaction import Terms


_MORE = ("files", "locations", "withdrawn")
_LESS = ("names",)


def terms_options(command: F) -> F:
    """Decorate a command with the options of what leaves with a file."""
    with_help = "With evidence files that are kept inside, where evidence files lie, what was withdrawn or taken back."
    without_help = "Without the names of persons and whatever has one in it; bodies and units stay."
    command = click.option("--without", type=SomeOf(_LESS), multiple=True, help=without_help)(command)
    command = click.option("--with", "with_more", type=SomeOf(_MORE), multiple=True, help=with_help)(command)
    return max_marking_option(command)


def max_marking_option(command: F) -> F:
    """Decorate a command with the highest marking that may leave."""
    help_text = "Leave out what ever bore a higher marking than this."
    return click.option("--max-marking", type=OneOf(MARKINGS), help=help_text)(command)


def terms_from(given: dict[str, Any]) -> Terms:
    """Take the terms of an export out of the options given."""
    from store.exchange.redaction import Terms

    more, less = flatten_values(given.pop("with_more", ())), flatten_values(given.pop("without", ()))
    return Terms(
        max_marking=given.pop("max_marking", None) or MARKINGS[-1],
        with_withdrawn="withdrawn" in more,
        with_locations="locations" in more,
        with_files="files" in more,
        without_names="names" in less,
        flattened=given.pop("flatten", False),
    )


@click.command(
    "export",
    epilog=example(
        "export delayed.csv --status delayed",
        "export everything.xlsx --force",
        "export clean.sqlite --max-marking OFFICIAL --without names --dry-run",
        "export hc.sqlite --publication HC --with files,withdrawn",
        "export old.json --filter 'status:open age>2y'",
    ),
)
@click.argument("out", type=FILE)
@query_option
@filter_options
@terms_options
@click.option("--flatten", is_flag=True, help="A register without history, for outsiders: it can be read, not merged.")
@click.option("--passphrase", "encrypted", is_flag=True, help="Ask for a passphrase; so does a name that ends in .age.")
@click.option("--in-the-clear", is_flag=True, help="Without a passphrase, though the register came encrypted.")
@click.option("--dry-run", is_flag=True, help="Print what the file will hold, and write nothing.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@as_at_option
@register_option
def export(
    register: Path | None,
    out: Path,
    encrypted: bool,
    in_the_clear: bool,
    dry_run: bool,
    force: bool,
    as_at: str | None,
    **given: Any,
) -> None:
    """Write items to a file; its name's ending says of what kind: .sqlite, .csv, .xlsx, .json or .md, and .age after
    that writes it under a passphrase, which is asked for.

    What was withdrawn or taken back stays behind unless asked for, and so do evidence files and where they lie. Prints
    the file's SHA-256 and its name; with --dry-run what it will hold: every name, and what is marked how.
    """
    terms = terms_from(given)
    with open_for_reading(register, as_at) as opened:
        shown, sort = filter_from(opened, load_settings(), given)
        from store.exchange.export import describe_export, plain_suffix
        from store.exchange.export import export as write_out

        if dry_run:
            for sentence in describe_export(opened.conn, plain_suffix(out), shown, terms):
                click.echo(sanitise(sentence))
            return
        passphrase = ask_new_passphrase() if encrypted or out.suffix.casefold() == ".age" else None
        with showing_progress(f"Writing {out.name}") as go_on:
            done = write_out(
                opened,
                out,
                shown,
                sort,
                terms=terms,
                passphrase=passphrase,
                in_the_clear=in_the_clear,
                force=force,
                progress=go_on,
            )
        for sentence in done.messages:
            print_notice(sentence)
        click.echo(f"{done.sha256}  {done.path}")
