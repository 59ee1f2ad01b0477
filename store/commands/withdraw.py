"""Withdrawing: an entity goes out of the register's tables and stays in its history."""

from __future__ import annotations

from store.commands.base import Command
from store.commands.stage_rules import follow
from store.domain.errors import BadInput, NotAllowed
from store.domain.fields import KINDS
from store.log.writer import Pen


class Withdraw(Command):
    """Withdraw a thing: a note, an action, a link, an item or a publication. It stays in the history."""

    kind: str
    thing: str

    def write(self, pen: Pen) -> None:
        if self.kind not in KINDS or self.kind in ("register", "party"):
            raise BadInput("kind", f"A {self.kind} cannot be withdrawn.")
        if self.kind == "publication":
            held = pen.conn.execute(
                "SELECT count(*) FROM recommendation WHERE publication = ? AND withdrawn = 0", (self.thing,)
            ).fetchone()[0]
            if held:
                raise NotAllowed(
                    f"{pen.name_of('publication', self.thing)} still has {held} items. Withdraw them first."
                )
        pen.withdraw(self.kind, self.thing, reason=self.reason)
        if self.kind in ("submission", "reply"):
            follow(pen, str(pen.current(self.thing, "recommendation").value), self.reason)
