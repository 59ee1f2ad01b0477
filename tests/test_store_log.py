"""What a change holds, how its id is made, and what heads and conflicts come to."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import fields, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from oracle import differences, tables
from registers import MakeRegister, conflicts, item, meet, newest, publication, retitle, send, title, two_desks_apart

from store.commands import (
    AddNote,
    AddPublication,
    CorrectNote,
    SetLeads,
    Withdraw,
    correct,
)
from store.domain.errors import UnresolvedConflict
from store.domain.vocabulary import Value
from store.log.change import Change, association_id, make_change, matches_id
from store.register import Author, Register

pytest_plugins = ["registers"]


# A change and its id

EXAMPLE = make_change(
    kind="recommendation",
    entity="0" * 32,
    values={"title": Value("“Reporting” – 3 €", "inferred", "page 4")},
    reason="So said.",
    parents=["b" * 32, "a" * 32],
    author="1" * 32,
    device="2" * 32,
    time="2024-09-18T09:30:00.000Z",
    action="3" * 32,
    salt="4" * 32,
    undoes="5" * 32,
)


def blake(*parts: str) -> str:
    """The hash that the log uses, by itself."""
    return blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def test_an_id_is_the_hash_of_the_envelope_and_is_for_good() -> None:
    envelope = {
        "format": 1,
        "kind": "recommendation",
        "entity": "0" * 32,
        "fields": ["title"],
        "author": "1" * 32,
        "device": "2" * 32,
        "time": "2024-09-18T09:30:00.000Z",
        "action": "3" * 32,
        "undoes": "5" * 32,
        "parents": ["a" * 32, "b" * 32],
        "clear": {},
        "body": blake("4" * 32, str(EXAMPLE.body)),
    }
    text = json.dumps(envelope, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert EXAMPLE.id == blake(text) == "d01e3eac7c8babe9612b8e558004a54c"


def test_a_body_is_canonical_json_of_values_bases_and_reason() -> None:
    assert EXAMPLE.body == (
        '{"basis":{"title":["inferred","page 4"]},"reason":"So said.","values":{"title":"“Reporting” – 3 €"}}'
    )


FLIPS: dict[str, Any] = {
    "id": "f" * 32,
    "kind": "note",
    "entity": "f" * 32,
    "fields": ("number",),
    "author": "f" * 32,
    "device": "f" * 32,
    "time": "2024-09-18T09:30:00.001Z",
    "action": "f" * 32,
    "undoes": None,
    "parents": ("a" * 32,),
    "clear": '{"theme":"ffffffffffffffffffffffffffffffff"}',
    "body_hash": "f" * 32,
    "salt": "5" * 32,
    "body": str(EXAMPLE.body).replace("3", "4"),
}


@pytest.mark.parametrize("column", FLIPS)
def test_an_altered_row_is_found(column: str) -> None:
    assert matches_id(EXAMPLE)
    assert not matches_id(replace(EXAMPLE, **{column: FLIPS[column]}))


def test_every_column_of_a_change_is_tried() -> None:
    assert {f.name for f in fields(Change) if f.compare} == FLIPS.keys()


def test_a_change_whose_body_is_not_here_still_checks() -> None:
    assert matches_id(replace(EXAMPLE, body=None, salt=None))


@pytest.mark.parametrize("lost", ["body", "salt"])
def test_a_body_is_whole_or_absent(lost: str) -> None:
    without: dict[str, Any] = {lost: None}
    assert not matches_id(replace(EXAMPLE, **without))


def test_field_names_out_of_order_are_found() -> None:
    two = make_change(
        kind="party",
        entity="0" * 32,
        values={"kind": Value("unit"), "name": Value("C3")},
        reason=None,
        parents=[],
        author="1" * 32,
        device="2" * 32,
        time="2024-09-18T09:30:00.000Z",
        action="3" * 32,
        salt="4" * 32,
    )
    assert matches_id(two)
    assert not matches_id(replace(two, fields=("name", "kind")))


def test_every_change_that_is_stored_checks(sample: Register) -> None:
    assert all(matches_id(change) for change in sample.log.all())


# Creating


def test_creating_a_thing_is_one_change_that_sets_every_field_that_is_known(here: Register) -> None:
    (created,) = here.log.of_entity(item(here))
    assert created.parents == () and created.value("withdrawn").value is False
    assert all(created.value(name).value is not None for name in created.fields)
    assert {"publication", "number", "title", "kind", "stage", "track", "marking"} < set(created.fields)


def test_what_a_thing_belongs_to_and_whether_it_is_withdrawn_stay_in_the_clear(here: Register) -> None:
    (created,) = here.log.of_entity(item(here))
    bare = replace(created, body=None, salt=None)
    assert bare.clear_values.keys() == {"publication", "withdrawn"} and matches_id(bare)
    assert bare.is_readable("publication") and not bare.is_readable("title")


def test_two_people_who_record_the_same_numbered_item_meet(here: Register, there: Register) -> None:
    assert item(here, "6") == item(there, "Rec. 06")


def test_two_people_who_record_items_without_a_number_do_not_meet(here: Register, there: Register) -> None:
    assert item(here, None) != item(there, None)


def test_a_number_taken_by_an_item_that_was_renumbered_gets_an_id_of_its_own(here: Register) -> None:
    moved = item(here, "6")
    here.do(correct("recommendation", moved, number="7"))
    assert item(here, "6") != moved


def test_a_publication_recorded_twice_is_one(here: Register, there: Register) -> None:
    other = there.do(AddPublication(title="hate  crime", published="1 June 2021", code="HATE")).created
    assert publication(here) == other
    meet(here, there)
    assert conflicts(here) == conflicts(there) == [(other, "code"), (other, "published"), (other, "title")]


def test_two_people_who_add_the_same_lead_agree(here: Register, there: Register) -> None:
    entity = item(here)
    here.do(SetLeads(item=entity, leads=("C3",)))
    here.do(SetLeads(item=entity, leads=()))
    send(here, there)
    for register in (here, there):
        register.do(SetLeads(item=entity, leads=("C3",)))
    meet(here, there)
    assert conflicts(here) == []
    assert here.conn.execute("SELECT count(*) FROM lead WHERE withdrawn = 0").fetchone() == (1,)


def test_the_same_work_is_one_tie_whichever_end_is_named_first() -> None:
    a, b = "a" * 32, "b" * 32
    assert association_id("link", {"relation": "same-work", "recommendation": a, "other": b}) == association_id(
        "link", {"relation": "same-work", "recommendation": b, "other": a}
    )
    assert association_id("link", {"relation": "depends-on", "recommendation": a, "other": b}) != association_id(
        "link", {"relation": "depends-on", "recommendation": b, "other": a}
    )


# Heads and conflicts


def test_a_change_names_the_head_that_it_replaces(here: Register) -> None:
    entity = item(here)
    first = retitle(here, entity, "One")
    assert retitle(here, entity, "Two").parents == (first.id,)


def test_a_withdrawal_names_the_heads_of_every_field(here: Register) -> None:
    entity = item(here)
    created, retitled = newest(here, entity), retitle(here, entity, "One")
    here.do(Withdraw(kind="recommendation", entity=entity))
    assert newest(here, entity).parents == tuple(sorted((created.id, retitled.id)))


def test_edits_of_different_fields_join(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    here.do(correct("recommendation", entity, title="Ours"))
    there.do(correct("recommendation", entity, text="Theirs"))
    meet(here, there)
    assert conflicts(here) == []
    assert here.conn.execute("SELECT title, text FROM recommendation").fetchone() == ("Ours", "Theirs")


def test_two_people_who_write_the_same_value_do_not_conflict(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    for register in (here, there):
        retitle(register, entity, "The same")
    meet(here, there)
    assert conflicts(here) == conflicts(there) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"), [("2024-09-18", "2023-08-15", "Ours"), ("2024-09-18", "2025-10-20", "Theirs")]
)
def test_of_two_values_the_later_by_the_clock_is_shown_on_both_desks_and_marked(
    here: Register, there: Register, day: Callable[[str], None], ours: str, theirs: str, shown: str
) -> None:
    entity = item(here)
    send(here, there)
    day(ours)
    retitle(here, entity, "Ours")
    day(theirs)
    retitle(there, entity, "Theirs")
    meet(here, there)
    assert title(here, entity) == title(there, entity) == shown
    assert conflicts(here) == conflicts(there) == [(entity, "title")]
    assert here.conn.execute("SELECT in_conflict FROM recommendation").fetchone() == (1,)


def test_of_two_values_of_one_moment_the_greater_id_is_shown(
    here: Register, there: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "stamp", lambda self: "2024-09-18T09:00:00.000Z")
    entity = two_desks_apart(here, there)
    greater = max(newest(here, entity), newest(there, entity), key=lambda c: c.id)
    meet(here, there)
    assert title(here, entity) == title(there, entity) == greater.value("title").value


def test_an_ordinary_edit_of_a_field_in_conflict_asks(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    meet(here, there)
    with pytest.raises(UnresolvedConflict, match=r"2 values side by side \(Ours; Theirs\)"):
        retitle(here, entity, "Ours")


def test_an_edit_whose_parents_are_all_the_heads_settles_a_conflict_everywhere(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    sides = {newest(here, entity).id, newest(there, entity).id}
    meet(here, there)
    settled = retitle(here, entity, "Ours", resolving=True)
    meet(here, there)
    assert set(settled.parents) == sides
    assert conflicts(here) == conflicts(there) == []
    assert title(there, entity) == "Ours"


def test_a_side_that_the_settling_edit_had_not_seen_is_still_a_conflict(
    here: Register, there: Register, make_register: MakeRegister
) -> None:
    third = make_register("third")
    entity = two_desks_apart(here, there)
    third.apply([c for c in here.log.all() if c.value("title").value != "Ours"])
    retitle(third, entity, "A third")
    meet(here, there)
    retitle(here, entity, "Settled", resolving=True)
    meet(here, there, third)
    assert conflicts(here) == conflicts(third) == [(entity, "title")]


def test_the_same_conflict_settled_alike_twice_is_settled(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    meet(here, there)
    for register in (here, there):
        retitle(register, entity, "Agreed", resolving=True)
    meet(here, there)
    assert conflicts(here) == []


def test_an_edit_that_a_withdrawal_had_not_seen_is_a_conflict(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", entity=entity))
    retitle(there, entity, "Theirs")
    meet(here, there)
    assert conflicts(here) == conflicts(there) == [(entity, "title")]


def test_an_edit_that_a_withdrawal_had_seen_is_no_conflict(here: Register) -> None:
    entity = item(here)
    retitle(here, entity, "Seen")
    here.do(Withdraw(kind="recommendation", entity=entity))
    assert conflicts(here) == []


def test_withdrawing_again_settles_an_edit_that_the_withdrawal_had_not_seen(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", entity=entity))
    retitle(there, entity, "Theirs")
    meet(here, there)
    assert here.do(Withdraw(kind="recommendation", entity=entity)).action
    assert conflicts(here) == []
    assert here.do(Withdraw(kind="recommendation", entity=entity)).action is None


def test_bringing_a_thing_back_settles_an_edit_that_the_withdrawal_had_not_seen(
    here: Register, there: Register
) -> None:
    entity = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", entity=entity))
    retitle(there, entity, "Theirs")
    meet(here, there)
    here.undo()
    assert conflicts(here) == []
    assert title(here, entity) == "Theirs"


def test_two_people_who_withdraw_the_same_thing_agree(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    for register in (here, there):
        register.do(Withdraw(kind="recommendation", entity=entity))
    meet(here, there)
    assert conflicts(here) == conflicts(there) == []


def test_two_notes_never_conflict(here: Register, there: Register) -> None:
    entity = item(here)
    note = str(here.do(AddNote(items=(entity,), text="First words.")).created)
    send(here, there)
    here.do(CorrectNote(note=note, text="Our words."))
    there.do(CorrectNote(note=note, text="Their words."))
    there.do(AddNote(items=(entity,), text="More words."))
    meet(here, there)
    assert conflicts(here) == []
    texts = {row[0] for row in here.conn.execute("SELECT text FROM note WHERE withdrawn = 0")}
    assert texts == {"Our words.", "Their words.", "More words."}


def test_work_on_a_copied_file_comes_back_without_a_number_used_twice(here: Register, tmp_path: Path) -> None:
    entity = item(here)
    shutil.copyfile(here.path, tmp_path / "copy.db")
    copy = Register.open(tmp_path / "copy.db", Author("Copier"))
    assert copy.id == here.id
    retitle(here, entity, "Ours")
    retitle(copy, entity, "Theirs")
    copy.do(AddNote(items=(entity,), text="On the train."))
    meet(here, copy)
    assert differences(tables(here), tables(copy)) == []
    assert conflicts(here) == [(entity, "title")]
    copy.close()
