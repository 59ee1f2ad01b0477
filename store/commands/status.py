"""Set the stage, track and *believed done* of an item, with their rules."""

from __future__ import annotations

from store.commands.base import Command, item_status, part_date, past_date
from store.commands.stage_rules import newest_request, stage_of
from store.domain.errors import BadInput, NotAllowed
from store.domain.vocabulary import AS_PUBLISHED, CLOSING_STAGES, REPLY_STAGES, Stage, Status, Track, label_of
from store.log.writer import ChangeWriter
from store.queries.describe_status import format_closed_already


def _stage_value(
    writer: ChangeWriter, stage: Stage, reached: str | None, by: str | None = None
) -> dict[str, str | None]:
    day = past_date(reached, "day", writer.today) or {"text": None, "earliest": None, "latest": None}
    return {"text": stage, "day": day["text"], "earliest": day["earliest"], "latest": day["latest"], "by": by or None}


class SetTrack(Command):
    """Set the track of an open item. This reopens a closed one, in progress; its submissions stay."""

    item: str
    track: Track

    def write(self, writer: ChangeWriter) -> None:
        name = writer.name_of("recommendation", self.item)
        reopens = item_status(writer, self.item) == Status.CLOSED
        delays = self.track == Track.DELAYED and writer.current(self.item, "track").value != Track.DELAYED
        if reopens:
            self.require_reason(f"Reopening {name}")
            stage = _stage_value(writer, Stage.IN_PROGRESS, None)
            writer.set("recommendation", self.item, "stage", stage, reason=self.reason)
            writer.set("recommendation", self.item, "review", None, reason=self.reason)
        elif delays:
            self.require_reason(f"Marking {name} as delayed")
        reason = self.reason_to_record(reopens or delays)
        writer.set("recommendation", self.item, "track", self.track, basis=self.basis, place=self.place, reason=reason)


class SetStage(Command):
    """Set the stage of an item. A closing stage clears its track; only a reply discharges.

    `by` is who agreed a delivery, or accepted a risk; `review` is when that is looked at again; `superseded_by` is the
    item that took this one's place.
    """

    item: str
    stage: Stage
    reached: str | None = None
    by: str | None = None
    review: str | None = None
    superseded_by: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        status, name = item_status(writer, self.item), writer.name_of("recommendation", self.item)
        if self.basis in AS_PUBLISHED:
            self._check_source(name)
        else:
            self._check_gate(writer, name)
        asked = newest_request(writer, self.item) if self.stage == Stage.SUBMITTED else None
        closing = self.stage in CLOSING_STAGES or asked == "closure"
        reopens = status == Status.CLOSED and not closing
        if reopens:
            self.require_reason(f"Reopening {name}")
        reason = self.reason_to_record(reopens)
        value = _stage_value(writer, self.stage, self.reached, self.by)
        for field, new in (("stage", value), *self._what_follows(writer, closing)):
            writer.set("recommendation", self.item, field, new, basis=self.basis, place=self.place, reason=reason)
        if self.superseded_by:
            writer.create("link", {"relation": "supersedes", "recommendation": self.superseded_by, "other": self.item})

    def _what_follows(self, writer: ChangeWriter, closing: bool) -> list[tuple[str, object]]:
        again = part_date(self.review, "review", writer.today) if self.stage == Stage.RISK_ACCEPTED else None
        if closing:
            return [("track", None), ("next_move", None), ("believed_done", None), ("review", again)]
        writer.set("recommendation", self.item, "review", None)
        if writer.current(self.item, "track").value is None:
            return [("track", Track.NOT_STATED)]
        return []

    def _check_source(self, name: str) -> None:
        """Raise BadInput for a stage that needs a reply, recorded from a source without its place there."""
        if self.stage in REPLY_STAGES | {Stage.NOT_ADOPTED} and not (self.place and self.place.strip()):
            raise BadInput(
                "place",
                f"Say where in the source {name} is {label_of(self.stage).lower()}: only a reply leads there otherwise.",
            )

    def _check_gate(self, writer: ChangeWriter, name: str) -> None:
        if self.stage in REPLY_STAGES:
            raise NotAllowed(
                f"{name} cannot be set to {label_of(self.stage).lower()} by hand: "
                "that follows from the evidence sent and the reply to it."
            )
        if self.stage == Stage.NOT_ADOPTED:
            raise NotAllowed(f"{name} can be closed without being adopted only with the inspectorate's own words.")
        if self.stage == Stage.DELIVERED:
            closed_by = writer.conn.execute(
                "SELECT p.closed_by FROM recommendation r JOIN publication p ON p.id = r.publication WHERE r.id = ?",
                (self.item,),
            ).fetchone()[0]
            if closed_by == "inspectorate":
                raise NotAllowed(f"{name} is the inspectorate's to close: delivered is how a plan's commitment ends.")
            if not (self.by and self.reached):
                raise BadInput("by", f"To record {name} as delivered, say who agreed it and when.")
        if self.stage == Stage.SUPERSEDED and self.superseded_by in (None, "", self.item):
            raise BadInput("superseded_by", f"Say which item takes the place of {name}.")
        if self.stage == Stage.RISK_ACCEPTED:
            for field, what in (
                ("by", "who accepts the risk"),
                ("reason", "why"),
                ("review", "when it is looked at again"),
            ):
                if not (getattr(self, field) or "").strip():
                    raise BadInput(field, f"To close {name} with its risk accepted, say {what}.")
        if self.stage == Stage.UNKNOWN_HOW and not self.reason:
            raise BadInput("reason", f"Say how it is known that {name} was closed earlier; every paper will list it.")


class SetReview(Command):
    """Set when an accepted risk is looked at again: it was looked at, and is still accepted."""

    item: str
    review: str

    def write(self, writer: ChangeWriter) -> None:
        name = writer.name_of("recommendation", self.item)
        item_status(writer, self.item)
        if stage_of(writer, self.item) != Stage.RISK_ACCEPTED:
            raise NotAllowed(f"{name} is not closed with its risk accepted: there is nothing to be looked at again.")
        value = part_date(self.review, "review", writer.today)
        if value is None:
            raise BadInput("review", f"Say when {name} is looked at again.")
        writer.set("recommendation", self.item, "review", value, basis=self.basis, place=self.place, reason=self.reason)


class BelieveDone(Command):
    """Mark an item as believed done (by whom, optionally), or clear that. It stays open until it is agreed."""

    item: str
    believed: bool
    by: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        if self.believed and item_status(writer, self.item) == Status.CLOSED:
            is_submitted = stage_of(writer, self.item) == Stage.SUBMITTED
            name = writer.name_of("recommendation", self.item)
            raise NotAllowed(f"{format_closed_already(name, is_submitted=is_submitted)}.")
        value = {"text": "yes", "by": self.by or None} if self.believed else None
        writer.set(
            "recommendation", self.item, "believed_done", value, basis=self.basis, place=self.place, reason=self.reason
        )
