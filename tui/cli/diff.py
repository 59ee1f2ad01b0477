"""`fairlead diff`: what differs between two registers, or in one between two days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.domain.dates import format_date
from store.domain.text import one_line
from tui.cli import printing
from tui.cli.base import FILE, CommandMisused, example, format_option, open_for_reading, print_notice, register_option
from tui.cli.progress import showing_progress
from tui.cli.typed_text import WORDS
from tui.desk.open_register import named_register, scratch_folder

if TYPE_CHECKING:
    from store.register import Register

DIFFERENT = 3
"""The exit code where they differ and --exit-code asks for it; 1 is what could not be done."""

_MOST = 300


@click.command(
    "diff",
    epilog=example(
        "diff theirs.fairlead", "diff ours.db theirs.fairlead", 'diff --since "17 September 2024" --format json'
    ),
)
@click.argument("files", nargs=-1, type=FILE)
@click.option("--since", type=WORDS, metavar="DAY", help="As it was known at the end of this day, against today.")
@click.option("--until", type=WORDS, metavar="DAY", help="With --since: against the end of this day.")
@click.option("--exit-code", "by_code", is_flag=True, help="End with exit code 3 where something differs.")
@format_option("table", "json")
@register_option
@click.pass_context
def diff(
    ctx: click.Context,
    register: Path | None,
    files: tuple[Path, ...],
    since: str | None,
    until: str | None,
    by_code: bool,
    form: str,
) -> None:
    """Print what differs, item by item in words: between two registers, your register and a file, or two days of one.

    What is withdrawn is not there. Of a share of a part, what it never had is no difference. Like git diff, it ends with
    exit code 0 whether something differs or not, unless --exit-code is given: then with 3 where it does.
    """
    from store.exchange.differences import describe_parts, differences

    if len(files) > 2 or (since and len(files) > 1) or (until and not since):
        raise CommandMisused("Name two files, or one to compare your register with; or give --since, with --until.")
    if not since and not files:
        raise CommandMisused("Name a file to compare with, or a day: --since.")
    with _both(register, files, since, until) as (one, other, names), showing_progress("Comparing") as go_on:
        found = differences(one, other, go_on)
        for notice in describe_parts(one, other, names):
            print_notice(notice)
    if form == "json":
        fields = ("about", "kind", "entity", "field", "before", "after")
        printing.as_json_list({field: getattr(one, field) for field in fields} for one in found)
    elif found:
        rows = [
            (d.about or "the register", d.field, one_line(d.before, most=_MOST), one_line(d.after, most=_MOST))
            for d in found
        ]
        printing.table(("About", "What", *names), rows, wide=names, first_out=())
    if not found:
        print_notice("Nothing differs.")
    elif by_code:
        ctx.exit(DIFFERENT)


@contextmanager
def _both(
    register: Path | None, files: tuple[Path, ...], since: str | None, until: str | None
) -> Iterator[tuple[Register, Register, tuple[str, str]]]:
    """The two registers to compare, and what to call them."""
    if since is None:
        first, second = files if len(files) == 2 else (named_register(register), files[0])
        with open_for_reading(first) as one, open_for_reading(second) as other:
            names = (one_line(first.name, most=40), one_line(second.name, most=40))
            yield one, other, names if names[0] != names[1] else ("The first", "The second")
        return
    from store.exchange.differences import on_two_days, parse_days

    with open_for_reading(files[0] if files else register) as now:
        days = parse_days(since, until, now.today())
        with on_two_days(now, days, scratch_folder()) as (one, other):
            yield one, other, (format_date(days[0]), format_date(days[1]))
