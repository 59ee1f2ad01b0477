"""Small registers, and ways to spoil a closed one as no command of Fairlead would."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from store.commands import AddItem, AddNote, AddPublication, AddTheme, SetTrack
from store.domain.vocabulary import Track, Value
from store.log.change import Change, make_change
from store.log.change_log import COLUMNS
from store.log.manifest import log_digest, write_manifest
from store.register import Author, Register

ROOT = Path(__file__).parent.parent
STRICT, LOOSE = (") STRICT", "author TEXT NOT NULL,"), (") /* */", "author TEXT,")
TIME = "2024-09-18T09:00:00.000Z"


@cache
def _small_register() -> bytes:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("FAIRLEAD_TODAY", "2024-09-18")
        return another_register(Path(folder) / "small.fairlead").read_bytes()


def small_register(path: Path) -> Path:
    """A closed register with two items, a theme and a few notes; all that one run makes are the same register."""
    path.touch(mode=0o600)
    path.write_bytes(_small_register())
    return path


def another_register(path: Path) -> Path:
    """A closed register with as much in it, under an id of its own."""
    register = Register.create(path, Author("Test Lead"))
    publication = register.do(AddPublication(title="Hate Crime", published="2024")).created
    theme = register.do(AddTheme(name="Governance")).created
    assert publication and theme
    for number in ("1", "2"):
        item = register.do(
            AddItem(publication=publication, number=number, title=f"Item {number}", theme=theme, leads=("ACC",))
        ).created
        assert item
        register.do(SetTrack(item=item, track=Track.ON_TRACK))
        register.do(AddNote(items=(item,), text=f"What was done about {number}.\nAnd then more."))
    register.close()
    return path


def alter(path: Path, *statements: str) -> None:
    """Run statements on a closed register, as another tool would."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        for sql in statements:
            conn.execute(sql)


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read from a closed register."""
    with closing(sqlite3.connect(path)) as conn:
        return conn.execute(sql).fetchall()


def forged(kind: str, entity: str, values: dict[str, Any], **more: Any) -> Change:
    """A change whose id fits its content, whatever that is."""
    current: dict[str, Any] = {
        "reason": None,
        "parents": [],
        "author": "a" * 32,
        "device": "b" * 32,
        "time": TIME,
        "action": "c" * 32,
    }
    payload = {name: value if isinstance(value, Value) else Value(value) for name, value in values.items()}
    return make_change(kind=kind, entity=entity, values=payload, salt=secrets.token_hex(16), **{**current, **more})


def insert(path: Path, changes: Iterable[Change], *, loose: bool = False) -> None:
    """Put changes into a closed register's log and its manifest, and nowhere else. `loose` lets any type into any column."""
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        if loose:
            _rewrite_schema(conn, STRICT, LOOSE)
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        names = COLUMNS.split(", ")
        conn.execute("BEGIN")
        conn.executemany(
            f"INSERT INTO change ({COLUMNS}) VALUES ({','.join('?' * len(names))})",
            [[_listed(getattr(change, name)) for name in names] for change in changes],
        )
        if not loose:
            write_manifest(conn, *log_digest(conn))
        conn.execute("COMMIT")
        if loose:
            _rewrite_schema(conn, LOOSE, STRICT)


def _listed(names: Any) -> Any:
    return json.dumps(names, separators=(",", ":")) if isinstance(names, tuple) else names


def _rewrite_schema(conn: sqlite3.Connection, old: tuple[str, ...], new: tuple[str, ...]) -> None:
    conn.execute("PRAGMA writable_schema=ON")
    for before, after in zip(old, new, strict=True):
        conn.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'change'", (before, after))
    version = conn.execute("PRAGMA schema_version").fetchone()[0]
    conn.execute(f"PRAGMA schema_version={version + 1}")
    conn.execute("PRAGMA writable_schema=OFF")


def super_journal(path: Path, victim: Path) -> Path:
    """Leave beside a closed register a hot journal that names a file as its super-journal."""
    page = int.from_bytes(path.read_bytes()[16:18], "big")
    pages = path.stat().st_size // page
    magic = bytes.fromhex("d9d505f920a163d7")
    head = magic + (0).to_bytes(4, "big") + bytes(4) + pages.to_bytes(4, "big") + (512).to_bytes(4, "big")
    head += page.to_bytes(4, "big")
    name = os.fsencode(victim)
    tail = (0).to_bytes(4, "big") + name + len(name).to_bytes(4, "big") + sum(name).to_bytes(4, "big") + magic
    journal = Path(f"{path}-journal")
    journal.write_bytes(head.ljust(512, b"\0") + tail)
    return journal


def python(code: str, *arguments: str, **more: Any) -> subprocess.Popen[str]:
    """Start a program of its own that can import the store; its output can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **more,
    )


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Path]:
    """A disk of that size; skips where this account may not make one."""
    folder.mkdir()
    made = (
        sys.platform == "linux"
        and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    )
    if not made:
        pytest.skip("only an account that may mount a small disk can try this")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
