"""`fairlead chart`: pictures of the register in the terminal, and their numbers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import click

from store.domain.text import sanitise
from tui.charts import CHARTS, draw, read_chart
from tui.cli import printing
from tui.cli.base import as_at_option, example, open_for_reading, register_option
from tui.cli.layout import wrap_message
from tui.cli.typed_choices import OneOf

_WIDTH, _HEIGHT = 80, 20


@click.command("chart", epilog=example("chart status", "chart time", "chart age --table"))
@click.argument("kind", type=OneOf(list(CHARTS)))
@click.option("--table", "as_table", is_flag=True, help="Its numbers, in place of the chart.")
@as_at_option
@register_option
def chart(register: Path | None, kind: str, as_table: bool, as_at: str | None, **_given: Any) -> None:
    """Draw a chart: status by publication; open, closed and delayed at the end of each month; age of what is open.

    It is as wide as the terminal, at most 120 columns, and each series has a character of its own.
    """
    with open_for_reading(register, as_at) as opened:
        found = read_chart(opened.conn, kind, opened.today())
    width = min(shutil.get_terminal_size((_WIDTH, _HEIGHT)).columns, 120)
    if as_table:
        headings, rows = found.table()
        printing.table(headings, rows, wide=headings[:1], first_out=(), status="")
    else:
        click.echo(sanitise(found.title))
        for line in draw(found, width - 1, _HEIGHT):
            click.echo(sanitise(line))
        click.echo(sanitise(found.legend()))
    for note in found.notes:
        click.echo(sanitise(wrap_message(note, width)))
