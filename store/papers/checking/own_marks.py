"""What is around the words of a paper that Fairlead wrote: its markings, its foot, the signs of a weaker basis, and the words
for its pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from store.domain.vocabulary import MARKINGS
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.line_differences import describe, differ
from store.papers.checking.pages import Account, Page
from store.papers.checking.wording import read_written, same_days, shorten
from store.papers.document import Document, Figure

SIGN = "†"
"""The sign of a weaker basis."""

_MARKING = re.compile(rf"\W*({'|'.join(map(re.escape, reversed(MARKINGS)))})(?![\w-])")
_FIXED = re.compile(r"Figures fixed on (\w[^·|*]*)", re.IGNORECASE)


_WORDS_OF_A_DAY = 4
"""The most words of a day: Friday 29 November 2024."""


def marks_of(
    page: Page, composed: Page, document: Document, unlike: Sequence[tuple[int, str, str]]
) -> Iterator[Finding]:
    """What differs in the markings, the foot, the signs and the pictures of a page.

    `unlike` are the lines that have another number of signs than their own: the line, its words and the others.
    """
    yield from _markings(page, composed, document)
    yield from _foot(page, document)
    yield from _signs(page, unlike)
    yield from _pictures(page, document)


def _weakness(rule: str, message: str, line: int, words: str, expected: str, found: str) -> Finding:
    return Finding(rule, Kind.WEAKNESS, Certainty.CERTAIN, message, line, "", shorten(words, 160), expected, found)


def _disagreement(rule: str, message: str, line: int, words: str, expected: str, found: str) -> Finding:
    return Finding(rule, Kind.DISAGREEMENT, Certainty.CERTAIN, message, line, "", shorten(words, 160), expected, found)


def _marked_lines(page: Page) -> list[tuple[int, str, str]]:
    """The lines that are a marking, of a page or of its head and foot: the line, the marking and the words."""
    return [
        (n, found[1], words)
        for n, (account, words) in enumerate(page.accounts, 1)
        if account == Account.FURNITURE and (found := _MARKING.match(words))
    ]


def _markings(page: Page, composed: Page, document: Document) -> Iterator[Finding]:
    lines = _marked_lines(page)
    if not lines:
        return
    at, first, words = lines[0]
    needed = MARKINGS.index(document.marking) if document.marking in MARKINGS else MARKINGS.index(first)
    is_higher, is_lower = MARKINGS.index(first) > needed, MARKINGS.index(first) < needed
    if is_higher:
        message = f"Marked {first}; what is in it needs no more than {document.marking}."
        yield _weakness("marking", message, at, words, document.marking, first)
    if is_lower:
        message = f"Marked {first}; what is in it is marked {document.marking}."
        yield _disagreement("marking", message, at, words, document.marking, first)
    for line, marking, there in lines[1:]:
        if marking not in ((first, document.marking) if is_higher or is_lower else (first,)):
            message = f"Marked {marking} here, and {first} at the first place."
            yield _disagreement("marking", message, line, there, first, marking)
    if len(lines) == 1 and len(_marked_lines(composed)) > 1 and not page.is_of_pages:
        yield _weakness("marking", f"The marking {first} is at one end of it only.", at, words, first, "")


def _foot(page: Page, document: Document) -> Iterator[Finding]:
    wanted = _FIXED.search(document.foot)
    lines = [(n, words, _FIXED.search(words)) for n, (_, words) in enumerate(page.accounts, 1)]
    for line, words, found in lines:
        here = _day_at_start(found[1], wanted[1]) if found and wanted else ""
        if found and wanted and not same_days(read_written(here), read_written(wanted[1])):
            here = here or shorten(found[1].strip(), 40)
            message = f"Figures fixed on {here} here; the register has {wanted[1]}."
            yield _disagreement("figures-fixed", message, line, words, wanted[1], here)
        elif found and not wanted:
            message = f"Figures fixed on {found[1]}, it says; the register has fixed none, and this is a draft."
            yield _weakness("marking", message, line, words, document.foot, found[0])
    if document.foot == "DRAFT" and not any(found or document.foot in words for _, words, found in lines):
        marked = _marked_lines(page)
        if marked:
            message = "It is not marked DRAFT, and its figures are not fixed."
            yield _weakness("marking", message, marked[0][0], marked[0][2], document.foot, "")


def _day_at_start(words: str, wanted: str) -> str:
    """The day that some words begin with, in any wording; with the year that is wanted where it has none."""
    parts = words.split()
    tried = [" ".join(parts[:n]) for n in range(_WORDS_OF_A_DAY, 0, -1)]
    return next((one for day in tried for one in (day, f"{day} {wanted[-4:]}") if _is_whole_day(one)), "")


def _is_whole_day(words: str) -> bool:
    day = read_written(words)
    return day is not None and day.earliest is not None and day.earliest == day.latest


def _signs(page: Page, unlike: Sequence[tuple[int, str, str]]) -> Iterator[Finding]:
    """One finding for all lines that lack the sign of a weaker basis, and one for those that have it without a reason."""
    for lacks in (True, False):
        lines = [(n, text, other) for n, text, other in unlike if (text.count(SIGN) < other.count(SIGN)) == lacks]
        if lines:
            line, text, other = lines[0]
            more = len(lines) - 1
            also = f", nor in {more} more" if lacks else f", and in {more} more"
            what = (
                f"{SIGN} is not in this line{also if more else ''}; the register has what is here on a weaker basis."
                if lacks
                else f"{SIGN} is in this line{also if more else ''}; the register has none there."
            )
            yield _weakness("basis-sign", what, line, text, other, text)
    signed = [(line, text) for line, text in page.lines() if SIGN in text]
    if signed and not any(text.lstrip(" *[").startswith(SIGN) for _, text in signed):
        message = f"{SIGN} is used, and nothing says what it means."
        yield _weakness("basis-sign", message, signed[0][0], signed[0][1], SIGN, "")


def _pictures(page: Page, document: Document) -> Iterator[Finding]:
    """What a picture shows, in words for those who cannot see it."""
    left = [block.alt for block in document.blocks if isinstance(block, Figure)]
    for line, words in page.pictures:
        alt = max(left, key=lambda one: SequenceMatcher(None, words, one, autojunk=False).ratio(), default="")
        found = differ(words, alt) if alt else None
        if found is not None and found.is_one:
            left.remove(alt)
            message = f"In the words for the picture: {describe(found)}"
            yield _disagreement("own-words", message, line, words, found.expected, found.found)
