"""What a paper reports of items, in sentences and tables, against the register: status, stage, number, target, theme."""

from __future__ import annotations

import re
from collections.abc import Iterator

from store.domain.references import find_theme
from store.domain.errors import FairleadError
from store.domain.vocabulary import Stage, Status, label_of
from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty, Kind
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.wording import (
    Reference,
    fold,
    number_of,
    read_written,
    references_in,
    same_days,
    shorten,
    status_in,
)
from store.queries.papers import ItemState

_CLOSED = ("closed", "discharged", "submitted")

Claim = tuple[Reference, str, PublicationFacts | None]
"""Items that a sentence names, the clause that they are in, and their publication."""


def claims(check: Check, sentence: Sentence) -> Iterator[Claim]:
    """What a sentence names, each with its clause: all of the sentence where it names one list of items."""
    found = references_in(sentence.text, check.facts.codes)
    for n, one in enumerate(found):
        begin = found[n - 1].end if n else 0
        end = found[n + 1].start if n + 1 < len(found) else len(sentence.text)
        of = check.facts.by_code(one.code) if one.code else sentence.publication or sentence.section.publication
        clause = sentence.text if len(found) == 1 else sentence.text[begin:end]
        yield one, clause, of


def describe(item: ItemState) -> str:
    """The status of an item as the register has it, in words."""
    if item.status == Status.CLOSED:
        return f"closed: {label_of(item.closed_as).lower()}" if item.closed_as else "closed"
    stage = "" if item.stage == Stage.NOT_STATED else f", {label_of(item.stage).lower()}"
    track = "" if item.status == Status.NOT_STATED else f" ({label_of(item.status).lower()}{stage})"
    return f"open{track}"


def _contradicts(status: str, item: ItemState) -> bool:
    """Whether a reported status is another than the register has."""
    closed = item.status == Status.CLOSED
    if status == "closed":
        return not closed
    if status == "discharged":
        return item.closed_as in ("with-inspectorate",) or not closed
    if status == "submitted":
        return item.closed_as == "discharged" or (not closed and item.stage in (Stage.COLLATING, Stage.NOT_STARTED))
    if status == "open":
        return closed
    if status in ("on-track", "delayed"):
        return closed or item.status not in (status, Status.NOT_STATED)
    return False


def reported_statuses(check: Check) -> None:
    """Closed or open, discharged or only submitted, on track or delayed: each sentence that names items, or is about one."""
    for sentence in check.outline.sentences:
        if sentence.opens:
            continue
        if _stated_status(check, sentence):
            continue
        for one, clause, of in claims(check, sentence):
            status = status_in(clause)
            _compare(check, sentence, check.named_items(one.numbers, of), status, clause)
        if sentence.items and not references_in(sentence.text, check.facts.codes):
            subject = re.search(r"\b(?:this|the|these|both) (?:\w+ )?(?:recommendations?|actions?)\b|^(?:this|it) (?:is|was|has been) (?:now |also |therefore )?(?:considered |still )?(?:closed|discharged|complete|open|submitted|proposed)", sentence.text, re.I)
            if subject:
                items = check.named_items(sentence.items, sentence.publication)
                _compare(check, sentence, items, status_in(sentence.text), sentence.text)


def _stated_status(check: Check, sentence: Sentence) -> bool:
    """A line "Status: delayed; stage: remain open" of an item."""
    found = re.match(r"(?:(?P<whose>[\w ,-]+?): )?Status: (?P<track>[a-z ]+)", sentence.text, re.IGNORECASE)
    if not found:
        return False
    track = fold(found["track"]).strip().replace(" ", "-")
    status = next((name for name in ("on-track", "delayed", "closed") if track.startswith(name)), "")
    if status and not found["whose"]:
        _compare(check, sentence, check.named_items(sentence.items, sentence.publication), status, sentence.text)
    return True


def _compare(check: Check, sentence: Sentence, items: list[ItemState], status: str, clause: str) -> None:
    if not status:
        return
    for item in items:
        if (item.id, "status") in check.items_reported:
            continue
        if status == "considered-closed":
            if sentence.section.part == "closures" and item.status != Status.CLOSED:
                _report(check, sentence, item, "considered closed, and counted as closed", Certainty.LIKELY, "considered-closed")
        elif _contradicts(status, item):
            words = {"submitted": "submitted for closure", "on-track": "on track"}.get(status, status)
            _report(check, sentence, item, words, Certainty.CERTAIN, "status")
        elif status == "closed" and item.closed_as == "with-inspectorate" and status_in(clause.replace("closed", "")) != "submitted":
            _submitted(check, sentence.line, sentence.section, item, sentence.text)


def _report(check: Check, sentence: Sentence, item: ItemState, words: str, certainty: Certainty, rule: str) -> None:
    check.items_reported.add((item.id, "status"))
    check.add(
        rule, certainty, f"{item.reference}: {words} in the paper; the register has it {describe(item)}.",
        line=sentence.line, section=sentence.section, words=sentence.text, expected=describe(item), found=words,
        items=(item.id,),
    )  # fmt: skip


def _submitted(check: Check, line: int, section: Section, item: ItemState, words: str) -> None:
    check.items_reported.add((item.id, "status"))
    check.add(
        "submitted-as-closed", Certainty.LIKELY,
        f"{item.reference}: reported as closed; it is only submitted, and the inspectorate has not discharged it.",
        line=line, section=section, words=words, expected="submitted, awaiting the inspectorate", found="closed",
        items=(item.id,),
    )  # fmt: skip


def submitted_under_closures(check: Check) -> None:
    """What is only submitted, itemised among the closures and so counted as closed."""
    for sentence in check.outline.sentences:
        section = sentence.section
        if section.part != "closures" or section.publication is None:
            continue
        named = sentence.items if sentence.opens else ()
        found = [(one.numbers, clause) for one, clause, of in claims(check, sentence) if of is section.publication]
        for numbers, clause in [*found, *([(named, "")] if named else [])]:
            for item in check.named_items(numbers, section.publication):
                is_open = item.status != Status.CLOSED
                if (item.id, "status") in check.items_reported:
                    continue
                if item.closed_as == "with-inspectorate" and not _is_disclosed(check, section, item):
                    _submitted(check, sentence.line, section, item, sentence.text)
                elif is_open and (sentence.opens or status_in(clause) in _CLOSED):
                    _report(check, sentence, item, "among the closures", Certainty.CERTAIN, "status")


def _is_disclosed(check: Check, section: Section, item: ItemState) -> bool:
    """Whether a sentence among the closures shows that an item is closed and awaits the inspectorate."""
    for sentence in check.outline.sentences:
        if sentence.section is section and re.search(r"\bclosed\b.*\b(?:awaiting|submitted)\b", fold(sentence.text)):
            for one, _, of in claims(check, sentence):
                if item in check.named_items(one.numbers, of):
                    return True
    return False


def open_and_closed(check: Check) -> None:
    """What is closed by the register and reported among what is open."""
    for sentence in check.outline.sentences:
        if not sentence.opens or sentence.section.part != "progress":
            continue
        for item in check.named_items(sentence.items, sentence.publication):
            if item.status == Status.CLOSED and (item.id, "status") not in check.items_reported:
                _report(check, sentence, item, "among what is open", Certainty.CERTAIN, "status")


# -- numbers


def numbers_exist(check: Check) -> None:
    """A number that the publication does not have; one beyond its total that the register has too is a weakness."""
    reported: set[tuple[str, str]] = set()
    for sentence in check.outline.sentences:
        named = [(one.numbers, of) for one, _, of in claims(check, sentence)]
        named += [(sentence.items, sentence.publication)] if sentence.opens else []
        for numbers, of in named:
            for number in numbers:
                if of is None or (of.row.id, number) in reported or not of.states:
                    continue
                digits = re.sub(r"\D", "", number)
                beyond = number.isdigit() and int(digits) > of.total
                item = of.item(number)
                words = f"{of.title}: recommendation {number} of {of.total}"
                if item is not None and beyond:
                    reported.add((of.row.id, number))
                    check.weak(
                        "number-beyond-total", f"{words}; the register has that number too.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                        items=(item.id,),
                    )  # fmt: skip
                elif item is None and (beyond or of.is_whole):
                    reported.add((of.row.id, number))
                    check.add(
                        "number-not-there", Certainty.CERTAIN, f"{words} does not exist.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                    )  # fmt: skip


def numbers_once(check: Check) -> None:
    """The same number twice: in one list, or at the head of two paragraphs of one part."""
    heads: dict[tuple[int, str], int] = {}
    for sentence in check.outline.sentences:
        for one in references_in(sentence.text, check.facts.codes):
            for number in {n for n in one.numbers if one.numbers.count(n) > 1}:
                check.add(
                    "number-twice", Certainty.CERTAIN, f"{number} is named twice in one list: {one.words}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=one.words,
                )  # fmt: skip
        if sentence.opens and len(sentence.items) == 1 and sentence.section.part in ("closures", "progress"):
            key = (sentence.section.line, f"{sentence.publication and sentence.publication.row.id} {sentence.items[0]}")
            if key in heads and not check.is_found(sentence.line):
                check.add(
                    "number-twice", Certainty.CERTAIN,
                    f"Recommendation {sentence.items[0]} is reported twice in this part: at line {heads[key]} too.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=sentence.items[0],
                )  # fmt: skip
            heads.setdefault(key, sentence.line)


# -- tables by item


_ITEM_COLUMNS = {
    "on time?": "track", "on time": "track", "status": "track", "track": "track", "progress": "track", "rag": "",
    "stage": "stage", "target": "target", "present target": "target", "due": "target", "due date": "target",
    "target date": "target", "theme": "theme", "first target": "first-target",
}  # fmt: skip


def tables_by_item(check: Check) -> None:
    """Tables with an item in each row: its status, target and theme against the register."""
    for table, section in check.outline.tables:
        headings = [fold(text).strip(" *:?") for text in table.header]
        first = headings[0] if headings else ""
        if not re.match(r"rec(?:ommendation|s|\b)|ref|number|no\.?$|action|item|commitment", first):
            continue
        for row in table.body:
            item = _item_of_row(check, section, headings, row.cells)
            if item is None:
                continue
            for column, heading in enumerate(headings):
                what = _ITEM_COLUMNS.get(heading) or _ITEM_COLUMNS.get(f"{heading}?")
                if what and column < len(row.cells):
                    _cell(check, section, row.line, " | ".join(row.cells), item, what, row.cells[column])


def _item_of_row(check: Check, section: Section, headings: list[str], cells: tuple[str, ...]) -> ItemState | None:
    coded = re.match(r"([A-Z]{1,6}\d{0,2})-(x?\d{1,3}[a-z]?)\b", cells[0] if cells else "")
    of = section.publication
    if coded:
        of, number = check.facts.by_code(coded[1]), coded[2]
    else:
        plain = re.match(r"(?:rec\w*\.?\s*)?(x?\d{1,3}[a-z]?)\b", cells[0] if cells else "", re.IGNORECASE)
        number = plain[1] if plain else ""
        if "publication" in headings and headings.index("publication") < len(cells):
            of = check.facts.named(cells[headings.index("publication")]) or of
    return of.item(number) if of and number else None


def _cell(check: Check, section: Section, line: int, words: str, item: ItemState, what: str, text: str) -> None:
    plain = fold(text).strip(" *.")
    row = check.facts.item_row(item)
    expected = ""
    if what == "track":
        status = status_in(text) or ("open" if plain in ("open", "ongoing") else "")
        if status and _contradicts(status, item):
            expected = describe(item)
    elif what == "target":
        expected = _other_target(item, text) if plain else ""
    elif what == "theme" and row is not None and plain and row.theme and fold(row.theme) != plain:
        expected = row.theme
    if expected:
        check.items_reported.add((item.id, "status" if what == "track" else what))
        check.add(
            f"item-{what}", Certainty.CERTAIN,
            f"{item.reference}: {text.strip()} under its {what if what != 'track' else 'status'} in the table; the register has {expected}.",
            line=line, section=section, words=words, expected=expected, found=text.strip(), items=(item.id,),
        )  # fmt: skip


def _other_target(item: ItemState, text: str) -> str:
    """The target that the register has, where a text is another; "" where it is the same, or neither is a date."""
    written = read_written(re.sub(r"\s*\(.*?\)", "", text))
    if written is None:
        return ""
    if not item.target:
        return "no target"
    recorded = read_written(item.target)
    return "" if same_days(written, recorded) or fold(text) == fold(item.target) else item.target


# -- themes


def themes(check: Check) -> None:
    """Themes that are used and not defined, spelt two ways, or defined and used nowhere."""
    defined: dict[str, tuple[str, int, Section]] = {}
    for paragraph, section in check.outline.paragraphs:
        found = re.match(r"(?:\W*)([A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,3})\s*(?: [-–—]|:)\s+\S", paragraph.text)
        if section.part == "themes" and found:
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
            if re.fullmatch(r"[A-Z][A-Za-z]+(?: [A-Z&]?[A-Za-z]*){0,3}", name) and not re.match(r"(?:Total|No theme|What)", name):
                used.setdefault(fold(name), (name, line, section))
    if not used:
        return
    for plain, (name, line, section) in used.items():
        if plain not in defined:
            check.add(
                "theme-not-defined", Certainty.CERTAIN, f'The theme "{name}" is used and not defined here.', line=line,
                section=section, words=name, expected=", ".join(one for one, _, _ in defined.values()), found=name,
            )  # fmt: skip
    for plain, (name, line, section) in defined.items():
        if plain not in used:
            try:
                find_theme(check.facts.conn, name)
                known_here = True
            except FairleadError:
                known_here = False
            if known_here:
                check.weak(
                    "theme-unused", f'The theme "{name}" is defined, and nothing is reported under it.', line=line,
                    section=section, words=name, found=name,
                )  # fmt: skip
            else:
                check.add(
                    "theme-not-there", Certainty.CERTAIN, f'The theme "{name}" is defined here; the register has none of that name.',
                    line=line, section=section, words=name, found=name,
                )  # fmt: skip


RULES = (
    reported_statuses, submitted_under_closures, open_and_closed, numbers_exist, numbers_once, tables_by_item, themes,
)  # fmt: skip
