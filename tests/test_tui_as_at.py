"""The register as at a day: the whole app, and the command line, show what was known then and change nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from screen import Seat, recorded, sitting

from store.commands import AddNote, AddPublication, Command, MoveTarget, SetStage, SetTrack
from store.domain.references import find_item
from store.domain.vocabulary import Stage, Track
from store.register import Author, Register
from tui.cli.group import cli
from tui.desk.settings import folders

PAPER = {
    "OCSA": (11, 10, 0, 1),
    "CA": (6, 1, 0, 5),
    "HC": (15, 10, 0, 5),
    "CAM": (8, 4, 0, 4),
    "DA": (13, 3, 4, 6),
    "MHD": (13, 0, 13, 0),
}
"""Of each publication: total, closed, on track, delayed, as the paper of September 2024 has them."""


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command; it must end with that exit code, in words."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def data(*arguments: str) -> Any:
    """A command's JSON."""
    return json.loads(run(*arguments, "--format", "json").stdout)


@pytest.fixture
def later(mine: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample as one's own on 15 January 2025, much of it changed since the paper."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    register = Register.open(mine, Author("Test Lead"))

    def current(reference: str) -> str:
        return find_item(register.conn, reference)[0]

    commands: list[Command] = [
        *(SetTrack(item=current(f"MHD-{n}"), track=Track.DELAYED, reason="") for n in range(2, 13) if n != 9),
        *(SetTrack(item=current(f"CA-{n}"), track=Track.ON_TRACK) for n in range(2, 7)),
        *(MoveTarget(item=current(f"CAM-{n}"), text="June 2027", reason="") for n in (1, 3, 4)),
        SetStage(item=current("HC-6"), stage=Stage.UNKNOWN_HOW, reason="Closed in 2023, says C3."),
        AddNote(items=(current("HC-6"),), text="Said in January."),
        AddPublication(title="Prison Healthcare", published="January 2025"),
    ]
    for command in commands:
        register.do(command)
    register.close()
    return mine


def figures(row: dict[str, Any]) -> tuple[int, ...]:
    """A publication's total, closed, on track and delayed, from the rows of its items."""
    whole = [item for item in row["items"] if not item.get("part")]
    return len(whole), *(sum(item["status"] == s for item in whole) for s in ("closed", "on-track", "delayed"))


def test_as_at_the_papers_day_the_command_line_gives_the_papers_figures(later: Path) -> None:
    now = {row["ref"]: row["status"] for row in data("list", "--kind", "recommendation")}
    then = {row["ref"]: row["status"] for row in data("list", "--kind", "recommendation", "--as-at", "2024-09-18")}
    assert now["HC-6"] != then["HC-6"] == "delayed" and now["MHD-2"] == "delayed" != then["MHD-2"]
    counted = [list(then.values()).count(status) for status in ("closed", "on-track", "delayed")]
    assert (len(then), counted) == (66, [28, 17, 21])
    for code, expected in PAPER.items():
        assert figures(data("show", code, "--as-at", "18 September 2024")) == expected, code
    assert "Said in January" in run("show", "HC-6").stdout
    then_shown = run("show", "HC-6", "--as-at", "18/9/24")
    assert "Said in January" not in then_shown.stdout and "As at 18 September 2024." in then_shown.stderr


def test_an_export_as_at_a_day_says_the_day(later: Path, tmp_path: Path) -> None:
    run("export", str(tmp_path / "then.md"), "--as-at", "2024-09-18")
    assert "as it stood on 18 September 2024" in (tmp_path / "then.md").read_text("utf-8")
    run("export", str(tmp_path / "then.json"), "--as-at", "2024-09-18")
    assert '"2024-09-18"' in (tmp_path / "then.json").read_text("utf-8")
    assert "Said in January" not in (tmp_path / "then.json").read_text("utf-8")


def test_a_day_to_come_and_what_is_no_day_are_refused_in_a_sentence(later: Path) -> None:
    for day, message in (
        ("2025-01-16", "16 January 2025 has not come yet: today is 15 January 2025."),
        ("soon", "is not a date that Fairlead understands"),
        ("September 2024", "is more than one day. Name one: 30 September 2024?"),
        ("2024-02-31", "is not a day in the calendar"),
    ):
        for command in (("list",), ("show", "HC-6"), ("export", "out.csv")):
            assert message in run(*command, "--as-at", day, code=2).stderr
    assert not Path("out.csv").exists()


def test_as_at_a_day_before_anything_was_recorded_says_when_the_record_begins(later: Path) -> None:
    result = run("list", "--as-at", "1 January 2020")
    assert "Nothing was recorded by then: the record of this register begins on" in result.stderr


def test_as_at_today_is_everything_known(later: Path) -> None:
    assert data("list", "--as-at", "today") == data("list")


def test_the_log_is_narrowed_by_kind_and_days(later: Path) -> None:
    moved = data("log", "--kind", "targets")
    assert [row["about"] for row in moved][:3] == ["CAM-4", "CAM-3", "CAM-1"]
    assert {row["field"] for row in moved} == {"target"}
    assert data("log", "--kind", "targets", "--since", "January 2025") == moved[:3]
    assert data("log", "--kind", "targets", "--until", "2024") == moved[3:]
    assert [row["after"] for row in data("log", "--kind", "notes", "--on", "today")] == ["Said in January."]
    assert "Give --on, or --since and --until" in run("log", "--on", "today", "--since", "2024", code=2).stderr
    assert "Name one day" in run("log", "--on", "2024", code=2).stderr


def test_nothing_is_left_of_a_past_register(later: Path) -> None:
    run("list", "--as-at", "2024-09-18")
    assert [path for path in (folders().state / "looked-at").rglob("*") if path.suffix == ".fairlead"] == []


async def past(seat: Seat, day: str) -> str:
    """From anywhere: the register as at a day."""
    await seat.press("ctrl+d")
    await seat.answer(day=day)
    return await seat.until(lambda: seat.app.present is not None, "the past is not shown")


@pytest.mark.slow
async def test_the_whole_app_shows_the_papers_day_and_comes_back_to_its_place(later: Path) -> None:
    async with sitting(later, at="2 f p") as seat:
        await seat.choose("hate crime")
        await seat.press("j", "j")
        here = seat.shown()
        shown = await past(seat, "18 Sep 2024")
        assert "AS AT 18 Sep 2024 · read-only" in shown.splitlines()[0]
        seat.sees("As at 18 September 2024, read-only: ctrl+d or esc leads back.", "of 66 recommendations")
        await seat.press("1")
        for code, expected in PAPER.items():
            line = next(line for line in seat.lines() if f" {code} " in line[:12])
            assert all(str(number) in line.split() for number in expected), line
        seat.lacks("Prison Healthcare")
        await seat.press("7")
        seat.sees("AS AT 18 Sep 2024")
        seat.lacks("2025-01-15")
        await seat.press("escape")
        await seat.until(lambda: seat.app.present is None, "esc does not lead back")
        assert seat.shown() == here
        assert not [*(folders().state / "looked-at").rglob("as-at*")]
        await seat.press("1")
        seat.sees("Prison Healthcare")


async def test_an_editing_key_says_why_it_cannot_act_in_the_past(later: Path) -> None:
    async with sitting(later, at="2 f d") as seat:
        await past(seat, "2024-09-18")
        for key in ("n", "t", "p", "c"):
            seat.app.clear_notifications()
            await seat.press(key)
            why = "register as at 18 September 2024: nothing can be changed in it. ctrl+d leads back."
            assert why in seat.toasts, key
        await seat.press("ctrl+d")


async def test_undo_status_and_keep_say_why_they_cannot_act_in_the_past(later: Path) -> None:
    async with sitting(later, at="2") as seat:
        await past(seat, "2024-09-18")
        number = seat.app.present.newest() if seat.app.present else 0
        for key in ("u", "s", "ctrl+r", "ctrl+k", "ctrl+e"):
            seat.app.clear_notifications()
            await seat.press(key)
            assert "nothing can be changed in it" in seat.toasts, key
        await seat.press("ctrl+d")
        assert seat.app.register.newest() == number


async def test_a_day_before_anything_was_recorded_is_empty_and_says_so(later: Path) -> None:
    async with sitting(later, at="2") as seat:
        await past(seat, "2020-01-01")
        seat.sees("Nothing was recorded by then: the record", "Nothing of this was recorded by that day.")


async def test_the_history_offers_the_day_of_the_change_under_the_cursor(later: Path) -> None:
    async with sitting(later, at="7") as seat:
        await seat.press("end", "d")
        seat.sees("See the register as at a day", "2024-09-18")
        await seat.press("ctrl+s")
        await seat.until(lambda: seat.app.present is not None, "the past is not shown")
        seat.sees("AS AT 18 Sep 2024")
        await seat.press("d")
        await seat.until(lambda: seat.app.present is None, "d does not lead back")
        seat.lacks("AS AT")


async def test_an_item_stays_open_into_the_past_and_back(later: Path) -> None:
    async with sitting(later) as seat:
        await seat.open("HC-6")
        shown = await past(seat, "2024-09-18")
        assert "HC-6 ▲ Delayed" in shown
        await seat.press("ctrl+d")
        await seat.until(lambda: seat.app.present is None, "it does not lead back")
        seat.sees("HC-6 ● Closed")


@pytest.mark.slow
async def test_another_register_that_is_opened_from_the_past_has_no_page_of_an_item_of_the_one_before(
    later: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.fairlead"
    Register.create(other, Author("Test Lead")).close()
    async with sitting(later) as seat:
        await seat.open("HC-6")
        await past(seat, "2024-09-18")
        await seat.press("ctrl+o")
        await seat.write(f"{other}\n")
        await seat.until(lambda: "· other.fairlead ·" in seat.shown(), "it is not opened")
        seat.sees("This register is empty.")


@pytest.mark.slow
async def test_going_and_coming_back_in_one_breath_does_no_harm(later: Path) -> None:
    async with sitting(later) as seat:
        await seat.open("HC-6")
        for _ in range(3):
            await seat.hurry("ctrl+d", *"2024-09-18", "ctrl+s")
            await seat.until(lambda: seat.app.present is not None, "the past is not shown")
            await seat.hurry("ctrl+d", "ctrl+d", "escape", "2", "7")
            await seat.press("escape", "7")
        assert seat.app.present is None
        seat.lacks("AS AT")
        seat.sees("Every change")


async def test_a_day_that_cannot_be_is_refused_in_the_dialog_and_working_it_out_can_be_stopped(
    later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    began = threading.Event()

    def slow(self: Register, day: Any, scratch: Path, cancelled: Any) -> None:
        began.set()
        while not cancelled():
            threading.Event().wait(0.005)
        scratch.write_bytes(b"")

    monkeypatch.setattr(Register, "write_as_at", slow)
    async with sitting(later) as seat:
        await seat.press("ctrl+d")
        await seat.answer(day="2025-02-01")
        seat.sees("1 February 2025 has not come yet")
        await seat.answer(day="yesterday")
        await seat.until(began.is_set, "it was not begun")
        seat.sees("As at 14 January 2025", "Working it out", "stop")
        await seat.press("escape")
        seat.lacks("Working it out", "AS AT")
        assert seat.app.present is None


@pytest.mark.slow
async def test_the_history_is_narrowed_by_kind_and_days(later: Path) -> None:
    async with sitting(later, at="7 f") as seat:
        await seat.answer(kind="t", day="January 2025")
        seat.sees("Targets · 2025-01-01 to 2025-01-31", "3 changes", "June 2027")
        await seat.press("f")
        await seat.answer(day="15 January 2025", until="yesterday")
        seat.sees("Name a day, and one that is not before it.")


@pytest.mark.slow
async def test_an_action_is_told_whole_before_it_is_taken_back_and_a_later_edit_is_said_not_overruled(
    later: Path,
) -> None:
    async with sitting(later) as seat:
        await seat.open("HC-6")
        await seat.press("n")
        await seat.write("Word from the working group")
        await seat.press("ctrl+s", "s", "o", "enter", "7", "f")
        await seat.answer(item="HC-6")
        await seat.press("home")
        await seat.until(lambda: "working group" in seat.shown(), "the note is not there")
        for _ in range(30):
            await seat.press("t")
            if "stage: Remain open → Closed" in seat.shown():
                break
            await seat.press("escape", "j")
        seat.sees(
            "Take this back?", "together with 2 more changes; all are taken back:", "on time?: removed, was Delayed"
        )
        await seat.press("t")
        seat.sees("Changed again since", "overrule it", "leave it")
        await seat.press("escape")
        assert recorded(later, "HC-6").row.status == "on-track"
