"""`fairlead add`: publications, items, and the actions, links and themes that go with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from store.domain.fields import KINDS
from store.domain.references import find_item, find_publication, find_theme
from store.domain.vocabulary import ItemKind, Stage
from store.queries.leads import split_leads
from store.queries.query_names import split_outcomes
from tui.cli.base import (
    WritingSession,
    basis_options,
    complete_reference,
    example,
    new_party_option,
    open_for_writing,
    short_id,
    writing_options,
)
from tui.cli.options import as_words_option, field_options, field_values
from tui.cli.set import given_options
from tui.cli.show import find_either
from tui.cli.typed_choices import OneOf
from tui.cli.typed_dates import PAST_DATE
from tui.cli.typed_text import FILLED_WORDS, WORDS

if TYPE_CHECKING:
    from store.commands import Command

RELATIONS = KINDS["link"].fields["relation"].choices
_OPEN_STAGES = (Stage.NOT_STATED, Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.COLLATING)


@click.group(
    "add",
    epilog=example(
        'add publication "Custody" --published "May 2024" --total 12 --author "C3 lead"',
        'add recommendation HC "A short title in our words" --author "C3 lead"',
    ),
)
def add() -> None:
    """Add a publication, a recommendation or commitment, an action, a figure, a link or a theme."""


def _add(session: WritingSession, build: Callable[[str | None], Command], named: str | None = None) -> None:
    """Add an entity and print its name where `named` is its kind, else the short form of its id."""
    done = session.do(lambda reason: [build(reason)])
    if done.created:
        click.echo(session.register.log.name_of(named, done.created) if named else short_id(done.created))


@add.command(
    "publication", epilog=example('add publication "Custody" --published "May 2024" --total 12 --author "C3 lead"')
)
@click.argument("title", type=WORDS)
@field_options("publication", without=("title",))
@basis_options
@writing_options
def add_publication(title: str, **given: Any) -> None:
    """Add a report or plan; without --code one that is not taken is made from its title.

    Prints its code.
    """
    from store.commands import AddPublication

    with open_for_writing(given) as session:
        values, how = field_values("publication", given | {"title": title}), given_options(given, "basis", "place")
        _add(session, lambda reason: AddPublication(values=values, reason=reason, **how), "publication")


_ITEM = field_options(
    "recommendation",
    also=("stage", "track", "target"),
    without=("title", "kind"),
    theme={"help": "Its theme; better-practice."},
    stage={"type": OneOf(_OPEN_STAGES)},
)
_LEADS = click.option(
    "--lead",
    "leads",
    multiple=True,
    type=WORDS,
    metavar="NAME",
    help="Who leads; repeat it for several, or put semicolons between.",
)


_OUTCOMES = click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=WORDS,
    metavar="NUMBER",
    help="An outcome that it contributes to; repeat it, or put commas between.",
)


@add.command(
    "recommendation",
    epilog=example(
        'add recommendation HC "Record outcomes in one place" --number 16 --theme better-practice --lead C3 --author "C3 lead"'
    ),
)
@click.argument("publication", metavar="CODE", type=WORDS, shell_complete=complete_reference)
@click.argument("title", type=WORDS)
@field_options("recommendation", "kind", kind={"help": "What it is; by its publication unless said."})
@_ITEM
@as_words_option
@_LEADS
@_OUTCOMES
@new_party_option
@basis_options
@writing_options
def add_recommendation(publication: str, title: str, **given: Any) -> None:
    """Add an item to a publication: TITLE is a short name in your own words.

    Prints its reference.
    """
    _add_item(publication, title, given)


@add.command(
    "commitment", epilog=example('add commitment CCP "Share one training module" --number 15 --author "C3 lead"')
)
@click.argument("publication", metavar="CODE", type=WORDS, shell_complete=complete_reference)
@click.argument("title", type=WORDS)
@_ITEM
@as_words_option
@_LEADS
@_OUTCOMES
@new_party_option
@basis_options
@writing_options
def add_commitment(publication: str, title: str, **given: Any) -> None:
    """Add a commitment to a plan: TITLE is a short name in your own words.

    Prints its reference.
    """
    _add_item(publication, title, given | {"kind": ItemKind.COMMITMENT})


def _add_item(publication: str, title: str, given: dict[str, Any]) -> None:
    from store.commands import AddItem

    with open_for_writing(given) as session:
        conn = session.register.conn
        owner = find_publication(conn, publication)[0]
        if given["theme"]:
            given["theme"] = find_theme(conn, given["theme"], owner)[0]
        if given["part_of"]:
            given["part_of"] = find_item(conn, given["part_of"])[0]
        values = field_values("recommendation", given | {"title": title})
        more = given_options(given, "track", "stage", "target", "as_words", "basis", "place") | {
            "leads": split_leads(conn, given["leads"]),
            "outcomes": split_outcomes(conn, given["outcomes"]),
        }
        _add(
            session,
            lambda reason: AddItem(publication=owner, values=values, reason=reason, **more),
            "recommendation",
        )


@add.command(
    "action", epilog=example('add action HC-6 "Send the response" --due "November 2024" --whose C3 --author "C3 lead"')
)
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@click.argument("text", type=WORDS)
@field_options(
    "action", without=("text",), kind={"help": "A promise unless said."}, due={"help": "By when, as written."}
)
@as_words_option
@click.option("--said", type=PAST_DATE, metavar="DATE", help="When it was said; today unless said.")
@click.option("--where", type=WORDS, metavar="TEXT", help="Where it was said.")
@basis_options
@writing_options
def add_action(ref: str, text: str, **given: Any) -> None:
    """Add a promise, a milestone or a dependency under an item.

    Prints the beginning of its id; finish it with: fairlead edit action ID --done
    """
    from store.commands import AddAction

    with open_for_writing(given) as session:
        item = find_item(session.register.conn, ref)[0]
        values = field_values("action", given | {"text": text})
        more = given_options(given, "said", "where", "as_words", "basis", "place")
        _add(session, lambda reason: AddAction(item=item, values=values, reason=reason, **more))


MEASURE_PARTS = (
    click.option("--unit", type=WORDS, metavar="TEXT", help="Its unit: referrals; '' for none."),
    click.option("--period", type=WORDS, metavar="TEXT", help="What it covers: since 5 Sept 2023; '' for none."),
)
"""The options of a figure beside its fields."""


@add.command(
    "measure",
    epilog=example('add measure CCP-10 "Referrals" "4,141" --period "since 5 Sept 2023" --author "C3 lead"'),
)
@click.argument("what", metavar="REF|CODE", type=WORDS, shell_complete=complete_reference)
@click.argument("name", type=WORDS)
@click.argument("figure", type=WORDS)
@MEASURE_PARTS[0]
@MEASURE_PARTS[1]
@basis_options
@writing_options
def add_measure(what: str, name: str, figure: str, **given: Any) -> None:
    """Record a figure of an item or a publication: what it counts, and the figure as printed.

    Prints the beginning of its id.
    """
    from store.commands import AddMeasure

    with open_for_writing(given) as session:
        kind, entity = find_either(session.register, what)
        more = given_options(given, "unit", "period", "basis", "place")
        more["publication" if kind == "publication" else "item"] = entity
        values = {"name": name, "figure": figure}
        _add(session, lambda reason: AddMeasure(values=values, reason=reason, **more))


@add.command("link", epilog=example('add link HC-6 same-work CAM-1 --author "C3 lead"'))
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@click.argument("relation", type=OneOf(RELATIONS))
@click.argument("other", type=WORDS, shell_complete=complete_reference)
@field_options("link")
@basis_options
@writing_options
def add_link(ref: str, relation: Any, other: str, **given: Any) -> None:
    """Tie one item to another; same-as joins the first to the other, and it is counted no more."""
    from store.commands import AddLink

    with open_for_writing(given) as session:
        first, second = (find_item(session.register.conn, name)[0] for name in (ref, other))
        values, how = field_values("link", given), given_options(given, "basis", "place")
        session.do(
            lambda reason: [AddLink(item=first, relation=relation, other=second, values=values, reason=reason, **how)]
        )


@add.command("theme", epilog=example('add theme "Shared training" --publication CCP --author "C3 lead"'))
@click.argument("name", type=WORDS)
@field_options("theme")
@click.option("--publication", metavar="CODE", type=FILLED_WORDS, help="The plan whose own theme it is.")
@basis_options
@writing_options
def add_theme(name: str, **given: Any) -> None:
    """Add a theme, of the register or of one plan.

    Prints its name.
    """
    from store.commands import AddTheme

    with open_for_writing(given) as session:
        values, how = field_values("theme", given | {"name": name}), given_options(given, "basis", "place")
        if given["publication"]:
            how["publication"] = find_publication(session.register.conn, given["publication"])[0]
        _add(session, lambda reason: AddTheme(values=values, reason=reason, **how), "theme")
