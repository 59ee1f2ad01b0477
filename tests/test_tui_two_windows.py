"""Two programs on one register: each sees what the other wrote, and neither writes over it unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from screen import recorded, sitting

from store.commands import AddNote, AddPublication, MoveTarget, SetTrack, correct
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.register import Author, Register
from tui.app import POLL_SECONDS, FairleadApp
from tui.desk.settings import load
from widgets.windowed_table import WindowedTable


@pytest.fixture
def other(sample_path: Path) -> Iterator[Register]:
    """Another window on the same register, with somebody else at it."""
    register = Register.open(sample_path, Author("Other Lead"))
    yield register
    register.close()


def item_of(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


async def test_what_another_window_wrote_is_seen_within_two_seconds(
    sample_path: Path, other: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert POLL_SECONDS <= 2
    monkeypatch.setattr("tui.app.POLL_SECONDS", 0.01)
    async with sitting(sample_path) as seat:
        other.do(AddPublication(title="Custody", code="CU"))
        await seat.until(lambda: "Custody" in seat.shown(), "the publication is not seen")
        await seat.open("HC-6")
        seat.sees("HC-6 ▲ Delayed", "Notes 3")
        other.do(SetTrack(item=item_of(other, "HC-6"), track=Track.ON_TRACK))
        await seat.until(lambda: "HC-6 ■ On track" in seat.shown(), "the status is not seen")
        other.do(AddNote(items=(item_of(other, "HC-6"),), text="From the other window"))
        await seat.until(lambda: "Notes 4" in seat.shown(), "the note is not seen")
        await seat.press("escape")
        seat.sees("■ On track")
        await seat.press("u")
        assert "nothing of yours to undo" in seat.toasts
    assert recorded(sample_path, "HC-6").row.status == "on-track"


async def test_the_cursor_stays_on_its_item_when_another_window_adds_one_above(
    sample_path: Path, other: Register
) -> None:
    async with sitting(sample_path, at="2 end") as seat:
        here = seat.app.screen.query_one(WindowedTable).cursor_key
        other.do(correct("recommendation", item_of(other, "CA-1"), title="Something else"))
        seat.app.check_for_changes()
        await seat.settle()
        assert seat.app.screen.query_one(WindowedTable).cursor_key == here


@pytest.mark.slow
async def test_a_status_chosen_on_a_stale_view_shows_both_and_overwrites_nothing_until_told(
    sample_path: Path, other: Register
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s")
        other.do(SetTrack(item=item_of(other, "HC-6"), track=Track.NOT_STATED))
        await seat.press("o")
        seat.sees("Two people wrote different things", "Other Lead", "Not stated", "On track")
        assert recorded(sample_path, "HC-6").row.track == "not-stated"
        await seat.press("enter", "k")
        seat.app.check_for_changes()
        await seat.settle()
        seat.sees("HC-6 ○ Not stated")
        assert recorded(sample_path, "HC-6").row.track == "not-stated"
        await seat.press("s")
        other.do(SetTrack(item=item_of(other, "HC-6"), track=Track.DELAYED, reason="Late"))
        await seat.press("o", "escape")
        assert recorded(sample_path, "HC-6").row.track == "delayed"
        await seat.press("s")
        other.do(SetTrack(item=item_of(other, "HC-6"), track=Track.NOT_STATED))
        await seat.press("o", "w")
        seat.sees("HC-6 ■ On track")
    assert recorded(sample_path, "HC-6").row.track == "on-track"


@pytest.mark.slow
async def test_a_form_on_a_stale_view_says_so_and_keeps_what_was_typed(sample_path: Path, other: Register) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        await seat.press("c", "enter", "tab", "ctrl+u")
        await seat.write("My title")
        other.do(correct("recommendation", item_of(other, "MHD-2"), title="Their title"))
        await seat.press("ctrl+s")
        seat.sees("was changed by Other Lead", "Their title", "My title", "ctrl+s again")
        assert recorded(sample_path, "MHD-2").row.title == "Their title"
        other.do(correct("recommendation", item_of(other, "MHD-2"), title="Their second title"))
        await seat.press("ctrl+s")
        seat.sees("It is now Their second title", "My title")
        assert recorded(sample_path, "MHD-2").row.title == "Their second title"
        await seat.press("ctrl+s")
        seat.sees("My title")
        seat.lacks("ctrl+s again")
        assert recorded(sample_path, "MHD-2").row.title == "My title"

        await seat.press("t", "ctrl+u")
        await seat.write("May 2025")
        other.do(MoveTarget(item=item_of(other, "MHD-2"), text="June 2025", reason="Slipped"))
        await seat.press("ctrl+s")
        seat.sees("was changed by Other Lead", "June 2025", "May 2025")
        await seat.press("escape")
        assert recorded(sample_path, "MHD-2").row.target_text == "June 2025"
        await seat.press("t")
        seat.sees("draft from before is here again", "May 2025")


@pytest.mark.slow
async def test_edits_of_different_fields_do_not_stand_in_each_others_way(sample_path: Path, other: Register) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        await seat.press("c", "enter", "tab", "ctrl+u")
        await seat.write("My title")
        other.do(correct("recommendation", item_of(other, "MHD-2"), text="Their text"))
        other.do(AddNote(items=(item_of(other, "MHD-2"),), text="Their note"))
        await seat.press("ctrl+s")
        seat.sees("My title", "Their text")
    found = recorded(sample_path, "MHD-2").row
    assert (found.title, found.text) == ("My title", "Their text")


async def test_a_note_typed_while_the_other_window_writes_is_added_beside_it(
    sample_path: Path, other: Register
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.write("nMine")
        other.do(AddNote(items=(item_of(other, "HC-6"),), text="Theirs"))
        seat.app.check_for_changes()
        await seat.settle()
        seat.sees("Mine", "ctrl+s save")
        await seat.press("ctrl+s")
    texts = [note.fields["text"] for note in recorded(sample_path, "HC-6").notes]
    assert {"Mine", "Theirs"} <= set(texts)


@pytest.mark.parametrize("is_gone", [False, True])
async def test_a_look_for_changes_that_comes_while_the_app_closes_does_nothing(
    sample_path: Path, other: Register, is_gone: bool
) -> None:
    """The clock may ask once more when the screens are closed already."""
    settings, _ = load()
    register = Register.open(sample_path, Author("Test Lead"))
    app = FairleadApp(register, settings)
    async with app.run_test(notifications=False):
        pass
    assert not app.screen_stack
    other.do(AddPublication(title="Custody", code="CU"))
    if is_gone:
        sample_path.unlink()
    app.check_for_changes()
    register.close()
