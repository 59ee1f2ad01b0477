"""Derive an item's stage from its valid submissions and replies, also when one is withdrawn or corrected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from store.domain.vocabulary import AS_PUBLISHED, CLOSING_STAGES, REPLY_STAGES, Stage, Track, Value, Verdict
from store.log.change import WITHDRAWN, canonical, heads, undone, without_none
from store.log.writer import ChangeWriter

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

_DERIVED_STAGES = REPLY_STAGES | {Stage.NOT_ADOPTED}

_EVENTS = {"submission": "sent", "reply": "dated"}
"""The kinds of entity that an item's stage is derived from, with the field that holds the day of each."""

_STAGE_FIELDS = frozenset({WITHDRAWN, *_EVENTS.values()})
"""The fields of a submission or reply whose edit may lead its item to another stage."""


def derive_stage(writer: ChangeWriter, item: str, reason: str | None = None) -> None:
    """Derive an item's stage from its valid submissions and replies, where it was set by one no longer valid.

    A stage recorded as published is unchanged; so is one whose newest event was left out of this copy.
    """
    stage, current = stage_of(writer, item), writer.current(item, "stage")
    if stage not in _DERIVED_STAGES or current.basis in AS_PUBLISHED:
        return
    value = _newest_stage(writer, item)
    now: Any = value.value if value else None
    if value is None or (_is_same(now, current.value) and value.basis == current.basis):
        return
    writer.set("recommendation", item, "stage", now, basis=value.basis, place=value.place, reason=reason)
    if now["text"] in CLOSING_STAGES or (now["text"] == Stage.SUBMITTED and now.get("asks") == "closure"):
        for field in ("track", "next_move", "believed_done"):
            writer.set("recommendation", item, field, None, reason=reason)
    elif writer.current(item, "track").value is None:
        writer.set("recommendation", item, "track", Track.NOT_STATED, reason=reason)


def derive_touched_stages(writer: ChangeWriter, since: int = 0, *, restored: bool = False) -> None:
    """Derive the stage of each item touched by the changes from `since` on, where its present one may not follow.

    That is where a submission or reply was corrected, withdrawn or restored, and where no valid one leads to the stage:
    an undo out of order can cause that, and a merge: one desk reverts a reply, another reopens the item and reverts
    that. With `restored`, events that come back bring the stage of their time with them. A field in conflict is left to
    a person.
    """
    touched: dict[str, bool] = {}
    for change in writer.changes[since:]:
        if change.kind == "fixed_item":
            # What a paper fixed of an item is nothing that happened to it.
            continue
        entity = (
            change.entity if change.kind == "recommendation" else writer.current(change.entity, "recommendation").value
        )
        if entity:
            edits = (
                not restored
                and change.kind in _EVENTS
                and not change.creates
                and not _STAGE_FIELDS.isdisjoint(change.fields)
            )
            touched[str(entity)] = touched.get(str(entity), False) or edits
    for item, edited in touched.items():
        if writer.current(item, "withdrawn").value or not _settled(writer, item, "stage"):
            continue
        stage = stage_of(writer, item)
        with writer.by_rule():
            if stage in _DERIVED_STAGES and (
                edited or all(event.stage and event.stage["text"] != stage for event in _events(writer, item))
            ):
                derive_stage(writer, item)
            if _settled(writer, item, "track"):
                _fit_track(writer, item)


def _fit_track(writer: ChangeWriter, item: str) -> None:
    """Clear the track of a closed item; an open one without a track becomes not stated."""
    stage, track = writer.current(item, "stage").value, writer.current(item, "track").value
    current = stage if isinstance(stage, dict) else {}
    asks = current.get("asks") or (newest_request(writer, item) if current.get("text") == Stage.SUBMITTED else None)
    closed = current.get("text") in CLOSING_STAGES or asks == "closure"
    if closed is not (track is None):
        writer.set("recommendation", item, "track", None if closed else Track.NOT_STATED)


def _settled(writer: ChangeWriter, item: str, field: str) -> bool:
    """Whether a field of an item has no conflict, and no change of the item was left out of this copy."""
    changes = writer.of_entity(item)
    values = {canonical(c.value(field).value) for c in heads(changes, field)}
    return len(values) <= 1 and all(c.body is not None for c in changes)


def move_stage_day(writer: ChangeWriter, command: Command, entity: str, stage: Stage, old: Any) -> None:
    """Move the day of an item's stage to the corrected day of the submission or reply that set it."""
    item = str(writer.current(entity, "recommendation").value)
    now: Any = writer.current(item, "stage").value
    days = ("day", "earliest", "latest")
    before = stage_value(stage, old)
    if now and now["text"] == stage and all(now.get(name) == before[name] for name in days):
        after = stage_value(stage, writer.current(entity, "sent" if stage == Stage.SUBMITTED else "dated").value)
        writer.set(
            "recommendation",
            item,
            "stage",
            now | {name: after[name] for name in days},
            basis=command.basis,
            place=command.place,
            reason=command.reason,
        )


def stage_of(writer: ChangeWriter, item: str) -> Stage:
    value = writer.current(item, "stage").value
    return Stage(value["text"]) if isinstance(value, dict) else Stage.NOT_STATED


def stage_value(stage: Stage, day: Any, asks: str | None = None) -> dict[str, str | None]:
    current = day or {"text": None, "earliest": None, "latest": None}
    return {
        "text": stage,
        "day": current["text"],
        "earliest": current.get("earliest"),
        "latest": current.get("latest"),
        "asks": asks,
    }


def entities_under(writer: ChangeWriter, kind: str, item: str) -> list[tuple[str, str]]:
    """An item's valid submissions or replies, pending ones included: the id, and when it was recorded."""
    rows = writer.conn.execute(f"SELECT id, recorded FROM {kind} WHERE recommendation = ?", (item,)).fetchall()
    rows += [
        (c.entity, c.time)
        for c in writer.changes
        if c.kind == kind and c.creates and c.clear_values.get("recommendation") == item
    ]
    return [(entity, recorded) for entity, recorded in rows if not writer.current(entity, "withdrawn").value]


def _when(writer: ChangeWriter, entity: str, day: str, recorded: str) -> str:
    current: Any = writer.current(entity, day).value
    return (current or {}).get("latest") or recorded[:10]


def newest_request(writer: ChangeWriter, item: str) -> str | None:
    """What the newest valid submission asks for; None without any."""
    sent = [
        (_when(writer, entity, "sent", day), day, entity) for entity, day in entities_under(writer, "submission", item)
    ]
    return str(writer.current(max(sent)[2], "asks").value) if sent else None


def newest_unanswered(writer: ChangeWriter, item: str, replied: dict[str, str | None] | None) -> str | None:
    """The newest submission of an item without a reply, sent by the day of this reply; or None."""
    latest = (replied or {}).get("latest") or writer.today.isoformat()
    answered = {writer.current(reply, "submission").value for reply, _ in entities_under(writer, "reply", item)}
    left = [
        (_when(writer, entity, "sent", recorded), recorded, entity)
        for entity, recorded in entities_under(writer, "submission", item)
        if entity not in answered and first_day(writer, entity) <= latest
    ]
    return max(left)[2] if left else None


def first_day(writer: ChangeWriter, submission: str) -> str:
    sent: Any = writer.current(submission, "sent").value
    return (sent or {}).get("earliest") or ""


@dataclass(frozen=True, slots=True)
class _Event:
    """A valid submission or reply: when it was recorded, the days it may be of, the stage it leads to.

    `stage` is None where the event was left out of this copy; its day is then the one on which it was recorded.
    """

    recorded: str
    earliest: str
    latest: str
    stage: dict[str, str | None] | None

    def precedes(self, other: _Event) -> bool:
        """Whether this is of an earlier day than another, however little of either day is recorded."""
        return bool(self.latest) and other.earliest > self.latest


def _events(writer: ChangeWriter, item: str) -> list[_Event]:
    """The valid submissions and replies of an item."""
    found: list[_Event] = []
    for kind, day in _EVENTS.items():
        for entity, recorded in entities_under(writer, kind, item):
            if any(c.body is None for c in writer.of_entity(entity)):
                found.append(_Event(recorded, recorded[:10], recorded[:10], None))
                continue
            asks, verdict = writer.current(entity, "asks").value, writer.current(entity, "verdict").value
            leads_to = Stage.SUBMITTED if kind == "submission" else STAGE_OF[Verdict(str(verdict))]
            stage = stage_value(leads_to, writer.current(entity, day).value, str(asks) if asks else None)
            found.append(_Event(recorded, stage["earliest"] or "", stage["latest"] or "", stage))
    return found


def has_later_event(writer: ChangeWriter, item: str, day: dict[str, str | None] | None) -> bool:
    """Whether a valid submission or reply is of a later day than this one, and so sets the stage instead."""
    one = _Event("", "", (day or {}).get("latest") or "", None)
    return any(event.stage is not None and one.precedes(event) for event in _events(writer, item))


def _newest_stage(writer: ChangeWriter, item: str) -> Value | None:
    """The stage set by the newest valid submission or reply; None if that was left out of this copy.

    The newest is the last recorded of those that precede no other, as where each is recorded in turn. Without any, or
    where a stage was set by a person or recorded as published after it, that stage.
    """
    events = _events(writer, item)
    last = [event for event in events if not any(event.precedes(other) for other in events)]
    newest = max(last, key=lambda event: event.recorded) if last else None
    changes = writer.of_entity(item)
    gone = undone(changes)
    for change in reversed(changes):
        if newest and change.time <= newest.recorded:
            continue
        if "stage" in change.fields and change.id not in gone and not change.undoes:
            previous: Any = change.value("stage")
            text = (previous.value or {}).get("text")
            if text and (text not in _DERIVED_STAGES or previous.basis in AS_PUBLISHED):
                return Value(previous.value, previous.basis, previous.place)
    if newest:
        return Value(newest.stage) if newest.stage else None
    return Value(stage_value(Stage.COLLATING, None))


def _is_same(stage: Any, other: Any) -> bool:
    return canonical(without_none(stage)) == canonical(without_none(other))
