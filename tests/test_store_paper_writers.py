"""Papers written out: no text of any field leaves its place in HTML or Markdown, and a file is whole or not there."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from papers import composed

from store.domain.errors import BadInput, FileAlreadyExists
from store.domain.references import find_paper
from store.papers.document import Bar, Cell, Document, Figure, Heading, Paragraph, Span, Table, WrittenText
from store.papers.forms import load_form
from store.papers.html import to_html
from store.papers.markdown import to_markdown
from store.papers.text import to_text
from store.papers.write import write_paper
from store.register import Register

HOSTILE = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        (
            "<script>alert(1)</script>", "</style><img src=x onerror=y>", '" onload="x', "--><b>", "]]>", "&lt;b&gt;", "a|b\n|c|",
            "\n\n# heading", "- list\n- more", "[x](javascript:y)", "![i](http://e/x.png)", "`code`", "***", "1. one", "> quote",
            "http://elsewhere.example/", "\x00\x1b[31m", "\u202eabc", "---", "| --- |", "<!--", "\\", "\\|",
        )
    ),
)  # fmt: skip


def document(text: str) -> Document:
    """A document with a text in every place that one may be in."""
    cell = Cell(text, strong=True)
    return Document(
        title=text,
        marking=text,
        head=Table((), ((Cell(text), Cell(text)),)),
        foot=text,
        missing=(text,),
        blocks=(
            Heading(text, 2, "1.1"),
            Paragraph((Span(text), Span(text, strong=True), Span(text, emphasis=True), Span(text, bookmark=text))),
            Paragraph((Span(text),), bullet=True),
            WrittenText("s", text=text, prompt=text, warnings=(text,)),
            WrittenText("s", prompt=text),
            Table((text, text), ((cell, Cell(text)),), text, "Table 1", text, widths=(1, 2)),
            Figure(text, (text, text), (Bar(text, (1, 2)),), text, "Figure 1", text),
        ),
        legend=(text,),
    )


class Page(HTMLParser):
    """The elements of a page, each with its attributes, and its texts."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.values: list[str] = []
        self.texts: list[str] = []
        self.other: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A cell with a long word has the class that lets it break.
        self.tags.append(
            (tag, tuple(name for name, _ in attrs if (tag, name) not in (("td", "class"), ("th", "class"))))
        )
        self.values += [value or "" for name, value in attrs if name in ("href", "src", "style", "fill")]

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.other.append(data)

    def unknown_decl(self, data: str) -> None:
        self.other.append(data)


@given(HOSTILE)
def test_a_text_in_any_field_leaves_the_elements_of_a_page_as_they_are(text: str) -> None:
    text = f"t{text}"
    page, quiet = Page(to_html(document(text))), Page(to_html(document("quiet")))
    lines = [line for line in text.split("\n") if line.strip()]
    # A text of several lines has a paragraph for each, and line breaks in a cell: nothing else differs.
    skipped = {"p", "br", "span"} if len(lines) != 1 or "\n" in text else set()
    assert [tag for tag in page.tags if tag[0] not in skipped] == [tag for tag in quiet.tags if tag[0] not in skipped]
    assert not page.other
    for value in page.values:
        assert value.startswith(("#", "width:", "url(#"))
    assert "script" not in {tag for tag, _ in page.tags} and not any(
        name[:2] == "on" for _, names in page.tags for name in names
    )


@given(HOSTILE)
def test_a_text_in_any_field_leaves_the_lines_of_markdown_as_they_are(text: str) -> None:
    written, quiet = to_markdown(document(text)), to_markdown(document("quiet"))

    def shape(page: str) -> list[str]:
        """What begins each line that is markup, and the bars of each row."""
        found = []
        for line in page.splitlines():
            bars = len(re.findall(r"(?<!\\)\|", re.sub(r"\\\\", "", line)))
            begins = re.match(r"#+ |- |\||---$|> |\d+[.)] |```|~~~|    \S", line)
            found.append(f"{begins[0] if begins else ''}{bars if begins and begins[0] == '|' else ''}")
        return [each for each in found if each]

    if text.strip():
        assert shape(written) == shape(quiet)
    unescaped = re.sub(r"\\.", "", written)
    assert not re.search(r"<[A-Za-z/!?]|\[[^\]]*\]\(|`|!\[|https?://", unescaped)


@given(HOSTILE, st.integers(20, 160))
def test_a_text_in_any_field_is_wrapped_for_a_terminal_without_controlling_it(text: str, width: int) -> None:
    for line in to_text(document(text), width):
        assert not re.search(r"[\x00-\x1f\x7f\u202a-\u202e]", line)


def test_a_page_has_the_language_print_styles_and_loads_nothing(sample: Register) -> None:
    page = to_html(composed(sample))
    assert page.startswith("<!DOCTYPE html>") and '<html lang="en-GB">' in page and "@page { size: A4" in page
    assert "default-src 'none'" in page
    found = Page(page)
    assert not {tag for tag, _ in found.tags} & {"script", "link", "img", "iframe", "object", "base", "form"}
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page) and page.count("<svg") == 1
    assert page.count('content: "OFFICIAL · DRAFT"') == 2 and '<th scope="col" class="figure-number">Total</th>' in page
    assert page.count('class="marking"') >= 2 and "url(#figure-1-fill-0)" in page
    for anchor in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{anchor}"' in page


def test_a_preview_fits_the_terminal(sample: Register) -> None:
    for width in (80, 120):
        lines = to_text(composed(sample), width)
        assert max(map(len, lines)) <= width, max(lines, key=len)
        assert any("2.3.1  Closures" in line for line in lines) and lines[-1] == "DRAFT · OFFICIAL"


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx"])
def test_a_file_is_written_whole_and_only_over_another_where_that_is_asked_for(
    sample: Register, tmp_path: Path, suffix: str
) -> None:
    out, paper, form = tmp_path / f"paper{suffix}", find_paper(sample.conn, None, sample.today()), load_form("progress")
    done = write_paper(sample, paper, form, out, max_marking="OFFICIAL")
    assert out.stat().st_size > 10_000 and done.marking == "OFFICIAL" and len(done.sha256) == 64
    assert done.message.startswith(f"Wrote paper{suffix}: Progress by publication, a draft, ")
    before = out.read_bytes()
    with pytest.raises(FileAlreadyExists):
        write_paper(sample, paper, form, out, max_marking="OFFICIAL")
    assert out.read_bytes() == before and list(tmp_path.glob("*.part")) == []
    write_paper(sample, paper, load_form("chair"), out, max_marking="OFFICIAL", force=True)
    assert out.read_bytes() != before


def test_a_name_of_another_kind_and_a_template_for_anything_but_word_are_refused(
    sample: Register, tmp_path: Path
) -> None:
    paper, form = find_paper(sample.conn, None, sample.today()), load_form("progress")
    for name in ("paper.pdf", "paper"):
        with pytest.raises(BadInput, match=r"\.docx, \.md or \.html"):
            write_paper(sample, paper, form, tmp_path / name, max_marking="OFFICIAL")
    with pytest.raises(BadInput, match="A template is of Word"):
        write_paper(sample, paper, form, tmp_path / "a.md", max_marking="OFFICIAL", template=tmp_path / "house.docx")
    assert not list(tmp_path.glob("paper*"))


def test_columns_of_a_preview_keep_to_their_shares_and_break_no_word_that_fits(sample: Register) -> None:
    long = " ".join(["A position of many words."] * 12)
    cells = ((Cell("HC-6"), Cell("Delayed†"), Cell(long), Cell("none")),)
    table = Table(("Recommendation", "On time?", "Position", "Target"), cells, widths=(22, 10, 53, 15))
    lines = to_text(Document("T", "OFFICIAL", blocks=(table,)), 80)
    heading = next(line for line in lines if line.startswith("Recommendation"))
    assert heading.split()[:3] == ["Recommendation", "On", "time?"] and any("Delayed†" in line for line in lines)
    assert heading.index("Target") - heading.index("Position") > 40
    equal = Table(("One", "Two"), ((Cell(long), Cell(long)),))
    line = next(line for line in to_text(Document("T", "OFFICIAL", blocks=(equal,)), 80) if line.startswith("One"))
    assert line.index("Two") == 41
