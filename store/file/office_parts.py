"""Check a file of Word or Excel, a zip of parts, before a library reads it: what it would unpack to and declares."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers import expat

from store.domain.errors import Cancelled, FileMissing, FolderMissing, Refused
from store.domain.text import format_size

Progress = Callable[[int, int], bool]
"""Called with the work done and its total; returns whether to go on."""

MOST_BYTES = 50_000_000
"""The maximum size of a file that is read in, in bytes."""

_MOST_UNPACKED = 250_000_000
_MOST_RATIO = 400
_MOST_PARTS = 2000
_PIECE = 1 << 20
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"

_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*<|\xff\xfe|\xfe\xff|<\x00|\x00<")
_MACROS = re.compile("vbaproject|macrosheets/")


def read_regular_file(path: Path) -> bytes:
    """The bytes of a regular file of at most MOST_BYTES. Raises FileMissing, FolderMissing or Refused."""
    if not os.path.isdir(path.parent):  # noqa: PTH112  (Path.is_dir raises where a name is too long)
        raise FolderMissing(path.parent)
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise FileMissing(path) from None
    except OSError as error:
        raise Refused(path, f"it cannot be read ({error.strerror})") from None
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise Refused(path, "it is a folder" if stat.S_ISDIR(status.st_mode) else "it is no ordinary file")
    with os.fdopen(handle, "rb") as file:
        if status.st_size > MOST_BYTES:
            size, most = format_size(status.st_size), format_size(MOST_BYTES)
            raise Refused(path, f"it has {size}, and {most} is the most that is read at once")
        try:
            data = file.read(status.st_size)
        except OSError as error:
            raise Refused(path, f"it cannot be read ({error.strerror})") from None
    if not data.strip():
        raise Refused(path, "it is empty")
    return data


class PartCheck:
    """Reads each part as a parser would, keeps nothing of it, and refuses what would harm or never end.

    A part is XML by its bytes, not by its name: which part is which, the file itself declares.
    """

    main = ""
    """The name of the part that makes it a file of this kind."""

    program = ""
    noun = ""
    suffix = ""
    most_elements = 8_000_000
    most_deep = 500
    allows_macros = False

    def __init__(self, path: Path) -> None:
        self.path = path
        self._elements = self._deep = 0

    def parts(self, data: bytes, progress: Progress | None = None) -> Iterator[tuple[str, bytes]]:
        """The parts of the file, each checked before it is given out. Raises Refused and Cancelled."""
        if data.startswith(_OLD_OFFICE):
            self.refuse(f"it is an old {self.program} file or has a password: save it as {self.suffix} without one")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as parts:
                entries = parts.infolist()
                self._check_entries(entries, len(data))
                for number, entry in enumerate(entries):
                    if progress is not None and not progress(number, 3 * len(entries)):
                        raise Cancelled("The import")
                    part = parts.read(entry)
                    self.part(part)
                    yield entry.filename, part
        except (Refused, Cancelled):
            raise
        except Exception:
            # zipfile raises BadZipFile, RuntimeError for a password, zlib.error, NotImplementedError …
            raise Refused(self.path, f"it is damaged, or no {self.noun}") from None

    def _check_entries(self, entries: list[zipfile.ZipInfo], size: int) -> None:
        names = {entry.filename.lower() for entry in entries}
        unpacked = sum(entry.file_size for entry in entries)
        if len(entries) > _MOST_PARTS or len(names) < len(entries):
            self.refuse("its parts are too many, or named twice")
        if unpacked > _MOST_UNPACKED or unpacked > _MOST_RATIO * size + 10_000_000:
            self.refuse(f"it would unpack to {format_size(unpacked)}")
        if not self.allows_macros and any(_MACROS.search(name) for name in names):
            self.refuse(f"it holds macros: save it as {self.suffix}, without them")
        if self.main not in names:
            self.refuse(f"it is no {self.program} {self.noun}: save it as {self.suffix}")

    def part(self, xml: bytes) -> None:
        """Check a part. Raises Refused."""
        if not _XML.match(xml):
            return
        self._deep = 0
        self.begin_part()
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            for start in range(0, len(xml), _PIECE):
                parser.Parse(xml[start : start + _PIECE], start + _PIECE >= len(xml))
        except (expat.ExpatError, ValueError, LookupError):
            # Not well formed: no reader comes further than this one. Excel writes such drawings itself.
            return

    def refuse(self, why: str) -> None:
        """Refuse the file, with the reason."""
        raise Refused(self.path, why)

    def begin_part(self) -> None:
        """Called before each part that is XML."""

    def start(self, local: str, attributes: dict[str, str]) -> None:
        """Called where an element begins, with its name without its namespace."""

    def end(self, local: str) -> None:
        """Called where an element ends."""

    def text(self, text: str) -> None:
        """Called with each piece of text."""

    def _doctype(self, *_: object) -> None:
        self.refuse(f"it declares entities of its own, which no {self.noun} needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        self._deep += 1
        if self._elements > self.most_elements:
            self.refuse("it is too large to be read at once: split it")
        if self._deep > self.most_deep:
            self.refuse(f"its parts lie in each other more deeply than in any {self.noun}")
        self.start(name.rpartition(" ")[2], attributes)

    def _end(self, name: str) -> None:
        self._deep -= 1
        self.end(name.rpartition(" ")[2])


class WordCheck(PartCheck):
    """What a file of Word is checked for."""

    main, program, noun, suffix = "word/document.xml", "Word", "document", ".docx"
    most_elements = 1_000_000


class WordTemplateCheck(WordCheck):
    """What a house template is checked for: its macros are of no concern, since nothing but its looks is used."""

    noun, allows_macros = "template", True
