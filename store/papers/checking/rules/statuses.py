"""What a paper reports of items, in sentences and tables, against the register: status, stage, number, target, theme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from store.domain.vocabulary import Stage, Status, label_of
from store.papers.checking.context import Check, TargetRead
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import (
    Reference,
    counts_in,
    fold,
    read_written,
    references_in,
    same_days,
)
from store.queries.papers import ItemState, figure_label

_CLOSED = ("closed", "discharged", "submitted")

Claim = tuple[Reference, str, PublicationFacts | None]
"""Items that a sentence names, the clause that they are in, and their publication."""


def claims(check: Check, sentence: Sentence) -> Iterator[Claim]:
    """What a sentence names, each with its clause: all of the sentence where it names one list of items."""
    found = _joined(sentence.text, references_in(sentence.text, check.facts.codes))
    for n, one in enumerate(found):
        begin = found[n - 1].end if n else 0
        end = found[n + 1].start if n + 1 < len(found) else len(sentence.text)
        of = check.facts.by_code(one.code) if one.code else sentence.publication or sentence.section.publication
        begin += _own_clause(sentence.text[begin : one.start], sentence.text[one.end : end]) if n else 0
        clause = sentence.text if len(found) == 1 else sentence.text[begin:end]
        latter = _LATTER.search(clause) if len(one.numbers) > 1 else None
        if latter:
            yield replace(one, numbers=one.numbers[-1:]), clause[latter.end() :], of
            one, clause = replace(one, numbers=one.numbers[:-1]), clause[: latter.start()]
        yield one, clause, of


_LATTER = re.compile(r"[,;(]?\s*(?:and |but |with )?the latter\b", re.IGNORECASE)
"""What is of the last of some items alone: "R3 and R8, the latter awaiting review"."""


def _joined(text: str, found: list[Reference]) -> list[Reference]:
    """References with those of a list of the same publication as one: "HC-2, HC-5 and HC-13"."""
    joined: list[Reference] = []
    for one in found:
        last = joined[-1] if joined else None
        if (
            last
            and one.code
            and one.code == last.code
            and re.fullmatch(r"†?[,;&\s]*(?:and\s+)?", text[last.end : one.start])
        ):
            numbers = tuple(dict.fromkeys((*last.numbers, *one.numbers)))
            joined[-1] = Reference(numbers, last.start, one.end, one.code, text[last.start : one.end])
        else:
            joined.append(one)
    return joined


def _own_clause(before: str, after: str) -> int:
    """Where the clause of some items begins in the words after the items before them; 0 where they share one."""
    ends = [*re.finditer(r"[;:]|,? (?:and|but|while|whereas)(?= )|,", before)]
    return ends[-1].end() if ends and re.match(_HAS_VERB, after) else 0


_HAS_VERB = re.compile(
    r"[†)]*\s+(?:\w+ )?(?:is|are|was|were|has|have|had|remains?|awaits?|stays?|will)\b", re.IGNORECASE
)


def describe(item: ItemState) -> str:
    """The status of an item as the register has it, in words."""
    if item.status == Status.CLOSED:
        return f"closed: {figure_label(item.closed_as).lower()}" if item.closed_as else "closed"
    stage = "" if item.stage == Stage.NOT_STATED else f", {label_of(item.stage).lower()}"
    track = "" if item.status == Status.NOT_STATED else f" ({label_of(item.status).lower()}{stage})"
    return f"open{track}"


def _state(item: ItemState) -> str:
    """The status of an item in the terms of the code, which are worded nowhere."""
    return " ".join((item.status, item.closed_as, item.stage))


def contradicts(status: str, item: ItemState) -> bool:
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
        is_counted = any(one.whole is not None for one in counts_in(sentence.text))
        if not references_in(sentence.text, check.facts.codes) and of is not None and not is_counted:
            subject = _DECIDED.search(sentence.text) or re.search(
                r"\b(?:this|the|these|both) (?:\w+ )?(?:recommendations?|actions?)\b|^one (?:recommendation|action)\b(?!.*\bsince\b)|^(?:this|it) (?:is|was|has been) (?:now |also |therefore )?(?:considered |still )?(?:closed|discharged|complete|open|submitted|proposed)|^(?:closed|discharged|completed|reopened) by\b|^(?:closed|discharged|reopened)\b\W*$",
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


_DECIDED = re.compile(
    r"\b(?:HMICS|the inspectorate)\b[^.;]{0,80}\b(?:agreed|recommend\w*|discharged|declined|refused|did not agree|rejected|closed)\b",
    re.IGNORECASE,
)
"""What the inspectorate decided, in a paragraph on one item: it is of that item."""


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
    if status in _CLOSED and status != "discharged":
        items = [item for item in items if (item.id, "submitted") not in check.items_reported]
    if status == "considered-closed":
        counted = [item for item in items if sentence.section.part == "closures" and item.status != Status.CLOSED]
        _report(
            check, sentence, counted, "considered closed, and counted as closed", Certainty.LIKELY, "considered-closed"
        )
        return
    wrong = [item for item in items if contradicts(status, item)]
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
    if moved is None or not moved.closed or check.facts.left_out & {"submission", "reply"}:
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
            line=sentence.line, section=sentence.section, words=sentence.text, expected="closed before", found="closed since", about=("closed-before",),
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
        items=tuple(item.id for item in items), about=(rule, *(_state(item) for item in items)),
    )  # fmt: skip


def _submitted(check: Check, line: int, section: Section, item: ItemState, words: str) -> None:
    check.items_reported.add((item.id, "submitted"))
    check.add(
        "submitted-as-closed", Certainty.LIKELY,
        f"{item.reference}: reported as closed; it is only submitted, and the inspectorate has not discharged it.",
        line=line, section=section, words=words, expected="submitted, awaiting the inspectorate", found="closed",
        items=(item.id,), about=("submitted",),
    )  # fmt: skip


def submitted_under_closures(check: Check) -> None:
    """What is only submitted, itemised among the closures and so counted as closed."""
    for sentence in check.outline.sentences:
        section = sentence.section
        its = section.publication or sentence.publication
        if section.part != "closures" or its is None:
            continue
        named = sentence.items if sentence.opens else ()
        found = [(one.numbers, clause) for one, clause, of in claims(check, sentence) if of is its]
        is_list = section.publication is None and _IS_LIST.search(sentence.text)
        for numbers, clause in [*found, *([(named, "")] if named else [])]:
            for item in check.named_items(numbers, its):
                is_open = item.status != Status.CLOSED
                if {(item.id, "status"), (item.id, "submitted")} & check.items_reported:
                    continue
                if (
                    item.closed_as == "with-inspectorate"
                    and section.publication
                    and not _is_disclosed(check, section, item)
                ):
                    _submitted(check, sentence.line, section, item, sentence.text)
                elif is_open and (sentence.opens or is_list or status_in(clause) in _CLOSED):
                    _report(check, sentence, [item], "among the closures", Certainty.CERTAIN, "status")


_IS_LIST = re.compile(r"^[^:–]{3,80}(?::| [–-])\s*(?:Rec\w*\.?\s+|R)?\d", re.IGNORECASE)
"""A publication and its items, in a list of all that is closed: "Hate Crime: Recommendations 3 and 8"."""


def _is_disclosed(check: Check, section: Section, item: ItemState) -> bool:
    """Whether a sentence among the closures shows that an item is closed and awaits the inspectorate."""
    for sentence in check.outline.sentences:
        if sentence.section is section and re.search(r"\bclosed\b.*\b(?:awaiting|submitted)\b", fold(sentence.text)):
            for one, _, of in claims(check, sentence):
                if item in check.named_items(one.numbers, of):
                    return True
    return False


_SENT = re.compile(
    r"\b(?:evidence|response|progress|submission|report)\b[^.;]{0,40}\b(?:was|were|has been|have been) (?:submitted|sent|provided)\b"
    r"(?:[^.;]{0,20}\b(?:HMICS|inspectorate)\b| in [A-Z][a-z]+(?: 20\d\d)?\b)",
    re.IGNORECASE,
)
_NOT_SENT = re.compile(
    r"\b(?:evidence|response) (?:is|are) (?:currently |still )?being (?:collated|gathered|prepared)\b", re.IGNORECASE
)


def evidence_sent(check: Check) -> None:
    """Evidence that a paragraph on an item has as sent, and the register as not sent; or as not sent, and it is with the
    inspectorate."""
    for sentence in check.outline.sentences:
        if sentence.opens or not sentence.items:
            continue
        sent, not_sent = _SENT.search(sentence.text), _NOT_SENT.search(sentence.text)
        for item in check.named_items(sentence.items, sentence.publication) if sent or not_sent else ():
            detail = check.facts.detail(item.id)
            is_sent = bool(detail and detail.submissions)
            if (item.id, "status") in check.items_reported or "submission" in check.facts.left_out:
                continue
            if sent and not is_sent and item.status != Status.CLOSED:
                _report(check, sentence, [item], "evidence sent", Certainty.LIKELY, "evidence-sent")
            elif not_sent and not sent and item.closed_as == "with-inspectorate":
                _report(check, sentence, [item], "evidence still being collated", Certainty.LIKELY, "evidence-sent")


def open_and_closed(check: Check) -> None:
    """What is closed by the register and reported among what is open."""
    for sentence in check.outline.sentences:
        if not sentence.opens or sentence.section.part != "progress":
            continue
        for item in check.named_items(sentence.items, sentence.publication):
            if item.status == Status.CLOSED and (item.id, "status") not in check.items_reported:
                _report(check, sentence, [item], "among what is open", Certainty.CERTAIN, "status")


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
            item = item_of_row(check, section, headings, row.cells)
            if item is None:
                continue
            for column, heading in enumerate(headings):
                what = _ITEM_COLUMNS.get(heading) or _ITEM_COLUMNS.get(f"{heading}?")
                if what and column < len(row.cells):
                    _cell(check, section, row.line, " | ".join(row.cells), item, what, row.cells[column])


def item_of_row(check: Check, section: Section, headings: list[str], cells: tuple[str, ...]) -> ItemState | None:
    """The item that a row of a table is on, by its first cell and its publication."""
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
        if status and contradicts(status, item):
            expected = describe(item)
    elif what == "target":
        expected = _other_target(item, text) if plain else ""
        if not expected and (target := read_written(text)):
            check.targets.append(TargetRead(item, target, line, section, words))
    elif what == "theme" and row is not None and plain and row.theme and fold(row.theme) != plain:
        expected = row.theme
    if expected:
        check.items_reported.add((item.id, "status" if what == "track" else what))
        check.add(
            f"item-{what}", Certainty.CERTAIN,
            f"{item.reference}: {text.strip()} under its {what if what != 'track' else 'status'} in the table; the register has {expected}.",
            line=line, section=section, words=words, expected=expected, found=text.strip(), items=(item.id,),
            about=(text.strip(), _state(item) if what == "track" else expected),
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


RULES = (reported_statuses, submitted_under_closures, evidence_sent, open_and_closed, tables_by_item)
