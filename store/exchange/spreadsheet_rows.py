"""The rows of items in a spreadsheet, a page at a time, and their columns; for CSV, Excel and Markdown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from store.domain.names import join_names, sort_key
from store.domain.text import sanitise
from store.domain.vocabulary import LEFT_OUT, MARKINGS, Status, label_of, weakest_basis
from store.exchange.columns import (
    BASES,
    Cell,
    Column,
    cells,
    field_columns,
    format_date_text,
    format_day,
    format_latest,
    format_word,
    join_bases,
    sql_of,
    widths,
)
from store.exchange.extract import Extract
from store.queries.describe import GUESS_IN_SHORT, GUESSED, format_bases, parse_bases, with_basis
from store.queries.describe_status import status_basis
from store.queries.filter import WITH_INSPECTORATE, Filter, format_facet_value
from store.queries.item_list import seqs
from store.queries.leads import VALID_LEADS

PAGE = 500

WITH_THEM = "With the inspectorate"
"""The status of what is closed because evidence was sent asking for closure."""


def _closed_as(value: Cell) -> Cell:
    return format_facet_value("status", WITH_INSPECTORATE) if value == WITH_INSPECTORATE else format_word(value)


def row_status(status: Cell, closed_as: Cell) -> Cell:
    """The status as the screen has it: of what is closed, whether it is with the inspectorate."""
    return WITH_THEM if closed_as == WITH_INSPECTORATE else format_word(status)


def _yes(flag: Cell) -> Cell:
    return "yes" if flag else None


def _marking(value: Cell) -> Cell:
    return value or MARKINGS[0]


_POSITION = """(SELECT n.text FROM note_on o JOIN note n ON n.id = o.note
  WHERE o.recommendation = r.id AND o.withdrawn = 0 AND n.withdrawn = 0 AND n.kind = 'position'
  ORDER BY COALESCE(n.dated_latest, '') DESC, n.recorded DESC, o.rowid LIMIT 1)"""

_POSITION_MARKING = _POSITION.replace("SELECT n.text", "SELECT n.marking")

ROW_MARKING = f"max(COALESCE(r.marking, p.marking, ''), COALESCE({_POSITION_MARKING}, ''))"
"""The highest marking of what a row prints: the item, and its newest position."""

_LEADS = f"""(SELECT json_group_array(json_array(name, role, state, basis)) FROM (
  SELECT y.shown_name AS name, l.role, l.state, l.basis
    FROM lead l JOIN party y ON y.id = l.party
   WHERE l.recommendation = r.id AND {VALID_LEADS}))"""

_OUTCOMES = """(SELECT json_group_array(json_array(number, text, left_out, of_text, of_end)) FROM (
  SELECT o.number, o.text, o.left_out, json_extract(o.basis, '$.text') AS of_text,
         json_extract(c.basis, '$.outcome') AS of_end
    FROM contribution c JOIN outcome o ON o.id = c.outcome
   WHERE c.recommendation = r.id AND c.withdrawn = 0 AND o.withdrawn = 0))"""

_POSITION_BASIS = _POSITION.replace("SELECT n.text", "SELECT json_extract(n.basis, '$.text')")


def _leads(found: Cell) -> Cell:
    """The leads of an item, each with role and own state, and with the basis of each: "C3 (that it leads: inferred, writes
    the response (in our words), under way); SAS"."""
    leads = []
    for name, role, state, stored in sorted(json.loads(str(found)), key=lambda lead: sort_key(lead[0] or "")):
        bases = parse_bases(stored)
        about = [
            f"that it leads: {label_of(bases['party'])}" if "party" in bases else "",
            with_basis(role, bases.get("role")),
            with_basis(label_of(state).lower() if state else "", bases.get("state")),
        ]
        leads.append(_with_details(name or "name not known", ", ".join(filter(None, about))))
    return join_names(leads) or None


def _names(found: Cell) -> Cell:
    return join_names(str(found or "").split("\n")) or None


def _outcomes(found: Cell) -> Cell:
    """The outcomes that an item contributes to, one a line: "2: People are safe (in our words)"."""
    outcomes = []
    for number, text, left_out, of_text, of_end in sorted(json.loads(str(found)), key=_natural):
        about = [label_of(of_text)] if of_text else []
        about += [f"that it contributes: {label_of(of_end)}"] if of_end else []
        named = f"{number}: {LEFT_OUT if left_out else text or ''}" if number else text or LEFT_OUT
        outcomes.append(_with_details(named, "; ".join(about)))
    return "\n".join(outcomes) or None


def _natural(outcome: list[str | None]) -> tuple[str, str]:
    return sort_key(outcome[0] or ""), sort_key(outcome[1] or "")


def _with_details(text: str, details: str) -> str:
    return f"{text} ({details})" if details else text


def _theme_basis(stored: Cell) -> Cell:
    basis = parse_bases(stored).get("theme")
    return label_of(basis).capitalize() if basis else None


def _bases(stored: Cell, leads: Cell, outcomes: Cell, position: Cell) -> Cell:
    """The bases in a row: of the item's fields, its leads, its outcomes and its newest position."""
    return join_bases(
        format_bases("recommendation", parse_bases(stored)),
        _weakest("first target recorded", [parse_bases(stored).get("first_target")]),
        _weakest("leads", [basis for lead in json.loads(str(leads)) for basis in parse_bases(lead[-1]).values()]),
        _weakest("outcomes", [basis for outcome in json.loads(str(outcomes)) for basis in outcome[-2:]]),
        _weakest("newest position", [position]),
    )


def _guesses(stored: Cell, status: Cell, leads: Cell, position: Cell) -> Cell:
    """What a printed row shows that † marks, the title apart: "status, theme"; `BASES` has the basis of each."""
    bases = parse_bases(stored)
    of_leads: list[object] = [basis for lead in json.loads(str(leads)) for basis in parse_bases(lead[-1]).values()]
    shown: dict[str, list[object]] = {
        "status": [status_basis(status, stored)],
        "stage": [bases.get("stage")] if status != Status.CLOSED else [],
        "theme": [bases.get("theme")],
        "leads": of_leads,
        "action with": [bases.get("next_move")],
        "target": [bases.get("target")],
        "newest position": [position],
    }
    return ", ".join(name for name, found in shown.items() if any(basis in GUESSED for basis in found)) or None


def _weakest(name: str, bases: Sequence[Cell]) -> str:
    """The weakest basis among several values of one column; "" where all are stated or typed in."""
    basis = weakest_basis(bases)
    return f"{name}: {label_of(basis)}" if basis else ""


_PAST = "(r.status <> 'closed' AND r.target_latest < '%s')"
"""SQL for whether an open item's target has passed, with a place for the day."""

_FIELDS = field_columns("recommendation", "r")
_LIST = {
    "Reference": Column(9, ("r.reference",)),
    "Title": replace(_FIELDS["Title"], width=26),
    "Status": Column(12, ("r.status", "r.closed_as"), row_status),
    "Stage": replace(_FIELDS["Stage"], width=11),
    "Theme": Column(11, ("r.theme_name",)),
    "Leads": Column(12, ("r.leads",), _names),
    "Action with": replace(_FIELDS["Action with"], width=18),
    "Target": replace(_FIELDS["Target"], width=11),
    "Past its target": Column(7, (_PAST,), _yes),
    "Moved later, as recorded": Column(8, ("r.moved_later",)),
    "Newest position": Column(42, (_POSITION,)),
    GUESS_IN_SHORT: Column(11, ("r.basis", "r.status", _LEADS, _POSITION_BASIS), _guesses),
    "Publication": Column(30, ("p.title",)),
    BASES: Column(30, ("r.basis", _LEADS, _OUTCOMES, _POSITION_BASIS), _bases),
    "Target, latest day as read": Column(12, ("r.target_latest", "r.target_earliest"), format_latest),
    "Moved later, at least": Column(8, ("r.moved_at_least",), _yes),
    "Marking": Column(12, (ROW_MARKING,), _marking),
    "Kind": _FIELDS["Kind"],
    "Number": _FIELDS["Number"],
    "Stage, day": Column(16, ("r.stage_day", "r.stage_earliest", "r.stage_latest"), format_date_text),
    "Agreed by": Column(16, ("r.stage_by",)),
    "On time?": _FIELDS["On time?"],
    "Believed done": _FIELDS["Believed done"],
    "Closed as": Column(20, ("r.closed_as",), _closed_as),
    "Theme, basis": Column(16, ("r.basis",), _theme_basis),
    "Leads, with roles": Column(36, (_LEADS,), _leads),
    "Addressed to": _FIELDS["Addressed to"],
    "Kind of delay": Column(20, ("r.target_delay",)),
    "Extension": Column(12, ("r.target_decision",), format_word),
    "First target recorded": Column(18, ("r.first_target",)),
    "Changed here": Column(12, ("r.updated",), format_day),
    "Text": _FIELDS["Text"],
    "Outcomes": Column(40, (_OUTCOMES,), _outcomes),
    "Part of": Column(12, ("w.reference",)),
}
"""The columns of an item's row by heading: first those of a printed page, from `DETAILS` on the others."""

DETAILS = "Publication"
"""The heading of the first column that a printed page leaves out."""

# The fields that have no column above come after them.
_LIST |= {heading: column for heading, column in _FIELDS.items() if heading not in _LIST}
COLUMNS = widths(_LIST)
"""Every heading with the width of its column in characters."""

_ITEMS = f"""
SELECT r.seq, r.id, {sql_of(_LIST.values())}
  FROM recommendation r JOIN publication p ON p.id = r.publication LEFT JOIN recommendation w ON w.id = r.part_of
 WHERE r.seq IN (%s)
"""


def pages(conn: sqlite3.Connection, shown: Filter, sort: str, today: date) -> Iterator[list[tuple[str, list[Cell]]]]:
    """The rows under a filter and sort, a page at a time: (id, cells in the order of COLUMNS) of each item."""
    for piece in seqs(conn, shown, sort, today):
        for start in range(0, len(piece), PAGE):
            yield _cells_of(conn, piece[start : start + PAGE].tolist(), today)


def _cells_of(conn: sqlite3.Connection, wanted: Sequence[int], today: date) -> list[tuple[str, list[Cell]]]:
    """The rows of the items with these seqs, at most PAGE: (id, cells in the order of COLUMNS) of each."""
    sql = _ITEMS % (today, ",".join("?" * len(wanted)))
    columns = tuple(_LIST.values())
    found = {row[0]: (str(row[1]), cells(columns, row[2:])) for row in conn.execute(sql, list(wanted))}
    return [found[seq] for seq in wanted]


def total_rows(extract: Extract) -> int:
    """The number of items that the filter shows, parts included where it shows them."""
    where, values = extract.shown.where(extract.today)
    return int(extract.conn.execute(f"SELECT count(*) FROM recommendation r WHERE {where}", values).fetchone()[0])


def rows_marking(conn: sqlite3.Connection, shown: Filter, today: date) -> str:
    """The highest marking of the rows of a list."""
    where, values = shown.where(today)
    sql = f"SELECT max({ROW_MARKING}) FROM recommendation r JOIN publication p ON p.id = r.publication WHERE {where}"
    return str(conn.execute(sql, values).fetchone()[0] or MARKINGS[0])


def plain(cell: Cell) -> str:
    """A cell as sanitised text; line ends are newlines."""
    return "" if cell is None else sanitise(cell, most=1_000_000)
