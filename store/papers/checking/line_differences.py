"""How two lines differ in what they state: their numbers, dates, items, statuses and names, else in a word or two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from store.domain.date_wording import MONTHS
from store.papers.checking.changed_words import changed_words, is_denial, is_rest_of, stems
from store.papers.checking.line_facts import Fact, facts_in, not_repeated, plain_of
from store.papers.checking.turned_words import is_reversed, is_turned
from store.papers.checking.wording import fold, number_of, shorten

_NAME = re.compile(r"\b[A-Z][\w’'-]*\w\b")
_NO_NAME = frozenset(
    {
        "recommendation", "recommendations", "rec", "recs", "table", "figure", "section", "appendix",
        "the", "a", "an", "this", "these", "it", "of",
    }
)  # fmt: skip
_NONE = frozenset({"none", "no", "-", "nil", "n/a", "0", "nothing", "nothing recorded", "no target"})
"""How a cell has nothing; a blank one may be not filled in."""
_LEAST_IN_COMMON = 0.2
"""Two lines that share less than this of their words, but for those of style, are on different matters."""
_UNKNOWN = frozenset({"not known", "not recorded", "no day recorded", "not stated"})
"""What a line need not state where it is written again."""
_COUNTED = re.compile(r"\d.*|month \d+|[a-z]{1,6}\d{0,2}-x?\d+[a-z]?")
"""A word that is a number, a month or an item: those are compared as facts."""
_ENDINGS = ("'s", "’s", "s", "es")

FAR = 0.6
"""Two lines that share less than this of their words are one of them written again."""
_NEAR = 0.8
"""Two lines that share so much are the same but for a word or two."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two lines differ: in what one and the other have; `is_other` where this one has facts of which the other has none
    of the kind, so that nothing shows which is right."""

    found: str = ""
    expected: str = ""
    is_other: bool = False
    is_far: bool = False
    is_likely: bool = False
    """Whether only words differ, of which nothing shows that they are facts."""

    @property
    def is_one(self) -> bool:
        """Whether they state different facts."""
        return bool(self.found or self.expected)


def describe(found: Difference) -> str:
    """What differs, as a sentence."""
    here, there = (shorten(_whole(value), 70) for value in (found.found, found.expected))
    if not here:
        return f"“{there}” is left out here."
    return f"“{here}” here; the register has {f'“{there}”' if there else 'nothing there'}."


def _whole(text: str) -> str:
    """Words without the end of a bracket or of a sentence that begins before them."""
    return text.strip(" .,;:") if "(" in text else text.strip(" .,;:)")


def _left(here: Iterable[Fact], there: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts that only one and only the other have: first those that count the same are taken off, then the rest."""
    mine, wanted = list(here), list(there)
    for exact in (True, False):
        rest: list[Fact] = []
        for fact in mine:
            alike = [o for o in wanted if o.value == fact.value and (o.of == fact.of or not exact)]
            same = next((o for o in alike if o.words == fact.words), alike[0] if alike else None)
            if same is None:
                rest.append(fact)
            else:
                wanted.remove(same)
        mine = rest
    return mine, wanted


def differ(
    text: str, wanted: str, *, is_cell: bool = False, is_label: bool = False, is_name: bool = False
) -> Difference:
    """How a line differs in its facts from the one that is wanted; nothing where it only words them otherwise.

    `is_cell` is of a cell of a table, and `is_name` of a heading or caption, in which every word counts; in an `is_label`, of a row or
    column, what only narrows it down may go.
    """
    text, wanted = _in_one_way(text, wanted), _in_one_way(wanted, wanted)
    if is_cell and {fold(text).strip(" ."), fold(wanted).strip(" .")} <= _NONE:
        return Difference()
    here, there = facts_in(text), facts_in(wanted)
    ratio = SequenceMatcher(None, fold(text).split(), fold(wanted).split(), autojunk=False).ratio()
    pairs: list[tuple[Fact | None, Fact | None]] = []
    is_other = False
    mine, other = _left(_of(here, "number"), _of(there, "number"))
    was_list = any(one.of == "list" for one in there)
    paired, rest = _numbers(mine, other, is_close=is_name or ratio >= FAR, was_list=was_list)
    pairs += paired
    is_other |= bool(rest)
    if not mine and not other and (swapped := _swapped(here, there)):
        return Difference(*swapped, is_far=ratio < FAR)
    for paired, rest in (_dates(here, there), _items(here, there), _states(here, there, is_near=ratio >= _NEAR)):
        pairs += paired
        is_other |= bool(rest)
    found = _words(one for one, _ in pairs)
    expected = _words(one for _, one in pairs)
    if pairs and not found and all(one is not None and one.sort == "item" for _, one in pairs):
        # A run that ends elsewhere: "CA-2 to CA-5".
        runs = [one for one in _of(here, "item") if re.search(r" to |[-–]\s?\d+[-–]|\d[-–]", one.words)]
        codes = {str(one.value).partition("-")[0] for _, one in pairs if one is not None}
        found = _words(one for one in runs if str(one.value).partition("-")[0] in codes)
    if not pairs:
        names = _names(text, wanted, is_near=ratio >= _NEAR)
        if names:
            return Difference(*names, is_far=ratio < FAR)
        if (
            is_cell
            and max(len(text.split()), len(wanted.split())) <= 8
            and _is_other_cell(text, wanted, is_label=is_label)
        ):
            return Difference(*_changed(text, wanted))
        if ratio >= FAR and is_other and _is_only_other(here, there, "state verdict"):
            return Difference(*_changed(text, wanted), is_likely=True)
        alike = _alike(here, there), _alike(there, here)
        words = changed_words(plain_of(text), plain_of(wanted), alike, is_name=is_name)
        if is_label and words and not words[0]:
            words = None
        if not words and not is_label and is_rest_of(text, wanted) and _left(here, not_repeated(there))[1]:
            return Difference(*_changed(text, wanted), is_likely=True)
        if words and not words[0] and fold(words[1]) in _UNKNOWN:
            words = None
        if not words and (labels := _labels(text, wanted)):
            return Difference(*labels)
        # What states something of which the wanted line has nothing is for the rules, unless it is a denial.
        if words and (
            is_name or not is_other or is_denial(words) or _is_only_other(here, there, "date", "month", "year")
        ):
            return Difference(*words, is_likely=True)
        is_same = is_name or ratio >= _NEAR or Counter(stems(plain_of(text))) == Counter(stems(plain_of(wanted)))
        if not words and ((not is_other and is_same and is_turned(text, wanted)) or is_reversed(text, wanted)):
            return Difference(*_changed(text, wanted), is_likely=True)
    return Difference(found, expected, is_other and not pairs, ratio < FAR)


_ONE_WAY = ((r"(?<=\s)&(?=\s)", "and"), (r"\b[Oo]nce\b(?! [a-z])", "1 time"), (r"\b[Tt]wice\b", "2 times"))


def _in_one_way(text: str, wanted: str) -> str:
    """A line with what is written in several ways in one of them; items as the line that is wanted has them: HC-6, not HC 6."""
    for pattern, written in _ONE_WAY:
        text = re.sub(pattern, written, text)
    text = re.sub(r"\b[a-z]+ty-[a-z]+\b", lambda found: str(number_of(found[0]) or found[0]), text)
    for code in set(re.findall(r"\b([A-Z]{1,6}\d{0,2})-x?\d", wanted)):
        text = re.sub(rf"\b{code} (?=x?\d{{1,3}}\b)", f"{code}-", text)
    return text


def _labels(text: str, wanted: str) -> tuple[str, str] | None:
    """The one word that two lines have before a colon, where that alone differs."""
    (here, colon, rest), (there, other_colon, other) = text.partition(":"), wanted.partition(":")
    if colon and other_colon and fold(rest) == fold(other) and stems(here) != stems(there):
        return (here, there) if len(stems(here)) == len(stems(there)) == 1 else None
    return None


def is_rewritten(text: str, wanted: str) -> bool:
    """Whether a line has hardly half of its words in common with the other."""
    return SequenceMatcher(None, fold(text).split(), fold(wanted).split(), autojunk=False).ratio() < FAR


def is_unrelated(text: str, wanted: str) -> bool:
    """Whether a line is on another matter than the one that is wanted: they share hardly a word."""
    here, there = Counter(stems(plain_of(text))), Counter(stems(plain_of(wanted)))
    return (here & there).total() < _LEAST_IN_COMMON * min(here.total(), there.total())


def _alike(facts: list[Fact], others: list[Fact]) -> list[tuple[int, int]]:
    """The places of what others have too, and may word otherwise: states, dates, runs of items."""
    values = {one.value for one in others}
    has_run = any(one.of == "list" and re.search(r" to |\d\s*[-–]\s*\w", one.words) for one in (*facts, *others))
    return [
        (one.start, one.start + len(one.words))
        for one in facts
        if (one.sort.startswith("state") and one.value in values)
        or (one.sort in ("date", "year", "month") and any(_same_date(one, other) for other in others))
        or (one.sort in ("number", "item") and one.value in values and has_run)
    ]


def _is_only_other(here: list[Fact], there: list[Fact], *sorts: str) -> bool:
    """Whether all that only one line has is of these sorts."""
    values = {one.value for one in there}
    return all(one.sort in sorts for one in here if one.value not in values)


def _of(facts: list[Fact], *sorts: str) -> list[Fact]:
    return [one for one in facts if one.sort in sorts]


def _words(facts: Iterable[Fact | None]) -> str:
    return ", ".join(dict.fromkeys(one.words for one in facts if one is not None))


Paired = tuple[list[tuple[Fact | None, Fact | None]], list[Fact]]
"""Facts beside those that they are in place of, and those that nothing shows to be right or wrong."""


def _numbers(mine: list[Fact], wanted: list[Fact], *, is_close: bool, was_list: bool) -> Paired:
    pairs: list[tuple[Fact | None, Fact | None]] = []
    rest: list[Fact] = []
    for fact in mine:
        same = next((one for one in wanted if one.of == fact.of and one.of), None)
        if same is not None:
            wanted.remove(same)
            pairs.append((fact, same))
        else:
            rest.append(fact)
    if rest and (len(rest) == len(wanted)) and is_close:
        return [*pairs, *zip(rest, wanted, strict=True)], []
    if pairs:
        # More of a list than the register has, beside a count that is another.
        return [*pairs, *((one, None) for one in rest if one.of == "list")], []
    if rest and was_list and is_close:
        return [(one, None) for one in rest], []
    if not mine and wanted and all(one.of == "list" for one in wanted) and is_close:
        return [(None, one) for one in wanted], []
    return [], rest


def _swapped(here: list[Fact], there: list[Fact]) -> tuple[str, str] | None:
    """The same numbers, counting one another's: "21 on track, 17 delayed"."""

    def bound(facts: list[Fact]) -> dict[str, set[object]]:
        found: dict[str, set[object]] = {}
        for one in _of(facts, "number"):
            if one.of and one.of != "list":
                found.setdefault(one.of, set()).add(one.value)
        return found

    mine, wanted = bound(here), bound(there)
    wrong = [of for of in mine if of in wanted and not mine[of] & wanted[of]]
    if len(wrong) < 2:
        return None
    return tuple(
        ", ".join(f"{one.words} {one.of.replace('-', ' ')}" for one in _of(facts, "number") if one.of in wrong)
        for facts in (here, there)
    )  # type: ignore[return-value]


def _dates(here: list[Fact], there: list[Fact]) -> Paired:
    sorts = ("date", "year", "month")
    mine, wanted = _left(_of(here, *sorts), _of(there, *sorts))
    unlike, lost = _unlike(mine, wanted), _unlike(wanted, mine)
    if not unlike or not lost:
        return [], unlike
    lost = [one for one in lost if one.sort == unlike[0].sort] or lost
    return [(one, lost[min(n, len(lost) - 1)]) for n, one in enumerate(unlike)], []


def _unlike(mine: list[Fact], wanted: list[Fact]) -> list[Fact]:
    """The dates that mean the same days as none of the others, each of which is taken once."""
    rest, left = [], [*wanted]
    for one in mine:
        same = next((other for other in left if _same_date(one, other)), None)
        if same is None:
            rest.append(one)
        else:
            left.remove(same)
    return rest


def _same_date(one: Fact, other: Fact) -> bool:
    """Whether two dates mean the same days: the end of a month is the month, and a year has what is in it."""
    if one.value == other.value:
        return True
    for a, b in ((one, other), (other, one)):
        if a.sort == "date" and isinstance(a.value, tuple):
            if b.sort == "date" and isinstance(b.value, tuple) and a.value[1] == b.value[1]:
                return True
            if b.sort == "year" and a.value[0].year == b.value:
                return True
            if b.sort == "month" and a.value[0].month == b.value:
                return True
    return False


def _items(here: list[Fact], there: list[Fact]) -> Paired:
    mine, wanted = _left(_of(here, "item"), _of(there, "item"))
    if mine and wanted:
        return [*((one, None) for one in mine), *((None, one) for one in wanted)], []
    if _of(there, "item") and _of(here, "item"):
        return [*((one, None) for one in mine), *((None, one) for one in wanted)], []
    return [], mine


def _states(here: list[Fact], there: list[Fact], *, is_near: bool) -> Paired:
    pairs: list[tuple[Fact | None, Fact | None]] = []
    rest: list[Fact] = []
    sorts = {one.sort for one in here + there if one.sort.startswith("state")}
    lone: tuple[list[Fact], list[Fact]] = ([], [])
    for sort in sorted(sorts):
        mine, wanted = _of(here, sort), _of(there, sort)
        if not is_near:
            mine, wanted = not_repeated(mine), not_repeated(wanted)
        # A line that is the same but for a word has each state as often as its own; another has it once or twice.
        only, lost = _left(mine, wanted)
        if not is_near:
            only = [one for one in mine if one.value not in {other.value for other in wanted}]
            lost = [one for one in wanted if one.value not in {other.value for other in mine}] or lost
        if only and lost:
            pairs += [*((one, None) for one in only), *((None, one) for one in lost)]
        else:
            rest += only
            lone[0].extend(only)
            lone[1].extend(lost)
    if is_near and not pairs and lone[0] and lone[1]:
        return [*((one, None) for one in lone[0]), *((None, one) for one in lone[1])], []
    return pairs, rest


def _names(text: str, wanted: str, *, is_near: bool) -> tuple[str, str] | None:
    """A name that is spelt otherwise, or in a line that is the same but for it, another or left out of a list."""
    mine, other = _name_words(text), _name_words(wanted)
    said, meant = {w.casefold() for w in mine}, {w.casefold() for w in other}
    every = set(re.findall(r"[\w’'-]+", text.casefold())), set(re.findall(r"[\w’'-]+", wanted.casefold()))
    only = [word for word in mine if word.casefold() not in every[1] and not _is_ending(word, meant | every[1])]
    lost = [word for word in other if word.casefold() not in every[0] and not _is_ending(word, said | every[0])]
    for word in only:
        near = get_close_matches(word.casefold(), [one.casefold() for one in lost], n=1, cutoff=0.7)
        if near:
            return word, next(one for one in lost if one.casefold() == near[0])
    if is_near and lost and only and len(only) == len(lost):
        return " ".join(only), " ".join(lost)
    if is_near and lost and not only and len(fold(text).split()) == len(fold(wanted).split()) - len(lost):
        return "", " ".join(lost)
    return None


def _name_words(text: str) -> list[str]:
    """The words of names: with a capital, but not because they begin a sentence or name a month or an item."""
    found = []
    for match in _NAME.finditer(text):
        word = match[0]
        before = text[: match.start()].rstrip(" \"“'‘(*†")
        begins = not before or before[-1] in ".!?:;"
        after = re.match(r"\s+[A-Z]", text[match.end() :])
        if word.casefold() in _NO_NAME or word.casefold() in MONTHS or number_of(word) is not None:
            continue
        if not begins or word.isupper() or after:
            found.append(word)
    return found


def _is_ending(word: str, among: set[str]) -> bool:
    """Whether a word is one of these but for the end of a plural or a genitive."""
    plain = word.casefold()
    return any(
        plain == f"{one}{end}" or one == f"{plain}{end}"
        for one in among
        for end in _ENDINGS
        if abs(len(one) - len(plain)) < 3
    )


def _is_other_cell(text: str, wanted: str, *, is_label: bool) -> bool:
    """Whether a cell states something else: by its facts and its other words, but for those that mean nothing in a table."""
    (numbers, words), (wanted_numbers, wanted_words) = _bare(text), _bare(wanted)
    if is_label and words and numbers == wanted_numbers and "not" not in wanted_words:
        return not set(words) <= set(wanted_words)
    return (numbers, words) != (wanted_numbers, wanted_words)


def _bare(text: str) -> tuple[list[str], list[str]]:
    facts = facts_in(text)
    numbers = sorted({str(one.value) for one in facts if not one.sort.startswith("state")})
    return numbers, [one for one in stems(plain_of(text)) if one != "recommendation" and not _COUNTED.fullmatch(one)]


def _changed(text: str, wanted: str) -> tuple[str, str]:
    here, there = text.split(), wanted.split()
    match = SequenceMatcher(None, [fold(w) for w in here], [fold(w) for w in there], autojunk=False)
    changes = [op for op in match.get_opcodes() if op[0] != "equal"]
    if not changes:
        return text, wanted
    first, last = changes[0], changes[-1]
    return " ".join(here[first[1] : last[2]]), " ".join(there[first[3] : last[4]])
