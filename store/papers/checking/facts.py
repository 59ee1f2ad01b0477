"""What the register has of the publications and items that a paper is about, read through the queries of the screens."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from store.domain.dates import PartDate
from store.domain.names import fold_number
from store.domain.vocabulary import Basis, Status
from store.papers.checking.wording import fold, number_in_cell, read_written
from store.queries.item_detail import item_detail
from store.queries.item_list import rows_at
from store.queries.paper_movements import start_of
from store.queries.paper_rows import paper_before
from store.queries.papers import ItemState, Movements, PaperRow, movements, reported_publications, states
from store.queries.publications import publications
from store.queries.rows import ItemDetail, ItemRow, PublicationRow

COUNTED = (
    "total",
    "closed",
    "on-track",
    "delayed",
    "not-stated",
    "discharged",
    "with-inspectorate",
    "otherwise",
    "open",
)
"""What a table of counts may have in a column."""


@dataclass(slots=True)
class PublicationFacts:
    """A publication and its items, as the paper reports them."""

    row: PublicationRow
    states: list[ItemState]
    rows: dict[str, ItemRow]
    by_number: dict[str, ItemState] = field(default_factory=dict)
    is_cut: bool = False
    """Whether something of it was left out of this copy, so that what is here does not add up to it."""

    @property
    def title(self) -> str:
        """Its title, else its code."""
        return self.row.title or self.row.code or "?"

    @property
    def items(self) -> list[ItemState]:
        """What is counted: recommendations, or commitments where it has nothing else."""
        return [item for item in self.states if not item.apart] or self.states

    def counted(self, what: str) -> list[ItemState]:
        """Those of its items that are counted under a heading."""
        if what == "total":
            return self.items
        if what == "open":
            return [item for item in self.items if item.status != Status.CLOSED]
        if what == "otherwise":
            apart = ("discharged", "with-inspectorate")
            return [i for i in self.items if i.status == Status.CLOSED and i.closed_as not in apart]
        return [item for item in self.items if what in (item.status, item.closed_as)]

    def count(self, what: str) -> int | None:
        """How many of its items are counted under a heading; None where some of them are not in this copy."""
        return None if self.is_cut else len(self.counted(what))

    def item(self, number: str) -> ItemState | None:
        """The item of a number, or of what comes after the hyphen of its reference."""
        return self.by_number.get(fold_number(number))

    @property
    def total(self) -> int | None:
        """How many it has as it states, else as this register has them."""
        stated = number_in_cell(self.row.stated_total or "")
        return self.count("total") if stated is None else stated

    def is_beyond(self, number: str) -> bool:
        """Whether a number is beyond the total that the publication states."""
        stated = number_in_cell(self.row.stated_total or "")
        return stated is not None and number.isdigit() and int(number) > stated

    @property
    def is_whole(self) -> bool:
        """Whether every item of it is here and has a number, so that a number that is not here does not exist."""
        return not self.is_cut and all(row.number for row in self.rows.values())

    @property
    def published(self) -> PartDate | None:
        """When it was published."""
        return read_written(self.row.published) if self.row.published else None


@dataclass(slots=True)
class Facts:
    """What the register has, as a paper reports it: as its figures were fixed, else as it is now."""

    conn: sqlite3.Connection
    row: PaperRow | None
    today: date
    publications: list[PublicationFacts] = field(default_factory=list)
    reported: frozenset[str] = frozenset()
    """The ids of the publications that the paper reports on, by the register."""
    moved: Movements | None = None
    before: dict[str, ItemState] = field(default_factory=dict)
    """The items as they were when the figures of the paper before were fixed, else on its day."""
    day_before: str = ""
    """The day of the paper before, as recorded."""
    measures: tuple[tuple[str, str, int, str], ...] = ()
    """The measures of publications: name, figure as written, its number, and the id of the publication."""
    names: tuple[str, ...] = ()
    """The names of the bodies, units and people that the register has."""
    people: tuple[str, ...] = ()
    """The names of the people among them."""
    left_out: frozenset[str] = frozenset()
    """The kinds of entity of which some are left out of this copy: what is not here of them may exist."""
    _details: dict[str, ItemDetail | None] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        """Whether something of the publications that the paper reports on was left out of this copy."""
        return any(one.is_cut for one in self.publications if one.row.id in self.reported or not self.reported)

    @property
    def codes(self) -> frozenset[str]:
        """The codes of the publications."""
        return frozenset(one.row.code for one in self.publications if one.row.code)

    def detail(self, item: str) -> ItemDetail | None:
        """An item with all its records, read once."""
        if item not in self._details:
            self._details[item] = item_detail(self.conn, item)
        return self._details[item]

    def item_row(self, item: ItemState) -> ItemRow | None:
        """The line of the list that an item has."""
        return next((one.rows.get(item.id) for one in self.publications if one.row.id == item.publication), None)

    def due(self, item: ItemState) -> list[PartDate]:
        """When something of an item is to be done: its target, and what is promised of it, where that has a day."""
        detail = self.detail(item.id)
        written = [item.target or "", *(str(one.fields.get("due") or "") for one in (detail.actions if detail else ()))]
        return [day for text in written if (day := read_written(text)) and day.latest]

    def stated_text(self, item: ItemState) -> str:
        """The text of an item where it is stated by its source, else ""."""
        detail = self.detail(item.id)
        value = detail.fields.get("text") if detail else None
        return str(value.value) if value and value.value and value.basis == Basis.STATED else ""

    def by_code(self, code: str) -> PublicationFacts | None:
        """The publication of a code."""
        return next((one for one in self.publications if one.row.code == code), None)

    def named(self, text: str) -> PublicationFacts | None:
        """The publication that a heading or a cell names: by its title, by part of it, or spelt a little otherwise."""
        wanted = _name(text)
        if len(wanted) < 3:
            return None
        names = {_name(one.title): one for one in self.publications} | {
            _name(one.row.code): one for one in self.publications if one.row.code and len(one.row.code) > 2
        }
        if wanted in names:
            return names[wanted]
        words = set(wanted.split())
        inside = [
            one for name, one in names.items() if words and (words < set(name.split()) or set(name.split()) < words)
        ]
        inside = [one for one in inside if len(set(_name(one.title).split()) & words) >= 2]
        if len({one.row.id for one in inside}) == 1:
            return inside[0]
        near = get_close_matches(wanted, names, n=1, cutoff=0.86)
        return names[near[0]] if near else None


def _name(text: str) -> str:
    plain = fold(text)
    return " ".join("".join(c if c.isalnum() else " " for c in plain).split())


def load_facts(conn: sqlite3.Connection, row: PaperRow | None, today: date) -> Facts:
    """Read what the register has of all its publications, as a paper reports it."""
    names = conn.execute(
        "SELECT name, kind FROM party WHERE name IS NOT NULL AND withdrawn = 0 ORDER BY name"
    ).fetchall()
    facts = Facts(conn, row, today, names=tuple(found[0] for found in names), left_out=_left_out(conn))
    facts.people = tuple(name for name, kind in names if kind == "person")
    facts.measures = tuple(
        conn.execute(
            "SELECT m.name, m.figure, m.figure_number, COALESCE(m.publication, r.publication) FROM measure m LEFT JOIN recommendation r "
            "ON r.id = m.recommendation WHERE m.withdrawn = 0 AND m.name IS NOT NULL AND typeof(m.figure_number) = 'integer' "
            "ORDER BY m.name, m.id"
        ).fetchall()
    )
    cut = {found[0] for found in conn.execute("SELECT publication FROM recommendation WHERE left_out = 1")}
    cut |= {found[0] for found in conn.execute("SELECT id FROM publication WHERE left_out = 1")}
    rows = publications(conn, count=2000)
    ids = [one.id for one in rows]
    found = _states(conn, row, ids)
    by_publication: dict[str, list[ItemState]] = {}
    for item in found.values():
        by_publication.setdefault(item.publication, []).append(item)
    lines = _item_rows(conn, [*found])
    for one in rows:
        own = by_publication.get(one.id, [])
        here = PublicationFacts(
            one, own, {item.id: lines[item.id] for item in own if item.id in lines}, is_cut=one.id in cut
        )
        for item in own:
            line = here.rows.get(item.id)
            names = [line.number] if line and line.number else []
            names.append(item.reference.rpartition("-")[2])
            for name in names:
                here.by_number.setdefault(fold_number(name), item)
        facts.publications.append(here)
    if row is not None:
        apart = [*reported_publications(conn, row, False), *reported_publications(conn, row, True)]
        facts.reported = frozenset(apart)
        start = start_of(conn, row, [*facts.reported])
        facts.before = start.was
        before = paper_before(conn, row)
        facts.day_before = (before.date or "") if before else ""
        facts.moved = movements(conn, row, {i.id: i for i in found.values() if i.publication in facts.reported}, start)
    return facts


def _left_out(conn: sqlite3.Connection) -> frozenset[str]:
    kinds = ("publication", "recommendation", "submission", "reply", "theme", "outcome", "paper", "figure")
    return frozenset(k for k in kinds if conn.execute(f"SELECT 1 FROM {k} WHERE left_out = 1 LIMIT 1").fetchone())


def _states(conn: sqlite3.Connection, row: PaperRow | None, ids: Sequence[str]) -> dict[str, ItemState]:
    from store.queries.paper_states import states_now

    if row is None:
        return states_now(conn, ids)
    return states_now(conn, ids) | states(conn, row, [*ids])


def _item_rows(conn: sqlite3.Connection, ids: list[str]) -> dict[str, ItemRow]:
    import json

    seqs = [
        found[0]
        for found in conn.execute(
            "SELECT seq FROM recommendation WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
        )
    ]
    return {row.id: row for row in rows_at(conn, seqs)}
