"""What differs from one's own register, or in it between two days: asked for, and compared in a thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.dates import format_date
from store.domain.errors import FairleadError
from store.domain.text import one_line
from store.exchange.differences import Difference, describe_parts, differences, on_two_days, parse_days
from store.exchange.encrypted import is_locked
from store.exchange.foreign import open_foreign
from store.exchange.previewed import remove
from store.file.backups import copy_register
from store.file.database import File
from store.file.sqlite_errors import identity, translating_errors
from store.log.author_context import random_token
from store.register import Register
from tui.desk.open_register import checked_registers, in_data_folder, last_used, scratch_folder
from tui.desk.settings import load
from tui.dialogs.checking import wait_for
from tui.dialogs.files import ask_passphrase
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

Progress = Callable[[int, int], bool]

MINE, THEIRS = "Mine", "Theirs"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two registers that were compared: what they are, what to call the values of each, what differs, and what of them
    was not compared."""

    what: str
    names: tuple[str, str]
    found: Sequence[Difference]
    notices: tuple[str, ...] = ()


Show = Callable[[Compared], object]


def _part(go_on: Progress, n: int, of: int) -> Progress:
    """The progress of one part of the work, as that of all."""
    return lambda done, whole: go_on(n * whole + done, of * whole)


@contextmanager
def _copied(file: File, go_on: Progress) -> Iterator[Register]:
    """A copy of an open register, for the block: to compare is a long read, and no save is to wait for it."""
    copy = scratch_folder() / f"{random_token()}.fairlead"
    try:
        copy_register(file, copy, go_on)
        register = Register.open(copy)
        try:
            yield register
        finally:
            register.close()
    finally:
        remove(copy)


def _compare(what: str, names: tuple[str, str], one: Register, other: Register, go_on: Progress) -> Compared:
    with translating_errors(other.path):
        return Compared(what, names, differences(one, other, go_on), describe_parts(one, other, names))


def compare_with_file(app: RegisterApp, path: Path, show: Show) -> None:
    """Check a file from elsewhere and compare it with the register that is open, in a thread; then show what differs.

    For the passphrase of an encrypted one it asks first.
    """
    if path.exists() and identity(path) == app.register.file.identity:
        app.show_toast("It is the register that is open here: nothing differs.")
        return
    if is_locked(path):
        ask_passphrase(app, [path], partial(compare_with_file, app, path, show))
        return
    register = app.register
    name = one_line(path.name, most=60)

    def work(go_on: Progress) -> Compared:
        other = open_foreign(path, scratch_folder(), None, _part(go_on, 0, 3), checked_registers())
        try:
            with _copied(register.file, _part(go_on, 1, 3)) as mine:
                return _compare(f"{name} and mine", (MINE, THEIRS), mine, other, _part(go_on, 2, 3))
        finally:
            other.close()
            other.path.unlink(missing_ok=True)

    wait_for(app, f"Comparing {name} with mine", work, show)


def compare_shown(app: RegisterApp, show: Show) -> bool:
    """Compare what is open read-only with one's own register, in a thread, and show what differs.

    That is the present one, of a snapshot; of a file from elsewhere the one used last. False where one's own is open.
    """
    shown, present = app.register, app.present
    if present is not None:
        names = format_date(shown.today()), "Now"
        _compare_open(app, f"{names[0]} and now", names, shown, present.file, show)
        return True
    if shown.origin == shown.path:
        return False
    own = _own_register()
    if own is None:
        app.show_toast("There is no register of your own here to compare it with. ctrl+k saves this one as yours.")
        return True

    def work(go_on: Progress) -> Compared:
        mine = Register.open(own)
        try:
            with _copied(mine.file, _part(go_on, 0, 3)) as copy, _copied(shown.file, _part(go_on, 1, 3)) as other:
                what = f"{one_line(shown.origin.name, most=60)} and {one_line(own.name, most=60)}"
                return _compare(what, (MINE, THEIRS), copy, other, _part(go_on, 2, 3))
        finally:
            mine.close()

    wait_for(app, f"Comparing with {one_line(own.name, most=60)}", work, show)
    return True


def _own_register() -> Path | None:
    """The register of one's own that was used last, else the one in the data folder; None where there is none."""
    settings, _ = load()
    own = last_used(settings) or in_data_folder(settings)
    return own if own and settings.is_mine(own) else None


def _compare_open(app: RegisterApp, what: str, names: tuple[str, str], one: Register, other: File, show: Show) -> None:
    def work(go_on: Progress) -> Compared:
        with _copied(one.file, _part(go_on, 0, 3)) as first, _copied(other, _part(go_on, 1, 3)) as second:
            return _compare(what, names, first, second, _part(go_on, 2, 3))

    wait_for(app, f"Comparing {what}", work, show)


def ask_for_days(app: RegisterApp, offered: str | None, show: Show) -> None:
    """Ask for two days, with the ISO day `offered` as the first, and show what changed between them."""
    register, today = app.register, app.register.today()
    if offered == today.isoformat():
        offered = None
    fields = (
        FormField("since", "From", "date", value=offered, required=True, past=True, hint="such as 18 September 2024"),
        FormField("until", "To", "date", past=True, hint="today, where it is empty"),
    )

    def save(values: Values) -> str | None:
        try:
            days = parse_days(values["since"] or "", values["until"], today)
        except FairleadError as error:
            return str(error)
        names = format_date(days[0]), format_date(days[1])

        def work(go_on: Progress) -> Compared:
            with on_two_days(register, days, scratch_folder(), _part(go_on, 0, 2)) as (one, other):
                return _compare(f"{names[0]} and {names[1]}", names, one, other, _part(go_on, 1, 2))

        app.call_later(wait_for, app, f"Comparing {names[0]} and {names[1]}", work, show)
        return None

    intro = "What was known at the end of the first day, against the end of the second."
    app.push_screen(Form("See what changed between two days", fields, intro=intro, submit=save, today=today))
