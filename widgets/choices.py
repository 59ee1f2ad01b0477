"""A form input to choose one of a few options with the arrows, a first letter or a digit."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from store.domain.text import one_line
from widgets.dialog import KEY_MARK

NOT_STATED = "—"
"""The option for no value, where that can be chosen."""

_MOST_LINES = 3


class Choices(Widget, can_focus=True):
    """The options side by side with the chosen one marked; only the chosen one where they need more than three lines.

    Left, right and space step; a letter goes to the next that begins with it; a digit goes to that many; backspace
    takes the choice away where it may be left out; enter lists them when they do not all fit.

    Changed   posted when another was chosen.
    ListRequested posted on enter when not all of them are shown.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", show=False),
        Binding("right,space", "step(1)", show=False),
        Binding("home", "go(0)", show=False),
        Binding("end", "go(-1)", show=False),
        Binding("backspace,delete", "clear", show=False),
        Binding("enter", "list", show=False),
    ]
    DEFAULT_CSS = """
    Choices { height: auto; padding: 0 1; background: $panel; }
    Choices:focus { background: $accent-muted; }
    Choices:focus:nocolor { text-style: reverse; }
    """

    class Changed(Message):
        """Another option was chosen."""

        def __init__(self, choices: Choices) -> None:
            super().__init__()
            self.choices = choices

    class ListRequested(Changed):
        """The options are to be listed, as they are not all shown."""

    def __init__(
        self,
        options: tuple[tuple[str, str], ...],
        value: str | None = None,
        *,
        optional: bool = False,
        id: str | None = None,
    ) -> None:
        """`options` are (stored, shown) pairs; with `optional`, none of them may be chosen too."""
        super().__init__(id=id)
        self.options: tuple[tuple[str | None, str], ...] = ((None, NOT_STATED), *options) if optional else options
        self.chosen = next((n for n, (stored, _) in enumerate(self.options) if stored == value), -1)
        self.on_enter: Callable[[Widget], None] | None = None
        """Called on enter, where all options are shown."""

    @property
    def value(self) -> str | None:
        """The stored word that is chosen, or None."""
        return self.options[self.chosen][0] if self.chosen >= 0 else None

    def choose(self, value: str | None) -> None:
        """Choose the option with this stored word."""
        at = next((n for n, (stored, _) in enumerate(self.options) if stored == value), -1)
        if at != self.chosen:
            self.chosen = at
            self.refresh(layout=True)
            self.post_message(self.Changed(self))

    def action_step(self, by: int) -> None:
        """Choose the next option (1) or the previous one (-1), with wraparound."""
        if self.options:
            start = self.chosen if self.chosen >= 0 or by > 0 else 0
            self.choose(self.options[(start + by) % len(self.options)][0])

    def action_go(self, to: int) -> None:
        """Choose the first option (0) or the last one (-1)."""
        if self.options:
            self.choose(self.options[to][0])

    def action_clear(self) -> None:
        """Choose no value, where that is allowed."""
        if self.options and self.options[0][0] is None:
            self.choose(None)

    def action_list(self) -> None:
        """Request the list of options where not all are shown; else go on."""
        if len(self._laid_out(self.content_size.width)) > _MOST_LINES:
            self.post_message(self.ListRequested(self))
        elif self.on_enter:
            self.on_enter(self)

    def on_key(self, event: events.Key) -> None:
        if not event.is_printable or not event.character or event.key == "space":
            return
        event.stop()
        pressed = event.character.casefold()
        real = [stored for stored, _ in self.options if stored is not None]
        if pressed.isdecimal():
            if 0 < int(pressed) <= len(real):
                self.choose(real[int(pressed) - 1])
            return
        after = [*self.options[self.chosen + 1 :], *self.options[: self.chosen + 1]]
        for stored, shown in after:
            if one_line(shown).casefold().startswith(pressed):
                self.choose(stored)
                return

    def on_click(self, event: events.Click) -> None:
        at = event.style.meta.get("option")
        if isinstance(at, int):
            event.stop()
            self.choose(self.options[at][0])

    def _laid_out(self, width: int) -> list[Content]:
        lines: list[Content] = []
        line = Content("")
        for at, (_, shown) in enumerate(self.options):
            on = at == self.chosen
            words = f"{KEY_MARK if on else ' '} {one_line(shown)}"
            part = Content.styled(words, "bold $accent" if on else "$text-muted")
            part = part.stylize(Style.from_meta({"option": at}))
            if line and line.cell_length + 2 + part.cell_length > width:
                lines.append(line)
                line = Content("")
            line = line + ("  " if line else "") + part
        return [*lines, line]

    def _lines(self, width: int) -> list[Content]:
        lines = self._laid_out(width)
        if len(lines) <= _MOST_LINES:
            return lines
        shown = one_line(self.options[self.chosen][1]) if self.chosen >= 0 else NOT_STATED
        more = Content.styled(f"  enter lists all {len(self.options)}", "$text-muted")
        return [Content.styled(f"{KEY_MARK} {shown}", "bold $accent") + more]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        width = self.content_size.width
        return Content("\n").join([line.truncate(width, ellipsis=True) for line in self._lines(width)])
