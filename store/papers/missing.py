"""What is missing before a paper is written: a sentence each, with the items behind it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS, Status
from store.papers.item_names import join_and, ranges
from store.queries.paper_movements import Start, start_of
from store.queries.paper_states import states_now
from store.queries.papers import ItemState, PaperRow, paper_texts, papers, reported_publications, states


@dataclass(frozen=True, slots=True)
class Missing:
    """One sentence about what is missing, and the ids of the items that it is about; `kind` is the same in any wording."""

    kind: str
    sentence: str
    items: tuple[str, ...] = ()


def missing(
    conn: sqlite3.Connection,
    row: PaperRow,
    day: str,
    *,
    apart: bool = False,
    confirm: Mapping[str, str] | None = None,
    start: Start | None = None,
    only: Collection[str] | None = None,
    every: Mapping[str, ItemState] | None = None,
) -> list[Missing]:
    """What is missing of a paper on an ISO day, in its order; empty for nothing.

    `apart`: its form reports commitments. `confirm` are the sections whose text a person has to confirm, each with its
    heading; `start` is what its changes are counted from, and `every` its items, where they were read already. With
    `only`, of these items alone.
    """
    publications = reported_publications(conn, row, apart)
    items = [item for item in (every or states(conn, row, publications)).values() if item.apart == apart]
    items = [item for item in items if only is None or item.id in only]
    opened = [item for item in items if item.status != Status.CLOSED]
    start = start or start_of(conn, row, publications)
    silent = [*_without_position(conn, opened, {entity: since.earliest for entity, since in start.of.items()})]
    with_position = {item.id for item in opened} - {item.id for item in silent}
    found = [
        _no_start(start.words),
        _no_items(items),
        _in_no_paper(conn, row, apart) if only is None else None,
        _of("no-position", "has no position since the last paper", "have no position since the last paper", silent),
        _of("not-agreed", "has a position that nobody agreed", "have a position that nobody agreed",
            _not_agreed(conn, [item for item in opened if item.id in with_position])),
        _of("no-reason", "is delayed, with no reason", "are delayed, with no reason", _flagged(conn, opened, "no_reason", Status.DELAYED)),
        _of("promise-gone-by", "has a promise gone by", "have a promise gone by", _promised(conn, opened, day)),
        _of("past-target", "is on track though past its target", "are on track though past their targets",
            [i for i in opened if i.status == Status.ON_TRACK and i.target_latest and i.target_latest < day]),
        _of("marked-higher", "is marked higher than the paper", "are marked higher than the paper", _marked_higher(conn, row, items)),
    ]  # fmt: skip
    return [one for one in found if one] + [*_texts(conn, row, confirm or {})]


def _of(kind: str, one: str, more: str, items: Iterable[ItemState]) -> Missing | None:
    named = [*items]
    if not named:
        return None
    found = ranges([item.reference for item in named])
    rest = ""
    if len(found) > _MOST:
        found, rest = ranges([item.reference for item in named[:_MOST]]), f" and {len(named) - _MOST} more"
    references = f"{', '.join(found)}{rest}"
    return Missing(kind, f"{references} {one if len(named) == 1 else more}.", tuple(item.id for item in named))


_MOST = 12
"""The most references and ranges of them that a sentence names."""


def _no_start(words: str) -> Missing | None:
    if words:
        return None
    return Missing("no-start", "There is no paper before it, and no day that its changes are counted from.")


def _no_items(items: list[ItemState]) -> Missing | None:
    return None if items else Missing("no-items", "No item is in its publications.")


def _in_no_paper(conn: sqlite3.Connection, row: PaperRow, apart: bool) -> Missing | None:
    """The publications of its day that no paper reports on, as one that was added since the list of them was made.

    What another paper reports on may be left to that.
    """
    every = papers(conn)
    if not row.publications or any(not one.publications for one in every):
        return None
    reported = {publication for one in every for publication in one.publications}
    left = [one for one in reported_publications(conn, replace(row, publications=()), apart) if one not in reported]
    found = conn.execute(
        "SELECT id, COALESCE(code, '?') FROM publication WHERE id IN (SELECT value FROM json_each(?1)) "
        "AND (published_earliest IS NULL OR ?2 IS NULL OR published_earliest <= ?2) ORDER BY COALESCE(published_latest, '9999'), 2",
        (json.dumps(left), row.date_latest),
    ).fetchall()
    if not found:
        return None
    items = states_now(conn, [one[0] for one in found]).values()
    names = join_and([one_line(one[1]) for one in found])
    verb = "is" if len(found) == 1 else "are"
    sentence = f"{names} {verb} in no paper, and {'its' if len(found) == 1 else 'their'} items in none of the totals."
    return Missing("in-no-paper", sentence, tuple(item.id for item in items if item.apart == apart))


def _ids(items: Iterable[ItemState]) -> str:
    return json.dumps([item.id for item in items])


def _without_position(
    conn: sqlite3.Connection, items: list[ItemState], since: Mapping[str, str]
) -> Iterator[ItemState]:
    """The items without a position dated after the last paper; a publication's own position is no position of its items."""
    newest = dict(
        conn.execute(
            "SELECT o.recommendation, max(COALESCE(n.dated_latest, substr(n.recorded, 1, 10))) FROM note_on o "
            "JOIN note n ON n.id = o.note WHERE o.recommendation IN (SELECT value FROM json_each(?)) AND o.withdrawn = 0 "
            "AND n.withdrawn = 0 AND n.kind = 'position' GROUP BY 1",
            (_ids(items),),
        ).fetchall()
    )
    for item in items:
        if item.publication in since and (newest.get(item.id) or "") <= since[item.publication]:
            yield item


def _not_agreed(conn: sqlite3.Connection, items: list[ItemState]) -> list[ItemState]:
    """The items whose newest position nobody agreed; none where nobody ever agreed one in this register."""
    if not conn.execute("SELECT 1 FROM note WHERE agreed_by IS NOT NULL AND withdrawn = 0 LIMIT 1").fetchone():
        return []
    return _flagged(conn, items, "not_agreed")


def _flagged(
    conn: sqlite3.Connection, items: list[ItemState], column: str, status: str | None = None
) -> list[ItemState]:
    rows = conn.execute(
        f"SELECT id FROM recommendation WHERE {column} = 1 AND id IN (SELECT value FROM json_each(?))", (_ids(items),)
    )
    flagged = {row[0] for row in rows}
    return [item for item in items if item.id in flagged and status in (None, item.status)]


def _promised(conn: sqlite3.Connection, items: list[ItemState], day: str) -> list[ItemState]:
    rows = conn.execute(
        "SELECT DISTINCT recommendation FROM action WHERE withdrawn = 0 AND done IS NULL AND kind <> 'dependency' "
        "AND due_latest < ? AND recommendation IN (SELECT value FROM json_each(?))",
        (day, _ids(items)),
    )
    gone_by = {row[0] for row in rows}
    return [item for item in items if item.id in gone_by]


def _marked_higher(conn: sqlite3.Connection, row: PaperRow, items: list[ItemState]) -> list[ItemState]:
    """The items that are marked higher than the paper, or have anything recorded that is."""
    higher = _higher(row)
    rows = conn.execute(
        "SELECT r.id FROM recommendation r JOIN publication p ON p.id = r.publication WHERE "
        "(r.highest_marking IN (SELECT value FROM json_each(?1)) OR p.marking IN (SELECT value FROM json_each(?1))) "
        "AND r.id IN (SELECT value FROM json_each(?2))",
        (json.dumps(higher), _ids(items)),
    )
    marked = {found[0] for found in rows}
    return [item for item in items if item.id in marked]


def _higher(row: PaperRow) -> list[str]:
    return [*MARKINGS[MARKINGS.index(row.marking or MARKINGS[0]) + 1 :]]


def _texts(conn: sqlite3.Connection, row: PaperRow, confirm: Mapping[str, str]) -> Iterator[Missing]:
    texts = paper_texts(conn, row.id)
    written = {text.section for text in texts}
    open_sections = [heading for section, heading in confirm.items() if section not in written]
    if open_sections:
        yield Missing(
            f"not-confirmed {' '.join(section for section in confirm if section not in written)}",
            f"Nobody has confirmed: {', '.join(open_sections)}.",
        )
    higher = _higher(row)
    sections = dict.fromkeys(text.section for text in texts if text.marking in higher)
    if sections:
        yield Missing(
            f"text-marked-higher {' '.join(sections)}",
            f"A text is marked higher than the paper: {', '.join(sections)}.",
        )
