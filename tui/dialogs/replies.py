"""Sending evidence and recording replies: each opens a dialog, for the items that are selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.domain.dates import format_date
from store.domain.vocabulary import Stage, Verdict
from store.queries.item_detail import evidence_notes, item_detail
from store.queries.rows import EntityRow, ItemDetail
from tui.dialogs.fields import correct_fields, form_field, form_fields, non_empty, until_field
from tui.dialogs.selection import Selection, edit
from widgets.form import FormField

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_ENDINGS = (Verdict.DISCHARGED, Verdict.NOT_ADOPTED)


def evidence_fields(today: str, waiting: int | None, text: str = "", asks: str | None = None) -> tuple[FormField, ...]:
    """The fields of a submission; `waiting` evidence notes would go with it, None where there are several items.

    `text` is what is sent, in short, and `asks` what for, where that is known.
    """
    if waiting is None:
        hint = "goes with all of them, beside their own evidence notes"
    elif waiting:
        hint = f"may be left empty: {waiting} evidence note{'' if waiting == 1 else 's'} will go with it"
    else:
        hint = "and what it shows: no evidence note waits to be sent"
    return (
        FormField("note", "What is sent", "text", hint=hint, required=waiting == 0),
        *form_fields(
            "submission", {"sent": today, "text": text, "asks": asks}, also=("asks",), asks={"choices": (("closure", "Closure"), ("view", "A view"))}
        ),
    )  # fmt: skip


def build_evidence(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """The command that submits evidence on all of these items."""
    from store.commands import SubmitEvidence

    return [SubmitEvidence.model_validate(non_empty(values) | {"items": tuple(items)})]


_OLD_NEWS = "Recorded. {} stays where it stands: something of a later day is known of it."
_AFTER_A_REPLY = (Stage.DISCHARGED, Stage.REMAIN_OPEN, Stage.NOT_ADOPTED)


def _has_stage(app: RegisterApp, item: str, *stages: Stage) -> bool:
    """Whether an item is at one of these stages."""
    found = item_detail(app.register.conn, item)
    return found is not None and found.row.stage in stages


def send(app: RegisterApp, selection: Selection, text: str = "", asks: str | None = None) -> None:
    """Send evidence on the items, asking for closure or a view; `text` is what is sent, in short, where that is known."""
    detail = selection.detail
    waiting = list(evidence_notes(app.register.conn, detail.row.id).values()).count(False) if detail else None
    edit(
        app,
        selection,
        "send",
        f"Send evidence on {selection.name}",
        evidence_fields(format_date(app.register.today()), waiting, text, asks),
        build_evidence,
        first_focus="note",
        describe_saved=lambda values: _describe_sending(app, detail, values["asks"]) if detail else "",
    )


def _describe_sending(app: RegisterApp, detail: ItemDetail, asks: str | None) -> str:
    ref, closer = detail.row.ref, detail.publication.publisher or "the inspectorate"
    if not _has_stage(app, detail.row.id, Stage.SUBMITTED):
        return _OLD_NEWS.format(ref)
    if asks == "closure":
        return f"Sent. The paper will count {ref} as Closed, shown as with {closer}."
    return f"Sent, asking for a view: {ref} stays open, and the action is with {closer}."


def reply_fields(today: str, who: str, verdict: str | None = None, track: str | None = None) -> tuple[FormField, ...]:
    """The fields of a reply."""
    defaults = {"verdict": verdict, "dated": today, "who": who}
    *fields, marking = form_fields("reply", defaults, also=("verdict", "next_move"))
    return (*fields, until_field(), form_field("recommendation", "track", track), marking)


def build_reply(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """The commands that record a reply on each item. Raises BadAnswer where it stays open and an answer is missing."""
    from store.commands import RecordReply

    if values["verdict"] not in _ENDINGS:
        for name, sentence in (
            ("next_move", "Say who has to act next: the item stays open."),
            ("track", "Say whether it is on time: the item stays open."),
        ):
            if not values[name]:
                raise BadAnswer(name, sentence)
    return [RecordReply.model_validate(non_empty(values) | {"item": item}) for item in items]


class BadAnswer(ValueError):
    """An answer that is required in this case is missing: which field, and the sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def reply(app: RegisterApp, selection: Selection, verdict: str | None = None) -> None:
    """Record a reply that answers the items, asked for or not."""
    detail = selection.detail
    who = (detail.publication.publisher or "The inspectorate") if detail else ""
    fields = reply_fields(format_date(app.register.today()), who, verdict, detail.row.track if detail else None)

    def describe_saved(_values: Values) -> str:
        is_old_news = detail is None or _has_stage(app, detail.row.id, *_AFTER_A_REPLY)
        return "" if is_old_news else _OLD_NEWS.format(selection.name)

    edit(app, selection, "reply", f"A reply on {selection.name}", fields, build_reply, describe_saved=describe_saved)


def correct_submission(app: RegisterApp, what: str, sent: EntityRow) -> None:
    """Correct what is recorded of evidence sent."""
    fields = form_fields("submission", sent.fields)
    correct_fields(app, "submission", sent.id, f"Correct evidence sent on {what}", sent.fields, fields)


def correct_reply(app: RegisterApp, what: str, received: EntityRow) -> None:
    """Correct what is recorded of a reply; a wrong verdict is withdrawn and the right one recorded."""
    fields = form_fields("reply", received.fields)
    intro = "A wrong verdict is not corrected: withdraw the reply, and record the right one."
    correct_fields(app, "reply", received.id, f"Correct a reply on {what}", received.fields, fields, intro)
