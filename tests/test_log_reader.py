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
from partial import full_register

from store.commands import MoveTarget, Withdraw, correct
from store.domain.references import find_item
from store.exchange.export import export
from store.exchange.redaction import Terms
from store.queries.filter import Filter
from store.register import Author, Register

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


def test_what_was_undone_withdrawn_and_left_out_adds_up_to_the_same(tmp_path: Path, sample_built: Path) -> None:
    path = full_register(sample_built, tmp_path / "full.fairlead")
    register = Register.open(path, Author("Test Lead"))
    item = find_item(register.conn, "HC-6")[0]
    register.do(correct("recommendation", item, title="Undone"))
    register.undo()
    register.do(MoveTarget(item=item, text="June 2030", reason="Later still."))
    register.undo()
    register.redo()
    register.do(Withdraw(kind="recommendation", entity=find_item(register.conn, "CAM-1")[0]))
    register.do(correct("recommendation", find_item(register.conn, "HC-5")[0], marking="OFFICIAL-SENSITIVE"))
    out = export(register, tmp_path / "out.sqlite", Filter(parts=True), terms=Terms(max_marking="OFFICIAL")).path
    register.close()
    for file in (path, out):
        log, problems = read(file)
        assert problems == []
        with closing(sqlite3.connect(file)) as conn:
            wanted = set(conn.execute("SELECT id, reference, status, listed, moved_later FROM recommendation"))
        assert {(i.id, i.reference, i.status, int(i.listed), i.moved_later) for i in log.items()} == wanted
