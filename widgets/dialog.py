"""The base class of dialogs: a box with a head, a body that scrolls, and a bottom line of keys."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rich.segment import Segment
from rich.style import Style as RichStyle
from textual import events
from textual.app import ComposeResult, RenderResult
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual
from textual.widget import Widget
from textual.widgets import Static

from store.domain.text import one_line, sanitise

if TYPE_CHECKING:
    from textual.css.styles import RulesMap

ResultT = TypeVar("ResultT")

KEY_MARK = "▸"
"""The glyph before the line that the keys act on, so that it is visible without colour."""

_WIDTHS = [(0, "-tiny"), (60, "-narrow"), (81, "-wide")]
_HEIGHTS = [(0, "-low"), (14, "-middling"), (30, "-tall")]


class SafeText(Static):
    """A text that is sanitised to be shown; hidden while it is empty."""

    DEFAULT_CSS = "SafeText.-empty { display: none; }"

    def __init__(self, text: str = "", *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(Content(sanitise(text)), markup=False, id=id, classes=classes)
        self.set_class(not text, "-empty")

    def show(self, text: str) -> None:
        """Show another text, or nothing."""
        self.update(Content(sanitise(text)))
        self.set_class(not text, "-empty")


class DialogKeys(Static):
    """The keys of a dialog with their labels; a click on one presses it."""

    def __init__(self, keys: tuple[tuple[str, str], ...], *, id: str | None = None) -> None:
        super().__init__(markup=False, id=id)
        self.show(keys)

    def show(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Show these (key, label) pairs from now on."""
        parts: list[Content] = []
        for key, words in keys:
            part = Content.assemble((one_line(key), "bold $accent"), (f" {one_line(words)}", "$foreground-muted"))
            parts.append(part.stylize(Style.from_meta({"key": key})))
        self.update(Content.styled(" · ", "$foreground-muted").join(parts))

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("key")
        if isinstance(key, str) and isinstance(self.screen, Dialog):
            event.stop()
            self.screen.press(key)


class Dimmed(Visual):
    """The screen under a dialog, dimmed: what Textual draws there by way of Rich, which takes most of opening a dialog."""

    def __init__(self, behind: BackgroundScreen) -> None:
        self._screen, self._color = behind.screen, behind.color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        base, color = style.rich_style, self._color
        return [
            Strip([Segment(text, _dim(its, base, color)) for text, its, _ in strip], strip.cell_length)
            for strip in self._screen._compositor.render_strips()[:height]
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height


@lru_cache(maxsize=512)
def _dim(style: RichStyle | None, base: RichStyle, color: Color) -> RichStyle:
    (segment,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return base + (segment.style or RichStyle())


class Dialog(ModalScreen[ResultT]):
    """A modal box over the screen. A subclass implements `head`, `body` and `foot`, and ends with `finish`.

    Narrow terminals get it at full width, low ones without its border; the body scrolls when it does not fit.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box {
        width: 90%; max-width: 90; height: auto; max-height: 100%;
        background: $surface; border: round $accent; padding: 0 1;
    }
    Dialog #head { dock: top; height: auto; margin: 0 0 1 0; }
    Dialog #foot { dock: bottom; height: auto; margin: 1 0 0 0; }
    Dialog #body { height: auto; max-height: 100%; scrollbar-size-vertical: 1; }
    Dialog #title { color: $accent; text-style: bold; }
    Dialog #intro { color: $foreground-muted; }
    Dialog .-wrong { color: $text-error; }
    Dialog.-narrow > #box, Dialog.-tiny > #box { width: 100%; }
    Dialog.-low > #box { border: none; }
    Dialog.-low #head, Dialog.-low #foot { margin: 0; }
    Dialog.-low #title, Dialog.-low #keys { text-wrap: nowrap; text-overflow: ellipsis; }
    Dialog.-low #intro { display: none; }
    """
    HORIZONTAL_BREAKPOINTS = _WIDTHS
    VERTICAL_BREAKPOINTS = _HEIGHTS
    AUTO_FOCUS = ""
    KEYS: tuple[tuple[str, str], ...] = (("esc", "leave"),)

    def __init__(self, title: str, intro: str | None = None) -> None:
        super().__init__()
        self._title = title
        self._intro = intro or ""
        self._finished = False
        self._was_shown = False

    def _on_mount(self, event: events.Mount) -> None:
        # An earlier toast would lie over the dialog.
        self.app.clear_notifications()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        # What is new has its styles already.
        event.refresh_styles, self._was_shown = event.refresh_styles and self._was_shown, True

    def compose(self) -> ComposeResult:
        # Before anything is laid out: a class that comes later has it all laid out again.
        width, height = self.app.size
        for breakpoints, size in ((_WIDTHS, width), (_HEIGHTS, height)):
            self.add_class(max(point for point in breakpoints if point[0] <= size)[1], update=False)
        with Vertical(id="box"):
            yield Vertical(
                SafeText(self._title, id="title"), SafeText(self._intro, id="intro"), *self.head(), id="head"
            )
            yield self.body()
            yield Vertical(*self.foot(), DialogKeys(self.KEYS, id="keys"), id="foot")

    def render(self) -> RenderResult:  # type: ignore[override]
        behind = super().render()
        return Dimmed(behind) if isinstance(behind, BackgroundScreen) else behind

    def head(self) -> list[Widget]:
        """The widgets under the title, which do not scroll."""
        return []

    def body(self) -> Widget:
        """The widget that scrolls; its id must be `body`."""
        raise NotImplementedError

    def foot(self) -> list[Widget]:
        """The widgets above the bottom line, which do not scroll."""
        return []

    def press(self, key: str) -> None:
        """Act on a key of the bottom line that was clicked."""
        if key == "esc":
            self.action_leave()

    def action_leave(self) -> None:
        """End with None."""
        self.finish(None)

    def finish(self, result: ResultT | None) -> None:
        """End with this result, once: a key pressed twice must not close the screen beneath as well."""
        if not self._finished:
            self._finished = True
            self.dismiss(result)


def letter(event: events.Key) -> str:
    """The letter or digit that was pressed, in lower case, or "" when it was another key."""
    return event.key.lower() if len(event.key) == 1 else ""
