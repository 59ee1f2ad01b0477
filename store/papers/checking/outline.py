"""A paper as its sections and sentences: which publication and items each is about, and which part of a section it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from store.papers.checking.facts import COUNTED, Facts, PublicationFacts
from store.papers.checking.pages import Page, PageCaption, PageHeading, PageParagraph, PageTable
from store.papers.checking.wording import fold, numbers_of, sentences

LONGEST_SENTENCE = 2000
"""The most characters of a sentence that rules are applied to: no person writes a longer one."""

PARTS = (
    ("closures", r"\bclos(?:ure|ed|ures)\b|\bcompleted\b|\bdischarged\b"),
    ("risks", r"\brisks?\b|\bchallenges?\b"),
    ("implications", r"\bimplications?\b|\bimpact\b"),
    ("themes", r"\bthemes?\b"),
    ("background", r"\bbackground\b"),
    ("progress", r"\bprogress\b|\bongoing\b|\bopen\b|\blive\b|\boutstanding\b|\bdelay"),
)
"""The parts of a section, by words of its heading."""

_OPENING = re.compile(
    r"(?:(?:Rec(?:ommendation)?s?|Actions?|Areas? for (?:development|improvement)|Commitments?)\.?\s+|R(?=\d))"
    r"(?P<list>x?\d{1,3}[a-z]?(?:\s*(?:,\s*(?:and\s+)?|&|and|to|[-–])\s*x?\d{1,3}[a-z]?\b)*)\s*"
    r"(?!\([^()]{0,60}\)\s+(?:is|are|was|were|has|have|had|will|remains?)\b)(?:[:–—(-]\s*|$)(?P<text>.*)"
    r"|(?P<code>[A-Z]{1,6}\d{0,2})-(?P<number>x?\d{1,3}[a-z]?)†?\s*(?:[:–—(-]\s*|$)(?P<rest>.*)",
    re.DOTALL,
)

_COLUMNS = (
    ("with-inspectorate", r"with the inspectorate|awaiting|submitted"),
    ("discharged", r"discharged"),
    ("otherwise", r"^otherwise$"),
    ("on-track", r"on[ -]?track|on target|on course|going to plan|to plan$"),
    ("delayed", r"delayed|behind|overdue|\blate$"),
    ("not-stated", r"not stated|not known"),
    ("closed", r"^(?:(?:recs?|recommendations|now) )?(?:closed|completed?|finished|done)$"),
    (
        "total",
        r"^(?:total|(?:total |number of |no\.? of |all )?(?:recs|recommendations)(?: made| in all| in total)?|all|in all|number)$",
    ),
    (
        "open",
        r"^(?:(?:recs?|recommendations|still) )?(?:open|ongoing|remaining|live|outstanding|left|to do|still to do)$",
    ),
)


@dataclass(slots=True)
class Section:
    """A section or a part of one: its heading, the publication that it is about, and which part it is."""

    line: int = 0
    number: str = ""
    title: str = ""
    level: int = 0
    publication: PublicationFacts | None = None
    part: str = ""
    top: str = ""
    """The title of the section of level 1 that it lies in."""

    @property
    def name(self) -> str:
        """Its number and heading."""
        return f"{self.number} {self.title}".strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it is about: the items whose paragraphs it is among, by number, and whether it begins them."""

    line: int
    text: str
    section: Section
    items: tuple[str, ...] = ()
    opens: bool = False
    quoted: str = ""
    """The text that follows the name of an item."""
    publication: PublicationFacts | None = None


@dataclass(frozen=True, slots=True)
class CountTable:
    """A table of counts: the name of what each column counts, "" for any other."""

    table: PageTable
    section: Section
    columns: tuple[str, ...]


@dataclass(slots=True)
class Outline:
    """The whole of a paper, by section, sentence and table."""

    sections: list[Section] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    tables: list[tuple[PageTable, Section]] = field(default_factory=list)
    captions: list[tuple[PageCaption, Section]] = field(default_factory=list)
    paragraphs: list[tuple[PageParagraph, Section]] = field(default_factory=list)

    @property
    def counts(self) -> list[CountTable]:
        """Its tables of counts by status."""
        return [
            CountTable(table, section, tuple(column_of(text) for text in table.header))
            for table, section in self.tables
            if _is_counts(table)
        ]


def _is_counts(table: PageTable) -> bool:
    """Whether a table counts by status."""
    named = {name for name in map(column_of, table.header) if name in COUNTED}
    return len(named) >= 2 and bool(named & {"total", "closed", "open"})


def column_of(header: str) -> str:
    """What a column counts, by its heading; "" for anything else."""
    plain = fold(header).strip(" *:")
    return next((name for name, pattern in _COLUMNS if re.search(pattern, plain)), "")


def part_of(title: str) -> str:
    """Which part of a section a heading begins."""
    plain = fold(title)
    return next((name for name, pattern in PARTS if re.search(pattern, plain)), "")


def outline(page: Page, facts: Facts) -> Outline:
    """Read the sections, sentences and tables of a page."""
    found = Outline()
    stack: list[Section] = []
    section = Section()
    items: tuple[str, ...] = ()
    about: PublicationFacts | None = None
    counted: set[str] = set()
    for block in page.blocks:
        if isinstance(block, PageHeading):
            opening = _OPENING.fullmatch(block.text)
            if block.level == 4 and opening:
                items, about = _items_of(opening, section, facts)
                found.sentences.append(Sentence(block.line, block.text, section, items, opens=True, publication=about))
                continue
            items, about = (), None
            if block.level == 4:
                continue
            stack = [one for one in stack if one.level < block.level]
            section = _section(block, stack, facts)
            stack.append(section)
            found.sections.append(section)
        elif isinstance(block, PageTable):
            of = section.publication
            if of is not None and section.level > 1 and _is_counts(block):
                if section.level > 2 and of.row.id in counted:
                    # A second table of counts, after the parts of a section: the heading of what it is of was left out.
                    stack = [one for one in stack if one.level < 2]
                    section = Section(block.line, level=2, top=section.top)
                    stack.append(section)
                counted.add(of.row.id)
            found.tables.append((block, section))
            items, about = (), None
        elif isinstance(block, PageCaption):
            found.captions.append((block, section))
        else:
            opening = None if len(block.text) > LONGEST_SENTENCE else _OPENING.fullmatch(block.text)
            if opening and block.bullet and section.part not in ("closures", "progress"):
                opening = None
            if opening:
                items, about = _items_of(opening, section, facts)
                quoted = (opening["text"] or opening["rest"] or "").strip()
                whole = Sentence(block.line, block.text, section, items, True, quoted, about)
                found.sentences.append(whole)
                continue
            found.paragraphs.append((block, section))
            for _, text in sentences(block.text):
                found.sentences.append(
                    Sentence(
                        block.line,
                        text[:LONGEST_SENTENCE],
                        section,
                        items,
                        publication=_named_first(text, facts) or about or section.publication,
                    )
                )
    return found


_NAMED_FIRST = re.compile(
    r"(?:In|For|Of|On|Under|Within) (?:the )?([A-Z].{2,70}?)(?:,|:| (?=\d|all |both |none |no |a total))"
    r"|([A-Z][^:–]{2,70}?)(?::| [–-] | (?=(?:is|has|had|was|remains)\b))"
)


def _named_first(text: str, facts: Facts) -> PublicationFacts | None:
    """The publication that a sentence begins with: "In Hate Crime, 10 of the 15 …"."""
    found = _NAMED_FIRST.match(text)
    name = (found[1] or found[2]) if found else ""
    of = facts.named(name) if name else None
    return of if of and fold(of.title) == fold(name) else None


def compared_lines(found: Outline, facts: Facts) -> frozenset[int]:
    """The lines that are about a publication of the register: in its section, or with its name or an item of it."""
    titles = "|".join(re.escape(fold(one.title)) for one in facts.publications if one.row.title)
    codes = "|".join(map(re.escape, facts.codes))

    def is_named(text: str) -> bool:
        by_title = bool(titles) and re.search(rf"\b(?:{titles})\b", fold(text))
        return bool(by_title or (codes and re.search(rf"\b(?:{codes})-x?\d", text)))

    lines = {one.line for one in found.sentences if one.publication or one.section.publication or is_named(one.text)}
    lines |= {one.line for one in found.sections if one.publication}
    for table, section in found.tables:
        lines |= {row.line for row in table.rows if section.publication or is_named(" ".join(row.cells))}
    return frozenset(lines)


def _items_of(
    opening: re.Match[str], section: Section, facts: Facts
) -> tuple[tuple[str, ...], PublicationFacts | None]:
    if opening["code"]:
        return (opening["number"],), facts.by_code(opening["code"]) or section.publication
    return numbers_of(opening["list"]), section.publication


def _section(block: PageHeading, stack: list[Section], facts: Facts) -> Section:
    above = stack[-1] if stack else None
    named = facts.named(block.text) if block.level >= 1 else None
    part = part_of(block.text)
    if above is not None and named is None and block.level > 1:
        named = above.publication
    top = block.text if block.level <= 1 else (stack[0].title if stack else "")
    return Section(block.line, block.number, block.text, block.level, named, part, top)
