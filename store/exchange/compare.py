"""Compare a register's tables with those rebuilt from its log, and describe the differences."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from store.domain.fields import KINDS, label_of_field, label_of_kind
from store.domain.vocabulary import label_of
from store.log.describe import format_value, name_of, owner_references

_ROWS = 20
_WORDS = ("reference", "title", "text", "notes", "people")


def describe_entity(conn: sqlite3.Connection, kind: str, entity: str) -> str:
    """The name of an entity in a sentence: an item's reference, else kind, name and owner."""
    name = name_of(conn, kind, entity) if kind in KINDS else "a thing of a kind that Fairlead does not know"
    if kind == "recommendation":
        return name
    if not name.startswith("a "):
        name = f'the {label_of_kind(kind)} "{name}"'
    owner = owner_references(conn, kind, entity)
    return f"{name} of {owner}" if owner else name


class Comparison:
    """Compares the register in the schema `main` with the rebuilt one, attached as `log`."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.tables = (*KINDS, "tally", "conflict", "waiting", "search")
        """The tables to compare."""

    def differences(self, table: str) -> Iterator[str]:
        """Describe the differences in a table, a sentence each; for a limited number of rows.

        Raises sqlite3.Error where the table cannot be read.
        """
        if table == "tally":
            yield from self._tally()
        elif table == "conflict":
            yield from self._conflicts()
        elif table == "waiting":
            yield from self._waiting()
        elif table == "search":
            yield from self._search()
        else:
            yield from self._entities(table)

    def _entities(self, kind: str) -> Iterator[str]:
        # The seq of an item is local to a file; everything else is derived from the log.
        columns = [
            row[1] for row in self.conn.execute(f"PRAGMA main.table_info({kind})") if row[1] not in ("id", "seq")
        ]
        for (entity,) in self._only("log", "main", kind):
            yield f"{self._name(kind, entity, 'log')}: the log has it, and the tables do not."
        for (entity,) in self._only("main", "log", kind):
            yield f"{self._name(kind, entity, 'main')}: the tables have it, and the log does not."
        unlike = " OR ".join(f"a.{c} IS NOT b.{c}" for c in columns)
        pairs = ", ".join(f"a.{c}, b.{c}" for c in columns)
        rows = self.conn.execute(
            f"SELECT a.id, {pairs} FROM main.{kind} a JOIN log.{kind} b ON b.id = a.id WHERE {unlike} LIMIT {_ROWS}"
        ).fetchall()
        for entity, *values in rows:
            name = self._name(kind, entity, "log")
            for place, column in enumerate(columns):
                ours, theirs = values[2 * place], values[2 * place + 1]
                if ours != theirs:
                    field = label_of_field(kind, column)
                    yield f"{name}: {field} is {_brief(ours)} in the tables, and the log adds up to {_brief(theirs)}."

    def _only(self, one: str, other: str, kind: str) -> list[tuple[str]]:
        return self.conn.execute(
            f"SELECT id FROM {one}.{kind} a WHERE NOT EXISTS (SELECT 1 FROM {other}.{kind} b WHERE b.id = a.id) "
            f"LIMIT {_ROWS}"
        ).fetchall()

    def _name(self, kind: str, entity: str, side: str) -> str:
        if kind == "recommendation":
            found = self.conn.execute(f"SELECT reference FROM {side}.recommendation WHERE id = ?", (entity,)).fetchone()
            if found and found[0]:
                return str(found[0])
        name = describe_entity(self.conn, kind, entity)
        return name[:1].upper() + name[1:]

    def _tally(self) -> Iterator[str]:
        ours, theirs = (
            {
                row[:4]: row[4:]
                for row in self.conn.execute(
                    f"SELECT publication, apart, status, closed_as, items, next_target FROM {side}.tally"
                )
            }
            for side in ("main", "log")
        )
        unlike = sorted(key for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key))
        for key in unlike[:_ROWS]:
            publication, _, status, closed_as = key
            (items, target), (log_items, log_target) = ours.get(key, (0, None)), theirs.get(key, (0, None))
            name, what = name_of(self.conn, "publication", publication), label_of(closed_as or status).lower()
            if items != log_items:
                yield f"{name}: {items} {what} are counted in the tables, and the log adds up to {log_items}."
            else:
                yield f"{name}, {what}: the next target is {_brief(target)} in the tables, {_brief(log_target)} by the log."

    def _conflicts(self) -> Iterator[str]:
        for one, other in (("main", "log"), ("log", "main")):
            rows = self.conn.execute(
                f"SELECT entity, field, kind FROM {one}.conflict a WHERE NOT EXISTS (SELECT 1 FROM {other}.conflict b "
                f"WHERE b.entity = a.entity AND b.field = a.field AND b.changes = a.changes) LIMIT {_ROWS}"
            ).fetchall()
            where = "the tables have" if one == "main" else "the log adds up to"
            for entity, field, kind in rows:
                yield f"{self._name(kind, entity, 'log')}: {where} a conflict in {label_of_field(kind, field)} that differs."

    def _waiting(self) -> Iterator[str]:
        ours, theirs = (
            set(self.conn.execute(f"SELECT change, waits_for FROM {side}.waiting")) for side in ("main", "log")
        )
        if ours != theirs:
            yield "The list of changes that wait is not what the log adds up to."

    def _search(self) -> Iterator[str]:
        try:
            self.conn.execute("INSERT INTO main.search (search) VALUES ('integrity-check')")
        except sqlite3.DatabaseError:
            yield "The words to search do not fit the texts they were taken from: a search may miss something."
        columns = ", ".join(f"m.{word}, l.{word}" for word in _WORDS)
        unlike = " OR ".join(f"m.{word} IS NOT l.{word}" for word in _WORDS)
        rows = self.conn.execute(
            f"SELECT b.reference, {columns} FROM log.recommendation b JOIN main.recommendation a ON a.id = b.id "
            "LEFT JOIN main.search m ON m.rowid = a.seq LEFT JOIN log.search l ON l.rowid = b.seq "
            f"WHERE {unlike} LIMIT {_ROWS}"
        ).fetchall()
        for reference, *_ in rows:
            yield f"{reference}: the words it is searched by are not what the log adds up to."
        astray = self.conn.execute(
            "SELECT count(*) FROM main.search WHERE rowid NOT IN (SELECT seq FROM main.recommendation)"
        ).fetchone()[0]
        if astray:
            yield f"The words to search have entries that belong to no item ({astray:,})."


def _brief(value: object) -> str:
    if value is None:
        return "none"
    text = " ".join(format_value(value).split())
    return f'"{text if len(text) <= 60 else text[:59] + "…"}"'
