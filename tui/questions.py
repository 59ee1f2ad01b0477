"""Questions that are asked before an action can be saved: its reason, what a new name is, which of two
values holds, who is writing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from textual.app import App

from store.domain.errors import FairleadError, PartyKindRequired, ReasonRequired, StaleEdit
from store.domain.names import fold_name, similar_names
from store.domain.text import one_line
from store.domain.vocabulary import PartyKind
from store.file.database import Connection
from store.queries.leads import party_names
from store.register import Register
from tui.desk.settings import Settings
from tui.recorded_names import with_names
from widgets.ask import Answer, Ask, AskReason
from widgets.form import Form, FormField, Values

MINE = "mine"
"""The answer that the person's own value is to hold."""

_PARTY_KINDS = (
    Answer("p", "a person", PartyKind.PERSON),
    Answer("u", "a unit, or a group of people", PartyKind.UNIT),
    Answer("b", "a body: a force, an inspectorate, a board", PartyKind.BODY),
)


def who_is_writing(
    register: Register,
    settings: Settings,
    save: Callable[[Values], str | None],
    *,
    asks_leads: bool,
    first_focus: str | None = None,
) -> Form:
    """The form that asks for the author, and with `asks_leads` for the leads that they act for."""
    fields = [
        FormField(
            "name",
            "Your name",
            value=settings.name,
            required=True,
            hint="others see it beside what you write",
            limit=60,
        )
    ]
    intro = "Asked once, before the first change; ctrl+w changes it, and says whom you act for."
    if asks_leads:
        hint = "whose items are yours to update, as C3; may be empty"
        fields.append(FormField("acts_for", "You act for", value="; ".join(settings.acts_for), hint=hint))
        intro = "Mine are the items of those you act for; ctrl+w changes either."
    return Form(
        "Who is writing?",
        with_names(register, tuple(fields)),
        first_focus=first_focus,
        intro=intro,
        submit=save,
        main_field="name",
    )


def nobody_called(names: Sequence[str]) -> str:
    """That no party of the register has these names."""
    return f"Nobody in this register is called {' or '.join(map(one_line, names))}"


def unknown_leads(conn: Connection, names: Sequence[str]) -> str:
    """What is shown of names that no party of the register has: whom they may mean, and that they can be saved anyway."""
    existing = party_names(conn)
    near = list(dict.fromkeys(other for name in names for other in similar_names(name, existing)))
    meant = f" Did you mean {' or '.join(map(one_line, near))}?" if near else ""
    return f"{nobody_called(names)}.{meant} Saved again, it is taken as typed."


def question_about(error: FairleadError) -> Ask | AskReason:
    """The dialog that asks for what an action was refused for: a reason, or MINE; None where it is left."""
    match error:
        case ReasonRequired():
            return AskReason("Why?", f"{error.what} needs a reason. Left empty, none is given.")
        case _:
            mine = "yours: write it over what is there now" if isinstance(error, StaleEdit) else "settle it with yours"
            answers = (Answer("k", "keep what is there", "theirs"), Answer("w", mine, MINE))
            return Ask("Two people wrote different things", str(error), answers)


def ask_party_kind(
    app: App[Any],
    register: Register,
    error: PartyKindRequired,
    then: Callable[[], object],
    *,
    instead: Callable[[str], object] | None = None,
) -> str:
    """Ask what a new name is, once, and go on; where that is left nothing is saved. Returns what is asked about.

    `instead` is called with the recorded name that was meant, where it was one of those which the question proposes; or,
    where it is left, with the new name as it was.
    """
    near = dict(zip("123", similar_names(error.name, party_names(register.conn)) if instead else (), strict=False))
    answers = tuple(Answer(key, one_line(name, most=200), key) for key, name in near.items())

    def answered(answer: str | None) -> None:
        if instead and (answer is None or answer in near):
            instead(near[answer] if answer else error.name)
        if answer is not None:
            if answer not in near:
                register.party_kinds = {**register.party_kinds, fold_name(error.name): PartyKind(answer)}
            then()

    unknown = f"Nobody here is called {one_line(error.name)} yet."
    question = f"{unknown} {'Is it one of these, who are recorded, or what is it?' if near else 'What is it?'}"
    app.push_screen(Ask("A new name", question, (*answers, *_PARTY_KINDS), leave="save nothing"), answered)
    return unknown


def ask_before_saving(app: App[Any], title: str, question: str, then: Callable[[], object]) -> str:
    """Ask whether a form is to be saved, and go on; returns what the form shows until then."""

    def answered(answer: str | None) -> None:
        if answer is not None:
            then()

    app.push_screen(Ask(title, question, (Answer("y", "yes, save it", "yes"),), leave="save nothing"), answered)
    return "Nothing is saved yet."
