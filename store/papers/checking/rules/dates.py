"""Dates: those that cannot be, targets and evidence dated otherwise than the register has them, and quoted texts."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from store.domain.dates import PartDate
from store.papers.checking.context import Check, TargetRead
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Sentence
from store.papers.checking.rules.statuses import claims
from store.papers.checking.wording import (
    DAYS,
    DateFound,
    dates_in,
    fold,
    loose_dates_in,
    month_alone,
    overlap,
    read_written,
    same_days,
    shorten,
)
from store.queries.papers import ItemState

_TARGET = re.compile(
    r"\b(?:due|target\w*|timescales?|complet\w+|deadline|extended to|to be (?:closed|done))\b", re.IGNORECASE
)
_SENT = re.compile(r"\b(?:submitted|sent|went|shared|provided|received|submission)\b", re.IGNORECASE)


_THEN = re.compile(r"[)\s,:]*(?:(?:then|follow\w*|come|by|in|for|at|the end of|early|late)\s+)*", re.IGNORECASE)
"""What comes between items and their target, after those of another: "13 is due in May, then 2 and 4 in June"."""


def impossible_dates(check: Check) -> None:
    """A day that no calendar has."""
    lines = [(s.line, s.section, s.text) for s in check.outline.sentences]
    for table, section in check.outline.tables:
        lines += [(row.line, section, " | ".join(row.cells)) for row in table.rows]
    for line, section, text in lines:
        for found in dates_in(text):
            if found.meaning is None:
                check.add(
                    "impossible-date", Certainty.CERTAIN, f"{found.words} is a day that no calendar has.", line=line,
                    section=section, words=text, found=found.words,
                )  # fmt: skip


def weekdays(check: Check) -> None:
    """A day of the week that is another than its date has."""
    lines = [(s.line, s.section, s.text) for s in check.outline.sentences]
    for table, section in check.outline.tables:
        lines += [(row.line, section, " | ".join(row.cells)) for row in table.rows]
    for line, section, text in lines:
        for found in dates_in(text, year=check.day.year):
            before = re.search(rf"\b({'|'.join(DAYS)}),?\s+(?:the\s+)?$", text[: found.start], re.IGNORECASE)
            day = found.meaning.latest if found.meaning and found.meaning.earliest == found.meaning.latest else None
            if before and day and found.has_year and before[1].casefold() != DAYS[day.weekday()]:
                check.add(
                    "weekday", Certainty.CERTAIN, f"{found.words} is a {DAYS[day.weekday()].capitalize()}, not a {before[1]}.",
                    line=line, section=section, words=text, expected=DAYS[day.weekday()].capitalize(), found=before[1],
                )  # fmt: skip


def targets(check: Check) -> None:
    """A target in a sentence against that of the items that it is of."""
    for sentence in check.outline.sentences:
        text = sentence.text
        days = sorted([*dates_in(text), *loose_dates_in(text)], key=lambda one: one.start)
        if sentence.opens or not _TARGET.search(text) or not days or _SENT.search(text):
            continue
        named = list(claims(check, sentence))
        if not named:
            _without_reference(check, sentence, days)
            continue
        for n, (one, _, of) in enumerate(named):
            end = named[n + 1][0].start if n + 1 < len(named) else len(text)
            after = [found for found in days if one.end <= found.start < end]
            if not after or not after[0].meaning:
                continue
            between = text[one.end : after[0].start]
            if _TARGET.search(between) or (_TARGET.search(text[: one.start]) and _THEN.fullmatch(between)):
                _compare(check, sentence, check.named_items(one.numbers, of), after[0])


def _without_reference(check: Check, sentence: Sentence, days: list[DateFound]) -> None:
    """ "Target: June 2025" of an item, and "all target dates have now been extended to June 2025" of a publication."""
    of = sentence.publication or sentence.section.publication
    found = next((one for one in days if one.meaning), None)
    if of is None or found is None:
        return
    if sentence.items and re.match(r"(?:present )?target\b|due\b", sentence.text, re.IGNORECASE):
        _compare(check, sentence, check.named_items(sentence.items, of), found)
    elif re.search(
        r"\ball (?:the )?(?:target|completion|due) dates?\b|^all (?:of (?:these|them) )?(?:are|is) (?:now )?due\b",
        sentence.text,
        re.IGNORECASE,
    ):
        with_target = [item for item in of.items if item.target and item.status != "closed"]
        wrong = [item for item in with_target if not _is_target(item, found)]
        if with_target and len(wrong) == len(with_target):
            _compare(check, sentence, wrong, found)


def _is_target(item: ItemState, found: DateFound) -> bool:
    target = read_written(item.target or "")
    if found.is_loose and target:
        return overlap(target, found.meaning)
    return same_days(target, found.meaning)


def _compare(check: Check, sentence: Sentence, items: list[ItemState], found: DateFound) -> None:
    wrong = [item for item in items if not _is_target(item, found) and (item.id, "target") not in check.items_reported]
    if not wrong:
        if found.meaning is not None:
            right = (TargetRead(item, found.meaning, sentence.line, sentence.section, sentence.text) for item in items)
            check.targets.extend(right)
        return
    check.items_reported.update((item.id, "target") for item in wrong)
    names = ", ".join(item.reference for item in wrong)
    recorded = ", ".join(dict.fromkeys(item.target or "no target" for item in wrong))
    check.add(
        "target", Certainty.CERTAIN if any(item.target for item in wrong) else Certainty.LIKELY,
        f"{names}: target {found.words} in the paper; the register has {recorded}.", line=sentence.line,
        section=sentence.section, words=sentence.text, expected=recorded, found=found.words,
        items=tuple(item.id for item in wrong),
    )  # fmt: skip


_BROUGHT_FORWARD = re.compile(
    r"\b(?:brought forward|bringing forward|earlier|ahead of|sooner|accelerat\w+|revis\w+|moved|shortened)\b",
    re.IGNORECASE,
)


def targets_earlier_than_before(check: Check) -> None:
    """A target that is earlier than in the paper before, where nothing that this one has of the item shows why."""
    for one in check.targets:
        was = check.facts.before.get(one.item.id)
        latest = one.target.latest.isoformat() if one.target.latest else ""
        if was is None or not was.target_latest or not latest or latest >= was.target_latest:
            continue
        of = next((p for p in check.facts.publications if p.row.id == one.item.publication), None)
        about = [
            sentence
            for sentence in check.outline.sentences
            if one.item in check.named_items(sentence.items, sentence.publication)
            or sentence.line == one.line
            or one.item.id in check.items_at(sentence.line, sentence.text, sentence.section)
        ]
        if of is None or any(_BROUGHT_FORWARD.search(sentence.text) for sentence in about):
            continue
        check.add(
            "target-earlier", Certainty.POSSIBLE,
            f"{one.item.reference}: target {one.item.target} here and in the register; {was.target} in the paper before, and "
            "nothing here is on why it is earlier.",
            line=one.line, section=one.section, words=one.words, expected=was.target or "", found=one.item.target or "",
            items=(one.item.id,),
        )  # fmt: skip


def evidence_dates(check: Check) -> None:
    """When evidence was sent, in a sentence, against the submissions that the register has."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        found = [one for one in dates_in(sentence.text) if one.meaning] or month_alone(sentence.text, check.day)
        if (
            of is None
            or not found
            or not _SENT.search(sentence.text)
            or not re.search(
                r"\bevidence|\bhmics\b|inspectorate|\bdraft\b|" + re.escape(fold(of.row.publisher or "hmics")),
                fold(sentence.text),
            )
        ):
            continue
        if re.search(r"\b(?:will|to) (?:be )?(?:submit|sent|send|share|provide|receive)", sentence.text):
            continue
        numbers = sentence.items or tuple(n for one, _, _ in claims(check, sentence) for n in one.numbers)
        items = check.named_items(numbers, of) if numbers else of.items
        if "submission" in check.facts.left_out:
            return
        sent = [day for item in items for day in _sent(check, item)]
        first = found[0]
        near = sentence.text[max(first.start - 40, 0) : first.end + 60]
        if (
            sent
            and _SENT.search(near)
            and not any(overlap(day, first.meaning) for day in sent)
            and not check.is_found(sentence.line)
        ):
            recorded = ", ".join(dict.fromkeys(day.text for day in sent))
            check.add(
                "evidence-date", Certainty.LIKELY,
                f"{of.title}: evidence dated {first.words} in the paper; the register has {recorded}.", line=sentence.line,
                section=sentence.section, words=sentence.text, expected=recorded, found=first.words,
                items=tuple(item.id for item in items if _sent(check, item)),
            )  # fmt: skip


def _sent(check: Check, item: ItemState) -> list[PartDate]:
    detail = check.facts.detail(item.id)
    days = [read_written(str(one.fields.get("sent") or "")) for one in (detail.submissions if detail else ())]
    return [day for day in days if day is not None]


def before_publication(check: Check) -> None:
    """A target or evidence dated before its publication came out."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        published = of.published if of else None
        if of is None or published is None or not published.earliest or check.is_found(sentence.line):
            continue
        if not (_TARGET.search(sentence.text) or _SENT.search(sentence.text)):
            continue
        for found in dates_in(sentence.text):
            if (
                found.meaning
                and found.meaning.latest
                and found.meaning.latest < published.earliest
                and _is_about(sentence, found)
            ):
                check.add(
                    "before-publication", Certainty.LIKELY,
                    f"{of.title}: {found.words} is before its publication, {published.text}.", line=sentence.line,
                    section=sentence.section, words=sentence.text, expected=f"after {published.text}", found=found.words, about=(published.text, found.words),
                )  # fmt: skip
                break


def _is_about(sentence: Sentence, found: DateFound) -> bool:
    near = sentence.text[max(found.start - 40, 0) : found.end + 30]
    return bool(_TARGET.search(near) or _SENT.search(near))


def _is_inside(one: list[str], other: list[str]) -> bool:
    return f" {' '.join(one)} " in f" {' '.join(other)} "


def quoted_texts(check: Check) -> None:
    """The text of an item that its source states, where the paper has other words for it."""
    for sentence in check.outline.sentences:
        if len(sentence.quoted) < 20 or len(sentence.items) != 1:
            continue
        for item in check.named_items(sentence.items, sentence.publication):
            stated = check.facts.stated_text(item)
            one, other = re.findall(r"[\w'%]+", fold(sentence.quoted)), re.findall(r"[\w'%]+", fold(stated))
            # What is quoted in part, or has more after it, is no other text.
            if not stated or _is_inside(one, other) or _is_inside(other, one):
                continue
            match = SequenceMatcher(None, one, other, autojunk=False)
            if match.ratio() < 0.6:
                continue
            changed = next(op for op in match.get_opcodes() if op[0] != "equal")
            here = " ".join(one[max(changed[1] - 1, 0) : changed[2] + 1])
            there = " ".join(other[max(changed[3] - 1, 0) : changed[4] + 1])
            check.add(
                "quoted-text", Certainty.CERTAIN,
                f"{item.reference}: its text has “{shorten(here, 60)}”; as stated it has “{shorten(there, 60)}”.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=there, found=here,
                items=(item.id,),
            )  # fmt: skip


RULES = (
    impossible_dates,
    weekdays,
    targets,
    targets_earlier_than_before,
    evidence_dates,
    before_publication,
    quoted_texts,
)
