"""Edits of several items together: the same keys, one preview, one reason, one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from store.domain.dates import say_day
from store.domain.names import fold_name, names_in
from store.domain.references import names_of_items
from store.domain.vocabulary import Stage, Track
from store.register import Done
from tui.dialogs.fields import (
    action_fields,
    form_field,
    form_fields,
    given,
    move_reasons,
    next_move_fields,
    target_fields,
)

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp
    from widgets.form import FormField

MOST = 1_000
"""So many items at most are edited together."""

Build = Callable[[Sequence[str]], "Sequence[Command]"]
"""Makes the commands for some items; for one item it makes one."""

Then = Callable[[Done], None]


def take_together(
    app: RegisterApp, title: str, items: Sequence[str], build: Build, then: Then, reasons: tuple[str, ...] = ()
) -> None:
    """Show what would change of each item, ask for one reason, and do what is taken as one action."""
    if app.refuse_looking():
        return
    if app.register.writer is None:
        app.introduce(lambda: take_together(app, title, items, build, then, reasons))
        return
    from widgets.preview import Preview, PreviewLine, PreviewTaken

    names = names_of_items(app.register.conn, items)
    seen = app.register.newest()
    found = app.register.preview([build([item])[0] for item in items], [names[item] for item in items])
    lines = tuple(
        PreviewLine(
            item, names[item], told.what, told.now, told.new, told.refused or "",
            "owes a reason" if told.owes_reason else "",
        )
        for item, told in zip(items, found, strict=True)
    )  # fmt: skip
    owed = any(told.owes_reason for told in found)

    def take(taken: PreviewTaken | None) -> None:
        if taken is None:
            return
        wanted = [line.key for line in lines if not line.refused and line.key not in taken.left_out]
        reason = taken.reason if owed else taken.reason or None
        commands = [command.model_copy(update={"reason": reason}) for command in build(wanted)]
        app.do(commands, seen=seen, then=then)

    app.push_screen(Preview(title, lines, reason="owed" if owed else "optional", reasons=reasons), take)


def _ask(
    app: RegisterApp, title: str, fields: tuple[FormField, ...], items: Sequence[str],
    build: Callable[[Values, Sequence[str]], Sequence[Command]], then: Then, reasons: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Ask what every item is to be given, then show what that changes."""
    if app.refuse_looking():
        return
    from widgets.form import Form

    def check(values: Values) -> str | None:
        try:
            build(values, items)
        except ValueError as error:
            form.go_to(getattr(error, "field", ""))
            return str(error)
        return None

    def go_on(values: Values | None) -> None:
        if values is not None:
            take_together(app, title, items, lambda some: build(values, some), then, reasons)

    form = Form(title, fields, submit=check, today=app.register.today())
    app.push_screen(form, go_on)


def _of(items: Sequence[str]) -> str:
    return f"{len(items):,} item{'' if len(items) == 1 else 's'}"


def status(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One status for all of them."""
    from store.commands import BelieveDone, SetStage, SetTrack
    from widgets.key_panel import Choice, Chosen, KeyPanel

    on_time, far = "On time?", "How far?"
    choices = (
        Choice("o", "On track", on_time, Track.ON_TRACK),
        Choice("d", "Delayed", on_time, Track.DELAYED),
        Choice("n", "Not started", far, Stage.NOT_STARTED),
        Choice("p", "In progress", far, Stage.IN_PROGRESS),
        Choice("c", "Collating evidence", far, Stage.COLLATING),
        Choice("b", "We believe they are done", far, "believed", note="stay open until it is agreed"),
        Choice("e", "Send evidence…", far, "send"),
        Choice("r", "They have replied…", far, "reply"),
    )

    def take(chosen: Chosen | None) -> None:
        if chosen is None:
            return
        value = chosen.value
        if value == "send":
            send(app, items, then)
        elif value == "reply":
            reply(app, items, then)
        else:
            take_together(app, f"{_of(items)}: {_said(value)}", items, lambda some: [one(value, i) for i in some], then)

    def one(value: str, item: str) -> Command:
        if value in (Track.ON_TRACK, Track.DELAYED):
            return SetTrack(item=item, track=Track(value))
        if value == "believed":
            return BelieveDone(item=item, believed=True)
        return SetStage(item=item, stage=Stage(value))

    app.push_screen(KeyPanel(_of(items), "", "as each is", "Ticked", choices), take)


def _said(value: str) -> str:
    from store.domain.vocabulary import said

    return "believed done" if value == "believed" else said(value).lower()


def note(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One note on all of them."""
    from store.commands import AddNote

    def build(values: Values, some: Sequence[str]) -> Sequence[Command]:
        return [AddNote.model_validate(given(values) | {"items": tuple(some)})]

    _ask(app, f"Add a note to {_of(items)}", form_fields("note"), items, build, then)


def nothing_new(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """Say of all of them that they stand as they did."""
    from store.commands import NothingNew

    title = f"Nothing new on {_of(items)}, {say_day(app.register.today())}"
    take_together(app, title, items, lambda some: [NothingNew(items=tuple(some))], then)


def target(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One target for all of them."""
    from store.commands import MoveTarget

    fields = target_fields(more="; empty for none")

    def build(values: Values, some: Sequence[str]) -> Sequence[Command]:
        kept = given(values) | {"text": values["text"] or ""}
        return [MoveTarget.model_validate(kept | {"item": item}) for item in some]

    _ask(app, f"Move the target of {_of(items)}", fields, items, build, then, move_reasons(app))


def promise(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """The same action or promise under each of them."""
    from store.commands import AddAction

    def build(values: Values, some: Sequence[str]) -> Sequence[Command]:
        return [AddAction.model_validate(given(values) | {"item": item}) for item in some]

    _ask(app, f"Add an action or promise to {_of(items)}", action_fields(), items, build, then)


def send(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One piece of evidence, sent on all of them."""
    from tui.dialogs.replies import build_evidence, evidence_fields

    fields = evidence_fields(say_day(app.register.today()), None)
    _ask(app, f"Send evidence on {_of(items)}", fields, items, build_evidence, then)


def reply(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One reply that answers all of them."""
    from tui.dialogs.replies import build_reply, reply_fields

    _ask(app, f"A reply on {_of(items)}", reply_fields(say_day(app.register.today()), ""), items, build_reply, then)


def correct(app: RegisterApp, items: Sequence[str], then: Then) -> None:
    """One theme, one list of leads, or one next move for all of them."""
    from store.queries.item_detail import themes
    from widgets.form import FormField
    from widgets.picker import Picker, PickOption

    conn = app.register.conn
    options = (
        PickOption("theme", "Theme"),
        PickOption("leads", "Leads: all of them, in place of those there are"),
        PickOption("next move", "Whose move is next"),
        PickOption("hand over", "Hand over from one lead to another"),
    )

    def take(key: str | None) -> None:
        if key == "theme":
            choices = tuple(themes(conn, ""))
            field = form_field("recommendation", "theme", choices=choices, hint="none takes it away")
            _ask(app, f"Theme of {_of(items)}", (field,), items, _themes, then)
        elif key == "leads":
            field = FormField("leads", "Leads", hint="with commas: C3, Local Policing; empty for none")
            _ask(app, f"Leads of {_of(items)}", (field,), items, _leads, then)
        elif key == "next move":
            _ask(app, f"Whose move is next on {_of(items)}", next_move_fields({}), items, _moves, then)
        elif key == "hand over":
            fields = (
                FormField("lead", "From", required=True, hint="who leads on them now"),
                FormField("to", "To", required=True, hint="who takes them over"),
            )
            _ask(app, f"Hand over {_of(items)}", fields, items, hand_over_each, then)

    app.push_screen(Picker(f"Correct {_of(items)}", options), take)


def _themes(values: Values, items: Sequence[str]) -> Sequence[Command]:
    from store.commands import correct

    return [correct("recommendation", item, theme=values["theme"]) for item in items]


def _leads(values: Values, items: Sequence[str]) -> Sequence[Command]:
    from store.commands import SetLeads

    return [SetLeads(item=item, leads=names_in(values["leads"])) for item in items]


def _moves(values: Values, items: Sequence[str]) -> Sequence[Command]:
    from store.commands import SetNextMove

    return [SetNextMove.model_validate({"item": item} | values | {"who": values["who"] or None}) for item in items]


def hand_over_each(values: Values, items: Sequence[str]) -> Sequence[Command]:
    """The commands that hand items over."""
    from store.commands import HandOver

    return [HandOver(item=item, lead=values["lead"] or "", to=values["to"] or "") for item in items]


def hand_over(app: RegisterApp, then: Then) -> None:
    """Hand all the open items of a lead over to another: asks whose, and to whom."""
    from store.queries.leads import open_items_of
    from widgets.form import Form, FormField

    if app.refuse_looking():
        return
    acts_for = app.settings.acts_for[0] if len(app.settings.acts_for) == 1 else None
    fields = (
        FormField("lead", "From", value=acts_for, required=True, hint="a lead: C3"),
        FormField("to", "To", required=True, hint="who takes the open items over"),
    )
    found: list[str] = []

    def check(values: Values) -> str | None:
        if fold_name(values["lead"] or "") == fold_name(values["to"] or ""):
            return "From and to are the same."
        found[:] = open_items_of(app.register.conn, values["lead"] or "")
        if not found:
            return f"{values['lead']} leads on nothing that is open."
        return f"That is {len(found):,} items; at most {MOST:,} go together." if len(found) > MOST else None

    def go_on(values: Values | None) -> None:
        if values is not None:
            title = f"Hand over {_of(found)} from {values['lead']} to {values['to']}"
            take_together(app, title, tuple(found), lambda some: hand_over_each(values, some), then)

    app.push_screen(Form("Hand over a lead's items", fields, submit=check), go_on)
