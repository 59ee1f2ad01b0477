"""Dates as offices write them: what is read of each form, what is asked about, and whose day today is."""

from __future__ import annotations

import ast
import re
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from registers import item, publication

import store.domain.dates
import store.register
from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    AddPublication,
    Correct,
    DescribeRegister,
    FinishAction,
    MoveTarget,
    SetNextMove,
    SetStage,
)
from store.commands.base import target_value
from store.domain.date_reading import NotADay, NotPast, NotUnderstood, describe_days, read_date, read_past_date
from store.domain.dates import format_date, local_time
from store.domain.errors import BadInput, UnclearDate
from store.domain.vocabulary import Extension, NextMove, Stage
from store.queries.conflicts import Conflict, ConflictSide
from store.queries.history import history
from store.queries.item_list import window
from store.queries.publications import publications
from store.queries.query_language import parse
from store.register import Register
from tui.screens.conflicts import conflict_lines
from tui.tables.publications import publication_cells

pytest_plugins = ["registers"]

TODAY = date(2024, 9, 18)

# The forms of papers and trackers that were looked at, by the kind of their source.
PAPER = "a committee paper of a police authority or a council"
TRACKER = "an action tracker of a board, kept in a spreadsheet"
AUDIT = "an internal audit's follow-up of recommendations"
PLAN = "a delivery or improvement plan"

READ: list[tuple[str, str, str | None, str]] = [
    (PAPER, "Oct 23", "2023-10-01", "2023-10-31"),
    (PAPER, "Sept 2022", "2022-09-01", "2022-09-30"),
    (PAPER, "Sept 24", "2024-09-01", "2024-09-30"),
    (PAPER, "June '25", "2025-06-01", "2025-06-30"),
    (PAPER, "June ’25", "2025-06-01", "2025-06-30"),
    (PAPER, "Tuesday, 19 December 2023 1:30 pm", "2023-12-19", "2023-12-19"),
    (PAPER, "Thursday 26th September 2024", "2024-09-26", "2024-09-26"),
    (PAPER, "Monday 3 March 2025", "2025-03-03", "2025-03-03"),
    (PAPER, "3 March 2025 (Monday)", "2025-03-03", "2025-03-03"),
    (PAPER, "quarter four of 2023/24", "2024-01-01", "2024-03-31"),
    (PAPER, "by the end of the calendar year", None, "2024-12-31"),
    (PAPER, "15th August 2024", "2024-08-15", "2024-08-15"),
    (PAPER, "no later than 30 June 2025", None, "2025-06-30"),
    (PAPER, "by no later than June 2025", None, "2025-06-30"),
    (PAPER, "on or before 31 March 2025", None, "2025-03-31"),
    (PAPER, "between April and June 2025", "2025-04-01", "2025-06-30"),
    (TRACKER, "Jun-25", "2025-06-01", "2025-06-30"),
    (TRACKER, "Mar-15", "2015-03-01", "2015-03-31"),
    (TRACKER, "30-Jun-25", "2025-06-30", "2025-06-30"),
    (TRACKER, "30Jun25", "2025-06-30", "2025-06-30"),
    (TRACKER, "10.05.2023", "2023-05-10", "2023-05-10"),
    (TRACKER, "30.06.25", "2025-06-30", "2025-06-30"),
    (TRACKER, "31/3/25 (revised)", "2025-03-31", "2025-03-31"),
    (TRACKER, "31 March 2025 (TBC)", "2025-03-31", "2025-03-31"),
    (TRACKER, "June 2025 – revised", "2025-06-01", "2025-06-30"),
    (TRACKER, "Revised: June 2025", "2025-06-01", "2025-06-30"),
    (TRACKER, "Extended to June 2025", "2025-06-01", "2025-06-30"),
    (TRACKER, "30/06/2025 00:00:00", "2025-06-30", "2025-06-30"),
    (TRACKER, "2025-06-30T17:00:00", "2025-06-30", "2025-06-30"),
    (TRACKER, "5pm on 30 June 2025", "2025-06-30", "2025-06-30"),
    (TRACKER, "close of play 30 June 2025", "2025-06-30", "2025-06-30"),
    (TRACKER, "20250630", "2025-06-30", "2025-06-30"),
    (TRACKER, "06/25", "2025-06-01", "2025-06-30"),
    (TRACKER, "w/c 3 March 2025", "2025-03-03", "2025-03-09"),
    (TRACKER, "week ending 7 March 2025", "2025-03-01", "2025-03-07"),
    (TRACKER, "30\u00a0June\u202f2025", "2025-06-30", "2025-06-30"),
    (TRACKER, "June\u20112025", "2025-06-01", "2025-06-30"),
    (AUDIT, "Q4 24/25", "2025-01-01", "2025-03-31"),
    (AUDIT, "Q4 2024-25", "2025-01-01", "2025-03-31"),
    (AUDIT, "Q4 FY24/25", "2025-01-01", "2025-03-31"),
    (AUDIT, "Q1 to Q2 2025/26", "2025-04-01", "2025-09-30"),
    (AUDIT, "24/25", "2024-04-01", "2025-03-31"),
    (AUDIT, "2025-26", "2025-04-01", "2026-03-31"),
    (AUDIT, "FY 2025/26", "2025-04-01", "2026-03-31"),
    (AUDIT, "by end Q2 2024/25", None, "2024-09-30"),
    (AUDIT, "end Mar", None, "2025-03-31"),
    (AUDIT, "end of the financial year", None, "2025-03-31"),
    (AUDIT, "EOFY", None, "2025-03-31"),
    (AUDIT, "EOFY 24/25", None, "2025-03-31"),
    (PLAN, "31 March–30 April 2025", "2025-03-31", "2025-04-30"),
    (PLAN, "1/3/25-15/3/25", "2025-03-01", "2025-03-15"),
    (PLAN, "April ~ June 2025", "2025-04-01", "2025-06-30"),
    (AUDIT, "financial year-end 2024/25", None, "2025-03-31"),
    (AUDIT, "to be completed by June 2025", None, "2025-06-30"),
    (AUDIT, "31 March 2025 at the latest", "2025-03-31", "2025-03-31"),
    (PLAN, "April - June 2025", "2025-04-01", "2025-06-30"),
    (PLAN, "April–June 2025", "2025-04-01", "2025-06-30"),
    (PLAN, "Apr — Jun 25", "2025-04-01", "2025-06-30"),
    (PLAN, "November - February 2025", "2024-11-01", "2025-02-28"),
    (PLAN, "1–15 June 2025", "2025-06-01", "2025-06-15"),
    (PLAN, "June/July 2025", "2025-06-01", "2025-07-31"),
    (PLAN, "Q2/Q3 2025/26", "2025-07-01", "2025-12-31"),
    (PLAN, "Q4 of calendar 2026", "2026-10-01", "2026-12-31"),
    (PLAN, "first half of calendar 2025", "2025-01-01", "2025-06-30"),
    (TRACKER, "31 03 2025", "2025-03-31", "2025-03-31"),
    (TRACKER, "30/Jun/2025", "2025-06-30", "2025-06-30"),
    (TRACKER, "30/Jun/25", "2025-06-30", "2025-06-30"),
    (TRACKER, "2025-Jun-30", "2025-06-30", "2025-06-30"),
    (TRACKER, "Jun/25", "2025-06-01", "2025-06-30"),
    (TRACKER, "14-8-12", "2012-08-14", "2012-08-14"),
    (PLAN, "next year", "2025-01-01", "2025-12-31"),
    (PLAN, "second half of 2024/25", "2024-10-01", "2025-03-31"),
    (PLAN, "mid-2025", "2025-01-01", "2025-12-31"),
    (PLAN, "early 2025", "2025-01-01", "2025-12-31"),
    (PLAN, "spring 2025", "2025-03-01", "2025-05-31"),
    (PLAN, "spring/summer 2025", "2025-03-01", "2025-08-31"),
    (PLAN, "2025-2028", "2025-01-01", "2028-12-31"),
    (PLAN, "within Q2 2025/26", "2025-07-01", "2025-09-30"),
    # Looked up in published documents: each was found as it is here, and its source is of the kind that is named.
    ("a performance report of a police authority", "Q4 24-25", "2025-01-01", "2025-03-31"),
    ("a progress summary of improvement plans, to a police authority", "20 April 2023", "2023-04-20", "2023-04-20"),
    ("minutes of an audit board on its tracker", "quarter 2 2009/2010", "2009-07-01", "2009-09-30"),
    ("minutes of an audit committee", "end of the third quarter of 2013/14", None, "2013-12-31"),
    ("minutes of an audit committee", "close of Quarter 2 of 2013/14", None, "2013-09-30"),
    ("minutes of an audit committee", "between 1 October and 31 December 2013", "2013-10-01", "2013-12-31"),
    ("minutes of an audit committee", "October 2018 to September 2019", "2018-10-01", "2019-09-30"),
    ("minutes of a governance committee on its tracker", "the end of September 2024", None, "2024-09-30"),
    ("minutes of a council on its improvement plan", "2009-10", "2009-10-01", "2009-10-31"),
    ("a recovery plan of a council", "Spring 2023", "2023-03-01", "2023-05-31"),
    ("a recovery plan of a council", "until November 2026", None, "2026-11-30"),
    ("a decision of a council on its recovery plan", "March to September 2024", "2024-03-01", "2024-09-30"),
    ("a board's action list of a hospital trust", "17.7.12", "2012-07-17", "2012-07-17"),
    ("a board's action list of a hospital trust", "14.8.12", "2012-08-14", "2012-08-14"),
    ("a board's action list of a hospital trust", "13 Nov", "2024-11-13", "2024-11-13"),
    ("a board's action list of a hospital trust", "14 Aug", "2025-08-14", "2025-08-14"),
    ("a board's action list of a hospital trust", "30 Sep", "2024-09-30", "2024-09-30"),
    ("a board's action list of a hospital trust", "June", "2025-06-01", "2025-06-30"),
    ("a board's actions of a health trust", "by the end of March 2018", None, "2018-03-31"),
    ("a board's actions of a health trust", "financial year 2017/18", "2017-04-01", "2018-03-31"),
    ("an action tracker of an ambulance trust", "08.11.2023", "2023-11-08", "2023-11-08"),
    ("an action tracker of an ambulance trust", "Q2 2023/24", "2023-07-01", "2023-09-30"),
    ("minutes of a police committee on an inspection", "by February 2024", None, "2024-02-29"),
    ("minutes of a police committee on an inspection", "16th June", "2025-06-16", "2025-06-16"),
    ("an agenda of a national board", "Wednesday 15 September 2021 at 1:30pm", "2021-09-15", "2021-09-15"),
    ("minutes of a scrutiny committee", "mid-August", "2025-08-01", "2025-08-31"),
    ("an inspectorate's programme", "2021-22", "2021-04-01", "2022-03-31"),
    # A dash that only sets a year apart from its part is no range.
    (AUDIT, "Q3 – 25/26", "2025-10-01", "2025-12-31"),
    (AUDIT, "Quarter 3 - 2025/26", "2025-10-01", "2025-12-31"),
    (AUDIT, "H2 - 2025/26", "2025-10-01", "2026-03-31"),
    (AUDIT, "2025/26 – Q3", "2025-10-01", "2025-12-31"),
    (AUDIT, "Q1-25/26", "2025-04-01", "2025-06-30"),
    (AUDIT, "Q3 2025 - 26", "2025-10-01", "2025-12-31"),
    (TRACKER, "March - 2025", "2025-03-01", "2025-03-31"),
    (TRACKER, "31 March – 2025", "2025-03-31", "2025-03-31"),
    (TRACKER, "Jun— 2025", "2025-06-01", "2025-06-30"),
    (TRACKER, "Mar - 24", "2024-03-01", "2024-03-31"),
    (TRACKER, "30 - Jun - 25", "2025-06-30", "2025-06-30"),
    (TRACKER, "2025 - March", "2025-03-01", "2025-03-31"),
    (TRACKER, "31 / 03 / 25", "2025-03-31", "2025-03-31"),
    (PLAN, "Autumn – 2025", "2025-09-01", "2025-11-30"),
    (AUDIT, "FY 25/26 - Q2", "2025-07-01", "2025-09-30"),
    (PLAN, "throughout 2025/26", "2025-04-01", "2026-03-31"),
    (PLAN, "over the course of 2025", "2025-01-01", "2025-12-31"),
    (PLAN, "Winter 25/26", "2025-12-01", "2026-02-28"),
    (AUDIT, "by the end of the 2024/25 financial year", None, "2025-03-31"),
    (AUDIT, "by year end 2024/25", None, "2025-03-31"),
    (AUDIT, "end of the current financial year", None, "2025-03-31"),
    (AUDIT, "by FY end", None, "2025-03-31"),
    (AUDIT, "Q2 of the 2025/26 financial year", "2025-07-01", "2025-09-30"),
    (AUDIT, "Qtr1 2025/26", "2025-04-01", "2025-06-30"),
    (TRACKER, "Slipped to June 2025", "2025-06-01", "2025-06-30"),
    (TRACKER, "Deferred until June 2025", None, "2025-06-30"),
    (TRACKER, "Extension granted to 30 June 2025", "2025-06-30", "2025-06-30"),
    (TRACKER, "Implementation date: 30/06/25", "2025-06-30", "2025-06-30"),
    (TRACKER, "(June 2025)", "2025-06-01", "2025-06-30"),
    (TRACKER, "2025-03-31T00:00:00+00:00", "2025-03-31", "2025-03-31"),
    (PAPER, "Weds 5 March 2025", "2025-03-05", "2025-03-05"),
    (PAPER, "by June end", None, "2025-06-30"),
]


@pytest.mark.parametrize(("source", "text", "earliest", "latest"), READ)
def test_a_date_is_read_as_offices_write_it(source: str, text: str, earliest: str | None, latest: str) -> None:
    read = read_date(text, TODAY)
    assert (read.earliest and read.earliest.isoformat(), read.latest and read.latest.isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    "text",
    ["Sept 24", "Jun-25", "Q4 24/25", "April–June 2025", "31/3/25 (revised)", "June ’25", "no later than 30 June 2025"],
)
def test_it_stays_as_it_was_written(text: str) -> None:
    assert read_date(text, TODAY).text == text


ASKED = [
    ("31 Febuary 2025", ""),
    ("June 30", "June 2030 or 30 June"),
    ("Mar 19", "March 2019 or 19 March"),
    ("winter 2025", "winter 2024/25 or winter 2025/26"),
    ("2024-2025", "2024/25 or 2024 to 2025"),
    ("FY25", "FY 2024/25 or FY 2025/26"),
    ("Q4 FY25", "Q4 2024/25 or Q4 2025/26"),
    ("Tuesday 3 March 2025", "3 March 2025"),
    ("Jnue 2025", "June 2025"),
    ("12 months from publication", ""),
    ("six months from publication", ""),
    ("within 6 months", "by 18 March 2025"),
    ("6 weeks", "by 30 October 2024"),
    # In an inspectorate's recommendations, a council's minutes, a police authority's report and minutes of audit.
    ("in the next 12 months", "by 18 September 2025"),
    ("within the next six months", "by 18 March 2025"),
    ("third quarter (October to December) of 2024-25", ""),
    ("Quarter Ended 30 September 2013", ""),
    ("within 56 days of its publication", ""),
    ("July – Proposed new metrics", ""),
    ("by Summer Recess", ""),
    ("Q4", "October to December 2024 or Q4 2024/25"),
    ("Q1", "January to March 2025 or Q1 2025/26"),
    ("Quarter 1", "January to March 2025 or Q1 2025/26"),
    ("Q2 2025", "April to June 2025 or Q2 2025/26"),
    ("quarter two of 2025", "April to June 2025 or Q2 2025/26"),
    ("Q4 2025", "October to December 2025, Q4 2024/25 or Q4 2025/26"),
    ("Q4'26", "October to December 2026, Q4 2025/26 or Q4 2026/27"),
    ("2025Q1", "January to March 2025 or Q1 2025/26"),
    ("H1 2025", "January to June 2025 or H1 2025/26"),
    ("H2", "July to December 2024 or H2 2024/25"),
    ("Q2/Q3 2025", "Q2 to Q3 of calendar 2025 or Q2 to Q3 2025/26"),
    ("by end Q2", "by end Q2 of calendar 2025 or by end Q2 2024/25"),
    ("within Q2 2025", "within Q2 of calendar 2025 or within Q2 2025/26"),
    ("Q2-2025", "April to June 2025 or Q2 2025/26"),
    ("by Q2-2025", "by Q2 of calendar 2025 or by Q2 2025/26"),
    ("1st quarter 2025", "January to March 2025 or Q1 2025/26"),
    ("second quarter of 2025", "April to June 2025 or Q2 2025/26"),
    ("second quarter", "April to June 2025 or Q2 2024/25"),
    ("first half of 2025", "January to June 2025 or H1 2025/26"),
    ("within the next year", "by 18 September 2025"),
    ("in the next month", "by 18 October 2024"),
    ("New Year 2025", "1 January 2025"),
    ("by New Year", "by 1 January 2025"),
    ("Easter 2025", "20 April 2025"),
    ("by Easter", "by 20 April 2025"),
    ("Easter 2024", "31 March 2024"),
    ("Christmas 2024", "25 December 2024"),
    ("after Christmas", ""),
    ("25-03-31", "31 March 2025 or 25 March 2031"),
    ("25/03/31", "31 March 2025 or 25 March 2031"),
    ("wk 12", "w/c 17 March 2025"),
    ("wk 60", ""),
    ("next March", "March 2025"),
    ("by next December", "by December 2024 or by December 2025"),
    ("EOY", "end of 2024 or end of FY 2024/25"),
    ("by year-end 2025", "by end of 2025 or by end of FY 2024/25"),
    ("next Friday", "20 September 2024 or 27 September 2024"),
    ("by next Friday", "by 20 September 2024 or by 27 September 2024"),
    ("2025/27", "2025 to 2027"),
    ("4/14", "14 April"),
    ("31/03/2025, 30/06/2025", ""),
    ("30 November 2024 (was June 2024)", ""),
    ("Completed 30/06/24", ""),
    ("Complete – June 2025", ""),
    ("March/September 2025", ""),
    ("June 2025 17:00", ""),
    ("next week", "w/c 23 September 2024"),
    ("later this year", ""),
    ("in the summer", ""),
    ("Decembr", "December 2024"),
    ("Deferred 30/06/24", ""),
    ("Agreed June 2024", ""),
    ("2024 – 2025", "2024/25 or 2024 to 2025"),
    ("2025/6", "June 2025 or FY 2025/26"),
    ("2024-5", "May 2024 or FY 2024/25"),
    ("June 2023 to March", ""),
    ("FY 25/26 to Q2", ""),
    ("now – March 2025", ""),
    ("March to 2025", ""),
    ("Year to 31 March 2025", ""),
    ("calendar year to 31 March 2025", ""),
    ("March 2025 (at the earliest)", ""),
    ("June 2025 (onwards)", ""),
    ("June 2025 (not before)", ""),
    ("June 2025 (start)", ""),
    ("June 2025 (was May)", ""),
    ("by Xmas", ""),
    ("Hogmanay", ""),
    ("Wednsday", ""),
    ("tomorow", ""),
    ("by autum", ""),
    ("end of the tax year", ""),
    ("a year", "by 18 September 2025"),
]


@pytest.mark.parametrize(("text", "meant"), ASKED)
def test_what_seems_to_have_a_day_and_is_not_understood_is_asked_about(text: str, meant: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_date(text, TODAY)
    assert caught.value.hints_at_day
    assert caught.value.meant == meant
    for one in filter(None, re.split(", | or ", meant)):
        assert read_date(one, TODAY).latest


@pytest.mark.parametrize(
    "text",
    ["someday", "ongoing", "in the coming weeks", "TBC", "TBD", "N/A", "Complete", "as soon as possible", "match funding",
     "asap, may slip", "next sprint", "eastern division", "reviewed monthly", "not set", "business as usual", "once members agree"],
)  # fmt: skip
def test_what_has_no_day_is_not_taken_for_one(text: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        read_date(text, TODAY)
    assert not caught.value.hints_at_day


def test_a_weekday_that_disagrees_with_its_date_is_named() -> None:
    with pytest.raises(NotUnderstood, match="3 March 2025 is a Monday, not a Tuesday"):
        read_date("by Tues 3 March 2025", TODAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Q4 24/25", "1 January 2025 to 31 March 2025 (a financial year begins on 1 April)"),
        ("end of financial year", "31 March 2025 at the latest (a financial year begins on 1 April)"),
        ("fourth quarter of calendar 2025", "1 October 2025 to 31 December 2025"),
        ("30/06/25", "30 June 2025"),
        ("June/July 2025", "1 June 2025 to 31 July 2025"),
        ("mid-2025", "1 January 2025 to 31 December 2025 (late only after 31 December 2025)"),
        ("mid Jan 25", "1 January 2025 to 31 January 2025 (late only after 31 January 2025)"),
    ],
)
def test_what_was_understood_is_told_and_of_a_financial_year_when_it_begins(text: str, days: str) -> None:
    assert describe_days(read_date(text, TODAY), text) == days


# Targets


@pytest.mark.parametrize("text", ["31 Febuary 2025", "31 June 2025", "12 months from publication"])
def test_every_target_is_asked_about_and_kept_as_words_where_a_person_insists(here: Register, text: str) -> None:
    entity, report = item(here), publication(here, "ABC")
    action = here.do(AddAction(item=entity, text="Send it", due="June 2025")).created or ""
    commands = (
        MoveTarget(item=entity, text=text),
        AddItem(publication=report, title="Another", target=text),
        AddAction(item=entity, text="Ask", due=text),
        Correct(kind="action", entity=action, values={"due": text}),
    )
    for command in commands:
        with pytest.raises(UnclearDate, match="To keep it as words, without a day, give --as-words"):
            here.do(command)
        here.do(command.model_copy(update={"as_words": True}))
    assert here.conn.execute("SELECT target, target_latest FROM recommendation WHERE id = ?", (entity,)).fetchone()[
        :
    ] == (text, None)


@pytest.mark.parametrize("text", ["31 June 2025", "by Xmas", "June 2025 (onwards)"])
def test_until_when_an_extension_is_asked_for_is_asked_about_as_a_target_is(here: Register, text: str) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="someday"))
    asked = MoveTarget(item=entity, extension=Extension.ASKED, asked_by="C3", asked_for=text)
    with pytest.raises(UnclearDate, match=r"--asked-for: .* give --as-words"):
        here.do(asked)
    here.do(asked.model_copy(update={"as_words": True}))
    here.do(asked.model_copy(update={"asked_for": "the next committee"}))


def test_a_target_without_a_day_needs_nobody_to_insist(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="in the coming weeks"))


# What has happened


def test_a_day_to_come_is_refused_of_whatever_has_happened(here: Register) -> None:
    entity, report = item(here), publication(here, "ABC")
    action = here.do(AddAction(item=entity, text="Send it")).created or ""
    to_come = format_date(date(here.today().year + 1, 6, 30))
    for command in (
        AddPublication(title="Custody", published=to_come),
        Correct(kind="publication", entity=report, values={"published": to_come}),
        Correct(kind="publication", entity=report, values={"last_update": to_come}),
        AddNote(items=(entity,), text="Noted.", dated=to_come),
        AddAction(item=entity, text="Wait", since=to_come),
        AddAction(item=entity, text="Wait", due="June 2025", said=to_come),
        MoveTarget(item=entity, text="June 2025", said=to_come),
        SetStage(item=entity, stage=Stage.COLLATING, reached=to_come),
        FinishAction(action=action, day=to_come),
    ):
        with pytest.raises(BadInput, match="has not come yet"):
            here.do(command)


def test_a_year_of_two_digits_is_a_past_one_where_something_has_happened() -> None:
    for text in ("30/06/99", "30 June 99", "30-Jun-99"):
        assert read_past_date(text, TODAY).latest == date(1999, 6, 30)
        assert read_date(text, TODAY).latest == date(2099, 6, 30)
    for text in ("30/06/26", "30/06/85"):
        with pytest.raises(NotPast):
            read_past_date(text, TODAY)


# Whose day


def test_today_is_the_persons_day_and_only_the_stamp_is_utc(here: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortly after midnight of a summer's night, when it is still the day before in UTC."""
    monkeypatch.delenv("FAIRLEAD_TODAY", raising=False)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime(2030, 6, 11, 23, 30, tzinfo=UTC)

    monkeypatch.setattr(store.register, "datetime", Clock)
    monkeypatch.setattr(store.register, "local_day", lambda: date(2030, 6, 12))
    entity = item(here)
    here.do(AddNote(items=(entity,), text="Noted.", dated="today"))
    here.do(MoveTarget(item=entity, text="+1 month"))
    assert here.conn.execute("SELECT dated FROM note").fetchone()[0] == "12 June 2030"
    assert here.conn.execute("SELECT target FROM recommendation").fetchone()[0] == "12 July 2030"
    assert (here.log.last_stamp() or "").startswith("2030-06-11T23:30")


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process is set on Unix alone")
@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [("XST-10", "2030-06-11T13:59", "2030-06-11T14:01"), ("XST+5", "2030-06-12T04:59", "2030-06-12T05:01")],
)
def test_a_day_ends_at_midnight_where_the_person_is(
    here: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, before: str, after: str
) -> None:
    """Two edits, a minute before and after midnight between 11 and 12 June, ten hours east of Greenwich and five west."""
    monkeypatch.delenv("FAIRLEAD_TODAY", raising=False)
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    eleventh = date(2030, 6, 11)
    try:
        entity = item(here)
        for stamp, today, text in ((before, eleventh, "Before."), (after, date(2030, 6, 12), "After.")):
            moment = datetime.fromisoformat(f"{stamp}:00+00:00")
            monkeypatch.setattr(store.register, "datetime", SimpleNamespace(now=lambda _zone, moment=moment: moment))
            monkeypatch.setattr(store.register, "local_day", lambda today=today: today)
            here.do(AddNote(items=(entity,), text=text))
        assert [local_time(row.time) for row in history(here.conn, kind="notes")] == [
            "2030-06-12 00:01",
            "2030-06-11 23:59",
        ]
        past = here.as_at(eleventh, tmp_path / "past.db")
        assert [row[0] for row in past.conn.execute("SELECT text FROM note")] == ["Before."]
        past.close()
        for days, texts in (
            ({"until": "2030-06-11"}, ["Before."]),
            ({"since": "2030-06-12"}, ["After."]),
            ({"since": "2030-06-11", "until": "2030-06-12"}, ["After.", "Before."]),
        ):
            assert [
                row.after for row in history(here.conn, kind="notes", since=days.get("since"), until=days.get("until"))
            ] == texts
        for query, found in (("changed>2030-06-11", 1), ("changed>2030-06-12", 0), ("changed<2030-06-12", 0)):
            shown = parse(query, date(2030, 6, 12))
            rows = window(here.conn, shown, "ref", date(2030, 6, 12))
            assert [row.updated for row in rows] == ["2030-06-12"] * found
        for stamp, day in ((before, "11 Jun 2030"), (after, "12 Jun 2030")):
            sides = (ConflictSide("c", "June 2031", "Lee", f"{stamp}:00.000Z", None, is_ours=True, first="c"),)
            _, who = conflict_lines(Conflict("e", "f", "", "", "", sides))
            assert day in who.pieces[0][0]
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.slow
def test_the_day_is_taken_from_the_clock_in_one_place() -> None:
    root = Path(store.domain.dates.__file__).parents[2]
    places = [
        path.relative_to(root).as_posix()
        for room in ("store", "tui", "widgets", "seed")
        for path in (root / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "today" and ast.unparse(node.value) in ("date", "datetime")
    ]
    assert places == ["store/domain/dates.py"]


@pytest.mark.slow
def test_no_day_of_a_change_is_cut_from_its_stamp_which_is_utc() -> None:
    root = Path(store.domain.dates.__file__).parents[2]
    for room in ("store", "tui", "widgets"):
        for path in (root / room).rglob("*.py"):
            assert ".time[:10]" not in path.read_text(encoding="utf-8"), path


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Q4", "can be of the calendar year or a financial one. Is it October to December 2024 or Q4 2024/25?"),
        ("4/14/2025", "the day comes before the month. Did you mean 14 April 2025?"),
        ("04-14-25", "the day comes before the month. Did you mean 14 April 2025?"),
        ("by 4.14.2025", "the day comes before the month. Did you mean 14 April 2025?"),
        ("14042025", "in eight digits the year comes first. Did you mean 14 April 2025?"),
        ("2025-14-04", "after a year the month comes before the day. Did you mean 14 April 2025?"),
        ("2025-27", "27 is no month. Did you mean 2025 to 2027?"),
        # From the objectives of an inspectorate's business plan.
        ("2016–20", "20 is no month. Did you mean 2016 to 2020?"),
        ("2025-13", "is not a day in the calendar: 13 is no month."),
        ("within 6 months", "Did you mean by 18 March 2025, counted from today?"),
    ],
)
def test_what_is_asked_names_why_and_what_is_likely(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        read_date(text, TODAY)


def test_what_is_held_of_a_quarter_is_read_as_before() -> None:
    assert read_date("Q4 2025").latest == date(2025, 12, 31)


@pytest.mark.parametrize(
    ("text", "year"), [("31 March 2205", 2205), ("31/03/1925", 1925), ("2015", 2015), ("by end of 2015/16", 2016)]
)
def test_an_unlikely_year_is_asked_about_and_taken_where_a_person_insists(here: Register, text: str, year: int) -> None:
    entity = item(here)
    sentence = rf"--target: {year} is .*Is the year right\? To take it as it is, give --as-words\."
    with pytest.raises(UnclearDate, match=sentence):
        here.do(MoveTarget(item=entity, text=text))
    here.do(MoveTarget(item=entity, text=text, as_words=True))
    latest = here.conn.execute("SELECT target_latest FROM recommendation WHERE id = ?", (entity,)).fetchone()[0]
    assert latest.startswith(str(year))


def test_a_year_long_past_is_likely_of_what_was_stated_then(here: Register) -> None:
    here.do(MoveTarget(item=item(here), text="March 2015", said="June 2014"))


def test_a_day_to_come_that_nobody_can_insist_on_is_in_a_likely_year(here: Register) -> None:
    for typed in ("4 December 2204", "4 December 1924"):
        with pytest.raises(BadInput, match="Is the year right"):
            here.do(DescribeRegister(values={"next_committee": typed}))


def test_no_calendar_has_such_a_day() -> None:
    for text in ("31 June 2025", "30/02/2025", "06/30/2025"):
        with pytest.raises(NotADay):
            read_date(text, TODAY)


@pytest.mark.parametrize(
    ("written", "shown"),
    [("aug 2024", "Aug 2024"), ("Feb 2020", "Feb 2020"), ("Sept 24", "Sep 2024"), ("8/2024", "Aug 2024"),
     ("August 2024", "Aug 2024"), ("18 september 2024", "18 Sep 2024"), ("2024", "2024"), ("spring 2024", "spring 2024"),
     (None, "—")],
)  # fmt: skip
def test_the_dates_of_a_column_have_one_form(here: Register, written: str | None, shown: str) -> None:
    here.do(AddPublication(title="Custody", published=written))
    row = next(row for row in publications(here.conn) if row.title == "Custody")
    assert publication_cells(row, TODAY)[2] == shown


def test_a_date_is_stored_as_it_was_written(here: Register) -> None:
    here.do(AddPublication(title="Custody", published="aug 2024"))
    assert here.conn.execute("SELECT published FROM publication").fetchone()[0] == "aug 2024"


def test_a_relative_day_until_which_it_is_somebodys_move_is_stored_as_what_it_means(here: Register) -> None:
    entity = item(here)
    for until, stored in (("tomorrow", format_date(here.today() + timedelta(days=1))), ("they answer", "they answer")):
        here.do(SetNextMove(item=entity, who=NextMove.US, until=until))
        assert here.conn.execute("SELECT next_move_until FROM recommendation").fetchone()[0] == stored


def test_the_bounds_of_a_target_are_read_like_any_date(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="in the coming weeks", earliest="October 2024", latest="30/11/24"))
    found = here.conn.execute("SELECT target, target_earliest, target_latest FROM recommendation").fetchone()
    assert tuple(found) == ("in the coming weeks", "2024-10-01", "2024-11-30")
    refused: tuple[tuple[dict[str, Any], str], ...] = (
        ({"latest": "someday"}, "is not a date"),
        ({"earliest": "2025", "latest": "2024"}, "before"),
        ({"text": "2024-12-01", "latest": "2025-01-01", "earliest": "2024-12-01"}, "“2024-12-01” names its own days"),
        ({"text": "by June 2025", "latest": "2025-07"}, "are for words that name none"),
    )
    for bounds, words in refused:
        with pytest.raises(BadInput, match=words):
            here.do(MoveTarget(item=entity, **({"text": "soon"} | bounds)))


@pytest.mark.parametrize("typed", ["30/6/25 (subject to funding)", "30/6/25 (provisional)", "30/6/25 - revised"])
def test_a_remark_stays_with_the_target_as_it_was_written(typed: str) -> None:
    value = target_value(typed, today=date(2024, 9, 18))
    assert (value["text"], value["latest"]) == (typed, "2025-06-30")
    assert target_value("30/6/25", today=date(2024, 9, 18))["text"] == "30 June 2025"
