"""`fairlead paper read`: take the texts of a paper back from the document of Word that it was written to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.references import find_paper, find_publication
from store.domain.text import count_of
from store.domain.vocabulary import MARKINGS
from tui.cli.base import (
    FILE,
    CommandMisused,
    at_terminal,
    example,
    open_for_reading,
    open_for_writing,
    print_notice,
    writing_options,
)
from tui.cli.printing import heading, paragraph
from tui.cli.typed_text import FILLED_WORDS
from tui.desk.settings import folders

if TYPE_CHECKING:
    from store.commands import Command
    from store.papers.docx_read import PaperFile, Reading, TextFound
    from store.register import Register


@click.command(
    "read",
    epilog=example("paper read paper.docx --dry-run", 'paper read paper.docx --apply --author "C3 lead"'),
)
@click.argument("file", type=FILE, metavar="FILE.docx")
@click.option(
    "--paper", "named", type=FILLED_WORDS, metavar="DATE", help="The paper of this date; the file's own unless said."
)
@click.option("--form", "form_name", type=FILLED_WORDS, metavar="NAME", help="Its form; the file's own unless said.")
@click.option("--lead", type=FILLED_WORDS, metavar="NAME", help="Whose page it is, where the form is of one lead.")
@click.option("--dry-run", is_flag=True, help="Print what would be taken, and take nothing.")
@click.option("--apply", "confirmed", is_flag=True, help="Take it without asking.")
@writing_options
def read_texts(
    file: Path, named: str | None, form_name: str | None, lead: str | None, dry_run: bool, confirmed: bool, **given: Any
) -> None:
    """Take the texts of a paper back that were edited in Word.

    Only what is in the fields for text that Fairlead wrote is taken, after a preview. Tracked changes, comments and what
    was altered outside the fields are listed and not taken; a number is never read, and one that was altered is named.
    """
    from store.papers.docx_read import open_paper

    opened = open_paper(file)

    def show(register: Register) -> tuple[str, list[TextFound]]:
        entity = find_paper(register.conn, named or opened.paper or None, register.today())
        reading = _compare(register, entity, opened, form_name, lead)
        return entity, _print_reading(reading)

    if dry_run:
        with open_for_reading(given["register"]) as register:
            show(register)
        return
    with open_for_writing(given) as session:
        entity, texts = show(session.register)
        if not texts:
            print_notice("Nothing to take.")
            return
        if not confirmed:
            if not at_terminal():
                raise CommandMisused("Nobody is there to ask: give --apply to take it, or --dry-run to look only.")
            if not click.confirm(f"Take {count_of(len(texts), 'text')}?", err=True):
                raise click.Abort
        session.do(lambda reason: _commands(session.register, entity, texts, reason))


def _compare(register: Register, entity: str, opened: PaperFile, form_name: str | None, lead: str | None) -> Reading:
    from store.papers.forms import DEFAULT_FORM, load_form
    from store.papers.write import compose_at_most
    from store.queries.papers import paper

    row = paper(register.conn, entity)
    form = load_form(form_name or opened.form or (row and row.form) or DEFAULT_FORM, folders().forms)
    document = compose_at_most(register, entity, form, max_marking=MARKINGS[-1], lead=lead or opened.lead or None)
    return opened.compare(document)


def _print_reading(reading: Reading) -> list[TextFound]:
    """Print what a file brings; the texts that would be taken."""
    taken = [text for text in reading.taken if text.text and not text.overtaken]
    for text in taken:
        heading(text.name)
        if text.before:
            paragraph("Now:")
            paragraph(text.before, "    ")
        paragraph("In the file:" if text.before else "In the file, where nothing was written yet:")
        paragraph(text.text, "    ")
    apart = [
        f"{text.name}: it was changed in the file and here since. In the file: {text.text or 'nothing'}"
        if text.overtaken
        else f"{text.name}: it is empty in the file, and stays as it is here."
        for text in reading.taken
        if text not in taken
    ]
    numbers = [str(altered) for altered in reading.altered if altered.is_number]
    others = [str(altered) for altered in reading.altered if not altered.is_number]
    _print_list("Numbers altered in the file, and not taken", numbers)
    _print_list("Not taken", [*apart, *others, *reading.ignored])
    same = len(reading.texts) - len(reading.taken)
    print_notice(f"{count_of(len(taken), 'text')} to take; {same} as {'it is' if same == 1 else 'they are'}.")
    return taken


def _print_list(title: str, lines: Sequence[str]) -> None:
    if lines:
        heading(title)
        for line in lines:
            paragraph(line)


def _commands(register: Register, entity: str, texts: Sequence[TextFound], reason: str | None) -> list[Command]:
    from store.commands import WriteText

    return [
        WriteText(
            paper=entity,
            section=text.section,
            publication=find_publication(register.conn, text.publication)[0] if text.publication else None,
            text=text.text,
            reason=reason,
        )
        for text in texts
    ]
