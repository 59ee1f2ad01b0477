"""Add and correct notes. A note is never rewritten: correcting one withdraws it and adds the corrected one."""

from __future__ import annotations

from typing import Any

from store.commands.base import Command, item_status, part_date
from store.domain.dates import say_day
from store.domain.errors import BadInput, NotAllowed
from store.domain.vocabulary import NoteKind
from store.log.writer import Pen


def _note(pen: Pen, kind: NoteKind, text: str, dated: str | None, said_by: str | None, marking: str) -> dict[str, Any]:
    if not text.strip():
        raise BadInput("text", "The note is empty. Write something, or leave it.")
    return {
        "kind": kind,
        "text": text,
        "dated": part_date(dated or say_day(pen.today), "dated", pen.today, past=True),
        "said_by": said_by or None,
        "marking": marking,
    }


class AddNote(Command):
    """Add a note to items, or to a publication or theme. Dated today unless said."""

    items: tuple[str, ...] = ()
    publication: str | None = None
    theme: str | None = None
    kind: NoteKind = NoteKind.POSITION
    text: str
    dated: str | None = None
    said_by: str | None = None
    marking: str = "OFFICIAL"

    def write(self, pen: Pen) -> None:
        if not (self.items or self.publication or self.theme):
            raise BadInput("items", "Say what the note is about.")
        for item in self.items:
            item_status(pen, item)
        values = _note(pen, self.kind, self.text, self.dated, self.said_by, self.marking)
        note = pen.create("note", values, basis=self.known(values), reason=self.reason)
        for item in self.items:
            pen.create("note_on", {"note": note, "recommendation": item})
        if self.publication:
            pen.create("note_on", {"note": note, "publication": self.publication})
        if self.theme:
            pen.create("note_on", {"note": note, "theme": self.theme})


class CorrectNote(Command):
    """Put a note right: the old one is withdrawn, the new one stands in its place wherever that was."""

    note: str
    kind: NoteKind | None = None
    text: str | None = None
    dated: str | None = None
    said_by: str | None = None
    marking: str | None = None

    def write(self, pen: Pen) -> None:
        row = pen.conn.execute(
            "SELECT kind, text, dated, said_by, marking, withdrawn, left_out FROM note WHERE id = ?", (self.note,)
        ).fetchone()
        if row is None or row[5]:
            raise NotAllowed("That note has been withdrawn already.")
        if row[6]:
            raise NotAllowed("That note was left out of this copy and cannot be corrected here.")
        old = dict(zip(("kind", "text", "dated", "said_by", "marking"), row[:5], strict=True))
        new = {name: getattr(self, name) if name in self.model_fields_set else value for name, value in old.items()}
        if {k: v or None for k, v in new.items()} == {k: v or None for k, v in old.items()}:
            return
        pen.withdraw("note", self.note, reason=self.reason)
        values = _note(pen, NoteKind(new["kind"]), new["text"] or "", None, new["said_by"], new["marking"])
        kept = pen.current(self.note, "dated").value
        values["dated"] = (
            part_date(new["dated"], "dated", pen.today, past=True) if new["dated"] != old["dated"] else kept
        )
        note = pen.create("note", values, basis=self.known(values), reason=self.reason)
        ties = pen.conn.execute(
            "SELECT recommendation, publication, theme, paper FROM note_on WHERE note = ? AND withdrawn = 0 ORDER BY id",
            (self.note,),
        ).fetchall()
        for tie in ties:
            ends = dict(zip(("recommendation", "publication", "theme", "paper"), tie, strict=True))
            pen.create("note_on", {"note": note} | {end: thing for end, thing in ends.items() if thing})
        cited = "SELECT id FROM citation WHERE note = ? AND withdrawn = 0 AND left_out = 0 ORDER BY id"
        for (citation,) in pen.conn.execute(cited, (self.note,)).fetchall():
            pen.set("citation", citation, "note", note)
