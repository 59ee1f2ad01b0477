"""Files made to do harm, and what comes back broken: each is refused, or named before anything is taken."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from oracle import tables
from registers import MakeRegister, item

import store.exchange.untrusted
from store.commands import AddNote, CorrectNote, RecordReply, SetStage, SetTrack, SubmitEvidence, Withdraw, correct
from store.domain.errors import DiskFull, NotARegister, Refused
from store.domain.vocabulary import Basis, Stage, Track, Value, Verdict
from store.exchange.checked_registers import CheckedRegisters
from store.exchange.describe_merge import describe_preview
from store.exchange.export import export
from store.exchange.foreign import save_as_own
from store.exchange.merge import MergePreview, open_incoming, preview_merge, take
from store.log.change import Change, heads, make_change
from store.log.change_log import ChangeLog
from store.log.manifest import SHARE
from store.log.validate import read_row
from store.queries.attention import Reason, attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.filter import Filter
from store.register import Author, Register

pytest_plugins = ["registers"]

Look = Callable[[Register], MergePreview]


@pytest.fixture
def look(here: Register, tmp_path: Path) -> Look:
    """Shows what another desk's file would change here."""

    def found(there: Register) -> MergePreview:
        out = tmp_path / f"{secrets.token_hex(4)}.sqlite"
        export(there, out, Filter(parts=True))
        (preview,) = preview_merge(here, [open_incoming(here, out, tmp_path)], tmp_path)
        return preview

    return found


@pytest.fixture
def pair(here: Register, make_register: MakeRegister) -> tuple[Register, str]:
    """Another desk that has what is here, and an item of both."""
    entity = item(here)
    there = make_register("there")
    there.apply(list(here.log.all()))
    return there, entity


def crafted(register: Register, kind: str, entity: str, values: dict[str, Any], **more: Any) -> Change:
    """A change that no command makes, in a register of somebody else."""
    changes = register.log.of_entity(entity)
    (field,) = values if changes else ("withdrawn",)
    tops = [change.id for change in heads(changes, field)] or [change.id for change in changes if change.creates]
    return make_change(
        kind=kind,
        entity=entity,
        values={name: Value(value) for name, value in values.items()},
        reason=None,
        **{
            "parents": tops,
            "author": "a" * 32,
            "device": "b" * 32,
            "time": "2024-09-18T12:00:00.000Z",
            "action": "c" * 32,
            "salt": secrets.token_hex(16),
            **more,
        },
    )


def words(preview: MergePreview) -> str:
    """A preview as it is read."""
    return "\n".join(describe_preview(preview))


# Named in the preview


def test_a_marking_that_is_lowered_is_named(here: Register, make_register: MakeRegister, look: Look) -> None:
    entity = item(here, marking="OFFICIAL-SENSITIVE")
    note = here.do(AddNote(items=(entity,), text="Words.", marking="OFFICIAL-SENSITIVE")).created
    there = make_register("there")
    there.apply(list(here.log.all()))
    assert note
    there.do(correct("recommendation", entity, marking="OFFICIAL"))
    there.do(CorrectNote(note=note, marking="OFFICIAL"))
    assert "It lowers 2 markings, of HC-6, note of HC-6: look at them before anything is sent on." in words(look(there))


def test_a_note_that_is_withdrawn_lowers_no_marking(here: Register, make_register: MakeRegister, look: Look) -> None:
    here.do(AddNote(items=(item(here),), text="Words.", marking="OFFICIAL-SENSITIVE"))
    there = make_register("there", author="here")
    there.apply(list(here.log.all()))
    there.do(Withdraw(kind="note", entity=there.conn.execute("SELECT id FROM note").fetchone()[0]))
    assert "lowers" not in words(look(there))


def test_a_discharge_without_a_reply_is_named(pair: tuple[Register, str], look: Look) -> None:
    there, entity = pair
    there.apply([crafted(there, "recommendation", entity, {"stage": {"text": "discharged"}})])
    assert "It discharges HC-6 without a reply that does." in words(look(there))


def missing(register: Register) -> list[str]:
    """What Attention lists of HC-6 as closed without what should lead there."""
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, Filter(parts=True), rules)
    seqs, flags = [*found.seqs, *found.folded], [*found.flags, *found.folded_flags]
    rows = attention_rows(register.conn, rules, seqs, flags)
    return [one.detail for row in rows for one in row.because if one.reason == Reason.NO_EVIDENCE]


@pytest.mark.parametrize("late", ["2024-09-18T12:00:00.000Z", "2023-01-01T00:00:00.000Z"])
def test_a_discharge_that_came_in_without_a_reply_is_in_attention_on_every_desk_until_there_is_one(
    pair: tuple[Register, str], here: Register, late: str
) -> None:
    """Whatever the clock of whoever made it: what counts is the value that is shown."""
    there, entity = pair
    there.do(SubmitEvidence(items=(entity,), sent="1 September 2024", note="A report."))
    there.apply([crafted(there, "recommendation", entity, {"stage": {"text": "discharged"}}, time=late)])
    here.apply(list(there.log.all()))
    for register in (here, there):
        assert missing(register) == ["discharged, and no reply that does is recorded"]
    here.do(RecordReply(item=entity, dated="2 September 2024", verdict=Verdict.DISCHARGED, words="It is done."))
    assert missing(here) == []
    here.undo()
    # What is left leads to a stage: the evidence that was sent.
    assert here.conn.execute("SELECT stage, unevidenced FROM recommendation").fetchone() == ("submitted", 0)
    here.redo()
    assert missing(here) == []


def test_a_discharge_as_published_needs_no_reply_here(pair: tuple[Register, str]) -> None:
    there, entity = pair
    there.do(SetStage(item=entity, stage=Stage.DISCHARGED, basis=Basis.STATED, place="2.4"))
    assert missing(there) == []


def test_a_discharge_by_a_reply_is_not_named(pair: tuple[Register, str], look: Look) -> None:
    there, entity = pair
    there.do(RecordReply(item=entity, dated="1 September 2024", verdict=Verdict.DISCHARGED, words="Accepted."))
    assert "without a reply" not in words(look(there))


def test_evidence_stated_as_sent_without_any_is_named(pair: tuple[Register, str], look: Look) -> None:
    there, entity = pair
    there.apply([crafted(there, "recommendation", entity, {"stage": {"text": "submitted", "asks": "view"}})])
    assert "It has HC-6 as sent, without what was sent." in words(look(there))


def test_words_taken_out_for_good_are_named_and_stay(here: Register, pair: tuple[Register, str], look: Look) -> None:
    there, entity = pair
    named = sorted(change.id for change in here.log.of_entity(entity))
    there.apply([crafted(there, "expunge", "d" * 32, {"changes": named, "withdrawn": False}, parents=[])])
    preview = look(there)
    assert "It asks to take words out for good (1 time): nothing is taken out unless you agree." in words(preview)
    take(here, preview.file)
    assert all(change.body is not None for change in here.log.all())


def test_changes_that_claim_to_be_ours_are_named(here: Register, pair: tuple[Register, str], look: Look) -> None:
    there, entity = pair
    there.apply([crafted(there, "recommendation", entity, {"title": "We never wrote that"}, device=here.id)])
    assert "1 change in it claims to be made in this register, which does not have them" in words(look(there))


def test_what_waits_is_named_and_applied_when_what_it_waits_for_comes(
    here: Register, pair: tuple[Register, str], make_register: MakeRegister, tmp_path: Path, look: Look
) -> None:
    there, entity = pair
    there.do(correct("recommendation", entity, title="First"))
    there.do(correct("recommendation", entity, title="Second"))
    first, second = there.log.of_entity(entity)[-2:]
    third = make_register("third")
    third.apply([change for change in there.log.all() if change.id != first.id])
    out = tmp_path / "third.sqlite"
    third.close()
    (preview,) = preview_merge(here, [open_incoming(here, third.path, tmp_path)], tmp_path)
    assert preview.waiting == 1
    assert "1 change waiting for something that is in neither: kept, and not applied." in words(preview)
    take(here, preview.file)
    assert here.conn.execute("SELECT title FROM recommendation").fetchone() == ("Speed up reporting",)
    late = look(there)
    assert (late.new, late.waiting, late.released) == (1, 0, 1)
    assert "1 change that waited here for something in it: applied now." in words(late)
    take(here, late.file)
    assert here.conn.execute("SELECT title FROM recommendation").fetchone() == ("Second",)
    assert not out.exists() and second.id in {change.id for change in here.log.all()}


def test_a_part_from_which_something_was_taken_out_says_so(
    here: Register, pair: tuple[Register, str], tmp_path: Path
) -> None:
    there, entity = pair
    there.do(SetTrack(item=entity, track=Track.DELAYED, reason="Late."))
    out = tmp_path / "part.sqlite"
    export(there, out, Filter(publication=("HC",)))
    with closing(sqlite3.connect(out, isolation_level=None)) as conn:
        conn.execute("DELETE FROM change WHERE n = (SELECT max(n) FROM change)")
    (preview,) = preview_merge(here, [open_incoming(here, out, tmp_path)], tmp_path)
    assert "Something was taken out of part.sqlite after it was written" in words(preview)


# Refused


def refused(here: Register, path: Path, tmp_path: Path, match: str, error: type[Exception] = Refused) -> None:
    """A file is refused in words, and nothing of it is left."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with pytest.raises(error, match=match):
        open_incoming(here, path, scratch)
    assert list(scratch.iterdir()) == []


def test_a_whole_register_from_which_something_was_taken_out_is_refused(
    here: Register, pair: tuple[Register, str], tmp_path: Path
) -> None:
    there, _ = pair
    out = tmp_path / "whole.sqlite"
    export(there, out, Filter())
    with closing(sqlite3.connect(out, isolation_level=None)) as conn:
        conn.execute("DELETE FROM change WHERE n = (SELECT max(n) FROM change)")
    refused(here, out, tmp_path, "something was taken out of it. Ask for it again")


def test_a_row_that_no_reading_comes_to_is_not_copied(
    here: Register, pair: tuple[Register, str], tmp_path: Path
) -> None:
    there, entity = pair
    there.do(SetTrack(item=entity, track=Track.DELAYED, reason="Late"))
    out = tmp_path / "below.sqlite"
    export(there, out, Filter())
    with closing(sqlite3.connect(out, isolation_level=None)) as conn:
        conn.execute("UPDATE change SET n = -1, body = 'not checked' WHERE n = (SELECT max(n) FROM change)")
    refused(here, out, tmp_path, "it holds one change more than once")


def test_a_full_disk_under_the_copying_is_reported_as_that(
    here: Register, pair: tuple[Register, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "whole.sqlite"
    export(pair[0], out, Filter())

    def full(log: ChangeLog, database: str, last: int) -> None:
        raise DiskFull(tmp_path)

    monkeypatch.setattr(ChangeLog, "copy_from", full)
    refused(here, out, tmp_path, "full", DiskFull)


def test_a_flattened_file_is_refused(here: Register, pair: tuple[Register, str], tmp_path: Path) -> None:
    there, _ = pair
    out = tmp_path / "flat.sqlite"
    export(there, out, Filter())
    with closing(sqlite3.connect(out, isolation_level=None)) as conn:
        (stated,) = conn.execute("SELECT value FROM this_file WHERE name = ?", (SHARE,)).fetchone()
        stated = json.dumps(json.loads(stated) | {"flattened": True})
        conn.execute("UPDATE this_file SET value = ? WHERE name = ?", (stated, SHARE))
    refused(here, out, tmp_path, "it has no history, so it can be read and not merged")


@pytest.mark.parametrize(
    ("name", "content"),
    [("tracker.xlsx", b"PK\x03\x04" + b"x" * 600), ("tracker.csv", b"Ref,Title\nHC-6,Speed up\n" * 40), ("e.db", b"")],
)
def test_a_tracker_is_sent_to_import(here: Register, name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    wanted = "fairlead import" if content else "is not a Fairlead register"
    refused(here, path, tmp_path, wanted, NotARegister)


@pytest.mark.parametrize("way", ["entity", "parent", "names", "waits"])
def test_changes_that_contradict_what_is_here_are_refused_and_nothing_is_taken(
    way: str, here: Register, pair: tuple[Register, str], make_register: MakeRegister, tmp_path: Path
) -> None:
    """Each is whole by itself: only with what is here it makes one entity two kinds, or rests on another's change."""
    _, entity = pair
    other = make_register("other")
    note = {"text": "Words.", "withdrawn": False}
    title = here.log.of_entity(entity)[0]
    made: Sequence[Change]
    if way == "entity":
        made = [crafted(other, "note", entity, note, parents=[])]
    elif way == "parent":
        made = [
            crafted(other, "note", "e" * 32, note, parents=[]),
            crafted(other, "note", "e" * 32, {"text": "Other."}, parents=[title.id]),
        ]
    elif way == "names":
        made = [crafted(other, "theme", "e" * 32, {"name": "T", "publication": entity, "withdrawn": False}, parents=[])]
    else:
        first = crafted(other, "note", "e" * 32, note, parents=[])
        here.apply([crafted(here, "recommendation", entity, {"title": "Waits."}, parents=[first.id])])
        made = [first]
    other.apply(made)
    other.close()
    before, number = tables(here), here.newest()
    file = open_incoming(here, other.path, tmp_path)
    with pytest.raises(Refused, match="its changes do not fit together with those of this register"):
        preview_merge(here, [file], tmp_path)
    with pytest.raises(Refused):
        take(here, file)
    assert (tables(here), here.newest()) == (before, number)


def hide_from_index(file: Path, change: str) -> None:
    """Take a change out of the index of ids alone, as only a crafted file has it."""
    unique, index = "id TEXT NOT NULL UNIQUE", "sqlite_autoindex_change_1"
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        row = conn.execute("SELECT * FROM change WHERE id = ?", (change,)).fetchone()
        conn.execute("DELETE FROM change WHERE id = ?", (change,))
        schema = conn.execute("SELECT * FROM sqlite_schema WHERE name IN ('change', ?)", (index,)).fetchall()
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute(
            "UPDATE sqlite_schema SET sql = replace(sql, ?, 'id TEXT NOT NULL') WHERE name = 'change'", (unique,)
        )
        conn.execute("DELETE FROM sqlite_schema WHERE name = ?", (index,))
    with closing(sqlite3.connect(file, isolation_level=None)) as conn:
        conn.execute(f"INSERT INTO change VALUES ({','.join('?' * len(row))})", row)
        conn.execute("PRAGMA writable_schema=ON")
        conn.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'change'", (schema[0][4],))
        conn.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", schema[1])
    with closing(sqlite3.connect(file)) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall()[0][0].startswith("row ")


@pytest.mark.parametrize("parent", ["ours", "new"])
def test_a_parent_that_is_not_in_the_index_of_its_file_is_found(
    here: Register, pair: tuple[Register, str], tmp_path: Path, parent: str
) -> None:
    there, entity = pair
    note = {"text": "Words.", "withdrawn": False}
    notes = [crafted(there, "note", letter * 32, note, parents=[]) for letter in "ef"]
    above = here.log.of_entity(entity)[0] if parent == "ours" else notes[1]
    there.apply([*notes, crafted(there, "note", "e" * 32, {"text": "Other."}, parents=[above.id])])
    there.close()
    hide_from_index(there.path, above.id)
    file = open_incoming(here, there.path, tmp_path)
    with pytest.raises(Refused, match="its changes do not fit together with those of this register"):
        preview_merge(here, [file], tmp_path)


# What comes back is mostly one's own


@pytest.fixture
def validated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the changes that are validated from now on."""
    ids: list[str] = []

    def read(row: Sequence[object]) -> Change:
        ids.append(str(row[1]))
        return read_row(row)

    monkeypatch.setattr(store.exchange.untrusted, "read_row", read)
    return ids


def back_with_a_change(here: Register, folder: Path) -> tuple[Path, set[str]]:
    """A file that comes back from a lead, and the ids of the changes in it that are new."""
    given, out = folder / "given.sqlite", folder / "back.sqlite"
    export(here, given, Filter(parts=True))
    with closing(save_as_own(given, folder / "lead.fairlead", Author("Lead"), folder)) as lead:
        item = lead.conn.execute("SELECT id FROM recommendation").fetchone()[0]
        lead.do(SetTrack(item=item, track=Track.DELAYED, reason="Late."))
        export(lead, out, Filter(parts=True))
        new = {change.id for change in lead.log.all()} - {change.id for change in here.log.all()}
    return out, new


def test_of_a_file_that_comes_back_only_what_is_new_is_validated(
    here: Register, pair: tuple[Register, str], tmp_path: Path, validated: list[str]
) -> None:
    here.apply(list(pair[0].log.all()))
    out, new = back_with_a_change(here, tmp_path)
    validated.clear()
    file = open_incoming(here, out, tmp_path)
    assert set(validated) == new and len(validated) == len(new) >= 1
    receipt, _ = take(here, file)
    assert receipt and receipt.changes == len(new)


@pytest.mark.parametrize(
    ("column", "value"),
    [("body", "'{\"values\":{}}'"), ("author", "lower(hex(randomblob(16)))"), ("time", "'2024-09-18T00:00:00.001Z'"),
     ("salt", "NULL"), ("body", "NULL"), ("clear", "clear || ' '")],
)  # fmt: skip
def test_a_change_of_ours_that_was_altered_on_the_way_is_found(
    here: Register, pair: tuple[Register, str], tmp_path: Path, column: str, value: str
) -> None:
    here.apply(list(pair[0].log.all()))
    out, _ = back_with_a_change(here, tmp_path)
    with closing(sqlite3.connect(out, isolation_level=None)) as conn:
        conn.execute(f"UPDATE change SET {column} = {value} WHERE n = 2")
    refused(here, out, tmp_path, "change 2: ")


def test_what_was_compared_with_one_register_is_checked_again_for_another(
    here: Register, pair: tuple[Register, str], tmp_path: Path, validated: list[str], make_register: MakeRegister
) -> None:
    here.apply(list(pair[0].log.all()))
    out, new = back_with_a_change(here, tmp_path)
    os.utime(out, ns=(10**18, 10**18))
    cache = CheckedRegisters(tmp_path / "checked")
    for register, wanted in ((here, len(new)), (here, 0), (make_register("other"), None)):
        validated.clear()
        file = open_incoming(register, out, tmp_path, None, cache)
        with closing(Register.open(file.log, read_only_reason="It is compared.")) as theirs:
            assert len(validated) == (theirs.newest() if wanted is None else wanted)
