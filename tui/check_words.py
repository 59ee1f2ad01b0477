"""What a check of a paper amounts to, and where a finding is, in words for the screen and the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.papers.checking.pages import Page, PageTable

if TYPE_CHECKING:
    from store.papers.checking.check import Checked

PAPERS = "a paper: .docx, .md or .txt"
"""What can be checked."""


def name_little_compared(checked: Checked) -> str:
    """A sentence where nothing of a paper, or next to nothing, was compared with the register; else ""."""
    from store.papers.checking.check import NOTHING_COMPARED

    if not checked.page.accounts:
        return ""
    compared, read = checked.count_compared()
    if not read:
        return "No line of it is text that was read: nothing could be compared."
    if not compared:
        return NOTHING_COMPARED
    if checked.is_little_compared:
        return f"Next to nothing was compared with the register: {compared:,} of {read:,} lines."
    return ""


def counts(checked: Checked) -> tuple[str, str]:
    """How many disagreements there are, and how many weaknesses; where little was compared, that in place of none."""
    wrong = len(checked.disagreements)
    weak = len(checked.shown) - wrong
    little = name_little_compared(checked)
    first = f"{wrong:,} disagreement{'' if wrong == 1 else 's'}"
    if little and not wrong:
        first = "next to nothing compared" if checked.count_compared()[0] else "nothing compared"
    return first, f"{weak:,} weakness{'' if weak == 1 else 'es'}"


def caption_of(page: Page | None, line: int) -> str:
    """The caption of the table that a line is a row of; "" for any other line."""
    for block in page.blocks if page and line else ():
        if isinstance(block, PageTable) and any(row.line == line for row in block.rows):
            return block.caption
    return ""
