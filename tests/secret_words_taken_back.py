"""Ways to write a secret, the word "Wombat", into what was undone, withdrawn, corrected or separated again."""

from __future__ import annotations

from secret_words import HIGH, OFFICIAL, Secrets, item_of, lead
from secret_words_of_work import what_was_written_beside_a_marked_reply

from store.commands import (
    AddAction,
    AddNote,
    CorrectNote,
    HandOver,
    JoinParties,
    MoveTarget,
    SaveView,
    SeparateParties,
    SetTrack,
    Withdraw,
    correct,
)
from store.domain.vocabulary import Track
from store.exchange.redaction import DEFAULT_TERMS
from store.register import Register


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


def a_note_marked_by_a_correction_that_was_undone(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(CorrectNote(note=note, values={"marking": HIGH}))
    register.undo()


def what_an_undo_brought_back(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(correct("recommendation", item, title="Of Wombat", marking=HIGH))
    register.do(correct("recommendation", item, marking="OFFICIAL"))
    register.do(correct("recommendation", item, title="A clean title"))
    register.undo()


def what_belongs_to_a_withdrawn_item(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(AddAction(item=item, text="Promised of Wombat"))
    register.do(AddNote(items=(item,), text="Noted of Wombat"))
    register.do(Withdraw(kind="recommendation", entity=item))


def reason_of_a_join_that_was_ended(register: Register) -> None:
    lead(register, "Somebody", item="HC-5")
    register.do(JoinParties(name="Somebody", other="C3", reason="Because of Wombat"))
    register.do(SeparateParties(name="Somebody", reason="Because of Wombat"))


def party_in_the_place_of_which_is_another(register: Register) -> None:
    lead(register, "Wombat")
    lead(register, "C3")
    lead(register, "Wombat", item="HC-5")
    register.do(HandOver(item=item_of(register, "HC-5"), lead="Wombat", to="C3"))


def what_a_redo_brought_back(register: Register) -> None:
    what_was_written_beside_a_marked_reply(register)
    register.undo()
    register.redo()


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


TAKEN_BACK: Secrets = {
    "a note marked by a correction that was undone": (a_note_marked_by_a_correction_that_was_undone, OFFICIAL),
    "what an undo brought back": (what_an_undo_brought_back, OFFICIAL),
    "what belongs to a withdrawn item": (what_belongs_to_a_withdrawn_item, DEFAULT_TERMS),
    "the reason of a join that was ended": (reason_of_a_join_that_was_ended, DEFAULT_TERMS),
    "a party in the place of which is another": (party_in_the_place_of_which_is_another, DEFAULT_TERMS),
    "what a redo brought back": (what_a_redo_brought_back, OFFICIAL),
    "the reason of a withdrawal": (reason_of_a_withdrawal, DEFAULT_TERMS),
    "the reason of what was undone": (reason_of_what_was_undone, DEFAULT_TERMS),
    "what was undone": (undone, DEFAULT_TERMS),
    "what was corrected": (corrected, DEFAULT_TERMS),
}
