"""Undo and redo: what they write, whose actions they take back, and when they ask."""

from __future__ import annotations

from typing import Any

import pytest
from oracle import current_rows, differences, tables
from registers import MakeRegister, conflicts, item, meet, newest, retitle, send, title, two_desks_apart

from store.commands import (
    AddNote,
    AddTheme,
    MoveTarget,
    SetLeads,
    SetTrack,
    Withdraw,
    correct,
)
from store.commands.themes import theme_id
from store.domain.errors import CannotUndo, LaterEdits
from store.domain.fields import KINDS
from store.domain.vocabulary import Track, Value
from store.log.change import Change, make_change, undone
from store.register import Author, Register

pytest_plugins = ["registers"]


def test_undo_writes_the_value_before_and_names_what_it_takes_back(here: Register) -> None:
    entity = item(here)
    edit = retitle(here, entity, "Edited")
    here.undo()
    back = newest(here, entity)
    assert (back.undoes, back.parents, back.value("title").value) == (edit.id, (edit.id,), "Speed up reporting")


def test_undo_of_a_first_value_leaves_no_value(here: Register) -> None:
    entity = item(here)
    here.do(MoveTarget(item=entity, text="June 2025"))
    here.undo()
    assert here.conn.execute("SELECT target, target_latest FROM recommendation").fetchone() == (None, None)


def test_undo_of_a_creation_withdraws_and_recording_it_again_brings_it_back(here: Register) -> None:
    entity = item(here)
    here.undo()
    assert here.conn.execute("SELECT withdrawn, listed FROM recommendation").fetchone() == (1, 0)
    assert item(here) == entity
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
    entity = item(here)
    for names in (("C3",), (), ("C3",)):
        here.do(SetLeads(item=entity, leads=names))
    here.undo()
    assert conflicts(here) == []
    assert here.conn.execute("SELECT leads FROM recommendation").fetchone() == ("",)


def test_undo_of_a_settled_conflict_brings_it_back_with_the_same_side_shown(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    meet(here, there)
    before = without_conflict_ids(here)
    for _ in range(4):
        retitle(here, entity, "Settled", resolving=True)
        here.undo()
        assert without_conflict_ids(here) == before
        here.redo()
        assert conflicts(here) == []
        here.undo()
        assert without_conflict_ids(here) == before


def test_undo_and_redo_of_a_settled_conflict_write_no_more_however_often(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    here.do(SetTrack(item=entity, track=Track.ON_TRACK))
    there.do(SetTrack(item=entity, track=Track.DELAYED, reason="Staff"))
    meet(here, there)
    apart = without_conflict_ids(here)
    here.do_all(
        [correct("recommendation", entity, title="Settled"), SetTrack(item=entity, track=Track.ON_TRACK)],
        resolving=True,
    )
    settled = without_conflict_ids(here)
    for _ in range(5):
        for press, then in ((here.undo, apart), (here.redo, settled)):
            before = here.newest()
            press()
            assert here.newest() - before == 4, "two fields, and two values of each"
            assert without_conflict_ids(here) == then
    meet(here, there)
    assert differences(tables(here), tables(there)) == []


def without_conflict_ids(register: Register) -> Any:
    """What is shown, conflicts by their fields only."""
    found = current_rows(tables(register))
    found["conflict"] = conflicts(register)
    return found


def test_undo_then_redo_changes_nothing(sample: Register) -> None:
    entity = sample.conn.execute("SELECT id FROM recommendation WHERE reference = 'HC-6'").fetchone()[0]
    sample.do_all(
        [
            SetTrack(item=entity, track=Track.ON_TRACK),
            SetLeads(item=entity, leads=("C3", "Somebody new")),
            AddNote(items=(entity,), text="A word."),
            MoveTarget(item=entity, text="June 2025"),
        ]
    )
    before = current_rows(tables(sample))
    sample.undo()
    assert differences(before, current_rows(tables(sample)))
    sample.redo()
    assert differences(before, current_rows(tables(sample))) == []


def test_undo_where_another_action_wrote_since_asks_unless_told(here: Register) -> None:
    entity = item(here)
    first = here.do(correct("recommendation", entity, title="One")).action
    retitle(here, entity, "Two")
    with pytest.raises(LaterEdits, match="HC-6, title"):
        here.undo(first)
    assert title(here, entity) == "Two"
    here.undo(first, force=True)
    assert title(here, entity) == "Speed up reporting"


def test_undo_asks_even_where_somebody_else_wrote_the_same(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    for register in (here, there):
        retitle(register, entity, "The same")
    meet(here, there)
    with pytest.raises(LaterEdits):
        here.undo()


def test_undo_of_a_thing_that_somebody_has_added_to_asks(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    there.do(AddNote(items=(entity,), text="Theirs."))
    send(there, here)
    with pytest.raises(LaterEdits, match="HC-6, note added"):
        here.undo()
    here.undo(force=True)
    assert here.conn.execute("SELECT withdrawn FROM recommendation").fetchone() == (1,)


def test_undo_does_not_ask_about_what_the_same_action_tied(here: Register) -> None:
    entity = item(here)
    theme = theme_id("Guidelines")
    here.do_all(
        [
            AddTheme(name="Guidelines"),
            correct("recommendation", entity, theme=theme),
            SetLeads(item=entity, leads=("C3",)),
        ]
    )
    for step in (here.undo, here.redo, here.undo):
        step()
    assert here.conn.execute("SELECT theme, leads FROM recommendation").fetchone() == (None, "")


def test_a_walk_back_over_what_was_redone_and_then_withdrawn_does_not_ask(here: Register) -> None:
    entity = item(here)
    here.do(SetLeads(item=entity, leads=("C3",)))
    here.undo()
    here.redo()
    here.do(SetLeads(item=entity, leads=()))
    here.undo()
    here.undo()
    assert here.conn.execute("SELECT leads FROM recommendation").fetchone() == ("",)


def test_undo_takes_back_ones_own_newest_action_only(here: Register, there: Register) -> None:
    entity = item(here)
    retitle(here, entity, "Mine")
    send(here, there)
    there.do(correct("recommendation", entity, text="Theirs"))
    send(there, here)
    here.undo()
    assert here.conn.execute("SELECT title, text FROM recommendation").fetchone() == ("Speed up reporting", "Theirs")


def test_undo_leaves_alone_what_one_wrote_in_another_register(make_register: MakeRegister) -> None:
    """Two registers, one person: the id of an author is the same, the device is not."""
    office = make_register("office", "Ann")
    entity = item(office)
    author = office.log.of_entity(entity)[0].author
    home = make_register("home", "Ann")
    send(office, home)
    home.author = Author("Ann", author)
    with pytest.raises(CannotUndo, match="nothing of yours"):
        home.undo()


def test_undo_walks_back_and_redo_walks_forth(here: Register) -> None:
    entity = item(here)
    for text in ("One", "Two", "Three"):
        retitle(here, entity, text)
    walked = []
    for step in (here.undo, here.undo, here.redo, here.undo, here.undo, here.redo, here.redo, here.redo):
        step()
        walked.append(title(here, entity))
    assert walked == ["Two", "One", "Two", "One", "Speed up reporting", "One", "Two", "Three"]


def test_redo_ends_at_a_new_action(here: Register) -> None:
    entity = item(here)
    retitle(here, entity, "One")
    here.undo()
    here.do(correct("recommendation", entity, text="Something new"))
    with pytest.raises(CannotUndo, match="nothing to redo"):
        here.redo()


def test_a_redo_survives_closing(here: Register) -> None:
    entity = item(here)
    retitle(here, entity, "One")
    here.undo()
    here.close()
    again = Register.open(here.path, Author("here"))
    again.redo()
    assert title(again, entity) == "One"
    again.undo()
    assert title(again, entity) == "Speed up reporting"
    again.close()


def test_what_was_undone_is_not_undone_again(here: Register) -> None:
    entity = item(here)
    action = here.do(correct("recommendation", entity, title="One")).action
    here.undo()
    with pytest.raises(CannotUndo, match="already"):
        here.undo(action)
    here.redo()
    here.undo(action)
    assert title(here, entity) == "Speed up reporting"


def test_an_action_that_is_not_here_cannot_be_undone(here: Register) -> None:
    with pytest.raises(CannotUndo, match="no such action"):
        here.undo("0" * 32)
    assert here.newest() == 0


def test_an_undo_travels_like_any_other_change(here: Register, there: Register) -> None:
    entity = item(here)
    retitle(here, entity, "One")
    send(here, there)
    here.undo()
    send(here, there)
    assert title(there, entity) == "Speed up reporting"


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
    made = [make_change(kind="party", entity="0" * 32, values=values, parents=[], time=time, action="0" * 32, **more)]
    for n in range(length):
        made.append(
            make_change(
                kind="party",
                entity="0" * 32,
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


def test_undo_and_redo_pressed_a_thousand_times_go_on_working(make_register: MakeRegister) -> None:
    register = make_register("here")
    register.author = Author("A name", "1" * 32)
    register.apply(chain(1500))
    assert register.redo().action
    assert register.undo().action
    assert register.conn.execute("SELECT name FROM party WHERE id = ?", ("0" * 32,)).fetchone() == ("A name",)


def test_undo_and_redo_of_a_withdrawal_keep_its_conflict_mark(here: Register, there: Register) -> None:
    entity = item(here)
    send(here, there)
    here.do(Withdraw(kind="recommendation", entity=entity))
    retitle(there, entity, "Not seen by the withdrawal")
    meet(here, there)
    marked = conflicts(here)
    assert [field for _, field in marked] == ["title"]
    here.undo()
    assert conflicts(here) == []
    here.redo()
    assert conflicts(here) == marked
    meet(here, there)
    assert conflicts(there) == marked


def test_a_withdrawal_done_again_has_seen_what_was_edited_meanwhile(here: Register) -> None:
    entity = item(here)
    gone = here.do(Withdraw(kind="recommendation", entity=entity)).action
    back = here.undo(gone).action
    retitle(here, entity, "Edited meanwhile")
    here.undo(back, force=True)
    assert conflicts(here) == []
    assert here.conn.execute("SELECT withdrawn FROM recommendation").fetchone() == (1,)
