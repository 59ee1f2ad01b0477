"""What a person sees before many entities change at once: what it shows happens, and looking changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import differences, tables
from registers import the_item

from store.commands import (
    AddAction,
    AddNote,
    CiteEvidence,
    Command,
    HandOver,
    MoveTarget,
    NothingNew,
    RecordReply,
    SetLeads,
    SetTrack,
    SubmitEvidence,
    Withdraw,
)
from store.commands.preview import NO_CHANGE, PreviewRow
from store.domain.errors import NotAllowed
from store.domain.references import find_item
from store.domain.vocabulary import Track, Verdict
from store.file.attachments import pack
from store.register import Register

pytest_plugins = ["registers"]


def look(register: Register, *commands: Command) -> list[PreviewRow]:
    """A preview, after which everything is as it was."""
    before, newest = tables(register), register.newest()
    shown = register.preview(commands, [f"line {n}" for n, _ in enumerate(commands, 1)])
    assert (register.newest(), differences(before, tables(register))) == (newest, [])
    assert not register.conn.in_transaction
    return shown


def test_five_targets_are_moved_as_the_preview_said_and_one_undo_puts_them_back(sample: Register) -> None:
    items = [find_item(sample.conn, f"CA-{n}")[0] for n in range(2, 7)]
    columns = ("target", "moved_later", "moved_at_least", "first_target")
    before = [the_item(sample, item, *columns) for item in items]
    moves = [MoveTarget(item=item, text="December 2025") for item in items]
    shown = look(sample, *moves)
    assert [(line.what, line.now, line.new, line.refused, line.requires_reason) for line in shown] == [
        ("target", "June 2025", "December 2025", None, True)
    ] * 5
    sample.do_all([move.model_copy(update={"reason": "The audit is late."}) for move in moves])
    assert [the_item(sample, item, *columns) for item in items] == [("December 2025", 2, 1, "not known")] * 5
    sample.undo()
    assert [the_item(sample, item, *columns) for item in items] == before == [("June 2025", 1, 1, "not known")] * 5


def test_what_is_refused_says_why_and_stands_in_nobodys_way(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(RecordReply(item=hc6, dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    closed, taken = NothingNew(items=(hc6,)), NothingNew(items=(hc7,))
    empty.do(NothingNew(items=(hc7,), dated="yesterday"))
    first, second, third = look(empty, closed, taken, NothingNew(items=(hc7,), dated="17 September 2024"))
    assert (first.about, first.refused) == ("line 1", "HC-6 is closed: there is nothing to wait for.")
    assert (second.what, second.refused) == ("nothing new", None)
    assert third.refused == NO_CHANGE
    with pytest.raises(NotAllowed, match="HC-6 is closed"):
        empty.do(closed)


def test_each_line_stands_on_those_before_it(empty: Register, hc6: str) -> None:
    evidence = SubmitEvidence(items=(hc6,), sent="2024-08-01", note="What it shows.")
    sent, moved, replied = look(
        empty,
        evidence,
        MoveTarget(item=hc6, text="June 2025"),
        RecordReply(item=hc6, dated="2024-09-01", verdict=Verdict.REMAIN_OPEN),
    )
    assert sent.refused is None and "Submitted" in sent.new
    assert moved.refused == "HC-6 is closed. Reopen it before giving it another target."
    assert replied.refused is None and "Submitted" in replied.now and "Remain open" in replied.new


def test_a_reason_that_is_owed_is_said_and_one_that_is_not_is_not(empty: Register, hc6: str, hc7: str) -> None:
    late, fine = look(empty, SetTrack(item=hc6, track=Track.DELAYED), SetTrack(item=hc7, track=Track.ON_TRACK))
    assert (late.requires_reason, late.now, late.new) == (True, "Not stated", "Delayed")
    assert (fine.requires_reason, fine.now, fine.new) == (False, "Not stated", "On track")


def test_a_value_that_stays_and_gets_a_reason_is_not_told_twice(empty: Register, hc6: str) -> None:
    empty.do(SetTrack(item=hc6, track=Track.DELAYED, reason=""))
    (line,) = look(empty, SetTrack(item=hc6, track=Track.DELAYED, reason="The audit is late."))
    assert (line.now, line.new) == ("Delayed", "as before, with a reason")


def test_what_half_a_command_wrote_before_it_was_refused_is_gone(empty: Register, hc6: str, hc7: str) -> None:
    empty.do(RecordReply(item=hc7, dated="2024-09-01", verdict=Verdict.DISCHARGED, words="Accepted."))
    both, one = look(empty, NothingNew(items=(hc6, hc7)), NothingNew(items=(hc6,)))
    assert both.refused is not None and one.refused is None


def test_somebody_new_is_named_in_what_they_take_over(empty: Register, hc6: str, hc7: str) -> None:
    for item in (hc6, hc7):
        empty.do(SetLeads(item=item, leads=("C3",)))
    shown = look(empty, *(HandOver(item=item, lead="C3", to="Custody") for item in (hc6, hc7)))
    assert [(line.what, line.now, line.new) for line in shown] == [("lead", "C3", "Custody")] * 2


def test_a_tie_withdrawn_by_itself_is_told(empty: Register, hc6: str) -> None:
    empty.do(SubmitEvidence(items=(hc6,), sent="2024-08-01", note="What it shows."))
    association = empty.conn.execute("SELECT id FROM evidence").fetchone()[0]
    (line,) = look(empty, Withdraw(kind="evidence", entity=association))
    assert (line.what, line.refused) == ("evidence withdrawn", None)


def test_an_evidence_file_that_is_only_previewed_is_not_kept(empty: Register, hc6: str) -> None:
    note = str(empty.do(AddNote(items=(hc6,), text="The minutes.")).created)
    attachment: dict[str, Any] = {"content": pack(b"The minutes, all of them.")}
    (line,) = look(empty, CiteEvidence(note=note, name="minutes.txt", **attachment))
    assert line.refused is None
    assert empty.conn.execute("SELECT count(*) FROM sqlar").fetchone() == (0,)


def test_nobody_is_introduced_by_looking(empty: Register, hc6: str) -> None:
    people = empty.conn.execute("SELECT count(*) FROM party").fetchone()
    empty.author = None
    look(empty, NothingNew(items=(hc6,)))
    assert empty.conn.execute("SELECT count(*) FROM party").fetchone() == people


def test_who_goes_over_in_a_lead_and_in_promises_is_named_once(empty: Register, hc6: str) -> None:
    empty.do(SetLeads(item=hc6, leads=("C3",)))
    empty.do(AddAction(item=hc6, text="Circulate it.", due="May 2025", whose="C3"))
    (row,) = look(empty, HandOver(item=hc6, lead="C3", to="Custody"))
    assert row.what.startswith("lead; ") and "Circulate it." in row.what
    assert (row.now, row.new) == ("C3", "Custody")
