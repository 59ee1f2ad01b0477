"""`fairlead import`: take a tracker in from a CSV, Excel or JSON file, after a preview of all that is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.domain.text import count_of, one_line
from store.domain.vocabulary import PartyKind, label_of
from store.exchange.importing.describe import MOST_SHOWN, describe_plan, saved_choices
from tui.cli import printing
from tui.cli.base import (
    FILE,
    CommandFailed,
    CommandMisused,
    WritingSession,
    at_terminal,
    example,
    format_option,
    new_party_option,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.progress import showing_progress
from tui.cli.typed_text import WORDS

if TYPE_CHECKING:
    from store.exchange.importing.mapping import ImportMapping
    from store.exchange.importing.plan import ImportPlan
    from store.register import Register

_HINTS = {
    "publication": "Give --publication CODE, and for a new one --title TITLE.",
    "title": "Give --title TITLE.",
    "map": "Give --map COLUMN=text.",
}
"""The options that answer what a plan lacks, by its field."""

_SEPARATORS = {"newline": "\n", "line": "\n", "bar": "|", "semicolon": ";", "slash": "/", "ampersand": "&"}


@click.command(
    "import",
    epilog=example(
        "import tracker.xlsx --dry-run",
        "import tracker.csv --publication AU25 --title 'Audit 2025' --new-is unit --apply --author Audit",
        "import tracker.xlsx --map 'Action=text' --word 'status:Amber=delayed' --dry-run",
    ),
)
@click.argument("file", type=FILE)
@click.option("--sheet", type=WORDS, metavar="NAME", help="The sheet; the one with the most rows unless said.")
@click.option("--publication", type=WORDS, metavar="CODE", help="The publication of every row.")
@click.option("--title", type=WORDS, metavar="TEXT", help="Its title, where it is not here yet.")
@click.option("--code", multiple=True, type=WORDS, metavar="TITLE=CODE", help="The code of a publication in the file.")
@click.option(
    "--map",
    "columns",
    multiple=True,
    type=WORDS,
    metavar="COLUMN=FIELD",
    help="What a column is, by heading or letter; =nothing leaves it out.",
)
@click.option(
    "--word",
    multiple=True,
    type=WORDS,
    metavar="FIELD:WORD=OURS",
    help="What a word of the file is here; =nothing for none.",
)
@click.option(
    "--split",
    multiple=True,
    type=WORDS,
    metavar="FIELD=SIGNS",
    help="Where several names are in a cell: '|', ';', newline, and; =nothing for one name.",
)
@click.option("--plan/--report", "plan", default=None, help="What new publications are: a plan has commitments.")
@click.option("--hidden", is_flag=True, help="Take hidden columns too.")
@click.option("--comments", is_flag=True, help="Take comments on cells too, as notes.")
@click.option("--mapping", type=FILE, metavar="FILE", help="Use the choices that were kept in a file.")
@click.option("--keep-mapping", type=FILE, metavar="FILE", help="Keep the choices in a file, for the next edition.")
@click.option("--as-published", is_flag=True, help="Take how items were closed, as published; else they come in open.")
@click.option("--dry-run", is_flag=True, help="Print what would be taken, and take nothing.")
@click.option("--apply", "confirmed", is_flag=True, help="Take it without asking.")
@format_option("table", "json")
@new_party_option
@writing_options
def import_file(file: Path, dry_run: bool, confirmed: bool, form: str, **given: Any) -> None:
    """Take items in from a spreadsheet, CSV or JSON file, as one action that one undo takes back.

    Columns and words are guessed, printed with what they are taken for, and corrected with --map and --word. Every row
    of the file is either taken or named. The next edition of a file changes only what it changed; what it no longer has
    is named, and stays.
    """
    from store.exchange.importing.mapping import ImportMapping, fit_mapping, read_mapping, to_json
    from store.exchange.importing.plan import check_plan
    from store.exchange.importing.planner import plan_import
    from store.exchange.importing.read import read_source

    keep, title = given.pop("keep_mapping"), given.pop("title")
    as_published = given.pop("as_published")
    earlier = given.pop("mapping")
    typed = _mapping(given)
    saved = read_mapping(earlier) if earlier else ImportMapping()
    with showing_progress(f"Reading {file.name}") as go_on:
        source = read_source(file, go_on)
    saved, missing = fit_mapping(saved, source, typed.sheet)
    if missing:
        print_notice(missing)
    mapping = saved.merged_with(typed)

    def show(register: Register) -> ImportPlan:
        """Plan the import, ask for what is missing, and print the plan."""
        while True:
            with showing_progress(f"Comparing {file.name}") as go_on:
                plan = plan_import(register, source, mapping, as_published=as_published, title=title, progress=go_on)
            _check_typed(plan, typed)
            if plan.problem is not None:
                raise BadInput(plan.problem.field, f"{plan.problem} {_HINTS.get(plan.problem.field, '')}".rstrip())
            if dry_run or not plan.codes_to_choose():
                break
            mapping.codes |= _ask_codes(plan)
        with showing_progress(f"Comparing {file.name}") as go_on:
            check_plan(register, plan, go_on)
        if keep:
            _keep(keep, to_json(saved_choices(mapping, plan)))
        if form == "json":
            printing.as_json(_as_json(plan))
        else:
            _print_plan(plan)
        return plan

    if dry_run:
        with open_for_reading(given["register"]) as register:
            show(register)
    else:
        with open_for_writing(given) as session:
            _take(session, show(session.register), confirmed)


def _mapping(given: dict[str, Any]) -> ImportMapping:
    """The choices given as options, which are removed from `given`."""
    from store.exchange.importing.mapping import ImportMapping

    words: dict[str, dict[str, str | None]] = {}
    for text in given.pop("word"):
        name, colon, rest = text.partition(":")
        if not colon:
            raise BadInput("word", f"“{one_line(text, most=40)}” has no field: write --word 'status:Amber=delayed'.")
        word, ours = _pair("word", rest, "FIELD:WORD=OURS")
        words.setdefault(name.strip().lower(), {})[word] = ours
    columns = dict(_pair("map", text, "COLUMN=FIELD") for text in given.pop("columns"))
    codes = dict(_pair("code", text, "TITLE=CODE") for text in given.pop("code"))
    splits = {}
    for text in given.pop("split"):
        name, signs = _pair("split", text, "FIELD=SIGNS")
        splits[name.strip().lower().replace("-", "_")] = _separators(signs)
    return ImportMapping(
        columns, words, codes, splits, given.pop("sheet"), given.pop("publication"), given.pop("hidden"),
        given.pop("comments"),
        given.pop("plan"),
    )  # fmt: skip


def _check_typed(plan: ImportPlan, typed: ImportMapping) -> None:
    """Refuse a word or a field that the file does not have: else a slip in it would go unnoticed."""
    for name, words in typed.words.items():
        if name not in plan.words:
            fields = ", ".join(plan.words) or "none"
            raise BadInput("word", f"No column is taken as “{one_line(name)}” with words. Those are: {fields}.")
        found = {fold_name(guess.word): guess.word for guess in plan.words[name]}
        for word in words:
            if fold_name(word) not in found:
                shown = ", ".join(one_line(here, most=40) for here in list(found.values())[:20])
                raise BadInput("word", f"“{one_line(word, most=60)}” is not among the words of {name}: {shown}.")
    for name in typed.splits:
        if name not in plan.separators:
            raise BadInput("split", f"No cell of “{one_line(name)}” has several names.")


def _pair(option: str, text: str, form: str) -> tuple[str, str]:
    before, sign, after = text.rpartition("=")
    if not sign or not before.strip():
        raise BadInput(option, f"“{one_line(text, most=40)}” is not as --{option} {form}.")
    return before.strip(), after.strip()


def _separators(signs: str) -> tuple[str, ...]:
    if fold_name(signs) in ("nothing", "none", "no"):
        return ()
    words = [word for word in signs.split() if word]
    return tuple(_SEPARATORS.get(word, word) for word in words)


def _ask_codes(plan: ImportPlan) -> dict[str, str]:
    """Ask for the code of each new publication, at a terminal."""
    waiting = plan.codes_to_choose()
    if not at_terminal():
        options = " ".join(f"--code {_quoted(f'{one.title}={one.code}')}" for one in waiting[:10])
        raise CommandMisused(f"Say what the code of each new publication is; these would do: {options}")
    return {
        one.title: click.prompt(f"Code of {one_line(one.title, most=60)}", default=one.code, type=WORDS, err=True)
        for one in waiting
    }


def _quoted(text: str) -> str:
    from store.domain.text import quote_for_shell

    return quote_for_shell(text)


def _keep(path: Path, text: str) -> None:
    from store.file.atomic import write_whole

    write_whole(path, [text.encode()], force=False)


def _print_plan(plan: ImportPlan) -> None:
    table = plan.table
    sheet = f", sheet {one_line(table.name, most=100)}" if table.name else ""
    headings = f"; headings in row {table.heading_row}" if table.heading_row else ""
    print_notice(f"{plan.source.name}: {plan.source.reading}{sheet}{headings}.")
    printing.heading("Columns")
    printing.table(
        ("Column", "Taken as", "Cells", "First texts"),
        [
            (column.heading, column.field or ("hidden, not taken" if column.hidden else "nothing"), f"{column.filled:,}",
             " · ".join(one_line(text, most=40) for text in column.first))
            for column in plan.columns
        ],
        wide=("First texts",),
    )  # fmt: skip
    words = [
        (name, guess.word, f"{guess.count:,}", label_of(guess.meaning) if guess.meaning else "nothing")
        for name, found in plan.words.items()
        for guess in found[:40]
    ]
    if words:
        printing.heading("Words")
        printing.table(("Field", "In the file", "Rows", "Here"), words, wide=("In the file",))
    printing.heading("Publications")
    printing.table(
        ("Code", "Title", "Rows", ""),
        [
            (one.code, one.title, f"{one.rows:,}", "new, code proposed" if one.is_proposed else "new" if one.is_new else "here")
            for one in plan.publications
        ],
        wide=("Title",),
    )  # fmt: skip
    printing.heading("Rows")
    most = MOST_SHOWN if printing.to_terminal() else None
    lines = list(_row_lines(plan))
    printing.table(("Row", "Ref", "What", "Will be"), lines[:most], wide=("Will be",))
    if most is not None and len(lines) > most:
        print_notice(f"{len(lines) - most:,} more lines. All are printed into a file or a pipe.")
    for line in describe_plan(plan, most):
        print_notice(line)
    print_notice("To correct it: --map, --word, --code, --split, --hidden, --comments and --as-published; see --help.")


def _row_lines(plan: ImportPlan) -> Iterator[tuple[str, str, str, str]]:
    for row in plan.rows:
        if row.outcome == "new":
            yield str(row.number), row.reference, "new", row.title
        elif row.outcome == "changed":
            for change in row.changes:
                before = f"{one_line(change.now, most=80)} → " if change.now else ""
                yield str(row.number), row.reference, change.what, f"{before}{one_line(change.new, most=200)}"


def _take(session: WritingSession, plan: ImportPlan, confirmed: bool) -> None:
    from store.exchange.importing.plan import Outcome

    commands = plan.commands()
    if not any(row.commands for row in plan.rows):
        if plan.rows and plan.count(Outcome.REFUSED) == len(plan.rows):
            raise CommandFailed("Nothing of this can be taken.")
        print_notice("Nothing to change.")
        return
    if not confirmed:
        if not at_terminal():
            raise CommandMisused("Nobody is there to ask: give --apply to take it, or --dry-run to look only.")
        rows = sum(1 for row in plan.rows if row.commands)
        if not click.confirm(f"Take {count_of(rows, 'row')}?", err=True):
            raise click.Abort
    if plan.new_names and not session.register.party_kinds:
        _ask_kind(session, plan.new_names)
    with showing_progress(f"Taking {plan.source.name}") as go_on:
        done = session.register.do_all(commands, go_on=go_on)
    session.done(done)


def _ask_kind(session: WritingSession, names: Sequence[str]) -> None:
    """Ask once what the new names are."""
    shown = "; ".join(names[:5]) + (" …" if len(names) > 5 else "")
    if not at_terminal():
        raise CommandMisused(
            f"{count_of(len(names), 'name')} new here ({shown}): say what they are with --new-is unit."
        )
    asked = f"{count_of(len(names), 'name')} new here ({shown}). What are they?"
    kind = click.prompt(asked, type=click.Choice(list(map(str, PartyKind))), err=True)
    session.register.party_kinds = {"": PartyKind(kind)}


def _as_json(plan: ImportPlan) -> dict[str, Any]:
    return {
        "file": plan.source.name,
        "sha256": plan.source.sha256,
        "read_as": plan.source.reading,
        "sheet": plan.table.name or None,
        "heading_row": plan.table.heading_row,
        "columns": [
            {"column": column.heading, "field": column.field, "cells": column.filled, "hidden": column.hidden}
            for column in plan.columns
        ],
        "words": [
            {"field": name, "word": guess.word, "rows": guess.count, "here": guess.meaning}
            for name, found in plan.words.items()
            for guess in found
        ],
        "publications": [
            {
                "code": one.code,
                "title": one.title,
                "rows": one.rows,
                "new": one.is_new,
                "code_proposed": one.is_proposed,
            }
            for one in plan.publications
        ],
        "rows": [
            {
                "row": row.number,
                "reference": row.reference,
                "title": row.title,
                "outcome": str(row.outcome),
                "matched": row.matched or None,
                "refused": row.refused or None,
                "changes": [{"what": one.what, "now": one.now, "new": one.new} for one in row.changes],
                "problems": [{"cell": one.address or None, "problem": one.sentence} for one in row.problems],
            }
            for row in plan.rows
        ],
        "skipped": [{"row": row.number, "why": row.why, "text": row.text} for row in plan.skipped],
        "vanished": [{"reference": reference, "title": title} for reference, title in plan.vanished],
        "new_leads": plan.new_names,
        "new_themes": plan.new_themes,
        "history": plan.history,
        "as_published": plan.as_published,
    }
