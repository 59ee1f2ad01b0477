"""Attention: the sample in January 2025, every reason by hand; and what begins and ends each of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from registers import MakeRegister, item, meet, send

from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    BelieveDone,
    Command,
    DescribeRegister,
    FinishAction,
    MoveTarget,
    NothingNew,
    RecordReply,
    SetLeads,
    SetNextMove,
    SetStage,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.references import find_item
from store.domain.vocabulary import ActionKind, NextMove, Stage, Track, Verdict
from store.queries.attention import LOOK_AHEAD, Group, Reason, attention, rules_of
from store.queries.attention_text import ReasonText, attention_rows
from store.queries.filter import NO_LEAD, Filter
from store.queries.item_list import counts
from store.queries.own_summary import own_summary
from store.register import Register

pytest_plugins = ["registers"]

MHD_OPEN = [f"MHD-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, "x1")]
CCP = [f"CCP-{n}" for n in range(10, 15)]
DA_OPEN = [f"DA-x{n}" for n in range(1, 11)]
COMING_WEEKS = ["HC-2", "HC-5", "HC-13", "CAM-1", "CAM-3", "CAM-4", "CAM-5"]
WAITING = ["CA-2", "CA-3", "CA-4", "CA-5", "CA-6", "HC-8", "CAM-2", "DA-12"]


@pytest.fixture
def january(sample: Register, monkeypatch: pytest.MonkeyPatch) -> Register:
    """The sample on 15 January 2025, the next committee three weeks off."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    sample.do(DescribeRegister(next_committee="4 February 2025"))
    return sample


def needing(register: Register) -> dict[str, dict[Reason, ReasonText]]:
    """Every item that needs attention, with its reasons."""
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, Filter(), rules)
    rows = attention_rows(register.conn, rules, [*found.seqs, *found.folded], [*found.flags, *found.folded_flags])
    reasons = {row.item.ref: {because.reason: because for because in row.because} for row in rows}
    assert found.reasons == {reason: sum(reason in has for has in reasons.values()) for reason in Reason}
    return reasons


def having(register: Register, reason: Reason) -> set[str]:
    return {ref for ref, has in needing(register).items() if reason in has}


def of(register: Register, reference: str) -> dict[Reason, ReasonText]:
    return needing(register).get(reference, {})


def entity(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


# The sample


@pytest.mark.parametrize(
    ("reason", "items"),
    [
        (Reason.CONFLICT, []),
        (Reason.LATE, ["MHD-13", "MHD-14"]),
        (Reason.PROMISED, [*COMING_WEEKS, *DA_OPEN, "MHD-11", "MHD-12"]),
        (Reason.DUE, ["MHD-2", "MHD-4", "MHD-7"]),
        (Reason.REFUSED, ["HC-6", "HC-10"]),
        (Reason.WAITS_ON, ["OCSA-x1", "DA-x1", "CCP-10"]),
        (Reason.STALE, [*COMING_WEEKS, *DA_OPEN, *MHD_OPEN, *CCP, "HC-6", "HC-10", "OCSA-x1"]),
        (Reason.AGED, [*COMING_WEEKS, "HC-6", "HC-10", "OCSA-x1"]),
        (Reason.WAITS_ON_INSPECTORATE, WAITING),
        (Reason.NO_LEAD, ["HC-2", "HC-5", "HC-6", "HC-10", "HC-13", "CAM-3", "CAM-5", *DA_OPEN, "OCSA-x1"]),
        (Reason.NO_THEME, [*DA_OPEN[1:], "MHD-2", "MHD-3", "MHD-4", "MHD-13", "MHD-14", "MHD-x1"]),
        (Reason.NO_REASON, []),
    ],
)
def test_the_sample_in_january_needs_attention_for_what_the_cases_say(
    january: Register, reason: Reason, items: list[str]
) -> None:
    assert having(january, reason) == set(items)


def test_what_waits_is_there_as_waiting_only_and_what_has_ended_not_at_all(january: Register) -> None:
    reasons = needing(january)
    assert {ref: list(reasons[ref]) for ref in WAITING} == {ref: [Reason.WAITS_ON_INSPECTORATE] for ref in WAITING}
    closed = "SELECT reference FROM recommendation WHERE status = 'closed' AND stage <> 'submitted'"
    ended = {row[0] for row in january.conn.execute(closed)}
    assert len(ended) == 25 and not ended & set(reasons)
    assert len(reasons) == 46


def test_each_reason_in_january_is_said_so_that_it_can_be_checked(january: Register) -> None:
    reasons = needing(january)
    late, due, promised = reasons["MHD-13"][Reason.LATE], reasons["MHD-2"][Reason.DUE], reasons["HC-2"][Reason.PROMISED]
    assert (late.since, late.detail) == ("2024-09-30", "target September 2024, 3 mo past, though on track")
    assert (due.since, due.detail) == ("2025-01-31", "target January 2025, in 16 days")
    assert promised.since == "2024-09-18" and "“in the coming weeks”" in promised.detail
    assert promised.detail.startswith("promised “in the coming weeks” 3 mo ago:") and "past" not in promised.detail
    assert "“November 2024” 3 mo ago, 6 weeks past" in reasons["MHD-11"][Reason.PROMISED].detail
    assert "15 days past" in reasons["DA-x1"][Reason.PROMISED].detail
    assert reasons["HC-6"][Reason.STALE].detail == "nothing said for 3 mo"
    aged = reasons["CAM-1"][Reason.AGED]
    assert (aged.since, aged.detail) == ("2022-09-30", "open 2 yr 3 mo since publication")
    assert reasons["DA-12"][Reason.WAITS_ON_INSPECTORATE].detail.endswith("sent on a day not known, at least 3 mo")
    assert "2025 Crime Audit" in reasons["CA-2"][Reason.WAITS_ON_INSPECTORATE].detail


def test_items_stand_by_whose_move_is_next_and_the_most_urgent_first(january: Register) -> None:
    rules = rules_of(january.conn, january.today())
    found = attention(january.conn, Filter(), rules)
    assert {group: found.rows(group) for group in Group} == {
        Group.US: 38,
        Group.INSPECTORATE: 8,
        Group.OTHER: 0,
        Group.HOUSEKEEPING: 0,
    }
    refs = [row.item.ref for row in attention_rows(january.conn, rules, found.seqs, found.flags)]
    assert refs == [
        *("MHD-13", "MHD-14", *COMING_WEEKS, "MHD-11", "MHD-12", *DA_OPEN, "MHD-2", "MHD-4", "MHD-7"),
        *("HC-6", "HC-10", "CCP-10", "OCSA-x1", *CCP[1:], "MHD-3", "MHD-5", "MHD-6", "MHD-8", "MHD-10", "MHD-x1"),
        *WAITING,
    ]
    january.do(SetNextMove(item=entity(january, "MHD-13"), who=NextMove.OTHER))
    found = attention(january.conn, Filter(), rules)
    assert (found.rows(Group.US), found.rows(Group.OTHER)) == (37, 1)


# How far it looks


def test_what_is_due_after_the_next_committee_is_not_due_yet(january: Register) -> None:
    assert rules_of(january.conn, january.today()).horizon_text == "looking to the next committee, 4 February 2025"
    january.do(DescribeRegister(next_committee="30 January 2025"))
    assert having(january, Reason.DUE) == set()
    january.do(DescribeRegister(next_committee="31 January 2025"))
    assert having(january, Reason.DUE) == {"MHD-2", "MHD-4", "MHD-7"}


def test_a_committee_that_is_past_counts_as_not_known(january: Register) -> None:
    january.do(DescribeRegister(next_committee="14 January 2025"))
    rules = rules_of(january.conn, january.today())
    assert (rules.committee, rules.horizon) == (None, date(2025, 4, 15))
    assert rules.horizon_text == f"committee not known: {LOOK_AHEAD} days ahead"
    january.do(DescribeRegister(next_committee="15 January 2025"))
    assert rules_of(january.conn, january.today()).horizon == date(2025, 1, 15)


def test_a_target_is_due_on_its_last_day_and_late_the_day_after(
    january: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-31")
    assert of(january, "MHD-2")[Reason.DUE].detail == "target January 2025, today"
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-02-01")
    assert of(january, "MHD-2")[Reason.LATE].detail == "target January 2025, 1 day past, though on track"
    assert Reason.DUE not in of(january, "MHD-2")


def test_years_after_which_an_item_is_old_are_the_registers_to_say(january: Register) -> None:
    january.do(DescribeRegister(aged_after=3))
    assert having(january, Reason.AGED) == {"HC-2", "HC-5", "HC-13", "HC-6", "HC-10", "OCSA-x1"}
    january.do(DescribeRegister(aged_after=1))
    assert having(january, Reason.AGED) >= {*DA_OPEN, *MHD_OPEN} and "CCP-10" not in having(january, Reason.AGED)


def test_an_item_is_old_the_day_after_its_years_are_over(january: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-31")
    assert "DA-x1" not in having(january, Reason.AGED)
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-02-01")
    assert "DA-x1" in having(january, Reason.AGED)
    monkeypatch.setenv("FAIRLEAD_TODAY", "2028-02-29")
    assert rules_of(january.conn, january.today()).aged_before == date(2026, 2, 28)


def test_days_after_which_an_item_is_stale_are_the_registers_to_say(january: Register) -> None:
    january.do(DescribeRegister(stale_after=119))
    assert having(january, Reason.STALE) == set()
    january.do(DescribeRegister(stale_after=118))
    assert len(having(january, Reason.STALE)) == 38


# What ends stale


def written(reference: str) -> dict[str, Command]:
    return {
        "nothing new": NothingNew(items=(reference,)),
        "note": AddNote(items=(reference,), text="We wrote to them."),
        "reply": RecordReply(item=reference, dated="2025-01-10", verdict=Verdict.REMAIN_OPEN, next_move=NextMove.US),
        "track": SetTrack(item=reference, track=Track.ON_TRACK),
        "target": MoveTarget(item=reference, text="June 2025"),
        "believed": BelieveDone(item=reference, believed=True),
        "promise": AddAction(item=reference, text="Write to them.", due="March 2025"),
        "title": correct("recommendation", reference, title="Another name for it"),
        "leads": SetLeads(item=reference, leads=("C3",)),
    }


@pytest.mark.parametrize("what", ["nothing new", "note", "reply", "track", "target", "believed", "promise"])
def test_what_says_where_an_item_stands_ends_stale_and_taking_it_back_does_not(january: Register, what: str) -> None:
    january.do(written(entity(january, "HC-6"))[what])
    assert "HC-6" not in having(january, Reason.STALE)
    january.undo()
    assert of(january, "HC-6")[Reason.STALE].since == "2024-09-18"


@pytest.mark.parametrize("what", ["title", "leads"])
def test_what_only_puts_the_record_right_does_not_end_stale(january: Register, what: str) -> None:
    january.do(written(entity(january, "HC-6"))[what])
    assert "HC-6" in having(january, Reason.STALE)


def test_an_old_note_written_down_late_does_not_end_stale(january: Register) -> None:
    january.do(AddNote(items=(entity(january, "HC-6"),), text="It was agreed then.", dated="2 October 2024"))
    assert of(january, "HC-6")[Reason.STALE].detail == "nothing said for 3 mo"
    note = january.conn.execute("SELECT id FROM note WHERE text = 'It was agreed then.'").fetchone()[0]
    january.do(Withdraw(kind="note", entity=note))
    assert of(january, "HC-6")[Reason.STALE].detail == "nothing said for 3 mo"


# What begins and ends the others


def test_a_promise_kept_or_withdrawn_is_promised_no_more(january: Register) -> None:
    actions = "SELECT id FROM action WHERE recommendation = ? AND kind <> 'dependency'"
    for reference, end in (("HC-2", "done"), ("HC-5", "withdrawn")):
        ((action,),) = january.conn.execute(actions, (entity(january, reference),)).fetchall()
        january.do(FinishAction(action=action) if end == "done" else Withdraw(kind="action", entity=action))
        assert reference not in having(january, Reason.PROMISED)


@pytest.mark.parametrize(
    ("due", "promised"), [("5 February 2025", False), ("4 February 2025", True), ("soon", True), (None, True)]
)
def test_a_promise_counts_up_to_the_committee_and_one_without_a_day_at_once(
    january: Register, due: str | None, promised: bool
) -> None:
    january.do(AddAction(item=entity(january, "MHD-3"), text="Write it.", due=due, kind=ActionKind.MILESTONE))
    assert ("MHD-3" in having(january, Reason.PROMISED)) is promised


def test_a_dependency_waits_since_its_day_and_is_no_promise(january: Register) -> None:
    waits: dict[str, Any] = {"kind": ActionKind.DEPENDENCY, "text": "Their sign-off.", "whose": "COPFS"}
    january.do(AddAction(item=entity(january, "MHD-3"), since="20 November 2024", **waits))
    reasons = of(january, "MHD-3")
    assert reasons[Reason.WAITS_ON].detail == "waiting for COPFS (8 weeks)" and Reason.PROMISED not in reasons


def test_evidence_sent_leaves_nothing_but_waiting_and_a_reply_brings_the_rest_back(january: Register) -> None:
    item = entity(january, "MHD-13")
    before = set(of(january, "MHD-13"))
    january.do(SubmitEvidence(items=(item,), sent="2025-01-08", note="What it shows."))
    assert (
        of(january, "MHD-13")[Reason.WAITS_ON_INSPECTORATE].detail == "closure asked for, sent 8 January 2025, 7 days"
    )
    assert len(of(january, "MHD-13")) == 1
    january.do(RecordReply(item=item, dated="2025-01-14", verdict=Verdict.REMAIN_OPEN, next_move=NextMove.US))
    assert set(of(january, "MHD-13")) == (before - {Reason.STALE}) | {Reason.REFUSED}
    january.do(RecordReply(item=item, dated="2025-01-15", verdict=Verdict.DISCHARGED, words="Accepted."))
    assert of(january, "MHD-13") == {}


def test_what_was_last_replied_is_a_reason_until_something_is_sent(january: Register) -> None:
    assert of(january, "HC-10")[Reason.REFUSED] == ReasonText(
        Reason.REFUSED,
        None,
        "HMICS: more evidence sought, date not known; evidence still required: Evidence of how the data is used, and to "
        "what effect for communities. (in our words)",
        "HMICS: more evidence sought",
    )
    item = entity(january, "MHD-2")
    assert Reason.REFUSED not in of(january, "MHD-2")
    january.do(RecordReply(item=item, dated="2025-01-14", verdict=Verdict.PARTLY, discharges="1", who="HMICS"))
    first = of(january, "MHD-2")[Reason.REFUSED]
    assert (first.since, first.brief) == ("2025-01-14", "HMICS: partly discharged")
    # The stage goes on and is not counted any more; the last reply is shown beside the other reasons.
    january.do(SetStage(item=item, stage=Stage.COLLATING))
    rules = rules_of(january.conn, january.today())
    found = attention(january.conn, Filter(), rules)
    (row,) = (row for row in attention_rows(january.conn, rules, found.seqs, found.flags) if row.item.ref == "MHD-2")
    assert found.reasons[Reason.REFUSED] == 2 and "HMICS: partly discharged" in [why.brief for why in row.because]
    january.do(SetNextMove(item=item, who=NextMove.INSPECTORATE))
    assert list(of(january, "MHD-2")) == [Reason.WAITS_ON_INSPECTORATE]
    january.do(SetNextMove(item=item, who=NextMove.US))
    january.do(SubmitEvidence(items=(item,), sent="2025-01-15", note="What it shows."))
    assert list(of(january, "MHD-2")) == [Reason.WAITS_ON_INSPECTORATE]


def test_an_item_refused_yesterday_needs_attention_however_new_it_is(make_register: MakeRegister) -> None:
    here = make_register("here")
    new = item(here)
    rules = rules_of(here.conn, date(2022, 1, 1))
    assert not attention(here.conn, Filter(), rules).seqs
    here.do(RecordReply(item=new, dated="2021-12-31", verdict=Verdict.REMAIN_OPEN, next_move=NextMove.US))
    found = attention(here.conn, Filter(), rules)
    (row,) = attention_rows(here.conn, rules, found.seqs, found.flags)
    assert row.because[0].brief == "The inspectorate: remain open"


def test_of_ones_own_what_was_not_discharged_is_counted(january: Register) -> None:
    rules = rules_of(january.conn, january.today())
    january.do(SetLeads(item=entity(january, "HC-6"), leads=("C3",)))
    own, everything = own_summary(january.conn, ("C3",), rules), own_summary(january.conn, (), rules)
    assert own is not None and everything is not None
    assert " · 1 not discharged when asked · " in own.describe(rules.today)
    assert "not discharged" not in everything.describe(rules.today, "All leads")


def test_a_reason_owed_and_declined_is_housekeeping_until_one_is_given(january: Register) -> None:
    item = entity(january, "MHD-3")
    january.do(SetTrack(item=item, track=Track.DELAYED, reason=""))
    assert Reason.NO_REASON in of(january, "MHD-3")
    january.do(SetTrack(item=item, track=Track.DELAYED, reason="The system is not ready."))
    assert Reason.NO_REASON not in of(january, "MHD-3")
    january.undo()
    assert Reason.NO_REASON in of(january, "MHD-3")


def test_a_closed_item_is_there_for_a_conflict_and_nothing_else(make_register: MakeRegister) -> None:
    here, there = make_register("here"), make_register("there")
    closed = item(here)
    here.do(RecordReply(item=closed, dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    send(here, there)
    for one, text in ((here, "Ours"), (there, "Theirs")):
        one.do(correct("recommendation", closed, title=text))
    meet(here, there)
    assert {ref: list(has) for ref, has in needing(here).items()} == {"HC-6": [Reason.CONFLICT]}
    here.do(correct("recommendation", closed, title="Ours"), resolving=True)
    assert needing(here) == {}


def test_a_conflict_under_an_item_is_the_items_to_show(make_register: MakeRegister) -> None:
    here, there = make_register("here"), make_register("there")
    closed = item(here)
    here.do(RecordReply(item=closed, dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    reply = str(here.conn.execute("SELECT id FROM reply").fetchone()[0])
    send(here, there)
    for one, text in ((here, "They agreed."), (there, "They did agree.")):
        one.do(correct("reply", reply, words=text))
    meet(here, there)
    assert list(of(here, "HC-6")) == [Reason.CONFLICT]
    here.do(correct("reply", reply, words="They agreed."), resolving=True)
    assert of(here, "HC-6") == {}


def test_ones_own_numbers_are_those_of_attention(january: Register) -> None:
    rules = rules_of(january.conn, january.today())
    own = own_summary(january.conn, ("c3",), rules)
    reasons = needing(january)
    mine = [row[0] for row in january.conn.execute("SELECT reference FROM recommendation WHERE leads LIKE '%C3%'")]
    assert own is not None
    for reason in (Reason.LATE, Reason.PROMISED, Reason.STALE, Reason.WAITS_ON_INSPECTORATE, Reason.AGED):
        assert own.recommendations.reasons[reason] == sum(reason in reasons.get(ref, {}) for ref in mine), reason
    nobody = own_summary(january.conn, ("Nobody",), rules)
    assert nobody is not None and nobody.describe(rules.today) == "Mine: nothing open; 23 open have no lead"
    listed = counts(january.conn, Filter(lead=(NO_LEAD,), status=("on-track", "delayed", "not-stated")), rules.today)
    assert own.no_lead == nobody.no_lead == sum(listed) == 23


def test_what_is_only_about_the_record_is_folded_and_counted_apart(make_register: MakeRegister) -> None:
    here = make_register("here")
    item(here)
    rules = rules_of(here.conn, date(2022, 1, 1))
    found = attention(here.conn, Filter(), rules)
    assert (list(found.seqs), len(found.folded)) == ([], 1)
    assert {group: found.rows(group) for group in Group} == {
        Group.US: 0,
        Group.INSPECTORATE: 0,
        Group.OTHER: 0,
        Group.HOUSEKEEPING: 1,
    }


def test_a_part_is_neither_stale_nor_old_nor_without_lead_or_theme_and_has_what_is_its_own(
    make_register: MakeRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = make_register("here")
    whole = item(here)
    where = here.conn.execute("SELECT id FROM publication").fetchone()[0]
    part = here.do(AddItem(publication=where, number="6a", part_of=whole, title="A part")).created or ""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")
    own = {Reason.STALE, Reason.AGED, Reason.NO_LEAD, Reason.NO_THEME}
    assert {ref: set(has) for ref, has in needing(here).items()} == {"HC-6": own}
    here.do(MoveTarget(item=part, text="14 January 2025"))
    here.do(AddAction(item=part, text="Write."))
    assert {ref: set(has) for ref, has in needing(here).items()} == {
        **{"HC-6": own, "HC-6a": {Reason.LATE, Reason.PROMISED}},
    }
