"""The pieces of a document of Word as XML: runs, fields, bookmarks, content controls, tables, pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from store.domain.text import sanitise

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_SPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)

_MOST_TEXT = 1_000_000

TEXT_BOOKMARK = "fairlead_text_"
"""How the name of a bookmark begins that goes over a text that people write."""


def tag(name: str) -> str:
    """A name in the namespace of Word, as its elements and attributes have it."""
    return f"{{{W}}}{name}"


def element(xml: str) -> Any:
    """An element from XML in which the prefixes w, r, wp, a and pic may be used."""
    from docx.oxml import parse_xml

    return parse_xml(re.sub(r"^(\s*<[\w:]+)", rf"\1 {_SPACES}", xml, count=1))


def child(parent: Any, name: str) -> Any:
    """The first child of a name, or None."""
    return parent.find(tag(name))


def attribute(found: Any, name: str) -> str:
    """An attribute of Word's, "" where there is none."""
    return str(found.get(tag(name)) or "")


def safe(text: str) -> str:
    """A text as a document may hold it, escaped."""
    return escape(sanitise(text, most=_MOST_TEXT))


def quoted(text: str) -> str:
    """A text on one line as the value of an attribute, in its quotes."""
    return quoteattr(" ".join(sanitise(text, most=_MOST_TEXT).split()))


def run(text: str, *, strong: bool = False, emphasis: bool = False, style: str = "") -> str:
    """A run of text; a newline in it is a line's end."""
    look = (
        (f'<w:rStyle w:val="{style}"/>' if style else "")
        + ("<w:b/><w:bCs/>" if strong else "")
        + ("<w:i/><w:iCs/>" if emphasis else "")
    )
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    pieces = "<w:br/>".join(
        f'<w:t xml:space="preserve">{line}</w:t>' if line else "" for line in safe(text).split("\n")
    )
    return f"<w:r>{properties}{pieces}</w:r>" if text else ""


def tab() -> str:
    """A run that is a tab."""
    return "<w:r><w:tab/></w:r>"


def field(instruction: str, result: str, *, strong: bool = False) -> str:
    """A field with its result, which Word works out again when it is asked to."""
    look = "<w:rPr><w:b/><w:bCs/></w:rPr>" if strong else ""
    return (
        f'<w:r>{look}<w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r>{look}<w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r>{look}<w:fldChar w:fldCharType="separate"/></w:r>'
        f"{run(result, strong=strong)}"
        f'<w:r>{look}<w:fldChar w:fldCharType="end"/></w:r>'
    )


def bookmark_name(name: str) -> str:
    """The name of a caption's bookmark as Word allows it: hidden, of letters, digits and _, at most 40."""
    return ("_Ref_" + re.sub(r"\W", "_", name, flags=re.ASCII))[:40]


def bookmarked(content: str, name: str, number: int) -> str:
    """Runs with a bookmark over them."""
    return f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{content}<w:bookmarkEnd w:id="{number}"/>'


def paragraph(content: str, style: str, properties: str = "") -> str:
    """A paragraph; `properties` are those after its style, in the order of the schema."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{content}</w:p>'


def control(key: str, title: str, number: int, paragraphs: Iterable[str], *, prompts: bool) -> str:
    """A content control over whole paragraphs, which cannot be deleted and whose text can be edited.

    Its title has the key too: LibreOffice keeps no tag.
    """
    return (
        f"<w:sdt><w:sdtPr><w:alias w:val={quoted(title)}/><w:tag w:val={quoted(key)}/>"
        f'<w:id w:val="{number}"/><w:lock w:val="sdtLocked"/>{"<w:showingPlcHdr/>" if prompts else ""}</w:sdtPr>'
        f"<w:sdtContent>{''.join(paragraphs)}</w:sdtContent></w:sdt>"
    )


def list_of_bullets(number: int) -> tuple[str, str]:
    """A list of bullets: its definition, and the list."""
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="1134" w:hanging="283"/></w:pPr></w:lvl>'
    )
    return _list(number, level)


def list_of_one(number: int, label: str, indent: int) -> tuple[str, str]:
    """A list whose first paragraph has this number, so that it is beside a text and no part of it."""
    found = re.fullmatch(r"(.*?)(\d{1,6})(\D*)", label)
    before, start, after = found.groups() if found else (label, "1", "")
    shown = f"{before}%1{after}" if found else label
    level = (
        f'<w:lvl w:ilvl="0"><w:start w:val="{int(start)}"/><w:numFmt w:val="decimal"/><w:lvlText w:val={quoted(shown)}/>'
        f'<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="{indent}" w:hanging="{indent}"/></w:pPr></w:lvl>'
    )
    return _list(number, level)


def _list(number: int, level: str) -> tuple[str, str]:
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType w:val="singleLevel"/>{level}</w:abstractNum>',
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>',
    )


def picture(relation: str, number: int, name: str, description: str, width: int, height: int) -> str:
    """A run with a picture; its size in EMU."""
    described = f"name={quoted(name)} descr={quoted(description)}"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" {described}/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/>'
        '</wp:cNvGraphicFramePr><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        f'<pic:pic><pic:nvPicPr><pic:cNvPr id="{number}" {described}/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing></w:r>"
    )


def table(
    style: str, widths: list[int], rows: Iterable[str], *, description: str, headed: bool, first_column: bool
) -> str:
    """A table of fixed widths in twips; `headed` where its first row is one of headings."""
    look = (
        f'<w:tblLook w:val="{0x0600 | 0x20 * headed | 0x80 * first_column:04X}" w:firstRow="{int(headed)}" w:lastRow="0" '
        f'w:firstColumn="{int(first_column)}" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>'
    )
    described = f"<w:tblCaption w:val={quoted(description)}/>" if description else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}{described}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )


def row(cells: Iterable[str], *, heading: bool = False) -> str:
    """A row, which is not split over pages; one of headings is repeated on each."""
    repeated = "<w:tblHeader/>" if heading else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


def cell(content: str, width: int) -> str:
    """A cell of paragraphs."""
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{content}</w:tc>'
