"""Sections and names: what is missing, out of order, there twice or spelt two ways."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, column_of
from store.papers.checking.pages import PageBlock, PageCaption, PageHeading, PageParagraph, PageTable
from store.papers.checking.rules.tables import is_total
from store.papers.checking.wording import fold, shorten


def sections_in_order(check: Check) -> None:
    """Numbers of sections and paragraphs: one left out, there twice, or under another section."""
    last: dict[tuple[int, ...], int] = {}
    blocks = check.page.blocks
    numbered = [
        (tuple(int(part) for part in block.number.split(".")), block)
        for n, block in enumerate(blocks)
        if not (n and is_doubled(blocks[n - 1], block))
        and isinstance(block, PageHeading | PageParagraph)
        and re.fullmatch(r"\d+(?:\.\d+)*", block.number)
        and not (isinstance(block, PageParagraph) and "." not in block.number)
    ]
    for n, (number, block) in enumerate(numbered):
        parent, own = number[:-1], number[-1]
        expected = last.get(parent, 0) + 1
        if parent and parent not in {one for one, _ in numbered[:n]} and len(parent) > 1 and not last.get(parent):
            above = next((one for one, _ in reversed(numbered[:n]) if len(one) == len(parent)), None)
            if above is not None and last.get(above) is None and expected == own:
                last[parent] = own
                continue
            if above is not None and last.get(above, 0) + 1 == own:
                _number(check, block, number, (*above, own))
                last[above] = own
                continue
        if own != expected:
            following = next((one for one, _ in numbered[n + 1 :] if one[:-1] == parent), None)
            _number(check, block, number, (*parent, expected))
            last[parent] = expected if following and following[-1] == expected + 1 else max(own, expected)
        else:
            last[parent] = own


def _number(
    check: Check, block: PageHeading | PageParagraph, number: tuple[int, ...], expected: tuple[int, ...]
) -> None:
    have, want = (".".join(map(str, one)) for one in (number, expected))
    section = next((one for one in reversed(check.outline.sections) if one.line <= block.line), Section())
    what = f"{have} {block.text}" if isinstance(block, PageHeading) else f"Paragraph {have}"
    check.add(
        "section-order", Certainty.CERTAIN, f"{what}: its number should be {want}, or what had that is missing.",
        line=block.line, section=section, words=block.text, expected=want, found=have,
    )  # fmt: skip


def background_and_sections(check: Check) -> None:
    """The publications of the background table against the sections that the paper has on them."""
    listed: dict[str, tuple[str, int, Section]] = {}
    strange: list[tuple[str, int, Section]] = []
    for table, section in check.outline.tables:
        if not table.header or fold(table.header[0]).strip(" *") not in ("publication", "report", "inspection"):
            continue
        if section.part not in ("background", "") and section.level > 1:
            continue
        for row in table.body:
            if not row.cells or is_total(row) or not row.cells[0].strip():
                continue
            of = check.facts.named(row.cells[0])
            if of is None:
                strange.append((row.cells[0], row.line, section))
            elif of.row.id in listed and any(one.line == listed[of.row.id][1] for one in table.rows):
                check.add(
                    "publication-twice", Certainty.CERTAIN, f"{row.cells[0]} has two rows in the table.", line=row.line,
                    section=section, words=" | ".join(row.cells), found=row.cells[0],
                )  # fmt: skip
            else:
                listed.setdefault(of.row.id, (row.cells[0], row.line, section))
    sections = {
        one.publication.row.id: one for one in reversed(check.outline.sections)
        if one.publication and one.level >= 2 and fold(one.title) and check.facts.named(one.title) is one.publication
    }  # fmt: skip
    if strange and not listed and "publication" not in check.facts.left_out:
        name, line, section = strange[0]
        check.weak(
            "publication-not-there", f"None of the {len(strange)} publications of this table is in the register: the paper is "
            "checked against itself alone.",
            certainty=Certainty.LIKELY, line=line, section=section, words=name, found=name,
        )  # fmt: skip
    if not listed or len(sections) < 2:
        return
    first = next(iter(listed.values()))
    for entity, section in sections.items():
        if entity not in listed:
            before = [one for one in sections.values() if one.line < section.line and one.publication]
            lines = [
                listed[one.publication.row.id][1]
                for one in before
                if one.publication and one.publication.row.id in listed
            ]
            check.add(
                "section-without-row", Certainty.CERTAIN, f"{section.name} has a section at line {section.line}, and no row in the table.",
                line=max(lines, default=first[1] - 1), section=first[2], words=section.title, expected=section.title,
            )  # fmt: skip
    in_sections = [entity for _, entity in sorted((one.line, entity) for entity, one in sections.items())]
    if set(listed) == set(sections) and [*listed] != in_sections:
        place = next(n for n, entity in enumerate(listed) if entity != in_sections[n])
        name, line, section = [*listed.values()][place]
        check.add(
            "publication-order", Certainty.POSSIBLE, f"{name} is here in the table; its section is in another place of the order.",
            line=line, section=section, words=name, expected=sections[in_sections[place]].title, found=name,
        )  # fmt: skip
    for entity, (name, line, section) in listed.items():
        if entity not in sections:
            check.add(
                "row-without-section", Certainty.CERTAIN, f"{name} has a row in the table, and no section.", line=line,
                section=section, words=name, found=name,
            )  # fmt: skip
    for name, line, section in strange if "publication" not in check.facts.left_out else ():
        check.add(
            "publication-not-there", Certainty.LIKELY, f"{name} has a row in the table; the register has no such publication.",
            line=line, section=section, words=name, found=name,
        )  # fmt: skip


def headings_of_tables(check: Check) -> None:
    """A column that a table of counts has twice; one that is another than in the like tables of the other sections."""
    like = Counter(tuple(map(fold, one.table.header)) for one in check.outline.counts if one.columns[0])
    usual, times = like.most_common(1)[0] if like else ((), 0)
    for one in check.outline.counts:
        named = [name for name in one.columns if name]
        header = tuple(map(fold, one.table.header))
        twice = next((name for name in named if named.count(name) > 1), "")
        off = [n for n, (here, there) in enumerate(zip(header, usual, strict=False)) if here != there]
        is_other = times >= 3 and header != usual and len(header) == len(usual) and len(off) == 1
        if twice or (is_other and one.columns[off[0]] != column_of(usual[off[0]])):
            expected = usual[off[0]] if off else ""
            found = one.table.header[off[0]] if off else twice
            check.add(
                "column", Certainty.CERTAIN if twice else Certainty.LIKELY,
                f'The column "{found}" {"is there twice" if twice else "is another than in the other tables"}'
                f'{f", which have {expected}" if expected else ""}.',
                line=one.table.line, section=one.section, words=" | ".join(one.table.header), expected=expected, found=found,
            )  # fmt: skip


def empty_tables(check: Check) -> None:
    """A table of counts that has its headings and no row."""
    for table, section in check.outline.tables:
        if (
            isinstance(table, PageTable)
            and len(table.rows) == 1
            and any(one.table is table for one in check.outline.counts)
        ):
            check.add(
                "row-missing", Certainty.CERTAIN, "The table has its headings and no row.", line=table.line, section=section,
                words=" | ".join(table.header),
            )  # fmt: skip


def tables_have_headings(check: Check) -> None:
    """A table whose first row is one of those under the headings: it names a publication with its counts, or has counts alone."""
    for table, section in check.outline.tables:
        cells = [cell.strip() for cell in table.header if cell.strip()]
        numbers = [cell for cell in cells if re.fullmatch(r"\d{1,3}", cell)]
        if table.rows[0] in check.page.head.values() or not numbers or len(cells) < 2:
            continue
        if len(numbers) == len(cells) or check.facts.named(cells[0]):
            check.add(
                "column", Certainty.CERTAIN, "The table has no headings: its first row has counts.", line=table.line,
                section=section, words=" | ".join(table.header), about=("headings",),
            )  # fmt: skip


def doubled(check: Check) -> None:
    """A paragraph, a heading or a row of a table that is there twice, one right after the other."""
    for block, other in pairwise(check.page.blocks):
        if not is_doubled(block, other) or isinstance(block, PageTable | PageCaption):
            continue
        section = next((one for one in reversed(check.outline.sections) if one.line <= other.line), Section())
        _doubled(check, other.line, section, block.text)
    for table, section in check.outline.tables:
        for row, after in pairwise(table.rows):
            if row.cells == after.cells and len([cell for cell in row.cells if cell.strip()]) > 1:
                _doubled(check, after.line, section, " | ".join(row.cells))


def is_doubled(block: PageBlock, after: PageBlock) -> bool:
    """Whether a block is the same as the one before it: its text and its number."""
    if isinstance(block, PageHeading) and isinstance(after, PageHeading):
        return (block.number, fold(block.text)) == (after.number, fold(after.text))
    if isinstance(block, PageParagraph) and isinstance(after, PageParagraph):
        return len(block.text.split()) > 3 and (block.number, fold(block.text)) == (after.number, fold(after.text))
    return False


def _doubled(check: Check, line: int, section: Section, words: str) -> None:
    check.add(
        "doubled", Certainty.CERTAIN, f"This is here twice: “{shorten(words, 60)}”.", line=line, section=section, words=words,
    )  # fmt: skip


FIRST = (doubled, tables_have_headings, headings_of_tables)
"""What is applied before the cells of tables are read."""

RULES = (
    sections_in_order, background_and_sections, empty_tables,
)  # fmt: skip
