"""A house template of Word: its styles, page and head and foot are used, and nothing else of it.

What is used is copied by name into a new document; so its author, comments, own properties, body text, macros and
links stay behind, whatever else a template holds.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from store.domain.errors import FairleadError, Refused
from store.file.office_parts import WordTemplateCheck, read_regular_file
from store.papers.docx_lines import text_of
from store.papers.docx_parts import R, tag

_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OTHER_MAINS = re.compile(
    rb"application/vnd\.(?:openxmlformats-officedocument\.wordprocessingml\.template|"
    rb"ms-word\.(?:document|template)\.macroEnabledTemplate|ms-word\.(?:document|template)\.macroEnabled)\.main\+xml"
)

_LEFT_OUT = {
    tag(name)
    for name in (
        "del", "moveFrom", "commentRangeStart", "commentRangeEnd", "commentReference", "bookmarkStart", "bookmarkEnd",
        "object", "control", "proofErr", "permStart", "permEnd", "altChunk", "subDoc", "numPicBullet", "lvlPicBulletId",
        "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange", "numberingChange",
        "footnoteReference", "endnoteReference", "printerSettings", "rsid",
    )
} | {
    "{http://schemas.openxmlformats.org/drawingml/2006/main}extLst",
    "{http://schemas.openxmlformats.org/drawingml/2006/main}hlinkClick",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
}  # fmt: skip
"""What is taken out of a template's head, foot and styles: who wrote it, what it is linked to, and what runs."""

_UNWRAPPED = {tag(name) for name in ("ins", "moveTo", "hyperlink", "smartTag", "customXml")}
_FIELDS = {"PAGE", "NUMPAGES", "SECTIONPAGES", "SECTION", "STYLEREF"}
"""The fields that a head or a foot may have: of others (the author, the file's name, another file) nothing is used."""

_DESCRIBED = ("descr", "title", "alt", "{urn:schemas-microsoft-com:office:office}title")
_A_PATH = re.compile(r"[A-Za-z]:\\|\\\\|/(?:Users|home)/|file:")
"""Where a picture lay on somebody's machine, which Word once wrote into its description."""

_PAGE = ("pgSz", "pgMar", "pgBorders", "titlePg", "docGrid")
"""What is used of a template's page."""

_EMBED, _LINK, _ID = f"{{{R}}}embed", f"{{{R}}}link", f"{{{R}}}id"


@dataclass(slots=True)
class Template:
    """What is used of a template, as elements; `heads` and `feet` by their type, with the pictures in them."""

    styles: Any = None
    numbering: Any = None
    theme: bytes | None = None
    page: dict[str, Any] = field(default_factory=dict)
    even_and_odd: bool = False
    heads: dict[str, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    feet: dict[str, tuple[Any, dict[str, Any]]] = field(default_factory=dict)


def read_template(path: Path) -> Template:
    """What is used of a template of Word. Raises FairleadError."""
    data = read_regular_file(path)
    for _ in WordTemplateCheck(path).parts(data):
        pass
    try:
        return _read(_as_document(data))
    except FairleadError:
        raise
    except Exception:
        # python-docx raises whatever the bytes lead it to: KeyError, ValueError, XMLSyntaxError …
        raise Refused(path, "it is damaged, or no template of Word") from None


def _as_document(data: bytes) -> bytes:
    """The file under the content type of a document, whichever of Word's it has, with no part that is not read."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(out, "w") as copied:
        for name in parts.namelist():
            part = parts.read(name)
            copied.writestr(name, _OTHER_MAINS.sub(_MAIN.encode(), part) if name == "[Content_Types].xml" else part)
    return out.getvalue()


def _read(data: bytes) -> Template:
    from docx import Document
    from docx.opc.constants import RELATIONSHIP_TYPE as RT

    document = Document(io.BytesIO(data))
    part = document.part
    page = document.sections[-1]._sectPr
    found = Template(
        styles=_clean(part.styles.element),
        page={name: copy.deepcopy(page.find(tag(name))) for name in _PAGE if page.find(tag(name)) is not None},
    )
    for relation in part.rels.values():
        if relation.is_external:
            continue
        if relation.reltype == RT.NUMBERING:
            found.numbering = _clean(relation.target_part.element)
        elif relation.reltype == RT.THEME:
            found.theme = relation.target_part.blob
    found.even_and_odd = bool(document.settings.odd_and_even_pages_header_footer)
    for section in document.sections:
        for reference in section._sectPr.iter(tag("headerReference"), tag("footerReference")):
            kind = str(reference.get(tag("type")) or "default")
            target = part.related_parts[reference.get(_ID)]
            into = found.heads if reference.tag == tag("headerReference") else found.feet
            into[kind] = _clean_story(target)
    return found


def _clean(root: Any) -> Any:
    """A copy of an element without what is left out; a comment's and a processing instruction's text is none of it."""
    made = copy.deepcopy(root)
    for found in [*made.iter()]:
        # A control that is bound shows a property of the template, such as its author.
        bound = f"{tag('sdtPr')}/{tag('dataBinding')}"
        if not isinstance(found.tag, str) or found.tag in _LEFT_OUT or found.find(bound) is not None:
            _remove(found)
            continue
        for name, value in [*found.attrib.items()]:
            if "rsid" in name or (name in _DESCRIBED and _A_PATH.search(value)):
                del found.attrib[name]
    for found in [*made.iter(*_UNWRAPPED)]:
        parent = found.getparent()
        if parent is not None:
            at = parent.index(found)
            for inner in reversed([*found]):
                parent.insert(at, inner)
            parent.remove(found)
    return made


def _remove(found: Any) -> None:
    parent = found.getparent()
    if parent is not None:
        parent.remove(found)


def _clean_story(part: Any) -> tuple[Any, dict[str, Any]]:
    """A head or a foot without what is left out, and the pictures that it has, by their relations."""
    root = part.element if hasattr(part, "element") else None
    if root is None:
        from docx.oxml import parse_xml

        root = parse_xml(part.blob)
    made = _clean(root)
    for paragraph in [*made.iter(tag("p"))]:
        _drop_fields(paragraph)
    pictures: dict[str, Any] = {}
    for found in [*made.iter()]:
        for name in (_EMBED, _LINK, _ID):
            relation = found.attrib.get(name)
            if relation is None:
                continue
            target = part.rels.get(relation)
            if name == _LINK or target is None or target.is_external or not _is_picture(target.target_part):
                _remove(_drawing(found))
            else:
                pictures[relation] = target.target_part
    return made, pictures


def _is_picture(part: Any) -> bool:
    return part.content_type in ("image/png", "image/jpeg", "image/gif", "image/bmp", "image/tiff", "image/x-emf", "image/x-wmf")  # fmt: skip


def _drawing(found: Any) -> Any:
    """The drawing or picture that an element is in, else itself."""
    at = found
    while at is not None and at.tag not in (tag("drawing"), tag("pict")):
        at = at.getparent()
    return found if at is None else at


def _drop_fields(paragraph: Any) -> None:
    """Take out the fields of a paragraph that are not of a page's number, with their results."""
    for simple in [*paragraph.iter(tag("fldSimple"))]:
        if _kind(str(simple.get(tag("instr")) or "")) not in _FIELDS:
            _remove(simple)
    open_fields: list[tuple[list[Any], list[str]]] = []
    for run in [*paragraph.iter(tag("r"))]:
        mark = next(run.iter(tag("fldChar")), None)
        kind = None if mark is None else mark.get(tag("fldCharType"))
        if kind is not None and kind != "begin" and not open_fields:
            _remove(run)
        if kind == "begin":
            open_fields.append(([], []))
        for runs, words in open_fields:
            runs.append(run)
            words += [str(text.text or "") for text in run.iter(tag("instrText"))]
        if kind == "end" and open_fields:
            runs, words = open_fields.pop()
            if _kind("".join(words)) not in _FIELDS:
                for found in runs:
                    _remove(found)
    for runs, _ in open_fields:
        for found in runs:
            _remove(found)


def _kind(instruction: str) -> str:
    return (instruction.split() or [""])[0].upper()


def has_text(root: Any, text: str) -> bool:
    """Whether a head or a foot has a paragraph of this text."""
    wanted = " ".join(text.split()).casefold()
    return any(" ".join(text_of(p).split()).casefold() == wanted for p in root.iter(tag("p")))


def has_page_number(root: Any) -> bool:
    """Whether a head or a foot numbers the pages."""
    texts = [str(text.text or "") for text in root.iter(tag("instrText"))]
    texts += [str(simple.get(tag("instr")) or "") for simple in root.iter(tag("fldSimple"))]
    return any(_kind(text) == "PAGE" for text in texts)
