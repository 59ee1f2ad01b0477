"""`fairlead submit`, `reply` and `nothing-new`: record submissions, replies, and that nothing has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from store.domain.references import find_entity, find_item
from store.domain.vocabulary import NextMove, Track, Verdict
from tui.cli.base import (
    CommandMisused,
    at_terminal,
    basis_options,
    complete_reference,
    example,
    open_for_writing,
    short_id,
    writing_options,
)
from tui.cli.options import field_options, field_values
from tui.cli.set import given_options
from tui.cli.typed_choices import OneOf, flatten_values
from tui.cli.typed_dates import COMING_DATE, PAST_DATE
from tui.cli.typed_text import FILLED_WORDS, WORDS, read_stdin

if TYPE_CHECKING:
    from store.commands import Command


_ENDINGS = (Verdict.DISCHARGED, Verdict.NOT_ADOPTED)
"""The verdicts that close an item."""


@click.command(
    "submit",
    epilog=example(
        'submit HC-6 --dated "12 September 2024" --reference PS/HC6/2 --note "Evaluation of the reporting sites." --author "C3 lead"',
    ),
)
@click.argument("refs", metavar="REF...", nargs=-1, required=True, type=WORDS, shell_complete=complete_reference)
@field_options("submission", also=("asks",), sent={"option": "dated"})
@click.option("--note", type=WORDS, metavar="TEXT", help="An evidence note to go with it, written now; - for stdin.")
@click.option(
    "--evidence",
    "notes",
    multiple=True,
    type=WORDS,
    metavar="ID",
    help="An evidence note to go with it; every one not sent yet unless said.",
)
@basis_options
@writing_options
def submit(refs: tuple[str, ...], **given: Any) -> None:
    """Send evidence on an item, asking for closure or a view. Needs a date and an evidence note.

    Several items at once are one action, each with a submission of its own. Prints the beginning of its id.
    """
    if given["note"] == "-":
        given["note"] = read_stdin()
    with open_for_writing(given) as session:
        conn = session.register.conn
        items = tuple(dict.fromkeys(find_item(conn, ref)[0] for ref in flatten_values(refs)))
        notes = tuple(find_entity(conn, "note", note) for note in flatten_values(given.pop("notes"))) or None
        more = given_options(given, "asks", "note", "basis", "place") | {"values": field_values("submission", given)}

        def build(reason: str | None) -> list[Command]:
            from store.commands import SubmitEvidence

            return [SubmitEvidence(items=items, notes=notes, reason=reason, **more)]

        session.do(build)
        for item in items:
            row = conn.execute(
                "SELECT id FROM submission WHERE recommendation = ? AND withdrawn = 0 ORDER BY recorded DESC LIMIT 1",
                (item,),
            ).fetchone()
            click.echo(short_id(row[0]))


@click.command(
    "reply",
    epilog=example(
        'reply HC-6 --dated "May 2024" --verdict more-evidence --words "Show the effect." --next-move us --author "C3 lead"',
        'reply HC-8 --dated "16 September 2024" --verdict discharged --words "Accepted." --author "C3 lead"',
    ),
)
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@field_options(
    "reply",
    also=("verdict", "next_move"),
    verdict={"required": True},
    who={"help": "Who replied; the publisher unless said."},
)
@click.option("--until", type=COMING_DATE, metavar="TEXT", help="Until when or what it is their move.")
@field_options("recommendation", "track", track={"help": "Whether it is on time, where it stays open."})
@click.option(
    "--submission", type=FILLED_WORDS, metavar="ID", help="What it answers; the newest without a reply unless said."
)
@basis_options
@writing_options
def reply(ref: str, **given: Any) -> None:
    """Record a reply, asked for or not. Prints the beginning of its id.

    The item's stage follows: discharged, closed without being adopted, or remain open.
    """
    if given["verdict"] in _ENDINGS and given["track"] is not None:
        raise CommandMisused("An item that is closed has no track: leave --track out.")
    with open_for_writing(given) as session:
        item = find_item(session.register.conn, ref)[0]
        _ask_what_is_required(given)
        more = given_options(given, "verdict", "next_move", "until", "track", "basis", "place")
        more["values"] = field_values("reply", given)
        if given["submission"]:
            more["submission"] = find_entity(session.register.conn, "submission", given["submission"])

        def build(reason: str | None) -> list[Command]:
            from store.commands import RecordReply

            return [RecordReply(item=item, reason=reason, **more)]

        done = session.do(build)
        if done.created:
            click.echo(short_id(done.created))


def _ask_what_is_required(given: dict[str, Any]) -> None:
    """Ask at a terminal for the next move and the track where the item stays open and they were not given."""
    if given["verdict"] in _ENDINGS or not at_terminal():
        return
    for name, question, words in (
        ("next_move", "Who has to act next", list(NextMove)),
        ("track", "Is it on time", list(Track)),
    ):
        if given[name] is None:
            given[name] = click.prompt(f"{question} ({', '.join(words)})", type=OneOf(words), err=True)


@click.command("nothing-new", epilog=example('nothing-new HC-2 HC-5 --author "C3 lead"'))
@click.argument("refs", metavar="REF...", nargs=-1, required=True, type=WORDS, shell_complete=complete_reference)
@click.option("--dated", type=PAST_DATE, metavar="DATE", help="The day on which that was so; today unless said.")
@writing_options
def nothing_new(refs: tuple[str, ...], dated: str | None, **given: Any) -> None:
    """Say that items stand as they did: the nil return. It ends stale."""
    with open_for_writing(given) as session:
        items = tuple(dict.fromkeys(find_item(session.register.conn, ref)[0] for ref in flatten_values(refs)))

        def build(reason: str | None) -> list[Command]:
            from store.commands import NothingNew

            return [NothingNew(items=items, dated=dated, reason=reason)]

        session.do(build)
