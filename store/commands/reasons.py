"""Mark the reason that a change gives, apart from what it is a reason for."""

from __future__ import annotations

from contextlib import suppress

from store.commands.base import Command
from store.domain.errors import NotAllowed
from store.domain.vocabulary import MARKINGS
from store.log.change import association_id
from store.log.writer import ChangeWriter


class MarkReason(Command):
    """Set the marking of the reasons that one action gives; a reason without one is marked as its entity is.

    Where it is marked higher, what is current of the values beside it is written again: a reason that stays behind takes
    its values along, and so they leave without it.
    """

    action: str
    marking: str

    def write(self, writer: ChangeWriter) -> None:
        changes = [change for change in writer.log.of_action(self.action) if change.reason]
        if not changes:
            raise NotAllowed("That action gives no reason that could be marked.")
        for change in changes:
            values: dict[str, object] = {"change": change.id, "marking": self.marking}
            entity = association_id("reason_marking", values)
            if writer.exists(entity):
                writer.set("reason_marking", entity, "marking", self.marking, reason=self.reason)
            else:
                writer.create("reason_marking", values, reason=self.reason)
            if self.marking != MARKINGS[0]:
                # What was left out of this copy or withdrawn has no values that would leave.
                with suppress(NotAllowed):
                    writer.restate(change.kind, change.entity, of=change.id)
