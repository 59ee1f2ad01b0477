"""The entry point: opens the app for a file or no argument, and runs the command line for a command.

For a fast start the app is opened without importing the command line, and a command is run without importing the app.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from tui.cli import COMMANDS

if TYPE_CHECKING:
    from tui.desk.open_register import Work

STOPPED = 130
"""The exit code of what a person stopped."""

START_OBJECTS = 200_000
"""Objects made before a garbage collection: little of what is imported is garbage, and Python would look through all of it a
hundred times before the first screen."""


def main() -> None:
    """Run Fairlead with the arguments of the process.

    The exit code is 0 (done), 1 (failed), 2 (wrong usage) or 130 (stopped).
    """
    gc.set_threshold(START_OBJECTS)
    configure_streams()
    arguments = sys.argv[1:]
    try:
        from store.file.database import check_sqlite, make_new_files_private
        from tui.desk.open_register import sweep_left_behind, use_own_folders

        make_new_files_private()
        use_own_folders()
        if wrong := check_sqlite():
            stop(wrong, 1)
        if asks_for_app(arguments):
            open_app(arguments)
        else:
            from tui.cli.group import cli

            sweep_left_behind()
            cli.main(args=arguments, prog_name="fairlead", windows_expand_args=False)
    except (KeyboardInterrupt, EOFError):
        stop("Stopped.", STOPPED)
    except BrokenPipeError:
        # Whoever read what is printed has gone: What is left in the buffer goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)
    except Exception as error:
        stop(describe_unexpected(error), 1)


def asks_for_app(arguments: list[str]) -> bool:
    """Whether these arguments ask for the app: none, or one that is neither a command nor an option."""
    if "_FAIRLEAD_COMPLETE" in os.environ or len(arguments) > 1:
        return False
    return not arguments or not (arguments[0] in COMMANDS or arguments[0].startswith("-"))


def open_app(arguments: list[str]) -> None:
    """Open the app on the register named, or on the one used last."""
    from store.domain.errors import Cancelled, FairleadError, FileMissing, PassphraseRequired
    from store.file.typed import typed_path
    from tui.desk.open_register import open_for_app
    from tui.desk.settings import load

    named = None
    if arguments:
        try:
            named = typed_path(arguments[0])
        except FairleadError as error:
            stop(str(error), 1)
    if named is not None and not named.exists():
        if arguments[0] == named.name and not named.suffix:
            stop(f"{arguments[0]} is neither a command nor a file. See: fairlead --help", 2)
        stop(str(FileMissing(named, to_start=True)), 1)
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
        stop("Fairlead's screens need a terminal. For commands that do not, see: fairlead --help", 2)
    try:
        settings, problem = load()
        try:
            register, notice = open_for_app(named, settings, _check_behind_screen)
        except PassphraseRequired as error:
            _ask_passphrase(error.path)
            register, notice = open_for_app(named, settings, _check_behind_screen)
        settings, _ = load()
    except Cancelled as error:
        stop(str(error), STOPPED)
    except FairleadError as error:
        stop(str(error), 1)
    from tui.app import run

    try:
        run(register, settings, notice=" ".join(filter(None, (problem, notice))))
    except FairleadError as error:
        stop(str(error), 1)


def _ask_passphrase(path: Path) -> None:
    """Ask for the passphrase of an encrypted file at the terminal, before there is a screen, and unlock it."""
    from getpass import getpass

    from store.domain.text import sanitise
    from store.exchange.encrypted import unlock
    from tui.desk.open_register import scratch_folder

    unlock(path, getpass(f"Passphrase of {sanitise(path.name)}: "), scratch_folder())


def _check_behind_screen(path: Path, work: Work) -> Path | None:
    from tui.dialogs.checking import wait_at_start

    return wait_at_start(path, work)


def configure_streams() -> None:
    """Set the standard streams to use UTF-8 in pipes, to replace what cannot be encoded, and to pass on what cannot be
    decoded, for `decode_typed` (tui/cli/typed_text.py) to read or refuse."""
    if sys.stdout is None:
        # Nothing else may open under the number of the closed stdout; what is printed there then fails like a full disk.
        while (number := os.open(os.devnull, os.O_RDONLY)) < 1:
            pass
        if number == 1:
            # Without a buffer nothing is left to be written at the end, where it would fail once more.
            sys.stdout = io.TextIOWrapper(io.FileIO(number, "w", closefd=False), "utf-8", write_through=True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace")
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding=None if sys.stdin.isatty() else "utf-8", errors="surrogateescape")


def stop(sentence: str, code: int) -> NoReturn:
    """Print a sentence on stderr, and exit with this code."""
    from store.domain.text import sanitise

    with suppress(OSError):
        print(sanitise(sentence), file=sys.stderr)
    sys.exit(code)


def describe_unexpected(error: Exception) -> str:
    """Log an unexpected error, and return its sentence; neither contains a value of the register."""
    from store.file.sqlite_errors import is_database_error
    from tui.desk.settings import log_unexpected

    path = log_unexpected(error)
    sentence = f"Something went wrong that Fairlead did not expect ({type(error).__name__})."
    # Where the file may be damaged, nothing can be promised of what was saved.
    then = "See what fairlead check-file says." if is_database_error(error) else "What was saved is safe."
    return " ".join(filter(None, (sentence, then, f"Where it happened is noted in {path}." if path else "")))


if __name__ == "__main__":
    main()
