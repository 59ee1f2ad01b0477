"""Four made-up trackers, each with the faults that real ones have, and a second edition of each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment

COUNCIL_HEADINGS = (
    "Ref", "Audit", "Recommendation", "Owner", "Original due date", "Revised due date", "Status", "Progress update",
    "Internal note", "Date closed",
)  # fmt: skip
_SECOND_STATUS = "Overdue"


def council(path: Path, *, second: bool = False) -> Path:
    """A council's workbook: a preamble, numbers as floats, merged cells, a hidden column and sheet, totals at the end."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Actions"
    sheet.append(["Northshire Council, audit tracker, as reported, June 2025, draft, not final, for information"])
    sheet.append(["Prepared by: Internal Audit"])
    sheet.append([])
    sheet.append(list(COUNCIL_HEADINGS))
    rows: list[list[Any]] = [
        ["R1", "Payroll 2023/24", "Management should review access rights every quarter. This includes leavers.",
         "Head of Finance", datetime(2024, 3, 31), datetime(2025, 9, 30), "Overdue", "Review begun.", "x", None],
        ["Rec 2", None, "<p>Segregate duties &amp; record approvals</p>", "Jane Smith; IT", "30/06/2024", None,
         "Complete", "Done and evidenced.", None, datetime(2024, 6, 20)],
        [3.0, None, "The \ufb01nance team should re\u00adconcile monthly", "Smith, Jane | Brown, Al", "Q3 2024/25", None,
         _SECOND_STATUS if second else "In progress", "", None, None],
        ["4", None, "\uf0b7 Write a policy\n\uf0b7 Train staff", "Head of Finance", 45930, None, "On Track / Complete",
         None, None, None],
        ["R1", "Fleet", "Recommendation 1: Fleet should be checked weekly by a named manager", "Fleet Manager",
         "31 Febuary 2025", None, "", None, None, None],
        ["R1", "Fleet", "Another with the same number", "Fleet Manager", "TBC", None, "Green", None, None, None],
        ["", "Fleet", "Keep the list of drivers up to date and review it", "Fleet Manager", "Ongoing", None,
         "Not started", "Begun in May." if second else None, None, None],
    ]  # fmt: skip
    if second:
        rows[4][2] = "Recommendation 1: Fleet should be checked every day by a named manager"
        rows.insert(
            5, ["R2", "Fleet", "Replace the old vehicles", "Fleet Manager", "June 2026", None, "Green", "", "", ""]
        )
        del rows[3]
    for row in rows:
        sheet.append(row)
    sheet.append(list(COUNCIL_HEADINGS))
    sheet.append(["Total", *([None] * 5), "7"])
    first = 5
    sheet.merge_cells(start_row=first, start_column=2, end_row=first + (2 if second else 3), end_column=2)
    sheet["G5"].comment = Comment("Ask Bob", "somebody")
    sheet.column_dimensions["I"].hidden = True
    archive = book.create_sheet("Archive")
    archive.append(["Ref", "Recommendation"])
    archive.append([1, "An old one"])
    archive.sheet_state = "hidden"
    book.save(path)
    return path


_INSPECTORATE: tuple[tuple[str, ...], ...] = (
    ("Recommendation 1: The force\u2019s caf\xe9 should open", "Custody inspection", "AFI", "Accepted", "HMICS", "Jun-23"),
    ("Recomemendation 2 \u2013 Chief officers should publish a plan", "Custody inspection", "Recommendation", "", "HMICS",
     "Jun-23"),
    ("New Recommendation 1: Train the trainers", "Custody inspection", "Recommendation", "", "HMICS", "Jun-23"),
    ("12 officers were absent, and the force should say why", "Custody inspection", "Recommendation", "", "HMICS", "Jun-23"),
    ("3.1 Supervisors should check records", "Stop and search", "Recommendation", "", "HMICS", "2022"),
    ("3.10 Supervisors should report monthly", "Stop and search", "Recommendation", "", "HMICS", "2022"),
)  # fmt: skip


def inspectorate(path: Path, *, second: bool = False) -> Path:
    """An inspectorate's CSV in Windows-1252: five lines before the headings with more commas than they have."""
    rows = [list(row) for row in _INSPECTORATE]
    if second:
        rows[1][0] = "Recomemendation 2 \u2013 Chief officers should publish a plan every year"
        rows.pop(2)
    text = io.StringIO(newline="")
    text.write(
        "Export of recommendations, made on 3 March 2025, by nobody, for everybody, without warranty, page 1, of 1\r\n"
    )
    text.write("Filter: all, forces: all, years: all, kinds: all, order: none, status: any, words: none, by: x\r\n")
    text.write("\r\n,,,,,,,\r\n")
    text.write("See our website, and the notes, which say more, about this, and that, and the other, thing\r\n")
    writer = csv.writer(text)
    writer.writerow(["Recommendation text", "Inspection", "Type", "Response", "Published by", "Date published"])
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("cp1252"))
    return path


def force(path: Path, *, second: bool = False) -> Path:
    """A force's file in UTF-16 with semicolons: several bodies in a cell, mixed dates, and two columns of progress."""
    rows = [
        ["1", "Speed up third-party reporting", "C3 and Local Policing", "31.3.25", "Amber", "Draft done", "", "High"],
        [
            "2",
            "Review the guidance, and publish it",
            "C3",
            "by end of June 2025, 5pm",
            "Green",
            "",
            "Legal asked",
            "Low",
        ],
        ["3", "Appoint a lead; say who", "n/a", "TBC", "Closed", "Signed off", "", "Medium"],
        ["2a", "Part of the guidance", "C3\nCorporate Services", "Autumn 2025", "Red", "", "", "High"],
    ]
    if second:
        rows[1][4] = "Red"
        rows[0][5] = "Draft agreed"
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(["No.", "Action", "Owner", "Due", "RAG", "Progress", "Comments", "Priority"])
    writer.writerows(rows)
    path.write_bytes(text.getvalue().encode("utf-16"))
    return path


def partnership(path: Path, *, second: bool = False) -> Path:
    """A partnership's JSON: nested objects, lists, no numbers, long texts without titles."""
    actions: list[dict[str, Any]] = [
        {"commitment": "Partners will agree one pathway for people in distress, and will review it each year",
         "theme": "Pathways", "who": {"lead": ["NHS 24", "Police Scotland"]}, "by when": "during 2025", "rag": "on track"},
        {"commitment": "Partners will share training for call handlers across all services", "theme": "Training",
         "who": {"lead": ["NHS 24"]}, "by when": None, "rag": "not started"},
        {"commitment": "", "theme": "Training", "who": {}, "by when": "", "rag": ""},
    ]  # fmt: skip
    if second:
        actions[1]["rag"] = "on track"
        actions[0]["commitment"] = actions[0]["commitment"].replace("each year", "every year")
    path.write_text(json.dumps({"made": "2025", "actions": actions}, ensure_ascii=False), encoding="utf-8")
    return path


TRACKERS: dict[str, tuple[Callable[..., Path], str, Sequence[str]]] = {
    "council": (council, "council.xlsx", ()),
    "inspectorate": (inspectorate, "inspectorate.csv", ()),
    "force": (force, "force.csv", ("--publication", "FP25", "--title", "Force plan 2025")),
    "partnership": (partnership, "partnership.json", ("--publication", "PP", "--title", "Partnership plan")),
}
"""Each tracker's maker, the name of its file, and the options that name its publication."""
