"""Queries of leads: the open items of one, names as they were typed, and names that match no party."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

from store.domain.names import fold_name, one_name, split_names
from store.domain.vocabulary import LeadState, label_of

VALID_LEADS = """l.withdrawn = 0 AND NOT EXISTS (
  SELECT 1 FROM lead o JOIN party z ON z.id = o.party
   WHERE o.recommendation = l.recommendation AND o.withdrawn = 0 AND z.shown_id = y.shown_id
     AND (o.party = z.shown_id, o.id) > (l.party = y.shown_id, l.id))"""
"""SQL for the leads `l`, of parties `y`, that are shown: each party once, whatever names it is recorded under."""


_FURTHEST_FIRST = tuple(LeadState)[::-1]


def open_items_of(conn: sqlite3.Connection, lead: str) -> list[str]:
    """The ids of the open items that a lead has, parts among them, in the order of their references."""
    wanted = fold_name(lead)
    parties = [
        row[0]
        for row in conn.execute("SELECT id, name, shown_name FROM party WHERE withdrawn = 0")
        if wanted in (fold_name(row[1] or ""), fold_name(row[2] or ""))
    ]
    rows = conn.execute(
        "SELECT DISTINCT r.id, r.sort_key FROM lead l JOIN recommendation r ON r.id = l.recommendation "
        "WHERE l.party IN (SELECT value FROM json_each(?)) AND l.withdrawn = 0 AND r.listed = 1 AND r.status <> 'closed' "
        "ORDER BY r.sort_key",
        (json.dumps(parties),),
    )
    return [str(row[0]) for row in rows]


def shown_as(conn: sqlite3.Connection, name: str) -> str:
    """The name that a lead is shown under, which is another where two names are one lead; `name` where nobody has it."""
    rows = conn.execute("SELECT name, shown_name FROM party WHERE withdrawn = 0")
    return next((str(row[1]) for row in rows if row[1] and fold_name(row[0] or "") == fold_name(name)), name)


def lead_bases(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, dict[str, str]]:
    """The bases on which somebody leads on each of these items, by name, where they are weaker than stated."""
    rows = conn.execute(
        "SELECT l.recommendation, y.shown_name, json_extract(l.basis, '$.party') AS of_end FROM lead l "
        "JOIN party y ON y.id = l.party WHERE l.recommendation IN (SELECT value FROM json_each(?)) "
        f"AND of_end IS NOT NULL AND {VALID_LEADS}",
        (json.dumps(items),),
    )
    found: dict[str, dict[str, str]] = {}
    for item, name, basis in rows:
        found.setdefault(item, {})[name] = basis
    return found


def leads_progress(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, str]:
    """How far the leads of each of these items have got, in a few words: "1 of 3 leads done".

    Only of items with several leads, for one of whom it is stated: how many have got the furthest.
    """
    counted = ", ".join(f"sum(l.state = '{state}')" for state in _FURTHEST_FIRST)
    rows = conn.execute(
        f"SELECT l.recommendation, count(*), {counted} FROM lead l JOIN party y ON y.id = l.party "
        f"WHERE l.recommendation IN (SELECT value FROM json_each(?)) AND {VALID_LEADS} "
        "GROUP BY l.recommendation HAVING count(*) > 1 AND count(l.state) > 0",
        (json.dumps(items),),
    )
    found: dict[str, str] = {}
    for item, leads, *by_state in rows:
        state, count = next((state, n) for state, n in zip(_FURTHEST_FIRST, by_state, strict=True) if n)
        found[item] = f"{count} of {leads} leads {label_of(state).lower()}"
    return found


def split_leads(conn: sqlite3.Connection, typed: Iterable[str], *also: str) -> tuple[str, ...]:
    """Split what was typed into names of leads, as `split_names` does: those of the register exist, and `also`.

    Raises BadInput.
    """
    names = party_names(conn)
    return tuple(dict.fromkeys(name for text in typed for name in split_names(text, (*names, *also))))


def one_lead(conn: sqlite3.Connection, typed: str) -> str:
    """The name of the one lead that was typed, as `one_name` reads it. Raises BadInput."""
    return one_name(typed, party_names(conn))


def party_names(conn: sqlite3.Connection) -> list[str]:
    """The names of all parties, and those under which they are shown."""
    rows = conn.execute("SELECT name, shown_name FROM party WHERE withdrawn = 0")
    return list(dict.fromkeys(str(name) for row in rows for name in row if name))


def unmatched_names(conn: sqlite3.Connection, names: Sequence[str]) -> list[str]:
    """The names that no party of the register has."""
    existing = {fold_name(row[0] or "") for row in conn.execute("SELECT name FROM party WHERE withdrawn = 0")}
    return [name for name in names if fold_name(name) not in existing]


def anybody_leads(conn: sqlite3.Connection) -> bool:
    """Whether anybody leads on an open item."""
    return bool(
        conn.execute(
            "SELECT EXISTS (SELECT 1 FROM lead l JOIN recommendation r ON r.id = l.recommendation "
            "WHERE l.withdrawn = 0 AND r.listed = 1 AND r.status <> 'closed')"
        ).fetchone()[0]
    )
