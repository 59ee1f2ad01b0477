"""Add and correct publications."""

from __future__ import annotations

import re

from store.commands.base import Command, part_date
from store.domain.errors import BadInput, NotAllowed
from store.domain.names import fold_name
from store.domain.text import accept
from store.domain.vocabulary import ClosedBy, PublicationKind
from store.log.change import digest
from store.log.writer import Pen

_SMALL_WORDS = {"a", "an", "and", "by", "for", "in", "of", "on", "the", "to", "with"}


def publication_id(title: str, published: dict[str, str | None] | None) -> str:
    """A publication's id: its folded title, and its month where one is known, as first recorded."""
    first, last = ((published or {}).get(bound) or "" for bound in ("earliest", "latest"))
    return digest("publication", fold_name(accept(title)), first[:7] if first[:7] == last[:7] else "")


def propose_code(title: str, year: int | None, taken: set[str]) -> str:
    """A code that is not taken: the title's initials, then with the year ("CA25"), then with a number."""
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


def _code(pen: Pen, code: str, mine: str) -> str:
    code = code.strip().upper()
    other = pen.conn.execute(
        "SELECT title FROM publication WHERE upper(code) = ? AND withdrawn = 0 AND id <> ?", (code, mine)
    ).fetchone()
    if other:
        raise BadInput("code", f"The code {code} is taken by {other[0]}. Choose another.")
    return code


def _printed(text: str | None) -> dict[str, object] | None:
    if text is None or not text.strip():
        return None
    found = re.match(r"\s*(\d+)", text)
    return {"text": text.strip(), "number": int(found[1]) if found else None}


class AddPublication(Command):
    """Add a report or plan. An empty code is proposed from the title."""

    title: str
    code: str = ""
    publisher: str | None = None
    kind: PublicationKind = PublicationKind.REPORT
    published: str | None = None
    stated_total: str | None = None
    last_update: str | None = None
    stated_updates: str | None = None
    closed_by: ClosedBy | None = None
    marking: str = "OFFICIAL"

    def write(self, pen: Pen) -> None:
        if not fold_name(self.title):
            raise BadInput("title", "A publication needs a title.")
        published = part_date(self.published, "published", pen.today, past=True)
        earliest = published["earliest"] if published else None
        thing = publication_id(self.title, published)
        if pen.exists(thing) and not pen.current(thing, "withdrawn").value:
            raise NotAllowed(f"That publication is here already, as {pen.name_of('publication', thing)}.")
        others = pen.conn.execute("SELECT code FROM publication WHERE code IS NOT NULL AND id <> ?", (thing,))
        taken = {row[0] for row in others}
        code = self.code.strip() or propose_code(self.title, int(earliest[:4]) if earliest else None, taken)
        closed_by = self.closed_by or (ClosedBy.LEADS if self.kind == PublicationKind.PLAN else ClosedBy.INSPECTORATE)
        values = {
            "code": _code(pen, code, thing),
            "title": self.title,
            "publisher": self.publisher or None,
            "kind": self.kind,
            "published": published,
            "stated_total": _printed(self.stated_total),
            "last_update": part_date(self.last_update, "last_update", pen.today, past=True),
            "stated_updates": self.stated_updates or None,
            "closed_by": closed_by,
            "marking": self.marking,
        }
        pen.create("publication", values, thing=thing, basis=self.known(values), reason=self.reason)


class CorrectPublication(Command):
    """Correct what is recorded of a publication; fields that are not given stay as they are."""

    publication: str
    title: str | None = None
    code: str | None = None
    publisher: str | None = None
    kind: PublicationKind | None = None
    published: str | None = None
    stated_total: str | None = None
    last_update: str | None = None
    stated_updates: str | None = None
    closed_by: ClosedBy | None = None
    marking: str | None = None

    def write(self, pen: Pen) -> None:
        given = self.model_fields_set - {"publication", "basis", "place", "reason"}
        for field in (name for name in type(self).model_fields if name in given):
            value = getattr(self, field)
            if field in ("title", "code", "kind", "closed_by", "marking") and not value:
                raise BadInput(field, f"A publication needs its {field.replace('_', ' ')}.")
            if field == "code":
                value = _code(pen, value, self.publication)
            elif field in ("published", "last_update"):
                value = part_date(value, field, pen.today, past=True)
            elif field == "stated_total":
                value = _printed(value)
            pen.set(
                "publication",
                self.publication,
                field,
                value or None,
                basis=self.basis,
                place=self.place,
                reason=self.reason,
            )
