"""Validate the rows of an untrusted log: every column is checked, and the error names what is wrong.

The rules are those of every write, so that every register accepts what another can hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NoReturn

from store.domain.errors import BadInput
from store.domain.fields import KINDS, REGISTER
from store.domain.models import validate_field_text, validate_values
from store.domain.vocabulary import Basis
from store.log.change import WITHDRAWN, Change, association_id, canonical, is_clear_field, matches_id
from store.log.change_log import COLUMNS as _LOG_COLUMNS

COLUMNS = f"n, {_LOG_COLUMNS}"
"""The columns of a row for `read_row`."""

_NAMES = tuple(_LOG_COLUMNS.split(", "))
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)
_FIVE_IDS = re.compile(r"[0-9a-f]{32}( [0-9a-f]{32}){4}", re.ASCII)
_IDS = re.compile(r'\[("[0-9a-f]{32}"(,"[0-9a-f]{32}")*)?\]', re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", re.ASCII)
_FIELDS_MOST = 2000
_BASES = frozenset(Basis)
_OPTIONAL = frozenset({"undoes", "salt", "body"})


class InvalidRow(ValueError):
    """A row of a log that is not a valid change, with the reason as its message."""


def text_of(raw: bytes) -> str:
    """Decode text of an untrusted file; bytes that are not UTF-8 then no longer match the change's id."""
    return raw.decode("utf-8", "replace")


def read_row(row: Sequence[object]) -> Change:
    """Parse and validate a change from its row (the columns in COLUMNS). Raises InvalidRow and nothing else."""
    try:
        return _read(row)
    except InvalidRow:
        raise
    except BadInput as error:
        raise InvalidRow(f"a value cannot be taken ({str(error).rstrip('.')})") from None
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise InvalidRow("it is not written as Fairlead writes a change") from None


def _read(row: Sequence[object]) -> Change:
    n, *rest = row
    if not isinstance(n, int) or n < 1:
        raise InvalidRow("it has no number")
    raw: dict[str, Any] = dict(zip(_NAMES, rest, strict=True))
    for name, value in raw.items():
        if type(value) is not str and not (value is None and name in _OPTIONAL):
            raise InvalidRow(f"its {name.replace('_', ' ')} is not a text")
    if (raw["body"] is None) != (raw["salt"] is None):
        raise InvalidRow("half of its body is missing")
    if len(raw["fields"]) > _FIELDS_MOST:
        raise InvalidRow("it sets more fields than any thing has")
    _check_envelope(raw)
    lists = {"fields": _names(raw["fields"]), "parents": _ids(raw["parents"])}
    change = Change(**raw | lists)
    if not matches_id(change):
        raise InvalidRow("it is not what its id says: another tool altered it")
    _check_fields(change)
    named = _clear_values(change)
    values = named if change.body is None else named | _body_values(change, change.body)
    if validate_values(change.kind, values) != values:
        raise InvalidRow("a text in it holds what Fairlead does not let in")
    ends = KINDS[change.kind].ends
    if ends and change.creates and change.body is not None:
        _check_ends(change.kind, values)
        if change.entity != association_id(change.kind, values):
            raise InvalidRow("it ties two things and its id is not made from them")
    if ends and not change.creates and change.fields[0] in ends:
        raise InvalidRow("it changes what a tie is known by")
    return change


_OWNERS_OF_NOTE = ("recommendation", "publication", "theme", "paper")


def _check_ends(kind: str, values: dict[str, Any]) -> None:
    """Check that an association has its ends, one of several owners where it is of a note, in order where either may
    be first."""
    ends = KINDS[kind].ends
    optional = {"note_on": _OWNERS_OF_NOTE, "figure": ("publication",), "paper_text": ("publication",)}.get(kind, ())
    if any(not values.get(end) for end in ends if end not in optional):
        raise InvalidRow("it ties two things and does not say which")
    if kind == "note_on" and sum(bool(values.get(end)) for end in _OWNERS_OF_NOTE) != 1:
        raise InvalidRow("it is a note's and does not say of what alone")
    if values.get("relation") == "same-work" and values["recommendation"] >= values["other"]:
        raise InvalidRow("it ties two things and does not name them in order")


def _check_envelope(raw: dict[str, Any]) -> None:
    ids = ("id", "author", "device", "action", "body_hash")
    if not _FIVE_IDS.fullmatch(" ".join([raw[name] for name in ids])):
        name = next(name for name in ids if not _ID.fullmatch(raw[name]))
        raise InvalidRow(f"its {name.replace('_', ' ')} is not an id")
    for name in ("undoes", "salt"):
        if raw[name] is not None and not _ID.fullmatch(raw[name]):
            raise InvalidRow(f"its {name} is not an id")
    if raw["kind"] not in KINDS:
        raise InvalidRow("it is about a kind of thing that Fairlead does not know")
    if (raw["entity"] != REGISTER) if raw["kind"] == REGISTER else not _ID.fullmatch(raw["entity"]):
        raise InvalidRow("its thing is not an id")
    if not _TIME.fullmatch(raw["time"]):
        raise InvalidRow("its time is not a time")
    datetime.fromisoformat(raw["time"])


@lru_cache(maxsize=500)
def _names(text: str) -> tuple[str, ...]:
    names = _parse_canonical(text)
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InvalidRow("a list in it is not a list of names")
    if names != sorted(set(names)):
        raise InvalidRow("a list in it is not in order")
    return tuple(names)


def _ids(text: str) -> tuple[str, ...]:
    if not _IDS.fullmatch(text):
        raise InvalidRow("what it rests on is not a list of ids")
    ids = tuple(text[2:-2].split('","')) if text != "[]" else ()
    if len(ids) > 1 and list(ids) != sorted(set(ids)):
        raise InvalidRow("a list in it is not in order")
    return ids


def _parse_canonical(text: str) -> Any:
    found, _ = _decode(text)
    if canonical(found) != text:
        raise InvalidRow("it is not written as Fairlead writes a change")
    return found


def _reject_float(_text: str) -> NoReturn:
    raise InvalidRow("it holds a number that is not whole")


_decode = json.JSONDecoder(parse_float=_reject_float, parse_constant=_reject_float).raw_decode
"""What it leaves at the end of a text is in no canonical form of what it found."""


def _check_fields(change: Change) -> None:
    declared = KINDS[change.kind].fields
    if unknown := [name for name in change.fields if name not in declared]:
        raise InvalidRow(f"it sets a field that Fairlead does not know ({unknown[0][:40]})")
    if change.creates and (WITHDRAWN not in change.fields or change.undoes):
        raise InvalidRow("it rests on no other change and does not bring its thing into being")
    if not change.creates and len(change.fields) != 1:
        raise InvalidRow("it does not set one field")


def _clear_values(change: Change) -> dict[str, Any]:
    """The validated values that stay in the clear: owners, ends, and whether the entity is withdrawn."""
    named = _parse_canonical(change.clear)
    if not isinstance(named, dict) or not all(n in change.fields and is_clear_field(change.kind, n) for n in named):
        raise InvalidRow("what it says in the clear is not of the fields that it sets")
    if None in named.values() or (WITHDRAWN in change.fields and not isinstance(named.get(WITHDRAWN), bool)):
        raise InvalidRow("what it says in the clear is not written as Fairlead writes it")
    return named


def _body_values(change: Change, text: str) -> dict[str, Any]:
    """The values of a body, once the rest of it is validated."""
    body = _parse_canonical(text)
    if not isinstance(body, dict) or not {"values"} <= set(body) <= {"values", "basis", "reason"}:
        raise InvalidRow("its body is not written as Fairlead writes one")
    values, bases, reason = body["values"], body.get("basis", {}), body.get("reason")
    if not isinstance(values, dict) or sorted(values) != [
        f for f in change.fields if not is_clear_field(change.kind, f)
    ]:
        raise InvalidRow("its body does not set the fields that it names")
    if "reason" in body and (not isinstance(reason, str) or validate_field_text("reason", reason) != reason):
        raise InvalidRow("its reason is not a text that Fairlead lets in")
    if not isinstance(bases, dict) or ("basis" in body and not bases) or not set(bases) <= set(change.fields):
        raise InvalidRow("how its values are known is not said as Fairlead says it")
    for raw_basis in bases.values():
        _check_basis(raw_basis)
    return values


def _check_basis(raw_basis: object) -> None:
    if not isinstance(raw_basis, list) or len(raw_basis) != 2:
        raise InvalidRow("how a value is known is not said as Fairlead says it")
    basis, place = raw_basis
    if not isinstance(basis, str) or basis not in _BASES:
        raise InvalidRow("how a value is known is not said as Fairlead says it")
    if place is not None and (not isinstance(place, str) or validate_field_text("place", place) != place):
        raise InvalidRow("a place in a source is not a text that Fairlead lets in")
