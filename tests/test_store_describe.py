"""An item in words, once for every renderer: sections of labelled lines, each with how it is known and how it is
marked."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from store.commands import (
    AddAction,
    AddLink,
    AddNote,
    BelieveDone,
    Command,
    DescribeRegister,
    FinishAction,
    HandOver,
    MoveTarget,
    NothingNew,
    RecordReply,
    SetLeads,
    SetNextMove,
    SetTrack,
    SubmitEvidence,
)
from store.domain.field_types import Field, FieldType
from store.domain.fields import KINDS
from store.domain.references import find_item
from store.domain.vocabulary import ActionKind, NextMove, NoteKind, Track, Value, Verdict
from store.exchange.handover import hand_over
from store.log.change import WITHDRAWN, make_change
from store.log.describe_action import describe_action
from store.queries.describe import LabelledLine, format_line
from store.queries.describe_item import SECTIONS, describe_head, describe_item, describe_promised
from store.queries.item_detail import item_detail
from store.queries.rows import OTHER_FIELDS, ItemDetail
from store.register import Register
from tui.tables.items import item_row
from widgets.item_pane import overview, targets

TODAY = date(2024, 9, 18)


def whole(register: Register, reference: str) -> ItemDetail:
    """Everything of an item."""
    found = item_detail(register.conn, find_item(register.conn, reference)[0])
    assert found is not None
    return found


def lines_of(detail: ItemDetail, section: str) -> dict[str, LabelledLine]:
    """The lines of a section by their key."""
    return {line.key: line for line in describe_item(detail, section)[0].lines}


def test_a_line_has_its_label_its_text_how_it_is_known_and_where_in_the_source(sample: Register) -> None:
    lines = lines_of(whole(sample, "HC-6"), "overview")
    assert (lines["track"].label, lines["track"].text, lines["track"].basis) == ("On time?", "Delayed", "derived")
    theme = lines["theme"]
    assert (theme.label, theme.text, theme.basis, theme.place) == ("Theme", "Better Practice", "assigned", "2.5.2")
    assert lines["lead"].text == "none recorded" and lines["target"].text == "none"


def test_the_head_says_the_status_where_it_was_published_and_both_clocks(sample: Register) -> None:
    head = {line.key: line for line in describe_head(whole(sample, "CA-2"), TODAY)}
    assert head["publication"].details["published"] and head["publication"].details["age"].endswith(" ago")
    assert head["time-left"].text == "9 mo to its target"
    assert "time-left" not in {line.key for line in describe_head(whole(sample, "HC-6"), TODAY)}


def test_what_is_on_track_although_its_target_has_passed_is_marked_wherever_its_status_is(sample: Register) -> None:
    late, detail = date(2025, 3, 15), whole(sample, "MHD-13")
    sample.do(SetLeads(item=detail.row.id, leads=("C3",)))
    head = {line.key: line.text for line in describe_head(detail, late)}
    assert (head["status"], head["time-left"]) == ("■ On track, past its target", "5 mo late")
    assert {line.key: line.text for line in describe_head(detail, TODAY)}["status"] == "■ On track"
    assert item_row(detail.row, late).marks == " · past its target" and item_row(detail.row, TODAY).marks == ""
    assert "■ On track, past its target" in hand_over(sample.conn, "C3", late).text
    sample.do(SetTrack(item=detail.row.id, track=Track.DELAYED, reason="Staff left."))
    assert {line.key: line.text for line in describe_head(whole(sample, "MHD-13"), late)}["status"] == "▲ Delayed"


def test_the_overviews_second_line_is_what_the_inspectorate_last_replied_and_whose_action_it_is(
    sample: Register,
) -> None:
    def second(reference: str, line: int = 1) -> str:
        return format_line(describe_item(whole(sample, reference), "overview")[0].lines[line])

    assert second("HC-6") == "HMICS: remain open, date not known · action with us (in our words)"
    required = "Evidence that the existing arrangements have improved. (in our words)"
    assert second("HC-6", 2) == required
    assert second("CAM-2") == "since the March 2024 update, asking for closure; no reply recorded"
    assert second("CAM-1") == "none recorded, nor that anything was sent"
    assert not {"sent", "last-reply"} & set(lines_of(whole(sample, "CCP-10"), "overview"))
    assert second("CA-3").endswith(
        "action with the inspectorate, until its 2025 Crime Audit has taken place (inferred)"
    )
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(SubmitEvidence(items=(item,), asks="closure", sent="1 September 2024", note="More of it."))
    assert second("HC-6") == "HMICS: remain open, date not known · evidence sent since, no reply yet"
    assert "still-required" not in lines_of(whole(sample, "HC-6"), "overview")
    sample.do(RecordReply(item=item, verdict=Verdict.DISCHARGED, dated="12 September 2024", who="HMICS"))
    assert second("HC-6") == "HMICS: discharged, 12 September 2024"


def test_the_overview_names_the_promises_that_are_due_first_and_how_many_more_there_are(sample: Register) -> None:
    def promised() -> list[str]:
        return [format_line(line) for line in describe_promised(whole(sample, "CAM-1"))]

    respond = "Submit our response to HMICS. (in our words) · due in the coming weeks"
    assert promised() == [respond]
    assert format_line(lines_of(whole(sample, "CAM-1"), "overview")["promised"]) == respond
    item = whole(sample, "CAM-1").row.id
    sample.do(AddAction(item=item, text="Meet the board.", due="1 October 2024"))
    assert promised() == ["Meet the board. · due 1 October 2024", respond]
    sample.do(AddAction(item=item, text="Report.", due="May 2025"))
    sample.do(AddAction(item=item, text="Report again.", due="May 2026"))
    assert promised()[1:] == ["Report. · due May 2025", "Report again. · due May 2026 · 1 more"]


def test_sections_are_described_by_key_and_all_of_them_where_none_is_named(sample: Register) -> None:
    detail = whole(sample, "HC-6")
    assert [section.key for section in describe_item(detail)] == list(SECTIONS)
    (notes,) = describe_item(detail, "notes")
    assert notes.title == "Notes" and [line.id for line in notes.lines] == [note.id for note in detail.notes]


def test_what_came_back_is_described_under_what_was_sent(sample: Register) -> None:
    sent = lines_of(whole(sample, "CA-2"), "submissions")["submission"]
    reply = next(line for line in sent.under if line.key == "reply")
    assert sent.text == "sent, asking for a view (inferred)" and reply.text == "HMICS: remain open"
    assert {line.key: line.text for line in reply.under}["would_satisfy"] == "The findings of the 2025 Crime Audit."


def test_a_marking_is_a_detail_of_its_own_and_the_lowest_goes_without_saying(sample: Register) -> None:
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(AddNote(items=(item,), text="For few.", marking="OFFICIAL-SENSITIVE"))
    newest, *others = describe_item(whole(sample, "HC-6"), "notes")[0].lines
    assert newest.text == "For few." and newest.details["marking"] == "OFFICIAL-SENSITIVE"
    assert {note.details["marking"] for note in others} == {""}


def test_a_link_says_why_and_where_its_other_end_stands(sample: Register) -> None:
    item, other = (find_item(sample.conn, reference)[0] for reference in ("HC-2", "HC-6"))
    sample.do(AddLink(item=item, other=other, relation="depends-on", why="they share the centres"))
    (link,) = describe_item(whole(sample, "HC-2"), "links")[0].lines
    assert link.label == "depends on" and link.under[0].text == "they share the centres"
    assert format_line(link).endswith("▲ Delayed (worked out from the source) · Remain open, not closed yet")


def test_a_field_that_is_declared_shows_in_every_rendering_without_more(
    sample: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    priority = Field("Priority", FieldType.CHOICE, choices=("high", "low"))
    monkeypatch.setitem(OTHER_FIELDS, "priority", priority)
    item = find_item(sample.conn, "HC-6")[0]
    sample.do(SetLeads(item=item, leads=("C3",)))
    sample.do(AddAction(item=item, text="Send the response"))
    monkeypatch.setitem(KINDS["action"].editable, "priority", priority)
    detail = whole(sample, "HC-6")
    (action,) = detail.actions
    detail = replace(
        detail,
        fields=detail.fields | {"priority": Value("high", "inferred")},
        actions=(replace(action, fields=action.fields | {"priority": "low"}),),
    )
    line = lines_of(detail, "overview")["priority"]
    assert (line.label, line.text, line.basis) == ("Priority", "High", "inferred")
    assert lines_of(detail, "actions")["action"].details["priority"] == "priority: Low"
    pane = {shown.label: "".join(text for text, _ in shown.pieces) for shown in overview(detail)}
    assert pane["Priority"] == "High  (inferred)"
    assert any("priority: Low" in text for shown in targets(detail) for text, _ in shown.pieces)
    monkeypatch.setattr("store.exchange.handover.item_detail", lambda *_: detail)
    page = hand_over(sample.conn, "C3", TODAY).text
    assert "- **Priority**: High (inferred)\n" in page and "priority: Low" in page


def test_an_action_that_hands_items_over_says_how_many_from_whom_and_to_whom(sample: Register) -> None:
    items = [find_item(sample.conn, reference)[0] for reference in ("CAM-1", "CAM-4")]
    for item in items:
        sample.do(SetLeads(item=item, leads=("C3",)))
    done = sample.do_all([HandOver(item=item, lead="C3", to="Ann Heir") for item in items])
    assert done.summary == "2 items handed over from C3 to Ann Heir"
    one = sample.do(HandOver(item=items[0], lead="Ann Heir", to="C3"))
    assert one.summary == "CAM-1 handed over from Ann Heir to C3"


RAW = {FieldType.TARGET: {"text": "June 2025"}, FieldType.WHOLE: 3, FieldType.PRINTED: 3, FieldType.CHANGES: []}
"""What a field of a type stores, where that is not a text."""


def test_every_kind_and_every_field_has_a_wording(sample: Register) -> None:
    def sentence(kind: str, entity: str, values: dict[str, object], parents: tuple[str, ...] = ()) -> str:
        change = make_change(
            reason=None, salt="4" * 32,
            kind=kind, entity=entity, values={name: Value(value) for name, value in values.items()}, parents=parents, author="1" * 32,
            device="2" * 32, time="2024-09-18T09:30:00.000Z", action="3" * 32,
        )  # fmt: skip
        return describe_action(sample.conn, [change])

    for kind, declared in KINDS.items():
        entity = "0" * 32
        if kind == "recommendation":
            entity = find_item(sample.conn, "HC-6")[0]
        for name, field in declared.fields.items():
            value = RAW.get(field.type, field.choices[0] if field.choices else "Words of ours")
            for line in (
                sentence(kind, entity, {name: value}, ("a" * 32,)),
                sentence(kind, entity, {name: None}, ("a" * 32,)),
            ):
                assert not re.search(r"_|\bnone\b|\bNone\b|\{", line), f"{kind}, {name}: {line}"
        for withdrawn in (True, False):
            line = sentence(kind, entity, {WITHDRAWN: withdrawn}, ("a" * 32,))
            assert re.search(r"withdrawn|brought back", line) and "_" not in line, line
        names = [name for name in declared.fields if name not in declared.ends]
        line = sentence(kind, entity, {name: RAW.get(declared.fields[name].type, "Words of ours") for name in names})
        assert (line or kind == "link") and not re.search(r"_|\bnone\b|\{", line), f"{kind}: {line}"


def test_an_action_is_a_sentence_in_a_leads_words(sample: Register) -> None:
    cam1, hc2 = (find_item(sample.conn, ref)[0] for ref in ("CAM-1", "HC-2"))
    expected: list[tuple[Command, str]] = [
        (AddNote(items=(cam1,), text="Triage is live."), "CAM-1: note added: Triage is live."),
        (AddNote(items=(cam1,), text="The plan.", kind=NoteKind.EVIDENCE), "CAM-1: evidence note added: The plan."),
        (
            AddAction(item=cam1, text="A response.", due="31 October 2024", whose="C3"),
            "CAM-1: promise added: A response, due 31 October 2024, by C3",
        ),
        (
            AddAction(item=cam1, text="Sign-off.", kind=ActionKind.DEPENDENCY, whose="SPA"),
            "CAM-1: dependency added: Sign-off, waiting for SPA",
        ),
        (BelieveDone(item=cam1, believed=True), "CAM-1: believed done"),
        (BelieveDone(item=cam1, believed=False), "CAM-1: no longer believed done"),
        (SetTrack(item=cam1, track=Track.ON_TRACK), "CAM-1: Delayed → On track"),
        (SetNextMove(item=cam1, who=NextMove.US), "CAM-1: action with us"),
        (MoveTarget(item=cam1, text="June 2025"), "CAM-1: target set to June 2025"),
        (MoveTarget(item=cam1, text="", reason=""), "CAM-1: target removed, was June 2025"),
        (NothingNew(items=(cam1,)), "CAM-1: nothing new, 18 September 2024"),
        (AddLink(item=cam1, relation="supersedes", other=hc2), "HC-2 superseded by CAM-1"),
        (
            SubmitEvidence(items=(cam1,), asks="closure", sent="1 September 2024", note="More."),
            "CAM-1: evidence sent, 1 September 2024, asking for closure",
        ),
        (DescribeRegister(next_committee="3 December 2024"), "register: next committee set to 3 December 2024"),
    ]
    for command, sentence in expected:
        assert sample.do(command).summary == sentence
    (promise,) = sample.conn.execute("SELECT id FROM action WHERE text = 'A response.'").fetchone()
    assert sample.do(FinishAction(action=promise)).summary == "CAM-1: promise “A response.”, done, 18 September 2024"
