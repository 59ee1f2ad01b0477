"""Settle fields in conflict with the value of one of their sides."""

from __future__ import annotations

from store.commands.base import Command
from store.domain.errors import NotAllowed
from store.log.change import WITHDRAWN, heads
from store.log.writer import ChangeWriter

NEVER_AT_ONCE = frozenset({"stage", "marking", WITHDRAWN})
"""Fields that are settled one by one, and never for all of one person's at once; as those of replies are."""


class SettleConflict(Command):
    """Settle a field in conflict with the value of one of its sides, a change; basis and place come along.

    The side keeps its reason, which is not needed twice; where one was needed there and not given, none is here.
    """

    kind: str
    entity: str
    field: str
    change: str

    def write(self, writer: ChangeWriter) -> None:
        changes = writer.of_entity(self.entity)
        chosen = next((change for change in changes if change.id == self.change), None)
        if chosen is None:
            raise NotAllowed("That side of the conflict is not in this register.")
        name = self.field if self.field in chosen.fields else WITHDRAWN
        if not chosen.is_readable(name):
            raise NotAllowed("That value was left out of this copy: it cannot be chosen here.")
        value = chosen.value(name)
        with writer.by_rule():
            if writer.current(self.entity, WITHDRAWN).value and name != WITHDRAWN:
                # The edit is to hold, so the withdrawal that had not seen it does not.
                writer.set(self.kind, self.entity, WITHDRAWN, False, reason=self.reason)
            top = heads(writer.of_entity(self.entity), name)
            if len(top) > 1 or (name == WITHDRAWN and self.field != WITHDRAWN):
                writer.set(
                    self.kind, self.entity, name, value.value, basis=value.basis, place=value.place,
                    reason=self.reason or ("" if chosen.reason == "" else None),
                )  # fmt: skip


def is_settled_alone(kind: str, field: str) -> bool:
    """Whether a conflict is put to a person by itself: of a reply, a stage, a marking, or a withdrawal."""
    return kind == "reply" or field in NEVER_AT_ONCE
