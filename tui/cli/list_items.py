"""`fairlead list`: the items of a register, filtered and sorted, on stdout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from store.domain.date_reading import read_date
from store.domain.errors import NotFound
from store.domain.lists import register_lists
from store.domain.names import similar_names, split_names
from store.domain.references import find_publication, find_theme
from store.domain.vocabulary import (
    MARKINGS,
    Extension,
    ItemKind,
    NextMove,
    Response,
    Stage,
    Status,
)
from store.queries.describe import GUESS_LEGEND, format_counts, mark_guessed
from store.queries.describe_status import format_how_far, format_leads, format_status_word
from store.queries.facets import facet
from store.queries.filter import (
    FACETS,
    NO_DELAY,
    NO_LEAD,
    NO_OUTCOME,
    NO_PRIORITY,
    NO_THEME,
    SORTS,
    TARGETS,
    WITH_INSPECTORATE,
    Filter,
    format_facet_value,
)
from store.queries.item_list import counts, rows_at, seqs, shown_bases
from store.queries.leads import party_names
from store.queries.note_hits import describe_note_hits
from store.queries.query_format import point_at_error, to_query
from store.queries.query_language import QueryError
from store.queries.query_names import filter_for, names_of
from store.queries.rows import ItemRow
from store.queries.saved_views import find_view
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    CommandMisused,
    F,
    as_at_option,
    complete_reference,
    example,
    format_option,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
    stderr_width,
)
from tui.cli.typed_choices import OneOf, SomeOf, flatten_values, hyphenate
from tui.cli.typed_text import EMPTY, FILLED_WORDS, WORDS
from tui.desk.settings import Settings

_STATUSES = [*Status, WITH_INSPECTORATE]


def query_option(command: F) -> F:
    """Give a command the one option that takes a query; it is handed over as `query`, and is () where none is given."""
    help_of_filter = "Those that fit a query, as fairlead list takes it."
    return click.option("--filter", "query", multiple=True, type=FILLED_WORDS, metavar="QUERY", help=help_of_filter)(
        command
    )


def filter_options(command: F) -> F:
    """Give a command the options that filter and sort a list."""
    repeatable = "Repeat it, or put commas between."
    options: list[Callable[[F], F]] = [
        click.option("--status", multiple=True, type=SomeOf(_STATUSES), help=f"Where it stands. {repeatable}"),
        click.option("--stage", multiple=True, type=SomeOf(list(Stage)), help="Its stage."),
        click.option(
            "--theme", multiple=True, type=FILLED_WORDS, metavar="NAME", help=f"A theme, or {NO_THEME}; repeat it."
        ),
        click.option(
            "--publication",
            multiple=True,
            type=FILLED_WORDS,
            metavar="CODE",
            shell_complete=complete_reference,
            help="A publication, by code.",
        ),
        click.option(
            "--lead", multiple=True, type=FILLED_WORDS, metavar="NAME", help=f"Who leads, or {NO_LEAD}; repeat it."
        ),
        click.option(
            "--search", type=FILLED_WORDS, metavar="WORDS", help="Words in its text, its notes or its reference."
        ),
        click.option("--due-before", type=FILLED_WORDS, metavar="DAY", help="Open, with a target before that day."),
        click.option(
            "--kind",
            multiple=True,
            type=FILLED_WORDS,
            metavar="KIND",
            help=f"What it is: {', '.join(ItemKind)}, or a kind of the register's own.",
        ),
        click.option("--next-move", multiple=True, type=SomeOf(list(NextMove)), help="Who has to act next."),
        click.option("--target", multiple=True, type=SomeOf(list(TARGETS)), help="How its target stands to the day."),
        click.option("--marking", multiple=True, type=SomeOf(MARKINGS), help="How it is marked."),
        click.option(
            "--outcome", multiple=True, type=FILLED_WORDS, metavar="NUMBER", help=f"An outcome, or {NO_OUTCOME}."
        ),
        click.option("--response", multiple=True, type=SomeOf(list(Response)), help="Whether it is accepted."),
        click.option(
            "--priority", multiple=True, type=FILLED_WORDS, metavar="NAME", help=f"A priority, or {NO_PRIORITY}."
        ),
        click.option(
            "--delay", multiple=True, type=FILLED_WORDS, metavar="NAME", help=f"A kind of delay, or {NO_DELAY}."
        ),
        click.option("--extension", multiple=True, type=SomeOf(list(Extension)), help="What became of an extension."),
        click.option("--mine", is_flag=True, help="Those of the leads that you act for."),
        click.option("--parts", is_flag=True, help="Parts of items too; they are never counted."),
        click.option("--view", type=FILLED_WORDS, metavar="NAME", help="What a view shows: see fairlead view list."),
        click.option(
            "--sort",
            type=OneOf([*SORTS, *(f"-{sort}" for sort in SORTS)]),
            metavar=f"[-][{'|'.join(SORTS)}]",
            help="What to sort by; - turns it round; the reference unless said.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def filter_from(register: Register, settings: Settings, given: dict[str, Any]) -> tuple[Filter, str]:
    """The filter and the sort that a command's query and options ask for, taken out of them.

    Raises NotFound for a publication or theme that is not here, CommandMisused for --mine where nobody is acted for and
    for a query that cannot be taken.
    """
    conn = register.conn
    asked = parse_query(register, settings, given.pop("query"))
    view = find_view(conn, name) if (name := given.pop("view", None)) else None
    if view:
        asked = parse_query(register, settings, [view.query]).joined(asked)
    if (mine := given.pop("mine")) and not settings.acts_for:
        raise CommandMisused(
            "Fairlead does not know yet whom you act for. Say so in the app, or name the lead with --lead."
        )
    themes = _names(register, "theme", given.pop("theme"), NO_THEME)
    outcomes = Filter(outcome=_names(register, "outcome", given.pop("outcome"), NO_OUTCOME))
    due = given.pop("due_before")
    listed = Filter().replace(**{name: flatten_values(given.pop(name)) for name in ("kind", "priority", "delay")})
    asked = asked.joined(parse_query(register, settings, [to_query(listed)]))
    shown = Filter(
        search=given.pop("search") or "",
        theme=tuple(name if name == NO_THEME else find_theme(conn, name)[1] for name in themes),
        publication=tuple(find_publication(conn, code)[1] for code in flatten_values(given.pop("publication"))),
        lead=_names(register, "lead", given.pop("lead"), NO_LEAD),
        due_before=_first_day(due, register.today()) if due else None,
        mine=settings.acts_for if mine else (),
        parts=given.pop("parts"),
        outcome=filter_for(conn, to_query(outcomes), register.today()).outcome,
    )
    plain_facets = ("status", "stage", "next_move", "target", "marking", "response", "extension")
    shown = shown.replace(**{name: flatten_values(given.pop(name)) for name in plain_facets})
    return asked.joined(shown), given.pop("sort") or (
        view.sort if view and view.sort.removeprefix("-") in SORTS else "ref"
    )


def parse_query(register: Register, settings: Settings, query: Sequence[str]) -> Filter:
    """The filter that a query asks for, of its pieces as typed.

    Raises CommandMisused, which points at what cannot be taken.
    """
    text = " ".join(query)
    try:
        return filter_for(register.conn, text, register.today(), settings.acts_for)
    except QueryError as error:
        raise CommandMisused(f"{point_at_error(text, error, stderr_width() or 10_000)}\n{error}") from None


def _names(register: Register, facet: str, given: Sequence[str], none: str) -> tuple[str, ...]:
    """The names of a facet that an option gives, split as everywhere (see `split_names`).

    Raises BadInput, and NotFound for a lead that nobody here is.
    """
    existing = [none, *names_of(register.conn, facet), *(party_names(register.conn) if facet == "lead" else ())]
    names = tuple(dict.fromkeys(name for typed in given for name in split_names(typed, existing, facet)))
    if given and not names:
        raise CommandMisused(f"--{facet}: {EMPTY}")
    for name in names if facet == "lead" else ():
        if name not in existing:
            raise NotFound(f"lead {name[:60]}", similar_names(name, existing), "themes --by lead")
    return names


def _first_day(text: str, today: date) -> str:
    try:
        read = read_date(text, today)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--due-before") from None
    day = read.earliest or read.latest
    return day.isoformat() if day else text


def items(register: Register, shown: Filter, sort: str) -> Iterator[ItemRow]:
    """Every row of a list, in order, fetched in pieces."""
    for piece in seqs(register.conn, shown, sort, register.today()):
        yield from rows_at(register.conn, list(piece))


_HEADINGS = ("Ref", "Recommendation", "Status", "Stage", "Leads", "Target", "Changed here")
_FIRST_OUT = ("Changed here", "Leads", "Stage", "Target")
_NOTE_PLACES = {"publication": "fairlead show CODE", "theme": "4 in the app"}


def _cells(row: ItemRow, today: date) -> tuple[str, ...]:
    bases = shown_bases(row)
    differs = " (differs)" if row.conflict else ""
    return (
        row.ref,
        row.display_title,
        format_status_word(row, today),
        format_how_far(row) + differs,
        format_leads(row),
        mark_guessed(row.target_text, bases.get("target")) if row.target_text else "",
        row.updated,
    )


def in_hyphens(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its theme as the command line takes it: better-practice."""
    return row | {"theme": hyphenate(row["theme"]) if row["theme"] else None}


def _hyphens(name: str) -> str:
    return name.replace("_", "-")


def _print_counts(register: Register, shown: Filter, name: str, form: str) -> None:
    """Print how many items of a list have each value of a facet, whatever the list is filtered by of that facet."""
    found = facet(register.conn, shown, name, register.today())
    if form == "table":
        cells = ((format_facet_value(name, value), f"{items:,}") for value, items in found)
        printing.table(
            (FACETS[name], "Items"), cells, wide=(FACETS[name],), nothing=f"Nothing fits: {shown.describe()}."
        )
        return
    columns = (_hyphens(name), "items")
    rows = ((hyphenate(value) if name == "theme" else value, items) for value, items in found)
    if form == "json":
        printing.as_json_list(dict(zip(columns, row, strict=True)) for row in rows)
    else:
        printing.as_csv(columns, rows)


@click.command(
    "list",
    epilog=example(
        "list --status delayed --sort target",
        "list --publication HC,CAM --format json",
        "list 'status:open theme:governance age>2y'",
        "list status:open --count-by lead",
        "list 'lead:none target:past,no-target \"third party\"'",
    ),
)
@click.argument("query", nargs=-1, type=WORDS)
@filter_options
@click.option(
    "--count-by",
    type=OneOf([_hyphens(name) for name in FACETS]),
    metavar="WHAT",
    help=f"Count them instead, by {', '.join(map(_hyphens, FACETS))}.",
)
@format_option("table", "json", "csv")
@as_at_option
@register_option
def list_items(register: Path | None, form: str, as_at: str | None, count_by: str | None, **given: Any) -> None:
    """List items, a line each.

    Values are lower case with hyphens: on-track, remain-open, better-practice.

    QUERY holds words and "phrases" to search for, and: status: stage: theme: publication: kind: lead: next: target:
    marking: outcome: response: priority: delay: extension: with values between commas (none where there is none); note:"words in notes"; due< due>
    published< published> changed< changed> said< review< with a day, or changed>paper; age>2y age<6m quiet>90d; moved>=1; percent>=50; mine;
    not-waiting (open, and not waiting on the inspectorate); no-reason; no-evidence; not-agreed; parts.

    With --count-by the items are counted by each value, as the app's filter offers them: those of the rest of the
    filter, whatever it asks of what is counted by. An item with several leads or outcomes counts for each.
    """
    with open_for_reading(register, as_at) as opened:
        shown, sort = filter_from(opened, load_settings(), given)
        if elsewhere := describe_note_hits(opened.conn, shown, _NOTE_PLACES):
            print_notice(elsewhere)
        if count_by:
            _print_counts(opened, shown, count_by.replace("-", "_"), form)
            return
        if form == "table":
            cells = (_cells(row, opened.today()) for row in items(opened, shown, sort))
            wide = ("Recommendation",)
            if printing.table(_HEADINGS, cells, wide=wide, first_out=_FIRST_OUT, status="Status", nothing=""):
                print_notice(GUESS_LEGEND)
            noun = register_lists(opened.conn).apart_noun
            printing.remark(
                f"{shown.describe()}: {format_counts(*counts(opened.conn, shown, opened.today()), noun=noun)}"
            )
            return
        from store.exchange.json_rows import item_row_json, item_row_names

        rows = map(in_hyphens, map(item_row_json, items(opened, shown, sort)))
        if form == "json":
            printing.as_json_list(rows)
            return
        printing.as_csv(item_row_names(), (list(row.values()) for row in rows))
