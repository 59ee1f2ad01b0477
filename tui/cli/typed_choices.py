"""Choices and numbers on the command line: the types of their options."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from store.domain.text import sanitise
from tui.cli.terminal import at_terminal as at_terminal
from tui.cli.typed_text import EMPTY

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def hyphenate(word: str) -> str:
    """Format a name or stored word for the command line: lower case, with hyphens."""
    return "-".join(word.casefold().split())


class OneOf(click.ParamType[str]):
    """A click type for one of some words, in any case, with hyphens or spaces; with `optional` '' for none."""

    name = "word"

    def __init__(self, words: Sequence[str], *, optional: bool = False) -> None:
        self.words = tuple(str(word) for word in words)
        self.optional = optional

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        """The choices, for the help."""
        return f"[{'|'.join(self.words)}]"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The choice as it is stored."""
        by_plain_word = {hyphenate(word): word for word in self.words}
        wanted = hyphenate(str(value))
        if self.optional and not wanted:
            return ""
        if wanted not in by_plain_word:
            self.fail(f"{sanitise(value)!r} is not one of {', '.join(self.words)}.", param, ctx)
        return by_plain_word[wanted]

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The choices with this prefix."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(word) for word in self.words if word.startswith(incomplete)]


class SomeOf(OneOf):
    """A click type for a comma-separated list of choices; the option may also be repeated (see `flatten_values`)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The choices as they are stored, comma-separated."""
        convert = super().convert
        words = [word for word in str(value).split(",") if word.strip()]
        return ",".join(convert(word, param, ctx) for word in words) if words else self.fail(EMPTY, param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The list with each choice that has the prefix after its last comma."""
        from click.shell_completion import CompletionItem

        before, comma, last = incomplete.rpartition(",")
        return [CompletionItem(before + comma + word) for word in self.words if word.startswith(last)]


class WholeNumber(click.IntRange):
    """A click type for a whole number between two, with its error in plain words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number."""
        try:
            return int(super().convert(value, param, ctx))
        except click.BadParameter:
            self.fail(f"It takes a whole number from {self.min:,} to {self.max:,}, not {value}.", param, ctx)


def flatten_values(values: Sequence[str]) -> tuple[str, ...]:
    """The distinct values of a repeated option, each of which may be a comma-separated list."""
    return tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))
