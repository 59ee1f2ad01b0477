"""`fairlead handover`: a page for whoever takes on a lead's items, and the handing over itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.queries.item_detail import item_detail
from store.queries.leads import one_lead, open_items_of
from tui.cli.base import (
    FILE,
    CommandFailed,
    CommandMisused,
    as_at_option,
    example,
    new_party_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.batch import BatchEdit
from tui.cli.export import max_marking_option, terms_from
from tui.cli.typed_text import FILLED_WORDS

if TYPE_CHECKING:
    from store.commands import Command


@click.command(
    "handover",
    epilog=example(
        "handover --lead C3",
        "handover --lead C3 C3.md --force",
        'handover --lead C3 --to "Local Policing" --apply --author "C3 lead"',
    ),
)
@click.argument("out", type=FILE, required=False, metavar="[OUT.md]")
@click.option("--lead", required=True, type=FILLED_WORDS, metavar="NAME", help="Whose items; capitals do not matter.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--to", type=FILLED_WORDS, metavar="NAME", help="Hand the lead's open items over to this one.")
@click.option("--apply", "at_once", is_flag=True, help="Hand over without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would be handed over.")
@as_at_option
@new_party_option
@max_marking_option
@writing_options
def handover(
    out: Path | None,
    lead: str,
    force: bool,
    to: str | None,
    at_once: bool,
    dry_run: bool,
    as_at: str | None,
    **given: Any,
) -> None:
    """Write a lead's hand-over page, in Markdown; with --to, hand the open items over, as one action.

    Of each open item: where it stands, its newest notes, what the inspectorate last said, what is promised, where the
    evidence lies and who else is on it. With --to goes over what the lead does in each item, how far they have got, and
    their open actions. Without OUT.md it is printed; with it, the file's SHA-256 and name are.
    """
    terms = terms_from(given)
    if to is not None:
        if out or as_at:
            raise CommandMisused("The page is written without --to; hand over in a command of its own.")
        _hand_over(lead, to, at_once, dry_run, given)
        return
    from store.exchange.handover import hand_over_at_most, save

    with open_for_reading(given["register"], as_at) as opened:
        page = hand_over_at_most(opened, one_lead(opened.conn, lead), terms.max_marking)
        if out is None:
            click.echo(page.text, nl=False)
            return
        done = save(page, out, force=force)
        for sentence in done.messages:
            print_notice(sentence)
        click.echo(f"{done.sha256}  {done.path}")


def _hand_over(lead: str, to: str, at_once: bool, dry_run: bool, given: dict[str, Any]) -> None:
    with open_for_writing(given) as session:
        lead, to = (one_lead(session.register.conn, name) for name in (lead, to))
        items = open_items_of(session.register.conn, lead)
        if not items:
            raise CommandFailed(f"{lead} leads on nothing that is open.")

        def build(item: str, reason: str | None) -> list[Command]:
            from store.commands import HandOver

            return [HandOver(item=item, lead=lead, to=to, reason=reason)]

        def remark(item: str) -> str:
            from store.queries.describe_handover import describe_taken_over

            detail = item_detail(session.register.conn, item)
            return describe_taken_over(detail, lead, to) if detail else ""

        BatchEdit(build, at_once, dry_run, remark).do(session, items)
