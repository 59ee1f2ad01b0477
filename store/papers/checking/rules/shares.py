"""Shares and totals in sentences: none of it, so many per cent, all publications in one sum; and the table of a section."""

from __future__ import annotations

import re

from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.rules.counts import what_is_counted
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import counts_in, fold, number_of


def none_of_it(check: Check) -> None:
    """ "None of the recommendations is on track", "80% of them are", "a closure rate of 80%": against how many are, of all."""
    line, was_counted = 0, False
    for sentence in check.outline.sentences:
        is_of_items = bool(_COUNTED.search(sentence.text)) or (was_counted and sentence.line == line)
        line, was_counted = sentence.line, is_of_items
        whole = _whole(check, sentence)
        for found in _SHARE.finditer(sentence.text) if whole else ():
            if not (_COUNTED.search(found["what"] or "") or found["rate"] or is_of_items):
                continue
            status = "closed" if found["rate"] else status_in(f"are {found['status']}")
            recent = status in ("closed", "discharged") and _RECENT.search(sentence.text)
            if status not in ("on-track", "delayed", "closed", "open", "discharged") or recent:
                continue
            wholes = {"total", *_PARTS.get(status, ())}
            right, total = (sum(len(one.counted(what)) for one in whole) for what in (status, "total"))
            of = {sum(len(one.counted(what)) for one in whole) for what in wholes} - {0}
            share = float(re.match(r"[\d.]*", found["share"] or found["of_rate"] or "0")[0])  # type: ignore[index]
            if all(abs(100 * right / one - share) > 1 for one in of):
                name = whole[0].title if len(whole) == 1 else f"{len(whole)} publications"
                words, reported = status.replace("-", " "), re.sub(r"\s+", " ", found[0]).strip()
                percent = f" ({100 * right / total:.0f} %)" if share else ""
                check.add(
                    "count-in-sentence", Certainty.LIKELY,
                    f"{name}: {reported} in the paper; the register has {right} {words} of {total}{percent}.",
                    line=sentence.line, section=sentence.section, words=sentence.text, expected=f"{right} of {total}",
                    found=(found["words"] or reported).strip(), items=tuple(item.id for one in whole for item in one.counted(status)),
                    about=(status, str(right), str(share)),
                )  # fmt: skip
                break


def _whole(check: Check, sentence: Sentence) -> list[PublicationFacts]:
    """The publications that a share in a sentence is of: its own, else all of the paper; none where one is not here whole."""
    of = sentence.publication or sentence.section.publication
    whole = [of] if of else [one for one in check.facts.publications if one.row.id in check.facts.reported]
    has_their_counts = of or not counts_in(sentence.text) or any(
        count.number == sum(len(one.counted(what)) for one in whole)
        for count in counts_in(sentence.text)
        for what in ("total", "open", "closed")
    )  # fmt: skip
    return (
        whole if has_their_counts and any(one.items for one in whole) and not any(one.is_cut for one in whole) else []
    )


_ITEMS = r"(?:recommendations|actions|recs|commitments)"
_PERCENT = r"(?:\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent)"
_SHARE = re.compile(
    rf"\b(?:(?P<rate>(?:closure|completion) rate (?:of|is|was|(?:now )?stands at)(?: now| about| some)?\s+(?P<of_rate>{_PERCENT}))"
    r"|(?P<words>none of (?:the|these|its) (?:\w+ )?|(?P<share>" + _PERCENT + r"))"
    rf"(?:\s*(?:of )?(?:(?:the|all|its|these|those) )*(?P<what>(?:open |live )?{_ITEMS}\b|(?<=of )(?:them|these|those|which)\b))?"
    r"(?:\s*\([^)]{0,40}\))?(?:\s*\b(?:is|are|were|was|has|have|been|being|now|currently|still|remains?))*\s+"
    r"(?P<status>(?:closed|completed?|discharged|open|ongoing|outstanding|on track|delayed|overdue|behind schedule)\b))",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b{_ITEMS}\b", re.IGNORECASE)
_RECENT = re.compile(r"\b(?:since|in the (?:last|reporting)|during|this (?:year|quarter|period))\b", re.IGNORECASE)
_PARTS = {"on-track": ("open",), "delayed": ("open",), "discharged": ("closed",)}
"""Of what else than of all a share may be."""


def shares_of_a_count(check: Check) -> None:
    """A count with its share in brackets, "6 recommendations (15%)", against the total of its publication, or of all."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        for count in counts_in(sentence.text):
            found = re.match(r"\s*(?:\w+ ){0,3}\((\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent)\)", sentence.text[count.end :])
            whole = [
                one
                for one in check.facts.publications
                if one is of or (of is None and one.row.id in check.facts.reported)
            ]
            if not found or not whole or any(one.is_cut for one in whole):
                continue
            totals = {sum(len(one.counted(what)) for one in whole) for what in ("total", "open", "closed")} - {0}
            if all(abs(100 * count.number / total - float(found[1])) > 1 for total in totals):
                total = sum(len(one.items) for one in whole)
                check.add(
                    "share", Certainty.LIKELY, f"{count.number} is not {found[1]} % of {total}, nor of what of it is open or closed.",
                    line=sentence.line, section=sentence.section, words=sentence.text,
                    expected=f"{100 * count.number / total:.0f} %", found=f"{found[1]} %", about=(str(count.number), str(total), found[1]),
                )  # fmt: skip


_REMAIN = re.compile(
    r"^(?P<number>[\w-]+) (?:now )?(?:remains?|(?:is|are) (?:now |still )?(?:left|outstanding|open|ongoing))\b\W*$",
    re.IGNORECASE,
)


def what_remains(check: Check) -> None:
    """ "Six remain", and "nothing is now outstanding", in the section of a publication."""
    for sentence in check.outline.sentences:
        of, found = sentence.publication or sentence.section.publication, _REMAIN.match(sentence.text)
        number = (
            None if found is None else 0 if fold(found["number"]) in ("nothing", "none") else number_of(found["number"])
        )
        right = of.count("open") if of and not sentence.items else None
        if of is not None and number is not None and right is not None and right != number:
            check.add(
                "count-in-sentence", Certainty.LIKELY, f"{of.title}: {sentence.text.rstrip('.')}; the register has {right} open.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=str(right), found=str(number),
                items=tuple(item.id for item in of.counted("open")),
            )  # fmt: skip


def totals_of_all(check: Check) -> None:
    """How many recommendations all the publications of the paper have, in a sentence that counts these too."""
    shown = [one for one in check.facts.publications if one.row.id in check.facts.reported and one.items]
    shown = [one for one in shown if any(section.publication is one for section in check.outline.sections)]
    for sentence in check.outline.sentences if len(shown) > 1 and not check.facts.is_cut else ():
        found = re.search(
            r"\b(?:these|the|all|in|for|across) (?:(?:these|the|all) )?([\w-]+) publications\b", sentence.text, re.I
        )
        counts = counts_in(sentence.text)
        if sentence.section.publication or not found or not counts or number_of(found[1]) != len(shown):
            continue
        words = fold(sentence.text[counts[0].start : counts[0].end + 12])
        what = (
            "open"
            if re.search(r"\b(?:open|ongoing|outstanding)\b", words)
            else "closed"
            if "closed" in words
            else "total"
        )
        right = sum(len(one.counted(what)) for one in shown)
        if counts[0].number != right:
            check.add(
                "count-in-sentence", Certainty.LIKELY,
                f"{counts[0].words.strip().capitalize()} in {found[1]} publications; the register has {right}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=str(right), found=str(counts[0].number),
            )  # fmt: skip


def sections_and_tables(check: Check) -> None:
    """Of a publication that the register does not have: what a sentence counts against the table of its own section."""
    rows: dict[int, dict[str, int | None]] = {}
    for one in check.outline.counts:
        if len(one.table.body) == 1 and one.section.publication is None:
            values = {name: check.number(one.table, 1, n) for n, name in enumerate(one.columns) if name}
            parts = [values.get(name) for name in ("on-track", "delayed")]
            values.setdefault("open", sum(n for n in parts if n is not None) if None not in parts else None)
            rows[_main(check, one.section).line] = values
    for sentence in check.outline.sentences if rows else ():
        values = rows.get(_main(check, sentence.section).line, {})
        found = counts_in(sentence.text)
        if sentence.publication or sentence.section.part == "closures" or len(found) != 1 or not values:
            continue
        what = what_is_counted(sentence, found[0])
        right = values.get(what)
        if right is not None and right != found[0].number:
            check.add(
                "count-in-sentence", Certainty.LIKELY,
                f"{found[0].words.strip().capitalize()} reported as {what.replace('-', ' ')}; the table of this section has {right}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=str(right), found=str(found[0].number),
            )  # fmt: skip


def _main(check: Check, section: Section) -> Section:
    """The section of the second level that a part lies in."""
    above = [one for one in check.outline.sections if one.level <= 2 and one.line <= section.line]
    return max(above, key=lambda one: one.line, default=section)


RULES = (none_of_it, shares_of_a_count, what_remains, totals_of_all, sections_and_tables)
