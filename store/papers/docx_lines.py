"""The text of a document of Word, line by line: what is in Fairlead's content controls, and what is outside them.

It reads the elements of lxml and of the standard library alike: of a paper as it is written, and as it comes back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote

from store.papers.docx_parts import TEXT_BOOKMARK, tag

_MOST_MARKED = 200
"""The most paragraphs that a text has whose content control lost its key."""

RECORD = "urn:fairlead:paper"
"""The namespace of the part in which a paper has what it was written with."""

_CONTAINERS = {tag(name) for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "del", "moveFrom", "moveTo")}
_INSERTED = {tag("ins"), tag("moveTo")}
_NOT_TEXT = {
    tag(name) for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "instrText", "delInstrText")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_TEXT = {tag("t"), tag("delText")}
_SPECIAL = {tag("tab"): "\t", tag("br"): "\n", tag("cr"): "\n", tag("noBreakHyphen"): "-"}


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph or a cell outside the content controls: where it is, as a person finds it, and its text."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Control:
    """A content control of Fairlead's: its key, or the name of its bookmark where a program dropped the key; its text
    without tracked changes; and whether it has them, or only prompts for a text."""

    key: str
    bookmark: str
    text: str
    tracked: bool = False
    prompts: bool = False


@dataclass(slots=True)
class Lines:
    """What a document has: its controls, and its lines outside them."""

    controls: list[Control] = field(default_factory=list)
    outside: list[Line] = field(default_factory=list)


def make_key(paper: str, publication: str, section: str) -> str:
    """The key of a text, by which a content control is found again: a tag, of which Word takes 64 characters."""
    short = paper[:8]
    key = ":".join(
        ("fairlead", *(quote(part, safe=" -_.", errors="replace") for part in (short, publication, section)))
    )
    return key if len(key) <= 64 else f"fairlead:{short}:~:{digest(f'{publication}:{section}')}"


def split_key(key: str) -> tuple[str, str, str] | None:
    """The beginning of the paper's id, the publication and the section of a key; None where it is none."""
    parts = key.split(":")
    if len(parts) != 4 or parts[0] != "fairlead":
        return None
    return unquote(parts[1]), unquote(parts[2]), unquote(parts[3])


def paragraphs_of(text: str) -> list[str]:
    """The paragraphs of a text, which empty lines part."""
    return [part.strip("\n") for part in re.split(r"\n[ \t]*\n", text.strip()) if part.strip()]


def normal(text: str) -> str:
    """A text without what a word processor adds or drops: spaces at ends of lines, and empty paragraphs."""
    lines = "\n".join(" ".join(line.split()) for line in text.replace("\u00a0", " ").split("\n"))
    return "\n\n".join(paragraphs_of(lines))


def digest(line: str) -> str:
    """A short digest of a line, for a file that is to know itself without repeating its text.

    It is of the line without regard to case: a program that works a cross-reference out again makes a "figure 1" a
    "Figure 1".
    """
    return text_digest(" ".join(line.casefold().split()))


def text_digest(text: str) -> str:
    """A short digest of a text to the letter."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def text_of(found: Any, *, fields: bool = True, leave_out: Callable[[Any], bool] | None = None) -> str:
    """The text of an element as it was before its tracked changes; without the results of fields where not `fields`."""
    pieces: list[str] = []
    in_result = 0
    ahead = [found]
    while ahead:
        at = ahead.pop()
        if not isinstance(at.tag, str) or at.tag in _NOT_TEXT or at.tag in _INSERTED:
            continue
        if leave_out is not None and at is not found and leave_out(at):
            continue
        if at.tag == tag("fldChar"):
            kind = at.get(tag("fldCharType"))
            in_result = max(in_result + {"separate": 1, "end": -1}.get(kind, 0), 0)
        elif at.tag == tag("fldSimple") and not fields:
            continue
        elif at.tag in _TEXT and (fields or not in_result):
            pieces.append(at.text or "")
        elif at.tag in _SPECIAL:
            pieces.append(_SPECIAL[at.tag])
        ahead.extend(reversed(list(at)))
    return "".join(pieces)


def has_tracked(found: Any) -> bool:
    """Whether an element has tracked changes."""
    return any(
        at.tag in _INSERTED or at.tag in (tag("del"), tag("moveFrom"))
        for at in found.iter()
        if isinstance(at.tag, str) and at.tag.startswith("{")
    )


def control_key(sdt: Any) -> str | None:
    """The tag of a content control, "" where it has none."""
    properties = sdt.find(tag("sdtPr"))
    found = None if properties is None else properties.find(tag("tag"))
    return "" if found is None else str(found.get(tag("val")) or "")


def is_ours(sdt: Any) -> bool:
    """Whether a content control has a key of Fairlead's."""
    return str(control_key(sdt)).startswith("fairlead:")


def read_lines(body: Any, headings: frozenset[str]) -> Lines:
    """The controls of a body and its lines outside them; `headings` are the ids of the styles of headings."""
    lines = Lines()
    blocks = list(_blocks(body))
    where, number = "", 0
    while number < len(blocks):
        at = blocks[number]
        number += 1
        if at.tag == tag("tbl"):
            caption = re.match(r"\w+ \d+(?=:)", lines.outside[-1].text) if lines.outside else None
            lines.outside += _cells(at, caption[0] if caption else f"{where} table".strip())
        elif at.tag == tag("sdt"):
            lines.controls.append(_control(at, list(at.iter(tag("p")))))
        else:
            bookmark, end = _marked(blocks, number - 1)
            if bookmark:
                found = blocks[number - 1 : end]
                lines.controls.append(Control("", bookmark, _joined(found), any(map(has_tracked, found))))
                number = end
                continue
            for sdt in at.iter(tag("sdt")):
                if is_ours(sdt):
                    lines.controls.append(_control(sdt, [sdt]))
            text = text_of(at, leave_out=lambda e: e.tag == tag("sdt") and is_ours(e)).strip()
            if _style(at) in headings and text:
                where = _where(text)
            if text:
                lines.outside.append(Line(where, text))
    return lines


def _control(sdt: Any, paragraphs: list[Any]) -> Control:
    prompts = sdt.find(tag("sdtPr")).find(tag("showingPlcHdr")) is not None
    return Control(str(control_key(sdt)), "", _joined(paragraphs), has_tracked(sdt), prompts)


def _joined(paragraphs: Iterable[Any]) -> str:
    return normal("\n\n".join(text_of(paragraph) for paragraph in paragraphs))


def _blocks(found: Any) -> Iterator[Any]:
    """The paragraphs, tables and controls of ours in an element, whatever else they are in."""
    ahead = list(reversed(list(found)))
    while ahead:
        at = ahead.pop()
        if at.tag in (tag("p"), tag("tbl")) or (at.tag == tag("sdt") and is_ours(at)):
            yield at
        elif at.tag in _CONTAINERS:
            ahead.extend(reversed(list(at)))


def _marked(blocks: list[Any], first: int) -> tuple[str, int]:
    """The bookmark of a text whose control lost its key and starts in this block, and the block after its end."""
    for start in blocks[first].iter(tag("bookmarkStart")):
        name = str(start.get(tag("name")) or "")
        if not name.startswith(TEXT_BOOKMARK) or next(blocks[first].iter(tag("sdt")), None) is None:
            continue
        # LibreOffice lets a bookmark start a second time, under another number, where a control ends within it.
        numbers: set[str | None] = set()
        for last in range(first, min(first + _MOST_MARKED, len(blocks))):
            if blocks[last].tag != tag("p"):
                break
            numbers |= {
                at.get(tag("id")) for at in blocks[last].iter(tag("bookmarkStart")) if at.get(tag("name")) == name
            }
            if any(end.get(tag("id")) in numbers for end in blocks[last].iter(tag("bookmarkEnd"))):
                return name, last + 1
        return name, first + 1
    return "", first


def _style(paragraph: Any) -> str:
    properties = paragraph.find(tag("pPr"))
    style = None if properties is None else properties.find(tag("pStyle"))
    return "" if style is None else str(style.get(tag("val")) or "")


def _where(heading: str) -> str:
    number = re.match(r"[\dA-Z]+(?:\.\d+)*\.?(?=\t)", heading)
    return number[0].rstrip(".") if number else " ".join(heading.split())[:60]


def _cells(found: Any, place: str) -> Iterator[Line]:
    """The cells of a table, each named by the head of its column and the first cell of its row."""
    rows = [
        [" ".join(text_of(cell).split()) for cell in row.iter(tag("tc"))]
        for row in found.iter(tag("tr"))
        if not _is_inserted(row)
    ]
    first = rows[0] if rows else []
    headed = any(row.find(f"{tag('trPr')}/{tag('tblHeader')}") is not None for row in found.iter(tag("tr")))
    for number, cells in enumerate(rows):
        for column, text in enumerate(cells):
            names = [place]
            if column and cells[0] and (len(rows) > 2 or not headed) and not (headed and number == 0):
                names.append(cells[0])
            if headed and number and column < len(first) and first[column]:
                names.append(first[column])
            yield Line(", ".join(names), text)


def _is_inserted(row: Any) -> bool:
    return row.find(f"{tag('trPr')}/{tag('ins')}") is not None


def head_and_foot(root: Any) -> list[Line]:
    """The lines of a head or a foot, without page numbers."""
    where = "head" if root.tag == tag("hdr") else "foot"
    texts = (" ".join(text_of(p, fields=False).split()) for p in root.iter(tag("p")))
    return [Line(where, text) for text in texts if text]


def heading_styles(styles: Any) -> frozenset[str]:
    """The ids of the styles of headings, which a template or a program may have renamed."""
    found = set()
    for style in styles.iter(tag("style")):
        name = style.find(tag("name"))
        if name is not None and re.match(r"(?:heading \d|title)$", str(name.get(tag("val")) or "").lower()):
            found.add(str(style.get(tag("styleId")) or ""))
    return frozenset(found)
