"""Papers to a committee: their rows, the figures behind them, and what has changed between two of them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PaperFixing:
    """A fixing of a paper's figures: its id, the day, how many items it holds, who fixed it and when."""

    id: str
    day: str
    items: int
    author: str
    recorded: str


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper as recorded. Texts are None where nobody stated them; days are ISO, the last day that a date may mean."""

    id: str
    title: str | None
    meeting: str | None
    date: str | None
    date_latest: str | None
    location: str | None
    presenter: str | None
    asked: str | None
    purpose: str | None
    appendix: str | None
    form: str | None
    since: str | None
    since_latest: str | None
    marking: str | None
    basis: str | None
    publications: tuple[str, ...] = ()
    """The ids of the publications that it reports on, in the order of the list; empty for all that its form counts."""
    fixings: tuple[PaperFixing, ...] = ()
    """Every fixing, the newest first."""


@dataclass(frozen=True, slots=True)
class ItemState:
    """What a paper says of an item: as it is now, or as it was fixed."""

    id: str
    publication: str
    reference: str
    status: str
    closed_as: str
    stage: str
    stage_day: str | None
    target: str | None
    target_latest: str | None
    apart: bool
    """Whether it is counted apart: a commitment and the like."""


@dataclass(frozen=True, slots=True)
class Movement:
    """An item that changed between two papers, with what it was and what it is, as a person reads it; `undated` where
    nothing says whether it was before or after the first of them."""

    item: str
    reference: str
    before: str
    after: str
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Movements:
    """What has changed since the paper before, or since a day. An item may be in several."""

    since: str
    """In words: "18 September 2024, when the figures of the paper before were fixed"."""
    closed: tuple[Movement, ...] = ()
    reopened: tuple[Movement, ...] = ()
    delayed: tuple[Movement, ...] = ()
    added: tuple[Movement, ...] = ()
    moved_later: tuple[Movement, ...] = ()
    sent: tuple[Movement, ...] = ()
    came_back: tuple[Movement, ...] = ()


@dataclass(frozen=True, slots=True)
class FigureLine:
    """A figure of a paper: as published (None where the paper has none), as derived (None where nothing derives it)
    and the items behind it."""

    publication: str | None
    """The id of the publication that it is of, or None."""
    code: str
    name: str
    published: str | None
    number: int | None
    derived: int | None
    items: tuple[str, ...]

    @property
    def differs(self) -> bool:
        """Whether what was published is another number than the register derives; a blank is not zero."""
        return self.published is not None and self.derived is not None and self.number != self.derived


@dataclass(frozen=True, slots=True)
class PaperTextRow:
    """What people wrote in a paper under a section."""

    id: str
    section: str
    publication: str | None
    text: str
    context: str
    marking: str
    author: str
    changed: str


def papers(conn: sqlite3.Connection) -> list[PaperRow]:
    """Every paper, the newest first."""
    raise NotImplementedError


def paper(conn: sqlite3.Connection, entity: str) -> PaperRow | None:
    """One paper, or None."""
    raise NotImplementedError


def paper_before(conn: sqlite3.Connection, row: PaperRow) -> PaperRow | None:
    """The paper that one follows: the newest earlier one to the same committee."""
    raise NotImplementedError


def reported_publications(conn: sqlite3.Connection, row: PaperRow, apart: bool) -> list[str]:
    """The ids of the publications that it reports on, oldest first; of those with commitments only where `apart`."""
    raise NotImplementedError


def states(conn: sqlite3.Connection, row: PaperRow, publications: list[str]) -> dict[str, ItemState]:
    """Every item of some publications (no parts) by its id: as last fixed, else as it is now."""
    raise NotImplementedError


def movements(conn: sqlite3.Connection, row: PaperRow, now: dict[str, ItemState]) -> Movements:
    """What has changed since the paper before it was fixed, or since the day that the paper names."""
    raise NotImplementedError


def figure_lines(conn: sqlite3.Connection, row: PaperRow) -> list[FigureLine]:
    """Its figures by publication, as published beside what the register derives; those of the whole paper last."""
    raise NotImplementedError


def paper_texts(conn: sqlite3.Connection, entity: str) -> list[PaperTextRow]:
    """What people wrote in a paper, withdrawn or empty texts aside."""
    raise NotImplementedError


def since_fixing(conn: sqlite3.Connection, row: PaperRow) -> list[Movement]:
    """What has come in since its figures were fixed: items whose status, stage or target is another now."""
    raise NotImplementedError
