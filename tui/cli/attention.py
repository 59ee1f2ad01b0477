"""`fairlead attention`: print what needs attention."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from store.queries.attention import Group, attention, rules_of
from store.queries.attention_text import AttentionRow, attention_rows
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    as_at_option,
    at_terminal,
    example,
    format_option,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
)
from tui.cli.list_items import filter_from, filter_options, query_option

_PIECE = 500
_SHOWN = ("ref", "reason", "since", "detail")
GROUPS = {
    Group.US: "ours to move",
    Group.INSPECTORATE: "waiting on the inspectorate",
    Group.OTHER: "waiting on another body",
    Group.HOUSEKEEPING: "housekeeping only",
}
"""The headings of the groups."""


def all_rows(register: Register, shown: Any) -> Iterator[AttentionRow]:
    """Every item that needs attention, read in pages; those with housekeeping reasons only come last."""
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, shown, rules)
    seqs, flags = found.seqs + found.folded, found.flags + found.folded_flags
    for start in range(0, len(seqs), _PIECE):
        end = start + _PIECE
        yield from attention_rows(register.conn, rules, seqs[start:end], flags[start:end])


@click.command("attention", epilog=example("attention", "attention --publication HC --format json"))
@query_option
@filter_options
@format_option("table", "json", "csv")
@as_at_option
@register_option
def attention_list(register: Path | None, form: str, as_at: str | None, **given: Any) -> None:
    """Print what needs attention, an item once for each reason, the most urgent first.

    Late: past its target. Due: before the next committee (edit register --next-committee), or within 90 days while that is
    not known. Promised: an action open. Aged, stale: by the register's own limits. Then with-inspectorate, waits-on,
    no-lead, no-theme, no-reason, no-evidence (discharged without evidence or words), conflict.
    """
    with open_for_reading(register, as_at) as opened:
        shown, _ = filter_from(opened, load_settings(), given)
        rows = (
            (row.item.ref, str(because.reason), because.since, because.detail)
            for row in all_rows(opened, shown)
            for because in row.because
        )
        if form == "json":
            printing.as_json_list(dict(zip(_SHOWN, line, strict=True)) for line in rows)
        elif form == "csv":
            printing.as_csv(_SHOWN, (list(line) for line in rows))
        else:
            cells = ((ref, reason, since or "", detail) for ref, reason, since, detail in rows)
            printing.table(("Ref", "Reason", "Since", "Detail"), cells, wide=("Detail",))
            if at_terminal():
                rules = rules_of(opened.conn, opened.today())
                groups = attention(opened.conn, shown, rules).groups
                counts = [f"{groups[group]} {words}" for group, words in GROUPS.items() if groups[group]]
                print_notice(f"{'; '.join(counts) or 'Nothing needs attention'} ({rules.horizon_text}).")
