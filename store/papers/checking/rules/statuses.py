"""What a paper reports of items, in sentences and tables, against the register: status, stage, number, target, theme."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from store.domain.errors import FairleadError
from store.domain.references import find_theme
from store.domain.vocabulary import Stage, Status, label_of
from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.wording import (
    Reference,
    fold,
    number_of,
    read_written,
    references_in,
    same_days,
    status_in,
)
from store.queries.item_detail import outcomes
from store.queries.papers import ItemState, figure_label, figure_lines

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
        return f"closed: {figure_label(item.closed_as).lower()}" if item.closed_as else "closed"
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
        of = sentence.publication or sentence.section.publication
        if not references_in(sentence.text, check.facts.codes) and of is not None:
            subject = re.search(
                r"\b(?:this|the|these|both) (?:\w+ )?(?:recommendations?|actions?)\b|^(?:this|it) (?:is|was|has been) (?:now |also |therefore )?(?:considered |still )?(?:closed|discharged|complete|open|submitted|proposed)",
                sentence.text,
                re.I,
            )
            opened = [item for item in of.items if item.status != Status.CLOSED]
            if subject and sentence.items:
                _compare(
                    check, sentence, check.named_items(sentence.items, of), status_in(sentence.text), sentence.text
                )
            elif sentence.section.part in ("progress", "risks", "") and _is_of_all(sentence, subject, len(opened)):
                _compare(check, sentence, opened, status_in(sentence.text), sentence.text)


def _is_of_all(sentence: Sentence, subject: re.Match[str] | None, opened: int) -> bool:
    """Whether a sentence without a number is about all that is open: the one recommendation, or "all ongoing actions"."""
    if status_in(sentence.text) not in ("closed", "discharged"):
        return False
    is_one = opened == 1 and subject is not None and "these" not in subject[0].casefold()
    every = re.search(
        r"\ball (?:of the |the )?(?:\w+ )?(?:recommendations|actions)\b[^.;]{0,30}\bclosed\b", sentence.text, re.I
    )
    return is_one or (opened > 0 and every is not None)


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
    items = [item for item in items if (item.id, "status") not in check.items_reported]
    if status == "considered-closed":
        counted = [item for item in items if sentence.section.part == "closures" and item.status != Status.CLOSED]
        _report(
            check, sentence, counted, "considered closed, and counted as closed", Certainty.LIKELY, "considered-closed"
        )
        return
    wrong = [item for item in items if _contradicts(status, item)]
    words = {"submitted": "submitted for closure", "on-track": "on track"}.get(status, status)
    _report(check, sentence, wrong, words, Certainty.CERTAIN, "status")
    if wrong:
        return
    if status in _CLOSED and re.search(r"\bsince (?:the|our) last\b", clause, re.IGNORECASE):
        _closed_before(check, sentence, items)
    for item in items:
        if (
            status == "closed"
            and item.closed_as == "with-inspectorate"
            and status_in(clause.replace("closed", "")) != "submitted"
        ):
            _submitted(check, sentence.line, sentence.section, item, sentence.text)


def _closed_before(check: Check, sentence: Sentence, items: list[ItemState]) -> None:
    """What is reported as closed since the last update, and was closed before by the register."""
    moved = check.facts.moved
    if moved is None or not moved.closed:
        return
    since = {one.item for one in moved.closed}
    before = [
        item
        for item in items
        if item.status == Status.CLOSED and item.id not in since and item.publication in check.facts.reported
    ]
    if before:
        names = ", ".join(item.reference for item in before)
        check.items_reported.update((item.id, "status") for item in before)
        check.add(
            "closed-before", Certainty.LIKELY, f"{names}: closed since the last update in the paper; the register has it closed before.",
            line=sentence.line, section=sentence.section, words=sentence.text, expected="closed before", found="closed since",
            items=tuple(item.id for item in before),
        )  # fmt: skip


def _report(
    check: Check, sentence: Sentence, items: list[ItemState], words: str, certainty: Certainty, rule: str
) -> None:
    if not items:
        return
    check.items_reported.update((item.id, "status") for item in items)
    names = ", ".join(item.reference for item in items)
    recorded = "; ".join(dict.fromkeys(describe(item) for item in items))
    check.add(
        rule, certainty, f"{names}: {words} in the paper; the register has {recorded}.",
        line=sentence.line, section=sentence.section, words=sentence.text, expected=recorded, found=words,
        items=tuple(item.id for item in items),
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
                    _report(check, sentence, [item], "among the closures", Certainty.CERTAIN, "status")


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
                _report(check, sentence, [item], "among what is open", Certainty.CERTAIN, "status")


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
                beyond = of.is_beyond(number)
                item = of.item(number)
                words = f"{of.title}: recommendation {number} of {of.total}"
                if item is not None and beyond:
                    reported.add((of.row.id, number))
                    check.weak(
                        "number-beyond-total", f"{words}; the register has that number too.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                        items=(item.id,),
                    )  # fmt: skip
                elif item is None and (beyond or of.is_whole or _is_closed_elsewhere(sentence, of)):
                    reported.add((of.row.id, number))
                    check.add(
                        "number-not-there", Certainty.CERTAIN, f"{words} does not exist." if beyond or of.is_whole else f"{words}: what is closed has other numbers by the register.", line=sentence.line,
                        section=sentence.section, words=sentence.text, expected=f"1 to {of.total}", found=number,
                    )  # fmt: skip


def heads_in_order(check: Check) -> None:
    """The numbers at the heads of the paragraphs of a part: one that should be another, by the list and the register."""
    for section in check.outline.sections:
        of = section.publication
        if of is None or section.part not in ("progress", "closures"):
            continue
        heads = [(n, one) for n, one in enumerate(check.outline.sentences) if one.section is section and one.opens]
        numbers = [number for _, one in heads for number in one.items]
        if len(numbers) < 2 or any(one.publication is not of for _, one in heads):
            continue
        opened = [item for item in of.items if item.status != Status.CLOSED]
        if section.part == "closures" or not all(of.rows[i.id].number for i in opened if i.id in of.rows):
            continue
        expected = [str(of.rows[item.id].number) for item in opened if item.id in of.rows]
        missing = [number for number in expected if number not in numbers]
        wrong = [n for n, number in enumerate(numbers) if number not in expected or numbers.count(number) > 1]
        fits = [n for n in wrong if missing and _is_rising([*numbers[:n], missing[0], *numbers[n + 1 :]])]
        if len(missing) != 1 or not fits:
            continue
        at = fits[0]
        place, head = next(
            (n, one) for k, (n, one) in enumerate(heads) if sum(len(h.items) for _, h in heads[: k + 1]) > at
        )
        check.add(
            "number-at-head", Certainty.CERTAIN,
            f"{of.title}: recommendation {numbers[at]} here; by the register and the others of this part it is {missing[0]}.",
            line=head.line, section=section, words=head.text, expected=missing[0], found=numbers[at],
        )  # fmt: skip
        right = tuple(missing[0] if number == numbers[at] else number for number in head.items)
        for n in range(place, len(check.outline.sentences)):
            one = check.outline.sentences[n]
            if one.section is not section or (one.opens and n > place):
                break
            check.outline.sentences[n] = replace(one, items=right)


def _is_rising(numbers: list[str]) -> bool:
    found = [int(number) for number in numbers if number.isdigit()]
    return all(one < other for one, other in itertools.pairwise(found))


def numbers_once(check: Check) -> None:
    """The same number twice: in one list, or at the head of two paragraphs of one part."""
    heads: dict[tuple[int, str], tuple[int, bool]] = {}
    for sentence in check.outline.sentences:
        for one in references_in(sentence.text, check.facts.codes):
            for number in {n for n in one.numbers if one.numbers.count(n) > 1}:
                check.add(
                    "number-twice", Certainty.CERTAIN, f"{number} is named twice in one list: {one.words}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=one.words,
                )  # fmt: skip
        alone = len(sentence.items) == 1
        for number in sentence.items if sentence.opens and sentence.section.part in ("closures", "progress") else ():
            key = (sentence.section.line, f"{sentence.publication and sentence.publication.row.id} {number}")
            line, other = heads.get(key, (0, alone))
            # One paragraph on items with its own for each of them after it is no fault.
            if line and (other or not alone) and not check.is_found(sentence.line) and line != sentence.line:
                check.add(
                    "number-twice", Certainty.CERTAIN, f"Recommendation {number} is reported twice in this part: at line {line} too.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=number,
                )  # fmt: skip
            heads.setdefault(key, (sentence.line, alone))


def _is_closed_elsewhere(sentence: Sentence, of: PublicationFacts) -> bool:
    """Whether a number is reported as closed, and all that is closed by the register has another number."""
    closed = [of.rows[item.id] for item in of.items if item.status == Status.CLOSED and item.id in of.rows]
    return sentence.section.part == "closures" and bool(closed) and all(row.number for row in closed)


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


def outcomes_exist(check: Check) -> None:
    """An outcome of a number that the register does not have."""
    here = {number for _, number, *_ in outcomes(check.facts.conn) if number} if check.facts.row else set()
    numbers = {re.sub(r"\D", "", str(number)) for number in here}
    for sentence in check.outline.sentences:
        for found in re.finditer(r"\bOutcome (\d{1,2})\b", sentence.text):
            if numbers and found[1] not in numbers:
                check.add(
                    "outcome-not-there", Certainty.CERTAIN, f"{found[0]}: the register has no outcome of that number.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=", ".join(sorted(numbers)),
                    found=found[0],
                )  # fmt: skip


def whole_force(check: Check) -> None:
    """How many recommendations are open in all, and in how many publications, against what the paper published."""
    row = check.facts.row
    printed = {one.name: one for one in figure_lines(check.facts.conn, row) if one.publication is None} if row else {}
    for sentence in check.outline.sentences:
        if sentence.section.publication is not None:
            continue
        found = re.search(r"\b(\d[\d,]*) open recommendations?\b.{0,40}?\bacross (\d+) publications", sentence.text)
        for n, name in enumerate(("open-recommendations", "publications-with-open"), 1):
            line = printed.get(name)
            if found and line and line.number is not None and number_of(found[n]) != line.number:
                check.add(
                    "figure-as-published", Certainty.CERTAIN,
                    f"{figure_label(name)}: {found[n]} in the paper; the register has {line.published} as published.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=str(line.number), found=found[n],
                )  # fmt: skip


def _is_recorded(check: Check, name: str) -> bool:
    """Whether the register has a theme of a name."""
    try:
        find_theme(check.facts.conn, name)
    except FairleadError:
        return False
    return True


RULES = (
    heads_in_order, reported_statuses, submitted_under_closures, open_and_closed, numbers_exist, numbers_once, tables_by_item, themes, outcomes_exist, whole_force,
)  # fmt: skip
