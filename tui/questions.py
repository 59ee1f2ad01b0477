"""Questions that are asked before an action can be saved: its reason, what a new name is, which of two values holds."""

from __future__ import annotations

from store.domain.errors import FairleadError, PartyKindRequired, ReasonRequired, StaleEdit
from store.domain.text import one_line
from store.domain.vocabulary import PartyKind
from widgets.ask import Answer, Ask, AskReason

MINE = "mine"
"""The answer that the person's own value is to hold."""

_PARTY_KINDS = (
    Answer("p", "a person", PartyKind.PERSON),
    Answer("u", "a unit, or a group of people", PartyKind.UNIT),
    Answer("b", "a body: a force, an inspectorate, a board", PartyKind.BODY),
)


def question_about(error: FairleadError) -> Ask | AskReason:
    """The dialog that asks for what an action was refused for: a reason, a PartyKind, or MINE; None where it is left."""
    match error:
        case ReasonRequired():
            return AskReason("Why?", f"{error.what} owes a reason. Left empty, none is given.")
        case PartyKindRequired():
            sentence = f"Nobody here is called {one_line(error.name)} yet. What is it?"
            return Ask("A new name", sentence, _PARTY_KINDS, leave="save nothing")
        case _:
            mine = "yours: write it over what is there now" if isinstance(error, StaleEdit) else "settle it with yours"
            answers = (Answer("k", "keep what is there", "theirs"), Answer("w", mine, MINE))
            return Ask("Two people wrote different things", str(error), answers)
