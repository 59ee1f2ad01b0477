"""The program as it is started, in a terminal of its own, doing what somebody does in their first hour with it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest
from screen import history_of, recorded
from window import OpenWindow, Window

from store.register import Register
from tui.desk.settings import folders, load, update_settings

PLACES = ("l", "2 enter", "1", "2", "3", "4", "6", "7")
"""The numbered screens, the ledger, and an item that is open."""

SHOWS = {
    "1": "Publication ",
    "2": "CA-1",
    "3": "need attention",
    "4": "Governance",
    "6": "Of what",
    "7": "When",
    "l": "Remain open",
}
"""What is seen once a place is there."""


@pytest.fixture
def given(sample_built: Path, tmp_path: Path) -> Path:
    """A file that somebody was given."""
    return Path(shutil.copyfile(sample_built, tmp_path / "given.fairlead"))


@pytest.fixture
def usual(sample_path: Path) -> Path:
    """A register of somebody's own, which Fairlead opens on."""
    register = Register.open(sample_path)
    update_settings(mine=(sample_path, register.id), last_register=str(sample_path), name="Test Lead")
    register.close()
    return sample_path


def go(window: Window, place: str) -> None:
    """Go to a place, and wait until it is there."""
    for key in place.split():
        window.press(key)
        window.sees(SHOWS.get(key, "Overview"))


def leave_nothing_unforeseen() -> None:
    log = folders().state / "errors.log"
    assert not log.exists(), log.read_text(encoding="utf-8")


def test_the_first_hour(open_window: OpenWindow, given: Path, tmp_path: Path) -> None:
    window = open_window()
    window.sees("Sample: what you try is kept here", "ctrl+o open a file", "Hate Crime")
    window.press("ctrl+o")
    window.sees("Open a file")
    window.press(str(given), "enter")
    window.sees("read-only", "ctrl+k saves it as your own")
    window.press("ctrl+k")
    window.sees("Save as my own register")
    window.press("enter")
    window.sees("This copy is yours to work in.")
    window.lacks("read-only")
    window.press("2", "/", "HC-6", "enter")
    window.sees("HC-6 ▲ Delayed")
    window.press("s")
    window.sees("On time?")
    window.press("o")
    window.sees("Who is writing?")
    window.press("Ann Lead", "ctrl+s")
    window.sees("HC-6 ■ On track", "u takes it back")
    window.press("n")
    window.sees("Add a note to HC-6")
    window.send("Half a thought, for £2".encode("latin-1"))
    window.sees("Half a thought, for �2")
    window.press("ctrl+s")
    window.sees("Type it again")
    window.press("backspace", "backspace", "£2", "ctrl+s")
    window.sees("note added")
    window.press("u")
    window.sees("Taken back")
    window.press("6")
    window.sees("Of what")
    window.press("w")
    window.sees('Write .sqlite of: "HC-6"')
    window.press(str(tmp_path / "handed-on.sqlite"), "ctrl+s")
    window.sees("SHA-256")
    window.press("q")
    assert window.end() == 0
    saved = folders().data / "given.fairlead"
    assert [row.field for row in history_of(saved, "HC-6")[:3]] == ["note withdrawn", "note added", "on time?"]
    assert recorded(saved, "HC-6").row.track == "on-track" and (tmp_path / "handed-on.sqlite").exists()
    assert load()[0].last_register == str(saved)
    leave_nothing_unforeseen()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("places", "first", "then"),
    [
        (PLACES[:1], "enter", "ctrl+s"),
        pytest.param(PLACES, "enter", "ctrl+s", marks=pytest.mark.slow),
        pytest.param(PLACES, "ctrl+s", "enter", marks=pytest.mark.slow),
    ],
    ids=["the ledger", "every place", "every place, by the other key first"],
)
def test_a_given_file_is_opened_and_kept_from_every_screen(
    open_window: OpenWindow, usual: Path, given: Path, places: tuple[str, ...], first: str, then: str
) -> None:
    window = open_window()
    window.sees("Hate Crime")
    for n, place in enumerate(places):
        keys = (first, then) if n % 2 else (then, first)
        go(window, place)
        window.press("ctrl+o")
        window.sees("Open a file")
        window.press(str(given), keys[0])
        window.sees("ctrl+k saves it as your own", "Hate Crime")
        go(window, place)
        window.press("ctrl+k")
        window.sees("Save as my own register")
        window.press(str(given.with_name(f"kept-{n}.fairlead")), keys[1])
        window.sees("This copy is yours to work in.")
        window.lacks("read-only")
    window.press("q")
    assert window.end() == 0
    assert len(list(given.parent.glob("kept-*.fairlead"))) == len(places)
    leave_nothing_unforeseen()


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        "closed",
        *(
            pytest.param(how, marks=pytest.mark.slow)
            for how in ("SIGHUP", "SIGTERM", "closed at an item, by a shell that ignores it")
        ),
    ],
)
def test_what_was_being_typed_when_the_window_went_is_offered_again(
    open_window: OpenWindow, usual: Path, how: str
) -> None:
    ignored = "ignores" in how
    if ignored:
        # As under nohup: no signal comes, and only the terminal shows that it has gone.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        window = open_window()
    finally:
        if ignored:
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
    window.sees("Hate Crime")
    go(window, "2")
    window.press("n")
    window.sees("Add a note to CA-2")
    window.press("Half a thought")
    window.sees("Half a thought")
    if how.startswith("closed"):
        window.close_window()
    else:
        window.signal(getattr(signal, how))
    assert window.end() == 0
    again = open_window()
    again.sees("A draft is kept from before: Add a note to CA-2")
    go(again, "2")
    again.press("n")
    again.sees("Your draft from before is here again.", "Half a thought")
    again.press("escape")
    again.lacks("Add a note to CA-2")
    again.press("q")
    assert again.end() == 0
    leave_nothing_unforeseen()


@pytest.mark.slow
def test_a_file_cut_short_under_the_app_is_said_to_be_damaged_and_nothing_to_be_safe(
    open_window: OpenWindow, usual: Path
) -> None:
    window = open_window()
    window.sees("Hate Crime")
    os.truncate(usual, 8192)
    shown = window.sees("is damaged", "Nothing will be written to it.", "There is no backup of it yet.")
    assert "safe" not in shown
    window.press("2", "s", "escape", "3", "7", "1")
    shown = window.sees("Publications", "is damaged")
    window.press("q")
    assert window.end() == 0
    assert "safe" not in window.shown + shown
    leave_nothing_unforeseen()


@pytest.mark.slow
def test_a_register_that_another_program_keeps_busy_is_said_and_read_when_it_is_free(
    open_window: OpenWindow, usual: Path
) -> None:
    window = open_window()
    window.sees("Hate Crime")
    with closing(sqlite3.connect(usual, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        window.sees("is busy: another program is writing to it")
        window.press("7")
        other.execute("UPDATE publication SET title = 'Hate Crime, again' WHERE code = 'HC'")
        window.press("1")
        window.press("ctrl+o")
        window.sees("Open a file", seconds=10)
        window.press("escape")
        other.execute("COMMIT")
    window.sees("Hate Crime, again")
    window.press("q")
    assert window.end() == 0
    leave_nothing_unforeseen()


@pytest.mark.slow
def test_ctrl_c_behind_the_key_that_quits_cuts_nothing_short(open_window: OpenWindow, given: Path) -> None:
    window = open_window(str(given))
    window.sees("Publication")
    window.press("q")
    for _ in range(200):
        with suppress(ProcessLookupError):
            os.kill(window.pid, signal.SIGINT)
        if window.code is None and os.waitid(os.P_PID, window.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            break
        time.sleep(0.005)
    assert window.end() == 0
