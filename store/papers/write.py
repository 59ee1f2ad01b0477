"""Write a paper to a file: compose it from a register without what may not leave, in the kind that the name's ending asks for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from store.domain.errors import BadInput, NotFound
from store.domain.vocabulary import MARKINGS
from store.exchange.export import redacted_copy
from store.exchange.redaction import Terms
from store.file.atomic import check_destination, write_whole
from store.papers.compose import compose
from store.papers.document import Document
from store.papers.forms import load_form
from store.queries.papers import paper
from store.register import Register

ENDINGS = (".docx", ".html", ".md")
"""The endings of what a paper is written as."""

DEFAULT_FORM = "progress"
"""The form of a paper that names none."""


def compose_at_most(
    register: Register, entity: str, *, form: str | None = None, lead: str | None = None, max_marking: str = MARKINGS[-1]
) -> Document:
    """Compose a paper without what ever bore a higher marking than this, in the paper's own form where none is named.

    Raises NotFound, and what composing raises.
    """
    with _source(register, max_marking) as source:
        row = paper(source.conn, entity)
        if row is None:
            raise NotFound("that paper")
        chosen = load_form(form or row.form or DEFAULT_FORM)
        return compose(source.conn, row, chosen, max_marking=max_marking, today=source.today(), lead=lead)


def write_paper(
    register: Register,
    entity: str,
    out: Path,
    *,
    form: str | None = None,
    lead: str | None = None,
    max_marking: str = MARKINGS[-1],
    template: Path | None = None,
    force: bool = False,
) -> str:
    """Write a paper, atomically, and return the SHA-256 of the file. `template` is a house's own, of Word.

    Raises BadInput for another ending and for a template of what is not Word, what composing raises, and what
    check_destination raises.
    """
    ending = out.suffix.casefold()
    if ending not in ENDINGS:
        raise BadInput("out", f"A paper is written as {', '.join(ENDINGS)}: end the name in one of them.")
    if template is not None and ending != ".docx":
        raise BadInput("template", "A house template is of Word: end the name in .docx, or leave the template out.")
    check_destination(out, force=force)
    document = compose_at_most(register, entity, form=form, lead=lead, max_marking=max_marking)
    data = _bytes_of(document, ending, template)
    write_whole(out, [data], force=force)
    return sha256(data).hexdigest()


@contextmanager
def _source(register: Register, max_marking: str) -> Iterator[Register]:
    if max_marking == MARKINGS[-1]:
        yield register
    else:
        with redacted_copy(register, Terms(max_marking)) as (copy, _, _):
            yield copy


def _bytes_of(document: Document, ending: str, template: Path | None) -> bytes:
    """A document in its kind; the writer is loaded only now."""
    if ending == ".docx":
        from store.papers.docx import docx_bytes

        return docx_bytes(document, template)
    if ending == ".html":
        from store.papers.html import to_html

        return to_html(document).encode("utf-8")
    from store.papers.markdown import to_markdown

    return to_markdown(document).encode("utf-8")
