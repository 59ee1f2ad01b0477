"""Evidence files outside the register: hashed when they are cited, and compared later with the file on disk."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from store.domain.errors import BadInput, Cancelled, CannotWrite
from store.domain.text import format_size, one_line
from store.file.atomic import write_whole
from store.file.attachments import MAX_SIZE, AttachmentMissing, Content, GoOn, pack, read_chunks
from store.file.database import is_open
from store.file.typed import typed_path
from store.queries.rows import EntityRow

LIMIT = 5
"""Default of the largest attachment, in MB; a register can have its own."""

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class CitedFile:
    """A file to cite: its name, location (an absolute path), size in bytes and SHA-256 in hex."""

    name: str
    where: str
    size: int
    sha256: str | None = None
    """None where it was not read."""
    content: Content | None = None
    """Its bytes, where it is to be attached."""


def limit_of(conn: sqlite3.Connection) -> int:
    """The largest size of an attachment, in bytes."""
    row = conn.execute("SELECT embed_limit FROM register").fetchone()
    return min((row[0] if row and row[0] is not None else LIMIT) * 1_000_000, MAX_SIZE)


def check_limit(conn: sqlite3.Connection, name: str, size: int) -> None:
    """Raise BadInput where a file is too large to be attached."""
    limit = limit_of(conn)
    if size > limit:
        raise BadInput(
            "file",
            f"{one_line(name, most=80)} has {format_size(size)}, and {format_size(limit)} is the most that is kept inside. "
            "Cite it where it lies, or raise the limit of the register.",
        )


def find_file(text: str) -> Path | None:
    """The path of the file that a text names, or None where it is a name alone.

    Raises BadInput for a path that leads nowhere.
    """
    path = typed_path(text, "file")
    if os.path.lexists(path):
        return path
    if path.name != text.strip():
        raise BadInput("file", f"There is no file {path}. To cite it all the same, give its name alone.")
    return None


def read_file(path: Path, *, hashed: bool = True, keep: bool = False, go_on: GoOn | None = None) -> CitedFile:
    """Read the size and SHA-256 of a file to be cited; with `keep`, its bytes too.

    Raises BadInput ("file") for what is no plain file, is empty, cannot be read or changes meanwhile, and
    Cancelled where `go_on` answers False.
    """
    found = _status(path)
    cited = CitedFile(path.name, str(path.absolute()), found.st_size)
    if not (hashed or keep):
        return cited
    digest, held = sha256(), []
    for part in _read(path, found, go_on):
        digest.update(part)
        if keep:
            held.append(part)
    content = pack(b"".join(held)) if keep else None
    return CitedFile(cited.name, cited.where, cited.size, digest.hexdigest(), content)


def _status(path: Path) -> os.stat_result:
    """The stat of a plain, non-empty file, which is not opened. Raises BadInput."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        raise BadInput("file", f"There is no file {path}.") from None
    except (OSError, ValueError) as error:
        raise BadInput("file", f"{path} cannot be reached: {_why(error)}.") from None
    if stat.S_ISLNK(found.st_mode):
        raise BadInput("file", f"{path} is a link to a file. Name the file itself.")
    if stat.S_ISDIR(found.st_mode):
        raise BadInput("file", f"{path} is a folder. Name one file in it.")
    if not stat.S_ISREG(found.st_mode):
        raise BadInput("file", f"{path} is not a plain file.")
    if is_open(path):
        # Opening it here, and closing it again, would drop every lock that SQLite holds on it.
        raise BadInput("file", f"{path} is the register that is open.")
    if not found.st_size:
        raise BadInput("file", f"{path} is empty.")
    return found


def _read(path: Path, found: os.stat_result, go_on: GoOn | None) -> Iterator[bytes]:
    """The bytes of a file, in pieces. Raises BadInput at the end where it was changed meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    size = 0
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            while part := file.read(_PIECE):
                size += len(part)
                if size > found.st_size:
                    break
                if go_on and not go_on():
                    raise Cancelled(f"Reading {path}")
                yield part
            after = os.fstat(file.fileno())
    except OSError as error:
        raise BadInput("file", f"{path} cannot be read: {_why(error)}.") from None
    same = (after.st_dev, after.st_ino, after.st_mtime_ns) == (found.st_dev, found.st_ino, found.st_mtime_ns)
    if not same or size != found.st_size:
        raise BadInput("file", f"{path} was written to while it was read. Close what has it open and try again.")


def _why(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return "this account may not read it"
    return (getattr(error, "strerror", None) or "the name cannot be used").lower()


class FileState(StrEnum):
    """The state of a cited file at its recorded location."""

    FINE = "fine"
    MOVED = "moved"
    ALTERED = "altered"
    OUT_OF_REACH = "cannot be reached"


def compare(where: str, size: int | None, digest: str | None, go_on: GoOn | None = None) -> FileState | None:
    """Compare a cited file with the file at its location; None where the location is no path of this machine.

    A network path (//server/share) is never opened. Raises Cancelled where `go_on` answers False.
    """
    path = Path(where)
    if where.startswith(("\\\\", "//")):
        return FileState.OUT_OF_REACH
    if not path.is_absolute():
        return None
    try:
        found = path.lstat()
        if size is not None and found.st_size != size:
            return FileState.ALTERED
        status = _status(path)
        if digest is None:
            return FileState.FINE
        now = sha256()
        for part in _read(path, status, go_on):
            now.update(part)
    except FileNotFoundError:
        return FileState.MOVED if _is_folder(path.parent) else FileState.OUT_OF_REACH
    except (BadInput, OSError, ValueError):
        return FileState.OUT_OF_REACH
    return FileState.FINE if now.hexdigest() == digest else FileState.ALTERED


def _is_folder(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return path.is_dir()
    return False


_CITED = """
SELECT c.id, c.note, c.name, c.reference, c.sha256, c.size, c.embedded, c.marking, c.left_out, c.recorded,
       a.name AS author, EXISTS (SELECT 1 FROM sqlar s WHERE s.name = c.sha256) AS kept,
       (SELECT group_concat(place, '; ') FROM (SELECT l.place FROM location l
         WHERE l.citation = c.id AND l.withdrawn = 0 ORDER BY l.recorded, l.id)) AS place
  FROM citation c JOIN note n ON n.id = c.note AND n.withdrawn = 0 LEFT JOIN party a ON a.id = c.recorded_by
 WHERE c.withdrawn = 0 AND {which} ORDER BY c.recorded, c.id
"""


def _entities(conn: sqlite3.Connection, which: str, values: tuple[str, ...]) -> tuple[EntityRow, ...]:
    cursor = conn.execute(_CITED.format(which=which), values)
    names = [column[0] for column in cursor.description]
    return tuple(EntityRow("citation", row[0], dict(zip(names, row, strict=True))) for row in cursor)


def citations_on(conn: sqlite3.Connection, end: str, entity: str) -> tuple[EntityRow, ...]:
    """The citations of the notes on an entity, in the order they were recorded. `end` is as in `notes_on`.

    `embedded`: it was attached; `kept`: its bytes are in this copy; `place`: its location.
    """
    about = f"c.note IN (SELECT note FROM note_on WHERE {end} = ? AND withdrawn = 0)"
    return _entities(conn, about, (entity,))


def all_citations(conn: sqlite3.Connection) -> tuple[EntityRow, ...]:
    """Every valid citation."""
    return _entities(conn, "1", ())


def citation_of(conn: sqlite3.Connection, citation: str) -> EntityRow | None:
    """One citation, or None where it is not here or was withdrawn."""
    return next(iter(_entities(conn, "c.id = ?", (citation,))), None)


_PLAIN = frozenset(" .,_-+()&'")
_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


def safe_name(name: str | None) -> str:
    """A file name for an attachment that is safe on any system; its suffix stays."""
    last = (name or "").replace("\\", "/").rpartition("/")[2]
    plain = "".join(char if char.isalnum() or char in _PLAIN else "_" for char in last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    stem, ending = (stem, ending[:10]) if dot else (plain, "")
    stem = stem[:60].strip(" .-") or "evidence"
    stem = f"_{stem}" if stem.split(".")[0].casefold() in _RESERVED else stem
    return f"{stem}.{ending}" if ending else stem


def extract_attachment(conn: sqlite3.Connection, cited: EntityRow, folder: Path) -> Path:
    """Write an attachment into a folder under a safe name, readable by its owner alone; verified before it is renamed.

    Raises AttachmentMissing, FolderMissing, CannotWrite or DiskFull; nothing is left then.
    """
    if not cited.fields["sha256"] or not cited.fields["embedded"]:
        raise AttachmentMissing("it is cited where it lies, and was never put in")
    out = folder / safe_name(str(cited.fields["name"] or ""))
    if os.path.lexists(out):
        raise CannotWrite(out, "there is a file of that name already")
    write_whole(out, read_chunks(conn, str(cited.fields["sha256"])), force=False)
    return out
