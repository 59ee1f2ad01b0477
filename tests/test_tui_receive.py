"""Receiving on the screen: what comes back is seen, taken and taken back, by pressed keys."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from returns import come_back, damage, give, work
from screen import NARROW, WIDE, Seat, history_of, recorded, sitting

from store.commands import AddNote, SetStage, SetTrack
from store.domain.errors import Cancelled
from store.domain.references import find_item
from store.domain.vocabulary import Stage, Track
from store.exchange import merge
from store.file.backups import list_backups
from store.log.receipts import Receipt, receipts
from store.queries.conflicts import conflicts
from store.register import Register
from tui.desk.settings import folders
from tui.dialogs.receive import Progress
from tui.screens.conflicts import ConflictsScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.share import ShareScreen
from widgets.form import Form


def item(path: Path, reference: str) -> str:
    """The id of an item."""
    register = Register.open(path)
    try:
        return find_item(register.conn, reference)[0]
    finally:
        register.close()


def note_on(path: Path, reference: str, text: str) -> AddNote:
    """The command that adds a note to an item."""
    return AddNote(items=(item(path, reference),), text=text)


def track(path: Path, reference: str, to: Track, reason: str | None = None) -> SetTrack:
    """The command that sets whether an item is on time."""
    return SetTrack(item=item(path, reference), track=to, reason=reason)


def notes(path: Path, reference: str) -> set[str]:
    """The texts of an item's notes on the disk."""
    return {str(note.fields["text"]) for note in recorded(path, reference).notes}


def taken_here(path: Path) -> list[Receipt]:
    """The receipts on the disk."""
    register = Register.open(path)
    try:
        return receipts(register.conn)
    finally:
        register.close()


async def receive(seat: Seat, path: Path | str) -> None:
    """Receive a file from the Share screen, and wait until it is checked."""
    await seat.press("6", "i")
    await seat.write(str(path))
    await seat.press("enter")
    await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "it is not shown")


async def test_a_file_is_shown_before_it_is_taken_and_one_key_takes_it_back(mine: Path, tmp_path: Path) -> None:
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", [note_on(mine, "HC-6", "A form is being tried.")])
    before = len(history_of(mine))
    async with sitting(mine, WIDE) as seat:
        await receive(seat, back)
        seat.sees("1 of 1 file to take · 1 edit", "C3 lead: 1 edit · c3.sqlite", "HC-6", "A form is being tried.")
        assert len(history_of(mine)) == before, "something was taken before it was agreed to"
        assert "enter takes 1 file" in seat.line("C3 lead: 1 edit · c3.sqlite   ")
        await seat.press("down")
        assert "HC-6" in seat.line("enter takes 1 file"), "what enter does is not stated on the line of a change"
        await seat.press("enter")
        await seat.until(lambda: "Received from C3 lead: 1 edit · c3.sqlite" in seat.toasts, "it is not taken")
        assert "u takes it back" in seat.toasts
        assert isinstance(seat.app.screen, ShareScreen)
        assert "A form is being tried." in notes(mine, "HC-6")
        register = Register.open(mine)
        assert list_backups(folders().backups, register.id), "no backup was made before"
        register.close()
        await seat.press("u")
        assert "Taken back: received from C3 lead: 1 edit · c3.sqlite" in seat.toasts
        assert "A form is being tried." not in notes(mine, "HC-6")
        await receive(seat, back)
        seat.sees("Nothing in it is new here.", "It was received here and taken back.")
        await seat.press("7", "t", "t")
        assert "A form is being tried." in notes(mine, "HC-6")


@pytest.mark.slow
async def test_leaving_takes_nothing(mine: Path, tmp_path: Path) -> None:
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", [note_on(mine, "HC-6", "A form is being tried.")])
    before = len(history_of(mine))
    async with sitting(mine, NARROW) as seat:
        await receive(seat, back)
        await seat.press("escape")
        assert isinstance(seat.app.screen, ShareScreen)
    assert len(history_of(mine)) == before


async def test_a_folder_is_one_line_and_a_damaged_file_in_it_holds_up_no_other(mine: Path, tmp_path: Path) -> None:
    folder = tmp_path / "In"
    for n, lead in enumerate(("Anna", "Ben", "Cara")):
        come_back(mine, folder / f"{lead}.sqlite", lead, [note_on(mine, "HC-6", f"From {lead}: {n}.")])
    damage(folder / "Ben.sqlite")
    async with sitting(mine, WIDE) as seat:
        await seat.press("6", "i")
        await seat.write(f"{folder}/")
        seat.sees("all 3 registers in this folder")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "they are not shown")
        seat.sees(
            "2 of 3 files to take · 1 refused · 2 edits",
            "Refused · Ben.sqlite",
            "Anna: 1 edit · Anna.sqlite",
            "Cara: 1 edit · Cara.sqlite",
        )
        await seat.press("enter")
        await seat.until(lambda: "Received from 2 files: 2 edits" in seat.toasts, "they are not taken")
    texts = notes(mine, "HC-6")
    assert {"From Anna: 0.", "From Cara: 2."} <= texts and "From Ben: 1." not in texts


@pytest.mark.slow
async def test_no_more_than_one_copy_is_left_of_what_was_looked_at_and_not_taken(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.exchange.merge.is_worth_keeping", lambda conn, new: True)
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", [note_on(mine, "HC-6", "Tried.")])
    async with sitting(mine) as seat:
        for _ in range(2):
            await receive(seat, back)
            await seat.press("escape")
        assert len([*folders().state.rglob("*.previewed.fairlead")]) == 1


@pytest.mark.slow
async def test_a_file_that_is_left_out_is_not_taken_and_what_the_others_bring_is_shown_again(
    mine: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "In"
    for lead in ("Anna", "Ben"):
        come_back(mine, folder / f"{lead}.sqlite", lead, [note_on(mine, "HC-6", f"From {lead}.")])
    async with sitting(mine, WIDE) as seat:
        await receive(seat, folder / "*")
        seat.sees("enter takes 2 files")
        await seat.press("space")
        seat.lacks("enter takes")
        seat.sees("Left out · Anna: 1 edit · Anna.sqlite", "1 of 2 files to take")
        seat.sees("enter shows what the others bring")
        await seat.press("enter")
        await seat.until(lambda: "by themselves" in seat.toasts, "they are not shown again")
        seat.sees("1 of 1 file to take", "Ben.sqlite")
        await seat.press("enter")
        await seat.until(lambda: "Received from Ben: 1 edit · Ben.sqlite" in seat.toasts, "it is not taken")
    texts = notes(mine, "HC-6")
    assert "From Ben." in texts and "From Anna." not in texts


@pytest.mark.slow
async def test_what_was_taken_before_it_was_stopped_is_shown_and_the_rest_is_not_taken(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for lead in ("Anna", "Ben"):
        come_back(mine, tmp_path / "In" / f"{lead}.sqlite", lead, [note_on(mine, "HC-6", f"From {lead}.")])

    def take_one(register: Register, file: merge.IncomingFile, go_on: Progress) -> object:
        while file.path.name == "Ben.sqlite":
            if not go_on(1, 2):
                raise Cancelled("Taking Ben.sqlite")
            time.sleep(0.01)
        return take(register, file, go_on)

    take = merge.take
    async with sitting(mine, WIDE) as seat:
        await receive(seat, tmp_path / "In" / "*")
        monkeypatch.setattr(merge, "take", take_one)
        await seat.press("enter")
        await seat.until(lambda: "Anna.sqlite" in "".join(one.file for one in taken_here(mine)), "none is taken")
        await seat.press("escape")
        await seat.until(lambda: "1 file taken before" in seat.shown(), "what was taken is not shown")
    assert "From Anna." in notes(mine, "HC-6") and "From Ben." not in notes(mine, "HC-6")


@pytest.mark.slow
async def test_a_file_that_was_taken_has_nothing_new_and_enter_takes_nothing(mine: Path, tmp_path: Path) -> None:
    back = give(mine, tmp_path / "same.sqlite")
    before = len(history_of(mine))
    async with sitting(mine, WIDE) as seat:
        await receive(seat, back)
        seat.sees("Nothing new · same.sqlite", "0 of 1 file to take")
        await seat.press("enter")
        assert "nothing to take" in seat.toasts and isinstance(seat.app.screen, ReceiveScreen)
    assert len(history_of(mine)) == before


@pytest.mark.slow
async def test_the_open_register_and_what_is_no_register_are_refused_in_a_sentence(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("Dear lead")
    async with sitting(mine, WIDE) as seat:
        await receive(seat, mine)
        seat.sees("It is the register that is open here.")
        await seat.press("escape")
        await receive(seat, tmp_path / "letter.docx")
        seat.sees("Refused · letter.docx")
        await seat.press("escape", "i")
        await seat.write(str(tmp_path / "nowhere" / "*"))
        await seat.press("enter")
        assert isinstance(seat.app.screen, Form)
        seat.sees("There is no register in the folder")


def two_values(mine: Path, folder: Path) -> None:
    """HC-6 is delayed in what comes back, on track here; and HC-7 the other way round, with a note."""
    come_back(
        mine,
        folder / "c3.sqlite",
        "C3 lead",
        [
            track(mine, "HC-10", Track.DELAYED, "The form is late."),
            track(mine, "CA-3", Track.DELAYED, "No staff."),
            note_on(mine, "HC-10", "See the form."),
        ],
    )
    work(mine, "Test Lead", [track(mine, "HC-10", Track.ON_TRACK), track(mine, "CA-3", Track.ON_TRACK)])


def values_in_conflict(path: Path) -> int:
    """How many fields have two values on the disk."""
    register = Register.open(path)
    try:
        return len(conflicts(register.conn, register.id))
    finally:
        register.close()


@pytest.mark.slow
@pytest.mark.parametrize(("key", "held"), [("m", "on-track"), ("t", "delayed")])
async def test_one_key_settles_two_values(mine: Path, tmp_path: Path, key: str, held: str) -> None:
    two_values(mine, tmp_path / "In")
    async with sitting(mine, WIDE) as seat:
        await receive(seat, tmp_path / "In" / "c3.sqlite")
        print(seat.shown())
        seat.sees("≠ 2 with two values")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConflictsScreen), "what differs is not shown")
        print(seat.shown())
        seat.sees("2 with two values", "CA-3", "HC-10", "No staff.", "C3 lead", "Test Lead")
        await seat.press(key)
        seat.sees("1 with two values")
        assert "u takes it back" in seat.toasts
        assert recorded(mine, "CA-3").row.track == held
        await seat.press("u")
        seat.sees("2 with two values")


@pytest.mark.slow
async def test_all_of_one_person_is_settled_at_once_after_a_preview(mine: Path, tmp_path: Path) -> None:
    two_values(mine, tmp_path / "In")
    async with sitting(mine, WIDE) as seat:
        await receive(seat, tmp_path / "In" / "c3.sqlite")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConflictsScreen), "what differs is not shown")
        await seat.press("a")
        await seat.choose("C3 lead")
        seat.sees("2 of 2 will be settled")
        await seat.press("enter")
        seat.sees("Nobody wrote anything differently.")
    assert recorded(mine, "HC-10").row.track == recorded(mine, "CA-3").row.track == "delayed"
    assert not values_in_conflict(mine)


@pytest.mark.slow
async def test_attention_leads_to_the_two_values_of_its_item_and_enter_to_a_third(mine: Path, tmp_path: Path) -> None:
    two_values(mine, tmp_path / "In")
    async with sitting(mine, NARROW) as seat:
        await receive(seat, tmp_path / "In" / "c3.sqlite")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConflictsScreen), "what differs is not shown")
        await seat.press("escape", "3")
        seat.sees("b both values")
        await seat.open("HC-10")
        await seat.press("b")
        assert "HC-10" in seat.line("▌"), "the cursor is not on what the item has in conflict"
        await seat.press("enter", "s", "d")
        await seat.write("The form comes in May.")
        await seat.press("enter", "w")
        assert recorded(mine, "HC-10").row.track == "delayed"
        await seat.press("escape")
        assert isinstance(seat.app.screen, ConflictsScreen)
        seat.sees("1 with two values")


@pytest.mark.slow
async def test_a_stage_is_settled_by_itself_and_never_with_all_of_one_person(mine: Path, tmp_path: Path) -> None:
    hc10 = item(mine, "HC-10")
    theirs = [SetStage(item=hc10, stage=Stage.COLLATING), track(mine, "CA-3", Track.DELAYED, "No staff.")]
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", theirs)
    ours = [SetStage(item=hc10, stage=Stage.IN_PROGRESS), track(mine, "CA-3", Track.ON_TRACK)]
    work(mine, "Test Lead", ours)
    async with sitting(mine, WIDE) as seat:
        await receive(seat, back)
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConflictsScreen), "what differs is not shown")
        seat.sees("1 settled one by one")
        await seat.press("a")
        await seat.choose("C3 lead")
        seat.sees("1 of 2 will be settled", "1 refused")
        await seat.press("enter")
        seat.sees("HC-10", "1 with two values")
        await seat.press("t")
        seat.sees("Nobody wrote anything differently.")
    assert recorded(mine, "HC-10").row.stage == "collating-evidence"


@pytest.mark.slow
async def test_a_file_that_was_received_is_one_line_of_the_history_and_is_taken_back_from_there(
    mine: Path, tmp_path: Path
) -> None:
    theirs = [note_on(mine, "HC-6", "A form is being tried."), track(mine, "CA-3", Track.DELAYED, "No staff.")]
    back = come_back(mine, tmp_path / "In" / "c3.sqlite", "C3 lead", theirs)
    async with sitting(mine, WIDE) as seat:
        await receive(seat, back)
        await seat.press("enter")
        await seat.until(lambda: "Received from C3 lead: 2 edits" in seat.toasts, "it is not taken")
        await seat.press("7")
        seat.sees("received from C3 lead: 2 edits · c3.sqlite", "1 file received")
        assert "Test Lead received from" in seat.line("2 edits · c3.sqlite")
        await seat.press("home", "enter")
        assert "a file that was received" in seat.toasts
        await seat.press("t")
        seat.sees("Take this back?", "C3 lead: 2 edits · c3.sqlite")
        await seat.press("t")
        await seat.until(lambda: "Taken back: received from C3 lead" in seat.toasts, "it is not taken back")
        assert "(taken back)" in seat.line("· c3.sqlite")
    assert "A form is being tried." not in notes(mine, "HC-6")
