"""`fairlead set` and `fairlead note`: set the status of items, and add a note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import NotFound
from store.domain.references import find_item, find_theme
from store.domain.vocabulary import CLOSING_STAGES, Extension, NextMove
from store.queries.item_list import items_at, seqs
from store.register import Register
from tui.cli.base import (
    CommandFailed,
    CommandMisused,
    WritingSession,
    at_terminal,
    basis_options,
    complete_reference,
    example,
    open_for_writing,
    short_id,
    writing_options,
)
from tui.cli.batch import BatchEdit
from tui.cli.list_items import parse_query, query_option
from tui.cli.options import as_words_option, field_options, field_values
from tui.cli.show import find_either
from tui.cli.typed_choices import OneOf, flatten_values
from tui.cli.typed_dates import COMING_DATE, PAST_DATE
from tui.cli.typed_text import WORDS, read_stdin

if TYPE_CHECKING:
    from store.commands import Command

UNKNOWN = "not-known"
_STATUS_OPTIONS = ("track", "stage", "next_move", "target", "review")


def given_options(given: dict[str, Any], *names: str) -> dict[str, Any]:
    """The options of these names that were given."""
    return {name: given[name] for name in names if given.get(name) is not None}


@click.command(
    "set",
    epilog=example(
        'set HC-6 --track delayed --reason "Waits for the new guidance." --author "C3 lead"',
        'set HC-2 HC-5 --next-move us --until "the response is sent" --author "C3 lead"',
        'set MHD-2 --target "June 2025" --reason "Training runs until May." --author "C3 lead"',
        "set --filter 'publication:CA status:delayed' --target 'December 2025' --reason 'The audit moved.' --apply --author 'C3 lead'",
    ),
)
@click.argument("refs", metavar="[REF...]", nargs=-1, type=WORDS, shell_complete=complete_reference)
@query_option
@click.option("--apply", "at_once", is_flag=True, help="Do not ask.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
@field_options(
    "recommendation",
    *_STATUS_OPTIONS,
    track={"help": "Is it on time? On a closed item this reopens it."},
    next_move={"type": OneOf((*NextMove, UNKNOWN))},
    target={"help": "When it is to be done, as written; '' for none."},
)
@click.option("--on", "reached", type=PAST_DATE, metavar="DATE", help="When it got there, as far as known.")
@click.option(
    "--by", type=WORDS, metavar="NAME", help="Who agreed the delivery, accepted the risk, or believes it done."
)
@click.option("--superseded-by", type=WORDS, metavar="REF", help="The item that takes its place.")
@click.option("--believed-done/--not-believed-done", default=None, help="We believe it done; it stays open.")
@click.option("--until", type=COMING_DATE, metavar="TEXT", help="Until when or what it is their move.")
@click.option(
    "--earliest", type=COMING_DATE, metavar="DAY", help="The target's first possible day, where its words tell none."
)
@click.option(
    "--latest", type=COMING_DATE, metavar="DAY", help="The target's last possible day, where its words tell none."
)
@click.option("--said", type=PAST_DATE, metavar="DATE", help="When the target was said.")
@click.option("--where", type=WORDS, metavar="TEXT", help="Where the target was said.")
@click.option("--delay", type=WORDS, metavar="KIND", help="The kind of delay, from the register's list.")
@click.option(
    "--extension", type=OneOf(list(Extension)), help="An extension of the target: asked for, granted or refused."
)
@click.option("--asked-by", type=WORDS, metavar="NAME", help="Who asks for the extension.")
@click.option("--asked-for", type=COMING_DATE, metavar="DATE", help="Until when it is asked for.")
@click.option("--decided-by", type=WORDS, metavar="NAME", help="Who grants or refuses it.")
@click.option("--decided", type=PAST_DATE, metavar="DATE", help="When that was decided; today unless said.")
@as_words_option
@click.option("--condition", type=WORDS, metavar="TEXT", help="On what the target depends.")
@basis_options
@writing_options
def set_status(refs: tuple[str, ...], query: tuple[str, ...], at_once: bool, dry_run: bool, **given: Any) -> None:
    """Say where items stand; several at once are one action.

    What would change of each is shown first, and asked about at a terminal; what is refused is left out. --filter needs
    --apply, --dry-run or a terminal.

    Delayed, reopening and moving a target later need a reason: it is asked for at a terminal, else given with --reason.
    """
    with open_for_writing(given) as session:
        _check(given)
        other = find_item(session.register.conn, given["superseded_by"])[0] if given["superseded_by"] else None
        items = _items(session, refs, query)
        # A script that names its items is explicit, and there is nobody to ask.
        at_once = at_once or not (query or at_terminal())
        batch = BatchEdit(lambda item, reason: list(_commands(item, given, other, reason)), at_once, dry_run)
        batch.do(session, items, ask=bool(query) or len(items) > 1)


def _items(session: WritingSession, refs: tuple[str, ...], query: tuple[str, ...]) -> list[str]:
    """The ids of the items that are named, or that match a query.

    Raises CommandMisused where neither or both are given, and CommandFailed where no item matches.
    """
    if bool(query) == bool(refs):
        raise CommandMisused("Name the items, or say which with --filter: one of the two.")
    if not query:
        return list(dict.fromkeys(find_item(session.register.conn, ref)[0] for ref in flatten_values(refs)))
    register = session.register
    shown = parse_query(register, session.settings, query)
    numbers = [n for piece in seqs(register.conn, shown, "ref", register.today()) for n in piece]
    if not numbers:
        raise CommandFailed(f"Nothing fits: {shown.describe()}.")
    return items_at(register.conn, numbers)


_TARGET = ("earliest", "latest", "said", "where", "condition")
_EXTENSION = ("asked_by", "asked_for", "decided_by", "decided")
_HANGS_ON: dict[str, tuple[str, ...]] = {
    "reached": ("stage",),
    "by": ("stage", "believed_done"),
    "superseded_by": ("stage",),
    "until": ("next_move",),
    **dict.fromkeys(_TARGET, ("target",)),
    **dict.fromkeys(_EXTENSION, ("extension",)),
    "delay": ("target", "extension"),
}


def _check(given: dict[str, Any]) -> None:
    """Check that an option that depends on another has it. Raises CommandMisused."""
    for name, others in _HANGS_ON.items():
        if given[name] is not None and all(given[other] is None for other in others):
            needed = " or ".join("--" + other.replace("_", "-") for other in others)
            raise CommandMisused(f"--{'on' if name == 'reached' else name.replace('_', '-')} goes with {needed}.")
    if all(given[name] is None for name in (*_STATUS_OPTIONS, "believed_done", "extension")):
        raise CommandMisused(
            "Say what to set: --track, --stage, --believed-done, --next-move, --target, --extension or --review."
        )
    if given["stage"] in CLOSING_STAGES and given["track"]:
        raise CommandMisused("An item that is closed has no track: give --stage or --track, not both.")


def _commands(item: str, given: dict[str, Any], other: str | None, reason: str | None) -> Iterator[Command]:
    from store.commands import BelieveDone, MoveTarget, SetNextMove, SetReview, SetStage, SetTrack

    more: dict[str, Any] = given_options(given, "basis", "place") | {"item": item, "reason": reason}
    # Setting the track may reopen the item, in progress; so the stage is set after it.
    if given["track"]:
        yield SetTrack(track=given["track"], **more)
    if given["stage"]:
        ended = given_options(given, "reached", "by", "review")
        yield SetStage(stage=given["stage"], **ended, superseded_by=other, **more)
    elif given["review"] is not None:
        yield SetReview(review=given["review"], **more)
    if given["believed_done"] is not None:
        yield BelieveDone(believed=given["believed_done"], **given_options(given, "by"), **more)
    if given["next_move"]:
        who = None if given["next_move"] == UNKNOWN else NextMove(given["next_move"])
        yield SetNextMove(who=who, **given_options(given, "until"), **more)
    if given["target"] is not None or given["extension"]:
        about = given_options(given, *_TARGET, *_EXTENSION, "delay", "extension")
        yield MoveTarget(text=given["target"], as_words=given["as_words"], **about, **more)


def _about(register: Register, what: tuple[str, ...]) -> dict[str, Any]:
    """The arguments of AddNote about what a note is on: ids of items, or a publication, or a theme."""
    about: dict[str, Any] = {"items": ()}
    for name in what:
        try:
            kind, entity = find_either(register, name)
        except NotFound:
            try:
                kind, entity = "theme", find_theme(register.conn, name)[0]
            except NotFound:
                kind, entity = "recommendation", find_item(register.conn, name)[0]
        if kind == "recommendation":
            about["items"] += (entity,)
        elif about.setdefault(kind, entity) != entity:
            raise CommandMisused(f"A note can be on several items, but on one {kind}.")
    return about


@click.command(
    "note",
    epilog=example(
        'note HC-6 "The draft response is with the committee." --author "C3 lead"',
        'note HC-6 "Figures of the pilot." --kind evidence --dated 2024-09-01 --marking OFFICIAL-SENSITIVE --author "C3 lead"',
    ),
)
@click.argument("what", metavar="REF|CODE|THEME", type=WORDS, shell_complete=complete_reference)
@click.argument("text", type=WORDS)
@click.option("--also", multiple=True, type=WORDS, metavar="REF", help="Another item it is about.")
@field_options(
    "note",
    without=("text",),
    kind={"help": "What it is for; position, the paper's word, unless said."},
    dated={"help": "Its date, as far as known; today unless said."},
)
@basis_options
@writing_options
def note(what: str, text: str, also: tuple[str, ...], **given: Any) -> None:
    """Add a note to an item, a publication or a theme. TEXT as - is read from stdin.

    Prints the beginning of its id.
    """
    if text == "-":
        text = read_stdin()
    with open_for_writing(given) as session:
        about = _about(session.register, (what, *flatten_values(also)))
        more = about | given_options(given, "basis", "place") | {"values": field_values("note", given | {"text": text})}

        def build(reason: str | None) -> list[Command]:
            from store.commands import AddNote

            return [AddNote(reason=reason, **more)]

        done = session.do(build)
        if done.created:
            click.echo(short_id(done.created))
