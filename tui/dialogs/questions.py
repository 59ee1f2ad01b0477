"""Questions that an action raises before it can be saved: its reason, what a new name is, which of two values holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from store.domain.errors import FairleadError, PartyKindRequired, ReasonRequired, StaleEdit
from store.domain.names import fold_name
from store.domain.text import one_line
from store.domain.vocabulary import PartyKind
from widgets.ask import Answer, Ask, AskReason

if TYPE_CHECKING:
    from store.commands.base import Command
    from tui.register_app import RegisterApp, Then

_PARTY_KINDS = (
    Answer("p", "a person", PartyKind.PERSON),
    Answer("u", "a unit, or a group of people", PartyKind.UNIT),
    Answer("b", "a body: a force, an inspectorate, a board", PartyKind.BODY),
)


def ask_and_repeat(
    app: RegisterApp,
    error: FairleadError,
    commands: Sequence[Command],
    *,
    seen: int | None,
    resolving: bool,
    then: Then | None,
) -> None:
    """Ask what these commands were refused for, and run them again with the answer; without one nothing is saved."""

    def with_reason(reason: str | None) -> None:
        if reason is not None:
            given = [command.model_copy(update={"reason": reason}) for command in commands]
            app.do(given, seen=seen, resolving=resolving, then=then)

    def with_party_kind(kind: str | None) -> None:
        if kind is not None and isinstance(error, PartyKindRequired):
            app.register.party_kinds = {**app.register.party_kinds, fold_name(error.name): PartyKind(kind)}
            app.do(commands, seen=seen, resolving=resolving, then=then)

    def settled(answer: str | None) -> None:
        if answer == "mine":
            app.do(commands, resolving=True, then=then)

    match error:
        case ReasonRequired():
            sentence = f"{error.what} owes a reason. Left empty, none is given."
            app.push_screen(AskReason("Why?", sentence), with_reason)
        case PartyKindRequired():
            sentence = f"Nobody here is called {one_line(error.name)} yet. What is it?"
            app.push_screen(Ask("A new name", sentence, _PARTY_KINDS, leave="save nothing"), with_party_kind)
        case _:
            mine = "yours: write it over what is there now" if isinstance(error, StaleEdit) else "settle it with yours"
            answers = (Answer("k", "keep what is there", "theirs"), Answer("w", mine, "mine"))
            app.push_screen(Ask("Two people wrote different things", str(error), answers), settled)
