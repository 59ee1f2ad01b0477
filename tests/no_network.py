"""Runs the screens and every command, and prints every event of a socket that Python reports; then one, as a proof.

Run as a program of its own by its test: what watches cannot be taken away again.
"""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

socket_events: set[str] = set()
"""The events of sockets, but for the pair by which a loop of events wakes itself."""


def watch(event: str, arguments: object) -> None:
    """Note an event of a socket."""
    if not event.startswith("socket.") or event == "socket.__new__":
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name in ("socketpair", "_make_self_pipe"):
            return
        frame = frame.f_back
    socket_events.add(event)


async def sit() -> None:
    """Look through the screens, change a status and add a note."""
    from screen import sitting_with

    from tui.app import FairleadApp
    from tui.desk.open_register import open_for_app
    from tui.desk.settings import load

    register, notice = open_for_app(None, load()[0])
    async with sitting_with(FairleadApp(register, load()[0], notice=notice)) as seat:
        await seat.open("HC-6")
        await seat.press("s", "o", "n", "N", "ctrl+s", "right")
        seat.sees("HC-6 ■ On track", "Notes 4")
        await seat.press("escape", "3", "4", "6", "7", "l", "f1", "escape", "1")
        seat.sees("Hate Crime")


def run_every_command(folder: Path) -> list[str]:
    """Run the examples of every command, each command on a sample of its own; what failed, and of which there is
    none."""
    from click.testing import Result
    from examples import every_command, examples, invoke, make_ready

    from store.register import Register
    from tui.desk.settings import update_settings

    wrong: list[str] = []

    def ran(arguments: list[str], result: Result) -> None:
        if result.exit_code or result.exception:
            wrong.append(f"{' '.join(arguments)}: {result.exit_code} {result.exception!r} {result.output}")

    sample = folder / "sample.fairlead"
    ran(["new"], invoke("new", str(sample), "--sample"))
    for command in every_command():
        place = folder / "-".join(command)
        place.mkdir()
        path = place / "mine.fairlead"
        path.write_bytes(sample.read_bytes())
        register = Register.open(path)
        update_settings(mine=(path, register.id))
        register.close()
        os.environ["FAIRLEAD_REGISTER"] = str(path)
        os.chdir(place)
        for result in make_ready(command, path):
            ran(["made ready for", *command], result)
        shown = examples(*command)
        if not shown:
            wrong.append(f"{' '.join(command)}: its help has no example")
        for arguments in shown:
            ran(arguments, invoke(*arguments))
    for kind in (".sqlite", ".csv", ".xlsx", ".json", ".md"):
        ran(["export", kind], invoke("export", str(folder / f"all{kind}")))
    return wrong


def main(folder: Path) -> None:
    """Do it all, then connect on purpose."""
    sys.addaudithook(watch)
    asyncio.run(sit())
    wrong = run_every_command(folder)
    print("EVENTS", sorted(socket_events))
    import socket

    with suppress(OSError):
        socket.create_connection(("127.0.0.1", 9), timeout=0.01)
    print("PROOF", sorted(socket_events))
    sys.exit("\n".join(wrong) or None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
