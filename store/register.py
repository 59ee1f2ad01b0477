"""The register: the facade of the store. Every change goes through `do`, `undo`, `redo` or `apply`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.dates import local_day
from store.domain.errors import BadInput, Cancelled, CannotUndo
from store.domain.fields import KINDS, REGISTER
from store.domain.names import fold_name
from store.domain.vocabulary import PartyKind
from store.file.database import File
from store.file.sqlite_errors import translating_errors
from store.log.change_log import ChangeLog
from store.log.manifest import NO_IDS, write_manifest

if TYPE_CHECKING:
    from store.commands.base import Command
    from store.commands.preview import PreviewRow
    from store.log.author_context import AuthorContext
    from store.log.change import Change
    from store.log.projection import Step
    from store.log.receipts import Receipt
    from store.log.writer import ChangeWriter
    from store.receive import Incoming

GoOn = Callable[[int, int], bool]
"""Called with the work done and its total; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who is writing: the name that others see, and the id of their party; None where no party is known yet."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class ActionResult:
    """The result of an action: its id (None where nothing changed), a line about it, the items it touched."""

    action: str | None
    summary: str
    items: tuple[str, ...] = ()
    author: str | None = None
    created: str | None = None
    """The first entity that it created or restored, if any."""


class AuthorRequired(BadInput):
    """A change requested before an author was given."""

    def __init__(self) -> None:
        super().__init__("author", "Say who is writing: give --author NAME, or set FAIRLEAD_AUTHOR.")


def today_from_environment() -> date | None:
    """The date in FAIRLEAD_TODAY, or None. Raises BadInput."""
    text = os.environ.get("FAIRLEAD_TODAY", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput("FAIRLEAD_TODAY", f'FAIRLEAD_TODAY is "{text[:20]}"; write a day as 2024-09-18.') from None


def day_of(conn: sqlite3.Connection) -> date:
    """The current date: that of a snapshot, else FAIRLEAD_TODAY, else the register's own (the sample's), else today."""
    as_at_day = conn.execute("SELECT value FROM this_file WHERE name = 'as at'").fetchone()
    if as_at_day:
        return date.fromisoformat(as_at_day[0])
    own = conn.execute("SELECT day FROM register WHERE id = ?", (REGISTER,)).fetchone()
    return today_from_environment() or (date.fromisoformat(own[0]) if own and own[0] else local_day())


class Register:
    """One open register."""

    party_kinds: Mapping[str, PartyKind] = {}
    """What parties are that nobody here has recorded yet, by folded name; "" for any. Else PartyKindRequired is raised."""

    def __init__(self, file: File, author: Author | None = None) -> None:
        self.file = file
        self.author = author
        self.conn = file.conn
        self.log = ChangeLog(file.conn)
        self.origin = file.path
        """The path that the person gave; `path` is a private copy where the file is from elsewhere or a snapshot."""
        with translating_errors(file.path):
            self.id = self._file_property("id") or ""

    @classmethod
    def open(
        cls,
        path: Path,
        author: Author | None = None,
        *,
        read_only_reason: str | None = None,
        before_migration: Callable[[File], object] | None = None,
    ) -> Register:
        """Open a register of one's own; an older version is migrated, after `before_migration` (a backup).

        Raises FairleadError; see store.exchange.foreign for an untrusted file.
        """
        return cls(File(path, read_only_reason=read_only_reason, before_migration=before_migration), author)

    @classmethod
    def create(cls, path: Path, author: Author | None = None) -> Register:
        """Create a new, empty register with its own id. Raises FileAlreadyExists, FolderMissing or CannotWrite."""
        from store.log.author_context import random_token

        register = cls(File.create(path), author)
        with register.file.transaction() as conn:
            conn.execute("INSERT INTO this_file VALUES ('id', ?)", (random_token(),))
            write_manifest(conn, 0, NO_IDS)
        register.id = register._file_property("id") or ""
        return register

    def _file_property(self, name: str) -> str | None:
        row = self.conn.execute("SELECT value FROM this_file WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    @property
    def path(self) -> Path:
        """The path of the file."""
        return self.file.path

    @property
    def read_only_reason(self) -> str | None:
        """Why the register is read-only, as a sentence; None where it is not."""
        return self.file.read_only_reason

    def data_version(self) -> int:
        """A number that changes with a commit by another connection or program.

        Raises FileMoved where the file is gone, Busy where another program has it locked, and Damaged.
        """
        self.file.check_in_place()
        return self.file.data_version()

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def own_fields(self) -> dict[str, str | None]:
        """The register's own fields as text: title, marking, day, next committee, and settings of Attention."""
        first = ("title", "marking", "day", "next_committee", "next_committee_latest", "delay_kinds")
        names = dict.fromkeys((*first, *KINDS["register"].editable))
        found = self.conn.execute(f"SELECT {', '.join(names)} FROM register WHERE id = ?", (REGISTER,)).fetchone()
        row = found or (None,) * len(names)
        return {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}

    def today(self) -> date:
        """The current date, by `day_of`."""
        return day_of(self.conn)

    def stamp(self) -> str:
        """The time stamp for a change written now, UTC, on the register's date where that is fixed.

        Later than the last change of the same day: where the date is fixed, the clock may be behind that change.
        """
        now = datetime.now(UTC) + (self.today() - local_day())
        stamp = f"{now.date().isoformat()}T{now:%H:%M:%S}.{now.microsecond // 1000:03d}Z"
        last = self.log.last_stamp()
        if last is not None and last >= stamp and last[:10] == stamp[:10]:
            from store.log.author_context import add_milliseconds

            return add_milliseconds(last, 1)
        return stamp

    def newest(self) -> int:
        """The number of the newest change; a view passes it back to `do` as `seen`."""
        return self.log.newest()

    def do(self, command: Command, *, seen: int | None = None, resolving: bool = False) -> ActionResult:
        """Execute a command as one action, on disk when this returns.

        `seen` is what `newest()` was when the data was read; an edit over a later change raises StaleEdit with both
        values. `resolving` means that an edit of a field in conflict resolves it. Raises FairleadError; nothing is
        changed then.
        """
        return self.do_all([command], seen=seen, resolving=resolving)

    def do_all(
        self,
        commands: Iterable[Command],
        *,
        seen: int | None = None,
        resolving: bool = False,
        go_on: GoOn | None = None,
    ) -> ActionResult:
        """Execute many commands as one action: all or none. Raises Cancelled where `go_on` returns False."""
        from store.commands.stage_rules import derive_touched_stages

        wanted = list(commands)
        with self._writing(go_on) as (writer, conn):
            writer.set_seen(seen, resolving)
            writer.party_kinds = self.party_kinds
            for done, command in enumerate(wanted):
                writer.step(done, 2 * len(wanted))
                before = len(writer.changes)
                command.write(writer)
                derive_touched_stages(writer, before)
            return self._finish(writer, conn)

    def preview(self, commands: Sequence[Command], names: Sequence[str], go_on: GoOn | None = None) -> list[PreviewRow]:
        """What each of these commands would change, in order; nothing is stored. `names` are those of their items.

        `go_on` is called with how many are done, of how many. Raises Cancelled where it returns False.
        """
        from store.commands.preview import preview
        from store.log.author_context import AuthorContext, random_token
        from store.log.writer import ChangeWriter

        author = self.author.id if self.author and self.author.id else random_token()
        writer = ChangeWriter(self.log, AuthorContext(author, self.id, self.stamp(), self.today()))
        # What a new party is does not show in a preview; it is asked for when the commands are executed.
        writer.party_kinds = {"": PartyKind.UNIT}
        with translating_errors(self.path):
            self.conn.execute("BEGIN")
            try:
                return preview(writer, commands, names, go_on)
            finally:
                self.conn.execute("ROLLBACK")

    def undo(self, action: str | None = None, *, force: bool = False, go_on: GoOn | None = None) -> ActionResult:
        """Revert an action, or a file received by the id of its receipt.

        By default this author's newest here, or the newest file received, whichever is later. `go_on` is as in `do_all`,
        called first of all. Raises CannotUndo, LaterEdits or Cancelled.
        """
        from store.log.receipts import receipts
        from store.log.undo_order import newest_action
        from store.receive import newest_receipt

        with self._writing(go_on) as (writer, conn):
            if action and any(receipt.id == action for receipt in receipts(conn)):
                return self._take_back(writer, conn, action, force)
            newest = newest_action(self.log, writer.context, odd=False)
            received = newest_receipt(self.log) if action is None else None
            if received is not None and (newest is None or received.last_n > self.log.last_of(newest)):
                return self._take_back(writer, conn, received.id, force)
            wanted = action or newest
            if wanted is None:
                raise CannotUndo("There is nothing of yours to undo in this register.")
            return self._revert(writer, conn, self.log.of_action(wanted), force, in_turn=wanted == newest)

    def redo(self, *, force: bool = False, go_on: GoOn | None = None) -> ActionResult:
        """Revert this author's newest undo here. Raises CannotUndo where there is none, or a later action."""
        from store.log.undo_order import newest_action

        with self._writing(go_on) as (writer, conn):
            wanted = newest_action(self.log, writer.context, odd=True)
            if wanted is None:
                raise CannotUndo("There is nothing to redo.")
            return self._revert(writer, conn, self.log.of_action(wanted), force, in_turn=True)

    def _revert(
        self, writer: ChangeWriter, conn: sqlite3.Connection, changes: list[Change], force: bool, *, in_turn: bool
    ) -> ActionResult:
        """Revert the changes of an action; `in_turn` if nothing was done since, so that what was before comes back."""
        if not changes:
            raise CannotUndo("There is no such action in this register.")
        from store.commands.stage_rules import derive_touched_stages
        from store.log.undo_order import is_current

        if not any(is_current(self.log, change.id) for change in changes):
            raise CannotUndo("That has been undone already.")

        # Where nothing came after it, there is no later edit that reverting it would overrule.
        is_newest = self.log.newest() == self.log.last_of(changes[0].action)
        writer.revert(changes, force=force or is_newest)
        derive_touched_stages(writer, restored=in_turn)
        return self._finish(writer, conn)

    @contextmanager
    def _writing(self, go_on: GoOn | None = None) -> Iterator[tuple[ChangeWriter, sqlite3.Connection]]:
        from store.log.writer import ChangeWriter

        def step(done: int, of: int) -> None:
            if go_on is not None and not go_on(done, of):
                raise Cancelled("Writing it")

        with self.file.transaction() as conn:
            writer = ChangeWriter(self.log, self._author_context(conn))
            writer.step = step
            yield writer, conn

    def _author_context(self, conn: sqlite3.Connection) -> AuthorContext:
        """The context of a new change; an author without a party is added first, in an action of its own."""
        from store.log.author_context import AuthorContext, random_token
        from store.log.projection import apply_changes
        from store.log.writer import ChangeWriter

        if self.author is None or not fold_name(self.author.name):
            raise AuthorRequired
        author_id = self.author.id
        if author_id is None:
            # A person added in this register comes first: a merge may bring one of the same name.
            people = conn.execute(
                "SELECT id, name FROM party p WHERE withdrawn = 0 AND kind = 'person' ORDER BY NOT EXISTS "
                "(SELECT 1 FROM change c WHERE c.entity = p.id AND c.device = ?), recorded, id",
                (self.id,),
            )
            author_id = next((row[0] for row in people if fold_name(row[1] or "") == fold_name(self.author.name)), None)
        context = AuthorContext(author_id or random_token(), self.id, self.stamp(), self.today())
        if not self.log.has(context.author):
            writer = ChangeWriter(self.log, context)
            writer.create("party", {"name": self.author.name, "kind": "person"}, entity=context.author)
            apply_changes(self.log, writer.changes)
        return context

    def _finish(self, writer: ChangeWriter, conn: sqlite3.Connection) -> ActionResult:
        from store.log.describe_action import describe_action
        from store.log.projection import apply_changes

        if not writer.changes:
            return ActionResult(None, "Nothing to change: it says that already.")
        items = apply_changes(self.log, writer.changes, step=lambda done, of: writer.step(of + done, 2 * of))
        created = next((c.entity for c in writer.changes if c.creates or c.restores), None)
        return ActionResult(writer.action, describe_action(conn, writer.changes), items, writer.context.author, created)

    def apply(self, changes: Sequence[Change]) -> None:
        """Append existing changes, of another register or the sample, in one transaction; those in the log are skipped.

        They may come in any order; what depends on something missing waits.
        """
        from store.log.projection import apply_changes

        with self.file.transaction():
            apply_changes(self.log, changes)

    def receive(self, incoming: Incoming, step: Step | None = None) -> tuple[Receipt | None, tuple[str, ...]]:
        """Take in the validated changes of another register, in one transaction; those in the log are skipped.

        Returns the receipt, None where nothing was new, and the items touched. Raises FairleadError, and what `step`,
        called meanwhile, raises; nothing is changed then.
        """
        from store.file.bulk_load import large_cache, paused_collection, stepping
        from store.receive import receive

        if self.author is None:
            raise AuthorRequired
        with large_cache(self.conn), paused_collection(), self.file.transaction() as conn, stepping(conn, step) as go:
            return receive(self.log, incoming, lambda: self._author_context(conn), go)

    def _take_back(self, writer: ChangeWriter, conn: sqlite3.Connection, receipt: str, force: bool) -> ActionResult:
        from store.queries.history import describe_receipt
        from store.receive import take_back

        taken = take_back(writer, receipt, force=force)
        return replace(self._finish(writer, conn), summary=f"received {describe_receipt(conn, taken)}")

    @property
    def as_at_day(self) -> date | None:
        """The day of a snapshot; None for any other register."""
        day = self._file_property("as at")
        return date.fromisoformat(day) if day else None

    @property
    def late_news(self) -> int:
        """For a snapshot, how many changes dated by its day reached the register only after it; else 0."""
        from store.as_at import LATE_NEWS

        return int(self._file_property(LATE_NEWS) or 0)

    def as_at(self, day: date, scratch: Path, cancelled: Callable[[], bool] | None = None) -> Register:
        """A snapshot: the register as known on a day, read-only, in a scratch file that the caller removes.

        Only entities changed after that day are folded again. As at today is everything, changes stamped by a clock
        that runs ahead included. Callable from any thread, to which the result belongs. Raises Cancelled where
        `cancelled`, polled meanwhile, returns True.
        """
        self.write_as_at(day, scratch, cancelled)
        return self.open_as_at(day, scratch)

    def write_as_at(self, day: date, scratch: Path, cancelled: Callable[[], bool] | None = None) -> None:
        """Write the scratch file of `as_at`, in any thread; `open_as_at` then opens it in any other."""
        from store.as_at import write_as_at

        with self.file.reading() as conn:
            today = day_of(conn)
        write_as_at(self.file, self.id, day, None if day >= today else day, scratch, cancelled)

    def open_as_at(self, day: date, scratch: Path) -> Register:
        """Open the snapshot that `write_as_at` wrote; it has the name of the original file."""
        why = f"This is the register as known on {day.isoformat()}. Nothing can be changed in it."
        snapshot = Register.open(scratch, self.author, read_only_reason=why)
        snapshot.origin = self.origin
        return snapshot
