"""The fields that a query can filter by: how each is written, what values it takes, and an example of it."""

from __future__ import annotations

from store.domain.vocabulary import MARKINGS, Extension, ItemKind, NextMove, Response, Stage, Status
from store.queries.filter import NO_DELAY, NO_LEAD, NO_OUTCOME, NO_PRIORITY, NO_THEME, TARGETS, WITH_INSPECTORATE

CHOICES: dict[str, tuple[str, ...]] = {
    "status": (*Status, WITH_INSPECTORATE),
    "stage": tuple(Stage),
    "kind": tuple(ItemKind),
    "next_move": tuple(NextMove),
    "target": tuple(TARGETS),
    "marking": MARKINGS,
    "response": tuple(Response),
    "extension": tuple(Extension),
}
SHORTHAND = {
    ("status", "open"): (Status.ON_TRACK, Status.DELAYED, Status.NOT_STATED),
    ("target", "none"): ("no-target",),
}
"""Shorthand values, with the values that each expands to."""

NONE = {"theme": NO_THEME, "lead": NO_LEAD, "outcome": NO_OUTCOME, "priority": NO_PRIORITY, "delay": NO_DELAY}
NAMES = ("theme", "publication", "lead", "outcome", "priority", "delay")
DAYS = ("due", "published", "changed", "said", "review")
SPANS = {"age": "published", "quiet": "said"}
_ALSO = {"pub": "publication", "next": "next_move", "next-move": "next_move", "notes": "note"}
FIELDS = (*CHOICES, *NAMES, "note", "words", *DAYS, *SPANS, "moved", "percent")
WRITTEN = {"next_move": "next"}

KEYWORDS = {
    "mine": "mine",
    "no-reason": "no_reason",
    "no-evidence": "no_evidence",
    "not-agreed": "not_agreed",
    "not-waiting": "not_waiting",
    "parts": "parts",
}
"""Keywords of a query that take no value, and the field of the filter that each sets."""


def field_named(written: str) -> str | None:
    """The field of a name as it is typed, in any case or by another name; None for none."""
    plain = written.casefold().replace("_", "-")
    field = _ALSO.get(plain, plain)
    return field if field in FIELDS else None


def no_such_field(written: str, token: str) -> str:
    """The sentence for a name that is none of a field, in a word of a query."""
    from difflib import get_close_matches

    names = [WRITTEN.get(field, field) for field in FIELDS]
    plain = token.replace('"', "")
    near = get_close_matches(written.casefold(), names, 2, 0.6)
    meant = f" Did you mean {' or '.join(near)}?" if near else f" There are: {', '.join(names)}."
    return f'There is no "{written}" to filter by.{meant} To search for the word itself, write "{plain}".'


def example_of(field: str) -> str:
    """An example of a value for this field."""
    if field in CHOICES:
        return f"{WRITTEN.get(field, field)}:{CHOICES[field][1]}"
    examples = {
        "theme": "theme:governance",
        "publication": "publication:HC",
        "lead": 'lead:"C3"',
        "outcome": "outcome:2",
        "priority": "priority:high",
        "delay": 'delay:"waiting on another body"',
        "note": 'note:"third party"',
        "words": 'words:"third party"',
        "said": "said<2024-06",
        "age": "age>2y or age<6m",
        "quiet": "quiet>90d",
        "moved": "moved>=1",
        "percent": "percent>=50",
    }
    return examples.get(field) or f"{field}<2025-06 or {field}>2024"
