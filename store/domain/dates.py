"""Partial dates, formatting of dates, and calendar arithmetic.

Light on purpose: the program's start loads it. The parser of typed dates is in date_reading.py.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta


@dataclass(frozen=True, slots=True)
class PartDate:
    """A partial date: as written, with its first and last possible day.

    Either bound is None where that side is not known. `date_reading.read_date` parses one.
    """

    text: str
    earliest: date | None = None
    latest: date | None = None


def local_day() -> date:
    """The day of the computer's clock, in the person's own zone: every "today" is taken here.

    Only the time stamp of a change is UTC. A register may have a fixed day instead: see `day_of` in store/register.py.
    """
    return date.today()


def day_begins(day: date) -> str:
    """When a day of the person's zone begins, as stamps are written, in UTC: every change of the day has it or later."""
    try:
        return f"{datetime.combine(day, time()).astimezone(UTC):%Y-%m-%dT%H:%M}".zfill(16)
    except (ValueError, OverflowError, OSError):
        return day.isoformat()


def day_ends(day: date) -> str:
    """When a day of the person's zone ends, as `day_begins`: every change of the day has an earlier stamp."""
    return f"{day.isoformat()}U" if day == date.max else day_begins(day + timedelta(days=1))


def local_time(stamp: str) -> str:
    """Format a time stamp, UTC, in the person's zone: 2024-09-18 10:30."""
    try:
        return f"{datetime.fromisoformat(stamp.replace('Z', '+00:00')).astimezone():%Y-%m-%d %H:%M}".zfill(16)
    except (ValueError, OverflowError, OSError):
        return stamp[:16].replace("T", " ")


def local_date(stamp: str) -> str:
    """The day of a time stamp, UTC, in the person's zone: 2024-09-18."""
    return local_time(stamp)[:10]


def format_date(day: date) -> str:
    """Format a date in full: 18 September 2024."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def format_short_date(day: date) -> str:
    """Format a date in short: 18 Sep 2024."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def format_duration(start: date, end: date) -> str:
    """Format a length of time in plain words, for every screen, page and sentence: "12 days", "7 weeks", "4 mo",
    "5 yr 8 mo".

    Days below three weeks, weeks below three months; never rounded up. An em dash where the start is after the end.
    """
    days = (end - start).days
    if days < 0:
        return "—"
    if days < 21:
        return f"{days} day{'' if days == 1 else 's'}"
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if months < 3:
        return f"{days // 7} weeks"
    years, months = divmod(months, 12)
    return " ".join(f"{n} {unit}" for n, unit in ((years, "yr"), (months, "mo")) if n)


def add_months(day: date, months: int) -> date:
    """Add months to a date: the same day, or the last of its month where it has no such day. Raises ValueError."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """Subtract years from a date: the same day, the year 1 at the earliest; of 29 February, the 28th."""
    return add_months(day, -12 * min(years, day.year - 1))


def month_end(day: date) -> date:
    """The last day of the month that a day is in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
