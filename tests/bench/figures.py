"""A line of the table: what was measured, in what unit, and what the design allows."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

RUNS = 7
"""Starts that a median is taken of."""

FRAME, SAVE = 16.0, 50.0
START, MEMORY = 1.15, 1.3
COUNTS = 1000.0
"""What the design allows: milliseconds, and shares of what the bare app takes."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, its unit, and what the design allows; no budget means none is set."""

    what: str
    median: float
    worst: float
    unit: str
    budget: float | None
    judged: float
    """What is held against the budget: the 95th percentile of many, the median of a few starts."""

    def line(self) -> str:
        """It as a line of text."""
        verdict = "" if self.budget is None else "PASS" if self.judged <= self.budget else "over"
        allowed = "" if self.budget is None else f"{self.budget:,.2f}".rstrip("0").rstrip(".")
        return f"{self.what:<58}{self.median:>9,.2f}{self.worst:>9,.2f} {self.unit:<3}{allowed:>7}  {verdict}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the values does not pass."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def timed(what: str, values: Sequence[float], budget: float | None) -> Figure:
    """A figure of many times, held to its 95th percentile; of fewer than ten, to the median."""
    median, high = statistics.median(values), percentile(values, 0.95)
    return Figure(what, median, high, "ms", budget, high if len(values) >= 10 else median)


def first_hits(size: int) -> float:
    """The milliseconds that the design allows to the first hits in a register of a size."""
    return 50.0 if size <= 100_000 else 200.0
