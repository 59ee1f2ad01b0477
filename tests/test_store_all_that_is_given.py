"""What a command is given is recorded, all of it and as it was meant; what is left empty is recorded as nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from registers import item, publication, refused, row

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    BelieveDone,
    CiteEvidence,
    Command,
    CorrectNote,
    DescribeRegister,
    HandOver,
    MoveTarget,
    RecordReply,
    SaveView,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SetStage,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.commands.items import recorded_number
from store.domain.errors import BadInput, NotAllowed
from store.domain.vocabulary import (
    ActionKind,
    Basis,
    ClosedBy,
    ItemKind,
    LeadState,
    NextMove,
    NoteKind,
    PublicationKind,
    Stage,
    Track,
    Verdict,
)
from store.register import Register

pytest_plugins = ["registers"]

Row = dict[str, Any]
HIGH = "OFFICIAL-SENSITIVE"


def only(register: Register) -> str:
    return str(register.conn.execute("SELECT id FROM recommendation WHERE number = '6'").fetchone()[0])


def evidence(register: Register) -> str:
    return str(register.do(AddNote(items=(only(register),), kind=NoteKind.EVIDENCE, text="The survey.")).created)


def theme(register: Register) -> str:
    return str(register.do(AddTheme(name="Governance")).created)


GIVEN: dict[str, tuple[str, Callable[[Register], Command], Row]] = {
    "a publication": (
        "publication",
        lambda r: AddPublication(
            title="Custody", code="cu", publisher="HMICS", kind=PublicationKind.PLAN, published="June 2020", marking=HIGH,
            stated_total="12 in all", last_update="May 2024", stated_updates="5", closed_by=ClosedBy.INSPECTORATE,
        ),
        {
            **{"title": "Custody", "code": "CU", "publisher": "HMICS", "kind": "plan", "published": "June 2020"},
            **{"published_earliest": "2020-06-01", "published_latest": "2020-06-30", "marking": HIGH},
            **{"stated_total": "12 in all", "stated_total_number": 12, "last_update_latest": "2024-05-31"},
            **{"stated_updates": "5", "closed_by": "inspectorate"},
        },
    ),
    "an item": (
        "recommendation",
        lambda r: AddItem(
            publication=publication(r, "Custody"), number="9", title="Nine", text="Do it.", addressed_to="The chief",
            theme=theme(r), track=Track.ON_TRACK, stage=Stage.COLLATING, target="June 2025", marking=HIGH,
            kind=ItemKind.COMMITMENT, leads=("C3", "Custody"),
        ),
        {
            **{"number": "9", "title": "Nine", "text": "Do it.", "addressed_to": "The chief", "theme_name": "Governance"},
            **{"track": "on-track", "stage": "collating-evidence", "target": "June 2025", "target_latest": "2025-06-30"},
            **{"marking": HIGH, "kind": "commitment", "leads": "C3\nCustody", "label": None},
        },
    ),
    "an item without a number": (
        "recommendation",
        lambda r: AddItem(publication=publication(r, "Custody"), title="Nine", label="y7"),
        {"number": None, "label": "y7", "reference": "CUS-y7", "kind": "recommendation", "text": None, "theme": None},
    ),
    "a theme": (
        "theme",
        lambda r: AddTheme(name="Learning", definition="What was learned", position=7, publication=publication(r, "A")),
        {"name": "Learning", "definition": "What was learned", "position": 7},
    ),
    "a note": (
        "note",
        lambda r: AddNote(
            items=(only(r),), kind=NoteKind.RISK, text="Said.", dated="May 2024", said_by="The chief", marking=HIGH
        ),
        {
            **{"kind": "risk", "text": "Said.", "dated": "May 2024", "dated_earliest": "2024-05-01", "marking": HIGH},
            "said_by": "The chief",
        },
    ),
    "a dependency": (
        "action",
        lambda r: AddAction(
            item=only(r), kind=ActionKind.DEPENDENCY, text="Sign.", due="May 2025", said="1 May 2024", where="2.4",
            whose="COPFS", since="1 June", marking=HIGH,
        ),
        {
            **{"kind": "dependency", "text": "Sign.", "due": "May 2025", "due_latest": "2025-05-31", "whose": "COPFS"},
            **{"due_said": "1 May 2024", "due_where": "2.4", "since_latest": "2024-06-01", "marking": HIGH, "done": None},
        },
    ),
    "a promise without a day": (
        "action",
        lambda r: AddAction(item=only(r), text="Write."),
        {"kind": "promise", "due": None, "due_said": None, "whose": None, "since": None, "marking": "OFFICIAL"},
    ),
    "evidence sent": (
        "submission",
        lambda r: SubmitEvidence(
            items=(only(r),), sent="May 2024", asks="view", reference="IMP/24", text="The letter.", note="It shows.",
            marking=HIGH,
        ),
        {
            **{"sent": "May 2024", "sent_latest": "2024-05-31", "asks": "view", "reference": "IMP/24"},
            **{"text": "The letter.", "marking": HIGH},
        },
    ),
    "a reply": (
        "reply",
        lambda r: RecordReply(
            item=only(r), dated="May 2024", verdict=Verdict.PARTLY, who="The chief", words="Not all.", marking=HIGH,
            would_satisfy="Figures.", discharges="The forms.", next_move=NextMove.OTHER, until="its audit",
        ),
        {
            **{"dated": "May 2024", "verdict": "partly-discharged", "who": "The chief", "words": "Not all."},
            **{"would_satisfy": "Figures.", "discharges": "The forms.", "next_move": "other", "marking": HIGH},
            "next_move_until": "its audit",
        },
    ),
    "a citation": (
        "citation",
        lambda r: CiteEvidence(note=evidence(r), name="F.pdf", reference="IMP/24", sha256="a" * 64, size=7, marking=HIGH),
        {"name": "F.pdf", "reference": "IMP/24", "sha256": "a" * 64, "size": 7, "marking": HIGH, "embedded": None},
    ),
    "a link": (
        "link",
        lambda r: AddLink(item=only(r), relation="depends-on", other=item(r, "8"), why="It needs it."),
        {"relation": "depends-on", "why": "It needs it."},
    ),
    "a view": (
        "view",
        lambda r: SaveView(name="Late", query="target:past", sort="-target", columns="ref target"),
        {"name": "Late", "query": "target:past", "sort": "-target", "columns": "ref target"},
    ),
    "a view of everything": ("view", lambda r: SaveView(name="All"), {"query": None, "sort": "ref", "columns": None}),
    "the register": (
        "register",
        lambda r: DescribeRegister(
            title="Ours", marking=HIGH, day="2024-09-01", next_committee="4 February 2025", aged_after=3, stale_after=30,
            delay_kinds="Staff moved", embed_limit=9,
        ),
        {
            **{"title": "Ours", "marking": HIGH, "day": "2024-09-01", "next_committee_latest": "2025-02-04"},
            **{"aged_after": 3, "stale_after": 30, "delay_kinds": "Staff moved", "embed_limit": 9},
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", GIVEN)
def test_all_that_a_command_is_given_is_recorded(what: str, here: Register) -> None:
    kind, command, wanted = GIVEN[what]
    item(here)
    here.do(command(here))
    (entity,) = here.conn.execute(f"SELECT id FROM {kind} ORDER BY rowid DESC").fetchone()
    found = row(here, kind, entity)
    assert {name: found[name] for name in wanted} == wanted


OF_AN_ITEM: dict[str, tuple[Callable[[str], Command], Row]] = {
    "a target": (
        lambda i: MoveTarget(item=i, text="June 2025", said="1 May 2024", where="2.4", condition="the new system"),
        {
            **{"target": "June 2025", "target_earliest": "2025-06-01", "target_latest": "2025-06-30"},
            **{"target_said": "1 May 2024", "target_where": "2.4", "target_condition": "the new system"},
        },
    ),
    "a target in words": (
        lambda i: MoveTarget(item=i, text="after the audit", earliest="2025-01-01", latest="2025-03-31"),
        {
            **{"target": "after the audit", "target_earliest": "2025-01-01", "target_latest": "2025-03-31"},
            **{"target_said": None, "target_where": None, "target_condition": None},
        },
    ),
    "believed done": (
        lambda i: BelieveDone(item=i, believed=True, by="C3"),
        {"believed_done": "yes", "believed_done_by": "C3"},
    ),
    "a next move": (
        lambda i: SetNextMove(item=i, who=NextMove.OTHER, until="its audit"),
        {"next_move": "other", "next_move_until": "its audit"},
    ),
    "a stage": (
        lambda i: SetStage(
            item=i, stage=Stage.DISCHARGED, reached="30 June", by="HMICS", basis=Basis.STATED, place="1"
        ),
        {"stage": "discharged", "stage_day": "30 June 2024", "stage_by": "HMICS", "track": None},
    ),
}


@pytest.mark.parametrize("what", OF_AN_ITEM)
def test_all_that_is_said_of_an_item_is_recorded(what: str, here: Register) -> None:
    command, wanted = OF_AN_ITEM[what]
    entity = item(here)
    here.do(command(entity))
    found = row(here, "recommendation", entity)
    assert {name: found[name] for name in wanted} == wanted


def test_the_same_words_of_a_due_day_mean_what_they_meant_when_a_promise_is_corrected(
    here: Register, day: Callable[[str], None]
) -> None:
    entity = item(here)
    here.do(AddAction(item=entity, text="Write.", due="30 June", said="1 May 2024", where="2.4"))
    (action,) = here.conn.execute("SELECT id FROM action").fetchone()
    day("2025-09-18")
    here.do(correct("action", action, text="Write again.", due="30 June 2025", since="30 June"))
    found = row(here, "action", action)
    assert (found["text"], found["due_latest"], found["since_latest"]) == ("Write again.", "2025-06-30", "2025-06-30")
    here.do(correct("action", action, due="31 July"))
    found = row(here, "action", action)
    assert (found["due_latest"], found["due_said"], found["due_where"]) == ("2026-07-31", "1 May 2024", "2.4")
    number = here.newest()
    day("2027-09-18")
    here.do(correct("action", action, due=found["due"]))
    assert here.newest() == number


def test_what_was_cited_and_withdrawn_may_be_cited_again(here: Register) -> None:
    item(here)
    cites = CiteEvidence(note=evidence(here), name="Figures.pdf")
    citation = here.do(cites).created or ""
    refused(here, cites, NotAllowed, "cited on that note already")
    here.do(Withdraw(kind="citation", entity=citation))
    here.do(cites)
    assert here.conn.execute("SELECT count(*) FROM citation WHERE withdrawn = 0").fetchone() == (1,)


def test_a_part_belongs_to_an_item_of_its_own_publication_that_is_no_part_itself(here: Register) -> None:
    six = item(here)
    where = here.conn.execute("SELECT id FROM publication").fetchone()[0]
    other = publication(here, "Custody")
    part = here.do(AddItem(publication=where, number="6a", part_of=six, title="A part")).created or ""
    refused(here, AddItem(publication=where, number="6b", part_of=part, title="Two"), BadInput, "is a part itself")
    refused(here, AddItem(publication=other, number="1", part_of=six, title="Two"), BadInput, "its own publication")
    seven = item(here, "7")
    for whole, words in ((part, "is a part itself"), (seven, "cannot be a part")):
        refused(here, correct("recommendation", seven, part_of=whole), BadInput, words)
    refused(here, correct("recommendation", six, part_of=seven), BadInput, "with parts of its own")
    here.do(Withdraw(kind="recommendation", entity=part))
    here.do(correct("recommendation", six, part_of=seven))
    assert row(here, "recommendation", six)["part_of"] == seven


def test_part_of_an_item_is_discharged_only_where_it_is_named(here: Register) -> None:
    entity = item(here)
    for discharges in (None, "", "  "):
        reply = RecordReply(item=entity, dated="May 2024", verdict=Verdict.PARTLY, discharges=discharges)
        refused(here, reply, BadInput, "Say which part")
    for words in (None, "", "  "):
        reply = RecordReply(item=entity, dated="May 2024", verdict=Verdict.NOT_ADOPTED, words=words)
        refused(here, reply, BadInput, "only with the inspectorate's own words")


def test_a_note_that_is_corrected_stays_on_all_that_it_was_on_and_keeps_what_was_not_corrected(here: Register) -> None:
    six, seven = item(here), item(here, "7")
    where = here.conn.execute("SELECT id FROM publication").fetchone()[0]
    about = {"items": (six, seven), "publication": where, "theme": theme(here)}
    note = here.do(AddNote(**about, text="Said.", dated="May 2024", said_by="The chief", marking=HIGH)).created or ""
    here.do(CorrectNote(note=note, text="Said better."))
    query = "SELECT id FROM note WHERE withdrawn = 0"
    ((new,),) = here.conn.execute(query).fetchall()
    found = row(here, "note", new)
    assert (found["text"], found["dated_earliest"], found["said_by"], found["marking"]) == (
        *("Said better.", "2024-05-01", "The chief", HIGH),
    )
    ends = "SELECT recommendation, publication, theme FROM note_on WHERE note = ?"
    assert set(here.conn.execute(ends, (new,))) == {
        *((six, None, None), (seven, None, None), (None, where, None), (None, None, about["theme"])),
    }
    association = here.conn.execute(
        "SELECT id FROM note_on WHERE note = ? AND recommendation = ?", (new, seven)
    ).fetchone()[0]
    here.do(Withdraw(kind="note_on", entity=association))
    here.do(CorrectNote(note=new, dated="June 2024", said_by=""))
    ((newest,),) = here.conn.execute(query).fetchall()
    found = row(here, "note", newest)
    assert (found["text"], found["dated"], found["said_by"]) == ("Said better.", "June 2024", None)
    assert set(here.conn.execute(ends, (newest,))) == {
        *((six, None, None), (None, where, None), (None, None, about["theme"])),
    }


@pytest.mark.parametrize(
    ("number", "recorded"), [("1", "AFD1"), ("1a", "AFD1a"), ("Area 3", "Area 3"), ("x", "x"), ("", None), (None, None)]
)
def test_an_area_for_development_is_never_taken_for_a_recommendation_of_its_number(
    number: str | None, recorded: str | None
) -> None:
    assert recorded_number(number, ItemKind.AREA_FOR_DEVELOPMENT) == recorded
    assert recorded_number(number, ItemKind.RECOMMENDATION) == (number or None)


def test_how_far_a_lead_has_got_is_said_and_taken_back_field_by_field(here: Register) -> None:
    entity = item(here, leads=("C3",))
    query = "SELECT state, role FROM lead"
    here.do(SetLeadState(item=entity, lead="C3", state=LeadState.DONE, role="writes it"))
    assert here.conn.execute(query).fetchone() == ("done", "writes it")
    here.do(SetLeadState(item=entity, lead="c3", role=""))
    assert here.conn.execute(query).fetchone() == ("done", None)
    here.do(SetLeadState(item=entity, lead="C3", state=None))
    assert here.conn.execute(query).fetchone() == (None, None)
    here.do(SetLeads(item=entity, leads=()))
    for command in (SetLeadState(item=entity, lead="C3", role="x"), HandOver(item=entity, lead="C3", to="Another")):
        refused(here, command, BadInput, "does not lead on HC-6: nobody does")
