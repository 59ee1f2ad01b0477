"""Reads a paper that is text or Markdown: headings, tables of tabs or pipes, lists, captions, paragraphs that a page broke."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from store.domain.date_wording import MONTHS
from store.domain.errors import Refused
from store.domain.text import TextError, decode
from store.domain.vocabulary import MARKINGS
from store.papers.checking.pages import (
    Account,
    Page,
    PageBlock,
    PageCaption,
    PageHeading,
    PageParagraph,
    PageRow,
    PageTable,
)

MOST_LINES = 100_000
LONGEST = 20_000
"""The most characters of a line that are read."""

_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>|<!--.{0,500}?-->")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_NUMBERED = re.compile(
    rf"(\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})[.)]?[ \t]+(?!(?:{'|'.join(name for name in MONTHS if len(name) > 2)})\b)(\S.*)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[ \t]*(?:[-•*✓▪◦●–][ \t]+)+(\S.*)")
_MARKDOWN = re.compile(r"^\|[ :]*-{3,}[ :]*\|[-|: ]*$", re.MULTILINE)
"""What no text has that is none of Markdown: the line under the headings of a table."""
_CAPTION = re.compile(r"(figure|fig\.|table|chart|graph)[ ]?(\d{1,3})\b[ ]?[:.–—-]?[ ]*(.*)", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"(?:page\s*)?[-–]?\s*\d{1,4}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_IMAGE = re.compile(r"!\[[^\]]{0,300}\]\([^)]{0,500}\)")
_RULE = re.compile(r"[\s|:+=_*–-]+")
_FOOTS = frozenset(
    {
        "contact", "there is a problem", "thanks for your feedback", "skip to main content", "back to top", "cookies",
        "is there a problem with this page?", "share this page", "accessibility", "privacy", "was this helpful?",
        "your feedback", "print this page", "contents", "previous", "next", "© crown copyright", "archived", "menu",
    }
)  # fmt: skip
"""The furniture of a website's page."""

HEAD_LABELS = frozenset(
    {
        "meeting", "date", "location", "place", "title", "title of paper", "presenter", "presented by",
        "recommendation to members", "appendix", "appendix attached", "for", "item number", "item no.", "venue", "paper title", "author", "lead officer",
    }
)  # fmt: skip

ITEM = re.compile(
    r"(?:(?:draft )?(?:rec(?:ommendation)?s?|actions?|areas? for (?:development|improvement)|commitments?)\.?\s+(?:no\.?\s*)?\d"
    r"|[A-Z]{1,6}\d{0,2}-x?\d|R\d{1,3}\s*[:–—])",
    re.IGNORECASE,
)
"""How a paragraph on an item begins."""


def read_text(path: Path, data: bytes) -> Page:
    """Read a paper from the bytes of a text or Markdown file. Raises Refused."""
    try:
        text, _ = decode(data)
    except TextError as error:
        raise Refused(path, f"it is no text ({str(error).rstrip('.')})") from None
    is_markdown = path.suffix.casefold() in (".md", ".markdown") or bool(_MARKDOWN.search(text))
    return page_of_text(path, text, markdown=is_markdown)


def page_of_text(path: Path, text: str, *, markdown: bool) -> Page:
    """Read a paper from text. Raises Refused where it has too many lines."""
    lines = re.split(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]", text)
    if len(lines) > MOST_LINES:
        raise Refused(path, f"it has more than {MOST_LINES:,} lines")
    return _Reader(lines, markdown).read()


def clean(line: str, *, markdown: bool = False) -> str:
    """A line without markup: tags, entities, Markdown's emphasis and escapes."""
    line = _TAG.sub(" ", line) if "<" in line else line
    if markdown:
        line = re.sub(r"(?<!\\)\*\*|(?<![\\\w*])\*(?=\S)|(?<=[^\s\\*])\*(?![\w*])|(?<!\\)`", "", line)
        line = _ESCAPED.sub(r"\1", line) if "\\" in line else line
    elif "**" in line:
        line = re.sub(r"^\s*\*\*(?=\w)|(?<=\w)\*\*\s*$", "", line)
    line = unescape(line) if "&" in line else line
    return re.sub(r"[ \u00a0\u2007\u202f]+", " ", line.replace("\u00ad", "").replace("\ufeff", "")).strip(" ")


@dataclass(slots=True)
class _Reader:
    lines: list[str]
    markdown: bool
    page: Page = field(default_factory=Page)
    at: int = 0
    running: set[str] = field(default_factory=set)
    caption: str = ""
    ended: bool = True
    """Whether the paragraph before cannot go on: an empty line or another block came between, but for a page's end."""

    def read(self) -> Page:
        self._find_repeated()
        self.page.accounts = [(Account.NOT_READ, "")] * len(self.lines)
        while self.at < len(self.lines):
            self._block()
        self.page.title = self.page.title or next(
            (row.cells[-1] for label, row in self.page.head.items() if "title" in label), ""
        )
        return self.page

    def _find_repeated(self) -> None:
        """Short lines beside the numbers of pages that are there three times or more: running heads and feet."""
        beside: Counter[str] = Counter()
        stripped = [line.strip() for line in self.lines]
        for n, line in enumerate(stripped):
            if line and _PAGE_NUMBER.fullmatch(line):
                for other in (*reversed(stripped[max(n - 3, 0) : n]), *stripped[n + 1 : n + 4]):
                    if other and len(other) <= 80 and "\t" not in other:
                        beside[other] += 1
        self.running = {line for line, times in beside.items() if times >= 3}

    def _account(self, at: int, account: Account) -> None:
        self.page.accounts[at] = (account, self.lines[at].strip()[:200])

    def _take(self, block: PageBlock, upto: int) -> None:
        for at in range(self.at, upto):
            self._account(at, Account.UNDERSTOOD if self.lines[at].strip() else Account.FURNITURE)
        self.page.blocks.append(block)
        self.at = upto

    def _furniture(self) -> None:
        self._account(self.at, Account.FURNITURE)
        self.at += 1

    def _block(self) -> None:
        start = self.at
        raw = self.lines[start][:LONGEST]
        text = clean(raw, markdown=self.markdown)
        plain = text.strip()
        if not raw.strip():
            self.ended = True
            self._furniture()
        elif self._is_table(self.at):
            self._table()
        elif not re.search(r"[^\W_]", plain) or _IMAGE.fullmatch(raw.strip()):
            if (plain and not _RULE.fullmatch(plain)) or _IMAGE.search(raw) or (not plain and "<" in raw):
                self._account(self.at, Account.NOT_READ)
                self.at += 1
            else:
                self._furniture()
        elif self._is_furniture(plain):
            self._furniture()
        else:
            self._prose(raw, plain)
        if len(self.lines[start]) > LONGEST:
            self._account(start, Account.NOT_READ)

    def _is_furniture(self, plain: str) -> bool:
        marking = next((m for m in reversed(MARKINGS) if re.fullmatch(rf"{m}(?:\s*·.*)?", plain)), "")
        self.page.marking = self.page.marking or marking
        return (
            bool(marking) or bool(_PAGE_NUMBER.fullmatch(plain)) or plain in self.running or plain.casefold() in _FOOTS
        )

    # -- tables

    def _is_table(self, at: int) -> bool:
        line = self.lines[at]
        if "\t" in line.strip() and not _NUMBERED.fullmatch(line.strip()):
            return True
        if line.lstrip().startswith("|") and line.count("|") >= 2:
            return True
        return (
            "|" in line
            and at + 1 < len(self.lines)
            and bool(re.fullmatch(r"[\s|:-]*-[\s|:-]*\|[\s|:-]*", self.lines[at + 1]))
        )

    def _table(self) -> None:
        first = self.at
        piped = "\t" not in self.lines[first].strip()
        rows: list[PageRow] = []
        at = first
        while at < len(self.lines) and (
            ("|" in self.lines[at] and self.lines[at].strip())
            if piped
            else ("\t" in self.lines[at].strip(" ") or self._is_row_of_pipes(at, first))
        ):
            if not (piped and re.fullmatch(r"[\s|:-]+", self.lines[at]) and "-" in self.lines[at]):
                pipes = piped or "\t" not in self.lines[at].strip(" ")
                rows.append(PageRow(at + 1, self._cells(self.lines[at][:LONGEST], pipes)))
            at += 1
        if not any(rows[0].cells if rows else ()) and len(rows) > 1:
            rows = rows[1:] if self._is_head(rows[1:]) else rows
        if rows and self._is_head(rows) and not self.page.head:
            self.page.head = {row.cells[0].casefold().rstrip(":"): row for row in rows if row.cells}
        if at == first:
            at += 1
        if not rows:
            # A line that parts headings from rows, with neither about it.
            for line in range(first, at):
                self._account(line, Account.FURNITURE)
            self.at = at
            return
        self._take(PageTable(first + 1, tuple(rows), self.caption), at)
        self.caption, self.ended = "", True

    def _is_row_of_pipes(self, at: int, first: int) -> bool:
        """Whether a row under headings with tabs has pipes, as many as those."""
        pipes = self.lines[at].strip().strip("|").count("|")
        return 0 < pipes == self.lines[first].strip(" ").count("\t")

    def _is_head(self, rows: list[PageRow]) -> bool:
        labels = {row.cells[0].casefold().rstrip(":") for row in rows if row.cells}
        return all(len(row.cells) <= 3 for row in rows) and len(labels & HEAD_LABELS) >= 2

    def _cells(self, line: str, piped: bool) -> tuple[str, ...]:
        if piped:
            inner = line.strip()
            inner = inner.removeprefix("|")
            inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
            pieces = re.split(r"(?<!\\)\|", inner)
        else:
            pieces = line.strip(" \n").split("\t")
        return tuple(clean(piece, markdown=self.markdown).strip() for piece in pieces)

    # -- prose

    def _prose(self, raw: str, plain: str) -> None:
        hashes = re.match(r"(#{1,6})\s+", raw) if self.markdown else None
        if hashes:
            self._heading(plain.lstrip("# "), len(hashes[1]))
            return
        if caption := _CAPTION.fullmatch(plain):
            self._caption(caption, plain)
            return
        numbered = _NUMBERED.fullmatch(plain)
        if numbered and "." not in plain[: len(numbered[1]) + 1] and not numbered[2][:1].isupper():
            numbered = None
        if numbered and self._is_heading(numbered[2], numbered[1]):
            self._heading(plain, 1 + len(numbered[1].split(".")))
            return
        if bullet := _BULLET.fullmatch(plain):
            self._paragraph(bullet[1], bullet=True)
            return
        if not numbered and self._is_loose_heading(plain):
            level = 1 if plain.isupper() else 4
            self._take(PageHeading(self.at + 1, plain, level), self.at + 1)
            self.ended = True
            return
        if numbered:
            self._paragraph(numbered[2], number=numbered[1])
        else:
            self._paragraph(plain)

    def _heading(self, plain: str, depth: int) -> None:
        found = _NUMBERED.fullmatch(plain)
        number, text = (found[1], found[2]) if found else ("", plain)
        if self.markdown and depth == 1 and not self.page.title and not number:
            self.page.title = plain
            level = 0
        else:
            level = len(number.split(".")) if number else max(depth - 1, 1)
        self._take(PageHeading(self.at + 1, text.strip(), level, number), self.at + 1)
        self.ended = True

    def _caption(self, found: re.Match[str], plain: str) -> None:
        what = "table" if found[1].casefold() == "table" else "figure"
        if len(plain) > 200 or (plain.endswith(".") and len(plain) > 80):
            self._paragraph(plain)
            return
        self.caption = plain if what == "table" else ""
        self._take(PageCaption(self.at + 1, what, int(found[2]), found[3].strip()), self.at + 1)
        self.ended = True

    def _is_heading(self, text: str, number: str) -> bool:
        is_question = text.rstrip().endswith("?") and len(text.split()) <= 9 and self._is_by_itself()
        if is_question and text[:1].isupper():
            return True
        if len(text) > 90 or text.rstrip()[-1:] in ".:;,?" or len(text.split()) > 12:
            return False
        return "." in number or text.isupper() or (len(text.split()) <= 6 and text[:1].isupper())

    def _is_loose_heading(self, plain: str) -> bool:
        """Whether a line without a number is a heading: short, with no end of a sentence, and by itself."""
        if len(plain) > 80 or plain[-1:] in ".:;,?!" or len(plain.split()) > 9 or not plain[:1].isupper():
            return False
        last = self.page.blocks[-1] if self.page.blocks else None
        broken = isinstance(last, PageParagraph) and not last.bullet and _is_broken(last.text)
        return self._is_by_itself() and not broken

    def _is_by_itself(self) -> bool:
        """Whether nothing is on the line before this one, nor on that after it."""
        before = self.at == 0 or not self.lines[self.at - 1].strip()
        return before and (self.at + 1 >= len(self.lines) or not self.lines[self.at + 1].strip())

    def _paragraph(self, text: str, number: str = "", *, bullet: bool = False) -> None:
        last = self.page.blocks[-1] if self.page.blocks else None
        goes_on = (
            isinstance(last, PageParagraph)
            and not number
            and not bullet
            and not ITEM.match(text)
            and self._goes_on(last, text)
        )
        if goes_on and isinstance(last, PageParagraph):
            self.page.blocks.pop()
            whole = PageParagraph(last.line, f"{last.text} {text}"[: 10 * LONGEST], last.number, last.bullet)
            self._take(whole, self.at + 1)
        else:
            self._take(PageParagraph(self.at + 1, text, number, bullet), self.at + 1)
        self.ended = False

    def _goes_on(self, last: PageParagraph, text: str) -> bool:
        if not self.ended:
            return self.markdown or text[:1].islower() or (len(last.text) > 50 and last.text[-1:] not in '.?!:;)”"')
        # An empty line, or the end of a page, in the middle of a sentence.
        return _is_broken(last.text) and not last.bullet and not self.markdown


def _is_broken(text: str) -> bool:
    """Whether a paragraph ends in the middle of a sentence."""
    return len(text.split()) >= 12 and text.rstrip()[-1:] not in ".?!:;)]”\"’'*"
