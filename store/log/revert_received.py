"""Take back what a received file brought: every field as it is without those changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from store.domain.errors import CannotUndo, LaterEdits
from store.domain.fields import KINDS, label_of_field
from store.domain.vocabulary import Value
from store.log.change import WITHDRAWN, Change, ancestors, canonical, heads, undone
from store.log.change_log import references_in
from store.log.writer import ChangeWriter


def revert_received(writer: ChangeWriter, changes: Sequence[Change], taken_back: set[str], *, force: bool) -> None:
    """Write what the fields that these changes set are without them; what came with them is withdrawn, but for who wrote
    them: an undo does not take an author's introduction back either.

    `taken_back` are the ids of further changes that count for nothing: those of files that were taken back since, and of
    the actions that did so. A field that was edited over them since keeps that edit.
    Raises LaterEdits where there is such a field, or something was added since to what would go, unless `force`;
    CannotUndo where a value before is not in this copy.
    """
    received = _Received(writer, changes)
    authors = {change.author for change in changes}
    entities = {change.entity: change.kind for change in changes if change.entity not in authors}
    pieces = [_Entity(writer, kind, entity, received, taken_back) for entity, kind in reversed(entities.items())]
    left = {(change.kind, change.entity, name) for change in changes for name in change.fields}
    later = [] if force else [words for piece in pieces for words in piece.later(left)]
    if later:
        raise LaterEdits(tuple(dict.fromkeys(later)))
    for done, piece in enumerate(pieces):
        writer.step(done, 2 * len(pieces))
        piece.revert()


class _Received:
    """The ids of received changes, and what waited here for one of them: without it, it would wait still."""

    def __init__(self, writer: ChangeWriter, changes: Sequence[Change]) -> None:
        self.writer = writer
        self.ids = {change.id for change in changes}
        self._first = (writer.log.number_of(changes[0].id) if changes else None) or 0
        self._waited: dict[str, set[str]] = {}

    def waited(self, entity: str) -> set[str]:
        """The ids of the changes of an entity that were here before, and waited for what was received."""
        if entity not in self._waited:
            found = self._waited[entity] = set[str]()
            here = self.writer.of_entity(entity)
            while more := {change.id for change in here if self._rests_on(change, found) and self._was_here(change)}:
                found |= more
        return self._waited[entity]

    def _rests_on(self, change: Change, waited: set[str]) -> bool:
        if change.id in self.ids or change.id in waited:
            return False
        owners = {change.entity, *references_in(change)} if not change.creates else references_in(change)
        return any(parent in self.ids or parent in waited for parent in change.parents) or any(
            not self._is_there(owner, waited if owner == change.entity else None) for owner in owners
        )

    def _is_there(self, entity: str, waited: set[str] | None) -> bool:
        """Whether an entity was created without what was received."""
        gone = self.waited(entity) if waited is None else waited
        creations = [change.id for change in self.writer.of_entity(entity) if change.creates]
        return any(id_ not in self.ids and id_ not in gone for id_ in creations)

    def _was_here(self, change: Change) -> bool:
        number = self.writer.log.number_of(change.id)
        return number is not None and number < self._first


class _Entity:
    """One entity with received changes: its changes here, and what they are without those that count for nothing."""

    def __init__(
        self,
        writer: ChangeWriter,
        kind: str,
        entity: str,
        received: _Received,
        taken_back: set[str],
    ) -> None:
        self.writer, self.kind, self.entity = writer, kind, entity
        self.here = list(writer.of_entity(entity))
        self.by_id = {change.id: change for change in self.here}
        self.own = [change for change in self.here if change.id in received.ids]
        left = _without(self.here, received.ids | received.waited(entity) | taken_back)
        counted = {change.id for change in left}
        undos = [change for change in left if change.undoes]
        over = {change.id for change in undos if not counted.issuperset(self._ancestors(change.parents))}
        self.rest = _without_undone(left, over)
        self.created: Change | None = None
        """Where there is no such entity without the received changes: the creation, or the last where that came before."""
        if not any(change.creates for change in self.rest):
            self.created = next((change for change in self.own if change.creates), self.own[-1])
        self.fields = dict.fromkeys(name for change in self.own for name in change.fields)

    def later(self, left: Collection[tuple[str, str, str]]) -> list[str]:
        """Describe what was written since over the received changes, or added to what they created."""
        name = self.writer.name_of(self.kind, self.entity)
        if self.created:
            return [f"{name}, edited"] * bool(self.rest) + self.writer.added_since(self.created, left)
        return [f"{name}, {label_of_field(self.kind, field)}" for field in self.fields if self._is_edited_since(field)]

    def _before(self, field: str) -> list[Change]:
        """The heads of a field without what counts for nothing, the one that is shown last."""
        changes = [change for change in self.rest if field in change.fields]
        seen = {id_ for change in changes for id_ in self._ancestors(change.parents)}
        return sorted((change for change in changes if change.id not in seen), key=Change.rank)

    def _ancestors(self, ids: Iterable[str]) -> set[str]:
        return ancestors(self.by_id, ids)

    def _is_edited_since(self, field: str) -> bool:
        mine = {change.id for change in self.own if field in change.fields}
        return any(mine & self._ancestors(change.parents) for change in self._before(field))

    def revert(self) -> None:
        """Write the opposite of the received changes."""
        if self.created:
            if not self.writer.current(self.entity, WITHDRAWN).value:
                self.writer.write_undo(self.created, WITHDRAWN, [Value(True)])
            return
        fields = [field for field in self.fields if field not in KINDS[self.kind].ends]
        fields = [field for field in fields if not self._is_edited_since(field) and self._is_set(field)]
        before = self._before(WITHDRAWN)
        withdrawals = [change for change in before if change.value(WITHDRAWN).value]
        if WITHDRAWN in fields and not withdrawals:
            # Written first, so that doing it again is last: what the withdrawal had seen is then seen by it.
            mine = [change for change in self.own if WITHDRAWN in change.fields]
            self._write(WITHDRAWN, before, self._ancestors(change.id for change in mine))
        for field in fields:
            if field != WITHDRAWN:
                self._write(field, self._before(field))
        seen = self._ancestors(change.id for change in withdrawals)
        if withdrawals and (WITHDRAWN in fields or (fields and self.writer.current(self.entity, WITHDRAWN).value)):
            # What was withdrawn before is so again, over what it had seen and over nothing else.
            now = {name for name in KINDS[self.kind].fields if {change.id for change in self._before(name)} <= seen}
            self._write(WITHDRAWN, before, seen, now)

    def _is_set(self, field: str) -> bool:
        """Whether a field is not yet what it is without the received changes, or one of them still counts in its history."""
        mine = [change for change in self.own if field in change.fields]
        gone = undone(self.here)
        if any(change.id not in gone for change in self._to_name(mine)):
            return True
        now = heads(self.here, field)
        if not all(change.is_readable(field) for change in now):
            return not all(change.creates for change in mine)
        return {*_distinct(now, field)} != {*_distinct(self._before(field), field)}

    def _to_name(self, mine: Iterable[Change]) -> list[Change]:
        """Those of some received changes that are named as undone: not creations, nor what undoes another of them.

        What those undo is named itself; else a file that was passed on and taken back over and over would double each time.
        """
        own = {change.id for change in self.own}
        return [change for change in mine if not change.creates and change.undoes not in own]

    def _write(
        self, field: str, before: Sequence[Change], seen: Collection[str] = (), fields: Collection[str] = ()
    ) -> None:
        """Write the values before; of a withdrawal over the heads in `seen`, and over all those of `fields`."""
        if not all(change.is_readable(field) for change in before):
            name = self.writer.name_of(self.kind, self.entity)
            raise CannotUndo(f"What {name} was before was left out of this copy.")
        wanted = [*_distinct(before, field).values()] or [Value(None)]
        mine = [change for change in self.own if field in change.fields] or self.own[-1:]
        named = self._to_name(reversed(mine)) or mine[-1:]
        for change in named:
            parents: set[str] | None = None
            if field == WITHDRAWN:
                tops = {name: heads(self.writer.of_entity(self.entity), name) for name in KINDS[self.kind].fields}
                parents = {top.id for top in tops.pop(WITHDRAWN)}
                parents |= {
                    top.id for name, top_of in tops.items() for top in top_of if top.id in seen or name in fields
                }
            self.writer.write_undo(change, field, wanted if change is named[-1] else wanted[-1:], parents)


def _distinct(changes: Sequence[Change], field: str) -> dict[str, Value]:
    """The values of some heads by what they are, with basis and place, each once; the one that is shown last."""
    found: dict[str, Value] = {}
    for change in reversed(changes):
        value = change.value(field)
        found.setdefault(canonical([value.value, value.basis, value.place]), value)
    return dict(reversed(found.items()))


def _without(changes: Sequence[Change], gone: Collection[str]) -> list[Change]:
    """Some changes without these, and without what undoes them, undoes that, and so on."""
    left_out = set(gone)
    while more := {change.id for change in changes if change.undoes in left_out} - left_out:
        left_out |= more
    return [change for change in changes if change.id not in left_out]


def _without_undone(changes: Sequence[Change], over: Collection[str]) -> list[Change]:
    """Some changes without what was undone among them, and what undid it: a field is as it was before both.

    Only where the undo, one of `over`, was written over what is left out: any other remains, with the conflict that it may
    be a side of. An undo over a later edit overruled that: it counts, and what it undid. So do creations and withdrawals.
    """
    gone = undone(changes)
    fields = [change for change in changes if not change.creates and WITHDRAWN not in change.fields]
    dropped = {change.undoes for change in fields if change.undoes in gone and change.id in over} - {None}
    dropped |= {change.id for change in fields if change.undoes in dropped}
    while late := [c for c in fields if c.id in dropped - gone and not dropped.issuperset((str(c.undoes), *c.parents))]:
        dropped -= {name for change in late for name in (change.id, change.undoes)}
    return [change for change in changes if change.id not in dropped]
