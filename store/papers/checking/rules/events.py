"""Days of what happened or is to happen, in sentences: past and to come, the last update, one event on two days."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from store.domain.dates import PartDate
from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Sentence
from store.papers.checking.rules.statuses import claims
from store.papers.checking.wording import DateFound, dates_in, overlap, read_written
from store.queries.papers import ItemState

_TO_COME = re.compile(
    r"\b(?:will|shall|to be|plan\w*|schedul\w+|due|until|by|expect\w*|project\w*|target\w*|exten\w+|intend\w*|anticipat\w+|before"
    r"|from|ahead|would|should|next|propos\w+|forthcoming|upcoming|agreed to|set for|throughout|during|between)\b",
    re.IGNORECASE,
)
_HAPPENED = re.compile(
    r"\b(?:was|were|has been|have been|had been|met|commenced|began|started|launched|introduced|published|held|submitted|presented|"
    r"received|wrote|sent|took place|went live)\b[^.;:]{0,70}\b(?:on|in)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_THEN = re.compile(
    r",?\s+[^.;:]{0,70}?\b(?:was|were|directed|met|held|wrote|sent|took|gave|began|received|published|agreed|launched)\b"
)


def past_and_to_come(check: Check) -> None:
    """What is reported as having happened, on a day after the paper's own."""
    day = _day(check)
    for sentence in check.outline.sentences:
        if sentence.opens:
            continue
        for found in dates_in(sentence.text, year=day.year):
            earliest = found.meaning.earliest if found.meaning else None
            before = sentence.text[max(found.start - 90, 0) : found.start]
            if earliest is None or earliest <= day or _TO_COME.search(before):
                continue
            at_start = re.search(r"(?:^|[.;,]\s)(?:In|On)\s+(?:the\s+)?$", sentence.text[: found.start])
            after = sentence.text[found.end :]
            if _HAPPENED.search(before) or (at_start and _THEN.match(after) and not _TO_COME.search(after[:60])):
                check.add(
                    "past-and-to-come", Certainty.LIKELY,
                    f"{found.words} is reported as past, and is after the day of the paper.", line=sentence.line,
                    section=sentence.section, words=sentence.text, found=found.words, about=(found.words,),
                )  # fmt: skip
                break


def _day(check: Check) -> date:
    """The day of the paper: the later of the one at its head and the one in the register, of which one may be at fault."""
    row = check.facts.row
    recorded = date.fromisoformat(row.date_latest) if row and row.date_latest else check.day
    return max(check.day, recorded)


def present_and_past(check: Check) -> None:
    """What is reported as going on until a day that is past by the day of the paper."""
    day = _day(check)
    for sentence in check.outline.sentences:
        for found in dates_in(sentence.text, year=day.year):
            latest = found.meaning.latest if found.meaning else None
            before = sentence.text[max(found.start - 90, 0) : found.start]
            if (
                latest
                and latest < day
                and re.search(r"\b(?:is|are|remains?)\b[^.;:]{0,80}\buntil\s+(?:the\s+)?$", before)
            ):
                check.weak(
                    "promised-in-the-past", f"{found.words} is past by the day of the paper, and reported as still to come.",
                    certainty=Certainty.LIKELY, line=sentence.line, section=sentence.section, words=sentence.text,
                    found=found.words,
                )  # fmt: skip


# -- the last update, the publication

_LAST_UPDATE = re.compile(
    r"\b(?:last|previous) (?:update|report|paper)\b[^.;:,]{0,20}?\b(?:in|of|on|dated)\s+(?:the\s+)?$", re.IGNORECASE
)
_CLOSED_SINCE = re.compile(r"\b(?:closed|discharged|completed|closures)\b[^.;:]{0,60}\bsince\s+$", re.IGNORECASE)


def last_update(check: Check) -> None:
    """The day of the last update in a sentence against that of its publication, or of all of them where it is one."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        right = _last_updates(check, of)
        for found in dates_in(sentence.text) if right else ():
            before = sentence.text[: found.start]
            if found.meaning is None or not (_LAST_UPDATE.search(before) or _CLOSED_SINCE.search(before)):
                continue
            if not any(overlap(day, found.meaning) for day in right):
                expected = ", ".join(dict.fromkeys(day.text for day in right))
                check.add(
                    "last-update", Certainty.LIKELY, f"{found.words} as the last update; the register has {expected}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=expected, found=found.words,
                )  # fmt: skip


def _last_updates(check: Check, of: PublicationFacts | None) -> list[PartDate]:
    """The days that may be meant by the last update: of the publication, of any of them, of the paper before."""
    shown = [of] if of else [one for one in check.facts.publications if one.row.id in check.facts.reported]
    written = [one.row.last_update for one in shown if one.row.last_update]
    written += [check.facts.day_before] if check.facts.day_before else []
    return [day for text in written if (day := read_written(text)) and day.latest]


def published_in(check: Check) -> None:
    """The year in which a report was published, in its section, against the register."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        published = of.published if of else None
        found = re.search(
            r"\b(?:report|inspection|plan|review)\b[^.;:]{0,25}\bpublished in (?:[A-Z][a-z]+ )?((?:19|20)\d\d)\b",
            sentence.text,
        )
        if of is None or found is None or published is None or not (published.earliest and published.latest):
            continue
        if not published.earliest.year <= int(found[1]) <= published.latest.year:
            check.add(
                "published", Certainty.LIKELY, f"{of.title}: published in {found[1]} in the paper; the register has {published.text}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=published.text, found=found[1],
            )  # fmt: skip


# -- one event, two days


@dataclass(frozen=True, slots=True)
class _Mention:
    sentence: Sentence
    day: str
    words: str


_EVENT_IN = re.compile(r"\b([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+),? (?:in|of) ((?:19|20)\d\d)\b")
_EVENT_OF = re.compile(r"\b((?:19|20)\d\d) ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+)")
_LONG_NAME = re.compile(r"\b[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){3,}")


def events_on_two_days(check: Check) -> None:
    """An event that the paper has in one year more than once, and in another once; a document likewise, by its month."""
    mentions: dict[str, list[_Mention]] = defaultdict(list)
    titles = {one.title.casefold() for one in check.facts.publications}
    for sentence in check.outline.sentences:
        text = sentence.text
        pairs = [(found[1], found[2], found[0]) for found in _EVENT_IN.finditer(text)]
        pairs += [(found[2], found[1], found[0]) for found in _EVENT_OF.finditer(text)]
        for name, year, words in pairs:
            name = " ".join(name.split()[-2:]).casefold()
            if f"{name} {year}" not in titles and not re.match(
                r"(?:january|february|march|april|may|june|july|august|sept|oct|nov|dec)", name
            ):
                mentions[name].append(_Mention(sentence, year, words))
        days = [found for found in dates_in(text) if found.meaning]
        if len(days) == 1:
            for name in {found[0].casefold() for found in _LONG_NAME.finditer(text)}:
                mentions[f"{name} "].append(_Mention(sentence, _folded(days[0]), days[0].words))
    for every in mentions.values():
        times = Counter(one.day for one in every)
        if len(times) != 2 or len({one.sentence.line for one in every}) < 3:
            continue
        (usual, most), (_, least) = times.most_common()
        odd = next(one for one in every if one.day != usual)
        if least == 1 and most >= 2:
            right = next(one for one in every if one.day == usual)
            check.add(
                "event-on-two-days", Certainty.LIKELY if most > 2 else Certainty.POSSIBLE,
                f"{odd.words} here; {right.words} at line {right.sentence.line}, and {most} times in all.", line=odd.sentence.line,
                section=odd.sentence.section, words=odd.sentence.text, expected=right.words, found=odd.words,
            )  # fmt: skip


def _folded(found: DateFound) -> str:
    return str(found.meaning and (found.meaning.earliest, found.meaning.latest))


# -- promises


def promises_on_their_day(check: Check) -> None:
    """The day of what is promised of an item, against the actions and the target that the register has of it."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        named = tuple(n for one, _, _ in claims(check, sentence) for n in one.numbers) or sentence.items
        if sentence.opens or not named:
            continue
        for found in dates_in(sentence.text):
            before = sentence.text[max(found.start - 60, 0) : found.start]
            if found.meaning is None or not re.search(
                r"\b(?:projected|expected|anticipated|planned) (?:\w+ ){0,3}(?:date|completion|for|in|by)\b"
                r"|\bwill (?:\w+ ){1,6}(?:in|by|before)\s+(?:the )?$", before,
            ):  # fmt: skip
                continue
            items = check.named_items(named, of)
            due = [day for item in items for day in check.facts.due(item)]
            soon = [text for item in items for text in _promised(check, item) if _period(text) == "weeks"]
            is_late = bool(found.meaning.earliest and found.meaning.earliest > check.day + timedelta(weeks=10))
            if (due and not any(overlap(day, found.meaning) for day in due)) or (soon and not due and is_late):
                recorded = ", ".join(dict.fromkeys([*(day.text for day in due), *soon]))
                check.add(
                    "promise", Certainty.POSSIBLE,
                    f"{found.words} is promised here; the register has {recorded} of {', '.join(i.reference for i in items)}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=recorded, found=found.words,
                )  # fmt: skip


_PERIOD = re.compile(
    r"\b(?:coming|next)(?: few)? (?P<unit>weeks|months|years)\b|\bend of the (?P<kind>calendar|financial) year\b",
    re.IGNORECASE,
)


def _period(text: str) -> str:
    found = _PERIOD.search(text)
    return (found["unit"] or found["kind"]).casefold() if found else ""


def _promised(check: Check, item: ItemState) -> list[str]:
    """When what is promised of an item is due, as recorded."""
    detail = check.facts.detail(item.id)
    return [text for one in (detail.actions if detail else ()) if (text := str(one.fields.get("due") or ""))]


def promises_in_their_time(check: Check) -> None:
    """ "In the coming weeks", "by the end of the calendar year", where the register has other words for when it is due."""
    for sentence in check.outline.sentences:
        of, period = sentence.publication or sentence.section.publication, _period(sentence.text)
        if of is None or not period or sentence.opens:
            continue
        named = tuple(n for one, _, _ in claims(check, sentence) for n in one.numbers) or sentence.items
        items = check.named_items(named, of) if named else of.counted("open")
        alike = ("weeks", "months", "years") if period.endswith("s") else ("calendar", "financial")
        due = [text for item in items for text in _promised(check, item) if _period(text) in alike]
        if due and (named or "calendar" in alike) and period not in {_period(text) for text in due}:
            found, recorded = _PERIOD.search(sentence.text), ", ".join(dict.fromkeys(due))
            words = found[0] if found else period
            check.add(
                "promise", Certainty.LIKELY, f"“{words}” is promised here; the register has “{recorded}”.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=recorded, found=words,
                items=tuple(item.id for item in items if _promised(check, item)),
            )  # fmt: skip


RULES = (
    last_update, published_in, past_and_to_come, present_and_past, events_on_two_days, promises_on_their_day,
    promises_in_their_time,
)  # fmt: skip
