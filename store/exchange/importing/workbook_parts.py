"""Check a workbook before it is read: how much it is, and which cells it refers to."""

from __future__ import annotations

import re
from pathlib import Path

from store.exchange.importing.tables import MOST_ROWS
from store.file.office_parts import PartCheck

_MOST_CELLS = 1_500_000
_MOST_REFERRED = 500_000
_REFERS = ("mergeCell", "hyperlink", "comment")
"""The elements whose reader goes over every cell of their range."""

_RANGE = re.compile(r"\$?([A-Z]{0,3})\$?(\d{0,9})(?::\$?([A-Z]{0,3})\$?(\d{0,9}))?", re.I)


class WorkbookCheck(PartCheck):
    """What a workbook is checked for: beside all that a PartCheck refuses, the rows and cells that it has or names."""

    main, program, noun, suffix = "xl/workbook.xml", "Excel", "workbook", ".xlsx"

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.uncomputed: list[str] = []
        """The addresses of the formulas without a stored value in the parts since it was emptied."""
        self._cells = self._referred = self._rows = 0
        self._address, self._has_formula, self._has_value, self._in_value = "", False, False, False

    def begin_part(self) -> None:
        self._rows = 0

    def start(self, local: str, attributes: dict[str, str]) -> None:
        if local == "row":
            self._rows += 1
            if self._rows > MOST_ROWS:
                self.refuse(f"a sheet has more than {MOST_ROWS:,} rows: delete the empty ones, or split it")
        elif local == "c":
            self._cells += 1
            self._address, self._has_formula, self._has_value = attributes.get("r", ""), False, False
            if self._cells > _MOST_CELLS:
                self.refuse(f"it has more than {_MOST_CELLS:,} cells: delete the empty ones, or split it")
        elif local == "f":
            self._has_formula = True
        elif local in _REFERS:
            self._referred += _cells_of(attributes.get("ref", ""))
            if self._referred > _MOST_REFERRED:
                self.refuse("it merges or links whole columns: unmerge them")
        self._in_value = local in ("v", "t")

    def text(self, text: str) -> None:
        if self._in_value and text:
            self._has_value = True

    def end(self, local: str) -> None:
        self._in_value = False
        if local == "c" and self._has_formula and not self._has_value and self._address:
            self.uncomputed.append(self._address[:10])


def _cells_of(reference: str) -> int:
    """How many cells a range has; a whole column or row has all of it."""
    found = _RANGE.fullmatch(reference.strip())
    if not found:
        return 1
    left, top, right, bottom = found.groups()
    if right is None and bottom is None:
        return 1 if left and top else _MOST_REFERRED + 1
    width = _column(right or "XFD") - _column(left or "A") + 1
    height = int(bottom or 1_048_576) - int(top or 1) + 1
    return max(width, 1) * max(height, 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
