"""How the values of an entity came to be recorded: by field the basis and the place in the source, from the log."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

from store.domain.vocabulary import Basis, Value
from store.log.change_log import ChangeLog
from store.queries.item_detail import fields_of

_HAS_BASIS = """SELECT 1 FROM change WHERE entity = ? AND body LIKE '{"basis":%' LIMIT 1"""
"""SQL whether a value of an entity was ever anything but typed in: a body is canonical JSON, so the basis is first."""


def basis_of_values(values: Mapping[str, Value]) -> dict[str, dict[str, Any]]:
    """By field the basis and place of each value that was not simply typed in."""
    return {
        name: {"basis": str(value.basis), "place": value.place}
        for name, value in sorted(values.items())
        if value.value is not None and (value.basis != Basis.ENTERED or value.place)
    }


def basis_of_entity(conn: sqlite3.Connection, kind: str, entity: str) -> dict[str, dict[str, Any]]:
    """The same of an entity, by its id; the log is read only where a source had a part in it."""
    if conn.execute(_HAS_BASIS, (entity,)).fetchone() is None:
        return {}
    return basis_of_values(fields_of(ChangeLog(conn), kind, entity))
