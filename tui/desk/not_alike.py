"""Which pairs of items somebody at this desk has stated are not the same work.

That two items are not alike is nothing that the register has a place for: it is kept at this desk, for each register.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from store.file.atomic import write_whole
from store.register import Register
from tui.desk.settings import ensure_folder, folders

Pair = frozenset[str]


def _path(register: Register) -> Path:
    return folders().state / "registers" / f"{register.id}.alike.json"


def not_alike(register: Register) -> set[Pair]:
    """The pairs of items, by their ids, of which somebody at this desk has stated that they are not alike."""
    with suppress(OSError, ValueError):
        ids = json.loads(_path(register).read_text(encoding="utf-8"))
        if isinstance(ids, list):
            return {frozenset(map(str, pair)) for pair in ids if isinstance(pair, list) and len(pair) == 2}
    return set()


def save_not_alike(register: Register, pair: Pair) -> None:
    """Keep that two items are not alike. Raises CannotWrite or DiskFull."""
    path = _path(register)
    ensure_folder(path.parent)
    pairs = sorted(sorted(ids) for ids in not_alike(register) | {pair})
    write_whole(path, [json.dumps(pairs).encode()], force=True)
