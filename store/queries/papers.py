"""Papers to a committee: their rows, the items that they report, and their figures beside what the register derives."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from store.domain.vocabulary import Status, label_of
from store.queries.paper_movements import between_fixings, movements, since_fixing
from store.queries.paper_rows import (
    FigureLine,
    ItemState,
    Movement,
    Movements,
    PaperFixing,
    PaperRow,
    PaperTextRow,
    paper,
    paper_before,
    papers,
)
from store.queries.paper_states import fixed_states, fixing_moment, states_at, states_now

__all__ = [
    "FigureLine",
    "ItemState",
    "Movement",
    "Movements",
    "PaperFixing",
    "PaperRow",
    "PaperTextRow",
    "between_fixings",
    "figure_label",
    "figure_lines",
    "movements",
    "paper",
    "paper_before",
    "paper_texts",
    "papers",
    "reported_publications",
    "since_fixing",
    "states",
]


def reported_publications(conn: sqlite3.Connection, row: PaperRow, apart: bool) -> list[str]:
    """The ids of the publications that it reports on, oldest first: those that it names, whatever is in them.

    Where it names none, all that have an item counted apart (a commitment), or, unless `apart`, one that is not.
    """
    if row.publications:
        return [*row.publications]
    rows = conn.execute(
        "SELECT p.id FROM publication p WHERE p.withdrawn = 0 AND EXISTS "
        "(SELECT 1 FROM tally t WHERE t.publication = p.id AND t.apart = ?) "
        "ORDER BY COALESCE(p.published_latest, '9999'), p.code",
        (int(apart),),
    )
    return [found[0] for found in rows]


def states(conn: sqlite3.Connection, row: PaperRow, publications: list[str]) -> dict[str, ItemState]:
    """Every item of some publications (no parts) by its id, by publication and number: as last fixed, else as it is
    now."""
    return fixed_states(conn, row.fixings[0].id, publications) if row.fixings else states_now(conn, publications)


_COUNTED = ("total", "closed", "on-track", "delayed")
"""The names of the figures that every publication has."""

_LABELS = {
    "total": "Total",
    "with-inspectorate": "With the inspectorate",
    "open-recommendations": "Open recommendations",
    "publications-with-open": "Publications with open recommendations",
    "closed-since-last-update": "Closed since the last update",
    "open-of-this-register": "Open recommendations of this register",
    "publications-with-open-of-this-register": "Publications of this register with open recommendations",
}


def figure_label(name: str) -> str:
    """The name of a figure in words."""
    return _LABELS.get(name) or label_of(name)


def _counts(name: str, item: ItemState) -> bool:
    """Whether an item is counted by a figure of its publication."""
    return name == "total" or name in (item.status, item.closed_as)


def figure_lines(conn: sqlite3.Connection, row: PaperRow, moved: Movements | None = None) -> list[FigureLine]:
    """Its figures by publication, as published beside what the register derives; those of the whole paper last.

    How many recommendations are open in all, as printed, may be of more than this register has: nothing derives it. What
    this register has is beside it, under names that show it. What has no day is not counted as closed since. `moved` is
    what `movements` gave, where that was read already.
    """
    printed = conn.execute(
        "SELECT f.publication, f.name, f.figure, f.figure_number FROM figure f LEFT JOIN publication p "
        "ON p.id = f.publication WHERE f.paper = ? AND f.withdrawn = 0 AND f.name IS NOT NULL "
        "ORDER BY COALESCE(p.published_latest, '9999'), p.code, f.recorded, f.id",
        (row.id,),
    ).fetchall()
    of_publication = [found[0] for found in printed if found[0]]
    reported = row.publications or (*(reported_publications(conn, row, False)), *reported_publications(conn, row, True))
    publications = [*dict.fromkeys((*reported, *of_publication))]
    now = states(conn, row, publications)
    codes = dict(conn.execute("SELECT id, code FROM publication").fetchall())
    lines = []
    for publication in publications:
        own = [item for item in now.values() if item.publication == publication]
        # Commitments and recommendations are never added: where it has both, those are counted that are the rule.
        own = [item for item in own if not item.apart] or own
        figures = {name: (text, number) for owner, name, text, number in printed if owner == publication}
        more = [Status.NOT_STATED] if any(item.status == Status.NOT_STATED for item in own) else []
        for name in dict.fromkeys((*_COUNTED, *more, *figures)):
            derivable = name in _COUNTED or name in _CLOSED_AS_OR_STATUS
            ids = tuple(item.id for item in own if _counts(name, item)) if derivable else ()
            text, number = figures.get(name, (None, None))
            code = codes.get(publication) or "?"
            lines.append(FigureLine(publication, code, name, text, number, len(ids) if derivable else None, ids))
    whole = {name: (text, number) for owner, name, text, number in printed if not owner}
    return lines + _of_the_whole(conn, row, now, whole, moved)


_CLOSED_AS_OR_STATUS = frozenset(
    {
        *("not-stated", "with-inspectorate", "discharged", "closed-not-adopted", "delivered", "superseded"),
        *("risk-accepted", "closed-not-known-how"),
    }
)


def _of_the_whole(
    conn: sqlite3.Connection,
    row: PaperRow,
    now: dict[str, ItemState],
    printed: dict[str, tuple[str, int | None]],
    moved: Movements | None,
) -> list[FigureLine]:
    moved = moved or movements(conn, row, now)
    closed = tuple(change.item for change in moved.closed if not change.undated)
    every = _register_states(conn, row, now)
    opened = [item for item in every if item.status != Status.CLOSED and not item.apart]
    with_open = {item.publication for item in opened}
    derived: dict[str, tuple[int, Iterable[str]]] = {
        "closed-since-last-update": (len(closed), closed),
        "open-of-this-register": (len(opened), (item.id for item in opened)),
        "publications-with-open-of-this-register": (len(with_open), (item.id for item in opened)),
    }
    lines = []
    for name in dict.fromkeys((*printed, *derived)):
        text, number = printed.get(name, (None, None))
        count, ids = derived.get(name, (None, ()))
        lines.append(FigureLine(None, "", name, text, number, count, tuple(ids)))
    return lines


def _register_states(conn: sqlite3.Connection, row: PaperRow, now: dict[str, ItemState]) -> list[ItemState]:
    """Every item of the register: those that the paper reports as it does, the others as they were when it was fixed."""
    every = [found[0] for found in conn.execute("SELECT id FROM publication WHERE withdrawn = 0")]
    here = {item.publication for item in now.values()}
    others = [publication for publication in every if publication not in here]
    if row.fixings:
        return [*now.values(), *states_at(conn, others, fixing_moment(conn, row.fixings[0])).values()]
    return [*now.values(), *states_now(conn, others).values()]


def paper_texts(conn: sqlite3.Connection, entity: str) -> list[PaperTextRow]:
    """What people wrote in a paper, withdrawn or empty texts aside."""
    rows = conn.execute(
        "SELECT t.id, t.section, t.publication, t.text, COALESCE(t.context, ''), COALESCE(t.marking, ''), "
        "COALESCE(y.name, 'somebody'), t.changed FROM paper_text t LEFT JOIN party y ON y.id = t.changed_by "
        "LEFT JOIN publication p ON p.id = t.publication WHERE t.paper = ? AND t.withdrawn = 0 AND t.text <> '' "
        "AND t.section IS NOT NULL ORDER BY t.section, COALESCE(p.published_latest, ''), p.code, t.id",
        (entity,),
    )
    return [PaperTextRow(*row) for row in rows]
