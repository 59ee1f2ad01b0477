"""A paper that was read from a file, as blocks with their lines; every line of the file is accounted for.

Nothing here knows of the register. What composes a paper has blocks of its own, in store/papers/document.py: those have no
places in a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Account(StrEnum):
    """What became of a line of the file."""

    UNDERSTOOD = "understood"
    FURNITURE = "furniture"
    """Blank, or of the page and not of the paper: a marking, a page number, the foot of a website."""
    NOT_READ = "not read"


@dataclass(frozen=True, slots=True)
class PageHeading:
    """A heading; level 1 is a section, 2 and 3 lie under it, 4 has neither number nor style. `number` is "2.3.1" or ""."""

    line: int
    text: str
    level: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class PageParagraph:
    """A paragraph or an item of a list; `number` is a paragraph number ("2.2"), "" for none."""

    line: int
    text: str
    number: str = ""
    bullet: bool = False


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of a table and its line."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table: the first row has the headings of its columns, unless it is the table at a paper's head."""

    line: int
    rows: tuple[PageRow, ...]
    caption: str = ""
    """The caption before it, with its number: "Table 2 Status by publication"."""

    @property
    def header(self) -> tuple[str, ...]:
        """The headings of the columns."""
        return self.rows[0].cells if self.rows else ()

    @property
    def body(self) -> tuple[PageRow, ...]:
        """The rows under the headings."""
        return self.rows[1:]


@dataclass(frozen=True, slots=True)
class PageCaption:
    """The caption of a figure or table: "Figure 3 - Themes" is of a figure, number 3."""

    line: int
    what: str
    number: int
    text: str


PageBlock = PageHeading | PageParagraph | PageTable | PageCaption


@dataclass(slots=True)
class Page:
    """A whole paper as read. `accounts` has for each line of the file, from 1, what became of it, and its words."""

    blocks: list[PageBlock] = field(default_factory=list)
    head: dict[str, PageRow] = field(default_factory=dict)
    """The rows of the table at its head, by their labels in lower case: "date"."""
    marking: str = ""
    title: str = ""
    accounts: list[tuple[Account, str]] = field(default_factory=list)
    form: str = ""
    """The form that Fairlead wrote it in, where the file has that recorded."""
    lead: str = ""
    pictures: list[tuple[int, str]] = field(default_factory=list)
    """What pictures show, in words for those who cannot see them, where the file has that apart: with their lines."""
    is_of_pages: bool = False
    """Whether its head and foot are those of pages, printed on each."""

    def not_read(self) -> list[tuple[int, str]]:
        """The lines that were not read, with their numbers."""
        return [(n, words) for n, (account, words) in enumerate(self.accounts, 1) if account == Account.NOT_READ]

    def count(self, account: Account) -> int:
        """How many lines became that."""
        return sum(1 for one, _ in self.accounts if one == account)

    def lines(self) -> Iterator[tuple[int, str]]:
        """The text of every block, a row of a table as one line."""
        for block in self.blocks:
            if isinstance(block, PageTable):
                for row in block.rows:
                    yield row.line, " | ".join(row.cells)
            else:
                yield block.line, text_of_block(block)


def text_of_block(block: PageHeading | PageParagraph | PageCaption) -> str:
    """The text of a block with its number."""
    if isinstance(block, PageCaption):
        return f"{block.what.capitalize()} {block.number} {block.text}".strip()
    return f"{block.number} {block.text}".strip()
