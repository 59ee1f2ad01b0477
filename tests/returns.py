"""Registers that come back: what was sent to somebody, kept by them as their own, worked in, and sent back."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from store.commands import Command
from store.exchange.export import export
from store.exchange.foreign import save_as_own
from store.log.author_context import random_token
from store.queries.filter import Filter
from store.register import Author, Register

EVERYTHING = Filter(parts=True)


def give(register: Path, out: Path, shown: Filter = EVERYTHING) -> Path:
    """Export a register, or a part of it, to hand it on."""
    opened = Register.open(register, read_only_reason="It is handed on.")
    try:
        return export(opened, out, shown).path
    finally:
        opened.close()


def keep(share: Path, out: Path) -> Path:
    """Save what was given as a register of one's own."""
    save_as_own(share, out, None, out.parent).close()
    return out


def work(register: Path, author: str, commands: Sequence[Command]) -> Path:
    """Do commands in a register, each an action of this author."""
    opened = Register.open(register, Author(author))
    try:
        for command in commands:
            opened.do(command)
    finally:
        opened.close()
    return register


def come_back(register: Path, out: Path, author: str, commands: Sequence[Command]) -> Path:
    """What comes back from somebody who was given the register, and did these commands in it."""
    out.parent.mkdir(exist_ok=True)
    folder = out.parent.parent / f"desk of {author}"
    folder.mkdir(exist_ok=True)
    own = Path(shutil.copyfile(register, folder / "own.fairlead"))
    with closing(sqlite3.connect(own)) as conn, conn:
        # A copy with an id of its own is what saving as one's own makes, in a tenth of the time.
        conn.execute("UPDATE this_file SET value = ? WHERE name = 'id'", (random_token(),))
    give(work(own, author, commands), out)
    shutil.rmtree(folder)
    return out


def damage(path: Path) -> Path:
    """Cut a file in its middle, as a mail that broke off does."""
    held = path.read_bytes()
    path.write_bytes(held[: len(held) // 2])
    return path
