"""A paper that Fairlead wrote: held to its facts and not to its words, for what is gone, and for what the register changed since."""

from __future__ import annotations

import time
from pathlib import Path

import docx
import pytest
from papers import FORMS, check, composed, found

from store.commands import AddNote, AddPaper, FixFigures, MoveTarget, SetTrack
from store.domain.errors import Cancelled
from store.domain.references import find_item
from store.domain.vocabulary import Track
from store.papers.checking.check import check_page, read_paper_file
from store.papers.checking.findings import Certainty, Finding
from store.papers.checking.line_differences import differ
from store.papers.checking.line_facts import facts_in, plain_of
from store.papers.checking.pairing import in_order_of, text_of
from store.papers.checking.read_text import page_of_text
from store.papers.docx import write_docx
from store.papers.markdown import to_markdown
from store.queries.papers import papers
from store.register import Register

ONGOING = "5 recommendations are ongoing."
NUMBERS = "Five are ongoing: 2, 5, 6, 10 and 13."
TOTALS = "Totals: 66 recommendations, 28 of them closed and 38 open (17 on track, 21 delayed)."
MOVED = "Target moved later: 5 (CA-2 to CA-6†: not known → June 2025)."
SENT = "Evidence sent (July 2024), asking for a view†: the progress made so far"
STATUS = "Status: delayed†; stage: collating evidence"
ACCEPTED = "HMICS accepted the rationale and evidence and agreed to close."
SINCE = "Closed since the last update, submitted and awaiting review by HMICS: Recommendation 8."


@pytest.mark.parametrize(
    ("written", "edited"),
    [
        (ONGOING, "There are five recs outstanding."),
        (NUMBERS, "Five remain ongoing (2; 5; 6; 10 & 13)."),
        (TOTALS, "We have 66 recs: 28 are closed, 38 open; of these 17 are on track and 21 delayed."),
        (MOVED, "The targets of five (CA-2, CA-3, CA-4, CA-5 and CA-6) were extended to 30 June 2025."),
        (SENT, "In Jul 2024 we sent evidence of the progress made so far and asked for a view"),
        (STATUS, "It is delayed; evidence is being gathered"),
        (ACCEPTED, "HMICS agreed to close it, accepting the rationale and evidence."),
        (SINCE, "R8 has been closed since the last update, and awaits review by HMICS."),
        ("Five actions of the 2020 audit remain open, numbers 2 to 6.", "Five actions (2–6) of the 2020 audit are still open."),
        ("Evidence sent (July 2024), asking for a view: it all", "Evidence submitted in July 2024, for a view: it all"),
        ("Came back, not discharged: 7", "Returned without discharge: 7"),
        ("Chaired by CS Matt Paden, the group met.", "Chief Superintendent Matt Paden chaired the group."),
        ("A total of four recommendations have been closed.", "In all, 4 recommendations have closed."),
        ("Extended to Q4 24/25, by HM Fire Inspectorate.", "Extended to January to March 2025, by HMFI."),
        ("Agreed on 12 March 2024 and in CRH-1 and CRH-2", "Agreed on March 12, 2024 & in CRH 1 & CRH 2"),
        ("Open for more than three years: CRH-5, CRH-6, CRH-7", "Open for over 3 years: CRH-5 to CRH-7"),
        ("Of the organisation's plan, now 5 mo late", "Of the organization's plan, now 5 months late"),
        ("See recommendations 2, 3, 4 and 14 above, 23 of them", "See recommendations 2–4 & 14 above, twenty-three of them"),
        ("No figure is recorded of it, and the backlog fell.", "No figures are recorded for it, and the backlog has fallen."),
        ("Submitted; HMICS is to consider discharge", "Submitted; HMICS will consider discharging it"),
        ("The national system came late, with calls on training.", "The national system was late and training was in demand."),
    ],
)  # fmt: skip
def test_a_line_that_is_worded_otherwise_does_not_differ(written: str, edited: str) -> None:
    assert not differ(edited, written).is_one


@pytest.mark.parametrize(
    ("written", "edited", "here", "there"),
    [
        (ONGOING, "Six remain.", "Six", "5"),
        (ONGOING, "Nothing is now outstanding.", "Nothing", "5"),
        (ONGOING, "All are now closed.", "closed", "ongoing"),
        (NUMBERS, "There are six left: 2, 4, 5, 6, 10 and 13.", "six, 4", "Five"),
        (TOTALS, "In all there are 68 recommendations, of which 28 are closed and 40 open.", "68, 40", "66, 38"),
        (TOTALS, TOTALS.replace("17 on track, 21", "21 on track, 17"), "21 on track, 17 delayed", "17 on track, 21 delayed"),
        (MOVED, "All are now due by the end of 2026 (CA-2 to CA-6).", "2026", "June 2025"),
        (MOVED, MOVED.replace("CA-6", "CA-5"), "", "CA-2 to CA-6"),
        (SENT, "We sent evidence in May 2024", "May 2024", "July 2024"),
        (STATUS, "It is on track", "on track", "delayed"),
        (ACCEPTED, "HMICS did not agree and asked that it be kept open.", "did not agree", "accepted, agreed"),
        (SINCE, "HMICS has discharged Recommendation 8 since the last update.", "discharged", "awaiting"),
        ("Custody: 0 closed, 13 on track, 0 delayed", "Custody: 13 closed, 0 on track, 0 delayed", "13 closed, 0", "0 closed, 13"),
        ("Came back: HC-6: remain open; HC-10: more evidence sought", "Came back: HC-10: remain open; HC-6: more evidence sought", "HC-10, HC-6", "HC-6, HC-10"),
        ("The toolkit was lately withdrawn from use.", "The toolkit was lately published for use.", "published", "withdrawn"),
        ("HMICS has discharged it since.", "HMICS has not discharged it since.", "not discharged", "discharged"),
        ("Rules of procedures that are not kept.", "Rules of procedures that are kept.", "kept", "not kept"),
        ("C3 considers it closed since July.", "HMICS considers it closed since July.", "HMICS", "C3"),
        ("Submit it to HMICS (due in the coming weeks)", "Submit it to HMICS (due in the coming months)", "months", "weeks"),
        ("Red is past its target; amber is still to come.", "Amber is past its target; red is still to come.", "Amber, red", "Red, amber"),
        ("There are no financial implications here.", "There are no legal implications here.", "legal", "financial"),
        ("Inspections: Crime Audit, Hate Crime, and Custody now.", "Inspections: Crime Audit, and Custody now.", "", "Hate Crime"),
        ("Status: on track. Target: December 2024.", "Status: on track.", "", "Target: December 2024"),
        ("Promise: Run a relay (due November 2024; Rhys)", "Promise: Run a relay", "", "due November 2024; Rhys"),
        ("A draft proposal is with the board.", "A proposal is with the board.", "", "draft"),
        ("Newly delayed: 1 (CRH-2: on track → delayed)", "Newly delayed: 1 (CRH-2: delayed → on track)", "delayed → on", "on track → delayed"),
        ("Hose for 40 appliances was ordered.", "Hose for 40 appliances will be ordered.", "will be", "was"),
        ("Red is past its target, or delayed.", "Red is past its target, and delayed.", "and", "or"),
        ("Target: May 2025; moved later, once: so", "Target: May 2025; moved later, 3 times: so", "3", "1"),
        ("Five are ongoing: 2, 5 and 6", "Five are ongoing: 2, 4, 5 and 6", "4", ""),
        ("The risk accepted: Recommendation 10.", "Discharged by HMICS: Recommendation 10.", "Discharged", "risk accepted"),
        ("Training is still to be made formal here.", "Training has since been made formal here.", "has since been", "is still to be"),
        ("Short names, unless their source has them so.", "Short names, as their source has them.", "", "unless"),
        ("In use since 5 September 2023.", "In use to 5 September 2023.", "to", "since"),
        ("COPFS is rolling it out, and the service helps.", "The service is rolling it out, and COPFS helps.", "service", "COPFS"),
        ("It fell from 1,240 to 410 in a year.", "It rose from 410 to 1,240 in a year.", "rose", "fell"),
        ("It is rolling it out to all divisions.", "It has rolled it out to all divisions.", "has rolled", "is rolling"),
        ("Status: on track; stage: collating evidence", "Status: on track; stage: evidence submitted", "submitted", "collating"),
        ("It supports and influences outside bodies.", "It is supported and influenced by outside bodies.", "is supported", "supports"),
        ("Texts are in our words.", "Texts are in their words.", "their", "our"),
        ("By Matt Paden of the Crown Office", "By Mat Paden of the Crown Office", "Mat", "Matt"),
    ],
)  # fmt: skip
def test_a_line_that_has_another_fact_differs_by_it(written: str, edited: str, here: str, there: str) -> None:
    found = differ(edited, written)
    assert here in found.found
    assert there in found.expected


def test_a_label_of_a_table_may_be_shorter_and_a_caption_may_not_name_another() -> None:
    assert not differ("discharged", "of these discharged", is_cell=True, is_label=True).is_one
    assert differ("awaiting review", "of these discharged", is_cell=True, is_label=True).is_one
    assert not differ("–", "none", is_cell=True).is_one
    assert not differ(
        "See above, recommendations 2 to 4 and 14.", "Reported above: recommendations 2, 3, 4 and 14.", is_cell=True
    ).is_one
    for here, there in (
        ("18/09/2024", "18 September 2024"),
        ("Wednesday 18 September 2024", "18 September 2024"),
        ("–", "0"),
    ):
        assert not differ(here, there, is_cell=True).is_one
    for here, there in (
        ("Recommendations 11 to 13", "Recommendations 11 and 12"),
        ("NHS 42", "NHS 24"),
        ("Who will this do?", "What will this do?"),
        ("DISCHARGES", "DELAYS"),
    ):
        assert differ(here, there, is_name=True).is_one
    assert differ("Tuesday 18 September 2024", "18 September 2024", is_cell=True).found == "Tuesday"
    found = differ("Domestic Abuse: status", "Hate Crime: status", is_name=True)
    assert (found.found, found.expected, found.is_likely) == ("Domestic Abuse", "Hate Crime", True)


def edited(sample: Register, *changes: tuple[str, str]) -> list[Finding]:
    """What disagrees in the progress paper where some of its text is another; "" is a text that is gone."""
    text = to_markdown(composed(sample, "progress"))
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return check(sample, text, markdown=True).disagreements


@pytest.mark.slow
def test_a_sentence_that_was_written_again_is_held_to_the_register(sample: Register) -> None:
    assert edited(sample, (ONGOING, "Five recommendations are still ongoing.")) == []
    one = edited(sample, ("Work goes on; every target date is now June 2025.", "They are due by the end of 2026."))
    assert [(f.found, f.expected, f.certainty) for f in one] == [("2026", "June 2025", Certainty.LIKELY)]
    # A status where the register's line has none is for the rules of any paper.
    one = edited(sample, ("Considered in full. Since hate reaches", "Recommendation 2 is closed. Since hate reaches"))
    assert [f.rule for f in one] == ["status"]


@pytest.mark.slow
def test_a_line_that_is_there_twice_or_elsewhere_is_named_at_its_place(sample: Register) -> None:
    lines = to_markdown(composed(sample, "progress")).split("\n")
    heading = next(line for line in lines if line.startswith("#### 2.4.2"))
    (one,) = edited(sample, (heading, f"{heading}\n\n{heading}"))
    assert one.message.startswith("This is here twice")
    # A line of one's own in place of one is not that one written again; bullets in another order are no fault.
    risk = next(line for line in lines if line.startswith("It depends on other work"))
    (one,) = edited(sample, (risk, "Winter weather is expected."))
    assert one.message.startswith("Missing before this line:") and "depends on other work" in one.message
    bullets = [n for n, line in enumerate(lines) if line.startswith("- Closed, how is not recorded")]
    turned = [*lines[: bullets[0] - 1], lines[bullets[0]], lines[bullets[0] - 1], *lines[bullets[0] + 1 :]]
    assert lines[bullets[0] - 1].startswith("- ") and turned != lines
    assert found(check(sample, "\n".join(turned), markdown=True)) == []
    first = next(line for line in lines if line.startswith("Since the inspection, national policy"))
    other = next(line for line in lines if line.startswith("It seeks to carry the varied"))
    twice = edited(sample, (first, f"{first}\n\n{first}"))
    assert [f.message.partition(":")[0] for f in twice] == ["This is here twice, and the register has it once"]
    swapped = edited(sample, (first, "SWAP"), (other, first), ("SWAP", other))
    assert [f.expected[:16] for f in swapped] == ["Recommendation 5", "Recommendation 2"]


@pytest.mark.slow
def test_a_marking_that_was_raised_and_a_draft_that_is_not_called_one_are_weaknesses(sample: Register) -> None:
    text = to_markdown(composed(sample, "progress"))
    for before, after in (("**OFFICIAL** · DRAFT", "**OFFICIAL-SENSITIVE** · DRAFT"), (" · DRAFT", "")):
        checked = check(sample, text.replace(before, after, 1), markdown=True)
        assert [(f.rule, f.kind.value, f.line) for f in checked.findings if f.rule != "missing"] == [
            ("marking", "weakness", 3)
        ]


@pytest.mark.slow
def test_what_is_around_the_words_is_compared_too(sample: Register, tmp_path: Path) -> None:
    """Markings, the day on which figures were fixed, the sign of a weaker basis, and the words for a picture."""
    sample.do(FixFigures(paper=papers(sample.conn)[0].id))
    document = composed(sample, "progress")
    text = to_markdown(document)

    def of(changed: str) -> list[tuple[str, str]]:
        return [
            (f.kind.value, f.message) for f in check(sample, changed, markdown=True).findings if f.rule != "missing"
        ]

    assert of(text) == []
    assert of(text.replace("fixed on 18", "fixed on 8", 1)) == [
        ("disagreement", "Figures fixed on 8 September 2024 here; the register has 18 September 2024.")
    ]
    above = text.rpartition("**OFFICIAL**")[0]
    assert of(f"{above}**OFFICIAL-SENSITIVE**\n") == [
        ("disagreement", "Marked OFFICIAL-SENSITIVE here, and OFFICIAL at the first place.")
    ]
    assert of(above) == [("weakness", "The marking OFFICIAL is at one end of it only.")]
    assert text.count("†") > 20
    found = of(text.replace("delayed†; stage", "delayed; stage"))
    assert [kind for kind, _ in found] == ["weakness"] and found[0][1].startswith("† is not in this line, nor in ")
    unsaid = "\n".join(line for line in text.split("\n") if not line.startswith(("†", "*†")))
    assert of(unsaid) == [("weakness", "† is used, and nothing says what it means.")]
    out = tmp_path / "paper.docx"
    write_docx(document, out)
    assert check_page(sample, read_paper_file(out), document.paper, FORMS).disagreements == []
    word = docx.Document(str(out))
    (picture,) = [one for one in word.element.body.iter() if one.tag.endswith("}docPr")]
    picture.set("descr", picture.get("descr").replace("Hate Crime: 10 closed", "Hate Crime: 11 closed"))
    word.save(str(out))
    (one,) = check_page(sample, read_paper_file(out), document.paper, FORMS).disagreements
    assert one.message == "In the words for the picture: “11” here; the register has “10”."


@pytest.mark.slow
def test_a_wrong_date_or_name_at_the_head_is_named_and_not_what_follows_from_it(sample: Register) -> None:
    sample.do(AddPaper(title="An earlier paper", date="12 March 2024"))
    text = to_markdown(composed(sample, "progress"))
    (one,) = check(sample, text.replace("18 September 2024", "12 March 2024", 1), markdown=True).disagreements
    assert (one.found, one.expected) == ("12 March 2024", "18 September 2024")
    text = to_markdown(composed(sample, "lead", lead="C3"))
    for name in ("C4", "Police Scotland"):
        (one,) = check(sample, text.replace("| C3 |", f"| {name} |", 1), markdown=True).disagreements
        assert (one.found, one.expected) == (name, "C3")


@pytest.mark.slow
def test_what_was_left_out_is_named_once_with_its_item(sample: Register) -> None:
    text = to_markdown(composed(sample, "progress"))
    item = text[text.index("**Recommendation 6:** With partners") : text.index("**Recommendation 10:** Review how")]
    one = edited(sample, (item, ""))
    assert [f.rule for f in one] == ["left-out"]
    assert "Recommendation 6: With partners" in one[0].message
    assert [sample.conn.execute("SELECT reference FROM recommendation WHERE id = ?", (i,)).fetchone()[0] for i in one[0].items] == ["HC-6"]  # fmt: skip
    bullets = text[text.index("- Status: delayed†; stage: remain open\n- Target") : text.index("**Recommendation 2:**")]
    (status,) = edited(sample, (bullets, ""))
    assert status.message.startswith("Missing before this line: Recommendations 2 to 6: Status: delayed")
    section = text[text.index("### 2.6 Contact") : text.index("### 2.7 Domestic")]
    assert [f.message for f in edited(sample, (section, ""))][:1] == [
        "The section 2.6 Contact Assessment Model is missing before this line."
    ]
    # What is only for a draft, and the notes on its marks, may go.
    lines = [line for line in text.split("\n") if not line.startswith(("*†", "† ", "*Texts below", "*\\[", "**Before"))]
    assert found(check(sample, "\n".join(lines).replace("†", ""), markdown=True)) == []


@pytest.mark.slow
def test_a_paper_that_the_register_moved_on_from_has_a_finding_for_each_action(sample: Register) -> None:
    text = to_markdown(composed(sample, "open"))
    items = {ref: find_item(sample.conn, ref)[0] for ref in ("CA-2", "HC-2", "HC-5")}
    sample.do(MoveTarget(item=items["CA-2"], text="December 2025", reason="The audit is late."))
    sample.do(AddNote(text="For ourselves.", items=(items["HC-2"],)))
    sample.do(MoveTarget(item=items["HC-2"], text="31 March 2025"))
    sample.do(SetTrack(item=items["HC-5"], track=Track.ON_TRACK))
    since = check(sample, text, markdown=True).disagreements
    assert {one.rule for one in since} == {"changed-since"}
    assert {(one.expected.partition(":")[0], one.items) for one in since} == {(ref, (i,)) for ref, i in items.items()}
    assert any("CA-2: target June 2025 → December 2025. As before in lines" in one.message for one in since)
    # A fault of a person is named beside them as what it is, and the paper as it is written now has nothing.
    faulty = check(sample, text.replace("135 open", "153 open", 1), markdown=True).disagreements
    assert [one.message for one in faulty if one not in since] == ["“153” here; the register has “135”."]
    assert len(faulty) == len(since) + 1
    assert found(check(sample, to_markdown(composed(sample, "open")), markdown=True)) == []


def test_every_day_of_the_week_that_its_date_is_is_passed_over_and_no_other() -> None:
    wanted = "Sent on 2 September 2024, and read on 3 September 2024"
    assert plain_of("Sent on Monday 2 September 2024, and read on Tuesday, 3 September 2024") == wanted
    other = "Sent on Tuesday 2 September 2024, and read on Tuesday 3 September 2024"
    assert plain_of(other) == "Sent on Tuesday 2 September 2024, and read on 3 September 2024"
    assert differ(
        "It went on Monday 2 September 2024 to HQ and on Tuesday 3 September 2024 to the group as agreed.",
        "It went on 2 September 2024 to HQ and on 3 September 2024 to the whole group as agreed.",
    ) == differ(
        "It went on 2 September 2024 to HQ and on 3 September 2024 to the group as agreed.",
        "It went on 2 September 2024 to HQ and on 3 September 2024 to the whole group as agreed.",
    )


def test_a_line_of_capitals_and_many_lists_are_compared_in_time() -> None:
    """What grew with the square of a line took four seconds for this one, and that of the lists a minute."""
    names = " ".join(f"W{n}" for n in range(3000))
    lists = "\n".join(f"List {n}\n\n- one {n}\n- two {n}\n- two {n}\n" for n in range(2000))
    pages = [page_of_text(Path("x.txt"), text, markdown=False) for text in (lists, lists.replace("- one", "- three"))]
    turned = in_order_of(pages[0].blocks, [*reversed(pages[0].blocks)])
    start = time.monotonic()
    differ(f"{names}, Zebra lion", f"{names}, Yak lion")
    assert len(facts_in("one of the " * 500)) == 500
    assert in_order_of(pages[0].blocks, pages[1].blocks) == pages[0].blocks
    assert time.monotonic() - start < 5
    assert [text_of(block) for block in turned[:4]] == ["List 0", "two 0", "two 0", "one 0"]


def test_the_check_can_be_left_between_the_papers_that_a_page_is_held_to(sample: Register, tmp_path: Path) -> None:
    """Each takes as long as a paper is written: with a large register twelve of them took minutes before the next look."""
    for day in range(1, 5):
        sample.do(AddPaper(values={"title": "Progress", "date": f"{day} May 2025"}))
    path = tmp_path / "paper.md"
    path.write_text(to_markdown(composed(sample)).replace(" the ", " every last "), encoding="utf-8")
    newest, looks = papers(sample.conn)[0].id, list[int]()

    def go_on(done: int, of: int) -> bool:
        looks.append(done)
        return True

    check_page(sample, read_paper_file(path), newest, FORMS, go_on)
    assert looks.count(2) > 4 and looks == sorted(looks)
    with pytest.raises(Cancelled):
        check_page(sample, read_paper_file(path), newest, FORMS, lambda done, of: done < 2)
