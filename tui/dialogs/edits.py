"""The edits of items, of a note and of the register: each opens a dialog whose answer becomes a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.dates import format_date
from store.domain.lists import register_lists
from store.domain.text import one_line
from store.domain.vocabulary import DELAY_KINDS, Stage, Status, Track, Verdict, label_of
from store.queries.describe import mark_guessed, parse_bases
from store.queries.describe_status import format_closed_already, format_item_status, mark_past_target
from store.queries.filter import WITH_INSPECTORATE
from store.queries.rows import EntityRow, ItemDetail, ItemRow, PublicationRow, format_text
from tui.dialogs.fields import (
    action_fields,
    changed_values,
    correct_fields,
    extension_fields,
    form_field,
    form_fields,
    non_empty,
    other_item,
    target_fields,
)
from tui.dialogs.lead_progress import LEAD, add_lead_choice, leads_listed, set_one_lead
from tui.dialogs.pack import ask_for_pack
from tui.dialogs.replies import reply, send
from tui.dialogs.selection import Selection, act, edit
from widgets.form import FormField
from widgets.key_panel import MORE, Choice, Chosen, KeyPanel
from widgets.picker import Picker, PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


def status(app: RegisterApp, selection: Selection) -> None:
    """Open the status panel: one key for each status that can be set."""
    detail, seen = selection.detail, app.register.newest()

    def on_choice(choice: Chosen | None) -> None:
        if choice is None:
            return
        value = choice.value
        if value == "send":
            send(app, selection)
        elif detail and value == "pack":
            ask_for_pack(app, detail)
        elif value in ("reply", Verdict.NOT_ADOPTED):
            reply(app, selection, value if value == Verdict.NOT_ADOPTED else None)
        elif detail and value == LEAD:
            set_one_lead(app, detail)
        elif detail and value == Stage.DELIVERED:
            _ask_delivery(app, detail)
        elif detail and value == Stage.RISK_ACCEPTED:
            _ask_acceptance(app, detail)
        elif detail and value == Stage.SUPERSEDED:
            _ask_successor(app, detail)
        else:
            title = f"{selection.name}: {'believed done' if value == 'believed' else label_of(value).lower()}"
            act(app, selection, title, lambda items: _status_commands(items, value, choice.reason), seen=seen)

    app.push_screen(_status_panel(app, selection), on_choice)


def _status_panel(app: RegisterApp, selection: Selection) -> KeyPanel:
    if selection.detail is None:
        return KeyPanel(selection.name, "", "as each is", "Ticked", _common_choices())
    row, closer = selection.detail.row, selection.detail.publication.publisher or "the inspectorate"
    stage = mark_guessed(label_of(row.stage).lower(), parse_bases(row.basis).get("stage"))
    status, _ = mark_past_target(row, app.register.today(), format_item_status(row, closer))
    now = f"{status}, {'stage ' if row.stage == Stage.NOT_STATED else ''}{stage}"
    title = one_line(row.display_title, most=60)
    choices = status_choices(selection.detail, app.settings.acts_for, leads_listed(app))
    return KeyPanel(row.ref, title, now, label_of(row.kind), choices)


def _status_commands(items: Sequence[str], value: str, reason: str | None) -> Sequence[Command]:
    from store.commands import BelieveDone, SetStage, SetTrack

    if value in (Track.ON_TRACK, Track.DELAYED):
        return [SetTrack(item=item, track=Track(value), reason=reason) for item in items]
    if value in ("believed", "not-believed"):
        return [BelieveDone(item=item, believed=value == "believed", reason=reason) for item in items]
    return [SetStage(item=item, stage=Stage(value), reason=reason) for item in items]


_ON_TIME, _FAR = "On time?", "Stage?"


def _open_choices(row: ItemRow | None) -> list[Choice]:
    """The choices of status for an item while it is open, or for several, where `row` is None."""
    again = f"Why is {row.ref} open again?" if row and row.status == Status.CLOSED else ""
    late = f"Why is {row.ref} {'still ' if row.track == Track.DELAYED else ''}delayed?" if row else ""

    def choice(key: str, group: str, value: Track | Stage, ask: str) -> Choice:
        current = row is not None and value in (row.track, row.stage)
        return Choice(key, label_of(value), group, value, current=current, reason="asked" if ask else "none", ask=ask)

    stages = (("n", Stage.NOT_STARTED), ("p", Stage.IN_PROGRESS), ("c", Stage.COLLATING))
    return [
        choice("o", _ON_TIME, Track.ON_TRACK, again),
        choice("d", _ON_TIME, Track.DELAYED, again or late),
        *(choice(key, _FAR, stage, again) for key, stage in stages),
    ]


def _common_choices() -> tuple[Choice, ...]:
    """The choices of status for several items, whatever the status of each."""
    return (
        *_open_choices(None),
        Choice("b", "We believe they are done", _FAR, "believed", note="stay open until it is agreed"),
        Choice("e", "Send evidence…", _FAR, "send"),
        Choice("r", "They have replied…", _FAR, "reply"),
    )


def status_choices(detail: ItemDetail, acts_for: Sequence[str], listed: Sequence[str]) -> tuple[Choice, ...]:
    """The choices of status for an item, each with its key; a disabled one has its reason.

    One of several leads has a line of its own: the first of all, of the one that the person acts for.
    """
    row, far = detail.row, _FAR
    closed = row.status == Status.CLOSED
    already = format_closed_already(row.ref, is_submitted=row.closed_as == WITH_INSPECTORATE)
    by_us = detail.publication.closed_by != "inspectorate"
    not_ours = f"{row.ref} is the inspectorate's to close; delivered is how a plan's commitment ends."
    choices = _open_choices(row)
    choices.append(
        Choice(
            "b", "We believe it is done", far, "believed", note="stays open until it is agreed", current=row.believed_done,
            disabled_because=f"{already}." if closed else f"{row.ref} is believed done already. t takes that back."
            if row.believed_done else None,
        )
    )  # fmt: skip
    if row.believed_done:
        choices.append(Choice("t", "We no longer believe it is done", far, "not-believed"))
    if detail.publication.closed_by != "leads":
        choices += [
            Choice("e", "Send evidence…", far, "send", current=row.stage == Stage.SUBMITTED),
            Choice("g", "The pack of evidence, as a file…", far, "pack", note="to send it with"),
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
            "k", "Risk accepted…", MORE, Stage.RISK_ACCEPTED, current=row.stage == Stage.RISK_ACCEPTED,
            note="by whom, why, and when it is looked at again",
        ),
        Choice(
            "h", "Closed earlier, not known how", MORE, Stage.UNKNOWN_HOW, current=row.stage == Stage.UNKNOWN_HOW,
            reason="needed", ask="How is it known? Every paper will list it.", note="for recording history",
        ),
    ]  # fmt: skip
    if not by_us:
        choices.append(Choice("w", "Delivered", MORE, Stage.DELIVERED, disabled_because=not_ours))
    add_lead_choice(choices, detail, acts_for, listed)
    return tuple(choices)


def _ask_delivery(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import SetStage

    item = detail.row.id
    fields = (
        FormField("by", "Agreed by", required=True, hint="who agreed that it is delivered"),
        FormField("reached", "When", "date", required=True, hint="a day, a month or a year", past=True),
    )

    def build(values: Values) -> Sequence[Command]:
        return [SetStage(item=item, stage=Stage.DELIVERED, by=values["by"], reached=values["reached"])]

    app.open_form(f"delivered {item}", f"{detail.row.ref} is delivered", fields, build)


def _ask_acceptance(app: RegisterApp, detail: ItemDetail) -> None:
    """Close an item with its risk accepted; of one that is closed so, with what is recorded of that to change."""
    from store.commands import SetStage

    item, stage, again = detail.row.id, detail.fields["stage"].value, detail.fields["review"].value
    is_so = isinstance(stage, dict) and detail.row.stage == Stage.RISK_ACCEPTED
    held = stage if is_so and isinstance(stage, dict) else {}
    fields = (
        FormField("by", "Accepted by", required=True, value=held.get("by")),
        FormField("reason", "Why", required=True, value=detail.reasons.get("stage") if is_so else None),
        form_field("recommendation", "review", again if is_so else None, required=True),
        FormField(
            "reached", "When accepted", "date", value=held.get("day"), hint="a day, a month or a year", past=True
        ),
    )

    def build(values: Values) -> Sequence[Command]:
        return [SetStage.model_validate(values | {"item": item, "stage": Stage.RISK_ACCEPTED})]

    app.open_form(f"accepted {item}", f"The risk of {detail.row.ref} is accepted", fields, build)


def _ask_successor(app: RegisterApp, detail: ItemDetail) -> None:
    from store.commands import SetStage

    item = detail.row.id
    fields = (FormField("other", "Superseded by", required=True, hint="a reference: HC-6"),)

    def build(values: Values) -> Sequence[Command]:
        return [SetStage(item=item, stage=Stage.SUPERSEDED, superseded_by=other_item(app, values))]

    app.open_form(f"superseded {item}", f"{detail.row.ref} is superseded", fields, build)


def nothing_new(app: RegisterApp, selection: Selection) -> None:
    """Record that there is nothing new on the items today (the nil return)."""
    from store.commands import NothingNew

    title = f"Nothing new on {selection.name}, {format_date(app.register.today())}"
    # No dialog names a ticked item that is out of sight, so that even one is previewed.
    asked = replace(selection, detail=None) if selection.is_ticked else selection
    act(app, asked, title, lambda items: [NothingNew(items=tuple(items))])


def note(app: RegisterApp, selection: Selection) -> None:
    """Add one note to the items; the text has the focus."""

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        from store.commands import AddNote

        return [AddNote.model_validate(non_empty(values) | {"items": tuple(items)})]

    edit(app, selection, "note", f"Add a note to {selection.name}", form_fields("note"), build, first_focus="text")


def add_publication_note(app: RegisterApp, publication: PublicationRow) -> None:
    """Add a note to a publication; the text has the focus."""

    def build(values: Values) -> Sequence[Command]:
        from store.commands import AddNote

        return [AddNote.model_validate(non_empty(values) | {"publication": publication.id})]

    title = f"Add a note to {publication.display_code}"
    app.open_form(f"note {publication.id}", title, form_fields("note"), build, first_focus="text")


def correct_note(app: RegisterApp, what: str, note: EntityRow) -> None:
    """Correct a note: the old one is withdrawn and the corrected one added."""
    from store.commands import CorrectNote

    def build(values: Values) -> Sequence[Command]:
        return [CorrectNote(note=note.id, values=values)]

    intro = "The note as it was is withdrawn and stays in the history; this one takes its place."
    app.open_form(
        f"correct {note.id}", f"Correct a note on {what}", form_fields("note", note.fields), build, intro=intro
    )


def agree_note(app: RegisterApp, what: str, note: EntityRow) -> None:
    """Record who agreed a note, and when: whoever signs it off before it goes to a committee."""
    from store.commands import CorrectNote

    def build(values: Values) -> Sequence[Command]:
        return [CorrectNote(note=note.id, values={name: value or "" for name, value in values.items()})]

    fields = tuple(form_field("note", name, note.fields[name]) for name in ("agreed_by", "agreed"))
    app.open_form(f"agree {note.id}", f"Agreed: a note on {what}", fields, build)


def target(app: RegisterApp, selection: Selection) -> None:
    """Give the items a target, or move it."""
    detail = selection.detail
    if detail is None:
        fields = (*target_fields(more="; empty for none"), *extension_fields(app, {}))
        usual, title = tuple(register_lists(app.register.conn).delay_kinds), f"Move the target of {selection.name}"
        edit(app, selection, "target", title, fields, _target_commands, reasons=usual)
    elif detail.row.status == Status.CLOSED:
        app.show_toast(f"{detail.row.ref} is closed. Reopen it before giving it another target.")
    else:
        intro = f"Its first target, {detail.targets[0].target['text']}, is kept for ever." if detail.targets else None
        edit(
            app,
            selection,
            "target",
            f"Target of {selection.name}",
            _current_target(app, detail),
            _target_commands,
            intro=intro,
        )


def _current_target(app: RegisterApp, detail: ItemDetail) -> tuple[FormField, ...]:
    """The fields of one item's target as it is now, with why it is moved."""
    now = detail.fields["target"].value
    held = now if isinstance(now, dict) else {}
    text, *about_it = target_fields(detail.row.target_text, held.get("condition"))
    delay, *extension = extension_fields(app, held)
    hint = "needed where it moves later, or else a kind of delay"
    return (text, delay, FormField("reason", "Why, in words", hint=hint), *about_it, *extension)


def _target_commands(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """The commands that set the target; one that is not understood was asked about by the form."""
    from store.commands import MoveTarget

    arguments: dict[str, object] = {name: value for name, value in values.items() if name != "reason"}
    # An extension leaves the target as it is, or moves it to what is asked for, where nothing else is written.
    text = values["text"] or (None if values["extension"] else "")
    arguments |= {"text": text, "as_words": True}
    if "reason" in values:
        arguments["reason"] = values["reason"] or ""
    return [MoveTarget.model_validate(arguments | {"item": item}) for item in items]


def promise(app: RegisterApp, selection: Selection) -> None:
    """Add an action or promise; where one item has some, first choose: a new one, or one to finish or correct."""
    detail = selection.detail
    if detail is None or not detail.actions:
        _add_action(app, selection)
        return
    add = PickOption("add", "A new one", note="type it, or enter")
    options = [add]
    for action in detail.actions:
        whole = format_text(action)
        text = one_line(whole, most=60)
        first = ("reopen", "Not done") if action.fields["done"] else ("done", "Done")
        for verb, label in (first, ("correct", "Correct"), ("withdraw", "Withdraw")):
            options.append(PickOption(f"{verb} {action.id}", f"{label}: {text}", acts_on=whole))

    def on_choice(key: str | None) -> None:
        if key is None:
            return
        verb, _, entity = key.partition(" ")
        action = next((a for a in detail.actions if a.id == entity), None)
        if verb == "add" or action is None:
            _add_action(app, selection, entity)
        elif verb == "correct":
            _correct_action(app, detail, action)
        else:
            _end_action(app, verb, action)

    app.push_screen(Picker(f"Actions and promises of {detail.row.ref}", tuple(options), adds=add), on_choice)


def _add_action(app: RegisterApp, selection: Selection, text: str = "") -> None:
    """Add an action in a form; where its text has been typed already, with that, and on to by when."""

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        from store.commands import AddAction

        return [AddAction.model_validate(non_empty(values) | {"item": item, "as_words": True}) for item in items]

    title = f"Add an action or promise to {selection.name}"
    edit(app, selection, "action", title, action_fields(text), build, first_focus="due" if text else "text")


def _correct_action(app: RegisterApp, detail: ItemDetail, action: EntityRow) -> None:
    fields = form_fields("action", action.fields)
    correct_fields(app, "action", action.id, f"Correct an action of {detail.row.ref}", action.fields, fields)


def _end_action(app: RegisterApp, verb: str, action: EntityRow) -> None:
    from store.commands import FinishAction, Withdraw

    if verb == "withdraw":
        app.do([Withdraw(kind="action", entity=action.id)])
    else:
        app.do([FinishAction(action=action.id, done=verb == "done")])


def edit_register(app: RegisterApp) -> None:
    """Correct the fields of the register itself."""
    from store.commands import DescribeRegister

    description = app.register.own_fields()
    description["delay_kinds"] = description["delay_kinds"] or "\n".join(DELAY_KINDS)

    def build(values: Values) -> Sequence[Command]:
        return [DescribeRegister(values=changed_values(values, description))]

    app.open_form("register", "The register", form_fields("register", description), build)
