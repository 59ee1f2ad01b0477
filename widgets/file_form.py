"""The form that asks for a file: its path is typed, or the file is looked for in the list under it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widget import Widget

from widgets.form import Form, FormField
from widgets.line import LineInput
from widgets.rows import Row, Rows

PATH = "path"
"""The name of the form's field."""


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A line of the list: the path it leads to, the name shown, where that lies, and what it is."""

    path: str
    name: str
    where: str = ""
    what: str = ""


class FileForm(Form):
    """A form of one path, with the recent files and those of a folder under it; ends as a form does.

    What is typed narrows the list; with a separator it leads to another folder.

    | key | does |
    |---|---|
    | up, down, pgup, pgdn | move in the list |
    | enter, ctrl+s | open the path typed, if there is such a file; else the line under the cursor; of a folder list it |
    | esc | leave |
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("pagedown", "move(10)", show=False),
    ]
    DEFAULT_CSS = (
        "FileForm #files { height: 16; } FileForm.-middling #files { height: 10; } FileForm.-low #files { height: 4; }"
    )

    def __init__(
        self,
        title: str,
        field: FormField,
        folder: Path,
        recent: Sequence[FileEntry],
        list_folder: Callable[[Path], Sequence[FileEntry]],
        **settings: Any,
    ) -> None:
        """`field` has the name PATH. The list is of `folder` first; `settings` are those of Form."""
        super().__init__(title, (field,), main_field=PATH, **settings)
        self._folder = folder
        self._recent = recent
        self._list_folder = list_folder
        self._listed: dict[Path, Sequence[FileEntry]] = {}
        self._shown: list[FileEntry | None] = []
        self._is_moved = False
        self.KEYS = (("enter", "open"), ("↑ ↓", "move"), ("esc", "leave"))

    def _keys_in(self, name: str | None) -> tuple[tuple[str, str], ...]:
        return (("enter", "open"), ("↑ ↓", "move"), ("esc", "leave"))

    def body(self) -> Widget:
        return Vertical(*self._entries.values(), Rows(id="files"), id="body")

    def on_mount(self) -> None:
        self._refill()

    @property
    def _line(self) -> LineInput:
        line = self._entries[PATH].entry
        assert isinstance(line, LineInput)
        return line

    def _entries_of(self, folder: Path) -> Sequence[FileEntry]:
        if folder not in self._listed:
            self._listed[folder] = self._list_folder(folder)
        return self._listed[folder]

    def _refill(self) -> None:
        """List what fits what is typed, the recent files first, where it leads to no other folder."""
        typed, self._is_moved = self._line.value.strip(), False
        above, name = os.path.split(typed)
        folder = Path(above) if above else self._folder
        with suppress(RuntimeError):
            folder = folder.expanduser()
        words = name.casefold()
        groups = [("Used last", self._recent)] if self._recent and not above else []
        groups.append((str(folder), self._entries_of(folder)))
        rows: list[Row] = []
        self._shown = []
        for heading, entries in groups:
            fitting = [entry for entry in entries if words in entry.name.casefold()]
            if fitting or heading == str(folder):
                rows.append(Row(heading, heading=True))
                self._shown.append(None)
            rows += [Row(e.name, note=e.where, right=e.what, quiet=not (e.what or e.where)) for e in fitting]
            self._shown += fitting
        first = next((n for n, entry in enumerate(self._shown) if entry and entry.name != ".."), 1)
        self.query_one("#files", Rows).show(tuple(rows), first)

    def _changed(self, widget: Widget) -> None:
        super()._changed(widget)
        if not self._finished:
            self._refill()

    def action_move(self, by: int) -> None:
        """Move the cursor of the list."""
        self._is_moved = True
        self.query_one("#files", Rows).move(by)

    def on_rows_pressed(self, event: Rows.Pressed) -> None:
        event.stop()
        self.query_one("#files", Rows).cursor = event.index
        self._is_moved = True
        self.action_save()

    def press(self, key: str) -> None:
        if key == "enter":
            self.action_save()
        else:
            super().press(key)

    def action_save(self, another: bool | None = None) -> None:
        """Open what is typed or chosen; of a folder, list it."""
        typed = self._line.value.strip()
        at = self.query_one("#files", Rows).cursor
        chosen = self._shown[at] if at < len(self._shown) else None
        if chosen and (self._is_moved or typed.endswith(os.sep) or not (typed and _is_there(typed))):
            typed = chosen.path
        if typed and _is_there(typed) and Path(typed).expanduser().is_dir():
            self._set(f"{typed.rstrip(os.sep)}{os.sep}")
            self._refill()
        else:
            self._set(typed)
            super().action_save()

    def _set(self, path: str) -> None:
        """Put a path into the line."""
        with self._line.prevent(LineInput.Changed):
            self._line.value = path
        self._line.cursor_position = len(path)


def _is_there(typed: str) -> bool:
    try:
        return Path(typed).expanduser().exists()
    except (OSError, ValueError, RuntimeError):
        return False
