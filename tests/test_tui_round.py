"""A round: each lead is sent their items, and the table shows what came back, from the screen and the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result
from returns import damage, give, keep, work
from screen import NARROW, WIDE, sitting, sitting_with
from test_tui_receive import item, note_on, receive, track

from store.commands import NothingNew
from store.domain.vocabulary import Track
from store.exchange.encrypted import is_encrypted, note_encrypted
from store.exchange.foreign import open_foreign
from store.exchange.round import leads_to_send, mail_text, read_round
from store.log.manifest import back_by_of
from store.register import Register
from tui.app import FairleadApp
from tui.cli.group import Group
from tui.cli.merge import merge
from tui.cli.round import round_command
from tui.desk.open_register import notice_of
from tui.desk.settings import load, update_settings
from tui.screens.conflicts import ConflictsScreen
from tui.screens.receive import ReceiveScreen
from tui.screens.recommendations import RecommendationsScreen
from tui.screens.round import RoundScreen
from tui.screens.share import ShareScreen

cli = Group("fairlead", commands=[round_command, merge])


def run(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, list(arguments), prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


def register_id(path: Path) -> str:
    """The id of a register."""
    register = Register.open(path)
    register.close()
    return register.id


def lines() -> dict[str, dict[str, object]]:
    """The round as the command line prints it, by lead."""
    return {line["lead"]: line for line in json.loads(run("round", "--format", "json").stdout)}


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own folder."""
    folder = tmp_path / "person"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    monkeypatch.setenv("FAIRLEAD_AUTHOR", "Test Lead")
    return folder


def answer(share: Path, out: Path, author: str, *commands: object) -> Path:
    """What a lead sends back of what they were sent."""
    out.parent.mkdir(exist_ok=True)
    own = keep(share, out.parent.parent / f"{out.stem}.fairlead")
    return give(work(own, author, commands), out)  # type: ignore[arg-type]


@pytest.mark.slow
async def test_a_round_for_one_lead_of_many_is_two_keys_more(mine: Path, person: Path) -> None:
    async with sitting(mine, NARROW, at="6 r") as seat:
        await seat.press("ctrl+s")
        assert "* none" in seat.line("space in or out") and "esc change nothing" in seat.line("* none")
        await seat.press("asterisk", "space", "enter")
        await seat.until(lambda: isinstance(seat.app.screen, RoundScreen), "it is not sent")
        seat.sees("0 of 1 back")
    assert [path.name for path in (person / "round-2024-09-18").glob("*.sqlite")] == ["c3-2024-09-18.sqlite"]


async def test_a_running_round_is_one_line_of_the_share_screen_until_all_is_back(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, back = tmp_path / "out", tmp_path / "In"
    async with sitting(mine, NARROW, at="6") as seat:
        seat.lacks("Round due")
    leads = ("C3", "HSCPs", "Local Policing", "Mental Health Taskforce")
    run("round", "--send", str(out), "--by", "2 October 2024", *(word for lead in leads for word in ("--lead", lead)))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-25")
    async with sitting(mine, NARROW, at="6") as seat:
        line = seat.line("Round due 2 Oct 2024 · 4 of 4 not back: C3, HSCPs, Local Policing and 1 more")
        assert line and seat.shown().count("not back") == 1
        await seat.press("r")
        seat.sees("0 of 4 back, due 2 Oct 2024")
        seat.lacks("not back")
        await seat.press("w")
        seat.sees("It takes the place of another round.", "Round due 2 Oct 2024 · 4 of 4 not back.")
        await seat.press("escape", "escape", "ctrl+d")
        await seat.answer(day="1 May 2024")
        await seat.until(lambda: "AS AT" in seat.shown(), "the snapshot is not shown")
        seat.lacks("Round due")
    for lead in leads[:3]:
        name = lead.casefold().replace(" ", "-")
        answer(out / f"{name}-2024-09-18.sqlite", back / f"{name}.sqlite", f"{lead} lead")
    run("merge", str(back), "--apply")
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-03")
    async with sitting(mine, NARROW, at="6") as seat:
        seat.sees("Round due 2 Oct 2024, 1 day overdue · 1 of 4 not back: Mental Health Taskforce")
        answer(out / "mental-health-taskforce-2024-09-18.sqlite", back / "last.sqlite", "MH lead")
        run("merge", str(back / "last.sqlite"), "--apply")
        await seat.press("2", "6")
        seat.lacks("Round due")
    async with sitting(mine, WIDE, at="6") as seat:
        seat.lacks("Round due")


@pytest.mark.slow
async def test_a_round_is_sent_and_shows_who_is_back(mine: Path, person: Path, tmp_path: Path) -> None:
    folder, back = person / "round-2024-09-18", tmp_path / "In"
    async with sitting(mine, WIDE) as seat:
        await seat.press("6", "r")
        seat.sees("Send each lead their items", "2 October 2024")
        await seat.press("ctrl+s")
        seat.sees("C3", "c3-2024-09-18.sqlite")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, RoundScreen), "it is not sent")
        sent = sorted(path.name for path in folder.glob("*.sqlite"))
        assert "c3-2024-09-18.sqlite" in sent
        assert "by 2 Oct 2024" in (folder / "c3-2024-09-18.txt").read_text("utf-8")
        seat.sees(f"0 of {len(sent)} back, due 2 Oct 2024", "C3")
        await seat.press("escape")
        assert isinstance(seat.app.screen, ShareScreen)
    same = NothingNew(items=(item(mine, "CAM-4"),))
    answer(folder / "c3-2024-09-18.sqlite", back / "c3.sqlite", "C3 lead", note_on(mine, "CAM-1", "Tried."), same)
    async with sitting(mine, WIDE) as seat:
        await receive(seat, back / "c3.sqlite")
        await seat.press("enter")
        await seat.until(lambda: "Received from" in seat.toasts, "it is not taken")
        await seat.press("r")
        await seat.until(lambda: "1 of" in seat.shown(), "it is not shown as back")
        line = next(row for row in lines().values() if row["back"])
        assert (line["changed"], line["nothing_new"], line["conflicts"]) == (1, 1, 0)
        await seat.press("escape", "u")
        assert lines()[str(line["lead"])]["taken_back"] is True
        await seat.press("r", "j", "enter")
        assert isinstance(seat.app.screen, RecommendationsScreen)
        at = seat.line("of 66 recommendations").split("  ")[0].strip()
        await seat.press("enter", "escape", "escape")
        assert isinstance(seat.app.screen, RoundScreen) and at in seat.line("▌")
        await seat.press("escape")
        assert isinstance(seat.app.screen, ShareScreen)
        seat.lacks("Shown:")
        await seat.press("2")
        seat.sees("66 recommendations · 5 commitments")


def test_the_command_sends_shows_what_is_back_and_who_is_overdue(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, back = tmp_path / "out", tmp_path / "In"
    assert "--send" in run("round").stderr
    assert not out.exists() and "C3" in run("round", "--send", str(out), "--by", "2 October 2024", "--dry-run").stdout
    leads = ["--lead", "C3", "--lead", "local policing"]
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    found = run("round", "--send", str(out), "--by", "2 October 2024", *leads[:2])
    assert f"1 file is in {out}, with a text to mail." in " ".join(found.stderr.split())
    given = out / "c3-2024-09-18.sqlite"
    answer(given, back / "c3.sqlite", "C3 lead")
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-05")
    assert lines()["C3"]["overdue"] == 3 and lines()["C3"]["back"] == ""
    opened = Register.open(mine)
    made = read_round(opened.conn)
    assert made is not None and mail_text(opened, made.files[0], made.sent, made.due) == given.with_suffix(
        ".txt"
    ).read_text("utf-8")
    opened.close()
    assert "C3: back, with nothing new." in run("merge", str(back), "--apply").stderr
    assert lines()["C3"] | {"overdue": 0, "changed": 0, "back": "2024-10-05"} == lines()["C3"]
    # The same file once more is no other return.
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-10-09")
    assert "C3" not in run("merge", str(back), "--apply").stderr and lines()["C3"]["back"] == "2024-10-05"


async def test_a_lead_reads_by_when_it_is_to_be_back_before_and_after_it_is_theirs(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    run("round", "--send", str(tmp_path / "out"), "--by", "2 October 2024", "--lead", "C3")
    given = tmp_path / "out" / "c3-2024-09-18.sqlite"
    register = open_foreign(given, tmp_path)
    app = FairleadApp(register, load()[0], notice=notice_of(given, register))
    async with sitting_with(app, NARROW) as seat:
        seat.sees("To be back by 2 Oct 2024. Read-only: ctrl+k saves it as your own, to work in.")
    own = keep(given, tmp_path / "own.fairlead")
    settings = update_settings(mine=(own, register_id(own)))
    register = open_foreign(given, tmp_path)
    app = FairleadApp(register, settings, notice=notice_of(given, register))
    monkeypatch.chdir(given.parent)
    register.origin = Path(given.name)
    update_settings(opened=given)
    async with sitting_with(app) as seat:
        seat.sees("Read-only: you have made own.fairlead from it, ctrl+o opens that.")
        await seat.press("ctrl+o")
        seat.sees("Open now:", "c3-2024-09", "▸ own.fairlead")
        await seat.press("enter")
        assert app.register.path == own and not app.register.read_only_reason
    async with sitting(own, NARROW, at="6") as seat:
        seat.sees("send back  nothing changed yet", "to whoever gave it, by 2 Oct 2024")
        what = "You were given: a register of “C3”, of 18 Sep 2024, to be back by 2 Oct 2024."
        await seat.until(lambda: what in " ".join(seat.shown().split()), "it is not said what was given")


@pytest.mark.parametrize("stated", [None, 5, "", "soon", "2024-02-31", ["2024-10-02"], "2024-10-02\x1b[2J"])
def test_a_day_to_be_back_by_that_is_none_is_passed_over(stated: object) -> None:
    assert back_by_of({"back_by": stated}) is back_by_of(None) is None


def test_bad_input_gets_a_sentence(mine: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    assert "Say by when" in run("round", "--send", out, code=2).stderr
    assert "That day is over." in run("round", "--send", out, "--by", "1 May 2024", code=2).stderr
    assert "Name the day" in run("round", "--send", out, "--by", "soonish", code=2).stderr
    assert (
        "Nobody leads on nothing" in run("round", "--send", out, "--by", "May 2030", "--lead", "Nobody", code=2).stderr
    )
    assert "Give --send FOLDER" in run("round", "--by", "May 2030", code=2).stderr
    assert not (tmp_path / "out").exists()


def test_a_round_is_in_no_share_and_no_change(mine: Path, tmp_path: Path) -> None:
    run("round", "--send", str(tmp_path / "out"), "--by", "2 October 2024", "--lead", "C3")
    share = Register.open(give(mine, tmp_path / "all.sqlite"), read_only_reason="It is looked at.")
    held = {row[0] for row in share.conn.execute("SELECT name FROM this_file")}
    share.close()
    assert "round" not in held


@pytest.mark.slow
async def test_a_coordinator_sends_five_receives_five_and_settles_in_forty_keys(
    mine: Path, person: Path, tmp_path: Path
) -> None:
    """Five files come back, two of them with other values than here, one of them damaged."""
    pressed = 0
    async with sitting(mine, NARROW) as seat:

        async def press(*keys: str) -> None:
            nonlocal pressed
            pressed += len(keys)
            await seat.press(*keys)

        await press("6", "r", "ctrl+s")
        # Nothing that decides is cut: who gets how much.
        for lead, number in leads_to_send(seat.register.conn):
            assert f"{number} item" in seat.line(f"✓ {lead} ")
        await press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, RoundScreen), "it is not sent")
        shares = sorted((person / "round-2024-09-18").glob("*.sqlite"))[:5]
        back = tmp_path / "In"
        leads = {path: f"{path.stem} person" for path in shares}
        for n, (share, author) in enumerate(leads.items()):
            held = Register.open(share, read_only_reason="It is looked at.")
            ref = held.conn.execute(
                "SELECT reference FROM recommendation WHERE listed = 1 AND status <> 'closed' LIMIT 1"
            ).fetchone()[0]
            held.close()
            change = track(share, ref, Track.DELAYED, "Late.") if n < 2 else note_on(share, ref, f"From {author}.")
            answer(share, back / f"{n}.sqlite", author, change)
            if n < 2:
                work(mine, "Test Lead", [track(mine, ref, Track.ON_TRACK)])
        damage(back / "4.sqlite")
        await press("i")
        await seat.write(f"{back}/")
        await press("enter")
        await seat.until(lambda: "1 refused" in seat.shown(), "they are not shown")
        seat.sees("4 of 5 files to take · 1 refused · ≠ 2 with two values · 4 edits")
        assert "≠ 1 with two values · " in seat.line("0.sqlite") and "person: 1 edit" in seat.line("0.sqlite")
        seat.lacks("new name")
        await press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, ConflictsScreen), "nothing to settle is shown")
        print(seat.shown())
        seat.sees("shown until it is settled")
        assert "Received from 4 files: 4 edits. u takes back one file at a time" in seat.toasts
        await press("m")
        assert "On track ≠ Delayed → On track" in seat.toasts or "Delayed ≠ On track → On track" in seat.toasts
        await press("u")
        assert "On track → Delayed ≠ On track" in seat.toasts or "On track → On track ≠ Delayed" in seat.toasts
        # Both are again whose they were.
        assert [line["conflicts"] for line in lines().values() if line["conflicts"]] == [1, 1]
        assert "≠" not in seat.line("CAM-1") and seat.line("CAM-1").split()[-1] == "Delayed"
        await press("m", "t")
        seat.sees("Nobody wrote anything differently.")
        await press("escape")
        print(seat.shown())
        assert isinstance(seat.app.screen, RoundScreen)
        seat.sees("Mental Health Taskforce", "Received from c3-2024-09-18 person: 1 edit · 0.sqlite")
    assert pressed <= 40, pressed
    assert sum(1 for line in lines().values() if line["back"]) == 4


GOOD = "ladder otter chalk violet"


def made_encrypted(register: Path) -> None:
    """Have a register remember that it came encrypted."""
    opened = Register.open(register)
    with opened.file.transaction() as conn:
        note_encrypted(conn)
    opened.close()


@pytest.mark.slow
def test_a_round_of_a_register_that_came_encrypted_takes_a_passphrase_or_leaves_in_the_clear_when_asked(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_encrypted(mine)
    out, back = tmp_path / "out", tmp_path / "In"
    sent = ("round", "--send", str(out), "--by", "2 October 2099", "--lead", "C3")
    assert "nobody is there" in " ".join(run(*sent, code=2).stderr.split())
    assert not out.exists() and lines() == {}
    run(*sent, "--in-the-clear")
    assert next(out.glob("*.sqlite")).read_bytes().startswith(b"SQLite format 3")
    for module in ("base", "terminal"):
        monkeypatch.setattr(f"tui.cli.{module}.at_terminal", lambda: True)
    found = CliRunner().invoke(cli, [*sent, "--passphrase"], input=f"{GOOD}\n{GOOD}\n", prog_name="fairlead")
    assert found.exit_code == 0 and GOOD not in found.output
    (given,) = out.glob("*.sqlite.age")
    text = given.with_name(f"{given.name.removesuffix('.sqlite.age')}.txt").read_text("utf-8")
    assert is_encrypted(given) and "its passphrase comes by another way" in text
    # What comes back of it is matched with whom it was sent to.
    plain = tmp_path / "plain.sqlite"
    plain.write_bytes(pyrage.passphrase.decrypt(given.read_bytes(), GOOD))
    answer(plain, back / "c3.sqlite", "C3 lead", note_on(mine, "CAM-1", "Tried."))
    run("merge", str(back), "--apply")
    assert lines()["C3"]["changed"] == 1


@pytest.mark.slow
async def test_on_the_screen_too_and_what_comes_back_encrypted_is_asked_about(
    mine: Path, person: Path, tmp_path: Path
) -> None:
    made_encrypted(mine)
    folder, back = person / "round-2024-09-18", tmp_path / "In"
    back.mkdir()
    async with sitting(mine, WIDE) as seat:
        await seat.press("6", "r")
        seat.sees("In the clear", "it came encrypted")
        await seat.press("ctrl+s")
        seat.sees("It came encrypted: give")
        await seat.answer(passphrase=GOOD, again=GOOD)
        seat.sees("c3-2024-09-18.sqlite.age")
        await seat.press("enter")
        await seat.until(lambda: isinstance(seat.app.screen, RoundScreen), "it is not sent")
        assert not list(folder.glob("*.sqlite")) and all(is_encrypted(file) for file in folder.glob("*.age"))
    for name, author in (("c3", "C3 lead"), ("hate", "Another lead")):
        given, plain = next(folder.glob("c3*.age")), tmp_path / f"{name}-given.sqlite"
        plain.write_bytes(pyrage.passphrase.decrypt(given.read_bytes(), GOOD))
        done = answer(plain, tmp_path / "plain" / f"{name}.sqlite", author, note_on(mine, "CAM-1", f"By {author}."))
        (back / f"{name}.sqlite.age").write_bytes(pyrage.passphrase.encrypt(done.read_bytes(), GOOD))
    (back / "other.sqlite.age").write_bytes(pyrage.passphrase.encrypt(b"x" * 5000, "another one, not that"))
    async with sitting(mine, WIDE) as seat:
        await seat.press("6", "i")
        await seat.write(f"{back}/*")
        await seat.press("enter")
        await seat.until(lambda: "c3.sqlite.age is encrypted" in seat.shown(), "it is not asked")
        await seat.answer(passphrase=GOOD)
        # One passphrase opens all that it fits; the other is asked about, and holds up none.
        await seat.until(lambda: "other.sqlite.age is encrypted" in seat.shown(), "it is not asked about the other")
        await seat.press("escape")
        await seat.until(lambda: isinstance(seat.app.screen, ReceiveScreen), "they are not shown")
        seat.sees("2 of 3 files to take", "1 refused")
