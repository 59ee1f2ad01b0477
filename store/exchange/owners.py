"""Which items and publications entities belong to, as ids, and their names in a sentence."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_MOST_NAMES = 20

_OF_ITEM = ("submission", "reply", "action", "lead", "contribution", "measure", "nothing_new", "link")
_OWNERS = (
    "SELECT entity, entity AS item, NULL AS publication FROM asked WHERE kind = 'recommendation'",
    "SELECT entity, NULL, entity FROM asked WHERE kind = 'publication'",
    *(f"SELECT d.entity, t.recommendation, NULL FROM asked d JOIN {kind} t ON t.id = d.entity" for kind in _OF_ITEM),
    "SELECT d.entity, t.other, NULL FROM asked d JOIN link t ON t.id = d.entity",
    "SELECT d.entity, NULL, t.publication FROM asked d JOIN measure t ON t.id = d.entity",
    "SELECT d.entity, o.recommendation, o.publication FROM asked d JOIN note_on o ON o.note = d.entity",
    "SELECT d.entity, o.recommendation, o.publication FROM asked d JOIN note_on o ON o.id = d.entity",
    "SELECT d.entity, o.recommendation, o.publication FROM asked d JOIN citation t ON t.id = d.entity "
    "JOIN note_on o ON o.note = t.note",
    "SELECT d.entity, o.recommendation, o.publication FROM asked d JOIN location l ON l.id = d.entity "
    "JOIN citation t ON t.id = l.citation JOIN note_on o ON o.note = t.note",
    "SELECT d.entity, NULL, l.publication FROM asked d JOIN location l ON l.id = d.entity",
    "SELECT d.entity, t.recommendation, NULL FROM asked d JOIN evidence e ON e.id = d.entity "
    "JOIN submission t ON t.id = e.submission",
)
"""SQL for the items and publications that entities belong to."""

_QUERY = f"""
WITH asked AS (SELECT json_extract(value, '$[0]') AS kind, json_extract(value, '$[1]') AS entity FROM json_each(?)),
owner AS ({" UNION ".join(_OWNERS)})
SELECT o.entity, r.id, r.reference, 1, r.sort_key FROM owner o JOIN recommendation r ON r.id = o.item
UNION SELECT o.entity, p.id, p.code, 0, p.code FROM owner o JOIN publication p ON p.id = o.publication
ORDER BY 4 DESC, 5, 2
"""


@dataclass(frozen=True, slots=True)
class Owned:
    """An entity with an item or publication that it belongs to, or is."""

    entity: str
    owner: str
    name: str
    """The reference of the item, or the code of the publication; "" where that is not here."""
    is_item: bool


def owners_of(conn: sqlite3.Connection, entities: Iterable[tuple[str, str]]) -> tuple[Owned, ...]:
    """What these entities, as kind and id, belong to: the items in the order of their references, then publications."""
    asked = json.dumps(list(entities))
    return tuple(
        Owned(str(entity), str(owner), str(name or ""), bool(is_item))
        for entity, owner, name, is_item, _ in conn.execute(_QUERY, (asked,))
    )


def list_names(owned: Sequence[Owned]) -> str:
    """The names of these owners, each once: "CAM-2, CAM-3"; where there are many, how many more."""
    names = list(dict.fromkeys(one.name for one in owned if one.name))
    more = f" and {len(names) - _MOST_NAMES:,} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(names[:_MOST_NAMES]) + more
