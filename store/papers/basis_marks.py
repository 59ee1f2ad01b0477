"""How a paper shows on what basis its texts and facts are known: in words, by a mark, or once for all of a section."""

from __future__ import annotations

from dataclasses import dataclass, field

from store.domain.vocabulary import Basis, label_of
from store.queries.describe import GUESS_LEGEND, GUESSED, WEAKER, LabelledLine, mark_guessed

OURS_LEGEND = "“In our words”: the source says so, and this is not how it says it."
"""What the basis means that is printed after a text."""

TITLES = "Titles of recommendations are short names given in this register, unless their publication has them so."

IN_OUR_WORDS = "Texts below are in our words, not those of their source, unless they are marked."
"""Printed once where most texts are, whose mark is then left out; what is the source's own is marked instead."""

AS_STATED = "as its source has it"
"""The mark of a text in its source's own words, among others that are in ours."""

_BASES = ("bases", "on", "contributes", "basis", "bounds", "said")
"""Details of a line that are for those who keep the register: of what is guessed in them a paper has the mark alone."""


@dataclass(slots=True, kw_only=True)
class Marks:
    """The marks of a paper while it is composed, and its legend, which explains those that are used."""

    legend: list[str] = field(default_factory=list)
    ours_unmarked: bool = False
    """Whether a text in our words is printed without its mark, which a sentence has before it."""
    source_texts: frozenset[str] = frozenset()
    """The texts in their source's own words, which are marked among those in ours."""

    def explain(self, line: str) -> None:
        """Add a line to the legend, once."""
        if line not in self.legend:
            self.legend.append(line)

    def marked(self, text: str, *bases: object) -> str:
        """A text in a table, with † where a basis is that of no source's own word."""
        if any(basis in GUESSED for basis in bases):
            self.explain(f"{GUESS_LEGEND}.")
        return mark_guessed(text, *bases)

    def with_basis(self, text: str, basis: object) -> str:
        """A text in a paragraph, with its basis where that is weaker than stated, or where it would pass for ours."""
        if self.ours_unmarked and basis not in WEAKER and text in self.source_texts:
            return f"{text} ({AS_STATED})"
        if not text or basis not in WEAKER or (self.ours_unmarked and basis == Basis.OURS):
            return text
        if basis == Basis.OURS:
            self.explain(OURS_LEGEND)
        return f"{text} ({label_of(str(basis))})"

    def brief(self, text: str, *bases: object) -> str:
        """A text within a sentence: without its full stop, with † where a basis is a guess, and *in our words* in words."""
        text = text.removesuffix(".")
        if Basis.OURS in bases and not any(basis in GUESSED for basis in bases):
            return self.with_basis(text, Basis.OURS)
        return self.marked(text, *bases)

    def described(self, line: LabelledLine) -> str:
        """A line of a description as text, with its basis where that is weaker than stated, and its details."""
        details = ", ".join(text for name, text in line.details.items() if text and name not in _BASES)
        how = " ".join(line.details.get(name, "") for name in _BASES)
        guessed = next((basis for basis in GUESSED if label_of(basis) in how), "")
        basis = line.basis if line.mark is None else ""
        text = self.with_basis(line.text.removesuffix(".") if details else line.text, basis)
        return self.marked(", ".join(filter(None, (text, details))), guessed)
