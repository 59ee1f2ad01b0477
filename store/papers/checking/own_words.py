"""A paper that Fairlead wrote: line by line against what the register writes now, each fact that differs named.

What is found is put right in the page, so that the other rules meet one fault once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

from store.domain.date_wording import MONTHS
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.pages import (
    Page,
    PageBlock,
    PageCaption,
    PageHeading,
    PageParagraph,
    PageRow,
    PageTable,
    text_of_block,
)
from store.papers.checking.read_text import page_of_text
from store.papers.checking.wording import fold, number_of, shorten
from store.papers.document import Document
from store.papers.markdown import to_markdown

_LEAST_SHARED = 0.5
"""So much of a paper's lines are the register's, or it is none that Fairlead wrote."""

_WORD = re.compile(r"[A-Za-z]{1,6}\d{0,2}-x?\d+[a-z]?|\d+(?:[.,/]\d+)*|\w+|[^\w\s]")


@dataclass(slots=True)
class OwnWords:
    """What came of it: the page as the register has it, its lines that are the register's, and what differs."""

    page: Page
    lines: frozenset[int] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    is_ours: bool = False


def page_of(document: Document) -> Page:
    """A composed paper as a page."""
    return page_of_text(Path("paper.md"), to_markdown(document), markdown=True)


def shared(page: Page, composed: Page) -> float:
    """How much of a page is in a composed one, line by line."""
    there = {_plain(text) for _, text in composed.lines()}
    lines = [_plain(text) for _, text in page.lines()]
    return sum(1 for text in lines if text in there) / max(len(lines), 1)


def _plain(text: str) -> str:
    plain = re.sub(r"^\d+(?:\.\d+)+\s+|^[-–•]\s+|^\[|\]$", "", fold(text).strip())
    return re.sub(r"\s+|(?<=\d)\s(?=\d)", " ", plain).strip(" *[]")


def compare(page: Page, composed: Page, missing: Iterable[str] = ()) -> OwnWords:
    """A page beside the composed one; where it is none of Fairlead's it is as it was. `missing` are the sentences at the
    head of a draft, which a person takes out."""
    if shared(page, composed) < _LEAST_SHARED:
        return OwnWords(page)
    return _Comparison(page, composed, frozenset(missing)).run()


_HAS_FACTS = {
    True: re.compile(r"\b[A-Z]{1,6}\d{0,2}-x?\d|: \d+ \(|^(?:Status|Target|Evidence sent|[\w ]{2,40} replied)\b"),
    False: re.compile(
        r"^(?:Recommendation|Area for development|Commitment|Action) x?\d+[a-z]?\s*:|^[A-Z]{1,6}\d{0,2}-x?\d+[a-z]?\b"
    ),
}
"""What a line has that is missed where it is left out, by whether it is of a list: the facts of items."""

_STATUS_WORDS = frozenset({
    "open", "opened", "reopened", "closed", "closure", "discharge", "discharged", "delayed", "track",
    "schedule", "late", "overdue", "submitted", "sent", "ongoing", "outstanding", "completed", "complete",
    "started", "progress", "collating", "agreed", "accepted", "refused", "rejected", "declined", "withdrawn",
    "adopted", "superseded", "delivered", "later", "earlier", "not", "no", "none", "nobody", "never", "without",
    "discuss", "approve", "decide", "note", "view",
})  # fmt: skip
"""What a line has of a status, or of what is asked: another of these is another fact."""

_SAME = {"recs": "recommendations", "rec": "recommendation", "&": "and", "closes": "close"}


def facts_of(text: str) -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    """The facts that a text has, in whatever words: its numbers and months in their order, what it has of a status in its
    order, and the names in it."""
    plain = re.sub(r"(?<=\d)\s*[-–—]\s*(?=\d)", " to ", text.replace("†", ""))
    plain = re.sub(r"\bR(?=\d)", "Recommendation ", plain)
    numbers, statuses, names = [], [], set()
    for n, word in enumerate(_WORD.findall(plain)):
        folded = _SAME.get(word.casefold(), word.casefold())
        number = number_of(folded)
        if number is not None and folded not in ("no", "one"):
            numbers.append(str(number))
        elif any(c.isdigit() for c in word):
            numbers.append(folded)
        elif len(folded) > 2 and folded in MONTHS and folded != "may":
            numbers.append(str(MONTHS[folded]))
        elif folded in _STATUS_WORDS:
            statuses.append(folded)
        elif word[0].isupper() and n and folded not in _SAME.values():
            names.add(folded)
    return tuple(numbers), tuple(statuses), frozenset(names)


class _Comparison:
    def __init__(self, page: Page, composed: Page, missing: frozenset[str]) -> None:
        self.page, self.composed, self.missing = page, composed, missing
        self.found = OwnWords(page, is_ours=True)
        self.own: set[int] = set()
        self.section = ""

    def run(self) -> OwnWords:
        ours = [_identity(block) for block in self.composed.blocks]
        theirs = [_identity(block) for block in self.page.blocks]
        match = SequenceMatcher(None, theirs, ours, autojunk=False)
        blocks: list[PageBlock] = []
        for what, a, b, c, d in match.get_opcodes():
            mine, right = self.page.blocks[a:b], self.composed.blocks[c:d]
            if what == "equal":
                for one, other in zip(mine, right, strict=True):
                    self._own(one)
                    number, wanted = getattr(one, "number", ""), getattr(other, "number", "")
                    if number and wanted and number != wanted:
                        self._add(
                            one.line, f"{number} here; the register has {wanted}.", _text(one), str(wanted), str(number)
                        )
                        if isinstance(one, PageHeading | PageParagraph):
                            one = replace(one, number=str(wanted))
                    blocks.append(one)
            else:
                blocks += self._differing(mine, right)
        self.found.page = replace(self.page, blocks=blocks)
        self.found.lines = frozenset(self.own)
        return self.found

    def _own(self, block: PageBlock) -> None:
        if isinstance(block, PageHeading):
            self.section = f"{block.number} {block.text}".strip()
        self.own |= {row.line for row in block.rows} if isinstance(block, PageTable) else {block.line}

    def _add(self, line: int, message: str, words: str, expected: str, found: str, rule: str = "own-words") -> None:
        self.found.findings.append(
            Finding(
                rule,
                Kind.DISAGREEMENT,
                Certainty.CERTAIN,
                message,
                line,
                self.section,
                shorten(words, 160),
                expected,
                found,
            )
        )

    def _differing(self, mine: list[PageBlock], right: list[PageBlock]) -> list[PageBlock]:
        """Blocks that differ, each beside the one that it comes of; what has none is a person's own."""
        blocks: list[PageBlock] = []
        left = list(right)
        pairs: dict[int, PageBlock] = {}
        for n, one in enumerate(mine):
            partner = _partner(one, left)
            if partner is not None:
                # What comes before the partner of a heading, or is a table, was left out.
                left.remove(partner)
                pairs[n] = partner
        for n, one in enumerate(mine):
            if n in pairs:
                blocks.append(self._pair(one, pairs[n]))
            else:
                if isinstance(one, PageHeading):
                    self.section = f"{one.number} {one.text}".strip()
                blocks.append(one)
        for block in left:
            self._left_out(block, mine)
        return blocks

    def _left_out(self, block: PageBlock, mine: list[PageBlock]) -> None:
        line = mine[0].line if mine else max(self.own, default=0)
        if isinstance(block, PageHeading) and block.number:
            self._add(
                line,
                f"The section {text_of_block(block)} is missing before this line.",
                "",
                text_of_block(block),
                "",
                "left-out",
            )
        elif isinstance(block, PageTable) and block.caption:
            self._add(
                line, f"{block.caption}: the table is missing before this line.", "", block.caption, "", "left-out"
            )
        elif (
            isinstance(block, PageParagraph)
            and block.text not in self.missing
            and _HAS_FACTS[block.bullet].search(block.text)
        ):
            self._add(
                line, f"A line is missing before this one: {shorten(block.text, 80)}", "", block.text, "", "left-out"
            )

    def _pair(self, one: PageBlock, right: PageBlock) -> PageBlock:
        if isinstance(one, PageTable) and isinstance(right, PageTable):
            return self._table(one, right)
        if isinstance(one, PageHeading):
            self.section = f"{one.number} {one.text}".strip()
        text, wanted = _text(one), _text(right)
        self._facts(one.line, text, wanted, text)
        self.own.add(one.line)
        return replace(right, line=one.line)

    def _facts(self, line: int, text: str, wanted: str, words: str, label: str = "") -> None:
        here, there = _WORD.findall(fold(text)), _WORD.findall(fold(wanted))
        if here == there or (not label and facts_of(text) == facts_of(wanted)):
            # Other words for the same facts are a person's to choose.
            return
        match = SequenceMatcher(None, here, there, autojunk=False)
        changes = [op for op in match.get_opcodes() if op[0] != "equal"]
        first, last = changes[0], changes[-1]
        found = " ".join(here[first[1] : last[2]])
        expected = " ".join(there[first[3] : last[4]])
        self._add(
            line, f"{label}“{shorten(found, 70) or 'nothing'}” here; the register has “{shorten(expected, 70) or 'nothing'}”.",
            words, expected, found,
        )  # fmt: skip

    def _table(self, one: PageTable, right: PageTable) -> PageTable:
        rows = [_row(row) for row in one.rows]
        match = SequenceMatcher(None, rows, [_row(row) for row in right.rows], autojunk=False)
        fixed: list[PageRow] = []
        for what, a, b, c, d in match.get_opcodes():
            mine, wanted = [*one.rows[a:b]], [*right.rows[c:d]]
            if what == "equal":
                fixed += mine
                continue
            for row in mine:
                partner = max(wanted, key=lambda other: _alike(row, other), default=None)
                if partner is None or (_alike(row, partner) < 0.5 and len(mine) != len([*one.rows[a:b]])):
                    self._add(
                        row.line,
                        f"The register has no such row: {shorten(' | '.join(row.cells), 80)}",
                        " | ".join(row.cells),
                        "",
                        " | ".join(row.cells),
                    )
                    continue
                wanted.remove(partner)
                self._row(row, partner, one)
                fixed.append(replace(partner, line=row.line))
            for row in wanted:
                line = fixed[-1].line if fixed else one.line
                self._add(
                    line,
                    f"A row is missing under this one: {shorten(' | '.join(row.cells), 90)}",
                    "",
                    " | ".join(row.cells),
                    "",
                    "left-out",
                )
                fixed.append(replace(row, line=line))
        self.own |= {row.line for row in one.rows}
        return replace(one, rows=tuple(fixed))

    def _row(self, row: PageRow, right: PageRow, table: PageTable) -> None:
        for n, cell in enumerate(right.cells):
            here = row.cells[n] if n < len(row.cells) else ""
            if _plain(here) != _plain(cell):
                head = table.header[n] if n < len(table.header) and row is not table.rows[0] else ""
                name = right.cells[0] if n else ""
                label = ", ".join(part for part in (shorten(name, 50), head) if part)
                self._facts(row.line, here, cell, " | ".join(row.cells), f"{label}: " if label else "")


def _text(block: PageBlock) -> str:
    return (
        " | ".join(" ".join(row.cells) for row in block.rows) if isinstance(block, PageTable) else text_of_block(block)
    )


def _row(row: PageRow) -> str:
    return " | ".join(_plain(cell) for cell in row.cells)


def _identity(block: PageBlock) -> tuple[str, ...]:
    if isinstance(block, PageTable):
        return ("table", *(_row(row) for row in block.rows))
    if isinstance(block, PageHeading):
        return ("heading", block.number, _plain(block.text))
    if isinstance(block, PageCaption):
        return (block.what, str(block.number), _plain(block.text))
    return ("text", _plain(block.text))


def _alike(one: PageRow, other: PageRow) -> float:
    return SequenceMatcher(None, one.cells, other.cells, autojunk=False).ratio() + (
        0.5 if one.cells[:1] == other.cells[:1] else 0
    )


def _partner(block: PageBlock, among: Iterable[PageBlock]) -> PageBlock | None:
    """The composed block that one comes of: of the same sort, and alike but for a fact or two."""
    best, most = None, 0.0
    for other in among:
        if type(other) is not type(block):
            continue
        if isinstance(block, PageTable) and isinstance(other, PageTable):
            ratio = 1.0 if block.header == other.header else SequenceMatcher(None, _text(block), _text(other)).ratio()
        else:
            here, there = _WORD.findall(fold(_text(block))), _WORD.findall(fold(_text(other)))
            if abs(len(here) - len(there)) > max(4, len(there) // 6):
                continue
            ratio = SequenceMatcher(None, here, there, autojunk=False).ratio()
        if ratio > most:
            best, most = other, ratio
    return best if most >= (0.6 if not isinstance(block, PageHeading | PageCaption) else 0.5) else None
