"""Sending evidence and recording replies: each opens a dialog, for one item or for several that are ticked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from store.domain.dates import say_day
from store.domain.vocabulary import (
    MARKINGS,
    NextMove,
    Stage,
    Track,
    Verdict,
    said,
)
from store.queries.item_detail import evidence_notes, item_detail
from store.queries.rows import ItemDetail, Thing
from tui.dialogs.fields import MARKING_CHOICES, given

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp
    from widgets.form import FormField

Build = Callable[["Values", Sequence[str]], "Sequence[Command]"]
"""Makes the commands of a form's answers for some items."""

_ENDINGS = (Verdict.DISCHARGED, Verdict.NOT_ADOPTED)


def evidence_fields(today: str, waiting: int | None) -> tuple[FormField, ...]:
    """The fields of a submission; `waiting` evidence notes would go with it, None where there are several items."""
    from widgets.form import FormField

    if waiting is None:
        hint = "goes with all of them, beside their own evidence notes"
    elif waiting:
        hint = f"may be left empty: {waiting} evidence note{'' if waiting == 1 else 's'} will go with it"
    else:
        hint = "what is sent, and what it shows: no evidence note waits to be sent"
    return (
        FormField("note", "Evidence note", "text", hint=hint, required=waiting == 0),
        FormField("sent", "Sent on", "date", value=today, required=True, past=True),
        FormField(
            "asks", "Asking for", "choice", value="closure", required=True,
            choices=(("closure", "Closure"), ("view", "A view")),
        ),
        FormField("reference", "Reference", hint="what it was sent under"),
        FormField("text", "In short", hint="what was sent"),
        FormField("marking", "Marking", "choice", value=MARKINGS[0], choices=MARKING_CHOICES, required=True),
    )  # fmt: skip


def build_evidence(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """A submission for each item, one action."""
    from store.commands import SubmitEvidence

    return [SubmitEvidence.model_validate(given(values) | {"items": tuple(items)})]


_OLD_NEWS = "Recorded. {} stays where it stands: something of a later day is known of it."
_AFTER_A_REPLY = (Stage.DISCHARGED, Stage.REMAIN_OPEN, Stage.NOT_ADOPTED)


def _stands(app: RegisterApp, item: str, *stages: Stage) -> bool:
    """Whether an item has come to one of these stages."""
    found = item_detail(app.register.conn, item)
    return found is not None and found.row.stage in stages


def send_evidence(app: RegisterApp, detail: ItemDetail) -> None:
    """Send evidence on an item, asking for closure or a view."""
    row = detail.row
    closer = detail.publication.publisher or "the inspectorate"
    waiting = list(evidence_notes(app.register.conn, row.id).values()).count(False)

    def build(values: Values) -> Sequence[Command]:
        asks.append(values["asks"] or "")
        return build_evidence(values, (row.id,))

    def saying() -> str:
        if not _stands(app, row.id, Stage.SUBMITTED):
            return _OLD_NEWS.format(row.ref)
        if asks[-1] == "closure":
            return f"Sent. The paper will count {row.ref} as Closed, shown as with {closer}."
        return f"Sent, asking for a view: {row.ref} stays open, and the next move is with {closer}."

    asks: list[str] = []
    app.open_form(
        f"send {row.id}",
        f"Send evidence on {row.ref}",
        evidence_fields(say_day(app.register.today()), waiting),
        build,
        first_focus="note",
        saying=saying,
    )


def reply_fields(today: str, who: str, verdict: str | None = None, track: str | None = None) -> tuple[FormField, ...]:
    """The fields of a reply."""
    from widgets.form import FormField

    return (
        FormField(
            "verdict", "Verdict", "choice", value=verdict, choices=tuple((str(v), said(v)) for v in Verdict), required=True
        ),
        FormField("dated", "Dated", "date", value=today, required=True, past=True),
        FormField("who", "Who", value=who),
        FormField("words", "Its words", "text", hint="as they were written"),
        FormField("would_satisfy", "Would satisfy", "text", hint="what they say they still want to see"),
        FormField("discharges", "Discharged part", hint="where only a part of it is discharged"),
        FormField(
            "next_move", "Next move", "choice", choices=tuple((str(m), said(m)) for m in NextMove),
            hint="whose it is, where the item stays open",
        ),
        FormField("until", "Until", hint="a date, or what is waited for"),
        FormField(
            "track", "On time?", "choice", value=track, choices=tuple((str(t), said(t)) for t in Track),
            hint="where the item stays open",
        ),
        FormField("marking", "Marking", "choice", value=MARKINGS[0], choices=MARKING_CHOICES, required=True),
    )  # fmt: skip


def build_reply(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """A reply for each item. Raises ValueError where the item stays open and something about that is not said."""
    from store.commands import RecordReply

    if values["verdict"] not in _ENDINGS:
        for name, sentence in (
            ("next_move", "Say whose move is next: the item stays open."),
            ("track", "Say whether it is on time: the item stays open."),
        ):
            if not values[name]:
                raise BadAnswer(name, sentence)
    return [RecordReply.model_validate(given(values) | {"item": item}) for item in items]


class BadAnswer(ValueError):
    """An answer that is owed in this case: which field, and the sentence."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


def record_reply(app: RegisterApp, detail: ItemDetail, verdict: str | None = None) -> None:
    """Record a reply to an item, asked for or not."""
    row = detail.row
    who = detail.publication.publisher or "The inspectorate"

    def build(values: Values) -> Sequence[Command]:
        return build_reply(values, (row.id,))

    def saying() -> str:
        return "" if _stands(app, row.id, *_AFTER_A_REPLY) else _OLD_NEWS.format(row.ref)

    fields = reply_fields(say_day(app.register.today()), who, verdict, row.track)
    app.open_form(f"reply {row.id}", f"A reply on {row.ref}", fields, build, saying=saying)


def correct_submission(app: RegisterApp, what: str, sent: Thing) -> None:
    """Correct what is recorded of evidence sent."""
    from store.commands import Correct
    from widgets.form import FormField

    known = {name: _text(sent.fields[name]) for name in ("sent", "reference", "text")}
    fields = (
        FormField("sent", "Sent on", "date", value=known["sent"], required=True, past=True),
        FormField("reference", "Reference", value=known["reference"]),
        FormField("text", "In short", value=known["text"]),
    )

    def build(values: Values) -> Sequence[Command]:
        changed = {name: value or "" for name, value in values.items() if (value or None) != (known[name] or None)}
        return [Correct(kind="submission", entity=sent.id, values=changed)]

    app.open_form(f"correct {sent.id}", f"Correct evidence sent on {what}", fields, build)


def correct_reply(app: RegisterApp, what: str, reply: Thing) -> None:
    """Correct what is recorded of a reply; a wrong verdict is withdrawn and the right one recorded."""
    from store.commands import Correct
    from widgets.form import FormField

    names = ("dated", "who", "words", "would_satisfy", "discharges")
    known = {name: _text(reply.fields[name]) for name in names}
    fields = (
        FormField("dated", "Dated", "date", value=known["dated"], required=True, past=True),
        FormField("who", "Who", value=known["who"]),
        FormField("words", "Its words", "text", value=known["words"]),
        FormField("would_satisfy", "Would satisfy", "text", value=known["would_satisfy"]),
        FormField("discharges", "Discharged part", value=known["discharges"]),
    )

    def build(values: Values) -> Sequence[Command]:
        changed = {name: value or "" for name, value in values.items() if (value or None) != (known[name] or None)}
        return [Correct(kind="reply", entity=reply.id, values=changed)]

    intro = "A wrong verdict is not corrected: withdraw the reply, and record the right one."
    app.open_form(f"correct {reply.id}", f"Correct a reply on {what}", fields, build, intro=intro)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
