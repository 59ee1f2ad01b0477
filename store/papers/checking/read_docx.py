"""Reads a paper from a document of Word: paragraphs, tables, lists and headings of the body, with tracked changes taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from store.domain.errors import FairleadError, Refused
from store.domain.vocabulary import MARKINGS
from store.file.office_parts import WordCheck
from store.papers.checking.pages import Account, Page, PageCaption, PageHeading, PageParagraph, PageRow, PageTable
from store.papers.checking.read_text import HEAD_LABELS, LONGEST, MOST_LINES, clean, page_of_text
from store.papers.docx_lines import RECORD
from store.papers.docx_parts import tag

_SKIPPED = {
    tag(name)
    for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "trPr", "tcPr", "instrText", "del", "moveFrom", "delText")
} | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback", tag("txbxContent")}
_WORD = {tag("tab"): "\t", tag("br"): "\n", tag("cr"): "\n", tag("noBreakHyphen"): "-"}


def read_docx(path: Path, data: bytes) -> Page:
    """Read a paper from the bytes of a document of Word. Raises FairleadError for whatever they are."""
    try:
        return _read(path, data)
    except FairleadError:
        raise
    except Exception:
        # A file from elsewhere leads a reader to whatever error its bytes hold.
        raise Refused(path, "it is damaged, or no document that can be read") from None


def _read(path: Path, data: bytes) -> Page:
    if not data.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise Refused(path, "it is no Word document: save it as .docx")
    body: Any = None
    styles: dict[str, int] = {}
    lists: frozenset[str] = frozenset()
    page = Page(is_of_pages=True)
    apart: list[tuple[Account, str]] = []
    for name, part in WordCheck(path).parts(data):
        lower = name.lower()
        if not lower.endswith(".xml") or not lower.startswith(("word/", "customxml/item")):
            continue
        try:
            root = ElementTree.fromstring(part)
        except (ElementTree.ParseError, ValueError, LookupError):
            if lower == "word/document.xml":
                raise Refused(path, "it is damaged: its text cannot be read") from None
            continue
        what = str(root.tag).removeprefix(tag(""))
        if what == "document":
            found = root.find(tag("body"))
            body = root if found is None else found
        elif what == "styles":
            styles, lists = _heading_levels(root), _list_styles(root)
        elif what in ("hdr", "ftr"):
            apart += [(Account.FURNITURE, text) for text in _texts(root)]
            page.marking = page.marking or _marking(_texts(root))
        elif what in ("comments", "footnotes", "endnotes"):
            apart += [(Account.NOT_READ, f"{what[:-1]}: {text}") for text in _texts(root)]
        elif root.tag == f"{{{RECORD}}}paper":
            page.form, page.lead = str(root.get("form") or ""), str(root.get("lead") or "")
    if body is None:
        raise Refused(path, "its text is missing or not where Word has it")
    _Body(path, page, styles, lists).read(body)
    page.accounts += apart
    return page


def _marking(texts: list[str]) -> str:
    return next((m for m in reversed(MARKINGS) for text in texts if m in text), "")


def _texts(root: Any) -> list[str]:
    return [text for p in root.iter(tag("p")) if (text := " ".join(_text(p).split()))]


def _text(found: Any) -> str:
    """The text of an element with its tracked changes taken, text boxes aside."""
    pieces: list[str] = []
    ahead = [found]
    while ahead:
        at = ahead.pop()
        if at.tag in _SKIPPED and at is not found:
            continue
        if at.tag == tag("t"):
            pieces.append(at.text or "")
        elif at.tag in _WORD:
            pieces.append(_WORD[at.tag])
        ahead.extend(reversed(list(at)))
    return "".join(pieces)


def _heading_levels(styles: Any) -> dict[str, int]:
    """The styles of headings, by id, each with its level; 0 is the title's."""
    levels = {}
    for style in styles.iter(tag("style")):
        name = style.find(tag("name"))
        found = re.match(r"heading (\d)|(title)$", str(name.get(tag("val")) if name is not None else "").lower())
        if found:
            levels[str(style.get(tag("styleId")) or "")] = int(found[1] or 0)
    return levels


def _list_styles(styles: Any) -> frozenset[str]:
    """The styles of lists, by id: those that Word names so, such as List Bullet."""
    names = ((style, style.find(tag("name"))) for style in styles.iter(tag("style")))
    return frozenset(
        str(style.get(tag("styleId")) or "")
        for style, name in names
        if name is not None and str(name.get(tag("val")) or "").lower().startswith("list")
    )


class _Body:
    """What is read of the body: its blocks, each line counted."""

    def __init__(self, path: Path, page: Page, styles: dict[str, int], lists: frozenset[str]) -> None:
        self.path, self.page, self.styles, self.lists = path, page, styles, lists
        self.caption = ""

    def read(self, body: Any) -> None:
        for at in _blocks(body):
            if len(self.page.accounts) > MOST_LINES:
                raise Refused(self.path, f"it has more than {MOST_LINES:,} lines")
            if at.tag == tag("tbl"):
                self._table(at)
            else:
                self._paragraph(at)

    def _line(self, account: Account, text: str) -> int:
        self.page.accounts.append((account, text[:200]))
        return len(self.page.accounts)

    def _paragraph(self, at: Any) -> None:
        text = clean(" ".join(_text(at)[:LONGEST].replace("\t", " ").split()))
        for box in at.iter(tag("txbxContent")):
            for words in _texts(box):
                self._line(Account.NOT_READ, f"text box: {words}")
        for picture in at.iter():
            if picture.tag.endswith("}docPr") and (words := " ".join(str(picture.get("descr") or "").split())):
                self.page.pictures.append((len(self.page.accounts) + 1, words[:LONGEST]))
        if not text:
            if next(at.iter(tag("drawing")), None) is not None or next(at.iter(tag("pict")), None) is not None:
                self._line(Account.NOT_READ, "a picture")
            else:
                self._line(Account.FURNITURE, "")
            return
        properties = at.find(tag("pPr"))
        style = None if properties is None else properties.find(tag("pStyle"))
        style_id = str(style.get(tag("val")) or "") if style is not None else ""
        level = self.styles.get(style_id)
        numbered = re.fullmatch(r"(\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(\S.*)", text)
        if level is not None:
            line = self._line(Account.UNDERSTOOD, text)
            number, words = (numbered[1], numbered[2]) if numbered else ("", text)
            if level == 0:
                self.page.title = self.page.title or text
            self.page.blocks.append(PageHeading(line, words, level, number))
            return
        in_list = style_id in self.lists or (properties is not None and properties.find(tag("numPr")) is not None)
        self._plain(text, in_list)

    def _plain(self, text: str, in_list: bool) -> None:
        """A paragraph without a heading's style is what the same line of a text file is."""
        read = page_of_text(self.path, f"\n{text}\n", markdown=False)
        block = read.blocks[0] if read.blocks else None
        account = read.accounts[1][0]
        line = self._line(account, text)
        self.page.marking = self.page.marking or read.marking
        if isinstance(block, PageHeading) and in_list:
            # A line of a list may begin with a reference, as a heading of a text file does.
            self.page.blocks.append(PageParagraph(line, text, "", True))
        elif isinstance(block, PageHeading):
            self.page.blocks.append(PageHeading(line, block.text, block.level, block.number))
        elif isinstance(block, PageCaption):
            self.caption = text if block.what == "table" else ""
            self.page.blocks.append(PageCaption(line, block.what, block.number, block.text))
        elif isinstance(block, PageParagraph):
            self.page.blocks.append(PageParagraph(line, block.text, block.number, block.bullet or in_list))

    def _table(self, at: Any) -> None:
        rows = []
        for row in at.iter(tag("tr")):
            cells = tuple(clean(" ".join(_text(cell)[:LONGEST].split())) for cell in row.iter(tag("tc")))
            if any(cells):
                rows.append(PageRow(self._line(Account.UNDERSTOOD, " | ".join(cells)), cells))
        if not rows:
            return
        labels = {row.cells[0].casefold().rstrip(":") for row in rows}
        if not self.page.head and len(labels & HEAD_LABELS) >= 2:
            self.page.head = {row.cells[0].casefold().rstrip(":"): row for row in rows}
        self.page.blocks.append(PageTable(rows[0].line, tuple(rows), self.caption))
        self.caption = ""


def _blocks(body: Any) -> Iterator[Any]:
    """The paragraphs and tables of a body, whatever controls they are in."""
    ahead = list(reversed(list(body)))
    while ahead:
        at = ahead.pop()
        if at.tag in (tag("p"), tag("tbl")):
            yield at
        elif at.tag not in _SKIPPED:
            ahead.extend(reversed(list(at)))
