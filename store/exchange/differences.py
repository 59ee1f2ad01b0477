"""What differs between two registers, item by item in words: two files, or one register on two days."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from store.as_at import parse_past_day
from store.domain.errors import BadInput, Cancelled
from store.domain.fields import KINDS, label_of_field
from store.domain.names import sort_key
from store.domain.vocabulary import LEFT_OUT
from store.log.author_context import random_token
from store.log.change import WITHDRAWN, Change, FoldedEntity, canonical, fold
from store.log.change_log import ChangeLog
from store.log.describe import describe_change, format_field, owner_references
from store.log.manifest import is_part
from store.register import Register

Progress = Callable[[int, int], bool]
"""Called with the kinds compared and their total; returns whether to go on."""

_UNMENTIONED = frozenset({"note_on", "evidence", "fixed_item", "reason_marking"})
"""Kinds that only record what belongs to what: what they are about is mentioned."""

NOT_THERE = "not there"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: what it is about (a reference or code, "" for the register), which field or what was added, and
    the values in words, in the first and in the second."""

    about: str
    kind: str
    entity: str
    field: str
    before: str
    after: str


def differences(one: Register, other: Register, go_on: Progress | None = None) -> list[Difference]:
    """What differs, sorted by what it is about. What is withdrawn is not there; what one that is a part never had is no
    difference. Raises Cancelled and FairleadErrors."""
    found: list[Difference] = []
    kinds = [kind for kind in KINDS if kind not in _UNMENTIONED]
    for done, kind in enumerate(kinds):
        if go_on is not None and not go_on(done, len(kinds)):
            raise Cancelled("Comparing")
        for entity in _unlike(one.conn, other.conn, kind):
            found += _differences(one, other, kind, entity)
    return sorted(found, key=lambda d: (not d.about, sort_key(d.about), list(KINDS).index(d.kind), d.entity))


def describe_parts(one: Register, other: Register, names: tuple[str, str]) -> tuple[str, ...]:
    """What of two registers is not compared, a sentence each."""
    beside = zip((one, other), (other, one), names, strict=True)
    return tuple(
        f"{name} is of a part: what it never had is not compared."
        for register, against, name in beside
        if _is_part_beside(register, against)
    )


def _is_part_beside(register: Register, against: Register) -> bool:
    """Whether what a register never had was not given to it: not where the other is itself on another day."""
    return is_part(register.conn) and register.id != against.id


def parse_days(since: str, until: str | None, today: date) -> tuple[date, date]:
    """The two days to compare a register on, the second today where it is not given. Raises BadInput."""
    days = parse_past_day(since, today), parse_past_day(until, today) if until else today
    if days[0] >= days[1]:
        raise BadInput("day", "The first day has to be before the second, or before today.")
    return days


@contextmanager
def on_two_days(
    register: Register, days: tuple[date, date], scratch: Path, go_on: Progress | None = None
) -> Iterator[tuple[Register, Register]]:
    """A register as it was known on two days, for the block: scratch files in a folder. From any thread.

    Raises Cancelled where `go_on` returns False, and other FairleadErrors.
    """

    def is_stopped() -> bool:
        return go_on is not None and not go_on(len(opened), len(days))

    opened: list[Register] = []
    made = [scratch / f"{random_token()}.fairlead" for _ in days]
    try:
        for day, path in zip(days, made, strict=True):
            opened.append(register.as_at(day, path, is_stopped))
        yield opened[0], opened[1]
    finally:
        for snapshot in opened:
            snapshot.close()
        for path in made:
            path.unlink(missing_ok=True)


def _rows(conn: sqlite3.Connection, kind: str) -> Iterator[tuple[object, ...]]:
    """The declared fields of a kind, by id: what else is in its table is derived, or local to a file."""
    columns = [column for name, field in KINDS[kind].fields.items() for column in field.columns(name)]
    here = {row[1] for row in conn.execute(f"PRAGMA table_info({kind})")}
    named = ", ".join(column if column in here else "NULL" for column in columns)
    left_out = "left_out" if "left_out" in here else "0"
    yield from conn.execute(f"SELECT id, {left_out}, {named} FROM {kind} ORDER BY id")


def _unlike(one: sqlite3.Connection, other: sqlite3.Connection, kind: str) -> Iterator[str]:
    """The ids of the entities of a kind whose rows are not the same in both, or are in one alone."""
    ours, theirs = _rows(one, kind), _rows(other, kind)
    mine, their = next(ours, None), next(theirs, None)
    while mine is not None or their is not None:
        if mine is not None and (their is None or str(mine[0]) < str(their[0])):
            yield str(mine[0])
            mine = next(ours, None)
        elif their is not None and (mine is None or str(their[0]) < str(mine[0])):
            yield str(their[0])
            their = next(theirs, None)
        else:
            assert mine is not None and their is not None
            if mine != their:
                yield str(mine[0])
            mine, their = next(ours, None), next(theirs, None)


@dataclass(frozen=True, slots=True)
class _Side:
    """An entity in one register."""

    conn: sqlite3.Connection
    kind: str
    entity: str
    changes: list[Change]
    folded: FoldedEntity

    def value(self, field: str) -> str:
        if not self.folded.values[field].value and self.folded.left_out:
            return LEFT_OUT
        return format_field(self.conn, self.kind, field, self.folded.values[field].value)

    @property
    def about(self) -> str:
        return owner_references(self.conn, self.kind, self.entity)

    @property
    def described(self) -> tuple[str, str]:
        """What it is as "note added", and its label."""
        creation = next(change for change in self.changes if change.creates)
        field, _, label = describe_change(self.conn, creation, None)
        return field.removesuffix(" added"), label


def _side(register: Register, kind: str, entity: str) -> _Side | None:
    """An entity in a register; None where it is not there, or withdrawn."""
    changes = ChangeLog(register.conn).of_entity(entity)
    if not any(change.creates for change in changes):
        return None
    folded = fold(kind, changes)
    return None if folded.values[WITHDRAWN].value else _Side(register.conn, kind, entity, changes, folded)


def _differences(one: Register, other: Register, kind: str, entity: str) -> Iterator[Difference]:
    mine, their = _side(one, kind, entity), _side(other, kind, entity)
    if mine is None and their is None:
        return
    if any(
        side is None and _is_part_beside(register, against) and not register.log.has(entity)
        for side, register, against in ((mine, one, other), (their, other, one))
    ):
        return
    if mine is None or their is None:
        side = mine or their
        assert side is not None
        if kind == "party":
            # Whoever leads on something is mentioned there.
            return
        what, label = side.described
        before, after = (label or "there", NOT_THERE) if mine else (NOT_THERE, label or "there")
        yield Difference(side.about, kind, entity, what, before, after)
        return
    if kind == "party" and (mine.folded.left_out or their.folded.left_out):
        # A copy has no name of whom nothing in it names.
        return
    shown = mine if their.folded.left_out else their
    for field in KINDS[kind].fields:
        ours, theirs = mine.folded.values[field], their.folded.values[field]
        # What a text of a paper was written of is for the program alone.
        if canonical(ours.value) == canonical(theirs.value) or (kind, field) == ("paper_text", "context"):
            continue
        label = label_of_field(kind, field)
        if kind != "recommendation":
            what, named = shown.described
            label = f"{what} {named}, {label}" if named else f"{what}, {label}"
        yield Difference(shown.about, kind, entity, label, mine.value(field), their.value(field))
