"""A paper that Fairlead wrote and that the register has moved on from: what each action since altered, one finding each."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date

from store.as_at import rewound
from store.domain.dates import format_date, local_date
from store.domain.errors import FairleadError
from store.domain.fields import KINDS
from store.domain.vocabulary import MARKINGS
from store.log.change_log import ChangeLog
from store.log.describe_action import describe_action
from store.papers.checking.findings import Certainty, Finding, Kind
from store.papers.checking.own_page import unlike
from store.papers.checking.own_words import OwnWords, compare
from store.papers.checking.pages import Page
from store.papers.checking.wording import shorten
from store.papers.compose import compose
from store.papers.document import Document
from store.papers.forms import Form
from store.papers.item_names import join_and
from store.queries.papers import paper
from store.register import Register

MOST_ACTIONS = 256
"""The most actions by which a paper may be older than the register, to be compared with what it was written from."""
MOST_PAPERS = 48
"""The most times that a paper is composed again for one check."""
LARGEST = 64_000_000
"""The most bytes of a register that is copied so often; a paper of a larger one is compared with what it would write now."""


@dataclass(slots=True)
class Written:
    """A paper as the register would have written it before each of the last actions: 0 is now, 1 before the newest."""

    register: Register
    entity: str
    form: Form
    lead: str
    step: Callable[[], None]
    actions: list[tuple[str, str]] = field(default_factory=list)
    """The actions since the paper is in the register, the newest first: the id and when it began."""
    _papers: dict[int, Document | None] = field(default_factory=dict)
    _compared: dict[int, list[Finding]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # What is accepted as no fault, and what a person has on the screen, alter no paper.
        # Of two at one time, as a person's first action and who it is by, the later one is meant.
        found = self.register.conn.execute(
            "SELECT action, min(time) FROM change WHERE kind NOT IN ('accepted_finding', 'view') GROUP BY action "
            "HAVING min(n) > (SELECT max(n) FROM change WHERE action IN "
            "(SELECT action FROM change WHERE entity = ?1 ORDER BY n LIMIT 1)) ORDER BY min(time) DESC, min(n) DESC LIMIT ?2",
            (self.entity, MOST_ACTIONS),
        ).fetchall()
        self.actions = [one for n, one in enumerate(found) if not n or found[n - 1][1] != one[1]]

    def before(self, n: int) -> Document | None:
        """The paper as it would have been written before the last `n` actions; None where that cannot be."""
        if n not in self._papers:
            if len(self._papers) >= MOST_PAPERS:
                return None
            self.step()
            try:
                with rewound(self.register.file, self.actions[n - 1][1]) as conn:
                    self._papers[n] = self._compose(conn)
            except (FairleadError, sqlite3.Error):
                self._papers[n] = None
        return self._papers[n]

    def start(self, now: Document) -> None:
        """Begin with what is written now."""
        self._papers[0] = now

    def compared(self, n: int, page: Page) -> list[Finding]:
        """What differs in a page from the paper before the last `n` actions."""
        if n not in self._compared:
            document = self.before(n)
            self._compared[n] = compare(page, document).findings if document else []
        return self._compared[n]

    def _compose(self, conn: sqlite3.Connection) -> Document | None:
        row = paper(conn, self.entity)
        if row is None:
            return None
        today = self.register.today()
        return compose(conn, row, self.form, max_marking=MARKINGS[-1], today=today, lead=self.lead or None)


def since_written(
    register: Register, page: Page, now: Document, found: OwnWords, form: Form, step: Callable[[], None]
) -> OwnWords:
    """What differs in a paper from the one that it was written as, and what the register changed since.

    `found` is what differs from what it would write now, and stays where the paper is no older.
    """
    if register.path.stat().st_size > LARGEST:
        return found
    written = Written(register, now.paper, form, now.lead, step)
    written.start(now)
    n = _when_written(written, page)
    then = written.before(n) if n else None
    if then is None:
        return found
    own = compare(page, then)
    stale = [one for k in _altering(written, n, 0) if (one := _finding(written, page, k, own)) is not None]
    return replace(own, findings=[*own.findings, *stale])


def _when_written(written: Written, page: Page) -> int:
    """Before how many of the last actions the register would have written a paper that is most like this one."""
    best, least = 0, unlike(page, written.before(0))
    n, tries = 1, 0
    while n <= len(written.actions) and least and tries < 3:
        differs = unlike(page, written.before(n))
        tries = 0 if differs < least else tries + 1
        if differs < least:
            best, least = n, differs
        n *= 2
    # Between the one before and the one after those that were tried.
    low, high = max(best // 2, 0) + 1, min(max(2 * best - 1, best), len(written.actions))
    while least and best and low <= high:
        middles = [k for k in ((low + best) // 2, (best + high + 1) // 2) if k != best and low <= k <= high]
        better = [(unlike(page, written.before(k)), k) for k in middles]
        if better and min(better)[0] < least:
            least, at = min(better)
            low, high, best = (low, best - 1, at) if at < best else (best + 1, high, at)
        else:
            low, high = max(low, (low + best) // 2 + 1), min(high, (best + high + 1) // 2 - 1)
    return best


def _altering(written: Written, first: int, last: int) -> list[int]:
    """Those of the last actions, the oldest first, that altered what the register would write."""
    one, other = written.before(first), written.before(last)
    if one is None or other is None or one == other:
        return []
    if first - last == 1:
        return [first]
    middle = (first + last) // 2
    return [*_altering(written, first, middle), *_altering(written, middle, last)]


def _finding(written: Written, page: Page, n: int, own: OwnWords) -> Finding | None:
    """What one action altered of a paper: what the paper has as it was before, the first of it with both values."""
    at_fault = {_of(one) for one in (*own.findings, *written.compared(n, page))}
    altered = [one for one in written.compared(n - 1, page) if _of(one) not in at_fault]
    if not altered:
        return None
    conn = written.register.conn
    action, stamp = written.actions[n - 1]
    changes = ChangeLog(conn).of_action(action)
    items = tuple(dict.fromkeys(item for c in changes if (item := item_of(conn, c.kind, c.entity))))
    first = next((one for one in altered if one.rule == "own-words"), altered[0])
    lines = [str(line) for line in sorted({one.line for one in altered})]
    where = f"lines {', '.join(lines[:8])} and {len(lines) - 8} more" if len(lines) > 9 else f"lines {join_and(lines)}"
    where = f"line {lines[0]}" if len(lines) == 1 else where
    day, change = format_date(date.fromisoformat(local_date(stamp))), shorten(describe_action(conn, changes), 140)
    message = f"The register was changed on {day}, after this was written: {change}. As before in {where}."
    return Finding(
        "changed-since", Kind.DISAGREEMENT, Certainty.CERTAIN, message, first.line, first.section, first.words, change,
        "as before", items, (action,),
    )  # fmt: skip


def _of(one: Finding) -> tuple[str, int, str]:
    return one.rule, one.line, one.found


def item_of(conn: sqlite3.Connection, kind: str, entity: str) -> str:
    """The id of the item that an entity is, or belongs to; "" where it belongs to none, or to another's record."""
    if kind == "recommendation" or "recommendation" not in KINDS[kind].fields:
        return entity if kind == "recommendation" else ""
    row = conn.execute(f"SELECT recommendation FROM {kind} WHERE id = ?", (entity,)).fetchone()
    return str(row[0] or "") if row else ""
