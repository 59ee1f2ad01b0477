"""Add and correct items: what they are called, what they ask, their theme, leads and outcomes, and whose move is next."""

from __future__ import annotations

from store.commands.base import Command, item_status, party, target_value
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_number, tidy_number
from store.domain.vocabulary import (
    Basis,
    ItemKind,
    NextMove,
    Stage,
    Status,
    Track,
)
from store.log.change import digest
from store.log.writer import Pen


def item_id(publication: str, number: str) -> str:
    """The id of an item that was numbered when recorded, so that two people who record the same one meet."""
    return digest("recommendation", publication, fold_number(number))


def recorded_number(number: str | None, kind: ItemKind) -> str | None:
    """A number as it is recorded; None for none.

    A report may number its areas for development apart from its recommendations, from 1 on again: theirs are recorded as
    AFD1, so that the two are never taken for one.
    """
    plain = tidy_number(number or "")
    return f"AFD{plain}" if kind == ItemKind.AREA_FOR_DEVELOPMENT and plain[:1].isdigit() else plain or None


class AddItem(Command):
    """Add an item to a publication. Without a number it is given a label of its own, shown as HC-x3f9."""

    publication: str
    number: str | None = None
    label: str | None = None
    kind: ItemKind | None = None
    title: str
    text: str | None = None
    addressed_to: str | None = None
    part_of: str | None = None
    theme: str | None = None
    track: Track = Track.NOT_STATED
    stage: Stage = Stage.NOT_STATED
    target: str | None = None
    leads: tuple[str, ...] = ()
    marking: str = "OFFICIAL"

    def write(self, pen: Pen) -> None:
        if not self.title.strip():
            raise BadInput("title", "An item needs a short title in your own words.")
        if pen.current(self.publication, "withdrawn").value:
            raise NotAllowed(f"{pen.name_of('publication', self.publication)} has been withdrawn. Undo that first.")
        if self.part_of:
            _check_whole(pen, self.part_of, self.publication)
        kind = self.kind or (
            ItemKind.COMMITMENT if pen.current(self.publication, "kind").value == "plan" else ItemKind.RECOMMENDATION
        )
        number = recorded_number(self.number, kind)
        if number and not fold_number(number):
            raise BadInput("number", f'"{number}" has neither a letter nor a digit; leave it empty if it is not known.')
        thing, label = self._identity(pen, number)
        if self.stage not in (Stage.NOT_STATED, Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.COLLATING):
            raise NotAllowed("A new item is open. Add it first, then say how it ended.")
        values = {
            "publication": self.publication,
            "part_of": self.part_of,
            "number": number,
            "label": label,
            "kind": kind,
            "title": self.title,
            "text": self.text or None,
            "addressed_to": self.addressed_to or None,
            "stage": {"text": self.stage},
            "track": self.track,
            "theme": self.theme,
            "target": target_value(self.target, today=pen.today) if self.target else None,
            "marking": self.marking,
        }
        known = self.known(values) | ({"theme": (str(Basis.ASSIGNED), None)} if self.theme else {})
        thing = pen.create("recommendation", values, thing=thing, basis=known, reason=self.reason)
        for name in self.leads:
            pen.create("lead", {"recommendation": thing, "party": party(pen, name)})

    def _identity(self, pen: Pen, number: str | None) -> tuple[str, str | None]:
        if not number:
            thing = pen.token()
            return thing, self.label or f"x{thing[:4]}"
        here = pen.conn.execute(
            "SELECT id, number, reference FROM recommendation WHERE publication = ? AND withdrawn = 0 "
            "AND number IS NOT NULL",
            (self.publication,),
        ).fetchall()
        for _, other, reference in here:
            if fold_number(other) == fold_number(number):
                raise NotAllowed(f"{reference} is here already. Correct that one, or give this one another number.")
        thing = item_id(self.publication, number)
        if not pen.exists(thing) or pen.current(thing, "withdrawn").value:
            return thing, None
        if fold_number(str(pen.current(thing, "number").value or "")) == fold_number(number):
            raise NotAllowed(f"The number {number} is given twice. Give each item a number of its own.")
        return pen.token(), None


def _check_whole(pen: Pen, whole: str, publication: object) -> None:
    """Refuse to make an item a part of one that is a part itself, or of another publication: it would be in no list."""
    if pen.current(whole, "part_of").value:
        raise BadInput(
            "part_of", f"{pen.name_of('recommendation', whole)} is a part itself; name the item it belongs to."
        )
    if pen.exists(whole) and pen.current(whole, "publication").value != publication:
        raise BadInput("part_of", "A part belongs to an item of its own publication.")


_CORRECTABLE = ("number", "kind", "title", "text", "addressed_to", "theme", "marking", "part_of")


class CorrectItem(Command):
    """Correct what is recorded of an item; fields that are not given stay as they are, "" empties one."""

    item: str
    number: str | None = None
    kind: ItemKind | None = None
    title: str | None = None
    text: str | None = None
    addressed_to: str | None = None
    theme: str | None = None
    marking: str | None = None
    part_of: str | None = None

    def write(self, pen: Pen) -> None:
        item_status(pen, self.item)
        for field in (name for name in _CORRECTABLE if name in self.model_fields_set):
            value = getattr(self, field) or None
            if value is None and field in ("title", "kind", "marking"):
                raise BadInput(field, f"An item needs its {field}.")
            if field == "number":
                value = recorded_number(value, ItemKind(str(self.kind or pen.current(self.item, "kind").value)))
                self._check_number(pen, value)
            if field == "part_of" and value:
                self._check_part(pen, value)
            basis = Basis.ASSIGNED if field == "theme" and self.basis == Basis.ENTERED else self.basis
            pen.set("recommendation", self.item, field, value, basis=basis, place=self.place, reason=self.reason)

    def _check_part(self, pen: Pen, whole: str) -> None:
        has_parts = "SELECT 1 FROM recommendation WHERE part_of = ? AND withdrawn = 0"
        if whole == self.item or pen.conn.execute(has_parts, (self.item,)).fetchone():
            name = pen.name_of("recommendation", self.item)
            raise BadInput("part_of", f"{name} cannot be a part: of itself, or with parts of its own.")
        _check_whole(pen, whole, pen.current(self.item, "publication").value)

    def _check_number(self, pen: Pen, number: str | None) -> None:
        if number is None:
            if pen.current(self.item, "label").value is None:
                pen.set("recommendation", self.item, "label", f"x{self.item[:4]}")
            return
        rows = pen.conn.execute(
            "SELECT number, reference FROM recommendation WHERE id <> ? AND withdrawn = 0 AND number IS NOT NULL AND "
            "publication = (SELECT publication FROM recommendation WHERE id = ?)",
            (self.item, self.item),
        )
        for other, reference in rows:
            if fold_number(other) == fold_number(number):
                raise BadInput("number", f"{reference} has that number already.")


class SetLeads(Command):
    """Say who leads on an item: the names given lead, others no longer do."""

    item: str
    leads: tuple[str, ...]

    def write(self, pen: Pen) -> None:
        item_status(pen, self.item)
        wanted = {party(pen, name) for name in self.leads if name.strip()}
        now = pen.conn.execute("SELECT id, party FROM lead WHERE recommendation = ? AND withdrawn = 0", (self.item,))
        held = {row[1]: row[0] for row in now}
        for who in sorted(wanted - set(held)):
            pen.create("lead", {"recommendation": self.item, "party": who}, reason=self.reason)
        for who in sorted(set(held) - wanted):
            pen.withdraw("lead", held[who], reason=self.reason)


class SetOutcomes(Command):
    """Say which outcomes an item contributes to, by their ids."""

    item: str
    outcomes: tuple[str, ...]

    def write(self, pen: Pen) -> None:
        item_status(pen, self.item)
        rows = pen.conn.execute(
            "SELECT id, outcome FROM contribution WHERE recommendation = ? AND withdrawn = 0", (self.item,)
        )
        held = {row[1]: row[0] for row in rows}
        for outcome in sorted(set(self.outcomes) - set(held)):
            pen.create("contribution", {"recommendation": self.item, "outcome": outcome}, reason=self.reason)
        for outcome in sorted(set(held) - set(self.outcomes)):
            pen.withdraw("contribution", held[outcome], reason=self.reason)


class SetNextMove(Command):
    """Say whose move is next, and until when or what; None where nobody's is known."""

    item: str
    who: NextMove | None
    until: str | None = None

    def write(self, pen: Pen) -> None:
        if item_status(pen, self.item) == Status.CLOSED and self.who:
            raise NotAllowed(f"{pen.name_of('recommendation', self.item)} is closed: nobody's move is next.")
        value = {"text": self.who, "until": self.until or None} if self.who else None
        pen.set("recommendation", self.item, "next_move", value, basis=self.basis, place=self.place, reason=self.reason)
