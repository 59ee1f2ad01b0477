"""The generator of large registers for benchmarks: varied, invented, and deterministic for a size.

Their changes are written through `Register.apply`, in batches.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from operator import attrgetter
from random import Random
from signal import SIG_IGN, SIGINT, signal
from typing import Any, TypeVar

from seed.made_up import AREAS, ENDS, NEWS, OBJECTS, PEOPLE, PUBLISHERS, SCOPES, SUBJECTS, UNITS, VERBS
from seed.sample import load_themes
from store.commands.items import item_id, recorded_number
from store.commands.parties import party_id
from store.commands.publications import publication_id
from store.commands.themes import theme_id
from store.domain.dates import format_date, month_end
from store.domain.errors import FairleadError
from store.domain.fields import KINDS, REGISTER, UNKNOWN
from store.domain.vocabulary import (
    ItemKind,
    NextMove,
    NoteKind,
    Stage,
    Track,
    Value,
)
from store.file.bulk_load import bulk_load
from store.log.change import WITHDRAWN, Change, association_id, make_change, without_none
from store.register import Register

_T = TypeVar("_T")

BATCH = 10_000
"""Items in a transaction: many enough for few commits, few enough for two batches to fit in memory."""

DAY = date(2024, 9, 18)
"""The fixed date of the register, so that what is overdue in it does not depend on the clock."""

_NAMES = ("Governance", "Guidelines", "Compliance", "Resources", "Human Error", "Better Practice")
_THEMES = tuple(theme_id(name) for name in _NAMES)
_REPORT_STAGES = (
    *(Stage.UNKNOWN_HOW,) * 16, *(Stage.DISCHARGED,) * 22, Stage.NOT_ADOPTED, Stage.RISK_ACCEPTED, *(Stage.SUPERSEDED,) * 2,
    *(Stage.SUBMITTED,) * 7, *(Stage.REMAIN_OPEN,) * 6, *(Stage.COLLATING,) * 8, *(Stage.IN_PROGRESS,) * 22,
    *(Stage.NOT_STARTED,) * 7, *(Stage.NOT_STATED,) * 8,
)  # fmt: skip
_PLAN_STAGES = (
    *(Stage.DELIVERED,) * 35, *(Stage.SUPERSEDED,) * 3, *(Stage.IN_PROGRESS,) * 35, *(Stage.NOT_STARTED,) * 15,
    *(Stage.NOT_STATED,) * 12,
)  # fmt: skip
_NUMBERED_APART = (
    (0.06, ItemKind.AREA_FOR_DEVELOPMENT),
    (0.08, ItemKind.AREA_FOR_IMPROVEMENT),
    (0.1, ItemKind.CAUSE_OF_CONCERN),
)
"""Kinds that a report numbers apart, each up to its share of the items."""
_TRACKS = (*(Track.ON_TRACK,) * 10, *(Track.DELAYED,) * 7, *(Track.NOT_STATED,) * 3)
_LEADS = (*(0,) * 11, *(1,) * 8, 2)
_NOTE_KINDS, _MOVES = tuple(NoteKind), tuple(NextMove)
_CLOSED = frozenset(
    {
        Stage.UNKNOWN_HOW,
        Stage.DISCHARGED,
        Stage.NOT_ADOPTED,
        Stage.SUPERSEDED,
        Stage.SUBMITTED,
        Stage.DELIVERED,
        Stage.RISK_ACCEPTED,
    }
)
_PARTS = attrgetter(*[part.name for part in fields(Change) if part.compare])


def _date(day: date) -> dict[str, Any]:
    return {"text": format_date(day), "earliest": day.isoformat(), "latest": day.isoformat()}


def _month(day: date) -> dict[str, Any]:
    return _month_of(day.replace(day=1))


@cache
def _month_of(first: date) -> dict[str, Any]:
    text = format_date(first).removeprefix("1 ")
    return {"text": text, "earliest": first.isoformat(), "latest": month_end(first).isoformat()}


def _target(value: dict[str, Any]) -> dict[str, Any]:
    return {"said": None, "where": None, "condition": None} | value


@dataclass
class _Maker:
    """Generates changes, without validation by the pydantic models, which would take longer than all the rest.

    The tests validate a small register instead.
    """

    rng: Random
    changes: list[Change] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    device: str = ""
    author: str = ""
    time: str = ""
    action: str = ""
    titles: set[str] = field(default_factory=set)
    before: str = ""
    """The item written last; one that is superseded names it as its successor."""

    def token(self) -> str:
        """32 hex digits from the random generator: an id or a salt."""
        return f"{self.rng.getrandbits(128):032x}"

    def begin(self, day: date) -> None:
        """Begin an action on a day, by a random author."""
        self.action = self.token()
        self.author = self.pick(self.people)
        self.time = f"{day.isoformat()}T{8 + int(self.rng.random() * 10):02d}:{int(self.rng.random() * 60):02d}:00.000Z"

    def create(self, kind: str, values: dict[str, Any], *, entity: str | None = None, ours: str | None = None) -> str:
        """Create an entity; returns its id. `ours` names a field whose basis is *assigned*."""
        present = without_none(values) | {WITHDRAWN: False}
        stated = {name: Value(value) for name, value in present.items()}
        if ours:
            stated[ours] = Value(values[ours], "assigned")
        if entity is None:
            entity = association_id(kind, values) if KINDS[kind].ends else self.token()
        self._write(kind, entity, stated, (), None)
        return entity

    def move(self, item: str, target: dict[str, Any], parent: str, reason: str) -> str:
        """Move an item's target; returns the change's id."""
        self._write("recommendation", item, {"target": Value(without_none(target))}, (parent,), reason)
        return self.changes[-1].id

    def _write(
        self, kind: str, entity: str, values: dict[str, Value], parents: tuple[str, ...], reason: str | None
    ) -> None:
        self.changes.append(
            make_change(
                kind=kind,
                entity=entity,
                values=values,
                reason=reason,
                parents=parents,
                author=self.author,
                device=self.device,
                time=self.time,
                action=self.action,
                salt=self.token(),
            )
        )

    def pick(self, among: Sequence[_T]) -> _T:
        """Choose one at random; faster than `Random.choice`, and called twenty times an item."""
        return among[int(self.rng.random() * len(among))]

    def begin_register(self) -> None:
        """Write the parties, and the fields of the register itself."""
        self.device, self.people = self.token(), [self.token() for _ in PEOPLE]
        self.begin(date(2019, 1, 7))
        for person, name in zip(self.people, PEOPLE, strict=True):
            self.create("party", {"name": name, "kind": "person"}, entity=person)
        for name in UNITS:
            self.create("party", {"name": name, "kind": "unit"}, entity=party_id(name))
        self.parties = [party_id(name) for name in UNITS]
        described = {"title": "Large register", "marking": "OFFICIAL", "day": DAY.isoformat()}
        self.create("register", described, entity=REGISTER)

    def publication(self, index: int, items: int) -> None:
        """Write a publication with so many items, and what followed on each."""
        rng = self.rng
        plan = rng.random() < 0.1
        subject, published = self.pick(SUBJECTS), date(2015, 1, 1) + timedelta(days=rng.randrange(3500))
        recorded = min(published + timedelta(days=rng.randrange(10, 60)), DAY)
        scope = "Delivery Plan" if plan else self.pick(SCOPES)
        title = f"{subject}: {scope} in {self.pick(AREAS)}"
        if title in self.titles:
            title = f"{title} ({index})"
        self.titles.add(title)
        self.begin(recorded)
        month = _month(published) if rng.random() < 0.95 else None
        values = {
            "code": "".join(word[0] for word in subject.split()) + str(index),
            "title": title,
            "publisher": self.pick(PUBLISHERS),
            "kind": "plan" if plan else "report",
            "published": month,
            "stated_total": {"text": str(items), "number": items} if rng.random() < 0.9 else None,
            "last_update": _month(self._after(published)),
            "stated_updates": str(rng.randrange(1, 9)),
            "closed_by": self.pick(("group", "leads")) if plan else "inspectorate",
            "marking": "OFFICIAL",
        }
        entity = publication_id(title, month)
        self.create("publication", values, entity=entity)
        if rng.random() < 0.5:
            self.note([("publication", entity)], recorded, NoteKind.RISK)
        action, author, time = self.action, self.author, self.time
        for number in range(1, items + 1):
            self.action, self.author, self.time = action, author, time
            self.item(entity, number, plan, recorded)

    def item(self, publication: str, number: int, plan: bool, recorded: date) -> None:
        """Write an item, sometimes with parts, and what followed its recording."""
        rng = self.rng
        stage = self.pick(_PLAN_STAGES if plan else _REPORT_STAGES)
        kind = ItemKind.COMMITMENT if plan else ItemKind.RECOMMENDATION
        if not plan:
            apart = rng.random()
            kind = next((kind for most, kind in _NUMBERED_APART if apart < most), kind)
        numbered = rng.random() > 0.02
        named = recorded_number(str(number), kind)
        entity = item_id(publication, named or "") if numbered else self.token()
        target = self._first_target(recorded)
        values = {
            "publication": publication,
            "number": named if numbered else None,
            "label": None if numbered else f"x{number}",
            "kind": kind,
            "target": target,
            "marking": "OFFICIAL" if rng.random() < 0.97 else "OFFICIAL-SENSITIVE",
        } | self._stage_value(stage, recorded)
        themed = rng.random() < 0.8
        if themed:
            values["theme"] = self.pick(_THEMES)
        self.create("recommendation", values, entity=entity, ours="theme" if themed else None)
        created = self.changes[-1].id
        for party in rng.sample(self.parties, self.pick(_LEADS)):
            self.create("lead", {"recommendation": entity, "party": party})
        if stage == Stage.SUPERSEDED and self.before:
            ends = {"relation": "supersedes", "recommendation": self.before, "other": entity}
            self.create("link", ends)
        self.before = entity
        if numbered and rng.random() < 0.01:
            for letter in "ab":
                part = {**values, "part_of": entity, "number": f"{named}{letter}", "target": None}
                part |= self._stage_value(Stage.IN_PROGRESS, recorded)
                part_id = item_id(publication, f"{named}{letter}")
                self.create("recommendation", part, entity=part_id, ours="theme" if themed else None)
        self._since(entity, stage, target, created, recorded)

    def _stage_value(self, stage: Stage, recorded: date) -> dict[str, Any]:
        rng = self.rng
        what = f"{self.pick(VERBS)} {self.pick(OBJECTS)}"
        closed = stage in _CLOSED
        reached = _month(self._after(recorded)) if closed else {"text": None, "earliest": None, "latest": None}
        who = self.pick(_MOVES) if stage == Stage.REMAIN_OPEN else NextMove.US
        moving = stage == Stage.REMAIN_OPEN or (not closed and rng.random() < 0.3)
        return {
            "title": what,
            "text": f"{what} in {self.pick(AREAS)} {self.pick(ENDS)}." if rng.random() < 0.9 else None,
            "stage": {
                "text": stage,
                "day": reached["text"],
                "earliest": reached["earliest"],
                "latest": reached["latest"],
                "by": "the group" if stage == Stage.DELIVERED else None,
                "asks": "closure" if stage == Stage.SUBMITTED else None,
            },
            "track": None if closed else self.pick(_TRACKS),
            "believed_done": {"text": "yes", "by": None} if stage == Stage.COLLATING and rng.random() < 0.2 else None,
            "next_move": {"text": who, "until": None} if moving else None,
        }

    def _after(self, day: date) -> date:
        return day + timedelta(days=int(self.rng.random() * (DAY - day).days))

    def _first_target(self, recorded: date) -> dict[str, Any] | None:
        chance = self.rng.random()
        if chance < 0.35:
            return None
        if chance < 0.38:
            return _target({"text": UNKNOWN, "earliest": None, "latest": None})
        if chance < 0.42:
            return _target({"text": "in due course", "earliest": None, "latest": None})
        return _target(_month(recorded + timedelta(days=self.rng.randrange(120, 2400))))

    def _since(self, item: str, stage: Stage, target: dict[str, Any] | None, parent: str, recorded: date) -> None:
        """Write what followed the recording of an item: moved targets, evidence and replies, actions, notes."""
        rng = self.rng
        if target and rng.random() < 0.12:
            latest = target["latest"] or recorded.isoformat()
            moved = recorded
            for _ in range(self.pick((1, 1, 1, 2, 3))):
                moved = self._after(moved)
                self.begin(moved)
                later = _target(_month(date.fromisoformat(latest) + timedelta(days=rng.randrange(35, 400))))
                latest = later["latest"]
                parent = self.move(item, later, parent, self.pick(NEWS))
        if stage == Stage.SUBMITTED or (stage in (Stage.DISCHARGED, Stage.REMAIN_OPEN) and rng.random() < 0.2):
            sent = self._after(recorded)
            self.begin(sent)
            asked = {"recommendation": item, "sent": _date(sent), "asks": "closure", "marking": "OFFICIAL"}
            submission = self.create("submission", asked | {"text": "Evidence, asking for closure."})
            if stage != Stage.SUBMITTED:
                self._reply(item, submission, stage, sent)
        if rng.random() < 0.04:
            due = _target(_month(self._after(recorded) + timedelta(days=200)))
            promise = {"recommendation": item, "kind": self.pick(("promise", "milestone")), "due": due}
            self.create(
                "action", promise | {"text": f"{self.pick(VERBS)} {self.pick(OBJECTS)}.", "marking": "OFFICIAL"}
            )
        if rng.random() < 0.2:
            day = self._after(recorded)
            self.begin(day)
            self.note([("recommendation", item)], day, self.pick(_NOTE_KINDS))

    def _reply(self, item: str, submission: str, stage: Stage, sent: date) -> None:
        day = self._after(sent)
        self.begin(day)
        verdict = "discharged" if stage == Stage.DISCHARGED else self.pick(("remain-open", "more-evidence"))
        values = {
            "recommendation": item,
            "submission": submission,
            "dated": _date(day),
            "who": "The Inspectorate",
            "verdict": verdict,
            "words": "The evidence was looked at with care.",
            "marking": "OFFICIAL",
        }
        self.create("reply", values)

    def note(self, ends: list[tuple[str, str]], day: date, kind: str) -> None:
        """Write a note, dated on a day, on entities given as (end, id)."""
        text = f"{self.pick(NEWS)}: {self.pick(OBJECTS)}, in {self.pick(AREAS)}."
        note = self.create("note", {"kind": kind, "text": text, "dated": _date(day), "marking": "OFFICIAL"})
        for end, entity in ends:
            self.create("note_on", {"note": note, end: entity})


def large_changes(recommendations: int) -> Iterator[tuple[int, list[Change]]]:
    """The changes of a register with so many items, parts not counted, in batches: items so far, and the changes.

    They refer to the standard themes, which must be there first (`seed.theme_changes`).
    """
    maker = _Maker(Random(20240921))
    maker.begin_register()
    made = index = since = 0
    while made < recommendations:
        index += 1
        items = min(maker.rng.randint(5, 500), recommendations - made)
        maker.publication(index, items)
        made, since = made + items, since + items
        if since >= BATCH or made == recommendations:
            yield made, maker.changes
            maker.changes, since = [], 0


def _send_batches(pipe: Connection, recommendations: int) -> None:
    signal(SIGINT, SIG_IGN)
    for made, changes in large_changes(recommendations):
        pipe.send((made, [_PARTS(change) for change in changes]))


def _batches_from_beside(recommendations: int) -> Iterator[tuple[int, list[Change]]]:
    """The batches of `large_changes`, generated by a second process while this one applies the batch before."""
    beside = get_context("spawn")
    receiving, sending = beside.Pipe(duplex=False)
    maker = beside.Process(target=_send_batches, args=(sending, recommendations), daemon=True)
    maker.start()
    sending.close()
    made = 0
    try:
        while made < recommendations:
            made, rows = receiving.recv()
            yield made, [Change(*row) for row in rows]
    except EOFError:
        raise FairleadError("The process that makes the items up ended before its time. Try again.") from None
    finally:
        receiving.close()
        maker.terminate()
        maker.join()


def load_large(register: Register, recommendations: int) -> Iterator[int]:
    """Fill a new register that nobody else has open; yields the number of items written so far.

    Raises FairleadError; the file is then of no use, and the caller removes it.
    """
    batches = large_changes if recommendations <= BATCH else _batches_from_beside
    with bulk_load(register.file):
        load_themes(register)
        for made, changes in batches(recommendations):
            register.apply(changes)
            yield made
