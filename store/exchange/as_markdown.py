"""Export to Markdown, for reading: everything in the data that could be markup is escaped."""

from __future__ import annotations

import re
import sqlite3
from array import array
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import TextIO

from store.domain.dates import format_date, format_short_date
from store.domain.vocabulary import Basis, NoteKind, label_of
from store.exchange.columns import Cell
from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.sheets import NEXT_TARGET
from store.exchange.spreadsheet_rows import PAGE, plain, total_rows
from store.log.change_log import ChangeLog
from store.queries.describe import (
    LabelledLine,
    describe_notes,
    format_details,
    parse_bases,
    with_basis,
)
from store.queries.describe_item import describe_head, describe_item
from store.queries.filter import WITH_INSPECTORATE
from store.queries.item_detail import fields_of, item_detail
from store.queries.item_list import items_at, seqs
from store.queries.rows import ItemDetail, PublicationRow

_MARKS = re.compile(
    r"[`*\[{~|$@^]"
    r"|\\(?=[!-/:-@\[-`{-~]|$)"  # a backslash escapes what is no letter or figure
    r"|(?<![^\W_])_|_(?![^\W_])"  # between two letters it is no emphasis
    r"|(?<!\w)#"  # closes a heading
)
_BEGINS = re.compile(r"^(?:>|[-+=:](?=[-+=:]*(?:\s|$))|\d{1,9}(?=[.)](?:\s|$)))")
_LINKS = re.compile(r"(?<=\w)(:)(?=//)|(?i:(?<=www)(\.))")
_ENTITIES = re.compile(r"&(?=#?\w+(?:;|$))|<(?=[A-Za-z/!?]|$)")
_HTML = {"&": "&amp;", "<": "&lt;"}

_ELSEWHERE = frozenset({"title", "last-reply", "still-required", "sent", "promised", "next-step", "link"})
"""Lines of an overview that are not printed: the title and the reply, which are elsewhere, what to do next, links."""

_TEXTS = frozenset({"text", "position"})
"""Lines whose text is set by itself, under its label."""

_LABELS = {"reason": "Reason"}
"""Labels of lines that have none where they are read one under another."""


TITLES = "Titles of items are short names given here, unless their publication has them so."


def escape(text: str) -> str:
    """Escape text for Markdown, on one line: nothing in it is markup, a link or HTML; what could be none is as it was."""
    line = " ".join(text.split())
    line = _MARKS.sub(r"\\\g<0>", line)
    line = _ENTITIES.sub(lambda mark: _HTML[mark[0]], line)
    line = _LINKS.sub(lambda mark: "\\" + mark[0], line)
    return _BEGINS.sub(_begin, line)


def _begin(found: re.Match[str]) -> str:
    """Escape what would begin a list, a quotation or a rule at the start of a line."""
    return f"{found[0]}\\" if found[0].isdigit() else f"\\{found[0]}"


def write_markdown(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the Markdown, publication by publication, each with its items in the order of the list."""
    description = extract.register.own_fields()
    scope = extract.scope
    publications, totals = shown_publications(extract)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"# {_cell(description['title'] or 'Improvement register')}\n\n")
        file.write(
            f"**{_cell(scope.marking)}** · as it stood on {format_date(extract.today)} · {_cell(extract.shown.describe())}\n\n"
        )
        file.write(f"{scope.describe_counts()}.\n\n")
        file.write(f"{TITLES}\n\n")
        _table(file, [*publications, *(total for total in totals if total.total)])
        by_publication = _by_publication(extract)
        total, done = total_rows(extract), 0
        for publication in publications:
            _heading(file, publication, extract.today)
            for page in _pages(by_publication.pop(publication.id, array("q"))):
                extract.report_progress(done, total)
                _items(file, extract, page)
                done += len(page)
        extract.report_progress(done, total)
    return ()


def _by_publication(extract: Extract) -> dict[str, array[int]]:
    """The seqs of the items shown by publication, in the order of the list; arrays, of eight bytes an item."""
    found: dict[str, array[int]] = {}
    for piece in seqs(extract.conn, extract.shown, extract.sort, extract.today):
        for page in _pages(piece):
            marks = ",".join("?" * len(page))
            sql = f"SELECT seq, publication FROM recommendation WHERE seq IN ({marks})"
            of = dict(extract.conn.execute(sql, page).fetchall())
            for seq in page:
                found.setdefault(of[seq], array("q")).append(seq)
    return found


def _pages(numbers: array[int]) -> Iterator[list[int]]:
    for start in range(0, len(numbers), PAGE):
        yield numbers[start : start + PAGE].tolist()


def _day(day: str | None) -> str:
    return format_short_date(date.fromisoformat(day)) if day else ""


def _table(file: TextIO, rows: list[PublicationRow]) -> None:
    names = (
        "",
        "Items",
        "Closed",
        "of these with the inspectorate",
        "On track",
        "Delayed",
        "Not stated",
        NEXT_TARGET,
    )
    file.write(f"| {' | '.join(names)} |\n|---|{'--:|' * 6}---|\n")
    for row in rows:
        name = f"{_cell(row.display_code)} {_cell(row.display_title)}" if row.id else f"**{_cell(row.title)}**"
        figures = (row.total, row.closed, row.with_inspectorate, row.on_track, row.delayed, row.not_stated)
        file.write(f"| {name} | {' | '.join(str(n) for n in figures)} | {_day(row.next_target)} |\n")
    file.write("\n")


def _heading(file: TextIO, row: PublicationRow, today: date) -> None:
    file.write(f"## {_cell(row.display_code)} · {_cell(row.display_title)}\n\n")
    bases = parse_bases(row.basis)
    facts = [_cell(with_basis(row.publisher or "", bases.get("publisher")))]
    facts.append(_cell(row.published and with_basis(f"Published {row.published}", bases.get("published"))))
    facts.append(_cell(row.last_update and f"Last update {row.last_update}"))
    if line := " · ".join(part for part in facts if part):
        file.write(f"{line}\n\n")
    _table(file, [row])


def _items(file: TextIO, extract: Extract, page: list[int]) -> None:
    parts = _parts(extract, page)
    for item in items_at(extract.conn, page):
        _item(file, extract, "###", item)
        if not extract.shown.parts:
            for part in parts.get(item, ()):
                _item(file, extract, "####", part)


def _parts(extract: Extract, page: list[int]) -> dict[str, list[str]]:
    """The ids of the parts of some items, by the id of the item."""
    marks = ",".join("?" * len(page))
    rows = extract.conn.execute(
        f"SELECT w.id, r.id FROM recommendation r JOIN recommendation w ON w.id = r.part_of WHERE w.seq IN ({marks}) "
        "AND r.listed = 1 ORDER BY r.sort_key, r.seq",
        page,
    )
    found: dict[str, list[str]] = {}
    for item, part in rows:
        found.setdefault(item, []).append(part)
    return found


# -- an item


def _item(file: TextIO, extract: Extract, level: str, item: str) -> None:
    detail = item_detail(extract.conn, item)
    if detail is not None:
        file.writelines(f"{block}\n\n" for block in _blocks(extract, level, detail))


def _blocks(extract: Extract, level: str, detail: ItemDetail) -> Iterator[str]:
    """An item: its heading, its head, its overview, its newest position, and what was sent with what came back."""
    overview, submissions = describe_item(detail, "overview", "submissions")
    yield f"{level} {_cell(detail.row.ref)} · {_cell(detail.row.display_title)}"
    yield _head(detail, overview.lines, extract.today)
    yield from _as_blocks(_overview(detail, overview.lines, parts=extract.shown.parts))
    yield from _as_blocks(_newest_position(extract.conn, detail))
    if submissions.lines:
        yield f"**{submissions.title}**"
        yield from _as_blocks(submissions.lines)


def _head(detail: ItemDetail, overview: Iterable[LabelledLine], today: date) -> str:
    """The head of an item in one paragraph; what is urgent in it is strong."""
    row, head = detail.row, {line.key: line for line in describe_head(detail, today)}
    glyph, status = head["status"].text.split(" ", 1)
    facts = [f"{glyph} **{_cell(status)}**{_basis(head['status'])}"]
    if row.closed_as:
        facts.append(_cell(label_of(row.status if row.closed_as == WITH_INSPECTORATE else row.closed_as)))
    facts.append(_cell(label_of(row.kind)))
    for (text, style), *_ in (head[name].pieces for name in ("age", "time-left") if name in head):
        facts.append(_cell(text) if style == "quiet" else f"**{_cell(text)}**")
    facts += [f"theme {_fact(line)}" for line in overview if line.key == "theme" and row.theme]
    facts.append(f"changed here {_day(row.updated)}")
    facts.append(_cell(head["marking"].text if "marking" in head else row.marking))
    return " · ".join(fact for fact in facts if fact)


def _overview(detail: ItemDetail, lines: Iterable[LabelledLine], *, parts: bool) -> Iterator[LabelledLine]:
    """The lines of an overview that are printed, the first target after how often it was moved later.

    A theme is in the head. What is about a part is printed below; with `parts` these are items of their own.
    """
    for line in lines:
        in_head = line.key == "theme" and detail.row.theme
        of_part = line.key in ("part", "part_of") or (line.key == "lead" and line.label != "Lead")
        if line.key in _ELSEWHERE or in_head or (of_part and not parts):
            continue
        yield line
        if line.key == "moved_later":
            yield from describe_item(detail, "targets")[0].lines[:1]


def _newest_position(conn: sqlite3.Connection, detail: ItemDetail) -> Iterator[LabelledLine]:
    """The newest note of where an item has got to, with the basis and place of its text; no line where it has none."""
    for note in detail.notes:
        if note.fields["kind"] == NoteKind.POSITION:
            (line,) = describe_notes((note,))
            text = fields_of(ChangeLog(conn), "note", note.id)["text"]
            # Whoever recorded it matters where neither a person nor a source is known to have stated it.
            has_source = note.fields["said_by"] or text.basis != Basis.ENTERED
            left = ("kind", "author") if has_source else ("kind",)
            details = {"day": line.label} | {name: about for name, about in line.details.items() if name not in left}
            yield LabelledLine("Newest position", line.pieces, "position", details, text.basis, text.place)
            return


# -- lines of a description


def _as_blocks(lines: Iterable[LabelledLine]) -> Iterator[str]:
    """Lines as blocks: headings and texts by themselves, the others between them as lists."""
    for form, group in groupby(lines, _form):
        if form is _bullet:
            yield "\n".join(row for line in group for row in _bullet(line))
        else:
            yield from (block for line in group for block in form(line))


def _form(line: LabelledLine) -> Callable[[LabelledLine], Iterator[str]]:
    """How a line is set."""
    if not line.pieces:
        return _label
    return _text if line.key in _TEXTS else _bullet


def _label(line: LabelledLine) -> Iterator[str]:
    yield f"**{_cell(line.label)}**"


def _text(line: LabelledLine) -> Iterator[str]:
    """A text under its label; a quotation only where the source states it."""
    yield " · ".join(filter(None, (f"**{_cell(line.label)}**", _cell(format_details(line))))) + f"{_basis(line)}:"
    lines = [escape(text) for text in plain(line.text).split("\n")]
    if line.basis == Basis.STATED:
        yield "\n".join(f"> {text}".rstrip() for text in lines)
    else:
        yield "\n".join(lines)


def _bullet(line: LabelledLine, indent: str = "") -> Iterator[str]:
    """A line as an entry of a list, with what belongs to it in a list under that; no evidence, which is not printed."""
    label = line.label or _LABELS.get(line.key, "")
    yield f"{indent}- **{_cell(label)}**: {_fact(line)}" if label else f"{indent}- {_fact(line)}"
    for under in line.under:
        if under.key != "evidence":
            yield from _bullet(under, f"{indent}  ")


def _fact(line: LabelledLine) -> str:
    """The text of a line with its basis and its details."""
    return " · ".join(filter(None, (f"{_cell(line.text)}{_basis(line)}", _cell(format_details(line)))))


def _basis(line: LabelledLine) -> str:
    return f" ({_cell(line.shown_basis)})" if line.shown_basis else ""


def _cell(value: Cell) -> str:
    return escape(plain(value))
