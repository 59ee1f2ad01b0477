"""Background maintenance of one's own register: an integrity check when one is due, and a daily backup."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from store.domain.dates import local_day
from store.domain.errors import FairleadError
from store.file.atomic import write_whole
from store.file.lock import locked
from store.file.scratch import is_running, process_folder
from store.register import Register
from tui.desk.settings import ensure_folder, folders

CHECK_EVERY = timedelta(days=7)


class MaintenanceRecord:
    """The file that records when a register was last checked, and the processes that have it open."""

    def __init__(self, register: Register) -> None:
        self._path = folders().state / "registers" / f"{register.id}.json"

    def opened(self, today: date) -> bool:
        """Record that this process opened it. Returns whether a check is due: after a crash, or after a week.

        A register without a record counts as checked today: it was just created, or imported with a check.
        """
        crashed = False
        checked = today.isoformat()

        def open_here(state: dict[str, Any]) -> dict[str, Any]:
            nonlocal crashed, checked
            checked = state.get("checked") or checked
            windows = state.get("open", [])
            still = [window for window in windows if window != self._window() and _runs(window)]
            crashed = len(still) < len(windows)
            return {"checked": checked, "open": [*still, self._window()]}

        self._update(open_here)
        return crashed or abs(today - date.fromisoformat(checked)) >= CHECK_EVERY

    def checked(self, today: date) -> None:
        """Record that it was checked and is sound."""
        self._update(lambda state: state | {"checked": today.isoformat()})

    def closed(self) -> None:
        """Record that this process closed it."""
        self._update(
            lambda state: state | {"open": [window for window in state.get("open", ()) if window != self._window()]}
        )

    @staticmethod
    def _window() -> str:
        """The name under which others find out whether this process runs."""
        return process_folder(folders().looked_at).name

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            state = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(state, dict):
                return state
        return {}

    def _update(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Change the record, which no other program writes meanwhile; where it cannot be written it stays."""
        with suppress(FairleadError):
            ensure_folder(self._path.parent)
            with locked(self._path.with_suffix(".lock")):
                state = change(self._read())
                write_whole(self._path, [json.dumps(state).encode()], force=True)


def _runs(window: object) -> bool:
    """Whether another process is running, by its name."""
    return isinstance(window, str) and is_running(folders().looked_at, window)


def run_maintenance(register: Register, check_due: bool, cancelled: Callable[[], bool]) -> str:
    """Check the register if that is due, and back it up if it has not been today; runs in a thread.

    Returns the first fault, or "". Raises FairleadError where it could not be done.
    """
    today = local_day()
    backups_folder = ensure_folder(folders().backups)

    def go_on(_done: int, _of: int) -> bool:
        return not cancelled()

    if check_due:
        from store.exchange.integrity import check

        report = check(register, go_on)
        if not report.sound:
            return report.faults[0].rstrip(".")
        MaintenanceRecord(register).checked(today)
    from store.file.backups import back_up, list_backups, prune

    if not any(backup.day == today for backup in list_backups(backups_folder, register.id)):
        back_up(register.file, backups_folder, today, go_on)
        prune(backups_folder, register.id)
    return ""


def back_up_now(register: Register) -> None:
    """Back the register up, whenever it was last: before much of it changes. Raises FairleadError."""
    from store.file.backups import back_up, prune

    folder = ensure_folder(folders().backups)
    back_up(register.file, folder, local_day())
    prune(folder, register.id)


def describe_newest_backup(register: Register) -> str:
    """Describe where the newest backup of a register is, in a sentence."""
    from store.file.backups import newest_backup

    path = newest_backup(folders().backups, register.id)
    return f"The newest backup is {path}; ctrl+o opens it." if path else "There is no backup of it yet."
