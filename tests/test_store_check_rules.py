"""Each rule of the check of a paper, by a paper with one fault in it: the fault is named with both values, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from papers import check, composed, found, messages, new
from typed_paper import TYPED

from store.commands import AddAction, AddPaper, FixFigures, MoveTarget, correct
from store.domain.references import find_item, find_paper
from store.domain.vocabulary import MARKINGS, Basis
from store.exchange.export import redacted_copy
from store.exchange.redaction import Terms
from store.papers.checking.check import check_page
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.read_text import page_of_text
from store.papers.checking.register_check import check_register
from store.papers.forms import load_form
from store.papers.markdown import to_markdown
from store.papers.write import compose_at_most
from store.queries.papers import papers
from store.register import Register


def test_a_paper_by_hand_without_a_fault_disagrees_only_where_what_is_submitted_counts_as_closed(
    sample: Register,
) -> None:
    checked = check(sample, TYPED)
    assert {rule for _, rule in found(checked)} == {"submitted-as-closed"}
    assert [one.message.partition(":")[0] for one in checked.disagreements] == ["HC-8", "CAM-2", "DA-12"]
    weak = {rule for _, rule in found(checked, Kind.WEAKNESS)}
    assert weak == {
        "open-two-years",
        "open-and-not-mentioned",
        "number-beyond-total",
        "missing",
    }


def test_what_was_promised_and_has_no_word_is_named_but_not_what_has_no_number(sample: Register) -> None:
    silent = next(f.message for f in check(sample, TYPED).findings if f.rule == "open-and-not-mentioned")
    assert "MHD-8" in silent and "-x" not in silent
    sample.do(AddAction(item=find_item(sample.conn, "MHD-8")[0], text="Bring it to an end", due="May 2025"))
    messages = [f.message for f in check(sample, TYPED).findings if f.rule == "promised-and-not-mentioned"]
    assert messages == ["Mental Health Demand: something was promised before of MHD-8; nothing here is on it by name."]


@pytest.mark.parametrize(
    ("one", "other", "rule", "message"),
    [
        ("15\t10\t0\t5", "15\t11\t0\t5", "count-in-table", "Hate Crime: 11 closed in the table; the register has 10."),
        ("Feb 2020", "Feb 2021", "background-published", "date Feb 2021 in the table; the register has February 2020"),
        ("Domestic Abuse\tJan 2023\t13\tMarch 2024\t2\n", "", "section-without-row", "2.6 Domestic Abuse has a section"),
        ("There are 5 rec", "There are 6 rec", "count-in-sentence", "the register has 5"),
        ("actions (Recs 2 to 6)", "actions (Recs 2 to 7)", "number-not-there", "recommendation 7 of 6 does not exist"),
        ("Recommendation 5: Partnerships.", "Recommendation 6: Partnerships.", "number-at-head", "it is 5"),
        ("13 & 14", "13 & 15", "number-not-there", "recommendation 15 of 13 does not exist"),
        ("been submitted for closure since the previous update.\n\n2.5.2", "been discharged since the last update.\n\n2.5.2",
         "status", "CAM-2: discharged in the paper; the register has closed: with the inspectorate."),
        ("HMICS recommended the action remain open", "HMICS recommended the action be closed", "status", "HC-6: closed"),
        ("due January 2025", "due March 2025", "target", "target March 2025 in the paper; the register has January 2025"),
        ("in May 2024", "in May 2023", "evidence-date", "the register has May 2024"),
        ("extended to June 2025", "extended to June 2026", "target", "the register has June 2025"),
        ("Figure 2 - Themes", "Figure 3 - Themes", "figure-order", "there is no figure 2"),
        ("2.4.2 Progress", "2.4.3 Progress", "section-order", "its number should be 2.4.2"),
        ("Governance\tGuidelines", "Leadership\tGuidelines", "theme", 'The theme "Leadership" here is "Governance"'),
        ("2.4 Hate Crime\n", "2.4 Hate Crimes\n", "name-two-ways", 'elsewhere, and in the register, "Hate Crime"'),
        ("Date\t18 September", "Date\t19 September", "head-of-paper", "the register has 18 September 2024"),
        ("A task force was formed.", "It ends on 31 June 2024.", "impossible-date", "31 June 2024 is a day"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_both_values_and_nothing_else_is(
    sample: Register, one: str, other: str, rule: str, message: str
) -> None:
    assert TYPED.count(one) == 1
    before = {finding.key for finding in check(sample, TYPED).findings}
    checked = check(sample, TYPED.replace(one, other))
    new = [f for f in checked.findings if f.key not in before and f.kind == Kind.DISAGREEMENT]
    assert [f.rule for f in new] == [rule], messages(checked)
    assert message in new[0].message


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [
        ("13\t0\t13\t0", "13\t0\t13\t", "blank-cell"),
        ("Resources - People and skills.", "Resources - People and skills.\n\nHuman Error - Mistakes.", "theme-unused"),
        ("Evidence is being collated.", "The review will be complete by March 2024.", "promised-in-the-past"),
        ("Evidence is being collated.", "There were costs: the budget paid for training.\n\n2.4.3 Risks\n\nThe budget.", "none-contradicted"),
    ],
)  # fmt: skip
def test_what_is_true_and_will_be_asked_is_a_weakness(sample: Register, one: str, other: str, rule: str) -> None:
    checked = check(sample, TYPED.replace(one, other))
    assert rule in {name for _, name in found(checked, Kind.WEAKNESS)}


def test_a_table_of_what_the_register_does_not_have_is_added_up_and_the_cell_at_fault_found(empty: Register) -> None:
    table = "Publication\tTotal\tClosed\tOpen\nOne\t10\t4\t6\nTwo\t8\t3\t{}\nThree\t5\t5\t0\nTotal\t23\t12\t11\n"
    assert found(check(empty, f"1 STATUS\n\n{table.format(5)}")) == []
    assert found(check(empty, f"1 STATUS\n\n{table.format(6)}")) == [(5, "count-in-table")]
    assert "8" not in messages(check(empty, f"1 STATUS\n\n{table.format(5)}"))


def test_six_and_seven_closed_are_possibly_both_right(sample: Register) -> None:
    text = TYPED.replace("2.2. Online", "A total of 6 recommendations were closed since March.\n\n2.2. Online")
    one = next(f for f in check(sample, text).findings if f.rule == "closed-since")
    assert one.certainty == Certainty.POSSIBLE
    assert "6 closed since the last update; the sections name 7" in one.message
    assert "DA-12 no day is given" in one.message
    names = dict(sample.conn.execute("SELECT id, reference FROM recommendation"))
    assert [names[item] for item in one.items] == ["OCSA-11", "HC-3", "HC-8", "CAM-2", "DA-3", "DA-4", "DA-12"]


@pytest.mark.slow
def test_a_paper_without_a_heading_that_all_have_lacks_it(sample: Register) -> None:
    more = "".join(
        f"\n{n}. {kind} IMPLICATIONS\n\n{n}.1 There are none.\n"
        for n, kind in enumerate(("PERSONNEL", "LEGAL", "SOCIAL"), 4)
    )
    text = TYPED.replace("\nRECOMMENDATIONS\n", f"{more}\nRECOMMENDATIONS\n")
    assert [(f.rule, f.expected) for f in new(sample, "\nRECOMMENDATIONS\n", "\n", text)] == [
        ("section-missing", "recommendations")
    ]
    assert [f.rule for f in new(sample, "\nPURPOSE\n", "\n", text)] == ["section-missing"]


def test_a_heading_that_was_left_out_is_named_and_what_is_under_it_is_of_no_other_publication(sample: Register) -> None:
    rules = {f.rule for f in new(sample, "2.5 Contact Assessment Model\n", "") if f.kind == Kind.DISAGREEMENT}
    assert rules == {"row-without-section", "section-order"}


def test_a_register_without_the_publications_is_named_and_the_paper_checked_against_itself(empty: Register) -> None:
    checked = check(
        empty, TYPED.replace("There are 5 recommendations that are", "There are 6 recommendations that are")
    )
    assert ("count-in-sentence", "5") in [(f.rule, f.expected) for f in checked.disagreements]
    assert "None of the 6 publications of this table is in the register" in messages(checked)


def test_every_rule_is_described() -> None:
    house = Path(__file__).parent.parent
    described = (house / "docs" / "checking.md").read_text(encoding="utf-8")
    found = set()
    for path in (house / "store" / "papers" / "checking").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'(?:\.add|\.weak|\b_finding)\(\s*"([a-z][a-z-]+)"', text))
    assert len(found) > 40
    assert [name for name in sorted(found) if f"`{name}`" not in described] == []


# -- texts that are quoted

STATED = "Police Scotland should review its use of data, and publish what it finds every year."


@pytest.mark.parametrize(
    ("basis", "quoted", "words"),
    [
        (
            Basis.STATED,
            STATED.replace("should", "may"),
            "“scotland may review”; as stated it has “scotland should review”",
        ),
        (
            Basis.STATED,
            STATED.replace(" every year", " each month"),
            "“finds each month”; as stated it has “finds every year”",
        ),
        (Basis.STATED, STATED.replace("and publish", "publish"), "“data publish”; as stated it has “data and publish”"),
        (Basis.STATED, STATED.partition(",")[0], ""),
        (Basis.STATED, f"“{STATED}”", ""),
        (Basis.STATED, STATED.replace(",", " –").replace("every year.", "every year"), ""),
        (Basis.OURS, STATED.replace("should", "may"), ""),
        (Basis.ENTERED, STATED.replace("should", "may"), ""),
    ],
)
def test_a_quoted_text_is_held_to_the_stated_one_and_to_no_other(
    sample: Register, basis: Basis, quoted: str, words: str
) -> None:
    item = find_item(sample.conn, "HC-10")[0]
    sample.do(correct("recommendation", item, text=STATED, basis=basis, place="2.5.2"))
    changed = new(sample, "Recommendation 10: Use of data.", f"Recommendation 10: {quoted}")
    assert [(one.rule, one.items) for one in changed] == ([("quoted-text", (item,))] if words else [])
    assert words in messages(
        check(sample, TYPED.replace("Recommendation 10: Use of data.", f"Recommendation 10: {quoted}"))
    )


# -- targets beside those of the paper before


def test_a_target_earlier_than_in_the_paper_before_needs_a_word(sample: Register) -> None:
    before = find_paper(sample.conn, None, sample.today())
    sample.do(FixFigures(paper=before))
    item = find_item(sample.conn, "CA-2")[0]
    sample.do(AddPaper(values={"title": "Next", "date": "4 December 2024", "meeting": papers(sample.conn)[0].meeting}))
    text = TYPED.replace("Date\t18 September 2024", "Date\t4 December 2024")
    old, now = (
        "Recommendation 2 - The recording strategy.",
        "Recommendation 2 - The recording strategy.\n\nTarget: March 2025.",
    )
    # The register has the target of the paper before: that is what the paper disagrees with.
    assert [one.rule for one in new(sample, old, now, text)] == ["target"]
    sample.do(MoveTarget(item=item, text="March 2025", reason="It is done sooner."))
    found = new(sample, old, now, text)
    assert [(one.rule, one.certainty, one.items) for one in found] == [("target-earlier", Certainty.POSSIBLE, (item,))]
    assert "CA-2: target March 2025 here and in the register; June 2025 in the paper before" in found[0].message
    assert new(sample, old, f"{now} It was brought forward.", text) == []


# -- figures, tables and appendices


@pytest.mark.parametrize(
    ("one", "other", "rule", "message"),
    [
        ("and figure 2 the themes", "and others below", "not-referred-to", "Figure 2: nothing in the text refers to it."),
        ("at figure 1 has", "at figures 1 and 3 has", "figure-not-there", "Figure 3 is referred to, and is not in the paper."),
        ("A task force was formed.", "It has them, as table 12 shows.", "figure-not-there", "Table 12 is referred to"),
        ("A task force was formed.", "The plan is at Appendix A.", "appendix-not-there", "Appendix A is referred to"),
        ("A task force was formed.", "The figures are below.", "", ""),
        ("discuss the paper.", "discuss the paper.\n\nAPPENDIX A\n\nAll of it.", "not-referred-to", "Appendix A: nothing"),
    ],
)  # fmt: skip
def test_what_is_referred_to_is_there_and_what_is_there_is_referred_to(
    sample: Register, one: str, other: str, rule: str, message: str
) -> None:
    changed = new(sample, one, other)
    assert [f.rule for f in changed] == ([rule] if rule else [])
    assert message in "".join(f.message for f in changed)


def test_an_appendix_is_held_to_the_head_of_the_paper(sample: Register) -> None:
    refers = TYPED.replace("A task force was formed.", "The plan is at Appendix A.")
    head = "Presented By\tACC Professionalism and Assurance"
    no, yes, named = (
        refers.replace(head, f"{head}\nAppendix Attached\t{value}") for value in ("No", "Yes", "Appendix B")
    )
    of = {
        text: [f for f in check(sample, text).findings if f.rule == "appendix-not-there"] for text in (no, yes, named)
    }
    assert [f.certainty for f in of[no]] == [Certainty.CERTAIN] and "the head of the paper has none" in of[no][
        0
    ].message
    assert of[yes] == []
    assert [f.certainty for f in of[named]] == [Certainty.LIKELY]


# -- what is left out of a copy, or may not be in a paper

SECRET = "Quillfeather"


@pytest.fixture
def with_secret(sample: Register) -> Register:
    """The sample with one item of Hate Crime that is marked higher, and closed: its text has a word of its own."""
    item = find_item(sample.conn, "HC-10")[0]
    sample.do(
        correct(
            "recommendation",
            item,
            text=f"{SECRET} should review all of it within the year.",
            basis=Basis.STATED,
            place="2.5.2",
        )
    )
    sample.do(correct("recommendation", item, marking=MARKINGS[-1]))
    return sample


def leaked_by(findings: list[Finding]) -> list[str]:
    """What of some findings has the word that may not leave."""
    return [f.message for f in findings if SECRET in " ".join((f.message, f.expected, f.found, *f.about))]


def test_a_paper_marked_lower_is_held_to_what_may_be_in_it(with_secret: Register) -> None:
    text = f"OFFICIAL\n\n{TYPED}"
    before = {one.key for one in check(with_secret, TYPED).findings}
    for entity in (papers(with_secret.conn)[0].id, None):
        checked = check_page(with_secret, page_of_text(Path("p.txt"), text, markdown=False), entity)
        assert leaked_by(checked.findings) == []
        # Fifteen, ten and five are right, though one of them is not in what the paper may have.
        assert found(checked) and {f.rule for f in checked.disagreements} == {"submitted-as-closed"}
    quoted = TYPED.replace(
        "Recommendation 10: Use of data.", f"Recommendation 10: {SECRET} may review all of it within the year."
    )
    assert {one.rule for one in check(with_secret, quoted).findings if one.key not in before} == {"quoted-text"}
    checked = check_page(
        with_secret,
        page_of_text(Path("p.txt"), f"OFFICIAL\n\n{quoted}", markdown=False),
        papers(with_secret.conn)[0].id,
    )
    assert {f.rule for f in checked.disagreements} == {"submitted-as-closed"}


@pytest.mark.slow
def test_a_paper_written_under_a_lower_marking_disagrees_with_nothing(with_secret: Register) -> None:
    entity = papers(with_secret.conn)[0].id
    for form in ("progress", "open"):
        text = to_markdown(compose_at_most(with_secret, entity, load_form(form), max_marking=MARKINGS[0]))
        checked = check(with_secret, text, markdown=True)
        assert checked.written_here and checked.disagreements == [] and leaked_by(checked.findings) == []


@pytest.mark.slow
def test_what_is_left_out_of_a_copy_is_not_called_wrong(with_secret: Register) -> None:
    written = to_markdown(composed(with_secret, "progress"))
    with redacted_copy(with_secret, Terms(MARKINGS[0])) as (copy, _, _):
        assert {f.rule for f in check(copy, TYPED).disagreements} == {"submitted-as-closed"}
        assert check(copy, written, markdown=True).disagreements == []
        assert check_register(copy).disagreements == []
        # What the copy has is still held to: another publication, and an item that is here.
        fault = TYPED.replace("8\t4\t0\t4", "8\t5\t0\t4").replace(
            "5: Partnerships.", "5: Partnerships.\n\nThis recommendation is closed."
        )
        assert {"count-in-table", "status"} <= {f.rule for f in check(copy, fault).disagreements}
