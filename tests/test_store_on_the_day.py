"""What holds on the day itself: what is due then is not late yet, and the last day that is looked to still counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from registers import item, publication, refused

from store.as_at import parse_past_day
from store.commands import (
    AddAction,
    AddItem,
    AddPublication,
    FinishAction,
    RecordReply,
    SetLeads,
    SetTrack,
    SubmitEvidence,
    Withdraw,
)
from store.domain.dates import format_date
from store.domain.errors import BadInput
from store.domain.vocabulary import ActionKind, ItemKind, PublicationKind, Track, Verdict
from store.exchange.export import export
from store.exchange.handover import hand_over
from store.exchange.sheets import NEXT_TARGET
from store.queries.attention import (
    LOOK_AHEAD,
    Reason,
    attention,
    day_stated,
    format_ago,
    format_duration_at_least,
    rules_of,
)
from store.queries.attention_text import attention_rows
from store.queries.facets import facet
from store.queries.filter import TARGETS, Filter
from store.queries.item_list import window
from store.queries.own_summary import own_summary
from store.queries.publications import publication as publication_row
from store.queries.publications import publications, totals
from store.register import Register

pytest_plugins = ["registers"]

TODAY = date(2024, 9, 18)
DAYS = {"1": -1, "2": 0, "3": 1, "4": 89, "5": 90, "6": 91}
"""Items by number, and in how many days each is due."""


def in_days(days: int) -> str:
    return format_date(TODAY + timedelta(days=days))


@pytest.fixture
def due(here: Register) -> Register:
    """HC-1 was due yesterday, HC-2 is today, and so on; of HC-7 no day is known, and HC-8 has no target."""
    where = publication(here)
    for number, days in DAYS.items():
        here.do(AddItem(publication=where, number=number, title="One", target=in_days(days), leads=("C3",)))
    here.do(AddItem(publication=where, number="7", title="One", target="in the coming weeks", leads=("C3",)))
    here.do(AddItem(publication=where, number="8", title="One", leads=("C3",)))
    return here


def listed(register: Register, **narrowed: tuple[str, ...] | str) -> list[str]:
    return [row.ref for row in window(register.conn, Filter().replace(**narrowed), "ref", TODAY)]


def needing(register: Register) -> dict[str, set[Reason]]:
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, Filter(), rules)
    rows = attention_rows(register.conn, rules, [*found.seqs, *found.folded], [*found.flags, *found.folded_flags])
    return {row.item.ref: {because.reason for because in row.because} for row in rows}


# Late, due, and later

BY_TARGET = {
    "past": ["HC-1"],
    "soon": ["HC-2", "HC-3", "HC-4", "HC-5"],
    "later": ["HC-6"],
    "no-day": ["HC-7"],
    "no-target": ["HC-8"],
}


@pytest.mark.parametrize("bucket", TARGETS)
def test_what_is_due_today_is_due_soon_and_not_past_and_the_ninetieth_day_is_the_last(
    due: Register, bucket: str
) -> None:
    assert listed(due, target=(bucket,)) == BY_TARGET[bucket]
    assert dict(facet(due.conn, Filter(), "target", TODAY))[bucket] == len(BY_TARGET[bucket])


def test_the_days_that_bound_a_list_are_outside_it(due: Register) -> None:
    today = TODAY.isoformat()
    assert listed(due, due_before=today) == ["HC-1"]
    assert listed(due, due_after=today) == ["HC-3", "HC-4", "HC-5", "HC-6"]
    assert listed(due, published_before="2021-06-30") == listed(due, published_after="2021-06-30") == []
    assert len(listed(due, published_before="2021-07-01")) == len(listed(due, published_after="2021-06-29")) == 8
    for name in ("changed_before", "changed_after", "said_before"):
        assert listed(due, **{name: today}) == []
    assert len(listed(due, changed_before="2024-09-19")) == len(listed(due, changed_after="2024-09-17")) == 8
    assert len(listed(due, said_before="2024-09-19")) == 8


def test_attention_has_an_item_as_due_on_its_day_and_as_late_from_the_next(due: Register) -> None:
    assert LOOK_AHEAD == 90
    reasons = needing(due)
    assert {ref for ref, has in reasons.items() if Reason.LATE in has} == {"HC-1"}
    # Listed by their days, the last that is looked to among them.
    assert [ref for ref, has in reasons.items() if Reason.DUE in has] == ["HC-2", "HC-3", "HC-4", "HC-5"]
    own = own_summary(due.conn, ("C3",), rules_of(due.conn, TODAY))
    assert own is not None and (own.recommendations.reasons[Reason.LATE], own.recommendations.reasons[Reason.DUE]) == (
        1,
        4,
    )


def test_a_page_to_hand_over_has_an_item_as_past_from_the_day_after_its_target(due: Register) -> None:
    text = hand_over(due.conn, "C3", TODAY).text
    assert "8 open (1 past target" in text
    left = {line.split()[1]: text.split(line)[1].split("\n#")[0] for line in text.splitlines() if line[:4] == "### "}
    assert "**past by 1 day**" in left["HC-1"]
    assert "0 days left at the most" in left["HC-2"] and "1 day left at the most" in left["HC-3"]


def test_a_promise_is_overdue_from_the_day_after_it_was_due(due: Register) -> None:
    ids = {row.ref: row.id for row in window(due.conn, Filter(), "ref", TODAY)}
    for ref, days in (("HC-6", -1), ("HC-7", 0), ("HC-8", 1)):
        due.do(AddAction(item=ids[ref], text="Write to them.", due=in_days(days)))
    rules = rules_of(due.conn, TODAY)
    found = attention(due.conn, Filter(), rules)
    briefs = {
        row.item.ref: because.brief
        for row in attention_rows(due.conn, rules, found.seqs, found.flags)
        for because in row.because
        if because.reason == Reason.PROMISED
    }
    assert briefs == {
        "HC-6": "promise 1 day overdue",
        "HC-7": "promised, due today",
        "HC-8": "promised, due tomorrow",
    }


# A publication's next target


def figures(register: Register, tmp_path: Path, *codes: str) -> dict[str, str]:
    """The next target on every line of figures in a file of some publications, by the line's name."""
    export(register, tmp_path / "out.md", Filter(publication=codes), force=True)
    printed = (tmp_path / "out.md").read_text(encoding="utf-8")
    lines = [line.split("|") for line in printed.splitlines() if line.startswith("| ")]
    found = {line[1].strip(" *"): line[-2].strip() for line in lines if line[-2].strip() != NEXT_TARGET}
    return {name: str(datetime.strptime(day, "%d %b %Y").date()) if day else "" for name, day in found.items()}


def next_targets(register: Register, tmp_path: Path) -> set[str | None]:
    """The next target of the only publication: in the list of them, by itself, in the totals, and in a file."""
    (row,) = publications(register.conn)
    alone = publication_row(register.conn, row.id)
    printed = figures(register, tmp_path, str(row.code))
    assert alone is not None and len(printed) == 2
    return {row.next_target, alone.next_target, totals(register.conn)[0].next_target} | {
        day or None for day in printed.values()
    }


def test_a_publications_next_target_is_the_first_of_its_open_items_alone(here: Register, tmp_path: Path) -> None:
    days = {"1": "1 October 2024", "2": "1 November 2024", "3": "1 December 2024", "4": "1 January 2025"}
    ids = {number: item(here, number, target=day) for number, day in days.items()}
    for number, track in (("1", Track.ON_TRACK), ("2", Track.DELAYED)):
        here.do(SetTrack(item=ids[number], track=track, reason=""))
    assert next_targets(here, tmp_path) == {"2024-10-01"}
    here.do(RecordReply(item=ids["1"], dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    assert next_targets(here, tmp_path) == {"2024-11-01"}
    here.do(SubmitEvidence(items=(ids["2"],), sent="2024-09-02", note="What it shows."))
    assert next_targets(here, tmp_path) == {"2024-12-01"}
    where = publications(here.conn)[0].id
    here.do(AddItem(publication=where, number="3a", part_of=ids["3"], title="A part", target="1 October 2024"))
    assert next_targets(here, tmp_path) == {"2024-12-01"}
    here.do(Withdraw(kind="recommendation", entity=ids["3"]))
    assert next_targets(here, tmp_path) == {"2025-01-01"}
    here.do(Withdraw(kind="recommendation", entity=ids["4"]))
    assert next_targets(here, tmp_path) == {None}


def test_the_next_target_of_several_publications_is_the_first_of_theirs_and_of_commitments_apart(
    here: Register, tmp_path: Path
) -> None:
    item(here, "1", target="1 October 2024")
    item(here, "2", target="1 January 2025", kind=ItemKind.COMMITMENT)
    plan = here.do(AddPublication(title="A plan", code="AP", kind=PublicationKind.PLAN)).created or ""
    here.do(AddItem(publication=plan, number="1", title="One", target="1 November 2024"))
    here.do(AddItem(publication=plan, number="2", title="Two", target="1 December 2024", kind=ItemKind.RECOMMENDATION))
    assert {row.code: row.next_target for row in publications(here.conn)} == {"HC": "2024-10-01", "AP": "2024-11-01"}
    assert [total.next_target for total in totals(here.conn)] == ["2024-10-01", "2024-11-01"]
    assert figures(here, tmp_path, "HC", "AP") == {
        "HC Hate Crime": "2024-10-01",
        "AP A plan": "2024-11-01",
        "Recommendations": "2024-10-01",
        "Commitments": "2024-11-01",
    }


# What is known by the end of a day


def test_what_ends_in_a_day_is_told_that_day(here: Register, day: Callable[[str], None]) -> None:
    entity = item(here)
    day("2024-12-17")
    assert needing(here) == {"HC-6": {Reason.AGED, Reason.NO_LEAD, Reason.NO_THEME}}
    day("2024-12-18")
    assert Reason.STALE in needing(here)["HC-6"]
    here.do(SetLeads(item=entity, leads=("C3",)))
    own = own_summary(here.conn, ("C3",), rules_of(here.conn, date(2024, 12, 17)))
    assert own is not None and own.recommendations.reasons[Reason.STALE] == 0


def test_how_long_ago_is_not_told_of_today() -> None:
    since = (TODAY - timedelta(days=15)).isoformat()
    assert (format_ago(since, TODAY), format_duration_at_least(since, TODAY, True)) == ("15 days ago", "15 days")
    today = TODAY.isoformat()
    assert (format_ago(today, TODAY), format_duration_at_least(today, TODAY, True)) == ("on 18 Sep 2024", "since today")
    assert format_duration_at_least(today, TODAY, False) == "not known"


def test_what_has_happened_may_be_of_today_and_not_of_tomorrow(here: Register) -> None:
    entity = item(here)
    here.do(AddAction(item=entity, text="Write to them."))
    (action,) = here.conn.execute("SELECT id FROM action").fetchone()
    for text in ("19 September 2024", "31 December 1989", "1989"):
        refused(here, FinishAction(action=action, day=text), BadInput, "has not come yet|too long ago")
    for text in ("18 September 2024", "September 2024", "1 January 1990", "1990"):
        here.do(FinishAction(action=action, day=text))
        assert here.conn.execute("SELECT done FROM action").fetchone() == (text,)
    assert parse_past_day("today", TODAY) == parse_past_day("18/9/24", TODAY) == TODAY
    with pytest.raises(BadInput, match="has not come yet"):
        parse_past_day("19/9/24", TODAY)


def test_a_reply_of_the_day_that_evidence_was_sent_answers_it_and_one_of_the_day_before_does_not(
    here: Register,
) -> None:
    entity = item(here)
    sent = here.do(SubmitEvidence(items=(entity,), sent="10 September 2024", note="What it shows."))
    (submission,) = here.conn.execute("SELECT id FROM submission").fetchone()
    early = RecordReply(item=entity, dated="9 September 2024", verdict=Verdict.REMAIN_OPEN)
    refused(here, early.model_copy(update={"submission": submission}), BadInput, "is before that evidence")
    here.do(early)
    assert here.conn.execute("SELECT submission FROM reply").fetchall() == [(None,)]
    here.do(RecordReply(item=entity, dated="10 September 2024", verdict=Verdict.REMAIN_OPEN))
    assert here.conn.execute("SELECT submission FROM reply ORDER BY dated_latest").fetchall() == [
        (None,),
        (submission,),
    ]
    assert sent.items == (entity,)


@pytest.mark.parametrize(("dated", "stage"), [("9 September 2024", "remain-open"), ("10 September 2024", "discharged")])
def test_a_reply_that_is_older_than_what_is_known_changes_nothing_and_one_of_the_same_day_does(
    here: Register, dated: str, stage: str
) -> None:
    entity = item(here)
    here.do(RecordReply(item=entity, dated="10 September 2024", verdict=Verdict.REMAIN_OPEN))
    here.do(RecordReply(item=entity, dated=dated, verdict=Verdict.DISCHARGED, words="Accepted."))
    assert here.conn.execute("SELECT stage FROM recommendation").fetchone() == (stage,)


@pytest.mark.parametrize(
    ("stated", "day_of_it"),
    [
        *(("1 August 2024", "2024-08-01"), ("August 2024", "2024-08-31"), ("1 October 2024", "2024-09-18")),
        *((None, "2024-09-18"), ("in passing", "2024-09-18")),
    ],
)
def test_what_was_said_was_said_by_the_day_that_it_was_recorded(stated: str | None, day_of_it: str) -> None:
    assert day_stated(stated, "2024-09-18") == day_of_it


def test_the_oldest_promise_is_the_one_that_ones_numbers_tell(due: Register) -> None:
    ids = {row.ref: row.id for row in window(due.conn, Filter(), "ref", TODAY)}
    for ref, stated in (("HC-7", "1 September 2024"), ("HC-8", "1 August 2024"), ("HC-6", "18 September 2024")):
        due.do(AddAction(item=ids[ref], text="Write to them.", due="September 2024", said=stated))
    waits = AddAction(item=ids["HC-8"], kind=ActionKind.DEPENDENCY, text="Theirs.", said="1 July 2024")
    due.do(waits)
    own = own_summary(due.conn, ("C3",), rules_of(due.conn, TODAY))
    assert own is not None and own.recommendations.oldest_promise == "2024-08-01"
    assert own.describe(TODAY) == "Mine: 8 open · 1 late · 4 due · 3 promised and not done, the oldest 6 weeks ago"
    oldest = due.conn.execute("SELECT id FROM action WHERE due_said = '1 August 2024'").fetchone()[0]
    due.do(FinishAction(action=oldest))
    own = own_summary(due.conn, ("C3",), rules_of(due.conn, TODAY))
    assert own is not None and (own.recommendations.oldest_promise, own.recommendations.reasons[Reason.PROMISED]) == (
        "2024-09-01",
        2,
    )


def test_ones_own_numbers_count_recommendations_and_commitments_apart_and_no_part(due: Register) -> None:
    where = publications(due.conn)[0].id
    ids = {row.ref: row.id for row in window(due.conn, Filter(), "ref", TODAY)}
    for number, kind in (("20", ItemKind.COMMITMENT), ("21", ItemKind.COMMITMENT), ("22", ItemKind.RECOMMENDATION)):
        due.do(AddItem(publication=where, number=number, title="One", kind=kind, leads=("C3",)))
    due.do(AddItem(publication=where, number="8a", part_of=ids["HC-8"], title="A part", leads=("C3",)))
    due.do(AddItem(publication=where, number="30", title="Another's", leads=("Custody",)))
    for names, found in ((("C3",), (9, 2)), (("c3", "Custody"), (10, 2)), ((), (10, 2)), (("Nobody",), (0, 0))):
        own = own_summary(due.conn, names, rules_of(due.conn, TODAY))
        assert own is not None and (own.recommendations.open, own.commitments.open) == found
