"""A paper with a block of every kind, for the tests of Word; and a document's parts, read and replaced."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from store.papers.document import Bar, Cell, Document, Figure, Heading, Paragraph, Span, Table, WrittenText

PAPER = "4fea4efe3853ccbdca576a85148fef5e"


def row(*texts: str) -> tuple[Cell, ...]:
    return tuple(Cell(text) for text in texts)


BLOCKS = (
    Heading("Background", 1, "1"),
    Paragraph(
        (Span("Of these "), Span("38", strong=True), Span(" are open; see "), Span("Table 1", bookmark="table-1"))
    ),
    Table(
        ("Publication", "Total", "Closed"),
        (row("Hate Crime", "15", "10"), row("Crime Audit 2020", "6", "1")),
        caption="Publications reported on",
        label="Table 1",
        bookmark="table-1",
        numeric=frozenset({1, 2}),
    ),
    Paragraph((Span("Progress is shown in "), Span("figure 1", bookmark="figure-1"), Span(".")), number="1.1"),
    Figure(
        "Status of each publication",
        ("Closed", "On track", "Delayed"),
        (Bar("Hate Crime", (10, 0, 5)), Bar("Crime Audit 2020", (1, 0, 5))),
        "Hate Crime: 10 closed, 5 delayed. Crime Audit: 1 closed, 5 delayed.",
        label="Figure 1",
        bookmark="figure-1",
    ),
    Heading("Hate Crime", 2, "1.2"),
    Table(("Total", "Closed"), (row("15", "10"),)),
    WrittenText(
        "introduction", "HC", "Two were closed.\n\nFive are open.\nThey are delayed.", written=True, number="1.2.1"
    ),
    Paragraph((Span("one point"),), bullet=True),
    WrittenText("risks", "HC", "", prompt="To be written: risks.", warnings=("HC-6 was Delayed and is Closed.",)),
    Heading("Financial implications", 1, "2"),
    WrittenText("financial", "", "There are none.", number="2.1"),
    Heading("Recommendations"),
)


def paper(blocks: tuple[Any, ...] = BLOCKS, **changed: Any) -> Document:
    """A draft to a committee."""
    values: dict[str, Any] = {
        "title": "Improvement Plans – Progress",
        "marking": "OFFICIAL",
        "head": Table((), (row("Meeting", "Policing Performance Committee"), row("Date", "18 September 2024"))),
        "foot": "DRAFT",
        "missing": ("No position since the last paper: CA-3.",),
        "blocks": blocks,
        "legend": ("† inferred, or our own label.",),
        "paper": PAPER,
        "form": "progress",
    }
    return Document(**(values | changed))


def parts_of(path: Path) -> dict[str, bytes]:
    """The parts of a file of Word, by name."""
    with zipfile.ZipFile(path) as parts:
        return {name: parts.read(name) for name in parts.namelist()}


def with_parts(path: Path, change: dict[str, bytes | Callable[[bytes], bytes]], out: Path | None = None) -> Path:
    """The file with some of its parts replaced, altered or added."""
    parts = parts_of(path)
    for name, new in change.items():
        parts[name] = new(parts.get(name, b"")) if callable(new) else new
    target = out or path
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return target
