"""Background maintenance of one's own register: an integrity check when one is due, and a daily backup."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from store.domain.errors import FairleadError
from store.file.atomic import write_whole
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
        state = self._read()
        checked = state.get("checked") or today.isoformat()
        windows = state.get("open", [])
        still = [pid for pid in windows if _runs(pid)]
        crashed = len(still) < len(windows)
        self._write({"checked": checked, "open": [*still, os.getpid()]})
        return crashed or abs(today - date.fromisoformat(checked)) >= CHECK_EVERY

    def checked(self, today: date) -> None:
        """Record that it was checked and is sound."""
        self._write(self._read() | {"checked": today.isoformat()})

    def closed(self) -> None:
        """Record that this process closed it."""
        state = self._read()
        self._write(state | {"open": [pid for pid in state.get("open", ()) if pid != os.getpid()]})

    def _read(self) -> dict[str, Any]:
        with suppress(OSError, ValueError):
            state = json.loads(self._path.read_text(encoding="utf-8"))
            if isinstance(state, dict):
                return state
        return {}

    def _write(self, state: dict[str, Any]) -> None:
        with suppress(FairleadError):
            ensure_folder(self._path.parent)
            write_whole(self._path, [json.dumps(state).encode()], force=True)


def _runs(pid: object) -> bool:
    """Whether another process is running; always False on Windows, where the test would end it."""
    if not isinstance(pid, int) or os.name == "nt":
        return False
    if pid == os.getpid():
        return False
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, 0)
        return True
    return False


def run_maintenance(register: Register, check_due: bool, cancelled: Callable[[], bool]) -> str:
    """Check the register if that is due, and back it up if it has not been today; runs in a thread.

    Returns the first fault, or "". Raises FairleadError where it could not be done.
    """
    today = date.today()
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


def describe_newest_backup(register: Register) -> str:
    """Describe where the newest backup of a register is, in a sentence."""
    from store.file.backups import newest_backup

    path = newest_backup(folders().backups, register.id)
    return f"The newest backup is {path}; ctrl+o opens it." if path else "There is no backup of it yet."
