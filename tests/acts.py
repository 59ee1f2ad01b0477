"""What a desk may do, drawn by hypothesis: every command there is, on whatever is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from store.commands import (
    AddAction,
    AddItem,
    AddLink,
    AddNote,
    AddPaper,
    AddPublication,
    AddTheme,
    BelieveDone,
    CiteEvidence,
    Command,
    CorrectNote,
    DescribeRegister,
    FinishAction,
    FixFigures,
    HandOver,
    MoveTarget,
    NothingNew,
    RecordFigure,
    RecordReply,
    SaveView,
    SetLeads,
    SetLeadState,
    SetNextMove,
    SetStage,
    SetTrack,
    SubmitEvidence,
    Withdraw,
    WithdrawText,
    WriteText,
    correct,
)
from store.domain.errors import FairleadError, UnresolvedConflict
from store.domain.vocabulary import ActionKind, Basis, ItemKind, LeadState, NextMove, NoteKind, Stage, Track, Verdict
from store.log.change import Change
from store.log.writer import ChangeWriter
from store.register import Register

NUMBERS = st.integers(0, 2**16)
TITLES = ("Hate Crime", "Custody of Adults", "Domestic Abuse")
TARGETS = ("June 2025", "2025", "in the coming weeks", "30 March 2025", "December 2025", "")
CLOSING = (Stage.DISCHARGED, Stage.DELIVERED, Stage.SUPERSEDED, Stage.UNKNOWN_HOW, Stage.NOT_ADOPTED)


class Send(Command):
    """Evidence sent, in the fewest words."""

    item: str
    asks: str

    def write(self, writer: ChangeWriter) -> None:
        writer.create("submission", {"recommendation": self.item, "asks": self.asks, "text": "Sent."})
        writer.set("recommendation", self.item, "stage", {"text": Stage.SUBMITTED})


class Relocate(Command):
    """Put an item into another publication, as a merge may."""

    item: str
    publication: str

    def write(self, writer: ChangeWriter) -> None:
        writer.set("recommendation", self.item, "publication", self.publication)


Act = Callable[[Register, int, int], Command | None]


def ids(register: Register, kind: str) -> list[str]:
    """The entities of a kind that are not withdrawn, the same order everywhere."""
    return [r[0] for r in register.conn.execute(f"SELECT id FROM {kind} WHERE withdrawn = 0 ORDER BY id")]


def pick(options: Any, n: int) -> Any:
    """One of some options, or None where there are none."""
    return options[n % len(options)] if options else None


def replied(item: str, n: int) -> Command:
    """A reply on an item, of any verdict; now and then of a day that is known in part."""
    verdict = pick(list(Verdict), n)
    return RecordReply(
        item=item,
        dated=pick(("2024-08-01", "September 2024", "2024-01-05"), n // 5),
        verdict=verdict,
        words="So they wrote.",
        discharges="The forms." if verdict == Verdict.PARTLY else None,
        next_move=pick((None, *NextMove), n // 7),
        track=pick((None, *Track), n // 11),
    )


def led(build: Callable[[str, str, int], Command]) -> Act:
    """An act on an item that somebody leads on."""

    def act(register: Register, a: int, b: int) -> Command | None:
        rows = register.conn.execute(
            "SELECT l.recommendation, y.name FROM lead l JOIN party y ON y.id = l.party "
            "WHERE l.withdrawn = 0 ORDER BY l.id"
        ).fetchall()
        found = pick(rows, a)
        return build(found[0], found[1], b) if found else None

    return act


def _sent(register: Register, a: int, b: int) -> Command | None:
    items = ids(register, "recommendation")
    chosen = tuple(items[a % len(items) :][: 1 + b % 2]) if items else ()
    asks = pick(("closure", "view"), b // 2)
    sent = pick(("2024-07-01", "August 2024", "2024"), b // 4)
    return (
        SubmitEvidence(items=chosen, sent=sent, asks=asks, note=pick(("What it shows.", None), b // 12))
        if chosen
        else None
    )


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
    """An act on some item and some other entity."""

    def act(register: Register, a: int, b: int) -> Command | None:
        item, other = pick(ids(register, "recommendation"), a), pick(ids(register, kind), b)
        return build(item, other, a // 5) if item and other else None

    return act


def of_kind(kind: str, build: Callable[[str, int], Command]) -> Act:
    """An act on some entity of a kind."""

    def act(register: Register, a: int, b: int) -> Command | None:
        entity = pick(ids(register, kind), a)
        return build(entity, b) if entity else None

    return act


ROUNDS: tuple[Act, ...] = (
    _sent,
    _sent,
    of_item(lambda i, n: replied(i, n)),
    of_item(lambda i, n: replied(i, n)),
    of_item(lambda i, n: SetTrack(item=i, track=pick(list(Track), n), reason="So it is.")),
    of_item(lambda i, n: SetStage(item=i, stage=pick(list(Stage)[:4], n), reason="")),
    of_item(lambda i, n: SetStage(item=i, stage=pick(list(Stage), n), basis=Basis.STATED, place="2.4", reason="")),
    of_kind("submission", lambda t, n: Withdraw(kind="submission", entity=t)),
    of_kind("reply", lambda t, n: Withdraw(kind="reply", entity=t)),
    of_item(lambda i, n: Withdraw(kind="recommendation", entity=i)),
)
"""Evidence sent, replies to it, and what conflicts across them."""

COMMANDS: tuple[Act, ...] = (
    _publication,
    _item,
    _item,
    _note,
    of_item(lambda i, n: SetStage(item=i, stage=pick(CLOSING, n), basis=Basis.STATED, reason="As printed.")),
    of_item(lambda i, n: MoveTarget(item=i, text=pick(TARGETS, n), reason="Later.")),
    of_item(lambda i, n: SetLeads(item=i, leads=pick(((), ("C3",), ("C3", "Custody"), ("Custody",)), n))),
    of_item(lambda i, n: BelieveDone(item=i, believed=n % 2 == 0, by="C3")),
    of_item(lambda i, n: SetNextMove(item=i, who=pick([*NextMove, None], n))),
    of_item(lambda i, n: correct("recommendation", i, title=f"Other title {n % 4}")),
    of_item(lambda i, n: correct("recommendation", i, number=pick(("1", "4", "10a"), n))),
    of_item(lambda i, n: AddAction(item=i, text=f"Promise {n % 3}", due="November 2024")),
    of_two("recommendation", lambda i, o, n: AddLink(item=i, relation="same-as", other=o)),
    of_two("recommendation", lambda i, o, n: AddLink(item=i, relation=pick(("same-as", "depends-on"), n), other=o)),
    of_two("recommendation", lambda i, o, n: correct("recommendation", i, part_of=pick((o, ""), n))),
    of_two("theme", lambda i, o, n: correct("recommendation", i, theme=pick((o, ""), n))),
    of_kind("note", lambda t, n: CorrectNote(note=t, text=f"Corrected {n % 4}")),
    of_kind("note", lambda t, n: Withdraw(kind="note", entity=t)),
    of_kind("link", lambda t, n: Withdraw(kind="link", entity=t)),
    of_kind("action", lambda t, n: FinishAction(action=t, done=n % 3 > 0)),
    of_kind("publication", lambda t, n: correct("publication", t, title=f"{TITLES[0]} {n % 3}")),
    of_kind("publication", lambda t, n: correct("publication", t, code=f"P{n % 4}")),
    of_kind("publication", lambda t, n: Withdraw(kind="publication", entity=t)),
    lambda register, a, b: AddTheme(name=f"Theme {a % 3}"),
    lambda register, a, b: DescribeRegister(title=f"Register {a % 4}"),
    of_item(lambda i, n: RecordReply(item=i, verdict=pick(list(Verdict), n), basis=Basis.STATED)),
    of_item(lambda i, n: AddNote(items=(i,), text=f"Proof {n % 5}", kind=NoteKind.EVIDENCE)),
    of_item(lambda i, n: NothingNew(items=(i,))),
    of_item(
        lambda i, n: AddAction(item=i, text="Their part.", kind=ActionKind.DEPENDENCY, since="May 2024", whose="C3")
    ),
    of_kind("submission", lambda t, n: correct("submission", t, sent=pick(("2024-06-03", "May 2024"), n))),
    of_kind("reply", lambda t, n: correct("reply", t, dated=pick(("2024-09-01", "2024-02-02"), n), words=f"W {n % 3}")),
    of_kind("evidence", lambda t, n: Withdraw(kind="evidence", entity=t)),
    of_kind("action", lambda t, n: Withdraw(kind="action", entity=t)),
    of_kind("note", lambda t, n: CiteEvidence(note=t, name=f"file{n % 3}.pdf", where="the shared drive")),
    led(lambda i, who, n: SetLeadState(item=i, lead=who, state=pick((None, *LeadState), n))),
    led(lambda i, who, n: HandOver(item=i, lead=who, to=pick(("C3", "Custody", "Policy"), n))),
    lambda register, a, b: AddPaper(title=f"Paper {a % 3}", date=pick(("18 September 2024", "4 December 2024"), b)),
    of_kind("paper", lambda t, n: FixFigures(paper=t)),
    of_kind("paper", lambda t, n: WriteText(paper=t, section=f"s{n % 2}", text=f"{n % 4} are closed, P0-1 and P1-4.")),
    of_kind("paper", lambda t, n: WithdrawText(paper=t, section=f"s{n % 2}")),
    of_kind("paper", lambda t, n: RecordFigure(paper=t, name=pick(("total", "closed"), n), value=f"{n % 9}")),
    of_kind("paper", lambda t, n: Withdraw(kind="paper", entity=t)),
    of_kind("fixing", lambda t, n: Withdraw(kind="fixing", entity=t)),
    of_two("paper", lambda t, o, n: correct("paper", t, location=f"Room {n % 3}")),
    lambda register, a, b: SaveView(name=f"List {a % 2}", query=pick(("", "status:delayed"), b)),
    *ROUNDS,
)
"""What a person can do."""

ACTS: tuple[Act, ...] = (
    *COMMANDS,
    of_item(lambda i, n: Send(item=i, asks=pick(("closure", "view"), n))),
    of_two("publication", lambda i, o, n: Relocate(item=i, publication=o)),
)
"""And what only a merge or another version can have written."""

ACT = st.tuples(st.integers(0, len(ACTS) - 1), NUMBERS, NUMBERS)


def try_to(register: Register, chosen: tuple[int, int, int], **how: Any) -> bool:
    """Do one act; False where there was nothing to do it to, or the rules forbid it."""
    which, a, b = chosen
    command = ACTS[which](register, a, b)
    if command is None:
        return False
    try:
        register.do(command, **how)
    except UnresolvedConflict:
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
