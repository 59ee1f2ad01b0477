"""Row dataclasses for screens and exports, with values as stored in the tables.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from store.domain.fields import KINDS
from store.domain.text import one_line
from store.domain.vocabulary import LEFT_OUT, Basis, LeadState, Value, label_of, weakest_basis


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the recommendations table. Dates are ISO days; None is not recorded."""

    id: str
    ref: str
    title: str | None
    kind: str | None
    status: str
    stage: str | None
    track: str | None
    closed_as: str | None
    believed_done: bool
    theme: str | None
    theme_basis: str | None
    leads: str
    next_move: str | None
    target_text: str | None
    target_latest: str | None
    moved_later: int
    moved_at_least: bool
    updated: str
    part: bool
    conflict: bool
    text: str | None = None
    code: str | None = None
    number: str | None = None
    next_move_until: str | None = None
    first_target: str | None = None
    marking: str | None = None
    said_on: str | None = None
    """The day of its last update."""
    left_out: bool = False
    """Whether something of it was left out of this copy."""
    basis: str | None = None
    """The bases of its fields that are neither typed in nor simply stated, as stored: see `parse_bases`."""
    response: str | None = None
    percent_done: int | None = None
    priority: str | None = None
    apart: bool = False
    """Whether it is counted apart from recommendations, as a commitment is."""
    review: str | None = None
    """When its accepted risk is looked at again, as written."""
    delay: str | None = None
    """The kind of delay of the last move of its target."""
    extension: str | None = None
    """What became of an extension of its target."""
    lead_bases: dict[str, str] = field(default_factory=dict)
    """The bases on which somebody leads on it, by name, where they are weaker than stated."""
    leads_progress: str = ""
    """How many of its several leads have got the furthest: "1 of 3 leads done"; "" where it is stated of none."""

    @property
    def display_title(self) -> str:
        """Its title, or why there is none."""
        return format_title(self)

    @property
    def leads_basis(self) -> str:
        """The weakest basis on which somebody leads on it; "" where none is weaker than stated."""
        return weakest_basis(self.lead_bases.values())


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One publication, with counts of its items (parts never counted)."""

    id: str
    code: str | None
    title: str | None
    publisher: str | None
    kind: str | None
    closed_by: str | None
    published: str | None
    published_latest: str | None
    stated_total: str | None
    last_update: str | None
    stated_updates: str | None
    total: int
    closed: int
    with_inspectorate: int
    discharged: int
    closed_otherwise: int
    on_track: int
    delayed: int
    not_stated: int
    next_target: str | None
    marking: str | None
    left_out: bool = False
    """Whether something of it was left out of this copy."""
    basis: str | None = None
    """The bases of its fields, as of an item."""
    link: str | None = None
    """Where anybody can read it."""
    published_earliest: str | None = None
    last_update_earliest: str | None = None
    last_update_latest: str | None = None

    @property
    def display_title(self) -> str:
        """Its title, or why there is none."""
        return format_title(self)

    @property
    def display_code(self) -> str:
        """Its code, which the references of its items begin with; "?" for none."""
        return "?" if self.code is None else self.code


def format_title(row: ItemRow | PublicationRow) -> str:
    """The title of an item or a publication; where it has none, that it was left out, or a dash."""
    return row.title or (LEFT_OUT if row.left_out else label_of(None))


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A row of an entity that belongs to an item or publication (a note, an action, a lead …): its fields as
    columns."""

    kind: str
    id: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetStep:
    """One target an item has had: the value with its basis and place in the source, the reason it was moved, and when
    and by whom it was recorded."""

    target: dict[str, object]
    reason: str | None
    recorded: str
    author: str
    later: bool
    basis: str = Basis.ENTERED
    place: str | None = None


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item with all that belongs to it. Entities carry their table's columns."""

    row: ItemRow
    publication: PublicationRow
    fields: dict[str, Value]
    parts: tuple[ItemRow, ...]
    part_of: str | None
    notes: tuple[EntityRow, ...]
    citations: tuple[EntityRow, ...]
    """The evidence files that its notes cite: see `store.queries.evidence.citations_on`."""
    submissions: tuple[EntityRow, ...]
    evidence: tuple[EntityRow, ...]
    """The evidence notes of the submissions, oldest first, withdrawn ones too; `submission` is the submission's id."""
    replies: tuple[EntityRow, ...]
    targets: tuple[TargetStep, ...]
    actions: tuple[EntityRow, ...]
    leads: tuple[EntityRow, ...]
    outcomes: tuple[EntityRow, ...]
    links: tuple[EntityRow, ...]
    measures: tuple[EntityRow, ...]
    nothing_new: tuple[EntityRow, ...]
    """The records that there was nothing new, the newest last."""
    conflicts: dict[str, tuple[str, ...]]
    reasons: dict[str, str]
    """The reason for a field's value, where a reason was asked for; "" where none was given."""
    part_leads: tuple[EntityRow, ...] = ()
    """The leads of its parts; `part` is the part's reference."""


def format_text(entity: EntityRow, name: str = "text") -> str:
    """A text of an entity; where it has none, that it was left out, or a dash."""
    return LEFT_OUT if entity.fields["left_out"] else str(entity.fields[name] or label_of(None))


def format_word(entity: EntityRow, name: str) -> str:
    """The label of a stored word of an entity; a dash where it has none."""
    word = entity.fields[name]
    return label_of(None if word is None else str(word))


OTHER_FIELDS = {
    name: field
    for name, field in KINDS["recommendation"].editable.items()
    if name not in ("number", "title", "text", "kind", "theme", "part_of", "marking")
}
"""The fields of an item that its description shows in the same way, each on a line under its label."""


def leads_done(detail: ItemDetail) -> tuple[int, int]:
    """How many leads of an item and of its parts have done their own part, and how many there are.

    A party that leads on two parts counts twice.
    """
    states = [lead.fields["state"] for lead in (*detail.leads, *detail.part_leads)]
    return states.count(LeadState.DONE), len(states)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change, described as text, with the action that it belongs to."""

    n: int
    change: str
    action: str
    time: str
    author: str
    kind: str
    entity: str
    about: str
    field: str
    before: str
    after: str
    reason: str | None
    undone: bool
    undoes: bool
    basis: str = ""
    """The basis of what is described, as stored; "" for what was typed in, or has none."""
    received_from: str | None = None
    """The name of the file that brought it here; None for what was written here or came with the register."""

    @property
    def by(self) -> str:
        """Who wrote it, and which file brought it: C3 lead, from c3-back.sqlite."""
        return f"{self.author}, from {one_line(self.received_from, most=60)}" if self.received_from else self.author
