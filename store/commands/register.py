"""What is about the register itself: its title, marking, day and next committee, and its themes."""

from __future__ import annotations

from store.commands.base import Command, part_date
from store.domain.errors import BadInput
from store.domain.fields import KINDS, REGISTER
from store.domain.names import fold_name
from store.log.change import digest
from store.log.writer import Pen


class DescribeRegister(Command):
    """Say what the register is called, how it is marked, the day it stands at (ISO, "" for today), the next committee.

    Also what Attention goes by: the years after which an open item is old, the days without a word after which it is
    stale; the usual reasons to move a target, a line each; and the largest evidence file kept inside, in MB.
    """

    title: str | None = None
    marking: str | None = None
    day: str | None = None
    next_committee: str | None = None
    aged_after: int | None = None
    stale_after: int | None = None
    move_reasons: str | None = None
    embed_limit: int | None = None

    def write(self, pen: Pen) -> None:
        values: dict[str, object] = {}
        for name in KINDS["register"].fields:
            if name in self.model_fields_set:
                value = getattr(self, name)
                value = None if value == "" else value
                values[name] = part_date(value, name, pen.today) if name == "next_committee" else value
        for name in ("title", "marking"):
            if values.get(name, name) is None:
                raise BadInput(name, f"A register needs its {name}.")
        if not pen.exists(REGISTER):
            pen.create("register", {"title": "Improvement register", "marking": "OFFICIAL"} | values, thing=REGISTER)
            return
        for name, new in values.items():
            pen.set("register", REGISTER, name, new, reason=self.reason)


def theme_id(name: str, publication: str | None = None) -> str:
    """A theme's id follows from its name, so that every register means the same one."""
    return digest("theme", fold_name(name), publication or "")


class AddTheme(Command):
    """Add a theme, of the register or of one plan."""

    name: str
    definition: str | None = None
    position: int | None = None
    publication: str | None = None

    def write(self, pen: Pen) -> None:
        if not fold_name(self.name):
            raise BadInput("name", "A theme needs a name.")
        values = {
            "name": self.name,
            "definition": self.definition or None,
            "position": self.position,
            "publication": self.publication,
        }
        pen.create("theme", values, thing=theme_id(self.name, self.publication), basis=self.known(values))
