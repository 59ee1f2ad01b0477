"""What a check finds: a line each, with its place, both values, why, and how sure it is."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which of two sorts a finding is of."""

    DISAGREEMENT = "disagreement"
    """The paper against the register, or against itself."""
    WEAKNESS = "weakness"
    """True, but members will ask."""


class Certainty(StrEnum):
    """How sure a finding is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, in one line: `message` has both values and why; `words` are those of the paper at that place."""

    rule: str
    kind: Kind
    certainty: Certainty
    message: str
    line: int = 0
    """The line of the file; 0 where it is of no line, but of the register."""
    section: str = ""
    words: str = ""
    expected: str = ""
    found: str = ""
    items: tuple[str, ...] = ()
    """The ids of the items that it is about."""
    about: tuple[str, ...] = ()
    """What it is known by in place of `found` and `expected`, where those are in words of ours."""

    @property
    def key(self) -> str:
        """What it is known by, however it is worded and whatever line it moves to: by this it is accepted as no fault.

        Its rule, its place in the paper by section and words, and its values; no sentence of our own.
        """
        place = (self.section, self.words) if self.line else ()
        whole = "\n".join((self.rule, *place, *(self.about or (self.found, self.expected)), *self.items))
        return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:10]


ORDER = {Certainty.CERTAIN: 0, Certainty.LIKELY: 1, Certainty.POSSIBLE: 2}


def in_order(findings: list[Finding]) -> list[Finding]:
    """Findings with the disagreements first, each sort by its place; the same one once."""
    once = {one.key: one for one in reversed(findings)}
    return sorted(once.values(), key=lambda one: (one.kind, one.line == 0, one.line, ORDER[one.certainty], one.rule))
