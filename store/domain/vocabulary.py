"""The register's words: its enumerations, part-known dates, and the plain rows that screens are given.

Light on purpose: the program's start loads it, so nothing here may import pydantic or sqlite_utils.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class ItemKind(StrEnum):
    """What an item is; recommendations and commitments are counted apart and never added."""

    RECOMMENDATION = "recommendation"
    AREA_FOR_DEVELOPMENT = "area-for-development"
    COMMITMENT = "commitment"


class Stage(StrEnum):
    """How far an item has got; the one stored field that says so."""

    NOT_STATED = "not-stated"
    NOT_STARTED = "not-started"
    IN_PROGRESS = "in-progress"
    COLLATING = "collating-evidence"
    SUBMITTED = "submitted"
    REMAIN_OPEN = "remain-open"
    DISCHARGED = "discharged"
    NOT_ADOPTED = "closed-not-adopted"
    DELIVERED = "delivered"
    SUPERSEDED = "superseded"
    NOT_KNOWN_HOW = "closed-not-known-how"


CLOSING_STAGES = frozenset(
    {Stage.DISCHARGED, Stage.NOT_ADOPTED, Stage.DELIVERED, Stage.SUPERSEDED, Stage.NOT_KNOWN_HOW}
)
"""Stages that end an item. *Submitted* counts as closed too, but only when closure was asked for."""

REPLY_STAGES = frozenset({Stage.SUBMITTED, Stage.REMAIN_OPEN, Stage.DISCHARGED})
"""Stages that only sending evidence and recording a reply may write."""


class Track(StrEnum):
    """What the lead says of an open item: is it on time?"""

    ON_TRACK = "on-track"
    DELAYED = "delayed"
    NOT_STATED = "not-stated"


class Status(StrEnum):
    """Derived from stage and track; never stored by hand."""

    CLOSED = "closed"
    ON_TRACK = "on-track"
    DELAYED = "delayed"
    NOT_STATED = "not-stated"


class NextMove(StrEnum):
    """Whose move is next while an item is open."""

    US = "us"
    INSPECTORATE = "inspectorate"
    OTHER = "other"


class Verdict(StrEnum):
    """What a reply says. Only *discharged* and *not adopted* end an item."""

    DISCHARGED = "discharged"
    REMAIN_OPEN = "remain-open"
    MORE_EVIDENCE = "more-evidence"
    PARTLY = "partly-discharged"
    NOT_ADOPTED = "not-adopted"


class LeadState(StrEnum):
    """How far one of several leads has got with their own part of an item."""

    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    PART_DONE = "part-done"
    DONE = "done"


class NoteKind(StrEnum):
    """What a note is for. *Position* is the default: the newest is what the paper prints."""

    POSITION = "position"
    EVIDENCE = "evidence"
    RISK = "risk"
    CLOSURE = "closure"
    DECISION = "decision"
    BENEFIT = "benefit"
    LEARNING = "learning"
    EVENT = "event"


class Basis(StrEnum):
    """How a value is known."""

    ENTERED = "entered"
    STATED = "stated"
    DERIVED = "derived"
    INFERRED = "inferred"
    ASSIGNED = "assigned"


AS_PUBLISHED = frozenset({Basis.STATED, Basis.DERIVED, Basis.INFERRED})
"""Bases that are a source: such a value passes the workflow's gates as it is and stays marked so."""

MOVE_REASONS = (
    "Waiting on the inspectorate",
    "Waiting on another body",
    "More work than foreseen",
    "People or money not available",
    "A system is not ready",
    "The first date was not realistic",
)
"""Usual reasons to move a target, where the register has no list of its own."""

MARKINGS = ("OFFICIAL", "OFFICIAL-SENSITIVE")
"""Markings from the lowest to the highest."""


class ActionKind(StrEnum):
    """What an action under an item is."""

    PROMISE = "promise"
    MILESTONE = "milestone"
    DEPENDENCY = "dependency"


class PublicationKind(StrEnum):
    """A report carries recommendations, a plan carries commitments."""

    REPORT = "report"
    PLAN = "plan"


class ClosedBy(StrEnum):
    """Who closes a publication's items."""

    INSPECTORATE = "inspectorate"
    GROUP = "group"
    LEADS = "leads"


SAID = {
    "not-stated": "Not stated",
    "not-started": "Not started",
    "in-progress": "In progress",
    "collating-evidence": "Collating evidence",
    "submitted": "Submitted",
    "remain-open": "Remain open",
    "discharged": "Discharged",
    "closed-not-adopted": "Closed, not adopted",
    "delivered": "Delivered",
    "superseded": "Superseded",
    "closed-not-known-how": "Closed, not known how",
    "on-track": "On track",
    "delayed": "Delayed",
    "closed": "Closed",
    "us": "Us",
    "inspectorate": "The inspectorate",
    "other": "Another body",
    "group": "A group",
    "leads": "Its leads",
    "recommendation": "Recommendation",
    "area-for-development": "Area for development",
    "commitment": "Commitment",
    "entered": "entered here",
    "stated": "stated by the source",
    "derived": "worked out from the source",
    "inferred": "inferred",
    "assigned": "our own label",
    "not-known": "Not known",
    "more-evidence": "More evidence sought",
    "partly-discharged": "Partly discharged",
    "not-adopted": "Closed, not adopted",
}
"""How a stored word is said on a screen; a word that is not here is said with a capital."""


def said(word: str | None) -> str:
    """Say a stored word as a person would; None is an em dash."""
    if word is None:
        return "—"
    return SAID.get(word) or word.replace("-", " ").capitalize()


GLYPHS = {"closed": "●", "with-inspectorate": "◐", "on-track": "■", "delayed": "▲", "not-stated": "○"}
"""One glyph a status; an old Windows console has them all."""


class NotUnderstood(ValueError):
    """What was written is not a date, as far as can be told; `meant` is the one it may have been meant for, or ""."""

    def __init__(self, sentence: str, meant: str) -> None:
        super().__init__(sentence)
        self.meant = meant


class NotADay(ValueError):
    """What was written is a date, and there is no such day in the calendar."""


@dataclass(frozen=True, slots=True)
class PartDate:
    """A date as far as it is known: as written, with its first and last possible day.

    Either bound is None where that side is not known.
    """

    text: str
    earliest: date | None = None
    latest: date | None = None

    @classmethod
    def parse(cls, text: str, today: date | None = None, *, past: bool = False) -> PartDate:
        """Understand a date as people write it, and know it no more precisely than that.

        | written | understood |
        |---|---|
        | "2024", "May 2024", "18 September 2024", "2024-09-18", "30/6/25", "30.6.2025" | all its days |
        | "Q2 2025" | April to June: quarters are of the calendar year |
        | "FY 2025/26", "2025/26", "Q2 2025/26" | the year that begins on 1 April 2025; its July to September |
        | "spring 2025", "winter 2025/26" | March to May; December to February |
        | "early 2025", "mid 2025", "late 2025" | the whole of 2025 |
        | "end of 2025", "by June 2025", "before June 2025" | a latest day only |
        | "during 2025, continuing into 2026", "April to June 2025" | from the one to the end of the other |
        | "30 June", "June", "Q2" | the next that has not passed; with `past` the last that has begun |
        | "today", "tomorrow", "yesterday", "+3 months", "in 2 weeks", "10 days ago" | that day |
        | "next month", "this quarter", "last year", "end of year", "end of month" | as of `today` |

        The last three rows need `today`, and their `text` is what they mean ("18 December 2024"); any other `text` is as
        written. Raises NotUnderstood, with a sentence for a person, when the text is none of these, and NotADay where it
        is a date that no calendar has. Both are ValueErrors.
        """
        from store.domain.dates import read_date

        return read_date(text, today, past=past)


def say_day(day: date) -> str:
    """Say a day as people write it: 18 September 2024."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def say_size(size: int) -> str:
    """Say how large a file is: 800 bytes, 120 kB, 1.2 MB."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{size / 1000:,.0f} kB" if size < 999_500 else f"{size / 1_000_000:,.1f} MB"


def short_day(day: date) -> str:
    """Say a day in few letters: 18 Sep 2024."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def age(since: date, today: date) -> str:
    """Say how long ago a day was, in years and months: "3 yr 2 mo"."""
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months < 0:
        return "—"
    years, months = divmod(months, 12)
    return f"{years} yr {months} mo" if years else f"{months} mo"


def years_before(day: date, years: int) -> date:
    """The same day so many years before; of 29 February, the 28th."""
    return date(max(1, day.year - years), day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def month_end(day: date) -> date:
    """The last day of the month that a day is in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def names_in(text: str | None) -> tuple[str, ...]:
    """The names in a line: parted by semicolons where it has any, so that a name may hold a comma; else by commas."""
    line = text or ""
    return tuple(name.strip() for name in line.split(";" if ";" in line else ",") if name.strip())


def fold_name(text: str) -> str:
    """A name as it is compared: case, spaces, punctuation and how its accents are composed aside."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


_PREFIX = re.compile(r"^(?:recommendation|rec|no|r)[\s.\-]*(?=\d)", re.IGNORECASE)


def tidy_number(number: str) -> str:
    """An item's number as it is recorded: "Rec. 6" and "R6" are written 6."""
    return _PREFIX.sub("", " ".join(number.split()))


def fold_number(number: str) -> str:
    """An item's number as it is compared: no "R", "Rec" or "No", no leading zeros, lower case.

    "Rec. 06", "R-6" and "6" are one number, as are "10a", "10-a" and "10(a)". What stands between two digits keeps them
    apart: "1.1", "1/1" and "1(1)" are one number, and not 11.
    """
    plain = tidy_number(number.casefold())
    plain = re.sub(r"(?<=\d)[^0-9a-z]+(?=\d)", "-", plain)
    plain = re.sub(r"[^0-9a-z-]+|(?<!\d)-|-(?!\d)", "", plain)
    plain = re.sub(r"(?<!\d)0+(?=\d)", "", plain)
    # What was between a prefix and its number is gone now: "R/6" has become "r6".
    return plain if plain == number else fold_number(plain)


def sort_key(text: str) -> str:
    """A key that sorts 2 before 10 and HC-2 before HC-10: each run of digits is padded to nine."""
    return re.sub(r"\d+", lambda run: run[0].zfill(9), text.casefold())


@dataclass(frozen=True, slots=True)
class Value:
    """One field as it stands: its value, how it is known, and where in the source."""

    value: object
    basis: str = Basis.ENTERED
    place: str | None = None
