"""`fairlead handover`: a page for whoever takes on a lead's items, on stdout or in a file."""

from __future__ import annotations

from pathlib import Path

import click

from tui.commands_base import FILE, WORDS, example, reading, register_option, talk


@click.command("handover", epilog=example("handover --lead C3", "handover --lead C3 C3.md --force"))
@click.argument("out", type=FILE, required=False, metavar="[OUT.md]")
@click.option("--lead", required=True, type=WORDS, metavar="NAME", help="Whose items; capitals do not matter.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@register_option
def handover(register: Path | None, out: Path | None, lead: str, force: bool) -> None:
    """Write a lead's hand-over page, in Markdown.

    Of each open item: where it stands, its newest notes, what the inspectorate last said, what is promised, where the
    evidence lies and who else is on it. Without OUT.md it is printed; with it, the file's SHA-256 and name are.
    """
    from store.exchange.handover import hand_over, save

    with reading(register) as opened:
        page = hand_over(opened.conn, lead, opened.today())
        if out is None:
            click.echo(page.text, nl=False)
            return
        done = save(page, out, opened.path, force=force)
        for sentence in done.says:
            talk(sentence)
        click.echo(f"{done.sha256}  {done.path}")
