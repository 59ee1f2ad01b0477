"""A pane of text in tabs: told its tabs and their lines, it shows one and can be read up and down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from store.text import clean, one_line
from widgets.table_line import hit_pattern


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph: pieces of (text, style name), after a hanging margin of `indent` cells; "" styles are plain.

    Styles: strong, quiet, accent, status--… . Text is as recorded: the pane makes it safe to show.
    """

    pieces: tuple[tuple[str, str], ...]
    indent: int = 0
    label: str = ""
    """What stands in the margin before the paragraph."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its key, its name, and how many things are in it (None shows no number)."""

    key: str
    name: str
    count: int | None = None


_STYLES = {
    "": "",
    "strong": "bold",
    "quiet": "$foreground 60%",
    "accent": "$accent",
    "hit": "bold underline",
    "status--closed": "$text-success",
    "status--with-inspectorate": "$text-success",
    "status--on-track": "$text-primary",
    "status--delayed": "$text-error",
    "status--not-stated": "$foreground 60%",
}


class _Tabs(Widget):
    DEFAULT_CSS = "_Tabs { height: 1; padding: 0 1; }"

    def __init__(self) -> None:
        super().__init__()
        self.tabs: tuple[Tab, ...] = ()
        self.current = ""

    def _placed(self) -> list[tuple[int, int, Tab, str]]:
        placed, x = [], 0
        for tab in self.tabs:
            said = one_line(tab.name) + ("" if tab.count is None else f" {tab.count}")
            placed.append((x, x + cell_len(said), tab, said))
            x += cell_len(said) + 3
        return placed

    def render(self) -> Content:
        pieces: list[Content | str | tuple[str, str]] = []
        for start, _, tab, said in self._placed():
            if start:
                pieces.append("   ")
            style = "bold underline $accent" if tab.key == self.current else "$foreground 60%" if tab.count == 0 else ""
            pieces.append((said, style))
        return Content.assemble(*pieces)

    def on_click(self, event: events.Click) -> None:
        for start, end, tab, _ in self._placed():
            if start <= event.x - 1 < end:
                event.stop()
                self.post_message(Pane.TabAsked(tab.key))
                return


class Pane(Widget):
    """A head line, tabs, and a text that scrolls. `TabAsked` says that a tab was clicked."""

    DEFAULT_CSS = """
    Pane { layout: vertical; }
    Pane > #head { height: auto; max-height: 2; padding: 0 1; }
    Pane > VerticalScroll { height: 1fr; padding: 0 1; scrollbar-size-vertical: 1; }
    Pane > VerticalScroll > Static { width: 1fr; height: auto; }
    """

    hits: tuple[str, ...] = ()
    """Words to mark in the text that is shown next."""

    class TabAsked(Message):
        """A tab was clicked."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def compose(self) -> ComposeResult:
        yield Static(id="head", markup=False)
        yield _Tabs()
        with VerticalScroll(can_focus=False):
            yield Static(id="text", markup=False)

    def show(
        self,
        head: Sequence[tuple[str, str]],
        tabs: Sequence[Tab],
        current: str,
        lines: Sequence[Line],
        *,
        top: bool = True,
    ) -> None:
        """Show a head (pieces of text with style names), the tabs, and the lines of the current one.

        `top` scrolls back to the first line.
        """
        self.query_one("#head", Static).update(_content(head, line=True))
        bar = self.query_one(_Tabs)
        bar.tabs, bar.current = tuple(tabs), current
        bar.display = bool(tabs)
        bar.refresh()
        scroll = self.query_one(VerticalScroll)
        width = max(10, (scroll.scrollable_content_region.width or self.app.size.width) - 1)
        self.query_one("#text", Static).update(_paragraphs(lines, width, hit_pattern(self.hits)))
        if top:
            scroll.scroll_home(animate=False)

    def scroll(self, by: int) -> None:
        """Read on by so many lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)


def _content(pieces: Sequence[tuple[str, str]], *, line: bool = False) -> Content:
    safe = one_line if line else clean
    parts: list[Content | str | tuple[str, str]] = []
    for text, style in pieces:
        said = safe(text)
        if line and text[:1].isspace() and said:
            said = " " * (len(text) - len(text.lstrip())) + said
        if line and text[-1:].isspace() and text.strip():
            said += " "
        parts.append((said, _STYLES.get(style, "")))
    return Content.assemble(*parts)


def _paragraphs(lines: Sequence[Line], width: int, hits: re.Pattern[str] | None) -> Content:
    """Wrap each paragraph in its own margin, with hits marked; the label stands in the margin of its first line."""
    shown: list[Content] = []
    for line in lines:
        content = _content(line.pieces)
        if hits:
            content = content.highlight_regex(hits, style=_STYLES["hit"])
        indent = line.indent if line.indent < width // 2 else 0
        label = one_line(line.label)
        if not indent and label:
            shown.append(Content.styled(label, "bold"))
        wrapped = [w for part in content.split("\n", allow_blank=True) for w in part.wrap(width - indent)] or [
            Content("")
        ]
        for n, piece in enumerate(wrapped):
            margin = (label[: indent - 1].ljust(indent) if n == 0 else " " * indent) if indent else ""
            shown.append(Content.assemble((margin, "$foreground 60%"), piece.rstrip()))
    return Content("\n").join(shown)
