"""Cite evidence files on a note by name, reference and SHA-256; optionally store the file as an attachment."""

from __future__ import annotations

from datetime import datetime

from store.commands.base import Command
from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.file.attachments import Content, save_attachment
from store.log.writer import ChangeWriter
from store.queries.evidence import check_limit


class CiteEvidence(FieldsCommand):
    """Cite a file on a note. Its location, `where`, is recorded apart and never shared; `size` is in bytes.

    `content` is stored as an attachment in the same transaction. The marking defaults to the note's.
    Undo withdraws the citation; attached bytes stay in this file, for a redo, and are in no share.
    """

    entity_kind = "citation"
    note: str
    name: str
    where: str | None = None
    sha256: str | None = None
    size: int | None = None
    content: Content | None = None

    def write(self, writer: ChangeWriter) -> None:
        marking = _marking_of(writer, self.note)
        digest, size = self.sha256, self.size
        if self.content:
            digest, size = self.content.sha256, self.content.size
            check_limit(writer.conn, self.name, size)
        if not self.name.strip():
            raise BadInput("file", "Say which file: its name, or where it lies.")
        here = writer.conn.execute("SELECT name, sha256 FROM citation WHERE note = ? AND withdrawn = 0", (self.note,))
        if (self.name, digest) in here.fetchall():
            raise NotAllowed(f"{self.name} is cited on that note already.")
        values = self.read(writer) | {
            "note": self.note,
            "name": self.name,
            "sha256": digest,
            "size": size,
            "embedded": True if self.content else None,
            "marking": self.values.get("marking") or marking,
        }
        citation = writer.create("citation", values, basis=self.provenance(values), reason=self.reason)
        if self.where:
            writer.create("location", {"citation": citation, "place": self.where})
        if self.content:
            save_attachment(writer.conn, self.content, _seconds(writer))


class EmbedEvidence(Command):
    """Attach the content of a file that is cited already, unchanged since it was cited."""

    citation: str
    content: Content

    def write(self, writer: ChangeWriter) -> None:
        if writer.current(self.citation, "withdrawn").value:
            raise NotAllowed(f"{writer.name_of('citation', self.citation)} has been withdrawn. Undo that first.")
        name = writer.name_of("citation", self.citation)
        cited = writer.current(self.citation, "sha256").value
        if cited not in (None, self.content.sha256):
            raise NotAllowed(f"{name} was altered since it was cited. Cite it again as it is now.")
        check_limit(writer.conn, name, self.content.size)
        for field, value in (("sha256", self.content.sha256), ("size", self.content.size), ("embedded", True)):
            writer.set("citation", self.citation, field, value, reason=self.reason)
        save_attachment(writer.conn, self.content, _seconds(writer))


def _marking_of(writer: ChangeWriter, note: str) -> str:
    row = writer.conn.execute("SELECT withdrawn, left_out, marking FROM note WHERE id = ?", (note,)).fetchone()
    if row is None:
        raise NotAllowed("That note is not in this register.")
    if row[0]:
        raise NotAllowed("That note has been withdrawn already.")
    if row[1]:
        raise NotAllowed("That note was left out of this copy, and nothing can be cited on it here.")
    return str(row[2] or "OFFICIAL")


def _seconds(writer: ChangeWriter) -> int:
    return max(0, int(datetime.fromisoformat(writer.context.time).timestamp()))
