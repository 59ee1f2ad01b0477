"""What is around and across the lines of a paper that Fairlead wrote: its marking, its foot, and a row that is another's."""

from __future__ import annotations

import pytest
from papers import check, composed, found

from store.commands import FixFigures, correct
from store.domain.references import find_item
from store.domain.vocabulary import MARKINGS
from store.papers.checking.line_differences import describe, differ
from store.papers.forms import load_form
from store.papers.markdown import to_markdown
from store.papers.write import compose_at_most
from store.queries.papers import papers
from store.register import Register

SUBMITTED = "Submitted and awaiting review by HMICS: 2 (HC-8†, CAM-2)."


@pytest.fixture
def marked_higher(sample: Register) -> Register:
    """The sample with one item marked higher, of which a paper for the chair counts the status and prints nothing."""
    sample.do(correct("recommendation", find_item(sample.conn, "DA-x1")[0], marking=MARKINGS[-1]))
    return sample


def test_a_paper_that_only_counts_what_is_marked_higher_disagrees_with_nothing(marked_higher: Register) -> None:
    """The page for the chair prints figures alone, and bears the lower marking with all of the register counted."""
    text = to_markdown(composed(marked_higher, "chair"))
    assert "**OFFICIAL** ·" in text and "66 recommendations" in text
    assert found(check(marked_higher, text, markdown=True)) == []
    (one,) = check(marked_higher, text.replace("| 15 | 10 |", "| 15 | 11 |", 1), markdown=True).disagreements
    assert one.message == "Hate Crime, Closed: “11” here; the register has “10”."
    less = compose_at_most(marked_higher, papers(marked_higher.conn)[0].id, load_form("chair"), max_marking=MARKINGS[0])
    assert "65 recommendations" in to_markdown(less)
    assert found(check(marked_higher, to_markdown(less), markdown=True)) == []


@pytest.mark.slow
def test_a_marking_that_was_lowered_is_one_fault(marked_higher: Register) -> None:
    text = to_markdown(composed(marked_higher, "open"))
    assert text.count(MARKINGS[-1]) == 2
    marked = f"Marked {MARKINGS[0]}; what is in it is marked {MARKINGS[-1]}."
    for times in (1, 2):
        lowered = text.replace(MARKINGS[-1], MARKINGS[0], times)
        assert [f.message for f in check(marked_higher, lowered, markdown=True).disagreements] == [marked]


@pytest.mark.slow
def test_the_day_on_which_figures_were_fixed_is_read_in_any_wording(sample: Register) -> None:
    sample.do(FixFigures(paper=papers(sample.conn)[0].id))
    text = to_markdown(composed(sample, "chair"))
    for day in ("18th September 2024", "18/09/2024", "Wednesday 18 September 2024", "Sept 18, 2024", "18 September"):
        assert found(check(sample, text.replace("fixed on 18 September 2024", f"fixed on {day}"), markdown=True)) == []
    for day in ("19th September 2024", "17/09/2024", "31 September 2024", "8 September"):
        written = text.replace("fixed on 18 September 2024", f"fixed on {day}")
        assert [f.rule for f in check(sample, written, markdown=True).disagreements] == ["figures-fixed"], day


@pytest.mark.slow
def test_a_row_with_the_figures_of_another_is_one_fault(sample: Register) -> None:
    text = to_markdown(composed(sample, "progress"))
    row, other = "| 15 | 10 | 0 | 5 |", "| 8 | 4 | 0 | 4 |"
    (one,) = check(sample, text.replace(row, other, 1), markdown=True).disagreements
    assert one.message == "Total, Closed, Ongoing – delayed: “8, 4, 4” here; the register has “15, 10, 5”."


@pytest.mark.parametrize(
    ("edited", "here"),
    [
        (SUBMITTED.replace("Submitted", "Closed"), "Closed"),
        (SUBMITTED.replace("Submitted", "Discharged"), "Discharged"),
        ("Two are closed: HC-8 and CAM-2.", "closed"),
        ("Awaiting review by HMICS: 2 (HC-8, CAM-2).", ""),
        ("Sent to HMICS and awaiting its review: two (HC-8 and CAM-2).", ""),
    ],
)
def test_submitted_and_awaiting_is_said_twice_and_each_counts(edited: str, here: str) -> None:
    found = differ(edited, SUBMITTED)
    assert found.found == here and found.is_one == bool(here), describe(found)
