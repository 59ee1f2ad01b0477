"""What does not leave, hunted with hypothesis: whatever is written, marked, undone and withdrawn, by the word."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

import pytest
from acts import COMMANDS, NUMBERS, begin, pick
from exported import bytes_of, statuses
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from workshop import FEW, MANY, Workshop, run

from store.commands import Command, Correct, CorrectNote, JoinParties, MarkReason
from store.domain.errors import FairleadError, NotAllowed
from store.domain.fields import KINDS
from store.exchange.export import export
from store.exchange.foreign import save_as_own
from store.exchange.integrity import check
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.log.change import Change
from store.queries.filter import Filter
from store.register import Author

pytest_plugins = ["registers"]

HIGH = "OFFICIAL-SENSITIVE"
OFFICIAL = Terms(max_marking="OFFICIAL")
CHOSEN = st.tuples(st.integers(0, len(COMMANDS) - 1), NUMBERS, NUMBERS)
WORDED = ("text", "title", "words", "why", "name", "query", "whose")
MARKED = ("recommendation", "note", "submission", "reply", "action", "publication")
WORD = re.compile(r"Wombat\d+x")
OWNERS = ("recommendation", "other", "publication", "part_of", "submission", "note", "citation")

SHOWN = (
    Filter(status=("not-stated", "delayed")),
    Filter(lead=("C3",)),
    Filter(target=("no-target",), parts=True),
    Filter(search="title"),
    Filter(note="corrected"),
    Filter(said_before="2024-09-18"),
    Filter(changed_after="2024-09-17"),
)


def worded(command: Command, word: str) -> Command:
    """A command with a word of its own in what it writes in words."""
    changed: dict[str, object] = {"reason": f"{command.reason} {word}"} if command.reason else {}
    values = dict(getattr(command, "values", {}))
    values |= {name: f"{values[name]} {word}" for name in WORDED if values.get(name)}
    changed |= {"values": values} if values else {}
    changed |= {
        name: f"{text} {word}" for name in WORDED if isinstance(text := getattr(command, name, None), str) and text
    }
    return command.model_copy(update=changed)


class Leaving(Workshop):
    """One desk that writes, marks and takes back, and what it hands on."""

    def __init__(self) -> None:
        super().__init__()
        self.register = self.make("writer")
        self.words = 0

    @initialize()
    def set_out(self) -> None:
        begin(self.register)

    @rule(chosen=st.lists(CHOSEN, min_size=1, max_size=5))
    def write(self, chosen: list[tuple[int, int, int]]) -> None:
        for which, a, b in chosen:
            if command := COMMANDS[which](self.register, a, b):
                self.words += 1
                with suppress(FairleadError):
                    self.register.do(worded(command, f"Wombat{self.words}x"))

    @rule(
        kind=st.sampled_from(MARKED), n=NUMBERS, marking=st.sampled_from((HIGH, HIGH, "OFFICIAL")), again=st.booleans()
    )
    def mark(self, kind: str, n: int, marking: str, again: bool) -> None:
        entities = [row[0] for row in self.register.conn.execute(f"SELECT id FROM {kind} ORDER BY id")]
        if entity := pick(entities, n):
            command: Command
            if kind == "note":
                command = CorrectNote(note=entity, values={"marking": marking}, restate=again)
            else:
                command = Correct(kind=kind, entity=entity, values={"marking": marking}, restate=again)
            with suppress(FairleadError):
                self.register.do(command)

    @rule(n=NUMBERS)
    def mark_a_reason(self, n: int) -> None:
        actions = [row[0] for row in self.register.conn.execute("SELECT DISTINCT action FROM change ORDER BY n")]
        with suppress(FairleadError):
            self.register.do(MarkReason(action=pick(actions, n), marking=HIGH))

    @rule(n=NUMBERS)
    def join(self, n: int) -> None:
        names = ("C3", "Custody", "Policy")
        with suppress(FairleadError):
            self.register.do(JoinParties(name=pick(names, n), other=pick(names, n // 3)))

    @rule(back=st.booleans())
    def undo(self, back: bool) -> None:
        with suppress(FairleadError):
            self.register.undo() if back else self.register.redo()

    def _above(self, kind: str, entity: str, seen: set[str]) -> set[tuple[str, str]]:
        """An entity and all that it belongs to."""
        conn, found = self.register.conn, {(kind, entity)}
        seen.add(entity)
        for name, other in KINDS[kind].names.items():
            row = conn.execute(f"SELECT {name} FROM {kind} WHERE id = ?", (entity,)).fetchone()
            if name in OWNERS and row and row[0] and row[0] not in seen:
                found |= self._above(other, row[0], seen)
        if kind == "note":
            for item, publication in conn.execute(
                "SELECT recommendation, publication FROM note_on WHERE note = ?", (entity,)
            ).fetchall():
                for other, end in (("recommendation", item), ("publication", publication)):
                    found |= self._above(other, end, seen) if end and end not in seen else set()
        return found

    def _is_high(self, change: Change) -> bool:
        """Whether a change is of what is marked higher now, or belongs to that, or gives a reason that is."""
        conn = self.register.conn
        reason = "SELECT 1 FROM reason_marking WHERE change = ? AND marking = ? AND withdrawn = 0"
        return bool(conn.execute(reason, (change.id, HIGH)).fetchone()) or any(
            "marking" in KINDS[kind].fields
            and conn.execute(f"SELECT 1 FROM {kind} WHERE id = ? AND marking = ?", (entity, HIGH)).fetchone()
            for kind, entity in self._above(change.kind, change.entity, set())
        )

    def _is_withdrawn(self, change: Change) -> bool:
        found = self.register.conn.execute(
            f"SELECT withdrawn FROM {change.kind} WHERE id = ?", (change.entity,)
        ).fetchone()
        return bool(found and found[0])

    def finish(self) -> None:
        high: dict[str, bool] = {}
        withdrawn: dict[str, bool] = {}
        for change in self.register.log.all():
            for word in set(WORD.findall(change.body or "")):
                high[word] = high.get(word, True) and self._is_high(change)
                withdrawn[word] = withdrawn.get(word, True) and self._is_withdrawn(change)
        gone = {word for word, all_of_it in withdrawn.items() if all_of_it}
        self.export_all(OFFICIAL, gone | {word for word, all_of_it in high.items() if all_of_it})
        self.export_all(
            Terms(max_marking="OFFICIAL", with_withdrawn=True), {word for word, all_of_it in high.items() if all_of_it}
        )
        self.export_all(DEFAULT_TERMS, gone)

    def export_all(self, terms: Terms, secret: set[str]) -> None:
        code = self.register.conn.execute("SELECT code FROM publication WHERE withdrawn = 0 ORDER BY code").fetchone()
        # One of them: what the file holds differs, and which words must not be in it does not.
        narrowed = (Filter(publication=(code[0],)) if code else Filter(), *SHOWN)[self.words // 2 % (len(SHOWN) + 1)]
        shown = narrowed if self.words % 2 else Filter(parts=True)
        for suffix in (".sqlite", ".json", ".csv", ".md", ".xlsx"):
            out = self.folder / f"out{suffix}"
            with suppress(NotAllowed):
                export(self.register, out, shown, terms=terms, force=True)
            found = set(WORD.findall(bytes_of(out).decode("utf-8", "replace")))
            assert found & secret == set(), (terms, shown, suffix)
        own = save_as_own(self.folder / "out.sqlite", self.folder / "own", Author("Second"), self.folder, force=True)
        report, here = check(own), statuses(self.register)
        assert report.sound, report.faults
        for item, status, closed_as, *_ in statuses(own).values():
            if status != "left-out" and item in here:
                assert here[item][:3] == (item, status, closed_as)
        again = export(own, self.folder / "again.sqlite", Filter(parts=True), terms=terms, force=True).path
        assert set(WORD.findall(bytes_of(again).decode("utf-8", "replace"))) & secret == set()
        own.close()


@pytest.mark.slow
def test_no_word_leaves_that_its_marking_or_its_end_forbids(template: Path) -> None:
    run(Leaving, template, settings(FEW, max_examples=3))


@pytest.mark.slow
def test_no_word_leaves_that_its_marking_or_its_end_forbids_many_times_over(template: Path) -> None:
    run(Leaving, template, MANY)
