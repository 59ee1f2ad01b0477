"""Format a filter as a query, which query_language.py parses, and point at what is wrong in one."""

from __future__ import annotations

import re
from datetime import date

from store.domain.text import cell_width, sanitise
from store.queries.filter import PAPER_TIME, Filter
from store.queries.query_fields import CHOICES, DAYS, KEYWORDS, NAMES, NONE, WRITTEN
from store.queries.query_language import QueryError, parse, quote_value
from store.queries.search import search_words


def to_query(shown: Filter) -> str:
    """Format a filter as a query; `parse` returns the same filter where `mine` is whom the person acts for.

    A span of time becomes a day: "age>2y" is formatted as the day that it meant.
    """
    terms = []
    for field in (*CHOICES, *NAMES):
        if values := getattr(shown, field):
            listed = ",".join("none" if value == NONE.get(field) else quote_value(value) for value in values)
            terms.append(f"{WRITTEN.get(field, field)}:{listed}")
    for field in DAYS:
        for end, sign in (("after", ">"), ("before", "<")):
            if day := getattr(shown, f"{field}_{end}", None):
                day = "paper" if day.endswith(PAPER_TIME) else day
                terms.append(f"{field}{sign}{day}")
    if shown.percent_after:
        more = int(shown.percent_after)
        terms.append(f"percent>={more + 1}" if more < 100 else f"percent>{more}")
    if shown.percent_before:
        less = int(shown.percent_before)
        terms.append(f"percent<={less - 1}" if less else f"percent<{less}")
    if shown.moved:
        terms.append(f"moved>={shown.moved}")
    terms.extend(f"note:{quote_value(word)}" for word in search_words(shown.note))
    terms.extend(word for word, name in KEYWORDS.items() if getattr(shown, name))
    if shown.search:
        terms.append(_search(shown.search))
    return " ".join(terms)


def _search(search: str) -> str:
    """The search as a query, unquoted where that is unambiguous."""
    try:
        if parse(search, date(2000, 1, 1)) == Filter(search=search):
            return search
    except QueryError:
        pass
    return 'words:"' + search.replace('"', '""') + '"'


def point_at_error(text: str, error: QueryError, most: int = 10_000) -> str:
    """Two lines: the query, and ^^^ under the word that the error is about.

    Of a query with more than `most` characters the part round that word.
    """
    before, word, after = (
        re.sub(r"\s", " ", sanitise(part))
        for part in (text[: error.start], text[error.start : error.end], text[error.end :])
    )
    if len(before) + len(word) > most:
        before = f"…{before[len(before) - most // 3 :]}" if len(before) > most // 3 else before
    room = most - len(before)
    if len(word) + len(after) > room:
        word, after = (f"{word[: room - 1]}…", "") if len(word) >= room else (word, f"{after[: room - len(word) - 1]}…")
    return f"{before}{word}{after}\n{' ' * cell_width(before)}{'^' * max(1, cell_width(word))}"
