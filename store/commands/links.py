"""Link items to each other."""

from __future__ import annotations

from typing import Literal

from store.commands.base import item_status
from store.commands.values import FieldsCommand
from store.domain.errors import NotAllowed
from store.domain.references import joined_to
from store.log.writer import ChangeWriter


class AddLink(FieldsCommand):
    """Link two items: same work, depends on, supersedes, or same as.

    An item that is the same as another is joined to it: not counted, and its reference resolves to the other.
    """

    entity_kind = "link"
    item: str
    relation: Literal["same-work", "depends-on", "supersedes", "same-as"]
    other: str

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        item_status(writer, self.other)
        if self.item == self.other:
            raise NotAllowed("An item cannot be linked to itself.")
        if self.relation == "same-as" and self.item in joined_to(writer.conn, self.other):
            other, item = (writer.name_of("recommendation", entity) for entity in (self.other, self.item))
            raise NotAllowed(f"{other} is joined to {item} already.")
        ends = {"recommendation": self.item, "other": self.other}
        if self.relation == "same-work":
            ends = dict(zip(ends, sorted(ends.values()), strict=True))
        values = self.read(writer) | {"relation": self.relation, **ends}
        writer.create("link", values, basis=self.provenance(values), reason=self.reason)
