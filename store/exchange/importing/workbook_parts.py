"""Check the XML of a workbook before it is read: what it declares, how much it is, and which cells it refers to."""

from __future__ import annotations

import re
from pathlib import Path
from xml.parsers import expat

from store.domain.errors import Refused
from store.exchange.importing.tables import MOST_ROWS

_MOST_ELEMENTS = 8_000_000
_MOST_CELLS = 1_500_000
_MOST_REFERRED = 500_000
_PIECE = 1 << 20
_REFERS = ("mergeCell", "hyperlink", "comment")
"""The elements whose reader goes over every cell of their range."""

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|<\x00|\x00<")
_RANGE = re.compile(r"\$?([A-Z]{0,3})\$?(\d{0,9})(?::\$?([A-Z]{0,3})\$?(\d{0,9}))?", re.I)


class PartCheck:
    """Reads each part as a parser would, keeps nothing of it, and refuses what would harm or never end.

    A part is XML by its bytes, not by its name: which part is a sheet, the workbook declares.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.uncomputed: list[str] = []
        """The addresses of the formulas without a stored value."""
        self._elements = self._cells = self._referred = self._rows = 0
        self._address, self._has_formula, self._has_value, self._in_value = "", False, False, False

    def part(self, xml: bytes) -> None:
        """Check a part. Raises Refused."""
        if not _XML.match(xml):
            return
        self._rows = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for start in range(0, len(xml), _PIECE):
                parser.Parse(xml[start : start + _PIECE], start + _PIECE >= len(xml))
        except (expat.ExpatError, ValueError, LookupError):
            # Not well formed: no reader comes further than this one. Excel writes such drawings itself.
            return

    def _refuse(self, why: str) -> None:
        raise Refused(self.path, why)

    def _doctype(self, *_: object) -> None:
        self._refuse("it declares entities of its own, which no workbook needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            self._refuse("it is too large to be read at once: split it")
        local = name.rpartition(" ")[2]
        if local == "row":
            self._rows += 1
            if self._rows > MOST_ROWS:
                self._refuse(f"a sheet has more than {MOST_ROWS:,} rows: delete the empty ones, or split it")
        elif local == "c":
            self._cells += 1
            self._address, self._has_formula, self._has_value = attributes.get("r", ""), False, False
            if self._cells > _MOST_CELLS:
                self._refuse(f"it has more than {_MOST_CELLS:,} cells: delete the empty ones, or split it")
        elif local == "f":
            self._has_formula = True
        elif local in _REFERS:
            self._referred += _cells_of(attributes.get("ref", ""))
            if self._referred > _MOST_REFERRED:
                self._refuse("it merges or links whole columns: unmerge them")
        self._in_value = local in ("v", "t")

    def _text(self, text: str) -> None:
        if self._in_value and text:
            self._has_value = True

    def _end(self, name: str) -> None:
        self._in_value = False
        if name.rpartition(" ")[2] == "c" and self._has_formula and not self._has_value and self._address:
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
