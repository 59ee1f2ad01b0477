"""What was altered in a paper's document of Word outside its texts, by its own record or the paper as it is now."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from xml.etree import ElementTree

from store.domain.errors import NotAllowed
from store.domain.text import one_line
from store.papers.document import Document
from store.papers.docx_lines import Line, digest, heading_styles, read_lines
from store.papers.docx_parts import tag

_MOST_COMPARED = 20_000


@dataclass(frozen=True, slots=True)
class Altered:
    """A line outside the texts that is another than was written: where, what it is and was ("" for no line, None where
    that is not recorded), and whether a number is another."""

    where: str
    now: str
    was: str | None
    is_number: bool

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        if not self.now and self.was:
            return f"{place}left out: {short(self.was)}"
        if self.was == "":
            return f"{place}added: {short(self.now)}"
        if self.was is None:
            return f"{place}{short(self.now) or 'a blank'} is not what was written"
        return f"{place}{short(self.now) or 'a blank'} was {short(self.was)}"


def find_altered(
    lines: Sequence[Line],
    stories: Sequence[Line],
    recorded: list[str] | None,
    margins: set[str] | None,
    document: Document,
) -> list[Altered]:
    """The lines outside the texts that are others than were written, by the file's own record, else by the paper."""
    now = _lines_of(document)
    before = [digest(line.text) for line in now] if recorded is None else recorded
    words = {digest(line.text): line for line in now}
    ours = [digest(line.text) for line in lines]
    found: list[Altered] = []
    same = next(
        (n for n, pair in enumerate(zip(before, ours, strict=False)) if pair[0] != pair[1]), min(len(before), len(ours))
    )
    if max(len(before), len(ours)) - same > _MOST_COMPARED:
        raise NotAllowed(
            f"More than {_MOST_COMPARED:,} lines of the file are not where they were written: nothing is taken."
        )
    for kind, start, end, first, last in SequenceMatcher(None, before[same:], ours[same:]).get_opcodes():
        if kind != "equal":
            marks = before[same + start : same + end]
            found += _pairs([words.get(mark) for mark in marks], list(lines[same + first : same + last]))
    if margins is not None:
        seen = set()
        for line in stories:
            if digest(line.text) not in margins and line not in seen:
                seen.add(line)
                found.append(Altered(line.where, line.text, None, is_number=bool(re.search(r"\d", line.text))))
    return found


def _pairs(before: list[Line | None], now: list[Line]) -> Iterator[Altered]:
    """What each of some lines was, in order: those of one place first, since a line may have been added between."""
    left = list(before)
    for line in now:
        place = next((n for n, old in enumerate(left) if old is not None and old.where == line.where), None)
        if place is None and left and len(left) >= len(now):
            place = 0
        if place is None:
            yield Altered(
                line.where, line.text, "" if not left or len(now) > len(before) else None, _has_digit(line.text)
            )
            continue
        for dropped in left[:place]:
            yield from _dropped(dropped)
        old = left[place]
        left = left[place + 1 :]
        yield Altered(line.where, line.text, old.text if old else None, _other_number(old, line))
    for old in left:
        yield from _dropped(old)


def _dropped(old: Line | None) -> Iterator[Altered]:
    if old is None:
        yield Altered("", "", None, is_number=False)
    elif old.text:
        yield Altered(old.where, "", old.text, _has_digit(old.text))


def _has_digit(text: str) -> bool:
    return bool(re.search(r"\d", text))


def _other_number(old: Line | None, line: Line) -> bool:
    if old is None:
        return _has_digit(line.text)
    return re.findall(r"\d+", old.text) != re.findall(r"\d+", line.text)


def _lines_of(document: Document) -> list[Line]:
    """The lines of a paper as Word would get it now."""
    from store.papers.docx import docx_bytes

    with zipfile.ZipFile(io.BytesIO(docx_bytes(document, pictures=False))) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml")).find(tag("body"))
        headings = heading_styles(ElementTree.fromstring(parts.read("word/styles.xml")))
    return read_lines(body, headings).outside


def short(text: str) -> str:
    """A text on one line, short enough to be listed."""
    return one_line(text, most=80)
