"""No path through the program connects, binds, looks a name up or sends: the screens and every command are run to see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

NO_NETWORK = """
import asyncio, os, sys

told = []

def hook(event, arguments):
    if event.startswith("socket.") and event not in ("socket.__new__",):
        frame = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_name in ("socketpair", "_make_self_pipe"):
                return
            frame = frame.f_back
        told.append(event)

sys.addaudithook(hook)
from pathlib import Path
import click
from tui.__main__ import for_the_app
from tui.cli.group import cli
from tui.desk.open_register import open_for_app
from tui.desk.settings import load

out = Path(sys.argv[1])

async def sit():
    from tui.app import FairleadApp
    register, notice = open_for_app(None, load()[0])
    async with FairleadApp(register, load()[0], notice=notice).run_test(size=(120, 36)) as pilot:
        await pilot.press("2", "slash", "h", "c", "enter", "enter", "right", "s", "o")
        await pilot.press("A", "n", "n", "ctrl+s", "escape", "6", "7", "f1", "escape", "1")
    register.close()

def commands():
    for told_to in (
        ["list"], ["show", "HC-6"], ["show", "HC"], ["log"], ["set", "HC-6", "--track", "delayed", "--reason", "late"],
        ["note", "HC-6", "Told"], ["undo"], ["redo"], ["add", "publication", "--title", "Custody"],
        *(["export", str(out / f"all{kind}")] for kind in (".sqlite", ".csv", ".xlsx", ".json", ".md")),
        ["check-file", str(out / "all.sqlite")], ["keep", str(out / "all.sqlite"), "--as", str(out / "kept.fairlead")],
        ["new", str(out / "new.fairlead"), "--sample"], ["--help"],
    ):
        try:
            cli.main(args=told_to, prog_name="fairlead", standalone_mode=False)
        except (click.ClickException, SystemExit, Exception) as error:
            print("ended", told_to[0], type(error).__name__, error, file=sys.stderr)

asyncio.run(sit())
commands()
print("EVENTS", sorted(set(told)))
import socket
try:
    socket.create_connection(("127.0.0.1", 9), timeout=0.01)
except OSError:
    pass
print("PROOF", sorted(set(told)))
"""


def test_no_path_through_the_program_uses_a_network(tmp_path: Path) -> None:
    env = {**os.environ, "FAIRLEAD_AUTHOR": "Test Lead", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", NO_NETWORK, str(tmp_path)],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert "EVENTS []" in ran.stdout, ran.stdout[-500:]
    assert "socket.connect" in ran.stdout.split("PROOF")[1], "the hook would not have seen a connection"
    for name in ("all.sqlite", "all.csv", "all.xlsx", "all.json", "all.md", "kept.fairlead", "new.fairlead"):
        assert (tmp_path / name).exists(), (name, ran.stderr[-2000:])
