"""The pickers: narrowing, moving, ticking, and what they end with."""

from __future__ import annotations

import pytest
from dialog_app import DialogApp, paste
from hostile import HOSTILE
from wide import widely

from widgets.picker import MultiPicker, Picker, PickOption

THEMES = ("Governance", "Guidelines", "Compliance", "Resources", "Human Error", "Better Practice")
OPTIONS = tuple(PickOption(theme.lower(), theme, n * 1_000) for n, theme in enumerate(THEMES))


def one(current: str | None = None) -> DialogApp:
    return DialogApp(lambda: Picker("Theme", OPTIONS, current=current))


def multi(*ticked: str) -> DialogApp:
    return DialogApp(lambda: MultiPicker("Theme", OPTIONS, ticked=ticked))


async def test_down_and_enter_choose_and_counts_stand_to_the_right() -> None:
    app = one()
    async with app.run_test() as pilot:
        assert "5,000" in app.shown() and "▸ Governance" in app.shown()
        await pilot.press("down", "down", "up", "enter")
    assert app.results == ["guidelines"]


async def test_the_cursor_starts_on_what_holds_now_and_stops_at_the_ends() -> None:
    app = one(current="resources")
    async with app.run_test() as pilot:
        assert "▸ Resources" in app.shown()
        await pilot.press("pagedown", "pagedown", "down", "enter")
    assert app.results == ["better practice"]


async def test_typing_narrows_by_every_word_whatever_its_case() -> None:
    app = one()
    async with app.run_test() as pilot:
        await pilot.press(*"eR h")
        assert "Human Error" in app.shown() and "Governance" not in app.shown()
        await pilot.press("enter")
    assert app.results == ["human error"]


async def test_nothing_found_is_said_and_enter_waits() -> None:
    app = one()
    async with app.run_test() as pilot:
        await pilot.press(*"zz", "enter", "down")
        assert "Nothing here has “zz”." in app.shown() and app.results == []
        await pilot.press("escape")
    assert app.results == [None]


async def test_an_empty_list_says_why() -> None:
    app = DialogApp(lambda: Picker("Views", (), empty="No view has been saved yet."))
    async with app.run_test() as pilot:
        assert "No view has been saved yet." in app.shown()
        await pilot.press("enter", "up", "escape")
    assert app.results == [None]


async def test_a_click_chooses() -> None:
    app = one()
    async with app.run_test() as pilot:
        await pilot.click("#body", offset=(5, 2))
    assert app.results == ["compliance"]


async def test_counts_may_follow_and_the_cursor_stays_on_its_line() -> None:
    waiting = tuple(PickOption(option.key, option.label) for option in OPTIONS)
    app = DialogApp(lambda: Picker("Theme", waiting, counting=True))
    async with app.run_test() as pilot:
        assert "…" in app.shown()
        await pilot.press("down")
        assert isinstance(app.screen, Picker)
        app.screen.show_options(OPTIONS[1:])
        await pilot.pause()
        assert "…" not in app.shown() and "▸ Guidelines" in app.shown()


async def test_space_ticks_and_enter_hands_back_the_ticked_in_their_order() -> None:
    app = multi("resources")
    async with app.run_test() as pilot:
        assert "▸ [x]  Resources" in app.shown()
        await pilot.press(*"gov", "space", "backspace", "backspace", "backspace", "down", "enter")
    assert app.results == [("governance", "resources")]


async def test_unticking_everything_hands_back_nothing_and_leaving_hands_back_none() -> None:
    app = multi("resources")
    async with app.run_test() as pilot:
        await pilot.press("space", "enter")
        app.open(MultiPicker("Theme", OPTIONS))
        await pilot.pause()
        await pilot.press("space", "escape")
    assert app.results == [(), None]


async def test_enter_takes_the_line_under_the_cursor_where_nothing_was_ticked() -> None:
    app = multi()
    async with app.run_test() as pilot:
        await pilot.press("down", "enter")
    assert app.results == [("guidelines",)]


async def test_a_click_ticks() -> None:
    app = multi()
    async with app.run_test() as pilot:
        await pilot.click("#body", offset=(5, 0))
        await pilot.click("#body", offset=(5, 3))
        await pilot.press("enter")
    assert app.results == [("governance", "resources")]


@pytest.mark.parametrize("size", widely([(80, 24), (20, 5), (120, 36), (1, 1)], 2))
async def test_the_line_under_the_cursor_stays_in_sight_at_any_size(size: tuple[int, int]) -> None:
    many = tuple(PickOption(str(n), f"Lead {n}", n, "a note that is long") for n in range(500))
    app = DialogApp(lambda: Picker("Lead", many))
    async with app.run_test(size=size) as pilot:
        await pilot.press(*["pagedown"] * 4, "down")
        if size > (1, 1):
            assert "▸ Lead 41" in app.shown()
        await pilot.press("enter")
    assert app.results == ["41"]


async def test_no_hostile_text_reaches_the_screen_raw() -> None:
    options = tuple(PickOption(str(n), text, n, text) for n, text in enumerate(HOSTILE))
    everything = " ".join(HOSTILE)
    app = DialogApp()
    async with app.run_test(size=(120, 100)) as pilot:
        for build in (Picker, MultiPicker):
            app.open(build("Pick", options, intro="\x1b[2J\u202e[/]"))
            await pilot.pause()
            assert "[x] done" in app.shown() and app.unsafe() == []
            await paste(pilot, everything[:400])
            assert app.unsafe() == []
            await pilot.press("escape")
            app.open(build(everything[:300], (), empty=everything))
            await pilot.pause()
            assert app.unsafe() == []
            await pilot.press("escape")


async def test_what_is_typed_word_for_word_is_the_option_that_acts_on_it_though_its_label_has_that_cut() -> None:
    text = "Draft a response about better third party reporting, to be agreed by the whole board in May"
    add = PickOption("add", "A new one")
    options = (add, PickOption("done 1", f"Done: {text[:50]}…", acts_on=text))
    app = DialogApp(lambda: Picker("Actions", options, adds=add))
    async with app.run_test() as pilot:
        await paste(pilot, "agreed by the whole board")
        assert "▸ A new one: “agreed by the whole board”" in app.shown() and "Done: Draft" in app.shown()
        await pilot.press("ctrl+u")
        await paste(pilot, text)
        assert "▸ Done: Draft" in app.shown() and "A new one: “Draft" in app.shown()
        await pilot.press("enter")
    assert app.results == ["done 1"]
