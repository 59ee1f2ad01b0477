"""`fairlead edit` of the work on an item: submissions, replies, actions, notes and figures."""

from __future__ import annotations

from typing import Any

import click

from store.domain.references import (
    find_entity,
)
from tui.cli.add import MEASURE_PARTS
from tui.cli.base import CommandMisused, basis_options, example, open_for_writing, writing_options
from tui.cli.edit import WITHDRAW, all_fields, correction, edit, values_of, write_correction
from tui.cli.options import as_words_option, field_options
from tui.cli.restate import RESTATE, print_what_stays_behind, restated
from tui.cli.set import given_options
from tui.cli.typed_dates import PAST_DATE
from tui.cli.typed_text import WORDS


@click.command("submission", epilog=example("show HC-6"))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("submission")
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_submission(start: str, withdraw: bool, **given: Any) -> None:
    """Correct evidence sent, or withdraw it: the stage then follows from what is left. Ids: fairlead show REF"""
    with open_for_writing(given) as session:
        entity = find_entity(session.register.conn, "submission", start)
        print_what_stays_behind(session, "submission", entity, given)
        write_correction(session, "submission", entity, withdraw, correction("submission", entity, given))


@click.command("reply", epilog=example("show HC-6"))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("reply")
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_reply(start: str, withdraw: bool, **given: Any) -> None:
    """Correct a reply, or withdraw it: the stage then follows from what is left.

    A wrong verdict is withdrawn, and the right one recorded. Ids: fairlead show REF
    """
    with open_for_writing(given) as session:
        entity = find_entity(session.register.conn, "reply", start)
        print_what_stays_behind(session, "reply", entity, given)
        write_correction(session, "reply", entity, withdraw, correction("reply", entity, given))


@click.command("action", epilog=example('edit action cbc880e6 --done --author "C3 lead"'))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("action")
@as_words_option
@click.option("--done/--not-done", default=None, help="It is done, or is not after all.")
@click.option("--on", "day", type=PAST_DATE, metavar="DATE", help="When it was done; today unless said.")
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_action(start: str, withdraw: bool, **given: Any) -> None:
    """Correct an action, finish it or withdraw it, by the beginning of its id."""
    from store.commands import FinishAction

    with open_for_writing(given) as session:
        if given["day"] is not None and not given["done"]:
            raise CommandMisused("--on goes with --done.")
        entity = find_entity(session.register.conn, "action", start)
        print_what_stays_behind(session, "action", entity, given)
        ended = given_options(given, "done", "day")
        write_correction(
            session,
            "action",
            entity,
            withdraw,
            correction("action", entity, given),
            (FinishAction, all_fields(ended, given, action=entity)),
        )


@click.command("note", epilog=example('edit note 335eb407 --dated "May 2024" --author "C3 lead"'))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("note")
@RESTATE
@WITHDRAW
@basis_options
@writing_options
def edit_note(start: str, withdraw: bool, **given: Any) -> None:
    """Correct or withdraw a note, by the beginning of its id: the old one is withdrawn and the corrected one added."""
    from store.commands import CorrectNote

    with open_for_writing(given) as session:
        entity = find_entity(session.register.conn, "note", start)
        values = values_of("note", given) | restated(given)
        write_correction(session, "note", entity, withdraw, (CorrectNote, all_fields(values, given, note=entity)))


@click.command("measure", epilog=example('edit measure 917b0c11 --figure "4,200" --author "C3 lead"'))
@click.argument("start", metavar="ID", type=WORDS)
@field_options("measure")
@MEASURE_PARTS[0]
@MEASURE_PARTS[1]
@WITHDRAW
@basis_options
@writing_options
def edit_measure(start: str, withdraw: bool, **given: Any) -> None:
    """Correct or withdraw a figure, by the beginning of its id. Ids: fairlead show REF"""
    from store.commands import CorrectMeasure

    with open_for_writing(given) as session:
        entity = find_entity(session.register.conn, "measure", start)
        fields = values_of("measure", given) | given_options(given, "unit", "period")
        write_correction(
            session, "measure", entity, withdraw, (CorrectMeasure, all_fields(fields, given, measure=entity))
        )


for command in (edit_submission, edit_reply, edit_action, edit_note, edit_measure):
    edit.add_command(command)
