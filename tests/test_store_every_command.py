"""What holds of every command about an item: it is refused where the item is gone, and what it records has its
basis."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from registers import item, publication, refused, row, the_item
from tampering import forged

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    BelieveDone,
    CiteEvidence,
    Command,
    CorrectNote,
    FinishAction,
    HandOver,
    MoveTarget,
    NothingNew,
    RecordReply,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SetOutcomes,
    SetStage,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.errors import NotAllowed
from store.domain.vocabulary import Basis, LeadState, NextMove, NoteKind, Stage, Track, Verdict
from store.queries.history import history
from store.register import Register

pytest_plugins = ["registers"]

ABOUT: dict[str, Callable[[str, str], Command]] = {
    "a note": lambda item, _: AddNote(items=(item,), text="Said."),
    "a promise": lambda item, _: AddAction(item=item, text="Write."),
    "a target": lambda item, _: MoveTarget(item=item, text="June 2025", reason=""),
    "no target": lambda item, _: MoveTarget(item=item, text="", reason=""),
    "a track": lambda item, _: SetTrack(item=item, track=Track.DELAYED, reason=""),
    "a stage": lambda item, _: SetStage(item=item, stage=Stage.IN_PROGRESS, reason=""),
    "believed done": lambda item, _: BelieveDone(item=item, believed=True),
    "a next move": lambda item, _: SetNextMove(item=item, who=NextMove.US),
    "nothing new": lambda item, _: NothingNew(items=(item,)),
    "a correction": lambda item, _: correct("recommendation", item, title="Another"),
    "leads": lambda item, _: SetLeads(item=item, leads=("Another",)),
    "a lead's state": lambda item, _: SetLeadState(item=item, lead="C3", state=LeadState.DONE),
    "a hand-over": lambda item, _: HandOver(item=item, lead="C3", to="Another"),
    "outcomes": lambda item, _: SetOutcomes(item=item, outcomes=()),
    "evidence": lambda item, _: SubmitEvidence(items=(item,), sent="September 2024", note="It shows."),
    "a reply": lambda item, _: RecordReply(item=item, dated="September 2024", verdict=Verdict.REMAIN_OPEN),
    "a link": lambda item, other: AddLink(item=item, relation="depends-on", other=other),
    "a link to it": lambda item, other: AddLink(item=other, relation="depends-on", other=item),
}
"""Commands about an item, and another where they need one."""


@pytest.mark.parametrize("what", ABOUT)
@pytest.mark.parametrize("gone", ["withdrawn", "left out", "not here"])
def test_no_command_edits_an_item_that_is_gone(what: str, gone: str, here: Register, there: Register) -> None:
    entity = item(here, "6", leads=("C3",))
    other = item(here, "7")
    desk, words = here, "has been withdrawn"
    if gone == "withdrawn":
        here.do(Withdraw(kind="recommendation", entity=entity))
    elif gone == "left out":
        desk, words = there, "was left out of this copy"
        log = [replace(c, body=None, salt=None) if c.entity == entity else c for c in here.log.all()]
        desk.apply(log)
    else:
        entity, words = "0" * 32, "not in this register"
    # A desk that writes for the first time is introduced before anything is asked.
    desk.do(correct("recommendation", other, title="Still here"))
    refused(desk, ABOUT[what](entity, other), NotAllowed, words)


FROM_A_SOURCE: dict[str, tuple[str, Callable[[Register, dict[str, Any]], Command], tuple[str, ...]]] = {
    "a publication": (
        "publication",
        lambda _, how: AddPublication(title="Another", code="AN", **how),
        ("title", "code"),
    ),
    "an item": (
        "recommendation",
        lambda r, how: AddItem(publication=publication(r, "A third"), number="9", title="Nine", **how),
        ("title", "number", "track"),
    ),
    "a note": ("note", lambda r, how: AddNote(items=(only(r),), text="Said.", **how), ("text", "kind")),
    "a promise": (
        "action",
        lambda r, how: AddAction(item=only(r), text="Write.", due="May 2025", **how),
        ("text", "due"),
    ),
    "evidence sent": (
        "submission",
        lambda r, how: SubmitEvidence(items=(only(r),), sent="May 2024", note="It shows.", **how),
        ("sent", "asks"),
    ),
    "a reply": (
        "reply",
        lambda r, how: RecordReply(item=only(r), dated="May 2024", verdict=Verdict.REMAIN_OPEN, **how),
        ("dated", "verdict"),
    ),
    "a citation": (
        "citation",
        lambda r, how: CiteEvidence(note=evidence(r), name="Figures.pdf", **how),
        ("name", "note"),
    ),
    "a link": (
        "link",
        lambda r, how: AddLink(item=only(r), relation="same-work", other=item(r, "8"), why="Alike", **how),
        ("relation", "why"),
    ),
}


def only(register: Register) -> str:
    return str(register.conn.execute("SELECT id FROM recommendation WHERE number = '6'").fetchone()[0])


def evidence(register: Register) -> str:
    return str(register.do(AddNote(items=(only(register),), kind=NoteKind.EVIDENCE, text="The survey.")).created)


@pytest.mark.parametrize("what", FROM_A_SOURCE)
def test_what_is_taken_from_a_source_says_so_field_by_field_and_where(what: str, here: Register) -> None:
    kind, command, fields = FROM_A_SOURCE[what]
    item(here)
    here.do(command(here, {"basis": Basis.INFERRED, "place": "2.4"}))
    (entity,) = here.conn.execute(f"SELECT id FROM {kind} ORDER BY rowid DESC").fetchone()
    (made,) = here.log.of_entity(entity)[:1]
    assert {field: (made.value(field).basis, made.value(field).place) for field in fields} == dict.fromkeys(
        fields, ("inferred", "2.4")
    )


def test_how_a_value_is_known_is_kept_without_a_place_and_a_place_without_more(here: Register) -> None:
    entity = item(here)
    for how, current in (({"basis": Basis.INFERRED}, ("inferred", None)), ({"place": "2.4"}, ("entered", "2.4"))):
        note = here.do(AddNote(items=(entity,), text="Said.", **how)).created or ""
        value = here.log.of_entity(note)[0].value("text")
        assert (value.basis, value.place) == current


def test_a_theme_is_our_own_label_and_what_else_is_corrected_is_as_entered(here: Register) -> None:
    from store.commands import AddTheme

    theme = here.do(AddTheme(name="Governance")).created
    entity = item(here)
    here.do(correct("recommendation", entity, title="Another", text="More", marking="OFFICIAL-SENSITIVE", theme=theme))
    assert row(here, "recommendation", entity)["basis"] == '{"theme": "assigned"}'
    here.do(correct("recommendation", entity, title="A third", theme="", basis=Basis.INFERRED, place="1.1"))
    assert row(here, "recommendation", entity)["basis"] == '{"theme": "inferred", "title": "inferred"}'


def test_in_one_action_what_follows_goes_by_what_was_done_before_it(here: Register) -> None:
    entity = item(here)
    here.do(RecordReply(item=entity, dated="1 September 2024", verdict=Verdict.DISCHARGED, words="Accepted."))
    refused(here, MoveTarget(item=entity, text="June 2025"), NotAllowed, "is closed")
    reopen = SetTrack(item=entity, track=Track.ON_TRACK, reason="It was not done.")
    here.do_all([reopen, MoveTarget(item=entity, text="June 2025"), SetNextMove(item=entity, who=NextMove.US)])
    assert the_item(here, entity, "status", "target", "next_move") == ("on-track", "June 2025", "us")
    closes = RecordReply(item=entity, dated="2 September 2024", verdict=Verdict.DISCHARGED, words="Accepted.")
    number = here.newest()
    with pytest.raises(NotAllowed, match="is closed"):
        here.do_all([closes, MoveTarget(item=entity, text="July 2025")])
    assert here.newest() == number


# The status of an item, after what it rested on is withdrawn


def test_an_item_keeps_its_track_where_what_is_withdrawn_had_left_it_open(here: Register) -> None:
    entity = item(here)
    here.do(SetTrack(item=entity, track=Track.DELAYED, reason="Late."))
    here.do(SubmitEvidence(items=(entity,), sent="1 September 2024", asks="view", note="It shows."))
    (submission,) = here.conn.execute("SELECT id FROM submission").fetchone()
    here.do(Withdraw(kind="submission", entity=submission))
    assert the_item(here, entity, "stage", "track", "status") == ("not-stated", "delayed", "delayed")


def test_an_item_recorded_as_submitted_goes_by_the_newest_evidence_that_stands(here: Register) -> None:
    entity = item(here)
    here.do(SubmitEvidence(items=(entity,), sent="1 August 2024", asks="view", note="It shows."))
    here.do(SubmitEvidence(items=(entity,), sent="1 September 2024", asks="closure", note="So does this."))
    # It is closed either way: nothing is reopened, no reason is required, and it has no track.
    here.do(SetStage(item=entity, stage=Stage.SUBMITTED, basis=Basis.STATED, place="2.4"))
    names = ("stage_asks", "status", "closed_as", "track")
    assert the_item(here, entity, *names) == (None, "closed", "with-inspectorate", None)
    newest = "SELECT id FROM submission WHERE sent_latest = '2024-09-01'"
    here.do(Withdraw(kind="submission", entity=here.conn.execute(newest).fetchone()[0]))
    assert the_item(here, entity, *names) == (None, "not-stated", None, "not-stated")
    here.undo()
    assert the_item(here, entity, *names) == (None, "closed", "with-inspectorate", None)


def test_an_item_recorded_as_submitted_of_which_nothing_is_known_to_be_sent_is_open(here: Register) -> None:
    entity = item(here)
    here.do(SetStage(item=entity, stage=Stage.SUBMITTED, basis=Basis.STATED, place="2.4"))
    assert the_item(here, entity, "status", "track") == ("not-stated", "not-stated")


def test_what_was_withdrawn_says_nothing_of_when_something_was_last_said(
    here: Register, day: Callable[[str], None]
) -> None:
    entity = item(here)

    def said_on() -> str:
        return str(the_item(here, entity, "said_on"))

    def newest(kind: str) -> str:
        return str(here.conn.execute(f"SELECT id FROM {kind} ORDER BY rowid DESC").fetchone()[0])

    day("2024-10-01")
    for kind, command in (
        ("note", AddNote(items=(entity,), text="Said.")),
        ("action", AddAction(item=entity, text="Write.")),
        ("nothing_new", NothingNew(items=(entity,))),
    ):
        here.do(command)
        assert said_on() == "2024-10-01", kind
        here.do(Withdraw(kind=kind, entity=newest(kind)))
        assert said_on() == "2024-09-18", kind
    here.do(AddNote(items=(entity,), text="Said."))
    here.do(Withdraw(kind="note_on", entity=newest("note_on")))
    assert said_on() == "2024-09-18"


def test_that_a_promise_is_kept_is_said_on_its_day_or_when_it_was_recorded_whichever_was_first(
    here: Register, day: Callable[[str], None]
) -> None:
    entity = item(here)
    here.do(AddAction(item=entity, text="Write."))
    (action,) = here.conn.execute("SELECT id FROM action").fetchone()
    day("2024-10-01")
    for text, said_on in (("20 September 2024", "2024-09-20"), ("October 2024", "2024-10-01"), ("today", "2024-10-01")):
        here.do(FinishAction(action=action, day=text))
        assert the_item(here, entity, "said_on") == said_on
    here.do(Withdraw(kind="action", entity=action))
    assert the_item(here, entity, "said_on") == "2024-09-18"


def test_a_corrected_day_of_a_reply_moves_the_item_only_where_that_reply_took_it_there(here: Register) -> None:
    entity = item(here)
    replies = []
    for dated in ("September 2024", "17 September 2024"):
        reply = RecordReply(item=entity, dated=dated, verdict=Verdict.REMAIN_OPEN)
        here.do(reply)
        replies.append(here.conn.execute("SELECT id FROM reply ORDER BY rowid DESC").fetchone()[0])
    here.do(SetStage(item=entity, stage=Stage.IN_PROGRESS))
    here.do(correct("reply", replies[1], dated="16 September 2024"))
    assert the_item(here, entity, "stage", "stage_day") == ("in-progress", None)
    here.undo()
    here.undo()
    # The first ends on a later day than the second, and leads where that one does.
    assert the_item(here, entity, "stage_day") == "17 September 2024"
    here.do(correct("reply", replies[0], dated="15 September 2024"))
    assert the_item(here, entity, "stage_day") == "17 September 2024"
    here.do(correct("reply", replies[1], dated="16 September 2024"))
    assert the_item(here, entity, "stage_day", "stage_earliest", "stage_latest") == (
        *("16 September 2024", "2024-09-16", "2024-09-16"),
    )


def test_an_item_whose_stage_ends_on_the_last_day_of_another_reply_stays_where_it_is(here: Register) -> None:
    entity = item(here)
    for dated in ("August 2024", "31 August 2024"):
        here.do(RecordReply(item=entity, dated=dated, verdict=Verdict.REMAIN_OPEN))
    first = here.conn.execute("SELECT id FROM reply ORDER BY rowid").fetchone()[0]
    here.do(correct("reply", first, dated="July 2024"))
    assert the_item(here, entity, "stage_day") == "31 August 2024"


# What was withdrawn under an item is in the way of nothing, and may be recorded again


def test_an_item_is_handed_over_with_the_open_promises_that_stand_and_no_others(here: Register) -> None:
    entity = item(here, leads=("C3",))
    for text in ("Stands.", "Withdrawn.", "Done.", "Another's."):
        here.do(AddAction(item=entity, text=text, whose="Custody" if text == "Another's." else "C3"))
    ids = dict(here.conn.execute("SELECT text, id FROM action").fetchall())
    here.do(Withdraw(kind="action", entity=ids["Withdrawn."]))
    here.do(FinishAction(action=ids["Done."]))
    here.do(HandOver(item=entity, lead="C3", to="Response"))
    assert the_item(here, entity, "leads") == "Response"
    assert dict(here.conn.execute("SELECT text, whose FROM action").fetchall()) == {
        **{"Stands.": "Response", "Withdrawn.": "C3", "Done.": "C3", "Another's.": "Custody"},
    }


def test_a_note_with_a_withdrawn_citation_can_be_corrected_and_keeps_the_others(here: Register) -> None:
    item(here)
    note = evidence(here)
    gone, remaining = (here.do(CiteEvidence(note=note, name=name)).created or "" for name in ("Gone.pdf", "Kept.pdf"))
    here.do(Withdraw(kind="citation", entity=gone))
    here.do(CorrectNote(note=note, text="The survey, again."))
    (new,) = here.conn.execute("SELECT id FROM note WHERE withdrawn = 0").fetchone()
    assert dict(here.conn.execute("SELECT id, note FROM citation").fetchall()) == {gone: note, remaining: new}


def test_an_outcome_that_was_taken_off_an_item_can_be_put_on_it_again(here: Register) -> None:
    entity, outcome = item(here), "d" * 32
    here.apply([forged("outcome", outcome, {"number": "1", "text": "One", "withdrawn": False})])
    for outcomes, count in (((outcome,), 1), ((), 0), ((outcome,), 1)):
        here.do(SetOutcomes(item=entity, outcomes=outcomes))
        assert here.conn.execute("SELECT count(*) FROM contribution WHERE withdrawn = 0").fetchone() == (count,)


@pytest.mark.parametrize("what", [what for what in ABOUT if what not in ("outcomes", "no target")])
def test_what_was_done_names_the_item_and_so_does_each_line_of_its_history(what: str, here: Register) -> None:
    entity, other = item(here, "6", leads=("C3",)), item(here, "7")
    done = here.do(ABOUT[what](entity, other))
    names = {row[0] for row in here.conn.execute("SELECT reference FROM recommendation")}
    assert any(name in done.summary for name in names), done.summary
    rows = history(here.conn, action=done.action, limit=None)
    assert rows and all(any(name in change.about for name in names) for change in rows if change.kind != "party")


def test_a_change_to_a_part_of_an_item_names_the_part(here: Register) -> None:
    entity = item(here, leads=("C3", "NHS 24"))
    promise = here.do(AddAction(item=entity, text="Write to the board.")).created or ""
    reference = the_item(here, entity, "reference")
    state = here.do(SetLeadState(item=entity, lead="NHS 24", state=LeadState.DONE))
    assert state.summary == f"{reference}: NHS 24: not stated → done"
    done = here.do(FinishAction(action=promise))
    assert done.summary.startswith(f"{reference}: promise “Write to the board.”, done, ")


def test_the_history_says_of_what_a_figure_is_and_what_it_is_set_to(sample: Register) -> None:
    described = {(row.about, row.field, row.after) for row in history(sample.conn, limit=None)}
    assert ("DA", "published figure", "Delayed set to 6") in described
    assert ("MHD", "published figure", "Delayed set to blank") in described
    assert ("Paper of 18 September 2024", "published figure", "open recommendations set to 135") in described
    assert all(row.after or row.field == "nothing new" for row in history(sample.conn, limit=None))
