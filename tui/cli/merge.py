"""`fairlead merge` and `conflicts`: receive registers that come back, and settle what two people wrote differently."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.dates import local_date
from store.domain.errors import BadInput, Cancelled, FairleadError, NotAllowed, NotFound, Refused
from store.domain.names import fold_name
from store.domain.references import find_item
from store.domain.text import count_of, format_step, one_line
from store.queries.conflicts import Conflict, ConflictSide, conflicts
from store.queries.history import describe_received
from tui.cli import printing
from tui.cli.base import (
    FILE,
    CommandFailed,
    CommandMisused,
    at_terminal,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    short_id,
    writing_options,
)
from tui.cli.progress import showing_progress
from tui.cli.terminal import unlock_file
from tui.cli.typed_text import WORDS
from tui.desk.maintenance import back_up_now
from tui.desk.open_register import checked_registers, scratch_folder

if TYPE_CHECKING:
    from store.exchange.merge import IncomingFile, MergePreview
    from store.queries.rows import HistoryRow
    from store.register import Register

CONFLICTS_REMAIN = 3
"""The exit code where what was asked for is done, and fields have several values side by side."""

_REGISTERS = frozenset({".fairlead", ".sqlite", ".sqlite3", ".db", ".age"})
_MOST_SHOWN = 200


@click.command(
    "merge",
    epilog=example(
        "merge c3-back.sqlite --dry-run",
        "merge c3-back.sqlite local-policing.sqlite --apply --author 'Coordinator'",
        "merge In/ --dry-run",
    ),
)
@click.argument("theirs", nargs=-1, required=True, type=FILE)
@click.option("--dry-run", is_flag=True, help="Print what each file would change, and take nothing.")
@click.option("--apply", "confirmed", is_flag=True, help="Take them without asking.")
@format_option("table", "json")
@writing_options
def merge(theirs: tuple[Path, ...], dry_run: bool, confirmed: bool, form: str, **given: Any) -> None:
    """Take in the changes of registers that come back: files, or folders of them.

    Each file is checked, and previewed on a copy of your register, of which a backup is made before anything is taken.
    Each is taken whole or not at all, and one undo takes it back. What two people set to different values is shown with
    both; `fairlead conflicts` settles it. Exit code 3: done, and there are such fields; 1: a file was refused or could not
    be taken, and the others were.
    """
    paths = _files(theirs)
    if dry_run:
        with open_for_reading(given["register"]) as register:
            _, refused = _preview(register, paths, form)
        _end(refused, [])
        return
    with open_for_writing(given) as session:
        register = session.register
        previews, refused = _preview(register, paths, form)
        wanted = [preview for preview in previews if preview.is_worth_taking]
        for preview in previews if confirmed else ():
            if preview not in wanted:
                _note_same(register, preview.file)
        if not wanted:
            print_notice("Nothing to take: all of it is here already.")
            _end(refused, [])
            return
        if not confirmed:
            if not at_terminal():
                raise CommandMisused("Nobody is there to ask: give --apply to take them, or --dry-run to look only.")
            if not click.confirm(f"Take {count_of(len(wanted), 'file')}?", err=True):
                raise click.Abort
        refused += _take(register, [preview.file for preview in wanted])
        left = conflicts(register.conn, register.id)
    _end(refused, left)


def _end(refused: Sequence[str], left: Sequence[Conflict]) -> None:
    """End the command by what is left to do: files that were not taken, else fields with several values."""
    if left:
        print_notice(
            f"{count_of(len(left), 'field')} with several values side by side; settle them: fairlead conflicts"
        )
    if refused:
        raise CommandFailed(f"{count_of(len(refused), 'file')} of these could not be taken: see above.")
    if left:
        click.get_current_context().exit(CONFLICTS_REMAIN)


def _files(theirs: Sequence[Path]) -> list[Path]:
    """The files named, and the registers in the folders named. Raises BadInput."""
    found: list[Path] = []
    for path in theirs:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if file.is_file() and file.suffix.lower() in _REGISTERS)
            if not inside:
                raise BadInput("theirs", f"There is no register in the folder {path}.")
            found += inside
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def _preview(register: Register, paths: Sequence[Path], form: str) -> tuple[list[MergePreview], list[str]]:
    """Check the files and print what each would change; one that is refused is named, and the others go on.

    Returns the previews, and why the others are refused.
    """
    from store.exchange.describe_merge import describe_preview, listed_rows
    from store.exchange.merge import open_incoming, preview_merge

    scratch = scratch_folder()
    files: list[IncomingFile] = []
    refused: list[str] = []
    for path in paths:
        try:
            unlock_file(path)
        except FairleadError as error:
            refused.append(str(error))
            continue
        with showing_progress(f"Checking {path.name}") as go_on:
            try:
                files.append(open_incoming(register, path, scratch, go_on, checked_registers()))
            except Cancelled:
                raise
            except FairleadError as error:
                refused.append(str(error))
    misfits: dict[Path, str] = {}
    with showing_progress("Comparing") as go_on:
        previews = preview_merge(register, files, scratch, go_on, misfits)
    refused += misfits.values()
    if form == "json":
        printing.as_json({"files": [_as_json(preview) for preview in previews], "refused": refused})
    for preview in previews if form == "table" else ():
        printing.heading(one_line(preview.file.path.name, most=80))
        rows = [
            (local_date(row.time), one_line(row.author, most=30), row.about, _change(row))
            for row in listed_rows(preview)[:_MOST_SHOWN]
        ]
        printing.table(("Day", "By", "About", "Change"), rows, wide=("Change",), first_out=("Day", "By"))
        for line in describe_preview(preview):
            print_notice(line)
        for conflict in preview.conflicts:
            print_notice(f"≠ {_sentence(conflict)}")
    for why in refused:
        print_notice(why)
    if refused and not previews:
        raise CommandFailed("None of these files can be taken.")
    return previews, refused


def _note_same(register: Register, file: IncomingFile) -> None:
    """Note a file that has nothing new as back, where it is of the round."""
    from store.exchange.round import note_return

    if lead := note_return(register, file, None):
        print_notice(f"{lead}: back, with nothing new.")


def _take(register: Register, files: Sequence[IncomingFile]) -> list[str]:
    """Take these files, each by itself; returns why any could not be taken after all."""
    from store.exchange.merge import take
    from store.exchange.round import note_return

    back_up_now(register)
    refused: list[str] = []
    for file in files:
        try:
            with showing_progress(f"Taking {file.path.name}") as go_on:
                receipt, _ = take(register, file, go_on)
        except Refused as error:
            print_notice(str(error))
            refused.append(str(error))
            continue
        note_return(register, file, receipt)
        if receipt:
            print_notice(f"{describe_received(register.conn, [receipt])}.")
    return refused


def _change(row: HistoryRow) -> str:
    step = format_step(one_line(row.before, most=80), one_line(row.after, most=200), row.reason)
    return f"{row.field}: {step}{f' · {one_line(row.reason, most=120)}' if row.reason else ''}"


def _side(side: ConflictSide) -> str:
    why = f", {one_line(side.reason, most=80)}" if side.reason else ""
    return f"{one_line(side.value, most=80)} ({one_line(side.author, most=40)}, {local_date(side.time)}{why})"


def _sentence(conflict: Conflict) -> str:
    return f"{conflict.about}, {conflict.label}: {' or '.join(_side(side) for side in conflict.sides)}."


def _as_json(preview: MergePreview) -> dict[str, Any]:
    from store.exchange.describe_merge import describe_preview

    return {
        "file": preview.file.path.name,
        "sha256": preview.file.sha256,
        "made_by": preview.file.made_by,
        "new": preview.new,
        "here_already": preview.here_already,
        "filled": preview.filled,
        "files": preview.files,
        "waiting": preview.waiting,
        "people": [{"name": one.name, "edits": one.edits, "nothing_new": one.nothing_new} for one in preview.people],
        "changes": [
            {
                "time": row.time,
                "by": row.author,
                "about": row.about,
                "field": row.field,
                "before": row.before,
                "after": row.after,
            }
            for row in preview.rows
        ],
        "conflicts": [_conflict_json(conflict) for conflict in preview.conflicts],
        "in_words": describe_preview(preview),
    }


def _conflict_json(conflict: Conflict) -> dict[str, Any]:
    return {
        "about": conflict.about,
        "field": conflict.field,
        "sides": [
            {"id": side.change, "value": side.value, "by": side.author, "time": side.time, "reason": side.reason,
             "ours": side.is_ours, "shown": side is conflict.sides[-1]}
            for side in conflict.sides
        ],
    }  # fmt: skip


@click.command(
    "conflicts",
    epilog=example("conflicts", "conflicts CAM-3", "conflicts --by 'C3 lead' --take theirs --author 'Coordinator'"),
)
@click.argument("ref", required=False, type=WORDS)
@click.argument("field", required=False, type=WORDS)
@click.option(
    "--take", "taken", type=WORDS, metavar="mine|theirs|ID", help="Which value holds: ours, theirs, or one by its id."
)
@click.option("--by", type=WORDS, metavar="NAME", help="Only those that this person has a side in.")
@format_option("table", "json")
@writing_options
def conflicts_command(
    ref: str | None, field: str | None, taken: str | None, by: str | None, form: str, **given: Any
) -> None:
    """List the fields that two people set to different values, and settle them with one of these.

    A reply, a stage, a marking and a withdrawal are settled one by one: name the item and the field. For a third value
    set the field with --resolve, as in `fairlead set`.
    """
    if taken is None:
        with open_for_reading(given["register"]) as register:
            found = _chosen(register, ref, field, by)
        if form == "json":
            printing.as_json_list(_conflict_json(conflict) for conflict in found)
            return
        rows = [
            (conflict.about, conflict.label, short_id(side.change), one_line(side.value, most=120),
             one_line(side.author, most=40), local_date(side.time), one_line(side.reason or "", most=80))
            for conflict in found
            for side in conflict.sides
        ]  # fmt: skip
        headings = ("About", "Field", "Id", "Value", "By", "Day", "Why")
        printing.table(headings, rows, wide=("Value",), first_out=("Why", "Day"))
        if not found:
            print_notice("No field has several values side by side.")
        return
    with open_for_writing(given) as session:
        found = _chosen(session.register, ref, field, by)
        if not found:
            print_notice("No field has several values side by side.")
            return
        commands, left = _settle(found, taken, one_by_one=bool(ref and field))
        for conflict in left:
            print_notice(f"Left: {_sentence(conflict)}")
        if commands:
            session.resolve = True
            session.do(lambda reason: [command.model_copy(update={"reason": reason}) for command in commands])


def _chosen(register: Register, ref: str | None, field: str | None, by: str | None) -> list[Conflict]:
    found = conflicts(register.conn, register.id)
    if ref:
        reference = find_item(register.conn, ref)[1]
        found = [one for one in found if one.about == reference or one.about.startswith(f"{reference},")]
    if field:
        wanted = fold_name(field)
        found = [one for one in found if wanted in (fold_name(one.field), fold_name(one.label))]
        if not found:
            raise NotFound(f"conflict in {one_line(field, most=40)}", see="conflicts")
    if by:
        found = [one for one in found if any(fold_name(side.author) == fold_name(by) for side in one.sides)]
    return found


def _settle(found: Sequence[Conflict], taken: str, *, one_by_one: bool) -> tuple[list[Any], list[Conflict]]:
    """The commands that settle these, and the conflicts that are left: they are settled one by one, or have no such
    side."""
    from store.commands.conflicts import SettleConflict, is_settled_alone

    commands: list[Any] = []
    left: list[Conflict] = []
    for conflict in found:
        if not one_by_one and is_settled_alone(conflict.kind, conflict.field):
            left.append(conflict)
            continue
        sides = [side for side in conflict.sides if _is_meant(side, taken)]
        if len({side.value for side in sides}) != 1:
            left.append(conflict)
            continue
        commands.append(
            SettleConflict(kind=conflict.kind, entity=conflict.entity, field=conflict.field, change=sides[-1].change)
        )
    if not commands:
        raise NotAllowed("None of these could be settled so: name the item, the field, and the id of the value.")
    return commands, left


def _is_meant(side: ConflictSide, taken: str) -> bool:
    match taken.strip().lower():
        case "mine" | "ours":
            return side.is_ours
        case "theirs":
            return not side.is_ours
        case wanted:
            return len(wanted) >= 4 and side.change.startswith(wanted)
