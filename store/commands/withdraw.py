"""Withdraw entities: a withdrawn entity is shown nowhere but in the history."""

from __future__ import annotations

from store.commands.base import Command
from store.commands.stage_rules import derive_stage
from store.domain.errors import BadInput, NotAllowed
from store.domain.fields import KINDS
from store.log.describe import count_of
from store.log.writer import ChangeWriter


class Withdraw(Command):
    """Withdraw an entity, such as a note, a link or an item; it stays in the history."""

    kind: str
    entity: str

    def write(self, writer: ChangeWriter) -> None:
        if self.kind not in KINDS or self.kind in ("register", "party"):
            raise BadInput("kind", f"A {self.kind} cannot be withdrawn.")
        if self.kind == "publication":
            held = writer.conn.execute(
                "SELECT count(*) FROM recommendation WHERE publication = ? AND withdrawn = 0", (self.entity,)
            ).fetchone()[0]
            if held:
                them = "them" if held > 1 else "it"
                raise NotAllowed(
                    f"{writer.name_of('publication', self.entity)} still has {count_of(held, 'item')}. Withdraw {them} first."
                )
        writer.withdraw(self.kind, self.entity, reason=self.reason)
        if self.kind in ("submission", "reply"):
            derive_stage(writer, str(writer.current(self.entity, "recommendation").value), self.reason)
