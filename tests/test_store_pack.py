"""The pack of evidence: what its cover sheet states, what its index has, what goes in and what does not."""

from __future__ import annotations

import csv
import io
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from store.commands import AddNote, CiteEvidence, Correct
from store.domain.errors import BadInput, FileAlreadyExists, NotAllowed
from store.domain.references import find_item
from store.domain.vocabulary import NoteKind
from store.papers.document import Document, Heading, Paragraph, Table
from store.papers.pack import COLUMNS, Pack, preview_pack, write_pack
from store.queries.evidence import read_file
from store.queries.item_detail import item_detail
from store.register import Register

FIGURES, PILOT = b"Third-party reports by site, 2024", b"What the pilot found"


@pytest.fixture
def item(sample: Register) -> str:
    return find_item(sample.conn, "HC-6")[0]


def cite(register: Register, note: str, name: str, content: bytes | None, tmp_path: Path, **more: str) -> None:
    """Cite a file on a note: kept inside where it has content, else by its name."""
    if content is None:
        register.do(CiteEvidence(note=note, name=name, **more))
        return
    path = tmp_path / name
    path.write_bytes(content)
    read = read_file(path, keep=True)
    register.do(
        CiteEvidence(
            note=note,
            name=read.name,
            where=read.where,
            size=read.size,
            sha256=read.sha256,
            content=read.content,
            **more,
        )
    )


@pytest.fixture
def note(sample: Register, item: str, tmp_path: Path) -> str:
    """An evidence note on HC-6 that cites two files kept inside, and one by its name alone."""
    text = "The sites were evaluated, and reports rose."
    made = sample.do(AddNote(items=(item,), text=text, kind=NoteKind.EVIDENCE, dated="2 September 2024")).created or ""
    cite(sample, made, "Figures.csv", FIGURES, tmp_path, reference="IMP/24/117")
    cite(sample, made, "=cmd.docx", PILOT, tmp_path)
    cite(sample, made, "Minutes of the board", None, tmp_path)
    return made


def text_of(document: Document) -> str:
    """The whole text of a cover sheet, a line each."""
    lines: list[str] = []
    for block in document.blocks:
        if isinstance(block, Heading):
            lines.append(f"{block.number} {block.text}")
        elif isinstance(block, Paragraph):
            lines.append("".join(span.text for span in block.spans))
        elif isinstance(block, Table):
            lines += [" | ".join(cell.text for cell in row) for row in block.rows]
    return "\n".join(lines)


def shown(register: Register, item: str, max_marking: str = "OFFICIAL-SENSITIVE") -> Pack:
    return preview_pack(register, item, max_marking=max_marking)


def test_the_cover_sheet_says_what_was_asked_done_and_last_said_and_how_that_is_answered(
    sample: Register, item: str, note: str
) -> None:
    cover = shown(sample, item).cover
    assert cover.head is not None
    head = {row[0].text: row[1].text for row in cover.head.rows}
    assert head["Recommendation"].startswith("HC-6 ") and head["To"] == "HMICS"
    assert head["Asks for"] == "Closure is asked for." and head["Written on"] == "18 September 2024"
    headings = [block.text for block in cover.blocks if isinstance(block, Heading)]
    assert headings == [
        "What was asked",
        "What was done",
        "What HMICS last said, and how it is answered",
        "What was sent before",
        "Index of evidence",
    ]
    text = text_of(cover)
    assert "HMICS: remain open, day not known." in text
    answered = next(line for line in text.splitlines() if line.startswith("Evidence still required: "))
    assert "2 September 2024: The sites were evaluated, and reports rose. [1, 2, 3]" in answered


def test_where_nothing_answers_the_reply_the_sheet_says_so(sample: Register, item: str) -> None:
    assert "No evidence is recorded since: to be answered here." in text_of(shown(sample, item).cover)


def test_the_zip_has_the_sheet_the_index_and_the_files_in_order_with_their_hashes(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    out = tmp_path / "HC-6.zip"
    done = write_pack(sample, item, out)
    assert done.sha256 == sha256(out.read_bytes()).hexdigest()
    with zipfile.ZipFile(out) as archive:
        names = archive.namelist()
        assert names == ["00 cover sheet HC-6.docx", "index.csv", "files/01 Figures.csv", "files/02 _cmd.docx"]
        assert archive.read(names[2]) == FIGURES and archive.read(names[3]) == PILOT
        rows = list(csv.reader(io.StringIO(archive.read("index.csv").decode("utf-8-sig"))))
    assert rows[0] == list(COLUMNS)
    assert rows[1] == [
        *("1", "Figures.csv", "IMP/24/117", "files/01 Figures.csv", "2 September 2024", "OFFICIAL"),
        sha256(FIGURES).hexdigest(),
    ]
    # No cell of it is a formula.
    assert rows[2][1] == "'=cmd.docx"
    assert rows[3][1:4] == ["Minutes of the board", "", "cited by its name alone; where it lies is not recorded"]
    assert "2 files, 1 more cited and not in it; OFFICIAL" in done.messages[0]


def test_the_same_register_makes_the_same_bytes(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    first, second = (write_pack(sample, item, tmp_path / name).sha256 for name in ("a.zip", "b.zip"))
    assert first == second


def test_nothing_above_the_marking_goes_in(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    cite(sample, note, "Names of victims.pdf", b"secret words", tmp_path, marking="OFFICIAL-SENSITIVE")
    whole = shown(sample, item)
    assert whole.marking == "OFFICIAL-SENSITIVE" and len(whole.files) == 3
    low = shown(sample, item, "OFFICIAL")
    assert low.marking == "OFFICIAL" and len(low.files) == 2
    assert low.messages == ("1 evidence file is marked higher than OFFICIAL, and left out.",)
    assert "victims" not in text_of(low.cover) and "Left out, marked higher than OFFICIAL: 1." in text_of(low.cover)
    out = tmp_path / "low.zip"
    write_pack(sample, item, out, max_marking="OFFICIAL")
    with zipfile.ZipFile(out) as archive:
        assert b"secret words" not in b"".join(archive.read(name) for name in archive.namelist())
        assert not any("victims" in name for name in archive.namelist())


def test_the_same_bytes_under_two_markings_stay_behind(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    other = sample.do(AddNote(items=(item,), text="More", kind=NoteKind.EVIDENCE, marking="OFFICIAL-SENSITIVE"))
    cite(sample, other.created or "", "Copy of the figures.csv", FIGURES, tmp_path)
    assert [row.name for row in shown(sample, item, "OFFICIAL").files] == ["=cmd.docx"]


def test_an_item_that_is_marked_higher_has_no_pack_so_low(sample: Register, item: str, tmp_path: Path) -> None:
    sample.do(Correct(kind="recommendation", entity=item, values={"marking": "OFFICIAL-SENSITIVE"}))
    with pytest.raises(NotAllowed, match="marked higher than OFFICIAL"):
        write_pack(sample, item, tmp_path / "HC-6.zip", max_marking="OFFICIAL")
    assert not (tmp_path / "HC-6.zip").exists()


def test_bytes_that_are_missing_or_spoilt_are_said_in_words(
    sample: Register, item: str, note: str, tmp_path: Path
) -> None:
    with sample.file.transaction() as conn:
        conn.execute("DELETE FROM sqlar WHERE name = ?", (sha256(FIGURES).hexdigest(),))
        conn.execute("UPDATE sqlar SET data = ? WHERE name = ?", (b"x" * len(PILOT), sha256(PILOT).hexdigest()))
    done = write_pack(sample, item, tmp_path / "HC-6.zip")
    assert done.messages[1:] == (
        "Figures.csv: not in this pack: its bytes are not in this copy of the register.",
        "=cmd.docx: not in this pack: its bytes are not those that were cited.",
    )
    with zipfile.ZipFile(tmp_path / "HC-6.zip") as archive:
        assert archive.namelist() == ["00 cover sheet HC-6.docx", "index.csv"]


def test_a_pack_is_a_zip_and_is_never_written_over_another_unasked(sample: Register, item: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"end the name in \.zip"):
        write_pack(sample, item, tmp_path / "HC-6.docx")
    out = tmp_path / "HC-6.zip"
    out.write_text("mine")
    with pytest.raises(FileAlreadyExists):
        write_pack(sample, item, out)
    assert out.read_text() == "mine"
    write_pack(sample, item, out, force=True)
    assert zipfile.is_zipfile(out)


def test_writing_a_pack_records_nothing(sample: Register, item: str, note: str, tmp_path: Path) -> None:
    newest = sample.newest()
    write_pack(sample, item, tmp_path / "HC-6.zip")
    assert sample.newest() == newest
    detail = item_detail(sample.conn, item)
    assert detail is not None and detail.row.stage == "remain-open"
