"""Writes a paper to a file: composed from what may leave of the register, as Word, Markdown or HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from store.domain.errors import BadInput, NotAllowed
from store.domain.text import format_size
from store.domain.vocabulary import MARKINGS
from store.exchange.export import redacted_copy
from store.exchange.redaction import Terms
from store.file.atomic import check_destination, write_whole
from store.papers.compose import compose
from store.papers.document import Document
from store.papers.forms import Form
from store.queries.papers import paper
from store.register import Register

SUFFIXES = (".docx", ".md", ".html")
"""The kinds of file that a paper is written as, by the end of the name."""


@dataclass(frozen=True, slots=True)
class WrittenPaper:
    """A paper as it was written: where, its SHA-256 in hex, its marking, what is missing in it, and a sentence on it."""

    path: Path
    sha256: str
    marking: str
    missing: tuple[str, ...]
    message: str


def compose_at_most(
    register: Register, entity: str, form: Form, *, max_marking: str, lead: str | None = None
) -> Document:
    """Compose a paper without what ever bore a higher marking than this.

    Raises NotAllowed where the paper itself does, and what `compose` and the reading of a register raise.
    """
    with at_most(register, max_marking) as copy:
        row = paper(copy.conn, entity)
        if row is None or (row.title is None and row.date is None and copy is not register):
            raise NotAllowed(f"The paper is marked above {max_marking}: it cannot be written under that marking.")
        return compose(copy.conn, row, form, max_marking=max_marking, today=register.today(), lead=lead)


@contextmanager
def at_most(register: Register, max_marking: str) -> Iterator[Register]:
    """The register, or a copy of it from which all above a marking is removed."""
    if max_marking == MARKINGS[-1]:
        yield register
        return
    with redacted_copy(register, Terms(max_marking)) as (copy, _, _):
        yield copy


def write_paper(
    register: Register,
    entity: str,
    form: Form,
    out: Path,
    *,
    max_marking: str,
    lead: str | None = None,
    template: Path | None = None,
    force: bool = False,
) -> WrittenPaper:
    """Write a paper to a file, whole or not at all, its kind by the end of its name.

    `force` allows an existing file to be replaced; `template` is a document of the house's, for Word alone. Raises
    FairleadError; no file is left.
    """
    render = _writer(out, template)
    check_destination(out, force=force)
    document = compose_at_most(register, entity, form, max_marking=max_marking, lead=lead)
    data = render(document)
    write_whole(out, [data], force=force)
    state = "a draft" if document.draft else document.foot[:1].lower() + document.foot[1:]
    message = f"Wrote {out.name}: {form.title}, {state}, {format_size(len(data))}, {document.marking}."
    return WrittenPaper(out, sha256(data).hexdigest(), document.marking, document.missing, message)


def _writer(out: Path, template: Path | None) -> Callable[[Document], bytes]:
    """What turns a paper into the bytes of the kind of file asked for, loaded only now. Raises BadInput."""
    suffix = out.suffix.casefold()
    if suffix not in SUFFIXES:
        what = f'"{out.suffix}" is not a kind of file' if out.suffix else "The name has no ending"
        raise BadInput(
            "out", f"{what} that a paper is written as. End the name in {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}."
        )
    if template is not None and suffix != ".docx":
        raise BadInput("template", "A template is of Word: it serves a name that ends in .docx.")
    if suffix == ".md":
        from store.papers.markdown import to_markdown

        return lambda document: to_markdown(document).encode("utf-8", "replace")
    if suffix == ".html":
        from store.papers.html import to_html

        return lambda document: to_html(document).encode("utf-8", "replace")
    from store.papers.docx import docx_bytes

    return lambda document: docx_bytes(document, template)
