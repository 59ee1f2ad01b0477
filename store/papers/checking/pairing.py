"""Which block of the paper that is composed now each block of one that Fairlead wrote comes of."""

from __future__ import annotations

import itertools
import re
from difflib import SequenceMatcher

from store.papers.checking.pages import (
    PageBlock,
    PageCaption,
    PageHeading,
    PageParagraph,
    PageRow,
    PageTable,
    text_of_block,
)
from store.papers.checking.wording import fold

_LEAST_LIKE = 0.25
"""A line that shares so many of its words with one that is written here comes of that, where several might."""

_WORD = re.compile(r"[A-Za-z]{1,6}\d{0,2}-x?\d+[a-z]?|\d+(?:[.,/]\d+)*|\w+|[^\w\s]")


def plain_line(text: str) -> str:
    """A line as it is compared: without numbers, marks and the signs of lists."""
    plain = re.sub(r"^\d+(?:\.\d+)+\s+|^[-–•]\s+|^\[|\]$", "", fold(text).strip())
    return re.sub(r"\s+|(?<=\d)\s(?=\d)", " ", plain).strip(" *[]")


def text_of(block: PageBlock) -> str:
    """The text of a block with its number, a table in one line."""
    return (
        " | ".join(" ".join(row.cells) for row in block.rows) if isinstance(block, PageTable) else text_of_block(block)
    )


def row_of(row: PageRow) -> str:
    """A row as it is compared."""
    return " | ".join(plain_line(cell) for cell in row.cells)


def identity(block: PageBlock) -> tuple[str, ...]:
    """What a block is compared by: its sort, number and text."""
    if isinstance(block, PageTable):
        return ("table", *(row_of(row) for row in block.rows))
    if isinstance(block, PageHeading):
        return ("heading", block.number, plain_line(block.text))
    if isinstance(block, PageCaption):
        return (block.what, str(block.number), plain_line(block.text))
    return ("text", plain_line(block.text))


def alike(one: PageRow, other: PageRow) -> float:
    """How much two rows share; more where they begin alike."""
    return SequenceMatcher(None, one.cells, other.cells, autojunk=False).ratio() + (
        0.5 if one.cells[:1] == other.cells[:1] else 0
    )


def pairs_of(mine: list[PageBlock], right: list[PageBlock]) -> dict[int, int]:
    """The composed block that each one comes of, by their places: one that is alike, else the one at its place between those."""
    pairs: dict[int, int] = {}
    left = dict(enumerate(right))
    for n, one in enumerate(mine):
        partner = _partner(one, left)
        if partner is not None:
            pairs[n] = partner
            del left[partner]
    ends = [(-1, -1), *((n, at) for n, at in sorted(pairs.items())), (len(mine), len(right))]
    for (n, at), (until, upto) in itertools.pairwise(ends):
        own = [k for k in range(n + 1, until) if isinstance(mine[k], PageParagraph)]
        other = [k for k in range(at + 1, upto) if k in left and isinstance(right[k], PageParagraph)]
        if len(own) == len(other):
            pairs |= dict(zip(own, other, strict=True))
            continue
        for k in own:
            shares = {m: _shared(_tokens(mine[k]), _tokens(right[m])) for m in other}
            best = max(shares, key=lambda m: shares[m], default=None)
            if best is not None and shares[best] >= _LEAST_LIKE:
                pairs[k] = best
                other.remove(best)
    return pairs


def _partner(block: PageBlock, among: dict[int, PageBlock]) -> int | None:
    """The place of the composed block that one comes of: of the same sort, and alike but for a fact or two."""
    best, most = None, 0.0
    for n, other in among.items():
        if type(other) is not type(block):
            continue
        if isinstance(block, PageTable) and isinstance(other, PageTable) and block.header == other.header:
            ratio = 1.0
        else:
            ratio = _shared(_tokens(block), _tokens(other))
        if ratio > most:
            best, most = n, ratio
    return best if most >= (0.6 if not isinstance(block, PageHeading | PageCaption) else 0.5) else None


def _tokens(block: PageBlock) -> list[str]:
    return _WORD.findall(fold(text_of(block)))


def _shared(here: list[str], there: list[str]) -> float:
    return SequenceMatcher(None, here, there, autojunk=False).ratio()
