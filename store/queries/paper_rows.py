"""The rows of papers to a committee: a paper and its fixings, the items that it reports, its figures, texts and changes."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from store.domain.names import fold_name


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
    """What a paper reports of an item: as it is now, or as it was fixed."""

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
    nothing shows whether it was before or after the first of them."""

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


_COLUMNS = (
    "id, title, meeting, date, date_latest, location, presenter, asked, purpose, appendix, form, since, since_latest, "
    "marking, basis"
)


def papers(conn: sqlite3.Connection) -> list[PaperRow]:
    """Every paper, the newest first."""
    rows = conn.execute(
        f"SELECT {_COLUMNS} FROM paper WHERE withdrawn = 0 ORDER BY date_latest IS NULL, date_latest DESC, recorded DESC, id"
    )
    return [_paper(conn, row) for row in rows.fetchall()]


def paper(conn: sqlite3.Connection, entity: str) -> PaperRow | None:
    """One paper, or None."""
    row = conn.execute(f"SELECT {_COLUMNS} FROM paper WHERE id = ? AND withdrawn = 0", (entity,)).fetchone()
    return _paper(conn, row) if row else None


def _paper(conn: sqlite3.Connection, row: tuple[str | None, ...]) -> PaperRow:
    publications = conn.execute(
        "SELECT p.id FROM paper_publication o JOIN publication p ON p.id = o.publication WHERE o.paper = ? "
        "AND o.withdrawn = 0 AND p.withdrawn = 0 ORDER BY COALESCE(p.published_latest, '9999'), p.code",
        (row[0],),
    )
    fixings = conn.execute(
        "SELECT f.id, f.day, (SELECT count(*) FROM fixed_item i WHERE i.fixing = f.id AND i.withdrawn = 0), "
        "COALESCE(y.name, 'somebody'), f.recorded FROM fixing f LEFT JOIN party y ON y.id = f.recorded_by "
        "WHERE f.paper = ? AND f.withdrawn = 0 AND f.day IS NOT NULL ORDER BY f.recorded DESC, f.id",
        (row[0],),
    )
    fields: dict[str, Any] = dict(zip(_COLUMNS.split(", "), row, strict=True))
    return PaperRow(
        **fields,
        publications=tuple(found[0] for found in publications),
        fixings=tuple(PaperFixing(*found) for found in fixings),
    )


def paper_before(conn: sqlite3.Connection, row: PaperRow) -> PaperRow | None:
    """The paper that one follows: the newest earlier one to the same committee."""
    committee = fold_name(row.meeting or "")
    return next(
        (
            other
            for other in papers(conn)
            if other.id != row.id
            and (other.date_latest or "9999") < (row.date_latest or "9999")
            and fold_name(other.meeting or "") == committee
        ),
        None,
    )
