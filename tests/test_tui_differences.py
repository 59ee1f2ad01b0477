"""What differs, on the screen: a file from mine, one that is open read-only, and two days; by pressed keys."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from returns import EVERYTHING, come_back, damage, give, work
from screen import NARROW, WIDE, Seat, history_of, sitting

from store.commands import AddNote, Correct, SetTrack
from store.domain.errors import Cancelled
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.exchange import differences
from store.exchange.export import export
from store.queries.filter import Filter
from store.register import Register
from tui.desk.settings import update_settings
from tui.screens.differences import DifferencesScreen
from tui.screens.history import HistoryScreen
from tui.screens.item import ItemScreen
from tui.screens.receive import ReceiveScreen
from widgets.form import Form

EDITS = ("HC-6", "CAM-7")


def edits(path: Path) -> list[AddNote | SetTrack | Correct]:
    """HC-6 is on track and has a note; CAM-7 has another title."""
    register = Register.open(path)
    hate, cam = (find_item(register.conn, reference)[0] for reference in EDITS)
    register.close()
    return [
        SetTrack(item=hate, track=Track.ON_TRACK),
        AddNote(items=(hate,), text="It waits for guidance"),
        Correct(kind="recommendation", entity=cam, values={"title": "Another title"}),
    ]


async def differing(seat: Seat) -> str:
    """Wait until what differs is shown."""
    return await seat.until(lambda: isinstance(seat.app.screen, DifferencesScreen), "what differs is not shown")


async def received(seat: Seat, path: Path) -> None:
    await seat.press("6", "i")
    await seat.write(str(path))
    await seat.press("enter")
    await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "it is not shown")


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, pytest.param(NARROW, marks=pytest.mark.slow)])
async def test_one_key_on_what_is_received_shows_item_by_item_what_differs_from_mine(
    mine: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", edits(mine))
    work(mine, "Test Lead", edits(mine)[2:])
    before = len(history_of(mine))
    async with sitting(mine, size) as seat:
        await received(seat, back)
        seat.sees("= what differs")
        await seat.press("=")
        await differing(seat)
        seat.sees(
            "c3.sqlite and mine", "2 differences", "Mine", "Theirs", "Delayed", "On track", "It waits for guidance"
        )
        seat.lacks("Another title")
        await seat.press("enter")
        assert isinstance(seat.app.screen, ItemScreen)
        seat.sees("HC-6")
        await seat.press("escape", "escape")
        assert isinstance(seat.app.screen, ReceiveScreen)
    assert len(history_of(mine)) == before


@pytest.mark.slow
async def test_of_a_file_that_is_refused_it_is_said_why_and_of_the_same_that_nothing_differs(
    mine: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "In"
    damage(come_back(mine, folder / "ben.sqlite", "Ben", edits(mine)))
    give(mine, folder / "same.sqlite")
    async with sitting(mine, WIDE) as seat:
        await received(seat, folder / "*")
        await seat.press("=")
        await seat.until(lambda: "could not be done" in seat.shown(), "nothing is said")
        seat.sees("ben.sqlite")
        await seat.press("escape", "end", "=")
        await differing(seat)
        seat.sees("nothing differs", "Nothing differs.")
        await seat.press("enter", "escape", "escape")
        await received(seat, mine)
        await seat.press("=")
        assert "It is the register that is open here" in seat.toasts


@pytest.mark.slow
async def test_an_encrypted_file_is_compared_once_its_passphrase_is_given(mine: Path, tmp_path: Path) -> None:
    theirs = work(Path(shutil.copyfile(mine, tmp_path / "theirs.fairlead")), "C3 lead", edits(mine))
    opened = Register.open(theirs, read_only_reason="It is handed on.")
    back = export(opened, tmp_path / "c3.age", EVERYTHING, passphrase="four words without sense").path
    opened.close()
    async with sitting(mine, WIDE) as seat:
        await seat.press("6", "i")
        await seat.write(str(back))
        await seat.press("enter")
        await seat.write("four words without sense")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "it is not shown")
        await seat.press("=")
        await differing(seat)
        seat.sees("c3.age and mine", "It waits for guidance")


@pytest.mark.slow
async def test_of_a_part_it_is_shown_that_the_rest_is_not_compared_in_a_narrow_window_too(
    mine: Path, tmp_path: Path
) -> None:
    part = give(mine, tmp_path / "the-part-for-c3-division.sqlite", Filter(publication=("HC",)))
    work(mine, "Test Lead", edits(mine))
    async with sitting(mine, NARROW) as seat:
        await received(seat, part)
        await seat.press("=")
        await differing(seat)
        seat.sees("1 difference", "Theirs is of a part: what it never had is not compared.")


@pytest.mark.slow
async def test_it_can_be_left_while_it_compares(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", edits(mine))

    def compare(_one: Register, _other: Register, go_on: differences.Progress) -> list[differences.Difference]:
        while go_on(1, 2):
            pass
        raise Cancelled("Comparing")

    monkeypatch.setattr("tui.dialogs.differences.differences", compare)
    async with sitting(mine, WIDE) as seat:
        await received(seat, back)
        await seat.press("=")
        await seat.until(lambda: "Comparing c3.sqlite with mine" in seat.shown(), "it is not said what is done")
        await seat.press("escape")
        assert isinstance(seat.app.screen, ReceiveScreen)


@pytest.mark.slow
async def test_a_file_that_is_open_read_only_is_compared_with_the_register_used_last(
    mine: Path, tmp_path: Path
) -> None:
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", edits(mine))
    update_settings(last_register=str(mine))
    async with sitting(mine, WIDE) as seat:
        await seat.press("ctrl+o")
        await seat.write(str(back))
        await seat.press("enter")
        await seat.until(lambda: seat.register.read_only_reason, "it is not open")
        await seat.press("=")
        await differing(seat)
        seat.sees(f"c3.sqlite and {mine.name}", "Mine", "Theirs", "It waits for guidance", "Another title")


@pytest.mark.slow
async def test_what_changed_between_two_days_is_shown_from_the_history_and_from_a_past_day(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-01")
    work(mine, "C3 lead", edits(mine)[:1])
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-11-01")
    work(mine, "C3 lead", edits(mine)[1:])
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-12-01")
    async with sitting(mine, WIDE) as seat:
        await seat.press("7")
        seat.sees("= what changed")
        await seat.press("end", "=")
        assert isinstance(seat.app.screen, Form)
        await seat.answer(since="2 October 2024", until="1 October 2024")
        seat.sees("The first day has to be before the second")
        await seat.answer(until="")
        await differing(seat)
        seat.sees("2 October 2024 and 1 December 2024", "2 differences", "not there", "It waits for guidance")
        await seat.press("escape")
        assert isinstance(seat.app.screen, HistoryScreen)
        await seat.press("home", "=")
        seat.sees("1 November 2024")
        await seat.answer(since="30 September 2024", until="1 October 2024")
        await differing(seat)
        seat.sees("1 difference", "On track", "Delayed")
        await seat.press("escape", "ctrl+d")
        await seat.answer(day="2 October 2024")
        await seat.until(lambda: seat.app.present, "the past day is not shown")
        await seat.press("=")
        await differing(seat)
        seat.sees("2 October 2024 and now", "2 differences")
