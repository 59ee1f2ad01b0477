"""Backups of a register: complete copies in a folder of their own, each verified before it gets its name.

A backup is a register like any other. Its name has the register's id, the day and an increasing number, so the newest
is the one with the greatest number, whatever the clocks showed.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.domain.errors import Cancelled, Damaged, FolderMissing
from store.file.atomic import error_for_os, replace_file, temporary_beside
from store.file.database import File
from store.file.schema import DIGESTS, schema_digest, schema_of
from store.file.sqlite_errors import error_for

MAX_TOTAL_BYTES = 2**30
RETAIN_NEWEST = 10
RETAIN_AT_LEAST = 3

_PAGES = 500
_PAUSE_SECONDS = 0.002
_NAME = re.compile(r"([0-9a-f]{32})\.(\d{4}-\d\d-\d\d)\.(\d{6,})\.fairlead", re.ASCII)

Progress = Callable[[int, int], bool]
"""Called with the pages copied and their total; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One backup: its path, the day it was created, its number among those of its register, its size in bytes."""

    path: Path
    day: date
    number: int
    size: int


def copy_register(file: File, to: Path, go_on: Progress | None = None) -> None:
    """Copy an open register to a new private file, in steps that let a save through. From any thread.

    Raises FairleadError, Cancelled among them; the caller removes what is at `to` then.
    """

    def step(_status: int, left: int, of: int) -> None:
        if go_on and not go_on(of - left, of):
            raise Cancelled(f"Copying {file.path}")
        time.sleep(_PAUSE_SECONDS)

    try:
        os.close(os.open(to, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except OSError as error:
        raise error_for_os(error, to) from None
    try:
        with closing(sqlite3.connect(to, isolation_level=None)) as conn, file.reading() as source:
            source.backup(conn, pages=_PAGES, progress=step)
    except UnicodeDecodeError:
        raise Damaged(file.path) from None
    except sqlite3.Error as error:
        raise error_for(file.path, error, out=to) from None


def back_up(file: File, folder: Path, day: date, go_on: Progress | None = None) -> Path:
    """Back up an open register; returns the path of the backup. From any thread.

    The copy is verified before it gets its name: one of a damaged register raises Damaged and leaves nothing. Raises
    FolderMissing where `folder` does not exist, and other FairleadErrors.
    """
    if not folder.is_dir():
        raise FolderMissing(folder)
    with temporary_beside(folder / "backup") as temporary:
        copy_register(file, temporary, go_on)
        register_id = _verify_copy(temporary, file.path)
        number = max((b.number for b in list_backups(folder, register_id)), default=0) + 1
        out = folder / f"{register_id}.{day.isoformat()}.{number:06}.fairlead"
        replace_file(temporary, out, force=True)
        return out


def _verify_copy(copy: Path, original: Path) -> str:
    """Verify a copy; returns the register's id. Raises Damaged about the original."""
    try:
        with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
            conn.execute("PRAGMA trusted_schema=OFF")
            version = conn.execute("PRAGMA user_version").fetchone()[0]
            sound = conn.execute("PRAGMA quick_check(1)").fetchall() == [("ok",)]
            row = conn.execute("SELECT value FROM this_file WHERE name = 'id'").fetchone()
            if not sound or row is None or schema_digest(schema_of(conn)) != DIGESTS.get(version):
                raise Damaged(original, "a copy of it does not check, so no backup was made")
            return str(row[0])
    except sqlite3.Error:
        raise Damaged(original, "a copy of it does not check, so no backup was made") from None


def list_backups(folder: Path, register_id: str) -> list[Backup]:
    """The backups of a register, the newest first; empty where the folder does not exist."""
    found = []
    try:
        for path in folder.iterdir():
            if (name := _NAME.fullmatch(path.name)) and name[1] == register_id:
                with suppress(OSError, ValueError):
                    found.append(Backup(path, date.fromisoformat(name[2]), int(name[3]), path.stat().st_size))
    except OSError:
        return []
    return sorted(found, key=lambda backup: backup.number, reverse=True)


def newest_backup(folder: Path, register_id: str) -> Path | None:
    """The newest backup of a register, or None."""
    return next((backup.path for backup in list_backups(folder, register_id)), None)


def prune(folder: Path, register_id: str) -> list[Path]:
    """Remove the backups beyond the retention policy; returns them.

    Retained are the newest ten and the newest of every day, a gigabyte in all, and never fewer than three.
    """
    here = list_backups(folder, register_id)
    last_of_day = {backup.day: backup for backup in reversed(here)}
    wanted = [b for place, b in enumerate(here) if place < RETAIN_NEWEST or last_of_day[b.day] is b]
    retained: set[Path] = set()
    size = 0
    for backup in wanted:
        size += backup.size
        if len(retained) >= RETAIN_AT_LEAST and size > MAX_TOTAL_BYTES:
            break
        retained.add(backup.path)
    gone = []
    for backup in here:
        if backup.path not in retained:
            with suppress(OSError):
                backup.path.unlink()
                gone.append(backup.path)
    return gone
