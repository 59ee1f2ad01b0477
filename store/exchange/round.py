"""A round: each lead gets a file of their items, to be sent back by a day; and what came back of it.

It is about sending and not about the items, so it is local to the file: one row of this_file, in no change and no share.
A new round takes the place of the one before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.date_reading import read_date
from store.domain.dates import format_short_date
from store.domain.errors import BadInput, Cancelled, CannotWrite, FolderMissing
from store.domain.text import count_of, one_line
from store.exchange.encrypted import SUFFIX
from store.exchange.extract import Progress
from store.exchange.redaction import DEFAULT_TERMS, Terms
from store.file.atomic import write_whole
from store.file.typed import free_path, plain_name
from store.log.describe import owner_references
from store.log.manifest import share_manifest, write_row
from store.log.receipts import Receipt, receipts
from store.queries.conflicts import conflicts
from store.queries.facets import facet
from store.queries.filter import NO_LEAD, Filter
from store.queries.history import describe_receipt
from store.queries.item_list import counts
from store.register import Register, day_of

if TYPE_CHECKING:
    from store.exchange.merge import IncomingFile

ROUND = "round"
"""The row of this_file with the round, as JSON."""

_PASSPHRASE = "It is encrypted: its passphrase comes by another way. What you send back is under one, too.\n"
_OPEN = ("on-track", "delayed", "not-stated")


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a round: whose, the id of the share, where it was written, and what came back of it.

    `returns` are the ids of receipts, "" for a file that had nothing new, each with the day on which it was received.
    """

    lead: str
    share: str
    file: str
    items: int
    returns: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Round:
    """A round: the days on which it was sent and is due back, as ISO, and its files."""

    sent: str
    due: str
    files: tuple[SentFile, ...]


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A lead in a round: what came back, as counts of items, and how many days it is overdue."""

    lead: str
    sent: str
    due: str
    back: str
    """The day of the newest return, as ISO; "" where none came."""
    items: int
    changed: int
    nothing_new: int
    """Items of which the lead recorded that they are as they were."""
    conflicts: int
    overdue: int
    file: str
    received: tuple[str, ...] = ()
    """What came back and was not taken back, a sentence a file."""
    taken_back: bool = False
    """Whether what came back was taken back again."""


@dataclass(frozen=True, slots=True)
class RunningRound:
    """A round of which not all is back: the day on which it is due, as ISO, and whose files are not back."""

    due: str
    late: int
    """How many days it is overdue; 0 while it is not."""
    of: int
    """How many files were written."""
    leads: tuple[str, ...]

    def describe(self, names: int | None = None) -> str:
        """It in one line, with the names of so many leads; None for all."""
        shown = self.leads[:names]
        more = len(self.leads) - len(shown)
        whose = ", ".join(one_line(lead) for lead in shown)
        if more:
            whose = f"{whose} and {more:,} more" if whose else ""
        late = f", {count_of(self.late, 'day')} overdue" if self.late else ""
        due = format_short_date(date.fromisoformat(self.due))
        return f"Round due {due}{late} · {len(self.leads):,} of {self.of:,} not back{f': {whose}' if whose else ''}"


def leads_to_send(conn: sqlite3.Connection) -> list[tuple[str, int]]:
    """The leads that have open items, each with how many items they lead on in all."""
    today = day_of(conn)
    open_ones = [
        name for name, number in facet(conn, Filter(status=_OPEN), "lead", today) if number and name != NO_LEAD
    ]
    return [(name, sum(counts(conn, scope_of(name), today))) for name in open_ones]


def scope_of(lead: str) -> Filter:
    """What a lead gets: their items, parts among them."""
    return Filter(lead=(lead,), parts=True)


def file_name(lead: str, day: date, *, encrypted: bool = False) -> str:
    """The name of a lead's file."""
    return f"{plain_name(lead) or 'lead'}-{day.isoformat()}.sqlite{SUFFIX if encrypted else ''}"


def due_day(text: str, today: date) -> date:
    """The last day that is meant by what was typed. Raises BadInput for one that is no day, or is over."""
    found = None
    with suppress(ValueError):
        found = read_date(text, today).latest
    if found is None:
        raise BadInput("due", "Name the day by which the files are to be back: 2 October 2024, or +2 weeks.")
    if found < today:
        raise BadInput("due", "That day is over.")
    return found


def make_folder(folder: Path) -> None:
    """Make a folder unless it is there. Raises CannotWrite."""
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise CannotWrite(folder, (error.strerror or "it cannot be made").lower()) from None


def send_round(
    register: Register,
    folder: Path,
    leads: Sequence[str],
    due: date,
    *,
    terms: Terms = DEFAULT_TERMS,
    passphrase: str | None = None,
    in_the_clear: bool = False,
    progress: Progress | None = None,
) -> Round:
    """Write a file and a text to mail for each of these leads into a folder, and note the round in the register.

    All of them under one passphrase, if given; of a register that came encrypted it is that, or `in_the_clear`. Raises FairleadError; Cancelled where `progress` returns False. Files that were written before then stay.
    """
    from store.exchange.export import export

    if not folder.is_dir():
        raise FolderMissing(folder)
    today = register.today()
    files: list[SentFile] = []
    for n, lead in enumerate(leads):

        def step(done: int, of: int, n: int = n) -> bool:
            return progress is None or progress(n * of + done, len(leads) * of)

        if not step(0, 1):
            raise Cancelled("Sending the round")
        path = free_path(folder / file_name(lead, today, encrypted=passphrase is not None))
        done = export(
            register,
            path,
            scope_of(lead),
            terms=replace(terms, back_by=due.isoformat()),
            passphrase=passphrase,
            in_the_clear=in_the_clear,
            progress=step,
        )
        sent = SentFile(lead, done.share, str(path.absolute()), done.recommendations + done.commitments)
        write_whole(_beside(path), [mail_text(register, sent, today.isoformat(), due.isoformat()).encode()], force=True)
        files.append(sent)
    made = Round(today.isoformat(), due.isoformat(), tuple(files))
    with register.file.transaction() as conn:
        _write(conn, made)
    return made


def _beside(path: Path) -> Path:
    """Where the text to mail with a file is."""
    return path.with_name(f"{path.name.partition('.sqlite')[0]}.txt")


def mail_text(register: Register, sent: SentFile, written: str, due: str) -> str:
    """A short text to mail with a lead's file: written on a day and due on another, as ISO."""
    title = one_line(register.own_fields()["title"] or "the register", most=100)
    name = Path(sent.file).name
    items = "1 item" if sent.items == 1 else f"{sent.items:,} items"
    return (
        f"To {one_line(sent.lead)}\n\n"
        f"{name} has your part of {title}: {items}, of {format_short_date(date.fromisoformat(written))}.\n"
        f"Please send it back by {format_short_date(date.fromisoformat(due))}.\n\n"
        f"Open it with: fairlead {name}\n"
        f"{_PASSPHRASE if name.endswith(SUFFIX) else ''}"
        "Then ctrl+k saves it as your own register, to work in. The full stop on an item says that nothing is new.\n"
        "When you are done, 6 and enter write the file that you send back.\n"
    )


def read_round(conn: sqlite3.Connection) -> Round | None:
    """The round of a register; None where none was sent."""
    row = conn.execute("SELECT value FROM this_file WHERE name = ?", (ROUND,)).fetchone()
    with suppress(ValueError, TypeError, KeyError):
        held = json.loads(row[0])
        files = tuple(
            SentFile(**(file | {"returns": tuple((str(one), str(day)) for one, day in file["returns"])}))
            for file in held["files"]
        )
        date.fromisoformat(held["sent"]), date.fromisoformat(held["due"])
        return Round(held["sent"], held["due"], files)
    return None


def note_return(register: Register, incoming: IncomingFile, receipt: Receipt | None) -> str | None:
    """Note that a file of the round came back, None for the receipt of one that had nothing new; returns whose it is.

    A file that is of no round is none of it. Raises FairleadError.
    """
    theirs = Register.open(incoming.log, read_only_reason="It is received from elsewhere.")
    try:
        answers = (share_manifest(theirs.conn) or {}).get("answers")
    finally:
        theirs.close()
    if not isinstance(answers, str):
        return None
    with register.file.transaction() as conn:
        made = read_round(conn)
        sent = next((file for file in made.files if file.share == answers), None) if made else None
        if made is None or sent is None or (receipt is None and sent.returns):
            # Who is back is not back once more by a file that was received before.
            return None
        entry = (receipt.id if receipt else "", register.today().isoformat())
        answered = replace(sent, returns=(*sent.returns, entry))
        _write(conn, replace(made, files=tuple(answered if file is sent else file for file in made.files)))
    return sent.lead


def running_round(register: Register) -> RunningRound | None:
    """The round of which not all is back; None where none was sent, or all is."""
    made = read_round(register.conn)
    if made is None:
        return None
    taken = {receipt.id: receipt for receipt in receipts(register.conn)}
    leads = tuple(file.lead for file in made.files if not _is_back(file, taken))
    late = (register.today() - date.fromisoformat(made.due)).days
    return RunningRound(made.due, max(0, late), len(made.files), leads) if leads else None


def round_lines(register: Register) -> list[RoundLine]:
    """A line for each lead of the round, in the order in which they were sent."""
    made = read_round(register.conn)
    if made is None:
        return []
    taken = {receipt.id: receipt for receipt in receipts(register.conn)}
    both = conflicts(register.conn, register.id)
    late = (register.today() - date.fromisoformat(made.due)).days
    return [
        _line(register, made, file, taken, [{side.first for side in one.sides} for one in both], late)
        for file in made.files
    ]


def format_overdue(line: RoundLine) -> str:
    """How long the file of a lead is overdue, in words; "" where it is not."""
    return count_of(line.overdue, "day") if line.overdue else ""


def describe_round(lines: Sequence[RoundLine]) -> str:
    """A round in one line: how many are back, and how many are overdue."""
    back = sum(1 for line in lines if line.back)
    late = sum(1 for line in lines if line.overdue)
    parts = [f"{back:,} of {len(lines):,} back", f"due {format_short_date(date.fromisoformat(lines[0].due))}"]
    return ", ".join([*parts, *([f"{late:,} overdue"] if late else [])])


def _is_back(sent: SentFile, taken: dict[str, Receipt]) -> bool:
    """Whether a file came back, with nothing new or with what was not taken back again."""
    return any(not one or (one in taken and not taken[one].taken_back) for one, _ in sent.returns)


def _line(
    register: Register,
    made: Round,
    sent: SentFile,
    taken: dict[str, Receipt],
    both: Sequence[set[str]],
    late: int,
) -> RoundLine:
    ours = [taken[one] for one, _ in sent.returns if one in taken]
    current = [receipt for receipt in ours if not receipt.taken_back]
    is_back = _is_back(sent, taken)
    changed, nothing_new = _items_of(register.conn, current)
    ids = {
        row[0]
        for receipt in current
        for row in register.conn.execute(
            "SELECT id FROM change WHERE n BETWEEN ? AND ?", (receipt.first_n, receipt.last_n)
        )
    }
    return RoundLine(
        lead=sent.lead,
        sent=made.sent,
        due=made.due,
        back=sent.returns[-1][1] if is_back else "",
        items=sent.items,
        changed=len(changed),
        nothing_new=len(nothing_new - changed),
        conflicts=sum(1 for sides in both if sides & ids),
        overdue=0 if is_back else max(0, late),
        file=sent.file,
        received=tuple(describe_receipt(register.conn, receipt) for receipt in current),
        taken_back=bool(ours) and not is_back,
    )


def _items_of(conn: sqlite3.Connection, taken: Iterable[Receipt]) -> tuple[set[str], set[str]]:
    """The references of the items that what was received changed, and of those that it reports as they were."""
    changed: set[str] = set()
    same: set[str] = set()
    for receipt in taken:
        rows = conn.execute(
            "SELECT DISTINCT kind, entity FROM change WHERE n BETWEEN ? AND ? AND kind NOT IN ('note_on', 'party', 'fixed_item')",
            (receipt.first_n, receipt.last_n),
        ).fetchall()
        for kind, entity in rows:
            about = owner_references(conn, kind, entity)
            (same if kind == "nothing_new" else changed).add(about)
    return changed - {""}, same - {""}


def _write(conn: sqlite3.Connection, made: Round) -> None:
    write_row(conn, ROUND, json.dumps(asdict(made), ensure_ascii=False))
