"""`fairlead paper write` and `fairlead paper forms`: a paper as a file, in one of the forms there are."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from store.domain.references import find_paper
from store.domain.text import sanitise
from store.domain.vocabulary import MARKINGS
from tui.cli.base import FILE, CommandMisused, as_at_option, example, open_for_reading, print_notice, register_option
from tui.cli.export import max_marking_option
from tui.cli.paper_text import PAPER
from tui.cli.typed_text import FILLED_WORDS
from tui.desk.settings import folders, keep_fonts

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete_form(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    from store.papers.forms import form_names

    return [CompletionItem(name) for name in form_names(folders().forms) if name.startswith(incomplete)]


@click.command(
    "write",
    epilog=example(
        "paper write paper.docx",
        'paper write paper.md --paper "18 September 2024" --form open --force',
        "paper write chair.html --form chair --max-marking OFFICIAL",
        "paper write C3.docx --form lead --lead C3 --template house.docx",
    ),
)
@click.argument("out", type=FILE, metavar="OUT")
@PAPER
@click.option(
    "--form",
    "form_name",
    type=FILLED_WORDS,
    metavar="NAME",
    help="Its form, by name or file, instead of the paper's own.",
    shell_complete=_complete_form,
)
@click.option(
    "--template", type=FILE, metavar="HOUSE.docx", help="A document of Word whose styles, head and foot it takes."
)
@click.option("--lead", type=FILLED_WORDS, metavar="NAME", help="Whose page it is, where the form is of one lead.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@max_marking_option
@as_at_option
@register_option
def write(
    register: Path | None,
    out: Path,
    named: str | None,
    form_name: str | None,
    template: Path | None,
    lead: str | None,
    force: bool,
    max_marking: str | None,
    as_at: str | None,
) -> None:
    """Write a paper to a file; its name's ending says of what kind: .docx, .md or .html.

    It is marked DRAFT until its figures are fixed, and lists what is missing at its head; that is printed too. Prints the
    file's SHA-256 and its name.
    """
    from store.papers.forms import DEFAULT_FORM, load_form
    from store.papers.write import write_paper
    from store.queries.papers import paper

    with open_for_reading(register, as_at) as opened:
        entity = find_paper(opened.conn, named, opened.today())
        row = paper(opened.conn, entity)
        form = load_form(form_name or (row and row.form) or DEFAULT_FORM, folders().forms)
        keep_fonts()
        done = write_paper(
            opened,
            entity,
            form,
            out,
            max_marking=max_marking or MARKINGS[-1],
            lead=lead,
            template=template,
            force=force,
        )
    for sentence in done.missing:
        print_notice(sentence)
    print_notice(done.message)
    click.echo(f"{done.sha256}  {sanitise(done.path)}")


@click.command("forms", epilog=example("paper forms", "paper forms --copy progress mine.toml"))
@click.option("--copy", "copied", type=FILLED_WORDS, metavar="NAME", help="Copy this form to FILE, to change it.")
@click.argument("file", type=FILE, required=False, metavar="[FILE]")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def forms(copied: str | None, file: Path | None, force: bool) -> None:
    """List the forms that a paper can be written in; with --copy, write one to a file to start one's own.

    A form in the folder forms beside the settings has a name as those that are shipped; any other is named by its path.
    """
    from store.domain.errors import FairleadError
    from store.papers.forms import form_names, load_form, read_form

    names = form_names(folders().forms)
    if copied is None:
        if file is not None:
            raise CommandMisused("Name what is to be copied: --copy NAME FILE")
        width = max(map(len, names))
        for name, path in names.items():
            own = " (your own)" if path.parent == folders().forms else ""
            try:
                form = read_form(path)
                about = form.about or form.title
            except FairleadError as error:
                about = str(error)
            click.echo(sanitise(f"{name.ljust(width)}  {about}{own}"))
        print_notice(f"Forms of your own go here: {folders().forms}")
        return
    if file is None:
        raise CommandMisused(f"Name the file to copy it to: fairlead paper forms --copy {copied} FILE")
    from store.file.atomic import write_whole

    load_form(copied, folders().forms)
    write_whole(file, [names.get(copied, Path(copied)).read_bytes()], force=force)
    print_notice(f"Wrote {file.name}. Change it, and name it: fairlead paper write OUT.docx --form {file}")
