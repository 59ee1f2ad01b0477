"""The change log in its file: reading changes, and appending them; a change whose dependencies are missing waits.

Appending is the only write a log row ever sees.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from store.domain.errors import FairleadError
from store.domain.fields import KINDS
from store.log.change import Change, ancestors, canonical, canonical_names, matches_id
from store.log.describe import name_of
from store.log.manifest import NO_IDS, digest_of, log_digest, read_manifest, write_manifest

COLUMNS = "id, kind, entity, fields, author, device, time, action, undoes, parents, clear, body_hash, salt, body"
"""The columns of a change, without the number that it has in one file."""
_BATCH = 400

_HERE_TOO = (
    "SELECT t.n FROM {}.change t NOT INDEXED CROSS JOIN main.change o {} WHERE t.n > ? AND t.n <= ? AND o.id = t.id AND "
    + " AND ".join(f"t.{name} IS o.{name}" for name in COLUMNS.split(", ")[:-2])
    + " AND ((t.salt IS o.salt AND t.body IS o.body) OR (t.salt IS NULL AND t.body IS NULL))"
)
"""SQL for the numbers of the rows of an attached register that are here."""
_AT_THAT_NUMBER, _AT_ANY_NUMBER = "NOT INDEXED ON o.n = t.n", "ON o.id = t.id"


@lru_cache(maxsize=500)
def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def from_row(row: Sequence[str]) -> Change:
    """The change of a row of a trusted log (the columns in COLUMNS)."""
    return Change(
        row[0],
        row[1],
        row[2],
        _names(row[3]),
        row[4],
        row[5],
        row[6],
        row[7],
        row[8],
        tuple(row[9][2:-2].split('","')) if row[9] != "[]" else (),
        row[10],
        row[11],
        row[12],
        row[13],
    )


class Misfit(FairleadError):
    """Changes that contradict those here in what an entity is: no Fairlead writes such."""

    def __init__(self) -> None:
        super().__init__("Its changes do not fit together with those of this register.")


def references_in(change: Change) -> set[str]:
    """The ids of other entities in a change's values: owners, and the ends of an association."""
    names = KINDS[change.kind].names
    return {named for field, named in change.clear_values.items() if field in names} if names else set()


def _needs(change: Change) -> set[str]:
    """What a change depends on: ids of changes, and of entities that are to be created."""
    return {*references_in(change), *change.parents, change.entity} if change.parents else references_in(change)


def rest_on_others(changes: Iterable[Change], arrived: set[str]) -> list[Change]:
    """Those of some changes that depend on more than what arrived; the ids and entities of the others arrive."""
    left = []
    for change in changes:
        if not _needs(change) <= arrived:
            left.append(change)
        else:
            arrived.update((change.id, change.entity) if change.creates else (change.id,))
    return left


class ChangeLog:
    """The change log of one open register."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn

    def newest(self) -> int:
        """The number of the newest change; 0 for an empty log. Local to this file."""
        return int(self.conn.execute("SELECT COALESCE(max(n), 0) FROM change").fetchone()[0])

    def last_stamp(self) -> str | None:
        """The time stamp of the last change appended, or None for an empty log."""
        row = self.conn.execute("SELECT time FROM change ORDER BY n DESC LIMIT 1").fetchone()
        return str(row[0]) if row else None

    def of_entity(self, entity: str, *, before: str | None = None) -> list[Change]:
        """The changes of an entity that are ready to be applied, in the order they were appended.

        With `before`, an ISO day or time, only those stamped before it, and their ancestors whatever their date.
        """
        rows = self.conn.execute(
            f"SELECT {COLUMNS} FROM change c WHERE entity = ? "
            "AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id) ORDER BY n",
            (entity,),
        )
        changes = [from_row(row) for row in rows]
        if before is None:
            return changes
        wanted = ancestors({c.id: c for c in changes}, [c.id for c in changes if c.time < before])
        return [c for c in changes if c.id in wanted]

    def of_action(self, action: str) -> list[Change]:
        """The changes of one action, in order; empty where there is no such action."""
        rows = self.conn.execute(f"SELECT {COLUMNS} FROM change WHERE action = ? ORDER BY n", (action,))
        return [from_row(row) for row in rows]

    def between(self, first: int, last: int) -> list[Change]:
        """The changes with these numbers in this file, in order, but for those that wait."""
        rows = self.conn.execute(
            f"SELECT {COLUMNS} FROM change c WHERE n BETWEEN ? AND ? "
            "AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id) ORDER BY n",
            (first, last),
        )
        return [from_row(row) for row in rows]

    def get(self, change_id: str) -> Change | None:
        """One change by its id, or None."""
        row = self.conn.execute(f"SELECT {COLUMNS} FROM change WHERE id = ?", (change_id,)).fetchone()
        return from_row(row) if row else None

    def all(self) -> Iterator[Change]:
        """Every change, in the order they were appended."""
        for row in self.conn.execute(f"SELECT {COLUMNS} FROM change ORDER BY n"):
            yield from_row(row)

    def has(self, entity: str) -> bool:
        """Whether an entity has a change here, waiting or not."""
        return self.conn.execute("SELECT 1 FROM change WHERE entity = ? LIMIT 1", (entity,)).fetchone() is not None

    def last_of(self, action: str) -> int:
        """The number of the last change of an action that is here."""
        return int(self.conn.execute("SELECT max(n) FROM change WHERE action = ?", (action,)).fetchone()[0])

    def undoing(self, change_id: str) -> list[Change]:
        """The changes that revert one change."""
        rows = self.conn.execute(
            f"SELECT {COLUMNS} FROM change c WHERE undoes = ?1 "
            "AND entity = (SELECT entity FROM change WHERE id = ?1) "
            "AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id)",
            (change_id,),
        )
        return [from_row(row) for row in rows]

    def numbered(self, numbers: Sequence[int]) -> list[Change]:
        """The changes with these numbers, in order, waiting or not."""
        rows = self.conn.execute(
            f"SELECT {COLUMNS} FROM change WHERE n IN (SELECT value FROM json_each(?)) ORDER BY n",
            (json.dumps(numbers),),
        )
        return [from_row(row) for row in rows]

    def _existing(self, table_column: str, ids: Iterable[str]) -> set[str]:
        return {row[0] for row in self._rows(f"SELECT {table_column} FROM change WHERE {table_column}", ids)}

    def _rows(self, select: str, ids: Iterable[str]) -> Iterator[tuple[str, ...]]:
        """The rows of a query that ends with the column which is to be one of these ids."""
        wanted = list(ids)
        for start in range(0, len(wanted), _BATCH):
            part = wanted[start : start + _BATCH]
            yield from self.conn.execute(f"{select} IN ({','.join('?' * len(part))})", part)

    def append(self, changes: Sequence[Change]) -> tuple[dict[str, str], set[str]]:
        """Append the changes that are not in the log yet; call it inside a transaction.

        Returns the entities (id to kind) whose tables must be recomputed, and of these the ones that had no change here
        before. A change whose parent, whose entity's creation or whose referenced entity is missing is stored and
        waits; what waited for something that has now arrived is released.
        """
        here = self._existing("id", (c.id for c in changes))
        fresh = list({c.id: c for c in changes if c.id not in here}.values())
        if not fresh:
            return {}, set()
        old_entities = self._existing("entity", {c.entity for c in fresh})
        needs = {c.id: _needs(c) for c in fresh}
        unheard_of = {c.entity for c in fresh} - old_entities
        settled = self._mark_waiting(fresh, needs, self._settled(set().union(*needs.values()) - unheard_of))
        self.conn.executemany(
            f"INSERT INTO change ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            [
                (
                    c.id,
                    c.kind,
                    c.entity,
                    canonical_names(c.fields),
                    c.author,
                    c.device,
                    c.time,
                    c.action,
                    c.undoes,
                    canonical(c.parents) if c.parents else "[]",
                    c.clear,
                    c.body_hash,
                    c.salt,
                    c.body,
                )
                for c in fresh
            ],
        )
        self._add_to_manifest([c.id for c in fresh])
        touched = {c.entity: c.kind for c in fresh} | self._release(settled)
        return touched, {c.entity for c in fresh} - old_entities

    def numbers_here(self, database: str, after: int, last: int) -> set[int]:
        """Of the changes of an attached register between two numbers, those of which each column is here to the letter.

        One without a body is here where all else is. Most have the same number here, and are found sooner by that.
        """
        found: set[int] = set()
        for where in (_AT_THAT_NUMBER, _AT_ANY_NUMBER):
            if len(found) < last - after:
                found.update(row[0] for row in self.conn.execute(_HERE_TOO.format(database, where), (after, last)))
        return found

    def copy_from(self, database: str, last: int) -> None:
        """Fill an empty log with the changes of an attached register up to a number, as they are, each once; call it inside a
        transaction. What is to be done then is in `count_copied`."""
        self.conn.execute(
            f"INSERT OR IGNORE INTO main.change ({COLUMNS}) SELECT {COLUMNS} FROM {database}.change NOT INDEXED "
            "WHERE n > 0 AND n <= ? ORDER BY n",
            (last,),
        )

    def count_copied(self, others: Sequence[Change], arrived: set[str]) -> None:
        """State what a log that was copied holds, and mark what waits in it; call it inside a transaction.

        `others` are those of its changes that may wait, and `arrived` the ids and entities of some that do not.
        """
        write_manifest(self.conn, *log_digest(self.conn))
        needs = {change.id: _needs(change) for change in others}
        self._mark_waiting(others, needs, arrived | self._settled(set().union(*needs.values()) - arrived, needs))

    def missing(self, changes: Iterable[Change]) -> list[Change]:
        """Those of some changes that are not in the log, each once."""
        found = {change.id: change for change in changes}
        for change_id in self._existing("id", found):
            del found[change_id]
        return [*found.values()]

    def check_fit(self, fresh: Sequence[Change]) -> None:
        """Check that changes which are not here yet fit those that are, and those that wait. Raises Misfit.

        Each file is checked by itself; two may still disagree on what an entity is.
        """
        changes = [*fresh, *self._waiting()]
        kinds: dict[str, str] = {}
        entities = {change.id: change.entity for change in changes}
        for change in changes:
            if kinds.setdefault(change.entity, change.kind) != change.kind:
                raise Misfit
        named = {entity for change in fresh for entity in (change.entity, *references_in(change))}
        for entity, kind in self._rows("SELECT DISTINCT entity, kind FROM change WHERE entity", named):
            if kinds.setdefault(entity, kind) != kind:
                raise Misfit
        wanted = {parent for change in fresh for parent in change.parents} - entities.keys()
        entities |= {row[0]: row[1] for row in self._rows("SELECT id, entity FROM change WHERE id", wanted)}
        for change in changes:
            for field, other in KINDS[change.kind].names.items():
                if kinds.get(change.clear_values.get(field, ""), other) != other:
                    raise Misfit
            if any(entities.get(parent, change.entity) != change.entity for parent in change.parents):
                raise Misfit

    def _waiting(self) -> list[Change]:
        rows = self.conn.execute(f"SELECT {COLUMNS} FROM change WHERE id IN (SELECT change FROM waiting)")
        return [from_row(row) for row in rows]

    def fill(self, changes: Sequence[Change]) -> dict[str, str]:
        """Fill in bodies that were left out here, from copies that have them; inside a transaction.

        Each is checked against its hash; one that was taken out for good stays so. Returns the entities (id to kind) whose
        tables must be recomputed.
        """
        absent = {row[0] for row in self.conn.execute("SELECT id FROM change WHERE body IS NULL")}
        if absent:
            absent -= {row[0] for row in self.conn.execute("SELECT x.value FROM expunge e, json_each(e.changes) x")}
        filled = [c for c in changes if c.id in absent and c.body is not None and matches_id(c)]
        self.conn.executemany(
            "UPDATE change SET salt = ?, body = ? WHERE id = ? AND body IS NULL AND body_hash = ?",
            [(c.salt, c.body, c.id, c.body_hash) for c in filled],
        )
        return {c.entity: c.kind for c in filled}

    def _add_to_manifest(self, ids: Sequence[str]) -> None:
        count, digest = read_manifest(self.conn) or (0, NO_IDS)
        write_manifest(self.conn, count + len(ids), digest_of(ids, digest))

    def _mark_waiting(self, fresh: Sequence[Change], needs: Mapping[str, set[str]], settled: set[str]) -> set[str]:
        """Mark as waiting what depends on something missing; returns the ids of changes and entities that are settled now.

        `needs` is what each change depends on; `settled` are those that were before.
        """
        new: set[str] = set()
        left = [*fresh]
        while left:
            still = []
            for change in left:
                if needs[change.id] <= settled:
                    arrived = {change.id, change.entity} if change.creates else {change.id}
                    settled |= arrived
                    new |= arrived
                else:
                    still.append(change)
            if len(still) == len(left):
                break
            left = still
        self.conn.executemany(
            "INSERT INTO waiting VALUES (?, ?)", [(c.id, need) for c in left for need in sorted(needs[c.id] - settled)]
        )
        return new

    def _settled(self, ids: set[str], but_for: Collection[str] = ()) -> set[str]:
        """Which of these ids are a change, or a created entity, that is in the log and does not wait, without some changes."""
        found: set[str] = set()
        ready = "NOT EXISTS (SELECT 1 FROM waiting w WHERE w.change = c.id)"
        for column, only in (("id", ""), ("entity", "parents = '[]' AND ")):
            rows = self._rows(f"SELECT {column}, id FROM change c WHERE {only}{ready} AND {column}", ids)
            found |= {row[0] for row in rows if row[1] not in but_for}
        return found

    def _release(self, arrived: set[str]) -> dict[str, str]:
        """Release what waited for any of these, where nothing else is missing; returns the entities touched."""
        touched: dict[str, str] = {}
        if self.conn.execute("SELECT 1 FROM waiting LIMIT 1").fetchone() is None:
            return touched
        ahead = list(arrived)
        while ahead:
            here = ahead.pop()
            freed = [row[0] for row in self.conn.execute("SELECT change FROM waiting WHERE waits_for = ?", (here,))]
            self.conn.execute("DELETE FROM waiting WHERE waits_for = ?", (here,))
            for change_id in freed:
                if self.conn.execute("SELECT 1 FROM waiting WHERE change = ?", (change_id,)).fetchone():
                    continue
                change = self.get(change_id)
                if change is not None:
                    touched[change.entity] = change.kind
                    ahead += [change.id, change.entity] if change.creates else [change.id]
        return touched

    def number_of(self, change_id: str) -> int | None:
        """The number of a change in this file, or None where it is not here."""
        row = self.conn.execute("SELECT n FROM change WHERE id = ?", (change_id,)).fetchone()
        return int(row[0]) if row else None

    def author_name(self, author: str) -> str:
        """The name of an author, or "somebody" where it is not here."""
        row = self.conn.execute("SELECT name FROM party WHERE id = ?", (author,)).fetchone()
        return str(row[0]) if row and row[0] else "somebody"

    def name_of(self, kind: str, entity: str) -> str:
        """The name of an entity in a sentence."""
        return name_of(self.conn, kind, entity)
