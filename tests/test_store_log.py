"""What the log promises, claim by claim: ids, heads and conflicts, waiting, undo, targets, and the days gone by."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from datetime import date
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from oracle import differences, is_sound, new_register, rebuild, standing, tables

from store.changes import Change, is_whole, make_change, target_moves, tie_id, undone
from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    AddPublication,
    AddTheme,
    CorrectAction,
    CorrectItem,
    CorrectNote,
    CorrectPublication,
    FinishAction,
    MoveTarget,
    SetLeads,
    SetTrack,
    Withdraw,
)
from store.commands.register import theme_id
from store.errors import AlreadyThere, BadInput, CannotUndo, InConflict, LaterEdits, NotAllowed, OnlyLooking, Stale
from store.kinds import KINDS
from store.register import NoWriter, Register, Writer
from store.words import Track, Value

Desk = Callable[..., Register]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty register's file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    Register.create(path).close()
    return path


@pytest.fixture
def desk(tmp_path: Path, template: Path) -> Iterator[Desk]:
    """Makes registers, each with an id and a writer of its own."""
    opened: list[Register] = []

    def make(name: str = "here", writer: str | None = None) -> Register:
        opened.append(new_register(tmp_path, name, template, Writer(writer or name)))
        return opened[-1]

    yield make
    for register in opened:
        register.close()


@pytest.fixture
def here(desk: Desk) -> Register:
    """A desk."""
    return desk("here")


@pytest.fixture
def there(desk: Desk) -> Register:
    """Another desk."""
    return desk("there")


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the day that everybody's clock shows."""
    return lambda iso: monkeypatch.setenv("FAIRLEAD_TODAY", iso)


def publication(register: Register, title: str = "Hate Crime") -> str:
    """A publication's id."""
    return str(register.do(AddPublication(title=title, published="June 2021")).created)


def item(register: Register, number: str | None = "6", **more: Any) -> str:
    """An item's id, in Hate Crime."""
    found = register.conn.execute("SELECT id FROM publication").fetchone()
    where = found[0] if found else publication(register)
    return str(register.do(AddItem(publication=where, number=number, title="Speed up reporting", **more)).created)


def send(sender: Register, receiver: Register) -> None:
    """Pass on everything."""
    receiver.apply(list(sender.log.all()))


def meet(*desks: Register) -> None:
    """Everybody gets everything."""
    for sender in desks:
        for receiver in desks:
            if sender is not receiver:
                send(sender, receiver)


def title(register: Register, thing: str) -> str:
    """An item's title as it stands."""
    return str(register.conn.execute("SELECT title FROM recommendation WHERE id = ?", (thing,)).fetchone()[0])


def conflicts(register: Register) -> list[tuple[str, str]]:
    """The fields in conflict, with their things."""
    return list(register.conn.execute("SELECT thing, field FROM conflict ORDER BY thing, field"))


def newest(register: Register, thing: str) -> Change:
    """The newest change of a thing."""
    return register.log.of_thing(thing)[-1]


def retitle(register: Register, thing: str, text: str, **how: Any) -> Change:
    """Correct an item's title."""
    register.do(CorrectItem(item=thing, title=text), **how)
    return newest(register, thing)


def two_desks_apart(here: Register, there: Register) -> str:
    """One item on two desks, titled apart: "Ours" here and, later by the clock, "Theirs" there."""
    thing = item(here)
    send(here, there)
    retitle(here, thing, "Ours")
    retitle(there, thing, "Theirs")
    return thing


# A change and its id


EXAMPLE = make_change(
    kind="recommendation",
    thing="0" * 32,
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
        "thing": "0" * 32,
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
    assert EXAMPLE.id == blake(text) == "aca36203ff783b6142ea386d95eddaee"


def test_a_body_is_canonical_json_of_values_bases_and_reason() -> None:
    assert EXAMPLE.body == (
        '{"basis":{"title":["inferred","page 4"]},"reason":"So said.","values":{"title":"“Reporting” – 3 €"}}'
    )


FLIPS: dict[str, Any] = {
    "id": "f" * 32,
    "kind": "note",
    "thing": "f" * 32,
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
    assert is_whole(EXAMPLE)
    assert not is_whole(replace(EXAMPLE, **{column: FLIPS[column]}))


def test_every_column_of_a_change_is_tried() -> None:
    assert {f.name for f in fields(Change) if f.compare} == FLIPS.keys()


def test_a_change_whose_body_is_not_here_still_checks() -> None:
    assert is_whole(replace(EXAMPLE, body=None, salt=None))


@pytest.mark.parametrize("lost", ["body", "salt"])
def test_a_body_is_whole_or_absent(lost: str) -> None:
    assert not is_whole(replace(EXAMPLE, **{lost: None}))


def test_field_names_out_of_order_are_found() -> None:
    two = make_change(
        kind="party",
        thing="0" * 32,
        values={"kind": Value("unit"), "name": Value("C3")},
        reason=None,
        parents=[],
        author="1" * 32,
        device="2" * 32,
        time="2024-09-18T09:30:00.000Z",
        action="3" * 32,
        salt="4" * 32,
    )
    assert is_whole(two)
    assert not is_whole(replace(two, fields=("name", "kind")))


def test_every_change_that_is_stored_checks(sample: Register) -> None:
    assert all(is_whole(change) for change in sample.log.all())


# Creating


def test_creating_a_thing_is_one_change_that_sets_every_field_that_is_known(here: Register) -> None:
    (created,) = here.log.of_thing(item(here))
    assert created.parents == () and created.value("withdrawn").value is False
    assert all(created.value(name).value is not None for name in created.fields)
    assert {"publication", "number", "title", "kind", "stage", "track", "marking"} < set(created.fields)


def test_what_a_thing_belongs_to_and_whether_it_is_withdrawn_stay_in_the_clear(here: Register) -> None:
    (created,) = here.log.of_thing(item(here))
    bare = replace(created, body=None, salt=None)
    assert bare.named.keys() == {"publication", "withdrawn"} and is_whole(bare)
    assert bare.says("publication") and not bare.says("title")


def test_two_people_who_record_the_same_numbered_item_meet(here: Register, there: Register) -> None:
    assert item(here, "6") == item(there, "Rec. 06")


def test_two_people_who_record_items_without_a_number_do_not_meet(here: Register, there: Register) -> None:
    assert item(here, None) != item(there, None)


def test_a_number_taken_by_an_item_that_was_renumbered_gets_an_id_of_its_own(here: Register) -> None:
    moved = item(here, "6")
    here.do(CorrectItem(item=moved, number="7"))
    assert item(here, "6") != moved


def test_a_publication_recorded_twice_is_one(here: Register, there: Register) -> None:
    other = there.do(AddPublication(title="hate  crime", published="1 June 2021", code="HATE")).created
    assert publication(here) == other
    meet(here, there)
    assert conflicts(here) == conflicts(there) == [(other, "code"), (other, "published"), (other, "title")]


def test_two_people_who_add_the_same_lead_agree(here: Register, there: Register) -> None:
    thing = item(here)
    here.do(SetLeads(item=thing, leads=("C3",)))
    here.do(SetLeads(item=thing, leads=()))
    send(here, there)
    for register in (here, there):
        register.do(SetLeads(item=thing, leads=("C3",)))
    meet(here, there)
    assert conflicts(here) == []
    assert here.conn.execute("SELECT count(*) FROM lead WHERE withdrawn = 0").fetchone() == (1,)


def test_the_same_work_is_one_tie_whichever_end_is_named_first() -> None:
    a, b = "a" * 32, "b" * 32
    assert tie_id("link", {"relation": "same-work", "recommendation": a, "other": b}) == tie_id(
        "link", {"relation": "same-work", "recommendation": b, "other": a}
    )
    assert tie_id("link", {"relation": "depends-on", "recommendation": a, "other": b}) != tie_id(
        "link", {"relation": "depends-on", "recommendation": b, "other": a}
    )


# Heads and conflicts


def test_a_change_names_the_head_that_it_replaces(here: Register) -> None:
    thing = item(here)
    first = retitle(here, thing, "One")
    assert retitle(here, thing, "Two").parents == (first.id,)


def test_a_withdrawal_names_the_heads_of_every_field(here: Register) -> None:
    thing = item(here)
    created, retitled = newest(here, thing), retitle(here, thing, "One")
    here.do(Withdraw(kind="recommendation", thing=thing))
    assert newest(here, thing).parents == tuple(sorted((created.id, retitled.id)))


def test_edits_of_different_fields_join(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    here.do(CorrectItem(item=thing, title="Ours"))
    there.do(CorrectItem(item=thing, text="Theirs"))
    meet(here, there)
    assert conflicts(here) == []
    assert here.conn.execute("SELECT title, text FROM recommendation").fetchone() == ("Ours", "Theirs")


def test_two_people_who_write_the_same_value_do_not_conflict(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    for register in (here, there):
        retitle(register, thing, "The same")
    meet(here, there)
    assert conflicts(here) == conflicts(there) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "shown"), [("2024-09-18", "2023-08-15", "Ours"), ("2024-09-18", "2025-10-20", "Theirs")]
)
def test_of_two_values_the_later_by_the_clock_is_shown_on_both_desks_and_marked(
    here: Register, there: Register, day: Callable[[str], None], ours: str, theirs: str, shown: str
) -> None:
    thing = item(here)
    send(here, there)
    day(ours)
    retitle(here, thing, "Ours")
    day(theirs)
    retitle(there, thing, "Theirs")
    meet(here, there)
    assert title(here, thing) == title(there, thing) == shown
    assert conflicts(here) == conflicts(there) == [(thing, "title")]
    assert here.conn.execute("SELECT in_conflict FROM recommendation").fetchone() == (1,)


def test_of_two_values_of_one_moment_the_greater_id_is_shown(
    here: Register, there: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Register, "stamp", lambda self: "2024-09-18T09:00:00.000Z")
    thing = two_desks_apart(here, there)
    greater = max(newest(here, thing), newest(there, thing), key=lambda c: c.id)
    meet(here, there)
    assert title(here, thing) == title(there, thing) == greater.value("title").value


def test_an_ordinary_edit_of_a_field_in_conflict_asks(here: Register, there: Register) -> None:
    thing = two_desks_apart(here, there)
    meet(here, there)
    with pytest.raises(InConflict, match=r"2 values side by side \(Ours; Theirs\)"):
        retitle(here, thing, "Ours")


def test_an_edit_whose_parents_are_all_the_heads_settles_a_conflict_everywhere(here: Register, there: Register) -> None:
    thing = two_desks_apart(here, there)
    sides = {newest(here, thing).id, newest(there, thing).id}
    meet(here, there)
    settled = retitle(here, thing, "Ours", resolving=True)
    meet(here, there)
    assert set(settled.parents) == sides
    assert conflicts(here) == conflicts(there) == []
    assert title(there, thing) == "Ours"


def test_a_side_that_the_settling_edit_had_not_seen_is_still_a_conflict(
    here: Register, there: Register, desk: Desk
) -> None:
    third = desk("third")
    thing = two_desks_apart(here, there)
    third.apply([c for c in here.log.all() if c.value("title").value != "Ours"])
    retitle(third, thing, "A third")
    meet(here, there)
    retitle(here, thing, "Settled", resolving=True)
    meet(here, there, third)
    assert conflicts(here) == conflicts(third) == [(thing, "title")]


def test_the_same_conflict_settled_alike_twice_is_settled(here: Register, there: Register) -> None:
    thing = two_desks_apart(here, there)
    meet(here, there)
    for register in (here, there):
        retitle(register, thing, "Agreed", resolving=True)
    meet(here, there)
    assert conflicts(here) == []


def test_an_edit_that_a_withdrawal_had_not_seen_is_a_conflict(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", thing=thing))
    retitle(there, thing, "Theirs")
    meet(here, there)
    assert conflicts(here) == conflicts(there) == [(thing, "title")]


def test_an_edit_that_a_withdrawal_had_seen_is_no_conflict(here: Register) -> None:
    thing = item(here)
    retitle(here, thing, "Seen")
    here.do(Withdraw(kind="recommendation", thing=thing))
    assert conflicts(here) == []


def test_withdrawing_again_settles_an_edit_that_the_withdrawal_had_not_seen(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", thing=thing))
    retitle(there, thing, "Theirs")
    meet(here, there)
    assert here.do(Withdraw(kind="recommendation", thing=thing)).action
    assert conflicts(here) == []
    assert here.do(Withdraw(kind="recommendation", thing=thing)).action is None


def test_bringing_a_thing_back_settles_an_edit_that_the_withdrawal_had_not_seen(
    here: Register, there: Register
) -> None:
    thing = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", thing=thing))
    retitle(there, thing, "Theirs")
    meet(here, there)
    here.undo()
    assert conflicts(here) == []
    assert title(here, thing) == "Theirs"


def test_two_people_who_withdraw_the_same_thing_agree(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    for register in (here, there):
        register.do(Withdraw(kind="recommendation", thing=thing))
    meet(here, there)
    assert conflicts(here) == conflicts(there) == []


def test_two_notes_never_conflict(here: Register, there: Register) -> None:
    thing = item(here)
    note = str(here.do(AddNote(items=(thing,), text="First words.")).created)
    send(here, there)
    here.do(CorrectNote(note=note, text="Our words."))
    there.do(CorrectNote(note=note, text="Their words."))
    there.do(AddNote(items=(thing,), text="More words."))
    meet(here, there)
    assert conflicts(here) == []
    texts = {row[0] for row in here.conn.execute("SELECT text FROM note WHERE withdrawn = 0")}
    assert texts == {"Our words.", "Their words.", "More words."}


def test_work_on_a_copied_file_comes_back_without_a_number_used_twice(here: Register, tmp_path: Path) -> None:
    thing = item(here)
    shutil.copyfile(here.path, tmp_path / "copy.db")
    copy = Register.open(tmp_path / "copy.db", Writer("Copier"))
    assert copy.id == here.id
    retitle(here, thing, "Ours")
    retitle(copy, thing, "Theirs")
    copy.do(AddNote(items=(thing,), text="On the train."))
    meet(here, copy)
    assert differences(tables(here), tables(copy)) == []
    assert conflicts(here) == [(thing, "title")]
    copy.close()


# Arriving


def test_what_is_here_already_is_passed_over(here: Register) -> None:
    item(here)
    before, number = tables(here), here.newest()
    here.apply([*here.log.all(), *here.log.all()])
    assert (tables(here), here.newest()) == (before, number)


def test_a_change_sent_twice_in_one_batch_arrives_once(here: Register, there: Register) -> None:
    item(here)
    there.apply([*here.log.all(), *here.log.all()])
    assert differences(tables(here), tables(there)) == []


def test_a_change_whose_parent_is_not_here_waits(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    first, second = retitle(here, thing, "One"), retitle(here, thing, "Two")
    there.apply([second])
    assert title(there, thing) == "Speed up reporting"
    assert second in there.log.all()
    there.apply([first])
    assert title(there, thing) == "Two"


def test_what_rests_on_a_waiting_change_waits_with_it(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    edits = [retitle(here, thing, text) for text in ("One", "Two", "Three")]
    for edit in reversed(edits[1:]):
        there.apply([edit])
    assert title(there, thing) == "Speed up reporting"
    there.apply(edits[:1])
    assert title(there, thing) == "Three"
    assert conflicts(there) == []


def test_a_thing_whose_owner_comes_in_a_later_batch_is_shown_then(here: Register, there: Register) -> None:
    """What waited is worked out from the log, although the batch that freed it holds only new things."""
    item(here)
    everything = list(here.log.all())
    owners = [c for c in everything if c.kind != "recommendation"]
    there.apply([c for c in everything if c.kind == "recommendation"])
    assert tables(there)["recommendation"] == {}
    there.apply(owners)
    assert differences(tables(here), tables(there)) == []


def test_an_edit_that_arrives_before_its_thing_is_kept(here: Register, there: Register) -> None:
    thing = item(here)
    edit = retitle(here, thing, "Edited")
    there.apply([edit])
    assert there.conn.execute("SELECT count(*) FROM recommendation").fetchone() == (0,)
    send(here, there)
    assert title(there, thing) == "Edited"


def test_an_item_that_moves_leaves_its_old_publication_uncounted(here: Register) -> None:
    old, thing = publication(here), item(here)
    new = publication(here, "Custody")
    created = newest(here, thing)
    here.apply(
        [
            make_change(
                kind="recommendation",
                thing=thing,
                values={"publication": Value(new)},
                reason=None,
                parents=[created.id],
                author=created.author,
                device="9" * 32,
                time="2024-09-19T00:00:00.000Z",
                action="8" * 32,
                salt="7" * 32,
            )
        ]
    )
    assert old != new
    assert [row[0] for row in here.conn.execute("SELECT publication FROM tally")] == [new]


def test_the_tables_made_anew_from_the_log_are_the_same(sample: Register) -> None:
    before = tables(sample)
    rebuild(sample)
    assert differences(before, tables(sample)) == []
    assert is_sound(sample)


# A view that is behind


def test_a_stale_edit_is_refused_and_nothing_is_stored(here: Register, there: Register) -> None:
    thing = item(here)
    seen = here.newest()
    send(here, there)
    retitle(there, thing, "Theirs")
    send(there, here)
    before, number = tables(here), here.newest()
    with pytest.raises(Stale, match=r"title was changed by there .* now Theirs; you wanted Ours"):
        here.do_all([AddNote(items=(thing,), text="With it."), CorrectItem(item=thing, title="Ours")], seen=seen)
    assert (tables(here), here.newest()) == (before, number)


def test_an_edit_of_a_field_that_nobody_touched_since_is_not_stale(here: Register) -> None:
    thing = item(here)
    seen = here.newest()
    retitle(here, thing, "Meanwhile")
    here.do(CorrectItem(item=thing, text="The full text."), seen=seen)
    assert title(here, thing) == "Meanwhile"


def test_saying_what_it_says_already_is_not_stale(here: Register) -> None:
    thing = item(here)
    seen = here.newest()
    retitle(here, thing, "The same")
    assert here.do(CorrectItem(item=thing, title="The same"), seen=seen).action is None


def test_withdrawing_what_was_edited_since_it_was_looked_at_is_stale(here: Register) -> None:
    thing = item(here)
    seen = here.newest()
    retitle(here, thing, "Meanwhile")
    with pytest.raises(Stale, match="title was changed by here"):
        here.do(Withdraw(kind="recommendation", thing=thing), seen=seen)


def test_settling_a_conflict_over_a_side_not_seen_is_stale(here: Register, there: Register, desk: Desk) -> None:
    third = desk("third")
    thing = two_desks_apart(here, there)
    third.apply([c for c in here.log.all() if c.value("title").value != "Ours"])
    meet(here, there)
    seen = here.newest()
    retitle(third, thing, "A third")
    send(third, here)
    with pytest.raises(Stale):
        retitle(here, thing, "Settled", resolving=True, seen=seen)
    assert retitle(here, thing, "Settled", resolving=True, seen=here.newest()).value("title").value == "Settled"


# What cannot be edited


def test_a_value_that_names_a_thing_not_here_is_refused(here: Register) -> None:
    with pytest.raises(BadInput, match="There is no such publication"):
        here.do(AddItem(publication="0" * 32, number="1", title="Of nothing"))
    assert here.newest() == 0


def test_a_value_that_names_a_thing_of_another_kind_is_refused(here: Register) -> None:
    thing = item(here)
    with pytest.raises(BadInput, match="There is no such theme"):
        here.do(CorrectItem(item=thing, theme=publication(here, "Custody")))


@pytest.mark.parametrize(
    "command",
    [
        CorrectAction(action="0" * 32, text="Other"),
        FinishAction(action="0" * 32),
        CorrectPublication(publication="0" * 32, title="Other"),
        Withdraw(kind="note", thing="0" * 32),
        CorrectItem(item="0" * 32, title="Other"),
        SetTrack(item="0" * 32, track=Track.ON_TRACK),
        CorrectNote(note="0" * 32, text="Other"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_is_not_here_cannot_be_edited(here: Register, command: Any) -> None:
    item(here)
    number = here.newest()
    with pytest.raises(NotAllowed):
        here.do(command)
    assert here.newest() == number


def test_a_thing_is_not_withdrawn_as_something_that_it_is_not(here: Register) -> None:
    thing = item(here)
    with pytest.raises(NotAllowed, match="There is no such note"):
        here.do(Withdraw(kind="note", thing=thing))


def test_what_was_withdrawn_cannot_be_edited(here: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    here.do(Withdraw(kind="action", thing=action))
    with pytest.raises(NotAllowed, match="has been withdrawn"):
        here.do(CorrectAction(action=action, text="Other"))


def test_what_was_withdrawn_in_the_same_breath_cannot_be_edited(here: Register) -> None:
    thing = item(here)
    with pytest.raises(NotAllowed, match="has been withdrawn"):
        here.do_all([Withdraw(kind="recommendation", thing=thing), SetTrack(item=thing, track=Track.ON_TRACK)])


def left_out(register: Register, kind: str) -> list[Change]:
    """A register's changes, the bodies of one kind of thing left out."""
    return [replace(c, body=None, salt=None) if c.kind == kind else c for c in register.log.all()]


def test_a_thing_left_out_is_there_and_marked_so_and_cannot_be_edited(here: Register, there: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    there.apply(left_out(here, "action"))
    assert there.conn.execute("SELECT id, text, left_out FROM action").fetchall() == [(action, None, 1)]
    for command in (FinishAction(action=action), Withdraw(kind="action", thing=action)):
        with pytest.raises(NotAllowed, match="left out of this copy"):
            there.do(command)


def test_an_item_left_out_is_shown_where_it_belongs(here: Register, there: Register) -> None:
    item(here)
    there.apply(left_out(here, "recommendation"))
    assert there.conn.execute("SELECT left_out, listed, counted FROM recommendation").fetchall() == [(1, 1, 1)]


def test_undo_does_not_put_back_what_was_left_out(here: Register, there: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    done = here.do(FinishAction(action=action)).action
    there.apply(left_out(here, "action"))
    with pytest.raises(CannotUndo, match="left out"):
        there.undo(done, force=True)
    assert there.log.of_thing(action) == [c for c in left_out(here, "action") if c.thing == action]


# Undo


def test_undo_writes_the_value_before_and_names_what_it_takes_back(here: Register) -> None:
    thing = item(here)
    edit = retitle(here, thing, "Edited")
    here.undo()
    back = newest(here, thing)
    assert (back.undoes, back.parents, back.value("title").value) == (edit.id, (edit.id,), "Speed up reporting")


def test_undo_of_a_first_value_leaves_no_value(here: Register) -> None:
    thing = item(here)
    here.do(MoveTarget(item=thing, text="June 2025"))
    here.undo()
    assert here.conn.execute("SELECT target, target_latest FROM recommendation").fetchone() == (None, None)


def test_undo_of_a_creation_withdraws_and_recording_it_again_brings_it_back(here: Register) -> None:
    thing = item(here)
    here.undo()
    assert here.conn.execute("SELECT withdrawn, listed FROM recommendation").fetchone() == (1, 0)
    assert item(here) == thing
    assert here.conn.execute("SELECT withdrawn, listed FROM recommendation").fetchone() == (0, 1)


def test_undo_redo_and_undo_again_of_a_creation_leaves_no_conflict(here: Register) -> None:
    """A withdrawal's parents hold the creation too; it is not a side that stood beside what came after it."""
    item(here)
    here.undo()
    here.redo()
    here.undo()
    assert conflicts(here) == []
    assert here.conn.execute("SELECT withdrawn FROM recommendation").fetchone() == (1,)


def test_undo_of_a_lead_brought_back_withdraws_it_again(here: Register) -> None:
    thing = item(here)
    for names in (("C3",), (), ("C3",)):
        here.do(SetLeads(item=thing, leads=names))
    here.undo()
    assert conflicts(here) == []
    assert here.conn.execute("SELECT leads FROM recommendation").fetchone() == ("",)


def test_undo_of_a_settled_conflict_brings_it_back_with_the_same_side_shown(here: Register, there: Register) -> None:
    thing = two_desks_apart(here, there)
    meet(here, there)
    before = without_conflict_ids(here)
    for _ in range(4):
        retitle(here, thing, "Settled", resolving=True)
        here.undo()
        assert without_conflict_ids(here) == before
        here.redo()
        assert conflicts(here) == []
        here.undo()
        assert without_conflict_ids(here) == before


def without_conflict_ids(register: Register) -> Any:
    """What is shown, conflicts by their fields only."""
    found = standing(tables(register))
    found["conflict"] = conflicts(register)
    return found


def test_undo_then_redo_changes_nothing(sample: Register) -> None:
    thing = sample.conn.execute("SELECT id FROM recommendation WHERE reference = 'HC-6'").fetchone()[0]
    sample.do_all(
        [
            SetTrack(item=thing, track=Track.ON_TRACK),
            SetLeads(item=thing, leads=("C3", "Somebody new")),
            AddNote(items=(thing,), text="A word."),
            MoveTarget(item=thing, text="June 2025"),
        ]
    )
    before = standing(tables(sample))
    sample.undo()
    assert differences(before, standing(tables(sample)))
    sample.redo()
    assert differences(before, standing(tables(sample))) == []


def test_undo_where_another_action_wrote_since_asks_unless_told(here: Register) -> None:
    thing = item(here)
    first = here.do(CorrectItem(item=thing, title="One")).action
    retitle(here, thing, "Two")
    with pytest.raises(LaterEdits, match="HC-6, title"):
        here.undo(first)
    assert title(here, thing) == "Two"
    here.undo(first, force=True)
    assert title(here, thing) == "Speed up reporting"


def test_undo_asks_even_where_somebody_else_wrote_the_same(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    for register in (here, there):
        retitle(register, thing, "The same")
    meet(here, there)
    with pytest.raises(LaterEdits):
        here.undo()


def test_undo_of_a_thing_that_somebody_has_added_to_asks(here: Register, there: Register) -> None:
    thing = item(here)
    send(here, there)
    there.do(AddNote(items=(thing,), text="Theirs."))
    send(there, here)
    with pytest.raises(LaterEdits, match="HC-6, note added"):
        here.undo()
    here.undo(force=True)
    assert here.conn.execute("SELECT withdrawn FROM recommendation").fetchone() == (1,)


def test_undo_does_not_ask_about_what_the_same_action_tied(here: Register) -> None:
    thing = item(here)
    theme = theme_id("Guidelines")
    here.do_all([AddTheme(name="Guidelines"), CorrectItem(item=thing, theme=theme), SetLeads(item=thing, leads=("C3",))])
    for step in (here.undo, here.redo, here.undo):
        step()
    assert here.conn.execute("SELECT theme, leads FROM recommendation").fetchone() == (None, "")


def test_undo_takes_back_ones_own_newest_action_only(here: Register, there: Register) -> None:
    thing = item(here)
    retitle(here, thing, "Mine")
    send(here, there)
    there.do(CorrectItem(item=thing, text="Theirs"))
    send(there, here)
    here.undo()
    assert here.conn.execute("SELECT title, text FROM recommendation").fetchone() == ("Speed up reporting", "Theirs")


def test_undo_leaves_alone_what_one_wrote_in_another_register(desk: Desk) -> None:
    """Two registers, one person: the id of an author is the same, the device is not."""
    office = desk("office", "Ann")
    thing = item(office)
    author = office.log.of_thing(thing)[0].author
    home = desk("home", "Ann")
    send(office, home)
    home.writer = Writer("Ann", author)
    with pytest.raises(CannotUndo, match="nothing of yours"):
        home.undo()


def test_undo_walks_back_and_redo_walks_forth(here: Register) -> None:
    thing = item(here)
    for text in ("One", "Two", "Three"):
        retitle(here, thing, text)
    walked = []
    for step in (here.undo, here.undo, here.redo, here.undo, here.undo, here.redo, here.redo, here.redo):
        step()
        walked.append(title(here, thing))
    assert walked == ["Two", "One", "Two", "One", "Speed up reporting", "One", "Two", "Three"]


def test_redo_ends_at_a_new_action(here: Register) -> None:
    thing = item(here)
    retitle(here, thing, "One")
    here.undo()
    here.do(CorrectItem(item=thing, text="Something new"))
    with pytest.raises(CannotUndo, match="nothing to redo"):
        here.redo()


def test_a_redo_survives_closing(here: Register) -> None:
    thing = item(here)
    retitle(here, thing, "One")
    here.undo()
    here.close()
    again = Register.open(here.path, Writer("here"))
    again.redo()
    assert title(again, thing) == "One"
    again.undo()
    assert title(again, thing) == "Speed up reporting"
    again.close()


def test_what_was_undone_is_not_undone_again(here: Register) -> None:
    thing = item(here)
    action = here.do(CorrectItem(item=thing, title="One")).action
    here.undo()
    with pytest.raises(CannotUndo, match="already"):
        here.undo(action)
    here.redo()
    here.undo(action)
    assert title(here, thing) == "Speed up reporting"


def test_an_action_that_is_not_here_cannot_be_undone(here: Register) -> None:
    with pytest.raises(CannotUndo, match="no such action"):
        here.undo("0" * 32)
    assert here.newest() == 0


def test_an_undo_travels_like_any_other_change(here: Register, there: Register) -> None:
    thing = item(here)
    retitle(here, thing, "One")
    send(here, there)
    here.undo()
    send(here, there)
    assert title(there, thing) == "Speed up reporting"


def chain(length: int) -> list[Change]:
    """A creation, an edit, and undo and redo of it, over and over."""
    more: dict[str, Any] = {
        "author": "1" * 32,
        "device": "6865726500000000" + "0" * 16,
        "salt": "4" * 32,
        "reason": None,
    }
    time = "2024-09-18T09:00:00.000Z"
    values = {name: Value("A name" if name == "name" else None) for name in KINDS["party"].fields} | {
        "withdrawn": Value(False)
    }
    made = [make_change(kind="party", thing="0" * 32, values=values, parents=[], time=time, action="0" * 32, **more)]
    for n in range(length):
        made.append(
            make_change(
                kind="party",
                thing="0" * 32,
                values={"name": Value("Another" if n % 2 == 0 else "A name")},
                parents=[made[-1].id],
                undoes=made[-1].id if n else None,
                time=time,
                action=f"{n + 1:032x}",
                **more,
            )
        )
    return made


@pytest.mark.parametrize(("length", "gone"), [(1, False), (2, True), (3, False), (2000, True), (2001, False)])
def test_undone_follows_undo_and_redo_however_often(length: int, gone: bool) -> None:
    made = chain(length)
    assert (made[1].id in undone(made)) is gone


def test_undo_and_redo_pressed_a_thousand_times_go_on_working(desk: Desk) -> None:
    register = desk("here")
    register.writer = Writer("A name", "1" * 32)
    register.apply(chain(1500))
    assert register.redo().action
    assert register.undo().action
    assert register.conn.execute("SELECT name FROM party WHERE id = ?", ("0" * 32,)).fetchone() == ("A name",)


# Who writes


def test_nobody_writes_without_a_name(desk: Desk) -> None:
    register = desk("here")
    register.writer = None
    with pytest.raises(NoWriter):
        publication(register)


def test_who_writes_first_is_introduced_once_in_an_action_of_its_own(here: Register) -> None:
    item(here)
    introduced = [c for c in here.log.all() if c.kind == "party"]
    assert [(c.value("name").value, c.value("kind").value, c.thing == c.author) for c in introduced] == [
        ("here", "person", True)
    ]
    assert len(here.log.of_action(introduced[0].action)) == 1


def test_a_person_of_the_same_name_who_comes_by_merge_does_not_take_ones_place(
    desk: Desk, day: Callable[[str], None]
) -> None:
    ours, theirs = desk("ours", "Ann"), desk("theirs", "Ann")
    thing = item(ours)
    retitle(ours, thing, "Mine")
    day("2023-01-01")
    item(theirs, "7")
    send(theirs, ours)
    day("2024-09-18")
    ours.undo()
    assert title(ours, thing) == "Speed up reporting"


# Targets


def moves(register: Register, thing: str) -> tuple[Any, int, bool]:
    """First target, times moved later, and whether that is a floor, as the tables have them."""
    row = register.conn.execute(
        "SELECT first_target, moved_later, moved_at_least FROM recommendation WHERE id = ?", (thing,)
    ).fetchone()
    return row[0], row[1], bool(row[2])


@pytest.mark.parametrize(
    ("targets", "first", "later", "at_least"),
    [
        (["June 2025"], "June 2025", 0, False),
        (["June 2025", "July 2025"], "June 2025", 1, False),
        (["June 2025", "July 2025", "August 2025"], "June 2025", 2, False),
        (["June 2025", "30 June 2025"], "June 2025", 0, False),
        (["June 2025", "May 2025"], "June 2025", 0, False),
        (["June 2025", "May 2025", "June 2025"], "June 2025", 1, False),
        (["2025", "June 2025"], "2025", 0, False),
        (["not known", "June 2025"], "not known", 1, True),
        (["not known", "June 2025", "July 2025"], "not known", 2, True),
        (["in the coming weeks", "June 2025"], "in the coming weeks", 0, False),
        (["June 2025", "in the coming weeks", "May 2025"], "June 2025", 0, False),
        (["June 2025", "in the coming weeks", "July 2025"], "June 2025", 1, False),
        (["June 2025", "", "July 2025"], "June 2025", 1, False),
    ],
)
def test_the_first_target_is_kept_and_only_a_later_day_moves_it_later(
    here: Register, targets: list[str], first: str, later: int, at_least: bool
) -> None:
    thing = item(here)
    for text in targets:
        here.do(MoveTarget(item=thing, text=text, reason=""))
    assert moves(here, thing) == (first, later, at_least)


def test_a_move_that_was_undone_does_not_count_until_it_is_redone(here: Register) -> None:
    thing = item(here)
    for text in ("June 2025", "July 2025"):
        here.do(MoveTarget(item=thing, text=text, reason=""))
    here.undo()
    assert moves(here, thing) == ("June 2025", 0, False)
    here.redo()
    assert moves(here, thing) == ("June 2025", 1, False)


def test_a_first_target_that_was_undone_is_not_the_first(here: Register) -> None:
    thing = item(here)
    here.do(MoveTarget(item=thing, text="June 2025"))
    here.undo()
    here.do(MoveTarget(item=thing, text="December 2025"))
    assert moves(here, thing) == ("December 2025", 0, False)


def test_a_target_moved_on_two_desks_moves_alike_on_both(here: Register, there: Register) -> None:
    thing = item(here)
    here.do(MoveTarget(item=thing, text="June 2025"))
    send(here, there)
    here.do(MoveTarget(item=thing, text="July 2025", reason=""))
    there.do(MoveTarget(item=thing, text="May 2025"))
    meet(here, there)
    assert moves(here, thing) == moves(there, thing) == ("June 2025", 0, False)
    here.do(MoveTarget(item=thing, text="July 2025", reason=""), resolving=True)
    meet(here, there)
    assert moves(here, thing) == moves(there, thing) == ("June 2025", 1, False)


def test_every_step_of_a_target_is_kept_with_its_reason(here: Register) -> None:
    thing = item(here)
    here.do(MoveTarget(item=thing, text="June 2025"))
    here.do(MoveTarget(item=thing, text="July 2025", reason="Staff were moved."))
    assert [c.reason for c in target_moves(here.log.of_thing(thing)).path] == [None, "Staff were moved."]


# As at a day


def test_as_at_a_day_shows_what_was_known_then_and_today_everything(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    thing = item(here)
    first = tables(here)
    day("2024-10-01")
    retitle(here, thing, "Edited")
    here.do(AddNote(items=(thing,), text="Said later."))
    item(here, "7")
    then = here.as_at(date(2024, 9, 30), tmp_path / "then.db")
    now = here.as_at(date(2024, 10, 1), tmp_path / "now.db")
    assert differences(first, tables(then)) == []
    assert differences(tables(here), tables(now)) == []
    assert is_sound(then)
    assert is_sound(now)
    then.close()
    now.close()


def test_as_at_today_shows_what_clocks_that_run_ahead_have_stamped(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    thing = item(here)
    day("2025-03-01")
    retitle(here, thing, "From the future")
    day("2024-09-18")
    now = here.as_at(date(2024, 9, 18), tmp_path / "now.db")
    assert title(now, thing) == "From the future"
    now.close()


def test_late_news_alters_a_past_day(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    thing = item(here)
    send(here, there)
    day("2024-09-20")
    retitle(there, thing, "Known there since the 20th")
    day("2024-10-01")
    send(there, here)
    for asked, shown in (("2024-09-19", "Speed up reporting"), ("2024-09-20", "Known there since the 20th")):
        past = here.as_at(date.fromisoformat(asked), tmp_path / f"{asked}.db")
        assert title(past, thing) == shown
        past.close()


def test_what_somebody_had_seen_by_then_was_there_whatever_its_date(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    """A desk whose clock ran ahead made the publication; another, by the right clock, an item in it and an edit of that."""
    day("2025-06-01")
    where = publication(here)
    theme = here.do(AddTheme(name="Guidelines")).created
    send(here, there)
    day("2024-09-18")
    thing = there.do(AddItem(publication=where, number="1", title="One", theme=theme)).created
    day("2025-07-01")
    past = there.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert past.conn.execute("SELECT id, code, theme_name, listed FROM recommendation").fetchall() == [
        (thing, "HC", "Guidelines", 1)
    ]
    assert is_sound(past)
    past.close()


def test_as_at_a_day_a_conflict_that_came_later_is_not_there(
    here: Register, there: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    thing = item(here)
    send(here, there)
    day("2024-10-01")
    other = item(here, "7")
    send(here, there)
    for register in (here, there):
        retitle(register, thing, f"By {register.path.stem}")
        retitle(register, other, f"By {register.path.stem}")
    meet(here, there)
    assert len(conflicts(here)) == 2
    day("2024-10-02")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert conflicts(past) == []
    assert past.conn.execute("SELECT in_conflict FROM recommendation").fetchall() == [(0,)]
    past.close()


def test_any_thread_may_ask_for_a_past_day(here: Register, tmp_path: Path, day: Callable[[str], None]) -> None:
    item(here)
    day("2024-10-01")

    def ask() -> int:
        past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
        found = past.conn.execute("SELECT count(*) FROM recommendation").fetchone()[0]
        past.close()
        return int(found)

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() == 1


def test_a_register_as_at_a_day_is_only_looked_at_and_leaves_the_other_as_it_is(
    here: Register, tmp_path: Path, day: Callable[[str], None]
) -> None:
    thing = item(here)
    before = tables(here)
    day("2024-10-01")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    with pytest.raises(OnlyLooking, match="as known on 2024-09-18"):
        retitle(past, thing, "Edited")
    assert tables(here) == before
    past.close()


def test_an_as_at_is_not_written_over_a_file_that_is_there(here: Register, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("Mine.")
    with pytest.raises(AlreadyThere):
        here.as_at(date(2024, 9, 1), tmp_path / "mine.txt")
    assert (tmp_path / "mine.txt").read_text() == "Mine."


def test_an_as_at_that_fails_leaves_no_file(here: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    item(here)

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("store.asat._go_back", fail)
    with pytest.raises(RuntimeError):
        here.as_at(date(2024, 9, 1), tmp_path / "past.db")
    assert not (tmp_path / "past.db").exists()


def test_the_history_as_at_a_day_ends_there(here: Register, tmp_path: Path, day: Callable[[str], None]) -> None:
    thing = item(here)
    known = [c.id for c in here.log.all()]
    day("2024-10-01")
    retitle(here, thing, "Edited")
    past = here.as_at(date(2024, 9, 18), tmp_path / "past.db")
    assert [c.id for c in past.log.all()] == known
    past.close()
