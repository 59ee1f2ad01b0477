"""A paper that Fairlead wrote: line by line against what the register writes now, each fact that differs named.

What is found is put right in the page, so that the other rules meet one fault once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from store.papers.basis_marks import IN_OUR_WORDS
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.line_differences import Difference, describe, differ, is_rewritten, is_unrelated
from store.papers.checking.line_facts import facts_in
from store.papers.checking.own_marks import SIGN, marks_of
from store.papers.checking.own_page import notes_of, page_of, shared
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
from store.papers.checking.pairing import (
    alike,
    identity,
    in_order_of,
    is_on_another_matter,
    is_short,
    item_opening,
    label_and_value,
    list_of,
    openings,
    pairs_of,
    plain_line,
    row_of,
    text_of,
)
from store.papers.checking.wording import shorten
from store.papers.document import Document

_LEAST_SHARED = 0.5
"""So much of a paper's lines are the register's, or it is none that Fairlead wrote."""


@dataclass(slots=True)
class OwnWords:
    """What came of it: the page as the register has it, its lines that are the register's, and what differs."""

    page: Page
    lines: frozenset[int] = frozenset()
    findings: list[Finding] = field(default_factory=list)
    is_ours: bool = False


def compare(page: Page, document: Document) -> OwnWords:
    """A page beside the paper that is composed now; where it is none of Fairlead's it is as it was."""
    composed = page_of(document)
    if shared(page, composed) < _LEAST_SHARED:
        return OwnWords(page)
    comparison = _Comparison(page, composed, notes_of(document))
    found = comparison.run()
    found.findings += marks_of(page, composed, document, comparison.unlike_signs)
    return found


class _Comparison:
    def __init__(self, page: Page, composed: Page, notes: frozenset[str]) -> None:
        self.page, self.composed, self.notes = page, composed, notes
        self.found = OwnWords(page, is_ours=True)
        self.own: set[int] = set()
        self.section = ""
        self.openings = openings(composed.blocks)
        """For each composed block the place of the one that opens the item that it is about, or of its heading."""
        self.places: dict[int, int] = {}
        """The line of the page, by the place of the composed block that it is."""
        self.doubled: set[int] = set()
        self.unlike_signs: list[tuple[int, str, str]] = []
        """The lines with the same words that have another number of signs of a weaker basis, with both texts."""
        self.moved: dict[int, int] = {}
        """The place of the composed block that a line is, by the line, where the page has it elsewhere."""

    def run(self) -> OwnWords:
        self.page = replace(self.page, blocks=in_order_of(self.page.blocks, self.composed.blocks))
        ours = [identity(block) for block in self.composed.blocks]
        theirs = [identity(block) for block in self.page.blocks]
        match = SequenceMatcher(None, theirs, ours, autojunk=False)
        for a, c, size in match.get_matching_blocks():
            self.places |= {c + n: self.page.blocks[a + n].line for n in range(size)}
        self._find_moved(theirs, ours)
        blocks: list[PageBlock] = []
        for what, a, b, c, d in match.get_opcodes():
            mine, right = self.page.blocks[a:b], self.composed.blocks[c:d]
            if what == "equal":
                for one, other in zip(mine, right, strict=True):
                    self._own(one)
                    self._number(one, other)
                    self._signs(one, other)
                    blocks.append(one if isinstance(one, PageTable) else replace(other, line=one.line))
            else:
                blocks += self._differing(c, mine, right)
        self.found.page = replace(self.page, blocks=blocks)
        self.found.lines = frozenset(self.own)
        return self.found

    def _signs(self, one: PageBlock, other: PageBlock) -> None:
        if isinstance(one, PageTable) and isinstance(other, PageTable):
            for row, right in zip(one.rows, other.rows, strict=False):
                if row_of(row) == row_of(right):
                    self._compare_signs(row.line, " | ".join(row.cells), " | ".join(right.cells))
        elif plain_line(text_of(one)) == plain_line(text_of(other)):
            self._compare_signs(one.line, text_of(one), text_of(other))

    def _compare_signs(self, line: int, text: str, wanted: str) -> None:
        if text.count(SIGN) != wanted.count(SIGN):
            self.unlike_signs.append((line, text, wanted))

    def _find_moved(self, theirs: list[tuple[str, ...]], ours: list[tuple[str, ...]]) -> None:
        """The lines that are there once more, and those that the register has at another place."""
        in_place = {*self.places.values()}
        here, there = Counter(theirs), Counter(ours)
        for n, one in enumerate(theirs):
            block = self.page.blocks[n]
            if isinstance(block, PageTable) or block.line in in_place or not there[one]:
                continue
            if here[one] > there[one] and one in theirs[max(n - 1, 0) : n] + theirs[n + 1 : n + 2]:
                self.doubled.add(block.line)
            elif (
                there[one] == 1
                and isinstance(block, PageParagraph)
                and not is_short(block)
                and (at := ours.index(one)) not in self.places
            ):
                self.moved[block.line] = at

    def _own(self, block: PageBlock) -> None:
        if isinstance(block, PageHeading):
            self.section = f"{block.number} {block.text}".strip()
        self.own |= {row.line for row in block.rows} if isinstance(block, PageTable) else {block.line}

    def _add(
        self, line: int, message: str, words: str, expected: str, found: str, rule: str = "own-words",
        certainty: Certainty = Certainty.CERTAIN,
    ) -> None:  # fmt: skip
        self.found.findings.append(
            Finding(
                rule, Kind.DISAGREEMENT, certainty, message, line, self.section, shorten(words, 160), expected, found
            )
        )

    def _differing(self, start: int, mine: list[PageBlock], right: list[PageBlock]) -> list[PageBlock]:
        """Blocks that differ, each beside the one that it comes of; what has none is a person's own.

        `start` is the place of the composed ones among all.
        """
        elsewhere = {*self.moved.values()}
        here = [n for n, one in enumerate(mine) if one.line not in self.moved and one.line not in self.doubled]
        there = [n for n in range(len(right)) if start + n not in elsewhere]
        found = pairs_of([mine[n] for n in here], [right[n] for n in there])
        pairs = {here[n]: there[at] for n, at in found.items()}
        blocks: list[PageBlock] = []
        unrelated = {n for n, at in pairs.items() if is_on_another_matter(mine[n], right[at])}
        pairs = {n: at for n, at in pairs.items() if n not in unrelated}
        for n, one in enumerate(mine):
            if n in pairs:
                blocks.append(self._pair(one, right[pairs[n]]))
            elif one.line in self.doubled:
                self._own(one)
                message = f"This is here twice, and the register has it once: {shorten(text_of(one), 80)}"
                self._add(one.line, message, text_of(one), "", text_of(one))
            elif one.line in self.moved:
                self._own(one)
                self._moved(one, start if right else start - 1)
                blocks.append(one)
            else:
                if isinstance(one, PageHeading):
                    self.section = f"{one.number} {one.text}".strip()
                blocks.append(one)
        lost = [n for n in there if n not in pairs.values()]
        for group in self._groups(start, lost):
            # It is missing before the first line whose own one comes after it.
            after = next((one.line for n, one in enumerate(mine) if n in pairs and pairs[n] > group[0] - start), 0)
            self._left_out(group, after or self._line_after(start + len(right)))
        return blocks

    def _moved(self, one: PageBlock, at: int) -> None:
        """A line that the register has under another item or heading; where only the order is another there is no fault."""
        mine, wanted = self.openings[at], self.openings[self.moved[one.line]]
        lists = (
            list_of(self.page.blocks, one),
            list_of(self.composed.blocks, self.composed.blocks[self.moved[one.line]]),
        )
        here, of = (text_of(list_) if list_ else "" for list_ in lists)
        if mine == wanted and here and of and (is_rewritten(here, of) or differ(here, of).is_one):
            here, of = shorten(here, 70), shorten(of, 70)
            message = f"This line is in the list “{here}”; the register has it in “{of}”."
            self._add(one.line, message, text_of(one), of, here, certainty=Certainty.LIKELY)
        if mine != wanted:
            of, here = (
                shorten(text_of(self.composed.blocks[n]), 70) if n >= 0 else "no heading" for n in (wanted, mine)
            )
            message = f"This line is under “{here}”; the register has it under “{of}”."
            self._add(one.line, message, text_of(one), of, here, certainty=Certainty.LIKELY)

    def _line_after(self, at: int) -> int:
        """The line of the page that is the composed block at a place, or comes next."""
        return next((line for place, line in sorted(self.places.items()) if place >= at), max(self.own, default=0))

    def _groups(self, start: int, lost: list[int]) -> Iterator[list[int]]:
        """The composed blocks that were left out, with what lies under a heading or an item beside it; no notes."""
        group: list[int] = []
        for n in (start + one for one in lost):
            block = self.composed.blocks[n]
            if self._is_note(block):
                continue
            begins = isinstance(block, PageHeading | PageTable | PageCaption) or self.openings[n] == n
            under = group and self._is_under(n, group)
            if group and not under and (begins or n - group[-1] > 1 or self.openings[n] != self.openings[group[-1]]):
                yield group
                group = []
            group.append(n)
        if group:
            yield group

    def _is_under(self, n: int, group: list[int]) -> bool:
        first, block = self.composed.blocks[group[0]], self.composed.blocks[n]
        if isinstance(first, PageCaption):
            return isinstance(block, PageTable) and n == group[-1] + 1
        return isinstance(first, PageHeading) and not (isinstance(block, PageHeading) and block.level <= first.level)

    def _is_note(self, block: PageBlock) -> bool:
        """Whether a composed block is its title, only for a draft, or on what its marks mean, so that it may go."""
        if isinstance(block, PageHeading) and block.level == 0:
            return True
        return not isinstance(block, PageTable) and (
            plain_line(text_of_block(block)) in self.notes or text_of_block(block).startswith(("†", "[", IN_OUR_WORDS))
        )

    def _left_out(self, group: list[int], line: int) -> None:
        blocks = [self.composed.blocks[n] for n in group]
        first, opening = blocks[0], self.openings[group[0]]
        more = len(group) - 1
        certainty = Certainty.CERTAIN
        if isinstance(first, PageHeading):
            name = text_of(first)
            message = f"The section {name} is missing before this line."
        elif isinstance(first, PageTable | PageCaption):
            name = (first.caption if isinstance(first, PageTable) else text_of_block(first)) or text_of(first)
            is_table = any(isinstance(one, PageTable) for one in blocks)
            message = f"{shorten(name, 90)}: the {'table' if is_table else 'caption'} is missing before this line."
        else:
            item = item_opening(first.text)
            of = item_opening(text_of_block(self.composed.blocks[opening])) if opening >= 0 else ""  # type: ignore[arg-type]
            name = first.text if item or not of else f"{of}: {first.text}"
            also = f", and {more} more {'line' if more == 1 else 'lines'} of it" if more else ""
            message = f"Missing before this line: {shorten(name, 80)}{also}"
            if not item and not any(facts_in(one.text) for one in blocks if isinstance(one, PageParagraph)):
                certainty = Certainty.POSSIBLE
        self._add(line, message, "", name, "", "left-out", certainty)

    def _pair(self, one: PageBlock, right: PageBlock) -> PageBlock:
        if isinstance(one, PageTable) and isinstance(right, PageTable):
            return self._table(one, right)
        if isinstance(one, PageTable) or isinstance(right, PageTable):
            return one
        if isinstance(one, PageHeading):
            self.section = f"{one.number} {one.text}".strip()
        if right.text.startswith("[") and plain_line(one.text) != plain_line(right.text):
            # A text in place of what asks for one.
            return one
        self._number(one, right)
        self._signs(one, right)
        values = label_and_value(one.text, right.text)
        opening, wanted = values or (item_opening(one.text), item_opening(right.text))
        is_name = isinstance(one, PageHeading | PageCaption) or is_short(right)
        found = differ(opening, wanted, is_name=True) if opening and wanted else Difference()
        if not found.is_one:
            found = differ(one.text, right.text, is_name=is_name)
        if found.is_other:
            return one
        if found.is_one:
            self._differs(one.line, found, text_of(one))
        self.own.add(one.line)
        return replace(right, line=one.line)

    def _number(self, one: PageBlock, right: PageBlock) -> None:
        """The number of a heading, paragraph or caption against that of its own."""
        number, wanted = str(getattr(one, "number", "")), str(getattr(right, "number", ""))
        if number and wanted and number != wanted:
            of = f"{what} " if (what := getattr(one, "what", "")) else ""
            message = f"The number is {of}{number} here, and {of}{wanted} as the register writes it."
            self._add(one.line, message, text_of(one), wanted, number)

    def _differs(self, line: int, found: Difference, words: str, label: str = "") -> None:
        self._add(
            line, label + describe(found), words, found.expected, found.found,
            certainty=Certainty.LIKELY if found.is_far or found.is_likely else Certainty.CERTAIN,
        )  # fmt: skip

    def _table(self, one: PageTable, right: PageTable) -> PageTable:
        rows = [row_of(row) for row in one.rows]
        rights = [row_of(row) for row in right.rows]
        match = SequenceMatcher(None, rows, rights, autojunk=False)
        changes = match.get_opcodes()
        if rows != rights and Counter(rows) == Counter(rights):
            # Only their order is another.
            n = next(k for k, row in enumerate(rows) if row != rights[k])
            changes = [("equal", 0, n, 0, n), ("replace", n, len(rows), n, len(rights))]
        fixed: list[PageRow] = []
        for what, a, b, c, d in changes:
            mine, wanted = [*one.rows[a:b]], [*right.rows[c:d]]
            if what == "equal":
                fixed += mine
                continue
            if Counter(map(row_of, mine)) == Counter(map(row_of, wanted)):
                first = " | ".join(wanted[0].cells)
                message = f"These rows are in another order; the register has first: {shorten(first, 80)}"
                self._add(mine[0].line, message, row_of(mine[0]), first, " | ".join(mine[0].cells))
                fixed += [replace(right_row, line=row.line) for right_row, row in zip(wanted, mine, strict=True)]
                continue
            for row in mine:
                partner = max(wanted, key=lambda other: alike(row, other), default=None)
                if partner is None or (alike(row, partner) < 0.5 and len(mine) != len([*one.rows[a:b]])):
                    text = " | ".join(row.cells)
                    is_double = row_of(row) in rights
                    message = (
                        "This row is here twice, and the register has it once"
                        if is_double
                        else "The register has no such row"
                    )
                    self._add(row.line, f"{message}: {shorten(text, 80)}", text, "", text)
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
        counts: list[tuple[str, Difference]] = []
        """The numbers that are others: a row copied from elsewhere is one fault."""
        for n, cell in enumerate(right.cells):
            here = row.cells[n] if n < len(row.cells) else ""
            if plain_line(here) != plain_line(cell):
                head = table.header[n] if n < len(table.header) and row is not table.rows[0] else ""
                name = right.cells[0] if n and row is not table.rows[0] else ""
                if row.cells[0].isdigit() or table.rows[0] in self.page.head.values():
                    # A row of counts is named by none of them, and the table at the head has no headings.
                    name, head = ("", head) if row.cells[0].isdigit() else (name, "")
                found = differ(here, cell, is_cell=True, is_label=not n or row is table.rows[0])
                if found.is_other or (not found.is_one and len(cell.split()) > 4 and is_unrelated(here, cell)):
                    found = replace(found, found=here, expected=cell)
                if found.is_one and here.isdigit() and cell.isdigit():
                    counts.append((head, found))
                elif found.is_one:
                    self._differs(row.line, found, " | ".join(row.cells), _label(shorten(name, 50), head))
        if counts:
            name = "" if row.cells[0].isdigit() or row is table.rows[0] else right.cells[0]
            heads = ", ".join(head for head, _ in counts if head)
            here, there = (", ".join(getattr(one, side) for _, one in counts) for side in ("found", "expected"))
            self._differs(row.line, Difference(here, there), " | ".join(row.cells), _label(shorten(name, 50), heads))


def _label(*names: str) -> str:
    """What a cell is named by before what differs in it."""
    label = ", ".join(name for name in names if name)
    return f"{label}: " if label else ""
