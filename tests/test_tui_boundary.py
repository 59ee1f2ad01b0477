"""The one boundary: whatever runs in the app and goes wrong is reported, what was typed is kept, and the app goes on
if it can."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from screen import Seat, sitting, sitting_with
from textual import events
from textual.app import ComposeResult
from textual.css.query import NoMatches
from textual.screen import Screen
from textual.widgets import Static

from store.domain.errors import Busy, CannotWrite
from store.file.backups import back_up
from store.register import Author, Register
from tui.app import FairleadApp
from tui.desk.settings import ensure_folder, folders, load
from tui.messages import RegisterChanged
from tui.palette import Palette
from tui.screens.publications import PublicationsScreen
from widgets.ask import Ask
from widgets.form import Form

UNFORESEEN = "Something went wrong that Fairlead did not expect."
ERRORS = [RuntimeError("a note's own words"), CannotWrite(Path("x"), "no reason"), sqlite3.OperationalError("no")]


@pytest.fixture
def given(sample_built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(sample_built, tmp_path / "given.fairlead"))


def fails(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


RUNS: dict[str, Callable[[FairleadApp, Callable[[], None]], object]] = {
    "called later by the app": lambda app, fail: app.call_later(fail),
    "called next by the app": lambda app, fail: app.call_next(fail),
    "called later by a screen": lambda app, fail: app.screen.call_later(fail),
    "called next by a screen": lambda app, fail: app.screen.call_next(fail),
    "after a refresh, of the app": lambda app, fail: app.call_after_refresh(fail),
    "after a refresh, of a screen": lambda app, fail: app.screen.call_after_refresh(fail),
    "a timer of the app": lambda app, fail: app.set_timer(0.001, fail),
    "a timer of a screen": lambda app, fail: app.screen.set_timer(0.001, fail),
    "an interval": lambda app, fail: app.set_interval(0.001, fail, repeat=1),
    "a worker": lambda app, fail: app.run_worker(fail, thread=True, exit_on_error=False),
    "a worker that is to end the app": lambda app, fail: app.run_worker(fail, thread=True),
    "what a worker brings": lambda app, fail: app.run_worker(lambda: app.call_from_thread(fail), thread=True),
    "the event loop, as a signal": lambda app, fail: asyncio.get_running_loop().call_soon(fail),
}


async def check_reported(seat: Seat, error: Exception, where: str) -> None:
    """Assert that an error is reported in words, and that no words of the register are in them; then forget it."""
    await seat.until(lambda: seat.toasts, f"nothing is said of it: {where}")
    assert "own words" not in seat.toasts
    if isinstance(error, RuntimeError):
        assert UNFORESEEN in seat.toasts and seat.unforeseen() is error, where
    else:
        assert "x could not be written" in seat.toasts or "is damaged" in seat.toasts, where
    seat.app.clear_notifications()
    await seat.settle()


async def goes_on(seat: Seat) -> None:
    """Assert that keys act as before."""
    for key, seen in (("2", "66 recommendations"), ("1", "Hate Crime"), ("7", "Every change")):
        await seat.press(key)
        seat.sees(seen)
    assert seat.unforeseen() is None and not seat.app._exit


@pytest.mark.parametrize("error", ERRORS, ids=["unforeseen", "ours", "of SQLite"])
async def test_whatever_runs_an_error_in_it_is_said_and_the_app_goes_on(sample_path: Path, error: Exception) -> None:
    async with sitting(sample_path) as seat:
        for where, run in RUNS.items():
            run(seat.app, partial(fails(error)))
            await check_reported(seat, error, where)
        await goes_on(seat)


@pytest.mark.parametrize("error", ERRORS, ids=["unforeseen", "ours", "of SQLite"])
async def test_a_key_or_a_message_that_a_screen_cannot_handle_ends_neither_it_nor_the_app(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async with sitting(sample_path) as seat:
        for handler in ("action_scroll_pane", "on_register_changed", "on_resize", "on_screen_resume"):
            with monkeypatch.context() as broken:
                broken.setattr(PublicationsScreen, handler, fails(error), raising=False)
                if handler == "on_resize":
                    await seat.resize(100, 30)
                elif handler == "on_screen_resume":
                    await seat.press("question_mark", "escape")
                elif handler == "on_register_changed":
                    seat.app.screen.post_message(RegisterChanged())
                else:
                    await seat.press("shift+down")
                await check_reported(seat, error, handler)
        await goes_on(seat)


async def test_what_else_was_to_run_runs_after_an_error(sample_path: Path) -> None:
    ran: list[str] = []
    async with sitting(sample_path) as seat:
        for call in (seat.app.screen.call_next, seat.app.screen.call_after_refresh):
            call(partial(fails(ERRORS[0])))
            call(partial(ran.append, "after"))
        await seat.until(lambda: len(ran) == 2, "what came after an error was dropped")
        assert seat.unforeseen() is ERRORS[0]


PLACES = ("1", "2", "3", "4", "6", "7", "l", "2 enter")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "key"),
    [
        pytest.param(place, key, marks=() if (place, key) in [("1", "enter"), ("l", "ctrl+s")] else pytest.mark.slow)
        for place, key in product(PLACES, ("enter", "ctrl+s"))
    ],
)
async def test_a_file_is_opened_and_kept_wherever_one_is(sample_path: Path, given: Path, place: str, key: str) -> None:
    async with sitting(sample_path, at=place) as seat:
        await seat.press("ctrl+o")
        await seat.write(str(given))
        await seat.press(key)
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        seat.sees("Hate Crime")
        await seat.press(*place.split(), "ctrl+k")
        await seat.write(str(given.with_name("own.fairlead")))
        await seat.press(key)
        own = given.with_name("own.fairlead")
        await seat.until(lambda: seat.register.path == own and "read-only" not in seat.shown(), "the copy is not shown")


async def test_a_screen_that_was_replaced_is_not_asked_for_what_was_to_follow_a_refresh(
    sample_path: Path, given: Path
) -> None:
    asked: list[str] = []
    async with sitting(sample_path) as seat:
        screen = seat.app.screen
        assert isinstance(screen, PublicationsScreen)
        screen.call_after_refresh(partial(asked.append, "nobody's screen"))
        screen.call_after_refresh(screen.fill_pane)
        screen.call_next(lambda: screen.query_one("#keys"))
        seat.app.switch_register(Register.open(given, Author("Test Lead")))
        await seat.settle()
        assert not screen.is_attached and asked == []
        seat.sees("Hate Crime")


async def test_what_a_worker_brings_for_a_register_that_was_replaced_is_left(sample_path: Path, given: Path) -> None:
    brought: list[str] = []
    async with sitting(sample_path) as seat:
        ready = asyncio.Event()
        loop = asyncio.get_running_loop()

        def work() -> None:
            asyncio.run_coroutine_threadsafe(ready.wait(), loop).result()
            seat.app.call_from_thread(brought.append, "for the register before")

        worker = seat.app.screen.run_worker(work, thread=True, exit_on_error=False)
        await seat.settle()
        seat.app.switch_register(Register.open(given, Author("Test Lead")))
        ready.set()
        await seat.until(lambda: worker.is_finished, "the worker does not end")
        await seat.settle()
        assert brought == []


async def test_a_dialog_that_is_ended_twice_does_not_end_what_lies_beneath(sample_path: Path) -> None:
    async with sitting(sample_path, at="2 enter") as seat:
        await seat.press("ctrl+p")
        palette = seat.app.screen
        assert isinstance(palette, Palette)
        for _ in range(3):
            palette.action_leave()
        await seat.settle()
        seat.sees("CA-2", "Overview")
        await seat.press("escape")
        seat.sees("66 recommendations")


async def test_a_dialog_that_ends_under_another_leaves_the_other_open(sample_path: Path) -> None:
    ended: list[str | None] = []
    async with sitting(sample_path, at="2") as seat:
        beneath = Ask("Beneath", "It will end first.", ())
        seat.app.push_screen(beneath, ended.append)
        seat.app.push_screen(Ask("Above", "It stays.", ()))
        await seat.settle()
        beneath.finish("done")
        await seat.settle()
        assert ended == ["done"]
        seat.sees("Above")
        await seat.press("escape")
        seat.lacks("Above", "Beneath")
        seat.sees("66 recommendations")


async def test_taking_back_what_was_pasted_in_several_lines_takes_it_back(sample_path: Path) -> None:
    async with sitting(sample_path, (40, 12), at="2 n") as seat:
        await seat.write("Before")
        seat.app.post_message(events.Paste("\n".join(["one", "two", "a" * 5000, "three"] * 3)))
        await seat.settle()
        await seat.press("ctrl+z")
        assert seat.unforeseen() is None
        form = seat.app.screen
        assert isinstance(form, Form) and form.values()["text"] == "Before"


async def test_a_page_key_in_a_palette_without_room_does_nothing(sample_path: Path) -> None:
    async with sitting(sample_path, (7, 2), at="ctrl+p pagedown pageup") as seat:
        await seat.press("h", "pagedown", "pageup", "escape", "escape")
        assert seat.unforeseen() is None


@pytest.mark.slow
async def test_a_path_that_leads_nowhere_is_refused_in_words_and_the_dialog_stays(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        for keys in ("ctrl+o", "6 w", "ctrl+n tab"):
            await seat.press(*keys.split())
            form = seat.app.screen
            for path in ("~nobody-of-that-name/x", "x" * 300, "/dev/null/x"):
                await seat.press("ctrl+u")
                await seat.write(path)
                await seat.press("ctrl+s")
                assert seat.unforeseen() is None and seat.app.screen is form, (keys, path)
                seat.lacks("did not expect")
            await seat.press("escape", "1")


@pytest.mark.slow
async def test_a_file_is_opened_though_the_register_before_was_moved_away(sample_path: Path, given: Path) -> None:
    async with sitting(sample_path) as seat:
        sample_path.rename(sample_path.with_name("moved.fairlead"))
        await seat.press("ctrl+o")
        await seat.write(str(given))
        await seat.press("enter")
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        seat.sees("Hate Crime")


class NotMade(Screen[None]):
    """A screen that cannot be made."""

    def compose(self) -> ComposeResult:
        yield Static("half")
        raise ERRORS[0]


class NotDrawn(Screen[None]):
    """A screen that is made and cannot be drawn."""

    def compose(self) -> ComposeResult:
        yield _Undrawable()


class _Undrawable(Static):
    def render_line(self, y: int) -> Any:
        raise ERRORS[0]


@pytest.mark.parametrize("broken", [NotMade, NotDrawn])
async def test_a_screen_that_cannot_be_made_or_drawn_gives_way_to_the_one_beneath(
    sample_path: Path, broken: type[Screen[None]]
) -> None:
    async with sitting(sample_path, at="2") as seat:
        seat.app.push_screen(broken())
        await seat.until(lambda: not isinstance(seat.app.screen, broken), "the broken screen stays")
        assert UNFORESEEN in seat.toasts and seat.unforeseen() is ERRORS[0]
        seat.sees("66 recommendations")
        await seat.press("1")
        seat.sees("Hate Crime")


@pytest.mark.slow
async def test_errors_that_come_of_themselves_without_end_end_the_app_and_keep_what_was_typed(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register.open(sample_path, Author("Test Lead"))
    app = FairleadApp(register, load()[0])
    with pytest.raises(RuntimeError, match="own words"):
        async with sitting_with(app) as seat:
            await seat.write("2nHalf a thought")
            app.set_interval(0.001, partial(fails(ERRORS[0])))
            await seat.until(lambda: app._exit, "it does not end")
    assert app.return_code == 1 and app.failure is ERRORS[0]
    assert "Half a thought" in next(folders().drafts.glob("*.json")).read_text("utf-8")


@pytest.mark.slow
async def test_errors_that_follow_on_keys_do_not_end_the_app_however_many(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path) as seat:
        monkeypatch.setattr(FairleadApp, "action_help", fails(ERRORS[0]))
        await seat.hurry(*["question_mark"] * 60)
        await check_reported(seat, ERRORS[0], "a key")
        await goes_on(seat)


@pytest.mark.slow
async def test_errors_of_keys_that_were_pressed_long_before_do_not_end_the_app(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.hurry(*["f9"] * 60)
        for _ in range(60):
            seat.app.call_later(partial(fails(ERRORS[0])))
        await check_reported(seat, ERRORS[0], "after keys")
        await goes_on(seat)


async def test_a_register_that_is_busy_ends_nothing_however_often_it_is_asked(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        for _ in range(200):
            seat.app.call_later(partial(fails(Busy(sample_path, reading=True))))
        await seat.settle()
        assert "is busy" in seat.toasts
        seat.app.check_for_changes()
        await goes_on(seat)


async def test_a_register_kept_busy_is_said_only_when_it_lasts_and_read_again_when_it_is_free(
    sample_path: Path,
) -> None:
    async with sitting(sample_path) as seat:
        with closing(sqlite3.connect(sample_path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            other.execute("UPDATE publication SET title = 'Hate Crime, again' WHERE code = 'HC'")
            for _ in range(2):
                seat.app.check_for_changes()
            await seat.settle()
            assert not seat.toasts
            seat.app.check_for_changes()
            await seat.settle()
            assert "is busy: another program is writing to it" in seat.toasts and "saved" not in seat.toasts
            seat.app.clear_notifications()
            # Nobody waits five seconds for each part of a screen once it is known to be busy.
            began = asyncio.get_running_loop().time()
            await seat.press("7", "2", "3", "1")
            assert asyncio.get_running_loop().time() - began < 4
            assert "is busy" in seat.toasts
            other.execute("COMMIT")
        seat.app.check_for_changes()
        await seat.settle()
        seat.sees("Hate Crime, again")
        await seat.press("7")
        seat.sees("Every change")


async def test_what_was_saved_is_said_to_be_saved_though_another_program_takes_the_register_then(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        other = sqlite3.connect(sample_path, isolation_level=None)
        done = Register.do_all

        def then_locked(self: Register, *commands: Any, **more: Any) -> Any:
            ended = done(self, *commands, **more)
            self.file.wait_for_others(False)
            other.execute("BEGIN EXCLUSIVE")
            return ended

        monkeypatch.setattr(Register, "do_all", then_locked)
        await seat.write("nSaved all the same")
        await seat.press("ctrl+s")
        assert "Nothing was saved" not in seat.shown() + seat.toasts
        other.close()
        seat.app.check_for_changes()
        await seat.settle()
        await seat.press("right")
        seat.sees("Saved all the same", "Notes 4")


@pytest.mark.parametrize("size", [8192, 4096, 100, 0])
async def test_a_file_that_turns_out_damaged_is_said_to_be_with_its_backup_and_is_not_written_to(
    sample_path: Path, size: int
) -> None:
    async with sitting(sample_path, at="2") as seat:
        backup = back_up(seat.register.file, ensure_folder(folders().backups), date(2024, 9, 17))
        os.truncate(sample_path, size)
        seat.app.check_for_changes()
        await seat.press("7", "2")
        # The notice is wrapped where the path of the file, which is as long as it is, lets it.
        shown = " ".join(seat.shown().split())
        assert "is damaged" in shown and "Nothing will be written to it." in shown
        assert f"The newest backup is {backup}; ctrl+o opens it." in seat.app.notice
        assert "safe" not in seat.shown() + seat.toasts
        await seat.press("1", "7", "2", "n", "u")
        seat.lacks("Add a note")
        assert "is damaged" in seat.toasts and sample_path.stat().st_size == size


async def test_a_screen_that_is_mounted_while_the_app_closes_leaves_no_line_in_the_error_log(sample_path: Path) -> None:
    """The window is closed while a key has just led to another screen: its frame may be gone before it is shown."""
    async with sitting(sample_path, at="2") as seat:
        seat.app.exit()
        seat.app._handle_exception(NoMatches("No nodes match TopLine"))
        assert seat.app.failure is None and not (folders().state / "errors.log").exists()
