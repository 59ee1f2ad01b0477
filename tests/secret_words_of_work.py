"""Ways to write a secret, the word "Wombat", into what is recorded of the work on an item: notes and their files, actions,
submissions, replies, links, reasons.
"""

from __future__ import annotations

from secret_words import CONTENT, HIGH, OFFICIAL, WITH_FILES, Secrets, item_of, mark_item

from store.commands import (
    AddAction,
    AddLink,
    AddNote,
    CiteEvidence,
    CorrectNote,
    MarkReason,
    MoveTarget,
    RecordReply,
    SubmitEvidence,
    correct,
)
from store.domain.vocabulary import NextMove, NoteKind, Track, Verdict
from store.file.attachments import pack
from store.register import Register


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


def what_was_written_beside_a_marked_reply(register: Register) -> None:
    reply = RecordReply(
        item=item_of(register, "HC-6"), dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Of Wombat",
        next_move=NextMove.INSPECTORATE, until="Wombat is heard", track=Track.DELAYED, values={"marking": HIGH},
        reason="Because of Wombat",
    )  # fmt: skip
    register.do(reply)


def a_file_cited_by_a_note_that_was_marked_later(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Nothing of it", kind="evidence")).created or ""
    register.do(CiteEvidence(note=note, name="Wombat.txt", reference="Wombat/1"))
    register.do(CorrectNote(note=note, values={"marking": HIGH}))


def links(register: Register) -> None:
    one, two = item_of(register, "HC-6"), item_of(register, "HC-5")
    for relation in ("depends-on", "same-work", "supersedes", "same-as"):
        register.do(AddLink(item=one, other=two, relation=relation, why="For Wombat", reason="Of Wombat"))
    mark_item(register, one)


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


OF_WORK: Secrets = {
    "a note": (note, OFFICIAL),
    "a reason": (reason, OFFICIAL),
    "a reply": (reply, OFFICIAL),
    "what was written beside a marked reply": (what_was_written_beside_a_marked_reply, OFFICIAL),
    "a file cited by a note that was marked later": (a_file_cited_by_a_note_that_was_marked_later, OFFICIAL),
    "why of a link": (links, OFFICIAL),
    "an action": (action, OFFICIAL),
    "a submission": (submission, OFFICIAL),
    "a reply in all its words": (reply_in_all_its_words, OFFICIAL),
    "the reason of a later correction of a reply": (reason_of_a_later_correction_of_a_reply, OFFICIAL),
    "a file": (files, WITH_FILES),
    "a file that another note cites as well": (file_that_another_note_cites_as_well, WITH_FILES),
    "a file of a note whose marking was lowered": (file_of_a_note_whose_marking_was_lowered, WITH_FILES),
}
