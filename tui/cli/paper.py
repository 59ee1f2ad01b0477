"""`fairlead paper`: papers to a committee, their figures beside what the register derives, and what changed since the last."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.dates import format_date
from store.domain.errors import BadInput, NotFound
from store.domain.fields import KINDS
from store.domain.references import find_paper, find_publication
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
from tui.cli.paper_text import record_figure, write_text
from tui.cli.paper_write import forms, write
from tui.cli.printing import heading, line, paragraph
from tui.cli.restate import RESTATE, print_what_stays_behind, restated
from tui.cli.set import given_options
from tui.cli.typed_dates import PAST_DATE
from tui.cli.typed_text import FILLED_WORDS, WORDS
from tui.desk.settings import folders

if TYPE_CHECKING:
    from store.commands import Command
    from store.queries.papers import FigureLine, Movement, PaperRow

DIFFERS = "≠"

PUBLICATIONS = click.option(
    "--publication",
    "publications",
    multiple=True,
    type=FILLED_WORDS,
    metavar="CODE",
    shell_complete=complete_reference,
    help="A publication that it reports on; repeat it. Without any, all that its form counts.",
)
_DAY = click.argument("named", metavar="[DATE]", required=False, type=FILLED_WORDS)


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


paper.add_command(write_text)
paper.add_command(record_figure)
paper.add_command(write)
paper.add_command(read_texts)
paper.add_command(forms)


def read_paper(register: Register, named: str | None) -> PaperRow:
    """The paper of a date, or the newest. Raises NotFound or AmbiguousReference."""
    from store.queries.papers import paper as paper_row

    row = paper_row(register.conn, find_paper(register.conn, named, register.today()))
    if row is None:
        raise NotFound("paper", see="paper --help")
    return row


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
                    ["" if cell is None else str(cell) for cell in (*row[:5], row[5] and _day(str(row[5])), row[6])]
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
@_DAY
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
@_DAY
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
@_DAY
@format_option("table", "json", "csv")
@register_option
def changes(register: Path | None, named: str | None, form: str) -> None:
    """Print what changed since the paper before, item by item; then between two drafts, and since the figures were fixed."""
    from store.queries.paper_movements import MOVEMENTS
    from store.queries.papers import between_fixings, since_fixing

    names = ("change", "reference", "before", "after", "undated")
    with open_for_reading(register) as opened:
        row = read_paper(opened, named)
        since, moved = _moved(opened, row)
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
            printing.remark(f"Since {since}." if since else _NO_START)
            printing.table(
                ("Change", "Ref", "Before", "Now"),
                ((label, ref, before, f"{after}{_UNDATED if undated else ''}") for label, ref, before, after, undated in rows),
                wide=("Now",),
                first_out=("Before",),
                nothing="Nothing changed.",
            )  # fmt: skip


_LATER = {"between": "Between the last two fixings", "since": "Since the figures were fixed"}
_NO_START = "There is no paper before it, and no day that its changes are counted from: paper edit --since DATE"
_UNDATED = " (may be earlier: no day is recorded)"


def _moved(register: Register, row: PaperRow) -> tuple[str, dict[str, tuple[Movement, ...]]]:
    """What its changes are counted from, in words, and the lists of changes by name."""
    from store.queries.paper_movements import MOVEMENTS
    from store.queries.papers import movements, reported_publications, states

    publications = [
        *reported_publications(register.conn, row, False),
        *reported_publications(register.conn, row, True),
    ]
    moved = movements(register.conn, row, states(register.conn, row, [*dict.fromkeys(publications)]))
    return moved.since, {name: getattr(moved, name) for name in MOVEMENTS}


@paper.command("show", epilog=example("paper show", 'paper show "18 September 2024" --format json'))
@_DAY
@format_option("table", "json")
@register_option
def show_paper(register: Path | None, named: str | None, form: str) -> None:
    """Print a paper: its head, its figures as published and by the register, what changed since the last, what is missing.

    A figure that differs is marked ≠; a blank as published is shown as one, and is not zero.
    """
    from store.queries.papers import figure_lines, since_fixing

    with open_for_reading(register) as opened:
        conn, row = opened.conn, read_paper(opened, named)
        lines, (since, moved) = figure_lines(conn, row), _moved(opened, row)
        lacks = _lacks(opened, row)
        late = since_fixing(conn, row)
        if form == "json":
            printing.as_json(_json(opened, row, lines, since, moved, lacks, late))
            return
        _head(opened, row)
        _figures(lines)
        heading(f"Changed since {since}" if since else "Changes")
        if not since:
            paragraph(_NO_START)
        _changes(moved)
        if late:
            heading("Since its figures were fixed")
            for change in late:
                paragraph(f"{change.reference}: {_step(change)}")
        _texts(opened, row)
        if lacks:
            heading("Missing")
            for sentence in lacks:
                paragraph(sentence)


def _lacks(register: Register, row: PaperRow) -> list[str]:
    """What is missing of a paper, by its form: a sentence each."""
    from store.papers.forms import DEFAULT_FORM, load_form
    from store.papers.missing import missing

    today = register.today().isoformat()
    try:
        form = load_form(row.form or DEFAULT_FORM, folders().forms)
    except BadInput as error:
        return [str(error), *(one.sentence for one in missing(register.conn, row, today))]
    confirm = {one.section: one.heading for one in form.written if one.confirm}
    return [one.sentence for one in missing(register.conn, row, today, apart=form.apart, confirm=confirm)]


def _step(change: Movement) -> str:
    return f"{change.before} → {change.after}" if change.before else change.after


def _head(register: Register, row: PaperRow) -> None:
    heading(f"Paper of {row.date or 'no date'} · {row.title or '—'}")
    for name, field in KINDS["paper"].fields.items():
        if field.help and name not in ("title", "date"):
            line(field.label, getattr(row, name))
    codes = [
        str(register.conn.execute("SELECT code FROM publication WHERE id = ?", (publication,)).fetchone()[0] or "?")
        for publication in row.publications
    ]
    line("Publications", ", ".join(codes) or "all that its form counts")
    for n, fixing in enumerate(row.fixings):
        line(
            "Figures fixed" if n == 0 else "Fixed before",
            f"{_day(fixing.day)}, {fixing.items} items, by {fixing.author}",
        )
    if not row.fixings:
        line("Figures", "not fixed: a draft")


def _day(day: str) -> str:
    return format_date(date.fromisoformat(day))


def _figures(lines: list[FigureLine]) -> None:
    from store.queries.papers import figure_label

    heading("Figures")
    by_publication: dict[str, list[FigureLine]] = {}
    for one in lines:
        if one.publication:
            by_publication.setdefault(one.publication, []).append(one)
    names = [*dict.fromkeys(one.name for found in by_publication.values() for one in found)]
    rows = []
    for found in by_publication.values():
        named = {one.name: one for one in found}
        if any(one.published is not None for one in found):
            rows.append([found[0].code, "as published", *(_published(named.get(name)) for name in names)])
        rows.append([found[0].code, "by the register", *(_derived(named.get(name)) for name in names)])
    if rows:
        printing.table(("Code", "Figures", *map(figure_label, names)), rows)
    for one in lines:
        if one.publication is None:
            pieces = [f"{_published(one)} as published"] if one.published is not None else []
            pieces += [f"{_derived(one)} by the register"] if one.derived is not None else []
            line(figure_label(one.name), "; ".join(pieces))


def _published(one: FigureLine | None) -> str:
    return "" if one is None or one.published is None else one.published or "blank"


def _derived(one: FigureLine | None) -> str:
    if one is None or one.derived is None:
        return ""
    return f"{one.derived} {DIFFERS}" if one.differs else str(one.derived)


def _changes(moved: dict[str, tuple[Movement, ...]]) -> None:
    from store.queries.paper_movements import MOVEMENTS

    for name, label in MOVEMENTS.items():
        dated, undated = ([c.reference for c in moved[name] if c.undated == is_undated] for is_undated in (False, True))
        listed = f"{len(dated)}: {', '.join(dated)}" if dated else "none dated" if undated else "none"
        line(label, listed + (f"; undated, {len(undated)}: {', '.join(undated)}" if undated else ""))


def _texts(register: Register, row: PaperRow) -> None:
    from store.queries.paper_context import changed_since_written
    from store.queries.papers import paper_texts

    texts = paper_texts(register.conn, row.id)
    codes = dict(register.conn.execute("SELECT id, code FROM publication").fetchall())
    if texts:
        heading("Texts")
    for text in texts:
        where = ", ".join(part for part in (text.section, codes.get(text.publication or "")) if part)
        paragraph(f"{where}: {text.text}")
        for sentence in changed_since_written(register.conn, row, text):
            paragraph(f"{DIFFERS} {sentence}", "    ")


def _json(
    register: Register,
    row: PaperRow,
    lines: list[FigureLine],
    since: str,
    moved: dict[str, tuple[Movement, ...]],
    lacks: list[str],
    late: list[Movement],
) -> dict[str, Any]:
    from store.exchange.json_rows import paper_json

    references = dict(register.conn.execute("SELECT id, reference FROM recommendation").fetchall())

    def movement(change: Movement) -> dict[str, Any]:
        found = {"reference": change.reference, "before": change.before, "after": change.after}
        return found | {"undated": change.undated}

    return paper_json(register.conn, row.id) | {
        "derived": [
            {
                "publication": one.code or None,
                "name": one.name,
                "published": one.published,
                "number": one.number,
                "derived": one.derived,
                "differs": one.differs,
                "items": [references[item] for item in one.items],
            }
            for one in lines
        ],
        "changes": {"since": since, **{name: [movement(c) for c in found] for name, found in moved.items()}},
        "since_fixing": [movement(change) for change in late],
        "missing": lacks,
    }
