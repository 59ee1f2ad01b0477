"""Read a CSV or JSON file into raw tables: its encoding, separator and shape are found."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from store.domain.errors import Refused
from store.domain.text import TextError, decode
from store.exchange.importing.tables import MOST_COLUMNS, MOST_ROWS, RawTable, Row

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LIMIT = 2_000_000
"""The most characters of one cell, with which an unclosed quote is noticed."""

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
    raw = RawTable("")
    before = 1 if stated else 0
    try:
        for number, cells in enumerate(_rows(rest if stated else text, separator), before + 1):
            if number > MOST_ROWS:
                raise Refused(path, f"it has more than {MOST_ROWS:,} rows: split it")
            raw.rows.append(Row(number, tuple(cell.strip() for cell in cells[:MOST_COLUMNS])))
    except csv.Error as error:
        raise Refused(path, f"row {len(raw.rows) + 1} cannot be read as CSV ({error})") from None
    return raw, f"{encoding}, {_SEPARATORS.get(separator, separator)} between cells"


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
        found = json.loads(text, parse_constant=str, parse_float=str, parse_int=str)
    except RecursionError:
        raise Refused(path, "it is nested too deeply") from None
    except ValueError as error:
        if lines := _read_json_lines(text):
            found = lines
        else:
            raise Refused(path, f"it is not JSON ({error})") from None
    lists = _lists(found)
    if not lists:
        raise Refused(path, "it has no list of objects")
    return [_json_table(path, name, rows) for name, rows in lists], f"{encoding}, JSON"


def _read_json_lines(text: str) -> list[Any] | None:
    try:
        rows = [json.loads(line, parse_float=str, parse_int=str) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return None
    return rows if len(rows) > 1 else None


def _lists(found: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """The lists of objects in a JSON value, by name."""
    if isinstance(found, list) and any(isinstance(row, dict) for row in found):
        return [("", [row for row in found if isinstance(row, dict)])]
    if isinstance(found, dict):
        named = ((name, _lists(value)) for name, value in found.items() if isinstance(value, (list, dict)))
        return [(f"{name}.{inner}".rstrip("."), rows) for name, lists in named for inner, rows in lists]
    return []


def _json_table(path: Path, name: str, objects: list[dict[str, Any]]) -> RawTable:
    """A table of JSON objects: its first row is their names, in the order of their first use."""
    if len(objects) > MOST_ROWS:
        raise Refused(path, f"it has more than {MOST_ROWS:,} objects: split it")
    flat = [dict(_flatten(row)) for row in objects]
    names = list(dict.fromkeys(key for row in flat for key in row))[:MOST_COLUMNS]
    raw = RawTable(name, [Row(0, tuple(names))])
    raw.rows += [Row(number, tuple(row.get(key, "") for key in names)) for number, row in enumerate(flat, 1)]
    return raw


def _flatten(value: dict[str, Any], before: str = "") -> Iterator[tuple[str, str]]:
    """The plain values of an object, those of objects in it as "outer.inner", a list as a line each."""
    for key, inner in value.items():
        name = f"{before}{key}"
        if isinstance(inner, dict):
            yield from _flatten(inner, f"{name}.")
        elif isinstance(inner, list):
            yield name, "\n".join(_json_text(one) for one in inner if one is not None)
        else:
            yield name, _json_text(inner)


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value).strip()
