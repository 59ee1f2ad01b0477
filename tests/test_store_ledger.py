"""The remain-open ledger: the sample's facts by hand, and what further rounds of evidence and replies make of them."""

from __future__ import annotations

from typing import Any

import pytest

from store.commands import (
    AddItem,
    AddNote,
    AddPublication,
    RecordReply,
    SetNextMove,
    SetStage,
    SetTrack,
    SubmitEvidence,
    Withdraw,
)
from store.domain.references import find_item
from store.domain.vocabulary import Basis, NextMove, NoteKind, Stage, Track, Verdict
from store.queries.attention import Reason, attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.describe import with_basis
from store.queries.filter import Filter
from store.queries.item_detail import item_detail
from store.queries.reply_ledger import MOVES, LedgerRow, ledger, ledger_rows
from store.register import ActionResult, Register


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is 15 January 2025."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


def rows(register: Register, shown: Filter | None = None) -> list[LedgerRow]:
    """The whole ledger."""
    summary = ledger(register.conn, shown or Filter(), register.today())
    found = ledger_rows(register.conn, register.today(), summary.row_numbers)
    assert {move: sum(row.move == move for row in found) for move in MOVES} == summary.waiting
    # By whose move, and then by the day that is shown, the longest waiting first.
    assert [(row.move, row.since) for row in found] == sorted(
        ((row.move, row.since) for row in found), key=lambda row: (MOVES.index(row[0]), row[1])
    )
    return found


def of(register: Register, reference: str) -> list[LedgerRow]:
    """The rows of one item."""
    return [row for row in rows(register) if row.ref == reference]


def one(register: Register, reference: str) -> LedgerRow:
    """The only row of an item."""
    (row,) = of(register, reference)
    return row


def item(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


def send(register: Register, reference: str, **given: Any) -> ActionResult:
    """Send evidence, with a note of its own."""
    asked: dict[str, Any] = {"items": (item(register, reference),), "sent": "2024-12-18", "note": "What it shows."}
    return register.do(SubmitEvidence(**(asked | given)))


def reply(register: Register, reference: str, verdict: Verdict, **given: Any) -> ActionResult:
    """Record a reply of 8 January 2025."""
    fields: dict[str, Any] = {"item": item(register, reference), "dated": "2025-01-08", "verdict": verdict}
    return register.do(RecordReply(**(fields | given)))


# -- the sample


def test_what_waits_on_the_inspectorate_stands_before_what_waits_on_us(sample: Register) -> None:
    assert [(row.ref, row.move) for row in rows(sample)] == [
        *((ref, NextMove.INSPECTORATE) for ref in ("CA-2", "CA-6", "CA-3", "CA-4", "CA-5", "CAM-2", "DA-12", "HC-8")),
        ("HC-6", NextMove.US),
        ("HC-10", NextMove.US),
    ]


@pytest.mark.parametrize(
    ("reference", "sent", "latest"),
    [
        ("HC-8", "since the March 2024 update", "2024-09-18"),
        ("CAM-2", "since the March 2024 update", "2024-09-18"),
        ("DA-12", None, None),
    ],
)
def test_evidence_without_a_reply_waits_at_least_since_it_was_known_to_be_sent(
    sample: Register, reference: str, sent: str | None, latest: str | None
) -> None:
    row = one(sample, reference)
    assert (row.sent, row.sent_latest, row.asks, row.verdict) == (sent, latest, "closure", None)
    assert (row.since, row.days, row.at_least, row.waiting) == ("2024-09-18", 119, True, "at least 3 mo")
    assert row.display_verdict == "No reply" and row.display_sent == (sent or "day not known")
    assert row.submission == row.id


@pytest.mark.parametrize("number", [2, 3, 4, 5, 6])
def test_a_refusal_that_waits_for_the_next_audit_is_the_inspectorates_to_move(sample: Register, number: int) -> None:
    row = one(sample, f"CA-{number}")
    assert row.move == NextMove.INSPECTORATE and "2025 Crime Audit" in str(row.until)
    assert (row.verdict, row.who, row.dated) == ("remain-open", "HMICS", None)
    months = 5 if number in (2, 6) else 4
    assert (row.waiting, row.would_satisfy) == (f"at least {months} mo", "The findings of the 2025 Crime Audit.")
    assert row.asks == "view" and row.sent in ("July 2024", "August 2024") and row.submission


def test_a_refusal_that_waits_for_evidence_is_ours_to_move_and_says_what_would_satisfy(sample: Register) -> None:
    six, ten = one(sample, "HC-6"), one(sample, "HC-10")
    assert (six.sent, six.verdict, six.until) == ("May 2024", "remain-open", None)
    assert six.words == "HMICS recommended that it remain open."
    assert six.would_satisfy == "Evidence that the existing arrangements have improved."
    assert (ten.sent, ten.verdict) == ("April 2024", "more-evidence")


def test_attention_says_the_same_of_evidence_without_a_reply(sample: Register) -> None:
    rules = rules_of(sample.conn, sample.today())
    found = attention(sample.conn, Filter(parts=True), rules)
    details = {
        row.item.ref: because.detail
        for row in attention_rows(sample.conn, rules, found.seqs, found.flags)
        for because in row.because
        if because.reason == Reason.WAITS_ON_INSPECTORATE
    }
    waiting = [row for row in rows(sample) if row.move == NextMove.INSPECTORATE]
    assert {row.ref for row in waiting} == set(details)
    for row in waiting:
        if row.verdict is None:
            assert (
                details[row.ref] == f"{row.display_asks} asked for, "
                f"{with_basis(f'sent {row.sent}' if row.sent else 'sent on a day not known', row.bases.get('sent'))}, "
                f"{row.waiting}"
            )


def test_what_ended_is_not_in_the_ledger(sample: Register) -> None:
    assert not {"HC-3", "DA-3", "DA-4"} & {row.ref for row in rows(sample)}


def test_a_filter_narrows_the_ledger_and_its_numbers(sample: Register) -> None:
    assert [row.ref for row in rows(sample, Filter(publication=("HC",)))] == ["HC-8", "HC-6", "HC-10"]
    assert [row.ref for row in rows(sample, Filter(search="third-party"))] == ["HC-6"]
    assert rows(sample, Filter(lead=("Nobody",))) == []


# -- further rounds


def test_a_new_submission_takes_the_place_of_the_refusal_until_it_is_replied_to(sample: Register) -> None:
    send(sample, "HC-6")
    row = one(sample, "HC-6")
    assert (row.move, row.verdict, row.sent) == (NextMove.INSPECTORATE, None, "18 December 2024")
    assert (row.days, row.at_least, row.waiting) == (28, False, "4 weeks")
    reply(
        sample, "HC-6", Verdict.PARTLY, discharges="The forms.", words="Not all.", next_move=NextMove.OTHER, until="May"
    )
    row = one(sample, "HC-6")
    assert (row.move, row.until, row.verdict, row.discharges) == (
        NextMove.OTHER,
        "May 2025",
        "partly-discharged",
        "The forms.",
    )
    assert (row.dated, row.days, row.at_least, row.waiting) == ("8 January 2025", 7, False, "7 days")
    assert row.words == "Not all." and row.sent == "18 December 2024"
    assert rows(sample)[-1] == row
    send(sample, "HC-6", sent="2025-01-10")
    reply(sample, "HC-6", Verdict.DISCHARGED, dated="2025-01-14", words="Agreed.")
    assert of(sample, "HC-6") == []


def test_evidence_sent_for_a_view_waits_on_the_inspectorate_though_its_item_is_open(sample: Register) -> None:
    send(sample, "HC-6", asks="view")
    row = one(sample, "HC-6")
    assert (row.move, row.asks, row.display_asks, row.verdict) == (NextMove.INSPECTORATE, "view", "a view", None)


def test_each_submission_that_nobody_replied_to_has_a_row(sample: Register) -> None:
    send(sample, "HC-6", sent="2024-12-01")
    sample.do(SetTrack(item=item(sample, "HC-6"), track=Track.DELAYED, reason="Sent too soon."))
    send(sample, "HC-6", note="More.")
    assert [(row.sent, row.verdict) for row in of(sample, "HC-6")] == [
        ("1 December 2024", None),
        ("18 December 2024", None),
    ]


def test_evidence_of_an_item_that_was_reopened_waits_on_us(sample: Register) -> None:
    sample.do(SetTrack(item=item(sample, "HC-8"), track=Track.DELAYED, reason="It was never sent."))
    row = one(sample, "HC-8")
    assert (row.move, row.verdict) == (NextMove.US, None)


def test_an_open_item_keeps_only_its_newest_refusal(sample: Register) -> None:
    reply(sample, "HC-10", Verdict.REMAIN_OPEN, words="Still too little.", next_move=NextMove.US)
    assert (one(sample, "HC-10").words, one(sample, "HC-10").days) == ("Still too little.", 7)


def test_a_withdrawn_reply_puts_the_submission_back(sample: Register) -> None:
    detail = item_detail(sample.conn, item(sample, "HC-6"))
    assert detail is not None
    sample.do(Withdraw(kind="reply", entity=detail.replies[0].id))
    assert (one(sample, "HC-6").sent, one(sample, "HC-6").verdict) == ("May 2024", None)


def test_a_day_that_is_known_in_part_is_counted_from_its_end(sample: Register) -> None:
    send(sample, "CAM-1", sent="November 2024")
    row = one(sample, "CAM-1")
    assert (row.sent, row.since, row.days, row.waiting) == ("November 2024", "2024-11-30", 46, "at least 6 weeks")
    send(sample, "CAM-4", sent="January 2025", note="Now.")
    assert (one(sample, "CAM-4").days, one(sample, "CAM-4").waiting) == (0, "not known; sent January 2025")


def test_the_longest_waiting_comes_first_in_each_group(sample: Register) -> None:
    send(sample, "HC-6", sent="2024-06-01")
    assert rows(sample)[0].ref == "HC-6"
    send(sample, "HC-10", sent="2024-12-18", note="New.")
    assert [row.ref for row in rows(sample) if row.move == NextMove.INSPECTORATE][-1] == "HC-10"


@pytest.mark.parametrize(
    ("stage", "move", "verdict"),
    [(Stage.SUBMITTED, NextMove.INSPECTORATE, None), (Stage.REMAIN_OPEN, NextMove.US, "remain-open")],
)
def test_a_stage_recorded_as_published_with_nothing_known_behind_it_has_a_row(
    empty: Register, stage: Stage, move: NextMove, verdict: str | None
) -> None:
    publication = empty.do(AddPublication(code="AB", title="A report")).created
    assert publication
    empty.do(AddItem(publication=publication, number="1", title="One"))
    empty.do(SetStage(item=item(empty, "AB-1"), stage=stage, basis=Basis.STATED, place="3.1"))
    row = one(empty, "AB-1")
    assert (row.move, row.verdict, row.submission, row.at_least) == (move, verdict, None, True)


def test_the_notes_that_went_with_a_submission_are_told_with_it(sample: Register) -> None:
    six = item(sample, "HC-6")
    note = sample.do(AddNote(items=(six,), kind=NoteKind.EVIDENCE, text="The survey.")).created
    assert note
    send(sample, "HC-6", note="The minutes.")
    detail = item_detail(sample.conn, six)
    assert detail is not None
    assert {entity.fields["text"]: entity.fields["submission"] for entity in detail.evidence} == {
        "The survey.": detail.submissions[-1].id,
        "The minutes.": detail.submissions[-1].id,
    }
    sample.do(Withdraw(kind="note", entity=note))
    detail = item_detail(sample.conn, six)
    assert detail is not None and [bool(entity.fields["withdrawn"]) for entity in detail.evidence].count(True) == 1


# -- since when


def test_evidence_of_a_reopened_item_still_waits_since_it_was_sent(sample: Register) -> None:
    send(sample, "CAM-1", sent="2024-12-01")
    sample.do(SetTrack(item=item(sample, "CAM-1"), track=Track.DELAYED, reason="Sent too soon."))
    row = one(sample, "CAM-1")
    assert (row.move, row.since, row.days, row.waiting) == (NextMove.US, "2024-12-01", 45, "6 weeks")


def test_a_refusal_waits_since_it_came_where_its_evidence_was_withdrawn_or_the_move_is_ours(sample: Register) -> None:
    """Waiting on the inspectorate is as old as the evidence; without that evidence, as the refusal."""
    send(sample, "HC-6", sent="2024-12-01")
    reply(sample, "HC-6", Verdict.REMAIN_OPEN, next_move=NextMove.INSPECTORATE)
    assert (one(sample, "HC-6").since, one(sample, "HC-6").sent) == ("2024-12-01", "1 December 2024")
    sample.do(SetNextMove(item=item(sample, "HC-6"), who=NextMove.US))
    assert (one(sample, "HC-6").since, one(sample, "HC-6").sent) == ("2025-01-08", "1 December 2024")
    sample.do(SetNextMove(item=item(sample, "HC-6"), who=NextMove.INSPECTORATE))
    detail = item_detail(sample.conn, item(sample, "HC-6"))
    assert detail is not None
    # Sent between the two: which of them comes first is by the day that is shown.
    send(sample, "CAM-1", sent="2024-12-20")
    assert [row.ref for row in rows(sample) if row.ref in ("HC-6", "CAM-1")] == ["HC-6", "CAM-1"]
    sample.do(Withdraw(kind="submission", entity=detail.submissions[-1].id))
    assert (one(sample, "HC-6").since, one(sample, "HC-6").sent) == ("2025-01-08", None)
    assert [row.ref for row in rows(sample) if row.ref in ("HC-6", "CAM-1")] == ["CAM-1", "HC-6"]


def test_the_newest_refusal_that_stands_is_the_one_that_waits(sample: Register) -> None:
    reply(sample, "HC-10", Verdict.REMAIN_OPEN, words="Still too little.", next_move=NextMove.US)
    detail = item_detail(sample.conn, item(sample, "HC-10"))
    assert detail is not None and one(sample, "HC-10").words == "Still too little."
    sample.do(Withdraw(kind="reply", entity=detail.replies[-1].id))
    assert one(sample, "HC-10").verdict == "more-evidence"


def test_of_two_refusals_of_one_day_the_one_recorded_last_waits(sample: Register) -> None:
    for words in ("First.", "Second."):
        reply(sample, "HC-10", Verdict.REMAIN_OPEN, words=words, next_move=NextMove.US)
    assert one(sample, "HC-10").words == "Second."


def test_a_row_that_is_gone_is_left_out_and_the_others_keep_their_order(sample: Register) -> None:
    numbers = list(ledger(sample.conn, Filter(), sample.today()).row_numbers)
    found = ledger_rows(sample.conn, sample.today(), [*numbers[::-1], 10**9, 10**9 + 1, 10**9 + 2])
    assert found == rows(sample)[::-1]
