"""Parties: people, units and bodies, found or recorded by name; two names of one are joined."""

from __future__ import annotations

import sqlite3

from store.commands.base import Command
from store.domain.errors import BadInput, NotAllowed, PartyKindRequired
from store.domain.names import fold_name
from store.domain.references import joined_to
from store.domain.vocabulary import PartyKind
from store.log.change import digest
from store.log.writer import ChangeWriter


def party_id(name: str) -> str:
    """The id of a body or a unit, derived from its name: recorded by two people, it is the same party."""
    return digest("party", fold_name(name))


def find_party(writer: ChangeWriter, name: str) -> str | None:
    """The id of the party of that name, case and spaces aside, or None; one joined to another leads to that other."""
    wanted = fold_name(name)
    for change in writer.created("party"):
        if fold_name(str(change.value("name").value)) == wanted:
            return change.entity
    rows = writer.conn.execute("SELECT shown_id, name FROM party WHERE withdrawn = 0 ORDER BY recorded, id")
    return next((str(entity) for entity, existing in rows if existing and fold_name(existing) == wanted), None)


def existing_party_names(conn: sqlite3.Connection) -> frozenset[str]:
    """The names of the parties that are here, folded for comparison."""
    rows = conn.execute("SELECT name FROM party WHERE withdrawn = 0 AND name IS NOT NULL")
    return frozenset(fold_name(row[0]) for row in rows.fetchall())


def party_named(writer: ChangeWriter, name: str) -> str:
    """The id of the party of that name; it is created where it does not exist.

    Raises PartyKindRequired for a new name of which the writer does not know what it is.
    """
    if found := find_party(writer, name):
        return found
    if not fold_name(name):
        # All such would be one: what is compared of a name are its letters and digits.
        raise BadInput("leads", f"“{name.strip()}” is no name: it has neither a letter nor a digit.")
    kind = writer.party_kinds.get(fold_name(name)) or writer.party_kinds.get("")
    if kind is None:
        raise PartyKindRequired(name.strip())
    entity = None if kind == PartyKind.PERSON else party_id(name)
    here = writer.current(entity, "name").value if entity else None
    if here and fold_name(str(here)) != fold_name(name):
        # That party has another name by now: this is a further one.
        entity = None
    return writer.create("party", {"name": name, "kind": str(kind)}, entity=entity)


class JoinParties(Command):
    """Join a party to another that is the same under another name: it is shown and counted as that one."""

    name: str
    other: str

    def write(self, writer: ChangeWriter) -> None:
        party, other = (_existing(writer, field, name) for field, name in (("name", self.name), ("other", self.other)))
        if party == other:
            raise NotAllowed(f"{self.name} and {self.other} are one already.")
        if party in joined_to(writer.conn, other, "party"):
            raise NotAllowed(f"{self.other} is joined to {self.name} already.")
        writer.create(
            "same_party", {"party": party, "other": other}, basis=self.provenance({"party": party}), reason=self.reason
        )


class SeparateParties(Command):
    """Separate a party again from what it was joined to."""

    name: str

    def write(self, writer: ChangeWriter) -> None:
        wanted = fold_name(self.name)
        rows = writer.conn.execute(
            "SELECT s.id, y.name FROM same_party s JOIN party y ON y.id = s.party WHERE s.withdrawn = 0"
        ).fetchall()
        joins = [str(join) for join, name in rows if fold_name(name or "") == wanted]
        if not joins:
            raise BadInput("name", f"{self.name.strip()[:60]} is not joined to another name.")
        for join in joins:
            writer.withdraw("same_party", join, reason=self.reason)


def _existing(writer: ChangeWriter, field: str, name: str) -> str:
    found = find_party(writer, name)
    if found is None:
        raise BadInput(field, f"Nobody here is called {name.strip()[:60]}.")
    return found
