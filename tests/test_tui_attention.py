"""What needs attention on the screen, in the middle of January 2025, and that every key of an item works there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, history_of, recorded, sitting
from wide import widely

from store.register import Register
from tui.desk.settings import update_settings
from tui.screens.attention import AttentionScreen


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is 15 January 2025."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


TALL = (140, 100)
"""Room for every line of the sample, without the pane."""

URGENT = ("late", "promise|milestone", "due in", "HMICS: ", "waiting for", "stale", "open ")
"""How a line words its most urgent reason, in their order."""


def listed(seat: Seat) -> list[str]:
    """The lines of the list, without the pane: headings too."""
    lines = seat.lines()
    first = next(n for n, line in enumerate(lines) if "Ref " in line and "Why" in line) + 1
    return [line.lstrip("▌ ✓") for line in lines[first:] if line.strip()]


def why(seat: Seat, reference: str) -> str:
    """What the line of an item shows for a reason."""
    line = next(line for line in listed(seat) if line.startswith(f"{reference} "))
    return re.split(r"\s{2,}", line)[-1]


def under_cursor(seat: Seat) -> str:
    """The line with the cursor."""
    return next(line for line in seat.lines() if line.startswith("▌"))


async def to_line(seat: Seat, part: str) -> None:
    """Go down to the line that has this in it: half the way at once as long as it is in sight, since j passes
    headings."""
    await seat.press("home")
    for _ in range(80):
        lines, here = seat.lines(), under_cursor(seat)
        if part in here:
            return
        there = next((n for n, line in enumerate(lines) if part in line), 0)
        await seat.hurry(*"j" * max(1, (there - lines.index(here)) // 2))
    raise AssertionError(f"no line with {part}:\n{seat.shown()}")


@pytest.mark.slow
async def test_the_items_stand_under_whose_move_is_next_the_most_urgent_first(sample_path: Path) -> None:
    async with sitting(sample_path, TALL, at="3") as seat:
        lines = listed(seat)
        headings = [
            line for line in lines if re.fullmatch(r"[A-Z][a-z, ]+: \d+ recommendations.*|Housekeeping.*", line)
        ]
        assert headings == [
            "Action with us, or not recorded: 33 recommendations · 5 commitments",
            "Action with the inspectorate: 8 recommendations",
            "Housekeeping",
        ]
        seat.sees(
            "41 recommendations · 5 commitments need attention",
            "committee not known: 90 days ahead",
        )
        ours = lines[1 : lines.index(headings[1])]
        assert len(ours) == 38
        first = [
            next(n for n, word in enumerate(URGENT) if re.search(word, re.split(r"\s{2,}", line)[-1])) for line in ours
        ]
        assert first == sorted(first)
        assert ours[0].startswith("MHD-13 ") and ours[1].startswith("MHD-14 ")
        waiting = lines[lines.index(headings[1]) + 1 : lines.index("Housekeeping")]
        assert [line.split()[0] for line in waiting] == [
            "CA-2", "CA-3", "CA-4", "CA-5", "CA-6", "HC-8", "CAM-2", "DA-12",
        ]  # fmt: skip
        assert all(re.split(r"\s{2,}", line)[-1].startswith("waiting at least ") for line in waiting)


async def test_each_line_says_why_and_it_can_be_checked_by_hand(sample_path: Path) -> None:
    async with sitting(sample_path, TALL, at="3") as seat:
        # From 30 September 2024 to 15 January 2025; from 18 September; from June 2021.
        assert why(seat, "MHD-13") == "3 mo late, though on track · stale, 3 mo"
        assert why(seat, "HC-2").startswith("promised “in the coming weeks” 3 mo ago · stale, 3 mo · open 3 yr 6 mo")
        assert why(seat, "MHD-2") == "due in 16 days · stale, 3 mo"
        assert why(seat, "CCP-10").startswith("waiting for HSCPs† (at least 3 mo)")
        assert why(seat, "CA-2").startswith("waiting at least 5 mo, until the findings of its 2025 Crime Audit")
        assert why(seat, "HC-8") == "waiting at least 3 mo†"
        assert why(seat, "HC-10") == "HMICS: more evidence sought · stale, 3 mo · open 3 yr 6 mo"
        assert not [line for line in listed(seat) if line.startswith(("CA-1 ", "HC-1 "))]


async def test_the_next_committee_is_the_horizon_where_it_is_known(sample_path: Path) -> None:
    async with sitting(sample_path, TALL, at="ctrl+e") as seat:
        await seat.answer(next_committee="20 January 2025", stale_after="150")
        await seat.press("3")
        seat.sees("looking to the next committee, 20 January 2025")
        assert not [line for line in listed(seat) if "due in" in line or "stale" in line]
        await seat.press("u")
        assert why(seat, "MHD-2") == "due in 16 days · stale, 3 mo"


@pytest.mark.slow
async def test_housekeeping_is_folded_and_enter_lists_it(sample_path: Path) -> None:
    async with sitting(sample_path, at="3") as seat:
        await to_line(seat, "15 with no theme ▸")
        seat.sees("Enter lists them.")
        await seat.press("enter")
        seat.sees("No theme recorded · Not waiting on the inspec", "15 of 66 recommendations")
        await seat.press("3")
        assert "with no theme ▸" in under_cursor(seat)
        await to_line(seat, "with no lead ▸")
        await seat.press("enter")
        seat.sees("No lead · Not waiting on the inspectorate", "18 of 66 recommendations", "DA-x2")
        await seat.press("3", "home")
        seat.sees("A heading: the keys act on the items under it.")


async def test_a_heading_under_the_cursor_says_why_a_key_cannot_act(sample_path: Path) -> None:
    async with sitting(sample_path, at="3") as seat:
        before = seat.register.newest()
        for where in ("home", "end"):
            await seat.press(where)
            for key in ("s", "n", "e", "r", "t", "p", "c", "y", "full_stop", "space"):
                seat.app.clear_notifications()
                await seat.press(key)
                assert seat.toasts == "There is no item under the cursor.", (where, key)
                assert isinstance(seat.app.screen, AttentionScreen)
        await seat.press("home", "enter")
        assert isinstance(seat.app.screen, AttentionScreen)
        assert seat.register.newest() == before


@pytest.mark.slow
async def test_every_key_of_an_item_works_there_and_the_cursor_stays_with_its_item(sample_path: Path) -> None:
    async with sitting(sample_path, at="3") as seat:
        await to_line(seat, "MHD-2 ")
        await seat.press("s", "d")
        await seat.write("Staff left")
        await seat.press("enter")
        assert "▲ Delayed" in under_cursor(seat) and "MHD-2 " in under_cursor(seat)
        await seat.press("n")
        await seat.answer(text="Said at the board")
        assert "MHD-2 " in under_cursor(seat) and "stale" not in under_cursor(seat)
        await seat.press("t")
        await seat.answer(text="January 2026", delay="m", reason="")
        # No reason is left to list it for.
        assert "MHD-2 " not in "\n".join(listed(seat))
        await to_line(seat, "MHD-4 ")
        await seat.press("p")
        await seat.answer(text="Send the draft", due="in the coming weeks")
        await to_line(seat, "MHD-4 ")
        assert "promised “in the coming weeks” ·" in under_cursor(seat)
        await seat.press("e")
        await seat.answer(note="The pathway", sent="10 January 2025")
        assert "MHD-4 " in under_cursor(seat) and "◐ With HMICS" in under_cursor(seat)
        assert "waiting 5 days" in under_cursor(seat)
        await seat.press("r")
        await seat.answer(verdict="d", dated="14 January 2025")
        assert "MHD-4 " not in "\n".join(listed(seat))
        assert recorded(sample_path, "MHD-4").row.stage == "discharged"
        await seat.press("u")
        await to_line(seat, "MHD-4 ")
        await seat.press("enter")
        seat.sees("MHD-4 ◐ With HMICS")
        await seat.press("escape", "c")
        await seat.choose("leads")
        await seat.answer(leads="C3")
        assert recorded(sample_path, "MHD-4").row.leads == "C3"
        await seat.press("y", "right_square_bracket", "l")
        seat.sees("Remain open")


@pytest.mark.slow
async def test_nothing_new_ends_stale_and_can_be_taken_back(sample_path: Path) -> None:
    async with sitting(sample_path, TALL, at="3") as seat:
        await to_line(seat, "HC-6 ")
        assert why(seat, "HC-6") == "HMICS: remain open · stale, 3 mo · open 3 yr 6 mo"
        await seat.press("full_stop")
        assert why(seat, "HC-6") == "HMICS: remain open · open 3 yr 6 mo"
        assert history_of(sample_path, "HC-6")[0].field == "nothing new"
        await seat.press("u")
        assert why(seat, "HC-6") == "HMICS: remain open · stale, 3 mo · open 3 yr 6 mo"
        await to_line(seat, "CCP-12 ")
        await seat.press("full_stop")
        assert "CCP-12 " not in "\n".join(listed(seat))


async def test_what_is_ticked_there_takes_the_next_edit_together(sample_path: Path) -> None:
    async with sitting(sample_path, TALL, at="3") as seat:
        await to_line(seat, "CCP-11 ")
        await seat.press("space", "space", "space", "space")
        seat.sees("4 ticked")
        await seat.press("full_stop")
        seat.sees("Nothing new on 4 items", "4 of 4 will change")
        await seat.press("ctrl+s")
        shown = "\n".join(listed(seat))
        assert not [n for n in (11, 12, 13, 14) if f"CCP-{n} " in shown]
        seat.lacks("ticked")
        await seat.press("u")
        assert all(why(seat, f"CCP-{n}") == "stale, 3 mo" for n in (11, 12, 13, 14))
        await seat.press("asterisk")
        seat.sees("46 ticked")
        await seat.press("escape")
        seat.lacks("ticked")


async def test_m_shows_mine_or_everybodys(sample_path: Path) -> None:
    update_settings(acts_for=("C3",))
    async with sitting(sample_path, at="3") as seat:
        assert [line.split()[0] for line in listed(seat)[:3]] == ["Action", "CAM-1", "CAM-4"]
        seat.sees("C3", "2 recommendations need attention")
        await seat.press("m")
        seat.sees("All leads", "41 recommendations · 5 commitments need attention")
        await seat.press("m")
        seat.sees("2 recommendations need attention")


async def test_who_acts_for_nobody_is_asked_by_m(sample_path: Path) -> None:
    async with sitting(sample_path, at="3 m") as seat:
        seat.sees("Who is writing?")
        await seat.answer(acts_for="c3")
        seat.sees("2 recommendations need attention")


@pytest.mark.slow
async def test_the_numbers_that_matter_are_under_the_header_and_follow_a_change(sample_path: Path) -> None:
    update_settings(acts_for=("C3",))
    before = "Mine: 2 open · 2 promised and not done, the oldest 3 mo ago · 2 stale; 23 open have no lead"
    async with sitting(sample_path) as seat:
        for place in ("1", "2", "3", "4", "7"):
            await seat.press(place)
            assert seat.lines()[2].strip() == before, place
        await seat.press("3")
        await to_line(seat, "CAM-1 ")
        await seat.press("full_stop")
        assert (
            seat.lines()[2].strip()
            == "Mine: 2 open · 2 promised and not done, the oldest 3 mo ago · 1 stale; 23 open have no lead"
        )
        await seat.press("p", "down", "enter")
        assert (
            seat.lines()[2].strip()
            == "Mine: 2 open · 1 promised and not done, the oldest 3 mo ago · 1 stale; 23 open have no lead"
        )
        await to_line(seat, "CAM-4 ")
        await seat.press("e")
        await seat.answer(note="Figures of the teams")
        assert seat.lines()[2].strip() == "Mine: 1 open · 1 waiting on the inspectorate; 23 open have no lead"
        await seat.press("u", "u", "u")
        assert seat.lines()[2].strip() == before


@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_an_empty_register_has_nothing_that_needs_attention(empty: Register, size: tuple[int, int]) -> None:
    path = empty.path
    empty.close()
    async with sitting(path, size, at="3") as seat:
        seat.sees("Nothing needs attention.")
        for key in ("s", "t", "e", "r", "full_stop", "space", "asterisk", "enter", "escape", "home", "end", "j"):
            await seat.press(key)
            assert isinstance(seat.app.screen, AttentionScreen), key
    update_settings(acts_for=("C3",))
    async with sitting(path, size, at="3") as seat:
        seat.sees("Nothing of C3 needs attention. Press m to see all leads.")


async def test_on_a_small_screen_the_heading_the_reasons_and_the_keys_are_seen(sample_path: Path) -> None:
    async with sitting(sample_path, NARROW, at="3") as seat:
        lines = listed(seat)
        assert lines[0] == "Action with us, or not recorded: 33 recommendations · 5 commitments"
        assert "MHD-13 " in under_cursor(seat) and "3 mo late" in under_cursor(seat)
        assert all(len(line) <= 80 for line in seat.lines())
        assert {"? help", "q quit"} <= set(re.split(r"\s{2,}", seat.lines()[-1].strip()))
        await seat.press("enter")
        seat.sees("MHD-13 ■ On track")
        await seat.press("escape", "end")
        assert "with no theme ▸" in under_cursor(seat)
        await seat.resize(50, 8)
        assert "with no theme" in under_cursor(seat)


async def test_the_numbers_of_a_large_register_come_behind_the_screen_and_follow_a_change(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.summary_line.FEW_ITEMS", 10)
    monkeypatch.setattr("tui.screens.base.SUMMARY_DELAY_SECONDS", 0.01)
    update_settings(acts_for=("C3",))
    async with sitting(sample_path, at="3") as seat:
        await seat.until(
            lambda: "Mine: 2 open · 2 promised and not done, the oldest 3 mo ago · 2 stale" in seat.shown(),
            "no numbers",
        )
        await seat.press("full_stop")
        await seat.until(
            lambda: "Mine: 2 open · 2 promised and not done, the oldest 3 mo ago · 1 stale" in seat.shown(),
            "they do not follow",
        )
