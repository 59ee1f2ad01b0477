"""The frame: the line on top, the lines of keys and the notice, at any width and over any text."""

from __future__ import annotations

import pytest
from hostile import HOSTILE, UNSAFE
from textual.app import App, ComposeResult
from wide import widely

from widgets.frame import KeyBar, Notice, TopLine

KEYS = (
    ("s", "status", "status"),
    ("n", "note", "note"),
    ("t", "target", "target"),
    ("u", "undo", "undo"),
    ("?", "help", "help"),
    ("q", "quit", "quit"),
)


class Frame(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield TopLine()
        yield KeyBar(id="screens")
        yield Notice()
        yield KeyBar(id="keys")

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        self.pressed.append(event.action)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]


async def test_the_top_line_cuts_the_left_first_and_then_leaves_out_the_right() -> None:
    app = Frame()
    async with app.run_test(size=(60, 6)) as pilot:
        app.query_one(TopLine).show(("Fairlead", "A register of improvement", "OFFICIAL"), "as Test Lead")
        await pilot.pause()
        assert app.lines()[0].strip() == "Fairlead · A register of improvement · OFFI…  as Test Lead"
        await pilot.resize_terminal(24, 6)
        await pilot.pause()
        assert app.lines()[0].strip() == "Fairlead · A register…"
        app.query_one(TopLine).show(("Fairlead", "漢字" * 20), "")
        await pilot.pause()
        assert app.lines()[0].strip() == "Fairlead · 漢字漢字…"


async def test_a_line_of_keys_keeps_its_last_two_and_leaves_out_those_before() -> None:
    app = Frame()
    async with app.run_test(size=(60, 6)) as pilot:
        app.query_one("#keys", KeyBar).show(KEYS)
        await pilot.pause()
        assert app.lines()[2].strip() == "s status  n note  t target  u undo  ? help  q quit"
        await pilot.resize_terminal(32, 6)
        await pilot.pause()
        assert app.lines()[2].strip() == "s status  ? help  q quit"
        await pilot.resize_terminal(16, 6)
        await pilot.pause()
        assert app.lines()[2].strip() == "? help  q quit"
        await pilot.resize_terminal(8, 6)
        await pilot.pause()
        assert app.lines()[2].strip() == "q quit"


async def test_the_current_screen_is_shown_at_any_width_and_the_others_by_their_digits() -> None:
    app = Frame()
    async with app.run_test(size=(50, 6)) as pilot:
        bar = app.query_one("#screens", KeyBar)
        bar.show((("1", "Publications", "one"), ("2", "Attention", "two"), ("3", "History", "three")), "three")
        for width, shown in (
            (50, "1 Publications  2 Attention  3 History"),
            (34, "1 Publications  2  3 History"),
            (20, "1  2  3 History"),
            (12, "3 History"),
        ):
            await pilot.resize_terminal(width, 6)
            await pilot.pause()
            assert app.lines()[1].strip() == shown
        bar.show((("1", "Publications", "one"), ("2", "Attention", "two"), ("3", "History", "three")), "one")
        await pilot.resize_terminal(16, 6)
        await pilot.pause()
        assert app.lines()[1].strip() == "1 Publications"


async def test_a_click_on_a_key_says_its_action_and_beside_it_nothing() -> None:
    app = Frame()
    async with app.run_test(size=(60, 6)) as pilot:
        app.query_one("#keys", KeyBar).show(KEYS)
        await pilot.pause()
        for part in ("s status", "note", "? help"):
            await pilot.click(offset=(app.lines()[2].index(part), 2))
        await pilot.click(offset=(58, 2))
        await pilot.click(offset=(app.lines()[2].index("  n note"), 2))
    assert app.pressed == ["status", "note", "help"]


async def test_the_notice_takes_no_room_while_it_has_nothing_to_say() -> None:
    app = Frame()
    async with app.run_test(size=(40, 6)) as pilot:
        notice = app.query_one(Notice)
        assert not notice.display
        notice.show("This is the sample. " + "More of it. " * 9)
        await pilot.pause()
        assert notice.size.height == 2 and "This is the sample." in app.lines()[2]
        notice.show("")
        await pilot.pause()
        assert not notice.display


@pytest.mark.parametrize("size", widely([(80, 24), (5, 3), (200, 60), (20, 5), (1, 1)], 2))
async def test_no_hostile_text_reaches_the_screen_raw_at_any_size(size: tuple[int, int]) -> None:
    app = Frame()
    async with app.run_test(size=size) as pilot:
        for text in HOSTILE:
            app.query_one(TopLine).show(("Fairlead", text, text), text)
            app.query_one("#keys", KeyBar).show(((text, text, "a"), ("q", text, "quit")))
            app.query_one(Notice).show(text)
            await pilot.pause(0)
            assert not [line for line in app.lines() if UNSAFE.search(line)], repr(text[:40])
