"""The pen: what a command writes its changes with. It knows the heads of every field, so that a change names its parents."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from store.changes import WITHDRAWN, Change, canonical, heads, make_change, tie_id
from store.errors import InConflict, LaterEdits, Stale
from store.kinds import KINDS, said_field
from store.log import Log
from store.models import checked
from store.say import say_value
from store.words import Value


def random_token() -> str:
    """32 random hex digits: a salt or an id."""
    return secrets.token_hex(16)


@dataclass(frozen=True, slots=True)
class Hand:
    """Who writes: author (the id of a party), device (the id of the register), and the time stamped, UTC."""

    author: str
    device: str
    time: str


class Pen:
    """Writes the changes of one action. Nothing is stored until the register applies them."""

    def __init__(
        self,
        log: Log,
        hand: Hand,
        *,
        token: Callable[[], str] = random_token,
    ) -> None:
        """`token` makes salts and ids; only the sample's is not random."""
        self.hand = hand
        self.changes: list[Change] = []
        self.token = token
        self.action = token()
        self.log = log
        self._seen: int | None = None
        self._resolving = False
        self._things: dict[str, list[Change]] = {}

    def look_back(self, seen: int | None, resolving: bool) -> None:
        """Say what the person had seen: an edit over a change numbered later is stale. None means all that is here.

        `resolving` says that an edit of a field in conflict settles it.
        """
        self._seen, self._resolving = seen, resolving

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection to read through while writing."""
        return self.log.conn

    def of_thing(self, thing: str) -> list[Change]:
        """A thing's changes, with those written just now."""
        if thing not in self._things:
            self._things[thing] = self.log.of_thing(thing)
        return self._things[thing]

    def exists(self, thing: str) -> bool:
        """Whether a thing has been created, withdrawn or not."""
        return bool(self.of_thing(thing))

    def current(self, thing: str, field: str) -> Value:
        """A field as it stands now, with what was written just now."""
        top = heads(self.of_thing(thing), field)
        return top[-1].value(field) if top else Value(None)

    def _write(self, kind: str, thing: str, values: dict[str, Value], parents: list[str], **more: Any) -> Change:
        change = make_change(
            kind=kind,
            thing=thing,
            values=values,
            parents=parents,
            author=self.hand.author,
            device=self.hand.device,
            time=self.hand.time,
            action=self.action,
            salt=self.token(),
            **more,
        )
        self.of_thing(thing).append(change)
        self.changes.append(change)
        return change

    def create(
        self,
        kind: str,
        values: dict[str, Any],
        *,
        thing: str | None = None,
        basis: dict[str, tuple[str, str | None]] | None = None,
        reason: str | None = None,
    ) -> str:
        """Create a thing with its first fields; returns its id. A tie, or a thing recorded again, is brought back.

        `basis` gives (basis, place in the source) by field; a field without one was entered here.
        """
        known = checked(kind, values)
        whole = {name: known.get(name) for name in KINDS[kind].fields} | {WITHDRAWN: False}
        if thing is None:
            thing = tie_id(kind, whole) if KINDS[kind].ends else self.token()
        bases = basis or {}
        said = {name: Value(value, *bases.get(name, ("entered", None))) for name, value in whole.items()}
        if self.exists(thing):
            for name, value in said.items():
                if name in known or name == WITHDRAWN:
                    self.set(kind, thing, name, value.value, basis=value.basis, place=value.place, reason=reason)
            return thing
        self._write(kind, thing, said, [], reason=reason)
        return thing

    def set(
        self,
        kind: str,
        thing: str,
        field: str,
        value: Any,
        *,
        basis: str = "entered",
        place: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Set one field; False where it says that already. Raises Stale or InConflict where somebody has to choose."""
        value = checked(kind, {field: value})[field]
        changes = self.of_thing(thing)
        top = heads(changes, field)
        values = {canonical(c.value(field).value) for c in top}
        if values == {canonical(value)} and top[-1].value(field).basis == basis:
            return False
        if len(values) > 1 and not self._resolving:
            texts = tuple(say_value(c.value(field).value) for c in top)
            raise InConflict(self.name_of(kind, thing), said_field(field), texts)
        if self._seen is not None and not self._resolving:
            self._refuse_stale(kind, thing, field, value, top)
        if field == WITHDRAWN:
            parents = {c.id for name in KINDS[kind].fields for c in heads(changes, name)}
        else:
            parents = {c.id for c in top} or {c.id for c in changes if c.creates}
        self._write(kind, thing, {field: Value(value, basis, place)}, sorted(parents), reason=reason)
        return True

    def _refuse_stale(self, kind: str, thing: str, field: str, value: Any, top: list[Change]) -> None:
        mine = {c.id for c in self.changes}
        for change in top:
            number = self.log.number_of(change.id)
            if change.id not in mine and number is not None and number > (self._seen or 0):
                now = say_value(change.value(field).value)
                who = self.log.author_name(change.author)
                raise Stale(self.name_of(kind, thing), said_field(field), now, say_value(value), who)

    def withdraw(self, kind: str, thing: str, *, reason: str | None = None) -> None:
        """Withdraw a thing: it stays in the log and out of sight."""
        self.set(kind, thing, WITHDRAWN, True, reason=reason)

    def name_of(self, kind: str, thing: str) -> str:
        """What a thing is called in a sentence."""
        return self.log.name_of(kind, thing)

    def take_back(self, changes: list[Change], *, force: bool = False) -> None:
        """Write the opposite of each of these changes, newest first, naming it.

        Raises LaterEdits where a field says something else by now through another action, unless `force`.
        """
        action = {c.id for c in changes}
        left = {(c.kind, c.thing, name): c.value(name).value for c in changes for name in c.fields}
        later = [
            f"{self.name_of(kind, thing)}, {said_field(name)}"
            for (kind, thing, name), value in left.items()
            for head in heads(self.of_thing(thing), name)
            if head.id not in action and canonical(head.value(name).value) != canonical(value)
        ]
        if later and not force:
            raise LaterEdits(tuple(dict.fromkeys(later)))
        for change in reversed(changes):
            self._oppose(change)

    def _oppose(self, change: Change) -> None:
        of_thing = list(self.of_thing(change.thing))
        if change.creates:
            parents = sorted({c.id for name in KINDS[change.kind].fields for c in heads(of_thing, name)})
            self._write(change.kind, change.thing, {WITHDRAWN: Value(True)}, parents, reason=None, undoes=change.id)
            return
        (field,) = change.fields
        present = heads(of_thing, field)
        if field == WITHDRAWN:
            parents = sorted({c.id for name in KINDS[change.kind].fields for c in heads(of_thing, name)})
        else:
            parents = sorted(c.id for c in present)
        known = {c.id: c for c in of_thing}
        before = [known[p] for p in change.parents if p in known and field in known[p].fields]
        values = {canonical(c.value(field).value): c.value(field) for c in before} or {"null": Value(None)}
        for value in values.values():
            self._write(change.kind, change.thing, {field: value}, parents, reason=None, undoes=change.id)
