"""`fairlead list`: the items of a register, narrowed and sorted, on stdout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import click

from store.domain.date_reading import read_date
from store.domain.references import find_publication, find_theme
from store.domain.vocabulary import (
    MARKINGS,
    ItemKind,
    NextMove,
    Stage,
    Status,
    label_of,
)
from store.queries.facets import facet
from store.queries.filter import NO_LEAD, NO_OUTCOME, NO_THEME, SORTS, TARGETS, WITH_INSPECTORATE, Filter
from store.queries.item_list import counts, rows_at, seqs
from store.queries.query_language import QueryError, point_at_error, to_query
from store.queries.query_names import filter_for
from store.queries.rows import ItemRow
from store.queries.saved_views import find_view
from store.register import Register
from tui.cli import printing
from tui.cli.base import (
    WORDS,
    CommandMisused,
    F,
    OneOf,
    SomeOf,
    as_at_option,
    at_terminal,
    complete_reference,
    example,
    flatten_values,
    format_option,
    hyphenate,
    load_settings,
    open_for_reading,
    print_notice,
    register_option,
)
from tui.desk.settings import Settings

_STATUSES = [*Status, WITH_INSPECTORATE]


def query_option(command: F) -> F:
    """Give a command the one option that takes a query; it is handed over as `query`, and is () where none is given."""
    help_of_filter = "Those that fit a query, as fairlead list takes it."
    return click.option("--filter", "query", multiple=True, type=WORDS, metavar="QUERY", help=help_of_filter)(command)


def filter_options(command: F) -> F:
    """Give a command the options that narrow and sort a list."""
    repeatable = "Repeat it, or put commas between."
    options: list[Callable[[F], F]] = [
        click.option("--status", multiple=True, type=SomeOf(_STATUSES), help=f"Where it stands. {repeatable}"),
        click.option("--stage", multiple=True, type=SomeOf(list(Stage)), help="Its stage."),
        click.option("--theme", multiple=True, type=WORDS, metavar="NAME", help=f"A theme, or {NO_THEME}."),
        click.option(
            "--publication",
            multiple=True,
            type=WORDS,
            metavar="CODE",
            shell_complete=complete_reference,
            help="A publication, by code.",
        ),
        click.option("--lead", multiple=True, type=WORDS, metavar="NAME", help=f"Who leads, or {NO_LEAD}."),
        click.option(
            "--search", type=WORDS, default="", metavar="WORDS", help="Words in its text, its notes or its reference."
        ),
        click.option("--due-before", type=WORDS, metavar="DAY", help="Open, with a target before that day."),
        click.option("--kind", multiple=True, type=SomeOf(list(ItemKind)), help="What it is."),
        click.option("--next-move", multiple=True, type=SomeOf(list(NextMove)), help="Who has to act next."),
        click.option("--target", multiple=True, type=SomeOf(list(TARGETS)), help="How its target stands to the day."),
        click.option("--marking", multiple=True, type=SomeOf(MARKINGS), help="How it is marked."),
        click.option("--outcome", multiple=True, type=WORDS, metavar="NUMBER", help=f"An outcome, or {NO_OUTCOME}."),
        click.option("--mine", is_flag=True, help="Those of the leads that you act for."),
        click.option("--parts", is_flag=True, help="Parts of items too; they are never counted."),
        click.option("--view", type=WORDS, metavar="NAME", help="What a view shows: see fairlead view list."),
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
    themes = flatten_values(given.pop("theme"))
    outcomes = Filter(outcome=flatten_values(given.pop("outcome")))
    due = given.pop("due_before")
    shown = Filter(
        search=given.pop("search"),
        theme=tuple(name if name == NO_THEME else find_theme(conn, name)[1] for name in themes),
        publication=tuple(find_publication(conn, code)[1] for code in flatten_values(given.pop("publication"))),
        lead=_leads(register, given.pop("lead")),
        due_before=_first_day(due, register.today()) if due else None,
        mine=settings.acts_for if mine else (),
        parts=given.pop("parts"),
        outcome=filter_for(conn, to_query(outcomes), register.today()).outcome,
    )
    plain_facets = ("status", "stage", "kind", "next_move", "target", "marking")
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
        raise CommandMisused(f"{point_at_error(text, error)}\n{error}") from None


def _leads(register: Register, given: Sequence[str]) -> tuple[str, ...]:
    """Leads by name; one whose own name has a comma is not taken apart."""
    if not any("," in name for name in given):
        return tuple(given)
    names = {name.casefold() for name, _ in facet(register.conn, Filter(), "lead", register.today())}
    return tuple(chain.from_iterable([name] if name.casefold() in names else flatten_values([name]) for name in given))


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


def _cells(row: ItemRow) -> tuple[str, ...]:
    mark = " (differs)" if row.conflict else ""
    return (
        row.ref,
        row.display_title,
        label_of(row.status),
        label_of(row.stage) + mark,
        row.leads,
        row.target_text or "",
        row.updated,
    )


def in_hyphens(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its theme as the command line takes it: better-practice."""
    return row | {"theme": hyphenate(row["theme"]) if row["theme"] else None}


def format_counts(recommendations: int, commitments: int) -> str:
    """How many there are of each; the two are never added."""
    parts = [
        f"{n:,} {word}{'' if n == 1 else 's'}"
        for n, word in ((recommendations, "recommendation"), (commitments, "commitment"))
        if n or word == "recommendation"
    ]
    return " · ".join(parts)


@click.command(
    "list",
    epilog=example(
        "list --status delayed --sort target",
        "list --publication HC,CAM --format json",
        "list 'status:open theme:governance age>2y'",
        "list 'lead:none target:past,no-target \"third party\"'",
    ),
)
@click.argument("query", nargs=-1, type=WORDS)
@filter_options
@format_option("table", "json", "csv")
@as_at_option
@register_option
def list_items(register: Path | None, form: str, as_at: str | None, **given: Any) -> None:
    """List items, a line each.

    Values are lower case with hyphens: on-track, remain-open, better-practice.

    QUERY holds words and "phrases" to search for, and: status: stage: theme: publication: kind: lead: next: target:
    marking: outcome: with values between commas (none where there is none); note:"words in notes"; due< due>
    published< published> changed< changed> said< with a day, or changed>paper; age>2y age<6m quiet>90d; moved>=1; mine;
    not-waiting (open, and not with the inspectorate); no-reason; no-evidence; parts.
    """
    with open_for_reading(register, as_at) as opened:
        shown, sort = filter_from(opened, load_settings(), given)
        if form == "table":
            printing.table(_HEADINGS, map(_cells, items(opened, shown, sort)), wide="Recommendation", status="Status")
            if at_terminal():
                print_notice(f"{shown.describe()}: {format_counts(*counts(opened.conn, shown, opened.today()))}")
            return
        from store.exchange.json_rows import item_rows_json

        rows = map(in_hyphens, item_rows_json(opened.conn, items(opened, shown, sort)))
        if form == "json":
            printing.as_json_list(rows)
            return
        first = next(rows, None)
        if first is not None:
            printing.as_csv(list(first), (list(row.values()) for row in chain([first], rows)))
