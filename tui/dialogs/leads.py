"""Correct who leads on items; where that takes somebody off, it is asked first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.domain.names import fold_name, join_names
from store.domain.text import one_line
from store.queries.leads import split_leads
from tui.dialogs.selection import Selection, edit
from widgets.form import FormField

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_NAMES_ASKED_ABOUT = 5
"""So many names are in the question, beyond which the others are counted."""


def correct_leads(app: RegisterApp, selection: Selection) -> None:
    """Ask for the leads of the selected items, by name; those of one item are there already."""
    held: list[str] = []
    hint = "with semicolons: C3; Local Policing. Empty for none"
    if selection.detail:
        names = [lead.fields["name"] for lead in selection.detail.leads]
        if not all(names):
            # A lead that is not named in the form would be withdrawn.
            ref = selection.name
            app.show_toast(
                f"The name of somebody who leads on {ref} is not in this copy: its leads cannot be corrected."
            )
            return
        held, hint = [*map(str, names)], "with semicolons; empty for none"

    def read(values: Values) -> tuple[str, ...]:
        return split_leads(app.register.conn, [values["leads"] or ""])

    def build(values: Values, items: Sequence[str]) -> Sequence[Command]:
        from store.commands import SetLeads

        return [SetLeads(item=item, leads=read(values)) for item in items]

    fields = (FormField("leads", "Leads", value=join_names(held) or None, hint=hint),)
    title = f"Leads of {selection.name}"
    if selection.detail is None:
        edit(app, selection, "leads", title, fields, build)
        return
    app.open_form(
        f"leads {selection.items[0]}",
        title,
        fields,
        lambda values: build(values, selection.items),
        then=selection.then,
        question=lambda values: _question(held, read(values)),
    )


def _question(held: Sequence[str], wanted: Sequence[str]) -> str:
    """What is asked before these leads take the place of those; "" where nothing is lost by mistake: one of several is
    taken off, or a single name replaced by a single one."""
    stay = set(map(fold_name, wanted))
    gone = [one_line(name, most=60) for name in held if fold_name(name) not in stay]
    is_renamed = len(held) == len(wanted) == 1
    if not gone or is_renamed or len(gone) == 1 < len(held):
        return ""
    if len(gone) == 1:
        return f"{gone[0]} no longer leads. Take it off?"
    shown = gone if len(gone) <= _NAMES_ASKED_ABOUT else gone[: _NAMES_ASKED_ABOUT - 1]
    last = gone[-1] if shown is gone else f"{len(gone) - len(shown)} others"
    before = shown[:-1] if shown is gone else shown
    return f"{', '.join(before)} and {last} no longer lead. Take them off?"
