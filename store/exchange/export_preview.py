"""What a file will and will not contain, shown before it is written."""

from __future__ import annotations

import json
import sqlite3

from store.domain.fields import label_of_kind
from store.domain.names import sort_key
from store.domain.text import format_size, one_line
from store.domain.vocabulary import MARKINGS, PartyKind
from store.exchange.owners import list_names, owners_of
from store.exchange.redaction import Redacted, Terms, ever_marked
from store.exchange.scope import Scope
from store.log.describe import name_of, owner_references
from store.log.manifest import share_manifest
from store.queries.filter import Filter

_KINDS = {
    ".sqlite": "A register: whoever gets it takes it into their own, or opens it, to be read or saved as their own. "
    "Any SQLite tool can read it.",
    ".csv": "A table for a spreadsheet: one row an item.",
    ".xlsx": "An Excel workbook: items, publications with their totals, notes, submissions with replies, "
    "targets and actions, figures, and a sheet about the file.",
    ".json": "Everything of each item as data, history included.",
    ".md": "A text to read: each publication with its figures, each item with where it stands.",
}

_HELD = {
    ".sqlite": "Of each item: its parts, leads, notes, submissions and replies, targets and actions, with its history: "
    "what was changed, and by whom.",
    ".csv": "Of each item: the columns of the list, whom it is addressed to, its leads with their roles, its outcomes, its "
    "text and its newest position note, with how each is known.",
    ".xlsx": "Of each item: the columns of the list, whom it is addressed to, its leads with their roles, its outcomes, its "
    "text, and its notes, submissions, replies, targets, actions and figures, with how each is known.",
    ".json": "Of each item: its parts, leads, notes, submissions and replies, targets, actions, links, outcomes and figures, "
    "each with how it is known, and its history: what was changed, and by whom.",
    ".md": "Of each item: its status, its stage, targets first and last, whom the action is with, leads and outcomes, each with how "
    "it is known; its text and its newest position note; its submissions with replies; and its parts.",
}

_FLATTENED = (
    "A register without history, for outsiders: it opens in Fairlead and can be read and exported. It cannot be merged."
)
_CAME_FLATTENED = (
    "A register of its own: it opens in Fairlead, to be read, or saved as one's own. It cannot be merged, since this register "
    "came without history."
)
_HELD_FLATTENED = (
    "Of each item: its parts, leads, notes, submissions and replies, the present target and actions, as they are now. Not "
    "in it: who wrote what, reasons, earlier values and targets, and what was withdrawn. Of each thing it keeps the id, and "
    "when it was last changed."
)

_NOT_HELD = {
    ".csv": "other notes, learning among them, submissions, replies, targets between the first and the last, actions, "
    "links, figures, evidence files, reasons, places in the source, history",
    ".xlsx": "links, evidence files, what went with a submission, reasons except those of a target, places in the source, "
    "papers except their notes and figures, what a theme means, when nothing was new, history",
    ".md": "other notes except a commitment's benefits, evidence files, targets between the first and the last, "
    "actions except what a commitment waits on, links, notes and figures of a whole publication, notes on themes and papers, history",
}

BASES_TEXT = (
    "What is neither typed in nor simply stated by the source, by column: in our words (the source has it, in other words "
    "than these), worked out from the source, inferred, or our own label. Empty where there is no such value."
)
"""What the column of bases has, for whoever reads a sheet."""


def not_held(suffix: str) -> str:
    """What a kind of file leaves out; "" for a kind that leaves out nothing by itself."""
    return _NOT_HELD.get(suffix, "")


_LISTS = (".csv", ".xlsx")


def describe_contents(
    conn: sqlite3.Connection,
    suffix: str,
    shown: Filter,
    scope: Scope,
    terms: Terms,
    redacted: Redacted,
    missing: str,
    source: sqlite3.Connection,
) -> tuple[str, ...]:
    """The sentences, the kind of file first; `scope` has been worked out on the connection.

    `missing` is one on what was changed today and is not in it, "" for none. `source` is the connection to the register
    itself, which knows the references of what is left out.
    """
    lines = [
        _FLATTENED if terms.flattened else _kind_of_file(conn, suffix),
        f"It holds {scope.describe_counts()}: "
        f"{shown.describe() if shown.is_active else 'everything in this register'}.",
        *filter(None, (missing,)),
        _HELD_FLATTENED if terms.flattened else _HELD[suffix],
    ]
    if left_out := not_held(suffix):
        lines.append(f"Not in it: {left_out}.")
    if suffix != ".csv":
        lines += _publications(suffix, shown, scope)
    if suffix in _LISTS and not shown.parts and (parts := _parts(conn)):
        lines.append(f"Parts of items ({parts}) have no rows of their own here; show parts to list them.")
    if suffix in (".sqlite", ".json") and scope.entities.get("citation"):
        lines.append(_evidence(conn, suffix, terms, redacted))
    lines += _names(conn, suffix, terms)
    if shown.is_active:
        lines.append("No other item is in it, and no paper, nor a link to an item that is not.")
    marking = min(scope.marking, terms.max_marking, key=MARKINGS.index)
    lines.append(f"Marking: {marking}, the highest of what belongs to it.")
    lines += _by_marking(conn, suffix)
    lines += _left_out(conn, suffix, terms, redacted, source)
    return tuple(lines)


def _kind_of_file(conn: sqlite3.Connection, suffix: str) -> str:
    came_flattened = (share_manifest(conn) or {}).get("flattened") is True
    return _CAME_FLATTENED if suffix == ".sqlite" and came_flattened else _KINDS[suffix]


def terms_with_effect_anywhere(conn: sqlite3.Connection) -> frozenset[str]:
    """The fields of `Terms` that leave out anything of any file of the register: whether it has persons, and markings."""
    found = set()
    if ever_marked(conn, MARKINGS[1:]):
        found.add("max_marking")
    if conn.execute("SELECT 1 FROM party WHERE kind = ? LIMIT 1", (PartyKind.PERSON,)).fetchone():
        found.add("without_names")
    return frozenset(found)


def terms_with_effect(conn: sqlite3.Connection, suffix: str, redacted: Redacted) -> frozenset[str]:
    """The fields of `Terms` that could make this file hold more, or be without history; `scope` has been worked out."""
    found = dict[str, bool]()
    if suffix in (".sqlite", ".json"):
        found["with_withdrawn"] = bool(_in_scope(conn, redacted.withdrawn))
    if suffix == ".sqlite":
        located = "SELECT 1 FROM location l JOIN scope s ON s.entity IN (l.citation, l.publication) LIMIT 1"
        found["with_locations"] = conn.execute(located).fetchone() is not None
        found["with_files"] = _embedded(conn, redacted)[1] > 0
        found["flattened"] = True
    return frozenset(name for name, has_effect in found.items() if has_effect)


def _publications(suffix: str, shown: Filter, scope: Scope) -> list[str]:
    if not shown.is_active:
        return ["Notes on publications, themes and papers are in it."] if suffix in (".sqlite", ".json") else []
    lines: list[str] = []
    if suffix == ".md":
        return lines
    if scope.whole:
        lines.append(f"Notes on whole publications are in it: {', '.join(scope.whole)}.")
    if scope.in_part:
        lines.append(f"Only part of {', '.join(scope.in_part)} is in it, and so no notes on the publication itself.")
    return lines


def _embedded(conn: sqlite3.Connection, redacted: Redacted) -> tuple[int, int, int]:
    """How many evidence files are cited, how many of them are kept inside, and the size of these in bytes."""
    cited, embedded, size = conn.execute(
        "SELECT count(DISTINCT c.id), count(DISTINCT q.name), COALESCE(sum(q.sz), 0) FROM citation c "
        "JOIN scope s ON s.entity = c.id JOIN note n ON n.id = c.note AND n.withdrawn = 0 "
        "LEFT JOIN sqlar q ON q.name = c.sha256 AND c.embedded = 1 AND q.name NOT IN (SELECT value FROM json_each(?)) "
        "WHERE c.withdrawn = 0",
        (json.dumps(sorted(redacted.files)),),
    ).fetchone()
    return int(cited), int(embedded), int(size)


def _evidence(conn: sqlite3.Connection, suffix: str, terms: Terms, redacted: Redacted) -> str:
    """How many evidence files are cited, and what goes along of those that are kept inside."""
    cited, embedded, size = _embedded(conn, redacted)
    along = (
        "none of them goes along"
        if suffix == ".json" or not embedded or not terms.with_files
        else f"{embedded:,} go along ({format_size(size)})"
    )
    where = "Where they lie is in it too" if terms.with_locations else "Where they lie is not in it"
    return f"Evidence files cited: {cited:,}, of which {along}. {where}."


_WROTE = "SELECT t.recorded_by FROM {kind} t JOIN scope s ON s.entity = t.id WHERE t.withdrawn = 0"
_LEADS = "SELECT t.party FROM lead t JOIN scope s ON s.entity = t.id WHERE t.withdrawn = 0"
_AS_WRITTEN = {
    "Addressed to": "SELECT addressed_to FROM recommendation",
    "Said by": "SELECT said_by FROM note",
    "Replied": "SELECT who FROM reply",
    "Actions of": "SELECT whose FROM action",
    "Believed done by": "SELECT believed_done_by FROM recommendation",
    "Presented by": "SELECT presenter FROM paper",
}
_WRITTEN_IN = {".csv": ("Addressed to",), ".md": ("Replied",)}
_MOST_NAMES = 1000


def _names(conn: sqlite3.Connection, suffix: str, terms: Terms) -> list[str]:
    """Every name in it: those of parties, by what they are, then those that are words in a field."""
    parties = "SELECT entity FROM scope WHERE kind = 'party'"
    if suffix in (".csv", ".md") or terms.flattened:
        parties = _LEADS
    elif suffix == ".xlsx":
        kinds = ("note", "submission", "reply", "action", "recommendation")
        parties = " UNION ".join((_LEADS, *(_WROTE.format(kind=kind) for kind in kinds)))
    rows = conn.execute(f"SELECT name, kind FROM party WHERE id IN ({parties}) AND name IS NOT NULL").fetchall()
    persons = {name for name, kind in rows if kind == PartyKind.PERSON}
    lines = []
    for label, names in (("Persons", persons), ("Bodies and units", {name for name, _ in rows} - persons)):
        lines.append(f"{label} named in it: {_listed(names)}.")
    for label, select in _AS_WRITTEN.items():
        if label in _WRITTEN_IN.get(suffix, _AS_WRITTEN):
            found = conn.execute(f"{select} t JOIN scope s ON s.entity = t.id WHERE t.withdrawn = 0").fetchall()
            if more := {row[0] for row in found if row[0]} - {name for name, _ in rows}:
                lines.append(f"{label}, as it is written there: {_listed(more)}.")
    return lines


def _listed(names: set[str]) -> str:
    in_order = [one_line(name, most=100) for name in sorted(names, key=sort_key)]
    more = f" and {len(in_order) - _MOST_NAMES:,} more" if len(in_order) > _MOST_NAMES else ""
    return ("; ".join(in_order[:_MOST_NAMES]) or "none") + more


_MARKED = ("publication", "recommendation", "note", "submission", "reply", "action", "citation", "paper", "paper_text")
_MARKED_IN = {
    ".csv": ("recommendation",),
    ".md": ("recommendation", "submission", "reply"),
    ".xlsx": tuple(kind for kind in _MARKED if kind not in ("citation", "paper_text")),
}


def _by_marking(conn: sqlite3.Connection, suffix: str) -> list[str]:
    """What is in it by its marking now; what is marked above the lowest with the items or publications it is of."""
    kinds = _MARKED_IN.get(suffix, _MARKED)
    lines = []
    for marking in MARKINGS:
        counted, owners = [], set[str]()
        for kind in kinds:
            rows = conn.execute(
                f"SELECT t.id FROM {kind} t JOIN scope s ON s.entity = t.id WHERE t.withdrawn = 0 AND t.marking = ?",
                (marking,),
            ).fetchall()
            parts = _parts(conn, marking) if kind == "recommendation" else 0
            if whole := len(rows) - parts:
                counted.append(f"{whole:,} {_plural(label_of_kind(kind), whole)}")
            if parts:
                counted.append(f"{parts:,} {'part of an item' if parts == 1 else 'parts of items'}")
            if marking != MARKINGS[0]:
                owners |= {_owner(conn, kind, row[0]) for row in rows} - {""}
        if counted:
            where = f": {_listed(owners)}" if owners else ""
            lines.append(f"Marked {marking}: {', '.join(counted)}{where}.")
    return lines


def _owner(conn: sqlite3.Connection, kind: str, entity: str) -> str:
    return owner_references(conn, kind, entity) or name_of(conn, kind, entity)


def _plural(label: str, count: int) -> str:
    if count == 1:
        return label
    noun, of, owner = label.partition(" of ")
    return f"{noun[:-1]}ies{of}{owner}" if noun.endswith("y") else f"{noun}s{of}{owner}"


def _parts(conn: sqlite3.Connection, marking: str | None = None) -> int:
    """How many parts of items there are, all or those of a marking."""
    row = conn.execute(
        "SELECT count(*) FROM recommendation r JOIN scope s ON s.entity = r.id "
        "WHERE r.part_of IS NOT NULL AND r.withdrawn = 0 AND (?1 IS NULL AND r.listed = 1 OR r.marking = ?1)",
        (marking,),
    ).fetchone()
    return int(row[0])


def _left_out(
    conn: sqlite3.Connection, suffix: str, terms: Terms, redacted: Redacted, source: sqlite3.Connection
) -> list[str]:
    """How many entities and changes are left out, by why; of a file without history only those that it would show."""
    lines = []
    if gone := _in_scope(conn, redacted.marked):
        lines.append(
            f"{_format_count(len(gone))} left out, which bore a higher marking than {terms.max_marking} at some time, or "
            f"go with what did{_of_what(source, gone)}."
        )
    if suffix in (".sqlite", ".json") and not terms.flattened:
        if terms.with_withdrawn:
            lines.append("What was withdrawn or taken back can still be read in it.")
        elif gone := _in_scope(conn, redacted.withdrawn):
            lines.append(
                f"{_format_count(len(gone))} left out, where something was withdrawn or taken back{_of_what(source, gone)}."
            )
        lines.append("What a field held before it was corrected can still be read in its history, but for notes.")
    lines += _names_left_out(conn, terms, redacted)
    earlier = conn.execute(
        "SELECT DISTINCT c.kind, c.entity, count(*) OVER () FROM change c JOIN scope s ON s.entity = c.entity "
        "WHERE c.body IS NULL AND c.id NOT IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(redacted.changes)),),
    ).fetchall()
    if earlier:
        texts = "1 text was" if earlier[0][2] == 1 else f"{earlier[0][2]:,} texts were"
        of = _of_what(source, [(kind, entity) for kind, entity, _ in earlier])
        lines.append(
            f"{texts} left out already of what this register was given, and {'is' if earlier[0][2] == 1 else 'are'} not in it{of}."
        )
    return lines


def _names_left_out(conn: sqlite3.Connection, terms: Terms, redacted: Redacted) -> list[str]:
    if not terms.without_names:
        return []
    in_scope = conn.execute(
        "SELECT c.kind = 'party', count(DISTINCT c.entity), count(*) FROM json_each(?) t JOIN change c ON c.id = t.value "
        "JOIN scope s ON s.entity = c.entity GROUP BY 1",
        (json.dumps(sorted(redacted.names)),),
    ).fetchall()
    persons = next((entities for is_party, entities, _ in in_scope if is_party), 0)
    holding = next((changes for is_party, _, changes in in_scope if not is_party), 0)
    named = "The name of 1 person is" if persons == 1 else f"The names of {persons:,} persons are"
    has = "1 change that has one in it" if holding == 1 else f"{holding:,} changes that have one in them"
    lines = [
        f"{named} left out, and {has}, whole.",
        "A name that this register does not know as a person's is not found, nor is part of one: read it before it leaves.",
    ]
    if terms.with_files:
        lines.append("What evidence files have inside is not searched for names.")
    return lines


def _format_count(count: int) -> str:
    return "1 thing is" if count == 1 else f"{count:,} things are"


def _in_scope(conn: sqlite3.Connection, changes: frozenset[str]) -> list[tuple[str, str]]:
    """The entities in scope that these changes are of, as kind and id."""
    return conn.execute(
        "SELECT DISTINCT c.kind, c.entity FROM json_each(?) t JOIN change c ON c.id = t.value "
        "JOIN scope s ON s.entity = c.entity",
        (json.dumps(sorted(changes)),),
    ).fetchall()


def _of_what(conn: sqlite3.Connection, entities: list[tuple[str, str]]) -> str:
    """Of which items or publications these are: ": of CAM-2, HC-6"; "" where none of them belongs to any."""
    names = list_names(owners_of(conn, entities))
    return f": of {names}" if names else ""
