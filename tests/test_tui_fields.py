"""Every field that is recorded with an entity can be given on the command line and asked for in a dialog."""

from __future__ import annotations

import click
import pytest

from store.domain.fields import KINDS
from tui.cli.group import cli
from tui.cli.typed_choices import OneOf
from tui.dialogs.fields import form_fields

COMMANDS = {
    "add publication": "publication",
    "add recommendation": "recommendation",
    "add commitment": "recommendation",
    "add action": "action",
    "add link": "link",
    "note": "note",
    "submit": "submission",
    "reply": "reply",
    "cite": "citation",
    "edit publication": "publication",
    "edit item": "recommendation",
    "edit register": "register",
    "edit submission": "submission",
    "edit reply": "reply",
    "edit action": "action",
    "edit note": "note",
}

LEFT_OUT = {
    "add commitment": {"kind"},
}


@pytest.mark.parametrize("path", COMMANDS)
def test_a_command_takes_every_field_of_its_entity(path: str) -> None:
    command: click.Command = cli
    for word in path.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    taken = {param.name for param in command.params}
    assert KINDS[COMMANDS[path]].editable.keys() - taken == LEFT_OUT.get(path, set())


@pytest.mark.parametrize("kind", sorted(set(COMMANDS.values())))
def test_a_dialog_asks_for_every_field_in_the_words_of_its_declaration(kind: str) -> None:
    declared = KINDS[kind].editable
    asked = {field.name: field for field in form_fields(kind)}
    assert list(asked) == list(declared)
    for name, field in declared.items():
        assert (asked[name].label, asked[name].hint, asked[name].required) == (field.label, field.hint, field.required)
        assert [stored for stored, _ in asked[name].choices] == list(field.choices)


def test_a_choice_that_may_be_empty_is_emptied_like_any_other_field() -> None:
    assert OneOf(("high", "low"), optional=True).convert("", None, None) == ""
    with pytest.raises(click.BadParameter, match="is not one of high, low"):
        OneOf(("high", "low")).convert("", None, None)
