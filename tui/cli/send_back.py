"""`fairlead send-back`: what was changed in a register that one was given, in a file for whoever gave it."""

from __future__ import annotations

from pathlib import Path

import click

from store.domain.dates import local_date
from store.domain.errors import NotAllowed, OpenedReadOnly
from store.domain.text import one_line, sanitise
from store.exchange.encrypted import SUFFIX
from tui.cli import printing
from tui.cli.base import FILE, example, open_for_reading, print_notice, register_option
from tui.cli.progress import showing_progress
from tui.cli.terminal import ask_new_passphrase


@click.command("send-back", epilog=example("send-back c3-back.sqlite", "send-back --dry-run"))
@click.argument("out", type=FILE, required=False)
@click.option("--dry-run", is_flag=True, help="Print what would go back, and write nothing.")
@click.option("--in-the-clear", is_flag=True, help="Without a passphrase, though the register came encrypted.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@register_option
def send_back(register: Path | None, out: Path | None, dry_run: bool, in_the_clear: bool, force: bool) -> None:
    """Write a register that was saved from a file back to one, for whoever gave it.

    It has what you changed since, with its history, and is marked no higher than what you were given. Without OUT it is
    written to your home folder. What came encrypted goes back so: a passphrase is asked for. Prints the file's SHA-256 and
    its name.
    """
    from store.exchange.send_back import describe_send_back, proposed_path, to_send_back
    from store.exchange.send_back import send_back as write_out

    with open_for_reading(register) as opened:
        waiting = to_send_back(opened.conn)
        if opened.read_only_reason:
            raise OpenedReadOnly(opened.read_only_reason)
        if waiting is None:
            raise NotAllowed(
                f"There is nobody to send {one_line(opened.origin.name, most=60)} back to: it was not saved from a file that "
                "was written to be handed on. The sample is nobody's either. To hand it on: fairlead export OUT.sqlite"
            )
        rows = [(local_date(row.time), row.about, row.field, one_line(row.after, most=120)) for row in waiting.rows]
        printing.table(("Day", "About", "What", "Change"), rows, wide=("Change",), first_out=("Day",))
        print_notice(waiting.describe_last() or f"To send back: {waiting.describe()}.")
        with opened.file.reading() as conn:
            sentences = describe_send_back(conn, waiting)
        for sentence in sentences:
            print_notice(sentence)
        if dry_run:
            return
        out = out or proposed_path(opened, waiting, Path.home())
        if in_the_clear and out.suffix == SUFFIX:
            out = out.with_suffix("")
        passphrase = ask_new_passphrase() if out.suffix.casefold() == SUFFIX else None
        with showing_progress(f"Writing {out.name}") as go_on:
            done = write_out(
                opened,
                out,
                waiting,
                passphrase=passphrase,
                in_the_clear=in_the_clear,
                force=force,
                progress=go_on,
            )
        for sentence in done.messages:
            print_notice(sentence)
        click.echo(f"{done.sha256}  {sanitise(done.path)}")
