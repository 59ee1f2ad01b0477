"""The types of field values, with their validation: text, days, ids, and objects that are one value."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from store.domain.text import NOTE_LIMIT, validate_text
from store.domain.vocabulary import NextMove, Stage

_ID = re.compile(r"[0-9a-f]{32}|register")
_CHANGE_ID = re.compile(r"[0-9a-f]{32}")


def one_line_of(text: str) -> str:
    """Validate one line of text. Raises TextError."""
    return validate_text(text)


def _lines(text: str) -> str:
    return validate_text(text, lines=True, limit=NOTE_LIMIT)


def _day(text: str) -> str:
    if date.fromisoformat(text).isoformat() != text:
        raise ValueError("a day is written 2024-09-18")
    return text


def _id(text: str) -> str:
    if not _ID.fullmatch(text):
        raise ValueError("an id is 32 hexadecimal digits")
    return text


def _change_id(text: str) -> str:
    if not _CHANGE_ID.fullmatch(text):
        raise ValueError("the id of a change is 32 hexadecimal digits")
    return text


def _in_order(ids: list[str]) -> list[str]:
    if ids != sorted(set(ids)):
        raise ValueError("the ids of changes are in order, each once")
    return ids


Line = Annotated[str, AfterValidator(one_line_of)]
Lines = Annotated[str, AfterValidator(_lines)]
Day = Annotated[str, AfterValidator(_day)]
Id = Annotated[str, AfterValidator(_id)]
ChangeId = Annotated[str, AfterValidator(_change_id)]
ChangeIds = Annotated[list[ChangeId], AfterValidator(_in_order)]
ListedWord = Annotated[str, AfterValidator(one_line_of), Field(max_length=60, pattern=r"\w")]
"""A word of a list that the register has: of a kind of its own, or of a priority."""
Marking = Literal["OFFICIAL", "OFFICIAL-SENSITIVE"]
Whole = Annotated[int, Field(ge=-(2**53), le=2**53)]


class StrictModel(BaseModel):
    # Built when it is first used: a save needs few of them.
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, defer_build=True)


class EntityModel(StrictModel):
    """The fields that every kind of entity has."""

    withdrawn: bool = False


class DateValue(StrictModel):
    """A partial date: as written, with its first and last possible day, ISO; None where unknown."""

    text: Line
    earliest: Day | None = None
    latest: Day | None = None

    @model_validator(mode="after")
    def _in_order(self) -> DateValue:
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError("its first possible day is after its last")
        return self


class TargetValue(DateValue):
    """A target or a promise's due date: the day it was stated, where, and its condition; of a move the kind of delay.

    `decision` is whether an extension was asked for, granted or refused; by whom, and until when, it was asked for; and
    by whom, and when, it was decided.
    """

    said: Line | None = None
    where: Line | None = None
    condition: Lines | None = None
    delay: Line | None = None
    decision: Literal["asked", "granted", "refused"] | None = None
    asked_by: Line | None = None
    asked_for: Line | None = None
    decided_by: Line | None = None
    decided: Line | None = None


class StageValue(StrictModel):
    """The stage of an item, and the partial date it was reached; who agreed, for a delivery.

    `asks`, what was requested, is stored with *submitted*, so that this value alone decides whether that is closed.
    """

    text: Annotated[Stage, Field(strict=False)]
    day: Line | None = None
    earliest: Day | None = None
    latest: Day | None = None
    by: Line | None = None
    asks: Literal["closure", "view"] | None = None


class BelievedValue(StrictModel):
    """That the owner believes it done, and who that is; "not stated" where the source does not name them."""

    text: Literal["yes"]
    by: Line | None = None


class MoveValue(StrictModel):
    """The next move: who makes it, and until when or what."""

    text: Annotated[NextMove, Field(strict=False)]
    until: Line | None = None


class PrintedValue(StrictModel):
    """A number as printed ("8 recs", or blank), and the number itself where it is one."""

    text: Line
    number: Whole | None = None


class FigureValue(PrintedValue):
    """A measure: the figure with its unit and the period it covers."""

    unit: Line | None = None
    period: Line | None = None


_PATTERNS = {
    r"^[A-Za-z][A-Za-z0-9]*$": "use letters and digits only, starting with a letter",
    r"[0-9A-Za-z]": "it needs a letter or a digit",
    r"\w": "it needs a letter or a digit",
    r"^https?://": "it begins with https:// or http://; a file of this machine is recorded as that, and leaves no copy",
}
"""What a text that does not match a pattern lacks."""


def explain_invalid(error: dict[str, Any]) -> str:
    """Why a value is not valid, in plain words, of one of the errors that pydantic lists."""
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in ("enum", "literal_error"):
        return f"it is one of {error['ctx']['expected']}"
    if error["type"].startswith("string_pattern"):
        return _PATTERNS.get(error["ctx"]["pattern"], "it is not written so")
    if error["type"] in ("too_long", "string_too_long"):
        long = f"it has {error['ctx']['actual_length']:,} characters, and " if "actual_length" in error["ctx"] else ""
        return f"{long}{error['ctx']['max_length']:,} is the most"
    if error["type"] in ("less_than_equal", "greater_than_equal"):
        most = error["ctx"].get("le")
        return f"{most:,} is the most" if most is not None else f"{error['ctx']['ge']:,} is the least"
    return message[0].lower() + message[1:] if message else "it cannot be taken"
