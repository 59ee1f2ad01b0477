"""Each rule of the check of a paper by one sentence or row: as a fault it is named once, and in other words it is no fault."""

from __future__ import annotations

import pytest
from papers import new

from store.papers.checking.findings import Kind
from store.register import Register

FORMED = "A task force was formed."
COLLATED = "Evidence is being collated."
PURPOSE = "This paper brings members up to date on six inspections."


@pytest.mark.parametrize(
    ("one", "other", "rule", "expected"),
    [
        # Names
        (FORMED, "Chief Constable Jo Farrel directed it.", "name-spelt", "Jo Farrell"),
        (FORMED, "The Mental Health Strategic Oversite Board agreed.", "name-spelt", "Mental Health Strategic Oversight Board"),
        (FORMED, "It was put to HIMCS.", "abbreviation", "HMICS"),
        (FORMED, "The Demand and Productivity Team (DPU) has it.", "abbreviation", "DPT"),
        # So many of so many
        (COLLATED, "In Hate Crime 10 of the 15 recommendations are now closed.", "", ""),
        (COLLATED, "In Hate Crime 11 of the 15 recommendations are now closed.", "count-in-sentence", "10 of 15"),
        (COLLATED, "In Hate Crime 10 of the 16 recommendations are now closed.", "count-in-sentence", "10 of 15"),
        (COLLATED, "In Hate Crime five of fifteen recommendations remain open.", "", ""),
        # What every paper has
        ("Location\tWebex", "Location\tGlasgow", "head-of-paper", "Webex"),
        (PURPOSE, "It is on Hate Crime, Crime Audit 2020, Online Child Sexual Abuse, Contact Assessment Model and Domestic Abuse.",
         "publication-not-named", "Mental Health Demand"),
        ("invited to discuss", "invited to approve", "ask", "For Discussion"),
        ("no financial implications", "no legal implications", "implication", "financial"),
        ("\n3.1 There are no financial implications.\n", "", "section-empty", ""),
        ("13\t0\t13\t0\n", "", "row-missing", ""),
        ("\nTotal\tClosed\tOngoing – on track\tOngoing – delayed\n13\t0\t13\t0\n", "", "part-missing", "table of counts"),
        # Days
        (FORMED, "In June 2025, the Chief Constable directed it.", "past-and-to-come", ""),
        (FORMED, "The group was formed on 15 October 2024 in Edinburgh.", "past-and-to-come", ""),
        (COLLATED, "There was progress since our last update in March 2023.", "last-update", "March 2024"),
        (COLLATED, "This report was published in 2022.", "published", "June 2021"),
        (COLLATED, "The Audit Review in 2025 is next; after the Audit Review in 2025, and not the Audit Review in 2026.\n\n"
         "The Audit Review in 2025 is planned.\n\nThe Audit Review in 2026 is not.", "", ""),
        (COLLATED, "The Audit Review in 2025 is next.\n\nIt waits for the Audit Review in 2025.\n\nThe 2026 Audit Review decides.",
         "event-on-two-days", "The Audit Review in 2025"),
        ("Training is looked at.", "Training is looked at.\n\nRecommendations 11 and 12\n\nThe projected completion date is May 2025.",
         "promise", "November 2024"),
        # Figures and words that the register has
        (FORMED, "On average 307 referrals were passed in a month.", "measure", "370"),
        (FORMED, "Contributing to Outcome 3 - What local communities need is met by effective service delivery.",
         "outcome-words", "Outcome 2"),
        # Statuses and counts
        (COLLATED, "Evidence was submitted to HMICS in August 2024.", "evidence-sent", "open (delayed, collating evidence)"),
        (COLLATED, "HMICS accepted this and has discharged it.", "status", "open (delayed, collating evidence)"),
        ("There are 5 recommendations that are ongoing.", "No recommendation is ongoing.", "count-in-sentence", "5"),
        ("There are 5 recommendations that are ongoing.", "Six remain.", "count-in-sentence", "5"),
        ("There are 5 recommendations that are ongoing.", "60% of the recommendations are ongoing.", "count-in-sentence", "5 of 15"),
        (PURPOSE, "Of the 66 recommendations 28 are closed. That is 49 per cent closed.", "count-in-sentence", "28 of 66"),
        (PURPOSE, "Of all recommendations, 42% are closed and 39% are delayed.", "count-in-sentence", "21 of 66"),
        (PURPOSE, "The closure rate of the recommendations is now good: a closure rate of 49%.", "count-in-sentence", "28 of 66"),
        (PURPOSE, "Of the 66 recommendations 28 are closed. That is 42 per cent closed, and 55% of the open ones late.", "", ""),
        (PURPOSE, "Some 45% of calls are closed at first contact, and 12% of recommendations were closed since March.", "", ""),
        ("There are 5 recommendations that are ongoing.", "5 recommendations are ongoing, 43% open.", "count-in-sentence", "5 of 15"),
        ("Four recommendations are on track.", "None of the recommendations is on track.", "count-in-sentence", "4 of 13"),
        ("Four recommendations are on track.", "The remaining four recommendations are on the way.", "count-in-sentence", "10"),
        (FORMED, "There were 370 over 4 months (June/July/Aug).", "count-and-list", "3"),
        (PURPOSE, "In all there are 68 recommendations in these six publications.", "count-in-sentence", "66"),
        (PURPOSE, "This is to provide the Audit and Risk Committee with an update.", "head-of-paper", "SPA Policing Performance Committee"),
        (PURPOSE, "It is on Hate Crime, Stop and Search, Domestic Abuse, Crime Audit 2020, Online Child Sexual Abuse, Contact Assessment "
         "Model and Mental Health Demand.", "publication-not-there", ""),
        # A whole
        ("All recommendations are currently on track with", "Most recommendations are currently on track with", "count-in-sentence",
         "13 of 13"),
        ("have now been extended to", "remain on track for", "count-in-sentence", "0 of 5"),
        ("Four recommendations are on track.", "All recommendations are complete.", "count-in-sentence", "3 of 13"),
        ("Recommendation 11 has been completed since", "We have yet to complete Recommendation 11, as", "status",
         "closed: closed, not known how"),
        ("One recommendation remains ongoing: the", "One recommendation has been discharged: the", "status", "open (delayed, in progress)"),
        # Tables, and what is there twice
        ("15\t10\t0\t5", "15\t10\t0\tS", "count-in-table", "5"),
        ("15\t10\t0\t5", "15\t10\t0\tfive", "", ""),
        ("Publication\tDate\tTotal Recs\tLast Update\tNo. of updates\n", "", "column", ""),
        ("15\t10\t0\t5", "15\t10\t0\t5\n15\t10\t0\t5", "doubled", ""),
        ("2.1 The graph at figure 1 has the status of each publication, and figure 2 the themes.", "2.1 See figures 1 and 2.\n\n"
         "2.1 See figures 1 and 2.", "doubled", ""),
        ("2.4 Hate Crime\n", "2.4 Hate Crime\n\n2.4 Hate Crime\n", "doubled", ""),
        (FORMED, "A task force was formed.\n\nA task force was formed.", "doubled", ""),
        ("Training is looked at.", "Training is looked at.\n\nRecommendations 8 and 9\n\nNone.\n\nRecommendation 8\n\nOne.",
         "number-twice", ""),
        # Times
        ("extended to June 2025", "extended to the end of 2025", "target", "June 2025"),
        (FORMED, "It was formed on Tuesday 3 September 2024.", "", ""),
        (FORMED, "It was formed on Monday 3 September 2024.", "weekday", "Tuesday"),
        ("Recommendation 5: Partnerships.", "Recommendation 5: Partnerships.\n\nThe response will be sent in the next few weeks.", "", ""),
        ("Recommendation 5: Partnerships.", "Recommendation 5: Partnerships.\n\nThe response will be sent in the coming months.",
         "promise", "in the coming weeks"),
        ("Recommendation 5: Partnerships.", "Recommendation 5: Partnerships.\n\nThe response will be sent by March 2025.",
         "promise", "in the coming weeks"),
        ("Four recommendations are on track.", "Evidence will be sent before the end of the financial year.", "promise",
         "before the end of the calendar year"),
        # Who
        (COLLATED, "Audit Scotland Plan to undertake another inspection.", "inspectorate", "HMICS"),
        (FORMED, "Mark Paden has the lead.", "name-spelt", "Matt Paden"),
        (FORMED, "Superintendent Paden has the lead.", "", ""),
        ("Recommendation 3 has been discharged by HMICS", "Recommendation 3 has been discharged by the SPA", "inspectorate", "HMICS"),
        # What is no fault
        ("Date\t18 September 2024", "Date\tWednesday 18 September 2024", "", ""),
        ("Date\t18 September 2024", "Date\t18/09/2024", "", ""),
        ("2.4 Hate Crime\n", "**2.4 Hate Crime**\n", "", ""),
        ("Meeting\tSPA", "Meeting\tScottish Police Authority", "", ""),
        ("Presented By\tACC", "Recommendation to Members\tDiscussion\nAppendix Attached\tNone\nPresented By\tAssistant Chief Constable,", "", ""),
        ("Recommendation 5: Partnerships.", "R5: Partnerships.", "", ""),
        ("15\t10\t0\t5", "15 | 10 | 0 | 5", "", ""),
        (FORMED, "So 20 202 officer hours were given to other tasks.", "", ""),
        (FORMED, "So about 20,200 officer hours were given to other tasks.", "", ""),
        (FORMED, "So about 22,200 officer hours were given to other tasks.", "measure", "20,202"),
        ("Two recommendations have been discharged by HMICS since the previous update – Recommendations 3 and 4.",
         "Recommendations 3 and 4 (two in all) have been discharged by HMICS since the last update.", "", ""),
        ("New Plan", "0", "", ""),
        (FORMED, "The group will meet on 24 October 2024.", "", ""),
        (FORMED, "Mental Health Working Groups met, and so did the Mental Health Reference Group and the Mental Health Index (MHI).", "", ""),
        (FORMED, "The group meets the Scottish Government, the NHS and its Boards in May.", "", ""),
        ("There are 5 recommendations that are ongoing.", "A third of the recommendations (33%) are ongoing.", "", ""),
        ("– Recommendations 3 and 4. Recommendation 12 is", "– Recommendations 3 and 4; recommendation 12 is", "", ""),
    ],
)  # fmt: skip
def test_a_fault_in_a_sentence_is_named_once_and_other_words_are_no_fault(
    sample: Register, one: str, other: str, rule: str, expected: str
) -> None:
    changed = [finding for finding in new(sample, one, other) if finding.kind == Kind.DISAGREEMENT]
    assert [(f.rule, f.expected) for f in changed if f.rule not in ("closed-since", "submitted-as-closed")] == (
        [(rule, expected)] if rule else []
    ), changed
