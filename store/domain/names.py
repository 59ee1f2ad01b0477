"""Names and numbers as they are recorded, compared and sorted. Light on purpose: the program's start loads it."""

from __future__ import annotations

import re
import unicodedata


def names_in(text: str | None) -> tuple[str, ...]:
    """The names in a line: parted by semicolons where it has any, so that a name may hold a comma; else by commas."""
    line = text or ""
    return tuple(name.strip() for name in line.split(";" if ";" in line else ",") if name.strip())


def fold_name(text: str) -> str:
    """A name as it is compared: case, spaces, punctuation and how its accents are composed aside."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


_PREFIX = re.compile(r"^(?:recommendation|rec|no|r)[\s.\-]*(?=\d)", re.IGNORECASE)


def tidy_number(number: str) -> str:
    """An item's number as it is recorded: "Rec. 6" and "R6" are written 6."""
    return _PREFIX.sub("", " ".join(number.split()))


def fold_number(number: str) -> str:
    """An item's number as it is compared: no "R", "Rec" or "No", no leading zeros, lower case.

    "Rec. 06", "R-6" and "6" are one number, as are "10a", "10-a" and "10(a)". What stands between two digits keeps them
    apart: "1.1", "1/1" and "1(1)" are one number, and not 11.
    """
    plain = tidy_number(number.casefold())
    plain = re.sub(r"(?<=\d)[^0-9a-z]+(?=\d)", "-", plain)
    plain = re.sub(r"[^0-9a-z-]+|(?<!\d)-|-(?!\d)", "", plain)
    plain = re.sub(r"(?<!\d)0+(?=\d)", "", plain)
    # What was between a prefix and its number is gone now: "R/6" has become "r6".
    return plain if plain == number else fold_number(plain)


def sort_key(text: str) -> str:
    """A key that sorts 2 before 10 and HC-2 before HC-10: each run of digits is padded to nine."""
    return re.sub(r"\d+", lambda run: run[0].zfill(9), text.casefold())
