"""Which block of the paper that is composed now each block of one that Fairlead wrote comes of."""

from __future__ import annotations

import itertools
import re
from collections import deque
from difflib import SequenceMatcher

from store.papers.checking.line_differences import differ, is_unrelated
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

_MOST_OF_NAME = 4
"""A line of no more words than these is compared as a name."""

_OPENING = re.compile(
    r"((?:Recommendations?|Commitments?|Areas? for (?:development|improvement))\s+x?\d[^:(–—]{0,60}|[A-Z]{1,6}\d{0,2}-x?\d+[a-z]?(?: to [A-Z\d-]+)?|x?\d+[a-z]?(?:(?:, | and )x?\d+[a-z]?)*)†?(?::|$)"
)
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


def in_order_of(blocks: list[PageBlock], wanted: list[PageBlock]) -> list[PageBlock]:
    """Blocks with the bullets of a list in the order that the wanted ones have, where they are the same: order is no fault."""
    found = [*blocks]
    orders: dict[tuple[tuple[str, ...], ...], deque[list[tuple[str, ...]]]] = {}
    for first, last in _lists(wanted):
        order = [identity(block) for block in wanted[first:last]]
        orders.setdefault(tuple(sorted(order)), deque()).append(order)
    for first, last in _lists(blocks):
        mine = [(identity(block), block) for block in blocks[first:last]]
        if left := orders.get(tuple(sorted(one for one, _ in mine))):
            places = {one: place for place, one in enumerate(left.popleft())}
            found[first:last] = [block for _, block in sorted(mine, key=lambda pair: places[pair[0]])]
    return found


def _lists(blocks: list[PageBlock]) -> list[tuple[int, int]]:
    """Where the bullets of each list of two or more begin and end."""
    found, first = [], 0
    for n, block in enumerate([*blocks, None]):
        if not (isinstance(block, PageParagraph) and block.bullet):
            if n - first > 1:
                found.append((first, n))
            first = n + 1
    return found


def _partner(block: PageBlock, among: dict[int, PageBlock]) -> int | None:
    """The place of the composed block that one comes of: of the same sort, and alike but for a fact or two."""
    best, most = None, 0.0
    for n, other in among.items():
        if type(other) is not type(block):
            continue
        if isinstance(block, PageTable) and isinstance(other, PageTable) and block.header == other.header:
            ratio = 1.0
        elif isinstance(block, PageHeading) and isinstance(other, PageHeading) and block.number == other.number != "":
            ratio = max(0.5, _shared(_tokens(block), _tokens(other)))
        elif isinstance(block, PageCaption) and isinstance(other, PageCaption) and block.number == other.number:
            ratio = max(0.5 if block.what == other.what else 0, _shared(_tokens(block), _tokens(other)))
        else:
            ratio = _shared(_tokens(block), _tokens(other))
        if ratio > most:
            best, most = n, ratio
    return best if most >= (0.6 if not isinstance(block, PageHeading | PageCaption) else 0.5) else None


def _tokens(block: PageBlock) -> list[str]:
    return _WORD.findall(fold(text_of(block)))


def _shared(here: list[str], there: list[str]) -> float:
    return SequenceMatcher(None, here, there, autojunk=False).ratio()


def is_short(block: PageBlock) -> bool:
    """Whether a block is no sentence: a name, or a day, by itself."""
    return isinstance(block, PageParagraph) and len(block.text.split()) <= _MOST_OF_NAME and ":" not in block.text


def label_and_value(text: str, wanted: str) -> tuple[str, str] | None:
    """What two lines have after the same label, "Target: March 2025", where that is no more than a name or a day."""
    (label, colon, here), (other, _, there) = text.partition(":"), wanted.partition(":")
    is_short = max(len(here.split()), len(there.split())) <= _MOST_OF_NAME
    return (here.strip(), there.strip()) if colon and is_short and fold(label) == fold(other) else None


def is_on_another_matter(one: PageBlock, other: PageBlock) -> bool:
    """Whether a paragraph is in place of one that is on another matter; neither a name in place of one, nor of a prompt."""
    return (
        isinstance(one, PageParagraph)
        and isinstance(other, PageParagraph)
        and not (is_short(one) and is_short(other))
        and not other.text.startswith("[")
        and is_unrelated(one.text, other.text)
        and not differ(one.text, other.text).is_one
    )


def openings(blocks: list[PageBlock]) -> list[int]:
    """For each block the place of the one that opens the item, or items, that it is about, else of its heading; -1 for none."""
    found, at, heading = [], -1, -1
    for n, block in enumerate(blocks):
        if isinstance(block, PageHeading):
            at = heading = n
        elif isinstance(block, PageTable):
            at = heading
        elif isinstance(block, PageParagraph) and not block.bullet and item_opening(block.text):
            at = n
        found.append(at)
    return found


def item_opening(text: str) -> str:
    """The name of the item, or items, that a text begins with and is about; "" for none."""
    found = _OPENING.match(text)
    return found[1].strip() if found else ""


def list_of(blocks: list[PageBlock], one: PageBlock) -> PageBlock | None:
    """The line before the list that a line is in; None for one that is in no list."""
    if not isinstance(one, PageParagraph) or not one.bullet:
        return None
    before = reversed(blocks[: blocks.index(one)])
    return next((block for block in before if not (isinstance(block, PageParagraph) and block.bullet)), None)
