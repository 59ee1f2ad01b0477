"""A paper as one page of HTML: everything is escaped, nothing runs, and nothing is loaded from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape as escape_html

from store.papers.document import Block, Cell, Document, Figure, Heading, Paragraph, Span, Table, WrittenText

_STYLE = """
@page { size: A4; margin: 22mm 20mm; }
html { font: 11pt/1.45 Arial, Helvetica, sans-serif; color: #000; background: #fff; }
body { max-width: 172mm; margin: 0 auto; padding: 6mm; overflow-wrap: anywhere; }
h1 { font-size: 17pt; } h2 { font-size: 13pt; } h3 { font-size: 12pt; } h4 { font-size: 11pt; }
h1, h2, h3, h4 { line-height: 1.2; margin: 1.3em 0 .5em; break-after: avoid; }
.number { display: inline-block; min-width: 3.2em; }
table { border-collapse: collapse; width: 100%; margin: .4em 0 1.2em; }
th, td { border: 1px solid #444; padding: .3em .5em; text-align: left; vertical-align: top; font-size: 10pt; }
th, td { overflow-wrap: normal; } .long { overflow-wrap: anywhere; }
th { background: #e4e4e4; } thead { display: table-header-group; } tr { break-inside: avoid; }
.figure-number { text-align: right; }
caption, figcaption { caption-side: top; text-align: left; font-weight: bold; margin: .8em 0 .4em; break-after: avoid; }
figure { margin: 1em 0; break-inside: avoid; } svg { width: 100%; height: auto; }
.marking { text-align: center; font-weight: bold; }
.missing, .prompt { border: 1px dashed #444; padding: .5em .8em; }
.prompt { font-style: italic; }
footer { margin-top: 2em; border-top: 1px solid #444; font-size: 9.5pt; }
@media print { body { max-width: none; padding: 0 1px; } }
"""

_EVERY_PAGE = '@page {{ @top-center {{ content: "{0}"; font: bold 10pt Arial; }} @bottom-center {{ content: "{0}"; font: bold 10pt Arial; }} }}'
"""The marking in head and foot of each page that is printed, in browsers that print margin boxes."""

_PATTERNS = (
    '<rect width="8" height="8" fill="#333"/>',
    '<rect width="8" height="8" fill="#fff"/><path d="M-2 2 2-2M0 8 8 0M6 10 10 6" stroke="#000" stroke-width="1.6"/>',
    '<rect width="8" height="8" fill="#fff"/><circle cx="2" cy="2" r="1.3"/><circle cx="6" cy="6" r="1.3"/>',
    '<rect width="8" height="8" fill="#fff"/>',
)
"""The fill of each series: solid, hatched, dotted, empty. No two look alike without colour."""

_NUMBERS = ' class="figure-number"'
"""What the heading of a column of numbers has."""

_LONGEST_WORD = 28
"""The longest word that a cell of a table is as wide as; a longer one is broken."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def to_html(document: Document) -> str:
    """The whole of a paper as a page of HTML."""
    marking = _text(document.marking)
    state = f"{marking} · DRAFT" if document.draft else marking
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en-GB">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{_text(document.title)}</title><style>{_STYLE}{_EVERY_PAGE.format(state)}</style></head>",
        f'<body><p class="marking">{state}</p>',
        f"<h1>{_text(document.title)}</h1>",
        *([_table(document.head)] if document.head else []),
        *_missing(document),
        *_body(document.blocks, document.draft),
        "<footer>",
        *(f"<p>{_text(line)}</p>" for line in document.legend),
        f"<p>{_text(document.foot)}</p>" if document.foot else "",
        f'<p class="marking">{marking}</p></footer></body></html>',
    ]
    return "\n".join(filter(None, parts)) + "\n"


def _text(text: str) -> str:
    """A text as it is printed; a character that no page may have is replaced."""
    return escape_html(_CONTROL.sub("\ufffd", text), quote=True)


def _missing(document: Document) -> Iterator[str]:
    if document.draft and document.missing:
        sentences = "".join(f"<li>{_text(sentence)}</li>" for sentence in document.missing)
        yield f'<div class="missing"><p><strong>Before this paper goes out</strong></p><ul>{sentences}</ul></div>'


def _body(blocks: Iterable[Block], draft: bool) -> Iterator[str]:
    """The blocks, the bullets that follow one another as one list."""
    bullets: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph) and block.bullet:
            bullets.append(f"<li>{_spans(block.spans)}</li>")
            continue
        if bullets:
            yield f"<ul>{''.join(bullets)}</ul>"
            bullets = []
        yield from _block(block, draft)
    if bullets:
        yield f"<ul>{''.join(bullets)}</ul>"


def _block(block: Block, draft: bool) -> Iterator[str]:
    if isinstance(block, Heading):
        level = min(block.level + 1, 6)
        yield f"<h{level}>{_number(block.number)}{_text(block.text)}</h{level}>"
    elif isinstance(block, Paragraph):
        yield f"<p>{_number(block.number)}{_spans(block.spans)}</p>"
    elif isinstance(block, WrittenText):
        yield from _written(block, draft)
    elif isinstance(block, Table):
        yield _table(block)
    elif isinstance(block, Figure):
        yield _figure(block)


def _number(number: str) -> str:
    return f'<span class="number">{_text(number)}</span> ' if number else ""


def _written(block: WrittenText, draft: bool) -> Iterator[str]:
    lines = [line for line in block.text.split("\n") if line.strip()]
    for n, line in enumerate(lines):
        yield f"<p>{_number(block.number if n == 0 else '')}{_text(line)}</p>"
    if draft:
        if not lines and block.prompt:
            yield f'<p class="prompt">{_text(block.prompt)}</p>'
        for warning in block.warnings:
            yield f'<p class="prompt">Changed since this was written: {_text(warning)}</p>'


def _spans(spans: Iterable[Span]) -> str:
    return "".join(_span(span) for span in spans)


def _span(span: Span) -> str:
    text = _text(span.text)
    if span.bookmark:
        text = f'<a href="#{_text(span.bookmark)}">{text}</a>'
    if span.strong:
        text = f"<strong>{text}</strong>"
    return f"<em>{text}</em>" if span.emphasis else text


def _table(table: Table) -> str:
    caption = f"<caption>{_text(f'{table.label} {table.caption}'.strip())}</caption>" if table.caption else ""
    anchor = f' id="{_text(table.bookmark)}"' if table.bookmark else ""
    columns = "".join(f'<col style="width:{100 * n / sum(table.widths):.1f}%">' for n in table.widths)
    head = "".join(
        f'<th scope="col"{_NUMBERS if n in table.numeric else ""}>{_text(name)}</th>'
        for n, name in enumerate(table.header)
    )
    rows = "".join(f"<tr>{''.join(_cell(table, n, cell) for n, cell in enumerate(row))}</tr>" for row in table.rows)
    columns = f"<colgroup>{columns}</colgroup>" if columns else ""
    head = f"<thead><tr>{head}</tr></thead>" if table.header else ""
    return f"<table{anchor}>{caption}{columns}{head}<tbody>{rows}</tbody></table>"


def _cell(table: Table, n: int, cell: Cell) -> str:
    text = _text(cell.text).replace("\n", "<br>")
    if n == 0 and not table.header:
        return f'<th scope="row" class="long">{text}</th>'
    names = ["figure-number"] if n in table.numeric else []
    names += ["long"] if any(len(word) > _LONGEST_WORD for word in cell.text.split()) else []
    names_of = " ".join(names)
    marked = f' class="{names_of}"' if names else ""
    return f"<td{marked}>{f'<strong>{text}</strong>' if cell.strong else text}</td>"


# -- the picture of a figure, as SVG

_LEFT, _WIDTH, _BAR, _STEP = 230, 700, 20, 30


def _figure(figure: Figure) -> str:
    anchor = f' id="{_text(figure.bookmark)}"' if figure.bookmark else ""
    prefix = _text(figure.bookmark or "figure")
    most = max((sum(bar.counts) for bar in figure.bars), default=0) or 1
    scale = (_WIDTH - _LEFT - 40) / most
    height = 40 + _STEP * max(len(figure.bars), 1)
    patterns = "".join(
        f'<pattern id="{prefix}-fill-{n}" width="8" height="8" patternUnits="userSpaceOnUse">{_PATTERNS[n % 4]}</pattern>'
        for n in range(len(figure.series))
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{_text(figure.alt)}">'
    ]
    parts.append(f"<defs>{patterns}</defs>")
    x = 8.0
    for n, name in enumerate(figure.series):
        parts.append(f'<rect x="{x:.0f}" y="6" width="16" height="14" stroke="#000" fill="url(#{prefix}-fill-{n})"/>')
        parts.append(f'<text x="{x + 22:.0f}" y="18" font-size="13">{_text(name)}</text>')
        x += 50 + 8 * min(len(name), 30)
    for row, bar in enumerate(figure.bars):
        y, x = 36 + _STEP * row, float(_LEFT)
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y + 15}" font-size="13" text-anchor="end">{_text(_short(bar.label))}</text>'
        )
        for n, count in enumerate(bar.counts):
            if count:
                width = count * scale
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_BAR}" stroke="#000" fill="url(#{prefix}-fill-{n})"/>'
                )
                x += width
        parts.append(f'<text x="{x + 6:.1f}" y="{y + 15}" font-size="13">{sum(bar.counts)}</text>')
    parts.append("</svg>")
    caption = f"<figcaption>{_text(f'{figure.label} {figure.caption}'.strip())}</figcaption>"
    return f"<figure{anchor}>{caption}{''.join(parts)}</figure>"


def _short(label: str) -> str:
    return label if len(label) <= 34 else f"{label[:33]}…"
