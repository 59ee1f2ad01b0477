"""The schema and its migrations. The SQL is in migrations/: plain, and never edited once released.

`expected_schema(version)` is the exact schema of a register of that version: what is opened is compared with it, so a
file with anything of its own (a trigger, a view, a table) is detected before it is used.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from hashlib import sha256
from pathlib import Path

APPLICATION_ID = 0x464C4452
"""Written in the file's header: "FLDR"."""

_MIGRATIONS = sorted(Path(__file__).with_name("migrations").glob("*.sql"))
VERSION = len(_MIGRATIONS)


def _written_digest(file: Path) -> str:
    with file.open(encoding="utf-8") as lines:
        return lines.readline().removeprefix("-- digest: ").rstrip()


DIGESTS = {number: _written_digest(file) for number, file in enumerate(_MIGRATIONS, 1)}
"""The digest of the schema of each version, from the first line of its SQL; a test recomputes them."""

_MIGRATIONS_TABLE = "_sqlite_migrations"
_SHADOWS = ("CREATE TABLE", "CREATE INDEX", "CREATE UNIQUE INDEX")


def statements(text: str) -> list[str]:
    """The statements of a migration's SQL, without its comments."""
    found: list[str] = []
    so_far = ""
    for line in text.splitlines():
        if line.startswith("--") or not line.strip():
            continue
        so_far += line + "\n"
        if sqlite3.complete_statement(so_far):
            found.append(so_far.strip().rstrip(";"))
            so_far = ""
    return found


def migrate(conn: sqlite3.Connection, version: int | None = None, then: Callable[[], object] | None = None) -> None:
    """Migrate a register's schema to a version (None for the newest), a transaction for each migration.

    Each sets the version too. `then` is called in the transaction of the last one, to derive the new tables from the log.
    """
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

    version = version or VERSION
    released = Migrations("fairlead")
    for number, file in enumerate(_MIGRATIONS[:version], 1):

        def step(db: Database, file: Path = file, number: int = number) -> None:
            for sql in statements(file.read_text(encoding="utf-8")):
                db.execute(sql)
            if then and number == version:
                then()
            db.execute(f"PRAGMA user_version = {number}")
            db.execute(f"PRAGMA application_id = {APPLICATION_ID}")

        released(name=file.stem)(step)
    released.apply(Database(conn, execute_plugins=False))


def schema_of(conn: sqlite3.Connection) -> dict[str, str]:
    """The schema of a file: object to SQL, without SQLite's own objects.

    FTS5's shadow tables and the migrations table are compared by name and columns: their SQL is not ours and may differ
    with the version of the library that creates them.
    """
    rows = conn.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    found: dict[str, str] = {}
    for row in rows:
        # A crafted file may hold anything in any column, and two rows of one name.
        kind, name, table, sql = (str(part or "") for part in row)
        if _is_sqlites_own(kind, name, sql):
            continue
        if (table.startswith("search_") or table == _MIGRATIONS_TABLE) and sql.startswith(_SHADOWS):
            quoted = name.replace('"', '""')
            definition = ",".join(str(column[1]) for column in conn.execute(f'PRAGMA table_xinfo("{quoted}")'))
        else:
            definition = sql
        key = f"{kind} {name}"
        while key in found:
            key += " again"
        found[key] = definition
    return found


def _is_sqlites_own(kind: str, name: str, sql: str) -> bool:
    if kind == "index":
        return name.startswith("sqlite_autoindex_") and not sql
    return name in ("sqlite_sequence", "sqlite_stat1", "sqlite_stat4") and sql.startswith(f"CREATE TABLE {name}(")


def schema_digest(schema: dict[str, str]) -> str:
    """The hash of a schema."""
    return sha256("\x00".join(f"{name}\x01{sql}" for name, sql in sorted(schema.items())).encode()).hexdigest()[:32]


@cache
def expected_schema(version: int | None = None) -> dict[str, str]:
    """The schema of a released version (None for the newest), created from its migrations in memory."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    try:
        migrate(conn, version)
        return schema_of(conn)
    finally:
        conn.close()


def describe_differences(schema: dict[str, str], version: int | None = None) -> str:
    """Describe briefly what a schema adds, lacks or alters, compared with that of its version."""
    ours = expected_schema(version)
    added = [name for name in schema if name not in ours]
    lacks = [name for name in ours if name not in schema]
    other = [name for name, sql in schema.items() if name in ours and ours[name] != sql]
    parts = [("it adds ", added), ("it lacks ", lacks), ("it alters ", other)]
    return "; ".join(word + ", ".join(sorted(names)[:4]) for word, names in parts if names)
