"""The frame: the line on top, the lines of keys and the notice, at any width and over any text."""

from __future__ import annotations

import pytest
from hostile import HOSTILE, UNSAFE
from textual.app import App, ComposeResult
from wide import widely

from widgets.frame import KeyBar, Notice, TopLine
from widgets.table_line import truncate

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
        yield KeyBar(keeps_all=True, id="screens")
        yield Notice()
        yield KeyBar(id="keys")

    def on_key_bar_pressed(self, event: KeyBar.Pressed) -> None:
        self.pressed.append(event.action)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip) for strip in strips]


async def test_the_top_line_cuts_the_title_first_and_a_marking_never() -> None:
    app = Frame()
    day, marking = "day 18 Sep 2024 · as Una Kerr", "OFFICIAL-SENSITIVE"
    async with app.run_test(size=(60, 6)) as pilot:
        top = app.query_one(TopLine)
        title = "HMICS improvement register"
        as_at = ("Fairlead", "AS AT 2 Sep 2024", "read-only", title, marking)
        for width, left, right, shown in (
            (60, ("Fairlead", "A register of improvement", "OFFICIAL"), "as Test Lead",
             "Fairlead · A register of improve… · OFFICIAL  as Test Lead"),
            (80, ("Fairlead", title, "OFFICIAL"), day,
             "Fairlead · HMICS improvement regist… · OFFICIAL  day 18 Sep 2024 · as Una Kerr"),
            (80, ("Fairlead", title, marking), day,
             "Fairlead · HMICS improvem… · OFFICIAL-SENSITIVE  day 18 Sep 2024 · as Una Kerr"),
            (80, as_at, "as Una Kerr", "Fairlead · AS AT 2 Sep 2024 · read-only · HMICS improvem… · OFFICIAL-SENSITIVE"),
            (50, ("Fairlead", title, marking), day, "Fairlead · HMICS improveme… · OFFICIAL-SENSITIVE"),
            (50, as_at, "as Una Kerr", "AS AT 2 Sep 2024 · OFFICIAL-SENSITIVE"),
            (24, ("Fairlead", "A register of improvement", "OFFICIAL"), "as Test Lead", "Fairlead · OFFICIAL"),
            (24, ("Fairlead", "漢字" * 20), "", "Fairlead · 漢字漢字漢…"),
        ):  # fmt: skip
            await pilot.resize_terminal(width, 6)
            top.show(left, right)
            await pilot.pause()
            assert app.lines()[0].strip() == shown, width


def test_a_marking_in_a_text_that_is_cut_stays_whole() -> None:
    assert truncate("Minutes of March.pdf · at H:/minutes · OFFICIAL-SENSITIVE · kept inside", 40) == (
        "Minutes of March.p… · OFFICIAL-SENSITIVE"
    )
    assert truncate("OFFICIAL · a long text after it", 20) == "OFFICIAL · a long t…"
    assert truncate("UNOFFICIAL talks of many a thing", 20) == "UNOFFICIAL talks of…"


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


async def test_every_screen_is_shown_with_its_name_cut_evenly_and_the_current_one_whole() -> None:
    app = Frame()
    names = ("Publications", "Recommendations", "Attention", "Themes", "Paper", "Share", "History")
    screens = [(str(n), name, name) for n, name in enumerate(names, 1)]
    async with app.run_test(size=(50, 6)) as pilot:
        bar = app.query_one("#screens", KeyBar)
        for width, current, shown in (
            (90, "", "1 Publications  2 Recommendations  3 Attention  4 Themes  5 Paper  6 Share  7 History"),
            (80, "", "1 Publications 2 Recommendations 3 Attention 4 Themes 5 Paper 6 Share 7 History"),
            (78, "", "1 Publicat…  2 Recommen…  3 Attention  4 Themes  5 Paper  6 Share  7 History"),
            (78, "Recommendations", "1 Publi…  2 Recommendations  3 Atten…  4 Themes  5 Paper  6 Share  7 Histo…"),
            (50, "", "1 Pub… 2 Rec… 3 Att… 4 The… 5 Pap… 6 Sha… 7 His…"),
            (50, "Recommendations", "1  2 Recommendations  3  4  5  6  7"),
            (12, "History", "7 History"),
        ):
            bar.show(screens, current)
            await pilot.resize_terminal(width, 6)
            await pilot.pause()
            assert app.lines()[1].strip() == shown


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
