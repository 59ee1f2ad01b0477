"""`fairlead paper text` and `paper figure`: what people write for a paper, and what it printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import NotFound
from store.domain.references import find_paper, find_publication
from store.domain.vocabulary import MARKINGS
from tui.cli.base import (
    CommandMisused,
    basis_options,
    complete_reference,
    example,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.edit import WITHDRAW
from tui.cli.printing import paragraph
from tui.cli.set import given_options
from tui.cli.typed_choices import OneOf
from tui.cli.typed_text import FILLED_WORDS, WORDS, read_stdin

if TYPE_CHECKING:
    from store.commands import Command

PAPER = click.option(
    "--paper", "named", type=FILLED_WORDS, metavar="DATE", help="The paper of this date; the newest unless said."
)
_PUBLICATION = click.option(
    "--publication",
    type=FILLED_WORDS,
    metavar="CODE",
    shell_complete=complete_reference,
    help="Of this publication; of the whole paper unless said.",
)


@click.command(
    "text",
    epilog=example(
        'paper text introduction "Two recommendations were closed." --publication HC --author "C3 lead"',
        "paper text introduction --publication HC",
    ),
)
@click.argument("section", type=WORDS)
@click.argument("text", required=False, metavar="[TEXT|-]", type=WORDS)
@PAPER
@_PUBLICATION
@click.option("--marking", type=OneOf(MARKINGS), help="How it is marked; as the paper unless said.")
@WITHDRAW
@basis_options
@writing_options
def write_text(
    section: str, text: str | None, named: str | None, publication: str | None, withdraw: bool, **given: Any
) -> None:
    """Write a text of a paper under a section, or print it where no text is given; - reads it from stdin.

    What it speaks of is kept with it: where a status, a target or a count in it is another later, that is printed with
    the text.
    """
    if text is None and not withdraw:
        _print_text(section, named, publication, given)
        return
    if text is not None and withdraw:
        raise CommandMisused("Write it or withdraw it, not both at once.")
    written = read_stdin() if text == "-" else text
    with open_for_writing(given) as session:
        conn = session.register.conn
        ends: dict[str, Any] = {
            "paper": find_paper(conn, named, session.register.today()),
            "section": section,
            "publication": find_publication(conn, publication)[0] if publication else None,
        }

        def build(reason: str | None) -> list[Command]:
            from store.commands import WithdrawText, WriteText

            if withdraw:
                return [WithdrawText(reason=reason, **ends)]
            more = given_options(given, "marking", "basis", "place")
            return [WriteText(text=written or "", reason=reason, **ends, **more)]

        session.do(build)


def _print_text(section: str, named: str | None, publication: str | None, given: dict[str, Any]) -> None:
    from store.queries.paper_context import changed_since_written
    from store.queries.papers import paper, paper_texts

    with open_for_reading(given["register"]) as register:
        conn = register.conn
        row = paper(conn, find_paper(conn, named, register.today()))
        owner = find_publication(conn, publication)[0] if publication else None
        texts = paper_texts(conn, row.id) if row else []
        found = next((t for t in texts if (t.section, t.publication) == (section.strip(), owner)), None)
        if row is None or found is None:
            of = f" of {publication}" if publication else ""
            raise NotFound(
                f"text under {section.strip()[:60]}{of}", tuple({t.section: "" for t in texts}), "paper show"
            )
        paragraph(found.text, "")
        for sentence in changed_since_written(conn, row, found):
            print_notice(f"Changed since it was written: {sentence}")


@click.command("figure", epilog=example('paper figure delayed 5 --publication HC --author "C3 lead"'))
@click.argument("name", type=WORDS)
@click.argument("value", type=WORDS)
@PAPER
@_PUBLICATION
@basis_options
@writing_options
def record_figure(name: str, value: str, named: str | None, publication: str | None, **given: Any) -> None:
    """Record a figure as a paper printed it: total, closed, on-track, delayed; '' is a blank, which is not zero."""
    with open_for_writing(given) as session:
        conn = session.register.conn
        entity = find_paper(conn, named, session.register.today())
        owner = find_publication(conn, publication)[0] if publication else None

        def build(reason: str | None) -> list[Command]:
            from store.commands import RecordFigure

            more = given_options(given, "basis", "place")
            return [RecordFigure(paper=entity, publication=owner, name=name, value=value, reason=reason, **more)]

        session.do(build)
