"""Names: of publications, bodies and people, spelt two ways or otherwise than the register has them; abbreviations turned round."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section
from store.papers.checking.rules.tables import is_total
from store.papers.checking.wording import fold, is_one_letter_off, is_same_name

Line = tuple[int, Section, str]
"""A line of the paper, its section and its text."""


def publication_names(check: Check) -> None:
    """A publication that is named two ways: in a heading, a table, and the register."""
    reported: set[tuple[str, str]] = set()
    places = [(section.title, section.line, section) for section in check.outline.sections if section.level >= 2]
    for table, section in check.outline.tables:
        if table.header and fold(table.header[0]).strip(" *") in ("publication", "report", "inspection"):
            places += [(row.cells[0], row.line, section) for row in table.body if row.cells and not is_total(row)]
    for name, line, section in places:
        of = check.facts.named(name)
        if of is None or section.publication not in (None, of):
            continue
        plain = fold(name).strip(" *†")
        if plain in (fold(of.title), fold(of.row.code or "")) or (of.row.id, plain) in reported:
            continue
        reported.add((of.row.id, plain))
        certainty = Certainty.POSSIBLE if plain in fold(of.title) or fold(of.title) in plain else Certainty.LIKELY
        check.add(
            "name-two-ways", certainty, f'"{name}" here; elsewhere, and in the register, "{of.title}".', line=line,
            section=section, words=name, expected=of.title, found=name,
        )  # fmt: skip


_PROPER = re.compile(r"\b[A-Z][a-z]+(?:[ -][A-Z][a-z]+)+\b|\b[A-Z][a-z]{5,}\b")


def names_two_ways(check: Check) -> None:
    """A body or programme that is written as one word and as two: "Task Force" and "Taskforce"."""
    forms: dict[str, dict[str, tuple[int, Section, str]]] = {}
    for sentence in check.outline.sentences:
        text = sentence.text
        for found in _PROPER.finditer(text):
            pieces = re.split(r"[ -]", found[0])
            spans = [found[0]] if len(pieces) == 1 else [" ".join(pieces[k : k + 2]) for k in range(len(pieces) - 1)]
            spans += [piece for piece in pieces if len(piece) > 5]
            for span in spans:
                key = span.casefold().replace(" ", "")
                forms.setdefault(key, {}).setdefault(span.casefold(), (sentence.line, sentence.section, text))
    for variants in forms.values():
        if len(variants) > 1 and any(" " in form for form in variants) and any(" " not in form for form in variants):
            (first, _), (other, (line, section, words)) = sorted(variants.items(), key=lambda pair: pair[1][0])[:2]
            check.add(
                "name-two-ways", Certainty.LIKELY, f'"{other.title()}" here; "{first.title()}" at line {variants[first][0]}.',
                line=line, section=section, words=words, expected=first.title(), found=other.title(),
            )  # fmt: skip


_LETTERS = re.compile(r"\b[A-Za-z]{0,2}[A-Z]{3,}[a-z]?\b")


def abbreviations_two_ways(check: Check) -> None:
    """An abbreviation with other capitals than elsewhere: "iVPD" and "IVPD"."""
    forms: dict[str, dict[str, tuple[int, Section, str]]] = {}
    for sentence in check.outline.sentences if not check.own_lines else ():
        for found in _LETTERS.finditer(sentence.text) if not sentence.text.isupper() else ():
            place = sentence.line, sentence.section, sentence.text
            forms.setdefault(found[0].casefold(), {}).setdefault(found[0], place)
    for variants in forms.values():
        if len(variants) > 1:
            (first, (at, *_)), (other, (line, section, words)) = [*variants.items()][:2]
            check.add(
                "name-two-ways", Certainty.POSSIBLE, f'"{other}" here; "{first}" at line {at}.', line=line, section=section,
                words=words, expected=first, found=other,
            )  # fmt: skip


def years_of_titles(check: Check) -> None:
    """A publication whose title has its year, in a sentence with an earlier or later one that is past."""
    for of in check.facts.publications:
        base, _, year = of.title.rpartition(" ")
        if not re.fullmatch(r"(?:19|20)\d\d", year) or len(base) < 5:
            continue
        pattern = re.compile(
            rf"\b{re.escape(base)} ((?:19|20)\d\d)\b|\b((?:19|20)\d\d) {re.escape(base)}\b", re.IGNORECASE
        )
        for sentence in check.outline.sentences:
            for found in pattern.finditer(sentence.text):
                other = found[1] or found[2]
                if other != year and int(other) < check.facts.today.year:
                    check.add(
                        "name-two-ways", Certainty.LIKELY, f'"{found[0]}" here; in the register "{of.title}".',
                        line=sentence.line, section=sentence.section, words=sentence.text, expected=of.title, found=found[0],
                    )  # fmt: skip


_WORD = re.compile(r"[A-Za-z][A-Za-z]*(?:-[A-Za-z]+)*|\d+")
_PHRASE = re.compile(r"\b[A-Z][A-Za-z]+(?:[ ][A-Z][A-Za-z]+){1,5}\b")
_LONGEST_NAME = 7
"""The most words of a name that is looked for."""


def names_misspelt(check: Check) -> None:
    """A name that differs in one word, by a letter or two, from one that the register has or the paper has elsewhere."""
    lines = [*_lines(check)]
    names = _names(check, lines)
    masked: dict[tuple[int, tuple[str, ...]], tuple[str, str]] = {}
    for words, name in names.items():
        for at in range(len(words)):
            masked.setdefault((at, (*words[:at], "", *words[at + 1 :])), (words[at], name))
    sizes = sorted({len(words) for words in names}, reverse=True)
    found: set[tuple[str, str]] = set()
    for line, section, text in lines:
        tokens = _WORD.findall(text)
        folded = [token.casefold() for token in tokens]
        for start in range(len(tokens)):
            for size in sizes:
                words = tuple(folded[start : start + size])
                if len(words) < size or not tokens[start][:1].isupper() or words in names:
                    continue
                for at in range(size):
                    right = masked.get((at, (*words[:at], "", *words[at + 1 :])))
                    here = tokens[start + at]
                    if right is None or not _is_slip(here.casefold(), right[0], size) or (here, right[1]) in found:
                        continue
                    found.add((here, right[1]))
                    phrase = " ".join(tokens[start : start + size])
                    check.add(
                        "name-spelt", Certainty.LIKELY, f"“{phrase}” here; elsewhere, or in the register, “{right[1]}”.",
                        line=line, section=section, words=text, expected=right[1], found=phrase,
                    )  # fmt: skip


def _lines(check: Check) -> Iterator[Line]:
    """The sentences and rows of a paper."""
    for sentence in check.outline.sentences:
        yield sentence.line, sentence.section, sentence.text
    for table, section in check.outline.tables:
        for row in table.rows:
            yield row.line, section, " | ".join(row.cells)


def _names(check: Check, lines: list[Line]) -> dict[tuple[str, ...], str]:
    """The names of two words and more that the register has, and those that the paper has more than once."""
    names = [*check.facts.names, *(one.title for one in check.facts.publications)]
    often = Counter(found[0] for _, _, text in lines for found in _PHRASE.finditer(text))
    names += [name for name, times in often.items() if times > 1]
    found: dict[tuple[str, ...], str] = {}
    for name in names:
        words = tuple(word.casefold() for word in _WORD.findall(name))
        if 2 <= len(words) <= _LONGEST_NAME:
            found.setdefault(words, name)
    return found


def _is_slip(here: str, right: str, size: int) -> bool:
    """Whether a word is another one misspelt: a letter or two off, and no other form of it."""
    if min(len(here), len(right)) < 3 or not (here.isalpha() and right.isalpha()) or _is_form(here, right):
        return False
    if is_one_letter_off(here, right):
        return True
    ratio = SequenceMatcher(None, here, right, autojunk=False).ratio()
    return here[0] == right[0] and len(right) > 5 and ratio >= (0.6 if size > 3 else 0.85)


def _is_form(one: str, other: str) -> bool:
    """Whether two words are forms of one: singular and plural, with an ending."""
    short, long = sorted((one, other), key=len)
    return long.startswith(short[: max(len(short) - 1, 3)]) and long[len(short) - 1 :] in {
        f"{last}{ending}"
        for last in (short[-1], "")
        for ending in ("s", "es", "ed", "d", "ing", "al", "ly", "er", "r", "ies")
    }


_SHORT = re.compile(r"\b[A-Za-z]?[A-Z]{2,6}\b")


def abbreviations(check: Check) -> None:
    """An abbreviation that is there once, and is another that is there often with its letters turned round or one of them wrong."""
    lines = [*_lines(check)]
    times = Counter(
        found[0].upper() for _, _, text in lines for found in _SHORT.finditer(re.sub(r"(?<=[A-Z])s\b", "", text))
    )
    right = {found[0].upper() for name in check.facts.names for found in _SHORT.finditer(name)}
    for line, section, text in lines:
        for found in _SHORT.finditer(re.sub(r"(?<=[A-Z])s\b", "", text)):
            here = found[0].upper()
            if times[here] > 1 or here in right or _is_defined(text, found):
                continue
            others = sorted({*right, *times} - {here})
            other = next((one for one in others if _is_turned(here, one, times[one], is_recorded=one in right)), "")
            if other:
                check.add(
                    "abbreviation", Certainty.LIKELY, f"“{here}” here, and once only; elsewhere “{other}”.",
                    line=line, section=section, words=text, expected=other, found=here,
                )  # fmt: skip


def initials_fit(check: Check) -> None:
    """An abbreviation in brackets whose letters are not the initials of the words before it, but for one, or in their order."""
    for line, section, text in _lines(check):
        for found in re.finditer(r"((?:[A-Z][A-Za-z]+[ -](?:(?:and|of|for|the|in) )?){2,6})\(([A-Z]{3,6})s?\)", text):
            words = [word for word in _WORD.findall(found[1]) if word[0].isupper()][-len(found[2]) :]
            initials, short = "".join(word[0] for word in words), found[2]
            if (
                len(initials) != len(short)
                or initials == short
                or _is_defined(text, re.compile(r"[A-Z]+").search(text, found.start(2)) or found)
            ):
                continue
            if sorted(initials) == sorted(short) or sum(a != b for a, b in zip(initials, short, strict=True)) == 1:
                check.add(
                    "abbreviation", Certainty.POSSIBLE, f"({short}) after “{' '.join(words)}”, whose initials are {initials}.",
                    line=line, section=section, words=text, expected=initials, found=short,
                )  # fmt: skip


def _is_turned(here: str, other: str, times: int, *, is_recorded: bool) -> bool:
    """Whether an abbreviation is another one misspelt: by its letters, and by how often that one is there."""
    if sorted(here) == sorted(other):
        return times > 1 or (len(here) > 2 and is_recorded) or (len(here) > 3 and times > 0)
    return min(len(here), len(other)) > 3 and is_one_letter_off(here, other) and (is_recorded or times > 2)


def _is_defined(text: str, found: re.Match[str]) -> bool:
    """Whether it is in brackets after words that it is the initials of."""
    before = text[: found.start()].rstrip()
    if not before.endswith("("):
        return False
    initials = "".join(word[0] for word in _WORD.findall(before)[-len(found[0]) - 3 :]).upper()
    letters = iter(initials)
    return all(letter in letters for letter in found[0].upper())


_BODY = r"(?:the )?(?P<body>[A-Z]{3,}\d?|[A-Z][a-z]+(?: [A-Z][a-z]+){1,3})"
_DOES = re.compile(
    rf"\bdischarged by {_BODY}\b|\brecommendations from {_BODY.replace('body', 'from')}\b"
    rf"|(?:^|[.;,] |\b20\d\d )(?:{_BODY.replace('body', 'plans')}) [Pp]lans? to undertake another\b"
)


def inspectorate_named(check: Check) -> None:
    """What only the inspectorate does, discharge and inspect, and another body in its place."""
    publishers = {
        one.row.publisher or "": one for one in check.facts.publications if one.row.id in check.facts.reported
    }
    if "publication" in check.facts.left_out or "" in publishers:
        return
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        wanted = [of.row.publisher or ""] if of else [*publishers]
        found = _DOES.search(sentence.text)
        body = next(filter(None, found.groups()), "") if found else ""
        if (
            body
            and wanted
            and fold(body) not in map(fold, wanted)
            and not any(is_same_name(body, one) for one in wanted)
        ):
            recorded = ", ".join(wanted)
            check.add(
                "inspectorate", Certainty.LIKELY, f"{body} here; by the register it is {recorded} that published this.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=recorded, found=body,
            )  # fmt: skip


_RANKS = frozenset(
    ["chief", "deputy", "assistant", "constable", "superintendent", "inspector", "sergeant", "officer", "doctor", "dr", "mr", "mrs", "ms", "sir", "dame", "professor", "and", "by", "with"]
)  # fmt: skip


def people_named(check: Check) -> None:
    """A person of the register by another first name."""
    people = [found for name in check.facts.people if (found := re.fullmatch(r"([A-Z][a-z]+) ([A-Z][a-z]{3,})", name))]
    surnames = Counter(one[2] for one in people)
    for sentence in check.outline.sentences:
        for one in people:
            here = re.search(rf"\b([A-Z][a-z]+) {one[2]}\b", sentence.text)
            is_other = here and here[1] != one[1] and not is_one_letter_off(here[1], one[1])
            if here and is_other and surnames[one[2]] == 1 and here[1].casefold() not in _RANKS:
                check.add(
                    "name-spelt", Certainty.LIKELY, f'"{here[0]}" here; the register has "{one[0]}".', line=sentence.line,
                    section=sentence.section, words=sentence.text, expected=one[0], found=here[0],
                )  # fmt: skip


RULES = (
    publication_names, names_two_ways, abbreviations_two_ways, years_of_titles, names_misspelt, abbreviations, initials_fit, inspectorate_named,
    people_named,
)  # fmt: skip
