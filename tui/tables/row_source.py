"""The base class of row sources, and how many rows may be read at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from store.domain.errors import FairleadError
from store.file.sqlite_errors import translating_errors
from store.register import Register
from widgets.windowed_table import Row

SHORT = 5_000
"""Up to so many rows are read whole at once: it takes a few milliseconds."""


class RowSource:
    """Base class of row sources: an error while a table is drawn is shown, and the lines stay blank."""

    def __init__(self, register: Register, on_error: Callable[[FairleadError], None]) -> None:
        self.register = register
        self._on_error = on_error

    def rows(self, start: int, count: int) -> Sequence[Row]:
        """Some lines of the table from `start` on."""
        try:
            with translating_errors(self.register.path):
                return self.lines(start, count)
        except FairleadError as error:
            self._on_error(error)
            return []

    def lines(self, start: int, count: int) -> Sequence[Row]:
        """Read some lines from `start` on; implemented by a subclass."""
        raise NotImplementedError
