"""Registers for the tests of the store: desks that write apart and meet, and a few items to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from oracle import new_register

from store.commands import (
    AddItem,
    AddPublication,
    Command,
    correct,
)
from store.domain.vocabulary import PublicationKind
from store.log.change import Change
from store.register import Author, Register

MakeRegister = Callable[..., Register]


@pytest.fixture
def template(empty_built: Path) -> Path:
    """An empty register's file, to be copied."""
    return empty_built


@pytest.fixture
def make_register(tmp_path: Path, template: Path) -> Iterator[MakeRegister]:
    """Makes registers, each with an id and a writer of its own."""
    opened: list[Register] = []

    def make(name: str = "here", author: str | None = None) -> Register:
        opened.append(new_register(tmp_path, name, template, Author(author or name)))
        return opened[-1]

    yield make
    for register in opened:
        register.close()


@pytest.fixture
def here(make_register: MakeRegister) -> Register:
    """A desk."""
    return make_register("here")


@pytest.fixture
def there(make_register: MakeRegister) -> Register:
    """Another desk."""
    return make_register("there")


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the day that everybody's clock shows."""
    return lambda iso: monkeypatch.setenv("FAIRLEAD_TODAY", iso)


def publication(register: Register, title: str = "Hate Crime") -> str:
    """A publication's id."""
    return str(register.do(AddPublication(title=title, published="June 2021")).created)


def item(register: Register, number: str | None = "6", **more: Any) -> str:
    """An item's id, in Hate Crime."""
    found = register.conn.execute("SELECT id FROM publication").fetchone()
    where = found[0] if found else publication(register)
    return str(register.do(AddItem(publication=where, number=number, title="Speed up reporting", **more)).created)


def send(sender: Register, receiver: Register) -> None:
    """Pass on everything."""
    receiver.apply(list(sender.log.all()))


def meet(*desks: Register) -> None:
    """Everybody gets everything."""
    for sender in desks:
        for receiver in desks:
            if sender is not receiver:
                send(sender, receiver)


def title(register: Register, entity: str) -> str:
    """An item's current title."""
    return str(register.conn.execute("SELECT title FROM recommendation WHERE id = ?", (entity,)).fetchone()[0])


def conflicts(register: Register) -> list[tuple[str, str]]:
    """The fields in conflict, with their entities."""
    return list(register.conn.execute("SELECT entity, field FROM conflict ORDER BY entity, field"))


def newest(register: Register, entity: str) -> Change:
    """The newest change of an entity."""
    return register.log.of_entity(entity)[-1]


def retitle(register: Register, entity: str, text: str, **how: Any) -> Change:
    """Correct an item's title."""
    register.do(correct("recommendation", entity, title=text), **how)
    return newest(register, entity)


def two_desks_apart(here: Register, there: Register) -> str:
    """One item on two desks, titled apart: "Ours" here and, later by the clock, "Theirs" there."""
    entity = item(here)
    send(here, there)
    retitle(here, entity, "Ours")
    retitle(there, entity, "Theirs")
    return entity


# A few items


@pytest.fixture
def report(empty: Register) -> str:
    """A report, HC, whose items the inspectorate closes."""
    return str(empty.do(AddPublication(title="Hate Crime", published="June 2021")).created)


@pytest.fixture
def plan(empty: Register) -> str:
    """A plan, CP, whose commitments its leads close."""
    return str(empty.do(AddPublication(title="Commitments Plan", kind=PublicationKind.PLAN)).created)


@pytest.fixture
def hc6(empty: Register, report: str) -> str:
    """An open recommendation."""
    return str(empty.do(AddItem(publication=report, number="6", title="Speed up reporting")).created)


@pytest.fixture
def hc7(empty: Register, report: str) -> str:
    """Another open recommendation."""
    return str(empty.do(AddItem(publication=report, number="7", title="Train call handlers")).created)


@pytest.fixture
def cp1(empty: Register, plan: str) -> str:
    """A commitment."""
    return str(empty.do(AddItem(publication=plan, number="1", title="Train officers")).created)


def row(register: Register, kind: str, entity: str) -> dict[str, Any]:
    """An entity's columns."""
    cursor = register.conn.execute(f"SELECT * FROM {kind} WHERE id = ?", (entity,))
    return dict(zip([c[0] for c in cursor.description], cursor.fetchone(), strict=True))


def the_item(register: Register, item: str, *columns: str) -> Any:
    """Some of an item's columns; one by itself."""
    found = tuple(row(register, "recommendation", item)[column] for column in columns)
    return found[0] if len(found) == 1 else found


def refused(register: Register, command: Command, error: type[Exception], words: str) -> None:
    """Assert that a command is refused in these words, and that nothing was written."""
    number = register.newest()
    with pytest.raises(error, match=words):
        register.do(command)
    assert register.newest() == number
