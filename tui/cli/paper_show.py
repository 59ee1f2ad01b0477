"""`fairlead paper show`: a paper's head, its figures, what changed since the last, its texts, and what is missing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from store.domain.dates import format_date
from store.domain.errors import BadInput, NotFound
from store.domain.fields import KINDS
from store.domain.references import find_paper
from store.register import Register
from tui.cli import printing
from tui.cli.base import example, format_option, open_for_reading, register_option
from tui.cli.printing import heading, line, paragraph
from tui.cli.typed_text import FILLED_WORDS
from tui.desk.settings import folders

if TYPE_CHECKING:
    from store.queries.papers import FigureLine, Movement, PaperRow

DIFFERS = "≠"
NO_START = "There is no paper before it, and no day that its changes are counted from: paper edit --since DATE"

NAMED = click.argument("named", metavar="[DATE]", required=False, type=FILLED_WORDS)


def read_paper(register: Register, named: str | None) -> PaperRow:
    """The paper of a date, or the newest. Raises NotFound or AmbiguousReference."""
    from store.queries.papers import paper as paper_row

    row = paper_row(register.conn, find_paper(register.conn, named, register.today()))
    if row is None:
        raise NotFound("paper", see="paper --help")
    return row


def movements_by_name(register: Register, row: PaperRow) -> tuple[str, dict[str, tuple[Movement, ...]]]:
    """What its changes are counted from, in words, and the lists of changes by name."""
    from store.queries.paper_movements import MOVEMENTS
    from store.queries.papers import movements, reported_publications, states

    publications = [
        *reported_publications(register.conn, row, False),
        *reported_publications(register.conn, row, True),
    ]
    moved = movements(register.conn, row, states(register.conn, row, [*dict.fromkeys(publications)]))
    return moved.since, {name: getattr(moved, name) for name in MOVEMENTS}


@click.command("show", epilog=example("paper show", 'paper show "18 September 2024" --format json'))
@NAMED
@format_option("table", "json")
@register_option
def show_paper(register: Path | None, named: str | None, form: str) -> None:
    """Print a paper: its head, its figures as published and by the register, what changed since the last, what is missing.

    A figure that differs is marked ≠; a blank as published is shown as one, and is not zero.
    """
    from store.queries.papers import figure_lines, since_fixing

    with open_for_reading(register) as opened:
        conn, row = opened.conn, read_paper(opened, named)
        lines, (since, moved) = figure_lines(conn, row), movements_by_name(opened, row)
        lacks = _lacks(opened, row)
        late = since_fixing(conn, row)
        if form == "json":
            printing.as_json(_json(opened, row, lines, since, moved, lacks, late))
            return
        _head(opened, row)
        _figures(lines)
        heading(f"Changed since {since}" if since else "Changes")
        if not since:
            paragraph(NO_START)
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
    from store.papers.compose import missing_of, read_frame
    from store.papers.forms import DEFAULT_FORM, load_form

    try:
        form, problem = load_form(row.form or DEFAULT_FORM, folders().forms), []
    except BadInput as error:
        form, problem = load_form(DEFAULT_FORM), [str(error)]
    frame = read_frame(register.conn, row, form, today=register.today())
    return [*problem, *(one.sentence for one in missing_of(frame))]


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
            f"{format_iso(fixing.day)}, {fixing.items} items, by {fixing.author}",
        )
    if not row.fixings:
        line("Figures", "not fixed: a draft")


def format_iso(day: str) -> str:
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
