"""A paper as Markdown, for reading: nothing of the register is markup in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from store.exchange.as_markdown import escape
from store.papers.document import Block, Document, Figure, Heading, Paragraph, Span, Table, WrittenText

DRAFT_NOTES = "Before this paper goes out"
"""What a draft has over the list of what is missing in it."""


def to_markdown(document: Document) -> str:
    """The whole of a paper as Markdown."""
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    marking = escape(document.marking)
    yield f"# {escape(document.title)}"
    yield " · ".join(filter(None, (f"**{marking}**", escape(document.foot))))
    if document.head:
        yield _table(document.head)
    if document.draft and document.missing:
        yield f"**{DRAFT_NOTES}**"
        yield "\n".join(f"- {escape(sentence)}" for sentence in document.missing)
    yield from _body(document.blocks, document.draft)
    if document.legend:
        yield "---"
        yield from (escape(line) for line in document.legend)
    yield f"**{marking}**"


def _body(blocks: Iterable[Block], draft: bool) -> Iterator[str]:
    """The blocks, the bullets that follow one another as one list."""
    bullets: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.bullet:
            bullets.append(f"- {_spans(block.spans)}")
            continue
        if bullets:
            yield "\n".join(bullets)
            bullets = []
        yield from _block(block, draft)
    if bullets:
        yield "\n".join(bullets)


def _block(block: Block, draft: bool) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * (block.level + 1)} {escape(f'{block.number} {block.text}'.strip())}"
    elif isinstance(block, Paragraph):
        if text := _numbered(block.number, _spans(block.spans)):
            yield text
    elif isinstance(block, WrittenText):
        yield from _written(block, draft)
    elif isinstance(block, Table):
        if block.caption:
            yield f"**{escape(f'{block.label} {block.caption}'.strip())}**"
        yield _table(block)
    elif isinstance(block, Figure):
        yield f"**{escape(f'{block.label} {block.caption}'.strip())}**"
        yield f"*{escape(block.alt)}*" if block.alt else ""


def _written(block: WrittenText, draft: bool) -> Iterator[str]:
    lines = [line for line in block.text.split("\n") if line.strip()]
    for n, line in enumerate(lines):
        yield _numbered(block.number if n == 0 else "", escape(line))
    if draft:
        if not lines and block.prompt:
            yield f"*\\[{escape(block.prompt)}\\]*"
        yield from (f"*\\[Changed since this was written: {escape(warning)}\\]*" for warning in block.warnings)


def _numbered(number: str, text: str) -> str:
    return f"{escape(number)} {text}" if number and text else text


def _spans(spans: Iterable[Span]) -> str:
    """The text of spans. A mark of emphasis touches its text, or it would be none."""
    pieces = []
    for span in spans:
        text = escape(span.text)
        if not text:
            pieces.append(" " if span.text else "")
            continue
        before = " " if span.text[:1].isspace() else ""
        after = " " if span.text[-1:].isspace() else ""
        mark = "**" if span.strong else "*" if span.emphasis else ""
        pieces.append(f"{before}{mark}{text}{mark}{after}")
    return "".join(pieces).strip()


def _table(table: Table) -> str:
    width = max((len(table.header), *(len(row) for row in table.rows)))
    rows = [
        [f"**{escape(cell.text)}**" if cell.strong and cell.text.strip() else escape(cell.text) for cell in row]
        for row in table.rows
    ]
    lines = [
        _row([escape(text) for text in table.header], width),
        "|" + "".join("--:|" if n in table.numeric else "---|" for n in range(width)),
        *(_row(row, width) for row in rows),
    ]
    return "\n".join(lines)


def _row(cells: list[str], width: int) -> str:
    return "| " + " | ".join(text for _, text in zip_longest(range(width), cells, fillvalue="")) + " |"
