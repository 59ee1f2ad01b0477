"""Papers that people wrote in words and tables of their own: right, they have no disagreement; each single fault is named."""

from __future__ import annotations

import pytest
from papers import check

from store.papers.checking.rules.tallies import _TALLY
from store.papers.checking.status_wording import status_in
from store.papers.checking.wording import counts_in
from store.register import Register

TABLE = """\
# Inspection recommendations: where we stand

To: SPA Policing Performance Committee
Date: 18 September 2024
From: ACC Professionalism and Assurance

## Purpose

Members asked in March for a short note on the six HMICS reports. This is it.

## The picture

| Report | Published | Recommendations made | Finished | Going to plan | Running late |
|---|---|---|---|---|---|
| Online Child Sexual Abuse | February 2020 | 11 | 10 | – | 1 |
| Crime Audit 2020 | March 2021 | 6 | 1 | – | 5 |
| Hate Crime | June 2021 | 15 | 10 | – | 5 |
| Contact Assessment Model | September 2022 | 8 | 4 | – | 4 |
| Domestic Abuse | January 2023 | 13 | 3 | 4 | 6 |
| Mental Health Demand | October 2023 | 13 | – | 13 | – |
| All six | | 66 | 28 | 17 | 21 |

Across the six reports, 28 of the 66 recommendations are finished and 38 are still to do. Of those 38, 17 are going to plan and 21 are late.

## Hate Crime

Ten of fifteen are done. HMICS has discharged R3. R8 has gone to HMICS with a request that it be closed, and we await the answer. Five are still open (R2, R5, R6, R10 and R13), and all five are late.

- R6: evidence went in May 2024; HMICS wants the action kept open until the arrangements have improved.
- R10: evidence went in April 2024; HMICS has asked to see how the data is used.
- R2, R5 and R13: evidence is being gathered and will go to HMICS in the coming weeks.

## Contact Assessment Model

Half of the eight are finished. R2 was sent to HMICS for closure since the last update. R1, R3, R4 and R5 remain open and late; C3 thinks R4 and R5 done, but the evidence has yet to be sent.

## Crime Audit 2020

Recommendations 2 to 6 are open. All are now due in June 2025, because HMICS wants to see its next Crime Audit first. Evidence on 2 and 6 was sent in July 2024. Recommendations 3, 4 and 5 are covered by the draft report that HMICS saw in August 2024.

## Domestic Abuse

R3 and R4 have been discharged by HMICS; R12 is with HMICS, awaiting its decision. Ten remain open: four on track and six delayed.

## Mental Health Demand

None of the thirteen has been closed; all are on track. R13 and R14 are due in September 2024; R2, R4 and R7 follow in January 2025.

## What members are asked to do

Members are asked to discuss the progress.
"""

BRIEFING = """\
HMICS INSPECTIONS: BRIEFING FOR MEMBERS
18 September 2024

1. In short

Of 66 recommendations, twenty-eight are closed: three discharged by HMICS since March 2024, three submitted and awaiting review, the rest closed before. Seventeen are on track. Twenty-one are delayed.

2. Which reports are finished?

None yet. Online Child Sexual Abuse is nearest, with one recommendation of eleven outstanding. It depends on COPFS.

3. Closed since March 2024

• Online Child Sexual Abuse: Recommendation 11 (welfare of staff)
• Hate Crime: Recommendations 3 and 8
• Contact Assessment Model: Recommendation 2
• Domestic Abuse: Recommendations 3 and 4; Recommendation 12 may have been earlier

4. Late, and why

Report	Which	Why
Crime Audit 2020	2, 3, 4, 5, 6	HMICS will look again in 2025
Hate Crime	2, 5, 6, 10, 13	Evidence to be gathered or improved
Contact Assessment Model	1, 3, 4, 5	Evidence being collated

The five in Crime Audit 2020 have a target of June 2025.

5. Next

In Mental Health Demand, Recommendations 13 and 14 fall due this month, then Recommendations 2, 4 and 7 in January 2025. The national template for Recommendations 11 and 12 is expected by November 2024.
HC-6 needs more evidence, as does HC-10. HC-2, HC-5 and HC-13 are being collated.
CAM-4 is considered closed by C3 but is open.
"""

NOTE = """\
# HMICS recommendations: a note for the Committee

## Where things are

Of the 38 open recommendations, 5 are in Crime Audit 2020 and 5 in Hate Crime. Two thirds of the 21 delayed are in three reports. Some 42% of all recommendations have been closed. One in three is late.

The register counts 66 recommendations. Three were discharged by HMICS since March 2024. Of the thirteen in Mental Health Demand none is closed.

In Hate Crime, 10 of the 15 recommendations are closed; of the five left, two came back from HMICS and three are being collated.

Crime Audit 2020 remains the oldest with five open. Four of the six reports have something closed since March.

There are currently 135 open recommendations across 21 publications; 28 are closed here.

## Hate Crime

Two are with us after a reply (R6 and R10). Three are open because evidence is being gathered: R2, R5 and R13. Two recommendations closed this time: R3 and R8, the latter awaiting review.

- Three open items are on the same theme.
- Two late, two complete: so it went with the training packages.

## Domestic Abuse

Of the ten that are open, six are delayed. Two of the six delayed are about training. Four on track will be sent this year.
HMICS has discharged R3 and R4 and has R12 with it.

## Contact Assessment Model

R1, R3, R4 and R5 are late; R2 is with HMICS. All four are late. C3 regards R4 as finished and R5 is thought complete.
We asked that R2 be closed. HMICS has yet to answer.

## Late ones

| Report | Which | Who |
|---|---|---|
| Crime Audit 2020 | 2–6 | Crime Registrars |
| Hate Crime | R2, R5, R6, R10 and R13 | EDI |
| Contact Assessment Model | 1, 3 to 5 | C3 |
"""
"""Sentences on some of the items, which are no counts of the whole."""

PAPERS = {"table": TABLE, "briefing": BRIEFING, "note": NOTE}


@pytest.mark.parametrize("name", [*PAPERS])
def test_a_paper_in_other_words_that_is_right_has_no_disagreement(sample: Register, name: str) -> None:
    checked = check(sample, PAPERS[name], markdown=name != "briefing")
    assert [one.message for one in checked.disagreements] == []


@pytest.mark.parametrize(
    ("name", "one", "other", "rule", "expected"),
    [
        # Tables with other names of columns
        ("table", "| 15 | 10 | – | 5 |", "| 15 | 11 | – | 5 |", "count-in-table", "10"),
        ("table", "| All six | | 66 |", "| All six | | 65 |", "row-sum", "66"),
        ("briefing", "2020\t2, 3, 4, 5, 6", "2020\t1, 2, 3, 4, 5, 6", "status", "closed: closed, not known how"),
        ("note", "| 2–6 |", "| 2–5 |", "row-missing", "CA-6"),
        ("note", "| 1, 3 to 5 |", "| 1 to 5 |", "status", "closed: with the inspectorate"),
        ("note", "R10 and R13 | EDI", "R10, R13 and R19 | EDI", "number-not-there", "1 to 15"),
        # Counts of the whole, in words or figures
        ("table", "28 of the 66", "29 of the 66", "count-in-sentence", "28 of 66"),
        ("table", "17 are going to plan and 21", "16 are going to plan and 21", "count-in-sentence", "17 of 66"),
        ("table", "38 are still to do", "37 are still to do", "count-in-sentence", "38 of 66"),
        ("table", "Ten of fifteen are done", "Eleven of fifteen are done", "count-in-sentence", "10 of 15"),
        ("table", "Half of the eight", "Five of the eight", "count-in-sentence", "4 of 8"),
        ("table", "None of the thirteen has", "One of the thirteen has", "count-in-sentence", "0"),
        ("table", "all five are late", "all five are on track", "count-in-sentence", "0"),
        ("table", "four on track and six delayed", "six on track and four delayed", "count-in-sentence", "4 of 13"),
        ("briefing", "twenty-eight are closed", "twenty-nine are closed", "count-in-sentence", "28 of 66"),
        ("briefing", "Twenty-one are delayed", "Twenty are delayed", "count-in-sentence", "21 of 66"),
        ("briefing", "Of 66 rec", "Of 68 rec", "count-in-sentence", "66"),
        ("note", "of the five left", "of the six left", "count-in-sentence", "5 of 15"),
        # Items in bullets, lists and clauses
        ("table", "R6, R10 and R13), and", "R6 and R10), and", "count-and-list", "4"),
        ("table", "2 to 6 are open", "1 to 6 are open", "status", "closed: closed, not known how"),
        ("table", "R12 is with HMICS, awaiting its decision", "R12 has been discharged too", "status", "closed: with the inspectorate"),
        ("briefing", "Abuse: Recommendations 3 and 4", "Abuse: Recommendations 3 and 5", "number-not-there", "1 to 13"),
        ("briefing", "Crime: Recommendations 3 and 8", "Crime: Recommendations 3 and 6", "status", "open (delayed, remain open)"),
        ("note", "closed this time: R3 and R8, the latter awaiting review.", "closed since the last update – R3 and R6.", "status",
         "open (delayed, remain open)"),
        ("briefing", "HC-13 are being collated", "HC-13 are closed", "status", "open (delayed, collating evidence)"),
        # Dates
        ("table", "R6: evidence went in May 2024", "R6: evidence went in June 2024", "evidence-date", "May 2024"),
        ("table", "due in June 2025", "due in June 2026", "target", "June 2025"),
        ("briefing", "7 in January 2025", "7 in January 2026", "target", "January 2025"),
    ],
)  # fmt: skip
def test_a_fault_in_a_paper_in_other_words_is_named_alone(
    sample: Register, name: str, one: str, other: str, rule: str, expected: str
) -> None:
    text = PAPERS[name]
    assert text.count(one) == 1
    found = check(sample, text.replace(one, other), markdown=name != "briefing").disagreements
    swapped = [(rule, expected)] if "six on track and four" not in other else [(rule, expected), (rule, "6 of 13")]
    assert [(f.rule, f.expected) for f in found] in (swapped, swapped[:1]), found


def test_a_number_that_ends_a_list_of_items_counts_nothing() -> None:
    for text in (
        "Recommendations 2 to 6 are open.",
        "HC-2 and HC-13 are delayed.",
        "Recs 3, 4 and 8 are closed.",
        "R2 & 8 are open.",
    ):
        assert counts_in(text) == [], text
    (none,) = counts_in("None of the thirteen has been closed.")
    assert (none.number, none.whole) == (0, 13)
    assert [one.number for one in counts_in("Five are still open.")] == [5]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("R8 has gone to HMICS with a request that it be closed", "submitted"),
        ("R12 is with HMICS, awaiting its decision", "submitted"),
        ("We asked that R2 be closed", ""),
        ("C3 thinks R4 and R5 done", "considered-closed"),
        ("All four are late", "delayed"),
        ("They are going to plan", "on-track"),
        ("Ten are finished", "closed"),
    ],
)
def test_a_status_is_read_in_other_words(text: str, status: str) -> None:
    assert status_in(text) == status


def test_a_tally_is_of_what_is_counted() -> None:
    found = [
        (one["number"], one["whole"], one["verb"].strip())
        for one in _TALLY.finditer("Two of the six delayed; 4 of 8 are closed.")
    ]
    assert found == [("Two", "six", ""), ("4", "8", "are")]


def test_an_abbreviation_with_other_capitals_is_named(sample: Register) -> None:
    text = NOTE.replace("the training packages.", "the iVPD.").replace("are about training.", "are about the IVPD.")
    (one,) = check(sample, text, markdown=True).disagreements
    assert (one.rule, one.found, one.expected, one.certainty.value) == ("name-two-ways", "IVPD", "iVPD", "possible")
