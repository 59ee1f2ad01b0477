"""One entry of the sample's data files: what its keys hold, how each is known, and where in the source."""

from __future__ import annotations

from typing import Any

from store.commands.base import part_date, target_value
from store.domain.fields import UNKNOWN
from store.domain.vocabulary import Basis, Stage, Track

_WEAKER = [Basis.STATED, Basis.OURS, Basis.DERIVED, Basis.INFERRED, Basis.ASSIGNED]
_LABELS = frozenset(
    {
        ("action", "kind"),
        ("note", "kind"),
        ("paper", "form"),
        ("party", "kind"),
        ("theme", "position"),
    }
)
"""Fields that no source states: they are our own label, as every marking is."""

NO_DATE = "no date given"
"""The text of a due date that the source does not give."""

_UNKNOWN = frozenset({Stage.NOT_STATED, Track.NOT_STATED, UNKNOWN, NO_DATE})

_PROSE = frozenset(
    {
        ("action", "text"),
        ("lead", "role"),
        ("link", "why"),
        ("measure", "name"),
        ("note", "text"),
        ("outcome", "text"),
        ("paper", "purpose"),
        ("recommendation", "next_move"),
        ("recommendation", "text"),
        ("reply", "next_move"),
        ("reply", "words"),
        ("reply", "would_satisfy"),
        ("submission", "text"),
        ("theme", "definition"),
    }
)
"""Fields whose text is ours, of what the source has in its own words."""

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
"""By kind, the keys of an entry that make up a field, where they are not the field's own name."""


class DataError(ValueError):
    """A data file that states something this loader does not understand: a mistake of ours, found by the tests."""


def is_unknown(value: Any) -> bool:
    """Whether a value, as stored, states only that nothing is known: no source has that, so it has no basis."""
    return (value.get("text") if isinstance(value, dict) else value) in _UNKNOWN


def _default_basis(kind: str, name: str) -> Basis:
    if name == "marking" or (kind, name) in _LABELS:
        return Basis.ASSIGNED
    return Basis.OURS if (kind, name) in _PROSE else Basis.STATED


class Entry:
    """One entry of a data file. Its keys are taken one by one, so that one which nobody takes is found."""

    def __init__(self, path: str, table: dict[str, Any]) -> None:
        self.path = path
        self._left = dict(table)
        self.place: str = self._left.pop("place", "")
        self._places: dict[str, str] = self._left.pop("places", {})
        self._basis: dict[str, str] = self._left.pop("basis", {})
        self._asked: set[str] = set()

    def pop(self, key: str) -> Any:
        """What a key states, or None."""
        return self._left.pop(key, None)

    def get(self, key: str) -> Any:
        """What a key states, without taking it, or None."""
        return self._left.get(key)

    def entries(self, key: str) -> list[Entry]:
        """The entries under this one, in their order."""
        return [Entry(f"{self.path}/{key}/{n}", table) for n, table in enumerate(self._left.pop(key, ()), 1)]

    def date(self, key: str) -> dict[str, Any] | None:
        """A part-known date: a text to be understood, or one given with its bounds."""
        given = self.pop(key)
        return part_date(given, key) if isinstance(given, str) else given

    def target(self, given: Any, stated_on: str | None, where: str | None) -> dict[str, Any]:
        """A target or due date: bounds that are given go before those read from the text."""
        bounds = given if isinstance(given, dict) else {"text": given}
        value = target_value(bounds["text"], said=stated_on, where=where, as_words=True)
        return value | bounds

    def basis_and_place(self, kind: str, name: str) -> tuple[str, str]:
        """The basis and place of a field; where several keys make it up, the weakest basis holds."""
        keys = _KEYS.get(kind, {}).get(name, (name,))
        self._asked.update(keys)
        found = [Basis(self._basis[key]) for key in keys if key in self._basis]
        basis = max(found, key=_WEAKER.index, default=_default_basis(kind, name))
        places = [self._places[key] for key in keys if key in self._places]
        return str(basis), places[0] if places else self.place

    def basis_of(self, key: str) -> str | None:
        """The basis written beside a key, or None where it is simply stated."""
        self._asked.add(key)
        return self._basis.get(key)

    def finish(self) -> None:
        """Raise DataError where a key was not taken, a basis names none that was, or the place is missing."""
        left = sorted([*self._left, *({*self._basis, *self._places} - self._asked)])
        if left or not self.place:
            raise DataError(f"{self.path}: {', '.join(left) or 'no place'}")
