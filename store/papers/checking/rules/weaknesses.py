"""Weaknesses: what is true, and members will ask about."""

from __future__ import annotations

import re
from datetime import date

from store.domain.dates import PartDate, years_before
from store.domain.vocabulary import Status
from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty, Kind
from store.papers.checking.outline import Section
from store.papers.checking.pages import PageRow
from store.papers.checking.rules.statuses import claims, item_of_row
from store.papers.checking.wording import dates_in, fold, read_written
from store.papers.missing import Missing, missing

_PROMISED = re.compile(
    r"\b(?:will|due|scheduled|expected|anticipated|planned|to be (?:completed|submitted|finalised|delivered)|projected|target)\b",
    re.IGNORECASE,
)


def promised_in_the_past(check: Check) -> None:
    """A date that is past by the day of the paper, and still promised."""
    day = check.day
    for sentence in check.outline.sentences:
        if sentence.opens or check.is_found(sentence.line):
            continue
        for found in dates_in(sentence.text):
            before = sentence.text[: found.start]
            promise = list(_PROMISED.finditer(before[-90:]))
            passed = found.meaning is not None and found.meaning.latest is not None and found.meaning.latest < day
            if (
                promise
                and passed
                and not re.search(r"\bsince\b|\bwas\b|\bwere\b|\bfrom\b", before[-90:][promise[-1].start() :])
            ):
                check.weak(
                    "promised-in-the-past", f"{found.words} is past by the day of the paper, and still promised.",
                    certainty=Certainty.LIKELY, line=sentence.line, section=sentence.section, words=sentence.text,
                    found=found.words,
                )  # fmt: skip
                break


_IMPLICATIONS = {
    "financial": r"\b(?!financial year)(?:funding|budget|cost|financ|savings|invest(?:ment|ed))\w*",
    "personnel": r"\b(?:training|turnover|recruit|staffing|resourc(?:e|ing) (?:profiles|pressures)|welfare|vacanc|competing demands)\w*",
    "legal": r"\b(?:legislat|statut|litigation|dpia|data protection|legal)\w*",
    "reputational": r"\b(?:public trust|confidence|reputation|scrutiny)\w*",
    "social": r"\b(?:vulnerab|victims?|survivors?|distress)\w*",
    "community": r"\bcommunit(?:y|ies)\b",
    "equalit": r"\b(?:diversity|equalit|hate crime|gender|protected characteristic)\w*",
    "environment": r"\b(?:emissions|climate|carbon|fleet|estate)\w*",
}
_NONE = re.compile(r"\b(?:no|not any) (?P<what>[a-z]+\w*)(?: or \w+)? implications?\b|\bnone\b", re.IGNORECASE)


def _spoken_of(pattern: str, text: str) -> re.Match[str] | None:
    """The first word of a pattern that is no part of a name: without a capital, or where a sentence begins."""
    found = re.finditer(pattern, text, re.IGNORECASE)
    return next((one for one in found if not one.start() or one[0][0].islower() or one[0].isupper()), None)


def none_under_implications(check: Check) -> None:
    """*None* under an implication, where a passage of the paper itself speaks of it."""
    for sentence in check.outline.sentences:
        if sentence.section.part != "implications" or not _NONE.search(sentence.text):
            continue
        heading = fold(f"{sentence.section.title} {sentence.text}")
        kind = next((name for name in _IMPLICATIONS if name in heading), "")
        if not kind or len([name for name in _IMPLICATIONS if name in heading]) > 1:
            continue
        other = next(
            (
                (one, found)
                for part in ("risks", "progress", "closures")
                for one in check.outline.sentences
                if one.section.part == part and not one.opens
                and (found := _spoken_of(_IMPLICATIONS[kind], one.text))
            ),
            None,
        )  # fmt: skip
        if other:
            one, found = other
            check.weak(
                "none-contradicted",
                f"No implication is reported under {sentence.section.title.capitalize()}; line {one.line} ({one.section.name}) speaks of “{found[0]}”.",
                certainty=Certainty.POSSIBLE, line=sentence.line, section=sentence.section, words=sentence.text, found="none", about=(kind,),
                items=check.items_at(one.line, one.text, one.section),
            )  # fmt: skip


def open_past_two_years(check: Check) -> None:
    """What is open two years and more after its publication, by section."""
    day = check.day
    for section in check.outline.sections:
        of = section.publication
        if of is None or check.facts.named(section.title) is not of or section.level < 2 or not of.row.published_latest:
            continue
        opened = [item for item in of.items if item.status != Status.CLOSED]
        if opened and of.row.published_latest < years_before(day, 2).isoformat():
            check.weak(
                "open-two-years", f"{of.title}: {len(opened)} open more than two years after {of.row.published or 'it came out'}: "
                f"{_names([item.reference for item in opened])}.",
                line=section.line, section=section, words=section.title, found=str(len(opened)),
                items=tuple(item.id for item in opened),
            )  # fmt: skip


def _names(names: list[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def open_and_not_mentioned(check: Check) -> None:
    """What is open by the register and has no word in the section of its publication; what was promised of it before."""
    for section in check.outline.sections:
        of = section.publication
        if of is None or check.facts.named(section.title) is not of or section.level < 2:
            continue
        named = set()
        for sentence in check.outline.sentences:
            if (sentence.publication or sentence.section.publication) is of:
                numbers = [
                    *sentence.items,
                    *(n for one, _, p in claims(check, sentence) if p is of for n in one.numbers),
                ]
                named |= {item.id for item in check.named_items(tuple(numbers), of)}
        # What has no number may be what any sentence is about.
        numbered = [item for item in of.items if "-x" not in item.reference]
        silent = [item for item in numbered if item.status != Status.CLOSED and item.id not in named]
        promised = [item for item in silent if _promise(check, item)]
        if promised:
            check.weak(
                "promised-and-not-mentioned", f"{of.title}: something was promised before of {_names([i.reference for i in promised])}; "
                "nothing here is on it by name.",
                certainty=Certainty.LIKELY, line=section.line, section=section, words=section.title,
                items=tuple(item.id for item in promised),
            )  # fmt: skip
        silent = [item for item in silent if item not in promised]
        if silent:
            check.weak(
                "open-and-not-mentioned", f"{of.title}: open, and not named here: {_names([i.reference for i in silent])}.",
                line=section.line, section=section, words=section.title, items=tuple(item.id for item in silent),
            )  # fmt: skip


def _promise(check: Check, item: object) -> bool:
    detail = check.facts.detail(item.id)  # type: ignore[attr-defined]
    if detail is None:
        return False
    return any(not one.fields.get("done") and one.fields.get("kind") == "promise" for one in detail.actions)


def on_track_past_target(check: Check) -> None:
    """On track in a table by item, past the target beside it."""
    day = check.day
    for table, section in check.outline.tables:
        headings = [fold(text).strip(" *:?") for text in table.header]
        when = next(
            (n for n, text in enumerate(headings) if text in ("target", "present target", "due", "target date")), None
        )
        how = next((n for n, text in enumerate(headings) if text in ("on time", "status", "track", "progress")), None)
        if when is None or how is None:
            continue
        for row in table.body:
            if max(when, how) >= len(row.cells):
                continue
            target, status = read_written(row.cells[when]), fold(row.cells[how])
            words = " | ".join(row.cells)
            if "on track" in status and _passed(target, day):
                check.weak(
                    "on-track-past-target", f"{row.cells[0]}: on track, though its target {row.cells[when]} is past.",
                    line=row.line, section=section, words=words, found=row.cells[when], items=_item_of(check, section, headings, row),
                )  # fmt: skip
            elif not row.cells[how].strip() and any(row.cells[1:]):
                check.weak(
                    "blank-cell",
                    f"{row.cells[0]}: its status is blank.",
                    line=row.line,
                    section=section,
                    words=words,
                    items=_item_of(check, section, headings, row),
                )


def _item_of(check: Check, section: Section, headings: list[str], row: PageRow) -> tuple[str, ...]:
    item = item_of_row(check, section, headings, row.cells)
    return (item.id,) if item else ()


def _passed(target: PartDate | None, day: date) -> bool:
    return target is not None and target.latest is not None and target.latest < day


def missing_by_register(check: Check) -> None:
    """What the register itself names as missing of the paper: delays without a reason, promises gone by, no position."""
    row = check.facts.row
    if row is None or check.page.form:
        return
    for one in missing(check.facts.conn, row, check.facts.today.isoformat()):
        if one.items:
            add_missing(check, one)


def add_missing(check: Check, one: Missing) -> None:
    """Add what the register names as missing of the paper."""
    check.add("missing", Certainty.CERTAIN, one.sentence, kind=Kind.WEAKNESS, items=one.items, about=(one.kind,))


RULES = (
    promised_in_the_past, none_under_implications, open_past_two_years, open_and_not_mentioned, on_track_past_target,
    missing_by_register,
)  # fmt: skip
