"""Files under a passphrase, in the age format: how one is written, and how one is read, from a private copy.

What was decrypted lies in a private folder of this process and nowhere else, and goes with it. Light on purpose: the
library is imported where it is used.
"""

from __future__ import annotations

import base64
import os
import re
import sqlite3
from contextlib import suppress
from pathlib import Path

from store.domain.errors import BadInput, PassphraseRequired, Refused, WrongPassphrase
from store.domain.text import format_size
from store.file.atomic import error_for_os
from store.file.database import is_open
from store.log.author_context import random_token
from store.log.manifest import write_row

SUFFIX = ".age"

LEAST_CHARACTERS = 15
_LEAST_DIFFERENT = 6

MOST_WORK = 20
"""The greatest work factor that is accepted, as a power of two: about a gigabyte of memory."""

MOST_BYTES = 2**30
"""The maximum size of an encrypted file, which is decrypted in memory."""

CAME_ENCRYPTED = "came encrypted"
"""The row of this_file in a register that was made from an encrypted file. It is local, and in no share."""

_MAGIC = b"age-encryption.org/v1\n"
_ARMOUR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_HEAD = 4096
_SCRYPT = re.compile(rb"-> scrypt [A-Za-z0-9+/]{22} ([0-9]{1,6})\n")

_decrypted: dict[tuple[int, ...], Path] = {}


def is_encrypted(path: Path) -> bool:
    """Whether a file is in the age format, by its first bytes."""
    return _head_of(path).startswith((_MAGIC, _ARMOUR))


def _head_of(path: Path) -> bytes:
    with suppress(OSError):
        # Opening and closing a register that is open here would drop its locks.
        if path.is_file() and not is_open(path):
            with path.open("rb") as file:
                return file.read(_HEAD)
    return b""


def check_passphrase(passphrase: str, again: str) -> None:
    """Check a new passphrase, typed twice. Raises BadInput, with what would do."""
    if len(passphrase) < LEAST_CHARACTERS or len(set(passphrase)) < _LEAST_DIFFERENT:
        raise BadInput(
            "passphrase",
            f"That is too short to hold: it takes {LEAST_CHARACTERS} characters. Four words that have nothing to do with "
            "each other, with spaces between, would do.",
        )
    if passphrase != again:
        raise BadInput("again", "The two passphrases are not the same.")


def encrypt(plain: Path, out: Path, passphrase: str) -> None:
    """Write an encrypted copy of a file over an existing one. Raises Refused where it is too large, and OSError."""
    from pyrage import passphrase as age

    size = plain.stat().st_size
    if size > MOST_BYTES:
        raise BadInput(
            "passphrase", f"It has {format_size(size)}, and {format_size(MOST_BYTES)} is the most that is encrypted."
        )
    out.write_bytes(age.encrypt(plain.read_bytes(), passphrase))


def unlock(path: Path, passphrase: str, folder: Path) -> None:
    """Decrypt a file into a private folder, where `plain_of` then finds it for as long as the file is the same.

    Raises WrongPassphrase, or Refused, before any work where that would be absurd.
    """
    import pyrage

    _check_work(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise Refused(path, f"it has {format_size(size)}, and {format_size(MOST_BYTES)} is the most")
        signature = _signature(path)
        plain = pyrage.passphrase.decrypt(path.read_bytes(), passphrase)
        copy = folder / f"{random_token()}.decrypted"
        with os.fdopen(
            os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0), 0o600), "wb"
        ) as file:
            file.write(plain)
    except pyrage.DecryptError:
        raise WrongPassphrase(path) from None
    except OSError as error:
        raise error_for_os(error, path) from None
    _decrypted[signature] = copy


def plain_of(path: Path) -> Path:
    """The file itself or, of an encrypted one, its decrypted copy. Raises PassphraseRequired where there is none yet."""
    if not is_encrypted(path):
        return path
    copy = _decrypted.get(_signature(path))
    if copy is None or not copy.exists():
        raise PassphraseRequired(path)
    return copy


def is_locked(path: Path) -> bool:
    """Whether a file is encrypted and its passphrase was not given yet."""
    try:
        plain_of(path)
    except PassphraseRequired:
        return True
    return False


def _signature(path: Path) -> tuple[int, ...]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns, found.st_dev, found.st_ino


def _check_work(path: Path) -> None:
    """Refuse a file that is for a key and not a passphrase, or whose passphrase takes absurd work to try."""
    head = _head_of(path)
    if head.startswith(_ARMOUR):
        with suppress(ValueError):
            lines = head.removeprefix(_ARMOUR).split(b"-----", 1)[0]
            plain = b"".join(lines.split())
            head = base64.b64decode(plain[: len(plain) // 4 * 4], validate=True)
    found = _SCRYPT.match(head.removeprefix(_MAGIC)) if head.startswith(_MAGIC) else None
    if found is None:
        raise Refused(path, "it was encrypted to a key and not under a passphrase, or its head is damaged")
    if int(found[1]) > MOST_WORK:
        raise Refused(path, f"to try a passphrase on it would take absurd work (2^{int(found[1])})")


def note_encrypted(conn: sqlite3.Connection) -> None:
    """Note in a register that it came encrypted; call it inside a transaction."""
    write_row(conn, CAME_ENCRYPTED, "yes")


def came_encrypted(conn: sqlite3.Connection) -> bool:
    """Whether a register came encrypted: what is written of it does not leave in the clear unasked."""
    return conn.execute("SELECT 1 FROM this_file WHERE name = ?", (CAME_ENCRYPTED,)).fetchone() is not None
