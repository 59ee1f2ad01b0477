"""The one door for text on the command line: arguments, options, answers and stdin are decoded here, or refused."""

from __future__ import annotations

import sys
from typing import Any

import click

from store.domain.text import READ_AS_WINDOWS, TextError, check_readable, decode, decode_typed


def read_stdin() -> str:
    """The text on stdin, whole; what it was read as is printed where it is no UTF-8. Raises TextError."""
    if sys.stdin is None:
        raise TextError(
            "Nothing can be read from stdin: it is closed. Give the text itself, or a pipe or file as stdin."
        )
    text, as_windows = decode(sys.stdin.buffer.read())
    check_readable(text)
    _report(as_windows)
    return text


def _report(as_windows: bool) -> None:
    if as_windows:
        click.echo(READ_AS_WINDOWS, err=True)


class Words(click.ParamType[str]):
    """A click type for text. Bytes that Python could not decode are decoded as those of stdin are.

    With `filled` it cannot be empty, nor hold nothing but what is written between names.
    """

    name = "text"

    def __init__(self, *, filled: bool = False) -> None:
        self.filled = filled

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, as it was typed."""
        try:
            typed, as_windows = decode_typed(str(value))
        except TextError as error:
            self.fail(str(error), param, ctx)
        if self.filled and not typed.strip(" \t\r\n,;"):
            self.fail(EMPTY, param, ctx)
        _report(as_windows)
        return typed


EMPTY = "It is empty. Leave the option out, or give it a value."
"""Why an option that names or filters something is refused: a script's variable that is not set must not mean all."""

WORDS = Words()
FILLED_WORDS = Words(filled=True)
"""Words of an option that names or filters something, and cannot be empty."""
