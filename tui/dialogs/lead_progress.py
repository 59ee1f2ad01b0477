"""Set the state and role of an item's leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.domain.text import one_line
from store.domain.vocabulary import LeadState, label_of
from store.queries.rows import EntityRow, ItemDetail
from tui.dialogs.fields import form_field
from widgets.key_panel import Choice, Chosen, KeyPanel
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
_NOT_STATED = "not-stated"
_ROLE = "role"


def lead_options(detail: ItemDetail) -> list[PickOption]:
    """A picker option for each lead of an item, with its role and state; its key is "lead" and the lead's id."""
    options = []
    for lead in detail.leads:
        role = f"{lead.fields['role']}, " if lead.fields["role"] else ""
        state = label_of(str(lead.fields["state"] or _NOT_STATED)).lower()
        options.append(PickOption(f"lead {lead.id}", f"How far {_name(lead)} has got", note=f"{role}{state}"))
    return options


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

    now = label_of(str(state or _NOT_STATED)).lower()
    app.push_screen(KeyPanel(detail.row.ref, _name(lead), now, "Their part", tuple(choices)), on_choice)


def _set_role(app: RegisterApp, detail: ItemDetail, lead: EntityRow) -> None:
    fields = (form_field("lead", "role", lead.fields["role"]),)

    def build(values: Values) -> list[Command]:
        from store.commands import SetLeadState

        return [SetLeadState(item=detail.row.id, lead=str(lead.fields["party"]), role=values["role"])]

    title = f"The role of {_name(lead)} in {detail.row.ref}"
    app.open_form(f"role {lead.id}", title, fields, build)


def _name(lead: EntityRow) -> str:
    return one_line(lead.fields["name"], most=60) if lead.fields["name"] else "a lead whose name is not known"
