"""Write a paper as a document of Word."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

from store.file.atomic import check_destination, write_whole
from store.papers.document import Block, Document, Figure, Heading, Paragraph, Span, Table, WrittenText
from store.papers.docx_lines import make_key, paragraphs_of
from store.papers.docx_package import Package
from store.papers.docx_parts import (
    TEXT_BOOKMARK,
    bookmark_name,
    bookmarked,
    cell,
    control,
    element,
    field,
    list_of_one,
    paragraph,
    picture,
    row,
    run,
    tab,
    table,
)
from store.papers.docx_template import read_template

_EMU = 914_400
_INDENT = 851
"""How far a text is in from its number, in twips."""

_GAP = '<w:spacing w:before="0" w:after="0" w:line="160" w:lineRule="exact"/>'
"""The paragraph after a table, which keeps it from what follows."""

_SHORT_TABLE, _SHORT_TEXT = 10, 900
"""The number of rows, and of characters in them, up to which a table is kept on one page."""

_SIDES = 190
"""The width of the margins of a cell, in twips."""

_LONGEST_NAME = 3800
"""How wide a column of names may become, in twips, so that none of them wraps."""

_LETTERS = (("ijlI|'.,:;!", 56), ("tfr()[]-", 76), ("aceskvxyz0123456789", 113), ("bdghnopqu", 123), ("mwMWO", 172))
_OTHER_LETTER = 148
"""The widths of letters in a table's heading, in twips."""


def write_docx(document: Document, path: Path, template: Path | None = None, *, force: bool = False) -> None:
    """Write a paper to a new file of Word, in the house's own looks or in those of a template. Raises FairleadError."""
    check_destination(path, force=force)
    write_whole(path, [docx_bytes(document, template)], force=force)


def docx_bytes(document: Document, template: Path | None = None, *, pictures: bool = True) -> bytes:
    """A paper as the bytes of a file of Word, the same for the same paper. Raises FairleadError."""
    package = Package(document, read_template(template) if template else None)
    writer = _Writer(document, package, pictures=pictures)
    package.body(writer.body())
    return _same_bytes(package.finish())


def _same_bytes(data: bytes) -> bytes:
    """The parts of a zip without the time at which they were written."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copied:
        for name in parts.namelist():
            copied.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()


class _Writer:
    """Makes the body, block by block; what lies outside it (lists, pictures) it hands to the package."""

    def __init__(self, document: Document, package: Package, *, pictures: bool) -> None:
        self.document, self.package, self.pictures = document, package, pictures
        self._number = 0
        self._texts = 0
        self._labels = {
            block.bookmark: block.label
            for block in document.blocks
            if isinstance(block, (Table, Figure)) and block.bookmark
        }

    def body(self) -> list[Any]:
        """The elements of the body, in order."""
        document = self.document
        found: list[str] = []
        if document.head is not None:
            found += [self._table(document.head), paragraph("", self._style("Body Text"))]
        if document.title and not _names_title(document):
            found.append(paragraph(run(document.title), self._style("Title")))
        if document.draft and document.missing:
            found += self._missing()
        for position, block in enumerate(document.blocks):
            after = next(filter(self._is_printed, document.blocks[position + 1 :]), None)
            found += self._block(block, after)
        line = (
            '<w:keepNext/><w:keepLines/><w:pBdr><w:top w:val="single" w:sz="4" w:space="6" w:color="7F7F7F"/></w:pBdr>'
            '<w:spacing w:before="360" w:after="40"/>'
        )
        for position, mark in enumerate(document.legend):
            found.append(paragraph(run(mark), self._style("Table Text"), "" if position else line))
        return [element(xml) for xml in found]

    def _is_printed(self, block: Block) -> bool:
        """Whether anything of a block is printed: of a place for text that is empty, nothing but in a draft."""
        return not isinstance(block, WrittenText) or bool(block.text or (self.document.draft and block.prompt))

    def _style(self, name: str) -> str:
        return self.package.styles.id(name)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _missing(self) -> list[str]:
        note = self._style("Paper Note")
        heading = paragraph(run("Missing before this is final", strong=True), note, "<w:keepNext/>")
        return [heading, *(paragraph(run(f"– {line}"), note) for line in self.document.missing)]

    def _block(self, block: Block, after: Block | None) -> list[str]:
        match block:
            case Heading():
                return [self._heading(block)]
            case Paragraph():
                return [self._paragraph(block, after)]
            case WrittenText():
                return self._text(block, last=after is None)
            case Table():
                caption = [self._caption(block)] if block.caption else []
                gap = paragraph("", self._style("Table Text"), _GAP)
                return [*caption, self._table(block), gap]
            case Figure():
                return self._figure(block)

    def _heading(self, block: Heading) -> str:
        level = min(max(block.level, 1), 3)
        number = f"{run(block.number)}{tab()}" if block.number else ""
        # A template's own numbering would come beside the paper's.
        numbered = self.package.styles.numbering(f"Heading {level}") not in ("", "0")
        own = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="0"/></w:numPr>' if numbered else ""
        indent = _hanging() if block.number else '<w:ind w:left="0" w:firstLine="0"/>'
        return paragraph(number + run(block.text), self._style(f"Heading {level}"), own + indent)

    def _paragraph(self, block: Paragraph, after: Block | None) -> str:
        content = "".join(self._span(span) for span in block.spans)
        # What leads to a table or is itself a heading is not left at the foot of a page; nor the legend alone on the last.
        leads = isinstance(after, (Table, Figure)) or (bool(block.spans) and all(span.strong for span in block.spans))
        keeps = "<w:keepNext/>" if leads or (after is None and self.document.legend) else ""
        if block.bullet:
            ends = not (isinstance(after, Paragraph) and after.bullet)
            space = '<w:spacing w:after="180"/>' if ends else ""
            return paragraph(content, self._style("List Bullet"), keeps + self.package.bullet() + space)
        if block.number:
            content = f"{run(block.number)}{tab()}{content}"
            return paragraph(content, self._style("Body Text"), keeps + _hanging())
        return paragraph(content, self._style("Body Text"), keeps)

    def _span(self, span: Span) -> str:
        label = self._labels.get(span.bookmark)
        if label is None:
            return run(span.text, strong=span.strong, emphasis=span.emphasis)
        lower = " \\* Lower" if span.text != label and span.text == label.lower() else ""
        return field(f"REF {bookmark_name(span.bookmark)} \\h{lower}", span.text, strong=span.strong)

    def _caption(self, block: Table | Figure) -> str:
        found = re.fullmatch(r"(\w+) (\d+)", block.label)
        content = run(f"{found[1]} ") + field(f"SEQ {found[1]} \\* ARABIC", found[2]) if found else run(block.label)
        if block.bookmark and content:
            content = bookmarked(content, bookmark_name(block.bookmark), self._next())
        between = ": " if block.label and block.caption else ""
        return paragraph(content + run(between + block.caption), self._style("Caption"), "<w:keepNext/>")

    def _figure(self, block: Figure) -> list[str]:
        caption = [self._caption(block)] if block.caption or block.label else []
        if not self.pictures:
            return caption
        from store.papers.picture import draw

        data, width, height = draw(block)
        scale = min(1.0, self.package.text_width / 1440 / width)
        number = self._next()
        shown = picture(
            self.package.picture(data), number, f"Figure {number}", block.alt or block.caption,
            int(width * scale * _EMU), int(height * scale * _EMU),
        )  # fmt: skip
        return [*caption, paragraph(shown, self._style("Body Text"), '<w:spacing w:before="0" w:after="120"/>')]

    def _text(self, block: WrittenText, *, last: bool) -> list[str]:
        paragraphs = paragraphs_of(block.text)
        prompts = not paragraphs
        if prompts and not (self.document.draft and block.prompt):
            return []
        style = self._style("Body Text")
        first = self._numbered(block.number) if block.number else ""
        rest = f'<w:ind w:left="{_INDENT}"/>' if block.number else ""
        contents = [run(text) for text in paragraphs] or [
            run(block.prompt, emphasis=True, style=self._style("Placeholder Text"))
        ]
        self._texts += 1
        number, mark = self._next(), f"{TEXT_BOOKMARK}{self._texts}"
        contents[0] = f'<w:bookmarkStart w:id="{number}" w:name="{mark}"/>{contents[0]}'
        contents[-1] += f'<w:bookmarkEnd w:id="{number}"/>'
        key = make_key(self.document.paper, block.publication, block.section)
        self.package.note_text(key, mark, block.text, block.prompt if prompts else "")
        keeps = "<w:keepNext/>" if last and self.document.legend else ""
        made = [paragraph(content, style, keeps + (rest if place else first)) for place, content in enumerate(contents)]
        title = " · ".join(part for part in (block.publication, block.section) if part)[:60]
        warnings = block.warnings if self.document.draft else ()
        note = self._style("Paper Note")
        return [
            control(key, title, number, made, prompts=prompts),
            *(paragraph(run(f"Changed since this was written: {warning}"), note) for warning in warnings),
        ]

    def _numbered(self, label: str) -> str:
        number = self.package.add_list(lambda number: list_of_one(number, label, _INDENT))
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'

    def _table(self, block: Table) -> str:
        columns = max((len(cells) for cells in (block.header, *block.rows)), default=0) or 1
        widths = _widths(block, columns, self.package.text_width)
        text, heading = self._style("Table Text"), self._style("Table Heading")
        letters = sum(len(found.text) for cells in block.rows for found in cells)
        short = len(block.rows) <= _SHORT_TABLE and letters <= _SHORT_TEXT
        rows = []
        if block.header:
            names = [
                cell(paragraph(run(_at(block.header, c)), heading, _aligned(block, c)), widths[c])
                for c in range(columns)
            ]
            rows.append(row(names, heading=True))
        for place, found in enumerate(block.rows):
            cells = []
            keeps = "<w:keepNext/>" if short and place < len(block.rows) - 1 else ""
            for column in range(columns):
                shown = found[column] if column < len(found) else None
                names_row = not block.header and column == 0
                strong = bool(shown and shown.strong)
                content = run(shown.text if shown else "", strong=strong)
                style = heading if names_row else text
                cells.append(cell(paragraph(content, style, keeps + _aligned(block, column)), widths[column]))
            rows.append(row(cells))
        if not rows:
            rows = [row([cell(paragraph("", text), width) for width in widths])]
        return table(
            self._style("Paper Table"), widths, rows, description=block.caption or (block.label or "Details of the meeting"),
            headed=bool(block.header), first_column=not block.header,
        )  # fmt: skip


def _hanging() -> str:
    return f'<w:tabs><w:tab w:val="left" w:pos="{_INDENT}"/></w:tabs><w:ind w:left="{_INDENT}" w:hanging="{_INDENT}"/>'


def _names_title(document: Document) -> bool:
    """Whether the table at the head has the paper's title, which is then not printed again."""
    return document.head is not None and any(
        cell.text.startswith(document.title) for cells in document.head.rows for cell in cells
    )


def _at(texts: tuple[str, ...], position: int) -> str:
    return texts[position] if position < len(texts) else ""


def _aligned(block: Table, column: int) -> str:
    return '<w:jc w:val="right"/>' if column in block.numeric else ""


def _widths(block: Table, columns: int, whole: int) -> list[int]:
    """The widths of the columns in twips: as the table wants them in relation, else as their texts do."""
    wanted = list(block.widths[:columns]) if len(block.widths) >= columns else []
    if not wanted or min(wanted) <= 0:
        wanted = [_wanted(block, column) for column in range(columns)]
    narrowest = [_narrowest(block, column) for column in range(columns)]
    if block.numeric and 0 not in block.numeric:
        # Names are read along a line: they wrap only where the numbers have no room to give.
        on_a_line = max(narrowest[0], min(_line(block, 0), _LONGEST_NAME))
        narrowest[0] = max(min(on_a_line, whole - sum(narrowest[1:])), narrowest[0])
    if (least := sum(narrowest)) > whole:
        narrowest = [width * whole // least for width in narrowest]
    total = sum(wanted)
    widths = [max(whole * width // total, least) for width, least in zip(wanted, narrowest, strict=True)]
    # What the narrow ones were given is taken from the wider ones.
    over = sum(widths) - whole
    room = sum(widths) - sum(narrowest)
    if over > 0 and room > 0:
        widths = [width - (width - least) * over // room for width, least in zip(widths, narrowest, strict=True)]
    widths[widths.index(max(widths))] += whole - sum(widths)
    return widths


def _narrowest(block: Table, column: int) -> int:
    """The least width of a column: that of its longest word, up to a bound."""
    words = {word[:22] for text in _texts(block, column) for word in text.split()}
    return max((sum(_letter(char) for char in word) for word in words), default=0) + _SIDES


def _line(block: Table, column: int) -> int:
    """The width of a column whose texts do not wrap."""
    return max(sum(_letter(char) for char in text) for text in _texts(block, column)) + _SIDES


def _letter(char: str) -> int:
    return next((width for letters, width in _LETTERS if char in letters), _OTHER_LETTER)


def _wanted(block: Table, column: int) -> int:
    """How wide a column wants to be, in characters."""
    return max(min(max(len(text) for text in _texts(block, column)), 40), 6)


def _texts(block: Table, column: int) -> list[str]:
    return [_at(block.header, column), *(cells[column].text for cells in block.rows if column < len(cells))]
