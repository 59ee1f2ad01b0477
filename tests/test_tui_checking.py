"""Waiting for a file from elsewhere: how far its check is, and a way out, in the app and on the command line."""

from __future__ import annotations

import io
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from screen import WIDE, sitting
from tampering import small_register

import store.exchange.foreign
import store.exchange.integrity
import tui.cli.progress
import tui.dialogs.files
from store.commands import AddNote, CiteEvidence
from store.domain.errors import Cancelled, Refused
from store.register import Author, Register
from tui.cli.group import cli
from tui.cli.progress import showing_progress
from tui.desk.settings import update_settings
from tui.dialogs.checking import _StartApp, wait_at_start
from widgets.waiting import Waiting

GoOn = Callable[[int, int], bool]


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    return small_register(tmp_path / "theirs.fairlead")


class SlowCheck:
    """A check that is at 34 % until it is stopped, or let go on."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, path: Path, _settings: object, go_on: GoOn) -> Path | None:
        while go_on(34, 100):
            if self.go_on.wait(0.001):
                raise Refused(path, "it is not to be trusted")
        self.stopped.set()
        raise Cancelled(f"Reading {path}")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowCheck:
    check = SlowCheck()
    monkeypatch.setattr(tui.dialogs.files, "check_first", check)
    return check


@pytest.mark.slow
@pytest.mark.parametrize("size", [WIDE, (80, 24)])
async def test_a_file_is_checked_behind_a_screen_that_says_how_far_it_is_and_esc_leads_back(
    sample_path: Path, theirs: Path, slow: SlowCheck, size: tuple[int, int]
) -> None:
    async with sitting(sample_path, size) as seat:
        await seat.press("ctrl+o")
        await seat.answer(path=str(theirs))
        await seat.until(lambda: "Checking theirs.fairlead … 34 %" in seat.shown(), "how far it is does not show")
        seat.sees("esc stop, and back to what was open")
        await seat.press("escape")
        seat.lacks("Checking")
        await seat.until(slow.stopped.is_set, "the check goes on")
        seat.sees("Hate Crime")
        assert seat.register.path == sample_path


@pytest.mark.slow
async def test_why_a_file_is_refused_stays_until_it_is_read(sample_path: Path, theirs: Path, slow: SlowCheck) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+o")
        await seat.answer(path=str(theirs))
        slow.go_on.set()
        await seat.until(lambda: "not to be trusted" in seat.shown(), "the reason does not show")
        await seat.press("escape")
        seat.lacks("not to be trusted")
        seat.sees("Hate Crime")


@pytest.mark.slow
async def test_what_is_looked_at_is_kept_without_another_check(
    sample_path: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sitting(sample_path) as seat:
        await seat.press("ctrl+o")
        await seat.answer(path=str(theirs))
        await seat.until(lambda: "read-only" in seat.shown(), "the file is not shown")
        monkeypatch.setattr(store.exchange.foreign, "open_untrusted", lambda *_, **__: pytest.fail("checked again"))
        monkeypatch.setattr(store.exchange.foreign, "_write_fresh", lambda *_, **__: pytest.fail("made again"))
        shown = seat.register.id
        await seat.press("2", "f", "o", "end")
        here = next(line for line in seat.lines() if line.startswith("▌"))
        await seat.press("ctrl+k")
        await seat.answer(path=str(theirs.with_name("own.fairlead")))
        await seat.until(lambda: seat.register.path.name == "own.fairlead", "the copy does not open")
        assert seat.register.read_only_reason is None and seat.register.id != shown
        await seat.press("escape")
        assert here in seat.lines(), "the copy opens where one was"


# At the start


def test_a_short_check_at_the_start_has_no_screen(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_StartApp, "run", lambda _: pytest.fail("there is a screen"))
    monkeypatch.setattr("tui.dialogs.checking.AT_ONCE_SECONDS", 60)
    assert wait_at_start(theirs, lambda go_on: go_on(1, 2)) is True
    with pytest.raises(Refused):
        wait_at_start(theirs, lambda _: (_ for _ in ()).throw(Refused(theirs, "it is damaged")))


async def test_the_screen_at_the_start_has_the_chosen_colours_and_ends_with_the_check() -> None:
    ended = threading.Event()
    update_settings(colours="light")
    app = _StartApp(Waiting("Fairlead", "Checking theirs.fairlead", leave="quit"), ended)
    async with app.run_test() as pilot:
        assert app.theme.startswith("light")
        ended.set()
        await pilot.pause(0.2)
        assert not app.is_running or app._exit


def test_leaving_the_screen_at_the_start_stops_the_check(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()

    def work(go_on: GoOn) -> None:
        while go_on(1, 3):
            stopped.wait(0.001)
        raise Cancelled("The check")

    monkeypatch.setattr(_StartApp, "run", lambda _: None)
    monkeypatch.setattr("tui.dialogs.checking.AT_ONCE_SECONDS", 0)
    with pytest.raises(Cancelled):
        wait_at_start(theirs, work)


# On the command line


class Terminal(io.StringIO):
    """What a terminal gets."""

    def isatty(self) -> bool:
        return True


def test_progress_shows_at_a_terminal_after_a_second_and_its_line_is_left_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for quiet, terminal, shown in ((60.0, Terminal(), ""), (0.0, io.StringIO(), ""), (0.0, Terminal(), "… 34 %")):
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setattr(tui.cli.progress, "QUIET_SECONDS", quiet)
        with showing_progress("Checking theirs.fairlead") as go_on:
            assert go_on(34, 100)
        text = terminal.getvalue()
        assert text.endswith(f"Checking theirs.fairlead {shown}\r{' ' * 31}\r") if shown else text == ""


def test_a_second_interrupt_ends_it_at_once_and_afterwards_all_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with showing_progress("Checking") as go_on:
        signal.raise_signal(signal.SIGINT)
        assert not go_on(1, 2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("command", [("list", "--register"), ("keep",), ("check-file",)])
def test_an_interrupt_leaves_a_command_in_one_sentence_and_nothing_behind(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    opened: Any = vars(store.exchange.foreign)["open_untrusted"]

    def interrupted(*given: object, **named: object) -> object:
        signal.raise_signal(signal.SIGINT)
        return opened(*given, **named)

    monkeypatch.setattr(store.exchange.foreign, "open_untrusted", interrupted)
    found = CliRunner().invoke(cli, [*command, str(theirs)])
    assert found.exit_code == 130
    assert found.stderr == f"Reading {theirs} was stopped. Nothing was changed.\n"
    assert [path for path in tmp_path.rglob("*.fairlead") if path != theirs] == []


def test_a_second_command_on_the_same_file_checks_nothing(theirs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = CliRunner().invoke(cli, ["list", "--register", str(theirs)])
    monkeypatch.setattr(store.exchange.foreign, "open_untrusted", lambda *_, **__: pytest.fail("checked again"))
    second = CliRunner().invoke(cli, ["list", "--register", str(theirs)])
    assert (first.exit_code, second.exit_code, second.stdout) == (0, 0, first.stdout)


def test_a_check_of_a_file_from_elsewhere_touches_no_path_that_it_names(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register.open(theirs, Author("Somebody"))
    item = register.conn.execute("SELECT id FROM recommendation LIMIT 1").fetchone()[0]
    note = register.do(AddNote(items=(item,), text="See the file")).created
    where = str(tmp_path / "evidence.txt")
    register.do(CiteEvidence(note=note or "", name="evidence.txt", where=where, size=3, sha256="ab" * 32))
    register.close()
    asked: list[str] = []
    monkeypatch.setattr(store.exchange.integrity, "compare", lambda path, *_: asked.append(path))
    assert CliRunner().invoke(cli, ["check-file", str(theirs)]).exit_code == 0
    assert asked == []
    update_settings(mine=(theirs, register.id))
    assert CliRunner().invoke(cli, ["check-file", str(theirs)]).exit_code == 0
    assert asked == [where]
