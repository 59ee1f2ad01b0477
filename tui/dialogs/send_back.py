"""Send back: write what was changed in a register that one was given, for whoever gave it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.text import one_line
from store.exchange.encrypted import came_encrypted
from store.exchange.send_back import ToSendBack, proposed_path, send_back, to_send_back
from store.register import Register
from tui.dialogs.checking import wait_for
from tui.dialogs.export_terms import passphrase_fields, passphrase_from
from tui.tables.receive import format_change
from widgets.form import Form
from widgets.pane import Paragraph

if TYPE_CHECKING:
    from store.exchange.export import Exported
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

Progress = Callable[[int, int], bool]

_MOST_SHOWN = 12


def changed_lines(waiting: ToSendBack) -> list[Paragraph]:
    """What goes back, in words: the newest changes, a line each."""
    lines = [
        Paragraph(((f"{one_line(row.field)}: ", "quiet"), (format_change(row), "")), 10, one_line(row.about))
        for row in waiting.rows[:_MOST_SHOWN]
    ]
    if waiting.changes > _MOST_SHOWN:
        lines.append(Paragraph(((f"and {waiting.changes - _MOST_SHOWN:,} more", "quiet"),), 10))
    return [*lines, Paragraph(())] if lines else []


def write_back(app: RegisterApp, then: Callable[[Exported], object]) -> None:
    """Write the file that goes back, in a thread, to a free name that is shown afterwards.

    What came encrypted goes back so: a passphrase is asked for first.
    """
    if not came_encrypted(app.register.conn):
        _write(app, None, then)
        return

    def save(values: Values) -> str | None:
        passphrase = passphrase_from(values)
        if passphrase is None:
            return "It came encrypted, so it goes back under a passphrase. To write it in the clear choose another kind here."
        app.call_later(_write, app, passphrase, then)
        return None

    app.push_screen(Form("Send back under a passphrase", passphrase_fields("four words would do"), submit=save))


def _write(app: RegisterApp, passphrase: str | None, then: Callable[[Exported], object]) -> None:
    register = app.register
    waiting = to_send_back(register.conn)
    if waiting is None:
        return
    path = proposed_path(register, waiting, Path.home())

    def work(go_on: Progress) -> Exported:
        own = Register.open(register.path, register.author)
        try:
            return send_back(own, path, waiting, passphrase=passphrase, progress=go_on)
        finally:
            own.close()

    def done(exported: Exported) -> None:
        app.note_version()
        app.refresh_screens()
        then(exported)

    wait_for(app, f"Writing {path.name}", work, done)
