"""A pane: its head, its tabs and its paragraphs, wrapped in their margins, at any width and over any text."""

from __future__ import annotations

import pytest
from hostile import HOSTILE, UNSAFE
from textual.app import App, ComposeResult

from widgets.pane import Line, Pane, Tab

TABS = (Tab("one", "Overview"), Tab("two", "Notes", 2), Tab("three", "Links", 0))
LONG = "Speed up better third-party reporting so that people may report hate crime without going to the police."


class Shelf(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def compose(self) -> ComposeResult:
        yield Pane()

    def on_pane_tab_asked(self, event: Pane.TabAsked) -> None:
        self.asked.append(event.key)

    @property
    def pane(self) -> Pane:
        return self.query_one(Pane)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]


async def test_a_paragraph_hangs_in_its_margin_with_its_label() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show(
            (("HC-6 ", "strong"), ("▲ Delayed", "status--delayed")), TABS, "two", [Line(((LONG, ""),), 10, "Asks")]
        )
        await pilot.pause()
        lines = app.lines()
    assert lines[0].strip() == "HC-6 ▲ Delayed" and lines[1].strip() == "Overview   Notes 2   Links 0"
    assert lines[2].startswith(" Asks      Speed up better")
    assert all(line.startswith(" " * 11) and line[11] != " " for line in lines[3:7] if line.strip())
    assert " ".join(line[11:].strip() for line in lines[2:8] if line.strip()).startswith(LONG)


async def test_line_ends_of_a_text_stay_and_a_label_too_long_for_its_margin_is_cut() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show((), (), "", [Line((("One\n\nTwo", ""),), 8, "Addressed to"), Line((("Three", ""),), 0, "Head")])
        await pilot.pause()
        lines = [line.strip() for line in app.lines()]
    assert lines[1:6] == ["Address One", "", "Two", "Head", "Three"]


async def test_a_click_on_a_tab_asks_for_it_and_no_tabs_take_no_room() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        app.pane.show((("Head", ""),), TABS, "one", [])
        await pilot.pause()
        for part in ("Notes", "Links", "Overview"):
            await pilot.click(offset=(app.lines()[1].index(part), 1))
        await pilot.click(offset=(38, 1))
        assert app.asked == ["two", "three", "one"]
        app.pane.show((("Head", ""),), (), "", [Line((("Text", ""),))])
        await pilot.pause()
        assert app.lines()[1].strip() == "Text"


async def test_a_long_text_is_read_on_and_back_and_shown_from_its_top_unless_told_otherwise() -> None:
    app = Shelf()
    async with app.run_test(size=(40, 12)) as pilot:
        lines = [Line(((f"Line {n}", ""),)) for n in range(40)]
        app.pane.show((), (), "", lines)
        await pilot.pause()
        app.pane.scroll(5)
        await pilot.pause()
        assert "Line 5" in app.lines()[1]
        app.pane.show((), (), "", lines, top=False)
        await pilot.pause()
        assert "Line 5" in app.lines()[1]
        app.pane.show((), (), "", lines)
        await pilot.pause()
        assert any(line.strip().startswith("Line 0") for line in app.lines())


@pytest.mark.parametrize("size", [(200, 60), (80, 24), (20, 5), (5, 3), (1, 1)])
async def test_no_hostile_text_reaches_the_screen_raw_at_any_size(size: tuple[int, int]) -> None:
    app = Shelf()
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE:
            tabs = (Tab("a", text[:40], 3), *TABS)
            app.pane.show(((text, "strong"), (text, "")), tabs, "a", [Line(((text, ""), (text, "quiet")), 12, text)])
            await pilot.pause(0)
            assert not [line for line in app.lines() if UNSAFE.search(line)], repr(text[:40])


async def test_words_that_look_like_markup_are_shown_as_they_are() -> None:
    app = Shelf()
    async with app.run_test(size=(60, 12)) as pilot:
        app.pane.show(
            (("[bold]x[/bold] [/]", ""),), (), "", [Line((("[x] done [@click=app.quit]y[/]", ""),), 8, "[red]")]
        )
        await pilot.pause()
        shown = "\n".join(app.lines())
    assert "[bold]x[/bold] [/]" in shown and "[x] done [@click=app.quit]y[/]" in shown and "[red]" in shown
