"""Properties of the log, hunted with hypothesis: desks that write apart and meet again, undo, and the days gone by."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from oracle import Expected, differences, is_sound, known_by, new_register, opened, rebuild, standing, tables

from store.changes import Change
from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPublication,
    AddTheme,
    BelieveDone,
    Command,
    CorrectItem,
    CorrectNote,
    CorrectPublication,
    DescribeRegister,
    FinishAction,
    MoveTarget,
    SetLeads,
    SetNextMove,
    SetStage,
    SetTrack,
    Withdraw,
)
from store.errors import CannotUndo, FairleadError, InConflict, LaterEdits
from store.kinds import KINDS
from store.pen import Pen
from store.register import Register, Writer
from store.words import Basis, ItemKind, NextMove, Stage, Track

_LIMITS = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "database": None,
}
FEW = settings(max_examples=25, stateful_step_count=22, **_LIMITS)
MANY = settings(max_examples=60, stateful_step_count=45, **_LIMITS)
START = date(2024, 9, 18)

NUMBERS = st.integers(0, 2**16)
TITLES = ("Hate Crime", "Custody of Adults", "Domestic Abuse")
TARGETS = ("June 2025", "2025", "in the coming weeks", "30 March 2025", "December 2025", "")
CLOSING = (Stage.DISCHARGED, Stage.DELIVERED, Stage.SUPERSEDED, Stage.NOT_KNOWN_HOW, Stage.NOT_ADOPTED)


class Send(Command):
    """Evidence sent, in the fewest words."""

    item: str
    asks: str

    def write(self, pen: Pen) -> None:
        pen.create("submission", {"recommendation": self.item, "asks": self.asks, "text": "Sent."})
        pen.set("recommendation", self.item, "stage", {"text": Stage.SUBMITTED})


class Relocate(Command):
    """Put an item into another publication, as a merge may."""

    item: str
    publication: str

    def write(self, pen: Pen) -> None:
        pen.set("recommendation", self.item, "publication", self.publication)


Act = Callable[[Register, int, int], Command | None]


def ids(register: Register, kind: str) -> list[str]:
    """The things of a kind that stand, the same order everywhere."""
    return [r[0] for r in register.conn.execute(f"SELECT id FROM {kind} WHERE withdrawn = 0 ORDER BY id")]


def pick(options: Any, n: int) -> Any:
    """One of some options, or None where there are none."""
    return options[n % len(options)] if options else None


def _publication(register: Register, a: int, b: int) -> Command | None:
    return AddPublication(title=pick(TITLES, a), published=pick(("June 2021", None), b))


def _item(register: Register, a: int, b: int) -> Command | None:
    where = pick(ids(register, "publication"), a)
    number = pick(("1", "2", "Rec 03", None), b)
    kind = pick((ItemKind.RECOMMENDATION, ItemKind.COMMITMENT), a // 7)
    return AddItem(publication=where, number=number, title=f"Title {b % 5}", kind=kind) if where else None


def _note(register: Register, a: int, b: int) -> Command | None:
    items = ids(register, "recommendation")
    return AddNote(items=tuple(items[a % len(items) :][:2]), text=f"Words {b % 9}") if items else None


def of_item(build: Callable[[str, int], Command]) -> Act:
    """An act on some item."""

    def act(register: Register, a: int, b: int) -> Command | None:
        item = pick(ids(register, "recommendation"), a)
        return build(item, b) if item else None

    return act


def of_two(kind: str, build: Callable[[str, str, int], Command]) -> Act:
    """An act on some item and some other thing."""

    def act(register: Register, a: int, b: int) -> Command | None:
        item, other = pick(ids(register, "recommendation"), a), pick(ids(register, kind), b)
        return build(item, other, a // 5) if item and other else None

    return act


def of_kind(kind: str, build: Callable[[str, int], Command]) -> Act:
    """An act on some thing of a kind."""

    def act(register: Register, a: int, b: int) -> Command | None:
        thing = pick(ids(register, kind), a)
        return build(thing, b) if thing else None

    return act


ACTS: tuple[Act, ...] = (
    _publication,
    _item,
    _item,
    _note,
    of_item(lambda i, n: SetTrack(item=i, track=pick(list(Track), n), reason="So it is.")),
    of_item(lambda i, n: SetStage(item=i, stage=pick(list(Stage)[:4], n), reason="")),
    of_item(lambda i, n: SetStage(item=i, stage=pick(CLOSING, n), basis=Basis.STATED, reason="As printed.")),
    of_item(lambda i, n: Send(item=i, asks=pick(("closure", "view"), n))),
    of_item(lambda i, n: MoveTarget(item=i, text=pick(TARGETS, n), reason="Later.")),
    of_item(lambda i, n: SetLeads(item=i, leads=pick(((), ("C3",), ("C3", "Custody"), ("Custody",)), n))),
    of_item(lambda i, n: BelieveDone(item=i, believed=n % 2 == 0, by="C3")),
    of_item(lambda i, n: SetNextMove(item=i, who=pick([*NextMove, None], n))),
    of_item(lambda i, n: CorrectItem(item=i, title=f"Other title {n % 4}")),
    of_item(lambda i, n: CorrectItem(item=i, number=pick(("1", "4", "10a"), n))),
    of_item(lambda i, n: AddAction(item=i, text=f"Promise {n % 3}", due="November 2024")),
    of_item(lambda i, n: Withdraw(kind="recommendation", thing=i)),
    of_two("recommendation", lambda i, o, n: AddLink(item=i, relation="same-as", other=o)),
    of_two("recommendation", lambda i, o, n: AddLink(item=i, relation=pick(("same-as", "depends-on"), n), other=o)),
    of_two("recommendation", lambda i, o, n: CorrectItem(item=i, part_of=pick((o, ""), n))),
    of_two("theme", lambda i, o, n: CorrectItem(item=i, theme=pick((o, ""), n))),
    of_two("publication", lambda i, o, n: Relocate(item=i, publication=o)),
    of_kind("note", lambda t, n: CorrectNote(note=t, text=f"Corrected {n % 4}")),
    of_kind("note", lambda t, n: Withdraw(kind="note", thing=t)),
    of_kind("link", lambda t, n: Withdraw(kind="link", thing=t)),
    of_kind("action", lambda t, n: FinishAction(action=t, done=n % 3 > 0)),
    of_kind("publication", lambda t, n: CorrectPublication(publication=t, title=f"{TITLES[0]} {n % 3}")),
    of_kind("publication", lambda t, n: CorrectPublication(publication=t, code=f"P{n % 4}")),
    of_kind("publication", lambda t, n: Withdraw(kind="publication", thing=t)),
    lambda register, a, b: AddTheme(name=f"Theme {a % 3}"),
    lambda register, a, b: DescribeRegister(title=f"Register {a % 4}"),
)

ACT = st.tuples(st.integers(0, len(ACTS) - 1), NUMBERS, NUMBERS)


def try_to(register: Register, chosen: tuple[int, int, int], **how: Any) -> bool:
    """Do one act; False where there was nothing to do it to, or the rules forbid it."""
    which, a, b = chosen
    command = ACTS[which](register, a, b)
    if command is None:
        return False
    try:
        register.do(command, **how)
    except InConflict:
        if a % 2:
            return False
        try:
            register.do(command, resolving=True, **how)
        except FairleadError:
            return False
    except FairleadError:
        return False
    return True


def begin(register: Register) -> None:
    """Something to work on."""
    where = register.do(AddPublication(title=TITLES[0], published="June 2021")).created
    register.do(AddPublication(title=TITLES[1]))
    assert where
    for number in ("1", "2", None):
        register.do(AddItem(publication=where, number=number, title=f"Title {number}"))


def changes(register: Register) -> list[Change]:
    """All of a register's changes."""
    return list(register.log.all())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty register's file, to be copied."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    Register.create(path).close()
    return path


class Workshop(RuleBasedStateMachine):
    """A folder of registers, and the day."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="fairlead-"))
        self.opened: list[Register] = []
        self.patch = pytest.MonkeyPatch()
        self.day = START
        self.patch.setenv("FAIRLEAD_TODAY", START.isoformat())
        self.chance = random.Random(5)
        self.patch.setattr("secrets.token_hex", lambda size: self.chance.randbytes(size).hex())
        self.patch.setattr(Register, "stamp", self.stamp)
        self.moment = 0

    def make(self, name: str) -> Register:
        register = new_register(self.folder, name, self.template)
        self.opened.append(register)
        return register

    def stamp(self) -> str:
        """The time by a clock of our own: the same whenever the test runs, and now and then the same twice."""
        self.moment += self.chance.randint(0, 2)
        second, day = divmod(self.moment, 1000), os.environ["FAIRLEAD_TODAY"]
        return f"{day}T09:{second[0] // 60:02d}:{second[0] % 60:02d}.{second[1]:03d}Z"

    def teardown(self) -> None:
        try:
            self.finish()
        finally:
            for register in self.opened:
                register.close()
            shutil.rmtree(self.folder)
            self.patch.undo()

    def finish(self) -> None:
        raise NotImplementedError


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
    def take_back(self, desk: int, forward: bool, force: bool) -> None:
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
            with source.file.write() as conn:
                conn.execute("SELECT 1")
            shutil.copyfile(source.path, path)
            copied = opened(path, Writer(pick(("desk0", "Copier"), desk)))
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
            Expected(known_by(everything, day), all_ready=True).check(tables(past))
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
    def take_back(self, forward: bool, force: bool) -> None:
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
        self.register = opened(self.register.path, Writer("daily"))
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
    def write_several_at_once(self, chosen: list[tuple[int, int, int]]) -> None:
        commands = [c for which, a, b in chosen if (c := ACTS[which](self.register, a, b))]
        with suppress(FairleadError):
            self.register.do_all(commands)

    @rule(steps=st.integers(1, 4))
    def go_back_and_forth(self, steps: int) -> None:
        seen = [standing(tables(self.register))]
        for _ in range(steps):
            try:
                self.register.undo()
            except LaterEdits:
                raise
            except CannotUndo:
                break
            seen.append(standing(tables(self.register)))
        for then in reversed(seen[:-1]):
            self.register.redo()
            assert differences(then, standing(tables(self.register))) == []
        Expected(changes(self.register)).check(tables(self.register))

    def finish(self) -> None:
        last = standing(tables(self.register))
        undone = 0
        while True:
            try:
                self.register.undo()
            except CannotUndo:
                break
            undone += 1
        nothing = standing(tables(self.register))
        assert [kind for kind in KINDS if nothing[kind]] == ["party"]
        self.register.close()
        self.register = opened(self.register.path, Writer("undoer"))
        self.opened.append(self.register)
        for _ in range(undone):
            self.register.redo()
        assert differences(last, standing(tables(self.register))) == []
        with pytest.raises(CannotUndo):
            self.register.redo()


def run(machine: type[Workshop], template: Path, how: settings) -> None:
    """Run a machine."""
    machine.template = template
    run_state_machine_as_test(machine, settings=how)


def test_every_desk_comes_to_the_same_tables_and_they_are_what_the_log_adds_up_to(template: Path) -> None:
    run(Desks, template, FEW)


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
