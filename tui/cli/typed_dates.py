"""Dates on the command line: the types of their options, and how what was typed was understood."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from store.domain.date_reading import NotUnderstood, describe_days, read_date
from store.domain.text import one_line
from tui.cli.typed_text import Words


class TypedDate(Words):
    """A click type for a date that a command writes: how it was understood is printed once it is written.

    `past` is as of what has happened; `may_be_words` as of a target, whose words need no day.
    """

    def __init__(self, *, past: bool = False, may_be_words: bool = False) -> None:
        super().__init__()
        self.past = past
        self.may_be_words = may_be_words


PAST_DATE = TypedDate(past=True)
COMING_DATE = TypedDate()
TARGET = TypedDate(may_be_words=True)


def describe_dates(context: click.Context, today: date) -> Iterator[str]:
    """How the dates that a command was given were understood, a sentence each where that is not plain."""
    given = context.params
    for option in context.command.params:
        typed = given.get(option.name or "")
        bounded = option.name == "target" and (given.get("earliest") or given.get("latest"))
        if isinstance(option.type, TypedDate) and isinstance(typed, str) and typed.strip() and not bounded:
            what = _meaning(typed, today, option.type, as_words=bool(given.get("as_words")))
            if what:
                yield f"“{one_line(typed, most=40)}” {what}"


def _meaning(text: str, today: date, how: TypedDate, *, as_words: bool) -> str:
    """The days of a date that is relative, lacks its year, is of the century before, of a financial year or of a part of
    a period; and of a target, that it has no day. "" for a date that is plain."""
    try:
        read = read_date(text, today, prefer_past=how.past)
    except ValueError as error:
        without_day = as_words or (isinstance(error, NotUnderstood) and not error.hints_at_day)
        return "has no day: it is kept as words, and is never late." if how.may_be_words and without_day else ""
    days = describe_days(read, text, past=how.past)
    try:
        is_plain = read_date(text) == read
    except ValueError:
        is_plain = False
    return "" if is_plain and not days.endswith(")") else f"is {days}."
