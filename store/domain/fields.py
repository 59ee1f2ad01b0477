"""The kinds of thing a register holds, and the fields of each: what a change may set and which columns show it.

A field is one value. Where its parts only make sense together (a part-known date, a target, a stage with the day it was
reached) the value is an object: its "text" is the column named after the field, and each other part is a column
`field_part`. Released names are for good.
"""

from __future__ import annotations

from dataclasses import dataclass, field

DATE = ("earliest", "latest")
TARGET = ("earliest", "latest", "said", "where", "condition")
NOT_KNOWN = "not known"
"""The text of a first target that nobody has any more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """The fields of a kind (with the parts of each), and which of them name another thing."""

    fields: dict[str, tuple[str, ...]]
    names: dict[str, str] = field(default_factory=dict)
    """Field to the kind of thing that it names: an owner, or an end of a tie."""
    ends: tuple[str, ...] = ()
    """For a tie: the fields that it is known by; empty for a thing with an id of its own."""
    label: str = ""
    """The field that says which one it is, in history and toasts."""


KINDS: dict[str, Kind] = {
    "register": Kind(
        {
            "title": (),
            "marking": (),
            "day": (),
            "next_committee": DATE,
            "aged_after": (),
            "stale_after": (),
            "move_reasons": (),
            "embed_limit": (),
        },
        label="title",
    ),
    "party": Kind({"name": (), "kind": ()}, label="name"),
    "theme": Kind(
        {"name": (), "definition": (), "position": (), "publication": ()}, {"publication": "publication"}, label="name"
    ),
    "outcome": Kind({"number": (), "text": ()}, label="text"),
    "publication": Kind(
        {
            "code": (),
            "title": (),
            "publisher": (),
            "kind": (),
            "published": DATE,
            "published_printed": (),
            "stated_total": ("number",),
            "last_update": DATE,
            "stated_updates": (),
            "closed_by": (),
            "marking": (),
        },
        label="code",
    ),
    "recommendation": Kind(
        {
            "publication": (),
            "part_of": (),
            "number": (),
            "label": (),
            "kind": (),
            "title": (),
            "text": (),
            "addressed_to": (),
            "stage": ("day", "earliest", "latest", "by", "asks"),
            "track": (),
            "believed_done": ("by",),
            "next_move": ("until",),
            "theme": (),
            "target": TARGET,
            "marking": (),
        },
        {"publication": "publication", "part_of": "recommendation", "theme": "theme"},
        label="title",
    ),
    "lead": Kind(
        {"recommendation": (), "party": (), "role": (), "state": ()},
        {"recommendation": "recommendation", "party": "party"},
        ("recommendation", "party"),
    ),
    "contribution": Kind(
        {"recommendation": (), "outcome": ()},
        {"recommendation": "recommendation", "outcome": "outcome"},
        ("recommendation", "outcome"),
    ),
    "link": Kind(
        {"relation": (), "recommendation": (), "other": (), "why": ()},
        {"recommendation": "recommendation", "other": "recommendation"},
        ("relation", "recommendation", "other"),
    ),
    "note": Kind({"kind": (), "text": (), "dated": DATE, "said_by": (), "marking": ()}, label="text"),
    "note_on": Kind(
        {"note": (), "recommendation": (), "publication": (), "theme": (), "paper": ()},
        {
            "note": "note",
            "recommendation": "recommendation",
            "publication": "publication",
            "theme": "theme",
            "paper": "paper",
        },
        ("note", "recommendation", "publication", "theme", "paper"),
    ),
    "submission": Kind(
        {"recommendation": (), "sent": DATE, "asks": (), "reference": (), "text": (), "marking": ()},
        {"recommendation": "recommendation"},
        label="text",
    ),
    "evidence": Kind(
        {"submission": (), "note": ()}, {"submission": "submission", "note": "note"}, ("submission", "note")
    ),
    "reply": Kind(
        {
            "recommendation": (),
            "submission": (),
            "dated": DATE,
            "who": (),
            "verdict": (),
            "words": (),
            "would_satisfy": (),
            "next_move": ("until",),
            "discharges": (),
            "marking": (),
        },
        {"recommendation": "recommendation", "submission": "submission"},
        label="words",
    ),
    "action": Kind(
        {
            "recommendation": (),
            "kind": (),
            "text": (),
            "due": TARGET,
            "whose": (),
            "since": DATE,
            "done": DATE,
            "marking": (),
        },
        {"recommendation": "recommendation"},
        label="text",
    ),
    "nothing_new": Kind({"recommendation": (), "dated": DATE}, {"recommendation": "recommendation"}, label="dated"),
    "citation": Kind(
        {"note": (), "name": (), "reference": (), "sha256": (), "size": (), "embedded": (), "marking": ()},
        {"note": "note"},
        label="name",
    ),
    "location": Kind({"citation": (), "place": ()}, {"citation": "citation"}, label="place"),
    "view": Kind({"name": (), "query": (), "sort": (), "columns": ()}, label="name"),
    "measure": Kind(
        {"publication": (), "recommendation": (), "name": (), "figure": ("number", "unit", "period")},
        {"publication": "publication", "recommendation": "recommendation"},
        label="name",
    ),
    "paper": Kind(
        {
            "title": (),
            "meeting": (),
            "date": DATE,
            "location": (),
            "presenter": (),
            "purpose": (),
            "appendix": (),
            "marking": (),
        },
        label="title",
    ),
    "figure": Kind(
        {"paper": (), "publication": (), "name": (), "figure": ("number",)},
        {"paper": "paper", "publication": "publication"},
        ("paper", "publication", "name"),
        label="name",
    ),
}

for _kind in KINDS.values():
    _kind.fields["withdrawn"] = ()

REGISTER = "register"
"""The id of the one thing that says what the register is called, how it is marked and what day it is."""

SAID_FIELDS = {
    "stage": "how far",
    "track": "on time?",
    "believed_done": "believed done",
    "next_move": "next move",
    "part_of": "part of",
    "addressed_to": "addressed to",
    "published_printed": "published, as printed",
    "stated_total": "total, as printed",
    "stated_updates": "updates, as printed",
    "last_update": "last update",
    "closed_by": "closed by",
    "said_by": "said by",
    "would_satisfy": "what would satisfy",
    "next_committee": "next committee",
    "aged_after": "years until an open item counts as old",
    "stale_after": "days without a word until an item counts as stale",
    "move_reasons": "usual reasons to move a target",
    "embed_limit": "largest evidence file to keep inside, in MB",
    "discharges": "what of it is discharged",
    "sha256": "SHA-256",
}
"""How a field is said where its own name will not do."""


def said_field(name: str) -> str:
    """A field's name as a person reads it."""
    return SAID_FIELDS.get(name, name.replace("_", " "))
