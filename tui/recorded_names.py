"""What is recorded already, for the fields of forms to choose from: names of parties and publishers, references."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from store.domain.errors import FairleadError
from store.file.database import Connection
from store.file.sqlite_errors import translating_errors
from store.queries import recorded
from store.register import Register
from widgets.form import FormField

Names = Callable[[str], Sequence[str]]
"""What a field asks for the recorded names that begin with a text."""

_NAMES = frozenset(
    {"lead", "to", "said_by", "whose", "who", "by", "addressed_to", "agreed_by", "asked_by", "decided_by"}
)
"""Fields with the name of a party."""

_LISTS_OF_NAMES = frozenset({"leads", "acts_for"})
_REFERENCES = frozenset({"other", "item"})
"""Fields with the reference of an item."""


def _reader(register: Register, read: Callable[[Connection, str], Sequence[str]]) -> Names:
    def names(typed: str) -> Sequence[str]:
        # Where the register cannot be read just now, nothing is proposed.
        with suppress(FairleadError), translating_errors(register.path):
            return read(register.conn, typed)
        return ()

    return names


def party_names(register: Register) -> Names:
    """What reads the names of parties."""
    return _reader(register, recorded.party_names)


def with_names(register: Register, fields: Sequence[FormField]) -> tuple[FormField, ...]:
    """The same fields, with the recorded names and references to choose from, where they are of such."""

    def named(field: FormField) -> FormField:
        if field.kind != "line" or field.names is not None:
            return field
        if field.name in _NAMES | _LISTS_OF_NAMES:
            return replace(field, names=party_names(register), many=field.name in _LISTS_OF_NAMES)
        if field.name in _REFERENCES:
            return replace(field, names=_reader(register, recorded.item_references))
        return replace(field, names=_reader(register, recorded.publishers)) if field.name == "publisher" else field

    return tuple(map(named, fields))
