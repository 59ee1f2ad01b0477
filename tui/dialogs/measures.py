"""Dialogs to record and correct the figures of an item or a publication."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from store.domain.text import one_line
from store.queries.describe import describe_measure
from store.queries.rows import EntityRow
from tui.dialogs.fields import form_fields, non_empty
from widgets.ask import Answer, Ask, AskReason
from widgets.form import FormField
from widgets.picker import PickOption

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.desk.drafts import Values
    from tui.register_app import RegisterApp

_ADD = "measure add"


def measure_options(measures: Sequence[EntityRow]) -> list[PickOption]:
    """What there is to choose about figures: each of those recorded, and to add one."""
    found = [
        PickOption(f"measure {one.id}", f"Figure: {one_line(describe_measure(one).text, most=70)}") for one in measures
    ]
    return [*found, PickOption(_ADD, "Add a figure, with its unit and period")]


def edit_measure(app: RegisterApp, what: str, measures: Sequence[EntityRow], key: str, **owner: str) -> None:
    """Do what was chosen of `measure_options`: add a figure to its owner, or correct or withdraw one."""
    if key == _ADD:
        _add(app, what, owner)
        return
    measure = next(one for one in measures if key == f"measure {one.id}")

    def on_choice(answer: str | None) -> None:
        if answer == "correct":
            _correct(app, what, measure)
        elif answer == "withdraw":
            _withdraw(app, what, measure)

    answers = (Answer("c", "correct it", "correct"), Answer("w", "withdraw it", "withdraw"))
    app.push_screen(Ask(f"A figure of {what}", describe_measure(measure).text, answers), on_choice)


def _fields(values: dict[str, object] | None = None) -> tuple[FormField, ...]:
    held = values or {}
    return (
        *form_fields("measure", held),
        FormField(
            "unit", "Unit", value=_text(held, "figure_unit"), hint="such as referrals; empty where the name says it"
        ),
        FormField("period", "Period", value=_text(held, "figure_period"), hint="such as since 5 Sept 2023"),
    )


def _text(values: dict[str, object], name: str) -> str | None:
    return None if values.get(name) is None else str(values[name])


def _add(app: RegisterApp, what: str, owner: dict[str, str]) -> None:
    def build(values: Values) -> Sequence[Command]:
        from store.commands import AddMeasure

        return [AddMeasure.model_validate(non_empty(values) | owner)]

    (entity,) = owner.values()
    app.open_form(f"add measure {entity}", f"Add a figure to {what}", _fields(), build)


def _correct(app: RegisterApp, what: str, measure: EntityRow) -> None:
    def build(values: Values) -> Sequence[Command]:
        from store.commands import CorrectMeasure

        given: dict[str, Any] = {name: value or "" for name, value in values.items()}
        return [CorrectMeasure.model_validate(given | {"measure": measure.id})]

    app.open_form(f"correct {measure.id}", f"Correct a figure of {what}", _fields(measure.fields), build)


def _withdraw(app: RegisterApp, what: str, measure: EntityRow) -> None:
    from store.commands import Withdraw

    def on_choice(reason: str | None) -> None:
        if reason is not None:
            app.do([Withdraw(kind="measure", entity=measure.id, reason=reason)])

    sentence = "It goes out of sight and stays in the history. Why? Left empty, no reason is given."
    app.push_screen(AskReason(f"Withdraw a figure of {what}", sentence), on_choice)
