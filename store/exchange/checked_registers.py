"""The registers that were made of checked files from elsewhere, kept so that the same bytes are not checked again.

Each is known by the hash of those bytes and by the version of the schema. What is opened is a name of its own for one of
them, so that it stays whatever is removed here: never the file from elsewhere itself.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from store.domain.errors import FairleadError
from store.exchange.reading import Reading, Source
from store.exchange.untrusted import read_bytes, refusing_errors, signature_of
from store.file.atomic import write_whole
from store.file.lock import locked
from store.file.schema import VERSION

MOST_REGISTERS = 5
MOST_BYTES = 2 * 10**9
"""The most that is kept of them, but for the newest, which is kept whatever its size."""

SETTLED_NS = 2 * 10**9
"""A file that changed so little before it was read may change again under the same time: it is hashed every time."""


class CheckedRegisters:
    """The cached registers in a private folder, which several programs may use at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, to: Path, reading: Reading, whose: str = "") -> tuple[Path, str] | None:
        """Give the register that was made of this file's bytes another name; None where none is cached.

        Returns where it is cached, and the hash of those bytes.

        With `whose`, the id of a register, one that was compared with that register will do. The file is hashed unless it is unchanged since, and only where one of its size is cached. Raises FairleadError.
        """
        with refusing_errors(reading.path):
            signature = signature_of(reading.path)
            digest = self._remembered(reading.path, signature)
            if digest is None:
                if not any(self._files(f"{signature[0]}-*")):
                    return None
                source = read_bytes(reading)
                signature, digest = source.signature, source.sha256
                self._remember(source)
        for cached in dict.fromkeys((self._name(signature[0], digest, whose), self._name(signature[0], digest, ""))):
            with suppress(OSError):
                _link(cached, to)
                os.utime(cached)
                return cached, digest
        return None

    def add(self, made: Path, source: Source, whose: str = "") -> None:
        """Keep a closed register that was made of a file; where it cannot be cached, nothing is reported."""
        with suppress(OSError, FairleadError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with made.open("rb+") as file:
                os.fsync(file.fileno())
            with locked(self._folder / "lock"):
                cached = self._name(source.size, source.sha256, whose)
                if not cached.exists():
                    part = cached.with_suffix(".part")
                    part.unlink(missing_ok=True)
                    _link(made, part)
                    os.replace(part, cached)
                self._prune()
            self._remember(source)

    def _name(self, size: int, digest: str, whose: str) -> Path:
        return self._folder / f"{size}-{digest}-{whose}-{VERSION}.fairlead"

    def _files(self, of: str = "*") -> Iterator[Path]:
        return self._folder.glob(f"{of}.fairlead")

    def _memory(self, path: Path) -> Path:
        return self._folder / f"{blake2b(os.fsencode(path.absolute()), digest_size=10).hexdigest()}.json"

    def _remember(self, source: Source) -> None:
        if time.time_ns() - source.signature[1] > SETTLED_NS:
            content = json.dumps([source.signature, source.sha256]).encode()
            write_whole(self._memory(source.path), [content], force=True, sync=False)

    def _remembered(self, path: Path, signature: tuple[int, ...]) -> str | None:
        """The hash that a file had when it was as it is now, or None."""
        with suppress(OSError, ValueError, TypeError):
            then, digest = json.loads(self._memory(path).read_text(encoding="utf-8"))
            if tuple(then) == signature:
                return str(digest)
        return None

    def _prune(self) -> None:
        """Remove what is more than may be cached, and what another version of the schema made."""
        found = sorted(((cached.stat(), cached) for cached in self._files()), key=lambda pair: -pair[0].st_mtime_ns)
        size = number = 0
        digests = set()
        for stat, cached in found:
            number, size = number + 1, size + stat.st_size
            of_version = cached.stem.rpartition("-")[2] == str(VERSION)
            if of_version and (number == 1 or (number <= MOST_REGISTERS and size <= MOST_BYTES)):
                digests.add(cached.stem.split("-")[1])
            else:
                # Where another program has it open this may fail, and is done the next time.
                with suppress(OSError):
                    cached.unlink()
        for memory in self._folder.glob("*.json"):
            with suppress(OSError, ValueError, TypeError):
                if json.loads(memory.read_text(encoding="utf-8"))[1] not in digests:
                    memory.unlink()


def _link(file: Path, to: Path) -> None:
    """Give a file another name, or copy it where the file system has no such names."""
    try:
        os.link(file, to)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copyfile(file, to)
