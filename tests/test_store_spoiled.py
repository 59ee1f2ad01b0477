"""Files that were spoilt on the way: each is refused in words, or read with what is missing reported; nothing is left."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.domain.errors import FairleadError
from store.exchange.export import export
from store.exchange.foreign import open_foreign
from store.log.manifest import incompleteness
from store.queries.filter import Filter
from store.register import Register

Spoil = Callable[[Path, random.Random], None]


def flip_bits(path: Path, dice: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    for _ in range(dice.choice((1, 1, 3, 40))):
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    path.write_bytes(raw)


def cut_short(path: Path, dice: random.Random) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: dice.randrange(len(raw))])


def add_bytes(path: Path, dice: random.Random) -> None:
    with path.open("ab") as file:
        file.write(dice.randbytes(dice.choice((1, 4096, 100_000))))


def wipe_a_page(path: Path, dice: random.Random) -> None:
    raw = bytearray(path.read_bytes())
    page = dice.randrange(len(raw) // 4096) * 4096
    raw[page : page + 4096] = dice.choice((bytes(4096), dice.randbytes(4096)))
    path.write_bytes(raw)


def altering(*statements: str) -> Spoil:
    """Alter the log with SQL, where ? is a random number of a change."""

    def spoil(path: Path, dice: random.Random) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as conn:
            last = conn.execute("SELECT max(n) FROM change").fetchone()[0]
            for statement in statements:
                conn.execute(statement, [dice.randint(1, last)] * statement.count("?"))

    return spoil


SPOILS: dict[str, Spoil] = {
    "flipped bits": flip_bits,
    "cut short": cut_short,
    "bytes added": add_bytes,
    "a page wiped": wipe_a_page,
    "a change deleted": altering("DELETE FROM change WHERE n = ?"),
    "the last changes deleted": altering("DELETE FROM change WHERE n >= ?"),
    "the first changes deleted": altering("DELETE FROM change WHERE n <= ?"),
    "creations deleted": altering("DELETE FROM change WHERE parents = '[]' AND kind = 'recommendation' AND n <= ?"),
    "all changes deleted": altering("DELETE FROM change"),
    "all changes deleted, and so stated": altering(
        "DELETE FROM change", "DELETE FROM this_file WHERE name IN ('changes', 'digest')"
    ),
    "a body deleted": altering("UPDATE change SET body = NULL, salt = NULL WHERE n = ?"),
    "all bodies deleted": altering("UPDATE change SET body = NULL, salt = NULL"),
    "a body altered": altering("UPDATE change SET body = replace(body, 'e', 'a') WHERE n >= ?"),
    "a time altered": altering("UPDATE change SET time = '2020-01-01T00:00:00.000Z' WHERE n = ?"),
    "a marking lowered": altering("UPDATE change SET body = replace(body, 'OFFICIAL', 'PUBLIC') WHERE n >= ?"),
    "a change twice": altering("UPDATE change SET n = n + 100000 WHERE n = ?"),
    "the manifest taken out": altering("DELETE FROM this_file WHERE name = 'digest'"),
    "another manifest": altering("UPDATE this_file SET value = '7' WHERE name = 'changes'"),
}


def holds(register: Register) -> set[tuple[str, str | None]]:
    """The changes of a register, each with its body."""
    return {(change.id, change.body) for change in register.log.all()}


def look(path: Path, scratch: Path, whole: set[tuple[str, str | None]]) -> str:
    """Open a file from elsewhere: "refused", "said" or "whole". Fails where something is missing and not reported."""
    scratch.mkdir()
    try:
        register = open_foreign(path, scratch)
    except FairleadError as error:
        assert str(error) and list(scratch.iterdir()) == [], path
        scratch.rmdir()
        return "refused"
    missing, found = incompleteness(register.conn), holds(register)
    register.close()
    shutil.rmtree(scratch)
    assert missing or found == whole, path
    return "said" if missing else "whole"


@pytest.fixture
def files(sample: Register, tmp_path: Path) -> list[tuple[Path, set[tuple[str, str | None]]]]:
    """A register, a share of everything and a share of a part, each with what it holds."""
    shares = [
        export(sample, tmp_path / "all.sqlite", Filter(parts=True)).path,
        export(sample, tmp_path / "part.sqlite", Filter(publication=("HC",))).path,
    ]
    found = []
    for path in (sample.path, *shares):
        register = open_foreign(path, tmp_path) if path != sample.path else sample
        found.append((path, holds(register)))
        if register is not sample:
            register.close()
    sample.close()
    return found


def spoil_and_look(
    files: list[tuple[Path, set[tuple[str, str | None]]]], tmp_path: Path, rounds: int
) -> dict[str, set[str]]:
    outcomes: dict[str, set[str]] = {name: set() for name in SPOILS}
    for n in range(rounds):
        for place, (name, spoil) in enumerate(SPOILS.items(), n):
            path, whole = files[place % len(files)]
            spoilt = tmp_path / "spoilt.sqlite"
            shutil.copyfile(path, spoilt)
            spoil(spoilt, random.Random(f"{name} {n}"))
            outcomes[name].add(look(spoilt, tmp_path / "scratch", whole))
    return outcomes


@pytest.mark.slow
def test_a_spoilt_file_is_refused_or_read_with_what_is_missing_said(
    files: list[tuple[Path, set[tuple[str, str | None]]]], tmp_path: Path
) -> None:
    outcomes = spoil_and_look(files, tmp_path, 1)
    assert outcomes["all changes deleted"] | outcomes["the last changes deleted"] <= {"refused", "said"}
    for name in ("all changes deleted, and so stated", "a body altered", "the manifest taken out"):
        assert outcomes[name] == {"refused"}, name
    assert outcomes["all bodies deleted"] == {"said"}


@pytest.mark.slow
def test_five_hundred_spoilt_files_are_refused_or_read_with_what_is_missing_said(
    files: list[tuple[Path, set[tuple[str, str | None]]]], tmp_path: Path
) -> None:
    spoil_and_look(files, tmp_path, 30)
