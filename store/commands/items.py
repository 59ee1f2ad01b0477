"""Add items; set their leads, outcomes and next move."""

from __future__ import annotations

from store.commands.base import Command, item_status, past_date, target_value, until_text
from store.commands.parties import party_named
from store.commands.stage_rules import stage_value
from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.domain.lists import find_word, register_lists
from store.domain.names import fold_number, foreign_letter, number_key, tidy_number
from store.domain.text import one_line
from store.domain.vocabulary import (
    AS_PUBLISHED,
    CLOSING_STAGES,
    NUMBER_PREFIX,
    Basis,
    ItemKind,
    NextMove,
    Stage,
    Status,
    Track,
    label_of,
)
from store.log.change import digest
from store.log.writer import ChangeWriter

_OPEN_STAGES = (Stage.NOT_STATED, Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.COLLATING)
"""The stages that a new item may be in, unless it is recorded as published."""


def item_id(publication: str, number: str, scope: str | None = None) -> str:
    """The id of a numbered item, derived from its number: recorded by two people, it is the same item.

    `scope` is what it is numbered within, where numbering restarts for each body.
    """
    folded, within = number_key(number, scope)
    return digest("recommendation", publication, folded, *([within] if within else ()))


def recorded_number(number: str | None, kind: str) -> str | None:
    """Normalise an item number; None for none.

    A report may number its areas for development apart from its recommendations, from 1 on again: theirs are recorded
    as AFD1 (see NUMBER_PREFIX), so that the two are never confused. Raises BadInput where it has a letter of another alphabet.
    """
    if letter := foreign_letter(number or ""):
        raise BadInput(
            "number", f'"{number}" has “{letter}”, which may look like one of a to z and is none. Type it again.'
        )
    plain = tidy_number(number or "")
    return NUMBER_PREFIX.get(kind, "") + plain if plain[:1].isdigit() else plain or None


def listed_word(writer: ChangeWriter, name: str, typed: str | None) -> str | None:
    """The kind, the priority or the kind of delay of an item as it is stored; None for none.

    Raises BadInput where the register has no such word.
    """
    if not typed or not typed.strip():
        return None
    lists = register_lists(writer.conn)
    words = {"priority": lists.priorities, "delay": lists.delay_kinds}.get(name)
    found = lists.find_kind(typed) if words is None else find_word(words, typed)
    if found is None:
        there = words if words is not None else (*map(label_of, ItemKind), *lists.kinds, *lists.kinds_apart)
        what = "kind of delay" if name == "delay" else name
        raise BadInput(
            name,
            f"This register has no {what} “{one_line(typed, most=40)}”. There are: {', '.join(there)}. Others are added "
            "with what is recorded of the register itself.",
        )
    return found


class AddItem(FieldsCommand):
    """Add an item to a publication. Without a number it gets a generated label, shown as HC-x3f9."""

    entity_kind = "recommendation"
    publication: str
    label: str | None = None
    track: Track = Track.NOT_STATED
    stage: Stage = Stage.NOT_STATED
    target: str | None = None
    leads: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    """The ids of the outcomes that it contributes to."""

    def write(self, writer: ChangeWriter) -> None:
        self.add(writer)

    def add(self, writer: ChangeWriter, *, reached: str | None = None) -> str:
        """Write the item, and return its id; `reached` is the day of its stage, as published."""
        values = self.read(writer)
        if not values["title"]:
            raise BadInput("title", "An item needs a short title in your own words.")
        if writer.current(self.publication, "withdrawn").value:
            raise NotAllowed(f"{writer.name_of('publication', self.publication)} has been withdrawn. Undo that first.")
        if values["part_of"]:
            check_whole(writer, values["part_of"], self.publication)
        plan = writer.current(self.publication, "kind").value == "plan"
        kind = listed_word(writer, "kind", values["kind"])
        kind = kind or (ItemKind.COMMITMENT if plan else ItemKind.RECOMMENDATION)
        number = recorded_number(values["number"], kind)
        if number and not fold_number(number):
            raise BadInput("number", f'"{number}" has neither a letter nor a digit; leave it empty if it is not known.')
        entity, label = self._identity(writer, number, values["scope"])
        if self.basis not in AS_PUBLISHED and self.stage not in _OPEN_STAGES:
            raise NotAllowed("A new item is open. Add it first, then say how it ended.")
        closes = self.stage in CLOSING_STAGES or self.stage == Stage.SUBMITTED
        values |= {
            "publication": self.publication,
            "number": number,
            "label": label,
            "kind": kind,
            "priority": listed_word(writer, "priority", values["priority"]),
            "stage": self._stage(writer, reached),
            "track": None if closes else self.track,
            "target": (target_value(self.target, today=writer.today, as_words=self.as_words) if self.target else None),
        }
        provenance = ({"theme": (str(Basis.ASSIGNED), None)} if values["theme"] else {}) | self.provenance(values)
        entity = writer.create("recommendation", values, entity=entity, basis=provenance, reason=self.reason)
        for name in self.leads:
            lead = {"recommendation": entity, "party": party_named(writer, name)}
            writer.create("lead", lead, basis=self.provenance({"party": lead["party"]}))
        for outcome in self.outcomes:
            writer.create("contribution", {"recommendation": entity, "outcome": outcome})
        return entity

    def _stage(self, writer: ChangeWriter, reached: str | None) -> dict[str, str | None]:
        day = past_date(reached, "closed_on", writer.today)
        if self.stage == Stage.NOT_STATED or not (day or self.stage == Stage.SUBMITTED):
            return {"text": self.stage}
        return stage_value(self.stage, day, "closure" if self.stage == Stage.SUBMITTED else None)

    def _identity(self, writer: ChangeWriter, number: str | None, scope: str | None) -> tuple[str, str | None]:
        if not number:
            entity = writer.token()
            return entity, self.label or f"x{entity[:4]}"
        if reference := writer.numbers_here(self.publication).get(number_key(number, scope)):
            sentence = f"{reference} is here already. Correct that one, or give this one another number."
            raise NotAllowed(sentence).at("number")
        entity = item_id(self.publication, number, scope)
        if not writer.exists(entity) or writer.current(entity, "withdrawn").value:
            return entity, None
        current = (str(writer.current(entity, name).value or "") for name in ("number", "scope"))
        if number_key(*current) == number_key(number, scope):
            raise NotAllowed(f"The number {number} is given twice. Give each item a number of its own.")
        return writer.token(), None


def check_whole(writer: ChangeWriter, whole: str, publication: object) -> None:
    """Check that an item can have parts: raise BadInput if it is a part itself, or of another publication."""
    if writer.current(whole, "part_of").value:
        raise BadInput(
            "part_of", f"{writer.name_of('recommendation', whole)} is a part itself; name the item it belongs to."
        )
    if writer.exists(whole) and writer.current(whole, "publication").value != publication:
        raise BadInput("part_of", "A part belongs to an item of its own publication.")


class SetLeads(Command):
    """Set the leads of an item by name; other leads are withdrawn."""

    item: str
    leads: tuple[str, ...]

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        wanted = {party_named(writer, name) for name in self.leads if name.strip()}
        now = writer.conn.execute("SELECT id, party FROM lead WHERE recommendation = ? AND withdrawn = 0", (self.item,))
        held = {row[1]: row[0] for row in now}
        for who in sorted(wanted - set(held)):
            lead = {"recommendation": self.item, "party": who}
            writer.create("lead", lead, basis=self.provenance({"party": who}), reason=self.reason)
        for who in sorted(set(held) - wanted):
            writer.withdraw("lead", held[who], reason=self.reason)


class SetOutcomes(Command):
    """Set the outcomes that an item contributes to, by their ids."""

    item: str
    outcomes: tuple[str, ...]

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        rows = writer.conn.execute(
            "SELECT id, outcome FROM contribution WHERE recommendation = ? AND withdrawn = 0", (self.item,)
        )
        held = {row[1]: row[0] for row in rows}
        for outcome in sorted(set(self.outcomes) - set(held)):
            writer.create("contribution", {"recommendation": self.item, "outcome": outcome}, reason=self.reason)
        for outcome in sorted(set(held) - set(self.outcomes)):
            writer.withdraw("contribution", held[outcome], reason=self.reason)


class SetNextMove(Command):
    """Set who has the next move on an item, and until when or what; None clears it."""

    item: str
    who: NextMove | None
    until: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        if item_status(writer, self.item) == Status.CLOSED and self.who:
            raise NotAllowed(f"{writer.name_of('recommendation', self.item)} is closed: nobody's move is next.")
        value = {"text": self.who, "until": until_text(self.until, writer.today)} if self.who else None
        writer.set(
            "recommendation", self.item, "next_move", value, basis=self.basis, place=self.place, reason=self.reason
        )
