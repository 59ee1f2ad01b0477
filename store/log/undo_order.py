"""Which action is the next to undo or to redo, what of it is reverted together, whether a change holds or was undone, and
whether a file is taken back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from store.log.author_context import AuthorContext
from store.log.change import WITHDRAWN, Change, ancestors, canonical, undone
from store.log.change_log import ChangeLog
from store.log.receipts import Receipt, receipts


def newest_action(log: ChangeLog, context: AuthorContext, *, odd: bool) -> str | None:
    """This author's newest current action here: one to undo, or (`odd`) an undo to redo."""
    seen: set[str] = set()
    taking_back = {one.taken_back for one in receipts(log.conn) if one.taken_back}
    rows = log.conn.execute(
        "SELECT action, id, undoes, kind, entity FROM change WHERE device = ? AND author = ? ORDER BY n DESC",
        (context.device, context.author),
    )
    for action, change, undoes, kind, entity in rows:
        if action in seen or (kind == "party" and entity == context.author):
            continue
        seen.add(action)
        if undoes is None:
            # An undo may write further changes by rule: it is recognised by one that undoes another.
            change, undoes = log.conn.execute(
                "SELECT id, undoes FROM change WHERE action = ? ORDER BY undoes IS NULL, n LIMIT 1", (action,)
            ).fetchone()
        depth = _depth(log, action, undoes, taking_back)
        if odd and depth == 0:
            return None
        if depth % 2 == int(odd) and is_current(log, change):
            return str(action)
    return None


def _depth(log: ChangeLog, action: str, undoes: str | None, taking_back: Collection[str]) -> int:
    """The undo depth of an action: 0 for an ordinary one, 1 for an undo, 2 for a redo, and so on.

    One that took back what a file brought is an undo, also of the undos that the file brought.
    """
    depth = 0
    while action not in taking_back:
        row = log.conn.execute("SELECT action, undoes FROM change WHERE id = ?", (undoes,)).fetchone()
        if row is None:
            return depth + (undoes is not None)
        depth += 1
        action, undoes = row
    return depth + 1


def is_taken_back(log: ChangeLog, receipt: Receipt) -> bool:
    """Whether what a file brought is taken back: the action that did so was not undone itself."""
    if receipt.taken_back is None:
        return False
    changes = log.of_action(receipt.taken_back)
    return not changes or any(is_current(log, change.id) for change in changes)


def is_current(log: ChangeLog, change: str) -> bool:
    """Whether a change is not undone, or its undo is undone."""
    undos: list[Change] = []
    ahead = [change]
    while ahead:
        found = log.undoing(ahead.pop())
        undos += found
        ahead += [undo.id for undo in found]
    return change not in undone(undos)


def by_field(changes: Iterable[Change]) -> list[list[Change]]:
    """Changes in groups of those that set one field of one entity; a creation, or a withdrawal, is by itself."""
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        alone = change.creates or WITHDRAWN in change.fields
        groups.setdefault((change.entity, change.id if alone else change.fields[0]), []).append(change)
    return list(groups.values())


def values_left(changes: Iterable[Change]) -> dict[tuple[str, str, str], set[str]]:
    """The values at which the changes of an action, in their order, left each field: several where it is in conflict."""
    left: dict[tuple[str, str, str], dict[str, str]] = {}
    for change in changes:
        for name in change.fields:
            tops = left.setdefault((change.kind, change.entity, name), {})
            for parent in change.parents:
                tops.pop(parent, None)
            tops[change.id] = canonical(change.value(name).value)
    return {field: set(tops.values()) for field, tops in left.items()}


def seen_by_withdrawal(
    log: ChangeLog,
    changes: Iterable[Change],
    change: Change,
    before: Sequence[Change],
    tops: Mapping[str, Sequence[Change]],
) -> frozenset[str]:
    """The heads of other fields that the reverting of `change`, which sets `withdrawn`, counts as seen.

    An edit that a withdrawal had not seen is in conflict with it; undo and redo leave it so. `changes` are those of the
    entity, `before` those that set `withdrawn` before `change`, and `tops` the present heads by field.
    """
    by_id = {c.id: c for c in changes}
    withdrawals = [c for c in before if c.value(WITHDRAWN).value]
    seen = ancestors(by_id, [c.id for c in withdrawals or [change]])
    number = log.number_of(change.id) or 0
    return frozenset(
        head.id
        for name, top in tops.items()
        if name != WITHDRAWN
        for head in top
        if head.id in seen or (withdrawals and (log.number_of(head.id) or number + 1) > number)
    )
