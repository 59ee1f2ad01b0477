"""The typed query: what each word of it asks for, what is reported of a word that cannot be taken, and the way back."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from store.commands import AddNote, RecordReply, SetTrack
from store.domain.errors import BadInput
from store.domain.references import find_item
from store.domain.vocabulary import MARKINGS, Extension, ItemKind, NextMove, Response, Stage, Status, Track, Verdict
from store.queries.filter import (
    NO_DELAY,
    NO_LEAD,
    NO_OUTCOME,
    NO_PRIORITY,
    NO_THEME,
    TARGETS,
    WITH_INSPECTORATE,
    Filter,
    percent_bound,
)
from store.queries.item_list import items_at, seqs, window
from store.queries.query_format import point_at_error, to_query
from store.queries.query_language import QueryContext, QueryError, parse
from store.queries.query_names import filter_for
from store.queries.search import tidy_words
from store.register import Register

TODAY = date(2024, 9, 18)
NAMES = {
    "theme": ("Governance", "Better Practice", "Human Error"),
    "lead": ("C3", "Smith, Jones & Co", "none", "Criminal Justice"),
    "publication": ("HC", "CAM"),
    "outcome": ("1", "2", "10", "Fewer calls"),
}
CONTEXT = QueryContext(NAMES.__getitem__, ("C3",), lambda: date(2024, 3, 14))


@pytest.mark.parametrize(
    ("query", "asks"),
    [
        ("", {}),
        ("third party", {"search": "third party"}),
        ('"third party" evidence', {"search": '"third party" evidence'}),
        ("HC-6 10:30 a&b", {"search": "HC-6 10:30 a&b"}),
        ("status:delayed", {"status": ("delayed",)}),
        ("status:delayed,on-track", {"status": ("delayed", "on-track")}),
        ("STATUS:Delayed status:on_track", {"status": ("delayed", "on-track")}),
        ('status="on track"', {"status": ("on-track",)}),
        ("status:open", {"status": ("on-track", "delayed", "not-stated")}),
        ("status:with-inspectorate", {"status": (WITH_INSPECTORATE,)}),
        ("stage:remain-open", {"stage": ("remain-open",)}),
        ("kind:commitment", {"kind": ("commitment",)}),
        ("next:us", {"next_move": ("us",)}),
        ("next_move:other next-move:us", {"next_move": ("other", "us")}),
        ("target:past", {"target": ("past",)}),
        ("target:none", {"target": ("no-target",)}),
        ("marking:official-sensitive", {"marking": ("OFFICIAL-SENSITIVE",)}),
        ("theme:governance", {"theme": ("Governance",)}),
        ("theme:better-practice", {"theme": ("Better Practice",)}),
        ('theme:"BETTER PRACTICE",human-error', {"theme": ("Better Practice", "Human Error")}),
        ("theme:none", {"theme": (NO_THEME,)}),
        ("publication:hc pub:CAM", {"publication": ("HC", "CAM")}),
        ('lead:"C3"', {"lead": ("C3",)}),
        ('lead:c3,"smith, jones & co"', {"lead": ("C3", "Smith, Jones & Co")}),
        ("lead:none", {"lead": (NO_LEAD,)}),
        ('lead:"none"', {"lead": ("none",)}),
        ("outcome:2,none", {"outcome": ("2", NO_OUTCOME)}),
        ('note:"third party"', {"note": '"third party"'}),
        ("note:evidence note:sent", {"note": "evidence sent"}),
        ("due<2025-06", {"due_before": "2025-06-01"}),
        ("due<=2025-06", {"due_before": "2025-07-01"}),
        ("due>2025", {"due_after": "2025-12-31"}),
        ("due>=2025-06-10", {"due_after": "2025-06-09"}),
        ("due:2025-06", {"due_after": "2025-05-31", "due_before": "2025-07-01"}),
        ('due<"June 2025"', {"due_before": "2025-06-01"}),
        ("due<june-2025", {"due_before": "2025-06-01"}),
        ("due<end-of-2025", {"due_before": "2025-12-31"}),
        ("due<june", {"due_before": "2025-06-01"}),
        ("changed>june", {"changed_after": "2024-06-30"}),
        ("due<2025 due<2026", {"due_before": "2025-01-01"}),
        ("due>2025 due>2026", {"due_after": "2026-12-31"}),
        ("changed>2024-08", {"changed_after": "2024-08-31"}),
        ("changed>=2024-08-01", {"changed_after": "2024-07-31"}),
        ("changed<2024", {"changed_before": "2024-01-01"}),
        ("changed>paper", {"changed_after": "2024-03-14T00:01"}),
        ("published>2021-06", {"published_after": "2021-06-30"}),
        ("age>2y", {"published_before": "2022-09-18"}),
        ("age>=2years", {"published_before": "2022-09-19"}),
        ("age<6m", {"published_after": "2024-03-18"}),
        ("said<2024-06", {"said_before": "2024-06-01"}),
        ("quiet>90d", {"said_before": "2024-06-20"}),
        ("quiet>=2w", {"said_before": "2024-09-05"}),
        ("moved>=1", {"moved": 1}),
        ("moved>1", {"moved": 2}),
        ("mine", {"mine": ("C3",)}),
        ("Parts", {"parts": True}),
        ('"parts"', {"search": '"parts"'}),
        ('words:"status:late "', {"search": "status:late "}),
        ("status:closed not sent", {"search": "not sent", "status": ("closed",)}),
        ("this and that status:closed", {"search": "this and that", "status": ("closed",)}),
        ('"not" status:closed', {"search": '"not"', "status": ("closed",)}),
        ("evidence status:closed sent", {"search": "evidence sent", "status": ("closed",)}),
    ],
)
def test_each_word_of_a_query_asks_for_what_it_says(query: str, asks: dict[str, Any]) -> None:
    assert parse(query, TODAY, context=CONTEXT) == Filter(**asks)


@pytest.mark.parametrize(
    ("query", "word", "message"),
    [
        ("status:delayd", "delayd", "Did you mean status:delayed?"),
        ("x status:delayed,zzz", "zzz", "There are: closed, on-track"),
        ("theme:govrnance", "govrnance", "Did you mean theme:Governance?"),
        ("theme:better practice", "better", 'Did you mean theme:"Better Practice"?'),
        ("theme:zzz", "zzz", "There are: Governance, Better Practice, Human Error."),
        ('lead:C3,"Smith"', '"Smith"', 'Did you mean lead:"Smith, Jones & Co"?'),
        ("pub:XY", "XY", "There are: HC, CAM."),
        ("statu:delayed", "statu", "Did you mean status or stage?"),
        ("http://x", "http", 'To search for the word itself, write "http://x".'),
        ("-status:closed", "-status:closed", "nothing can be left out with a minus."),
        ("!status:closed", "!status:closed", "nothing can be left out with !."),
        ("status!=closed", "status!=closed", "nothing can be left out with !."),
        ("theme:governance ~hate", "~hate", "nothing can be left out with ~."),
        ("not status:closed", "not", "A query has no OR, AND or NOT"),
        ("hate Not theme:governance", "Not", 'write "Not" between quotation marks'),
        ("status:closed or theme:governance", "or", "A query has no OR, AND or NOT"),
        ("status:closed and lead:C3", "and", "A query has no OR, AND or NOT"),
        ("hate -crime", "-crime", "nothing can be left out with a minus."),
        ("a status:", "status:", "status: needs a value: status:on-track."),
        ("status:delayed,", "delayed,", "A value is missing"),
        ("status:delayed,,closed", "delayed,,closed", "A value is missing"),
        ('lead:"C3"x', '"C3"x', "Quotation marks go around a whole value"),
        ('note:"third', '"third', "The quotation mark is not closed."),
        ("status<delayed", "status<", "status takes a colon: status:on-track."),
        ("due<soon", "soon", '"soon" is not a date'),
        ("due<Jnue", "Jnue", "Did you mean June 2025?"),
        ("due<FY2025", "FY2025", "Did you mean FY 2024/25 or FY 2025/26?"),
        ('due<"winter 2024"', '"winter 2024"', "Did you mean winter 2023/24 or winter 2024/25?"),
        ('due<"Sun 1 March 2025"', '"Sun 1 March 2025"', "1 March 2025 is a Saturday, not a Sunday."),
        ("due <30/6/25", "due <30/6/25", "No space goes around <: due<30/6/25."),
        ("hate due < June", "due < June", "No space goes around <: due<June."),
        ("age > 2y", "age > 2y", "No space goes around >: age>2y."),
        ("status : delayed", "status : delayed", "No space goes around a colon: status:delayed."),
        ("due<2025-02-30", "2025-02-30", "not a day in the calendar"),
        ("due<=9999", "due<=9999", '"9999" is outside the calendar.'),
        ("due<2025,2026", "2025,2026", "due takes one value"),
        ("age>soon", "soon", "not a span of time"),
        ("age>9999y", "age>9999y", "outside the calendar"),
        ("age:2y", "age:2y", "age>2y or age<6m"),
        ("quiet<90d", "quiet<90d", "quiet>90d"),
        ("said>2024", "said>2024", "said<2024-06"),
        ("moved<1", "moved<1", "moved>=1"),
        ("moved>=many", "moved>=many", "moved>=1"),
        ("note:a,b", "a,b", "one word or phrase"),
        ('note:"…"', '"…"', "note needs a word"),
    ],
)  # fmt: skip
def test_an_error_names_the_word_and_what_could_stand_there(query: str, word: str, message: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query, TODAY, context=CONTEXT)
    error = caught.value
    assert isinstance(error, BadInput) and message in str(error)
    assert query[error.start : error.end] == word
    shown, marks = point_at_error(query, error).split("\n")
    assert shown == query and marks == " " * query.index(word) + "^" * len(word)


def test_what_is_mine_and_what_the_newest_paper_is_have_to_be_known() -> None:
    nobody = QueryContext(NAMES.__getitem__)
    with pytest.raises(QueryError, match="whom you act for"):
        parse("mine", TODAY, context=nobody)
    with pytest.raises(QueryError, match="No committee paper"):
        parse("changed>paper", TODAY, context=nobody)


def test_the_marks_stand_under_the_word_whatever_is_before_it() -> None:
    query = "中文\t\x1b[31m status:late"
    with pytest.raises(QueryError) as caught:
        parse(query, TODAY)
    shown, marks = point_at_error(query, caught.value).split("\n")
    assert "\x1b" not in shown and "\t" not in shown
    # Each of the two wide letters takes two cells.
    assert len(marks) - len(marks.lstrip()) == shown.index("late") + 2 and marks.count("^") == 4


@pytest.mark.parametrize("most", [20, 40, 60, 80])
@pytest.mark.parametrize("before", ["", "status:delayed ", "status:delayed " * 9])
@pytest.mark.parametrize("word", ["zz:us", "zz:" + "much" * 40])
@pytest.mark.parametrize("after", ["", " and more words", " and more words" * 9])
def test_of_a_query_longer_than_the_terminal_the_word_is_shown_and_the_marks_under_it(
    most: int, before: str, word: str, after: str
) -> None:
    with pytest.raises(QueryError) as caught:
        parse(before + word + after, TODAY)
    shown, marks = point_at_error(before + word + after, caught.value, most).split("\n")
    assert len(shown) <= most and len(marks) <= most
    assert shown[marks.index("^") :].startswith("zz") and marks.lstrip() == "^^"


# The way back

PIECES = ("status", "due", "age", "none", "x", "2025", ":", "<", ">", "=", '"', ",", "-", " ")
words = st.text(max_size=12)
days = st.none() | st.dates(date(1, 1, 2), date(9999, 12, 30)).map(date.isoformat)


def some(*values: str, none: str | None = None) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these values, or of any words where there are none."""
    one = st.sampled_from(values) if values else st.text(min_size=1, max_size=12)
    if none:
        one = one | st.just(none)
    return st.lists(one, max_size=3, unique=True).map(tuple)


filters = st.builds(
    Filter,
    search=words | st.sampled_from(['"third party" x', "mine", "status:closed", 'a "b', " a", "lead:", "due<2025"]),
    status=some(*Status, WITH_INSPECTORATE),
    stage=some(*Stage),
    theme=some(none=NO_THEME),
    publication=some(),
    kind=some(*ItemKind),
    lead=some(none=NO_LEAD),
    next_move=some(*NextMove),
    target=some(*TARGETS),
    marking=some(*MARKINGS),
    outcome=some(none=NO_OUTCOME),
    note=words.map(tidy_words),
    due_before=days,
    due_after=days,
    published_before=days,
    published_after=days,
    changed_before=days,
    changed_after=days,
    said_before=days,
    response=some(*Response),
    priority=some(none=NO_PRIORITY),
    delay=some(none=NO_DELAY),
    extension=some(*Extension),
    review_before=days,
    review_after=days,
    percent_before=st.none() | st.integers(0, 101).map(percent_bound),
    percent_after=st.none() | st.integers(-1, 100).map(percent_bound),
    moved=st.integers(0, 9999),
    mine=some(),
    parts=st.booleans(),
)


@given(filters)
@example(Filter(percent_before=percent_bound(0)))
@example(Filter(percent_after=percent_bound(100)))
def test_a_filter_written_as_a_query_is_read_as_the_same_filter(shown: Filter) -> None:
    def names(field: str) -> tuple[str, ...]:
        values: tuple[str, ...] = getattr(shown, field)
        return values

    query = to_query(shown)
    assert parse(query, TODAY, context=QueryContext(names, shown.mine)) == shown
    assert to_query(parse(query, TODAY, context=QueryContext(names, shown.mine))) == query


@given(filters)
def test_a_filter_says_itself_in_words_and_its_sql_takes_as_many_values_as_it_has(shown: Filter) -> None:
    where, values = shown.where(TODAY)
    assert where.count("?") == len(values)
    assert (shown.describe() == "Everything") <= (shown.replace(search="", note="", parts=False) == Filter())


@given(st.text(max_size=40) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_no_query_fails_but_with_a_word_that_it_points_at(query: str) -> None:
    try:
        parse(query, TODAY, context=CONTEXT)
    except QueryError as error:
        assert 0 <= error.start <= error.end <= len(query)
        assert str(error).endswith((".", "?")) and len(point_at_error(query, error).split("\n")) == 2


def test_a_filter_is_said_in_words() -> None:
    shown = parse('status:delayed outcome:2 due<2025-06 changed>2024-08 moved>=2 note:"third party"', TODAY)
    assert shown.describe() == (
        "Delayed · Outcome 2 · Due before 1 June 2025 · Changed after 31 August 2024 · "
        'Moved later at least 2 times · In its notes "third party"'
    )


def test_two_filters_joined_ask_for_what_both_ask_for() -> None:
    one = Filter(search="a", status=("delayed",), due_before="2025-01-01", changed_after="2024-01-01", moved=1)
    other = Filter(
        search="b", status=("closed", "delayed"), due_before="2024-01-01", changed_after="2024-02-01", parts=True
    )
    assert one.joined(other) == Filter(
        search="a b",
        status=("delayed", "closed"),
        due_before="2024-01-01",
        changed_after="2024-02-01",
        moved=1,
        parts=True,
    )
    assert one.joined(Filter()) == Filter().joined(one) == one


# In a register


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("lead:c3 status:delayed theme:better-practice", ["CAM-4"]),
        ("outcome:3", ["HC-3", "HC-8"]),
        ("moved>=1", ["CA-2", "CA-3", "CA-4", "CA-5", "CA-6"]),
        ("due<2025", ["MHD-13", "MHD-14"]),
        ("age>2y status:open pub:hc target:none next:us", ["HC-6", "HC-10"]),
        ("pub:hc third-party", ["HC-6"]),
        ("changed>paper", []),
    ],
)
def test_a_query_finds_in_the_sample_what_it_says(sample: Register, query: str, found: list[str]) -> None:
    shown = filter_for(sample.conn, query, TODAY)
    assert [row.ref for row in window(sample.conn, shown, "ref", TODAY)] == found


def test_a_word_that_names_nothing_in_the_register_is_answered_with_what_is_near(sample: Register) -> None:
    with pytest.raises(QueryError, match=r"Did you mean theme:Compliance\?"):
        filter_for(sample.conn, "theme:complience", TODAY)
    with pytest.raises(QueryError, match="CAM"):
        filter_for(sample.conn, "pub:CAN", TODAY)
    with pytest.raises(QueryError, match="There are: 1, 2, 3"):
        filter_for(sample.conn, "outcome:77", TODAY)


def test_the_words_of_a_note_are_looked_for_in_notes_only(sample: Register) -> None:
    everywhere = filter_for(sample.conn, "third-party", TODAY)
    in_notes = filter_for(sample.conn, "note:third-party", TODAY)
    refs = [{row.ref for row in window(sample.conn, shown, "ref", TODAY)} for shown in (everywhere, in_notes)]
    assert "HC-6" in refs[0] - refs[1]


def test_as_of_a_day_before_the_newest_paper_it_is_not_known(sample: Register) -> None:
    assert filter_for(sample.conn, "changed>paper", TODAY).changed_after == "2024-09-18T00:01"
    with pytest.raises(QueryError, match="No committee paper"):
        filter_for(sample.conn, "changed>paper", TODAY - timedelta(days=1))


# What a filter leaves out, it states


EACH: dict[str, Any] = {
    **dict.fromkeys(("status", "stage", "theme", "publication", "kind", "lead", "next_move", "marking"), ("delayed",)),
    **{"target": ("past",), "outcome": ("1",), "mine": ("C3",), "search": "training", "note": "training"},
    **dict.fromkeys(("due_before", "due_after", "published_before", "published_after"), "2024-09-18"),
    **dict.fromkeys(("changed_before", "changed_after", "said_before", "review_before", "review_after"), "2024-09-18"),
    **{
        "response": ("accepted",),
        "priority": ("High",),
        "delay": ("Money",),
        "extension": ("asked",),
        "percent_before": "050",
        "percent_after": "-01",
    },
    **{"moved": 1, "no_reason": True, "no_evidence": True, "not_agreed": True, "not_waiting": True},
}
"""Everything that a list can be narrowed by, with a value."""


def test_everything_that_narrows_a_list_is_here() -> None:
    assert {field.name for field in fields(Filter)} == EACH.keys() | {"parts"}


@pytest.mark.parametrize("name", EACH)
def test_what_narrows_a_list_narrows_it_and_is_said(name: str) -> None:
    shown = Filter(**{name: EACH[name]})
    assert shown.is_active and shown.replace(parts=True).is_active
    assert shown.describe() != "Everything"
    everything, nothing_asked = Filter().where(TODAY)
    condition, values = shown.where(TODAY)
    assert condition.startswith(f"{everything} AND ") and len(values) >= len(nothing_asked)
    other = Filter(search="evidence", parts=True)
    for joined in (shown.joined(other), other.joined(shown)):
        assert set(shown.describe().split(" · ")) <= set(joined.describe().split(" · ")) or name == "search"
        assert joined.parts and "evidence" in joined.search


def test_parts_narrow_nothing() -> None:
    assert not Filter(parts=True).is_active and Filter(parts=True).describe() == "Everything"


def test_of_two_days_that_bound_a_list_the_narrower_holds() -> None:
    early, late = "2024-09-01", "2024-10-01"

    def bound(name: str, day: str) -> Filter:
        return Filter().replace(**{name: day})

    for name in ("due", "published", "changed"):
        before = bound(f"{name}_before", early).joined(bound(f"{name}_before", late))
        after = bound(f"{name}_after", early).joined(bound(f"{name}_after", late))
        assert (getattr(before, f"{name}_before"), getattr(after, f"{name}_after")) == (early, late)
    assert Filter(moved=1).joined(Filter(moved=3)).moved == 3
    assert Filter(said_before=late).joined(Filter(said_before=early)).said_before == early


def test_only_open_items_are_listed_for_a_reason_that_was_not_given_or_as_not_waiting(sample: Register) -> None:
    def listed(**narrowed: Any) -> set[str]:
        return {row.ref for row in window(sample.conn, Filter(**narrowed), "ref", TODAY, 0, 100)}

    three, six, eight = (find_item(sample.conn, reference)[0] for reference in ("HC-3", "HC-6", "HC-8"))
    for item in (six, three):
        sample.do(SetTrack(item=item, track=Track.ON_TRACK, reason=""))
    sample.do(SetTrack(item=six, track=Track.DELAYED, reason=""))
    assert listed(no_reason=True) == {"HC-3", "HC-6"}
    sample.do(RecordReply(item=three, dated="2024-09-10", verdict=Verdict.DISCHARGED, words="Accepted."))
    assert listed(no_reason=True) == {"HC-6"}
    waiting = listed(not_waiting=True)
    assert "HC-6" in waiting and not {"HC-3", "HC-8", "CA-2"} & waiting
    assert waiting == listed(status=("on-track", "delayed", "not-stated")) - {f"CA-{n}" for n in range(2, 7)}
    sample.do(SetTrack(item=eight, track=Track.DELAYED, reason="It was never sent."))
    assert listed(not_waiting=True) == waiting | {"HC-8"}


def test_a_change_on_the_papers_own_day_is_after_the_paper(sample: Register) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(item,), text="After the paper, on its day."))
    shown = filter_for(sample.conn, "changed>paper", TODAY)
    found = [seq for piece in seqs(sample.conn, shown, "ref", TODAY) for seq in piece]
    assert items_at(sample.conn, found) == [item]
    assert to_query(shown) == "changed>paper" and shown.describe() == "Changed after the paper of 18 September 2024"
