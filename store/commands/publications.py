"""Add publications."""

from __future__ import annotations

import re

from store.commands.base import Command
from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_name
from store.domain.text import validate_text
from store.domain.vocabulary import ClosedBy, PublicationKind
from store.log.change import digest
from store.log.writer import ChangeWriter
from store.queries.publications import codes_taken

_SMALL_WORDS = {"a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "with"}


def publication_id(title: str, published: dict[str, str | None] | None) -> str:
    """A publication's id, a hash of its normalised title and its month, if it has one, as first recorded."""
    first, last = ((published or {}).get(bound) or "" for bound in ("earliest", "latest"))
    return digest("publication", fold_name(validate_text(title)), first[:7] if first[:7] == last[:7] else "")


def propose_code(title: str, year: int | None, taken: set[str]) -> str:
    """A code not in use: the title's initials, then with the year ("CA25"), then with a number."""
    words = [w for w in re.findall(r"[A-Za-z0-9]+", title) if w.lower() not in _SMALL_WORDS]
    letters = "".join(w if w.isdigit() and len(w) < 3 else w[0] for w in words if not re.fullmatch(r"\d{4}", w)).upper()
    if not letters or not letters[0].isalpha():
        letters = "P" + letters
    if len(letters) == 1 and words:
        letters = words[0][:3].upper() if words[0].isalpha() else letters
    used = {code.upper() for code in taken}
    proposals = [letters[:8], *([f"{letters[:8]}{year % 100:02d}"] if year else [])]
    proposals += [f"{letters[:8]}{n}" for n in range(2, 1000)]
    return next(code for code in proposals if code not in used)


def free_code(writer: ChangeWriter, code: str, mine: str) -> str:
    """Normalise a code. Raises BadInput where a publication other than `mine` has it."""
    code = code.strip().upper()
    other = writer.conn.execute(
        "SELECT title FROM publication WHERE upper(code) = ? AND withdrawn = 0 AND id <> ?", (code, mine)
    ).fetchone()
    if other:
        raise BadInput("code", f"The code {code} is taken by {other[0]}. Choose another.")
    return code


class AddPublication(FieldsCommand):
    """Add a report or plan. An empty code is proposed from the title."""

    entity_kind = "publication"

    def write(self, writer: ChangeWriter) -> None:
        values = self.read(writer)
        title, published = str(values["title"] or ""), values["published"]
        if not fold_name(title):
            raise BadInput("title", "A publication needs a title.")
        earliest = published["earliest"] if published else None
        entity = publication_id(title, published)
        if writer.exists(entity) and not writer.current(entity, "withdrawn").value:
            here = writer.name_of("publication", entity)
            raise NotAllowed(f"That publication is here already, as {here}.").at("title")
        taken = codes_taken(writer.conn, entity)
        code = values["code"] or propose_code(title, int(earliest[:4]) if earliest else None, taken)
        closer = ClosedBy.LEADS if values["kind"] == PublicationKind.PLAN else ClosedBy.INSPECTORATE
        values |= {"code": free_code(writer, code, entity), "closed_by": values["closed_by"] or closer}
        writer.create("publication", values, entity=entity, basis=self.provenance(values), reason=self.reason)


class SetPublicationFile(Command):
    """Set where a publication lies on this machine or drive; "" for nowhere. It leaves in a copy only where asked for."""

    publication: str
    place_of_file: str

    def write(self, writer: ChangeWriter) -> None:
        if writer.current(self.publication, "withdrawn").value:
            raise NotAllowed(f"{writer.name_of('publication', self.publication)} has been withdrawn. Undo that first.")
        rows = writer.conn.execute(
            "SELECT id, place FROM location WHERE publication = ? AND withdrawn = 0 AND left_out = 0",
            (self.publication,),
        ).fetchall()
        wanted = self.place_of_file.strip()
        if wanted in [place for _, place in rows]:
            return
        for location, _ in rows:
            writer.withdraw("location", location, reason=self.reason)
        if wanted:
            writer.create("location", {"publication": self.publication, "place": wanted}, reason=self.reason)
