"""The integrity check of a register: its file, its log, its tables against the log, and its evidence files.

It runs on a private copy and on a register rebuilt from the log, so that no save waits for it; it repairs nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from store.domain.dates import local_date
from store.domain.errors import Cancelled, CannotWrite, Damaged
from store.domain.fields import KINDS, label_of_field
from store.exchange.compare import Comparison, describe_entity
from store.file.attachments import attachment_state
from store.file.backups import copy_register
from store.file.schema import VERSION, describe_differences, expected_schema, schema_of
from store.file.scratch import private_folder
from store.log.change import Change
from store.log.change_log import references_in
from store.log.manifest import describe_mismatch, incompleteness, log_digest, read_manifest, unaccounted_bodies
from store.log.validate import COLUMNS, InvalidRow, read_row, text_of
from store.queries.evidence import FileState, all_citations, compare
from store.register import Register

Progress = Callable[[int, int], bool]
"""Called with the work done and its total; returns whether to go on."""

_PIECE = 4000
_BATCH = 400
_MOST = 100
_OF = 1000


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an integrity check, in sentences for a person."""

    path: Path
    changes: int
    """The number of changes in the log."""
    entities: int
    """The number of entities that they change."""
    faults: tuple[str, ...]
    """The faults, a sentence each; empty for a sound register."""
    remarks: tuple[str, ...]
    """What is worth knowing and no fault: changes that wait or were left out, evidence files that moved."""

    @property
    def sound(self) -> bool:
        """Whether there are no faults."""
        return not self.faults

    @property
    def summary(self) -> str:
        """The result in one line."""
        checked = f"{self.changes:,} changes to {self.entities:,} things were checked"
        return f"{checked}: everything agrees." if self.sound else f"{checked}: something is wrong."

    @property
    def sentences(self) -> tuple[str, ...]:
        """The faults, the remarks, and the summary last."""
        return (*self.faults, *self.remarks, self.summary)


def check(register: Register, progress: Progress | None = None) -> Report:
    """Check the integrity of a register; callable from any thread. Needs room for two private copies.

    Faults are in the report. Raises Cancelled where `progress` returns False, and FairleadError where the check cannot
    be done (disk full, file gone).
    """
    with private_folder() as folder:
        return _Check(register, folder, progress).run()


class _Check:
    def __init__(self, register: Register, folder: Path, progress: Progress | None) -> None:
        self.register = register
        self.folder = folder
        self.progress = progress
        self.faults: list[str] = []
        self.more = 0
        self.ours = False
        self.remarks: list[str] = []
        self.changes = self.entities = 0

    def run(self) -> Report:
        copy = self.folder / "copy.fairlead"
        try:
            copy_register(self.register.file, copy, lambda done, of: self._at(0, 50, done, of))
        except Damaged as error:
            self.faults.append(str(error))
            return self._report()
        with closing(sqlite3.connect(copy, isolation_level=None)) as conn:
            conn.text_factory = text_of
            conn.set_progress_handler(lambda: not self._at(50, 50, 0, 1, quiet=True), 100_000)
            self._reading("The file", lambda: self._check_file(conn))
            if self.ours:
                self._reading("The log", lambda: self._check_log(conn))
                self._reading("The evidence", lambda: self._check_evidence(conn))
        return self._report()

    def _report(self) -> Report:
        if self.more:
            self.faults.append(f"And {self.more:,} more of the same.")
        path = self.register.path
        return Report(path, self.changes, self.entities, tuple(self.faults), tuple(self.remarks))

    def _at(self, start: int, share: int, done: int, of: int, *, quiet: bool = False) -> bool:
        """Report progress: `share` thousandths after `start`, in proportion to `done`. Raises Cancelled.

        With `quiet`, for the progress handler of SQLite, it returns False instead of raising.
        """
        goes_on = self.progress is None or self.progress(start + share * done // max(of, 1), _OF)
        if not goes_on and not quiet:
            raise Cancelled(f"The check of {self.register.path}")
        return goes_on

    def _report_fault(self, sentence: str) -> None:
        if sentence in self.faults:
            return
        if len(self.faults) < _MOST:
            self.faults.append(sentence)
        else:
            self.more += 1

    def _reading(self, what: str, step: Callable[[], None]) -> None:
        """Run a step; that SQLite cannot read on because of damage is reported as a fault."""
        try:
            step()
        except sqlite3.Error as error:
            if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
                raise Cancelled(f"The check of {self.register.path}") from None
            self._report_fault(f"{what} cannot be read to its end: it is damaged (SQLite says {error}).")
        except UnicodeDecodeError:
            self._report_fault(f"{what} cannot be read to its end: it is damaged.")

    def _check_file(self, conn: sqlite3.Connection) -> None:
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "synchronous=OFF"):
            conn.execute(f"PRAGMA {pragma}")
        found = schema_of(conn)
        if found != expected_schema(VERSION):
            self._report_fault(
                f"Its tables are not as Fairlead made them ({describe_differences(found) or 'their text'})."
            )
            return
        self.ours = True
        for row in conn.execute("PRAGMA integrity_check"):
            if row[0] != "ok":
                self._report_fault(f"The file is damaged (SQLite says {row[0]}).")
        self._at(100, 0, 0, 1)
        for table, rowid, other, _ in conn.execute("PRAGMA foreign_key_check").fetchall():
            entity = conn.execute(f"SELECT id FROM {table} WHERE rowid = ?", (rowid,)).fetchone() if rowid else None
            name = describe_entity(conn, table, entity[0]) if entity else f"the {table}"
            self._report_fault(
                f"{name[:1].upper()}{name[1:]} names a {other.replace('_', ' ')} that is not in the register."
            )

    def _check_log(self, conn: sqlite3.Connection) -> None:
        wrong_before = len(self.faults)
        self.changes, self.entities = conn.execute("SELECT count(*), count(DISTINCT entity) FROM change").fetchone()
        rebuilt = Register.create(self.folder / "rebuilt.fairlead")
        try:
            rebuilt.conn.execute("PRAGMA synchronous=OFF")
            done = last = 0
            while rows := conn.execute(
                f"SELECT {COLUMNS} FROM change WHERE n > ? ORDER BY n LIMIT ?", (last, _PIECE)
            ).fetchall():
                last, done = rows[-1][0], done + len(rows)
                piece = self._read(conn, rows)
                self._find_missing(conn, piece)
                if len(self.faults) == wrong_before:
                    self._add_up(rebuilt, piece)
                self._at(150, 650, done, self.changes)
        finally:
            rebuilt.close()
        if len(self.faults) > wrong_before:
            self.remarks.append("The tables were not compared with the log, since the log itself does not check.")
            self._check_manifest(conn)
            return
        conn.execute("ATTACH ? AS log", (str(self.folder / "rebuilt.fairlead"),))
        compared = Comparison(conn)
        for done, table in enumerate(compared.tables):
            self._at(800, 150, done, len(compared.tables))
            self._reading(f"The table {table}", lambda table=table: self._all(compared.differences(table)))  # type: ignore[misc]
        self._check_manifest(conn)

    def _check_evidence(self, conn: sqlite3.Connection) -> None:
        """Verify attachments by their hash, and compare cited files with the files at their locations.

        Locations are followed in a register of one's own only, never in an untrusted file.
        """
        cited = all_citations(conn)
        for done, citation in enumerate(cited):
            self._at(950, 50, done, len(cited))
            name, current = describe_entity(conn, "citation", citation.id), citation.fields
            digest = current["sha256"]
            if current["embedded"] and digest:
                found = attachment_state(conn, str(digest), lambda: self._at(950, 50, 0, 1))
                if found == "spoilt":
                    self._report_fault(
                        f"What is kept of {name} is not the file that was cited: it is damaged or was altered."
                    )
                elif found == "missing":
                    self.remarks.append(f"{_capital(name)} is said to be kept inside, and is not in this copy.")
            if self.register.read_only_reason is None:
                self._compare(conn, citation.id, name, current["size"], digest)

    def _compare(self, conn: sqlite3.Connection, citation: str, name: str, size: object, digest: object) -> None:
        """Add a remark where a cited file has moved or was altered, unless it is intact at one of its locations."""
        places = conn.execute("SELECT place FROM location WHERE citation = ? AND withdrawn = 0", (citation,)).fetchall()
        found = {
            compare(
                where, size if isinstance(size, int) else None, str(digest) if digest else None,
                lambda: self._at(950, 50, 0, 1),
            ): where
            for (where,) in places
            if where
        }  # fmt: skip
        if FileState.FINE in found:
            return
        for state, why in _FILE_REMARKS.items():
            if state in found:
                self.remarks.append(f"{_capital(name)} {why}: {found[state]}")

    def _all(self, sentences: Iterable[str]) -> None:
        for sentence in sentences:
            self._report_fault(sentence)

    def _read(self, conn: sqlite3.Connection, rows: list[tuple[object, ...]]) -> list[Change]:
        piece = []
        for row in rows:
            try:
                piece.append(read_row(row))
            except InvalidRow as error:
                self._report_fault(f"{_which(conn, row)}: {error}.")
        return piece

    def _add_up(self, rebuilt: Register, piece: list[Change]) -> None:
        try:
            rebuilt.apply(piece)
        except CannotWrite:
            self._report_fault(
                "The changes do not fit together: one of them names a thing of another kind than it may."
            )

    def _find_missing(self, conn: sqlite3.Connection, piece: list[Change]) -> None:
        """Report the missing dependencies of changes, except of changes that are marked as waiting."""
        rests_on = {c.id: {*c.parents, *([c.undoes] if c.undoes else ())} for c in piece}
        names = {c.id: references_in(c) | (set() if c.creates else {c.entity}) for c in piece}
        current = _present(conn, "SELECT id FROM change WHERE id IN", set().union(*rests_on.values()))
        made = _present(
            conn, "SELECT entity FROM change WHERE parents = '[]' AND entity IN", set().union(*names.values())
        )
        for change in piece:
            missing = (rests_on[change.id] - current) | (names[change.id] - made)
            if missing and not conn.execute("SELECT 1 FROM waiting WHERE change = ?", (change.id,)).fetchone():
                what = "a change" if missing & rests_on[change.id] else "the creation of a thing"
                self._report_fault(f"{what.capitalize()} that {_of(conn, change)} rests on is missing from the log.")

    def _check_manifest(self, conn: sqlite3.Connection) -> None:
        if mismatch := describe_mismatch(read_manifest(conn), log_digest(conn)):
            self._report_fault(f"The log is not whole: {mismatch}.")
        for sentence in incompleteness(conn):
            if not sentence.startswith("The log"):
                self._report_fault(sentence)
        absent = conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0]
        if accounted := absent - unaccounted_bodies(conn):
            are = "1 change is" if accounted == 1 else f"{accounted:,} changes are"
            self.remarks.append(
                f"{are} here without what they say: that was left out of the share, or taken out for good."
            )


_FILE_REMARKS = {
    FileState.ALTERED: "was altered since it was cited",
    FileState.MOVED: "is not where it lay when it was cited",
    FileState.OUT_OF_REACH: "cannot be reached from here where it lies",
}


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _present(conn: sqlite3.Connection, select: str, ids: set[str]) -> set[str]:
    found: set[str] = set()
    wanted = list(ids)
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        found.update(row[0] for row in conn.execute(f"{select} ({','.join('?' * len(part))})", part))
    return found


def _of(conn: sqlite3.Connection, change: Change) -> str:
    field = "its creation" if change.creates else label_of_field(change.kind, change.fields[0])
    return f"{describe_entity(conn, change.kind, change.entity)} ({field}, {local_date(change.time)})"


def _which(conn: sqlite3.Connection, row: tuple[object, ...]) -> str:
    n, _, kind, entity = row[:4]
    if isinstance(kind, str) and kind in KINDS and isinstance(entity, str):
        return f"Change {n}, of {describe_entity(conn, kind, entity)}"
    return f"Change {n}"
