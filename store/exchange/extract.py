"""What every kind of file is written from, and how what goes wrong while it is written is reported."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.domain.errors import Cancelled
from store.exchange.scope import Scope
from store.file.atomic import error_for_os
from store.file.sqlite_errors import error_for
from store.queries.filter import Filter
from store.register import Register

Progress = Callable[[int, int], bool]
"""Given how many of how many items are written; answers whether to go on."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What a file is written from: a copy of the register that nobody else writes to, and what of it is shown."""

    register: Register
    shown: Filter
    sort: str
    today: date
    scope: Scope
    made_by: str
    """The id of the register that it was copied from."""
    out: Path
    scratch: Path
    """A private folder, gone when the file is written."""
    progress: Progress | None

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection to the copy; its temporary table `scope` lists what belongs to the export."""
        return self.register.conn

    def step(self, done: int, total: int) -> None:
        """Report how far it has got. Raises Cancelled."""
        if self.progress is not None and not self.progress(done, total):
            raise Cancelled(f"Writing {self.out.name}")


@contextmanager
def translating_write_errors(place: Path, source: Path) -> Iterator[None]:
    """Describe what goes wrong while writing at a place what is read from a register."""
    try:
        yield
    except OSError as error:
        raise error_for_os(error, place) from None
    except sqlite3.Error as error:
        raise error_for(source, error, out=place) from None
