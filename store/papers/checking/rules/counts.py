"""Counts in sentences: against the list beside them, the items reported, the tables and the register."""

from __future__ import annotations

import re
from collections.abc import Iterable

from store.domain.date_wording import MONTHS
from store.domain.vocabulary import Status
from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Sentence
from store.papers.checking.rules.statuses import claims
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import Count, counts_in, fold, number_of, references_in
from store.papers.item_names import join_and
from store.queries.papers import ItemState


def counts_and_lists(check: Check) -> None:
    """A count and the list that it names: "two recommendations (13 & 14)", "Two … – Recommendations 3 and 8"."""
    for sentence in check.outline.sentences:
        found = counts_in(sentence.text)
        named = references_in(sentence.text, check.facts.codes)
        for n, count in enumerate(found):
            until = found[n + 1].start if n + 1 < len(found) else len(sentence.text)
            lists = [one for one in named if count.end <= one.start + 20 and count.start <= one.start < until]
            ends = re.search(r";\s", sentence.text[lists[0].start :]) if lists else None
            if ends and _GOES_ON.search(sentence.text[lists[0].start + ends.end() :]):
                # What comes after is another clause, with items of its own.
                lists = [one for one in lists if one.start < lists[0].start + ends.start()]
            if not lists:
                continue
            listed = sum(len(one.numbers) for one in lists)
            if count.words.casefold().startswith("all ") and listed < count.number:
                continue  # "All 13 are on track: R13 and R14 this month" counts more than it lists.
            close = sentence.text[count.end : lists[0].start]
            if listed != count.number and (
                len(close) < 8
                or re.search(r"[–—:-]\s*(?:Rec|$)", f"{close.rstrip()}")
                or close.rstrip()[-1:] in "–—:-("
                or (lists[0].words.startswith("(") and _STATUS_ALONE.fullmatch(close))
            ):
                words = "; ".join(one.words.strip("()") for one in lists)
                check.add(
                    "count-and-list", Certainty.CERTAIN, f"{count.words.strip().capitalize()}; the list names {listed}: {words}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=str(listed),
                    found=str(count.number),
                )  # fmt: skip


_STATUS_ALONE = re.compile(
    r"\s*(?:are|is|remains?|have been|has been)\s+(?:(?:now|still|all|currently)\s+)?(?:ongoing|open|outstanding|delayed|late|on track|closed|discharged)\s*",
    re.IGNORECASE,
)

_GOES_ON = re.compile(
    r"^\s*(?:and )?(?:Rec\w*\.?\s|R)\s*\d[\d, &and]*\s(?:is|are|was|were|has|have|remains?)\b", re.IGNORECASE
)

_MONTHS_LISTED = re.compile(
    r"\b(?:over|for|in) (?:the )?(?:last |past )?(\w+) months? \(([A-Za-z]{3,9}(?:(?:/|, | and | & )[A-Za-z]{3,9})+)\)"
)


def months_and_lists(check: Check) -> None:
    """So many months, and those that are listed beside them: "over 3 months (June/July/Aug)"."""
    for sentence in check.outline.sentences:
        for found in _MONTHS_LISTED.finditer(sentence.text):
            listed = [part for part in re.split(r"/|, | and | & ", found[2]) if part.casefold() in MONTHS]
            number = number_of(found[1])
            if number is not None and listed and number != len(listed):
                check.add(
                    "count-and-list", Certainty.LIKELY, f"{found[1]} months; {len(listed)} are listed: {found[2]}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=str(len(listed)), found=found[1],
                )  # fmt: skip


_OPEN = re.compile(
    r"(?:remain\w*|are|is|be|there (?:are|is)|still)\b.{0,40}\b(?:ongoing|open|outstanding|live)\b|\b(?:ongoing|outstanding)\b\W*$",
    re.IGNORECASE,
)


def counts_of_publication(check: Check) -> None:
    """What a sentence counts as open, delayed or on track in a section against the register."""
    for sentence in check.outline.sentences:
        of, section = sentence.publication or sentence.section.publication, sentence.section
        found = counts_in(sentence.text)
        if of is None or not found or check.is_found(sentence.line) or section.part == "closures":
            continue
        every = [one for one in found if one.words.casefold().startswith("all ")]
        for count in found if len(found) == 1 else every:
            what = what_is_counted(sentence, count)
            if not what or not of.states:
                continue
            right, whole = of.count(what), f" of {len(of.items)}" if count.whole is not None else ""
            wholes = {len(of.items), *([len(of.counted("open"))] if what in ("on-track", "delayed") else [])}
            if right is not None and (count.number != right or (whole and count.whole not in wholes)):
                words = {"on-track": "on track"}.get(what, what)
                check.add(
                    "count-in-sentence", Certainty.CERTAIN,
                    f"{of.title}: {count.words.strip()}, reported as {words}; the register has {right}{whole}.",
                    line=sentence.line, section=section, words=sentence.text, expected=f"{right}{whole}", found=str(count.number),
                    items=_ids(of.counted(what)),
                )  # fmt: skip


def _ids(items: Iterable[ItemState]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def what_is_counted(sentence: Sentence, count: Count) -> str:
    """What a sentence counts of the whole of a publication; "" where it counts some of it only."""
    text = sentence.text
    after = text[count.end :]
    if re.search(
        r"\b(?:of (?:which|them|these)|an additional|a further|another)\b", text[: count.start], re.IGNORECASE
    ):
        return ""
    if references_in(after) and not re.match(r"\s*\(", after):
        return ""
    if "ongoing" in fold(count.words) or _OPEN.search(text[count.start :]):
        return "open"
    status = status_in(after[:60])
    if status == "closed" and re.search(r"\bsince\b", text, re.IGNORECASE):
        return ""
    return status if status in ("on-track", "delayed", "closed") else ""


def all_of_it(check: Check) -> None:
    """ "All recommendations are currently on track", or most of them, where the register has it otherwise."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        found = _WHOLE.search(sentence.text)
        if found is None or of is None or not of.states or references_in(sentence.text[: found.start()]):
            continue
        many, qualifier, what, after = found["many"].casefold(), found["which"] or "", found["what"], found["after"]
        is_open = bool(re.search(r"ongoing|open|remaining|outstanding|live", qualifier, re.IGNORECASE))
        status = status_in(after.partition(" with ")[0])
        if status not in ("on-track", "delayed", "closed", "open") or (status == "open" and is_open):
            continue
        if status in ("closed", "open") and "date" in what:
            continue
        is_of_open = is_open or status not in ("closed", "open")
        whole = [item for item in of.items if item.status != Status.CLOSED] if is_of_open else of.items
        right = of.count(status)
        fits = {"all": right == len(whole) > 0, "most": right is not None and len(whole) / 2 < right < len(whole)}
        if right is not None and not fits[many]:
            check.add(
                "count-in-sentence", Certainty.CERTAIN if many == "all" else Certainty.LIKELY,
                f"{of.title}: {many} are {status.replace('-', ' ')} in the paper; the register has {right} of {len(whole)}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=f"{right} of {len(whole)}",
                found=many, items=_ids(item for item in whole if item not in of.counted(status)) or _ids(whole),
                about=(status, str(right), str(len(whole))),
            )  # fmt: skip


_WHOLE = re.compile(
    r"(?:^|,\s*(?:and\s+)?|\band\s+)(?P<many>all|most)(?: of)?(?: the| its| these)? (?P<which>\w+ )??"
    r"(?P<what>recommendations|actions|(?:target |completion |due )?dates|targets|timescales)\b(?P<after>[^.;,]{0,60})",
    re.IGNORECASE,
)


def closures_counted(check: Check) -> None:
    """ "Two recommendations have been closed", without their numbers, against those that the part on closures is on."""
    for section in check.outline.sections:
        if section.part != "closures" or section.publication is None:
            continue
        own = [sentence for sentence in check.outline.sentences if sentence.section is section]
        named = {number for one in own if one.opens for number in one.items}
        named |= {number for one in own if not one.opens for ref, _, _ in claims(check, one) for number in ref.numbers}
        for sentence in own:
            found = counts_in(sentence.text)
            plain = fold(sentence.text)
            if len(found) != 1 or not named or references_in(sentence.text, check.facts.codes) or sentence.items:
                continue
            if (
                status_in(plain) in ("closed", "discharged", "submitted")
                and "since" in plain
                and found[0].number != len(named)
            ):
                check.add(
                    "count-and-list", Certainty.LIKELY,
                    f"{found[0].words.strip().capitalize()} in the sentence; this part is on {len(named)}: {', '.join(sorted(named))}.",
                    line=sentence.line, section=section, words=sentence.text, expected=str(len(named)), found=str(found[0].number),
                    items=_ids(check.named_items(tuple(sorted(named)), section.publication)),
                )  # fmt: skip


_LAST_MENTIONED = re.compile(r"\bthe (?:remaining|last|only) (?:recommendation|action)\b", re.IGNORECASE)


def one_remaining(check: Check) -> None:
    """ "The remaining recommendation", where more than one is open."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        opened = of.counted("open") if of else []
        counted = re.search(r"\b(?:the )?remaining (?=\w+ (?:recommendations|actions)\b)", sentence.text, re.IGNORECASE)
        rest = counts_in(sentence.text[counted.end() :])[:1] if counted else []
        if of is not None and not of.is_cut and rest and rest[0].start == 0 and rest[0].number != len(opened):
            check.add(
                "count-in-sentence", Certainty.POSSIBLE, f"{of.title}: {rest[0].words.strip()} remaining in the sentence; {len(opened)} are open.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=str(len(opened)),
                found=str(rest[0].number), items=_ids(opened),
            )  # fmt: skip
        if of is not None and _LAST_MENTIONED.search(sentence.text) and len(opened) > 1:
            check.add(
                "count-in-sentence", Certainty.POSSIBLE,
                f"{of.title}: one remaining recommendation in the sentence; {len(opened)} are open.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=str(len(opened)), found="1",
                items=_ids(opened),
            )  # fmt: skip


def closed_since(check: Check) -> None:
    """How many closed since the last update, as the whole paper counts them, against those that its sections name."""
    for sentence in check.outline.sentences:
        found = counts_in(sentence.text)
        plain = fold(sentence.text)
        if len(found) != 1 or sentence.section.publication or "closed" not in plain or "since" not in plain:
            continue
        if check.is_found(sentence.line) or references_in(sentence.text, check.facts.codes):
            continue
        count = found[0].number
        dated, undated = _itemised(check)
        moved = None if check.facts.is_cut else check.facts.moved
        closed = [one.item for one in moved.closed if not one.undated] if moved else []
        by_register = len(closed) if moved else None
        if not dated and not undated:
            if by_register is not None and by_register != count:
                _closed(
                    check, sentence, count, Certainty.CERTAIN, f"the register has {by_register}", by_register, closed
                )
            return
        named = len(dated) + len(undated)
        behind = [entity for entity in (*dated.values(), *undated.values()) if entity]
        if count in (named,) and by_register in (None, count):
            return
        listed = f"the sections name {named}: {', '.join([*dated, *undated])}"
        if count == len(dated) and undated:
            listed += f"; of {', '.join(undated)} no day is given, so that both may be right"
            _closed(check, sentence, count, Certainty.POSSIBLE, listed, named, behind)
        elif count != named or by_register not in (None, count):
            if count == named:
                listed, behind = f"the register has {by_register}", closed
            _closed(check, sentence, count, Certainty.CERTAIN, listed, named, behind)
        return


def closures_by_register(check: Check) -> None:
    """What the part on closures is on, against what the register has as closed since: one in the place of another."""
    moved = check.facts.moved
    for section in check.outline.sections if moved and not check.facts.is_cut else ():
        of = section.publication
        if of is None or section.part != "closures":
            continue
        since = {one.item for one in moved.closed if one.item in of.rows} if moved else set()
        named: dict[str, Sentence] = {}
        for sentence in check.outline.sentences:
            if sentence.section is section:
                for number in (
                    *sentence.items,
                    *(n for one, _, p in claims(check, sentence) if p is of for n in one.numbers),
                ):
                    named.setdefault(number, sentence)
        missing = [item for item in of.items if item.id in since and item not in check.named_items((*named,), of)]
        extra = [number for number in named if (item := of.item(number)) is None or item.id not in since]
        other = of.item(extra[0]) if extra else None
        if len(missing) == 1 and len(extra) == 1 and (other is None or other.status == Status.CLOSED):
            sentence = named[extra[0]]
            check.add(
                "closed-since", Certainty.LIKELY,
                f"{of.title}: recommendation {extra[0]} among the closures; what closed since by the register is {missing[0].reference}.",
                line=sentence.line, section=section, words=sentence.text, expected=missing[0].reference, found=extra[0],
                items=(missing[0].id,),
            )  # fmt: skip


def _closed(
    check: Check, sentence: Sentence, count: int, certainty: Certainty, why: str, right: int, items: list[str]
) -> None:
    check.add(
        "closed-since", certainty, f"{count} closed since the last update; {why}.", line=sentence.line,
        section=sentence.section, words=sentence.text, expected=str(right), found=str(count),
        items=tuple(items),
    )  # fmt: skip


def _itemised(check: Check) -> tuple[dict[str, str], dict[str, str]]:
    """The closures that the sections of publications name: those since the last update, and those without a day.

    Each by its reference, with its id, or "" where the register has none such.
    """
    dated: dict[str, str] = {}
    undated: dict[str, str] = {}
    for sentence in check.outline.sentences:
        of = sentence.section.publication
        if of is None or sentence.section.part != "closures":
            continue
        if sentence.opens:
            into = (
                dated
                if re.match(r"(?:\w+ ){0,4}?(?:closed|discharged)\b.*\bsince\b", sentence.quoted, re.I)
                else undated
            )
            for number in sentence.items:
                into.setdefault(*_named(of, number))
            continue
        for one, clause, publication in claims(check, sentence):
            if publication is of and status_in(clause) in ("closed", "discharged", "submitted"):
                into = (
                    dated
                    if re.search(r"\bsince\b", clause, re.IGNORECASE) and "may have been before" not in clause
                    else undated
                )
                for number in one.numbers:
                    into.setdefault(*_named(of, number))
    return dated, {name: entity for name, entity in undated.items() if name not in dated}


def _named(of: PublicationFacts, number: str) -> tuple[str, str]:
    item = of.item(number)
    return (item.reference, item.id) if item else (f"{of.row.code or of.title}-{number}", "")


def lists_and_items(check: Check) -> None:
    """What a sentence lists as closed or open in its part against the items that have paragraphs there."""
    for section in check.outline.sections:
        if section.part not in ("closures", "progress") or section.publication is None:
            continue
        own = [sentence for sentence in check.outline.sentences if sentence.section is section]
        headed = [number for sentence in own if sentence.opens for number in sentence.items]
        listing = [
            (sentence, one)
            for sentence in own
            if not sentence.opens and not sentence.items and not check.is_found(sentence.line)
            for one, clause, _ in claims(check, sentence)
            if status_in(clause) in ("closed", "discharged", "submitted", "open")
        ]
        listed = list(dict.fromkeys(number for _, one in listing for number in one.numbers))
        headed = list(dict.fromkeys(headed))
        if not headed or not listed or len(headed) < len(set(listed)) / 2:
            continue
        missing, extra = [n for n in listed if n not in headed], [n for n in headed if n not in listed]
        if missing and not check.is_found(listing[0][0].line):
            sentence = next(sentence for sentence, one in listing if missing[0] in one.numbers)
            also = f"; {join_and(extra)} have paragraphs, and are not named" if len(extra) > 1 else ""
            also = f"; {extra[0]} has a paragraph, and is not named" if len(extra) == 1 else also
            named, it = (
                f"Recommendation{'s' * (len(missing) > 1)} {join_and(missing)}",
                "them" if len(missing) > 1 else "it",
            )
            check.add(
                "list-and-items", Certainty.LIKELY,
                f"{named} {'are' if len(missing) > 1 else 'is'} named here, and no paragraph of this part is on {it}{also}.", line=sentence.line,
                section=section, words=sentence.text, expected=", ".join(headed), found=", ".join(listed),
                items=_ids(check.named_items((*missing, *extra), section.publication)),
            )  # fmt: skip
        elif extra and not missing and section.part == "closures":
            sentence = next(s for s in own if s.opens and extra[0] in s.items)
            check.add(
                "list-and-items", Certainty.LIKELY,
                f"Recommendation {', '.join(extra)} has a paragraph among the closures, and no sentence there names it.",
                line=sentence.line, section=section, words=sentence.text, expected=", ".join(listed), found=", ".join(headed),
                items=_ids(check.named_items(tuple(extra), section.publication)),
            )  # fmt: skip


RULES = (
    counts_and_lists, months_and_lists, counts_of_publication, all_of_it, one_remaining, closures_counted, lists_and_items,
    closed_since, closures_by_register,
)  # fmt: skip
