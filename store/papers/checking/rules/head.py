"""What every paper has: its head, its purpose, its implications and what it asks of members, against the register and each other."""

from __future__ import annotations

import re
from itertools import pairwise

from store.papers.checking.context import Check
from store.papers.checking.facts import PublicationFacts
from store.papers.checking.findings import Certainty
from store.papers.checking.outline import Section, Sentence
from store.papers.checking.pages import PageHeading, PageParagraph, PageRow, PageTable
from store.papers.checking.rules.structure import is_doubled
from store.papers.checking.rules.tables import is_total
from store.papers.checking.wording import fold, is_same_name, read_written, same_days

_HEAD = (
    ("date", "date", "the date"),
    ("meeting", "meeting", "the committee"),
    ("location", "location", "the place"),
    ("place", "location", "the place"),
    ("venue", "location", "the place"),
    ("title", "title", "the title"),
    ("title of paper", "title", "the title"),
    ("paper title", "title", "the title"),
    ("presenter", "presenter", "who presents it"),
    ("presented by", "presenter", "who presents it"),
    ("recommendation to members", "asked", "what members are asked"),
    ("appendix", "appendix", "what is attached"),
    ("appendix attached", "appendix", "what is attached"),
)
"""The lines of a head, by their labels: the field of the paper that each has, and its name here."""


def head_of_paper(check: Check) -> None:
    """The table at the paper's head against the paper as the register has it."""
    row = check.facts.row
    if row is None:
        return
    for label, name, what in _HEAD:
        line = check.page.head.get(label)
        value = line.cells[1].strip() if line and len(line.cells) > 1 else ""
        recorded = getattr(row, name)
        if line and value and recorded and not _is_same(value, recorded, name):
            check.add(
                "head-of-paper", Certainty.CERTAIN if name in ("date", "meeting") else Certainty.LIKELY,
                f"{value} at the head is {what}; the register has {recorded}.",
                line=line.line, words=" | ".join(line.cells), expected=recorded, found=value, about=(name, recorded, value),
            )  # fmt: skip


def _is_same(value: str, recorded: str, name: str) -> bool:
    if name == "date":
        day = re.sub(r"^(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+", "", value, flags=re.IGNORECASE)
        return fold(day) == fold(recorded) or same_days(read_written(day), read_written(recorded))
    if name == "asked":
        value, recorded = (re.sub(r"^for\s+", "", text, flags=re.IGNORECASE) for text in (value, recorded))
    if name == "appendix" and {fold(value), fold(recorded)} <= {"no", "none", "nil", "n/a", "-"}:
        return True
    return is_same_name(value, recorded)


# -- the purpose


def publications_named(check: Check) -> None:
    """A sentence that lists the publications of the paper, and leaves one out, or has another name for it."""
    reported = [one for one in check.facts.publications if one.row.id in check.facts.reported and one.row.title]
    in_paper = [one for one in reported if any(section.publication is one for section in check.outline.sections)]
    if len(in_paper) < 4:
        return
    for sentence in check.outline.sentences:
        if sentence.section.publication is not None:
            continue
        plain = fold(sentence.text)
        _named_beside(check, sentence, reported)
        left_out = [one for one in in_paper if fold(one.title) not in plain]
        if not left_out or len(left_out) > 2 or len(in_paper) - len(left_out) < 3 or check.is_found(sentence.line):
            continue
        names = ", ".join(one.title for one in left_out)
        check.add(
            "publication-not-named", Certainty.LIKELY,
            f"{names}: in a section of the paper, and not by that name in this list of its publications.",
            line=sentence.line, section=sentence.section, words=sentence.text, expected=names,
        )  # fmt: skip


def _named_beside(check: Check, sentence: Sentence, reported: list[PublicationFacts]) -> None:
    """What is in a list among three publications or more, and is none of the register."""
    titles = "|".join(re.escape(one.title) for one in sorted(reported, key=lambda one: -len(one.title)))
    found = [*re.finditer(titles, sentence.text, re.IGNORECASE)]
    if len(found) < 3 or check.facts.left_out & {"publication"}:
        return
    for one, other in pairwise(found):
        between = re.split(r"[,;]", sentence.text[one.end() : other.start()])
        for name in (re.sub(r"^(?:and )?(?:the )?|(?: and)?$", "", part.strip()) for part in between):
            if re.fullmatch(r"[A-Z][\w'-]+(?: [\w'-]+){0,5}", name) and check.facts.named(name) is None:
                check.add(
                    "publication-not-there", Certainty.LIKELY, f"{name} is in this list; the register has no such publication.",
                    line=sentence.line, section=sentence.section, words=sentence.text, found=name,
                )  # fmt: skip


def committee_named(check: Check) -> None:
    """A committee in the purpose of the paper, and another at its meeting by the register, else by its head."""
    line = check.page.head.get("meeting")
    meeting = (check.facts.row.meeting if check.facts.row else "") or (line.cells[1] if line and line.cells[1:] else "")
    for sentence in check.outline.sentences:
        found = re.search(r"\bprovide (?:the )?((?:[A-Z][\w'-]*,? (?:(?:and|of|for) )?)+Committee)\b", sentence.text)
        if (
            found
            and "committee" in fold(meeting)
            and not is_same_name(found[1], meeting)
            and fold(found[1]) not in fold(meeting)
        ):
            check.add(
                "head-of-paper", Certainty.LIKELY, f"{found[1]} in the sentence; the paper is for the {meeting}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=meeting, found=found[1],
            )  # fmt: skip


# -- what is asked

_ASKS = {
    "discuss": r"\bdiscuss\w*",
    "decide": r"\b(?:decide|decision|approv\w+|agree|endorse\w*|ratif\w+)\b",
    "note": r"\b(?:not(?:e|ing)|information|consider\w*|assurance|scrutin\w+)\b",
}


def asks_agree(check: Check) -> None:
    """What members are invited to do, at the paper's end, against what its head has, else the register."""
    line = check.page.head.get("recommendation to members")
    stated = line.cells[1] if line and len(line.cells) > 1 else (check.facts.row.asked or "" if check.facts.row else "")
    wanted = _asked(stated)
    for sentence in check.outline.sentences:
        found = re.search(
            r"\b(?:members|the committee) (?:is|are) (?:invited|asked|requested) to (.+)", sentence.text, re.I
        )
        asked = _asked(found[1]) if found else set()
        if found and wanted and asked and not wanted & asked:
            check.add(
                "ask", Certainty.LIKELY, f"Members are asked to {found[1].rstrip('.')}; the head has {stated}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=stated, found=found[1],
            )  # fmt: skip


def _asked(text: str) -> set[str]:
    return {name for name, pattern in _ASKS.items() if re.search(pattern, text, re.IGNORECASE)}


# -- sections that every paper has

_IMPLICATIONS = {
    "financial": r"financ", "personnel": r"personnel|workforce|people|staff", "legal": r"legal", "reputational": r"reputation",
    "social": r"social", "community": r"communit", "equalities": r"equalit", "environmental": r"environment",
}  # fmt: skip


def _kind_of(text: str) -> set[str]:
    return {name for name, pattern in _IMPLICATIONS.items() if re.search(pattern, text, re.IGNORECASE)}


def implications_agree(check: Check) -> None:
    """*No … implications* of another sort than the heading above it is of."""
    for sentence in check.outline.sentences:
        found = re.search(r"\bno (\w+) (?:implications?|impacts?)\b", sentence.text, re.IGNORECASE)
        heading, own = _kind_of(sentence.section.title), _kind_of(found[1]) if found else set()
        if found and sentence.section.part == "implications" and heading and own and not heading & own:
            check.add(
                "implication", Certainty.CERTAIN, f"{found[1].capitalize()} implications under {sentence.section.title}.",
                line=sentence.line, section=sentence.section, words=sentence.text, expected=next(iter(heading)), found=found[1],
            )  # fmt: skip


def sections_there(check: Check) -> None:
    """A heading with nothing under it; a part that every paper of this shape has, or that all other sections have."""
    # A paragraph of its number alone is none.
    blocks = [
        one for one in check.page.blocks if not isinstance(one, PageParagraph) or re.search(r"[^\W\d_]", one.text)
    ]
    for n, block in enumerate(blocks):
        after = blocks[n + 1] if n + 1 < len(blocks) else None
        if not isinstance(block, PageHeading) or not 1 <= block.level <= 3 or not (block.number or block.level == 1):
            continue
        if after is not None and is_doubled(block, after):
            continue
        if after is None or (isinstance(after, PageHeading) and after.level <= block.level):
            section = next((one for one in check.outline.sections if one.line == block.line), Section())
            check.add(
                "section-empty", Certainty.LIKELY, f"{section.name or block.text}: nothing is under this heading.",
                line=block.line, section=section, words=block.text,
            )  # fmt: skip
    _expected_headings(check)
    _parts(check)


def _expected_headings(check: Check) -> None:
    """A paper with most of the headings that papers to a committee have, and without one of them."""
    titles = [fold(section.title) for section in check.outline.sections]
    there = {
        kind for section in check.outline.sections if section.part == "implications" for kind in _kind_of(section.title)
    }
    if len(there) < 4 or not check.page.head:
        return
    last = max((section.line for section in check.outline.sections), default=0)
    wanted = {
        "purpose": ("purpose",),
        "recommendations": ("recommendations", "recommendation", "recommendations to members"),
    }
    missing = [name for name, forms in wanted.items() if not any(title in forms for title in titles)]
    if len(there) == len(_IMPLICATIONS) - 1:
        missing += [f"{one} implications" for one in _IMPLICATIONS if one not in there]
    for name in missing:
        line = check.page.blocks[0].line if name == "purpose" else last
        check.add(
            "section-missing", Certainty.LIKELY, f"No section is headed {name.capitalize()}, as papers of this shape have.",
            line=line, words=name, expected=name,
        )  # fmt: skip


def _parts(check: Check) -> None:
    """Of the sections of publications: the table of counts, or a part, that all but one of them have."""
    own = [one for one in check.outline.sections if one.publication and check.facts.named(one.title) is one.publication]
    own = [one for one in own if one.level == 2]
    if len(own) < 4:
        return
    counted = {id(one.section.publication) for one in check.outline.counts if one.columns[0]}
    has: dict[str, set[int]] = {"table of counts": counted}
    for section in check.outline.sections:
        if section.publication and section.part and section.level > 2:
            has.setdefault(_PARTS.get(section.part, ""), set()).add(id(section.publication))
    for what, of in has.items():
        without = [one for one in own if id(one.publication) not in of]
        if what and len(without) == 1:
            check.add(
                "part-missing", Certainty.POSSIBLE, f"{without[0].name} has no {what}; the sections of the other publications do.",
                line=without[0].line, section=without[0], words=without[0].title, expected=what,
            )  # fmt: skip


_PARTS = {"risks": "part on risks", "progress": "part on progress"}
"""The parts that all sections have, where most do; closures are in those that closed something."""


def cells_not_blank(check: Check) -> None:
    """A blank cell in a table where every other row has something in that column."""
    counts = {id(one.table) for one in check.outline.counts}
    for table, section in check.outline.tables:
        if len(table.body) < 3 or id(table) in counts or table.rows[0] in check.page.head.values():
            continue
        for row, column in _blanks(table):
            label = table.header[column] if column < len(table.header) else f"column {column + 1}"
            check.weak(
                "blank-cell", f"{row.cells[0]}: nothing is under {label}.", line=row.line, section=section,
                words=" | ".join(row.cells), about=(label,),
            )  # fmt: skip


def _blanks(table: PageTable) -> list[tuple[PageRow, int]]:
    found = []
    for column in range(1, len(table.header)):
        cells = [row.cells[column].strip() if column < len(row.cells) else "" for row in table.body]
        if cells.count("") == 1 and table.header[column].strip() and not is_total(table.body[cells.index("")]):
            found.append((table.body[cells.index("")], column))
    return found


RULES = (
    head_of_paper,
    committee_named,
    publications_named,
    asks_agree,
    implications_agree,
    sections_there,
    cells_not_blank,
)
