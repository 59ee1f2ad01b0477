"""Settings of the register itself: its title, marking, day and next committee."""

from __future__ import annotations

from store.commands.correct import correct
from store.commands.values import FieldsCommand, read_values
from store.domain.fields import REGISTER
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
