"""Taking back what a file brought, where parts of it waited for each other: the cases that the long hunt found."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from oracle import Expected, current_rows, differences, tables
from registers import MakeRegister, conflicts, item, meet, publication, retitle, title, two_desks_apart

from store.commands import SetTrack
from store.domain.errors import LaterEdits
from store.domain.vocabulary import Track
from store.log.change import Change
from store.receive import Incoming
from store.register import Register

pytest_plugins = ["registers"]


def receive(register: Register, sent: Sequence[Change]) -> str:
    """Receive changes as a file; returns the id of its receipt."""
    receipt, _ = register.receive(Incoming("back.sqlite", "0" * 64, None, sent))
    assert receipt
    return receipt.id


def of(register: Register, entity: str) -> list[Change]:
    """An entity's changes."""
    return [change for change in register.log.all() if change.entity == entity]


def is_as_it_was(register: Register, before: dict[str, object]) -> None:
    """Nothing that a person sees differs from before, but for who received something."""
    found = [current_rows(one) | {"party": {}, "waiting": []} for one in (before, tables(register))]
    for rows in found:
        rows["conflict"] = sorted((entity, field) for entity, field, *_ in rows["conflict"])
    assert differences(*found) == []
    Expected(list(register.log.all())).check(tables(register))


def test_what_waited_here_is_not_there_without_what_released_it(here: Register, there: Register) -> None:
    """An item waits for its publication; a file brings that, and that the item was taken back: without it, it waits."""
    entity = item(there)
    there.undo()
    sent = of(there, entity)
    here.undo(receive(here, sent[:1]))
    before = tables(here)
    receipt = receive(here, list(there.log.all()))
    here.undo(receipt)
    is_as_it_was(here, before)
    here.redo()
    here.undo()
    is_as_it_was(here, before)


def test_an_edit_that_waited_for_the_one_before_it_is_no_later_edit(here: Register, there: Register) -> None:
    entity = item(there)
    first, second = (retitle(there, entity, text) for text in ("First", "Second"))
    receive(here, [change for change in there.log.all() if change.id != first.id])
    before = tables(here)
    receipt = receive(here, [first])
    assert title(here, entity) == "Second"
    here.undo(receipt)
    is_as_it_was(here, before)
    here.redo()
    assert title(here, entity) == "Second" and second.id in {change.id for change in here.log.all()}


def test_what_rests_on_what_waited_and_was_released_is_asked_about(here: Register, there: Register) -> None:
    """The publication alone is what the file brought, and an item had waited for it: that would be without one."""
    where = publication(there)
    item(there)
    receive(here, [change for change in there.log.all() if change.entity != where])
    receipt = receive(here, of(there, where))
    with pytest.raises(LaterEdits, match="added"):
        here.undo(receipt)


def test_what_was_settled_or_edited_and_undone_since_is_no_later_edit(here: Register, there: Register) -> None:
    entity = two_desks_apart(here, there)
    there.do(SetTrack(item=entity, track=Track.DELAYED, reason="Staff"))
    alone = tables(here)
    receive(here, list(there.log.all()))
    apart = tables(here)
    here.do(SetTrack(item=entity, track=Track.ON_TRACK))
    retitle(here, entity, "Settled", resolving=True)
    settled = tables(here)
    for _ in range(2):
        here.undo()
        here.undo()
        is_as_it_was(here, apart)
        here.undo()
        is_as_it_was(here, alone)
        here.redo()
        is_as_it_was(here, apart)
        here.redo()
        here.redo()
        is_as_it_was(here, settled)


def test_an_undo_that_disagrees_with_an_edit_still_does(
    here: Register, there: Register, make_register: MakeRegister
) -> None:
    """A third desk's file, taken back, leaves the conflict that was here of what somebody undid and what another wrote."""
    entity, third = item(here), make_register("third")
    meet(here, there, third)
    there.do(SetTrack(item=entity, track=Track.DELAYED, reason="Staff"))
    there.undo()
    here.do(SetTrack(item=entity, track=Track.ON_TRACK))
    receive(here, list(there.log.all()))
    before = tables(here)
    assert (entity, "track") in conflicts(here)
    third.do(SetTrack(item=entity, track=Track.DELAYED, reason="Leave"))
    here.undo(receive(here, list(third.log.all())))
    is_as_it_was(here, before)


def test_an_undo_over_a_later_edit_is_a_later_edit(here: Register, there: Register) -> None:
    entity = item(here)
    there.apply(list(here.log.all()))
    retitle(there, entity, "Theirs")
    receipt = receive(here, list(there.log.all()))
    mine = retitle(here, entity, "Mine").action
    retitle(here, entity, "Later")
    here.undo(mine, force=True)
    assert title(here, entity) == "Theirs"
    with pytest.raises(LaterEdits):
        here.undo(receipt)
