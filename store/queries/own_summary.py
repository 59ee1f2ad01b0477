"""What needs the attention of somebody who acts for some leads, in numbers: the line under the header."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.domain.lists import register_lists
from store.domain.names import fold_name
from store.queries.attention import (
    BITS,
    COUNTED_AS,
    MAY_NEED,
    Reason,
    Rules,
    day_stated,
    flags_of,
    format_ago,
)

_SUMMARISED = {
    Reason.LATE: "late",
    Reason.DUE: "due",
    Reason.PROMISED: "promised and not done",
    Reason.REFUSED: "not discharged when asked",
    Reason.REVIEW: "to look at again",
    Reason.STALE: "stale",
    Reason.WAITS_ON_INSPECTORATE: "waiting on the inspectorate",
    Reason.CONFLICT: "with different values",
}
"""The reasons that the summary line counts, in its order, with their words."""

_OWN_ONLY = (Reason.REFUSED,)
"""Those that only the line of some leads counts: that of all leads has no room for more at 120 columns."""

MAX_SUMMARY_ITEMS = 5_000
"""The most items that `own_summary` counts: it is computed at every change."""


@dataclass(frozen=True, slots=True)
class OwnCounts:
    """Counts of the recommendations, or of the commitments, of some leads: how many are open, and for each reason."""

    open: int
    reasons: dict[Reason, int]
    oldest_promise: str | None
    """The ISO day of the oldest promise that is not done yet."""

    def describe(self, today: date, passed_over: Sequence[Reason] = ()) -> list[str]:
        """What there is of each reason that the summary line has, but for those passed over."""
        parts = []
        for reason, words in _SUMMARISED.items():
            if (n := self.reasons[reason]) and reason not in passed_over:
                oldest = self.oldest_promise if reason == Reason.PROMISED else None
                ago = f", the oldest {format_ago(oldest, today)}" if oldest and oldest < today.isoformat() else ""
                parts.append(f"{n:,} {words}{ago}")
        return parts


@dataclass(frozen=True, slots=True)
class OwnSummary:
    """Counts of the items of some leads: the recommendations, and, never added to them, the commitments."""

    recommendations: OwnCounts
    commitments: OwnCounts
    apart_noun: str = "commitment"
    left_out: int = 0
    """The items of the register that were left out of this copy; they are in no other number."""
    no_lead: int = 0
    """The open items, of whatever kind, that nobody is recorded to lead: those of no leads' summary."""
    is_of_all: bool = False
    """Whether it is of the whole register, and not of some leads."""

    def describe(self, today: date, whose: str = "Mine") -> str:
        """As one line: Mine: 4 open · 4 promised and not done, the oldest 7 weeks ago; 1 commitment open."""
        found, apart = self.recommendations, self.commitments
        passed_over = _OWN_ONLY if self.is_of_all else ()
        first, second = found.describe(today, passed_over), apart.describe(today, passed_over)
        if found.open:
            first.insert(0, f"{found.open:,} open")
        if apart.open or second:
            second.insert(0, f"{apart.open:,} {self.apart_noun}{'' if apart.open == 1 else 's'} open")
        if not found.open and not second:
            first.insert(0, "nothing open")
        if self.left_out:
            (second or first).append(f"{self.left_out:,} left out of this copy")
        parts = [" · ".join(each) for each in (first, second) if each]
        if self.no_lead:
            parts.append(f"{self.no_lead:,} open {'has' if self.no_lead == 1 else 'have'} no lead")
        return f"{whose}: {'; '.join(parts)}"


def own_summary(conn: sqlite3.Connection, names: Sequence[str], rules: Rules) -> OwnSummary | None:
    """Count the items of some leads, or all items where no lead is given.

    None where there are none, or too many to count each time.
    """
    if names:
        wanted = {fold_name(name) for name in names}
        party_rows = conn.execute("SELECT id, name, shown_name FROM party WHERE withdrawn = 0").fetchall()
        parties = json.dumps([row[0] for row in party_rows if wanted & {fold_name(name or "") for name in row[1:]}])
        own = (
            "SELECT recommendation FROM lead INDEXED BY lead_by_party "
            "WHERE party IN (SELECT value FROM json_each(?1)) AND withdrawn = 0"
        )
    else:
        parties, own = "[]", "SELECT id FROM recommendation WHERE counted = 1 AND ?1 = '[]'"
    count = conn.execute(f"SELECT count(*) FROM ({own} LIMIT {MAX_SUMMARY_ITEMS + 1})", (parties,)).fetchone()[0]
    if count > MAX_SUMMARY_ITEMS or not (count or names):
        return None
    rows = conn.execute(
        f"SELECT r.seq, {COUNTED_AS}, r.status <> 'closed', {flags_of(rules)} FROM recommendation r "
        f"WHERE {MAY_NEED} AND r.counted = 1 AND r.id IN ({own})",
        (parties,),
    ).fetchall()
    left_out = conn.execute("SELECT count(*) FROM recommendation WHERE left_out = 1 AND counted = 2").fetchone()[0]
    ours, apart = (_own_counts(conn, [row for row in rows if row[1] == kind], rules) for kind in (1, 2))
    no_lead = conn.execute(
        "SELECT count(*) FROM recommendation INDEXED BY listed_facets WHERE listed = 1 AND leads = '' AND counted = 1 "
        "AND status IN ('on-track', 'delayed', 'not-stated')"
    ).fetchone()[0]
    return OwnSummary(ours, apart, register_lists(conn).apart_noun, left_out, no_lead if names else 0, not names)


def _own_counts(conn: sqlite3.Connection, rows: Sequence[tuple[int, ...]], rules: Rules) -> OwnCounts:
    """Count rows: (seq, kind, open, flags)."""
    reasons = {reason: sum(1 for row in rows if row[3] & bit) for reason, bit in BITS.items()}
    promised = [row[0] for row in rows if row[3] & BITS[Reason.PROMISED]]
    stated = conn.execute(
        "SELECT a.due_said, substr(a.recorded, 1, 10) FROM action a JOIN recommendation r ON r.id = a.recommendation "
        "WHERE r.seq IN (SELECT value FROM json_each(?)) AND a.done IS NULL AND a.withdrawn = 0 "
        "AND a.kind <> 'dependency' AND COALESCE(a.due_latest, substr(a.recorded, 1, 10)) <= ? LIMIT 1000",
        (json.dumps(promised), rules.horizon.isoformat()),
    ).fetchall()
    oldest = min((day_stated(*row) for row in stated), default=None)
    return OwnCounts(sum(1 for row in rows if row[2]), reasons, oldest)
