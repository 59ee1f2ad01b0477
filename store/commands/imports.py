"""Record what a row of an imported file has: a new item, or notes on one; each value with its place in the file."""

from __future__ import annotations

from typing import Any

from store.commands.base import Command, item_status, part_date, target_value
from store.commands.items import AddItem
from store.domain.dates import format_date
from store.domain.text import one_line
from store.domain.vocabulary import IMPORTED, Basis, NoteKind, Stage, Track
from store.log.writer import ChangeWriter


def import_place(file: str, sheet: str, row: int) -> str:
    """The place of a row's values: the name of the file without its folder, the sheet where it has some, and the row."""
    where = f"sheet “{one_line(sheet, most=100)}”, " if sheet else ""
    return f"{IMPORTED}{one_line(file, most=255)}, {where}row {row}"


class ImportNewItem(AddItem):
    """Add an item as a row of a file has it.

    `bases` are those of single fields where they are not the row's own; `reached` is when its stage was; `revised` is a
    target that replaced the first. A closing stage is recorded as published.
    """

    bases: dict[str, Basis] = {}
    reached: str | None = None
    revised: str | None = None
    notes: tuple[tuple[NoteKind, str], ...] = ()

    def write(self, writer: ChangeWriter) -> None:
        item = self.add(writer, reached=self.reached)
        if self.revised:
            value = target_value(self.revised, today=writer.today, as_words=self.as_words)
            writer.set("recommendation", item, "target", value, basis=str(self.basis), place=self.place, reason="")
        for kind, text in self.notes:
            write_note(writer, item, kind, text, self.place)

    def provenance(self, values: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
        """The basis and place of every value that the row has: not of one that is merely not stated, or a default."""
        silent = {"publication", "label"}
        silent |= {"track"} if values.get("track") == Track.NOT_STATED else set()
        silent |= {"stage"} if (values.get("stage") or {}).get("text") == Stage.NOT_STATED else set()
        silent |= {name for name in ("kind", "marking") if name not in self.values}
        return {
            name: (str(self.bases.get(name, self.basis)), self.place)
            for name, value in values.items()
            if value is not None and name not in silent
        }


class ImportNote(Command):
    """Add a note to an item as a row of a file has it."""

    basis: Basis = Basis.STATED
    item: str
    kind: NoteKind = NoteKind.POSITION
    text: str

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        write_note(writer, self.item, self.kind, self.text, self.place)


def write_note(writer: ChangeWriter, item: str, kind: NoteKind, text: str, place: str | None) -> None:
    """Write a note of a file, dated on the day of the import: the file does not have the day on which it was written."""
    values = {
        "kind": kind,
        "text": text,
        "dated": part_date(format_date(writer.today)),
        "marking": _marking(writer, item),
    }
    note = writer.create("note", values, basis={"text": (str(Basis.STATED), place)})
    writer.create("note_on", {"note": note, "recommendation": item})


def _marking(writer: ChangeWriter, item: str) -> object:
    return writer.current(item, "marking").value
