"""Figures, tables and appendices: out of order, referred to and not there, there and referred to by nothing."""

from __future__ import annotations

import re

from store.papers.checking.context import Check
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section
from store.papers.checking.pages import PageCaption, PageHeading, PageParagraph, text_of_block
from store.papers.checking.wording import fold, numbers_of


def figures_in_order(check: Check) -> None:
    """Captions of figures and tables: one missing, there twice, out of order; one that a sentence refers to and is not there."""
    for what in ("figure", "table"):
        captions = [(one, section) for one, section in check.outline.captions if one.what == what]
        numbers = [one.number for one, _ in captions]
        expected = 1
        given = [*numbers]
        for n, (one, section) in enumerate(captions):
            words = f"{what.capitalize()} {one.number} {one.text}".strip()
            if one.number == expected:
                expected += 1
                continue
            follows = given[n + 1] if n + 1 < len(given) else None
            if one.number in given[:n]:
                message = f"{what.capitalize()} {one.number} is there twice; this one should be {expected}."
            elif one.number > expected and expected not in given[n:]:
                follows_what = f"follows {what} {expected - 1}" if expected > 1 else "is the first"
                missing = ", ".join(str(k) for k in range(expected, min(one.number, expected + 9)))
                message = f"{what.capitalize()} {one.number} {follows_what}: there is no {what} {missing}."
            else:
                message = f"{what.capitalize()} {one.number} is out of order: {what} {expected} should be here."
            numbers.append(expected)
            check.add(
                "figure-order", Certainty.CERTAIN, message, line=one.line, section=section, words=words,
                expected=f"{what} {expected}", found=f"{what} {one.number}", about=(what, str(expected), str(one.number)),
            )  # fmt: skip
            expected = expected + 1 if follows == expected + 1 else max(one.number, expected) + 1
        _references(check, what, captions, set(numbers))


_REFERRED = {
    "figure": re.compile(
        r"\b(?:figures?|figs?\.?|graphs?|charts?) (\d{1,2}\b(?:\s*(?:,|and|&|to|-|–)\s*\d{1,2}\b)*)", re.I
    ),
    "table": re.compile(r"\btables? (\d{1,2}\b(?:\s*(?:,|and|&|to|-|–)\s*\d{1,2}\b)*)", re.I),
}
_SHOWN_BELOW = re.compile(r"\b(?:below|above|following|overleaf|next page)\b", re.IGNORECASE)


def _references(check: Check, what: str, captions: list[tuple[PageCaption, Section]], numbers: set[int]) -> None:
    """What a sentence refers to and is not there; what is there and nothing refers to, by number or as shown below."""
    referred: set[int] = set()
    tables = len(check.outline.tables)
    for sentence in check.outline.sentences:
        for found in _REFERRED[what].finditer(sentence.text):
            named = [int(number) for number in numbers_of(found[1])]
            referred.update(named)
            for number in named:
                # Tables may do without a caption, and are then counted.
                if number not in numbers and (numbers or what == "figure" or number > tables):
                    check.add(
                        "figure-not-there", Certainty.CERTAIN,
                        f"{what.capitalize()} {number} is referred to, and is not in the paper.",
                        line=sentence.line, section=sentence.section, words=sentence.text, found=f"{what} {number}",
                    )  # fmt: skip
    alone = [one for one in captions if one[0].number not in referred and not _is_shown(check, one[0])]
    if alone:
        first, section = alone[0]
        names = ", ".join(str(one.number) for one, _ in alone)
        check.weak(
            "not-referred-to", f"{what.capitalize()}{'' if len(alone) == 1 else 's'} {names}: nothing in the text refers to "
            f"{'it' if len(alone) == 1 else 'them'}.",
            certainty=Certainty.POSSIBLE, line=first.line, section=section, words=text_of_block(first), found=names,
        )  # fmt: skip


def _is_shown(check: Check, caption: PageCaption) -> bool:
    """Whether the paragraph just before or after a caption shows that it has something beside it."""
    blocks = check.page.blocks
    at = next((n for n, block in enumerate(blocks) if block.line == caption.line), 0)
    near = [block.text for block in blocks[max(at - 2, 0) : at + 3] if isinstance(block, PageParagraph)]
    # One that names a figure by its number has that one below it.
    return any(_SHOWN_BELOW.search(text) and not any(one.search(text) for one in _REFERRED.values()) for text in near)


_APPENDIX = re.compile(r"\b(?:appendix|annex) ([A-Z]|\d{1,2})\b", re.IGNORECASE)
_ANY_APPENDIX = re.compile(
    r"\b(?:attached (?:as|at|in)|set out in|in|at|see|within) (?:an|the|its) (?:attached )?(?:appendix|annex)\b",
    re.IGNORECASE,
)


def appendices(check: Check) -> None:
    """An appendix that a sentence refers to and is not there, or that is there and nothing refers to; what the head has of it."""
    head = next((row for label, row in check.page.head.items() if label.startswith("appendix")), None)
    stated = fold(head.cells[1]) if head and len(head.cells) > 1 else ""
    is_none = bool(stated) and stated.strip(" .") in ("no", "none", "n/a", "nil", "not applicable")
    titles: dict[str, PageHeading | PageParagraph] = {}
    for block in check.page.blocks:
        if not isinstance(block, PageHeading | PageParagraph) or not (found := _APPENDIX.match(block.text)):
            continue
        if isinstance(block, PageHeading) or (len(block.text) <= 80 and block.text[-1:] not in ".;,"):
            titles.setdefault(found[1].upper(), block)
    there = {*titles, *(one[1].upper() for one in _APPENDIX.finditer(stated))}
    is_apart = bool(stated) and not is_none and not there
    referred: set[str] = set()
    for sentence in check.outline.sentences:
        if any(sentence.line == block.line for block in titles.values()):
            continue
        named = [one[1].upper() for one in _APPENDIX.finditer(sentence.text)]
        referred.update(named)
        missing = [f"Appendix {one}" for one in named if one not in there and not is_apart]
        if not missing and is_none and not there and _ANY_APPENDIX.search(sentence.text):
            missing = ["An appendix"]
        if missing:
            has = "; the head of the paper has none" if is_none else ""
            check.add(
                "appendix-not-there", Certainty.CERTAIN if is_none else Certainty.LIKELY,
                f"{', '.join(missing)} is referred to, and is not in the paper{has}.", line=sentence.line,
                section=sentence.section, words=sentence.text, found=", ".join(named) or "appendix", expected=stated,
            )  # fmt: skip
    for name, block in titles.items():
        section = next((one for one in reversed(check.outline.sections) if one.line <= block.line), Section())
        if is_none and head:
            check.add(
                "appendix-not-there", Certainty.CERTAIN, f"Appendix {name} is in the paper; its head has none.",
                line=head.line, words=" | ".join(head.cells), expected=name, found=stated,
            )  # fmt: skip
        elif name not in referred:
            check.weak(
                "not-referred-to", f"Appendix {name}: nothing in the text refers to it.", certainty=Certainty.POSSIBLE,
                line=block.line, section=section, words=block.text, found=name,
            )  # fmt: skip


RULES = (figures_in_order, appendices)
