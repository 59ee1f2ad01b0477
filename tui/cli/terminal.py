"""What is asked of a person at a terminal: whether one is there, and passphrases, which are never an argument."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from store.domain.errors import BadInput
from store.domain.text import one_line
from tui.desk.open_register import scratch_folder


def at_terminal() -> bool:
    """Whether stdin and stderr are a terminal, so that a person can be asked."""
    return bool(sys.stdin and sys.stdin.isatty() and sys.stderr and sys.stderr.isatty())


def ask_new_passphrase() -> str:
    """Ask for a new passphrase, twice. Raises BadInput where it is short, with what would do."""
    from store.exchange.encrypted import check_passphrase

    passphrase = _ask("Passphrase")
    # A short one is refused before it is typed again.
    check_passphrase(passphrase, passphrase)
    check_passphrase(passphrase, _ask("Repeat passphrase"))
    return passphrase


def unlock_file(path: Path) -> None:
    """Ask for the passphrase of a file, where it is encrypted, so that it can be read. Raises WrongPassphrase."""
    from store.exchange.encrypted import is_encrypted, unlock

    if is_encrypted(path):
        unlock(path, _ask(f"Passphrase of {one_line(path.name, most=60)}"), scratch_folder())


def _ask(what: str) -> str:
    if not at_terminal():
        raise BadInput(
            "passphrase", "A passphrase is asked for at a terminal, and nobody is there. It is never an argument."
        )
    return str(click.prompt(what, hide_input=True, err=True))
