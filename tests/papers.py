"""What tests of papers share: a paper composed in a form, its tables, and its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typed_paper import TYPED

from store.commands import AddPaper
from store.domain.vocabulary import MARKINGS
from store.papers.checking.check import Checked, check_page
from store.papers.checking.findings import Finding, Kind
from store.papers.checking.read_text import page_of_text
from store.papers.compose import compose
from store.papers.document import Document, Table
from store.papers.forms import Form, form_names, load_form
from store.papers.markdown import to_markdown
from store.queries.papers import papers
from store.register import Register

GOLDEN = Path(__file__).parent / "golden"


def composed(register: Register, form: str | Form = "progress", *, lead: str | None = None) -> Document:
    """The newest paper of a register in a form."""
    row = papers(register.conn)[0]
    used = load_form(form) if isinstance(form, str) else form
    return compose(register.conn, row, used, max_marking=MARKINGS[-1], today=register.today(), lead=lead)


def with_paper(register: Register, **more: Any) -> Register:
    """The register with a paper about all that it has."""
    register.do(AddPaper(title="Progress", date="18 September 2024", **more))
    return register


def tables(document: Document) -> dict[str, Table]:
    """The tables of a paper, by caption."""
    return {block.caption: block for block in document.blocks if isinstance(block, Table)}


def cells(table: Table) -> list[list[str]]:
    """The texts of a table's rows."""
    return [[cell.text for cell in row] for row in table.rows]


def plain(document: Document) -> str:
    """A paper as Markdown, without the escapes."""
    return to_markdown(document).replace("\\", "")


# -- checking one

FORMS = [load_form(name) for name in form_names()]


def check(register: Register, text: str, *, markdown: bool = False) -> Checked:
    """Check a text as the newest paper of a register."""
    page = page_of_text(Path("paper.md"), text, markdown=markdown)
    rows = papers(register.conn)
    return check_page(register, page, rows[0].id if rows else None, FORMS)


def found(checked: Checked, kind: Kind = Kind.DISAGREEMENT) -> list[tuple[int, str]]:
    """The findings of a kind, by line and rule."""
    return [(one.line, one.rule) for one in checked.findings if one.kind == kind]


def messages(checked: Checked) -> str:
    return "\n".join(one.message for one in checked.findings)


def new(register: Register, one: str, other: str, text: str = TYPED) -> list[Finding]:
    """What is found of a paper with some words in the place of others, and was not before."""
    assert text.count(one) == 1
    before = {finding.key for finding in check(register, text).findings}
    return [f for f in check(register, text.replace(one, other)).findings if f.key not in before]
