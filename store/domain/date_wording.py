"""Wording of dates: what offices write is put into the few plain forms that date_reading.py parses.

Dashes of every kind, annotations, times of day, ordinals, apostrophes and the words for quarters are dealt with here.
"""

from __future__ import annotations

import calendar
import re

NAMES = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS = NAMES | {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
SEASONS = {"spring": 3, "summer": 6, "autumn": 9}
WEEKDAYS = {name.lower(): n for n, name in enumerate(calendar.day_name)}
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: n for n, word in enumerate(_COUNTS, 1)} | {"a": 1, "an": 1}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "final": 4}

MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
# Patterns are text, compiled when a date is typed: the program's start loads this module.
WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?|weds)"
_DASHES = r"[‐-―−﹘﹣－~]"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060\ufeff]"
_APOSTROPHES = "'’‘ʼ´`"
_BRACKETS = r"[(\[]([^()\[\]]*)[)\]]"
_CLOCK = (
    r"(?:(?:[01]?\d|2[0-4])[:.][0-5]\d(?:[:.][0-5]\d)?(?:\.\d+)? ?(?:[ap]\.?m\b\.?|h(?:ou)?rs?\b|z\b|gmt\b|bst\b|utc\b|\+0[01]:?00\b)?"
    r"|(?:1[0-2]|[1-9]) ?[ap]\.?m\b\.?|[0-2]\d[0-5]\d ?h(?:ou)?rs\b|noon|midday|midnight|co[bp]|eod"
    r"|close of (?:business|play)|end of day)"
)
_TIME_AFTER = rf"(.*(?:\d{{4}}|\d[/.-]\d{{1,2}}[/.-]\d\d|{MONTH}))(?: |, ?|t(?=\d))(?:at |by )?{_CLOCK}"
_TIME_BEFORE = rf"(by |before |)(?:the )?{_CLOCK},?(?: on)? (.+)"
_REMARK = (
    r"(?:revised|original(?:ly)?|extended|new(?! year)|now(?! ?-| to\b| until\b)|provisional(?:ly)?|estimated?|est|expected|anticipated|planned|target"
    # Without "to" it may be the day on which that was done.
    r"|(?:amended|changed|moved|slipped|deferred|postponed|rescheduled|granted)(?=:| to\b| until\b| till\b)"
    r"|agreed(?= extension| date)|proposed|extension|implementation|completion|delivery|due|deadline|approx(?:imately)?|around|about|circa|ca?|tb[cda])"
)
_BEFORE = rf"^(?:{_REMARK}(?: date)?(?: for completion)?[.:;,]?(?: -)?(?: to)?(?: be)? )+(?=\S)"
_AFTER = r"(?:[ ,;:/-]+(?:revised|original|extended|provisional|estimated?|est|approx|target|tb[cda]|(?:at the (?:very )?)?latest))+\.?$"
_ONLY_FROM = r"\b(?:earliest|onwards?|(?:not|nor|no) (?:before|earlier|sooner)|or later|beyond|start(?:s|ing)?|begin(?:s|ning)?|commenc\w*)\b"
"""Remarks that leave a date without a last day, or make it that of a beginning."""
_DOING = (
    r"(?:to be |for )?(?:completed?|completion|delivered|delivery|implemented|implementation|done|in place|finalised"
    r"|achieved) (?=by |before |no later|not later|on or before|during |within |in |end )"
)


def century(year: str, *, past: bool) -> int:
    """A year of two digits or four; of two, a past one may be of the century before: 99 is 1999."""
    number = int(year)
    return number + (1900 if past and number >= 70 else 2000) if len(year) == 2 else number


def _next_to(first: str, second: str) -> bool:
    """Whether two months, seasons or quarters follow each other in the year."""
    orders = ({name: n % 12 for name, n in MONTHS.items()}, {"spring": 0, "summer": 1, "autumn": 2})
    for order in (*orders, {f"q{n}": n for n in range(1, 5)}):
        if first in order and second in order:
            return (order[second] - order[first]) % 12 == 1
    return False


def _join(found: re.Match[str]) -> str:
    return f"{found[1]} to {found[2]}" if _next_to(found[1], found[2]) else found[0]


def remarks_in(written: str) -> str:
    """The remarks with a date beyond its days, as they are written: "subject to funding", "revised"; or ""."""
    plain = " ".join(re.sub(_DASHES, "-", written).split()).rstrip(" .;:")
    in_brackets = (found[1].strip() for found in re.finditer(_BRACKETS, plain))
    found = [text for text in in_brackets if not hints_at_day(text) and not re.fullmatch(WEEKDAY, text.lower())]
    for remark in (re.search(_AFTER, plain, re.IGNORECASE), re.match(_BEFORE, plain, re.IGNORECASE)):
        found += [re.sub(r"(?:\s*-?\s*\b(?:to|be)\b)+$", "", remark[0].strip(" ,.;:/-"))] if remark else []
    return ", ".join(filter(None, found))


def _bears_on_day(remark: str, written: str) -> bool:
    """Whether a remark in brackets is more than an annotation: it hints at another day, or only states when it begins.

    `remark` is in lower case, `written` the whole as it was written: a verb "may" is not the month.
    """
    start = written.lower().find(remark)
    return hints_at_day(written[start : start + len(remark)] if start >= 0 else remark) or bool(
        re.search(_ONLY_FROM, remark)
    )


def normalise(written: str, *, past: bool = False) -> tuple[str, bool]:
    """A date in its plain form, in lower case, and whether a time of day was written with it.

    "June '25" is "june 2025", "2nd quarter of 2025" is "q2 2025", "April – June 2025" is "april to june 2025".
    """
    plain = re.sub(_DASHES, "-", re.sub(_INVISIBLE, "", written.lower()))
    plain = _between_slashes(plain)
    plain = re.sub(rf"\b({MONTH})-(?=\d{{1,2}} (?:{MONTH})\b)", r"\1 to ", plain)
    plain = re.sub(r"([/.]\d{1,2}[/.](?:\d{4}|\d\d))-(?=\d{1,2}[/.]\d{1,2}[/.]\d)", r"\1 to ", plain)
    plain = re.sub(_BRACKETS, lambda found: found[0] if _bears_on_day(found[1], written) else " ", plain)
    plain = re.sub(r"^[(\[]([^()\[\]]+)[)\]]$", r"\1", plain.strip())
    plain = re.sub(rf"[(\[]({WEEKDAY})[)\]]", r" \1", plain)
    plain = re.sub(_AFTER, "", " ".join(plain.split()).rstrip(" .;:"))
    plain = re.sub(_DOING, "", re.sub(_BEFORE, "", plain, count=1), count=1)
    has_time = False
    if found := re.fullmatch(_TIME_AFTER, plain):
        plain, has_time = found[1], True
    elif found := re.fullmatch(_TIME_BEFORE, plain):
        plain, has_time = found[1] + found[2], True
    plain = re.sub(rf"[{_APOSTROPHES}] ?(\d\d)(?!\d)", lambda year: f" {century(year[1], past=past)}", plain)
    plain = re.sub(rf"[{_APOSTROPHES}]", "", plain).replace(",", " ")
    plain = re.sub(rf"(?<=\d)({MONTH})(?![a-z])", r" \1", plain)
    plain = re.sub(rf"(?<![a-z])({MONTH})(?=\d)", r"\1 ", plain)
    # Two digits after a month are its year where no day of it is more likely meant: "Sept 24", and not "June 30".
    plain = re.sub(
        rf"(?<!\d )(?<![a-z\d])({MONTH})\.? (2\d|3[2-9]|[4-9]\d)(?!\d| ?(?:st|nd|rd|th)\b| +\d)",
        lambda year: f"{year[1]} {century(year[2], past=past)}",
        plain,
    )
    plain = re.sub(rf"\b({MONTH}) (\d{{1,2}}) ?(?:st|nd|rd|th)\b", r"\2 \1", plain)
    plain = re.sub(r"(?<=\d) ?(?:st|nd|rd|th)\b", "", plain)
    plain = re.sub(
        rf"(?<![\d/.-])(\d{{1,2}}([/.-])\d{{1,2}}\2|\d{{1,2}}[ -]?(?:{MONTH})[ .-] ?)(\d\d)(?![\d/-])",
        lambda year: f"{year[1]}{century(year[3], past=past)}",
        plain,
    )
    plain = re.sub(r"\b(w|wk|week|we)/?([cbe])\b(?=[ .:])", r"\1/\2", plain).replace(":", " ")
    plain = re.sub(rf"\b({MONTH})-(\d\d)(?!\d)", lambda year: f"{year[1]} {century(year[2], past=past)}", plain)
    return _quarters(plain, past), has_time


def _between_slashes(plain: str) -> str:
    """Normalise what there may be between the parts of a date: "30/Jun/2025", "31 03 2025", "Q3 – 25/26", "March - 2025"."""
    plain = re.sub(r"(?<![\d/.-])(\d{4}|\d\d) ?([/-]) ?(\d\d|\d{4})(?! ?[/.-]? ?\d)", _two_years, plain)
    plain = re.sub(
        rf"^((?:\d{{1,2}} ?- ?)?)({MONTH}) ?- ?(?=\d\d$)", lambda day: f"{day[1].replace(' ', '')}{day[2]}-", plain
    )
    # A range does not end with the year of its first part: the dash only sets the year apart.
    part = rf"(?:{MONTH}|spring|summer|autumn|(?:quarter |qtr |q)[1-4]|h[12])"
    plain = re.sub(rf"\b({part}) ?- ?(?=\d{{4}}(?![\d]|[/-]\d{{4}}|[/-]\d\d?[/-]))", r"\1 ", plain)
    plain = re.sub(rf"\b({part}) ?- ?(?=\d\d[/-]\d\d(?![\d/-]))", r"\1 ", plain)
    plain = re.sub(rf"^((?:fy |financial year )?(?:\d{{4}}(?:[/-]\d\d)?|\d\d[/-]\d\d)) - (?={part}$)", r"\1 ", plain)
    plain = re.sub(r"^(\d{1,2}) ?([/.-]) ?(\d{1,2}) ?\2 ?(\d{4}|\d\d)$", r"\1\2\3\2\4", plain)
    plain = re.sub(rf"(?<!\d)(\d{{4}})([ /-])({MONTH})\2(\d{{1,2}})(?![\d/-])", r"\4 \3 \1", plain)
    plain = re.sub(rf"(?<![\d/])(\d{{1,2}})/({MONTH})/(?=\d)", r"\1-\2-", plain)
    plain = re.sub(rf"(?<![\w/])({MONTH})/(?=(?:\d\d|\d{{4}})(?![\d/]| +[a-z]))", r"\1-", plain)
    return re.sub(r"(?<![\d.,:/-])(?<!\d )(\d{1,2}) (\d{1,2}) (\d{4})(?! ?\d)", r"\1/\2/\3", plain)


def _two_years(found: re.Match[str]) -> str:
    """Two years, the one after the other, without spaces between them: "2025 - 26" is "2025-26"."""
    first, mark, last = found.groups()
    return f"{first}{mark}{last}" if int(last) == (int(first) + 1) % 10 ** len(last) else found[0]


def _quarters(plain: str, past: bool) -> str:
    """Normalise ranges, the words for quarters and halves, and what ends a year; without "of" and "the"."""
    plain = re.sub(r" - | -(?=[a-z])|(?<=[a-z])- ", " to ", plain)
    plain = re.sub(r"\b(q[1-4])[-/](q?[1-4])\b", lambda pair: f"{pair[1]}/q{pair[2][-1]}", plain)
    plain = re.sub(rf"\b({MONTH})-({MONTH})\b", r"\1 to \2", plain)
    plain = re.sub(rf"\b(\d{{1,2}}) ?- ?(\d{{1,2}})(?= (?:{MONTH})\b)", r"\1 to \2", plain)
    plain = re.sub(r"-(?=[a-z])|(?<=[a-z])[.-]|(?<=\d)\.(?= )|\b(?:of|the)\b", " ", plain)
    plain = " ".join(plain.split())
    plain = re.sub(r"^(?:throughout|(?:over|during|in) course) ", "during ", plain)
    numbers = "|".join((*_ORDINALS, *_COUNTS[:4], "[1-4]"))

    def number(found: re.Match[str]) -> str:
        word = found[2]
        return f"{found[1][0]}{_ORDINALS.get(word) or NUMBERS.get(word) or word}"

    plain = re.sub(r"\blast (?=(?:quarter|half)\b.*\d)", "final ", plain).replace("final half", "second half")
    plain = re.sub(rf"\b({numbers}) (quarter|qtr|half)\b", r"\2 \1", plain)
    plain = re.sub(r"\b(?:qtr|quarter)(?=[1-4]\b)", "quarter ", re.sub(r"\bqtr\b", "quarter", plain))
    plain = re.sub(rf"\b(quarter|half) ({numbers})\b", number, plain)
    plain = re.sub(r"\bq ([1-4])\b", r"q\1", plain)
    plain = re.sub(r"\b(q[1-4]|[a-z]{3,9})(?: ?/ ?| or | and | & )(q[1-4]|[a-z]{3,9})\b", _join, plain)
    plain = re.sub(
        r"\b((?:q[1-4]|h[12]) ?[ /-]) ?(\d\d)$", lambda year: f"{year[1][:2]} {century(year[2], past=past)}", plain
    )
    plain = re.sub(r"\bcurrent (?=(?:\w+ )?(?:year|yr|fy|quarter|month)\b)", "this ", plain)
    plain = re.sub(r"\b(?:fin|financial|fiscal) (?:year|yr)\b", "financial year", plain)
    plain = re.sub(r"\b(\d{4}/\d{2,4}|\d\d/\d\d) (?:financial year|year|fy)\b", r"fy \1", plain)
    plain = re.sub(r"\b(calendar year|financial year|year|month|quarter) end\b", r"end \1", plain)
    plain = re.sub(r"^((?:by|before) )?((?!end ).+) end$", lambda found: f"{found[1] or ''}end {found[2]}", plain)
    units = {"y": "year", "m": "month", "q": "quarter", "fy": "fy"}
    return re.sub(r"\beo(fy|[ymq])\b", lambda unit: f"end {units[unit[1]]}", plain)


_FEASTS = "easter|christmas|xmas|new year|hogmanay|whitsun|michaelmas"
_DAY_WORDS = (
    rf"\d|\b(?:{'|'.join((*WEEKDAYS, *SEASONS, 'winter', 'today', 'tonight', 'tomorrow', 'yesterday', 'weekend', 'fortnight'))})\b"
    rf"|\b(?:{_FEASTS}|tues?|weds?|thur?s?|fy|bank holiday|half[ -]term)\b"
    rf"|\b(?:{'|'.join(name for name in MONTHS if name != 'may')})\b"
    rf"|\b(?:this|next|last|calendar|financial|end of(?: the)?|{'|'.join(_COUNTS)}) (?:week|month|quarter|half|year|yr)s?\b"
    r"|\b(?:current|coming|following|fiscal|fin|tax) (?:month|quarter|half|year|yr)\b"
    r"|\b(?:quarter|year) (?:one|two|three|four|five)\b"
)


def hints_at_day(text: str) -> bool:
    """Whether a text that is no date seems to be meant as one: it has a digit, or a word of the calendar, or nearly."""
    plain = text[:400]
    if re.search(_DAY_WORDS, plain.lower()) or re.search(r"\bMay\b", plain):
        return True
    from difflib import get_close_matches

    words = [word for word in re.findall(r"[a-z]{4,12}", plain.lower()) if word != "match"]
    # The seasons are near to other words ("string", "sprint"), the months and weekdays hardly.
    likely = ((NAMES, 0.81), (WEEKDAYS, 0.85), ((*SEASONS, "winter", "tomorrow", "christmas"), 0.9))
    return any(get_close_matches(word, names, 1, near) for word in words for names, near in likely)
