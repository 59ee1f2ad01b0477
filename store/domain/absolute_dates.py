"""Parse a date that names its year: a year, a part of one, a month or a day, in the plain form of date_wording.py."""

from __future__ import annotations

import calendar
import re
from datetime import date

from store.domain.date_wording import MONTHS, SEASONS, century
from store.domain.dates import PartDate, add_months, format_date, month_end


def period(text: str, first: date, months: int) -> PartDate:
    """A date of so many months from the first day of one."""
    return PartDate(text, first, month_end(add_months(first, months - 1)))


def month_of(year: int, month: int) -> PartDate:
    """A month. Raises ValueError for one that no year has."""
    return period(f"{calendar.month_name[month] if 1 <= month <= 12 else ''} {year}", date(year, month, 1), 1)


def _day(year: str, month: int, day: str) -> PartDate:
    reading = date(int(year), month, int(day))
    return PartDate(format_date(reading), reading, reading)


def financial_year(first: date) -> str:
    """The name of the financial year that begins on a day: FY 2025/26."""
    return f"FY {first.year}/{(first.year + 1) % 100:02}"


def _year(plain: str) -> PartDate | None:
    """A calendar year, or a financial one, which has both its years and runs from April to March."""
    if found := re.fullmatch(r"(?:calendar (?:year )?|year |cy ?)?(\d{4})", plain):
        return period(found[1], date(int(found[1]), 1, 1), 12)
    found = re.fullmatch(r"(fy|financial year|year|) ?(\d{4}|\d{2}) ?([/-]) ?(\d{4}|\d{2})", plain)
    if not found:
        return None
    keyword, one, mark, other = found.groups()
    start = century(one, past=False)
    if mark == "-" and len(one) == len(other) == 4 and int(other) > start + 1:
        return PartDate(plain, date(start, 1, 1), date(int(other), 12, 31))
    if int(other) != (start + 1) % 10 ** len(other):
        return None
    # Without "FY", 2011-12 is December 2011, and 11/12 could be a day; 24/25 could not.
    is_year = int(one) > 12 and int(other) > 12 if len(one) == 2 else mark == "/" or 12 < int(other) < 100
    if keyword or is_year:
        first = date(start, 4, 1)
        return period(financial_year(first), first, 12)
    return None


def _part_of_year(plain: str) -> PartDate | None:
    """A quarter or a half of a calendar or a financial year, or a season."""
    found = re.fullmatch(r"([qh])([1-4])[ /-]?(.+)", plain)
    if found and (found[1] == "q" or found[2] in "12") and (year := _year(found[3])) and year.earliest:
        months = 3 if found[1] == "q" else 6
        first = add_months(year.earliest, months * (int(found[2]) - 1))
        return period(f"{found[1].upper()}{found[2]} {year.text}", first, months)
    if found := re.fullmatch(r"((?:fy ?|cy ?|calendar )?\d[\d/-]*?)[ /-]?([qh][1-4])", plain):
        return _part_of_year(f"{found[2]} {found[1]}")
    if found := re.fullmatch(r"(spring|summer|autumn) (\d{4}|\d{2})", plain):
        return period(plain, date(century(found[2], past=False), SEASONS[found[1]], 1), 3)
    # A winter is in two years: one that names a single year could be either of two.
    found = re.fullmatch(r"winter (\d{4}[/-]\d{2,4}|\d\d[/-]\d\d)", plain)
    if found and (year := _year(f"fy {found[1]}")) and year.earliest:
        return period(plain, year.earliest.replace(month=12), 3)
    return None


def _month_or_day(plain: str) -> PartDate | None:
    if found := re.fullmatch(r"(\d{4})(?:-(\d{1,2})|[/.](0?[1-9]|1[0-2]))", plain):
        return month_of(int(found[1]), int(found[2] or found[3]))
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{4})", plain):
        return month_of(int(found[2]), int(found[1]))
    if (found := re.fullmatch(r"(\d{1,2})/(2\d|3\d)", plain)) and 1 <= int(found[1]) <= 12:
        return month_of(century(found[2], past=False), int(found[1]))
    if found := re.fullmatch(r"(\d{4})([/.-]?)(\d{1,2})\2(\d{1,2})", plain):
        return _day(found[1], int(found[3]), found[4]) if found[2] or len(plain) == 8 else None
    if found := re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", plain):
        return _day(found[3], int(found[2]), found[1])
    if (found := re.fullmatch(r"([a-z]+) (\d{4})", plain)) and found[1] in MONTHS:
        return month_of(int(found[2]), MONTHS[found[1]])
    if (found := re.fullmatch(r"(\d{4}) ([a-z]+)", plain)) and found[2] in MONTHS:
        return month_of(int(found[1]), MONTHS[found[2]])
    if (found := re.fullmatch(r"(\d{1,2}) ([a-z]+) (\d{4})", plain)) and found[2] in MONTHS:
        return _day(found[3], MONTHS[found[2]], found[1])
    if (found := re.fullmatch(r"([a-z]+) (\d{1,2}) (\d{4})", plain)) and found[1] in MONTHS:
        return _day(found[3], MONTHS[found[1]], found[2])
    return None


def read_absolute(plain: str) -> PartDate | None:
    """A date in plain form that names its year, or None. Raises ValueError for one that no calendar has."""
    return _year(plain) or _part_of_year(plain) or _month_or_day(plain)
