"""Settings of the register itself: its title, marking, day and next committee; and its themes."""

from __future__ import annotations

from store.commands.correct import correct
from store.commands.values import FieldsCommand, read_values
from store.domain.errors import BadInput
from store.domain.fields import REGISTER
from store.domain.names import fold_name
from store.log.change import digest
from store.log.writer import ChangeWriter


class DescribeRegister(FieldsCommand):
    """Set the title and marking of the register, its current day (ISO, "" for today) and the next committee.

    Also the settings of Attention: the years after which an open item is old, the days without an update after which it
    is stale; the usual reasons to move a target, a line each; and the largest attachment, in MB.
    """

    entity_kind = "register"

    def write(self, writer: ChangeWriter) -> None:
        if writer.exists(REGISTER):
            correct("register", REGISTER, reason=self.reason, **self.values).write(writer)
            return
        given = read_values("register", self.values, writer.today)
        writer.create("register", {"title": "Improvement register", "marking": "OFFICIAL"} | given, entity=REGISTER)


def theme_id(name: str, publication: str | None = None) -> str:
    """A theme's id, a hash of its name, so that it is the same in every register."""
    return digest("theme", fold_name(name), publication or "")


class AddTheme(FieldsCommand):
    """Add a theme, of the register or of one plan."""

    entity_kind = "theme"
    publication: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        values = self.read(writer) | {"publication": self.publication}
        if not fold_name(values["name"] or ""):
            raise BadInput("name", "A theme needs a name.")
        writer.create("theme", values, entity=theme_id(values["name"], self.publication), basis=self.provenance(values))
