"""Send back: a register that was made from a share goes back to whoever gave it, with what was changed in it since."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from store.domain.dates import format_short_date
from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS
from store.exchange.encrypted import SUFFIX, came_encrypted
from store.exchange.export import Exported, describe_export, export
from store.exchange.extract import Progress
from store.exchange.redaction import Terms
from store.file.typed import free_path
from store.log.edits import UNLISTED, Edits, count_edits, edits_between
from store.log.manifest import back_by_of, share_manifest, write_row
from store.queries.filter import Filter
from store.queries.history import history_at
from store.queries.rows import HistoryRow
from store.register import Register, day_of

SENT_BACK = "sent back"
"""The row of this_file on the file last written to go back, as JSON: up to which change, on what day, which file."""

MOST_LINES = 500
"""The most changes that are described one by one."""

_WHOLE = Filter(parts=True)


@dataclass(frozen=True, slots=True)
class ToSendBack:
    """What a register that was made from a share has to send back."""

    max_marking: str
    """The highest marking that goes back: that of what was received."""
    given: str
    """When it was given, what, and by when it is to be back: in words."""
    back_by: str | None
    """The day by which it is to be back, as short as a line has it; None where it states none."""
    did: tuple[Edits, ...]
    """What each person did here that is in no file that goes back yet."""
    changes: int
    """How many changes that is."""
    rows: tuple[HistoryRow, ...]
    """These changes, described, the newest first; MOST_LINES at most."""
    last_file: Path | None
    last_day: str | None

    def describe(self) -> str:
        """What is in no file that goes back yet, in a few words."""
        if self.changes:
            return count_edits(self.did)
        return "no further edits" if self.last_file else "nothing changed yet"

    def describe_last(self) -> str:
        """What is known of the file that was written last, in a sentence: not whether it was sent; "" where none was."""
        if self.last_file is None:
            return ""
        day = f" on {self.last_day}" if self.last_day else ""
        return f"Written to {self.last_file}{day}; changes since then: {count_edits(self.did) if self.changes else 'none'}."


def to_send_back(conn: sqlite3.Connection) -> ToSendBack | None:
    """What a register has to send back; None for one that was not made from a share."""
    manifest = share_manifest(conn)
    if manifest is None:
        return None
    last = _last(conn)
    sent = last.get("n")
    marking = manifest.get("max_marking") or manifest.get("marking")
    since = sent if isinstance(sent, int) else 0
    (device,) = conn.execute("SELECT value FROM this_file WHERE name = 'id'").fetchone()
    numbers = [
        row[0]
        for row in conn.execute(
            f"SELECT n FROM change WHERE device = ? AND n > ? AND kind NOT IN {(*UNLISTED, 'party')} ORDER BY n DESC",
            (device, since),
        )
    ]
    rows = history_at(conn, numbers[:MOST_LINES])
    scope, day = manifest.get("scope"), manifest.get("day")
    given = f"a register of “{one_line(scope, most=100)}”" if isinstance(scope, str) else "a register"
    given += f", of {_day(day)}" if isinstance(day, str) else ""
    back_by = back_by_of(manifest)
    given += f", to be back by {back_by}" if back_by else ""
    return ToSendBack(
        max_marking=marking if marking in MARKINGS else MARKINGS[0],
        given=given,
        back_by=back_by,
        did=edits_between(conn, since + 1, numbers[0], device) if numbers else (),
        changes=len(numbers),
        rows=tuple(rows),
        last_file=Path(str(last["file"])) if last.get("file") else None,
        last_day=str(last["day"]) if last.get("day") else None,
    )


def describe_unsent(conn: sqlite3.Connection, name: str) -> str:
    """What is in no file that goes back yet, in a sentence to leave with; "" where nothing is, or nobody waits for it."""
    waiting = to_send_back(conn)
    if waiting is None or not waiting.changes:
        return ""
    return f"In no file to send back yet, only in {one_line(name, most=60)}: {waiting.describe()}."


def describe_send_back(conn: sqlite3.Connection, waiting: ToSendBack) -> tuple[str, ...]:
    """What a file that goes back will hold, and on what terms; for a connection of its own. Raises FairleadError."""
    lines = (
        f"You were given: {waiting.given}.",
        f"It goes back marked {waiting.max_marking} at most, as it came: what bears more stays here. "
        "Evidence files that are kept inside go along.",
    )
    return (*lines, *describe_export(conn, ".sqlite", _WHOLE, _terms(waiting)))


def proposed_path(register: Register, waiting: ToSendBack, home: Path) -> Path:
    """A free path for the file that goes back: beside the one last sent, else in the person's folder.

    Of what came encrypted it has the name of an encrypted file.
    """
    ending = f".sqlite{SUFFIX}" if came_encrypted(register.conn) else ".sqlite"
    folder = waiting.last_file.parent if waiting.last_file and waiting.last_file.parent.is_dir() else home
    return free_path(folder / f"{register.origin.stem}-back-{register.today().isoformat()}{ending}")


def send_back(
    register: Register,
    out: Path,
    waiting: ToSendBack,
    *,
    passphrase: str | None = None,
    in_the_clear: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> Exported:
    """Write the file that goes back, and note in the register what is in it. Raises FairleadError; no file is left.

    What came encrypted takes a passphrase, or `in_the_clear`.
    """
    newest = register.newest()
    done = export(
        register,
        out,
        _WHOLE,
        terms=_terms(waiting),
        passphrase=passphrase,
        in_the_clear=in_the_clear,
        force=force,
        progress=progress,
    )
    note = {
        "n": newest,
        "day": format_short_date(day_of(register.conn)),
        "file": str(done.path.absolute()),
        "sha256": done.sha256,
    }
    with register.file.transaction() as conn:
        write_row(conn, SENT_BACK, json.dumps(note, ensure_ascii=False))
    return done


def _terms(waiting: ToSendBack) -> Terms:
    return Terms(waiting.max_marking, with_files=True)


def _last(conn: sqlite3.Connection) -> dict[str, Any]:
    """The note on the file last written to go back; empty where none was."""
    row = conn.execute("SELECT value FROM this_file WHERE name = ?", (SENT_BACK,)).fetchone()
    with suppress(ValueError, TypeError):
        found = json.loads(row[0])
        if isinstance(found, dict):
            return found
    return {}


def _day(claimed: str) -> str:
    """The day that a file states, as far as it is one."""
    try:
        return format_short_date(date.fromisoformat(claimed))
    except ValueError:
        return one_line(claimed, most=20)
