"""Two lines that are the same but for a word or two: the words that changed, but for those that only style them otherwise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from store.domain.date_wording import MONTHS
from store.papers.checking.wording import fold, number_of

STYLE = frozenset(
    [
        "a",
        "an",
        "the",
        "this",
        "that",
        "these",
        "those",
        "it",
        "its",
        "they",
        "their",
        "them",
        "there",
        "which",
        "who",
        "whom",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "into",
        "of",
        "on",
        "onto",
        "to",
        "with",
        "and",
        "or",
        "but",
        "so",
        "if",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "may",
        "might",
        "shall",
        "should",
        "must",
        "also",
        "now",
        "still",
        "then",
        "than",
        "since",
        "because",
        "yet",
        "here",
        "our",
        "we",
        "us",
        "he",
        "she",
        "his",
        "her",
        "such",
        "each",
        "other",
        "own",
        "during",
    ]
)
DENIALS = frozenset(
    {
        "no",
        "not",
        "none",
        "never",
        "without",
        "nor",
        "cannot",
        "nobody",
        "neither",
        "nothing",
        "undated",
        "unknown",
        "unrecorded",
    }
)
_SAME = {
    word: group[0]
    for group in (
        ("every", "all", "each", "both", "total"), ("publication", "report", "paper", "see", "set"), ("recommendation", "rec", "action", "r"),
        ("continue", "goe", "go", "ongo", "work"), ("ask", "request", "seek", "invit", "sought"), ("open", "live", "outstand", "remain"),
        ("sent", "submit", "send", "submis", "gone", "propos"), ("show", "shown", "saw", "seen", "list"), ("move", "extend", "postpone"),
        ("say", "said", "stat"), ("back", "return", "came", "come"), ("inspectorate", "hmics"), ("late", "recent", "new"),
        ("clos", "complet", "clo"), ("involv", "includ", "among"), ("need", "requir"), ("begin", "start", "began", "begun"),
        ("evolve", "evolv", "develop"), ("near", "approach", "soon"), ("committee", "member", "author"), ("help", "support", "aid"),
        ("make", "made"), ("written", "wrote", "writ"), ("know", "known"), ("give", "given", "gave"), ("keep", "kept", "stay"), ("want", "recommend", "wish"), ("undat", "dat"),
        ("many", "number", "sever"), ("increas", "ris", "grow"), ("and", "&"), ("fall", "fell", "fallen"), ("risen", "rose"), ("tak", "took", "taken"), ("drew", "draw", "drawn"),
        ("held", "hold"), ("led", "lead"), ("met", "meet"), ("built", "build"), ("found", "find"), ("grew", "grown"), ("more", "over", "abov"), ("month", "mo"), ("year", "yr"),
    )
    for word in group
}  # fmt: skip
"""Stems that mean the same in a paper, by the first of them."""

_MAY_GO = frozenset({"every", "status", "stag", "recommendation", "publication"})
"""Stems that a line may lack which is the same but for them."""

_TOKEN = re.compile(r"[a-z]{1,6}\d{0,2}-x?\d+[a-z]?|\d+(?:,\d{3})+|\d+(?:[./]\d+)*|[^\W\d_][\w']*", re.I)
Spans = Iterable[tuple[int, int]]

_MOST = 4
"""The most words in place of which others are."""

_LONGEST_NAME = 120
"""The most characters of a name before the words of it that differ."""


@dataclass(frozen=True, slots=True)
class _Word:
    stem: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        return bool(re.search(r"\d", self.stem))


def _stem(word: str) -> str:
    number = number_of(word)
    if number is not None and word != "no":
        return str(number)
    if word in MONTHS:
        return f"month {MONTHS[word]}"
    if word in DENIALS or word.endswith("n't"):
        return "not"
    word = re.sub(r"'s?$", "", re.sub(r"(?<=[a-z]{2})iz(?=[aei])", "is", word))
    plain = re.sub(r"(?:ies|y)$", "i", word) if len(word) > 4 else word
    if len(plain) > 3 and plain.isalpha():
        plain = re.sub(r"(?<![su])s$", "", plain)
        plain = re.sub(r"(?:ing|edly|ed|ure|ly|e)$", "", plain)
        plain = re.sub(r"([bdgmnprt])\1$", r"\1", plain)
    return _SAME.get(plain, _SAME.get(word, plain))


def _words(text: str, passed: Iterable[tuple[int, int]]) -> list[_Word]:
    for start, end in passed:
        text = text[:start] + " " * (end - start) + text[end:]
    found = []
    for match in _TOKEN.finditer(text):
        plain = fold(match[0])
        if plain not in STYLE:
            found.append(_Word(_stem(plain), *match.span()))
    return found


def is_denial(words: tuple[str, str]) -> bool:
    """Whether one of two wordings denies what the other does not."""
    denied = ["not" in stems(one) for one in words]
    return denied[0] != denied[1]


def stems(text: str) -> list[str]:
    """The words of a text but for those of style, each as all that mean the same."""
    return [one.stem for one in _words(text, ())]


def changed_words(
    text: str, wanted: str, passed: tuple[Spans, Spans] = ((), ()), *, is_name: bool = False
) -> tuple[str, str] | None:
    """The words of a line and those that they are in place of, in the line that is wanted; None where it is only styled
    otherwise, or written again.

    `passed` are the places in both of what they state alike. `is_name` is of a heading, caption or cell, in which every word counts however few are the same.
    """
    here, there = _words(text, ()), _words(wanted, ())
    if Counter(one.stem for one in here) == Counter(one.stem for one in there):
        return _exchanged(text, wanted, here, there)
    here, there = _words(text, passed[0]), _words(wanted, passed[1])
    mine, other = [one.stem for one in here], [one.stem for one in there]
    denies = ("not" in mine) != ("not" in other)
    if not denies and is_rest_of(text, wanted) and (gone := _left_out(mine, other)):
        return "", _of(wanted, there, gone)
    match = SequenceMatcher(None, mine, other, autojunk=False)
    changes = [op for op in match.get_opcodes() if op[0] != "equal"]
    same = sum(size for _, _, size in match.get_matching_blocks())
    only, lost = Counter(mine) - Counter(other), Counter(other) - Counter(mine)
    if is_name and only and lost:
        (_, a, _, c, _), (_, _, b, _, d) = changes[0], changes[-1]
        return _of(text, here, [(a, b)]), _of(wanted, there, [(c, d)])
    if not is_name and (
        max(only.total(), lost.total()) > _MOST
        or same < max(only.total(), lost.total())
        or 2 * same < max(map(len, (mine, other)))
    ):
        return None
    denied = only["not"] or lost["not"]
    for what, a, b, c, d in changes:
        is_denial = denied and "not" in (*mine[a:b], *other[c:d])
        replaced = (
            what == "replace"
            and any(only[one] for one in mine[a:b])
            and any(lost[one] for one in other[c:d])
            and not _is_abbreviation(text, wanted, here[a:b], there[c:d])
        )
        if is_denial and not replaced:
            # With the word that is denied.
            return _of(text, here, [(a, b + 1)]), _of(wanted, there, [(c, d + 1)])
        if replaced:
            return _of(text, here, [(a, b)]), _of(wanted, there, [(c, d)])
        if what == "insert" and any(lost[one] for one in other[c:d]) and _is_of_list(wanted, there[c:d]):
            return "", _of(wanted, there, [(c, d)])
    if only and lost and same >= 3 * max(only.total(), lost.total()):
        (_, a, _, c, _), (_, _, b, _, d) = changes[0], changes[-1]
        return _of(text, here, [(a, b)]), _of(wanted, there, [(c, d)])
    return None


def is_rest_of(text: str, wanted: str) -> bool:
    """Whether a line is what is left of another where something is left out: word for word, but for a word of style."""
    here, there = (re.findall(r"\w+", fold(one)) for one in (text, wanted))
    changes = SequenceMatcher(None, here, there, autojunk=False).get_opcodes()
    added = [word for what, a, b, *_ in changes if what in ("replace", "delete") for word in here[a:b]]
    return len(here) < len(there) and len(added) < 2 and STYLE.issuperset(added)


def _left_out(mine: list[str], other: list[str]) -> list[tuple[int, int]]:
    """Where the words are that only the other has."""
    changes = [op for op in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes() if op[0] != "equal"]
    gone = [(c, d) for what, *_, c, d in changes if what == "insert" and not _MAY_GO.issuperset(other[c:d])]
    return gone if all(what == "insert" for what, *_ in changes) else []


def _exchanged(text: str, wanted: str, here: list[_Word], there: list[_Word]) -> tuple[str, str] | None:
    """Words that changed places, so that each is where the other belongs; not those of a list in another order."""
    mine, other = [one.stem for one in here], [one.stem for one in there]
    changes = [op for op in SequenceMatcher(None, mine, other, autojunk=False).get_opcodes() if op[0] != "equal"]
    if all(what == "replace" for what, *_ in changes):
        spans = [(op[1:3], op[3:]) for op in changes]
    elif [one.is_number or one.stem for one in here] == [one.is_number or one.stem for one in there]:
        at = [n for n, (one, other) in enumerate(zip(here, there, strict=True)) if one.stem != other.stem]
        spans = [((n, n + 1), (n, n + 1)) for n in at]
    else:
        return None
    if len(spans) < 2:
        return None
    between = wanted[there[spans[0][1][1] - 1].end : there[spans[-1][1][0]].start]
    if not re.search(r"[^\W\d_]{3}", re.sub(r"\band\b|\b[A-Z]+\d*-x?\d+", "", between)):
        return None
    return _of(text, here, [one for one, _ in spans]), _of(wanted, there, [other for _, other in spans])


def _is_abbreviation(text: str, wanted: str, mine: list[_Word], other: list[_Word]) -> bool:
    """Whether one is written with the first letters of the other: CS, Chief Superintendent."""
    for (short, a), (long, b) in (((text, mine), (wanted, other)), ((wanted, other), (text, mine))):
        # A name is no longer than this: a line of capitals would take seconds.
        first = max(0, b[0].start - _LONGEST_NAME)
        before = re.search(r"(?:\b[A-Z][\w'’]*\s+)*$", long[first : b[0].start])
        for start in (b[0].start, first + before.start() if before else first):
            capitals = re.findall(r"\b[A-Z]+\b|\b[A-Z]", long[start : b[-1].end])
            if len(capitals) > 1 and "".join(capitals) in short[a[0].start : a[-1].end].split():
                return True
    return False


def _is_of_list(text: str, words: list[_Word]) -> bool:
    """Whether words are an element of a list, between its commas."""
    before, after = text[: words[0].start].rstrip(), text[words[-1].end :].lstrip()
    return bool(before and before[-1] in ",:;" and after[:1] == ",") or bool(
        after[:1] == "," and re.search(r",[^,.;:]*$", before)
    )


def _of(text: str, words: list[_Word], spans: list[tuple[int, int]]) -> str:
    parts = []
    for first, last in spans:
        chosen = words[first:last]
        if chosen:
            parts.append(text[chosen[0].start : chosen[-1].end])
    return ", ".join(parts)
