"""Properties of the log, hunted with hypothesis: desks that write apart and meet again, undo, and the days gone by."""

from __future__ import annotations

import random
import shutil
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from acts import ACT, ACTS, NUMBERS, begin, changes, pick, try_to
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from oracle import Expected, changes_until, current_rows, differences, is_sound, opened, rebuild, tables
from workshop import FEW, MANY, START, Workshop, run

from store.domain.errors import CannotUndo, FairleadError, LaterEdits
from store.domain.fields import KINDS
from store.log.change import Change
from store.register import Author, Register

pytest_plugins = ["registers"]


class Desks(Workshop):
    """Desks whose clocks are far apart, working at once, on copies too, and passing on what they have in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.desks = [self.make(f"desk{n}") for n in range(3)]
        self.skew = [0] * 3

    @initialize(skews=st.lists(st.integers(-400, 400), min_size=3, max_size=3), shared=st.booleans())
    def set_out(self, skews: list[int], shared: bool) -> None:
        self.skew = skews
        self.look_at_clock(0)
        begin(self.desks[0])
        if shared:
            for other in self.desks[1:]:
                other.apply(changes(self.desks[0]))

    def look_at_clock(self, desk: int) -> None:
        self.patch.setenv("FAIRLEAD_TODAY", (self.day + timedelta(days=self.skew[desk % 3])).isoformat())

    @rule(desk=NUMBERS, acts=st.lists(ACT, min_size=2, max_size=8), seen=st.booleans())
    def write(self, desk: int, acts: list[tuple[int, int, int]], seen: bool) -> None:
        register = pick(self.desks, desk)
        self.look_at_clock(desk)
        for chosen in acts:
            try_to(register, chosen, **({"seen": register.newest()} if seen else {}))

    @rule(desk=NUMBERS, forward=st.booleans(), force=st.booleans())
    def revert(self, desk: int, forward: bool, force: bool) -> None:
        register = pick(self.desks, desk)
        self.look_at_clock(desk)
        with suppress(CannotUndo):
            (register.redo if forward else register.undo)(force=force)

    @rule(sender=NUMBERS, receiver=NUMBERS, share=st.integers(1, 4), batches=st.integers(1, 5), seed=NUMBERS)
    def pass_on(self, sender: int, receiver: int, share: int, batches: int, seed: int) -> None:
        """Some of one desk's changes, or all, out of order, some of them twice."""
        chance = random.Random(seed)
        sent = changes(pick(self.desks, sender))
        chance.shuffle(sent)
        sent = sent[: len(sent) * share // 4]
        for _ in range(batches):
            pick(self.desks, receiver).apply(sent[:: chance.randint(1, 3)] + sent[: chance.randint(0, 3)])
        self.check(pick(self.desks, receiver))

    @rule(desk=NUMBERS)
    def copy_the_file(self, desk: int) -> None:
        """Somebody takes a copy of a register's file and goes on in that."""
        if len(self.desks) < 5:
            path = self.folder / f"copy{len(self.desks)}.db"
            source = pick(self.desks, desk)
            with source.file.transaction() as conn:
                conn.execute("SELECT 1")
            shutil.copyfile(source.path, path)
            copied = opened(path, Author(pick(("desk0", "Copier"), desk)))
            self.opened.append(copied)
            self.desks.append(copied)

    @rule(days=st.integers(1, 40))
    def let_days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    def check(self, register: Register) -> None:
        Expected(changes(register)).check(tables(register))

    def finish(self) -> None:
        everything = {c.id: c for desk in self.desks for c in changes(desk)}
        last = self.make("last")
        for register in (*self.desks, last):
            left = list(everything.values())
            self.chance.shuffle(left)
            while left:
                cut = self.chance.randint(1, 12)
                register.apply(left[:cut])
                left = left[cut:]
        first = tables(self.desks[0])
        assert first["waiting"] == []
        self.check(self.desks[0])
        for register in (*self.desks[1:], last):
            assert differences(first, tables(register)) == []
            assert is_sound(register)
        rebuild(last)
        assert differences(first, tables(last)) == []
        assert is_sound(last)
        self.check_past_days(list(everything.values()))

    def check_past_days(self, everything: list[Change]) -> None:
        """Whenever a change arrived, and whatever clock stamped it, a past day is what was stamped by then."""
        days = sorted({c.time[:10] for c in everything})
        self.patch.setenv("FAIRLEAD_TODAY", (date.fromisoformat(days[-1]) + timedelta(days=1)).isoformat())
        for n, day in enumerate(days[:: max(1, len(days) // 4)]):
            past = self.desks[0].as_at(date.fromisoformat(day), self.folder / f"past{n}.db")
            self.opened.append(past)
            note(f"as at {day}")
            Expected(changes_until(everything, day), all_ready=True).check(tables(past))
            assert is_sound(past)


class Days(Workshop):
    """One register, day by day: every past day can be seen again as it was."""

    def __init__(self) -> None:
        super().__init__()
        self.register = self.make("daily")
        self.days: dict[date, dict[str, Any]] = {}

    @initialize()
    def set_out(self) -> None:
        begin(self.register)

    @rule(acts=st.lists(ACT, min_size=1, max_size=6))
    def write(self, acts: list[tuple[int, int, int]]) -> None:
        before = self.targets()
        for chosen in acts:
            try_to(self.register, chosen)
        after = self.targets()
        for item, (first, later) in before.items():
            assert first in (None, after[item][0])
            assert later <= after[item][1]

    def targets(self) -> dict[str, tuple[str | None, int]]:
        """Each item's first target, and how often it moved later: no edit alters the one or takes from the other."""
        rows = self.register.conn.execute("SELECT id, first_target, moved_later FROM recommendation")
        return {row[0]: (row[1], row[2]) for row in rows}

    @rule(forward=st.booleans(), force=st.booleans())
    def revert(self, forward: bool, force: bool) -> None:
        with suppress(CannotUndo):
            (self.register.redo if forward else self.register.undo)(force=force)

    @rule(days=st.integers(1, 40))
    def let_days_pass(self, days: int) -> None:
        self.days[self.day] = tables(self.register)
        self.day += timedelta(days=days)
        self.patch.setenv("FAIRLEAD_TODAY", self.day.isoformat())

    @rule()
    def close_and_open(self) -> None:
        self.register.close()
        self.register = opened(self.register.path, Author("daily"))
        self.opened.append(self.register)

    def finish(self) -> None:
        self.days[self.day] = tables(self.register)
        Expected(changes(self.register)).check(self.days[self.day])
        for n, (day, then) in enumerate(sorted(self.days.items())):
            past = self.register.as_at(day, self.folder / f"past{n}.db")
            self.opened.append(past)
            note(f"as at {day}")
            assert differences(then, tables(past)) == []
            assert is_sound(past)
        before = self.register.as_at(START - timedelta(days=1), self.folder / "before.db")
        self.opened.append(before)
        assert all(not table for table in tables(before).values())


class UndoAndRedo(Workshop):
    """One person's actions, taken back to the first and done again to the last."""

    def __init__(self) -> None:
        super().__init__()
        self.register = self.make("undoer")

    @initialize()
    def set_out(self) -> None:
        begin(self.register)

    @rule(chosen=ACT)
    def write(self, chosen: tuple[int, int, int]) -> None:
        try_to(self.register, chosen)

    @rule(chosen=st.lists(ACT, min_size=2, max_size=4))
    def write_batch(self, chosen: list[tuple[int, int, int]]) -> None:
        commands = [c for which, a, b in chosen if (c := ACTS[which](self.register, a, b))]
        with suppress(FairleadError):
            self.register.do_all(commands)

    @rule(steps=st.integers(1, 4))
    def go_back_and_forth(self, steps: int) -> None:
        seen = [current_rows(tables(self.register))]
        for _ in range(steps):
            try:
                self.register.undo()
            except LaterEdits:
                raise
            except CannotUndo:
                break
            seen.append(current_rows(tables(self.register)))
        for then in reversed(seen[:-1]):
            self.register.redo()
            assert differences(then, current_rows(tables(self.register))) == []
        Expected(changes(self.register)).check(tables(self.register))

    def finish(self) -> None:
        last = current_rows(tables(self.register))
        undone = 0
        while True:
            try:
                self.register.undo()
            except CannotUndo:
                break
            undone += 1
        nothing = current_rows(tables(self.register))
        assert [kind for kind in KINDS if nothing[kind]] == ["party"]
        self.register.close()
        self.register = opened(self.register.path, Author("undoer"))
        self.opened.append(self.register)
        for _ in range(undone):
            self.register.redo()
        assert differences(last, current_rows(tables(self.register))) == []
        with pytest.raises(CannotUndo):
            self.register.redo()


def test_every_desk_comes_to_the_same_tables_and_they_are_what_the_log_adds_up_to(template: Path) -> None:
    run(Desks, template, FEW)


@pytest.mark.slow
def test_a_past_day_is_seen_again_as_it_was(template: Path) -> None:
    run(Days, template, FEW)


def test_undo_and_redo_walk_back_and_forth_over_ones_own_actions(template: Path) -> None:
    run(UndoAndRedo, template, FEW)


@pytest.mark.slow
def test_every_desk_comes_to_the_same_tables_many_times_over(template: Path) -> None:
    run(Desks, template, MANY)


@pytest.mark.slow
def test_a_past_day_is_seen_again_as_it_was_many_times_over(template: Path) -> None:
    run(Days, template, MANY)


@pytest.mark.slow
def test_undo_and_redo_walk_back_and_forth_many_times_over(template: Path) -> None:
    run(UndoAndRedo, template, MANY)
