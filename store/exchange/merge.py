"""Receive a register that comes back: what it would change, what conflicts, and taking it in.

The file is checked as any file from elsewhere; its validated log is what is read here. The
preview applies its changes to a copy of one's own register, never to the register itself.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from store.domain.dates import format_short_date, local_time
from store.domain.errors import Cancelled, NotARegister, NotASqliteFile, Refused
from store.domain.fields import KINDS, label_of_kind
from store.domain.text import one_line
from store.domain.vocabulary import AS_PUBLISHED, MARKINGS
from store.exchange.checked_registers import CheckedRegisters
from store.exchange.encrypted import is_encrypted
from store.exchange.foreign import check_log
from store.exchange.previewed import Previewed, is_worth_keeping, put_in_place, remove, state_of
from store.exchange.reading import Progress
from store.file.backups import copy_register
from store.log.author_context import random_token
from store.log.change import Change, heads
from store.log.change_log import Misfit
from store.log.describe import count_of, name_of, owner_references
from store.log.edits import UNLISTED, Edits, edits_between, kinds_between
from store.log.manifest import PASSED_ON, incompleteness, share_manifest, unaccounted_bodies
from store.log.receipts import Receipt, receipts
from store.log.undo_order import is_taken_back
from store.queries.conflicts import Conflict, conflicts
from store.queries.filter import Filter
from store.queries.history import history_at
from store.queries.rows import HistoryRow
from store.receive import Incoming
from store.register import Author, Register

_OF, _READ, _PIECE = 1000, 100, 2000
"""The thousandths of the taking after which the changes are read; how many are read between two reports."""

_PREVIEWED = ".previewed.fairlead"
"""How the name of the copy ends on which a preview takes files."""

MOST_LINES = 5_000
"""The most changes of one file that are described one by one."""

_FEW = 5

_NEXT_DAY = timedelta(days=1)
"""Elsewhere it can be the next day already."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A checked file: its name and digest, what it states of itself, and where its log is."""

    path: Path
    sha256: str
    made_by: str | None
    states: tuple[str, ...]
    """What it states of itself, and what is missing from it: a sentence each."""
    log: Path
    """A scratch register with its log, in `scratch`, and without the tables that it adds up to."""
    previewed: Previewed | None = None
    """What a preview of it alone made, where it is worth keeping."""


@dataclass(frozen=True, slots=True)
class MergePreview:
    """What taking a file would do."""

    file: IncomingFile
    new: int
    here_already: int
    filled: int
    files: int
    """Files kept inside that are new, or were left out of this copy."""
    waiting: int
    released: int
    """Changes that had waited for something in it."""
    people: tuple[Edits, ...]
    """What each author of a new change did."""
    kinds: tuple[tuple[str, int], ...]
    """What is new and what is changed, in words, and how many of each."""
    rows: tuple[HistoryRow, ...]
    """The new changes, described, the newest first; MOST_LINES at most."""
    conflicts: tuple[Conflict, ...]
    """The conflicts that are new with it."""
    to_mind: tuple[str, ...]
    """What a person has to look at: a marking that is lowered, words taken out for good, changes that claim to be ours."""

    @property
    def is_worth_taking(self) -> bool:
        """Whether anything in it is new here."""
        return bool(self.new or self.filled or self.files)


def open_incoming(
    register: Register, path: Path, scratch: Path, go_on: Progress | None = None, cache: CheckedRegisters | None = None
) -> IncomingFile:
    """Check a file from elsewhere that this register is to receive. From any thread. Raises FairleadError."""
    try:
        log, sha256 = check_log(path, scratch, register, go_on, cache)
    except NotASqliteFile:
        raise NotARegister(path, "for a spreadsheet or a table of another program there is fairlead import") from None
    with _opened(log) as theirs:
        manifest = share_manifest(theirs.conn) or {}
        states = list(incompleteness(theirs.conn))
    if manifest.get("flattened") is True:
        with suppress(OSError):
            log.unlink()
        raise Refused(path, "it has no history, so it can be read and not merged")
    made_by: object = None
    if manifest.get(PASSED_ON) is not True:
        # Else it is a register that somebody worked in, and states of the share that it was made from.
        made_by = manifest.get("made_by")
        if isinstance(scope := manifest.get("scope"), str):
            what = one_line(scope, most=120)
            if manifest.get("part") is True:
                what = "a part of a register" if what == Filter().describe() else f"{what} of a part of a register"
            marking = manifest.get("marking")
            marked = f", marked {marking} at most" if marking in MARKINGS else ""
            states.insert(0, f"It states that it holds: {what}{marked}.")
    if is_encrypted(path):
        states.append(
            "It came encrypted. Once taken it is like the rest of this register: what is sent on leaves in the clear unless "
            "a passphrase is given."
        )
    return IncomingFile(path, sha256, made_by if isinstance(made_by, str) else None, tuple(states), log)


def preview_merge(
    register: Register,
    files: Sequence[IncomingFile],
    scratch: Path,
    go_on: Progress | None = None,
    refused: dict[Path, str] | None = None,
) -> list[MergePreview]:
    """What taking these files, in their order, would change. From any thread; nothing is stored.

    A file that does not fit is put into `refused`, with why, and holds up no other; without that it raises Refused.
    Raises Cancelled where `go_on` returns False, and other FairleadErrors.
    """
    previews: list[MergePreview] = []
    for earlier in scratch.glob(f"*{_PREVIEWED}"):
        remove(earlier)
    copy = scratch / f"{random_token()}{_PREVIEWED}"
    try:
        copy_register(register.file, copy, go_on)
        # Who takes it does not matter to what it changes.
        trial = Register.open(copy, register.author or Author("You"))
        try:
            trial.id = register.id
            # Nobody else reads it, and where the only file cannot be taken it is of no use.
            for pragma in ("synchronous=OFF", "locking_mode=EXCLUSIVE", *["journal_mode=OFF"] * (len(files) == 1)):
                trial.conn.execute(f"PRAGMA {pragma}").fetchone()
            for file in files:
                try:
                    previews.append(_try(trial, file, go_on, alone=len(files) == 1))
                except Refused as error:
                    if refused is None:
                        raise
                    refused[file.path] = str(error)
        finally:
            trial.close()
    finally:
        if not any(preview.file.previewed for preview in previews):
            remove(copy)
    return previews


def take(
    register: Register, file: IncomingFile, go_on: Progress | None = None
) -> tuple[Receipt | None, tuple[str, ...]]:
    """Take the changes of a file in, as one transaction; returns its receipt, None where nothing was new, and the items
    that it touched. Raises Cancelled where `go_on` returns False, and other FairleadErrors; nothing is changed then."""

    def step(done: int, of: int) -> None:
        if go_on is not None and not go_on(_READ + (_OF - _READ) * done // max(of, 1), _OF):
            raise Cancelled(f"Taking {file.path.name}")

    if file.previewed and (taken := put_in_place(file.previewed, register, step)):
        return taken
    with _opened(file.log) as theirs:
        absent = theirs.conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0]
        incoming = Incoming(
            file=file.path.name,
            sha256=file.sha256,
            made_by=file.made_by,
            changes=_read_wanted(register, theirs, step),
            left_out=absent - unaccounted_bodies(theirs.conn),
            attachments=theirs.conn,
        )
        try:
            return register.receive(incoming, step)
        except Misfit:
            raise Refused(file.path, "its changes do not fit together with those of this register") from None


@contextmanager
def _opened(path: Path) -> Iterator[Register]:
    register = Register.open(path, read_only_reason="It is received from elsewhere.")
    try:
        yield register
    finally:
        register.close()


def _read_wanted(register: Register, theirs: Register, step: Callable[[int, int], None]) -> list[Change]:
    """The changes that this register does not have, or has without their bodies."""
    here, absent = (
        {row[0] for row in register.conn.execute(f"SELECT id FROM change {where}")}
        for where in ("", "WHERE body IS NULL")
    )
    here -= absent
    wanted = [n for n, change in theirs.conn.execute("SELECT n, id FROM change") if change not in here]
    wanted.sort()
    changes: list[Change] = []
    for start in range(0, len(wanted), _PIECE):
        step(0, 1)
        changes += theirs.log.numbered(wanted[start : start + _PIECE])
    return changes


def _try(trial: Register, file: IncomingFile, go_on: Progress | None, *, alone: bool) -> MergePreview:
    conn, state = trial.conn, state_of(trial.conn)
    before = {conflict.key: {side.change for side in conflict.sides} for conflict in conflicts(conn, trial.id)}
    markings = _markings(conn)
    last, files, waited = trial.newest(), _files(conn), _waiting(conn, 0)
    file = replace(file, previewed=None)
    receipt, items = take(trial, file, go_on)
    first, newest = (receipt.first_n, receipt.last_n) if receipt else (last + 1, last)
    with _opened(file.log) as theirs:
        held = theirs.newest()
    numbers = [
        row[0]
        for row in conn.execute(
            f"SELECT n FROM change WHERE n BETWEEN ? AND ? AND kind NOT IN {UNLISTED} ORDER BY n DESC LIMIT ?",
            (first, newest, MOST_LINES),
        )
    ]
    rows = [row for start in range(0, len(numbers), 500) for row in history_at(conn, numbers[start : start + 500])]
    found = [
        conflict
        for conflict in conflicts(conn, trial.id)
        if {side.change for side in conflict.sides} != before.get(conflict.key)
    ]
    new, waiting = receipt.changes if receipt else 0, _waiting(conn, first)
    if alone and receipt and trial.author and is_worth_keeping(conn, new):
        file = replace(file, previewed=Previewed(trial.path, state, trial.author, receipt, items))
    return MergePreview(
        file=file,
        new=new,
        here_already=held - new,
        filled=receipt.filled if receipt else 0,
        files=_files(conn) - files,
        waiting=waiting,
        released=waited - (_waiting(conn, 0) - waiting),
        people=edits_between(conn, first, newest),
        kinds=kinds_between(conn, first, newest),
        rows=tuple(rows),
        conflicts=tuple(found),
        to_mind=(*_received_before(trial, file, receipt), *_to_mind(trial, first, newest, markings)),
    )


def _files(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT count(*) FROM sqlar").fetchone()[0])


def _waiting(conn: sqlite3.Connection, first: int) -> int:
    """How many changes wait, of those with this number or a greater one."""
    sql = "SELECT count(DISTINCT change) FROM waiting w CROSS JOIN change c ON c.id = w.change WHERE c.n >= ?"
    return int(conn.execute(sql, (first,)).fetchone()[0])


def _markings(conn: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """The kind and the marking of every entity that has one above the lowest."""
    found: dict[str, tuple[str, str]] = {}
    for kind, declared in KINDS.items():
        if "marking" in declared.fields:
            rows = conn.execute(f"SELECT id, marking FROM {kind} WHERE marking <> ? AND withdrawn = 0", (MARKINGS[0],))
            found |= {entity: (kind, marking) for entity, marking in rows}
    return found


def _marking_now(conn: sqlite3.Connection, kind: str, entity: str, first: int, newest: int) -> str | None:
    """The marking of an entity, or of what it was replaced by in one action, as a corrected note is; None for none."""
    marking, gone = conn.execute(f"SELECT marking, withdrawn FROM {kind} WHERE id = ?", (entity,)).fetchone()
    if not gone:
        return str(marking or MARKINGS[0])
    row = conn.execute(
        f"SELECT COALESCE(t.marking, ?) FROM change w JOIN change c ON c.action = w.action AND c.kind = w.kind "
        f"AND c.parents = '[]' JOIN {kind} t ON t.id = c.entity WHERE w.entity = ? AND w.n BETWEEN ? AND ? AND w.fields = ?",
        (MARKINGS[0], entity, first, newest, '["withdrawn"]'),
    ).fetchone()
    return str(row[0]) if row else None


def _is_lower(marking: str | None, than: str) -> bool:
    return marking is not None and MARKINGS.index(marking) < MARKINGS.index(than)


def _received_before(trial: Register, file: IncomingFile, receipt: Receipt | None) -> Iterator[str]:
    """That this very file was received: its changes are here, and count for nothing where it was taken back."""
    before = [one for one in receipts(trial.conn) if one.sha256 == file.sha256 and one != receipt]
    if any(is_taken_back(trial.log, one) for one in before):
        yield "It was received here and taken back. To have it again, take that back in the history."
    elif before:
        yield f"It was received here on {_day(before[0].taken)}."


def _day(time: str) -> str:
    return format_short_date(date.fromisoformat(local_time(time)[:10]))


def _to_mind(trial: Register, first: int, newest: int, markings: dict[str, tuple[str, str]]) -> Iterator[str]:
    """What of a file is always put to a person."""
    conn = trial.conn
    between = "n BETWEEN ? AND ?"
    ours = conn.execute(f"SELECT count(*) FROM change WHERE {between} AND device = ?", (first, newest, trial.id))
    if claimed := ours.fetchone()[0]:
        yield (
            f"{count_of(claimed, 'change')} in it claim{'s' * (claimed == 1)} to be made in this register, which does not have them: "
            "an older copy of it was worked in, or they were made up."
        )
    (latest,) = conn.execute(f"SELECT max(time) FROM change WHERE {between}", (first, newest)).fetchone()
    if latest and date.fromisoformat(latest[:10]) - trial.today() > _NEXT_DAY:
        yield f"Its clock is ahead: it has changes of {_day(latest)}, a day to come."
    after = _markings(conn)
    lowered = [
        (kind, entity)
        for entity, (kind, marking) in markings.items()
        if after.get(entity) != (kind, marking) and _is_lower(_marking_now(conn, kind, entity, first, newest), marking)
    ]
    if lowered:
        yield (
            f"It lowers {count_of(len(lowered), 'marking')}, of {_names(conn, lowered)}: "
            "look at them before anything is sent on."
        )
    expunged = conn.execute(f"SELECT count(*) FROM change WHERE kind = 'expunge' AND {between}", (first, newest))
    if times := expunged.fetchone()[0]:
        yield f"It asks to take words out for good ({count_of(times, 'time')}): nothing is taken out unless you agree."
    for stage, kind, words in (
        ("discharged", "reply", "It discharges {} without a reply that does."),
        ("submitted", "submission", "It has {} as sent, without what was sent."),
    ):
        leads = " AND y.verdict = 'discharged'" if kind == "reply" else ""
        rows = conn.execute(
            "SELECT DISTINCT r.id FROM recommendation r JOIN change c ON c.entity = r.id AND c.n BETWEEN ? AND ? "
            "AND c.kind = 'recommendation' JOIN json_each(c.fields) f ON f.value = 'stage' WHERE r.stage = ? AND r.withdrawn = 0 AND NOT EXISTS "
            f"(SELECT 1 FROM {kind} y WHERE y.recommendation = r.id AND y.withdrawn = 0 AND (y.left_out = 1 OR 1{leads}))",
            (first, newest, stage),
        ).fetchall()
        unsupported = [row[0] for row in rows if not _is_as_published(trial, row[0])]
        if unsupported:
            yield words.format(_names(conn, [("recommendation", item) for item in unsupported]))


def _is_as_published(trial: Register, item: str) -> bool:
    """Whether the stage of an item was recorded as published: it then needs no reply here."""
    top = heads(trial.log.of_entity(item), "stage")
    return bool(top) and top[-1].value("stage").basis in AS_PUBLISHED


def _names(conn: sqlite3.Connection, entities: Sequence[tuple[str, str]]) -> str:
    """The names of entities (kind and id), the first few: HC-6, a note on HC-5 and 3 more."""
    names = [
        owner if kind == "recommendation" or not owner else f"{label_of_kind(kind)} of {owner}"
        for kind, entity in entities
        for owner in [owner_references(conn, kind, entity) or name_of(conn, kind, entity)]
    ]
    few = sorted(dict.fromkeys(names))
    return ", ".join(few[:_FEW]) + (f" and {len(few) - _FEW:,} more" if len(few) > _FEW else "")
