"""Describe the status of an item, its stage and its leads in a narrow place, with the mark of a guess."""

from __future__ import annotations

from datetime import date

from store.domain.names import join_names, split_cell
from store.domain.vocabulary import GLYPHS, Status, label_of
from store.queries.describe import GUESSED, Piece, mark_guessed, parse_bases
from store.queries.rows import ItemRow


def format_status(status: str, closed_as: str | None, closer: str = "HMICS") -> Piece:
    """A status as glyph and word, and its emphasis: "◐ With HMICS"."""
    if closed_as == "with-inspectorate":
        return f"{GLYPHS['with-inspectorate']} With {closer}", "status--with-inspectorate"
    return f"{GLYPHS[status]} {label_of(status)}", f"status--{status}"


def format_closed_already(ref: str, *, is_submitted: bool) -> str:
    """Why what is for an open item cannot be done, without a full stop; `is_submitted` of one that waits for a reply."""
    return f"{ref} is {'with the inspectorate' if is_submitted else 'closed'} already"


def status_basis(status: object, stored: object) -> str:
    """The basis of the stage or track that a status follows from, of the stored bases of its item; "" for no guess."""
    basis = parse_bases(stored).get("stage" if status == Status.CLOSED else "track", "")
    return basis if basis in GUESSED else ""


def format_item_status(item: ItemRow, closer: str = "HMICS") -> Piece:
    """The status of an item in a narrow place, with † where it follows from a guess."""
    text, style = format_status(item.status, item.closed_as, closer)
    return mark_guessed(text, status_basis(item.status, item.basis)), style


def format_status_word(item: ItemRow, today: date) -> str:
    """The status of an item without its glyph: "With HMICS", "On track, past its target"."""
    return mark_past_target(item, today, format_item_status(item))[0][2:]


def format_leads(item: ItemRow) -> str:
    """The leads of an item in a narrow place, each with † where that one leads is a guess."""
    if not item.lead_bases:
        return item.leads
    return "; ".join(mark_guessed(join_names([n]), item.lead_bases.get(n)) for n in split_cell(item.leads))


PAST_TARGET = "past its target"
"""What is beside *On track* wherever it is shown, once the target has passed."""


def is_past_target(row: ItemRow, today: date) -> bool:
    """Whether an item is on track although its target has passed."""
    return row.status == Status.ON_TRACK and row.target_latest is not None and row.target_latest < today.isoformat()


def mark_past_target(row: ItemRow, today: date, status: Piece) -> Piece:
    """The status of an item as a piece, marked where it is on track although its target has passed."""
    return (f"{status[0]}, {PAST_TARGET}", "status--delayed") if is_past_target(row, today) else status


def format_how_far(item: ItemRow) -> str:
    """How far an item is, and that it is believed done where it is; each with † where its basis is a guess."""
    bases = parse_bases(item.basis)
    believed = mark_guessed(", believed done", bases.get("believed_done")) if item.believed_done else ""
    return mark_guessed(label_of(item.stage), bases.get("stage")) + believed
