"""Parse dates as people write them: "Q2 2025", "by end of June", "+3 months".

Separate from dates.py, which the program loads at its start: only typed input needs a parser. How offices word a date
is in date_wording.py.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from store.domain.absolute_dates import financial_year, month_of, period, read_absolute
from store.domain.date_questions import (
    calendar_or_financial,
    coming_weekday,
    count_from,
    months_of,
    number_of,
    readings,
    unlikely_year,
    why_impossible,
    year_first,
)
from store.domain.date_wording import (
    MONTH,
    MONTHS,
    NAMES,
    SEASONS,
    WEEKDAY,
    WEEKDAYS,
    hints_at_day,
    normalise,
    remarks_in,
)
from store.domain.dates import PartDate, add_months, format_date

_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_WHICH = {"last": -1, "this": 0, "next": 1}
_BY = (
    "by no later than|no later than|not later than|by no later|on or before|by or before|until|till|up to|by latest|by"
)
_PART = "early|mid|middle|late|start|beginning"
_NO_YEAR = rf"(?:\d{{1,2}} )?(?:{MONTH})|\d{{1,2}}/\d{{1,2}}|[qh][1-4]"
_YEAR = "(?:calendar |financial )?year|cy|fy"
_LONGEST = 80
"""The most characters of a date; longer text is not parsed, so that a pasted page costs nothing."""
_EARLIEST = date(1990, 1, 1)
"""The earliest day accepted for a past event: before it the year is mistyped."""


class NotUnderstood(ValueError):
    """The text is not a date that can be parsed; `meant` is a suggestion, or "".

    `hints_at_day` is whether it seems to be meant as a date: then nobody wants it stored as mere words.
    """

    def __init__(self, sentence: str, meant: str = "", *, hints_at_day: bool = True) -> None:
        super().__init__(sentence)
        self.meant = meant
        self.hints_at_day = hints_at_day


class NotADay(ValueError):
    """The text is a date, and there is no such day in the calendar."""


class NotPast(ValueError):
    """The text is a date on which nothing can have happened: it is to come, or too long ago."""


class UnlikelyYear(ValueError):
    """The text is a date to come, in a year that is long past or far ahead."""


def read_date(text: str, today: date | None = None, *, prefer_past: bool = False) -> PartDate:
    """Parse a date as people write it, no more precise than it is written.

    | written | understood |
    |---|---|
    | "2024", "May 2024", "Jun-25", "June '25", "Sept 24", "18 September 2024", "2024-09-18", "30/6/25" | all its days |
    | "Q2 of calendar 2025" | April to June 2025; "Q2 2025", "second quarter of 2025" too, where there is no `today` |
    | "FY 2025/26", "2025/26", "Q4 24/25" | the year that begins on 1 April 2025; January to March 2025 |
    | "spring 2025", "winter 2025/26" | March to May; December to February |
    | "early 2025", "mid-2025", "late 2025" | the whole of 2025 |
    | "end of 2025", "by June 2025", "no later than 30 June 2025", "before June 2025" | a latest day only |
    | "during 2025, continuing into 2026", "April - June 2025", "June/July 2025" | from the one to the end of the other |
    | "w/c 3 March 2025", "week ending 7 March 2025" | the seven days |
    | "Monday 3 March 2025", "30 June 2025, 5pm", "31/3/25 (revised)" | that day |
    | "30 June", "June", "Friday" | the next that has not passed; with `prefer_past` the last that has begun |
    | "today", "tomorrow", "yesterday", "+3 months", "+6m", "in 2 weeks", "10 days ago" | that day |
    | "next month", "this quarter", "last year", "end of year", "end of month" | as of `today` |

    The last three rows need `today`, and their `text` is what they mean, with any remark: "18 December 2024
    (provisional)"; any other `text` is as written. Who gives `today` types: there "Q2 2025" is asked about, since offices
    mean the financial year as often; what the register holds is read without. With `prefer_past` a year of two digits
    is the last such: 99 is 1999. Raises NotUnderstood, with a sentence for a person, when the text is none of these, and
    NotADay where it is a date that no calendar has. Both are ValueErrors.
    """
    written = " ".join(text.split())
    if today and (meant := year_first(written, today)):
        raise NotUnderstood(f'"{text[:40]}" can have its year first or last. Did you mean {meant}?', meant)
    found = _read(written, today, prefer_past)
    if found and today and (meant := calendar_or_financial(written, today, prefer_past)):
        raise NotUnderstood(f'"{text[:40]}" can be of the calendar year or a financial one. Is it {meant}?', meant)
    if found is None:
        meant, counted = readings(written, today)
        meant = meant or _suggestion(written, today, prefer_past)
        advice = f"Did you mean {meant}{counted}?" if meant else "Write 18 September 2024, May 2024 or 2024."
        sentence = f'"{text[:40]}" is not a date that Fairlead understands. {advice}'
        raise NotUnderstood(sentence, meant, hints_at_day=bool(meant) or hints_at_day(written))
    return found


def read_coming_date(text: str, today: date, since: date | None = None) -> PartDate:
    """Parse a date to come. Raises as `read_date`, and UnlikelyYear; `since` is when it was stated, today unless given."""
    found = read_date(text, today)
    if year := unlikely_year(found, today, since):
        raise UnlikelyYear(f"{year} is {'long past' if year < today.year else 'far ahead'}. Is the year right?")
    return found


def read_past_date(text: str, today: date) -> PartDate:
    """Parse the date of something that has happened. Raises as `read_date`, and NotPast."""
    found = read_date(text, today, prefer_past=True)
    first, last = found.earliest, found.latest
    named = format_date(first) if first and first == last else found.text
    if first and first > today:
        raise NotPast(f"{named} has not come yet: today is {format_date(today)}.")
    if last and last < _EARLIEST:
        raise NotPast(f"{named} is too long ago. Is the year right?")
    return found


def describe_days(read: PartDate, written: str, *, past: bool = False) -> str:
    """The days that a date means, as a person is shown them; where it is of a financial year, when that begins.

    Of a part of a period, such as "early 2025", a date to come means the whole, and its last day is named as that which
    counts.
    """
    first, last = read.earliest, read.latest
    if not (first and last):
        days = f"{format_date(last)} at the latest" if last else ""
    else:
        days = format_date(first) if first == last else f"{format_date(first)} to {format_date(last)}"
    if first and last and first != last and not past and re.search(rf"\b(?:{_PART})\b", written, re.IGNORECASE):
        return f"{days} (late only after {format_date(last)})"
    financial = re.search(r"(?<![\d/.-])\d{2,4}[/-]\d\d(?![\d/.-])|\bfy|financial", written, re.IGNORECASE)
    if financial and first != last and last and (not first or (last - first).days > 80):
        return f"{days} (a financial year begins on 1 April)"
    return days


def _read(written: str, today: date | None, prefer_past: bool) -> PartDate | None:
    if len(written) > _LONGEST:
        return None
    try:
        # What the register itself has written needs no wording: "18 September 2024".
        if found := read_absolute(written.lower()):
            return replace(found, text=written)
        plain, has_time = normalise(written, past=prefer_past)
        found = _Reader(None, prefer_past).read(plain)
        if found:
            found = replace(found, text=written)
        elif today and (found := _Reader(today, prefer_past).read(plain)) and (remarks := remarks_in(written)):
            found = replace(found, text=f"{found.text} ({remarks})")
    except NotUnderstood:
        raise
    except (ValueError, OverflowError):
        why, meant = why_impossible(written)
        advice = f" Did you mean {meant}?" if meant else ""
        raise NotADay(f'"{written[:40]}" is not a day in the calendar{why and ": "}{why}.{advice}') from None
    # A time of day is that of one day, which may be the last of a period.
    return None if found and has_time and found.earliest not in (None, found.latest) else found


def _suggestion(written: str, today: date | None, prefer_past: bool) -> str:
    """A suggestion for a date whose month or season is misspelt, or "" """
    from difflib import get_close_matches

    for word in re.findall(r"[a-z]{3,}", written, re.IGNORECASE)[:6]:
        near = get_close_matches(word.lower(), (*NAMES, *SEASONS, "winter"), 1, 0.7)
        if not near or word.lower() in (*MONTHS, near[0]):
            continue
        meant = written.replace(word, near[0].capitalize(), 1)
        try:
            if found := _read(meant, today, prefer_past):
                return found.text
        except (NotADay, NotUnderstood):
            continue
    return ""


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
        found = read_absolute(plain) or (self._from_today(self.today, plain) if self.today else None)
        return found or self._of_week(plain)

    def _of_week(self, plain: str) -> PartDate | None:
        """A day with its weekday, or a week by the day on which it begins or ends. Raises NotUnderstood."""
        if found := re.fullmatch(rf"({WEEKDAY}) (.+)|(.+) ({WEEKDAY})", plain):
            day = self._named_date(found[2] or found[3])
            if day is None or day.earliest is None or day.earliest != day.latest:
                return None
            right = calendar.day_name[day.earliest.weekday()]
            if right.lower()[:3] != (found[1] or found[4])[:3]:
                named = next(name for name in WEEKDAYS if name[:3] == (found[1] or found[4])[:3]).capitalize()
                raise NotUnderstood(f"{day.text} is a {right}, not a {named}. Which is meant?", day.text)
            return day
        found = re.fullmatch(r"(w/[cbe]|(?:week|wk) (?:commencing|beginning|starting|ending)) (.+)", plain)
        day = self._named_date(found[2]) if found else None
        if not found or day is None or day.earliest is None or day.earliest != day.latest:
            return None
        ends = found[1] in ("w/e", "week ending", "wk ending")
        first = day.earliest - timedelta(days=6 if ends else 0)
        return PartDate(f"week {'ending' if ends else 'commencing'} {day.text}", first, first + timedelta(days=6))

    def _bounded(self, plain: str) -> PartDate | None:
        """A period with a qualifier: "by", "before", "during", "end of", "early" and their like."""
        found = re.fullmatch(
            rf"(?:({_BY}|before|prior to|during|within|in|on) )?"
            rf"(?:(end|{_PART}|close) )?(.+)",
            plain,
        )
        if not found:
            return None
        how, part, rest = found.groups()
        by, before, part = (
            how and re.fullmatch(_BY, how),
            how in ("before", "prior to"),
            "end" if part == "close" else part,
        )
        if how in ("within", "in", "during") and re.match(r"next (?!financial|calendar|fy)", rest):
            # "Within the next year" is counted from today, and is asked about.
            return None
        # "The end of the year" is the end of this one; "by the year" is nothing.
        bare = part == "end" and rest in ("month", "quarter", "year", "calendar year", "financial year", "fy")
        reading = self._named_date(f"this {rest}" if bare else rest)
        if reading is None or reading.earliest is None:
            return None
        one_day = reading.earliest == reading.latest
        if (one_day and (part or how in ("during", "within", "in"))) or (how == "on" and not one_day):
            return None
        if " to " in reading.text and (by or before or part == "end"):
            # The months of a quarter: its end is that of the last.
            bound = reading.earliest if before and not part else reading.latest
            reading = replace(reading, text=f"{bound:%B} {bound.year}" if bound else reading.text)
        if part:
            reading = replace(reading, text=f"{'end of' if part == 'end' else part} {reading.text}")
        if how:
            reading = replace(reading, text=f"{how} {reading.text}")
        if before and not part and reading.earliest:
            return replace(reading, earliest=None, latest=reading.earliest - timedelta(days=1))
        return replace(reading, earliest=None) if part == "end" or by or before else reading

    def _from_to(self, plain: str) -> PartDate | None:
        """A range of two dates: "April to June 2025", "during 2025, continuing into 2026"."""
        found = re.fullmatch(r"(?:during |from )?(.+?) (to|until|continuing into) (.+)", plain)
        found = found or re.fullmatch(r"between (.+?) (and|to) (.+)", plain)
        if not found or (re.search(r"\d{4}|^fy", found[1]) and re.fullmatch(_NO_YEAR, found[3])):
            # "June 2023 to March": of which year the end is, nobody knows.
            return None
        last = self._named_date(found[3])
        if last is None or last.latest is None:
            return None
        first = self._first_of(found[1], last, last.latest)
        if first and first.earliest and first.earliest <= last.latest:
            link = "to" if found[2] == "and" else found[2]
            return PartDate(f"{first.text} {link} {last.text}", first.earliest, last.latest)
        return None

    def _first_of(self, plain: str, last: PartDate, latest: date) -> PartDate | None:
        """The first date of a range: it has the month and year of the last where it has none, or the year before."""
        year = re.search(r"(?:FY \d{4}/\d\d|(?<!/)\b\d{4})$", last.text)
        if (year and year[0] == last.text and read_absolute(plain) is None) or re.fullmatch(_YEAR, plain):
            # "March to 2025" and "the year to 31 March 2025" do not begin in the last's year.
            return None
        if year and plain.isdigit() and len(plain) < 3 and last.earliest == latest:
            return read_absolute(f"{plain} {calendar.month_name[latest.month].lower()} {latest.year}")
        first = read_absolute(f"{plain} {year[0].lower()}") if year else None
        if first and first.earliest and first.earliest > latest and year and year[0].isdigit():
            first = read_absolute(f"{plain} {int(year[0]) - 1}")
        return first or read_absolute(plain)

    def _from_today(self, today: date, plain: str) -> PartDate | None:
        if plain in _DAYS:
            day = today + timedelta(days=_DAYS[plain])
            return PartDate(format_date(day), day, day)
        found = re.fullmatch(r"(last|this|next) (month|quarter|calendar year|financial year|fy|year)", plain)
        if found:
            return self._unit(today, found[2].removeprefix("calendar "), _WHICH[found[1]])
        return self._counted(today, plain) or self._weekday(today, plain) or self._without_year(today, plain)

    def _unit(self, today: date, unit: str, by: int) -> PartDate:
        """The month, quarter or year that the day is in, shifted `by` so many units."""
        month = today.replace(day=1)
        if unit == "month":
            first = add_months(month, by)
            return month_of(first.year, first.month)
        if unit == "quarter":
            first = add_months(month, 3 * by - (today.month - 1) % 3)
            found = period("", first, 3)
            return replace(found, text=months_of(found))
        if unit == "year":
            return period(str(today.year + by), date(today.year + by, 1, 1), 12)
        first = add_months(month, 12 * by - (today.month - 4) % 12)
        return period(financial_year(first), first, 12)

    def _counted(self, today: date, plain: str) -> PartDate | None:
        """A number of days, weeks, months or years after the day or before it."""
        found = re.fullmatch(
            r"(\+ ?|in )?(?:(\d{1,4}|[a-z]+) (day|week|wk|fortnight|month|mth|year|yr)s?|(\d{1,4}) ?([dwmy]))(?: time)?"
            r"( from now| from today| ago)?",
            plain,
        )
        if not found or bool(found[1]) == bool(found[6]):
            return None
        unit = found[3] or found[5]
        unit = {"d": "day", "w": "week", "m": "month", "y": "year", "wk": "week", "mth": "month", "yr": "year"}.get(
            unit, unit
        )
        count = number_of(found[2] or found[4])
        if count is None:
            return None
        day = count_from(today, -count if found[6] == " ago" else count, unit)
        return PartDate(format_date(day), day, day)

    def _weekday(self, today: date, plain: str) -> PartDate | None:
        """A weekday; "next" where it is of the coming week, and not perhaps of this one."""
        found = re.fullmatch(rf"(?:(this|last|next) )?({WEEKDAY})", plain)
        if not found:
            return None
        week = timedelta(days=7)
        if found[1] == "next":
            day = coming_weekday(today + timedelta(days=1), found[2])
            if day < today + timedelta(days=7 - today.weekday()):
                return None
        elif found[1] == "last":
            day = coming_weekday(today, found[2]) - week
        else:
            day = coming_weekday(today, found[2])
            day -= week if self.prefer_past and day > today else timedelta()
        return PartDate(format_date(day), day, day)

    def _without_year(self, today: date, plain: str) -> PartDate | None:
        """A day, month or quarter without its year: the next that has not passed, or the last that has begun."""
        if (found := re.fullmatch(r"(\d{1,2})/(\d{1,2})", plain)) and 1 <= int(found[2]) <= 12:
            plain = f"{found[1]} {calendar.month_name[int(found[2])].lower()}"
        found = re.fullmatch(r"(?:\d{1,2} )?([a-z]+)|q[1-4]|h[12]", plain)
        if not found or (found[1] and found[1] not in MONTHS):
            return None
        for reading in islice(self._yearly(today, plain), 9):
            if (
                reading.earliest
                and reading.latest
                and (reading.earliest <= today if self.prefer_past else reading.latest >= today)
            ):
                return reading if found[1] else replace(reading, text=months_of(reading))
        raise ValueError(plain)

    def _yearly(self, today: date, plain: str) -> Iterator[PartDate]:
        for away in range(9):
            try:
                reading = read_absolute(f"{plain} {today.year + (-away if self.prefer_past else away)}")
            except ValueError:
                continue
            if reading:
                yield reading
