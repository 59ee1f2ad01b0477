"""What is said of where items stand, beside their status: nothing new, how far each lead has got, and handing over."""

from __future__ import annotations

from typing import Any

from store.commands.base import Command, find_party, item_status, party_named, past_date
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_name
from store.domain.vocabulary import LeadState, Stage, Status
from store.log.change import association_id
from store.log.writer import ChangeWriter


class NothingNew(Command):
    """Say that open items stand as they did, on a day: today unless said. It ends *stale*."""

    items: tuple[str, ...]
    dated: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        dated: Any = past_date(self.dated or format_date(writer.today), "dated", writer.today)
        for item in dict.fromkeys(self.items):
            if item_status(writer, item) == Status.CLOSED and not _is_sent(writer, item):
                raise NotAllowed(f"{writer.name_of('recommendation', item)} is closed: there is nothing to wait for.")
            current = writer.conn.execute(
                "SELECT 1 FROM nothing_new WHERE recommendation = ? AND dated = ? AND withdrawn = 0",
                (item, dated["text"]),
            ).fetchone()
            if current is None:
                writer.create("nothing_new", {"recommendation": item, "dated": dated}, reason=self.reason)


def _is_sent(writer: ChangeWriter, item: str) -> bool:
    """Whether an item waits for the reply to what was sent."""
    stage = writer.current(item, "stage").value
    return isinstance(stage, dict) and stage["text"] == Stage.SUBMITTED


def _lead_of(writer: ChangeWriter, item: str, name: str) -> tuple[str, str]:
    """The ids of a party that leads on an item and of its lead. Raises BadInput naming those that do."""
    rows = writer.conn.execute(
        "SELECT y.id, l.id, y.name FROM lead l JOIN party y ON y.id = l.party "
        "WHERE l.recommendation = ? AND l.withdrawn = 0 ORDER BY y.name",
        (item,),
    ).fetchall()
    for who, lead, current in rows:
        if name == who or fold_name(current or "") == fold_name(name):
            return str(who), str(lead)
    leads = "; ".join(str(row[2]) for row in rows) or "nobody"
    do = "do" if len(rows) > 1 else "does"
    raise BadInput("lead", f"{name} does not lead on {writer.name_of('recommendation', item)}: {leads} {do}.")


class SetLeadState(Command):
    """Say how far one of an item's leads has got with their own part, and in what role; None says nothing of it."""

    item: str
    lead: str
    state: LeadState | None = None
    role: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        _, lead = _lead_of(writer, self.item, self.lead)
        for field in ("state", "role"):
            if field in self.model_fields_set:
                value = getattr(self, field) or None
                writer.set("lead", lead, field, value, basis=self.basis, place=self.place, reason=self.reason)


class HandOver(Command):
    """Hand an item over from one lead to another, with the open actions under it that are theirs.

    The new lead takes over how far the part is; where they lead on it already, only the old one goes. What is said of
    the role is about whoever held it, and is not theirs.
    """

    item: str
    lead: str
    to: str

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        if not fold_name(self.to):
            raise BadInput("to", "Say who takes it over.")
        if fold_name(self.to) == fold_name(self.lead):
            raise BadInput("to", f"{self.lead} has it already.")
        giver, lead = _lead_of(writer, self.item, self.lead)
        taker = find_party(writer, self.to) or party_named(writer, self.to)
        if taker == giver:
            raise BadInput("to", f"{self.to} has it already.")
        theirs = association_id("lead", {"recommendation": self.item, "party": taker})
        if not writer.exists(theirs) or writer.current(theirs, "withdrawn").value:
            state = writer.current(lead, "state").value
            writer.create("lead", {"recommendation": self.item, "party": taker, "state": state}, reason=self.reason)
        writer.withdraw("lead", lead, reason=self.reason)
        actions = writer.conn.execute(
            "SELECT id, whose FROM action WHERE recommendation = ? AND done IS NULL AND withdrawn = 0", (self.item,)
        ).fetchall()
        for action, whose in actions:
            if fold_name(whose or "") == fold_name(self.lead):
                writer.set("action", action, "whose", self.to, reason=self.reason)
