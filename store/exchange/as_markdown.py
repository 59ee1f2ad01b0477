"""Export to Markdown, for reading: everything in the data that could be markup is escaped."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TextIO

from store.domain.dates import format_date
from store.domain.vocabulary import GLYPHS
from store.exchange.columns import Cell
from store.exchange.extract import Extract
from store.exchange.publication_figures import shown_publications
from store.exchange.scope import format_counts
from store.exchange.spreadsheet_rows import COLUMNS, FURTHER, PAGE, cells_of, plain, total_rows
from store.queries.item_list import seqs
from store.queries.rows import PublicationRow

_MARKS = re.compile(r"[\\`*_{}\[\]()#|~!$@^]")
_BEGINS = re.compile(r"^([-+=:]+|\d+(?=[.)]))")
_LINKS = re.compile(r"(?<=\w)(:)(?=//)|(?i:(?<=www)(\.))")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_AT = {name: at for at, name in enumerate(COLUMNS)}


def escape(text: str) -> str:
    """Escape text for Markdown, on one line: nothing in it is markup, a link or HTML."""
    line = " ".join(text.split())
    line = re.sub(r"[&<>]", lambda mark: _HTML[mark[0]], line)
    line = _MARKS.sub(r"\\\g<0>", line)
    line = _LINKS.sub(lambda mark: "\\" + mark[0], line)
    return _BEGINS.sub(_begin, line)


def _begin(found: re.Match[str]) -> str:
    """Escape what would begin a list, a heading or a rule at the start of a line."""
    run = found[0]
    return f"{run}\\" if run.isdigit() else "".join(f"\\{mark}" for mark in run)


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
        file.write(f"{format_counts(scope.recommendations, scope.commitments)}.\n\n")
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


def _table(file: TextIO, rows: list[PublicationRow]) -> None:
    names = (
        "",
        "Items",
        "Closed",
        "of these with the inspectorate",
        "On track",
        "Delayed",
        "Not stated",
        "Next target",
    )
    file.write(f"| {' | '.join(names)} |\n|---|{'--:|' * 6}---|\n")
    for row in rows:
        name = f"{_cell(row.display_code)} {_cell(row.display_title)}" if row.id else f"**{_cell(row.title)}**"
        figures = (row.total, row.closed, row.with_inspectorate, row.on_track, row.delayed, row.not_stated)
        file.write(f"| {name} | {' | '.join(str(n) for n in figures)} | {_cell(row.next_target)} |\n")
    file.write("\n")


def _heading(file: TextIO, row: PublicationRow, today: date) -> None:
    file.write(f"## {_cell(row.display_code)} · {_cell(row.display_title)}\n\n")
    facts = [_cell(row.publisher), _cell(row.published and f"Published {row.published}")]
    facts.append(_cell(row.last_update and f"Last update {row.last_update}"))
    if line := " · ".join(part for part in facts if part):
        file.write(f"{line}\n\n")
    _table(file, [row])


def _items(file: TextIO, extract: Extract, page: list[int]) -> None:
    parts = _parts(extract, page)
    for item, cells in cells_of(extract.conn, page):
        _item(file, "###", cells)
        if not extract.shown.parts:
            for _, part in cells_of(extract.conn, parts.get(item, [])):
                _item(file, "####", part)


def _parts(extract: Extract, page: list[int]) -> dict[str, list[int]]:
    marks = ",".join("?" * len(page))
    rows = extract.conn.execute(
        f"SELECT w.id, r.seq FROM recommendation r JOIN recommendation w ON w.id = r.part_of WHERE w.seq IN ({marks}) "
        "AND r.listed = 1 ORDER BY r.sort_key, r.seq",
        page,
    )
    found: dict[str, list[int]] = {}
    for item, seq in rows:
        found.setdefault(item, []).append(seq)
    return found


def _item(file: TextIO, level: str, cells: list[Cell]) -> None:
    def text_of(name: str) -> str:
        return _cell(cells[_AT[name]])

    status = str(cells[_AT["Status"]])
    glyph = GLYPHS.get(status.casefold().replace(" ", "-"), "")
    if text_of("Closed as") == "With the inspectorate":
        glyph = GLYPHS["with-inspectorate"]
    file.write(f"{level} {text_of('Reference')} · {text_of('Title')}\n\n")
    facts = [f"{glyph} **{text_of('Status')}**"]
    facts += [text_of(name) for name in ("Closed as", "How far") if text_of(name)][:1]
    for name, label in (("Target", "target"), ("Leads", "led by"), ("Next move", "next move"), ("Theme", "theme")):
        if text_of(name):
            facts.append(f"{label} {text_of(name)}")
    facts += [f"{name.lower()} {text_of(name)}" for name in FURTHER if text_of(name)]
    if cells[_AT["Moved later"]] not in (0, None):
        facts.append(f"moved later {text_of('Moved later')}, first {text_of('First target')}")
    facts += [f"updated {text_of('Updated')}", text_of("Marking")]
    file.write(" · ".join(facts) + "\n\n")
    for name in ("Text", "Newest position"):
        lines = [escape(line) for line in plain(cells[_AT[name]]).split("\n")]
        if any(lines):
            file.write(f"{name}:\n\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n")


def _cell(value: Cell) -> str:
    return escape(plain(value))
