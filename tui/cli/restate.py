"""The option that writes again what a lowered marking is to free, and the notice where it was not given."""

from __future__ import annotations

from typing import Any

import click

from store.domain.vocabulary import MARKINGS
from tui.cli.base import WritingSession, print_notice

RESTATE = click.option(
    "--restate",
    is_flag=True,
    help="Write what is there again: it then leaves in copies although its marking was higher before.",
)


def print_what_stays_behind(session: WritingSession, kind: str, entity: str, given: dict[str, Any]) -> None:
    """Print a notice where a marking is lowered and the text is not written again."""
    marking = given.get("marking")
    row = session.register.conn.execute(f"SELECT marking FROM {kind} WHERE id = ?", (entity,)).fetchone()
    if marking == MARKINGS[0] and row and row[0] == MARKINGS[-1] and not given.get("restate"):
        print_notice(
            f"What was written while it was {MARKINGS[-1]} stays out of copies marked {MARKINGS[0]}. "
            "To let what is there now leave, do the same with --restate."
        )


def restated(given: dict[str, Any]) -> dict[str, Any]:
    """The argument `restate` of a command, where the option was given."""
    return {"restate": True} if given["restate"] else {}
