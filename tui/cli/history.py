"""`fairlead log`, `undo` and `redo`: what was changed, by whom, and reverting it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click

from store.domain.date_reading import read_date
from store.domain.dates import local_time
from store.domain.errors import LaterEdits, NotFound
from store.domain.names import fold_name
from store.domain.references import find_item, find_log_action
from store.queries.describe import format_change
from store.queries.history import GROUPS, authors, history
from store.queries.rows import HistoryRow
from store.register import ActionResult, Register
from tui.cli import printing
from tui.cli.base import (
    F,
    WritingSession,
    at_terminal,
    complete_reference,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    register_option,
    short_id,
)
from tui.cli.progress import Progress, showing_progress
from tui.cli.typed_choices import OneOf, WholeNumber
from tui.cli.typed_text import FILLED_WORDS

_SHOWN = (
    "time",
    "author",
    "action",
    "kind",
    "about",
    "field",
    "before",
    "after",
    "basis",
    "reason",
    "undone",
    "undoes",
    "received_from",
)


@click.command("log", epilog=example("log --limit 5", "log --item HC-6 --format json", "log --kind notes --since 2024"))
@click.option(
    "--item",
    metavar="REF",
    type=FILLED_WORDS,
    shell_complete=complete_reference,
    help="Of one item and what is under it.",
)
@click.option("--by", type=FILLED_WORDS, metavar="NAME", help="By one person.")
@click.option("--on", type=FILLED_WORDS, metavar="DAY", help="On one day.")
@click.option("--since", type=FILLED_WORDS, metavar="DATE", help="On this day and after it.")
@click.option("--until", type=FILLED_WORDS, metavar="DATE", help="On this day and before it.")
@click.option("--kind", type=OneOf(list(GROUPS)), help="Changes of one kind.")
@click.option("--action", type=FILLED_WORDS, metavar="ID", help="Of one action, by the beginning of its id.")
@click.option("--limit", type=WholeNumber(1, 10_000_000), default=100, help="So many at the most; 100 unless said.")
@format_option("table", "json", "csv")
@register_option
def log(
    register: Path | None,
    item: str | None,
    by: str | None,
    on: str | None,
    since: str | None,
    until: str | None,
    kind: str | None,
    action: str | None,
    limit: int,
    form: str,
) -> None:
    """Print the history, newest first: every change, with the action that made it, and every file received.

    `fairlead log --kind received` prints the files alone; `fairlead undo --action ID` takes one back by its id.
    """
    if on and (since or until):
        raise click.UsageError("Give --on, or --since and --until.")
    with open_for_reading(register) as opened:
        today = opened.today()
        first = _bound("--on" if on else "--since", on or since, today)
        last = _bound("--on" if on else "--until", on or until, today)
        if first and last and first > last:
            raise click.UsageError(f"--since {since} is after --until {until}: nothing is between them.")
        rows = history(
            opened.conn,
            item=find_item(opened.conn, item)[0] if item else None,
            author=_author(opened, by) if by else None,
            since=first,
            until=last,
            kind=kind,
            action=find_log_action(opened.conn, action) if action else None,
            limit=limit,
        )
        if form == "json":
            printing.as_json_list({name: getattr(row, name) for name in _SHOWN} for row in rows)
        elif form == "csv":
            printing.as_csv(_SHOWN, ([getattr(row, name) for name in _SHOWN] for row in rows))
        else:
            headings = ("Time", "Action", "By", "About", "Change")
            first_out = ("By", "Action")
            printing.table(
                headings, map(_cells, rows), wide=("Change",), first_out=first_out, nothing="No change fits."
            )


def _cells(row: HistoryRow) -> tuple[str, ...]:
    change = f"{row.field}: {format_change(row)}"
    reason = f" ({row.reason})" if row.reason else ""
    undone = " [taken back]" if row.undone else " [takes back]" if row.undoes else ""
    return local_time(row.time), short_id(row.action), row.by, row.about, f"{change}{reason}{undone}"


def _author(register: Register, name: str) -> str:
    """Resolve the name or id of an author to the id. Raises NotFound."""
    writers = authors(register.conn)
    for entity, name_of_writer in writers:
        if name == entity or fold_name(name_of_writer or "") == fold_name(name):
            return entity
    raise NotFound(f"author {name[:40]}", tuple(name_of_writer for _, name_of_writer in writers)[:5])


def _bound(option: str, text: str | None, today: date) -> str | None:
    """Parse a bound of the history to an ISO day: the first of a period for --since, the last for --until."""
    if text is None:
        return None
    try:
        read = read_date(text, today, prefer_past=True)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint=option) from None
    if option == "--on" and read.earliest != read.latest:
        raise click.BadParameter("Name one day: 18 September 2024, or 2024-09-18.", param_hint=option)
    day = read.latest if option == "--until" else read.earliest
    if day is None:
        raise click.BadParameter(f'"{text[:40]}" has no first day: name one.', param_hint=option)
    return day.isoformat()


def _revert_options(command: F) -> F:
    command = click.option(
        "--author", type=FILLED_WORDS, metavar="NAME", help="Who is writing, instead of your usual name."
    )(command)
    command = click.option("--force", is_flag=True, help="Also where it was changed again since.")(command)
    return register_option(command)


@click.command("undo", epilog=example("undo"))
@click.option(
    "--action", type=FILLED_WORDS, metavar="ID", help="This action, by the beginning of its id: see fairlead log."
)
@_revert_options
def undo(action: str | None, force: bool, **given: Any) -> None:
    """Take back your newest action in this register, or the one named. Nothing is deleted: the opposite is added."""
    with open_for_writing(given) as session:
        wanted = find_log_action(session.register.conn, action) if action else None
        _revert(session, force, lambda anyway, go_on: session.register.undo(wanted, force=anyway, go_on=go_on))


@click.command("redo", epilog=example("redo"))
@_revert_options
def redo(force: bool, **given: Any) -> None:
    """Do again what you took back last in this register."""
    with open_for_writing(given) as session:
        _revert(session, force, lambda anyway, go_on: session.register.redo(force=anyway, go_on=go_on))


def _revert(session: WritingSession, force: bool, act: Callable[[bool, Progress], ActionResult]) -> None:
    """Revert something, with its progress at a terminal; ctrl+c leaves the register as it was."""
    try:
        with showing_progress("Reverting") as go_on:
            done = act(force, go_on)
    except LaterEdits as error:
        if not at_terminal():
            raise
        print_notice(str(error))
        if not click.confirm("Overrule it?", err=True):
            raise click.Abort from None
        with showing_progress("Reverting") as go_on:
            done = act(True, go_on)
    session.done(done)
