"""From remain open to a discharge by keys alone: what is sent, what comes back, and that only a reply discharges."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from screen import NARROW, WIDE, Seat, history_of, recorded, sitting
from wide import widely

from store.commands import correct
from store.domain.vocabulary import ClosedBy
from tui.cli.group import cli
from tui.screens.ledger import LedgerScreen
from widgets.form import Form
from widgets.key_panel import KeyPanel

DISCHARGE_REFUSED = "HC-6 cannot be set to discharged by hand: that follows from the evidence sent and the reply to it."


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is 15 January 2025."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


async def send(seat: Seat, note: str, sent: str, reference: str) -> None:
    """Send evidence, its note written in the form; the item stays under the cursor."""
    await seat.press("e")
    await seat.answer(note=note, sent=sent, reference=reference)


async def refuse(seat: Seat) -> None:
    """Record a reply that leaves the item open, and is complete."""
    await seat.press("r")
    await seat.answer(
        verdict="m", dated="10 Dec 2024", words="Show the effect.", would_satisfy="A year of figures",
        next_move="u", until="March 2025", track="d",
    )  # fmt: skip


async def discharge(seat: Seat) -> None:
    """Record the reply that discharges."""
    await seat.press("r")
    await seat.answer(verdict="d", dated="14 Jan 2025", words="Accepted.")


async def test_an_item_goes_from_remain_open_to_a_discharge_by_keys_alone(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        seat.sees("HC-6 ▲ Delayed", "Submissions 1", "Stage              Remain open")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        assert seat.toasts == "Sent. The paper will count HC-6 as Closed, shown as with HMICS. u takes it back."
        seat.sees("HC-6 ◐ With HMICS", "Submissions 2", "Submitted, 20 November 2024")
        await seat.press("s")
        seat.sees("Recommendation, now ◐ With HMICS, submitted")
        await seat.press("escape")
        await refuse(seat)
        seat.sees("HC-6 ▲ Delayed", "Stage              Remain open", "Action with        Us, until March 2025")
        await send(seat, "A year of figures", "8 Jan 2025", "PS/HC6/3")
        seat.sees("HC-6 ◐ With HMICS", "Submissions 3")
        await discharge(seat)
        seat.sees("HC-6 ● Closed", "Discharged, 14 January 2025")
    found = recorded(sample_path, "HC-6")
    assert (found.row.status, found.row.stage, found.row.closed_as) == ("closed", "discharged", "discharged")
    assert {"more-evidence", "discharged"} <= {str(reply.fields["verdict"]) for reply in found.replies}


@pytest.mark.slow
async def test_every_round_is_in_the_tab_in_the_history_and_in_the_ledger(sample_path: Path) -> None:
    async with sitting(sample_path, (158, 60)) as seat:
        await seat.open("HC-6")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        await seat.press("l")
        assert isinstance(seat.app.screen, LedgerScreen)
        seat.sees("Action with the inspectorate")
        assert all(part in seat.line("HC-6 ") for part in ("20 Nov", "closure", "8 weeks", "No reply"))
        await seat.press("l")
        await refuse(seat)
        await seat.press("l")
        row = next(line for line in seat.lines() if line.startswith("▌") and "HC-6" in line)
        assert "More evidence" in row and "A year of figures" in row
        seat.sees("Action with        Us, until March 2025", "Show the effect.")
        await send(seat, "A year of figures", "8 Jan 2025", "PS/HC6/3")
        await discharge(seat)
        assert not [line for line in seat.lines() if line.strip(" ▌").startswith("HC-6 ") and "closure" in line]
        await seat.press("l", "right", "right")
        seat.sees(
            "Submissions 3", "PS/HC6/2", "PS/HC6/3", "Evaluation of the sites", "A year of figures",
            "Show the effect.", "Accepted.",
        )  # fmt: skip
        await seat.press("right", "right")
        seat.sees("History")
        shown = seat.shown()
        for step in ("20 November 2024", "10 December 2024", "8 January 2025", "14 January 2025"):
            assert step in shown, (step, shown)
    history_text = "\n".join(row.after for row in history_of(sample_path, "HC-6"))
    for step in (
        "20 November 2024, asking for closure",
        "More evidence sought",
        "8 January 2025, asking for closure",
        "Discharged (14 January 2025)",
    ):
        assert step in history_text, step


@pytest.mark.slow
async def test_each_step_is_taken_back_by_one_key(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        before = recorded(sample_path, "HC-6")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        await refuse(seat)
        await send(seat, "A year of figures", "8 Jan 2025", "PS/HC6/3")
        await discharge(seat)
        steps = (("submitted", 3, "◐ With HMICS"), ("remain-open", 2, "▲ Delayed"), ("submitted", 2, "◐ With HMICS"))
        for stage, sent, shown in steps:
            await seat.press("u")
            seat.sees(f"HC-6 {shown}")
            now = recorded(sample_path, "HC-6")
            assert (now.row.stage, len(now.submissions)) == (stage, sent)
        await seat.press("u")
        after = recorded(sample_path, "HC-6")
        for name in ("stage", "status", "track", "next_move", "closed_as", "next_move_until"):
            assert getattr(after.row, name) == getattr(before.row, name), name
        assert (len(after.submissions), len(after.replies)) == (len(before.submissions), len(before.replies))
        assert len(after.notes) == len(before.notes)
        for _ in range(4):
            await seat.press("ctrl+r")
        seat.sees("HC-6 ● Closed", "Discharged, 14 January 2025")


@pytest.mark.slow
async def test_a_reply_that_leaves_it_open_owes_whose_move_is_next_and_whether_it_is_on_time(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        await seat.press("r")
        await seat.answer(verdict="r", dated="10 Dec 2024")
        seat.sees("Say who has to act next: the item stays open.")
        await seat.answer(next_move="t")
        seat.sees("Say whether it is on time: the item stays open.")
        await seat.answer(track="o")
        seat.sees("HC-6 ■ On track", "Action with        The inspectorate")
        await seat.press("r")
        await seat.answer(verdict="p", next_move="u", track="o")
        seat.sees("Say which part of HC-6 is discharged; the rest remains open.")
        await seat.answer(discharges="The training")
        assert recorded(sample_path, "HC-6").row.stage == "remain-open"


@pytest.mark.slow
async def test_a_submission_without_a_note_or_a_day_is_refused_in_its_field(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("e", "ctrl+s")
        seat.sees("What is sent is needed.")
        seat.lacks("Evidence note")
        await seat.answer(note="A test", sent="")
        seat.sees("Sent on is needed.")
        await seat.answer(sent="one day")
        assert isinstance(seat.app.screen, Form)
        assert recorded(sample_path, "HC-6").row.stage == "remain-open"
        await seat.answer(sent="January 2025", asks="a")
        assert seat.toasts == "Sent, asking for a view: HC-6 stays open, and the action is with HMICS. u takes it back."
        seat.sees("HC-6 ▲ Delayed", "Action with        The inspectorate")


@pytest.mark.slow
async def test_evidence_of_before_the_newest_reply_leaves_the_item_where_it_stands(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        await refuse(seat)
        await send(seat, "Found in a drawer", "3 March 2023", "PS/HC6/0")
        assert seat.toasts and "The paper will count" not in seat.toasts
        seat.sees("HC-6 ▲ Delayed", "Submissions 3", "Stage              Remain open, 10 December 2024")


@pytest.mark.slow
async def test_evidence_notes_that_wait_go_with_it_and_none_has_to_be_written(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await seat.press("n")
        await seat.answer(text="Figures of the pilot", kind="e")
        await seat.press("e")
        seat.sees("may be left empty: 1 evidence note will go with it")
        await seat.press("ctrl+s", "right", "right")
        seat.sees("HC-6 ◐ With HMICS", "Figures of the pilot")
        await seat.press("e")
        seat.sees("no evidence note waits to be sent")


@pytest.mark.slow
async def test_the_status_panel_offers_no_way_to_discharge(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        for more in ((), ("m",)):
            await seat.press("s", *more)
            panel = seat.app.screen
            assert isinstance(panel, KeyPanel)
            assert not [c for c in panel._choices if "discharge" in f"{c.label} {c.value}".lower()]
            seat.lacks("Discharged")
            await seat.press("escape")
        await seat.press("s", "r")
        seat.sees("A reply on HC-6")
        await seat.press("escape", "s", "m", "a")
        seat.sees("A reply on HC-6", "▸ Closed, not adopted")
        await seat.press("ctrl+s")
        seat.sees("HC-6 can be closed without being adopted only with the inspectorate's own words.")
        await seat.answer(words="No longer sought.")
        seat.sees("HC-6 ● Closed", "Closed, not adopted")


def test_the_command_line_refuses_to_discharge_by_hand_in_words(mine: Path) -> None:
    before = history_of(mine)
    result = CliRunner().invoke(cli, ["set", "HC-6", "--stage", "discharged", "--author", "C3 lead"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert DISCHARGE_REFUSED in " ".join(result.stderr.split())
    assert history_of(mine) == before


@pytest.mark.slow
@pytest.mark.parametrize("size", widely([NARROW, WIDE], 1))
async def test_a_draft_of_evidence_or_of_a_reply_survives_esc_and_a_restart(
    sample_path: Path, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        await seat.open("HC-6")
        await seat.press("e")
        await seat.write("Half an evaluation")
        await seat.press("escape", "e")
        seat.sees("Your draft from before is here again.", "Half an evaluation")
        await seat.press("escape", "r", "m", "tab", "tab", "tab")
        await seat.write("Show the ef")
        await seat.press("escape")
        assert recorded(sample_path, "HC-6").row.stage == "remain-open"
    async with sitting(sample_path, size) as seat:
        await seat.open("HC-6")
        await seat.press("e")
        seat.sees("Your draft from before is here again.", "Half an evaluation")
        await seat.press("ctrl+s")
        assert recorded(sample_path, "HC-6").row.stage == "submitted"
        await seat.press("r")
        seat.sees("Your draft from before is here again.", "▸ More evidence sought", "Show the ef")
        await seat.answer(words="Show the effect.", next_move="u", track="o")
        await seat.press("e")
        seat.lacks("Half an evaluation")
    assert "Show the effect." in [reply.fields["words"] for reply in recorded(sample_path, "HC-6").replies]


@pytest.mark.slow
async def test_a_reply_or_submission_is_corrected_or_withdrawn_and_the_stage_follows(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("HC-6")
        await send(seat, "Evaluation of the sites", "20 Nov 2024", "PS/HC6/2")
        await discharge(seat)
        await seat.press("c")
        await seat.choose("reply 14 January")
        seat.sees("Where HC-6 stands follows from what is sent and replied")
        await seat.press("c")
        await seat.answer(words="Accepted in full.")
        assert "Accepted in full." in [reply.fields["words"] for reply in recorded(sample_path, "HC-6").replies]
        seat.sees("HC-6 ● Closed")

        await seat.press("c")
        await seat.choose("reply 14 January")
        await seat.press("w", "escape")
        seat.sees("HC-6 ● Closed")
        await seat.press("c")
        await seat.choose("reply 14 January")
        await seat.press("w")
        await seat.write("It was about HC-8")
        await seat.press("enter")
        seat.sees("HC-6 ◐ With HMICS", "Submitted, 20 November 2024")
        assert recorded(sample_path, "HC-6").row.stage == "submitted"

        await seat.press("c")
        await seat.choose("sent 20 November")
        await seat.press("c")
        await seat.answer(reference="PS/HC6/9")
        assert "PS/HC6/9" in [sent.fields["reference"] for sent in recorded(sample_path, "HC-6").submissions]
        await seat.press("c")
        await seat.choose("sent 20 November")
        await seat.press("w", "enter")
        assert recorded(sample_path, "HC-6").row.stage == "remain-open"
        await seat.press("u")
        seat.sees("HC-6 ◐ With HMICS")
        await seat.press("u", "u")
        seat.sees("HC-6 ● Closed", "Discharged, 14 January 2025")


@pytest.mark.slow
async def test_what_is_closed_takes_no_evidence_and_a_commitment_no_request_to_close(sample_path: Path) -> None:
    async with sitting(sample_path) as seat:
        await seat.open("CA-1")
        before = seat.register.newest()
        await seat.press("e")
        await seat.answer(note="More of it")
        seat.sees("CA-1 is closed already")
        await seat.press("escape")
        assert seat.register.newest() == before
        ccp = seat.register.conn.execute("SELECT id FROM publication WHERE code = 'CCP'").fetchone()[0]
        seat.register.do(correct("publication", ccp, closed_by=ClosedBy.LEADS))
        before = seat.register.newest()
        await seat.open("CCP-14")
        await seat.press("s")
        seat.lacks("Send evidence…", "They have replied…")
        await seat.press("escape", "e")
        await seat.answer(note="What was done")
        seat.sees("CCP-14 is closed by its leads, not by an inspectorate: record it as delivered.")
        assert seat.register.newest() == before
