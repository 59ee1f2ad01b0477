"""Receive a register that comes back: what it would change, what conflicts, and taking it in.

The file is checked as any file from elsewhere, which makes a register of its validated log; that is what is read here. The
preview applies its changes to a copy of one's own register, never to the register itself.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from store.domain.errors import Cancelled, Refused
from store.domain.fields import label_of_kind
from store.domain.text import one_line
from store.domain.vocabulary import MARKINGS
from store.exchange.checked_registers import CheckedRegisters
from store.exchange.foreign import check_foreign
from store.exchange.untrusted import Progress
from store.file.backups import copy_register
from store.log.change import Change
from store.log.manifest import incompleteness, share_manifest
from store.log.receipts import Receipt
from store.log.writer import random_token
from store.queries.conflicts import Conflict, conflicts
from store.queries.history import history_at
from store.queries.rows import HistoryRow
from store.register import Author, Register

MOST_LINES = 5_000
"""The most changes of one file that are described one by one."""

_UNMENTIONED = ("note_on", "evidence")


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A checked file: its name and digest, what it states of itself, and the register that was made of its log."""

    path: Path
    sha256: str
    made_by: str | None
    states: tuple[str, ...]
    """What it states of itself, and what is missing from it: a sentence each."""
    shown: Path


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What taking a file would do."""

    file: IncomingFile
    new: int
    known: int
    filled: int
    waiting: int
    people: tuple[tuple[str, int, int], ...]
    """Each author of a new change, with how many actions and changes."""
    kinds: tuple[tuple[str, int], ...]
    """What the new changes are about, in words, and how many."""
    rows: tuple[HistoryRow, ...]
    """The new changes, described, the newest first; MOST_LINES at most."""
    conflicts: tuple[Conflict, ...]
    """The conflicts that are new with it."""
    to_mind: tuple[str, ...]
    """What a person has to look at: a marking that is lowered, words taken out for good, changes that claim to be ours."""


def open_incoming(
    path: Path, scratch: Path, go_on: Progress | None = None, cache: CheckedRegisters | None = None
) -> IncomingFile:
    """Check a file from elsewhere; what it holds is in `shown`, in the folder `scratch`. Raises FairleadError."""
    from store.exchange.untrusted import Reading, read_bytes

    sha256 = read_bytes(Reading(path)).sha256
    shown = check_foreign(path, scratch, go_on, cache)
    with _opened(shown) as theirs:
        manifest = share_manifest(theirs.conn) or {}
        states = list(incompleteness(theirs.conn))
        if manifest.get("flattened") is True:
            raise Refused(path, "it has no history, so it can be read and not merged")
        if isinstance(scope := manifest.get("scope"), str):
            states.insert(0, f"It states that it holds: {one_line(scope, most=120)}.")
        made_by = manifest.get("made_by")
    return IncomingFile(path, sha256, made_by if isinstance(made_by, str) else None, tuple(states), shown)


def preview_merge(
    register: Register, files: Sequence[IncomingFile], scratch: Path, go_on: Progress | None = None
) -> list[MergePreview]:
    """What taking these files, in their order, would change. From any thread; nothing is stored.

    Raises Cancelled where `go_on` returns False, and other FairleadErrors.
    """
    copy = scratch / f"{random_token()}.fairlead"
    try:
        copy_register(register.file, copy, go_on)
        # Who takes it does not matter to what it changes.
        trial = Register.open(copy, register.author or Author("You"))
        try:
            trial.id = register.id
            return [_try(trial, file, go_on) for file in files]
        finally:
            trial.close()
    finally:
        for left in (copy, Path(f"{copy}-journal")):
            with suppress(OSError):
                left.unlink(missing_ok=True)


def take(
    register: Register, file: IncomingFile, go_on: Progress | None = None
) -> tuple[Receipt | None, tuple[str, ...]]:
    """Take the changes of a file in, as one transaction; returns its receipt, None where nothing was new, and the items
    that it touched. Raises FairleadError; nothing is changed then."""
    with _opened(file.shown) as theirs:
        changes = _read(theirs, file, go_on)
        return register.receive(
            changes, file=file.path.name, sha256=file.sha256, made_by=file.made_by, attachments=theirs.conn
        )


def describe_preview(preview: MergePreview) -> list[str]:
    """A preview in sentences: counts, people, conflicts, and what has to be looked at."""
    lines = list(preview.file.states)
    if not preview.new and not preview.filled:
        return [*lines, "Nothing in it is new here."]
    what = ", ".join(f"{count:,} {label}" for label, count in preview.kinds)
    lines.append(f"{_count(preview.new, 'change')} new here ({what}); {preview.known:,} here already.")
    for name, actions, changes in preview.people:
        lines.append(f"{one_line(name, most=60)}: {_count(actions, 'action')}, {_count(changes, 'change')}.")
    if preview.filled:
        lines.append(f"{_count(preview.filled, 'value')} filled in that had been left out of this copy.")
    if preview.waiting:
        lines.append(
            f"{_count(preview.waiting, 'change')} waiting for something that is in neither: kept, and not applied."
        )
    if preview.conflicts:
        lines.append(f"{_count(len(preview.conflicts), 'field')} with two values: settle them now or later.")
    return [*lines, *preview.to_mind]


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@contextmanager
def _opened(path: Path) -> Iterator[Register]:
    register = Register.open(path, read_only_reason="It is received from elsewhere.")
    try:
        yield register
    finally:
        register.close()


def _read(theirs: Register, file: IncomingFile, go_on: Progress | None) -> list[Change]:
    total = theirs.newest()
    changes: list[Change] = []
    for change in theirs.log.all():
        if len(changes) % 2000 == 0 and go_on is not None and not go_on(len(changes), 2 * total):
            raise Cancelled(f"Taking {file.path.name}")
        changes.append(change)
    return changes


def _try(trial: Register, file: IncomingFile, go_on: Progress | None) -> MergePreview:
    conn = trial.conn
    before = {conflict.key: {side.change for side in conflict.sides} for conflict in conflicts(conn, trial.id)}
    markings = _markings(conn)
    last = trial.newest()
    receipt, _ = take(trial, file, go_on)
    first, newest = (receipt.first_n, receipt.last_n) if receipt else (last + 1, last)
    with _opened(file.shown) as theirs:
        held = theirs.newest()
    people = conn.execute(
        "SELECT COALESCE(p.name, 'somebody'), count(DISTINCT c.action), count(*) FROM change c "
        "LEFT JOIN party p ON p.id = c.author WHERE c.n BETWEEN ? AND ? GROUP BY c.author ORDER BY 3 DESC",
        (first, newest),
    ).fetchall()
    kinds: Counter[str] = Counter()
    for kind, creates, count in conn.execute(
        "SELECT kind, parents = '[]', count(*) FROM change WHERE n BETWEEN ? AND ? GROUP BY 1, 2", (first, newest)
    ):
        if kind not in _UNMENTIONED:
            kinds[f"{label_of_kind(kind)} {'added' if creates else 'changed'}"] += count
    numbers = [
        row[0]
        for row in conn.execute(
            "SELECT n FROM change WHERE n BETWEEN ? AND ? AND kind NOT IN ('note_on', 'evidence') ORDER BY n DESC LIMIT ?",
            (first, newest, MOST_LINES),
        )
    ]
    rows = [row for start in range(0, len(numbers), 500) for row in history_at(conn, numbers[start : start + 500])]
    found = [
        conflict
        for conflict in conflicts(conn, trial.id)
        if {side.change for side in conflict.sides} != before.get(conflict.key)
    ]
    return MergePreview(
        file=file,
        new=receipt.changes if receipt else 0,
        known=held - (receipt.changes if receipt else 0),
        filled=receipt.filled if receipt else 0,
        waiting=conn.execute(
            "SELECT count(DISTINCT change) FROM waiting w JOIN change c ON c.id = w.change WHERE c.n >= ?", (first,)
        ).fetchone()[0],
        people=tuple((str(name), int(actions), int(changes)) for name, actions, changes in people),
        kinds=tuple(kinds.most_common()),
        rows=tuple(rows),
        conflicts=tuple(found),
        to_mind=tuple(_to_mind(trial, first, newest, markings)),
    )


def _markings(conn: sqlite3.Connection) -> dict[str, str]:
    """The marking of every entity that has one above the lowest."""
    found: dict[str, str] = {}
    for kind in (
        "recommendation",
        "note",
        "submission",
        "reply",
        "action",
        "publication",
        "citation",
        "paper",
        "register",
    ):
        rows = conn.execute(
            f"SELECT id, marking FROM {kind} WHERE marking IS NOT NULL AND marking <> ?", (MARKINGS[0],)
        )
        found |= dict(rows.fetchall())
    return found


def _to_mind(trial: Register, first: int, newest: int, markings: dict[str, str]) -> Iterator[str]:
    """What of a file is always put to a person."""
    conn = trial.conn
    ours = conn.execute(
        "SELECT count(*) FROM change WHERE n BETWEEN ? AND ? AND device = ?", (first, newest, trial.id)
    ).fetchone()[0]
    if ours:
        yield (
            f"{_count(ours, 'change')} in it claim to be made in this register, which does not have them: "
            "an older copy of it was worked in, or they were made up."
        )
    after = _markings(conn)
    if lowered := sum(1 for entity, marking in markings.items() if after.get(entity, MARKINGS[0]) != marking):
        yield f"It lowers {_count(lowered, 'marking')}: look at them before anything is sent on."
    expunged = conn.execute(
        "SELECT count(*) FROM change WHERE kind = 'expunge' AND n BETWEEN ? AND ?", (first, newest)
    ).fetchone()[0]
    if expunged:
        yield f"It asks to take words out for good ({_count(expunged, 'time')}): nothing is taken out unless you agree."
    unsupported = conn.execute(
        "SELECT count(DISTINCT r.id) FROM recommendation r JOIN change c ON c.entity = r.id AND c.n BETWEEN ? AND ? "
        "WHERE r.stage = 'discharged' AND r.withdrawn = 0 AND c.fields = '[\"stage\"]' "
        "AND NOT EXISTS (SELECT 1 FROM reply y WHERE y.recommendation = r.id AND y.withdrawn = 0)",
        (first, newest),
    ).fetchone()[0]
    if unsupported:
        yield f"It discharges {_count(unsupported, 'item')} without a reply that does."
