"""The list of an item's leads: what is typed adds to it, and nobody is taken off it by mistake."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import NARROW, Seat, recorded, sitting

from store.register import Register

ALL = "HSCPs; Police Scotland; SAS"
"""Those who lead on CCP-10 in the sample."""


def leads(path: Path) -> str | None:
    return recorded(path, "CCP-10").row.leads


async def to_leads(seat: Seat) -> None:
    await seat.open("CCP-10")
    await seat.press("c")
    await seat.choose("leads")


@pytest.mark.parametrize("typed", ["; NHS 24", "NHS 24", ";NHS 24;", " ; NHS 24"])
async def test_what_is_typed_into_a_list_of_names_adds_to_it(typed: str, sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await to_leads(seat)
        await seat.write(typed)
        await seat.press("ctrl+s")
        assert "lead added: NHS 24. u takes it back." in seat.toasts
    assert leads(sample_path) == "HSCPs; NHS 24; Police Scotland; SAS"


async def test_a_name_chosen_from_the_list_goes_behind_those_that_are_there(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await to_leads(seat)
        await seat.press("down")
        await seat.choose("NHS 24")
        seat.sees(f"{ALL}; NHS 24")


async def test_a_field_of_one_name_is_selected_as_before(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        await seat.press("ctrl+w", "shift+tab")
        seat.sees("Test Lead")
        await seat.write("Ann")
        assert seat.line("Your name").split("│")[1].split() == ["Your", "name", "*", "Ann"]


async def test_what_takes_several_or_all_off_is_asked_once(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await to_leads(seat)
        await seat.answer(leads="NHS 24")
        seat.sees("HSCPs, Police Scotland and SAS no longer lead. Take them off?", "yes, save it", "save nothing")
        await seat.press("escape")
        seat.sees("Nothing is saved yet.")
        assert leads(sample_path) == ALL
        await seat.press("ctrl+s", "y")
        assert leads(sample_path) == "NHS 24"
        assert seat.toasts.endswith("u takes it back.")
        await seat.press("u", "c")
        await seat.choose("leads")
        await seat.answer(leads="")
        seat.sees("HSCPs, Police Scotland and SAS no longer lead. Take them off?")


async def test_one_of_several_is_taken_off_and_one_replaced_by_one_without_a_question(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await to_leads(seat)
        await seat.answer(leads="HSCPs; Police Scotland")
        assert leads(sample_path) == "HSCPs; Police Scotland"
        await seat.press("c")
        await seat.choose("leads")
        await seat.answer(leads="SAS")
        seat.sees("HSCPs and Police Scotland no longer lead. Take them off?")
        await seat.press("y", "c")
        await seat.choose("leads")
        await seat.answer(leads="HSCPs")
        assert leads(sample_path) == "HSCPs"
        await seat.press("c")
        await seat.choose("leads")
        await seat.answer(leads="")
        seat.sees("HSCPs no longer leads. Take it off?")
        await seat.press("y")
        assert not leads(sample_path)


async def test_a_new_name_is_asked_about_after_those_who_go_and_neither_twice(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "party_kinds", {})
    async with sitting(sample_path) as seat:
        await to_leads(seat)
        await seat.answer(leads="Field Unit")
        seat.sees("no longer lead. Take them off?")
        await seat.press("y")
        seat.sees("Nobody here is called Field Unit yet")
        await seat.press("u")
        assert leads(sample_path) == "Field Unit"


@pytest.mark.parametrize("keys", ["s l a", "c"])
async def test_a_lead_who_is_not_recorded_yet_is_added_from_the_panel_of_one(keys: str, sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CCP-10")
        await seat.press(*keys.split())
        if keys == "c":
            await seat.choose("how far police")
            seat.sees("a  Another…")
            await seat.press("a")
        await seat.write("; NHS 24")
        seat.sees("Leads of CCP-10", f"{ALL}; NHS 24")


async def test_the_panel_of_the_only_lead_leads_to_others_too(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c")
        await seat.choose("leads")
        await seat.answer(leads="C3")
        await seat.press("c")
        await seat.choose("how far")
        seat.sees("Whose part", "a  Another…")
        await seat.press("a")
        seat.sees("Leads of HC-6")


@pytest.mark.parametrize("length", [30, 90, 300])
async def test_a_long_toast_ends_in_what_takes_it_back(length: int, sample_path: Path) -> None:
    sentence = f"{'lead withdrawn: Somebody; ' * length}. u takes it back."
    async with sitting(sample_path, NARROW, toasts=True, at="2") as seat:
        for size in (NARROW, (50, 12)):
            await seat.resize(*size)
            seat.app.show_toast("CCP-10: " + sentence)
            await seat.settle()
            shown = " ".join(line.partition("▌ ")[2].strip() for line in seat.lines() if "▌ " in line)
            assert "CCP-10: lead withdrawn" in shown and "u takes it back." in shown and "…" in shown
