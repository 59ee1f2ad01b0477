"""The commands of the command line, every one, and the examples that their help shows."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner, Result
from openpyxl import Workbook
from returns import give

from store.log.manifest import FROM_SHARE, write_row
from tui.cli.group import cli

Named = tuple[str, ...]


def invoke(*arguments: str, typed: str = "") -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli, list(arguments), input=typed, prog_name="fairlead")


def every_command(group: click.Group = cli, path: Named = ()) -> Iterator[Named]:
    """The names of every command, those of a group within it too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        # By name: one that no test has called yet is imported only now.
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def examples(*command: str) -> list[list[str]]:
    """The arguments of each example in a command's help."""
    shown = invoke(*command, "--help").stdout.partition("For example:")[2].replace(" \\\n", " ")
    return [shlex.split(line)[1:] for line in shown.splitlines() if line.startswith("    fairlead ")]


def make_ready(command: Named, register: Path) -> list[Result]:
    """Let the examples of a command have what they speak of, beside a register that every command takes."""
    shutil.copyfile(register, register.parent / "theirs.fairlead")
    if command == ("diff",):
        shutil.copyfile(register, register.parent / "ours.db")
    if command == ("import",):
        _make_trackers(register.parent)
    if command == ("merge",):
        (register.parent / "In").mkdir()
        for name in ("c3-back.sqlite", "local-policing.sqlite", "In/hc-back.sqlite"):
            give(register, register.parent / name)
    if command == ("send-back",):
        with sqlite3.connect(register) as conn:
            write_row(conn, FROM_SHARE, json.dumps({"scope": "Everything", "marking": "OFFICIAL"}))
        conn.close()
    noted = ["note", "HC-6", "To be taken back."]
    before: dict[Named, list[list[str]]] = {
        ("undo",): [noted],
        ("redo",): [noted, ["undo"]],
        ("paper", "write"): [["paper", "write", str(register.parent / "house.docx")]],
        ("check",): [["paper", "write", str(register.parent / f"paper.{end}")] for end in ("docx", "md")],
        ("paper", "read"): [["paper", "write", str(register.parent / "paper.docx")]],
        ("pack",): [["note", "HC-6", "The sites were evaluated.", "--kind", "evidence", "--author", "C3 lead"]],
    }
    return [invoke(*arguments) for arguments in before.get(command, [])]


def _make_trackers(folder: Path) -> None:
    """The trackers of the examples of an import."""
    rows = [["No", "Action", "Report", "Status"], ["1", "Review access rights each quarter", "Payroll", "Amber"]]
    (folder / "tracker.csv").write_text("\n".join(",".join(row) for row in rows))
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(folder / "tracker.xlsx")
