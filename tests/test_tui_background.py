"""What is read in the background: shown where it was asked for, or not at all; an error is reported once."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest
from screen import sitting

from store.domain.errors import CannotWrite
from store.file.database import Connection
from store.register import Register
from tui.background import Cancelled, read_in_background, work_in_background


def count(conn: Connection) -> int:
    """How many items there are."""
    return int(conn.execute("SELECT count(*) FROM recommendation").fetchone()[0])


async def test_what_is_read_is_handed_over(sample_path: Path) -> None:
    found: list[int] = []
    async with sitting(sample_path) as seat:
        read_in_background(seat.app, count, found.append, group="a test")
        await seat.until(lambda: found, "nothing was handed over")
        assert found == [count(seat.register.conn)]


async def test_a_read_that_another_of_its_group_follows_hands_nothing_over(sample_path: Path) -> None:
    found: list[str] = []
    begun = Event()
    async with sitting(sample_path) as seat:
        first = work_in_background(seat.app, waiting(begun), found.append, group="a test")
        await seat.until(begun.is_set, "the first does not begin")
        second = work_in_background(seat.app, lambda _: "second", found.append, group="a test")
        await seat.until(lambda: first.is_finished and second.is_finished, "the workers do not end")
        assert found == ["second"]


async def test_what_was_read_of_a_register_that_is_not_shown_any_more_is_dropped(
    sample_path: Path, tmp_path: Path
) -> None:
    other = Register.open(Path(shutil.copyfile(sample_path, tmp_path / "other.fairlead")))
    found: list[int] = []
    async with sitting(sample_path) as seat:
        ready, loop, before = asyncio.Event(), asyncio.get_running_loop(), seat.app.register

        def read(conn: Connection) -> int:
            asyncio.run_coroutine_threadsafe(ready.wait(), loop).result()
            return count(conn)

        worker = read_in_background(seat.app, read, found.append, group="a test")
        await seat.settle()
        # As when a day of the past is shown: the one before stays open, and no worker is cancelled.
        seat.app.register = other
        ready.set()
        await seat.until(lambda: worker.is_finished, "the worker does not end")
        assert found == []
        seat.app.register = before
        other.close()


@pytest.mark.parametrize("has_handler", [True, False])
async def test_an_error_goes_to_its_handler_or_is_said(sample_path: Path, has_handler: bool) -> None:
    failures: list[Exception] = []

    def fail(_cancelled: Cancelled) -> None:
        raise CannotWrite(Path("x"), "no reason")

    async with sitting(sample_path) as seat:
        failed = failures.append if has_handler else None
        work_in_background(seat.app, fail, lambda _: None, group="a test", failed=failed)
        await seat.until(lambda: failures or "no reason" in seat.toasts, "nothing is said of it")
        assert bool(failures) == has_handler and ("no reason" in seat.toasts) != has_handler


async def test_an_error_of_work_that_was_cancelled_is_not_said(sample_path: Path) -> None:
    begun = Event()
    async with sitting(sample_path) as seat:
        work = waiting(begun, CannotWrite(Path("x"), "no reason"))
        worker = work_in_background(seat.app, work, lambda _: None, group="a test")
        await seat.until(begun.is_set, "the work does not begin")
        worker.cancel()
        await seat.until(lambda: worker.is_finished, "the worker does not end")
        await seat.settle()
        assert "no reason" not in seat.toasts


def waiting(begun: Event, error: Exception | None = None) -> Callable[[Cancelled], str]:
    """Work that goes on until it is cancelled, and then returns something or fails."""

    def work(cancelled: Cancelled) -> str:
        begun.set()
        pause = Event()
        while not cancelled():
            pause.wait(0.001)
        if error:
            raise error
        return "first"

    return work


async def test_what_comes_once_the_app_shuts_down_is_not_shown(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[str] = []
    begun, shutting_down = Event(), Event()

    def work(_: Cancelled) -> str:
        begun.set()
        shutting_down.wait(5)
        return "late"

    async with sitting(sample_path) as seat:
        worker = work_in_background(seat.app.screen, work, found.append, group="a test")
        await seat.until(begun.is_set, "the work does not begin")
        monkeypatch.setattr(seat.app, "save_drafts", shutting_down.set)
    assert found == [] and worker.is_cancelled
