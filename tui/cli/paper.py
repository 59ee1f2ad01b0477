"""`fairlead paper`: papers to a committee, their figures beside what the register derives, and what changed since the last."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.references import find_publication
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    CommandMisused,
    basis_options,
    complete_reference,
    example,
    format_option,
    open_for_reading,
    open_for_writing,
    register_option,
    short_id,
    writing_options,
)
from tui.cli.edit import WITHDRAW, all_fields, values_of, write_correction
from tui.cli.options import field_options, field_values
from tui.cli.paper_read import read_texts
from tui.cli.paper_show import NAMED, NO_START, format_iso, movements_by_name, read_paper, show_paper
from tui.cli.paper_text import record_figure, write_text
from tui.cli.paper_write import forms, write
from tui.cli.restate import RESTATE, print_what_stays_behind, restated
from tui.cli.set import given_options
from tui.cli.typed_dates import PAST_DATE
from tui.cli.typed_text import FILLED_WORDS, WORDS

if TYPE_CHECKING:
    from store.commands import Command

PUBLICATIONS = click.option(
    "--publication",
    "publications",
    multiple=True,
    type=FILLED_WORDS,
    metavar="CODE",
    shell_complete=complete_reference,
    help="A publication that it reports on; repeat it. Without any, all that its form counts.",
)


@click.group(
    "paper",
    epilog=example(
        "paper show",
        'paper fix "18 September 2024" --author "C3 lead"',
        'paper new "Progress Summary" --date "4 December 2024" --publication HC --publication DA --author "C3 lead"',
    ),
)
def paper() -> None:
    """Papers to a committee: record them, fix their figures, write their texts, see what changed since the last.

    A paper is named by its date, written as any date is; where none is named, the newest is meant.
    """


paper.add_command(show_paper)
paper.add_command(write_text)
paper.add_command(record_figure)
paper.add_command(write)
paper.add_command(read_texts)
paper.add_command(forms)


@paper.command("list", epilog=example("paper list", "paper list --format json"))
@format_option("table", "json", "csv")
@register_option
def list_papers(register: Path | None, form: str) -> None:
    """Print the papers, the newest first."""
    from store.queries.papers import papers

    names = ("id", "date", "committee", "title", "form", "fixed", "items")
    with open_for_reading(register) as opened:
        rows = [
            (
                short_id(row.id),
                row.date,
                row.meeting,
                row.title,
                row.form,
                row.fixings[0].day if row.fixings else None,
                row.fixings[0].items if row.fixings else None,
            )
            for row in papers(opened.conn)
        ]
        if form == "json":
            printing.as_json_list(dict(zip(names, row, strict=True)) for row in rows)
        elif form == "csv":
            printing.as_csv(names, rows)
        else:
            printing.table(
                ("Id", "Date", "Committee", "Paper", "Form", "Figures fixed on", "Items"),
                (
                    [
                        "" if cell is None else str(cell)
                        for cell in (*row[:5], row[5] and format_iso(str(row[5])), row[6])
                    ]
                    for row in rows
                ),
                wide=("Paper", "Committee"),
                first_out=("Id", "Items", "Form"),
                nothing="No paper is recorded here yet.",
            )


def _publications(register: Register, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(find_publication(register.conn, code)[0] for code in codes))


@paper.command(
    "new",
    epilog=example(
        'paper new "Progress Summary" --date "4 December 2024" --publication HC --publication DA --author "C3 lead"'
    ),
)
@click.argument("title", type=WORDS)
@field_options("paper", without=("title",))
@PUBLICATIONS
@basis_options
@writing_options
def new_paper(title: str, publications: tuple[str, ...], **given: Any) -> None:
    """Add a paper. What is not given of the committee, the form and who presents it is as in the newest paper here.

    Prints the beginning of its id.
    """
    from store.commands import AddPaper
    from store.queries.papers import papers

    with open_for_writing(given) as session:
        newest = next(iter(papers(session.register.conn)), None)
        as_before = {name: getattr(newest, name) for name in _AS_BEFORE if getattr(newest, name, None)}
        values = as_before | field_values("paper", given | {"title": title})
        chosen = _publications(session.register, publications)
        how = given_options(given, "basis", "place")
        done = session.do(lambda reason: [AddPaper(values=values, publications=chosen, reason=reason, **how)])
        if done.created:
            click.echo(short_id(done.created))


_AS_BEFORE = ("meeting", "location", "presenter", "asked", "form")
"""What a new paper has from the newest one, where it is not given."""


@paper.command("edit", epilog=example('paper edit "18 September 2024" --location "Pacific Quay" --author "C3 lead"'))
@NAMED
@field_options("paper")
@PUBLICATIONS
@click.option("--all-publications", is_flag=True, help="It reports on all that its form counts.")
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_paper(
    named: str | None, publications: tuple[str, ...], all_publications: bool, withdraw: bool, **given: Any
) -> None:
    """Correct what is recorded of a paper, or withdraw it; what is not given stays as it is, and '' empties."""
    from store.commands import Correct, SetPaperPublications

    if publications and all_publications:
        raise CommandMisused("Give --publication, or --all-publications; not both.")
    with open_for_writing(given) as session:
        entity = read_paper(session.register, named).id
        print_what_stays_behind(session, "paper", entity, given)
        fields = values_of("paper", given) | restated(given)
        chosen = _publications(session.register, publications)
        reported: dict[str, Any] = {"publications": chosen} if publications or all_publications else {}
        write_correction(
            session,
            "paper",
            entity,
            withdraw,
            (Correct, all_fields(fields, given, kind="paper", entity=entity)),
            (SetPaperPublications, reported and reported | {"paper": entity}),
        )


@paper.command("fix", epilog=example('paper fix "18 September 2024" --author "C3 lead"'))
@NAMED
@click.option("--day", type=PAST_DATE, metavar="DATE", help="At the end of this day; today unless said.")
@writing_options
def fix_figures(named: str | None, day: str | None, **given: Any) -> None:
    """Fix the figures of a paper: each item's status, stage and target are stored with it as they are.

    From then on the next paper counts what changed since. They can be fixed again before the meeting; each fixing is
    kept, and what comes in later alters none.
    """
    from store.commands import FixFigures

    with open_for_writing(given) as session:
        entity = read_paper(session.register, named).id

        def build(reason: str | None) -> list[Command]:
            return [FixFigures(paper=entity, day=day, reason=reason)]

        session.do(build)


@paper.command("changes", epilog=example("paper changes", "paper changes --format json"))
@NAMED
@format_option("table", "json", "csv")
@register_option
def changes(register: Path | None, named: str | None, form: str) -> None:
    """Print what changed since the paper before, item by item; then between two drafts, and since the figures were fixed."""
    from store.queries.paper_movements import MOVEMENTS
    from store.queries.papers import between_fixings, since_fixing

    names = ("change", "reference", "before", "after", "undated")
    with open_for_reading(register) as opened:
        row = read_paper(opened, named)
        since, moved = movements_by_name(opened, row)
        rows = [
            (label, change.reference, change.before, change.after, change.undated)
            for labels, found in (
                (MOVEMENTS, moved),
                (_LATER, {"between": between_fixings(opened.conn, row), "since": since_fixing(opened.conn, row)}),
            )
            for name, label in labels.items()
            for change in found[name]
        ]
        if form == "json":
            printing.as_json({"since": since, "changes": [dict(zip(names, found, strict=True)) for found in rows]})
        elif form == "csv":
            printing.as_csv(names, rows)
        else:
            printing.remark(f"Since {since}." if since else NO_START)
            printing.table(
                ("Change", "Ref", "Before", "Now"),
                ((label, ref, before, f"{after}{_UNDATED if undated else ''}") for label, ref, before, after, undated in rows),
                wide=("Now",),
                first_out=("Before",),
                nothing="Nothing changed.",
            )  # fmt: skip


_LATER = {"between": "Between the last two fixings", "since": "Since the figures were fixed"}
_UNDATED = " (may be earlier: no day is recorded)"
