"""`fairlead attention`: print what needs attention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from store.queries.attention import MAIN_GROUPS, Attention, Group, Reason, Rules, attention, rules_of
from store.queries.attention_text import AttentionRow, ReasonText, attention_rows
from store.register import Register
from tui.cli import printing
from tui.cli.base import as_at_option, example, format_option, load_settings, open_for_reading, register_option
from tui.cli.list_items import filter_from, filter_options, query_option

_PIECE = 500
_WHAT_DAY = {
    Reason.LATE: "due",
    Reason.DUE: "due",
    Reason.REVIEW: "due",
    Reason.PROMISED: "said",
    Reason.REFUSED: "said",
}
"""What the day of a reason is; of the others, since when it is so."""

_SHOWN = ("ref", "reason", "since", "detail", "group")


def _rows(register: Register, seqs: Sequence[int], flags: Sequence[int], rules: Rules) -> Iterator[AttentionRow]:
    """Some items with their reasons, read in pages."""
    for start in range(0, len(seqs), _PIECE):
        end = start + _PIECE
        yield from attention_rows(register.conn, rules, seqs[start:end], flags[start:end])


def _groups(register: Register, found: Attention, rules: Rules) -> Iterator[tuple[Group, Iterator[AttentionRow]]]:
    """The items of each group that has some; those that need only housekeeping come last."""
    start = 0
    for group in MAIN_GROUPS:
        if n := found.rows(group):
            yield group, _rows(register, found.seqs[start : start + n], found.flags[start : start + n], rules)
            start += n
    if found.folded:
        yield Group.HOUSEKEEPING, _rows(register, found.folded, found.folded_flags, rules)


@click.command("attention", epilog=example("attention", "attention --publication HC --format json"))
@query_option
@filter_options
@format_option("table", "json", "csv")
@as_at_option
@register_option
def attention_list(register: Path | None, form: str, as_at: str | None, **given: Any) -> None:
    """Print what needs attention, an item once for each reason, the most urgent first.

    By who has to act next (group: us, or not recorded; inspectorate, other), as on the screen; then the items that need
    only housekeeping, which the screen folds and does not count among those that need attention.

    Late: past its target. Due: before the next committee (edit register --next-committee), or within 90 days while that is
    not known. Promised: an action open, with no day, or one no later than that. Review: an accepted
    risk to be looked at again by then. Refused: the inspectorate's last reply, where it did not discharge and nothing was sent
    since. Aged, stale: by the register's own limits. Then waits-on-inspectorate, waits-on,
    no-lead, no-theme, no-reason, no-evidence (closed without evidence, words or a reply), not-agreed (its newest position, in a
    register where one was agreed), conflict.
    """
    with open_for_reading(register, as_at) as opened:
        shown, _ = filter_from(opened, load_settings(), given)
        rules = rules_of(opened.conn, opened.today())
        found = attention(opened.conn, shown, rules)
        groups = _groups(opened, found, rules)
        if form == "table":
            _print(groups, found, rules)
            return
        rows = (
            (row.item.ref, str(because.reason), because.since, because.detail, str(group))
            for group, here in groups
            for row in here
            for because in row.because
        )
        if form == "json":
            printing.as_json_list(dict(zip(_SHOWN, line, strict=True)) for line in rows)
        else:
            printing.as_csv(_SHOWN, (list(line) for line in rows))


def _day(because: ReasonText) -> str:
    """The day of a reason, and what it is: "due 2024-09-30"."""
    return f"{_WHAT_DAY.get(because.reason, 'since')} {because.since}" if because.since else ""


def _print(groups: Iterator[tuple[Group, Iterator[AttentionRow]]], found: Attention, rules: Rules) -> None:
    """Print a table for each group, under its heading."""
    for n, (group, here) in enumerate(groups):
        if n:
            click.echo()
        printing.heading(found.heading(group))
        cells = (
            (row.item.ref, str(because.reason), _day(because), because.detail)
            for row in here
            for because in row.because
        )
        printing.table(("Ref", "Reason", "Day, as read", "Detail"), cells, wide=("Detail",))
    printing.remark(f"{found.describe() if found.seqs else 'Nothing needs attention'} ({rules.horizon_text}).")
