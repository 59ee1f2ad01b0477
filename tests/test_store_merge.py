"""Registers that come back: what receiving one changes, in whatever order, what conflicts, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from oracle import Expected, current_rows, differences, is_sound, tables

from store.commands import (
    AddNote,
    CiteEvidence,
    CorrectNote,
    MoveTarget,
    SetLeads,
    SetTrack,
    SubmitEvidence,
    correct,
)
from store.commands.conflicts import SettleConflict
from store.domain.references import find_item
from store.domain.vocabulary import NoteKind, Track
from store.exchange.describe_merge import describe_preview
from store.exchange.export import export
from store.exchange.foreign import save_as_own
from store.exchange.merge import IncomingFile, MergePreview, open_incoming, preview_merge, take
from store.exchange.redaction import Terms
from store.file.attachments import attachment_state, pack
from store.log.receipts import receipts
from store.queries.attention import Reason, attention, rules_of
from store.queries.conflicts import conflicts
from store.queries.filter import Filter
from store.queries.history import describe_received, history
from store.register import Author, Register

HIDDEN = "The informant lives in Perth."


class Round:
    """A coordinator's register, copies that leads work in, and what comes back."""

    def __init__(self, folder: Path, home: Register) -> None:
        self.folder, self.home = folder, home
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.opened = [home]

    def copy_for(self, name: str, share: Path | None = None) -> Register:
        """A lead's own register, made from a share: of everything, where none is given."""
        if share is None:
            share = self.folder / "share.sqlite"
            if not share.exists():
                export(self.home, share, Filter(parts=True), terms=Terms(with_withdrawn=True, with_files=True))
        register = save_as_own(share, self.folder / f"{name}.fairlead", Author(name), self.scratch)
        self.opened.append(register)
        return register

    def send_back(self, register: Register, name: str | None = None, **how: Any) -> Path:
        """An export of all that a lead has."""
        out = self.folder / f"{name or Path(register.path).stem}-back.sqlite"
        export(register, out, Filter(parts=True), terms=Terms(with_withdrawn=True, **how), force=True)
        return out

    def incoming(self, path: Path, register: Register | None = None) -> IncomingFile:
        """A file as it is received, at home or in a register."""
        return open_incoming(register or self.home, path, self.scratch)

    def look(self, register: Register, *paths: Path) -> list[MergePreview]:
        """What these files would change; nothing is changed by looking."""
        before = tables(register), register.newest()
        found = preview_merge(register, [self.incoming(path, register) for path in paths], self.scratch)
        assert (tables(register), register.newest()) == before
        return found

    def receive(self, register: Register, path: Path) -> int:
        """Take a file; returns how many changes were new, as its preview had it."""
        (preview,) = self.look(register, path)
        receipt, _ = take(register, self.incoming(path, register))
        assert preview.new == (receipt.changes if receipt else 0)
        if register.conn.execute("SELECT 1 FROM change WHERE body IS NULL").fetchone() is None:
            Expected(list(register.log.all())).check(tables(register))
        return preview.new

    def desk(self, name: str) -> Register:
        """A further copy of the coordinator's register as it is now, with an id of its own."""
        path = self.folder / f"{name}.fairlead"
        register = save_as_own(self.home.path, path, Author("Coordinator"), self.scratch)
        self.opened.append(register)
        return register


@pytest.fixture
def desks(sample: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Round]:
    """The sample's register and its round of copies."""
    monkeypatch.setenv("FAIRLEAD_TODAY", "2024-09-18")
    sample.author = Author("Coordinator")
    made = Round(tmp_path, sample)
    yield made
    for register in made.opened:
        register.close()


def item(register: Register, reference: str) -> str:
    """The id of an item."""
    return find_item(register.conn, reference)[0]


def sides(register: Register) -> list[tuple[str, str, list[str]]]:
    """The fields in conflict, with their values."""
    return [(c.about, c.field, sorted(side.value for side in c.sides)) for c in conflicts(register.conn, register.id)]


def without_local(found: dict[str, Any]) -> dict[str, Any]:
    """Tables without the parties that took a file: who merges is recorded at that desk alone."""
    local = ("Coordinator", "Third")
    return {**found, "party": {key: row for key, row in found["party"].items() if row["name"] not in local}}


# Three copies, edited apart


def edit_apart(round_: Round) -> list[Path]:
    """Three copies of the sample, edited apart; the files that come back."""
    one, two, three = (round_.copy_for(name) for name in ("C3 lead", "Crime lead", "Custody lead"))
    one.do(SetTrack(item=item(one, "CAM-1"), track=Track.ON_TRACK, reason="Staff are in post."))
    one.do(SetTrack(item=item(one, "HC-6"), track=Track.DELAYED, reason="The vendor is late."))
    two.do(SubmitEvidence(items=(item(two, "HC-6"),), sent="2 September 2024", note="What was done.", text="Asked."))
    three.do(AddNote(items=(item(three, "HC-6"),), text="Custody was asked."))
    two.do(AddNote(items=(item(two, "HC-6"),), text="Crime was asked."))
    one.do(MoveTarget(item=item(one, "CAM-3"), text="June 2025", reason="Late."))
    two.do(MoveTarget(item=item(two, "CAM-3"), text="July 2025", reason="Later."))
    three.do(correct("recommendation", item(three, "CAM-2"), title="A title that goes"))
    three.undo()
    for register, unit in ((two, "Local Policing West"), (three, "Local Policing West")):
        register.do(SetLeads(item=item(register, "HC-5"), leads=("C3", unit)))
    return [round_.send_back(register) for register in (one, two, three)]


@pytest.fixture(autouse=True)
def any_name_is_a_units(monkeypatch: pytest.MonkeyPatch) -> None:
    from store.domain.vocabulary import PartyKind

    monkeypatch.setattr(Register, "party_kinds", {"": PartyKind.UNIT})


@pytest.mark.parametrize(
    "orders", [pytest.param(2, id="two orders"), pytest.param(6, marks=pytest.mark.slow, id="all")]
)
def test_three_copies_edited_apart_are_received_in_any_order_and_every_desk_has_the_same(
    desks: Round, orders: int
) -> None:
    files = edit_apart(desks)
    hc6 = item(desks.home, "HC-6")
    first: dict[str, Any] | None = None
    for n, order in enumerate(list(permutations(files))[:: 6 // orders]):
        register = desks.desk(f"desk{n}")
        for path in order:
            assert desks.receive(register, path) > 0
        found = without_local(tables(register))
        assert first is None or differences(first, found) == []
        first = found
        assert sides(register) == [
            ("CAM-3", "target", ["July 2025", "June 2025"]),
            ("HC-6", "track", ["Delayed", "none"]),
        ]
        texts = {row[0] for row in register.conn.execute("SELECT text FROM note WHERE withdrawn = 0")}
        assert {"Custody was asked.", "Crime was asked.", "What was done."} <= texts
        leads = register.conn.execute("SELECT leads FROM recommendation WHERE reference = 'HC-5'").fetchone()[0]
        assert leads.split("\n") == ["C3", "Local Policing West"]
        assert register.conn.execute("SELECT count(*) FROM party WHERE name = 'Local Policing West'").fetchone() == (1,)
        assert register.conn.execute("SELECT status, any_conflict FROM recommendation WHERE id = ?", (hc6,)).fetchone() == (
            "closed", 1,
        )  # fmt: skip
        assert is_sound(register)


def test_one_undo_takes_each_file_back_and_one_redo_brings_it_again(desks: Round) -> None:
    files = edit_apart(desks)
    register = desks.home
    register.do(AddNote(items=(item(register, "CAM-2"),), text="At home."))
    seen = [current_rows(tables(register))]
    for path in files:
        desks.receive(register, path)
        seen.append(current_rows(tables(register)))
    for then in reversed(seen[:-1]):
        assert "received from" in register.undo().summary
        assert differences(comparable(then), comparable(current_rows(tables(register)))) == []
    for then in seen[1:]:
        register.redo()
        left = differences(comparable(then), comparable(current_rows(tables(register))))
        # Which side a first target is taken from, while both are current, is not restored.
        assert [line for line in left if ".first_target" not in line] == []
    Expected(list(register.log.all())).check(tables(register))


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """Rows as a person sees them: conflicts by field, since other changes may hold the same values.

    Who wrote what came stays, as after any undo.
    """
    parties = {key: row for key, row in found["party"].items() if row["kind"] != "person"}
    return {**found, "party": parties, "conflict": [(entity, field) for entity, field, *_ in found["conflict"]]}


@pytest.mark.slow
def test_an_undo_that_comes_back_takes_back_what_was_sent_out(desks: Round) -> None:
    home = desks.home
    home.do(SetTrack(item=item(home, "CAM-1"), track=Track.ON_TRACK, reason="So it is."))
    lead = desks.copy_for("C3 lead")
    action = next(row.action for row in history(lead.conn, item=item(lead, "CAM-1")) if row.after == "On track")
    lead.undo(action)
    before = current_rows(tables(home))
    desks.receive(home, desks.send_back(lead))
    assert home.conn.execute("SELECT track FROM recommendation WHERE reference = 'CAM-1'").fetchone() == ("delayed",)
    home.undo()
    assert comparable(before) == comparable(current_rows(tables(home)))
    assert sides(home) == []


# No more than there is


@pytest.mark.slow
def test_a_file_received_twice_changes_nothing_the_second_time(desks: Round) -> None:
    files = edit_apart(desks)
    for path in files:
        desks.receive(desks.home, path)
    before, number = tables(desks.home), desks.home.newest()
    for path in files:
        (preview,) = desks.look(desks.home, path)
        assert not preview.is_worth_taking
        assert describe_preview(preview)[-1] == "Nothing in it is new here."
        assert take(desks.home, desks.incoming(path)) == (None, ())
    assert (tables(desks.home), desks.home.newest()) == (before, number)
    assert len(receipts(desks.home.conn)) == 3


def test_whoever_receives_nothing_new_is_not_recorded(desks: Round) -> None:
    back = desks.send_back(desks.copy_for("C3 lead"))
    number = desks.home.newest()
    desks.home.author = Author("Somebody new")
    assert take(desks.home, desks.incoming(back)) == (None, ())
    assert desks.home.newest() == number


@pytest.mark.slow
def test_the_same_value_set_twice_is_no_conflict(desks: Round) -> None:
    leads = [desks.copy_for(name) for name in ("One", "Two")]
    for lead in leads:
        lead.do(SetTrack(item=item(lead, "CAM-1"), track=Track.ON_TRACK, reason=f"So {lead.author}."))
        lead.do(MoveTarget(item=item(lead, "CAM-3"), text="June 2025", reason="Late."))
    for lead in leads:
        desks.receive(desks.home, desks.send_back(lead))
    assert sides(desks.home) == []


@pytest.mark.slow
def test_what_is_settled_here_is_settled_there(desks: Round) -> None:
    files = edit_apart(desks)
    home = desks.home
    for path in files:
        desks.receive(home, path)
    without = "SELECT reference FROM recommendation WHERE no_reason = 1"
    before = home.conn.execute(without).fetchall()
    for conflict in conflicts(home.conn, home.id):
        chosen = conflict.sides[0]
        home.do(
            SettleConflict(kind=conflict.kind, entity=conflict.entity, field=conflict.field, change=chosen.change),
            resolving=True,
        )
    assert sides(home) == []
    assert home.conn.execute(without).fetchall() == before, "the side that was chosen gives the reason"
    lead = Register.open(desks.folder / "C3 lead.fairlead", Author("C3 lead"))
    desks.opened.append(lead)
    desks.receive(lead, desks.send_back(home, "home"))
    assert sides(lead) == []
    assert differences(tables(home), tables(lead)) == []


# A part, with texts left out


def hate_crime(desks: Round) -> tuple[Register, Path, str]:
    """A lead's register of Hate Crime alone, without what is sensitive; the share; and the id of the sensitive note."""
    home = desks.home
    note = home.do(AddNote(items=(item(home, "HC-6"),), text=HIDDEN, marking="OFFICIAL-SENSITIVE")).created
    share = desks.folder / "hate-crime.sqlite"
    export(home, share, Filter(publication=("HC",), parts=True), terms=Terms(max_marking="OFFICIAL"))
    assert HIDDEN.encode() not in share.read_bytes()
    assert note
    return desks.copy_for("C3 lead", share), share, note


def text_of(register: Register, note: str) -> str | None:
    """The text of a note."""
    return register.conn.execute("SELECT text FROM note WHERE id = ?", (note,)).fetchone()[0]  # type: ignore[no-any-return]


def test_a_part_comes_back_with_its_edits_and_touches_nothing_else(desks: Round) -> None:
    lead, _, note = hate_crime(desks)
    assert HIDDEN.encode() not in Path(lead.path).read_bytes()
    lead.do(SetTrack(item=item(lead, "HC-6"), track=Track.DELAYED, reason="The vendor is late."))
    before = tables(desks.home)
    desks.receive(desks.home, desks.send_back(lead))
    after = tables(desks.home)
    differing = {
        (kind, key)
        for kind, table in after.items()
        if isinstance(table, dict)
        for key, row in table.items()
        if before[kind].get(key) != row
    }
    assert {kind for kind, _ in differing} == {"recommendation", "party"}
    assert {key for kind, key in differing if kind == "recommendation"} == {item(desks.home, "HC-6")}
    assert text_of(desks.home, note) == HIDDEN
    assert sides(desks.home) == []


@pytest.mark.slow
def test_what_was_left_out_is_filled_in_at_a_third_desk(desks: Round) -> None:
    lead, share, note = hate_crime(desks)
    third = desks.copy_for("Third", share)
    assert text_of(third, note) is None
    left_out = third.conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone()[0]
    lead.do(SetTrack(item=item(lead, "HC-6"), track=Track.DELAYED, reason="The vendor is late."))
    desks.receive(desks.home, desks.send_back(lead))
    whole = desks.send_back(desks.home, "home")
    (preview,) = desks.look(third, whole)
    assert preview.filled == left_out > 0
    assert (
        f"{left_out} values filled in that had been left out of this copy." in describe_preview(preview)
        or left_out == 1
    )
    desks.receive(third, whole)
    only_filled = replace(receipts(third.conn)[-1], changes=0, first_n=1, last_n=0)
    assert describe_received(third.conn, [only_filled]) == f"Received {left_out} filled in · {whole.name}"
    nothing = replace(only_filled, filled=0)
    assert describe_received(third.conn, [nothing, nothing]) == "Received from 2 files"
    assert text_of(third, note) == HIDDEN
    assert third.conn.execute("SELECT count(*) FROM change WHERE body IS NULL").fetchone() == (0,)
    assert differences(without_local(tables(desks.home)), without_local(tables(third))) == []


def test_a_receipt_accounts_for_what_a_file_left_out_and_a_copy_of_the_register_too(desks: Round) -> None:
    from store.log.manifest import incompleteness

    _, share, _ = hate_crime(desks)
    other = Register.create(desks.folder / "other.fairlead", Author("Other"))
    desks.opened.append(other)
    desks.receive(other, share)
    assert receipts(other.conn)[0].left_out > 0
    assert incompleteness(other.conn) == ()
    copied = save_as_own(other.path, desks.folder / "copied.fairlead", Author("Other"), desks.scratch)
    desks.opened.append(copied)
    assert incompleteness(copied.conn) == ()
    other.close()
    again = desks.incoming(other.path)
    assert again.states == ()


# Files that notes cite


@pytest.mark.slow
def test_files_kept_inside_come_along_checked_by_their_hash(desks: Round) -> None:
    lead = desks.copy_for("C3 lead")
    packed = pack(b"What was sent.")
    note = lead.do(AddNote(items=(item(lead, "HC-6"),), text="Sent.", kind=NoteKind.EVIDENCE)).created
    assert note
    lead.do(CiteEvidence(note=note, name="evidence.txt", content=packed))
    bare, whole = desks.send_back(lead, "bare"), desks.send_back(lead, "whole", with_files=True)
    desks.receive(desks.home, bare)
    assert attachment_state(desks.home.conn, packed.sha256) == "missing"
    (preview,) = desks.look(desks.home, whole)
    assert (preview.new, preview.files) == (0, 1)
    assert "1 file kept inside." in describe_preview(preview)
    receipt, _ = take(desks.home, desks.incoming(whole))
    assert receipt is not None
    assert attachment_state(desks.home.conn, packed.sha256) == "kept"
    desks.home.undo()
    assert sides(desks.home) == []


@pytest.mark.slow
def test_a_file_whose_bytes_are_not_those_cited_does_not_come(desks: Round) -> None:
    import sqlite3
    from contextlib import closing

    lead = desks.copy_for("C3 lead")
    packed = pack(b"What was sent.")
    note = lead.do(AddNote(items=(item(lead, "HC-6"),), text="Sent.", kind=NoteKind.EVIDENCE)).created
    assert note
    lead.do(CiteEvidence(note=note, name="evidence.txt", content=packed))
    whole = desks.send_back(lead, "whole", with_files=True)
    with closing(sqlite3.connect(whole, isolation_level=None)) as conn:
        conn.execute("UPDATE sqlar SET data = ?", (b"x" * len(packed.data),))
    desks.receive(desks.home, whole)
    assert attachment_state(desks.home.conn, packed.sha256) == "missing"


# Where it came from


@pytest.mark.slow
def test_the_history_shows_which_file_brought_a_change(desks: Round) -> None:
    lead = desks.copy_for("C3 lead")
    lead.do(SetTrack(item=item(lead, "CAM-1"), track=Track.ON_TRACK, reason="So it is."))
    desks.receive(desks.home, desks.send_back(lead))
    desks.home.do(AddNote(items=(item(desks.home, "CAM-1"),), text="At home."))
    rows = history(desks.home.conn, item=item(desks.home, "CAM-1"), limit=2)
    assert [(row.by, row.received_from) for row in rows] == [
        ("Coordinator", None),
        ("C3 lead, from C3 lead-back.sqlite", "C3 lead-back.sqlite"),
    ]
    assert receipts(desks.home.conn)[0].made_by == lead.id


@pytest.mark.slow
def test_a_register_that_somebody_worked_in_is_not_taken_for_the_share_it_was_made_from(desks: Round) -> None:
    lead = desks.copy_for("C3 lead")
    lead.do(SetTrack(item=item(lead, "CAM-1"), track=Track.ON_TRACK, reason="So it is."))
    lead.close()
    found = desks.incoming(Path(lead.path))
    assert (found.made_by, found.states) == (None, ())
    desks.receive(desks.home, Path(lead.path))


@pytest.mark.slow
def test_receipts_stay_here(desks: Round) -> None:
    lead = desks.copy_for("C3 lead")
    lead.do(SetTrack(item=item(lead, "CAM-1"), track=Track.ON_TRACK, reason="So it is."))
    desks.receive(desks.home, desks.send_back(lead, "secret-name"))
    assert b"secret-name" in Path(desks.home.path).read_bytes()
    assert b"secret-name" not in desks.send_back(desks.home, "out").read_bytes()
    desks.home.close()
    copied = save_as_own(desks.home.path, desks.folder / "copied.fairlead", Author("Other"), desks.scratch)
    desks.opened.append(copied)
    assert receipts(copied.conn) == []


# Taking back where something was written since


@pytest.mark.slow
def test_what_was_edited_over_it_since_is_asked_about_and_stays(desks: Round) -> None:
    from store.domain.errors import LaterEdits

    lead = desks.copy_for("C3 lead")
    lead.do(correct("recommendation", item(lead, "CAM-2"), title="Theirs"))
    lead.do(AddNote(items=(item(lead, "CAM-1"),), text="Theirs."))
    desks.receive(desks.home, desks.send_back(lead))
    desks.home.do(correct("recommendation", item(desks.home, "CAM-2"), title="Ours, over it"))
    (receipt,) = receipts(desks.home.conn)
    number = desks.home.newest()
    with pytest.raises(LaterEdits, match="CAM-2, title"):
        desks.home.undo(receipt.id)
    assert desks.home.newest() == number
    desks.home.undo(receipt.id, force=True)
    assert desks.home.conn.execute("SELECT title FROM recommendation WHERE reference = 'CAM-2'").fetchone() == (
        "Ours, over it",
    )
    assert desks.home.conn.execute("SELECT count(*) FROM note WHERE text = 'Theirs.' AND withdrawn = 0").fetchone() == (
        0,
    )


@pytest.mark.slow
def test_what_was_added_since_to_what_would_go_is_asked_about(desks: Round) -> None:
    from store.domain.errors import LaterEdits

    lead = desks.copy_for("C3 lead")
    note = lead.do(AddNote(items=(item(lead, "CAM-1"),), text="Theirs.", kind=NoteKind.EVIDENCE)).created
    assert note
    desks.receive(desks.home, desks.send_back(lead))
    desks.home.do(CiteEvidence(note=note, name="file.pdf", where="the shared drive"))
    (receipt,) = receipts(desks.home.conn)
    with pytest.raises(LaterEdits, match="added"):
        desks.home.undo(receipt.id)
    desks.home.undo()
    desks.home.undo()
    assert desks.home.conn.execute("SELECT count(*) FROM note WHERE text = 'Theirs.' AND withdrawn = 0").fetchone() == (
        0,
    )


@pytest.mark.slow
def test_a_file_is_taken_back_once(desks: Round) -> None:
    from store.domain.errors import CannotUndo

    lead = desks.copy_for("C3 lead")
    lead.do(CorrectNote(note=lead.conn.execute("SELECT id FROM note ORDER BY id").fetchone()[0], text="Corrected."))
    desks.receive(desks.home, desks.send_back(lead))
    (receipt,) = receipts(desks.home.conn)
    desks.home.undo(receipt.id)
    with pytest.raises(CannotUndo, match="taken back already"):
        desks.home.undo(receipt.id)
    desks.home.redo()
    desks.home.undo(receipt.id)


# Rules that two desks break


@pytest.mark.slow
def test_an_item_closed_here_and_tracked_there_is_in_attention_with_the_same_status_everywhere(desks: Round) -> None:
    files = edit_apart(desks)
    for path in files:
        desks.receive(desks.home, path)
    found = attention(desks.home.conn, Filter(), rules_of(desks.home.conn, desks.home.today()))
    assert found.reasons[Reason.CONFLICT] == 2
