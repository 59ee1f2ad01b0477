"""Shares and totals in sentences: none of it, so many per cent, all publications in one sum; and the table of a section."""

from __future__ import annotations

import re

from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section
from store.papers.checking.rules.counts import what_is_counted
from store.papers.checking.wording import counts_in, fold, number_of, status_in


def none_of_it(check: Check) -> None:
    """ "None of the recommendations is on track", and "80% of recommendations are": against how many are, of all of them."""
    for sentence in check.outline.sentences:
        of = sentence.publication or sentence.section.publication
        found = _SHARE.search(sentence.text)
        if of is None or of.is_cut or found is None or not of.items:
            continue
        status = status_in(f"are {found['status']}")
        if status not in ("on-track", "delayed", "closed", "open", "discharged"):
            continue
        right, opened = len(of.counted(status)), len(of.counted("open"))
        share = float(found["share"]) if found["share"] else 0.0
        wholes = [len(of.items), *([opened] if status in ("on-track", "delayed") and opened else [])]
        if all(abs(100 * right / whole - share) > 1 for whole in wholes):
            check.add(
                "count-in-sentence", Certainty.LIKELY,
                f"{of.title}: {found['words'].strip()} {status.replace('-', ' ')} in the paper; the register has {right} of {len(of.items)}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=f"{right} of {len(of.items)}",
                found=found["words"].strip(), items=tuple(item.id for item in of.counted(status)), about=(status, str(right), str(share)),
            )  # fmt: skip


_SHARE = re.compile(
    r"\b(?P<words>none of (?:the|these|its) (?:\w+ )?|(?P<share>\d{1,3}(?:\.\d+)?)\s?(?:%|per ?cent)(?: of)? (?:the |all |its |these )?)"
    r"(?:recommendations|actions|recs|commitments)\b(?:\s*\([^)]{0,40}\))?\s+(?:is|are|were|was|has|have been|have|remains?)?\s*(?P<status>[^.;,]{0,40})",
    re.IGNORECASE,
)


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
