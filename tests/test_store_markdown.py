"""The readable Markdown: each item as it is described, what the source states quoted and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from store.commands import (
    AddNote,
    BelieveDone,
    MoveTarget,
    RecordReply,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SetOutcomes,
    SetTrack,
    correct,
)
from store.domain.field_types import Field, FieldType
from store.domain.references import find_item
from store.domain.vocabulary import Basis, LeadState, NextMove, Track, Value, Verdict
from store.exchange.as_markdown import escape
from store.exchange.export import export
from store.queries.filter import Filter
from store.queries.item_detail import item_detail, outcomes
from store.queries.rows import OTHER_FIELDS
from store.register import Register


def sections(register: Register, folder: Path, shown: Filter | None = None) -> dict[str, str]:
    """Every item and part as it is printed, by its reference."""
    out = folder / "out.md"
    export(register, out, shown or Filter(), force=True)
    text = out.read_text(encoding="utf-8").replace("\n## ", "\n### ")
    found = [section.lstrip("# ") for section in text.replace("\n#### ", "\n### ").split("\n### ")]
    return {section.split(" · ", 1)[0]: section for section in found}


def printed(register: Register, folder: Path, reference: str = "HC-6") -> str:
    """One item as it is printed."""
    return sections(register, folder)[reference]


def test_a_text_that_the_source_states_is_a_quotation_and_one_of_ours_is_not(sample: Register, tmp_path: Path) -> None:
    text = printed(sample, tmp_path)
    assert "**In our words**:\n\nWith partners, speed up" in text and "\n>" not in text
    assert "(in our words, 2.5.2):\n\nExisting TPR arrangements were reviewed" in text
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(correct("recommendation", item, text="Its own.", basis=Basis.STATED, place="2.5.2"))
    assert "**Recommendation**:\n\n> Its own.\n" in (text := printed(sample, tmp_path))
    assert "- **Source**: 2.5.2, which states: recommendation, addressed to, stage; the title is ours\n" in text
    sample.do(AddNote(items=(item,), text="First.\n# Second.", dated="18 September 2024", said_by="C3"))
    for basis, words in ((Basis.ASSIGNED, "our own label"), (Basis.DERIVED, "worked out from the source")):
        sample.do(correct("recommendation", item, text=f"Reads as {basis}.", basis=basis))
        text = printed(sample, tmp_path)
        assert f"**Recommendation** ({words}):\n\nReads as {basis}.\n" in text
        assert "**Newest position** · 18 September 2024 · said by C3:\n\nFirst.\n\\# Second.\n" in text
        assert "\n>" not in text
    sample.do(correct("recommendation", item, text="Typed in."))
    assert "**Recommendation**:\n\nTyped in.\n" in printed(sample, tmp_path)


def test_who_recorded_a_position_is_printed_where_nobody_else_stated_it(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(item,), text="Mine.", dated="18 September 2024", marking="OFFICIAL-SENSITIVE"))
    head = "**Newest position** · 18 September 2024 · OFFICIAL-SENSITIVE · recorded by Test Lead:\n\nMine.\n"
    assert head in printed(sample, tmp_path)


def test_leads_outcomes_and_what_is_believed_done_are_printed(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(SetLeads(item=item, leads=("C3", "Response")))
    sample.do(SetLeadState(item=item, lead="C3", state=LeadState("done"), role="writes the response"))
    sample.do(BelieveDone(item=item, believed=True, by="C3"))
    sample.do(SetOutcomes(item=item, outcomes=(outcomes(sample.conn)[0][0],)))
    text = printed(sample, tmp_path)
    assert "- **Lead**: C3 · writes the response, done\n- **Lead**: Response\n" in text
    assert "- 1 of 2 leads has done their part; of 1 it is not stated.\n" in text
    assert "- **Believed done**: by C3 · still open until it is agreed\n" in text
    assert f"- **Outcome**: {outcomes(sample.conn)[0][1]} (in our words)\n" in text


def test_target_reason_and_next_move_are_printed_with_the_first_target(sample: Register, tmp_path: Path) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(MoveTarget(item=item, text="June 2024"))
    sample.do(MoveTarget(item=item, text="December 2030", reason="It takes longer."))
    sample.do(SetTrack(item=item, track=Track.DELAYED, reason="Staff left."))
    sample.do(SetNextMove(item=item, who=NextMove.INSPECTORATE, until="the audit"))
    text = printed(sample, tmp_path)
    assert "- **On time?**: Delayed\n- **Reason**: Staff left.\n" in text
    assert "- **Action with**: The inspectorate, until the audit\n" in text
    assert "- **Moved later**: once\n- **First recorded**: June 2024" in text
    assert (
        "6 yr 3 mo to its target · theme Better Practice (our own label) · changed here 2024-09-18 · OFFICIAL\n" in text
    )
    assert "**Theme**" not in text


def test_what_came_back_is_printed_under_what_was_sent(sample: Register, tmp_path: Path) -> None:
    sent = printed(sample, tmp_path).split("**Submissions**\n\n")[1]
    assert sent.startswith(
        "- **May 2024**: sent, asking for closure\n  - Evidence proposing closure. (in our words)\n  - **↳ "
    )
    assert "    - **in short**: HMICS recommended that it remain open. (in our words)\n" in sent
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(RecordReply(item=item, verdict=Verdict.REMAIN_OPEN, words="Not yet.", dated="1 September 2024"))
    assert "  - **HMICS's words**: Not yet.\n" in printed(sample, tmp_path)


def test_a_field_that_is_declared_is_printed_without_more(
    sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(OTHER_FIELDS, "priority", Field("Priority", FieldType.CHOICE, choices=("high", "low")))
    found = item_detail(sample.conn, find_item(sample.conn, "HC-6")[0])
    assert found is not None
    detail = replace(found, fields=found.fields | {"priority": Value("high", "inferred", "2.5")})
    monkeypatch.setattr("store.exchange.as_markdown.item_detail", lambda *_: detail)
    assert "- **Priority**: High (inferred, 2.5)\n" in printed(sample, tmp_path)


def test_parts_are_printed_once(sample: Register, tmp_path: Path) -> None:
    below = sections(sample, tmp_path)
    assert "**Part" not in below["CCP-10"] + below["CCP-10a"]
    apart = sections(sample, tmp_path, Filter(publication=("CCP",), parts=True))
    assert "- **Part**: CCP-10a Staff trained" in apart["CCP-10"] and "- **Part of**: CCP-10\n" in apart["CCP-10a"]


def test_nothing_of_the_description_names_an_item_that_is_not_shown(sample: Register, tmp_path: Path) -> None:
    shown = "\n".join(sections(sample, tmp_path, Filter(publication=("CCP",))).values())
    assert "MHD-" not in shown


PIECES = [*"#*_-+=:|`~[](){}<>&!\\1.) aZé$^@;/", "&amp;", "<b>", "](x)", "http://a.b", "www.", "---", "2.3.1", "\u00a0"]
PLACES = (
    "{}",
    "- **On time?**: {}",
    "### HC-6 · {}",
    "> {}",
    "a {} b",
    "A line\n{}",
    "> A line\n> {}",
    "| {} |\n|---|",
)


def read_back(parser: MarkdownIt, source: str) -> tuple[list[str], list[str], set[str]]:
    """What a reader makes of Markdown: its blocks, the words of each, and of what kinds the parts of the words are."""
    tokens = parser.parse(source)
    inline = [token.children or [] for token in tokens if token.type == "inline"]
    words = ["".join(" " if part.type == "softbreak" else part.content for part in parts) for parts in inline]
    kinds = {part.type for parts in inline for part in parts}
    return [token.type for token in tokens], [" ".join(each.split()) for each in words], kinds


@pytest.mark.parametrize("place", PLACES)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@example("1.")
@example("\\")
@example("=== ")
def test_any_text_reads_as_it_was_written_wherever_it_is_set(place: str, text: str) -> None:
    line = " ".join(text.split())
    assume(line)
    parser = MarkdownIt("gfm-like", {"linkify": False})
    blocks, words, kinds = read_back(parser, place.format("WORD"))
    source = place.format(escape(line))
    found = read_back(parser, source)
    assert found[:2] == (blocks, [each.replace("WORD", line) for each in words]), source
    assert found[2] <= kinds | {"text_special"}, source


@pytest.mark.parametrize(
    "text",
    [
        "2.3.1, which states: stage (in our words)",
        "5 < 6 > 4, R&D, HC#6, a_b_c!",
        "-5 to +5; 10:30; = nothing else]",
        r"C:\folder",
    ],
)
def test_what_could_be_no_markup_is_not_escaped(text: str) -> None:
    assert escape(text) == text


def test_the_sample_has_no_backslash_in_its_markdown(sample: Register, tmp_path: Path) -> None:
    export(sample, tmp_path / "out.md", Filter())
    assert "\\" not in (tmp_path / "out.md").read_text("utf-8")
