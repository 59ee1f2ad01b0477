"""The rules of what a person can do with an item's status, target, actions and notes, a claim a test."""

from __future__ import annotations

from typing import Any

import pytest
from registers import refused, row, the_item

from store.commands import (
    AddAction,
    AddNote,
    AddTheme,
    BelieveDone,
    Command,
    CorrectNote,
    FinishAction,
    MoveTarget,
    SetNextMove,
    SetStage,
    SetTrack,
    Withdraw,
    correct,
)
from store.domain.errors import BadInput, NotAllowed, ReasonRequired
from store.domain.vocabulary import Basis, NextMove, NoteKind, Stage, Track
from store.log.writer import ChangeWriter
from store.register import Register

pytest_plugins = ["registers"]

CLOSED: dict[str, Any] = {"stage": Stage.UNKNOWN_HOW, "reason": "Listed as complete in March."}

# On time?


def test_a_new_item_is_not_stated(empty: Register, hc6: str) -> None:
    assert the_item(empty, hc6, "stage", "track", "status") == ("not-stated", "not-stated", "not-stated")


def test_track_is_said_in_one_command(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    assert the_item(empty, hc6, "track", "status") == ("on-track", "on-track")


def test_delayed_owes_a_reason(empty: Register, hc6: str) -> None:
    refused(empty, SetTrack(item=hc6, track=Track.DELAYED), ReasonRequired, "Marking HC-6 as delayed needs a reason")


def test_a_reason_may_be_declined_and_is_kept_as_none_given(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason=""))
    assert the_item(empty, hc6, "status") == "delayed"
    assert empty.log.of_entity(hc6)[-1].reason == ""


def test_delayed_already_owes_no_second_reason(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason="Staff."))
    assert empty.do(SetTrack(item=hc6, track=Track.DELAYED)).action is None


def test_a_track_on_a_closed_item_owes_a_reason(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, SetTrack(item=hc6, track=Track.ON_TRACK), ReasonRequired, "Reopening HC-6 needs a reason")


def test_a_track_on_a_closed_item_reopens_it_in_progress(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason="It was not done."))
    assert the_item(empty, hc6, "stage", "track", "status", "closed_as") == ("in-progress", "delayed", "delayed", None)


# How far


@pytest.mark.parametrize("stage", [Stage.NOT_STARTED, Stage.IN_PROGRESS, Stage.COLLATING, Stage.NOT_STATED])
def test_an_open_stage_is_said_freely(empty: Register, hc6: str, stage: Stage) -> None:
    empty.do(SetStage(item=hc6, stage=stage))
    assert the_item(empty, hc6, "stage", "status") == (stage, "not-stated")


@pytest.mark.parametrize("stage", [Stage.SUBMITTED, Stage.REMAIN_OPEN, Stage.DISCHARGED])
def test_what_follows_from_evidence_and_reply_is_not_set_by_hand(empty: Register, hc6: str, stage: Stage) -> None:
    refused(empty, SetStage(item=hc6, stage=stage), NotAllowed, "cannot be set to .* by hand")


@pytest.mark.parametrize("basis", [Basis.STATED, Basis.DERIVED, Basis.INFERRED])
def test_what_a_source_says_passes_as_published_and_stays_marked_so(empty: Register, hc6: str, basis: Basis) -> None:
    empty.do(SetStage(item=hc6, stage=Stage.DISCHARGED, basis=basis, place="page 4"))
    assert the_item(empty, hc6, "status", "closed_as") == ("closed", "discharged")
    current = empty.log.of_entity(hc6)[1].value("stage")
    assert (current.basis, current.place) == (basis, "page 4")


def test_our_own_label_does_not_pass_as_published(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.DISCHARGED, basis=Basis.ASSIGNED), NotAllowed, "by hand")


def test_closed_without_being_adopted_needs_the_inspectorates_words(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.NOT_ADOPTED), NotAllowed, "the inspectorate's own words")


def test_delivered_is_not_how_an_inspectorates_item_ends(empty: Register, hc6: str) -> None:
    command = SetStage(item=hc6, stage=Stage.DELIVERED, by="The group", reached="May 2025")
    refused(empty, command, NotAllowed, "is the inspectorate's to close")


@pytest.mark.parametrize("details", [{}, {"by": "The group"}, {"reached": "May 2025"}])
def test_delivered_says_who_agreed_and_when(empty: Register, cp1: str, details: dict[str, Any]) -> None:
    refused(empty, SetStage(item=cp1, stage=Stage.DELIVERED, **details), BadInput, "say who agreed it and when")


def test_delivered_closes_a_commitment(empty: Register, cp1: str) -> None:
    empty.do(SetStage(item=cp1, stage=Stage.DELIVERED, by="The group", reached="May 2024"))
    assert the_item(empty, cp1, "status", "closed_as") == ("closed", "delivered")
    assert the_item(empty, cp1, "stage_by", "stage_day", "stage_earliest", "stage_latest") == (
        "The group",
        "May 2024",
        "2024-05-01",
        "2024-05-31",
    )


def test_superseded_names_what_takes_its_place(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.SUPERSEDED), BadInput, "which item takes the place of HC-6")


def test_an_item_does_not_supersede_itself(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.SUPERSEDED, superseded_by=hc6), BadInput, "which item")


def test_superseded_closes_and_ties_the_two(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(SetStage(item=hc6, stage=Stage.SUPERSEDED, superseded_by=hc7))
    assert the_item(empty, hc6, "closed_as") == "superseded"
    assert empty.conn.execute("SELECT relation, recommendation, other FROM link").fetchall() == [
        ("supersedes", hc7, hc6)
    ]


@pytest.mark.parametrize("reason", [None, ""])
def test_closed_not_known_how_says_how_that_is_known(empty: Register, hc6: str, reason: str | None) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.UNKNOWN_HOW, reason=reason), BadInput, "how it is known")


def test_what_closes_an_item_empties_track_next_move_and_believed_done(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    empty.do(SetNextMove(item=hc6, who=NextMove.US))
    empty.do(BelieveDone(item=hc6, believed=True))
    empty.do(SetStage(item=hc6, **CLOSED))
    assert the_item(empty, hc6, "status", "track", "next_move", "believed_done") == ("closed", None, None, None)


def test_reopening_by_stage_owes_a_reason_and_leaves_the_track_not_stated(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, SetStage(item=hc6, stage=Stage.IN_PROGRESS), ReasonRequired, "Reopening HC-6")
    empty.do(SetStage(item=hc6, stage=Stage.IN_PROGRESS, reason="Not done."))
    assert the_item(empty, hc6, "status", "track") == ("not-stated", "not-stated")


def test_a_second_command_of_one_action_knows_what_the_first_closed(empty: Register, hc6: str) -> None:
    number = empty.newest()
    with pytest.raises(ReasonRequired, match="Reopening"):
        empty.do_all([SetStage(item=hc6, **CLOSED), SetTrack(item=hc6, track=Track.ON_TRACK)])
    assert empty.newest() == number


@pytest.mark.parametrize(("asks", "closed_as"), [("closure", "with-inspectorate"), ("view", None)])
def test_a_submitted_item_counts_as_closed_only_where_closure_was_asked_for(
    empty: Register, hc6: str, asks: str, closed_as: str | None
) -> None:
    empty.do(Send(item=hc6, asks=asks))
    assert the_item(empty, hc6, "closed_as") == closed_as
    assert (the_item(empty, hc6, "status") == "closed") is bool(closed_as)


def test_of_several_submissions_the_newest_sent_says_what_was_asked(empty: Register, hc6: str) -> None:
    empty.do(Send(item=hc6, asks="closure", sent="2024-05-31"))
    empty.do(Send(item=hc6, asks="view", sent="2024-06-30"))
    assert the_item(empty, hc6, "closed_as") is None
    empty.do(Send(item=hc6, asks="closure", sent="2024-04-30"))
    assert the_item(empty, hc6, "closed_as") is None


def test_a_withdrawn_submission_asks_for_nothing(empty: Register, hc6: str) -> None:
    sent = empty.do(Send(item=hc6, asks="closure")).created
    assert sent
    empty.do(Withdraw(kind="submission", entity=sent))
    assert the_item(empty, hc6, "closed_as") is None


class Send(Command):
    """Evidence sent, in the fewest words."""

    item: str
    asks: str
    sent: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        day = {"text": self.sent, "earliest": self.sent, "latest": self.sent} if self.sent else None
        writer.create("submission", {"recommendation": self.item, "asks": self.asks, "sent": day})
        writer.set("recommendation", self.item, "stage", {"text": Stage.SUBMITTED})


def test_a_reopened_item_keeps_its_submissions(empty: Register, hc6: str) -> None:
    empty.do(Send(item=hc6, asks="closure"))
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason="More is wanted."))
    assert the_item(empty, hc6, "stage", "status") == ("in-progress", "delayed")
    assert empty.conn.execute("SELECT count(*) FROM submission WHERE withdrawn = 0").fetchone() == (1,)


# Believed done, next move


def test_believed_done_stays_open_and_says_by_whom(empty: Register, hc6: str) -> None:
    empty.do(BelieveDone(item=hc6, believed=True, by="C3"))
    assert the_item(empty, hc6, "believed_done", "believed_done_by", "status") == ("yes", "C3", "not-stated")
    empty.do(BelieveDone(item=hc6, believed=False))
    assert the_item(empty, hc6, "believed_done") is None


def test_a_closed_item_is_not_believed_done(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, BelieveDone(item=hc6, believed=True), NotAllowed, "closed already")


def test_the_next_move_says_whose_and_until_when(empty: Register, hc6: str) -> None:
    empty.do(SetNextMove(item=hc6, who=NextMove.INSPECTORATE, until="its 2025 audit"))
    assert the_item(empty, hc6, "next_move", "next_move_until") == ("inspectorate", "its 2025 audit")
    empty.do(SetNextMove(item=hc6, who=None))
    assert the_item(empty, hc6, "next_move", "next_move_until") == (None, None)


def test_a_closed_item_has_no_next_move(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, SetNextMove(item=hc6, who=NextMove.US), NotAllowed, "nobody's move")


# Targets


def test_a_target_is_kept_as_written_with_what_can_be_read_from_it(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025", said="18 September 2024", where="page 7", condition="If funded."))
    columns = ("target", "target_earliest", "target_latest", "target_said", "target_where", "target_condition")
    assert the_item(empty, hc6, *columns) == (
        "June 2025",
        "2025-06-01",
        "2025-06-30",
        "18 September 2024",
        "page 7",
        "If funded.",
    )


def test_a_target_in_words_is_never_made_more_precise(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="in the coming weeks"))
    assert the_item(empty, hc6, "target", "target_earliest", "target_latest") == ("in the coming weeks", None, None)


def test_bounds_may_be_given_for_words(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="during 2025, continuing into 2026", earliest="2025-01-01", latest="2026-12-31"))
    assert the_item(empty, hc6, "target_latest") == "2026-12-31"


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        ({"latest": "soon"}, "is not a date"),
        ({"latest": "2025-13-01"}, "is not a day in the calendar"),
        ({"earliest": "2026-01-01", "latest": "2025-12-31"}, "last possible day is before its first"),
    ],
)
def test_a_bound_that_is_no_day_or_out_of_order_is_refused(
    empty: Register, hc6: str, bounds: dict[str, Any], words: str
) -> None:
    refused(empty, MoveTarget(item=hc6, text="June 2025", **bounds), BadInput, words)


def test_moving_a_target_later_owes_a_reason(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    refused(
        empty,
        MoveTarget(item=hc6, text="July 2025"),
        ReasonRequired,
        "Moving the target of HC-6 later, from June 2025 to July 2025, needs a reason",
    )


def test_bringing_a_target_forward_owes_none(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    empty.do(MoveTarget(item=hc6, text="May 2025"))
    assert the_item(empty, hc6, "target", "first_target") == ("May 2025", "June 2025")


def test_an_empty_target_is_none(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    refused(empty, MoveTarget(item=hc6, text=" "), ReasonRequired, "without a day")
    empty.do(MoveTarget(item=hc6, text=" ", reason="Withdrawn."))
    assert the_item(empty, hc6, "target", "target_latest", "first_target") == (None, None, "June 2025")


def test_a_closed_item_gets_no_target(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, MoveTarget(item=hc6, text="June 2025"), NotAllowed, "Reopen it")


# Actions


def test_an_action_is_due_as_written_and_said_today_unless_told(empty: Register, hc6: str) -> None:
    action = str(empty.do(AddAction(item=hc6, text="Answer.", due="in the coming weeks", whose="C3")).created)
    found = row(empty, "action", action)
    assert [found[c] for c in ("kind", "text", "due", "due_latest", "due_said", "whose", "done")] == [
        "promise",
        "Answer.",
        "in the coming weeks",
        None,
        "18 September 2024",
        "C3",
        None,
    ]


def test_an_action_says_what_is_to_be_done(empty: Register, hc6: str) -> None:
    refused(empty, AddAction(item=hc6, text=" "), BadInput, "what is to be done")


def test_an_action_is_done_today_unless_said_and_may_be_undone(empty: Register, hc6: str) -> None:
    action = str(empty.do(AddAction(item=hc6, text="Answer.")).created)
    empty.do(FinishAction(action=action))
    assert row(empty, "action", action)["done"] == "18 September 2024"
    empty.do(FinishAction(action=action, day="May 2024"))
    assert row(empty, "action", action)["done_latest"] == "2024-05-31"
    empty.do(FinishAction(action=action, done=False))
    assert row(empty, "action", action)["done"] is None


def test_correcting_an_actions_day_keeps_where_it_was_said(empty: Register, hc6: str) -> None:
    action = str(empty.do(AddAction(item=hc6, text="Answer.", due="May 2025", where="page 3")).created)
    empty.do(correct("action", action, due="June 2025"))
    found = row(empty, "action", action)
    assert (found["due_latest"], found["due_said"], found["due_where"]) == ("2025-06-30", "18 September 2024", "page 3")


def test_an_action_keeps_its_text(empty: Register, hc6: str) -> None:
    action = str(empty.do(AddAction(item=hc6, text="Answer.")).created)
    refused(empty, correct("action", action, text=""), BadInput, "what is to be done")


# Notes


def test_a_note_is_a_position_dated_today_unless_said(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="A reply is being written.")).created)
    found = row(empty, "note", note)
    assert (found["kind"], found["dated"], found["dated_latest"]) == ("position", "18 September 2024", "2024-09-18")


def test_who_said_a_note_stands_apart_from_who_recorded_it(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Agreed.", said_by="C3")).created)
    found = row(empty, "note", note)
    recorded_by = empty.conn.execute("SELECT name FROM party WHERE id = ?", (found["recorded_by"],)).fetchone()
    assert (found["said_by"], recorded_by) == ("C3", ("Test Lead",))


def test_one_note_may_be_about_several_items(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddNote(items=(hc6, hc7), text="Both."))
    assert empty.conn.execute("SELECT count(*) FROM note").fetchone() == (1,)
    assert empty.conn.execute("SELECT count(*) FROM note_on").fetchone() == (2,)


def test_a_note_may_be_about_a_publication_or_a_theme(empty: Register, report: str) -> None:
    theme = empty.do(AddTheme(name="Guidelines")).created
    empty.do(AddNote(publication=report, text="Training goes on."))
    empty.do(AddNote(theme=theme, text="Learned.", kind=NoteKind.LEARNING))
    assert empty.conn.execute("SELECT publication, theme FROM note_on ORDER BY publication").fetchall() == [
        (None, theme),
        (report, None),
    ]


def test_a_note_is_about_something(empty: Register) -> None:
    refused(empty, AddNote(text="About nothing."), BadInput, "what the note is about")


def test_a_note_is_not_empty(empty: Register, hc6: str) -> None:
    refused(empty, AddNote(items=(hc6,), text=" \n"), BadInput, "The note is empty")


def test_a_note_of_more_than_200_kb_is_refused(empty: Register, hc6: str) -> None:
    refused(empty, AddNote(items=(hc6,), text="é" * 100_001), BadInput, "too long")


def test_a_notes_date_that_is_none_is_refused(empty: Register, hc6: str) -> None:
    refused(empty, AddNote(items=(hc6,), text="Said.", dated="some Tuesday"), BadInput, "not a date")


def test_correcting_a_note_withdraws_it_and_puts_the_corrected_one_in_its_place(
    empty: Register, hc6: str, hc7: str
) -> None:
    note = str(empty.do(AddNote(items=(hc6, hc7), text="Wrod.", dated="May 2024", said_by="C3")).created)
    done = empty.do(CorrectNote(note=note, text="Word."))
    assert row(empty, "note", note)["withdrawn"] == 1
    after = row(empty, "note", str(done.created))
    assert (after["text"], after["dated"], after["said_by"], after["withdrawn"]) == ("Word.", "May 2024", "C3", 0)
    associations = empty.conn.execute("SELECT recommendation FROM note_on WHERE note = ?", (done.created,)).fetchall()
    assert sorted(associations) == sorted([(hc6,), (hc7,)])


def test_a_note_that_is_right_already_is_left_alone(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Word.")).created)
    assert empty.do(CorrectNote(note=note, text="Word.")).action is None


def test_a_withdrawn_note_is_not_corrected(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Word.")).created)
    empty.do(Withdraw(kind="note", entity=note))
    refused(empty, CorrectNote(note=note, text="Other."), NotAllowed, "withdrawn already")


def test_a_withdrawn_note_is_not_found_by_its_words(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Wonderland.")).created)
    words = "SELECT count(*) FROM search WHERE search MATCH 'wonderland'"
    assert empty.conn.execute(words).fetchone() == (1,)
    empty.do(Withdraw(kind="note", entity=note))
    assert empty.conn.execute(words).fetchone() == (0,)
