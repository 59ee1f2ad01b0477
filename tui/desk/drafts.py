"""Drafts: unsaved input of dialogs, in private files, so that a crash loses no words."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TypedDict

from store.domain.errors import FairleadError
from store.file.atomic import write_whole
from store.file.scratch import ProcessFolder, is_running, process_folder
from tui.desk.settings import folders

Values = dict[str, str | None]


class DraftArguments(TypedDict):
    """What a form is given so that what is typed in it is kept as a draft."""

    draft: Values | None
    """What was typed before; None where nothing was."""
    save_draft: Callable[[Values], None]
    discard_draft: Callable[[], None]


class Drafts:
    """The drafts of one register, a JSON file each, in a local folder; each window has files of its own.

    What another window left is there for any; what one that still runs is typing is there for nobody else.
    """

    def __init__(self, folder: Path, register: str, window: ProcessFolder | None = None) -> None:
        """`window` is the process whose drafts they are: this one, unless given."""
        self._folder = folder
        self._register = register
        self._given = window

    @property
    def _window(self) -> ProcessFolder:
        return self._given or process_folder(folders().looked_at)

    def _name(self, key: str) -> str:
        name = blake2b(f"{self._register}\n{key}".encode(), digest_size=10).hexdigest()
        return f"{self._register[:8]}-{name}"

    def _own(self, key: str) -> Path:
        return self._folder / f"{self._name(key)}-{self._window.name}.json"

    def _is_others(self, file: Path) -> bool:
        """Whether a draft is of another window that still runs."""
        window = file.stem.split("-")[2:]
        return bool(window) and window[0] != self._window.name and is_running(self._window.root, window[0])

    def get(self, key: str) -> Values | None:
        """The values of a draft, or None: this window's, else the newest that was left, which becomes this window's."""
        with suppress(OSError, FairleadError):
            own = self._own(key)
            if not own.exists():
                left = [file for file in self._folder.glob(f"{self._name(key)}*.json") if not self._is_others(file)]
                if not left:
                    return None
                os.replace(max(left, key=lambda file: file.stat().st_mtime_ns), own)
            with suppress(ValueError, KeyError, TypeError, AttributeError):
                values = json.loads(own.read_text(encoding="utf-8"))["values"]
                return {str(name): None if text is None else str(text) for name, text in values.items()}
        return None

    def save(self, key: str, title: str, values: Values) -> None:
        """Write a draft; errors are ignored, since the input is still on the screen."""
        content = json.dumps({"key": key, "title": title, "values": values}).encode()
        with suppress(OSError, FairleadError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Syncing to disk every second would slow down typing.
            write_whole(self._own(key), [content], force=True, sync=False)

    def delete(self, key: str) -> None:
        """Delete a draft of this window that was saved or discarded."""
        with suppress(OSError, FairleadError):
            self._own(key).unlink(missing_ok=True)

    def arguments(self, key: str, title: str, then: Callable[[], None]) -> DraftArguments:
        """The arguments of a Form whose draft is saved under a key and a title; `then` is called once it is discarded."""

        def discard() -> None:
            self.delete(key)
            then()

        return {
            "draft": self.get(key),
            "save_draft": lambda values: self.save(key, title, values),
            "discard_draft": discard,
        }

    def titles(self) -> Iterator[str]:
        """The titles of the drafts of this register, but for those of other windows that still run."""
        with suppress(OSError, FairleadError):
            for file in sorted(self._folder.glob(f"{self._register[:8]}-*.json")):
                if not self._is_others(file):
                    with suppress(OSError, ValueError, KeyError, TypeError):
                        yield str(json.loads(file.read_text(encoding="utf-8"))["title"])
