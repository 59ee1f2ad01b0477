"""`fairlead pack`: the pack of evidence on an item, and that it was sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import NotAllowed
from store.domain.references import find_item
from store.domain.vocabulary import MARKINGS
from tui.cli.base import (
    FILE,
    complete_reference,
    example,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.export import max_marking_option
from tui.cli.progress import showing_progress
from tui.cli.typed_choices import OneOf
from tui.cli.typed_dates import PAST_DATE
from tui.cli.typed_text import FILLED_WORDS, WORDS

if TYPE_CHECKING:
    from store.exchange.export import Exported
    from store.register import Register


@click.command(
    "pack",
    epilog=example(
        "pack HC-6 HC-6.zip --max-marking OFFICIAL",
        'pack HC-6 HC-6.zip --force --sent "12 September 2024" --author "C3 lead"',
    ),
)
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@click.argument("out", type=FILE, metavar="OUT.zip")
@click.option(
    "--asks", type=OneOf(["closure", "view"]), default="closure", help="What it asks for; closure unless said."
)
@click.option(
    "--sent", type=PAST_DATE, metavar="DATE", help="Record it as sent that day: its evidence notes go with it."
)
@click.option("--reference", type=FILLED_WORDS, metavar="TEXT", help="The reference it was sent under, with --sent.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@max_marking_option
@writing_options
def pack(
    ref: str,
    out: Path,
    asks: str,
    sent: str | None,
    reference: str | None,
    force: bool,
    max_marking: str | None,
    **given: Any,
) -> None:
    """Write the pack of evidence on an item: a cover sheet in Word, an index of what its notes cite, and the files that
    are kept inside.

    Nothing is recorded by writing it; --sent records it as evidence sent. Prints the zip's SHA-256 and its name.
    """
    terms: dict[str, Any] = {"asks": asks, "max_marking": max_marking or MARKINGS[-1], "force": force}
    if sent is None:
        with open_for_reading(given["register"]) as opened:
            _print(_write(opened, find_item(opened.conn, ref)[0], out, terms))
        return
    with open_for_writing(given) as session:
        from store.commands import SubmitEvidence

        register = session.register
        item, name, _ = find_item(register.conn, ref)
        command = SubmitEvidence.model_validate(
            {"items": (item,), "asks": asks, "values": {"sent": sent, "reference": reference or ""}}
        )
        (planned,) = register.preview([command], [name])
        if planned.refused:
            raise NotAllowed(planned.refused)
        done = _write(register, item, out, terms)
        _print(done)
        text = f"{done.path.name}, SHA-256 {done.sha256}"
        session.do(
            lambda reason: [command.model_copy(update={"values": command.values | {"text": text}, "reason": reason})]
        )


def _write(register: Register, item: str, out: Path, terms: dict[str, Any]) -> Exported:
    from store.papers.pack import write_pack

    with showing_progress(f"Writing {out.name}") as go_on:
        return write_pack(register, item, out, progress=go_on, **terms)


def _print(done: Exported) -> None:
    for sentence in done.messages:
        print_notice(sentence)
    click.echo(f"{done.sha256}  {done.path}")
