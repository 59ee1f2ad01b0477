"""Dates as far as they are known, and days in words.

Light on purpose: the program's start loads it. What reads a typed date is in date_reading.py.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class PartDate:
    """A date as far as it is known: as written, with its first and last possible day.

    Either bound is None where that side is not known. `date_reading.read_date` makes one of what a person writes.
    """

    text: str
    earliest: date | None = None
    latest: date | None = None


def say_day(day: date) -> str:
    """Say a day as people write it: 18 September 2024."""
    return f"{day.day} {calendar.month_name[day.month]} {day.year}"


def short_day(day: date) -> str:
    """Say a day in few letters: 18 Sep 2024."""
    return f"{day.day} {calendar.month_abbr[day.month]} {day.year}"


def age(since: date, today: date) -> str:
    """Say how long ago a day was, in years and months: "3 yr 2 mo"."""
    months = (today.year - since.year) * 12 + today.month - since.month - (today.day < since.day)
    if months < 0:
        return "—"
    years, months = divmod(months, 12)
    return f"{years} yr {months} mo" if years else f"{months} mo"


def years_before(day: date, years: int) -> date:
    """The same day so many years before; of 29 February, the 28th."""
    return date(max(1, day.year - years), day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def month_end(day: date) -> date:
    """The last day of the month that a day is in."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
