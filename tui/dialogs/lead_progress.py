"""Set the state and role of an item's leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from store.domain.names import fold_name
from store.domain.text import one_line
from store.domain.vocabulary import LeadState, label_of
from store.queries.rows import EntityRow, ItemDetail
from tui.dialogs.fields import form_field
from tui.dialogs.leads import correct_leads
from tui.dialogs.selection import Selection
from widgets.key_panel import MORE, Choice, Chosen, KeyPanel
from widgets.picker import PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_STATE_KEYS = (
    ("n", LeadState.NOT_BEGUN),
    ("u", LeadState.UNDER_WAY),
    ("p", LeadState.PART_DONE),
    ("d", LeadState.DONE),
)
_LEAD_KEYS = "123456789bcefghioqstvwyz"
_NOT_STATED = "not-stated"
_ROLE = "role"
_ANOTHER = "another"
LEAD = "lead"
"""The value of the choice of the status panel that `lead_choice` makes."""


def lead_options(detail: ItemDetail) -> list[PickOption]:
    """A picker option for each lead of an item, with its role and state; its key is "lead" and the lead's id."""
    options = []
    for lead in detail.leads:
        role = f"{lead.fields['role']}, " if lead.fields["role"] else ""
        state = label_of(_state(lead)).lower()
        options.append(PickOption(f"lead {lead.id}", f"How far {_name(lead)} has got", note=f"{role}{state}"))
    return options


def add_lead_choice(choices: list[Choice], detail: ItemDetail, acts_for: Sequence[str], listed: Sequence[str]) -> None:
    """Put the choice of the status panel that is about one lead's part first, where an item has several leads.

    It names the lead that `set_one_lead` opens on; the other choices are then headed as those of the whole. `listed` are the
    leads whose items the list shows.
    """
    if len(detail.leads) < 2:
        return
    choices[:] = [c if c.group == MORE else replace(c, group=f"As a whole: {c.group.lower()}") for c in choices]
    lead, mine = _proposed(detail, (*acts_for, *listed)), _leads_of(detail, acts_for)
    state = label_of(_state(lead)).lower()
    others = one_line(" or ".join(_name(other) for other in detail.leads if other is not lead), most=40)
    group, note = ("Your part", state) if [lead] == mine else ("One lead's part", f"or {others}")
    choices.insert(0, Choice("l", f"How far {_name(lead)} has got…", group, LEAD, note=note))


def set_one_lead(app: RegisterApp, detail: ItemDetail) -> None:
    """Set the state of the lead that the person acts for, or whose items the list shows; the others are choices of the panel."""
    set_lead(app, detail, _proposed(detail, (*app.settings.acts_for, *leads_listed(app))))


def leads_listed(app: RegisterApp) -> tuple[str, ...]:
    """The names of the leads whose items the list on the screen shows; none where it is of all."""
    shown = getattr(app.screen, "shown", None)
    return shown.lead if shown else ()


def _proposed(detail: ItemDetail, wanted: Sequence[str]) -> EntityRow:
    """The lead of an item that is meant: the first of these names that leads it, else the first that is not done."""
    leads = [lead for name in wanted for lead in _leads_of(detail, (name,))]
    return (leads or [lead for lead in detail.leads if lead.fields["state"] != LeadState.DONE] or [*detail.leads])[0]


def _leads_of(detail: ItemDetail, acts_for: Sequence[str]) -> list[EntityRow]:
    """The leads of an item that somebody acts for."""
    names = set(map(fold_name, acts_for))
    return [lead for lead in detail.leads if fold_name(str(lead.fields["name"] or "")) in names]


def set_lead(app: RegisterApp, detail: ItemDetail, lead: EntityRow) -> None:
    """Open a key panel to set the state of a lead, or to go on to its role, to another lead of the item, or to add one."""
    if app.refuse_read_only():
        return
    app.prepare_to_write()
    seen = app.register.newest()
    state, group = lead.fields["state"], f"How far {_name(lead)} has got"
    choices = [Choice(key, label_of(word), group, word, current=state == word) for key, word in _STATE_KEYS]
    choices.append(Choice("x", label_of(_NOT_STATED), group, _NOT_STATED, current=not state))
    role = one_line(lead.fields["role"], most=40) if lead.fields["role"] else "none"
    choices.append(Choice("r", "Role…", "What they do in it", _ROLE, note=role))
    leads = {f"{LEAD} {one.id}": one for one in detail.leads}
    # Each has the same key whichever is shown.
    for key, (value, one) in zip(_LEAD_KEYS, leads.items() if len(leads) > 1 else (), strict=False):
        note = label_of(_state(one)).lower()
        choices.append(Choice(key, _name(one), "Whose part", value, note=f"{note} · this one" if one is lead else note))
    choices.append(Choice("a", "Another…", "Whose part", _ANOTHER, note="not among the leads yet"))

    def on_choice(chosen: Chosen | None) -> None:
        from store.commands import SetLeadState

        if chosen is None:
            return
        if chosen.value in leads:
            set_lead(app, detail, leads[chosen.value])
            return
        if chosen.value == _ANOTHER:
            correct_leads(app, Selection((detail.row.id,), detail))
            return
        if chosen.value == _ROLE:
            _set_role(app, detail, lead)
            return
        new = None if chosen.value == _NOT_STATED else LeadState(chosen.value)
        app.do([SetLeadState(item=detail.row.id, lead=str(lead.fields["party"]), state=new)], seen=seen)

    now = label_of(_state(lead)).lower()
    app.push_screen(KeyPanel(detail.row.ref, _name(lead), now, "Part of it", tuple(choices)), on_choice)


def _set_role(app: RegisterApp, detail: ItemDetail, lead: EntityRow) -> None:
    fields = (form_field("lead", "role", lead.fields["role"]),)

    def build(values: Values) -> list[Command]:
        from store.commands import SetLeadState

        return [SetLeadState(item=detail.row.id, lead=str(lead.fields["party"]), role=values["role"])]

    title = f"The role of {_name(lead)} in {detail.row.ref}"
    app.open_form(f"role {lead.id}", title, fields, build)


def _state(lead: EntityRow) -> str:
    return str(lead.fields["state"] or _NOT_STATED)


def _name(lead: EntityRow) -> str:
    return one_line(lead.fields["name"], most=60) if lead.fields["name"] else "a lead whose name is not known"
