"""Leads: handing items over from one to another, ticked ones or all the open ones, and joining two names of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from store.domain.errors import BadInput
from store.domain.names import fold_name
from store.log.manifest import share_manifest
from store.queries.item_detail import item_detail
from store.queries.leads import one_lead, open_items_of
from tui.dialogs import selection
from tui.dialogs.selection import Selection, count_of, edit, preview
from tui.messages import ActsForChanged, LeadHandedOver
from tui.recorded_names import party_names, with_names
from widgets.form import Form, FormField

if TYPE_CHECKING:
    from store.commands.base import Command
    from store.register import ActionResult
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp


_GOES_OVER = "What the lead does in each item, how far they have got and their open actions go over too."


def _build(app: RegisterApp, values: Values, items: Sequence[str]) -> Sequence[Command]:
    from store.commands import HandOver

    lead, to = (one_lead(app.register.conn, values[name] or "") for name in ("lead", "to"))
    return [HandOver(item=item, lead=lead, to=to) for item in items]


def hand_over_selected(app: RegisterApp, selected: Selection) -> None:
    """Hand the selected items over from one lead to another, previewed even where it is one."""
    leads = [str(lead.fields["name"] or "") for lead in selected.detail.leads] if selected.detail else []
    giver = leads[0] if len(leads) == 1 else None
    fields = (
        FormField("lead", "From", value=giver, required=True, hint="who leads now"),
        FormField("to", "To", required=True, hint="who takes over"),
    )
    handed: Values = {}

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        handed.update(values)
        return _build(app, values, items)

    def then(done: ActionResult) -> None:
        _follow_if_none_is_left(app, handed)
        if selected.then:
            selected.then(done)

    previewed = replace(selected, detail=None, then=then)
    edit(
        app,
        previewed,
        "hand over",
        f"Hand over {selected.name}",
        fields,
        build,
        intro=_GOES_OVER,
        first_focus="to" if giver else None,
        remark=partial(_goes_along, app),
    )


def hand_over(app: RegisterApp) -> None:
    """Hand all the open items of a lead over to another: asks from whom, and to whom."""
    if app.refuse_read_only():
        return
    if app.register.author is None:
        # Asked first, so that who takes items over has typed their own name once; they act for themselves afterwards.
        app.ask_author(partial(hand_over, app))
        return
    conn = app.register.conn
    mine = [name for name in app.settings.acts_for if open_items_of(conn, one_lead(conn, name))]
    giver = mine[0] if len(mine) == 1 else None if mine else _whose_part(app)
    heir = None if mine else app.register.author.name
    fields = (
        FormField("lead", "From", value=giver, required=True, hint="a lead: C3"),
        FormField("to", "To", value=heir, required=True, hint="who takes the open items over"),
    )
    found: list[str] = []

    def check(values: Values) -> str | None:
        lead, to = (one_lead(app.register.conn, values[name] or "") for name in ("lead", "to"))
        if fold_name(lead) == fold_name(to):
            raise BadInput("to", "From and to are the same.")
        found[:] = open_items_of(app.register.conn, lead)
        if not found:
            raise BadInput("lead", f"{values['lead']} leads on nothing that is open.")
        most = selection.MAX_ITEMS
        return f"That is {len(found):,} items; at most {most:,} go together." if len(found) > most else None

    def go_on(values: Values | None) -> None:
        if values is not None:
            title = f"Hand over {count_of(found)} from {values['lead']} to {values['to']}"

            def then(done: ActionResult) -> None:
                _follow_if_none_is_left(app, values)
                _act_for_oneself(app, values["to"] or "", done)

            remarks = {item: _goes_along(app, values, item) for item in found}
            preview(app, title, tuple(found), lambda items: _build(app, values, items), then, remarks=remarks)

    app.push_screen(
        Form(
            "Hand over a lead's items, or take them over",
            with_names(app.register, fields),
            intro=_GOES_OVER,
            first_focus="to" if giver else None,
            submit=check,
            main_field="lead",
        ),
        go_on,
    )


def _whose_part(app: RegisterApp) -> str | None:
    """The lead whose items a register was given with, where it is a share of one lead's items; else None."""
    scope = (share_manifest(app.register.conn) or {}).get("scope")
    return scope if isinstance(scope, str) and open_items_of(app.register.conn, scope) else None


def _goes_along(app: RegisterApp, values: Values, item: str) -> str:
    """What whoever takes an item over takes on, in a line."""
    from store.queries.describe_handover import describe_taken_over

    detail = item_detail(app.register.conn, item)
    lead, to = (one_lead(app.register.conn, values[name] or "") for name in ("lead", "to"))
    return describe_taken_over(detail, lead, to) if detail else ""


def _follow_if_none_is_left(app: RegisterApp, values: Values) -> None:
    """Have a list that is filtered on the lead who handed over follow, where that has no open item any more."""
    lead, to = (one_lead(app.register.conn, values[name] or "") for name in ("lead", "to"))
    if not open_items_of(app.register.conn, lead):
        app.post_message(LeadHandedOver(lead, to))


def _act_for_oneself(app: RegisterApp, to: str, done: ActionResult) -> None:
    """Have the person at this desk act for themselves, where the items were handed over to them, and show what is next."""
    from tui.desk.settings import update_settings

    author, acts_for = app.register.author, app.settings.acts_for
    name = one_lead(app.register.conn, to)
    if share_manifest(app.register.conn) is not None:
        # In place of the toast of the change, and after it.
        app.show_toast(f"{done.summary.rstrip('.')}. u takes it back. 6 sends it to whoever gave you this register.")
    is_own = author is not None and fold_name(name) == fold_name(author.name)
    if is_own and fold_name(name) not in map(fold_name, acts_for):
        app.settings = update_settings(acts_for=(*acts_for, name))
        app.post_message(ActsForChanged())
        app.call_later(app.run_action, "go('attention')")


def join_leads(app: RegisterApp) -> None:
    """Ask for two names of one lead; without the other name, the first is separated again."""
    if app.refuse_read_only():
        return
    names = party_names(app.register)
    fields = (
        FormField("name", "Name", required=True, hint="a name that is used beside another: HSCPs", names=names),
        FormField(
            "other", "Is the same as", hint="the name that it is shown under; empty to part them again", names=names
        ),
    )

    def go_on(values: Values | None) -> None:
        from store.commands import JoinParties, SeparateParties

        if values is not None:
            name, other = (one_lead(app.register.conn, values[field] or "") for field in ("name", "other"))
            app.do([JoinParties(name=name, other=other) if other else SeparateParties(name=name)])

    app.push_screen(Form("Two names of one lead", fields), go_on)
