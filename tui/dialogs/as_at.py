"""Snapshots in the app: asking for the day, building the snapshot in a thread, opening and closing it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from store.as_at import describe_late_news, parse_past_day
from store.domain.dates import format_date
from store.domain.errors import FairleadError
from store.file.database import translating_errors
from store.register import Register
from tui.background import Cancelled, work_in_background
from tui.desk.open_register import scratch_folder
from widgets.ask import Ask
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


Shown = Callable[[Register, str], None]
"""Shows a snapshot, with a notice over it."""


def ask_for_day(app: RegisterApp, offered: str | None, shown: Shown) -> None:
    """Ask for a day, with the ISO day `offered` as the default, and show the snapshot of it."""
    today = app.register.today()
    asked: list[date] = []

    def save(values: Values) -> str | None:
        try:
            asked.append(parse_past_day(values["day"] or "", today))
        except FairleadError as error:
            return str(error)
        return None

    day = FormField("day", "Day", "date", value=offered, required=True, past=True, hint="18 September 2024")
    intro = "The whole register as it was known at the end of that day, to be read only."
    form = Form("See the register as at a day", (day,), intro=intro, submit=save, today=today)
    app.push_screen(form, lambda values: work_out(app, asked[-1], shown) if values is not None else None)


def work_out(app: RegisterApp, day: date, shown: Shown) -> None:
    """Build the snapshot in a thread, behind a dialog that esc cancels, and show it."""
    register = app.register
    scratch = scratch_folder() / "as-at.fairlead"
    waiting = Ask(f"As at {format_date(day)}", "Working it out …", (), leave="stop")

    def work(cancelled: Cancelled) -> Path:
        with translating_errors(register.path):
            register.write_as_at(day, scratch, cancelled)
        if cancelled():
            remove(scratch)
        return scratch

    def failed(error: Exception) -> None:
        waiting.finish("failed")
        app.show_error(error)

    def arrived(_scratch: Path) -> None:
        if app.register is register and waiting.is_active:
            waiting.finish("done")
            app.call_later(open_scratch, app, day, scratch, shown)
        else:
            remove(scratch)

    worker = work_in_background(app, work, arrived, group="as at", failed=failed)
    app.push_screen(waiting, lambda ended: worker.cancel() if ended is None else None)


def open_scratch(app: RegisterApp, day: date, scratch: Path, shown: Shown) -> None:
    """Open the file of a snapshot, and show it with its notice."""
    try:
        past = app.register.open_as_at(day, scratch)
    except FairleadError as error:
        remove(scratch)
        app.show_error(error)
        return
    past.file.read_only_reason = (
        f"This is the register as at {format_date(day)}: nothing can be changed in it. ctrl+d leads back."
    )
    late = describe_late_news(past.late_news, day)
    notice = f"As at {format_date(day)}, read-only: ctrl+d or esc leads back."
    shown(past, f"{notice} {late}".rstrip())


def remove(scratch: Path) -> None:
    """Remove the file of a snapshot; where it cannot be yet, it is removed when the program ends."""
    with suppress(OSError):
        scratch.unlink(missing_ok=True)


def close(past: Register) -> None:
    """Close a snapshot, and remove its file."""
    past.close()
    remove(past.path)
