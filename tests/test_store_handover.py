"""The hand-over page: the sample's facts by hand, and what may and may not be on it."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import HOSTILE, UNSAFE
from markdown_it import MarkdownIt

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    Command,
    DescribeRegister,
    FinishAction,
    MoveTarget,
    SetLeads,
    SetTrack,
    correct,
)
from store.domain.errors import BadInput, FileAlreadyExists, NotFound
from store.domain.references import find_item
from store.domain.vocabulary import ActionKind, ItemKind, NoteKind, Track
from store.exchange.handover import Page, find_lead, hand_over, save
from store.log.writer import ChangeWriter
from store.register import Register

MARKUP = {"link_open", "image", "html_block", "html_inline", "code_inline", "fence", "blockquote_open", "hr"}


@pytest.fixture(autouse=True)
def mid_january(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day is 15 January 2025."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2025-01-15")


def page(register: Register, lead: str = "C3") -> Page:
    """A lead's page today."""
    return hand_over(register.conn, lead, register.today())


def section(register: Register, reference: str, lead: str = "C3") -> str:
    """What a lead's page has about one open item."""
    text = page(register, lead).text
    assert f"### {reference} · " in text
    return text.split(f"### {reference} · ")[1].split("\n#")[0]


def led(register: Register, *references: str, lead: str = "C3") -> None:
    """Give items a lead, and no other."""
    for reference in references:
        register.do(SetLeads(item=find_item(register.conn, reference)[0], leads=(lead,)))


def order(register: Register, lead: str = "C3") -> list[str]:
    """The references of the open items, in the order of the page."""
    lines = page(register, lead).text.splitlines()
    return [line.split()[1] for line in lines if line.startswith("### ")]


# -- the sample, by hand


def test_the_page_of_c3_has_its_two_open_recommendations_and_its_numbers(sample: Register) -> None:
    shown = page(sample)
    assert (shown.lead, shown.marking, shown.open_recommendations, shown.open_commitments) == ("C3", "OFFICIAL", 2, 0)
    assert shown.text.startswith(
        "# Hand-over: C3\n\n**OFFICIAL** · HMICS improvement register · as it stood on 15 January 2025\n\n"
        "- Recommendations: 2 open (0 past target, 2 with something promised or planned) · 0 with the inspectorate · "
        "0 closed for the record.\n- Titles of items are short names given here"
    )
    assert shown.text.endswith("\n\n**OFFICIAL**\n")
    assert "ommitments" not in shown.text
    assert order(sample) == ["CAM-1", "CAM-4"]


def test_an_item_says_where_it_stands_and_what_is_not_known(sample: Register) -> None:
    shown = section(sample, "CAM-4")
    assert shown.startswith("Resolution Teams\n\nContact Assessment Model (CAM), September 2022, 2 yr 3 mo ago\n")
    status = "▲ Delayed (worked out from the source) · stage: collating evidence · believed done: by C3; still open until it is agreed"
    for label, text in (
        ("Status", status),
        ("Theme", "Better Practice (our own label)"),
        ("Target", "none recorded"),
        ("Action with", "not known"),
        ("What the inspectorate last said", "none recorded, nor that anything was sent"),
        ("What C3 does", "role not known; state not known; that this one leads: inferred"),
        ("Who else is on it", "none recorded"),
        ("Links", "none recorded"),
    ):
        assert f"\n- **{label}**: {text}\n" in shown + "\n"


def test_a_promise_without_a_day_says_what_was_said_where_and_how_long_ago(sample: Register) -> None:
    assert (
        "- **Promised or planned**:\n  - Submit our response to HMICS. (in our words) (due in the coming weeks; "
        "whose: Police Scotland (inferred); said 18 September 2024, 2.6.2, 3 mo ago)\n"
    ) in section(sample, "CAM-1")


def test_the_three_newest_notes_are_there_with_who_said_them_and_the_other_evidence_below(sample: Register) -> None:
    shown = section(sample, "CAM-4")
    newest = "18 September 2024 · position · said by C3: C3 considers it closed. (in our words)"
    assert f"- **Newest notes, 3 of 5**:\n  - {newest}\n" in shown
    assert shown.count("  - 18 September 2024 · ") == 3
    where = shown.split("**Where the evidence lies**:\n")[1].split("\n- **")[0]
    assert where.startswith("  - 1 note of evidence above\n  - 18 September 2024: RT working practices were reviewed.")


def test_who_else_is_on_it_is_named_with_role_and_state(sample: Register) -> None:
    expected = (
        "Local Policing: also responsible: manages the appointments and delivers the service (in our words); "
        "state not known; that this one leads: inferred"
    )
    assert f"- **Who else is on it**:\n  - {expected}\n" in section(sample, "CAM-1")


def test_the_newest_reply_is_told_with_its_words_and_what_would_satisfy(sample: Register) -> None:
    led(sample, "CA-2", "HC-10")
    shown = section(sample, "CA-2")
    assert (
        "- **What the inspectorate last said**: HMICS, on a day not known (at least 3 mo ago): **Remain open**. In "
        "short: HMICS will inspect progress further in its 2025 Crime Audit; keep the action open until those findings "
        "are out. (in our words) Evidence still required: The findings of the 2025 Crime Audit. (inferred) "
        "that it belongs here: inferred.\n"
    ) in shown
    assert (
        "- **Action with**: The inspectorate, until the findings of its 2025 Crime Audit are published (inferred)\n"
        in shown
    )
    assert "no reply to it" not in shown
    sent = "  - sent July 2024 (at least 5 mo ago), asking for a view (inferred), no reference recorded: Evidence for"
    assert sent in shown
    assert "**More evidence sought**" in section(sample, "HC-10")


def test_a_target_says_that_its_first_is_not_known_and_how_often_it_moved(sample: Register) -> None:
    led(sample, "CA-2")
    first = "June 2025; read as 1 June 2025 to 30 June 2025; 5 mo left at the most; the first is not known; "
    assert f"- **Target**: {first}moved later at least once; reason: HMICS" in section(sample, "CA-2")
    sample.do(MoveTarget(item=find_item(sample.conn, "CA-2")[0], text="December 2025", reason="Staff moved."))
    again = "11 mo left at the most; the first is not known; moved later at least 2 times; reason: Staff moved."
    assert f"- **Target**: December 2025; read as 1 December 2025 to 31 December 2025; {again}\n" in section(
        sample, "CA-2"
    )


def test_what_is_with_the_inspectorate_and_what_is_closed_are_listed_apart_and_counted(sample: Register) -> None:
    led(sample, "HC-8", "HC-3", "CAM-2")
    shown = page(sample).text
    assert (
        "2 open (0 past target, 2 with something promised or planned) · 2 with the inspectorate · 1 closed for the record."
        in shown
    )
    sent = shown.split("## Recommendations with the inspectorate\n\n")[1].split("\n## ")[0]
    assert sent.splitlines()[:2] == [
        "- CAM-2 · Training for service advisors: sent since the March 2024 update (at least 3 mo ago), asking for closure",
        "- HC-8 · National guidance on hate crime: sent since the March 2024 update (inferred) (at least 3 mo ago), "
        "asking for closure, that it belongs here: inferred",
    ]
    closed = shown.split("## Closed recommendations\n\n")[1]
    assert closed.startswith(
        "- HC-3 · Dedicated hate crime unit: Discharged (inferred) · since the March 2024 update\n"
    )


def test_commitments_stand_apart_from_recommendations(sample: Register) -> None:
    led(sample, "CCP-12", "CCP-13")
    shown = page(sample)
    assert (shown.open_recommendations, shown.open_commitments) == (2, 2)
    assert "- Commitments: 2 open (0 past target, 0 with something promised or planned)" in shown.text
    assert (
        shown.text.index("## Open recommendations")
        < shown.text.index("### CAM-1")
        < shown.text.index("## Open commitments")
    )
    assert shown.text.index("## Open commitments") < shown.text.index("### CCP-12")
    assert "**Who closes it**: the partnership group" in shown.text
    assert "What the inspectorate last said" not in section(sample, "CCP-12")


def test_a_part_with_the_lead_is_shown_and_not_counted(sample: Register) -> None:
    led(sample, "CCP-10a", lead="SAS Training")
    shown = page(sample, "SAS Training")
    assert (shown.open_recommendations, shown.open_commitments) == (0, 0)
    assert "- **Part of**: CCP-10\n" in shown.text
    assert "Commitments: 0 open" in shown.text and "are not counted" in shown.text


# -- the order


def test_the_item_with_the_earliest_day_of_target_or_promise_comes_first(sample: Register) -> None:
    led(sample, "HC-6", "HC-13", "CAM-3")
    entity = {ref: find_item(sample.conn, ref)[0] for ref in ("CAM-4", "HC-6", "HC-13")}
    sample.do(MoveTarget(item=entity["HC-13"], text="1 January 2025"))
    sample.do(AddAction(item=entity["HC-6"], text="Write to HMICS.", due="3 February 2025"))
    sample.do(SetTrack(item=entity["CAM-4"], track=Track.ON_TRACK))
    assert order(sample) == ["HC-13", "HC-6", "CAM-1", "CAM-3", "CAM-4"]
    assert "- **Target**: 1 January 2025; **past by 14 days**\n" in section(sample, "HC-13")
    assert "5 open (1 past target, " in page(sample).text


def test_a_promise_whose_day_has_passed_says_so_and_one_that_is_done_is_gone(sample: Register) -> None:
    entity = find_item(sample.conn, "HC-6")[0]
    led(sample, "HC-6")
    made = sample.do(
        AddAction(item=entity, text="Write to HMICS.", due="31 December 2024", whose="C3", said="May 2024")
    )
    expected = (
        "Write to HMICS. (due 31 December 2024, **past by 15 days**; whose: C3; said May 2024, at least 7 mo ago)"
    )
    assert f"- **Promised or planned**:\n  - {expected}\n" in section(sample, "HC-6")
    sample.do(FinishAction(action=str(made.created)))
    assert "- **Promised or planned**: none recorded\n" in section(sample, "HC-6")


def test_what_an_item_waits_on_is_not_counted_as_promised(sample: Register) -> None:
    led(sample, "HC-6")
    entity = find_item(sample.conn, "HC-6")[0]
    sample.do(AddAction(item=entity, kind=ActionKind.DEPENDENCY, text="The national system."))
    shown = section(sample, "HC-6")
    assert (
        "- **Promised or planned**: none recorded\n- **Waits on**:\n  - The national system. (due not known; " in shown
    )
    assert "3 open (0 past target, 2 with something promised or planned)" in page(sample).text


# -- evidence cited by name


class Cite(Command):
    """Cites a file in a note."""

    note: str
    values: dict[str, object]
    place: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        """One citation, and where it lies."""
        cited = writer.create("citation", {"note": self.note, **self.values})
        if self.place:
            writer.create("location", {"citation": cited, "place": self.place})


def test_a_file_that_a_note_cites_is_named_with_its_place(sample: Register) -> None:
    entity = find_item(sample.conn, "CAM-1")[0]
    note = str(sample.do(AddNote(items=(entity,), kind=NoteKind.EVIDENCE, text="The report.")).created)
    values: dict[str, object] = {
        "name": "report.docx",
        "reference": "C3/24/7",
        "sha256": "ab" * 32,
        "marking": "OFFICIAL",
    }
    sample.do(Cite(note=note, values=values, place="Records, box 4"))
    expected = "file: report.docx, reference C3/24/7, at Records, box 4, OFFICIAL, SHA-256 begins abababababababab"
    assert f"- **Where the evidence lies**:\n  - {expected}\n  - 1 note of evidence above\n" in section(sample, "CAM-1")
    sample.do(Cite(note=note, values={"name": "secret.docx", "marking": "OFFICIAL-SENSITIVE"}))
    assert "file: secret.docx, place not known, OFFICIAL-SENSITIVE\n" in section(sample, "CAM-1")
    assert page(sample).marking == "OFFICIAL-SENSITIVE"


# -- marking


def test_the_page_is_marked_as_the_highest_of_what_is_on_it_at_its_head_and_foot(sample: Register) -> None:
    entity = find_item(sample.conn, "CAM-1")[0]
    sample.do(AddNote(items=(entity,), text="Not for everybody.", marking="OFFICIAL-SENSITIVE"))
    shown = page(sample)
    assert shown.marking == "OFFICIAL-SENSITIVE"
    assert shown.text.count("**OFFICIAL-SENSITIVE**") == 2
    assert "OFFICIAL-SENSITIVE: Not for everybody." in shown.text


def test_what_is_not_on_the_page_does_not_mark_it(sample: Register) -> None:
    entity = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", entity, marking="OFFICIAL-SENSITIVE"))
    assert page(sample).marking == "OFFICIAL"
    sample.do(AddLink(item=find_item(sample.conn, "CAM-1")[0], relation="depends-on", other=entity))
    assert page(sample).marking == "OFFICIAL-SENSITIVE"
    assert "  - depends on HC-6 · Third-party reporting" in section(sample, "CAM-1")


def test_a_whole_register_marked_higher_marks_every_page(sample: Register) -> None:
    sample.do(DescribeRegister(marking="OFFICIAL-SENSITIVE"))
    assert page(sample).marking == "OFFICIAL-SENSITIVE"


# -- text


def test_a_long_note_is_cut_at_the_end_of_a_sentence_and_says_so(sample: Register) -> None:
    entity = find_item(sample.conn, "CAM-1")[0]
    sample.do(AddNote(items=(entity,), text="A sentence of words. " * 100))
    shortened = next(line for line in section(sample, "CAM-1").splitlines() if "A sentence" in line)
    assert shortened.endswith("A sentence of words. …")
    assert 500 < len(shortened) < 700


@pytest.mark.slow
def test_nothing_that_is_recorded_is_markup_on_the_page(empty: Register) -> None:
    marks = ["# head", "- list", "1. one", "> quote", "[a](http://b)", "<b>x</b>", "**bold**", "`code`", "![i](j)"]
    where = str(empty.do(AddPublication(title="# Plan", code="PL", published="June 2021")).created)
    for n, text in enumerate(["plain", *marks, *HOSTILE]):
        nasty = text.encode("utf-8", "replace").decode()
        if not nasty.strip():
            continue
        name = f"Lead {n}"
        entity = str(empty.do(AddItem(publication=where, number=str(n + 1), title=nasty[:400], leads=(name,))).created)
        empty.do(AddNote(items=(entity,), text=f"{nasty}\n\n{nasty}", said_by=nasty[:400]))
        empty.do(AddAction(item=entity, text=nasty, due="June 2025", whose=nasty[:400]))
        shown = page(empty, name).text
        assert not UNSAFE.search(shown.replace("\n", ""))
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(shown)
        kinds = [token.type for token in tokens] + [c.type for token in tokens for c in token.children or []]
        assert kinds.count("heading_open") == 3
        assert not MARKUP & set(kinds), text
        assert kinds.count("strong_open") == 14, text


def test_what_was_left_out_of_this_copy_is_said_to_be(empty: Register, tmp_path: Path) -> None:
    where = str(empty.do(AddPublication(title="Hate Crime", published="June 2021")).created)
    one, other = (
        str(empty.do(AddItem(publication=where, number=number, title="Report", leads=("Ann",))).created)
        for number in ("6", "7")
    )
    empty.do(AddNote(items=(one,), text="A secret."))
    empty.do(AddAction(item=one, text="A secret."))
    empty.do(AddLink(item=one, relation="depends-on", other=other))
    hidden = [
        replace(change, body=None, salt=None) if change.kind in ("note", "action", "link") else change
        for change in empty.log.all()
    ]
    copy = Register.create(tmp_path / "copy.fairlead")
    copy.apply(hidden)
    shown = section(copy, "HC-6", "Ann")
    assert "- **Newest notes, 1 of 1**:\n  - left out of this copy\n" in shown
    assert "- **Promised or planned**:\n  - left out of this copy\n" in shown
    assert "- **Links**:\n  - tied to HC-7 · Report · ○ Not stated\n" in shown
    assert "0 with something promised" in page(copy, "Ann").text
    copy.close()


# -- whose


def test_a_lead_is_found_in_any_case_and_an_unknown_one_is_an_error_with_names(sample: Register) -> None:
    assert find_lead(sample.conn, " mental health TASKFORCE ") == "Mental Health Taskforce"
    assert find_lead(sample.conn, "nhs-24") == "NHS 24"
    with pytest.raises(NotFound, match="Did you mean Mental Health Taskforce"):
        find_lead(sample.conn, "Mental Helth Taskforce")
    with pytest.raises(NotFound, match="Did you mean C3 or HSCPs"):
        find_lead(sample.conn, "zzz")
    with pytest.raises(NotFound):
        find_lead(sample.conn, "")


def test_a_body_that_leads_nothing_any_more_has_no_page(sample: Register) -> None:
    led(sample, "CAM-1", lead="C3")
    with pytest.raises(NotFound, match="Local Policing"):
        page(sample, "Local Policing")


def test_a_lead_with_only_commitments_has_no_line_for_recommendations(empty: Register) -> None:
    where = str(empty.do(AddPublication(title="Plan", code="PL")).created)
    empty.do(AddItem(publication=where, number="1", title="Train", kind=ItemKind.COMMITMENT, leads=("Ann",)))
    assert "ecommendations" not in page(empty, "Ann").text


# -- to a file


def test_a_page_is_written_whole_and_never_over_a_file_unasked(sample: Register, tmp_path: Path) -> None:
    out = tmp_path / "C3.md"
    shown = page(sample)
    done = save(shown, out)
    assert out.read_text(encoding="utf-8") == shown.text
    assert done.sha256 == hashlib.sha256(out.read_bytes()).hexdigest() and done.size == out.stat().st_size
    out.write_text("mine")
    with pytest.raises(FileAlreadyExists):
        save(shown, out)
    assert out.read_text() == "mine"
    save(shown, out, force=True)
    assert out.read_text(encoding="utf-8") == shown.text
    assert not list(tmp_path.glob(".fairlead-*"))


def test_a_page_is_only_written_to_a_name_that_ends_in_md(sample: Register, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"\.md"):
        save(page(sample), tmp_path / "other.sqlite", force=True)
