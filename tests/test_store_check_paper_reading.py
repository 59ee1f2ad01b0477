"""A paper is read from any file that it may come in, and every line of it is accounted for."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typed_paper import TYPED

from store.domain.errors import FairleadError, Refused
from store.papers.checking.check import check_page, read_paper_file
from store.papers.checking.pages import Account, Page, PageCaption, PageHeading, PageParagraph, PageTable
from store.papers.checking.read_docx import read_docx
from store.papers.checking.read_text import page_of_text
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import counts_in, dates_in, number_of, numbers_of, references_in
from store.papers.forms import form_names, load_form
from store.queries.papers import papers
from store.register import Register

FORMS = [load_form(name) for name in form_names()]


def page(text: str, *, markdown: bool = False) -> Page:
    return page_of_text(Path("paper.txt"), text, markdown=markdown)


def test_headings_tables_captions_lists_and_paragraphs_are_told_apart() -> None:
    text = "1 BACKGROUND\n\n1.1 This is told.\n\nTotal\tClosed\n8 recs\t4\n\nFigure 3 - Themes\n\n- ✓ one point\n\n2.3. Hate Crime\n\n2.3.1 Closures\n"
    kinds = [(type(one).__name__, one.line) for one in page(text).blocks]
    assert kinds == [
        ("PageHeading", 1), ("PageParagraph", 3), ("PageTable", 5), ("PageCaption", 8), ("PageParagraph", 10),
        ("PageHeading", 12), ("PageHeading", 14),
    ]  # fmt: skip
    headings = [(one.number, one.text, one.level) for one in page(text).blocks if isinstance(one, PageHeading)]
    assert headings == [("1", "BACKGROUND", 1), ("2.3", "Hate Crime", 2), ("2.3.1", "Closures", 3)]


def test_a_paragraph_that_a_page_broke_is_one_again() -> None:
    first = "The submission also outlined the planning work that is being undertaken by the unit on data governance with the"
    read = page(f"{first}\n\n7\n\nplanning work and the packages.\n\nRecommendation 5: Next.")
    texts = [one.text for one in read.blocks if isinstance(one, PageParagraph)]
    assert texts == [f"{first} planning work and the packages.", "Recommendation 5: Next."]


def test_tables_of_pipes_are_read_with_their_escapes_and_emphasis() -> None:
    read = page("| Theme | Total |\n|---|--:|\n| **A \\| B** | 1\\.5 |\n", markdown=True)
    table = read.blocks[0]
    assert isinstance(table, PageTable)
    assert [row.cells for row in table.rows] == [("Theme", "Total"), ("A | B", "1.5")]


def test_stray_html_is_taken_off_and_the_feet_of_a_website_are_furniture() -> None:
    read = page(
        '<ul style="list-style-type: none"> Improving &amp; more\n\nContact\n\nThere is a problem\n\nOFFICIAL\n\nPage 3 of 9\n'
    )
    assert [one.text for one in read.blocks if isinstance(one, PageParagraph | PageHeading)] == ["Improving & more"]
    assert read.count(Account.FURNITURE) == len(read.accounts) - 1
    assert read.marking == "OFFICIAL"


def test_what_is_not_read_is_listed_with_its_line() -> None:
    read = page("1 BACKGROUND\n\n![Status](status.png)\n\n∎∎∎ ⁂\n", markdown=True)
    assert read.not_read() == [(3, "![Status](status.png)"), (5, "∎∎∎ ⁂")]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Recommendations 5, 6 and 7", ("5", "6", "7")),
        ("5 actions (Recs 2 to 6) remain open", ("2", "3", "4", "5", "6")),
        ("three recommendations (R2; R4 & R7) due", ("2", "4", "7")),
        ("two recommendations (13 & 14)", ("13", "14")),
        ("Rec. 12 and 13", ("12", "13")),
        ("as set out (R3)", ("3",)),
        ("Two are due this month (13, 14) and three in January (2, 4, 7)", ("13", "14", "2", "4", "7")),
        ("over the summer (13, 14)", ()),
        ("HC-6 waits", ("6",)),
        ("Recommendations 2–4", ("2", "3", "4")),
        ("the report (2024) says", ()),
    ],
)
def test_references_are_read_as_papers_word_them(text: str, numbers: tuple[str, ...]) -> None:
    found = references_in(text, frozenset({"HC"}))
    assert tuple(number for one in found for number in one.numbers) == numbers


def test_counts_dates_and_statuses_are_read_as_papers_word_them() -> None:
    assert [count.number for count in counts_in("A total of 6 recommendations and twenty-one actions")] == [6, 21]
    assert number_of("Thirty two") == 32
    assert number_of("1,204") == 1204
    assert numbers_of("R2; R4 & R7") == ("2", "4", "7")
    days = [
        found.meaning and str(found.meaning.latest)
        for found in dates_in("by Oct 23, 20th September 2024 or 31 June 2025")
    ]
    assert days == ["2023-10-31", "2024-09-20", None]
    statuses = {
        "has been submitted for closure since": "submitted", "was discharged by HMICS": "discharged", "remain open": "open",
        "is considered closed": "considered-closed", "will be closed": "", "are currently on track": "on-track",
        "for consideration of discharge": "", "has not been closed": "", "we have completed it": "closed",
    }  # fmt: skip
    assert {text: status_in(text) for text in statuses} == statuses


# -- what is refused


def test_a_register_a_strange_file_and_a_missing_one_are_refused_in_words(sample_path: Path, tmp_path: Path) -> None:
    renamed = Path(shutil.copyfile(sample_path, tmp_path / "paper.txt"))
    with pytest.raises(Refused, match="check-file is for"):
        read_paper_file(renamed)
    (tmp_path / "paper.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(Refused, match=r"ends in \.docx, \.md, \.markdown or \.txt"):
        read_paper_file(tmp_path / "paper.pdf")
    (tmp_path / "paper.docx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(Refused, match="damaged"):
        read_paper_file(tmp_path / "paper.docx")
    with pytest.raises(FairleadError, match="There is no file"):
        read_paper_file(tmp_path / "none.txt")


def test_a_document_that_declares_entities_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr("word/document.xml", '<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>')
    with pytest.raises(Refused, match="entities"):
        read_docx(tmp_path / "paper.docx", out.getvalue())


# -- whatever the input


_PIECES = st.sampled_from(
    [
        *TYPED.split("\n"), "| a | b |", "|---|---|", "\t\t", "<ul>", "Recommendation 99999999999:", "R1; R2 & R3",
        "Figure 99", "1.1.1.1 x", "31 February 2024", "Total\t", "Recs 900 to 2", "**", "\\", "- ", "x" * 3000, "((((((((((",
    ]
)  # fmt: skip


@pytest.fixture(scope="module")
def register(sample_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    path = tmp_path_factory.mktemp("property") / "sample.fairlead"
    shutil.copyfile(sample_built, path)
    opened = Register.open(path)
    yield opened
    opened.close()


def check_in_time(register: Register, text: str, *, markdown: bool) -> None:
    """Check a text: it takes no longer than five seconds, raises nothing, and every line is accounted for."""
    start = time.process_time()
    read = page_of_text(Path("paper.txt"), text, markdown=markdown)
    checked = check_page(register, read, papers(register.conn)[0].id, FORMS)
    assert time.process_time() - start < 5
    assert all(account in Account for account, _ in read.accounts)
    for one in checked.findings:
        assert "\n" not in one.message
        assert one.line <= len(read.accounts)


@pytest.mark.slow
@given(text=st.lists(_PIECES | st.text(max_size=60), max_size=60).map("\n".join), markdown=st.booleans())
def test_no_text_crashes_a_check_or_hangs_it(register: Register, text: str, markdown: bool) -> None:
    check_in_time(register, text, markdown=markdown)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n" * 5000, "a " * 200_000, "1 and " * 20_000, "Recommendations " + "1, " * 5000, "\t" * 5000, "(" * 50_000,
        "Recommendation 1" + " to 2" * 9000, "A" * 100_000 + ".", "Total\tClosed\n" * 3000, "<" * 30_000, "*" * 30_000,
        "|---|---|", "|---|---|\n\n| --- |\n", "Task Force " * 4000, "\\" * 20_000, "- " * 20_000, "| " * 20_000,
    ],
)  # fmt: skip
def test_a_text_that_is_made_to_be_slow_is_not(register: Register, text: str) -> None:
    check_in_time(register, text, markdown=len(text) % 2 == 0)


def test_captions_have_their_numbers() -> None:
    assert [(one.what, one.number, one.text) for one in page("Table 12: Totals\n\nFig. 2\n").blocks if isinstance(one, PageCaption)] == [
        ("table", 12, "Totals"), ("figure", 2, ""),
    ]  # fmt: skip
