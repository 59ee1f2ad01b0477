"""The log as a second program reads it, which was written from docs/LOG-FORMAT.md alone: standard library, no code of
ours."""

from __future__ import annotations

import ast
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import log_reader
import pytest

from store.register import Register

PAGE = Path(__file__).parent.parent / "docs" / "LOG-FORMAT.md"


def read(path: Path) -> tuple[log_reader.Log, list[tuple[str, str]]]:
    return log_reader.read(str(PAGE), str(path))


def test_the_reader_imports_the_standard_library_alone() -> None:
    tree = ast.parse(Path(log_reader.__file__).read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names])
    }
    assert imported <= sys.stdlib_module_names


def test_every_id_and_body_hash_of_the_sample_checks_and_it_adds_up_to_the_same(sample: Register) -> None:
    log, problems = read(sample.path)
    assert problems == [] and list(log.waiting()) == []
    columns = "id, reference, status, closed_as, listed, counted = 1, first_target, moved_later"
    wanted = sample.conn.execute(f"SELECT {columns} FROM recommendation ORDER BY id").fetchall()
    found = [
        (
            item.id,
            item.reference,
            item.status,
            item.closed_as or None,
            int(item.listed),
            int(item.counted),
            item.first_target or None,
            item.moved_later,
        )
        for item in sorted(log.items(), key=lambda item: item.id)
    ]
    assert found == wanted


@pytest.mark.parametrize(
    "alteration",
    [
        "UPDATE change SET body = replace(body, 'a', 'b') WHERE n = 100",
        "UPDATE change SET time = '2020-01-01T00:00:00.000Z' WHERE n = 100",
        "DELETE FROM change WHERE n = 100",
        "UPDATE change SET body = NULL, salt = NULL WHERE n = 100",
    ],
)
def test_what_was_altered_is_found_by_the_reader_too(sample_path: Path, alteration: str) -> None:
    with closing(sqlite3.connect(sample_path)) as conn, conn:
        conn.execute(alteration)
    assert read(sample_path)[1]
