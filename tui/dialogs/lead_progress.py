"""Set the state and role of an item's leads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.domain.names import fold_name
from store.domain.text import one_line
from store.domain.vocabulary import LeadState, label_of
from store.queries.rows import EntityRow, ItemDetail
from tui.dialogs.fields import form_field
from widgets.key_panel import Choice, Chosen, KeyPanel
from widgets.picker import Picker, PickOption

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
_NOT_STATED = "not-stated"
_ROLE = "role"
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


def add_lead_choice(choices: list[Choice], detail: ItemDetail, acts_for: Sequence[str], group: str) -> None:
    """Add the choice of the status panel that is about one lead's part, where an item has several leads.

    Where the person acts for one of these it names them, and is the first.
    """
    if len(detail.leads) < 2:
        return
    mine = _leads_of(detail, acts_for)
    if len(mine) == 1:
        name = _name(mine[0])
        note = label_of(_state(mine[0])).lower()
        choices.insert(0, Choice("l", f"How far {name} has got…", "Your part", LEAD, note=note))
    else:
        choices.append(Choice("l", "How far one of its leads has got…", group, LEAD, note="a lead's part"))


def set_one_lead(app: RegisterApp, detail: ItemDetail) -> None:
    """Set the state of the lead that the person acts for; where that is not one lead of the item, choose it first."""
    mine = _leads_of(detail, app.settings.acts_for)
    if len(mine) == 1:
        set_lead(app, detail, mine[0])
        return

    def on_choice(key: str | None) -> None:
        if lead := next((lead for lead in detail.leads if key == f"lead {lead.id}"), None):
            set_lead(app, detail, lead)

    intro = "Say with ctrl+w which of them you act for, and that is asked no more." if not mine else None
    app.push_screen(Picker(f"Leads of {detail.row.ref}", tuple(lead_options(detail)), intro=intro), on_choice)


def _leads_of(detail: ItemDetail, acts_for: Sequence[str]) -> list[EntityRow]:
    """The leads of an item that somebody acts for."""
    names = set(map(fold_name, acts_for))
    return [lead for lead in detail.leads if fold_name(str(lead.fields["name"] or "")) in names]


def set_lead(app: RegisterApp, detail: ItemDetail, lead: EntityRow) -> None:
    """Open a key panel to set the state of a lead, or to go on to its role."""
    if app.refuse_read_only():
        return
    app.prepare_to_write()
    seen = app.register.newest()
    state = lead.fields["state"]
    choices = [Choice(key, label_of(word), "Their part", word, current=state == word) for key, word in _STATE_KEYS]
    choices.append(Choice("x", "Not stated", "Their part", _NOT_STATED, current=not state))
    role = one_line(lead.fields["role"], most=40) if lead.fields["role"] else "none"
    choices.append(Choice("r", "Role…", "What they do in it", _ROLE, note=role))

    def on_choice(chosen: Chosen | None) -> None:
        from store.commands import SetLeadState

        if chosen is None:
            return
        if chosen.value == _ROLE:
            _set_role(app, detail, lead)
            return
        new = None if chosen.value == _NOT_STATED else LeadState(chosen.value)
        app.do([SetLeadState(item=detail.row.id, lead=str(lead.fields["party"]), state=new)], seen=seen)

    now = label_of(_state(lead)).lower()
    app.push_screen(KeyPanel(detail.row.ref, _name(lead), now, "Their part", tuple(choices)), on_choice)


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
