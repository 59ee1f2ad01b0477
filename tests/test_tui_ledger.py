"""The remain-open ledger on the screen, by pressed keys, and what the Submissions tab shows of each round."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from screen import NARROW, WIDE, Seat, sitting
from wide import widely

from store.commands import AddNote, RecordReply, SubmitEvidence
from store.domain.references import find_item
from store.domain.vocabulary import NextMove, NoteKind, Verdict
from store.queries.item_detail import item_detail
from store.register import Author, Register
from tui.screens.item import ItemScreen
from tui.screens.ledger import LedgerScreen
from tui.screens.recommendations import RecommendationsScreen
from widgets.item_pane import submissions


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is 15 January 2025."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


async def to_row(seat: Seat, reference: str) -> None:
    """Move the cursor of the ledger to the first row of an item."""
    await seat.press("home")
    for _ in range(30):
        if seat.line("▌").split()[1:2] == [reference]:
            return
        await seat.press("j")
    raise AssertionError(seat.shown())


async def test_one_key_shows_what_waits_on_the_inspectorate_apart_from_what_waits_on_us(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE, at="2 l") as seat:
        assert isinstance(seat.app.screen, LedgerScreen)
        lines = seat.lines()
        assert "8 with the inspectorate · 2 with us" in seat.shown()
        places = {
            ref: n
            for n, line in enumerate(lines)
            for ref in ("CA-2", "HC-8", "HC-10")
            if line[3:].startswith(f"{ref} ")
        }
        theirs, ours = (
            next(n for n, line in enumerate(lines) if part in line) for part in ("inspectorate: 8", "recorded: 2")
        )
        assert theirs < places["CA-2"] < places["HC-8"] < ours < places["HC-10"]
        assert "since the" in lines[places["HC-8"]] and "at least 3 mo" in lines[places["HC-8"]]
        await seat.press("l")
        assert isinstance(seat.app.screen, RecommendationsScreen)


@pytest.mark.slow
async def test_the_pane_shows_the_whole_of_the_row(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE, at="2 l") as seat:
        seat.sees("Action with        The inspectorate, until the findings of its 2025 Crime Audit are published")
        await to_row(seat, "HC-10")
        seat.sees(
            "HC-10 ▲ Delayed",
            "more evidence sought, said on a day not known, at least 3 mo",
            "HMICS seeks evidence of how the data is used and of the impact on communities.",
            "Evidence of how the data is used, and to what effect for communities.",
        )
        await to_row(seat, "HC-8")
        seat.sees("closure asked for, sent since the March 2024 update†, at least 3 mo†; no reply")


async def test_the_item_keys_act_on_the_row_and_enter_opens_its_item(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE, at="2 l") as seat:
        await to_row(seat, "HC-6")
        await seat.press("right_square_bracket")
        seat.sees("No target is recorded")
        await seat.press("n")
        seat.sees("HC-6")
        await seat.press("escape", "enter")
        assert isinstance(seat.app.screen, ItemScreen)
        await seat.press("escape")
        assert isinstance(seat.app.screen, LedgerScreen)
        await seat.press("2")
        assert isinstance(seat.app.screen, RecommendationsScreen)


async def test_the_ledger_opens_at_the_item_that_one_is_on(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE) as seat:
        await seat.open("HC-10")
        await seat.press("l")
        assert seat.line("▌").split()[1] == "HC-10"
        await seat.press("enter", "l")
        assert isinstance(seat.app.screen, ItemScreen)


async def test_a_heading_has_no_item_and_its_keys_say_so(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE, at="2 l home") as seat:
        await seat.press("n")
        assert "no item" in seat.toasts
        await seat.press("enter")
        assert isinstance(seat.app.screen, LedgerScreen)


async def test_a_change_made_from_a_row_is_seen_in_the_ledger_at_once(sample_path: Path) -> None:
    async with sitting(sample_path, WIDE, at="2 l") as seat:
        await to_row(seat, "HC-6")
        six = find_item(seat.register.conn, "HC-6")[0]
        done = seat.register.do(SubmitEvidence(items=(six,), sent="2024-12-18", note="What it shows."))
        seat.app.changed(done)
        await seat.settle()
        seat.sees("9 with the inspectorate · 1 with us", "Action with us, or not recorded: 1")
        await seat.press("u")
        seat.sees("8 with the inspectorate · 2 with us")


@pytest.mark.parametrize("size", widely([NARROW, (5, 3), (60, 15), (20, 6)], 2))
async def test_the_ledger_is_whole_at_any_size(sample_path: Path, size: tuple[int, int]) -> None:
    async with sitting(sample_path, size, at="2 l") as seat:
        await seat.press("end", "pageup", "j", "home")
        assert not seat.unsafe()
        if size == NARROW:
            seat.sees("Action with the inspectorate: 8", "at least 3 mo", "Remain open")


async def test_an_empty_register_says_that_nothing_waits(tmp_path: Path) -> None:
    path = tmp_path / "empty.fairlead"
    Register.create(path).close()
    async with sitting(path, WIDE, at="l") as seat:
        seat.sees("Nothing waits")


def submission_lines(register: Register, reference: str) -> list[str]:
    """The Submissions tab, a line a paragraph: its label, then its text."""
    detail = item_detail(register.conn, find_item(register.conn, reference)[0])
    assert detail is not None
    return [f"{line.label}|{''.join(text for text, _ in line.pieces)}" for line in submissions(detail)]


def test_the_submissions_tab_tells_each_round_with_its_evidence_and_what_was_discharged(sample: Register) -> None:
    sample.author = Author("Test Lead")
    six = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(six,), kind=NoteKind.EVIDENCE, text="The survey.", dated="2024-12-01"))
    sample.do(SubmitEvidence(items=(six,), sent="2024-12-18", reference="PS/7", note="The minutes."))
    sample.do(
        RecordReply(
            item=six, dated="2025-01-08", verdict=Verdict.PARTLY, words="Not all of it.", discharges="The forms.",
            would_satisfy="A year of figures.", next_move=NextMove.US,
        )
    )  # fmt: skip
    lines = submission_lines(sample, "HC-6")
    assert lines[0].startswith("May 2024|sent, asking for closure")
    start = lines.index("18 December 2024|sent, asking for closure · reference PS/7")
    assert lines[start + 1 : start + 8] == [
        "with it|The survey.  1 December 2024",
        "with it|The minutes.  18 December 2024",
        "↳ 8 January 2025|HMICS: partly discharged",
        "discharges|The forms.",
        "HMICS's words|Not all of it.",
        "evidence still required|A year of figures.",
        "action with|Us",
    ]


@pytest.mark.slow
async def test_a_long_ledger_is_read_in_a_thread_and_read_again_after_a_change(
    sample_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.ledger.SHORT", 0)
    async with sitting(sample_path, WIDE, at="2 l") as seat:
        await seat.until(lambda: "8 with the inspectorate" in seat.shown(), "the ledger does not come")
        six = find_item(seat.register.conn, "HC-6")[0]
        seat.app.changed(seat.register.do(SubmitEvidence(items=(six,), sent="2024-12-18", note="What it shows.")))
        await seat.until(lambda: "9 with the inspectorate" in seat.shown(), "the ledger is not read again")
        assert seat.line("▌").split()[1] == "CA-2"


def test_a_text_left_out_of_a_copy_is_said_to_be(sample: Register) -> None:
    detail = item_detail(sample.conn, find_item(sample.conn, "HC-6")[0])
    assert detail is not None
    gone = tuple(replace(entity, fields=entity.fields | {"left_out": 1}) for entity in detail.replies)
    lines = submissions(replace(detail, replies=gone))
    assert [line.pieces[0][0] for line in lines if line.label == "HMICS's words"] == ["left out of this copy"]
