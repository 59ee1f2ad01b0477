"""Parse dates as people write them: "Q2 2025", "by end of June", "+3 months".

Separate from dates.py, which the program loads at its start: only typed input needs a parser.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from store.domain.dates import PartDate, add_months, format_date, month_end

_NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS = _NAMES | {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9}
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBERS = {word: n for n, word in enumerate(_COUNTS, 1)} | {"a": 1, "an": 1}
_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WHICH = {"last": -1, "this": 0, "next": 1}
_LONGEST = 80
"""The most characters of a date; longer text is not parsed, so that a pasted page costs nothing."""


class NotUnderstood(ValueError):
    """The text is not a date that can be parsed; `meant` is a suggestion, or ""."""

    def __init__(self, sentence: str, meant: str) -> None:
        super().__init__(sentence)
        self.meant = meant


class NotADay(ValueError):
    """The text is a date, and there is no such day in the calendar."""


def read_date(text: str, today: date | None = None, *, prefer_past: bool = False) -> PartDate:
    """Parse a date as people write it, no more precise than it is written.

    | written | understood |
    |---|---|
    | "2024", "May 2024", "18 September 2024", "2024-09-18", "30/6/25", "30.6.2025" | all its days |
    | "Q2 2025" | April to June: quarters are of the calendar year |
    | "FY 2025/26", "2025/26", "Q2 2025/26" | the year that begins on 1 April 2025; its July to September |
    | "spring 2025", "winter 2025/26" | March to May; December to February |
    | "early 2025", "mid 2025", "late 2025" | the whole of 2025 |
    | "end of 2025", "by June 2025", "before June 2025" | a latest day only |
    | "during 2025, continuing into 2026", "April to June 2025" | from the one to the end of the other |
    | "30 June", "June", "Q2" | the next that has not passed; with `prefer_past` the last that has begun |
    | "today", "tomorrow", "yesterday", "+3 months", "in 2 weeks", "10 days ago" | that day |
    | "next month", "this quarter", "last year", "end of year", "end of month" | as of `today` |

    The last three rows need `today`, and their `text` is what they mean ("18 December 2024"); any other `text` is as
    written. Raises NotUnderstood, with a sentence for a person, when the text is none of these, and NotADay where it
    is a date that no calendar has. Both are ValueErrors.
    """
    written = " ".join(text.split())
    found = _read(written, today, prefer_past)
    if found is None:
        meant = _suggestion(written, today, prefer_past)
        advice = f"Did you mean {meant}?" if meant else "Write 18 September 2024, May 2024 or 2024."
        raise NotUnderstood(f'"{text[:40]}" is not a date that Fairlead understands. {advice}', meant)
    return found


def _read(written: str, today: date | None, prefer_past: bool) -> PartDate | None:
    if len(written) > _LONGEST:
        return None
    plain = _normalise(written)
    try:
        if found := _Reader(None, prefer_past).read(plain):
            return replace(found, text=written)
        return _Reader(today, prefer_past).read(plain) if today else None
    except (ValueError, OverflowError):
        raise NotADay(f'"{written[:40]}" is not a day in the calendar.') from None


def _suggestion(written: str, today: date | None, prefer_past: bool) -> str:
    """A suggestion for a date whose month is misspelt, or "" """
    from difflib import get_close_matches

    for word in re.findall(r"[a-z]{3,}", written, re.IGNORECASE)[:6]:
        near = get_close_matches(word.lower(), _NAMES, 1, 0.7)
        if not near or word.lower() in _MONTHS:
            continue
        meant = written.replace(word, near[0].capitalize(), 1)
        try:
            if found := _read(meant, today, prefer_past):
                return found.text
        except NotADay:
            continue
    return ""


def _normalise(written: str) -> str:
    """A date normalised: without case, commas, ordinal endings, "of" and "the"."""
    plain = re.sub(r"['’]", "", written.lower()).rstrip(" .")
    plain = re.sub(r"[‐‑–—]", "-", plain).replace(",", " ")
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", plain)
    plain = re.sub(r"-(?=[a-z])|(?<=[a-z])[.-]|\b(?:of|the)\b", " ", plain)
    return " ".join(plain.split())


def _period(text: str, first: date, months: int) -> PartDate:
    return PartDate(text, first, month_end(add_months(first, months - 1)))


def _month(year: int, month: int) -> PartDate:
    return _period(f"{calendar.month_name[month] if 1 <= month <= 12 else ''} {year}", date(year, month, 1), 1)


def _day(year: str, month: int, day: str) -> PartDate:
    reading = date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))
    return PartDate(format_date(reading), reading, reading)


def _financial(first: date) -> str:
    return f"FY {first.year}/{(first.year + 1) % 100:02}"


def _year(plain: str) -> PartDate | None:
    """A calendar year, or a financial one, which has both its years and runs from April to March."""
    if re.fullmatch(r"\d{4}", plain):
        return _period(plain, date(int(plain), 1, 1), 12)
    found = re.fullmatch(r"(fy|financial year|) ?(\d{4}|\d{2})([/-])(\d{4}|\d{2})", plain)
    if not found:
        return None
    keyword, one, mark, other = found.groups()
    start = int(one) + (2000 if len(one) == 2 else 0)
    if int(other) != (start + 1) % 10 ** len(other):
        return None
    # Without "FY", 2011-12 is December 2011, and 11/12 could be a day.
    if keyword or (len(one) == 4 and (mark == "/" or 12 < int(other) < 100)):
        first = date(start, 4, 1)
        return _period(_financial(first), first, 12)
    return None


def _part_of_year(plain: str) -> PartDate | None:
    """A quarter of a calendar or a financial year, or a season."""
    found = re.fullmatch(r"q([1-4])[ /-]?(.+)", plain)
    if found and (year := _year(found[2])) and year.earliest:
        return _period(f"Q{found[1]} {year.text}", add_months(year.earliest, 3 * int(found[1]) - 3), 3)
    if found := re.fullmatch(r"(\d{4})[ /-]?q([1-4])", plain):
        return _part_of_year(f"q{found[2]} {found[1]}")
    if found := re.fullmatch(r"(spring|summer|autumn) (\d{4})", plain):
        return _period(plain, date(int(found[2]), _SEASONS[found[1]], 1), 3)
    # A winter is in two years: one that names a single year could be either of two.
    found = re.fullmatch(r"winter (\d{4}[/-]\d{2,4})", plain)
    if found and (year := _year(f"fy {found[1]}")) and year.earliest:
        return _period(plain, year.earliest.replace(month=12), 3)
    return None


def _month_or_day(plain: str) -> PartDate | None:
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})", plain):
        return _month(int(found[1]), int(found[2]))
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{4})", plain):
        return _month(int(found[2]), int(found[1]))
    if found := re.fullmatch(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", plain):
        return _day(found[1], int(found[2]), found[3])
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})", plain):
        return _day(found[3], int(found[2]), found[1])
    if (found := re.fullmatch(r"([a-z]+) (\d{4})", plain)) and found[1] in _MONTHS:
        return _month(int(found[2]), _MONTHS[found[1]])
    if (found := re.fullmatch(r"(\d{1,2}) ([a-z]+) (\d{4}|\d{2})", plain)) and found[2] in _MONTHS:
        return _day(found[3], _MONTHS[found[2]], found[1])
    if (found := re.fullmatch(r"([a-z]+) (\d{1,2}) (\d{4})", plain)) and found[1] in _MONTHS:
        return _day(found[3], _MONTHS[found[1]], found[2])
    return None


def _absolute(plain: str) -> PartDate | None:
    return _year(plain) or _part_of_year(plain) or _month_or_day(plain)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Parser of a normalised date; relative dates only where `today` is given.

    The text of a relative date is absolute, since "next month" means nothing later.
    """

    today: date | None
    prefer_past: bool

    def read(self, plain: str) -> PartDate | None:
        """The date, or None where it is not one. Raises ValueError or OverflowError for one that no calendar has."""
        return self._named_date(plain) or self._from_to(plain) or self._bounded(plain)

    def _named_date(self, plain: str) -> PartDate | None:
        return _absolute(plain) or (self._from_today(self.today, plain) if self.today else None)

    def _bounded(self, plain: str) -> PartDate | None:
        """A period with a qualifier: "by", "before", "during", "end of", "early" and their like."""
        found = re.fullmatch(r"(?:(by|before|during|in) )?(?:(end|early|mid|late) )?(.+)", plain)
        if not found:
            return None
        how, part, rest = found.groups()
        # "The end of the year" is the end of this one; "by the year" is nothing.
        bare = part == "end" and rest in ("month", "quarter", "year", "financial year")
        reading = self._named_date(f"this {rest}" if bare else rest)
        if reading is None or reading.earliest is None:
            return None
        one_day = reading.earliest == reading.latest
        if one_day and (part or how in ("during", "in")):
            return None
        if part:
            reading = replace(reading, text=f"{'end of' if part == 'end' else part} {reading.text}")
        if how:
            reading = replace(reading, text=f"{how} {reading.text}")
        if how == "before" and not part and reading.earliest:
            return replace(reading, earliest=None, latest=reading.earliest - timedelta(days=1))
        return replace(reading, earliest=None) if part == "end" or how in ("by", "before") else reading

    def _from_to(self, plain: str) -> PartDate | None:
        """A range of two dates: "April to June 2025", "during 2025, continuing into 2026"."""
        found = re.fullmatch(r"(?:during |from )?(.+?) (to|continuing into) (.+)", plain)
        last = self._named_date(found[3]) if found else None
        if not found or last is None:
            return None
        # The first has the year of the last where it has none, and never one that follows from the day.
        year = re.search(r"(?<!/)\b\d{4}$", last.text)
        first = (_absolute(f"{found[1]} {year[0]}") if year else None) or _absolute(found[1])
        if first and first.earliest and last.latest and first.earliest <= last.latest:
            return PartDate(f"{first.text} {found[2]} {last.text}", first.earliest, last.latest)
        return None

    def _from_today(self, today: date, plain: str) -> PartDate | None:
        if plain in _DAYS:
            day = today + timedelta(days=_DAYS[plain])
            return PartDate(format_date(day), day, day)
        found = re.fullmatch(r"(last|this|next) (month|quarter|financial year|year)", plain)
        if found:
            return self._unit(today, found[2], _WHICH[found[1]])
        return self._counted(today, plain) or self._without_year(today, plain)

    def _unit(self, today: date, unit: str, by: int) -> PartDate:
        """The month, quarter or year that the day is in, shifted `by` so many units."""
        month = today.replace(day=1)
        if unit == "month":
            first = add_months(month, by)
            return _month(first.year, first.month)
        if unit == "quarter":
            first = add_months(month, 3 * by - (today.month - 1) % 3)
            return _period(f"Q{(first.month + 2) // 3} {first.year}", first, 3)
        if unit == "year":
            return _period(str(today.year + by), date(today.year + by, 1, 1), 12)
        first = add_months(month, 12 * by - (today.month - 4) % 12)
        return _period(_financial(first), first, 12)

    def _counted(self, today: date, plain: str) -> PartDate | None:
        """A number of days, weeks, months or years after the day or before it."""
        found = re.fullmatch(
            r"(\+ ?|in )?(\d{1,4}|[a-z]+) (day|week|wk|month|mth|year|yr)s?(?: time)?( from now| from today| ago)?",
            plain,
        )
        if not found or bool(found[1]) == bool(found[4]):
            return None
        _, number, unit, after = found.groups()
        unit = {"wk": "week", "mth": "month", "yr": "year"}.get(unit, unit)
        count = int(number) if number.isdigit() else _NUMBERS.get(number)
        if count is None:
            return None
        count = -count if after == " ago" else count
        if unit in ("day", "week"):
            day = today + timedelta(days=count * (7 if unit == "week" else 1))
        else:
            day = add_months(today, count * (12 if unit == "year" else 1))
        return PartDate(format_date(day), day, day)

    def _without_year(self, today: date, plain: str) -> PartDate | None:
        """A day, month or quarter without its year: the next that has not passed, or the last that has begun."""
        if (found := re.fullmatch(r"(\d{1,2})/(\d{1,2})", plain)) and 1 <= int(found[2]) <= 12:
            plain = f"{found[1]} {calendar.month_name[int(found[2])].lower()}"
        found = re.fullmatch(r"(?:\d{1,2} )?([a-z]+)|q[1-4]", plain)
        if not found or (found[1] and found[1] not in _MONTHS):
            return None
        for reading in islice(self._yearly(today, plain), 9):
            if (
                reading.earliest
                and reading.latest
                and (reading.earliest <= today if self.prefer_past else reading.latest >= today)
            ):
                return reading
        raise ValueError(plain)

    def _yearly(self, today: date, plain: str) -> Iterator[PartDate]:
        for away in range(9):
            try:
                reading = _absolute(f"{plain} {today.year + (-away if self.prefer_past else away)}")
            except ValueError:
                continue
            if reading:
                yield reading
