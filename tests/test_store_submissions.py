"""Evidence sent and replies to it: every rule and every refusal, and several rounds on one item, taken back step by
step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from registers import MakeRegister, item, meet, refused, row, send, the_item
from rules import broken_rules

from store.commands import (
    AddNote,
    BelieveDone,
    Command,
    MoveTarget,
    RecordReply,
    SetStage,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.errors import BadInput, NotAllowed
from store.domain.references import find_item
from store.domain.vocabulary import Basis, NextMove, NoteKind, Stage, Status, Track, Verdict
from store.queries.item_detail import item_detail
from store.register import Register

pytest_plugins = ["registers"]


def sent(item: str, **given: Any) -> SubmitEvidence:
    return SubmitEvidence(**({"items": (item,), "sent": "2024-09-10", "note": "What it shows."} | given))


def replied(item: str, verdict: Verdict, **given: Any) -> RecordReply:
    return RecordReply(**({"item": item, "dated": "2024-09-10", "verdict": verdict, "words": "So they wrote."} | given))


def status_of(register: Register, item: str) -> tuple[Any, ...]:
    return tuple(the_item(register, item, "stage", "track", "status"))


def newest(register: Register, kind: str) -> str:
    found = register.conn.execute(
        f"SELECT id FROM {kind} WHERE withdrawn = 0 ORDER BY recorded DESC, id DESC"
    ).fetchone()
    return str(found[0])


# Sending


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sent": None}, "Say when it was sent: a day, or the month or year if that is all that is known."),
        ({"sent": " "}, "Say when it was sent"),
        ({"note": None}, "HC-6 has no evidence note to send. Write one here, or add one first: a note, kind evidence."),
        ({"note": "  "}, "HC-6 has no evidence note to send"),
        ({"notes": ("not one of its notes",), "note": None}, "HC-6 has no evidence note to send"),
    ],
)
def test_a_submission_without_date_or_evidence_is_refused(
    empty: Register, hc6: str, given: dict[str, Any], words: str
) -> None:
    refused(empty, sent(hc6, **given), BadInput, words)


def test_a_position_note_is_no_evidence(empty: Register, hc6: str) -> None:
    empty.do(AddNote(items=(hc6,), text="It goes well."))
    refused(empty, sent(hc6, note=None), BadInput, "HC-6 has no evidence note to send")


def test_what_is_recorded_as_published_passes_without_date_or_evidence_and_stays_marked(
    empty: Register, hc6: str
) -> None:
    empty.do(SubmitEvidence(items=(hc6,), basis=Basis.INFERRED, place="page 3"))
    empty.do(RecordReply(item=hc6, verdict=Verdict.NOT_ADOPTED, basis=Basis.INFERRED))
    assert status_of(empty, hc6) == (Stage.NOT_ADOPTED, None, Status.CLOSED)
    assert '"stage":"inferred"' in the_item(empty, hc6, "basis").replace(" ", "")
    assert '"verdict":"inferred"' in row(empty, "reply", newest(empty, "reply"))["basis"].replace(" ", "")


def test_closure_asked_for_counts_as_closed_and_a_view_does_not(empty: Register, hc6: str, hc7: str) -> None:
    for one in (hc6, hc7):
        empty.do(BelieveDone(item=one, believed=True, by="C3"))
        empty.do(SetTrack(item=one, track=Track.DELAYED, reason="Late."))
    empty.do(sent(hc6))
    empty.do(sent(hc7, asks="view"))
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)
    assert status_of(empty, hc7) == (Stage.SUBMITTED, Track.DELAYED, Status.DELAYED)
    assert the_item(empty, hc6, "next_move", "believed_done") == (None, None)
    assert the_item(empty, hc7, "next_move", "believed_done") == (NextMove.INSPECTORATE, None)


def test_evidence_goes_once_unless_it_is_named_again(empty: Register, hc6: str) -> None:
    note = empty.do(AddNote(items=(hc6,), kind=NoteKind.EVIDENCE, text="The survey.")).created
    empty.do(sent(hc6, note=None, asks="view"))
    refused(empty, sent(hc6, note=None), BadInput, "no evidence note")
    assert note is not None
    empty.do(sent(hc6, note=None, notes=(note,)))
    assert empty.conn.execute("SELECT count(*) FROM evidence WHERE note = ?", (note,)).fetchone() == (2,)


def test_one_note_goes_with_several_items_and_an_item_named_twice_is_sent_once(
    empty: Register, hc6: str, hc7: str
) -> None:
    empty.do(sent(hc6, items=(hc6, hc7, hc6)))
    counts = "SELECT (SELECT count(*) FROM submission), (SELECT count(*) FROM evidence), (SELECT count(*) FROM note)"
    assert empty.conn.execute(counts).fetchone() == (2, 2, 1)


def test_what_is_closed_is_reopened_before_evidence_is_sent(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6))
    empty.do(replied(hc6, Verdict.DISCHARGED))
    refused(
        empty,
        sent(hc6),
        NotAllowed,
        r"HC-6 is closed already \(discharged\). Reopen it first: set whether it is on time.",
    )
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK, reason="It came back."))
    empty.do(sent(hc6, note="More."))
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)


@pytest.mark.parametrize(
    "build", [sent, lambda i: replied(i, Verdict.DISCHARGED), lambda i: replied(i, Verdict.NOT_ADOPTED)]
)
def test_a_commitment_is_closed_by_its_leads_and_by_no_reply(
    empty: Register, cp1: str, build: Callable[[str], Command]
) -> None:
    refused(
        empty, build(cp1), NotAllowed, "CP-1 is closed by its leads, not by an inspectorate: record it as delivered."
    )


def test_what_is_sent_in_an_action_is_closed_for_the_rest_of_it(empty: Register, hc6: str) -> None:
    with pytest.raises(NotAllowed, match=r"HC-6 is closed\. Reopen it before giving it another target\."):
        empty.do_all([sent(hc6), MoveTarget(item=hc6, text="June 2025")])
    assert status_of(empty, hc6) == (Stage.NOT_STATED, Track.NOT_STATED, Status.NOT_STATED)


# Replies


@pytest.mark.parametrize("stage", [Stage.DISCHARGED, Stage.SUBMITTED, Stage.REMAIN_OPEN])
def test_no_hand_sets_what_only_a_reply_leads_to(empty: Register, hc6: str, stage: Stage) -> None:
    refused(empty, SetStage(item=hc6, stage=stage), NotAllowed, "follows from the evidence sent and the reply to it")


def test_a_reply_needs_its_day(empty: Register, hc6: str) -> None:
    words = "Say when HC-6 was replied to: a day, or the month or year if that is all that is known."
    refused(empty, replied(hc6, Verdict.DISCHARGED, dated=None), BadInput, words)


@pytest.mark.parametrize("words", [None, "", " \n"])
def test_not_adopted_needs_the_inspectorates_own_words(empty: Register, hc6: str, words: str | None) -> None:
    command = replied(hc6, Verdict.NOT_ADOPTED, words=words)
    refused(
        empty, command, BadInput, "HC-6 can be closed without being adopted only with the inspectorate's own words."
    )


def test_partly_discharged_names_the_part_and_remains_open(empty: Register, hc6: str) -> None:
    command = replied(hc6, Verdict.PARTLY)
    refused(empty, command, BadInput, "Say which part of HC-6 is discharged; the rest remains open.")
    empty.do(replied(hc6, Verdict.PARTLY, discharges="The forms.", next_move=NextMove.US, track=Track.DELAYED))
    assert status_of(empty, hc6) == (Stage.REMAIN_OPEN, Track.DELAYED, Status.DELAYED)
    assert row(empty, "reply", newest(empty, "reply"))["discharges"] == "The forms."


def test_a_reply_that_nobody_asked_for_is_recorded_and_discharges(empty: Register, hc6: str) -> None:
    empty.do(replied(hc6, Verdict.DISCHARGED))
    assert status_of(empty, hc6) == (Stage.DISCHARGED, None, Status.CLOSED)
    found = row(empty, "reply", newest(empty, "reply"))
    assert (found["submission"], found["who"]) == (None, "The inspectorate")


def test_a_reply_answers_the_newest_submission_that_has_none(empty: Register, hc6: str) -> None:
    first = empty.do(sent(hc6, sent="2024-05-01", asks="view")).created
    second = empty.do(sent(hc6, sent="2024-07-01", note="More."))
    assert first is not None and second.created is not None
    empty.do(replied(hc6, Verdict.MORE_EVIDENCE))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN))
    answers = [r[0] for r in empty.conn.execute("SELECT submission FROM reply ORDER BY recorded")]
    by_day = [r[0] for r in empty.conn.execute("SELECT id FROM submission ORDER BY sent_latest DESC")]
    assert answers == [*by_day, None]


def test_a_reply_answers_no_other_items_evidence(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(sent(hc7))
    theirs = newest(empty, "submission")
    words = "That is no evidence sent on HC-6, or it was withdrawn."
    refused(empty, replied(hc6, Verdict.DISCHARGED, submission=theirs), BadInput, words)
    empty.do(Withdraw(kind="submission", entity=theirs))
    refused(empty, replied(hc7, Verdict.DISCHARGED, submission=theirs), BadInput, "or it was withdrawn")


def test_sent_and_replied_to_in_one_action_belong_together(empty: Register, hc6: str) -> None:
    empty.do_all([sent(hc6), replied(hc6, Verdict.DISCHARGED)])
    assert row(empty, "reply", newest(empty, "reply"))["submission"] == newest(empty, "submission")
    assert status_of(empty, hc6) == (Stage.DISCHARGED, None, Status.CLOSED)


def test_a_track_and_a_next_move_that_are_not_given(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason="Late."))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, next_move=NextMove.INSPECTORATE, until="its audit"))
    assert the_item(empty, hc6, "track", "next_move", "next_move_until") == (Track.DELAYED, "inspectorate", "its audit")
    empty.do(replied(hc6, Verdict.MORE_EVIDENCE))
    assert the_item(empty, hc6, "track", "next_move") == (Track.DELAYED, None)


# Rounds on the sample


def test_hate_crime_6_goes_from_remain_open_to_a_discharge_and_back_step_by_step(sample: Register) -> None:
    six = find_item(sample.conn, "HC-6")[0]
    steps: list[Command] = [
        sent(six, asks="view"),
        replied(six, Verdict.MORE_EVIDENCE, next_move=NextMove.OTHER, would_satisfy="The figures."),
        sent(six, note="The figures."),
        replied(six, Verdict.PARTLY, discharges="The forms.", next_move=NextMove.US, track=Track.ON_TRACK),
        sent(six, note="The rest."),
        replied(six, Verdict.DISCHARGED),
    ]
    names = ("stage", "track", "status", "closed_as", "next_move", "stage_day")
    seen = [the_item(sample, six, *names)]
    for step in steps:
        sample.do(step)
        seen.append(the_item(sample, six, *names))
    assert seen == [
        ("remain-open", "delayed", "delayed", None, "us", None),
        ("submitted", "delayed", "delayed", None, "inspectorate", "10 September 2024"),
        ("remain-open", "delayed", "delayed", None, "other", "10 September 2024"),
        ("submitted", None, "closed", "with-inspectorate", None, "10 September 2024"),
        ("remain-open", "on-track", "on-track", None, "us", "10 September 2024"),
        ("submitted", None, "closed", "with-inspectorate", None, "10 September 2024"),
        ("discharged", None, "closed", "discharged", None, "10 September 2024"),
    ]
    detail = item_detail(sample.conn, six)
    assert detail is not None and (len(detail.submissions), len(detail.replies)) == (4, 4)
    for then in reversed(seen[:-1]):
        sample.undo()
        assert the_item(sample, six, *names) == then
    for then in seen[1:]:
        sample.redo()
        assert the_item(sample, six, *names) == then


@pytest.mark.parametrize("reference", ["CAM-7", "OCSA-11", "HC-1"])
def test_closed_not_known_how_is_discharged_by_a_reply_found_later(sample: Register, reference: str) -> None:
    entity = find_item(sample.conn, reference)[0]
    sample.do(replied(entity, Verdict.DISCHARGED, dated="May 2023"))
    assert the_item(sample, entity, "closed_as", "stage_day") == ("discharged", "May 2023")
    sample.do(Withdraw(kind="reply", entity=newest(sample, "reply")))
    assert the_item(sample, entity, "closed_as", "track") == ("closed-not-known-how", None)


def test_a_discharge_recorded_as_published_stands_when_a_mistaken_reply_goes(sample: Register) -> None:
    entity = find_item(sample.conn, "DA-3")[0]
    basis = the_item(sample, entity, "basis")
    sample.do(replied(entity, Verdict.REMAIN_OPEN))
    assert the_item(sample, entity, "status") == Status.NOT_STATED
    sample.do(Withdraw(kind="reply", entity=newest(sample, "reply")))
    assert the_item(sample, entity, "stage", "track", "basis") == (Stage.DISCHARGED, None, basis)


# Correcting, withdrawing, undoing


def test_where_a_corrected_day_is_the_day_an_item_got_there_the_stage_says_so_too(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6))
    empty.do(correct("submission", newest(empty, "submission"), sent="2 August 2024", reference="PS/7"))
    assert the_item(empty, hc6, "stage_day", "stage_asks", "closed_as") == (
        "2 August 2024",
        "closure",
        "with-inspectorate",
    )
    empty.do(replied(hc6, Verdict.DISCHARGED))
    reply = newest(empty, "reply")
    empty.do(correct("reply", reply, dated="September 2024", words="Agreed."))
    assert the_item(empty, hc6, "stage_day", "stage_latest") == ("September 2024", "2024-09-30")
    empty.do(correct("submission", newest(empty, "submission"), sent="2024-07-30"))
    assert the_item(empty, hc6, "stage", "stage_day") == (Stage.DISCHARGED, "September 2024")
    empty.undo()
    empty.undo()
    assert the_item(empty, hc6, "stage_day") == "10 September 2024"


def test_a_day_cannot_be_corrected_away(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN))
    refused(empty, correct("submission", newest(empty, "submission"), sent=""), BadInput, "Say when it was sent.")
    refused(empty, correct("reply", newest(empty, "reply"), dated=""), BadInput, "Say when the reply was.")


def test_a_withdrawn_discharge_leaves_the_item_where_the_rest_leads(empty: Register, hc6: str) -> None:
    empty.do(SetStage(item=hc6, stage=Stage.IN_PROGRESS))
    empty.do(sent(hc6))
    empty.do(replied(hc6, Verdict.DISCHARGED))
    empty.do(Withdraw(kind="reply", entity=newest(empty, "reply")))
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)
    empty.do(Withdraw(kind="submission", entity=newest(empty, "submission")))
    assert status_of(empty, hc6) == (Stage.IN_PROGRESS, Track.NOT_STATED, Status.NOT_STATED)


def test_what_was_believed_done_is_not_when_a_reply_that_reopened_it_goes(empty: Register, hc6: str) -> None:
    empty.do(replied(hc6, Verdict.DISCHARGED))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="2024-09-12"))
    empty.do(BelieveDone(item=hc6, believed=True))
    empty.do(Withdraw(kind="reply", entity=newest(empty, "reply")))
    assert the_item(empty, hc6, "stage", "track", "believed_done") == (Stage.DISCHARGED, None, None)


def test_a_reopening_taken_back_out_of_turn_does_not_discharge_what_no_reply_does(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6))
    empty.do(replied(hc6, Verdict.DISCHARGED))
    reopened = empty.do(SetTrack(item=hc6, track=Track.ON_TRACK, reason="It came back.")).action
    empty.do(Withdraw(kind="reply", entity=newest(empty, "reply")))
    empty.do(Withdraw(kind="recommendation", entity=hc6))
    empty.undo(reopened)
    empty.undo(
        empty.conn.execute(
            "SELECT action FROM change WHERE fields LIKE '%withdrawn%' AND entity = ? AND parents <> '[]'", (hc6,)
        ).fetchone()[0]
    )
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)


def published_as(item: str, stage: Stage) -> SetStage:
    return SetStage(item=item, stage=stage, basis=Basis.INFERRED, place="2.4", reason="")


def test_what_was_published_as_submitted_is_so_again_when_the_evidence_sent_since_is_withdrawn(
    empty: Register, hc6: str
) -> None:
    empty.do(published_as(hc6, Stage.SUBMITTED))
    names = ("stage", "stage_day", "stage_asks", "track", "basis")
    before = the_item(empty, hc6, *names)
    empty.do(sent(hc6, asks="view"))
    empty.do(Withdraw(kind="submission", entity=newest(empty, "submission")))
    assert the_item(empty, hc6, *names) == before
    assert broken_rules(empty) == []


def test_what_was_published_after_a_submission_stands_when_a_later_reply_is_withdrawn(
    empty: Register, hc6: str
) -> None:
    empty.do(sent(hc6))
    empty.do(published_as(hc6, Stage.REMAIN_OPEN))
    empty.do(replied(hc6, Verdict.DISCHARGED))
    empty.do(Withdraw(kind="reply", entity=newest(empty, "reply")))
    assert status_of(empty, hc6) == (Stage.REMAIN_OPEN, Track.NOT_STATED, Status.NOT_STATED)
    assert the_item(empty, hc6, "basis") == '{"stage": "inferred"}'


def test_what_was_reopened_is_open_again_when_a_later_reply_is_withdrawn(empty: Register, hc6: str) -> None:
    empty.do(replied(hc6, Verdict.DISCHARGED))
    empty.do(SetTrack(item=hc6, track=Track.ON_TRACK, reason="It came back."))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="2024-09-12"))
    empty.do(Withdraw(kind="reply", entity=newest(empty, "reply")))
    assert status_of(empty, hc6) == (Stage.IN_PROGRESS, Track.ON_TRACK, Status.ON_TRACK)


def test_of_two_submissions_the_one_left_says_since_when_and_what_is_asked(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6, sent="2024-05-01"))
    empty.do(sent(hc6, sent="2024-07-01", asks="view"))
    assert status_of(empty, hc6) == (Stage.SUBMITTED, Track.NOT_STATED, Status.NOT_STATED)
    empty.do(Withdraw(kind="submission", entity=newest(empty, "submission")))
    assert the_item(empty, hc6, "stage_day", "stage_asks") == ("1 May 2024", "closure")
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)


def test_an_old_submission_that_is_withdrawn_moves_nothing_that_a_later_reply_led_to(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6, sent="2024-05-01"))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="September 2024"))
    empty.do(replied(hc6, Verdict.DISCHARGED, dated="10 September 2024"))
    empty.do(Withdraw(kind="submission", entity=newest(empty, "submission")))
    assert status_of(empty, hc6) == (Stage.DISCHARGED, None, Status.CLOSED)


def test_a_day_corrected_to_before_another_submission_leaves_the_item_where_that_one_led(
    empty: Register, hc6: str
) -> None:
    empty.do(sent(hc6, sent="2024-05-01"))
    empty.do(sent(hc6, sent="2024-07-01", asks="view"))
    empty.do(correct("submission", newest(empty, "submission"), sent="2024-03-01"))
    assert the_item(empty, hc6, "stage_day", "stage_asks", "status") == ("1 May 2024", "closure", Status.CLOSED)


def test_a_reply_restored_out_of_turn_leads_the_item_on_from_the_submission_before_it(
    empty: Register, hc6: str
) -> None:
    empty.do(sent(hc6, sent="2024-05-01"))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="2024-06-01"))
    empty.do(sent(hc6, sent="2024-07-01"))
    withdrawn = empty.do(Withdraw(kind="reply", entity=newest(empty, "reply"))).action
    empty.do(Withdraw(kind="submission", entity=newest(empty, "submission")))
    assert the_item(empty, hc6, "stage", "stage_day") == (Stage.SUBMITTED, "1 May 2024")
    empty.undo(withdrawn)
    assert the_item(empty, hc6, "stage", "stage_day") == (Stage.REMAIN_OPEN, "1 June 2024")


@pytest.mark.parametrize("as_batch", [True, False], ids=["in one action", "one by one"])
@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_in_whatever_order_a_withdrawal_a_correction_and_a_reply_come_they_lead_to_the_same(
    empty: Register, hc6: str, order: tuple[int, ...], as_batch: bool
) -> None:
    empty.do(published_as(hc6, Stage.SUBMITTED))
    empty.do(sent(hc6, sent="2024-05-01"))
    first = newest(empty, "submission")
    empty.do(sent(hc6, sent="2024-07-01", asks="view"))
    steps: list[Command] = [
        Withdraw(kind="submission", entity=newest(empty, "submission")),
        correct("submission", first, sent="2024-06-03"),
        replied(hc6, Verdict.REMAIN_OPEN, dated="2024-02-02"),
    ]
    chosen = [steps[n] for n in order]
    for batch in [chosen] if as_batch else [[step] for step in chosen]:
        empty.do_all(batch)
        assert broken_rules(empty) == []
    assert the_item(empty, hc6, "stage_day", "stage_asks") == ("3 June 2024", "closure")
    assert status_of(empty, hc6) == (Stage.SUBMITTED, None, Status.CLOSED)


# Where desks meet


def apart(here: Register, there: Register) -> str:
    """Discharged, then reopened; here the reply goes, there the reopening is taken back."""
    entity = item(here)
    here.do(replied(entity, Verdict.DISCHARGED))
    send(here, there)
    reopened = there.do(SetTrack(item=entity, track=Track.ON_TRACK, reason="It came back.")).action
    send(there, here)
    here.do(Withdraw(kind="reply", entity=newest(here, "reply")))
    there.undo(reopened)
    meet(here, there)
    return entity


def test_only_what_another_desk_wrote_can_leave_a_discharge_without_its_reply_until_the_next_thing_done(
    here: Register, there: Register
) -> None:
    entity = apart(here, there)
    assert status_of(here, entity) == status_of(there, entity) == (Stage.DISCHARGED, None, Status.CLOSED)
    assert here.conn.execute("SELECT count(*) FROM reply WHERE withdrawn = 0").fetchone() == (0,)
    here.do(AddNote(items=(entity,), text="Seen."), seen=0)
    assert status_of(here, entity)[0] not in (Stage.DISCHARGED, Stage.SUBMITTED)
    assert status_of(here, entity)[2] == Status.NOT_STATED


def test_a_reply_whose_words_are_not_here_is_not_taken_for_none(make_register: MakeRegister) -> None:
    here, there = make_register("here"), make_register("there")
    entity = item(here)
    here.do(replied(entity, Verdict.REMAIN_OPEN, dated="2024-09-01"))
    here.do(replied(entity, Verdict.DISCHARGED))
    secret = newest(here, "reply")
    there.apply([replace(c, body=None, salt=None) if c.entity == secret else c for c in here.log.all()])
    there.do(
        Withdraw(kind="reply", entity=there.conn.execute("SELECT id FROM reply WHERE id <> ?", (secret,)).fetchone()[0])
    )
    there.do(AddNote(items=(entity,), text="Seen."))
    assert status_of(there, entity) == (Stage.DISCHARGED, None, Status.CLOSED)


def test_news_of_an_earlier_day_is_recorded_and_moves_nothing_that_later_news_led_to(empty: Register, hc6: str) -> None:
    empty.do(sent(hc6, sent="2 September 2024"))
    empty.do(replied(hc6, Verdict.DISCHARGED, dated="10 September 2024"))
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="August 2024"))
    assert status_of(empty, hc6) == (Stage.DISCHARGED, None, Status.CLOSED)
    empty.do(replied(hc6, Verdict.REMAIN_OPEN, dated="September 2024"))
    assert status_of(empty, hc6)[0] == Stage.REMAIN_OPEN
