"""The frame of every screen: the line on top, the line of screens, and the line of keys at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS
from widgets.table_line import truncate

TITLE_LEAST = 12
"""Cells of the register's title below which what is on the right of the top line goes first."""

READABLE = 4
"""Cells in which a name that is cut can be recognised."""


class TopLine(Widget):
    """The top line: the program, the register's name and marking on the left; the day and the author on the right."""

    DEFAULT_CSS = "TopLine { height: 1; padding: 0 1; background: $surface; color: $foreground; }"

    def __init__(self) -> None:
        super().__init__()
        self._left: tuple[str, ...] = ()
        self._right = ""

    def show(self, left: Sequence[str], right: str) -> None:
        """Show these parts; where there is no room, the title, which is before the marking, is cut; a marking never."""
        if (tuple(left), right) != (self._left, self._right):
            self._left, self._right = tuple(left), right
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        left, rights = [one_line(part) for part in self._left] or [""], one_line(self._right).split(" · ")
        at = next((n for n, part in enumerate(left) if part in MARKINGS), len(left)) - 1
        title = left[at]
        others = cell_len(" · ".join(left)) - cell_len(title)

        def room() -> int:
            right = cell_len(" · ".join(rights))
            return width - others - (right + 2 if right else 0)

        while rights and room() < min(cell_len(title), TITLE_LEAST):
            rights = rights[1:]
        left[at] = truncate(title, room())
        if left[at] != title and cell_len(left[at]) < READABLE:
            left.pop(at)
        name, *rest = _drop_parts(left or [title], width)
        right, joined = " · ".join(rights), "".join(f" · {part}" for part in rest)
        gap = " " * max(1, width - cell_len(name + joined) - cell_len(right))
        return Content.assemble((name, "bold $accent"), joined, gap if right else "", (right, "$foreground-muted"))


def _drop_parts(parts: list[str], width: int) -> list[str]:
    """The parts of the top line that fit: without the first, then without the last; a marking is dropped never."""
    first = parts[0]
    while cell_len(" · ".join(parts)) > width:
        droppable = [n for n, part in enumerate(parts) if part not in MARKINGS]
        if len(parts) == 1 or not droppable:
            return [truncate(part, width) for part in parts]
        parts.pop(droppable[0 if parts[0] == first else -1])
    return parts


class Title(Widget):
    """The title line of a list: what it shows on the left, its counts and what its marks mean on the right.

    Where there is no room, the legend is in short first; then the left is cut, then the counts, but never the legend.
    """

    DEFAULT_CSS = "Title { height: 1; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self._left = self._right = ""
        self._legends: tuple[str, ...] = ()

    def show(self, left: str, right: str, legends: tuple[str, ...] = ()) -> None:
        """Show these texts, without a new layout; `legends` are the same in fewer words each."""
        self._left, self._right, self._legends = one_line(left), one_line(right), legends
        self.refresh()

    def render(self) -> Content:
        width = self.size.width
        room = max(0, width - 2 - min(cell_len(self._left), width // 3))
        shortest = self._legends[-1] if self._legends else ""
        legend = next(filter(self._is_room_for, self._legends), shortest)
        between = " · " if legend and self._right else ""
        right = truncate(self._right, max(0, room - cell_len(between + legend))) + between + legend
        right = truncate(right, room)
        left = truncate(self._left, max(0, width - cell_len(right) - 2))
        gap = " " * max(2, width - cell_len(left) - cell_len(right))
        return Content.assemble((left, "bold"), gap, (right, "$foreground-muted"))

    def _is_room_for(self, legend: str) -> bool:
        """Whether a legend fits beside the whole of the other texts."""
        return cell_len(f"{self._left}  {self._right} · {legend}") <= self.size.width


class KeyBar(Widget):
    """A line of keys with their labels; a click on one posts `Pressed` with its action."""

    DEFAULT_CSS = "KeyBar { height: 1; color: $foreground; background: $surface; }"

    class Pressed(Message):
        """A key was clicked; `action` is the action that it is bound to."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, *, keeps_all: bool = False, id: str | None = None) -> None:
        """With `keeps_all` labels are cut, evenly, before any part is left out."""
        super().__init__(id=id)
        self._keeps_all = keeps_all
        self._parts: tuple[tuple[str, str, str], ...] = ()
        self._current = ""

    def show(self, parts: Sequence[tuple[str, str, str]], current: str = "") -> None:
        """Show (key, label, action) parts; `current` is the action of the one to underline, which is always shown."""
        shown = tuple((one_line(key), one_line(label), action) for key, label, action in parts)
        if (shown, current) != (self._parts, self._current):
            self._parts, self._current = shown, current
            self.refresh()

    def _placed(self) -> list[tuple[int, int, str, str, str]]:
        """Start, end, key, label and action of the parts that fit the width.

        Where all are kept, they have one space between them and none at the edges; then the labels are cut, those that are
        longest most, but for the current one's; then they are left out. Else, and where not even the keys fit, parts are
        left out: never the current one, nor the last where none is.
        """
        parts, gap, margin = list(self._parts), 2, 1

        def is_too_wide() -> bool:
            return sum(map(_size, parts)) + gap * (len(parts) - 1) + 2 * margin > self.size.width

        if self._keeps_all and is_too_wide():
            longest = max(cell_len(label) for _, label, _ in parts)
            cuts = [(gap, 1, most) for gap in (2, 1) for most in range(longest, READABLE - 1, -1)]
            for gap, margin, most in ((1, 0, longest), *cuts, (2, 1, 0)):  # noqa: B007 (the last are used)
                parts = [(k, label if a == self._current else truncate(label, most), a) for k, label, a in self._parts]
                if not is_too_wide():
                    break
        while len(parts) > 1 and is_too_wide():
            out = len(parts) - 3 if len(parts) > 2 else 0
            parts.pop(out if parts[out][2] != self._current else out - 1)
        if len(parts) == 1:
            key, label, action = parts[0]
            parts = [(key, truncate(label, self.size.width - cell_len(key) - 1 - 2 * margin), action)]
        placed, x = [], margin
        for part in parts:
            placed.append((x, x + _size(part), *part))
            x += _size(part) + gap
        return placed

    def render(self) -> Content:
        pieces: list[Content | str | tuple[str, str]] = []
        x = 0
        for start, end, key, label, action in self._placed():
            pieces.append(" " * (start - x))
            x = end
            on = action == self._current
            pieces.append((key, "bold $accent"))
            pieces.append((f" {label}" if label else "", "bold underline" if on else ""))
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        for start, end, _, _, action in self._placed():
            if start <= event.x < end:
                event.stop()
                self.post_message(self.Pressed(action))
                return


def _size(part: tuple[str, str, str]) -> int:
    """The cells of a part."""
    key, label, _ = part
    return cell_len(key) + (1 + cell_len(label) if label else 0)


class Notice(Widget):
    """A notice of one or two lines, such as that a register is read-only; hidden while it is empty."""

    DEFAULT_CSS = "Notice { height: auto; max-height: 2; padding: 0 1; color: $text-warning; display: none; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""

    @property
    def text(self) -> str:
        """The text; "" where the line is hidden."""
        return self._text

    def show(self, text: str) -> None:
        """Show this; "" hides the line."""
        if text == self._text:
            # A new layout of the screen costs more than the rest of a change.
            return
        self._text = text
        self.display = bool(text)
        self.refresh(layout=True)

    def render(self) -> Content:
        return Content(one_line(self._text))
