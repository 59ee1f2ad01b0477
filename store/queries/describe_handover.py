"""Describe what whoever takes an item over takes on, for the previews of a hand-over on the screen and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from store.domain.names import fold_name
from store.domain.text import one_line
from store.domain.vocabulary import ClosedBy, label_of
from store.queries.describe import basis_of, format_line, with_basis
from store.queries.describe_item import describe_promised
from store.queries.describe_records import NOTHING_SENT, describe_last_reply
from store.queries.rows import EntityRow, ItemDetail, format_word

_MOST = 50
"""Characters of a role in a remark."""


def describe_taken_over(detail: ItemDetail, lead: str, to: str) -> str:
    """In a line: what is promised by when, what was last replied or sent, the role and state that go from a lead to another."""
    return " · ".join((*_promised(detail), *_replied(detail), *_role_and_state(detail, lead, to)))


def _promised(detail: ItemDetail) -> Iterator[str]:
    for line in describe_promised(detail):
        details = dict(line.details)
        due = details.pop("due")
        yield f"{line.label}, {due}: {format_line(replace(line, details=details))}"


def _replied(detail: ItemDetail) -> Iterator[str]:
    if not (detail.replies or detail.submissions):
        closed_by = detail.publication.closed_by
        is_asked = closed_by == ClosedBy.INSPECTORATE
        yield f"Last reply: {NOTHING_SENT}" if is_asked else f"Who closes it: {label_of(closed_by).lower()}"
        return
    for line in describe_last_reply(detail):
        yield format_line(line) if line.key == "last-reply" else f"{line.label}: {format_line(line)}"


def _role_and_state(detail: ItemDetail, lead: str, to: str) -> Iterator[str]:
    """The role and state that `HandOver` gives the new lead; one who leads it already keeps a role and state of their own."""
    held, theirs = _lead_named(detail, lead), _lead_named(detail, to)
    if held is None:
        return
    role = "" if theirs and theirs.fields["role"] else one_line(held.fields["role"] or "", most=_MOST)
    state = "" if theirs or not held.fields["state"] else format_word(held, "state").lower()
    if role:
        yield f"Role that goes over: {with_basis(role, basis_of(held, 'role'))}"
    if state:
        yield f"How far: {with_basis(state, basis_of(held, 'state'))}"


def _lead_named(detail: ItemDetail, name: str) -> EntityRow | None:
    return next((lead for lead in detail.leads if fold_name(str(lead.fields["name"] or "")) == fold_name(name)), None)
