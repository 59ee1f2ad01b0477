"""Changes as they arrive and as they are refused: waiting, a view that is behind, what cannot be edited, and who
writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from oracle import Expected, differences, is_sound, rebuild, tables
from registers import MakeRegister, conflicts, item, meet, newest, publication, retitle, send, title, two_desks_apart

from store.commands import (
    AddAction,
    AddItem,
    AddNote,
    CorrectNote,
    FinishAction,
    RecordReply,
    SetTrack,
    Withdraw,
    correct,
)
from store.domain.errors import BadInput, CannotUndo, NotAllowed, StaleEdit
from store.domain.vocabulary import Track, Value, Verdict
from store.log.change import Change, make_change
from store.register import AuthorRequired, Register

pytest_plugins = ["registers"]


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
    entity = item(here)
    send(here, there)
    first, second = retitle(here, entity, "One"), retitle(here, entity, "Two")
    there.apply([second])
    assert title(there, entity) == "Speed up reporting"
    assert second in there.log.all()
    there.apply([first])
    assert title(there, entity) == "Two"


def test_what_rests_on_a_waiting_change_waits_with_it(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    edits = [retitle(here, entity, text) for text in ("One", "Two", "Three")]
    for edit in reversed(edits[1:]):
        there.apply([edit])
    assert title(there, entity) == "Speed up reporting"
    there.apply(edits[:1])
    assert title(there, entity) == "Three"
    assert conflicts(there) == []


def test_a_thing_whose_owner_comes_in_a_later_batch_is_shown_then(here: Register, there: Register) -> None:
    """What waited is worked out from the log, although the batch that freed it holds only new entities."""
    item(here)
    everything = list(here.log.all())
    owners = [c for c in everything if c.kind != "recommendation"]
    there.apply([c for c in everything if c.kind == "recommendation"])
    assert tables(there)["recommendation"] == {}
    there.apply(owners)
    assert differences(tables(here), tables(there)) == []


def test_an_edit_that_arrives_before_its_thing_is_kept(here: Register, there: Register) -> None:
    entity = item(here)
    edit = retitle(here, entity, "Edited")
    there.apply([edit])
    assert there.conn.execute("SELECT count(*) FROM recommendation").fetchone() == (0,)
    send(here, there)
    assert title(there, entity) == "Edited"


def test_an_item_that_moves_leaves_its_old_publication_uncounted(here: Register) -> None:
    old, entity = publication(here), item(here)
    new = publication(here, "Custody")
    created = newest(here, entity)
    here.apply(
        [
            make_change(
                kind="recommendation",
                entity=entity,
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
    entity = item(here)
    seen = here.newest()
    send(here, there)
    retitle(there, entity, "Theirs")
    send(there, here)
    before, number = tables(here), here.newest()
    with pytest.raises(StaleEdit, match=r"title was changed by there .* now Theirs; you wanted Ours"):
        here.do_all(
            [AddNote(items=(entity,), text="With it."), correct("recommendation", entity, title="Ours")], seen=seen
        )
    assert (tables(here), here.newest()) == (before, number)


def test_an_edit_of_a_field_that_nobody_touched_since_is_not_stale(here: Register) -> None:
    entity = item(here)
    seen = here.newest()
    retitle(here, entity, "Meanwhile")
    here.do(correct("recommendation", entity, text="The full text."), seen=seen)
    assert title(here, entity) == "Meanwhile"


def test_saying_what_it_says_already_is_not_stale(here: Register) -> None:
    entity = item(here)
    seen = here.newest()
    retitle(here, entity, "The same")
    assert here.do(correct("recommendation", entity, title="The same"), seen=seen).action is None


def test_withdrawing_what_was_edited_since_it_was_looked_at_is_stale(here: Register) -> None:
    entity = item(here)
    seen = here.newest()
    retitle(here, entity, "Meanwhile")
    with pytest.raises(StaleEdit, match="title was changed by here"):
        here.do(Withdraw(kind="recommendation", entity=entity), seen=seen)


def test_settling_a_conflict_over_a_side_not_seen_is_stale(
    here: Register, there: Register, make_register: MakeRegister
) -> None:
    third = make_register("third")
    entity = two_desks_apart(here, there)
    third.apply([c for c in here.log.all() if c.value("title").value != "Ours"])
    meet(here, there)
    seen = here.newest()
    retitle(third, entity, "A third")
    send(third, here)
    with pytest.raises(StaleEdit):
        retitle(here, entity, "Settled", resolving=True, seen=seen)
    assert retitle(here, entity, "Settled", resolving=True, seen=here.newest()).value("title").value == "Settled"


# What cannot be edited


def test_a_value_that_names_a_thing_not_here_is_refused(here: Register) -> None:
    with pytest.raises(BadInput, match="There is no such publication"):
        here.do(AddItem(publication="0" * 32, number="1", title="Of nothing"))
    assert here.newest() == 0


def test_a_value_that_names_a_thing_of_another_kind_is_refused(here: Register) -> None:
    entity = item(here)
    with pytest.raises(BadInput, match="There is no such theme"):
        here.do(correct("recommendation", entity, theme=publication(here, "Custody")))


@pytest.mark.parametrize(
    "command",
    [
        correct("action", "0" * 32, text="Other"),
        FinishAction(action="0" * 32),
        correct("publication", "0" * 32, title="Other"),
        Withdraw(kind="note", entity="0" * 32),
        correct("recommendation", "0" * 32, title="Other"),
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
    entity = item(here)
    with pytest.raises(NotAllowed, match="There is no such note"):
        here.do(Withdraw(kind="note", entity=entity))


def test_what_was_withdrawn_cannot_be_edited(here: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    here.do(Withdraw(kind="action", entity=action))
    with pytest.raises(NotAllowed, match="has been withdrawn"):
        here.do(correct("action", action, text="Other"))


def test_what_was_withdrawn_in_the_same_breath_cannot_be_edited(here: Register) -> None:
    entity = item(here)
    with pytest.raises(NotAllowed, match="has been withdrawn"):
        here.do_all([Withdraw(kind="recommendation", entity=entity), SetTrack(item=entity, track=Track.ON_TRACK)])


def left_out(register: Register, kind: str) -> list[Change]:
    """A register's changes, the bodies of one kind of entity left out."""
    return [replace(c, body=None, salt=None) if c.kind == kind else c for c in register.log.all()]


def test_a_thing_left_out_is_there_and_marked_so_and_cannot_be_edited(here: Register, there: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    there.apply(left_out(here, "action"))
    assert there.conn.execute("SELECT id, text, left_out FROM action").fetchall() == [(action, None, 1)]
    for command in (FinishAction(action=action), Withdraw(kind="action", entity=action)):
        with pytest.raises(NotAllowed, match="left out of this copy"):
            there.do(command)


def test_an_item_left_out_is_shown_where_it_belongs(here: Register, there: Register) -> None:
    item(here)
    there.apply(left_out(here, "recommendation"))
    assert there.conn.execute("SELECT left_out, listed, counted, status FROM recommendation").fetchall() == [
        (1, 1, 2, "left-out")
    ]


def test_undo_does_not_put_back_what_was_left_out(here: Register, there: Register) -> None:
    action = str(here.do(AddAction(item=item(here), text="Promised")).created)
    done = here.do(FinishAction(action=action)).action
    there.apply(left_out(here, "action"))
    with pytest.raises(CannotUndo, match="left out"):
        there.undo(done, force=True)
    assert there.log.of_entity(action) == [c for c in left_out(here, "action") if c.entity == action]


# Who writes


def test_nobody_writes_without_a_name(make_register: MakeRegister) -> None:
    register = make_register("here")
    register.author = None
    with pytest.raises(AuthorRequired):
        publication(register)


def test_who_writes_first_is_introduced_once_in_an_action_of_its_own(here: Register) -> None:
    item(here)
    introduced = [c for c in here.log.all() if c.kind == "party"]
    assert [(c.value("name").value, c.value("kind").value, c.entity == c.author) for c in introduced] == [
        ("here", "person", True)
    ]
    assert len(here.log.of_action(introduced[0].action)) == 1


def test_a_person_of_the_same_name_who_comes_by_merge_does_not_take_ones_place(
    make_register: MakeRegister, day: Callable[[str], None]
) -> None:
    ours, theirs = make_register("ours", "Ann"), make_register("theirs", "Ann")
    entity = item(ours)
    retitle(ours, entity, "Mine")
    day("2023-01-01")
    item(theirs, "7")
    send(theirs, ours)
    day("2024-09-18")
    ours.undo()
    assert title(ours, entity) == "Speed up reporting"


def test_a_withdrawal_overlooks_an_edit_though_somebody_else_withdrew_and_brought_back_after_it(
    here: Register, there: Register, day: Callable[[str], None]
) -> None:
    """What the withdrawal that is in force had not seen is in conflict, whatever the other side of the withdrawal rests
    on."""
    entity = item(here)
    send(here, there)
    retitle(there, entity, "Theirs")
    there.do(Withdraw(kind="recommendation", entity=entity))
    there.undo()
    day("2024-09-19")
    here.do(Withdraw(kind="recommendation", entity=entity))
    meet(here, there)
    for desk in (here, there):
        assert desk.conn.execute("SELECT withdrawn FROM recommendation").fetchall() == [(1,)]
        assert conflicts(desk) == [(entity, "title"), (entity, "withdrawn")]
        Expected(list(desk.log.all())).check(tables(desk))


def test_what_is_in_conflict_is_not_settled_by_what_only_touches_its_item(
    here: Register, there: Register, make_register: MakeRegister
) -> None:
    """One desk has it discharged and the other takes that reply back: a note afterwards leaves that to a person."""
    entity = item(here)
    here.do(RecordReply(item=entity, dated="1 September 2024", verdict=Verdict.DISCHARGED, words="Accepted."))
    send(here, there)
    (reply,) = here.conn.execute("SELECT id FROM reply").fetchone()
    there.do(Withdraw(kind="reply", entity=reply))
    here.do(SetTrack(item=entity, track=Track.ON_TRACK, reason="It was not done."))
    meet(here, there)
    before = conflicts(here)
    assert (entity, "stage") in before
    here.do(AddNote(items=(entity,), text="Said."))
    assert conflicts(here) == before
