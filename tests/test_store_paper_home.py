"""A paper that comes home from Word: its texts are found, and nothing else is taken from the file."""

from __future__ import annotations

import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_word
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from papers_in_word import BLOCKS, paper, with_parts

from store.domain.errors import FairleadError, NotAllowed, Refused
from store.papers.document import WrittenText
from store.papers.docx import docx_bytes, write_docx
from store.papers.docx_read import Reading, read_docx

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_docx(paper(), tmp_path / "paper.docx")
    return tmp_path / "paper.docx"


def edit(path: Path, change: Callable[[Any], None]) -> Path:
    """Open a file with python-docx, change it, and save it."""
    made = open_word(str(path))
    change(made)
    made.save(str(path))
    return path


def control(made: Any, end: str) -> Any:
    """The content control whose key ends so."""
    return next(
        sdt
        for sdt in made.element.body.iter(qn("w:sdt"))
        if sdt.find(f"{qn('w:sdtPr')}/{qn('w:tag')}").get(qn("w:val")).endswith(end)
    )


def write_into(made: Any, end: str, *paragraphs: str) -> None:
    """Write a text into a control, as a person who selects all and types."""
    content = control(made, end).find(qn("w:sdtContent"))
    for old in [*content]:
        content.remove(old)
    for text in paragraphs:
        content.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r></w:p>"))


def taken(reading: Reading) -> dict[str, str]:
    return {text.name: text.text for text in reading.taken}


def altered(reading: Reading) -> list[str]:
    return [str(line) for line in reading.altered]


def test_a_file_that_nobody_edited_brings_nothing(file: Path) -> None:
    reading = read_docx(file, paper())
    assert len(reading.texts) == 3
    assert (taken(reading), altered(reading), reading.ignored) == ({}, [], [])


def test_an_edited_text_and_one_in_place_of_a_prompt_come_home(file: Path) -> None:
    def change(made: Any) -> None:
        write_into(made, "HC:introduction", "Three were closed.", "Four are open.")
        next(control(made, "risks").iter(qn("w:t"))).text = "Time is short."

    reading = read_docx(edit(file, change), paper())
    assert taken(reading) == {
        "HC · introduction": "Three were closed.\n\nFour are open.",
        "HC · risks": "Time is short.",
    }
    assert altered(reading) == []


def test_a_number_that_was_altered_is_named_and_not_taken(file: Path) -> None:
    def change(made: Any) -> None:
        made.tables[1].cell(1, 2).text = "11"
        made.tables[2].cell(1, 0).text = "16"
        made.paragraphs[-1].text = "Another end."

    reading = read_docx(edit(file, change), paper())
    numbers = [str(line) for line in reading.altered if line.is_number]
    assert numbers == ["Table 1, Hate Crime, Closed: 11 was 10", "1.2 table, Total: 16 was 15"]
    assert "Recommendations: Another end. was † inferred, or our own label." in altered(reading)
    assert taken(reading) == {}


def test_text_added_or_left_out_beside_the_controls_is_listed(file: Path) -> None:
    def change(made: Any) -> None:
        made.add_paragraph("Added at the end: 99.")
        bullet = next(p for p in made.paragraphs if p.text == "one point")
        bullet._p.getparent().remove(bullet._p)

    reading = read_docx(edit(file, change), paper())
    assert altered(reading) == ["1.2: left out: one point", "Recommendations: added: Added at the end: 99."]


def test_a_marking_altered_in_the_head_is_listed(file: Path) -> None:
    edit(file, lambda made: setattr(made.sections[0].header.paragraphs[0], "text", "NOT OFFICIAL"))
    assert altered(read_docx(file, paper())) == ["head: NOT OFFICIAL is not what was written"]


def test_tracked_changes_and_comments_are_listed_and_not_taken(file: Path) -> None:
    def change(made: Any) -> None:
        inserted = f'<w:ins {W} w:id="70" w:author="A"><w:r><w:t> Inserted inside.</w:t></w:r></w:ins>'
        next(control(made, "financial").iter(qn("w:p"))).append(parse_xml(inserted))
        made.paragraphs[-1]._p.append(parse_xml(inserted.replace("inside", "outside")))
        made.add_comment(made.paragraphs[-1].runs, text="Is this right?", author="A")

    reading = read_docx(edit(file, change), paper())
    assert (taken(reading), altered(reading)) == ({}, [])
    assert (
        "financial: tracked changes are not taken. Accept them in Word, save and read the file again."
        in reading.ignored
    )
    assert "A comment is not taken: Is this right?" in reading.ignored
    assert "A tracked change outside the texts is not taken: added: Inserted outside." in reading.ignored


def test_a_text_changed_in_the_register_too_is_overtaken_and_one_not_edited_in_the_file_is_never_taken(
    file: Path,
) -> None:
    edit(file, lambda made: write_into(made, "HC:introduction", "From the file."))
    later = tuple(
        WrittenText(b.section, b.publication, "Since changed here.", number=b.number)
        if isinstance(b, WrittenText)
        else b
        for b in BLOCKS
    )
    reading = read_docx(file, paper(later))
    assert [(text.name, text.overtaken) for text in reading.taken] == [("HC · introduction", True)]


def test_figures_that_changed_in_the_register_are_no_alteration_of_the_file(file: Path) -> None:
    later = tuple(block for block in BLOCKS if block is not BLOCKS[2])
    assert altered(read_docx(file, paper(later))) == []


def test_a_control_that_was_copied_or_deleted_is_named(file: Path) -> None:
    def change(made: Any) -> None:
        first = control(made, "financial")
        first.addnext(parse_xml(control_xml(first).replace("There are none.", "There are some.")))
        gone = control(made, "HC:risks")
        gone.getparent().remove(gone)

    reading = read_docx(edit(file, change), paper())
    assert "financial: the file has it 2 times, with other words; neither is taken." in reading.ignored
    assert "HC · risks: its field is gone from the file; the paper's text stays as it is." in reading.ignored
    assert taken(reading) == {}


def control_xml(found: Any) -> str:
    from lxml import etree

    return str(etree.tostring(found, encoding="unicode"))


def test_a_file_of_another_paper_or_of_none_is_refused(tmp_path: Path, file: Path) -> None:
    with pytest.raises(NotAllowed, match="of another paper"):
        read_docx(file, paper(paper="f" * 32))
    open_word().save(str(tmp_path / "other.docx"))
    with pytest.raises(Refused, match="none of the fields for text"):
        read_docx(tmp_path / "other.docx", paper())


def test_without_the_files_record_it_is_compared_with_the_paper_as_it_is_now(file: Path) -> None:
    edit(file, lambda made: setattr(made.tables[1].cell(1, 2), "text", "11"))
    with_parts(file, {"customXml/item1.xml": b"<x/>"})
    assert altered(read_docx(file, paper())) == ["Table 1, Hate Crime, Closed: 11 was 10"]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_a_file_that_libreoffice_saved_comes_home_all_the_same(tmp_path: Path, file: Path) -> None:
    def change(made: Any) -> None:
        write = control(made, "HC:introduction")
        next(write.iter(qn("w:t"))).text = "Edited."
        made.tables[1].cell(1, 2).text = "11"

    edit(file, change)
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "docx",
         "--outdir", str(tmp_path / "saved"), str(file)],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    reading = read_docx(tmp_path / "saved" / "paper.docx", paper())
    assert taken(reading) == {"HC · introduction": "Edited.\n\nFive are open.\nThey are delayed."}
    assert altered(reading) == ["Table 1, Hate Crime, Closed: 11 was 10"]


# -- what could harm


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def test_a_hostile_file_is_refused_in_words(tmp_path: Path, file: Path) -> None:
    def put(name: str, change: dict[str, bytes | Callable[[bytes], bytes]]) -> Path:
        return with_parts(file, change, tmp_path / name)

    bomb = tmp_path / "bomb.docx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"<w:p/>")
        made.writestr("word/big.xml", b" " * 300_000_000)
    deep = b"<w:document " + W.encode() + b"><w:body>" + b"<w:p>" * 5000 + b"</w:p>" * 5000 + b"</w:body></w:document>"
    wide = b"<w:document " + W.encode() + b"><w:body>" + b"<w:p/>" * 1_050_000 + b"</w:body></w:document>"
    cases = {
        bomb: "would unpack to",
        put("macro.docx", {"word/vbaProject.bin": b"x"}): "holds macros",
        put(
            "entities.docx", {"word/document.xml": lambda x: DOCTYPE + x[x.index(b"<w:document") :]}
        ): "declares entities",
        put("record.docx", {"customXml/item1.xml": DOCTYPE + b"<paper/>"}): "declares entities",
        put("deep.docx", {"word/document.xml": deep}): "lie in each other",
        put("wide.docx", {"word/document.xml": wide}): "too large",
        put("cut.docx", {"word/document.xml": lambda x: x[:3000]}): "text cannot be read",
        put("empty.docx", {"word/document.xml": b""}): "text is missing",
        put("docm.docx", {"[Content_Types].xml": lambda x: x.replace(b"main+xml", b"macroEnabled.main+xml")}): "macros",
    }
    for name, data, words in (
        ("old.doc", b"\xd0\xcf\x11\xe0" + b"0" * 2000, "old Word file or has a password"),
        ("text.docx", b"some text", "no Word document"),
        ("none.docx", b"", "empty"),
        ("half.docx", file.read_bytes()[:3000], "damaged"),
    ):
        (tmp_path / name).write_bytes(data)
        cases[tmp_path / name] = words
    for path, words in cases.items():
        started = time.process_time()
        with pytest.raises(FairleadError, match=words):
            read_docx(path, paper())
        assert time.process_time() - started < 5, path.name


def test_links_to_elsewhere_are_not_followed(file: Path) -> None:
    link = (
        b'<Relationship Id="rX" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
        b'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    with_parts(file, {"word/_rels/document.xml.rels": lambda x: x.replace(b"</Relationships>", link)})
    assert read_docx(file, paper()).ignored == ["1 link to files or pages elsewhere not followed."]


WHOLE = docx_bytes(paper(), pictures=False)


def read_or_refuse(folder: Path, data: bytes) -> None:
    path = folder / "any.docx"
    path.write_bytes(data)
    started = time.process_time()
    try:
        reading = read_docx(path, paper())
    except FairleadError as error:
        assert "Error" not in str(error) and "Traceback" not in str(error)
    else:
        assert all(isinstance(line, str) for line in [*altered(reading), *reading.ignored])
    assert time.process_time() - started < 5


@given(st.one_of(st.binary(max_size=300), st.binary(max_size=300).map(lambda end: b"PK\x03\x04" + end)))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(tmp_path: Path, data: bytes) -> None:
    read_or_refuse(tmp_path, data)


TORN = [b"<w:tbl>", b"</w:tbl>", b"<w:p>", b"</w:p>", b"<w:sdt>", b"</w:sdt>", b'w:val="', b"<w:sdtPr/>", b"<w:tr><w:tc/></w:tr>",
        b'<w:bookmarkStart w:id="1" w:name="fairlead_text_1"/>', b"<w:sdt/>", b'w:tag w:val="fairlead:"', b"\x00", b"&#0;",
        b"<w:fldChar/>", b'<w:fldChar w:fldCharType="end"/>', b"<w:ins><w:p/></w:ins>", b"<w:tbl/>", b"<!-- x -->", b"<?x y?>"]  # fmt: skip


@pytest.mark.slow
@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_torn_parts_is_read_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    (tmp_path / "whole.docx").write_bytes(WHOLE)
    name = data.draw(
        st.sampled_from(["word/document.xml", "word/styles.xml", "customXml/item1.xml", "[Content_Types].xml"])
    )

    def tear(xml: bytes) -> bytes:
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(xml)))
            # Between two elements it more often stays well formed, and is read.
            if data.draw(st.booleans()):
                at = max(xml.find(b"<w:p>", at), xml.find(b"</w:p>", at), 0)
            xml = xml[:at] + data.draw(st.sampled_from(TORN)) + xml[at + data.draw(st.integers(0, 3)) :]
        return xml

    read_or_refuse(tmp_path, with_parts(tmp_path / "whole.docx", {name: tear}).read_bytes())


@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=4))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_file_with_other_bytes_somewhere_is_read_or_refused(tmp_path: Path, at: int, other: bytes) -> None:
    read_or_refuse(tmp_path, WHOLE[:at] + other + WHOLE[at + len(other) :])
