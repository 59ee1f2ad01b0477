"""Read a CSV or JSON file into raw tables: its encoding, separator and shape are found."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from store.domain.errors import Refused
from store.domain.names import fold_name
from store.domain.text import TextError, decode
from store.exchange.importing.tables import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, RawTable, Row, column_letter

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LIMIT = 2_000_000
"""The most characters of one cell, with which an unclosed quote is noticed."""

_MOST_LISTS = 200
_LONGEST_NAME = 2000
"""The most characters of a name in JSON, with the names that it is within."""

_ENCODINGS = {b"\xef\xbb\xbf": "UTF-8 with a mark", b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


def decode_file(path: Path, data: bytes) -> tuple[str, str]:
    """The text of a file, and the name of its encoding. Raises Refused."""
    name = next((name for mark, name in _ENCODINGS.items() if data.startswith(mark)), "UTF-8")
    if not data.startswith(tuple(_ENCODINGS)) and (wide := _wide_encoding(data)):
        try:
            return data.decode(wide), f"{wide.upper()} without a mark"
        except UnicodeDecodeError:
            pass
    try:
        text, as_windows = decode(data)
    except TextError as error:
        raise Refused(path, str(error).rstrip(".")) from None
    return text, "Windows-1252" if as_windows else name


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without its mark, by its zeros: every second byte of mostly ASCII text."""
    start = data[:2000]
    half = len(start) // 2
    if half < 4:
        return None
    if start[1::2].count(0) > half * 0.7 and not start[0::2].count(0):
        return "utf-16-le"
    if start[0::2].count(0) > half * 0.7 and not start[1::2].count(0):
        return "utf-16-be"
    return None


def read_csv(path: Path, data: bytes) -> tuple[RawTable, str]:
    """The table of a CSV file, and how it was read. Raises Refused."""
    text, encoding = decode_file(path, data)
    text = text.replace("\x00", "")
    first, _, rest = text.partition("\n")
    declared = first.strip().strip('"').lower()
    stated = declared[4:] if declared.startswith("sep=") and len(declared) == 5 else None
    separator = stated or _find_separator(text)
    raw = RawTable("", is_separated=True)
    before = 1 if stated else 0
    body = (rest if stated else text).rstrip("\r\n")
    widest = 0
    try:
        for number, cells in enumerate(_rows(f"{body}\n{_END}", separator), before + 1):
            if cells == [_END]:
                break
            if number > MOST_ROWS:
                raise Refused(path, f"it has more than {MOST_ROWS:,} rows: split it")
            widest = max(widest, len(cells))
            raw.rows.append(Row(number, tuple(cell.strip() for cell in cells[:MOST_COLUMNS])))
        else:
            raise Refused(path, f"a quotation mark in row {len(raw.rows) + before} is never closed")
    except csv.Error:
        row = len(raw.rows) + before + 1
        raise Refused(path, f"row {row} has a cell that does not end: is a quotation mark not closed?") from None
    raw.notices += left_columns(widest)
    raw.notices += _swallowed(raw.rows, separator)
    return raw, f"{encoding}, {_SEPARATORS.get(separator, separator)} between cells"


_END = "\x00end"
"""A row that no file has, since zeros are taken out: it is read as itself where every quotation mark is closed."""


def left_columns(widest: int) -> list[str]:
    """A notice where a table is wider than what is read."""
    if widest <= MOST_COLUMNS:
        return []
    return [f"It has {widest:,} columns: those after column {column_letter(MOST_COLUMNS - 1)} are not read."]


def _swallowed(rows: list[Row], separator: str) -> list[str]:
    """A notice of cells that look like rows: a quotation mark that was not closed takes in all up to the next one."""
    return [
        f"Row {row.number} has a cell with what look like rows of their own: is a quotation mark not closed?"
        for row in rows
        for text in row.cells
        if text.count("\n") > 2 and sum(line.count(separator) > 1 for line in text.splitlines()) > 2
    ][:5]


def _rows(text: str, separator: str) -> Iterator[list[str]]:
    csv.field_size_limit(_LIMIT)
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)


def _find_separator(text: str) -> str:
    """The separator with which the most rows have the same number of cells, and at least two.

    A preamble may have more commas than the rows: what counts is the rows that agree.
    """
    sample = text[:200_000]
    best, most = ",", (0, 0)
    for separator in _SEPARATORS:
        try:
            widths = Counter(len(cells) for cells in _rows(sample, separator) if len(cells) > 1)
        except csv.Error:
            continue
        if not widths:
            continue
        width, rows = max(widths.items(), key=lambda found: (found[1] * min(found[0], 8), found[0]))
        points = (rows * min(width, 8), rows)
        if points > most:
            best, most = separator, points
    return best


def read_json(path: Path, data: bytes) -> tuple[list[RawTable], str]:
    """The tables of a JSON file: its list of objects, or each list of objects under a name. Raises Refused."""
    text, encoding = decode_file(path, data)
    try:
        found, shape = _parse_json(path, text)
        tables = [_json_table(path, name, rows) for name, rows in islice(_lists(found), _MOST_LISTS)]
    except RecursionError:
        raise Refused(path, "it is nested too deeply") from None
    if not tables:
        raise Refused(path, "it has no list of objects")
    return tables, f"{encoding}, {shape}"


def _parse_json(path: Path, text: str) -> tuple[Any, str]:
    """A JSON value, numbers as they are written; or an object a line. Raises Refused and RecursionError."""
    parse = partial(json.loads, parse_constant=str, parse_float=str, parse_int=str)
    try:
        return parse(text), "JSON"
    except ValueError as error:
        try:
            rows = [parse(line) for line in text.splitlines() if line.strip()]
        except ValueError:
            rows = []
        if len(rows) > 1:
            return rows, "JSON, an object a line"
        at = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise Refused(path, f"it is not JSON{at}") from None


def _lists(found: Any, name: str = "") -> Iterator[tuple[str, list[Any]]]:
    """The lists with objects in a JSON value, by name."""
    if isinstance(found, list) and any(isinstance(row, dict) for row in found):
        yield name, found
    elif isinstance(found, dict) and _item_lists(found) and any(fold_name(key) in _TITLES for key in found):
        yield name, [found]
    elif isinstance(found, dict):
        for key, inner in found.items():
            yield from _lists(inner, f"{name}.{key[:_LONGEST_NAME]}" if name else key[:_LONGEST_NAME])


def _json_table(path: Path, name: str, rows: list[Any]) -> RawTable:
    """A table of JSON objects: its first row is their names, in the order of their first use."""
    if len(rows) > MOST_ROWS:
        raise Refused(path, f"it has more than {MOST_ROWS:,} objects: split it")
    flat = [one for row in rows for one in islice(_rows_of(path, row), MOST_ROWS + 1)]
    if len(flat) > MOST_ROWS:
        raise Refused(path, f"it has more than {MOST_ROWS:,} objects: split it")
    names = list(dict.fromkeys(key for row in flat for key in row))
    raw = RawTable(name[:_LONGEST_NAME], [Row(0, tuple(names[:MOST_COLUMNS]))], left_columns(len(names)))
    width = len(raw.rows[0].cells)
    if width * len(flat) > MOST_CELLS:
        raise Refused(path, f"{len(flat):,} objects with {width:,} names are too many: split it")
    raw.rows += [
        Row(number, tuple(row.get(key, "") for key in raw.rows[0].cells)) for number, row in enumerate(flat, 1)
    ]
    return raw


_ITEMS = frozenset({
    "recommendations", "recommendation", "commitments", "actions", "items", "findings", "areas for improvement",
    "areas_for_improvement", "areas for development", "areas_for_development", "causes of concern", "causes_of_concern",
})  # fmt: skip
"""The names of lists in an object that are its items: the object is their publication then."""

_TITLES = frozenset({"title", "name", "publication", "report", "inspection", "audit", "document", "plan"})
_OF_PUBLICATION = frozenset({"publisher", "inspectorate", "published", "year"})
_TEXTS = frozenset({"text", "recommendation", "recommendation text", "wording", "commitment"})
"""What an item has, and a publication has not."""


def _item_lists(value: dict[str, Any]) -> list[str]:
    """The names under which an object has the items of a publication; none where it is an item itself."""
    if any(fold_name(key) in _TEXTS and not isinstance(inner, list) for key, inner in value.items()):
        return []
    return [
        key
        for key, inner in value.items()
        if isinstance(inner, list)
        and (
            (not inner and fold_name(key).startswith("recommendation"))
            or (fold_name(key) in _ITEMS and any(isinstance(one, dict) for one in inner))
            or any(isinstance(one, dict) and _item_lists(one) for one in inner)
        )
    ]


def _rows_of(path: Path, value: Any, outer: dict[str, str] | None = None) -> Iterator[dict[str, str]]:
    """The rows of a JSON object: itself, or each item in its lists with the fields of its publication repeated."""
    before = outer or {}
    if not isinstance(value, dict):
        yield before | {"": _json_text(value)}
        return
    lists = _item_lists(value)
    if not lists:
        yield before | dict(_flatten(path, value))
        return
    own = dict(_flatten(path, {key: inner for key, inner in value.items() if key not in lists}))
    level = "section" if "publication" in before else "publication"
    before = before | {_name_at(level, key): text for key, text in own.items()}
    if not any(value[key] for key in lists):
        yield before
    for key in lists:
        kind = {"kind": key.replace("_", " ")} if len(lists) > 1 else {}
        for row in value[key]:
            yield from _rows_of(path, row, before | kind)


def _name_at(level: str, name: str) -> str:
    """The heading of a field of a publication, or a section of it, beside its items', which may have one of that name."""
    folded = fold_name(name)
    if folded in _TITLES:
        return level
    return name if folded in _OF_PUBLICATION and level == "publication" else f"{level} {name}"


def _flatten(path: Path, value: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The plain values of an object, those of objects in it as "outer.inner", a list as a line each."""
    for key, inner in value.items():
        name = f"{before}{key}"
        if len(name) > _LONGEST_NAME:
            raise Refused(path, f"it has a name of {len(name):,} characters")
        if isinstance(inner, dict):
            yield from _flatten(path, inner, f"{name}.")
        elif isinstance(inner, list) and inner and all(isinstance(one, dict) for one in inner):
            yield from _listed_objects(name, [dict(_flatten(path, one)) for one in inner])
        elif isinstance(inner, list):
            yield name, "\n".join(_json_text(one) for one in inner if one is not None)
        else:
            yield name, _json_text(inner)


_NAMES = ("name", "full name", "full_name", "display name", "display_name", "title", "label")


def _listed_objects(name: str, objects: list[dict[str, str]]) -> Iterator[tuple[str, str]]:
    """A list of objects: their names, a line each, and what else they have as "outer.inner"; without, a line each.

    An object of two values is "2024-05-01: Draft out", one of more has its names too.
    """
    by_fold = [{fold_name(key): key for key in one} for one in objects]
    named = next((key for key in map(fold_name, _NAMES) if all(key in keys for keys in by_fold)), None)
    if named is None:
        yield name, "\n".join(filter(None, map(_object_line, objects)))
        return
    yield name, "\n".join(one[keys[named]] for one, keys in zip(objects, by_fold, strict=True) if one[keys[named]])
    for other in dict.fromkeys(key for one in objects for key in one):
        if fold_name(other) != named:
            yield f"{name}.{other}", "\n".join(filter(None, (one.get(other, "") for one in objects)))


def _object_line(flat: dict[str, str]) -> str:
    filled = {key: text for key, text in flat.items() if text}
    if len(filled) <= 2:
        return ": ".join(filled.values())
    return "; ".join(f"{key}: {text}" for key, text in filled.items())


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value).strip()
