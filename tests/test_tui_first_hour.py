"""The first hour of four persons: what each does, and that it costs no more keys than it may, beside typed text."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, recorded, sitting, sitting_with
from wide import widely

from store.commands import SetLeads
from store.domain.references import find_item
from store.exchange.export import export
from store.queries.filter import Filter
from store.register import Author, Register
from tui.app import FairleadApp
from tui.desk.open_register import open_register
from tui.desk.settings import load, update_settings


class Counted:
    """Somebody whose keys are counted; what is typed as text is not."""

    def __init__(self, seat: Seat) -> None:
        self.seat = seat
        self.keys = 0

    async def press(self, *keys: str) -> None:
        self.keys += len(keys)
        await self.seat.press(*keys)

    async def write(self, text: str) -> None:
        await self.seat.write(text)


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_a_leads_three_minutes_cost_twenty_four_keys(
    sample_path: Path, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with sitting(sample_path, size, at="1", author=None) as seat:
        lead = Counted(seat)
        await lead.press("j", "j", "j", "enter")
        await lead.press("s", "o")
        await lead.write("Ann Lead")
        await lead.press("enter")
        await lead.press("j", "j", "s", "b")
        await lead.press("j", "full_stop")
        await lead.press("j", "n")
        await lead.write("The trial in Fife.")
        await lead.press("tab", "e", "ctrl+s")
        await lead.press("p")
        await lead.write("Send the figures")
        await lead.press("enter")
        await lead.write("end of year")
        await lead.press("ctrl+s")
        await lead.press("6", "w", "ctrl+s")
        assert lead.keys <= 24
        await seat.until(lambda: list(tmp_path.glob("*.sqlite")), "no file is written")
    assert recorded(sample_path, "CAM-1").row.status == "on-track"
    assert recorded(sample_path, "CAM-3").row.believed_done and recorded(sample_path, "CAM-4").nothing_new
    five = recorded(sample_path, "CAM-5")
    assert "evidence" in {note.fields["kind"] for note in five.notes}
    assert {action.fields["text"] for action in five.actions} >= {"Send the figures"}


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_nhs_24_has_done_its_part_in_three_keys(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size, at="2") as seat:
        await seat.press("slash")
        await seat.write("CCP-11")
        await seat.press("enter")
        officer = Counted(seat)
        await officer.press("c")
        await officer.write("nhs")
        await officer.press("enter", "d")
        assert officer.keys <= 3 and "CCP-11: NHS 24: not stated → done" in seat.toasts


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_a_publication_with_three_recommendations_costs_a_coordinator_twenty_keys(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size, at="1") as seat:
        coordinator = Counted(seat)
        await coordinator.press("a")
        for text in ("Custody of Adults", "CUS", "HMICS"):
            await coordinator.write(text)
            await coordinator.press("enter")
        await coordinator.write("June 2024")
        await coordinator.press("ctrl+s")
        seat.sees("Press enter, and a there, to add its recommendations.")
        await coordinator.press("enter", "a")
        for title, last in (("Cells", False), ("Meals", False), ("Releases", True)):
            await coordinator.write(title)
            await coordinator.press("ctrl+s" if last else "ctrl+g")
        seat.sees("CUS-1", "CUS-2", "CUS-3", "Releases")
        assert coordinator.keys <= 20


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_the_heir_sees_what_is_promised_and_what_was_last_replied_and_takes_over_in_eight_keys(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        heir = Counted(seat)
        # The first of Attention was promised something.
        await heir.press("3", "enter")
        seat.sees("Promised", "Submit our response to HMICS.")
        await heir.press("ctrl+p")
        await heir.write("hand over")
        await heir.press("enter")
        for name in ("C3", "Heir"):
            await heir.write(name)
            await heir.press("enter")
        seat.sees("Hand over 2 items from C3 to Heir", "in each: lead", "Promised, due in the c", "Submit our response")
        assert not seat.line("✓ CAM-4").count("no submission")
        await heir.press("ctrl+s")
        assert heir.keys <= 8
        await seat.open("HC-6")
        seat.sees("Last reply", "HMICS: remain open, date not known", "action with us")
    assert recorded(sample_path, "CAM-4").row.leads == "Heir"


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_who_takes_items_over_types_their_name_once_and_sees_their_own_from_then_on(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size, author=None) as seat:
        heir = Counted(seat)
        await heir.press("3")
        seat.sees("All leads")
        await heir.press("ctrl+p")
        await heir.write("hand over")
        await heir.press("enter")
        seat.sees("Who is writing?")
        await heir.write("Heir")
        await heir.press("enter")
        seat.sees("Hand over a lead's items", "their open actions go over too")
        await heir.write("C3")
        await heir.press("enter", "enter")
        seat.sees("Hand over 2 items from C3 to Heir", "tab reason")
        await heir.press("enter")
        seat.sees("Mine: 2 open", "promised “in the coming weeks”")
        assert "whoever gave you" not in seat.toasts
        assert heir.keys <= 8
        assert load()[0].acts_for == ("Heir",)
        assert any(line.startswith(" Heir ") for line in seat.lines())
        await seat.press("2")
        seat.sees("Mine Heir", "2 of 66")
        await seat.press("ctrl+w")
        await seat.answer(acts_for="NHS24")
        seat.sees("Nobody in this register is called NHS24. Did you mean NHS 24? Saved again")
        await seat.answer(acts_for="A new unit")
        seat.sees("Nobody in this register is called A new unit. Saved again")
        await seat.press("ctrl+s")
        assert load()[0].acts_for == ("A new unit",)
        await seat.press("ctrl+w")
        await seat.answer(acts_for="Mental Health Taskforce")
        seat.sees("Mine Mental Health Taskforce", "13 of 66")


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_the_heir_of_a_part_that_is_kept_finds_where_to_take_it_over_in_eight_keys(
    sample_path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    with closing(Register.open(sample_path, Author("Coordinator"))) as register:
        export(register, tmp_path / "c3.sqlite", Filter(lead=("C3",), parts=True))
    opened = open_register(tmp_path / "c3.sqlite", load()[0], None)
    async with sitting_with(FairleadApp(opened, load()[0], notice=opened.read_only_reason or ""), size) as seat:
        heir = Counted(seat)
        seat.sees("Read-only: ctrl+k saves it as your own, to work in it or to take items over.")
        await heir.press("3")
        seat.sees("Promised", "Submit our response to HMICS.", "Last reply", "none recorded, nor that anything was")
        await heir.press("ctrl+k", "enter")
        await seat.until(
            lambda: "To take items over from somebody: 6, then h." in seat.toasts, "nothing says what is next"
        )
        await heir.press("6")
        seat.sees("send back", "hand over", "to another lead, or take them over", "hand over, take over")
        await heir.press("h")
        await heir.write("Heir")
        await heir.press("enter", "enter")
        seat.sees("Hand over 2 items from C3 to Heir", "tab reason")
        await heir.press("enter")
        seat.sees("Mine: 2 open")
        assert "u takes it back. 6 sends it to whoever gave you this register." in seat.toasts
        assert heir.keys <= 8
        await seat.press("6")
        await seat.until(lambda: "It holds 2 recommendations" in seat.shown(), "what goes back is not described")
        seat.sees("Send back: 1 edit")
    opened = open_register(tmp_path / "c3.sqlite", load()[0], None)
    async with sitting_with(FairleadApp(opened, load()[0]), size) as seat:
        await seat.press("ctrl+k")
        seat.sees("You have made one from this file already", "c3.fairlead", "ctrl+o, opens it")


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_a_lead_sends_evidence_explains_a_delay_adds_a_note_and_writes_a_file_in_twenty_keys(
    sample_path: Path, tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    async with sitting(sample_path, size, author=None) as seat:
        lead = Counted(seat)
        await lead.press("2", "m")
        await lead.write("Ann Lead")
        await lead.press("enter")
        await lead.write("C3")
        await lead.press("enter")
        assert "CAM-1" in seat.line("▌"), "a filter that hides the item under the cursor begins at the first"
        await lead.press("s", "d")
        await lead.write("The pilot is late.")
        await lead.press("enter", "n")
        await lead.write("Figures of the pilot.")
        await lead.press("tab", "e", "ctrl+s", "j", "e")
        await lead.write("What the teams did.")
        await lead.press("ctrl+s", "6", "w", "ctrl+s")
        assert lead.keys <= 20
        await seat.until(lambda: list(tmp_path.glob("*.sqlite")), "no file is written")
    assert recorded(sample_path, "CAM-1").reasons["track"] == "The pilot is late."
    assert recorded(sample_path, "CAM-4").row.stage == "submitted"


async def test_whoever_leads_under_their_own_name_says_it_once(sample_path: Path) -> None:
    async with sitting(sample_path, author=None, at="3 m") as seat:
        await seat.answer(name="C3")
        seat.sees("Mine: 2 open")
        assert load()[0].acts_for == ("C3",)


async def test_mine_and_all_keep_the_cursor_on_its_item(sample_path: Path) -> None:
    update_settings(name="Ann", acts_for=("C3",))
    async with sitting(sample_path, at="2") as seat:
        await seat.press("j")
        for _ in range(4):
            await seat.press("m")
            assert "CAM-4" in seat.line("▌"), seat.shown()


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 2))
async def test_the_heir_sees_in_attention_and_before_taking_over_what_the_inspectorate_last_said(
    sample_path: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    with closing(Register.open(sample_path, Author("Coordinator"))) as register:
        for reference in ("HC-10", "HC-2"):
            register.do(SetLeads(item=find_item(register.conn, reference)[0], leads=("Unit A",)))
        export(register, tmp_path / "a.sqlite", Filter(lead=("Unit A",), parts=True))
    update_settings(name="Heir")
    opened = open_register(tmp_path / "a.sqlite", load()[0], None)
    async with sitting_with(FairleadApp(opened, load()[0]), size) as seat:
        heir = Counted(seat)
        await heir.press("ctrl+k", "enter")
        await seat.until(lambda: "6, then h." in seat.toasts, "the copy is not open")
        await heir.press("6", "h", "enter")
        seat.sees("Hand over 2 items from Unit A to Heir")
        assert "Promised, due in the c" in seat.line("✓ HC-2") and "HMICS: more evidence" in seat.line("✓ HC-10")
        await seat.press("end")
        seat.sees("To mind  HMICS: more evidence sought, date not known · action with us")
        await heir.press("enter")
        assert heir.keys == 6
        seat.sees("Mine: 2 open", "1 not discharged when asked")
        assert "HMICS: more evidence sought · open 3 yr" in seat.line("HC-10 ")


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 2))
async def test_a_list_filtered_on_a_lead_follows_where_all_its_items_are_taken_over(
    sample_path: Path, size: tuple[int, int]
) -> None:
    update_settings(name="Heir")
    async with sitting(sample_path, size, at="2 colon") as seat:
        await seat.answer(query="lead:C3 publication:CAM")
        seat.sees("CAM-1 ", "CAM-4 ")
        await seat.press("6", "h")
        await seat.answer(lead="C3", to="Heir")
        seat.sees("from C3 to Heir")
        await seat.press("enter", "2")
        seat.sees("CAM-1 ", "CAM-4 ", "Heir")
        seat.lacks("Nothing fits", " C3 ·")
        # To somebody else from the ticks: one of two, then the last, which the list follows.
        await seat.press("home", "space", "c")
        await seat.choose("hand over")
        await seat.answer(lead="Heir", to="Response")
        await seat.press("enter", "x", "colon")
        await seat.answer(query="lead:Heir publication:CAM")
        seat.sees("CAM-4 ")
        seat.lacks("CAM-1 ")
        await seat.press("home", "space", "c")
        await seat.choose("hand over")
        await seat.answer(lead="Heir", to="Response")
        await seat.press("enter")
        seat.sees("CAM-1 ", "CAM-4 ")
        seat.lacks("Nothing fits")
