"""What a line states, however it is worded: its numbers, dates, items and statuses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from store.domain.date_wording import MONTHS
from store.papers.checking.wording import DAYS, NUMBER, DateFound, dates_in, fold, item_run, number_of, quarters_in

_STATES = (
    ("refused", "verdict", r"refus\w+|reject\w+|declin(?:ed|es)|(?:did|does|do|has|have|was|were) not (?:agree|accept)\w*"),
    ("risk-accepted", "stage", r"(?:the )?risks? (?:is |was |are )?accepted"),
    ("superseded", "stage", r"superseded"),
    ("how-unrecorded", "stage", r"how (?:it was closed )?is not recorded"),
    ("agreed", "verdict", r"agree[ds]?(?! in principle)|accept(?:ed|s|ing)"),
    ("more-evidence", "stage", r"(?:more|further) evidence (?:is |was )?(?:sought|required|needed|asked for)"),
    ("submitted", "stage", r"(?:asking|propos\w+|seeking|submitted|sent|put forward)(?: \w+){0,3}? for (?:closure|discharge)|proposing closure|await(?:ing|s)(?:(?: \w+){0,4}? (?:review|discharge))?|(?<!evidence )submitted|consider\w* (?:its )?discharg\w+|discharge (?:is|was) (?:to be )?considered"),
    ("for-a-view", "stage", r"(?:asking )?for (?:a|its|their) view"),
    ("open", "stage", r"remain\w*(?: \w+)? (?:open|ongoing|outstanding|live)|(?:kept?|stay\w*)(?: it| them)? open|reopen\w*|ongoing|outstanding|open|continues?|continuing|goes on|go on"),
    ("discharged", "stage", r"discharge[ds]?|discharging"),
    ("closed", "stage", r"closed?|complete[ds]?|concluded|finali[sz]ed"),
    ("on-track", "track", r"on[ -](?:track|course|target|schedule|time)"),
    ("delayed", "track", r"delayed|overdue|behind schedule|off[ -]track"),
    ("collating", "stage", r"collat\w+|evidence (?:is |are )?being gathered"),
    ("in-progress", "stage", r"in progress|under ?way"),
    ("not-started", "stage", r"not (?:yet )?started"),
    ("later", "move", r"(?:moved|pushed|put) (?:later|back)|extended|postponed"),
    ("earlier", "move", r"moved earlier|brought forward"),
    ("us", "who", r"(?<=action with: )us|with us"),
    ("inspectorate", "who", r"(?<=action with: )the inspectorate|with the inspectorate"),
    *((word, "ask", rf"(?:invited|asked) to {word}") for word in ("discuss", "note", "approve", "agree", "endorse", "consider")),
)  # fmt: skip
"""What is reported of an item, or asked of members: its name, what sort it is, and its wordings."""
_STATE = re.compile("|".join(rf"(?P<s{n}>\b(?:{wording})\b)" for n, (_, _, wording) in enumerate(_STATES)))
_NOT = re.compile(r"\b(?:not|never|without|no longer|nor|(?:yet|still) to(?: be)?)(?: \w+)?\s*$")

_CODED = re.compile(
    r"\b([A-Z]{1,6}\d{0,2})-(x?\d{1,3}[a-z]?)\b(?:\s*(?:to|[-–])\s*(?:\1-)?(x?\d{1,3})\b)?", re.IGNORECASE
)
_RUN = re.compile(r"(?<![\d.,/-])(\d{1,3})\s*(?:to|[-–])\s*(\d{1,3})(?![\d.,/%-])")
_PLAIN = re.compile(
    rf"(?<![\w.])(?:r(?=\d))?({NUMBER}|none|nothing|no(?= (?:recommendation|action|rec)))(?!\w|[./]\d)", re.I
)
_MONTH = re.compile(rf"\b({'|'.join(sorted((m.capitalize() for m in MONTHS if len(m) > 2), key=len, reverse=True))})\b")
_BEFORE_LIST = re.compile(
    r"\b(?:recommendations?|recs?|actions?|commitments?|numbers?|nos?)\.?(?: and)?\s*$|(?:,|;|&|\band)\s*$", re.I
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a line states: of which sort, its value, and its words there; `of` is what a number counts."""

    sort: str
    value: object
    words: str
    start: int
    of: str = ""


def facts_in(text: str) -> list[Fact]:
    """What a line states, in its order."""
    text = plain_of(text)
    found: list[Fact] = []

    def blank(start: int, end: int) -> None:
        nonlocal text
        text = text[:start] + "\x00" * (end - start) + text[end:]

    for written in quarters_in(text):
        found.append(Fact("date", _days(written), written.words, written.start))
        blank(written.start, written.end)
    for written in dates_in(text):
        found.append(Fact("date", _days(written), written.words, written.start))
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
        denied = _NOT.search(masked[max(one.start() - 20, 0) : one.start()])
        start = one.start() - len(denied[0]) if denied else one.start()
        found.append(Fact(f"state {sort}", ("not " if denied else "") + name, text[start : one.end()], one.start()))
    plain = [(match, _value(match[1])) for match in _PLAIN.finditer(text)]
    for n, (match, number) in enumerate(plain):
        if number is not None:
            until = plain[n + 1][0].start() if n + 1 < len(plain) else len(text)
            found.append(Fact("number", number, match[1], match.start(1), _counted(masked, match, until, states)))
    return sorted(found, key=lambda one: one.start)


_BETWEEN = 6
"""The most characters between two wordings of one state, as in "submitted and awaiting review"."""


def not_repeated(facts: list[Fact]) -> list[Fact]:
    """Facts without the states that the one after them repeats."""
    return [one for n, one in enumerate(facts) if n + 1 == len(facts) or not _is_again(one, facts[n + 1])]


def _is_again(one: Fact, after: Fact) -> bool:
    is_same = one.sort.startswith("state") and one.value == after.value
    return is_same and after.start <= one.start + len(one.words) + _BETWEEN


def _days(written: DateFound) -> object:
    return (written.meaning.earliest, written.meaning.latest) if written.meaning else fold(written.words)


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
    before = masked[: match.start()].rstrip()
    if before.endswith(":"):
        begin = 1 + max(before.rfind(mark, 0, len(before) - 1) for mark in ";.:()")
        near = next((name for one, name, _ in states if begin <= one.start() < match.start()), "")
    if not near and not re.match(r"\s*[a-z]", clause):
        begin = max(masked.rfind(mark, 0, match.start()) for mark in ".;:,")
        near = next((name for one, name, _ in states if begin < one.start() < match.start()), "")
    word = re.match(r"\s*(?:of (?:the )?|more |further )?(?!(?:of|to|in|by|and)\b)([a-z]+)", clause)
    return near or (re.sub(r"^rec\w*$", "recommendations", word[1]).rstrip("s") if word else "")


_LONGEST_DATE = 40
"""The most characters that a date with its year takes."""


def plain_of(text: str) -> str:
    """A line without its marks, and without the days of the week that its dates are."""
    plain = re.sub(r"[†*]| \(in our words\)", "", text)

    def without(match: re.Match[str]) -> str:
        written = next(
            (one for one in dates_in(plain[match.end() : match.end() + _LONGEST_DATE]) if not one.start), None
        )
        day = written.meaning.earliest if written and written.meaning else None
        return "" if day is not None and DAYS[day.weekday()] == match[1].casefold() else match[0]

    return re.sub(rf"\b({'|'.join(DAYS)}),?\s+(?=\d)", without, plain, flags=re.I)
