"""What a lead changes, by the keys they press: what the screen then shows, and what is on the disk."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from screen import Seat, history_of, recorded, sitting

from store.exchange.redaction import Terms, find_redacted
from store.register import Register
from tui.desk.settings import load
from widgets.key_panel import KeyPanel


async def test_two_keys_change_a_status_and_on_track_asks_nothing(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        seat.sees("HC-6 ▲ Delayed")
        await seat.press("s", "o")
        seat.sees("HC-6 ■ On track")
        assert seat.toasts == "HC-6: Delayed → On track. u takes it back."
        assert recorded(sample_path, "HC-6").row.status == "on-track"
        await seat.press("u")
        seat.sees("HC-6 ▲ Delayed")
        assert "ctrl+r does it again" in seat.toasts
        await seat.press("ctrl+r")
        seat.sees("HC-6 ■ On track")
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+z")
        assert recorded(sample_path, "HC-6").row.status == "delayed"
        await seat.press("ctrl+y")
        assert recorded(sample_path, "HC-6").row.status == "on-track"
        await seat.press("ctrl+y")
        assert "nothing to redo" in seat.toasts


async def test_delayed_asks_for_a_reason_in_the_same_place(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        before = seat.register.newest()
        await seat.press("s")
        panel = seat.app.screen
        await seat.press("d")
        seat.sees("Why is MHD-2 delayed?")
        assert seat.app.screen is panel
        await seat.write("Half")
        await seat.press("escape")
        seat.sees("MHD-2 ■ On track")
        assert not isinstance(seat.app.screen, KeyPanel) and seat.register.newest() == before

        await seat.press("s", "d", "enter")
        seat.sees("MHD-2 ▲ Delayed")
        assert history_of(sample_path, "MHD-2")[0].reason == ""
        await seat.press("s", "o", "s", "d")
        await seat.write("Staff left")
        await seat.press("enter")
        newest = history_of(sample_path, "MHD-2")[0]
        assert (newest.after, newest.reason) == ("Delayed", "Staff left")
        await seat.press("left", "left")
        seat.sees("→ Delayed  Staff left", "→ Delayed  no reason given")


@pytest.mark.parametrize("keys", ["sdBecause", "SDBecause"])
async def test_keys_typed_in_one_breath_reach_the_panel_in_either_case(sample_path: Path, keys: str) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        for where in ("on its page", "in the list"):
            await seat.hurry(*keys, "enter")
            seat.sees("MHD-2 ▲ Delayed")
            assert history_of(sample_path, "MHD-2")[0].reason == "Because", where
            await seat.press("U")
            seat.sees("MHD-2 ■ On track")
            await seat.press("escape")


@pytest.mark.slow
async def test_a_key_that_cannot_act_says_why(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CA-1")
        await seat.press("s", "b")
        seat.sees("CA-1 is closed already.")
        await seat.press("m", "w")
        seat.sees("CA-1 is the inspectorate's to close")
        await seat.press("escape", "t")
        assert "CA-1 is closed. Reopen it" in seat.toasts
        await seat.press("escape", "1", "end", "n")
        assert "no publication under the cursor" in seat.toasts


async def test_a_closed_item_reopens_with_a_reason_and_believed_done_stays_open(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CA-1")
        await seat.press("s", "p")
        seat.sees("Why is CA-1 open again?")
        await seat.write("Found open")
        await seat.press("enter")
        seat.sees("CA-1 ○ Not stated")
        await seat.press("s", "b")
        seat.sees("Believed done")
        now = recorded(sample_path, "CA-1").row
        assert (now.stage, now.status, now.believed_done) == ("in-progress", "not-stated", True)


@pytest.mark.slow
async def test_believed_done_twice_is_no_opposite(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CAM-4")
        await seat.press("s", "b")
        seat.sees("CAM-4 is believed done already. t takes that back.")
        assert recorded(sample_path, "CAM-4").row.believed_done
        await seat.press("t")
        assert not recorded(sample_path, "CAM-4").row.believed_done


async def test_a_commitment_is_delivered_by_whom_and_when(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CCP-14")
        await seat.press("s", "w", "ctrl+s")
        seat.sees("Agreed by is needed.")
        await seat.answer(by="The group", reached="3 Sept 2024")
        seat.sees("CCP-14 ● Closed", "Delivered, 3 September 2024, agreed by The group")
        assert recorded(sample_path, "CCP-14").row.closed_as == "delivered"
        await seat.open("CA-2")
        await seat.press("s", "m", "x")
        await seat.answer(other="CA-3")
        seat.sees("CA-2 ● Closed")
        assert recorded(sample_path, "CA-2").row.closed_as == "superseded"


@pytest.mark.slow
async def test_a_note_is_added_and_there_again_after_a_restart(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("right")
        await seat.write("nDraft sent")
        await seat.press("ctrl+j")
        await seat.write("to HMICS")
        await seat.press("ctrl+s")
        seat.sees("Draft sent", "Notes 4")
        assert "u takes it back" in seat.toasts
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("right")
        seat.sees("Draft sent", "to HMICS", "recorded by Test Lead")
    note = next(note.fields for note in recorded(sample_path, "HC-6").notes if "Draft" in str(note.fields["text"]))
    assert (note["text"], note["kind"], note["dated_latest"]) == ("Draft sent\nto HMICS", "position", "2024-09-18")


@pytest.mark.slow
async def test_a_target_moved_later_owes_a_reason_and_the_first_is_kept(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        await seat.press("t", "ctrl+u")
        await seat.write("June 2025")
        seat.sees("January 2025, is kept for ever")
        seat.lacks("1 June 2025 to 30 June 2025")
        await seat.answer(reason="Training slipped")
        seat.sees("Moved later        once")
        await seat.press("t", "ctrl+u")
        await seat.write("in the coming years")
        seat.sees("This has no day")
        await seat.answer(text="2026")
        await seat.press("right", "right", "right")
        seat.sees("First recorded     January 2025", "June 2025 · Training slipped", "2026 · no reason given")
    found = recorded(sample_path, "MHD-2")
    assert (found.row.first_target, found.row.target_text, found.row.moved_later) == ("January 2025", "2026", 2)
    assert [step.reason for step in found.targets][1:] == ["Training slipped", ""]


async def test_a_target_that_is_not_understood_is_asked_about_and_kept_as_words_when_saved_again(
    sample_path: Path,
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        await seat.press("t", "ctrl+u")
        await seat.write("31 Febuary 2025")
        seat.sees("is not a date that Fairlead")
        await seat.press("ctrl+s")
        seat.sees("Saved again, it is kept as", "words, without a day")
        assert recorded(sample_path, "MHD-2").row.target_text == "January 2025"
        await seat.press("ctrl+s")
    assert recorded(sample_path, "MHD-2").row.target_text == "31 Febuary 2025"


@pytest.mark.slow
async def test_a_promise_is_added_finished_corrected_and_withdrawn(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("left", "left", "left", "p")
        await seat.answer(text="Send the response", due="in the coming weeks")
        seat.sees("Send the response", "due in the coming weeks")
        await seat.press("p")
        await seat.press("down", "enter")
        seat.sees("✓ Send the response")
        assert recorded(sample_path, "HC-6").actions[0].fields["done"]
        await seat.press("p")
        await seat.write("correct")
        await seat.press("down", "enter")
        await seat.answer(text="Send the response to HMICS")
        seat.sees("✓ Send the response to HMICS")
        assert len(recorded(sample_path, "HC-6").actions) == 1
        await seat.press("p")
        seat.sees("A new one", "type a new one, or take one below")
        await seat.write("response")
        seat.sees("▸ A new one: “response”", "Not done: Send the response to HMICS")
        await seat.press("enter")
        seat.sees("Add an action or promise to HC-6")
        await seat.press("escape", "p")
        await seat.write("send the response to hmics")
        seat.sees("▸ Not done: Send the response to HMICS", "A new one: “send the response to hmics”")
        await seat.press("ctrl+u")
        await seat.write("withdraw")
        await seat.press("down", "enter")
        seat.lacks("Send the response")


@pytest.mark.slow
async def test_a_marked_promise_is_written_again_when_its_marking_is_lowered(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("p")
        await seat.answer(text="Send the response", marking="OFFICIAL-SENSITIVE")
        assert recorded(sample_path, "HC-6").actions[0].fields["marking"] == "OFFICIAL-SENSITIVE"
        await seat.press("p")
        await seat.write("correct")
        await seat.press("down", "enter")
        seat.sees("Free it if lowered")
        await seat.answer(marking="OFFICIAL", restate="y")
    assert recorded(sample_path, "HC-6").actions[0].fields["marking"] == "OFFICIAL"
    with closing(sqlite3.connect(sample_path)) as conn:
        terms = Terms(max_marking="OFFICIAL")
        left = find_redacted(conn, terms).changes
        bodies = conn.execute(
            "SELECT id FROM change WHERE kind = 'action' AND body LIKE '%Send the response%'"
        ).fetchall()
    assert [row[0] in left for row in bodies] == [True, False]


@pytest.mark.slow
async def test_an_item_is_corrected_piece_by_piece(sample_path: Path) -> None:
    async def correct(seat: Seat, what: str) -> None:
        await seat.press("c")
        await seat.choose(what)

    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await correct(seat, "number")
        await seat.answer(title="Third parties", theme="g")
        seat.sees("Third parties", "theme Governance")
        assert recorded(sample_path, "HC-6").row.theme == "Governance"
        await correct(seat, "leads")
        await seat.answer(leads="C3; Local Policing")
        assert [lead.fields["name"] for lead in recorded(sample_path, "HC-6").leads] == ["C3", "Local Policing"]
        await correct(seat, "leads")
        await seat.answer(leads="Local Policing")
        assert recorded(sample_path, "HC-6").row.leads == "Local Policing"
        await correct(seat, "outcomes")
        await seat.press("space", "down", "space", "enter")
        assert len(recorded(sample_path, "HC-6").outcomes) == 2
        await correct(seat, "who has")
        await seat.answer(who="t", until="May 2025")
        seat.sees("The inspectorate, until May 2025")
        await correct(seat, "add a link")
        await seat.answer(other="HC-99")
        seat.sees("There is no HC-99 in this register")
        await seat.answer(other="HC-2")
        seat.sees("Links 1")
        await correct(seat, "withdraw the link")
        await seat.press("enter")
        seat.sees("Links 0")


@pytest.mark.slow
async def test_a_corrected_note_takes_the_place_of_the_old_one_which_stays_in_the_history(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c")
        await seat.choose("five are ongoing")
        await seat.press("c")
        await seat.answer(text="Four are left")
        await seat.press("right")
        seat.sees("Four are left", "Notes 3")
        seat.lacks("Five are ongoing")
        await seat.press("c")
        await seat.choose("four are left")
        await seat.press("w", "escape")
        seat.sees("Notes 3")
        await seat.press("c")
        await seat.choose("four are left")
        await seat.press("w")
        await seat.write("Not so")
        await seat.press("enter")
        seat.sees("Notes 2")
        await seat.press("u")
        seat.sees("Four are left")
    history_text = "\n".join(row.after for row in history_of(sample_path, "HC-6"))
    assert "Four are left" in history_text and "Five are ongoing" in history_text


@pytest.mark.slow
async def test_a_register_is_filled_by_keys_alone(empty: Register) -> None:
    path = empty.path
    empty.close()
    async with sitting(path) as seat:
        seat.sees("This register is empty. Press a")
        await seat.press("2", "a")
        assert "Press 1, then a" in seat.toasts
        await seat.press("1", "a")
        await seat.answer(title="Custody", publisher="HMICS", published="May 2024")
        seat.sees("Custody", "May 2024")
        await seat.press("2")
        for number, title, lead in (("1", "Cell checks", "C3"), ("2", "Care plans", ""), ("", "Records", "")):
            await seat.press("a")
            await seat.answer(number=number, title=title, leads=lead, target="June 2025")
        seat.sees("3 recommendations", "Cell checks", "Care plans", "Records", "June 2025")
        await seat.press("1", "c", "enter")
        await seat.answer(title="Custody inspection")
        seat.sees("Custody inspection")
        await seat.press("n")
        await seat.write("A risk to all of it")
        await seat.press("ctrl+s")
        seat.sees("A risk to all of it")
        await seat.press("c")
        await seat.choose("a risk")
        await seat.press("c")
        await seat.answer(text="No risk")
        seat.sees("No risk")
        seat.lacks("A risk to all")
        await seat.press("ctrl+e")
        await seat.answer(title="Our register")
        assert "Our register" in seat.lines()[0]
        register = seat.register
        rows = register.conn.execute("SELECT reference, title, leads FROM recommendation ORDER BY recorded").fetchall()
        assert [(row[1], row[2]) for row in rows] == [("Cell checks", "C3"), ("Care plans", ""), ("Records", "")]
        assert rows[1][0].endswith("-2")


@pytest.mark.slow
async def test_the_first_write_asks_once_who_is_writing_and_then_knows_what_is_mine(sample_path: Path) -> None:
    async with sitting(sample_path, author=None) as seat:
        await seat.open("MHD-2")
        await seat.press("s", "d", "enter")
        seat.sees("Who is writing?")
        assert recorded(sample_path, "MHD-2").row.status == "on-track"
        await seat.press("ctrl+s")
        seat.sees("Your name is needed.")
        await seat.answer(name="Ann Lead")
        seat.sees("MHD-2 ▲ Delayed")
        assert "as Ann Lead" in seat.lines()[0]
        await seat.press("n")
        await seat.write("Said by Ann")
        await seat.press("ctrl+s", "escape", "x", "m")
        seat.sees("You act for", "whose items are yours to update")
        await seat.write("Mental Health Taskforce")
        await seat.press("enter")
        seat.sees("Mine", "MHD-2")
        seat.lacks("CA-1 ")
    authors = {note.fields["text"]: note.fields["author"] for note in recorded(sample_path, "MHD-2").notes}
    assert authors["Said by Ann"] == "Ann Lead"
    settings, _ = load()
    assert (settings.name, settings.acts_for) == ("Ann Lead", ("Mental Health Taskforce",))
    assert settings.author_id
    async with sitting(sample_path) as seat:
        seat.sees("Mine", "MHD-2", "as Ann Lead")


async def test_leaving_the_question_who_is_writing_changes_nothing(sample_path: Path) -> None:
    async with sitting(sample_path, author=None) as seat:
        before = seat.register.newest()
        await seat.open("HC-6")
        await seat.press("s", "o")
        seat.sees("Who is writing?")
        await seat.press("escape")
        seat.sees("HC-6 ▲ Delayed")
        assert seat.toasts.startswith("Nothing was changed")
        await seat.press("u", "escape", "n", "escape")
        seat.lacks("Who is writing?")
        assert seat.register.newest() == before


async def test_who_closes_a_publication_can_be_corrected(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("c", "enter")
        await seat.answer(closed_by="t")
        seat.sees("its items are closed by the partnership group")
