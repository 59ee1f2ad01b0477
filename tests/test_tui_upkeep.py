"""What is done for one's own register behind the first screen: when a check is due, a backup a day, and what is
reported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from screen import sitting
from tampering import alter, small_register

from store.domain.errors import Cancelled
from store.file.backups import back_up, list_backups
from store.file.scratch import ProcessFolder, process_folder
from store.register import Author, Register
from tui.desk.maintenance import MaintenanceRecord, describe_newest_backup, run_maintenance
from tui.desk.settings import ensure_folder, folders

DAY = date(2024, 9, 18)
ENDED = "0" * 16
"""The name of a window that has ended."""


def this_window() -> str:
    """The name of this process, by which others find out whether it runs."""
    return process_folder(folders().looked_at).name


@pytest.fixture
def other() -> Iterator[str]:
    """The name of another window that runs."""
    window = ProcessFolder(folders().looked_at)
    yield window.name
    window.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small register's file, to be copied."""
    return small_register(tmp_path_factory.mktemp("small") / "small.fairlead")


@pytest.fixture
def register(built: Path, tmp_path: Path) -> Iterator[Register]:
    """A small register of one's own, open."""
    found = Register.open(Path(shutil.copyfile(built, tmp_path / "small.fairlead")), Author("Test Lead"))
    yield found
    found.close()


def recorded(register: Register) -> dict[str, Any]:
    """What is noted of the register at this desk."""
    found: dict[str, Any] = json.loads((folders().state / "registers" / f"{register.id}.json").read_text())
    return found


def note(register: Register, **current: Any) -> None:
    """Note something of the register, as an earlier window did."""
    ensure_folder(folders().state / "registers")
    (folders().state / "registers" / f"{register.id}.json").write_text(json.dumps(current))


# When a check is due


def test_a_register_met_for_the_first_time_was_checked_just_now(register: Register) -> None:
    assert not MaintenanceRecord(register).opened(DAY)
    assert recorded(register) == {"checked": "2024-09-18", "open": [this_window()]}


@pytest.mark.parametrize(("days", "due"), [(0, False), (6, False), (7, True), (8, True), (-6, False), (-7, True)])
def test_a_check_is_due_a_week_after_the_last_whichever_way_the_clock_was_set(
    register: Register, days: int, due: bool
) -> None:
    note(register, checked=DAY.isoformat(), open=[])
    assert MaintenanceRecord(register).opened(DAY + timedelta(days=days)) is due
    assert recorded(register)["checked"] == "2024-09-18"


def test_a_check_puts_the_next_one_off_for_a_week(register: Register) -> None:
    note(register, checked="2024-09-01", open=[])
    maintenance = MaintenanceRecord(register)
    assert maintenance.opened(DAY)
    maintenance.checked(DAY)
    assert recorded(register) == {"checked": "2024-09-18", "open": [this_window()]}
    maintenance.closed()
    assert not maintenance.opened(DAY + timedelta(days=6))


@pytest.mark.parametrize(
    ("windows", "due"),
    [([], False), (["other"], False), ([ENDED], True), (["other", ENDED], True), ([4711], True), (["../sly"], True)],
)
def test_a_check_is_due_where_a_window_ended_without_closing_it(
    register: Register, other: str, windows: list[object], due: bool
) -> None:
    noted = [other if window == "other" else window for window in windows]
    note(register, checked=DAY.isoformat(), open=noted)
    assert MaintenanceRecord(register).opened(DAY) is due
    assert recorded(register)["open"] == [*(name for name in noted if name == other), this_window()]


def test_a_window_that_closed_it_leaves_the_others_and_no_check_due(register: Register, other: str) -> None:
    note(register, checked=DAY.isoformat(), open=[other])
    maintenance = MaintenanceRecord(register)
    maintenance.opened(DAY)
    maintenance.closed()
    assert recorded(register) == {"checked": "2024-09-18", "open": [other]}
    assert not maintenance.opened(DAY)


@pytest.mark.parametrize("broken", ["", "[]", "{", '"x"'])
def test_what_was_noted_and_cannot_be_read_is_as_if_it_were_not_there(register: Register, broken: str) -> None:
    note(register)
    (folders().state / "registers" / f"{register.id}.json").write_text(broken)
    assert not MaintenanceRecord(register).opened(DAY)


# A backup a day, and a check


def here(register: Register) -> list[date]:
    return [backup.day for backup in list_backups(folders().backups, register.id)]


def test_a_register_is_backed_up_once_a_day_and_old_ones_are_pruned(register: Register) -> None:
    today = date.today()
    for _ in range(13):
        back_up(register.file, ensure_folder(folders().backups), today - timedelta(days=1))
    assert run_maintenance(register, False, lambda: False) == ""
    assert here(register) == [today, *[today - timedelta(days=1)] * 9]
    assert run_maintenance(register, False, lambda: False) == ""
    assert here(register) == [today, *[today - timedelta(days=1)] * 9]


def test_a_check_that_is_due_is_done_first_and_noted(register: Register) -> None:
    note(register, checked="2024-09-01", open=[])
    assert run_maintenance(register, True, lambda: False) == ""
    assert recorded(register)["checked"] == date.today().isoformat() and here(register) == [date.today()]


def test_a_check_that_is_not_due_is_not_done(register: Register) -> None:
    alter_open(register, "UPDATE recommendation SET title = 'altered'")
    assert run_maintenance(register, False, lambda: False) == ""


def alter_open(register: Register, sql: str) -> None:
    """Alter a table as another program would, while the register is open."""
    alter(register.path, sql)


@pytest.mark.parametrize("backed_up", [True, False])
def test_what_is_wrong_is_said_with_the_backup_to_go_on_from_and_is_not_backed_up(
    register: Register, backed_up: bool
) -> None:
    if backed_up:
        back_up(register.file, ensure_folder(folders().backups), date.today() - timedelta(days=1))
    before = here(register)
    alter_open(register, "UPDATE recommendation SET title = 'altered' WHERE number = '1'")
    assert run_maintenance(register, True, lambda: False).startswith('HC-1: title is "altered" in the tables')
    newest = describe_newest_backup(register)
    assert newest.endswith("ctrl+o opens it." if backed_up else "There is no backup of it yet.")
    assert here(register) == before
    assert not (folders().state / "registers" / f"{register.id}.json").exists()


@pytest.mark.parametrize("due", [True, False])
def test_a_window_that_closes_stops_it(register: Register, due: bool) -> None:
    with pytest.raises(Cancelled):
        run_maintenance(register, due, lambda: True)
    assert here(register) == []


async def test_it_waits_until_the_person_pauses(
    sample_built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now: list[float] = [100.0]
    begun: list[float] = []

    def begin(*_: object) -> str:
        begun.append(now[0])
        return ""

    monkeypatch.setattr("tui.app.PAUSE_SECONDS", 0.02)
    monkeypatch.setattr("tui.app.monotonic", lambda: now[0])
    monkeypatch.setattr("tui.app.run_maintenance", begin)
    async with sitting(Path(shutil.copyfile(sample_built, tmp_path / "typed.fairlead"))) as seat:
        for _ in range(5):
            # The clock of the pause is at the key, however long the machine takes.
            await seat.press("down")
            await seat.pilot.pause(0.03)
            assert not begun
        now[0] += 0.1
        await seat.until(lambda: begun, "no pause is noticed")
        assert begun == [100.1]
