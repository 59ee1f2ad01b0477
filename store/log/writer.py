"""The pen: what a command writes its changes with. It knows the heads of every field, so that a change names its parents."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from store.domain.errors import BadInput, CannotUndo, InConflict, LaterEdits, NotAllowed, Stale
from store.domain.fields import KINDS, said_field, say_kind
from store.domain.models import checked, checked_text
from store.domain.vocabulary import Basis, Value
from store.log.change import WITHDRAWN, Change, ancestors, canonical, heads, make_change, overlooked, tie_id
from store.log.change_log import Log
from store.log.describe import say_value


def random_token() -> str:
    """32 random hex digits: a salt or an id."""
    return secrets.token_hex(16)


def later(time: str, milliseconds: int) -> str:
    """A stamp so many milliseconds after another."""
    if not milliseconds:
        return time
    moved = datetime.fromisoformat(time) + timedelta(milliseconds=milliseconds)
    return f"{moved:%Y-%m-%dT%H:%M:%S}.{moved.microsecond // 1000:03d}Z"


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

    @property
    def today(self) -> date:
        """The day on which this is written."""
        return date.fromisoformat(self.hand.time[:10])

    @contextmanager
    def trying(self) -> Iterator[None]:
        """What is written inside is left out again where it ends in an error, so that others can follow it."""
        before = len(self.changes)
        try:
            yield
        except BaseException:
            for change in self.changes[before:]:
                self._things[change.thing].remove(change)
            del self.changes[before:]
            raise

    @contextmanager
    def following(self) -> Iterator[None]:
        """What is written inside follows by rule: it stands over what is there, seen or not, in conflict or not."""
        before = self._seen, self._resolving
        self._seen, self._resolving = None, True
        try:
            yield
        finally:
            self._seen, self._resolving = before

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

    def _write(
        self,
        kind: str,
        thing: str,
        values: dict[str, Value],
        parents: list[str],
        reason: str | None,
        *,
        undoes: str | None = None,
    ) -> Change:
        """Write one change, a millisecond after the one before it: in that order they are shown, on every desk."""
        self._insist_on(kind, values)
        values = {name: replace(v, place=checked_text("place", v.place)) for name, v in values.items()}
        reason = checked_text("reason", reason)
        change = make_change(
            kind=kind,
            thing=thing,
            values=values,
            reason=reason,
            parents=parents,
            author=self.hand.author,
            device=self.hand.device,
            time=later(self.hand.time, len(self.changes)),
            action=self.action,
            salt=self.token(),
            undoes=undoes,
        )
        self.of_thing(thing).append(change)
        self.changes.append(change)
        return change

    def _insist_on(self, kind: str, values: dict[str, Value]) -> None:
        """Refuse a value that names a thing which is not here: the change would wait for it for ever."""
        for field, other in KINDS[kind].names.items():
            named = values[field].value if field in values else None
            if named and not any(c.kind == other for c in self.of_thing(str(named))):
                raise BadInput(field, f"There is no such {say_kind(other)} in this register.")

    def _heads(self, kind: str, thing: str) -> dict[str, list[Change]]:
        return {name: heads(self.of_thing(thing), name) for name in KINDS[kind].fields}

    def _left_out(self, kind: str, thing: str) -> bool:
        """Whether anything that a thing says now is not in this copy."""
        return any(not c.says(name) for name, top in self._heads(kind, thing).items() for c in top)

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
        whole = {name: value for name, value in known.items() if value is not None} | {WITHDRAWN: False}
        if thing is None:
            thing = tie_id(kind, whole) if KINDS[kind].ends else self.token()
        bases = basis or {}
        said = {name: Value(value, *bases.get(name, ("entered", None))) for name, value in whole.items()}
        if self.exists(thing):
            self.set(kind, thing, WITHDRAWN, False, reason=reason)
            for name in known:
                value = said.get(name, Value(None))
                self.set(kind, thing, name, value.value, basis=value.basis, place=value.place, reason=reason)
            return thing
        self._write(kind, thing, said, [], reason)
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
        """Set one field; False where it says that already and no reason is given. Raises Stale or InConflict where somebody has to choose.

        Raises NotAllowed for a thing that is not here, was left out of this copy or has been withdrawn. To withdraw
        again what was edited elsewhere meanwhile is not nothing: it settles that.
        """
        changes = self.of_thing(thing)
        if not any(c.kind == kind for c in changes):
            raise NotAllowed(f"There is no such {say_kind(kind)} in this register.")
        value = checked(kind, {field: value})[field]
        top = heads(changes, field)
        if self._left_out(kind, thing):
            raise NotAllowed(f"{self.name_of(kind, thing)} was left out of this copy and cannot be edited here.")
        if field != WITHDRAWN and self.current(thing, WITHDRAWN).value:
            raise NotAllowed(f"{self.name_of(kind, thing)} has been withdrawn. Undo that to edit it.")
        if not top and value is None:
            return False
        values = {canonical(c.value(field).value) for c in top}
        every = self._heads(kind, thing) if field == WITHDRAWN else {field: top}
        if (
            values == {canonical(value)}
            and basis in (top[-1].value(field).basis, Basis.ENTERED)
            and not reason
            and not (field == WITHDRAWN and overlooked(changes, every))
        ):
            return False
        if len(values) > 1 and not self._resolving:
            texts = tuple(say_value(c.value(field).value) for c in top)
            raise InConflict(self.name_of(kind, thing), said_field(kind, field), texts)
        if self._seen is not None:
            self._refuse_stale(kind, thing, field, value, every)
        parents = {c.id for heads_here in every.values() for c in heads_here} or {c.id for c in changes if c.creates}
        self._write(kind, thing, {field: Value(value, basis, place)}, sorted(parents), reason)
        return True

    def _refuse_stale(self, kind: str, thing: str, field: str, value: Any, tops: dict[str, list[Change]]) -> None:
        """Refuse an edit over a head that the person had not seen; a withdrawal is over the heads of every field."""
        mine = {c.id for c in self.changes}
        for name, top in tops.items():
            for change in top:
                number = self.log.number_of(change.id)
                if change.id not in mine and number is not None and number > (self._seen or 0):
                    now = say_value(change.value(name).value)
                    yours = say_value(value) if name == field else "it withdrawn"
                    who = self.log.author_name(change.author)
                    raise Stale(self.name_of(kind, thing), said_field(kind, name), now, yours, who)

    def withdraw(self, kind: str, thing: str, *, reason: str | None = None) -> None:
        """Withdraw a thing: it stays in the log and out of sight."""
        self.set(kind, thing, WITHDRAWN, True, reason=reason)

    def name_of(self, kind: str, thing: str) -> str:
        """What a thing is called in a sentence."""
        return self.log.name_of(kind, thing)

    def take_back(self, changes: list[Change], *, force: bool = False) -> None:
        """Write the opposite of each of these changes, newest first, naming it.

        Raises LaterEdits where another action has written since, or has added something to a thing that would go, unless
        `force`; an undo that left a field saying what these say does not stand in the way. Raises CannotUndo where what
        was there before is not in this copy.
        """
        action = {c.id for c in changes}
        left = {(c.kind, c.thing, name): c.value(name).value for c in changes for name in c.fields}
        later = [
            f"{self.name_of(kind, thing)}, {said_field(kind, name)}"
            for (kind, thing, name), value in left.items()
            for head in heads(self.of_thing(thing), name)
            if head.id not in action and not (head.undoes and canonical(head.value(name).value) == canonical(value))
        ]
        later += [added for c in changes if self._brought(c) for added in self._added_since(c, left)]
        if later and not force:
            raise LaterEdits(tuple(dict.fromkeys(later)))
        for change in reversed(changes):
            self._oppose(change)

    def _brought(self, change: Change) -> bool:
        """Whether a change created its thing, or redid that."""
        first: Change | None = change
        while first is not None and first.undoes:
            first = self.log.get(first.undoes)
        return first is not None and first.creates and (change.creates or change.brings_back)

    def _added_since(self, change: Change, left: Container[tuple[str, str, str]]) -> list[str]:
        """What was tied to a thing, or put under it, but not by the action that wrote the fields of `left`."""
        name = self.name_of(change.kind, change.thing)
        return [
            f"{name}, {say_kind(kind)} added"
            for kind, known in KINDS.items()
            for field, other in known.names.items()
            if other == change.kind
            for (thing,) in self.conn.execute(
                f"SELECT id FROM {kind} WHERE {field} = ? AND withdrawn = 0", (change.thing,)
            ).fetchall()
            if (kind, thing, field) not in left and (kind, thing, WITHDRAWN) not in left
        ]

    def _oppose(self, change: Change) -> None:
        kind, thing = change.kind, change.thing
        field = WITHDRAWN if change.creates else change.fields[0]
        every = self._heads(kind, thing)
        parents = sorted({c.id for name in (every if field == WITHDRAWN else (field,)) for c in every[name]})
        if not parents:
            raise CannotUndo("That action rests on changes that are not in this copy yet.")
        if change.creates:
            self._write(kind, thing, {WITHDRAWN: Value(True)}, parents, None, undoes=change.id)
            return
        known = {c.id: c for c in self.of_thing(thing)}
        before = heads((known[c] for c in ancestors(known, change.parents)), field)
        if self._left_out(kind, thing) or not all(c.says(field) for c in before):
            raise CannotUndo(f"What {self.name_of(kind, thing)} said before was left out of this copy.")
        values: dict[str, Value] = {}
        for side in reversed(before):
            values.setdefault(canonical(side.value(field).value), side.value(field))
        for value in [*reversed(values.values())] or [Value(None)]:
            self._write(kind, thing, {field: value}, parents, None, undoes=change.id)
