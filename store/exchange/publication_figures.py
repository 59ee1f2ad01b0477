"""Publications with the counts of their items in an export."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from store.exchange.extract import Extract
from store.queries.filter import WITH_INSPECTORATE
from store.queries.publications import publications, publications_count, totals
from store.queries.rows import PublicationRow

_FIGURES = (
    "total",
    "closed",
    "with_inspectorate",
    "discharged",
    "closed_otherwise",
    "on_track",
    "delayed",
    "not_stated",
)
_Figures = dict[str, Any]
_NONE: _Figures = dict.fromkeys(_FIGURES, 0)


def shown_publications(extract: Extract) -> tuple[list[PublicationRow], tuple[PublicationRow, PublicationRow]]:
    """The publications in an export, oldest first, and two totals: of recommendations and of commitments.

    Only items that the filter shows are counted, and never parts.
    """
    conn = extract.conn
    every = publications(conn, 0, publications_count(conn))
    if not extract.shown.is_active:
        return every, totals(conn)
    inside = {row[0] for row in conn.execute("SELECT entity FROM scope WHERE kind = 'publication'")}
    counted = _counted(extract)
    rows = []
    sums = ({**_NONE}, {**_NONE})
    for publication in every:
        if publication.id not in inside:
            continue
        figures = {**_NONE}
        targets = []
        for commitments in (0, 1):
            found, target = counted.get((publication.id, commitments), (_NONE, None))
            targets += [target] if target else []
            for name in _FIGURES:
                figures[name] += found[name]
                sums[commitments][name] += found[name]
        rows.append(replace(publication, **figures, next_target=min(targets, default=None)))
    return rows, (_total(totals(conn)[0], sums[0], counted, 0), _total(totals(conn)[1], sums[1], counted, 1))


_Counted = dict[tuple[str, int], tuple[_Figures, str | None]]


def _counted(extract: Extract) -> _Counted:
    where, values = extract.shown.where_counted(extract.today)
    rows = extract.conn.execute(
        "SELECT r.publication, r.apart, r.status, COALESCE(r.closed_as, ''), count(*), "
        "min(CASE WHEN r.status <> 'closed' THEN r.target_latest END) "
        f"FROM recommendation r WHERE {where} GROUP BY 1, 2, 3, 4",
        values,
    )
    found: _Counted = {}
    for publication, commitments, status, closed_as, items, target in rows:
        figures, earliest = found.get((publication, commitments), ({**_NONE}, None))
        figures["total"] += items
        figures[status.replace("-", "_")] += items
        if status == "closed":
            figure_of = {"discharged": "discharged", WITH_INSPECTORATE: "with_inspectorate"}
            figures[figure_of.get(closed_as, "closed_otherwise")] += items
        found[publication, commitments] = figures, min(filter(None, (earliest, target)), default=None)
    return found


def _total(row: PublicationRow, figures: _Figures, counted: _Counted, commitments: int) -> PublicationRow:
    targets = [target for (_, kind), (_, target) in counted.items() if kind == commitments and target]
    return replace(row, **figures, next_target=min(targets, default=None))
