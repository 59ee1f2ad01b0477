"""What every rule of a check is given: the paper as read, what the register has, and what earlier rules found."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from store.domain.dates import PartDate
from store.papers.checking.facts import Facts, PublicationFacts
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.outline import LONGEST_SENTENCE, Outline, Section
from store.papers.checking.pages import Page, PageTable
from store.papers.checking.wording import number_in_cell, read_written, references_in, shorten
from store.queries.papers import ItemState

_BESIDE = frozenset({"submitted-as-closed"})
"""The rules whose findings explain no other: what a sentence reports may be at fault beside them."""


@dataclass(frozen=True, slots=True)
class TargetRead:
    """A target that the paper has of an item, as the register has it too, and where."""

    item: ItemState
    target: PartDate
    line: int
    section: Section
    words: str


@dataclass(slots=True)
class Check:
    """One check of one paper. A number that a rule found at fault is right for those after it: one fault, one finding."""

    page: Page
    outline: Outline
    facts: Facts
    findings: list[Finding] = field(default_factory=list)
    right: dict[tuple[int, int], int] = field(default_factory=dict)
    """What cells should have, by line and column, where a rule found that."""
    items_reported: set[tuple[str, str]] = field(default_factory=set)
    """The items of which a status or target was found at fault: the id and which."""
    faulty: set[tuple[int, str]] = field(default_factory=set)
    """The sentences and rows in which a disagreement was found, by line and words."""
    targets: list[TargetRead] = field(default_factory=list)
    """The targets that agree with the register's."""
    own_lines: frozenset[int] = frozenset()
    """The lines that the register itself writes: what it writes cannot disagree with it."""

    @property
    def day(self) -> date:
        """The day of the paper: at its head, else in the register, else today."""
        line = self.page.head.get("date")
        read = read_written(line.cells[1]) if line and len(line.cells) > 1 else None
        if read and read.latest:
            return read.latest
        row = self.facts.row
        return date.fromisoformat(row.date_latest) if row and row.date_latest else self.facts.today

    def add(
        self,
        rule: str,
        certainty: Certainty,
        message: str,
        *,
        line: int = 0,
        section: Section | None = None,
        **more: Any,
    ) -> None:
        """Add a finding, a disagreement unless `kind` is given; none of a line that the register writes.

        Where no items are given, it is about those that its sentence names.
        """
        if line in self.own_lines:
            return
        kind = more.pop("kind", Kind.DISAGREEMENT)
        sentence = (line, str(more.get("words", "")))
        if kind == Kind.DISAGREEMENT and all(sentence) and rule not in _BESIDE:
            # What a rule found at fault in a sentence explains what others would find there; what may be right does not.
            if sentence in self.faulty:
                return
            if certainty != Certainty.POSSIBLE:
                self.faulty.add(sentence)
        more.setdefault("items", self.items_at(line, str(more.get("words", "")), section))
        more["words"] = shorten(str(more.get("words", "")), 160)
        name = section.name if section else ""
        self.findings.append(Finding(rule, kind, certainty, message, line=line, section=name, **more))

    def with_items(self, one: Finding) -> Finding:
        """A finding that names no items, with those that its words name."""
        items = one.items or self.items_at(one.line, f"{one.words} {one.expected}", None)
        return replace(one, items=items)

    def items_at(self, line: int, words: str, section: Section | None) -> tuple[str, ...]:
        """The ids of the items that some words of a line name, else those among whose paragraphs it is."""
        here = next((one for one in self.outline.sentences if one.line == line), None)
        of = (here.publication if here else None) or (section.publication if section else None)
        found = [
            item
            for one in references_in(words[:LONGEST_SENTENCE], self.facts.codes)
            for item in self.named_items(one.numbers, self.facts.by_code(one.code) if one.code else of)
        ]
        if not found and here is not None and words:
            found = self.named_items(here.items, of)
        return tuple(dict.fromkeys(item.id for item in found))

    def weak(self, rule: str, message: str, *, certainty: Certainty = Certainty.CERTAIN, **more: Any) -> None:
        """Add a weakness."""
        self.add(rule, certainty, message, kind=Kind.WEAKNESS, **more)

    def is_found(self, line: int) -> bool:
        """Whether there is a disagreement at a line already."""
        return any(
            one.line == line and one.kind == Kind.DISAGREEMENT and one.rule not in _BESIDE for one in self.findings
        )

    def number(self, table: PageTable, row: int, column: int) -> int | None:
        """The number of a cell, as it should be where that was found."""
        line = table.rows[row].line
        cells = table.rows[row].cells
        if column >= len(cells):
            return None
        return self.right.get((line, column), number_in_cell(cells[column]))

    def named_items(self, numbers: tuple[str, ...], of: PublicationFacts | None) -> list[ItemState]:
        """The items of these numbers that the register has."""
        return [item for number in numbers if of and (item := of.item(number))]
