"""Drafts: unsaved input of dialogs, in private files, so that a crash loses no words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

from store.domain.errors import FairleadError
from store.file.atomic import write_whole

Values = dict[str, str | None]


class Drafts:
    """The drafts of one register, a JSON file each, in a local folder."""

    def __init__(self, folder: Path, register: str) -> None:
        self._folder = folder
        self._register = register

    def _file(self, key: str) -> Path:
        name = blake2b(f"{self._register}\n{key}".encode(), digest_size=10).hexdigest()
        return self._folder / f"{self._register[:8]}-{name}.json"

    def get(self, key: str) -> Values | None:
        """The values of a draft, or None."""
        try:
            draft = json.loads(self._file(key).read_text(encoding="utf-8"))
            values = draft["values"]
            return {str(name): None if text is None else str(text) for name, text in values.items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def save(self, key: str, title: str, values: Values) -> None:
        """Write a draft; errors are ignored, since the input is still on the screen."""
        content = json.dumps({"key": key, "title": title, "values": values}).encode()
        with suppress(OSError, FairleadError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Syncing to disk every second would slow down typing.
            write_whole(self._file(key), [content], force=True, sync=False)

    def delete(self, key: str) -> None:
        """Delete a draft that was saved or discarded."""
        with suppress(OSError):
            self._file(key).unlink(missing_ok=True)

    def titles(self) -> Iterator[str]:
        """The titles of the drafts of this register."""
        with suppress(OSError):
            for file in sorted(self._folder.glob(f"{self._register[:8]}-*.json")):
                with suppress(OSError, ValueError, KeyError, TypeError):
                    yield str(json.loads(file.read_text(encoding="utf-8"))["title"])
