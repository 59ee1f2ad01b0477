"""Single faults, put into a paper one at a time: a number changed, a row dropped, a word turned round."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = re.compile(
    r"\b(?:January|February|March|May|June|July|August|September|October|November|Jan|Feb|Mar|Jun|Sept)\b"
)
_TURNED = (
    ("been closed", "been open"), ("discharged", "submitted for closure"), ("submitted for closure", "discharged"),
    ("remain open", "be closed"), ("on track", "delayed"), ("completed", "reopened"), ("ongoing", "closed"),
    ("delayed", "on track"), ("Closed", "Open"),
)  # fmt: skip
_THEMES = (("Governance", "Leadership"), ("Resources", "Compliance"), ("Better Practice", "Human Error"))
_WORDS = (("Two", "Three"), ("Four", "Five"), ("One", "Two"), ("two", "four"), ("three", "two"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A paper with one fault: what was done, at which line, and the text."""

    what: str
    line: int
    text: str


def faults(text: str) -> Iterator[Fault]:
    """Every single fault of these kinds that a paper can have."""
    lines = text.split("\n")

    def with_line(n: int, new: str, what: str) -> Iterator[Fault]:
        if new != lines[n]:
            yield Fault(what, n + 1, "\n".join([*lines[:n], new, *lines[n + 1 :]]))

    for n, line in enumerate(lines):
        is_row = "\t" in line or line.startswith("| ")
        if is_row and re.search(r"\d\D+\d", line):
            yield Fault("row dropped", n + 1, "\n".join([*lines[:n], *lines[n + 1 :]]))
        pattern = r"(?<![\d\w.])\d{1,2}(?![\d\w])" if is_row else r"(?<![\d\w.\\-])\d{1,2}(?![\d\w.\\]| \w+ 20)"
        for found in re.finditer(pattern, line):
            yield from with_line(n, f"{line[: found.start()]}{int(found[0]) + 1}{line[found.end() :]}", "number")
        for found in _MONTHS.finditer(line):
            yield from with_line(n, f"{line[: found.start()]}April{line[found.end() :]}", "month")
        for found in re.finditer(r"\b20[12]\d\b", line):
            yield from with_line(n, f"{line[: found.start()]}{int(found[0]) - 1}{line[found.end() :]}", "year")
        for found in re.finditer(r"\b([A-Z]{2,5}-)(\d+)\b", line):
            yield from with_line(
                n, f"{line[: found.start()]}{found[1]}{int(found[2]) + 1}{line[found.end() :]}", "reference"
            )
        for kind, pairs in (("word", _TURNED), ("theme", _THEMES), *((("count", _WORDS),) if not is_row else ())):
            for one, other in pairs:
                if re.search(rf"\b{one}\b", line):
                    yield from with_line(n, re.sub(rf"\b{one}\b", other, line, count=1), kind)
