"""How --help is laid out: no line is wider than the terminal, names are broken nowhere, and examples can be pasted."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

import click

_COLUMN = 30
"""Cells that the names of options have at the most, before what they do begins; a third of a narrow terminal."""

_PIECE = re.compile(r"[^ |]*(?:\|| +|$)")
_ARGUMENT = re.compile(r"""(?:--?[\w-]+ +(?!-))?(?:"[^"]*"|'[^']*'|[^ "'])+ *""")
"""An argument of a command; an option with its value is one."""


class _Formatter(click.HelpFormatter):
    """Lays help out as click does, and breaks lines at spaces and between choices alone."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how the command is called."""
        self._write_lines(_fill(_PIECE.findall(f"Usage: {prog} {args}"), self.width, 4))

    def write_text(self, text: str) -> None:
        """Write paragraphs; of those after \\b each line stays one, and an example that is too long goes on after \\."""
        width = self.width - self.current_indent
        for n, paragraph in enumerate(text.strip("\n").split("\n\n")):
            if n:
                self.write("\n")
            first, *lines = paragraph.split("\n")
            if first.strip() != "\b":
                self._write_lines(_fill(_PIECE.findall(" ".join(paragraph.split())), width))
            for line in lines if first.strip() == "\b" else ():
                self._write_lines(_fill_line(line, width))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = _COLUMN, col_spacing: int = 2) -> None:
        """Write options or commands, each with what it does."""
        rows = list(rows)
        width = self.width - self.current_indent
        room = min(max(len(term) for term, _ in rows), col_max, width // 3)
        start = room + col_spacing
        for term, what in rows:
            terms = _fill(_PIECE.findall(term), width, 4)
            lines = _fill(_PIECE.findall(what), width - start)
            if len(terms) == 1 and len(term) <= room:
                lines[0] = terms.pop().ljust(start) + lines[0]
                lines[1:] = [" " * start + line for line in lines[1:]]
            else:
                lines = [" " * start + line for line in lines]
            self._write_lines([*terms, *lines])

    def _write_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.write(f"{' ' * self.current_indent}{line}".rstrip() + "\n")


def _fill_line(line: str, width: int) -> list[str]:
    """The lines of one that stays apart: an example for a shell, or a name and what it is."""
    indent = len(line) - len(line.lstrip())
    if not line.lstrip().startswith("fairlead "):
        named = re.match(r" *\S+  +", line)
        return _fill(_PIECE.findall(line), width, len(named[0]) if named else indent)
    if sys.platform == "win32":
        return [line]
    return _fill([" " * indent, *_ARGUMENT.findall(line)], width, indent + 4, " \\")


def _fill(pieces: Iterable[str], width: int, hang: int = 0, end: str = "") -> list[str]:
    """Lines of whole pieces, those after the first indented by `hang`; `end` ends each of which there is more."""
    lines = [""]
    for piece in pieces:
        if lines[-1].strip() and len(lines[-1]) + len(piece.rstrip()) + len(end) > width:
            lines[-1] = lines[-1].rstrip() + end
            lines.append(" " * hang)
        lines[-1] += piece
    return [line.rstrip() for line in lines]


class _Context(click.Context):
    formatter_class = _Formatter


def lay_out_help(command: click.Command) -> None:
    """Let a command, and all under it, lay its help out so, with the first sentence of each in a list of commands."""
    command.context_class = _Context
    command.short_help = command.get_short_help_str(limit=1000)
    for under in command.commands.values() if isinstance(command, click.Group) else ():
        lay_out_help(under)
