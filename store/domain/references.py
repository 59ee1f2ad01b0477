"""Resolve references as people write them (HC-6, hc 6, "HC rec 6", CCP-10a, DA-x1) to items, and ids to entities."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from datetime import date

from store.domain.date_reading import read_date
from store.domain.errors import AmbiguousReference, NotFound
from store.domain.fields import KINDS
from store.domain.names import MARKS, bare_reference, fold_name, fold_number

Found = tuple[str, str, str]
"""An item's id, reference and title."""


def find_item(conn: sqlite3.Connection, reference: str) -> Found:
    """Resolve a reference, or an id, to the one item. Raises NotFound or AmbiguousReference; it never guesses."""
    fits = find_items(conn, reference)
    if len({fit[0] for fit in fits}) > 1:
        raise AmbiguousReference(
            reference, tuple(f"{ref} {title or ''} (id {entity})" for entity, ref, title in dict.fromkeys(fits))
        )
    if not fits:
        raise NotFound(reference.strip()[:60] or '""', _suggestions(conn, reference))
    return fits[0]


def find_items(conn: sqlite3.Connection, reference: str) -> list[Found]:
    """The items that match a reference; one joined to another as the same leads to that other."""
    wanted = reference.strip()
    rows: list[Found] = conn.execute(
        "SELECT id, reference, title FROM recommendation WHERE id = ? AND withdrawn = 0", (wanted,)
    ).fetchall()
    for code, number in [] if rows else _readings(wanted):
        rows = [
            (entity, item_reference, title)
            for entity, item_reference, title, num, label, scope in conn.execute(
                "SELECT r.id, r.reference, r.title, r.number, r.label, r.scope FROM publication p "
                "JOIN recommendation r ON r.publication = p.id "
                "WHERE p.code = ? COLLATE NOCASE AND p.withdrawn = 0 AND r.withdrawn = 0",
                (code,),
            )
            if fold_number(number) in _numbers(num or label or "", scope)
        ]
        if rows:
            break
    return [found for row in rows for found in _resolve_joins(conn, row)]


def _numbers(number: str, scope: str | None) -> set[str]:
    """The folded forms in which an item's number may be written: alone, or with what it is numbered within."""
    forms = (number, f"{number} {scope}", f"{scope} {number}") if scope else (number,)
    return {fold_number(form) for form in forms}


def find_publication(conn: sqlite3.Connection, code: str) -> tuple[str, str]:
    """The id and code of the one publication of that code, or id. Raises NotFound or AmbiguousReference."""
    rows = conn.execute(
        "SELECT id, code, title FROM publication WHERE (code = ?1 COLLATE NOCASE OR id = ?1) AND withdrawn = 0",
        (code.strip(),),
    ).fetchall()
    if len(rows) > 1:
        raise AmbiguousReference(code, tuple(f"{row[1]} {row[2] or ''} (id {row[0]})" for row in rows))
    if not rows:
        codes = conn.execute("SELECT code FROM publication WHERE withdrawn = 0 ORDER BY code LIMIT 8")
        raise NotFound(f"publication {code.strip()[:40]}", tuple(row[0] for row in codes if row[0]))
    return str(rows[0][0]), str(rows[0][1] or "?")


def _readings(wanted: str) -> list[tuple[str, str]]:
    """The possible readings of a reference as code and number, the most likely first."""
    readings = []
    wanted = bare_reference(wanted)
    if dashed := re.fullmatch(rf"([A-Za-z][A-Za-z0-9]*){MARKS}+(?:rec\w*\.?\s*)?(\S.*)", wanted, re.I):
        readings.append((dashed[1], dashed[2]))
    for unspaced in (r"([A-Za-z]+)([0-9].*)", r"([A-Za-z]+)(x[0-9].*)"):
        if run := re.fullmatch(unspaced, wanted, re.I):
            readings.append((run[1], run[2]))
    return readings


def _suggestions(conn: sqlite3.Connection, reference: str) -> tuple[str, ...]:
    """Suggestions for a reference without a match: of the same publication, the most similar first."""
    from difflib import get_close_matches

    for code, number in _readings(reference.strip()):
        rows = conn.execute(
            "SELECT reference FROM recommendation WHERE code = ? COLLATE NOCASE AND listed = 1 ORDER BY sort_key LIMIT 500",
            (code,),
        ).fetchall()
        if candidates := [row[0] for row in rows]:
            return tuple(get_close_matches(f"{code.upper()}-{number}", candidates, 3, 0.7) or candidates[:3])
    return ()


def joined_to(conn: sqlite3.Connection, entity: str, kind: str = "recommendation") -> tuple[str, ...]:
    """The items (or parties, by `kind`) that one is joined to as the same, directly or by others; empty for none.

    Where people joined them in a ring, the least id of the ring represents all of it. What was withdrawn leads nowhere
    and is led to by none.
    """
    ahead = {other: _reachable(conn, other, kind) for other in _reachable(conn, entity, kind)}
    final = {a for a, beyond in ahead.items() if all(a <= b and a in ahead[b] for b in beyond)}
    return () if entity in final else tuple(sorted(final))


def _reachable(conn: sqlite3.Connection, entity: str, kind: str) -> set[str]:
    """An entity and all that can be reached over its joins."""
    found: set[str] = {entity}
    ahead = [entity]
    while ahead:
        for (other,) in conn.execute(_JOINS[kind], (ahead.pop(),)):
            if other not in found:
                found.add(other)
                ahead.append(other)
    return found


_JOINS = {
    "recommendation": """
SELECT l.other FROM link l JOIN recommendation r ON r.id = l.other JOIN publication p ON p.id = r.publication
 WHERE l.relation = 'same-as' AND l.recommendation = ? AND l.withdrawn = 0 AND r.withdrawn = 0 AND p.withdrawn = 0
""",
    "party": """
SELECT s.other FROM same_party s JOIN party y ON y.id = s.other
 WHERE s.party = ? AND s.withdrawn = 0 AND y.withdrawn = 0
""",
}


def _resolve_joins(conn: sqlite3.Connection, row: Found) -> list[Found]:
    to = joined_to(conn, row[0])
    sql = "SELECT id, reference, title FROM recommendation WHERE id = ?"
    return [conn.execute(sql, (other,)).fetchone() for other in to] or [row]


def find_theme(conn: sqlite3.Connection, name: str, publication: str | None = None) -> tuple[str, str]:
    """The id and name of a theme, by its name as people or command lines write it, or its id. Raises NotFound.

    A plan may have a theme of the same name: it is meant where `publication` is that plan's id.
    """
    rows = conn.execute(
        "SELECT id, name, publication FROM theme WHERE withdrawn = 0 AND name IS NOT NULL ORDER BY position, name"
    ).fetchall()
    wanted = fold_name(name.replace("-", " "))
    fits = [row for row in rows if row[0] == name or fold_name(row[1].replace("-", " ")) == wanted]
    fits.sort(key=lambda row: (row[2] != publication, row[2] is not None))
    if not fits:
        raise NotFound(f"theme {name.strip()[:40]}", tuple(row[1] for row in rows if row[2] in (None, publication))[:8])
    return str(fits[0][0]), str(fits[0][1])


def find_outcome(conn: sqlite3.Connection, name: str) -> str:
    """The id of an outcome, by its number or its text. Raises NotFound or AmbiguousReference."""
    rows = conn.execute("SELECT id, number, text FROM outcome WHERE withdrawn = 0 ORDER BY number, text").fetchall()
    wanted = fold_name(name)
    fits = [row for row in rows if wanted and wanted in (fold_name(row[1] or ""), fold_name(row[2] or ""))]
    if not fits:
        raise NotFound(f"outcome {name.strip()[:40]}", tuple(row[1] or row[2] for row in rows if row[1] or row[2])[:8])
    if len(fits) > 1:
        raise AmbiguousReference(name, tuple(str(row[2] or row[1]) for row in fits[:4]))
    return str(fits[0][0])


def find_entity(conn: sqlite3.Connection, kind: str, start: str) -> str:
    """The id of the one entity of a kind with this id prefix (four digits at least).

    Raises NotFound or AmbiguousReference.
    """
    if kind not in KINDS:
        raise ValueError(kind)
    sql = f"SELECT id FROM {kind} WHERE withdrawn = 0 AND id >= ? AND id < ? LIMIT 4"
    return _find_by_prefix(conn, kind, start, sql, "show REF")


def find_log_action(conn: sqlite3.Connection, start: str) -> str:
    """The id of the one action in the log, or file received, with this id prefix. Raises NotFound or AmbiguousReference."""
    sql = (
        "SELECT DISTINCT action FROM change WHERE action >= ?1 AND action < ?2 "
        "UNION SELECT id FROM receipt WHERE id >= ?1 AND id < ?2 LIMIT 4"
    )
    return _find_by_prefix(conn, "action", start, sql, "log")


def _find_by_prefix(conn: sqlite3.Connection, kind: str, start: str, sql: str, see: str) -> str:
    plain = start.strip().casefold()
    is_prefix = re.fullmatch("[0-9a-f]{4,32}", plain) is not None
    found = [str(row[0]) for row in conn.execute(sql, (plain, plain + "g"))] if is_prefix else []
    if not found:
        raise NotFound(f"{kind} with the id {start.strip()[:40]}", see=see)
    if len(found) > 1:
        raise AmbiguousReference(start, tuple(found))
    return found[0]


def references_of(conn: sqlite3.Connection, items: Sequence[str]) -> dict[str, str]:
    """The references of these items, by their ids."""
    rows = conn.execute(
        "SELECT id, reference FROM recommendation WHERE id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(items)),),
    )
    return dict(rows.fetchall())


def find_paper(conn: sqlite3.Connection, named: str | None, today: date) -> str:
    """The id of the paper of a date, written as any date is; or with this id prefix; the newest where none is named.

    Raises NotFound or AmbiguousReference.
    """
    rows = conn.execute(
        "SELECT id, COALESCE(date, 'no date'), COALESCE(title, ''), date_earliest, date_latest FROM paper "
        "WHERE withdrawn = 0 ORDER BY date_latest IS NULL, date_latest DESC, recorded DESC, id"
    ).fetchall()
    if named is None:
        fits = [row for row in rows if row[4] == rows[0][4]]
    else:
        fits = [row for row in rows if len(named.strip()) >= 4 and row[0].startswith(named.strip().casefold())]
        fits = fits or [row for row in rows if _is_of(row[3], row[4], named, today)]
    if not fits:
        what = "paper" if named is None else f"paper of {named.strip()[:40]}"
        raise NotFound(what, tuple(row[1] for row in rows[:4]), see="paper --help")
    if len(fits) > 1:
        wanted = named or f"The paper of {fits[0][1]}"
        raise AmbiguousReference(wanted, tuple(f"{row[1]} {row[2]} (id {row[0][:8]})" for row in fits[:6]))
    return str(fits[0][0])


def _is_of(earliest: str | None, latest: str | None, named: str, today: date) -> bool:
    """Whether a paper's date is within the one that is named."""
    try:
        read = read_date(named, today)
    except ValueError:
        return False
    if not (earliest and latest and read.earliest and read.latest):
        return False
    return read.earliest.isoformat() <= earliest and latest <= read.latest.isoformat()
