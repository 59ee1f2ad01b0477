"""Pairs of items that were dismissed as not the same work, stored locally in a file for each register.

The register itself has no entity for it.
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
    """Load the dismissed pairs of a register, as ids of items."""
    with suppress(OSError, ValueError):
        ids = json.loads(_path(register).read_text(encoding="utf-8"))
        if isinstance(ids, list):
            return {frozenset(map(str, pair)) for pair in ids if isinstance(pair, list) and len(pair) == 2}
    return set()


def save_not_alike(register: Register, pair: Pair) -> None:
    """Save one more dismissed pair. Raises CannotWrite or DiskFull."""
    path = _path(register)
    ensure_folder(path.parent)
    pairs = sorted(sorted(ids) for ids in not_alike(register) | {pair})
    write_whole(path, [json.dumps(pairs).encode()], force=True)
