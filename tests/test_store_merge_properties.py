"""Receiving, hunted with hypothesis: desks that pass on parts, texts left out and filled in, files taken back in any
order, and more received after it."""

from __future__ import annotations

import random
import re
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acts import ACT, NUMBERS, begin, changes, pick, try_to
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from oracle import Expected, current_rows, differences, is_sound, opened, rebuild, tables
from workshop import FEW, MANY, Workshop, run

from store.commands.conflicts import SettleConflict
from store.domain.errors import CannotUndo, FairleadError, LaterEdits
from store.exchange.export import export
from store.exchange.merge import open_incoming, take
from store.exchange.redaction import Terms
from store.log.change import Change
from store.log.receipts import receipts
from store.queries.conflicts import conflicts
from store.queries.filter import Filter
from store.receive import Incoming
from store.register import Author, Register

pytest_plugins = ["registers"]

OF_BOTH = {"recorded", "recorded_by", "status_said", "said_on", "any_conflict"}
"""What two people who recorded the same entity share: who was first, and when a status was last stated, stays.

Conflicts are compared themselves, those of what a person sees; an item has the sign for what was withdrawn under it, too.
"""

BY_RULE = re.compile(r"^recommendation \w+\.(stage|track|status|closed_as|next_move|believed_done)|^tally")

OF_TARGETS = {"first_target", "first_target_latest", "moved_later", "moved_at_least"}
"""What follows from which side of a conflict a target's history is taken."""


class Rounds(Workshop):
    """Desks whose clocks are far apart, writing at once, receiving parts of what others have, and taking that back."""

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

    @rule(desk=NUMBERS, acts=st.lists(ACT, min_size=2, max_size=8))
    def write(self, desk: int, acts: list[tuple[int, int, int]]) -> None:
        self.look_at_clock(desk)
        for chosen in acts:
            try_to(pick(self.desks, desk), chosen)

    @rule(desk=NUMBERS, forward=st.booleans(), force=st.booleans())
    def revert(self, desk: int, forward: bool, force: bool) -> None:
        self.look_at_clock(desk)
        register = pick(self.desks, desk)
        with suppress(CannotUndo):
            (register.redo if forward else register.undo)(force=force)
        self.check(register)

    @rule(desk=NUMBERS, which=NUMBERS, side=NUMBERS)
    def settle(self, desk: int, which: int, side: int) -> None:
        self.look_at_clock(desk)
        register = pick(self.desks, desk)
        conflict = pick(conflicts(register.conn, register.id), which)
        if conflict is None:
            return
        chosen = pick(conflict.sides, side)
        command = SettleConflict(
            kind=conflict.kind, entity=conflict.entity, field=conflict.field, change=chosen.change, reason="So."
        )
        try:
            register.do(command, resolving=True)
        except FairleadError:
            return
        left = {one.key for one in conflicts(register.conn, register.id)}
        assert conflict.key not in left
        self.check(register)

    def part(self, sender: int, share: int, without: int, seed: int) -> list[Change]:
        """Some of a desk's changes out of order, of some of them the bodies left out."""
        chance = random.Random(seed)
        sent = changes(pick(self.desks, sender))
        if share < 4:
            chance.shuffle(sent)
            sent = sent[: len(sent) * share // 4]
        hidden = {c.entity for c in sent if c.kind in ("note", "action", "reply") and without and chance.random() < 0.3}
        return [replace(c, body=None, salt=None) if c.entity in hidden else c for c in sent]

    def receive(self, register: Register, sent: list[Change]) -> Any:
        return register.receive(Incoming("back.sqlite", "0" * 64, None, sent, sum(c.body is None for c in sent)))[0]

    @rule(
        sender=NUMBERS, receiver=NUMBERS, share=st.sampled_from((2, 4, 4, 4)), without=st.sampled_from((0, 0, 1)),
        seed=NUMBERS,
    )  # fmt: skip
    def pass_on(self, sender: int, receiver: int, share: int, without: int, seed: int) -> None:
        self.look_at_clock(receiver)
        register, sent = pick(self.desks, receiver), self.part(sender, share, without, seed)
        self.receive(register, sent)
        assert self.receive(register, sent) is None
        self.check(register)

    @rule(sender=NUMBERS, receiver=NUMBERS, share=st.sampled_from((2, 4, 4, 4)), seed=NUMBERS, again=st.booleans())
    def pass_on_and_take_back(self, sender: int, receiver: int, share: int, seed: int, again: bool) -> None:
        """What a file brought, taken back at once, leaves what there was; done again, what it brought."""
        self.look_at_clock(receiver)
        register, sent = pick(self.desks, receiver), self.part(sender, share, 0, seed)
        waiting = register.conn.execute("SELECT count(*) FROM waiting").fetchone()
        before = tables(register)
        receipt = self.receive(register, sent)
        if receipt is None or not receipt.changes or receipt.filled:
            return
        after = tables(register)
        try:
            taken_back = register.undo(receipt.id).action
        except LaterEdits:
            # What waited here rests on it by now.
            assert waiting != (0,)
            return
        self.check(register)
        assert self.differing(before, tables(register)) == []
        with pytest.raises(CannotUndo):
            register.undo(receipt.id)
        if taken_back is None:
            return
        register.redo()
        self.check(register)
        left = self.differing(after, tables(register))
        # What two desks broke by what they wrote apart is repaired by rule once it is touched.
        assert [line for line in left if not BY_RULE.search(line)] == []
        if again:
            register.undo()
            self.check(register)
            assert self.differing(before, tables(register)) == []

    @rule(desk=NUMBERS, which=NUMBERS, force=st.booleans())
    def take_back(self, desk: int, which: int, force: bool) -> None:
        """Any file that was received, whatever was received or written since."""
        self.look_at_clock(desk)
        register = pick(self.desks, desk)
        receipt = pick(receipts(register.conn), which)
        if receipt:
            with suppress(CannotUndo):
                register.undo(receipt.id, force=force)
            self.check(register)

    @rule(days=st.integers(1, 40))
    def let_days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    def differing(self, one: dict[str, Any], other: dict[str, Any]) -> list[str]:
        """What a person would see differ, but for what two people who recorded the same share."""
        found = []
        for table in (one, other):
            rows = current_rows(table)
            disputed = {entity for entity, field, *_ in (*one["conflict"], *other["conflict"]) if field == "target"}
            for name, entities in rows.items():
                if isinstance(entities, dict):
                    rows[name] = {
                        key: {
                            n: v
                            for n, v in row.items()
                            if n not in OF_BOTH and not (key in disputed and n in OF_TARGETS)
                        }
                        for key, row in entities.items()
                    }
            visible = {key for name in rows if isinstance(rows[name], dict) for key in rows[name]}
            rows["conflict"] = sorted((entity, field) for entity, field, *_ in table["conflict"] if entity in visible)
            # Who receives something is recorded, and stays.
            rows["party"] = {key: row for key, row in rows["party"].items() if not str(row["name"]).startswith("desk")}
            rows["waiting"] = []
            found.append(rows)
        # A closed item with a track, which two desks made of it, is closed and has none once it is touched.
        return [
            line
            for line in differences(*found)
            if not line.endswith((": 'not-stated' and None", ": None and 'not-stated'"))
        ]

    def check(self, register: Register) -> None:
        everything = changes(register)
        if all(change.body is not None for change in everything):
            Expected(everything).check(tables(register))

    def finish(self) -> None:
        everything = {c.id: c for desk in self.desks for c in changes(desk) if c.body is not None}
        assert {c.id for desk in self.desks for c in changes(desk)} == everything.keys()
        # Whoever receives something is recorded before: then all have all of that, too.
        for register in self.desks:
            self.receive(register, list(everything.values()))
        everything |= {c.id: c for desk in self.desks for c in changes(desk)}
        last = self.make("last")
        for register in (*self.desks, last):
            left = list(everything.values())
            self.chance.shuffle(left)
            while left:
                cut = self.chance.randint(1, 30)
                with register.file.transaction():
                    pass
                register.log.conn.execute("SELECT 1")
                self.receive_as_is(register, left[:cut])
                left = left[cut:]
        first = tables(self.desks[0])
        assert first["waiting"] == []
        self.check(self.desks[0])
        for register in (*self.desks[1:], last):
            assert differences(first, tables(register)) == []
            assert is_sound(register)
        rebuild(last)
        assert differences(first, tables(last)) == []

    def receive_as_is(self, register: Register, sent: list[Change]) -> None:
        """Receive without recording who does: nobody's own party is in what all have to agree on."""
        register.apply(sent)


class Files(Workshop):
    """The same with real files: whole, of a part, with texts left out, checked and merged as one would."""

    def __init__(self) -> None:
        super().__init__()
        self.desks = [self.make(f"desk{n}") for n in range(3)]
        self.written = 0

    @initialize()
    def set_out(self) -> None:
        begin(self.desks[0])
        for other in self.desks[1:]:
            other.apply(changes(self.desks[0]))

    @rule(desk=NUMBERS, acts=st.lists(ACT, min_size=3, max_size=10))
    def write(self, desk: int, acts: list[tuple[int, int, int]]) -> None:
        for chosen in acts:
            try_to(pick(self.desks, desk), chosen)

    @rule(sender=NUMBERS, receiver=NUMBERS, which=NUMBERS, withdrawn=st.booleans(), files=st.booleans())
    def pass_on(self, sender: int, receiver: int, which: int, withdrawn: bool, files: bool) -> None:
        source, register = pick(self.desks, sender), pick(self.desks, receiver)
        codes = [row[0] for row in source.conn.execute("SELECT DISTINCT code FROM publication WHERE withdrawn = 0")]
        shown = Filter(parts=True, publication=((pick(codes, which // 2),) if which % 2 and codes else ()))
        self.written += 1
        out = self.folder / f"share{self.written}.sqlite"
        export(source, out, shown, terms=Terms(with_withdrawn=withdrawn, with_files=files))
        if source is register:
            return
        file = open_incoming(register, out, self.folder)
        before = register.newest()
        take(register, file)
        assert take(register, file) == (None, ())
        assert register.newest() >= before

    def finish(self) -> None:
        everything = {c.id: c for desk in self.desks for c in changes(desk) if c.body is not None}
        for register in self.desks:
            sent = list(everything.values())
            self.chance.shuffle(sent)
            with register.file.transaction():
                register.log.fill(sent)
            register.apply(sent)
            rebuild(register)
        first = tables(self.desks[0])
        Expected(list(everything.values())).check(first)
        for register in self.desks[1:]:
            assert differences(first, tables(register)) == []
        assert first["waiting"] == []
        again = opened(self.desks[0].path, Author("again"))
        self.opened.append(again)
        assert is_sound(again)


def test_desks_that_receive_and_take_back_come_to_the_same_tables(template: Path) -> None:
    run(Rounds, template, FEW)


@pytest.mark.slow
def test_desks_that_receive_and_take_back_come_to_the_same_tables_many_times_over(template: Path) -> None:
    run(Rounds, template, MANY)


@pytest.mark.slow
def test_desks_that_merge_shares_come_to_the_same_tables(template: Path) -> None:
    run(Files, template, FEW)
