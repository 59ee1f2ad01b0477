"""The rules of the work, hunted with hypothesis: whatever one desk does and takes back, and where two desks meet."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acts import COMMANDS, NUMBERS, ROUNDS, begin, changes, pick
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from oracle import Expected, differences, tables
from rules import broken_rules
from workshop import FEW, MANY, Workshop, run

from store.commands import AddNote, Command
from store.commands.preview import NO_CHANGE
from store.domain.errors import CannotUndo, FairleadError, ReasonRequired
from store.log.projection import rebuild
from store.queries.attention import Reason, attention, rules_of
from store.queries.attention_text import attention_rows
from store.queries.filter import Filter
from store.register import Register

pytest_plugins = ["registers"]

ANY = st.integers(0, len(COMMANDS) - 1)
OF_ROUNDS = st.integers(len(COMMANDS) - len(ROUNDS), len(COMMANDS) - 1)
CHOSEN = st.tuples(st.one_of(ANY, OF_ROUNDS, OF_ROUNDS), NUMBERS, NUMBERS)


def built(register: Register, chosen: list[tuple[int, int, int]]) -> list[Command]:
    """What was drawn, as commands."""
    return [command for which, a, b in chosen if (command := COMMANDS[which](register, a, b))]


def rebuilt(register: Register) -> dict[str, Any]:
    """The tables as the store itself works them out from the log."""
    with register.file.transaction() as conn:
        rebuild(conn)
    return tables(register)


def needing(register: Register) -> dict[str, list[Reason]]:
    """The reasons for which each item needs attention."""
    rules = rules_of(register.conn, register.today())
    found = attention(register.conn, Filter(), rules)
    rows = attention_rows(register.conn, rules, [*found.seqs, *found.folded], [*found.flags, *found.folded_flags])
    return {row.item.id: [because.reason for because in row.because] for row in rows}


_OF_CLOSED = {Reason.CONFLICT, Reason.WAITS_ON_INSPECTORATE, Reason.NO_EVIDENCE, Reason.REVIEW}
"""The reasons for which a closed item needs attention."""


class Work(Workshop):
    """One desk that does everything there is to do, takes it back in and out of turn, and looks before it acts."""

    def __init__(self) -> None:
        super().__init__()
        self.register = self.make("worker")

    @initialize()
    def set_out(self) -> None:
        begin(self.register)

    @rule(chosen=st.lists(CHOSEN, min_size=1, max_size=4))
    def write(self, chosen: list[tuple[int, int, int]]) -> None:
        for one in chosen:
            for command in built(self.register, [one]):
                before = self.first_targets()
                with suppress(FairleadError):
                    self.register.do(command)
                after = self.first_targets()
                assert {item: first for item, first in before.items() if first and after[item] != first} == {}

    def first_targets(self) -> dict[str, str | None]:
        return dict(self.register.conn.execute("SELECT id, first_target FROM recommendation"))

    @rule(chosen=st.lists(CHOSEN, min_size=1, max_size=5))
    def look_and_do_at_once(self, chosen: list[tuple[int, int, int]]) -> None:
        """What is not refused happens, all of it; and looking changed nothing."""
        commands = built(self.register, chosen)
        shown = self.look(commands)
        accepted = [
            command.model_copy(update={"reason": ""}) if line.requires_reason else command
            for command, line in zip(commands, shown, strict=True)
            if not line.refused
        ]
        assert (self.register.do_all(accepted).action is not None) is bool(accepted)

    @rule(chosen=CHOSEN)
    def look_and_do(self, chosen: tuple[int, int, int]) -> None:
        """What is refused is refused in the same words."""
        for command in built(self.register, [chosen]):
            (line,) = self.look([command])
            try:
                done = self.register.do(command)
            except ReasonRequired:
                assert line.requires_reason
            except FairleadError as error:
                assert line.refused == str(error)
            else:
                assert line.refused == (None if done.action else NO_CHANGE) and not line.requires_reason

    def look(self, commands: list[Command]) -> list[Any]:
        before, newest = tables(self.register), self.register.newest()
        shown = self.register.preview(commands, ["it"] * len(commands))
        assert self.register.newest() == newest
        assert differences(before, tables(self.register)) == []
        return shown

    @rule(forward=st.booleans(), force=st.booleans())
    def revert(self, forward: bool, force: bool) -> None:
        with suppress(CannotUndo):
            (self.register.redo if forward else self.register.undo)(force=force)

    @rule(which=NUMBERS, force=st.booleans())
    def take_back_out_of_turn(self, which: int, force: bool) -> None:
        actions = self.register.conn.execute(
            "SELECT action FROM change GROUP BY action HAVING max(kind <> 'party') ORDER BY min(n)"
        ).fetchall()
        with suppress(CannotUndo):
            self.register.undo(pick(actions[-6:], which)[0], force=force)

    @rule(days=st.integers(1, 200))
    def let_days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)
        self.patch.setenv("FAIRLEAD_TODAY", self.day.isoformat())

    @invariant()
    def the_rules_hold(self) -> None:
        assert broken_rules(self.register) == []
        today = self.register.today().isoformat()
        for item, reasons in needing(self.register).items():
            status, stage, latest = self.register.conn.execute(
                "SELECT status, stage, target_latest FROM recommendation WHERE id = ?", (item,)
            ).fetchone()
            if status == "closed":
                assert set(reasons) <= _OF_CLOSED, reasons
                assert (Reason.WAITS_ON_INSPECTORATE in reasons) is (stage == "submitted")
            assert Reason.LATE not in reasons or (latest and latest < today)

    @invariant()
    def the_tables_are_what_the_log_adds_up_to(self) -> None:
        Expected(changes(self.register)).check(tables(self.register))

    def finish(self) -> None:
        before = tables(self.register)
        assert differences(before, rebuilt(self.register)) == []


class Meeting(Workshop):
    """Two desks that work apart and meet: what the rules then forbid is a conflict, or ends with the next
    act."""

    def __init__(self) -> None:
        super().__init__()
        self.desks = [self.make("here"), self.make("there")]

    @initialize()
    def set_out(self) -> None:
        begin(self.desks[0])
        self.desks[1].apply(changes(self.desks[0]))

    @rule(desk=st.integers(0, 1), chosen=st.lists(CHOSEN, min_size=1, max_size=6))
    def write(self, desk: int, chosen: list[tuple[int, int, int]]) -> None:
        for one in chosen:
            for command in built(self.desks[desk], [one]):
                with suppress(FairleadError):
                    self.desks[desk].do(command)

    @rule(desk=st.integers(0, 1), force=st.booleans(), which=NUMBERS)
    def revert(self, desk: int, force: bool, which: int) -> None:
        register = self.desks[desk]
        mine = "SELECT action FROM change WHERE device = ? GROUP BY action HAVING max(kind <> 'party') ORDER BY min(n)"
        actions = register.conn.execute(mine, (register.id,)).fetchall()
        if actions:
            with suppress(CannotUndo):
                register.undo(pick(actions[-6:], which)[0], force=force)

    @rule()
    def meet(self) -> None:
        one, other = self.desks
        one.apply(changes(other))
        other.apply(changes(one))
        assert differences(tables(one), tables(other)) == []
        Expected(changes(one)).check(tables(one))

    def finish(self) -> None:
        self.meet()
        desk = self.desks[0]
        before = tables(desk)
        assert differences(before, rebuilt(desk)) == []
        for (item,) in desk.conn.execute(
            "SELECT id FROM recommendation WHERE withdrawn = 0 AND in_conflict = 0"
        ).fetchall():
            desk.do(AddNote(items=(item,), text="Seen."))
            assert [line for line in broken_rules(desk) if line.startswith(item) and "moves" not in line] == []


@pytest.mark.slow
def test_whatever_one_desk_does_the_rules_hold_and_a_preview_says_it_beforehand(template: Path) -> None:
    run(Work, template, FEW)


@pytest.mark.slow
def test_what_a_merge_leaves_against_the_rules_is_in_conflict_or_ends_with_the_next_thing_done(template: Path) -> None:
    run(Meeting, template, FEW)


@pytest.mark.slow
def test_whatever_one_desk_does_the_rules_hold_many_times_over(template: Path) -> None:
    run(Work, template, MANY)


@pytest.mark.slow
def test_what_a_merge_leaves_against_the_rules_ends_many_times_over(template: Path) -> None:
    run(Meeting, template, MANY)
