"""The rules of what a person can do, a claim a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    BelieveDone,
    Command,
    CorrectAction,
    CorrectItem,
    CorrectNote,
    CorrectPublication,
    DescribeRegister,
    FinishAction,
    MoveTarget,
    SetLeads,
    SetNextMove,
    SetOutcomes,
    SetStage,
    SetTrack,
    Withdraw,
    propose_code,
)
from store.commands.items import item_id
from store.commands.publications import publication_id
from store.errors import BadInput, NotAllowed, ReasonOwed
from store.kinds import REGISTER
from store.pen import Pen
from store.register import Register
from store.words import Basis, ClosedBy, ItemKind, NextMove, NoteKind, PublicationKind, Stage, Track

CLOSED = {"stage": Stage.NOT_KNOWN_HOW, "reason": "Listed as complete in March."}


@pytest.fixture
def report(empty: Register) -> str:
    """A report, HC, whose items the inspectorate closes."""
    return str(empty.do(AddPublication(title="Hate Crime", published="June 2021")).created)


@pytest.fixture
def plan(empty: Register) -> str:
    """A plan, CP, whose commitments its leads close."""
    return str(empty.do(AddPublication(title="Commitments Plan", kind=PublicationKind.PLAN)).created)


@pytest.fixture
def hc6(empty: Register, report: str) -> str:
    """An open recommendation."""
    return str(empty.do(AddItem(publication=report, number="6", title="Speed up reporting")).created)


@pytest.fixture
def hc7(empty: Register, report: str) -> str:
    """Another open recommendation."""
    return str(empty.do(AddItem(publication=report, number="7", title="Train call handlers")).created)


@pytest.fixture
def cp1(empty: Register, plan: str) -> str:
    """A commitment."""
    return str(empty.do(AddItem(publication=plan, number="1", title="Train officers")).created)


def row(register: Register, kind: str, thing: str) -> dict[str, Any]:
    """A thing's columns."""
    cursor = register.conn.execute(f"SELECT * FROM {kind} WHERE id = ?", (thing,))
    return dict(zip([c[0] for c in cursor.description], cursor.fetchone(), strict=True))


def the_item(register: Register, item: str, *columns: str) -> Any:
    """Some of an item's columns; one by itself."""
    found = tuple(row(register, "recommendation", item)[column] for column in columns)
    return found[0] if len(found) == 1 else found


def refused(register: Register, command: Command, error: type[Exception], words: str) -> None:
    """Assert that a command is refused in these words, and that nothing was written."""
    number = register.newest()
    with pytest.raises(error, match=words):
        register.do(command)
    assert register.newest() == number


# On time?


def test_a_new_item_is_not_stated(empty: Register, hc6: str) -> None:
    assert the_item(empty, hc6, "stage", "track", "status") == ("not-stated", "not-stated", "not-stated")


def test_track_is_said_in_one_command(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    assert the_item(empty, hc6, "track", "status") == ("on-track", "on-track")


def test_delayed_owes_a_reason(empty: Register, hc6: str) -> None:
    refused(empty, SetTrack(item=hc6, track=Track.DELAYED), ReasonOwed, "Marking HC-6 as delayed owes a reason")


def test_a_reason_may_be_declined_and_is_kept_as_none_given(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason=""))
    assert the_item(empty, hc6, "status") == "delayed"
    assert empty.log.of_thing(hc6)[-1].reason == ""


def test_delayed_already_owes_no_second_reason(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason="Staff."))
    assert empty.do(SetTrack(item=hc6, track=Track.DELAYED)).action is None


def test_a_track_on_a_closed_item_owes_a_reason(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, SetTrack(item=hc6, track=Track.ON_TRACK), ReasonOwed, "Reopening HC-6 owes a reason")


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
    known = empty.log.of_thing(hc6)[1].value("stage")
    assert (known.basis, known.place) == (basis, "page 4")


def test_our_own_label_does_not_pass_as_published(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.DISCHARGED, basis=Basis.ASSIGNED), NotAllowed, "by hand")


def test_closed_without_being_adopted_needs_the_inspectorates_words(empty: Register, hc6: str) -> None:
    refused(empty, SetStage(item=hc6, stage=Stage.NOT_ADOPTED), NotAllowed, "the inspectorate's own words")


def test_delivered_is_not_how_an_inspectorates_item_ends(empty: Register, hc6: str) -> None:
    command = SetStage(item=hc6, stage=Stage.DELIVERED, by="The group", reached="May 2025")
    refused(empty, command, NotAllowed, "is the inspectorate's to close")


@pytest.mark.parametrize("known", [{}, {"by": "The group"}, {"reached": "May 2025"}])
def test_delivered_says_who_agreed_and_when(empty: Register, cp1: str, known: dict[str, str]) -> None:
    refused(empty, SetStage(item=cp1, stage=Stage.DELIVERED, **known), BadInput, "say who agreed it and when")


def test_delivered_closes_a_commitment(empty: Register, cp1: str) -> None:
    empty.do(SetStage(item=cp1, stage=Stage.DELIVERED, by="The group", reached="May 2025"))
    assert the_item(empty, cp1, "status", "closed_as") == ("closed", "delivered")
    assert the_item(empty, cp1, "stage_by", "stage_day", "stage_earliest", "stage_latest") == (
        "The group",
        "May 2025",
        "2025-05-01",
        "2025-05-31",
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
    refused(empty, SetStage(item=hc6, stage=Stage.NOT_KNOWN_HOW, reason=reason), BadInput, "how it is known")


def test_what_closes_an_item_empties_track_next_move_and_believed_done(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    empty.do(SetNextMove(item=hc6, who=NextMove.US))
    empty.do(BelieveDone(item=hc6, believed=True))
    empty.do(SetStage(item=hc6, **CLOSED))
    assert the_item(empty, hc6, "status", "track", "next_move", "believed_done") == ("closed", None, None, None)


def test_reopening_by_stage_owes_a_reason_and_leaves_the_track_not_stated(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, **CLOSED))
    refused(empty, SetStage(item=hc6, stage=Stage.IN_PROGRESS), ReasonOwed, "Reopening HC-6")
    empty.do(SetStage(item=hc6, stage=Stage.IN_PROGRESS, reason="Not done."))
    assert the_item(empty, hc6, "status", "track") == ("not-stated", "not-stated")


def test_a_second_command_of_one_action_knows_what_the_first_closed(empty: Register, hc6: str) -> None:
    number = empty.newest()
    with pytest.raises(ReasonOwed, match="Reopening"):
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
    empty.do(Withdraw(kind="submission", thing=sent))
    assert the_item(empty, hc6, "closed_as") is None


class Send(Command):
    """Evidence sent, in the fewest words."""

    item: str
    asks: str
    sent: str | None = None

    def write(self, pen: Pen) -> None:
        day = {"text": self.sent, "earliest": self.sent, "latest": self.sent} if self.sent else None
        pen.create("submission", {"recommendation": self.item, "asks": self.asks, "sent": day})
        pen.set("recommendation", self.item, "stage", {"text": Stage.SUBMITTED})


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
    assert the_item(empty, hc6, "target_latest", "target_rank") == ("2026-12-31", "2026-12-31")


@pytest.mark.parametrize("bounds", [{"latest": "soon"}, {"latest": "2025-13-01"}, {"earliest": "2026-01-01"}])
def test_a_bound_that_is_no_day_or_out_of_order_is_refused(empty: Register, hc6: str, bounds: dict[str, str]) -> None:
    refused(empty, MoveTarget(item=hc6, text="June 2025", **bounds), BadInput, "Target")


def test_moving_a_target_later_owes_a_reason(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    refused(
        empty,
        MoveTarget(item=hc6, text="July 2025"),
        ReasonOwed,
        "Moving the target of HC-6 later, from June 2025 to July 2025, owes a reason",
    )


def test_bringing_a_target_forward_owes_none(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    empty.do(MoveTarget(item=hc6, text="May 2025"))
    assert the_item(empty, hc6, "target", "first_target") == ("May 2025", "June 2025")


def test_an_empty_target_is_none(empty: Register, hc6: str) -> None:
    empty.do(MoveTarget(item=hc6, text="June 2025"))
    empty.do(MoveTarget(item=hc6, text=" "))
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
    empty.do(CorrectAction(action=action, due="June 2025"))
    found = row(empty, "action", action)
    assert (found["due_latest"], found["due_said"], found["due_where"]) == ("2025-06-30", "18 September 2024", "page 3")


def test_an_action_keeps_its_text(empty: Register, hc6: str) -> None:
    action = str(empty.do(AddAction(item=hc6, text="Answer.")).created)
    refused(empty, CorrectAction(action=action, text=""), BadInput, "what is to be done")


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
    refused(empty, AddNote(items=(hc6,), text="Said.", dated="last Tuesday"), BadInput, "not a date")


def test_correcting_a_note_withdraws_it_and_puts_the_corrected_one_in_its_place(
    empty: Register, hc6: str, hc7: str
) -> None:
    note = str(empty.do(AddNote(items=(hc6, hc7), text="Wrod.", dated="May 2024", said_by="C3")).created)
    done = empty.do(CorrectNote(note=note, text="Word."))
    assert row(empty, "note", note)["withdrawn"] == 1
    kept = row(empty, "note", str(done.created))
    assert (kept["text"], kept["dated"], kept["said_by"], kept["withdrawn"]) == ("Word.", "May 2024", "C3", 0)
    ties = empty.conn.execute("SELECT recommendation FROM note_on WHERE note = ?", (done.created,)).fetchall()
    assert sorted(ties) == sorted([(hc6,), (hc7,)])


def test_a_note_that_is_right_already_is_left_alone(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Word.")).created)
    assert empty.do(CorrectNote(note=note, text="Word.")).action is None


def test_a_withdrawn_note_is_not_corrected(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Word.")).created)
    empty.do(Withdraw(kind="note", thing=note))
    refused(empty, CorrectNote(note=note, text="Other."), NotAllowed, "withdrawn already")


def test_a_withdrawn_note_is_not_found_by_its_words(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="Wonderland.")).created)
    words = "SELECT count(*) FROM search WHERE search MATCH 'wonderland'"
    assert empty.conn.execute(words).fetchone() == (1,)
    empty.do(Withdraw(kind="note", thing=note))
    assert empty.conn.execute(words).fetchone() == (0,)


# Items


def test_an_item_of_a_plan_is_a_commitment_and_of_a_report_a_recommendation(
    empty: Register, hc6: str, cp1: str
) -> None:
    assert the_item(empty, hc6, "kind") == ItemKind.RECOMMENDATION
    assert the_item(empty, cp1, "kind") == ItemKind.COMMITMENT


def test_an_item_has_a_title(empty: Register, report: str) -> None:
    refused(empty, AddItem(publication=report, number="8", title=" "), BadInput, "short title")


@pytest.mark.parametrize("number", ["6", "R6", "Rec. 06", "rec 6"])
def test_a_number_that_is_here_is_refused_however_it_is_written(
    empty: Register, report: str, hc6: str, number: str
) -> None:
    refused(empty, AddItem(publication=report, number=number, title="Again"), NotAllowed, "HC-6 is here already")


@pytest.mark.parametrize("number", ["--", "…", "()"])
def test_a_number_has_a_letter_or_a_digit(empty: Register, report: str, number: str) -> None:
    refused(
        empty, AddItem(publication=report, number=number, title="Nothing"), BadInput, "neither a letter nor a digit"
    )


def test_an_item_without_a_number_gets_a_label(empty: Register, report: str) -> None:
    thing = str(empty.do(AddItem(publication=report, title="Unnumbered")).created)
    assert the_item(empty, thing, "reference") == f"HC-x{thing[:4]}"


def test_a_number_learnt_later_is_a_field_and_leaves_the_id(empty: Register, report: str) -> None:
    thing = str(empty.do(AddItem(publication=report, title="Unnumbered")).created)
    empty.do(CorrectItem(item=thing, number="9"))
    assert the_item(empty, thing, "id", "reference") == (thing, "HC-9")


def test_an_item_that_loses_its_number_is_called_by_a_label(empty: Register, hc6: str) -> None:
    empty.do(CorrectItem(item=hc6, number=""))
    assert the_item(empty, hc6, "number", "reference") == (None, f"HC-x{hc6[:4]}")


def test_a_number_is_not_corrected_to_one_that_is_taken(empty: Register, hc6: str, hc7: str) -> None:
    refused(empty, CorrectItem(item=hc7, number="Rec 6"), BadInput, "HC-6 has that number already")


def test_a_new_item_is_open(empty: Register, report: str) -> None:
    command = AddItem(publication=report, number="8", title="Done", stage=Stage.DISCHARGED)
    refused(empty, command, NotAllowed, "A new item is open")


@pytest.mark.parametrize("field", ["title", "kind", "marking"])
def test_what_an_item_needs_is_not_emptied(empty: Register, hc6: str, field: str) -> None:
    refused(empty, CorrectItem(item=hc6, **{field: None}), BadInput, f"An item needs its {field}")


def test_what_is_not_given_stays_as_it_is(empty: Register, hc6: str) -> None:
    empty.do(CorrectItem(item=hc6, text="The full text.", addressed_to="Police Scotland"))
    empty.do(CorrectItem(item=hc6, text=""))
    assert the_item(empty, hc6, "title", "text", "addressed_to") == ("Speed up reporting", None, "Police Scotland")


def test_a_theme_is_our_own_label_unless_a_source_says_it(empty: Register, hc6: str, hc7: str) -> None:
    theme = str(empty.do(AddTheme(name="Guidelines")).created)
    empty.do(CorrectItem(item=hc6, theme=theme))
    empty.do(CorrectItem(item=hc7, theme=theme, basis=Basis.STATED))
    assert the_item(empty, hc6, "theme_name", "basis") == ("Guidelines", '{"theme": "assigned"}')
    assert the_item(empty, hc7, "theme_name", "basis") == ("Guidelines", None)


def test_parts_are_shown_and_never_counted(empty: Register, report: str, hc6: str) -> None:
    part = str(empty.do(AddItem(publication=report, number="6a", title="A part", part_of=hc6)).created)
    assert the_item(empty, part, "listed", "counted") == (1, 0)
    assert empty.conn.execute("SELECT sum(items) FROM tally").fetchone() == (1,)


@pytest.mark.parametrize("case", ["itself", "a part", "its own part", "elsewhere"])
def test_a_part_belongs_to_a_whole_item_of_its_publication(
    empty: Register, report: str, hc6: str, hc7: str, cp1: str, case: str
) -> None:
    part = str(empty.do(AddItem(publication=report, number="6a", title="A part", part_of=hc6)).created)
    item, whole = {"itself": (hc7, hc7), "a part": (hc7, part), "its own part": (hc6, hc7), "elsewhere": (hc7, cp1)}[
        case
    ]
    refused(empty, CorrectItem(item=item, part_of=whole), BadInput, "part")


def test_an_item_is_not_added_to_what_was_withdrawn(empty: Register, report: str) -> None:
    empty.do(Withdraw(kind="publication", thing=report))
    refused(empty, AddItem(publication=report, number="1", title="One"), NotAllowed, "has been withdrawn")


def test_leads_are_who_is_named_and_nobody_else(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("Local Policing", "C3")))
    empty.do(SetLeads(item=hc6, leads=("c3", "Custody")))
    assert the_item(empty, hc6, "leads") == "C3; Custody"
    assert empty.conn.execute("SELECT count(*) FROM party WHERE kind = 'unit'").fetchone() == (3,)


def test_outcomes_are_what_is_named_and_nothing_else(empty: Register, hc6: str) -> None:
    first, second = (str(empty.do(AddOutcome(text=text)).created) for text in ("Safer", "Fairer"))
    empty.do(SetOutcomes(item=hc6, outcomes=(first,)))
    empty.do(SetOutcomes(item=hc6, outcomes=(second,)))
    assert empty.conn.execute("SELECT outcome FROM contribution WHERE withdrawn = 0").fetchall() == [(second,)]


class AddOutcome(Command):
    """An outcome, in the fewest words."""

    text: str

    def write(self, pen: Pen) -> None:
        pen.create("outcome", {"text": self.text})


# Links


def test_an_item_joined_to_another_is_not_counted_and_not_listed(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    assert [the_item(empty, item, "listed", "counted") for item in (hc6, hc7)] == [(1, 1), (0, 0)]
    assert empty.conn.execute("SELECT sum(items) FROM tally").fetchone() == (1,)


def test_what_an_item_was_joined_to_being_withdrawn_it_counts_again(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    empty.do(Withdraw(kind="recommendation", thing=hc6))
    assert the_item(empty, hc7, "listed", "counted") == (1, 1)


def test_an_item_is_not_joined_to_what_is_joined_to_it(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc7, relation="same-as", other=hc6))
    refused(empty, AddLink(item=hc6, relation="same-as", other=hc7), NotAllowed, "HC-7 is joined to HC-6 already")


def test_of_items_joined_in_a_ring_by_several_people_one_is_counted(empty: Register, report: str) -> None:
    things = [
        str(empty.do(AddItem(publication=report, number=str(n), title=f"Title {n}")).created) for n in range(1, 4)
    ]
    empty.do(Ring(items=tuple(things)))
    counted = [item for item in things if the_item(empty, item, "counted")]
    assert counted == [min(things)]


class Ring(Command):
    """What three people bring who each joined one item to the next."""

    items: tuple[str, ...]

    def write(self, pen: Pen) -> None:
        for item, other in zip(self.items, (*self.items[1:], self.items[0]), strict=True):
            pen.create("link", {"relation": "same-as", "recommendation": item, "other": other})


def test_an_item_is_not_linked_to_itself(empty: Register, hc6: str) -> None:
    refused(empty, AddLink(item=hc6, relation="depends-on", other=hc6), NotAllowed, "to itself")


def test_the_same_work_is_linked_once(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(AddLink(item=hc6, relation="same-work", other=hc7))
    assert empty.do(AddLink(item=hc7, relation="same-work", other=hc6)).action is None


def test_a_link_withdrawn_comes_back_when_it_is_added_again(empty: Register, hc6: str, hc7: str) -> None:
    link = str(empty.do(AddLink(item=hc6, relation="depends-on", other=hc7)).created)
    empty.do(Withdraw(kind="link", thing=link))
    assert empty.do(AddLink(item=hc6, relation="depends-on", other=hc7)).created == link
    assert empty.conn.execute("SELECT id, withdrawn FROM link").fetchall() == [(link, 0)]


# Publications


def test_a_publication_has_a_title(empty: Register) -> None:
    refused(empty, AddPublication(title=" – "), BadInput, "needs a title")


def test_a_publication_that_is_here_is_refused_by_its_code(empty: Register, report: str) -> None:
    refused(empty, AddPublication(title="HATE CRIME", published="2021-06"), NotAllowed, "here already, as HC")


def test_a_publication_withdrawn_comes_back_when_it_is_recorded_again(empty: Register, report: str) -> None:
    empty.do(Withdraw(kind="publication", thing=report))
    done = empty.do(AddPublication(title="Hate Crime", published="June 2021", publisher="HMICS"))
    assert done.created == report
    found = row(empty, "publication", report)
    assert (found["withdrawn"], found["publisher"], found["code"]) == (0, "HMICS", "HC")


def test_a_code_that_is_taken_is_refused(empty: Register, report: str) -> None:
    refused(empty, AddPublication(title="Other", code="hc"), BadInput, "The code HC is taken by Hate Crime")


def test_a_code_is_letters_and_digits(empty: Register) -> None:
    refused(empty, AddPublication(title="Other", code="A-1"), BadInput, "letters and digits only")


@pytest.mark.parametrize(
    ("title", "year", "taken", "code"),
    [
        ("Hate Crime", 2021, set(), "HC"),
        ("Custody of Adults", 2025, {"CA"}, "CA25"),
        ("Custody of Adults", 2025, {"ca", "CA25"}, "CA2"),
        ("Custody of Adults", None, {"CA"}, "CA2"),
        ("Custody", None, set(), "CUS"),
        ("101 calls", None, set(), "P1C"),
        ("Plan 2024", None, set(), "PLA"),
        ("“…”", None, set(), "P"),
    ],
)
def test_a_code_is_proposed_from_the_title(title: str, year: int | None, taken: set[str], code: str) -> None:
    assert propose_code(title, year, taken) == code


def test_the_proposed_code_is_always_one_that_is_taken_by_none(empty: Register) -> None:
    codes = []
    for n in range(12):
        done = empty.do(AddPublication(title="Hate Crime", published=f"June {2010 + n}"))
        codes.append(row(empty, "publication", str(done.created))["code"])
    assert len(set(codes)) == 12


def test_who_closes_items_follows_from_the_kind_unless_said(empty: Register, report: str, plan: str) -> None:
    group = empty.do(AddPublication(title="Group plan", kind=PublicationKind.PLAN, closed_by=ClosedBy.GROUP)).created
    found = [row(empty, "publication", thing)["closed_by"] for thing in (report, plan, str(group))]
    assert found == ["inspectorate", "leads", "group"]


@pytest.mark.parametrize(("printed", "number"), [("14", 14), ("8 recs", 8), ("New Plan", None)])
def test_a_printed_number_is_kept_as_printed(empty: Register, printed: str, number: int | None) -> None:
    thing = str(empty.do(AddPublication(title="Hate Crime", stated_total=printed)).created)
    found = row(empty, "publication", thing)
    assert (found["stated_total"], found["stated_total_number"]) == (printed, number)


def test_correcting_a_publications_code_renames_its_items(empty: Register, report: str, hc6: str) -> None:
    empty.do(CorrectPublication(publication=report, code="hate"))
    assert the_item(empty, hc6, "reference", "sort_key") == ("HATE-6", "hate 000000006")


@pytest.mark.parametrize("field", ["title", "code", "kind", "closed_by", "marking"])
def test_what_a_publication_needs_is_not_emptied(empty: Register, report: str, field: str) -> None:
    refused(empty, CorrectPublication(publication=report, **{field: None}), BadInput, "A publication needs its")


def test_a_publication_that_holds_items_is_not_withdrawn(empty: Register, report: str, hc6: str) -> None:
    refused(empty, Withdraw(kind="publication", thing=report), NotAllowed, "HC still has 1 items")


def test_the_ids_of_publications_and_items_are_for_good() -> None:
    where = publication_id("Hate Crime", {"earliest": "2021-06-01", "latest": "2021-06-30"})
    assert (where, item_id(where, "Rec. 06")) == ("9cee1dfdaef3bb10faf85370bc0ac31f", "295d662cbd71b926be1f2bd7a4a6ce16")


# The register itself


def test_a_register_is_described_once_and_then_field_by_field(empty: Register) -> None:
    empty.do(DescribeRegister(title="HMICS improvement register", next_committee="12 December 2024"))
    empty.do(DescribeRegister(day="2024-09-18"))
    assert empty.described() == {
        "title": "HMICS improvement register",
        "marking": "OFFICIAL",
        "day": "2024-09-18",
        "next_committee": "12 December 2024",
        "next_committee_latest": "2024-12-12",
    }


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("field", ["title", "marking"])
def test_a_register_needs_its_title_and_marking(empty: Register, first: bool, field: str) -> None:
    if not first:
        empty.do(DescribeRegister(title="A register"))
    refused(empty, DescribeRegister(**{field: ""}), BadInput, f"A register needs its {field}")


def test_the_registers_own_day_is_the_day_where_nothing_else_is_said(
    empty: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty.do(DescribeRegister(day="2024-09-10"))
    assert empty.today().isoformat() == "2024-09-18"
    monkeypatch.delenv("FAIRLEAD_TODAY")
    assert empty.today().isoformat() == "2024-09-10"
    assert empty.stamp().startswith("2024-09-10T")


def test_a_day_that_is_none_is_refused(empty: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(empty, DescribeRegister(day="tomorrow"), BadInput, "Day")
    monkeypatch.setenv("FAIRLEAD_TODAY", "tomorrow")
    refused(empty, DescribeRegister(title="Any"), BadInput, "FAIRLEAD_TODAY is")


def test_two_registers_mean_the_same_theme_by_its_name(empty: Register, sample: Register) -> None:
    assert empty.do(AddTheme(name="guidelines")).created in {
        row[0] for row in sample.conn.execute("SELECT id FROM theme WHERE name = 'Guidelines'")
    }


def test_a_theme_has_a_name(empty: Register) -> None:
    refused(empty, AddTheme(name="?"), BadInput, "A theme needs a name")


def test_the_register_itself_and_people_are_not_withdrawn(empty: Register) -> None:
    empty.do(DescribeRegister(title="A register"))
    refused(empty, Withdraw(kind="register", thing=REGISTER), BadInput, "cannot be withdrawn")


def test_an_unknown_kind_is_not_withdrawn(empty: Register) -> None:
    refused(empty, Withdraw(kind="sqlite_master", thing="0" * 32), BadInput, "cannot be withdrawn")


# What every command does


def test_what_is_said_already_changes_nothing(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    done = empty.do(SetTrack(item=hc6, track=Track.ON_TRACK))
    assert (done.action, done.items) == (None, ())


def test_several_commands_are_one_action_or_none(empty: Register, hc6: str, hc7: str) -> None:
    number = empty.newest()
    with pytest.raises(ReasonOwed):
        empty.do_all([SetTrack(item=hc6, track=Track.ON_TRACK), SetTrack(item=hc7, track=Track.DELAYED)])
    assert empty.newest() == number
    done = empty.do_all([SetTrack(item=item, track=Track.ON_TRACK) for item in (hc6, hc7)])
    assert set(done.items) == {hc6, hc7}
    empty.undo()
    assert {the_item(empty, item, "track") for item in (hc6, hc7)} == {"not-stated"}


def test_a_reason_of_more_than_200_kb_is_refused(empty: Register, hc6: str) -> None:
    refused(empty, SetTrack(item=hc6, track=Track.DELAYED, reason="x" * 200_001), BadInput, "too long")


SUMMARIES: list[tuple[Callable[[str], Command], str]] = [
    (lambda item: SetTrack(item=item, track=Track.ON_TRACK), "HC-6: on time? Not stated → On track"),
    (lambda item: CorrectItem(item=item, number="8"), "HC-8: number 6 → 8"),
    (lambda item: AddNote(items=(item,), text="A word."), "HC-6: note added A word."),
    (lambda item: SetLeads(item=item, leads=("C3",)), "HC-6: lead added C3"),
    (lambda item: MoveTarget(item=item, text="June 2025"), "HC-6: target none → June 2025"),
    (lambda item: Withdraw(kind="recommendation", thing=item), "HC-6: item withdrawn Speed up reporting"),
]


@pytest.mark.parametrize(("build", "said"), SUMMARIES, ids=[said for _, said in SUMMARIES])
def test_an_action_is_said_in_one_line(empty: Register, hc6: str, build: Callable[[str], Command], said: str) -> None:
    assert empty.do(build(hc6)).summary == said
