"""Updates of items beside their status: nothing new, the state of each lead, and handing over."""

from __future__ import annotations

from typing import Any

from store.commands.base import Command, item_status, past_date
from store.commands.parties import party_named
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_name
from store.domain.vocabulary import LeadState, Stage, Status
from store.log.change import association_id
from store.log.writer import ChangeWriter


class NothingNew(Command):
    """Record that there is nothing new on open items, on a day (today by default). They are no longer stale."""

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
    """Whether an item is submitted and awaits a reply."""
    stage = writer.current(item, "stage").value
    return isinstance(stage, dict) and stage["text"] == Stage.SUBMITTED


def _lead_of(writer: ChangeWriter, item: str, name: str) -> tuple[str, str]:
    """The ids of a party that leads on an item, by name or id, and of its lead. Raises BadInput naming the leads."""
    rows = writer.conn.execute(
        "SELECT y.id, l.id, y.shown_name, y.name FROM lead l JOIN party y ON y.id = l.party "
        "WHERE l.recommendation = ? AND l.withdrawn = 0 ORDER BY y.shown_name, l.party <> y.shown_id",
        (item,),
    ).fetchall()
    for who, lead, *names in rows:
        if name == who or fold_name(name) in map(fold_name, filter(None, names)):
            return str(who), str(lead)
    leads = "; ".join(str(row[2]) for row in rows) or "nobody"
    do = "do" if len(rows) > 1 else "does"
    raise BadInput("lead", f"{name} does not lead on {writer.name_of('recommendation', item)}: {leads} {do}.")


class SetLeadState(Command):
    """Set the state and role of one of an item's leads, those given; None clears one."""

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
    """Transfer an item from one lead to another, with its open actions that the old lead owns.

    Who believes it done, and whose words a note has, is no part of the role: that stays as it is recorded.
    The new lead inherits the state and the role, with their basis. One who leads on it already keeps their own state,
    and their own role where they have one: the old lead's is then in its history.
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
        taker = party_named(writer, self.to)
        if taker == giver:
            raise BadInput("to", f"{self.to} has it already.")
        theirs = association_id("lead", {"recommendation": self.item, "party": taker})
        held = {field: writer.current(lead, field) for field in ("state", "role")}
        if not writer.exists(theirs) or writer.current(theirs, "withdrawn").value:
            values = {"recommendation": self.item, "party": taker} | {name: one.value for name, one in held.items()}
            basis = {name: (one.basis, one.place) for name, one in held.items() if one.value}
            writer.create("lead", values, basis=basis, reason=self.reason)
        elif (role := held["role"]).value and not writer.current(theirs, "role").value:
            writer.set("lead", theirs, "role", role.value, basis=role.basis, place=role.place, reason=self.reason)
        writer.withdraw("lead", lead, reason=self.reason)
        actions = writer.conn.execute(
            "SELECT id, whose FROM action WHERE recommendation = ? AND done IS NULL AND withdrawn = 0", (self.item,)
        ).fetchall()
        for action, whose in actions:
            if fold_name(whose or "") == fold_name(self.lead):
                writer.set("action", action, "whose", self.to, reason=self.reason)
