"""Counts by status for each theme, outcome or lead, and the notes of learning of one of them.

Every function takes the connection of the thread that calls it.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from store.domain.lists import register_lists
from store.domain.names import sort_key
from store.domain.vocabulary import NoteKind
from store.queries.describe import SQL_GUESSED, mark_guessed
from store.queries.facets import caseless, lead_names
from store.queries.filter import (
    NO_LEAD,
    NO_OUTCOME,
    NO_THEME,
    OUTCOME_NAME,
    OUTCOMES,
    WITH_INSPECTORATE,
    Filter,
    format_facet_value,
)
from store.queries.item_detail import entity_rows
from store.queries.item_list import count_source
from store.queries.publications import closed_on_guesses, kinds_by_half
from store.queries.rows import EntityRow

NONE_OF = {"theme": NO_THEME, "outcome": NO_OUTCOME, "lead": NO_LEAD}
"""The facets that items can be counted by, and the value of each for an item that has none."""

_PLACES = 5
_PLACE = (
    f"{_PLACES} * r.apart + CASE r.status "
    f"WHEN 'closed' THEN r.closed_as IS '{WITH_INSPECTORATE}' WHEN 'on-track' THEN 2 WHEN 'delayed' THEN 3 ELSE 4 END"
)
"""SQL for the index that an item is counted at: closed, with the inspectorate, on track, delayed, not stated;
what is counted apart five further on."""


@dataclass(frozen=True, slots=True)
class StatusTally:
    """The items of one line by status; parts are not counted."""

    name: str | None
    """The value of the facet ("Governance", NO_THEME); None on the line of the total."""
    commitments: bool
    """Whether they are counted apart from recommendations, as commitments are."""
    total: int
    closed: int
    with_inspectorate: int
    """The closed ones that are with the inspectorate."""
    on_track: int
    delayed: int
    not_stated: int
    weaker_basis: int = 0
    """The items that are in this line on a weaker basis, as † marks it; of the total, in any line. None are counted
    unless asked for."""
    about: str | None = None
    """A theme's definition, an outcome's text."""
    about_basis: str | None = None
    """Its basis, where that is weaker than stated."""
    name_basis: str | None = None
    """The basis of the number that an outcome is named by, where that is weaker than stated."""
    plans: tuple[str, ...] = ()
    """Codes of the plans whose own priority theme it is; none for the register's themes."""
    noun: str = "recommendation"
    """What one of its items is called."""
    kinds: tuple[str, ...] = ()
    """The kinds of items that are counted in its block."""


@dataclass(frozen=True, slots=True)
class Block:
    """The lines of the recommendations, or of the commitments: the two are never added. Items without one come last."""

    rows: tuple[StatusTally, ...]
    total: StatusTally

    @property
    def overlaps(self) -> bool:
        """Whether the lines add up to more than the total: an item with several leads is in each of their lines."""
        return sum(row.total for row in self.rows) > self.total.total


@dataclass(frozen=True, slots=True)
class _Line:
    """A theme or outcome of the register, used by an item or not."""

    name: str
    about: str | None
    about_basis: str | None = None
    plans: tuple[str, ...] = ()
    name_basis: str | None = None


def status_tallies(
    conn: sqlite3.Connection, by: str, shown: Filter, today: date, *, with_bases: bool = False
) -> tuple[Block, ...]:
    """Count the items of a filter by status for each theme, outcome or lead: recommendations first, then commitments.

    A block with nothing in it is left out. `with_bases` counts those on a weaker basis too, which reads every item. Raises ValueError where `by` is none of NONE_OF.
    """
    none = NONE_OF.get(by)
    if none is None:
        raise ValueError(by)
    source, values = count_source(conn, shown, today)
    count = {"theme": _by_theme, "outcome": _by_outcome, "lead": _by_lead}[by]
    found, total = count(conn, source, values)
    weaker = _weaker(conn, by, source, values) if with_bases else Counter[tuple[str | None, int]]()
    lines = {"theme": _themes, "outcome": _outcomes, "lead": lambda *_: []}[by](conn, shown)
    blocks = [n for n in (0, 1) if any(_half(total, n))]
    of_half = _halves(conn)
    listed: dict[str, _Line] = {one.name: one for one in lines}
    for name in sorted((name for name in found if name not in listed and name != none), key=sort_key):
        listed[name] = _Line(name, None)
    made = []
    for n in blocks:
        rows = []
        for one in listed.values():
            counts = _half(found.get(one.name), n)
            # A line without items is in one block only: in the first if it is the register's, in the last if it is a plan's.
            home = blocks[-1 if one.plans else 0] == n and one.name not in found
            if any(counts) or home:
                rows.append(_tally(one.name, n, counts, weaker[caseless(one.name), n], one))
        if any(counts := _half(found.get(none), n)):
            rows.append(_tally(none, n, counts))
        every = (*rows, _tally(None, n, _half(total, n), weaker[None, n]))
        *named, whole = (replace(row, noun=of_half[n][0], kinds=of_half[n][1]) for row in every)
        made.append(Block(tuple(named), whole))
    return tuple(made)


def _halves(conn: sqlite3.Connection) -> tuple[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]:
    """What one of the recommendations is called, and one of what is counted apart; each with the kinds that it has."""
    ordinary, apart = kinds_by_half(conn)
    return ("recommendation", ordinary), (register_lists(conn).apart_noun, apart)


def _half(counts: list[int] | None, commitments: int) -> list[int]:
    return counts[_PLACES * commitments : _PLACES * (commitments + 1)] if counts else [0] * _PLACES


def _tally(
    name: str | None,
    commitments: int,
    counts: list[int],
    weaker: int = 0,
    line: _Line | None = None,
) -> StatusTally:
    closed, sent, on_track, delayed, not_stated = counts
    total, ended = sum(counts), closed + sent
    tally = StatusTally(name, bool(commitments), total, ended, sent, on_track, delayed, not_stated, weaker)
    if line is None:
        return tally
    return replace(tally, about=line.about, about_basis=line.about_basis, name_basis=line.name_basis, plans=line.plans)


_ON_WEAKER_BASIS = {
    "theme": "SELECT x.theme_name, x.seq FROM recommendation x "
    f"WHERE x.theme_name IS NOT NULL AND json_extract(x.basis, '$.theme') IN ({SQL_GUESSED})",
    "outcome": OUTCOMES.format(columns=f"DISTINCT {OUTCOME_NAME}, x.seq")
    + f" AND json_extract(c.basis, '$.outcome') IN ({SQL_GUESSED})",
    "lead": "SELECT DISTINCT y.shown_name, x.seq FROM lead l JOIN party y ON y.id = l.party "
    "JOIN recommendation x ON x.id = l.recommendation "
    f"WHERE l.withdrawn = 0 AND json_extract(l.basis, '$.party') IN ({SQL_GUESSED})",
}
"""SQL for the lines' names, each with the seq of an item that is in it on a basis that † marks."""


def count_weaker(conn: sqlite3.Connection, by: str, name: str | None, shown: Filter, today: date) -> int:
    """How many items of a filter are in the line of this name on a weaker basis; for None, in any line."""
    found = _weaker(conn, by, *count_source(conn, shown, today))
    return sum(found[caseless(name) if name else None, n] for n in (0, 1))


def closed_on_guess(conn: sqlite3.Connection, shown: Filter, today: date, commitments: bool) -> tuple[bool, bool]:
    """Whether the stage of one of a line's closed items is a guess: of those with the inspectorate, of the others."""
    source, values = count_source(conn, shown, today)
    found = closed_on_guesses(conn, among=(f"SELECT r.seq FROM {source}", values))
    ways = {how for apart, how in found if apart == commitments}
    return WITH_INSPECTORATE in ways, bool(ways - {WITH_INSPECTORATE})


def _weaker(conn: sqlite3.Connection, by: str, source: str, values: list[object]) -> Counter[tuple[str | None, int]]:
    """How many items of a list are in a line on a weaker basis, by the line's caseless name and whether they are
    commitments; under None those in any line."""
    end = int(conn.execute("SELECT COALESCE(max(seq), 0) + 1 FROM recommendation").fetchone()[0])
    kinds, seen = bytearray(end), bytearray(end)
    for seq, is_commitment in conn.execute(f"SELECT r.seq, r.apart FROM {source}", values):
        kinds[seq] = 1 + is_commitment
    found: Counter[tuple[str | None, int]] = Counter()
    for name, seq in conn.execute(_ON_WEAKER_BASIS[by]):
        if kinds[seq] and name:
            found[caseless(str(name)), kinds[seq] - 1] += 1
            found[None, kinds[seq] - 1] += not seen[seq]
            seen[seq] = 1
    return found


_Counts = tuple[dict[str, list[int]], list[int]]
"""The counts of each name, a list by index (see _PLACE), and those of all items."""


def _add(counts: list[int], place: int, items: int = 1) -> None:
    counts[place] += items


def _none() -> list[int]:
    return [0] * _PLACES * 2


def _by_theme(conn: sqlite3.Connection, source: str, values: list[object]) -> _Counts:
    found: dict[str, list[int]] = {}
    total = _none()
    for name, place, items in conn.execute(
        f"SELECT r.theme_name, {_PLACE}, count(*) FROM {source} GROUP BY 1, 2", values
    ):
        _add(found.setdefault(NO_THEME if name is None else str(name), _none()), place, items)
        _add(total, place, items)
    return found, total


def _by_lead(conn: sqlite3.Connection, source: str, values: list[object]) -> _Counts:
    """Counts by lead, case-insensitive; grouped by the column of joined names, which has few distinct values."""
    found: dict[str, list[int]] = {}
    called: dict[str, str] = {}
    total = _none()
    names: dict[str, dict[str, str]] = {"": {NO_LEAD: NO_LEAD}}
    for leads, place, items, item in conn.execute(
        f"SELECT r.leads, {_PLACE}, count(*), min(r.seq) FROM {source} GROUP BY 1, 2", values
    ):
        if leads not in names:
            names[leads] = {caseless(name): name for name in lead_names(conn, item)}
        for key, name in names[leads].items():
            _add(found.setdefault(called.setdefault(key, name), _none()), place, items)
        _add(total, place, items)
    return found, total


def _by_outcome(conn: sqlite3.Connection, source: str, values: list[object]) -> _Counts:
    """Counts by outcome, through an array by seq: as a condition of the SQL it takes seconds in a large register."""
    end = int(conn.execute("SELECT COALESCE(max(seq), 0) + 1 FROM recommendation").fetchone()[0])
    places = bytearray(end)
    for seq, place in conn.execute(f"SELECT r.seq, {_PLACE} FROM {source}", values):
        places[seq] = 1 + place
    total = [places.count(1 + place) for place in range(2 * _PLACES)]
    found: dict[str, list[int]] = {}
    without = bytearray(places)
    for name, seq in conn.execute(OUTCOMES.format(columns=f"DISTINCT {OUTCOME_NAME}, x.seq")):
        if name and places[seq]:
            _add(found.setdefault(str(name), _none()), places[seq] - 1)
            without[seq] = 0
    rest = [without.count(1 + place) for place in range(2 * _PLACES)]
    return (found | {NO_OUTCOME: rest} if any(rest) else found), total


def _themes(conn: sqlite3.Connection, shown: Filter) -> list[_Line]:
    """The register's themes in their order, then those of plans: of the publications filtered by, if any."""
    rows = conn.execute(
        "SELECT t.name, t.definition, json_extract(t.basis, '$.definition'), p.code, t.publication IS NOT NULL FROM theme t "
        "LEFT JOIN publication p ON p.id = t.publication "
        "WHERE t.withdrawn = 0 AND t.name <> '' AND (t.publication IS NULL OR p.withdrawn = 0) "
        "ORDER BY t.publication IS NOT NULL, p.code, t.position, t.name"
    ).fetchall()
    found: dict[str, list[tuple[str | None, str | None, str | None, bool]]] = {}
    for name, definition, basis, code, of_plan in rows:
        if not of_plan or not shown.publication or code in shown.publication:
            found.setdefault(str(name), []).append((definition, basis, code, bool(of_plan)))
    lines = []
    for name, themes_of_name in found.items():
        about, basis = next(((text, basis) for text, basis, *_ in themes_of_name if text), (None, None))
        # A name that the register has too is the register's: a filter by it does not distinguish the two.
        own = (
            ()
            if any(not of_plan for *_, of_plan in themes_of_name)
            else tuple(str(code or "?") for *_, code, _ in themes_of_name)
        )
        lines.append(_Line(name, about, basis, own))
    return lines


def _outcomes(conn: sqlite3.Connection, _: Filter) -> list[_Line]:
    rows = conn.execute(
        f"SELECT {OUTCOME_NAME}, min(o.text), json_extract(o.basis, '$.text'), json_extract(o.basis, '$.number') "
        "FROM outcome o WHERE o.withdrawn = 0 GROUP BY 1"
    )
    lines = [
        _Line(str(name), str(text), basis, name_basis=of_number) if text and text != name else _Line(str(name), None)
        for name, text, basis, of_number in rows
        if name
    ]
    return sorted(lines, key=lambda one: sort_key(one.name))


def filter_of(by: str, row: StatusTally, blocks: Iterable[Block]) -> Filter:
    """The filter that lists the items of a line, their parts too; of one kind where the other has such a line as
    well."""
    narrowed = Filter(parts=True)
    if row.name is not None:
        narrowed = narrowed.replace(**{by: (row.name,)})
    others = [block for block in blocks if block.total.commitments != row.commitments]
    if any(other.name == row.name for block in others for other in (*block.rows, block.total)):
        narrowed = narrowed.replace(kind=row.kinds)
    return narrowed


def line_name(by: str, row: StatusTally) -> str:
    """The name of a line: "Governance", "Outcome 2", "All commitments"; with † where its number is a guess."""
    if row.name is None:
        return f"All {row.noun}s"
    return mark_guessed(format_facet_value(by, row.name), row.name_basis)


LEARNED = {
    "theme": (NoteKind.LEARNING,),
    "lead": (NoteKind.LEARNING,),
    "outcome": (NoteKind.LEARNING, NoteKind.BENEFIT),
}
"""The kinds of note that record learning, by facet."""


def learned_title(by: str) -> str:
    """The heading over the notes of these kinds."""
    return "What was learned, and benefits" if NoteKind.BENEFIT in LEARNED[by] else "What was learned"


def learning_notes(conn: sqlite3.Connection, by: str, shown: Filter, today: date, most: int) -> tuple[EntityRow, ...]:
    """The notes of learning on the items of a filter, and on its theme: at most `most`, newest first.

    Each note's `about` names its items by reference; it is None where the note is on the theme itself.
    """
    where, values = shown.where(today)
    kinds = ",".join(f"'{kind}'" for kind in LEARNED[by])
    ends = f"SELECT o.note, r.reference FROM note_on o JOIN recommendation r ON r.id = o.recommendation WHERE {where}"
    # From the notes of these kinds, which are few, and not from the items, which may be most of the register.
    picked = f"o.withdrawn = 0 AND o.note IN (SELECT id FROM note WHERE kind IN ({kinds}) AND withdrawn = 0)"
    sql = f"SELECT note, reference FROM ({ends} AND {picked})"
    if by == "theme" and (names := [name for name in shown.theme if name != NO_THEME]):
        marks = ",".join("?" * len(names))
        sql += (
            f" UNION SELECT o.note, NULL FROM note_on o JOIN theme t ON t.id = o.theme WHERE t.name IN ({marks}) "
            f"AND t.withdrawn = 0 AND {picked}"
        )
        values = [*values, *names]
    return entity_rows(
        conn,
        "note",
        f"SELECT n.*, a.name AS author, group_concat(x.reference, ', ') AS about FROM ({sql}) x "
        "JOIN note n ON n.id = x.note LEFT JOIN party a ON a.id = n.recorded_by GROUP BY n.id "
        "ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, n.id DESC LIMIT ?",
        (*values, most),
    )
