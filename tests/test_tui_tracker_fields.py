"""The fields that trackers have, from the keyboard: each is asked for in its dialog, and is there afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from screen import recorded, sitting

from store.commands import DescribeRegister
from store.register import Author, Register


@pytest.mark.slow
async def test_an_item_is_corrected_with_its_response_its_priority_and_how_much_is_done(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("c", "enter")
        await seat.answer(response="p", priority="h", percent_done="60")
        seat.sees("Response", "Partly accepted", "Priority", "High", "Done, in per cent", "60")
        await seat.press("u")
        assert "Partly accepted" not in seat.shown()
    assert recorded(sample_path, "HC-6").row.priority is None


@pytest.mark.slow
async def test_a_kind_of_the_registers_own_is_chosen_and_counted_apart(sample_path: Path) -> None:
    register = Register.open(sample_path, Author("Test Lead"))
    register.do(DescribeRegister(kinds_apart="Key Action"))
    register.close()
    async with sitting(sample_path, at="2") as seat:
        seat.sees("66 recommendations · 5 other items")
        await seat.open("HC-6")
        await seat.press("c", "enter")
        await seat.answer(kind="k")
        await seat.press("escape", "x")
        seat.sees("65 recommendations · 6 other items")


@pytest.mark.slow
async def test_a_risk_is_accepted_in_the_status_panel(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("s", "m", "k")
        await seat.answer(by="The board", reason="The risk is small.", review="June 2025")
        seat.sees(
            "Closed", "Risk accepted, accepted by The board", "Looked at again", "June 2025", "The risk is small."
        )
    row = recorded(sample_path, "HC-6").row
    assert (row.closed_as, row.review) == ("risk-accepted", "June 2025")


@pytest.mark.slow
async def test_an_extension_is_granted_where_the_target_is_moved(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("MHD-2")
        await seat.press("t")
        await seat.answer(delay="a", extension="g", asked_by="C3", asked_for="June 2025", decided_by="Audit")
        seat.sees("June 2025", "Kind of delay", "granted", "by Audit")
    row = recorded(sample_path, "MHD-2").row
    assert (row.target_text, row.extension, row.delay) == ("June 2025", "granted", "A system is not ready")


@pytest.mark.slow
async def test_a_note_is_agreed_and_a_figure_added(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("n")
        await seat.answer(text="The draft is with the board.")
        await seat.press("c")
        await seat.choose("draft is with")
        await seat.press("a")
        await seat.answer(agreed_by="The deputy chief")
        await seat.press("c")
        await seat.choose("add a figure")
        await seat.answer(name="Reports", figure="4,141", period="since May 2023")
        seat.sees("Reports: 4,141 since May 2023")
    detail = recorded(sample_path, "HC-6")
    assert [note.fields["agreed_by"] for note in detail.notes if note.fields["agreed_by"]] == ["The deputy chief"]
    assert [one.fields["figure_number"] for one in detail.measures] == [4141]


async def test_a_publications_file_is_recorded_for_this_desk(sample_path: Path) -> None:
    async with sitting(sample_path, at="1") as seat:
        await seat.press("c")
        await seat.choose("where its file")
        await seat.answer(place_of_file="/home/lead/report.pdf")
        seat.sees("File", "/home/lead/report.pdf")
