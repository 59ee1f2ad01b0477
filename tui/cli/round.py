"""`fairlead round`: send each lead their items, and what came back of it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import BadInput, OpenedReadOnly
from store.domain.names import fold_name
from store.domain.text import count_of
from store.exchange.encrypted import came_encrypted
from tui.cli import printing
from tui.cli.base import FILE, CommandMisused, example, format_option, open_for_reading, print_notice, register_option
from tui.cli.export import max_marking_option, terms_from
from tui.cli.progress import showing_progress
from tui.cli.terminal import ask_new_passphrase
from tui.cli.typed_text import WORDS

if TYPE_CHECKING:
    from store.exchange.round import RoundLine

_HEADINGS = ("Lead", "Sent", "Back", "Items", "Changed", "Nothing new", "Conflicts", "Overdue")


@click.command(
    "round",
    epilog=example("round", "round --send Round --by '2 October 2024' --lead C3 --dry-run", "round --format json"),
)
@click.option("--send", "folder", type=FILE, metavar="FOLDER", help="Write a file a lead into this folder.")
@click.option("--by", "due", type=WORDS, metavar="DAY", help="The day by which they are to be back.")
@click.option("--lead", "leads", type=WORDS, multiple=True, help="These leads only; all with open items unless said.")
@max_marking_option
@click.option("--passphrase", "encrypted", is_flag=True, help="Ask for a passphrase, one for all the files.")
@click.option("--in-the-clear", is_flag=True, help="Without a passphrase, though the register came encrypted.")
@click.option("--dry-run", is_flag=True, help="Print what would be sent, and write nothing.")
@format_option("table", "json")
@register_option
def round_command(
    register: Path | None, folder: Path | None, due: str | None, leads: tuple[str, ...], encrypted: bool,
    in_the_clear: bool, dry_run: bool, form: str, **given: Any,
) -> None:  # fmt: skip
    """Print the round: what each lead was sent, and what came back. With --send, send one.

    Each lead with open items gets a register of their items, with its history, and a text to mail beside it.
    `fairlead merge` takes what comes back, and the round shows it. A new round takes the place of the one before.
    Of a register that came encrypted the files are written under a passphrase, which is asked for.
    """
    terms = terms_from(given)
    with open_for_reading(register) as opened:
        from store.exchange.round import due_day, format_overdue, leads_to_send, make_folder, round_lines, send_round

        if folder is None:
            if due or leads or dry_run or encrypted or in_the_clear:
                raise CommandMisused("Give --send FOLDER to send a round; without it, the round is printed.")
        else:
            if opened.read_only_reason:
                raise OpenedReadOnly(opened.read_only_reason)
            wanted = _wanted(leads_to_send(opened.conn), leads)
            if not due:
                raise CommandMisused("Say by when they are to be back: --by '2 October 2024'.")
            day = due_day(due, opened.today())
            if dry_run:
                printing.table(("Lead", "Items"), [(lead, str(number)) for lead, number in wanted])
                return
            wants_passphrase = encrypted or (came_encrypted(opened.conn) and not in_the_clear)
            passphrase = ask_new_passphrase() if wants_passphrase else None
            make_folder(folder)
            with showing_progress(f"Writing {count_of(len(wanted), 'file')}") as go_on:
                made = send_round(
                    opened,
                    folder,
                    [lead for lead, _ in wanted],
                    day,
                    terms=terms,
                    passphrase=passphrase,
                    in_the_clear=in_the_clear,
                    progress=go_on,
                )
            number = len(made.files)
            what = f"{count_of(number, 'file')} {'is' if number == 1 else 'are'} in {folder}"
            print_notice(f"{what}, {'' if number == 1 else 'each '}with a text to mail.")
        lines = round_lines(opened)
    if form == "json":
        printing.as_json_list(asdict(line) for line in lines)
        return
    if not lines:
        print_notice("No round was sent. To send one: fairlead round --send FOLDER --by DAY")
        return
    rows = [(line.lead, line.sent, line.back, str(line.items), *_counts(line), format_overdue(line)) for line in lines]
    printing.table(_HEADINGS, rows, wide=("Lead",), first_out=("Items", "Sent"))


def _counts(line: RoundLine) -> tuple[str, str, str]:
    numbers = (line.changed, line.nothing_new, line.conflicts)
    first, second, third = (str(number) if line.back else "" for number in numbers)
    return first, second, third


def _wanted(found: list[tuple[str, int]], leads: tuple[str, ...]) -> list[tuple[str, int]]:
    """The leads to send to. Raises BadInput for one who leads on nothing that is open."""
    by_fold = {fold_name(lead): (lead, number) for lead, number in found}
    for lead in leads:
        if fold_name(lead) not in by_fold:
            raise BadInput("lead", f"{lead} leads on nothing that is open.")
    return [by_fold[fold_name(lead)] for lead in leads] if leads else found
