"""A register without history: one creation for each entity, with its present values. It can be read, and not merged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from store.domain.fields import KINDS
from store.domain.vocabulary import Value
from store.file.attachments import cited_attachments, copy_attachments
from store.log.author_context import random_token
from store.log.change import WITHDRAWN, Change, fold, make_change
from store.register import Register

_OF_CHANGES = ("reason_marking", "expunge")
"""Kinds that are about changes, of which a register without history has none to name."""

_PIECE = 2000

Entities = dict[str, tuple[str, dict[str, Value], str]]
"""By id: the kind, the present values, and when they were last changed."""


def flatten(reduced: Register, path: Path) -> Register:
    """A new register with what another adds up to now, open for the caller to close.

    What was withdrawn or left out there is not in it, nor what belongs to that; nor who wrote what, and why.
    """
    entities = _present(reduced)
    _drop_dangling(entities)
    _drop_unnamed_parties(entities)
    flat = Register.create(path)
    try:
        author, action = random_token(), random_token()
        changes = [
            _creation(kind, entity, values, time, author=author, action=action, device=flat.id)
            for entity, (kind, values, time) in entities.items()
        ]
        flat.conn.execute("PRAGMA synchronous=OFF")
        for start in range(0, len(changes), _PIECE):
            flat.apply(changes[start : start + _PIECE])
        with flat.file.transaction() as conn:
            copy_attachments(reduced.conn, conn, cited_attachments(conn, withdrawn=False))
    except BaseException:
        flat.close()
        raise
    return flat


def _present(reduced: Register) -> Entities:
    found: Entities = {}
    rows = reduced.conn.execute("SELECT entity, min(kind) FROM change GROUP BY entity ORDER BY min(n)").fetchall()
    for entity, kind in rows:
        changes = reduced.log.of_entity(entity)
        if kind in _OF_CHANGES or not any(change.creates for change in changes):
            continue
        folded = fold(kind, changes)
        if not folded.left_out and not folded.values[WITHDRAWN].value:
            values = {name: value for name, value in folded.values.items() if value.value is not None}
            values.pop("heads", None)
            found[entity] = kind, values, folded.changed.time
    return found


def _drop_dangling(entities: Entities) -> None:
    """Drop what names an entity that is not there, until nothing does; an item only loses its theme."""
    while True:
        dangling = set[str]()
        for entity, (kind, values, _) in entities.items():
            for field in KINDS[kind].names:
                if field in values and values[field].value not in entities:
                    if field == "theme" and kind == "recommendation":
                        del values[field]
                    else:
                        dangling.add(entity)
        if not dangling:
            return
        for entity in dangling:
            del entities[entity]


def _drop_unnamed_parties(entities: Entities) -> None:
    """Drop the parties that lead on nothing: whoever only wrote here."""

    def ends(wanted: str, *names: str) -> list[tuple[Any, ...]]:
        return [tuple(values[n].value for n in names) for kind, values, _ in entities.values() if kind == wanted]

    named = {party for (party,) in ends("lead", "party")}
    joined = ends("same_party", "party", "other")
    while more := {other for party, other in joined if party in named} - named:
        named |= more
    for entity in [entity for entity, (kind, _, _) in entities.items() if kind == "party" and entity not in named]:
        del entities[entity]
    _drop_dangling(entities)


def _creation(kind: str, entity: str, values: dict[str, Value], time: str, **envelope: str) -> Change:
    return make_change(
        kind=kind, entity=entity, values=values, reason=None, parents=(), time=time, salt=random_token(), **envelope
    )
