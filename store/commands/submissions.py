"""Evidence sent to the inspectorate, and what it replies. An item's stage follows from them; only a reply discharges."""

from __future__ import annotations

from typing import Any, Literal

from store.changes import canonical, heads, undone
from store.commands.base import Command, item_status, past_date
from store.detail import evidence_notes
from store.errors import BadInput, NotAllowed
from store.pen import Pen
from store.words import (
    AS_PUBLISHED,
    CLOSING_STAGES,
    REPLY_STAGES,
    NextMove,
    NoteKind,
    Stage,
    Track,
    Value,
    Verdict,
    said,
)

STAGE_OF = {
    Verdict.DISCHARGED: Stage.DISCHARGED,
    Verdict.NOT_ADOPTED: Stage.NOT_ADOPTED,
    Verdict.REMAIN_OPEN: Stage.REMAIN_OPEN,
    Verdict.MORE_EVIDENCE: Stage.REMAIN_OPEN,
    Verdict.PARTLY: Stage.REMAIN_OPEN,
}
"""The stage that each verdict leads to."""

_RESTS_ON_THEM = REPLY_STAGES | {Stage.NOT_ADOPTED}


def _closer(pen: Pen, item: str) -> tuple[str | None, str | None]:
    """Who closes the items of an item's publication, and who published it."""
    row = pen.conn.execute(
        "SELECT p.closed_by, p.publisher FROM recommendation r JOIN publication p ON p.id = r.publication "
        "WHERE r.id = ?",
        (item,),
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _refuse_leads_own(pen: Pen, item: str) -> None:
    if _closer(pen, item)[0] == "leads":
        name = pen.name_of("recommendation", item)
        raise NotAllowed(f"{name} is closed by its leads, not by an inspectorate: record it as delivered.")


def _set(pen: Pen, command: Command, item: str, **values: Any) -> None:
    for field, value in values.items():
        pen.set("recommendation", item, field, value, basis=command.basis, place=command.place, reason=command.reason)


class SubmitEvidence(Command):
    """Send evidence on some items, asking for closure or for a view.

    `notes` are the evidence notes that go with it; None takes every one that has not gone with anything yet. `note` is
    the text of one more, written here. Needs a date, part-known will do, and an evidence note for each item; a
    submission recorded as published passes as it is.
    """

    items: tuple[str, ...]
    sent: str | None = None
    asks: Literal["closure", "view"] = "closure"
    reference: str | None = None
    text: str | None = None
    notes: tuple[str, ...] | None = None
    note: str | None = None
    marking: str = "OFFICIAL"

    def write(self, pen: Pen) -> None:
        items = dict.fromkeys(self.items)
        for item in items:
            self._check(pen, item)
        sent = past_date(self.sent, "sent", pen.today)
        if sent is None and self.basis not in AS_PUBLISHED:
            raise BadInput("sent", "Say when it was sent: a day, or the month or year if that is all that is known.")
        written = self._write_note(pen, sent)
        for item in items:
            with_it = [*self._notes_of(pen, item), *written]
            if not with_it and self.basis not in AS_PUBLISHED:
                name = pen.name_of("recommendation", item)
                raise BadInput(
                    "note",
                    f"{name} has no evidence note to send. Write one here, or add one first: a note, kind evidence.",
                )
            self._send(pen, item, sent, with_it)

    def _check(self, pen: Pen, item: str) -> None:
        item_status(pen, item)
        stage = _stage(pen, item)
        if stage in CLOSING_STAGES:
            name = pen.name_of("recommendation", item)
            raise NotAllowed(
                f"{name} is closed already ({said(stage).lower()}). Reopen it first: set whether it is on time."
            )
        if self.asks == "closure":
            _refuse_leads_own(pen, item)

    def _write_note(self, pen: Pen, sent: dict[str, str | None] | None) -> list[str]:
        if not (self.note and self.note.strip()):
            return []
        values = {"kind": NoteKind.EVIDENCE, "text": self.note, "dated": sent, "marking": self.marking}
        note = pen.create("note", values, basis=self.known(values))
        for item in self.items:
            pen.create("note_on", {"note": note, "recommendation": item})
        return [note]

    def _notes_of(self, pen: Pen, item: str) -> list[str]:
        here = evidence_notes(pen.conn, item)
        return [note for note, gone in here.items() if (note in self.notes if self.notes is not None else not gone)]

    def _send(self, pen: Pen, item: str, sent: dict[str, str | None] | None, notes: list[str]) -> None:
        values = {
            "recommendation": item,
            "sent": sent,
            "asks": self.asks,
            "reference": self.reference or None,
            "text": self.text or None,
            "marking": self.marking,
        }
        submission = pen.create("submission", values, basis=self.known(values), reason=self.reason)
        for note in notes:
            pen.create("evidence", {"submission": submission, "note": note})
        if _is_old_news(pen, item, sent):
            return
        _set(pen, self, item, stage=_stage_value(Stage.SUBMITTED, sent, self.asks), believed_done=None)
        if self.asks == "closure":
            _set(pen, self, item, track=None, next_move=None)
        else:
            track = pen.current(item, "track").value or Track.NOT_STATED
            _set(pen, self, item, track=track, next_move={"text": NextMove.INSPECTORATE})


class RecordReply(Command):
    """Record what the inspectorate replied, asked for or not; an item's stage follows from it, unless later news is known.

    `submission` is what it answers; None takes the newest one that has no reply, if there is one. `who` is the publisher
    unless said. After a verdict that leaves the item open, `next_move` says whose move it is (`until` when or what) and
    `track` whether it is on time; one that is not given stays as it was. A part that is discharged is named.
    """

    item: str
    dated: str | None = None
    verdict: Verdict
    who: str | None = None
    words: str | None = None
    would_satisfy: str | None = None
    discharges: str | None = None
    next_move: NextMove | None = None
    until: str | None = None
    track: Track | None = None
    submission: str | None = None
    marking: str = "OFFICIAL"

    def write(self, pen: Pen) -> None:
        item_status(pen, self.item)
        name = pen.name_of("recommendation", self.item)
        ends = STAGE_OF[self.verdict] in CLOSING_STAGES
        if ends:
            _refuse_leads_own(pen, self.item)
        dated = past_date(self.dated, "dated", pen.today)
        if self.basis not in AS_PUBLISHED:
            self._check(name, dated)
        answered = self._answered(pen, name, dated)
        closer = _closer(pen, self.item)[1]
        move = {"text": self.next_move, "until": self.until or None} if self.next_move and not ends else None
        values = {
            "recommendation": self.item,
            "submission": answered,
            "dated": dated,
            "who": self.who or closer or "The inspectorate",
            "verdict": self.verdict,
            "words": self.words or None,
            "would_satisfy": self.would_satisfy or None,
            "discharges": self.discharges or None,
            "next_move": move,
            "marking": self.marking,
        }
        pen.create("reply", values, basis=self.known(values), reason=self.reason)
        if _is_old_news(pen, self.item, dated):
            return
        _set(pen, self, self.item, stage=_stage_value(STAGE_OF[self.verdict], dated))
        if ends:
            _set(pen, self, self.item, track=None, next_move=None, believed_done=None)
        else:
            track = self.track or pen.current(self.item, "track").value or Track.NOT_STATED
            _set(pen, self, self.item, track=track, next_move=move)

    def _answered(self, pen: Pen, name: str, dated: dict[str, str | None] | None) -> str | None:
        if not self.submission:
            return _unanswered(pen, self.item, dated)
        if self.submission not in {thing for thing, _ in _under(pen, "submission", self.item)}:
            raise BadInput("submission", f"That is no evidence sent on {name}, or it was withdrawn.")
        if dated and dated["latest"] and _first_day(pen, self.submission) > dated["latest"]:
            raise BadInput("dated", f"{dated['text']} is before that evidence on {name} was sent.")
        return self.submission

    def _check(self, name: str, dated: dict[str, str | None] | None) -> None:
        if dated is None:
            raise BadInput(
                "dated", f"Say when {name} was replied to: a day, or the month or year if that is all that is known."
            )
        if self.verdict == Verdict.NOT_ADOPTED and not (self.words and self.words.strip()):
            raise BadInput(
                "words", f"{name} can be closed without being adopted only with the inspectorate's own words."
            )
        if self.verdict == Verdict.PARTLY and not (self.discharges and self.discharges.strip()):
            raise BadInput("discharges", f"Say which part of {name} is discharged; the rest remains open.")


class CorrectSubmission(Command):
    """Correct what is recorded of evidence sent; fields that are not given stay as they are, "" empties one."""

    submission: str
    sent: str | None = None
    reference: str | None = None
    text: str | None = None

    def write(self, pen: Pen) -> None:
        for field in ("sent", "reference", "text"):
            if field in self.model_fields_set:
                typed = getattr(self, field) or None
                if field == "sent" and typed is None:
                    raise BadInput("sent", "Say when it was sent.")
                value = past_date(typed, "sent", pen.today) if field == "sent" else typed
                old = pen.current(self.submission, field).value
                pen.set(
                    "submission", self.submission, field, value, basis=self.basis, place=self.place, reason=self.reason
                )
                if field == "sent":
                    _move_day(pen, self, self.submission, Stage.SUBMITTED, old)


class CorrectReply(Command):
    """Correct what is recorded of a reply, but not its verdict: withdraw a wrong one and record the right one."""

    reply: str
    dated: str | None = None
    who: str | None = None
    words: str | None = None
    would_satisfy: str | None = None
    discharges: str | None = None

    def write(self, pen: Pen) -> None:
        for field in ("dated", "who", "words", "would_satisfy", "discharges"):
            if field in self.model_fields_set:
                typed = getattr(self, field) or None
                if field == "dated" and typed is None:
                    raise BadInput("dated", "Say when the reply was.")
                value = past_date(typed, "dated", pen.today) if field == "dated" else typed
                old = pen.current(self.reply, field).value
                pen.set("reply", self.reply, field, value, basis=self.basis, place=self.place, reason=self.reason)
                if field == "dated":
                    _move_day(
                        pen, self, self.reply, STAGE_OF[Verdict(str(pen.current(self.reply, "verdict").value))], old
                    )


def follow(pen: Pen, item: str, reason: str | None = None) -> None:
    """Let an item's stage follow from the submissions and replies that stand, where it rested on one that does not.

    What is recorded as published stays as it is; so does an item with one whose words are not in this copy.
    """
    stage, known = _stage(pen, item), pen.current(item, "stage")
    if stage not in _RESTS_ON_THEM or known.basis in AS_PUBLISHED:
        return
    value = _newest_stage(pen, item)
    now: Any = value.value if value else None
    if value is None or now["text"] == stage:
        return
    pen.set("recommendation", item, "stage", now, basis=value.basis, place=value.place, reason=reason)
    if now["text"] in CLOSING_STAGES or (now["text"] == Stage.SUBMITTED and now.get("asks") == "closure"):
        for field in ("track", "next_move", "believed_done"):
            pen.set("recommendation", item, field, None, reason=reason)
    elif pen.current(item, "track").value is None:
        pen.set("recommendation", item, "track", Track.NOT_STATED, reason=reason)


def keep_in_step(pen: Pen, since: int = 0) -> None:
    """Let each item that the changes from `since` on touch follow, where it stands as nothing that is left made it.

    An undo out of its turn can leave one so, and a merge: one desk takes a reply back, another reopens and thinks better
    of it. What is in conflict is for a person to settle.
    """
    touched = (c.thing if c.kind == "recommendation" else c.named.get("recommendation") for c in pen.changes[since:])
    for item in dict.fromkeys(filter(None, touched)):
        if pen.current(item, "withdrawn").value or not _settled(pen, item, "stage"):
            continue
        stage = _stage(pen, item)
        with pen.following():
            if stage in _RESTS_ON_THEM and all(event and event["text"] != stage for *_, event in _events(pen, item)):
                follow(pen, item)
            if _settled(pen, item, "track"):
                _fit_track(pen, item)


def _fit_track(pen: Pen, item: str) -> None:
    """A closed item is neither on time nor late; an open one is, or it is not stated."""
    stage, track = pen.current(item, "stage").value, pen.current(item, "track").value
    known = stage if isinstance(stage, dict) else {}
    if known.get("text") == Stage.SUBMITTED and not known.get("asks"):
        return
    closed = known.get("text") in CLOSING_STAGES or known.get("asks") == "closure"
    if closed is not (track is None):
        pen.set("recommendation", item, "track", None if closed else Track.NOT_STATED)


def _settled(pen: Pen, item: str, field: str) -> bool:
    """Whether an item is whole in this copy, and a field of it has one value."""
    changes = pen.of_thing(item)
    values = {canonical(c.value(field).value) for c in heads(changes, field)}
    return len(values) <= 1 and all(c.body is not None for c in changes)


def _move_day(pen: Pen, command: Command, thing: str, stage: Stage, old: Any) -> None:
    """Where an item stands as it does because of this submission or reply, it got there on that one's corrected day."""
    item = str(pen.current(thing, "recommendation").value)
    now: Any = pen.current(item, "stage").value
    days = ("day", "earliest", "latest")
    before = _stage_value(stage, old)
    if now and now["text"] == stage and all(now.get(name) == before[name] for name in days):
        after = _stage_value(stage, pen.current(thing, "sent" if stage == Stage.SUBMITTED else "dated").value)
        _set(pen, command, item, stage=now | {name: after[name] for name in days})


def _stage(pen: Pen, item: str) -> Stage:
    value = pen.current(item, "stage").value
    return Stage(value["text"]) if isinstance(value, dict) else Stage.NOT_STATED


def _stage_value(stage: Stage, day: Any, asks: str | None = None) -> dict[str, str | None]:
    known = day or {"text": None, "earliest": None, "latest": None}
    return {
        "text": stage,
        "day": known["text"],
        "earliest": known.get("earliest"),
        "latest": known.get("latest"),
        "asks": asks,
    }


def _under(pen: Pen, kind: str, item: str) -> list[tuple[str, str]]:
    """An item's submissions or replies that stand, with those written just now: the id, and when it was recorded."""
    rows = pen.conn.execute(f"SELECT id, recorded FROM {kind} WHERE recommendation = ?", (item,)).fetchall()
    rows += [
        (c.thing, c.time) for c in pen.changes if c.kind == kind and c.creates and c.named.get("recommendation") == item
    ]
    return [(thing, recorded) for thing, recorded in rows if not pen.current(thing, "withdrawn").value]


def _when(pen: Pen, thing: str, day: str, recorded: str) -> str:
    known: Any = pen.current(thing, day).value
    return (known or {}).get("latest") or recorded[:10]


def _unanswered(pen: Pen, item: str, replied: dict[str, str | None] | None) -> str | None:
    """The newest submission of an item, sent by the day of the reply, to which there is none yet; or None."""
    latest = (replied or {}).get("latest") or pen.today.isoformat()
    answered = {pen.current(reply, "submission").value for reply, _ in _under(pen, "reply", item)}
    left = [
        (_when(pen, thing, "sent", recorded), recorded, thing)
        for thing, recorded in _under(pen, "submission", item)
        if thing not in answered and _first_day(pen, thing) <= latest
    ]
    return max(left)[2] if left else None


def _first_day(pen: Pen, submission: str) -> str:
    sent: Any = pen.current(submission, "sent").value
    return (sent or {}).get("earliest") or ""


def _events(pen: Pen, item: str) -> list[tuple[str, str, dict[str, str | None] | None]]:
    """The submissions and replies that stand: day, when recorded, the stage each leads to (None: not in this copy)."""
    found: list[tuple[str, str, dict[str, str | None] | None]] = []
    for kind, day in (("submission", "sent"), ("reply", "dated")):
        for thing, recorded in _under(pen, kind, item):
            when, stage = _when(pen, thing, day, recorded), None
            if all(c.body is not None for c in pen.of_thing(thing)):
                asks, verdict = pen.current(thing, "asks").value, pen.current(thing, "verdict").value
                leads_to = Stage.SUBMITTED if kind == "submission" else STAGE_OF[Verdict(str(verdict))]
                stage = _stage_value(leads_to, pen.current(thing, day).value, str(asks) if asks else None)
            found.append((when, recorded, stage))
    return found


def _is_old_news(pen: Pen, item: str, day: dict[str, str | None] | None) -> bool:
    """Whether something that stands is known to be of a later day: where an item stands follows from that, and not from this."""
    latest = (day or {}).get("latest")
    return bool(latest) and any(
        stage is not None and (stage["earliest"] or "") > (latest or "") for _, _, stage in _events(pen, item)
    )


def _newest_stage(pen: Pen, item: str) -> Value | None:
    """Where the newest that stands leads; without any, what was said before of the item; None where that is not known."""
    found = _events(pen, item)
    if found:
        newest = max(found, key=lambda one: one[:2])[2]
        return Value(newest) if newest else None
    changes = pen.of_thing(item)
    gone = undone(changes)
    for change in reversed(changes):
        if "stage" in change.fields and change.id not in gone and not change.undoes:
            said_before: Any = change.value("stage")
            text = (said_before.value or {}).get("text")
            if text and (text not in _RESTS_ON_THEM or said_before.basis in AS_PUBLISHED):
                return Value(said_before.value, said_before.basis, said_before.place)
    return Value(_stage_value(Stage.COLLATING, None))
