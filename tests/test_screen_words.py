"""The words of the screens: those that first users stumbled over are not on them, in the help, the README or a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from examples import every_command, invoke

from store.domain.fields import KINDS
from store.domain.vocabulary import LABELS
from tui.keys import KEYS
from tui.screens.help import GLOSSARY

HOUSE = Path(__file__).parent.parent

STUMBLED_OVER = {
    r"narrow(s|ed)?\b": "filter",
    r"only look(s|ed|ing)?\b|looked at or kept": "read-only",
    r"keep a copy|a kept copy": "save as my own register",
    r"everybody's|yours:": "all leads, mine",
    r"\bhow far( \(stage\)|\?|:|,| ·|  )": "stage",
    r"owe[sd]? a reason|reason (is|was) owed": "needs a reason",
    r"told together": "reported together",
    r"hangs on\b": "depends on",
    r"ours to move|(its|whose) move is next": "action with us, action with HMICS, who has to act next",
    r"would satisfy": "evidence still required",
    r"\bits words(:|  |\.|, as)": "HMICS's words, words of the reply",
    r"nobody leads on it": "no lead recorded",
    r"of them ◐": "of which",
    r"\ba group\b(?=$| *\()": "the partnership group",
    r"waits on (?-i:[A-Z])": "waiting for",
    r"month not known": "date not known",
    r"promised,? today": "promised on 18 Sep",
    r"not described in the paper": "Recommendation 7 (text not in the paper)",
    r"closed not known how": "Closed, not known how",
}
"""What the words on screen were, each with the one in its place."""


def _texts() -> Iterator[tuple[str, str]]:
    """Everything that a person reads, and where."""
    for path in (
        *sorted((HOUSE / "tests" / "golden").glob("*.txt")),
        HOUSE / "README.md",
        HOUSE / "docs" / "export.md",
        HOUSE / "docs" / "import.md",
    ):
        yield path.name, path.read_text(encoding="utf-8")
    for names in every_command():
        yield f"fairlead {' '.join(names)} --help", invoke(*names, "--help").stdout
    yield "the keys", "\n".join(f"{key.label}\n{key.tip}" for key in KEYS)
    yield "the glossary", "\n".join(map(": ".join, GLOSSARY))
    yield "the labels", "\n".join(LABELS.values())
    yield (
        "the fields",
        "\n".join(f"{field.label}\n{field.help}" for kind in KINDS.values() for field in kind.fields.values()),
    )


def test_no_word_is_read_that_first_users_stumbled_over() -> None:
    found = []
    for where, text in _texts():
        for old, new in STUMBLED_OVER.items():
            found += [f"{where}: “{hit[0]}”, say {new}" for hit in re.finditer(old, text, re.IGNORECASE | re.MULTILINE)]
    assert not found, "\n".join(found)
