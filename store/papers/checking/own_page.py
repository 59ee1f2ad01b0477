"""A paper as Fairlead composes it, as a page, and how much of another page is in it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from store.papers.checking.pages import Page
from store.papers.checking.pairing import plain_line
from store.papers.checking.read_text import MOST_LINES, page_of_text
from store.papers.document import Document, Figure
from store.papers.markdown import DRAFT_NOTES, to_markdown


def page_of(document: Document) -> Page:
    """A composed paper as a page."""
    return page_of_text(Path("paper.md"), to_markdown(document), markdown=True)


def notes_of(document: Document) -> frozenset[str]:
    """The lines of a composed paper that may go: what is missing in a draft, what marks mean, figures in words."""
    figures = (block.alt for block in document.blocks if isinstance(block, Figure))
    return frozenset(map(plain_line, (*document.missing, *document.legend, *figures, DRAFT_NOTES)))


def shared(page: Page, composed: Page) -> float:
    """How much of a page is in a composed one, line by line."""
    there = {plain_line(text) for _, text in composed.lines()}
    lines = [plain_line(text) for _, text in page.lines()]
    return sum(1 for text in lines if text in there) / max(len(lines), 1)


def unlike(page: Page, document: Document | None) -> int:
    """How many lines are only in a page or only in a composed paper; more than any page has where there is none."""
    if document is None:
        return MOST_LINES * 2
    here, there = (Counter(plain_line(text) for _, text in one.lines()) for one in (page, page_of(document)))
    return (here - there).total() + (there - here).total()
