"""The enumerations of the domain, their labels on screen, and a field's value with its basis.

Light on purpose: the program's start loads it, so nothing here may import pydantic or sqlite_utils.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What an item is; a register may have further kinds. Commitments are counted apart and never added to the others."""

    RECOMMENDATION = "recommendation"
    AREA_FOR_DEVELOPMENT = "area-for-development"
    CAUSE_OF_CONCERN = "cause-of-concern"
    AREA_FOR_IMPROVEMENT = "area-for-improvement"
    COMMITMENT = "commitment"


NUMBER_PREFIX: dict[str, str] = {
    ItemKind.AREA_FOR_DEVELOPMENT: "AFD",
    ItemKind.AREA_FOR_IMPROVEMENT: "AFI",
    ItemKind.CAUSE_OF_CONCERN: "COC",
}
"""What is put before the number of an item of a kind that a report may number apart, from 1 on."""

PRIORITIES = ("High", "Medium", "Low")
"""Priorities from the highest to the lowest, where the register has no list of its own."""


class Stage(StrEnum):
    """The stage of an item: how far it has got."""

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
    RISK_ACCEPTED = "risk-accepted"
    UNKNOWN_HOW = "closed-not-known-how"


CLOSING_STAGES = frozenset(
    {
        *(Stage.DISCHARGED, Stage.NOT_ADOPTED, Stage.DELIVERED, Stage.SUPERSEDED, Stage.RISK_ACCEPTED),
        Stage.UNKNOWN_HOW,
    }
)
"""Stages that end an item. *Submitted* counts as closed too, but only when closure was asked for."""

REPLY_STAGES = frozenset({Stage.SUBMITTED, Stage.REMAIN_OPEN, Stage.DISCHARGED})
"""Stages that only sending evidence and recording a reply may write."""


class Track(StrEnum):
    """Whether an open item is on time, as stated by its lead."""

    ON_TRACK = "on-track"
    DELAYED = "delayed"
    NOT_STATED = "not-stated"


class Response(StrEnum):
    """Whether an item is accepted by whoever it is addressed to: an axis of its own that alters no status."""

    ACCEPTED = "accepted"
    PARTLY = "partly-accepted"
    NOT_ACCEPTED = "not-accepted"
    NOT_YET = "not-yet-said"
    """As the source has it; where nothing is recorded, it counts as this too."""


class Status(StrEnum):
    """Derived from stage and track; never stored by hand. *Left out* is that of an item whose values are not in this
    copy: it is listed, and counted nowhere else."""

    CLOSED = "closed"
    ON_TRACK = "on-track"
    DELAYED = "delayed"
    NOT_STATED = "not-stated"
    LEFT_OUT = "left-out"


class NextMove(StrEnum):
    """Who makes the next move while an item is open."""

    US = "us"
    INSPECTORATE = "inspectorate"
    OTHER = "other"


class Verdict(StrEnum):
    """The verdict of a reply. Only *discharged* and *not adopted* end an item."""

    DISCHARGED = "discharged"
    REMAIN_OPEN = "remain-open"
    MORE_EVIDENCE = "more-evidence"
    PARTLY = "partly-discharged"
    NOT_ADOPTED = "not-adopted"


REFUSALS = (Verdict.REMAIN_OPEN, Verdict.MORE_EVIDENCE, Verdict.PARTLY)
"""The verdicts after which an item remains open."""


class LeadState(StrEnum):
    """The progress of one lead on their own part of an item."""

    NOT_BEGUN = "not-begun"
    UNDER_WAY = "under-way"
    PART_DONE = "part-done"
    DONE = "done"


class Extension(StrEnum):
    """Whether more time for an item was asked for, and how that was decided."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


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
    """The basis of a value: how it came to be known, after *entered* from the strongest to the weakest.

    *In our words*: the source has it, in other words than these.
    """

    ENTERED = "entered"
    STATED = "stated"
    OURS = "in-our-words"
    DERIVED = "derived"
    INFERRED = "inferred"
    ASSIGNED = "assigned"


def weakest_basis(bases: Iterable[object]) -> str:
    """The weakest of some bases; "" for none."""
    found = [Basis(str(basis)) for basis in bases if basis]
    return str(max(found, key=list(Basis).index)) if found else ""


AS_PUBLISHED = frozenset({Basis.STATED, Basis.OURS, Basis.DERIVED, Basis.INFERRED})
"""Bases that are a source: such a value passes the workflow's gates as it is and stays marked so."""

DELAY_KINDS = (
    "Waiting on the inspectorate",
    "Waiting on another body",
    "More work than foreseen",
    "People or money not available",
    "A system is not ready",
    "The first date was not realistic",
)
"""Kinds of delay, where the register has no list of its own."""

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


class PartyKind(StrEnum):
    """What a party is. Bodies and units are identified by their name; persons are not, so that no name is guessed."""

    PERSON = "person"
    UNIT = "unit"
    BODY = "body"


class ClosedBy(StrEnum):
    """Who closes a publication's items."""

    INSPECTORATE = "inspectorate"
    GROUP = "group"
    LEADS = "leads"


LEFT_OUT = "left out of this copy"
"""Shown in place of a value that was left out of a shared register."""


LABELS = {
    "left-out": "Left out",
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
    "risk-accepted": "Risk accepted",
    "closed-not-known-how": "Closed, not known how",
    "on-track": "On track",
    "delayed": "Delayed",
    "closed": "Closed",
    "us": "Us",
    "inspectorate": "The inspectorate",
    "other": "Another body",
    "group": "The partnership group",
    "leads": "Its leads",
    "recommendation": "Recommendation",
    "area-for-development": "Area for development",
    "cause-of-concern": "Cause of concern",
    "area-for-improvement": "Area for improvement",
    "commitment": "Commitment",
    "entered": "entered here",
    "stated": "stated by the source",
    "in-our-words": "in our words",
    "derived": "worked out from the source",
    "inferred": "inferred",
    "assigned": "our own label",
    "not-known": "Not known",
    "more-evidence": "More evidence sought",
    "partly-discharged": "Partly discharged",
    "part-done": "Partly done",
    "not-adopted": "Closed, not adopted",
    "asked": "Asked for",
    "granted": "Granted",
    "refused": "Refused",
    "accepted": "Accepted",
    "partly-accepted": "Partly accepted",
    "not-accepted": "Not accepted",
    "not-yet-said": "Not yet said",
    **{marking: marking for marking in MARKINGS},
}
"""Stored word to its label on screen; a word that is not here is capitalised."""


def label_of(word: str | None) -> str:
    """The label of a stored word; an em dash for None."""
    if word is None:
        return "—"
    # A word of the register's own is shown as it was written.
    return LABELS.get(word) or (word if word != word.lower() else word.replace("-", " ").capitalize())


RELATIONS = {
    ("same-work", "out"): "the same work as",
    ("same-work", "in"): "the same work as",
    ("depends-on", "out"): "depends on",
    ("depends-on", "in"): "needed by",
    ("supersedes", "out"): "supersedes",
    ("supersedes", "in"): "superseded by",
    ("same-as", "out"): "the same as",
    ("same-as", "in"): "joined from",
}
"""The relation of an item to the other end of a link, by the stored word and the direction."""


GLYPHS = {"closed": "●", "with-inspectorate": "◐", "on-track": "■", "delayed": "▲", "not-stated": "○", "left-out": "·"}
"""One glyph a status; an old Windows console has them all."""


IMPORTED = "imported from "
"""How the place of every value that an import wrote begins; the file's name, its sheet and the row follow."""


@dataclass(frozen=True, slots=True)
class Value:
    """The current value of a field, with its basis and its place in the source."""

    value: object
    basis: str = Basis.ENTERED
    place: str | None = None
