"""Dates as far as they are known, and days in words.

Light on purpose: the program's start loads it. What reads a typed date is in date_reading.py.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class PartDate:
    """A date as far as it is known: as written, with its first and last possible day.

    Either bound is None where that side is not known. `date_reading.read_date` makes one of what a person writes.
    """

    text: str
    earliest: date | None = None
    latest: date | None = None


def format_date(day: date) -> str:
    """Say a day as people write it: 18 September 2024."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def format_short_date(day: date) -> str:
    """Say a day in few letters: 18 Sep 2024."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def format_age(since: date, today: date) -> str:
    """Say how long ago a day was, in years and months: "3 yr 2 mo"."""
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months < 0:
        return "—"
    years, months = divmod(months, 12)
    return f"{years} yr {months} mo" if years else f"{months} mo"


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of its month where it has no such day. Raises ValueError."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def years_before(day: date, years: int) -> date:
    """The same day so many years before, the year 1 at the earliest; of 29 February, the 28th."""
    return add_months(day, -12 * min(years, day.year - 1))


def month_end(day: date) -> date:
    """The last day of the month that a day is in."""
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
