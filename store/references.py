"""References as people say them: HC-6, hc 6, "HC rec 6", CCP-10a, DA-x1; and the item that one leads to."""

from __future__ import annotations

import re
import sqlite3

from store.errors import FitsSeveral, NotFound
from store.words import fold_number

Found = tuple[str, str, str]
"""An item's id, reference and title."""


def find_item(conn: sqlite3.Connection, reference: str) -> Found:
    """The one item that a reference, or an id, means. Raises NotFound or FitsSeveral; it is never guessed."""
    fits = find_items(conn, reference)
    if len({fit[0] for fit in fits}) > 1:
        raise FitsSeveral(
            reference, tuple(f"{ref} {title or ''} (id {thing[:8]}…{thing})" for thing, ref, title in fits)
        )
    if not fits:
        raise NotFound(reference.strip()[:60] or '""', _near(conn, reference))
    return fits[0]


def find_items(conn: sqlite3.Connection, reference: str) -> list[Found]:
    """The items that a reference fits; one joined to another as the same leads to that other."""
    wanted = reference.strip()
    rows: list[Found] = conn.execute(
        "SELECT id, reference, title FROM recommendation WHERE id = ? AND withdrawn = 0", (wanted,)
    ).fetchall()
    for code, number in [] if rows else _readings(wanted):
        rows = [
            (thing, known, title)
            for thing, known, title, num, label in conn.execute(
                "SELECT r.id, r.reference, r.title, r.number, r.label FROM publication p "
                "JOIN recommendation r ON r.publication = p.id "
                "WHERE p.code = ? COLLATE NOCASE AND p.withdrawn = 0 AND r.withdrawn = 0",
                (code,),
            )
            if fold_number(num or label or "") == fold_number(number)
        ]
        if rows:
            break
    return [_joined_to(conn, row) for row in rows]


def find_publication(conn: sqlite3.Connection, code: str) -> tuple[str, str]:
    """The id and code of the one publication of that code, or id. Raises NotFound or FitsSeveral."""
    rows = conn.execute(
        "SELECT id, code, title FROM publication WHERE (code = ?1 COLLATE NOCASE OR id = ?1) AND withdrawn = 0",
        (code.strip(),),
    ).fetchall()
    if len(rows) > 1:
        raise FitsSeveral(code, tuple(f"{row[1]} {row[2]} (id {row[0]})" for row in rows))
    if not rows:
        codes = conn.execute("SELECT code FROM publication WHERE withdrawn = 0 ORDER BY code LIMIT 8")
        raise NotFound(f"publication {code.strip()[:40]}", tuple(row[0] for row in codes if row[0]))
    return str(rows[0][0]), str(rows[0][1])


def _readings(wanted: str) -> list[tuple[str, str]]:
    """The ways a reference can be read as code and number, the plainest first."""
    readings = []
    if dashed := re.fullmatch(r"([A-Za-z][A-Za-z0-9]*)[\s\-]+(?:rec\w*\.?\s*)?(\S.*)", wanted, re.I):
        readings.append((dashed[1], dashed[2]))
    if run := re.fullmatch(r"([A-Za-z]+)(x?[0-9].*)", wanted):
        readings.append((run[1], run[2]))
    return readings


def _near(conn: sqlite3.Connection, reference: str) -> tuple[str, ...]:
    """A few references that may have been meant: of the same publication."""
    for code, _ in _readings(reference.strip()):
        rows = conn.execute(
            "SELECT reference FROM recommendation WHERE code = ? COLLATE NOCASE AND listed = 1 ORDER BY sort_key LIMIT 3",
            (code,),
        ).fetchall()
        if rows:
            return tuple(row[0] for row in rows)
    return ()


def _joined_to(conn: sqlite3.Connection, row: Found) -> Found:
    seen = set()
    while row[0] not in seen:
        seen.add(row[0])
        other = conn.execute(
            "SELECT r.id, r.reference, r.title FROM link l JOIN recommendation r ON r.id = l.other "
            "JOIN recommendation m ON m.id = l.recommendation "
            "WHERE l.relation = 'same-as' AND l.recommendation = ? AND l.withdrawn = 0 AND m.listed = 0",
            (row[0],),
        ).fetchone()
        if other is None:
            break
        row = other
    return row
