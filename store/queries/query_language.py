"""The query language: parse `status:delayed theme:governance due<2025-06 "third party"` to a Filter.

Words and "phrases" are searched for; `field:value,value` filters by any of the values; `field<day` and its like bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.domain.date_reading import read_date
from store.domain.dates import add_months
from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.queries.filter import PAPER_TIME, Filter, percent_bound
from store.queries.query_fields import (
    CHOICES,
    DAYS,
    KEYWORDS,
    NONE,
    SHORTHAND,
    SPANS,
    WRITTEN,
    example_of,
    field_named,
    no_such_field,
)
from store.queries.search import tidy_words

_TOKEN = re.compile(r'(?:"[^"]*(?:"|\Z)|[^\s"])+')
_TERM = re.compile(r"([^\W\d][\w-]*)(:|<=|>=|=|<|>)(.*)", re.DOTALL)
_LEFT_OUT = re.compile(r"[-!~^]+(?=[^\W\d])|[^\W\d][\w-]*!=")
_SIGNS = dict(zip("：﹕︰∶꞉＜＞＝", ":::::<>=", strict=True))
_SHAPED = re.compile(rf"([(\[{{]*)([^\W\d][\w-]*)([:<>={''.join(_SIGNS)}])")
_ITEM = re.compile(r'"((?:[^"]|"")*)"(?=,|\Z)|([^",]+)(?=,|\Z)')
_SPAN = re.compile(r"(\d{1,4})[\s-]*(?:(d)(?:ays?)?|(w)(?:eeks?)?|(m)(?:o|onths?)?|(y)(?:rs?|ears?)?)", re.IGNORECASE)


class QueryError(BadInput):
    """A query that cannot be parsed: why, in a sentence, and the columns of the word that it is about."""

    def __init__(self, why: str, start: int, end: int) -> None:
        super().__init__("query", why)
        self.start = start
        self.end = end


@dataclass(frozen=True, slots=True)
class QueryContext:
    """The names that a query can use in one register."""

    names: Callable[[str], Sequence[str]]
    """Returns the names of a field: theme, lead, outcome, priority, delay, publication (codes), the register's kinds."""
    mine: tuple[str, ...] = ()
    """The leads that the person acts for: the value of `mine`."""
    paper: Callable[[], date | None] = lambda: None
    """The day of the newest committee paper, or None."""


@dataclass(frozen=True, slots=True)
class _Value:
    text: str
    quoted: bool
    start: int
    end: int


def parse(text: str, today: date, *, context: QueryContext | None = None) -> Filter:
    """Parse a query. Names get their recorded spelling; without `context` they stay as written.

    Raises QueryError.
    """
    shown = Filter()
    tokens = list(_TOKEN.finditer(text))
    for n, token in enumerate(tokens):
        if n and field_named(tokens[n - 1][0]) and (sign := re.match("<=|>=|[:=<>]", token[0])):
            value = tokens[n + 1] if sign[0] == token[0] and n + 1 < len(tokens) else None
            closed = f"{tokens[n - 1][0]}{token[0]}{value[0] if value else ''}"
            start, end = tokens[n - 1].start(), (value or token).end()
            raise QueryError(f"No space goes around {'a colon' if sign[0] == ':' else sign[0]}: {closed}.", start, end)
        if _joins_terms([one[0] for one in tokens], n):
            raise QueryError(_NO_OPERATORS.format(token[0]), token.start(), token.end())
        shown = shown.joined(_parse_token(token[0], token.start(), today, context))
    return shown


_NO_OPERATORS = (
    "A query has no OR, AND or NOT: values between commas are any of them, and all else must hold. To search for "
    'the word, write "{}" between quotation marks.'
)


def _joins_terms(tokens: Sequence[str], n: int) -> bool:
    """Whether a word in lower case is meant as NOT, OR or AND: before a term with a field, or between two of them."""
    fields = [bool((term := _TERM.fullmatch(one)) and field_named(term[1])) for one in tokens[max(n - 1, 0) : n + 2]]
    plain = tokens[n].casefold()
    return (plain == "not" and fields[-1]) or (plain in ("or", "and") and n > 0 and fields[0] and fields[-1])


def quote_value(value: str) -> str:
    """A value, quoted if necessary."""
    plain = re.fullmatch(r'[^\s",]+', value) and value.casefold() != "none"
    return value if plain else '"' + value.replace('"', '""') + '"'


def _parse_token(token: str, start: int, today: date, context: QueryContext | None) -> Filter:
    """Parse one token of a query to a filter."""
    end = start + len(token)
    if token.count('"') % 2:
        raise QueryError("The quotation mark is not closed.", start + token.rindex('"'), end)
    term = _TERM.fullmatch(token)
    if not term:
        if left_out := _LEFT_OUT.match(token):
            sign = "a minus" if left_out[0][0] == "-" else left_out[0].strip("=")[-1]
            raise QueryError(f"A query says what is shown; nothing can be left out with {sign}.", start, end)
        return _word(token, start, end, context)
    field = field_named(term[1])
    if field is None:
        raise QueryError(no_such_field(term[1], token), start, start + len(term[1]))
    at = start + term.start(3)
    if not term[3]:
        raise QueryError(f"{term[0]} needs a value: {example_of(field)}.", start, end)
    if field in DAYS or field in SPANS or field in ("moved", "percent"):
        values = _values(term[3], at, field)
        if len(values) > 1:
            raise QueryError(f"{term[1]} takes one value: {example_of(field)}.", at, end)
        return _parse_comparison(field, term[2], values[0], start, today, context)
    if term[2] not in (":", "="):
        raise QueryError(f"{term[1]} takes a colon: {example_of(field)}.", start, at)
    return _parse_values(field, _values(term[3], at, field), context)


def _word(token: str, start: int, end: int, context: QueryContext | None) -> Filter:
    if token in ("OR", "AND", "NOT"):
        raise QueryError(_NO_OPERATORS.format(token), start, end)
    if (shaped := _SHAPED.match(token)) and field_named(shaped[2]):
        why = "A query has no brackets: values between commas are any of them, and all else must hold."
        sign = _SIGNS.get(shaped[3], "")
        raise QueryError(
            why if shaped[1] else f"Write {shaped[2]}{sign}… with the {sign} of a plain keyboard.", start, end
        )
    if not re.search(r"[^\W_]", token):
        raise QueryError("There is neither a letter nor a digit in it to search for.", start, end)
    plain = token.casefold()
    if plain in KEYWORDS and plain != "mine":
        return Filter().replace(**{KEYWORDS[plain]: True})
    if plain != "mine":
        return Filter(search=token)
    if not (context and context.mine):
        raise QueryError(
            'Fairlead does not know yet whom you act for, so nothing is "mine". Name the lead: lead:"…".', start, end
        )
    return Filter(mine=context.mine)


def _values(text: str, start: int, field: str) -> list[_Value]:
    """The values of a field, between commas, each with its place in the query."""
    found: list[_Value] = []
    at = 0
    while True:
        item = _ITEM.match(text, at)
        if not item:
            if at == len(text) or text[at] == ",":
                why = "A value is missing beside a comma; no space goes after it."
            else:
                why = f"Quotation marks go around a whole value: {example_of(field)}."
            raise QueryError(why, start, start + len(text))
        quoted = item[1] is not None
        value = item[1].replace('""', '"') if quoted else item[2]
        found.append(_Value(value, quoted, start + at, start + item.end()))
        if item.end() == len(text):
            return found
        at = item.end() + 1


def _parse_values(field: str, values: list[_Value], context: QueryContext | None) -> Filter:
    if field == "words":
        return Filter(search=" ".join(value.text for value in values))
    if field == "note":
        if len(values) > 1:
            raise QueryError("note takes one word or phrase; write it again for more.", values[0].start, values[-1].end)
        phrase = values[0].text.replace('"', "")
        if note := tidy_words(f'"{phrase}"'):
            return Filter(note=note)
        raise QueryError(f"note needs a word: {example_of(field)}.", values[0].start, values[0].end)
    found: list[str] = []
    for value in values:
        if field in CHOICES:
            found.extend(_chosen(field, value, context))
        elif field in NONE and not value.quoted and value.text.casefold() in ("none", NONE[field]):
            found.append(NONE[field])
        else:
            found.append(_named(field, value, context))
    return Filter().replace(**{field: tuple(dict.fromkeys(found))})


def _chosen(field: str, value: _Value, context: QueryContext | None) -> tuple[str, ...]:
    """Parse a value of a fixed list, in any case, with hyphens or spaces; of kinds, with those of the register."""
    plain = "-".join(value.text.casefold().replace("_", "-").split())
    if (field, plain) in SHORTHAND:
        return SHORTHAND[field, plain]
    words = {word.casefold(): str(word) for word in CHOICES[field]}
    if plain in words:
        return (words[plain],)
    if field == "kind":
        own = context.names(field) if context else (value.text,)
        if found := next((name for name in own if fold_name(name) == fold_name(value.text)), None):
            return (found,)
        words |= {name.casefold(): name for name in own}
    raise _unknown(field, value, list(words.values()), f" There are: {', '.join(words.values())}.")


def _named(field: str, value: _Value, context: QueryContext | None) -> str:
    """A name in its recorded spelling."""
    if context is None:
        return value.text
    names = context.names(field)
    if value.text in names:
        return value.text
    wanted = fold_name(value.text)
    for name in names:
        if wanted and fold_name(name) == wanted:
            return name
    some = f" There are: {', '.join(names[:8])}{' …' if len(names) > 8 else ''}." if names else " None is recorded."
    raise _unknown(field, value, names, some)


def _unknown(field: str, value: _Value, names: Sequence[str], some: str) -> QueryError:
    """The error for an unknown value, with similar or all values."""
    from difflib import get_close_matches

    wanted = fold_name(value.text)
    folded = {fold_name(name): name for name in names}
    near = [name for fold, name in folded.items() if wanted and f" {wanted}" in f" {fold}"]
    near += [folded[fold] for fold in get_close_matches(wanted, folded, 3, 0.6)]
    written = WRITTEN.get(field, field)
    meant = [f"{written}:{quote_value(name)}" for name in dict.fromkeys(near)][:3]
    hint = f" Did you mean {' or '.join(meant)}?" if meant else some
    return QueryError(f'There is no {field.replace("_", " ")} "{value.text[:60]}" here.{hint}', value.start, value.end)


def _parse_comparison(
    field: str, sign: str, value: _Value, start: int, today: date, context: QueryContext | None
) -> Filter:
    """Parse a comparison with a day, a span of time or a number to a filter."""

    def refuse(why: str) -> QueryError:
        return QueryError(why, start, value.end)

    if field == "moved":
        if sign not in (">", ">=") or not re.fullmatch("[0-9]{1,4}", value.text):
            raise refuse("moved takes a number of times at least: moved>=1.")
        return Filter(moved=int(value.text) + (sign == ">"))
    if field == "percent":
        return _parse_percent(sign, value, start)
    if field == "said" and sign not in ("<", "<="):
        raise refuse("said takes only the day since which nothing was said: said<2024-06.")
    if field in SPANS and (sign in (":", "=") or (field == "quiet" and sign not in (">", ">="))):
        raise refuse(f"{field} takes a span of time: {example_of(field)}.")
    try:
        if field in SPANS:
            first = last = _ago(value, today, field)
            # The longer ago, the earlier the day.
            sign = sign.translate(str.maketrans("<>", "><"))
        else:
            first, last = _days(value, today, context, prefer_past=field not in ("due", "review"))
        one = timedelta(days=1)
        bounds: dict[str, object] = {}
        if sign == "<":
            bounds["before"] = first.isoformat()
        if sign in ("<=", ":", "="):
            bounds["before"] = (last + one).isoformat()
        if sign == ">":
            bounds["after"] = last.isoformat()
            if field == "changed" and value.text.casefold() == "paper":
                bounds["after"] = f"{last.isoformat()}{PAPER_TIME}"
        if sign in (">=", ":", "="):
            bounds["after"] = (first - one).isoformat()
    except (OverflowError, ValueError) as error:
        if isinstance(error, OverflowError) or not str(error).endswith((".", "?")):
            raise refuse(f'"{value.text[:40]}" is outside the calendar.') from None
        raise QueryError(str(error), value.start, value.end) from None
    return Filter().replace(**{f"{SPANS.get(field, field)}_{end}": day for end, day in bounds.items()})


def _parse_percent(sign: str, value: _Value, start: int) -> Filter:
    """Parse a comparison with how much is done, in per cent."""
    number = re.fullmatch(r"([0-9]{1,3})\s*%?", value.text.strip())
    if not number or int(number[1]) > 100:
        raise QueryError("percent takes a whole number from 0 to 100: percent>=50.", start, value.end)
    least = int(number[1]) + (sign == ">")
    most = int(number[1]) - (sign == "<")
    bounds: dict[str, object] = {}
    if sign not in ("<", "<="):
        bounds["percent_after"] = percent_bound(least - 1)
    if sign not in (">", ">="):
        bounds["percent_before"] = percent_bound(most + 1)
    return Filter().replace(**bounds)


def _ago(value: _Value, today: date, field: str) -> date:
    """Parse a span of time to the day that is so long ago."""
    span = _SPAN.fullmatch(value.text.strip())
    if not span:
        raise ValueError(f'"{value.text[:40]}" is not a span of time. Write 90d, 8w, 6m or 2y: {example_of(field)}.')
    number = int(span[1])
    if span[2] or span[3]:
        return today - timedelta(days=number * (1 if span[2] else 7))
    return add_months(today, -number * (1 if span[4] else 12))


def _days(value: _Value, today: date, context: QueryContext | None, *, prefer_past: bool) -> tuple[date, date]:
    """The first and the last day of a date; `paper` is the day of the newest committee paper."""
    text = value.text
    if text.casefold() == "paper":
        paper = context.paper() if context else None
        if paper is None:
            raise ValueError("No committee paper of before today is recorded here. Write the day: changed>2024-08.")
        return paper, paper
    try:
        day = read_date(text, today, prefer_past=prefer_past)
    except ValueError:
        if not re.search("[A-Za-z]", text):
            raise
        day = read_date(text.replace("-", " "), today, prefer_past=prefer_past)
    first, last = day.earliest or day.latest, day.latest or day.earliest
    if first is None or last is None:
        raise ValueError(f'"{text[:40]}" has no day to compare with.')
    return first, last
