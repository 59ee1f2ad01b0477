"""Save views of the list of items."""

from __future__ import annotations

from store.commands.base import Command
from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.log.writer import ChangeWriter


class SaveView(Command):
    """Save a view under a name: its query, its sort, its columns by name; a view of that name is replaced."""

    name: str
    query: str = ""
    sort: str = "ref"
    columns: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        if not fold_name(self.name):
            raise BadInput("name", "A view needs a name.")
        values = {"name": self.name, "query": self.query or None, "sort": self.sort, "columns": self.columns or None}
        for entity, name in writer.conn.execute("SELECT id, name FROM view WHERE withdrawn = 0").fetchall():
            if fold_name(name or "") == fold_name(self.name):
                for field, value in values.items():
                    writer.set("view", entity, field, value, reason=self.reason)
                return
        writer.create("view", values, reason=self.reason)
