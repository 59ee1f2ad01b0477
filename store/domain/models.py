"""The pydantic models that validate every value before it is written to the log.

`validate_values(kind, values)` validates typed input, the sample and the rows of a file alike. Text passes the one
validator of `store.domain.text`; there are no floats; the bounds of a partial date are in order.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from store.domain.errors import BadInput
from store.domain.fields import label_of_field
from store.domain.paper_models import AcceptedFinding, Figure, FixedItem, Fixing, Paper, PaperPublication, PaperText
from store.domain.text import NOTE_LIMIT, TextError, validate_text
from store.domain.values import (
    BelievedValue,
    ChangeId,
    ChangeIds,
    DateValue,
    Day,
    EntityModel,
    FigureValue,
    Id,
    Line,
    Lines,
    ListedWord,
    Marking,
    MoveValue,
    PrintedValue,
    StageValue,
    TargetValue,
    Whole,
    explain_invalid,
    one_line_of,
)
from store.domain.vocabulary import (
    ActionKind,
    ClosedBy,
    LeadState,
    NoteKind,
    PartyKind,
    PublicationKind,
    Response,
    Track,
    Verdict,
)


class Register(EntityModel):
    """The register itself: its title, its marking, its own day, and the next committee."""

    title: Line | None = None
    marking: Marking | None = None
    day: Day | None = None
    next_committee: DateValue | None = None
    aged_after: Annotated[int, Field(ge=1, le=50)] | None = None
    stale_after: Annotated[int, Field(ge=1, le=3650)] | None = None
    priorities: Lines | None = None
    kinds: Lines | None = None
    kinds_apart: Lines | None = None
    delay_kinds: Lines | None = None
    embed_limit: Annotated[int, Field(ge=0, le=1000)] | None = None


class Party(EntityModel):
    """A person, a unit or a body."""

    name: Line | None = None
    kind: Annotated[PartyKind, Field(strict=False)] | None = None


class SameParty(EntityModel):
    """A party that is another one under a second name: the first is joined to the other."""

    party: Id | None = None
    other: Id | None = None


class Theme(EntityModel):
    """What an item is about; a plan may have priority themes of its own."""

    name: Line | None = None
    definition: Lines | None = None
    position: Whole | None = None
    publication: Id | None = None


class Outcome(EntityModel):
    """A strategic outcome that items contribute to."""

    number: Line | None = None
    text: Lines | None = None


class Publication(EntityModel):
    """A report or plan."""

    code: (
        Annotated[str, AfterValidator(one_line_of), Field(max_length=20, pattern=r"^[A-Za-z][A-Za-z0-9]*$")] | None
    ) = None
    title: Line | None = None
    publisher: Line | None = None
    kind: Annotated[PublicationKind, Field(strict=False)] | None = None
    published: DateValue | None = None
    published_printed: Line | None = None
    stated_total: PrintedValue | None = None
    last_update: DateValue | None = None
    stated_updates: Line | None = None
    link: Annotated[str, AfterValidator(one_line_of), Field(max_length=500, pattern=r"^https?://")] | None = None
    closed_by: Annotated[ClosedBy, Field(strict=False)] | None = None
    marking: Marking | None = None


class Recommendation(EntityModel):
    """An item: a recommendation, an area for development, or a commitment."""

    publication: Id | None = None
    part_of: Id | None = None
    number: Annotated[str, AfterValidator(one_line_of), Field(max_length=20, pattern=r"[0-9A-Za-z]")] | None = None
    label: Annotated[str, AfterValidator(one_line_of), Field(max_length=20, pattern=r"^[0-9A-Za-z]+$")] | None = None
    kind: ListedWord | None = None
    title: Line | None = None
    text: Lines | None = None
    response: Annotated[Response, Field(strict=False)] | None = None
    priority: ListedWord | None = None
    percent_done: Annotated[int, Field(ge=0, le=100)] | None = None
    addressed_to: Line | None = None
    scope: Annotated[str, AfterValidator(one_line_of), Field(max_length=60, pattern=r"\w")] | None = None
    stage: StageValue | None = None
    review: DateValue | None = None
    track: Annotated[Track, Field(strict=False)] | None = None
    believed_done: BelievedValue | None = None
    next_move: MoveValue | None = None
    theme: Id | None = None
    target: TargetValue | None = None
    marking: Marking | None = None


class Lead(EntityModel):
    """A party that leads on an item, with a state of its own."""

    recommendation: Id | None = None
    party: Id | None = None
    role: Line | None = None
    state: Annotated[LeadState, Field(strict=False)] | None = None


class Contribution(EntityModel):
    """An item's contribution to an outcome."""

    recommendation: Id | None = None
    outcome: Id | None = None


class Link(EntityModel):
    """A link between two items: same work, depends on, supersedes, or same as (the first joined to the other)."""

    relation: Literal["same-work", "depends-on", "supersedes", "same-as"] | None = None
    recommendation: Id | None = None
    other: Id | None = None
    why: Lines | None = None


class Note(EntityModel):
    """Dated narrative, immutable: correcting one withdraws it and adds another in the same action."""

    kind: Annotated[NoteKind, Field(strict=False)] | None = None
    text: Lines | None = None
    dated: DateValue | None = None
    said_by: Line | None = None
    agreed_by: Line | None = None
    agreed: DateValue | None = None
    marking: Marking | None = None


class NoteOn(EntityModel):
    """What a note is about: exactly one of an item, a publication, a theme or a paper."""

    note: Id | None = None
    recommendation: Id | None = None
    publication: Id | None = None
    theme: Id | None = None
    paper: Id | None = None


class Submission(EntityModel):
    """Evidence sent, which requests closure or a view."""

    recommendation: Id | None = None
    sent: DateValue | None = None
    asks: Literal["closure", "view"] | None = None
    reference: Line | None = None
    text: Lines | None = None
    marking: Marking | None = None


class Evidence(EntityModel):
    """A note that went with a submission."""

    submission: Id | None = None
    note: Id | None = None


class Reply(EntityModel):
    """The reply to a submission: verdict, words, what would satisfy, and the next move."""

    recommendation: Id | None = None
    submission: Id | None = None
    dated: DateValue | None = None
    who: Line | None = None
    verdict: Annotated[Verdict, Field(strict=False)] | None = None
    words: Lines | None = None
    would_satisfy: Lines | None = None
    next_move: MoveValue | None = None
    discharges: Lines | None = None
    marking: Marking | None = None
    unevidenced: bool | None = None


class ReasonMarking(EntityModel):
    """The marking of the reason that a change gives, where it is not that of the entity."""

    change: ChangeId | None = None
    marking: Marking | None = None


class Action(EntityModel):
    """A promise, a milestone or a dependency under an item; `done` is the day it was, None while it is not.

    A dependency waits on another body, `whose`, since a day.
    """

    recommendation: Id | None = None
    kind: Annotated[ActionKind, Field(strict=False)] | None = None
    text: Lines | None = None
    due: TargetValue | None = None
    whose: Line | None = None
    since: DateValue | None = None
    done: DateValue | None = None
    marking: Marking | None = None


class NothingNew(EntityModel):
    """A dated statement that the status of an item has not changed."""

    recommendation: Id | None = None
    dated: DateValue | None = None


class Citation(EntityModel):
    """A piece of evidence that a note cites: what it is called, its reference number and its SHA-256; `size` is in
    bytes."""

    note: Id | None = None
    name: Line | None = None
    reference: Line | None = None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    size: Annotated[int, Field(ge=0, le=2**53)] | None = None
    embedded: bool | None = None
    marking: Marking | None = None


class Location(EntityModel):
    """The path of a cited file, or of a publication, on one person's laptop or drive; in a share only where asked for."""

    citation: Id | None = None
    publication: Id | None = None
    place: Line | None = None


class View(EntityModel):
    """A saved view: its name, its query, its sort key, the names of its columns between spaces."""

    name: Line | None = None
    query: Line | None = None
    sort: Line | None = None
    columns: Line | None = None


class Measure(EntityModel):
    """A figure with unit and period, of a publication or an item."""

    publication: Id | None = None
    recommendation: Id | None = None
    name: Line | None = None
    figure: FigureValue | None = None


class Expunge(EntityModel):
    """Changes whose bodies are taken out for good."""

    changes: ChangeIds | None = None


MODELS: dict[str, type[EntityModel]] = {
    "register": Register,
    "party": Party,
    "same_party": SameParty,
    "theme": Theme,
    "outcome": Outcome,
    "publication": Publication,
    "recommendation": Recommendation,
    "lead": Lead,
    "contribution": Contribution,
    "link": Link,
    "note": Note,
    "note_on": NoteOn,
    "submission": Submission,
    "evidence": Evidence,
    "reply": Reply,
    "reason_marking": ReasonMarking,
    "action": Action,
    "nothing_new": NothingNew,
    "citation": Citation,
    "location": Location,
    "view": View,
    "measure": Measure,
    "paper": Paper,
    "paper_publication": PaperPublication,
    "paper_text": PaperText,
    "accepted_finding": AcceptedFinding,
    "figure": Figure,
    "fixing": Fixing,
    "fixed_item": FixedItem,
    "expunge": Expunge,
}


def validate_values(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """Validate the values of an entity; returns them as the log stores them.

    Raises BadInput with the field and the reason.
    """
    try:
        model = MODELS[kind].model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = str(first["loc"][0]) if first["loc"] else ""
        raise BadInput(field, f"{label_of_field(kind, field).capitalize()}: {explain_invalid(dict(first))}") from None
    except (TextError, UnicodeError, OverflowError) as error:
        raise BadInput("", str(error)) from None
    # Parts that are None are omitted: a value may be given one more part later and stay the same value.
    whole = model.model_dump(mode="json", exclude_none=True)
    return {name: whole.get(name) for name in values}


def validate_field_text(field: str, text: str | None) -> str | None:
    """Validate a reason, or a place in a source, as the log stores it. Raises BadInput."""
    try:
        return None if text is None else validate_text(text, lines=True, limit=NOTE_LIMIT)
    except (TextError, UnicodeError) as error:
        raise BadInput(field, str(error)) from None
