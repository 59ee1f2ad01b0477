"""Which column of a file is which field: guessed from headings and contents, to be shown and corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.date_reading import read_date
from store.domain.errors import BadInput
from store.domain.fields import KINDS
from store.domain.names import fold_name
from store.exchange.importing.cells import clean_text
from store.exchange.importing.tables import Table
from store.exchange.importing.words import KIND_WORDS

_LIKELY = 84
"""The least likeness of a heading to a known name, in hundredths, from which it is that name."""

_SAMPLE = 200
_FIRST = 12


@dataclass(frozen=True, slots=True)
class ImportField:
    """What a column may become: its label, and the headings that it has in trackers, the best first."""

    label: str
    headings: tuple[str, ...]
    repeats: bool = False
    """Whether more than one column may be this field: their texts are joined."""


_FIELDS = {
    "number": ImportField(
        "Number",
        (
            "number", "no", "ref", "reference", "rec no", "rec number", "recommendation number", "recommendation no",
            "recommendation ref", "rec ref", "action ref", "action no", "action number", "rec", "item", "item no", "id",
            "afi", "unique ref", "r", "ref no", "ref number", "reference no", "reference number", "rec id", "action id",
            "audit ref", "recommendation id", "nr", "serial", "serial no",
        ),
    ),
    "text": ImportField(
        "Recommendation, its text",
        (
            "recommendation", "recommendation text", "text", "text of recommendation", "description", "wording", "action",
            "agreed action", "area for improvement", "detail", "details", "recommendation detail", "finding",
            "issue identified", "what was recommended", "commitment", "cause of concern",
        ),
    ),
    "title": ImportField("Title", ("title", "short title", "summary", "subject", "heading", "name", "recommendation title")),
    "publication": ImportField(
        "Publication",
        (
            "publication", "report", "report title", "inspection", "inspection title", "audit", "audit report",
            "audit title", "review", "source", "source document", "document", "inspection report", "report name",
        ),
    ),
    "publisher": ImportField("Publisher", ("publisher", "inspectorate", "inspection body", "published by", "auditor")),
    "published": ImportField(
        "Published", ("published", "date published", "publication date", "report date", "date of report", "year", "issued"),
    ),
    "status": ImportField(
        "Status",
        (
            "status", "current status", "rag status", "rag", "progress status", "action status", "delivery status",
            "recommendation status", "implementation status", "open closed", "state", "status of recommendation",
        ),
    ),
    "closed_on": ImportField(
        "Closed on",
        (
            "date closed", "closed on", "closure date", "closed date", "date completed", "completion date",
            "actual completion date", "completed on", "date of closure", "date discharged", "date signed off",
            "date implemented", "implemented on", "closed", "completed", "implemented", "discharged",
        ),
    ),
    "target": ImportField(
        "Target",
        (
            "target", "target date", "due date", "due", "date due", "deadline", "timescale", "by when", "original due date",
            "original target date", "implementation date", "agreed date", "agreed implementation date", "timeline",
            "completion due", "original date", "due original", "target original", "planned completion", "estimated completion", "target completion date",
        ),
    ),
    "revised_target": ImportField(
        "Revised target",
        ("revised target", "revised due date", "revised date", "revised target date", "new target date", "extended to",
         "new due date", "revised implementation date", "forecast date", "forecast completion", "due revised", "target revised"),
    ),
    "leads": ImportField(
        "Leads",
        (
            "lead", "leads", "owner", "action owner", "lead officer", "responsible officer", "responsible", "assigned to",
            "responsible person", "responsible owner", "business lead", "lead department", "who", "portfolio lead",
            "accountable officer", "strategic lead", "owners", "lead body",
        ),
    ),
    "addressed_to": ImportField(
        "Addressed to",
        ("addressed to", "organisation", "organisations", "body", "bodies", "force", "recipient", "directed to", "for",
         "service", "agency"),
    ),
    "scope": ImportField("Numbered within", ("numbered within", "scope", "series")),
    "part_of": ImportField("Part of", ("part of", "parent", "parent recommendation", "parent ref")),
    "theme": ImportField("Theme", ("theme", "category", "topic", "subject area", "thematic area", "workstream", "pillar")),
    "kind": ImportField("Kind", ("kind", "type", "item type", "recommendation type", "rec type")),
    "response": ImportField(
        "Response", ("response", "accepted", "accepted rejected", "response status", "accepted yes no", "management decision"),
    ),
    "priority": ImportField(
        "Priority", ("priority", "risk rating", "rating", "grade", "importance", "risk", "priority rating", "significance"),
    ),
    "percent_done": ImportField(
        "How much is done", ("percent complete", "percent done", "percent", "percent implemented", "complete", "percentage complete", "progress percent", "completion", "progress"),
    ),
    "marking": ImportField("Marking", ("marking", "classification", "protective marking", "gsc", "security marking")),
    "note": ImportField(
        "Position (a note)",
        (
            "update", "progress", "progress update", "latest update", "latest position", "current position", "position",
            "comments", "comment", "management comment", "management response", "narrative", "notes", "commentary",
            "progress to date", "latest progress", "status update", "update text", "remarks",
        ),
        repeats=True,
    ),
    "evidence": ImportField("Evidence (a note)", ("evidence", "supporting evidence", "evidence provided"), repeats=True),
}  # fmt: skip

_OWN = frozenset({
    "number", "publication", "publisher", "published", "status", "closed_on", "target", "revised_target", "leads",
    "note", "evidence", "theme", "part_of", "scope",
})  # fmt: skip
"""The fields that the import itself reads; the others are fields of an item, and offered where items have them."""

_KIND_WORDS = frozenset(word for words in KIND_WORDS.values() for word in words)
_PLAIN_NAMES = ("text", "value", "date", "name", "title", "label", "description", "day", "as written")
_DONE = ("closed", "completed", "implemented", "discharged")
DATE_FIELDS = ("target", "revised_target", "closed_on", "published")


def import_fields() -> dict[str, ImportField]:
    """The fields that a column may become, by name: those that the import reads, and those that an item declares."""
    declared = KINDS["recommendation"].editable
    found = {name: field for name, field in _FIELDS.items() if name in _OWN or name in declared}
    for name, field in declared.items():
        if name not in found and field.type != "entity":
            found[name] = ImportField(field.label, (name.replace("_", " "), field.label))
    return found


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What one column is taken for: None for nothing; `sure` is in hundredths, and `first` are its first texts."""

    position: int
    heading: str
    field: str | None
    sure: int
    filled: int
    first: tuple[str, ...]
    hidden: bool = False


def likeness_of_headings(cells: Sequence[str]) -> int:
    """How many of a row's cells are known headings: the row with the most is that of the headings."""
    headings = _all_headings()
    return sum(1 for text in cells if text and len(text) <= 80 and _plain(text) in headings)


def guess_columns(table: Table, *, hidden: bool = False) -> list[ColumnGuess]:
    """What each column of a table is taken for. A hidden one is for nothing, unless `hidden`.

    A heading that is known counts most, then its likeness to a known one, then what the cells hold.
    """
    rows = table.rows[:_SAMPLE]
    texts = [[row.cells[column.position] for row in rows] for column in table.columns]
    fields = import_fields()
    claims: list[tuple[int, int, str]] = []
    for column in table.columns:
        if column.hidden and not hidden:
            continue
        for name, sure in _candidates(column.heading, texts[column.position], fields):
            claims.append((sure, -column.position, name))
    taken: dict[int, tuple[str, int]] = {}
    used: set[str] = set()
    for sure, position, name in sorted(claims, reverse=True):
        if -position in taken or (name in used and not fields[name].repeats):
            continue
        taken[-position] = (name, sure)
        used.add(name)
    guesses = []
    for column in table.columns:
        field, sure = taken.get(column.position, (None, 0))
        filled = [row.cells[column.position] for row in table.rows if row.cells[column.position]]
        guesses.append(
            ColumnGuess(
                column.position, table.heading(column.position), field, sure, len(filled),
                tuple(dict.fromkeys(clean_text(text) for text in filled[:_FIRST]))[:3], column.hidden,
            )
        )  # fmt: skip
    return guesses


def read_map(table: Table, given: Mapping[str, str]) -> dict[int, str | None]:
    """Columns as a person maps them, "heading or letter" to a field's name or "nothing". Raises BadInput."""
    fields = import_fields()
    found: dict[int, str | None] = {}
    for column, name in given.items():
        position = _find_column(table, column)
        wanted = name.strip().replace("-", "_").lower()
        if wanted in ("nothing", "skip", "none", ""):
            found[position] = None
            continue
        by_label = {fold_name(field.label): key for key, field in fields.items()}
        wanted = wanted if wanted in fields else by_label.get(fold_name(name), "")
        if not wanted:
            raise BadInput("map", f"“{name}” is no field to import. These are: {', '.join(fields)}; or nothing.")
        found[position] = wanted
    single = [name for name in found.values() if name and not fields[name].repeats]
    if twice := next((name for name in single if single.count(name) > 1), None):
        raise BadInput("map", f"More than one column is mapped to {twice}: choose one.")
    return found


def missing_columns(table: Table, given: Mapping[str, str]) -> list[str]:
    """The columns of a mapping that a table does not have: an edition may have lost some."""
    headings = {fold_name(column.heading) for column in table.columns}
    letters = {column.letter for column in table.columns}
    return [name for name in given if fold_name(name) not in headings and name.strip().upper() not in letters]


def column_name(table: Table, position: int) -> str:
    """What a mapping calls a column: its heading, else, where that is none or there more than once, its letter."""
    headings = [fold_name(column.heading) for column in table.columns]
    column = table.columns[position]
    return column.heading if headings[position] and headings.count(headings[position]) == 1 else column.letter


def _find_column(table: Table, wanted: str) -> int:
    exact = [
        column.position for column in table.columns if column.heading and fold_name(column.heading) == fold_name(wanted)
    ]
    if len(exact) > 1:
        letters = " or ".join(table.columns[position].letter for position in exact)
        raise BadInput(
            "map", f"The heading “{wanted}” is there more than once: name the column by its letter, {letters}."
        )
    if exact:
        return exact[0]
    letter = next((column.position for column in table.columns if column.letter == wanted.strip().upper()), None)
    if letter is None:
        headings = ", ".join(column.heading or column.letter for column in table.columns[:30])
        raise BadInput("map", f"There is no column “{wanted}”. The columns are: {headings}.")
    return letter


def _candidates(heading: str, texts: Sequence[str], fields: Mapping[str, ImportField]) -> Iterator[tuple[str, int]]:
    from rapidfuzz import fuzz

    plain = _plain(heading)
    if "." in heading and plain not in _all_headings():
        plain = _inner_heading(heading)
    elif ": " in heading and plain not in _all_headings():
        plain = _plain(heading.rpartition(": ")[2])
    filled = [text for text in texts if text]
    named_elsewhere = plain if any(plain in field.headings for field in _FIELDS.values()) else None
    for name, field in fields.items():
        best = 0
        for rank, listed in enumerate(field.headings):
            if plain and plain == listed:
                best = max(best, 200 - rank)
            elif plain == named_elsewhere:
                continue
            elif plain and len(plain) > 3 and len(listed) > 3:
                like = round(fuzz.token_sort_ratio(plain, listed))
                best = max(best, like - 1 if like >= _LIKELY else 0)
                if len(listed) > 4 and re.search(rf"\b{re.escape(listed)}\b", plain):
                    best = max(best, 70 - rank)
        if name == "closed_on" and plain in _DONE and (not filled or _share(filled, is_date) < 0.3):
            # A column "Closed" of yes and no has no days.
            best = 0
        best += _evidence_in_cells(name, filled) if best else 0
        if best >= 50:
            yield name, best
    if len(filled) > 2 and _share(filled, lambda text: fold_name(text) in _KIND_WORDS) == 1:
        yield "kind", 199
    if not plain or not any(_plain(heading) in field.headings for field in fields.values()):
        yield from _by_contents(filled)


def _inner_heading(heading: str) -> str:
    """The heading of a value in a JSON object within another: its own name, or the outer where that is of any value."""
    outer, inner = (_plain(part.rpartition(".")[2]) for part in (heading.rpartition(".")[0], heading))
    if f"{outer} {inner}" in _all_headings():
        return f"{outer} {inner}"
    is_plain = inner in _PLAIN_NAMES and outer in _all_headings() and outer not in _FIELDS["text"].headings
    return outer if is_plain else inner


def _evidence_in_cells(name: str, filled: Sequence[str]) -> int:
    """What the cells show for or against a field, in points."""
    if not filled:
        return 0
    average = sum(map(len, filled)) / len(filled)
    if name in DATE_FIELDS:
        return 0 if _share(filled, is_date) >= 0.3 else -30
    if name == "theme":
        return -200 if _share(filled, lambda text: fold_name(text) in _KIND_WORDS) == 1 else 0
    if name == "number":
        return -80 if average > 25 else 0
    if name == "text":
        return 10 if average > 40 else -90 if average < 8 else 0
    if name in ("status", "priority", "response", "kind"):
        return -60 if average > 60 else 0
    if name == "percent_done":
        return 0 if _share(filled, _is_share) >= 0.5 else -200
    if name in ("note", "evidence"):
        if _share(filled, _is_share) == 1:
            return -200
        return 0 if average > 12 else -30
    return 0


def _is_share(text: str) -> bool:
    return re.fullmatch(r"\d{1,3}(?:[.,]\d+)?\s*%?|[.,]\d+|n/?a|-", text.strip(), re.I) is not None


def _by_contents(filled: Sequence[str]) -> Iterator[tuple[str, int]]:
    if not filled:
        return
    if _share(filled, lambda text: re.fullmatch(r"(?:[A-Za-z]{1,4}[-. ]?)?\d{1,3}[a-z]?", text) is not None) == 1:
        if len(set(filled)) == len(filled) and len(filled) > 2:
            yield "number", 40
    elif sum(map(len, filled)) / len(filled) > 90:
        yield "text", 40


def is_date(text: str) -> bool:
    """Whether a cell is a date as the app reads them."""
    try:
        read_date(text, date(2025, 1, 1))
    except ValueError:
        return re.fullmatch(r"[2-6]\d{4}", text) is not None
    return True


def _share(texts: Sequence[str], fits: object) -> float:
    assert callable(fits)
    return sum(1 for text in texts if fits(text)) / len(texts)


def _plain(heading: str) -> str:
    """A heading for comparison: without what is in brackets, "date of" kept, letters and digits only."""
    text = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", heading)
    text = text.replace("%", " percent ").replace("#", " number ").replace("&", " and ")
    return fold_name(text).replace("_", " ").strip()


def _all_headings() -> frozenset[str]:
    return frozenset(listed for field in import_fields().values() for listed in field.headings)
