"""The remain-open ledger: submissions without a reply, and items that the inspectorate did not discharge, with the next
move.

A submission is listed until a reply to it is recorded or its item ends; a refusal until its item ends or something is
sent again. Next move and duration are formatted as in Attention.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from store.domain.vocabulary import LEFT_OUT, REFUSALS, NextMove, label_of
from store.queries.attention import DURATION_UNKNOWN, GROUPS, Group, format_duration_at_least
from store.queries.describe import parse_bases
from store.queries.filter import Filter

MOVES = (NextMove.INSPECTORATE, NextMove.US, NextMove.OTHER)
"""The groups of the ledger, by who has the next move, in its order."""

HEADINGS = {move: GROUPS[Group(move)] for move in MOVES}
"""The heading of each group: that of Attention."""

NOTHING_WAITS = "Nothing waits: there is no evidence without a reply, and no refusal of an open item."


@dataclass(frozen=True, slots=True)
class Ledger:
    """The rows of the ledger in order, as row numbers for `ledger_rows`, and the number of rows of each group."""

    row_numbers: array[int]
    waiting: dict[NextMove, int]

    def heading(self, move: NextMove) -> str:
        """The heading of a group, with what is in it: an item is there once for each submission and refusal."""
        n = self.waiting[move]
        return f"{HEADINGS[move]}: {n:,} submission{'' if n == 1 else 's'} or refusal{'' if n == 1 else 's'}"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A submission without a reply, or a refusal. Dates are as written, or ISO days; None is not recorded or none."""

    id: str
    """The id of the submission, or of the refusing reply, or of an item of which only the stage is known."""
    item: str
    ref: str
    title: str
    move: NextMove
    until: str | None
    sent: str | None
    sent_latest: str | None
    asks: str | None
    """closure or view; None where nothing is known to have been sent."""
    reference: str | None
    since: str
    """The ISO day that the waiting is counted from: the last on which it can have been sent, or replied to."""
    days: int
    at_least: bool
    """Whether `days` is only the smallest number that is certain."""
    waiting: str
    """The same as text: "at least 7 weeks"."""
    verdict: str | None
    """None where there is no reply."""
    dated: str | None
    who: str | None
    words: str | None
    would_satisfy: str | None
    discharges: str | None
    submission: str | None
    left_out: bool = False
    """Whether something of the item was left out of this copy."""
    bases: dict[str, str] = field(default_factory=dict)
    """The bases of its fields that are neither typed in nor simply stated, by the names they have here."""

    @property
    def display_title(self) -> str:
        """The item's title, or why there is none."""
        return self.title or (LEFT_OUT if self.left_out else label_of(None))

    @property
    def display_sent(self) -> str:
        """When it was sent, as text."""
        return self.sent or "day not known"

    @property
    def display_asks(self) -> str:
        """What was asked for, as text; "" where no submission is recorded."""
        return {"closure": "closure", "view": "a view"}.get(self.asks or "", "")

    @property
    def waiting_basis(self) -> str | None:
        """The basis of the date that the waiting is counted from, or that it names."""
        return self.bases.get("sent" if f"; sent {self.sent}" in self.waiting else "days")

    @property
    def display_verdict(self) -> str:
        """The verdict as text."""
        return label_of(self.verdict) if self.verdict else "No reply"


_UNANSWERED = "s.withdrawn = 0 AND NOT EXISTS (SELECT 1 FROM reply y WHERE y.submission = s.id AND y.withdrawn = 0)"

_REFUSES = f"y.withdrawn = 0 AND y.verdict IN {tuple(map(str, REFUSALS))}"


def _day(entity: str, field: str, recorded: str = "recorded") -> str:
    """SQL for the latest day on which something can have happened: the day it was recorded, if no other is known."""
    return f"COALESCE({entity}.{field}_latest, substr({entity}.{recorded}, 1, 10))"


def _order(reply: str) -> str:
    return f"({_day(reply, 'dated')}, {reply}.recorded, {reply}.id)"


_REFUSED = (
    "CASE WHEN r.next_move IS 'inspectorate' THEN COALESCE((SELECT q.sent_latest FROM submission q "
    f"WHERE q.id = y.submission AND q.withdrawn = 0), {_day('y', 'dated')}) ELSE {_day('y', 'dated')} END"
)
"""SQL for the day since which a refusal waits: the reply's; the submission's where the inspectorate moves next."""

_SOURCES = (
    (
        _day("s", "sent"),
        "s.rowid",
        "submission s JOIN recommendation r ON r.id = s.recommendation",
        f"{_UNANSWERED} AND (r.status <> 'closed' OR r.stage = 'submitted')",
    ),
    (
        _REFUSED,
        "y.rowid",
        "reply y JOIN recommendation r ON r.id = y.recommendation",
        f"{_REFUSES} AND r.status <> 'closed' AND r.stage IS NOT 'submitted' AND NOT EXISTS (SELECT 1 FROM reply n "
        f"WHERE n.recommendation = y.recommendation AND n.withdrawn = 0 AND {_order('n')} > {_order('y')})",
    ),
    (
        _day("r", "stage", "changed"),
        "r.seq",
        "recommendation r INDEXED BY listed_awaiting",
        "r.stage IN ('submitted', 'remain-open') AND NOT EXISTS (SELECT 1 FROM submission s "
        f"WHERE s.recommendation = r.id AND {_UNANSWERED}) AND (r.stage = 'submitted' OR NOT EXISTS "
        f"(SELECT 1 FROM reply y WHERE y.recommendation = r.id AND {_REFUSES}))",
    ),
)
"""The three sources of rows, as SQL for the day waited since, the row id, the tables and the condition: submissions
without a reply, refusals, and stages recorded as published, without the submission or reply itself."""


def ledger(conn: sqlite3.Connection, shown: Filter, today: date) -> Ledger:
    """The ledger of the items under a filter, parts included: each group with the longest waiting first.

    Scans all submissions and replies: call it in a thread for a large register.
    """
    where, values = shown.replace(parts=True).where(today)
    where = f"{where} AND r.status <> 'left-out'"
    found = " UNION ALL ".join(
        f"SELECT {number} * {len(_SOURCES)} + {place} AS number, min({day}, '{today}') AS since, r.sort_key AS ref, "
        "CASE WHEN r.stage = 'submitted' OR r.next_move IS 'inspectorate' THEN 0 WHEN r.next_move IS 'other' THEN 2 "
        f"ELSE 1 END AS whose FROM {tables} WHERE {where} AND {condition}"
        for place, (day, number, tables, condition) in enumerate(_SOURCES)
    )
    # As one text: a row at a time would wait for the interpreter at every row while another thread draws.
    text = conn.execute(
        f"SELECT group_concat(number * {len(MOVES)} + whose) FROM "
        f"(SELECT number, whose FROM ({found}) ORDER BY whose, since, ref, number)",
        values * len(_SOURCES),
    ).fetchone()[0]
    codes = [int(code) for code in text.split(",")] if text else []
    row_numbers = array("q", [code // len(MOVES) for code in codes])
    waiting = Counter(code % len(MOVES) for code in codes)
    return Ledger(row_numbers, {move: waiting[place] for place, move in enumerate(MOVES)})


_ITEM = "r.id, r.reference, r.title, r.left_out, r.stage, r.next_move, r.next_move_until, r.basis"
_SENT = "s.sent, s.sent_earliest, s.sent_latest, s.asks, s.reference, s.id, s.basis"
_REPLY = "y.dated, y.dated_earliest, y.dated_latest, y.verdict, y.who, y.words, y.would_satisfy, y.discharges, y.basis"
_REPLIED = ("submission", "dated", "who", "words", "would_satisfy", "discharges")
_NO_REPLY = "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL"

_ROWS = (
    f"SELECT s.rowid, s.id, s.recorded, {_ITEM}, {_SENT}, {_NO_REPLY} "
    "FROM submission s JOIN recommendation r ON r.id = s.recommendation WHERE s.rowid",
    f"SELECT y.rowid, y.id, y.recorded, {_ITEM}, {_SENT}, {_REPLY} "
    "FROM reply y JOIN recommendation r ON r.id = y.recommendation "
    "LEFT JOIN submission s ON s.id = y.submission AND s.withdrawn = 0 WHERE y.rowid",
    f"SELECT r.seq, r.id, r.changed, {_ITEM}, s.stage_day, s.stage_earliest, s.stage_latest, s.stage_asks, NULL, NULL, "
    "s.basis, y.stage_day, y.stage_earliest, y.stage_latest, y.stage, NULL, NULL, NULL, NULL, y.basis FROM recommendation r "
    "LEFT JOIN recommendation s ON s.id = r.id AND s.stage = 'submitted' "
    "LEFT JOIN recommendation y ON y.id = r.id AND y.stage = 'remain-open' WHERE r.seq",
)


def ledger_rows(conn: sqlite3.Connection, today: date, row_numbers: Sequence[int]) -> list[LedgerRow]:
    """The rows with these row numbers, in their order; missing ones are left out."""
    found: dict[int, LedgerRow] = {}
    for place, sql in enumerate(_ROWS):
        wanted = [number // len(_ROWS) for number in row_numbers if number % len(_ROWS) == place]
        for row in conn.execute(f"{sql} IN (SELECT value FROM json_each(?))", (json.dumps(wanted),)) if wanted else ():
            found[row[0] * len(_ROWS) + place] = _row(row, today)
    return [found[number] for number in row_numbers if number in found]


def _row(row: Sequence[str | None], today: date) -> LedgerRow:
    _, entity, recorded, item, ref, title, left_out, stage, next_move, until, of_item = row[:11]
    sent, sent_earliest, sent_latest, asks, reference, submission, of_sent = row[11:18]
    dated, dated_earliest, dated_latest, verdict, who, words, would_satisfy, discharges, of_reply = row[18:]
    theirs = stage == "submitted" or next_move == NextMove.INSPECTORATE
    by_reply = verdict and not (theirs and sent_latest)
    earliest, latest = (dated_earliest, dated_latest) if by_reply else (sent_earliest, sent_latest)
    counted_from = ("dated" if by_reply else "sent") if latest else ""
    since = min(latest or str(recorded)[:10], today.isoformat())
    at_least = latest is None or earliest != latest
    move = NextMove.INSPECTORATE if stage == "submitted" else NextMove(next_move or NextMove.US)
    return LedgerRow(
        id=str(entity),
        item=str(item),
        ref=str(ref),
        title=title or "",
        left_out=bool(left_out),
        move=move,
        until=until if next_move else None,
        sent=sent,
        sent_latest=sent_latest,
        asks=asks,
        reference=reference,
        since=since,
        days=(today - date.fromisoformat(since)).days,
        at_least=at_least,
        waiting=_format_waiting(since, today, at_least, sent if sent_latest else None),
        verdict=verdict,
        dated=dated,
        who=who,
        words=words,
        would_satisfy=would_satisfy,
        discharges=discharges,
        submission=submission,
        bases=_bases(of_item, of_sent, of_reply, until if next_move else None, counted_from),
    )


def _bases(
    of_item: str | None, of_sent: str | None, of_reply: str | None, until: str | None, counted_from: str
) -> dict[str, str]:
    """The bases of a row's fields, of those stored with the item, the submission and the reply; `days` has that of the
    date that the waiting is counted from.

    Where only the stage is known, that is what was sent, or replied.
    """
    item, sent, reply = map(parse_bases, (of_item, of_sent, of_reply))
    found = {"move": item.get("next_move"), "until": item.get("next_move") if until else None}
    found |= {name: sent.get(name) or sent.get("stage") for name in ("sent", "asks", "reference")}
    found |= {name: reply.get(name) for name in _REPLIED}
    found["verdict"] = reply.get("verdict") or reply.get("stage")
    found["days"] = found.get(counted_from)
    return {name: basis for name, basis in found.items() if basis}


def _format_waiting(since: str, today: date, at_least: bool, sent: str | None) -> str:
    waiting = format_duration_at_least(since, today, not at_least)
    return f"{waiting}; sent {sent}" if waiting == DURATION_UNKNOWN and sent else waiting
