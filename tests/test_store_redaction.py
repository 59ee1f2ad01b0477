"""What does not leave with an export: what ever bore a higher marking, what was undone, withdrawn or corrected."""

from __future__ import annotations

import csv
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    CiteEvidence,
    CorrectNote,
    MarkReason,
    MoveTarget,
    RecordReply,
    SetLeads,
    SetLeadState,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    correct,
)
from store.domain.errors import NotAllowed
from store.domain.references import find_item
from store.domain.vocabulary import NextMove, Track, Verdict
from store.exchange.export import SUFFIXES, describe_export, export
from store.exchange.foreign import open_foreign, save_as_own
from store.exchange.handover import hand_over, hand_over_at_most
from store.exchange.integrity import check
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.queries.attention import own_summary, rules_of
from store.queries.filter import Filter
from store.queries.item_list import counts, seqs
from store.register import Author, Register

OFFICIAL = Terms(max_marking="OFFICIAL")
HIGH = "OFFICIAL-SENSITIVE"
WRITER = Author("Test Lead")
SCOPES = (Filter(parts=True), Filter(publication=("HC",)), Filter(search="Hate"))


def bytes_of(path: Path) -> bytes:
    """All that a file holds: its bytes, what is packed inside, every cell of every table."""
    found = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            found += b"".join(packed.read(name) for name in packed.namelist())
    if found.startswith(b"SQLite format 3"):
        with closing(sqlite3.connect(path)) as conn:
            tables = [row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            cells = [str(cell) for table in tables for row in conn.execute(f"SELECT * FROM {table}") for cell in row]
        found += "\n".join(cells).encode("utf-8", "replace")
    return found


def item_of(register: Register, reference: str) -> str:
    return find_item(register.conn, reference)[0]


def title(register: Register) -> None:
    """A title that names a person, marked, then replaced by a clean one marked OFFICIAL."""
    item = item_of(register, "HC-6")
    register.do(correct("recommendation", item, title="Of Wombat", marking=HIGH))
    register.do(correct("recommendation", item, title="A clean title", marking="OFFICIAL"))


def note(register: Register) -> None:
    register.do(AddNote(items=(item_of(register, "HC-5"),), text="Of Wombat", marking=HIGH))


def reason(register: Register) -> None:
    item = item_of(register, "HC-2")
    register.do(MoveTarget(item=item, text="June 2025"))
    moved = register.do(MoveTarget(item=item, text="June 2026", reason="Because of Wombat"))
    register.do(MarkReason(action=moved.action or "", marking=HIGH))
    register.do(MoveTarget(item=item, text="June 2027", reason="Later."))


def reply(register: Register) -> None:
    item = item_of(register, "HC-6")
    reply = RecordReply(
        item=item, dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Of Wombat", next_move=NextMove.US,
        track=Track.DELAYED,
    )  # fmt: skip
    entity = register.do(reply).created or ""
    register.do(correct("reply", entity, marking=HIGH))
    register.do(correct("reply", entity, marking="OFFICIAL"))


def undone(register: Register) -> None:
    register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat"))
    register.undo()
    register.do(correct("recommendation", item_of(register, "HC-5"), title="Of Wombat"))
    register.undo()
    register.do(SetTrack(item=item_of(register, "HC-6"), track=Track.ON_TRACK, reason="Of Wombat"))
    register.undo()


def corrected(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(CorrectNote(note=note, values={"text": "Of nobody"}))


def what_belongs_to_an_item(register: Register) -> None:
    item = item_of(register, "HC-6")
    publication = register.conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()[0]
    part = AddItem(publication=publication, number="6a", title="Part of Wombat", text="Of Wombat", part_of=item)
    register.do_all(
        [
            part,
            AddAction(item=item, text="Promised of Wombat"),
            AddNote(items=(item,), text="Noted of Wombat"),
            SubmitEvidence(items=(item,), sent="1 September 2024", note="Sent of Wombat", text="Of Wombat"),
            AddLink(item=item_of(register, "HC-5"), other=item, relation="depends-on", why="Because of Wombat"),
        ]
    )
    register.do(correct("recommendation", item, marking=HIGH))


def what_belongs_to_a_publication(register: Register) -> None:
    item = item_of(register, "HC-6")
    publication = register.conn.execute("SELECT publication FROM recommendation WHERE id = ?", (item,)).fetchone()[0]
    register.do(AddNote(publication=publication, text="Of Wombat"))
    register.do(correct("recommendation", item, title="Of Wombat"))
    register.do(AddNote(items=(item,), text="Noted of Wombat"))
    register.do(correct("publication", publication, marking=HIGH))


def a_note_marked_by_a_correction_that_was_undone(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Of Wombat")).created or ""
    register.do(CorrectNote(note=note, values={"marking": HIGH}))
    register.undo()


def what_was_written_beside_a_marked_reply(register: Register) -> None:
    reply = RecordReply(
        item=item_of(register, "HC-6"), dated="1 September 2024", verdict=Verdict.REMAIN_OPEN, words="Of Wombat",
        next_move=NextMove.INSPECTORATE, until="Wombat is heard", track=Track.DELAYED, values={"marking": HIGH},
        reason="Because of Wombat",
    )  # fmt: skip
    register.do(reply)


def what_an_undo_brought_back(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(correct("recommendation", item, title="Of Wombat", marking=HIGH))
    register.do(correct("recommendation", item, marking="OFFICIAL"))
    register.do(correct("recommendation", item, title="A clean title"))
    register.undo()


def a_file_cited_by_a_note_that_was_marked_later(register: Register) -> None:
    note = register.do(AddNote(items=(item_of(register, "HC-6"),), text="Nothing of it", kind="evidence")).created or ""
    register.do(CiteEvidence(note=note, name="Wombat.txt", reference="Wombat/1"))
    register.do(CorrectNote(note=note, values={"marking": HIGH}))


def what_belongs_to_a_withdrawn_item(register: Register) -> None:
    item = item_of(register, "HC-6")
    register.do(AddAction(item=item, text="Promised of Wombat"))
    register.do(AddNote(items=(item,), text="Noted of Wombat"))
    register.do(Withdraw(kind="recommendation", entity=item))


SECRETS: dict[str, tuple[Callable[[Register], None], Terms]] = {
    "a title": (title, OFFICIAL),
    "a note": (note, OFFICIAL),
    "a reason": (reason, OFFICIAL),
    "a reply": (reply, OFFICIAL),
    "what belongs to an item": (what_belongs_to_an_item, OFFICIAL),
    "what belongs to a publication": (what_belongs_to_a_publication, OFFICIAL),
    "a note marked by a correction that was undone": (a_note_marked_by_a_correction_that_was_undone, OFFICIAL),
    "what was written beside a marked reply": (what_was_written_beside_a_marked_reply, OFFICIAL),
    "what an undo brought back": (what_an_undo_brought_back, OFFICIAL),
    "a file cited by a note that was marked later": (a_file_cited_by_a_note_that_was_marked_later, OFFICIAL),
    "what belongs to a withdrawn item": (what_belongs_to_a_withdrawn_item, DEFAULT_TERMS),
    "what was undone": (undone, DEFAULT_TERMS),
    "what was corrected": (corrected, DEFAULT_TERMS),
}
ONE_OF_EACH_KIND = tuple(suffix for suffix in SUFFIXES if suffix not in (".db", ".fairlead"))


@pytest.mark.parametrize("secret", SECRETS)
def test_it_is_in_no_byte_of_any_export_which_still_checks_and_opens(
    secret: str, sample: Register, tmp_path: Path
) -> None:
    write, terms = SECRETS[secret]
    write(sample)
    for n, shown in enumerate(SCOPES):
        for suffix in ONE_OF_EACH_KIND:
            out = export(sample, tmp_path / f"{n}{suffix}", shown, terms=terms).path
            assert b"Wombat" not in bytes_of(out), (shown, suffix)
        looked = open_foreign(tmp_path / f"{n}.sqlite", tmp_path)
        looked.close()
        own = save_as_own(tmp_path / f"{n}.sqlite", tmp_path / f"{n}.own", WRITER, tmp_path)
        report = check(own)
        assert report.sound, report.faults
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
    assert "things are left out, which bore a higher marking than OFFICIAL at some time." in lines
    assert "where something was withdrawn or taken back." in lines
    assert "Marking: OFFICIAL, the highest" in lines


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
