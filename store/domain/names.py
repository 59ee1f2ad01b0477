"""Normalisation of names and item numbers for storing, comparing and sorting.

Light on purpose: the program's start loads it.
"""

from __future__ import annotations

import re
import unicodedata


def names_in(text: str | None) -> tuple[str, ...]:
    """Split a line into names: by semicolons where it has any, so that a name may hold a comma; else by commas."""
    line = text or ""
    return tuple(name.strip() for name in line.split(";" if ";" in line else ",") if name.strip())


def fold_name(text: str) -> str:
    """The comparison key of a name: without case, punctuation, extra spaces and composition of accents."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()))


_PREFIX = re.compile(r"^(?:recommendation|rec|no|r)[\s.\-]*(?=\d)", re.IGNORECASE | re.ASCII)


def tidy_number(number: str) -> str:
    """An item's number as it is stored: "Rec. 6" and "R6" become 6."""
    return _PREFIX.sub("", " ".join(number.split()))


def fold_number(number: str) -> str:
    """The comparison key of an item's number: no "R", "Rec" or "No", no leading zeros, lower case.

    "Rec. 06", "R-6" and "6" are one number, as are "10a", "10-a" and "10(a)". Anything between two digits separates
    them: "1.1", "1/1" and "1(1)" are one number, and not 11.
    """
    plain = tidy_number(number.casefold())
    plain = re.sub(r"(?<=[0-9])[^0-9a-z]+(?=[0-9])", "-", plain)
    plain = re.sub(r"[^0-9a-z-]+|(?<![0-9])-|-(?![0-9])", "", plain)
    plain = re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain)
    # What was between a prefix and its number is gone now: "R/6" has become "r6".
    return plain if plain == number else fold_number(plain)


def number_key(number: str | None, scope: str | None) -> tuple[str, str]:
    """The comparison key of an item's number within its publication: folded, with what it is numbered within."""
    return fold_number(number or ""), fold_name(scope or "")


def sort_key(text: str) -> str:
    """The natural sort key of a text: 2 before 10 and HC-2 before HC-10: each run of digits is padded to nine."""
    return re.sub(r"\d+", lambda run: run[0].zfill(9), text.casefold())
