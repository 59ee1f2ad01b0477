"""Numbers of items: those that do not exist, are there twice, or head a paragraph of another."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from store.domain.vocabulary import Status
from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Sentence
from store.papers.checking.rules.statuses import claims
from store.papers.checking.wording import references_in


def numbers_exist(check: Check) -> None:
    """A number that the publication does not have; one beyond its total that the register has too is a weakness."""
    reported: set[tuple[str, str]] = set()
    for sentence in check.outline.sentences:
        named = [(one.numbers, of) for one, _, of in claims(check, sentence)]
        named += [(sentence.items, sentence.publication)] if sentence.opens else []
        for numbers, of in named:
            for number in numbers:
                if of is None or (of.row.id, number) in reported or not of.states:
                    continue
                beyond = of.is_beyond(number)
                item = of.item(number)
                words = f"{of.title}: recommendation {number} of {of.total}"
                if item is not None and beyond:
                    if check.own_lines:
                        continue  # A paper that is written from the register has it in what is missing.
                    reported.add((of.row.id, number))
                    check.weak(
                        "number-beyond-total", f"{words}; the register has that number too.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                        items=(item.id,), about=(str(of.total), number),
                    )  # fmt: skip
                elif item is None and (beyond or of.is_whole or _is_closed_elsewhere(sentence, of)):
                    reported.add((of.row.id, number))
                    there = [of.item(other) for other in numbers]
                    check.add(
                        "number-not-there", Certainty.CERTAIN, f"{words} does not exist." if beyond or of.is_whole else f"{words}: what is closed has other numbers by the register.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                        items=tuple(one.id for one in there if one), about=(str(of.total), number),
                    )  # fmt: skip


def heads_in_order(check: Check) -> None:
    """The numbers at the heads of the paragraphs of a part: one that should be another, by the list and the register."""
    for section in check.outline.sections:
        of = section.publication
        if of is None or of.is_cut or section.part not in ("progress", "closures"):
            continue
        heads = [(n, one) for n, one in enumerate(check.outline.sentences) if one.section is section and one.opens]
        numbers = [number for _, one in heads for number in one.items]
        if len(numbers) < 2 or any(one.publication is not of for _, one in heads):
            continue
        opened = [item for item in of.items if item.status != Status.CLOSED]
        if section.part == "closures" or not all(of.rows[i.id].number for i in opened if i.id in of.rows):
            continue
        expected = [str(of.rows[item.id].number) for item in opened if item.id in of.rows]
        missing = [number for number in expected if number not in numbers]
        wrong = [n for n, number in enumerate(numbers) if number not in expected or numbers.count(number) > 1]
        fits = [n for n in wrong if missing and _is_rising([*numbers[:n], missing[0], *numbers[n + 1 :]])]
        if len(missing) != 1 or not fits:
            continue
        at = fits[0]
        place, head = next(
            (n, one) for k, (n, one) in enumerate(heads) if sum(len(h.items) for _, h in heads[: k + 1]) > at
        )
        check.add(
            "number-at-head", Certainty.CERTAIN,
            f"{of.title}: recommendation {numbers[at]} here; by the register and the others of this part it is {missing[0]}.",
            line=head.line, section=section, words=head.text, expected=missing[0], found=numbers[at],
            items=tuple(item.id for item in check.named_items((numbers[at], missing[0]), of)),
        )  # fmt: skip
        right = tuple(missing[0] if number == numbers[at] else number for number in head.items)
        for n in range(place, len(check.outline.sentences)):
            one = check.outline.sentences[n]
            if one.section is not section or (one.opens and n > place):
                break
            check.outline.sentences[n] = replace(one, items=right)


def _is_rising(numbers: list[str]) -> bool:
    found = [int(number) for number in numbers if number.isdigit()]
    return all(one < other for one, other in pairwise(found))


def numbers_once(check: Check) -> None:
    """The same number twice: in one list, or at the head of two paragraphs of one part."""
    heads: dict[tuple[int, str], tuple[int, bool]] = {}
    own = {
        (s.section.line, number) for s in check.outline.sentences if s.opens and len(s.items) == 1 for number in s.items
    }
    for sentence in check.outline.sentences:
        for one in references_in(sentence.text, check.facts.codes):
            for number in {n for n in one.numbers if one.numbers.count(n) > 1}:
                check.add(
                    "number-twice", Certainty.CERTAIN, f"{number} is named twice in one list: {one.words}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=one.words,
                )  # fmt: skip
        # A paragraph on items of which each has its own after it is not theirs alone.
        alone = len(sentence.items) == 1 or not all((sentence.section.line, n) in own for n in sentence.items)
        for number in sentence.items if sentence.opens and sentence.section.part in ("closures", "progress") else ():
            key = (sentence.section.line, f"{sentence.publication and sentence.publication.row.id} {number}")
            line, other = heads.get(key, (0, alone))
            # One paragraph on items with its own for each of them after it is no fault.
            if line and (other or not alone) and not check.is_found(sentence.line) and line != sentence.line:
                check.add(
                    "number-twice", Certainty.CERTAIN, f"Recommendation {number} is reported twice in this part: at line {line} too.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=number,
                )  # fmt: skip
            heads.setdefault(key, (sentence.line, alone))


def _is_closed_elsewhere(sentence: Sentence, of: PublicationFacts) -> bool:
    """Whether a number is reported as closed, and all that is closed by the register has another number."""
    closed = [of.rows[item.id] for item in of.items if item.status == Status.CLOSED and item.id in of.rows]
    return sentence.section.part == "closures" and not of.is_cut and bool(closed) and all(row.number for row in closed)


FIRST = (heads_in_order,)
"""What is applied before any status is read: which item a paragraph is on."""

RULES = (numbers_exist, numbers_once)
