"""Send back: a lead's two keys, what goes back and what stays, and the line on leaving."""

from __future__ import annotations

from pathlib import Path

import pyrage
import pytest
from click.testing import CliRunner, Result
from returns import give, keep, work
from screen import NARROW, WIDE, recorded, sitting
from test_tui_receive import item, note_on, notes, receive

from store.commands import AddNote
from store.exchange.encrypted import is_encrypted, note_encrypted
from store.exchange.send_back import describe_unsent
from store.register import Register
from tui.cli.group import Group
from tui.cli.merge import merge
from tui.cli.send_back import send_back
from tui.desk.settings import update_settings

cli = Group("fairlead", commands=[send_back])


def run(*arguments: str, code: int = 0) -> Result:
    """Run the command in this process; it must end with that exit code, and without a traceback."""
    result = CliRunner().invoke(cli, ["send-back", *arguments], prog_name="fairlead")
    assert isinstance(result.exception, SystemExit | None), result.exception
    assert result.exit_code == code, f"{result.exit_code}: {result.output}"
    return result


@pytest.fixture(autouse=True)
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The person's own folder."""
    folder = tmp_path / "person"
    folder.mkdir()
    monkeypatch.setattr(Path, "home", lambda: folder)
    return folder


@pytest.fixture
def given(mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the sample's owner gave, saved as one's own and the register that commands use."""
    own = keep(give(mine, tmp_path / "given.sqlite"), tmp_path / "c3.fairlead")
    register = Register.open(own)
    update_settings(mine=(own, register.id))
    register.close()
    monkeypatch.setenv("FAIRLEAD_REGISTER", str(own))
    return own


async def test_two_keys_send_back_what_was_changed_and_it_can_be_taken(mine: Path, given: Path, person: Path) -> None:
    work(given, "C3 lead", [note_on(given, "HC-6", "A form is being tried.")])
    async with sitting(given, WIDE, author="C3 lead") as seat:
        await seat.press("6")
        seat.sees("send back", "Send back: 1 edit", "HC-6", "A form is being tried.")
        await seat.press("enter")
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
        out = person / "c3-back-2024-09-18.sqlite"
        assert out.exists() and str(out) == seat.app.clipboard
        assert "no further edits" in seat.line("send back "), seat.shown()
        seat.lacks("nothing since", "changes since then", "Send back: ")
        # Whether it was mailed is not known here, so that is not stated.
        await seat.press("2", "6")
        assert seat.shown().count(str(out)) == 1
    work(given, "C3 lead", [note_on(given, "HC-6", "It is tried.")])
    async with sitting(given, WIDE, author="C3 lead", at="6") as seat:
        written = f"Written to {out} on 18 Sep 2024; changes since then:"
        assert f"{written} 1 edit." in " ".join(seat.shown().split())
    async with sitting(mine, WIDE) as seat:
        await receive(seat, out)
        await seat.press("enter")
        await seat.until(lambda: "Received from" in seat.toasts, "it is not taken")
    assert "A form is being tried." in notes(mine, "HC-6")


async def test_a_register_that_nobody_gave_has_nothing_to_send_back(mine: Path) -> None:
    async with sitting(mine, NARROW, at="6") as seat:
        seat.lacks("send back")
        assert seat.line("▌").split()[1] == ".sqlite"


@pytest.mark.slow
async def test_what_bears_more_than_was_given_stays_and_that_is_shown(mine: Path, given: Path, person: Path) -> None:
    hidden = AddNote(items=(item(given, "HC-6"),), text="A name.", marking="OFFICIAL-SENSITIVE")
    work(given, "C3 lead", [hidden, note_on(given, "HC-6", "A form is being tried.")])
    async with sitting(given, WIDE, author="C3 lead", at="6") as seat:
        shown = await seat.until(lambda: "It holds" in seat.shown(), "it is not described")
        assert "It goes back marked OFFICIAL at most" in shown
        await seat.press("enter")
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
    out = person / "c3-back-2024-09-18.sqlite"
    assert b"A name." not in out.read_bytes() and b"A form is being tried." in out.read_bytes()


@pytest.mark.slow
async def test_leaving_with_changes_that_are_not_sent_shows_one_line_and_asks_nothing(
    given: Path, tmp_path: Path
) -> None:
    async with sitting(given, WIDE, author="C3 lead") as seat:
        assert describe_unsent(seat.register.conn, "c3") == ""
        work(given, "C3 lead", [note_on(given, "HC-6", "A form is being tried.")])
        assert describe_unsent(seat.register.conn, "c3") == "In no file to send back yet, only in c3: 1 edit."
        await seat.press("ctrl+n")
        await seat.answer(path=str(tmp_path / "new.fairlead"))
        await seat.until(lambda: seat.app.register.origin.name == "new.fairlead", "it is not opened")


@pytest.mark.slow
def test_the_command_prints_what_goes_back_writes_it_and_has_nothing_new_the_next_time(
    given: Path, tmp_path: Path, person: Path
) -> None:
    work(given, "C3 lead", [note_on(given, "HC-6", "A form is being tried.")])
    assert "To send back: 1 edit." in run("--dry-run").stderr
    assert not list(person.iterdir())
    done = run(str(tmp_path / "back.sqlite"))
    assert "A form is being tried." in done.stdout and done.stdout.rstrip().endswith("back.sqlite")
    again = " ".join(run("--dry-run").stderr.split())
    assert f"Written to {tmp_path / 'back.sqlite'} on 18 Sep 2024; changes since then: none." in again
    assert "To send back" not in again
    assert "exists already" in run(str(tmp_path / "back.sqlite"), code=1).stderr
    assert recorded(given, "HC-6").row.ref == "HC-6"


GOOD = "ladder otter chalk violet"


@pytest.fixture
def encrypted(given: Path) -> Path:
    """The same, where what was given was encrypted; with something to send back."""
    register = Register.open(given)
    with register.file.transaction() as conn:
        note_encrypted(conn)
    register.close()
    return work(given, "C3 lead", [note_on(given, "HC-6", "A form is being tried.")])


@pytest.mark.slow
async def test_what_came_encrypted_goes_back_under_a_passphrase(mine: Path, encrypted: Path, person: Path) -> None:
    async with sitting(encrypted, WIDE, author="C3 lead") as seat:
        await seat.press("6", "enter")
        seat.sees("Send back under a passphrase")
        await seat.press("ctrl+s")
        seat.sees("It came encrypted, so it goes back under a passphrase.")
        assert not list(person.iterdir())
        await seat.write(GOOD)
        await seat.press("tab")
        await seat.write(GOOD)
        await seat.press("ctrl+s")
        await seat.until(lambda: "Written at" in seat.shown(), "it is not written")
    (out,) = person.iterdir()
    assert out.name == "c3-back-2024-09-18.sqlite.age" and is_encrypted(out)
    assert b"A form is being tried." in pyrage.passphrase.decrypt(out.read_bytes(), GOOD)


@pytest.mark.slow
def test_the_command_asks_for_a_passphrase_where_it_came_encrypted_unless_it_may_go_in_the_clear(
    encrypted: Path, person: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "asked for at a terminal" in " ".join(run(code=2).stderr.split())
    refused = run(str(person / "back.sqlite"), code=1)
    assert "came encrypted" in refused.stderr and not list(person.iterdir())
    run("--in-the-clear")
    assert [path.name for path in person.iterdir()] == ["c3-back-2024-09-18.sqlite"]
    monkeypatch.setattr("tui.cli.terminal.at_terminal", lambda: True)
    typed = CliRunner().invoke(send_back, ["--force", str(person / "again.age")], input=f"{GOOD}\n{GOOD}\n")
    assert typed.exit_code == 0 and is_encrypted(person / "again.age")


@pytest.mark.slow
def test_what_is_taken_in_later_alters_neither_the_marking_nor_that_it_came_encrypted(
    mine: Path, encrypted: Path, person: Path, tmp_path: Path
) -> None:
    secret = "A word for few alone."
    work(mine, "Test Lead", [AddNote(items=(item(mine, "HC-6"),), text=secret, marking="OFFICIAL-SENSITIVE")])
    later = give(mine, tmp_path / "later.sqlite")
    taken = CliRunner().invoke(merge, [str(later), "--apply", "--author", "C3 lead"])
    assert "marked OFFICIAL-SENSITIVE at most" in " ".join(taken.stderr.split()) and secret in notes(encrypted, "HC-6")
    refused = run(str(person / "back.sqlite"), code=1)
    assert "came encrypted" in refused.stderr and not list(person.iterdir())
    run("--in-the-clear", str(person / "back.sqlite"))
    found = keep(person / "back.sqlite", tmp_path / "found.fairlead")
    assert "A form is being tried." in notes(found, "HC-6")
    assert secret.encode() not in (person / "back.sqlite").read_bytes()


def test_the_command_refuses_a_register_that_nobody_gave(mine: Path) -> None:
    assert "There is nobody to send sample.fairlead back to: it was not saved" in run(code=1).stderr
