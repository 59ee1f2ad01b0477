"""What the pane of the paper screen has of a row, and the paper as lines of text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from store.domain.dates import format_date
from store.papers.document import Document, Heading
from store.queries.papers import FigureLine, figure_label
from tui.tables.paper import PaperPage, WrittenPlace
from widgets.pane import Paragraph as Line

MARGIN = 15
"""Cells of the margin in the pane."""


def describe_figure(line: FigureLine) -> str:
    """A figure in words: as published, and by the register."""
    printed = "not in the paper" if line.published is None else (line.published.strip() or "a blank")
    derived = "nothing here derives it" if line.derived is None else f"{line.derived:,}"
    return f"as published {printed} · by the register {derived}{' · they differ' if line.differs else ''}"


def head_lines(page: PaperPage) -> list[Line]:
    """The head of a paper: its facts, and what is counted from when."""
    row = page.row
    facts = (
        ("Committee", row.meeting),
        ("Date", row.date),
        ("Place", row.location),
        ("Presented by", row.presenter),
        ("Members asked", row.asked),
        ("Form", row.form),
        (
            "Publications",
            ", ".join(page.codes.get(each, "?") for each in row.publications) or "all that its form counts",
        ),
        ("Changes since", page.moved.since),
        ("Marking", page.marking),
        ("Purpose", row.purpose),
    )
    lines = [Line(((str(value or "not recorded"), "" if value else "quiet"),), MARGIN, label) for label, value in facts]
    for fixing in row.fixings:
        day = format_date(date.fromisoformat(fixing.day))
        text = f"{day}: {fixing.items:,} items, by {fixing.author}"
        lines.append(Line(((text, ""),), MARGIN, "Figures fixed"))
    return lines


def figure_pane(page: PaperPage, key: str) -> list[Line]:
    """The figures of the publication, or the one of the whole paper, under the cursor."""
    return [
        Line(((describe_figure(line), "status--delayed" if line.differs else ""),), MARGIN, figure_label(line.name))
        for line in lines_of(page, key)
    ]


def lines_of(page: PaperPage, key: str) -> list[FigureLine]:
    """The figures that a row of the tab is of."""
    what, _, name = key.partition(" ")
    if what == "of":
        return [line for line in page.figures if line.publication and line.code == name]
    return [line for line in page.figures if not line.publication and line.name == name]


def text_pane(place: WrittenPlace) -> list[Line]:
    """A text of the paper, what it speaks of that has changed, and the form's default where that is another."""
    block = place.block
    lines = [Line(((warning, "status--delayed"),), MARGIN, "Changed since") for warning in block.warnings]
    if block.text:
        lines += [Line(((part, ""),)) for part in block.text.split("\n")]
    else:
        lines.append(Line(((block.prompt or "Nothing is written here.", "quiet"),)))
    if block.written and place.default and place.default.strip() != block.text.strip():
        lines += [Line(()), Line(((place.default, "quiet"),), MARGIN, "The default")]
    return lines


def outline_pane(page: PaperPage, key: str, width: int) -> list[Line]:
    """The part of the paper that a heading is over, as text of a width; of its head, all that is before the first."""
    if page.document is None:
        return [Line(((page.problem, ""),))]
    blocks = page.document.blocks
    starts = [n for n, block in enumerate(blocks) if isinstance(block, Heading)]
    start = int(key.removeprefix("block ")) if key != "head" else 0
    end = next((n for n in starts if n > start or key == "head"), len(blocks))
    part = blocks[start:end]
    shown = (
        replace(page.document, blocks=part)
        if key == "head"
        else replace(page.document, blocks=part, head=None, missing=(), legend=(), title="", marking="", foot="")
    )
    return text_lines(shown, width)


def text_lines(document: Document, width: int) -> list[Line]:
    """A document as lines of text of a width."""
    from store.papers.text import to_text

    return [Line(((line, ""),)) for line in "\n".join(to_text(document, width)).strip("\n").split("\n")]
