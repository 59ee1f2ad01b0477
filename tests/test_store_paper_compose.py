"""Papers composed from a register: the paper of September 2024 against its source, every other form, and what would break one."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest
from papers import GOLDEN, cells, composed, plain, tables, with_paper

from seed.large import load_large
from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    AddPaper,
    AddPublication,
    FixFigures,
    MoveTarget,
    RecordReply,
    SetTrack,
    WriteText,
    correct,
)
from store.domain.errors import BadInput, NotAllowed
from store.domain.references import find_item, find_paper
from store.domain.vocabulary import Basis, NoteKind, PublicationKind, Stage, Track, Verdict
from store.papers.document import Document, Figure, Heading, Paragraph, Table, WrittenText
from store.papers.forms import form_names, load_form, read_form
from store.papers.item_names import name_numbers, ranges
from store.papers.write import compose_at_most
from store.queries.describe import WEAKER
from store.queries.item_details import item_details
from store.queries.item_list import rows_at
from store.queries.papers import papers
from store.register import Register

COUNTS = ["Total", "Closed", "Ongoing – on track", "Ongoing – delayed"]

SOURCE = {
    "Online Child Sexual Abuse": ["11", "10", "0", "1"],
    "Crime Audit 2020": ["6", "1", "0", "5"],
    "Hate Crime": ["15", "10", "0", "5"],
    "Contact Assessment Model": ["8", "4", "0", "4"],
    "Domestic Abuse": ["13", "3", "4", "6"],
}
"""The tables of the paper as printed; that of Mental Health Demand has a blank, and is below."""


def headings(document: Document) -> list[str]:
    return [f"{block.number} {block.text}".strip() for block in document.blocks if isinstance(block, Heading)]


def paragraphs(document: Document) -> list[str]:
    return ["".join(span.text for span in block.spans) for block in document.blocks if isinstance(block, Paragraph)]


# -- the paper for 18 September 2024


def test_the_head_and_the_background_are_those_of_the_source(sample: Register) -> None:
    document = composed(sample)
    assert document.head is not None
    assert cells(document.head) == [
        ["Meeting", "SPA Policing Performance Committee"],
        ["Date", "18 September 2024"],
        ["Place", "Webex"],
        ["Title", "HMICS Improvement Plans – Progress Summary"],
        ["Presenter", "ACC Professionalism and Assurance"],
        ["Recommendation to Members", "For Discussion"],
        ["Appendix", "No"],
    ]
    background = tables(document)["Publications reported on"]
    assert background.header == ("Publication", "Date", "Total Recs", "Last Update", "No. of updates")
    assert cells(background) == [
        ["Online Child Sexual Abuse", "Feb 2020", "11", "March 2024", "4"],
        ["Crime Audit 2020", "Mar 2021", "6", "March 2024", "5"],
        ["Hate Crime", "Jun 2021", "15", "March 2024", "5"],
        ["Contact Assessment Model", "Sept 2022", "8 recs", "March 2024", "3"],
        ["Domestic Abuse", "Jan 2023", "13", "March 2024", "2"],
        ["Mental Health Demand", "Oct 23", "13", "March 2024", "New Plan"],
    ]


def test_the_table_of_each_publication_is_that_of_the_source(sample: Register) -> None:
    found = tables(composed(sample))
    for title, row in SOURCE.items():
        table = found[f"{title}: status"]
        assert (list(table.header), cells(table)) == (COUNTS, [row]), title


def test_a_blank_as_published_is_beside_a_nought_of_the_register(sample: Register) -> None:
    document = composed(sample)
    table = tables(document)["Mental Health Demand: status, as published and by the register"]
    assert list(table.header) == ["", *COUNTS]
    assert cells(table) == [["As published", "13", "0", "13", ""], ["By the register", "13", "0", "13", "0"]]
    assert "Ongoing – delayed: what was published leaves the cell blank; the register counts 0." in paragraphs(document)


def test_the_figure_has_its_numbers_in_the_table_after_it_and_they_add_up(sample: Register) -> None:
    document = composed(sample)
    place, figure = next((n, block) for n, block in enumerate(document.blocks) if isinstance(block, Figure))
    table = document.blocks[place + 1]
    assert isinstance(table, Table) and (figure.label, table.label) == ("Figure 1", "Table 2")
    assert [(bar.label, bar.counts) for bar in figure.bars][2] == ("Hate Crime", (10, 0, 5))
    assert "Hate Crime: 10 closed, 0 on track, 5 delayed" in figure.alt
    rows = cells(table)
    assert rows[-1] == ["Total of this register", "66", "28", "3", "3", "22", "17", "21"]
    for column in range(1, len(table.header)):
        assert sum(int(row[column]) for row in rows[:-1]) == int(rows[-1][column])
    for row in table.rows:
        assert all(len(cell.items) == int(cell.text) for cell in row[1:])


def test_six_closed_since_the_last_update_by_reference_and_the_undated_one_beside_them(sample: Register) -> None:
    text = plain(composed(sample))
    assert "2.2 A total of 6 recommendations have been closed since March 2024, the last update.\n" in text
    assert "- Discharged by HMICS: 3 (HC-3†, DA-3, DA-4).\n" in text
    assert "- Submitted and awaiting review by HMICS: 2 (HC-8†, CAM-2).\n" in text
    assert "- Closed, how is not recorded: 1 (OCSA-11).\n" in text
    assert "- Not counted above, since no day is recorded and it may be earlier: DA-12.\n" in text


def test_sections_are_numbered_as_in_the_source(sample: Register) -> None:
    found = headings(composed(sample))
    for each in (
        "PURPOSE", "1 BACKGROUND", "2 SUMMARY OF PROGRESS WITHIN REPORTING PERIOD", "2.3 Online Child Sexual Abuse",
        "2.3.1 Closures", "2.3.2 Progress since last update", "2.3.3 Challenges and risks", "2.4 Crime Audit 2020",
        "2.4.1 Progress since last update", "2.4.2 Challenges and risks", "2.8 Mental Health Demand", "2.9 Themes",
        "3 FINANCIAL IMPLICATIONS", "8 COMMUNITY IMPACT", "10 ENVIRONMENT IMPLICATIONS", "RECOMMENDATIONS",
    ):  # fmt: skip
        assert each in found, each


def test_items_that_share_a_note_share_a_paragraph_and_each_target_names_whose_it_is(sample: Register) -> None:
    found = paragraphs(composed(sample))
    for each in ("Recommendations 2, 3, 4 and 14", "Recommendations 5, 6 and 7", "Recommendations 11 and 12"):
        assert found.count(each) == 1
    assert "2 and 4: Target: January 2025" in found and "14: Target: September 2024" in found
    assert "7: Target: January 2025" in found


def test_the_whole_force_is_printed_only_as_published_and_the_totals_are_of_this_register(sample: Register) -> None:
    found = paragraphs(composed(sample))
    assert (
        "Totals of this register, for these 6 publications: 66 recommendations, 28 of them closed and 38 open "
        "(17 on track, 21 delayed)." in found
    )
    assert any("as published with this paper and not from this register: 135 open" in each for each in found)


def test_bases_are_visible_and_explained(sample: Register) -> None:
    document = composed(sample)
    text = plain(document)
    # Once for each publication, and not after each of its texts; a guess is marked wherever it is.
    assert text.count("Texts below are in our words, not those of their source, unless they are marked.") == 7
    assert text.count("(in our words)") == 2 and "the progress made so far\n" in text
    assert "the findings of the 2025 Crime Audit†.\n" in text and "asking for a view†" in text
    assert any(line.startswith("†") for line in document.legend)
    assert any(line.startswith("“In our words”") for line in document.legend)
    # What is our own remark on how the source was read is no news for members.
    assert "is printed without a year" not in text and "left out of this copy" not in text


def test_the_paper_of_september_2024_reads_as_it_did(sample: Register) -> None:
    from store.papers.markdown import to_markdown

    path, text = GOLDEN / "paper-2024-09.md", to_markdown(composed(sample))
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert path.read_text(encoding="utf-8") == text, "UPDATE_GOLDEN=1 writes it again; then look at the difference."


# -- drafts, texts, and fixed figures


def test_a_text_that_a_person_wrote_takes_the_place_of_the_default_and_is_confirmed_by_it(sample: Register) -> None:
    paper = find_paper(sample.conn, None, sample.today())
    before = composed(sample)
    assert any("Financial implications" in sentence for sentence in before.missing)
    sample.do(WriteText(paper=paper, section="financial", text="It costs.\nA little."))
    hc = sample.conn.execute("SELECT id FROM publication WHERE code = 'HC'").fetchone()[0]
    sample.do(WriteText(paper=paper, section="introduction", publication=hc, text="HC-6 is delayed."))
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(SetTrack(item=item, track=Track.ON_TRACK, reason="It caught up."))
    document = composed(sample)
    assert not any("Financial implications" in sentence for sentence in document.missing)
    written = [block for block in document.blocks if isinstance(block, WrittenText) and block.written]
    assert [(block.section, block.publication, block.text) for block in written] == [
        ("introduction", "HC", "HC-6 is delayed."),
        ("financial", "", "It costs.\nA little."),
    ]
    assert written[1].number == "3.1" and "HC-6" in " ".join(written[0].warnings)
    assert "[Changed since this was written: " in plain(document)


def test_a_paper_is_a_draft_until_its_figures_are_fixed_and_late_news_does_not_alter_them(sample: Register) -> None:
    paper = find_paper(sample.conn, None, sample.today())
    assert (composed(sample).draft, composed(sample).foot) == (True, "DRAFT")
    sample.do(FixFigures(paper=paper))
    fixed = composed(sample)
    assert (fixed.draft, fixed.foot, fixed.missing) == (False, "Figures fixed on 18 September 2024", ())
    assert "DRAFT" not in plain(fixed) and "To be written" not in plain(fixed)
    sample.do(SetTrack(item=find_item(sample.conn, "MHD-8")[0], track=Track.DELAYED, reason="The SOP is late."))
    late = composed(sample)
    table = tables(late)["Status by publication"]
    assert cells(table) == cells(tables(fixed)["Status by publication"])
    assert any("news has come in of MHD-8;" in line for line in late.legend)


# -- markings


def test_a_publication_that_no_paper_reports_on_is_missing_and_one_of_another_paper_or_a_later_day_is_not(
    sample: Register,
) -> None:
    def shown() -> list[str]:
        return [one for one in composed(sample, "chair").missing if "in no paper" in one]

    assert shown() == []
    custody = str(sample.do(AddPublication(title="Custody", code="CI", published="August 2024")).created)
    assert shown() == []
    sample.do(AddItem(publication=custody, number="1", title="One"))
    assert shown() == ["CI is in no paper, and its items in none of the totals."]
    undated = str(sample.do(AddPublication(title="Stop and Search", code="SS")).created)
    sample.do(AddItem(publication=undated, number="1", title="One"))
    assert shown() == ["CI and SS are in no paper, and their items in none of the totals."]
    paper = find_paper(sample.conn, None, sample.today())
    sample.do(correct("paper", paper, date="31 July 2024"))
    assert shown() == ["SS is in no paper, and its items in none of the totals."]
    sample.do(correct("paper", paper, date="18 September 2024"))
    sample.do(AddPaper(title="Another", date="2 September 2024", publications=(custody,)))
    assert shown() == ["SS is in no paper, and its items in none of the totals."]
    sample.do(AddPaper(title="Of everything", date="3 September 2024"))
    assert shown() == []


def test_nothing_above_the_marking_goes_in_and_the_paper_bears_the_highest_of_what_it_prints(sample: Register) -> None:
    paper = find_paper(sample.conn, None, sample.today())
    item, other = find_item(sample.conn, "HC-6")[0], find_item(sample.conn, "HC-5")[0]
    assert composed(sample).marking == "OFFICIAL"
    secret, top = "The secret of the matter.", "OFFICIAL-SENSITIVE"
    sample.do(AddNote(items=(item,), text=secret, dated="18 September 2024", marking=top))
    assert composed(sample).marking == top and secret in plain(composed(sample))
    low = compose_at_most(sample, paper, load_form("progress"), max_marking="OFFICIAL")
    assert low.marking == "OFFICIAL" and secret not in plain(low)
    sample.do(correct("recommendation", other, marking=top))
    low = compose_at_most(sample, paper, load_form("progress"), max_marking="OFFICIAL")
    assert "HC-5" not in plain(low) and "diversity" not in plain(low)
    assert any("1 recommendation of these publications has a higher marking" in each for each in paragraphs(low))
    with pytest.raises(NotAllowed, match="OFFICIAL-SENSITIVE"):
        from store.papers.compose import compose

        row = papers(sample.conn)[0]
        compose(sample.conn, row, load_form("progress"), max_marking="OFFICIAL", today=sample.today())
    sample.do(correct("paper", paper, marking=top))
    with pytest.raises(NotAllowed, match="OFFICIAL"):
        compose_at_most(sample, paper, load_form("progress"), max_marking="OFFICIAL")


# -- the other forms


def test_open_recommendations_are_counted_aged_and_listed_with_their_positions(sample: Register) -> None:
    document = composed(sample, "open")
    found = paragraphs(document)
    assert "A total of 38 recommendations are open in 6 publications of this register." in found
    assert any(each.startswith("A total of 11 recommendations have been open for more than 2 years") for each in found)
    audit = cells(tables(document)["Crime Audit 2020: open recommendations"])
    assert [(row[0][:4], row[3]) for row in audit] == [
        (f"CA-{n}", "June 2025 (first not known, moved later at least once)") for n in range(2, 7)
    ]
    demand = cells(tables(document)["Mental Health Demand: open recommendations"])
    shared = next(row for row in demand if row[0].startswith("MHD-5 and MHD-6 "))
    assert shared[1:] == ["On track", "Reported above: recommendations 5, 6 and 7.", "none"]
    assert found.count("Recommendations 5, 6 and 7") == 1
    domestic = cells(tables(document)["Domestic Abuse: open recommendations"])
    assert domestic[1][0].startswith("DA-x2 to DA-x6 ") and domestic[1][2] == "no position recorded"


def test_a_plan_has_its_commitments_under_its_own_headings(sample: Register) -> None:
    plan = sample.conn.execute("SELECT id FROM publication WHERE code = 'CCP'").fetchone()[0]
    sample.do(AddPaper(title="The plan", date="4 December 2024", publications=(plan,), form="plan"))
    document = composed(sample, "plan")
    text = plain(document)
    for each in ("What will this do?", "Who will lead?", "When will we do it by?", "10a)", "During 2025"):
        assert each.casefold() in text.casefold(), each
    assert cells(tables(document)["Status by publication"])[0][1] == "5"
    assert "66" not in text
    progress = plain(composed(sample, "progress"))
    assert "This register has no recommendations of this publication." in progress
    assert "5 of another kind" in progress


def test_the_audit_form_rates_by_the_rule_that_it_prints(sample: Register) -> None:
    item, other = find_item(sample.conn, "HC-6")[0], find_item(sample.conn, "HC-10")[0]
    sample.do(MoveTarget(item=item, text="30 August 2024"))
    sample.do(MoveTarget(item=other, text="30 November 2024", delay="Waiting on the inspectorate"))
    document = composed(sample, "audit")
    hate = next(row for row in cells(tables(document)["Red, amber, green"]) if row[0] == "Hate Crime")
    assert hate == ["Hate Crime", "4", "1", "0", "0"]
    assert any(each.startswith("The rule: red is past its target") for each in paragraphs(document))
    assert cells(tables(document)["Outstanding past their date"])[0][:2] == [
        "HC-6 Third-party reporting",
        "30 August 2024",
    ]


def test_a_page_for_a_lead_has_what_is_theirs_and_needs_a_name(sample: Register) -> None:
    with pytest.raises(BadInput, match="--lead NAME"):
        composed(sample, "lead")
    document = composed(sample, "lead", lead="mental health taskforce")
    table = tables(document)["Open recommendations of Mental Health Taskforce"]
    assert len(table.rows) == 13 and cells(table)[0][2] == "September 2024"
    assert not any("DA-" in sentence for sentence in document.missing)


@pytest.mark.parametrize("name", sorted(form_names()))
def test_every_form_is_written_of_an_empty_register_and_of_a_publication_without_items(
    empty: Register, name: str
) -> None:
    with_paper(empty)
    lead = None
    if load_form(name).lead:
        plan = str(empty.do(AddPublication(title="A plan", kind=PublicationKind.PLAN)).created)
        empty.do(AddItem(publication=plan, number="1", title="One", leads=("C3",)))
        lead = "C3"
    assert plain(composed(empty, name, lead=lead))
    report = str(empty.do(AddPublication(title="A report")).created)
    empty.do(AddPaper(title="One", date="19 September 2024", publications=(report,)))
    assert plain(composed(empty, name, lead=lead))


# -- traps


TRAPS = (
    "a | b || c",
    "one\ntwo\n\n# three\n- four",
    "**bold** _it_ [a](http://b) <b>x</b> & {y}",
    "x" * 3000,
    "“q” ’ – †",
    "1. a",
    "=== ---",
)


@pytest.mark.parametrize("name", ["progress", "open", "audit"])
def test_texts_with_pipes_lines_markup_and_very_long_words_stay_in_their_places(empty: Register, name: str) -> None:
    report = str(empty.do(AddPublication(title="R | *report*", published="June 2021")).created)
    for n, trap in enumerate(TRAPS):
        title = " ".join(trap.split())[:150]
        item = str(
            empty.do(
                AddItem(publication=report, number=str(n + 1), title=title, text=trap, track=Track.DELAYED)
            ).created
        )
        empty.do(AddNote(items=(item,), text=trap, dated="18 September 2024", kind=NoteKind.POSITION))
        empty.do(AddAction(item=item, text=" ".join(trap.split())[:200], due="June 2025"))
    with_paper(empty)
    document = composed(empty, name)
    for table in tables(document).values():
        assert {len(row) for row in table.rows} <= {len(table.header)}
    if name == "progress":
        assert "x" * 3000 in plain(document)
    from store.papers.markdown import to_markdown

    for line in to_markdown(document).splitlines():
        assert not line.startswith("# three") and "<b>" not in line


def test_numbers_that_follow_one_another_are_a_range_from_four_on(sample: Register) -> None:
    assert ranges(["2", "3", "4", "5", "7", "8"]) == ["2 to 5", "7", "8"]
    assert ranges(["DA-x2", "DA-x3", "DA-x4", "DA-x5"]) == ["DA-x2 to DA-x5"]
    assert ranges(["10a", "10b", "11"]) == ["10a", "10b", "11"]
    seqs = [row[0] for row in sample.conn.execute("SELECT seq FROM recommendation WHERE code = 'CA' ORDER BY sort_key")]
    assert name_numbers(rows_at(sample.conn, seqs)) == "1 to 6"


def test_many_items_at_once_are_described_as_each_by_itself(sample: Register) -> None:
    from store.queries.describe_item import describe_item
    from store.queries.item_detail import item_detail

    items = [row[0] for row in sample.conn.execute("SELECT id FROM recommendation WHERE listed = 1")]
    for item, detail in item_details(sample.conn, items).items():
        one = item_detail(sample.conn, item)
        assert one is not None
        for key in ("overview", "submissions", "actions", "parts", "links"):
            here, alone = (
                [
                    (line.label, line.text, line.basis if line.basis in WEAKER else "")
                    for line in describe_item(each, key)[0].lines
                    if line.key != "source"
                ]
                for each in (detail, one)
            )
            assert here == alone, (detail.row.ref, key)


def test_texts_are_printed_of_items_that_share_a_note_and_of_those_of_which_nothing_is_reported(
    empty: Register,
) -> None:
    report = str(empty.do(AddPublication(title="A report", published="June 2021")).created)
    items = [
        str(empty.do(AddItem(publication=report, number=str(n), title=f"T{n}", text=f"The text of {n}.")).created)
        for n in range(1, 5)
    ]
    empty.do(AddNote(items=tuple(items[:2]), text="News of both.", dated="10 September 2024"))
    empty.do(AddNote(items=(items[1],), text="News of the second.", dated="11 September 2024"))
    empty.do(AddNote(items=(items[2],), text="Old news of the third.", dated="1 May 2023"))
    with_paper(empty, since="1 June 2024")
    found = paragraphs(composed(empty))
    start = found.index("Recommendations 1 and 2")
    assert [each for each in found[start:] if not each.startswith(("Status", "1: Status"))][:8] == [
        "Recommendations 1 and 2",
        "1: The text of 1.",
        "News of both.",
        "Recommendation 2: The text of 2.",
        "News of the second.",
        "Recommendation 3: The text of 3.",
        "Old news of the third. (of 1 May 2023; nothing newer is recorded)",
        "Recommendation 4: The text of 4.",
    ]
    assert "No position is reported. Status: not stated." in found


@pytest.mark.slow
def test_22_publications_and_600_items_are_composed_in_every_form(empty: Register) -> None:
    for _ in load_large(empty, 583):
        pass
    count = empty.conn.execute("SELECT count(*) FROM publication").fetchone()[0]
    for n in range(22 - count):
        report = str(empty.do(AddPublication(title=f"Report {n}", published="June 2024")).created)
        empty.do(AddItem(publication=report, number="1", title="One", track=Track.DELAYED))
    rest = 600 - empty.conn.execute("SELECT count(*) FROM recommendation WHERE counted = 1").fetchone()[0]
    for n in range(rest):
        empty.do(AddItem(publication=report, number=str(n + 2), title="More"))
    with_paper(empty)
    lead = empty.conn.execute(
        "SELECT y.shown_name FROM lead l JOIN party y ON y.id = l.party JOIN recommendation r ON r.id = l.recommendation "
        "WHERE r.status <> 'closed' AND y.shown_name IS NOT NULL LIMIT 1"
    ).fetchone()[0]
    for name in form_names():
        assert plain(composed(empty, name, lead=lead if name == "lead" else None))
    rows = cells(tables(composed(empty))["Status by publication"])
    assert len(rows) == 23 and rows[-1][1] == "600"
    for column in range(1, len(rows[0])):
        assert sum(int(row[column]) for row in rows[:-1]) == int(rows[-1][column])


def test_a_preview_takes_no_longer_than_a_keystroke_may(sample: Register) -> None:
    composed(sample)
    start = time.process_time()
    composed(sample)
    assert time.process_time() - start < 0.2


def test_delivered_items_and_stages_without_a_day_are_closed_without_being_named_discharged(empty: Register) -> None:
    report = str(empty.do(AddPublication(title="A report")).created)
    empty.do(
        AddItem(publication=report, number="1", title="One", stage=Stage.SUPERSEDED, basis=Basis.STATED, place="1")
    )
    with_paper(empty)
    row = cells(tables(composed(empty))["Status by publication"])[0]
    assert row[:3] == ["A report", "1", "1"]


def test_the_quarter_after_names_what_moved_and_what_was_only_discharged_since(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample.do(FixFigures(paper=find_paper(sample.conn, None, sample.today())))
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-12-04")
    reported = papers(sample.conn)[0].publications
    meeting = "SPA Policing Performance Committee"
    sample.do(AddPaper(title="Progress", date="4 December 2024", meeting=meeting, publications=reported))
    items = {name: find_item(sample.conn, name)[0] for name in ("HC-8", "MHD-7", "MHD-8")}
    sample.do(RecordReply(item=items["HC-8"], verdict=Verdict.DISCHARGED, dated="20 November 2024", who="HMICS"))
    sample.do(SetTrack(item=items["MHD-8"], track=Track.DELAYED, reason="The SOP waits."))
    sample.do(MoveTarget(item=items["MHD-7"], text="June 2025", reason="More work."))
    sample.do(AddNote(items=(items["MHD-8"],), text="News.", agreed_by="ACC", agreed="1 December 2024"))
    text = plain(composed(sample))
    since = "18 September 2024, when the figures of the paper before were fixed"
    assert f"2.2 No recommendation has been closed since {since}.\n" in text
    assert "- Discharged since, and counted as closed before: 1 (HC-8).\n" in text
    assert "- **Newly delayed: 1** (MHD-8: on track → delayed).\n" in text
    assert "- **Target moved later: 1** (MHD-7: January 2025 → June 2025).\n" in text
    assert "Discharged by HMICS since the last update, counted as closed before: Recommendation 8.\n" in text
    assert "News. *(agreed by ACC, 1 December 2024)*\n" in text
    assert "Status: delayed, because: The SOP waits; stage: in progress†\n" in text
    assert "*(of 18 September 2024; nothing newer is recorded)*" in text


def test_among_texts_in_our_words_those_of_the_source_and_guesses_are_marked(empty: Register) -> None:
    report = str(empty.do(AddPublication(title="A report", published="June 2021")).created)
    item = str(empty.do(AddItem(publication=report, number="1", title="T", text="It asks.", basis=Basis.OURS)).created)
    for text, basis in (("Ours.", Basis.OURS), ("Theirs.", Basis.STATED), ("A guess.", Basis.INFERRED)):
        empty.do(AddNote(items=(item,), text=text, dated="10 September 2024", kind=NoteKind.POSITION, basis=basis))
    empty.do(AddNote(items=(item,), text="Typed in.", dated="10 September 2024", kind=NoteKind.POSITION))
    with_paper(empty, since="1 June 2024")
    found = paragraphs(composed(empty))
    start = found.index("Texts below are in our words, not those of their source, unless they are marked.")
    assert "Recommendation 1: It asks." in found[start:]
    for each in ("Ours.", "Theirs. (as its source has it)", "A guess. (inferred)", "Typed in."):
        assert each in found[start:], each


def test_where_most_is_the_source_s_own_a_text_in_our_words_is_marked(empty: Register) -> None:
    report = str(empty.do(AddPublication(title="A report", published="June 2021")).created)
    item = str(
        empty.do(AddItem(publication=report, number="1", title="T", text="It asks.", basis=Basis.STATED)).created
    )
    for text, basis in (("Ours.", Basis.OURS), ("Theirs.", Basis.STATED)):
        empty.do(AddNote(items=(item,), text=text, dated="10 September 2024", kind=NoteKind.POSITION, basis=basis))
    with_paper(empty, since="1 June 2024")
    found = paragraphs(composed(empty))
    assert "Ours. (in our words)" in found and "Theirs." in found
    assert not any(each.startswith("Texts below") for each in found)


def test_under_a_table_of_counts_stands_how_many_follow_from_a_guess(sample: Register) -> None:
    guessed = (
        "† By how the status is known, worked out or inferred: 23 of the 28 under Closed, 4 of the 17 under On track "
        "and 20 of the 21 under Delayed."
    )
    for form in ("progress", "chair"):
        assert guessed in paragraphs(composed(sample, form))
    assert any("4 of the 17 under Ongoing – on track" in each for each in paragraphs(composed(sample, "open")))


def test_a_heading_does_not_stand_over_a_text_that_nobody_wrote_once_the_figures_are_fixed(sample: Register) -> None:
    paper = find_paper(sample.conn, None, sample.today())
    assert any("WHAT MEMBERS MAY ASK" in each for each in headings(composed(sample, "chair")))
    sample.do(FixFigures(paper=paper))
    assert not any("WHAT MEMBERS MAY ASK" in each for each in headings(composed(sample, "chair")))
    sample.do(WriteText(paper=paper, section="chair", text="Why is HC-6 open?"))
    assert any("WHAT MEMBERS MAY ASK" in each for each in headings(composed(sample, "chair")))


@pytest.mark.parametrize("form", form_names())
def test_every_place_for_a_text_says_in_a_draft_that_it_is_to_be_written(sample: Register, form: str) -> None:
    document = composed(sample, form, lead="C3" if form == "lead" else None)
    prompts = [block.prompt for block in document.blocks if isinstance(block, WrittenText)]
    assert all(re.fullmatch(r"To be written: [a-z][^.]*\.", prompt) for prompt in prompts), prompts


def test_a_prompt_of_a_persons_own_form_keeps_its_capitals(sample: Register, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(
        'title = "Mine"\n[[section]]\nkind = "text"\nsection = "one"\nheading = "HMICS findings"\n'
        '[[section]]\nkind = "text"\nsection = "two"\nheading = "Two"\nprompt = "What to ask."\n',
        encoding="utf-8",
    )
    form = read_form(tmp_path / "mine.toml")
    prompts = [block.prompt for block in composed(sample, form).blocks if isinstance(block, WrittenText)]
    assert prompts == ["To be written: HMICS findings.", "To be written: what to ask."]


def test_a_paper_that_is_to_fit_on_a_page_lists_few_of_many_changes_and_the_rest_as_a_number(sample: Register) -> None:
    open_items = [find_item(sample.conn, f"MHD-{number}")[0] for number in (*range(2, 9), *range(11, 15))]
    for item in open_items:
        sample.do(MoveTarget(item=item, text="June 2026", reason="As agreed."))
    sample.do(FixFigures(paper=find_paper(sample.conn, None, sample.today())))
    sample.do(AddPaper(date="11 December 2024", meeting="SPA Policing Performance Committee", title="Next"))
    for number, item in enumerate(open_items, 2):
        sample.do(MoveTarget(item=item, text=f"{number} March 2027", reason="It takes longer."))
        moved = [line for line in paragraphs(composed(sample, "chair")) if line.startswith("Target moved later")]
        shown = len(re.findall(r"March 2027", moved[0])) if moved else 0
        rest = re.search(r"; and (\d+) more\)", moved[0]) if moved else None
        assert (shown, rest and int(rest[1])) == ((number - 1, None) if number < 9 else (6, number - 7))
    long = [line for line in paragraphs(composed(sample, "progress")) if line.startswith("Target moved later")]
    assert len(re.findall(r"March 2027", long[0])) == 11


def test_what_a_commitment_is_linked_to_is_one_row_with_statuses(sample: Register) -> None:
    plan = sample.conn.execute("SELECT id FROM publication WHERE code = 'CCP'").fetchone()[0]
    sample.do(AddPaper(title="The plan", date="4 December 2024", publications=(plan,), form="plan"))
    rows = cells(tables(composed(sample, "plan"))["Links"])
    assert [row[0] for row in rows] == ["CCP-10", "CCP-11", "CCP-13"]
    assert rows[0][2].startswith("MHD-2† Oversight, partners and pathways") and "(on track)" in rows[0][2]
    assert "(delayed†)" in rows[1][2]
