"""`fairlead ledger`: print submissions without a reply and refusals of open items, grouped by the next move."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from store.domain.vocabulary import label_of
from store.queries.describe import with_basis
from store.queries.reply_ledger import NOTHING_WAITS, Ledger, LedgerRow, ledger, ledger_rows
from store.register import Register
from tui.cli import printing
from tui.cli.base import as_at_option, example, format_option, load_settings, open_for_reading, register_option
from tui.cli.list_items import filter_from, filter_options, query_option

_KEYS = (
    "ref", "title", "move", "until", "sent", "sent_latest", "asks", "days", "at_least", "verdict", "dated", "who", "words",
    "would_satisfy", "submission",
)  # fmt: skip

_BASES = "weaker_bases"

_HEADINGS = ("Ref", "Recommendation", "Sent", "Asked for", "Waiting", "Verdict", "Evidence still required", "Until")

_FIRST_OUT = ("Until", "Asked for", "Evidence still required", "Sent")

_AT_ONCE = 1000


@click.command(
    "ledger",
    epilog=example("ledger", "ledger --lead C3 --format json", "ledger --filter 'theme:guidelines' --publication CA"),
)
@query_option
@filter_options
@as_at_option
@format_option("table", "json", "csv")
@register_option
def ledger_command(register: Path | None, form: str, as_at: str | None, **given: Any) -> None:
    """Print the remain-open ledger: what waits for a reply, and what was not discharged.

    A line for each submission without a reply, and for each refusal of an open item, the longest waited on first: what
    waits on the inspectorate, then on us, then on another body. Where a day is known in part or not at all, the
    waiting is at least as long as is said. The options filter it as they do fairlead list.
    """
    with open_for_reading(register, as_at) as opened:
        shown, _ = filter_from(opened, load_settings(), given | {"sort": "ref", "parts": True})
        entries = ledger(opened.conn, shown, opened.today())
        rows = _rows(opened, entries)
        if form == "json":
            printing.as_json_list(map(_values, rows))
        elif form == "csv":
            printing.as_csv((*_KEYS, _BASES), (list(_values(row).values()) for row in rows))
        else:
            _print(rows, entries)
            if not entries.row_numbers:
                printing.remark(NOTHING_WAITS)


# The ledger has a fixed order and always includes parts.
ledger_command.params = [param for param in ledger_command.params if param.name not in ("sort", "parts")]


def _rows(register: Register, entries: Ledger) -> Iterator[LedgerRow]:
    """Every row of the ledger in order, read in pages."""
    for start in range(0, len(entries.row_numbers), _AT_ONCE):
        yield from ledger_rows(register.conn, register.today(), entries.row_numbers[start : start + _AT_ONCE])


def _print(rows: Iterator[LedgerRow], entries: Ledger) -> None:
    """Print a table for each next move, under a heading with its count."""
    for n, (move, here) in enumerate(groupby(rows, lambda row: row.move)):
        if n:
            click.echo()
        printing.heading(entries.heading(move))
        printing.table(_HEADINGS, map(_cells, here), wide=("Recommendation",), first_out=_FIRST_OUT)


def _cells(row: LedgerRow) -> tuple[str, ...]:
    def with_mark(text: str | None, name: str) -> str:
        return with_basis(text or "", row.bases.get(name))

    return (
        row.ref,
        row.display_title,
        with_mark(row.display_sent, "sent"),
        with_mark(row.display_asks, "asks"),
        with_basis(row.waiting, row.waiting_basis),
        _verdict(row),
        with_mark(row.would_satisfy, "would_satisfy"),
        with_mark(row.until, "until"),
    )


def _verdict(row: LedgerRow) -> str:
    """The verdict, with its basis, and that on which it is the reply to what was sent."""
    to_this = row.bases.get("submission")
    about = f" (that it answers this: {label_of(to_this)})" if row.verdict and to_this else ""
    return with_basis(row.display_verdict, row.bases.get("verdict")) + about


def _values(row: LedgerRow) -> dict[str, Any]:
    """A row for a program, with its bases, by field."""
    return {key: getattr(row, key) for key in _KEYS} | {_BASES: row.bases}
