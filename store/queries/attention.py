"""Items that need attention, with the reasons, grouped by next move, the most urgent first.

An item that waits on the inspectorate is listed only as that, a closed one only for a conflict. Each reason is one SQL
condition over columns that every change keeps up to date, so that a large register is read in the order of two indexes.
"""

from __future__ import annotations

import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from store.domain.date_reading import read_date
from store.domain.dates import format_duration, format_short_date, years_before
from store.domain.fields import REGISTER
from store.domain.lists import register_lists
from store.domain.vocabulary import Stage
from store.queries.describe import format_counts
from store.queries.filter import Filter

AGED_AFTER = 2
"""Default of the years since publication after which an open item is old; a register can have its own."""

STALE_AFTER = 90
"""Default of the days without an update after which an open item is stale; a register can have its own."""

LOOK_AHEAD = 90
"""Days to the horizon while the next committee is not known."""


class Reason(StrEnum):
    """Why an item needs attention, the most urgent first."""

    CONFLICT = "conflict"
    LATE = "late"
    PROMISED = "promised"
    DUE = "due"
    REVIEW = "review"
    REFUSED = "refused"
    """Not discharged by the last reply, by the stage; where that went on since, it is no reason of its own, but
    is shown beside the others."""
    WAITS_ON = "waits-on"
    STALE = "stale"
    AGED = "aged"
    WAITS_ON_INSPECTORATE = "waits-on-inspectorate"
    """It has the next move, or a submission: wider than the closed ones that are *with the inspectorate*."""
    NO_LEAD = "no-lead"
    NO_THEME = "no-theme"
    NO_REASON = "no-reason"
    NO_EVIDENCE = "no-evidence"
    NOT_AGREED = "not-agreed"


HOUSEKEEPING = (Reason.NO_LEAD, Reason.NO_THEME, Reason.NO_REASON, Reason.NO_EVIDENCE, Reason.NOT_AGREED)
"""Reasons that are about the record and not about the work."""


class Group(StrEnum):
    """The group that an item is listed in: who has the next move, or housekeeping."""

    US = "us"
    INSPECTORATE = "inspectorate"
    OTHER = "other"
    HOUSEKEEPING = "housekeeping"


GROUPS = {
    Group.US: "Action with us, or not recorded",
    Group.INSPECTORATE: "Action with the inspectorate",
    Group.OTHER: "Action with another body",
    Group.HOUSEKEEPING: "Only housekeeping",
}
"""The heading of each group, in their order."""
MAIN_GROUPS = (Group.US, Group.INSPECTORATE, Group.OTHER)
"""The groups by who has to act next: what needs attention; the rest needs only housekeeping."""
_GROUPS = tuple(Group)
BITS = {reason: 1 << place for place, reason in enumerate(Reason)}
"""The bit of each reason in the flags of an item."""
_PAST_ALL_FLAGS = 1 << len(Reason)
_CODES_FROM = 1 << 16
"""The first of the characters that codes are read as: none of them is a surrogate."""
_MAIN = sum(bit for reason, bit in BITS.items() if reason not in HOUSEKEEPING)


@dataclass(frozen=True, slots=True)
class Rules:
    """The thresholds of attention on a day: the horizon, and the years and days after which an item is old or stale."""

    today: date
    horizon: date
    committee: str | None
    """The next committee as written; None where it is not known or has passed."""
    aged_after: int
    stale_after: int
    has_agreed: bool
    """Whether a note here was agreed: where none ever was, that one is not is nothing to be done."""

    @property
    def aged_before(self) -> date:
        """Items published before this day are old."""
        return years_before(self.today, self.aged_after)

    @property
    def stale_before(self) -> date:
        """Items without an update since this day are stale."""
        return self.today - timedelta(days=self.stale_after)

    @property
    def horizon_text(self) -> str:
        """The horizon as text."""
        if self.committee:
            return f"looking to the next committee, {self.committee}"
        return f"committee not known: {LOOK_AHEAD} days ahead"


def rules_of(conn: sqlite3.Connection, today: date) -> Rules:
    """The rules of a register on a day: its own thresholds, else the defaults."""
    row = conn.execute(
        "SELECT next_committee, next_committee_latest, aged_after, stale_after FROM register WHERE id = ?", (REGISTER,)
    ).fetchone() or (None, None, None, None)
    committee = date.fromisoformat(row[1]) if row[1] and row[1] >= today.isoformat() else None
    return Rules(
        today,
        committee or today + timedelta(days=LOOK_AHEAD),
        row[0] if committee else None,
        row[2] or AGED_AFTER,
        row[3] or STALE_AFTER,
        bool(conn.execute("SELECT 1 FROM note WHERE agreed_by IS NOT NULL AND withdrawn = 0 LIMIT 1").fetchone()),
    )


_WAITING = "(r.stage = 'submitted' OR (r.status <> 'closed' AND r.next_move IS 'inspectorate'))"

MAY_NEED = (
    "r.listed = 1 AND (r.status <> 'closed' OR r.stage = 'submitted' OR r.any_conflict = 1 OR r.unevidenced = 1 "
    "OR r.stage = 'risk-accepted')"
)
"""The items that can need attention on any day: the condition of the indexes `needing_…`."""

_AGE = "COALESCE(r.promised, r.published, '')"
"""The day to sort an item by that has no target within the horizon."""

COUNTED_AS = "CASE WHEN r.counted <> 1 THEN 0 WHEN r.apart = 1 THEN 2 ELSE 1 END"
_WHOSE = f"CASE WHEN {_WAITING} THEN 1 WHEN r.next_move = 'other' THEN 2 ELSE 0 END"


def _conditions(rules: Rules) -> dict[Reason, str]:
    """The SQL condition of each reason, for an open item that does not wait on the inspectorate.

    The days are computed here, so they are safe as literals.
    """
    today, horizon = f"'{rules.today}'", f"'{rules.horizon}'"
    return {
        Reason.LATE: f"r.target_latest < {today}",
        Reason.PROMISED: f"r.promised <= {horizon}",
        Reason.DUE: f"(r.target_latest >= {today} AND r.target_latest <= {horizon})",
        Reason.REFUSED: f"r.stage IS '{Stage.REMAIN_OPEN}'",
        Reason.WAITS_ON: "r.waits_on",
        Reason.STALE: f"(r.counted = 1 AND r.said_on < '{rules.stale_before}')",
        Reason.AGED: f"(r.counted = 1 AND r.published < '{rules.aged_before}')",
        Reason.NO_LEAD: "(r.counted = 1 AND r.leads = '')",
        Reason.NO_THEME: "(r.counted = 1 AND r.theme_name IS NULL)",
        Reason.NO_REASON: "r.no_reason = 1",
        Reason.NOT_AGREED: "(r.counted = 1 AND r.not_agreed = 1)" if rules.has_agreed else "0",
    }


def flags_of(rules: Rules) -> str:
    """SQL for the reasons of an item of `MAY_NEED` as bits."""
    acting = " + ".join(f"{BITS[reason]} * COALESCE({sql}, 0)" for reason, sql in _conditions(rules).items())
    again = f"r.stage IS '{Stage.RISK_ACCEPTED}' AND r.review_latest <= '{rules.horizon}'"
    return (
        f"({BITS[Reason.REVIEW]} * COALESCE({again}, 0) + {BITS[Reason.CONFLICT]} * r.any_conflict + {BITS[Reason.NO_EVIDENCE]} * r.unevidenced + CASE WHEN {_WAITING} "
        f"THEN {BITS[Reason.WAITS_ON_INSPECTORATE]} WHEN r.status <> 'closed' THEN {acting} ELSE 0 END)"
    )


@dataclass(frozen=True, slots=True)
class Attention:
    """The items that need attention, by seq, in display order, with their reasons as bits."""

    seqs: array[int]
    flags: array[int]
    folded: array[int]
    folded_flags: array[int]
    """The items that need only housekeeping: folded on the screen."""
    kinds: dict[Group, list[int]]
    """How many parts, recommendations and commitments each group has, in the order of the list."""
    reasons: dict[Reason, int]
    """How many items have each reason."""
    apart_noun: str = "commitment"
    """What is counted apart from recommendations is called, one of it."""

    def rows(self, group: Group) -> int:
        """How many rows a group has."""
        return sum(self.kinds[group])

    def heading(self, group: Group) -> str:
        """The heading of a group, with what is in it: "Action with us: 15 recommendations · 1 commitment"."""
        return f"{GROUPS[group]}: {self.counts(group)}"

    def counts(self, group: Group) -> str:
        """What is in a group, in words."""
        return self._format_kinds(self.kinds[group])

    def describe(self) -> str:
        """What needs attention, in words, without those that need only housekeeping."""
        kinds = [sum(column) for column in zip(*(self.kinds[group] for group in MAIN_GROUPS), strict=True)]
        return f"{self._format_kinds(kinds)} {'needs' if sum(kinds) == 1 else 'need'} attention"

    def _format_kinds(self, kinds: Sequence[int]) -> str:
        parts, recommendations, commitments = kinds
        return format_counts(recommendations, commitments, parts, noun=self.apart_noun)


def attention(conn: sqlite3.Connection, shown: Filter, rules: Rules) -> Attention:
    """Find the items under a filter that need attention.

    Reads every item that can need it: call it in a thread for a large register.
    """
    where, values = shown.replace(parts=True).where(rules.today)
    where = f"{MAY_NEED} AND {where} AND r.status <> 'left-out'"
    code = f"({flags_of(rules)} << 4) + ({_WHOSE} << 2) + {COUNTED_AS}"
    soon = f"r.target_latest <= '{rules.horizon}'"
    # Each half is in the order of its index, and merged with the other. Texts, since a row at a time would wait for the
    # interpreter at every row while another thread draws; a code is a character of its own, which needs no parsing.
    row = conn.execute(
        f"SELECT group_concat(seq), group_concat(char({_CODES_FROM} + code), '') FROM ("
        f"SELECT r.target_latest AS day, r.seq AS seq, {code} AS code FROM recommendation r INDEXED BY needing_by_target "
        f"WHERE {where} AND {soon} UNION ALL "
        f"SELECT {_AGE} AS day, r.seq AS seq, {code} AS code FROM recommendation r INDEXED BY needing_by_age "
        f"WHERE {where} AND ({soon}) IS NOT TRUE ORDER BY day, seq)",
        values * 2,
    ).fetchone()
    seqs, codes = row
    found = _ordered(map(int, seqs.split(",")), codes) if seqs else _ordered((), "")
    return replace(found, apart_noun=register_lists(conn).apart_noun)


def _ordered(seqs: Iterable[int], codes: str) -> Attention:
    """Order items, of which those of an earlier day are first, by group and most urgent reason.

    A code has the flags of an item, an index of Group, and which kind it is.
    """
    kinds = {group: [0, 0, 0] for group in Group}
    reasons = dict.fromkeys(Reason, 0)
    lists: dict[int, tuple[array[int], array[int]]] = {}
    list_of: dict[str, tuple[Callable[[int], object], Callable[[int], object], int] | None] = {}
    for character, items in Counter(codes).items():
        code = ord(character) - _CODES_FROM
        flags, whose, kind = code >> 4, code >> 2 & 3, code & 3
        if not flags:
            list_of[character] = None
            continue
        most_urgent = flags & -flags
        into = lists.setdefault(whose * _PAST_ALL_FLAGS + most_urgent, (array("q"), array("q")))
        list_of[character] = (into[0].append, into[1].append, flags)
        kinds[_GROUPS[whose] if flags & _MAIN else Group.HOUSEKEEPING][kind] += items
        for reason, bit in BITS.items():
            reasons[reason] += items if flags & bit else 0
    for seq, character in zip(seqs, codes, strict=True):
        if adding := list_of[character]:
            add_seq, add_flags, flags = adding
            add_seq(seq)
            add_flags(flags)
    found = Attention(array("q"), array("q"), array("q"), array("q"), kinds, reasons)
    for place in sorted(lists):
        is_main = place % _PAST_ALL_FLAGS & _MAIN
        into = (found.seqs, found.flags) if is_main else (found.folded, found.folded_flags)
        for whole, part in zip(into, lists[place], strict=True):
            whole.extend(part)
    return found


DURATION_UNKNOWN = "not known"
"""In place of a duration of which nothing is certain: a lower bound of no days at all is not a fact."""


def format_duration_at_least(since: str, today: date, exact: bool) -> str:
    """Format a duration as exact, or as "at least" where only the latest start day is recorded."""
    if since == today.isoformat():
        return "since today" if exact else DURATION_UNKNOWN
    return ("" if exact else "at least ") + format_duration(date.fromisoformat(since), today)


def format_ago(day: str, today: date) -> str:
    """Format how long ago a day was: "7 weeks ago"; today as a day, for "promised today" would be one for today."""
    return (
        f"on {format_short_date(today)}"
        if day == today.isoformat()
        else f"{format_duration(date.fromisoformat(day), today)} ago"
    )


def day_stated(stated: str | None, recorded: str) -> str:
    """The ISO day on which something was stated: as written where it can be parsed, else the day it was recorded."""
    try:
        latest = read_date(stated).latest if stated else None
    except ValueError:
        latest = None
    return min(latest.isoformat(), recorded) if latest else recorded
