"""A change: its fields, how its id is computed, and the fold of an entity's changes. Nothing here reads a file.

A change sets one field of one entity, except a creation, which sets all its first fields. Its parents are the heads of
that field which its author had seen. From that alone, in whatever order changes arrive, every desk derives the same
value, or the same conflict: clocks only decide which side of a conflict is shown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from store.domain.fields import KINDS, UNKNOWN
from store.domain.vocabulary import Value

FORMAT = 1
WITHDRAWN = "withdrawn"

_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_decode = json.JSONDecoder().raw_decode
_quote: Callable[[str], str] = json.encoder.encode_basestring


def canonical(value: object) -> str:
    """The canonical JSON of a value: keys sorted, no spaces, no floats."""
    return _encode(value)


@lru_cache(maxsize=1000)
def canonical_names(names: tuple[str, ...]) -> str:
    """The canonical JSON of a change's field names, cached."""
    return _encode(list(names))


def without_none(value: dict[str, Any]) -> dict[str, Any]:
    """An object without the parts that are None, at any depth: the form in which it is stored."""
    return {
        name: without_none(part) if isinstance(part, dict) else part for name, part in value.items() if part is not None
    }


def digest(*parts: str) -> str:
    """A 128-bit blake2b of texts, in hex: the form of every id here."""
    return blake2b("\n".join(parts).encode("utf-8"), digest_size=16).hexdigest()


BUILT_IN = digest("sample", "device")
"""The device of the changes that come with the program, the sample and the standard themes: the same everywhere."""


def association_id(kind: str, ends: dict[str, object]) -> str:
    """The id of an association: a hash of its kind and its ends, so that two people who add the same one agree.

    An empty end is not in it: a kind may be given one more end later without an association changing its id.
    """
    named = {end: str(ends[end]) for end in KINDS[kind].ends if ends.get(end)}
    if ends.get("relation") == "same-work":
        named["recommendation"], named["other"] = sorted((named["recommendation"], named["other"]))
    return digest(kind, *(f"{end}={named[end]}" for end in sorted(named)))


def is_clear_field(kind: str, name: str) -> bool:
    """Whether a field stays readable where a body is left out: ids that it names, and whether it is withdrawn.

    Without them an entity that is left out could not be shown in its place, nor a withdrawn one be hidden.
    """
    return name in KINDS[kind].clear


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the log.

    `clear` is the canonical JSON of the values that stay in the clear, and `body` of the others, of every basis, and of
    the reason; the body is None where it was left out. A field of `fields` that is in neither is set to nothing.
    """

    id: str
    kind: str
    entity: str
    fields: tuple[str, ...]
    author: str
    device: str
    time: str
    action: str
    undoes: str | None
    parents: tuple[str, ...]
    clear: str
    body_hash: str
    salt: str | None
    body: str | None
    _parsed: dict[str, dict[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def creates(self) -> bool:
        """Whether this creates its entity; only a creation has no parents."""
        return not self.parents

    @property
    def restores(self) -> bool:
        """Whether this ends a withdrawal."""
        return self.fields == (WITHDRAWN,) and self.value(WITHDRAWN).value is False

    @property
    def payload(self) -> dict[str, Any]:
        """The body, parsed; empty where it was left out."""
        return self._parse("body", self.body)

    @property
    def reason(self) -> str | None:
        """The reason, as given: None where none was required, "" where one was required and declined."""
        reason: str | None = self.payload.get("reason")
        return reason

    @property
    def clear_values(self) -> dict[str, Any]:
        """The values that stay in the clear."""
        return self._parse("clear", self.clear)

    def _parse(self, part: str, text: str | None) -> dict[str, Any]:
        """A part that is JSON, parsed once; empty where it was left out."""
        if part not in self._parsed:
            self._parsed[part] = _decode(text)[0] if text is not None else {}
        return self._parsed[part]

    def value(self, name: str) -> Value:
        """The value that this change sets a field to, with basis and place; Value(None) where it sets none."""
        basis_and_place = self.payload.get("basis", {}).get(name, ("entered", None))
        values = self.clear_values if is_clear_field(self.kind, name) else self.payload.get("values", {})
        return Value(values.get(name), basis_and_place[0], basis_and_place[1])

    def is_readable(self, name: str) -> bool:
        """Whether the value of a field was not left out."""
        return self.body is not None or is_clear_field(self.kind, name)

    def rank(self) -> tuple[str, str]:
        """The sort key that decides which side of a conflict is shown, the same everywhere."""
        return (self.time, self.id)


def envelope_id(
    *,
    kind: str,
    entity: str,
    fields: Sequence[str],
    author: str,
    device: str,
    time: str,
    action: str,
    undoes: str | None,
    parents: Sequence[str],
    clear: str,
    body_hash: str,
) -> str:
    """A change's id: the hash of everything about it that stays in the clear."""
    # Written out as `canonical` writes it, keys in their order: this runs for every change of every file that is checked.
    return digest(
        f'{{"action":{_quote(action)},"author":{_quote(author)},"body":{_quote(body_hash)},"clear":{clear},'
        f'"device":{_quote(device)},"entity":{_quote(entity)},"fields":{canonical_names(tuple(fields))},'
        f'"format":{FORMAT},"kind":{_quote(kind)},"parents":[{",".join(map(_quote, parents))}],'
        f'"time":{_quote(time)},"undoes":{"null" if undoes is None else _quote(undoes)}}}'
    )


def make_change(
    *,
    kind: str,
    entity: str,
    values: dict[str, Value],
    reason: str | None,
    parents: Iterable[str],
    author: str,
    device: str,
    time: str,
    action: str,
    salt: str,
    undoes: str | None = None,
) -> Change:
    """Create a change, its id computed from its content. `salt` is 32 hex digits, random but for the sample's."""
    clear = {n: v.value for n, v in values.items() if v.value is not None and is_clear_field(kind, n)}
    body: dict[str, Any] = {"values": {n: v.value for n, v in values.items() if not is_clear_field(kind, n)}}
    if bases := {name: [v.basis, v.place] for name, v in values.items() if v.basis != "entered" or v.place}:
        body["basis"] = bases
    if reason is not None:
        body["reason"] = reason
    text, named = canonical(body), canonical(clear)
    fields, above, body_hash = tuple(sorted(values)), tuple(sorted(parents)), digest(salt, text)
    change_id = envelope_id(
        kind=kind,
        entity=entity,
        fields=fields,
        author=author,
        device=device,
        time=time,
        action=action,
        undoes=undoes,
        parents=above,
        clear=named,
        body_hash=body_hash,
    )
    return Change(
        change_id, kind, entity, fields, author, device, time, action, undoes, above, named, body_hash, salt, text
    )


def matches_id(change: Change) -> bool:
    """Whether a change matches its id: its envelope, and its body where that is not left out."""
    computed_id = envelope_id(
        kind=change.kind,
        entity=change.entity,
        fields=change.fields,
        author=change.author,
        device=change.device,
        time=change.time,
        action=change.action,
        undoes=change.undoes,
        parents=change.parents,
        clear=change.clear,
        body_hash=change.body_hash,
    )
    if computed_id != change.id or change.fields != tuple(sorted(set(change.fields))):
        return False
    if change.body is None or change.salt is None:
        return change.body is None and change.salt is None
    return digest(change.salt, change.body) == change.body_hash


def heads(changes: Iterable[Change], name: str) -> list[Change]:
    """The heads of a field: changes that no other change of it has as parent, sorted, the one shown last."""
    of_field = [c for c in changes if name in c.fields]
    named = {parent for c in of_field for parent in c.parents}
    return sorted((c for c in of_field if c.id not in named), key=Change.rank)


def ancestors(changes: dict[str, Change], start: Iterable[str]) -> set[str]:
    """The given changes and all their ancestors."""
    found: set[str] = set()
    ahead = list(start)
    while ahead:
        here = ahead.pop()
        if here not in found and here in changes:
            found.add(here)
            ahead.extend(changes[here].parents)
    return found


def undone(changes: Iterable[Change]) -> set[str]:
    """The ids of changes that are reverted by an undo which is not itself undone."""
    by: dict[str, list[str]] = {}
    for change in changes:
        if change.undoes:
            by.setdefault(change.undoes, []).append(change.id)
    is_undone: dict[str, bool] = {}
    for change_id in by:
        # Not by recursion: undo and redo pressed a thousand times is a chain deeper than Python goes.
        ahead = [change_id]
        while ahead:
            here = ahead[-1]
            left = [undo for undo in by.get(here, ()) if undo not in is_undone]
            if not left:
                is_undone[here] = any(not is_undone[undo] for undo in by.get(here, ()))
                ahead.pop()
            ahead.extend(left)
    return {change_id for change_id in by if is_undone[change_id]}


@dataclass(frozen=True, slots=True)
class FoldedEntity:
    """The state of an entity that its changes add up to."""

    values: dict[str, Value]
    conflicts: dict[str, tuple[Change, ...]]
    """Field to its heads, where they disagree, or where the current withdrawal had not seen them."""
    left_out: bool
    recorded: Change
    changed: Change


_NOTHING = Value(None)


def _all_values(kind: str, only: Change) -> dict[str, Value]:
    """`only.value` for every field of a kind at once: most entities have one change, and few fields with a value."""
    payload = only.payload
    current_values: dict[str, Any] = payload.get("values", {}) | only.clear_values
    bases: dict[str, Any] = payload.get("basis", {})
    values = dict.fromkeys(KINDS[kind].fields, _NOTHING)
    for name, value in current_values.items():
        if value is not None:
            values[name] = Value(value)
    for name, (basis, place) in bases.items():
        values[name] = Value(current_values.get(name), basis, place)
    return values


def fold(kind: str, changes: Sequence[Change]) -> FoldedEntity:
    """Fold the changes of one entity, its creation among them, into its state; in any order."""
    if len(changes) == 1:
        only = changes[0]
        left_out = only.body is None and not all(only.is_readable(name) for name in only.fields)
        return FoldedEntity(_all_values(kind, only), {}, left_out, only, only)
    values: dict[str, Value] = {}
    conflicts: dict[str, tuple[Change, ...]] = {}
    left_out = False
    tops: dict[str, list[Change]] = {}
    of_field: dict[str, list[Change]] = {}
    for change in changes:
        for name in change.fields:
            of_field.setdefault(name, []).append(change)
    created = {change.id: _all_values(kind, change) for change in changes if change.creates}
    for name in KINDS[kind].fields:
        top = of_field.get(name, [])
        if not top:
            values[name] = _NOTHING
            continue
        if len(top) == 1 and top[0].id in created and top[0].body is not None:
            # Most fields of most entities are as they were created.
            tops[name], values[name] = top, created[top[0].id][name]
            continue
        top = heads(top, name)
        tops[name] = top
        here = [c for c in top if c.is_readable(name)]
        left_out = left_out or len(here) < len(top)
        values[name] = here[-1].value(name) if here else _NOTHING
        if len({canonical(c.value(name).value) for c in here}) > 1:
            conflicts[name] = tuple(top)
    for name in unseen_by_withdrawal(changes, tops):
        conflicts.setdefault(name, tuple(tops[name]))
    first = min((c for c in changes if c.creates), key=Change.rank)
    return FoldedEntity(values, conflicts, left_out, first, max(changes, key=Change.rank))


def unseen_by_withdrawal(changes: Iterable[Change], tops: dict[str, list[Change]]) -> list[str]:
    """The fields (name to heads) with a head that the current withdrawal had not seen; none if not withdrawn."""
    withdrawn = tops.get(WITHDRAWN, [])
    if not withdrawn or not withdrawn[-1].value(WITHDRAWN).value:
        return []
    seen = ancestors({c.id: c for c in changes}, [c.id for c in withdrawn if c.value(WITHDRAWN).value])
    return [name for name, top in tops.items() if name != WITHDRAWN and any(c.id not in seen for c in top)]


@dataclass(frozen=True, slots=True)
class Moves:
    """How an item's target has moved: its first, and how often it moved later."""

    first: dict[str, Any] | None
    later: int
    at_least: bool
    """Whether the count is a minimum: the first target is unknown, or one on the way was left out of this copy."""
    path: tuple[Change, ...]
    """The changes that set a target and are not undone, oldest first."""


def target_moves(changes: Sequence[Change]) -> Moves:
    """Follow an item's target from its first to the current one, without what was undone.

    Only a later latest day counts as moved later: a date that is made more precise, or brought forward, does not. After
    a first target that is unknown, a known one counts as at least one move; and where one was left out of this copy the
    count is a minimum.
    """
    if len(changes) == 1:
        only = changes[0].value("target").value if not changes[0].undoes else None
        left_out = "target" in changes[0].fields and not changes[0].is_readable("target")
        return Moves(only, 0, False, (changes[0],)) if isinstance(only, dict) else Moves(None, 0, left_out, ())
    by_id = {c.id: c for c in changes if "target" in c.fields}
    top = heads(by_id.values(), "target")
    chain: list[Change] = []
    here = top[-1] if top else None
    while here is not None:
        chain.append(here)
        target_text = canonical(here.value("target").value)
        # Where a conflict was resolved, its history is that of the side which was chosen.
        above = [
            (canonical(c.value("target").value) == target_text, c.rank(), c)
            for p in here.parents
            if (c := by_id.get(p))
        ]
        here = max(above)[2] if above else None
    gone = undone(changes)
    steps = [c for c in reversed(chain) if c.id not in gone and not c.undoes]
    path = tuple(c for c in steps if c.value("target").value)
    first: dict[str, Any] | None = None
    latest: str | None = None
    later, at_least, unknown = 0, not all(c.is_readable("target") for c in steps), False
    for change in path:
        target: Any = change.value("target").value
        if first is None:
            first = target
            unknown = target["text"] == UNKNOWN
        elif unknown and latest is None and target.get("latest"):
            later, at_least = later + 1, True
        elif latest and target.get("latest") and target["latest"] > latest:
            later += 1
        latest = target.get("latest") or latest
    return Moves(first, later, at_least, path)
