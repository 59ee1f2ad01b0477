"""Two lines with the same words, or nearly, of which one is turned round: what is to come has been, before is after, who helps
is helped."""

from __future__ import annotations

import re
from collections import Counter

from store.papers.checking.changed_words import STYLE, stems
from store.papers.checking.wording import dates_in, fold

_TO_COME = re.compile(
    r"\b(?:will|shall|would|should|must|may|might|can|could)\b|\b(?:is|are|was|were)(?: \w+)? to (?=[a-z])"
)


_BEING_DONE = re.compile(r"\bbeing\b")
_CONTINUING = re.compile(r"\b(?:is|are)(?: \w+)? \w+ing\b")
_DONE = re.compile(r"\b(?:has|have)(?: \w+)? \w+(?:ed|en|wn|ne)\b")
_OURS, _THEIRS = ("our", "ours", "we", "us"), ("their", "theirs", "they", "them")
_EDGES = {
    "since": "from", "from": "from", "after": "after", "until": "to", "till": "to", "to": "to", "by": "by", "before": "before",
}  # fmt: skip
_TURNS = frozenset({"only", "before", "after", "until", "unless", "except", "if"})
_ASKED = frozenset({"who", "what", "when", "where", "why", "how"})


def _is_passive(text: str) -> bool:
    return bool(re.search(r"\b(?:is|are|was|were|be|been|being)\b(?: \w+){1,4} by\b", text))


_LONGEST = 80
"""The most words of a line in which two parts are looked for that changed places."""


def is_turned(text: str, wanted: str) -> bool:
    """Whether lines that share their other words differ in what is to come and what has been, in what is being done and what
    is done, in "and" and "or", or in a word that turns what follows: "unless", "before", "only"."""
    here, there = fold(text), fold(wanted)
    if any(bool(pattern.search(here)) != bool(pattern.search(there)) for pattern in (_TO_COME, _BEING_DONE)):
        return True
    if any(
        _CONTINUING.search(one) and _DONE.search(other) and not _CONTINUING.search(other)
        for one, other in ((here, there), (there, here))
    ):
        return True
    if _is_passive(here) != _is_passive(there) and stems(here) == stems(there):
        # Who is named first is still named first: it is done to, and no longer does it.
        return True
    ours, theirs = (sum(map(re.findall(r"[a-z]+", one).count, _OURS)) for one in (here, there))
    if (ours - theirs) * sum(there.split().count(word) - here.split().count(word) for word in _THEIRS) > 0:
        return True
    if _edges(text, wanted) or _is_exchanged(here, there):
        return True
    turning = _TURNS | _ASKED if there.endswith("?") else _TURNS
    turns = [Counter(word for word in re.findall(r"[a-z]+", one) if word in turning) for one in (here, there)]
    if turns[0] != turns[1]:
        return True
    either = [re.findall(r"\b(?:and|or)\b", one) for one in (here, there)]
    return len(either[0]) == len(either[1]) and either[0].count("or") != either[1].count("or")


def _edges(text: str, wanted: str) -> bool:
    """Whether a date begins in one line what it ends in the other: since it, until it."""

    def of(line: str) -> dict[str, str]:
        found = {}
        for written in dates_in(line):
            before = re.search(rf"\b({'|'.join(_EDGES)})\s+(?:the\s+)?$", line[: written.start].casefold())
            if before:
                found[fold(written.words)] = _EDGES[before[1]]
        return found

    here, there = of(text), of(wanted)
    return any(here[day] != there[day] for day in here.keys() & there.keys())


def _is_exchanged(text: str, wanted: str) -> bool:
    """Whether two parts of a line changed places around what joins them, which is more than "and": who did it to whom."""
    here, there = (re.findall(r"[\w'-]+", one) for one in (text, wanted))
    if here == there or sorted(here) != sorted(there) or len(here) > _LONGEST:
        return False
    start = next(n for n, (one, other) in enumerate(zip(here, there, strict=True)) if one != other)
    end = next(n for n, (one, other) in enumerate(zip(reversed(here), reversed(there), strict=True)) if one != other)
    mine, other = here[start : len(here) - end], there[start : len(there) - end]
    for a in range(1, len(mine) - 1):
        for b in range(a + 1, len(mine)):
            between = mine[a:b]
            if mine[b:] + between + mine[:a] == other and (STYLE - {"and", "or", "the", "a"}) & {*between}:
                return True
    return False


def is_reversed(text: str, wanted: str) -> bool:
    """Whether a line has on the right of an arrow what the one that is wanted has on its left."""
    here, there = (
        [
            [sorted(re.findall(r"[\w-]+", side)) for side in part.split("→")]
            for part in re.split(r"[;,(.]", fold(one))
            if part.count("→") == 1
        ]
        for one in (text, wanted)
    )
    return any(
        one[0] != other[0] and sorted(one[0] + one[1]) == sorted(other[0] + other[1])
        for one, other in zip(here, there, strict=False)
    )
