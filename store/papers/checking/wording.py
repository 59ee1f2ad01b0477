"""How papers word what is counted, named, dated and reported: numbers, references, dates, statuses in a sentence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from store.domain.date_reading import read_date
from store.domain.date_wording import MONTHS
from store.domain.dates import PartDate, month_end

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: n for n, word in enumerate(_UNITS)} | {word: 10 * n for n, word in enumerate(_TENS, 2)} | {"no": 0}
NUMBER = (
    rf"\d{{1,3}}(?:,\d{{3}})+|\d{{1,5}}|(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[1:10])}))?|{'|'.join(_UNITS)}"
)

NOUN = r"(?:recommendations?|actions?|recs?|commitments?|areas? for (?:development|improvement))"


def number_of(text: str) -> int | None:
    """A number in digits or words; None for any other text."""
    plain = text.strip().casefold().replace(",", "")
    if plain.isascii() and plain.isdigit():
        return int(plain[:9])
    if plain in _WORDS:
        return _WORDS[plain]
    head, _, tail = plain.replace("-", " ").partition(" ")
    if head in _TENS and tail in _UNITS[1:10]:
        return _WORDS[head] + _WORDS[tail]
    return None


def number_in_cell(text: str) -> int | None:
    """The number that a cell begins with: "8 recs" is 8, "New Plan" and a blank are none."""
    found = re.match(r"\s*(\d{1,3}(?:,\d{3})+|\d{1,6})(?![\d/.%])\s*(?:\(|$|rec|action|item|[†*])", text, re.IGNORECASE)
    return int(found[1].replace(",", "")) if found else None


@dataclass(frozen=True, slots=True)
class Count:
    """So many of what is counted, in a sentence: the number, its words, and where they are."""

    number: int
    words: str
    start: int
    end: int
    whole: int | None = None
    """Of how many: 15 in "10 of the 15 recommendations"; None where that is not there."""


_COUNT = re.compile(
    rf"(?:\b(?P<part>{NUMBER})\s+of\s+(?:the\s+|its\s+|these\s+|our\s+|all\s+)?(?={NUMBER}\b))?"
    rf"\b(?P<many>{NUMBER}|no(?=\s+(?:{NOUN})\b))\s+"
    r"(?:(?:additional|further|more|other|ongoing|open|outstanding|live|new|remaining|of the|HMICS|of its|of these)\s+)*"
    rf"(?-i:[A-Z][a-z]+\s+){{0,4}}(?:{NOUN})\b"
    rf"|\b(?:all )?(?P<these>{NUMBER})\s+(?=(?:are|remain|is|remains|have been|has been)\s+(?:now\s+|still\s+|all\s+|currently\s+)?(?:ongoing|open|outstanding|delayed|late|on track|closed|discharged)\b)",
    re.IGNORECASE,
)


def counts_in(sentence: str) -> list[Count]:
    """What a sentence counts of recommendations, commitments or actions."""
    found = []
    for match in _COUNT.finditer(sentence):
        before = sentence[: match.start()].rstrip()[-16:].casefold()
        many, part = match["many"], number_of(match["part"] or "")
        number = number_of(many or match["these"])
        if not many and _is_of_list(sentence[: match.start()]):
            continue
        if part is None and number and _NONE_OF.search(before):
            number, part = number, 0
        if number is None or (
            many
            and many.isdigit()
            and part is None
            and re.search(r"(?:rec\w*|table|figure|to|and|,|&|[-–/])$", before)
            and re.search(r"rec\w*\.?$|[-–/]$", before)
        ):
            continue
        whole = number if part is not None else None
        found.append(Count(number if part is None else part, match[0], match.start(), match.end(), whole))
    return found


_NONE_OF = re.compile(r"\bnone of (?:the|these|its|our|all)?\s*$")


def _is_of_list(before: str) -> bool:
    """Whether a number that comes after these words ends a list of items: "Recommendations 2 to" 6, "HC-" 6."""
    words = rf"(?:\b{NOUN}\.?\s+(?:numbers?\s+|nos?\.?\s*)?|\bR)\d{{1,3}}[a-z]?\s*(?:(?:,|;|&|\band|\bto|[-–/])\s*(?:(?:and|&)\s+)?(?:R?\d{{1,3}}[a-z]?\s*)?)+$"
    return bool(re.search(rf"\b[A-Za-z]{{1,6}}\d{{0,2}}-$|{words}", before[-80:], re.IGNORECASE))


# -- references

_LIST = r"(?:R(?:ec)?\.?\s?)?x?\d{1,3}[a-z]?(?:\s*(?:,\s*(?:and\s+|&\s*)?|;\s*(?:and\s+)?|&|and|to|[-–]|/)\s*(?:R(?:ec)?\.?\s?)?x?\d{1,3}[a-z]?\b)*"
_NAMED = re.compile(
    rf"\b(?:Rec(?:ommendation)?s?|Areas? for (?:development|improvement)|Commitments?)\.?\s+(?:numbers?\s+|nos?\.?\s*)?(?P<named>{_LIST})(?![\d%])"
    rf"|\((?P<bare>{_LIST})\)"
    rf"|\b(?P<short>R\d{{1,3}}(?:\s*(?:,|;|&|and|to|[-–])\s*(?:and\s+)?R?\d{{1,3}}\b)*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reference:
    """Items that a sentence names: by numbers, of the publication with a code where it has one."""

    numbers: tuple[str, ...]
    start: int
    end: int
    code: str = ""
    words: str = ""


def references_in(sentence: str, codes: frozenset[str] = frozenset()) -> list[Reference]:
    """The items that a sentence names: "Recs 2 to 6", "R2; R4 & R7", "(13 & 14)" after what it counts, "HC-6"."""
    found = []
    for match in _NAMED.finditer(sentence):
        if match["bare"] is not None:
            before = sentence[: match.start()].casefold()
            is_year = re.fullmatch(r"(?:19|20)\d\d", match["bare"])
            is_counted = re.search(rf"\b{NOUN}\s*$", before) or _is_count_of(before, match["bare"])
            if is_year or (not match["bare"].startswith("R") and not is_counted):
                continue
        if match["short"] is not None and sentence[match.start()] != "R":
            continue
        text = match["named"] or match["bare"] or match["short"]
        if match["named"] and (re.match(r"\d{4}", text) or _is_counted(match[0], sentence[match.end() :])):
            continue
        if numbers := numbers_of(text):
            found.append(Reference(numbers, match.start(), match.end(), "", match[0]))
    if codes:
        coded = rf"\b({'|'.join(sorted(map(re.escape, codes), key=len, reverse=True))})-(x?\d{{1,3}}[a-z]?)(?:†?\s*(?:to|[-–])\s*(?:\1-)?(x?\d{{1,3}})\b)?"
        for match in re.finditer(coded, sentence):
            numbers = item_run(match[2], match[3]) if match[3] else (match[2],)
            found.append(Reference(numbers, match.start(), match.end(), match[1], match[0]))
    return sorted(found, key=lambda one: one.start)


def _is_counted(words: str, after: str) -> bool:
    """Whether a lone number counts and names none: "of the 66 recommendations 28 are closed"."""
    is_lone = re.fullmatch(r"[a-z]+s\s+\d+", words, re.IGNORECASE)
    return bool(is_lone and re.match(r"\s(?:are|were|have|remain)\b", after))


def _is_count_of(before: str, listed: str) -> bool:
    """Whether the clause before a list of two or more begins its count with their number: "Two are due this month (13, 14)"."""
    counts = [number_of(one) for one in re.findall(rf"\b({NUMBER})\b", re.split(r"[.;()]", before)[-1])]
    many = len(numbers_of(listed))
    return many > 1 and many in counts


def item_run(first: str, last: str) -> tuple[str, ...]:
    """The numbers from one to another, both as text: "2" to "6", or "x1" to "x3"; the two alone where they are no run."""
    head, begin = ("x", first[1:]) if first[:1] == "x" else ("", first)
    end = last.removeprefix("x")
    if begin.isdigit() and end.isdigit() and 0 < int(end) - int(begin) < 100:
        return tuple(f"{head}{n}" for n in range(int(begin), int(end) + 1))
    return first, last


def numbers_of(text: str) -> tuple[str, ...]:
    """The numbers of a list: "2 to 6" and "2-6" are five of them."""
    pieces = re.findall(r"x?\d{1,3}[a-z]?\b|\bto\b|[-–]", text.replace("R", " ").replace("r", " "), re.IGNORECASE)
    found: list[str] = []
    for n, piece in enumerate(pieces):
        if piece in ("to", "-", "–"):
            continue
        if n > 1 and pieces[n - 1] in ("to", "-", "–") and found:
            found += item_run(found[-1], piece)[1:]
        else:
            found.append(piece.lower())
    return tuple(found)


# -- sentences and dates


def sentences(text: str) -> list[tuple[int, str]]:
    """The sentences of a text, each with where it begins."""
    found, start = [], 0
    for match in re.finditer(r"[.!?][)”\"’]?\s+(?=[A-Z“\"(\d])", text):
        if re.search(r"\b(?:No|Nos|Rec|Recs|Dr|Mr|Mrs|vs|etc|e\.g|i\.e)$", text[: match.start()]):
            continue
        found.append((start, text[start : match.end()].strip()))
        start = match.end()
    return [*found, (start, text[start:].strip())]


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""The days of a week, as `date.weekday` counts them."""

_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
_DAY_IN_FULL = re.compile(
    rf"(?<![\d./])\d{{1,2}}[./]\d{{1,2}}[./](?:19|20)\d\d(?![\d/])|\b(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?)?(?P<month>{_MONTH})\b\.?,?(?:\s+(?P<year>(?:19|20)\d\d)|[\s-]+'?(?P<short>\d\d)(?!\d|:))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a sentence: what it means, None where no calendar has it."""

    words: str
    start: int
    end: int
    meaning: PartDate | None
    has_year: bool = True
    is_loose: bool = False
    """Whether it is of a part of a year only: "the end of 2025"."""


def dates_in(sentence: str, *, year: int | None = None) -> list[DateFound]:
    """The dates of a sentence that name a month: those with a year, and of a day and a month alone those that no calendar
    has; with `year` all of these, as in that year.
    """
    in_full = [(match, read_written(re.sub(r"[./]", "/", match[0]))) for match in _DAY_IN_FULL.finditer(sentence)]
    found = [DateFound(match[0], *match.span(), meaning) for match, meaning in in_full if meaning]
    for one in found:
        sentence = sentence[: one.start] + " " * len(one.words) + sentence[one.end :]
    for match in _DATE.finditer(sentence):
        if (
            match["month"].casefold() in ("may", "march", "mar", "sept", "sep")
            and not (match["year"] or match["day"] or match["short"])
            and (not re.search(r"\b(?:in|since|until|by)\s*$", sentence[: match.start()]) or match["month"].islower())
        ):
            continue
        written = match["year"] or (f"20{match['short']}" if match["short"] else "")
        month = MONTHS[match["month"].casefold()]
        meaning = None
        if written:
            try:
                first = date(int(written), month, int(match["day"] or 1))
                meaning = PartDate(match[0], first, first if match["day"] else month_end(first))
            except ValueError:
                meaning = None
        elif match["day"] and year is not None and (day := _day_of(year, month, int(match["day"]))):
            meaning = PartDate(match[0], day, day)
        elif match["day"] and not 1 <= int(match["day"]) <= (29 if month == 2 else month_end(date(2024, month, 1)).day):
            meaning = None
        else:
            continue
        found.append(DateFound(match[0].strip(), match.start(), match.end(), meaning, bool(written)))
    return sorted(found, key=lambda one: one.start)


_LOOSE = re.compile(
    r"\b(?:the )?(?:end of|early|late|spring|summer|autumn|winter|Q[1-4])(?: of| in)? 20\d\d(?:/\d\d)?\b", re.IGNORECASE
)
_QUARTER = re.compile(rf"\bQ[1-4] (?:20)?\d\d/\d\d\b|\b(?:{_MONTH}) (?:to|-|–) (?:{_MONTH}) 20\d\d\b", re.IGNORECASE)


def loose_dates_in(sentence: str) -> list[DateFound]:
    """The parts of years that a sentence names: "the end of 2025", "summer 2026", "Q1 2025"."""
    found = [
        (match, read_written(re.sub(r"\b(spring|summer|autumn|winter|Q\d) (?:of|in)\b", r"\1", match[0])))
        for match in _LOOSE.finditer(sentence)
    ]
    return [
        DateFound(match[0], match.start(), match.end(), meaning, is_loose=True) for match, meaning in found if meaning
    ]


def quarters_in(sentence: str) -> list[DateFound]:
    """The quarters, or other runs of months, that a sentence names: "Q4 24/25", "January to March 2025"."""
    found = [(match, read_written(match[0])) for match in _QUARTER.finditer(sentence)]
    return [DateFound(match[0], *match.span(), meaning, is_loose=True) for match, meaning in found if meaning]


def month_alone(sentence: str, day: date) -> list[DateFound]:
    """A month without a year, "in April": the last one of that name by a day."""
    found = re.search(rf"\b(?:in|since) ({_MONTH})\b(?!\.?\s+(?:\d|')|[-/])", sentence, re.IGNORECASE)
    if found is None:
        return []
    month = MONTHS[found[1].casefold()]
    first = date(day.year if month <= day.month else day.year - 1, month, 1)
    return [DateFound(found[1], found.start(1), found.end(1), PartDate(found[1], first, month_end(first)), False)]


def _day_of(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def overlap(one: PartDate, other: PartDate | None) -> bool:
    """Whether two dates may be the same day; whatever has no last day may be any."""
    if other is None or not (one.latest and other.latest):
        return True
    return (one.earliest or one.latest) <= other.latest and (other.earliest or other.latest) <= one.latest


def read_written(text: str) -> PartDate | None:
    """A date as a cell has it, None where it is none."""
    try:
        return read_date(text.strip(" *†."), None, prefer_past=False)
    except ValueError:
        return None


def same_days(one: PartDate | None, other: PartDate | None) -> bool:
    """Whether two dates mean the same days."""
    return one is not None and other is not None and (one.earliest, one.latest) == (other.earliest, other.latest)


def fold(text: str) -> str:
    """Text for comparison: lower case, one kind of dash and quote, single spaces, no marks."""
    plain = text.casefold().replace("†", "")
    plain = re.sub(r"[‐-―−]", "-", plain)
    plain = re.sub(r"[‘’ʼ`]", "'", plain)
    plain = re.sub(r"[“”]", '"', plain)
    return " ".join(plain.split())


def is_same_name(one: str, other: str) -> bool:
    """Whether two names are the same, with an abbreviation of either written out: "ACC" is "Assistant Chief Constable"."""
    return _is_spelt_out(re.findall(r"[\w'-]+", one), re.findall(r"[\w'-]+", other))


def _is_spelt_out(one: list[str], other: list[str]) -> bool:
    while one and other:
        if fold(one[0]) != fold(other[0]):
            short, long = (one, other) if one[0].isupper() else (other, one)
            letters = short[0].casefold()
            return (
                len(letters) > 1
                and short[0].isupper()
                and "".join(word[0] for word in long[: len(letters)]).casefold() == letters
                and _is_spelt_out(short[1:], long[len(letters) :])
            )
        one, other = one[1:], other[1:]
    return not one and not other


def shorten(text: str, most: int = 110) -> str:
    """The beginning of a text, for one line."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def is_one_letter_off(one: str, other: str) -> bool:
    """Whether two words differ by one letter that is another, one too many, or two that changed places."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, there = one[start:], other[start:]
    if len(one) == len(other):
        return rest[1:] == there[1:] or (rest[:2] == there[1::-1] and rest[2:] == there[2:])
    return rest[1:] == there or rest == there[1:]
