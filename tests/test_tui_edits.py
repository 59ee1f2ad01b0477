"""What a lead changes, by the keys they press: what the screen then says, and what is on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import Seat, find, history_of, recorded, sitting

from store.register import Register
from store.words import ClosedBy
from tui.settings import load
from widgets.status_panel import StatusPanel


async def test_two_keys_change_a_status_and_on_track_asks_nothing(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("HC-6"))
        assert "HC-6 ▲ Delayed" in seat.shown()
        await seat.press("s", "o")
        assert "HC-6 ■ On track" in seat.shown()
        assert seat.told == "HC-6: on time? Delayed → On track. u takes it back."
        assert recorded(sample_path, "HC-6").row.status == "on-track"
        await seat.press("u")
        assert "HC-6 ▲ Delayed" in seat.shown() and "ctrl+r does it again" in seat.told
        await seat.press("ctrl+r")
        assert "HC-6 ■ On track" in seat.shown()
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+z")
        assert recorded(sample_path, "HC-6").row.status == "delayed"
        await seat.press("ctrl+y")
        assert recorded(sample_path, "HC-6").row.status == "on-track"
        await seat.press("ctrl+y")
        assert "nothing to redo" in seat.told


async def test_delayed_asks_for_a_reason_in_the_same_place(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("MHD-2"))
        before = seat.register.newest()
        await seat.press("s")
        panel = seat.app.screen
        await seat.press("d")
        assert seat.app.screen is panel and "Why is MHD-2 delayed?" in seat.shown()
        await seat.press(*"Half", "escape")
        assert not isinstance(seat.app.screen, StatusPanel)
        assert "MHD-2 ■ On track" in seat.shown() and seat.register.newest() == before

        await seat.press("s", "d", "enter")
        assert "MHD-2 ▲ Delayed" in seat.shown()
        assert history_of(sample_path, "MHD-2")[0].reason == ""
        await seat.press("s", "o")
        await seat.press("s", "d", *"Staff left", "enter")
        newest = history_of(sample_path, "MHD-2")[0]
        assert (newest.after, newest.reason) == ("Delayed", "Staff left")
        await seat.press("left", "left")
        assert "Staff left" in seat.line("Delayed  Staff left") and "no reason given" in seat.shown()


@pytest.mark.parametrize("keys", ["sdBecause", "SDBecause"])
async def test_keys_typed_in_one_breath_reach_the_panel_in_either_case(sample_path: Path, keys: str) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("MHD-2"))
        await seat.hurry(*keys, "enter")
        assert "MHD-2 ▲ Delayed" in seat.shown()
        assert history_of(sample_path, "MHD-2")[0].reason == "Because"
        await seat.press("U")
        assert "MHD-2 ■ On track" in seat.shown()


async def test_a_key_that_cannot_act_says_why(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("CA-1"))
        await seat.press("s", "b")
        assert "CA-1 is closed already." in seat.shown()
        await seat.press("m", "w")
        assert "CA-1 is the inspectorate's to close" in seat.shown()
        await seat.press("escape", "t")
        assert "CA-1 is closed. Reopen it" in seat.told
        await seat.press("escape", "1", "end", "n")
        assert "no publication under the cursor" in seat.told


async def test_a_closed_item_reopens_with_a_reason_and_believed_done_stays_open(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("CA-1"))
        await seat.press("s", "p")
        assert "Why is CA-1 open again?" in seat.shown()
        await seat.press(*"Found open", "enter")
        assert "CA-1 ○ Not stated" in seat.shown()
        await seat.press("s", "b")
        assert "still open until it is agreed" in seat.shown()
        now = recorded(sample_path, "CA-1").row
        assert (now.stage, now.status, now.believed_done) == ("in-progress", "not-stated", True)


async def test_a_commitment_is_delivered_by_whom_and_when(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("CCP-14"))
        await seat.press("s", "w")
        await seat.press("ctrl+s")
        assert "Agreed by is needed." in seat.shown()
        await seat.press(*"The group", "tab", *"3 Sept 2024", "ctrl+s")
        assert "CCP-14 ● Closed" in seat.shown() and "Delivered, 3 Sept 2024, agreed by The group" in seat.shown()
        assert recorded(sample_path, "CCP-14").row.closed_as == "delivered"
        await seat.press("escape", *find("CA-2"))
        await seat.press("s", "m", "x", *"CA-3", "ctrl+s")
        assert "CA-2 ● Closed" in seat.shown()
        assert recorded(sample_path, "CA-2").row.closed_as == "superseded"


async def test_a_note_is_added_and_there_again_after_a_restart(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("HC-6"))
        await seat.press("right")
        await seat.hurry("n", *"Draft sent\nto HMICS")
        await seat.save()
        assert "Draft sent" in seat.shown() and "Notes 4" in seat.shown()
        assert "u takes it back" in seat.told
    async with sitting(sample_path) as seat:
        shown = await seat.press(*find("HC-6"), "right")
        assert "Draft sent" in shown and "to HMICS" in shown and "recorded by Test Lead" in shown
    note = recorded(sample_path, "HC-6").notes[0].fields
    assert (note["text"], note["kind"], note["dated"]) == ("Draft sent\nto HMICS", "position", "2024-09-18")


async def test_a_target_moved_later_owes_a_reason_and_the_first_is_kept(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("MHD-2"))
        await seat.press("t", "ctrl+u", *"June 2025")
        assert "1 June 2025 to 30 June 2025" in seat.shown() and "January 2025, is kept for ever" in seat.shown()
        await seat.press("tab", *"Training slipped", "ctrl+s")
        assert "Moved later        once" in seat.shown()
        await seat.press("t", "ctrl+u", *"in the coming years")
        assert "No day can be read from this." in seat.shown()
        await seat.press("ctrl+u", *"2026", "ctrl+s")
        await seat.press("right", "right", "right")
        shown = seat.shown()
        assert "First target       January 2025" in shown and "June 2025  Training slipped" in shown
        assert "moved later        2026  no reason given" in shown
    found = recorded(sample_path, "MHD-2")
    assert (found.row.first_target, found.row.target_text, found.row.moved_later) == ("January 2025", "2026", 2)
    assert [step.reason for step in found.targets][1:] == ["Training slipped", ""]


async def test_a_promise_is_added_finished_corrected_and_withdrawn(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("HC-6"))
        await seat.press("left", "left", "left")
        await seat.press("p", *"Send the response", "tab", "tab", *"in the coming weeks", "ctrl+s")
        assert "Send the response" in seat.shown() and "due in the coming weeks" in seat.shown()
        await seat.press("p", *"done", "enter")
        assert "✓ Send the response" in seat.shown() and "done 2024-09-18" in seat.shown()
        await seat.press("p", *"correct", "enter")
        await seat.press("end", *" to HMICS", "ctrl+s")
        assert "✓ Send the response to HMICS" in seat.shown()
        assert len(recorded(sample_path, "HC-6").actions) == 1
        await seat.press("p", *"withdraw", "enter")
        assert "Send the response" not in seat.shown() and "Targets 0" in seat.shown()


async def test_an_item_is_corrected_piece_by_piece(sample_path: Path) -> None:
    async def correct(seat: Seat, what: str) -> None:
        await seat.press("c", *what, "enter")

    async with sitting(sample_path) as seat:
        await seat.press(*find("HC-6"))
        await correct(seat, "number")
        await seat.press("tab", "ctrl+u", *"Third parties", "tab", "tab", "tab", "right", "ctrl+s")
        assert "Third parties" in seat.shown()
        theme = recorded(sample_path, "HC-6").row.theme
        assert theme not in (None, "Better Practice") and f"theme {theme}" in seat.shown()
        await correct(seat, "leads")
        await seat.press(*"C3, Local Policing", "ctrl+s")
        assert recorded(sample_path, "HC-6").row.leads == "C3, Local Policing"
        await correct(seat, "leads")
        await seat.press("ctrl+u", *"Local Policing", "ctrl+s")
        assert recorded(sample_path, "HC-6").row.leads == "Local Policing"
        await correct(seat, "outcomes")
        await seat.press("space", "down", "space", "enter")
        assert len(recorded(sample_path, "HC-6").outcomes) == 2
        await correct(seat, "whose")
        await seat.press("i", "tab", *"May 2025", "ctrl+s")
        assert "The inspectorate, until May 2025" in seat.shown()
        await correct(seat, "link")
        await seat.press("tab", *"HC-99", "ctrl+s")
        assert "There is no HC-99 in this register" in seat.shown()
        await seat.press("ctrl+u", *"HC-2", "ctrl+s")
        assert "Links 1" in seat.shown()
        await correct(seat, "withdraw the link")
        assert "Links 0" in seat.shown()


async def test_a_corrected_note_takes_the_place_of_the_old_one_which_stays_in_the_history(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press(*find("HC-6"))
        await seat.press("c", *"five are ongoing", "enter")
        await seat.press("ctrl+home", "ctrl+k", *"Four are left", "ctrl+s")
        shown = await seat.press("right")
        assert "Four are left" in shown and "Five are ongoing" not in shown and "Notes 3" in shown
        await seat.press("c", *"withdraw note: four", "enter")
        assert "Notes 2" in seat.shown()
        await seat.press("u")
        assert "Four are left" in seat.shown()
    said = " ".join(f"{row.field} {row.after}" for row in history_of(sample_path, "HC-6"))
    assert "Four are left" in said


async def test_a_register_is_filled_by_keys_alone(empty: Register) -> None:
    path = empty.path
    empty.close()
    async with sitting(path) as seat:
        assert "This register is empty. Press a" in seat.shown()
        await seat.press("2", "a")
        assert "Press 1, then a" in seat.told
        await seat.press("1", "a", *"Custody", "tab", "tab", *"HMICS", "tab", *"May 2024", "ctrl+s")
        assert "Custody" in seat.line("May 2024") and "1 publication" in seat.told.lower() or "CU" in seat.told
        await seat.press("2")
        for number, title, lead in (("1", "Cell checks", "C3"), ("2", "Care plans", ""), ("", "Records", "")):
            await seat.press("a", *number, "tab", *title, "tab", "tab", *lead, "tab", *"June 2025", "ctrl+s")
        shown = seat.shown()
        assert "3 recommendations" in shown
        for part in ("Cell checks", "Care plans", "Records", "June 2025", "C3"):
            assert part in shown
        await seat.press("1")
        await seat.press("c", "enter")
        await seat.press("ctrl+u", *"Custody inspection", "ctrl+s")
        assert "Custody inspection" in seat.shown()
        await seat.press("n", *"A risk to all of it", "ctrl+s")
        assert "A risk to all of it" in seat.shown()
        await seat.press("c", *"note: a risk", "enter")
        await seat.press("ctrl+home", "ctrl+k", *"No risk", "ctrl+s")
        assert "No risk" in seat.shown() and "A risk to all" not in seat.shown()
        await seat.press("ctrl+e", "ctrl+u", *"Our register", "ctrl+s")
        assert "Our register" in seat.lines()[0]


async def test_the_first_write_asks_once_who_is_writing_and_then_knows_what_is_mine(sample_path: Path) -> None:
    async with sitting(sample_path, writer=None) as seat:
        await seat.press(*find("MHD-2"))
        await seat.press("s", "d", "enter")
        assert "Who is writing?" in seat.shown() and recorded(sample_path, "MHD-2").row.status == "on-track"
        await seat.press("ctrl+s")
        assert "Your name is needed." in seat.shown()
        await seat.press(*"Ann Lead", "tab", *"Mental Health Taskforce", "ctrl+s")
        assert "MHD-2 ▲ Delayed" in seat.shown() and "as Ann Lead" in seat.lines()[0]
        await seat.press("n", *"Said by Ann", "ctrl+s")
        assert recorded(sample_path, "MHD-2").notes[0].fields["author"] == "Ann Lead"
        await seat.press("escape", "x", "m")
        assert "Mine" in seat.line("recommendations ·") and "MHD-2" in seat.shown() and "CA-1 " not in seat.shown()
    settings, _ = load()
    assert (settings.name, settings.acts_for) == ("Ann Lead", ("Mental Health Taskforce",))
    assert settings.author_id


async def test_leaving_the_question_who_is_writing_changes_nothing(sample_path: Path) -> None:
    async with sitting(sample_path, writer=None) as seat:
        before = seat.register.newest()
        await seat.press(*find("HC-6"))
        await seat.press("s", "o", "escape")
        assert "HC-6 ▲ Delayed" in seat.shown()
        await seat.press("u", "escape")
        await seat.press("n", "escape")
        assert seat.register.newest() == before


async def test_who_closes_a_publication_can_be_corrected(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("c", "enter")
        await seat.press(*["tab"] * 5, "a", "ctrl+s")
        assert f"closed by {ClosedBy.GROUP.value}" in seat.shown() or "closed by a group" in seat.shown()
        await seat.press("s")
        assert not isinstance(seat.app.screen, StatusPanel)
