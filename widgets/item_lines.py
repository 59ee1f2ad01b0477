"""What is said of an item in a line or two: its status, its leads, its links, by when; and how each is known."""

from __future__ import annotations

import json
from collections.abc import Sequence

from store.domain.vocabulary import GLYPHS, Value, said
from store.queries.rows import (
    ItemDetail,
    ItemRow,
    Thing,
    ask_to_end,
    is_needed,
    say_bounds,
    say_lead,
    say_leads_done,
    say_progress,
    say_relation,
    say_text,
)
from widgets.pane import Line

MARGIN = 19
"""Cells before the text, for labels."""


def status_words(status: str, closed_as: str | None, closer: str = "HMICS") -> tuple[str, str]:
    """A status as glyph and word, and the style that goes with it: "◐ With HMICS"."""
    if closed_as == "with-inspectorate":
        return f"{GLYPHS['with-inspectorate']} With {closer}", "status--with-inspectorate"
    return f"{GLYPHS[status]} {said(status)}", f"status--{status}"


def say_basis(basis: str | None, place: str | None = None) -> str:
    """How a value is known, in brackets; "" for what was simply typed in."""
    if not basis or basis == "entered":
        return ""
    return f"  ({said(basis)}" + (f", {place})" if place else ")")


def own_basis(thing: Thing, field: str) -> str:
    """How a field of a thing is known, in brackets."""
    bases = json.loads(str(thing.fields["basis"])) if thing.fields.get("basis") else {}
    return say_basis(bases.get(field))


def item_line(row: ItemRow, label: str) -> Line:
    """An item with its status."""
    word, style = status_words(row.status, row.closed_as)
    return Line(((f"{row.ref}  {row.said_title}  ", ""), (word, style)), MARGIN, label)


def lead_lines(detail: ItemDetail, label: str = "Lead") -> list[Line]:
    """The leads of an item and of its parts, each with role and own state, and how many have done their part.

    The state of a lead is said where one is recorded; on a commitment where none is, too.
    """
    lines = []
    for n, lead in enumerate((*detail.leads, *detail.part_leads)):
        name = str(lead.fields["name"] or "name not known")
        about = say_lead(lead, commitment=detail.row.kind == "commitment")
        pieces = ((name, ""), (f" · {about}" if about else "", "quiet"), (own_basis(lead, "party"), "quiet"))
        lines.append(Line(pieces, MARGIN, label if n < len(detail.leads) else str(lead.fields["part"])))
    if not lines:
        lines.append(Line((("none recorded", ""),), MARGIN, label))
    if count := say_leads_done(detail):
        lines.append(Line(((f"{count}.", "quiet"),), MARGIN))
    return lines


def ending_lines(detail: ItemDetail) -> list[Line]:
    """The question what to do about an open item whose leads have all done their part; nothing for any other."""
    question = ask_to_end(detail)
    key = "e" if "evidence" in question else "s, then w"
    return [Line(((question, "accent"), (f"  {key}", "quiet")), MARGIN)] if question else []


def link_lines(links: Sequence[Thing]) -> list[Line]:
    """Links, each with where the item at its other end stands; of one that is depended on, whether it still holds up."""
    lines = []
    for link in links:
        fields = link.fields
        pieces = [(f"{fields['reference']}  {fields['title'] or ''}  ", ""), *_other_end(link)]
        lines.append(Line((*pieces, (own_basis(link, "relation"), "quiet")), MARGIN, say_relation(link)))
        if fields["why"]:
            lines.append(Line(((str(fields["why"]), "quiet"),), MARGIN))
    return lines


def _other_end(link: Thing) -> list[tuple[str, str]]:
    fields = link.fields
    if fields["gone"]:
        return [("withdrawn", "quiet")]
    if not fields["status"]:
        return []
    closer = str(fields["publisher"] or "the inspectorate")
    word, style = status_words(str(fields["status"]), str(fields["closed_as"]), closer)
    progress = say_progress(link)
    return [(word, style), (f" · {progress}" if progress else "", "quiet")]


def window_lines(detail: ItemDetail) -> list[Line]:
    """By when, as written, with its bounds; on what condition; and what it waits for, done or not."""
    value = detail.fields["target"]
    target = value.value if isinstance(value.value, dict) else {}
    lines = [_window(value)]
    if detail.row.moved_later:
        lines.append(Line(((say_moved(detail.row), ""),), MARGIN, "Moved later"))
    if target.get("condition"):
        lines.append(Line(((str(target["condition"]), ""),), MARGIN, "On condition"))
    lines += link_lines([link for link in detail.links if is_needed(link)])
    for action in detail.actions:
        fields = action.fields
        if fields["kind"] != "dependency":
            continue
        about = [
            f"whose: {fields['whose']}" if fields["whose"] else "",
            f"since {fields['since']}" if fields["since"] else "",
        ]
        about.append(f"done {fields['done']}" if fields["done"] else "not done yet")
        text = say_text(action)
        more = "".join(f" · {part}" for part in about if part)
        lines.append(Line(((f"{'✓ ' if fields['done'] else ''}{text}", ""), (more, "quiet")), MARGIN, "Waits on"))
    return lines


def _window(value: Value) -> Line:
    target = value.value if isinstance(value.value, dict) else {}
    text = str(target.get("text") or "no date is recorded")
    bounds = say_bounds(target)
    known = say_basis(value.basis, value.place) if target else ""
    return Line(((text, ""), (f" · {bounds}" if bounds else "", "quiet"), (known, "quiet")), MARGIN)


def say_moved(row: ItemRow) -> str:
    """How often the target was moved later: "at least 2 times", "once"."""
    times = f"{'at least ' if row.moved_at_least else ''}{row.moved_later} times"
    return times.replace("1 times", "once") if row.moved_later == 1 else times
