"""The toast: it is drawn over the screen, and nothing is laid out for it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from screen import NARROW, WIDE, Seat, sitting
from textual import events
from textual.geometry import Region, Size
from textual.screen import Screen

from tui.boundary import READ_SECONDS
from tui.screens.recommendations import RecommendationsScreen
from tui.toast import Toast
from widgets.item_pane import ItemPane

LONG = "It is said at some length, so that it takes more lines than one, and the toast is as high as all of them. " * 2


@pytest.fixture
def path(sample_built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sample_built, tmp_path / "given.fairlead"))


@pytest.fixture
def layouts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Gets an entry for each layout of a screen."""
    done: list[int] = []
    lay_out = Screen._refresh_layout

    def counted(*args: Any, **kwargs: Any) -> None:
        done.append(1)
        lay_out(*args, **kwargs)

    monkeypatch.setattr(Screen, "_refresh_layout", counted)
    return done


def toast_of(seat: Seat) -> Toast:
    return seat.app.screen.query_one(Toast)


async def test_a_save_an_undo_and_their_toasts_lay_nothing_out(path: Path, layouts: list[int]) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        layouts.clear()
        await seat.press(".")
        seat.sees("▌ CA-2: nothing new, 18 September 2024. u takes it back.")
        await seat.press("u")
        seat.sees("▌ Taken back: ")
        seat.lacks("u takes it back.")
        seat.app.clear_notifications()
        await seat.settle()
        seat.lacks("▌ Taken back")
        assert not layouts


async def test_the_list_under_a_panel_is_read_once_and_not_laid_out_when_it_closes(
    path: Path, layouts: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        reads: list[int] = []
        read = RecommendationsScreen.reread

        def counted(*given: Any) -> None:
            reads.append(1)
            read(*given)

        monkeypatch.setattr(RecommendationsScreen, "reread", counted)
        await seat.press("s")
        layouts.clear()
        await seat.press("c")
        seat.sees("▌ CA-2: stage ", " → Collating evidence. u takes it")
        assert len(reads) == 1 and not layouts


@pytest.mark.parametrize("size", [WIDE, NARROW, (200, 50), (50, 15), (20, 4)])
async def test_its_place_is_that_of_its_styles(path: Path, size: tuple[int, int]) -> None:
    async with sitting(path, size, toasts=True, at="2") as seat:
        for sentence in ("Done.", LONG, "Done again."):
            seat.app.show_toast(sentence)
            await seat.settle()
            drawn, place = seat.lines(), toast_of(seat).region
            seat.app.screen.refresh(layout=True)
            await seat.settle()
            assert (seat.lines(), toast_of(seat).region) == (drawn, place)
            if size[1] > 10:
                seat.sees("▌ " + sentence[:11])
                assert place.bottom_right == (size[0], size[1] - 1)


async def test_it_goes_at_a_click_and_leaves_what_was_beneath(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        before = seat.lines()
        seat.app.show_toast(LONG)
        await seat.settle()
        assert seat.lines() != before
        x, y = toast_of(seat).region.offset
        assert await seat.pilot.click(offset=(x + 3, y + 1))
        await seat.settle()
        assert seat.lines() == before and not seat.toasts


@pytest.mark.slow
async def test_it_goes_when_its_time_is_over(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        seat.app.notify("Soon gone.", timeout=2)
        await seat.settle()
        seat.sees("▌ Soon gone.")
        await seat.until(lambda: "Soon gone." not in seat.shown(), "it stays")


async def test_it_is_shown_over_the_next_screen_and_over_a_dialog(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        await seat.press(".", "3")
        seat.sees("▌ CA-2: nothing new")
        await seat.press("question_mark")
        seat.sees("▌ CA-2: nothing new")
        seat.app.show_toast("Over a page of its own.")
        await seat.settle()
        seat.sees("▌ Over a page")
        await seat.press("escape")
        seat.sees("▌ Over a page")
        seat.lacks("▌ CA-2: nothing new")


async def test_none_is_left_behind_a_dialog(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        await seat.press(".")
        seat.sees("▌ CA-2: nothing new")
        await seat.press("s")
        seat.lacks("CA-2: nothing new")


async def test_ctrl_c_shows_how_to_quit(path: Path) -> None:
    async with sitting(path, toasts=True) as seat:
        await seat.press("ctrl+c")
        seat.sees("▌ q quits, and ctrl+q where you type.")
        await seat.press("2", "enter", "ctrl+c")
        seat.sees("▌ q quits")


async def test_it_stays_in_its_corner_as_the_terminal_changes(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        seat.app.show_toast(LONG)
        await seat.settle()
        for size in (NARROW, WIDE):
            await seat.resize(*size)
            assert toast_of(seat).region.bottom_right == (size[0], size[1] - 1)
            seat.sees("▌ It is said at")


async def test_an_error_has_a_colour_of_its_own(path: Path) -> None:
    async with sitting(path, toasts=True) as seat:
        colours = []
        for severity in ("information", "warning", "error"):
            seat.app.clear_notifications()
            seat.app.notify("Look.", severity=severity)
            await seat.settle()
            strip = toast_of(seat).render_line(1)
            colours.append(next(iter(strip)).style.color)  # type: ignore[union-attr]
        assert len(set(colours)) == 3


@pytest.mark.parametrize("first", ["Short.", LONG])
async def test_each_is_as_high_as_its_own_text(path: Path, first: str) -> None:
    async with sitting(path, NARROW, toasts=True, at="2") as seat:
        seat.app.show_toast(first)
        await seat.settle()
        for sentence in (LONG, "Short.", LONG):
            seat.app.show_toast(f"{sentence.strip()} The end.")
            await seat.settle()
            shown = toast_of(seat)
            assert shown.size.height == shown.get_content_height(shown.size, shown.size, shown.size.width)
            seat.sees("end.")


async def test_one_on_a_screen_that_is_higher_than_the_terminal_by_now_is_drawn_where_it_can_be(path: Path) -> None:
    async with sitting(path, (250, 70), toasts=True, at="2") as seat:
        seat.app.show_toast(LONG)
        await seat.settle()
        toast, screen = toast_of(seat), seat.app.screen
        seat.app._size, before = Size(80, 24), screen._compositor._dirty_regions
        assert toast.app.size == Size(80, 24)
        before.clear()
        seat.app.clear_notifications()
        assert all(region.bottom <= 24 for region in screen._dirty_regions | before)


async def test_a_key_goes_on_acting_beneath_it(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        seat.app.show_toast(LONG)
        seat.app.post_message(events.Key("down", None))
        await seat.settle()
        assert seat.line("▌  CA-3") and "▌ It is said" in seat.shown()


async def test_it_goes_with_the_next_key_once_it_was_there_long_enough_to_be_read(path: Path) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        seat.app.show_toast(LONG)
        await seat.press("down")
        seat.sees("▌ It is said")
        for shown in seat.app._notifications:
            shown.raised_at -= READ_SECONDS + 1
        await seat.press("down")
        seat.lacks("▌ It is said")


async def test_what_is_to_be_drawn_besides_it_is_drawn_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sitting(path, toasts=True, at="2") as seat:
        screen, pane = seat.app.screen, seat.app.screen.query_one(ItemPane)
        drawn: list[set[Region]] = []
        monkeypatch.setattr(
            type(screen), "_compositor_refresh", lambda self: drawn.append(self._compositor._dirty_regions)
        )
        pane.refresh()
        await pane._on_idle(events.Idle())
        seat.app.show_toast(LONG)
        await seat.until(lambda: any(pane.region in regions for regions in drawn), "the pane is not drawn")
