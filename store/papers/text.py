"""A paper as lines of plain text of a width, for a preview in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from textwrap import wrap

from store.domain.text import cell_width, one_line, sanitise
from store.papers.document import Block, Document, Figure, Heading, Paragraph, Table, WrittenText

_FILLS = "█▒░·"
_LEAST = 6
_LONGEST_WORD = 14


def to_text(document: Document, width: int = 80) -> list[str]:
    """The lines of a paper, none wider than `width` but where a word is."""
    lines = [*_wrapped(document.marking, width), "", *_wrapped(document.title.upper(), width), ""]
    if document.head:
        lines += [*_table(document.head, width), ""]
    if document.draft and document.missing:
        lines += ["Before this paper goes out:"]
        lines += [line for sentence in document.missing for line in _wrapped(sentence, width, "• ")]
        lines.append("")
    for block, following in zip_longest(document.blocks, document.blocks[1:]):
        made = list(_block(block, width, document.draft))
        lines += made
        if made and not (_is_bullet(block) and _is_bullet(following)):
            lines.append("")
    for line in document.legend:
        lines += _wrapped(line, width)
    return [*lines, "", *_wrapped(" · ".join(filter(None, (document.foot, document.marking))), width)]


def _is_bullet(block: Block | None) -> bool:
    return isinstance(block, Paragraph) and block.bullet


def _block(block: Block, width: int, draft: bool) -> Iterable[str]:
    if isinstance(block, Heading):
        return _wrapped(f"{block.number}  {block.text}".strip(), width)
    if isinstance(block, Paragraph):
        text = "".join(span.text for span in block.spans)
        return _wrapped(text, width, "• " if block.bullet else f"{block.number}  " if block.number else "")
    if isinstance(block, WrittenText):
        return list(_written(block, width, draft))
    if isinstance(block, Table):
        caption = _wrapped(f"{block.label}  {block.caption}".strip(), width) if block.caption else []
        return [*caption, *_table(block, width)]
    return list(_figure(block, width))


def _written(block: WrittenText, width: int, draft: bool) -> Iterator[str]:
    if block.text:
        yield from _wrapped(block.text, width, f"{block.number}  " if block.number else "")
    elif draft and block.prompt:
        yield from _wrapped(f"[{block.prompt}]", width)
    if draft:
        for warning in block.warnings:
            yield from _wrapped(f"[Changed since this was written: {warning}]", width)


def _wrapped(text: str, width: int, first: str = "") -> list[str]:
    """Lines of a text, those after the first indented as far as what the first begins with."""
    found: list[str] = []
    for line in sanitise(text).split("\n"):
        begin = first if not found else " " * len(first)
        found += wrap(line, max(width, 20), initial_indent=begin, subsequent_indent=" " * len(first)) or [""]
    return found


def _table(table: Table, width: int) -> list[str]:
    header = [tuple(table.header)] if any(table.header) else []
    rows = [*header, *(tuple(cell.text for cell in row) for row in table.rows)]
    if not rows:
        return []
    widths = _widths([[sanitise(text) for text in row] for row in rows], width, table.widths)
    lines: list[str] = []
    for n, row in enumerate(rows):
        cells = [wrap(sanitise(text), size) or [""] for text, size in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts = [
                _aligned(cell[line] if line < len(cell) else "", size, right=column in table.numeric)
                for column, (cell, size) in enumerate(zip(cells, widths, strict=True))
            ]
            lines.append("  ".join(parts).rstrip())
        if n == 0 and header:
            lines.append("  ".join("─" * size for size in widths))
    return lines


def _aligned(text: str, size: int, *, right: bool) -> str:
    room = " " * max(size - cell_width(text), 0)
    return room + text if right else text + room


def _widths(rows: list[list[str]], width: int, wanted: tuple[int, ...] = ()) -> list[int]:
    """The widths of columns: as wide as they need where all fit; else those that need more than their share, as the
    table has it, share what the others leave."""
    sizes = [max(max(cell_width(text) for text in column), 1) for column in zip(*rows, strict=True)]
    room = max(width - 2 * (len(sizes) - 1), _LEAST * len(sizes))
    shares = [*wanted] if len(wanted) == len(sizes) and min(wanted) > 0 else [1] * len(sizes)
    wide = set(range(len(sizes)))
    found = [0] * len(sizes)
    words = [
        max(cell_width(word) for text in column for word in text.split() or [""]) for column in zip(*rows, strict=True)
    ]
    # No word that a person would write is broken while another column has room to give.
    least = [
        max(min(word, _LONGEST_WORD), _LEAST if size >= _LEAST else size)
        for word, size in zip(words, sizes, strict=True)
    ]
    least = least if sum(least) <= room else [_LEAST] * len(sizes)
    while wide:
        left = room - sum(found[n] for n in range(len(sizes)) if n not in wide)
        total = sum(shares[n] for n in wide)
        fits = {n for n in wide if sizes[n] <= left * shares[n] // total}
        for n in wide:
            found[n] = sizes[n] if n in fits else max(left * shares[n] // total, _LEAST)
        narrow = {n for n in wide - fits if left * shares[n] // total < least[n]} if not fits else set()
        for n in narrow:
            found[n] = least[n]
        fits |= narrow
        if not fits:
            break
        wide -= fits
    return found


def _figure(figure: Figure, width: int) -> Iterator[str]:
    yield from _wrapped(f"{figure.label}  {figure.caption}".strip(), width)
    yield "  ".join(f"{_FILLS[n % 4] * 2} {one_line(name)}" for n, name in enumerate(figure.series))
    labels = max((cell_width(one_line(bar.label)) for bar in figure.bars), default=0)
    labels = min(labels, width // 3)
    most = max((sum(bar.counts) for bar in figure.bars), default=0) or 1
    room = max(width - labels - 8, 10)
    for bar in figure.bars:
        ends = [round(sum(bar.counts[: n + 1]) * room / most) for n in range(len(bar.counts))]
        drawn = "".join(_FILLS[n % 4] * (end - (ends[n - 1] if n else 0)) for n, end in enumerate(ends))
        yield f"{_aligned(one_line(bar.label)[:labels], labels, right=False)} {drawn} {sum(bar.counts)}"
