"""A paper as a document of Word: what a reader of the file, and of its parts, finds in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_word
from docx.enum.section import WD_ORIENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt
from hostile import HOSTILE
from papers import composed
from papers_in_word import PAPER, paper, parts_of, row, with_parts
from PIL import Image

from store.domain.errors import FairleadError, FileAlreadyExists, Refused
from store.papers.document import Bar, Cell, Figure, Heading, Paragraph, Span, Table, WrittenText
from store.papers.docx import docx_bytes, write_docx
from store.papers.forms import form_names
from store.papers.picture import draw
from store.register import Register


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_docx(paper(), tmp_path / "paper.docx")
    return tmp_path / "paper.docx"


def opened(path: Path) -> Any:
    return open_word(str(path))


def xml_of(path: Path, name: str = "word/document.xml") -> str:
    return parts_of(path)[name].decode()


def story(path: Path, kind: str) -> str:
    """The text of every head or foot, in one."""
    return " ".join(
        "".join(re.findall(r"<w:t[ >][^<]*", data.decode()))
        for name, data in parts_of(path).items()
        if f"/{kind}" in name
    )


def test_headings_are_of_words_own_styles_and_print_their_numbers(file: Path) -> None:
    found = [(p.style.name, p.text) for p in opened(file).paragraphs if p.style.name.startswith("Heading")]
    assert found == [
        ("Heading 1", "1\tBackground"),
        ("Heading 2", "1.2\tHate Crime"),
        ("Heading 1", "2\tFinancial implications"),
        ("Heading 1", "Recommendations"),
    ]


def test_a_row_of_headings_is_repeated_and_no_row_is_split(file: Path) -> None:
    table = opened(file).tables[1]
    assert [cell.text for cell in table.rows[0].cells] == ["Publication", "Total", "Closed"]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False]
    assert xml_of(file).count("<w:cantSplit/>") == xml_of(file).count("<w:tr>")


def test_captions_and_references_are_fields_with_their_results(file: Path) -> None:
    captions = [p for p in opened(file).paragraphs if p.style.name == "Caption"]
    assert [p.text for p in captions] == ["Table 1: Publications reported on", "Figure 1: Status of each publication"]
    assert all(p.paragraph_format.keep_with_next for p in captions)
    xml = xml_of(file)
    assert " SEQ Table \\* ARABIC " in xml and " SEQ Figure \\* ARABIC " in xml
    assert " REF _Ref_table_1 \\h " in xml and 'w:name="_Ref_table_1"' in xml
    shown = next(p.text for p in opened(file).paragraphs if p.text.startswith("1.1\t"))
    assert shown == "1.1\tProgress is shown in figure 1."


def test_nobody_is_named_and_the_same_paper_gives_the_same_bytes(file: Path) -> None:
    properties = opened(file).core_properties
    assert (properties.author, properties.last_modified_by, properties.comments) == ("", "", "")
    assert (properties.title, properties.language) == ("Improvement Plans – Progress", "en-GB")
    whole = b"".join(parts_of(file).values()).lower()
    assert b"python-docx" not in whole and b"matplotlib" not in whole and b"w:rsid" not in whole
    assert not [name for name in parts_of(file) if "thumbnail" in name or "stylesWithEffects" in name]
    assert docx_bytes(paper()) == docx_bytes(paper()) == file.read_bytes()
    with zipfile.ZipFile(file) as parts:
        assert {entry.date_time[0] for entry in parts.infolist()} == {1980}


def test_the_picture_has_its_words_and_needs_no_colour(file: Path) -> None:
    xml = xml_of(file)
    assert xml.count('descr="Hate Crime: 10 closed, 5 delayed. Crime Audit: 1 closed, 5 delayed."') == 2
    picture = Image.open(io.BytesIO(next(data for name, data in parts_of(file).items() if name.endswith(".png"))))
    colours = picture.convert("RGB").getcolors(1_000_000) or []
    assert all(isinstance(colour, tuple) and max(colour) - min(colour) < 8 for _, colour in colours)
    assert picture.size[0] > 1000


@pytest.mark.slow
@pytest.mark.parametrize("bars", [0, 1, 22, 60])
def test_a_picture_fits_on_a_page(bars: int) -> None:
    figure = Figure(
        "x", ("Closed", "$a_{"), tuple(Bar(f"A name that is long {n}", (n, 600)) for n in range(bars)), "alt"
    )
    _, width, height = draw(figure)
    assert width <= 6.5 and height <= 8.5


def test_the_language_is_british_english_in_every_style(file: Path) -> None:
    found = set(re.findall(r'<w:lang [^>]*w:val="([^"]+)"', xml_of(file, "word/styles.xml")))
    assert found == {"en-GB"}
    assert 'w:themeFontLang w:val="en-GB"' in xml_of(file, "word/settings.xml")


def test_every_page_has_the_marking_and_its_number_and_state(tmp_path: Path, file: Path) -> None:
    assert "OFFICIAL" in story(file, "header")
    assert "OFFICIAL" in story(file, "footer") and "DRAFT" in story(file, "footer")
    foot = next(data.decode() for name, data in parts_of(file).items() if "/footer" in name)
    assert " PAGE " in foot and " NUMPAGES " in foot
    fixed = tmp_path / "fixed.docx"
    write_docx(paper(draft=False, foot="Figures fixed on 12 September 2024"), fixed)
    assert "Figures fixed on 12 September 2024" in story(fixed, "footer") and "DRAFT" not in story(fixed, "footer")


def test_the_page_is_a4(file: Path) -> None:
    section = opened(file).sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)


def test_a_paper_that_is_to_fit_on_a_page_is_set_smaller_and_closer_unless_a_template_decides(
    file: Path, tmp_path: Path, house: Path
) -> None:
    out = tmp_path / "short.docx"
    write_docx(replace(paper(), short=True), out)
    short, usual = opened(out), opened(file)
    assert short.styles["Heading 1"].font.size == usual.styles["Heading 1"].font.size - Pt(1)
    assert short.styles["Table Text"].font.size == Pt(9)
    for style in ("Heading 1", "Body Text", "Table Text"):
        close, wide = (made.styles[style].paragraph_format.space_after for made in (short, usual))
        assert close == wide / 2
    assert short.sections[0].left_margin < usual.sections[0].left_margin
    write_docx(replace(paper(), short=True), tmp_path / "in-house.docx", house)
    made = opened(tmp_path / "in-house.docx")
    assert made.styles["Heading 1"].font.size == Pt(31) and round(made.sections[0].left_margin.cm) == 5


def test_a_text_that_people_write_is_in_a_control_and_its_number_outside(file: Path) -> None:
    controls = {
        sdt.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")): "".join(t.text for t in sdt.iter(qn("w:t")))
        for sdt in opened(file).element.body.iter(qn("w:sdt"))
    }
    assert controls == {
        f"fairlead:{PAPER[:8]}:HC:introduction": "Two were closed.Five are open.They are delayed.",
        f"fairlead:{PAPER[:8]}:HC:risks": "To be written: risks.",
        f"fairlead:{PAPER[:8]}::financial": "There are none.",
    }
    assert 'w:lvlText w:val="1.2.%1"' in xml_of(file, "word/numbering.xml")


def test_a_final_paper_has_no_prompts_warnings_or_list_of_what_is_missing(tmp_path: Path, file: Path) -> None:
    fixed = tmp_path / "fixed.docx"
    write_docx(paper(draft=False), fixed)
    for words in ("To be written: risks.", "HC-6 was Delayed and is Closed.", "No position since the last paper"):
        assert words in xml_of(file) and words not in xml_of(fixed)


def test_a_word_of_a_heading_is_never_broken_where_there_is_room(tmp_path: Path) -> None:
    header = ("Publication", "Total", "of these discharged", "with the inspectorate", "otherwise", "Ongoing – delayed")
    block = Table(header, (row("Hate Crime", "15", "1", "1", "8", "5"),), widths=(40, 1, 1, 1, 1, 1))
    write_docx(paper((block,)), tmp_path / "t.docx")
    widths = [int(w) for w in re.findall(r'<w:gridCol w:w="(\d+)"', xml_of(tmp_path / "t.docx"))][2:]
    assert len(widths) == 6 and sum(widths) == 9298 and min(widths[2:4]) > 1200


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_can_be_printed(tmp_path: Path, text: str) -> None:
    figure = Figure(text, (text,), (Bar(text, (1,)),), text, label=text, bookmark=text)
    blocks = (
        Heading(text, 9, text),
        Paragraph((Span(text, bookmark=text),), number=text),
        Paragraph((Span(text),), bullet=True),
        WrittenText(text, text, text, text, number=text, warnings=(text,)),
        Table((text,), ((Cell(text),), ()), text, text, text),
        figure,
    )
    document = paper(blocks, title=text, marking=text, foot=text, missing=(text,), legend=(text,), form=text, lead=text)
    (tmp_path / "x.docx").write_bytes(docx_bytes(document, pictures=text in HOSTILE[:6]))
    assert opened(tmp_path / "x.docx").paragraphs


def test_a_file_that_is_there_is_not_written_over(file: Path) -> None:
    with pytest.raises(FileAlreadyExists):
        write_docx(paper(), file)
    write_docx(paper(), file, force=True)


# -- a house template


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A template with looks of its own, and with much that is to stay behind."""
    made = open_word()
    made.core_properties.author = "Jo Secret"
    made.core_properties.comments = "Secret remark"
    made.styles["Heading 1"].font.size = Pt(31)
    made.styles["Body Text"].font.name = "Georgia"
    section = made.sections[0]
    section.left_margin = Cm(5)
    section.orientation = WD_ORIENT.PORTRAIT
    section.header.paragraphs[0].text = "House of Improvement"
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "First page of the house"
    foot = section.footer.paragraphs[0]._p
    for instruction, result in (
        ("AUTHOR", "Jo Secret"),
        ("PAGE", "7"),
        ("INCLUDETEXT c:\\\\secret.docx", "Secret inset"),
    ):
        foot.append(
            parse_xml(
                f'<w:fldSimple {nsdecls("w")} w:instr=" {instruction} "><w:r><w:t>{result}</w:t></w:r></w:fldSimple>'
            )
        )
    foot.append(
        parse_xml(f'<w:ins {nsdecls("w")} w:id="9" w:author="Jo Secret"><w:r><w:t>inserted</w:t></w:r></w:ins>')
    )
    made.add_paragraph("Secret body")
    made.add_comment(made.paragraphs[0].runs, text="Secret comment", author="Jo Secret")
    picture = tmp_path / "logo.png"
    Image.new("RGB", (20, 20)).save(picture)
    section.header.paragraphs[0].add_run().add_picture(str(picture))
    path = tmp_path / "house.docx"
    made.save(str(path))
    return path


def test_a_template_lends_its_styles_page_head_and_foot(tmp_path: Path, house: Path) -> None:
    out = tmp_path / "paper.docx"
    write_docx(paper(), out, house)
    made = opened(out)
    assert made.styles["Heading 1"].font.size == Pt(31) and made.styles["Body Text"].font.name == "Georgia"
    assert round(made.sections[0].left_margin.cm) == 5
    assert "House of Improvement" in story(out, "header") and "First page of the house" in story(out, "header")
    assert made.sections[0].first_page_header.paragraphs[0].text == "OFFICIAL"
    assert "OFFICIAL" in story(out, "footer") and "DRAFT" in story(out, "footer")
    assert len([name for name in parts_of(out) if "house_" in name]) == 1
    assert made.styles["Paper Table"] is not None


def test_a_template_whose_page_states_no_size_and_no_margins_lends_the_rest(tmp_path: Path, house: Path) -> None:
    bare = parts_of(house)["word/document.xml"].decode()
    bare = re.sub(r"<w:pgSz [^>]*/>", "<w:pgSz/>", re.sub(r"<w:pgMar [^>]*/>", "<w:pgMar/>", bare))
    with_parts(house, {"word/document.xml": bare.encode()})
    out = tmp_path / "out.docx"
    write_docx(paper(), out, house)
    assert "House of Improvement" in story(out, "header")


def test_nothing_else_of_a_template_is_carried_over(tmp_path: Path, house: Path) -> None:
    with_parts(house, {"word/vbaProject.bin": b"Secret macro", "docProps/custom.xml": b"<Secret/>"})
    write_docx(paper(), tmp_path / "paper.docx", house)
    whole = b"".join(parts_of(tmp_path / "paper.docx").values())
    assert b"ecret" not in whole
    assert opened(tmp_path / "paper.docx").core_properties.author == ""


def test_a_template_without_a_style_falls_back_to_the_houses_own(tmp_path: Path, house: Path) -> None:
    bare = b'<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'
    with_parts(house, {"word/styles.xml": bare})
    write_docx(paper(), tmp_path / "paper.docx", house)
    made = opened(tmp_path / "paper.docx")
    assert {"Heading 1", "Body Text", "Caption", "List Bullet", "Paper Table"} <= {style.name for style in made.styles}


@pytest.mark.parametrize("kind", ["template.main", "macro"])
def test_a_template_may_be_of_any_of_words_kinds(tmp_path: Path, house: Path, kind: str) -> None:
    old = b"openxmlformats-officedocument.wordprocessingml.document.main+xml"
    new = {
        "template.main": b"openxmlformats-officedocument.wordprocessingml.template.main+xml",
        "macro": b"ms-word.template.macroEnabledTemplate.main+xml",
    }[kind]
    with_parts(house, {"[Content_Types].xml": lambda xml: xml.replace(old, new)})
    write_docx(paper(), tmp_path / "paper.docx", house)
    assert b"macroEnabled" not in parts_of(tmp_path / "paper.docx")["[Content_Types].xml"]


def test_a_broken_or_hostile_template_is_refused_in_a_sentence(tmp_path: Path, house: Path) -> None:
    doctype = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    made = {
        "text.docx": b"no template at all",
        "empty.docx": b"",
        "old.docx": b"\xd0\xcf\x11\xe0" * 100,
        "half.docx": house.read_bytes()[:4000],
    }
    paths = [tmp_path / name for name in made]
    for path in paths:
        path.write_bytes(made[path.name])
    paths.append(
        with_parts(
            house, {"word/styles.xml": lambda xml: doctype + xml[xml.index(b"<w:styles") :]}, tmp_path / "d.docx"
        )
    )
    paths.append(with_parts(house, {"word/styles.xml": b"<w:styles"}, tmp_path / "s.docx"))
    for path in paths:
        with pytest.raises(Refused):
            write_docx(paper(), tmp_path / "out.docx", path)
    with pytest.raises(FairleadError):
        write_docx(paper(), tmp_path / "out.docx", tmp_path / "none.docx")
    assert not (tmp_path / "out.docx").exists()


def test_every_form_passes_a_validator_of_the_format(sample: Register, tmp_path: Path) -> None:
    """openxml-audit has the checks of Microsoft's own SDK; what it finds, Word would repair or refuse."""
    validator = pytest.importorskip("openxml_audit").OpenXmlValidator()
    for name in form_names():
        path = tmp_path / f"{name}.docx"
        write_docx(composed(sample, name, lead="C3" if name == "lead" else None), path)
        assert [str(error) for error in validator.validate(str(path)).errors] == [], name
    write_docx(paper(), tmp_path / "paper.docx")
    assert validator.validate(str(tmp_path / "paper.docx")).is_valid
