"""What does not leave with an export: what ever bore a higher marking, what was undone, withdrawn or corrected."""

from __future__ import annotations

import csv
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from exported import bytes_of, statuses
from secret_words import HIGH, OF_ITEMS, OFFICIAL, item_of, title
from secret_words_of_work import OF_WORK, note, reason, reply
from secret_words_taken_back import TAKEN_BACK, corrected, undone

from store.commands import (
    AddAction,
    AddNote,
    CiteEvidence,
    Correct,
    CorrectNote,
    DescribeRegister,
    MarkReason,
    MoveTarget,
    RecordReply,
    SetLeads,
    SetLeadState,
    SetTrack,
    SubmitEvidence,
    correct,
)
from store.domain.errors import NotAllowed
from store.domain.vocabulary import PartyKind, Track, Verdict
from store.exchange.export import SUFFIXES, describe_export, export
from store.exchange.foreign import open_foreign, save_as_own
from store.exchange.handover import hand_over, hand_over_at_most
from store.exchange.integrity import check
from store.exchange.redaction import Terms
from store.file.attachments import pack
from store.queries.attention import rules_of
from store.queries.filter import Filter
from store.queries.item_detail import item_detail
from store.queries.item_list import counts, seqs
from store.queries.own_summary import own_summary
from store.register import Author, Register

SECRETS = OF_ITEMS | OF_WORK | TAKEN_BACK
EVERYTHING = Terms(with_withdrawn=True, with_locations=True, with_files=True)
WRITER = Author("Test Lead")
SCOPES = (Filter(parts=True), Filter(publication=("HC",)), Filter(search="Hate"))
IN_EVERY_RUN = ("a title", "views", "a party and its role", "a file", "what was undone")
"""Kinds that every run tries: an item's, the register's, a list's, a file, and what is no more; two in every scope."""


ONE_OF_EACH_KIND = tuple(suffix for suffix in SUFFIXES if suffix not in (".db", ".fairlead"))


@pytest.mark.parametrize(
    ("secret", "scopes"),
    [
        *(
            pytest.param(
                secret, SCOPES[:1], id=secret, marks=() if secret in IN_EVERY_RUN or n % 12 == 0 else pytest.mark.slow
            )
            for n, secret in enumerate(SECRETS)
        ),
        *(
            pytest.param(
                secret,
                SCOPES[1:],
                id=f"{secret}, narrowed",
                marks=() if secret in IN_EVERY_RUN[:2] else pytest.mark.slow,
            )
            for secret in SECRETS
        ),
    ],
)
def test_it_is_in_no_byte_of_any_export_which_still_checks_and_opens(
    secret: str, scopes: tuple[Filter, ...], sample: Register, tmp_path: Path
) -> None:
    write, terms = SECRETS[secret]
    write(sample)
    whole = export(sample, tmp_path / "whole.sqlite", Filter(parts=True), terms=EVERYTHING).path
    assert b"Wombat" in bytes_of(whole)
    for n, shown in enumerate(scopes):
        for suffix in ONE_OF_EACH_KIND:
            out = export(sample, tmp_path / f"{n}{suffix}", shown, terms=terms).path
            assert b"Wombat" not in bytes_of(out), (shown, suffix)
        looked = open_foreign(tmp_path / f"{n}.sqlite", tmp_path)
        looked.close()
        own = save_as_own(tmp_path / f"{n}.sqlite", tmp_path / f"{n}.own", WRITER, tmp_path)
        report = check(own)
        assert report.sound, report.faults
        here = statuses(sample)
        for item, status, closed_as, moved_later, at_least in statuses(own).values():
            if status != "left-out" and item in here:
                assert here[item][:3] == (item, status, closed_as)
                assert here[item][3] >= moved_later if at_least else here[item][3] == moved_later
        again = export(own, tmp_path / f"{n}.again.sqlite", Filter(parts=True), terms=terms).path
        assert b"Wombat" not in bytes_of(again)
        own.close()


def test_all_of_it_is_in_a_file_that_was_asked_to_hold_it_and_says_so(sample: Register, tmp_path: Path) -> None:
    for write in (title, note, reason, reply, undone, corrected):
        write(sample)
    everything = Terms(with_withdrawn=True)
    for suffix in (".sqlite", ".json"):
        done = export(sample, tmp_path / f"all{suffix}", Filter(parts=True), terms=everything)
        assert b"Wombat" in bytes_of(done.path) and done.messages[0].endswith(f"{HIGH}.")


def test_a_hand_over_page_leaves_out_what_bore_a_higher_marking(sample: Register) -> None:
    item = item_of(sample, "HC-5")
    sample.do(SetLeads(item=item, leads=("C3",)))
    note(sample)
    assert "Wombat" in hand_over(sample.conn, "C3", sample.today()).text
    page = hand_over_at_most(sample, "C3", "OFFICIAL")
    assert "Wombat" not in page.text and page.marking == "OFFICIAL"


def test_what_is_left_out_is_a_status_of_its_own_and_counted_nowhere_else(sample: Register, tmp_path: Path) -> None:
    before = counts(sample.conn, Filter(), sample.today())
    sample.do(correct("recommendation", item_of(sample, "HC-6"), marking=HIGH))
    share = export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL)
    assert (share.recommendations, share.commitments) == (before[0] - 1, before[1])
    looked = open_foreign(share.path, tmp_path)
    rows = looked.conn.execute("SELECT status, listed, counted FROM recommendation WHERE left_out = 1").fetchall()
    assert rows == [("left-out", 1, 2)]
    found = [len(piece) for piece in seqs(looked.conn, Filter(status=("left-out",)), "ref", sample.today())]
    assert sum(found) == 1
    assert counts(looked.conn, Filter(), sample.today()) == (before[0] - 1, before[1])
    summary = own_summary(looked.conn, (), rules_of(looked.conn, sample.today()))
    assert summary and summary.describe(sample.today()).endswith(" · 1 left out of this copy")
    looked.close()


def test_lowering_a_marking_frees_what_is_written_afterwards(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    sample.do(correct("recommendation", item, marking=HIGH))
    sample.do(correct("recommendation", item, marking="OFFICIAL"))
    sample.do(correct("recommendation", item, title="Of Numbat"))
    share = export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path
    assert b"Numbat" in bytes_of(share) and b"Third-party reporting" not in bytes_of(share)


def test_what_is_written_again_leaves_when_a_marking_is_lowered(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    sample.do(SetLeads(item=item, leads=("C3",)))
    sample.do(SetLeadState(item=item, lead="C3", role="Of Numbat"))
    sample.do(correct("recommendation", item, text="Of Wombat", marking=HIGH))
    sample.do(correct("recommendation", item, text="Of nobody"))
    before = statuses(sample)[item]
    sample.do(Correct(kind="recommendation", entity=item, values={"marking": "OFFICIAL"}, restate=True))
    assert statuses(sample)[item] == before and check(sample).sound
    share = export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path
    assert b"Numbat" in bytes_of(share) and b"Third-party reporting" in bytes_of(share)
    assert b"Wombat" not in bytes_of(share)
    own = save_as_own(share, tmp_path / "own.fairlead", WRITER, tmp_path)
    assert statuses(own)[item] == before
    assert own.conn.execute("SELECT leads FROM recommendation WHERE id = ?", (item,)).fetchone() == ("C3",)
    own.close()


def test_every_kind_that_bears_a_marking_can_be_written_again(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    publication = sample.conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()[0]
    sample.do(AddAction(item=item, text="Of Numbat"))
    sample.do(SubmitEvidence(items=(item,), sent="1 September 2024", note="Sent.", text="Of Numbat"))
    sample.do(RecordReply(item=item, dated="2 September 2024", verdict=Verdict.DISCHARGED, words="Of Numbat"))
    made = {
        kind: sample.conn.execute(f"SELECT id FROM {kind} WHERE recommendation = ? ORDER BY recorded DESC", (item,))
        .fetchone()[0]
        for kind in ("action", "submission", "reply")
    }  # fmt: skip
    before = statuses(sample)[item]
    for kind, entity in (
        *made.items(),
        ("recommendation", item),
        ("publication", publication),
        ("register", "register"),
    ):
        sample.do(correct(kind, entity, marking=HIGH))
        sample.do(Correct(kind=kind, entity=entity, values={"marking": "OFFICIAL"}, restate=True))
    for kind, entity in made.items():
        # What belongs to a publication or an item that was marked is written again by itself.
        sample.do(Correct(kind=kind, entity=entity, restate=True))
    sample.do(Correct(kind="recommendation", entity=item, restate=True))
    own = save_as_own(
        export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path,
        tmp_path / "own.fairlead", WRITER, tmp_path,
    )  # fmt: skip
    assert statuses(own)[item] == before == statuses(sample)[item]
    for kind, entity in (
        *made.items(),
        ("recommendation", item),
        ("publication", publication),
        ("register", "register"),
    ):
        assert own.conn.execute(f"SELECT left_out FROM {kind} WHERE id = ?", (entity,)).fetchone() == (0,), kind
    own.close()


def test_a_note_is_written_again_with_its_files(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    note = sample.do(AddNote(items=(item,), text="Of Numbat", marking=HIGH)).created or ""
    sample.do(CiteEvidence(note=note, name="Numbat.txt", where="/home/numbat", content=pack(b"All of Numbat")))
    sample.do(CorrectNote(note=note, values={"marking": "OFFICIAL"}, restate=True))
    terms = Terms(max_marking="OFFICIAL", with_files=True, with_locations=True)
    share = bytes_of(export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=terms).path)
    assert b"Numbat.txt" in share and b"/home/numbat" in share and b"All of Numbat" in share


def test_a_value_leaves_without_its_reason_when_that_is_marked(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    sample.do(SetTrack(item=item, track=Track.ON_TRACK))
    sample.do(MoveTarget(item=item, text="June 2025"))
    for command in (
        MoveTarget(item=item, text="June 2029", reason="Because of Wombat"),
        SetTrack(item=item, track=Track.DELAYED, reason="For Wombat"),
    ):
        sample.do(MarkReason(action=sample.do(command).action or "", marking=HIGH))
    detail = item_detail(sample.conn, item)
    assert detail and detail.reasons["track"] == "For Wombat" and detail.reasons["target"] == "Because of Wombat"
    assert [step.target["text"] for step in detail.targets] == ["June 2025", "June 2029"]
    share = export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path
    assert b"Wombat" not in bytes_of(share)
    own = save_as_own(share, tmp_path / "own.fairlead", WRITER, tmp_path)
    there = item_detail(own.conn, item)
    assert there and statuses(own)[item][:4] == statuses(sample)[item][:4] == (item, "delayed", None, 1)
    assert [step.target["text"] for step in there.targets] == ["June 2025", "June 2029"]
    own.close()


def test_a_theme_of_the_program_stays_and_a_party_that_leads_elsewhere(sample: Register, tmp_path: Path) -> None:
    for (item,) in sample.conn.execute("SELECT id FROM recommendation WHERE theme_name = 'Human Error'").fetchall():
        sample.do(correct("recommendation", item, marking=HIGH))
    sample.party_kinds = {"": PartyKind.UNIT}
    for number in ("HC-5", "HC-6"):
        sample.do(SetLeads(item=item_of(sample, number), leads=("Numbat",)))
    sample.do(correct("recommendation", item_of(sample, "HC-6"), marking=HIGH))
    share = bytes_of(export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path)
    assert b"Human Error" in share and b"Numbat" in share


def test_what_an_item_owns_and_bears_no_marking_goes_with_it(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    sample.do(SetLeads(item=item, leads=("C3",)))
    sample.do(SetLeadState(item=item, lead="C3", role="Of Wombat"))
    sample.do(correct("recommendation", item, marking=HIGH))
    share = export(sample, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path
    with closing(sqlite3.connect(share)) as conn:
        leads = conn.execute("SELECT left_out FROM lead WHERE recommendation = ?", (item,)).fetchall()
    assert leads == [(1,)] and b"Wombat" not in bytes_of(share)


def test_a_register_that_is_marked_higher_as_a_whole_does_not_leave(sample: Register, tmp_path: Path) -> None:
    sample.do(correct("register", "register", marking=HIGH))
    with pytest.raises(NotAllowed, match="The whole register is marked above OFFICIAL"):
        export(sample, tmp_path / "share.sqlite", Filter(), terms=OFFICIAL)
    assert not (tmp_path / "share.sqlite").exists()
    done = export(sample, tmp_path / "all.csv", Filter(publication=("HC",)))
    assert done.path.exists()


def test_a_register_whose_naming_was_undone_is_handed_on_by_who_received_it(empty: Register, tmp_path: Path) -> None:
    """What named it stays behind, with its marking: that was no higher than what left."""
    empty.do(DescribeRegister(values={"title": "Wombat"}))
    empty.undo()
    share = export(empty, tmp_path / "share.sqlite", Filter(parts=True), terms=OFFICIAL).path
    assert b"Wombat" not in bytes_of(share)
    own = save_as_own(share, tmp_path / "own", WRITER, tmp_path)
    again = export(own, tmp_path / "again.sqlite", Filter(parts=True), terms=OFFICIAL).path
    own.close()
    assert again.exists()


def test_a_row_bears_the_highest_marking_of_what_it_prints(sample: Register, tmp_path: Path) -> None:
    item = item_of(sample, "HC-6")
    sample.do(AddNote(items=(item,), text="Of Wombat", marking=HIGH))
    done = export(sample, tmp_path / "out.csv", Filter(publication=("HC",)))
    with done.path.open(encoding="utf-8-sig", newline="") as file:
        marked = {row["Reference"]: row["Marking"] for row in csv.DictReader(file)}
    assert marked["HC-6"] == HIGH and marked["HC-5"] == "OFFICIAL"
    assert done.messages[0].endswith(f"{HIGH}.")
    shown = Filter(marking=(HIGH,))
    found = [seq for piece in seqs(sample.conn, shown, "ref", sample.today()) for seq in piece]
    assert sample.conn.execute("SELECT seq FROM recommendation WHERE id = ?", (item,)).fetchone()[0] in found


def test_what_is_left_out_is_counted_beforehand(sample: Register) -> None:
    for write in (title, note, reason, reply, undone, corrected):
        write(sample)
    with closing(sqlite3.connect(sample.path)) as conn:
        lines = " ".join(describe_export(conn, ".sqlite", Filter(parts=True), OFFICIAL))
    assert (
        "things are left out, which bore a higher marking than OFFICIAL at some time, or go with what did: of HC-"
        in lines
    )
    assert "where something was withdrawn or taken back: of HC-" in lines and "HC-?" not in lines
    assert "Marking: OFFICIAL, the highest" in lines


def test_what_was_left_out_already_is_named_by_its_items(sample: Register, tmp_path: Path) -> None:
    sample.do(AddNote(items=(item_of(sample, "HC-6"),), text="Of Wombat", marking=HIGH))
    given = export(sample, tmp_path / "given.sqlite", Filter(parts=True), terms=OFFICIAL).path
    (tmp_path / "scratch").mkdir()
    with closing(save_as_own(given, tmp_path / "own.fairlead", WRITER, tmp_path / "scratch")) as own:
        for shown, is_in_it in ((Filter(parts=True), True), (Filter(publication=("CAM",)), False)):
            with closing(sqlite3.connect(own.path)) as conn:
                lines = describe_export(conn, ".sqlite", shown)
            already = [line for line in lines if "left out already" in line]
            assert bool(already) == is_in_it and all(line.endswith(": of HC-6.") for line in already)


def test_an_export_of_an_export_leaves_out_what_was_marked_before_it(sample: Register, tmp_path: Path) -> None:
    action = sample.do(AddAction(item=item_of(sample, "HC-6"), text="Public")).created or ""
    marked = sample.do(correct("action", action, marking=HIGH)).action
    sample.do(correct("action", action, text="Of Wombat"))
    sample.undo(marked)
    plain = export(sample, tmp_path / "plain.sqlite", Filter(parts=True)).path
    own = save_as_own(plain, tmp_path / "own.fairlead", WRITER, tmp_path)
    out = export(own, tmp_path / "out.sqlite", Filter(parts=True), terms=OFFICIAL).path
    own.close()
    assert b"Wombat" in bytes_of(plain) and b"Wombat" not in bytes_of(out)


def test_a_past_day_does_not_leave_under_a_marking_since_it_knows_none_set_later(
    sample: Register, tmp_path: Path
) -> None:
    sample.write_as_at(date(2024, 9, 17), tmp_path / "past.fairlead")
    past = Register.open(tmp_path / "past.fairlead")
    with pytest.raises(NotAllowed, match="A past day does not know what was marked since"):
        export(past, tmp_path / "past.sqlite", Filter(), terms=OFFICIAL)
    past.close()


@pytest.mark.slow
def test_a_unit_whose_name_was_left_out_is_the_same_one_where_it_is_named_again(
    sample: Register, tmp_path: Path
) -> None:
    item, other = item_of(sample, "HC-6"), item_of(sample, "HC-5")
    sample.party_kinds = {"": PartyKind.UNIT}
    sample.do(SetLeads(item=item, leads=("Wombat Unit",)))
    sample.do(correct("recommendation", item, marking=HIGH))
    copy = export(sample, tmp_path / "share.sqlite", Filter(), terms=OFFICIAL).path
    theirs = save_as_own(copy, tmp_path / "theirs.fairlead", Author("Second"), tmp_path)
    theirs.party_kinds = {"": PartyKind.UNIT}
    named = "SELECT y.id, y.shown_name FROM lead l JOIN party y ON y.id = l.party WHERE l.recommendation = ?"
    ((unit, shown),) = theirs.conn.execute(named, (item,)).fetchall()
    assert shown is None
    theirs.do(SetLeads(item=other, leads=("wombat unit",)))
    assert (unit, "wombat unit") in theirs.conn.execute(named, (other,)).fetchall()
    assert check(theirs).sound
    sample.apply(list(theirs.log.all()))
    assert sample.conn.execute("SELECT count(*) FROM party WHERE name LIKE 'wombat unit'").fetchone() == (1,)
    assert unit in [row[0] for row in sample.conn.execute(named, (other,))]
    theirs.undo()
    sample.apply(list(theirs.log.all()))
    for register in (theirs, sample):
        assert register.conn.execute("SELECT withdrawn FROM party WHERE id = ?", (unit,)).fetchone() == (0,)
    assert check(theirs).sound and check(sample).sound
    theirs.close()
