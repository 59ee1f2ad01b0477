"""The styles of a paper in Word: the house's own, and those of a template of the user's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from store.papers.docx_parts import attribute, child, element, tag

LANGUAGE = "en-GB"
BULLET = "bullet"
"""What a style's numbering is given as before it has a number of the file's own."""

_FONT = '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Arial" w:cs="Arial"/>'

_DEFAULTS = f"""<w:docDefaults><w:rPrDefault><w:rPr>{_FONT}<w:sz w:val="22"/><w:szCs w:val="22"/>
<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>
<w:pPrDefault><w:pPr><w:widowControl/></w:pPr></w:pPrDefault></w:docDefaults>"""


def _paragraph(
    name: str, properties: str, run: str = "", *, based: str = "Normal", after: str = "", extra: str = "<w:qFormat/>"
) -> str:
    follows = f'<w:next w:val="{_id(after)}"/>' if after else ""
    custom = "" if name in _BUILT_IN else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{custom} w:styleId="{_id(name)}"><w:name w:val="{_stored(name)}"/>'
        f'<w:basedOn w:val="{based}"/>{follows}{extra}<w:pPr>{properties}</w:pPr><w:rPr>{run}</w:rPr></w:style>'
    )


_BUILT_IN = {
    "Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "Body Text", "List Bullet", "Caption", "Header", "Footer",
    "Table Grid", "Normal Table", "Default Paragraph Font", "Placeholder Text",
}  # fmt: skip


def _id(name: str) -> str:
    return name.replace(" ", "")


def _stored(name: str) -> str:
    """The name as Word stores it: of its own headings, caption, header and footer in lower case."""
    lower = name.startswith("Heading") or name in ("Caption", "Header", "Footer", "Normal Table")
    return name.lower() if lower and name != "Normal Table" else name


def _heading(level: int, size: int, before: int, after: int) -> str:
    return _paragraph(
        f"Heading {level}",
        f'<w:keepNext/><w:keepLines/><w:spacing w:before="{before}" w:after="{after}"/>'
        f'<w:ind w:left="851" w:hanging="851"/><w:outlineLvl w:val="{level - 1}"/>',
        f'<w:b/><w:bCs/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/>',
        after="Body Text",
    )


_LINE = '<w:{0} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>'
_BORDERS = "".join(_LINE.format(side) for side in ("top", "left", "bottom", "right", "insideH", "insideV"))

HOUSE = {
    "Normal": '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style>',
    "Default Paragraph Font": '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>',
    "Normal Table": '<w:style w:type="table" w:default="1" w:styleId="NormalTable"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar>'
    '<w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
    '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>',
    "Title": _paragraph(
        "Title",
        '<w:keepNext/><w:spacing w:before="120" w:after="240"/>',
        '<w:b/><w:bCs/><w:sz w:val="36"/><w:szCs w:val="36"/>',
        after="Body Text",
    ),
    "Heading 1": _heading(1, 26, 360, 120),
    "Heading 2": _heading(2, 24, 280, 100),
    "Heading 3": _heading(3, 22, 220, 80),
    "Body Text": _paragraph("Body Text", '<w:spacing w:before="0" w:after="140" w:line="264" w:lineRule="auto"/>'),
    "List Bullet": _paragraph(
        "List Bullet",
        f'<w:numPr><w:numId w:val="{BULLET}"/></w:numPr><w:spacing w:before="0" w:after="80" w:line="264" w:lineRule="auto"/>',
    ),
    "Caption": _paragraph(
        "Caption",
        '<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:after="100"/>',
        '<w:b/><w:bCs/><w:sz w:val="20"/><w:szCs w:val="20"/>',
        after="Body Text",
    ),
    "Header": _paragraph(
        "Header", '<w:tabs><w:tab w:val="center" w:pos="4819"/><w:tab w:val="right" w:pos="9638"/></w:tabs>', extra=""
    ),
    "Footer": _paragraph(
        "Footer",
        '<w:tabs><w:tab w:val="center" w:pos="4819"/><w:tab w:val="right" w:pos="9638"/></w:tabs>',
        '<w:sz w:val="18"/><w:szCs w:val="18"/>',
        extra="",
    ),
    "Paper Marking": _paragraph(
        "Paper Marking",
        '<w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/>',
        '<w:b/><w:bCs/><w:sz w:val="20"/><w:szCs w:val="20"/>',
    ),
    "Paper Note": _paragraph(
        "Paper Note",
        '<w:pBdr><w:left w:val="single" w:sz="18" w:space="8" w:color="7F7F7F"/></w:pBdr>'
        '<w:spacing w:before="0" w:after="60" w:line="240" w:lineRule="auto"/><w:ind w:left="227"/>',
        '<w:i/><w:iCs/><w:sz w:val="20"/><w:szCs w:val="20"/>',
    ),
    "Table Text": _paragraph(
        "Table Text",
        '<w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/>',
        '<w:sz w:val="20"/><w:szCs w:val="20"/>',
    ),
    "Table Heading": _paragraph("Table Heading", "<w:keepNext/>", "<w:b/><w:bCs/>", based="TableText"),
    "Placeholder Text": '<w:style w:type="character" w:styleId="PlaceholderText"><w:name w:val="Placeholder Text"/>'
    '<w:basedOn w:val="DefaultParagraphFont"/><w:uiPriority w:val="99"/><w:rPr><w:i/><w:iCs/>'
    '<w:color w:val="595959"/></w:rPr></w:style>',
    "Paper Table": '<w:style w:type="table" w:customStyle="1" w:styleId="PaperTable"><w:name w:val="Paper Table"/>'
    f'<w:basedOn w:val="NormalTable"/><w:tblPr><w:tblBorders>{_BORDERS}</w:tblBorders><w:tblCellMar>'
    '<w:left w:w="85" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/></w:tcPr></w:tblStylePr>'
    '<w:tblStylePr w:type="firstCol"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E7E6E6"/></w:tcPr></w:tblStylePr>'
    "</w:style>",
}
"""The styles that a paper uses, by name, as XML. Where a template has one of the name, that is taken instead."""


def house_styles(*, small: bool = False) -> Any:
    """The styles of the house, as the root of a part; `small`, a point smaller and set closer."""
    root = element(f"<w:styles>{_DEFAULTS}{''.join(HOUSE.values())}</w:styles>")
    if small:
        for size in root.iter(tag("sz"), tag("szCs")):
            size.set(tag("val"), str(int(attribute(size, "val")) - 2))
        for spacing in root.iter(tag("spacing")):
            for name, share in (("before", 0.5), ("after", 0.5), ("line", 0.92)):
                if found := spacing.get(tag(name)):
                    spacing.set(tag(name), str(round(int(found) * share)))
    return root


def _same_name(name: str) -> str:
    return " ".join(name.lower().split())


class Styles:
    """The styles of a file by their name, which for each has the id that the file gives it."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._styles = {
            _same_name(attribute(child(style, "name"), "val")): style
            for style in root.iter(tag("style"))
            if child(style, "name") is not None
        }
        self._ids = {attribute(style, "styleId"): style for style in root.iter(tag("style"))}

    def id(self, name: str) -> str:
        """The id of a style by its name."""
        return attribute(self._styles[_same_name(name)], "styleId")

    def add_missing(self) -> None:
        """Add what of the house's own styles is not there, under an id that no other has."""
        renamed: dict[str, str] = {}
        for name, xml in HOUSE.items():
            if _same_name(name) in self._styles:
                renamed[_id(name)] = self.id(name)
                continue
            style = element(xml)
            old = attribute(style, "styleId")
            new = old
            while new in self._ids:
                new += "P"
            renamed[old] = new
            style.set(tag("styleId"), new)
            for reference in style.iter(tag("basedOn"), tag("next")):
                target = reference.get(tag("val"))
                reference.set(tag("val"), renamed.get(target, target))
            if style.get(tag("default")):
                # Only one style of a type is the default: a template's own, which another name may have.
                kind = attribute(style, "type")
                if any(attribute(s, "type") == kind and s.get(tag("default")) for s in self._ids.values()):
                    del style.attrib[tag("default")]
            self.root.append(style)
            self._styles[_same_name(name)] = self._ids[new] = style
        # A style may follow one that came after it.
        for style in self._ids.values():
            for reference in [*style.iter(tag("next"))]:
                target = reference.get(tag("val"))
                if target not in self._ids and renamed.get(target) in self._ids:
                    reference.set(tag("val"), renamed[target])

    def numbering(self, name: str) -> str:
        """The number of the list that a style puts its paragraphs in, its own or one that it is based on; "" for none."""
        found = next((at for style in self._chain(name) for at in style.iter(tag("numId"))), None)
        return "" if found is None else attribute(found, "val")

    def tabs(self, name: str) -> set[str]:
        """The positions of the tabs that a style has, its own or of those that it is based on."""
        return {attribute(at, "pos") for style in self._chain(name) for at in style.iter(tag("tab"))}

    def _chain(self, name: str) -> Iterator[Any]:
        style, seen = self._styles.get(_same_name(name)), 0
        while style is not None and seen < 20:
            yield style
            based = child(style, "basedOn")
            style, seen = (None if based is None else self._ids.get(attribute(based, "val"))), seen + 1

    def set_language(self) -> None:
        """Set the language of every style to English as written in Britain."""
        for language in [*self.root.iter(tag("lang"))]:
            if language.getparent().getparent().tag != tag("rPrDefault"):
                language.getparent().remove(language)
        defaults = child(self.root, "docDefaults")
        if defaults is None:
            self.root.insert(0, element(_DEFAULTS))
            return
        run = child(defaults, "rPrDefault")
        if run is None:
            run = element("<w:rPrDefault/>")
            defaults.insert(0, run)
        properties = child(run, "rPr")
        if properties is None:
            properties = element("<w:rPr/>")
            run.append(properties)
        for language in [*properties.iter(tag("lang"))]:
            properties.remove(language)
        properties.append(element(f'<w:lang w:val="{LANGUAGE}" w:eastAsia="{LANGUAGE}" w:bidi="ar-SA"/>'))
