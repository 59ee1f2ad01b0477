"""Sections and names: what is missing, out of order, there twice or spelt two ways."""

from __future__ import annotations

import re
from collections import Counter

from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, column_of
from store.papers.checking.pages import PageHeading, PageParagraph, PageTable
from store.papers.checking.rules.tables import is_total
from store.papers.checking.wording import fold


def sections_in_order(check: Check) -> None:
    """Numbers of sections and paragraphs: one left out, there twice, or under another section."""
    last: dict[tuple[int, ...], int] = {}
    numbered = [
        (tuple(int(part) for part in block.number.split(".")), block)
        for block in check.page.blocks
        if isinstance(block, PageHeading | PageParagraph)
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


def publication_names(check: Check) -> None:
    """A publication that is named two ways: in a heading, a table, and the register."""
    reported: set[tuple[str, str]] = set()
    places = [(section.title, section.line, section) for section in check.outline.sections if section.level >= 2]
    for table, section in check.outline.tables:
        if table.header and fold(table.header[0]).strip(" *") in ("publication", "report", "inspection"):
            places += [(row.cells[0], row.line, section) for row in table.body if row.cells and not is_total(row)]
    for name, line, section in places:
        of = check.facts.named(name)
        if of is None or section.publication not in (None, of):
            continue
        plain = fold(name).strip(" *†")
        if plain in (fold(of.title), fold(of.row.code or "")) or (of.row.id, plain) in reported:
            continue
        reported.add((of.row.id, plain))
        certainty = Certainty.POSSIBLE if plain in fold(of.title) or fold(of.title) in plain else Certainty.LIKELY
        check.add(
            "name-two-ways", certainty, f'"{name}" here; elsewhere, and in the register, "{of.title}".', line=line,
            section=section, words=name, expected=of.title, found=name,
        )  # fmt: skip


_PROPER = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+\b|\b[A-Z][a-z]{5,}\b")


def names_two_ways(check: Check) -> None:
    """A body or programme that is written as one word and as two: "Task Force" and "Taskforce"."""
    forms: dict[str, dict[str, tuple[int, Section, str]]] = {}
    for sentence in check.outline.sentences:
        text = sentence.text
        for found in _PROPER.finditer(text):
            pieces = re.split(r"[ -]", found[0])
            spans = [found[0]] if len(pieces) == 1 else [" ".join(pieces[k : k + 2]) for k in range(len(pieces) - 1)]
            spans += [piece for piece in pieces if len(piece) > 5]
            for span in spans:
                key = span.casefold().replace(" ", "")
                forms.setdefault(key, {}).setdefault(span.casefold(), (sentence.line, sentence.section, text))
    for variants in forms.values():
        if len(variants) > 1 and any(" " in form for form in variants) and any(" " not in form for form in variants):
            (first, _), (other, (line, section, words)) = sorted(variants.items(), key=lambda pair: pair[1][0])[:2]
            check.add(
                "name-two-ways", Certainty.LIKELY, f'"{other.title()}" here; "{first.title()}" at line {variants[first][0]}.',
                line=line, section=section, words=words, expected=first.title(), found=other.title(),
            )  # fmt: skip


def head_of_paper(check: Check) -> None:
    """The table at the paper's head against the paper as the register has it: its committee and date."""
    row = check.facts.row
    if row is None:
        return
    for label, recorded, name in (("date", row.date, "the date"), ("meeting", row.meeting, "the committee")):
        line = check.page.head.get(label)
        value = line.cells[1].strip() if line and len(line.cells) > 1 else ""
        if line and value and recorded and fold(value) != fold(recorded):
            check.add(
                "head-of-paper", Certainty.CERTAIN, f"{value} at the head is {name}; the register has {recorded}.",
                line=line.line, words=" | ".join(line.cells), expected=recorded, found=value,
            )  # fmt: skip


def years_of_titles(check: Check) -> None:
    """A publication whose title has its year, in a sentence with an earlier or later one that is past."""
    for of in check.facts.publications:
        base, _, year = of.title.rpartition(" ")
        if not re.fullmatch(r"(?:19|20)\d\d", year) or len(base) < 5:
            continue
        pattern = re.compile(
            rf"\b{re.escape(base)} ((?:19|20)\d\d)\b|\b((?:19|20)\d\d) {re.escape(base)}\b", re.IGNORECASE
        )
        for sentence in check.outline.sentences:
            for found in pattern.finditer(sentence.text):
                other = found[1] or found[2]
                if other != year and int(other) < check.facts.today.year:
                    check.add(
                        "name-two-ways", Certainty.LIKELY, f'"{found[0]}" here; in the register "{of.title}".',
                        line=sentence.line, section=sentence.section, words=sentence.text, expected=of.title, found=found[0],
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


FIRST = (headings_of_tables,)
"""What is applied before the cells of tables are read."""

RULES = (
    head_of_paper, sections_in_order, background_and_sections, publication_names, names_two_ways, years_of_titles, empty_tables,
)  # fmt: skip
