"""The parts of a file of Word beside its body: styles, lists, page, head and foot, properties, and the record of what was
written."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from store.papers.document import Document
from store.papers.docx_lines import RECORD, digest, head_and_foot, heading_styles, normal, read_lines, text_digest
from store.papers.docx_parts import W, element, field, list_of_bullets, paragraph, quoted, run, tag
from store.papers.docx_styles import BULLET, LANGUAGE, Styles, house_styles
from store.papers.docx_template import Template, has_page_number, has_text

_A4 = '<w:pgSz w:w="11906" w:h="16838"/>'
_MARGINS = (
    '<w:pgMar w:top="1418" w:right="1304" w:bottom="1304" w:left="1304" w:header="567" w:footer="567" w:gutter="0"/>'
)
_NARROW_MARGINS = (
    '<w:pgMar w:top="1134" w:right="1021" w:bottom="1021" w:left="1021" w:header="454" w:footer="454" w:gutter="0"/>'
)
"""Of a paper that is to fit on a page."""
_A4_WIDE = 7_560_310
"""Its width, in EMU."""
_LINE = 177_800
"""The height of a line of a head or foot, in EMU."""

_PROPERTIES = (
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:language>{language}</dc:language>'
    "</cp:coreProperties>"
)
_APPLICATION = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Microsoft Office Word</Application></Properties>"
)
_FONTS = (
    f'<w:fonts xmlns:w="{W}"><w:font w:name="Arial"><w:panose1 w:val="020B0604020202020204"/><w:charset w:val="00"/>'
    '<w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)
_SETTINGS = (
    f'<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/>{{odd}}<w:defaultTabStop w:val="720"/>'
    '<w:characterSpacingControl w:val="doNotCompress"/><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    f'<w:themeFontLang w:val="{LANGUAGE}"/><w:decimalSymbol w:val="."/><w:listSeparator w:val=","/></w:settings>'
)
_STORE_ITEM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<ds:datastoreItem '
    'ds:itemID="{6A1B7C52-3D0E-4F7A-9C55-2F1D8A4E7B90}" '
    'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
)


class Package:
    """A new file of Word, in the house's looks or a template's."""

    def __init__(self, document: Document, template: Template | None) -> None:
        from docx import Document as new_document

        self.document, self.template = document, template
        self._file = new_document()
        self._part = self._file.part
        self._drop_samples()
        self.styles = Styles(house_styles(small=document.short) if template is None else template.styles)
        self.styles.add_missing()
        self.styles.set_language()
        self._part._styles_part._element = self.styles.root
        self._set_numbering()
        self._set_page()
        self._texts: list[tuple[str, str, str, str]] = []

    def _drop_samples(self) -> None:
        """Take out what python-docx's own empty document brings along: a thumbnail, its author, its data and effects."""
        from docx.opc.constants import RELATIONSHIP_TYPE as RT

        package = self._part.package
        for rels, kinds in (
            (package.rels, ("thumbnail",)),
            (self._part.rels, ("customXml", "stylesWithEffects", "webSettings")),
        ):
            for name in [name for name, relation in rels.items() if relation.reltype.rsplit("/", 1)[-1] in kinds]:
                del rels[name]
        for relation in package.rels.values():
            if relation.reltype == RT.EXTENDED_PROPERTIES:
                relation.target_part._blob = _APPLICATION.encode()
        self._part.part_related_by(RT.FONT_TABLE)._blob = _FONTS.encode()
        from docx.oxml import parse_xml

        # The element of the part is replaced whole: what is not in it names nobody and no time.
        title = run_text(self.document.title)
        package.core_properties  # noqa: B018  (makes the part where there is none)
        package._core_properties_part._element = parse_xml(_PROPERTIES.format(title=title, language=LANGUAGE))
        odd = "<w:evenAndOddHeaders/>" if self.template and self.template.even_and_odd else ""
        self._part._settings_part._element = parse_xml(_SETTINGS.format(odd=odd))
        if self.template and self.template.theme:
            self._part.part_related_by(RT.THEME)._blob = self.template.theme

    def _set_numbering(self) -> None:
        numbering = self.template.numbering if self.template else None
        self._numbering = element("<w:numbering/>") if numbering is None else numbering
        self._part.numbering_part._element = self._numbering
        used = [
            int(found.get(tag(name)) or 0)
            for found in self._numbering.iter(tag("abstractNum"), tag("num"))
            for name in ("abstractNumId", "numId")
            if str(found.get(tag(name)) or "").isdigit()
        ]
        self._lists = max(used, default=0)
        self._bullets = ""
        own = self.styles.numbering("List Bullet")
        if own in (BULLET, "", "0"):
            self._bullets = str(self.add_list(list_of_bullets))
        for found in self.styles.root.iter(tag("numId")):
            if found.get(tag("val")) == BULLET:
                found.set(tag("val"), self._bullets)

    def bullet(self) -> str:
        """What puts a paragraph in the list of bullets, where its style does not."""
        if not self._bullets or self.styles.numbering("List Bullet") == self._bullets:
            return ""
        return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self._bullets}"/></w:numPr>'

    def add_list(self, make: Callable[[int], tuple[str, str]]) -> int:
        """Add a list, made with its number: definitions come before lists."""
        self._lists += 1
        definition, listed = make(self._lists)
        first = self._numbering.find(tag("num"))
        made = element(definition)
        if first is None:
            self._numbering.append(made)
        else:
            first.addprevious(made)
        last = self._numbering.findall(tag("num"))
        (last[-1] if last else made).addnext(element(listed))
        return self._lists

    def _set_page(self) -> None:
        from docx.shared import Length

        section = self._file.sections[0]
        page = section._sectPr
        page.clear()
        own = self.template.page if self.template else {}
        for name in ("pgSz", "pgMar", "pgBorders", "titlePg", "docGrid"):
            found = own.get(name)
            if found is None and name in ("pgSz", "pgMar"):
                margins = _NARROW_MARGINS if self.document.short else _MARGINS
                found = element(_A4 if name == "pgSz" else margins)
            if found is not None:
                page.append(found)
        if "pgMar" in own:
            # The paper's own lines come beside those of the template's head and foot.
            section.top_margin = Length((section.top_margin or 0) + _LINE)
            section.bottom_margin = Length((section.bottom_margin or 0) + 2 * _LINE)
        beside = (section.left_margin or 0) + (section.right_margin or 0)
        self.text_width = int(((section.page_width or _A4_WIDE) - beside) / 635)
        kinds = ["default"]
        if own.get("titlePg") is not None and section.different_first_page_header_footer:
            kinds.append("first")
        if self.template and self.template.even_and_odd:
            kinds.append("even")
        for kind in kinds:
            self._head(section, kind)
            self._foot(section, kind)

    def _story(self, section: Any, kind: str, name: str) -> Any:
        """The root of a head or foot of the section, which has the template's content where that has one."""
        story = getattr(section, name if kind == "default" else f"{kind}_page_{name}")
        story.is_linked_to_previous = False
        root = story._element
        for found in [*root]:
            root.remove(found)
        stories = {} if self.template is None else self.template.heads if name == "header" else self.template.feet
        content, pictures = stories.get(kind, (None, {}))
        if content is None:
            return root
        for relation, picture in pictures.items():
            new = self._copy_picture(story.part, picture)
            for found in content.iter():
                for key, value in [*found.attrib.items()]:
                    if value == relation and key.startswith("{http://schemas.openxmlformats.org/officeDocument/"):
                        found.set(key, new)
        for found in [*content]:
            root.append(found)
        return root

    def _copy_picture(self, into: Any, picture: Any) -> str:
        from docx.opc.constants import RELATIONSHIP_TYPE as RT
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        extension = str(picture.partname).rpartition(".")[2]
        name = PackURI(f"/word/media/house_{digest(str(picture.partname))}.{extension}")
        part = next((p for p in self._part.package.iter_parts() if p.partname == name), None)
        made = part or Part(name, picture.content_type, picture.blob, self._part.package)
        return str(into.relate_to(made, RT.IMAGE))

    def _head(self, section: Any, kind: str) -> None:
        root = self._story(section, kind, "header")
        if self.document.marking and not has_text(root, self.document.marking):
            marking = paragraph(run(self.document.marking), self.styles.id("Paper Marking"))
            root.insert(0, element(marking))
        if not len(root):
            root.append(element(paragraph("", self.styles.id("Header"))))

    def _foot(self, section: Any, kind: str) -> None:
        root = self._story(section, kind, "footer")
        cleared = "".join(
            f'<w:tab w:val="clear" w:pos="{position}"/>' for position in sorted(self.styles.tabs("Footer"), key=_number)
        )
        right = f'<w:tabs>{cleared}<w:tab w:val="right" w:pos="{self.text_width}"/></w:tabs>'
        pages = ""
        if not has_page_number(root):
            pages = "<w:r><w:tab/></w:r>" + run("Page ") + field("PAGE", "1") + run(" of ") + field("NUMPAGES", "1")
        if self.document.foot or pages:
            line = paragraph(run(self.document.foot) + pages, self.styles.id("Footer"), right)
            root.append(element(line))
        if self.document.marking and not has_text(root, self.document.marking):
            root.append(element(paragraph(run(self.document.marking), self.styles.id("Paper Marking"))))
        if not len(root):
            root.append(element(paragraph("", self.styles.id("Footer"))))

    def picture(self, data: bytes) -> str:
        """Add a picture; the name of its relation."""
        return str(self._part.get_or_add_image(io.BytesIO(data))[0])

    def note_text(self, key: str, bookmark: str, text: str, prompt: str) -> None:
        """Note which text is written, and what prompts for it where there is none."""
        self._texts.append((key, bookmark, text, prompt))

    def body(self, blocks: list[Any]) -> None:
        """Put the blocks into the body."""
        page = self._file.element.body.sectPr
        for block in blocks:
            page.addprevious(block)

    def finish(self) -> bytes:
        """The bytes of the file, with the record of its lines by digest: none of them is repeated in it."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        lines = read_lines(self._file.element.body, heading_styles(self.styles.root)).outside
        stories = [relation.target_part for relation in self._part.rels.values() if not relation.is_external]
        margins = [
            line for part in stories if part.partname.rpartition("/")[2].startswith(("header", "footer"))
            for line in head_and_foot(part.element)
        ]  # fmt: skip
        texts = "".join(
            f'<text key={quoted(key)} bookmark="{mark}" digest="{text_digest(normal(text))}" '
            f'prompt="{text_digest(normal(prompt)) if prompt else ""}"/>'
            for key, mark, text, prompt in self._texts
        )
        body = " ".join(digest(line.text) for line in lines)
        outside = " ".join(sorted({digest(line.text) for line in margins}))
        record = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<paper xmlns="{RECORD}" id="{self.document.paper[:8]}" '
            f"form={quoted(self.document.form)} lead={quoted(self.document.lead)}>"
            f"{texts}<lines>{body}</lines><margins>{outside}</margins></paper>"
        )
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/customXml"
        package = self._part.package
        item = Part(PackURI("/customXml/item1.xml"), "application/xml", record.encode(), package)
        properties = Part(
            PackURI("/customXml/itemProps1.xml"),
            "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
            _STORE_ITEM.encode(),
            package,
        )
        item.relate_to(properties, f"{relation}Props")
        self._part.relate_to(item, relation)
        out = io.BytesIO()
        self._file.save(out)
        return out.getvalue()


def _number(text: str) -> int:
    return int(text) if text.lstrip("-").isdecimal() else 0


def run_text(text: str) -> str:
    """A text as the content of an element."""
    from store.papers.docx_parts import safe

    return safe(" ".join(text.split()))
