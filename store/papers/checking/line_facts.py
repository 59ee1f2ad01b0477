"""What a line states, however it is worded: its numbers, dates, items, statuses and names, and how two lines differ in those."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches

from store.domain.date_wording import MONTHS
from store.papers.checking.wording import NUMBER, dates_in, fold, item_run, number_of

_STATES = (
    ("refused", "verdict", r"refus\w+|reject\w+|declin(?:ed|es)|(?:did|does|do|has|have|was|were) not (?:agree|accept)\w*"),
    ("agreed", "verdict", r"agree[ds]?(?! in principle)|accept(?:ed|s|ing)"),
    ("more-evidence", "stage", r"(?:more|further) evidence (?:is |was )?(?:sought|required|needed|asked for)"),
    ("for-closure", "stage", r"(?:asking|propos\w+|seeking|submitted|sent|put forward)(?: \w+){0,3}? for (?:closure|discharge)|proposing closure|submitted and awaiting(?: \w+){0,4}? (?:review|discharge)"),
    ("for-a-view", "stage", r"asking for a view"),
    ("submitted", "stage", r"submitted|await(?:ing|s)"),
    ("open", "stage", r"remain\w*(?: \w+)? (?:open|ongoing|outstanding|live)|(?:kept?|stay\w*)(?: it| them)? open|reopen\w*|ongoing|outstanding|open|continues?|continuing|goes on|go on"),
    ("discharged", "stage", r"discharge[ds]?|discharging"),
    ("closed", "stage", r"closed?|complete[ds]?|concluded|finali[sz]ed"),
    ("on-track", "track", r"on[ -](?:track|course|target|schedule|time)"),
    ("delayed", "track", r"delayed|overdue|behind schedule|off[ -]track"),
    ("collating", "stage", r"collat\w+|evidence (?:is |are )?being gathered"),
    ("in-progress", "stage", r"in progress|under ?way"),
    ("not-started", "stage", r"not (?:yet )?started"),
    ("later", "move", r"moved later|extended|postponed|put back"),
    ("earlier", "move", r"moved earlier|brought forward"),
    ("us", "who", r"(?<=action with: )us|with us"),
    ("inspectorate", "who", r"(?<=action with: )the inspectorate|with the inspectorate"),
    *((word, "ask", rf"(?:invited|asked) to {word}") for word in ("discuss", "note", "approve", "agree", "endorse", "consider")),
)  # fmt: skip
"""What is reported of an item, or asked of members: its name, what sort it is, and its wordings."""
_STATE = re.compile("|".join(rf"(?P<s{n}>\b(?:{wording})\b)" for n, (_, _, wording) in enumerate(_STATES)))
_NOT = re.compile(r"\b(?:not|never|no longer|nor|yet to be)(?: \w+)?\s*$")

_CODED = re.compile(
    r"\b([A-Z]{1,6}\d{0,2})-(x?\d{1,3}[a-z]?)\b(?:\s*(?:to|[-–])\s*(?:\1-)?(x?\d{1,3})\b)?", re.IGNORECASE
)
_RUN = re.compile(r"(?<![\d.,/-])(\d{1,3})\s*(?:to|[-–])\s*(\d{1,3})(?![\d.,/%-])")
_PLAIN = re.compile(rf"(?<![\w.])(?:r(?=\d))?({NUMBER}|none|nothing|no(?= (?:recommendation|action|rec)))(?!\w|[./]\d)", re.I)
_MONTH = re.compile(rf"\b({'|'.join(sorted((m.capitalize() for m in MONTHS if len(m) > 2), key=len, reverse=True))})\b")
_BEFORE_LIST = re.compile(r"\b(?:recommendations?|recs?|actions?|commitments?|numbers?|nos?)\.?(?: and)?\s*$|(?:,|;|&|\band)\s*$", re.I)
_NAME = re.compile(r"\b[A-Z][\w’'-]*\w\b")
_NO_NAME = frozenset("recommendation recommendations rec recs table figure section appendix the a an this these it of".split())
_ENDINGS = ("'s", "’s", "s", "es")

FAR = 0.6
"""Two lines that share less than this of their words are one of them written again."""
_NEAR = 0.8
"""Two lines that share so much are the same but for a word or two."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a line states: of which sort, its value, and its words there; `of` is what a number counts."""

    sort: str
    value: object
    words: str
    start: int
    of: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """How two lines differ: in what one and the other have; `is_other` where this one has facts of which the other has none
    of the kind, so that nothing shows which is right."""

    found: str = ""
    expected: str = ""
    is_other: bool = False
    is_far: bool = False

    @property
    def is_one(self) -> bool:
        """Whether they state different facts."""
        return bool(self.found or self.expected)


def facts_in(text: str) -> list[Fact]:
    """What a line states, in its order."""
    text = re.sub(r"[†*]", "", text)
    found: list[Fact] = []

    def blank(start: int, end: int) -> None:
        nonlocal text
        text = text[:start] + "\x00" * (end - start) + text[end:]

    for one in dates_in(text):
        value = (one.meaning.earliest, one.meaning.latest) if one.meaning else fold(one.words)
        found.append(Fact("date", value, one.words, one.start))
    for fact in found:
        blank(fact.start, fact.start + len(fact.words))
    for match in re.finditer(r"(?<![\w,.])(?:19|20)\d\d(?![\w%]|,\d)", text):
        found.append(Fact("year", int(match[0]), match[0], match.start()))
        blank(*match.span())
    for match in _MONTH.finditer(text):
        found.append(Fact("month", MONTHS[match[0].casefold()], match[0], match.start()))
        blank(*match.span())
    for match in _CODED.finditer(text):
        numbers = item_run(match[2], match[3]) if match[3] else (match[2],)
        found += [Fact("item", f"{match[1]}-{n}".casefold(), match[0], match.start(), "list") for n in numbers]
        blank(*match.span())
    for match in _RUN.finditer(text):
        run = item_run(match[1], match[2])
        if len(run) > 2 or int(match[2]) - int(match[1]) == 1:
            found += [Fact("number", int(n), match[0], match.start(), "list") for n in run]
            blank(*match.span())
    masked = fold_same(text)
    states = [(one, *_STATES[int((one.lastgroup or "s0")[1:])][:2]) for one in _STATE.finditer(masked)]
    for one, name, sort in states:
        negated = "not " if _NOT.search(masked[: one.start()][-14:]) else ""
        found.append(Fact(f"state {sort}", negated + name, text[one.start() : one.end()], one.start()))
    plain = [(match, _value(match[1])) for match in _PLAIN.finditer(text)]
    for n, (match, value) in enumerate(plain):
        if value is not None:
            until = plain[n + 1][0].start() if n + 1 < len(plain) else len(text)
            found.append(Fact("number", value, match[1], match.start(1), _counted(masked, match, until, states)))
    return sorted(found, key=lambda one: one.start)


def fold_same(text: str) -> str:
    """Lower case with one kind of dash, as long as the text was."""
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text).replace("–", "-").replace("’", "'")


def _value(words: str) -> object:
    plain = words.casefold()
    if plain in ("none", "nothing", "no"):
        return 0
    number = number_of(words)
    return number if number is not None else plain


def _counted(masked: str, match: re.Match[str], until: int, states: list[tuple[re.Match[str], str, str]]) -> str:
    """What a number counts: the state in its clause, or what is named after it; "list" for one of a list of items."""
    after = masked[match.end() :]
    if re.match(r"\s*(?:,|;|&|and)\s*(?:and\s*|&\s*)?\d{1,3}\b(?!\s+[a-z])", after) or (
        _BEFORE_LIST.search(masked[: match.start()][-20:]) and not re.match(r"\s*(?:[a-z]|\x00)", after)
    ):
        return "list"
    clause = re.split(r"[.;:]|\band\b", masked[match.end() : until])[0]
    end = match.end() + len(clause)
    near = next((name for one, name, _ in states if match.end() <= one.start() < end), "")
    if not near and re.match(r"\s*(?:remain|left\b)", clause):
        near = "open"
    if near:
        return near
    label = re.search(r"([^;.:()]*):\s*$", masked[: match.start()])
    if label is not None:
        begin = match.start() - len(label[0])
        near = next((name for one, name, _ in states if begin <= one.start() < match.start()), "")
    word = re.match(r"\s*(?:of (?:the )?|more |further )?([a-z]+)", clause)
    return near or (re.sub(r"^rec\w*$", "recommendations", word[1]).rstrip("s") if word else "")


def _left(here: Iterable[Fact], there: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts that only one and only the other have: first those that count the same are taken off, then the rest."""
    mine, wanted = list(here), list(there)
    for exact in (True, False):
        rest: list[Fact] = []
        for fact in mine:
            same = next((o for o in wanted if o.value == fact.value and (o.of == fact.of or not exact)), None)
            if same is None:
                rest.append(fact)
            else:
                wanted.remove(same)
        mine = rest
    return mine, wanted


def differ(text: str, wanted: str, *, is_cell: bool = False) -> Difference:
    """How a line differs in its facts from the one that is wanted; nothing where it only words them otherwise.

    `is_cell` is of a cell of a table, in which every word counts.
    """
    here, there = facts_in(text), facts_in(wanted)
    ratio = SequenceMatcher(None, fold(text).split(), fold(wanted).split(), autojunk=False).ratio()
    pairs: list[tuple[Fact | None, Fact | None]] = []
    is_other = False
    mine, other = _left(_of(here, "number"), _of(there, "number"))
    paired, rest = _numbers(mine, other, is_close=ratio >= FAR)
    pairs += paired
    is_other |= bool(rest)
    if not mine and not other and (swapped := _swapped(here, there)):
        return Difference(*swapped, is_far=ratio < FAR)
    for paired, rest in (_dates(here, there), _items(here, there), _states(here, there, is_near=ratio >= _NEAR)):
        pairs += paired
        is_other |= bool(rest)
    found = _words(one for one, _ in pairs)
    expected = _words(one for _, one in pairs)
    if not pairs:
        names = _names(text, wanted, is_near=ratio >= _NEAR)
        if names:
            return Difference(*names, is_far=ratio < FAR)
        if is_cell and _bare(text) != _bare(wanted) and max(len(text.split()), len(wanted.split())) <= 8:
            return Difference(*_changed(text, wanted))
    return Difference(found, expected, is_other and not pairs, ratio < FAR)


def _of(facts: list[Fact], *sorts: str) -> list[Fact]:
    return [one for one in facts if one.sort in sorts]


def _words(facts: Iterable[Fact | None]) -> str:
    return ", ".join(dict.fromkeys(one.words for one in facts if one is not None))


Paired = tuple[list[tuple[Fact | None, Fact | None]], list[Fact]]
"""Facts beside those that they are in place of, and those that nothing shows to be right or wrong."""


def _numbers(mine: list[Fact], wanted: list[Fact], *, is_close: bool) -> Paired:
    pairs: list[tuple[Fact | None, Fact | None]] = []
    rest: list[Fact] = []
    was_list = any(one.of == "list" for one in wanted)
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
        # A line that is the same but for a word has each state as often as its own; another says it once or twice.
        only, lost = _left(mine, wanted)
        if not is_near:
            only = [one for one in mine if one.value not in {other.value for other in wanted}]
            lost = [one for one in wanted if one.value not in {other.value for other in mine}]
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
        plain == f"{one}{end}" or one == f"{plain}{end}" for one in among for end in _ENDINGS if abs(len(one) - len(plain)) < 3
    )


def _bare(text: str) -> list[object]:
    """What a cell states as its facts and its other words, but for those that mean nothing in a table."""
    facts = {one.start: one for one in facts_in(text)}
    words = [w for w in re.findall(r"[^\W\d_]+", fold(text)) if w not in ("the", "a", "of", "recs", "rec", "recommendations")]
    numbers = sorted(str(one.value) for one in facts.values() if not one.sort.startswith("state"))
    plain = [w for w in words if number_of(w) is None and w not in MONTHS]
    return [numbers, plain]


def _changed(text: str, wanted: str) -> tuple[str, str]:
    here, there = text.split(), wanted.split()
    match = SequenceMatcher(None, [fold(w) for w in here], [fold(w) for w in there], autojunk=False)
    changes = [op for op in match.get_opcodes() if op[0] != "equal"]
    if not changes:
        return text, wanted
    first, last = changes[0], changes[-1]
    return " ".join(here[first[1] : last[2]]), " ".join(there[first[3] : last[4]])
