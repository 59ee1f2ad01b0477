"""Snapshots in the app: asking for the day, building the snapshot in a thread, opening and closing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from store.as_at import describe_news, parse_past_day
from store.domain.dates import format_date
from store.domain.errors import FairleadError
from store.file.sqlite_errors import translating_errors
from store.register import Register
from tui.background import Cancelled, work_in_background
from tui.desk.open_register import scratch_folder
from widgets.ask import Ask
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


ShowSnapshot = Callable[[Register, str], None]
"""Shows a snapshot, with a notice over it."""


def ask_for_day(app: RegisterApp, offered: str | None, show: ShowSnapshot) -> None:
    """Ask for a day, with the ISO day `offered` as the default, and show the snapshot of it."""
    today = app.register.today()
    days: list[date] = []

    def save(values: Values) -> str | None:
        try:
            days.append(parse_past_day(values["day"] or "", today))
        except FairleadError as error:
            return str(error)
        return None

    day = FormField("day", "Day", "date", value=offered, required=True, past=True, hint="such as 18 September 2024")
    intro = "The whole register as it was known at the end of that day, to be read only."
    form = Form("See the register as at a day", (day,), intro=intro, submit=save, today=today)
    app.push_screen(form, lambda values: build_snapshot(app, days[-1], show) if values is not None else None)


def build_snapshot(app: RegisterApp, day: date, show: ShowSnapshot) -> None:
    """Build the snapshot in a thread, behind a dialog that esc cancels, and show it."""
    register = app.register
    scratch = scratch_folder() / "as-at.fairlead"
    waiting = Ask(f"As at {format_date(day)}", "Working it out …", (), leave="stop")

    def work(cancelled: Cancelled) -> Path:
        with translating_errors(register.path):
            register.write_as_at(day, scratch, cancelled)
        if cancelled():
            remove_snapshot(scratch)
        return scratch

    def failed(error: Exception) -> None:
        waiting.finish("failed")
        app.show_error(error)

    def finished(_scratch: Path) -> None:
        if app.register is register and waiting.is_active:
            waiting.finish("done")
            app.call_later(open_scratch, app, day, scratch, show)
        else:
            remove_snapshot(scratch)

    worker = work_in_background(app, work, finished, group="as at", failed=failed)
    app.push_screen(waiting, lambda ended: worker.cancel() if ended is None else None)


def open_scratch(app: RegisterApp, day: date, scratch: Path, show: ShowSnapshot) -> None:
    """Open the file of a snapshot, and show it with its notice."""
    try:
        snapshot = app.register.open_as_at(day, scratch)
    except FairleadError as error:
        remove_snapshot(scratch)
        app.show_error(error)
        return
    snapshot.file.read_only_reason = (
        f"This is the register as at {format_date(day)}: nothing can be changed in it. ctrl+d leads back."
    )
    late = describe_news(app.register.conn, snapshot.late_news, day)
    notice = f"As at {format_date(day)}, read-only: ctrl+d or esc leads back."
    show(snapshot, f"{notice} {late}".rstrip())


def remove_snapshot(scratch: Path) -> None:
    """Remove the file of a snapshot; where it cannot be yet, it is removed when the program ends."""
    with suppress(OSError):
        scratch.unlink(missing_ok=True)


def close(snapshot: Register) -> None:
    """Close a snapshot, and remove its file."""
    snapshot.close()
    remove_snapshot(snapshot.path)
