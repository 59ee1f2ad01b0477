"""Record submissions of evidence to the inspectorate, and its replies.

An item's stage is derived from them; only a reply discharges.
"""

from __future__ import annotations

from typing import Any, Literal

from store.commands.base import Command, item_status, until_text
from store.commands.stage_rules import (
    STAGE_OF,
    entities_under,
    first_day,
    has_later_event,
    newest_unanswered,
    stage_of,
    stage_value,
)
from store.commands.values import FieldsCommand
from store.domain.errors import BadInput, NotAllowed
from store.domain.vocabulary import (
    AS_PUBLISHED,
    CLOSING_STAGES,
    NextMove,
    NoteKind,
    Stage,
    Track,
    Verdict,
    label_of,
)
from store.log.writer import ChangeWriter
from store.queries.describe_status import format_closed_already
from store.queries.item_detail import evidence_notes


def _closer(writer: ChangeWriter, item: str) -> tuple[str | None, str | None]:
    """Who closes the items of an item's publication, and who published it."""
    row = writer.conn.execute(
        "SELECT p.closed_by, p.publisher FROM recommendation r JOIN publication p ON p.id = r.publication "
        "WHERE r.id = ?",
        (item,),
    ).fetchone()
    return (row[0], row[1]) if row else (None, None)


def _refuse_leads_own(writer: ChangeWriter, item: str) -> None:
    if _closer(writer, item)[0] == "leads":
        name = writer.name_of("recommendation", item)
        raise NotAllowed(f"{name} is closed by its leads, not by an inspectorate: record it as delivered.")


def _set(writer: ChangeWriter, command: Command, item: str, **values: Any) -> None:
    for field, value in values.items():
        writer.set(
            "recommendation", item, field, value, basis=command.basis, place=command.place, reason=command.reason
        )


class SubmitEvidence(FieldsCommand):
    """Submit evidence on some items, asking for closure or for a view.

    `notes` are the evidence notes submitted; None means every one not submitted yet. `note` is the text of a new one.
    A date, part-known or not, and an evidence note for each item are required, except of a submission recorded as
    published.
    """

    entity_kind = "submission"
    items: tuple[str, ...]
    asks: Literal["closure", "view"] = "closure"
    notes: tuple[str, ...] | None = None
    note: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        items = dict.fromkeys(self.items)
        for item in items:
            self._check(writer, item)
        values = self.read(writer) | {"asks": self.asks}
        if values["sent"] is None and self.basis not in AS_PUBLISHED:
            raise BadInput("sent", "Say when it was sent: a day, or the month or year if that is all that is known.")
        written = self._write_note(writer, values)
        for item in items:
            with_it = [*self._notes_of(writer, item), *written]
            if not with_it and self.basis not in AS_PUBLISHED:
                name = writer.name_of("recommendation", item)
                raise BadInput(
                    "note",
                    f"{name} has no evidence note to send. Write one here, or add one first: a note, kind evidence.",
                )
            self._send(writer, item, values, with_it)

    def _check(self, writer: ChangeWriter, item: str) -> None:
        item_status(writer, item)
        stage = stage_of(writer, item)
        if stage in CLOSING_STAGES:
            name = writer.name_of("recommendation", item)
            raise NotAllowed(
                f"{format_closed_already(name, is_submitted=False)} ({label_of(stage).lower()}). "
                "Reopen it first: set whether it is on time."
            )
        if self.asks == "closure":
            _refuse_leads_own(writer, item)

    def _write_note(self, writer: ChangeWriter, sent: dict[str, Any]) -> list[str]:
        if not (self.note and self.note.strip()):
            return []
        values = {"kind": NoteKind.EVIDENCE, "text": self.note, "dated": sent["sent"], "marking": sent["marking"]}
        note = writer.create("note", values, basis=self.provenance(values))
        for item in self.items:
            writer.create("note_on", {"note": note, "recommendation": item})
        return [note]

    def _notes_of(self, writer: ChangeWriter, item: str) -> list[str]:
        here = evidence_notes(writer.conn, item)
        return [note for note, gone in here.items() if (note in self.notes if self.notes is not None else not gone)]

    def _send(self, writer: ChangeWriter, item: str, values: dict[str, Any], notes: list[str]) -> None:
        values, sent = values | {"recommendation": item}, values["sent"]
        submission = writer.create("submission", values, basis=self.provenance(values), reason=self.reason)
        for note in notes:
            writer.create("evidence", {"submission": submission, "note": note})
        if has_later_event(writer, item, sent):
            return
        _set(writer, self, item, stage=stage_value(Stage.SUBMITTED, sent, self.asks), believed_done=None)
        if self.asks == "closure":
            _set(writer, self, item, track=None, next_move=None)
        else:
            track = writer.current(item, "track").value or Track.NOT_STATED
            _set(writer, self, item, track=track, next_move={"text": NextMove.INSPECTORATE})


class RecordReply(FieldsCommand):
    """Record a reply of the inspectorate, requested or not; it sets the stage, unless a later event is recorded.

    `submission` is what it answers; None means the newest one without a reply, if any. `who` defaults to the
    publisher. After a verdict that leaves the item open, `next_move` is who has the next move (`until` when or
    what) and `track` whether it is on time; one that is None stays as it was. A partial discharge names its part.
    """

    entity_kind = "reply"
    item: str
    verdict: Verdict
    next_move: NextMove | None = None
    until: str | None = None
    track: Track | None = None
    submission: str | None = None

    def write(self, writer: ChangeWriter) -> None:
        item_status(writer, self.item)
        name = writer.name_of("recommendation", self.item)
        ends = STAGE_OF[self.verdict] in CLOSING_STAGES
        if ends:
            _refuse_leads_own(writer, self.item)
        values = self.read(writer)
        dated = values["dated"]
        if self.basis not in AS_PUBLISHED:
            self._check(writer, name, values)
        answered = self._answered(writer, name, dated)
        unevidenced = self._is_unevidenced(writer, answered, values)
        if unevidenced and self.basis not in AS_PUBLISHED:
            self.require_reason(f"A discharge of {name} with no evidence recorded and no words")
        closer = _closer(writer, self.item)[1]
        until = until_text(self.until, writer.today)
        move = {"text": self.next_move, "until": until} if self.next_move and not ends else None
        values |= {
            "recommendation": self.item,
            "submission": answered,
            "who": values["who"] or closer or "The inspectorate",
            "verdict": self.verdict,
            "next_move": move,
            "unevidenced": True if unevidenced else None,
        }
        writer.create("reply", values, basis=self.provenance(values), reason=self.reason)
        if has_later_event(writer, self.item, dated):
            return
        _set(writer, self, self.item, stage=stage_value(STAGE_OF[self.verdict], dated))
        if ends:
            _set(writer, self, self.item, track=None, next_move=None, believed_done=None)
        else:
            track = self.track or writer.current(self.item, "track").value or Track.NOT_STATED
            _set(writer, self, self.item, track=track, next_move=move)

    def _is_unevidenced(self, writer: ChangeWriter, answered: str | None, values: dict[str, Any]) -> bool:
        """Whether this discharges the item with no evidence of it recorded, sent or not, and no words."""
        return (
            self.verdict == Verdict.DISCHARGED
            and not values["words"]
            and answered is None
            and not entities_under(writer, "submission", self.item)
            and not evidence_notes(writer.conn, self.item)
        )

    def _answered(self, writer: ChangeWriter, name: str, dated: dict[str, str | None] | None) -> str | None:
        if not self.submission:
            return newest_unanswered(writer, self.item, dated)
        if self.submission not in {entity for entity, _ in entities_under(writer, "submission", self.item)}:
            raise BadInput("submission", f"That is no evidence sent on {name}, or it was withdrawn.")
        if dated and dated["latest"] and first_day(writer, self.submission) > dated["latest"]:
            raise BadInput("dated", f"{dated['text']} is before that evidence on {name} was sent.")
        return self.submission

    def _check(self, writer: ChangeWriter, name: str, values: dict[str, Any]) -> None:
        if values["dated"] is None:
            raise BadInput(
                "dated", f"Say when {name} was replied to: a day, or the month or year if that is all that is known."
            )
        if self.verdict == Verdict.NOT_ADOPTED and not values["words"]:
            raise BadInput(
                "words", f"{name} can be closed without being adopted only with the inspectorate's own words."
            )
        if self.verdict == Verdict.PARTLY and not values["discharges"]:
            raise BadInput("discharges", f"Say which part of {name} is discharged; the rest remains open.")
        if self.verdict != Verdict.PARTLY and values["discharges"]:
            raise BadInput(
                "discharges", "Only a reply that discharges in part says which: choose that verdict, or leave it out."
            )
        if self.next_move and STAGE_OF[self.verdict] in CLOSING_STAGES:
            raise BadInput("next_move", f"{name} is closed by this reply, so nobody has to act next: leave that out.")
        row = writer.conn.execute(
            "SELECT p.published, p.published_earliest FROM recommendation r JOIN publication p ON p.id = r.publication "
            "WHERE r.id = ?",
            (self.item,),
        ).fetchone()
        if row and row[1] and (values["dated"]["latest"] or row[1]) < row[1]:
            raise BadInput(
                "dated", f"{values['dated']['text']} is before {name} was published, {row[0]}. Is the date right?"
            )
