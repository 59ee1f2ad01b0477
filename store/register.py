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
from store.domain.errors import BadInput, CannotUndo
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
    from store.log.change import Change
    from store.log.receipts import Receipt
    from store.log.writer import AuthorContext, ChangeWriter


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
        from store.log.writer import random_token

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
        first = ("title", "marking", "day", "next_committee", "next_committee_latest", "move_reasons")
        names = dict.fromkeys((*first, *KINDS["register"].editable))
        found = self.conn.execute(f"SELECT {', '.join(names)} FROM register WHERE id = ?", (REGISTER,)).fetchone()
        row = found or (None,) * len(names)
        return {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}

    def today(self) -> date:
        """The current date, by `day_of`."""
        return day_of(self.conn)

    def stamp(self) -> str:
        """The time stamp for a change written now, UTC: the register's date, and the time of the clock.

        Later than the last change of the same day: where the date is fixed, the clock may be behind that change.
        """
        now = datetime.now(UTC)
        day = self.today()
        if day == local_day():
            day = now.date()
        stamp = f"{day.isoformat()}T{now:%H:%M:%S}.{now.microsecond // 1000:03d}Z"
        last = self.log.last_stamp()
        if last is not None and last >= stamp and last[:10] == stamp[:10]:
            from store.log.writer import add_milliseconds

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

    def do_all(self, commands: Iterable[Command], *, seen: int | None = None, resolving: bool = False) -> ActionResult:
        """Execute many commands as one action: all of them or none."""
        from store.commands.stage_rules import derive_touched_stages

        with self._writing() as (writer, conn):
            writer.set_seen(seen, resolving)
            writer.party_kinds = self.party_kinds
            for command in commands:
                before = len(writer.changes)
                command.write(writer)
                derive_touched_stages(writer, before)
            return self._finish(writer, conn)

    def preview(self, commands: Sequence[Command], names: Sequence[str]) -> list[PreviewRow]:
        """What each of these commands would change, in order; nothing is stored. `names` are those of their items."""
        from store.commands.preview import preview
        from store.log.writer import AuthorContext, ChangeWriter, random_token

        author = self.author.id if self.author and self.author.id else random_token()
        writer = ChangeWriter(self.log, AuthorContext(author, self.id, self.stamp(), self.today()))
        # What a new party is does not show in a preview; it is asked for when the commands are executed.
        writer.party_kinds = {"": PartyKind.UNIT}
        with translating_errors(self.path):
            self.conn.execute("BEGIN")
            try:
                return preview(writer, commands, names)
            finally:
                self.conn.execute("ROLLBACK")

    def undo(self, action: str | None = None, *, force: bool = False) -> ActionResult:
        """Revert an action: by default this author's newest here. Raises CannotUndo or LaterEdits."""
        with self._writing() as (writer, conn):
            newest = self._newest_action(writer.context, odd=False)
            received = self._newest_receipt() if action is None else None
            if received is not None and (newest is None or received.last_n > self._last_of(newest)):
                return self._take_back(writer, conn, received, force)
            wanted = action or newest
            if wanted is None:
                raise CannotUndo("There is nothing of yours to undo in this register.")
            return self._revert(writer, conn, self.log.of_action(wanted), force, in_turn=wanted == newest)

    def redo(self, *, force: bool = False) -> ActionResult:
        """Revert this author's newest undo here. Raises CannotUndo where there is none, or a later action."""
        with self._writing() as (writer, conn):
            wanted = self._newest_action(writer.context, odd=True)
            if wanted is None:
                raise CannotUndo("There is nothing to redo.")
            return self._revert(writer, conn, self.log.of_action(wanted), force, in_turn=True)

    def _take_back(
        self, writer: ChangeWriter, conn: sqlite3.Connection, received: Receipt, force: bool
    ) -> ActionResult:
        """Take back what a file brought."""
        from store.commands.stage_rules import derive_touched_stages
        from store.log.receipts import mark_taken_back, receipts
        from store.log.revert_received import revert_received

        before = [one for one in receipts(conn) if one.taken_back and self._is_taken_back(one.taken_back)]
        gone = {change.id for one in before for change in self.log.between(one.first_n, one.last_n)}
        revert_received(writer, self.log.between(received.first_n, received.last_n), gone, force=force)
        derive_touched_stages(writer)
        done = self._finish(writer, conn)
        mark_taken_back(conn, received.id, writer.action)
        return replace(done, summary=f"received from {received.file}: {received.changes:,} changes")

    def _is_taken_back(self, action: str) -> bool:
        """Whether the action that took a receipt back still holds: it was not undone itself."""
        changes = self.log.of_action(action)
        return not changes or any(self._is_current(change.id) for change in changes)

    def _last_of(self, action: str) -> int:
        """The number of the last change of an action."""
        return int(self.conn.execute("SELECT max(n) FROM change WHERE action = ?", (action,)).fetchone()[0])

    def _revert(
        self, writer: ChangeWriter, conn: sqlite3.Connection, changes: list[Change], force: bool, *, in_turn: bool
    ) -> ActionResult:
        """Revert the changes of an action; `in_turn` if nothing was done since, so that what was before comes back."""
        if not changes:
            raise CannotUndo("There is no such action in this register.")
        if not any(self._is_current(change.id) for change in changes):
            raise CannotUndo("That has been undone already.")
        from store.commands.stage_rules import derive_touched_stages

        writer.revert(changes, force=force)
        derive_touched_stages(writer, restored=in_turn)
        return self._finish(writer, conn)

    @contextmanager
    def _writing(self) -> Iterator[tuple[ChangeWriter, sqlite3.Connection]]:
        from store.log.writer import ChangeWriter

        with self.file.transaction() as conn:
            yield ChangeWriter(self.log, self._author_context(conn)), conn

    def _author_context(self, conn: sqlite3.Connection) -> AuthorContext:
        """The context of a new change; an author without a party is added first, in an action of its own."""
        from store.log.writer import AuthorContext, ChangeWriter, random_token

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
            self._store(conn, writer.changes)
        return context

    def _finish(self, writer: ChangeWriter, conn: sqlite3.Connection) -> ActionResult:
        from store.log.describe import describe_action

        if not writer.changes:
            return ActionResult(None, "Nothing to change: it says that already.")
        items = self._store(conn, writer.changes)
        created = next((c.entity for c in writer.changes if c.creates or c.restores), None)
        return ActionResult(writer.action, describe_action(conn, writer.changes), items, writer.context.author, created)

    def _store(
        self, conn: sqlite3.Connection, changes: Sequence[Change], filled: Mapping[str, str] | None = None
    ) -> tuple[str, ...]:
        """Append changes and update the tables; inside a transaction. Returns the items they touched.

        `filled` are further entities (id to kind) whose tables must be recomputed.
        """
        from store.log.projection import derive_dependents, find_dependents, project

        touched, new = self.log.append(changes)
        touched |= filled or {}
        before = find_dependents(conn, {entity: kind for entity, kind in touched.items() if entity not in new})
        if len(new) == len(touched):
            by_entity: dict[str, list[Change]] = {}
            waiting = {row[0] for row in conn.execute("SELECT change FROM waiting")}
            for change in changes:
                if change.id not in waiting:
                    by_entity.setdefault(change.entity, []).append(change)
            project(conn, touched, lambda entity: by_entity.get(entity, ()))
        else:
            project(conn, touched, self.log.of_entity)
        return derive_dependents(conn, touched, new, before)

    def apply(self, changes: Sequence[Change]) -> None:
        """Append existing changes, of another register or the sample, in one transaction; those in the log are skipped.

        They may come in any order; what depends on something missing waits.
        """
        with self.file.transaction() as conn:
            self._store(conn, changes)

    def receive(
        self,
        changes: Sequence[Change],
        *,
        file: str,
        sha256: str,
        made_by: str | None,
        attachments: sqlite3.Connection | None = None,
    ) -> tuple[Receipt | None, tuple[str, ...]]:
        """Take in the validated changes of another register, in one transaction; those in the log are skipped.

        Bodies that were left out here are filled in, and files that its notes cite are copied from `attachments`. Returns
        the receipt, None where nothing was new, and the items touched. Raises FairleadError; nothing is changed then.
        """
        from store.file.attachments import cited_attachments, copy_attachments
        from store.log.receipts import Receipt, write_receipt
        from store.log.writer import random_token

        if self.author is None:
            raise AuthorRequired
        with self.file.transaction() as conn:
            context = self._author_context(conn)
            last = self.log.newest()
            absent = "SELECT count(*) FROM change WHERE body IS NULL"
            without = conn.execute(absent).fetchone()[0]
            filled = self.log.fill(changes)
            filled_in = without - conn.execute(absent).fetchone()[0]
            items = self._store(conn, changes, filled)
            newest = self.log.newest()
            here = {str(row[0]) for row in conn.execute("SELECT name FROM sqlar")}
            if attachments is not None:
                wanted = [name for name in cited_attachments(conn, withdrawn=True) if name not in here]
                copy_attachments(attachments, conn, wanted)
            if newest == last and not filled_in:
                return None, items
            receipt = Receipt(
                id=random_token(),
                file=file,
                sha256=sha256,
                made_by=made_by,
                taken=context.time,
                taken_by=context.author,
                first_n=last + 1,
                last_n=newest,
                changes=newest - last,
                filled=filled_in,
                left_out=conn.execute(f"{absent} AND n > ?", (last,)).fetchone()[0],
            )
            write_receipt(conn, receipt)
            return receipt, items

    def _newest_receipt(self) -> Receipt | None:
        """The newest receipt of changes that was not taken back; None where there is none."""
        from store.log.receipts import receipts

        return next(
            (
                one
                for one in receipts(self.conn)
                if one.changes and not (one.taken_back and self._is_taken_back(one.taken_back))
            ),
            None,
        )

    def _newest_action(self, context: AuthorContext, *, odd: bool) -> str | None:
        """This author's newest current action here: one to undo, or (`odd`) an undo to redo."""
        seen: set[str] = set()
        rows = self.conn.execute(
            "SELECT action, id, undoes, kind, entity FROM change WHERE device = ? AND author = ? ORDER BY n DESC",
            (context.device, context.author),
        )
        for action, change, undoes, kind, entity in rows:
            if action in seen or (kind == "party" and entity == context.author):
                continue
            seen.add(action)
            if undoes is None:
                # An undo may write further changes by rule: it is recognised by one that undoes another.
                change, undoes = self.conn.execute(
                    "SELECT id, undoes FROM change WHERE action = ? ORDER BY undoes IS NULL, n LIMIT 1", (action,)
                ).fetchone()
            depth = self._depth(undoes)
            if odd and depth == 0:
                return None
            if depth % 2 == int(odd) and self._is_current(change):
                return str(action)
        return None

    def _depth(self, undoes: str | None) -> int:
        """The undo depth of a change: 0 for an ordinary one, 1 for an undo, 2 for a redo, and so on."""
        depth = 0
        while undoes is not None:
            depth += 1
            row = self.conn.execute("SELECT undoes FROM change WHERE id = ?", (undoes,)).fetchone()
            undoes = row[0] if row else None
        return depth

    def _is_current(self, change: str) -> bool:
        from store.log.change import undone

        undos: list[Change] = []
        ahead = [change]
        while ahead:
            found = self.log.undoing(ahead.pop())
            undos += found
            ahead += [undo.id for undo in found]
        return change not in undone(undos)

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
