"""Ways to write a secret, the word "Wombat", into a register so that it must be in no byte of an export: into an item
or a publication, what they name, and a paper, which bore a higher marking.

Each is a function that writes it, with the terms of the export.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    BelieveDone,
    Command,
    Correct,
    FixFigures,
    JoinParties,
    MarkReason,
    MoveTarget,
    NothingNew,
    SaveView,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SubmitEvidence,
    WriteText,
    correct,
)
from store.domain.references import find_item
from store.domain.vocabulary import LeadState, NextMove, PartyKind
from store.exchange.redaction import Terms
from store.log.writer import ChangeWriter
from store.register import Register

OFFICIAL = Terms(max_marking="OFFICIAL")
WITH_FILES = Terms(max_marking="OFFICIAL", with_files=True, with_locations=True, with_withdrawn=True)
HIGH = "OFFICIAL-SENSITIVE"
CONTENT = b"The report on Wombat.\x00"

Secrets = dict[str, tuple[Callable[[Register], None], Terms]]
"""Functions that write a secret, and the terms of the export, by what it is in."""


class Record(Command):
    """An entity of a kind that no command of this version records."""

    kind: str
    values: dict[str, Any]

    def write(self, writer: ChangeWriter) -> None:
        writer.create(self.kind, self.values, reason=self.reason)


def item_of(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


def publication_of(register: Register, code: str) -> str:
    return str(register.conn.execute("SELECT id FROM publication WHERE code = ?", (code,)).fetchone()[0])


def mark(register: Register, reference: str = "HC-6") -> None:
    mark_item(register, item_of(register, reference))


def mark_item(register: Register, item: str) -> None:
    register.do(correct("recommendation", item, marking=HIGH))


def lead(register: Register, *names: str, item: str = "HC-6") -> None:
    register.party_kinds = {"": PartyKind.UNIT}
    register.do(SetLeads(item=item_of(register, item), leads=names))


def title(register: Register) -> None:
    """A title that names a person, marked, then replaced by a clean one marked OFFICIAL."""
    item = item_of(register, "HC-6")
    register.do(correct("recommendation", item, title="Of Wombat", marking=HIGH))
    register.do(correct("recommendation", item, title="A clean title", marking="OFFICIAL"))


def what_belongs_to_an_item(register: Register) -> None:
    item = item_of(register, "HC-6")
    publication = register.conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()[0]
    part = AddItem(publication=publication, number="6a", title="Part of Wombat", text="Of Wombat", part_of=item)
    register.do_all(
        [
            part,
            AddAction(item=item, text="Promised of Wombat"),
            AddNote(items=(item,), text="Noted of Wombat"),
            SubmitEvidence(items=(item,), sent="1 September 2024", note="Sent of Wombat", text="Of Wombat"),
            AddLink(item=item_of(register, "HC-5"), other=item, relation="depends-on", why="Because of Wombat"),
        ]
    )
    register.do(correct("recommendation", item, marking=HIGH))


def what_belongs_to_a_publication(register: Register) -> None:
    item = item_of(register, "HC-6")
    publication = register.conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()[0]
    register.do(AddNote(publication=publication, text="Of Wombat"))
    register.do(correct("recommendation", item, title="Of Wombat"))
    register.do(AddNote(items=(item,), text="Noted of Wombat"))
    register.do(correct("publication", publication, marking=HIGH))


def _set(field: str, text: str) -> Callable[[Register], None]:
    """A field of an item, which is marked afterwards."""

    def write(register: Register) -> None:
        item = item_of(register, "HC-6")
        register.do(Correct(kind="recommendation", entity=item, values={field: text}))
        mark_item(register, item)

    return write


def stage_and_move(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(SetNextMove(item=item, who=NextMove.OTHER, until="Wombat is heard"))
    register.do(BelieveDone(item=item, believed=True, by="Wombat"))
    register.do(NothingNew(items=(item,), reason="Because of Wombat"))
    mark(register)


def target(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(MoveTarget(item=item, text="When Wombat is done", where="Wombat", condition="Wombat", reason="Wombat"))
    register.do(MoveTarget(item=item, text="June 2026", reason="Later."))
    mark(register)


def theme(register: Register) -> None:
    made = register.do(AddTheme(name="Wombat", definition="Of Wombat")).created or ""
    register.do(correct("recommendation", item_of(register, "HC-6"), theme=made))
    mark(register)


def outcome(register: Register) -> None:
    made = register.do(Record(kind="outcome", values={"number": "Wombat", "text": "Of Wombat"})).created
    register.do(
        Record(
            kind="contribution", values={"recommendation": item_of(register, "HC-6"), "outcome": made}, reason="Wombat"
        )
    )
    mark(register)


def views(register: Register) -> None:
    register.do(SaveView(name="Of Wombat", query="wombat"))
    register.do(SaveView(name="Of somebody", query='"Wombat"'))
    mark(register)


def party(register: Register) -> None:
    lead(register, "Wombat")
    register.do(
        SetLeadState(item=item_of(register, "HC-6"), lead="Wombat", role="Of Wombat", state=LeadState.UNDER_WAY)
    )
    mark(register)


def party_that_is_joined_to_another(register: Register) -> None:
    """The reason of the join goes with the name, too."""
    lead(register, "Wombat", "The other Wombat")
    register.do(JoinParties(name="Wombat", other="The other Wombat", reason="Both are Wombat"))
    mark(register)


def reason_of_a_join(register: Register) -> None:
    lead(register, "Somebody", item="HC-5")
    done = register.do(JoinParties(name="Somebody", other="C3", reason="Because of Wombat"))
    register.do(MarkReason(action=done.action or "", marking=HIGH))


def publication(register: Register) -> None:
    made = (
        register.do(
            AddPublication(title="The Wombat report", code="WOMBAT", publisher="Wombat", stated_updates="Wombat")
        ).created
        or ""
    )
    register.do(AddItem(publication=made, number="1", title="Of Wombat"))
    register.do(correct("publication", made, marking=HIGH))


def figures(register: Register) -> None:
    item = item_of(register, "HC-6")
    figure = {"text": "Wombat", "unit": "Wombats", "period": "since Wombat"}
    register.do(Record(kind="measure", values={"recommendation": item, "name": "Of Wombat", "figure": figure}))
    mark(register)


def paper(register: Register) -> None:
    made = register.do(
        Record(kind="paper", values={"title": "Wombat", "presenter": "Wombat", "purpose": "Wombat", "marking": HIGH})
    ).created
    register.do(Record(kind="figure", values={"paper": made, "name": "Wombat", "figure": {"text": "Wombat"}}))
    note = register.do(
        Record(kind="note", values={"text": "Of Wombat", "kind": "decision", "marking": "OFFICIAL"})
    ).created
    register.do(Record(kind="note_on", values={"note": note, "paper": made}))
    register.do(WriteText(paper=made or "", section="introduction", text="Of Wombat"))
    finding = {"paper": made, "finding": "Wombat in 2.8", "reason": "Wombat is right"}
    register.do(Record(kind="accepted_finding", values=finding))


def _sample_paper(register: Register) -> str:
    return str(register.conn.execute("SELECT id FROM paper").fetchone()[0])


def text_of_a_paper(register: Register) -> None:
    """A text marked higher than its paper, then written again; and a finding, which bears no marking."""
    made = _sample_paper(register)
    register.do(WriteText(paper=made, section="risks", text="Of Wombat", marking=HIGH))
    register.do(WriteText(paper=made, section="risks", text="Of Wombat once more", marking=HIGH))
    register.do(
        Record(kind="accepted_finding", values={"paper": made, "finding": "Wombat", "reason": "Wombat is right"})
    )


def text_that_names_an_item(register: Register) -> None:
    """A text that is marked as its paper, and the figures as fixed, with the target of an item that is marked."""
    item, made = item_of(register, "HC-6"), _sample_paper(register)
    register.do(MoveTarget(item=item, text="when Wombat is done", reason="Later."))
    register.do(WriteText(paper=made, section="introduction", text="We wait for Wombat on HC-6."))
    register.do(FixFigures(paper=made))
    register.do(MoveTarget(item=item, text="June 2026", reason="Later."))
    mark(register)


OF_ITEMS: Secrets = {
    "a title": (title, OFFICIAL),
    "what belongs to an item": (what_belongs_to_an_item, OFFICIAL),
    "what belongs to a publication": (what_belongs_to_a_publication, OFFICIAL),
    "a number": (_set("number", "Wombat6"), OFFICIAL),
    "a scope": (_set("scope", "Wombat"), OFFICIAL),
    "what it asks": (_set("text", "Of Wombat"), OFFICIAL),
    "whom it is addressed to": (_set("addressed_to", "Wombat"), OFFICIAL),
    "whose move is next, and who thinks it done": (stage_and_move, OFFICIAL),
    "a target and its reason": (target, OFFICIAL),
    "a theme": (theme, OFFICIAL),
    "an outcome": (outcome, OFFICIAL),
    "views": (views, OFFICIAL),
    "a party and its role": (party, OFFICIAL),
    "a party that is joined to another": (party_that_is_joined_to_another, OFFICIAL),
    "the reason of a join": (reason_of_a_join, OFFICIAL),
    "a publication": (publication, OFFICIAL),
    "figures": (figures, OFFICIAL),
    "a paper": (paper, OFFICIAL),
    "a text of a paper": (text_of_a_paper, OFFICIAL),
    "a text of a paper that names an item, and its fixed figures": (text_that_names_an_item, OFFICIAL),
}
