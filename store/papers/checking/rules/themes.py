"""Themes, outcomes and the figures of the whole force, against what is defined and recorded."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher

from store.domain.errors import FairleadError
from store.domain.references import find_theme
from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.wording import fold, number_of
from store.queries.item_detail import outcomes
from store.queries.papers import figure_label, figure_lines


def themes(check: Check) -> None:
    """Themes that are used and not defined, spelt two ways, or defined and used nowhere."""
    defined: dict[str, tuple[str, int, Section]] = {}
    twice: list[tuple[str, int, Section]] = []
    for paragraph, section in check.outline.paragraphs:
        found = re.match(r"(?:\W*)([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,3})\s*(?: [-–—]|:)\s+\S", paragraph.text)
        if section.part == "themes" and found:
            if fold(found[1]) in defined:
                twice.append((found[1], paragraph.line, section))
            defined.setdefault(fold(found[1]), (found[1], paragraph.line, section))
    if len(defined) < 2:
        return
    used: dict[str, tuple[str, int, Section]] = {}
    for table, section in check.outline.tables:
        if section.part != "themes":
            continue
        cells = [(cell, table.line) for cell in table.header]
        if fold(table.header[0] if table.header else "").strip() == "theme":
            cells = [(row.cells[0], row.line) for row in table.body if row.cells]
        for cell, line in cells:
            name = cell.strip(" *†")
            if re.fullmatch(r"[A-Z][A-Za-z]+(?: [A-Z&]?[A-Za-z]*){0,3}", name) and not re.match(
                r"(?:Total|No theme|What)", name
            ):
                if fold(name) in used and used[fold(name)][1] == line:
                    twice.append((name, line, section))
                used.setdefault(fold(name), (name, line, section))
    if not used:
        return
    undefined, unused = [one for one in used if one not in defined], [one for one in defined if one not in used]
    for name, line, section in twice:
        other = ", ".join([defined[one][0] for one in unused] or [used[one][0] for one in undefined])
        check.add(
            "theme", Certainty.CERTAIN, f'The theme "{name}" is there twice{f", and {other} once only" if other else ""}.',
            line=line, section=section, words=name, expected=other, found=name,
        )  # fmt: skip
    if twice:
        return
    reported = _themes_reported(check)
    replaced = [one for one in unused if one in reported]
    if not undefined and len(replaced) == 1 and (strange := [one for one in used if one not in reported]) and reported:
        # Both are defined: what is used in the place of another is what no item of the paper has.
        undefined, unused, defined = strange[:1], replaced, {k: v for k, v in defined.items() if k not in strange}
    if len(undefined) == 1 and unused:
        # One name in the place of another: at fault is the one that no item of the register has.
        wrong = next((one for one in (*undefined, *unused) if not _is_recorded(check, one)), "") or next(
            (one for one in (*undefined, *unused) if one not in reported), undefined[0]
        )
        right = next((one for one in unused if one in reported), unused[0]) if wrong in undefined else undefined[0]
        name, line, section = (used if wrong in undefined else defined)[wrong]
        check.add(
            "theme", Certainty.CERTAIN, f'The theme "{name}" here is "{right.title()}" elsewhere in the paper.', line=line,
            section=section, words=name, expected=right.title(), found=name,
        )  # fmt: skip
        unused, undefined = [one for one in unused if one not in (wrong, right)], []
    for plain in undefined:
        name, line, section = used[plain]
        check.add(
            "theme-not-defined", Certainty.CERTAIN, f'The theme "{name}" is used and not defined here.', line=line,
            section=section, words=name, expected=", ".join(one for one, _, _ in defined.values()), found=name,
        )  # fmt: skip
    for plain in unused:
        name, line, section = defined[plain]
        if _is_recorded(check, name):
            check.weak(
                "theme-unused", f'The theme "{name}" is defined, and nothing is reported under it.', line=line,
                section=section, words=name, found=name,
            )  # fmt: skip
        else:
            check.add(
                "theme", Certainty.CERTAIN, f'The theme "{name}" is defined here; the register has none of that name.',
                line=line, section=section, words=name, found=name,
            )  # fmt: skip


def _themes_reported(check: Check) -> set[str]:
    """The themes of the items that the paper reports on, by the register."""
    shown = [one for one in check.facts.publications if one.row.id in check.facts.reported]
    return {fold(row.theme) for one in shown for row in one.rows.values() if row.theme}


def _outcomes(check: Check) -> dict[str, str]:
    """The outcomes of the register: their words, by number."""
    named = (name.partition(": ") for _, name in outcomes(check.facts.conn))
    return {number: words for number, _, words in named if number.isdigit()}


def outcomes_exist(check: Check) -> None:
    """An outcome of a number that the register does not have."""
    numbers = _outcomes(check) if check.facts.row and "outcome" not in check.facts.left_out else {}
    for sentence in check.outline.sentences:
        for found in re.finditer(r"\bOutcome (\d{1,2})\b", sentence.text):
            if numbers and found[1] not in numbers:
                check.add(
                    "outcome-not-there", Certainty.CERTAIN, f"{found[0]}: the register has no outcome of that number.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=", ".join(sorted(numbers)),
                    found=found[0],
                )  # fmt: skip


def outcomes_have_their_words(check: Check) -> None:
    """The words after the number of an outcome: those of another by the register, or another than elsewhere in the paper."""
    recorded = _outcomes(check)
    written: dict[str, list[tuple[str, Sentence]]] = {}
    for sentence in check.outline.sentences:
        for found in re.finditer(
            r"\bOutcome (\d{1,2})\s*[-–—:]\s*([^;]{20,200}?)(?=[;.]|\s+and\s+Outcome|$)", sentence.text
        ):
            written.setdefault(found[1], []).append((found[2].strip(), sentence))
    every = [(number, words, sentence) for number, texts in written.items() for words, sentence in texts]
    for number, words, sentence in every:
        alike = Counter(other for other, text, _ in every if fold(text) == fold(words))
        usual, times = max(alike.items(), key=lambda pair: (pair[1], _likeness(words, recorded.get(pair[0], ""))))
        near = max(recorded, key=lambda one: _likeness(words, recorded[one]), default=number)
        if usual == number and alike[near] == 0 and _likeness(words, recorded.get(near, "")) > 0.4:
            usual = (
                near
                if _likeness(words, recorded.get(near, "")) > 1.3 * _likeness(words, recorded.get(number, ""))
                else usual
            )
        if usual != number and times >= alike[number]:
            check.add(
                "outcome-words", Certainty.LIKELY, f"Outcome {number} here; these words are of outcome {usual}.", line=sentence.line,
                section=sentence.section, words=sentence.text, expected=f"Outcome {usual}", found=f"Outcome {number}",
                about=(usual, number),
            )  # fmt: skip
            continue
        same = Counter(fold(text) for text, _ in written[number])
        most, how_often = same.most_common(1)[0]
        ratio = SequenceMatcher(None, fold(words).split(), most.split(), autojunk=False).ratio()
        if fold(words) != most and how_often > 1 and same[fold(words)] == 1 and ratio > 0.7:
            check.add(
                "outcome-words", Certainty.LIKELY, f"Outcome {number} has other words here than at its other {how_often} places.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=most, found=words,
            )  # fmt: skip


def _likeness(one: str, other: str) -> float:
    """How many of the longer words of two texts are in both."""
    here, there = ({word[:6] for word in re.findall(r"[a-z]{4,}", fold(text))} for text in (one, other))
    return len(here & there) / max(len(here | there), 1)


def measures(check: Check) -> None:
    """A figure that the register has as a measure of a publication, in a sentence on it with another number."""
    for name, figure, number, publication in check.facts.measures:
        of = next((one for one in check.facts.publications if one.row.id == publication), None)
        wanted = {word[:6] for word in re.findall(r"[a-z]{4,}", fold(name))}
        own = [s for s in check.outline.sentences if of and (s.publication or s.section.publication) is of]
        here = [(s, {word[:6] for word in re.findall(r"[a-z]{4,}", fold(s.text))} & wanted) for s in own]
        near = [(s, found) for s, found in here if len(found) >= max(2, len(wanted) / 2)]
        if not near or any(number in _figures(s.text) or _is_rounded(s.text, number) for s in own):
            continue
        sentence, _ = max(near, key=lambda pair: len(pair[1]))
        others = {one for _, _, one, _ in check.facts.measures}
        numbers = [one for one in _figures(sentence.text) if one not in others]
        if numbers:
            found = max(numbers, key=lambda one: SequenceMatcher(None, str(one), str(number)).ratio())
            check.add(
                "measure", Certainty.LIKELY, f"{name}: {found:,} in the paper; the register has {figure}.", line=sentence.line,
                section=sentence.section, words=sentence.text, expected=figure, found=str(found),
            )  # fmt: skip


def _figures(text: str) -> list[int]:
    """The numbers of a text that are no year, day or reference: of three digits and more."""
    found = re.findall(r"(?<![\w.,-])(?<!\d )(\d{1,3}(?:[, ]\d{3}(?!\d))+|\d{3,})(?![\w]|[.,]\d)", text)
    numbers = [int(re.sub(r"\D", "", one)) for one in found]
    return [
        one for one, written in zip(numbers, found, strict=True) if not written.isdigit() or not 1990 <= one <= 2050
    ]


_ROUNDED = re.compile(
    r"\b(?:rounded|about|around|almost|nearly|over|more than|approximately|roughly|some)\b", re.IGNORECASE
)


def _is_rounded(text: str, number: int) -> bool:
    """Whether a text that rounds has a number, to two of its figures at least."""
    near = [step for step in (10, 100, 1000, 10000) if step * 10 < number]
    rounded = {way // step * step for step in near for way in (number, number + step // 2)}
    return bool(_ROUNDED.search(text)) and not rounded.isdisjoint(_figures(text))


def whole_force(check: Check) -> None:
    """How many recommendations are open in all, and in how many publications, against what the paper published."""
    row = check.facts.row
    printed = {one.name: one for one in figure_lines(check.facts.conn, row) if one.publication is None} if row else {}
    for sentence in check.outline.sentences:
        if sentence.section.publication is not None:
            continue
        found = re.search(
            r"\b(\d[\d,]*) (?:open|closed|\w+) recommendations?\b.{0,40}?\bacross (\d+) publications", sentence.text
        )
        if found and not re.search(r"\b(?:open|live|outstanding|ongoing)\b", found[0]):
            printed_open = printed.get("open-recommendations")
            if printed_open and printed_open.number == number_of(found[1]):
                check.add(
                    "figure-as-published", Certainty.LIKELY, f"{found[0]}: by the register these {found[1]} are open.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected="open", found=found[0],
                )  # fmt: skip
            continue
        for n, name in enumerate(("open-recommendations", "publications-with-open"), 1):
            line = printed.get(name)
            if found and line and line.number is not None and number_of(found[n]) != line.number:
                check.add(
                    "figure-as-published", Certainty.CERTAIN,
                    f"{figure_label(name)}: {found[n]} in the paper; the register has {line.published} as published.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=str(line.number), found=found[n],
                )  # fmt: skip


def _is_recorded(check: Check, name: str) -> bool:
    """Whether the register has a theme of a name, or may: what is left out of this copy has no name here."""
    if "theme" in check.facts.left_out:
        return True
    try:
        find_theme(check.facts.conn, name)
    except FairleadError:
        return False
    return True


RULES = (themes, outcomes_exist, outcomes_have_their_words, measures, whole_force)
