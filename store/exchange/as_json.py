"""Export to JSON: everything of the items shown, a line each; docs/export.md documents the format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from store.exchange.extract import Extract
from store.exchange.json_rows import Row, item_json, notes_json, paper_json, publication_json
from store.exchange.publication_figures import shown_publications
from store.exchange.scope import select_scope
from store.exchange.share import create_reduced_register
from store.exchange.spreadsheet_rows import total_rows
from store.queries.basis import basis_of_entity
from store.queries.item_list import seqs

FORMAT = "fairlead-export"
VERSION = 1


def write_json(extract: Extract, path: Path) -> tuple[str, ...]:
    """Write the JSON. Under a filter it is read from a reduced register, which has no entity outside the scope."""
    if not extract.shown.is_active:
        _write(extract, path)
        return ()

    # Scratch alone: whether a citation's file is attached can be read there only where it came along.
    whole = replace(extract, terms=replace(extract.terms, with_files=True))
    inside = create_reduced_register(whole, extract.scratch / "reduced.sqlite")
    try:
        scope = select_scope(inside.conn, extract.shown, extract.today)
        _write(replace(extract, register=inside, scope=scope), path)
    finally:
        inside.close()
    return ()


def _write(extract: Extract, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("{\n")
        for name, value in _head(extract).items():
            file.write(f"{_line(name)}: {_line(value)},\n")
        publications, _ = shown_publications(extract)
        _list(file, "publications", (publication_json(extract.conn, row) for row in publications))
        _list(file, "themes", _themes(extract))
        _list(file, "outcomes", _outcomes(extract))
        _list(file, "papers", _papers(extract))
        _list(file, "items", _items(extract), last=True)
        file.write("}\n")


def _head(extract: Extract) -> Row:
    scope = extract.scope
    return {
        "format": FORMAT,
        "version": VERSION,
        "register": extract.register.own_fields(),
        "day": extract.today.isoformat(),
        "filter": extract.shown.describe(),
        "sort": extract.sort,
        "marking": scope.marking,
        "counts": {"recommendations": scope.recommendations, "commitments": scope.commitments},
    }


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _list(file: TextIO, name: str, rows: Iterator[Row], *, last: bool = False) -> None:
    file.write(f"{_line(name)}: [")
    between = "\n"
    for row in rows:
        file.write(between + _line(row))
        between = ",\n"
    file.write("\n]\n" if last else "\n],\n")


def _items(extract: Extract) -> Iterator[Row]:
    total, done = total_rows(extract), 0
    for piece in seqs(extract.conn, extract.shown, extract.sort, extract.today):
        for seq in piece:
            if done % 50 == 0:
                extract.report_progress(done, total)
            (item,) = extract.conn.execute("SELECT id FROM recommendation WHERE seq = ?", (seq,)).fetchone()
            whole = item_json(extract.conn, item)
            done += 1
            if whole is not None:
                yield whole
    extract.report_progress(done, total)


def _rows(extract: Extract, kind: str, columns: str, order: str) -> Iterator[Row]:
    """The rows of a kind in scope that are not withdrawn, as objects; `columns` and `order` are trusted SQL."""
    cursor = extract.conn.execute(
        f"SELECT {columns} FROM {kind} t JOIN scope s ON s.entity = t.id WHERE t.withdrawn = 0 ORDER BY {order}, t.id"
    )
    names = [column[0] for column in cursor.description]
    return (dict(zip(names, row, strict=True)) for row in cursor)


def _themes(extract: Extract) -> Iterator[Row]:
    code = "(SELECT p.code FROM publication p WHERE p.id = t.publication) AS publication"
    for theme in _rows(
        extract, "theme", f"t.id, t.name, t.definition, t.position, {code}", "t.position IS NULL, t.position"
    ):
        entity = theme.pop("id")
        theme["basis"] = basis_of_entity(extract.conn, "theme", entity)
        yield theme | {"notes": notes_json(extract.conn, "theme", entity) if not extract.shown.is_active else []}


def _outcomes(extract: Extract) -> Iterator[Row]:
    for outcome in _rows(extract, "outcome", "t.id, t.number, t.text", "t.number"):
        entity = outcome.pop("id")
        yield outcome | {"basis": basis_of_entity(extract.conn, "outcome", entity)}


def _papers(extract: Extract) -> Iterator[Row]:
    for paper in _rows(extract, "paper", "t.id", "t.date_latest"):
        yield paper_json(extract.conn, str(paper["id"]))
