"""The extract that every export is written from, and the translation of errors while writing one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.domain.errors import Cancelled
from store.exchange.redaction import Redacted, Terms
from store.exchange.scope import Scope
from store.file.atomic import error_for_os
from store.file.sqlite_errors import error_for
from store.queries.filter import Filter
from store.register import Register

Progress = Callable[[int, int], bool]
"""Called with the items written and their total; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Extract:
    """The input of an export: a private copy of the register, the filter and sort, and the scope."""

    register: Register
    shown: Filter
    sort: str
    today: date
    scope: Scope
    terms: Terms
    redacted: Redacted
    """What was removed from the copy on these terms; not all of it need be in scope."""
    made_by: str
    """The id of the original register."""
    out: Path
    scratch: Path
    """A private folder for temporary files, removed after the export."""
    progress: Progress | None

    @property
    def conn(self) -> sqlite3.Connection:
        """The connection to the copy; its temporary table `scope` lists what belongs to the export."""
        return self.register.conn

    def report_progress(self, done: int, total: int) -> None:
        """Report progress, in items of a total. Raises Cancelled."""
        if self.progress is not None and not self.progress(done, total):
            raise Cancelled(f"Writing {self.out.name}")


@contextmanager
def translating_write_errors(place: Path, source: Path) -> Iterator[None]:
    """Translate errors of the block, which reads the register `source` and writes to `place`, to FairleadErrors."""
    try:
        yield
    except OSError as error:
        raise error_for_os(error, place) from None
    except sqlite3.Error as error:
        raise error_for(source, error, out=place) from None
