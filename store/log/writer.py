"""The change writer, through which commands write: it finds the heads of a field, which become a change's parents."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from store.domain.errors import BadInput, CannotUndo, LaterEdits, NotAllowed, StaleEdit, UnresolvedConflict
from store.domain.fields import KINDS, label_of_field, label_of_kind
from store.domain.models import validate_field_text, validate_values
from store.domain.names import number_key
from store.domain.vocabulary import Basis, PartyKind, Value
from store.log.author_context import AuthorContext, add_milliseconds, random_token
from store.log.change import (
    WITHDRAWN,
    Change,
    ancestors,
    association_id,
    canonical,
    heads,
    is_clear_field,
    make_change,
    unseen_by_withdrawal,
)
from store.log.change_log import ChangeLog
from store.log.describe import format_value
from store.log.undo_order import by_field, seen_by_withdrawal, values_left


class ChangeWriter:
    """Creates the changes of one action. Nothing is stored until the register applies them."""

    def __init__(self, log: ChangeLog, context: AuthorContext, *, token: Callable[[], str] = random_token) -> None:
        """`token` creates salts and ids; only the sample's is not random."""
        self.context = context
        self.changes: list[Change] = []
        self.token = token
        self.log, self.action = log, token()
        self.step: Callable[[int, int], None] = lambda done, of: None  # what it raises ends the work
        self.party_kinds: Mapping[str, PartyKind] = {}
        """What parties are that nobody here has recorded yet, by folded name; "" for any."""
        self.set_seen(None, False)
        self._entities: dict[str, list[Change]] = {}
        self._created: dict[str, list[Change]] = {}
        self._numbers: dict[str, dict[tuple[str, str], str]] = {}

    def set_seen(self, seen: int | None, resolving: bool) -> None:
        """Set the number of the newest change that the person had seen: an edit over a later one is stale.

        None means that everything was seen. `resolving` means that an edit of a field in conflict resolves it.
        """
        self._seen: int | None = seen
        self._resolving = resolving

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection to read from while writing."""
        return self.log.conn

    @property
    def today(self) -> date:
        """The day of whoever writes; that of the time stamp, which is UTC, may be another."""
        return self.context.day

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """A savepoint: the changes of the block are discarded where it raises, so that others can follow."""
        before = len(self.changes)
        try:
            yield
        except BaseException:
            for change in self.changes[before:]:
                self._entities[change.entity].remove(change)
                if change.creates:
                    self._created[change.kind].remove(change)
            del self.changes[before:]
            raise

    @contextmanager
    def by_rule(self) -> Iterator[None]:
        """Within the block edits are derived by rule: they override current values, even unseen or in conflict."""
        before = self._seen, self._resolving
        self._seen, self._resolving = None, True
        try:
            yield
        finally:
            self._seen, self._resolving = before

    def of_entity(self, entity: str) -> list[Change]:
        """An entity's changes, with those written in this action."""
        if entity not in self._entities:
            self._entities[entity] = self.log.of_entity(entity)
        return self._entities[entity]

    def numbers_here(self, publication: str) -> Mapping[tuple[str, str], str]:
        """The references of a publication's items by the keys of their numbers, as the tables had them at the start.

        Read once an action: the tables follow when it is over.
        """
        if publication not in self._numbers:
            rows = self.conn.execute(
                "SELECT number, scope, reference FROM recommendation "
                "WHERE publication = ? AND withdrawn = 0 AND number IS NOT NULL",
                (publication,),
            ).fetchall()
            self._numbers[publication] = {number_key(number, scope): reference for number, scope, reference in rows}
        return self._numbers[publication]

    def exists(self, entity: str) -> bool:
        """Whether an entity has been created, withdrawn or not."""
        return bool(self.of_entity(entity))

    def current(self, entity: str, field: str) -> Value:
        """The current value of a field, with what was written in this action."""
        top = heads(self.of_entity(entity), field)
        return top[-1].value(field) if top else Value(None)

    def _write(
        self,
        kind: str,
        entity: str,
        values: dict[str, Value],
        parents: list[str],
        reason: str | None,
        *,
        undoes: str | None = None,
    ) -> Change:
        """Write one change, a millisecond after the one before it, so that every desk shows the same order."""
        self._check_references(kind, values)
        values = {name: replace(v, place=validate_field_text("place", v.place)) for name, v in values.items()}
        reason = validate_field_text("reason", reason)
        change = make_change(
            kind=kind,
            entity=entity,
            values=values,
            reason=reason,
            parents=parents,
            author=self.context.author,
            device=self.context.device,
            time=add_milliseconds(self.context.time, len(self.changes)),
            action=self.action,
            salt=self.token(),
            undoes=undoes,
        )
        self.of_entity(entity).append(change)
        self.changes.append(change)
        if change.creates:
            self._created.setdefault(kind, []).append(change)
        return change

    def created(self, kind: str) -> Sequence[Change]:
        """The changes of this action that create an entity of a kind."""
        return self._created.get(kind, ())

    def _check_references(self, kind: str, values: dict[str, Value]) -> None:
        """Reject a reference to an entity which is not here: the change would wait for it for ever."""
        for field, other in KINDS[kind].names.items():
            named = values[field].value if field in values else None
            if named and not any(c.kind == other for c in self.of_entity(str(named))):
                raise BadInput(field, f"There is no such {label_of_kind(other)} in this register.")

    def _heads(self, kind: str, entity: str) -> dict[str, list[Change]]:
        return {name: heads(self.of_entity(entity), name) for name in KINDS[kind].fields}

    def _left_out(self, kind: str, entity: str) -> bool:
        """Whether a current value of an entity was left out of this copy."""
        return any(not c.is_readable(name) for name, top in self._heads(kind, entity).items() for c in top)

    def create(
        self,
        kind: str,
        values: dict[str, Any],
        *,
        entity: str | None = None,
        basis: dict[str, tuple[str, str | None]] | None = None,
        reason: str | None = None,
    ) -> str:
        """Create an entity with its first fields; returns its id. A withdrawn one is restored.

        A party whose name was left out of this copy is created a second time, as by somebody who never had it.
        `basis` gives (basis, place in the source) by field; a field without one was entered here.
        """
        validated = validate_values(kind, values)
        whole = {name: value for name, value in validated.items() if value is not None} | {WITHDRAWN: False}
        if entity is None:
            entity = association_id(kind, whole) if KINDS[kind].ends else self.token()
        bases = basis or {}
        fields = {name: Value(value, *bases.get(name, ("entered", None))) for name, value in whole.items()}
        if self.exists(entity) and not (kind == "party" and self._left_out(kind, entity)):
            self.set(kind, entity, WITHDRAWN, False, reason=reason)
            for name in validated:
                value = fields.get(name, Value(None))
                self.set(kind, entity, name, value.value, basis=value.basis, place=value.place, reason=reason)
            return entity
        self._write(kind, entity, fields, [], reason)
        return entity

    def set(
        self,
        kind: str,
        entity: str,
        field: str,
        value: Any,
        *,
        basis: str = "entered",
        place: str | None = None,
        reason: str | None = None,
    ) -> bool:
        """Set one field; False where it has that value already and no reason is given.

        Raises StaleEdit, or UnresolvedConflict where the person has to choose; NotAllowed for an entity that is not
        here, was left out of this copy or has been withdrawn. To withdraw again what was edited elsewhere meanwhile is
        not a no-op: it resolves that.
        """
        changes = self.of_entity(entity)
        if not any(c.kind == kind for c in changes):
            raise NotAllowed(f"There is no such {label_of_kind(kind)} in this register.")
        value = validate_values(kind, {field: value})[field]
        top = heads(changes, field)
        self._check_editable(kind, entity, field)
        if not top and value is None:
            return False
        values = {canonical(c.value(field).value) for c in top}
        every = self._heads(kind, entity) if field == WITHDRAWN else {field: top}
        if (
            values == {canonical(value)}
            and basis in (top[-1].value(field).basis, Basis.ENTERED)
            and not reason
            and not (field == WITHDRAWN and unseen_by_withdrawal(changes, every))
        ):
            return False
        if len(values) > 1 and not self._resolving:
            texts = tuple(format_value(c.value(field).value) for c in top)
            raise UnresolvedConflict(self.name_of(kind, entity), label_of_field(kind, field), texts)
        if self._seen is not None:
            self._refuse_stale(kind, entity, field, value, every)
        parents = {c.id for heads_here in every.values() for c in heads_here} or {c.id for c in changes if c.creates}
        self._write(kind, entity, {field: Value(value, basis, place)}, sorted(parents), reason)
        return True

    def _check_editable(self, kind: str, entity: str, field: str = "") -> None:
        if self._left_out(kind, entity):
            raise NotAllowed(f"{self.name_of(kind, entity)} was left out of this copy and cannot be edited here.")
        if field != WITHDRAWN and self.current(entity, WITHDRAWN).value:
            raise NotAllowed(f"{self.name_of(kind, entity)} has been withdrawn. Undo that to edit it.")

    def _refuse_stale(self, kind: str, entity: str, field: str, value: Any, tops: dict[str, list[Change]]) -> None:
        """Reject an edit over a head that the person had not seen; a withdrawal is over the heads of every field."""
        mine = {c.id for c in self.changes}
        for name, top in tops.items():
            for change in top:
                number = self.log.number_of(change.id)
                if change.id not in mine and number is not None and number > (self._seen or 0):
                    now = format_value(change.value(name).value)
                    yours = format_value(value) if name == field else "it withdrawn"
                    who = self.log.author_name(change.author)
                    raise StaleEdit(self.name_of(kind, entity), label_of_field(kind, name), now, yours, who)

    def write_undo(
        self, change: Change, field: str, values: Sequence[Value], parents: Collection[str] | None = None
    ) -> None:
        """Set a field to what it is without a change, which is named as undone, by default over all its present heads.

        Several values are written side by side, so that a conflict is one again.
        """
        kind, entity = change.kind, change.entity
        if parents is None:
            every = self._heads(kind, entity)
            parents = {c.id for name in (every if field == WITHDRAWN else (field,)) for c in every[name]}
        for value in values:
            self._write(kind, entity, {field: value}, sorted(parents), None, undoes=change.id)

    def restate(self, kind: str, entity: str, of: str | None = None) -> None:
        """Write the current values of an entity again, in bodies of their own, which never bore a higher marking.

        With `of`, only those that this change set. Fields in conflict, those that stay in the clear, the ends of an
        association, the marking, and what this action wrote are left alone. Raises NotAllowed for an entity that was
        left out of this copy or withdrawn.
        """
        self._check_editable(kind, entity)
        for field, top in self._heads(kind, entity).items():
            if field in ("marking", *KINDS[kind].ends) or is_clear_field(kind, field):
                continue
            if len(top) != 1 or top[0].action == self.action or (of and top[0].id != of):
                continue
            reason = "" if top[0].reason == "" else None
            self._write(kind, entity, {field: top[0].value(field)}, [top[0].id], reason)

    def withdraw(self, kind: str, entity: str, *, reason: str | None = None) -> None:
        """Withdraw an entity: it stays in the log and is hidden."""
        self.set(kind, entity, WITHDRAWN, True, reason=reason)

    def name_of(self, kind: str, entity: str) -> str:
        """The name of an entity in a sentence."""
        return self.log.name_of(kind, entity)

    def revert(self, changes: list[Change], *, force: bool = False) -> None:
        """Revert these changes, newest first: write the opposite of each, which names it as undone.

        Raises LaterEdits where another action has written since, or has added something to an entity that would go,
        unless `force`; an undo that left a field at the value that these set does not prevent it. Raises CannotUndo
        where the value before is not in this copy.
        """
        if any(c.kind == "expunge" for c in changes):
            raise CannotUndo("What was taken out for good cannot be brought back.")
        action, created = {c.id for c in changes}, {c.entity for c in changes if c.creates}
        self.step(0, 2 * len(changes))
        left = {} if force else values_left(changes)
        later = [
            f"{self.name_of(kind, entity)}, {label_of_field(kind, name)}"
            for (kind, entity, name), values in left.items()
            for head in heads(self.of_entity(entity), name)
            # That others recorded it too is nothing that taking back a creation would overrule.
            if head.id not in action
            and not (head.creates and entity in created)
            and not (head.undoes and canonical(head.value(name).value) in values)
        ]
        later += [added for c in changes if not force and self._creates(c) for added in self.added_since(c, left)]
        if later:
            raise LaterEdits(tuple(dict.fromkeys(later)))
        for group in by_field(reversed(changes)):
            self.step(len(self.changes), 2 * len(changes))
            self._revert_field(group)

    def _creates(self, change: Change) -> bool:
        """Whether a change is the creation of its entity, or a redo of it."""
        first: Change | None = change
        while first is not None and first.undoes:
            first = self.log.get(first.undoes)
        return (
            first is not None
            and first.creates
            and (change.creates or change.restores)
            and not self._other_creations(first)
        )

    def _other_creations(self, change: Change) -> list[Change]:
        """The further creations of an entity that this change creates: others recorded it too."""
        return [c for c in self.of_entity(change.entity) if c.creates and c.id != change.id]

    def added_since(self, change: Change, left: Container[tuple[str, str, str]]) -> list[str]:
        """Describe what was added to an entity since its creation, but for the fields of `left`, of the same action."""
        name = self.name_of(change.kind, change.entity)
        return [
            f"{name}, {label_of_kind(kind)} added"
            for kind, declared in KINDS.items()
            for field, other in declared.names.items()
            if other == change.kind
            for (entity,) in self.conn.execute(
                f"SELECT id FROM {kind} WHERE {field} = ? AND withdrawn = 0", (change.entity,)
            ).fetchall()
            if (kind, entity, field) not in left and (kind, entity, WITHDRAWN) not in left
        ]

    def _revert_field(self, changes: list[Change]) -> None:
        """Write the opposite of what an action did to one field, the newest of its changes first.

        Each is named as undone by one change, and each value of a conflict is written by one: as many as either is.
        """
        change = changes[0]
        kind, entity = change.kind, change.entity
        field = WITHDRAWN if change.creates else change.fields[0]
        every = self._heads(kind, entity)
        parents = sorted({c.id for name in (every if field == WITHDRAWN else (field,)) for c in every[name]})
        if not parents:
            raise CannotUndo("That action rests on changes that are not in this copy yet.")
        if change.creates:
            # What others recorded too is here without this, as it was.
            gone = self.current(entity, WITHDRAWN) if self._other_creations(change) else Value(True)
            self._write(kind, entity, {WITHDRAWN: gone}, parents, None, undoes=change.id)
            return
        by_id = {c.id: c for c in self.of_entity(entity)}
        seen = ancestors(by_id, [parent for c in changes for parent in c.parents]) - {c.id for c in changes}
        before = heads((by_id[c] for c in seen), field)
        if self._left_out(kind, entity) or not all(c.is_readable(field) for c in before):
            raise CannotUndo(f"What {self.name_of(kind, entity)} said before was left out of this copy.")
        values: dict[str, Value] = {}
        for side in reversed(before):
            values.setdefault(canonical(side.value(field).value), side.value(field))
        if field == WITHDRAWN:
            parents = sorted(
                {c.id for c in every[WITHDRAWN]}
                | seen_by_withdrawal(self.log, self.of_entity(entity), change, before, every)
            )
        sides = [*reversed(values.values())] or [Value(None)]
        # Those that are more than the values are one after the other, so that no value is there twice.
        while len(changes) > len(sides):
            undone, *changes = changes
            parents = [self._write(kind, entity, {field: sides[0]}, parents, None, undoes=undone.id).id]
        for n, value in enumerate(sides):
            self._write(kind, entity, {field: value}, parents, None, undoes=changes[min(n, len(changes) - 1)].id)
