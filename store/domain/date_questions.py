"""What is asked about a date that could mean several, none, or one in an unlikely year: the sentence, and what is likely.

Each question names what may be meant in words that date_reading.py understands when they are typed instead.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from store.domain.absolute_dates import read_absolute
from store.domain.date_wording import MONTHS, NUMBERS, WEEKDAY, WEEKDAYS, century, normalise
from store.domain.dates import PartDate, add_months, format_date

_YEARS_BACK = 5
_YEARS_AHEAD = 20
"""The years before and after today in which a date to come is likely."""

_FINANCIAL = r"fy|financial|(?<![\d/-])(?:\d{4}|\d\d)[/-](?:\d{4}|\d\d)(?![\d/-])"
_SPAN = r"(?:(?:with)?in |over |for )?(?:the )?(?:next )?(\d{1,4}|[a-z]+) (day|week|month|year)s?"
_NEXT_SPAN = r"(?:(?:with)?in|over|for|during) next (week|fortnight|month|year)"
_NEAR = 6
"""The years before and after today between which a year of two digits is likely to be."""


def count_from(today: date, count: int, unit: str) -> date:
    """The day that is so many days, weeks, fortnights, months or years from today. Raises ValueError, OverflowError."""
    if days := {"day": 1, "week": 7, "fortnight": 14}.get(unit):
        return today + timedelta(days=count * days)
    return add_months(today, count * (12 if unit == "year" else 1))


def number_of(word: str) -> int | None:
    """The number that a word or some digits are, or None."""
    return int(word) if word.isdigit() else NUMBERS.get(word)


def coming_weekday(today: date, name: str) -> date:
    """The next day of this name, today included; `name` begins as its English name does."""
    wanted = next(n for day, n in WEEKDAYS.items() if day.startswith(name[:3]))
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def readings(written: str, today: date | None) -> tuple[str, str]:
    """What a date that is not understood may mean, where it could mean several or lacks its beginning; or "".

    And how it was counted, where that is not plain.
    """
    plain, _ = normalise(written)
    meant = _ambiguous(plain) or _feast(plain, today) or (_coming(plain, today) if today else "")
    counted = _counted_from(today, plain) if today and not meant else ""
    return meant or counted, ", counted from today" if counted else ""


def _ambiguous(plain: str) -> str:
    if (found := re.fullmatch(r"([a-z]+) (\d\d)", plain)) and found[1] in MONTHS and 1 <= int(found[2]) <= 31:
        name = calendar.month_name[MONTHS[found[1]]]
        return f"{name} 20{found[2]} or {int(found[2])} {name}"
    if found := re.fullmatch(r"winter (\d{4})", plain):
        year = int(found[1])
        return f"winter {year - 1}/{year % 100:02} or winter {year}/{(year + 1) % 100:02}"
    if (found := re.fullmatch(r"(\d{4})-(\d{4})", plain)) and int(found[2]) == int(found[1]) + 1:
        return f"{found[1]}/{found[2][2:]} or {found[1]} to {found[2]}"
    if (found := re.fullmatch(r"(\d\d)(\d\d)/(\d\d)", plain)) and int(found[3]) > int(found[2]) + 1:
        return f"{found[1]}{found[2]} to {found[1]}{found[3]}"
    if found := re.fullmatch(r"(q[1-4] )?(?:fy|financial year) ?(\d{2}|\d{4})", plain):
        year, quarter = century(found[2], past=False), (found[1] or "FY ").upper()
        return f"{quarter}{year - 1}/{year % 100:02} or {quarter}{year}/{(year + 1) % 100:02}"
    if (found := re.fullmatch(r"(\d{1,2})/(\d{1,2})", plain)) and int(found[1]) <= 12 < int(found[2]) <= 31:
        return f"{int(found[2])} {calendar.month_name[int(found[1])]}" if int(found[1]) else ""
    return ""


def _feast(plain: str, today: date | None) -> str:
    """The day of a feast that offices reckon by, of the year that is named or the next; or "" """
    feast = r"((?:by|before|on) )?(easter|christmas|new year)(?: (?:day|sunday))?(?: (\d{4}))?"
    found = re.fullmatch(feast, plain.replace("years", "year"))
    if not found:
        return ""
    years = [int(found[3])] if found[3] else [today.year, today.year + 1] if today else []
    for year in filter(None, years):
        days = {"easter": _easter(year), "christmas": date(year, 12, 25), "new year": date(year, 1, 1)}
        if found[3] or (today and days[found[2]] >= today):
            return f"{found[1] or ''}{format_date(days[found[2]])}"
    return ""


def _easter(year: int) -> date:
    """Easter Sunday, by the reckoning of Gauss as it was corrected for the Gregorian calendar."""
    golden, hundreds, rest = year % 19, *divmod(year, 100)
    epact = (19 * golden + hundreds - hundreds // 4 - (hundreds - (hundreds + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * (hundreds % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    month, day = divmod(epact + weekday - 7 * ((golden + 11 * epact + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)


def _coming(plain: str, today: date) -> str:
    """What "next" may mean of a week, a weekday or a month, and a week's number of the year; or "" """
    if found := re.fullmatch(r"(?:wk|week) ?(?:no |number )?(\d{1,2})(?: (\d{4}))?", plain):
        return _numbered_week(int(found[1]), int(found[2]) if found[2] else None, today)
    if (found := re.fullmatch(r"((?:by|before|in) )?next ([a-z]+)", plain)) and found[2] in MONTHS:
        how, month = (found[1] or "").replace("in ", ""), MONTHS[found[2]]
        year = today.year + (month <= today.month)
        names = [f"{how}{calendar.month_name[month]} {one}" for one in (year, year + 1)]
        return " or ".join(names if year == today.year else names[:1])
    if found := re.fullmatch(r"(?:in )?(?:the )?(this|next) (?:week|wk)", plain):
        monday = today - timedelta(days=today.weekday() - (7 if found[1] == "next" else 0))
        return f"w/c {format_date(monday)}"
    if found := re.fullmatch(rf"((?:by|before|on) )?next ({WEEKDAY})", plain):
        day, how = coming_weekday(today + timedelta(days=1), found[2]), found[1] or ""
        return f"{how}{format_date(day)} or {how}{format_date(day + timedelta(days=7))}"
    return ""


def _numbered_week(week: int, year: int | None, today: date) -> str:
    for one in [year] if year else [today.year, today.year + 1]:
        try:
            monday = date.fromisocalendar(one, week, 1)
        except ValueError:
            continue
        if year or monday >= today - timedelta(days=6):
            return f"w/c {format_date(monday)}"
    return ""


def _counted_from(today: date, plain: str) -> str:
    """The last day of a span of time that begins today, "within 6 months"; or "" """
    if found := re.fullmatch(_NEXT_SPAN, plain):
        return f"by {format_date(count_from(today, 1, found[1]))}"
    found = re.fullmatch(_SPAN, plain)
    count = number_of(found[1]) if found else None
    if not found or count is None:
        return ""
    try:
        return f"by {format_date(count_from(today, count, found[2]))}"
    except (ValueError, OverflowError):
        return ""


def why_impossible(written: str) -> tuple[str, str]:
    """Why a date is in no calendar, and what it may mean instead; both may be "" """
    plain, _ = normalise(written)
    found = re.search(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?!\d)", plain)
    if found and int(found[1]) <= 12 < int(found[2]):
        return "the day comes before the month", _day(found[3], found[1], found[2])
    found = re.search(r"(?<!\d)(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?!\d)", plain)
    if found and int(found[3]) <= 12 < int(found[2]):
        return "after a year the month comes before the day", _day(found[1], found[3], found[2])
    if found := re.fullmatch(r"(\d\d)(\d\d)((?:19|20)\d\d)", plain):
        return "in eight digits the year comes first", _day(found[3], found[2], found[1])
    if (found := re.fullmatch(r"(\d\d)(\d\d)-(\d\d)", plain)) and int(found[3]) > 12:
        span = int(found[3]) > int(found[2]) + 1
        return f"{found[3]} is no month", f"{found[1]}{found[2]} to {found[1]}{found[3]}" if span else ""
    return "", ""


def _day(year: str, month: str, day: str) -> str:
    try:
        return format_date(date(int(year), int(month), int(day)))
    except ValueError:
        return ""


def calendar_or_financial(written: str, today: date, prefer_past: bool) -> str:
    """What may be meant by a quarter, a half or a year's end that is of a calendar year or a financial one; or "".

    Plain are "Q4 24/25" and "Q4 of calendar 2025".
    """
    if year_end := _year_end(written.lower().strip(" ."), today):
        return year_end
    plain, _ = normalise(written, past=prefer_past)
    if (short := re.fullmatch(r"(\d{4})[/-](\d)", plain)) and int(short[2]) == (int(short[1]) + 1) % 10:
        return (
            f"{calendar.month_name[int(short[2])]} {short[1]} or FY {short[1]}/{(int(short[1]) + 1) % 100:02}"
            if int(short[2])
            else ""
        )
    parts = list(re.finditer(r"(?<![a-z])([qh][1-4])(?!\d)", plain))
    plain = re.sub(r"(?<=[qh][1-4])[/-](?=\d{4}(?!\d))|(?<=\d{4})[/-](?=[qh][1-4])", " ", plain)
    if not parts or re.search(rf"{_FINANCIAL}|\bcy ?\d|calendar", plain):
        return ""
    part = parts[-1]
    year = re.search(r"(?<!\d)\d{4}(?!\d)", plain)
    if year:
        # The last quarter of a financial year is in the year after the one that it begins in.
        starts = [int(year[0])] if part[1] in ("q1", "q2", "q3", "h1") else [int(year[0]) - 1, int(year[0])]
        financial = [plain.replace(year[0], f"{start}/{(start + 1) % 100:02}") for start in starts]
        calendars = plain.replace(year[0], f"of calendar {year[0]}")
        whole = plain.replace(" ", "") in (f"{part[1]}{year[0]}", f"{year[0]}{part[1]}")
        found = read_absolute(f"{part[1]} {year[0]}") if whole else None
        if whole:
            financial = [f"{part[1]} {start}/{(start + 1) % 100:02}" for start in starts]
    else:
        spans = [
            (f"{part[1]} {start}/{(start + 1) % 100:02}", f"{part[1]} {start}")
            for start in range(today.year + 1, today.year - 3, -1)
        ]
        chosen = [_nearest([names[n] for names in spans], today, prefer_past) for n in (0, 1)]
        if None in chosen:
            return ""
        before, after = plain[: part.start()], plain[part.end() :]
        financial = [f"{before}{chosen[0]}{after}"]
        calendars = f"{before}{(chosen[1] or '').replace(' ', ' of calendar ')}{after}"
        found = read_absolute(chosen[1] or "") if plain == part[1] else None
    if found:
        calendars = months_of(found)
    names = [re.sub(r"\b[qh](?=[1-4])", lambda letter: letter[0].upper(), name) for name in (calendars, *financial)]
    return f"{', '.join(names[:-1])} or {names[-1]}"


def year_first(written: str, today: date) -> str:
    """What may be meant by a day of three numbers of two digits that may have its year first: 25/03/31; or "".

    Its last number is the year wherever that is a likely one.
    """
    found = re.fullmatch(r"(\d\d)([/-])(\d\d?)\2(\d\d)", written.strip())
    if not found:
        return ""
    first, last = 2000 + int(found[1]), 2000 + int(found[4])
    if abs(last - today.year) <= _NEAR or abs(first - today.year) > _NEAR:
        return ""
    names = (_day(str(first), found[3], found[4]), _day(str(last), found[3], found[1]))
    return " or ".join(filter(None, names)) if names[0] else ""


def _year_end(plain: str, today: date) -> str:
    """What "year end" and "EOY" may mean, or "" """
    found = re.fullmatch(r"(by |before )?(?:the )?(?:year[ -]end|eoy)(?: (\d{4}))?", plain)
    if not found:
        return ""
    before, year = found[1] or "", int(found[2] or today.year)
    start = year - 1 if found[2] or today.month < 4 else year
    return f"{before}end of {year} or {before}end of FY {start}/{(start + 1) % 100:02}"


def _nearest(names: list[str], today: date, prefer_past: bool) -> str | None:
    """The next of these parts of years that has not passed, or the last that has begun; they are from the last on."""
    for name in names if prefer_past else reversed(names):
        found = read_absolute(name)
        if not (found and found.earliest and found.latest):
            continue
        if found.earliest <= today if prefer_past else found.latest >= today:
            return name
    return None


def months_of(part: PartDate) -> str:
    """The months of a quarter or half of a year: "April to June 2025"."""
    first, last = part.earliest, part.latest
    assert first and last
    return f"{calendar.month_name[first.month]} to {calendar.month_name[last.month]} {last.year}"


def unlikely_year(read: PartDate, today: date, since: date | None = None) -> int | None:
    """The year of a date to come that is unlikely: long past, or far ahead; else None.

    `since` is when it was stated, which may itself be long ago.
    """
    first, last = read.earliest or read.latest, read.latest or read.earliest
    if last and last.year < min(today, since or today).year - _YEARS_BACK:
        return last.year
    return first.year if first and first.year > today.year + _YEARS_AHEAD else None
