"""Which changes hold the name of a person: what an export without names leaves out, whole.

Persons are the parties that are recorded as such, whoever wrote here among them. The names of bodies and units leave.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator

from store.domain.errors import NotAllowed
from store.domain.names import fold_letters
from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS, PartyKind
from store.queries.filter import Filter

Found = dict[str, tuple[str, str]]
"""Changes by id, each with its entity and that entity's kind."""


def find_named(conn: sqlite3.Connection) -> Found:
    """The changes that are of a person's party, or hold the name of one anywhere in their body."""
    persons, _ = _parties(conn)
    is_named = _Matcher(person_names(conn))
    found: Found = {}
    for change, entity, kind, body in conn.execute("SELECT id, entity, kind, body FROM change WHERE body IS NOT NULL"):
        if entity in persons or is_named(" ".join(_texts(json.loads(body)))):
            found[change] = entity, kind
    return found


def higher_markings(conn: sqlite3.Connection, changes: frozenset[str]) -> dict[str, str]:
    """What these changes ever set a marking of above the lowest, with the highest of them."""
    rows = conn.execute(
        "SELECT c.entity, json_extract(c.body, '$.values.marking') AS marking FROM json_each(?) t "
        "JOIN change c ON c.id = t.value WHERE marking IS NOT NULL",
        (json.dumps(sorted(changes)),),
    )
    found = [(str(entity), str(marking)) for entity, marking in rows if marking in MARKINGS[1:]]
    return dict(sorted(found, key=lambda pair: MARKINGS.index(pair[1])))


def person_names(conn: sqlite3.Connection) -> tuple[str, ...]:
    """Every name that a person has or had here, but for what a body or unit is called too."""
    _, names = _parties(conn)
    others = {_words(name) for name, is_person in names if not is_person}
    return tuple(dict.fromkeys(name for name, is_person in names if is_person and _words(name) not in others))


def check_filter(conn: sqlite3.Connection, shown: Filter) -> None:
    """Refuse a filter that names a person, whose name is in no file without names. Raises NotAllowed."""
    given = " ".join((shown.search, shown.note, *shown.lead, *shown.mine, *shown.outcome, *shown.theme))
    if given and (name := _Matcher(person_names(conn))(given)):
        raise NotAllowed(
            f'This filter names "{one_line(name, most=60)}", a person, and names are to be left out. '
            "Choose the items in another way, or let the names leave."
        )


def _parties(conn: sqlite3.Connection) -> tuple[set[str], list[tuple[str, bool]]]:
    """The parties that are persons, and every name that a party ever had, each with whether it is a person's."""
    bodies = conn.execute("SELECT entity, body FROM change WHERE kind = 'party' AND body IS NOT NULL").fetchall()
    values = [(str(entity), json.loads(body).get("values", {})) for entity, body in bodies]
    persons = {entity for entity, given in values if given.get("kind") == PartyKind.PERSON}
    return persons, [(given["name"], entity in persons) for entity, given in values if given.get("name")]


class _Matcher:
    """Finds a name in a text, whatever its case, accents and punctuation, the last word first too."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        for name in names:
            words = _words(name).split()
            for form in (words, [*words[-1:], *words[:-1]]):
                if form:
                    self._names.setdefault(" ".join(form), name)
        longest_first = sorted(self._names, key=len, reverse=True)
        self._pattern = re.compile(f" ({'|'.join(map(re.escape, longest_first))}) ") if longest_first else None

    def __call__(self, text: str) -> str | None:
        found = self._pattern.search(f" {_words(text)} ") if self._pattern else None
        return self._names[found[1]] if found else None


def _words(text: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", fold_letters(text)))


def _texts(value: object) -> Iterator[str]:
    """Every text in a body, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
