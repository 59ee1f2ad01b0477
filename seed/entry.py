"""An entry of the sample's data files: values by key, with the basis and the place in the source of each."""

from __future__ import annotations

from typing import Any

from store.commands.base import part_date, target_value
from store.domain.vocabulary import Basis

_WEAKER = [Basis.STATED, Basis.DERIVED, Basis.INFERRED, Basis.ASSIGNED]
_OURS = frozenset({"marking"})
"""Fields that no source states: their basis is *assigned*."""

_KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "publication": {"stated_total": ("stated_total", "stated_total_number")},
    "recommendation": {"stage": ("stage", "stage_day"), "next_move": ("next_move", "next_move_until")},
    "target": {"target": ("text", "earliest", "latest", "said", "where")},
    "contribution": {"outcome": ("outcomes",)},
    "note_on": {"recommendation": ("on",)},
    "action": {"due": ("due", "said", "where")},
    "measure": {"figure": ("value", "number", "unit", "period")},
    "figure": {"figure": ("value", "number")},
    "reply": {"next_move": ("next_move", "next_move_until")},
    "link": {"recommendation": ("from",), "other": ("to",)},
}
"""Kind and field to the keys of an entry that make up the field, where these are not the field's name alone."""


class DataError(ValueError):
    """A data file with a key or basis that the loader does not use; the tests find such a mistake."""


class Entry:
    """An entry of a data file. Keys are removed as they are read, so that `finish` finds those that nothing reads."""

    def __init__(self, path: str, table: dict[str, Any]) -> None:
        self.path = path
        self._left = dict(table)
        self.place: str = self._left.pop("place", "")
        self._places: dict[str, str] = self._left.pop("places", {})
        self._basis: dict[str, str] = self._left.pop("basis", {})
        self._asked: set[str] = set()

    def pop(self, key: str) -> Any:
        """Remove a key; returns its value, or None."""
        return self._left.pop(key, None)

    def get(self, key: str) -> Any:
        """The value of a key, which is not removed, or None."""
        return self._left.get(key)

    def entries(self, key: str) -> list[Entry]:
        """Remove a key that holds a list of tables; returns an entry for each, in order."""
        return [Entry(f"{self.path}/{key}/{n}", table) for n, table in enumerate(self._left.pop(key, ()), 1)]

    def date(self, key: str) -> dict[str, Any] | None:
        """Remove a key that holds a partial date: parsed from a text, or as given with its bounds."""
        given = self.pop(key)
        return part_date(given, key) if isinstance(given, str) else given

    def target(self, given: Any, stated_on: str | None, where: str | None) -> dict[str, Any]:
        """The value of a target or due date; bounds in `given` override those parsed from its text."""
        bounds = given if isinstance(given, dict) else {"text": given}
        value = target_value(bounds["text"], said=stated_on, where=where)
        return value | bounds

    def basis_and_place(self, kind: str, name: str) -> tuple[str, str]:
        """The basis and place of a field; the weakest basis where several keys make it up."""
        keys = _KEYS.get(kind, {}).get(name, (name,))
        self._asked.update(keys)
        found = [Basis(self._basis[key]) for key in keys if key in self._basis]
        basis = max(found, key=_WEAKER.index, default=Basis.ASSIGNED if name in _OURS else Basis.STATED)
        places = [self._places[key] for key in keys if key in self._places]
        return str(basis), places[0] if places else self.place

    def basis_of(self, key: str) -> str | None:
        """The basis given for a key, or None where it is the default, *stated*."""
        self._asked.add(key)
        return self._basis.get(key)

    def finish(self) -> None:
        """Raise DataError where a key was not read, a basis or place is of an unused key, or the entry has no place."""
        left = sorted([*self._left, *({*self._basis, *self._places} - self._asked)])
        if left or not self.place:
            raise DataError(f"{self.path}: {', '.join(left) or 'no place'}")
