"""Add and correct notes. A note is immutable: a correction withdraws it and adds a new one."""

from __future__ import annotations

from typing import Any

from store.commands.base import item_status, part_date
from store.commands.values import FieldsCommand, read_values
from store.domain.dates import format_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.field_types import as_typed
from store.domain.fields import KINDS
from store.log.change import WITHDRAWN
from store.log.writer import ChangeWriter


class AddNote(FieldsCommand):
    """Add a note to items, or to a publication or theme. Dated today by default."""

    entity_kind = "note"
    items: tuple[str, ...] = ()
    publication: str | None = None
    theme: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        if not (self.items or self.publication or self.theme):
            raise BadInput("items", "Say what the note is about.")
        for item in self.items:
            item_status(writer, item)
        values = self.read(writer, "text")
        values["dated"] = values["dated"] or part_date(format_date(writer.today))
        _complete_agreement(values, writer)
        note = writer.create("note", values, basis=self.provenance(values), reason=self.reason)
        for item in self.items:
            writer.create("note_on", {"note": note, "recommendation": item})
        if self.publication:
            writer.create("note_on", {"note": note, "publication": self.publication})
        if self.theme:
            writer.create("note_on", {"note": note, "theme": self.theme})


_AGREEMENT = frozenset({"agreed_by", "agreed"})


def _complete_agreement(values: dict[str, Any], writer: ChangeWriter) -> None:
    """Fill in the day of an agreement. Raises BadInput for a day on which nobody agreed."""
    if values["agreed"] and not values["agreed_by"]:
        raise BadInput("agreed_by", "Say who agreed it.")
    if values["agreed_by"] and not values["agreed"]:
        values["agreed"] = part_date(format_date(writer.today))


class CorrectNote(FieldsCommand):
    """Correct a note: withdraw it and add a new one with the same associations and citations.

    That it was agreed is no other text: that alone is written to the note itself. What was agreed is agreed no longer
    where its text is another.

    With `restate` the citations are written again too, marked as the note is now: they leave with it although its
    marking was higher before.
    """

    entity_kind = "note"
    note: str
    restate: bool = False

    def write(self, writer: ChangeWriter) -> None:
        row = writer.conn.execute("SELECT withdrawn, left_out FROM note WHERE id = ?", (self.note,)).fetchone()
        if row is None or row[0]:
            raise NotAllowed("That note has been withdrawn already.")
        if row[1]:
            raise NotAllowed("That note was left out of this copy and cannot be corrected here.")
        values = {name: writer.current(self.note, name).value for name in KINDS["note"].editable}
        # Unchanged values are not parsed again: a relative date keeps the meaning that it had.
        changed = {
            name: typed for name, typed in self.values.items() if (typed or None) != (as_typed(values[name]) or None)
        }
        if not (changed or self.restate):
            return
        values |= read_values("note", changed, writer.today)
        if "text" in changed:
            values |= dict.fromkeys(_AGREEMENT - changed.keys())
        if "agreed_by" in changed and not values["agreed_by"]:
            values["agreed"] = None
        _complete_agreement(values, writer)
        if changed.keys() <= _AGREEMENT and not self.restate:
            for name in sorted(_AGREEMENT):
                writer.set(
                    "note", self.note, name, values[name], basis=self.basis, place=self.place, reason=self.reason
                )
            return
        writer.withdraw("note", self.note, reason=self.reason)
        note = writer.create("note", values, basis=self.provenance(values), reason=self.reason)
        associations = writer.conn.execute(
            "SELECT recommendation, publication, theme, paper FROM note_on WHERE note = ? AND withdrawn = 0 ORDER BY id",
            (self.note,),
        ).fetchall()
        for association in associations:
            ends = dict(zip(("recommendation", "publication", "theme", "paper"), association, strict=True))
            writer.create("note_on", {"note": note} | {end: entity for end, entity in ends.items() if entity})
        cited = "SELECT id FROM citation WHERE note = ? AND withdrawn = 0 AND left_out = 0 ORDER BY id"
        for (citation,) in writer.conn.execute(cited, (self.note,)).fetchall():
            if self.restate:
                self._cite_again(writer, citation, {"note": note, "marking": values["marking"]})
            else:
                writer.set("citation", citation, "note", note)

    def _cite_again(self, writer: ChangeWriter, citation: str, now: dict[str, Any]) -> None:
        """Withdraw a citation and its locations, and record them as a new one."""
        values = {name: writer.current(citation, name).value for name in KINDS["citation"].fields if name != WITHDRAWN}
        again = writer.create("citation", values | now)
        at = "SELECT id, place FROM location WHERE citation = ? AND withdrawn = 0 AND left_out = 0 ORDER BY id"
        for location, place in writer.conn.execute(at, (citation,)).fetchall():
            writer.withdraw("location", location)
            writer.create("location", {"citation": again, "place": place})
        writer.withdraw("citation", citation)
