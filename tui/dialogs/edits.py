"""The edits of an item and of a publication: each opens a dialog whose answer becomes a command."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.domain.text import one_line
from store.domain.vocabulary import MOVE_REASONS, Stage, Status, Track, Verdict, said
from store.queries.describe import format_status
from store.queries.rows import ItemDetail, Thing, format_text
from tui.dialogs.fields import (
    action_fields,
    changed,
    correct_fields,
    form_fields,
    given,
    move_reasons,
    target_fields,
)

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp
    from widgets.key_panel import Choice


def edit_status(app: RegisterApp, detail: ItemDetail) -> None:
    """The status panel: one key for each thing that can be said."""
    from tui.dialogs.replies import record_reply, send_evidence
    from widgets.key_panel import Chosen, KeyPanel

    app.prepare_to_write()
    row = detail.row
    item, seen = row.id, app.register.newest()

    def take(choice: Chosen | None) -> None:
        if choice is None:
            return
        if choice.value == "send":
            send_evidence(app, detail)
        elif choice.value in ("reply", Verdict.NOT_ADOPTED):
            record_reply(app, detail, choice.value if choice.value == Verdict.NOT_ADOPTED else None)
        elif choice.value == Stage.DELIVERED:
            _ask_delivery(app, detail)
        elif choice.value == Stage.SUPERSEDED:
            _ask_successor(app, detail)
        else:
            app.do([_status_command(item, choice.value, choice.reason)], seen=seen)

    closer = detail.publication.publisher or "the inspectorate"
    now = f"{format_status(row.status, row.closed_as, closer)[0]}, {said(row.stage).lower()}"
    app.push_screen(
        KeyPanel(row.ref, one_line(row.said_title, most=60), now, said(row.kind), status_choices(detail)), take
    )


def _status_command(item: str, value: str, reason: str | None) -> Command:
    from store.commands import BelieveDone, SetStage, SetTrack

    if value in (Track.ON_TRACK, Track.DELAYED):
        return SetTrack(item=item, track=Track(value), reason=reason)
    if value in ("believed", "not-believed"):
        return BelieveDone(item=item, believed=value == "believed", reason=reason)
    return SetStage(item=item, stage=Stage(value), reason=reason)


def status_choices(detail: ItemDetail) -> tuple[Choice, ...]:
    """What can be said of this item's status, each with its key; what cannot act says why."""
    from widgets.key_panel import MORE, Choice

    row = detail.row
    closed = row.status == Status.CLOSED
    reopening = f"Why is {row.ref} open again?"
    why_late = f"Why is {row.ref} delayed?"
    by_us = detail.publication.closed_by != "inspectorate"
    not_ours = f"{row.ref} is the inspectorate's to close; delivered is how a plan's commitment ends."
    on_time, far = "On time?", "How far?"
    late = row.track == Track.DELAYED
    choices = [
        Choice(
            "o", "On track", on_time, "on-track", current=row.track == Track.ON_TRACK,
            reason="asked" if closed else "none", ask=reopening,
        ),
        Choice(
            "d", "Delayed", on_time, "delayed", current=late,
            reason="asked", ask=reopening if closed else f"Why is {row.ref} still delayed?" if late else why_late,
        ),
    ]  # fmt: skip
    for key, stage in (("n", Stage.NOT_STARTED), ("p", Stage.IN_PROGRESS), ("c", Stage.COLLATING)):
        choices.append(
            Choice(
                key, said(stage), far, stage, current=row.stage == stage,
                reason="asked" if closed else "none", ask=reopening,
            )
        )  # fmt: skip
    if row.believed_done:
        choices.append(Choice("b", "We no longer believe it is done", far, "not-believed"))
    else:
        choices.append(
            Choice(
                "b", "We believe it is done", far, "believed", note="stays open until it is agreed",
                disabled_because=f"{row.ref} is closed already." if closed else None,
            )
        )  # fmt: skip
    if detail.publication.closed_by != "leads":
        choices += [
            Choice("e", "Send evidence…", far, "send", current=row.stage == Stage.SUBMITTED),
            Choice("r", "They have replied…", far, "reply", current=row.stage in (Stage.REMAIN_OPEN, Stage.DISCHARGED)),
        ]
    if by_us:
        choices.append(Choice("w", "Delivered…", far, Stage.DELIVERED, current=row.stage == Stage.DELIVERED))
    choices += [
        Choice("x", "Superseded by another item…", MORE, Stage.SUPERSEDED, current=row.stage == Stage.SUPERSEDED),
        Choice(
            "a", "Closed without being adopted…", MORE, Verdict.NOT_ADOPTED, current=row.stage == Stage.NOT_ADOPTED,
            note="needs their own words",
        ),
        Choice(
            "h", "Closed earlier, not known how", MORE, Stage.NOT_KNOWN_HOW, current=row.stage == Stage.NOT_KNOWN_HOW,
            reason="needed", ask="How is it known? Every paper will list it.", note="for recording history",
        ),
    ]  # fmt: skip
    if not by_us:
        choices.append(Choice("w", "Delivered", MORE, Stage.DELIVERED, disabled_because=not_ours))
    return tuple(choices)


def _ask_delivery(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import SetStage
    from widgets.form import FormField

    item = detail.row.id
    fields = (
        FormField("by", "Agreed by", required=True, hint="who agreed that it is delivered"),
        FormField("reached", "When", "date", required=True, hint="a day, a month or a year", past=True),
    )

    def build(values: Values) -> Sequence[Command]:
        return [SetStage(item=item, stage=Stage.DELIVERED, by=values["by"], reached=values["reached"])]

    app.open_form(f"delivered {item}", f"{detail.row.ref} is delivered", fields, build)


def _ask_successor(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import SetStage
    from store.domain.references import find_item
    from widgets.form import FormField

    item = detail.row.id
    fields = (FormField("other", "Superseded by", required=True, hint="a reference: HC-6"),)

    def build(values: Values) -> Sequence[Command]:
        other = find_item(app.register.conn, values["other"] or "")[0]
        return [SetStage(item=item, stage=Stage.SUPERSEDED, superseded_by=other)]

    app.open_form(f"superseded {item}", f"{detail.row.ref} is superseded", fields, build)


def nothing_new(app: RegisterApp, detail: ItemDetail) -> None:
    """Say that an item stands as it did, today: the nil return."""
    from store.commands import NothingNew

    if not app.refuse_looking():
        app.do([NothingNew(items=(detail.row.id,))])


def add_note(app: RegisterApp, what: str, *, item: str | None = None, publication: str | None = None) -> None:
    """Add a note to an item or a publication; it opens in the text."""
    from store.commands import AddNote

    def build(values: Values) -> Sequence[Command]:
        about: dict[str, object] = {"items": (item,)} if item else {"publication": publication}
        return [AddNote.model_validate(about | given(values))]

    app.open_form(
        f"note {item or publication}", f"Add a note to {what}", form_fields("note"), build, first_focus="text"
    )


def correct_note(app: RegisterApp, what: str, note: Thing) -> None:
    """Correct a note: the old one is withdrawn and the corrected one added."""
    from store.commands import CorrectNote

    def build(values: Values) -> Sequence[Command]:
        return [CorrectNote(note=note.id, values=values)]

    intro = "The note as it was is withdrawn and stays in the history; this one takes its place."
    app.open_form(
        f"correct {note.id}", f"Correct a note on {what}", form_fields("note", note.fields), build, intro=intro
    )


def move_target(app: RegisterApp, detail: ItemDetail) -> None:
    """Give an item its target, or move it."""
    from store.commands import MoveTarget
    from widgets.form import FormField

    row = detail.row
    if row.status == Status.CLOSED:
        app.say(f"{row.ref} is closed. Reopen it before giving it another target.")
        return
    now = detail.fields["target"].value
    held = now if isinstance(now, dict) else {}
    usual = tuple((why, why) for why in move_reasons(app))
    target, *about_it = target_fields(row.target_text, held.get("condition"))
    fields = (
        target,
        FormField("why", "Why", "choice", choices=usual, hint="owed where it moves later; none counts as none given"),
        FormField("reason", "In words", hint="beside the usual reason, or instead of one"),
        *about_it,
    )

    def build(values: Values) -> Sequence[Command]:
        kept = {name: values[name] for name in ("said", "where", "condition")}
        why = ": ".join(part for part in (values["why"], values["reason"]) if part)
        return [MoveTarget.model_validate(kept | {"item": row.id, "text": values["text"] or "", "reason": why})]

    intro = f"Its first target, {detail.targets[0].target['text']}, is kept for ever." if detail.targets else None
    app.open_form(f"target {row.id}", f"Target of {row.ref}", fields, build, intro=intro)


def promise(app: RegisterApp, detail: ItemDetail) -> None:
    """Add an action or promise; where there are some, first choose: a new one, or one to finish or correct."""
    if app.refuse_looking():
        return
    if not detail.actions:
        _add_action(app, detail)
        return
    from widgets.picker import Picker, PickOption

    options = [PickOption("add", "Add another")]
    for action in detail.actions:
        text = one_line(format_text(action), most=60)
        done = bool(action.fields["done"])
        options.append(
            PickOption(f"{'reopen' if done else 'done'} {action.id}", f"{'Not done' if done else 'Done'}: {text}")
        )
        options.append(PickOption(f"correct {action.id}", f"Correct: {text}"))
        options.append(PickOption(f"withdraw {action.id}", f"Withdraw: {text}"))

    def take(key: str | None) -> None:
        if key is None:
            return
        verb, _, thing = key.partition(" ")
        action = next((a for a in detail.actions if a.id == thing), None)
        if verb == "add" or action is None:
            _add_action(app, detail)
        elif verb == "correct":
            _correct_action(app, detail, action)
        else:
            _end_action(app, verb, action)

    app.push_screen(Picker(f"Actions and promises of {detail.row.ref}", tuple(options)), take)


def _add_action(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import AddAction

    item, ref = detail.row.id, detail.row.ref

    def build(values: Values) -> Sequence[Command]:
        return [AddAction.model_validate({"item": item} | given(values))]

    app.open_form(f"action {item}", f"Add an action or promise to {ref}", action_fields(), build, first_focus="text")


def _correct_action(app: RegisterApp, detail: ItemDetail, action: Thing) -> None:
    fields = form_fields("action", action.fields, without=("marking",))
    correct_fields(app, "action", action.id, f"Correct an action of {detail.row.ref}", action.fields, fields)


def _end_action(app: RegisterApp, verb: str, action: Thing) -> None:
    from store.commands import FinishAction, Withdraw

    if verb == "withdraw":
        app.do([Withdraw(kind="action", thing=action.id)])
    else:
        app.do([FinishAction(action=action.id, done=verb == "done")])


def edit_register(app: RegisterApp) -> None:
    """Correct what the register says of itself."""
    from store.commands import DescribeRegister

    known = app.register.described()
    known["move_reasons"] = known["move_reasons"] or "\n".join(MOVE_REASONS)

    def build(values: Values) -> Sequence[Command]:
        return [DescribeRegister(values=changed(values, known))]

    app.open_form("register", "The register", form_fields("register", known), build)
