"""How an item's stage follows from the submissions and replies that stand, also where one goes or is put right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.domain.vocabulary import AS_PUBLISHED, CLOSING_STAGES, REPLY_STAGES, Stage, Track, Value, Verdict
from store.log.change import canonical, heads, undone
from store.log.writer import Pen

if TYPE_CHECKING:
    from store.commands.base import Command

STAGE_OF = {
    Verdict.DISCHARGED: Stage.DISCHARGED,
    Verdict.NOT_ADOPTED: Stage.NOT_ADOPTED,
    Verdict.REMAIN_OPEN: Stage.REMAIN_OPEN,
    Verdict.MORE_EVIDENCE: Stage.REMAIN_OPEN,
    Verdict.PARTLY: Stage.REMAIN_OPEN,
}
"""The stage that each verdict leads to."""

_RESTS_ON_THEM = REPLY_STAGES | {Stage.NOT_ADOPTED}


def follow(pen: Pen, item: str, reason: str | None = None) -> None:
    """Let an item's stage follow from the submissions and replies that stand, where it rested on one that does not.

    What is recorded as published stays as it is; so does an item with one whose words are not in this copy.
    """
    stage, known = stage_of(pen, item), pen.current(item, "stage")
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
    touched = (
        c.thing if c.kind == "recommendation" else pen.current(c.thing, "recommendation").value
        for c in pen.changes[since:]
    )
    for item in dict.fromkeys(str(thing) for thing in touched if thing):
        if pen.current(item, "withdrawn").value or not _settled(pen, item, "stage"):
            continue
        stage = stage_of(pen, item)
        with pen.following():
            if stage in _RESTS_ON_THEM and all(event and event["text"] != stage for *_, event in _events(pen, item)):
                follow(pen, item)
            if _settled(pen, item, "track"):
                _fit_track(pen, item)


def _fit_track(pen: Pen, item: str) -> None:
    """A closed item is neither on time nor late; an open one is, or it is not stated."""
    stage, track = pen.current(item, "stage").value, pen.current(item, "track").value
    known = stage if isinstance(stage, dict) else {}
    asks = known.get("asks") or (asked_last(pen, item) if known.get("text") == Stage.SUBMITTED else None)
    closed = known.get("text") in CLOSING_STAGES or asks == "closure"
    if closed is not (track is None):
        pen.set("recommendation", item, "track", None if closed else Track.NOT_STATED)


def _settled(pen: Pen, item: str, field: str) -> bool:
    """Whether an item is whole in this copy, and a field of it has one value."""
    changes = pen.of_thing(item)
    values = {canonical(c.value(field).value) for c in heads(changes, field)}
    return len(values) <= 1 and all(c.body is not None for c in changes)


def move_day(pen: Pen, command: Command, thing: str, stage: Stage, old: Any) -> None:
    """Where an item stands as it does because of this submission or reply, it got there on that one's corrected day."""
    item = str(pen.current(thing, "recommendation").value)
    now: Any = pen.current(item, "stage").value
    days = ("day", "earliest", "latest")
    before = stage_value(stage, old)
    if now and now["text"] == stage and all(now.get(name) == before[name] for name in days):
        after = stage_value(stage, pen.current(thing, "sent" if stage == Stage.SUBMITTED else "dated").value)
        pen.set(
            "recommendation",
            item,
            "stage",
            now | {name: after[name] for name in days},
            basis=command.basis,
            place=command.place,
            reason=command.reason,
        )


def stage_of(pen: Pen, item: str) -> Stage:
    value = pen.current(item, "stage").value
    return Stage(value["text"]) if isinstance(value, dict) else Stage.NOT_STATED


def stage_value(stage: Stage, day: Any, asks: str | None = None) -> dict[str, str | None]:
    known = day or {"text": None, "earliest": None, "latest": None}
    return {
        "text": stage,
        "day": known["text"],
        "earliest": known.get("earliest"),
        "latest": known.get("latest"),
        "asks": asks,
    }


def things_under(pen: Pen, kind: str, item: str) -> list[tuple[str, str]]:
    """An item's submissions or replies that stand, with those written just now: the id, and when it was recorded."""
    rows = pen.conn.execute(f"SELECT id, recorded FROM {kind} WHERE recommendation = ?", (item,)).fetchall()
    rows += [
        (c.thing, c.time) for c in pen.changes if c.kind == kind and c.creates and c.named.get("recommendation") == item
    ]
    return [(thing, recorded) for thing, recorded in rows if not pen.current(thing, "withdrawn").value]


def _when(pen: Pen, thing: str, day: str, recorded: str) -> str:
    known: Any = pen.current(thing, day).value
    return (known or {}).get("latest") or recorded[:10]


def asked_last(pen: Pen, item: str) -> str | None:
    """What the newest evidence that stands asks for, which an item recorded as submitted goes by; None without any."""
    sent = [(_when(pen, thing, "sent", day), day, thing) for thing, day in things_under(pen, "submission", item)]
    return str(pen.current(max(sent)[2], "asks").value) if sent else None


def unanswered(pen: Pen, item: str, replied: dict[str, str | None] | None) -> str | None:
    """The newest submission of an item, sent by the day of the reply, to which there is none yet; or None."""
    latest = (replied or {}).get("latest") or pen.today.isoformat()
    answered = {pen.current(reply, "submission").value for reply, _ in things_under(pen, "reply", item)}
    left = [
        (_when(pen, thing, "sent", recorded), recorded, thing)
        for thing, recorded in things_under(pen, "submission", item)
        if thing not in answered and first_day(pen, thing) <= latest
    ]
    return max(left)[2] if left else None


def first_day(pen: Pen, submission: str) -> str:
    sent: Any = pen.current(submission, "sent").value
    return (sent or {}).get("earliest") or ""


def _events(pen: Pen, item: str) -> list[tuple[str, str, dict[str, str | None] | None]]:
    """The submissions and replies that stand: day, when recorded, the stage each leads to (None: not in this copy)."""
    found: list[tuple[str, str, dict[str, str | None] | None]] = []
    for kind, day in (("submission", "sent"), ("reply", "dated")):
        for thing, recorded in things_under(pen, kind, item):
            when, stage = _when(pen, thing, day, recorded), None
            if all(c.body is not None for c in pen.of_thing(thing)):
                asks, verdict = pen.current(thing, "asks").value, pen.current(thing, "verdict").value
                leads_to = Stage.SUBMITTED if kind == "submission" else STAGE_OF[Verdict(str(verdict))]
                stage = stage_value(leads_to, pen.current(thing, day).value, str(asks) if asks else None)
            found.append((when, recorded, stage))
    return found


def is_old_news(pen: Pen, item: str, day: dict[str, str | None] | None) -> bool:
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
    return Value(stage_value(Stage.COLLATING, None))
