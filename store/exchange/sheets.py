"""The sheets of an Excel workbook beside that of items: their columns, and the SQL of their rows."""

from __future__ import annotations

from dataclasses import replace

from store.domain.vocabulary import MARKINGS, label_of
from store.exchange.columns import (
    BASES,
    Cell,
    Column,
    bases_column,
    field_columns,
    format_day,
    format_latest,
    format_word,
    join_bases,
    sql_of,
)
from store.queries.describe import BELONGS, format_bases, parse_bases

NEXT_TARGET = "Next target, latest day as read"
"""The heading of the day of a publication's next target, which is our reading of its words."""

WITH_INSPECTORATE = "Closed: with the inspectorate"
DISCHARGED = "Closed: discharged"
CLOSED_OTHERWISE = "Closed: otherwise"
"""The headings of the three shares whose sum is *Closed*."""

PUBLICATIONS = {
    "Code": (6, "code"),
    "Publication": (36, "title"),
    "Published": (12, "published"),
    "Items": (7, "total"),
    "Closed": (8, "closed"),
    WITH_INSPECTORATE: (12, "with_inspectorate"),
    DISCHARGED: (11, "discharged"),
    CLOSED_OTHERWISE: (10, "closed_otherwise"),
    "On track": (8, "on_track"),
    "Delayed": (8, "delayed"),
    "Not stated": (7, "not_stated"),
    "Total, as printed": (8, "stated_total"),
    "Last update": (12, "last_update"),
    NEXT_TARGET: (12, "next_target"),
    "Publisher": (18, "publisher"),
    "Updates, as printed": (10, "stated_updates"),
    "Link": (30, "link"),
    "Marking": (12, "marking"),
    BASES: (30, "basis"),
}
"""The columns of the sheet of publications: heading to width and attribute of a PublicationRow."""

ATTENTION = {
    "Reference": 9,
    "Title": 34,
    "Status": 12,
    "Why": 72,
    "Action with": 14,
    "Target": 14,
    "Leads": 16,
    "Marking": 12,
    BASES: 30,
}
"""The columns of the sheet of what needs attention, with their widths."""

ATTENTION_FIELDS = ("title", "stage", "track", "target", "next_move")
"""The fields of an item that it shows."""

PUBLICATION_FIELDS = (
    "code",
    "title",
    "publisher",
    "published",
    "stated_total",
    "last_update",
    "stated_updates",
    "link",
    "marking",
)
"""The fields of a publication that its sheet has."""

_REFERENCE = Column(9, ("r.reference",))


def _note_bases(text: Cell, on: Cell) -> Cell:
    """The bases of a note's fields, and on which it is on what it is on."""
    belongs = next((f"{BELONGS}: {label_of(basis)}" for basis in parse_bases(on).values()), "")
    return join_bases(format_bases("note", parse_bases(text)), belongs)


MARKING = "Marking"
"""The heading of the first column that a printed page of notes, submissions, targets or figures leaves out."""


def _arranged(columns: dict[str, Column], printed: dict[str, int]) -> dict[str, Column]:
    """Columns in the order of a printed page, each of its width there; those that it leaves out follow from MARKING on."""
    first = {heading: replace(columns[heading], width=width) for heading, width in printed.items()}
    return first | {MARKING: columns[MARKING]} | {name: column for name, column in columns.items() if name not in first}


_RECORDED = {"Recorded": Column(12, ("t.recorded",), format_day), "Recorded by": Column(20, ("a.name",))}

NOTES = _arranged(
    {
        "Reference": _REFERENCE,
        "Publication": Column(12, ("p.code",)),
        "Theme or paper": Column(18, ("COALESCE(h.name, v.title)",)),
        **field_columns("note", "t", "kind", "dated", "said_by"),
        BASES: Column(30, ("t.basis", "o.basis"), _note_bases),
        **_RECORDED,
    },
    {
        "Reference": 9,
        "Publication": 11,
        "Theme or paper": 20,
        "Kind": 11,
        "Date": 12,
        "Said by": 12,
        "Note": 68,
        "Agreed by": 12,
        BASES: 26,
    },
)
SUBMISSIONS = _arranged(
    {
        "Reference": _REFERENCE,
        **field_columns("submission", "s"),
        **field_columns("reply", "y", "dated", "who"),
        "Marking": Column(20, ("COALESCE(max(s.marking, y.marking), s.marking, y.marking)",)),
        BASES: bases_column(("submission", "s"), ("reply", "y")),
    },
    {
        "Reference": 9,
        "Sent": 11,
        "Asks for": 9,
        "Evidence": 24,
        "Reply": 11,
        "Who replied": 12,
        "Verdict": 12,
        "Words": 26,
        "Evidence still required": 18,
        "Discharged part": 10,
        "Action with": 14,
        BASES: 28,
    },
)
_ITEM_MARKING = (
    f"COALESCE(r.marking, (SELECT p.marking FROM publication p WHERE p.id = r.publication), '{MARKINGS[0]}')"
)
_ACTION = field_columns("action", "t", "kind", "text")
TARGETS = _arranged(
    {
        "Reference": _REFERENCE,
        "What": _ACTION["What"],
        "Text": _ACTION["Text"],
        "Date": Column(18, ("t.due",)),
        "Latest day as read": Column(12, ("t.due_latest", "t.due_earliest"), format_latest),
        "Said": Column(12, ("t.due_said",)),
        "Where": Column(12, ("t.due_where",)),
        "On condition": Column(18, ("t.due_condition",)),
        **_ACTION,
        "Moved later": Column(8, ("NULL",)),
        "Kind of delay": Column(20, ("t.due_delay",)),
        "Reason": Column(34, ("NULL",)),
        "Extension": Column(12, ("t.due_decision",), format_word),
        "Asked by": Column(18, ("t.due_asked_by",)),
        "Asked for": Column(16, ("t.due_asked_for",)),
        "Decided by": Column(18, ("t.due_decided_by",)),
        "Decided": Column(16, ("t.due_decided",)),
        "Marking": Column(12, (f"COALESCE(t.marking, {_ITEM_MARKING})",)),
        BASES: bases_column(("action", "t")),
        **_RECORDED,
    },
    {
        "Reference": 9,
        "What": 11,
        "Text": 33,
        "Date": 15,
        "Said": 16,
        "Where": 8,
        "On condition": 14,
        "Whose": 12,
        "Done": 11,
        "Moved later": 7,
        "Reason": 27,
        BASES: 14,
    },
)
"""The columns of the sheet of targets and actions; a target fills some of them."""


def _figure_name(name: Cell, paper: Cell) -> Cell:
    """The name of a figure: in a paper a stored word, shown by its label; of a measure as written."""
    return label_of(str(name)) if name and paper else name


FIGURES = _arranged(
    {
        "Publication": Column(12, ("p.code",)),
        "Reference": _REFERENCE,
        "Paper": Column(28, ("v.title",)),
        "What": Column(36, ("t.name", "t.paper"), _figure_name),
        "Figure": Column(16, ("t.figure",)),
        "Number": Column(10, ("t.figure_number",)),
        "Unit": Column(16, ("t.figure_unit",)),
        "Period": Column(20, ("t.figure_period",)),
        "Marking": Column(20, (f"COALESCE(v.marking, r.marking, p.marking, '{MARKINGS[0]}')",)),
        BASES: bases_column(("measure", "t")),
    },
    {"Publication": 11, "Reference": 9, "Paper": 43, "What": 36, "Figure": 10, "Unit": 14, "Period": 16, BASES: 28},
)
"""The columns of the sheet of figures: of items, of publications, and those printed in papers."""

NOTES_SQL = f"""
SELECT r.id, {sql_of(NOTES.values())}
  FROM note_on o JOIN note t ON t.id = o.note JOIN recommendation r ON r.id = o.recommendation
  JOIN publication p ON p.id = r.publication LEFT JOIN party a ON a.id = t.recorded_by
  LEFT JOIN theme h ON h.id = o.theme LEFT JOIN paper v ON v.id = o.paper
 WHERE o.recommendation IN (SELECT value FROM json_each(?1)) AND o.withdrawn = 0 AND t.withdrawn = 0
 ORDER BY COALESCE(t.dated_latest, '') DESC, t.recorded DESC, t.id
"""

OTHER_NOTES_SQL = f"""
SELECT {sql_of(NOTES.values())}
  FROM note_on o JOIN scope s ON s.entity = o.id JOIN note t ON t.id = o.note
  LEFT JOIN publication p ON p.id = o.publication LEFT JOIN theme h ON h.id = o.theme LEFT JOIN paper v ON v.id = o.paper
  LEFT JOIN recommendation r ON r.id = o.recommendation LEFT JOIN party a ON a.id = t.recorded_by
 WHERE o.withdrawn = 0 AND t.withdrawn = 0 AND o.recommendation IS NULL
   AND COALESCE(p.withdrawn, h.withdrawn, v.withdrawn) = 0
 ORDER BY p.code IS NULL, p.code, h.name, v.date_latest, COALESCE(t.dated_latest, '') DESC, t.recorded DESC, t.id
"""
"""The notes on publications, themes and papers."""

SUBMISSIONS_SQL = f"""
SELECT r.id, {sql_of(SUBMISSIONS.values())}
  FROM recommendation r
  JOIN (SELECT id AS sent_id, NULL AS reply_id, recommendation FROM submission t
         WHERE withdrawn = 0 AND recommendation IN (SELECT value FROM json_each(?1))
           AND NOT EXISTS (SELECT 1 FROM reply z WHERE z.submission = t.id AND z.withdrawn = 0)
        UNION ALL SELECT submission, id, recommendation FROM reply
         WHERE withdrawn = 0 AND recommendation IN (SELECT value FROM json_each(?1))) b ON b.recommendation = r.id
  LEFT JOIN submission s ON s.id = b.sent_id AND s.withdrawn = 0 LEFT JOIN reply y ON y.id = b.reply_id
 WHERE r.id IN (SELECT value FROM json_each(?1))
 ORDER BY COALESCE(s.sent_latest, ''), COALESCE(y.dated_latest, ''), s.id, y.id
"""

ACTIONS_SQL = f"""
SELECT r.id, {sql_of(TARGETS.values())}
  FROM action t JOIN recommendation r ON r.id = t.recommendation LEFT JOIN party a ON a.id = t.recorded_by
 WHERE r.id IN (SELECT value FROM json_each(?1)) AND t.withdrawn = 0
 ORDER BY t.done IS NOT NULL, COALESCE(t.due_latest, '9999'), t.recorded, t.id
"""

ATTENTION_SQL = f"""
SELECT r.id, max({_ITEM_MARKING}, COALESCE((SELECT max(marking) FROM (
         SELECT t.marking FROM action t WHERE t.recommendation = r.id AND t.withdrawn = 0
         UNION ALL SELECT s.marking FROM submission s WHERE s.recommendation = r.id AND s.withdrawn = 0)), ''))
  FROM recommendation r WHERE r.id IN (SELECT value FROM json_each(?))
"""
"""The highest marking of each item, and of its actions and submissions."""

DATED_SQL = f"""
SELECT r.id, r.reference, max({_ITEM_MARKING}, COALESCE((SELECT max(m.marking) FROM change c
       JOIN reason_marking m ON m.change = c.id AND m.withdrawn = 0 WHERE c.entity = r.id), ''))
  FROM recommendation r WHERE r.id IN (SELECT value FROM json_each(?)) AND r.first_target IS NOT NULL
"""
"""The items that have had a target: the reference, and the highest marking of the item and of a reason of it."""

FIGURES_SQL = f"""
SELECT {sql_of(FIGURES.values())}
  FROM (SELECT id, publication, recommendation, NULL AS paper, name, figure, figure_number, figure_unit, figure_period,
               basis FROM measure WHERE withdrawn = 0
        UNION ALL SELECT id, publication, NULL, paper, name, figure, figure_number, NULL, NULL, basis FROM figure
         WHERE withdrawn = 0) t
  JOIN scope s ON s.entity = t.id LEFT JOIN recommendation r ON r.id = t.recommendation
  LEFT JOIN publication p ON p.id = COALESCE(t.publication, r.publication) LEFT JOIN paper v ON v.id = t.paper
 WHERE COALESCE(r.withdrawn, 0) = 0 AND COALESCE(p.withdrawn, 0) = 0 AND COALESCE(v.withdrawn, 0) = 0
 ORDER BY v.id IS NOT NULL, p.code, r.sort_key, v.date_latest, t.name, t.id
"""
