"""The plain rows that screens and exports are given: what the tables hold, as values.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from store.domain.dates import say_day
from store.domain.field_types import as_typed
from store.domain.fields import KINDS
from store.domain.vocabulary import LEFT_OUT, LeadState, Value, said


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One line of the recommendations table. Dates are ISO days; None is not known."""

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
    """The day on which something was last said of it."""
    left_out: bool = False
    """Whether something of it was left out of this copy."""

    @property
    def said_title(self) -> str:
        """Its title, or why there is none."""
        return say_title(self)


@dataclass(frozen=True, slots=True)
class PublicationRow:
    """One publication as it stands, with what its items add up to (parts never counted)."""

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

    @property
    def said_title(self) -> str:
        """Its title, or why there is none."""
        return say_title(self)

    @property
    def said_code(self) -> str:
        """Its code, as the references of its items begin."""
        return "?" if self.code is None else self.code


def say_title(row: ItemRow | PublicationRow) -> str:
    """The title of an item or a publication; where it has none, that it was left out, or a dash."""
    return row.title or (LEFT_OUT if row.left_out else said(None))


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that belongs to an item or publication (a note, a submission, an action, a lead …): its fields as columns."""

    kind: str
    id: str
    fields: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TargetStep:
    """One target an item has had: the value, the reason it was moved, and when and by whom it was recorded."""

    target: dict[str, object]
    reason: str | None
    recorded: str
    author: str
    later: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item with all that belongs to it. Things carry their table's columns."""

    row: ItemRow
    publication: PublicationRow
    fields: dict[str, Value]
    parts: tuple[ItemRow, ...]
    part_of: str | None
    notes: tuple[Thing, ...]
    citations: tuple[Thing, ...]
    """The evidence files that its notes cite: see `store.queries.evidence.citations_on`."""
    submissions: tuple[Thing, ...]
    evidence: tuple[Thing, ...]
    """The notes that went with them, oldest first, those withdrawn since with them; `submission` says which it was."""
    replies: tuple[Thing, ...]
    targets: tuple[TargetStep, ...]
    actions: tuple[Thing, ...]
    leads: tuple[Thing, ...]
    outcomes: tuple[Thing, ...]
    links: tuple[Thing, ...]
    measures: tuple[Thing, ...]
    nothing_new: tuple[Thing, ...]
    """The days on which somebody said that it stands as it did, the newest last."""
    conflicts: dict[str, tuple[str, ...]]
    reasons: dict[str, str]
    """Why a field says what it says, where a reason was asked for; "" where none was given."""
    part_leads: tuple[Thing, ...] = ()
    """The leads of its parts; `part` is the part's reference."""


def say_text(thing: Thing, name: str = "text") -> str:
    """A text of a thing; where it has none, that it was left out, or a dash."""
    return LEFT_OUT if thing.fields["left_out"] else str(thing.fields[name] or said(None))


def say_word(thing: Thing, name: str) -> str:
    """A stored word of a thing as a person says it; a dash where it has none."""
    word = thing.fields[name]
    return said(None if word is None else str(word))


def say_asked(submission: Thing) -> str:
    """What was asked for with evidence: "asking for closure"; "" where that is not known."""
    asked = {"closure": "asking for closure", "view": "asking for a view"}
    return asked.get(str(submission.fields["asks"]), "")


OTHER_FIELDS = {
    name: field
    for name, field in KINDS["recommendation"].editable.items()
    if name not in ("number", "title", "text", "kind", "theme", "part_of", "marking")
}
"""The fields of an item that have no place of their own where an item is told: each has a line under its label."""


def say_others(detail: ItemDetail) -> list[tuple[str, str, str]]:
    """What an item has in its `OTHER_FIELDS`: the name, the label, and the value as a person reads it."""
    told = ((name, field, as_typed(detail.fields[name].value)) for name, field in OTHER_FIELDS.items())
    return [(name, field.label, said(text) if field.choices else text) for name, field, text in told if text]


def say_lead(lead: Thing, *, commitment: bool) -> str:
    """What is said of a lead beside their name: "delivers the training, under way"; "" for nothing.

    On a commitment it is said, too, that nothing is stated.
    """
    known = lead.fields
    state = said(str(known["state"])).lower() if known["state"] else "not stated" if commitment else ""
    if known["left_out"]:
        state = LEFT_OUT
    return ", ".join(str(part) for part in (known["role"], state) if part)


def say_theme(detail: ItemDetail) -> str:
    """The theme that an item is allocated to; where it has none, that it is not, or that the name was left out."""
    return detail.row.theme or (LEFT_OUT if detail.fields["theme"].value else "not allocated")


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


def say_relation(link: Thing) -> str:
    """How an item is tied to the other end of a link; "tied to" where that was left out of a copy."""
    return RELATIONS.get((str(link.fields["relation"]), str(link.fields["direction"])), "tied to")


def say_progress(link: Thing) -> str:
    """How far the item at a link's other end has got; of one that is depended on, whether it is still open. "" for nothing."""
    known = link.fields
    said_so = [said(str(known["stage"]))] if known["stage"] not in (None, "not-stated") else []
    if is_needed(link):
        if known["status"] != "closed":
            said_so.append("not closed yet")
        elif known["closed_as"] == "with-inspectorate":
            said_so.append("no reply yet")
    return ", ".join(said_so)


def is_needed(link: Thing) -> bool:
    """Whether the item depends on the one at the other end."""
    return (link.fields["relation"], link.fields["direction"]) == ("depends-on", "out")


def say_bounds(target: object) -> str:
    """The bounds of a target: "1 January 2025 to 31 December 2026"; "" where it has none, or says them itself."""
    if not isinstance(target, dict):
        return ""
    first, last = (
        say_day(date.fromisoformat(day)) if (day := target.get(bound)) else "" for bound in ("earliest", "latest")
    )
    if first and last:
        bounds = first if first == last else f"{first} to {last}"
    else:
        bounds = f"from {first}" if first else f"by {last}" if last else ""
    return "" if bounds == target.get("text") else bounds


def leads_done(detail: ItemDetail) -> tuple[int, int]:
    """How many leads of an item and of its parts have done their own part, and how many there are.

    Whoever leads on two parts has two to do.
    """
    states = [lead.fields["state"] for lead in (*detail.leads, *detail.part_leads)]
    return states.count(LeadState.DONE), len(states)


def say_leads_done(detail: ItemDetail) -> str:
    """Say how many leads have done their part: "3 of 5 leads have done their part; of 1 it is not stated".

    "" where there is only one lead to speak of, or nothing is stated of any.
    """
    done, count = leads_done(detail)
    silent = sum(1 for lead in (*detail.leads, *detail.part_leads) if not lead.fields["state"])
    if count < 2 or silent == count:
        return ""
    those = " (those of its parts among them)" if detail.part_leads else ""
    unsaid = f"; of {silent} it is not stated" if silent else ""
    have = "has" if done == 1 else "have"
    return f"{done} of {count} leads {have} done their part{those}{unsaid}"


def ask_to_end(detail: ItemDetail) -> str:
    """What to do about an open item all of whose leads have done their part, as a question; "" for any other."""
    done, count = leads_done(detail)
    if not count or done < count or detail.row.status == "closed" or detail.row.stage == "submitted":
        return ""
    who = "Its lead has" if count == 1 else f"All {count} leads have"
    inspected = detail.publication.closed_by == "inspectorate"
    what = "send evidence, asking for closure" if inspected else "record it as delivered"
    return f"{who} done their part: {what}?"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One change, said in words, with the action that made it."""

    n: int
    change: str
    action: str
    time: str
    author: str
    kind: str
    thing: str
    about: str
    field: str
    before: str
    after: str
    reason: str | None
    undone: bool
    undoes: bool
