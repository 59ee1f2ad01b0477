"""Take back what a received file brought: every field as it is without those changes."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from store.domain.errors import CannotUndo, LaterEdits
from store.domain.fields import label_of_field
from store.domain.vocabulary import Value
from store.log.change import WITHDRAWN, Change, ancestors, canonical, heads, undone
from store.log.writer import ChangeWriter


def revert_received(
    writer: ChangeWriter, changes: Sequence[Change], taken_back: Collection[str], *, force: bool
) -> None:
    """Write what the fields that these changes set are without them; what came with them is withdrawn.

    `taken_back` are the ids of changes of other files that were taken back before: they count for nothing, either.
    A field that was edited over them since keeps that edit. Raises LaterEdits where there is such a field, or something
    added since to what would go, unless `force`; CannotUndo where a value before is not in this copy.
    """
    received = {change.id for change in changes}
    without = received | set(taken_back)
    entities = {change.entity: change.kind for change in changes}
    later: list[str] = []
    pending: list[tuple[Change, str, list[Value]]] = []
    for entity, kind in reversed(entities.items()):
        here = writer.of_entity(entity)
        rest = [change for change in here if change.id not in without and not change.undoes]
        own = [change for change in here if change.id in received]
        created = next((change for change in own if change.creates), None)
        if created is not None and not any(change.creates for change in rest):
            if rest:
                later.append(f"{writer.name_of(kind, entity)}, edited")
            if not writer.current(entity, WITHDRAWN).value:
                pending.append((created, WITHDRAWN, [Value(True)]))
            continue
        for field in dict.fromkeys(name for change in own for name in change.fields):
            standing = _standing(here, field)
            before = _newest(here, [change for change in standing if change.id not in without])
            if any(received & ancestors(_by_id(here), change.parents) for change in before):
                later.append(f"{writer.name_of(kind, entity)}, {label_of_field(kind, field)}")
                continue
            if not all(change.is_readable(field) for change in before):
                raise CannotUndo(f"What {writer.name_of(kind, entity)} was before was left out of this copy.")
            values = {canonical(c.value(field).value): c.value(field) for c in before} or {canonical(None): Value(None)}
            if values.keys() != {canonical(change.value(field).value) for change in heads(here, field)}:
                last = next(change for change in reversed(own) if field in change.fields)
                pending.append((last, field, [*reversed(values.values())]))
    if later and not force:
        raise LaterEdits(tuple(dict.fromkeys(later)))
    for change, field, wanted in pending:
        writer.write_undo(change, field, wanted)


def _standing(changes: Sequence[Change], field: str) -> list[Change]:
    """The changes of a field that no undo took back, without the undos themselves."""
    gone = undone(changes)
    return [change for change in changes if field in change.fields and not change.undoes and change.id not in gone]


def _newest(changes: Sequence[Change], some: Sequence[Change]) -> list[Change]:
    """Those of some changes of an entity that no other of them had seen, the one that is shown last."""
    seen = {parent for change in some for parent in ancestors(_by_id(changes), change.parents)}
    return sorted((change for change in some if change.id not in seen), key=Change.rank)


def _by_id(changes: Sequence[Change]) -> dict[str, Change]:
    return {change.id: change for change in changes}
