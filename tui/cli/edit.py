"""`fairlead edit`: correct what is recorded of an item, a publication, the register, an action or a note; withdraw
one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click

from store.domain.errors import NotFound
from store.domain.field_types import FieldType
from store.domain.fields import KINDS, REGISTER
from store.domain.references import (
    find_item,
    find_log_action,
    find_publication,
    find_theme,
)
from store.domain.vocabulary import LeadState
from store.queries.filter import NO_LEAD, NO_OUTCOME, NO_THEME
from store.queries.item_detail import item_detail
from store.queries.leads import one_lead, split_leads
from store.queries.query_names import split_outcomes
from tui.cli.add import RELATIONS
from tui.cli.base import (
    CommandMisused,
    WritingSession,
    basis_options,
    complete_reference,
    example,
    new_party_option,
    open_for_writing,
    writing_options,
)
from tui.cli.options import NOT_STATED, field_options, field_values, lead_fields
from tui.cli.restate import RESTATE, print_what_stays_behind, restated
from tui.cli.set import given_options
from tui.cli.typed_choices import OneOf, hyphenate
from tui.cli.typed_text import FILLED_WORDS, WORDS

if TYPE_CHECKING:
    from store.commands import Command


class _ByName(click.Group):
    """`edit HC-6` is `edit item HC-6`, and `edit HC` is `edit publication HC`: a reference has a hyphen or a space."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            code = re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", args[0])
            args = ["publication" if code else "item", *args]
        return super().resolve_command(ctx, args)


WITHDRAW = click.option("--withdraw", is_flag=True, help="Withdraw it: out of sight, and still in the history.")


@click.group(
    "edit",
    cls=_ByName,
    subcommand_metavar="REF|CODE|register|action|submission|reply|note|measure|theme|link|lead|reason [OPTIONS]",
    epilog=example(
        'edit HC-6 --title "Better third-party reporting" --author "C3 lead"',
        'edit HC --total 15 --author "C3 lead"',
        'edit register --next-committee "4 December 2024" --author "C3 lead"',
    ),
)
def edit() -> None:
    """Correct what is recorded; what is not given stays as it is, and '' empties.

    A reference (HC-6) is an item, a code (HC) a publication. Ids of actions and notes are in: fairlead show REF
    """


def write_correction(
    session: WritingSession, kind: str, entity: str, withdraw: bool, *commands: tuple[Any, dict[str, Any]]
) -> None:
    """Execute the commands (class, fields) that have fields, as one action. Raises CommandMisused where none has."""
    from store.commands import Withdraw

    wanted = [(make, fields) for make, fields in commands if fields]
    if not wanted and not withdraw:
        raise CommandMisused(f"Say what to correct. See: fairlead edit {kind} --help")
    if wanted and withdraw:
        raise CommandMisused("Correct it or withdraw it, not both at once.")

    def build(reason: str | None) -> list[Command]:
        if withdraw:
            table = "recommendation" if kind == "item" else kind
            return [Withdraw(kind=table, entity=entity, reason=reason)]
        return [make(reason=reason, **fields) for make, fields in wanted]

    session.do(build)


def values_of(kind: str, given: dict[str, Any]) -> dict[str, Any]:
    """The argument `values` of a command, from the options given of a kind's fields; empty where none was."""
    fields = field_values(kind, given)
    return {"values": fields} if fields else {}


def correction(kind: str, entity: str, given: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The command Correct and its arguments, empty where no field was given and nothing is to be written again."""
    from store.commands import Correct

    fields = values_of(kind, given) | restated(given)
    return Correct, all_fields(fields, given, kind=kind, entity=entity, **given_options(given, "as_words"))


def all_fields(fields: dict[str, Any], given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The arguments of a command: `fields`, basis and place, and `more`; empty where there are no fields."""
    return fields | given_options(given, "basis", "place") | more if fields else {}


@edit.command(
    "item",
    epilog=example(
        'edit HC-6 --theme better-practice --lead C3 --lead "Local Policing" --author "C3 lead"',
        'edit CCP-11 --outcome 2 --outcome 3 --author "C3 lead"',
        'edit CCP-11 --lead-state "Police Scotland=under-way" --lead-state SAS=done --author "C3 lead"',
    ),
)
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@field_options("recommendation", theme={"help": f"Its theme, or {NO_THEME}."})
@click.option(
    "--lead",
    "leads",
    multiple=True,
    type=WORDS,
    metavar="NAME",
    help=f"Who leads, all of them, or {NO_LEAD}; repeat it.",
)
@click.option(
    "--lead-state",
    "lead_states",
    multiple=True,
    type=WORDS,
    metavar="NAME=STATE",
    help=f"How far a lead has got with their own part: {', '.join(LeadState)}, or {NOT_STATED}.",
)
@click.option(
    "--lead-role", "lead_roles", multiple=True, type=WORDS, metavar="NAME=TEXT", help="What a lead does in it."
)
@click.option(
    "--outcome",
    "outcomes",
    multiple=True,
    type=WORDS,
    metavar="NUMBER",
    help=f"The outcomes that it contributes to, all of them, or {NO_OUTCOME}.",
)
@new_party_option
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_item(ref: str, withdraw: bool, **given: Any) -> None:
    """Correct an item. `fairlead edit HC-6` will do.

    Where it stands is set with: fairlead set REF
    """
    from store.commands import SetLeads, SetLeadState, SetOutcomes

    with open_for_writing(given) as session:
        conn = session.register.conn
        item = find_item(conn, ref)[0]
        if given["theme"]:
            detail = item_detail(conn, item)
            owner = detail.publication.id if detail else None
            given["theme"] = "" if hyphenate(given["theme"]) == NO_THEME else find_theme(conn, given["theme"], owner)[0]
        if given["part_of"]:
            given["part_of"] = find_item(conn, given["part_of"])[0]
        leads = split_leads(conn, given["leads"])
        print_what_stays_behind(session, "recommendation", item, given)
        led = {"leads": () if leads == (NO_LEAD,) else leads} if given["leads"] else {}
        contributed = {"outcomes": split_outcomes(conn, given["outcomes"])} if given["outcomes"] else {}
        write_correction(
            session,
            "item",
            item,
            withdraw,
            correction("recommendation", item, given),
            (SetLeads, all_fields(led, given, item=item)),
            (SetOutcomes, all_fields(contributed, given, item=item)),
            *(
                (SetLeadState, all_fields(of_lead | {"lead": one_lead(conn, of_lead["lead"])}, given, item=item))
                for of_lead in lead_fields(given)
            ),
        )


@edit.command("publication", epilog=example('edit HC --last-update "September 2024" --updates 6 --author "C3 lead"'))
@click.argument("name", metavar="CODE", type=WORDS, shell_complete=complete_reference)
@field_options("publication")
@click.option(
    "--file", "place_of_file", type=WORDS, metavar="PATH", help="Where its file lies, for this desk; '' for none."
)
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_publication(name: str, withdraw: bool, **given: Any) -> None:
    """Correct a publication. `fairlead edit HC` will do."""
    from store.commands import SetPublicationFile

    with open_for_writing(given) as session:
        entity = find_publication(session.register.conn, name)[0]
        print_what_stays_behind(session, "publication", entity, given)
        filed = given_options(given, "place_of_file")
        write_correction(
            session,
            "publication",
            entity,
            withdraw,
            correction("publication", entity, given),
            (SetPublicationFile, filed | {"publication": entity} if filed else {}),
        )


_LISTS = tuple(name for name, field in KINDS[REGISTER].fields.items() if field.type == FieldType.TEXT)
"""The fields of the register that have a line for each value: an option for each of these is given again for more."""
_REPEATED = {"multiple": True}


@edit.command("register", epilog=example('edit register --next-committee "4 December 2024" --author "C3 lead"'))
@field_options("register", priorities=_REPEATED, kinds=_REPEATED, kinds_apart=_REPEATED, delay_kinds=_REPEATED)
@RESTATE
@writing_options
def edit_register(**given: Any) -> None:
    """Correct what is recorded of the register itself."""
    from store.commands import Correct, DescribeRegister

    with open_for_writing(given) as session:
        given |= {name: "\n".join(given[name]) if given[name] else None for name in _LISTS}
        print_what_stays_behind(session, REGISTER, REGISTER, given)
        again = {"kind": REGISTER, "entity": REGISTER, "restate": True} if given["restate"] else {}
        write_correction(
            session, REGISTER, REGISTER, False, (DescribeRegister, values_of(REGISTER, given)), (Correct, again)
        )


@edit.command("theme", epilog=example('edit theme Governance --definition "Who decides" --author "C3 lead"'))
@click.argument("theme", metavar="NAME", type=WORDS)
@field_options(
    "theme", "name", "definition", "position", name={"help": "Another name."}, position={"help": "Its place."}
)
@click.option("--publication", metavar="CODE", type=FILLED_WORDS, help="The plan whose own theme it is.")
@WITHDRAW
@basis_options
@writing_options
def edit_theme(theme: str, withdraw: bool, publication: str | None, **given: Any) -> None:
    """Correct or withdraw a theme, by its name."""
    from store.commands import Correct

    with open_for_writing(given) as session:
        conn = session.register.conn
        entity = find_theme(conn, theme, find_publication(conn, publication)[0] if publication else None)[0]
        write_correction(
            session,
            "theme",
            entity,
            withdraw,
            (Correct, all_fields(values_of("theme", given), given, kind="theme", entity=entity)),
        )


@edit.command("link", epilog=example('edit link CCP-10 same-work MHD-2 --withdraw --author "C3 lead"'))
@click.argument("ref", type=WORDS, shell_complete=complete_reference)
@click.argument("relation", type=OneOf(RELATIONS))
@click.argument("other", type=WORDS, shell_complete=complete_reference)
@WITHDRAW
@writing_options
def edit_link(ref: str, relation: str, other: str, withdraw: bool, **given: Any) -> None:
    """Withdraw a link between two items."""
    with open_for_writing(given) as session:
        item = find_item(session.register.conn, ref)[0]
        end, name, _ = find_item(session.register.conn, other)
        detail = item_detail(session.register.conn, item)
        fits = [
            link.id
            for link in (detail.links if detail else ())
            if (link.fields["relation"], link.fields["item"]) == (relation, end)
            and (relation == "same-work" or link.fields["direction"] == "out")
        ]
        if not fits:
            raise NotFound(f"link {relation} from {ref} to {name}")
        write_correction(session, "link", fits[0], withdraw)


@edit.command("lead", epilog=example('edit lead "NHS Boards" --same-as "NHS 24" --author "C3 lead"'))
@click.argument("name", type=WORDS)
@click.option(
    "--same-as", type=WORDS, metavar="NAME", required=True, help="The other name of the same; '' where it is none."
)
@writing_options
def edit_lead(name: str, same_as: str, **given: Any) -> None:
    """Say that two names are one lead: it is shown and counted under the other name."""
    from store.commands import JoinParties, SeparateParties

    with open_for_writing(given) as session:
        name, same_as = (one_lead(session.register.conn, typed) for typed in (name, same_as))
        session.do(
            lambda reason: [
                JoinParties(name=name, other=same_as, reason=reason)
                if same_as.strip()
                else SeparateParties(name=name, reason=reason)
            ]
        )


@edit.command("reason", epilog=example('edit reason 5daa64 --marking OFFICIAL-SENSITIVE --author "C3 lead"'))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("reason_marking")
@writing_options
def edit_reason(start: str, marking: str | None, **given: Any) -> None:
    """Mark the reason that an action gives, by the beginning of its id. Ids: fairlead log"""
    from store.commands import MarkReason

    with open_for_writing(given) as session:
        if not marking:
            raise CommandMisused("Say how it is marked, with --marking.")
        action = find_log_action(session.register.conn, start)
        session.do(lambda reason: [MarkReason(action=action, marking=marking, reason=reason)])
