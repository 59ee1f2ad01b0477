"""Ways to write a secret, the word "Wombat", into a register so that it must be in no byte of an export.

Each is a function that writes it, with the terms of the export. It is in what ever bore a higher marking, or belongs to
that, or was withdrawn or undone.
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
    CiteEvidence,
    Command,
    Correct,
    CorrectNote,
    HandOver,
    JoinParties,
    MarkReason,
    MoveTarget,
    NothingNew,
    RecordReply,
    SaveView,
    SeparateParties,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.references import find_item
from store.domain.vocabulary import LeadState, NextMove, NoteKind, PartyKind, Track, Verdict
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.file.attachments import pack
from store.log.writer import ChangeWriter
from store.register import Register

OFFICIAL = Terms(max_marking="OFFICIAL")
WITH_FILES = Terms(max_marking="OFFICIAL", with_files=True, with_locations=True, with_withdrawn=True)
HIGH = "OFFICIAL-SENSITIVE"
CONTENT = b"The report on Wombat.\x00"


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


def note(register: Register) -> None:
    register.do(AddNote(items=(item_of(register, "HC-5"),), text="Of Wombat", marking=HIGH))


def reason(register: Register) -> None:
    item = item_of(register, "HC-2")
    register.do(MoveTarget(item=item, text="June 2025"))
    moved = register.do(MoveTarget(item=item, text="June 2026", reason="Because of Wombat"))
    register.do(MarkReason(action=moved.action or "", marking=HIGH))
    register.do(MoveTarget(item=item, text="June 2027", reason="Later."))


def reply(register: Register) -> None:
    item = item_of(register, "HC-6")
    reply = RecordReply(
        item=item, dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Of Wombat", next_move=NextMove.US,
        track=Track.DELAYED,
    )  # fmt: skip
    entity = register.do(reply).created or ""
    register.do(correct("reply", entity, marking=HIGH))
    register.do(correct("reply", entity, marking="OFFICIAL"))


def undone(register: Register) -> None:
    register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat"))
    register.undo()
    register.do(correct("recommendation", item_of(register, "HC-5"), title="Of Wombat"))
    register.undo()
    register.do(SetTrack(item=item_of(register, "HC-6"), track=Track.ON_TRACK, reason="Of Wombat"))
    register.undo()


def corrected(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(CorrectNote(note=note, values={"text": "Of nobody"}))


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


def a_note_marked_by_a_correction_that_was_undone(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(CorrectNote(note=note, values={"marking": HIGH}))
    register.undo()


def what_was_written_beside_a_marked_reply(register: Register) -> None:
    reply = RecordReply(
        item=item_of(register, "HC-6"), dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Of Wombat",
        next_move=NextMove.INSPECTORATE, until="Wombat is heard", track=Track.DELAYED, values={"marking": HIGH},
        reason="Because of Wombat",
    )  # fmt: skip
    register.do(reply)


def what_an_undo_brought_back(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(correct("recommendation", item, title="Of Wombat", marking=HIGH))
    register.do(correct("recommendation", item, marking="OFFICIAL"))
    register.do(correct("recommendation", item, title="A clean title"))
    register.undo()


def a_file_cited_by_a_note_that_was_marked_later(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Nothing of it", kind="evidence")).created or ""
    register.do(CiteEvidence(note=note, name="Wombat.txt", reference="Wombat/1"))
    register.do(CorrectNote(note=note, values={"marking": HIGH}))


def what_belongs_to_a_withdrawn_item(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(AddAction(item=item, text="Promised of Wombat"))
    register.do(AddNote(items=(item,), text="Noted of Wombat"))
    register.do(Withdraw(kind="recommendation", entity=item))


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


def reason_of_a_join_that_was_ended(register: Register) -> None:
    lead(register, "Somebody", item="HC-5")
    register.do(JoinParties(name="Somebody", other="C3", reason="Because of Wombat"))
    register.do(SeparateParties(name="Somebody", reason="Because of Wombat"))


def party_in_the_place_of_which_is_another(register: Register) -> None:
    lead(register, "Wombat")
    lead(register, "C3")
    lead(register, "Wombat", item="HC-5")
    register.do(HandOver(item=item_of(register, "HC-5"), lead="Wombat", to="C3"))


def links(register: Register) -> None:
    one, two = item_of(register, "HC-6"), item_of(register, "HC-5")
    for relation in ("depends-on", "same-work", "supersedes", "same-as"):
        register.do(AddLink(item=one, other=two, relation=relation, why="For Wombat", reason="Of Wombat"))
    mark_item(register, one)


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


def action(register: Register) -> None:
    register.do(
        AddAction(
            item=item_of(register, "HC-6"), text="For Wombat", due="When Wombat is heard", whose="Wombat", said="2024",
            where="At Wombat", marking=HIGH, reason="Because of Wombat",
        )
    )  # fmt: skip


def submission(register: Register) -> None:
    register.do(
        SubmitEvidence(
            items=(item_of(register, "HC-6"),), sent="1 September 2024", text="Sent of Wombat", reference="Wombat/1",
            note="It was sent.", reason="Because of Wombat", values={"marking": HIGH},
        )
    )  # fmt: skip


def reply_in_all_its_words(register: Register) -> None:
    register.do(
        RecordReply(
            item=item_of(register, "HC-6"), dated="1 September 2024", verdict=Verdict.PARTLY, words="Of Wombat",
            who="Wombat", would_satisfy="Wombat as well", discharges="Of Wombat", next_move=NextMove.US,
            track=Track.DELAYED, values={"marking": HIGH},
        )
    )  # fmt: skip


def reason_of_a_later_correction_of_a_reply(register: Register) -> None:
    reply = RecordReply(
        item=item_of(register, "HC-6"), dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Nothing of it",
        next_move=NextMove.US, track=Track.DELAYED, values={"marking": HIGH},
    )  # fmt: skip
    made = register.do(reply).created or ""
    register.do(correct("reply", made, dated="2 September 2024", reason="Because of Wombat"))


def what_a_redo_brought_back(register: Register) -> None:
    what_was_written_beside_a_marked_reply(register)
    register.undo()
    register.redo()


def files(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of it", kind=NoteKind.EVIDENCE)).created or ""
    register.do(
        CiteEvidence(
            note=note,
            name="Wombat.txt",
            reference="Wombat/1",
            where="/home/Wombat",
            content=pack(CONTENT),
            marking=HIGH,
        )
    )


def file_that_another_note_cites_as_well(register: Register) -> None:
    for number, marking in (("HC-6", HIGH), ("HC-5", "OFFICIAL")):
        note = (
            register.do(AddNote(items=(item_of(register, number),), text="Of it", kind=NoteKind.EVIDENCE)).created or ""
        )
        register.do(CiteEvidence(note=note, name=f"{number}.txt", content=pack(CONTENT), marking=marking))


def file_of_a_note_whose_marking_was_lowered(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of it", marking=HIGH)).created or ""
    register.do(CiteEvidence(note=note, name="Wombat.txt", content=pack(CONTENT), marking="OFFICIAL"))
    register.do(CorrectNote(note=note, values={"marking": "OFFICIAL"}))


def reason_of_a_withdrawal(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(Withdraw(kind="note", entity=note, reason="Because of Wombat"))
    register.do(SaveView(name="Of Wombat", query="wombat"))
    view = register.conn.execute("SELECT id FROM view WHERE name = 'Of Wombat'").fetchone()[0]
    register.do(Withdraw(kind="view", entity=view, reason="Because of Wombat"))


def reason_of_what_was_undone(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(MoveTarget(item=item, text="June 2025"))
    register.do(MoveTarget(item=item, text="June 2029", where="At Wombat", reason="Because of Wombat"))
    register.undo()
    register.do(JoinParties(name="C3", other="Local Policing", reason="Because of Wombat"))
    register.undo()
    lead(register, "Wombat")
    register.undo()


SECRETS: dict[str, tuple[Callable[[Register], None], Terms]] = {
    "a title": (title, OFFICIAL),
    "a note": (note, OFFICIAL),
    "a reason": (reason, OFFICIAL),
    "a reply": (reply, OFFICIAL),
    "what belongs to an item": (what_belongs_to_an_item, OFFICIAL),
    "what belongs to a publication": (what_belongs_to_a_publication, OFFICIAL),
    "a note marked by a correction that was undone": (a_note_marked_by_a_correction_that_was_undone, OFFICIAL),
    "what was written beside a marked reply": (what_was_written_beside_a_marked_reply, OFFICIAL),
    "what an undo brought back": (what_an_undo_brought_back, OFFICIAL),
    "a file cited by a note that was marked later": (a_file_cited_by_a_note_that_was_marked_later, OFFICIAL),
    "what belongs to a withdrawn item": (what_belongs_to_a_withdrawn_item, DEFAULT_TERMS),
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
    "the reason of a join that was ended": (reason_of_a_join_that_was_ended, DEFAULT_TERMS),
    "a party in the place of which is another": (party_in_the_place_of_which_is_another, DEFAULT_TERMS),
    "why of a link": (links, OFFICIAL),
    "a publication": (publication, OFFICIAL),
    "figures": (figures, OFFICIAL),
    "a paper": (paper, OFFICIAL),
    "an action": (action, OFFICIAL),
    "a submission": (submission, OFFICIAL),
    "a reply in all its words": (reply_in_all_its_words, OFFICIAL),
    "the reason of a later correction of a reply": (reason_of_a_later_correction_of_a_reply, OFFICIAL),
    "what a redo brought back": (what_a_redo_brought_back, OFFICIAL),
    "a file": (files, WITH_FILES),
    "a file that another note cites as well": (file_that_another_note_cites_as_well, WITH_FILES),
    "a file of a note whose marking was lowered": (file_of_a_note_whose_marking_was_lowered, WITH_FILES),
    "the reason of a withdrawal": (reason_of_a_withdrawal, DEFAULT_TERMS),
    "the reason of what was undone": (reason_of_what_was_undone, DEFAULT_TERMS),
    "what was undone": (undone, DEFAULT_TERMS),
    "what was corrected": (corrected, DEFAULT_TERMS),
}
