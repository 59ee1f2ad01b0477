"""Reasons for attention as text: each with since when, in full and in brief."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from store.domain.date_reading import read_date
from store.domain.dates import format_duration
from store.domain.fields import label_of_field
from store.domain.text import one_line
from store.domain.vocabulary import REFUSALS, ActionKind, NextMove, Stage, Status, label_of
from store.log.derived import CLOSED_BY_A_FILE, DISCHARGED_BY_NO_REPLY
from store.queries.attention import (
    BITS,
    DURATION_UNKNOWN,
    Reason,
    Rules,
    day_stated,
    format_ago,
    format_duration_at_least,
)
from store.queries.describe import basis_of, mark_guessed, parse_bases, with_basis
from store.queries.describe_records import describe_reply, latest_day, newest_reply
from store.queries.describe_status import is_past_target
from store.queries.item_detail import entity_rows
from store.queries.item_list import rows_at
from store.queries.rows import EntityRow, ItemRow, format_word

_REPLIES = (
    "SELECT * FROM reply WHERE recommendation = ? AND withdrawn = 0 ORDER BY COALESCE(dated_latest, ''), recorded, id"
)

_SENT_SINCE = """
SELECT 1 FROM submission s JOIN reply y ON y.id = ?2
 WHERE s.recommendation = ?1 AND s.withdrawn = 0
   AND NOT EXISTS (SELECT 1 FROM reply n WHERE n.submission = s.id AND n.withdrawn = 0)
   AND COALESCE(s.sent_latest, substr(s.recorded, 1, 10)) >= COALESCE(y.dated_latest, '')
"""
"""Whether evidence without a reply was sent on the last possible day of a reply, or later."""

_WHO = 24
"""Characters of the name of an inspectorate in brief."""


@dataclass(frozen=True, slots=True)
class ReasonText:
    """One reason: since when (an ISO day, or None), and the detail as text."""

    reason: Reason
    since: str | None
    detail: str
    brief: str
    """The same in the fewest words, to be joined with others on one line."""


@dataclass(frozen=True, slots=True)
class AttentionRow:
    """An item with the reasons for which it needs attention, the most urgent first."""

    item: ItemRow
    because: tuple[ReasonText, ...]


_MORE = """
SELECT r.seq, r.id, r.published, r.said_on, substr(r.recorded, 1, 10), r.stage_day, r.stage_latest, r.stage_asks,
       r.review, r.review_latest
  FROM recommendation r WHERE r.seq IN (SELECT value FROM json_each(?))
"""

_DONE = (
    "SELECT text, due, due_latest, due_said, whose, since, since_latest, substr(recorded, 1, 10), kind, basis FROM action "
    "WHERE recommendation = ? AND done IS NULL AND withdrawn = 0 ORDER BY COALESCE(due_latest, ''), recorded, id"
)


def attention_rows(
    conn: sqlite3.Connection, rules: Rules, seqs: Sequence[int], flags: Sequence[int]
) -> list[AttentionRow]:
    """Load items with their reasons as text, in the order given."""
    more = {row[0]: row[1:] for row in conn.execute(_MORE, (json.dumps(list(seqs)),))}
    items = {item.id: item for item in rows_at(conn, seqs)}
    rows = []
    for seq, bits in zip(seqs, flags, strict=True):
        if seq in more and more[seq][0] in items:
            item = items[more[seq][0]]
            rows.append(AttentionRow(item, tuple(_ReasonTexts(conn, rules, item, more[seq]).because(bits))))
    return rows


class _ReasonTexts:
    """The reasons of one item, formatted as text."""

    def __init__(self, conn: sqlite3.Connection, rules: Rules, item: ItemRow, more: tuple[Any, ...]) -> None:
        self.conn, self.rules, self.item = conn, rules, item
        (
            _,
            self.published,
            self.said_on,
            self.recorded,
            self.stage_day,
            self.stage_latest,
            self.asks,
            self.review,
            self.review_day,
        ) = more

    def because(self, bits: int) -> Iterator[ReasonText]:
        describers = {
            Reason.CONFLICT: self._conflict,
            Reason.LATE: self._late,
            Reason.PROMISED: self._promised,
            Reason.DUE: self._due,
            Reason.REVIEW: self._review,
            Reason.REFUSED: self._refused,
            Reason.WAITS_ON: self._waits_on,
            Reason.STALE: self._stale,
            Reason.AGED: self._aged,
            Reason.WAITS_ON_INSPECTORATE: self._waits_on_inspectorate,
        }
        plain = {
            Reason.NO_LEAD: "no lead recorded",
            Reason.NO_THEME: "no theme recorded",
            Reason.NO_REASON: "a reason was needed, and none given",
            Reason.NOT_AGREED: "its newest position is agreed by nobody",
        }
        if bits & BITS[Reason.NO_EVIDENCE]:
            plain[Reason.NO_EVIDENCE] = self._without_what()
        if self._refusal is not None:
            # Its stage may have gone on since: the last reply is the same.
            bits |= BITS[Reason.REFUSED]
        for reason, bit in BITS.items():
            if bits & bit:
                described = (
                    describers[reason]() if reason in describers else (self.recorded, plain[reason], plain[reason])
                )
                yield ReasonText(reason, *described)

    def _without_what(self) -> str:
        """What is not recorded that should have led to its closing."""
        of_item = f"SELECT {DISCHARGED_BY_NO_REPLY}, {CLOSED_BY_A_FILE} FROM recommendation r WHERE r.id = ?"
        by_no_reply, by_a_file = self.conn.execute(of_item, (self.item.id,)).fetchone()
        if by_no_reply:
            return "discharged, and no reply that does is recorded"
        return f"{'closed as published' if by_a_file else 'discharged'} with no evidence recorded, and no words"

    def _conflict(self) -> tuple[str | None, str, str]:
        fields = self.conn.execute(
            "SELECT field FROM conflict WHERE entity = ? ORDER BY field", (self.item.id,)
        ).fetchall()
        what = ", ".join(label_of_field("recommendation", row[0]) for row in fields) or "something under it"
        return None, f"two people wrote different things: {what}", f"different values: {what}"

    def _late(self) -> tuple[str | None, str, str]:
        day = str(self.item.target_latest)
        past = format_duration(date.fromisoformat(day), self.rules.today)
        though = ", though on track" if is_past_target(self.item, self.rules.today) else ""
        return day, f"target {self.item.target_text}, {past} past{though}", f"{past} late{though}"

    def _due(self) -> tuple[str | None, str, str]:
        day = str(self.item.target_latest)
        when = self._until(day)
        return day, f"target {self.item.target_text}, {when}", f"due {when}"

    def _until(self, day: str) -> str:
        """How long it is until a day: "in 12 days"."""
        left = format_duration(self.rules.today, date.fromisoformat(day))
        return {"0 days": "today", "1 day": "tomorrow"}.get(left, f"in {left}")

    def _review(self) -> tuple[str | None, str, str]:
        days = (date.fromisoformat(self.review_day) - self.rules.today).days
        count = f"{abs(days)} day{'' if abs(days) == 1 else 's'}"
        when = f"in {count}" if days > 0 else "today" if not days else f"{count} past"
        basis = parse_bases(self.item.basis).get("review")
        long = f"risk accepted, to be looked at again {with_basis(self.review, basis)}, {when}"
        return self.review_day, long, mark_guessed(f"accepted risk to look at again, {when}", basis)

    @cached_property
    def _refusal(self) -> EntityRow | None:
        """The newest reply, where it did not discharge an item that is open, nothing was sent since, and the inspectorate
        has no more to do; else None."""
        item = self.item
        if item.status == Status.CLOSED or item.stage == Stage.SUBMITTED or item.next_move == NextMove.INSPECTORATE:
            return None
        reply = newest_reply(entity_rows(self.conn, "reply", _REPLIES, (item.id,)))
        if reply is None or reply.fields["verdict"] not in REFUSALS:
            return None
        if item.stage != Stage.REMAIN_OPEN and self.conn.execute(_SENT_SINCE, (item.id, reply.id)).fetchone():
            return None
        return reply

    def _refused(self) -> tuple[str | None, str, str]:
        reply = self._refusal
        if reply is None:
            basis, words = parse_bases(self.item.basis).get("stage"), label_of(Stage.REMAIN_OPEN).lower()
            return None, f"{with_basis(words, basis)}; the reply is not recorded", mark_guessed(words, basis)
        fields, line = reply.fields, describe_reply(reply)
        verdict, who = format_word(reply, "verdict").lower(), basis_of(reply, "who")
        brief = mark_guessed(f"{one_line(fields['who'] or 'Reply', most=_WHO)}: {verdict}", line.basis, who)
        dated = with_basis(str(fields["dated"] or "date not known"), basis_of(reply, "dated"))
        long = f"{with_basis(line.text, line.basis)}, {dated}"
        if required := fields["would_satisfy"]:
            long += f"; evidence still required: {with_basis(one_line(required, most=200), basis_of(reply, 'would_satisfy'))}"
        return latest_day(reply, "dated") if fields["dated_latest"] else None, long, brief

    def _actions(self, dependency: bool) -> list[tuple[Any, ...]]:
        rows = self.conn.execute(_DONE, (self.item.id,)).fetchall()
        return [row for row in rows if (row[8] == "dependency") is dependency]

    def _promised(self) -> tuple[str | None, str, str]:
        today, horizon = self.rules.today.isoformat(), self.rules.horizon.isoformat()
        here = [row for row in self._actions(False) if row[2] is None or row[2] <= horizon]
        # The earliest due day first, overdue ones included, then those without a day.
        text, due, latest, stated, *_, recorded, kind, stored = min(
            here, key=lambda row: (row[2] is None, row[2] or row[7])
        )
        since, bases = day_stated(stated, recorded), parse_bases(stored)
        noun, verb = ("milestone", "planned") if kind == ActionKind.MILESTONE else ("promise", "promised")
        # Of a promise made today, its age is nothing to add: the list would read as if all of them were of today.
        ago = f" {format_ago(since, self.rules.today)}" if since < today else ""
        when = f"{verb} {f'“{due}”' if due else 'with no day given'}"
        brief = when + ago
        when = with_basis(when, bases.get("due"))
        if latest and latest < today:
            past = format_duration(date.fromisoformat(latest), self.rules.today)
            brief = f"{noun} {past} overdue"
            ago += f", {past} past"
        elif latest:
            brief = f"{verb}, due {self._until(latest)}"
        also = f"; {len(here) - 1} more" if len(here) > 1 else ""
        what = with_basis(one_line(text, most=200), bases.get("text"))
        return since, f"{when}{ago}: {what}{also}", mark_guessed(brief, bases.get("due"), bases.get("text"))

    def _waits_on(self) -> tuple[str | None, str, str]:
        here = self._actions(True)
        text, _, _, stated, whose, since, latest, recorded, _, stored = here[0]
        day = latest or day_stated(stated, recorded)
        also = f"; {len(here) - 1} more" if len(here) > 1 else ""
        what, basis = (
            whose or one_line(text, most=200).rstrip("."),
            parse_bases(stored).get("whose" if whose else "text"),
        )
        long = format_duration_at_least(day, self.rules.today, bool(since))
        wait = f"({_since(long, 'since when is not known')})"
        if not whose and what[1:2].islower():
            what = what[:1].lower() + what[1:]
        brief = f"waiting for {mark_guessed(one_line(what, most=80), basis)}"
        brief += "" if long == DURATION_UNKNOWN else f" {wait}"
        counted_from = None if long == DURATION_UNKNOWN else day
        return counted_from, f"waiting for {with_basis(what, basis)} {wait}{also}", brief

    def _stale(self) -> tuple[str | None, str, str]:
        silent = format_duration(date.fromisoformat(self.said_on), self.rules.today)
        return self.said_on, f"nothing said for {silent}", f"stale, {silent}"

    def _aged(self) -> tuple[str | None, str, str]:
        old = format_duration(date.fromisoformat(self.published), self.rules.today)
        return self.published, f"open {old} since publication", f"open {old}"

    def _waits_on_inspectorate(self) -> tuple[str | None, str, str]:
        row = self.conn.execute(
            "SELECT s.sent, s.sent_latest, s.asks, substr(s.recorded, 1, 10), s.basis FROM submission s "
            "WHERE s.recommendation = ? AND s.withdrawn = 0 "
            "ORDER BY COALESCE(s.sent_latest, substr(s.recorded, 1, 10)) DESC, s.recorded DESC, s.id DESC LIMIT 1",
            (self.item.id,),
        ).fetchone()
        sent, latest, asks, recorded, stored = row or (
            self.stage_day,
            self.stage_latest,
            self.asks,
            self.recorded,
            self.item.basis,
        )
        bases, of_move = parse_bases(stored), parse_bases(self.item.basis).get("next_move")
        of_sent, of_asks = (bases.get(name) or (None if row else bases.get("stage")) for name in ("sent", "asks"))
        day = min(latest or recorded, self.rules.today.isoformat())
        exact = bool(sent) and bool(latest) and latest == _first_day(sent)
        until = f", until {self.item.next_move_until}" if self.item.next_move_until else ""
        when = with_basis(f"sent {sent}", of_sent) if sent else "sent on a day not known"
        if self.item.stage == "submitted":
            what = f"{with_basis(asks or 'a view', of_asks)} asked for, {when}"
        else:
            what = f"{with_basis(f'action with the inspectorate{until}', of_move)}; evidence {when}"
        long = format_duration_at_least(day, self.rules.today, exact)
        is_certain = long != DURATION_UNKNOWN
        brief = f"waiting {long}" if is_certain else f"waiting, sent {sent or 'on a day not known'}"
        brief = mark_guessed(brief, of_sent) + (mark_guessed(until, of_move) if until else "")
        since = day if is_certain else None
        return since, f"{what}, {_since(long, 'for how long is not known')}", brief


def _since(duration: str, unknown: str) -> str:
    """A duration; this where nothing of it is certain."""
    return unknown if duration == DURATION_UNKNOWN else duration


def _first_day(text: str) -> str | None:
    try:
        earliest = read_date(text).earliest
    except ValueError:
        return None
    return earliest.isoformat() if earliest else None
