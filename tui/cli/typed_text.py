"""The one door for text on the command line: arguments, options, answers and stdin are decoded here, or refused."""

from __future__ import annotations

import sys
from typing import Any

import click

from store.domain.text import READ_AS_WINDOWS, TextError, check_readable, decode


def _decode(data: bytes) -> str:
    text, as_windows = decode(data)
    check_readable(text)
    if as_windows:
        click.echo(READ_AS_WINDOWS, err=True)
    return text


def read_stdin() -> str:
    """The text on stdin, whole; what it was read as is printed where it is no UTF-8. Raises TextError."""
    return _decode(sys.stdin.buffer.read())


class Words(click.ParamType[str]):
    """A click type for text. Bytes that Python could not decode are decoded as those of stdin are."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text, as it was typed."""
        typed = str(value)
        try:
            if any("\ud800" <= char <= "\udfff" for char in typed):
                return _decode(typed.encode("utf-8", "surrogateescape"))
            check_readable(typed)
        except TextError as error:
            self.fail(str(error), param, ctx)
        except UnicodeEncodeError:
            self.fail("A character of it could not be read. Type it again.", param, ctx)
        return typed


WORDS = Words()
