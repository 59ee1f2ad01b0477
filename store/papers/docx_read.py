"""Read the texts of a paper back from Word: only those in the content controls that Fairlead wrote.

What else is in the file is compared with what was written, and listed; none of it is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from store.domain.errors import FairleadError, NotAllowed, Refused
from store.domain.text import sanitise
from store.file.office_parts import WordCheck, read_regular_file
from store.papers.document import Document, WrittenText
from store.papers.docx_altered import Altered, find_altered, short
from store.papers.docx_lines import (
    RECORD,
    Control,
    Line,
    head_and_foot,
    heading_styles,
    make_key,
    normal,
    read_lines,
    split_key,
    text_digest,
)
from store.papers.docx_parts import tag

_MOST_LINES = 100_000
_MOST_TEXT = 200_000
_MOST_LISTED = 200
_WORDS_OWN = ("Click or tap here to enter text.", "Click here to enter text.")
"""What Word prompts with where the text of a control was deleted."""

_STORIES = ("hdr", "ftr", "comments", "footnotes", "endnotes", "styles", "document")


@dataclass(frozen=True, slots=True)
class TextFound:
    """A text as the file has it, beside what the paper has now; `edited` where the file's is not what was written to it.

    `overtaken` where the paper's text was changed since too, and by taking the file's that would be lost.
    """

    section: str
    publication: str
    text: str
    before: str
    edited: bool
    overtaken: bool = False

    @property
    def name(self) -> str:
        """Which text it is, as a person reads it."""
        return " · ".join(part for part in (self.publication, self.section) if part)


@dataclass(slots=True)
class Reading:
    """What a file of Word brings back: its texts; what was altered outside them; and what else is not taken, a sentence
    each."""

    paper: str
    """The beginning of the id of the paper that the file has recorded; "" where it has none."""
    texts: list[TextFound] = field(default_factory=list)
    altered: list[Altered] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def taken(self) -> list[TextFound]:
        """The texts that were edited in the file, and would change the paper's."""
        return [text for text in self.texts if text.edited and text.text != text.before]


@dataclass(slots=True)
class _Parts:
    """The parts of a file that are read, by what they are."""

    body: Any = None
    stories: list[Line] = field(default_factory=list)
    headings: frozenset[str] = frozenset()
    record: Any = None
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    links: int = 0


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A file of Word that was checked and read: which paper it is of, and in which form, as it has that recorded."""

    path: Path
    paper: str
    form: str
    lead: str
    parts: _Parts

    def compare(self, document: Document) -> Reading:
        """The texts of the file beside those of the paper as it is composed now. Raises FairleadError."""
        with _refusing(self.path):
            return _reading(self.path, self.parts, document)


def open_paper(path: Path) -> PaperFile:
    """Read a file of Word and check that it may be one of a paper. Raises FairleadError."""
    with _refusing(path):
        parts = _read_parts(path)
        record = {} if parts.record is None else parts.record.attrib
        return PaperFile(
            path, str(record.get("id") or "")[:8], str(record.get("form") or ""), str(record.get("lead") or ""), parts
        )


def read_docx(path: Path, document: Document) -> Reading:
    """The texts of a paper's file, beside those of the paper as it is composed now. Raises FairleadError."""
    return open_paper(path).compare(document)


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except FairleadError:
        raise
    except Exception:
        # A file from elsewhere leads a reader to whatever error its bytes hold.
        raise Refused(path, "it is damaged, or no document that can be read") from None


def _read_parts(path: Path) -> _Parts:
    data = read_regular_file(path)
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise Refused(path, "it is no Word document: save it as .docx")
    found = _Parts()
    for name, part in WordCheck(path).parts(data):
        lower = name.lower()
        if name == "[Content_Types].xml" and b"macroEnabled" in part:
            raise Refused(path, "it holds macros: save it as .docx, without them")
        if lower.endswith(".rels"):
            found.links += _external(part)
        if not lower.endswith(".xml") or not lower.startswith(("word/", "customxml/item")):
            continue
        root = _parsed(path, name, part)
        if root is not None:
            _sort(found, root)
    if found.body is None:
        raise Refused(path, "its text is missing or not where Word has it")
    return found


def _external(part: bytes) -> int:
    return len(re.findall(rb"""TargetMode\s*=\s*["']External""", part))


def _parsed(path: Path, name: str, part: bytes) -> Any:
    """The root of a part that is read, else None."""
    if not re.search(rb"<(?:\w+:)?(?:paper|" + "|".join(_STORIES).encode() + rb")[\s>]", part[:20_000]):
        return None
    try:
        return ElementTree.fromstring(part)
    except (ElementTree.ParseError, ValueError, LookupError):
        if name.lower() == "word/document.xml":
            raise Refused(path, "it is damaged: its text cannot be read") from None
        return None


def _sort(found: _Parts, root: Any) -> None:
    match str(root.tag).removeprefix(tag("")):
        case "document":
            body = root.find(tag("body"))
            found.body = root if body is None else body
        case "hdr" | "ftr":
            found.stories += head_and_foot(root)
        case "styles":
            found.headings = heading_styles(root)
        case "comments":
            found.comments += _note_texts(root, "comment")
        case "footnotes" | "endnotes":
            found.notes += _note_texts(root, "footnote") + _note_texts(root, "endnote")
        case record if record == f"{{{RECORD}}}paper":
            found.record = root


def _note_texts(root: Any, name: str) -> list[str]:
    texts = ["".join(text.text or "" for text in note.iter(tag("t"))) for note in root.iter(tag(name))]
    return [text for text in texts if text.strip()]


def _reading(path: Path, parts: _Parts, document: Document) -> Reading:
    lines = read_lines(parts.body, parts.headings)
    if len(lines.outside) > _MOST_LINES or len(lines.controls) > _MOST_LINES:
        raise Refused(path, f"it has more than {_MOST_LINES:,} lines")
    recorded = _Recorded(parts.record)
    reading = Reading(recorded.paper)
    _take_texts(reading, lines.controls, recorded, document)
    if not reading.texts and not recorded.paper:
        raise Refused(path, "it has none of the fields for text that Fairlead writes into a paper")
    reading.altered = find_altered(lines.outside, parts.stories, recorded.lines, recorded.margins, document)
    reading.ignored += _ignored(parts)
    return reading


class _Recorded:
    """What the file has recorded of what was written to it, by digest."""

    def __init__(self, root: Any) -> None:
        self.paper = ""
        self.texts: dict[str, str] = {}
        self.prompts: dict[str, str] = {}
        self.keys: dict[str, str] = {}
        self.lines: list[str] | None = None
        self.margins: set[str] | None = None
        if root is None:
            return
        self.paper = str(root.get("id") or "")[:8]
        for text in root.iter(f"{{{RECORD}}}text"):
            key = str(text.get("key") or "")
            self.texts[key] = str(text.get("digest") or "")
            self.prompts[key] = str(text.get("prompt") or "")
            self.keys[str(text.get("bookmark") or "")] = key
        lines, margins = root.find(f"{{{RECORD}}}lines"), root.find(f"{{{RECORD}}}margins")
        self.lines = None if lines is None else (lines.text or "").split()
        self.margins = None if margins is None else set((margins.text or "").split())


def _take_texts(reading: Reading, controls: Sequence[Control], recorded: _Recorded, document: Document) -> None:
    """Find which text of the paper each control has, and whether it was edited in the file."""
    wanted = {
        make_key(document.paper, block.publication, block.section): block
        for block in document.blocks
        if isinstance(block, WrittenText)
    }
    papers: set[str] = {recorded.paper} - {""}
    found: dict[str, list[Control]] = {}
    for control in controls:
        key = control.key or recorded.keys.get(control.bookmark, "")
        parts = split_key(key)
        if parts is None:
            reading.ignored.append(
                f"A field for text that cannot be told from the others is not taken: {short(control.text)}"
            )
            continue
        papers.add(parts[0])
        found.setdefault(key, []).append(control)
    if document.paper and papers and papers != {document.paper[:8]}:
        raise NotAllowed("The file is of another paper than this one. Name its own with --paper.")
    reading.paper = next(iter(papers), "")
    for key, same in found.items():
        block = wanted.get(key)
        publication, section = (block.publication, block.section) if block else (split_key(key) or ("", "", ""))[1:]
        name = " · ".join(part for part in (publication, section) if part)
        if len({control.text for control in same}) > 1:
            reading.ignored.append(f"{name}: the file has it {len(same)} times, with other words; neither is taken.")
            continue
        control = same[0]
        if control.tracked:
            reading.ignored.append(
                f"{name}: tracked changes are not taken. Accept them in Word, save and read the file again."
            )
        if block is None:
            if text_digest(control.text) not in (recorded.texts.get(key), recorded.prompts.get(key)):
                reading.ignored.append(f"{name}: the paper has no such text now: {short(control.text)}")
            continue
        reading.texts.append(_found(control, block, recorded.texts.get(key), recorded.prompts.get(key, "")))
    missing = [key for key in recorded.texts if key not in found and key in wanted]
    for key in missing:
        block = wanted[key]
        name = " · ".join(part for part in (block.publication, block.section) if part)
        reading.ignored.append(f"{name}: its field is gone from the file; the paper's text stays as it is.")


def _found(control: Control, block: WrittenText, recorded: str | None, prompt: str) -> TextFound:
    text, before = _cleaned(control.text), normal(block.text)
    if _is_prompt(control, prompt) or text == normal(block.prompt):
        text = ""
    edited = text != before if recorded is None else text_digest(text) != recorded
    overtaken = recorded is not None and edited and text_digest(before) != recorded and text != before
    return TextFound(block.section, block.publication, text, before, edited, overtaken)


def _is_prompt(control: Control, prompt: str) -> bool:
    """Whether a control has the prompt that was written into it, or Word's own, and nothing that a person wrote."""
    return text_digest(control.text) == prompt or (control.prompts and control.text in _WORDS_OWN)


def _cleaned(text: str) -> str:
    """A text as the register may hold it."""
    return normal(sanitise(text, most=_MOST_TEXT))


def _ignored(parts: _Parts) -> Iterator[str]:
    for text in parts.comments[:_MOST_LISTED]:
        yield f"A comment is not taken: {short(text)}"
    for text in parts.notes[:_MOST_LISTED]:
        yield f"A footnote is not taken: {short(text)}"
    for paragraph in _tracked_outside(parts.body):
        yield f"A tracked change outside the texts is not taken: {paragraph}"
    if parts.links:
        yield f"{parts.links} link{'' if parts.links == 1 else 's'} to files or pages elsewhere not followed."


def _tracked_outside(body: Any) -> list[str]:
    """The inserted and deleted words of a body outside the texts."""
    inside = {
        id(inner)
        for sdt in body.iter(tag("sdt"))
        if (found := sdt.find(f"{tag('sdtPr')}/{tag('tag')}")) is not None
        and str(found.get(tag("val")) or "").startswith("fairlead:")
        for inner in sdt.iter()
    }
    changes = {tag("ins"): "added", tag("moveTo"): "added", tag("del"): "left out", tag("moveFrom"): "left out"}
    found = []
    for at in body.iter():
        if at.tag not in changes or id(at) in inside:
            continue
        words = "".join(text.text or "" for text in at.iter() if text.tag in (tag("t"), tag("delText")))
        if words.strip():
            found.append(f"{changes[at.tag]}: {short(words)}")
    return found[:_MOST_LISTED]
