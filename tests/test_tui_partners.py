"""How far each lead has got: set with one key in the app and by an option on the command line, and shown by both."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import NARROW, WIDE, recorded, sitting
from test_tui_cli import author, data, run
from wide import widely

from tui.desk.not_alike import not_alike
from tui.desk.settings import update_settings
from tui.dialogs.similar import propose_similar

__all__ = ["author"]


def states(path: Path, reference: str) -> dict[object, tuple[object, object]]:
    """Role and state of each lead, as they are on the disk."""
    return {
        lead.fields["name"]: (lead.fields["role"], lead.fields["state"]) for lead in recorded(path, reference).leads
    }


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_correct_then_a_lead_then_one_key_says_how_far_they_have_got(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        await seat.open("CCP-11")
        await seat.press("c")
        seat.sees("How far SAS has got  not stated")
        await seat.choose("far sas")
        seat.sees("CCP-11 · SAS", "Part of it, now not stated", "Under way")
        await seat.press("u")
        assert states(sample_path, "CCP-11")["SAS"] == (None, "under-way")
        assert "u takes it back" in seat.toasts
        seat.sees("SAS · under way", "0 of 3 leads have done their part; of 2 it is not stated.")
        await seat.press("c")
        await seat.choose("far sas")
        await seat.press("x")
        assert states(sample_path, "CCP-11")["SAS"] == (None, None)
        await seat.press("u", "u")
        assert states(sample_path, "CCP-11")["SAS"] == (None, None)


@pytest.mark.slow
async def test_escape_leaves_a_lead_as_it_was_and_a_role_is_typed(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CCP-11")
        await seat.press("c")
        await seat.choose("far sas")
        await seat.press("escape")
        assert states(sample_path, "CCP-11")["SAS"] == (None, None)
        await seat.press("c")
        await seat.choose("far sas")
        await seat.press("r")
        await seat.answer(role="trains its crews")
        assert states(sample_path, "CCP-11")["SAS"] == ("trains its crews", None)
        seat.sees("SAS · trains its crews")
        await seat.press("c")
        await seat.choose("far sas")
        await seat.press("d")
        assert states(sample_path, "CCP-11")["SAS"] == ("trains its crews", "done")


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_whoever_acts_for_one_of_several_leads_says_in_three_keys_that_it_has_done_its_part(
    sample_path: Path, size: tuple[int, int]
) -> None:
    update_settings(name="Partnership Officer", acts_for=("nhs 24",))
    async with sitting(sample_path, size) as seat:
        await seat.open("CCP-11")
        before = recorded(sample_path, "CCP-11").row
        await seat.press("s")
        seat.sees("Your part", "l  How far NHS 24 has got…", "not stated", "We believe it is done")
        await seat.press("l", "d")
        assert states(sample_path, "CCP-11")["NHS 24"] == (None, "done")
        after = recorded(sample_path, "CCP-11").row
        assert (after.stage, after.believed_done) == (before.stage, before.believed_done)
        assert "NHS 24: not stated → done" in seat.toasts
        seat.sees("NHS 24 · done", "1 of 3 leads has done their part")
        await seat.press("escape")
        assert "· 1 of 3 leads done" in seat.line("▌"), "the list does not show it"


@pytest.mark.slow
async def test_the_first_lead_that_has_not_done_its_part_is_proposed_and_the_others_are_a_key_away(
    sample_path: Path,
) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CCP-11")
        await seat.press("s", "l")
        seat.sees("CCP-11 · NHS 24", "Whose part", "1  NHS 24  not stated · this one", "3  SAS  not stated")
        await seat.press("2")
        seat.sees(
            "CCP-11 · Police Scotland", "Part of it, now not stated", "1  NHS 24  not stated", "3  SAS  not stated"
        )
        await seat.press("u")
        assert states(sample_path, "CCP-11")["Police Scotland"] == (None, "under-way")
        await seat.press("s")
        seat.sees("One lead's part", "How far NHS 24 has got…", "or Police Scotland or SAS", "As a whole: on time?")
        await seat.press("l", "d")
        assert states(sample_path, "CCP-11")["NHS 24"] == (None, "done")
        await seat.press("s", "l")
        seat.sees("CCP-11 · Police Scotland", "now under way")
        await seat.press("escape")
        await seat.open("CCP-12")
        await seat.press("s")
        seat.lacks("has got…", "As a whole")


@pytest.mark.slow
async def test_the_lead_whose_items_the_list_shows_is_the_one_that_is_meant(sample_path: Path) -> None:
    async with sitting(sample_path, at="2") as seat:
        await seat.press("f", "l")
        await seat.choose("sas")
        await seat.press("s")
        seat.sees("l  How far SAS has got…")
        await seat.press("l", "d")
        assert "SAS: not stated → done" in seat.toasts


def test_the_command_line_sets_states_and_roles_and_tells_them(mine: Path, author: str) -> None:
    asked = ("--lead-state", "police scotland=Under way", "--lead-state", "SAS=done", "--lead-role", "SAS=runs = it")
    run("edit", "CCP-11", *asked)
    assert states(mine, "CCP-11") == {
        "NHS 24": (None, None),
        "Police Scotland": (None, "under-way"),
        "SAS": ("runs = it", "done"),
    }
    shown = run("show", "CCP-11").stdout
    for lead in ("NHS 24 · state not stated", "Police Scotland · under way", "SAS · runs = it, done"):
        assert f"Lead: {lead}\n" in shown
    assert "  1 of 3 leads has done their part; of 1 it is not stated.\n" in shown
    assert "Target: during 2025, continuing into 2026 · read as 1 January 2025 to 31 December 2026\n" in shown
    whole = data("show", "CCP-11")
    assert (whole["leads_done"], whole["leads_count"]) == (1, 3)
    run("edit", "CCP-11", "--lead-state", "SAS=not-stated", "--lead-role", "SAS=")
    assert states(mine, "CCP-11")["SAS"] == (None, None)


def test_the_command_line_refuses_what_is_no_state_and_whoever_does_not_lead(mine: Path, author: str) -> None:
    assert "not-begun, under-way, part-done, done" in run("edit", "CCP-11", "--lead-state", "SAS=soon", code=2).stderr
    assert "C3=" in run("edit", "CCP-11", "--lead-state", "SAS", code=2).stderr
    assert "ACME does not lead on CCP-11" in run("edit", "CCP-11", "--lead-state", "ACME=done", code=2).stderr
    assert states(mine, "CCP-11")["SAS"] == (None, None)


def test_show_says_where_the_other_end_of_a_link_stands_and_that_all_leads_are_done(mine: Path, author: str) -> None:
    run("add", "link", "CCP-12", "depends-on", "HC-6")
    run("edit", "CCP-12", "--lead-state", "Police Scotland=done")
    shown = run("show", "CCP-12").stdout
    assert (
        "depends on: HC-6  Third-party reporting  Delayed (worked out from the source) · Remain open, not closed yet"
        in shown
    )
    assert "Its lead has done their part: record it as delivered?" in shown
    assert "needed by: CCP-12  Suicide Notification form  Not stated" in run("show", "HC-6").stdout
    link = next(link for link in data("show", "CCP-12")["links"] if link["reference"] == "HC-6")
    assert (link["status"], link["stage"], link["closed_as"]) == ("delayed", "remain-open", None)


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_alike_items_are_proposed_and_tied_by_a_person(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size) as seat:
        propose_similar(seat.app)
        await seat.until(lambda: "May these be the same work?" in seat.shown(), "no list comes")
        seat.sees("CCP-11 Enhanced Mental Health Pathway ~ MHD-10")
        await seat.press("enter")
        seat.sees("CCP-11 and MHD-10", "Keep improving the Enhanced", "MHD-10 · Quality of shared mental health data")
        await seat.press("w")
        links = {(link.fields["relation"], link.fields["reference"]) for link in recorded(sample_path, "CCP-11").links}
        assert ("same-work", "MHD-10") in links
        seat.sees("May these be the same work?", "CCP-13 Mental health training")
        seat.lacks("CCP-11 Enhanced Mental Health Pathway ~ MHD-10")


async def test_a_pair_that_is_not_alike_is_not_proposed_again_at_this_desk(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        propose_similar(seat.app)
        await seat.until(lambda: "May these be the same work?" in seat.shown(), "no list comes")
        before = recorded(sample_path, "CCP-11")
        await seat.press("enter", "escape")
        seat.sees("CCP-11 Enhanced Mental Health Pathway ~ MHD-10")
        await seat.press("enter", "n", "escape")
        assert len(not_alike(seat.register)) == 1 and recorded(sample_path, "CCP-11").links == before.links
        propose_similar(seat.app)
        await seat.until(lambda: "May these be the same work?" in seat.shown(), "no list comes")
        seat.lacks("CCP-11 Enhanced Mental Health Pathway ~ MHD-10")


async def test_an_item_joined_to_another_is_in_no_other_proposal(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        propose_similar(seat.app)
        await seat.until(lambda: "May these be the same work?" in seat.shown(), "no list comes")
        await seat.press("enter", "b")
        links = recorded(sample_path, "CCP-11").links
        assert ("same-as", "in", "MHD-10") in {
            (link.fields["relation"], link.fields["direction"], link.fields["reference"]) for link in links
        }
        seat.lacks("MHD-10")
        seat.sees("CCP-13 Mental health training")
