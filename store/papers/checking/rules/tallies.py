"""How many are closed, open, on track and delayed, in a paragraph of prose that counts the whole of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Sentence
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import NOUN, NUMBER, number_of, references_in

_TALLY = re.compile(
    rf"(?<![\w.,/-])(?P<number>{NUMBER})(?:\s+of\s+(?:(?:the|its|these|those|our|all)\s+)*(?P<whole>{NUMBER})\b)?"
    rf"(?:\s+(?:{NOUN}|of (?:them|these|those|which)))?"
    r"(?P<verb>(?:\s+(?:is|are|was|were|has|have|been|remains?|now|still|currently|also|all))*)\s+"
    r"(?P<status>closed|completed?|done|finished|discharged|open|ongoing|outstanding|to do|left|on track|going to plan|delayed|late|running late|overdue|behind schedule)\b",
    re.IGNORECASE,
)
_SOME = re.compile(r"\b(?:in|additional|further|another|first|last|next|about|some|over|nearly)\s+$", re.IGNORECASE)
_RECENT = re.compile(
    r"\s*(?:\w+\s+){0,3}?(?:since|in the (?:last|reporting)|during|this (?:year|quarter|period))\b", re.I
)
_IN_ALL = re.compile(rf"(?<![\w.,/-])({NUMBER})\s+(?:of the |HMICS )?{NOUN}\b", re.IGNORECASE)
_STATES = ("closed", "discharged", "open", "on-track", "delayed")


@dataclass(frozen=True, slots=True)
class _Tally:
    """So many, of so many where it has that, that have a status; None for no whole."""

    sentence: Sentence
    number: int
    whole: int | None
    status: str
    words: str


def tallies(check: Check) -> None:
    """A paragraph on how many there are and how many of them are closed, open, on track or delayed.

    It counts the whole of its publication, or of the paper, where it has their total, or two counts that are right.
    """
    for _, group in groupby(check.outline.sentences, key=lambda one: one.line):
        sentences = [one for one in group if not one.opens]
        whole = _whole(check, sentences)
        found = [one for sentence in sentences for one in _tallies_in(sentence)] if whole else []
        if not found:
            continue
        counted = {what: sum(len(one.counted(what)) for one in whole) for what in (*_STATES, "total")}
        totals = {one.whole for one in found} | {n for one in sentences for _, n in _in_all(one)}
        right = {one.status for one in found if one.number == counted[one.status]}
        if counted["total"] not in totals and len(right) < 2 and not _parts_add_up(found, counted["open"]):
            continue
        name = whole[0].title if len(whole) == 1 else f"{len(whole)} publications"
        for one in found:
            of = {counted["total"], counted["open" if one.status in ("open", "on-track", "delayed") else "closed"]}
            state = {"on-track": "on track"}.get(one.status, one.status)
            if one.number != counted[one.status] or (one.whole is not None and one.whole not in of):
                expected = f"{counted[one.status]} of {counted['total']}"
                _add(
                    check,
                    one.sentence,
                    f"{name}: {one.words} in the paper; the register has {state}: {expected}.",
                    expected,
                    one.words,
                )
        for sentence in sentences:
            for words, number in _in_all(sentence):
                if len(right) > 1 and counted["total"] not in totals and number not in counted.values():
                    message = f"{name}: {words} in the paper; the register has {counted['total']} in all."
                    _add(check, sentence, message, str(counted["total"]), words)


def _parts_add_up(found: list[_Tally], opened: int) -> bool:
    """Whether what is on track and what is delayed are all that is open, so that they count the whole."""
    parts = {one.status: one.number for one in found}
    return {"on-track", "delayed"} <= set(parts) and parts["on-track"] + parts["delayed"] == opened


def _add(check: Check, sentence: Sentence, message: str, expected: str, found: str) -> None:
    check.add(
        "count-in-sentence", Certainty.LIKELY, message, line=sentence.line, section=sentence.section, words=sentence.text,
        expected=expected, found=found, about=(expected, found),
    )  # fmt: skip


def _in_all(sentence: Sentence) -> list[tuple[str, int]]:
    """What a sentence counts of recommendations, with its words."""
    found = [(one[0], number_of(one[1])) for one in _IN_ALL.finditer(sentence.text)]
    return [(words, number) for words, number in found if number]


def _whole(check: Check, sentences: list[Sentence]) -> list[PublicationFacts]:
    """The publications that a paragraph counts: its own, else all of the paper; none where one is not here whole."""
    if not sentences or sentences[0].section.part in ("themes", "closures", "implications"):
        return []
    of = sentences[0].publication or sentences[0].section.publication
    whole = [of] if of else [one for one in check.facts.publications if one.row.id in check.facts.reported]
    return [] if any(one.is_cut for one in whole) else whole


def _tallies_in(sentence: Sentence) -> Iterator[_Tally]:
    if references_in(sentence.text) or sentence.items:
        return
    for match in _TALLY.finditer(sentence.text):
        before, after = sentence.text[: match.start()], sentence.text[match.end() :]
        status = "open" if match["status"].casefold() in ("to do", "left") else status_in(f"are {match['status']}")
        number, whole = number_of(match["number"]), number_of(match["whole"] or "")
        if whole is not None and not match["verb"]:
            # "Two of the six delayed": six are.
            number, whole = whole, None
        if status not in _STATES or number is None or _SOME.search(before):
            continue
        if status in ("closed", "discharged") and _RECENT.match(after):
            continue
        yield _Tally(sentence, number, whole, status, match[0])


RULES = (tallies,)
