"""Record and correct measures: figures with unit and period, of an item or of a publication."""

from __future__ import annotations

import re
from typing import Any

from store.commands.base import item_status
from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.log.writer import ChangeWriter


def _figure(value: dict[str, Any], unit: str | None, period: str | None) -> dict[str, Any]:
    """A figure with its unit and period; of "4,141" the number is 4141."""
    grouped = re.match(r"\s*(\d{1,3}(?:,\d{3})+)(?!\d)", value["text"])
    number = int(grouped[1].replace(",", "")) if grouped else value["number"]
    return {"text": value["text"], "number": number, "unit": unit or None, "period": period or None}


class AddMeasure(FieldsCommand):
    """Record a measure of an item, or of a publication."""

    entity_kind = "measure"
    item: str | None = None
    publication: str | None = None
    unit: str | None = None
    period: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        if bool(self.item) == bool(self.publication):
            raise BadInput("item", "A figure is of an item or of a publication.")
        if self.item:
            item_status(writer, self.item)
        elif writer.current(str(self.publication), "withdrawn").value:
            raise NotAllowed(
                f"{writer.name_of('publication', str(self.publication))} has been withdrawn. Undo that first."
            )
        values = self.read(writer, "name", "figure")
        values["figure"] = _figure(values["figure"], self.unit, self.period)
        owner = {"recommendation": self.item} if self.item else {"publication": self.publication}
        writer.create("measure", values | owner, basis=self.provenance(values), reason=self.reason)


class CorrectMeasure(FieldsCommand):
    """Correct a measure; what is None is unchanged, "" clears its unit or period."""

    entity_kind = "measure"
    measure: str
    unit: str | None = None
    period: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        row = writer.conn.execute("SELECT withdrawn, left_out FROM measure WHERE id = ?", (self.measure,)).fetchone()
        if row is None or row[0]:
            raise NotAllowed("That figure has been withdrawn already.")
        if row[1]:
            raise NotAllowed("That figure was left out of this copy and cannot be corrected here.")
        values = self.read(writer, *(name for name in ("name", "figure") if name in self.values))
        held: Any = writer.current(self.measure, "figure").value or {"text": "", "number": None}
        now = values["figure"] or held
        unit, period = (
            held.get(name) if new is None else new for name, new in (("unit", self.unit), ("period", self.period))
        )
        new = {"name": values["name"], "figure": _figure(now, unit, period)}
        for name, value in new.items():
            if value is not None:
                writer.set("measure", self.measure, name, value, basis=self.basis, place=self.place, reason=self.reason)
